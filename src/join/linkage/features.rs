//! What is compared of every record, as numbers of normalised texts.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::aliases::Aliases;
use super::dictionary::Dictionary;
use super::field::{Kind, MOST_IDENTIFIERS};
use super::frequencies::Frequencies;
use crate::hash::{Unhashed, fast_hash};
use crate::join::normalise::{self, Families, Name};

/// A record as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written<'a> {
    /// Shop system of the record.
    pub source: &'a str,
    /// Its id there.
    pub customer_id: &'a str,
    /// Name.
    pub name: Option<&'a str>,
    /// Its reading.
    pub reading: Option<&'a str>,
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
    /// Postal code.
    pub postal_code: Option<&'a str>,
    /// Prefecture or state.
    pub prefecture: Option<&'a str>,
    /// Address without the prefecture, or with it.
    pub address: Option<&'a str>,
    /// Date of birth, as days since 1970-01-01.
    pub birth_date: Option<i32>,
    /// Date of birth as written, where it is no date.
    pub birth_text: Option<&'a str>,
    /// `female`, `male` or `other`.
    pub gender: Option<&'a str>,
    /// Identifiers, in the order of their names.
    pub identifiers: [Option<&'a str>; MOST_IDENTIFIERS],
}

/// A family name by which names without a space are cut.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitFamily {
    /// Match key of the name.
    pub family: String,
    /// Its reading, empty where unknown.
    pub reading: String,
    /// Records that have it, [`MOST_COUNTED`] for more.
    pub count: u32,
}

/// Records of a family name beyond which it is known well enough.
const MOST_COUNTED: u32 = 9;

/// Match keys of one record, as numbers of texts; 0 where a value is missing. In one place, as a pair is compared by all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Row {
    /// Family name.
    pub family: u32,
    /// Given name.
    pub given: u32,
    /// Reading of the family name.
    pub family_reading: u32,
    /// Reading of the given name.
    pub given_reading: u32,
    /// Hashes of the two names before variants are folded; nil where unknown.
    pub written: [u32; 2],
    /// Date of birth as the number yyyymmdd, which need not be a date.
    pub birth: u32,
    /// 1 female, 2 male, 3 other.
    pub gender: u32,
    /// E-mail address.
    pub email: u32,
    /// The address without what some providers ignore.
    pub email_loose: u32,
    /// Telephone number.
    pub phone: u32,
    /// Postal code.
    pub postal: u32,
    /// Prefecture or state.
    pub prefecture: u32,
    /// Town and street.
    pub town: u32,
    /// Numbers of the address, `-` between.
    pub numbers: u32,
    /// Building.
    pub building: u32,
    /// Identifiers.
    pub identifiers: [u32; MOST_IDENTIFIERS],
}

impl Row {
    /// Whether the record has a value of a field; `identifier` is the place of the identifier meant.
    pub fn has(&self, kind: Kind, identifier: usize) -> bool {
        let is_any = |numbers: &[u32]| numbers.iter().any(|number| *number != 0);
        match kind {
            Kind::Family => is_any(&[self.family, self.family_reading]),
            Kind::Given => is_any(&[self.given, self.given_reading]),
            Kind::Birth => self.birth != 0,
            Kind::Gender => self.gender != 0,
            Kind::Email => self.email != 0,
            Kind::Phone => self.phone != 0,
            Kind::Address => is_any(&[self.postal, self.prefecture, self.town]),
            Kind::Identifier => self.identifiers[identifier] != 0,
        }
    }
}

/// Columns of numbers in a [`Row`].
pub(super) const COLUMNS: usize = 16 + MOST_IDENTIFIERS;

impl Row {
    /// Returns the numbers of the row in their order.
    pub(super) fn numbers(&self) -> [u32; COLUMNS] {
        let [first, second] = self.written;
        let [a, b, c, d] = self.identifiers;
        [
            self.family,
            self.given,
            self.family_reading,
            self.given_reading,
            first,
            second,
            self.birth,
            self.gender,
            self.email,
            self.email_loose,
            self.phone,
            self.postal,
            self.prefecture,
            self.town,
            self.numbers,
            self.building,
            a,
            b,
            c,
            d,
        ]
    }

    /// Returns the row of numbers in their order.
    pub(super) fn of(numbers: [u32; COLUMNS]) -> Self {
        let [
            family,
            given,
            family_reading,
            given_reading,
            first,
            second,
            birth,
            gender,
            rest @ ..,
        ] = numbers;
        let [
            email,
            email_loose,
            phone,
            postal,
            prefecture,
            town,
            numbers,
            building,
            a,
            b,
            c,
            d,
        ] = rest;
        Self {
            family,
            given,
            family_reading,
            given_reading,
            written: [first, second],
            birth,
            gender,
            email,
            email_loose,
            phone,
            postal,
            prefecture,
            town,
            numbers,
            building,
            identifiers: [a, b, c, d],
        }
    }
}

/// Match keys of all records, and the texts they stand for. What is compared crosswise shares a dictionary.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Hash of source and customer id.
    pub keys: Vec<u64>,
    /// The match keys.
    pub rows: Vec<Row>,
    /// Family and given names.
    pub names: Dictionary,
    /// Their readings.
    pub readings: Dictionary,
    /// E-mail addresses.
    pub emails: Dictionary,
    /// Telephone numbers.
    pub phones: Dictionary,
    /// Postal codes.
    pub postals: Dictionary,
    /// Prefectures or states.
    pub prefectures: Dictionary,
    /// Towns and streets.
    pub towns: Dictionary,
    /// Numbers of addresses.
    pub numbers: Dictionary,
    /// Buildings.
    pub buildings: Dictionary,
    /// Identifiers.
    pub identifiers: Vec<Dictionary>,
    /// Given names that stand for each other.
    pub(super) aliases: Aliases,
    /// How many have each name.
    pub(super) frequencies: Frequencies,
    /// Values that were taken for missing: record, the row as it was.
    pub(super) cleared: BTreeMap<u32, Row>,
}

/// A record's match keys.
struct Keys {
    key: u64,
    name: Name,
    written: [u32; 2],
    birth: u32,
    gender: u32,
    email: Option<normalise::Email>,
    phone: Option<String>,
    postal: Option<String>,
    address: normalise::Address,
    identifiers: [String; MOST_IDENTIFIERS],
}

impl Keys {
    /// Reads the match keys of records, chunk by chunk.
    fn of_all(records: &[Written<'_>]) -> Vec<Vec<Self>> {
        records
            .par_chunks(CHUNK)
            .map(|chunk| chunk.iter().map(Self::of).collect())
            .collect()
    }

    /// Returns the numbers of the address in one text.
    fn numbers(&self) -> String {
        self.address.numbers.join("-")
    }

    fn of(written: &Written<'_>) -> Self {
        let name = normalise::name(written.name, written.reading);
        Self {
            key: fast_hash([written.source, written.customer_id]),
            written: as_written(written.name, &name),
            name,
            birth: birth_number(written),
            gender: match written.gender {
                Some("female") => 1,
                Some("male") => 2,
                Some("other") => 3,
                _ => 0,
            },
            email: written.email.and_then(normalise::email),
            phone: written.phone.and_then(normalise::phone_key),
            postal: written.postal_code.and_then(normalise::postal_key),
            address: normalise::address(written.prefecture, written.address),
            identifiers: written
                .identifiers
                .map(|value| value.map(identifier_key).unwrap_or_default()),
        }
    }
}

/// Returns letters and digits in lower case, widths folded and nothing else.
fn identifier_key(value: &str) -> String {
    value
        .nfkc()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns hashes of family and given name before variants are folded; nil where the name is too unlike its key to tell.
fn as_written(written: Option<&str>, name: &Name) -> [u32; 2] {
    let Some(written) = written.filter(|written| !written.is_ascii()) else {
        return [0, 0];
    };
    let letters: Vec<char> = identifier_key(written).chars().collect();
    let (family, given) = (name.family.chars().count(), name.given.chars().count());
    if letters.len() != family + given {
        return [0, 0];
    }
    let hash = |letters: &[char]| fast_hash([&*letters.iter().collect::<String>()]) as u32;
    [hash(&letters[..family]), hash(&letters[family..])]
}

fn birth_number(written: &Written<'_>) -> u32 {
    if let Some(days) = written.birth_date {
        let date = jiff::civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days(days))
            .ok();
        return date.map_or(0, |date| {
            let year = date.year().unsigned_abs();
            u32::from(year) * 10_000
                + u32::from(date.month().unsigned_abs()) * 100
                + u32::from(date.day().unsigned_abs())
        });
    }
    let digits = written.birth_text.and_then(normalise::birth_digits);
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default()
}

/// Returns the family names of names that are cut, learnt.
fn learnt(known: &[SplitFamily]) -> Families {
    let mut families = Families::default();
    for SplitFamily {
        family,
        reading,
        count,
    } in known
    {
        let name = Name {
            family: family.clone(),
            family_reading: reading.clone(),
            // Any given name will do: only the family name is learnt.
            given: family.clone(),
            given_reading: reading.clone(),
        };
        (0..*count).for_each(|_| families.learn(&name));
    }
    families
}

/// Records normalised at once.
const CHUNK: usize = 4_096;

impl Features {
    /// Returns features without records, for records with so many identifiers.
    pub fn new(identifiers: usize) -> Self {
        Self {
            identifiers: vec![Dictionary::default(); identifiers],
            ..Self::default()
        }
    }

    /// Adds records.
    pub fn extend(&mut self, records: &[Written<'_>]) {
        self.put(&Keys::of_all(records));
    }

    /// Adds records to features that were read back; names in one piece are cut at once.
    pub fn extend_again(&mut self, records: &[Written<'_>], known: &[SplitFamily]) {
        let mut chunks = Keys::of_all(records);
        let is_unsplit = |name: &Name| {
            name.given.is_empty() && !name.family.is_empty() && !name.family.is_ascii()
        };
        let mut unsplit: Vec<&mut Name> = chunks
            .iter_mut()
            .flatten()
            .map(|keys| &mut keys.name)
            .filter(|name| is_unsplit(name))
            .collect();
        if !unsplit.is_empty() {
            let families = learnt(known);
            unsplit.par_iter_mut().for_each(|name| {
                let mut cut = name.clone();
                families.split(&mut cut);
                if !cut.given.is_empty() {
                    **name = cut;
                }
            });
        }
        self.recall(&chunks);
        self.put(&chunks);
    }

    /// Makes the dictionaries find what some records say.
    fn recall(&mut self, chunks: &[Vec<Keys>]) {
        let all = || chunks.iter().flatten();
        let hashes = |texts: &mut dyn Iterator<Item = &str>| -> HashSet<u64, Unhashed> {
            texts.map(Dictionary::hash).collect()
        };
        let names =
            |name: fn(&Name) -> [&str; 2]| hashes(&mut all().flat_map(|keys| name(&keys.name)));
        let emails = all().filter_map(|keys| keys.email.as_ref());
        let numbers: Vec<String> = all().map(Keys::numbers).collect();
        let mut wanted = vec![
            names(|name| [&name.family, &name.given]),
            names(|name| [&name.family_reading, &name.given_reading]),
            hashes(&mut emails.flat_map(|email| [&*email.key, &*email.loose])),
            hashes(&mut all().filter_map(|keys| keys.phone.as_deref())),
            hashes(&mut all().filter_map(|keys| keys.postal.as_deref())),
            hashes(&mut all().map(|keys| &*keys.address.prefecture)),
            hashes(&mut all().map(|keys| &*keys.address.town)),
            hashes(&mut numbers.iter().map(String::as_str)),
            hashes(&mut all().map(|keys| &*keys.address.building)),
        ];
        for place in 0..self.identifiers.len() {
            wanted.push(hashes(&mut all().map(|keys| &*keys.identifiers[place])));
        }
        (self.dictionaries(), wanted)
            .into_par_iter()
            .for_each(|(dictionary, wanted)| dictionary.recall(&wanted));
    }

    fn put(&mut self, chunks: &[Vec<Keys>]) {
        let all = || chunks.iter().flatten();
        let first = self.rows.len();
        self.keys.extend(all().map(|keys| keys.key));
        let (names, readings, towns) = (&mut self.names, &mut self.readings, &mut self.towns);
        let mut named = || -> Vec<Row> {
            all()
                .map(|keys| Row {
                    family: names.number(&keys.name.family),
                    given: names.number(&keys.name.given),
                    family_reading: readings.number(&keys.name.family_reading),
                    given_reading: readings.number(&keys.name.given_reading),
                    written: keys.written,
                    birth: keys.birth,
                    gender: keys.gender,
                    town: towns.number(&keys.address.town),
                    ..Row::default()
                })
                .collect()
        };
        let (emails, phones, postals) = (&mut self.emails, &mut self.phones, &mut self.postals);
        let (prefectures, numbers) = (&mut self.prefectures, &mut self.numbers);
        let (buildings, identifiers) = (&mut self.buildings, &mut self.identifiers);
        let mut reached = || -> Vec<Row> {
            let of_email =
                |keys: &Keys, part: fn(&normalise::Email) -> &String, emails: &mut Dictionary| {
                    keys.email
                        .as_ref()
                        .map_or(0, |email| emails.number(part(email)))
                };
            all()
                .map(|keys| Row {
                    email: of_email(keys, |email| &email.key, emails),
                    email_loose: of_email(keys, |email| &email.loose, emails),
                    phone: phones.number(keys.phone.as_deref().unwrap_or_default()),
                    postal: postals.number(keys.postal.as_deref().unwrap_or_default()),
                    prefecture: prefectures.number(&keys.address.prefecture),
                    numbers: numbers.number(&keys.numbers()),
                    building: buildings.number(&keys.address.building),
                    identifiers: std::array::from_fn(|place| {
                        let dictionary = identifiers.get_mut(place);
                        dictionary.map_or(0, |texts| texts.number(&keys.identifiers[place]))
                    }),
                    ..Row::default()
                })
                .collect()
        };
        let (named, reached) = rayon::join(&mut named, &mut reached);
        self.rows.extend(named);
        for (row, reached) in self.rows[first..].iter_mut().zip(reached) {
            *row = Row {
                email: reached.email,
                email_loose: reached.email_loose,
                phone: reached.phone,
                postal: reached.postal,
                prefecture: reached.prefecture,
                numbers: reached.numbers,
                building: reached.building,
                identifiers: reached.identifiers,
                ..*row
            };
        }
    }

    /// Returns the family names of names that are cut, for [`Features::split_names`]; none when no name is in one piece.
    pub fn families(&self) -> Vec<SplitFamily> {
        if !(0..self.len()).any(|record| self.is_unsplit(record)) {
            return Vec::new();
        }
        let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.given != 0) {
            let reading = match row.given_reading {
                0 => 0,
                _ => row.family_reading,
            };
            *counts.entry((row.family, reading)).or_default() += 1;
        }
        let mut families: Vec<SplitFamily> = counts
            .into_iter()
            .map(|((family, reading), count)| SplitFamily {
                family: self.names.get(family).to_owned(),
                reading: self.readings.get(reading).to_owned(),
                count: count.min(MOST_COUNTED),
            })
            .filter(|family| !family.family.is_ascii())
            .collect();
        families.sort();
        families
    }

    /// Cuts names that were written without a space, at known family names.
    pub fn split_names(&mut self, known: &[SplitFamily]) {
        let unsplit: Vec<usize> = (0..self.len())
            .filter(|record| self.is_unsplit(*record))
            .collect();
        if unsplit.is_empty() {
            return;
        }
        let families = learnt(known);
        let cut: Vec<(usize, Name)> = unsplit
            .into_par_iter()
            .filter_map(|record| {
                let mut name = self.name(record);
                families.split(&mut name);
                (!name.given.is_empty()).then_some((record, name))
            })
            .collect();
        for (record, name) in cut {
            let row = &mut self.rows[record];
            row.family = self.names.number(&name.family);
            row.given = self.names.number(&name.given);
            row.family_reading = self.readings.number(&name.family_reading);
            row.given_reading = self.readings.number(&name.given_reading);
        }
    }

    fn is_unsplit(&self, record: usize) -> bool {
        let row = &self.rows[record];
        row.given == 0 && row.family != 0 && !self.names.get(row.family).is_ascii()
    }

    fn name(&self, record: usize) -> Name {
        let row = &self.rows[record];
        let name = |number: u32| self.names.get(number).to_owned();
        let reading = |number: u32| self.readings.get(number).to_owned();
        Name {
            family: name(row.family),
            given: name(row.given),
            family_reading: reading(row.family_reading),
            given_reading: reading(row.given_reading),
        }
    }

    /// Ends adding records: frees what only that takes, and makes ready what comparing needs.
    pub fn seal(&mut self) {
        self.dictionaries()
            .par_iter_mut()
            .for_each(|dictionary| dictionary.seal());
    }

    /// Returns all dictionaries in their order.
    pub(super) fn all_dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        [
            &self.names,
            &self.readings,
            &self.emails,
            &self.phones,
            &self.postals,
            &self.prefectures,
            &self.towns,
            &self.numbers,
            &self.buildings,
        ]
        .into_iter()
        .chain(&self.identifiers)
    }

    /// Returns the same, to be changed.
    pub(super) fn dictionaries(&mut self) -> Vec<&mut Dictionary> {
        let dictionaries = [
            &mut self.names,
            &mut self.readings,
            &mut self.emails,
            &mut self.phones,
            &mut self.postals,
            &mut self.prefectures,
            &mut self.towns,
            &mut self.numbers,
            &mut self.buildings,
        ];
        dictionaries
            .into_iter()
            .chain(&mut self.identifiers)
            .collect()
    }

    /// Returns the number of records.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}
