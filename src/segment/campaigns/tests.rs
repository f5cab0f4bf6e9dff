//! Small campaigns, from who was drawn to the table.

use polars::prelude::*;

use super::results;
use crate::schema::{Column as Owned, assignments, campaign_results, campaigns};
use crate::segment::fixture::{
    Shop, floats, instants, integers, micros, rows, same, text, texts, until,
};
use crate::segment::purchases::{Entry, Ledger, People};

/// Person, day, spend, whether goods went back.
type Bought = (&'static str, &'static str, i64, bool);
/// Campaign, customer, arm and instant.
type Drawn = (&'static str, &'static str, &'static str, &'static str);
/// Campaign, first day and cost.
type Listed = (&'static str, Option<&'static str>, Option<i64>);

fn day_number(day: &str) -> i32 {
    let day: jiff::civil::Date = day.parse().unwrap();
    day.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days()
}

fn dates<'a>(column: Owned, days: impl Iterator<Item = Option<&'a str>>) -> Column {
    let days: Vec<Option<i32>> = days.map(|day| day.map(day_number)).collect();
    Column::new(column.small_name(), days)
        .cast(&DataType::Date)
        .unwrap()
}

/// Measures campaigns at the end of April 2026; persons are customer, person and whether the person may be analysed.
fn measured(
    persons: &[(&str, &str, bool)],
    drawn: &[Drawn],
    listed: &[Listed],
    bought: &[Bought],
) -> DataFrame {
    let shop = Shop {
        persons,
        ..Shop::EMPTY
    };
    let mut input = shop.input();
    input.assignments = rows(
        &assignments::TABLE,
        drawn.len(),
        vec![
            same(assignments::SOURCE, "shop", drawn.len()),
            text(assignments::CAMPAIGN, drawn.iter().map(|one| one.0)),
            text(assignments::CUSTOMER_ID, drawn.iter().map(|one| one.1)),
            text(assignments::ARM, drawn.iter().map(|one| one.2)),
            instants(
                assignments::ASSIGNED_AT,
                drawn.iter().map(|one| micros(one.3)),
            ),
        ],
    )
    .lazy();
    let costs: Vec<Option<i64>> = listed.iter().map(|one| one.2).collect();
    input.campaigns = rows(
        &campaigns::TABLE,
        listed.len(),
        vec![
            same(campaigns::SOURCE, "shop", listed.len()),
            text(campaigns::CAMPAIGN, listed.iter().map(|one| one.0)),
            same(campaigns::CHANNEL, "email", listed.len()),
            dates(campaigns::STARTED_ON, listed.iter().map(|one| one.1)),
            Column::new(campaigns::COST_MINOR.small_name(), costs),
        ],
    )
    .lazy();
    let ids = People::read(&input.persons).unwrap().ids().clone();
    let entries = bought.iter().filter_map(|one| {
        let mut known = ids.str().unwrap().iter();
        let person = known.position(|id| id == Some(one.0))?;
        Some(Entry::new(person as u32, day_number(one.1), one.3, one.2))
    });
    let entries = entries.collect();
    let ledger = Ledger::new(ids.clone(), entries);
    results(&input, &ledger, &until("2026-04-30")).unwrap()
}

fn days(frame: &DataFrame, column: Owned) -> Vec<i32> {
    let found = frame.column(column.name).unwrap();
    let found = found.cast(&DataType::Int32).unwrap();
    found
        .i32()
        .unwrap()
        .iter()
        .map(Option::unwrap_or_default)
        .collect()
}

#[test]
fn sales_repeat_cost_per_order_and_return_are_those_of_the_days_measured() {
    let people = ["t1", "t2", "t3", "t4", "c1", "c2", "c3", "c4"].map(|id| (id, id, true));
    let drawn: Vec<Drawn> = people
        .iter()
        .map(|(id, _, _)| {
            let arm = if id.starts_with('t') {
                "treated"
            } else {
                "control"
            };
            ("spring", *id, arm, "2026-02-28T00:00:00Z")
        })
        .collect();
    let bought = [
        ("t3", "2026-01-10", 10, false),
        ("c1", "2026-01-10", 10, false),
        // The day before, and the day after the last of 28.
        ("t1", "2026-02-28", 50, false),
        ("t4", "2026-03-29", 999, false),
        ("t1", "2026-03-01", 300, false),
        ("t2", "2026-03-06", 500, false),
        ("t2", "2026-03-10", 100, false),
        ("t3", "2026-03-28", 300, false),
        ("c1", "2026-03-02", 200, false),
        ("c2", "2026-03-03", -200, true),
        // Somebody who was not drawn.
        ("x", "2026-03-03", 7_000, false),
    ];
    let listed = [("spring", Some("2026-03-01"), Some(600))];
    let everybody = [people.as_slice(), &[("x", "x", true)]].concat();
    let found = measured(&everybody, &drawn, &listed, &bought);
    assert_eq!(texts(&found, campaign_results::CAMPAIGN), ["spring"]);
    assert_eq!(texts(&found, campaign_results::CHANNEL), ["email"]);
    assert_eq!(
        days(&found, campaign_results::MEASURED_TO),
        [day_number("2026-03-28")]
    );
    for (column, expected) in [
        (campaign_results::TREATED_COUNT, 4),
        (campaign_results::CONTROL_COUNT, 4),
        (campaign_results::COST_MINOR, 600),
    ] {
        assert_eq!(integers(&found, column), [expected], "{}", column.name);
    }
    for (column, expected) in [
        (campaign_results::TREATED_MEAN_MINOR, 300.0),
        (campaign_results::CONTROL_MEAN_MINOR, 0.0),
        (campaign_results::LIFT_MINOR, 300.0),
        (campaign_results::TREATED_REPEAT_RATE, 0.75),
        (campaign_results::CONTROL_REPEAT_RATE, 0.25),
        (campaign_results::REPEAT_LIFT, 0.5),
        (campaign_results::ORDER_LIFT, 0.75),
        (campaign_results::CPO_MINOR, 200.0),
        (campaign_results::RETURN_ON_SPEND, 2.0),
    ] {
        assert_eq!(floats(&found, column), [Some(expected)], "{}", column.name);
    }
    assert_eq!(floats(&found, campaign_results::CPO_UPPER_MINOR), [None]);
}

#[test]
fn every_column_is_there_with_campaigns_and_without() {
    let people = [("a", "a", true), ("b", "b", true)];
    let drawn = [
        ("spring", "a", "treated", "2026-03-01T00:00:00Z"),
        ("spring", "b", "control", "2026-03-01T00:00:00Z"),
    ];
    for drawn in [&drawn[..], &drawn[..0]] {
        let found = measured(&people, drawn, &[], &[]);
        assert_eq!(found.height(), drawn.len() / 2);
        assert_eq!(found.width(), campaign_results::TABLE.columns.len());
        for (column, own) in found.columns().iter().zip(campaign_results::TABLE.columns) {
            assert_eq!(column.name().as_str(), own.name);
            assert_eq!(*column.dtype(), own.kind.dtype(), "{}", own.name);
        }
    }
}

#[test]
fn a_campaign_without_a_first_day_begins_when_its_first_person_was_drawn() {
    let people = [("a", "a", true), ("b", "b", true)];
    let at = |campaign, treated, control| {
        [
            (campaign, "a", "treated", treated),
            (campaign, "b", "control", control),
        ]
    };
    let drawn = [
        // The second of March in Tokyo.
        at("undated", "2026-03-01T16:00:00Z", "2026-03-09T00:00:00Z"),
        at("unlisted", "2026-03-05T00:00:00Z", "2026-03-04T16:00:00Z"),
        at("dated", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        at("future", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
    ]
    .concat();
    let listed = [
        ("undated", None, Some(100)),
        ("dated", Some("2026-04-20"), None),
        ("future", Some("2026-05-01"), None),
    ];
    let found = measured(&people, &drawn, &listed, &[]);
    assert_eq!(
        texts(&found, campaign_results::CAMPAIGN),
        ["dated", "undated", "unlisted"]
    );
    let starts = ["2026-04-20", "2026-03-02", "2026-03-05"].map(day_number);
    assert_eq!(days(&found, campaign_results::STARTED_ON), starts);
    let ends = ["2026-04-30", "2026-03-29", "2026-04-01"].map(day_number);
    assert_eq!(days(&found, campaign_results::MEASURED_TO), ends);
    assert_eq!(integers(&found, campaign_results::COST_MINOR), [0, 100, 0]);
    // Of one person nothing can be said of the spread, and of nothing bought no cost per order.
    assert_eq!(floats(&found, campaign_results::LIFT_MINOR), [None; 3]);
    assert_eq!(floats(&found, campaign_results::CPO_MINOR), [None; 3]);
    assert_eq!(
        floats(&found, campaign_results::REPEAT_LIFT),
        [Some(0.0); 3]
    );
}

#[test]
fn a_person_of_both_arms_counts_in_neither_and_one_arm_is_no_comparison() {
    let people = [
        ("1", "p", true),
        ("2", "p", true),
        ("3", "q", true),
        ("4", "r", true),
        ("5", "s", false),
    ];
    let at = "2026-03-01T00:00:00Z";
    let drawn = [
        ("spring", "1", "treated", at),
        ("spring", "2", "control", at),
        ("spring", "3", "treated", at),
        ("spring", "4", "control", at),
        ("spring", "5", "treated", at),
        ("all", "3", "treated", at),
        // Drawn after the moment looked from.
        ("later", "3", "treated", "2026-05-02T00:00:00Z"),
        ("later", "4", "control", "2026-05-02T00:00:00Z"),
    ];
    let found = measured(&people, &drawn, &[], &[]);
    assert_eq!(texts(&found, campaign_results::CAMPAIGN), ["spring"]);
    assert_eq!(integers(&found, campaign_results::TREATED_COUNT), [1]);
    assert_eq!(integers(&found, campaign_results::CONTROL_COUNT), [1]);
}
