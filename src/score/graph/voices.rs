//! Posts, sorted by author.

use super::Post;

/// The posts of each account, in the order given, and the instants of its opinions.
pub(super) struct Voices<'a> {
    posts: Vec<&'a Post<'a>>,
    /// Where the posts of an account begin; one entry more than accounts.
    offsets: Vec<usize>,
    /// Instants of opinions, in order within each account.
    opinions: Vec<i64>,
    opinion_offsets: Vec<usize>,
}

/// The opinions of an account, counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tally {
    pub opinion_count: u32,
    pub negative_count: u32,
    pub sentiment_mean: Option<f64>,
}

impl<'a> Voices<'a> {
    /// Sorts the posts; the second value says how many have an author without a number.
    pub(super) fn new(account_count: u32, posts: &'a [Post<'a>]) -> (Self, u64) {
        let known = || posts.iter().filter(move |post| post.author < account_count);
        let mut offsets = vec![0; account_count as usize + 1];
        for post in known() {
            offsets[post.author as usize + 1] += 1;
        }
        let mut total = 0_usize;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        let mut sorted: Vec<Option<&Post<'_>>> = vec![None; total];
        let mut next = offsets.clone();
        for post in known() {
            sorted[next[post.author as usize]] = Some(post);
            next[post.author as usize] += 1;
        }
        let sorted: Vec<&Post<'_>> = sorted.into_iter().flatten().collect();
        let mut opinions = Vec::new();
        let mut opinion_offsets = vec![0];
        for row in offsets.windows(2) {
            let start = opinions.len();
            let posts = &sorted[row[0]..row[1]];
            opinions.extend(
                posts
                    .iter()
                    .filter(|post| post.is_opinion)
                    .map(|post| post.at),
            );
            opinions[start..].sort_unstable();
            opinion_offsets.push(opinions.len());
        }
        let unknown = (posts.len() - total) as u64;
        let voices = Self {
            posts: sorted,
            offsets,
            opinions,
            opinion_offsets,
        };
        (voices, unknown)
    }

    /// Returns the posts of an account.
    pub(super) fn posts(&self, account: usize) -> &[&'a Post<'a>] {
        &self.posts[self.offsets[account]..self.offsets[account + 1]]
    }

    /// Returns the instants of an account's opinions, in order.
    pub(super) fn opinions(&self, account: usize) -> &[i64] {
        &self.opinions[self.opinion_offsets[account]..self.opinion_offsets[account + 1]]
    }

    /// Returns the reposts of each post.
    pub(super) fn repost_counts(&self, account: usize) -> impl Iterator<Item = i64> {
        self.posts(account).iter().map(|post| post.repost_count)
    }

    /// Counts the opinions of an account.
    pub(super) fn tally(&self, account: usize) -> Tally {
        let (mut opinion_count, mut negative_count) = (0_u32, 0_u32);
        let (mut scored, mut sum) = (0_u32, 0.0_f64);
        for post in self.posts(account).iter().filter(|post| post.is_opinion) {
            opinion_count += 1;
            negative_count += u32::from(post.is_negative);
            if let Some(sentiment) = post.sentiment.filter(|value| value.is_finite()) {
                scored += 1;
                sum += sentiment;
            }
        }
        Tally {
            opinion_count,
            negative_count,
            sentiment_mean: (scored > 0).then(|| sum / f64::from(scored)),
        }
    }
}
