//! Dates and times in the notations of Japanese shops, the web and old exports.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

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

/// Reads a calendar day; of an instant, the day in `zone`. Returns `None` for an empty cell and for `0000-00-00`.
///
/// # Errors
/// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
pub fn date(text: &str, zone: &TimeZone) -> Result<Option<Date>, ValueError> {
    Ok(moment(text)?.map(|moment| match moment {
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
    let Some(moment) = moment(text)? else {
        return Ok(None);
    };
    let local = match moment {
        Moment::Exact(instant) => return Ok(Some(instant)),
        Moment::Local(local) => local,
        Moment::Day(day) => day.to_datetime(Time::midnight()),
    };
    zone.to_timestamp(local)
        .map(Some)
        .map_err(|_| ValueError::NotADate)
}

/// Reads whatever notation the cell is in: year first with `/ - . 年月日`, Japanese eras, English months, RFC 3339,
/// `20140801`, epoch seconds (9 or 10 digits), milliseconds (13) and microseconds (16).
///
/// # Errors
/// [`ValueError::NotADate`], or [`ValueError::AmbiguousDate`] when the year stands last (`1/2/2014`).
pub fn moment(text: &str) -> Result<Option<Moment>, ValueError> {
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
    if YEAR_LAST.is_match(text) {
        return Err(ValueError::AmbiguousDate);
    }
    english(text).map(Some)
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

    proptest! {
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
