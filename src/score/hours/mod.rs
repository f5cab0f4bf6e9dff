//! Posts by hour, and how many are usual.
//!
//! [`count`] goes once over the posts in order of time and counts them per [`Stream`]: a brand, one of its keywords, one of
//! its topics. What is usual in an hour (the module `baseline`) rests on the hours before it and on nothing later, so that
//! looking back at any past hour gives what was known then. The hour that is still running when the run looks is judged
//! against what is usual for the whole of it: what is already too much for a whole hour stays so when the hour is over. It
//! never enters the baseline, since nothing comes after it.

mod baseline;
mod calendar;
mod counting;
mod frame;
mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use calendar::Calendar;
pub(in crate::score) use counting::reach;
pub use counting::{Counts, HourSettings, count};
pub use frame::frame;
pub use words::Words;

use super::in_time;
use crate::text::Label;

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;

/// What score's hours need to know of one post or repost about a brand by somebody else than the brand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Post<'a> {
    /// When it was posted, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// Its author, an opaque number.
    pub author: u64,
    /// Index of the brand it is about.
    pub brand: u32,
    /// Indices of the brand's keywords in it, each once.
    pub keywords: &'a [u32],
    /// Indices of its topics, each once.
    pub topics: &'a [u32],
    /// Its mood, where it was scored.
    pub label: Option<Label>,
    /// How it stands to other posts.
    pub kind: PostKind,
    /// Whether it says what somebody else said before.
    pub is_copy: bool,
    /// The cluster of posts of the same words it belongs to, where it belongs to one.
    pub copy_cluster: Option<u32>,
    /// Followers of its author.
    pub reach: i64,
    /// Its content words, each once, as indices of the vocabulary.
    pub words: Words<'a>,
    /// Author of the post it answers, quotes or repeats; not told in passing, see [`Posts::within`].
    pub answered: Option<u64>,
    /// Whether it passes on what it did not see (らしい, と聞いた, 拡散希望).
    pub is_hearsay: bool,
    /// Whether it is by an account that poses as the brand, or answers, quotes, repeats or names one; not told in passing.
    pub by_impersonator: bool,
}

/// Posts in the order of time, each put together when it is asked for.
pub trait Posts {
    /// Returns how many there are.
    fn post_count(&self) -> usize;
    /// Returns when the post at a place was posted; after all others where there is none.
    fn at(&self, place: usize) -> i64;
    /// Returns the post at a place; `None` where there is none.
    fn get(&self, place: usize) -> Option<Post<'_>>;
    /// Returns the post at a place, perhaps without what takes a look at other posts: `answered` and `by_impersonator`.
    fn in_passing(&self, place: usize) -> Option<Post<'_>> {
        self.get(place)
    }
    /// Lets go of the memory that reading posts took.
    fn release(&self) {}

    /// Returns the posts at these places, as [`Posts::in_passing`] tells them, and lets go of the memory that reading them took.
    fn within(&self, places: Range<usize>) -> impl Iterator<Item = Post<'_>> {
        let post = move |place| self.in_passing(place);
        in_time::within(places, post, move || self.release())
    }

    /// Returns the place of the first post that was posted at an instant or later.
    fn first_from(&self, at: i64) -> usize {
        in_time::first_from(self.post_count(), at, |place| self.at(place))
    }
}

impl Posts for [Post<'_>] {
    fn post_count(&self) -> usize {
        self.len()
    }

    fn at(&self, place: usize) -> i64 {
        <[Post<'_>]>::get(self, place).map_or(i64::MAX, |post| post.at)
    }

    fn get(&self, place: usize) -> Option<Post<'_>> {
        <[Post<'_>]>::get(self, place).copied()
    }
}

impl Posts for Vec<Post<'_>> {
    fn post_count(&self) -> usize {
        self.len()
    }

    fn at(&self, place: usize) -> i64 {
        self.as_slice().at(place)
    }

    fn get(&self, place: usize) -> Option<Post<'_>> {
        Posts::get(self.as_slice(), place)
    }
}

/// How a post stands to other posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PostKind {
    /// It stands alone: a post, a review, a chat.
    #[default]
    Original,
    /// It answers one.
    Reply,
    /// It quotes one with words of its own.
    Quote,
    /// It repeats one; not a post of its own and not counted as one.
    Repost,
}

impl PostKind {
    /// Returns the kind of a value of the column `kind` of posts.
    pub fn of(kind: &str) -> Self {
        match kind {
            "reply" => Self::Reply,
            "quote" => Self::Quote,
            "repost" => Self::Repost,
            _ => Self::Original,
        }
    }
}

/// Posts that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    /// Index of the brand.
    pub brand: u32,
    /// All of its posts or some of them.
    pub part: Part,
}

/// Part of a brand's posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All posts.
    All,
    /// Those with a keyword, by its index.
    Keyword(u32),
    /// Those on a topic, by its index.
    Topic(u32),
}

/// One hour of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hour {
    /// Start, in microseconds since 1970-01-01 UTC.
    pub start: i64,
    /// Posts, copies included, reposts left out.
    pub post_count: i64,
    /// Of them positive.
    pub positive_count: i64,
    /// Of them negative.
    pub negative_count: i64,
    /// Of them quotes.
    pub quote_count: i64,
    /// Of them replies.
    pub reply_count: i64,
    /// Of them copies.
    pub copy_count: i64,
    /// Reposts, beside the posts.
    pub repost_count: i64,
    /// Distinct authors of the posts.
    pub author_count: i64,
    /// Followers of the authors of posts and reposts, each once.
    pub reach: i64,
    /// Posts usual at that hour; `None` while the baseline is too short.
    pub expected: Option<f64>,
    /// Negative posts usual at that hour; `None` while the baseline is too short.
    pub expected_negative: Option<f64>,
    /// The variance of a usual hour is `mean + dispersion * mean^2`.
    pub dispersion: f64,
    /// Probability of so many posts or more in a usual hour.
    pub tail_prob: Option<f64>,
}

/// What the numbers of posts stand for, to write tables.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Names of the brands.
    pub brands: &'a [&'a str],
    /// Keywords.
    pub keywords: &'a [&'a str],
    /// Topics.
    pub topics: &'a [&'a str],
    /// Words.
    pub words: &'a [&'a str],
    /// Returns the name of an author.
    pub author: &'a dyn Fn(u64) -> String,
    /// Returns the name of a post by its place in the slice of posts.
    pub post: &'a dyn Fn(usize) -> String,
}

impl Names<'_> {
    /// Returns the name of a brand; empty where there is none.
    pub fn brand(&self, brand: u32) -> &str {
        named(self.brands, brand)
    }

    /// Returns a word; empty where there is none.
    pub fn word(&self, word: u32) -> &str {
        named(self.words, word)
    }
}

/// Returns the name at an index; empty where there is none.
fn named<'a>(names: &[&'a str], index: u32) -> &'a str {
    names.get(index as usize).copied().unwrap_or_default()
}
