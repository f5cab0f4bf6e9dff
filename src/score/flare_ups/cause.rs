//! Why people are upset.

use super::super::hours::Words;
use super::During;
use super::evidence::Evidence;
use crate::text::Label;

/// Words of posts about somebody who poses as the brand.
const IMPERSONATION_WORDS: &[&str] = &[
    "なりすまし",
    "成りすまし",
    "偽アカウント",
    "偽アカ",
    "偽サイト",
    "乗っ取り",
    "乗っ取る",
    "フィッシング",
    "impersonation",
    "impersonator",
    "phishing",
];
/// Words of posts that pass on what nobody has seen.
const RUMOUR_WORDS: &[&str] = &[
    "噂",
    "うわさ",
    "ウワサ",
    "デマ",
    "拡散",
    "真偽",
    "真相",
    "未確認",
    "rumor",
    "rumour",
    "hoax",
    "unconfirmed",
];
/// Shares of posts from which on a cause is told.
const IMPERSONATOR_SHARE: f64 = 0.1;
const FEWEST_IMPERSONATOR_POSTS: i64 = 2;
const IMPERSONATION_WORD_SHARE: f64 = 0.2;
const HEARSAY_SHARE: f64 = 0.2;
const RUMOUR_COPY_SHARE: f64 = 0.3;
const ONE_TEXT_SHARE: f64 = 0.5;

/// Why people are upset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// What they saw or went through.
    Complaint,
    /// What they heard and pass on.
    Rumour,
    /// Somebody who poses as the brand.
    Impersonation,
}

impl Cause {
    /// Returns the name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Rumour => "rumour",
            Self::Impersonation => "impersonation",
        }
    }
}

/// Returns the cause.
///
/// Impersonation, when a tenth of the posts are by or to an impersonator or a fifth of the negative ones have a word of it;
/// rumour, when half of the posts are one text, or three tenths are copies and a fifth hearsay; complaint otherwise.
pub(super) fn cause(during: &During<'_>, evidence: &Evidence, vocabulary: &[&str]) -> Cause {
    let posts = evidence.post_count.max(1) as f64;
    let (impersonation, rumour) = word_shares(during, vocabulary);
    let by_impersonators = evidence.impersonator_count;
    if (by_impersonators >= FEWEST_IMPERSONATOR_POSTS
        && by_impersonators as f64 >= IMPERSONATOR_SHARE * posts)
        || impersonation >= IMPERSONATION_WORD_SHARE
    {
        return Cause::Impersonation;
    }
    let hearsay = (evidence.hearsay_count as f64 / posts).max(rumour);
    let is_passed_on = evidence.largest_cluster_share >= ONE_TEXT_SHARE
        || (evidence.copy_share() >= RUMOUR_COPY_SHARE && hearsay >= HEARSAY_SHARE);
    if is_passed_on {
        Cause::Rumour
    } else {
        Cause::Complaint
    }
}

/// Returns the shares of negative posts with a word of impersonation and of all posts with one of rumour.
fn word_shares(during: &During<'_>, vocabulary: &[&str]) -> (f64, f64) {
    let has = |words: Words<'_>, list: &[&str]| {
        words.iter().any(|word| {
            vocabulary
                .get(word as usize)
                .is_some_and(|word| list.contains(word))
        })
    };
    let (mut posts, mut negative) = (0_u32, 0_u32);
    let (mut of_impersonation, mut of_rumour) = (0_u32, 0_u32);
    for (_, post) in during.heard() {
        posts += 1;
        of_rumour += u32::from(has(post.words, RUMOUR_WORDS));
        if post.label == Some(Label::Negative) {
            negative += 1;
            of_impersonation += u32::from(has(post.words, IMPERSONATION_WORDS));
        }
    }
    let share = |part: u32, of: u32| f64::from(part) / f64::from(of.max(1));
    (share(of_impersonation, negative), share(of_rumour, posts))
}
