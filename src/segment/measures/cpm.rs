//! CPM: the customer portfolio by time as a customer and spend, each group active or lapsed.

use polars::prelude::*;

use super::columns::{integers, made, optional_integers, optional_texts, ratio};
use crate::config::CpmConfig;
use crate::schema::{cpm_groups, person_values as values};

/// The groups in their order: 初回, よちよち, コツコツ, 流行, 優良.
const GROUPS: [&str; 5] = ["first", "fledgling", "steady", "trend", "prime"];
/// 現役, 離脱.
const STATES: [&str; 2] = ["active", "lapsed"];

/// Returns the group by columns of `person_values`; nothing for who has bought nothing.
///
/// | group | purchase days | days from first to last | spend |
/// |---|---|---|---|
/// | first | 1 | | |
/// | fledgling | 2 and more | below `steady_days` | |
/// | steady | 2 and more | `steady_days` and more | below `spend_minor` |
/// | trend | 2 and more | `steady_days` to below `prime_days` | `spend_minor` and more |
/// | prime | 2 and more | `prime_days` and more | `spend_minor` and more |
pub(super) fn group(config: &CpmConfig) -> Expr {
    let tenure = || values::LAST_PURCHASE_AGE_DAYS.expr();
    let days = |days: u32| lit(i64::from(days));
    let least = i64::try_from(config.spend_minor).unwrap_or(i64::MAX);
    when(values::PURCHASE_DAY_COUNT.expr().is_null())
        .then(lit(NULL).cast(DataType::String))
        .when(values::PURCHASE_DAY_COUNT.expr().lt_eq(lit(1i64)))
        .then(lit(GROUPS[0]))
        .when(tenure().lt(days(config.steady_days)))
        .then(lit(GROUPS[1]))
        .when(values::SPEND_MINOR.expr().lt(lit(least)))
        .then(lit(GROUPS[2]))
        .when(tenure().lt(days(config.prime_days)))
        .then(lit(GROUPS[3]))
        .otherwise(lit(GROUPS[4]))
}

/// Returns whether a person has lapsed; nothing for who has bought nothing.
pub(super) fn state(config: &CpmConfig) -> Expr {
    let since = || values::DAYS_SINCE_LAST_PURCHASE.expr();
    when(since().is_null())
        .then(lit(NULL).cast(DataType::String))
        .when(since().lt(lit(i64::from(config.lapsed_days))))
        .then(lit(STATES[0]))
        .otherwise(lit(STATES[1]))
}

struct Row {
    group: &'static str,
    state: &'static str,
    position: i64,
    persons: i64,
    spend: i64,
    ltv: Option<i64>,
}

/// Returns the table `cpm_groups` of a frame with the columns of `person_values`.
pub(super) fn groups(persons: &DataFrame, config: &CpmConfig) -> PolarsResult<DataFrame> {
    let found = persons
        .clone()
        .lazy()
        .filter(values::PURCHASE_DAY_COUNT.expr().is_not_null())
        .with_columns([
            group(config).alias(cpm_groups::CPM_GROUP.name),
            state(config).alias(cpm_groups::CPM_STATE.name),
        ])
        .group_by([cpm_groups::CPM_GROUP.expr(), cpm_groups::CPM_STATE.expr()])
        .agg([
            len().cast(DataType::Int64).alias("__persons"),
            values::SPEND_MINOR.expr().sum().alias("__spend"),
            when(values::LTV_MINOR.expr().count().gt(lit(0u32)))
                .then(values::LTV_MINOR.expr().sum())
                .otherwise(lit(NULL).cast(DataType::Int64))
                .alias("__ltv"),
        ])
        .collect()?;
    let names = optional_texts(&found, cpm_groups::CPM_GROUP.name)?;
    let states = optional_texts(&found, cpm_groups::CPM_STATE.name)?;
    let counts = integers(&found, "__persons")?;
    let spend = integers(&found, "__spend")?;
    let ltv = optional_integers(&found, "__ltv")?;
    let mut rows = Vec::with_capacity(GROUPS.len() * STATES.len());
    for group in GROUPS {
        for state in STATES {
            let place = (0..found.height()).find(|row| {
                names[*row].as_deref() == Some(group) && states[*row].as_deref() == Some(state)
            });
            rows.push(Row {
                group,
                state,
                position: rows.len() as i64 + 1,
                persons: place.map_or(0, |row| counts[row]),
                spend: place.map_or(0, |row| spend[row]),
                ltv: place.and_then(|row| ltv[row]),
            });
        }
    }
    let all: i64 = rows.iter().map(|row| row.persons).sum();
    DataFrame::new(
        rows.len(),
        vec![
            made(cpm_groups::CPM_GROUP, &rows, |row| row.group)?,
            made(cpm_groups::CPM_STATE, &rows, |row| row.state)?,
            made(cpm_groups::POSITION, &rows, |row| row.position)?,
            made(cpm_groups::PERSON_COUNT, &rows, |row| row.persons)?,
            made(cpm_groups::PERSON_SHARE, &rows, |row| {
                ratio(row.persons, all)
            })?,
            made(cpm_groups::SPEND_MINOR, &rows, |row| row.spend)?,
            made(cpm_groups::MEAN_SPEND_MINOR, &rows, |row| {
                ratio(row.spend, row.persons)
            })?,
            made(cpm_groups::LTV_MINOR, &rows, |row| row.ltv)?,
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> CpmConfig {
        CpmConfig {
            lapsed_days: 240,
            steady_days: 90,
            prime_days: 210,
            spend_minor: 70_000,
        }
    }

    #[test]
    fn groups_begin_where_the_method_says() {
        // Purchase days, days from first to last, spend, days since the last.
        let persons: [(i64, i64, i64, i64); 7] = [
            (1, 0, 500_000, 0),
            (2, 89, 500_000, 239),
            (2, 90, 69_999, 240),
            (2, 90, 70_000, 0),
            (9, 209, 70_000, 0),
            (9, 210, 70_000, 0),
            (9, 210, 69_999, 1000),
        ];
        let expected = [
            "first active",
            "fledgling active",
            "steady lapsed",
            "trend active",
            "trend active",
            "prime active",
            "steady lapsed",
        ];
        let frame = df!(
            values::PURCHASE_DAY_COUNT.name => persons.map(|row| row.0),
            values::LAST_PURCHASE_AGE_DAYS.name => persons.map(|row| row.1),
            values::SPEND_MINOR.name => persons.map(|row| row.2),
            values::DAYS_SINCE_LAST_PURCHASE.name => persons.map(|row| row.3),
            values::LTV_MINOR.name => [None::<i64>; 7],
        )
        .unwrap();
        let named = frame
            .clone()
            .lazy()
            .select([concat_str([group(&config()), state(&config())], " ", false).alias("name")])
            .collect()
            .unwrap();
        let names = named.column("name").unwrap().str().unwrap();
        let names: Vec<&str> = names.iter().flatten().collect();
        assert_eq!(names, expected);

        let table = groups(&frame, &config()).unwrap();
        let counts = integers(&table, cpm_groups::PERSON_COUNT.name).unwrap();
        assert_eq!(counts, [1, 0, 1, 0, 0, 2, 2, 0, 1, 0]);
    }

    #[test]
    fn who_has_bought_nothing_is_in_no_group() {
        let nothing = [None::<i64>];
        let frame = df!(
            values::PURCHASE_DAY_COUNT.name => nothing,
            values::LAST_PURCHASE_AGE_DAYS.name => nothing,
            values::SPEND_MINOR.name => nothing,
            values::DAYS_SINCE_LAST_PURCHASE.name => nothing,
            values::LTV_MINOR.name => nothing,
        )
        .unwrap();
        let table = groups(&frame, &config()).unwrap();
        let counts = integers(&table, cpm_groups::PERSON_COUNT.name).unwrap();
        assert_eq!(counts, [0; 10]);
    }
}
