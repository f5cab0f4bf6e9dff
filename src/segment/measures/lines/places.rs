//! Which order a line is of.

use polars::prelude::*;

use crate::hash::fast_hash;
use crate::schema::{Column as Owned, purchases};

/// A slot without an order.
const FREE: u64 = u64::MAX;
/// The part of a hash that stands in a slot.
const MARK: u64 = !0 << 32;

/// The places of orders in `purchases` by source and id: a table of hashes, whose texts stay where they are.
pub(super) struct Places {
    sources: StringChunked,
    order_ids: StringChunked,
    /// The upper half of each order's hash and its place, with linear probing; at most half full.
    slots: Vec<u64>,
}

impl Places {
    pub(super) fn of(purchases: &DataFrame) -> PolarsResult<Self> {
        let text = |column: Owned| -> PolarsResult<StringChunked> {
            Ok(purchases.column(column.name)?.str()?.rechunk().into_owned())
        };
        let mut places = Self {
            sources: text(purchases::SOURCE)?,
            order_ids: text(purchases::ORDER_ID)?,
            slots: vec![FREE; (purchases.height() * 2).max(2).next_power_of_two()],
        };
        places.fill();
        Ok(places)
    }

    fn fill(&mut self) {
        let mask = self.slots.len() - 1;
        let keys = self.sources.iter().zip(self.order_ids.iter());
        for ((source, order_id), place) in keys.zip(0u64..) {
            let (Some(source), Some(order_id)) = (source, order_id) else {
                continue;
            };
            let hash = fast_hash([source, order_id]);
            let mut slot = hash as usize & mask;
            while self.slots[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = (hash & MARK) | place;
        }
    }

    /// Returns the place of an order; nothing where it is not in `purchases`.
    pub(super) fn find(&self, source: &str, order_id: &str) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let hash = fast_hash([source, order_id]);
        let mut slot = hash as usize & mask;
        while self.slots[slot] != FREE {
            let place = (self.slots[slot] & !MARK) as usize;
            let is_alike = self.slots[slot] & MARK == hash & MARK;
            if is_alike
                && self.order_ids.get(place) == Some(order_id)
                && self.sources.get(place) == Some(source)
            {
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_is_found_and_no_other() {
        let ids: Vec<String> = (0..3_000).map(|number| format!("{number}")).collect();
        let sources: Vec<&str> = (0..3_000)
            .map(|number| ["web", "till"][number % 2])
            .collect();
        let frame = df!(
            purchases::SOURCE.name => sources.clone(),
            purchases::ORDER_ID.name => ids.clone(),
        )
        .unwrap();
        let places = Places::of(&frame).unwrap();
        for (place, id) in ids.iter().enumerate() {
            let other = ["till", "web"][place % 2];
            assert_eq!(places.find(sources[place], id), Some(place));
            assert_eq!(places.find(other, id), None);
        }
        assert_eq!(places.find("web", "3000"), None);
        let nothing = Places::of(&frame.clear()).unwrap();
        assert_eq!(nothing.find("web", "0"), None);
    }
}
