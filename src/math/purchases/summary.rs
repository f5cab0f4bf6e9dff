//! What the models know of a customer.

use rayon::prelude::*;

use crate::math::{MathError, non_negative, positive};

/// A customer's purchases in four numbers, in any one unit of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PurchaseSummary {
    /// Repeat purchases, a whole number; the papers' `x` (days with a purchase after the first day).
    pub repeat_count: f64,
    /// Time from the first to the last purchase, nil for one-time buyers; the papers' `t_x`.
    pub last_purchase_age: f64,
    /// Time from the first purchase to the end of the observation; the papers' `T`.
    pub customer_age: f64,
    /// How many customers this row stands for.
    pub weight: f64,
}

impl PurchaseSummary {
    /// Returns the summary of one customer.
    ///
    /// # Errors
    /// Names the value that is negative, not finite, or contradicts the others: a count that is not whole, a
    /// last purchase after the end, or a one-time buyer whose last purchase is not the first.
    pub fn new(
        repeat_count: f64,
        last_purchase_age: f64,
        customer_age: f64,
    ) -> Result<Self, MathError> {
        let summary = Self {
            repeat_count,
            last_purchase_age,
            customer_age,
            weight: 1.0,
        };
        summary.check()?;
        Ok(summary)
    }

    /// Returns the same customer counted `weight` times.
    #[must_use]
    pub fn with_weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    /// Returns a customer at the moment of the first purchase.
    pub fn newcomer() -> Self {
        Self {
            repeat_count: 0.0,
            last_purchase_age: 0.0,
            customer_age: 0.0,
            weight: 1.0,
        }
    }

    /// Returns the same customer with time counted in units `factor` times shorter.
    #[must_use]
    pub fn with_time_scaled(self, factor: f64) -> Self {
        Self {
            last_purchase_age: self.last_purchase_age * factor,
            customer_age: self.customer_age * factor,
            ..self
        }
    }

    /// Checks the four numbers against each other.
    pub(crate) fn check(&self) -> Result<(), MathError> {
        non_negative("repeat_count", self.repeat_count)?;
        non_negative("customer_age", self.customer_age)?;
        non_negative("last_purchase_age", self.last_purchase_age)?;
        positive("weight", self.weight)?;
        if self.repeat_count.fract() != 0.0 {
            return Err(MathError::OutOfDomain {
                name: "repeat_count",
                value: self.repeat_count,
            });
        }
        let too_late = self.last_purchase_age > self.customer_age;
        let one_time_but_later = self.repeat_count == 0.0 && self.last_purchase_age > 0.0;
        if too_late || one_time_but_later {
            return Err(MathError::OutOfDomain {
                name: "last_purchase_age",
                value: self.last_purchase_age,
            });
        }
        Ok(())
    }
}

/// Returns one row per distinct (`x`, `t_x`, `T`), weights added up, in ascending order of the three.
///
/// A likelihood needs each distinct row only once: a million customers with ages in whole days become a few
/// hundred thousand rows.
///
/// # Errors
/// Names the first value found outside its domain.
pub fn grouped(customers: &[PurchaseSummary]) -> Result<Vec<PurchaseSummary>, MathError> {
    for customer in customers {
        customer.check()?;
    }
    let mut rows = customers.to_vec();
    let order = |left: &PurchaseSummary, right: &PurchaseSummary| {
        left.repeat_count
            .total_cmp(&right.repeat_count)
            .then(left.last_purchase_age.total_cmp(&right.last_purchase_age))
            .then(left.customer_age.total_cmp(&right.customer_age))
            .then(left.weight.total_cmp(&right.weight))
    };
    rows.par_sort_unstable_by(order);
    rows.dedup_by(|row, kept| {
        let same = row.repeat_count == kept.repeat_count
            && row.last_purchase_age == kept.last_purchase_age
            && row.customer_age == kept.customer_age;
        if same {
            kept.weight += row.weight;
        }
        same
    });
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_customers_become_one_row_with_their_weights() {
        let one = PurchaseSummary::new(2.0, 3.0, 9.0).unwrap();
        let other = PurchaseSummary::new(0.0, 0.0, 9.0).unwrap();
        let rows = grouped(&[one, other, one.with_weight(2.5)]).unwrap();
        assert_eq!(rows, [other, one.with_weight(3.5)]);
    }

    #[test]
    fn contradictions_are_named() {
        let name = |x, t_x, age| match PurchaseSummary::new(x, t_x, age) {
            Err(MathError::OutOfDomain { name, .. }) => name,
            other => panic!("accepted {other:?}"),
        };
        assert_eq!(name(-1.0, 0.0, 1.0), "repeat_count");
        assert_eq!(name(1.5, 0.5, 1.0), "repeat_count");
        assert_eq!(name(1.0, 2.0, 1.0), "last_purchase_age");
        assert_eq!(name(0.0, 0.5, 1.0), "last_purchase_age");
        assert_eq!(name(1.0, 0.5, f64::NAN), "customer_age");
    }
}
