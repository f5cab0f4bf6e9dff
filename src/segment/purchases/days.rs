//! Instants to local days.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

const DAY_MICROS: i64 = 86_400_000_000;

/// The local days of a time zone: the offsets it has had, so that a day is a search among a few and no calendar per row.
#[derive(Debug, Clone)]
pub(super) struct LocalDays {
    /// Microseconds since 1970 from which on the offset at the same place holds, ascending.
    from: Vec<i64>,
    /// Microseconds that local time is ahead of UTC.
    offsets: Vec<i64>,
}

impl LocalDays {
    /// Returns the days of a zone up to an instant; later ones get the last offset.
    pub(super) fn until(zone: &TimeZone, last: Timestamp) -> Self {
        let micros = |offset: Offset| i64::from(offset.seconds()) * 1_000_000;
        let mut from = vec![i64::MIN];
        let mut offsets = vec![micros(zone.to_offset(Timestamp::MIN))];
        let changes = zone.following(Timestamp::MIN);
        for change in changes.take_while(|change| change.timestamp() <= last) {
            from.push(change.timestamp().as_microsecond());
            offsets.push(micros(change.offset()));
        }
        Self { from, offsets }
    }

    /// Returns the local day of an instant, in days since 1970-01-01.
    pub(super) fn day(&self, micros: i64) -> i32 {
        let place = self.from.partition_point(|from| *from <= micros);
        let offset = self.offsets[place.saturating_sub(1)];
        micros.saturating_add(offset).div_euclid(DAY_MICROS) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(zone: &str) -> LocalDays {
        let zone = TimeZone::get(zone).expect("a bundled time zone");
        let last = "2027-01-01T00:00:00Z".parse().expect("an instant");
        LocalDays::until(&zone, last)
    }

    #[test]
    fn days_are_those_of_the_calendar_in_every_kind_of_zone() {
        // St. John's went back at one minute past midnight, Apia left out a day, Lord Howe shifts by half an hour.
        for name in [
            "UTC",
            "Asia/Tokyo",
            "America/New_York",
            "America/St_Johns",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        ] {
            let zone = TimeZone::get(name).expect("a bundled time zone");
            let days = days(name);
            // Every 5 h 47 min, so that all minutes of the day are met.
            for step in 0..80_000_i64 {
                let second = step * 20_820;
                let at = Timestamp::from_second(second).expect("an instant");
                let date = at.to_zoned(zone.clone()).date();
                let since = date
                    .since(jiff::civil::date(1970, 1, 1))
                    .expect("a span of days");
                assert_eq!(
                    days.day(second * 1_000_000),
                    since.get_days(),
                    "{name} at {at}"
                );
            }
        }
    }

    #[test]
    fn a_day_begins_at_local_midnight_and_not_before() {
        let days = days("Asia/Tokyo");
        // 2026-01-01 00:00 in Tokyo.
        let midnight = 1_767_193_200_000_000;
        assert_eq!(days.day(midnight), 20_454);
        assert_eq!(days.day(midnight - 1), 20_453);
        assert_eq!(days.day(i64::MIN), -106_751_991);
        assert_eq!(days.day(i64::MAX), 106_751_991);
    }
}
