//! Places of things by the hashes of what names them: open addressing.
//!
//! The things lie elsewhere, and only who holds them knows whether one is meant: [`Slots`] asks where the hash may be its own.

/// Fewest slots there are.
const FEWEST: usize = 64;

/// Slots, a power of two, of which a quarter at least is free: 7 to 13 bytes a thing.
#[derive(Debug, Default)]
pub(in crate::score) struct Slots {
    /// Place of a thing, plus one; 0 where none stands.
    places: Vec<u32>,
    /// Eight bits of the hash of what stands there: most that is not meant is told by them.
    tags: Vec<u8>,
}

impl Slots {
    /// Makes slots for so many things.
    pub(in crate::score) fn of(things: usize) -> Self {
        Self::made((things * 4 / 3 + 1).next_power_of_two().max(FEWEST))
    }

    /// Makes twice as many slots as there are, in which nothing stands yet; the old ones go before the new ones come.
    pub(in crate::score) fn double(&mut self) {
        let count = (self.places.len() * 2).max(FEWEST);
        *self = Self::default();
        *self = Self::made(count);
    }

    fn made(count: usize) -> Self {
        Self {
            places: vec![0; count],
            tags: vec![0; count],
        }
    }

    /// Whether there is room for one more than so many things.
    #[inline]
    pub(in crate::score) fn has_room(&self, things: usize) -> bool {
        things * 4 < self.places.len() * 3
    }

    /// Returns the place of a thing by its hash; `is_it` tells whether the thing at a place is meant.
    #[inline]
    pub(in crate::score) fn get(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        match self.places.is_empty() {
            true => None,
            false => self.places[self.slot(hash, is_it)].checked_sub(1),
        }
    }

    /// Puts a thing where there is room for it, and returns the place of the one that is there already.
    #[inline]
    pub(in crate::score) fn put(
        &mut self,
        hash: u64,
        place: u32,
        is_it: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let slot = self.slot(hash, is_it);
        let known = self.places[slot].checked_sub(1);
        if known.is_none() {
            self.places[slot] = place + 1;
            self.tags[slot] = tag(hash);
        }
        known
    }

    /// Returns where a thing stands, or where it would.
    #[inline]
    fn slot(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> usize {
        let mask = self.places.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(place) = self.places[slot].checked_sub(1) {
            if self.tags[slot] == tag(hash) && is_it(place) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[inline]
fn tag(hash: u64) -> u8 {
    (hash >> 56) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_one_hash_are_told_apart_by_who_holds_them() {
        let things = ["a", "b", "a", "c"];
        let mut slots = Slots::of(things.len());
        assert_eq!(Slots::default().get(7, |_| true), None);
        // All in one slot, at the end, so that the search goes round.
        let hash = u64::MAX;
        let first = things.iter().enumerate().map(|(place, thing)| {
            slots.put(hash, place as u32, |known| things[known as usize] == *thing)
        });
        assert_eq!(first.collect::<Vec<_>>(), [None, None, Some(0), None]);
        let get = |thing: &str| slots.get(hash, |known| things[known as usize] == thing);
        assert_eq!(
            ["a", "b", "c", "d"].map(get),
            [Some(0), Some(1), Some(3), None]
        );
        // Another tag in the same slot is not asked about.
        let asked = |_: u32| -> bool { unreachable!("its hash tells it apart") };
        assert_eq!(slots.get(hash >> 8, asked), None);
    }

    #[test]
    fn a_quarter_stays_free_however_many_there_are() {
        for things in [0, 1, 47, 48, 49, 3_000, 49_152] {
            let slots = Slots::of(things);
            assert!(slots.has_room(things), "{things}");
            assert!(slots.places.len() <= 64.max(things * 8 / 3 + 2), "{things}");
        }
        let mut slots = Slots::default();
        assert!(!slots.has_room(0));
        slots.double();
        assert!(slots.has_room(47) && !slots.has_room(48));
        slots.double();
        assert!(slots.has_room(95) && !slots.has_room(96));
    }
}
