//! Labels of days and weeks below bars: every date when there are few, months when there are many.

use super::axis;
use super::frame::Area;
use super::speaker::{Speaker, parse_month};

/// Dates up to which each may have its own label.
const EACH_UP_TO: usize = 16;
/// Dates up to which every seventh has a label; beyond, months do.
const SEVENTH_UP_TO: usize = 100;

/// Labels of evenly spaced dates, oldest first, with the middle of their slots.
///
/// Weeks (more than six days apart) beyond sixteen are labelled by month, days by every seventh counted from the last.
pub(super) fn labels(s: &Speaker<'_>, dates: &[&str], area: &Area) -> Vec<(f64, String)> {
    let count = dates.len();
    let middle = |i: usize| {
        let (left, right) = axis::slot(i, count, area.left, area.right, f64::INFINITY);
        (left + right) / 2.0
    };
    if count <= EACH_UP_TO {
        return dates
            .iter()
            .enumerate()
            .map(|(i, date)| (middle(i), s.day(date)))
            .collect();
    }
    if are_days(dates) && count <= SEVENTH_UP_TO {
        let first = (count - 1) % 7;
        return (first..count)
            .step_by(7)
            .map(|i| (middle(i), s.day(dates[i])))
            .collect();
    }
    (1..count)
        .filter(|i| parse_month(dates[*i]) != parse_month(dates[i - 1]))
        .map(|i| (middle(i), s.month(dates[i])))
        .collect()
}

/// Whether two neighbours lie in one month and one day apart.
fn are_days(dates: &[&str]) -> bool {
    let day = |date: &str| date.get(8..10).and_then(|d| d.parse::<u32>().ok());
    dates.windows(2).any(|pair| {
        day(pair[0])
            .zip(day(pair[1]))
            .is_some_and(|(a, b)| b == a + 1)
    })
}
