//! Where posts stand, by their ids.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::hash::{Unhashed, fast_hash};
use crate::score::graph::UNKNOWN;
use crate::score::posts::Scored;

/// Places of posts by platform and id.
pub(super) struct Places {
    places: HashMap<u64, u32, Unhashed>,
    is_double: Vec<bool>,
}

impl Places {
    /// Takes up the posts in their order. Places past the last number are not found again.
    pub(super) fn new(scored: &[Scored]) -> Self {
        let mut places = HashMap::with_capacity_and_hasher(scored.len(), Unhashed);
        let mut is_double = vec![false; scored.len()];
        for (place, post) in scored.iter().enumerate() {
            let row = &post.row;
            match places.entry(fast_hash([&*row.platform, &*row.post_id])) {
                Entry::Vacant(free) => {
                    free.insert(u32::try_from(place).unwrap_or(UNKNOWN));
                }
                Entry::Occupied(taken) => {
                    // Numbers of two systems may be the same by chance: the same post has the same author and instant.
                    let first = scored.get(*taken.get() as usize);
                    is_double[place] = first.is_some_and(|first| {
                        first.row.account_id == row.account_id
                            && first.row.posted_at == row.posted_at
                    });
                }
            }
        }
        Self { places, is_double }
    }

    pub(super) fn get(&self, platform: &str, post_id: &str) -> Option<usize> {
        let place = *self.places.get(&fast_hash([platform, post_id]))?;
        (place != UNKNOWN).then_some(place as usize)
    }

    pub(super) fn is_double(&self, place: usize) -> bool {
        self.is_double.get(place).copied().unwrap_or(false)
    }
}
