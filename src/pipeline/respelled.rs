//! Refusals under another spelling of a customer's id or source, or under an address or a number in place of an id.
//!
//! A refusal must reach the customer it names, also where a spreadsheet or a hand has changed how the name is written: `736.0` for
//! `736`, `00601` for `601`, `EC-CUBE` for `eccube`. What names nobody as it is written, and somebody in another spelling, is of
//! whoever is named so; where an e-mail address or a telephone stands in place of the id, of everybody who has it. A grant names
//! nobody in another way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::named::{each_contact, each_registered};
use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::schema::{Column as Owned, consents};
use crate::store::Store;

/// Source and id of a customer.
type Record = (String, String);

/// Returns statements, with refusals under other spellings as those of the customers they name.
pub(super) fn respelled(store: &Store, statements: LazyFrame) -> Result<LazyFrame> {
    let read = Error::frame("read the consents");
    let mut statements = statements.collect().map_err(&read)?;
    statements.rechunk_mut_par();
    let meant = meant(store, &statements)?;
    if meant.is_empty() {
        return Ok(statements.lazy());
    }
    rewritten(&statements, &meant)
        .map(IntoLazy::lazy)
        .map_err(read)
}

/// Returns whom refusals name in another spelling, by source and id as they are written.
fn meant(store: &Store, statements: &DataFrame) -> Result<BTreeMap<Record, BTreeSet<Record>>> {
    let read = Error::frame("read the consents");
    let refused = refused(statements).map_err(read)?;
    let mut refused: Vec<(&str, &str)> = refused.into_iter().flatten().collect();
    // Most refuse several purposes, one behind the other.
    refused.dedup();
    if refused.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut is_known = vec![false; refused.len()];
    let places: HashMap<(&str, &str), usize> = refused.into_iter().zip(0..).collect();
    each_registered(store, &mut |source, id| {
        if let Some(place) = places.get(&(source, id)) {
            is_known[*place] = true;
        }
    })?;
    let unknown: Vec<(&str, &str)> = places
        .iter()
        // A guest goes by an address that others have, too.
        .filter(|((_, id), place)| !is_known[**place] || id.contains('@'))
        .map(|(written, _)| *written)
        .collect();
    if unknown.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut by_spelling: HashMap<Record, BTreeSet<Record>> = unknown
        .iter()
        .map(|(source, id)| (plain(source, id), BTreeSet::new()))
        .collect();
    each_registered(store, &mut |source, id| {
        if let Some(found) = by_spelling.get_mut(&plain(source, id)) {
            found.insert((source.to_owned(), id.to_owned()));
        }
    })?;
    let by_address = reached(store, unknown.iter().map(|(_, id)| *id))?;
    let named = unknown.into_iter().filter_map(|(source, id)| {
        let by_spelling = by_spelling.get(&plain(source, id));
        let by_address = address(id).and_then(|address| by_address.get(&address));
        let found = by_spelling.into_iter().chain(by_address).flatten();
        let found: BTreeSet<Record> = found.cloned().collect();
        (!found.is_empty()).then(|| ((source.to_owned(), id.to_owned()), found))
    });
    Ok(named.collect())
}

/// Returns the customers who have the addresses and numbers that stand in place of ids, by these.
fn reached<'i>(
    store: &Store,
    ids: impl Iterator<Item = &'i str>,
) -> Result<HashMap<String, BTreeSet<Record>>> {
    let mut reached: HashMap<String, BTreeSet<Record>> = ids
        .filter_map(address)
        .map(|address| (address, BTreeSet::new()))
        .collect();
    if reached.is_empty() {
        return Ok(reached);
    }
    each_contact(store, &mut |source, id, email, phone| {
        for address in email.into_iter().chain(phone) {
            if let Some(found) = reached.get_mut(&address) {
                found.insert((source.to_owned(), id.to_owned()));
            }
        }
    })?;
    Ok(reached)
}

/// Returns the key of the e-mail address or the telephone that an id is; `None` of other ids.
fn address(id: &str) -> Option<String> {
    if id.contains(['@', '＠']) {
        return email_key(id);
    }
    // Members have numbers, too: those of telephones are long, and no area code begins with two zeros.
    phone_key(id).filter(|number| {
        let is_national = number.starts_with('0') && !number.starts_with("00");
        number.starts_with('+') || is_national && (10..=11).contains(&number.len())
    })
}

/// Returns source and id of each statement that refuses; nothing of the others.
fn refused(statements: &DataFrame) -> PolarsResult<Vec<Option<(&str, &str)>>> {
    let text = |column: Owned| statements.column(column.name)?.str();
    let (source, id) = (text(consents::SOURCE)?, text(consents::CUSTOMER_ID)?);
    let rows = text(consents::STATUS)?
        .iter()
        .zip(source.iter().zip(id.iter()));
    let of = |(status, (source, id)): (Option<&str>, (Option<_>, Option<_>))| {
        Some((source?, id?)).filter(|_| status != Some("granted"))
    };
    Ok(rows.map(of).collect())
}

/// Writes each refusal down for whom it names.
fn rewritten(
    statements: &DataFrame,
    meant: &BTreeMap<Record, BTreeSet<Record>>,
) -> PolarsResult<DataFrame> {
    let text = |column: Owned| statements.column(column.name)?.str();
    let (source, id) = (text(consents::SOURCE)?, text(consents::CUSTOMER_ID)?);
    let mut rows: Vec<IdxSize> = Vec::new();
    let (mut sources, mut ids) = (Vec::new(), Vec::new());
    for (row, refused) in (0..).zip(refused(statements)?) {
        let written = refused.map(|(source, id)| (source.to_owned(), id.to_owned()));
        match written.and_then(|written| meant.get(&written)) {
            Some(named) => {
                for (source, id) in named {
                    rows.push(row);
                    sources.push(Some(source.as_str()));
                    ids.push(Some(id.as_str()));
                }
            }
            None => {
                rows.push(row);
                sources.push(source.get(row as usize));
                ids.push(id.get(row as usize));
            }
        }
    }
    let mut found = statements.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows))?;
    found.with_column(Column::new(consents::SOURCE.small_name(), sources))?;
    found.with_column(Column::new(consents::CUSTOMER_ID.small_name(), ids))?;
    Ok(found)
}

/// Returns what is left of source and id when only how they are written counts for nothing: width, case and marks of the source,
/// width, case, blanks, leading zeros and decimals of nil of the id.
fn plain(source: &str, id: &str) -> Record {
    let mut source = folded(source);
    source.retain(char::is_alphanumeric);
    let mut id = folded(id);
    id.retain(|letter| !letter.is_whitespace());
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match id.split_once('.') {
        Some((whole, rest)) if is_number(whole) && rest.bytes().all(|byte| byte == b'0') => whole,
        _ => id.as_str(),
    };
    let id = match is_number(whole) {
        true => whole.trim_start_matches('0'),
        false => whole,
    };
    (source, id.to_owned())
}

fn folded(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfkc().flat_map(char::to_lowercase).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_telephones_are_told_from_ids() {
        let email = Some("hanako@example.jp".to_owned());
        assert_eq!(address(" Hanako@Example.JP"), email);
        assert_eq!(address("ｈａｎａｋｏ＠example.jp"), email);
        assert_eq!(address("090-1234-5678"), Some("09012345678".to_owned()));
        for id in ["736", "00601", "0000012345", "A-12", "12345678901", ""] {
            assert_eq!(address(id), None, "{id}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_one_and_others_are_not() {
        let same = [
            [("eccube", "736"), ("EC-CUBE", "736.0")],
            [("eccube", "601"), ("ｅｃｃｕｂｅ", " 00601 ")],
            [("web shop", "A-12"), ("Web_Shop", "ａ-12")],
            [("shop", "0"), ("shop", "000")],
            [
                ("shopify", "Kana@example.jp"),
                ("Shopify", "kana@example.jp"),
            ],
        ];
        for [one, other] in same {
            assert_eq!(plain(one.0, one.1), plain(other.0, other.1), "{one:?}");
        }
        let different = [
            [("eccube", "736"), ("eccube", "7360")],
            [("eccube", "736"), ("web", "736")],
            [("eccube", "736.5"), ("eccube", "736")],
            [("eccube", "A12"), ("eccube", "A-12")],
            [("eccube", "A012"), ("eccube", "A12")],
        ];
        for [one, other] in different {
            assert_ne!(plain(one.0, one.1), plain(other.0, other.1), "{one:?}");
        }
    }
}
