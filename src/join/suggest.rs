//! Accounts that may be a consenting person's: for a reviewer, never linked by themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use polars::prelude::*;
use rayon::prelude::*;

use super::candidates::{self, Consenting, Settings, candidates};
use super::consent::{LINK_SOCIAL, Standing};
use super::persons::Persons;
use super::records::Records;
use super::review::{Candidate, Review, Statement};
use super::rows::{Decision, Subject, texts};
use crate::concurrent::side_by_side;
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
/// The same, where the table has it.
type Key<'a> = (&'a str, &'a str, &'a str);

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
    let granted: HashSet<&str> = standing.granted(LINK_SOCIAL).collect();
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
    let consenting: Vec<usize> = rows.values().flatten().copied().collect();
    let Input {
        accounts,
        handles,
        posts,
        orders,
    } = input;
    let (seen, order_times) = side_by_side(
        || {
            let seen = seen(&accounts, &handles, linked)?;
            let post_times = post_times(posts, &seen)?;
            Ok::<_, PolarsError>((seen, post_times))
        },
        || order_times(orders, records, persons, &consenting),
    );
    let ((seen, post_times), order_times) = (seen?, order_times?);
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
    let seen = seen.into_iter().zip(&post_times);
    let shown: Vec<candidates::Account<'_>> = seen
        .map(|(account, post_times)| candidates::Account {
            post_times,
            ..account
        })
        .collect();
    let denied = denied(decisions, persons);
    let found = candidates(&people, &shown, &Settings::default());
    Ok(found
        .into_iter()
        .filter_map(|candidate| {
            let person = people[candidate.person].person().person_id;
            let account = &shown[candidate.account];
            let (platform, provider, account_id) = key(account);
            let key = (
                platform.to_owned(),
                provider.to_owned(),
                account_id.to_owned(),
            );
            if denied.contains(&(person.to_owned(), key.clone())) {
                return None;
            }
            let row = *rows.get(person)?.first()?;
            let (platform, provider, account_id) = key;
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            Some(Review {
                record: records.named(row),
                with: Candidate::Account([
                    platform,
                    provider,
                    account_id,
                    text(account.handle),
                    text(account.display_name),
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

/// Returns the accounts that may be somebody's, by their keys, without the times of their posts.
fn seen<'a>(
    newest: &'a DataFrame,
    handles: &'a DataFrame,
    linked: &BTreeSet<AccountKey>,
) -> PolarsResult<Vec<candidates::Account<'a>>> {
    let linked: HashSet<Key<'_>> = linked
        .iter()
        .map(|(platform, provider, account_id)| (&**platform, &**provider, &**account_id))
        .collect();
    let mut former: HashMap<Key<'a>, Vec<&'a str>> = HashMap::new();
    let handle = texts(handles, &accounts::HANDLE)?;
    for (key, handle) in keys(handles)?.zip(handle.iter()) {
        if let Some(handle) = said(handle) {
            former.entry(key).or_default().push(handle);
        }
    }
    let text = |column: crate::schema::Column| texts(newest, &column);
    let (handle, display_name) = (text(accounts::HANDLE)?, text(accounts::DISPLAY_NAME)?);
    let (bio, url) = (text(accounts::BIO)?, text(accounts::URL)?);
    let location = text(accounts::LOCATION)?;
    let is_official = newest.column(accounts::IS_OFFICIAL.name)?.bool()?;
    let mut found: HashMap<Key<'a>, candidates::Account<'a>> = HashMap::new();
    let rows = keys(newest)?.zip(is_official.iter()).enumerate();
    for (row, (key, is_official)) in rows {
        if is_official == Some(true) || linked.contains(&key) {
            continue;
        }
        let (platform, provider, account_id) = key;
        let [handle, display_name, bio, url, location] =
            [handle, display_name, bio, url, location].map(|texts| said(texts.get(row)));
        // One account may be seen by several sources: the first that says something is heard.
        let known = found.entry(key).or_insert_with(|| candidates::Account {
            platform,
            provider,
            account_id,
            url,
            location,
            ..candidates::Account::default()
        });
        known.handle = known.handle.or(handle);
        known.display_name = known.display_name.or(display_name);
        known.bio = known.bio.or(bio);
    }
    let mut found: Vec<candidates::Account<'a>> = found.into_values().collect();
    found.par_sort_unstable_by(|left, right| key(left).cmp(&key(right)));
    for account in &mut found {
        let mut known = former.remove(&key(account)).unwrap_or_default();
        known.sort_unstable();
        known.dedup();
        known.retain(|handle| Some(*handle) != account.handle);
        account.former_handles = known;
    }
    Ok(found)
}

fn key<'a>(account: &candidates::Account<'a>) -> Key<'a> {
    (account.platform, account.provider, account.account_id)
}

/// Returns what a cell says; an empty one says nothing.
fn said(cell: Option<&str>) -> Option<&str> {
    cell.filter(|text| !text.is_empty())
}

fn keys(frame: &DataFrame) -> PolarsResult<impl Iterator<Item = Key<'_>>> {
    let platform = texts(frame, &accounts::PLATFORM)?;
    let provider = texts(frame, &accounts::PROVIDER)?;
    let account_id = texts(frame, &accounts::ACCOUNT_ID)?;
    let keys = platform.iter().zip(provider.iter()).zip(account_id.iter());
    Ok(keys.map(|((platform, provider), account_id)| {
        (
            platform.unwrap_or_default(),
            provider.unwrap_or_default(),
            account_id.unwrap_or_default(),
        )
    }))
}

/// Returns when every one of some accounts posted.
fn post_times(
    posts: LazyFrame,
    accounts: &[candidates::Account<'_>],
) -> PolarsResult<Vec<Vec<i64>>> {
    let places: HashMap<Key<'_>, usize> = accounts.iter().map(key).zip(0..).collect();
    let frame = posts
        .select([
            posts::PLATFORM.expr(),
            posts::PROVIDER.expr(),
            posts::ACCOUNT_ID.expr(),
            posts::POSTED_AT.expr(),
        ])
        .collect()?;
    let times = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let keys: Vec<Key<'_>> = keys(&frame)?.collect();
    let whose: Vec<Option<usize>> = (keys.par_iter())
        .map(|key| places.get(key).copied())
        .collect();
    let mut found = vec![Vec::new(); accounts.len()];
    for (place, time) in whose.into_iter().zip(times.phys.iter()) {
        if let (Some(place), Some(time)) = (place, time) {
            found[place].push(time);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ColumnKind;

    fn frame(rows: &[[Option<&str>; 5]]) -> DataFrame {
        let column = |column: crate::schema::Column, place: usize| {
            let cells: Vec<Option<&str>> = rows.iter().map(|row| row[place]).collect();
            Column::new(column.small_name(), cells)
        };
        let nothing = |column: crate::schema::Column| {
            Column::new(column.small_name(), vec![None::<&str>; rows.len()])
        };
        let official: Vec<bool> = rows.iter().map(|row| row[2] == Some("shop")).collect();
        DataFrame::new(
            rows.len(),
            vec![
                column(accounts::PLATFORM, 0),
                column(accounts::PROVIDER, 1),
                column(accounts::ACCOUNT_ID, 2),
                column(accounts::HANDLE, 3),
                column(accounts::DISPLAY_NAME, 4),
                nothing(accounts::BIO),
                nothing(accounts::URL),
                nothing(accounts::LOCATION),
                Column::new(accounts::IS_OFFICIAL.small_name(), official),
            ],
        )
        .unwrap()
    }

    #[test]
    fn accounts_of_nobody_come_once_with_what_the_first_source_says_and_their_former_handles() {
        let newest = frame(&[
            [Some("x"), None, Some("2"), Some("b"), Some("")],
            [Some("x"), None, Some("shop"), Some("s"), None],
            [Some("x"), None, Some("1"), None, Some("first")],
            [Some("x"), Some(""), Some("1"), Some("a"), Some("second")],
            [Some("x"), None, Some("3"), Some("c"), None],
        ]);
        let handles = frame(&[
            [Some("x"), None, Some("1"), Some("z"), None],
            [Some("x"), None, Some("1"), Some("a"), None],
            [Some("x"), None, Some("1"), Some("y"), None],
            [Some("x"), None, Some("1"), Some("z"), None],
            [Some("x"), None, Some("2"), Some(""), None],
        ]);
        let linked = [("x".to_owned(), String::new(), "3".to_owned())].into();
        let found = seen(&newest, &handles, &linked).unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.account_id,
                    one.handle,
                    one.display_name,
                    one.former_handles.clone(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("1", Some("a"), Some("first"), vec!["y", "z"]),
                ("2", Some("b"), None, vec![]),
            ]
        );
        let at = Column::new(posts::POSTED_AT.small_name(), [5_i64, 3, 4])
            .cast(&ColumnKind::Instant.dtype())
            .unwrap();
        let ids = ["1", "9", "1"];
        let said = DataFrame::new(
            3,
            vec![
                Column::new(posts::PLATFORM.small_name(), ["x"; 3]),
                Column::new(posts::PROVIDER.small_name(), [None::<&str>; 3]),
                Column::new(posts::ACCOUNT_ID.small_name(), ids),
                at,
            ],
        );
        let times = post_times(said.unwrap().lazy(), &found).unwrap();
        assert_eq!(times, [vec![5, 4], vec![]]);
    }
}
