//! Texts by number, each kept once.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::hash::Unhashed;

/// Texts by number; number 0 is the empty text, which stands for a missing value.
#[derive(Debug, Clone)]
pub struct Dictionary {
    text: String,
    ends: Vec<u32>,
    numbers: HashMap<u64, u32, Unhashed>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            text: String::new(),
            ends: vec![0],
            numbers: HashMap::default(),
        }
    }
}

impl Dictionary {
    /// Returns the number of a text, a new one for a new text.
    pub fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let mut hash = xxh3_64(text.as_bytes());
        loop {
            match self.numbers.get(&hash) {
                Some(&number) if self.get(number) == text => return number,
                // Another text of the same hash: try the next.
                Some(_) => hash = hash.wrapping_add(1),
                None => break,
            }
        }
        let number = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.numbers.insert(hash, number);
        number
    }

    /// Returns the text of a number.
    pub fn get(&self, number: u32) -> &str {
        match number as usize {
            0 => "",
            place => &self.text[self.ends[place - 1] as usize..self.ends[place] as usize],
        }
    }

    /// Returns how many numbers there are, the missing value's included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Forgets how to find the number of a text, which takes most of the memory.
    pub fn seal(&mut self) {
        self.numbers = HashMap::default();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Returns what it holds, to be written down.
    pub fn parts(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// Returns the dictionary of what [`Dictionary::parts`] gave; `None` when the two do not fit.
    pub fn from_parts(text: String, ends: Vec<u32>) -> Option<Self> {
        let is_whole = ends.first() == Some(&0)
            && ends.last().copied() == Some(text.len() as u32)
            && ends.is_sorted()
            && ends.iter().all(|end| text.is_char_boundary(*end as usize));
        let mut dictionary = Self {
            text,
            ends,
            numbers: HashMap::default(),
        };
        if !is_whole {
            return None;
        }
        dictionary.unseal();
        Some(dictionary)
    }

    fn unseal(&mut self) {
        let mut numbers: HashMap<u64, u32, Unhashed> =
            HashMap::with_capacity_and_hasher(self.len(), Unhashed);
        for number in 1..self.len() as u32 {
            let mut hash = xxh3_64(self.get(number).as_bytes());
            while numbers.contains_key(&hash) {
                hash = hash.wrapping_add(1);
            }
            numbers.insert(hash, number);
        }
        self.numbers = numbers;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_the_missing_one_is_nil() {
        let mut dictionary = Dictionary::default();
        let numbers = ["高橋", "", "佐藤", "高橋"].map(|text| dictionary.number(text));
        assert_eq!(numbers, [1, 0, 2, 1]);
        assert_eq!((dictionary.get(2), dictionary.get(0)), ("佐藤", ""));
        let (text, ends) = dictionary.parts();
        let mut again = Dictionary::from_parts(text.to_owned(), ends.to_vec()).expect("whole");
        assert_eq!(again.number("佐藤"), 2);
        assert_eq!(again.number("鈴木"), 3);
        assert!(Dictionary::from_parts("高".into(), vec![0, 1]).is_none());
    }
}
