//! What names the person is taken out of the texts of rows that stay.

use polars::prelude::*;
use serde::de::IgnoredAny;

use super::super::words::{GONE, is_name};
use super::Whose;
use crate::schema::{
    Column as Owned, ColumnKind, Table, account_scores, accounts, alerts, communities,
    conversations, customers, decisions, order_lines, orders, persons, post_scores, posts,
};

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

/// Takes what names the person out of all texts, and returns how many rows had some.
pub(super) fn scrub(table: &Table, frame: &mut DataFrame, whose: &dyn Whose) -> PolarsResult<u64> {
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
