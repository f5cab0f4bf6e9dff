//! Quick hashes that are the same on every machine, to tell rows apart; no protection against forgery.

use std::hash::{BuildHasher, Hasher};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Returns the hash of `parts`, which tells `["ab"]` from `["a", "b"]`.
pub(crate) fn fast_hash<'p>(parts: impl IntoIterator<Item = &'p str>) -> u64 {
    let mut hash = 0;
    for part in parts {
        hash = xxh3_64_with_seed(part.as_bytes(), hash);
    }
    hash
}

/// Takes a hash for what it is, for sets and maps of hashes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unhashed;

/// See [`Unhashed`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Itself(u64);

impl BuildHasher for Unhashed {
    type Hasher = Itself;

    fn build_hasher(&self) -> Itself {
        Itself(0)
    }
}

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Hashes numbers that are two packed into one by [`mixed`], for sets and maps of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mixing;

/// See [`Mixing`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mixer(u64);

impl BuildHasher for Mixing {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer(0)
    }
}

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mixed(self.0, number);
    }
}

/// Returns the hash of a number behind what was hashed before.
pub(crate) fn mixed(before: u64, number: u64) -> u64 {
    let product =
        u128::from(before ^ 0x9e37_79b9_7f4a_7c15) * u128::from(number ^ 0xd6e8_feb8_6659_fd93);
    (product as u64 ^ (product >> 64) as u64).wrapping_add(number.rotate_left(23))
}

/// Returns the hash of a text behind what was hashed before.
pub(crate) fn mixed_text(before: u64, text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_hashes_do_not_change_between_machines() {
        assert_eq!(fast_hash(["koe"]), 2_622_233_203_996_375_009);
        assert_ne!(fast_hash(["a", "b"]), fast_hash(["ab"]));
        assert_ne!(fast_hash(["a", ""]), fast_hash(["a"]));
    }
}
