//! What the words of a text lean to, whatever the rules hear: weighed by where they stood in labelled sentences.
//!
//! Multinomial logistic regression (maximum entropy: Berger, Della Pietra, Della Pietra 1996) over words and pairs of
//! neighbours, learned from koe's own sentences (`sentences/`) by a test (`training.rs`), so that `weights.tsv` never says
//! anything else than they do:
//!
//! ```text
//! z(class) = bias(class) + sum over known features of weight(class, feature) / sqrt(20 + known features)
//! p(class) = exp z(class) / (exp z(positive) + exp z(negative) + exp z(neutral))
//! lean     = p(positive) - p(negative)
//! ```
//!
//! Weights are kept as the difference to those of neutral, whose z is 0.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::TextError;
use super::lexicon::rows;
use super::names::Named;
use super::sentiment::is_content;
use super::tokens::Token;
use crate::hash::Unhashed;

mod features;
#[cfg(test)]
mod training;

use features::Feature;

const FILE: &str = "weights.tsv";
const WEIGHTS: &str = include_str!("weights.tsv");
/// The row of the biases.
const BIAS: &str = "(bias)";
/// Subcategories of nouns, verbs and adjectives that mean nothing by themselves (IPADIC).
const EMPTY: [&str; 4] = ["非自立", "接尾", "代名詞", "数"];
/// Features added to those known, so that a few words are never sure.
const FEW: f64 = 20.0;
/// Places told at most, those that weigh most.
const MOST_PLACES: usize = 3;
/// Share in the lean of its first place from which on another one is told.
const LEAST_SHARE: f64 = 0.4;

/// Weights of a class against neutral.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Weights {
    positive: f32,
    negative: f32,
}

/// Weights by feature.
#[derive(Debug)]
pub(crate) struct Learned {
    bias: Weights,
    weights: HashMap<u64, Weights, Unhashed>,
}

/// What a text leans to, and the words that say so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lean {
    /// The chance that it is positive less that it is negative, -1..1.
    pub(crate) lean: f64,
    /// The chance that it is neutral, 0..1.
    pub(crate) neutral: f64,
    /// The features that are known.
    known: Vec<(Feature, Weights)>,
}

/// Tokens `first..end` and what they add to a lean, above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) share: f64,
}

impl Learned {
    /// Returns the weights that are part of the binary.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] when they are damaged.
    pub(crate) fn embedded() -> Result<&'static Learned, TextError> {
        static LEARNED: OnceLock<Result<Learned, TextError>> = OnceLock::new();
        let learned = LEARNED.get_or_init(|| Learned::read(WEIGHTS));
        learned.as_ref().map_err(Clone::clone)
    }

    /// Returns no weights at all: nothing leans anywhere.
    #[cfg(test)]
    pub(crate) fn nothing() -> &'static Learned {
        static NOTHING: OnceLock<Learned> = OnceLock::new();
        NOTHING.get_or_init(|| Learned::read("").unwrap_or_else(|error| panic!("{error}")))
    }

    fn read(text: &str) -> Result<Learned, TextError> {
        let mut learned = Learned {
            bias: Weights::default(),
            weights: HashMap::default(),
        };
        for row in rows::read(FILE, text) {
            let row = row?.expect_cells(3)?;
            let number = |cell: usize| {
                let number = row.cells[cell].parse::<f32>().ok();
                let number = number.filter(|number| number.is_finite());
                number.ok_or_else(|| row.error(cell, "a number"))
            };
            let weights = Weights {
                positive: number(1)?,
                negative: number(2)?,
            };
            match row.cells[0] {
                BIAS => learned.bias = weights,
                name => {
                    learned.weights.insert(features::key(name), weights);
                }
            }
        }
        Ok(learned)
    }

    /// Returns what a text leans to, its names passed over; none where no word is known, and of signs without words.
    pub(crate) fn lean(&self, tokens: &[Token<'_>], named: &Named) -> Option<Lean> {
        let known: Vec<(Feature, Weights)> = features::of(tokens, named)
            .into_iter()
            .filter_map(|feature| Some((feature, *self.weights.get(&feature.key)?)))
            .collect();
        let is_word = |feature: &Feature| {
            let words = &tokens[feature.first..feature.end];
            words.iter().any(features::is_word)
        };
        if !known.iter().any(|(feature, _)| is_word(feature)) {
            return None;
        }
        let (mut positive, mut negative) = (0.0, 0.0);
        for (_, weights) in &known {
            positive += f64::from(weights.positive);
            negative += f64::from(weights.negative);
        }
        let scale = scale(known.len());
        let chances = softmax([
            f64::from(self.bias.positive) + positive * scale,
            f64::from(self.bias.negative) + negative * scale,
            0.0,
        ]);
        let lean = chances[0] - chances[1];
        Some(Lean {
            lean,
            neutral: chances[2],
            known,
        })
    }
}

impl Lean {
    /// Returns a lean that no word is known for.
    #[cfg(test)]
    pub(crate) fn of(lean: f64, neutral: f64) -> Lean {
        Lean {
            lean,
            neutral,
            known: Vec::new(),
        }
    }

    /// Returns the places that say most of it, apart from each other, the greatest share first; those with a word of meaning
    /// where there are any.
    pub(crate) fn places(&self, tokens: &[Token<'_>]) -> Vec<Place> {
        let means = |place: &Place| {
            let words = &tokens[place.first..place.end];
            let means = |token: &Token<'_>| is_content(token) && !EMPTY.contains(&token.detail);
            words.iter().any(means)
        };
        let side = self.lean.signum();
        let places = self.known.iter().map(|(feature, weights)| Place {
            first: feature.first,
            end: feature.end,
            share: side * f64::from(weights.positive - weights.negative),
        });
        let mut all: Vec<Place> = places.filter(|place| place.share > 0.0).collect();
        if all.iter().any(means) {
            all.retain(means);
        }
        all.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.first.cmp(&b.first)));
        let least = all.first().map_or(0.0, |place| place.share * LEAST_SHARE);
        let mut apart: Vec<Place> = Vec::new();
        for place in all {
            if apart.len() == MOST_PLACES || place.share < least {
                break;
            }
            if apart
                .iter()
                .all(|other| place.end <= other.first || other.end <= place.first)
            {
                apart.push(place);
            }
        }
        apart
    }
}

/// Returns what one of so many features counts.
fn scale(known: usize) -> f64 {
    1.0 / (FEW + known as f64).sqrt()
}

/// Returns the chance of each class.
fn softmax(z: [f64; 3]) -> [f64; 3] {
    let most = z.into_iter().fold(f64::MIN, f64::max);
    let powers = z.map(|z| libm::exp(z - most));
    let sum: f64 = powers.iter().sum();
    powers.map(|power| power / sum)
}
