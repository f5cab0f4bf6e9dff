//! Whom a command names: a person by an id, a record, an address, a number or a handle.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use polars::prelude::*;

use super::Workspace;
use super::explain::nearest_customers;
use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::schema::{
    Column as Owned, Table, accounts, consents, customers, declared_links, links, orders, persons,
};
use crate::store::{Rows, Store};

/// Source and id of a customer record.
type Record = (String, String);
type Records = BTreeSet<Record>;
/// Takes source and id of a record, and the keys of its address and number.
type TakeReached<'t> = &'t mut dyn FnMut(&str, &str, Option<String>, Option<String>);

/// A person and the customer records that are the person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Id of the person; of one whom join has not seen, the one the first record would give.
    pub person_id: String,
    /// Source and id of each record.
    pub records: Records,
}

impl Named {
    /// Returns the records as `source/customer_id`.
    pub(super) fn told(&self) -> Vec<String> {
        told(&self.records)
    }
}

fn told(records: &Records) -> Vec<String> {
    let records = records.iter();
    records
        .map(|(source, customer_id)| format!("{source}/{customer_id}"))
        .collect()
}

/// What may be meant.
struct Meant {
    records: Records,
    /// Beside these, records of the id that was given which are known by statements alone.
    stated: Records,
    /// Whether several records have the id that was given, which is nobody's address or number: they may be of different people.
    is_by_id: bool,
}

impl Meant {
    fn several(&self, named: &str, is_open: bool) -> Error {
        Error::SeveralSubjects {
            subject: named.to_owned(),
            found: told(&self.records),
            is_open,
        }
    }

    /// Returns the records, with all others that join tied to them.
    fn whole(self, store: &Store, person: Option<&str>, named: &str) -> Result<Named> {
        let mut records = self.records;
        let Some((source, customer_id)) = records.first() else {
            return Err(nobody(store, named)?);
        };
        let alone = crate::join::person_id(source, customer_id);
        if let Some(person) = person {
            records.extend(of_person(store, person)?);
        }
        Ok(Named {
            person_id: person.map_or(alone, str::to_owned),
            records,
        })
    }

    /// Returns the one person that is meant, with the records that are known to be the person's.
    fn one(self, store: &Store, named: &str) -> Result<Named> {
        let seen = people_of(store, &self.records)?;
        let people: BTreeSet<&String> = seen.values().collect();
        let unseen = self.records.len() - seen.len();
        if people.len() + unseen > 1 {
            // Of whom there are only statements, no join finds out anything.
            let is_open = |record| !seen.contains_key(record) && !self.stated.contains(record);
            let is_any_open = self.records.iter().any(is_open);
            return Err(self.several(named, is_any_open));
        }
        let person = people.first().map(|person| person.as_str());
        self.whole(store, person, named)
    }
}

impl Workspace {
    /// Returns the person that a command names, with the records that are known to be the person's.
    ///
    /// Who shares a telephone or an address is another person until join says otherwise. An id means the customers and buyers
    /// of that id, and only where there is none those of whom there are only statements.
    ///
    /// # Errors
    /// [`Error::NoCustomer`] where nobody is meant, [`Error::SeveralSubjects`] where several may be.
    pub(super) fn named(&self, store: &Store, named: &str) -> Result<Named> {
        meant(store, named)?.one(store, named)
    }

    /// As [`Workspace::named`], where an id may mean those of whom there are only statements, too: for what must leave nothing
    /// of a person behind, or would allow for one what another allowed.
    ///
    /// # Errors
    /// As [`Workspace::named`].
    pub(super) fn named_or_stated(&self, store: &Store, named: &str) -> Result<Named> {
        let mut meant = meant(store, named)?;
        meant.records.extend(meant.stated.iter().cloned());
        meant.one(store, named)
    }

    /// Returns everybody whom a command may name, for what must rather reach too many than too few: who has the address, number or
    /// account that is given, the records that no join has seen and that share an address or number with one of them, and those of
    /// an id of which there are only statements.
    ///
    /// # Errors
    /// [`Error::NoCustomer`] where nobody is meant, [`Error::SeveralSubjects`] where systems give one id to several, who may be
    /// different people.
    pub(super) fn named_widely(&self, store: &Store, named: &str) -> Result<Vec<Named>> {
        let meant = meant(store, named)?;
        if meant.records.is_empty() {
            return Err(nobody(store, named)?);
        }
        let seen = people_of(store, &meant.records)?;
        let people: BTreeSet<&String> = seen.values().collect();
        let unseen = meant.records.len() - seen.len();
        if meant.is_by_id && people.len() + unseen > 1 {
            return Err(meant.several(named, unseen > 0));
        }
        let mut reached = meant.records;
        for person in people {
            reached.extend(of_person(store, person)?);
        }
        let sharing = sharing(store, &reached)?;
        let seen = people_of(store, &sharing)?;
        let unseen = sharing.into_iter();
        reached.extend(unseen.filter(|record| !seen.contains_key(record)));
        reached.extend(meant.stated);
        by_person(store, reached)
    }
}

fn nobody(store: &Store, named: &str) -> Result<Error> {
    Ok(Error::NoCustomer {
        subject: named.to_owned(),
        nearest: nearest_customers(store, named)?,
    })
}

/// Returns the people of records; a record that no join has seen is a person by itself.
fn by_person(store: &Store, records: Records) -> Result<Vec<Named>> {
    let mut seen = people_of(store, &records)?;
    let mut people: BTreeMap<String, Records> = BTreeMap::new();
    for record in records {
        let alone = || crate::join::person_id(&record.0, &record.1);
        let person = seen.remove(&record).unwrap_or_else(alone);
        people.entry(person).or_default().insert(record);
    }
    let named = |(person_id, records)| Named { person_id, records };
    Ok(people.into_iter().map(named).collect())
}

/// Hands texts of every row of a table to `take`.
fn each_text<const N: usize>(
    store: &Store,
    table: &'static Table,
    columns: [Owned; N],
    rows: Rows,
    take: &mut dyn FnMut([&str; N]),
) -> Result<()> {
    store.column_blocks(table, &columns, rows, &mut |frame| {
        let mut texts: Vec<&StringChunked> = Vec::with_capacity(N);
        for column in columns {
            let found = frame
                .column(column.name)
                .and_then(|column| column.str())
                .map_err(Error::frame("look for a person"))?;
            texts.push(found);
        }
        for row in 0..frame.height() {
            take(std::array::from_fn(|place| {
                texts[place].get(row).unwrap_or_default()
            }));
        }
        Ok(())
    })
}

/// A table with its columns of sources and ids.
type OfRecords = (&'static Table, Owned, Owned);

/// Hands source and id of every customer record to `take`; some are known only by what they bought or agreed to.
fn each_record(store: &Store, take: &mut dyn FnMut(&str, &str)) -> Result<()> {
    each_customer(store, take)?;
    each_stated(store, take)
}

/// Hands source and id of every customer whom join sees to `take`.
pub(super) fn each_registered(store: &Store, take: &mut dyn FnMut(&str, &str)) -> Result<()> {
    let columns = [customers::SOURCE, customers::CUSTOMER_ID];
    each_text(store, &customers::TABLE, columns, Rows::Live, &mut |[
        source,
        id,
    ]| {
        take(source, id)
    })
}

/// Hands source and id of every customer and buyer to `take`.
fn each_customer(store: &Store, take: &mut dyn FnMut(&str, &str)) -> Result<()> {
    let customers = (&customers::TABLE, customers::SOURCE, customers::CUSTOMER_ID);
    let orders = (&orders::TABLE, orders::SOURCE, orders::CUSTOMER_ID);
    each_of([customers, orders], store, take)
}

/// Hands source and id of everybody to `take` about whom there are statements: what was agreed to, which account is whose.
fn each_stated(store: &Store, take: &mut dyn FnMut(&str, &str)) -> Result<()> {
    let consents = (&consents::TABLE, consents::SOURCE, consents::CUSTOMER_ID);
    let links = (
        &declared_links::TABLE,
        declared_links::SOURCE,
        declared_links::CUSTOMER_ID,
    );
    each_of([consents, links], store, take)
}

fn each_of(tables: [OfRecords; 2], store: &Store, take: &mut dyn FnMut(&str, &str)) -> Result<()> {
    for (table, source, customer_id) in tables {
        let columns = [source, customer_id];
        each_text(store, table, columns, Rows::Live, &mut |[source, id]| {
            if !id.is_empty() {
                take(source, id);
            }
        })?;
    }
    Ok(())
}

fn borrowed(records: &Records) -> HashSet<(&str, &str)> {
    let records = records.iter();
    records
        .map(|(source, customer_id)| (source.as_str(), customer_id.as_str()))
        .collect()
}

/// Returns those of the records that are in the store.
fn known_of(store: &Store, records: &Records) -> Result<Records> {
    let mut known = Records::new();
    if records.is_empty() {
        return Ok(known);
    }
    let wanted = borrowed(records);
    each_record(store, &mut |source, id| {
        if wanted.contains(&(source, id)) {
            known.insert((source.to_owned(), id.to_owned()));
        }
    })?;
    Ok(known)
}

/// Returns the person of each of the records that join has seen.
fn people_of(store: &Store, records: &Records) -> Result<BTreeMap<Record, String>> {
    let mut people = BTreeMap::new();
    if records.is_empty() {
        return Ok(people);
    }
    let wanted = borrowed(records);
    let columns = [persons::SOURCE, persons::CUSTOMER_ID, persons::PERSON_ID];
    each_text(store, &persons::TABLE, columns, Rows::Live, &mut |[
        source,
        id,
        person,
    ]| {
        if wanted.contains(&(source, id)) {
            people.insert((source.to_owned(), id.to_owned()), person.to_owned());
        }
    })?;
    Ok(people)
}

/// Returns the records of a person; what was computed of a record that is no more names nobody.
fn of_person(store: &Store, person_id: &str) -> Result<Records> {
    let mut records = Records::new();
    let columns = [persons::SOURCE, persons::CUSTOMER_ID, persons::PERSON_ID];
    each_text(store, &persons::TABLE, columns, Rows::Live, &mut |[
        source,
        id,
        person,
    ]| {
        if person == person_id {
            records.insert((source.to_owned(), id.to_owned()));
        }
    })?;
    known_of(store, &records)
}

/// Returns the records of `source/customer_id` (or with a colon), of a person's id, of a customer id, address or number
/// alone, or of an account.
fn meant(store: &Store, named: &str) -> Result<Meant> {
    let exactly = |records: Records| Meant {
        records,
        stated: Records::new(),
        is_by_id: false,
    };
    let split = |(at, between): (usize, &str)| {
        let rest = &named[at + between.len()..];
        (named[..at].to_owned(), rest.to_owned())
    };
    let splits: Vec<Record> = named.match_indices(['/', ':']).map(split).collect();
    let known = known_of(store, &splits.iter().cloned().collect())?;
    if let Some(record) = splits.into_iter().find(|record| known.contains(record)) {
        return Ok(exactly(Records::from([record])));
    }
    let of_person = of_person(store, named)?;
    if !of_person.is_empty() {
        return Ok(exactly(of_person));
    }
    let email = email_key(named);
    // An address may be the id itself, as in the logs of shops without customer numbers.
    let is_id = |id: &str| {
        let is_address = email.is_some() && id.contains('@');
        id == named || is_address && email_key(id) == email
    };
    let (mut alone, mut stated) = (Records::new(), Records::new());
    each_customer(store, &mut |source, id| {
        if is_id(id) {
            alone.insert((source.to_owned(), id.to_owned()));
        }
    })?;
    each_stated(store, &mut |source, id| {
        if is_id(id) {
            stated.insert((source.to_owned(), id.to_owned()));
        }
    })?;
    stated.retain(|record| !alone.contains(record));
    // A guest's id is the address or number, which others may have, too.
    let mut records = by_contact(
        store,
        &email.iter().cloned().collect(),
        &phone_key(named).into_iter().collect(),
    )?;
    let is_contact = email.is_some() || !records.is_empty();
    records.extend(alone.iter().cloned());
    if records.is_empty() {
        alone = std::mem::take(&mut stated);
        records.extend(alone.iter().cloned());
    }
    if records.is_empty() {
        records = by_handle(store, named)?;
    }
    Ok(Meant {
        records,
        stated,
        is_by_id: alone.len() > 1 && !is_contact,
    })
}

/// Returns the records with one of these addresses or numbers.
fn by_contact(
    store: &Store,
    emails: &BTreeSet<String>,
    phones: &BTreeSet<String>,
) -> Result<Records> {
    let mut records = Records::new();
    if emails.is_empty() && phones.is_empty() {
        return Ok(records);
    }
    each_contact(store, &mut |source, id, email, phone| {
        let is_meant = email.is_some_and(|email| emails.contains(&email))
            || phone.is_some_and(|phone| phones.contains(&phone));
        if is_meant {
            records.insert((source.to_owned(), id.to_owned()));
        }
    })?;
    Ok(records)
}

/// Returns the records that share an address or a number with some.
fn sharing(store: &Store, records: &Records) -> Result<Records> {
    let mut emails: BTreeSet<String> = BTreeSet::new();
    let mut phones: BTreeSet<String> = BTreeSet::new();
    let wanted = borrowed(records);
    each_contact(store, &mut |source, id, email, phone| {
        if wanted.contains(&(source, id)) {
            emails.extend(email);
            phones.extend(phone);
        }
    })?;
    by_contact(store, &emails, &phones)
}

/// Hands every customer record to `take`, with the keys of address and number.
pub(super) fn each_contact(store: &Store, take: TakeReached<'_>) -> Result<()> {
    let columns = [
        customers::SOURCE,
        customers::CUSTOMER_ID,
        customers::EMAIL,
        customers::PHONE,
    ];
    each_text(store, &customers::TABLE, columns, Rows::Live, &mut |[
        source,
        id,
        email,
        phone,
    ]| {
        take(source, id, email_key(email), phone_key(phone))
    })
}

/// Returns the records whose account `platform/handle` (or `platform:@handle`, or the id) is, linked or declared.
fn by_handle(store: &Store, named: &str) -> Result<Records> {
    let Some((platform, name)) = named.split_once(['/', ':']) else {
        return Ok(Records::new());
    };
    let handle = name.trim_start_matches('@').to_lowercase();
    if handle.is_empty() {
        return Ok(Records::new());
    }
    let is_of = |on: &str, id: &str, by: &str| {
        on == platform && (id == name || by.trim_start_matches('@').to_lowercase() == handle)
    };
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let columns = [accounts::PLATFORM, accounts::ACCOUNT_ID, accounts::HANDLE];
    each_text(store, &accounts::TABLE, columns, Rows::All, &mut |[
        on,
        id,
        by,
    ]| {
        if !id.is_empty() && is_of(on, id, by) {
            ids.insert(id.to_owned());
        }
    })?;
    let is_meant =
        |on: &str, id: &str, by: &str| on == platform && ids.contains(id) || is_of(on, id, by);
    let mut people: BTreeSet<String> = BTreeSet::new();
    let columns = [
        links::PLATFORM,
        links::ACCOUNT_ID,
        links::HANDLE,
        links::PERSON_ID,
    ];
    each_text(store, &links::TABLE, columns, Rows::Live, &mut |[
        on,
        id,
        by,
        person,
    ]| {
        if is_meant(on, id, by) {
            people.insert(person.to_owned());
        }
    })?;
    let mut records = Records::new();
    for person in &people {
        records.extend(of_person(store, person)?);
    }
    if !records.is_empty() {
        return Ok(records);
    }
    let columns = [
        declared_links::PLATFORM,
        declared_links::ACCOUNT_ID,
        declared_links::HANDLE,
        declared_links::SOURCE,
        declared_links::CUSTOMER_ID,
    ];
    each_text(
        store,
        &declared_links::TABLE,
        columns,
        Rows::All,
        &mut |[on, id, by, source, customer_id]| {
            if is_meant(on, id, by) {
                records.insert((source.to_owned(), customer_id.to_owned()));
            }
        },
    )?;
    Ok(records)
}
