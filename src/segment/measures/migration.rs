//! Migration: who was in which group before, who is now, and how much money went with them.

use polars::prelude::*;

use super::columns::all_of;
use super::cpm;
use crate::config::CpmConfig;
use crate::schema::{
    Column as Owned, migrations, moved_persons, person_segments, person_values as values,
};

/// Days to the same week of last year: as many as there are in 52 weeks, so that a day stays the day of the week it is.
pub(in crate::segment) const YEAR_DAYS: i32 = 364;

/// Group of who has none.
const NONE: &str = "none";
const CPM: &str = "cpm";

/// Persons with their groups and values at two moments.
pub(super) struct Moments<'a> {
    /// The columns of `person_values` and `segment` of everybody, as of now.
    pub(super) now: &'a DataFrame,
    /// The same, one period earlier.
    pub(super) period: &'a DataFrame,
    /// The same, a year earlier, where there was anything by then.
    pub(super) year: Option<&'a DataFrame>,
}

/// The kinds of groups and the columns they stand in.
fn groupings() -> [(&'static str, &'static str); 3] {
    [
        (person_segments::SEGMENT.name, person_segments::SEGMENT.name),
        (values::RFM_SEGMENT.name, values::RFM_SEGMENT.name),
        (CPM, CPM),
    ]
}

/// Returns the name of a column of the earlier moment.
fn before(column: &str) -> String {
    format!("__before_{column}")
}

/// Returns the tables `migrations` and `moved_persons`.
pub(super) fn migration(
    moments: &Moments<'_>,
    config: &CpmConfig,
) -> PolarsResult<(DataFrame, DataFrame)> {
    let now = groups(moments.now, config);
    let mut parts = Vec::new();
    let pairs = paired(now.clone(), groups(moments.period, config)).collect()?;
    let moved: Vec<LazyFrame> = groupings()
        .into_iter()
        .map(|(grouping, column)| movers(&pairs, grouping, column))
        .collect();
    for (grouping, column) in groupings() {
        parts.push(matrix(&pairs, "period", grouping, column));
    }
    if let Some(year) = moments.year {
        let pairs = paired(now, groups(year, config)).collect()?;
        for (grouping, column) in groupings() {
            parts.push(matrix(&pairs, "year", grouping, column));
        }
    }
    let sorted = |frames: Vec<LazyFrame>, by: Vec<&'static str>| {
        concat(frames, UnionArgs::default())?
            .sort(by, SortMultipleOptions::default())
            .collect()
    };
    let migrations = sorted(parts, names(migrations::TABLE.key))?;
    let moved = sorted(moved, names(moved_persons::TABLE.key))?;
    Ok((migrations, moved))
}

fn names(columns: &[Owned]) -> Vec<&'static str> {
    columns.iter().map(|column| column.name).collect()
}

/// What is compared of a moment; spend is nil for who had bought nothing.
fn groups(persons: &DataFrame, config: &CpmConfig) -> LazyFrame {
    let or_none = |group: Expr| group.fill_null(lit(NONE));
    persons.clone().lazy().select([
        values::PERSON_ID.expr(),
        or_none(person_segments::SEGMENT.expr()),
        or_none(values::RFM_SEGMENT.expr()),
        or_none(concat_str(
            [cpm::group(config), cpm::state(config)],
            "_",
            false,
        ))
        .alias(CPM),
        values::SPEND_MINOR.expr().fill_null(lit(0i64)),
        values::LTV_MINOR.expr(),
    ])
}

/// Returns everybody of both moments, columns of the earlier one under [`before`].
fn paired(now: LazyFrame, earlier: LazyFrame) -> LazyFrame {
    let money = [values::SPEND_MINOR.name, values::LTV_MINOR.name];
    let columns = || groupings().into_iter().map(|(_, column)| column);
    let mut renamed = vec![values::PERSON_ID.expr()];
    renamed.extend(
        columns()
            .chain(money)
            .map(|column| col(column).alias(before(column))),
    );
    let both = JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns);
    let mut filled = Vec::new();
    for column in columns() {
        filled.push(col(column).fill_null(lit(NONE)));
        filled.push(col(before(column)).fill_null(lit(NONE)));
    }
    let spend = || values::SPEND_MINOR.expr().fill_null(lit(0i64));
    let spent = col(before(values::SPEND_MINOR.name)).fill_null(lit(0i64));
    filled.push(spend());
    filled.push((spend() - spent).alias(migrations::SPEND_BETWEEN_MINOR.name));
    now.join(
        earlier.select(renamed),
        [values::PERSON_ID.expr()],
        [values::PERSON_ID.expr()],
        both,
    )
    .with_columns(filled)
}

/// Returns the matrix of one kind of groups.
fn matrix(
    pairs: &DataFrame,
    compared_with: &'static str,
    grouping: &'static str,
    column: &'static str,
) -> LazyFrame {
    let sum_of_known = |value: Expr| {
        when(value.clone().count().gt(lit(0u32)))
            .then(value.sum())
            .otherwise(lit(NULL).cast(DataType::Int64))
    };
    let (from, to) = (migrations::FROM_GROUP, migrations::TO_GROUP);
    pairs
        .clone()
        .lazy()
        .with_columns([
            col(before(column)).alias(from.name),
            col(column).alias(to.name),
        ])
        .filter(from.expr().neq(lit(NONE)).or(to.expr().neq(lit(NONE))))
        .group_by([from.expr(), to.expr()])
        .agg([
            len()
                .cast(DataType::Int64)
                .alias(migrations::PERSON_COUNT.name),
            migrations::SPEND_MINOR.expr().sum(),
            migrations::SPEND_BETWEEN_MINOR.expr().sum(),
            sum_of_known(col(before(values::LTV_MINOR.name)))
                .alias(migrations::PREVIOUS_LTV_MINOR.name),
            sum_of_known(values::LTV_MINOR.expr()).alias(migrations::LTV_MINOR.name),
        ])
        .with_columns([
            lit(compared_with).alias(migrations::COMPARED_WITH.name),
            lit(grouping).alias(migrations::GROUPING.name),
        ])
        .select(all_of(&migrations::TABLE))
}

/// Returns who is in another group than before.
fn movers(pairs: &DataFrame, grouping: &'static str, column: &'static str) -> LazyFrame {
    pairs
        .clone()
        .lazy()
        .filter(col(column).neq(col(before(column))))
        .select([
            values::PERSON_ID.expr(),
            lit(grouping).alias(moved_persons::GROUPING.name),
            col(before(column)).alias(moved_persons::FROM_GROUP.name),
            col(column).alias(moved_persons::TO_GROUP.name),
            moved_persons::SPEND_BETWEEN_MINOR.expr(),
            col(before(values::LTV_MINOR.name)).alias(moved_persons::PREVIOUS_LTV_MINOR.name),
            moved_persons::LTV_MINOR.expr(),
        ])
}

#[cfg(test)]
mod tests {
    use super::super::columns::{integers, optional_integers, optional_texts};
    use super::*;

    /// Person, segment, RFM segment, spend, value.
    type Person = (
        &'static str,
        &'static str,
        Option<&'static str>,
        Option<i64>,
        Option<i64>,
    );

    fn persons(rows: &[Person]) -> DataFrame {
        let days = |row: &Person| row.3.map(|_| 1i64);
        df!(
            values::PERSON_ID.name => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            person_segments::SEGMENT.name => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
            values::RFM_SEGMENT.name => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
            values::SPEND_MINOR.name => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
            values::LTV_MINOR.name => rows.iter().map(|row| row.4).collect::<Vec<_>>(),
            values::PURCHASE_DAY_COUNT.name => rows.iter().map(days).collect::<Vec<_>>(),
            values::LAST_PURCHASE_AGE_DAYS.name => rows.iter().map(days).collect::<Vec<_>>(),
            values::DAYS_SINCE_LAST_PURCHASE.name => rows.iter().map(days).collect::<Vec<_>>(),
        )
        .unwrap()
    }

    fn config() -> CpmConfig {
        CpmConfig {
            lapsed_days: 240,
            steady_days: 90,
            prime_days: 210,
            spend_minor: 70_000,
        }
    }

    #[test]
    fn persons_and_money_go_from_group_to_group() {
        let earlier = persons(&[
            ("a", "good", Some("new"), Some(100), Some(10)),
            ("b", "good", Some("new"), Some(200), None),
            ("c", "none yet", None, None, None),
            ("d", "none yet", None, None, None),
        ]);
        let now = persons(&[
            ("a", "best", Some("loyal"), Some(150), Some(40)),
            ("b", "best", Some("new"), Some(200), None),
            ("c", "good", Some("new"), Some(30), Some(5)),
            ("d", "none yet", None, None, None),
            ("e", "good", Some("new"), Some(7), None),
        ]);
        let moments = Moments {
            now: &now,
            period: &earlier,
            year: None,
        };
        let (table, moved) = migration(&moments, &config()).unwrap();
        let of = |column: Owned| optional_texts(&table, column.name).unwrap();
        let (grouping, from, to) = (
            of(migrations::GROUPING),
            of(migrations::FROM_GROUP),
            of(migrations::TO_GROUP),
        );
        let persons = integers(&table, migrations::PERSON_COUNT.name).unwrap();
        let between = integers(&table, migrations::SPEND_BETWEEN_MINOR.name).unwrap();
        let ltv = optional_integers(&table, migrations::LTV_MINOR.name).unwrap();
        let previous = optional_integers(&table, migrations::PREVIOUS_LTV_MINOR.name).unwrap();
        let cells: Vec<String> = (0..table.height())
            .filter(|row| grouping[*row].as_deref() != Some(CPM))
            .map(|row| {
                let text = |texts: &[Option<String>]| texts[row].clone().unwrap();
                format!(
                    "{} {}>{} {} {} {:?} {:?}",
                    text(&grouping),
                    text(&from),
                    text(&to),
                    persons[row],
                    between[row],
                    previous[row],
                    ltv[row]
                )
            })
            .collect();
        assert_eq!(
            cells,
            [
                "rfm_segment new>loyal 1 50 Some(10) Some(40)",
                "rfm_segment new>new 1 0 None None",
                "rfm_segment none>new 2 37 None Some(5)",
                "segment good>best 2 50 Some(10) Some(40)",
                "segment none>good 1 7 None None",
                "segment none yet>good 1 30 None Some(5)",
                "segment none yet>none yet 1 0 None None",
            ]
        );
        let who = optional_texts(&moved, moved_persons::PERSON_ID.name).unwrap();
        let how = optional_texts(&moved, moved_persons::GROUPING.name).unwrap();
        let segments: Vec<&str> = (0..who.len())
            .filter(|row| how[*row].as_deref() == Some("segment"))
            .filter_map(|row| who[row].as_deref())
            .collect();
        assert_eq!(segments, ["a", "b", "c", "e"]);
    }

    #[test]
    fn a_year_is_compared_where_there_is_one() {
        let frame = persons(&[("a", "good", Some("new"), Some(100), None)]);
        let moments = |year| Moments {
            now: &frame,
            period: &frame,
            year,
        };
        let compared = |year| {
            let (table, _) = migration(&moments(year), &config()).unwrap();
            let found = optional_texts(&table, migrations::COMPARED_WITH.name).unwrap();
            found
                .iter()
                .flatten()
                .filter(|name| *name == "year")
                .count()
        };
        assert_eq!(compared(None), 0);
        assert_eq!(compared(Some(&frame)), 3);
    }
}
