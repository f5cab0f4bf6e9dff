//! A quick answer to whether a word may be one of many.

use super::tokens::WordKey;

/// Bits of the filter: 8 KiB, which stay close at hand while a text is read.
const BITS: usize = 1 << 16;

/// Words by one bit of their keys each: a word that is among them has its bit, few others share it.
///
/// Most words of a text are the first of no expression and of no rule; asking here first spares the look-up of the table
/// itself, which is spread over far more memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeySet {
    bits: Vec<u64>,
}

impl KeySet {
    /// Adds a word.
    pub(crate) fn add(&mut self, key: WordKey) {
        if self.bits.is_empty() {
            self.bits = vec![0; BITS / 64];
        }
        let (word, bit) = place(key);
        self.bits[word] |= bit;
    }

    /// Whether a word may be among those added; never false for one that is.
    pub(crate) fn may_have(&self, key: WordKey) -> bool {
        let (word, bit) = place(key);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

fn place(key: WordKey) -> (usize, u64) {
    let number = key as usize % BITS;
    (number / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::word_key;

    #[test]
    fn what_was_added_is_found_and_little_else() {
        let mut set = KeySet::default();
        assert!(!set.may_have(word_key("店")));
        let key = |number: u32| word_key(&number.to_string());
        (0..4_000).for_each(|number| set.add(key(number)));
        assert!((0..4_000).all(|number| set.may_have(key(number))));
        let others = (4_000..14_000).filter(|number| set.may_have(key(*number)));
        assert!(others.count() < 1_000);
    }
}
