//! Value x voice: the segments of the settings.

use polars::prelude::*;

use super::{Settings, exact_mean};
use crate::error::{Error, Result};
use crate::schema::{person_segments, person_values, person_voices, segments};

/// Adds the groups and the first segment whose rule holds to a frame of persons with values and voices.
pub(super) fn apply(people: DataFrame, settings: Settings<'_>) -> Result<DataFrame> {
    let grouped = people
        .lazy()
        .with_columns([
            value_group().alias(person_segments::VALUE_GROUP.name),
            voice_group().alias(person_segments::VOICE_GROUP.name),
        ])
        .collect()
        .map_err(Error::frame("group persons by value and voice"))?;
    let mut segment = lit(NULL).cast(DataType::String);
    for rule in settings.segment.rule.iter().rev() {
        let bad = |detail: String| Error::Rule {
            segment: rule.name.clone(),
            detail,
            columns: grouped
                .get_column_names()
                .into_iter()
                .map(|name| name.to_string())
                .collect(),
        };
        let condition =
            polars::sql::sql_expr(&rule.when).map_err(|error| bad(error.to_string()))?;
        // Each rule is tried by itself first, so that an error names the rule it is in.
        let tried = grouped
            .clone()
            .lazy()
            .select([condition.clone().alias("__holds")])
            .collect()
            .map_err(|error| bad(error.to_string()))?;
        let dtype = tried
            .column("__holds")
            .map(|column| column.dtype().clone())
            .map_err(|error| bad(error.to_string()))?;
        if dtype != DataType::Boolean {
            return Err(bad(format!("it gives {dtype}, not true or false")));
        }
        let name = rule.name_in(settings.lang).to_owned();
        segment = when(condition.fill_null(lit(false)))
            .then(lit(name))
            .otherwise(segment);
    }
    grouped
        .lazy()
        .with_column(segment.alias(person_segments::SEGMENT.name))
        .collect()
        .map_err(Error::frame("apply the segment rules"))
}

/// The best fifth of the buyers by 12-month value (by spend where there is none), the next two fifths, the rest.
fn value_group() -> Expr {
    let worth = coalesce(&[
        person_values::LTV_MINOR.expr(),
        person_values::SPEND_MINOR.expr(),
    ]);
    let rank = worth.clone().rank(
        RankOptions {
            method: RankMethod::Min,
            descending: true,
        },
        None,
    );
    let share =
        (rank.cast(DataType::Float64) - lit(1.0)) / worth.clone().count().cast(DataType::Float64);
    when(worth.is_null())
        .then(lit("none"))
        .when(share.clone().lt(lit(0.2)))
        .then(lit("high"))
        .when(share.lt(lit(0.6)))
        .then(lit("middle"))
        .otherwise(lit("low"))
}

fn voice_group() -> Expr {
    let mood = || person_voices::RECENT_SENTIMENT_MEAN.expr();
    when(
        person_voices::RECENT_POST_COUNT
            .expr()
            .fill_null(lit(0i64))
            .eq(lit(0i64))
            .or(mood().is_null()),
    )
    .then(lit("silent"))
    .when(mood().gt_eq(lit(0.15)))
    .then(lit("positive"))
    .when(mood().lt_eq(lit(-0.15)))
    .then(lit("negative"))
    .otherwise(lit("neutral"))
}

/// Returns the table `segments` but for the values to come.
pub(super) fn summary(people: &DataFrame, settings: Settings<'_>) -> PolarsResult<DataFrame> {
    let rules = &settings.segment.rule;
    let name = |rule: &crate::config::SegmentRule| rule.name_in(settings.lang).to_owned();
    let listed = DataFrame::new(
        rules.len(),
        vec![
            Column::new(
                segments::SEGMENT.small_name(),
                rules.iter().map(name).collect::<Vec<_>>(),
            ),
            Column::new(
                segments::POSITION.small_name(),
                (1..=rules.len() as i64).collect::<Vec<_>>(),
            ),
            Column::new(
                segments::ACTION.small_name(),
                rules
                    .iter()
                    .map(|rule| rule.action_in(settings.lang).to_owned())
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                segments::URGENCY.small_name(),
                rules
                    .iter()
                    .map(|rule| rule.urgency.key())
                    .collect::<Vec<_>>(),
            ),
        ],
    )?;
    let mood = person_voices::RECENT_SENTIMENT_MEAN;
    let count = |of: Expr| of.sum().cast(DataType::Int64);
    let members = people
        .clone()
        .lazy()
        .group_by([person_segments::SEGMENT.expr()])
        .agg([
            len()
                .cast(DataType::Int64)
                .alias(segments::PERSON_COUNT.name),
            person_values::SPEND_MINOR.expr().sum(),
            count(mood.expr().is_not_null()).alias(segments::SPEAKING_COUNT.name),
            exact_mean(mood.expr()).alias(segments::SENTIMENT_MEAN.name),
            count(
                person_segments::REACHABLE_BY
                    .expr()
                    .list()
                    .len()
                    .fill_null(lit(0u32))
                    .gt(lit(0u32)),
            )
            .alias(segments::REACHABLE_COUNT.name),
        ]);
    let earlier = people
        .clone()
        .lazy()
        .filter(person_segments::PREVIOUS_SEGMENT.expr().is_not_null())
        .group_by([person_segments::PREVIOUS_SEGMENT.expr()])
        .agg([len()
            .cast(DataType::Int64)
            .alias(segments::PREVIOUS_PERSON_COUNT.name)]);
    listed
        .lazy()
        .left_join(
            members,
            segments::SEGMENT.expr(),
            person_segments::SEGMENT.expr(),
        )
        .left_join(
            earlier,
            segments::SEGMENT.expr(),
            person_segments::PREVIOUS_SEGMENT.expr(),
        )
        .with_columns([
            segments::PERSON_COUNT.expr().fill_null(lit(0i64)),
            segments::PREVIOUS_PERSON_COUNT.expr().fill_null(lit(0i64)),
            segments::SPEND_MINOR.expr().fill_null(lit(0i64)),
            segments::SPEAKING_COUNT.expr().fill_null(lit(0i64)),
            segments::REACHABLE_COUNT.expr().fill_null(lit(0i64)),
        ])
        .sort([segments::POSITION.name], SortMultipleOptions::default())
        .collect()
}
