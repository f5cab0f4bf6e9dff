//! Accounts to persons: declared, and consented.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use super::consent::{ANALYSE, LINK_SOCIAL, Standing};
use super::persons::Persons;
use super::rows::{Account, AccountDecision, AccountKey, Declaration, SeenHandle};
use crate::as_of::AsOf;
use crate::hash::Unhashed;
use crate::schema::{Column as Owned, ColumnKind, links};

/// A declaration that was not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Person, where the customer is known.
    pub person_id: Option<String>,
    /// Source and id of the customer record.
    pub record: (String, String),
    /// When it was declared, in microseconds since 1970-01-01 UTC.
    pub declared_at: i64,
    /// File and row of the declaration; where consent decided, behind them those of the statement.
    pub evidence: String,
    /// Why.
    pub reason: RefusalReason,
    /// Source and id of the customer, and the account: only where a reviewer can decide, consent being in force.
    pub open: Option<OpenClaim>,
}

/// A declaration that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Person.
    pub person_id: String,
    /// File and row of the declaration, and of the consent.
    pub evidence: String,
}

/// A declaration that a reviewer can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenClaim {
    /// Source and id of the customer record.
    pub record: (String, String),
    /// Platform, provider and id of the account.
    pub account: (String, String, String),
    /// Handle of the account.
    pub handle: Option<String>,
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
    /// Several accounts had the handle that was declared.
    SeveralAccounts,
    /// Several persons declare the account.
    SeveralPersons,
    /// A reviewer said that the account is not the person's, or is another's.
    Decision,
}

impl RefusalReason {
    /// Returns the purpose whose consent decided, or would decide.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::AnalysisDenied => ANALYSE,
            _ => LINK_SOCIAL,
        }
    }

    /// Returns the key that stands in the journal and in reports.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoConsent => "link_without_consent",
            Self::AnalysisDenied => "analyse_denied",
            Self::UnknownCustomer => "link_unknown_customer",
            Self::UnknownAccount => "link_unknown_account",
            Self::SeveralAccounts => "link_several_accounts",
            Self::SeveralPersons => "link_several_persons",
            Self::Decision => "link_decision",
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
    fn refused(self, record: (String, String), reason: RefusalReason) -> Refusal {
        Refusal {
            person_id: Some(self.person_id),
            record,
            declared_at: self.declared_at,
            evidence: self.evidence,
            reason,
            open: None,
        }
    }

    /// Returns platform, provider and id of the account.
    pub(super) fn account(&self) -> (String, String, String) {
        (
            self.platform.clone(),
            self.provider.clone(),
            self.account_id.clone(),
        )
    }
}

/// What links are made of.
pub(super) struct Claims<'a> {
    /// What customers declared.
    pub declarations: &'a [Declaration],
    /// What reviewers decided of accounts.
    pub decisions: &'a [AccountDecision],
    /// Accounts seen.
    pub accounts: &'a [Account<'a>],
    /// Every handle they were seen with.
    pub handles: &'a [SeenHandle<'a>],
}

/// What became of the declarations.
#[derive(Debug, Default)]
pub(super) struct Linked {
    pub links: Vec<Link>,
    pub refusals: Vec<Refusal>,
    pub followed: Vec<Followed>,
}

/// Follows the declarations made before as-of, each only with consent in force.
///
/// One account is one person's: where several declare it, none has it until a reviewer decides.
pub(super) fn link(
    claims: &Claims<'_>,
    persons: &Persons,
    standing: &Standing,
    as_of: &AsOf,
) -> Linked {
    let known = KnownAccounts::new(claims);
    let mut refusals = Vec::new();
    let mut claimed: BTreeMap<(String, String, String), Vec<Claim>> = BTreeMap::new();
    let then = as_of.instant().as_microsecond();
    let decided: Vec<&AccountDecision> = newest(claims.decisions);
    let confirmed: Vec<Declaration> = decided
        .iter()
        .filter(|decision| decision.is_same)
        .map(|decision| decision.as_declaration())
        .collect();
    // Who somebody is does not depend on when a reviewer found out; consent is asked for the moment looked at all the same.
    let declared = claims.declarations.iter();
    let declared = declared.filter(|declaration| declaration.declared_at < then);
    for declaration in declared.chain(&confirmed) {
        let record = (declaration.source.clone(), declaration.customer_id.clone());
        match follow(declaration, &known, persons, standing) {
            Ok(link) => claimed
                .entry(link.account())
                .or_default()
                .push((link, record)),
            Err((reason, person_id)) => refusals.push(Refusal {
                evidence: evidence_of_refusal(declaration, reason, person_id.as_deref(), standing),
                person_id,
                record,
                declared_at: declaration.declared_at,
                reason,
                open: None,
            }),
        }
    }
    let mut links = Vec::new();
    let mut followed = Vec::new();
    for (account, claim) in claimed {
        let (mut kept, dropped) = by_decision(claim, &account, &decided, persons);
        refusals.extend(
            dropped
                .into_iter()
                .map(|(link, record)| link.refused(record, RefusalReason::Decision)),
        );
        let people: BTreeSet<&str> = kept.iter().map(|(link, _)| &*link.person_id).collect();
        if people.len() > 1 {
            refusals.extend(kept.into_iter().map(|(link, record)| {
                let open = OpenClaim {
                    record: record.clone(),
                    account: account.clone(),
                    handle: link.handle.clone(),
                };
                Refusal {
                    open: Some(open),
                    ..link.refused(record, RefusalReason::SeveralPersons)
                }
            }));
            continue;
        }
        kept.sort_by(|(left, _), (right, _)| {
            (left.declared_at, &left.evidence).cmp(&(right.declared_at, &right.evidence))
        });
        followed.extend(kept.iter().map(|(link, _)| Followed {
            person_id: link.person_id.clone(),
            evidence: link.evidence.clone(),
        }));
        links.extend(kept.into_iter().next().map(|(link, _)| link));
    }
    refusals
        .sort_by(|left, right| (left.reason, &left.evidence).cmp(&(right.reason, &right.evidence)));
    followed.sort_by(|left, right| left.evidence.cmp(&right.evidence));
    Linked {
        links,
        refusals,
        followed,
    }
}

/// Returns file and row of a declaration, and behind them those of the statement by which consent is not in force.
fn evidence_of_refusal(
    declaration: &Declaration,
    reason: RefusalReason,
    person: Option<&str>,
    standing: &Standing,
) -> String {
    let purpose = match reason {
        RefusalReason::NoConsent => LINK_SOCIAL,
        RefusalReason::AnalysisDenied => ANALYSE,
        _ => return evidence_of(declaration),
    };
    match person.and_then(|person| standing.refusal(person, purpose)) {
        Some(denial) => format!("{}; {}", evidence_of(declaration), denial.evidence),
        None => evidence_of(declaration),
    }
}

/// Returns the newest decision of each record and account; at one instant a denial.
fn newest(decisions: &[AccountDecision]) -> Vec<&AccountDecision> {
    let mut newest: BTreeMap<_, &AccountDecision> = BTreeMap::new();
    for decision in decisions {
        let known = newest
            .entry((&decision.record, &decision.account))
            .or_insert(decision);
        let order = |decision: &AccountDecision| (decision.decided_at, !decision.is_same);
        if order(decision) > order(known) {
            *known = decision;
        }
    }
    newest.into_values().collect()
}

/// A claim of an account, and the record that makes it.
type Claim = (Link, (String, String));

/// Splits claims into those that stand and those a reviewer decided against: denied ones, and all others where one was
/// confirmed. Of several confirmed the newest stands.
fn by_decision(
    claims: Vec<Claim>,
    account: &(String, String, String),
    decided: &[&AccountDecision],
    persons: &Persons,
) -> (Vec<Claim>, Vec<Claim>) {
    let person = |decision: &AccountDecision| persons.of(&decision.record.0, &decision.record.1);
    let of_account = || {
        decided
            .iter()
            .filter(|decision| decision.account == *account)
    };
    let confirmed = of_account()
        .filter(|decision| decision.is_same)
        .max_by_key(|decision| (decision.decided_at, std::cmp::Reverse(&decision.record)))
        .and_then(|decision| person(decision));
    claims.into_iter().partition(|(link, _)| match confirmed {
        Some(confirmed) => link.person_id == confirmed,
        None => !of_account()
            .any(|decision| !decision.is_same && person(decision) == Some(&link.person_id)),
    })
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
    let (provider, account_id, handle) = known.find(declaration).map_err(refused)?;
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

/// Per handle in lower case, the accounts that were seen with it: provider and id.
type ByHandle<'a> = HashMap<String, BTreeSet<(&'a str, &'a str)>, Unhashed>;

/// Accounts seen, by id and by handle.
struct KnownAccounts<'a> {
    /// The handle of each, where it has one.
    by_id: HashMap<AccountKey<'a>, Option<&'a str>, Unhashed>,
    /// Per platform. Only of handles that somebody declared without an id.
    by_handle: HashMap<&'a str, ByHandle<'a>, Unhashed>,
    /// Per account that had one of these, when it was seen with which handle, oldest first.
    history: HashMap<AccountKey<'a>, Vec<(i64, String)>, Unhashed>,
}

impl<'a> KnownAccounts<'a> {
    fn new(claims: &Claims<'a>) -> Self {
        let mut known = Self {
            by_id: HashMap::with_capacity_and_hasher(claims.accounts.len(), Unhashed),
            by_handle: HashMap::default(),
            history: HashMap::default(),
        };
        // Of all the handles seen, few are asked for.
        for declaration in claims.declarations {
            if let (None, Some(handle)) = (&declaration.account_id, &declaration.handle) {
                let of_platform = known.by_handle.entry(&declaration.platform).or_default();
                of_platform.entry(lower_case(handle)).or_default();
            }
        }
        for account in claims.accounts {
            // One account may be observed by several sources.
            let handle = known.by_id.entry(account.key).or_default();
            *handle = handle.or(account.handle);
        }
        if known.by_handle.is_empty() {
            return known;
        }
        for seen in claims.handles {
            let Account { key, handle } = seen.account;
            let (platform, provider, account_id) = key;
            if let Some(handle) = handle
                && let Some(of_platform) = known.by_handle.get_mut(platform)
                && let Some(accounts) = of_platform.get_mut(&*in_lower_case(handle))
            {
                accounts.insert((provider, account_id));
                known.history.entry(key).or_default();
            }
        }
        for seen in claims.handles {
            let Account { key, handle } = seen.account;
            if let Some(handle) = handle
                && let Some(history) = known.history.get_mut(&key)
            {
                let handle = in_lower_case(handle).into_owned();
                history.push((seen.observed_at, handle));
            }
        }
        for history in known.history.values_mut() {
            history.sort();
        }
        known
    }

    /// Returns provider, id and handle of the declared account: by the platform's id, else by the handle.
    ///
    /// Handles change and are reused: the account is meant that had the handle when it was declared, as far as was seen;
    /// where none is known to have had it then, the only one that ever had it.
    fn find(
        &self,
        declaration: &Declaration,
    ) -> Result<(String, String, Option<String>), RefusalReason> {
        let platform = &*declaration.platform;
        if let Some(account_id) = &declaration.account_id {
            let seen = self
                .by_id
                .get(&(platform, &*declaration.provider, &**account_id));
            let handle = seen
                .and_then(|handle| handle.map(str::to_owned))
                .or_else(|| declaration.handle.clone());
            return Ok((declaration.provider.clone(), account_id.clone(), handle));
        }
        let unknown = RefusalReason::UnknownAccount;
        let handle = declaration.handle.as_ref().ok_or(unknown)?;
        let handle = lower_case(handle);
        let accounts = self
            .by_handle
            .get(platform)
            .and_then(|of_platform| of_platform.get(&handle))
            .filter(|accounts| !accounts.is_empty())
            .ok_or(unknown)?;
        let then: Vec<_> = accounts
            .iter()
            .filter(|(provider, account_id)| {
                let history = self.history.get(&(platform, provider, account_id));
                history.is_some_and(|history| had(history, &handle, declaration.declared_at))
            })
            .collect();
        let (provider, account_id) = match (then.as_slice(), accounts.len()) {
            ([account], _) => **account,
            ([], 1) => *accounts.first().ok_or(unknown)?,
            _ => return Err(RefusalReason::SeveralAccounts),
        };
        let seen = self.by_id.get(&(platform, provider, account_id));
        Ok((
            provider.to_owned(),
            account_id.to_owned(),
            seen.and_then(|handle| handle.map(str::to_owned)),
        ))
    }
}

/// Returns a handle as declared in the form that handles are looked up in.
fn lower_case(declared: &str) -> String {
    declared.trim_start_matches('@').to_lowercase()
}

/// Returns a handle as seen in lower case, itself where it is.
fn in_lower_case(handle: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    match handle.bytes().all(is_lower) {
        true => Cow::Borrowed(handle),
        false => Cow::Owned(handle.to_lowercase()),
    }
}

/// Whether an account had a handle at an instant: it was last seen with it, or first seen with it thereafter.
fn had(history: &[(i64, String)], handle: &str, at: i64) -> bool {
    let before = history.iter().rev().find(|(seen, _)| *seen <= at);
    let seen = before.or_else(|| history.first());
    seen.is_some_and(|(_, seen)| seen == handle)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(account_id: Option<&str>, handle: Option<&str>) -> Declaration {
        Declaration {
            source: "shop".to_owned(),
            customer_id: "1".to_owned(),
            platform: "x".to_owned(),
            provider: String::new(),
            account_id: account_id.map(str::to_owned),
            handle: handle.map(str::to_owned),
            method: None,
            declared_at: 0,
            source_file: "declared.csv".to_owned(),
            source_row: 2,
        }
    }

    #[test]
    fn accounts_are_found_by_id_and_by_handles_in_any_case() {
        let account = |account_id, handle| Account {
            key: ("x", "", account_id),
            handle,
        };
        let accounts = [
            account("7", None),
            account("7", Some("Kotori")),
            account("7", Some("later")),
            account("8", Some("ÉTOILE")),
        ];
        let handles: Vec<SeenHandle<'_>> = (accounts.iter())
            .map(|account| SeenHandle {
                account: *account,
                observed_at: 1,
            })
            .collect();
        let by_handle = declared(None, Some("@kotori"));
        let other = declared(None, Some("étoile"));
        let by_id = declared(Some("7"), Some("told"));
        let unseen = declared(Some("9"), Some("told"));
        let nobody = declared(None, Some("nobody"));
        let declarations = [by_handle, other, by_id, unseen, nobody];
        let known = KnownAccounts::new(&Claims {
            declarations: &declarations,
            decisions: &[],
            accounts: &accounts,
            handles: &handles,
        });
        let found: Vec<Result<(String, Option<String>), RefusalReason>> = (declarations.iter())
            .map(|declaration| {
                let (_, account_id, handle) = known.find(declaration)?;
                Ok((account_id, handle))
            })
            .collect();
        let one =
            |account_id: &str, handle: &str| Ok((account_id.to_owned(), Some(handle.to_owned())));
        assert_eq!(
            found,
            [
                one("7", "Kotori"),
                one("8", "ÉTOILE"),
                one("7", "Kotori"),
                one("9", "told"),
                Err(RefusalReason::UnknownAccount),
            ]
        );
    }
}
