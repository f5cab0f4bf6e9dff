//! Accounts that a program runs.
//!
//! A program posts at even intervals, at the same second of the minute, around the clock, and says the same again. People
//! sleep, burst and pause. Each trait is a number 0..1, and the score is logistic in them:
//! `1 / (1 + exp(-(BASE + sum of weight * trait)))`. The weights are set by hand so that no trait of an orderly person (a
//! weekly habit, a post every morning, a busy evening) is enough alone, and two traits of a program are. They rest on
//! Chu, Gianvecchio, Wang and Jajodia (2012), who found entropy of intervals, copied text, links and the ratio of followers
//! to tell humans, bots and cyborgs apart.

mod traits;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;

use self::traits::Traits;

/// Least score of a bot.
pub(crate) const LEAST_SCORE: f64 = 0.5;
/// Fewest posts of which anything is said.
pub(crate) const FEWEST_POSTS: usize = 10;
/// Log odds of an account without any trait of a program.
const BASE: f64 = -4.0;
/// Least share of the log odds for a trait to be named as a reason.
const LEAST_REASON: f64 = 0.5;

/// What an account did, as far as it is heard.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Activity<'a> {
    /// Platforms tell the time to the second, to the minute or to the hour.
    pub platform: &'a str,
    /// Never a bot, however evenly it posts.
    pub is_official: bool,
    /// Instants of its posts in microseconds since 1970-01-01 UTC, in any order.
    pub posted_at: &'a [i64],
    /// Posts that copy an earlier one, its own or another's.
    pub copy_count: u64,
    /// Different texts among the posts, where known.
    pub distinct_text_count: Option<u64>,
    /// Posts with a link.
    pub url_count: u64,
    /// In microseconds since 1970-01-01 UTC.
    pub created_at: Option<i64>,
    /// Posts since the account was made, the unheard among them.
    pub post_count: Option<i64>,
    pub follower_count: Option<i64>,
    pub following_count: Option<i64>,
}

/// Why an account is taken for a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reason {
    /// The intervals between posts have little entropy.
    RegularIntervals,
    /// Most posts fall on the same second of the minute or minute of the hour.
    SameMoment,
    /// There is no time of day at which it rests.
    RoundTheClock,
    /// Most posts are copies.
    Copies,
    /// More posts a day than a person writes.
    Volume,
    /// It follows many and is followed by few.
    FollowerRatio,
    /// Most posts have a link.
    Links,
}

impl Reason {
    const ALL: [Self; 7] = [
        Self::RegularIntervals,
        Self::SameMoment,
        Self::RoundTheClock,
        Self::Copies,
        Self::Volume,
        Self::FollowerRatio,
        Self::Links,
    ];

    /// Returns the key that stands for the reason in tables.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::RegularIntervals => "regular_intervals",
            Self::SameMoment => "same_moment",
            Self::RoundTheClock => "round_the_clock",
            Self::Copies => "copies",
            Self::Volume => "volume",
            Self::FollowerRatio => "follower_ratio",
            Self::Links => "links",
        }
    }

    /// Log odds that the full trait adds.
    fn weight(self) -> f64 {
        match self {
            Self::RegularIntervals => 4.8,
            Self::SameMoment => 2.5,
            Self::RoundTheClock => 4.6,
            Self::Copies => 5.8,
            Self::Volume => 1.5,
            Self::FollowerRatio => 0.9,
            Self::Links => 0.7,
        }
    }
}

/// How much an account is like a program.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BotScore {
    /// 0..1; from [`LEAST_SCORE`] on a bot.
    pub score: f64,
    /// In the order of [`Reason`]; also below [`LEAST_SCORE`].
    pub reasons: Vec<Reason>,
    /// Entropy of the intervals in bits.
    pub interval_entropy: f64,
}

impl BotScore {
    /// Whether the account is taken for a bot.
    pub(crate) fn is_bot(&self) -> bool {
        self.score >= LEAST_SCORE
    }
}

/// How finely the instants of a platform are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Clock {
    has_seconds: bool,
    has_minutes: bool,
}

/// Scores every account as known at the as-of instant (microseconds since 1970-01-01 UTC), in the order given.
///
/// `None` for official accounts and for those with fewer than [`FEWEST_POSTS`] posts before the instant: unknown.
pub(crate) fn scores(accounts: &[Activity<'_>], as_of: i64) -> Vec<Option<BotScore>> {
    let clocks = clocks(accounts);
    accounts
        .par_iter()
        .map(|account| {
            let clock = clocks.get(account.platform).copied().unwrap_or_default();
            score(account, clock, as_of)
        })
        .collect()
}

/// Finds out how finely each platform tells the time.
///
/// An export in whole minutes puts every post on second 0. So seconds count only where one account in ten or more has some.
fn clocks<'a>(accounts: &[Activity<'a>]) -> BTreeMap<&'a str, Clock> {
    #[derive(Default)]
    struct Count {
        accounts: usize,
        with_seconds: usize,
        with_minutes: usize,
    }
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for account in accounts
        .iter()
        .filter(|account| account.posted_at.len() >= FEWEST_POSTS)
    {
        let has = |unit: i64| {
            account
                .posted_at
                .iter()
                .any(|posted_at| posted_at.rem_euclid(unit) >= unit / 60)
        };
        let count = counts.entry(account.platform).or_default();
        count.accounts += 1;
        count.with_seconds += usize::from(has(traits::MINUTE));
        count.with_minutes += usize::from(has(traits::HOUR));
    }
    counts
        .into_iter()
        .map(|(platform, count)| {
            let is_told = |with: usize| with > 0 && with * 10 >= count.accounts;
            let clock = Clock {
                has_seconds: is_told(count.with_seconds),
                has_minutes: is_told(count.with_minutes),
            };
            (platform, clock)
        })
        .collect()
}

fn score(account: &Activity<'_>, clock: Clock, as_of: i64) -> Option<BotScore> {
    if account.is_official {
        return None;
    }
    let mut posted_at: Vec<i64> = account
        .posted_at
        .iter()
        .copied()
        .filter(|posted_at| *posted_at < as_of)
        .collect();
    if posted_at.len() < FEWEST_POSTS {
        return None;
    }
    posted_at.sort_unstable();
    let traits = Traits::of(account, &posted_at, clock, as_of);
    let mut log_odds = BASE;
    let mut reasons = Vec::new();
    for reason in Reason::ALL {
        let added = reason.weight() * traits.get(reason);
        log_odds += added;
        if added >= LEAST_REASON {
            reasons.push(reason);
        }
    }
    Some(BotScore {
        score: 1.0 / (1.0 + libm::exp(-log_odds)),
        reasons,
        interval_entropy: traits.interval_entropy,
    })
}
