//! Numbers of orders, and ids where a log has none.

use std::collections::{HashMap, HashSet};

use crate::hash::Unhashed;
use crate::import::columns::TextValues;
use crate::rising::Rising;

/// The orders of a log so far, by their hashes.
#[derive(Default)]
pub(super) struct Numbers {
    seen: HashSet<u64, Unhashed>,
    /// How often a hash was seen, where more than once.
    repeats: HashMap<u64, u64, Unhashed>,
    /// While numbers rise or fall, none can come back, and they need not be looked up.
    order: Rising,
    /// Hashes of their orders, looked at when the order ends.
    unseen: Vec<Vec<u64>>,
}

impl Numbers {
    /// Returns the places of the orders whose numbers came before, `None` for none.
    pub(super) fn come_back(
        &mut self,
        hashes: Vec<u64>,
        numbers: &TextValues,
    ) -> Option<HashSet<usize>> {
        if self.order.goes_on(numbers.iter()) {
            self.unseen.push(hashes);
            return None;
        }
        let before = std::mem::take(&mut self.unseen);
        self.seen.extend(before.into_iter().flatten());
        let mut back = HashSet::new();
        for (place, hash) in hashes.into_iter().enumerate() {
            if !self.seen.insert(hash) {
                back.insert(place);
            }
        }
        (!back.is_empty()).then_some(back)
    }

    /// Returns the ids of orders that have no number.
    pub(super) fn ids(&mut self, hashes: &[u64]) -> TextValues {
        let mut ids = TextValues::default();
        for hash in hashes {
            if self.seen.insert(*hash) {
                ids.push(Some(&format!("{hash:016x}")));
            } else {
                let repeat = self.repeats.entry(*hash).or_insert(1);
                *repeat += 1;
                ids.push(Some(&format!("{hash:016x}-{repeat}")));
            }
        }
        ids
    }
}
