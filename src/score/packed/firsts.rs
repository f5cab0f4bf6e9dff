//! Small numbers by hashes: of several that are given for a hash the first counts.

use std::io;
use std::path::Path;

use super::{Rows, Slots};
use crate::score::written::{In, Out};

/// Bytes of a hash and its number.
const SIZE: usize = 10;

/// A number for each hash: 7 to 13 bytes a hash, and ten more that may lie in a file.
#[derive(Debug, Default)]
pub(in crate::score) struct Firsts {
    rows: Rows<SIZE>,
    /// Places of the hashes among the rows.
    slots: Slots,
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
        if !self.slots.has_room(self.rows.len()) {
            self.slots.double();
            self.fill_slots();
        }
        let next = self.rows.len() as u32;
        let rows = &self.rows;
        let known = (self.slots).put(key, next, |place| is_of(rows, place, key));
        if known.is_none() {
            let mut row = [0; SIZE];
            row[..8].copy_from_slice(&key.to_le_bytes());
            row[8..].copy_from_slice(&number.to_le_bytes());
            self.rows.push(&row);
        }
    }

    /// Returns the number of a hash.
    pub(in crate::score) fn get(&self, key: u64) -> Option<u16> {
        let is_it = |place| is_of(&self.rows, place, key);
        let place = self.slots.get(key, is_it)?;
        row(&self.rows, place).map(|(_, number)| number)
    }

    /// Puts all hashes into slots in which none stands.
    fn fill_slots(&mut self) {
        for place in 0..self.rows.len() as u32 {
            if let Some((key, _)) = row(&self.rows, place) {
                // They are different ones.
                self.slots.put(key, place, |_| false);
            }
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
        self.slots = Slots::of(self.rows.len());
        self.fill_slots();
        Some(())
    }
}

#[inline]
fn row(rows: &Rows<SIZE>, place: u32) -> Option<(u64, u16)> {
    let row = rows.get(place as usize)?;
    let (key, number) = row.split_first_chunk::<8>()?;
    let number = number.first_chunk::<2>()?;
    Some((u64::from_le_bytes(*key), u16::from_le_bytes(*number)))
}

#[inline]
fn is_of(rows: &Rows<SIZE>, place: u32, key: u64) -> bool {
    row(rows, place).is_some_and(|(known, _)| known == key)
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
