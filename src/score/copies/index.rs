//! Which texts share shingles, and which text is the same: two tables of numbers of texts.

use std::cmp::Reverse;
use std::hint::black_box;

use xxhash_rust::xxh3::xxh3_64;

use super::fold;
use super::texts::{NUMBER_BITS, Texts};

/// Shingles under which a text can be found. Of ten, with a fifth of the letters edited, all are gone once in 50.
const KEPT: usize = 10;
/// Texts that can be found under one shingle; newer ones push out older ones.
pub(super) const WAYS: usize = 16;
/// Finds that are gathered for a text, those under rare shingles first.
const GATHERED: usize = 256;
/// Candidates that are compared with a text, likeliest first.
const CANDIDATES: usize = 48;
/// Bits of a hash that stand beside the number of a text.
const TAG_BITS: u32 = 32 - NUMBER_BITS;

/// The lower half of a number that holds two.
const LOW: u64 = u32::MAX as u64;

/// Returns the bits of a hash that stand beside a number; never 0, which stands for an empty place.
fn tag(hash: u64) -> u32 {
    ((hash >> 32) as u32 & ((1 << TAG_BITS) - 1)).max(1)
}

fn slot(number: u64, hash: u64) -> u32 {
    ((number as u32) << TAG_BITS) | tag(hash)
}

/// Returns the number of the text in a slot, if its tag is that of `hash` and the text is still there.
fn number(slot: u32, hash: u64, texts: &Texts) -> Option<u64> {
    let is_tagged = slot & ((1 << TAG_BITS) - 1) == tag(hash);
    is_tagged.then(|| texts.number(slot >> TAG_BITS)).flatten()
}

/// The shingles of a text with the texts found under each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// How many texts stand under a shingle, and its hash; rare ones first.
    shingles: Vec<(usize, u64)>,
    /// Numbers of the texts under them, counted from the oldest text, each above what the shingle weighs.
    gathered: Vec<u64>,
    /// What a text weighs above its number, counted as before; likeliest first.
    ranked: Vec<u64>,
    /// Number of the oldest text.
    oldest: u64,
    /// Whether more shared a shingle than are compared.
    pub was_capped: bool,
}

impl Found {
    /// Numbers of the texts worth comparing, likeliest first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = u64> {
        let number = |ranked: &u64| self.oldest + (ranked & LOW);
        self.ranked.iter().map(number)
    }
}

/// Texts by their rarest shingles.
///
/// Locality-sensitive hashing over the MinHash sketch, one shingle a band: a text is stored under those ten of its
/// sketch under which the fewest stand already, ties by the smallest hash, and looked up under all of it. So the phrases
/// that everybody uses crowd nobody out, and as much is kept of a text in a stream of one topic as in any other. A bucket
/// holds [`WAYS`] numbers, newest first, so that a million copies cost no more than sixteen.
#[derive(Debug)]
pub(super) struct Shingles {
    buckets: Vec<Bucket>,
}

/// The slots under a shingle, newest first; one line of the processor's cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
struct Bucket([u32; WAYS]);

impl Bucket {
    const EMPTY: Self = Self([0; WAYS]);
}

impl Default for Shingles {
    fn default() -> Shingles {
        Shingles::with_buckets(64)
    }
}

impl Shingles {
    fn with_buckets(buckets: usize) -> Shingles {
        Shingles {
            buckets: vec![Bucket::EMPTY; buckets],
        }
    }

    /// Takes the slots of a table that was saved, if they can be such.
    pub(super) fn from_slots(slots: &[u32]) -> Option<Shingles> {
        let (buckets, rest) = slots.as_chunks();
        let is_whole = !buckets.is_empty() && rest.is_empty();
        is_whole.then(|| Shingles {
            buckets: buckets.iter().copied().map(Bucket).collect(),
        })
    }

    /// Returns all slots, [`WAYS`] of each bucket.
    pub(super) fn slots(&self) -> impl ExactSizeIterator<Item = u32> {
        let count = self.buckets.len() * WAYS;
        (0..count).map(|slot| self.buckets[slot / WAYS].0[slot % WAYS])
    }

    fn place(&self, hash: u64) -> usize {
        // By the low bits, as a sketch has the hashes whose high bits are small.
        (((hash & LOW) * self.buckets.len() as u64) >> 32) as usize
    }

    fn bucket(&self, hash: u64) -> &[u32; WAYS] {
        &self.buckets[self.place(hash)].0
    }

    /// Numbers of the texts that stand under a shingle.
    fn under(&self, hash: u64, texts: &Texts) -> impl Iterator<Item = u64> {
        self.bucket(hash)
            .iter()
            .filter_map(move |slot| number(*slot, hash, texts))
    }

    /// Makes room for one more text.
    pub(super) fn reserve(&mut self, texts: &Texts) {
        let buckets = self.buckets.len();
        let is_roomy = (texts.len() + 1) * KEPT * 10 <= buckets * WAYS * 7;
        if is_roomy {
            return;
        }
        let mut grown = Shingles::with_buckets(buckets + buckets / 2 + 1);
        for (number, text) in texts.iter() {
            for hash in fold::sketch(texts.codes(text)) {
                let slot = slot(number, hash);
                if self.bucket(hash).contains(&slot) && !grown.bucket(hash).contains(&slot) {
                    grown.put(hash, slot);
                }
            }
        }
        *self = grown;
    }

    /// Finds the texts that share shingles of a sketch.
    pub(super) fn find(&self, sketch: &[u64], texts: &Texts, found: &mut Found) {
        // Every bucket is touched before one is looked through: the processor waits for all of them at once.
        black_box(
            sketch
                .iter()
                .fold(0, |sum, hash| sum ^ self.bucket(*hash)[0]),
        );
        found.shingles.clear();
        found.shingles.extend(
            sketch
                .iter()
                .map(|hash| (self.under(*hash, texts).count(), *hash)),
        );
        found.shingles.sort_unstable();
        found.gathered.clear();
        found.was_capped = false;
        found.oldest = texts.first();
        for (count, hash) in &found.shingles {
            if *count > 0 && found.gathered.len() >= GATHERED {
                found.was_capped = true;
                break;
            }
            // What many share says little.
            let weighted = |number| ((number - found.oldest) << 32) | (WAYS / count) as u64;
            found
                .gathered
                .extend(self.under(*hash, texts).map(weighted));
        }
        found.gathered.sort_unstable();
        found.ranked.clear();
        for gathered in &found.gathered {
            let (number, weight) = (gathered >> 32, gathered << 32);
            match found.ranked.last_mut() {
                Some(last) if *last & LOW == number => *last += weight,
                _ => found.ranked.push(weight | number),
            }
        }
        let likeliest_first = |ranked: &u64| Reverse(*ranked);
        if found.ranked.len() > CANDIDATES {
            found.was_capped = true;
            (found.ranked).select_nth_unstable_by_key(CANDIDATES, likeliest_first);
            found.ranked.truncate(CANDIDATES);
        }
        found.ranked.sort_unstable_by_key(likeliest_first);
    }

    /// Stores a text under the rarest of the shingles that [`Shingles::find`] found it to have.
    pub(super) fn insert(&mut self, number: u64, found: &Found) {
        for (_, hash) in found.shingles.iter().take(KEPT) {
            self.put(*hash, slot(number, *hash));
        }
    }

    fn put(&mut self, hash: u64, slot: u32) {
        let place = self.place(hash);
        let bucket = &mut self.buckets[place].0;
        bucket.copy_within(..WAYS - 1, 1);
        bucket[0] = slot;
    }
}

/// Texts by the hash of all their letters: open addressing, the newest of equal texts.
#[derive(Debug, Default)]
pub(super) struct Wholes {
    slots: Vec<u32>,
    used: usize,
}

impl Wholes {
    /// Returns the number of the text with these letters.
    pub(super) fn find(&self, hash: u64, codes: &[u8], texts: &Texts) -> Option<u64> {
        self.probe(hash)
            .map(|place| self.slots[place])
            .take_while(|slot| *slot != 0)
            .find_map(|slot| same(slot, hash, codes, texts))
    }

    /// Stores a text, in place of an equal one.
    pub(super) fn insert(&mut self, number: u64, hash: u64, codes: &[u8], texts: &Texts) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.rebuild(texts);
        }
        self.put(number, hash, codes, texts);
    }

    /// Forgets what is no longer there and makes room for as much again.
    pub(super) fn rebuild(&mut self, texts: &Texts) {
        let places = (texts.len() * 2 + 2).next_power_of_two().max(64);
        self.slots.clear();
        self.slots.resize(places, 0);
        self.used = 0;
        for (number, text) in texts.iter() {
            let codes = texts.codes(text);
            self.put(number, xxh3_64(codes), codes, texts);
        }
    }

    fn put(&mut self, number: u64, hash: u64, codes: &[u8], texts: &Texts) {
        let place = self.probe(hash).find(|place| {
            let slot = self.slots[*place];
            slot == 0 || same(slot, hash, codes, texts).is_some()
        });
        if let Some(place) = place {
            self.used += usize::from(self.slots[place] == 0);
            self.slots[place] = slot(number, hash);
        }
    }

    /// Every place, in the order in which a hash takes them.
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let places = self.slots.len();
        let start = if places == 0 {
            0
        } else {
            (hash >> TAG_BITS) as usize % places
        };
        (start..places).chain(0..start)
    }
}

fn same(slot: u32, hash: u64, codes: &[u8], texts: &Texts) -> Option<u64> {
    let number = number(slot, hash, texts)?;
    let text = texts.get(number)?;
    (texts.codes(text) == codes).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(n: u64) -> Vec<u8> {
        (0..40).map(|at| fold::mixed(n * 64 + at) as u8).collect()
    }

    #[test]
    fn every_text_is_found_under_its_shingles_however_far_the_table_grew() {
        let (mut texts, mut shingles, mut found) =
            (Texts::default(), Shingles::default(), Found::default());
        for n in 0..2_000 {
            let codes = text(n);
            shingles.reserve(&texts);
            shingles.find(&fold::sketch(&codes), &texts, &mut found);
            let number = texts.push(0, 0, n, &codes);
            shingles.insert(number, &found);
        }
        assert!(shingles.buckets.len() > 64);
        let mut missed = 0;
        for n in 0..2_000 {
            let mut codes = text(n);
            codes[11] = codes[11].wrapping_add(1);
            codes[29] = codes[29].wrapping_add(1);
            shingles.find(&fold::sketch(&codes), &texts, &mut found);
            missed += usize::from(found.candidates().next() != Some(n));
        }
        assert!(missed < 20, "{missed}");
    }

    #[test]
    fn a_crowd_is_capped_and_the_newest_are_kept() {
        let (mut texts, mut shingles, mut found) =
            (Texts::default(), Shingles::default(), Found::default());
        let mut codes = text(1);
        for n in 0..500_u64 {
            codes[20] = n as u8;
            codes[21] = (n >> 8) as u8;
            shingles.reserve(&texts);
            shingles.find(&fold::sketch(&codes), &texts, &mut found);
            let number = texts.push(0, 0, n, &codes);
            shingles.insert(number, &found);
        }
        assert!(found.was_capped);
        assert!(found.candidates().count() <= CANDIDATES);
        shingles.find(&fold::sketch(&text(1)), &texts, &mut found);
        assert!(found.candidates().any(|number| number > 480));
        assert!(found.gathered.len() < GATHERED + WAYS);
    }

    #[test]
    fn equal_texts_are_found_and_forgotten_ones_are_not() {
        let (mut texts, mut wholes) = (Texts::default(), Wholes::default());
        for n in 0..3_000 {
            let codes = text(n);
            let hash = xxh3_64(&codes);
            assert_eq!(wholes.find(hash, &codes, &texts), None);
            let number = texts.push(0, 0, n, &codes);
            wholes.insert(number, hash, &codes, &texts);
            if texts.len() > 1_000 {
                texts.pop();
            }
        }
        assert!(wholes.slots.len() < 8_192);
        for n in 0..3_000 {
            let codes = text(n);
            let wanted = (n >= 2_000).then_some(n);
            assert_eq!(wholes.find(xxh3_64(&codes), &codes, &texts), wanted);
        }
        let codes = text(2_500);
        let number = texts.push(0, 0, 9, &codes);
        wholes.insert(number, xxh3_64(&codes), &codes, &texts);
        assert_eq!(wholes.find(xxh3_64(&codes), &codes, &texts), Some(3_000));
        wholes.rebuild(&texts);
        assert_eq!(wholes.find(xxh3_64(&codes), &codes, &texts), Some(3_000));
    }
}
