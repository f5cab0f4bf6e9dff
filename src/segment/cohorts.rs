//! Retention by month of first purchase.

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::schema::{cohorts, purchases};

/// Returns the table `cohorts`: every cohort at every age it has reached, months without a purchase included.
pub(super) fn cohorts(purchases: &DataFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let month_number = |date: Expr| {
        date.clone().dt().year().cast(DataType::Int64) * lit(12i64)
            + date.dt().month().cast(DataType::Int64)
    };
    let sales = purchases.clone().lazy().filter(
        purchases::IS_RETURN
            .expr()
            .not()
            .and(purchases::PERSON_ID.expr().is_not_null()),
    );
    let firsts =
        sales
            .clone()
            .group_by([purchases::PERSON_ID.expr()])
            .agg([purchases::PURCHASED_ON
                .expr()
                .min()
                .dt()
                .month_start()
                .alias(cohorts::COHORT.name)]);
    let sizes = firsts.clone().group_by([cohorts::COHORT.expr()]).agg([len()
        .cast(DataType::Int64)
        .alias(cohorts::PERSON_COUNT.name)]);
    let active = sales
        .inner_join(
            firsts,
            purchases::PERSON_ID.expr(),
            purchases::PERSON_ID.expr(),
        )
        .with_column(
            (month_number(purchases::PURCHASED_ON.expr()) - month_number(cohorts::COHORT.expr()))
                .alias(cohorts::AGE_MONTHS.name),
        )
        .group_by([cohorts::COHORT.expr(), cohorts::AGE_MONTHS.expr()])
        .agg([
            purchases::PERSON_ID
                .expr()
                .n_unique()
                .cast(DataType::Int64)
                .alias(cohorts::ACTIVE_COUNT.name),
            purchases::SPEND_MINOR
                .expr()
                .sum()
                .alias(cohorts::SPEND_MINOR.name),
        ]);
    let this_month = month_number(lit(as_of.day_number()).cast(DataType::Date));
    let ages = DataFrame::new_infer_height(vec![Column::new(
        cohorts::AGE_MONTHS.small_name(),
        (0..1200i64).collect::<Vec<_>>(),
    )])?;
    sizes
        .cross_join(ages.lazy(), None)
        .filter(
            (month_number(cohorts::COHORT.expr()) + cohorts::AGE_MONTHS.expr()).lt_eq(this_month),
        )
        .join(
            active,
            [cohorts::COHORT.expr(), cohorts::AGE_MONTHS.expr()],
            [cohorts::COHORT.expr(), cohorts::AGE_MONTHS.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .with_columns([
            cohorts::ACTIVE_COUNT.expr().fill_null(lit(0i64)),
            cohorts::SPEND_MINOR.expr().fill_null(lit(0i64)),
        ])
        .sort(
            [cohorts::COHORT.name, cohorts::AGE_MONTHS.name],
            SortMultipleOptions::default(),
        )
        .collect()
}
