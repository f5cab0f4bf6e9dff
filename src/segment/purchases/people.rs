//! Customer records to dense numbers of persons.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use polars::prelude::*;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::beginning::beginning;
use crate::schema::persons;

/// The number of nobody.
pub(in crate::segment) const NOBODY: u32 = u32::MAX;
/// Records looked up at a time by one thread.
const PART: usize = 8_192;
/// A source that no record has.
const NO_SOURCE: u32 = u32::MAX;

/// The persons that may be analysed, numbered from 0 in the order of their ids, and which record is whose.
///
/// Orders carry two texts, the key of a customer record. Looked up once in this table of hashes, each becomes one number of
/// four bytes, by which all that follows sorts and counts; a join on the texts takes three times as long. A record is told by
/// 96 bits of its hash, which lie beside the person's number: one read of memory finds it, and two records of ten million
/// share them once in a thousand million million logs.
pub(in crate::segment) struct People {
    /// Id of each person.
    ids: Column,
    /// Number of each source.
    sources: BTreeMap<String, u32>,
    /// Each record by its hash, with linear probing; at most half full.
    slots: Vec<Slot>,
}

/// One customer record, or a free place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    low: u64,
    high: u32,
    /// [`NOBODY`] where the place is free.
    person: u32,
}

impl Slot {
    const FREE: Slot = Slot {
        low: 0,
        high: 0,
        person: NOBODY,
    };

    /// Returns the place of a record of nobody yet, by source and id.
    fn of(source: u32, customer_id: &str) -> Self {
        let hash = xxh3_128_with_seed(customer_id.as_bytes(), u64::from(source));
        Self {
            low: hash as u64,
            high: (hash >> 64) as u32,
            person: NOBODY,
        }
    }

    fn is_of(&self, other: &Slot) -> bool {
        self.low == other.low && self.high == other.high
    }
}

impl People {
    /// Reads the table `persons`.
    pub(in crate::segment) fn read(table: &LazyFrame) -> PolarsResult<Self> {
        let frame = table
            .clone()
            .filter(
                persons::IS_ANALYSED
                    .expr()
                    .and(persons::PERSON_ID.expr().is_not_null()),
            )
            .select([
                persons::SOURCE.expr(),
                persons::CUSTOMER_ID.expr(),
                persons::PERSON_ID.expr(),
            ])
            .collect()?;
        let text = |column: crate::schema::Column| -> PolarsResult<StringChunked> {
            Ok(frame.column(column.name)?.str()?.rechunk().into_owned())
        };
        let person_ids = text(persons::PERSON_ID)?;
        let (numbers, firsts) = numbered(&person_ids);
        let ids = person_ids.take(&firsts[..])?.into_column();
        let mut sources: BTreeMap<String, u32> = BTreeMap::new();
        let names = text(persons::SOURCE)?;
        let customer_ids = text(persons::CUSTOMER_ID)?;
        let mut slots = vec![Slot::FREE; (numbers.len() * 2).max(2).next_power_of_two()];
        let mut known: Option<(&str, u32)> = None;
        let keys = names.iter().zip(customer_ids.iter());
        for ((name, customer_id), person) in keys.zip(numbers) {
            let name = name.unwrap_or_default();
            let source = match known {
                Some((before, source)) if before == name => source,
                _ => match sources.get(name) {
                    Some(source) => *source,
                    None => {
                        let next = sources.len() as u32;
                        sources.insert(name.to_owned(), next);
                        next
                    }
                },
            };
            known = Some((name, source));
            let wanted = Slot::of(source, customer_id.unwrap_or_default());
            let place = find(&slots, &wanted);
            // The first of records of one key, of which there should be one.
            if slots[place].person == NOBODY {
                slots[place] = Slot { person, ..wanted };
            }
        }
        Ok(Self {
            ids,
            sources,
            slots,
        })
    }

    /// Returns the ids of the persons, in the order of their numbers.
    pub(in crate::segment) fn ids(&self) -> &Column {
        &self.ids
    }

    /// Returns the person of each customer record named by source and id, [`NOBODY`] for those that are none's.
    pub(in crate::segment) fn of(
        &self,
        sources: &StringChunked,
        customer_ids: &StringChunked,
    ) -> Vec<u32> {
        let parts: Vec<Vec<u32>> = (0..sources.len().div_ceil(PART))
            .into_par_iter()
            .map(|part| {
                let from = (part * PART) as i64;
                self.of_part(&sources.slice(from, PART), &customer_ids.slice(from, PART))
            })
            .collect();
        parts.concat()
    }

    /// As [`People::of`], on this thread alone.
    pub(in crate::segment) fn of_part(
        &self,
        sources: &StringChunked,
        customer_ids: &StringChunked,
    ) -> Vec<u32> {
        let mut known: Option<(&str, u32)> = None;
        let keys = sources.iter().zip(customer_ids.iter());
        let wanted: Vec<Option<Slot>> = keys
            .map(|(name, customer_id)| {
                let (name, customer_id) = (name?, customer_id?);
                let source = match known {
                    Some((before, source)) if before == name => source,
                    _ => self.sources.get(name).copied().unwrap_or(NO_SOURCE),
                };
                known = Some((name, source));
                (source != NO_SOURCE).then(|| Slot::of(source, customer_id))
            })
            .collect();
        // In a step of its own, so that the memory answers several rows at once.
        wanted
            .iter()
            .map(|wanted| {
                let place = wanted.as_ref().map(|wanted| find(&self.slots, wanted));
                place.map_or(NOBODY, |place| self.slots[place].person)
            })
            .collect()
    }
}

/// Returns the place of a record, or the free place where it would be.
fn find(slots: &[Slot], wanted: &Slot) -> usize {
    let mask = slots.len() - 1;
    let mut place = wanted.low as usize & mask;
    while slots[place].person != NOBODY && !slots[place].is_of(wanted) {
        place = (place + 1) & mask;
    }
    place
}

/// Returns the number of each row's text in the order of the texts, and for each number the first row that has it.
fn numbered(texts: &StringChunked) -> (Vec<u32>, Vec<u32>) {
    let text = |row: u32| texts.get(row as usize).unwrap_or_default();
    let mut order: Vec<(u128, u32)> = (0..texts.len() as u32)
        .into_par_iter()
        .map(|row| (beginning(text(row)), row))
        .collect();
    // Ids have sixteen letters, so that the beginning decides; other texts are compared to their end.
    order.par_sort_unstable_by(|left, right| {
        left.0
            .cmp(&right.0)
            .then_with(|| match left.1 == right.1 {
                true => Ordering::Equal,
                false => text(left.1).cmp(text(right.1)),
            })
            .then(left.1.cmp(&right.1))
    });
    let mut numbers = vec![0; texts.len()];
    let mut firsts: Vec<u32> = Vec::new();
    let mut before: Option<(u128, u32)> = None;
    for (beginning, row) in order {
        let is_known =
            before.is_some_and(|(same, other)| same == beginning && text(other) == text(row));
        if !is_known {
            firsts.push(row);
        }
        numbers[row as usize] = (firsts.len() - 1) as u32;
        before = Some((beginning, row));
    }
    (numbers, firsts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(rows: &[(&str, &str, &str, bool)]) -> People {
        let frame = df!(
            persons::SOURCE.name => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            persons::CUSTOMER_ID.name => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
            persons::PERSON_ID.name => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
            persons::IS_ANALYSED.name => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        )
        .unwrap();
        People::read(&frame.lazy()).unwrap()
    }

    fn found(people: &People, keys: &[(Option<&str>, Option<&str>)]) -> Vec<u32> {
        let sources: StringChunked = keys.iter().map(|key| key.0).collect();
        let customers: StringChunked = keys.iter().map(|key| key.1).collect();
        people.of(&sources, &customers)
    }

    #[test]
    fn persons_are_numbered_in_the_order_of_their_ids() {
        let people = people(&[
            ("web", "1", "ffff000000000000", true),
            ("till", "1", "00ff000000000000", true),
            ("web", "2", "00ff000000000000", true),
            ("web", "3", "0000000000000001", false),
            ("web", "4", "00ff000000000000, with a tail", true),
            ("web", "5", "00", true),
        ]);
        assert_eq!(people.ids.len(), 4);
        let keys = [
            (Some("web"), Some("1")),
            (Some("till"), Some("1")),
            (Some("web"), Some("2")),
            (Some("web"), Some("3")),
            (Some("web"), Some("4")),
            (Some("web"), Some("5")),
            (Some("till"), Some("2")),
            (Some("fair"), Some("1")),
            (None, Some("1")),
            (Some("web"), None),
        ];
        assert_eq!(
            found(&people, &keys),
            [3, 1, 1, NOBODY, 2, 0, NOBODY, NOBODY, NOBODY, NOBODY]
        );
        let ids: Vec<&str> = people.ids().str().unwrap().iter().flatten().collect();
        assert_eq!(
            ids,
            [
                "00",
                "00ff000000000000",
                "00ff000000000000, with a tail",
                "ffff000000000000"
            ]
        );
    }

    #[test]
    fn of_many_records_each_is_found_and_nobody_else() {
        let ids: Vec<String> = (0..5_000).map(|number| format!("C{number:07}")).collect();
        let rows: Vec<(&str, &str, &str, bool)> = ids
            .iter()
            .map(|id| ("web", id.as_str(), id.as_str(), true))
            .collect();
        let people = people(&rows);
        let others: Vec<String> = (0..5_000).map(|number| format!("D{number:07}")).collect();
        let keys: Vec<(Option<&str>, Option<&str>)> = ids
            .iter()
            .chain(&others)
            .map(|id| (Some("web"), Some(id.as_str())))
            .collect();
        let expected: Vec<u32> = (0..5_000).chain((0..5_000).map(|_| NOBODY)).collect();
        assert_eq!(found(&people, &keys), expected);
        assert_eq!(found(&people_of_none(), &keys[..1]), [NOBODY]);
    }

    fn people_of_none() -> People {
        people(&[])
    }
}
