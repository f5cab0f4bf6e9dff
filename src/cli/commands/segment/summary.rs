//! The RFM segments of a shop on a few lines.

use std::collections::BTreeMap;

use koe::money;
use koe::schema::person_values as values;
use polars::prelude::{Column, DataFrame, PolarsResult};

/// Name of the row of all persons.
const TOTAL: &str = "total";

/// What the persons of a segment make together, in minor units.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    customers: i64,
    sales: i128,
    /// `None` where nobody has a value.
    value: Option<i128>,
}

impl Sums {
    fn add(&mut self, sales: Option<i64>, value: Option<i64>) {
        self.customers += 1;
        self.sales += i128::from(sales.unwrap_or_default());
        if let Some(value) = value {
            self.value = Some(self.value.unwrap_or_default() + i128::from(value));
        }
    }
}

/// Returns a row per RFM segment, the one with the highest sales first, and one of all: customers, sales so far and
/// 12-month value in whole units of `currency`, and the share of the sales in percent.
pub fn by_rfm_segment(persons: &DataFrame, currency: &str) -> PolarsResult<DataFrame> {
    let segments = persons.column(values::RFM_SEGMENT.name)?.str()?;
    let sales = persons.column(values::SPEND_MINOR.name)?.i64()?;
    let worth = persons.column(values::LTV_MINOR.name)?.i64()?;
    let mut by_segment: BTreeMap<&str, Sums> = BTreeMap::new();
    let mut total = Sums::default();
    for row in 0..persons.height() {
        let (sales, worth) = (sales.get(row), worth.get(row));
        let segment = segments.get(row).unwrap_or_default();
        by_segment.entry(segment).or_default().add(sales, worth);
        total.add(sales, worth);
    }
    let mut rows: Vec<(&str, Sums)> = by_segment.into_iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1.sales));
    rows.push((TOTAL, total));
    let whole = |minor: i128| (minor as f64 / 10f64.powi(money::exponent(currency))).round() as i64;
    let share = |sums: &Sums| {
        let share = sums.sales as f64 / total.sales as f64 * 100.0;
        (total.sales > 0).then(|| (share * 10.0).round() / 10.0)
    };
    let column = |name: String, found: Vec<i64>| Column::new(name.into(), found);
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                values::RFM_SEGMENT.small_name(),
                rows.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ),
            column(
                "customers".to_owned(),
                rows.iter().map(|(_, sums)| sums.customers).collect(),
            ),
            column(
                format!("sales {currency}"),
                rows.iter().map(|(_, sums)| whole(sums.sales)).collect(),
            ),
            Column::new(
                "share %".into(),
                rows.iter().map(|(_, sums)| share(sums)).collect::<Vec<_>>(),
            ),
            Column::new(
                format!("12-month value {currency}").into(),
                rows.iter()
                    .map(|(_, sums)| sums.value.map(whole))
                    .collect::<Vec<_>>(),
            ),
        ],
    )
}

/// Returns the orders of all persons.
pub fn order_count(persons: &DataFrame) -> PolarsResult<u64> {
    let counts = persons.column(values::ORDER_COUNT.name)?.i64()?;
    let counts = counts.iter().flatten();
    Ok(counts
        .map(|count| u64::try_from(count).unwrap_or_default())
        .sum())
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    fn persons(value: [Option<i64>; 4]) -> DataFrame {
        df!(
            values::RFM_SEGMENT.name => ["new", "champions", "new", "loyal"],
            values::SPEND_MINOR.name => [150i64, 60_049, -50, 39_851],
            values::ORDER_COUNT.name => [1i64, 9, 1, 4],
            values::LTV_MINOR.name => value,
        )
        .expect("a frame")
    }

    fn integers(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
        let column = frame.column(column).expect("a column");
        column.i64().expect("integers").iter().collect()
    }

    #[test]
    fn segments_add_up_to_the_whole_shop() {
        let values = [Some(100), Some(50_000), None, Some(2_000)];
        let summary = by_rfm_segment(&persons(values), "USD").expect("the columns are there");
        let names = summary.column("rfm_segment").expect("a column");
        let names: Vec<_> = names.str().expect("texts").iter().flatten().collect();
        assert_eq!(names, ["champions", "loyal", "new", "total"]);
        assert_eq!(integers(&summary, "customers"), [1, 1, 2, 4].map(Some));
        assert_eq!(
            integers(&summary, "sales USD"),
            [600, 399, 1, 1000].map(Some)
        );
        let shares = summary.column("share %").expect("a column");
        let shares: Vec<_> = shares.f64().expect("numbers").iter().flatten().collect();
        assert_eq!(shares, [60.0, 39.9, 0.1, 100.0]);
        let worth = integers(&summary, "12-month value USD");
        assert_eq!(worth, [500, 20, 1, 521].map(Some));
        assert_eq!(order_count(&persons([None; 4])).expect("a column"), 15);
    }

    #[test]
    fn without_a_model_there_is_no_value() {
        let summary = by_rfm_segment(&persons([None; 4]), "JPY").expect("the columns are there");
        assert_eq!(integers(&summary, "12-month value JPY"), [None; 4]);
        assert_eq!(integers(&summary, "sales JPY")[0], Some(60_049));
    }

    #[test]
    fn sales_of_nil_have_no_shares() {
        let nothing = df!(
            values::RFM_SEGMENT.name => ["new"],
            values::SPEND_MINOR.name => [0i64],
            values::LTV_MINOR.name => [0i64],
        )
        .expect("a frame");
        let summary = by_rfm_segment(&nothing, "JPY").expect("the columns are there");
        assert_eq!(summary.column("share %").expect("a column").null_count(), 2);
    }
}
