//! Numbers written down one behind the other, little-endian, with a hash of all of them at the end.

use std::io::{self, Read, Write};

use xxhash_rust::xxh3::Xxh3Default;

/// Bytes written or read at once.
const AT_ONCE: usize = 1 << 16;

/// Writes, and hashes on the way.
pub(super) struct Out<'a> {
    to: &'a mut dyn Write,
    hash: Xxh3Default,
}

impl<'a> Out<'a> {
    pub(super) fn new(to: &'a mut dyn Write) -> Self {
        Self {
            to,
            hash: Xxh3Default::new(),
        }
    }

    /// Writes bytes whose number is known to whoever reads them.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.to.write_all(bytes)
    }

    pub(super) fn number(&mut self, number: u64) -> io::Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    /// Writes bytes behind their number.
    pub(super) fn counted(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.number(bytes.len() as u64)?;
        self.bytes(bytes)
    }

    pub(super) fn u64s(&mut self, numbers: impl ExactSizeIterator<Item = u64>) -> io::Result<()> {
        self.list(numbers, u64::to_le_bytes)
    }

    pub(super) fn u32s(&mut self, numbers: impl ExactSizeIterator<Item = u32>) -> io::Result<()> {
        self.list(numbers, u32::to_le_bytes)
    }

    /// Writes a list of things of so many bytes each.
    pub(super) fn list<const N: usize, T>(
        &mut self,
        mut numbers: impl ExactSizeIterator<Item = T>,
        bytes: impl Fn(T) -> [u8; N],
    ) -> io::Result<()> {
        self.number(numbers.len() as u64)?;
        let mut piece = Vec::new();
        while numbers.len() > 0 {
            piece.clear();
            for number in numbers.by_ref().take(AT_ONCE / N) {
                piece.extend_from_slice(&bytes(number));
            }
            self.bytes(&piece)?;
        }
        Ok(())
    }

    /// Writes the hash of all that was written.
    pub(super) fn seal(self) -> io::Result<()> {
        self.to.write_all(&self.hash.digest().to_le_bytes())
    }
}

/// Reads what [`Out`] wrote; `None` from any reading is damage.
pub(super) struct In<'a> {
    from: &'a mut dyn Read,
    hash: Xxh3Default,
}

impl<'a> In<'a> {
    pub(super) fn new(from: &'a mut dyn Read) -> Self {
        Self {
            from,
            hash: Xxh3Default::new(),
        }
    }

    /// Reads as many bytes as there is room for.
    pub(super) fn bytes(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.from.read_exact(bytes).ok()?;
        self.hash.update(bytes);
        Some(())
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = [0; 8];
        self.bytes(&mut number)?;
        Some(u64::from_le_bytes(number))
    }

    /// Reads a number of things of which there are no more than `most`.
    pub(super) fn length(&mut self, most: usize) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= most).then_some(length)
    }

    /// Reads what is counted up by ones, which never comes near the end of its range.
    pub(super) fn count(&mut self) -> Option<u64> {
        self.number().filter(|count| *count < 1 << 48)
    }

    /// Reads a number of microseconds.
    pub(super) fn time(&mut self) -> Option<i64> {
        self.number().map(u64::cast_signed)
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn u64s(&mut self) -> Option<Vec<u64>> {
        self.list(u64::from_le_bytes)
    }

    pub(super) fn u32s(&mut self) -> Option<Vec<u32>> {
        self.list(u32::from_le_bytes)
    }

    /// Reads bytes piece by piece: a length that was damaged asks for no more memory than there are bytes.
    pub(super) fn piece(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(length.min(AT_ONCE));
        while bytes.len() < length {
            let from = bytes.len();
            bytes.resize(length.min(from + AT_ONCE), 0);
            self.bytes(&mut bytes[from..])?;
        }
        Some(bytes)
    }

    /// Reads letters behind the number of their bytes.
    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        String::from_utf8(self.piece(length)?).ok()
    }

    fn list<const N: usize, T>(&mut self, number: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let mut numbers = Vec::new();
        self.list_into(&mut numbers, number)?;
        Some(numbers)
    }

    /// Reads a list to the end of another, piece by piece as [`In::piece`].
    pub(super) fn list_into<const N: usize, T>(
        &mut self,
        numbers: &mut Vec<T>,
        number: impl Fn([u8; N]) -> T,
    ) -> Option<()> {
        let mut left = usize::try_from(self.number()?).ok()?.checked_mul(N)?;
        let mut piece = vec![0; left.min(AT_ONCE / N * N)];
        while left > 0 {
            let room = left.min(piece.len());
            let part = &mut piece[..room];
            self.bytes(part)?;
            let (whole, _) = part.as_chunks::<N>();
            numbers.extend(whole.iter().map(|bytes| number(*bytes)));
            left -= room;
        }
        Some(())
    }

    /// Whether the hash of what was read stands next, and nothing behind it.
    pub(super) fn is_whole(&mut self) -> bool {
        let mut written = [0; 8];
        let is_read = self.from.read_exact(&mut written).is_ok();
        let is_end = matches!(self.from.read(&mut [0]), Ok(0));
        is_read && is_end && self.hash.digest() == u64::from_le_bytes(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut out = Out::new(&mut bytes);
        out.bytes(b"mark").unwrap();
        let squares = (0..20_000_u32).map(|n| u64::from(n) * u64::from(n));
        out.u64s(squares).unwrap();
        out.u32s([7, 8].into_iter()).unwrap();
        out.counted(b"text").unwrap();
        out.number(1).unwrap();
        out.seal().unwrap();
        bytes
    }

    fn read(mut bytes: &[u8]) -> Option<(Vec<u64>, Vec<u32>, bool)> {
        let mut input = In::new(&mut bytes);
        let mut mark = [0; 4];
        input.bytes(&mut mark)?;
        let (wide, narrow) = (input.u64s()?, input.u32s()?);
        let mut text = [0; 4];
        assert_eq!(input.length(4)?, 4);
        input.bytes(&mut text)?;
        let flag = input.flag()?;
        input.is_whole().then_some((wide, narrow, flag))
    }

    #[test]
    fn what_was_written_is_read() {
        let (wide, narrow, flag) = read(&written()).unwrap();
        assert_eq!(wide.len(), 20_000);
        assert_eq!(wide[19_999], 19_999 * 19_999);
        assert_eq!((narrow, flag), (vec![7, 8], true));
    }

    #[test]
    fn what_was_cut_or_changed_is_not_read() {
        let bytes = written();
        for length in (0..bytes.len()).step_by(997) {
            assert_eq!(read(&bytes[..length]), None, "{length}");
        }
        assert_eq!(read(&[&bytes[..], b"x"].concat()), None);
        let mut changed = bytes.clone();
        changed[5_000] ^= 1;
        assert_eq!(read(&changed), None);
        // Of a length beyond all memory no more is asked for than there is.
        changed = bytes;
        changed[4..12].copy_from_slice(&(u64::MAX / 16).to_le_bytes());
        assert_eq!(read(&changed), None);
    }
}
