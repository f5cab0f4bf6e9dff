//! Which words a sentence has, in a few bits: most rules can be ruled out by a word that is not there.

use std::iter::Sum;

use crate::text::tokens::{Token, WordKey};

/// Words as bits of their keys, a Bloom filter of one hash: a word that is there has its bit, another may share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Words([u64; 4]);

impl Words {
    /// Returns the words of a sentence: as written, in their dictionary form, and as they are compared.
    pub(super) fn of(tokens: &[Token<'_>]) -> Words {
        let mut words = Words::default();
        for token in tokens {
            words.add(token.surface_key);
            words.add(token.base_key);
            words.add(token.form_key);
        }
        words
    }

    fn add(&mut self, word: WordKey) {
        // The highest eight bits of the key: two for the number, six for the place in it.
        self.0[(word >> 62) as usize] |= 1 << ((word >> 56) & 63);
    }

    /// Whether any word may be among both.
    fn meets(&self, other: &Words) -> bool {
        let common = self.0.iter().zip(&other.0);
        common.fold(0_u64, |all, (left, right)| all | (left & right)) != 0
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }

    /// Whether the needed words may be among these.
    pub(super) fn may_have(self, needs: Needs) -> bool {
        needs.0.iter().all(|need| self.meets(need))
    }
}

impl From<WordKey> for Words {
    fn from(word: WordKey) -> Words {
        let mut words = Words::default();
        words.add(word);
        words
    }
}

impl Sum for Words {
    fn sum<I: Iterator<Item = Words>>(words: I) -> Words {
        words.fold(Words::default(), |all, words| {
            Words(std::array::from_fn(|place| all.0[place] | words.0[place]))
        })
    }
}

/// Words without which a pattern cannot match: one of each of the two sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Needs([Words; 2]);

impl Needs {
    /// Takes the two rarest of sets of words that are needed, one word of each.
    pub(super) fn of(sets: impl Iterator<Item = Words>) -> Needs {
        let mut sets: Vec<Words> = sets.collect();
        sets.sort_by_key(Words::count);
        let at = |place: usize| sets.get(place).copied().unwrap_or(Words([u64::MAX; 4]));
        Needs([at(0), at(1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::word_key;

    #[test]
    fn needed_words_are_found_and_others_mostly_are_not() {
        let words = |list: &[&str]| -> Words { list.iter().map(|w| word_key(w).into()).sum() };
        let sentence = words(&["店", "の", "対応", "が", "遅い"]);
        let needs = |sets: &[&[&str]]| Needs::of(sets.iter().map(|set| words(set)));
        assert!(sentence.may_have(needs(&[])));
        assert!(sentence.may_have(needs(&[&["遅い", "早い"], &["対応"]])));
        let others = ["雨", "傘", "海", "山", "川", "空", "鳥", "犬", "猫", "花"];
        let kept = others
            .iter()
            .filter(|word| sentence.may_have(needs(&[&[**word]])));
        assert!(kept.count() <= 3);
    }
}
