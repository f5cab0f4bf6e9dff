//! Texts by number, each kept once.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::hash::Unhashed;

/// Texts by number; number 0 is the empty text, which stands for a missing value.
#[derive(Debug, Clone)]
pub struct Dictionary {
    text: String,
    ends: Vec<u32>,
    numbers: HashMap<u64, u32, Unhashed>,
    /// What letters each text has; see [`Bag`].
    bags: Vec<Bag>,
}

/// How many letters of each of fifteen kinds a text has, and how many in all.
///
/// Two bags tell quickly that two texts cannot be close, without looking at the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bag([u8; 16]);

/// Place of the number of letters in a bag.
const LENGTH: usize = 15;

impl Bag {
    fn of(text: &str) -> Self {
        let mut bag = [0_u8; 16];
        for letter in text.chars() {
            let kind = &mut bag[letter as usize % LENGTH];
            *kind = kind.saturating_add(1);
            bag[LENGTH] = bag[LENGTH].saturating_add(1);
        }
        Self(bag)
    }

    /// Returns the number of letters, 255 for more.
    pub fn letters(self) -> usize {
        self.0[LENGTH].into()
    }

    /// Returns a number that the letters in which two texts differ, both counted, are not below.
    pub fn difference(self, other: Self) -> usize {
        let kinds = self.0[..LENGTH].iter().zip(&other.0[..LENGTH]);
        kinds.map(|(a, b)| usize::from(a.abs_diff(*b))).sum()
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            text: String::new(),
            ends: vec![0],
            numbers: HashMap::default(),
            bags: Vec::new(),
        }
    }
}

impl Dictionary {
    /// Returns the number of a text, a new one for a new text.
    pub fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let mut hash = Self::hash(text);
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

    /// Whether the text of a number is all ASCII.
    pub fn is_ascii(&self, number: u32) -> bool {
        let bytes = match number as usize {
            0 => 0,
            place => self.ends[place] - self.ends[place - 1],
        };
        // Other letters take more bytes than one.
        bytes as usize == self.bag(number).letters()
    }

    /// Returns what letters the text of a number has; of a sealed dictionary they were counted before.
    pub fn bag(&self, number: u32) -> Bag {
        match self.bags.get(number as usize) {
            Some(bag) => *bag,
            None => Bag::of(self.get(number)),
        }
    }

    /// Returns how many numbers there are, the missing value's included.
    #[expect(
        clippy::len_without_is_empty,
        reason = "the missing value is always there"
    )]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Forgets how to find the number of a text, which takes most of the memory, and counts letters.
    pub fn seal(&mut self) {
        self.numbers = HashMap::default();
        self.bags = (0..self.len() as u32)
            .map(|number| Bag::of(self.get(number)))
            .collect();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Returns what it holds, to be written down.
    pub fn parts(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// Returns the dictionary of what [`Dictionary::parts`] gave; `None` when the two do not fit. It finds no text before
    /// [`Dictionary::recall`].
    pub fn from_parts(text: String, ends: Vec<u32>) -> Option<Self> {
        let is_whole = ends.first() == Some(&0)
            && ends.last().copied() == Some(text.len() as u32)
            && ends.is_sorted()
            && ends.iter().all(|end| text.is_char_boundary(*end as usize));
        is_whole.then(|| Self {
            text,
            ends,
            numbers: HashMap::default(),
            bags: Vec::new(),
        })
    }

    /// Makes [`Dictionary::number`] find texts of these hashes again, and no others.
    pub(super) fn recall(&mut self, hashes: &HashSet<u64, Unhashed>) {
        let mut numbers: HashMap<u64, u32, Unhashed> = HashMap::default();
        for number in 1..self.len() as u32 {
            let mut hash = Self::hash(self.get(number));
            if !hashes.contains(&hash) {
                continue;
            }
            while numbers.contains_key(&hash) {
                hash = hash.wrapping_add(1);
            }
            numbers.insert(hash, number);
        }
        self.numbers = numbers;
    }

    /// Returns the hash by which a text is found.
    pub fn hash(text: &str) -> u64 {
        xxh3_64(text.as_bytes())
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
        again.recall(&["佐藤", "鈴木"].map(Dictionary::hash).into_iter().collect());
        assert_eq!(again.number("佐藤"), 2);
        assert_eq!(again.number("鈴木"), 3);
        assert!(Dictionary::from_parts("高".into(), vec![0, 1]).is_none());
    }
}
