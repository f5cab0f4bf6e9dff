//! Which hours are unusual, and which of them burn.
//!
//! Each hour is judged alone and together with the two before it. It is unusual when so many posts or more are hardly ever
//! seen there. It burns when the negative posts alone are as unlikely, the posts as a whole are more than chance allows,
//! and enough of what is above the usual is negative: then a broadcast with its many neutral posts does not burn, and a
//! brand that is always spoken ill of does not either.

use super::super::hours::{HOUR, Hour};
use crate::config::AlertConfig;
use crate::math::counts::negative_binomial_upper_tail;

/// Hours judged together.
const WINDOWS: [usize; 2] = [1, 3];
/// Largest tail probability of all posts of an hour that burns.
const VOLUME_TAIL_PROB: f64 = 0.01;
/// Fewest negative posts, and fewest authors, of an hour that burns.
const FEWEST_NEGATIVE: i64 = 3;
const FEWEST_AUTHORS: i64 = 3;

/// A run of unusual hours, by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// First unusual hour.
    pub first: usize,
    /// Last unusual hour so far.
    pub last: usize,
    /// The hour with which it was found unusual, which may lie behind the last unusual one.
    pub alerted: usize,
    /// The hour with which it was found to burn.
    pub flared: Option<usize>,
}

impl Span {
    /// Returns start and end.
    pub(super) fn bounds(&self, hours: &[Hour]) -> (i64, i64) {
        (hours[self.first].start, hours[self.last].start + HOUR)
    }
}

/// Returns the runs of unusual hours, in order.
///
/// Unusual hours at most `gap_hours` apart are one run. A run that burns only later than that after its start is cut in
/// two, since what burns is then something else.
pub(super) fn spans(hours: &[Hour], config: &AlertConfig) -> Vec<Span> {
    let gap = config.gap_hours as usize + 1;
    let mut spans: Vec<Span> = Vec::new();
    for place in 0..hours.len() {
        let Some(finding) = judge(hours, place, config) else {
            continue;
        };
        let begun = Span {
            first: finding.first,
            last: finding.last,
            alerted: place,
            flared: finding.is_burning.then_some(place),
        };
        let is_near = spans
            .last()
            .is_some_and(|last| finding.first <= last.last + gap);
        if !is_near {
            spans.push(begun);
            continue;
        }
        let Some(last) = spans.last_mut() else {
            continue;
        };
        let is_another =
            finding.is_burning && last.flared.is_none() && finding.first > last.first + gap;
        if is_another {
            last.last = last.last.min(finding.first - 1);
            spans.push(begun);
        } else {
            last.last = last.last.max(finding.last);
            if finding.is_burning {
                last.flared.get_or_insert(place);
            }
        }
    }
    spans
}

/// What an unusual hour is.
struct Finding {
    /// First and last hour of its window with more posts than usual.
    first: usize,
    last: usize,
    is_burning: bool,
}

fn judge(hours: &[Hour], place: usize, config: &AlertConfig) -> Option<Finding> {
    let mut found: Option<Finding> = None;
    for length in WINDOWS {
        let Some(window) = (place + 1)
            .checked_sub(length)
            .and_then(|first| Sums::of(&hours[first..=place]))
        else {
            break;
        };
        let fewest = fewest_posts(config, length);
        if window.posts < fewest || window.posts as f64 <= window.expected {
            continue;
        }
        let volume_tail = window.tail(window.posts, window.expected);
        let is_burning = window.is_burning(volume_tail, config);
        if volume_tail >= config.tail_prob && !is_burning {
            continue;
        }
        let mut busy = (place + 1 - length..=place).filter(|other| {
            let hour = &hours[*other];
            hour.expected
                .is_some_and(|expected| hour.post_count as f64 > expected)
        });
        let first = busy.next().unwrap_or(place);
        let last = busy.next_back().unwrap_or(first);
        let finding = found.get_or_insert(Finding {
            first,
            last,
            is_burning: false,
        });
        finding.first = finding.first.min(first);
        finding.last = finding.last.max(last);
        finding.is_burning |= is_burning;
    }
    found
}

/// Fewest posts of an unusual window: those of an hour, and half as many again for three.
fn fewest_posts(config: &AlertConfig, length: usize) -> i64 {
    let one = i64::from(config.min_posts).max(1);
    if length == 1 {
        one
    } else {
        one + (one + 1) / 2
    }
}

/// Sums over a window.
struct Sums {
    posts: i64,
    negative: i64,
    authors: i64,
    expected: f64,
    expected_negative: f64,
    dispersion: f64,
}

impl Sums {
    /// Returns the sums, where all hours have something to be compared with.
    fn of(window: &[Hour]) -> Option<Self> {
        let mut sums = Self {
            posts: 0,
            negative: 0,
            authors: 0,
            expected: 0.0,
            expected_negative: 0.0,
            dispersion: 0.0,
        };
        for hour in window {
            sums.posts += hour.post_count;
            sums.negative += hour.negative_count;
            sums.authors += hour.author_count;
            sums.expected += hour.expected?;
            sums.expected_negative += hour.expected_negative?;
            sums.dispersion = hour.dispersion;
        }
        Some(sums)
    }

    /// Tail probability; hours of one window rise and fall together, so their sum is as dispersed as one of them.
    fn tail(&self, count: i64, expected: f64) -> f64 {
        negative_binomial_upper_tail(count.unsigned_abs(), expected, self.dispersion)
    }

    fn is_burning(&self, volume_tail: f64, config: &AlertConfig) -> bool {
        self.negative >= FEWEST_NEGATIVE
            && self.authors >= FEWEST_AUTHORS
            && volume_tail < VOLUME_TAIL_PROB
            && self.negative as f64 - self.expected_negative
                >= config.negative_share * (self.posts as f64 - self.expected)
            && self.tail(self.negative, self.expected_negative) < config.tail_prob
    }
}
