//! The accounts and handles that are a person's and nobody else's.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::subject::each_text;
use crate::error::{Error, Result};
use crate::schema::{
    Column as Owned, Table, accounts, consents, customers, decisions, declared_links, links, orders,
};
use crate::store::{Rows, Store};

/// Platform, provider and id of an account.
pub(super) type Account = (String, String, String);
/// Platform and handle in lower case.
pub(super) type Handle = (String, String);

/// Accounts and handles that are said to be the person's.
#[derive(Default)]
pub(super) struct Claims {
    accounts: BTreeSet<Account>,
    /// Those of them that join linked.
    linked: BTreeSet<Account>,
    handles: BTreeSet<(String, String)>,
}

/// The columns of a declaration that say whose account it is.
const DECLARED: [Owned; 6] = [
    declared_links::SOURCE,
    declared_links::CUSTOMER_ID,
    declared_links::PLATFORM,
    declared_links::PROVIDER,
    declared_links::ACCOUNT_ID,
    declared_links::HANDLE,
];

/// The columns of a link that say whose account it is.
const LINKED: [Owned; 4] = [
    links::PERSON_ID,
    links::PLATFORM,
    links::PROVIDER,
    links::ACCOUNT_ID,
];

/// The columns of an account by which it is told.
const SEEN: [Owned; 4] = [
    accounts::PLATFORM,
    accounts::PROVIDER,
    accounts::ACCOUNT_ID,
    accounts::HANDLE,
];

fn account(platform: &str, provider: &str, id: &str) -> Account {
    (platform.to_owned(), provider.to_owned(), id.to_owned())
}

/// Returns a handle as it is told apart.
pub(super) fn bare(handle: &str) -> String {
    handle.trim_start_matches('@').to_lowercase()
}

impl Claims {
    pub(super) fn find(
        store: &Store,
        records: &BTreeSet<(String, String)>,
        person_ids: &BTreeSet<String>,
    ) -> Result<Self> {
        let mut claims = Self::default();
        each_text(store, &links::TABLE, Rows::Live, &LINKED, &mut |cells| {
            if person_ids.contains(cells[0]) {
                claims.linked.insert(account(cells[1], cells[2], cells[3]));
            }
        })?;
        claims.accounts.extend(claims.linked.iter().cloned());
        each_text(
            store,
            &declared_links::TABLE,
            Rows::All,
            &DECLARED,
            &mut |cells| {
                if let [source, customer_id, platform, provider, id, handle] = *cells
                    && has(records, source, customer_id)
                {
                    let handle = bare(handle);
                    if !handle.is_empty() {
                        claims.handles.insert((platform.to_owned(), handle));
                    }
                    if !id.is_empty() {
                        claims.accounts.insert(account(platform, provider, id));
                    }
                }
            },
        )?;
        let columns = [
            decisions::SOURCE,
            decisions::CUSTOMER_ID,
            decisions::PLATFORM,
            decisions::PROVIDER,
            decisions::ACCOUNT_ID,
            decisions::DECISION,
        ];
        each_text(
            store,
            &decisions::TABLE,
            Rows::All,
            &columns,
            &mut |cells| {
                if let [source, customer_id, platform, provider, id, decision] = *cells
                    && !id.is_empty()
                    && decision == "same"
                    && has(records, source, customer_id)
                {
                    claims.accounts.insert(account(platform, provider, id));
                }
            },
        )?;
        Ok(claims)
    }

    /// Returns the accounts and handles that are the person's and nobody else's.
    ///
    /// A declared handle means the account that had it, where only one ever had; of the accounts, every handle they were
    /// seen with counts that no other account was seen with.
    pub(super) fn settle(
        mut self,
        store: &Store,
        records: &BTreeSet<(String, String)>,
        person_ids: &BTreeSet<String>,
    ) -> Result<(BTreeSet<Account>, BTreeSet<Handle>)> {
        each_text(
            store,
            &declared_links::TABLE,
            Rows::All,
            &DECLARED,
            &mut |cells| {
                if !has(records, cells[0], cells[1]) && !self.handles.is_empty() {
                    self.handles.remove(&(cells[2].to_owned(), bare(cells[5])));
                }
            },
        )?;
        for accounts in seen_with(store, &self.handles)?.into_values() {
            if accounts.len() == 1 {
                self.accounts.extend(accounts);
            }
        }
        self.leave_to_others(store, records, person_ids)?;
        let mut handles = self.handles.clone();
        each_text(store, &accounts::TABLE, Rows::All, &SEEN, &mut |cells| {
            if !cells[3].is_empty() && has_account(&self.accounts, cells[0], cells[1], cells[2]) {
                handles.insert((cells[0].to_owned(), bare(cells[3])));
            }
        })?;
        let seen = seen_with(store, &handles)?;
        let is_own =
            |accounts: &BTreeSet<Account>| accounts.iter().all(|one| self.accounts.contains(one));
        handles.retain(|handle| seen.get(handle).is_none_or(is_own));
        Ok((self.accounts, handles))
    }

    /// Takes the accounts away that others declared or are linked to, and the shop's own.
    fn leave_to_others(
        &mut self,
        store: &Store,
        records: &BTreeSet<(String, String)>,
        person_ids: &BTreeSet<String>,
    ) -> Result<()> {
        let mut others = BTreeSet::new();
        let (own, linked) = (&self.accounts, &self.linked);
        each_text(store, &links::TABLE, Rows::Live, &LINKED, &mut |cells| {
            if !person_ids.contains(cells[0]) && has_account(own, cells[1], cells[2], cells[3]) {
                others.insert(account(cells[1], cells[2], cells[3]));
            }
        })?;
        each_text(
            store,
            &declared_links::TABLE,
            Rows::All,
            &DECLARED,
            &mut |cells| {
                if let [source, customer_id, platform, provider, id, _] = *cells
                    && has_account(own, platform, provider, id)
                    && !has_account(linked, platform, provider, id)
                    && !has(records, source, customer_id)
                {
                    others.insert(account(platform, provider, id));
                }
            },
        )?;
        let mut columns = SEEN.to_vec();
        columns.push(accounts::IS_OFFICIAL);
        store.column_blocks(&accounts::TABLE, &columns, Rows::All, &mut |frame| {
            let mut look = || -> PolarsResult<()> {
                let flags = frame.column(accounts::IS_OFFICIAL.name)?.bool()?;
                let text = |column: Owned| frame.column(column.name).and_then(|found| found.str());
                let (platform, provider) = (text(SEEN[0])?, text(SEEN[1])?);
                let ids = text(SEEN[2])?;
                for (row, _) in flags.iter().enumerate().filter(|(_, is)| *is == Some(true)) {
                    let cell = |texts: &StringChunked| texts.get(row).map(str::to_owned);
                    others.insert((
                        cell(platform).unwrap_or_default(),
                        cell(provider).unwrap_or_default(),
                        cell(ids).unwrap_or_default(),
                    ));
                }
                Ok(())
            };
            look().map_err(Error::frame("look for a person"))
        })?;
        self.accounts.retain(|account| !others.contains(account));
        Ok(())
    }
}

/// Returns the accounts that were seen with handles, by handle.
fn seen_with(
    store: &Store,
    handles: &BTreeSet<(String, String)>,
) -> Result<BTreeMap<(String, String), BTreeSet<Account>>> {
    let mut seen: BTreeMap<(String, String), BTreeSet<Account>> = BTreeMap::new();
    if handles.is_empty() {
        return Ok(seen);
    }
    each_text(store, &accounts::TABLE, Rows::All, &SEEN, &mut |cells| {
        let handle = bare(cells[3]);
        if has(handles, cells[0], &handle) {
            let accounts = seen.entry((cells[0].to_owned(), handle)).or_default();
            accounts.insert(account(cells[0], cells[1], cells[2]));
        }
    })?;
    Ok(seen)
}

/// Returns the ids of records and accounts that no other record or account has.
pub(super) fn own_ids(
    store: &Store,
    records: &BTreeSet<(String, String)>,
    accounts: &BTreeSet<Account>,
) -> Result<BTreeSet<String>> {
    let ids = records.iter().map(|(_, id)| id);
    let ids = ids.chain(accounts.iter().map(|(.., id)| id));
    let mut ids: BTreeSet<String> = ids.cloned().collect();
    let by_record: [&'static Table; 4] = [
        &customers::TABLE,
        &orders::TABLE,
        &declared_links::TABLE,
        &consents::TABLE,
    ];
    for table in by_record {
        let columns = [customers::SOURCE, customers::CUSTOMER_ID];
        each_text(store, table, Rows::All, &columns, &mut |cells| {
            if ids.contains(cells[1]) && !has(records, cells[0], cells[1]) {
                ids.remove(cells[1]);
            }
        })?;
    }
    let columns = [accounts::PLATFORM, accounts::PROVIDER, accounts::ACCOUNT_ID];
    each_text(store, &accounts::TABLE, Rows::All, &columns, &mut |cells| {
        if ids.contains(cells[2]) && !has_account(accounts, cells[0], cells[1], cells[2]) {
            ids.remove(cells[2]);
        }
    })?;
    Ok(ids)
}

pub(super) fn has(set: &BTreeSet<(String, String)>, first: &str, second: &str) -> bool {
    set.iter()
        .any(|(own, other)| own == first && other == second)
}

pub(super) fn has_account(
    set: &BTreeSet<Account>,
    platform: &str,
    provider: &str,
    id: &str,
) -> bool {
    set.iter()
        .any(|(on, of, own)| on == platform && of == provider && own == id)
}
