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
    /// Places in `seen`, by the hash of the id.
    places: HashMap<u64, u32, Unhashed>,
    /// Places of ids whose hash another id has.
    others: HashMap<String, u32>,
    ids: String,
    seen: Vec<Seen>,
}

struct Seen {
    /// End of the id in `ids`.
    end: usize,
    first_at: i64,
    newest_at: i64,
    newest_line: i64,
}

impl Purchasers {
    /// Takes one order: who, where it stands, when it was (microseconds since 1970).
    pub(super) fn add(&mut self, id: &str, line: i64, at: i64) {
        let next = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
        let mut place = *self.places.entry(fast_hash([id])).or_insert(next);
        if place != next && self.id(place as usize) != id {
            place = *self.others.entry(id.to_owned()).or_insert(next);
        }
        if place == next {
            self.ids.push_str(id);
            self.seen.push(Seen {
                end: self.ids.len(),
                first_at: at,
                newest_at: at,
                newest_line: line,
            });
            return;
        }
        let seen = &mut self.seen[place as usize];
        seen.first_at = seen.first_at.min(at);
        if at >= seen.newest_at {
            (seen.newest_at, seen.newest_line) = (at, line);
        }
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
                seen.iter().map(|seen| seen.newest_line).collect(),
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
