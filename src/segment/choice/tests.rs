//! The choice on logs whose nature is known, and on logs that say little.

mod discrete;
mod reading;
mod to_come;
mod verdicts;

use std::path::Path;

use jiff::tz::TimeZone;

use super::*;
use crate::config::{Config, SegmentConfig};
use crate::report::Lang;
use crate::schema::{model_choices, models as figures};
use crate::schema::{person_values as values, purchases};
use crate::segment::purchases::tests::yen;
use crate::segment::purchases::{Entry, Ledger};
use crate::segment::{lifetime, rfm, tracking};

/// Last day of every log, counted from 1970-01-01.
const END: i32 = 540;

fn as_of() -> AsOf {
    let as_of = AsOf::parse("1971-06-25", &TimeZone::UTC).unwrap();
    assert_eq!(as_of.day_number(), END);
    as_of
}

fn config() -> SegmentConfig {
    Config::parse("", Path::new("koe.toml"), &[])
        .unwrap()
        .segment
}

/// Returns the table `purchases` of persons with purchases on the given days.
fn purchases_of(persons: &[Vec<i32>]) -> DataFrame {
    let mut rows: Vec<(String, i32)> = Vec::new();
    for (place, days) in persons.iter().enumerate() {
        rows.extend(days.iter().map(|day| (format!("{place:08x}"), *day)));
    }
    let mut frame = DataFrame::full_null(&purchases::TABLE.schema(), rows.len());
    let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    let days: Vec<i32> = rows.iter().map(|(_, day)| *day).collect();
    let spends: Vec<i64> = days
        .iter()
        .map(|day| 1_000 + i64::from(day % 7) * 100)
        .collect();
    let on = Column::new(purchases::PURCHASED_ON.small_name(), days);
    for column in [
        Column::new(purchases::PERSON_ID.small_name(), ids),
        on.cast(&DataType::Date).unwrap(),
        Column::new(purchases::SPEND_MINOR.small_name(), spends),
        Column::new(purchases::IS_RETURN.small_name(), vec![false; rows.len()]),
    ] {
        frame.with_column(column).unwrap();
    }
    frame
}

/// Returns the numbers of a table `purchases` whose rows stand by person.
fn ledger_of(purchases: &DataFrame) -> Ledger {
    let persons = purchases.column(purchases::PERSON_ID.name).unwrap();
    let days = purchases.column(purchases::PURCHASED_ON.name).unwrap();
    let days = days.cast(&DataType::Int32).unwrap();
    let spends = purchases.column(purchases::SPEND_MINOR.name).unwrap();
    let mut ids: Vec<&str> = Vec::new();
    let mut entries = Vec::new();
    let persons = persons.str().unwrap().iter();
    let bought = days.i32().unwrap().iter().zip(spends.i64().unwrap().iter());
    for (id, (day, spend)) in persons.zip(bought) {
        let id = id.unwrap();
        if ids.last() != Some(&id) {
            ids.push(id);
        }
        let person = ids.len() as u32 - 1;
        entries.push(Entry::new(person, day.unwrap(), false, spend.unwrap()));
    }
    let ids = Column::new(values::PERSON_ID.small_name(), ids);
    Ledger::new(ids, entries)
}

/// Returns the buyers of a table `purchases` whose rows stand by person.
fn buyers_at(purchases: &DataFrame, as_of: &AsOf) -> DataFrame {
    let ledger = ledger_of(purchases);
    rfm::values(&ledger, &config().rfm, &yen(), Lang::Ja, as_of).unwrap()
}

fn buyers_of(purchases: &DataFrame) -> DataFrame {
    buyers_at(purchases, &as_of())
}

fn choose_with(persons: &[Vec<i32>], config: &ModelsConfig) -> Choice {
    let purchases = purchases_of(persons);
    let ledger = ledger_of(&purchases);
    Choice::make(&buyers_of(&purchases), &ledger, config, &as_of()).unwrap()
}

fn choose(persons: &[Vec<i32>]) -> Choice {
    choose_with(persons, &config().models)
}

/// Values to come of a shop that keeps a share of its sales.
fn how(config: &SegmentConfig, kept_share: f64) -> lifetime::How<'_> {
    lifetime::How {
        config,
        depth: lifetime::Depth::Law,
        kept_share,
    }
}

/// Returns model, whether it is chosen and why, of the mean rows.
fn told(choice: &Choice) -> Vec<(String, bool, String)> {
    let frame = choice
        .choices
        .clone()
        .lazy()
        .filter(model_choices::POSITION.expr().eq(lit(0i64)))
        .collect()
        .unwrap();
    let text = |column: crate::schema::Column| -> Vec<String> {
        let found = frame.column(column.name).unwrap().str().unwrap().iter();
        found.map(|text| text.unwrap().to_owned()).collect()
    };
    let chosen = frame.column(model_choices::IS_CHOSEN.name).unwrap();
    text(model_choices::MODEL)
        .into_iter()
        .zip(chosen.bool().unwrap().iter())
        .zip(text(model_choices::REASON))
        .map(|((model, chosen), reason)| (model, chosen.unwrap(), reason))
        .collect()
}

fn name(choice: &Choice) -> Option<&'static str> {
    choice.forecaster.as_ref().map(Forecaster::name)
}

/// Who leaves when.
#[derive(Clone, Copy)]
enum Leaving {
    /// After each repeat purchase (BG/NBD).
    AfterRepeats,
    /// After each purchase (MBG/NBD).
    AfterAny,
    /// At any time (Pareto/NBD).
    AnyTime,
}

/// Draws a shop: exponential rates around one purchase in six weeks, first purchases in the first 300 days.
fn simulated(leaving: Leaving, seed: u64) -> Vec<Vec<i32>> {
    let mut state = seed;
    let mut uniform = move || {
        // SplitMix64, shifted into the open unit interval.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 12) as f64 / (1_u64 << 52) as f64 + 1e-17
    };
    let person = |_| {
        let mut now = 300.0 * uniform();
        let rate = -uniform().ln() / 42.0;
        let chance = 1.0 - uniform().powf(1.0 / 2.5);
        let end = match leaving {
            Leaving::AnyTime => now - uniform().ln() / (-uniform().ln() / 150.0),
            _ => f64::INFINITY,
        };
        let mut days = vec![now as i32];
        let mut is_gone = matches!(leaving, Leaving::AfterAny) && uniform() < chance;
        while !is_gone {
            now -= uniform().ln() / rate;
            if now >= f64::from(END + 1) || now > end {
                break;
            }
            days.push(now as i32);
            is_gone = !matches!(leaving, Leaving::AnyTime) && uniform() < chance;
        }
        days.dedup();
        days
    };
    (0..1_500).map(person).collect()
}

/// Many purchases at first, then one every four weeks: what a mean over the whole past gets wrong, and the last period right.
fn settled() -> Vec<Vec<i32>> {
    (0..300)
        .map(|place| {
            let first = place % 60;
            let burst = first + 20 + place % 20;
            (first..burst)
                .chain((burst + 27..=END).step_by(28))
                .collect()
        })
        .collect()
}
