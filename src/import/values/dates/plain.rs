//! The numeric notations of machines, read byte by byte: nearly every cell is in one of them, and files have millions.
//!
//! What is answered here is what the general way would answer, only sooner; `None` leaves the cell to the general way.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::{DateOrder, Moment, day_of, full_year};

/// Reads `2024-01-02`, `2024/1/2 3:04`, `2024-01-02T03:04:05.678+09:00`, `20240102`, `20240102030405` and, where the
/// order of day and month is known, `1/2/2024 3:04`.
pub(super) fn moment(text: &str, order: DateOrder) -> Option<Moment> {
    let mut rest = Rest(text.as_bytes());
    if rest.0.len() == 14 && rest.0.iter().all(u8::is_ascii_digit) {
        let day = rest.compact_day()?;
        let time = Time::new(rest.pair()?, rest.pair()?, rest.pair()?, 0).ok()?;
        return Some(Moment::Local(day.to_datetime(time)));
    }
    if rest.0.len() == 8 && rest.0.iter().all(u8::is_ascii_digit) {
        return rest.compact_day().map(Moment::Day);
    }
    let day = rest.day(order)?;
    if rest.0.is_empty() {
        return Some(Moment::Day(day));
    }
    if !(rest.take(b' ') || rest.take(b'T')) {
        return None;
    }
    let local = day.to_datetime(rest.time()?);
    if rest.0.is_empty() {
        return Some(Moment::Local(local));
    }
    rest.offset(local).map(Moment::Exact)
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take(&mut self, wanted: u8) -> bool {
        match self.0 {
            [first, rest @ ..] if *first == wanted => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn digit(&mut self) -> Option<i16> {
        match self.0 {
            [first @ b'0'..=b'9', rest @ ..] => {
                self.0 = rest;
                Some(i16::from(first - b'0'))
            }
            _ => None,
        }
    }

    /// Exactly two digits.
    fn pair(&mut self) -> Option<i8> {
        Some((self.digit()? * 10 + self.digit()?) as i8)
    }

    /// One or two digits.
    fn short(&mut self) -> Option<i16> {
        let first = self.digit()?;
        Some(self.digit().map_or(first, |second| first * 10 + second))
    }

    fn four(&mut self) -> Option<i16> {
        Some(i16::from(self.pair()?) * 100 + i16::from(self.pair()?))
    }

    fn compact_day(&mut self) -> Option<Date> {
        let year = self.four()?;
        day_of(year, i16::from(self.pair()?), i16::from(self.pair()?)).ok()
    }

    fn day(&mut self, order: DateOrder) -> Option<Date> {
        if !self.0.get(..4)?.iter().all(u8::is_ascii_digit) {
            return self.day_before_year(order);
        }
        let year = self.four()?;
        self.separator()?;
        let month = self.short()?;
        self.separator()?;
        day_of(year, month, self.short()?).ok()
    }

    fn day_before_year(&mut self, order: DateOrder) -> Option<Date> {
        let first = self.short()?;
        self.separator()?;
        let second = self.short()?;
        self.separator()?;
        let start = self.0.len();
        let mut year = 0;
        while start - self.0.len() < 4
            && let Some(digit) = self.digit()
        {
            year = year * 10 + digit;
        }
        let year = full_year(year, start - self.0.len())?;
        match order {
            DateOrder::YearFirst => None,
            DateOrder::MonthFirst => day_of(year, first, second).ok(),
            DateOrder::DayFirst => day_of(year, second, first).ok(),
        }
    }

    fn separator(&mut self) -> Option<()> {
        (self.take(b'-') || self.take(b'/')).then_some(())
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.short()? as i8;
        if !self.take(b':') {
            return None;
        }
        let minute = self.pair()?;
        let (mut second, mut nanosecond) = (0, 0);
        if self.take(b':') {
            second = self.pair()?;
            if self.take(b'.') {
                nanosecond = self.fraction()?;
            }
        }
        Time::new(hour, minute, second, nanosecond).ok()
    }

    /// One to nine digits of a second, in nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        let (mut fraction, mut unit) = (0, 100_000_000);
        let mut next = Some(self.digit()?);
        while let Some(digit) = next {
            fraction += i32::from(digit) * unit;
            unit /= 10;
            next = if unit == 0 { None } else { self.digit() };
        }
        Some(fraction)
    }

    /// `Z`, `+09:00`, `+0900`, `+09`, a blank before it or not, and nothing behind it.
    fn offset(&mut self, local: DateTime) -> Option<Timestamp> {
        self.take(b' ');
        let seconds = if self.take(b'Z') {
            0
        } else {
            let sign = if self.take(b'-') {
                -1
            } else if self.take(b'+') {
                1
            } else {
                return None;
            };
            let hours = i32::from(self.pair()?);
            let minutes = if self.0.is_empty() {
                0
            } else {
                self.take(b':');
                i32::from(self.pair()?)
            };
            sign * (hours * 3600 + minutes * 60)
        };
        if !self.0.is_empty() {
            return None;
        }
        Offset::from_seconds(seconds).ok()?.to_timestamp(local).ok()
    }
}
