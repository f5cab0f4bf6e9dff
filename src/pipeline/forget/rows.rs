//! What becomes of rows about somebody who is forgotten.
//!
//! Rows that exist because of the person go: records, consents, contacts, declarations, assignments, decisions, accounts, and
//! what was computed of the person. Orders and posts stay for the sums, and say nothing of whose they are. In every text
//! of every other row, what names the person is taken out. Words that were counted over all posts go with those of the person
//! among them, as a part of a name may be one; the next run counts anew.

mod post_rows;

use polars::prelude::*;
use serde::de::IgnoredAny;

use self::post_rows::PostRows;
pub(super) use self::post_rows::{is_private, repeated_handle};
use super::heard::{self, OF_POST};
use super::told::{Tellings, Told};
use super::words::{GONE, is_name};
use crate::pipeline::brand_word;
use crate::schema::{
    Column as Owned, ColumnKind, Table, account_scores, accounts, alerts, communities,
    conversations, copies, customers, decisions, deletions, hour_counts, order_lines, orders,
    persons, post_scores, post_topics, posts, purchases,
};

/// Tells whose a row is.
pub(in crate::pipeline) trait Whose {
    /// Whether a customer record is the person's.
    fn has_record(&self, source: &str, customer_id: &str) -> bool;
    /// Whether an account is the person's, by its id, or by a name that stands for an id.
    fn has_account(&self, platform: &str, provider: &str, account_id: &str) -> bool;
    /// Whether an account of that id is the person's on any platform, for lists that do not say which.
    fn has_account_id(&self, account_id: &str) -> bool;
    /// Whether a handle is the person's.
    fn has_handle(&self, platform: &str, handle: &str) -> bool;
    /// Whether the person has such an id.
    fn has_person(&self, person_id: &str) -> bool;
    /// Whether a customer record of another id is the person's by what it says.
    fn is_told_by(&self, told: &Told<'_>) -> bool;
    /// Whether an e-mail address or a telephone number is the person's alone.
    fn has_contact(&self, email: Option<&str>, phone: Option<&str>) -> bool;
    /// Whether a post is the person's, though this row of it does not say so.
    fn has_post(&self, source: &str, post_id: &str) -> bool;
    /// Whether the person said a post of a platform, whatever export it came from.
    fn has_said(&self, _platform: &str, _post_id: &str) -> bool {
        false
    }
    /// Whether a talk was with the person alone, so that whatever is said in it is said to them.
    fn has_talk(&self, _source: &str, _conversation_id: &str) -> bool {
        false
    }
    /// Whether a post of somebody else names the person.
    fn is_named_in(&self, source: &str, post_id: &str) -> bool;
    /// Whether a post is the person's or names them, so that words counted over all posts may be theirs.
    fn is_heard(&self) -> bool {
        false
    }
    /// Whether it is a person who is forgotten, and not posts alone.
    fn is_person(&self) -> bool {
        false
    }
    /// Hears of a row that goes: a record by its address, an account by its handle.
    fn met(&self, table: &Table, ids: [&str; 3]);
    /// Returns a text without what names the person; `None` when nothing does. In a key, what stands for a name tells rows
    /// apart.
    fn without(&self, text: &str, is_key: bool) -> Option<String>;
    /// Whether a text names the person.
    fn names(&self, text: &str) -> bool {
        self.without(text, false).is_some()
    }
    /// Returns an id without an address or a number of the person, as guests' ids are; `None` when it is none.
    fn without_contact(&self, id: &str) -> Option<String>;
    /// Returns what stands for a text that is the person's full name and nothing else; `None` when it is not.
    fn without_name(&self, _text: &str, _is_key: bool) -> Option<String> {
        None
    }
    /// Returns a JSON object without the values that say nothing but who the person is; `None` when it has none.
    fn without_values(&self, _json: &str) -> Option<String> {
        None
    }
}

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

/// Columns of ids: whose they are the whole row says, and the same id of another system is somebody else's.
const IDS: [&str; 18] = [
    customers::SOURCE.name,
    customers::CUSTOMER_ID.name,
    customers::POSTAL_CODE.name,
    customers::BATCH_ID.name,
    decisions::OTHER_SOURCE.name,
    decisions::OTHER_CUSTOMER_ID.name,
    accounts::PLATFORM.name,
    accounts::PROVIDER.name,
    accounts::ACCOUNT_ID.name,
    orders::ORDER_ID.name,
    order_lines::PRODUCT_CODE.name,
    posts::POST_ID.name,
    posts::REPLY_TO_POST_ID.name,
    posts::REPOSTED_POST_ID.name,
    posts::CONVERSATION_ID.name,
    post_scores::COPY_OF.name,
    conversations::ROOT_POST_ID.name,
    persons::PERSON_ID.name,
];

/// Columns of a second account, on the platform of the account whose row it is.
const OTHER_ACCOUNTS: [&str; 2] = [
    conversations::ANSWERED_BY.name,
    account_scores::IMPERSONATES.name,
];

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

/// Takes what names the person out of all texts, and returns how many rows had some.
fn scrub(table: &Table, frame: &mut DataFrame, whose: &dyn Whose) -> PolarsResult<u64> {
    let mut rows = vec![false; frame.height()];
    for column in table.columns {
        let is_key = table.key.iter().any(|key| key.name == column.name);
        let changed = match column.kind {
            ColumnKind::Text => scrubbed_texts(table, frame, column, is_key, whose, &mut rows)?,
            ColumnKind::Texts => scrubbed_lists(frame, column, whose, &mut rows)?,
            _ => None,
        };
        if let Some(changed) = changed {
            frame.with_column(changed)?;
        }
    }
    Ok(rows.into_iter().filter(|is_changed| *is_changed).count() as u64)
}

fn scrubbed_texts(
    table: &Table,
    frame: &DataFrame,
    column: &Owned,
    is_key: bool,
    whose: &dyn Whose,
    rows: &mut [bool],
) -> PolarsResult<Option<Column>> {
    if IDS.contains(&column.name) {
        let is_account = column.name == accounts::ACCOUNT_ID.name;
        return changed_texts(frame, column, rows, &mut |_, id| {
            let without = whose.without_contact(id);
            let without = without.map(|without| is_key.then_some(without));
            // Whose account it is a name does not tell for sure: it stays apart from others, and is not named.
            if is_account && without.is_none() && is_name(id) {
                return whose.without_name(id, true).map(Some);
            }
            without
        });
    }
    if table.name == accounts::TABLE.name && column.name == accounts::DISPLAY_NAME.name {
        return changed_texts(frame, column, rows, &mut |_, shown| {
            let without = whose.without(shown, is_key);
            without
                .or_else(|| whose.without_name(shown, is_key))
                .map(Some)
        });
    }
    if column.name == accounts::HANDLE.name && table.column(accounts::PLATFORM.name).is_some() {
        let platforms = frame.column(accounts::PLATFORM.name)?.str()?;
        return changed_texts(frame, column, rows, &mut |row, handle| {
            let platform = platforms.get(row).unwrap_or_default();
            let is_theirs = whose.has_handle(platform, handle);
            is_theirs.then(|| is_key.then(|| hidden(handle, whose)))
        });
    }
    if OTHER_ACCOUNTS.contains(&column.name) {
        let platforms = frame.column(accounts::PLATFORM.name)?.str()?;
        let providers = frame.column(accounts::PROVIDER.name)?.str()?;
        return changed_texts(frame, column, rows, &mut |row, id| {
            let platform = platforms.get(row).unwrap_or_default();
            let provider = providers.get(row).unwrap_or_default();
            match whose.has_account(platform, provider, id) || whose.has_handle(platform, id) {
                true => Some(None),
                false => whose.without(id, is_key).map(Some),
            }
        });
    }
    let is_of_customers = table.name == customers::TABLE.name;
    if is_of_customers && column.name == customers::EMAIL.name {
        return changed_texts(frame, column, rows, &mut |_, email| {
            let is_theirs = whose.has_contact(Some(email), None) || whose.names(email);
            is_theirs.then_some(None)
        });
    }
    if is_of_customers && column.name == customers::PHONE.name {
        return changed_texts(frame, column, rows, &mut |_, phone| {
            let is_theirs = whose.has_contact(None, Some(phone)) || whose.names(phone);
            is_theirs.then_some(None)
        });
    }
    let is_json = column.name == customers::EXTRA.name;
    let mut last: Option<&str> = None;
    changed_texts(frame, column, rows, &mut |_, text| {
        // Neighbours often say the same: channel, file.
        if last == Some(text) {
            return None;
        }
        let mut without = whose.without(text, is_key);
        if is_json {
            let left = without.as_deref().unwrap_or(text);
            without = whose.without_values(left).or(without);
        }
        let Some(without) = without else {
            last = Some(text);
            return None;
        };
        let is_broken = is_json && serde_json::from_str::<IgnoredAny>(&without).is_err();
        Some((!is_broken).then_some(without))
    })
}

/// Returns what stands for a handle of the person in a key.
fn hidden(handle: &str, whose: &dyn Whose) -> String {
    let handle = handle.trim_start_matches('@');
    let hidden = whose.without(&format!("@{handle}"), true);
    hidden.map_or_else(
        || GONE.to_owned(),
        |hidden| hidden.trim_start_matches('@').to_owned(),
    )
}

/// Returns a column of texts with those in other words of which `change` says so; `None` where there are none.
fn changed_texts<'a>(
    frame: &'a DataFrame,
    column: &Owned,
    rows: &mut [bool],
    change: &mut dyn FnMut(usize, &'a str) -> Option<Option<String>>,
) -> PolarsResult<Option<Column>> {
    let texts = frame.column(column.name)?.str()?;
    let mut changed: Vec<(usize, Option<String>)> = Vec::new();
    for (row, text) in texts.iter().enumerate() {
        if let Some(text) = text
            && let Some(without) = change(row, text)
        {
            changed.push((row, without));
        }
    }
    if changed.is_empty() {
        return Ok(None);
    }
    let mut values: Vec<Option<String>> =
        texts.iter().map(|text| text.map(str::to_owned)).collect();
    for (row, without) in changed {
        rows[row] = true;
        values[row] = without;
    }
    let values: StringChunked = values.into_iter().collect();
    Ok(Some(values.with_name(column.small_name()).into_column()))
}

fn scrubbed_lists(
    frame: &DataFrame,
    column: &Owned,
    whose: &dyn Whose,
    rows: &mut [bool],
) -> PolarsResult<Option<Column>> {
    let platforms = match frame.schema().contains(posts::PLATFORM.name) {
        true => Some(frame.column(posts::PLATFORM.name)?.str()?),
        false => None,
    };
    let is_handles =
        [posts::MENTIONS.name, communities::CENTRAL_HANDLES.name].contains(&column.name);
    let is_accounts = column.name == alerts::SPREADERS.name;
    let is_posts = column.name == alerts::FIRST_POSTS.name;
    let lists = frame.column(column.name)?.as_materialized_series().clone();
    let mut is_any = false;
    let mut values: Vec<Option<Vec<String>>> = Vec::with_capacity(frame.height());
    for (row, list) in lists.list()?.amortized_iter().enumerate() {
        let Some(list) = list else {
            values.push(None);
            continue;
        };
        let platform = platforms.and_then(|platforms| platforms.get(row));
        let mut kept = Vec::new();
        for text in list.as_ref().str()?.iter().flatten() {
            let is_theirs = is_handles && whose.has_handle(platform.unwrap_or_default(), text)
                || is_accounts && whose.has_account_id(text);
            let without = match is_posts {
                true => whose.without_contact(text),
                false => whose.without(text, false),
            };
            if is_theirs || without.is_some() {
                is_any = true;
                rows[row] = true;
            }
            if !is_theirs {
                kept.push(without.unwrap_or_else(|| text.to_owned()));
            }
        }
        values.push(Some(kept));
    }
    if !is_any {
        return Ok(None);
    }
    let mut lists = ListStringChunkedBuilder::new(column.small_name(), values.len(), values.len());
    for value in &values {
        match value {
            Some(texts) => lists.append_values_iter(texts.iter().map(String::as_str)),
            None => lists.append_null(),
        }
    }
    Ok(Some(lists.finish().into_column()))
}

#[cfg(test)]
mod tests;
