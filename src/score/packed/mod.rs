//! Millions of short records in little memory: numbers for names, bytes one behind the other.

mod bytes;
mod firsts;
mod records;
mod slots;
mod spill;

use std::path::Path;

use crate::hash::fast_hash;

pub(super) use firsts::Firsts;
pub(super) use records::{Records, Rows};
pub(super) use slots::Slots;

/// Most different beginnings of ids that are told apart; an id with another is kept letter by letter.
const MOST_PREFIXES: usize = 4_096;
/// Digits of a number that fits into 64 bits, whatever they are.
const MOST_DIGITS: usize = 19;

/// Appends a number in as many bytes as it needs, seven bits each (LEB128).
pub(super) fn push_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// Takes a number off the front of bytes; `None` at their end.
pub(super) fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0_u64, 0_u32);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if shift < u64::BITS {
            number |= u64::from(byte & 0x7f) << shift;
        }
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
}

/// Takes eight bytes off the front of bytes, as a number.
pub(super) fn take_word(bytes: &mut &[u8]) -> Option<u64> {
    let (word, rest) = bytes.split_first_chunk::<8>()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*word))
}

/// Numbers for hashes, in the order in which they are first met: open addressing, 15 to 19 bytes a hash.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    keys: Vec<u64>,
    /// Number of a key, less one; 0 where none stands.
    slots: Vec<u32>,
}

impl Numbers {
    /// Returns the number of a hash, the next one for a new hash.
    pub(super) fn number(&mut self, key: u64) -> u32 {
        if self.keys.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot(key);
        if let Some(number) = self.slots[slot].checked_sub(1) {
            return number;
        }
        self.keys.push(key);
        let count = u32::try_from(self.keys.len()).expect("memory holds fewer than 2^32 names");
        self.slots[slot] = count;
        count - 1
    }

    /// Returns the number of a hash that is known.
    pub(super) fn get(&self, key: u64) -> Option<u32> {
        match self.slots.len() {
            0 => None,
            _ => self.slots[self.slot(key)].checked_sub(1),
        }
    }

    /// Returns where a key stands, or where it would: the table is never full.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = key as usize & mask;
        while let Some(number) = self.slots[slot].checked_sub(1) {
            if self.keys[number as usize] == key {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.resize((self.slots.len() * 2).max(64));
    }

    /// Makes so many slots, a power of two and more than there are keys.
    fn resize(&mut self, count: usize) {
        self.slots.clear();
        self.slots.shrink_to_fit();
        self.slots.resize(count, 0);
        let mask = count - 1;
        for (number, key) in (1_u32..).zip(&self.keys) {
            let mut slot = *key as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = number;
        }
    }
}

/// Texts and the numbers that stand for them, told apart by their hashes.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: Numbers,
    letters: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Returns the number of a text, the next one for a new text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let number = self.numbers.number(fast_hash([text]));
        if number as usize == self.ends.len() {
            self.letters.push_str(text);
            self.ends.push(self.letters.len());
        }
        number
    }

    /// Returns the number of a text that is known.
    pub(super) fn known(&self, text: &str) -> Option<u32> {
        self.numbers.get(fast_hash([text]))
    }

    /// Returns the text of a number; an empty one where there is none.
    pub(super) fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let Some(end) = self.ends.get(number) else {
            return "";
        };
        let start = match number.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.letters[start..*end]
    }

    /// Returns how many texts there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns all texts, by their numbers.
    pub(super) fn all(&self) -> Vec<&str> {
        (0_u32..)
            .take(self.ends.len())
            .map(|number| self.get(number))
            .collect()
    }
}

/// The id of a post, as it is kept: a beginning and a number behind it, where it ends with one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Id<'a> {
    prefix: &'a str,
    number: Option<u64>,
}

#[cfg(test)]
impl<'a> Id<'a> {
    /// Returns the letters before the number; all, of an id that was taken as it is.
    pub(super) fn letters(self) -> &'a str {
        self.prefix
    }
}

impl Id<'_> {
    /// Whether it has no letter.
    pub(super) fn is_empty(self) -> bool {
        self.prefix.is_empty() && self.number.is_none()
    }

    /// Returns [`id_hash`] of its text.
    pub(super) fn hash(self) -> u64 {
        match self.number {
            None => id_hash(self.prefix),
            Some(number) => {
                let mut letters = [0_u8; 64];
                let mut digits = [0_u8; 20];
                let digits = decimal(number, &mut digits);
                let size = self.prefix.len() + digits.len();
                let Some(room) = letters.get_mut(..size) else {
                    return id_hash(&self.to_string());
                };
                let (front, back) = room.split_at_mut(self.prefix.len());
                front.copy_from_slice(self.prefix.as_bytes());
                back.copy_from_slice(digits);
                id_hash(str::from_utf8(room).unwrap_or_default())
            }
        }
    }
}

impl std::fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.prefix)?;
        match self.number {
            Some(number) => write!(f, "{number}"),
            None => Ok(()),
        }
    }
}

impl<'a> From<&'a str> for Id<'a> {
    fn from(text: &'a str) -> Self {
        Self {
            prefix: text,
            number: None,
        }
    }
}

/// Returns two numbers as one.
pub(super) fn pair(left: u32, right: u32) -> u64 {
    (u64::from(left) << 32) | u64::from(right)
}

/// Returns the two numbers that [`pair`] made one.
pub(super) fn pair_of(both: u64) -> (u32, u32) {
    ((both >> 32) as u32, both as u32)
}

/// Returns the hash by which ids of posts and conversations are told apart.
pub(super) fn id_hash(id: &str) -> u64 {
    fast_hash([id])
}

/// Writes the digits of a number to the end of `room`.
fn decimal(mut number: u64, room: &mut [u8; 20]) -> &[u8] {
    let mut start = room.len();
    loop {
        start -= 1;
        room[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 || start == 0 {
            return &room[start..];
        }
    }
}

/// Ids by place. The letters before the last digits are mostly the same, so that an id takes little more than its number.
#[derive(Debug, Default)]
pub(super) struct Ids {
    records: Records,
    prefixes: Texts,
}

impl Ids {
    /// Lets what is appended from now on lie in a file in a folder.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.records.lie_in(folder);
    }

    /// Lets go of the memory that reading took.
    pub(super) fn release(&self) {
        self.records.release();
    }

    /// Appends an id.
    pub(super) fn push(&mut self, id: &str) {
        let (prefix, number) = split(id);
        let known = match number {
            Some(_) if self.prefixes.len() < MOST_PREFIXES => Some(self.prefixes.number(prefix)),
            Some(_) => self.prefixes.known(prefix),
            None => None,
        };
        self.records.push_with(|bytes| match (known, number) {
            (Some(prefix), Some(number)) => {
                push_number(u64::from(prefix) + 1, bytes);
                push_number(number, bytes);
            }
            _ => {
                push_number(0, bytes);
                bytes.extend_from_slice(id.as_bytes());
            }
        });
    }

    /// Returns the id at a place; an empty one where there is none.
    pub(super) fn get(&self, place: usize) -> Id<'_> {
        let mut bytes = self.records.get(place);
        match take_number(&mut bytes) {
            Some(prefix @ 1..) => Id {
                prefix: self.prefixes.get((prefix - 1) as u32),
                number: take_number(&mut bytes),
            },
            Some(0) | None => Id::from(str::from_utf8(bytes).unwrap_or_default()),
        }
    }
}

/// Splits an id before the number it ends with; a number never begins with a nought, so that none is lost.
fn split(id: &str) -> (&str, Option<u64>) {
    let digits = id.bytes().rev().take(MOST_DIGITS);
    let count = digits.take_while(u8::is_ascii_digit).count();
    let (front, digits) = id.split_at(id.len() - count);
    let number = digits.trim_start_matches('0');
    let prefix = &id[..front.len() + digits.len() - number.len()];
    (prefix, number.parse().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_come_back_as_they_were_and_tweets_take_ten_bytes() {
        let ids = [
            "1790123456789012345",
            "",
            "0",
            "007",
            "p000123",
            "p000124",
            "18446744073709551616",
            "abc",
            "とりのこえ9",
            "Ugx-9_é",
            "99999999999999999999999999",
        ];
        let mut kept = Ids::default();
        for id in ids.iter().cycle().take(5_000) {
            kept.push(id);
        }
        for (place, id) in ids.iter().cycle().take(5_000).enumerate() {
            assert_eq!(kept.get(place).to_string(), **id);
            assert_eq!(kept.get(place).hash(), id_hash(id));
            assert_eq!(kept.get(place).is_empty(), id.is_empty());
        }
        assert!(kept.get(5_000).is_empty());
        assert_eq!(kept.records.get(0).len(), 10);
    }

    #[test]
    fn names_beyond_the_beginnings_told_apart_are_kept_letter_by_letter() {
        let ids: Vec<String> = (0..6_000).map(|n| format!("{n}x{n}")).collect();
        let mut kept = Ids::default();
        ids.iter().for_each(|id| kept.push(id));
        assert_eq!(kept.prefixes.len(), MOST_PREFIXES);
        for (place, id) in ids.iter().enumerate() {
            assert_eq!(kept.get(place).to_string(), *id);
        }
    }

    #[test]
    fn texts_keep_their_numbers() {
        let mut texts = Texts::default();
        let numbers = ["豆", "", "焙煎", "豆"].map(|text| texts.number(text));
        assert_eq!(numbers, [0, 1, 2, 0]);
        assert_eq!(texts.all(), ["豆", "", "焙煎"]);
        assert_eq!((texts.known("焙煎"), texts.known("茶")), (Some(2), None));
        assert_eq!(texts.get(9), "");
        for n in 0..10_000_u32 {
            assert_eq!(texts.number(&format!("w{n}")), n + 3);
        }
        assert_eq!(texts.get(1_003), "w1000");
    }

    proptest! {
        #[test]
        fn any_id_and_number_comes_back(ids in prop::collection::vec("[0-9a-zé]{0,24}", 0..50), number: u64) {
            let mut kept = Ids::default();
            for id in &ids {
                kept.push(id);
            }
            for (place, id) in ids.iter().enumerate() {
                prop_assert_eq!(&kept.get(place).to_string(), id);
                prop_assert_eq!(kept.get(place).hash(), id_hash(id));
            }
            let mut bytes = Vec::new();
            push_number(number, &mut bytes);
            let mut rest = &bytes[..];
            prop_assert_eq!(take_number(&mut rest), Some(number));
            prop_assert_eq!((rest.is_empty(), take_number(&mut rest)), (true, None));
        }
    }
}
