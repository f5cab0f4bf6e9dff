//! What becomes of rows about somebody who is forgotten.
//!
//! Rows that exist because of the person go: records, consents, contacts, declarations, assignments, decisions, accounts, and
//! what was computed of the person. Orders and posts stay for the sums, and say nothing of whose they are. In every text
//! of every other row, what names the person is taken out. Words that were counted over all posts go with those of the person
//! among them, as a part of a name may be one; the next run counts anew.

mod post_rows;
mod scrub;
mod whose;

use polars::prelude::*;

use self::post_rows::PostRows;
pub(super) use self::post_rows::{is_private, repeated_handle};
use self::scrub::scrub;
pub(in crate::pipeline) use self::whose::Whose;
use super::heard::{self, OF_POST};
use super::told::Tellings;
use crate::pipeline::brand_word;
use crate::schema::{
    Column as Owned, Table, accounts, conversations, copies, customers, decisions, deletions,
    hour_counts, orders, persons, post_scores, post_topics, posts, purchases,
};

/// What became of rows.
pub(in crate::pipeline) struct Treated {
    /// The rows that stay; `None` where they stay as they were.
    pub frame: Option<DataFrame>,
    /// Which rows stay.
    pub is_kept: BooleanChunked,
    /// Rows that were the person's and stay without saying so.
    pub emptied: u64,
    /// Rows of others that named the person.
    pub scrubbed: u64,
}

impl Treated {
    /// Returns how many rows go.
    pub fn gone(&self) -> u64 {
        self.is_kept.len() as u64 - u64::from(self.is_kept.sum().unwrap_or(0))
    }
}

/// Kind of posts that say what another said.
pub(super) const REPOST: &str = "repost";

/// Takes away the words of posts that named the person: parts of a name stand in them on their own.
fn without_words(frame: &mut DataFrame, whose: &dyn Whose) -> PolarsResult<u64> {
    let source = frame.column(post_scores::SOURCE.name)?.str()?;
    let post = frame.column(post_scores::POST_ID.name)?.str()?;
    let is_named: BooleanChunked = source
        .iter()
        .zip(post.iter())
        .map(|(source, post)| {
            Some(whose.is_named_in(source.unwrap_or_default(), post.unwrap_or_default()))
        })
        .collect();
    let mut says = BooleanChunked::full(PlSmallStr::EMPTY, false, frame.height());
    for column in OF_POST {
        says = says | frame.column(column.name)?.is_not_null();
    }
    let rows = is_named & says;
    if rows.any() {
        *frame = emptied(frame, &rows, &OF_POST)?;
    }
    Ok(u64::from(rows.sum().unwrap_or(0)))
}

/// Returns the frame with nothing in `columns` of the rows.
pub(in crate::pipeline) fn emptied(
    frame: &DataFrame,
    rows: &BooleanChunked,
    columns: &[Owned],
) -> PolarsResult<DataFrame> {
    let mut frame = frame.clone();
    for column in columns {
        let found = frame.column(column.name)?.as_materialized_series();
        let nothing = Series::full_null(column.small_name(), found.len(), found.dtype());
        let kept = nothing.zip_with(rows, found)?;
        frame.with_column(kept.with_name(column.small_name()).into_column())?;
    }
    Ok(frame)
}

/// Takes the person out of rows of a table.
pub(in crate::pipeline) fn treat(
    table: &Table,
    frame: &DataFrame,
    whose: &dyn Whose,
    keywords: &[String],
) -> PolarsResult<Treated> {
    let fates = fates(table, frame, whose)?;
    let is_kept: BooleanChunked = fates.iter().map(|fate| Some(*fate != Fate::Goes)).collect();
    let mut is_changed = !is_kept.all();
    let mut left = match is_changed {
        true => frame.filter(&is_kept)?,
        false => frame.clone(),
    };
    let is_emptied: BooleanChunked = fates
        .iter()
        .filter(|fate| **fate != Fate::Goes)
        .map(|fate| Some(*fate == Fate::Emptied))
        .collect();
    let mut emptied = 0;
    if is_emptied.any() {
        let said = says(table, &left, keywords)? & is_emptied.clone();
        emptied = u64::from(said.sum().unwrap_or(0));
        if emptied > 0 {
            is_changed = true;
            left = without_content(table, &left, &is_emptied, keywords)?;
        }
    }
    let mut scrubbed = scrub(table, &mut left, whose)?;
    if table.name == post_scores::TABLE.name {
        scrubbed += without_words(&mut left, whose)?;
    }
    if whose.is_heard() {
        scrubbed += heard::without_lists(table, &mut left)?;
    }
    is_changed |= scrubbed > 0;
    Ok(Treated {
        frame: is_changed.then_some(left),
        is_kept,
        emptied,
        scrubbed,
    })
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is somebody else's.
    Stays,
    /// It stays, and does not say whose it is.
    Emptied,
    Goes,
}

/// Decides by the columns of the table: a row goes where what names the person is its key, else it is emptied.
fn fates(table: &Table, frame: &DataFrame, whose: &dyn Whose) -> PolarsResult<Vec<Fate>> {
    let text = |column: Owned| -> PolarsResult<Option<&StringChunked>> {
        match table.column(column.name) {
            Some(_) => frame.column(column.name)?.str().map(Some),
            None => Ok(None),
        }
    };
    let is_key = |column: Owned| table.key.iter().any(|key| key.name == column.name);
    let (source, customer_id) = (text(customers::SOURCE)?, text(customers::CUSTOMER_ID)?);
    let (other_source, other_id) = (
        text(decisions::OTHER_SOURCE)?,
        text(decisions::OTHER_CUSTOMER_ID)?,
    );
    let person = text(persons::PERSON_ID)?;
    let (platform, provider) = (text(accounts::PLATFORM)?, text(accounts::PROVIDER)?);
    let (account, handle) = (text(accounts::ACCOUNT_ID)?, text(accounts::HANDLE)?);
    let post = text(posts::POST_ID)?;
    let post_rows = match table.name == posts::TABLE.name {
        true => Some(PostRows::of(frame)?),
        false => None,
    };
    let is_of_customers = table.name == customers::TABLE.name;
    let is_of_accounts = table.name == accounts::TABLE.name;
    let is_of_words = whose.is_heard() && heard::is_of_words(table);
    let topic = match whose.is_heard() && table.name == hour_counts::TABLE.name {
        true => text(hour_counts::TOPIC)?,
        false => None,
    };
    let tellings = match is_of_customers {
        true => Some(Tellings::of(frame)?),
        false => None,
    };
    let goes = |is_key: bool| match is_key {
        true => Fate::Goes,
        false => Fate::Emptied,
    };
    let mut fates = Vec::with_capacity(frame.height());
    for row in 0..frame.height() {
        let mut fate = Fate::Stays;
        let mut decide = |found: Fate| {
            if found == Fate::Goes || fate == Fate::Stays {
                fate = found;
            }
        };
        // The label of a topic is made of words.
        if is_of_words || !cell(topic, row).is_empty() {
            decide(Fate::Goes);
        }
        if let Some(id) = person.and_then(|person| person.get(row))
            && whose.has_person(id)
        {
            decide(goes(
                is_key(persons::PERSON_ID) || table.name != purchases::TABLE.name,
            ));
        }
        if customer_id.is_some() && source.is_some() {
            let (source, id) = (cell(source, row), cell(customer_id, row));
            let is_theirs = !id.is_empty() && whose.has_record(source, id);
            let (other_source, other_id) = (cell(other_source, row), cell(other_id, row));
            let is_others = !other_id.is_empty() && whose.has_record(other_source, other_id);
            let is_told = !is_theirs
                && tellings
                    .as_ref()
                    .is_some_and(|tellings| whose.is_told_by(&tellings.get(row)));
            if is_told {
                whose.met(table, [source, id, ""]);
            }
            if is_theirs || is_others || is_told {
                decide(goes(is_key(customers::CUSTOMER_ID)));
            }
        }
        if account.is_some() && platform.is_some() {
            let (platform, provider) = (cell(platform, row), cell(provider, row));
            let (id, name) = (cell(account, row), cell(handle, row));
            let is_theirs = !id.is_empty() && whose.has_account(platform, provider, id);
            // A handle is given up and taken by others; the account is told by its id wherever it has one.
            let is_by_handle =
                handle.is_some() && !has_own_id(id, name) && whose.has_handle(platform, name);
            if is_by_handle && !is_theirs && is_of_accounts && !id.is_empty() {
                whose.met(table, [platform, provider, id]);
            }
            if is_theirs || is_by_handle {
                decide(goes(is_key(accounts::ACCOUNT_ID)));
            }
        }
        // Nothing says of which platform it is: what is emptied too much, the next run finds out again.
        if account.is_some() && platform.is_none() && whose.has_account_id(cell(account, row)) {
            decide(goes(is_key(accounts::ACCOUNT_ID)));
        }
        if post.is_some() && table.name != deletions::TABLE.name {
            let (source, id) = (cell(source, row), cell(post, row));
            let is_about = |rows: &PostRows<'_>| rows.is_about(row, whose);
            if whose.has_post(source, id) || post_rows.as_ref().is_some_and(is_about) {
                decide(goes(table.name == post_topics::TABLE.name));
            }
        }
        fates.push(fate);
    }
    Ok(fates)
}

/// Returns the text of a cell, empty where there is none.
fn cell(column: Option<&StringChunked>, row: usize) -> &str {
    column
        .and_then(|column| column.get(row))
        .unwrap_or_default()
}

/// Whether an account has an id that is not its handle.
fn has_own_id(id: &str, handle: &str) -> bool {
    let bare = |name: &str| name.trim_start_matches('@').to_lowercase();
    !id.is_empty() && bare(id) != bare(handle)
}

/// Returns the columns that are emptied of a row that stays.
fn emptied_columns(table: &Table) -> Vec<Owned> {
    let named: &[Owned] = match table.name {
        name if name == orders::TABLE.name => &[orders::CUSTOMER_ID, orders::COUPON, orders::EXTRA],
        name if name == posts::TABLE.name => &[
            posts::ACCOUNT_ID,
            posts::CUSTOMER_ID,
            posts::MENTIONS,
            posts::HASHTAGS,
            posts::URLS,
            posts::EXTRA,
        ],
        name if name == post_scores::TABLE.name => &[
            post_scores::ACCOUNT_ID,
            post_scores::WORDS,
            post_scores::DECIDING_WORDS,
            post_scores::SPEECH_WORDS,
            post_scores::CONTENT,
        ],
        name if name == copies::TABLE.name => &[copies::ACCOUNT_ID],
        name if name == conversations::TABLE.name => &[conversations::ACCOUNT_ID],
        name if name == purchases::TABLE.name => &[purchases::PERSON_ID, purchases::COUPON],
        _ => &[],
    };
    named.to_vec()
}

/// Returns which rows say anything that is to be emptied.
fn says(table: &Table, frame: &DataFrame, keywords: &[String]) -> PolarsResult<BooleanChunked> {
    let mut says = BooleanChunked::full(PlSmallStr::EMPTY, false, frame.height());
    for column in emptied_columns(table) {
        says = says | frame.column(column.name)?.is_not_null();
    }
    if table.name == posts::TABLE.name {
        let texts = frame.column(posts::TEXT.name)?.str()?;
        let is_text: BooleanChunked = texts
            .iter()
            .map(|text| Some(text.is_some_and(|text| text != brand_word(keywords, text))))
            .collect();
        says = says | is_text;
    }
    Ok(says)
}

/// Empties rows: what they count stays, and of a text the keyword of the brand, so that it goes on to count.
fn without_content(
    table: &Table,
    frame: &DataFrame,
    rows: &BooleanChunked,
    keywords: &[String],
) -> PolarsResult<DataFrame> {
    let mut left = emptied(frame, rows, &emptied_columns(table))?;
    if table.name == posts::TABLE.name {
        let texts = left.column(posts::TEXT.name)?.str()?;
        let texts: StringChunked = texts
            .iter()
            .zip(rows.iter())
            .map(|(text, is_emptied)| match is_emptied {
                Some(true) => text.map(|text| brand_word(keywords, text)),
                _ => text.map(str::to_owned),
            })
            .collect();
        left.with_column(texts.with_name(posts::TEXT.small_name()).into_column())?;
    }
    Ok(left)
}

#[cfg(test)]
mod tests;
