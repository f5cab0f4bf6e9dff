//! Why people are upset.

use super::super::hours::Post;
use super::During;
use super::evidence::Evidence;
use crate::text::Label;

/// Words of posts about somebody who poses as the brand.
const IMPERSONATION_WORDS: &str = include_str!("impersonation.tsv");
/// Shares of posts from which on a cause is told.
const IMPERSONATOR_SHARE: f64 = 0.1;
const FEWEST_IMPERSONATOR_POSTS: i64 = 2;
const IMPERSONATION_WORD_SHARE: f64 = 0.2;
const HEARSAY_SHARE: f64 = 0.2;
const RUMOUR_COPY_SHARE: f64 = 0.3;
/// Of hearsay alone, in everybody's own words.
const HEARSAY_ALONE_SHARE: f64 = 0.4;
const ONE_TEXT_SHARE: f64 = 0.5;

/// Why people are upset, or what makes them speak.
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

/// Returns the cause of a flare-up.
///
/// Impersonation, when a tenth of the posts are by or to an impersonator or a fifth of the negative ones have a word of it;
/// rumour, when half of the posts are one text, three tenths are copies and a fifth hearsay, or two fifths are hearsay in
/// whatever words; complaint otherwise.
pub(super) fn of_flare_up(during: &During<'_>, evidence: &Evidence, vocabulary: &[&str]) -> Cause {
    let is_negative = |post: &Post<'_>| post.label == Some(Label::Negative);
    if is_impersonation(during, evidence, vocabulary, &is_negative) {
        return Cause::Impersonation;
    }
    let hearsay = hearsay_share(evidence);
    let is_passed_on = evidence.largest_cluster_share >= ONE_TEXT_SHARE
        || (evidence.copy_share() >= RUMOUR_COPY_SHARE && hearsay >= HEARSAY_SHARE)
        || hearsay >= HEARSAY_ALONE_SHARE;
    match is_passed_on {
        true => Cause::Rumour,
        false => Cause::Complaint,
    }
}

/// Returns what is behind a rise in volume that does not burn, where it is told in neutral words: what is heard or asked after is
/// no judgement, so that a rumour seldom burns.
///
/// Impersonation as of a flare-up, the words counted in all posts; rumour, when two fifths of the posts are hearsay. Copies tell
/// nothing here: campaigns are copied, too.
pub(super) fn of_rise(
    during: &During<'_>,
    evidence: &Evidence,
    vocabulary: &[&str],
) -> Option<Cause> {
    if is_impersonation(during, evidence, vocabulary, &|_| true) {
        return Some(Cause::Impersonation);
    }
    (hearsay_share(evidence) >= HEARSAY_ALONE_SHARE).then_some(Cause::Rumour)
}

fn hearsay_share(evidence: &Evidence) -> f64 {
    evidence.hearsay_count as f64 / evidence.post_count.max(1) as f64
}

/// Whether enough posts are by or to an impersonator, or enough of those that count have a word of it.
fn is_impersonation(
    during: &During<'_>,
    evidence: &Evidence,
    vocabulary: &[&str],
    counts: &dyn Fn(&Post<'_>) -> bool,
) -> bool {
    let posts = evidence.post_count.max(1) as f64;
    let by_impersonators = evidence.impersonator_count;
    if by_impersonators >= FEWEST_IMPERSONATOR_POSTS
        && by_impersonators as f64 >= IMPERSONATOR_SHARE * posts
    {
        return true;
    }
    let is_word = |word: u32| {
        let word = vocabulary.get(word as usize);
        word.is_some_and(|word| impersonation_words().any(|other| other == *word))
    };
    let (mut all, mut with_word) = (0_u32, 0_u32);
    for (_, post) in during.heard().filter(|heard| counts(heard.1)) {
        all += 1;
        with_word += u32::from(post.words.iter().any(is_word));
    }
    all > 0 && f64::from(with_word) >= IMPERSONATION_WORD_SHARE * f64::from(all)
}

fn impersonation_words() -> impl Iterator<Item = &'static str> {
    let lines = IMPERSONATION_WORDS.lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}
