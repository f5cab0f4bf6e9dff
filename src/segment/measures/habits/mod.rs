//! How each person buys: when the next visit is due, what an order is worth, what, where and how.

mod sums;

use polars::prelude::*;

use self::sums::{Sums, sums};
use super::abc::Standing;
use super::columns::{all_of, made};
use super::cpm;
use super::facts::{Facts, owner};
use super::favourites::Choices;
use super::lines::Lines;
use crate::config::{SegmentConfig, VisitsConfig};
use crate::schema::{Column as Owned, person_habits as habits, person_values as values, purchases};

/// Returns the table `person_habits`, a row per row of `person_values`, in their order, which is that of the ids.
pub(super) fn habits(
    facts: &Facts<'_>,
    lines: &Lines,
    persons: &DataFrame,
    abc: &[Option<Standing>],
    config: &SegmentConfig,
) -> PolarsResult<DataFrame> {
    let known = [
        values::PERSON_ID,
        values::LAST_PURCHASED_ON,
        values::PURCHASE_DAY_COUNT,
        values::LAST_PURCHASE_AGE_DAYS,
        values::DAYS_SINCE_LAST_PURCHASE,
        values::VISIT_CYCLE_DAYS,
        values::SPEND_MINOR,
    ];
    let mut people = persons.select(known.map(|column| column.name))?;
    let ids = people.column(values::PERSON_ID.name)?.str()?;
    let numbers = numbers(ids, facts.ids.str()?);
    for column in told(facts, lines, abc, &numbers)? {
        people.with_column(column)?;
    }
    people
        .lazy()
        .with_column(overdue().alias(habits::OVERDUE_CYCLES.name))
        .with_columns([
            visit_state(&config.visits).alias(habits::VISIT_STATE.name),
            next_due().alias(habits::NEXT_DUE_ON.name),
            cpm::group(&config.cpm).alias(habits::CPM_GROUP.name),
            cpm::state(&config.cpm).alias(habits::CPM_STATE.name),
        ])
        .select(all_of(&habits::TABLE))
        .collect()
}

/// Returns the number of each person, the place of the id among all; both are sorted and are walked side by side.
fn numbers(ids: &StringChunked, all: &StringChunked) -> Vec<Option<usize>> {
    let mut all = all.iter().enumerate().peekable();
    ids.iter()
        .map(|id| {
            while all.next_if(|(_, other)| *other < id).is_some() {}
            let (number, other) = all.peek()?;
            (*other == id).then_some(*number)
        })
        .collect()
}

/// Returns what is told of the persons of some numbers, a column for each habit that orders and lines tell of.
fn told(
    facts: &Facts<'_>,
    lines: &Lines,
    abc: &[Option<Standing>],
    numbers: &[Option<usize>],
) -> PolarsResult<Vec<Column>> {
    let sums = sums(facts, lines);
    let sum = |number: &Option<usize>| number.map(|number| &sums[number]);
    let part = |column: Owned, value: fn(&Sums) -> Option<f64>| {
        made(column, numbers, |number| sum(number).and_then(value))
    };
    let whole = |column: Owned, value: fn(&Sums) -> Option<i64>| {
        made(column, numbers, |number| sum(number).and_then(value))
    };
    let standing = |number: &Option<usize>| number.and_then(|number| abc[number]);
    let breadths = lines.categories.breadths(facts.person_count());
    Ok(vec![
        whole(habits::SALES_MINOR, Sums::sales)?,
        whole(habits::LARGEST_ORDER_MINOR, Sums::largest)?,
        part(habits::MEAN_ORDER_MINOR, Sums::mean)?,
        part(habits::UNITS_PER_ORDER, Sums::units_per_order)?,
        whole(habits::COSTED_SPEND_MINOR, Sums::costed_spend)?,
        whole(habits::MARGIN_MINOR, Sums::margin)?,
        made(habits::CATEGORY_COUNT, numbers, |number| {
            let breadth = number.map(|number| i64::from(breadths[number]));
            breadth.filter(|breadth| *breadth > 0)
        })?,
        favourite(
            habits::FAVOURITE_CATEGORY,
            &lines.categories,
            facts,
            numbers,
        )?,
        chosen(
            purchases::CHANNEL,
            habits::FAVOURITE_CHANNEL,
            facts,
            numbers,
        )?,
        chosen(purchases::STORE, habits::FAVOURITE_STORE, facts, numbers)?,
        made(habits::ABC_SPEND_MINOR, numbers, |number| {
            standing(number).map(|standing| standing.spend)
        })?,
        made(habits::ABC_CLASS, numbers, |number| {
            standing(number).map(|standing| standing.class)
        })?,
    ])
}

/// Returns what each person chose most.
fn favourite(
    column: Owned,
    choices: &Choices,
    facts: &Facts<'_>,
    numbers: &[Option<usize>],
) -> PolarsResult<Column> {
    let favourites = choices.favourites(facts.person_count());
    made(column, numbers, |number| {
        number.and_then(|number| favourites[number])
    })
}

/// Returns what each person's orders have most of in a column of `purchases`, returns left out.
fn chosen(
    choice: Owned,
    column: Owned,
    facts: &Facts<'_>,
    numbers: &[Option<usize>],
) -> PolarsResult<Column> {
    let mut choices = Choices::default();
    if let Some(texts) = facts.texts(choice)? {
        for (order, text) in facts.orders.iter().zip(texts.iter()) {
            if let (Some(person), Some(text), false) = (owner(*order), text, order.is_return()) {
                choices.add(person, text, order.spend(), order.day());
            }
        }
    }
    favourite(column, &choices, facts, numbers)
}

fn overdue() -> Expr {
    let cycle = || values::VISIT_CYCLE_DAYS.expr();
    when(cycle().gt(lit(0.0)))
        .then(
            values::DAYS_SINCE_LAST_PURCHASE
                .expr()
                .cast(DataType::Float64)
                / cycle(),
        )
        .otherwise(lit(NULL).cast(DataType::Float64))
}

fn visit_state(config: &VisitsConfig) -> Expr {
    let cycles = || habits::OVERDUE_CYCLES.expr();
    when(cycles().is_null())
        .then(lit(NULL).cast(DataType::String))
        .when(cycles().lt(lit(config.due_cycles)))
        .then(lit("early"))
        .when(cycles().lt(lit(config.overdue_cycles)))
        .then(lit("due"))
        .when(cycles().lt(lit(config.gone_cycles)))
        .then(lit("overdue"))
        .otherwise(lit("gone"))
}

fn next_due() -> Expr {
    let cycle = values::VISIT_CYCLE_DAYS
        .expr()
        .round(0, RoundMode::HalfToEven)
        .cast(DataType::Int32);
    (values::LAST_PURCHASED_ON.expr().cast(DataType::Int32) + cycle).cast(DataType::Date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_found_among_all_by_walking_both() {
        let of = |texts: &[&str]| -> StringChunked { texts.iter().copied().map(Some).collect() };
        let all = of(&["a", "b", "d", "e"]);
        assert_eq!(numbers(&of(&["b", "e"]), &all), [Some(1), Some(3)]);
        assert_eq!(numbers(&of(&["a", "c", "f"]), &all), [Some(0), None, None]);
        assert_eq!(numbers(&of(&["a"]), &of(&[])), [None]);
        assert!(numbers(&of(&[]), &all).is_empty());
    }
}
