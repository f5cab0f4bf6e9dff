//! Local times as instants, quickly where many lie close together.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{ValueError, moment};

/// The clocks of a place, whose offset is looked up once for as long as it stays the same.
pub struct Clock<'a> {
    zone: &'a TimeZone,
    /// An offset, and instants that have it with a day to spare on either side: no local time among them is skipped or
    /// comes twice.
    steady: Option<(Offset, Timestamp, Timestamp)>,
}

impl<'a> Clock<'a> {
    /// Looks at the clocks of `zone`.
    pub fn new(zone: &'a TimeZone) -> Self {
        Self { zone, steady: None }
    }

    /// Reads what [`instant`](super::instant) reads.
    ///
    /// # Errors
    /// [`ValueError::NotADate`], [`ValueError::AmbiguousDate`].
    pub fn instant(&mut self, text: &str) -> Result<Option<Timestamp>, ValueError> {
        let local = match moment(text)?.map(super::Moment::local) {
            Some(Ok(local)) => local,
            Some(Err(instant)) => return Ok(Some(instant)),
            None => return Ok(None),
        };
        if let Some((offset, from, to)) = self.steady
            && let Ok(instant) = offset.to_timestamp(local)
            && (from..to).contains(&instant)
        {
            return Ok(Some(instant));
        }
        let instant = self.zone.to_timestamp(local);
        let instant = instant.map_err(|_| ValueError::NotADate)?;
        self.steady = self.around(instant);
        Ok(Some(instant))
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
