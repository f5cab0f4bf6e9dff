//! What breaks into ordinary talk.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::seed::{Domain, stream, weighted};
use super::{
    BROADCAST_WORDS, CAMPAIGN_WORDS, FLARE_WORDS, FlareUp, HOUR, HOURS, Manner, ORDINARY_WORDS,
    QUOTES, REPLIES, REPOSTS, START, StreamOptions, Writer, poisson,
};
use crate::text::Label;

/// Days without a flare-up at the start, days between two, and days left at the end.
const LEARNING_DAYS: usize = 24;
const DAYS_APART: usize = 4;
const LAST_DAYS: usize = 6;
/// Longest event.
const MOST_HOURS: usize = 240;
/// Share of the peak below which an event is over.
const END_SHARE: f64 = 0.05;
/// Parts of an hour over which a course is summed.
const PARTS: usize = 20;

/// A steep rise, then an exponential decay; times in hours.
#[derive(Debug, Clone, Copy)]
struct Course {
    start: f64,
    rise: f64,
    decay: f64,
}

impl Course {
    /// Returns the first hour, and the share of each hour as a multiple of the rate at the peak.
    fn shares(&self, hours: usize) -> (usize, Vec<f64>) {
        let first = self.start as usize;
        let length = ((self.rise + 8.0 * self.decay).ceil() as usize + 1).min(MOST_HOURS);
        let shares = (first..hours.min(first + length))
            .map(|hour| {
                let rates = (0..PARTS).map(|part| {
                    let at = hour as f64 + (part as f64 + 0.5) / PARTS as f64;
                    self.rate(at - self.start)
                });
                rates.sum::<f64>() / PARTS as f64
            })
            .collect();
        (first, shares)
    }

    fn rate(&self, since: f64) -> f64 {
        if since < 0.0 {
            0.0
        } else if since < self.rise {
            since / self.rise
        } else {
            (-(since - self.rise) / self.decay).exp()
        }
    }
}

/// Writes campaigns, broadcasts and grumbles.
pub(super) fn benign(options: &StreamOptions, usual: &[f64], writer: &mut Writer) {
    let mut rng = stream(options.seed, Domain::Voice, 3, 0);
    let hourly = options.mean_per_day / 24.0;
    let last = (usual.len() as f64 - 200.0).max(1.0);
    if usual.is_empty() {
        return;
    }
    for (kind, count) in options.benign.into_iter().enumerate() {
        for _ in 0..count {
            let start = rng.random_range(0.0..last);
            let (course, height, manner) = match kind {
                0 => campaign(start, hourly, &mut rng),
                1 => broadcast(start, hourly, &mut rng),
                _ => grumble(start, &mut rng),
            };
            writer.clusters += 1;
            let (first, shares) = course.shares(usual.len());
            for (hour, share) in (first..).zip(&shares) {
                for _ in 0..poisson(height * share, &mut rng) {
                    writer.write(course.start, hour, &manner, None);
                }
            }
        }
    }
}

/// Follow and repost: positive, mostly one text.
fn campaign(start: f64, hourly: f64, rng: &mut ChaCha8Rng) -> (Course, f64, Manner) {
    let course = Course {
        start,
        rise: rng.random_range(0.5..3.0),
        decay: rng.random_range(6.0..24.0),
    };
    let manner = Manner {
        negative: 0.03,
        positive: 0.6,
        quotes: 0.2,
        replies: 0.1,
        reposts: 0.5,
        copies: 0.7,
        words: (CAMPAIGN_WORDS.start, CAMPAIGN_WORDS.end),
        is_wide: true,
        answered: None,
    };
    (course, rng.random_range(1.0..6.0) * hourly.max(0.5), manner)
}

/// The brand is on television: at once, and soon over.
fn broadcast(start: f64, hourly: f64, rng: &mut ChaCha8Rng) -> (Course, f64, Manner) {
    let course = Course {
        start,
        rise: 0.2,
        decay: rng.random_range(1.5..5.0),
    };
    let manner = Manner {
        negative: 0.1,
        positive: 0.3,
        quotes: QUOTES,
        replies: REPLIES,
        reposts: REPOSTS,
        copies: 0.02,
        words: (BROADCAST_WORDS.start, BROADCAST_WORDS.end),
        is_wide: true,
        answered: None,
    };
    let height = rng.random_range(3.0..15.0) * hourly.max(0.7);
    (course, height, manner)
}

/// A handful of complaints.
fn grumble(start: f64, rng: &mut ChaCha8Rng) -> (Course, f64, Manner) {
    let course = Course {
        start,
        rise: 0.7,
        decay: 1.5,
    };
    let manner = Manner {
        negative: 0.5,
        positive: 0.1,
        quotes: QUOTES,
        replies: REPLIES,
        reposts: REPOSTS,
        copies: 0.0,
        words: (ORDINARY_WORDS.start, ORDINARY_WORDS.end),
        is_wide: false,
        answered: None,
    };
    (course, rng.random_range(1.2..3.0), manner)
}

/// Writes the flare-ups and returns them in order of time.
pub(super) fn flare_ups(
    options: &StreamOptions,
    usual: &[f64],
    ordinary: &[u64],
    writer: &mut Writer,
) -> Vec<FlareUp> {
    let mut rng = stream(options.seed, Domain::Voice, 4, 0);
    let end = (options.days as usize).saturating_sub(LAST_DAYS);
    let mut days: Vec<usize> = (LEARNING_DAYS..end).step_by(DAYS_APART).collect();
    // Partial Fisher-Yates: the first of them are drawn without replacement.
    let count = days.len().min(options.flare_ups as usize);
    for place in 0..count {
        let other = rng.random_range(place..days.len());
        days.swap(place, other);
    }
    days.truncate(count);
    days.sort_unstable();
    days.into_iter()
        .map(|day| {
            let mut plan = Plan::draw(day, usual, &mut rng);
            // A plan that falls short is drawn again a little higher, so this ends.
            loop {
                let drawn = plan.counts(&mut rng);
                if let Some(flare_up) = plan.flare_up(&drawn, usual, ordinary) {
                    plan.write(&drawn, writer, &mut rng);
                    return flare_up;
                }
                plan.height *= 1.1;
                plan.negative = (plan.negative + 0.02).min(0.9);
            }
        })
        .collect()
}

/// A flare-up before its posts are drawn.
struct Plan {
    course: Course,
    first: usize,
    shares: Vec<f64>,
    /// Posts an hour at the peak.
    height: f64,
    negative: f64,
}

impl Plan {
    fn draw(day: usize, usual: &[f64], rng: &mut ChaCha8Rng) -> Self {
        let hour = weighted(&HOURS[0], rng);
        let course = Course {
            start: (day * 24 + hour) as f64 + rng.random::<f64>(),
            rise: rng.random_range(0.5..2.5),
            decay: rng.random_range(3.0..16.0),
        };
        let (first, shares) = course.shares(usual.len());
        let peak = place_of_peak(&shares);
        let ratio = (3.0_f64.ln() + rng.random::<f64>() * 4.0_f64.ln()).exp();
        let three = (0..shares.len().saturating_sub(2))
            .map(|place| shares[place..place + 3].iter().sum::<f64>())
            .fold(0.1, f64::max);
        let from_ratio =
            (ratio - 1.0) * usual.get(first + peak).copied().unwrap_or(1.0) / shares[peak].max(0.1);
        let from_count = 20.0 / three * (rng.random::<f64>() * 4.0_f64.ln()).exp();
        Self {
            course,
            first,
            shares,
            height: from_ratio.max(from_count),
            negative: rng.random_range(0.4..0.9),
        }
    }

    /// Draws posts and negative posts of each hour.
    fn counts(&self, rng: &mut ChaCha8Rng) -> Vec<(u64, u64)> {
        self.shares
            .iter()
            .map(|share| {
                let count = poisson(self.height * share, rng);
                let negative = (0..count)
                    .filter(|_| rng.random::<f64>() < self.negative)
                    .count();
                (count, negative as u64)
            })
            .collect()
    }

    /// Returns what came of it, if it is a flare-up as they are defined.
    fn flare_up(&self, drawn: &[(u64, u64)], usual: &[f64], ordinary: &[u64]) -> Option<FlareUp> {
        let peak = place_of_peak(&self.shares);
        let all: Vec<u64> = drawn
            .iter()
            .zip(&ordinary[self.first..])
            .map(|((count, _), ordinary)| count + ordinary)
            .collect();
        let posts: u64 = drawn.iter().map(|(count, _)| count).sum();
        let negative: u64 = drawn.iter().map(|(_, negative)| negative).sum();
        let most_in_three_hours = all
            .windows(3)
            .map(|three| three.iter().sum::<u64>())
            .max()
            .unwrap_or(0);
        let peak_ratio = all[peak] as f64 / usual[self.first + peak];
        let negative_share = negative as f64 / posts.max(1) as f64;
        let over = self
            .shares
            .iter()
            .rposition(|share| *share > END_SHARE)
            .unwrap_or(peak);
        let is_one = peak_ratio >= 3.0 && most_in_three_hours >= 20 && negative_share >= 0.4;
        is_one.then(|| FlareUp {
            started_at: START + (self.course.start * HOUR as f64) as i64,
            ended_at: START + (self.first + over + 1) as i64 * HOUR,
            peak_at: START + (self.first + peak) as i64 * HOUR,
            peak_ratio,
            most_in_three_hours,
            negative_share,
        })
    }

    fn write(&self, drawn: &[(u64, u64)], writer: &mut Writer, rng: &mut ChaCha8Rng) {
        writer.clusters += 1;
        let mut manner = Manner {
            negative: 0.0,
            positive: 0.0,
            quotes: 0.25,
            replies: 0.3,
            reposts: 0.6,
            copies: rng.random_range(0.0..0.2),
            words: (FLARE_WORDS.start, FLARE_WORDS.end),
            is_wide: true,
            answered: None,
        };
        for (hour, (count, negative)) in (self.first..).zip(drawn) {
            for place in 0..*count {
                let label = if place < *negative {
                    Label::Negative
                } else {
                    Label::Neutral
                };
                writer.write(self.course.start, hour, &manner, Some(label));
                // What follows answers whoever began.
                let began = writer.posts.last().map(|post| post.author);
                manner.answered = manner.answered.or(began);
            }
        }
    }
}

fn place_of_peak(shares: &[f64]) -> usize {
    (0..shares.len())
        .reduce(|best, place| {
            if shares[place] > shares[best] {
                place
            } else {
                best
            }
        })
        .unwrap_or(0)
}
