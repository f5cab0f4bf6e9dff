//! Which records are one person, by exact match keys.

use std::collections::HashMap;

use polars::prelude::*;

use super::consent::Standing;
use super::normalise::{email_key, name_key, phone_key, postal_key, reading_key};
use super::rows::Customer;
use crate::schema::persons;

/// A key shared by more records than this belongs to nobody in particular (a shop's own phone, a placeholder e-mail).
const MOST_RECORDS_OF_A_KEY: usize = 8;

/// What ties two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Email,
    NamePhone,
    NameBirthPostal,
}

impl Rule {
    fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::NamePhone => "name_phone",
            Self::NameBirthPostal => "name_birth_postal",
        }
    }
}

/// Customer records and the persons they are.
pub(super) struct Persons {
    /// Records in the order of their table.
    records: Vec<Record>,
    by_record: HashMap<(String, String), usize>,
}

struct Record {
    source: String,
    customer_id: String,
    person_id: String,
    matched_by: &'static str,
    record_count: i64,
}

/// Groups records into persons.
pub(super) fn group(customers: &[Customer]) -> Persons {
    let keys: Vec<Keys> = customers.iter().map(Keys::of).collect();
    let mut sets = Sets::new(customers.len());
    let mut matched_by: Vec<Option<Rule>> = vec![None; customers.len()];
    for rule in [Rule::Email, Rule::NamePhone, Rule::NameBirthPostal] {
        let mut sharing: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, keys) in keys.iter().enumerate() {
            for key in keys.of_rule(rule) {
                sharing.entry(key).or_default().push(row);
            }
        }
        let mut groups: Vec<Vec<usize>> = sharing
            .into_values()
            .filter(|rows| (2..=MOST_RECORDS_OF_A_KEY).contains(&rows.len()))
            .collect();
        groups.sort();
        for rows in groups {
            for (place, &left) in rows.iter().enumerate() {
                for &right in &rows[place + 1..] {
                    if !contradict(
                        &customers[left],
                        &keys[left],
                        &customers[right],
                        &keys[right],
                    ) && sets.unite(left, right)
                    {
                        matched_by[left].get_or_insert(rule);
                        matched_by[right].get_or_insert(rule);
                    }
                }
            }
        }
    }
    name(customers, &mut sets, &matched_by)
}

/// Whether two records speak against being one person: two birth dates and two names.
fn contradict(left: &Customer, left_keys: &Keys, right: &Customer, right_keys: &Keys) -> bool {
    let differ = |left: &Option<String>, right: &Option<String>| {
        left.is_some() && right.is_some() && left != right
    };
    let births = left.birth_date.is_some()
        && right.birth_date.is_some()
        && left.birth_date != right.birth_date;
    births && differ(&left_keys.name, &right_keys.name)
}

/// Names each group after the record registered first.
fn name(customers: &[Customer], sets: &mut Sets, matched_by: &[Option<Rule>]) -> Persons {
    let mut first: HashMap<usize, usize> = HashMap::new();
    let mut counts: HashMap<usize, i64> = HashMap::new();
    let age = |row: usize| {
        let customer = &customers[row];
        (
            customer.registered_on.unwrap_or(i32::MAX),
            &customer.source,
            &customer.customer_id,
        )
    };
    for row in 0..customers.len() {
        let root = sets.root(row);
        *counts.entry(root).or_default() += 1;
        first
            .entry(root)
            .and_modify(|found| {
                if age(row) < age(*found) {
                    *found = row
                }
            })
            .or_insert(row);
    }
    let records: Vec<Record> = customers
        .iter()
        .enumerate()
        .map(|(row, customer)| {
            let root = sets.root(row);
            let namesake = &customers[first[&root]];
            Record {
                source: customer.source.clone(),
                customer_id: customer.customer_id.clone(),
                person_id: person_id(&namesake.source, &namesake.customer_id),
                matched_by: match matched_by[row] {
                    Some(rule) if first[&root] != row => rule.key(),
                    _ => "self",
                },
                record_count: counts[&root],
            }
        })
        .collect();
    let by_record = records
        .iter()
        .enumerate()
        .map(|(row, record)| ((record.source.clone(), record.customer_id.clone()), row))
        .collect();
    Persons { records, by_record }
}

/// Returns the id of the person named after a record.
pub(super) fn person_id(source: &str, customer_id: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("koe person id 1");
    hasher.update(source.as_bytes());
    hasher.update(&[0]);
    hasher.update(customer_id.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

impl Persons {
    /// Returns the person of a record.
    pub(super) fn of(&self, source: &str, customer_id: &str) -> Option<&str> {
        let place = self
            .by_record
            .get(&(source.to_owned(), customer_id.to_owned()))?;
        Some(&self.records[*place].person_id)
    }

    /// Returns `source`, `customer_id` and person of every record.
    pub(super) fn records(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.records
            .iter()
            .map(|record| (&*record.source, &*record.customer_id, &*record.person_id))
    }

    /// Returns the table `persons`.
    pub(super) fn frame(&self, standing: &Standing) -> PolarsResult<DataFrame> {
        let text = |column: crate::schema::Column, value: fn(&Record) -> &str| {
            Column::new(
                column.small_name(),
                self.records.iter().map(value).collect::<Vec<_>>(),
            )
        };
        DataFrame::new(
            self.records.len(),
            vec![
                text(persons::SOURCE, |record| &record.source),
                text(persons::CUSTOMER_ID, |record| &record.customer_id),
                text(persons::PERSON_ID, |record| &record.person_id),
                text(persons::MATCHED_BY, |record| record.matched_by),
                Column::new(
                    persons::RECORD_COUNT.small_name(),
                    self.records
                        .iter()
                        .map(|record| record.record_count)
                        .collect::<Vec<_>>(),
                ),
                Column::new(
                    persons::IS_ANALYSED.small_name(),
                    self.records
                        .iter()
                        .map(|record| !standing.is_analysis_denied(&record.person_id))
                        .collect::<Vec<_>>(),
                ),
            ],
        )
    }
}

/// The match keys of a record.
struct Keys {
    name: Option<String>,
    email: Option<String>,
    name_phone: Vec<String>,
    name_birth_postal: Option<String>,
}

impl Keys {
    fn of(customer: &Customer) -> Self {
        let name = customer.name.as_deref().and_then(name_key);
        let reading = customer.name_kana.as_deref().and_then(reading_key);
        let phone = customer.phone.as_deref().and_then(phone_key);
        let postal = customer.postal_code.as_deref().and_then(postal_key);
        let name_phone = [name.as_deref(), reading.as_deref()]
            .into_iter()
            .flatten()
            .filter_map(|name| phone.as_deref().map(|phone| format!("{name}\0{phone}")))
            .collect();
        let name_birth_postal = match (&name, customer.birth_date, &postal) {
            (Some(name), Some(birth), Some(postal)) => Some(format!("{name}\0{birth}\0{postal}")),
            _ => None,
        };
        Self {
            name,
            email: customer.email.as_deref().and_then(email_key),
            name_phone,
            name_birth_postal,
        }
    }

    fn of_rule(&self, rule: Rule) -> impl Iterator<Item = &str> {
        let (one, many): (Option<&String>, &[String]) = match rule {
            Rule::Email => (self.email.as_ref(), &[]),
            Rule::NamePhone => (None, &self.name_phone),
            Rule::NameBirthPostal => (self.name_birth_postal.as_ref(), &[]),
        };
        one.into_iter().chain(many).map(String::as_str)
    }
}

/// Disjoint sets of rows.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
        }
    }

    fn root(&mut self, row: usize) -> usize {
        let mut root = row;
        while self.parents[root] != root {
            root = self.parents[root];
        }
        let mut next = row;
        while self.parents[next] != root {
            next = std::mem::replace(&mut self.parents[next], root);
        }
        root
    }

    /// Makes one set of two; the lower row stands for both. Returns whether they were two.
    fn unite(&mut self, left: usize, right: usize) -> bool {
        let (left, right) = (self.root(left), self.root(right));
        self.parents[left.max(right)] = left.min(right);
        left != right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(id: &str, registered_on: i32) -> Customer {
        Customer {
            source: "eccube".into(),
            customer_id: id.into(),
            name: None,
            name_kana: None,
            email: None,
            phone: None,
            postal_code: None,
            birth_date: None,
            registered_on: Some(registered_on),
        }
    }

    #[test]
    fn records_with_one_email_are_the_person_registered_first() {
        let mut left = customer("2", 10);
        left.email = Some("Hanako@example.com".into());
        let mut right = customer("1", 20);
        right.email = Some("hanako+web@example.com".into());
        let persons = group(&[right, left]);
        assert_eq!(persons.of("eccube", "1"), persons.of("eccube", "2"));
        assert_eq!(
            persons.of("eccube", "1"),
            Some(person_id("eccube", "2").as_str())
        );
    }

    #[test]
    fn a_shared_phone_needs_the_same_name_or_reading() {
        let mut left = customer("1", 1);
        (left.name, left.phone) = (Some("髙橋 花子".into()), Some("090-0123-4567".into()));
        let mut right = customer("2", 2);
        (right.name, right.phone) = (
            Some("高橋花子".into()),
            Some("０９００１２３４５６７".into()),
        );
        let mut other = customer("3", 3);
        (other.name, other.phone) = (Some("高橋 太郎".into()), Some("09001234567".into()));
        let persons = group(&[left, right, other]);
        assert_eq!(persons.of("eccube", "1"), persons.of("eccube", "2"));
        assert_ne!(persons.of("eccube", "1"), persons.of("eccube", "3"));
    }

    #[test]
    fn two_names_and_two_birth_dates_are_two_people_whatever_the_email() {
        let mut left = customer("1", 1);
        (left.name, left.email, left.birth_date) =
            (Some("山田 花".into()), Some("a@example.jp".into()), Some(1));
        let mut right = customer("2", 2);
        (right.name, right.email, right.birth_date) =
            (Some("山田 空".into()), Some("a@example.jp".into()), Some(2));
        let persons = group(&[left, right]);
        assert_ne!(persons.of("eccube", "1"), persons.of("eccube", "2"));
    }

    #[test]
    fn a_key_of_many_records_ties_nobody() {
        let customers: Vec<Customer> = (0..20)
            .map(|row| Customer {
                email: Some("test@example.com".into()),
                ..customer(&row.to_string(), row)
            })
            .collect();
        let persons = group(&customers);
        assert_ne!(persons.of("eccube", "0"), persons.of("eccube", "1"));
    }
}
