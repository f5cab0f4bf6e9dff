//! Recency, frequency, monetary value: what each person did so far.

use polars::prelude::*;
use polars::series::ops::NullBehavior;

use crate::as_of::AsOf;
use crate::schema::{person_values as values, purchases};

/// Returns a row per buyer: the columns of `person_values` up to `decile`.
///
/// A purchase day is a day with at least one order; returns lower the spend on their own day and are no purchase day.
pub(super) fn values(purchases: LazyFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let named = purchases.filter(purchases::PERSON_ID.expr().is_not_null());
    let person = || purchases::PERSON_ID.expr();
    let days = named
        .clone()
        .filter(purchases::IS_RETURN.expr().not())
        .group_by([person(), purchases::PURCHASED_ON.expr()])
        .agg([
            purchases::SPEND_MINOR.expr().sum().alias("__day_spend"),
            len().cast(DataType::Int64).alias("__orders"),
        ])
        .sort(
            [purchases::PERSON_ID.name, purchases::PURCHASED_ON.name],
            SortMultipleOptions::default(),
        );
    let day = || purchases::PURCHASED_ON.expr();
    let habits = days.group_by_stable([person()]).agg([
        day().first().alias(values::FIRST_PURCHASED_ON.name),
        day().last().alias(values::LAST_PURCHASED_ON.name),
        col("__orders").sum().alias(values::ORDER_COUNT.name),
        len()
            .cast(DataType::Int64)
            .alias(values::PURCHASE_DAY_COUNT.name),
        col("__day_spend").sum().alias("__spend"),
        col("__day_spend").first().alias("__first_spend"),
        day()
            .cast(DataType::Int32)
            .diff(lit(1), NullBehavior::Drop)
            .median()
            .cast(DataType::Float64)
            .alias(values::VISIT_CYCLE_DAYS.name),
    ]);
    let totals = named.group_by([person()]).agg([
        purchases::SPEND_MINOR
            .expr()
            .sum()
            .alias(values::SPEND_MINOR.name),
        purchases::IS_RETURN
            .expr()
            .sum()
            .cast(DataType::Int64)
            .alias(values::RETURN_COUNT.name),
    ]);
    let today = lit(as_of.day_number());
    let days_between = |from: Expr, to: Expr| {
        (to.cast(DataType::Int32) - from.cast(DataType::Int32)).cast(DataType::Int64)
    };
    let repeat_days = values::PURCHASE_DAY_COUNT.expr() - lit(1i64);
    habits
        .inner_join(totals, person(), person())
        .with_columns([
            when(repeat_days.clone().gt(lit(0i64)))
                .then(
                    (col("__spend") - col("__first_spend")).cast(DataType::Float64)
                        / repeat_days.cast(DataType::Float64),
                )
                .otherwise(lit(NULL).cast(DataType::Float64))
                .alias(values::MEAN_REPEAT_SPEND_MINOR.name),
            days_between(values::FIRST_PURCHASED_ON.expr(), today.clone())
                .alias(values::CUSTOMER_AGE_DAYS.name),
            days_between(
                values::FIRST_PURCHASED_ON.expr(),
                values::LAST_PURCHASED_ON.expr(),
            )
            .alias(values::LAST_PURCHASE_AGE_DAYS.name),
            days_between(values::LAST_PURCHASED_ON.expr(), today)
                .alias(values::DAYS_SINCE_LAST_PURCHASE.name),
            when(values::PURCHASE_DAY_COUNT.expr().gt_eq(lit(3i64)))
                .then(values::VISIT_CYCLE_DAYS.expr())
                .otherwise(lit(NULL).cast(DataType::Float64))
                .alias(values::VISIT_CYCLE_DAYS.name),
        ])
        .with_columns([
            score(values::LAST_PURCHASED_ON.expr(), 5).alias(values::RECENCY_SCORE.name),
            score(values::PURCHASE_DAY_COUNT.expr(), 5).alias(values::FREQUENCY_SCORE.name),
            score(values::SPEND_MINOR.expr(), 5).alias(values::MONETARY_SCORE.name),
            (lit(11i64) - score_from_top(values::SPEND_MINOR.expr(), 10))
                .alias(values::DECILE.name),
        ])
        .with_column(segment().alias(values::RFM_SEGMENT.name))
        .drop(Selector::ByName {
            names: ["__spend", "__first_spend"]
                .map(PlSmallStr::from_static)
                .into(),
            strict: true,
        })
        .sort([values::PERSON_ID.name], SortMultipleOptions::default())
        .collect()
}

/// Returns the quantile group of a value, 1 (lowest) to `groups`; equal values share a group, by the lowest of their ranks.
fn score(value: Expr, groups: i64) -> Expr {
    group_of(value, groups, false)
}

/// Returns the quantile group counted from the top, `groups` for the highest values; equal values share the best group.
fn score_from_top(value: Expr, groups: i64) -> Expr {
    lit(groups + 1) - group_of(value, groups, true)
}

fn group_of(value: Expr, groups: i64, descending: bool) -> Expr {
    let rank = value
        .rank(
            RankOptions {
                method: RankMethod::Min,
                descending,
            },
            None,
        )
        .cast(DataType::Int64);
    ((rank - lit(1i64)) * lit(groups)).floor_div(len().cast(DataType::Int64)) + lit(1i64)
}

/// Returns the group of the recency and frequency scores: the notebooks' map, without its overlaps.
fn segment() -> Expr {
    let recency = || values::RECENCY_SCORE.expr();
    let frequency = || values::FREQUENCY_SCORE.expr();
    let low = |score: Expr| score.lt_eq(lit(2i64));
    let middle = |score: Expr| score.eq(lit(3i64));
    let top = |score: Expr| score.eq(lit(5i64));
    let map = [
        (low(recency()).and(low(frequency())), "hibernating"),
        (low(recency()).and(top(frequency())), "cannot_lose"),
        (low(recency()), "at_risk"),
        (middle(recency()).and(low(frequency())), "about_to_sleep"),
        (middle(recency()).and(middle(frequency())), "need_attention"),
        (
            top(recency()).and(frequency().gt_eq(lit(4i64))),
            "champions",
        ),
        (
            recency().lt_eq(lit(4i64)).and(frequency().gt_eq(lit(4i64))),
            "loyal",
        ),
        (
            recency().eq(lit(4i64)).and(frequency().eq(lit(1i64))),
            "promising",
        ),
        (top(recency()).and(frequency().eq(lit(1i64))), "new"),
    ];
    map.into_iter()
        .rev()
        .fold(lit("potential_loyalist"), |rest, (condition, name)| {
            when(condition).then(lit(name)).otherwise(rest)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_score_whatever_the_row_order() {
        let frame = df!("value" => [1i64, 9, 1, 5, 1, 7, 1, 1, 3, 2]).expect("a frame");
        let scored = frame
            .lazy()
            .with_columns([
                score(col("value"), 5).alias("score"),
                score_from_top(col("value"), 10).alias("top"),
            ])
            .sort(["value"], SortMultipleOptions::default())
            .collect()
            .expect("scores");
        let column = |name| {
            scored
                .column(name)
                .expect("the column")
                .i64()
                .expect("integers")
                .into_no_null_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(column("score"), [1, 1, 1, 1, 1, 3, 4, 4, 5, 5]);
        assert_eq!(column("top"), [5, 5, 5, 5, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn every_pair_of_scores_has_one_group() {
        let pairs: Vec<(i64, i64)> = (1..=5).flat_map(|r| (1..=5).map(move |f| (r, f))).collect();
        let frame = df!(
            values::RECENCY_SCORE.name => pairs.iter().map(|pair| pair.0).collect::<Vec<_>>(),
            values::FREQUENCY_SCORE.name => pairs.iter().map(|pair| pair.1).collect::<Vec<_>>(),
        )
        .expect("a frame");
        let named = frame
            .lazy()
            .with_column(segment().alias("segment"))
            .collect()
            .expect("segments");
        let names = named
            .column("segment")
            .expect("the column")
            .str()
            .expect("texts");
        let names: Vec<&str> = names.iter().flatten().collect();
        let of = |r: usize, f: usize| names[(r - 1) * 5 + f - 1];
        assert_eq!(of(5, 5), "champions");
        assert_eq!(of(5, 4), "champions");
        assert_eq!(of(4, 5), "loyal");
        assert_eq!(of(3, 4), "loyal");
        assert_eq!(of(4, 1), "promising");
        assert_eq!(of(5, 1), "new");
        assert_eq!(of(5, 3), "potential_loyalist");
        assert_eq!(of(4, 2), "potential_loyalist");
        assert_eq!(of(3, 3), "need_attention");
        assert_eq!(of(3, 1), "about_to_sleep");
        assert_eq!(of(2, 5), "cannot_lose");
        assert_eq!(of(1, 4), "at_risk");
        assert_eq!(of(2, 2), "hibernating");
    }
}
