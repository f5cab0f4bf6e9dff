//! One post, told from what is kept of it.

use super::{
    CONVERSATION, HAS_URL, IS_BLANK, IS_CLOSING, IS_COPY, IS_HEARSAY, IS_OPINION, IS_OUTBOUND,
    IS_READ, IS_REPOST, IS_SCORED, KEYWORDS, LABEL, MENTIONS, Manner, NONE, OWN_CONVERSATION, Post,
    RATING, REPLY_TO, REPOST_COUNT, REPOSTED, STEPS, STRENGTH, UTTERANCE, Voices, unzigzag,
};
use crate::score::conversations::{Ticket, Wording};
use crate::score::hours::Words;
use crate::score::packed::{Id, take_number, take_word};
use crate::text::{Kind, Label};

/// What few posts have.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::score) struct Further<'v> {
    /// Hashes (`packed::id_hash`) of the posts that it answers and repeats or quotes.
    pub reply_to: Option<u64>,
    pub reposted: Option<u64>,
    /// Hash of its conversation, where that has not its own id.
    conversation: Option<u64>,
    is_own_conversation: bool,
    pub repost_count: Option<i64>,
    pub rating: Option<f64>,
    pub negative_strength: Option<f64>,
    keywords: Option<u32>,
    mentions: &'v [u8],
}

/// A post, as it was heard.
#[derive(Debug, Clone, Copy)]
pub(in crate::score) struct Voice<'v> {
    pub(super) voices: &'v Voices,
    pub place: usize,
    pub(super) post: Post,
}

impl<'v> Voice<'v> {
    fn has(self, flag: u16) -> bool {
        self.post.flags & flag != 0
    }

    fn manner(self) -> Option<&'v Manner> {
        self.voices.manners.get(self.post.manner as usize)
    }

    pub(in crate::score) fn source(self) -> &'v str {
        self.manner()
            .map_or("", |manner| self.voices.names.get(manner.source))
    }

    pub(in crate::score) fn kind(self) -> &'v str {
        self.manner()
            .map_or("", |manner| self.voices.names.get(manner.kind))
    }

    pub(in crate::score) fn platform(self) -> &'v str {
        let account = self.voices.accounts.get(self.post.account as usize);
        account.map_or("", |account| self.voices.names.get(account.platform))
    }

    pub(in crate::score) fn provider(self) -> &'v str {
        let account = self.voices.accounts.get(self.post.account as usize);
        account.map_or("", |account| self.voices.names.get(account.provider))
    }

    pub(in crate::score) fn id(self) -> Id<'v> {
        self.voices.ids.get(self.place)
    }

    /// Number of its author.
    pub(in crate::score) fn account(self) -> u32 {
        self.post.account
    }

    pub(in crate::score) fn account_id(self) -> &'v str {
        self.voices.account_id(self.post.account)
    }

    /// When it was said, in microseconds since 1970-01-01 UTC.
    pub(in crate::score) fn at(self) -> i64 {
        self.post.at
    }

    /// Index of the brand it is about.
    pub(in crate::score) fn brand(self) -> Option<u32> {
        (self.post.brand != NONE).then(|| u32::from(self.post.brand))
    }

    pub(in crate::score) fn is_about(self) -> bool {
        self.post.brand != NONE
    }

    pub(in crate::score) fn is_opinion(self) -> bool {
        self.has(IS_OPINION)
    }

    pub(in crate::score) fn is_copy(self) -> bool {
        self.has(IS_COPY)
    }

    pub(in crate::score) fn is_outbound(self) -> bool {
        self.has(IS_OUTBOUND)
    }

    pub(in crate::score) fn is_repost(self) -> bool {
        self.has(IS_REPOST)
    }

    pub(in crate::score) fn is_hearsay(self) -> bool {
        self.has(IS_HEARSAY)
    }

    /// Whether anybody listened to what it says.
    pub(in crate::score) fn is_read(self) -> bool {
        self.has(IS_READ)
    }

    pub(in crate::score) fn has_url(self) -> bool {
        self.has(HAS_URL)
    }

    pub(in crate::score) fn wording(self) -> Wording {
        Wording {
            is_blank: self.has(IS_BLANK),
            is_closing: self.has(IS_CLOSING),
        }
    }

    pub(in crate::score) fn label(self) -> Option<Label> {
        match (self.post.flags >> LABEL) & 3 {
            1 => Some(Label::Negative),
            2 => Some(Label::Neutral),
            3 => Some(Label::Positive),
            _ => None,
        }
    }

    pub(in crate::score) fn utterance(self) -> Option<Kind> {
        let number = usize::from((self.post.flags >> UTTERANCE) & 7);
        if !self.has(IS_READ) {
            return None;
        }
        Kind::ALL.get(number.checked_sub(1)?).copied()
    }

    pub(in crate::score) fn sentiment(self) -> Option<f64> {
        self.has(IS_SCORED)
            .then(|| f64::from(self.post.sentiment) / STEPS)
    }

    /// Hash of what it says, links and names apart, of a recent post that is long enough.
    pub(in crate::score) fn text(self) -> Option<u64> {
        let place = self.place.checked_sub(self.voices.texts_from)?;
        (self.voices.texts.get(place).copied()).filter(|text| *text != 0)
    }

    /// Place of its topic among those found.
    pub(in crate::score) fn topic(self) -> Option<u32> {
        let (from, topics) = self.voices.topics.get()?;
        let topic = *topics.get(self.place.checked_sub(*from)?)?;
        (topic != NONE).then(|| u32::from(topic))
    }

    /// Numbers of its content words, each once; none for what the shop said and what is about nobody.
    pub(in crate::score) fn words(self) -> Words<'v> {
        Words::packed(self.voices.words.get(self.place))
    }

    /// Hash of its conversation.
    pub(in crate::score) fn conversation(self, further: &Further<'_>) -> Option<u64> {
        match further.is_own_conversation {
            true => Some(self.id().hash()),
            false => further.conversation,
        }
    }

    /// Numbers of the keywords of its brand that it has.
    pub(in crate::score) fn keywords(self, further: &Further<'_>) -> &'v [u32] {
        let number = further.keywords.map(|number| number as usize);
        let set = number.and_then(|number| self.voices.keyword_sets.get(number));
        set.map_or(&[][..], |set| &set[..])
    }

    /// Names that it mentions.
    pub(in crate::score) fn mentions(self, further: &Further<'v>) -> impl Iterator<Item = &'v str> {
        let voices = self.voices;
        let mut rest = further.mentions;
        std::iter::from_fn(move || take_number(&mut rest))
            .map(move |number| voices.mentioned.get(number as u32))
    }

    /// Name of the staff member who wrote it, where the export has it.
    pub(in crate::score) fn staff(self) -> Option<&'v str> {
        of_place(&self.voices.staff, self.place).map(|name| &**name)
    }

    /// The course of a ticket.
    pub(in crate::score) fn ticket(self) -> Option<&'v Ticket> {
        of_place(&self.voices.tickets, self.place)
    }

    /// Place of the first post of its cluster of copies, its own when it is the first.
    pub(in crate::score) fn cluster(self) -> Option<u32> {
        self.voices.cluster(self.place)
    }

    /// Returns what few posts have.
    pub(in crate::score) fn further(self) -> Further<'v> {
        let mut bytes = self.voices.further.get(self.place);
        let mask = take_number(&mut bytes).unwrap_or(0);
        let mut further = Further::default();
        if mask == 0 {
            return further;
        }
        let word = |bytes: &mut &'v [u8], bit: u64| match mask & bit {
            0 => None,
            _ => take_word(bytes),
        };
        let number = |bytes: &mut &'v [u8], bit: u64| match mask & bit {
            0 => None,
            _ => take_number(bytes),
        };
        further.reply_to = word(&mut bytes, REPLY_TO);
        further.reposted = word(&mut bytes, REPOSTED);
        further.is_own_conversation = mask & OWN_CONVERSATION != 0;
        if !further.is_own_conversation {
            further.conversation = word(&mut bytes, CONVERSATION);
        }
        further.repost_count = number(&mut bytes, REPOST_COUNT).map(unzigzag);
        further.rating = word(&mut bytes, RATING).map(f64::from_bits);
        further.negative_strength = word(&mut bytes, STRENGTH).map(f64::from_bits);
        further.keywords = number(&mut bytes, KEYWORDS).map(|set| set as u32);
        if mask & MENTIONS != 0 {
            further.mentions = bytes;
        }
        further
    }
}

fn of_place<T>(of: &[(u32, T)], place: usize) -> Option<&T> {
    let place = u32::try_from(place).ok()?;
    let found = of.binary_search_by_key(&place, |(place, _)| *place).ok()?;
    of.get(found).map(|(_, value)| value)
}
