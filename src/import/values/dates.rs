//! Dates and times in the notations of Japanese shops, the web and old exports.

mod clock;
mod general;
mod plain;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

pub use clock::Clock;

use super::ValueError;
use general::any_moment;

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

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

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

fn day_of(year: i16, month: i16, day: i16) -> Result<Date, ValueError> {
    if !(1000..=3000).contains(&year) {
        return Err(ValueError::NotADate);
    }
    let small = |value: i16| i8::try_from(value).map_err(|_| ValueError::NotADate);
    Date::new(year, small(month)?, small(day)?).map_err(|_| ValueError::NotADate)
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
