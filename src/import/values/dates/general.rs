//! The general way: every notation there is, by patterns and by words.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

use super::{DateOrder, MONTHS, Moment, ValueError, day_of, full_year, offset_of};
use crate::import::values::widths::narrow;

pub(super) fn any_moment(text: &str, order: DateOrder) -> Result<Option<Moment>, ValueError> {
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
