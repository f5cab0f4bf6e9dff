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

/// The tag of a slot.
const TAGS: u32 = (1 << TAG_BITS) - 1;

/// The lower half of a number that holds two.
const LOW: u64 = u32::MAX as u64;

/// Returns the bits of a hash that stand beside a number; never 0, which stands for an empty place.
fn tag(hash: u64) -> u32 {
    ((hash >> 32) as u32 & TAGS).max(1)
}

fn slot(number: u64, hash: u64) -> u32 {
    ((number as u32) << TAG_BITS) | tag(hash)
}

/// Returns the number of the text in a slot, if its tag is that of `hash` and the text is still there.
fn number(slot: u32, hash: u64, texts: &Texts) -> Option<u64> {
    let is_tagged = slot & TAGS == tag(hash);
    is_tagged.then(|| texts.number(slot >> TAG_BITS)).flatten()
}

/// The shingles of a text with the texts found under each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// What was found under each shingle of the sketch.
    under: Vec<Under>,
    /// The same, those under which few texts stand first, then by hash.
    rare_first: Vec<Under>,
    /// The texts found, shingle after shingle, counted from the oldest text.
    places: Vec<u32>,
    weights: Weights,
    /// What a text weighs above its place; likeliest first.
    ranked: Vec<u64>,
    /// Number of the oldest text.
    oldest: u64,
    /// Whether more shared a shingle than are compared.
    pub was_capped: bool,
}

/// The texts under a shingle.
#[derive(Debug, Clone, Copy)]
struct Under {
    hash: u64,
    /// Where they begin among all that were found.
    start: u32,
    count: u32,
}

impl Found {
    /// Numbers of the texts worth comparing, likeliest first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = u64> {
        let number = |ranked: &u64| self.oldest + (ranked & LOW);
        self.ranked.iter().map(number)
    }

    /// Brings the shingles under which few texts stand to the front; those with as many stay by their hashes.
    fn put_rare_ones_first(&mut self) {
        let mut starts = [0_usize; WAYS + 2];
        for under in &self.under {
            starts[under.count as usize + 1] += 1;
        }
        for count in 1..starts.len() {
            starts[count] += starts[count - 1];
        }
        self.rare_first.clear();
        self.rare_first.extend_from_slice(&self.under);
        for under in &self.under {
            let start = &mut starts[under.count as usize];
            self.rare_first[*start] = *under;
            *start += 1;
        }
    }

    /// Adds up what the texts weigh, rare shingles first, and ranks the likeliest.
    fn rank(&mut self) {
        let mut gathered = 0;
        for Under { start, count, .. } in &self.rare_first {
            if *count == 0 {
                continue;
            }
            if gathered >= GATHERED {
                self.was_capped = true;
                break;
            }
            let places = &self.places[*start as usize..][..*count as usize];
            gathered += places.len();
            // What many share says little.
            let weight = WAYS as u64 / u64::from(*count);
            for place in places {
                self.weights.add(*place, weight);
            }
        }
        self.ranked.clear();
        self.weights.take(&mut self.ranked);
        let likeliest_first = |ranked: &u64| Reverse(*ranked);
        if self.ranked.len() > CANDIDATES {
            self.was_capped = true;
            (self.ranked).select_nth_unstable_by_key(CANDIDATES, likeliest_first);
            self.ranked.truncate(CANDIDATES);
        }
        self.ranked.sort_unstable_by_key(likeliest_first);
    }
}

/// Sums by place, of no more than [`GATHERED`] and a bucket of them: open addressing in a table that is never half full.
#[derive(Debug, Clone)]
struct Weights {
    /// A place, plus one, above its weight; 0 where nothing stands.
    table: Box<[u64; Weights::SIZE]>,
    /// Where in the table something stands.
    used: Vec<usize>,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            table: Box::new([0; Weights::SIZE]),
            used: Vec::new(),
        }
    }
}

impl Weights {
    const BITS: u32 = 10;
    const SIZE: usize = 1 << Weights::BITS;

    fn add(&mut self, place: u32, weight: u64) {
        let key = u64::from(place) + 1;
        let mut at = (place.wrapping_mul(0x9e37_79b1) >> (u32::BITS - Weights::BITS)) as usize;
        loop {
            let sum = &mut self.table[at];
            if *sum == 0 {
                *sum = (key << 32) | weight;
                self.used.push(at);
                return;
            }
            if *sum >> 32 == key {
                *sum += weight;
                return;
            }
            at = (at + 1) % Weights::SIZE;
        }
    }

    /// Takes all sums, each weight above its place.
    fn take(&mut self, sums: &mut Vec<u64>) {
        for at in self.used.drain(..) {
            let sum = std::mem::take(&mut self.table[at]);
            sums.push((sum << 32) | ((sum >> 32) - 1));
        }
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

    /// Returns the ways of a shingle's bucket whose tag is the shingle's, as bits.
    fn tagged(&self, hash: u64) -> u32 {
        let tag = tag(hash);
        let mut ways = 0;
        for (way, slot) in self.bucket(hash).iter().enumerate() {
            ways |= u32::from(slot & TAGS == tag) << way;
        }
        ways
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
        found.under.clear();
        found.places.clear();
        found.was_capped = false;
        found.oldest = texts.first();
        for hash in sketch {
            let start = found.places.len();
            let bucket = self.bucket(*hash);
            let mut ways = self.tagged(*hash);
            while ways != 0 {
                let slot = bucket[ways.trailing_zeros() as usize];
                found.places.extend(texts.place(slot >> TAG_BITS));
                ways &= ways - 1;
            }
            found.under.push(Under {
                hash: *hash,
                start: start as u32,
                count: (found.places.len() - start) as u32,
            });
        }
        found.put_rare_ones_first();
        found.rank();
    }

    /// Stores a text under the rarest of the shingles that [`Shingles::find`] found it to have.
    pub(super) fn insert(&mut self, number: u64, found: &Found) {
        for Under { hash, .. } in found.rare_first.iter().take(KEPT) {
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
        assert!(found.places.len() > GATHERED);
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
