//! Runs of unusual hours, and which of them are flare-ups (炎上).
//!
//! [`find`] looks at the hours of each brand for runs that are unusual (`detect`), then at the posts in each run for what
//! it is made of (`evidence`): how many more than usual, how many of them against the brand, by how many authors, quoted
//! or only repeated, seen by how many, in words of their own or copied. From that come a score, the cause (`cause`), the
//! words that tell it from the weeks before (`words`), its first posts and those who spread it most (`people`), and how it
//! stands at the as-of instant (`state`). All of it rests on posts before that instant only.

mod cause;
pub mod comparison;
mod detect;
mod evidence;
mod frame;
mod people;
mod state;
mod words;

#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use evidence::{Components, Evidence};
pub use frame::frame;
pub use people::Spreader;
pub use state::State;

use super::hours::{Counts, HOUR, Hour, Names, Post, PostKind, Posts};
use crate::config::AlertConfig;

/// Settings of the search.
#[derive(Clone, Copy)]
pub struct AlertSettings<'a> {
    /// When an hour is unusual.
    pub alert: &'a AlertConfig,
    /// Days before an alert that its words are compared with.
    pub baseline_days: u32,
    /// The as-of instant, in microseconds since 1970-01-01 UTC.
    pub until: i64,
    /// What the numbers of brands and words stand for.
    pub names: Names<'a>,
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Index of the brand.
    pub brand: u32,
    /// Whether it is a flare-up; a plain rise in volume otherwise.
    pub is_flare_up: bool,
    /// How it stands at the as-of instant.
    pub state: State,
    /// Start of the first unusual hour.
    pub started_at: i64,
    /// End of the last unusual hour so far.
    pub ended_at: i64,
    /// End of the hour with which it became an alert.
    pub alerted_at: i64,
    /// End of the hour with which it became a flare-up.
    pub flared_at: Option<i64>,
    /// Start of the busiest hour.
    pub peak_at: i64,
    /// Posts in the busiest hour.
    pub peak_count: i64,
    /// Posts usual in its hours.
    pub expected: f64,
    /// What it is made of.
    pub evidence: Evidence,
    /// Each part of the score, 0 to 1.
    pub components: Components,
    /// The score, 0 to 100.
    pub score: f64,
    /// Why people are upset; of a rise in volume, whether it is a rumour or an impersonation, `None` where it is neither.
    pub cause: Option<Cause>,
    /// Words that tell it from the weeks before, the most telling first.
    pub words: Vec<u32>,
    /// Places of its first posts in the slice of posts.
    pub first_posts: Vec<usize>,
    /// Those who spread it most, the first first.
    pub spreaders: Vec<Spreader>,
}

impl Alert {
    /// Returns its id: the brand and the first hour.
    pub fn id(&self, names: &Names<'_>) -> String {
        format!(
            "{}@{}",
            names.brand(self.brand),
            stamp(self.started_at, "%Y-%m-%dT%HZ")
        )
    }

    /// Returns `flare_up` or `volume`.
    pub fn kind(&self) -> &'static str {
        if self.is_flare_up {
            "flare_up"
        } else {
            "volume"
        }
    }
}

/// Returns an instant as text, in UTC.
fn stamp(at: i64, format: &str) -> String {
    jiff::Timestamp::from_microsecond(at)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .strftime(format)
        .to_string()
}

/// Returns the alerts of every brand, by brand and start.
///
/// `posts` are those that were counted, in order of time; an alert older than all of them has no evidence. Only the hours
/// of whole brands are searched: what a keyword or topic does shows in its brand.
pub fn find<P: Posts + ?Sized>(
    posts: &P,
    counts: &Counts,
    settings: &AlertSettings<'_>,
) -> Vec<Alert> {
    let brands: std::collections::BTreeSet<u32> = counts
        .streams
        .iter()
        .map(|(stream, _)| stream.brand)
        .collect();
    let mut found = Vec::new();
    for brand in brands {
        let hours = counts.of_brand(brand);
        let spans = detect::spans(hours, settings.alert);
        if spans.is_empty() {
            continue;
        }
        let mut before = words::Before::new(posts, brand, settings);
        found.extend(spans.iter().map(|span| {
            let (started_at, _) = span.bounds(hours);
            before.advance(started_at);
            describe(posts, brand, hours, span, &before, settings)
        }));
    }
    found
}

fn describe<P: Posts + ?Sized>(
    posts: &P,
    brand: u32,
    hours: &[Hour],
    span: &detect::Span,
    before: &words::Before<'_, P>,
    settings: &AlertSettings<'_>,
) -> Alert {
    let run = &hours[span.first..=span.last];
    let (started_at, ended_at) = span.bounds(hours);
    let until = ended_at.min(settings.until);
    let during = During::new(posts, brand, started_at, until);
    let evidence = Evidence::of(&during);
    let expected: f64 = run.iter().filter_map(|hour| hour.expected).sum();
    let usual_negative: f64 = run.iter().filter_map(|hour| hour.expected_negative).sum();
    let components = Components::of(&evidence, expected, usual_negative);
    let is_flare_up = span.flared.is_some();
    let words = words::telling(&during, before, is_flare_up);
    let vocabulary = settings.names.words;
    let cause = match is_flare_up {
        true => Some(cause::of_flare_up(&during, &evidence, vocabulary)),
        false => cause::of_rise(&during, &evidence, vocabulary),
    };
    let peak = run
        .iter()
        .max_by_key(|hour| (hour.post_count, -hour.start))
        .copied()
        .unwrap_or_default();
    let end_of = |place: usize| hours[place].start + HOUR;
    Alert {
        brand,
        is_flare_up,
        state: state::state(hours, span, settings.until),
        started_at,
        ended_at,
        alerted_at: end_of(span.alerted),
        flared_at: span.flared.map(end_of),
        peak_at: peak.start,
        peak_count: peak.post_count,
        expected,
        score: components.score(),
        cause,
        first_posts: people::first_posts(&during, &words, cause),
        spreaders: people::spreaders(&during),
        evidence,
        components,
        words,
    }
}

/// Posts and reposts about one brand in one span of time, with their places.
struct During<'a> {
    posts: Vec<(usize, Post<'a>)>,
}

impl<'a> During<'a> {
    fn new<P: Posts + ?Sized>(posts: &'a P, brand: u32, from: i64, to: i64) -> Self {
        let (first, last) = (posts.first_from(from), posts.first_from(to));
        let found = (first..last).filter_map(|place| Some((place, posts.get(place)?)));
        Self {
            posts: found.filter(|(_, post)| post.brand == brand).collect(),
        }
    }

    /// Posts and reposts.
    fn all(&self) -> impl Iterator<Item = &Post<'a>> {
        self.posts.iter().map(|(_, post)| post)
    }

    /// Posts with their places, without reposts.
    fn heard(&self) -> impl Iterator<Item = (usize, &Post<'a>)> {
        let posts = self.posts.iter().map(|(place, post)| (*place, post));
        posts.filter(|(_, post)| post.kind != PostKind::Repost)
    }
}
