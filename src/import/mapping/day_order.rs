//! Dates whose year stands last, or has two digits: the section says in which order.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::import::values::widths::narrow;

/// Order of year, month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayOrder {
    /// `24/1/5`
    Ymd,
    /// `1/5/2024`
    Mdy,
    /// `5/1/2024`
    Dmy,
}

impl DayOrder {
    /// Returns the name used in settings.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Mdy => "mdy",
            Self::Dmy => "dmy",
        }
    }
}

static THREE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^'?(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{1,2})\b")
        .expect("the pattern is constant")
});

/// Returns the three numbers a date begins with, in their order, and what follows them; `None` when the year stands
/// first with four digits, or there is no such date.
pub(super) fn three(text: &str) -> Option<([i32; 3], String)> {
    let text = narrow(text);
    let found = THREE.captures(&text)?;
    if found[1].len() > 2 {
        return None;
    }
    let mut parts = [0; 3];
    for (part, digits) in parts.iter_mut().zip(found.iter().skip(1).flatten()) {
        *part = digits.as_str().parse().ok()?;
    }
    let rest = text[found.get(0)?.end()..].to_owned();
    Some((parts, rest))
}

/// Returns the date as `2024-01-05 ...` where its order is needed to read it, else as it is.
pub(super) fn year_first(text: &str, order: Option<DayOrder>) -> Cow<'_, str> {
    let Some(order) = order else {
        return Cow::Borrowed(text);
    };
    let Some(([first, second, third], rest)) = three(text) else {
        return Cow::Borrowed(text);
    };
    let (year, month, day) = match order {
        DayOrder::Ymd => (first, second, third),
        DayOrder::Mdy => (third, first, second),
        DayOrder::Dmy => (third, second, first),
    };
    let year = if year < 100 { 2000 + year } else { year };
    Cow::Owned(format!("{year}-{month:02}-{day:02}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_tells_day_and_month_apart() {
        for (text, order, expected) in [
            ("1/5/2024 9:05", DayOrder::Mdy, "2024-01-05 9:05"),
            ("1/5/2024", DayOrder::Dmy, "2024-05-01"),
            ("05.01.24", DayOrder::Dmy, "2024-01-05"),
            ("24/1/5", DayOrder::Ymd, "2024-01-05"),
            ("2024/1/5", DayOrder::Dmy, "2024/1/5"),
            ("昨日", DayOrder::Dmy, "昨日"),
        ] {
            assert_eq!(year_first(text, Some(order)), expected, "{text}");
        }
        assert_eq!(year_first("1/5/2024", None), "1/5/2024");
    }
}
