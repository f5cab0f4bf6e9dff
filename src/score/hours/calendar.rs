//! Where an hour lies in its day and week.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::HOUR;

/// Local time and the days on which people rest.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// Time zone of the brand's customers.
    pub time_zone: &'a TimeZone,
    /// Public holidays, in order; they count as Sundays. May be empty.
    pub holidays: &'a [Date],
}

/// Place of an hour in the week, by local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// Hour of the day, 0 to 23.
    pub hour: usize,
    /// Day of the week, Monday 0 to Sunday 6; a holiday is a Sunday.
    pub day: usize,
}

impl Slot {
    /// Returns 1 at weekends, 0 otherwise.
    pub(super) fn day_class(self) -> usize {
        usize::from(self.day >= 5)
    }
}

impl Calendar<'_> {
    /// Returns the slots of consecutive hours; `first` counts hours since 1970-01-01 UTC.
    pub(super) fn slots(&self, first: i64, len: usize) -> Vec<Slot> {
        (first..).take(len).map(|hour| self.slot(hour)).collect()
    }

    fn slot(&self, hour: i64) -> Slot {
        let instant =
            Timestamp::from_microsecond(hour.saturating_mul(HOUR)).unwrap_or(Timestamp::UNIX_EPOCH);
        let local = self.time_zone.to_datetime(instant);
        let is_holiday = self.holidays.binary_search(&local.date()).is_ok();
        Slot {
            hour: usize::from(local.hour().unsigned_abs()).min(23),
            day: if is_holiday {
                6
            } else {
                usize::from(
                    local
                        .date()
                        .weekday()
                        .to_monday_zero_offset()
                        .unsigned_abs(),
                )
                .min(6)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn hours_are_local_and_a_holiday_is_a_sunday() {
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        let holidays = [date(2026, 9, 21)];
        let calendar = Calendar {
            time_zone: &tokyo,
            holidays: &holidays,
        };
        // 2026-09-20T14:00Z is 23:00 on Sunday in Tokyo; the Monday after is a holiday, the Tuesday is not.
        let first = date(2026, 9, 20)
            .at(14, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .unwrap()
            .timestamp()
            .as_microsecond()
            / HOUR;
        let slots = calendar.slots(first, 26);
        assert_eq!(slots[0], Slot { hour: 23, day: 6 });
        assert_eq!(slots[1], Slot { hour: 0, day: 6 });
        assert_eq!(slots[25], Slot { hour: 0, day: 1 });
        assert_eq!((slots[1].day_class(), slots[25].day_class()), (1, 0));
    }

    #[test]
    fn an_hour_out_of_all_calendars_has_a_slot() {
        let calendar = Calendar {
            time_zone: &TimeZone::UTC,
            holidays: &[],
        };
        assert_eq!(calendar.slots(i64::MAX - 1, 1).len(), 1);
    }
}
