//! Small numbers by hashes: of several that are given for a hash the first counts.

use std::io;
use std::path::Path;

use super::Rows;
use crate::score::written::{In, Out};

/// Bytes of a hash and its number.
const SIZE: usize = 10;

/// A number for each hash: open addressing, 7 to 13 bytes a hash, and ten more that may lie in a file.
#[derive(Debug, Default)]
pub(in crate::score) struct Firsts {
    rows: Rows<SIZE>,
    /// Place of a hash among the rows, plus one; 0 where none stands.
    slots: Vec<u32>,
    /// Eight bits of the hash that stands there: most that is not meant is told by them.
    tags: Vec<u8>,
}

impl Firsts {
    /// Lets what is given from now on lie in a file in a folder.
    pub(in crate::score) fn lie_in(&mut self, folder: &Path) {
        self.rows.lie_in(folder);
    }

    /// Lets go of the memory that looking up took.
    pub(in crate::score) fn release(&self) {
        self.rows.release();
    }

    /// Gives a hash a number, if it has none.
    pub(in crate::score) fn put(&mut self, key: u64, number: u16) {
        if self.rows.len() * 4 >= self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(64));
        }
        let slot = self.slot(key);
        if self.slots[slot] == 0 {
            let mut row = [0; SIZE];
            row[..8].copy_from_slice(&key.to_le_bytes());
            row[8..].copy_from_slice(&number.to_le_bytes());
            self.rows.push(&row);
            self.slots[slot] = self.rows.len() as u32;
            self.tags[slot] = tag(key);
        }
    }

    /// Returns the number of a hash.
    pub(in crate::score) fn get(&self, key: u64) -> Option<u16> {
        if self.slots.is_empty() {
            return None;
        }
        let place = self.slots[self.slot(key)].checked_sub(1)?;
        self.row(place).map(|(_, number)| number)
    }

    fn row(&self, place: u32) -> Option<(u64, u16)> {
        let row = self.rows.get(place as usize)?;
        let (key, number) = row.split_first_chunk::<8>()?;
        let number = number.first_chunk::<2>()?;
        Some((u64::from_le_bytes(*key), u16::from_le_bytes(*number)))
    }

    /// Returns where a hash stands, or where it would: a quarter of the slots is free.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = key as usize & mask;
        while let Some(place) = self.slots[slot].checked_sub(1) {
            let is_it = self.tags[slot] == tag(key)
                && self.row(place).is_some_and(|(known, _)| known == key);
            if is_it {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Makes so many slots, a power of two and more than there are hashes.
    fn resize(&mut self, count: usize) {
        // The old ones go before the new ones come.
        (self.slots, self.tags) = (Vec::new(), Vec::new());
        (self.slots, self.tags) = (vec![0; count], vec![0; count]);
        let mask = count - 1;
        for place in 0..self.rows.len() as u32 {
            let Some((key, _)) = self.row(place) else {
                continue;
            };
            let mut slot = key as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = place + 1;
            self.tags[slot] = tag(key);
        }
        self.rows.release();
    }

    /// Writes down all hashes and their numbers.
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        self.rows.write(out)
    }

    /// Reads what [`Firsts::write`] wrote to where there is nothing; `None` for anything else, which is of no use then.
    pub(in crate::score) fn fill(&mut self, input: &mut In<'_>) -> Option<()> {
        self.rows.fill(input)?;
        u32::try_from(self.rows.len()).ok()?;
        // No fewer slots than would have grown by now.
        let count = self.rows.len() / 3 * 4 + 4;
        self.resize(count.next_power_of_two().max(64));
        Some(())
    }
}

fn tag(key: u64) -> u8 {
    (key >> 56) as u8
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::hash::mixed;

    #[test]
    fn the_first_number_counts_also_after_it_was_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let mut firsts = Firsts::default();
        firsts.lie_in(folder.path());
        assert_eq!(firsts.get(7), None);
        let mut known: HashMap<u64, u16> = HashMap::new();
        // Hashes come twice, many of them with the same tag, and nought is one.
        for n in 0..5_000_u64 {
            let key = mixed(1, n % 3_000) >> 2;
            firsts.put(key, n as u16);
            known.entry(key).or_insert(n as u16);
        }
        firsts.put(0, 9);
        known.insert(0, 9);
        let mut bytes = Vec::new();
        firsts.write(&mut Out::new(&mut bytes)).unwrap();
        let mut again = Firsts::default();
        again.fill(&mut In::new(&mut &bytes[..])).unwrap();
        assert_eq!(again.rows.len(), known.len());
        for firsts in [&firsts, &again] {
            firsts.release();
            assert!(known.iter().all(|(key, n)| firsts.get(*key) == Some(*n)));
            assert!((0..3_000).all(|n| firsts.get(mixed(2, n) | (1 << 63)).is_none()));
        }
        let mut cut = &bytes[..bytes.len() - 1];
        assert!(Firsts::default().fill(&mut In::new(&mut cut)).is_none());
    }
}
