//! Accounts that may be a consenting person's: for a reviewer, never linked by themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use polars::prelude::*;
use rayon::prelude::*;

use super::candidates::{self, Consenting, Settings, candidates};
use super::consent::{LINK_SOCIAL, Standing};
use super::persons::Persons;
use super::records::Records;
use super::review::{Candidate, Review, Statement};
use super::rows::{self, Decision, Subject, account_keys, said, texts};
use crate::concurrent::side_by_side;
use crate::hash::{Unhashed, fast_hash};
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
type Key<'a> = rows::AccountKey<'a>;

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
    let granted: HashSet<&str, Unhashed> = standing.granted(LINK_SOCIAL).collect();
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
    let linked: HashSet<Key<'_>, Unhashed> = linked
        .iter()
        .map(|(platform, provider, account_id)| (&**platform, &**provider, &**account_id))
        .collect();
    let text = |column: crate::schema::Column| texts(newest, &column);
    let mut texts_of_rows = [
        text(accounts::HANDLE)?.iter(),
        text(accounts::DISPLAY_NAME)?.iter(),
        text(accounts::BIO)?.iter(),
        text(accounts::URL)?.iter(),
        text(accounts::LOCATION)?.iter(),
    ];
    let is_official = newest.column(accounts::IS_OFFICIAL.name)?.bool()?;
    let mut found: Vec<candidates::Account<'a>> = Vec::with_capacity(newest.height());
    let mut places: HashMap<Key<'a>, usize, Unhashed> =
        HashMap::with_capacity_and_hasher(newest.height(), Unhashed);
    for (key, is_official) in account_keys(newest)?.zip(is_official.iter()) {
        let [handle, display_name, bio, url, location] = texts_of_rows
            .each_mut()
            .map(|texts| said(texts.next().flatten()));
        if is_official == Some(true) || linked.contains(&key) {
            continue;
        }
        let (platform, provider, account_id) = key;
        // One account may be seen by several sources: the first that says something is heard.
        let place = *places.entry(key).or_insert_with(|| {
            found.push(candidates::Account {
                platform,
                provider,
                account_id,
                url,
                location,
                ..candidates::Account::default()
            });
            found.len() - 1
        });
        let known = &mut found[place];
        known.handle = known.handle.or(handle);
        known.display_name = known.display_name.or(display_name);
        known.bio = known.bio.or(bio);
    }
    let handle = texts(handles, &accounts::HANDLE)?;
    for (key, handle) in account_keys(handles)?.zip(handle.iter()) {
        if let Some(handle) = said(handle)
            && let Some(place) = places.get(&key)
        {
            let account = &mut found[*place];
            // Most are seen with one handle again and again.
            if account.handle != Some(handle) && account.former_handles.last() != Some(&handle) {
                account.former_handles.push(handle);
            }
        }
    }
    for account in &mut found {
        account.former_handles.sort_unstable();
        account.former_handles.dedup();
    }
    Ok(in_order(found))
}

/// Returns accounts in the order of their keys.
fn in_order<'a>(mut accounts: Vec<candidates::Account<'a>>) -> Vec<candidates::Account<'a>> {
    let mut ranks: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for account in &accounts {
        ranks
            .entry((account.platform, account.provider))
            .or_default();
    }
    for (place, rank) in (0..).zip(ranks.values_mut()) {
        *rank = place;
    }
    // Numbers first: two texts are hardly ever compared.
    let mut order: Vec<(u32, u64, &'a str, usize)> = accounts
        .par_iter()
        .enumerate()
        .map(|(place, account)| {
            let rank = ranks[&(account.platform, account.provider)];
            let account_id = account.account_id;
            (rank, first_bytes(account_id), account_id, place)
        })
        .collect();
    if order.is_sorted() {
        return accounts;
    }
    order.par_sort_unstable();
    order
        .into_iter()
        .map(|(.., place)| std::mem::take(&mut accounts[place]))
        .collect()
}

/// Returns the first eight bytes of a text as a number, which orders texts as they are ordered, save those that begin alike.
fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

fn key<'a>(account: &candidates::Account<'a>) -> Key<'a> {
    (account.platform, account.provider, account.account_id)
}

/// Returns what many accounts are told apart by: their texts lie all over the memory.
fn hash((platform, provider, account_id): Key<'_>) -> u64 {
    fast_hash([platform, provider, account_id])
}

/// Returns when every one of some accounts posted.
fn post_times(
    posts: LazyFrame,
    accounts: &[candidates::Account<'_>],
) -> PolarsResult<Vec<Vec<i64>>> {
    let count = accounts.len();
    let accounts = accounts.iter().map(|account| hash(key(account)));
    let places: HashMap<u64, usize, Unhashed> = accounts.zip(0..).collect();
    let frame = posts
        .select([
            posts::PLATFORM.expr(),
            posts::PROVIDER.expr(),
            posts::ACCOUNT_ID.expr(),
            posts::POSTED_AT.expr(),
        ])
        .collect()?;
    let times = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let mut found = vec![Vec::new(); count];
    for (key, time) in account_keys(&frame)?.zip(times.phys.iter()) {
        if let (Some(place), Some(time)) = (places.get(&hash(key)), time) {
            found[*place].push(time);
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
) -> PolarsResult<HashMap<&'p str, Vec<i64>, Unhashed>> {
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
    let mut found: HashMap<&str, Vec<i64>, Unhashed> = HashMap::default();
    let rows = source.iter().zip(customer_id.iter()).zip(times.phys.iter());
    for ((source, customer_id), time) in rows {
        if let (Some(source), Some(customer_id), Some(time)) = (source, customer_id, time)
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

    #[test]
    fn accounts_come_in_the_order_of_their_keys() {
        let account = |(platform, provider, account_id)| candidates::Account {
            platform,
            provider,
            account_id,
            handle: Some(account_id),
            ..candidates::Account::default()
        };
        let mut keys = vec![
            ("x", "", "1234567890"),
            ("line", "b", "1"),
            ("x", "", "123456789"),
            ("line", "a", "鳥"),
            ("x", "", "12345678"),
            ("x", "", "9"),
            ("line", "b", ""),
            ("x", "", "1\0"),
            ("x", "", "1"),
        ];
        let found = in_order(keys.iter().copied().map(account).collect());
        keys.sort_unstable();
        assert_eq!(found.iter().map(key).collect::<Vec<_>>(), keys);
        assert!(found.iter().all(|one| one.handle == Some(one.account_id)));
        let again = in_order(found);
        assert_eq!(again.iter().map(key).collect::<Vec<_>>(), keys);
    }
}
