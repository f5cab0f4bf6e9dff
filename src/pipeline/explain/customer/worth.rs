//! What the person is worth, and the segment with its rule.

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

use super::rows::{Row, Scope, each};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::report::karte::{RuleValue, SegmentFact, ValueFact, rule_columns};
use crate::schema::{
    Column as Owned, Table, model_choices, person_habits, person_segments, person_values,
    person_voices, segment_members,
};

/// Tables whose columns a rule may name; of two of one name the first is meant.
static RULED: [&Table; 3] = [
    &person_segments::TABLE,
    &person_values::TABLE,
    &person_voices::TABLE,
];

/// Returns the row of a person in `person_values`, with that in `person_habits`; `None` where there is none.
pub(super) fn value(scope: &Scope<'_>) -> Result<Option<ValueFact>> {
    let values = scope.of_person(&person_values::TABLE, person_values::PERSON_ID)?;
    let habits = scope.of_person(&person_habits::TABLE, person_habits::PERSON_ID)?;
    let read = Error::frame("read the value of a person");
    let Some(row) = each(&values).next() else {
        return Ok(None);
    };
    let mut fact = bought(row).map_err(&read)?;
    if let Some(row) = each(&habits).next() {
        add_habits(&mut fact, row).map_err(&read)?;
    }
    fact.model = model(scope)?;
    Ok(Some(fact))
}

fn bought(row: Row<'_>) -> PolarsResult<ValueFact> {
    use person_values as of;
    let last = row.day(of::LAST_PURCHASED_ON)?;
    let since = row.integer(of::DAYS_SINCE_LAST_PURCHASE)?;
    Ok(ValueFact {
        computed_on: computed_on(last.as_deref(), since),
        first_purchased_on: row.day(of::FIRST_PURCHASED_ON)?,
        last_purchased_on: last,
        days_since_last_purchase: since,
        order_count: row.integer(of::ORDER_COUNT)?,
        purchase_day_count: row.integer(of::PURCHASE_DAY_COUNT)?,
        return_count: row.integer(of::RETURN_COUNT)?,
        spend_minor: row.integer(of::SPEND_MINOR)?,
        visit_cycle_days: row.float(of::VISIT_CYCLE_DAYS)?,
        recency_score: row.integer(of::RECENCY_SCORE)?,
        frequency_score: row.integer(of::FREQUENCY_SCORE)?,
        monetary_score: row.integer(of::MONETARY_SCORE)?,
        rfm_segment: row.text(of::RFM_SEGMENT)?,
        decile: row.integer(of::DECILE)?,
        alive_prob: row.float(of::ALIVE_PROB)?,
        expected_purchase_count: row.float(of::EXPECTED_PURCHASE_COUNT)?,
        purchases_low: row.integer(of::PURCHASES_LOW)?,
        purchases_high: row.integer(of::PURCHASES_HIGH)?,
        next_purchase_days: row.float(of::NEXT_PURCHASE_DAYS)?,
        ltv_minor: row.integer(of::LTV_MINOR)?,
        ltv_low_minor: row.integer(of::LTV_LOW_MINOR)?,
        ltv_high_minor: row.integer(of::LTV_HIGH_MINOR)?,
        ..ValueFact::default()
    })
}

/// Returns the last day that the tables know: that of the last purchase and the days since then.
fn computed_on(last: Option<&str>, since: Option<i64>) -> Option<String> {
    let last: Date = last?.parse().ok()?;
    let since = since.filter(|days| (0..1_000_000).contains(days))?;
    let day = last.checked_add(since.days()).ok()?;
    Some(day.to_string())
}

fn add_habits(fact: &mut ValueFact, row: Row<'_>) -> PolarsResult<()> {
    use person_habits as of;
    fact.mean_order_minor = row.float(of::MEAN_ORDER_MINOR)?;
    fact.next_due_on = row.day(of::NEXT_DUE_ON)?;
    fact.favourite_category = row.text(of::FAVOURITE_CATEGORY)?;
    fact.favourite_channel = row.text(of::FAVOURITE_CHANNEL)?;
    fact.favourite_store = row.text(of::FAVOURITE_STORE)?;
    fact.abc_class = row.text(of::ABC_CLASS)?;
    fact.cpm_group = row.text(of::CPM_GROUP)?;
    fact.cpm_state = row.text(of::CPM_STATE)?;
    Ok(())
}

/// Returns the model that the values of persons rest on.
fn model(scope: &Scope<'_>) -> Result<Option<String>> {
    let read = Error::frame("read the choice of the model");
    let chosen = model_choices::IS_CHOSEN
        .expr()
        .and(model_choices::POSITION.expr().eq(lit(0i64)));
    let rows = scope
        .store
        .scan(&model_choices::TABLE)?
        .filter(chosen)
        .collect()
        .map_err(&read)?;
    match each(&rows).next() {
        Some(row) => row.text(model_choices::MODEL).map_err(&read),
        None => Ok(None),
    }
}

/// Returns the segment of a person and why; `None` where there is none yet.
pub(super) fn segment(scope: &Scope<'_>, config: &Config) -> Result<Option<SegmentFact>> {
    let segments = scope.of_person(&person_segments::TABLE, person_segments::PERSON_ID)?;
    let values = scope.of_person(&person_values::TABLE, person_values::PERSON_ID)?;
    let voices = scope.of_person(&person_voices::TABLE, person_voices::PERSON_ID)?;
    let members = scope.of_person(&segment_members::TABLE, segment_members::PERSON_ID)?;
    let read = Error::frame("read the segment of a person");
    let Some(row) = each(&segments).next() else {
        return Ok(None);
    };
    let mut fact = stands(row).map_err(&read)?;
    let mut others = Vec::new();
    for row in each(&members) {
        let position = row.integer(segment_members::POSITION).map_err(&read)?;
        let segment = row.word(segment_members::SEGMENT).map_err(&read)?;
        if segment != fact.segment {
            others.push((position, segment));
        }
    }
    others.sort();
    fact.others = others.into_iter().map(|(_, segment)| segment).collect();
    let rules = &config.segment.rule;
    fact.rule_count = rules.len() as u64;
    let is_it = |name: &str| name == fact.segment;
    let place = rules
        .iter()
        .position(|rule| is_it(&rule.name) || rule.name_en.as_deref().is_some_and(is_it));
    let Some(place) = place else {
        return Ok(Some(fact));
    };
    let rule = &rules[place];
    fact.position = Some(place as u64 + 1);
    fact.action = Some(rule.action_in(config.workspace.lang).to_owned());
    fact.urgency = Some(rule.urgency.key().to_owned());
    let frames = [&segments, &values, &voices];
    let is_column = |name: &str| RULED.iter().any(|table| table.column(name).is_some());
    for column in rule_columns(&rule.when, is_column) {
        let found = RULED
            .iter()
            .zip(frames)
            .find_map(|(table, frame)| Some((table.column(&column)?, frame)));
        let value = match found.and_then(|(owned, frame)| Some((*owned, each(frame).next()?))) {
            Some((owned, row)) => row.datum(owned).map_err(&read)?,
            None => None,
        };
        fact.values.push(RuleValue { column, value });
    }
    fact.condition = Some(rule.when.clone());
    Ok(Some(fact))
}

fn stands(row: Row<'_>) -> PolarsResult<SegmentFact> {
    use person_segments as of;
    let text = |column: Owned| row.text(column);
    Ok(SegmentFact {
        segment: row.word(of::SEGMENT)?,
        previous_segment: text(of::PREVIOUS_SEGMENT)?,
        value_group: text(of::VALUE_GROUP)?,
        voice_group: text(of::VOICE_GROUP)?,
        order_stage: text(of::ORDER_STAGE)?,
        lapse_reason: text(of::LAPSE_REASON)?,
        lapses_on: row.day(of::LAPSES_ON)?,
        value_at_stake_minor: row.integer(of::VALUE_AT_STAKE_MINOR)?,
        reachable_by: row.texts(of::REACHABLE_BY)?,
        ..SegmentFact::default()
    })
}
