//! When a person is contacted: the hour they usually respond at, outside of the quiet hours.

use jiff::Timestamp;
use jiff::Zoned;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::as_of::AsOf;

const MINUTES_OF_DAY: u32 = 24 * 60;
/// Times that a moment is moved out of the quiet hours: a change of the clock can put it into them again.
const MOST_MOVES: usize = 4;

/// Hours of the day in which nobody is contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// First minute of the day.
    from: u32,
    /// First minute behind; as `from` for none.
    until: u32,
}

impl QuietHours {
    /// Reads `21:00-08:00`, an empty text as none; `None` for what is neither, or would leave no hour of the day.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self { from: 0, until: 0 });
        }
        let (from, until) = text.split_once('-')?;
        let (from, until) = (minute(from)?, minute(until)?);
        let (from, until) = (from % MINUTES_OF_DAY, until % MINUTES_OF_DAY);
        (from != until).then_some(Self { from, until })
    }

    /// Whether a minute of the day is quiet.
    fn holds(self, minute: u32) -> bool {
        match self.from <= self.until {
            true => self.from <= minute && minute < self.until,
            false => self.from <= minute || minute < self.until,
        }
    }

    /// Whether a local moment is quiet, to the second.
    pub fn holds_at(self, at: &Zoned) -> bool {
        self.holds(minute_of(at))
    }
}

/// Returns the minute of `09:30`, of `24:00` the last one's end.
fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(hour) || minute.len() != 2 || !is_number(minute) {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= MINUTES_OF_DAY).then_some(total)
}

fn minute_of(at: &Zoned) -> u32 {
    u32::from(at.hour().unsigned_abs()) * 60 + u32::from(at.minute().unsigned_abs())
}

/// Returns when a person is contacted, in microseconds since 1970-01-01 UTC: at their hour, the first one from the as-of
/// instant on, or at once; behind the quiet hours where it lies in them.
pub(super) fn send_at(as_of: &AsOf, hour: u32, is_at_once: bool, quiet: QuietHours) -> i64 {
    let zone = as_of.time_zone();
    let start = as_of.instant().to_zoned(zone.clone());
    let mut at = match is_at_once {
        true => start.clone(),
        false => next(&start, hour * 60, zone).unwrap_or_else(|| start.clone()),
    };
    for _ in 0..MOST_MOVES {
        if !quiet.holds_at(&at) {
            break;
        }
        match next(&at, quiet.until, zone) {
            Some(later) => at = later,
            None => break,
        }
    }
    at.timestamp().as_microsecond()
}

/// Returns the first moment from `from` on at which the clock shows a minute of the day; `None` where the calendar ends.
fn next(from: &Zoned, minute: u32, zone: &TimeZone) -> Option<Zoned> {
    let mut day = from.date();
    // A clock that is put forward can skip the minute of a day.
    for _ in 0..3 {
        let hour = i8::try_from(minute / 60).ok()?;
        let rest = i8::try_from(minute % 60).ok()?;
        let at = day.at(hour, rest, 0, 0).to_zoned(zone.clone()).ok()?;
        if at >= *from {
            return Some(at);
        }
        day = day.tomorrow().ok()?;
    }
    None
}

/// Returns the local day of an instant, in days since 1970-01-01.
pub(super) fn local_day(at: i64, zone: &TimeZone) -> i32 {
    let Ok(instant) = Timestamp::from_microsecond(at) else {
        return 0;
    };
    day_number(instant.to_zoned(zone.clone()).date())
}

/// Returns a day in days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i32 {
    day.since(date(1970, 1, 1))
        .map_or(0, |span| span.get_days())
}

/// Returns a day by its number; the first of all where the calendar does not reach.
pub(super) fn day_of(number: i32) -> Date {
    use jiff::ToSpan;
    date(1970, 1, 1).saturating_add(i64::from(number).days())
}

/// Returns the number of the week of a day; weeks begin on Monday.
pub(super) fn week_of(day: i32) -> i32 {
    // 1970-01-01 was a Thursday.
    (day + 3).div_euclid(7)
}

/// Returns the age in whole years of who was born on a day.
pub(super) fn age(born: i32, today: i32) -> i32 {
    let (born, today) = (day_of(born), day_of(today));
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    i32::from(today.year()) - i32::from(born.year()) - i32::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(instant: &str, zone: &str) -> AsOf {
        let zone = TimeZone::get(zone).expect("a bundled time zone");
        AsOf::at(instant.parse().expect("an instant"), &zone).expect("an instant")
    }

    fn shown(at: i64, zone: &TimeZone) -> String {
        let instant = Timestamp::from_microsecond(at).expect("an instant");
        instant
            .to_zoned(zone.clone())
            .strftime("%F %H:%M")
            .to_string()
    }

    #[test]
    fn hours_are_read_and_what_is_none_is_not() {
        assert!(QuietHours::parse("").is_some());
        assert!(QuietHours::parse(" 21:00 - 08:00 ").is_some());
        assert!(
            QuietHours::parse("00:00-24:00").is_none(),
            "no hour is left"
        );
        for text in [
            "9-18",
            "21:00",
            "25:00-08:00",
            "21:60-08:00",
            "21:0-8:00",
            "-",
            "a:00-b:00",
        ] {
            assert_eq!(QuietHours::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_waits_for_its_hour_and_for_the_morning() {
        let as_of = at("2026-09-27T15:00:00Z", "Asia/Tokyo");
        let zone = as_of.time_zone().clone();
        let quiet = QuietHours::parse("21:00-08:00").expect("hours");
        let sent = |hour, is_at_once| shown(send_at(&as_of, hour, is_at_once, quiet), &zone);
        assert_eq!(sent(10, false), "2026-09-28 10:00");
        assert_eq!(sent(22, false), "2026-09-29 08:00");
        assert_eq!(sent(7, false), "2026-09-28 08:00");
        assert_eq!(sent(10, true), "2026-09-28 08:00");
        let noon = at("2026-09-28T03:30:00Z", "Asia/Tokyo");
        assert_eq!(
            shown(send_at(&noon, 10, false, quiet), &zone),
            "2026-09-29 10:00"
        );
        assert_eq!(
            shown(send_at(&noon, 10, true, quiet), &zone),
            "2026-09-28 12:30"
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_birthdays_count() {
        let number = |text: &str| day_number(text.parse().expect("a date"));
        assert_eq!(week_of(number("2026-09-28")), week_of(number("2026-10-04")));
        assert_ne!(week_of(number("2026-09-27")), week_of(number("2026-09-28")));
        assert_eq!(age(number("2008-09-28"), number("2026-09-28")), 18);
        assert_eq!(age(number("2008-09-29"), number("2026-09-28")), 17);
        assert_eq!(age(number("2008-02-29"), number("2026-02-28")), 17);
        assert_eq!(age(number("2008-02-29"), number("2026-03-01")), 18);
    }

    proptest! {
        #[test]
        fn nobody_is_contacted_in_quiet_hours_nor_before_the_moment(
            second in 0_i64..2_000_000_000,
            hour in 0_u32..24,
            from in 0_u32..1440,
            length in 1_u32..1380,
            is_at_once: bool,
            zone in prop_oneof![
                Just("Asia/Tokyo"), Just("America/New_York"), Just("Europe/London"), Just("Australia/Lord_Howe"),
                Just("Asia/Kathmandu"),
            ],
        ) {
            let zone = TimeZone::get(zone).expect("a bundled time zone");
            let instant = Timestamp::from_second(second).expect("an instant");
            let as_of = AsOf::at(instant, &zone).expect("an instant");
            let quiet = QuietHours { from, until: (from + length) % MINUTES_OF_DAY };
            let sent = send_at(&as_of, hour, is_at_once, quiet);
            let local = Timestamp::from_microsecond(sent).expect("an instant").to_zoned(zone);
            prop_assert!(!quiet.holds_at(&local), "{}", local);
            prop_assert!(sent >= instant.as_microsecond());
            prop_assert!(sent - instant.as_microsecond() <= 3 * 86_400_000_000, "{}", local);
        }
    }
}
