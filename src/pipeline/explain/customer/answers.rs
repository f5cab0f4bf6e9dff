//! What the shop answered.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::posts::{POST, Post, READ};
use super::rows::{Key, Scope, each};
use super::who::Account;
use crate::error::{Error, Result};
use crate::schema::{Column as Owned, conversations, posts};

/// Kinds of a conversation that may have one customer alone: all that the shop says in it is said to that one then. A chat may be of
/// a group, and a mail of several.
const ALONE: [&str; 4] = ["chat", "call", "email", "ticket"];

const CALL: &str = "call";

/// An exchange with the shop.
pub(super) struct Talk {
    pub source: String,
    /// In microseconds since 1970-01-01 UTC.
    pub answered_at: Option<i64>,
    pub minutes: Option<f64>,
    pub answered_by: Option<String>,
    pub is_waiting: bool,
    pub is_open_complaint: bool,
}

/// Returns the exchanges that posts began.
pub(super) fn talks(scope: &Scope<'_>, keys: &BTreeSet<Key>) -> Result<Vec<Talk>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let key = [conversations::SOURCE, conversations::ROOT_POST_ID];
    let columns = [
        conversations::FIRST_RESPONSE_AT,
        conversations::FIRST_RESPONSE_MINUTES,
        conversations::ANSWERED_BY,
        conversations::WAITING_SINCE_AT,
        conversations::IS_OPEN_COMPLAINT,
    ];
    let rows = scope.of_keys(&conversations::TABLE, key, &columns, keys, None)?;
    let found: PolarsResult<Vec<Talk>> = each(&rows)
        .map(|row| {
            Ok(Talk {
                source: row.word(conversations::SOURCE)?,
                answered_at: row.instant(conversations::FIRST_RESPONSE_AT)?,
                minutes: row.float(conversations::FIRST_RESPONSE_MINUTES)?,
                answered_by: row.text(conversations::ANSWERED_BY)?,
                is_waiting: row.instant(conversations::WAITING_SINCE_AT)?.is_some(),
                is_open_complaint: row.flag(conversations::IS_OPEN_COMPLAINT)? == Some(true),
            })
        })
        .collect();
    found.map_err(Error::frame("read the conversations of a person"))
}

/// Returns what the shop said to the person: answers to posts, and its side of chats, calls, mails and tickets nobody else takes part
/// in. Where others do, what it says without answering a post of the person may be said to them.
pub(super) fn answers(scope: &Scope<'_>, posts: &[Post]) -> Result<Vec<Post>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let asked: BTreeSet<(&str, &str)> = posts
        .iter()
        .map(|post| (post.key.0.as_str(), post.key.1.as_str()))
        .collect();
    let held: BTreeSet<(&str, &str)> = posts
        .iter()
        .filter(|post| ALONE.contains(&post.kind.as_str()))
        .filter_map(|post| Some((post.key.0.as_str(), post.conversation_id.as_deref()?)))
        .collect();
    let ids = asked.iter().map(|(_, id)| *id).collect();
    let shared = shared(scope, posts, &held)?;
    let held: BTreeSet<(&str, &str)> = held
        .into_iter()
        .filter(|(source, id)| !shared.contains(&((*source).to_owned(), (*id).to_owned())))
        .collect();
    let is_answer = posts::REPLY_TO_POST_ID.is_among(ids).fill_null(lit(false));
    let ids = held.iter().map(|(_, id)| *id).collect();
    let is_in_talk = posts::CONVERSATION_ID.is_among(ids).fill_null(lit(false));
    let rows = own_posts(scope, is_answer.or(is_in_talk))?;
    let found: PolarsResult<Vec<Post>> = each(&rows).map(Post::read).collect();
    let found = found.map_err(Error::frame("read the answers to a person"))?;
    let is_theirs = |post: &Post| {
        let source = post.key.0.as_str();
        let is_of = |id: &Option<String>, keys: &BTreeSet<(&str, &str)>| {
            id.as_deref().is_some_and(|id| keys.contains(&(source, id)))
        };
        is_of(&post.answered, &asked) || is_of(&post.conversation_id, &held)
    };
    Ok(found
        .into_iter()
        .filter(|post| post.is_outbound && is_theirs(post))
        .collect())
}

/// Returns which of some conversations others take part in: somebody said something there, whenever it was, by an account that is none
/// of the person's and without a record of theirs.
fn shared(
    scope: &Scope<'_>,
    posts: &[Post],
    held: &BTreeSet<(&str, &str)>,
) -> Result<BTreeSet<Key>> {
    if held.is_empty() {
        return Ok(BTreeSet::new());
    }
    let accounts: BTreeSet<&Account> = posts
        .iter()
        .map(|post| &post.account)
        .filter(|(_, _, id)| !id.is_empty())
        .collect();
    let said: BTreeSet<&Key> = posts.iter().map(|post| &post.key).collect();
    let conversation = [posts::SOURCE, posts::CONVERSATION_ID];
    let mut columns = posts::AUTHORED.to_vec();
    columns.push(posts::KIND);
    let keys = held
        .iter()
        .map(|(source, id)| ((*source).to_owned(), (*id).to_owned()))
        .collect();
    let is_inbound = posts::IS_OUTBOUND.expr().fill_null(lit(false)).not();
    let rows = scope.of_keys(
        &posts::TABLE,
        conversation,
        &columns,
        &keys,
        Some(is_inbound),
    )?;
    let found: PolarsResult<BTreeSet<Key>> = each(&rows)
        .filter_map(|row| {
            let theirs = || -> PolarsResult<bool> {
                let account = (
                    row.word(posts::PLATFORM)?,
                    row.word(posts::PROVIDER)?,
                    row.word(posts::ACCOUNT_ID)?,
                );
                let record = (row.word(posts::SOURCE)?, row.word(posts::CUSTOMER_ID)?);
                // How long a call took, or that a message was taken back, may be without an author.
                let is_nobodys = account.2.is_empty()
                    && record.1.is_empty()
                    && (row.word(posts::TEXT)?.is_empty() || row.word(posts::KIND)? == CALL);
                Ok(is_nobodys
                    || said.contains(&row.key(POST)?)
                    || accounts.contains(&account)
                    || scope.records.contains(&record))
            };
            match theirs() {
                Ok(true) => None,
                Ok(false) => Some(row.key(conversation)),
                Err(error) => Some(Err(error)),
            }
        })
        .collect();
    found.map_err(Error::frame("read who else takes part"))
}

/// Returns the shop's own posts for which a condition holds.
fn own_posts(scope: &Scope<'_>, holds: Expr) -> Result<DataFrame> {
    let columns: Vec<Expr> = POST.iter().chain(&READ).map(Owned::expr).collect();
    scope
        .store
        .scan(&posts::TABLE)?
        .filter(posts::IS_OUTBOUND.expr())
        .filter(scope.is_before(posts::POSTED_AT))
        .filter(holds)
        .select(columns)
        .collect()
        .map_err(Error::frame("read the answers to a person"))
}
