//! Numbers, money and dates as a reader of the language writes them.

use jiff::civil::Date;

use super::Lang;

/// Sign of negative numbers, U+2212.
const MINUS: &str = "\u{2212}";

/// Writes numbers in one language and one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers<'a> {
    /// Language of the reader.
    pub lang: Lang,
    /// ISO 4217 code of every amount.
    pub currency: &'a str,
    /// Digits after the decimal point of one unit of the currency.
    pub exponent: u32,
}

impl Numbers<'static> {
    /// Returns the numbers of a page that names no amounts.
    #[must_use]
    pub fn plain(lang: Lang) -> Self {
        Self {
            lang,
            currency: "JPY",
            exponent: 0,
        }
    }
}

impl Numbers<'_> {
    /// Returns a count with thousands separators, `1,234`.
    #[must_use]
    pub fn count(&self, count: u64) -> String {
        group(&count.to_string())
    }

    /// Returns a real number with thousands separators and `digits` decimals.
    #[must_use]
    pub fn decimal(&self, value: f64, digits: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let text = format!("{:.digits$}", value.abs());
        let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
        let sign = if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            MINUS
        } else {
            ""
        };
        format!("{sign}{}{rest}", group(whole))
    }

    /// Returns a real number with its sign, `+0.12`; zero has none.
    #[must_use]
    pub fn signed(&self, value: f64, digits: usize) -> String {
        let text = self.decimal(value, digits);
        let is_zero = !text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        if value > 0.0 && !is_zero {
            format!("+{text}")
        } else {
            text
        }
    }

    /// Returns a share of 0..1 in per cent, `12.3%`.
    #[must_use]
    pub fn share(&self, share: f64) -> String {
        format!("{}%", self.decimal(share * 100.0, 1))
    }

    /// Returns a share of 0..1 in per cent with its sign, `+12.3%`.
    #[must_use]
    pub fn signed_share(&self, share: f64) -> String {
        format!("{}%", self.signed(share * 100.0, 1))
    }

    /// Returns the difference of two shares in points, `3.2pt`, without a sign.
    #[must_use]
    pub fn points(&self, difference: f64) -> String {
        format!("{}pt", self.decimal(difference.abs() * 100.0, 1))
    }

    /// Returns the difference of two shares in points with its sign, `+3.2pt`.
    #[must_use]
    pub fn signed_points(&self, difference: f64) -> String {
        format!("{}pt", self.signed(difference * 100.0, 1))
    }

    /// Returns an amount to the last minor unit, `1,234円`, `¥1,234`, `$12.50`.
    #[must_use]
    pub fn money(&self, minor: i64) -> String {
        self.exact_money(self.major(minor as f64))
    }

    /// Returns an amount rounded so that it is read at a glance.
    ///
    /// Japanese yen: to the yen below 1万円, one decimal of 万円 below 100万円, whole 万円 below 1億円, two decimals of 億円
    /// above. Other languages and currencies: to the unit below ten thousand, then thousands (K), millions (M) and
    /// billions (B) with three significant digits.
    #[must_use]
    pub fn money_short(&self, minor: f64) -> String {
        let major = self.major(minor);
        if !major.is_finite() {
            return "–".to_owned();
        }
        let size = major.abs();
        if size < 9_999.5 {
            return if self.exponent == 0 {
                self.exact_money(major)
            } else {
                self.mark(&self.decimal(size, 0), major)
            };
        }
        if self.is_japanese_yen() {
            return self.mark(&self.man(size), major);
        }
        let (scaled, suffix) = match size {
            size if size < 999_500.0 => (size / 1e3, "K"),
            size if size < 999_500_000.0 => (size / 1e6, "M"),
            size => (size / 1e9, "B"),
        };
        let digits = if scaled < 9.995 {
            2
        } else {
            usize::from(scaled < 99.95)
        };
        self.mark(&format!("{}{suffix}", self.decimal(scaled, digits)), major)
    }

    /// Returns an amount rounded for a glance, with its sign.
    #[must_use]
    pub fn signed_money_short(&self, minor: f64) -> String {
        let text = self.money_short(minor);
        if minor > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            format!("+{text}")
        } else {
            text
        }
    }

    /// Returns a local day without its year, `9月21日(月)` or `Mon 21 Sep`; a text that is no day stays as it is.
    #[must_use]
    pub fn day(&self, date: &str) -> String {
        let Ok(day) = date.parse::<Date>() else {
            return date.to_owned();
        };
        match self.lang {
            Lang::Ja => format!("{}月{}日({})", day.month(), day.day(), self.weekday(day)),
            Lang::En => format!(
                "{} {} {}",
                self.weekday(day),
                day.day(),
                month_name(day.month())
            ),
        }
    }

    /// Returns a local day with its year, `2026年9月21日(月)` or `Mon 21 Sep 2026`.
    #[must_use]
    pub fn full_day(&self, date: &str) -> String {
        let Ok(day) = date.parse::<Date>() else {
            return date.to_owned();
        };
        match self.lang {
            Lang::Ja => format!("{}年{}", day.year(), self.day(date)),
            Lang::En => format!("{} {}", self.day(date), day.year()),
        }
    }

    /// Returns a month written `YYYY-MM` as `2026年9月` or `Sep 2026`; a text that is no month stays as it is.
    #[must_use]
    pub fn month(&self, month: &str) -> String {
        let Ok(day) = format!("{month}-01").parse::<Date>() else {
            return month.to_owned();
        };
        match self.lang {
            Lang::Ja => format!("{}年{}月", day.year(), day.month()),
            Lang::En => format!("{} {}", month_name(day.month()), day.year()),
        }
    }

    /// Returns the name of a fiscal year by the year in which it begins: `2026年度` or `FY2026`; of years that begin in January
    /// `2026年` or `2026`.
    #[must_use]
    pub fn fiscal_year(&self, year: i16, start_month: u32) -> String {
        match (self.lang, start_month) {
            (Lang::Ja, 1) => format!("{year}年"),
            (Lang::Ja, _) => format!("{year}年度"),
            (Lang::En, 1) => year.to_string(),
            (Lang::En, _) => format!("FY{year}"),
        }
    }

    /// Returns a span of days, both ends included, with the year said once where it is the same.
    #[must_use]
    pub fn days(&self, from: &str, to: &str) -> String {
        let (Ok(first), Ok(last)) = (from.parse::<Date>(), to.parse::<Date>()) else {
            return format!("{from} – {to}");
        };
        let is_one_year = first.year() == last.year();
        match (self.lang, is_one_year) {
            (Lang::Ja, true) => format!("{}〜{}", self.full_day(from), self.day(to)),
            (Lang::Ja, false) => format!("{}〜{}", self.full_day(from), self.full_day(to)),
            (Lang::En, true) => format!("{} – {}", self.day(from), self.full_day(to)),
            (Lang::En, false) => format!("{} – {}", self.full_day(from), self.full_day(to)),
        }
    }

    /// Returns a span of days in few letters, `2026/9/21〜9/27` or `21 Sep – 27 Sep 2026`.
    #[must_use]
    pub fn short_days(&self, from: &str, to: &str) -> String {
        let (Ok(first), Ok(last)) = (from.parse::<Date>(), to.parse::<Date>()) else {
            return format!("{from} – {to}");
        };
        let told = |day: Date, with_year: bool| match (self.lang, with_year) {
            (Lang::Ja, true) => format!("{}/{}/{}", day.year(), day.month(), day.day()),
            (Lang::Ja, false) => format!("{}/{}", day.month(), day.day()),
            (Lang::En, true) => {
                format!("{} {} {}", day.day(), month_name(day.month()), day.year())
            }
            (Lang::En, false) => format!("{} {}", day.day(), month_name(day.month())),
        };
        let is_one_year = first.year() == last.year();
        match self.lang {
            Lang::Ja => format!("{}〜{}", told(first, true), told(last, !is_one_year)),
            Lang::En => format!("{} – {}", told(first, !is_one_year), told(last, true)),
        }
    }

    /// Returns a local hour written `YYYY-MM-DDTHH:00` as `9月21日(月)14時` or `Mon 21 Sep, 14:00`.
    #[must_use]
    pub fn hour(&self, hour: &str) -> String {
        let Some((date, time)) = hour.split_once('T') else {
            return hour.to_owned();
        };
        let Some(Ok(clock)) = time.get(..2).map(str::parse::<u8>) else {
            return hour.to_owned();
        };
        match self.lang {
            Lang::Ja => format!("{}{clock}時", self.day(date)),
            Lang::En => format!("{}, {clock:02}:00", self.day(date)),
        }
    }

    /// Returns minutes below an hour as `35分` or `35 min`, else hours as `4.2時間` or `4.2 h`.
    #[must_use]
    pub fn minutes(&self, minutes: f64) -> String {
        let is_short = minutes.abs() < 59.5;
        let (value, digits) = match is_short {
            true => (minutes, 0),
            false => (minutes / 60.0, usize::from(minutes.abs() < 5_997.0)),
        };
        let unit = match (self.lang, is_short) {
            (Lang::Ja, true) => "分",
            (Lang::Ja, false) => "時間",
            (Lang::En, true) => " min",
            (Lang::En, false) => " h",
        };
        let number = self.decimal(value, digits);
        match value.is_finite() {
            true => format!("{number}{unit}"),
            false => number,
        }
    }

    /// Returns the decimal places of one unit of the currency as a number of minor units.
    #[must_use]
    pub fn minor_per_major(&self) -> f64 {
        10f64.powi(i32::try_from(self.exponent).unwrap_or(0))
    }

    fn major(&self, minor: f64) -> f64 {
        minor / self.minor_per_major()
    }

    fn is_japanese_yen(&self) -> bool {
        self.lang == Lang::Ja && self.currency == "JPY"
    }

    fn exact_money(&self, major: f64) -> String {
        let digits = usize::try_from(self.exponent).unwrap_or(0);
        self.mark(&self.decimal(major.abs(), digits), major)
    }

    fn man(&self, size: f64) -> String {
        match size {
            size if size < 999_500.0 => format!("{}万", self.decimal(size / 1e4, 1)),
            size if size < 99_995_000.0 => format!("{}万", self.decimal(size / 1e4, 0)),
            size => format!("{}億", self.decimal(size / 1e8, 2)),
        }
    }

    /// Puts the sign and the currency to the written size of an amount.
    fn mark(&self, size: &str, major: f64) -> String {
        let sign = if major < 0.0 && size.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            MINUS
        } else {
            ""
        };
        match (self.lang, self.currency) {
            (Lang::Ja, "JPY") => format!("{sign}{size}円"),
            (_, "JPY") => format!("{sign}¥{size}"),
            (_, "USD") => format!("{sign}${size}"),
            (_, "EUR") => format!("{sign}€{size}"),
            (_, "GBP") => format!("{sign}£{size}"),
            (_, code) => format!("{sign}{code} {size}"),
        }
    }

    fn weekday(&self, day: Date) -> &'static str {
        let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        match self.lang {
            Lang::Ja => ["月", "火", "水", "木", "金", "土", "日"][index],
            Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][index],
        }
    }
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(month - 1)
        .ok()
        .and_then(|index| NAMES.get(index))
        .copied()
        .unwrap_or_default()
}

/// Puts a comma between each three digits.
fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    const JA: Numbers<'static> = Numbers {
        lang: Lang::Ja,
        currency: "JPY",
        exponent: 0,
    };
    const EN: Numbers<'static> = Numbers {
        lang: Lang::En,
        currency: "JPY",
        exponent: 0,
    };
    const USD: Numbers<'static> = Numbers {
        lang: Lang::En,
        currency: "USD",
        exponent: 2,
    };

    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!(JA.count(0), "0");
        assert_eq!(JA.count(999), "999");
        assert_eq!(JA.count(1_234_567), "1,234,567");
    }

    #[test]
    fn yen_is_rounded_by_size_in_japanese() {
        assert_eq!(JA.money(1_234), "1,234円");
        assert_eq!(JA.money_short(9_999.0), "9,999円");
        assert_eq!(JA.money_short(12_345.0), "1.2万円");
        assert_eq!(JA.money_short(999_499.0), "99.9万円");
        assert_eq!(JA.money_short(12_345_678.0), "1,235万円");
        assert_eq!(JA.money_short(123_456_789.0), "1.23億円");
        assert_eq!(JA.money_short(99_999_999.0), "1.00億円");
        assert_eq!(JA.money_short(-12_345.0), "−1.2万円");
    }

    #[test]
    fn yen_is_rounded_by_size_in_english() {
        assert_eq!(EN.money(-1_234), "−¥1,234");
        assert_eq!(EN.money_short(12_345.0), "¥12.3K");
        assert_eq!(EN.money_short(1_234_567.0), "¥1.23M");
        assert_eq!(EN.money_short(999_600.0), "¥1.00M");
    }

    #[test]
    fn currencies_with_cents_keep_them_when_exact() {
        assert_eq!(USD.money(123_450), "$1,234.50");
        assert_eq!(USD.money_short(123_450.0), "$1,234");
    }

    #[test]
    fn a_currency_without_a_sign_is_named() {
        let numbers = Numbers {
            lang: Lang::Ja,
            currency: "CHF",
            exponent: 2,
        };
        assert_eq!(numbers.money(-150), "−CHF 1.50");
    }

    #[test]
    fn signs_follow_the_rounded_number() {
        assert_eq!(JA.signed_share(0.123), "+12.3%");
        assert_eq!(JA.signed_share(-0.0001), "0.0%");
        assert_eq!(JA.signed_points(0.032), "+3.2pt");
        assert_eq!(JA.signed(-0.004, 2), "0.00");
        assert_eq!(JA.signed_money_short(0.0), "0円");
        assert_eq!(JA.decimal(f64::NAN, 1), "–");
    }

    #[test]
    fn long_times_are_written_in_hours() {
        assert_eq!([JA.minutes(0.0), JA.minutes(35.4)], ["0分", "35分"]);
        assert_eq!(
            [JA.minutes(59.8), JA.minutes(250.0)],
            ["1.0時間", "4.2時間"]
        );
        assert_eq!([EN.minutes(35.0), EN.minutes(7_380.0)], ["35 min", "123 h"]);
        assert_eq!(EN.minutes(f64::NAN), "–");
    }

    #[test]
    fn days_name_their_weekday() {
        assert_eq!(JA.day("2026-09-21"), "9月21日(月)");
        assert_eq!(EN.day("2026-09-21"), "Mon 21 Sep");
        assert_eq!(
            JA.days("2026-09-01", "2026-09-30"),
            "2026年9月1日(火)〜9月30日(水)"
        );
        assert_eq!(
            EN.days("2025-12-20", "2026-01-05"),
            "Sat 20 Dec 2025 – Mon 5 Jan 2026"
        );
        assert_eq!(JA.hour("2026-09-21T14:00"), "9月21日(月)14時");
        assert_eq!(EN.hour("2026-09-21T04:00"), "Mon 21 Sep, 04:00");
        assert_eq!(JA.day("soon"), "soon");
        assert_eq!(
            [JA.month("2026-09"), EN.month("2026-09")],
            ["2026年9月", "Sep 2026"]
        );
        assert_eq!(JA.month("soon"), "soon");
    }

    #[test]
    fn fiscal_years_have_the_name_of_the_year_they_begin_in() {
        assert_eq!(JA.fiscal_year(2026, 4), "2026年度");
        assert_eq!(JA.fiscal_year(2026, 1), "2026年");
        assert_eq!(EN.fiscal_year(2026, 10), "FY2026");
        assert_eq!(EN.fiscal_year(2026, 1), "2026");
    }
}
