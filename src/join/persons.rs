//! Persons: customer records that linkage puts together, and what they are called.

use std::sync::LazyLock;

use polars::prelude::*;
use rayon::prelude::*;

use super::consent::Standing;
use super::linkage::{self, Clusters, Features, probability_of};
use super::records::Records;
use crate::hash::fast_hash;
use crate::schema::persons;

/// Letters of a person's id.
const ID_LETTERS: usize = 16;

/// Customer records and the persons they are.
pub(super) struct Persons {
    /// The record that each record's person is named after.
    namesakes: Vec<u32>,
    /// Ids of the persons named after each record; of other records nothing.
    ids: Vec<[u8; ID_LETTERS]>,
    by_key: ByKey,
    /// Sources and customer ids, as two records may have keys of one hash.
    keys: [StringChunked; 2],
    /// What ties each record to its person.
    ties: Vec<Tie>,
}

/// Records by the hash of their key.
struct ByKey {
    /// Sorted.
    records: Vec<(u64, u32)>,
    /// Where the hashes with each first bits begin, and where the last ones end.
    begins: Vec<u32>,
    /// By how much a hash is shifted to its first bits.
    shift: u32,
}

impl ByKey {
    fn new(mut records: Vec<(u64, u32)>) -> Self {
        records.par_sort_unstable();
        // A record or two each.
        let bits = (records.len() / 2).max(2).ilog2();
        let shift = u64::BITS - bits;
        let mut begins = vec![0; (1 << bits) + 1];
        for (hash, _) in &records {
            begins[(hash >> shift) as usize + 1] += 1;
        }
        let mut before = 0;
        for begin in &mut begins {
            before += *begin;
            *begin = before;
        }
        Self {
            records,
            begins,
            shift,
        }
    }

    /// Returns the records of a hash, in order.
    fn all(&self, hash: u64) -> impl Iterator<Item = u32> {
        let bits = (hash >> self.shift) as usize;
        let (begin, end) = (self.begins[bits] as usize, self.begins[bits + 1] as usize);
        let records = self.records[begin..end].iter();
        let alike = records.filter(move |(known, _)| *known == hash);
        alike.map(|(_, record)| *record)
    }
}

/// What ties a record to its person.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tie {
    Itself,
    Decision,
    Field(&'static str, f64),
}

impl Tie {
    fn key(self) -> &'static str {
        match self {
            Self::Itself => "self",
            Self::Decision => "decision",
            Self::Field(key, _) => key,
        }
    }

    fn probability(self) -> f64 {
        match self {
            Self::Itself | Self::Decision => 1.0,
            Self::Field(_, probability) => probability,
        }
    }
}

/// Returns the id of the person named after a record.
pub fn person_id(source: &str, customer_id: &str) -> String {
    letters(&id(source, customer_id)).to_owned()
}

fn id(source: &str, customer_id: &str) -> [u8; ID_LETTERS] {
    static BEGUN: LazyLock<blake3::Hasher> =
        LazyLock::new(|| blake3::Hasher::new_derive_key("koe person id 1"));
    let mut hasher = BEGUN.clone();
    hasher.update(source.as_bytes());
    hasher.update(&[0]);
    hasher.update(customer_id.as_bytes());
    let hex = hasher.finalize().to_hex();
    let mut id = [0; ID_LETTERS];
    id.copy_from_slice(&hex.as_bytes()[..ID_LETTERS]);
    id
}

fn letters(id: &[u8; ID_LETTERS]) -> &str {
    std::str::from_utf8(id).expect("ids are hexadecimal digits")
}

impl Persons {
    /// Names the persons that linkage found after the record registered first, ties by source and customer id.
    ///
    /// `registered_on` is in days since 1970-01-01; `ties` tell what ties each record to its person.
    pub(super) fn new(
        records: &Records<'_>,
        registered_on: &DateChunked,
        features: &Features,
        clusters: &Clusters,
        ties: &[Option<linkage::Tie>],
    ) -> Self {
        let count = records.len();
        let mut namesake_of_root: Vec<u32> = (0..count as u32).collect();
        // Ties go by the keys, not by the order in which the records happen to lie.
        let age = |record: u32| {
            let registered = registered_on.phys.get(record as usize);
            (registered.unwrap_or(i32::MAX), records.key(record as usize))
        };
        for (record, &root) in clusters.root.iter().enumerate() {
            let best = &mut namesake_of_root[root as usize];
            let record = record as u32;
            // Most are alone.
            if record != *best && age(record) < age(*best) {
                *best = record;
            }
        }
        let namesakes: Vec<u32> = clusters
            .root
            .par_iter()
            .map(|root| namesake_of_root[*root as usize])
            .collect();
        let ids = (0..count)
            .into_par_iter()
            .map(|record| match namesakes[record] as usize == record {
                true => id(
                    records.source.get(record).unwrap_or_default(),
                    records.customer_id.get(record).unwrap_or_default(),
                ),
                false => [0; ID_LETTERS],
            })
            .collect();
        let keys = features.keys.par_iter().enumerate();
        let by_key = ByKey::new(keys.map(|(record, key)| (*key, record as u32)).collect());
        // What is below the threshold ties nobody, a reviewer's word may.
        let ties = ties.iter().zip(&namesakes).enumerate();
        let ties = ties.map(|(record, (tie, namesake))| match tie {
            _ if *namesake as usize == record => Tie::Itself,
            None => Tie::Decision,
            Some(tie) => Tie::Field(tie.field.key(), probability_of(tie.weight)),
        });
        Self {
            ties: ties.collect(),
            namesakes,
            ids,
            by_key,
            keys: [records.source.clone(), records.customer_id.clone()],
        }
    }

    /// Returns the person of a record.
    pub(super) fn of(&self, source: &str, customer_id: &str) -> Option<&str> {
        let key = [source, customer_id];
        let mut records = self
            .by_key
            .all(fast_hash(key))
            .map(|record| record as usize);
        let has_key = |record: &usize| {
            let told = [0, 1].map(|part: usize| self.keys[part].get(*record).unwrap_or_default());
            told == key
        };
        Some(self.of_record(records.find(has_key)?))
    }

    /// Returns the person of the record at a place.
    pub(super) fn of_record(&self, record: usize) -> &str {
        letters(&self.ids[self.namesakes[record] as usize])
    }

    /// Returns how many persons there are.
    pub(super) fn count(&self) -> usize {
        let is_namesake = |(record, namesake): &(usize, &u32)| *record == **namesake as usize;
        self.namesakes
            .iter()
            .enumerate()
            .filter(is_namesake)
            .count()
    }

    /// Returns the table `persons`, in the order of the records.
    pub(super) fn frame(
        &self,
        records: &Records<'_>,
        standing: &Standing,
    ) -> PolarsResult<DataFrame> {
        let all = || 0..self.namesakes.len();
        let mut sizes = vec![0_i64; self.namesakes.len()];
        for namesake in &self.namesakes {
            sizes[*namesake as usize] += 1;
        }
        let person_id: StringChunked = all().map(|record| Some(self.of_record(record))).collect();
        let matched_by: StringChunked = self.ties.iter().map(|tie| Some(tie.key())).collect();
        let match_prob: Vec<f64> = self.ties.iter().map(|tie| tie.probability()).collect();
        let record_count: Vec<i64> = self
            .namesakes
            .iter()
            .map(|namesake| sizes[*namesake as usize])
            .collect();
        let is_analysed: BooleanChunked = match standing.has_refusals() {
            true => all()
                .map(|record| Some(!standing.is_analysis_denied(self.of_record(record))))
                .collect(),
            false => BooleanChunked::full(PlSmallStr::EMPTY, true, self.namesakes.len()),
        };
        let named =
            |column: crate::schema::Column, values: Column| values.with_name(column.small_name());
        DataFrame::new(
            self.namesakes.len(),
            vec![
                named(persons::SOURCE, records.source.clone().into_column()),
                named(
                    persons::CUSTOMER_ID,
                    records.customer_id.clone().into_column(),
                ),
                named(persons::PERSON_ID, person_id.into_column()),
                named(persons::MATCHED_BY, matched_by.into_column()),
                Column::new(persons::MATCH_PROB.small_name(), match_prob),
                Column::new(persons::RECORD_COUNT.small_name(), record_count),
                named(persons::IS_ANALYSED, is_analysed.into_column()),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_by_the_hash_of_their_key() {
        assert_eq!(ByKey::new(Vec::new()).all(7).next(), None);
        for count in [1_u32, 2, 3, 100, 1_000] {
            let hash = |number: u32| fast_hash([number.to_string().as_str()]);
            let found = ByKey::new((0..count).map(|number| (hash(number), number)).collect());
            assert!((0..count).all(|number| found.all(hash(number)).eq([number])));
            assert!((count..2 * count).all(|number| found.all(hash(number)).next().is_none()));
        }
    }

    #[test]
    fn records_with_one_hash_are_all_found() {
        let ends = [(u64::MAX, 5), (u64::MAX, 4), (0, 9), (0, 8), (1, 7)];
        let found = ByKey::new(ends.to_vec());
        let all = [0, 1, 2, u64::MAX - 1, u64::MAX].map(|hash| found.all(hash).collect::<Vec<_>>());
        assert_eq!(all, [vec![8, 9], vec![7], vec![], vec![], vec![4, 5]]);
    }
}
