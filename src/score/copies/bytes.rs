//! What is remembered, as bytes: little-endian, with a version before and a checksum behind.

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

use super::cluster::{Cluster, Group, Groups};
use super::fold::LONGEST;
use super::index::{Shingles, Wholes};
use super::spread::{Authors, Spread};
use super::texts::{MOST, Texts};
use super::{Copies, Counts, Settings};

/// What the bytes begin with.
const MARK: &[u8; 8] = b"koe.copy";
/// Version of the layout; another way to fold texts or to hash shingles is another version.
const VERSION: u32 = 1;

/// Why bytes are not what was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// They were saved by another version.
    #[error("saved by version {found}, this is {known}")]
    Version {
        /// Version of the bytes.
        found: u32,
        /// The version that can be read.
        known: u32,
    },
    /// They were cut or changed.
    #[error("damaged")]
    Damaged,
}

impl Copies {
    /// Returns all that is remembered as bytes; equal states give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MARK);
        out.extend_from_slice(&VERSION.to_le_bytes());
        put(&mut out, self.now as u64);
        for count in counts(&self.counts) {
            put(&mut out, count);
        }
        put(&mut out, self.texts.first());
        put(&mut out, self.texts.len() as u64);
        for (_, text) in self.texts.iter() {
            put(&mut out, text.at as u64);
            put(&mut out, text.author);
            put(&mut out, text.head);
            put_codes(&mut out, self.texts.codes(text));
        }
        put(&mut out, self.shingles.slots().len() as u64);
        for slot in self.shingles.slots() {
            out.extend_from_slice(&slot.to_le_bytes());
        }
        put(&mut out, self.groups.groups.len() as u64);
        for (first, group) in &self.groups.groups {
            put(&mut out, *first);
            put_group(&mut out, group);
        }
        put(&mut out, self.groups.ended.len() as u64);
        for cluster in &self.groups.ended {
            put_cluster(&mut out, cluster);
        }
        let sum = xxh3_64(&out);
        put(&mut out, sum);
        out
    }

    /// Returns the finder that was saved as `bytes`, from here on with these settings.
    ///
    /// # Errors
    /// [`RestoreError`] when the bytes are not those that [`Copies::to_bytes`] of this version gave.
    pub fn from_bytes(bytes: &[u8], settings: Settings) -> Result<Copies, RestoreError> {
        let rest = bytes.strip_prefix(MARK).ok_or(RestoreError::Damaged)?;
        let (version, _) = rest.split_first_chunk().ok_or(RestoreError::Damaged)?;
        let found = u32::from_le_bytes(*version);
        if found != VERSION {
            return Err(RestoreError::Version {
                found,
                known: VERSION,
            });
        }
        let (body, sum) = bytes.split_last_chunk().ok_or(RestoreError::Damaged)?;
        if xxh3_64(body) != u64::from_le_bytes(*sum) {
            return Err(RestoreError::Damaged);
        }
        let mut input = Input {
            rest: body.get(MARK.len() + 4..).ok_or(RestoreError::Damaged)?,
        };
        read(&mut input, settings).ok_or(RestoreError::Damaged)
    }
}

fn read(input: &mut Input<'_>, settings: Settings) -> Option<Copies> {
    let mut copies = Copies::new(settings);
    copies.now = input.time()?;
    copies.counts = Counts {
        posts: input.count()?,
        reposts: input.count()?,
        short: input.count()?,
        cut: input.count()?,
        late: input.count()?,
        capped: input.count()?,
        crowded_out: input.count()?,
    };
    copies.texts = Texts::starting_at(input.count()?);
    let texts = input.length(MOST)?;
    let mut before = i64::MIN;
    for _ in 0..texts {
        let (at, author, head) = (input.time()?, input.number()?, input.number()?);
        (at >= before).then_some(())?;
        before = at;
        copies.texts.push(at, author, head, input.codes()?);
    }
    let slots = input.length(input.rest.len() / 4)?;
    let slots = input
        .take(slots.checked_mul(4)?)?
        .chunks_exact(4)
        .map(|slot| {
            slot.iter()
                .rev()
                .fold(0, |slot, byte| (slot << 8) | u32::from(*byte))
        })
        .collect();
    copies.shingles = Shingles::from_slots(slots)?;
    copies.wholes = Wholes::default();
    copies.wholes.rebuild(&copies.texts);
    copies.groups = groups(input)?;
    input.rest.is_empty().then_some(copies)
}

fn groups(input: &mut Input<'_>) -> Option<Groups> {
    let mut groups = Groups::default();
    for _ in 0..input.number()? {
        let first = input.number()?;
        groups.restore(first, input.group()?);
    }
    for _ in 0..input.number()? {
        groups.ended.push(input.cluster()?);
    }
    Some(groups)
}

fn counts(counts: &Counts) -> [u64; 7] {
    let Counts {
        posts,
        reposts,
        short,
        cut,
        late,
        capped,
        crowded_out,
    } = *counts;
    [posts, reposts, short, cut, late, capped, crowded_out]
}

fn put(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_codes(out: &mut Vec<u8>, codes: &[u8]) {
    put(out, codes.len() as u64);
    out.extend_from_slice(codes);
}

fn put_numbers(out: &mut Vec<u8>, numbers: &[u64]) {
    put(out, numbers.len() as u64);
    for number in numbers {
        put(out, *number);
    }
}

fn put_group(out: &mut Vec<u8>, group: &Group) {
    put_codes(out, &group.codes);
    put(out, group.author);
    put(out, group.last_at as u64);
    put(out, group.posts);
    put(out, group.texts);
    put_numbers(out, &group.authors.smallest);
    put(out, u64::from(group.authors.has_more));
    put(out, group.spread.first_at as u64);
    put(out, group.spread.width);
    put(out, group.spread.bins.len() as u64);
    for (bin, posts) in &group.spread.bins {
        put(out, (u64::from(*bin) << 32) | u64::from(*posts));
    }
    put_numbers(out, &group.absorbed);
}

fn put_cluster(out: &mut Vec<u8>, cluster: &Cluster) {
    put(out, cluster.first);
    put(out, cluster.first_author);
    put(out, cluster.posts);
    put(out, cluster.authors);
    put(out, cluster.first_at as u64);
    put(out, cluster.last_at as u64);
    put(out, cluster.half_after_hours.to_bits());
    put(out, u64::from(cluster.growth.is_some()));
    put(out, cluster.growth.unwrap_or_default().to_bits());
    put_numbers(out, &cluster.absorbed);
}

/// Bytes yet to be read; `None` from any reading is damage.
struct Input<'b> {
    rest: &'b [u8],
}

impl<'b> Input<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u64::from_le_bytes(*number))
    }

    /// Reads what is counted up by ones, which never comes near the end of its range.
    fn count(&mut self) -> Option<u64> {
        self.number().filter(|count| *count < 1 << 48)
    }

    fn time(&mut self) -> Option<i64> {
        self.number().map(|time| time as i64)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn length(&mut self, most: usize) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= most).then_some(length)
    }

    fn codes(&mut self) -> Option<&'b [u8]> {
        let length = self.length(LONGEST)?;
        self.take(length)
    }

    fn numbers(&mut self) -> Option<Vec<u64>> {
        let length = self.length(self.rest.len() / 8)?;
        (0..length).map(|_| self.number()).collect()
    }

    fn group(&mut self) -> Option<Group> {
        let mut group = Group::new(0, 0, self.codes()?);
        group.author = self.number()?;
        group.last_at = self.time()?;
        group.posts = self.count()?;
        group.texts = self.count()?;
        group.authors = Authors {
            smallest: self.numbers()?,
            has_more: self.flag()?,
        };
        group.spread = Spread {
            first_at: self.time()?,
            width: self.number()?.max(1),
            bins: self
                .numbers()?
                .into_iter()
                .map(|bin| ((bin >> 32) as u32, bin as u32))
                .collect(),
        };
        group.absorbed = self.numbers()?;
        Some(group)
    }

    fn cluster(&mut self) -> Option<Cluster> {
        Some(Cluster {
            first: self.number()?,
            first_author: self.number()?,
            posts: self.number()?,
            authors: self.number()?,
            first_at: self.time()?,
            last_at: self.time()?,
            half_after_hours: f64::from_bits(self.number()?),
            growth: {
                let (is_some, growth) = (self.flag()?, f64::from_bits(self.number()?));
                is_some.then_some(growth)
            },
            absorbed: self.numbers()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Post;
    use super::*;

    fn fed() -> Copies {
        let mut copies = Copies::new(Settings {
            window: 1_000,
            bytes: 1 << 20,
        });
        let said = [
            "とりのこえの珈琲を飲むと肌がきれいになるそうです",
            "鎌倉の店が来月で閉まると聞いて急いで並んできました",
            "値上げの前に定期便を申し込むと半額になるらしい",
        ];
        for n in 0..300_i64 {
            let text = format!("{}、{}人目", said[n as usize / 100], n % 100 / 3);
            copies.push(&Post {
                text: &text,
                author: n as u64 % 7,
                posted_at: n * 10,
                is_repost: n % 50 == 0,
            });
        }
        copies
    }

    #[test]
    fn saved_and_restored_is_the_same() {
        let copies = fed();
        assert!(!copies.clusters().is_empty() && !copies.groups.ended.is_empty());
        let bytes = copies.to_bytes();
        let back = Copies::from_bytes(&bytes, copies.settings).unwrap();
        assert_eq!(back.to_bytes(), bytes);
        assert_eq!(back.clusters(), copies.clusters());
        assert_eq!(back.counts(), copies.counts());
    }

    #[test]
    fn damage_and_other_versions_are_told() {
        let settings = Settings::default();
        let bytes = fed().to_bytes();
        let damaged = |bytes: &[u8]| Copies::from_bytes(bytes, settings).err();
        for length in (0..bytes.len()).step_by(11) {
            let told = damaged(&bytes[..length]);
            assert_eq!(told, Some(RestoreError::Damaged), "{length}");
        }
        assert_eq!(
            damaged(&[&bytes[..], b"x"].concat()),
            Some(RestoreError::Damaged)
        );
        let mut other = bytes.clone();
        other[8] = 9;
        let told = RestoreError::Version { found: 9, known: 1 };
        assert_eq!(damaged(&other), Some(told));
        assert_eq!(told.to_string(), "saved by version 9, this is 1");
    }

    proptest! {
        /// Even bytes that were changed together with their checksum make no panic and no endless memory.
        #[test]
        fn changed_bytes_never_panic(changes in proptest::collection::vec((12_usize..4_000, any::<u8>()), 1..6)) {
            let mut bytes = fed().to_bytes();
            for (place, byte) in changes {
                let place = place % (bytes.len() - 8);
                bytes[place.max(12)] = byte;
            }
            let end = bytes.len() - 8;
            let sum = xxh3_64(&bytes[..end]);
            bytes[end..].copy_from_slice(&sum.to_le_bytes());
            if let Ok(mut copies) = Copies::from_bytes(&bytes, Settings::default()) {
                for n in 0..50 {
                    let text = format!("{n}番目の人が言うには、とりのこえの珈琲は最高です");
                    copies.push(&Post { text: &text, author: 1, posted_at: n, is_repost: false });
                }
                copies.clusters();
            }
        }
    }
}
