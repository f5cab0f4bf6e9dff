//! Customer records as linkage reads them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;
use rayon::prelude::*;
use serde_json::Value;

use super::candidates::Person;
use super::linkage::{Features, Kind, MOST_IDENTIFIERS, Written};
use super::rows::texts;
use crate::hash::{fast_hash, mixed, mixed_text};
use crate::import::values::dates;
use crate::schema::customers;

/// Columns of customers that are compared, or name a person.
pub(super) const COLUMNS: [crate::schema::Column; 12] = [
    customers::SOURCE,
    customers::CUSTOMER_ID,
    customers::NAME,
    customers::NAME_KANA,
    customers::EMAIL,
    customers::PHONE,
    customers::POSTAL_CODE,
    customers::PREFECTURE,
    customers::ADDRESS,
    customers::BIRTH_DATE,
    customers::GENDER,
    customers::EXTRA,
];

/// Records read at once.
const CHUNK: usize = 65_536;

/// Customer records by columns.
pub(super) struct Records<'a> {
    pub source: &'a StringChunked,
    pub customer_id: &'a StringChunked,
    name: &'a StringChunked,
    reading: &'a StringChunked,
    email: &'a StringChunked,
    phone: &'a StringChunked,
    postal_code: &'a StringChunked,
    prefecture: &'a StringChunked,
    address: &'a StringChunked,
    birth_date: &'a DateChunked,
    gender: &'a StringChunked,
    extra: &'a StringChunked,
}

impl<'a> Records<'a> {
    /// Reads a frame of one chunk with [`COLUMNS`].
    pub(super) fn new(frame: &'a DataFrame) -> PolarsResult<Self> {
        Ok(Self {
            source: texts(frame, &customers::SOURCE)?,
            customer_id: texts(frame, &customers::CUSTOMER_ID)?,
            name: texts(frame, &customers::NAME)?,
            reading: texts(frame, &customers::NAME_KANA)?,
            email: texts(frame, &customers::EMAIL)?,
            phone: texts(frame, &customers::PHONE)?,
            postal_code: texts(frame, &customers::POSTAL_CODE)?,
            prefecture: texts(frame, &customers::PREFECTURE)?,
            address: texts(frame, &customers::ADDRESS)?,
            birth_date: frame.column(customers::BIRTH_DATE.name)?.date()?,
            gender: texts(frame, &customers::GENDER)?,
            extra: texts(frame, &customers::EXTRA)?,
        })
    }

    /// Returns the number of records.
    pub(super) fn len(&self) -> usize {
        self.source.len()
    }

    /// Returns source, id and name of a record.
    pub(super) fn named(&self, row: usize) -> [String; 3] {
        let text = |column: &StringChunked| column.get(row).unwrap_or_default().to_owned();
        [text(self.source), text(self.customer_id), text(self.name)]
    }

    /// Returns source and id of a record.
    pub(super) fn key(&self, row: usize) -> Option<(&'a str, &'a str)> {
        Some((self.source.get(row)?, self.customer_id.get(row)?))
    }

    /// Returns the place of a record.
    pub(super) fn place(&self, source: &str, customer_id: &str) -> Option<usize> {
        (0..self.len()).find(|row| self.key(*row) == Some((source, customer_id)))
    }

    /// Returns the year of birth of every record that has one.
    pub(super) fn birth_years(&self) -> Vec<Option<i32>> {
        let first = jiff::civil::date(1970, 1, 1);
        let year = |days: i32| {
            let date = first.checked_add(jiff::Span::new().days(days)).ok()?;
            Some(i32::from(date.year()))
        };
        let days = self.birth_date.phys.iter();
        days.map(|days| days.and_then(year)).collect()
    }

    /// Returns what some records, all of one person, say that an account may say, too.
    pub(super) fn known(&self, rows: &[usize], birth_years: &[Option<i32>]) -> Person<'a> {
        let all = |column: &'a StringChunked| rows.iter().filter_map(|row| column.get(*row));
        let mut years: Vec<i32> = rows.iter().filter_map(|row| birth_years[*row]).collect();
        years.sort_unstable();
        years.dedup();
        Person {
            names: rows
                .iter()
                .filter_map(|row| Some((self.name.get(*row)?, self.reading.get(*row))))
                .collect(),
            emails: all(self.email).collect(),
            prefectures: all(self.prefecture).collect(),
            towns: all(self.address).collect(),
            birth_years: years,
            ..Person::default()
        }
    }

    /// Returns what a record says in a field, as written.
    pub(super) fn said(&self, row: usize, kind: Kind, identifier: Option<&String>) -> String {
        let joined = |columns: &[&StringChunked]| {
            let texts = columns.iter().filter_map(|column| column.get(row));
            texts.collect::<Vec<_>>().join(" ")
        };
        match kind {
            Kind::Family => joined(&[self.name]),
            Kind::Given => joined(&[self.reading]),
            Kind::Birth => self.birth_date.phys.get(row).map_or_else(
                || {
                    Extras::of(self.extra.get(row), &[])
                        .birth
                        .unwrap_or_default()
                },
                |days| {
                    let date = jiff::civil::date(1970, 1, 1);
                    let date = date.checked_add(jiff::Span::new().days(days));
                    date.map(|date| date.to_string()).unwrap_or_default()
                },
            ),
            Kind::Gender => joined(&[self.gender]),
            Kind::Email => joined(&[self.email]),
            Kind::Phone => joined(&[self.phone]),
            Kind::Address => joined(&[self.postal_code, self.prefecture, self.address]),
            Kind::Identifier => {
                let names: Vec<String> = identifier.into_iter().cloned().collect();
                let [first, ..] = Extras::of(self.extra.get(row), &names).identifiers;
                first.unwrap_or_default()
            }
        }
    }

    /// Returns the match keys of all records; `identifiers` name columns of `extra`.
    pub(super) fn features(&self, identifiers: &[String]) -> Features {
        let mut features = Features::new(identifiers.len());
        for from in (0..self.len()).step_by(CHUNK) {
            self.add(
                &mut features,
                identifiers,
                from..self.len().min(from + CHUNK),
            );
        }
        features
    }

    /// Adds the match keys of some records.
    fn add(&self, features: &mut Features, identifiers: &[String], rows: std::ops::Range<usize>) {
        let extras: Vec<Extras> = rows
            .clone()
            .into_par_iter()
            .map(|row| Extras::of(self.extra.get(row), identifiers))
            .collect();
        let written: Vec<Written<'_>> = rows
            .zip(&extras)
            .map(|(row, extras)| self.written(row, extras))
            .collect();
        features.extend(&written);
    }

    /// Hands some records on as they were written, many at once; `identifiers` name columns of `extra`.
    pub(super) fn each_written(
        &self,
        rows: &[u32],
        identifiers: &[String],
        take: &mut dyn FnMut(&[Written<'_>]),
    ) {
        for rows in rows.chunks(CHUNK) {
            let extras: Vec<Extras> = rows
                .par_iter()
                .map(|row| Extras::of(self.extra.get(*row as usize), identifiers))
                .collect();
            let written: Vec<Written<'_>> = rows
                .iter()
                .zip(&extras)
                .map(|(row, extras)| self.written(*row as usize, extras))
                .collect();
            take(&written);
        }
    }

    /// Returns the hash of source and id of each record.
    pub(super) fn keys(&self) -> Vec<u64> {
        let key = |row: usize| {
            let (source, customer_id) = (self.source.get(row), self.customer_id.get(row));
            fast_hash([source.unwrap_or_default(), customer_id.unwrap_or_default()])
        };
        (0..self.len()).into_par_iter().map(key).collect()
    }

    /// Returns the hash of what each record says that is compared.
    pub(super) fn contents(&self) -> Vec<u64> {
        let texts = [
            self.name,
            self.reading,
            self.email,
            self.phone,
            self.postal_code,
            self.prefecture,
            self.address,
            self.gender,
            self.extra,
        ];
        let content = |row: usize| {
            let born = self
                .birth_date
                .phys
                .get(row)
                .map_or(u64::MAX, |day| day.cast_unsigned().into());
            texts
                .iter()
                .fold(born, |hash, column| match column.get(row) {
                    Some(text) => mixed_text(hash, text),
                    None => mixed(hash, u64::MAX),
                })
        };
        (0..self.len()).into_par_iter().map(content).collect()
    }

    fn written<'r>(&'r self, row: usize, extras: &'r Extras) -> Written<'r> {
        Written {
            source: self.source.get(row).unwrap_or_default(),
            customer_id: self.customer_id.get(row).unwrap_or_default(),
            name: self.name.get(row),
            reading: self.reading.get(row),
            email: self.email.get(row),
            phone: self.phone.get(row),
            postal_code: self.postal_code.get(row),
            prefecture: self.prefecture.get(row),
            address: self.address.get(row),
            birth_date: self.birth_date.phys.get(row),
            birth_text: extras.birth.as_deref(),
            gender: self.gender.get(row),
            identifiers: std::array::from_fn(|place| extras.identifiers[place].as_deref()),
        }
    }

    /// Returns the columns of `extra` that look like numbers given to a person: nearly all of one shape, mostly different.
    pub(super) fn identifiers(&self) -> Vec<String> {
        let every = (self.len() / LOOKED_AT).max(1);
        let rows: Vec<usize> = (0..self.len()).step_by(every).collect();
        let mut columns: BTreeMap<String, Seen> = BTreeMap::new();
        for row in &rows {
            for (name, value) in object(self.extra.get(*row)) {
                columns
                    .entry(name.into_owned())
                    .or_default()
                    .see(&text(&value));
            }
        }
        let mut found: Vec<(usize, String)> = columns
            .into_iter()
            .filter(|(name, seen)| {
                name != customers::BIRTH_DATE.name && seen.is_identifier(rows.len())
            })
            .map(|(name, seen)| (seen.filled, name))
            .collect();
        found.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
        found.truncate(MOST_IDENTIFIERS);
        found.into_iter().map(|(_, name)| name).collect()
    }
}

/// What a record's `extra` says that is compared.
#[derive(Default)]
struct Extras {
    birth: Option<String>,
    identifiers: [Option<String>; MOST_IDENTIFIERS],
}

impl Extras {
    fn of(extra: Option<&str>, identifiers: &[String]) -> Self {
        let has_birth = extra.is_some_and(|extra| extra.contains(customers::BIRTH_DATE.name));
        if identifiers.is_empty() && !has_birth {
            return Self::default();
        }
        let mut object = object(extra);
        let mut take = |name: &str| object.remove(name).map(|value| text(&value));
        let mut extras = Self {
            birth: take(customers::BIRTH_DATE.name),
            ..Self::default()
        };
        for (value, name) in extras.identifiers.iter_mut().zip(identifiers) {
            *value = take(name);
        }
        extras
    }
}

fn object(extra: Option<&str>) -> HashMap<Cow<'_, str>, Value> {
    extra
        .and_then(|extra| serde_json::from_str(extra).ok())
        .unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Records whose `extra` is looked at.
const LOOKED_AT: usize = 5_000;
/// Share of the records that have an identifier at least.
const FILLED: f64 = 0.2;
/// Share of an identifier's values that have its most common shape at least.
const ALIKE: f64 = 0.9;
/// Share of an identifier's values that are different at least: a person may have several records.
const DISTINCT: f64 = 0.3;
/// Fewest letters and digits of an identifier, and fewest digits.
const FEWEST: (usize, usize) = (6, 4);

/// The values seen of one column of `extra`.
#[derive(Default)]
struct Seen {
    filled: usize,
    dates: usize,
    shapes: HashMap<String, usize>,
    values: BTreeSet<String>,
}

impl Seen {
    fn see(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() || value == "null" {
            return;
        }
        self.filled += 1;
        self.dates += usize::from(dates::date(value, &jiff::tz::TimeZone::UTC).is_ok());
        let shape = value.chars().map(|letter| match letter {
            _ if letter.is_ascii_digit() => '9',
            _ if letter.is_alphabetic() => 'a',
            other => other,
        });
        *self.shapes.entry(shape.collect()).or_default() += 1;
        self.values.insert(value.to_owned());
    }

    fn is_identifier(&self, records: usize) -> bool {
        let Some((shape, count)) = self
            .shapes
            .iter()
            .max_by_key(|(shape, count)| (**count, *shape))
        else {
            return false;
        };
        let filled = self.filled as f64;
        let letters = shape
            .chars()
            .filter(|letter| matches!(letter, '9' | 'a'))
            .count();
        let digits = shape.chars().filter(|letter| *letter == '9').count();
        filled >= FILLED * records as f64
            && *count as f64 >= ALIKE * filled
            && self.values.len() as f64 >= DISTINCT * filled
            && (self.dates as f64) < 0.5 * filled
            && letters >= FEWEST.0
            && digits >= FEWEST.1
    }
}
