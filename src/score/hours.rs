//! Posts by hour, and how many are usual.
//!
//! What is usual in an hour rests on the `score.baseline_days` before it and on nothing later, so that looking back at
//! any past hour gives what was known then: the mean of all hours, times the share of that hour of the day, times that
//! of the day of the week. Hours far above what was expected enter the baseline clipped, so that one burst does not hide
//! the next. The tail probability is that of a negative binomial whose dispersion is estimated from the same days.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude::*;

use super::posts::Scored;
use crate::as_of::AsOf;
use crate::config::ScoreConfig;
use crate::math::counts::negative_binomial_upper_tail;
use crate::schema::{ColumnKind, hour_counts};
use crate::text::Label;

pub(super) const HOUR: i64 = 3_600_000_000;
/// Hours of data before anything can be called unusual.
const SHORTEST_BASELINE: usize = 14 * 24;
/// Weight of the flat profile against what was seen at that hour of the day, in posts.
const PROFILE_WEIGHT: f64 = 24.0;
/// Least posts expected in an hour: something can always happen.
const LEAST_EXPECTED: f64 = 0.02;

/// One hour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hour {
    /// Start, in microseconds since 1970-01-01 UTC.
    pub start: i64,
    pub post_count: i64,
    pub positive_count: i64,
    pub negative_count: i64,
    pub quote_count: i64,
    pub author_count: i64,
    /// `None` while the baseline is too short.
    pub expected: Option<f64>,
    pub tail_prob: Option<f64>,
}

/// Counts every hour from the first post heard to the as-of instant.
pub(super) fn count(
    scored: &[Scored],
    config: &ScoreConfig,
    as_of: &AsOf,
    time_zone: &TimeZone,
) -> Vec<Hour> {
    let mut posts: BTreeMap<i64, Vec<&Scored>> = BTreeMap::new();
    for post in scored.iter().filter(|post| post.is_heard()) {
        posts
            .entry(post.row.posted_at.div_euclid(HOUR))
            .or_default()
            .push(post);
    }
    let Some((&first, _)) = posts.first_key_value() else {
        return Vec::new();
    };
    let last = (as_of.instant().as_microsecond() - 1).div_euclid(HOUR);
    let mut baseline = Baseline::new(config.baseline_days as usize * 24);
    (first..=last)
        .map(|hour| {
            let here = posts.get(&hour).map(Vec::as_slice).unwrap_or_default();
            let with = |label: Label| {
                here.iter()
                    .filter(|post| post.label() == Some(label))
                    .count() as i64
            };
            let slot = Slot::of(hour * HOUR, time_zone);
            let usual = baseline.usual(slot);
            let count = here.len();
            baseline.push(slot, count as f64, usual.map(|usual| usual.mean));
            Hour {
                start: hour * HOUR,
                post_count: count as i64,
                positive_count: with(Label::Positive),
                negative_count: with(Label::Negative),
                quote_count: here.iter().filter(|post| post.row.kind == "quote").count() as i64,
                author_count: here
                    .iter()
                    .map(|post| (&post.row.platform, &post.row.account_id))
                    .collect::<BTreeSet<_>>()
                    .len() as i64,
                expected: usual.map(|usual| usual.mean),
                tail_prob: usual.map(|usual| {
                    negative_binomial_upper_tail(count as u64, usual.mean, usual.dispersion)
                }),
            }
        })
        .collect()
}

/// Place of an hour in the week, by local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    hour_of_day: usize,
    day_of_week: usize,
}

impl Slot {
    fn of(start: i64, time_zone: &TimeZone) -> Self {
        let instant = Timestamp::from_microsecond(start).unwrap_or(Timestamp::UNIX_EPOCH);
        let local = time_zone.to_datetime(instant);
        Self {
            hour_of_day: local.hour() as usize,
            day_of_week: local.date().weekday().to_monday_zero_offset() as usize,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Usual {
    mean: f64,
    /// Variance of the negative binomial is `mean + dispersion * mean^2`.
    dispersion: f64,
}

/// Sums over the hours of the window.
struct Baseline {
    length: usize,
    window: VecDeque<Past>,
    total: f64,
    by_hour: [f64; 24],
    by_day: [f64; 7],
    hours_of_day: [f64; 7],
    excess: f64,
    mean_squares: f64,
}

struct Past {
    slot: Slot,
    count: f64,
    excess: f64,
    mean_square: f64,
}

impl Baseline {
    fn new(length: usize) -> Self {
        Self {
            length,
            window: VecDeque::new(),
            total: 0.0,
            by_hour: [0.0; 24],
            by_day: [0.0; 7],
            hours_of_day: [0.0; 7],
            excess: 0.0,
            mean_squares: 0.0,
        }
    }

    fn usual(&self, slot: Slot) -> Option<Usual> {
        if self.window.len() < SHORTEST_BASELINE.min(self.length) {
            return None;
        }
        let rate = self.total / self.window.len() as f64;
        let hour_share = (self.by_hour[slot.hour_of_day] + PROFILE_WEIGHT / 24.0)
            / (self.total + PROFILE_WEIGHT)
            * 24.0;
        let day_mean = self.by_day[slot.day_of_week] / self.hours_of_day[slot.day_of_week].max(1.0);
        // A day of the week is believed as far as its posts reach.
        let weight =
            self.by_day[slot.day_of_week] / (self.by_day[slot.day_of_week] + PROFILE_WEIGHT);
        let day_share = if rate > 0.0 {
            weight * day_mean / rate + (1.0 - weight)
        } else {
            1.0
        };
        let mean = (rate * hour_share * day_share).max(LEAST_EXPECTED);
        let dispersion = if self.mean_squares > 0.0 {
            (self.excess / self.mean_squares).clamp(0.0, 5.0)
        } else {
            0.0
        };
        Some(Usual { mean, dispersion })
    }

    fn push(&mut self, slot: Slot, count: f64, expected: Option<f64>) {
        // Clipped at what a Poisson count of that mean hardly ever passes.
        let count = expected.map_or(count, |mean| count.min(mean + 4.0 * mean.sqrt().max(0.5)));
        let (excess, mean_square) = expected.map_or((0.0, 0.0), |mean| {
            ((count - mean).powi(2) - mean, mean * mean)
        });
        self.add(slot, count, excess, mean_square, 1.0);
        self.window.push_back(Past {
            slot,
            count,
            excess,
            mean_square,
        });
        if self.window.len() > self.length
            && let Some(past) = self.window.pop_front()
        {
            self.add(past.slot, past.count, past.excess, past.mean_square, -1.0);
        }
    }

    fn add(&mut self, slot: Slot, count: f64, excess: f64, mean_square: f64, sign: f64) {
        self.total += sign * count;
        self.by_hour[slot.hour_of_day] += sign * count;
        self.by_day[slot.day_of_week] += sign * count;
        self.hours_of_day[slot.day_of_week] += sign;
        self.excess += sign * excess;
        self.mean_squares += sign * mean_square;
    }
}

/// Returns the table `hour_counts`.
pub(super) fn frame(hours: &[Hour], brand: &str) -> PolarsResult<DataFrame> {
    let counts = |column: crate::schema::Column, value: fn(&Hour) -> i64| {
        Column::new(
            column.small_name(),
            hours.iter().map(value).collect::<Vec<_>>(),
        )
    };
    DataFrame::new(
        hours.len(),
        vec![
            Column::new(hour_counts::BRAND.small_name(), vec![brand; hours.len()]),
            counts(hour_counts::HOUR, |hour| hour.start).cast(&ColumnKind::Instant.dtype())?,
            counts(hour_counts::POST_COUNT, |hour| hour.post_count),
            counts(hour_counts::POSITIVE_COUNT, |hour| hour.positive_count),
            counts(hour_counts::NEGATIVE_COUNT, |hour| hour.negative_count),
            counts(hour_counts::QUOTE_COUNT, |hour| hour.quote_count),
            counts(hour_counts::AUTHOR_COUNT, |hour| hour.author_count),
            Column::new(
                hour_counts::EXPECTED_COUNT.small_name(),
                hours.iter().map(|hour| hour.expected).collect::<Vec<_>>(),
            ),
            Column::new(
                hour_counts::TAIL_PROB.small_name(),
                hours.iter().map(|hour| hour.tail_prob).collect::<Vec<_>>(),
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual_after(counts: impl Iterator<Item = f64>) -> (Baseline, Usual) {
        let mut baseline = Baseline::new(56 * 24);
        let mut hour = 0;
        for count in counts {
            let slot = Slot::of(hour * HOUR, &TimeZone::UTC);
            let usual = baseline.usual(slot);
            baseline.push(slot, count, usual.map(|usual| usual.mean));
            hour += 1;
        }
        let usual = baseline
            .usual(Slot::of(hour * HOUR, &TimeZone::UTC))
            .expect("enough hours");
        (baseline, usual)
    }

    #[test]
    fn a_steady_stream_is_expected_to_go_on() {
        let (_, usual) = usual_after((0..56 * 24).map(|_| 3.0));
        assert!((usual.mean - 3.0).abs() < 0.05, "{usual:?}");
        assert!(usual.dispersion < 0.01);
    }

    #[test]
    fn the_hour_of_the_day_counts() {
        let (baseline, _) =
            usual_after((0..56 * 24).map(|hour| if hour % 24 == 20 { 10.0 } else { 1.0 }));
        let evening = baseline
            .usual(Slot {
                hour_of_day: 20,
                day_of_week: 2,
            })
            .expect("enough hours")
            .mean;
        let morning = baseline
            .usual(Slot {
                hour_of_day: 8,
                day_of_week: 2,
            })
            .expect("enough hours")
            .mean;
        assert!(evening > 8.0 && morning < 1.3, "{evening} {morning}");
    }

    #[test]
    fn a_burst_hardly_moves_the_baseline() {
        let burst = (0..56 * 24).map(|hour| {
            if (1000..1010).contains(&hour) {
                500.0
            } else {
                1.0
            }
        });
        let (_, usual) = usual_after(burst);
        assert!(usual.mean < 1.3, "{usual:?}");
    }

    #[test]
    fn a_short_log_has_no_usual_hour() {
        let mut baseline = Baseline::new(56 * 24);
        baseline.push(
            Slot {
                hour_of_day: 0,
                day_of_week: 0,
            },
            1.0,
            None,
        );
        assert!(
            baseline
                .usual(Slot {
                    hour_of_day: 0,
                    day_of_week: 0
                })
                .is_none()
        );
    }
}
