//! The customer records and accounts of persons, and who waits for an answer to a complaint.

use std::collections::{BTreeMap, HashMap, HashSet};

use polars::prelude::*;

use super::Input;
use crate::account_links::{linked_accounts, with_accounts};
use crate::schema::{
    Column as Owned, ColumnKind, conversations, customers, declared_links, links, persons, posts,
};

const BORN: &str = "__born";
const REGISTERED: &str = "__registered";

/// A customer record of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub source: String,
    pub customer_id: String,
    pub name: Option<String>,
    pub name_kana: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub postal_code: Option<String>,
    pub prefecture: Option<String>,
    pub address: Option<String>,
    /// In days since 1970-01-01.
    pub born: Option<i32>,
}

/// An account that a person is said to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub platform: String,
    pub provider: String,
    pub account_id: String,
    pub handle: String,
    /// The customer declared it.
    pub is_declared: bool,
    /// It is linked, with consent in force.
    pub is_linked: bool,
    /// A complaint of it waits for an answer.
    pub is_complaining: bool,
}

/// Platform, provider and id of an account.
type Key = (String, String, String);

fn owned(texts: &StringChunked, row: usize) -> String {
    texts.get(row).unwrap_or_default().to_owned()
}

/// Returns the records of persons, the one registered last first.
pub(super) fn records(
    input: &Input,
    people: &LazyFrame,
) -> PolarsResult<HashMap<String, Vec<Record>>> {
    let person = || persons::PERSON_ID.expr();
    let found = input
        .persons
        .clone()
        .select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            person(),
        ])
        .semi_join(people.clone(), person(), person())
        .join(
            input.customers.clone().select([
                customers::SOURCE.expr(),
                customers::CUSTOMER_ID.expr(),
                customers::NAME.expr(),
                customers::NAME_KANA.expr(),
                customers::EMAIL.expr(),
                customers::PHONE.expr(),
                customers::POSTAL_CODE.expr(),
                customers::PREFECTURE.expr(),
                customers::ADDRESS.expr(),
                customers::BIRTH_DATE
                    .expr()
                    .cast(DataType::Int32)
                    .alias(BORN),
                customers::REGISTERED_ON
                    .expr()
                    .cast(DataType::Int32)
                    .alias(REGISTERED),
            ]),
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            [customers::SOURCE.expr(), customers::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .sort(
            [
                persons::PERSON_ID.name,
                REGISTERED,
                persons::SOURCE.name,
                persons::CUSTOMER_ID.name,
            ],
            SortMultipleOptions::default()
                .with_order_descending_multi([false, true, false, false])
                .with_nulls_last(true),
        )
        .collect()?;
    let text = |column: Owned| found.column(column.name)?.str();
    let person = text(persons::PERSON_ID)?;
    let (source, customer_id) = (text(persons::SOURCE)?, text(persons::CUSTOMER_ID)?);
    let (name, name_kana) = (text(customers::NAME)?, text(customers::NAME_KANA)?);
    let (email, phone) = (text(customers::EMAIL)?, text(customers::PHONE)?);
    let postal_code = text(customers::POSTAL_CODE)?;
    let (prefecture, address) = (text(customers::PREFECTURE)?, text(customers::ADDRESS)?);
    let born = found.column(BORN)?.i32()?;
    let some = |texts: &StringChunked, row: usize| texts.get(row).map(str::to_owned);
    let mut records: HashMap<String, Vec<Record>> = HashMap::new();
    for row in 0..found.height() {
        let record = Record {
            source: owned(source, row),
            customer_id: owned(customer_id, row),
            name: some(name, row),
            name_kana: some(name_kana, row),
            email: some(email, row),
            phone: some(phone, row),
            postal_code: some(postal_code, row),
            prefecture: some(prefecture, row),
            address: some(address, row),
            born: born.get(row),
        };
        records.entry(owned(person, row)).or_default().push(record);
    }
    Ok(records)
}

/// Returns the accounts of persons: those they declared before the as-of instant, and those that are linked.
pub(super) fn accounts(
    input: &Input,
    people: &LazyFrame,
    instant: i64,
    complaining: &Complaints,
) -> PolarsResult<HashMap<String, Vec<Account>>> {
    let person = || persons::PERSON_ID.expr();
    let at = lit(instant).cast(ColumnKind::Instant.dtype());
    let declared = input
        .declared_links
        .clone()
        .filter(
            declared_links::DECLARED_AT
                .expr()
                .lt(at)
                .fill_null(lit(true)),
        )
        .join(
            input.persons.clone().select([
                persons::SOURCE.expr(),
                persons::CUSTOMER_ID.expr(),
                person(),
            ]),
            [
                declared_links::SOURCE.expr(),
                declared_links::CUSTOMER_ID.expr(),
            ],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .semi_join(people.clone(), person(), person())
        .select([
            person(),
            declared_links::PLATFORM.expr(),
            declared_links::PROVIDER.expr(),
            declared_links::ACCOUNT_ID.expr(),
            declared_links::HANDLE.expr(),
        ]);
    let linked = input
        .links
        .clone()
        .semi_join(people.clone(), links::PERSON_ID.expr(), person())
        .select([
            links::PERSON_ID.expr(),
            links::PLATFORM.expr(),
            links::PROVIDER.expr(),
            links::ACCOUNT_ID.expr(),
            links::HANDLE.expr(),
        ]);
    let mut found: BTreeMap<(String, Key), Account> = BTreeMap::new();
    for (frame, is_declared) in [(declared.collect()?, true), (linked.collect()?, false)] {
        let text = |column: Owned| frame.column(column.name)?.str();
        let person = text(links::PERSON_ID)?;
        let (platform, provider) = (text(links::PLATFORM)?, text(links::PROVIDER)?);
        let (account_id, handle) = (text(links::ACCOUNT_ID)?, text(links::HANDLE)?);
        for row in 0..frame.height() {
            let key = (
                owned(platform, row),
                owned(provider, row),
                owned(account_id, row),
            );
            // A handle alone is nobody's address: handles are given up and taken by others.
            if key.2.is_empty() {
                continue;
            }
            let is_complaining = complaining.accounts.contains(&key);
            let account = found
                .entry((owned(person, row), key.clone()))
                .or_insert_with(|| Account {
                    platform: key.0,
                    provider: key.1,
                    account_id: key.2,
                    is_complaining,
                    ..Account::default()
                });
            match is_declared {
                true => account.is_declared = true,
                false => account.is_linked = true,
            }
            if !owned(handle, row).is_empty() {
                account.handle = owned(handle, row).trim_start_matches('@').to_owned();
            }
        }
    }
    let mut accounts: HashMap<String, Vec<Account>> = HashMap::new();
    for ((person, _), account) in found {
        accounts.entry(person).or_default().push(account);
    }
    Ok(accounts)
}

/// Complaints that wait for an answer.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    /// Persons who complain, by a linked account or as customers.
    pub persons: HashSet<String>,
    /// Accounts that complain, whosever they are.
    accounts: HashSet<Key>,
}

/// Returns who waits for an answer to a complaint.
pub(super) fn complaints(input: &Input) -> PolarsResult<Complaints> {
    let provider = || conversations::PROVIDER.expr().fill_null(lit(""));
    let open = input
        .conversations
        .clone()
        .filter(
            conversations::IS_OPEN_COMPLAINT
                .expr()
                .fill_null(lit(false)),
        )
        .select([
            conversations::SOURCE.expr(),
            conversations::PLATFORM.expr(),
            provider(),
            conversations::ACCOUNT_ID.expr(),
            conversations::ROOT_POST_ID.expr(),
        ]);
    let rows = open.clone().collect()?;
    let text = |column: Owned| rows.column(column.name)?.str();
    let platform = text(conversations::PLATFORM)?;
    let provider_of = text(conversations::PROVIDER)?;
    let account = text(conversations::ACCOUNT_ID)?;
    let accounts = (0..rows.height())
        .map(|row| {
            (
                owned(platform, row),
                owned(provider_of, row),
                owned(account, row),
            )
        })
        .collect();
    let linked = linked_accounts(input.links.clone());
    let by_account =
        with_accounts(open.clone(), linked, JoinType::Inner).select([links::PERSON_ID.expr()]);
    let by_record = open
        .join(
            input
                .posts
                .clone()
                .filter(posts::CUSTOMER_ID.expr().is_not_null())
                .select([
                    posts::SOURCE.expr(),
                    posts::POST_ID.expr(),
                    posts::CUSTOMER_ID.expr(),
                ]),
            [
                conversations::SOURCE.expr(),
                conversations::ROOT_POST_ID.expr(),
            ],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .join(
            input.persons.clone().select([
                persons::SOURCE.expr(),
                persons::CUSTOMER_ID.expr(),
                persons::PERSON_ID.expr(),
            ]),
            [conversations::SOURCE.expr(), posts::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .select([persons::PERSON_ID.expr()]);
    let mut people = HashSet::new();
    for frame in [by_account.collect()?, by_record.collect()?] {
        let person = frame.column(persons::PERSON_ID.name)?.str()?;
        people.extend(person.iter().flatten().map(str::to_owned));
    }
    Ok(Complaints {
        persons: people,
        accounts,
    })
}
