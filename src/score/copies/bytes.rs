//! What is remembered, written down and read back.

use std::io;

use super::cluster::{Cluster, Group};
use super::fold::LONGEST;
use super::index::{Shingles, Wholes};
use super::spread::{Authors, Spread};
use super::texts::{MOST, Texts};
use super::{Copies, Counts};
use crate::score::written::{In, Out};

/// Version of the layout; another way to fold texts or to hash shingles is another version.
const VERSION: u64 = 3;

impl Copies {
    /// Writes all that is remembered; equal states write equal bytes.
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.number(VERSION)?;
        out.number(self.settings.window.cast_unsigned())?;
        out.number(self.settings.bytes as u64)?;
        out.number(self.now.cast_unsigned())?;
        for count in counts(&self.counts) {
            out.number(count)?;
        }
        out.number(self.texts.first())?;
        out.number(self.texts.len() as u64)?;
        for (_, text) in self.texts.iter() {
            out.number(text.at.cast_unsigned())?;
            out.number(text.author)?;
            out.number(text.head)?;
            out.counted(self.texts.codes(text))?;
        }
        out.u32s(self.shingles.slots())?;
        out.number(self.groups.groups.len() as u64)?;
        for (first, group) in &self.groups.groups {
            out.number(*first)?;
            write_group(out, group)?;
        }
        self.groups.ended.write(out)
    }

    /// Takes up what a finder of this version with the same settings wrote, where nothing was fed yet; `None` for anything else,
    /// after which it is of no use.
    ///
    /// Bytes that were changed give some finder: whoever reads has to look at their hash.
    pub(in crate::score) fn read(&mut self, input: &mut In<'_>) -> Option<()> {
        let is_known = input.number()? == VERSION
            && input.time()? == self.settings.window
            && input.number()? == self.settings.bytes as u64;
        is_known.then_some(())?;
        self.now = input.time()?;
        self.counts = Counts {
            posts: input.count()?,
            reposts: input.count()?,
            short: input.count()?,
            cut: input.count()?,
            late: input.count()?,
            capped: input.count()?,
            crowded_out: input.count()?,
        };
        self.texts = Texts::starting_at(input.count()?);
        let texts = input.length(MOST)?;
        let mut before = i64::MIN;
        let mut letters = [0; LONGEST];
        for _ in 0..texts {
            let (at, author, head) = (input.time()?, input.number()?, input.number()?);
            (at >= before).then_some(())?;
            before = at;
            let length = input.length(LONGEST)?;
            let codes = &mut letters[..length];
            input.bytes(codes)?;
            self.texts.push(at, author, head, codes);
        }
        self.shingles = Shingles::from_slots(&input.u32s()?)?;
        self.wholes = Wholes::default();
        self.wholes.rebuild(&self.texts);
        for _ in 0..input.number()? {
            let first = input.number()?;
            self.groups.restore(first, read_group(input)?);
        }
        self.groups.ended.fill(input)
    }
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

fn write_group(out: &mut Out<'_>, group: &Group) -> io::Result<()> {
    out.counted(&group.codes)?;
    out.number(group.author)?;
    out.number(group.last_at.cast_unsigned())?;
    out.number(group.posts)?;
    out.number(group.texts)?;
    out.u64s(group.authors.smallest.iter().copied())?;
    out.number(u64::from(group.authors.has_more))?;
    out.number(group.spread.first_at.cast_unsigned())?;
    out.number(group.spread.width)?;
    let bins = group.spread.bins.iter();
    out.u64s(bins.map(|(bin, posts)| (u64::from(*bin) << 32) | u64::from(*posts)))?;
    out.u64s(group.absorbed.iter().copied())
}

/// Writes down a cluster.
pub(super) fn write_cluster(out: &mut Out<'_>, cluster: &Cluster) -> io::Result<()> {
    out.number(cluster.first)?;
    out.number(cluster.first_author)?;
    out.number(cluster.posts)?;
    out.number(cluster.authors)?;
    out.number(cluster.first_at.cast_unsigned())?;
    out.number(cluster.last_at.cast_unsigned())?;
    out.number(cluster.half_after_hours.to_bits())?;
    out.number(u64::from(cluster.growth.is_some()))?;
    out.number(cluster.growth.unwrap_or_default().to_bits())?;
    out.u64s(cluster.absorbed.iter().copied())
}

fn read_group(input: &mut In<'_>) -> Option<Group> {
    let mut codes = vec![0; input.length(LONGEST)?];
    input.bytes(&mut codes)?;
    let mut group = Group::new(0, 0, &codes);
    group.author = input.number()?;
    group.last_at = input.time()?;
    group.posts = input.count()?;
    group.texts = input.count()?;
    group.authors = Authors {
        smallest: input.u64s()?,
        has_more: input.flag()?,
    };
    group.spread = Spread {
        first_at: input.time()?,
        width: input.number()?.max(1),
        bins: input
            .u64s()?
            .into_iter()
            .map(|bin| ((bin >> 32) as u32, bin as u32))
            .collect(),
    };
    group.absorbed = input.u64s()?;
    Some(group)
}

/// Reads what [`write_cluster`] wrote.
pub(super) fn read_cluster(input: &mut In<'_>) -> Option<Cluster> {
    Some(Cluster {
        first: input.number()?,
        first_author: input.number()?,
        posts: input.number()?,
        authors: input.number()?,
        first_at: input.time()?,
        last_at: input.time()?,
        half_after_hours: f64::from_bits(input.number()?),
        growth: {
            let (is_some, growth) = (input.flag()?, f64::from_bits(input.number()?));
            is_some.then_some(growth)
        },
        absorbed: input.u64s()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64;

    use super::super::tests::{read, written};
    use super::super::{Post, Settings};
    use super::*;

    const SETTINGS: Settings = Settings {
        window: 1_000,
        bytes: 1 << 20,
    };

    fn fed() -> Copies {
        let mut copies = Copies::new(SETTINGS);
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
    fn written_and_read_is_the_same() {
        let copies = fed();
        assert!(!copies.clusters().is_empty() && copies.groups.ended.len() > 0);
        let bytes = written(&copies);
        let back = read(&bytes, SETTINGS).unwrap();
        assert_eq!(written(&back), bytes);
        assert_eq!(back.clusters(), copies.clusters());
        assert_eq!(back.counts(), copies.counts());
    }

    #[test]
    fn damage_and_other_versions_and_settings_are_not_read() {
        let bytes = written(&fed());
        for length in (0..bytes.len()).step_by(101) {
            assert!(read(&bytes[..length], SETTINGS).is_none(), "{length}");
        }
        assert!(read(&[&bytes[..], b"x"].concat(), SETTINGS).is_none());
        let others = [
            Settings {
                window: 999,
                ..SETTINGS
            },
            Settings {
                bytes: 1 << 21,
                ..SETTINGS
            },
        ];
        for other in others {
            assert!(read(&bytes, other).is_none());
        }
        let mut other = bytes;
        other[0] ^= 1;
        assert!(read(&sealed(other), SETTINGS).is_none());
    }

    /// Returns bytes that were changed, with the hash that is right for them.
    fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
        let end = bytes.len() - 8;
        let sum = xxh3_64(&bytes[..end]);
        bytes[end..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    proptest! {
        /// Even bytes that were changed together with their hash make no panic and no endless memory.
        #[test]
        fn changed_bytes_never_panic(changes in proptest::collection::vec((24_usize..4_000, any::<u8>()), 1..6)) {
            let mut bytes = written(&fed());
            for (place, byte) in changes {
                let place = place % (bytes.len() - 8);
                bytes[place.max(24)] = byte;
            }
            if let Some(mut copies) = read(&sealed(bytes), SETTINGS) {
                for n in 0..50 {
                    let text = format!("{n}番目の人が言うには、とりのこえの珈琲は最高です");
                    copies.push(&Post { text: &text, author: 1, posted_at: n, is_repost: false });
                }
                copies.clusters();
            }
        }
    }
}
