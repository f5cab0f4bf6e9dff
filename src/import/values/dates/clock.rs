//! Local times as instants, quickly where many lie close together.

use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{ValueError, moment};

/// The clocks of a place, whose offset is looked up once for as long as it stays the same.
pub struct Clock<'a> {
    zone: &'a TimeZone,
    /// An offset, and instants that have it with a day to spare on either side: no local time among them is skipped or
    /// comes twice.
    steady: Option<(Offset, Timestamp, Timestamp)>,
    /// How the last day was written, and its midnight in seconds since 1970; all of the day is steady.
    day: Option<([u8; 10], i64)>,
}

impl<'a> Clock<'a> {
    /// Looks at the clocks of `zone`.
    pub fn new(zone: &'a TimeZone) -> Self {
        Self {
            zone,
            steady: None,
            day: None,
        }
    }

    /// Reads what [`instant`](super::instant) reads.
    ///
    /// # Errors
    /// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
    pub fn instant(&mut self, text: &str) -> Result<Option<Timestamp>, ValueError> {
        if let Some(instant) = self.on_last_day(text) {
            return Ok(Some(instant));
        }
        let local = match moment(text)?.map(super::Moment::local) {
            Some(Ok(local)) => local,
            Some(Err(instant)) => return Ok(Some(instant)),
            None => return Ok(None),
        };
        if let Some((offset, from, to)) = self.steady
            && let Ok(instant) = offset.to_timestamp(local)
            && (from..to).contains(&instant)
        {
            self.day = day(text, local, instant);
            return Ok(Some(instant));
        }
        let instant = self.zone.to_timestamp(local);
        let instant = instant.map_err(|_| ValueError::NotADate)?;
        self.day = None;
        self.steady = self.around(instant);
        Ok(Some(instant))
    }

    /// Reads a time of the day that the last cell was of: rows of a log mostly follow each other in time.
    fn on_last_day(&self, text: &str) -> Option<Timestamp> {
        let (written, midnight) = self.day?;
        let rest = text.as_bytes().strip_prefix(&written)?;
        let pair = |tens: u8, ones: u8| -> Option<i64> {
            let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
            digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        };
        let [b' ' | b'T', h, hh, b':', m, mm, b':', s, ss] = *rest else {
            return None;
        };
        let (hour, minute, second) = (pair(h, hh)?, pair(m, mm)?, pair(s, ss)?);
        let is_time = hour < 24 && minute < 60 && second < 60;
        let at = midnight + hour * 3600 + minute * 60 + second;
        is_time.then(|| Timestamp::from_second(at).ok()).flatten()
    }

    fn around(&self, instant: Timestamp) -> Option<(Offset, Timestamp, Timestamp)> {
        let (second, day) = (SignedDuration::from_secs(1), SignedDuration::from_hours(24));
        // A change at this very instant counts as one before it.
        let before = self.zone.preceding(instant.checked_add(second).ok()?);
        let after = self.zone.following(instant);
        let from = before.map(|change| change.timestamp()).next();
        let to = after.map(|change| change.timestamp()).next();
        Some((
            self.zone.to_offset(instant),
            from.map_or(Ok(Timestamp::MIN), |from| from.checked_add(day))
                .ok()?,
            to.map_or(Ok(Timestamp::MAX), |to| to.checked_sub(day))
                .ok()?,
        ))
    }
}

/// Returns how the day of a local time is written, where it is in ten bytes with the year first, and its midnight, where
/// all of that day has the offset of `instant`.
fn day(text: &str, local: DateTime, instant: Timestamp) -> Option<([u8; 10], i64)> {
    let written: [u8; 10] = text.as_bytes().get(..10)?.try_into().ok()?;
    let digits = |from: usize, to: usize| {
        let digits = written[from..to].iter();
        digits.fold(0, |number, digit| {
            number * 10 + i32::from(*digit) - i32::from(b'0')
        })
    };
    let says = (digits(0, 4), digits(5, 7), digits(8, 10));
    let is = (
        local.year().into(),
        local.month().into(),
        local.day().into(),
    );
    let is_cut = [written[4], written[7]]
        .iter()
        .all(|mark| matches!(mark, b'-' | b'/'));
    let time = local.time();
    let passed = time.duration_since(Time::midnight());
    let is_whole = written
        .iter()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/'));
    (says == is && is_cut && is_whole && passed.subsec_nanos() == 0)
        .then(|| (written, instant.as_second() - passed.as_secs()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::import::values::dates::instant;

    #[test]
    fn a_clock_says_what_the_zone_says_also_where_the_offset_changes() {
        for name in [
            "Asia/Tokyo",
            "Europe/Berlin",
            "America/New_York",
            "Asia/Tehran",
            "UTC",
        ] {
            let zone = TimeZone::get(name).expect("the zone is known");
            let mut clock = Clock::new(&zone);
            let start = date(2021, 1, 1).at(0, 0, 0, 0);
            let hours = (0..2 * 366 * 48).map(|half| start + SignedDuration::from_mins(30 * half));
            let text = |at: jiff::civil::DateTime| at.to_string().replace('T', " ");
            for at in hours.clone().chain(hours.rev().step_by(7)).map(text) {
                assert_eq!(clock.instant(&at), instant(&at, &zone), "{at} in {name}");
            }
            for text in [
                "2021-03-28 24:00:00",
                "2021-03-28 00:00:60",
                "2021/03/28 10:00:00.5",
                "2021/03/28 10:00:01",
                "2021/03/28T10:00:61",
                "2021/03-28 1:00:00",
                "2021/03/28 01:00",
                "20210328 010000",
                "2021/03/2810:00:00",
            ] {
                for before in [
                    "2021-03-28 12:00:00",
                    "2021/03/28 12:00:00",
                    "2021-03-28 24:00:00",
                ] {
                    let _ = clock.instant(before);
                    assert_eq!(
                        clock.instant(text),
                        instant(text, &zone),
                        "{text} in {name}"
                    );
                }
            }
            let days = [
                "2022-03-27",
                "2021-10-31",
                "2021-07-01T00:00:00Z",
                "1000-01-01",
                "",
                "x",
            ];
            for day in days {
                assert_eq!(clock.instant(day), instant(day, &zone), "{day} in {name}");
            }
        }
    }
}
