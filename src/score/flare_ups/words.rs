//! Words that tell an alert from the weeks before it.

use std::collections::BTreeMap;

use super::super::hours::{HOUR, Post, PostKind, Posts};
use super::{AlertSettings, During};
use crate::math::log_odds::log_odds_z;
use crate::text::Label;

/// Words named per alert.
const MOST_WORDS: usize = 8;
/// Fewest posts of an alert that a word must stand in to be named.
const FEWEST_POSTS: u32 = 3;
/// Least z-score of a word that is named.
const LEAST_Z: f64 = 1.96;
/// Weight of what is known beforehand, in words, and at most as a share of the words there are.
const PRIOR_WORDS: f64 = 500.0;
const PRIOR_SHARE: f64 = 0.1;

/// Words of a brand's posts in the window before an alert; it moves on from alert to alert.
pub(super) struct Before<'a, P: ?Sized> {
    posts: &'a P,
    brand: u32,
    length: i64,
    /// Places of the first post in the window and of the first after it.
    first: usize,
    end: usize,
    counts: Vec<u32>,
}

impl<'a, P: Posts + ?Sized> Before<'a, P> {
    pub(super) fn new(posts: &'a P, brand: u32, settings: &AlertSettings<'_>) -> Self {
        Self {
            posts,
            brand,
            length: i64::from(settings.baseline_days) * 24 * HOUR,
            first: 0,
            end: 0,
            counts: vec![0; settings.names.words.len()],
        }
    }

    /// Moves the window to end at an instant, which must not lie before the one it ended at.
    pub(super) fn advance(&mut self, end: i64) {
        let posts = self.posts;
        let last = posts.first_from(end).max(self.end);
        let start = end.saturating_sub(self.length);
        let first = posts.first_from(start).clamp(self.first, last);
        if first >= self.end {
            self.counts.fill(0);
            (self.first, self.end) = (first, first);
        }
        for post in posts.within(self.end..last) {
            self.add(&post, 1);
        }
        for post in posts.within(self.first..first) {
            self.add(&post, -1);
        }
        (self.first, self.end) = (first, last);
    }

    fn add(&mut self, post: &Post<'_>, sign: i32) {
        if post.brand != self.brand || post.kind == PostKind::Repost {
            return;
        }
        for word in post.words.iter() {
            if let Some(count) = self.counts.get_mut(word as usize) {
                *count = count.saturating_add_signed(sign);
            }
        }
    }
}

/// Returns the most telling words of an alert; of a flare-up, those of its negative posts.
pub(super) fn telling<P: ?Sized>(
    during: &During<'_>,
    before: &Before<'_, P>,
    is_flare_up: bool,
) -> Vec<u32> {
    let mut now: BTreeMap<u32, u32> = BTreeMap::new();
    for (_, post) in during.heard() {
        if is_flare_up && post.label != Some(Label::Negative) {
            continue;
        }
        for word in post.words.iter() {
            if (word as usize) < before.counts.len() {
                *now.entry(word).or_default() += 1;
            }
        }
    }
    // Words of the weeks before that are not in the alert are one, so that the totals hold.
    let words: Vec<u32> = now.keys().copied().collect();
    let mut during: Vec<f64> = now.values().map(|count| f64::from(*count)).collect();
    let mut earlier: Vec<f64> = words
        .iter()
        .map(|word| f64::from(before.counts[*word as usize]))
        .collect();
    let total: u64 = before.counts.iter().map(|count| u64::from(*count)).sum();
    let others = total as f64 - earlier.iter().sum::<f64>();
    during.push(0.0);
    earlier.push(others.max(0.0));
    let z = log_odds_z(&during, &earlier, &prior(&during, &earlier));
    let mut ranked: Vec<(f64, u32)> = words
        .iter()
        .zip(&z)
        .filter(|(word, z)| **z > LEAST_Z && now[*word] >= FEWEST_POSTS)
        .map(|(word, z)| (*z, *word))
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    ranked
        .into_iter()
        .take(MOST_WORDS)
        .map(|(_, word)| word)
        .collect()
}

/// Returns what is known beforehand: the words of both sides together, on the scale of [`PRIOR_WORDS`].
fn prior(left: &[f64], right: &[f64]) -> Vec<f64> {
    let total: f64 = left.iter().chain(right).sum();
    let scale = (PRIOR_WORDS / total.max(1.0)).min(PRIOR_SHARE);
    left.iter()
        .zip(right)
        .map(|(left, right)| (left + right) * scale)
        .collect()
}
