//! Everything that was heard, small enough to be held at once, and lying in files where there is a folder for them.
//!
//! Posts are read and analysed a block at a time; what the rest of score asks of all of them stays here. Bytes of a post:
//!
//! | field | bytes |
//! |---|---|
//! | instant, account, source and kind, sentiment, brand, flags | 24 |
//! | id of the post: its digits as a number | 5 to 14 |
//! | content words of what others say about a brand | 4, and 1 or 2 a word |
//! | what few posts have: answers, quotes, conversation (8 each), reposts, stars, strength, copies, names | 4, and 2 more with any |
//! | hash of the text, of posts from the first in the window that has one | 8 |
//!
//! An account takes about 60 bytes and its id, a word or name 30 and its letters. Ten million posts of sixty letters so take
//! 600 to 700 MB at most, nearly all of it by the rows of the table above: all of these but the hashes can lie in files, and what was
//! read of them is let go of in passing.

mod bytes;
mod places;
mod voice;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use jiff::tz::TimeZone;

use super::conversations::{Ticket, staff_name};
use super::in_time;
use super::packed::{Ids, Numbers, Records, Rows, Texts, id_hash, pair, pair_of, push_number};
use super::posts::Scored;
use crate::hash::fast_hash;
use crate::text::{Kind, Label};
use bytes::{POST, bytes_of, post_of};

pub(super) use places::Places;
pub(super) use voice::Voice;

/// Stands for no brand and no topic.
const NONE: u16 = u16::MAX;
/// Steps of a sentiment in one: it stands on a grid of a millionth.
const STEPS: f64 = 1e6;

const IS_OPINION: u16 = 1;
const IS_COPY: u16 = 1 << 1;
const IS_OUTBOUND: u16 = 1 << 2;
const IS_REPOST: u16 = 1 << 3;
const IS_READ: u16 = 1 << 4;
const IS_BLANK: u16 = 1 << 5;
const IS_CLOSING: u16 = 1 << 6;
const HAS_URL: u16 = 1 << 7;
const IS_HEARSAY: u16 = 1 << 8;
const IS_SCORED: u16 = 1 << 9;
/// Two bits of the label, three of the utterance.
const LABEL: u32 = 10;
const UTTERANCE: u32 = 12;

const REPLY_TO: u64 = 1;
const REPOSTED: u64 = 1 << 1;
const CONVERSATION: u64 = 1 << 2;
/// The conversation has the id of the post itself.
const OWN_CONVERSATION: u64 = 1 << 3;
const REPOST_COUNT: u64 = 1 << 4;
const RATING: u64 = 1 << 5;
const STRENGTH: u64 = 1 << 6;
const KEYWORDS: u64 = 1 << 7;
const MENTIONS: u64 = 1 << 8;

/// What all posts have.
#[derive(Debug, Clone, Copy)]
struct Post {
    at: i64,
    account: u32,
    manner: u32,
    /// In millionths.
    sentiment: i32,
    brand: u16,
    flags: u16,
}

/// Numbers of the names of source and kind.
#[derive(Debug, Clone, Copy)]
struct Manner {
    source: u32,
    kind: u32,
}

/// An account that has written posts.
#[derive(Debug, Clone, Copy)]
struct Account {
    platform: u32,
    provider: u32,
}

/// The posts, oldest first.
#[derive(Debug)]
pub(super) struct Voices {
    posts: Rows<POST>,
    ids: Ids,
    words: Records,
    further: Records,
    vocabulary: Texts,
    /// Platforms, providers, sources and kinds.
    names: Texts,
    manners: Vec<Manner>,
    manner_numbers: Numbers,
    accounts: Vec<Account>,
    account_ids: Records,
    account_numbers: Numbers,
    mentioned: Texts,
    keyword_sets: Vec<Box<[u32]>>,
    keyword_numbers: HashMap<Box<[u32]>, u32>,
    /// Staff that wrote posts, and the courses of tickets, by the places of their posts.
    staff: Vec<(u32, Box<str>)>,
    tickets: Vec<(u32, Ticket)>,
    /// Places of posts in clusters of copies, in order, and of the first posts of these.
    clusters: Rows<8>,
    /// Hashes of what recent posts say, from a place on; nought where there is none.
    texts_from: usize,
    texts: Vec<u64>,
    /// Topics of posts from a place on.
    topics: OnceLock<(usize, Vec<u16>)>,
    /// Instants and hours without an offset are of this zone.
    zone: TimeZone,
}

impl Voices {
    /// Returns a store of nothing; times of tickets are local.
    pub(super) fn new(zone: &TimeZone) -> Self {
        Self {
            posts: Rows::default(),
            ids: Ids::default(),
            words: Records::default(),
            further: Records::default(),
            vocabulary: Texts::default(),
            names: Texts::default(),
            manners: Vec::new(),
            manner_numbers: Numbers::default(),
            accounts: Vec::new(),
            account_ids: Records::default(),
            account_numbers: Numbers::default(),
            mentioned: Texts::default(),
            keyword_sets: Vec::new(),
            keyword_numbers: HashMap::new(),
            staff: Vec::new(),
            tickets: Vec::new(),
            clusters: Rows::default(),
            texts_from: 0,
            texts: Vec::new(),
            topics: OnceLock::new(),
            zone: zone.clone(),
        }
    }

    /// Lets what is taken up from now on lie in files in a folder.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.posts.lie_in(folder);
        self.ids.lie_in(folder);
        self.words.lie_in(folder);
        self.further.lie_in(folder);
        self.clusters.lie_in(folder);
    }

    /// Lets go of the memory that reading posts took.
    pub(super) fn release(&self) {
        self.posts.release();
        self.ids.release();
        self.words.release();
        self.further.release();
        self.clusters.release();
    }

    /// Takes up the posts that come next in the order of time.
    pub(super) fn extend(&mut self, scored: &[Scored]) {
        for post in scored {
            self.push(post);
        }
    }

    fn push(&mut self, scored: &Scored) {
        let row = &scored.row;
        let place = numbered(self.posts.len());
        let said = scored.said.as_ref();
        let sentiment = said.and_then(|said| said.sentiment);
        let label: u16 = match said.and_then(|said| said.label) {
            None => 0,
            Some(Label::Negative) => 1,
            Some(Label::Neutral) => 2,
            Some(Label::Positive) => 3,
        };
        let utterance = said.and_then(|said| {
            let place = Kind::ALL.iter().position(|kind| *kind == said.utterance)?;
            u16::try_from(place + 1).ok()
        });
        let flags = [
            (IS_OPINION, scored.is_opinion),
            (IS_COPY, scored.copy.is_copy),
            (IS_OUTBOUND, row.is_outbound),
            (IS_REPOST, row.is_repost()),
            (IS_READ, said.is_some()),
            (IS_BLANK, scored.facts.wording.is_blank),
            (IS_CLOSING, scored.facts.wording.is_closing),
            (HAS_URL, row.url_count > 0),
            (IS_HEARSAY, said.is_some_and(|said| said.is_hearsay)),
            (IS_SCORED, sentiment.is_some()),
        ];
        let flags = (flags.iter().filter(|(_, is_so)| *is_so))
            .fold(label << LABEL, |flags, (flag, _)| flags | flag);
        let brand = scored.brand.and_then(|brand| u16::try_from(brand).ok());
        let (account, manner) = (self.account_of(scored), self.manner_of(scored));
        self.posts.push(&bytes_of(&Post {
            at: row.posted_at,
            account,
            manner,
            sentiment: sentiment.map_or(0, |score| (score * STEPS).round() as i32),
            brand: brand.unwrap_or(NONE),
            flags: flags | (utterance.unwrap_or(0) << UTTERANCE),
        }));
        self.ids.push(&row.post_id);
        // What the shop says and what is said beside the brands is nobody's voice about them.
        let is_heard = scored.is_about() && !row.is_outbound;
        let words = said
            .filter(|_| is_heard)
            .map_or(&[][..], |said| &said.words[..]);
        let vocabulary = &mut self.vocabulary;
        self.words.push_with(|bytes| {
            for word in words {
                push_number(u64::from(vocabulary.number(word)), bytes);
            }
        });
        self.push_further(scored);
        self.push_text(scored.facts.text);
        if let Some(extra) = &row.extra {
            if let Some(name) = staff_name(extra) {
                self.staff.push((place, name.into()));
            }
            let ticket = (row.kind == "ticket")
                .then(|| Ticket::read(extra, row.posted_at, &self.zone))
                .flatten();
            self.tickets.extend(ticket.map(|ticket| (place, ticket)));
        }
    }

    fn push_further(&mut self, scored: &Scored) {
        let row = &scored.row;
        let hash = |id: &Option<String>| id.as_deref().map(id_hash);
        let is_own = row.conversation.as_ref() == Some(&row.post_id);
        let keywords = self.keywords_of(&scored.facts.keywords);
        let said = scored.said.as_ref();
        let found = [
            (REPLY_TO, hash(&row.reply_to)),
            (REPOSTED, hash(&row.reposted)),
            (CONVERSATION, hash(&row.conversation).filter(|_| !is_own)),
            (OWN_CONVERSATION, is_own.then_some(0)),
            (REPOST_COUNT, row.repost_count.map(zigzag)),
            (RATING, row.rating.map(f64::to_bits)),
            (
                STRENGTH,
                said.and_then(|said| said.negative_strength)
                    .map(f64::to_bits),
            ),
            (KEYWORDS, keywords.map(u64::from)),
        ];
        let mask = (found.iter().filter(|(_, value)| value.is_some()))
            .fold(0_u64, |mask, (bit, _)| mask | bit);
        let mask = mask | if row.mentions.is_empty() { 0 } else { MENTIONS };
        let mentioned = &mut self.mentioned;
        self.further.push_with(|bytes| {
            if mask == 0 {
                return;
            }
            push_number(mask, bytes);
            for (bit, value) in found {
                match (bit, value) {
                    (_, None) | (OWN_CONVERSATION, _) => {}
                    (REPOST_COUNT | KEYWORDS, Some(value)) => push_number(value, bytes),
                    (_, Some(value)) => bytes.extend_from_slice(&value.to_le_bytes()),
                }
            }
            for name in &row.mentions {
                push_number(u64::from(mentioned.number(name)), bytes);
            }
        });
    }

    /// Takes the hash of the text of the post that was just taken; the oldest posts have none.
    fn push_text(&mut self, text: Option<u64>) {
        match text {
            None if self.texts.is_empty() => self.texts_from = self.posts.len(),
            text => self.texts.push(text.unwrap_or(0)),
        }
    }

    /// Forgets the hashes of the texts of posts before an instant.
    pub(super) fn forget_texts(&mut self, before: i64) {
        let old = self.first_from(before).saturating_sub(self.texts_from);
        let nothing = self.texts.iter().skip(old).take_while(|text| **text == 0);
        let count = (old + nothing.count()).min(self.texts.len());
        self.texts.drain(..count);
        self.texts_from += count;
    }

    fn account_of(&mut self, scored: &Scored) -> u32 {
        let row = &scored.row;
        let key = account_hash(&row.platform, &row.provider, &row.account_id);
        let number = self.account_numbers.number(key);
        if number as usize == self.accounts.len() {
            self.accounts.push(Account {
                platform: self.names.number(&row.platform),
                provider: self.names.number(&row.provider),
            });
            self.account_ids
                .push_with(|bytes| bytes.extend_from_slice(row.account_id.as_bytes()));
        }
        number
    }

    fn manner_of(&mut self, scored: &Scored) -> u32 {
        let row = &scored.row;
        let number = (self.manner_numbers).number(fast_hash([&*row.source, &*row.kind]));
        if number as usize == self.manners.len() {
            self.manners.push(Manner {
                source: self.names.number(&row.source),
                kind: self.names.number(&row.kind),
            });
        }
        number
    }

    /// Returns the number of a set of keywords; none for no keyword.
    fn keywords_of(&mut self, keywords: &[u32]) -> Option<u32> {
        if keywords.is_empty() {
            return None;
        }
        if let Some(number) = self.keyword_numbers.get(keywords) {
            return Some(*number);
        }
        let number = numbered(self.keyword_sets.len());
        self.keyword_sets.push(keywords.into());
        self.keyword_numbers.insert(keywords.into(), number);
        Some(number)
    }

    /// Tells posts their clusters of copies, by places in order and those of the first posts of their clusters; once only.
    pub(super) fn gather(&mut self, clusters: Vec<(u32, u32)>) {
        for (place, first) in clusters {
            self.clusters.push(&pair(place, first).to_le_bytes());
        }
    }

    /// Returns the place of the first post of the cluster of the post at a place.
    fn cluster(&self, place: usize) -> Option<u32> {
        let (mut first, mut end) = (0, self.clusters.len());
        while first < end {
            let middle = usize::midpoint(first, end);
            let (own, cluster) = pair_of(u64::from_le_bytes(self.clusters.get(middle)?));
            match (own as usize).cmp(&place) {
                Ordering::Less => first = middle + 1,
                Ordering::Greater => end = middle,
                Ordering::Equal => return Some(cluster),
            }
        }
        None
    }

    /// Tells posts their topics, by places in order and numbers; once only.
    pub(super) fn assign(&self, topics: &[(usize, u32)]) {
        let places = || topics.iter().map(|(place, _)| *place);
        let from = places().min().unwrap_or(0);
        let to = places().max().map_or(0, |last| last + 1);
        let mut assigned = vec![NONE; to.saturating_sub(from)];
        for (place, topic) in topics {
            if let Some(known) = assigned.get_mut(place - from) {
                *known = u16::try_from(*topic).unwrap_or(NONE);
            }
        }
        let is_first = self.topics.set((from, assigned)).is_ok();
        debug_assert!(is_first, "topics are found once");
    }

    /// Forgets words, texts, topics and clusters of the posts, for what comes after those who ask for them.
    pub(super) fn forget_marks(&mut self) {
        self.words.clear();
        self.texts = Vec::new();
        self.texts_from = self.posts.len();
        self.topics = OnceLock::new();
        self.clusters = Rows::default();
    }

    /// Returns how many posts there are.
    pub(super) fn len(&self) -> usize {
        self.posts.len()
    }

    /// Returns the place of the first post that was said at an instant or after it.
    pub(super) fn first_from(&self, instant: i64) -> usize {
        let at = |place| self.get(place).map_or(i64::MAX, Voice::at);
        in_time::first_from(self.len(), instant, at)
    }

    /// Returns the post at a place; `None` where there is none.
    pub(super) fn get(&self, place: usize) -> Option<Voice<'_>> {
        let post = post_of(self.posts.get(place)?);
        Some(Voice {
            voices: self,
            place,
            post,
        })
    }

    /// Returns the posts.
    pub(super) fn iter(&self) -> impl Iterator<Item = Voice<'_>> {
        self.within(0..self.len())
    }

    /// Returns the posts at these places, and lets go in passing of the memory that reading them took.
    pub(super) fn within(&self, places: Range<usize>) -> impl Iterator<Item = Voice<'_>> {
        in_time::within(places, move |place| self.get(place), move || self.release())
    }

    /// Returns the words by number.
    pub(super) fn vocabulary(&self) -> Vec<&str> {
        self.vocabulary.all()
    }

    /// Returns how many words there are.
    pub(super) fn word_count(&self) -> usize {
        self.vocabulary.len()
    }

    /// Returns the word of a number.
    pub(super) fn word(&self, number: u32) -> &str {
        self.vocabulary.get(number)
    }

    /// Returns how many accounts have written posts, the one without a name among them.
    pub(super) fn account_count(&self) -> usize {
        self.accounts.len()
    }

    /// Returns platform, provider and id of an account.
    pub(super) fn account(&self, number: u32) -> (&str, &str, &str) {
        let Some(account) = self.accounts.get(number as usize) else {
            return ("", "", "");
        };
        (
            self.names.get(account.platform),
            self.names.get(account.provider),
            self.account_id(number),
        )
    }

    fn account_id(&self, number: u32) -> &str {
        str::from_utf8(self.account_ids.get(number as usize)).unwrap_or_default()
    }

    /// Returns the number of an account by its [`account_hash`].
    pub(super) fn account_number(&self, hash: u64) -> Option<u32> {
        self.account_numbers.get(hash)
    }
}

/// Returns the hash by which accounts are told apart.
pub(super) fn account_hash(platform: &str, provider: &str, account_id: &str) -> u64 {
    fast_hash([platform, provider, account_id])
}

fn numbered(place: usize) -> u32 {
    u32::try_from(place).expect("memory holds fewer than 2^32 posts")
}

/// Small numbers of either sign as small numbers.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}
