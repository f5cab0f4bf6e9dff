//! What is compared of every record, as numbers of normalised texts.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::dictionary::Dictionary;
use super::field::MOST_IDENTIFIERS;
use crate::hash::fast_hash;
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

/// A column of numbers of texts; 0 where the value is missing.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The texts, once each.
    pub dictionary: Dictionary,
    /// The number of every record's text.
    pub numbers: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        let number = self.dictionary.number(text);
        self.numbers.push(number);
    }

    /// Returns a record's text, empty where it is missing.
    pub fn of(&self, record: usize) -> &str {
        self.dictionary.get(self.numbers[record])
    }
}

/// Match keys of all records, a column per part. Columns that are compared crosswise share a dictionary.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Hash of source and customer id.
    pub keys: Vec<u64>,
    /// Family names.
    pub family: Texts,
    /// Given names, by the numbers of the family names' dictionary.
    pub given: Vec<u32>,
    /// Hashes of the two names before variants are folded.
    pub written: Vec<[u32; 2]>,
    /// Readings of family names.
    pub family_reading: Texts,
    /// Readings of given names, by the numbers of the family readings' dictionary.
    pub given_reading: Vec<u32>,
    /// Dates of birth as the number yyyymmdd, which need not be a date; 0 where missing.
    pub birth: Vec<u32>,
    /// 0 missing, 1 female, 2 male, 3 other.
    pub gender: Vec<u8>,
    /// E-mail addresses.
    pub email: Texts,
    /// E-mail addresses without what some providers ignore, by the numbers of the addresses' dictionary.
    pub email_loose: Vec<u32>,
    /// Telephone numbers.
    pub phone: Texts,
    /// Postal codes.
    pub postal: Texts,
    /// Prefectures or states.
    pub prefecture: Texts,
    /// Towns and streets.
    pub town: Texts,
    /// Numbers of the address, `-` between.
    pub numbers: Texts,
    /// Buildings.
    pub building: Texts,
    /// Identifiers.
    pub identifiers: Vec<Texts>,
}

/// A record's match keys.
struct Keys {
    key: u64,
    name: Name,
    written: [u32; 2],
    birth: u32,
    gender: u8,
    email: Option<normalise::Email>,
    phone: Option<String>,
    postal: Option<String>,
    address: normalise::Address,
    identifiers: [String; MOST_IDENTIFIERS],
}

impl Keys {
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

/// Records normalised at once.
const CHUNK: usize = 4_096;

impl Features {
    /// Returns features without records, for records with so many identifiers.
    pub fn new(identifiers: usize) -> Self {
        Self {
            identifiers: vec![Texts::default(); identifiers],
            ..Self::default()
        }
    }

    /// Adds records.
    pub fn extend(&mut self, records: &[Written<'_>]) {
        let chunks: Vec<Vec<Keys>> = records
            .par_chunks(CHUNK)
            .map(|chunk| chunk.iter().map(Keys::of).collect())
            .collect();
        let all = || chunks.iter().flatten();
        self.keys.extend(all().map(|keys| keys.key));
        self.birth.extend(all().map(|keys| keys.birth));
        self.gender.extend(all().map(|keys| keys.gender));
        let (family, given) = (&mut self.family, &mut self.given);
        let (family_reading, given_reading) = (&mut self.family_reading, &mut self.given_reading);
        let (email, email_loose) = (&mut self.email, &mut self.email_loose);
        let written = &mut self.written;
        let (phone, postal, prefecture) = (&mut self.phone, &mut self.postal, &mut self.prefecture);
        let (town, numbers, building) = (&mut self.town, &mut self.numbers, &mut self.building);
        let identifiers = &mut self.identifiers;
        rayon::join(
            || {
                for keys in all() {
                    family.push(&keys.name.family);
                    given.push(family.dictionary.number(&keys.name.given));
                    written.push(keys.written);
                    family_reading.push(&keys.name.family_reading);
                    given_reading.push(family_reading.dictionary.number(&keys.name.given_reading));
                    town.push(&keys.address.town);
                }
            },
            || {
                let mut joined = String::new();
                for keys in all() {
                    let (key, loose) = match &keys.email {
                        Some(found) => (&*found.key, &*found.loose),
                        None => ("", ""),
                    };
                    email.push(key);
                    email_loose.push(email.dictionary.number(loose));
                    phone.push(keys.phone.as_deref().unwrap_or_default());
                    postal.push(keys.postal.as_deref().unwrap_or_default());
                    prefecture.push(&keys.address.prefecture);
                    joined.clear();
                    for (place, number) in keys.address.numbers.iter().enumerate() {
                        joined.push_str(if place > 0 { "-" } else { "" });
                        joined.push_str(number);
                    }
                    numbers.push(&joined);
                    building.push(&keys.address.building);
                    for (texts, value) in identifiers.iter_mut().zip(&keys.identifiers) {
                        texts.push(value);
                    }
                }
            },
        );
    }

    /// Returns the family names of names that are cut, for [`Features::split_names`]; none when no name is in one piece.
    pub fn families(&self) -> Vec<SplitFamily> {
        if !(0..self.len()).any(|record| self.is_unsplit(record)) {
            return Vec::new();
        }
        let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for record in 0..self.len() {
            if self.given[record] != 0 {
                let family = self.family.numbers[record];
                let reading = match self.given_reading[record] {
                    0 => 0,
                    _ => self.family_reading.numbers[record],
                };
                *counts.entry((family, reading)).or_default() += 1;
            }
        }
        let mut families: Vec<SplitFamily> = counts
            .into_iter()
            .map(|((family, reading), count)| SplitFamily {
                family: self.family.dictionary.get(family).to_owned(),
                reading: self.family_reading.dictionary.get(reading).to_owned(),
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
        let cut: Vec<(usize, Name)> = unsplit
            .into_par_iter()
            .filter_map(|record| {
                let mut name = self.name(record);
                families.split(&mut name);
                (!name.given.is_empty()).then_some((record, name))
            })
            .collect();
        for (record, name) in cut {
            self.family.numbers[record] = self.family.dictionary.number(&name.family);
            self.given[record] = self.family.dictionary.number(&name.given);
            let readings = &mut self.family_reading;
            readings.numbers[record] = readings.dictionary.number(&name.family_reading);
            self.given_reading[record] = readings.dictionary.number(&name.given_reading);
        }
    }

    fn is_unsplit(&self, record: usize) -> bool {
        let is_latin = || self.family.of(record).is_ascii();
        self.given[record] == 0 && self.family.numbers[record] != 0 && !is_latin()
    }

    fn name(&self, record: usize) -> Name {
        Name {
            family: self.family.of(record).to_owned(),
            given: self.family.dictionary.get(self.given[record]).to_owned(),
            family_reading: self.family_reading.of(record).to_owned(),
            given_reading: self
                .family_reading
                .dictionary
                .get(self.given_reading[record])
                .to_owned(),
        }
    }

    /// Frees what only adding records takes.
    pub fn seal(&mut self) {
        let texts = [
            &mut self.family,
            &mut self.family_reading,
            &mut self.email,
            &mut self.phone,
            &mut self.postal,
            &mut self.prefecture,
            &mut self.town,
            &mut self.numbers,
            &mut self.building,
        ];
        for texts in texts.into_iter().chain(&mut self.identifiers) {
            texts.dictionary.seal();
        }
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
