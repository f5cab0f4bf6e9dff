//! The folded texts of the window, oldest first.

use std::collections::VecDeque;

/// Bits of a text's number that the tables keep.
pub(super) const NUMBER_BITS: u32 = 24;
/// Most texts at a time, so that [`NUMBER_BITS`] tell them apart.
pub(super) const MOST: usize = 1 << (NUMBER_BITS - 1);
/// Bytes of one allocation of letters.
const CHUNK: usize = 1 << 18;
/// Bits that say where in a chunk a text begins.
const OFFSET_BITS: u32 = 18;
/// Bits that say how long a text is.
const LENGTH_BITS: u32 = 10;

/// A text that was said, kept once however often it is repeated.
///
/// It lies in one line of the processor's cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub(super) struct Text {
    /// When it was fed, in microseconds; never earlier than that of the text before.
    pub at: i64,
    /// Who said it.
    pub author: u64,
    /// Number of the post that was first in its cluster when it was stored; its own if it was alone.
    pub head: u64,
    /// Chunk, offset in it and length.
    place: u64,
}

impl Text {
    fn chunk(&self) -> u64 {
        self.place >> (OFFSET_BITS + LENGTH_BITS)
    }

    fn length(&self) -> usize {
        (self.place & ((1 << LENGTH_BITS) - 1)) as usize
    }
}

/// Texts numbered in the order in which they came; the oldest are forgotten first.
#[derive(Debug, Default)]
pub(super) struct Texts {
    texts: VecDeque<Text>,
    /// Number of the oldest.
    first: u64,
    chunks: VecDeque<Vec<u8>>,
    first_chunk: u64,
    letters: usize,
}

impl Texts {
    /// Returns an empty store whose first text gets the number `first`.
    pub(super) fn starting_at(first: u64) -> Texts {
        Texts {
            first,
            ..Texts::default()
        }
    }

    /// Number of the oldest text.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Number that the next text gets.
    pub(super) fn next(&self) -> u64 {
        self.first + self.texts.len() as u64
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Letters of all texts.
    pub(super) fn letters(&self) -> usize {
        self.letters
    }

    pub(super) fn get(&self, number: u64) -> Option<&Text> {
        let place = number.checked_sub(self.first)?;
        self.texts.get(usize::try_from(place).ok()?)
    }

    pub(super) fn oldest(&self) -> Option<&Text> {
        self.texts.front()
    }

    /// Returns the letters of a text; none of one that was forgotten.
    pub(super) fn codes(&self, text: &Text) -> &[u8] {
        let chunk = text
            .chunk()
            .checked_sub(self.first_chunk)
            .and_then(|chunk| self.chunks.get(usize::try_from(chunk).ok()?));
        let from = (text.place >> LENGTH_BITS) as usize % CHUNK;
        chunk
            .and_then(|chunk| chunk.get(from..from + text.length()))
            .unwrap_or_default()
    }

    /// Every text with its number, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Text)> {
        (self.first..).zip(&self.texts)
    }

    /// Returns the number of the text whose number ends in these bits, if it is still there.
    pub(super) fn number(&self, bits: u32) -> Option<u64> {
        self.place(bits).map(|place| self.first + u64::from(place))
    }

    /// Returns how many texts are older than the one whose number ends in these bits, if it is still there.
    pub(super) fn place(&self, bits: u32) -> Option<u32> {
        let age = (self.next() as u32).wrapping_sub(bits + 1) & ((1 << NUMBER_BITS) - 1);
        (self.texts.len() as u32).checked_sub(age + 1)
    }

    /// Stores a text and returns its number.
    pub(super) fn push(&mut self, at: i64, author: u64, head: u64, codes: &[u8]) -> u64 {
        let number = self.next();
        let is_full = self
            .chunks
            .back()
            .is_none_or(|chunk| chunk.len() + codes.len() > CHUNK);
        if is_full {
            self.chunks.push_back(Vec::with_capacity(CHUNK));
        }
        let chunk = self.first_chunk + self.chunks.len() as u64 - 1;
        let mut offset = 0;
        if let Some(last) = self.chunks.back_mut() {
            offset = last.len() as u64;
            last.extend_from_slice(codes);
        }
        self.letters += codes.len();
        self.texts.push_back(Text {
            at,
            author,
            head,
            place: (((chunk << OFFSET_BITS) | offset) << LENGTH_BITS) | codes.len() as u64,
        });
        number
    }

    /// Forgets the oldest text and returns it.
    pub(super) fn pop(&mut self) -> Option<Text> {
        let text = self.texts.pop_front()?;
        self.first += 1;
        self.letters -= text.length();
        let needed = self.texts.front().map(Text::chunk);
        while self.chunks.len() > 1 && needed.is_none_or(|chunk| chunk > self.first_chunk) {
            self.chunks.pop_front();
            self.first_chunk += 1;
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_until_forgotten() {
        let mut texts = Texts::starting_at(7);
        let said = |n: u64| vec![(n % 251) as u8; 500];
        for n in 0..3_000 {
            assert_eq!(texts.push(n as i64, n, n, &said(n)), 7 + n);
            if texts.len() > 1_000 {
                texts.pop();
            }
        }
        assert_eq!((texts.len(), texts.letters()), (1_000, 500_000));
        assert!(texts.chunks.len() <= 3);
        for (number, text) in texts.iter() {
            assert_eq!(texts.codes(text), said(number - 7));
            assert_eq!(texts.get(number).map(|text| text.author), Some(number - 7));
            assert_eq!(texts.number(number as u32 & 0xff_ffff), Some(number));
        }
        assert!(texts.get(texts.first() - 1).is_none() && texts.get(texts.next()).is_none());
        assert_eq!(texts.number(texts.first() as u32 - 1), None);
        assert_eq!(texts.number(texts.next() as u32), None);
        while texts.pop().is_some() {}
        assert_eq!((texts.len(), texts.letters()), (0, 0));
        assert_eq!(texts.number(3), None);
        assert!(texts.chunks.len() <= 1);
    }

    #[test]
    fn numbers_go_on_beyond_their_bits() {
        let mut texts = Texts::starting_at((1 << NUMBER_BITS) - 2);
        for n in 0..5 {
            texts.push(0, n, n, b"text");
        }
        let numbers: Vec<Option<u64>> = (0..3).map(|bits| texts.number(bits)).collect();
        assert_eq!(
            numbers,
            [Some(1 << 24), Some((1 << 24) + 1), Some((1 << 24) + 2)]
        );
    }
}
