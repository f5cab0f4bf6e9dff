//! Counting posts into hours, in one pass.

use std::collections::BTreeMap;

use super::baseline::Baseline;
use super::calendar::Slot;
use super::{Calendar, HOUR, Hour, Part, Post, PostKind, Stream};
use crate::math::counts::negative_binomial_upper_tail;
use crate::text::Label;

/// Hours before the last one that are looked at: ten years.
const MOST_HOURS: i64 = 10 * 366 * 24;

/// Settings of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourSettings {
    /// Days the baseline looks back.
    pub baseline_days: u32,
    /// The as-of instant, in microseconds since 1970-01-01 UTC: what happened at or after it is not known.
    pub until: i64,
}

/// The hours of all streams.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counts {
    /// Each stream with its hours in order. A brand's hours begin with its first post and go on, silent ones included, to
    /// the as-of instant; of its keywords and topics, silent hours are left out.
    pub streams: Vec<(Stream, Vec<Hour>)>,
    /// Posts more than ten years before the as-of instant, not counted.
    pub too_old_count: u64,
    /// Posts at or after the as-of instant, not counted.
    pub future_count: u64,
    /// Posts older by an hour or more than one before them, counted in the hour that was open.
    pub late_count: u64,
}

impl Counts {
    /// Returns the hours of all posts of a brand; empty when it has none.
    pub fn of_brand(&self, brand: u32) -> &[Hour] {
        let all = Stream {
            brand,
            part: Part::All,
        };
        self.streams
            .binary_search_by_key(&all, |(stream, _)| *stream)
            .map_or(&[], |place| &self.streams[place].1)
    }
}

/// Counts posts, which come in order of time, and says what was usual in each hour.
pub fn count<'a>(
    posts: impl IntoIterator<Item = Post<'a>>,
    settings: HourSettings,
    calendar: &Calendar<'_>,
) -> Counts {
    let last = settings.until.saturating_sub(1).div_euclid(HOUR);
    let oldest = last.saturating_sub(MOST_HOURS - 1);
    let mut counts = Counts::default();
    let mut tallies: BTreeMap<Stream, Tally> = BTreeMap::new();
    for post in posts {
        let hour = post.at.div_euclid(HOUR);
        if post.at >= settings.until {
            counts.future_count += 1;
            continue;
        }
        if hour < oldest {
            counts.too_old_count += 1;
            continue;
        }
        let all = std::iter::once(Part::All);
        let keywords = post.keywords.iter().map(|keyword| Part::Keyword(*keyword));
        let topics = post.topics.iter().map(|topic| Part::Topic(*topic));
        let mut is_late = false;
        for part in all.chain(keywords).chain(topics) {
            let stream = Stream {
                brand: post.brand,
                part,
            };
            is_late |= tallies.entry(stream).or_default().push(hour, &post);
        }
        counts.late_count += u64::from(is_late);
    }
    let heard: Vec<(Stream, Vec<Hour>)> = tallies
        .into_iter()
        .map(|(stream, tally)| (stream, tally.finish()))
        .collect();
    let first = heard
        .iter()
        .filter_map(|(_, hours)| hours.first())
        .map(|hour| hour.start / HOUR)
        .min();
    let Some(first) = first else {
        return counts;
    };
    let slots = calendar.slots(first, (last - first + 1).unsigned_abs() as usize);
    counts.streams = heard
        .into_iter()
        .map(|(stream, hours)| {
            let judged = judge(&hours, first, &slots, settings.baseline_days);
            match stream.part {
                Part::All => (stream, judged),
                Part::Keyword(_) | Part::Topic(_) => {
                    let is_heard = |hour: &Hour| hour.post_count + hour.repost_count > 0;
                    (stream, judged.into_iter().filter(is_heard).collect())
                }
            }
        })
        .collect();
    counts
}

/// Fills the silent hours between the first one heard and the last slot, and says what was usual.
fn judge(heard: &[Hour], first: i64, slots: &[Slot], baseline_days: u32) -> Vec<Hour> {
    let Some(begin) = heard.first().map(|hour| hour.start / HOUR - first) else {
        return Vec::new();
    };
    let mut baseline = Baseline::new(baseline_days);
    let mut heard = heard.iter().peekable();
    slots
        .iter()
        .zip(first..)
        .skip(begin.unsigned_abs() as usize)
        .map(|(slot, place)| {
            let start = place * HOUR;
            let mut hour = heard
                .next_if(|hour| hour.start == start)
                .copied()
                .unwrap_or(Hour {
                    start,
                    ..Hour::default()
                });
            let usual = baseline.estimate(*slot);
            baseline.push(*slot, hour.post_count, hour.negative_count, &usual);
            hour.dispersion = usual.dispersion;
            if usual.is_ready {
                hour.expected = Some(usual.mean);
                hour.expected_negative = Some(usual.mean * usual.negative_share);
                hour.tail_prob = Some(negative_binomial_upper_tail(
                    hour.post_count.unsigned_abs(),
                    usual.mean,
                    usual.dispersion,
                ));
            }
            hour
        })
        .collect()
}

/// The hour that is open, and those before it.
#[derive(Debug, Default)]
struct Tally {
    open: Option<i64>,
    hour: Hour,
    authors: Vec<u64>,
    /// Author and followers of posts and reposts.
    reached: Vec<(u64, i64)>,
    done: Vec<Hour>,
}

impl Tally {
    /// Counts a post; returns whether it came too late for its own hour.
    fn push(&mut self, hour: i64, post: &Post<'_>) -> bool {
        let open = *self.open.get_or_insert(hour);
        if hour > open {
            self.close();
            self.open = Some(hour);
        }
        self.reached.push((post.author, post.reach.max(0)));
        if post.kind == PostKind::Repost {
            self.hour.repost_count += 1;
            return hour < open;
        }
        self.authors.push(post.author);
        self.hour.post_count += 1;
        self.hour.positive_count += i64::from(post.label == Some(Label::Positive));
        self.hour.negative_count += i64::from(post.label == Some(Label::Negative));
        self.hour.quote_count += i64::from(post.kind == PostKind::Quote);
        self.hour.reply_count += i64::from(post.kind == PostKind::Reply);
        self.hour.copy_count += i64::from(post.is_copy);
        hour < open
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        self.authors.sort_unstable();
        self.authors.dedup();
        let mut hour = std::mem::take(&mut self.hour);
        hour.start = open * HOUR;
        hour.author_count = self.authors.len() as i64;
        hour.reach = reach(&mut self.reached);
        self.authors.clear();
        self.reached.clear();
        self.done.push(hour);
    }

    fn finish(mut self) -> Vec<Hour> {
        self.close();
        self.done
    }
}

/// Returns the followers of distinct authors, of each the most that were seen; leaves each author once.
pub(in crate::score) fn reach(authors: &mut Vec<(u64, i64)>) -> i64 {
    authors.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(right.1.cmp(&left.1)));
    authors.dedup_by_key(|(author, _)| *author);
    authors
        .iter()
        .fold(0_i64, |sum, (_, followers)| sum.saturating_add(*followers))
}
