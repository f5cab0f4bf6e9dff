//! Dates and times in the notations of Japanese shops, the web and old exports.

mod clock;
mod plain;

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

pub use clock::Clock;

use super::ValueError;
use super::widths::narrow;

/// What a cell says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day without a time.
    Day(Date),
    /// A time of day on the clock of the place.
    Local(DateTime),
    /// An instant: the cell names its offset, or counts seconds.
    Exact(Timestamp),
}

impl Moment {
    /// Returns the time on the clock of the place, midnight for a day; `Err` where the instant is told.
    fn local(self) -> Result<DateTime, Timestamp> {
        match self {
            Self::Day(day) => Ok(day.to_datetime(Time::midnight())),
            Self::Local(local) => Ok(local),
            Self::Exact(instant) => Err(instant),
        }
    }
}

/// What stands first in a date whose year stands last; a date whose year stands first is read the same in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// The year stands first; day and month before a year cannot be told apart.
    #[default]
    YearFirst,
    /// `12/31/2024`, `12/31/24`.
    MonthFirst,
    /// `31/12/2024`, `31/12/24`.
    DayFirst,
}

/// Reads a calendar day; of an instant, the day in `zone`. Returns `None` for an empty cell and for `0000-00-00`.
///
/// # Errors
/// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
pub fn date(text: &str, zone: &TimeZone) -> Result<Option<Date>, ValueError> {
    date_in(text, zone, DateOrder::YearFirst)
}

/// Reads a calendar day where the export is known to write day and month in `order`.
///
/// # Errors
/// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
pub fn date_in(text: &str, zone: &TimeZone, order: DateOrder) -> Result<Option<Date>, ValueError> {
    Ok(moment_in(text, order)?.map(|moment| match moment {
        Moment::Day(day) => day,
        Moment::Local(local) => local.date(),
        Moment::Exact(instant) => zone.to_datetime(instant).date(),
    }))
}

/// Reads an instant; a local time counts in `zone`, a day stands for its first instant there.
///
/// # Errors
/// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
pub fn instant(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, ValueError> {
    instant_in(text, zone, DateOrder::YearFirst)
}

/// Reads an instant where the export is known to write day and month in `order`.
///
/// # Errors
/// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
pub fn instant_in(
    text: &str,
    zone: &TimeZone,
    order: DateOrder,
) -> Result<Option<Timestamp>, ValueError> {
    let Some(moment) = moment_in(text, order)? else {
        return Ok(None);
    };
    match moment.local() {
        Ok(local) => zone.to_timestamp(local).map(Some),
        Err(instant) => Ok(Some(instant)),
    }
    .map_err(|_| ValueError::NotADate)
}

/// Reads whatever notation the cell is in: year first with `/ - . 年月日`, Japanese eras, English months, RFC 3339,
/// `20140801`, epoch seconds (9 or 10 digits), milliseconds (13) and microseconds (16).
///
/// # Errors
/// [`ValueError::NotADate`], or [`ValueError::AmbiguousDate`] when the year stands last (`1/2/2014`).
pub fn moment(text: &str) -> Result<Option<Moment>, ValueError> {
    moment_in(text, DateOrder::YearFirst)
}

/// Reads whatever notation the cell is in; where the year stands last, day and month are in `order`.
///
/// Years of two digits are taken only there: 00 to 68 are of this century, 69 to 99 of the last (POSIX).
///
/// # Errors
/// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
pub fn moment_in(text: &str, order: DateOrder) -> Result<Option<Moment>, ValueError> {
    if let Some(moment) = plain::moment(text, order) {
        return Ok(Some(moment));
    }
    if let Some(instant) = stamp(text) {
        return Ok(Some(Moment::Exact(instant)));
    }
    any_moment(text, order)
}

fn any_moment(text: &str, order: DateOrder) -> Result<Option<Moment>, ValueError> {
    let text = narrow(text);
    let text = text.trim_start_matches('\'').trim();
    if text.is_empty() || text.starts_with("0000-00-00") {
        return Ok(None);
    }
    let is_compact = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_compact && let Some(moment) = compact(text) {
        return Ok(Some(moment));
    }
    let text = WEEKDAY.replace(text, " ");
    let text = text.trim();
    if let Some(found) = YEAR_FIRST.captures(text) {
        let year = number(&found, 1)?;
        return dated(year, &found, text).map(Some);
    }
    if let Some(found) = ERA.captures(text) {
        let year = era_year(&found[1], &found[2])?;
        return dated(year, &found, text).map(Some);
    }
    if order != DateOrder::YearFirst
        && let Some(found) = ORDERED.captures(text)
    {
        return dated_before_year(&found, order, text).map(Some);
    }
    if YEAR_LAST.is_match(text) {
        return Err(match order {
            DateOrder::YearFirst => ValueError::AmbiguousDate,
            _ => ValueError::NotADate,
        });
    }
    english(text).map(Some)
}

/// Reads what machines write most, without the patterns: `2014-08-01T00:05:00.000Z` and
/// `Wed Oct 10 20:19:24 +0000 2018`.
fn stamp(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let is_between = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    if !text.is_ascii() || bytes.len() < 20 {
        return None;
    }
    if bytes[10] == b'T' && bytes[4] == b'-' && matches!(bytes[0], b'1' | b'2') && is_between(0, 4)
    {
        return text.parse().ok();
    }
    let is_classic = bytes.len() == 30
        && [3, 7, 10, 19, 25].iter().all(|&place| bytes[place] == b' ')
        && bytes[13] == b':'
        && bytes[16] == b':'
        && matches!(bytes[20], b'+' | b'-')
        && [(8, 10), (11, 13), (14, 16), (17, 19), (21, 25), (26, 30)]
            .iter()
            .all(|&(from, to)| is_between(from, to));
    if !is_classic {
        return None;
    }
    let month = MONTHS
        .iter()
        .position(|month| text[4..7].eq_ignore_ascii_case(month))?;
    let day = day_of(
        text[26..].parse().ok()?,
        month as i16 + 1,
        text[8..10].parse().ok()?,
    )
    .ok()?;
    let part = |from: usize| text[from..from + 2].parse().ok();
    let time = Time::new(part(11)?, part(14)?, part(17)?, 0).ok()?;
    offset_of(&text[20..25])?
        .to_timestamp(day.to_datetime(time))
        .ok()
}

/// Zones that mail, feeds and American tools name in place of an offset (RFC 822).
const ZONE_NAMES: &[(&str, &str)] = &[
    ("UT", "+0000"),
    ("EST", "-0500"),
    ("EDT", "-0400"),
    ("CST", "-0600"),
    ("CDT", "-0500"),
    ("MST", "-0700"),
    ("MDT", "-0600"),
    ("PST", "-0800"),
    ("PDT", "-0700"),
];

/// Returns the text with the offset in place of a North American zone name at its end.
///
/// Only for exports known to mean these: elsewhere `CST` may be China's.
pub fn with_offset(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let named = text.rsplit_once(' ').and_then(|(before, name)| {
        let (_, offset) = ZONE_NAMES.iter().find(|(known, _)| *known == name)?;
        Some(format!("{before} {offset}"))
    });
    named.map_or(Cow::Borrowed(text), Cow::Owned)
}

static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*\(\p{L}{1,9}\)\s*"));
static YEAR_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(\d{4})()\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?"));
static ERA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(明治|大正|昭和|平成|令和|[MTSHR])\.?\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?",
    )
});
static YEAR_LAST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b"));
static ORDERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:$|[Tt,\s])")
});
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:[Tt]|\s+|)(午前|午後)?\s*(\d{1,2})(?::|時)\s*(?:(\d{1,2})(?:(?::|分)\s*(?:(\d{1,2})(?:[.,](\d{1,9})\d*)?秒?)?)?)?",
        r"\s*([AaPp]\.?[Mm]\.?)?\s*([Zz]|UTC|GMT|JST|[+-]\d{1,2}:?(?:\d{2})?)?$",
    ))
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is constant")
}

fn number(found: &Captures<'_>, group: usize) -> Result<i16, ValueError> {
    found
        .get(group)
        .and_then(|digits| digits.as_str().parse().ok())
        .ok_or(ValueError::NotADate)
}

fn day_of(year: i16, month: i16, day: i16) -> Result<Date, ValueError> {
    if !(1000..=3000).contains(&year) {
        return Err(ValueError::NotADate);
    }
    let small = |value: i16| i8::try_from(value).map_err(|_| ValueError::NotADate);
    Date::new(year, small(month)?, small(day)?).map_err(|_| ValueError::NotADate)
}

/// Makes the moment of a match whose groups 3 and 4 are month and day, the time in what follows it.
fn dated(year: i16, found: &Captures<'_>, text: &str) -> Result<Moment, ValueError> {
    let day = day_of(year, number(found, 3)?, number(found, 4)?)?;
    let rest = &text[found.get(0).map_or(0, |whole| whole.end())..];
    if rest.trim().is_empty() {
        return Ok(Moment::Day(day));
    }
    timed(day, rest)
}

/// Makes the moment of a match whose groups 1 and 2 are day and month in `order`, the year after them.
fn dated_before_year(
    found: &Captures<'_>,
    order: DateOrder,
    text: &str,
) -> Result<Moment, ValueError> {
    let (first, second) = (number(found, 1)?, number(found, 2)?);
    let year = full_year(number(found, 3)?, found[3].len()).ok_or(ValueError::NotADate)?;
    let day = if order == DateOrder::DayFirst {
        day_of(year, second, first)?
    } else {
        day_of(year, first, second)?
    };
    let rest = &text[found.get(3).map_or(0, |year| year.end())..];
    let rest = rest.strip_prefix(',').unwrap_or(rest);
    if rest.trim().is_empty() {
        return Ok(Moment::Day(day));
    }
    timed(day, rest)
}

/// Returns the year that two or four digits stand for.
fn full_year(year: i16, digits: usize) -> Option<i16> {
    match (digits, year) {
        (4, _) => Some(year),
        (2, ..=68) => Some(2000 + year),
        (2, _) => Some(1900 + year),
        _ => None,
    }
}

fn era_year(era: &str, year: &str) -> Result<i16, ValueError> {
    let base = match era {
        "明治" | "M" => 1867,
        "大正" | "T" => 1911,
        "昭和" | "S" => 1925,
        "平成" | "H" => 1988,
        _ => 2018,
    };
    let year: i16 = if year == "元" {
        1
    } else {
        year.parse().map_err(|_| ValueError::NotADate)?
    };
    if year == 0 {
        Err(ValueError::NotADate)
    } else {
        Ok(base + year)
    }
}

/// Reads the time of day and the offset that follow a date.
fn timed(day: Date, text: &str) -> Result<Moment, ValueError> {
    let found = TIME.captures(text).ok_or(ValueError::NotADate)?;
    let part = |group: usize| {
        found.get(group).map_or(Ok(0_i8), |digits| {
            digits.as_str().parse().map_err(|_| ValueError::NotADate)
        })
    };
    let (mut hour, minute, second) = (part(2)?, part(3)?, part(4)?);
    let half = found
        .get(1)
        .or(found.get(6))
        .map(|half| half.as_str().to_lowercase());
    if let Some(half) = half {
        if hour > 12 {
            return Err(ValueError::NotADate);
        }
        hour = hour % 12
            + if half == "午後" || half.starts_with('p') {
                12
            } else {
                0
            };
    }
    let fraction: i32 = found
        .get(5)
        .map_or(Ok(0), |digits| format!("{:0<9}", digits.as_str()).parse())
        .map_err(|_| ValueError::NotADate)?;
    let time = Time::new(hour, minute, second, fraction).map_err(|_| ValueError::NotADate)?;
    let local = day.to_datetime(time);
    match found.get(7) {
        None => Ok(Moment::Local(local)),
        Some(offset) => offset_of(offset.as_str())
            .and_then(|offset| offset.to_timestamp(local).ok())
            .map(Moment::Exact)
            .ok_or(ValueError::NotADate),
    }
}

fn offset_of(text: &str) -> Option<Offset> {
    let seconds = match text {
        "Z" | "z" | "UTC" | "GMT" => 0,
        "JST" => 9 * 3600,
        _ => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = if digits.len() <= 2 {
                (digits.as_str(), "0")
            } else {
                digits.split_at(digits.len() - 2)
            };
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            if text.starts_with('-') {
                -seconds
            } else {
                seconds
            }
        }
    };
    Offset::from_seconds(seconds).ok()
}

/// Reads digits alone: `YYYYMMDD`, `YYYYMMDDhhmm`, `YYYYMMDDhhmmss` or an epoch count.
fn compact(text: &str) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i64 = whole.parse().ok()?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let calendar = || {
        let part = |from: usize, to: usize| {
            whole
                .get(from..to)
                .map_or(Some(0_i16), |digits| digits.parse().ok())
        };
        let day = day_of(part(0, 4)?, part(4, 6)?, part(6, 8)?).ok()?;
        Some((day, part(8, 10)?, part(10, 12)?, part(12, 14)?))
    };
    match (whole.len(), fraction.is_empty()) {
        (8, true) => calendar().map(|(day, ..)| Moment::Day(day)),
        (12 | 14, true) => {
            let (day, hour, minute, second) = calendar()?;
            Time::new(hour as i8, minute as i8, second as i8, 0)
                .ok()
                .map(|time| Moment::Local(day.to_datetime(time)))
        }
        (9 | 10, _) => {
            let nanoseconds: i64 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
            let instant = Timestamp::from_second(count).ok()?;
            instant
                .checked_add(SignedDuration::from_nanos(nanoseconds))
                .ok()
                .map(Moment::Exact)
        }
        (13, _) => Timestamp::from_millisecond(count).ok().map(Moment::Exact),
        (16, true) => Timestamp::from_microsecond(count).ok().map(Moment::Exact),
        _ => None,
    }
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads English dates by their parts: `Aug 1, 2014`, `1 Aug 2014 9:05`, `Fri, 01 Aug 2014 09:05:00 GMT`,
/// `Wed Oct 10 20:19:24 +0000 2018`.
fn english(text: &str) -> Result<Moment, ValueError> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut time = String::new();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        let is_name = lower.len() >= 3
            && lower
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'.');
        let name_of = |names: &[&str]| {
            names
                .iter()
                .position(|name| is_name && lower.starts_with(name))
        };
        let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
        if let (None, Some(found)) = (month, name_of(&MONTHS)) {
            month = Some(found as i16 + 1);
        } else if name_of(&WEEKDAYS).is_some() {
        } else if word.len() == 4
            && word.bytes().all(|byte| byte.is_ascii_digit())
            && year.is_none()
        {
            year = word.parse::<i16>().ok();
        } else if digits.len() <= 2
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && day.is_none()
        {
            day = digits.parse::<i16>().ok();
        } else {
            time.push(' ');
            time.push_str(word);
        }
    }
    let (Some(year), Some(month), Some(day)) = (year, month, day) else {
        return Err(ValueError::NotADate);
    };
    let day = day_of(year, month, day)?;
    if time.is_empty() {
        Ok(Moment::Day(day))
    } else {
        timed(day, &time)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").expect("the time zones are bundled")
    }

    #[test]
    fn days_met_in_the_wild_are_read() {
        for (text, expected) in [
            ("2014/08/01", "2014-08-01"),
            ("2014-8-1 9:05", "2014-08-01"),
            ("2014年8月1日", "2014-08-01"),
            ("２０１４年８月１日（金）", "2014-08-01"),
            ("平成26年8月1日", "2014-08-01"),
            ("㍻26年8月1日", "2014-08-01"),
            ("H26.8.1", "2014-08-01"),
            ("令和元年5月1日", "2019-05-01"),
            ("昭和64年1月7日", "1989-01-07"),
            ("20140801", "2014-08-01"),
            ("19970101", "1997-01-01"),
            ("Aug 1, 2014", "2014-08-01"),
            ("Aug 1 2014", "2014-08-01"),
            ("1 August 2014", "2014-08-01"),
            ("Tue, Jul 14, 2026", "2026-07-14"),
            ("2014-08-01T09:05:00+09:00", "2014-08-01"),
            ("2014-07-31T20:05:00Z", "2014-08-01"),
            ("2025/04/18(金)", "2025-04-18"),
        ] {
            assert_eq!(
                date(text, &tokyo()).map(|day| day.map(|day| day.to_string())),
                Ok(Some(expected.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn instants_met_in_the_wild_are_read() {
        for (text, expected) in [
            ("2014/08/01", "2014-07-31T15:00:00Z"),
            ("2014-8-1 9:05", "2014-08-01T00:05:00Z"),
            ("2014年8月1日 9時5分", "2014-08-01T00:05:00Z"),
            ("2014年8月1日 午後3時", "2014-08-01T06:00:00Z"),
            ("平成26年8月1日 9:05:30", "2014-08-01T00:05:30Z"),
            ("2014-08-01T09:05:00+09:00", "2014-08-01T00:05:00Z"),
            ("2014-08-01T00:05:00Z", "2014-08-01T00:05:00Z"),
            ("2014-08-01T00:05:00.123Z", "2014-08-01T00:05:00.123Z"),
            ("2014-08-01 09:05:00 +0900", "2014-08-01T00:05:00Z"),
            ("2024-05-01 09:58:12 -0300", "2024-05-01T12:58:12Z"),
            ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24Z"),
            ("Wed Oct 10 20:19:24 -0330 2018", "2018-10-10T23:49:24Z"),
            ("Fri, 01 Aug 2014 09:05:00 GMT", "2014-08-01T09:05:00Z"),
            ("Aug 1, 2014 9:05 PM", "2014-08-01T12:05:00Z"),
            ("1406851500", "2014-08-01T00:05:00Z"),
            ("1406851500.5", "2014-08-01T00:05:00.5Z"),
            ("1406851500000", "2014-08-01T00:05:00Z"),
            ("20140801090500", "2014-08-01T00:05:00Z"),
            ("2026/08/21 11:59", "2026-08-21T02:59:00Z"),
        ] {
            let read =
                instant(text, &tokyo()).map(|instant| instant.map(|instant| instant.to_string()));
            assert_eq!(read, Ok(Some(expected.to_owned())), "{text}");
        }
    }

    #[test]
    fn zone_names_count_where_they_are_expected() {
        for (text, expected) in [
            ("2021-03-04 09:59:57 EST", "2021-03-04T14:59:57Z"),
            ("Fri, 01 Aug 2014 09:05:00 PDT", "2014-08-01T16:05:00Z"),
            ("2021-03-04 09:00 JST", "2021-03-04T00:00:00Z"),
        ] {
            let read = instant(&with_offset(text), &tokyo());
            assert_eq!(
                read.map(|at| at.map(|at| at.to_string())),
                Ok(Some(expected.to_owned()))
            );
        }
        assert!(instant("2021-03-04 09:59:57 EST", &tokyo()).is_err());
    }

    #[test]
    fn empty_cells_and_null_dates_are_nothing() {
        for text in ["", " 　", "0000-00-00 00:00:00"] {
            assert_eq!(instant(text, &tokyo()), Ok(None), "{text}");
        }
    }

    #[test]
    fn broken_dates_say_what_is_wrong() {
        for (text, expected) in [
            ("1/2/2014", ValueError::AmbiguousDate),
            ("01-02-14", ValueError::AmbiguousDate),
            ("2014/13/01", ValueError::NotADate),
            ("2014/02/30", ValueError::NotADate),
            ("2014-08-01 25:00", ValueError::NotADate),
            ("平成0年1月1日", ValueError::NotADate),
            ("昨日", ValueError::NotADate),
            ("20141301", ValueError::NotADate),
            ("123", ValueError::NotADate),
            ("2014-08-01 abc", ValueError::NotADate),
            ("99999999999999999999", ValueError::NotADate),
        ] {
            assert_eq!(instant(text, &tokyo()), Err(expected), "{text}");
        }
    }

    #[test]
    fn day_and_month_are_told_apart_where_the_order_is_known() {
        for (text, order, expected) in [
            (
                "12/1/2010 8:26",
                DateOrder::MonthFirst,
                Some("2010-11-30T23:26:00Z"),
            ),
            (
                "01/02/24",
                DateOrder::MonthFirst,
                Some("2024-01-01T15:00:00Z"),
            ),
            (
                "01/02/24",
                DateOrder::DayFirst,
                Some("2024-01-31T15:00:00Z"),
            ),
            (
                "31.12.1999 23:59:59",
                DateOrder::DayFirst,
                Some("1999-12-31T14:59:59Z"),
            ),
            (
                "1/2/69",
                DateOrder::MonthFirst,
                Some("1969-01-01T15:00:00Z"),
            ),
            (
                "1/2/2024, 3:04:05 PM",
                DateOrder::MonthFirst,
                Some("2024-01-02T06:04:05Z"),
            ),
            (
                "１/２/２０２４",
                DateOrder::DayFirst,
                Some("2024-01-31T15:00:00Z"),
            ),
            (
                "2010-12-01 08:26:00",
                DateOrder::DayFirst,
                Some("2010-11-30T23:26:00Z"),
            ),
            (
                "2024/1/2",
                DateOrder::DayFirst,
                Some("2024-01-01T15:00:00Z"),
            ),
            (
                "Aug 1, 2014",
                DateOrder::DayFirst,
                Some("2014-07-31T15:00:00Z"),
            ),
            ("13/1/2024", DateOrder::MonthFirst, None),
            ("1/13/2024", DateOrder::DayFirst, None),
            ("1/2/202", DateOrder::DayFirst, None),
            ("1/2/20245", DateOrder::DayFirst, None),
            ("1/2/2412:30", DateOrder::DayFirst, None),
        ] {
            let read = instant_in(text, &tokyo(), order)
                .map(|instant| instant.map(|instant| instant.to_string()));
            let expected = expected.map(|text| Some(text.to_owned()));
            assert_eq!(read, expected.ok_or(ValueError::NotADate), "{text}");
        }
        assert_eq!(
            date_in("01/02/24", &tokyo(), DateOrder::YearFirst),
            Err(ValueError::AmbiguousDate)
        );
    }

    #[test]
    fn local_times_keep_to_the_clocks_of_the_place() {
        let new_york = TimeZone::get("America/New_York").expect("the time zones are bundled");
        for (text, expected) in [
            ("2024-03-10 01:59", "2024-03-10T06:59:00Z"),
            ("2024-03-10 02:30", "2024-03-10T07:30:00Z"),
            ("2024-11-03 01:30", "2024-11-03T05:30:00Z"),
            ("2024-11-03", "2024-11-03T04:00:00Z"),
            ("2024-11-04", "2024-11-04T05:00:00Z"),
        ] {
            assert_eq!(
                instant(text, &new_york).map(|instant| instant.map(|instant| instant.to_string())),
                Ok(Some(expected.to_owned()))
            );
        }
    }

    #[test]
    fn the_notations_of_machines_are_read_the_short_way() {
        for text in [
            "2024-01-02",
            "2024/01/02",
            "2024/1/2 3:04",
            "2024-01-02 03:04",
            "2024-01-02 03:04:05",
            "2024-01-02 03:04:05.000",
            "2024-01-02T03:04:05Z",
            "2024-01-02T03:04:05.678Z",
            "2024-01-02T03:04:05+09:00",
            "2024-01-02 03:04:05 +0900",
            "20240102",
            "20240102030405",
        ] {
            assert!(
                plain::moment(text, DateOrder::YearFirst).is_some(),
                "{text}"
            );
        }
        assert!(plain::moment("12/1/2010 8:26", DateOrder::MonthFirst).is_some());
        assert!(plain::moment("12/1/2010 8:26", DateOrder::YearFirst).is_none());
    }

    fn any_order() -> impl Strategy<Value = DateOrder> {
        prop_oneof![
            Just(DateOrder::YearFirst),
            Just(DateOrder::MonthFirst),
            Just(DateOrder::DayFirst),
        ]
    }

    fn same_both_ways(text: &str, order: DateOrder) {
        if let Some(moment) = plain::moment(text, order) {
            assert_eq!(any_moment(text, order), Ok(Some(moment)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_general_way_agree_on_dates(
            text in "[0-9]{4}[-/][0-2]?[0-9][-/][0-3]?[0-9]([ T][0-2]?[0-9]:[0-6][0-9](:[0-6][0-9]([.][0-9]{1,10})?)?( ?(Z|[-+][0-2][0-9](:?[0-9]{2})?))?)?",
            order in any_order(),
        ) {
            same_both_ways(&text, order);
        }

        #[test]
        fn the_short_way_and_the_general_way_agree_on_years_written_last(
            text in "[0-3]?[0-9][-/][0-3]?[0-9][-/]([0-9]{2}|[0-9]{4}|[0-9]{1,5})([ T][0-2]?[0-9]:[0-6][0-9](:[0-6][0-9])?( ?(Z|[-+][0-2][0-9](:?[0-9]{2})?))?)?",
            order in any_order(),
        ) {
            same_both_ways(&text, order);
        }

        #[test]
        fn the_short_way_and_the_general_way_agree_on_digits(text in "[0-9]{8}|[0-9]{14}|[0-9.]{1,18}", order in any_order()) {
            same_both_ways(&text, order);
        }

        #[test]
        fn the_short_way_and_the_general_way_agree_on_anything(text in "[-0-9/: .,TtZ+'年]{0,26}", order in any_order()) {
            same_both_ways(&text, order);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = instant(&text, &tokyo());
            let _ = date(&text, &tokyo());
        }

        #[test]
        fn nothing_near_a_date_makes_it_panic(text in "[0-9MTSHR元年月日時分 :/.+T-]{0,24}") {
            let _ = instant(&text, &tokyo());
        }
    }
}
