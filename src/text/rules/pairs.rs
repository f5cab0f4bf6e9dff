//! What is said of what: a noun and a predicate that judge together where neither does alone (画面が割れる,
//! 会話が弾む, 返信が来ない).
//!
//! `pairs.tsv`: sign, nouns, predicates; `!` stands before a predicate that has to be negated. Words are in their
//! dictionary form or as written.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::modality::is_condition;
use super::negation::negation_end;
use super::{Clause, Scene};
use crate::hash::Unhashed;
use crate::text::tokens::{Token, WordKey, word_key};

const PAIRS: &str = include_str!("pairs.tsv");

/// How far before its predicate a noun may stand, in tokens.
const REACH: usize = 8;

/// A row and whether the predicate has to be negated there.
type Need = (usize, bool);

struct Table {
    signs: Vec<f64>,
    nouns: HashMap<WordKey, Vec<usize>, Unhashed>,
    predicates: HashMap<WordKey, Vec<Need>, Unhashed>,
}

fn rows() -> impl Iterator<Item = (f64, &'static str, &'static str)> {
    PAIRS.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let sign = match cells.next() {
            Some("+1") => 1.0,
            Some("-1") => -1.0,
            _ => return None,
        };
        Some((sign, cells.next()?, cells.next()?))
    })
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table {
            signs: Vec::new(),
            nouns: HashMap::default(),
            predicates: HashMap::default(),
        };
        for (row, (sign, nouns, predicates)) in rows().enumerate() {
            table.signs.push(sign);
            for noun in nouns.split(' ') {
                table.nouns.entry(word_key(noun)).or_default().push(row);
            }
            for predicate in predicates.split(' ') {
                let (word, denied) = match predicate.strip_prefix('!') {
                    Some(word) => (word, true),
                    None => (predicate, false),
                };
                let needs = table.predicates.entry(word_key(word)).or_default();
                needs.push((row, denied));
            }
        }
        table
    })
}

/// Whether a word is the predicate of a pair.
pub(super) fn is_predicate(token: &Token<'_>) -> bool {
    let predicates = &table().predicates;
    predicates.contains_key(&token.base_key) || predicates.contains_key(&token.surface_key)
}

/// Returns the tokens and the sign (±1) of the pair whose predicate is token `at`; the nearest noun counts, and of its
/// rows the first. A condition tells nothing.
pub(super) fn pair_at(
    scene: &Scene<'_>,
    clause: &Clause,
    at: usize,
) -> Option<(Range<usize>, f64)> {
    let table = table();
    let token = scene.token(at)?;
    let needs = table
        .predicates
        .get(&token.base_key)
        .or_else(|| table.predicates.get(&token.surface_key))?;
    if is_condition(scene.slice(at + 1, clause.end)) {
        return None;
    }
    let denied = negation_end(scene, at + 1, clause.end).is_some();
    let first = clause.first.max(at.saturating_sub(REACH));
    (first..at).rev().find_map(|subject| {
        let noun = scene.token(subject)?;
        let rows = table
            .nouns
            .get(&noun.base_key)
            .or_else(|| table.nouns.get(&noun.surface_key))?;
        let fits = |need: &&Need| need.1 == denied && rows.contains(&need.0);
        let (row, _) = needs.iter().find(fits)?;
        Some((subject..at + 1, *table.signs.get(*row)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_sign_nouns_and_predicates_once_each() {
        let count = PAIRS
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("# "))
            .count();
        assert_eq!(rows().count(), count);
        for (_, nouns, predicates) in rows() {
            for list in [nouns, predicates] {
                let mut words: Vec<&str> = list.split(' ').collect();
                let all = words.len();
                words.sort_unstable();
                words.dedup();
                assert_eq!(words.len(), all, "{list}");
                assert!(words.iter().all(|w| !w.is_empty() && *w != "!"), "{list}");
            }
        }
    }

    #[test]
    fn a_predicate_may_need_its_negation() {
        let needs = |word: &str| {
            let needs = table().predicates.get(&word_key(word));
            needs.cloned().unwrap_or_default()
        };
        assert!(needs("割れる").iter().any(|(_, denied)| !denied));
        assert!(needs("映る").iter().any(|(_, denied)| *denied));
        assert!(!needs("映る").iter().any(|(_, denied)| !denied));
    }
}
