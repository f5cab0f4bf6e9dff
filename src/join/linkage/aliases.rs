//! Given names that people go by in place of others (Tom and Thomas), learnt from pairs that are sure without the name.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::block::{Blocking, Starts, rules};
use super::compare::compare;
use super::features::Features;
use super::field::{Kind, birth, email, name};
use super::weights::{Scorer, Weights};
use super::{probability_of, splitmix};

/// Pairs of one rule that are looked at, about.
const PAIRS_OF_RULE: u64 = 400_000;
/// Probability, without the given name, from which on a pair is sure.
const SURE: f64 = 0.99;
/// Sure pairs that show an alias at least.
const FEWEST: u32 = 3;
/// Place of the given name among the fields.
const GIVEN: usize = 1;
const BIRTH: usize = 2;
const EMAIL: usize = 4;

/// Given names that stand for each other, by their numbers.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    pairs: HashSet<(u32, u32)>,
    /// Per name, whether it has an alias: nearly none has, and that is told sooner.
    has_any: Vec<bool>,
}

impl Aliases {
    /// Whether two names stand for each other.
    pub(super) fn has(&self, left: u32, right: u32) -> bool {
        let has_any = |name: u32| self.has_any.get(name as usize).is_some_and(|has| *has);
        has_any(left) && has_any(right) && self.pairs.contains(&ordered(left, right))
    }
}

fn ordered(left: u32, right: u32) -> (u32, u32) {
    (left.min(right), left.max(right))
}

impl Features {
    /// Takes given names for aliases of each other from here on.
    pub fn know_aliases(&mut self, known: &[[String; 2]]) {
        self.aliases = Aliases::default();
        if known.is_empty() {
            return;
        }
        let wanted: HashSet<&str> = known.iter().flatten().map(String::as_str).collect();
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut has_any = vec![false; self.names.len()];
        for number in 1..self.names.len() as u32 {
            let text = self.names.get(number);
            if wanted.contains(text) {
                numbers.insert(text, number);
            }
        }
        let pairs: HashSet<(u32, u32)> = known
            .iter()
            .filter_map(|[one, other]| {
                Some(ordered(*numbers.get(&**one)?, *numbers.get(&**other)?))
            })
            .collect();
        for &(left, right) in &pairs {
            has_any[left as usize] = true;
            has_any[right as usize] = true;
        }
        self.aliases = Aliases { pairs, has_any };
    }
}

/// Returns the given names that stand for each other more often than chance puts two names together.
///
/// Looked at are pairs that are sure without the given name, and share a day of birth or an e-mail address, which people of
/// one household hardly do. Of two names that came together c times among N such pairs with different names, chance alone
/// would give e = 2 N p p', with p and p' the shares of all records that have the one and the other; they are aliases when
/// c is at least three, and three times e and its standard deviation together.
pub(super) fn learn(
    features: &Features,
    starts: &Starts,
    weights: &Weights,
    most: usize,
) -> Vec<[String; 2]> {
    let scorer = Scorer::new(weights, features);
    let mut blocking = Blocking::new(rules(weights.identifiers.len()));
    let mut together: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    while let Some(blocks) = blocking.next(features, starts, most) {
        let rule = blocking.newest();
        if rule.fields.contains(&Kind::Given) {
            continue;
        }
        let every = blocks.pairs().div_ceil(PAIRS_OF_RULE).max(1);
        let shares = blocks.shares(10_000);
        let sure: Vec<(u32, u32)> = shares
            .into_par_iter()
            .flatten_iter()
            .filter(|block| splitmix(*block as u64).is_multiple_of(every))
            .flat_map_iter(|block| {
                let block = blocks.get(block);
                let pairs = block.iter().enumerate().flat_map(move |(place, left)| {
                    block[place + 1..].iter().map(move |right| (*left, *right))
                });
                pairs.filter(|(left, right)| {
                    blocking.is_first(*left as usize, *right as usize)
                        && is_sure(features, &scorer, *left as usize, *right as usize)
                })
            })
            .map(|(left, right)| {
                let given = |record: u32| features.rows[record as usize].given;
                ordered(given(left), given(right))
            })
            .collect();
        for names in sure {
            *together.entry(names).or_default() += 1;
        }
    }
    let mut records = vec![0_u32; features.names.len()];
    for row in &features.rows {
        records[row.given as usize] += 1;
    }
    // Number 0 stands for none.
    let named: u32 = records.iter().skip(1).sum();
    let share = |name: u32| f64::from(records[name as usize]) / f64::from(named.max(1));
    let all: u32 = together.values().sum();
    let is_alias = |(names, count): &(&(u32, u32), &u32)| {
        let by_chance = 2.0 * f64::from(all) * share(names.0) * share(names.1);
        **count >= FEWEST && f64::from(**count) >= 3.0 * (by_chance + by_chance.sqrt())
    };
    let mut aliases: Vec<[String; 2]> = together
        .iter()
        .filter(is_alias)
        .map(|(&(left, right), _)| {
            let mut names = [left, right].map(|name| features.names.get(name).to_owned());
            names.sort();
            names
        })
        .collect();
    aliases.sort();
    aliases
}

/// Whether two records with different given names are one person by all the rest.
fn is_sure(features: &Features, scorer: &Scorer<'_>, left: usize, right: usize) -> bool {
    let (a, b) = (&features.rows[left], &features.rows[right]);
    if a.given == 0 || b.given == 0 || a.given == b.given {
        return false;
    }
    let pattern = compare(features, left, right);
    let is_of_one = pattern.level(BIRTH) == birth::EXACT
        || (email::EXACT..=email::LOOSE).contains(&pattern.level(EMAIL));
    let is_other = matches!(pattern.level(GIVEN), name::NEAR | name::DIFFERENT);
    is_of_one && is_other && {
        let weight = scorer.weight(pattern.without(GIVEN), left, right);
        probability_of(weight) >= SURE
    }
}
