//! Which records are one person: probabilistic record linkage without settings.
//!
//! ```text
//! records ─ features (match keys) ─ blocks (pairs worth comparing) ─ patterns (levels of agreement per field)
//!                                        └─ estimate (m, u, shares; once, then frozen) ─ weights
//! patterns + weights ─ edges (pairs and their odds) ─ clusters (persons)
//! ```
//!
//! Knows no table and no file; [`super::persons`] brings the records and takes the persons.

mod aliases;
mod block;
mod cluster;
mod compare;
mod delta;
mod dictionary;
mod estimate;
mod features;
mod field;
mod frequencies;
mod memory;
mod ties;
mod update;
mod weights;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use rayon::prelude::*;

pub use block::{Blocking, Rule, Starts, rules};
pub use cluster::{Clusters, Cut, Decided, Edge, contradicts, objection};
pub use compare::compare;
pub use dictionary::{Bag, Dictionary};
pub use features::{Features, Row, SplitFamily, Written};
pub use field::{FIRST_IDENTIFIER, FIXED, Kind, Level, MOST_IDENTIFIERS, Pattern};
pub use memory::Memory;
pub use ties::{Tie, all_ties};
pub use update::{Now, TakeWritten};
pub use weights::{
    BlockCaps, FieldWeights, LevelWeights, Scorer, Term, TermCounts, Terms, Waterfall, Weights,
    levels_of,
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
    /// How big the blocks could be.
    pub caps: BlockCaps,
}

/// What linkage found of records.
#[derive(Debug)]
pub struct Matched {
    /// The match keys.
    pub features: Features,
    /// Values taken for missing.
    pub placeholders: Vec<Placeholder>,
    /// Pairs.
    pub pairs: Pairs,
    /// Persons.
    pub clusters: Clusters,
    /// What ties each record to its person.
    pub ties: Vec<Option<Tie>>,
    /// What reviewers said.
    pub decided: Decided,
}

/// Returns the number of a sequence of random ones (Steele, Lea and Flood 2014).
fn splitmix(place: u64) -> u64 {
    let mut mixed = place
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x6b6f_6521);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// Returns the weight at which a pair has a probability.
pub fn weight_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// Returns the probability of a weight.
pub fn probability_of(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// A column whose values may be placeholders: its name, and where a row has its number.
type Numbered = (String, fn(&mut Row) -> &mut u32);

/// Returns the columns of numbers that a person is reached or known by.
fn numbered(identifiers: usize) -> Vec<Numbered> {
    let mut columns: Vec<Numbered> = vec![
        ("email".to_owned(), |row| &mut row.email),
        ("phone".to_owned(), |row| &mut row.phone),
    ];
    let places: [fn(&mut Row) -> &mut u32; MOST_IDENTIFIERS] = [
        |row| &mut row.identifiers[0],
        |row| &mut row.identifiers[1],
        |row| &mut row.identifiers[2],
        |row| &mut row.identifiers[3],
    ];
    let named = places.into_iter().take(identifiers).enumerate();
    columns.extend(named.map(|(place, value)| (format!("identifier {}", place + 1), value)));
    columns
}

impl Features {
    /// Returns how many records have a value, per field.
    pub fn filled(&self) -> Vec<u64> {
        let kinds = FIXED.into_iter().map(|kind| (kind, 0));
        let identifiers = (0..self.identifiers.len()).map(|place| (Kind::Identifier, place));
        kinds
            .chain(identifiers)
            .map(|(kind, place)| {
                let rows = self.rows.iter();
                rows.filter(|row| row.has(kind, place)).count() as u64
            })
            .collect()
    }

    /// Takes values that too many have for missing, and returns them.
    pub fn without_placeholders(&mut self, limits: &Limits) -> Vec<Placeholder> {
        let mut found = Vec::new();
        for (field, value) in numbered(self.identifiers.len()) {
            let shared = placeholders(&mut self.rows, value, limits);
            self.clear(value, |number| shared.contains_key(&number));
            let dictionary = self.dictionary_of(&field);
            found.extend(shared.into_iter().map(|(number, records)| Placeholder {
                field: field.clone(),
                hash: xxhash_rust::xxh3::xxh3_64(dictionary.get(number).as_bytes()),
                records,
            }));
        }
        found.sort_by(|left, right| (&left.field, left.hash).cmp(&(&right.field, right.hash)));
        found
    }

    /// Takes values that belong to nobody for missing; they are match keys of e-mail addresses, phones or identifiers.
    pub fn without(&mut self, blocked: &[String]) {
        if blocked.is_empty() {
            return;
        }
        for (field, value) in numbered(self.identifiers.len()) {
            let dictionary = self.dictionary_of(&field);
            let is_blocked =
                |number: &u32| blocked.iter().any(|text| text == dictionary.get(*number));
            let found: Vec<u32> = (1..dictionary.len() as u32).filter(is_blocked).collect();
            self.clear(value, |number| found.contains(&number));
        }
    }

    fn dictionary_of(&self, field: &str) -> &Dictionary {
        match field {
            "email" => &self.emails,
            "phone" => &self.phones,
            _ => {
                let place = field
                    .rsplit(' ')
                    .next()
                    .and_then(|place| place.parse::<usize>().ok());
                &self.identifiers[place.unwrap_or(1) - 1]
            }
        }
    }

    /// Takes values for missing.
    fn clear(&mut self, value: fn(&mut Row) -> &mut u32, is_cleared: impl Fn(u32) -> bool) {
        for (record, row) in self.rows.iter_mut().enumerate() {
            let before = *row;
            let number = value(row);
            if *number != 0 && is_cleared(*number) {
                *number = 0;
                if row.email == 0 {
                    row.email_loose = 0;
                }
                self.cleared.entry(record as u32).or_insert(before);
            }
        }
    }
}

/// Returns the values shared by more family names than `limits` allow, or by very many records.
fn placeholders(
    rows: &mut [Row],
    value: fn(&mut Row) -> &mut u32,
    limits: &Limits,
) -> HashMap<u32, u64> {
    let mut pairs: Vec<(u32, u32)> = rows
        .iter_mut()
        .map(|row| (*value(row), row.family))
        .filter(|(number, _)| *number != 0)
        .collect();
    pairs.par_sort_unstable();
    let same = pairs.chunk_by(|left, right| left.0 == right.0);
    same.filter(|same| {
        let families = same.chunk_by(|left, right| left.1 == right.1).count();
        families > limits.sharing || same.len() > limits.records
    })
    .map(|same| (same[0].0, same.len() as u64))
    .collect()
}

/// Fits the model to records; see [`estimate`].
pub fn fit(
    features: &mut Features,
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
    let mut blocking = blocking(features, scorer.weights(), settings);
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
    pairs.sort();
    let names = blocking.rules().iter().map(|rule| rule.name.clone());
    pairs.left_out = names.zip(blocking.left_out.iter().copied()).collect();
    pairs.caps = BlockCaps {
        records: match blocking.is_kept {
            true => scorer.weights().caps.records,
            false => features.len() as u64,
        },
        most: settings.block_cap as u64,
        caps: blocking.caps,
    };
    pairs
}

/// Returns the blocking of records, with the caps that the model keeps.
pub fn blocking(features: &Features, weights: &Weights, settings: &Settings) -> Blocking {
    let rules = rules(features.identifiers.len());
    let caps = weights
        .caps
        .of(features.len(), rules.len(), settings.block_cap);
    Blocking::new(rules).with_caps(caps)
}

impl Pairs {
    /// Puts the pairs in the order of their records, whatever they were found by.
    fn sort(&mut self) {
        self.edges
            .par_sort_unstable_by_key(|edge| (edge.left, edge.right));
    }

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
        settings,
    )
}
