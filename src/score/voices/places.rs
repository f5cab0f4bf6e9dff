//! Where posts stand, by their ids.

use super::{Voices, numbered};
use crate::hash::{fast_hash, mixed};

/// Posts by platform and id.
pub(in crate::score) struct Places<'v> {
    voices: &'v Voices,
    /// Place of a post, plus one; 0 where none stands.
    slots: Vec<u32>,
    /// Eight bits of the hash of what stands there: most that is not meant is told by them.
    tags: Vec<u8>,
    is_double: Vec<bool>,
}

impl<'v> Places<'v> {
    /// Takes up the posts; of several with the same id the oldest is found.
    pub(in crate::score) fn new(voices: &'v Voices) -> Self {
        let count = (voices.len() * 4 / 3 + 1).next_power_of_two().max(64);
        let mut places = Self {
            voices,
            slots: vec![0; count],
            tags: vec![0; count],
            is_double: vec![false; voices.len()],
        };
        let mut platforms = Platforms::default();
        for post in voices.iter() {
            let id = post.id().hash();
            let hash = platforms.hash(post.platform(), id);
            let slot = places.slot(hash, post.platform(), id);
            match places.slots[slot].checked_sub(1) {
                None => {
                    places.slots[slot] = numbered(post.place) + 1;
                    places.tags[slot] = tag(hash);
                }
                Some(first) => {
                    // Numbers of two systems may be the same by chance: the same post has the same author and instant.
                    let first = voices.get(first as usize);
                    places.is_double[post.place] = first.is_some_and(|first| {
                        first.at() == post.at() && first.account_id() == post.account_id()
                    });
                }
            }
        }
        voices.release();
        places
    }

    /// Returns the place of a post by the hash of its id.
    pub(in crate::score) fn get(&self, platform: &str, id: u64) -> Option<usize> {
        let slot = self.slot(joined(fast_hash([platform]), id), platform, id);
        let number = self.slots[slot].checked_sub(1)?;
        Some(number as usize)
    }

    /// Whether another export holds the same post, which comes first.
    pub(in crate::score) fn is_double(&self, place: usize) -> bool {
        self.is_double.get(place).copied().unwrap_or(false)
    }

    /// Returns where a post stands, or where it would: a quarter of the slots is free.
    fn slot(&self, hash: u64, platform: &str, id: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(place) = self.slots[slot].checked_sub(1) {
            let is_it = self.tags[slot] == tag(hash)
                && (self.voices.get(place as usize))
                    .is_some_and(|post| post.id().hash() == id && post.platform() == platform);
            if is_it {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }
}

/// Hashes of platforms, which are few and come again and again.
#[derive(Default)]
struct Platforms<'v> {
    last: Option<(&'v str, u64)>,
}

impl<'v> Platforms<'v> {
    fn hash(&mut self, platform: &'v str, id: u64) -> u64 {
        let known = match self.last {
            Some((last, hash)) if last == platform => hash,
            _ => fast_hash([platform]),
        };
        self.last = Some((platform, known));
        joined(known, id)
    }
}

fn joined(platform: u64, id: u64) -> u64 {
    mixed(platform, id)
}

fn tag(hash: u64) -> u8 {
    (hash >> 56) as u8
}
