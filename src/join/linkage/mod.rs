//! Which records are one person: probabilistic record linkage without settings.
//!
//! ```text
//! records ─ features (match keys) ─ blocks (pairs worth comparing) ─ patterns (levels of agreement per field)
//!                                        └─ estimate (m, u, shares; once, then frozen) ─ weights
//! patterns + weights ─ edges (pairs and their odds) ─ clusters (persons)
//! ```
//!
//! Knows no table and no file; [`super::persons`] brings the records and takes the persons.

mod block;
mod cluster;
mod compare;
mod dictionary;
mod estimate;
mod features;
mod field;
mod weights;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use rayon::prelude::*;

pub use block::{Blocking, Rule, Starts, rules};
pub use cluster::{Clusters, Cut, Decided, Edge, contradicts};
pub use compare::compare;
pub use features::{Features, SplitFamily, Texts, Written};
pub use field::{FIRST_IDENTIFIER, FIXED, Kind, Level, MOST_IDENTIFIERS, Pattern};
pub use weights::{
    FieldWeights, LevelWeights, Scorer, Term, TermCounts, Terms, Waterfall, Weights, levels_of,
};

/// How persons are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Probability from which on a pair is one person.
    pub threshold: f64,
    /// Probability from which on a pair below the threshold is worth a look by a person.
    pub review: f64,
    /// Records of a block at most.
    pub block_cap: usize,
    /// What one person can have.
    pub limits: Limits,
}

/// What one person can have at most.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Records.
    pub records: usize,
    /// E-mail addresses.
    pub emails: usize,
    /// Telephone numbers.
    pub phones: usize,
    /// Family names that share an e-mail address, a phone or an identifier before the value is taken for a placeholder.
    pub sharing: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            review: 0.05,
            block_cap: 150,
            limits: Limits {
                records: 50,
                emails: 8,
                phones: 8,
                sharing: 10,
            },
        }
    }
}

/// A value that so many have that it belongs to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Field it stands in.
    pub field: String,
    /// Hash of the value.
    pub hash: u64,
    /// Records that have it.
    pub records: u64,
}

/// Pairs as they were found.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Pairs worth keeping: those over the threshold and those worth a look.
    pub edges: Vec<Edge>,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs by weight rounded down, for the histogram.
    pub histogram: std::collections::BTreeMap<i32, u64>,
    /// Records left out of blocks that stayed too big, by rule.
    pub left_out: Vec<(String, u64)>,
}

/// Returns the weight at which a pair has a probability.
pub fn weight_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// Returns the probability of a weight.
pub fn probability_of(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

impl Features {
    /// Takes values that too many have for missing, and returns them.
    pub fn without_placeholders(&mut self, limits: &Limits) -> Vec<Placeholder> {
        let mut found = Vec::new();
        let families = &self.family.numbers;
        let mut clear = |name: &str, texts: &mut Texts, loose: Option<&mut Vec<u32>>| {
            let shared = placeholders(&texts.numbers, families, limits);
            for number in texts.numbers.iter_mut() {
                if shared.contains_key(number) {
                    *number = 0;
                }
            }
            if let Some(loose) = loose {
                for (loose, number) in loose.iter_mut().zip(&texts.numbers) {
                    *loose = if *number == 0 { 0 } else { *loose };
                }
            }
            found.extend(shared.into_iter().map(|(number, records)| Placeholder {
                field: name.to_owned(),
                hash: xxhash_rust::xxh3::xxh3_64(texts.dictionary.get(number).as_bytes()),
                records,
            }));
        };
        clear("email", &mut self.email, Some(&mut self.email_loose));
        clear("phone", &mut self.phone, None);
        for (place, texts) in self.identifiers.iter_mut().enumerate() {
            clear(&format!("identifier {}", place + 1), texts, None);
        }
        found.sort_by(|left, right| (&left.field, left.hash).cmp(&(&right.field, right.hash)));
        found
    }
}

impl Features {
    /// Takes values that belong to nobody for missing; they are match keys of e-mail addresses, phones or identifiers.
    pub fn without(&mut self, blocked: &[String]) {
        let is_blocked = |value: &str| blocked.iter().any(|blocked| blocked == value);
        for texts in [&mut self.email, &mut self.phone]
            .into_iter()
            .chain(&mut self.identifiers)
        {
            let dictionary = &texts.dictionary;
            let numbers = 1..dictionary.len() as u32;
            let found: Vec<u32> = numbers
                .filter(|number| is_blocked(dictionary.get(*number)))
                .collect();
            for number in texts.numbers.iter_mut() {
                if found.contains(number) {
                    *number = 0;
                }
            }
        }
        for (loose, number) in self.email_loose.iter_mut().zip(&self.email.numbers) {
            *loose = if *number == 0 { 0 } else { *loose };
        }
    }
}

/// Returns the values shared by more family names than `limits` allow, or by very many records.
fn placeholders(values: &[u32], families: &[u32], limits: &Limits) -> HashMap<u32, u64> {
    let mut counts: HashMap<u32, u64> = HashMap::new();
    for value in values.iter().filter(|value| **value != 0) {
        *counts.entry(*value).or_default() += 1;
    }
    counts.retain(|_, count| *count > limits.sharing as u64);
    let mut names: HashMap<u32, Vec<u32>> = HashMap::new();
    for (value, family) in values.iter().zip(families) {
        if counts.contains_key(value) {
            let names = names.entry(*value).or_default();
            if names.len() <= limits.sharing && !names.contains(family) {
                names.push(*family);
            }
        }
    }
    counts.retain(|value, count| {
        names[value].len() > limits.sharing || *count > limits.records as u64
    });
    counts
}

/// Fits the model to records; see [`estimate`].
pub fn fit(
    features: &Features,
    identifiers: &[String],
    families: Vec<SplitFamily>,
    settings: &Settings,
) -> Weights {
    estimate::fit(features, identifiers, families, settings.block_cap)
}

/// Pairs compared by one thread at once.
const PAIRS_AT_ONCE: u64 = 50_000;

/// Compares all pairs that share a block.
pub fn pairs(features: &Features, scorer: &Scorer<'_>, settings: &Settings) -> Pairs {
    let starts = Starts::of(features);
    let mut blocking = Blocking::new(rules(features.identifiers.len()));
    let keep = weight_of(settings.review.min(settings.threshold));
    let mut pairs = Pairs::default();
    while let Some(blocks) = blocking.next(features, &starts, settings.block_cap) {
        let found: Vec<Pairs> = blocks
            .shares(PAIRS_AT_ONCE)
            .into_par_iter()
            .map(|share| {
                let mut found = Pairs::default();
                for block in share {
                    let block = blocks.get(block);
                    for (place, &left) in block.iter().enumerate() {
                        for &right in &block[place + 1..] {
                            if blocking.is_first(left as usize, right as usize) {
                                found.put(features, scorer, left, right, keep);
                            }
                        }
                    }
                }
                found
            })
            .collect();
        for found in found {
            pairs.edges.extend(found.edges);
            pairs.compared += found.compared;
            for (weight, count) in found.histogram {
                *pairs.histogram.entry(weight).or_default() += count;
            }
        }
    }
    let names = blocking.rules().iter().map(|rule| rule.name.clone());
    pairs.left_out = names
        .zip(blocking.left_out.iter().copied())
        .filter(|(_, records)| *records > 0)
        .collect();
    pairs
}

impl Pairs {
    fn put(&mut self, features: &Features, scorer: &Scorer<'_>, left: u32, right: u32, keep: f64) {
        let pattern = compare(features, left as usize, right as usize);
        let weight = scorer.weight(pattern, left as usize, right as usize);
        self.compared += 1;
        *self.histogram.entry(weight.floor() as i32).or_default() += 1;
        if weight >= keep {
            self.edges.push(Edge {
                left: left.min(right),
                right: left.max(right),
                weight,
            });
        }
    }
}

/// Makes persons of pairs; see [`cluster`].
pub fn cluster(
    features: &Features,
    scorer: &Scorer<'_>,
    pairs: &Pairs,
    decided: &Decided,
    settings: &Settings,
) -> Clusters {
    let threshold = weight_of(settings.threshold);
    let strong = pairs.edges.iter().filter(|edge| edge.weight >= threshold);
    cluster::cluster(
        features,
        scorer,
        strong.copied().collect(),
        decided,
        &settings.limits,
    )
}
