//! Customers known from a log of purchases only: an id and the day of the first order.

use std::collections::HashMap;

use crate::error::Result;
use crate::hash::{Unhashed, fast_hash};
use crate::import::columns::{TextValues, Whole, days_since_epoch};
use crate::import::context::Context;
use crate::import::sink::{BLOCK_ROWS, Sink};
use crate::schema::customers;

/// The customers of a log, in the order of their first rows; some sixty bytes each.
#[derive(Default)]
pub(super) struct Purchasers {
    /// By the hash of the id, its check and its place in `seen`.
    places: HashMap<u64, (u32, u32), Unhashed>,
    /// Places of ids whose hash another id has.
    others: HashMap<(u64, u32), u32>,
    ids: String,
    seen: Vec<Seen>,
    /// The latest order so far: what comes after it is nobody's first.
    newest_at: Option<i64>,
}

/// Who ordered, by two hashes of the id: together they tell any two ids apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purchaser {
    hash: u64,
    check: u32,
}

impl Purchaser {
    pub(super) fn of(id: &str) -> Self {
        Self {
            hash: fast_hash([id]),
            check: fast_hash(["", id]) as u32,
        }
    }
}

struct Seen {
    first_at: i64,
    first_line: i64,
    /// End of the id in `ids`.
    end: usize,
}

impl Purchasers {
    /// Takes orders: who, where they stand, when they were (microseconds since 1970).
    ///
    /// Millions of customers lie far apart in memory: of most orders only the one place is looked at where their
    /// customer's hash belongs.
    pub(super) fn add(
        &mut self,
        who: &[Option<Purchaser>],
        ids: &TextValues,
        lines: &[i64],
        instants: &[i64],
    ) {
        for (order, (who, id)) in who.iter().zip(ids.iter()).enumerate() {
            let (Some(who), Some(id)) = (who, id) else {
                continue;
            };
            let (line, at) = (lines[order], instants[order]);
            let next = self.next();
            let (check, mut place) = *self.places.entry(who.hash).or_insert((who.check, next));
            if check != who.check {
                place = *self.others.entry((who.hash, who.check)).or_insert(next);
            }
            if place == next {
                self.push(id, line, at);
            } else if self.newest_at.is_some_and(|newest| at < newest) {
                let seen = &mut self.seen[place as usize];
                if at < seen.first_at {
                    (seen.first_at, seen.first_line) = (at, line);
                }
            }
            self.newest_at = self.newest_at.max(Some(at));
        }
    }

    fn next(&self) -> u32 {
        u32::try_from(self.seen.len()).unwrap_or(u32::MAX)
    }

    fn push(&mut self, id: &str, line: i64, at: i64) {
        self.ids.push_str(id);
        self.seen.push(Seen {
            first_at: at,
            first_line: line,
            end: self.ids.len(),
        });
    }

    fn id(&self, place: usize) -> &str {
        let start = place
            .checked_sub(1)
            .map_or(0, |before| self.seen[before].end);
        &self.ids[start..self.seen[place].end]
    }

    /// Puts a row per customer into the sink.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub(super) fn put(&self, source: &str, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let day = |at: i64| {
            let first = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
            days_since_epoch(context.time_zone.to_datetime(first).date())
        };
        for from in (0..self.seen.len()).step_by(BLOCK_ROWS) {
            let block = from..self.seen.len().min(from + BLOCK_ROWS);
            let mut ids = TextValues::default();
            block
                .clone()
                .for_each(|place| ids.push(Some(self.id(place))));
            let seen = &self.seen[block];
            sink.block(
                &customers::TABLE,
                seen.iter().map(|seen| seen.first_line).collect(),
                vec![
                    (customers::SOURCE, Whole::Text(source.to_owned())),
                    (customers::CUSTOMER_ID, Whole::Texts(ids)),
                    (
                        customers::REGISTERED_ON,
                        Whole::Dates(seen.iter().map(|seen| day(seen.first_at)).collect()),
                    ),
                ],
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(purchasers: &Purchasers) -> Vec<(&str, i64, i64)> {
        let seen = purchasers.seen.iter().enumerate();
        seen.map(|(place, seen)| (purchasers.id(place), seen.first_line, seen.first_at))
            .collect()
    }

    #[test]
    fn each_customer_has_the_row_of_the_first_order() {
        let mut purchasers = Purchasers::default();
        let mut add = |rows: &[(&str, i64, i64)]| {
            let mut ids = TextValues::default();
            rows.iter()
                .for_each(|row| ids.push(Some(row.0).filter(|id| !id.is_empty())));
            let who: Vec<Option<Purchaser>> = ids.iter().map(|id| id.map(Purchaser::of)).collect();
            let lines: Vec<i64> = rows.iter().map(|row| row.1).collect();
            let instants: Vec<i64> = rows.iter().map(|row| row.2).collect();
            purchasers.add(&who, &ids, &lines, &instants);
        };
        add(&[("a", 2, 20), ("", 3, 5), ("b", 4, 30), ("a", 5, 10)]);
        add(&[("b", 6, 30), ("c", 7, 1), ("a", 8, 15)]);
        assert_eq!(all(&purchasers), [("a", 5, 10), ("b", 4, 30), ("c", 7, 1)]);
    }

    #[test]
    fn ids_of_one_hash_are_told_apart() {
        let mut purchasers = Purchasers::default();
        let mut ids = TextValues::default();
        let names = ["a", "b", "a", "b", "c"];
        names.iter().for_each(|id| ids.push(Some(id)));
        let who: Vec<Option<Purchaser>> = names
            .iter()
            .map(|id| {
                Some(Purchaser {
                    hash: 1,
                    ..Purchaser::of(id)
                })
            })
            .collect();
        purchasers.add(&who, &ids, &[1, 2, 3, 4, 5], &[9, 9, 8, 7, 6]);
        assert_eq!(all(&purchasers), [("a", 3, 8), ("b", 4, 7), ("c", 5, 6)]);
    }
}
