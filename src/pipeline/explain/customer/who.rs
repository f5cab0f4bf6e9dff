//! The person's records and accounts.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::rows::{Key, Scope, each};
use crate::error::{Error, Result};
use crate::report::karte::{AccountFact, RecordFact};
use crate::schema::{account_scores, customers, declared_links, links, persons};

/// Platform, provider and id of an account.
pub(super) type Account = (String, String, String);

/// Role and followers.
type Standing = (Option<String>, Option<i64>);

/// A linked account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub account: Account,
    pub handle: Option<String>,
    pub method: Option<String>,
    /// In microseconds since 1970-01-01 UTC.
    pub declared_at: Option<i64>,
    /// In microseconds since 1970-01-01 UTC.
    pub consented_at: Option<i64>,
    pub evidence: Option<String>,
}

impl Link {
    /// Returns how the account is called: by its handle, else by its id.
    pub(super) fn name(&self) -> String {
        match self
            .handle
            .as_deref()
            .map(|name| name.trim_start_matches('@'))
        {
            Some(handle) if !handle.is_empty() => format!("@{handle}"),
            _ => self.account.2.clone(),
        }
    }
}

/// Returns the records, the one registered first in front; one of orders or consents alone has no more than its id.
pub(super) fn records(scope: &Scope<'_>) -> Result<Vec<RecordFact>> {
    let matched = scope.of_records(
        &persons::TABLE,
        [persons::SOURCE, persons::CUSTOMER_ID],
        &[persons::MATCHED_BY, persons::MATCH_PROB],
    )?;
    let own = scope.of_records(
        &customers::TABLE,
        [customers::SOURCE, customers::CUSTOMER_ID],
        &[
            customers::NAME,
            customers::NAME_KANA,
            customers::EMAIL,
            customers::PHONE,
            customers::PREFECTURE,
            customers::REGISTERED_ON,
            customers::POINTS,
        ],
    )?;
    let found = || -> PolarsResult<Vec<RecordFact>> {
        let mut records: BTreeMap<Key, RecordFact> = scope
            .records
            .iter()
            .map(|key| (key.clone(), blank(key)))
            .collect();
        for row in each(&own) {
            let key = row.key([customers::SOURCE, customers::CUSTOMER_ID])?;
            if let Some(record) = records.get_mut(&key) {
                record.name = row.text(customers::NAME)?;
                record.name_kana = row.text(customers::NAME_KANA)?;
                record.email = row.text(customers::EMAIL)?;
                record.phone = row.text(customers::PHONE)?;
                record.prefecture = row.text(customers::PREFECTURE)?;
                record.registered_on = row.day(customers::REGISTERED_ON)?;
                record.points = row.integer(customers::POINTS)?;
            }
        }
        for row in each(&matched) {
            let key = row.key([persons::SOURCE, persons::CUSTOMER_ID])?;
            if let Some(record) = records.get_mut(&key) {
                record.matched_by = row.text(persons::MATCHED_BY)?;
                record.match_prob = row.float(persons::MATCH_PROB)?;
            }
        }
        let mut records: Vec<RecordFact> = records.into_values().collect();
        // Stable: those of one day stay in the order of source and id.
        records.sort_by_key(|record| {
            let day = record.registered_on.clone();
            (day.is_none(), day)
        });
        Ok(records)
    };
    found().map_err(Error::frame("read the records of a person"))
}

/// Takes everything off records but which they are, what joined them, and their names.
pub(super) fn keep_names(records: &mut [RecordFact]) {
    for record in records {
        record.email = None;
        record.phone = None;
        record.prefecture = None;
        record.registered_on = None;
        record.points = None;
    }
}

fn blank(key: &Key) -> RecordFact {
    RecordFact {
        source: key.0.clone(),
        customer_id: key.1.clone(),
        name: None,
        name_kana: None,
        email: None,
        phone: None,
        prefecture: None,
        registered_on: None,
        points: None,
        matched_by: None,
        match_prob: None,
    }
}

/// Returns the accounts that join linked, as far as they were before the as-of instant.
pub(super) fn links(scope: &Scope<'_>) -> Result<Vec<Link>> {
    let rows = scope.of_person(&links::TABLE, links::PERSON_ID)?;
    let until = scope.until();
    let found = || -> PolarsResult<Vec<Link>> {
        let mut found = Vec::new();
        for row in each(&rows) {
            let (declared_at, consented_at) = (
                row.instant(links::DECLARED_AT)?,
                row.instant(links::CONSENTED_AT)?,
            );
            // A reviewer's word counts whenever it was said: who somebody is does not depend on when that was found out.
            let is_declared = row.text(links::METHOD)?.as_deref() == Some("review")
                || declared_at.is_none_or(|at| at < until);
            if !is_declared || consented_at.is_none_or(|at| at >= until) {
                continue;
            }
            found.push(Link {
                account: (
                    row.word(links::PLATFORM)?,
                    row.word(links::PROVIDER)?,
                    row.word(links::ACCOUNT_ID)?,
                ),
                handle: row.text(links::HANDLE)?,
                method: row.text(links::METHOD)?,
                declared_at,
                consented_at,
                evidence: row.text(links::EVIDENCE)?,
            });
        }
        found.sort_by(|left: &Link, right| left.account.cmp(&right.account));
        Ok(found)
    };
    found().map_err(Error::frame("read the links of a person"))
}

/// Returns how many accounts the person declared that are none of `linked`.
pub(super) fn unlinked_count(scope: &Scope<'_>, linked: &[Link]) -> Result<u64> {
    let rows = scope.of_records(
        &declared_links::TABLE,
        [declared_links::SOURCE, declared_links::CUSTOMER_ID],
        &[
            declared_links::PLATFORM,
            declared_links::ACCOUNT_ID,
            declared_links::HANDLE,
            declared_links::DECLARED_AT,
        ],
    )?;
    let until = scope.until();
    let bare = |handle: &str| handle.trim_start_matches('@').to_lowercase();
    let count = || -> PolarsResult<u64> {
        let mut others = BTreeSet::new();
        for row in each(&rows) {
            let (platform, id) = row.key([declared_links::PLATFORM, declared_links::ACCOUNT_ID])?;
            let handle = bare(&row.word(declared_links::HANDLE)?);
            let declared_at = row.instant(declared_links::DECLARED_AT)?;
            let is_linked = linked.iter().any(|link| {
                let own = link.handle.as_deref().map(bare).unwrap_or_default();
                link.account.0 == platform
                    && (link.account.2 == id || !handle.is_empty() && own == handle)
            });
            if !is_linked && declared_at.is_none_or(|at| at < until) {
                others.insert(match id.is_empty() {
                    true => (platform, handle),
                    false => (platform, id),
                });
            }
        }
        Ok(others.len() as u64)
    };
    count().map_err(Error::frame("read the declarations of a person"))
}

/// Returns the linked accounts with what is known of them.
pub(super) fn accounts(scope: &Scope<'_>, links: &[Link]) -> Result<Vec<AccountFact>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let ids = links.iter().map(|link| link.account.2.as_str()).collect();
    let read = Error::frame("read the accounts of a person");
    let rows = scope
        .store
        .scan(&account_scores::TABLE)?
        .filter(account_scores::ACCOUNT_ID.is_among(ids))
        .collect()
        .map_err(&read)?;
    let scored = || -> PolarsResult<BTreeMap<Account, Standing>> {
        let mut scored = BTreeMap::new();
        for row in each(&rows) {
            let account = (
                row.word(account_scores::PLATFORM)?,
                row.word(account_scores::PROVIDER)?,
                row.word(account_scores::ACCOUNT_ID)?,
            );
            let facts = (
                row.text(account_scores::ROLE)?,
                row.integer(account_scores::FOLLOWER_COUNT)?,
            );
            scored.insert(account, facts);
        }
        Ok(scored)
    };
    let scored = scored().map_err(&read)?;
    Ok(links
        .iter()
        .map(|link| {
            let (role, follower_count) = scored.get(&link.account).cloned().unwrap_or_default();
            AccountFact {
                platform: link.account.0.clone(),
                account_id: link.account.2.clone(),
                handle: link.handle.clone(),
                method: link.method.clone(),
                declared_on: link.declared_at.map(|at| scope.day(at)),
                consented_on: link.consented_at.map(|at| scope.day(at)),
                evidence: link.evidence.clone(),
                role,
                follower_count,
            }
        })
        .collect())
}
