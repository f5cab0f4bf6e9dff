//! Which pairs come and go when records come and go, without comparing the others again.
//!
//! A record changes only the blocks of its own keys. Of a block that fits both before and now, only pairs with a record
//! that came or went change; a block that has become too big is cut anew, or is whole again. What results is what
//! comparing all records would give.

use std::collections::HashSet;

use rayon::prelude::*;

use super::block::{Blocks, Cut, REFINEMENTS, Rule, Starts, Values};
use super::features::Features;
use crate::hash::Unhashed;

/// A pair of records, the lower place first.
type Pair = (u32, u32);
/// The key of a record's block, and the record.
type Keyed = (u64, u32);

/// Records before and now: those that stay, those that came, and behind all of them those that went.
pub(super) struct Change<'a> {
    pub features: &'a Features,
    pub starts: &'a Starts,
    pub rules: &'a [Rule],
    pub caps: &'a [u32],
    /// Per record, whether it came.
    pub is_new: &'a [bool],
    /// Number of records now; those behind went.
    pub count: usize,
}

/// Pairs that share a block since now, and those that did before.
#[derive(Debug, Default)]
pub(super) struct Delta {
    pub added: Vec<Pair>,
    pub removed: Vec<Pair>,
    /// By how many records more the blocks that stay too big have, per rule.
    pub left_out: Vec<i64>,
}

/// Which of two times a block is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    Now,
}

impl Change<'_> {
    /// Returns what changes.
    pub(super) fn delta(&self) -> Delta {
        let changed: Vec<Values> = (self.changed().iter())
            .map(|record| self.values(*record))
            .collect();
        let wanted: Vec<Wanted> = (self.rules.par_iter().enumerate())
            .map(|(place, rule)| Wanted::of(changed.iter().map(|values| values.key(rule, place))))
            .collect();
        let firsts = self.firsts();
        let members = self.members(&firsts, &wanted);
        let found: Vec<Delta> = (members.into_par_iter().enumerate())
            .map(|(place, mut keyed)| {
                keyed.sort_unstable();
                let mut delta = Delta {
                    left_out: vec![0],
                    ..Delta::default()
                };
                let cut = self.cut(place);
                for group in keyed.chunk_by_mut(|left, right| left.0 == right.0) {
                    self.compare(&cut, group, 0, &mut delta);
                }
                delta
            })
            .collect();
        let mut delta = Delta::default();
        for found in found {
            delta.added.extend(found.added);
            delta.removed.extend(found.removed);
            delta.left_out.extend(found.left_out);
        }
        self.settle(&mut delta, &firsts);
        delta
    }

    /// Returns the records that came or went.
    fn changed(&self) -> Vec<u32> {
        let all = 0..self.features.len() as u32;
        all.filter(|record| self.is_changed(*record)).collect()
    }

    fn is_changed(&self, record: u32) -> bool {
        self.is_new[record as usize] || record as usize >= self.count
    }

    fn is_there(&self, record: u32, when: When) -> bool {
        match when {
            When::Before => !self.is_new[record as usize],
            When::Now => (record as usize) < self.count,
        }
    }

    fn values(&self, record: u32) -> Values {
        Values::of(self.features, self.starts, record as usize)
    }

    fn cut(&self, place: usize) -> Cut<'_> {
        Cut {
            features: self.features,
            starts: self.starts,
            cap: self.caps[place] as usize,
        }
    }

    /// Returns the first bits of the keys of all records, a line of all rules for each record.
    fn firsts(&self) -> Vec<u32> {
        let mut firsts = vec![0; self.features.len() * self.rules.len()];
        (firsts.par_chunks_mut(self.rules.len()).enumerate()).for_each(|(record, firsts)| {
            let values = self.values(record as u32);
            for (place, (first, rule)) in firsts.iter_mut().zip(self.rules).enumerate() {
                *first = first_bits(values.key(rule, place));
            }
        });
        firsts
    }

    /// Returns, per rule, all records with a key that is wanted.
    fn members(&self, firsts: &[u32], wanted: &[Wanted]) -> Vec<Vec<Keyed>> {
        const AT_ONCE: usize = 65_536;
        let rules = self.rules.len();
        let parts: Vec<Vec<Vec<Keyed>>> = (firsts.par_chunks(AT_ONCE * rules).enumerate())
            .map(|(part, lines)| {
                let mut found: Vec<Vec<Keyed>> = vec![Vec::new(); rules];
                for (line, firsts) in lines.chunks(rules).enumerate() {
                    let record = (part * AT_ONCE + line) as u32;
                    // Nearly none is wanted, and that is told by the first bits.
                    let mut values = None;
                    for (place, first) in firsts.iter().enumerate() {
                        if *first == 0 || !wanted[place].may_have(*first) {
                            continue;
                        }
                        let values = values.get_or_insert_with(|| self.values(record));
                        let key = values.key(&self.rules[place], place);
                        if wanted[place].keys.contains(&key) {
                            found[place].push((key, record));
                        }
                    }
                }
                found
            })
            .collect();
        let mut members: Vec<Vec<Keyed>> = vec![Vec::new(); rules];
        for part in parts {
            for (all, found) in members.iter_mut().zip(part) {
                all.extend(found);
            }
        }
        members
    }

    /// Notes how the pairs of the records of one key change.
    fn compare(&self, cut: &Cut<'_>, group: &mut [Keyed], depth: usize, delta: &mut Delta) {
        if !group.iter().any(|(_, record)| self.is_changed(*record)) {
            return;
        }
        let count = |when| {
            group
                .iter()
                .filter(|(_, record)| self.is_there(*record, when))
                .count()
        };
        let (before, now) = (count(When::Before), count(When::Now));
        match (before <= cut.cap, now <= cut.cap) {
            (true, true) => self.compare_block(group, delta),
            (false, false) => match REFINEMENTS.get(depth) {
                None => delta.left_out[0] += now as i64 - before as i64,
                Some(_) => {
                    cut.refine(group, depth);
                    for part in group.chunk_by_mut(|left, right| left.0 == right.0) {
                        self.compare(cut, part, depth + 1, delta);
                    }
                }
            },
            _ => {
                for when in [When::Before, When::Now] {
                    let members = group.iter().copied();
                    let mut members: Vec<Keyed> = members
                        .filter(|(_, record)| self.is_there(*record, when))
                        .collect();
                    let mut blocks = Blocks::default();
                    let left_out = cut.put(&mut members, depth, &mut blocks, &mut ()) as i64;
                    let (pairs, sign) = match when {
                        When::Before => (&mut delta.removed, -1),
                        When::Now => (&mut delta.added, 1),
                    };
                    delta.left_out[0] += sign * left_out;
                    for block in blocks.iter() {
                        for (place, left) in block.iter().enumerate() {
                            pairs
                                .extend(block[place + 1..].iter().map(|right| pair(*left, *right)));
                        }
                    }
                }
            }
        }
    }

    /// Notes the pairs of a block that fits, with a record that came or went.
    fn compare_block(&self, block: &[Keyed], delta: &mut Delta) {
        for &(_, changed) in block.iter().filter(|(_, record)| self.is_changed(*record)) {
            let (when, pairs) = match self.is_new[changed as usize] {
                true => (When::Now, &mut delta.added),
                false => (When::Before, &mut delta.removed),
            };
            for &(_, other) in block
                .iter()
                .filter(|(_, record)| self.is_there(*record, when))
            {
                // Of two that changed, one notes their pair.
                if other != changed && (!self.is_changed(other) || changed < other) {
                    pairs.push(pair(changed, other));
                }
            }
        }
    }

    /// Takes pairs out that share another block at the other time, too.
    fn settle(&self, delta: &mut Delta, firsts: &[u32]) {
        for pairs in [&mut delta.added, &mut delta.removed] {
            pairs.par_sort_unstable();
            pairs.dedup();
        }
        let old = |pairs: &[Pair]| -> Vec<Pair> {
            let is_old = |pair: &&Pair| !self.is_changed(pair.0) && !self.is_changed(pair.1);
            pairs.iter().filter(is_old).copied().collect()
        };
        let (added, removed) = (old(&delta.added), old(&delta.removed));
        if added.is_empty() && removed.is_empty() {
            return;
        }
        let members = self.members(firsts, &self.wanted(&[&added, &removed]));
        for (pairs, old, other) in [
            (&mut delta.added, added, When::Before),
            (&mut delta.removed, removed, When::Now),
        ] {
            let shared = self.sharing(&old, &members, other);
            pairs.retain(|pair| shared.binary_search(pair).is_err());
        }
    }

    /// Returns, per rule, the keys that both records of a pair have.
    fn wanted(&self, lists: &[&[Pair]]) -> Vec<Wanted> {
        let values: Vec<(Values, Values)> = (lists.iter().copied().flatten())
            .map(|pair| (self.values(pair.0), self.values(pair.1)))
            .collect();
        let wanted = |(place, rule): (usize, &Rule)| {
            let keys = values
                .iter()
                .map(|(left, right)| (left.key(rule, place), right.key(rule, place)));
            Wanted::of(
                keys.filter(|(left, right)| left == right)
                    .map(|(key, _)| key),
            )
        };
        self.rules.par_iter().enumerate().map(wanted).collect()
    }

    /// Returns those of some pairs that share a block at a time, sorted; `members` are all records with a key of theirs.
    fn sharing(&self, pairs: &[Pair], members: &[Vec<Keyed>], when: When) -> Vec<Pair> {
        let of_rule = |(place, keyed): (usize, &Vec<Keyed>)| {
            let mut keyed = keyed.clone();
            keyed.retain(|(_, record)| self.is_there(*record, when));
            keyed.sort_unstable();
            let cut = self.cut(place);
            let (mut blocks, mut numbers) = (Blocks::default(), vec![0_u32; self.features.len()]);
            for group in keyed.chunk_by_mut(|left, right| left.0 == right.0) {
                cut.put(group, 0, &mut blocks, &mut numbers);
            }
            let of = |record: u32| numbers[record as usize];
            let is_shared = |(left, right): &&Pair| of(*left) != 0 && of(*left) == of(*right);
            pairs.iter().filter(is_shared).copied().collect()
        };
        let found: Vec<Vec<Pair>> = members.par_iter().enumerate().map(of_rule).collect();
        let mut shared = found.concat();
        shared.sort_unstable();
        shared.dedup();
        shared
    }
}

fn pair(left: u32, right: u32) -> Pair {
    (left.min(right), left.max(right))
}

/// Returns the first bits of a key; 0 stands for no key.
fn first_bits(key: u64) -> u32 {
    match key {
        0 => 0,
        key => ((key >> 32) as u32).max(1),
    }
}

/// Keys that are looked for among many others.
struct Wanted {
    keys: HashSet<u64, Unhashed>,
    /// Whether a key may be among them, by its first bits: nearly none is, and that is told sooner.
    bits: Vec<u64>,
}

/// Bits of a key that tell whether it may be wanted.
const SIEVE_BITS: u32 = 20;

impl Wanted {
    fn of(keys: impl Iterator<Item = u64>) -> Self {
        let keys: HashSet<u64, Unhashed> = keys.filter(|key| *key != 0).collect();
        let mut bits = vec![0; 1 << (SIEVE_BITS - 6)];
        for key in &keys {
            let bit = first_bits(*key) >> (32 - SIEVE_BITS);
            bits[bit as usize / 64] |= 1_u64 << (bit % 64);
        }
        Self { keys, bits }
    }

    /// Whether a key with these first bits may be wanted.
    fn may_have(&self, first: u32) -> bool {
        let bit = first >> (32 - SIEVE_BITS);
        self.bits[bit as usize / 64] >> (bit % 64) & 1 == 1
    }
}
