//! Customers in groups of equal ones.

use std::ops::Range;

use rayon::prelude::*;

use super::PurchaseSummary;

/// Distinct customers, and which of them everybody is: what follows from a summary alone is computed once for each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distinct {
    /// Ascending by `x`, `T` and `t_x`.
    rows: Vec<PurchaseSummary>,
    /// Row of every customer.
    row_of: Vec<usize>,
}

impl Distinct {
    /// Groups the customers by their three numbers; weights play no part and become 1.
    pub fn new(customers: &[PurchaseSummary]) -> Self {
        // The bits of numbers from nil on ascend as the numbers do.
        let key = |customer: &PurchaseSummary| {
            [
                customer.repeat_count,
                customer.customer_age,
                customer.last_purchase_age,
            ]
            .map(f64::to_bits)
        };
        let mut order: Vec<([u64; 3], usize)> = customers
            .iter()
            .enumerate()
            .map(|(place, customer)| (key(customer), place))
            .collect();
        order.par_sort_unstable();
        let mut rows: Vec<PurchaseSummary> = Vec::new();
        let mut row_of = vec![0; customers.len()];
        let mut before = None;
        for (key, place) in order {
            if before != Some(key) {
                rows.push(customers[place].with_weight(1.0));
                before = Some(key);
            }
            row_of[place] = rows.len() - 1;
        }
        Self { rows, row_of }
    }

    /// Returns the distinct customers.
    pub fn rows(&self) -> &[PurchaseSummary] {
        &self.rows
    }

    /// Returns what is computed of each of [`Self::rows`], in their order.
    pub fn per_row<T: Send>(&self, compute: impl Fn(&PurchaseSummary) -> T + Sync) -> Vec<T> {
        self.rows.par_iter().map(&compute).collect()
    }

    /// Returns what is computed of `x` and `T` for each of [`Self::rows`], once for those that are equal in them.
    ///
    /// The `t_x` of the customer handed over is that of any of them.
    pub fn per_age<T: Copy + Send>(
        &self,
        compute: impl Fn(&PurchaseSummary) -> T + Sync,
    ) -> Vec<T> {
        let found: Vec<(T, usize)> = self
            .by_age()
            .into_par_iter()
            .map(|rows| (compute(&self.rows[rows.start]), rows.len()))
            .collect();
        let repeated = found
            .into_iter()
            .flat_map(|(value, count)| std::iter::repeat_n(value, count));
        repeated.collect()
    }

    /// Returns the value of every customer, in the order they were given, from those of [`Self::rows`].
    ///
    /// # Panics
    /// When there are fewer values than rows.
    pub fn spread<T: Copy>(&self, of_rows: &[T]) -> Vec<T> {
        self.row_of.iter().map(|row| of_rows[*row]).collect()
    }

    /// Returns the runs of rows with equal `x` and `T`.
    fn by_age(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        self.rows
            .chunk_by(|one, next| {
                one.repeat_count == next.repeat_count && one.customer_age == next.customer_age
            })
            .map(|run| {
                let rows = start..start + run.len();
                start = rows.end;
                rows
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_customers_are_computed_once_and_answer_in_their_order() {
        let customer = |x: f64, last: f64, age: f64| PurchaseSummary::new(x, last, age).unwrap();
        let customers = [
            customer(2.0, 3.0, 9.0),
            customer(0.0, 0.0, 9.0),
            customer(2.0, 1.0, 9.0).with_weight(4.0),
            customer(2.0, 3.0, 9.0),
            customer(2.0, 3.0, 10.0),
        ];
        let distinct = Distinct::new(&customers);
        assert_eq!(
            distinct.rows(),
            [
                customer(0.0, 0.0, 9.0),
                customer(2.0, 1.0, 9.0),
                customer(2.0, 3.0, 9.0),
                customer(2.0, 3.0, 10.0),
            ]
        );
        let lasts = distinct.per_row(|customer| customer.last_purchase_age);
        assert_eq!(distinct.spread(&lasts), [3.0, 0.0, 1.0, 3.0, 3.0]);
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let ages = distinct.per_age(|customer| {
            asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            customer.customer_age + customer.repeat_count
        });
        assert_eq!(ages, [9.0, 11.0, 11.0, 12.0]);
        assert_eq!(asked.into_inner(), 3);
        assert_eq!(Distinct::new(&[]), Distinct::default());
    }
}
