//! ABC: the few that make most of the sales, the middle, the many that make the rest.

use std::cmp::Reverse;

use polars::prelude::*;

use super::columns::{made, ratio};
use super::facts::{Facts, owner};
use super::lines::Product;
use crate::config::AbcConfig;
use crate::schema::{abc_classes, product_classes as products};

/// The classes, the best first.
const CLASSES: [&str; 3] = ["A", "B", "C"];

/// What became of a list of values.
pub(super) struct Classified {
    /// Place of each value's class in [`CLASSES`].
    classes: Vec<usize>,
    /// Sum of all values above nil.
    total: i128,
    /// For each value: the sum of those above nil that are as large or larger.
    reached: Vec<i128>,
}

impl Classified {
    fn class(&self, place: usize) -> &'static str {
        CLASSES[self.classes[place]]
    }

    fn share(&self, part: i128) -> Option<f64> {
        (self.total > 0).then(|| part as f64 / self.total as f64)
    }
}

/// Returns the class of each value.
///
/// Values go from the largest to the smallest. A value is in A when those before it make less than `a_share` of the sum of
/// all above nil, in B when they make less than `a_share + b_share`, else in C. So the largest is always in A, however
/// much of the whole it makes alone; equal values are one class; nil and less is C.
fn classify(values: &[i64], config: &AbcConfig) -> Classified {
    const PARTS: f64 = 1e9;
    // Whole parts of a share, as 0.8 + 0.15 is not 0.95 in binary.
    let parts = |share: f64| (share * PARTS).round() as i128;
    let limits = [
        parts(config.a_share),
        parts(config.a_share) + parts(config.b_share),
    ];
    let total: i128 = values.iter().map(|value| i128::from((*value).max(0))).sum();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by_key(|place| Reverse(values[*place]));
    let mut classes = vec![CLASSES.len() - 1; values.len()];
    let mut reached = vec![total; values.len()];
    let mut before: i128 = 0;
    for equal in order.chunk_by(|left, right| values[*left] == values[*right]) {
        let value = i128::from(values[equal[0]]);
        if value <= 0 {
            break;
        }
        let class = limits
            .iter()
            .position(|limit| before * (PARTS as i128) < limit * total)
            .unwrap_or(limits.len());
        before += value * equal.len() as i128;
        for place in equal {
            classes[*place] = class;
            reached[*place] = before;
        }
    }
    Classified {
        classes,
        total,
        reached,
    }
}

/// One row of `abc_classes`.
struct Row {
    subject: &'static str,
    class: &'static str,
    items: i64,
    item_share: Option<f64>,
    sales: i64,
    sales_share: Option<f64>,
    cumulative_share: Option<f64>,
}

fn summary(subject: &'static str, values: &[i64], classified: &Classified) -> Vec<Row> {
    let mut sums = [(0i64, 0i128); CLASSES.len()];
    for (value, class) in values.iter().zip(&classified.classes) {
        sums[*class].0 += 1;
        sums[*class].1 += i128::from(*value);
    }
    let mut so_far = 0;
    let row = |(class, (items, sales)): (&'static str, (i64, i128))| {
        so_far += sales;
        Row {
            subject,
            class,
            items,
            item_share: ratio(items, values.len() as i64),
            sales: whole(sales),
            sales_share: classified.share(sales),
            cumulative_share: classified.share(so_far),
        }
    };
    CLASSES.into_iter().zip(sums).map(row).collect()
}

/// Returns a sum as a number of 64 bits, the nearest one where it does not fit.
fn whole(sum: i128) -> i64 {
    sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// Where a person stands by the spend in the window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// In minor units, returns taken off.
    pub(super) spend: i64,
    pub(super) class: &'static str,
}

/// The classes of persons and products.
pub(super) struct Abc {
    /// By numbers of persons; nothing for who bought nothing in the window.
    pub(super) persons: Vec<Option<Standing>>,
    /// `product_classes`
    pub(super) products: DataFrame,
    /// `abc_classes`
    pub(super) classes: DataFrame,
}

/// Returns the day before the window begins; nothing when there is no window.
pub(super) fn window_start(last_day: i32, config: &AbcConfig) -> Option<i32> {
    let days = i32::try_from(config.window_days).unwrap_or(i32::MAX);
    (days > 0).then(|| last_day.saturating_sub(days))
}

/// Classifies persons by their spend in the window, and products, which come by source and name.
pub(super) fn abc(facts: &Facts<'_>, sold: &[Product], config: &AbcConfig) -> PolarsResult<Abc> {
    let spends = spends(facts, config);
    let spend: Vec<i64> = spends.iter().flatten().copied().collect();
    let of_persons = classify(&spend, config);
    let mut places = 0..spend.len();
    let persons = spends
        .into_iter()
        .map(|spend| {
            let spend = spend?;
            let class = of_persons.class(places.next()?);
            Some(Standing { spend, class })
        })
        .collect();
    let sales: Vec<i64> = sold.iter().map(|product| product.sales).collect();
    let of_products = classify(&sales, config);
    let mut rows = summary("person", &spend, &of_persons);
    rows.extend(summary("product", &sales, &of_products));
    Ok(Abc {
        persons,
        products: product_classes(sold, &of_products)?,
        classes: abc_classes(&rows)?,
    })
}

/// Returns the spend of each person in the window; nothing for who bought nothing in it.
fn spends(facts: &Facts<'_>, config: &AbcConfig) -> Vec<Option<i64>> {
    let start = window_start(facts.last_day, config);
    let mut sums = vec![0i64; facts.person_count()];
    let mut has_bought = vec![false; facts.person_count()];
    for order in facts.orders.iter() {
        let Some(person) = owner(*order) else {
            continue;
        };
        if start.is_none_or(|start| order.day() > start) {
            sums[person] = sums[person].wrapping_add(order.spend());
            has_bought[person] |= !order.is_return();
        }
    }
    let both = sums.into_iter().zip(has_bought);
    both.map(|(sum, has_bought)| has_bought.then_some(sum))
        .collect()
}

fn product_classes(sold: &[Product], classified: &Classified) -> PolarsResult<DataFrame> {
    let places: Vec<usize> = (0..sold.len()).collect();
    DataFrame::new(
        sold.len(),
        vec![
            made(products::SOURCE, sold, |one| one.source.as_str())?,
            made(products::PRODUCT, sold, |one| one.product.as_str())?,
            made(products::PRODUCT_NAME, sold, |one| one.name.as_deref())?,
            made(products::CATEGORY, sold, |one| one.category.as_deref())?,
            made(products::BUYER_COUNT, sold, |one| one.buyers)?,
            made(products::LINE_COUNT, sold, |one| one.lines)?,
            made(products::QUANTITY, sold, |one| one.quantity)?,
            made(products::SALES_MINOR, sold, |one| one.sales)?,
            made(products::SALES_SHARE, &places, |place| {
                classified.share(sold[*place].sales.into())
            })?,
            made(products::CUMULATIVE_SALES_SHARE, &places, |place| {
                classified.share(classified.reached[*place])
            })?,
            made(products::ABC_CLASS, &places, |place| {
                classified.class(*place)
            })?,
            made(products::COSTED_SALES_MINOR, sold, |one| one.costed_sales)?,
            made(products::MARGIN_MINOR, sold, Product::margin)?,
        ],
    )
}

fn abc_classes(rows: &[Row]) -> PolarsResult<DataFrame> {
    DataFrame::new(
        rows.len(),
        vec![
            made(abc_classes::SUBJECT, rows, |row| row.subject)?,
            made(abc_classes::ABC_CLASS, rows, |row| row.class)?,
            made(abc_classes::ITEM_COUNT, rows, |row| row.items)?,
            made(abc_classes::ITEM_SHARE, rows, |row| row.item_share)?,
            made(abc_classes::SALES_MINOR, rows, |row| row.sales)?,
            made(abc_classes::SALES_SHARE, rows, |row| row.sales_share)?,
            made(abc_classes::CUMULATIVE_SALES_SHARE, rows, |row| {
                row.cumulative_share
            })?,
        ],
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn classes(values: &[i64]) -> String {
        let config = AbcConfig {
            window_days: 0,
            a_share: 0.80,
            b_share: 0.15,
        };
        let found = classify(values, &config);
        (0..values.len()).map(|place| found.class(place)).collect()
    }

    #[test]
    fn eighty_fifteen_five_are_parted_at_the_edges() {
        // 80 reaches A's share itself, 95 B's.
        assert_eq!(classes(&[50, 30, 15, 5]), "AABC");
        assert_eq!(classes(&[5, 15, 30, 50]), "CBAA");
        assert_eq!(classes(&[40, 39, 16, 4, 1]), "AAACC");
    }

    #[test]
    fn one_giant_is_in_the_best_class_and_alone_there() {
        assert_eq!(classes(&[10, 9000, 20, 30]), "CACC");
        assert_eq!(classes(&[7]), "A");
    }

    #[test]
    fn equal_values_are_one_class_whatever_their_order() {
        assert_eq!(classes(&[1; 10]), "AAAAAAAAAA");
        assert_eq!(classes(&[3, 90, 3, 3, 1]), "BABBC");
    }

    #[test]
    fn what_went_back_is_in_the_last_class() {
        assert_eq!(classes(&[0, 100, -50]), "CAC");
        assert_eq!(classes(&[0, 0]), "CC");
        assert_eq!(classes(&[-1, i64::MIN]), "CC");
        assert_eq!(classes(&[]), "");
        assert_eq!(classes(&[i64::MAX, i64::MAX]), "AA");
    }

    proptest! {
        #[test]
        fn a_larger_value_is_in_no_lower_class(values in prop::collection::vec(-50i64..1000, 1..80)) {
            let found = classes(&values);
            let found: Vec<char> = found.chars().collect();
            for (value, class) in values.iter().zip(&found) {
                for (other, other_class) in values.iter().zip(&found) {
                    prop_assert!(value < other || class <= other_class);
                }
            }
            let is_sold = values.iter().any(|value| *value > 0);
            prop_assert_eq!(found.contains(&'A'), is_sold);
        }
    }
}
