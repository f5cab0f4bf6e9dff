//! Words that rose and fell: log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008).
//!
//! With y counts of posts that hold a word, n of all words in a period and the prior a taken from all posts so far,
//! delta = ln((y1 + a) / (n1 + a0 - y1 - a)) - ln((y2 + a) / (n2 + a0 - y2 - a)), its variance about 1 / (y1 + a) + 1 / (y2 + a),
//! and z = delta / sqrt(variance).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use super::authors::{fewest, of_words, with_authors};
use super::columns::{floats, integers, lists};
use super::voice::{opinions, two_periods};
use super::{Calendar, Input};
use crate::blocks::gathered;
use crate::hash::Unhashed;
use crate::report::figures::WordFigure;
use crate::schema::post_scores;

/// Posts' worth of words that the prior weighs.
const PRIOR_WORDS: f64 = 500.0;
/// Fewest posts of both periods a word must stand in.
const FEWEST_POSTS: u64 = 4;
/// Words shown on each side, and the z-score they need.
const SHOWN: usize = 10;
const TELLING: f64 = 1.96;

#[derive(Debug, Default, Clone)]
struct Tally {
    now: u64,
    before: u64,
    ever: u64,
    sentiment: f64,
    scored: u64,
}

/// How often words were said in all opinions so far.
#[derive(Debug, Default)]
struct Ever {
    counts: HashMap<String, u64, Unhashed>,
    /// All words; an opinion without any counts as one.
    total: u64,
}

impl Ever {
    /// Counts some words, block by block: of millions of opinions nothing else is held.
    fn read(input: &Input, words: impl Iterator<Item = String>) -> PolarsResult<Self> {
        let counter = Self {
            counts: words.map(|word| (word, 0)).collect(),
            total: 0,
        };
        let said = opinions(input).select([post_scores::WORDS.expr()]);
        gathered(said, counter, Self::add)
    }

    fn add(&mut self, said: &DataFrame) -> PolarsResult<()> {
        let words = said
            .column(post_scores::WORDS.name)?
            .explode(ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            })?;
        self.total += words.len() as u64;
        for word in words.str()?.iter().flatten() {
            if let Some(count) = self.counts.get_mut(word) {
                *count += 1;
            }
        }
        Ok(())
    }
}

/// Returns the words that rose and those that fell against the compared period, the most telling first, as far as enough authors said
/// them in the two periods.
pub(super) fn shifts(
    input: &Input,
    calendar: &Calendar,
    smallest: u32,
) -> PolarsResult<(Vec<WordFigure>, Vec<WordFigure>)> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let periods = two_periods(input, calendar)
        .select([
            col("__span"),
            post_scores::SENTIMENT.expr(),
            post_scores::WORDS.expr(),
        ])
        .collect()?;
    let (span, sentiment) = (
        integers(&periods, "__span")?,
        floats(&periods, post_scores::SENTIMENT.name)?,
    );
    for (row, words) in lists(&periods, post_scores::WORDS.name)?
        .into_iter()
        .enumerate()
    {
        for word in words {
            let tally = tallies.entry(word).or_default();
            if span[row] == 0 {
                tally.now += 1;
                tally.scored += u64::from(sentiment[row].is_some());
                tally.sentiment += sentiment[row].unwrap_or(0.0);
            } else {
                tally.before += 1;
            }
        }
    }
    let ever = Ever::read(input, tallies.keys().cloned())?;
    for (word, tally) in &mut tallies {
        tally.ever = ever.counts.get(word).copied().unwrap_or(0);
    }
    let mut shifted = ranked(tallies, ever.total as f64);
    let wanted: BTreeSet<&str> = shifted.iter().map(|word| word.word.as_str()).collect();
    let said = || {
        let said = two_periods(input, calendar).select([
            col("__span"),
            post_scores::PLATFORM.expr(),
            post_scores::PROVIDER.expr(),
            post_scores::ACCOUNT_ID.expr(),
            post_scores::WORDS.expr(),
        ]);
        with_authors(said, input)
    };
    let authors = of_words(said(), &wanted)?;
    let authors_now = of_words(said().filter(col("__span").eq(lit(0))), &wanted)?;
    drop(wanted);
    keep_told(&mut shifted, &authors, &authors_now, fewest(smallest));
    Ok(foremost(&shifted))
}

/// Leaves out the words of too few authors, and the mood of words that too few said in the reported period.
fn keep_told(
    shifted: &mut Vec<WordFigure>,
    authors: &BTreeMap<String, i64>,
    authors_now: &BTreeMap<String, i64>,
    fewest: i64,
) {
    let count = |of: &BTreeMap<String, i64>, word: &str| of.get(word).copied().unwrap_or(0);
    shifted.retain(|word| count(authors, &word.word) >= fewest);
    for word in shifted {
        if count(authors_now, &word.word) < fewest {
            word.sentiment_mean = None;
        }
    }
}

/// Returns the words whose use changed tellingly, those that rose most first.
fn ranked(tallies: BTreeMap<String, Tally>, total: f64) -> Vec<WordFigure> {
    let sum = |count: fn(&Tally) -> u64| tallies.values().map(count).sum::<u64>() as f64;
    let (all_now, all_before) = (sum(|tally| tally.now), sum(|tally| tally.before));
    if all_now == 0.0 || all_before == 0.0 {
        return Vec::new();
    }
    let mut shifted: Vec<WordFigure> = tallies
        .into_iter()
        .filter(|(_, tally)| tally.now + tally.before >= FEWEST_POSTS)
        .map(|(word, tally)| {
            let prior = (tally.ever as f64 / total.max(1.0) * PRIOR_WORDS).max(0.01);
            let log_odds =
                |count: f64, all: f64| ((count + prior) / (all + PRIOR_WORDS - count - prior)).ln();
            let (now, before) = (tally.now as f64, tally.before as f64);
            let delta = log_odds(now, all_now) - log_odds(before, all_before);
            let deviation = (1.0 / (now + prior) + 1.0 / (before + prior)).sqrt();
            WordFigure {
                word,
                post_count: tally.now,
                previous_post_count: tally.before,
                z_score: delta / deviation,
                sentiment_mean: (tally.scored > 0).then(|| tally.sentiment / tally.scored as f64),
            }
        })
        .filter(|word| word.z_score.abs() >= TELLING)
        .collect();
    shifted.sort_by(|left, right| {
        right
            .z_score
            .total_cmp(&left.z_score)
            .then_with(|| left.word.cmp(&right.word))
    });
    shifted
}

/// Returns the words that rose and those that fell, of words in the order of [`ranked`].
fn foremost(shifted: &[WordFigure]) -> (Vec<WordFigure>, Vec<WordFigure>) {
    let rising = shifted
        .iter()
        .filter(|word| word.z_score >= TELLING)
        .take(SHOWN)
        .cloned()
        .collect();
    let falling = shifted
        .iter()
        .rev()
        .filter(|word| word.z_score <= -TELLING)
        .take(SHOWN)
        .cloned()
        .collect();
    (rising, falling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_over_all_blocks_and_an_opinion_without_any_as_one() {
        let mut ever = Ever {
            counts: ["豆", "袋"]
                .into_iter()
                .map(|word| (word.to_owned(), 0))
                .collect(),
            total: 0,
        };
        let name = post_scores::WORDS.small_name();
        let mut lists = ListStringChunkedBuilder::new(name, 4, 4);
        lists.append_values_iter(["豆", "香り", "豆"].into_iter());
        lists.append_values_iter(std::iter::empty());
        lists.append_null();
        lists.append_values_iter(["袋"].into_iter());
        let said = DataFrame::new(4, vec![lists.finish().into_column()]).unwrap();
        for block in [said.slice(0, 2), said.slice(2, 2)] {
            ever.add(&block).unwrap();
        }
        assert_eq!((ever.counts["豆"], ever.counts["袋"]), (2, 1));
        assert_eq!(ever.total, 6);
    }

    #[test]
    fn a_word_that_rose_rises_and_a_steady_one_does_neither() {
        let tally = |now, before| Tally {
            now,
            before,
            ever: now + before,
            ..Tally::default()
        };
        let tallies = BTreeMap::from([
            ("返金".to_owned(), tally(30, 1)),
            ("香り".to_owned(), tally(20, 20)),
            ("新豆".to_owned(), tally(2, 25)),
        ]);
        let (rising, falling) = foremost(&ranked(tallies, 1000.0));
        assert_eq!(
            rising
                .iter()
                .map(|word| word.word.as_str())
                .collect::<Vec<_>>(),
            ["返金"]
        );
        assert_eq!(
            falling
                .iter()
                .map(|word| word.word.as_str())
                .collect::<Vec<_>>(),
            ["新豆"]
        );
    }

    #[test]
    fn one_authors_own_word_is_not_told_however_often_it_is_said() {
        let word = |word: &str| WordFigure {
            word: word.to_owned(),
            post_count: 30,
            previous_post_count: 1,
            z_score: 5.0,
            sentiment_mean: Some(-0.5),
        };
        let count = |counts: &[(&str, i64)]| -> BTreeMap<String, i64> {
            let counts = counts.iter();
            counts
                .map(|(word, count)| ((*word).to_owned(), *count))
                .collect()
        };
        let mut shifted = vec![word("返金"), word("自作語"), word("遅延"), word("無名")];
        let authors = count(&[("返金", 9), ("自作語", 1), ("遅延", 5)]);
        let authors_now = count(&[("返金", 9), ("遅延", 4)]);
        keep_told(&mut shifted, &authors, &authors_now, 5);
        let told: Vec<(&str, Option<f64>)> = shifted
            .iter()
            .map(|word| (word.word.as_str(), word.sentiment_mean))
            .collect();
        assert_eq!(told, [("返金", Some(-0.5)), ("遅延", None)]);
    }
}
