//! Which sequences of words are terms: the C-value.
//!
//! Frantzi, Ananiadou and Mima, "Automatic recognition of multi-word terms: the C-value/NC-value method", International
//! Journal on Digital Libraries 3 (2000), 115-130.

use std::collections::BTreeMap;

/// The longest sequence looked into, in words; longer ones are read up to here.
pub const MAX_TERM_WORDS: usize = 8;

/// A sequence of two words or more that may be a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its words.
    pub words: Vec<u32>,
    /// How often it stands anywhere, on its own or within longer sequences.
    pub count: f64,
    /// How much of a term it is, from 0.
    pub c_value: f64,
}

#[derive(Default)]
struct Tally {
    count: f64,
    nested: f64,
    hosts: f64,
}

/// Returns the C-value of every sequence and of every sequence nested in one, in the order of their words.
///
/// `runs` are sequences as they stand in the text, not continued to either side, with their counts; a sequence given twice
/// counts the sum. With f(a) how often a stands anywhere, t(a) how often within longer sequences and c(a) in how many
/// different ones,
///
/// ```text
/// C-value(a) = log2 |a| * f(a)                   when it stands in no longer one
/// C-value(a) = log2 |a| * (f(a) - t(a) / c(a))   else
/// ```
///
/// so a piece that stands in one longer sequence only is no term of its own (0), and one that stands in many is. A piece
/// that stands twice in one sequence counts once. Single words are no candidates.
pub fn c_values(runs: &[(Vec<u32>, f64)]) -> Vec<Term> {
    let mut whole: BTreeMap<&[u32], f64> = BTreeMap::new();
    for (words, count) in runs {
        let words = &words[..words.len().min(MAX_TERM_WORDS)];
        if words.len() > 1 && *count > 0.0 {
            *whole.entry(words).or_default() += count;
        }
    }
    let mut tallies: BTreeMap<&[u32], Tally> = BTreeMap::new();
    let mut pieces: Vec<&[u32]> = Vec::new();
    for (&words, &count) in &whole {
        pieces.clear();
        for size in 2..=words.len() {
            pieces.extend(words.windows(size));
        }
        pieces.sort_unstable();
        pieces.dedup();
        for &piece in &pieces {
            let tally = tallies.entry(piece).or_default();
            tally.count += count;
            if piece.len() < words.len() {
                tally.nested += count;
                tally.hosts += 1.0;
            }
        }
    }
    let term = |(words, tally): (&[u32], Tally)| {
        let apart = match tally.hosts > 0.0 {
            true => tally.count - tally.nested / tally.hosts,
            false => tally.count,
        };
        Term {
            words: words.to_vec(),
            count: tally.count,
            c_value: libm::log2(words.len() as f64) * apart,
        }
    };
    tallies.into_iter().map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADENOID: u32 = 1;
    const CYSTIC: u32 = 2;
    const BASAL: u32 = 3;
    const CELL: u32 = 4;
    const CARCINOMA: u32 = 5;
    const ULCERATED: u32 = 6;
    const RECURRENT: u32 = 7;
    const CIRCUMSCRIBED: u32 = 8;

    fn value(terms: &[Term], words: &[u32]) -> f64 {
        terms
            .iter()
            .find(|term| term.words == words)
            .map_or(f64::NAN, |term| term.c_value)
    }

    #[test]
    fn the_paper_s_example_comes_out() {
        // Frantzi et al. 2000, section 2.2.3: counts anywhere are 5, 11, 7, 5, 3 and 984.
        let core = [BASAL, CELL, CARCINOMA];
        let with = |before: &[u32]| [before, &core[..]].concat();
        let runs = [
            (with(&[ADENOID, CYSTIC]), 5.0),
            (with(&[CYSTIC]), 6.0),
            (with(&[ULCERATED]), 7.0),
            (with(&[RECURRENT]), 5.0),
            (with(&[CIRCUMSCRIBED]), 3.0),
            (core.to_vec(), 958.0),
        ];
        let terms = c_values(&runs);
        for (words, expected) in [
            (with(&[ADENOID, CYSTIC]), 11.609_640),
            (with(&[CYSTIC]), 12.0),
            (with(&[ULCERATED]), 14.0),
            (with(&[RECURRENT]), 10.0),
            (with(&[CIRCUMSCRIBED]), 6.0),
            (core.to_vec(), 1_551.361_296),
        ] {
            let found = value(&terms, &words);
            assert!((found - expected).abs() < 1e-3, "{words:?}: {found}");
        }
        // "adenoid cystic" stands within one longer sequence only.
        assert_eq!(value(&terms, &[ADENOID, CYSTIC]), 0.0);
    }

    #[test]
    fn empty_single_and_endless_sequences_are_no_trouble() {
        assert!(c_values(&[]).is_empty());
        assert!(c_values(&[(vec![1], 9.0), (vec![], 9.0), (vec![1, 2], 0.0)]).is_empty());
        let endless: Vec<u32> = (0..10_000).collect();
        let terms = c_values(&[(endless, 1.0)]);
        assert_eq!(terms.len(), 28);
        let again = c_values(&[(vec![1, 1, 1], 2.0)]);
        assert_eq!(again[0].count, 2.0);
    }
}
