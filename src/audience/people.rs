//! Whom an audience means: a condition over what is known of persons, and the day of a scenario.

use polars::prelude::*;

use super::scenario::{Event, Scenario};
use super::{Input, Urgency};
use crate::config::AudienceSpec;
use crate::error::{Error, Result, engine_says};
use crate::schema::{
    customers, person_habits, person_segments, person_values, person_voices, persons, segments,
};

const DAY: &str = "__day";
const LAST: &str = "__last";
const HOLDS: &str = "__holds";

/// A person whom an audience means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub person_id: String,
    pub segment: String,
    pub urgency: Urgency,
    /// Expected 12-month value, in minor units.
    pub ltv: Option<i64>,
    /// Spend so far, in minor units.
    pub spend: Option<i64>,
    /// In days since 1970-01-01.
    pub last_purchased_on: Option<i32>,
}

/// Returns every analysed person with values, habits, voices and segments, in the order of their ids.
///
/// Of the habits only those that a condition may ask for beside the values: each column is held for everybody.
pub(super) fn people(input: &Input) -> PolarsResult<DataFrame> {
    let person = || persons::PERSON_ID.expr();
    input
        .persons
        .clone()
        .filter(persons::IS_ANALYSED.expr())
        .select([person()])
        .unique(None, UniqueKeepStrategy::Any)
        .left_join(
            input.person_values.clone(),
            person(),
            person_values::PERSON_ID.expr(),
        )
        .left_join(
            input.person_habits.clone().select([
                person_habits::PERSON_ID.expr(),
                person_habits::NEXT_DUE_ON.expr(),
                person_habits::VISIT_STATE.expr(),
                person_habits::FAVOURITE_CATEGORY.expr(),
                person_habits::FAVOURITE_CHANNEL.expr(),
                person_habits::FAVOURITE_STORE.expr(),
                person_habits::ABC_CLASS.expr(),
                person_habits::CPM_GROUP.expr(),
                person_habits::CPM_STATE.expr(),
            ]),
            person(),
            person_habits::PERSON_ID.expr(),
        )
        .left_join(
            input.person_voices.clone(),
            person(),
            person_voices::PERSON_ID.expr(),
        )
        .left_join(
            input.person_segments.clone(),
            person(),
            person_segments::PERSON_ID.expr(),
        )
        .left_join(
            input
                .segments
                .clone()
                .select([segments::SEGMENT.expr(), segments::URGENCY.expr()]),
            person_segments::SEGMENT.expr(),
            segments::SEGMENT.expr(),
        )
        .sort([persons::PERSON_ID.name], SortMultipleOptions::default())
        .collect()
}

/// Returns the persons that an audience means, in the order of their ids.
///
/// # Errors
/// [`Error::Audience`] when its condition cannot be run.
pub(super) fn candidates(
    people: &DataFrame,
    input: &Input,
    spec: &AudienceSpec,
    today: i32,
    grace: i32,
) -> Result<Vec<Candidate>> {
    let failed = Error::frame("select the persons of an audience");
    let mut meant = people.clone().lazy();
    if let Some(condition) = condition(people, spec)? {
        meant = meant
            .with_column(condition.fill_null(lit(false)).alias(HOLDS))
            .filter(col(HOLDS));
    }
    let scenario = spec.after.as_deref().and_then(Scenario::parse);
    let day = match scenario.map(|one| one.event) {
        Some(Event::FirstPurchase) => person_values::FIRST_PURCHASED_ON.expr(),
        Some(Event::LastPurchase) => person_values::LAST_PURCHASED_ON.expr(),
        Some(Event::Registration) => {
            meant = with_registration(meant, input);
            customers::REGISTERED_ON.expr()
        }
        None => lit(NULL),
    };
    let found = meant
        .select([
            persons::PERSON_ID.expr(),
            person_segments::SEGMENT.expr(),
            person_segments::PREVIOUS_SEGMENT.expr(),
            segments::URGENCY.expr(),
            person_values::LTV_MINOR.expr(),
            person_values::SPEND_MINOR.expr(),
            person_values::LAST_PURCHASED_ON
                .expr()
                .cast(DataType::Int32)
                .alias(LAST),
            day.cast(DataType::Int32).alias(DAY),
        ])
        .sort([persons::PERSON_ID.name], SortMultipleOptions::default())
        .collect()
        .map_err(&failed)?;
    read(&found, spec, scenario, today, grace).map_err(&failed)
}

fn read(
    found: &DataFrame,
    spec: &AudienceSpec,
    scenario: Option<Scenario>,
    today: i32,
    grace: i32,
) -> PolarsResult<Vec<Candidate>> {
    let person = found.column(persons::PERSON_ID.name)?.str()?;
    let segment = found.column(person_segments::SEGMENT.name)?.str()?;
    let previous = found
        .column(person_segments::PREVIOUS_SEGMENT.name)?
        .str()?;
    let urgency = found.column(segments::URGENCY.name)?.str()?;
    let ltv = found.column(person_values::LTV_MINOR.name)?.i64()?;
    let spend = found.column(person_values::SPEND_MINOR.name)?.i64()?;
    let last = found.column(LAST)?.i32()?;
    let day = found.column(DAY)?.i32()?;
    let mut candidates = Vec::new();
    for row in 0..found.height() {
        let is_due = scenario.is_none_or(|scenario| {
            day.get(row)
                .is_some_and(|day| scenario.is_due(day, today, grace))
        });
        let (Some(person), true) = (person.get(row), is_due) else {
            continue;
        };
        let own = segment.get(row).unwrap_or_default();
        let has_moved = previous.get(row).is_some_and(|previous| previous != own);
        let by_segment = || Urgency::of_segment(urgency.get(row).unwrap_or_default(), has_moved);
        candidates.push(Candidate {
            person_id: person.to_owned(),
            segment: own.to_owned(),
            urgency: spec.urgency.unwrap_or_else(by_segment),
            ltv: ltv.get(row),
            spend: spend.get(row),
            last_purchased_on: last.get(row),
        });
    }
    Ok(candidates)
}

/// Reads the condition of an audience, and tries it by itself, so that an error names the audience it is in.
fn condition(people: &DataFrame, spec: &AudienceSpec) -> Result<Option<Expr>> {
    if spec.condition.trim().is_empty() {
        return Ok(None);
    }
    let bad = |detail: String| Error::Audience {
        audience: spec.name.clone(),
        detail,
        columns: people
            .get_column_names()
            .into_iter()
            .map(|name| name.to_string())
            .collect(),
    };
    let condition =
        polars::sql::sql_expr(&spec.condition).map_err(|error| bad(engine_says(&error)))?;
    let tried = people
        .clone()
        .lazy()
        .select([condition.clone().alias(HOLDS)])
        .collect()
        .map_err(|error| bad(engine_says(&error)))?;
    let dtype = tried
        .column(HOLDS)
        .map(|column| column.dtype().clone())
        .map_err(|error| bad(engine_says(&error)))?;
    match dtype {
        DataType::Boolean => Ok(Some(condition)),
        other => Err(bad(format!("it gives {other}, not true or false"))),
    }
}

/// Adds the earliest registration of a person's records.
fn with_registration(people: LazyFrame, input: &Input) -> LazyFrame {
    let registered = input
        .persons
        .clone()
        .select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            persons::PERSON_ID.expr(),
        ])
        .join(
            input.customers.clone().select([
                customers::SOURCE.expr(),
                customers::CUSTOMER_ID.expr(),
                customers::REGISTERED_ON.expr(),
            ]),
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            [customers::SOURCE.expr(), customers::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .group_by([persons::PERSON_ID.expr()])
        .agg([customers::REGISTERED_ON.expr().min()]);
    people.left_join(
        registered,
        persons::PERSON_ID.expr(),
        persons::PERSON_ID.expr(),
    )
}
