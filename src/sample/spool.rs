//! Keys of future rows, put in order of time with bounded memory.
//!
//! Keys fall into at most 48 equal spans of the window. A span keeps its keys in memory while they are
//! few and in an unnamed temporary file afterwards; spans are read back, sorted, one at a time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::calendar::Moment;

/// Most spans a window is cut into, so that few files are open at once.
const SPANS: i64 = 48;
/// Bytes of keys a span keeps before it writes them out.
const BUFFER: usize = 256 * 1024;
/// Bytes of one key.
const WIDTH: usize = 25;

/// What must be known to make a row again: whose, which, why and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub at: Moment,
    pub slot: u64,
    pub ordinal: u32,
    /// What kind of row, as its owner numbers them.
    pub kind: u8,
    /// A number its owner wants to keep.
    pub value: u32,
}

impl Key {
    fn to_bytes(self) -> [u8; WIDTH] {
        let mut bytes = [0; WIDTH];
        bytes[..8].copy_from_slice(&self.at.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.slot.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.ordinal.to_le_bytes());
        bytes[20] = self.kind;
        bytes[21..].copy_from_slice(&self.value.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let word = |from: usize| {
            let mut out = [0; 8];
            out.copy_from_slice(&bytes[from..from + 8]);
            out
        };
        let half = |from: usize| {
            let mut out = [0; 4];
            out.copy_from_slice(&bytes[from..from + 4]);
            u32::from_le_bytes(out)
        };
        Self {
            at: Moment::from_le_bytes(word(0)),
            slot: u64::from_le_bytes(word(8)),
            ordinal: half(16),
            kind: bytes[20],
            value: half(21),
        }
    }
}

#[derive(Debug, Default)]
struct Span {
    buffer: Vec<u8>,
    file: Option<File>,
}

/// Collects keys in any order and gives them back in order of time.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    width: Moment,
    spans: Vec<Span>,
}

impl Spool {
    /// Returns an empty spool for moments in `0..end`, which writes into `folder` if it must.
    pub(super) fn new(folder: &Path, end: Moment) -> Self {
        let width = (end / SPANS + 1).max(1);
        let spans = (0..SPANS).map(|_| Span::default()).collect();
        Self {
            folder: folder.to_owned(),
            width,
            spans,
        }
    }

    /// Adds a key.
    pub(super) fn push(&mut self, key: Key) -> io::Result<()> {
        let index = (key.at / self.width).clamp(0, SPANS - 1) as usize;
        let span = &mut self.spans[index];
        span.buffer.extend_from_slice(&key.to_bytes());
        if span.buffer.len() >= BUFFER {
            let file = match span.file.take() {
                Some(file) => file,
                None => tempfile::tempfile_in(&self.folder)?,
            };
            span.file.insert(file).write_all(&span.buffer)?;
            span.buffer.clear();
        }
        Ok(())
    }

    /// Returns the number of spans.
    pub(super) fn spans(&self) -> usize {
        self.spans.len()
    }

    /// Takes the keys of a span, sorted.
    pub(super) fn take(&mut self, index: usize) -> io::Result<Vec<Key>> {
        let Some(span) = self.spans.get_mut(index).map(std::mem::take) else {
            return Ok(Vec::new());
        };
        let mut bytes = Vec::new();
        if let Some(mut file) = span.file {
            file.seek(SeekFrom::Start(0))?;
            file.read_to_end(&mut bytes)?;
        }
        bytes.extend_from_slice(&span.buffer);
        let mut keys: Vec<Key> = bytes.chunks_exact(WIDTH).map(Key::from_bytes).collect();
        keys.sort_unstable();
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_sorted_even_through_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path(), 1_000_000);
        let count = 60_000u64;
        for n in 0..count {
            let at = (n * 7_919 % 30_011) as Moment;
            let key = Key {
                at,
                slot: n,
                ordinal: 3,
                kind: 2,
                value: 70_000 + n as u32,
            };
            spool.push(key).unwrap();
        }
        assert!(spool.spans.iter().any(|s| s.file.is_some()));
        let mut all = Vec::new();
        for index in 0..spool.spans() {
            all.extend(spool.take(index).unwrap());
        }
        assert_eq!(all.len() as u64, count);
        assert!(all.windows(2).all(|w| w[0] < w[1]));
        assert!(
            all.iter()
                .all(|k| u64::from(k.value) == 70_000 + k.slot && k.kind == 2)
        );
    }

    #[test]
    fn span_out_of_range_is_empty() {
        let mut spool = Spool::new(Path::new("."), 0);
        assert!(spool.take(999).unwrap().is_empty());
    }
}
