//! What an alert is made of, and its score.

use std::collections::BTreeMap;

use super::super::hours::{PostKind, reach};
use super::During;
use crate::text::Label;

/// Times the usual at which the volume counts in full.
const MOST_TIMES: f64 = 10.0;
/// Authors and followers at which they count in full.
const MOST_AUTHORS: f64 = 1_000.0;
const MOST_REACH: f64 = 10_000_000.0;
/// Quotes and reposts that the quote ratio is drawn towards half of, so that one quote is no ratio.
const FEW_QUOTES: f64 = 4.0;

/// What the posts of an alert are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// Posts, copies included, reposts left out.
    pub post_count: i64,
    /// Of them negative.
    pub negative_count: i64,
    /// Of them quotes.
    pub quote_count: i64,
    /// Of them replies.
    pub reply_count: i64,
    /// Of them copies.
    pub copy_count: i64,
    /// Of them hearsay.
    pub hearsay_count: i64,
    /// Of them by accounts that pose as the brand, or to or about them.
    pub impersonator_count: i64,
    /// Reposts, beside the posts.
    pub repost_count: i64,
    /// Distinct authors of the posts.
    pub author_count: i64,
    /// Followers of all who posted or reposted, each once.
    pub reach: i64,
    /// Shannon entropy of the texts over `ln` of the posts: 1 when no two say the same, 0 when all do.
    pub entropy: f64,
    /// Share of the posts that the largest cluster of copies has.
    pub largest_cluster_share: f64,
}

impl Evidence {
    pub(super) fn of(during: &During<'_>) -> Self {
        let mut evidence = Self::default();
        let (mut authors, mut reached) = (Vec::new(), Vec::new());
        let mut clusters: BTreeMap<Option<u32>, i64> = BTreeMap::new();
        for post in during.all() {
            reached.push((post.author, post.reach.max(0)));
            if post.kind == PostKind::Repost {
                evidence.repost_count += 1;
                continue;
            }
            authors.push(post.author);
            evidence.post_count += 1;
            evidence.negative_count += i64::from(post.label == Some(Label::Negative));
            evidence.quote_count += i64::from(post.kind == PostKind::Quote);
            evidence.reply_count += i64::from(post.kind == PostKind::Reply);
            evidence.copy_count += i64::from(post.is_copy);
            evidence.hearsay_count += i64::from(post.is_hearsay);
            evidence.impersonator_count += i64::from(post.by_impersonator);
            // Copies whose cluster is not known are taken for one.
            if post.copy_cluster.is_some() || post.is_copy {
                *clusters.entry(post.copy_cluster).or_default() += 1;
            }
        }
        authors.sort_unstable();
        authors.dedup();
        evidence.author_count = authors.len() as i64;
        evidence.reach = reach(&mut reached);
        let sizes: Vec<i64> = clusters.into_values().collect();
        evidence.entropy = entropy(evidence.post_count, &sizes);
        evidence.largest_cluster_share = share(
            sizes.iter().copied().max().unwrap_or(0),
            evidence.post_count,
        );
        evidence
    }

    /// Returns the share of negative posts, 0 without posts.
    pub fn negative_share(&self) -> f64 {
        share(self.negative_count, self.post_count)
    }

    /// Returns the share of copies, 0 without posts.
    pub fn copy_share(&self) -> f64 {
        share(self.copy_count, self.post_count)
    }

    /// Returns quotes over quotes and reposts; 0 where there is neither.
    pub fn quote_ratio(&self) -> f64 {
        share(self.quote_count, self.quote_count + self.repost_count)
    }
}

fn share(part: i64, of: i64) -> f64 {
    if of > 0 { part as f64 / of as f64 } else { 0.0 }
}

/// Returns the entropy of so many posts, of which some lie in clusters and each other one stands for itself.
fn entropy(posts: i64, clusters: &[i64]) -> f64 {
    if posts < 2 {
        return 1.0;
    }
    let all = posts as f64;
    let single = posts - clusters.iter().sum::<i64>();
    let clustered: f64 = clusters
        .iter()
        .map(|size| {
            let share = *size as f64 / all;
            -share * libm::log(share)
        })
        .sum();
    let sum = clustered + single as f64 / all * libm::log(all);
    (sum / libm::log(all)).clamp(0.0, 1.0)
}

/// The parts of the score, each 0 to 1.
///
/// They come from what a part means, not from a fit: ten times the usual, a thousand authors and ten million followers
/// count in full, with logarithms below, since each tenfold matters as much as the one before; shares count as they are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Components {
    /// Posts over the usual ones: `log10((posts + 1) / (expected + 1))`, full at ten times.
    pub volume: f64,
    /// Share of the posts above the usual that are negative.
    pub negative: f64,
    /// Distinct authors: `log10(1 + authors) / log10(1 + 1000)`.
    pub authors: f64,
    /// Quotes over quotes and reposts, with two of each added: people quote what they speak against.
    pub quotes: f64,
    /// Followers: `log10(1 + followers) / log10(1 + 10,000,000)`.
    pub reach: f64,
    /// Entropy of the texts.
    pub entropy: f64,
    /// Share of posts that are no copies.
    pub copies: f64,
}

impl Components {
    pub(super) fn of(evidence: &Evidence, expected: f64, expected_negative: f64) -> Self {
        let posts = evidence.post_count as f64;
        let negative = evidence.negative_count as f64;
        let log_share =
            |value: f64, most: f64| (libm::log1p(value) / libm::log1p(most)).clamp(0.0, 1.0);
        let quotes = evidence.quote_count as f64 + FEW_QUOTES / 2.0;
        let passed_on = (evidence.quote_count + evidence.repost_count) as f64 + FEW_QUOTES;
        let times = libm::log((posts + 1.0) / (expected.max(0.0) + 1.0));
        Self {
            volume: (times / libm::log(MOST_TIMES)).clamp(0.0, 1.0),
            negative: if posts > expected {
                ((negative - expected_negative) / (posts - expected)).clamp(0.0, 1.0)
            } else {
                0.0
            },
            authors: log_share(evidence.author_count as f64, MOST_AUTHORS),
            quotes: quotes / passed_on,
            reach: log_share(evidence.reach as f64, MOST_REACH),
            entropy: evidence.entropy,
            copies: 1.0 - evidence.copy_share(),
        }
    }

    /// Returns the score, 0 to 100: `100 sqrt(negative) (0.35 volume + 0.2 authors + 0.15 reach + 0.1 quotes +
    /// 0.1 entropy + 0.1 copies)`.
    ///
    /// The negative share is a factor: without anger, the most-watched broadcast does not burn. Volume weighs most, then how
    /// many speak and how many hear them; words of one's own and quotes tell people from campaigns.
    pub fn score(&self) -> f64 {
        let spread = 0.35 * self.volume
            + 0.2 * self.authors
            + 0.15 * self.reach
            + 0.1 * self.quotes
            + 0.1 * self.entropy
            + 0.1 * self.copies;
        100.0 * self.negative.sqrt() * spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entropy_is_one_for_own_words_and_nil_for_one_text() {
        assert_eq!(entropy(8, &[]), 1.0);
        assert!(entropy(8, &[8]).abs() < 1e-12);
        // Half say the same, the others each their own: (0.5 ln 2 + 0.5 ln 8) / ln 8 = (1 / 6 + 1 / 2).
        assert!((entropy(8, &[4]) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(entropy(0, &[]), 1.0);
    }

    #[test]
    fn a_broadcast_scores_low_and_the_same_rise_in_anger_high() {
        let broadcast = Evidence {
            post_count: 300,
            negative_count: 20,
            quote_count: 5,
            repost_count: 60,
            author_count: 280,
            reach: 500_000,
            entropy: 0.98,
            ..Evidence::default()
        };
        let anger = Evidence {
            negative_count: 200,
            quote_count: 60,
            ..broadcast
        };
        let low = Components::of(&broadcast, 20.0, 3.0).score();
        let high = Components::of(&anger, 20.0, 3.0).score();
        assert!(low < 30.0 && high > 60.0, "{low} {high}");
    }

    proptest! {
        #[test]
        fn the_score_is_between_0_and_100_and_rises_with_anger(
            posts in 0_i64..5_000, share in 0.0_f64..1.0, authors in 0_i64..5_000, reach in 0_i64..i64::MAX,
            quotes in 0_i64..500, reposts in 0_i64..500, expected in 0.0_f64..500.0,
        ) {
            let evidence = Evidence {
                post_count: posts,
                negative_count: (posts as f64 * share) as i64,
                quote_count: quotes,
                repost_count: reposts,
                author_count: authors,
                reach,
                entropy: 1.0,
                ..Evidence::default()
            };
            let score = Components::of(&evidence, expected, expected * 0.1).score();
            prop_assert!((0.0..=100.0 + 1e-9).contains(&score), "{}", score);
            let angrier = Evidence { negative_count: posts, ..evidence };
            prop_assert!(Components::of(&angrier, expected, expected * 0.1).score() >= score - 1e-9);
        }
    }
}
