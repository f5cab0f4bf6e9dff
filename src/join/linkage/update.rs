//! Pairs and persons brought up to date after some records came, changed or went.
//!
//! What linkage found is remembered ([`Memory`]); of the next records only those that are not as they were, and whom they
//! meet, are compared. The result is that of comparing all of them under the same weights.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::block::{Starts, rules};
use super::cluster::{Clusters, Cut, Decided, Edge};
use super::compare::compare;
use super::delta::{Change, Delta};
use super::features::{Features, Row, Written};
use super::memory::Memory;
use super::ties::{Tie, ties};
use super::weights::{Scorer, Weights};
use super::{Limits, Matched, Pairs, Placeholder, Settings, cluster, numbered, weight_of};
use crate::hash::Unhashed;

/// Share of the records that may have changed; with more, comparing all of them is hardly slower.
const MOST_CHANGED: f64 = 0.25;

/// Takes records as they were written.
pub type TakeWritten<'t> = &'t mut dyn FnMut(&[Written<'_>]);

/// The records of this run.
pub struct Now<'a> {
    /// Hash of source and customer id of each.
    pub keys: &'a [u64],
    /// Hash of what each says.
    pub contents: &'a [u64],
    /// Reads some of them.
    pub written: &'a dyn Fn(&[u32], TakeWritten<'_>),
    /// Values that belong to nobody.
    pub blocked: &'a [String],
}

/// Where each record of this run was in the last one.
struct Places {
    /// Places of the records, then of those that went; records that came have the places behind the last.
    order: Vec<u32>,
    /// Records of this run that came, or say something else now.
    new: Vec<u32>,
}

impl Memory {
    /// Brings what is remembered up to date; `decided` tells what reviewers said, as places of the keys. `None` when all records have to be compared: too many are others, or it
    /// changes what a value means that others have, too.
    pub fn update(
        mut self,
        now: &Now<'_>,
        decided: &dyn Fn(&[u64]) -> Decided,
        weights: &Weights,
        settings: &Settings,
    ) -> Option<Matched> {
        let rules = rules(weights.identifiers.len());
        let caps = weights
            .caps
            .of(now.keys.len(), rules.len(), settings.block_cap)?;
        let places = self.places(now)?;
        (now.written)(&places.new, &mut |written| {
            self.features.extend_again(written, &weights.families);
        });
        self.arrange(&places.order);
        let count = now.keys.len();
        let mut is_new = vec![false; self.features.len()];
        places
            .new
            .iter()
            .for_each(|record| is_new[*record as usize] = true);
        self.features.without(now.blocked);
        let placeholders = placeholders(
            &self.features,
            &self.placeholders,
            &is_new,
            count,
            &settings.limits,
        )?;
        self.features.take_for_missing(&placeholders);
        self.features.know_frequencies(&weights.terms);
        self.features.know_aliases(&weights.aliases);
        let change = Change {
            features: &self.features,
            starts: &Starts::of(&self.features),
            rules: &rules,
            caps,
            is_new: &is_new,
            count,
        };
        let delta = change.delta();
        let scorer = Scorer::new(weights, &self.features);
        let keep = weight_of(settings.review.min(settings.threshold));
        let changed = self.pairs.apply(&delta, &scorer, keep);
        let decided = decided(now.keys);
        let persons = Persons {
            scorer: &scorer,
            pairs: &self.pairs,
            before: &self.clusters,
            decided: &decided,
            settings,
        };
        let mut seeds: Vec<u32> = places.new;
        seeds.extend(count as u32..self.features.len() as u32);
        seeds.extend(changed);
        seeds.extend(other_words(&self.decided, &decided));
        let touched = persons.touched(&seeds, &self.decided);
        let clusters = persons.clusters(&touched, count);
        let threshold = weight_of(settings.threshold);
        for (known, _) in self
            .ties
            .iter_mut()
            .zip(&touched)
            .filter(|(_, touched)| **touched)
        {
            *known = Tie::NONE;
        }
        let ties = ties(&scorer, &self.pairs, &clusters, threshold, &self.ties);
        self.features.truncate(count);
        Some(Matched {
            features: self.features,
            placeholders,
            pairs: self.pairs,
            clusters,
            ties,
            decided,
        })
    }

    /// Finds the records of this run among those of the last.
    fn places(&self, now: &Now<'_>) -> Option<Places> {
        let before = self.features.len();
        let is_same = |row: usize, place: usize| {
            self.features.keys[place] == now.keys[row] && self.contents[place] == now.contents[row]
        };
        // Mostly the records of the last run come first, and as they were.
        let same = (0..before.min(now.keys.len()))
            .take_while(|row| is_same(*row, *row))
            .count();
        let mut by_key: HashMap<u64, u32, Unhashed> = HashMap::default();
        by_key.extend((same..before).map(|place| (self.features.keys[place], place as u32)));
        let (mut order, mut new) = ((0..same as u32).collect::<Vec<u32>>(), Vec::new());
        let mut next = before as u32;
        for row in same..now.keys.len() {
            match by_key.get(&now.keys[row]) {
                Some(&place) if is_same(row, place as usize) => {
                    by_key.remove(&now.keys[row]);
                    order.push(place);
                }
                _ => {
                    new.push(row as u32);
                    order.push(next);
                    next += 1;
                }
            }
        }
        let mut gone: Vec<u32> = by_key.into_values().collect();
        gone.sort_unstable();
        let changed = new.len() + gone.len();
        order.extend(gone);
        (changed as f64 <= MOST_CHANGED * before as f64).then_some(Places { order, new })
    }

    /// Puts everything in the order of this run's records.
    fn arrange(&mut self, order: &[u32]) {
        if order
            .iter()
            .enumerate()
            .all(|(place, before)| place == *before as usize)
        {
            return;
        }
        self.features.arrange(order);
        let mut place_of = vec![0; order.len()];
        for (place, before) in order.iter().enumerate() {
            place_of[*before as usize] = place as u32;
        }
        let moved = |record: u32| place_of[record as usize];
        let moved_pair = |left: u32, right: u32| {
            let (left, right) = (moved(left), moved(right));
            (left.min(right), left.max(right))
        };
        let move_edge = |edge: &mut Edge| {
            (edge.left, edge.right) = moved_pair(edge.left, edge.right);
        };
        self.pairs.edges.par_iter_mut().for_each(move_edge);
        self.clusters
            .cuts
            .iter_mut()
            .for_each(|(edge, _)| move_edge(edge));
        let lists = [
            &mut self.clusters.conflicts,
            &mut self.decided.same,
            &mut self.decided.different,
        ];
        for pair in lists.into_iter().flatten() {
            *pair = moved_pair(pair.0, pair.1);
        }
        let before = std::mem::take(&mut self.ties);
        let tie = |slot: &u32| before.get(*slot as usize).copied().unwrap_or(Tie::NONE);
        self.ties = order.iter().map(tie).collect();
        let before = std::mem::take(&mut self.clusters.root);
        self.clusters.root = order
            .iter()
            .enumerate()
            .map(|(place, slot)| {
                before
                    .get(*slot as usize)
                    .map_or(place as u32, |root| moved(*root))
            })
            .collect();
    }
}

/// Returns the records of pairs of which reviewers say something else now.
fn other_words(before: &Decided, now: &Decided) -> Vec<u32> {
    let mut records = Vec::new();
    for (before, now) in [
        (&before.same, &now.same),
        (&before.different, &now.different),
    ] {
        let (before, now): (HashSet<_>, HashSet<_>) =
            (before.iter().collect(), now.iter().collect());
        let changed = before.symmetric_difference(&now);
        records.extend(changed.flat_map(|(left, right)| [*left, *right]));
    }
    records
}

/// Returns the placeholders of now; `None` when another value has become one, or one is none any more.
fn placeholders(
    features: &Features,
    known: &[Placeholder],
    is_new: &[bool],
    count: usize,
    limits: &Limits,
) -> Option<Vec<Placeholder>> {
    let mut found = known.to_vec();
    for (field, value) in numbered(features.identifiers.len()) {
        let value = |record: usize| value(&mut features.rows[record].clone()).to_owned();
        let changed = (0..features.len()).filter(|record| is_new[*record] || *record >= count);
        let wanted: HashSet<u32> = changed.map(value).filter(|number| *number != 0).collect();
        let mut holders: BTreeMap<u32, Vec<u32>> =
            wanted.iter().map(|number| (*number, Vec::new())).collect();
        let held: Vec<(u32, u32)> = (0..count)
            .into_par_iter()
            .map(|record| (value(record), features.rows[record].family))
            .filter(|(number, _)| wanted.contains(number))
            .collect();
        for (number, family) in held {
            holders.entry(number).or_default().push(family);
        }
        let dictionary = features.dictionary_of(&field);
        for (number, mut families) in holders {
            let hash = xxh3_64(dictionary.get(number).as_bytes());
            let records = families.len();
            families.sort_unstable();
            families.dedup();
            let is_shared = families.len() > limits.sharing || records > limits.records;
            let known = found
                .iter_mut()
                .find(|known| known.field == field && known.hash == hash);
            match (known, is_shared) {
                (Some(known), true) => known.records = records as u64,
                (None, false) => {}
                _ => return None,
            }
        }
    }
    Some(found)
}

impl Features {
    /// Takes the values of placeholders for missing.
    fn take_for_missing(&mut self, placeholders: &[Placeholder]) {
        for (field, value) in numbered(self.identifiers.len()) {
            let hashes: HashSet<u64> = placeholders
                .iter()
                .filter(|placeholder| placeholder.field == field)
                .map(|placeholder| placeholder.hash)
                .collect();
            if hashes.is_empty() {
                continue;
            }
            let dictionary = self.dictionary_of(&field);
            let numbers: HashSet<u32> = (1..dictionary.len() as u32)
                .filter(|number| hashes.contains(&xxh3_64(dictionary.get(*number).as_bytes())))
                .collect();
            self.clear(value, |number| numbers.contains(&number));
        }
    }

    /// Puts records in another order.
    fn arrange(&mut self, order: &[u32]) {
        self.keys = order
            .par_iter()
            .map(|place| self.keys[*place as usize])
            .collect();
        self.rows = order
            .par_iter()
            .map(|place| self.rows[*place as usize])
            .collect();
    }

    /// Forgets the records behind the first `count`.
    fn truncate(&mut self, count: usize) {
        self.keys.truncate(count);
        self.rows.truncate(count);
        self.cleared
            .retain(|record, _: &mut Row| (*record as usize) < count);
    }
}

impl Pairs {
    /// Takes pairs out and puts others in; returns the records of those that are worth keeping.
    fn apply(&mut self, delta: &Delta, scorer: &Scorer<'_>, keep: f64) -> Vec<u32> {
        let weigh = |pairs: &[(u32, u32)]| -> Vec<Edge> {
            pairs
                .par_iter()
                .map(|&(left, right)| {
                    let places = (left as usize, right as usize);
                    let pattern = compare(scorer.features(), places.0, places.1);
                    let weight = scorer.weight(pattern, places.0, places.1);
                    Edge {
                        left,
                        right,
                        weight,
                    }
                })
                .collect()
        };
        let (added, removed) = (weigh(&delta.added), weigh(&delta.removed));
        for edge in &removed {
            let bin = self
                .histogram
                .entry(edge.weight.floor() as i32)
                .or_default();
            *bin = bin.saturating_sub(1);
        }
        for edge in &added {
            *self
                .histogram
                .entry(edge.weight.floor() as i32)
                .or_default() += 1;
        }
        self.histogram.retain(|_, count| *count > 0);
        self.compared = self.compared + added.len() as u64 - removed.len() as u64;
        let is_kept = |edge: &&Edge| edge.weight >= keep;
        let gone: HashSet<(u32, u32)> = removed
            .iter()
            .filter(is_kept)
            .map(|edge| (edge.left, edge.right))
            .collect();
        if !gone.is_empty() {
            self.edges
                .retain(|edge| !gone.contains(&(edge.left, edge.right)));
        }
        self.edges.extend(added.iter().filter(is_kept));
        self.sort();
        for ((_, records), more) in self.left_out.iter_mut().zip(&delta.left_out) {
            *records = records.saturating_add_signed(*more);
        }
        let kept = added.iter().chain(&removed).filter(is_kept);
        kept.flat_map(|edge| [edge.left, edge.right]).collect()
    }
}

/// What persons are made of.
struct Persons<'a> {
    scorer: &'a Scorer<'a>,
    pairs: &'a Pairs,
    before: &'a Clusters,
    decided: &'a Decided,
    settings: &'a Settings,
}

impl Persons<'_> {
    /// Returns the pairs over the threshold.
    fn strong(&self) -> impl Iterator<Item = &Edge> {
        let threshold = weight_of(self.settings.threshold);
        let edges = self.pairs.edges.iter();
        edges.filter(move |edge| edge.weight >= threshold)
    }

    /// Returns per record whether `seeds` can reach it by pairs over the threshold, before or now.
    fn touched(&self, seeds: &[u32], decided_before: &Decided) -> Vec<bool> {
        let all = self.scorer.features().len();
        let mut reach = Reach::new(all);
        self.strong()
            .for_each(|edge| reach.unite(edge.left, edge.right));
        let tied = self.before.root.iter().enumerate();
        tied.for_each(|(record, root)| reach.unite(record as u32, *root));
        for words in [decided_before, self.decided] {
            words
                .same
                .iter()
                .for_each(|(left, right)| reach.unite(*left, *right));
        }
        let mut is_touched = vec![false; all];
        for seed in seeds {
            let root = reach.root(*seed);
            is_touched[root as usize] = true;
        }
        (0..all as u32)
            .map(|record| is_touched[reach.root(record) as usize])
            .collect()
    }

    /// Makes the persons of touched records anew.
    fn clusters(&self, touched: &[bool], count: usize) -> Clusters {
        let is_touched = |record: u32| touched[record as usize];
        let words = |pairs: &[(u32, u32)]| {
            let pairs = pairs.iter().copied();
            pairs
                .filter(|(left, right)| is_touched(*left) || is_touched(*right))
                .collect()
        };
        let anew = cluster::cluster(
            self.scorer.features(),
            self.scorer,
            self.strong()
                .filter(|edge| is_touched(edge.left))
                .copied()
                .collect(),
            &Decided {
                same: words(&self.decided.same),
                different: words(&self.decided.different),
            },
            self.settings,
        );
        let mut lowest: HashMap<u32, u32> = HashMap::new();
        let root = (0..count as u32)
            .map(|record| match is_touched(record) {
                true => anew.root[record as usize],
                // The record that was the lowest may lie elsewhere now.
                false => *lowest
                    .entry(self.before.root[record as usize])
                    .or_insert(record),
            })
            .collect();
        let of_others = |cut: &&(Edge, Cut)| !is_touched(cut.0.left);
        let mut cuts: Vec<(Edge, Cut)> =
            self.before.cuts.iter().filter(of_others).copied().collect();
        cuts.extend(anew.cuts);
        let conflicts = self.before.conflicts.iter().copied();
        let mut conflicts: Vec<(u32, u32)> =
            conflicts.filter(|(left, _)| !is_touched(*left)).collect();
        conflicts.extend(anew.conflicts);
        let mut clusters = Clusters {
            root,
            cuts,
            conflicts,
        };
        clusters.sort();
        clusters
    }
}

/// Which records can be reached from which.
struct Reach {
    parents: Vec<u32>,
}

impl Reach {
    fn new(count: usize) -> Self {
        Self {
            parents: (0..count as u32).collect(),
        }
    }

    fn root(&mut self, record: u32) -> u32 {
        let mut at = record;
        while self.parents[at as usize] != at {
            let above = self.parents[self.parents[at as usize] as usize];
            self.parents[at as usize] = above;
            at = above;
        }
        at
    }

    fn unite(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        self.parents[left.max(right) as usize] = left.min(right);
    }
}
