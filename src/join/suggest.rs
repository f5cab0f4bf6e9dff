//! Accounts that may be a consenting person's: for a reviewer, never linked by themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use super::candidates::{self, Consenting, Settings, candidates};
use super::consent::{LINK_SOCIAL, Standing};
use super::persons::Persons;
use super::records::Records;
use super::review::{Candidate, Review, Statement};
use super::rows::{Decision, Subject, owned, texts};
use crate::report::Lang;
use crate::schema::{accounts, orders, posts};

/// The frames that candidates are sought in.
pub(super) struct Input {
    /// `accounts`, the newest of each.
    pub accounts: DataFrame,
    /// Every handle an account was seen with: the columns of `accounts` up to the handle.
    pub handles: DataFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `orders`
    pub orders: LazyFrame,
}

/// An account by platform, provider and id.
type AccountKey = (String, String, String);

/// Returns pairs of a consenting person and an account that nobody declared, the likeliest first.
///
/// `linked` are accounts that are somebody's already.
pub(super) fn accounts(
    input: Input,
    records: &Records<'_>,
    persons: &Persons,
    standing: &Standing,
    decisions: &[Decision],
    linked: &BTreeSet<AccountKey>,
) -> PolarsResult<Vec<Review>> {
    let granted: BTreeSet<&str> = standing.granted(LINK_SOCIAL).collect();
    if granted.is_empty() || input.accounts.height() == 0 {
        return Ok(Vec::new());
    }
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in 0..records.len() {
        let person = persons.of_record(row);
        if granted.contains(person) {
            rows.entry(person).or_default().push(row);
        }
    }
    let seen = Seen::new(&input.accounts, &input.handles, linked)?;
    let post_times = post_times(input.posts)?;
    let consenting: Vec<usize> = rows.values().flatten().copied().collect();
    let order_times = order_times(input.orders, records, persons, &consenting)?;
    let (none, birth_years) = (Vec::new(), records.birth_years());
    let people: Vec<Consenting<'_>> = rows
        .iter()
        .filter_map(|(person, rows)| {
            let known = records.known(rows, &birth_years);
            let person = candidates::Person {
                person_id: person,
                order_times: order_times.get(*person).unwrap_or(&none),
                ..known
            };
            Consenting::new(person, standing)
        })
        .collect();
    let shown: Vec<candidates::Account<'_>> = seen
        .accounts
        .iter()
        .map(|account| account.shown(&post_times, &none))
        .collect();
    let denied = denied(decisions, persons);
    let found = candidates(&people, &shown, &Settings::default());
    Ok(found
        .into_iter()
        .filter_map(|candidate| {
            let person = people[candidate.person].person().person_id;
            let account = &seen.accounts[candidate.account];
            let key = account.key.clone();
            if denied.contains(&(person.to_owned(), key.clone())) {
                return None;
            }
            let row = *rows.get(person)?.first()?;
            let (platform, provider, account_id) = key;
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            Some(Review {
                record: records.named(row),
                with: Candidate::Account([
                    platform,
                    provider,
                    account_id,
                    text(&account.handle),
                    text(&account.display_name),
                ]),
                probability: candidate.prob,
                evidence: candidate
                    .evidence
                    .iter()
                    .map(|evidence| {
                        Statement::Words(evidence.sentence(Lang::Ja), evidence.sentence(Lang::En))
                    })
                    .collect(),
                cut: None,
            })
        })
        .collect())
}

/// Returns the pairs of a person and an account that a reviewer said are two.
fn denied(decisions: &[Decision], persons: &Persons) -> BTreeSet<(String, AccountKey)> {
    let mut newest: BTreeMap<(String, AccountKey), (i64, bool)> = BTreeMap::new();
    for decision in decisions {
        let Subject::Account(platform, provider, account_id) = &decision.with else {
            continue;
        };
        let (source, customer_id) = &decision.record;
        let Some(person) = persons.of(source, customer_id) else {
            continue;
        };
        let account = (platform.clone(), provider.clone(), account_id.clone());
        let word = (decision.decided_at, !decision.is_same);
        let known = newest.entry((person.to_owned(), account)).or_insert(word);
        *known = word.max(*known);
    }
    let denied = newest.into_iter().filter(|(_, (_, is_denied))| *is_denied);
    denied.map(|(pair, _)| pair).collect()
}

/// An account that is nobody's yet.
struct SeenAccount {
    key: AccountKey,
    handle: Option<String>,
    former_handles: Vec<String>,
    display_name: Option<String>,
    bio: Option<String>,
    url: Option<String>,
    location: Option<String>,
}

impl SeenAccount {
    fn shown<'a>(
        &'a self,
        post_times: &'a HashMap<AccountKey, Vec<i64>>,
        none: &'a Vec<i64>,
    ) -> candidates::Account<'a> {
        let (platform, provider, account_id) = &self.key;
        candidates::Account {
            platform,
            provider,
            account_id,
            handle: self.handle.as_deref(),
            former_handles: self.former_handles.iter().map(String::as_str).collect(),
            display_name: self.display_name.as_deref(),
            bio: self.bio.as_deref(),
            url: self.url.as_deref(),
            location: self.location.as_deref(),
            post_times: post_times.get(&self.key).unwrap_or(none),
        }
    }
}

/// The accounts that may be somebody's.
struct Seen {
    accounts: Vec<SeenAccount>,
}

impl Seen {
    fn new(
        newest: &DataFrame,
        handles: &DataFrame,
        linked: &BTreeSet<AccountKey>,
    ) -> PolarsResult<Self> {
        let mut former: BTreeMap<AccountKey, BTreeSet<String>> = BTreeMap::new();
        let keys = keys(handles)?;
        let handle = texts(handles, &accounts::HANDLE)?;
        for (row, key) in keys.into_iter().enumerate() {
            if let Some(handle) = owned(handle, row) {
                former.entry(key).or_default().insert(handle);
            }
        }
        let text = |column: crate::schema::Column| texts(newest, &column);
        let (handle, display_name) = (text(accounts::HANDLE)?, text(accounts::DISPLAY_NAME)?);
        let (bio, url) = (text(accounts::BIO)?, text(accounts::URL)?);
        let location = text(accounts::LOCATION)?;
        let is_official = newest.column(accounts::IS_OFFICIAL.name)?.bool()?;
        let mut found: BTreeMap<AccountKey, SeenAccount> = BTreeMap::new();
        for (row, key) in self::keys(newest)?.into_iter().enumerate() {
            if is_official.get(row) == Some(true) || linked.contains(&key) {
                continue;
            }
            let account = SeenAccount {
                handle: owned(handle, row),
                former_handles: Vec::new(),
                display_name: owned(display_name, row),
                bio: owned(bio, row),
                url: owned(url, row),
                location: owned(location, row),
                key: key.clone(),
            };
            // One account may be seen by several sources: the first that says something is heard.
            let known = found.entry(key).or_insert(account);
            known.handle = known.handle.take().or_else(|| owned(handle, row));
            known.display_name = known
                .display_name
                .take()
                .or_else(|| owned(display_name, row));
            known.bio = known.bio.take().or_else(|| owned(bio, row));
        }
        let mut accounts: Vec<SeenAccount> = found.into_values().collect();
        for account in &mut accounts {
            let known = former.remove(&account.key).unwrap_or_default();
            let known = known.into_iter();
            account.former_handles = known
                .filter(|handle| Some(handle) != account.handle.as_ref())
                .collect();
        }
        Ok(Self { accounts })
    }
}

fn keys(frame: &DataFrame) -> PolarsResult<Vec<AccountKey>> {
    let platform = texts(frame, &accounts::PLATFORM)?;
    let provider = texts(frame, &accounts::PROVIDER)?;
    let account_id = texts(frame, &accounts::ACCOUNT_ID)?;
    Ok((0..frame.height())
        .map(|row| {
            (
                owned(platform, row).unwrap_or_default(),
                owned(provider, row).unwrap_or_default(),
                owned(account_id, row).unwrap_or_default(),
            )
        })
        .collect())
}

/// Returns when every account posted.
fn post_times(posts: LazyFrame) -> PolarsResult<HashMap<AccountKey, Vec<i64>>> {
    let frame = posts
        .select([
            posts::PLATFORM.expr(),
            posts::PROVIDER.expr(),
            posts::ACCOUNT_ID.expr(),
            posts::POSTED_AT.expr(),
        ])
        .collect()?;
    let times = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let mut found: HashMap<AccountKey, Vec<i64>> = HashMap::new();
    for (row, key) in keys(&frame)?.into_iter().enumerate() {
        if let Some(time) = times.phys.get(row) {
            found.entry(key).or_default().push(time);
        }
    }
    Ok(found)
}

/// Returns when the persons of some records ordered.
fn order_times<'p>(
    orders: LazyFrame,
    records: &Records<'_>,
    persons: &'p Persons,
    of: &[usize],
) -> PolarsResult<HashMap<&'p str, Vec<i64>>> {
    let keys: Vec<(&str, &str)> = of.iter().filter_map(|row| records.key(*row)).collect();
    let column =
        |column: crate::schema::Column, values: Vec<&str>| Column::new(column.small_name(), values);
    let keys = DataFrame::new(
        keys.len(),
        vec![
            column(orders::SOURCE, keys.iter().map(|key| key.0).collect()),
            column(orders::CUSTOMER_ID, keys.iter().map(|key| key.1).collect()),
        ],
    )?;
    let on = [orders::SOURCE.expr(), orders::CUSTOMER_ID.expr()];
    let frame = orders
        .select([
            orders::SOURCE.expr(),
            orders::CUSTOMER_ID.expr(),
            orders::ORDERED_AT.expr(),
        ])
        .join(keys.lazy(), on.clone(), on, JoinArgs::new(JoinType::Semi))
        .collect()?;
    let source = texts(&frame, &orders::SOURCE)?;
    let customer_id = texts(&frame, &orders::CUSTOMER_ID)?;
    let times = frame.column(orders::ORDERED_AT.name)?.datetime()?;
    let mut found: HashMap<&str, Vec<i64>> = HashMap::new();
    for row in 0..frame.height() {
        if let (Some(source), Some(customer_id), Some(time)) =
            (source.get(row), customer_id.get(row), times.phys.get(row))
            && let Some(person) = persons.of(source, customer_id)
        {
            found.entry(person).or_default().push(time);
        }
    }
    Ok(found)
}
