//! The days that are counted together.

use crate::as_of::AsOf;
use crate::error::Result;

/// Days of a period.
const DAYS: i32 = 28;
/// Periods that are counted: the newest, and the one before.
pub(super) const PERIODS: usize = 2;

/// Complete local days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    /// First and last day, in days since 1970-01-01.
    pub first: i32,
    pub last: i32,
    /// Where they begin and end, in microseconds since 1970-01-01 UTC.
    pub from: i64,
    to: i64,
}

impl Period {
    /// Whether an instant lies in it.
    pub(super) fn has(&self, at: i64) -> bool {
        (self.from..self.to).contains(&at)
    }

    /// Whether a day lies in it.
    pub(super) fn has_day(&self, day: i32) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// Returns the periods back from the last complete day, the newest first.
///
/// # Errors
/// [`crate::error::Error::BadDate`] when the calendar begins later.
pub(super) fn periods(as_of: &AsOf) -> Result<[Period; PERIODS]> {
    let end = |periods: i32| as_of.days_before(periods * DAYS);
    let between = |before: &AsOf, last: &AsOf| Period {
        first: before.day_number() + 1,
        last: last.day_number(),
        from: before.instant().as_microsecond(),
        to: last.instant().as_microsecond(),
    };
    let (newest, middle, oldest) = (end(0)?, end(1)?, end(2)?);
    Ok([between(&middle, &newest), between(&oldest, &middle)])
}
