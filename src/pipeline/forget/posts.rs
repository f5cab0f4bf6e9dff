//! The posts that are a person's: their own, those that repeat them, and what was said to the person alone.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{REPOST, Whose, repeated_handle};
use super::subject::each_text;
use super::talks::{Key, Talks};
use crate::error::Result;
use crate::schema::posts;
use crate::store::{Rows, Store};

/// Letters from which on a text that two posts have is taken for one that the other repeats.
const REPEATED_LETTERS: usize = 12;

/// The posts that are a person's.
#[derive(Default)]
pub(super) struct Posts {
    /// Source and id of all of them.
    all: BTreeSet<Key>,
    /// Platform and id of the person's own.
    said: BTreeSet<Key>,
    /// Source and id of the talks in which only the person and the shop spoke.
    talks: BTreeSet<Key>,
}

/// What the person said.
#[derive(Default)]
struct Own {
    posts: BTreeSet<Key>,
    said: BTreeSet<Key>,
    /// Texts long enough to be told again where somebody repeats them.
    texts: BTreeSet<String>,
}

fn key(first: &str, second: &str) -> Key {
    (first.to_owned(), second.to_owned())
}

fn has(keys: &BTreeSet<Key>, first: &str, second: &str) -> bool {
    !keys.is_empty() && keys.contains(&key(first, second))
}

impl Posts {
    /// Finds the posts that any observation of them says are the person's.
    pub(super) fn of(store: &Store, whose: &dyn Whose) -> Result<Self> {
        let own = Own::of(store, whose)?;
        let mut all = own.reposts(store, whose)?;
        all.extend(own.posts);
        let talks = Talks::with(store, &all)?;
        all.extend(talks.answers);
        Ok(Self {
            all,
            said: own.said,
            talks: talks.ids,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn has(&self, source: &str, post_id: &str) -> bool {
        has(&self.all, source, post_id)
    }

    pub(super) fn has_said(&self, platform: &str, post_id: &str) -> bool {
        has(&self.said, platform, post_id)
    }

    pub(super) fn has_talk(&self, source: &str, conversation_id: &str) -> bool {
        has(&self.talks, source, conversation_id)
    }

    /// Returns kinds and texts to be hashed, by which a later import tells them.
    pub(super) fn hashed(&self) -> impl Iterator<Item = (&'static str, [&str; 2])> {
        let kinds = [
            ("post", &self.all),
            ("said", &self.said),
            ("talk", &self.talks),
        ];
        kinds.into_iter().flat_map(|(kind, keys)| {
            let keys = keys.iter();
            keys.map(move |(first, second)| (kind, [first.as_str(), second.as_str()]))
        })
    }
}

impl Own {
    fn of(store: &Store, whose: &dyn Whose) -> Result<Self> {
        let mut own = Self::default();
        let columns = &posts::AUTHORED;
        each_text(store, &posts::TABLE, Rows::All, columns, &mut |cells| {
            let [source, post_id, platform, provider, account, customer, text] = *cells else {
                return;
            };
            if whose.has_account(platform, provider, account) || whose.has_record(source, customer)
            {
                own.posts.insert(key(source, post_id));
                own.said.insert(key(platform, post_id));
                if text.chars().count() >= REPEATED_LETTERS {
                    own.texts.insert(text.to_owned());
                }
            }
        })?;
        Ok(own)
    }

    /// Returns the posts that repeat what the person said; which post it is, an export need not say. What others said, too, in
    /// the same words, may be theirs that is repeated.
    fn reposts(&self, store: &Store, whose: &dyn Whose) -> Result<BTreeSet<Key>> {
        let mut found = BTreeSet::new();
        let mut by_text: BTreeMap<String, BTreeSet<Key>> = BTreeMap::new();
        let mut of_others: BTreeSet<String> = BTreeSet::new();
        let columns = [
            posts::KIND,
            posts::SOURCE,
            posts::POST_ID,
            posts::PLATFORM,
            posts::REPOSTED_POST_ID,
            posts::TEXT,
        ];
        each_text(store, &posts::TABLE, Rows::All, &columns, &mut |cells| {
            let [kind, source, post_id, platform, of, text] = *cells else {
                return;
            };
            if kind != REPOST {
                if self.texts.contains(text) && !has(&self.posts, source, post_id) {
                    of_others.insert(text.to_owned());
                }
                return;
            }
            let is_theirs = |handle: &str| whose.has_handle(platform, handle);
            let repeats =
                !of.is_empty() && (has(&self.posts, source, of) || has(&self.said, platform, of));
            if repeats || repeated_handle(text).is_some_and(is_theirs) {
                found.insert(key(source, post_id));
            } else if of.is_empty() && self.texts.contains(text) {
                let repeating = by_text.entry(text.to_owned()).or_default();
                repeating.insert(key(source, post_id));
            }
        })?;
        by_text.retain(|text, _| !of_others.contains(text));
        found.extend(by_text.into_values().flatten());
        Ok(found)
    }
}
