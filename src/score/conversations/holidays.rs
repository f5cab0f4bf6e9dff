//! Japan's national holidays, by the rules of the law as it stood in each year.
//!
//! Act on National Holidays (国民の祝日に関する法律, 1948) with its amendments, the acts on single days (1959, 1989, 1990, 1993,
//! 2019) and the moves of 2020 and 2021 for the Olympic Games. The law leaves the equinoxes to astronomy; the formula is the
//! usual one after the 海上保安庁 tables, and the government fixes each in February of the year before.

use jiff::civil::{Date, Weekday, date};

/// First and last year with known rules: the first whole year of the law, the last of the formula.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2150;

/// Days that an act of their own made holidays.
const SINGLE: &[(i16, i8, i8)] = &[
    (1959, 4, 10),
    (1989, 2, 24),
    (1990, 11, 12),
    (1993, 6, 9),
    (2019, 5, 1),
    (2019, 10, 22),
];

/// A holiday on the same date each year: month, day, first and last year.
const FIXED: &[(i8, i8, i16, i16)] = &[
    (1, 1, 1949, 9999),
    (1, 15, 1949, 1999),
    (2, 11, 1967, 9999),
    (2, 23, 2020, 9999),
    (4, 29, 1949, 9999),
    (5, 3, 1949, 9999),
    (5, 4, 2007, 9999),
    (5, 5, 1949, 9999),
    (7, 20, 1996, 2002),
    (7, 23, 2020, 2020),
    (7, 24, 2020, 2020),
    (7, 22, 2021, 2021),
    (7, 23, 2021, 2021),
    (8, 11, 2016, 2019),
    (8, 10, 2020, 2020),
    (8, 8, 2021, 2021),
    (8, 11, 2022, 9999),
    (9, 15, 1966, 2002),
    (10, 10, 1966, 1999),
    (11, 3, 1949, 9999),
    (11, 23, 1949, 9999),
    (12, 23, 1989, 2018),
];

/// A holiday on a Monday: month, which Monday of it, first and last year.
const MONDAYS: &[(i8, i8, i16, i16)] = &[
    (1, 2, 2000, 9999),
    (7, 3, 2003, 2019),
    (7, 3, 2022, 9999),
    (9, 3, 2003, 9999),
    (10, 2, 2000, 2019),
    (10, 2, 2022, 9999),
];

/// Returns the holidays of a year, oldest first: national holidays, substitute holidays (since April 1973) and the citizens'
/// holidays between two national ones (since 1986). None outside 1949..=2150.
pub(in crate::score) fn of_year(year: i16) -> Vec<Date> {
    if !YEARS.contains(&year) {
        return Vec::new();
    }
    let national = national(year);
    let mut all = national.clone();
    for day in &national {
        let Ok(next) = day.tomorrow() else { continue };
        if day.weekday() == Weekday::Sunday && *day >= date(1973, 4, 12) {
            all.extend(first_outside(next, &national));
        }
        let is_between =
            !national.contains(&next) && next.tomorrow().is_ok_and(|day| national.contains(&day));
        if year >= 1986 && is_between && next.weekday() != Weekday::Sunday {
            all.push(next);
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Returns the first day from `day` on that is no national holiday.
fn first_outside(mut day: Date, national: &[Date]) -> Option<Date> {
    while national.contains(&day) {
        day = day.tomorrow().ok()?;
    }
    Some(day)
}

fn national(year: i16) -> Vec<Date> {
    let fixed = FIXED
        .iter()
        .filter(|(_, _, first, last)| (*first..=*last).contains(&year))
        .filter_map(|(month, day, _, _)| Date::new(year, *month, *day).ok());
    let mondays = MONDAYS
        .iter()
        .filter(|(_, _, first, last)| (*first..=*last).contains(&year))
        .filter_map(|(month, nth, _, _)| {
            let month = Date::new(year, *month, 1).ok()?;
            month.nth_weekday_of_month(*nth, Weekday::Monday).ok()
        });
    let single = SINGLE
        .iter()
        .filter(|(only, _, _)| *only == year)
        .filter_map(|(_, month, day)| Date::new(year, *month, *day).ok());
    let equinoxes = [(3, Equinox::Vernal), (9, Equinox::Autumnal)]
        .into_iter()
        .filter_map(|(month, equinox)| Date::new(year, month, equinox.day(year)).ok());
    let mut days: Vec<Date> = fixed
        .chain(mondays)
        .chain(single)
        .chain(equinoxes)
        .collect();
    days.sort_unstable();
    days
}

#[derive(Debug, Clone, Copy)]
enum Equinox {
    Vernal,
    Autumnal,
}

impl Equinox {
    /// Returns the day of March or September: `floor(a + 0.242194 (y - 1980)) - leap days since 1980`, where `a` depends on
    /// the century; in millionths, so that no machine rounds otherwise.
    fn day(self, year: i16) -> i8 {
        let (base, leap_from) = match (self, year) {
            (Self::Vernal, ..1980) => (20_835_700, 1983),
            (Self::Vernal, 1980..2100) => (20_843_100, 1980),
            (Self::Vernal, 2100..) => (21_851_000, 1980),
            (Self::Autumnal, ..1980) => (23_258_800, 1983),
            (Self::Autumnal, 1980..2100) => (23_248_800, 1980),
            (Self::Autumnal, 2100..) => (24_248_800, 1980),
        };
        let years = i32::from(year) - 1980;
        // Towards zero before 1980, as the formula has it.
        let leap_days = (i32::from(year) - leap_from) / 4;
        let day = (base + 242_194 * years) / 1_000_000 - leap_days;
        i8::try_from(day).unwrap_or(21)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days as the Cabinet Office published them, month and day; 2027 as announced in February 2026.
    const PUBLISHED: &[(i16, &str)] = &[
        (
            2015,
            "0101 0112 0211 0321 0429 0503 0504 0505 0506 0720 0921 0922 0923 1012 1103 1123 1223",
        ),
        (
            2016,
            "0101 0111 0211 0320 0321 0429 0503 0504 0505 0718 0811 0919 0922 1010 1103 1123 1223",
        ),
        (
            2017,
            "0101 0102 0109 0211 0320 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123 1223",
        ),
        (
            2018,
            "0101 0108 0211 0212 0321 0429 0430 0503 0504 0505 0716 0811 0917 0923 0924 1008 1103 1123 \
             1223 1224",
        ),
        (
            2019,
            "0101 0114 0211 0321 0429 0430 0501 0502 0503 0504 0505 0506 0715 0811 0812 0916 0923 1014 \
             1022 1103 1104 1123",
        ),
        (
            2020,
            "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0723 0724 0810 0921 0922 1103 1123",
        ),
        (
            2021,
            "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809 0920 0923 1103 1123",
        ),
        (
            2022,
            "0101 0110 0211 0223 0321 0429 0503 0504 0505 0718 0811 0919 0923 1010 1103 1123",
        ),
        (
            2023,
            "0101 0102 0109 0211 0223 0321 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123",
        ),
        (
            2024,
            "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 \
             1103 1104 1123",
        ),
        (
            2025,
            "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 1123 1124",
        ),
        (
            2026,
            "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
        ),
        (
            2027,
            "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
        ),
    ];

    fn days(year: i16) -> String {
        let days: Vec<String> = of_year(year)
            .into_iter()
            .map(|day| format!("{:02}{:02}", day.month(), day.day()))
            .collect();
        days.join(" ")
    }

    #[test]
    fn the_days_are_those_the_cabinet_office_published() {
        for (year, published) in PUBLISHED {
            assert_eq!(days(*year), *published, "{year}");
        }
    }

    #[test]
    fn older_laws_hold_in_their_years() {
        // The first citizens' holidays came in 1988; before, the 4th of May was a working day, or a substitute.
        assert!(!days(1985).contains("0504"));
        assert!(days(1987).contains("0504"));
        assert!(days(1988).contains("0504"));
        // The first substitute holiday: the 30th of April 1973; the 12th of February was too early.
        assert!(days(1973).contains("0430") && !days(1973).contains("0212"));
        assert!(days(1989).contains("0224") && days(1993).contains("0609"));
        assert!(days(1999).contains("0115") && days(2000).contains("0110"));
    }

    #[test]
    fn no_year_outside_the_law_and_none_panics() {
        assert!(of_year(1948).is_empty() && of_year(2151).is_empty());
        assert!(of_year(i16::MIN).is_empty() && of_year(i16::MAX).is_empty());
        assert!((1949..=2150).all(|year| of_year(year).len() >= 9));
        // All holidays from 1949 to 2099, counted by another implementation of the law (`holidays` of Python).
        assert_eq!(
            (1949..=2099).map(|year| of_year(year).len()).sum::<usize>(),
            2408
        );
    }
}
