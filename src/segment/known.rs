//! Persons and what is known of them at a moment, in the order of their ids, so that nothing has to be sorted again.

use polars::prelude::*;
use polars::series::IsSorted;

use super::Input;
use super::purchases::{NOBODY, People};
use crate::as_of::AsOf;
use crate::schema::{customers, person_values, persons};

/// Returns the persons who may be analysed, by id, each with the day on which the first of the records registered; empty where
/// none tells.
pub(super) fn registered(input: &Input, people: &People) -> PolarsResult<DataFrame> {
    let records = input
        .customers
        .clone()
        .select([
            customers::SOURCE.expr(),
            customers::CUSTOMER_ID.expr(),
            customers::REGISTERED_ON.expr(),
        ])
        .collect()?;
    let persons = people.of(
        records.column(customers::SOURCE.name)?.str()?,
        records.column(customers::CUSTOMER_ID.name)?.str()?,
    );
    let days = records.column(customers::REGISTERED_ON.name)?;
    let days = days.cast(&DataType::Int32)?;
    let mut first_days: Vec<Option<i32>> = vec![None; people.ids().len()];
    let known = persons.into_iter().zip(days.i32()?.iter());
    for (person, day) in known.filter(|(person, _)| *person != NOBODY) {
        let first = &mut first_days[person as usize];
        *first = match (*first, day) {
            (Some(first), Some(day)) => Some(first.min(day)),
            (first, day) => first.or(day),
        };
    }
    let mut ids = people
        .ids()
        .clone()
        .with_name(persons::PERSON_ID.small_name());
    ids.set_sorted_flag(IsSorted::Ascending);
    let first_days = Column::new(customers::REGISTERED_ON.small_name(), first_days);
    let first_days = first_days.cast(&DataType::Date)?;
    DataFrame::new(ids.len(), vec![ids, first_days])
}

/// Returns the persons ([`registered`]) known to the shop at a moment, each with the columns of `values`, a row per buyer by
/// then: who had registered or bought. Who registered on an unknown day always had.
///
/// Both frames are in the order of the ids, which are walked side by side. Where everybody has bought, and nobody else is known,
/// the columns are those of the buyers themselves and take no memory of their own.
pub(super) fn with_values(
    people: &DataFrame,
    values: &DataFrame,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let ids = people.column(persons::PERSON_ID.name)?;
    let buyers = values.column(person_values::PERSON_ID.name)?.str()?;
    let days = people
        .column(customers::REGISTERED_ON.name)?
        .cast(&DataType::Int32)?;
    let today = as_of.day_number();
    let mut buyers = buyers.iter().zip(0..).peekable();
    let mut known: Vec<IdxSize> = Vec::new();
    let mut rows: Vec<Option<IdxSize>> = Vec::new();
    for ((id, day), place) in ids.str()?.iter().zip(days.i32()?.iter()).zip(0..) {
        while buyers.next_if(|(buyer, _)| *buyer < id).is_some() {}
        let row = buyers.next_if(|(buyer, _)| *buyer == id);
        if row.is_some() || day.is_none_or(|day| day <= today) {
            known.push(place);
            rows.push(row.map(|(_, row)| row));
        }
    }
    let is_same = rows.len() == values.height()
        && rows.iter().zip(0..).all(|(row, place)| *row == Some(place));
    if is_same {
        return Ok(values.clone());
    }
    let mut found = match values.height() {
        0 => DataFrame::full_null(values.schema(), known.len()),
        _ => values.take(&rows.into_iter().collect::<IdxCa>())?,
    };
    found.with_column(ids.take_slice(&known)?)?;
    Ok(found)
}

/// Adds to each person what a frame with a row per person tells, in the order of the persons; one that tells of nobody is not
/// looked up.
pub(super) fn told(people: LazyFrame, found: DataFrame) -> LazyFrame {
    let key = persons::PERSON_ID.name;
    if found.height() > 0 {
        return people.join(found.lazy(), [col(key)], [col(key)], in_order());
    }
    let columns = found.schema().iter();
    let nothing: Vec<Expr> = columns
        .filter(|(name, _)| name.as_str() != key)
        .map(|(name, dtype)| lit(NULL).cast(dtype.clone()).alias(name.clone()))
        .collect();
    people.with_columns(nothing)
}

/// A left join that keeps the order of its left side.
pub(super) fn in_order() -> JoinArgs {
    JoinArgs {
        maintain_order: MaintainOrderJoin::Left,
        ..JoinArgs::new(JoinType::Left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{SHOP, Shop, until};

    fn people(rows: &[(&str, Option<i32>)]) -> DataFrame {
        let days: Vec<Option<i32>> = rows.iter().map(|row| row.1).collect();
        let days = Column::new(customers::REGISTERED_ON.small_name(), days);
        let ids: Vec<&str> = rows.iter().map(|row| row.0).collect();
        DataFrame::new(
            rows.len(),
            vec![
                Column::new(persons::PERSON_ID.small_name(), ids),
                days.cast(&DataType::Date).unwrap(),
            ],
        )
        .unwrap()
    }

    fn values(rows: &[(&str, i64)]) -> DataFrame {
        df!(
            person_values::PERSON_ID.name => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            person_values::ORDER_COUNT.name => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        )
        .unwrap()
    }

    fn told_of(people: &DataFrame, values: &DataFrame) -> Vec<(String, Option<i64>)> {
        let found = with_values(people, values, &until("1970-01-11")).unwrap();
        assert_eq!(found.get_column_names(), values.get_column_names());
        let ids = found.column(persons::PERSON_ID.name).unwrap();
        let counts = found.column(person_values::ORDER_COUNT.name).unwrap();
        let ids = ids.str().unwrap().iter().flatten().map(str::to_owned);
        ids.zip(counts.i64().unwrap().iter()).collect()
    }

    #[test]
    fn the_first_registration_of_the_records_of_a_person_counts() {
        let shop = Shop {
            persons: &[
                ("1", "ann", true),
                ("2", "ann", true),
                ("3", "ben", true),
                ("4", "eve", false),
                ("5", "dan", true),
            ],
            ..Shop::EMPTY
        };
        let mut input = shop.input();
        let days: Vec<Option<i32>> = vec![Some(20), Some(10), None, Some(1), Some(7)];
        let days = Column::new(customers::REGISTERED_ON.small_name(), days);
        let mut records = df!(
            customers::SOURCE.name => [SHOP; 5],
            customers::CUSTOMER_ID.name => ["1", "2", "3", "4", "9"],
        )
        .unwrap();
        records
            .with_column(days.cast(&DataType::Date).unwrap())
            .unwrap();
        input.customers = records.lazy();
        let known = People::read(&input.persons).unwrap();
        let found = registered(&input, &known).unwrap();
        let expected = people(&[("ann", Some(10)), ("ben", None), ("dan", None)]);
        assert!(found.equals_missing(&expected));
    }

    #[test]
    fn known_is_who_had_registered_or_bought() {
        let all = people(&[
            ("a", None),
            ("b", Some(10)),
            ("c", Some(11)),
            ("d", Some(11)),
            ("e", Some(99)),
        ]);
        let row = |id: &str, count: Option<i64>| (id.to_owned(), count);
        // The eleventh day of 1970 has the number 10.
        let found = told_of(&all, &values(&[("b", 2), ("d", 5)]));
        let expected = [row("a", None), row("b", Some(2)), row("d", Some(5))];
        assert_eq!(found, expected);
        let found = told_of(&all, &values(&[]));
        assert_eq!(found, [row("a", None), row("b", None)]);
        assert!(told_of(&people(&[]), &values(&[])).is_empty());
    }

    #[test]
    fn where_all_have_bought_the_values_are_theirs() {
        let all = people(&[("a", None), ("b", Some(99))]);
        let bought = values(&[("a", 1), ("b", 2)]);
        let found = with_values(&all, &bought, &until("1970-01-11")).unwrap();
        assert!(found.equals(&bought));
        // One more who is known, and everybody has a row again.
        let all = people(&[("a", None), ("aa", None), ("b", Some(99))]);
        let found = told_of(&all, &bought);
        let ids: Vec<&str> = found.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(ids, ["a", "aa", "b"]);
    }

    #[test]
    fn who_is_told_of_nothing_has_empty_columns() {
        let persons = people(&[("a", None), ("b", None)]).select(["person_id"]);
        let persons = persons.unwrap();
        let voices = values(&[("b", 3)]);
        for (found, expected) in [
            (voices.clone(), [None, Some(3)]),
            (voices.clear(), [None, None]),
        ] {
            let told = told(persons.clone().lazy(), found).collect().unwrap();
            assert_eq!(told.get_column_names(), voices.get_column_names());
            let counts = told.column(person_values::ORDER_COUNT.name).unwrap();
            let counts: Vec<Option<i64>> = counts.i64().unwrap().iter().collect();
            assert_eq!(counts, expected);
        }
    }
}
