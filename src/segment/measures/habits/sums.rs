//! What the orders of each person make together.

use crate::segment::measures::facts::{Facts, owner};
use crate::segment::measures::lines::{Lines, OfOrder};
use crate::segment::purchases::Entry;

/// Sums of one person's orders.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    sales: i64,
    largest: i64,
    orders: u32,
    /// Sales whose lines are known, and their pieces.
    lined_orders: u32,
    pieces: i64,
    /// Orders and returns all of whose lines have a cost.
    costed_orders: u32,
    costed_spend: i64,
    cost: i64,
}

impl Sums {
    /// Returns the spend of all sales; nothing without one.
    pub(super) fn sales(&self) -> Option<i64> {
        (self.orders > 0).then_some(self.sales)
    }

    /// Returns the spend of the largest sale.
    pub(super) fn largest(&self) -> Option<i64> {
        (self.orders > 0).then_some(self.largest)
    }

    /// Returns the mean spend of a sale.
    pub(super) fn mean(&self) -> Option<f64> {
        (self.orders > 0).then(|| self.sales as f64 / f64::from(self.orders))
    }

    /// Returns the mean pieces of a sale whose lines are known.
    pub(super) fn units_per_order(&self) -> Option<f64> {
        (self.lined_orders > 0).then(|| self.pieces as f64 / f64::from(self.lined_orders))
    }

    /// Returns the spend of the orders and returns all of whose lines have a cost.
    pub(super) fn costed_spend(&self) -> Option<i64> {
        (self.costed_orders > 0).then_some(self.costed_spend)
    }

    /// Returns that spend less the cost.
    pub(super) fn margin(&self) -> Option<i64> {
        (self.costed_orders > 0).then(|| self.costed_spend.wrapping_sub(self.cost))
    }

    fn add(&mut self, order: Entry) {
        if !order.is_return() {
            self.largest = match self.orders {
                0 => order.spend(),
                _ => order.spend().max(self.largest),
            };
            self.orders += 1;
            self.sales = self.sales.wrapping_add(order.spend());
        }
    }

    fn add_lines(&mut self, order: Entry, lines: &OfOrder) {
        if lines.has_lines && !order.is_return() {
            self.lined_orders += 1;
            self.pieces = self.pieces.wrapping_add(lines.units);
        }
        if let Some(cost) = lines.cost() {
            self.costed_orders += 1;
            self.costed_spend = self.costed_spend.wrapping_add(order.spend());
            self.cost = self.cost.wrapping_add(cost);
        }
    }
}

/// Returns the sums of everybody, by numbers of persons.
pub(super) fn sums(facts: &Facts<'_>, lines: &Lines) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); facts.person_count()];
    for order in facts.orders.iter() {
        if let Some(person) = owner(*order) {
            sums[person].add(*order);
        }
    }
    for (order, of_order) in facts.orders.iter().zip(&lines.orders) {
        if let Some(person) = owner(*order) {
            sums[person].add_lines(*order, of_order);
        }
    }
    sums
}
