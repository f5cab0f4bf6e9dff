//! The quick features beside the plan that defines them, and settings from orders to names.

use std::path::Path;

use polars::series::ops::NullBehavior;
use proptest::prelude::*;

use super::*;
use crate::config::Config;
use crate::schema::purchases as bought;
use crate::segment::purchases;
use crate::segment::purchases::tests::{Order, any_orders, end_of, input, yen};

fn config(text: &str) -> RfmConfig {
    let text = format!("[segment.rfm]\n{text}");
    Config::parse(&text, Path::new("koe.toml"), &[])
        .unwrap()
        .segment
        .rfm
}

fn scored(orders: &[Order], settings: &str, day: &str) -> DataFrame {
    let as_of = end_of(day);
    let ledger = purchases::ledger(&input(orders), &yen(), &end_of("2026-01-31")).unwrap();
    values(&ledger, &config(settings), &yen(), Lang::Ja, &as_of).unwrap()
}

fn integers(frame: &DataFrame, column: crate::schema::Column) -> Vec<i64> {
    let found = frame.column(column.name).unwrap().i64().unwrap();
    found.iter().map(Option::unwrap).collect()
}

fn names(frame: &DataFrame, column: crate::schema::Column) -> Vec<String> {
    let found = frame.column(column.name).unwrap().str().unwrap();
    found.iter().map(|name| name.unwrap().to_owned()).collect()
}

/// The base features, scores and names by group-bys and ranks, of operations that SQL can say.
fn plan(table: &DataFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let named = table.clone().lazy().filter(
        bought::PERSON_ID.expr().is_not_null().and(
            bought::PURCHASED_ON
                .expr()
                .cast(DataType::Int32)
                .lt_eq(lit(as_of.day_number())),
        ),
    );
    let person = || bought::PERSON_ID.expr();
    let day = || bought::PURCHASED_ON.expr();
    let days = named
        .clone()
        .filter(bought::IS_RETURN.expr().not())
        .group_by([person(), day()])
        .agg([
            bought::SPEND_MINOR.expr().sum().alias("__day_spend"),
            len().cast(DataType::Int64).alias("__orders"),
        ])
        .sort(
            [bought::PERSON_ID.name, bought::PURCHASED_ON.name],
            SortMultipleOptions::default(),
        );
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
    let first_days = habits
        .clone()
        .select([person(), values::FIRST_PURCHASED_ON.expr()]);
    // What went back before the first purchase was bought before the log begins.
    let own = named
        .inner_join(first_days, person(), person())
        .filter(day().gt_eq(values::FIRST_PURCHASED_ON.expr()));
    let totals = own.group_by([person()]).agg([
        bought::SPEND_MINOR
            .expr()
            .sum()
            .alias(values::SPEND_MINOR.name),
        bought::IS_RETURN
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
    let order = [
        values::PERSON_ID,
        values::FIRST_PURCHASED_ON,
        values::LAST_PURCHASED_ON,
        values::ORDER_COUNT,
        values::PURCHASE_DAY_COUNT,
        values::RETURN_COUNT,
        values::SPEND_MINOR,
        values::MEAN_REPEAT_SPEND_MINOR,
        values::CUSTOMER_AGE_DAYS,
        values::LAST_PURCHASE_AGE_DAYS,
        values::DAYS_SINCE_LAST_PURCHASE,
        values::VISIT_CYCLE_DAYS,
        values::RECENCY_SCORE,
        values::FREQUENCY_SCORE,
        values::MONETARY_SCORE,
        values::DECILE,
    ];
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
            score(values::LAST_PURCHASED_ON.expr()).alias(values::RECENCY_SCORE.name),
            score(values::PURCHASE_DAY_COUNT.expr()).alias(values::FREQUENCY_SCORE.name),
            score(values::SPEND_MINOR.expr()).alias(values::MONETARY_SCORE.name),
            group_of(values::SPEND_MINOR.expr(), 10, true).alias(values::DECILE.name),
        ])
        .select(order.iter().map(|column| column.expr()).collect::<Vec<_>>())
        .sort([values::PERSON_ID.name], SortMultipleOptions::default())
        .collect()
}

/// Fifths by the lowest rank of equals, and the top score for the highest value unless it is the only one.
fn score(value: Expr) -> Expr {
    let is_top = value
        .clone()
        .eq(value.clone().max())
        .and(value.clone().max().gt(value.clone().min()));
    when(is_top)
        .then(lit(5i64))
        .otherwise(group_of(value, 5, false))
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_pass_over_sorted_orders_agrees_with_the_plan(
        orders in any_orders(),
        day in prop_oneof![Just("2026-01-31"), Just("2026-01-20"), Just("2026-01-03")],
    ) {
        let last = end_of("2026-01-31");
        let input = input(&orders);
        let table = purchases::purchases(&input, &yen(), &last).unwrap().table;
        let expected = plan(&table, &end_of(day)).unwrap();
        // Of a ledger of the last day, and of one that knows no later day.
        let found = scored(&orders, "", day);
        let early = purchases::ledger(&input, &yen(), &end_of(day)).unwrap();
        let early = values(&early, &config(""), &yen(), Lang::Ja, &end_of(day)).unwrap();
        prop_assert!(found.equals_missing(&early));
        prop_assert_eq!(names(&found, values::PERSON_ID), names(&expected, values::PERSON_ID));
        let compared = found.drop(values::RFM_SEGMENT.name).unwrap();
        for (found, expected) in compared.columns().iter().zip(expected.columns()) {
            prop_assert_eq!(found.name(), expected.name());
            prop_assert_eq!(found.dtype(), expected.dtype());
            prop_assert!(found.equals_missing(expected), "{}", found.name());
        }
    }
}

/// Five buyers: customer `c` came last `c` days before the 31st, on `c + 1` days, for 1,000 yen each time.
fn regulars() -> Vec<Order> {
    let mut orders = Vec::new();
    for customer in [0, 1, 2, 3, 4] {
        for visit in 0..=customer {
            let day = 30 - i64::from(customer) - 2 * i64::from(visit);
            let number = orders.len() as u32;
            orders.push(Order::placed(number, customer, day * 24, 1_000));
        }
    }
    orders
}

#[test]
fn settings_choose_bounds_and_map() {
    // By id: person5 (customer 4), person7 (2), person9 (0), web1, web3.
    let orders = regulars();
    let found = scored(&orders, "", "2026-01-31");
    assert_eq!(
        names(&found, values::PERSON_ID),
        ["person5", "person7", "person9", "web1", "web3"]
    );
    assert_eq!(
        integers(&found, values::DAYS_SINCE_LAST_PURCHASE),
        [4, 2, 0, 1, 3]
    );
    assert_eq!(integers(&found, values::RECENCY_SCORE), [1, 3, 5, 4, 2]);
    assert_eq!(integers(&found, values::FREQUENCY_SCORE), [5, 3, 1, 2, 4]);
    assert_eq!(
        names(&found, values::RFM_SEGMENT),
        [
            "cannot_lose",
            "need_attention",
            "new",
            "potential_loyalist",
            "at_risk"
        ]
    );
    let text = "method = 'thresholds'\nrecency_days = [0, 3]\npurchase_days = [2]\nspend = [3000, 4000, 5000]";
    let found = scored(&orders, text, "2026-01-31");
    assert_eq!(integers(&found, values::RECENCY_SCORE), [1, 2, 3, 2, 2]);
    assert_eq!(integers(&found, values::FREQUENCY_SCORE), [2, 2, 1, 2, 2]);
    assert_eq!(integers(&found, values::MONETARY_SCORE), [4, 2, 1, 1, 3]);
    let found = scored(&orders, "map = 'klaviyo'", "2026-01-31");
    assert_eq!(integers(&found, values::RECENCY_SCORE), [1, 2, 3, 2, 1]);
    assert_eq!(integers(&found, values::FREQUENCY_SCORE), [3, 2, 1, 1, 2]);
    assert_eq!(
        names(&found, values::RFM_SEGMENT),
        ["needs_attention", "recent", "recent", "at_risk", "at_risk"]
    );
    let found = scored(
        &orders,
        "method = 'nested'\nrecency_scores = 2\nfrequency_scores = 2",
        "2026-01-31",
    );
    assert_eq!(integers(&found, values::RECENCY_SCORE), [1, 1, 2, 2, 1]);
    assert_eq!(integers(&found, values::FREQUENCY_SCORE), [2, 1, 1, 2, 1]);
}

#[test]
fn bounds_of_spend_are_in_units_of_the_currency() {
    let dollars = MoneyConfig {
        currency: "USD".to_owned(),
        ..yen()
    };
    let found = scoring(&config("spend = [10, 99.99]"), &dollars, 20_000);
    assert_eq!(found.dimensions[2].bounds, Some(vec![1_000, 9_999]));
    let found = scoring(&config("recency_days = [30, 90]"), &dollars, 20_000);
    assert_eq!(found.dimensions[0].bounds, Some(vec![19_910, 19_970]));
    assert_eq!(found.dimensions[1].bounds, None);
}

#[test]
fn odd_orders_score_as_they_are_defined() {
    let mut orders = regulars();
    let before = scored(&orders, "", "2026-01-31");
    let next = |orders: &[Order]| orders.len() as u32 + 100;
    // Cancelled, however much and however late.
    let cancelled = Order::placed(next(&orders), 4, 30 * 24, 900_000).with_status("cancelled");
    orders.push(cancelled);
    assert!(scored(&orders, "", "2026-01-31").equals_missing(&before));
    // A second order of the day is no second visit.
    let same_day = Order::placed(next(&orders), 0, 30 * 24 + 1, 0);
    orders.push(same_day);
    let merged = scored(&orders, "", "2026-01-31");
    assert_eq!(
        integers(&merged, values::PURCHASE_DAY_COUNT),
        [5, 3, 1, 2, 4]
    );
    assert_eq!(integers(&merged, values::ORDER_COUNT), [5, 3, 2, 2, 4]);
    // What came back makes nobody recent, and the best by spend the last.
    let returned = Order::placed(next(&orders), 4, 30 * 24, -6_000).with_status("returned");
    orders.push(returned);
    let lowered = scored(&orders, "", "2026-01-31");
    assert_eq!(
        integers(&lowered, values::RECENCY_SCORE),
        integers(&before, values::RECENCY_SCORE)
    );
    assert_eq!(integers(&lowered, values::SPEND_MINOR)[0], -1_000);
    assert_eq!(integers(&lowered, values::MONETARY_SCORE), [1, 4, 2, 3, 5]);
    assert_eq!(integers(&lowered, values::DECILE), [9, 3, 7, 5, 1]);
    // A visit without spend is a visit; one giant order raises its buyer and nobody else by more than a place.
    let free = Order::placed(next(&orders), 0, 10 * 24, 0);
    orders.push(free);
    let giant = Order::placed(next(&orders), 0, 11 * 24, 1_000_000_000);
    orders.push(giant);
    let found = scored(&orders, "", "2026-01-31");
    assert_eq!(
        integers(&found, values::PURCHASE_DAY_COUNT),
        [5, 3, 3, 2, 4]
    );
    assert_eq!(integers(&found, values::MONETARY_SCORE), [1, 3, 5, 2, 4]);
}

#[test]
fn nobody_bought_is_no_row() {
    let found = scored(&[], "method = 'jenks'", "2026-01-31");
    assert_eq!(found.height(), 0);
    let returned = [Order::placed(1, 0, 1, -5).with_status("returned")];
    assert_eq!(scored(&returned, "", "2026-01-31").height(), 0);
}
