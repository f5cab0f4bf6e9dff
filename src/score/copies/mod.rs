//! Copies: posts that say what another post said before, word for word or nearly.
//!
//! A copied campaign or a rumour is one opinion however many accounts paste it. A post joins the cluster of an earlier
//! post of the window when a quarter of its letters or fewer were edited, or when it quotes it with a remark; the first
//! post of a cluster stands for it.
//!
//! Candidates come from an index of shingles of five letters: the bottom-k MinHash sketch of each text (Broder 1997),
//! banded by single shingles, rare ones first. They are verified by Levenshtein distance, not by an estimate of
//! Jaccard's coefficient: a template with another product in it shares more shingles with the original than a copy
//! whose every fifth letter was edited, but it is further away. For that the letters of each text are kept, one byte
//! each: kana, digits and Latin letters have a byte of their own, two kanji share one once in 133 pairs.
//!
//! Everything goes by the order in which posts are fed: what is said of a post never depends on later ones, and feeding
//! in two parts, written down and read back between them, gives what feeding at once gives.
//!
//! Known limits: texts of fewer than 15 letters are never copies; of long texts the first 512 letters count; a text
//! whose every phrase is shared by many newer ones may not be found again; whoever fills the memory allowed has the
//! oldest texts forgotten before their time, which is counted.

mod bytes;
mod cluster;
mod distance;
mod fold;
mod index;
mod spread;
mod texts;

#[cfg(test)]
mod tests;

use std::hint::black_box;
use std::path::Path;

use rayon::prelude::*;

pub use cluster::Cluster;

use cluster::{CLUSTER_BYTES, Group, Groups};
use distance::Pattern;
use fold::Folded;
use index::{Found, Shingles, Wholes};
use texts::{MOST, Text, Texts};

/// Bytes that a text takes, about, beside its letters.
const TEXT_BYTES: usize = 120;
/// Posts folded at a time.
const STEP: usize = 8_192;
/// Part of the window after which an equal text is remembered anew.
const STALE: i64 = 16;

/// A post as copies are told.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// What it says.
    pub text: &'a str,
    /// A number for who says it, such as a hash of platform and account.
    pub author: u64,
    /// When, in microseconds.
    pub posted_at: i64,
    /// Whether it repeats another post by the platform's own means; then it is no copy and stands for nothing.
    pub is_repost: bool,
}

/// What is said of a post when it is fed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Number of the first post of its cluster; its own if it is the first.
    pub first: u64,
    /// Whether another author said it first.
    pub is_copy: bool,
    /// Whether its own author said it first.
    pub is_self_repeat: bool,
    /// Share of its letters in common with the first post, 0 to 1.
    pub similarity: f64,
}

/// How far to look back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Microseconds for which a text is remembered after it was said.
    pub window: i64,
    /// Bytes that may be remembered, about; the oldest texts are forgotten beyond.
    pub bytes: usize,
}

impl Default for Settings {
    /// 90 days and 256 MiB, which 1,500,000 different texts of 60 letters fill.
    fn default() -> Settings {
        Settings {
            window: 90 * 24 * 3_600 * 1_000_000,
            bytes: 256 << 20,
        }
    }
}

/// What was fed, and where a limit was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Posts of any kind.
    pub posts: u64,
    /// Posts that are reposts.
    pub reposts: u64,
    /// Posts with fewer letters than a copy needs.
    pub short: u64,
    /// Posts of which only the beginning was compared.
    pub cut: u64,
    /// Posts fed after a later one; they are remembered as if written with it.
    pub late: u64,
    /// Posts that share shingles with more texts than were compared.
    pub capped: u64,
    /// Texts forgotten before their time for want of memory.
    pub crowded_out: u64,
}

/// Finds copies among posts fed in the order of time.
///
/// Posts from the future are the caller's to leave out: one would have everything before it forgotten.
#[derive(Debug)]
pub struct Copies {
    settings: Settings,
    /// Latest time fed.
    now: i64,
    counts: Counts,
    texts: Texts,
    shingles: Shingles,
    wholes: Wholes,
    groups: Groups,
    pattern: Pattern,
    found: Found,
    /// The texts to compare with one, with their numbers.
    near: Vec<(u64, Text)>,
}

impl Copies {
    /// Returns a finder that was fed nothing.
    pub fn new(settings: Settings) -> Copies {
        Copies {
            settings,
            now: i64::MIN,
            counts: Counts::default(),
            texts: Texts::default(),
            shingles: Shingles::default(),
            wholes: Wholes::default(),
            groups: Groups::default(),
            pattern: Pattern::default(),
            found: Found::default(),
            near: Vec::new(),
        }
    }

    /// Lets the clusters that are forgotten lie in a file in a folder until they are taken.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.groups.ended.lie_in(folder);
    }

    /// Feeds posts, oldest first, and says of each what it repeats.
    ///
    /// Texts are folded on all threads; the verdicts are the same on any number of them.
    pub fn push_all(&mut self, posts: &[Post<'_>]) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(posts.len());
        for step in posts.chunks(STEP) {
            let folded: Vec<Folded> = step.par_iter().map(prepared).collect();
            verdicts.extend(
                step.iter()
                    .zip(&folded)
                    .map(|(post, folded)| self.push_folded(post, folded)),
            );
        }
        verdicts
    }

    /// Feeds one post and says what it repeats.
    pub fn push(&mut self, post: &Post<'_>) -> Verdict {
        self.push_folded(post, &prepared(post))
    }

    fn push_folded(&mut self, post: &Post<'_>, folded: &Folded) -> Verdict {
        let number = self.counts.posts;
        self.counts.posts += 1;
        self.counts.late += u64::from(post.posted_at < self.now);
        self.counts.reposts += u64::from(post.is_repost);
        self.counts.cut += u64::from(folded.was_cut);
        self.now = self.now.max(post.posted_at);
        self.forget();
        if post.is_repost || !folded.is_comparable() {
            self.counts.short += u64::from(!post.is_repost);
            return alone(number);
        }
        let equal = self.wholes.find(folded.whole, &folded.codes, &self.texts);
        if let Some(equal) = equal {
            return self.repeat(post, folded, equal);
        }
        self.shingles.reserve(&self.texts);
        self.shingles
            .find(&folded.sketch, &self.texts, &mut self.found);
        self.counts.capped += u64::from(self.found.was_capped);
        let like = self.alike(folded);
        let Some((first, text)) = like.first().copied() else {
            self.remember(post.author, number, folded);
            return alone(number);
        };
        self.group(first, text);
        for (other, text) in like.into_iter().skip(1) {
            self.merge(first, other, text);
        }
        let verdict = self.join(first, post, folded);
        self.remember(post.author, first, folded);
        verdict
    }

    /// Feeds a post that says letter for letter what a text says.
    fn repeat(&mut self, post: &Post<'_>, folded: &Folded, equal: u64) -> Verdict {
        let Some(text) = self.texts.get(equal).copied() else {
            return alone(self.counts.posts - 1);
        };
        let first = self.groups.head(text.head);
        self.group(first, equal);
        let verdict = self.join(first, post, folded);
        let is_stale = self.now.saturating_sub(text.at) > self.settings.window / STALE;
        if is_stale {
            self.shingles.reserve(&self.texts);
            self.shingles
                .find(&folded.sketch, &self.texts, &mut self.found);
            self.remember(post.author, first, folded);
        }
        verdict
    }

    /// Returns the clusters that a text belongs to, the earliest first, each with the text it is like.
    fn alike(&mut self, folded: &Folded) -> Vec<(u64, u64)> {
        let Copies {
            texts,
            groups,
            pattern,
            found,
            near,
            ..
        } = self;
        // First all of them are read, then the end of each: the processor waits for all at once.
        near.clear();
        let text = |number| Some((number, *texts.get(number)?));
        near.extend(found.candidates().filter_map(text));
        let touch = |sum, (_, text): &(u64, Text)| sum ^ texts.codes(text).last().unwrap_or(&0);
        black_box(near.iter().fold(0, touch));
        let mut like: Vec<(u64, u64)> = Vec::new();
        let mut is_set = false;
        for (number, text) in &*near {
            let first = groups.head(text.head);
            if like.iter().any(|(known, _)| *known == first) {
                continue;
            }
            if !is_set {
                pattern.set(&folded.codes);
                is_set = true;
            }
            let codes = texts.codes(text);
            let is_like = pattern.is_copy_of(codes)
                && groups
                    .groups
                    .get(&first)
                    .is_none_or(|group| pattern.is_akin_to(&group.codes));
            if is_like {
                like.push((first, *number));
            }
        }
        like.sort_unstable();
        like
    }

    /// Makes a cluster of a post that was alone so far; `text` is its text.
    fn group(&mut self, first: u64, text: u64) {
        let Some(text) = self.texts.get(text) else {
            return;
        };
        let codes = self.texts.codes(text);
        self.groups
            .groups
            .entry(first)
            .or_insert_with(|| Group::new(text.author, text.at, codes));
    }

    /// Makes two clusters one if their first posts are alike; `text` is a text of the later one.
    fn merge(&mut self, first: u64, other: u64, text: u64) {
        let groups = &self.groups.groups;
        let alone = self.texts.get(text).map(|text| self.texts.codes(text));
        let later = groups.get(&other).map(|group| &group.codes[..]).or(alone);
        let (Some(group), Some(later)) = (groups.get(&first), later) else {
            return;
        };
        self.pattern.set(&group.codes);
        if self.pattern.is_akin_to(later) {
            self.group(other, text);
            self.groups.merge(first, other);
        }
    }

    /// Counts a post in a cluster.
    fn join(&mut self, first: u64, post: &Post<'_>, folded: &Folded) -> Verdict {
        let Some(group) = self.groups.groups.get_mut(&first) else {
            return alone(first);
        };
        group.add(post.author, post.posted_at);
        let is_own = group.author == post.author;
        let similarity = if *group.codes == *folded.codes {
            1.0
        } else {
            self.pattern.set(&folded.codes);
            self.pattern.similarity(&group.codes)
        };
        Verdict {
            first,
            is_copy: !is_own,
            is_self_repeat: is_own,
            similarity,
        }
    }

    /// Remembers a text for the cluster of `first`; its shingles were just looked for.
    fn remember(&mut self, author: u64, first: u64, folded: &Folded) {
        if let Some(group) = self.groups.groups.get_mut(&first) {
            group.texts += 1;
        }
        let number = self.texts.push(self.now, author, first, &folded.codes);
        self.shingles.insert(number, &self.found);
        self.wholes
            .insert(number, folded.whole, &folded.codes, &self.texts);
        while self.texts.len() > 1 && (self.texts.len() > MOST || self.size() > self.settings.bytes)
        {
            self.pop();
            self.counts.crowded_out += 1;
        }
    }

    /// Bytes remembered, about.
    fn size(&self) -> usize {
        self.texts.letters()
            + self.texts.len() * TEXT_BYTES
            + self.groups.groups.len() * CLUSTER_BYTES
    }

    /// Forgets what was said before the window.
    fn forget(&mut self) {
        let since = self.now.saturating_sub(self.settings.window);
        while self.texts.oldest().is_some_and(|text| text.at < since) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(text) = self.texts.pop() {
            self.groups.release(text.head, self.now);
        }
    }

    /// Returns the number of the first post of the cluster that began with post `first`, as known by now.
    ///
    /// That of its verdict, unless a later post showed two clusters to be one; clusters that were forgotten say in
    /// [`Cluster::absorbed`] which they were.
    pub fn first_of(&self, first: u64) -> u64 {
        self.groups.head(first)
    }

    /// Returns the clusters of which a text is still remembered, by their first posts.
    pub fn clusters(&self) -> Vec<Cluster> {
        self.groups.told(self.now)
    }

    /// Takes the clusters that were forgotten since this was last called, in that order.
    pub fn take_ended(&mut self) -> Vec<Cluster> {
        self.groups.ended.take()
    }

    /// Returns what was fed so far, and where limits were met.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

fn prepared(post: &Post<'_>) -> Folded {
    if post.is_repost {
        Folded::default()
    } else {
        Folded::of(post.text)
    }
}

fn alone(number: u64) -> Verdict {
    Verdict {
        first: number,
        is_copy: false,
        is_self_repeat: false,
        similarity: 1.0,
    }
}
