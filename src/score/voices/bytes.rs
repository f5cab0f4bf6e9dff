//! All that is kept of the posts, written down for the next run.

use std::io;

use super::{Account, Manner, Post, Voices, account_hash, numbered};
use crate::hash::fast_hash;
use crate::score::conversations::Ticket;
use crate::score::packed::{Numbers, Records, Texts, pair, pair_of};
use crate::score::written::{In, Out};

/// Bytes of a [`Post`].
pub(super) const POST: usize = 24;

impl Voices {
    /// Writes down what was heard, before copies were gathered and topics found; equal posts write equal bytes.
    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        self.posts.write(out)?;
        self.ids.write(out)?;
        self.words.write(out)?;
        self.further.write(out)?;
        self.vocabulary.write(out)?;
        self.names.write(out)?;
        out.u64s((self.manners.iter()).map(|manner| pair(manner.source, manner.kind)))?;
        let accounts = self.accounts.iter();
        out.u64s(accounts.map(|account| pair(account.platform, account.provider)))?;
        self.account_ids.write(out)?;
        self.mentioned.write(out)?;
        out.number(self.keyword_sets.len() as u64)?;
        for set in &self.keyword_sets {
            out.u32s(set.iter().copied())?;
        }
        out.number(self.staff.len() as u64)?;
        for (place, name) in &self.staff {
            out.number(u64::from(*place))?;
            out.counted(name.as_bytes())?;
        }
        out.number(self.tickets.len() as u64)?;
        for (place, ticket) in &self.tickets {
            out.number(u64::from(*place))?;
            ticket.write(out)?;
        }
        out.number(self.texts_from as u64)?;
        out.u64s(self.texts.iter().copied())
    }

    /// Reads what [`Voices::write`] wrote to where there is nothing; `None` for anything else, which is of no use then.
    ///
    /// Bytes that were changed give some posts: whoever reads has to look at their hash.
    pub(in crate::score) fn read(&mut self, input: &mut In<'_>) -> Option<()> {
        self.posts.fill(input)?;
        self.ids.fill(input)?;
        self.words.fill(input)?;
        self.further.fill(input)?;
        self.vocabulary = Texts::read(input)?;
        self.names = Texts::read(input)?;
        self.manners = (input.u64s()?.into_iter())
            .map(|both| {
                let (source, kind) = pair_of(both);
                Manner { source, kind }
            })
            .collect();
        self.accounts = (input.u64s()?.into_iter())
            .map(|both| {
                let (platform, provider) = pair_of(both);
                Account { platform, provider }
            })
            .collect();
        self.account_ids = Records::read(input)?;
        self.mentioned = Texts::read(input)?;
        for _ in 0..input.count()? {
            let set: Box<[u32]> = input.u32s()?.into();
            let number = numbered(self.keyword_sets.len());
            self.keyword_numbers.insert(set.clone(), number);
            self.keyword_sets.push(set);
        }
        for _ in 0..input.count()? {
            let place = u32::try_from(input.number()?).ok()?;
            self.staff.push((place, input.text()?.into()));
        }
        for _ in 0..input.count()? {
            let place = u32::try_from(input.number()?).ok()?;
            self.tickets.push((place, Ticket::again(input)?));
        }
        self.texts_from = usize::try_from(input.number()?).ok()?;
        self.texts = input.u64s()?;
        self.number_names()?;
        self.is_consistent().then_some(())
    }

    /// Finds the numbers of manners and accounts by their names again.
    fn number_names(&mut self) -> Option<()> {
        let manners = self.manners.iter().map(|manner| {
            let (source, kind) = (self.names.get(manner.source), self.names.get(manner.kind));
            fast_hash([source, kind])
        });
        let manners = manners.collect();
        let accounts = (0_u32..).take(self.accounts.len()).map(|number| {
            let (platform, provider, account_id) = self.account(number);
            account_hash(platform, provider, account_id)
        });
        let accounts = accounts.collect();
        self.manner_numbers = Numbers::of_keys(manners)?;
        self.account_numbers = Numbers::of_keys(accounts)?;
        Some(())
    }

    /// Whether there is as much of everything as there are posts and accounts.
    fn is_consistent(&self) -> bool {
        let count = self.posts.len();
        let are_records = [self.ids.len(), self.words.len(), self.further.len()]
            .iter()
            .all(|records| *records == count);
        are_records
            && self.account_ids.len() == self.accounts.len()
            && self.texts_from.checked_add(self.texts.len()) == Some(count)
    }
}

/// Returns a post as the bytes that are kept of it.
pub(super) fn bytes_of(post: &Post) -> [u8; POST] {
    let mut bytes = [0; POST];
    bytes[..8].copy_from_slice(&post.at.to_le_bytes());
    bytes[8..12].copy_from_slice(&post.account.to_le_bytes());
    bytes[12..16].copy_from_slice(&post.manner.to_le_bytes());
    bytes[16..20].copy_from_slice(&post.sentiment.to_le_bytes());
    bytes[20..22].copy_from_slice(&post.brand.to_le_bytes());
    bytes[22..].copy_from_slice(&post.flags.to_le_bytes());
    bytes
}

/// Returns the post that [`bytes_of`] gave these bytes.
pub(super) fn post_of(bytes: [u8; POST]) -> Post {
    let word = |from: usize| {
        let [a, b, c, d] = [
            bytes[from],
            bytes[from + 1],
            bytes[from + 2],
            bytes[from + 3],
        ];
        u32::from_le_bytes([a, b, c, d])
    };
    Post {
        at: pair(word(4), word(0)).cast_signed(),
        account: word(8),
        manner: word(12),
        sentiment: word(16).cast_signed(),
        brand: word(20) as u16,
        flags: (word(20) >> 16) as u16,
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::score::posts::{Facts, Row, Scored};

    fn scored(n: i64) -> Scored {
        Scored {
            row: Row {
                source: format!("s{}", n % 2),
                platform: "x".into(),
                post_id: format!("p{n}"),
                account_id: format!("a{}", n % 7),
                posted_at: n - 3,
                kind: if n % 5 == 0 { "ticket" } else { "reply" }.into(),
                reply_to: (n % 3 == 0).then(|| format!("p{}", n / 2)),
                mentions: vec![format!("m{}", n % 4)],
                repost_count: (n % 4 == 1).then_some(-n),
                rating: (n % 6 == 1).then_some(2.5),
                extra: Some(r#"{"Status":"Closed","Assignee":"担当","送信者名":"担当"}"#.into()),
                ..Row::default()
            },
            brand: (n % 2 == 0).then_some(0),
            is_opinion: n % 2 == 0,
            copy: Default::default(),
            said: None,
            facts: Facts {
                keywords: vec![(n % 3) as u32],
                text: (n > 40 && n % 3 == 0).then_some(n.unsigned_abs()),
                ..Facts::default()
            },
        }
    }

    fn bytes(voices: &Voices) -> Vec<u8> {
        let mut bytes = Vec::new();
        voices.write(&mut Out::new(&mut bytes)).unwrap();
        bytes
    }

    fn read(mut bytes: &[u8]) -> Option<Voices> {
        let mut voices = Voices::new(&TimeZone::UTC);
        voices.read(&mut In::new(&mut bytes))?;
        Some(voices)
    }

    #[test]
    fn voices_go_on_as_if_they_had_never_been_written_down() {
        let posts: Vec<Scored> = (0..3_000).map(scored).collect();
        let mut whole = Voices::new(&TimeZone::UTC);
        whole.extend(&posts[..2_000]);
        let mut again = read(&bytes(&whole)).unwrap();
        assert_eq!(bytes(&again), bytes(&whole));
        whole.extend(&posts[2_000..]);
        again.extend(&posts[2_000..]);
        assert_eq!(bytes(&again), bytes(&whole));
        for (left, right) in whole.iter().zip(again.iter()) {
            assert_eq!(left.id(), right.id());
            assert_eq!(left.at(), right.at());
            assert_eq!(left.account_id(), right.account_id());
            assert_eq!((left.kind(), left.ticket()), (right.kind(), right.ticket()));
            assert_eq!((left.staff(), left.text()), (right.staff(), right.text()));
            assert_eq!(left.further(), right.further());
        }
        assert_eq!(whole.account_count(), again.account_count());
    }

    #[test]
    fn voices_in_files_are_those_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let posts: Vec<Scored> = (0..3_000).map(scored).collect();
        let (mut held, mut spilled) = (Voices::new(&TimeZone::UTC), Voices::new(&TimeZone::UTC));
        spilled.lie_in(folder.path());
        for voices in [&mut held, &mut spilled] {
            voices.extend(&posts);
        }
        assert!(bytes(&spilled) == bytes(&held));
        assert_eq!(
            (held.iter().count(), spilled.iter().count()),
            (3_000, 3_000)
        );
        for (left, right) in held.iter().zip(spilled.iter()) {
            assert_eq!((left.id(), left.at()), (right.id(), right.at()));
            assert_eq!(left.account_id(), right.account_id());
            assert_eq!(left.further(), right.further());
            assert!(left.words().iter().eq(right.words().iter()));
            spilled.release();
        }
        let clusters: Vec<(u32, u32)> = (0..900).map(|n| (n * 3, n / 7)).collect();
        for voices in [&mut held, &mut spilled] {
            voices.gather(clusters.clone());
            for post in voices.iter() {
                let cluster = (post.place < 2_700 && post.place % 3 == 0)
                    .then_some(post.place as u32 / 3 / 7);
                assert_eq!(post.cluster(), cluster);
            }
        }
        // The post at a place is said three microseconds before.
        for (instant, place) in [(i64::MIN, 0), (-3, 0), (1_000, 1_003), (9_999, 3_000)] {
            assert_eq!(held.first_from(instant), place);
            assert_eq!(spilled.first_from(instant), place);
        }
    }

    #[test]
    fn texts_are_forgotten_as_if_they_had_never_been_recent() {
        let posts: Vec<Scored> = (0..200).map(scored).collect();
        let kept = |from: usize| {
            let mut posts = posts.clone();
            posts[..from]
                .iter_mut()
                .for_each(|post| post.facts.text = None);
            let mut voices = Voices::new(&TimeZone::UTC);
            voices.extend(&posts);
            voices
        };
        for from in [0, 45, 100, 199, 200] {
            let mut forgetful = kept(0);
            // The post at a place is said three microseconds before.
            forgetful.forget_texts(from as i64 - 3);
            assert_eq!(bytes(&forgetful), bytes(&kept(from)), "{from}");
        }
    }

    #[test]
    fn what_was_cut_is_not_read() {
        let mut voices = Voices::new(&TimeZone::UTC);
        voices.extend(&[scored(1), scored(2)]);
        let bytes = bytes(&voices);
        assert!((0..bytes.len()).all(|length| read(&bytes[..length]).is_none()));
        assert!(read(&bytes).is_some());
    }
}
