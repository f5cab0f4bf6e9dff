//! Words that come in bursts.
//!
//! For each word of a brand, an hour is a batch of posts of which some have the word; [`crate::math::bursts`] says when it
//! was said how much more often than over the whole window. Copies and reposts are left out, so that a campaign's text does
//! not fill the table. Hours without the word are put together between those with it, so that the work grows with the
//! occurrences of words and not with words times hours.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::hours::{HOUR, Names, PostKind, Posts};
use crate::math::bursts::{Automaton, Batch};
use crate::schema::{Column as Owned, ColumnKind, word_bursts};

/// Settings of the search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordBurstSettings {
    /// Days before the as-of instant that are looked at.
    pub window_days: u32,
    /// The as-of instant, in microseconds since 1970-01-01 UTC.
    pub until: i64,
    /// Fewest posts of the window with a word that is looked at.
    pub min_posts: u32,
    /// Bursts kept per brand, those of greatest weight.
    pub most_bursts: usize,
    /// Kleinberg's automaton.
    pub automaton: Automaton,
}

impl WordBurstSettings {
    /// Returns the settings for an as-of instant, with 90 days, words of 5 posts and 1,000 bursts per brand.
    pub fn until(until: i64) -> Self {
        Self {
            window_days: 90,
            until,
            min_posts: 5,
            most_bursts: 1_000,
            automaton: Automaton::default(),
        }
    }
}

/// A time in which a word was said more often than usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordBurst {
    /// Index of the brand.
    pub brand: u32,
    /// Index of the word.
    pub word: u32,
    /// Level, from 1: each doubles the rate at which the word is said.
    pub level: u32,
    /// Start of its first hour.
    pub started_at: i64,
    /// End of its last hour.
    pub ended_at: i64,
    /// Posts with the word.
    pub post_count: i64,
    /// What the burst saves in cost against the level below, in nats: how sure it is.
    pub weight: f64,
}

/// The bursts found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WordBursts {
    /// By brand, word, level and start.
    pub bursts: Vec<WordBurst>,
    /// Bursts of less weight that were left out, over all brands.
    pub left_out_count: u64,
}

/// Finds the bursts of words; `posts` come in order of time.
pub fn find<P: Posts + ?Sized>(posts: &P, settings: &WordBurstSettings) -> WordBursts {
    let last = settings.until.saturating_sub(1).div_euclid(HOUR);
    let first = last.saturating_sub(i64::from(settings.window_days) * 24 - 1);
    let begin = posts.first_from(first.saturating_mul(HOUR));
    let end = posts.first_from(settings.until).max(begin);
    let mut brands: BTreeMap<u32, Heard> = BTreeMap::new();
    for post in posts.within(begin..end) {
        if post.kind == PostKind::Repost || post.is_copy {
            continue;
        }
        // The window is at most a few thousand days long, so an hour of it fits into 32 bits.
        let hour = u32::try_from(post.at.div_euclid(HOUR) - first).unwrap_or(0);
        let heard = brands.entry(post.brand).or_default();
        *heard.totals.entry(hour).or_default() += 1;
        heard
            .words
            .extend(post.words.iter().map(|word| (word, hour)));
    }
    let mut found = WordBursts::default();
    for (brand, mut heard) in brands {
        let mut bursts = heard.bursts(brand, first, settings);
        if bursts.len() > settings.most_bursts {
            found.left_out_count += (bursts.len() - settings.most_bursts) as u64;
            bursts.sort_by(|left, right| {
                right
                    .weight
                    .total_cmp(&left.weight)
                    .then_with(|| order(left).cmp(&order(right)))
            });
            bursts.truncate(settings.most_bursts);
        }
        bursts.sort_by_key(order);
        found.bursts.extend(bursts);
    }
    found
}

fn order(burst: &WordBurst) -> (u32, u32, i64) {
    (burst.word, burst.level, burst.started_at)
}

/// What was said about one brand.
#[derive(Debug, Default)]
struct Heard {
    /// Posts by hour of the window.
    totals: BTreeMap<u32, u64>,
    /// Words with their hours.
    words: Vec<(u32, u32)>,
}

impl Heard {
    fn bursts(&mut self, brand: u32, first: i64, settings: &WordBurstSettings) -> Vec<WordBurst> {
        self.words.sort_unstable();
        let hours: Vec<u32> = self.totals.keys().copied().collect();
        let mut so_far = 0;
        let mut sums = vec![0_u64];
        for total in self.totals.values() {
            so_far += total;
            sums.push(so_far);
        }
        let volume = Volume { hours, sums };
        let steps = settings.window_days as usize * 24;
        let mut found = Vec::new();
        for said in self.words.chunk_by(|left, right| left.0 == right.0) {
            if said.len() < settings.min_posts.max(1) as usize {
                continue;
            }
            let word = said[0].0;
            let (batches, spans) = volume.batches(said);
            for burst in settings.automaton.bursts(&batches, steps) {
                let post_count: u64 = batches[burst.first..=burst.last]
                    .iter()
                    .map(|batch| batch.relevant)
                    .sum();
                found.push(WordBurst {
                    brand,
                    word,
                    level: u32::try_from(burst.level).unwrap_or(u32::MAX),
                    started_at: (first + i64::from(spans[burst.first].0)) * HOUR,
                    ended_at: (first + i64::from(spans[burst.last].1) + 1) * HOUR,
                    post_count: i64::try_from(post_count).unwrap_or(i64::MAX),
                    weight: burst.weight,
                });
            }
        }
        found
    }
}

/// Posts of a brand: the hours with one, and the posts before each of them and in all.
struct Volume {
    hours: Vec<u32>,
    sums: Vec<u64>,
}

impl Volume {
    /// Returns one batch per hour with the word and one per gap with posts between, and the first and last hour of each.
    fn batches(&self, said: &[(u32, u32)]) -> (Vec<Batch>, Vec<(u32, u32)>) {
        let (mut batches, mut spans) = (Vec::new(), Vec::new());
        let mut next = 0;
        for same in said.chunk_by(|left, right| left.1 == right.1) {
            let hour = same[0].1;
            let place = next + self.hours[next..].partition_point(|other| *other < hour);
            self.push_gap(next, place, &mut batches, &mut spans);
            let total = self.sum(place, place + 1);
            batches.push(Batch {
                // A word that a post has twice still stands in one post.
                relevant: (same.len() as u64).min(total),
                total,
            });
            spans.push((hour, hour));
            next = (place + 1).min(self.hours.len());
        }
        self.push_gap(next, self.hours.len(), &mut batches, &mut spans);
        (batches, spans)
    }

    fn push_gap(
        &self,
        from: usize,
        to: usize,
        batches: &mut Vec<Batch>,
        spans: &mut Vec<(u32, u32)>,
    ) {
        if from < to {
            batches.push(Batch {
                relevant: 0,
                total: self.sum(from, to),
            });
            spans.push((self.hours[from], self.hours[to - 1]));
        }
    }

    fn sum(&self, from: usize, to: usize) -> u64 {
        let at = |place: usize| self.sums[place.min(self.hours.len())];
        at(to) - at(from)
    }
}

/// Returns the table `word_bursts`.
///
/// # Errors
/// Those of polars.
pub fn frame(found: &[WordBurst], names: &Names<'_>) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(&str, &str, &WordBurst)> = found
        .iter()
        .map(|burst| (names.brand(burst.brand), names.word(burst.word), burst))
        .collect();
    rows.sort_by_key(|(brand, word, burst)| (*brand, *word, burst.level, burst.started_at));
    let whole = |column: Owned, value: fn(&WordBurst) -> i64| {
        let values: Vec<i64> = rows.iter().map(|(_, _, burst)| value(burst)).collect();
        Column::new(column.small_name(), values)
    };
    let instant = ColumnKind::Instant.dtype();
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                word_bursts::BRAND.small_name(),
                rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            ),
            Column::new(
                word_bursts::WORD.small_name(),
                rows.iter().map(|row| row.1).collect::<Vec<_>>(),
            ),
            whole(word_bursts::LEVEL, |burst| i64::from(burst.level)),
            whole(word_bursts::STARTED_AT, |burst| burst.started_at).cast(&instant)?,
            whole(word_bursts::ENDED_AT, |burst| burst.ended_at).cast(&instant)?,
            whole(word_bursts::POST_COUNT, |burst| burst.post_count),
            Column::new(
                word_bursts::WEIGHT.small_name(),
                rows.iter().map(|row| row.2.weight).collect::<Vec<_>>(),
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::super::hours::Post;
    use super::*;

    fn post(at: i64, words: &[u32]) -> Post<'_> {
        Post {
            at,
            author: 1,
            brand: 0,
            keywords: &[],
            topics: &[],
            label: None,
            kind: PostKind::Original,
            is_copy: false,
            copy_cluster: None,
            reach: 0,
            words: words.into(),
            answered: None,
            is_hearsay: false,
            by_impersonator: false,
        }
    }

    #[test]
    fn a_word_said_all_at_once_bursts_and_one_said_always_does_not() {
        // Four posts an hour for thirty days; word 0 in all of them, word 1 in those of five hours in the middle, and one
        // word 2 too seldom to be looked at.
        let mut posts = Vec::new();
        for hour in 0..720_i64 {
            let words: &[u32] = match hour {
                300..305 => &[0, 1],
                310 => &[0, 2],
                _ => &[0, 3],
            };
            posts.extend((0..4).map(|part| post(hour * HOUR + part, words)));
        }
        let settings = WordBurstSettings {
            window_days: 30,
            ..WordBurstSettings::until(720 * HOUR)
        };
        let found = find(&posts, &settings);
        assert_eq!(found.left_out_count, 0);
        let first = found.bursts.first().expect("a burst");
        assert_eq!((first.word, first.level, first.post_count), (1, 1, 20));
        assert_eq!((first.started_at, first.ended_at), (300 * HOUR, 305 * HOUR));
        assert!(
            found.bursts.iter().all(|burst| burst.word == 1),
            "{found:?}"
        );
        let one = WordBurstSettings {
            most_bursts: 1,
            ..settings
        };
        let kept = find(&posts, &one);
        assert_eq!(kept.bursts.len(), 1);
        assert_eq!(kept.left_out_count, found.bursts.len() as u64 - 1);
    }

    #[test]
    fn copies_reposts_and_what_lies_outside_the_window_do_not_count() {
        let mut posts: Vec<Post<'_>> = (0..400_i64).map(|hour| post(hour * HOUR, &[3])).collect();
        let campaign = (0..30).map(|part| Post {
            is_copy: true,
            ..post(200 * HOUR + part, &[1])
        });
        let future = (0..30).map(|part| post(401 * HOUR + part, &[1]));
        let old = (0..30).map(|part| post(-90 * 24 * HOUR + part, &[1]));
        posts.extend(campaign.chain(future).chain(old).collect::<Vec<_>>());
        posts.sort_by_key(|post| post.at);
        let settings = WordBurstSettings {
            window_days: 10,
            ..WordBurstSettings::until(400 * HOUR)
        };
        assert_eq!(find(&posts, &settings), WordBursts::default());
        let nothing: [Post<'_>; 0] = [];
        assert_eq!(find(&nothing[..], &settings), WordBursts::default());
    }

    #[test]
    fn gaps_are_put_together_and_no_post_is_lost() {
        let volume = Volume {
            hours: vec![0, 1, 4, 9],
            sums: vec![0, 2, 5, 6, 10],
        };
        let (batches, spans) = volume.batches(&[(7, 1), (7, 1), (7, 9)]);
        let plain: Vec<(u64, u64)> = batches
            .iter()
            .map(|batch| (batch.relevant, batch.total))
            .collect();
        assert_eq!(plain, [(0, 2), (2, 3), (0, 1), (1, 4)]);
        assert_eq!(spans, [(0, 0), (1, 1), (4, 4), (9, 9)]);
    }
}
