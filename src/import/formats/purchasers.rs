//! Customers known from a log of purchases only: an id and the day of the first order.

use xxhash_rust::xxh3::xxh3_128;

use crate::error::Result;
use crate::import::columns::{TextValues, Whole, days_since_epoch};
use crate::import::context::Context;
use crate::import::sink::{BLOCK_ROWS, Sink};
use crate::schema::customers;

/// Orders whose customers are looked up at once.
const AT_ONCE: usize = 32;

/// The customers of a log, in the order of their first rows; some sixty bytes each.
#[derive(Default)]
pub(super) struct Purchasers {
    places: Places,
    ids: String,
    seen: Vec<Seen>,
    /// The latest order so far: what comes after it is nobody's first.
    newest_at: Option<i64>,
}

/// Who ordered, by two hashes of the id: together they tell any two ids apart.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Purchaser {
    hash: u64,
    check: u32,
}

impl Purchaser {
    pub(super) fn of(id: &str) -> Self {
        let hash = xxh3_128(id.as_bytes());
        Self {
            hash: hash as u64,
            check: (hash >> 64) as u32,
        }
    }
}

/// Where in `seen` each customer is: a hash table with open addressing.
///
/// A map of the standard library waits for the memory of one customer after the other; here that of several is read at
/// once.
#[derive(Default)]
struct Places {
    slots: Vec<Slot>,
    taken: usize,
}

/// Flat, to take 16 bytes.
#[derive(Debug, Default, Clone, Copy)]
struct Slot {
    hash: u64,
    check: u32,
    /// From 1; 0 in an empty slot.
    place: u32,
}

impl Slot {
    fn is_of(&self, who: Purchaser) -> bool {
        self.place > 0 && (self.hash, self.check) == (who.hash, who.check)
    }
}

impl Places {
    /// Returns the first slots a few customers may be in.
    fn ahead(&self, who: &[Option<Purchaser>]) -> [Slot; AT_ONCE] {
        let mut ahead = [Slot::default(); AT_ONCE];
        if !self.slots.is_empty() {
            for (slot, who) in ahead.iter_mut().zip(who) {
                *slot = self.slots[self.first(who.unwrap_or_default())];
            }
        }
        ahead
    }

    /// Returns the place of a customer, `next` for a new one, who takes it.
    fn of(&mut self, who: Purchaser, next: u32) -> u32 {
        if self.taken >= self.slots.len() / 4 * 3 {
            let longer = vec![Slot::default(); (self.slots.len() * 2).max(1 << 10)];
            let before = std::mem::replace(&mut self.slots, longer);
            for slot in before.into_iter().filter(|slot| slot.place > 0) {
                let (hash, check) = (slot.hash, slot.check);
                *self.slot(Purchaser { hash, check }) = slot;
            }
        }
        let slot = self.slot(who);
        if slot.place > 0 {
            return slot.place;
        }
        *slot = Slot {
            hash: who.hash,
            check: who.check,
            place: next,
        };
        self.taken += 1;
        next
    }

    /// Returns the slot of a customer, an empty one for a new one.
    fn slot(&mut self, who: Purchaser) -> &mut Slot {
        let mut at = self.first(who);
        while self.slots[at].place > 0 && !self.slots[at].is_of(who) {
            at = (at + 1) & (self.slots.len() - 1);
        }
        &mut self.slots[at]
    }

    fn first(&self, who: Purchaser) -> usize {
        who.hash as usize & (self.slots.len() - 1)
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
    /// customer's hash belongs, and those of several orders are waited for at once.
    pub(super) fn add(
        &mut self,
        who: &[Option<Purchaser>],
        ids: &TextValues,
        lines: &[i64],
        instants: &[i64],
    ) {
        let mut ahead = [Slot::default(); AT_ONCE];
        for (order, (one, id)) in who.iter().zip(ids.iter()).enumerate() {
            if order % AT_ONCE == 0 {
                ahead = self.places.ahead(&who[order..]);
            }
            let (Some(who), Some(id)) = (*one, id) else {
                continue;
            };
            let (line, at) = (lines[order], instants[order]);
            let next = self.next();
            let place = match ahead[order % AT_ONCE] {
                slot if slot.is_of(who) => slot.place,
                _ => self.places.of(who, next),
            };
            if place == next {
                self.push(id, line, at);
            } else if self.newest_at.is_some_and(|newest| at < newest) {
                let seen = &mut self.seen[place as usize - 1];
                if at < seen.first_at {
                    (seen.first_at, seen.first_line) = (at, line);
                }
            }
            self.newest_at = self.newest_at.max(Some(at));
        }
    }

    fn next(&self) -> u32 {
        u32::try_from(self.seen.len() + 1).unwrap_or(u32::MAX)
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
