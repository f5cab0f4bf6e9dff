//! Where posts stand, by their ids.

use super::super::packed::Slots;
use super::{Voices, numbered};
use crate::hash::{fast_hash, mixed};

/// Posts by platform and id.
pub(in crate::score) struct Places<'v> {
    voices: &'v Voices,
    slots: Slots,
    is_double: Vec<bool>,
}

impl<'v> Places<'v> {
    /// Takes up the posts; of several with the same id the oldest is found.
    pub(in crate::score) fn new(voices: &'v Voices) -> Self {
        let mut places = Self {
            voices,
            slots: Slots::of(voices.len()),
            is_double: vec![false; voices.len()],
        };
        let mut platforms = Platforms::default();
        for post in voices.iter() {
            let id = post.id().hash();
            let hash = platforms.hash(post.platform(), id);
            let is_it = |place| is_of(voices, place, post.platform(), id);
            if let Some(first) = places.slots.put(hash, numbered(post.place), is_it) {
                // Numbers of two systems may be the same by chance: the same post has the same author and instant.
                let first = voices.get(first as usize);
                places.is_double[post.place] = first.is_some_and(|first| {
                    first.at() == post.at() && first.account_id() == post.account_id()
                });
            }
        }
        voices.release();
        places
    }

    /// Returns the place of a post by the hash of its id.
    pub(in crate::score) fn get(&self, platform: &str, id: u64) -> Option<usize> {
        let hash = joined(fast_hash([platform]), id);
        let is_it = |place| is_of(self.voices, place, platform, id);
        self.slots.get(hash, is_it).map(|place| place as usize)
    }

    /// Whether another export holds the same post, which comes first.
    pub(in crate::score) fn is_double(&self, place: usize) -> bool {
        self.is_double.get(place).copied().unwrap_or(false)
    }
}

/// Whether the post at a place has a platform and the hash of an id.
#[inline]
fn is_of(voices: &Voices, place: u32, platform: &str, id: u64) -> bool {
    let post = voices.get(place as usize);
    post.is_some_and(|post| post.id().hash() == id && post.platform() == platform)
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
