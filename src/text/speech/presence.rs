//! Which words a sentence has, in a few bits: most rules can be ruled out by a word that is not there.

use std::iter::Sum;
use std::ops::BitOr;

use crate::text::tokens::{Token, WordKey};

/// Words as bits of their keys, a Bloom filter of one hash: a word that is there has its bit, another may share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Words(u128);

impl Words {
    /// Returns the words of a sentence: as written, in their dictionary form, and as they are compared.
    pub(super) fn of(tokens: &[Token<'_>]) -> Words {
        tokens
            .iter()
            .flat_map(|token| [token.surface_key, token.base_key, token.form_key])
            .map(Words::from)
            .sum()
    }

    /// Whether the needed words may be among these.
    pub(super) fn may_have(self, needs: Needs) -> bool {
        needs.0.iter().all(|need| self.0 & need.0 != 0)
    }
}

impl From<WordKey> for Words {
    fn from(word: WordKey) -> Words {
        Words(1 << (word >> (WordKey::BITS - u128::BITS.trailing_zeros())))
    }
}

impl BitOr for Words {
    type Output = Words;

    fn bitor(self, other: Words) -> Words {
        Words(self.0 | other.0)
    }
}

impl Sum for Words {
    fn sum<I: Iterator<Item = Words>>(words: I) -> Words {
        words.fold(Words::default(), BitOr::bitor)
    }
}

/// Words without which a pattern cannot match: one of each of the two sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Needs([Words; 2]);

impl Needs {
    /// Takes the two rarest of sets of words that are needed, one word of each.
    pub(super) fn of(sets: impl Iterator<Item = Words>) -> Needs {
        let mut sets: Vec<Words> = sets.collect();
        sets.sort_by_key(|words| words.0.count_ones());
        let at = |place: usize| sets.get(place).copied().unwrap_or(Words(u128::MAX));
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
