//! Texts as numbers while they are counted.

use std::collections::HashMap;

use crate::hash::{Unhashed, fast_hash};

/// Texts, each numbered when it first comes.
#[derive(Debug, Default)]
pub(super) struct Names {
    texts: Vec<String>,
    /// Number of each text by its hash, or by the next free number behind it.
    numbers: HashMap<u64, u32, Unhashed>,
}

impl Names {
    /// Returns the number of a text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        self.number_from(fast_hash([text]), text)
    }

    /// Returns the text of a number.
    pub(super) fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// Returns all texts, in the order of their numbers.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    fn number_from(&mut self, mut hash: u64, text: &str) -> u32 {
        while let Some(number) = self.numbers.get(&hash) {
            if self.text(*number) == text {
                return *number;
            }
            hash = hash.wrapping_add(1);
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.numbers.insert(hash, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut names = Names::default();
        let numbers = ["web", "till", "", "web", "till"].map(|text| names.number(text));
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(names.texts(), ["web", "till", ""]);
        assert_eq!(names.text(1), "till");
    }

    #[test]
    fn texts_of_one_hash_have_numbers_of_their_own() {
        let mut names = Names::default();
        for _ in 0..2 {
            assert_eq!(names.number_from(u64::MAX, "a"), 0);
            assert_eq!(names.number_from(u64::MAX, "b"), 1);
            assert_eq!(names.number_from(0, "c"), 2);
        }
    }
}
