//! Accounts to persons: declared, and consented.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use super::consent::{LINK_SOCIAL, Standing};
use super::persons::Persons;
use super::rows::{Account, Declaration};
use crate::as_of::AsOf;
use crate::schema::{Column as Owned, ColumnKind, links};

/// A declaration that was not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Person, where the customer is known.
    pub person_id: Option<String>,
    /// Platform of the account.
    pub platform: String,
    /// File and row of the declaration.
    pub evidence: String,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a declaration was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalReason {
    /// No consent for `link_social` in force; the pair was not compared.
    NoConsent,
    /// The person denied being analysed.
    AnalysisDenied,
    /// The customer is not in the store.
    UnknownCustomer,
    /// Neither an account id nor a handle of an account seen was declared.
    UnknownAccount,
    /// Several persons declare the account.
    SeveralPersons,
}

impl RefusalReason {
    /// Returns the key that stands in the journal and in reports.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoConsent => "link_without_consent",
            Self::AnalysisDenied => "analyse_denied",
            Self::UnknownCustomer => "link_unknown_customer",
            Self::UnknownAccount => "link_unknown_account",
            Self::SeveralPersons => "link_several_persons",
        }
    }
}

/// One row of the table `links`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    person_id: String,
    platform: String,
    provider: String,
    account_id: String,
    handle: Option<String>,
    method: Option<String>,
    declared_at: i64,
    consented_at: i64,
    evidence: String,
}

impl Link {
    /// Returns platform, provider and id of the account.
    pub(super) fn account(&self) -> (String, String, String) {
        (
            self.platform.clone(),
            self.provider.clone(),
            self.account_id.clone(),
        )
    }
}

/// Follows the declarations made before as-of, each only with consent in force.
pub(super) fn link(
    declarations: &[Declaration],
    accounts: &[Account],
    persons: &Persons,
    standing: &Standing,
    as_of: &AsOf,
) -> (Vec<Link>, Vec<Refusal>) {
    let known = KnownAccounts::new(accounts);
    let mut refusals = Vec::new();
    let mut claims: BTreeMap<(String, String, String), Vec<Link>> = BTreeMap::new();
    let then = as_of.instant().as_microsecond();
    for declaration in declarations
        .iter()
        .filter(|declaration| declaration.declared_at < then)
    {
        match follow(declaration, &known, persons, standing) {
            Ok(link) => {
                let account = (
                    link.platform.clone(),
                    link.provider.clone(),
                    link.account_id.clone(),
                );
                claims.entry(account).or_default().push(link);
            }
            Err((reason, person_id)) => refusals.push(Refusal {
                person_id,
                platform: declaration.platform.clone(),
                evidence: evidence_of(declaration),
                reason,
            }),
        }
    }
    let mut links = Vec::new();
    for mut claim in claims.into_values() {
        let people: BTreeSet<&str> = claim.iter().map(|link| link.person_id.as_str()).collect();
        if people.len() > 1 {
            refusals.extend(claim.into_iter().map(|link| Refusal {
                person_id: Some(link.person_id),
                platform: link.platform,
                evidence: link.evidence,
                reason: RefusalReason::SeveralPersons,
            }));
            continue;
        }
        claim.sort_by(|left, right| {
            (left.declared_at, &left.evidence).cmp(&(right.declared_at, &right.evidence))
        });
        links.extend(claim.into_iter().next());
    }
    refusals
        .sort_by(|left, right| (left.reason, &left.evidence).cmp(&(right.reason, &right.evidence)));
    (links, refusals)
}

fn follow(
    declaration: &Declaration,
    known: &KnownAccounts<'_>,
    persons: &Persons,
    standing: &Standing,
) -> Result<Link, (RefusalReason, Option<String>)> {
    let person = persons
        .of(&declaration.source, &declaration.customer_id)
        .ok_or((RefusalReason::UnknownCustomer, None))?;
    let refused = |reason| (reason, Some(person.to_owned()));
    if standing.is_analysis_denied(person) {
        return Err(refused(RefusalReason::AnalysisDenied));
    }
    let grant = standing
        .grant(person, LINK_SOCIAL)
        .ok_or_else(|| refused(RefusalReason::NoConsent))?;
    let (provider, account_id, handle) = known
        .find(declaration)
        .ok_or_else(|| refused(RefusalReason::UnknownAccount))?;
    Ok(Link {
        person_id: person.to_owned(),
        platform: declaration.platform.clone(),
        provider,
        account_id,
        handle,
        method: declaration.method.clone(),
        declared_at: declaration.declared_at,
        consented_at: grant.since,
        evidence: format!("{}; {}", evidence_of(declaration), grant.evidence),
    })
}

fn evidence_of(declaration: &Declaration) -> String {
    format!("{}:{}", declaration.source_file, declaration.source_row)
}

/// Accounts seen, by id and by handle.
struct KnownAccounts<'a> {
    by_id: HashMap<(&'a str, &'a str, &'a str), &'a Account>,
    by_handle: HashMap<(&'a str, String), Vec<&'a Account>>,
}

impl<'a> KnownAccounts<'a> {
    fn new(accounts: &'a [Account]) -> Self {
        let mut by_id = HashMap::new();
        let mut by_handle: HashMap<_, Vec<&Account>> = HashMap::new();
        for account in accounts {
            by_id.insert(
                (&*account.platform, &*account.provider, &*account.account_id),
                account,
            );
            if let Some(handle) = &account.handle {
                // One account may be observed by several sources.
                let same: &mut Vec<&Account> = by_handle
                    .entry((&*account.platform, handle.to_lowercase()))
                    .or_default();
                let key =
                    |account: &Account| (account.provider.clone(), account.account_id.clone());
                if !same.iter().any(|known| key(known) == key(account)) {
                    same.push(account);
                }
            }
        }
        Self { by_id, by_handle }
    }

    /// Returns provider, id and handle of the declared account: by the platform's id, else by a handle that one account has.
    fn find(&self, declaration: &Declaration) -> Option<(String, String, Option<String>)> {
        if let Some(account_id) = &declaration.account_id {
            let seen = self.by_id.get(&(
                &*declaration.platform,
                &*declaration.provider,
                &**account_id,
            ));
            let handle = seen
                .and_then(|account| account.handle.clone())
                .or_else(|| declaration.handle.clone());
            return Some((declaration.provider.clone(), account_id.clone(), handle));
        }
        let handle = declaration
            .handle
            .as_ref()?
            .trim_start_matches('@')
            .to_lowercase();
        match self
            .by_handle
            .get(&(&*declaration.platform, handle))?
            .as_slice()
        {
            [account] => Some((
                account.provider.clone(),
                account.account_id.clone(),
                account.handle.clone(),
            )),
            _ => None,
        }
    }
}

/// Returns the table `links`.
pub(super) fn frame(links: &[Link]) -> PolarsResult<DataFrame> {
    let text = |column: Owned, value: fn(&Link) -> Option<&str>| {
        Column::new(
            column.small_name(),
            links.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let instant = |column: Owned, value: fn(&Link) -> i64| {
        Column::new(
            column.small_name(),
            links.iter().map(value).collect::<Vec<_>>(),
        )
        .cast(&ColumnKind::Instant.dtype())
    };
    DataFrame::new(
        links.len(),
        vec![
            text(links::PERSON_ID, |link| Some(&link.person_id)),
            text(links::PLATFORM, |link| Some(&link.platform)),
            text(links::PROVIDER, |link| Some(&link.provider)),
            text(links::ACCOUNT_ID, |link| Some(&link.account_id)),
            text(links::HANDLE, |link| link.handle.as_deref()),
            text(links::METHOD, |link| link.method.as_deref()),
            instant(links::DECLARED_AT, |link| link.declared_at)?,
            instant(links::CONSENTED_AT, |link| link.consented_at)?,
            text(links::EVIDENCE, |link| Some(&link.evidence)),
        ],
    )
}
