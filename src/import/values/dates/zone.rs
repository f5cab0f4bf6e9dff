//! Local times as instants, without searching the zone's table for each of them.

use std::cell::RefCell;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A stretch of local time within which the zone keeps one offset, in seconds as if local time were UTC.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: i64,
    until: i64,
    offset: i64,
}

/// The stretches met so far in one zone.
struct Stretches {
    zone: TimeZone,
    met: Vec<Stretch>,
    last: usize,
}

/// More stretches than this are not kept: a century has two hundred where clocks change twice a year.
const MOST: usize = 256;

/// How far a stretch keeps from the changes at its ends, so that no gap, no overlap and no other offset is within.
const MARGIN: i64 = 3 * 86_400;

thread_local! {
    static STRETCHES: RefCell<Stretches> = const {
        RefCell::new(Stretches { zone: TimeZone::UTC, met: Vec::new(), last: 0 })
    };
}

/// Returns the instant of a local time: in an overlap the earlier one, in a gap the one an hour (or whatever the gap
/// is) later; `None` outside what can be counted.
pub(super) fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let counted = Offset::UTC.to_timestamp(local).ok()?;
    let place = counted.as_second();
    STRETCHES.with_borrow_mut(|stretches| {
        if stretches.zone != *zone {
            *stretches = Stretches {
                zone: zone.clone(),
                met: Vec::new(),
                last: 0,
            };
        }
        if let Some(offset) = stretches.offset(place) {
            return counted.checked_sub(SignedDuration::from_secs(offset)).ok();
        }
        let instant = zone.to_timestamp(local).ok()?;
        stretches.meet(instant);
        Some(instant)
    })
}

impl Stretches {
    fn offset(&mut self, place: i64) -> Option<i64> {
        let holds = |stretch: &Stretch| (stretch.from..stretch.until).contains(&place);
        if !self.met.get(self.last).is_some_and(holds) {
            self.last = self.met.iter().position(holds)?;
        }
        self.met.get(self.last).map(|stretch| stretch.offset)
    }

    /// Keeps the stretch around an instant.
    fn meet(&mut self, instant: Timestamp) {
        let offset = i64::from(self.zone.to_offset(instant).seconds());
        // Both searches leave out the instant they start from.
        let next_second = instant
            .checked_add(SignedDuration::from_secs(1))
            .unwrap_or(instant);
        let before = self.zone.preceding(next_second).next();
        let after = self.zone.following(instant).next();
        let stretch = Stretch {
            from: before.map_or(i64::MIN, |change| {
                change.timestamp().as_second() + offset + MARGIN
            }),
            until: after.map_or(i64::MAX, |change| {
                change.timestamp().as_second() + offset - MARGIN
            }),
            offset,
        };
        let place = instant.as_second() + offset;
        if (stretch.from..stretch.until).contains(&place) && self.met.len() < MOST {
            self.met.push(stretch);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checked(local: DateTime, zone: &str) -> Option<Timestamp> {
        let zone = TimeZone::get(zone).expect("the time zones are bundled");
        let found = instant(local, &zone);
        assert_eq!(found, zone.to_timestamp(local).ok(), "{local} {zone:?}");
        assert_eq!(instant(local, &zone), found, "asked again: {local}");
        found
    }

    fn at(text: &str) -> DateTime {
        text.parse().expect("well formed")
    }

    #[test]
    fn gaps_and_overlaps_are_where_they_were() {
        for (local, expected) in [
            ("2024-03-09T02:30:00", "2024-03-09T07:30:00Z"),
            ("2024-03-10T01:59:59", "2024-03-10T06:59:59Z"),
            ("2024-03-10T02:30:00", "2024-03-10T07:30:00Z"),
            ("2024-03-10T03:00:00", "2024-03-10T07:00:00Z"),
            ("2024-07-01T12:00:00", "2024-07-01T16:00:00Z"),
            ("2024-11-03T00:59:59", "2024-11-03T04:59:59Z"),
            ("2024-11-03T01:30:00", "2024-11-03T05:30:00Z"),
            ("2024-11-03T02:00:00", "2024-11-03T07:00:00Z"),
            ("2024-12-01T12:00:00", "2024-12-01T17:00:00Z"),
        ] {
            assert_eq!(
                checked(at(local), "America/New_York").map(|instant| instant.to_string()),
                Some(expected.to_owned())
            );
        }
    }

    #[test]
    fn zones_do_not_mix() {
        for zone in ["Asia/Tokyo", "America/New_York", "UTC", "Asia/Tokyo"] {
            checked(at("2024-07-01T12:00:00"), zone);
        }
    }

    proptest! {
        #[test]
        fn every_local_time_is_what_the_zone_says(
            seconds in proptest::collection::vec(-5_000_000_000_i64..30_000_000_000, 1..20),
            zone in prop_oneof![
                Just("Asia/Tokyo"), Just("America/New_York"), Just("Europe/London"), Just("Pacific/Apia"),
                Just("Africa/Casablanca"), Just("Australia/Lord_Howe"), Just("UTC"),
            ],
        ) {
            for second in seconds {
                let local = Offset::UTC.to_datetime(Timestamp::from_second(second).expect("within range"));
                checked(local, zone);
            }
        }

        #[test]
        fn every_local_time_near_a_change_is_what_the_zone_says(
            year in 1950_i64..2040, hours in -100_i64..100, minute in 0_i64..60,
        ) {
            let zone = TimeZone::get("America/New_York").expect("the time zones are bundled");
            let start = Timestamp::from_second((year - 1970) * 31_556_952).expect("within range");
            if let Some(change) = zone.following(start).next() {
                let second = change.timestamp().as_second() + hours * 3600 + minute * 60;
                let local = Offset::UTC.to_datetime(Timestamp::from_second(second).expect("within range"));
                checked(local, "America/New_York");
            }
        }
    }
}
