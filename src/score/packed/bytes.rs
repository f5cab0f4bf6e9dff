//! What is packed, written down and read back: equal records write equal bytes.
//!
//! Bytes that were changed give some records or none, never a panic: whoever reads has to look at their hash.

use std::io;

use super::{Ids, Numbers, Texts};
use crate::hash::fast_hash;
use crate::score::written::{In, Out};

impl Numbers {
    /// Numbers keys, of which none comes twice, in their order.
    pub(in crate::score) fn of_keys(keys: Vec<u64>) -> Option<Self> {
        u32::try_from(keys.len()).ok()?;
        // No fewer slots than would have grown by now.
        let count = (keys.len() / 3 * 4 + 4).next_power_of_two().max(64);
        let mut numbers = Self {
            keys,
            slots: Vec::new(),
        };
        numbers.resize(count);
        Some(numbers)
    }
}

impl Texts {
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.counted(self.letters.as_bytes())?;
        out.u64s(self.ends.iter().map(|end| *end as u64))
    }

    pub(in crate::score) fn read(input: &mut In<'_>) -> Option<Self> {
        let letters = input.text()?;
        let ends = input.u64s()?;
        let ends = ends.into_iter().map(|end| usize::try_from(end).ok());
        let ends: Vec<usize> = ends.collect::<Option<_>>()?;
        let are_ends = ends.is_sorted()
            && ends.last().copied().unwrap_or(0) == letters.len()
            && ends.iter().all(|end| letters.is_char_boundary(*end));
        are_ends.then_some(())?;
        let mut texts = Self {
            numbers: Numbers::default(),
            letters,
            ends,
        };
        let keys = texts.all().into_iter().map(|text| fast_hash([text]));
        texts.numbers = Numbers::of_keys(keys.collect())?;
        Some(texts)
    }
}

impl Ids {
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        self.records.write(out)?;
        self.prefixes.write(out)
    }

    /// Reads what [`Ids::write`] wrote to where there is nothing; `None` for anything else, which is of no use then.
    pub(in crate::score) fn fill(&mut self, input: &mut In<'_>) -> Option<()> {
        self.records.fill(input)?;
        self.prefixes = Texts::read(input)?;
        Some(())
    }

    /// Returns how many there are.
    pub(in crate::score) fn len(&self) -> usize {
        self.records.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Records;
    use super::*;

    /// Returns what reading makes of what writing wrote.
    fn again<T>(
        write: impl Fn(&mut Out<'_>) -> io::Result<()>,
        read: impl Fn(&mut In<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut bytes = Vec::new();
        let mut out = Out::new(&mut bytes);
        write(&mut out).unwrap();
        out.seal().unwrap();
        let mut bytes = &bytes[..];
        let mut input = In::new(&mut bytes);
        let found = read(&mut input);
        found.filter(|_| input.is_whole())
    }

    fn read_ids(input: &mut In<'_>) -> Option<Ids> {
        let mut ids = Ids::default();
        ids.fill(input)?;
        Some(ids)
    }

    proptest! {
        #[test]
        fn what_was_read_goes_on_as_what_was_written(
            ids in prop::collection::vec("[0-9a-cé]{0,4}", 0..60),
            more in prop::collection::vec("[0-9a-cé]{0,4}", 0..60),
        ) {
            let (mut kept, mut texts, mut numbers) = (Ids::default(), Texts::default(), Numbers::default());
            for id in &ids {
                kept.push(id);
                texts.number(id);
                numbers.number(fast_hash([id.as_str()]));
            }
            let mut read_ids = again(|out| kept.write(out), read_ids).unwrap();
            let mut read_texts = again(|out| texts.write(out), Texts::read).unwrap();
            let mut read_numbers = Numbers::of_keys(numbers.keys.clone()).unwrap();
            for id in &more {
                kept.push(id);
                read_ids.push(id);
                prop_assert_eq!(read_texts.number(id), texts.number(id));
                let key = fast_hash([id.as_str()]);
                prop_assert_eq!(read_numbers.get(key), numbers.get(key));
                prop_assert_eq!(read_numbers.number(key), numbers.number(key));
            }
            prop_assert_eq!(read_texts.all(), texts.all());
            prop_assert_eq!(read_ids.len(), ids.len() + more.len());
            for place in 0..read_ids.len() {
                prop_assert_eq!(read_ids.get(place), kept.get(place));
            }
        }
    }

    #[test]
    fn many_numbers_come_back() {
        let numbers = (0..5_000_u64).map(|n| n * n);
        let many = Numbers::of_keys(numbers.clone().collect()).unwrap();
        assert!(
            (0_u32..)
                .zip(numbers)
                .all(|(n, key)| many.get(key) == Some(n))
        );
    }

    #[test]
    fn what_fits_no_records_is_none() {
        // Ends that go back, letters that are cut within one, and more of them than there are.
        let backwards = |out: &mut Out<'_>| out.u32s([2, 1].into_iter());
        assert!(again(backwards, Records::read).is_none());
        let cut = |out: &mut Out<'_>| {
            out.counted("é".as_bytes())?;
            out.u64s([1, 2].into_iter())
        };
        assert!(again(cut, Texts::read).is_none());
        let beyond = |out: &mut Out<'_>| {
            out.counted(b"a")?;
            out.u64s([9].into_iter())
        };
        assert!(again(beyond, Texts::read).is_none());
        let endless = |out: &mut Out<'_>| out.u32s([u32::MAX].into_iter());
        assert!(again(endless, Records::read).is_none());
    }
}
