//! The journey: by what is said, and by orders.

use polars::prelude::*;

use super::columns::{integers, texts};
use super::privacy::held_back;
use super::voice::two_periods;
use super::{Calendar, Input};
use crate::report::figures::{JourneyFigure, OrderStageFigure};
use crate::report::flare_ups::is_in_flare_up;
use crate::schema::{person_segments, post_scores};

/// Stages of what is said, in the order of the way; complaints stand apart, at the end.
const SAID: [&str; 6] = [
    "discover",
    "evaluate",
    "buy",
    "satisfied",
    "recommend",
    "complain",
];
/// Stages of what is said that speak well of the shop.
const PRAISE: [&str; 2] = ["satisfied", "recommend"];
/// Stages of orders, in the order of the way.
const BOUGHT: [&str; 5] = ["discovered", "first", "second", "habitual", "lapsed"];

/// Returns the opinions of the period and of the compared one by stage; empty where none tells of one. What sounds content in a flare-up
/// is left out.
pub(super) fn said(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<JourneyFigure>> {
    let is_in_flare_up = is_in_flare_up(&input.alerts, calendar.before_both())?;
    let is_praise = PRAISE
        .into_iter()
        .map(|stage| post_scores::JOURNEY.expr().eq(lit(stage)))
        .fold(lit(false), Expr::or);
    let frame = two_periods(input, calendar)
        .with_column(is_in_flare_up.alias("__upset"))
        .select([col("__span"), post_scores::JOURNEY.expr(), col("__upset")])
        .explode(
            by_name([post_scores::JOURNEY.name], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .filter(post_scores::JOURNEY.expr().is_not_null())
        .filter(col("__upset").and(is_praise).not())
        .group_by([col("__span"), post_scores::JOURNEY.expr()])
        .agg([len().cast(DataType::Int64).alias("posts")])
        .collect()?;
    let span = integers(&frame, "__span")?;
    let stage = texts(&frame, post_scores::JOURNEY.name)?;
    let posts = integers(&frame, "posts")?;
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let count = |key: &str, back: i64| -> u64 {
        (0..posts.len())
            .filter(|row| span[*row] == back && stage[*row] == key)
            .map(|row| posts[row].unsigned_abs())
            .sum()
    };
    Ok(SAID
        .iter()
        .map(|key| JourneyFigure {
            stage: (*key).to_owned(),
            post_count: count(key, 0),
            previous_post_count: count(key, i64::from(calendar.compared_back())),
        })
        .collect())
}

/// Returns the persons by stage, now and one period earlier; empty without persons.
pub(super) fn bought(input: &Input, smallest: u32) -> PolarsResult<Vec<OrderStageFigure>> {
    let now = persons(input, person_segments::ORDER_STAGE)?;
    if now.iter().all(|count| *count == 0) {
        return Ok(Vec::new());
    }
    let before = persons(input, person_segments::PREVIOUS_ORDER_STAGE)?;
    let has_before = before.iter().any(|count| *count > 0);
    let smallest = u64::from(smallest);
    let (held, held_before) = (held_back(&now, smallest), held_back(&before, smallest));
    Ok(BOUGHT
        .iter()
        .enumerate()
        .map(|(place, key)| OrderStageFigure {
            stage: (*key).to_owned(),
            person_count: (!held[place]).then_some(now[place]),
            previous_person_count: (has_before && !held_before[place]).then_some(before[place]),
        })
        .collect())
}

fn persons(input: &Input, column: crate::schema::Column) -> PolarsResult<Vec<u64>> {
    let frame = input
        .person_segments
        .clone()
        .filter(column.expr().is_not_null())
        .group_by([column.expr()])
        .agg([len().cast(DataType::Int64).alias("persons")])
        .collect()?;
    let stage = texts(&frame, column.name)?;
    let count = integers(&frame, "persons")?;
    Ok(BOUGHT
        .iter()
        .map(|key| {
            (0..count.len())
                .filter(|row| stage[*row] == *key)
                .map(|row| count[row].unsigned_abs())
                .sum::<u64>()
        })
        .collect())
}
