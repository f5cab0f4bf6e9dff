//! Talks that were with the person alone: whatever the shop said in them it said to the person.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::rows::is_private;
use crate::error::{Error, Result};
use crate::schema::{Column as Owned, posts};
use crate::store::{Rows, Store};

/// Source and id of a post or of a talk.
pub(super) type Key = (String, String);

/// Talks with one person.
#[derive(Default)]
pub(super) struct Talks {
    pub ids: BTreeSet<Key>,
    /// What others than the person said in them.
    pub answers: BTreeSet<Key>,
}

/// The columns that say who spoke where.
const SAID: [Owned; 7] = [
    posts::SOURCE,
    posts::POST_ID,
    posts::KIND,
    posts::CONVERSATION_ID,
    posts::ACCOUNT_ID,
    posts::CUSTOMER_ID,
    posts::IS_OUTBOUND,
];

/// A post of a talk.
struct Said {
    post: Key,
    talk: Key,
    /// Whether somebody said it who is neither the shop nor unknown, as who was forgotten before.
    is_by_another: bool,
}

impl Talks {
    /// Returns the talks in which nobody but the author of the posts and the shop spoke.
    pub(super) fn with(store: &Store, own: &BTreeSet<Key>) -> Result<Self> {
        let mut talks = Self::default();
        if own.is_empty() {
            return Ok(talks);
        }
        each_said(store, &mut |said| {
            if own.contains(&said.post) {
                talks.ids.insert(said.talk);
            }
        })?;
        if talks.ids.is_empty() {
            return Ok(talks);
        }
        let mut with_others: BTreeSet<Key> = BTreeSet::new();
        let mut answers: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
        each_said(store, &mut |said| {
            if own.contains(&said.post) || !talks.ids.contains(&said.talk) {
                return;
            }
            if said.is_by_another {
                with_others.insert(said.talk);
            } else {
                answers.entry(said.talk).or_default().insert(said.post);
            }
        })?;
        talks.ids.retain(|talk| !with_others.contains(talk));
        answers.retain(|talk, _| !with_others.contains(talk));
        talks.answers = answers.into_values().flatten().collect();
        Ok(talks)
    }
}

/// Hands every observation of what was said in a talk to `take`.
fn each_said(store: &Store, take: &mut dyn FnMut(Said)) -> Result<()> {
    store.column_blocks(&posts::TABLE, &SAID, Rows::All, &mut |frame| {
        let mut each = || -> PolarsResult<()> {
            let text = |column: Owned| frame.column(column.name)?.str();
            let (source, post) = (text(posts::SOURCE)?, text(posts::POST_ID)?);
            let (kind, talk) = (text(posts::KIND)?, text(posts::CONVERSATION_ID)?);
            let (account, customer) = (text(posts::ACCOUNT_ID)?, text(posts::CUSTOMER_ID)?);
            let is_outbound = frame.column(posts::IS_OUTBOUND.name)?.bool()?;
            let cell = |texts: &StringChunked, row: usize| {
                let text = texts.get(row).unwrap_or_default();
                text.to_owned()
            };
            for row in 0..frame.height() {
                let is_talk = talk.get(row).is_some_and(|talk| !talk.is_empty());
                if !is_talk || !kind.get(row).is_some_and(is_private) {
                    continue;
                }
                let is_named =
                    |texts: &StringChunked| texts.get(row).is_some_and(|id| !id.is_empty());
                let source = cell(source, row);
                take(Said {
                    post: (source.clone(), cell(post, row)),
                    talk: (source, cell(talk, row)),
                    is_by_another: is_outbound.get(row) != Some(true)
                        && (is_named(account) || is_named(customer)),
                });
            }
            Ok(())
        };
        each().map_err(Error::frame("look for a person"))
    })
}
