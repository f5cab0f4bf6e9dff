//! How many posts are usual in an hour.
//!
//! `mean = level x hour of the day (of workdays or weekends) x day of the week`: a level that weighs recent weeks more, and
//! profiles over the window, each drawn towards the plainer one as long as few posts speak for it. The variance is that of
//! a negative binomial, `mean + dispersion x mean^2`, with the dispersion by moments over the window.
//!
//! The baseline is robust as in Noufaily et al. 2013, "An improved algorithm for outbreak detection in multiple
//! surveillance systems": each hour's Anscombe residual
//! `s = 3 / (2 sqrt(phi)) x (y^(2/3) - mu^(2/3)) / mu^(1/6)` is taken against what was expected before it, with
//! `phi = 1 + dispersion x mu`; an hour with `s > 2.58` enters with the weight `(2.58 / s)^2` and with what was expected for
//! the rest. So a burst that lasts for days moves the baseline little. What stays is learnt all the same: where the median
//! of the last seven days lies half as high again as the level, or the other way round, it is the level.

use std::collections::VecDeque;

use super::calendar::Slot;

/// Hours before anything can be called unusual.
const SHORTEST: usize = 14 * 24;
/// Hours before an hour can be weighed against what was expected.
const FIRST_DAY: usize = 24;
/// Weight of the plainer profile against what was seen at an hour and on a day of the week, in posts.
const PROFILE_WEIGHT: f64 = 1.0;
const DAY_WEIGHT: f64 = 24.0;
/// Hours after which an hour counts half in the level.
const LEVEL_HALF_LIFE: f64 = 14.0 * 24.0;
/// Weight of the window's mean against the recent level, in hours.
const LEVEL_WEIGHT: f64 = 2.0;
/// Least posts expected in an hour: something can always happen.
const LEAST_EXPECTED: f64 = 0.02;
/// Residual above which an hour is weighed down (Noufaily et al. 2013).
const LARGEST_RESIDUAL: f64 = 2.58;
/// Dispersion assumed before there is data, its weight in squared posts, and the largest believed.
const DISPERSION: f64 = 0.15;
const DISPERSION_WEIGHT: f64 = 20.0;
const MOST_DISPERSION: f64 = 1.0;
/// Share of negative posts assumed before there is data, and its weight in posts.
const NEGATIVE_SHARE: f64 = 0.12;
const NEGATIVE_WEIGHT: f64 = 8.0;
/// Days whose median tells a lasting change, how large it must be, and the posts that must be expected in these days to
/// believe a fall.
const MEDIAN_DAYS: usize = 7;
const LASTING_CHANGE: f64 = 1.5;
const FEWEST_POSTS_OF_FALL: f64 = 14.0;

/// What is usual in an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    /// Posts.
    pub mean: f64,
    /// The variance is `mean + dispersion * mean^2`.
    pub dispersion: f64,
    /// Share of negative posts.
    pub negative_share: f64,
    /// Whether there are hours enough to call one unusual.
    pub is_ready: bool,
    /// The hour's share of the week's posts, as a multiple of an even share.
    profile: f64,
    /// Whether there are hours enough to weigh one.
    is_weighing: bool,
}

/// Sums over the hours of the window.
#[derive(Debug, Clone)]
pub(super) struct Baseline {
    length: usize,
    window: VecDeque<Past>,
    total: f64,
    by_hour: [f64; 24],
    by_class: [[f64; 24]; 2],
    by_day: [f64; 7],
    hours_of_hour: [f64; 24],
    hours_of_class: [[f64; 24]; 2],
    hours_of_day: [f64; 7],
    excess: f64,
    mean_squares: f64,
    negative: f64,
    decay: f64,
    recent_posts: f64,
    recent_profile: f64,
    days: VecDeque<Day>,
    day: Day,
    median: f64,
}

/// An hour as it entered the sums.
#[derive(Debug, Clone, Copy)]
struct Past {
    slot: Slot,
    posts: f64,
    negative: f64,
    excess: f64,
    mean_square: f64,
}

/// Twenty-four hours as they were.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    hours: usize,
    posts: f64,
    profile: f64,
}

impl Day {
    fn level(self) -> f64 {
        self.posts / self.profile.max(1e-9)
    }
}

impl Baseline {
    /// Returns a baseline that looks back so many days.
    pub(super) fn new(days: u32) -> Self {
        Self {
            length: days as usize * 24,
            window: VecDeque::new(),
            total: 0.0,
            by_hour: [0.0; 24],
            by_class: [[0.0; 24]; 2],
            by_day: [0.0; 7],
            hours_of_hour: [0.0; 24],
            hours_of_class: [[0.0; 24]; 2],
            hours_of_day: [0.0; 7],
            excess: 0.0,
            mean_squares: 0.0,
            negative: 0.0,
            decay: libm::exp2(-1.0 / LEVEL_HALF_LIFE),
            recent_posts: 0.0,
            recent_profile: 0.0,
            days: VecDeque::new(),
            day: Day::default(),
            median: 0.0,
        }
    }

    /// Returns what is usual in the next hour, by the hours before it.
    pub(super) fn estimate(&self, slot: Slot) -> Estimate {
        let hours = self.window.len();
        let rate = self.total.max(0.0) / hours.max(1) as f64;
        let profile = self.profile(slot, rate);
        let dispersion = (self.excess.max(0.0) + DISPERSION * DISPERSION_WEIGHT)
            / (self.mean_squares.max(0.0) + DISPERSION_WEIGHT);
        Estimate {
            mean: (self.level(rate) * profile).max(LEAST_EXPECTED),
            dispersion: dispersion.min(MOST_DISPERSION),
            negative_share: (self.negative.max(0.0) + NEGATIVE_SHARE * NEGATIVE_WEIGHT)
                / (self.total.max(0.0) + NEGATIVE_WEIGHT),
            is_ready: hours >= SHORTEST.min(self.length),
            profile,
            is_weighing: hours >= FIRST_DAY,
        }
    }

    fn profile(&self, slot: Slot, rate: f64) -> f64 {
        // On the first day, an hour that has not come yet is no hour without posts.
        if rate <= 0.0 || self.window.len() < FIRST_DAY {
            return 1.0;
        }
        // Posts seen over those that a plain profile would have, drawn towards the plainer share.
        let drawn = |seen: f64, plain: f64, share: f64| {
            (seen.max(0.0) + PROFILE_WEIGHT * share) / (plain.max(0.0) + PROFILE_WEIGHT)
        };
        let hour_share = drawn(
            self.by_hour[slot.hour],
            self.hours_of_hour[slot.hour] * rate,
            1.0,
        );
        let class = slot.day_class();
        let class_hours: f64 = self.hours_of_class[class].iter().sum();
        let class_rate = self.by_class[class].iter().sum::<f64>() / class_hours.max(1.0);
        let class_share = drawn(
            self.by_class[class][slot.hour],
            self.hours_of_class[class][slot.hour] * class_rate,
            hour_share,
        );
        let of_day = self.by_day[slot.day].max(0.0);
        let day_mean = of_day / self.hours_of_day[slot.day].max(1.0);
        let weight = of_day / (of_day + DAY_WEIGHT);
        class_share * (weight * day_mean / rate + 1.0 - weight)
    }

    fn level(&self, rate: f64) -> f64 {
        let recent =
            (self.recent_posts + LEVEL_WEIGHT * rate) / (self.recent_profile + LEVEL_WEIGHT);
        if self.days.len() < MEDIAN_DAYS {
            return recent;
        }
        let has_risen = self.median > recent * LASTING_CHANGE;
        let has_fallen = self.median * LASTING_CHANGE < recent
            && recent * self.days.iter().map(|day| day.profile).sum::<f64>()
                >= FEWEST_POSTS_OF_FALL;
        if has_risen || has_fallen {
            self.median
        } else {
            recent
        }
    }

    /// Takes in an hour, with what was expected of it.
    pub(super) fn push(&mut self, slot: Slot, posts: i64, negative: i64, expected: &Estimate) {
        let (posts, negative) = (posts.max(0) as f64, negative.max(0) as f64);
        let tempered = if expected.is_weighing {
            tempered(posts, expected.mean, expected.dispersion)
        } else {
            posts
        };
        let kept = if posts > 0.0 { tempered / posts } else { 0.0 };
        let past = if expected.is_weighing {
            Past {
                slot,
                posts: tempered,
                negative: tempered_negative(negative * kept, expected).min(tempered),
                excess: (tempered - expected.mean).powi(2) - expected.mean,
                mean_square: expected.mean * expected.mean,
            }
        } else {
            Past {
                slot,
                posts,
                negative: negative.min(posts),
                excess: 0.0,
                mean_square: 0.0,
            }
        };
        self.add(&past, 1.0);
        self.window.push_back(past);
        self.recent_posts = self.recent_posts * self.decay + past.posts;
        self.recent_profile = self.recent_profile * self.decay + expected.profile;
        self.push_day(posts, expected.profile);
        if self.window.len() > self.length
            && let Some(past) = self.window.pop_front()
        {
            self.add(&past, -1.0);
        }
    }

    fn push_day(&mut self, posts: f64, profile: f64) {
        self.day.hours += 1;
        self.day.posts += posts;
        self.day.profile += profile;
        if self.day.hours < 24 {
            return;
        }
        self.days.push_back(std::mem::take(&mut self.day));
        if self.days.len() > MEDIAN_DAYS {
            self.days.pop_front();
        }
        let mut levels: Vec<f64> = self.days.iter().map(|day| day.level()).collect();
        levels.sort_by(f64::total_cmp);
        self.median = levels[levels.len() / 2];
    }

    fn add(&mut self, past: &Past, sign: f64) {
        let Slot { hour, day } = past.slot;
        self.total += sign * past.posts;
        self.by_hour[hour] += sign * past.posts;
        self.by_class[past.slot.day_class()][hour] += sign * past.posts;
        self.by_day[day] += sign * past.posts;
        self.hours_of_hour[hour] += sign;
        self.hours_of_class[past.slot.day_class()][hour] += sign;
        self.hours_of_day[day] += sign;
        self.excess += sign * past.excess;
        self.mean_squares += sign * past.mean_square;
        self.negative += sign * past.negative;
    }
}

fn tempered_negative(negative: f64, expected: &Estimate) -> f64 {
    tempered(
        negative,
        expected.mean * expected.negative_share,
        expected.dispersion,
    )
}

/// Returns a count with the part above what is usual weighed down by its Anscombe residual.
fn tempered(count: f64, mean: f64, dispersion: f64) -> f64 {
    if count <= mean {
        return count;
    }
    let residual = anscombe(count, mean, 1.0 + dispersion * mean);
    if residual <= LARGEST_RESIDUAL {
        return count;
    }
    mean + (count - mean) * (LARGEST_RESIDUAL / residual).powi(2)
}

/// Returns the Anscombe residual of a count with `variance = phi x mean`.
fn anscombe(count: f64, mean: f64, phi: f64) -> f64 {
    1.5 * (libm::cbrt(count * count) - libm::cbrt(mean * mean))
        / (phi.sqrt() * libm::cbrt(mean).sqrt())
}
