//! Words and phrases that rose and fell.
//!
//! Each word and each term of several nouns is compared by log-odds with an informative Dirichlet prior
//! ([`crate::math::log_odds`]): the period against the one before, and against everything before.

use super::terms::Terms;
use super::{Corpus, Vocabulary};
use crate::math::log_odds::log_odds_z;
use crate::text::Label;

pub use super::terms::Split;

/// z-score from which on a shift tells something: 1 in 100 by chance, for each word looked at.
pub const TELLING_Z: f64 = 2.58;
/// Fewest posts of the period and the one before that a phrase must stand in.
pub const FEWEST_POSTS: u64 = 4;
/// Phrases at most.
pub const MOST_PHRASES: usize = 200;
/// Words that the prior weighs, and the least it says of one.
const PRIOR_WORDS: f64 = 500.0;
const LEAST_PRIOR: f64 = 0.01;
/// Phrases looked into for others that say the same, at most.
const MOST_COMPARED: usize = 1_000;
/// Share of a phrase's posts that a longer one must cover to stand for it.
const COVERED: f64 = 0.8;

/// Two periods of the same length, one after the other; microseconds, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Start of the period looked at.
    pub start: i64,
    /// Its end, itself not in it.
    pub end: i64,
}

impl Period {
    fn previous_start(self) -> i64 {
        self.start
            .saturating_sub(self.end.saturating_sub(self.start))
    }
}

/// A word or phrase that is said more, or less, than before.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// The phrase.
    pub text: String,
    /// Its C-value; none for a single word.
    pub c_value: Option<f64>,
    /// Posts of the period that hold it.
    pub post_count: u64,
    /// Posts of the period before.
    pub previous_count: u64,
    /// Posts of all time before the period.
    pub rest_count: u64,
    /// z-score against the period before; none when nothing was said then.
    pub z_previous: Option<f64>,
    /// z-score against all time before the period; none when nothing was said then.
    pub z_rest: Option<f64>,
    /// Share of the scored posts of the period that are negative; none when none is scored.
    pub negative_share: Option<f64>,
    /// Both z-scores in one, their sum over the root of their number: above 0 it rose, below it fell.
    pub score: f64,
    /// The newest post of the period that holds it, else the newest of all.
    pub example: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    now: u32,
    previous: u32,
    rest: u32,
    scored: u32,
    negative: u32,
    newest: Option<(i64, usize)>,
}

/// Returns the words and phrases that shifted, the strongest first, [`MOST_PHRASES`] at most.
///
/// Kept is what has |z| >= [`TELLING_Z`] on either side and stands in [`FEWEST_POSTS`] posts of the two periods. A phrase that
/// stands nearly only within a longer one kept is left to that. Posts after the period are not read. A thousand words looked
/// at give some ten beyond 2.58 by chance on each side, mostly rare ones, which the prior holds back.
pub fn phrases(
    vocabulary: &Vocabulary,
    corpus: &Corpus,
    period: Period,
    split: Split<'_>,
) -> Vec<Phrase> {
    let terms = Terms::of(vocabulary, corpus, split);
    let tallies = tallies(&terms, corpus, period);
    let counts = |of: fn(&Tally) -> u32| -> Vec<f64> {
        tallies.iter().map(|tally| f64::from(of(tally))).collect()
    };
    let now = counts(|tally| tally.now);
    let previous = counts(|tally| tally.previous);
    let rest = counts(|tally| tally.rest);
    let ever: f64 = now.iter().sum::<f64>() + rest.iter().sum::<f64>();
    let prior: Vec<f64> = now
        .iter()
        .zip(&rest)
        .map(|(now, rest)| ((now + rest) / ever.max(1.0) * PRIOR_WORDS).max(LEAST_PRIOR))
        .collect();
    let is_said = |counts: &[f64]| counts.iter().any(|count| *count > 0.0);
    let against = |before: &[f64]| {
        (is_said(&now) && is_said(before)).then(|| log_odds_z(&now, before, &prior))
    };
    let (z_previous, z_rest) = (against(&previous), against(&rest));
    let mut found: Vec<Phrase> = Vec::new();
    for ((place, tally), text) in tallies.iter().enumerate().zip(&terms.texts) {
        let [z_previous, z_rest] =
            [&z_previous, &z_rest].map(|all| all.as_ref().map(|all| all[place]));
        let both = [z_previous, z_rest];
        let known = both.iter().flatten();
        let is_telling = known.clone().any(|z| z.abs() >= TELLING_Z);
        let posts = u64::from(tally.now) + u64::from(tally.previous);
        if !is_telling || posts < FEWEST_POSTS {
            continue;
        }
        let sides = known.clone().count().max(1) as f64;
        let id = u32::try_from(place).ok();
        found.push(Phrase {
            text: text.clone(),
            c_value: id.and_then(|id| terms.c_values.get(&id).copied()),
            post_count: tally.now.into(),
            previous_count: tally.previous.into(),
            rest_count: tally.rest.into(),
            z_previous,
            z_rest,
            negative_share: (tally.scored > 0)
                .then(|| f64::from(tally.negative) / f64::from(tally.scored)),
            score: known.sum::<f64>() / sides.sqrt(),
            example: tally.newest.map(|(_, post)| post),
        });
    }
    found.sort_by(|left, right| {
        let strength = right.score.abs().total_cmp(&left.score.abs());
        strength.then_with(|| left.text.cmp(&right.text))
    });
    found.truncate(MOST_COMPARED);
    let mut kept: Vec<Phrase> = found
        .iter()
        .filter(|phrase| !found.iter().any(|other| stands_for(other, phrase)))
        .cloned()
        .collect();
    kept.truncate(MOST_PHRASES);
    kept
}

/// Whether a longer phrase says nearly all that a phrase says.
fn stands_for(longer: &Phrase, phrase: &Phrase) -> bool {
    let count = |of: &Phrase| match phrase.score > 0.0 {
        true => of.post_count as f64,
        false => of.rest_count as f64,
    };
    longer.text.len() > phrase.text.len()
        && longer.text.contains(&phrase.text)
        && (longer.score > 0.0) == (phrase.score > 0.0)
        && count(longer) >= COVERED * count(phrase)
}

fn tallies(terms: &Terms, corpus: &Corpus, period: Period) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); terms.texts.len()];
    let mut found = Vec::new();
    for post in 0..corpus.len() {
        let at = corpus.posted_at(post);
        if at >= period.end {
            continue;
        }
        let is_now = at >= period.start;
        let is_previous = !is_now && at >= period.previous_start();
        let label = corpus.label(post);
        terms.of_words(corpus.words(post), &mut found);
        for term in &found {
            let Some(tally) = tallies.get_mut(*term as usize) else {
                continue;
            };
            if is_now {
                tally.now += 1;
                tally.scored += u32::from(label.is_some());
                tally.negative += u32::from(label == Some(Label::Negative));
            } else {
                tally.rest += 1;
                tally.previous += u32::from(is_previous);
            }
            tally.newest = tally.newest.max(Some((at, post)));
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Posts;
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn found(posts: &Posts) -> Vec<Phrase> {
        let period = Period {
            start: 70 * DAY,
            end: 77 * DAY,
        };
        phrases(&posts.vocabulary, &posts.corpus, period, &|word: &str| {
            posts.split(word)
        })
    }

    /// Ten weeks of ten posts a day about coffee.
    fn everyday(posts: &mut Vec<(&'static str, i64)>) {
        for day in 0..77 {
            for post in 0..10 {
                let said = ["香り 良い 豆", "豆 深煎り", "店員 親切", "珈琲 美味しい"];
                posts.push((said[(day + post) % 4], day as i64 * DAY + post as i64));
            }
        }
    }

    #[test]
    fn what_is_new_rises_what_is_gone_falls_and_the_rest_does_neither() {
        let mut posts = Vec::new();
        everyday(&mut posts);
        for post in 0..24 {
            posts.push(("定期便/解約 電話 !", 72 * DAY + post));
            posts.push(("新豆", 64 * DAY + post));
        }
        let posts = Posts::of(&posts);
        let found = found(&posts);
        let texts: Vec<&str> = found.iter().map(|phrase| &*phrase.text).collect();
        assert!(texts.contains(&"定期便解約") && texts.contains(&"電話"));
        assert!(
            !texts.contains(&"香り") && !texts.contains(&"豆"),
            "{texts:?}"
        );
        let rose = found.iter().find(|p| p.text == "定期便解約").unwrap();
        assert_eq!((rose.post_count, rose.previous_count), (24, 0));
        assert!(rose.z_previous.unwrap() > TELLING_Z && rose.z_rest.unwrap() > TELLING_Z);
        assert_eq!(rose.negative_share, Some(1.0));
        assert!(rose.c_value.unwrap() > 0.0);
        assert_eq!(posts.corpus.posted_at(rose.example.unwrap()), 72 * DAY + 23);
        let fell = found.iter().find(|p| p.text == "新豆").unwrap();
        assert!(fell.score < 0.0 && fell.z_previous.unwrap() < -TELLING_Z);
        assert_eq!((fell.post_count, fell.negative_share), (0, None));
        assert!(
            found
                .windows(2)
                .all(|two| two[0].score.abs() >= two[1].score.abs())
        );
    }

    #[test]
    fn a_noun_said_only_within_a_phrase_is_left_to_the_phrase() {
        let mut posts = Vec::new();
        everyday(&mut posts);
        posts.push(("解約", 3 * DAY));
        for post in 0..24 {
            posts.push(("定期便/解約", 72 * DAY + post));
        }
        let found = found(&Posts::of(&posts));
        assert!(found.iter().any(|phrase| phrase.text == "定期便解約"));
        assert!(!found.iter().any(|phrase| phrase.text == "解約"));
    }

    #[test]
    fn without_posts_before_or_at_all_there_is_nothing_to_compare() {
        assert!(found(&Posts::of(&[])).is_empty());
        assert!(found(&Posts::of(&[("香り 豆", 71 * DAY)])).is_empty());
        let fresh: Vec<(&str, i64)> = (0..20).map(|post| ("香り 豆", 71 * DAY + post)).collect();
        assert!(found(&Posts::of(&fresh)).is_empty());
        let future: Vec<(&str, i64)> = (0..20).map(|post| ("香り 豆", 80 * DAY + post)).collect();
        assert!(found(&Posts::of(&future)).is_empty());
    }
}
