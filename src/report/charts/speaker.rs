//! Numbers, days and months as a chart writes them: short, with their unit, in the reader's language.

use super::font;
use crate::report::against::Against;
use crate::report::figures::{Figures, Period};
use crate::report::words::{Lang, Numbers};

/// Writes for one reader.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speaker<'a> {
    /// Language of the reader.
    pub(super) lang: Lang,
    /// The report's way with numbers.
    pub(super) numbers: Numbers<'a>,
    /// The reported period and the last day known, where there is one.
    pub(super) period: Option<(&'a Period, &'a str)>,
}

impl<'a> Speaker<'a> {
    /// A speaker for the currency of the figures.
    pub(super) fn new(figures: &'a Figures, lang: Lang) -> Speaker<'a> {
        Speaker {
            lang,
            numbers: Numbers {
                lang,
                currency: &figures.currency,
                exponent: figures.currency_exponent,
            },
            period: Some((&figures.period, figures.as_of.as_str())),
        }
    }

    /// A speaker of no money.
    pub(super) fn plain(lang: Lang) -> Speaker<'static> {
        let numbers = Numbers::plain(lang);
        Speaker {
            lang,
            numbers,
            period: None,
        }
    }

    /// Chooses the text of the language.
    pub(super) fn pick<T>(&self, ja: T, en: T) -> T {
        match self.lang {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// What changes are told against.
    pub(super) fn against(&self) -> Against {
        match self.period {
            Some((period, as_of)) => Against::new(period, as_of, &self.numbers),
            None => Against::unknown(&self.numbers),
        }
    }

    /// The compared period by its name, else in these words.
    pub(super) fn before(&self, ja: &str, en: &str) -> String {
        let against = self.against();
        match against.is_named {
            true => against.before,
            false => self.pick(ja, en).to_owned(),
        }
    }

    /// The moment that persons are compared with, by its name, else in these words.
    pub(super) fn state_before(&self, ja: &str, en: &str) -> String {
        let against = self.against();
        match against.is_named {
            true => against.state,
            false => self.pick(ja, en).to_owned(),
        }
    }

    /// Heading of the persons there were before.
    pub(super) fn persons_before(&self) -> String {
        let against = self.against();
        match against.is_named {
            true => self.lang.words().fill(
                "column.previous_persons_named",
                &[("state", &against.state)],
            ),
            false => self.pick("前の期間の人数", "People before").to_owned(),
        }
    }

    /// What moves are compared with: `period` by its name, where it has one.
    pub(super) fn compared_with(&self, with: &str) -> String {
        let name = self.name("compared_with", with);
        match with {
            "period" => self.state_before(name, name),
            _ => name.to_owned(),
        }
    }

    /// Name of a key of the data in the reader's language.
    pub(super) fn name<'b>(&self, group: &str, key: &'b str) -> &'b str {
        self.lang.words().name(group, key)
    }

    /// Name of a key of the data, written as the head of a row.
    pub(super) fn heading(&self, group: &str, key: &str) -> String {
        let mut chars = self.name(group, key).chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(chars).collect()
        })
    }

    /// A name of the user's as it stands in a headline: cut when it is very long.
    pub(super) fn brief(&self, name: &str) -> String {
        font::shorten(name, 1.0, 18.0)
    }

    /// An amount for a glance: `123万円`, `¥1.23M`.
    pub(super) fn money(&self, minor: f64) -> String {
        without_zeros(&self.numbers.money_short(minor))
    }

    /// An amount for a glance with its sign.
    pub(super) fn signed_money(&self, minor: f64) -> String {
        without_zeros(&self.numbers.signed_money_short(minor))
    }

    /// A count: `1,234`; from ten million on it is rounded.
    pub(super) fn count(&self, count: f64) -> String {
        if count.abs() < 1e7 || !count.is_finite() {
            return self.numbers.decimal(count, 0);
        }
        let (value, unit) = match (self.lang, count.abs() >= 1e9) {
            (Lang::Ja, _) if count.abs() >= 1e12 => (count / 1e12, "兆"),
            (Lang::Ja, _) if count.abs() >= 1e8 => (count / 1e8, "億"),
            (Lang::Ja, _) => (count / 1e4, "万"),
            (Lang::En, true) => (count / 1e9, "B"),
            (Lang::En, false) => (count / 1e6, "M"),
        };
        let digits = usize::from(value.abs() < 100.0);
        without_zeros(&format!("{}{unit}", self.numbers.decimal(value, digits)))
    }

    /// A count with at most one decimal, for expected numbers.
    pub(super) fn rate(&self, value: f64) -> String {
        if value.abs() < 9.95 {
            without_zeros(&self.numbers.decimal(value, 1))
        } else {
            self.count(value)
        }
    }

    /// `1,234人` or `1,234 people`.
    pub(super) fn persons(&self, count: u64) -> String {
        let number = self.count(count as f64);
        match (self.lang, count) {
            (Lang::Ja, _) => format!("{number}人"),
            (Lang::En, 1) => format!("{number} person"),
            (Lang::En, _) => format!("{number} people"),
        }
    }

    /// `31件` or `31 posts`.
    pub(super) fn posts(&self, count: u64) -> String {
        let number = self.count(count as f64);
        match (self.lang, count) {
            (Lang::Ja, _) => format!("{number}件"),
            (Lang::En, 1) => format!("{number} post"),
            (Lang::En, _) => format!("{number} posts"),
        }
    }

    /// A share of 0..1 in per cent, with a decimal only below ten.
    pub(super) fn share(&self, share: f64) -> String {
        let percent = share * 100.0;
        let digits = usize::from(percent.abs() < 9.95 && percent != 0.0);
        without_zeros(&format!("{}%", self.numbers.decimal(percent, digits)))
    }

    /// `9/21` or `21 Sep`; a text that is no day stays as it is.
    pub(super) fn day(&self, date: &str) -> String {
        match parse_day(date) {
            Some((_, month, day)) => self.pick(
                format!("{month}/{day}"),
                format!("{day} {}", MONTHS[month - 1]),
            ),
            None => date.to_owned(),
        }
    }

    /// `2026年9月` or `Sep 2026`, of a day or a month.
    pub(super) fn month(&self, date: &str) -> String {
        match parse_month(date) {
            Some((year, month)) => self.pick(
                format!("{year}年{month}月"),
                format!("{} {year}", MONTHS[month - 1]),
            ),
            None => date.to_owned(),
        }
    }

    /// `9/24 22時` or `24 Sep, 22:00`.
    pub(super) fn hour(&self, hour: &str) -> String {
        let Some((date, time)) = hour.split_once('T') else {
            return hour.to_owned();
        };
        let Some(Ok(clock)) = time.get(..2).map(str::parse::<u8>) else {
            return hour.to_owned();
        };
        let day = self.day(date);
        self.pick(format!("{day} {clock}時"), format!("{day}, {clock:02}:00"))
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Year and month (1..=12) of `YYYY-MM` or a longer date.
pub(super) fn parse_month(date: &str) -> Option<(i32, usize)> {
    let year = date.get(..4)?.parse().ok()?;
    let month = date.get(5..7)?.parse().ok()?;
    (1..=12).contains(&month).then_some((year, month))
}

/// Year, month and day of `YYYY-MM-DD`.
fn parse_day(date: &str) -> Option<(i32, usize, u32)> {
    let (year, month) = parse_month(date)?;
    Some((year, month, date.get(8..10)?.parse().ok()?))
}

/// Takes zeros after the decimal point away: `20.0万円` is `20万円`, `¥1.50M` is `¥1.5M`.
fn without_zeros(text: &str) -> String {
    let Some(point) = text.rfind('.') else {
        return text.to_owned();
    };
    let (whole, rest) = text.split_at(point);
    let end = rest[1..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(rest.len(), |i| i + 1);
    let (digits, unit) = rest.split_at(end);
    format!(
        "{whole}{}{unit}",
        digits.trim_end_matches('0').trim_end_matches('.')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaker(lang: Lang) -> Speaker<'static> {
        Speaker {
            lang,
            numbers: Numbers {
                lang,
                currency: "JPY",
                exponent: 0,
            },
            period: None,
        }
    }

    #[test]
    fn amounts_carry_no_idle_zeros() {
        let (ja, en) = (speaker(Lang::Ja), speaker(Lang::En));
        assert_eq!(ja.money(200_000.0), "20万円");
        assert_eq!(ja.money(150_000_000.0), "1.5億円");
        assert_eq!(en.money(1_500_000.0), "¥1.5M");
        assert_eq!(ja.money(1_000.0), "1,000円");
    }

    #[test]
    fn days_and_hours_are_short() {
        let (ja, en) = (speaker(Lang::Ja), speaker(Lang::En));
        assert_eq!(ja.day("2026-09-21"), "9/21");
        assert_eq!(en.day("2026-09-05"), "5 Sep");
        assert_eq!(ja.month("2026-09"), "2026年9月");
        assert_eq!(ja.hour("2026-09-24T22:00"), "9/24 22時");
        assert_eq!(en.hour("2026-09-24T02:00"), "24 Sep, 02:00");
        for odd in ["", "soon", "2026-13-01", "2026-09", "日本語日本語日"] {
            assert_eq!(ja.day(odd), odd);
        }
    }

    #[test]
    fn shares_have_a_decimal_only_when_small() {
        let ja = speaker(Lang::Ja);
        assert_eq!(ja.share(0.123), "12%");
        assert_eq!(ja.share(0.034), "3.4%");
        assert_eq!(ja.share(0.0), "0%");
    }

    #[test]
    fn huge_counts_are_rounded() {
        assert_eq!(speaker(Lang::Ja).count(1e12), "1兆");
        assert_eq!(speaker(Lang::En).count(12_345_678.0), "12.3M");
        assert_eq!(speaker(Lang::En).count(1_234_567.0), "1,234,567");
    }
}
