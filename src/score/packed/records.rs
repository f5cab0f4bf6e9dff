//! Records of bytes by place, each of a length of its own or all of one.

use std::io;
use std::path::Path;

use super::spill::{At, PIECE, Spill};
use crate::score::written::{In, Out};

/// Records of a group: where one ends is told from where those of its group begin, in four bytes.
const GROUP: usize = 1_024;
/// Bytes of the ends of a group, which stand before its records.
const ENDS: usize = 4 * GROUP;
/// Records of one length that are read at once.
const AT_ONCE: usize = 2_048;

/// Records of bytes by place.
#[derive(Debug, Default)]
pub(in crate::score) struct Records {
    groups: Spill,
    /// Where each group begins.
    starts: Vec<At>,
    /// Records behind the groups, and where each of them ends.
    open: Vec<u8>,
    ends: Vec<u32>,
}

impl Records {
    /// Lets what is appended from now on lie in a file in a folder.
    pub(in crate::score) fn lie_in(&mut self, folder: &Path) {
        self.groups.lie_in(folder);
    }

    /// Appends what `write` appends.
    pub(in crate::score) fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.open);
        let end = u32::try_from(self.open.len()).expect("a thousand records take less than 4 GB");
        self.ends.push(end);
        if self.ends.len() == GROUP {
            self.end_group();
        }
    }

    fn end_group(&mut self) {
        let (open, ends) = (&self.open, &self.ends);
        let at = self.groups.push_with(|bytes| {
            for end in ends {
                bytes.extend_from_slice(&end.to_le_bytes());
            }
            bytes.extend_from_slice(open);
        });
        self.starts.push(at);
        self.open.clear();
        self.ends.clear();
    }

    /// Returns how many there are.
    pub(in crate::score) fn len(&self) -> usize {
        self.starts.len() * GROUP + self.ends.len()
    }

    /// Returns the record at a place; an empty one where there is none.
    pub(in crate::score) fn get(&self, place: usize) -> &[u8] {
        let (group, within) = (place / GROUP, place % GROUP);
        match self.starts.get(group) {
            Some(at) => {
                let (ends, bytes) = self.groups.from(*at).split_at(ENDS);
                let (ends, _) = ends.as_chunks::<4>();
                let end = |place: usize| ends.get(place).map(|end| u32::from_le_bytes(*end));
                record(bytes, within, end)
            }
            None if group == self.starts.len() => {
                record(&self.open, within, |place| self.ends.get(place).copied())
            }
            None => &[],
        }
    }

    /// Lets go of the memory that reading took.
    pub(in crate::score) fn release(&self) {
        self.groups.release();
    }

    /// Forgets all records.
    pub(in crate::score) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Writes down all records; equal ones write equal bytes.
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.number(self.len() as u64)?;
        self.groups.write(out)?;
        for end in &self.ends {
            out.bytes(&end.to_le_bytes())?;
        }
        out.bytes(&self.open)
    }

    /// Reads what [`Records::write`] wrote; `None` for anything else.
    pub(in crate::score) fn read(input: &mut In<'_>) -> Option<Self> {
        let mut records = Self::default();
        records.fill(input)?;
        Some(records)
    }

    /// Reads what [`Records::write`] wrote to where there is nothing; `None` for anything else, which is of no use then.
    pub(in crate::score) fn fill(&mut self, input: &mut In<'_>) -> Option<()> {
        let count = usize::try_from(input.number()?).ok()?;
        for first in (0..count).step_by(GROUP) {
            let size = GROUP.min(count - first);
            let bytes = input.piece(4 * size)?;
            let (ends, _) = bytes.as_chunks::<4>();
            self.ends = ends.iter().map(|end| u32::from_le_bytes(*end)).collect();
            self.ends.is_sorted().then_some(())?;
            self.open = input.piece(self.ends.last().map_or(0, |end| *end as usize))?;
            if size == GROUP {
                self.end_group();
            }
        }
        Some(())
    }
}

/// Returns the record at a place of a group, by where each ends; an empty one where there is none.
fn record(bytes: &[u8], place: usize, end: impl Fn(usize) -> Option<u32>) -> &[u8] {
    let start = match place.checked_sub(1) {
        Some(before) => end(before),
        None => Some(0),
    };
    let (Some(start), Some(end)) = (start, end(place)) else {
        return &[];
    };
    bytes.get(start as usize..end as usize).unwrap_or_default()
}

/// Records of `N` bytes each by place.
#[derive(Debug, Default)]
pub(in crate::score) struct Rows<const N: usize> {
    bytes: Spill,
    count: usize,
}

impl<const N: usize> Rows<N> {
    /// Records in a piece that is whole.
    const OF_PIECE: usize = PIECE.div_ceil(N);

    /// Lets what is appended from now on lie in a file in a folder.
    pub(in crate::score) fn lie_in(&mut self, folder: &Path) {
        self.bytes.lie_in(folder);
    }

    /// Appends a record.
    pub(in crate::score) fn push(&mut self, row: &[u8; N]) {
        self.bytes.push_with(|bytes| bytes.extend_from_slice(row));
        self.count += 1;
    }

    /// Returns how many there are.
    pub(in crate::score) fn len(&self) -> usize {
        self.count
    }

    /// Returns the record at a place; `None` where there is none.
    pub(in crate::score) fn get(&self, place: usize) -> Option<[u8; N]> {
        let piece = self.bytes.piece(place / Self::OF_PIECE);
        let rest = piece.get(place % Self::OF_PIECE * N..)?;
        rest.first_chunk::<N>().copied()
    }

    /// Lets go of the memory that reading took.
    pub(in crate::score) fn release(&self) {
        self.bytes.release();
    }

    /// Writes down all records.
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.number(self.count as u64)?;
        self.bytes.write(out)
    }

    /// Reads what [`Rows::write`] wrote to where there is nothing; `None` for anything else, which is of no use then.
    pub(in crate::score) fn fill(&mut self, input: &mut In<'_>) -> Option<()> {
        let mut left = usize::try_from(input.number()?).ok()?;
        while left > 0 {
            let count = left.min(AT_ONCE);
            let bytes = input.piece(count * N)?;
            let (rows, _) = bytes.as_chunks::<N>();
            rows.iter().for_each(|row| self.push(row));
            left -= count;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: usize = 5_000;

    fn records(folder: Option<&Path>) -> (Records, Rows<24>) {
        let (mut records, mut rows) = (Records::default(), Rows::default());
        if let Some(folder) = folder {
            records.lie_in(folder);
            rows.lie_in(folder);
        }
        for n in 0..COUNT {
            records.push_with(|bytes| bytes.resize(bytes.len() + n % 7, n as u8));
            rows.push(&[n as u8; 24]);
        }
        (records, rows)
    }

    fn written(write: impl Fn(&mut Out<'_>) -> io::Result<()>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut Out::new(&mut bytes)).unwrap();
        bytes
    }

    fn assert_whole(records: &Records, rows: &Rows<24>) {
        assert_eq!((records.len(), rows.len()), (COUNT, COUNT));
        for n in 0..COUNT {
            assert_eq!(records.get(n), vec![n as u8; n % 7]);
            assert_eq!(rows.get(n), Some([n as u8; 24]));
        }
        for n in [COUNT, COUNT + 1, 9 * COUNT, usize::MAX] {
            assert!(records.get(n).is_empty() && rows.get(n).is_none());
        }
    }

    #[test]
    fn records_are_the_same_in_memory_and_on_the_disk_and_when_they_were_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let held = records(None);
        let spilled = records(Some(folder.path()));
        for (records, rows) in [&held, &spilled] {
            assert_whole(records, rows);
            records.release();
            rows.release();
            assert_whole(records, rows);
        }
        let bytes = written(|out| spilled.0.write(out));
        assert!(bytes == written(|out| held.0.write(out)));
        let of_rows = written(|out| spilled.1.write(out));
        assert!(of_rows == written(|out| held.1.write(out)));
        let mut again = (Records::default(), Rows::default());
        again.0.lie_in(folder.path());
        again.1.lie_in(folder.path());
        again.0.fill(&mut In::new(&mut &bytes[..])).unwrap();
        again.1.fill(&mut In::new(&mut &of_rows[..])).unwrap();
        assert_whole(&again.0, &again.1);
        for length in (0..bytes.len()).step_by(97) {
            let mut cut = &bytes[..length];
            assert!(Records::read(&mut In::new(&mut cut)).is_none(), "{length}");
        }
        let mut cut = &of_rows[..of_rows.len() - 1];
        assert!(Rows::<24>::default().fill(&mut In::new(&mut cut)).is_none());
    }
}
