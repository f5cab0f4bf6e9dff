//! Whom a command names: a person by an id, a record, an address, a number or a handle.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::Workspace;
use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::schema::{
    Column as Owned, Table, accounts, consents, customers, declared_links, links, orders, persons,
};
use crate::store::{Rows, Store};

/// A person and the customer records that are the person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Id of the person; of one whom join has not seen, the one the first record would give.
    pub person_id: String,
    /// Source and id of each record.
    pub records: BTreeSet<(String, String)>,
}

/// What the store knows of a customer record, by which it is named.
#[derive(Default)]
struct Known {
    emails: BTreeSet<String>,
    phones: BTreeSet<String>,
    person_id: Option<String>,
}

type Records = BTreeMap<(String, String), Known>;

impl Workspace {
    /// Returns the person that a command names.
    ///
    /// # Errors
    /// [`Error::NoSubject`] where nobody is meant, [`Error::SeveralSubjects`] where several may be.
    pub(super) fn named(&self, store: &Store, named: &str) -> Result<Named> {
        let known = known(store)?;
        let mut meant = by_id(&known, named);
        let is_by_id = !meant.is_empty();
        if meant.is_empty() {
            meant = by_contact(&known, named);
        }
        if meant.is_empty() {
            meant = by_handle(store, &known, named)?;
        }
        let of =
            |record: &(String, String)| known.get(record).and_then(|one| one.person_id.clone());
        let people: BTreeSet<Option<String>> = meant.iter().map(of).collect();
        let missing = || Error::NoSubject {
            subject: named.to_owned(),
        };
        let first = meant.first().ok_or_else(missing)?.clone();
        let several = Error::SeveralSubjects {
            subject: named.to_owned(),
            found: meant
                .iter()
                .map(|(source, customer_id)| format!("{source}/{customer_id}"))
                .collect(),
        };
        // The same id of two systems may be two people's.
        if is_by_id && meant.len() > 1 && people.contains(&None) {
            return Err(several);
        }
        let person_id = match people.into_iter().flatten().collect::<Vec<_>>().as_slice() {
            [] => None,
            [person] => Some(person.clone()),
            _ => return Err(several),
        };
        let mut records = meant;
        if let Some(person) = &person_id {
            let same = known
                .iter()
                .filter(|(_, one)| one.person_id.as_ref() == Some(person));
            records.extend(same.map(|(record, _)| record.clone()));
        }
        // Records that join has not seen yet are the person's by address or number.
        let told = |pick: fn(&Known) -> &BTreeSet<String>| -> BTreeSet<String> {
            let own = records.iter().filter_map(|record| known.get(record));
            own.flat_map(|one| pick(one).iter().cloned()).collect()
        };
        let (emails, phones) = (told(|one| &one.emails), told(|one| &one.phones));
        let unseen = known.iter().filter(|(_, one)| {
            one.person_id.is_none()
                && !(one.emails.is_disjoint(&emails) && one.phones.is_disjoint(&phones))
        });
        records.extend(unseen.map(|(record, _)| record.clone()));
        Ok(Named {
            person_id: person_id.unwrap_or_else(|| crate::join::person_id(&first.0, &first.1)),
            records,
        })
    }
}

/// Returns the text of a cell, empty where there is none.
pub(super) fn cell(frame: &DataFrame, column: Owned, row: usize) -> PolarsResult<String> {
    let texts = frame.column(column.name)?.str()?;
    Ok(texts.get(row).unwrap_or_default().to_owned())
}

/// Hands every row of a table to `add`, as its frame and its place in it.
pub(super) fn each_row(
    store: &Store,
    table: &'static Table,
    rows: Rows,
    add: &mut dyn FnMut(&DataFrame, usize) -> PolarsResult<()>,
) -> Result<()> {
    store.blocks(table, rows, &mut |frame| {
        let mut places = 0..frame.height();
        places
            .try_for_each(|row| add(frame, row))
            .map_err(Error::frame("look for a person"))
    })
}

/// Reads the keys of all records, with what they are found by.
fn known(store: &Store) -> Result<Records> {
    let mut known = Records::new();
    each_row(store, &customers::TABLE, Rows::Live, &mut |frame, row| {
        let key = (
            cell(frame, customers::SOURCE, row)?,
            cell(frame, customers::CUSTOMER_ID, row)?,
        );
        let one = known.entry(key).or_default();
        one.emails
            .extend(email_key(&cell(frame, customers::EMAIL, row)?));
        one.phones
            .extend(phone_key(&cell(frame, customers::PHONE, row)?));
        Ok(())
    })?;
    // Of some records nothing is known but what they bought or agreed to.
    let others: [(&'static Table, Owned, Owned); 3] = [
        (&orders::TABLE, orders::SOURCE, orders::CUSTOMER_ID),
        (&consents::TABLE, consents::SOURCE, consents::CUSTOMER_ID),
        (
            &declared_links::TABLE,
            declared_links::SOURCE,
            declared_links::CUSTOMER_ID,
        ),
    ];
    for (table, source, customer_id) in others {
        each_row(store, table, Rows::Live, &mut |frame, row| {
            let id = cell(frame, customer_id, row)?;
            if !id.is_empty() {
                known.entry((cell(frame, source, row)?, id)).or_default();
            }
            Ok(())
        })?;
    }
    each_row(store, &persons::TABLE, Rows::Live, &mut |frame, row| {
        let key = (
            cell(frame, persons::SOURCE, row)?,
            cell(frame, persons::CUSTOMER_ID, row)?,
        );
        // What was computed of a record that is no more names nobody.
        if let Some(one) = known.get_mut(&key) {
            one.person_id = Some(cell(frame, persons::PERSON_ID, row)?);
        }
        Ok(())
    })?;
    Ok(known)
}

/// Returns the records of a person's id, of `source/customer_id` (or with a colon), or of a customer id alone.
fn by_id(known: &Records, named: &str) -> BTreeSet<(String, String)> {
    for (at, between) in named.match_indices(['/', ':']) {
        let record = (
            named[..at].to_owned(),
            named[at + between.len()..].to_owned(),
        );
        if known.contains_key(&record) {
            return BTreeSet::from([record]);
        }
    }
    let of_person = known
        .iter()
        .filter(|(_, one)| one.person_id.as_deref() == Some(named));
    let of_person: BTreeSet<_> = of_person.map(|(record, _)| record.clone()).collect();
    if !of_person.is_empty() {
        return of_person;
    }
    let alone = known.keys().filter(|(_, customer_id)| customer_id == named);
    alone.cloned().collect()
}

fn by_contact(known: &Records, named: &str) -> BTreeSet<(String, String)> {
    let (email, phone) = (email_key(named), phone_key(named));
    let is_meant = |one: &Known| {
        email
            .as_ref()
            .is_some_and(|email| one.emails.contains(email))
            || phone
                .as_ref()
                .is_some_and(|phone| one.phones.contains(phone))
    };
    let meant = known.iter().filter(|(_, one)| is_meant(one));
    meant.map(|(record, _)| record.clone()).collect()
}

/// Returns the records whose account `platform/handle` (or `platform:@handle`, or the id) is, linked or declared.
fn by_handle(store: &Store, known: &Records, named: &str) -> Result<BTreeSet<(String, String)>> {
    let Some((platform, name)) = named.split_once(['/', ':']) else {
        return Ok(BTreeSet::new());
    };
    let handle = name.trim_start_matches('@').to_lowercase();
    let is_of = |frame: &DataFrame, row: usize, [on, id, by]: [Owned; 3]| -> PolarsResult<bool> {
        Ok(cell(frame, on, row)? == platform
            && (cell(frame, id, row)? == name
                || cell(frame, by, row)?.trim_start_matches('@').to_lowercase() == handle))
    };
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let columns = [accounts::PLATFORM, accounts::ACCOUNT_ID, accounts::HANDLE];
    each_row(store, &accounts::TABLE, Rows::All, &mut |frame, row| {
        if is_of(frame, row, columns)? {
            ids.insert(cell(frame, accounts::ACCOUNT_ID, row)?);
        }
        Ok(())
    })?;
    let is_meant = |frame: &DataFrame, row: usize, columns: [Owned; 3]| -> PolarsResult<bool> {
        let is_by_id = cell(frame, columns[0], row)? == platform
            && ids.contains(&cell(frame, columns[1], row)?);
        Ok(is_by_id || is_of(frame, row, columns)?)
    };
    let mut people = BTreeSet::new();
    let columns = [links::PLATFORM, links::ACCOUNT_ID, links::HANDLE];
    each_row(store, &links::TABLE, Rows::Live, &mut |frame, row| {
        if is_meant(frame, row, columns)? {
            people.insert(cell(frame, links::PERSON_ID, row)?);
        }
        Ok(())
    })?;
    let mut meant: BTreeSet<(String, String)> = known
        .iter()
        .filter(|(_, one)| one.person_id.as_ref().is_some_and(|id| people.contains(id)))
        .map(|(record, _)| record.clone())
        .collect();
    if !meant.is_empty() {
        return Ok(meant);
    }
    let columns = [
        declared_links::PLATFORM,
        declared_links::ACCOUNT_ID,
        declared_links::HANDLE,
    ];
    each_row(
        store,
        &declared_links::TABLE,
        Rows::All,
        &mut |frame, row| {
            if is_meant(frame, row, columns)? {
                meant.insert((
                    cell(frame, declared_links::SOURCE, row)?,
                    cell(frame, declared_links::CUSTOMER_ID, row)?,
                ));
            }
            Ok(())
        },
    )?;
    Ok(meant)
}
