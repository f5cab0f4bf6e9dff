//! Numbers for words.

use std::collections::HashMap;

use crate::hash::{Unhashed, fast_hash};

/// Numbers words in the order in which they are first met, so that the same posts in the same order give the same numbers.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary<'a> {
    /// Numbers by the hash of the word.
    numbers: HashMap<u64, u32, Unhashed>,
    words: Vec<&'a str>,
}

impl<'a> Vocabulary<'a> {
    /// Returns a vocabulary without words.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of a word.
    pub fn number(&mut self, word: &'a str) -> u32 {
        *self.numbers.entry(fast_hash([word])).or_insert_with(|| {
            self.words.push(word);
            (self.words.len() - 1) as u32
        })
    }

    /// Returns the words by number.
    pub fn words(&self) -> &[&'a str] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_number() {
        let mut vocabulary = Vocabulary::new();
        let numbers = ["豆", "焙煎", "豆"].map(|word| vocabulary.number(word));
        assert_eq!(numbers, [0, 1, 0]);
        assert_eq!(vocabulary.words(), ["豆", "焙煎"]);
    }
}
