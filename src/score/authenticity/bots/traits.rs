//! What tells a program from a person, each as a number 0..1.

use super::{Activity, Clock, Reason};

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Half octaves of an interval, from a second to the longest that there can be.
const BINS: usize = 96;
/// Entropy in bits below which intervals are as even as a program's, and above which they are a person's.
const EVEN: f64 = 1.5;
const UNEVEN: f64 = 2.6;
/// Median intervals between which evenness counts less and less: habits of a day or a week are people's.
const QUICK: f64 = 4.0;
const SLOW: f64 = 11.0;
/// Orders of magnitude by which a moment must be overcrowded before it counts, and after which it counts in full.
const CROWDED: f64 = 3.0;
const MOST_CROWDED: f64 = 9.0;
/// Hours of the day in which a person rests, and the share of posts in them.
const REST_HOURS: usize = 6;
const RESTFUL: f64 = 0.05;
const RESTLESS: f64 = 0.17;
/// A pause of a person, in hours, and how much of the trait such pauses take away where there is one a day.
const PAUSE: i64 = 7 * HOUR;
const PAUSE_WORTH: f64 = 0.6;
/// Posts at which the time of day is half believed.
const HALF_BELIEVED: f64 = 8.0;
/// Shares of copies and of links between which they count more and more.
const COPIES: (f64, f64) = (0.2, 0.7);
const LINKS: (f64, f64) = (0.6, 1.0);
/// Posts a day, as powers of ten (20 and 100).
const VOLUME: (f64, f64) = (1.3, 2.0);
/// Followers for each account followed, and how many must be followed for it to count.
const FOLLOWERS: (f64, f64) = (0.3, 0.05);
const FEWEST_FOLLOWED: i64 = 200;

/// Traits of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Traits {
    /// In bits.
    pub interval_entropy: f64,
    regular_intervals: f64,
    same_moment: f64,
    round_the_clock: f64,
    copies: f64,
    volume: f64,
    follower_ratio: f64,
    links: f64,
}

impl Traits {
    /// Reads the traits of an account; its instants are sorted, at least two, and before the as-of instant.
    pub fn of(account: &Activity<'_>, posted_at: &[i64], clock: Clock, as_of: i64) -> Self {
        let intervals: Vec<i64> = posted_at
            .windows(2)
            .map(|pair| pair[1].saturating_sub(pair[0]))
            .collect();
        let heard = account.posted_at.len() as f64;
        let interval_entropy = entropy(&intervals);
        let median_hours = median(&intervals) / HOUR as f64;
        let repeated = account
            .distinct_text_count
            .map_or(0.0, |distinct| heard - distinct as f64);
        Self {
            interval_entropy,
            regular_intervals: rise(interval_entropy, (UNEVEN, EVEN))
                * rise(median_hours, (SLOW, QUICK)),
            same_moment: same_moment(posted_at, clock),
            round_the_clock: round_the_clock(posted_at, &intervals),
            copies: rise((account.copy_count as f64).max(repeated) / heard, COPIES),
            volume: volume(account, as_of),
            follower_ratio: follower_ratio(account),
            links: rise(account.url_count as f64 / heard, LINKS),
        }
    }

    pub fn get(&self, reason: Reason) -> f64 {
        match reason {
            Reason::RegularIntervals => self.regular_intervals,
            Reason::SameMoment => self.same_moment,
            Reason::RoundTheClock => self.round_the_clock,
            Reason::Copies => self.copies,
            Reason::Volume => self.volume,
            Reason::FollowerRatio => self.follower_ratio,
            Reason::Links => self.links,
        }
    }
}

/// Returns 0 at the first bound and beyond, 1 at the second and beyond, and what lies between on a straight line.
fn rise(value: f64, (none, full): (f64, f64)) -> f64 {
    ((value - none) / (full - none)).clamp(0.0, 1.0)
}

/// Returns the Shannon entropy of intervals in half octaves, in bits, with the correction for few samples of Miller and
/// Madow (1955), `(bins seen - 1) / (2 n ln 2)`.
fn entropy(intervals: &[i64]) -> f64 {
    if intervals.is_empty() {
        return 0.0;
    }
    let mut bins = [0_usize; BINS];
    for interval in intervals {
        let seconds = (*interval as f64 / SECOND as f64).max(1.0);
        let bin = (2.0 * libm::log2(seconds)) as usize;
        bins[bin.min(BINS - 1)] += 1;
    }
    let total = intervals.len() as f64;
    let mut bits = 0.0;
    let mut seen = 0.0;
    for count in bins.into_iter().filter(|count| *count > 0) {
        let share = count as f64 / total;
        bits -= share * libm::log2(share);
        seen += 1.0;
    }
    bits + (seen - 1.0) / (2.0 * total * std::f64::consts::LN_2)
}

fn median(intervals: &[i64]) -> f64 {
    let mut sorted = intervals.to_vec();
    let middle = sorted.len() / 2;
    if sorted.is_empty() {
        return 0.0;
    }
    *sorted.select_nth_unstable(middle).1 as f64
}

/// Returns how much one second of the minute, or one minute of the hour, is overcrowded.
///
/// The chance that any of 60 moments gets `k` of `n` posts is at most `60 exp(-n KL(k/n, 1/60))` (Chernoff); what counts are
/// its orders of magnitude, times the share of posts on that moment.
fn same_moment(posted_at: &[i64], clock: Clock) -> f64 {
    let crowd = |unit: i64, around: i64| {
        let mut counts = [0_usize; 60];
        for instant in posted_at {
            let place = usize::try_from(instant.rem_euclid(around) / unit).unwrap_or_default();
            counts[place.min(59)] += 1;
        }
        let most = counts.into_iter().max().unwrap_or_default();
        let count = posted_at.len() as f64;
        let share = most as f64 / count;
        let chance: f64 = 1.0 / 60.0;
        if share <= chance {
            return 0.0;
        }
        let rest = if share < 1.0 {
            (1.0 - share) * libm::log((1.0 - share) / (1.0 - chance))
        } else {
            0.0
        };
        let divergence = share * libm::log(share / chance) + rest;
        let magnitude = count * divergence / std::f64::consts::LN_10 - libm::log10(60.0);
        rise(magnitude, (CROWDED, MOST_CROWDED)) * share
    };
    let seconds = if clock.has_seconds {
        crowd(SECOND, MINUTE)
    } else {
        0.0
    };
    let minutes = if clock.has_minutes {
        crowd(MINUTE, HOUR)
    } else {
        0.0
    };
    seconds.max(minutes)
}

/// Returns how little the account rests: the share of posts in its six quietest hours of the day in a row (a quarter, if it
/// never rests), less where it pauses once a day at whatever hour, as shift workers do.
fn round_the_clock(posted_at: &[i64], intervals: &[i64]) -> f64 {
    let mut hours = [0_usize; 24];
    for instant in posted_at {
        let hour = usize::try_from(instant.rem_euclid(DAY) / HOUR).unwrap_or_default();
        hours[hour.min(23)] += 1;
    }
    let count = posted_at.len() as f64;
    let quietest = (0..24)
        .map(|first| {
            (first..first + REST_HOURS)
                .map(|hour| hours[hour % 24])
                .sum::<usize>()
        })
        .min()
        .unwrap_or_default();
    let start = posted_at.first().copied().unwrap_or_default();
    let mut days: Vec<i64> = posted_at
        .iter()
        .map(|instant| instant.saturating_sub(start) / DAY)
        .collect();
    days.dedup();
    let pauses = intervals
        .iter()
        .filter(|interval| **interval >= PAUSE)
        .count();
    let pauses_a_day = (pauses as f64 / days.len().max(1) as f64).min(1.0);
    rise(quietest as f64 / count, (RESTFUL, RESTLESS)) * count / (count + HALF_BELIEVED)
        * (1.0 - PAUSE_WORTH * pauses_a_day)
}

/// Returns how many posts a day there are since the account was made.
fn volume(account: &Activity<'_>, as_of: i64) -> f64 {
    let age = account
        .created_at
        .and_then(|created_at| as_of.checked_sub(created_at))
        .filter(|age| *age >= 0);
    let Some(age) = age else {
        return 0.0;
    };
    let days = (age as f64 / DAY as f64).max(1.0);
    let heard = account.posted_at.len() as f64;
    let posts = account
        .post_count
        .map_or(heard, |count| heard.max(count as f64));
    rise(libm::log10(posts.max(1.0) / days), VOLUME)
}

fn follower_ratio(account: &Activity<'_>) -> f64 {
    match (account.follower_count, account.following_count) {
        (Some(followers), Some(followed)) if followed >= FEWEST_FOLLOWED => {
            rise(followers.max(0) as f64 / followed as f64, FOLLOWERS)
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_goes_either_way() {
        assert_eq!(rise(0.0, (0.2, 0.7)), 0.0);
        assert_eq!(rise(0.7, (0.2, 0.7)), 1.0);
        assert_eq!(rise(11.0, (11.0, 4.0)), 0.0);
        assert_eq!(rise(1.0, (11.0, 4.0)), 1.0);
        assert!((rise(7.5, (11.0, 4.0)) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn entropy_is_that_of_the_bins() {
        assert_eq!(entropy(&[HOUR; 20]), 0.0);
        // Four bins alike: two bits, and 3 / (2 * 8 * ln 2) for the bins seen.
        let four = [1, 4, 16, 64].map(|minutes| minutes * MINUTE);
        let intervals: Vec<i64> = four.into_iter().chain(four).collect();
        let expected = 2.0 + 3.0 / (16.0 * std::f64::consts::LN_2);
        assert!((entropy(&intervals) - expected).abs() < 1e-12);
        assert_eq!(entropy(&[]), 0.0);
        assert!(entropy(&[0, 1, i64::MAX]).is_finite());
    }

    #[test]
    fn a_moment_is_crowded_only_where_it_is_told() {
        let on_the_minute: Vec<i64> = (0..40).map(|post| post * 17 * MINUTE).collect();
        let clock = |has_seconds| Clock {
            has_seconds,
            has_minutes: true,
        };
        assert!(same_moment(&on_the_minute, clock(true)) > 0.99);
        assert_eq!(same_moment(&on_the_minute, clock(false)), 0.0);
        let spread: Vec<i64> = (0..600).map(|post| post * 61 * SECOND).collect();
        assert_eq!(same_moment(&spread, clock(true)), 0.0);
    }

    #[test]
    fn who_sleeps_is_not_round_the_clock() {
        let posts = |hours: fn(i64) -> i64| -> Vec<i64> {
            let mut posts: Vec<i64> = (0..200).map(|post| hours(post) * HOUR).collect();
            posts.sort_unstable();
            posts
        };
        let measure = |posts: &[i64]| {
            let intervals: Vec<i64> = posts.windows(2).map(|pair| pair[1] - pair[0]).collect();
            round_the_clock(posts, &intervals)
        };
        assert!(measure(&posts(|post| post * 5)) > 0.9);
        assert_eq!(
            measure(&posts(|post| post / 8 * 24 + 8 + post % 8 * 2)),
            0.0
        );
    }
}
