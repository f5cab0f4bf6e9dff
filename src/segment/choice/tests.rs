//! The choice on logs whose nature is known, and on logs that say little.

mod discrete;

use std::path::Path;

use jiff::tz::TimeZone;

use super::history::{MOST_PERSONS, summary_at};
use super::trial::Plan;
use super::*;
use crate::config::{Config, SegmentConfig};
use crate::report::Lang;
use crate::schema::{model_calibration, model_choices, models as figures};
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

fn bought<'a>(purchases: &'a DataFrame, ledger: &'a Ledger) -> Bought<'a> {
    Bought { purchases, ledger }
}

fn choose_with(persons: &[Vec<i32>], config: &ModelsConfig) -> Choice {
    let purchases = purchases_of(persons);
    let ledger = ledger_of(&purchases);
    Choice::make(
        &buyers_of(&purchases),
        bought(&purchases, &ledger),
        config,
        &as_of(),
    )
    .unwrap()
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

#[test]
fn the_model_that_made_a_log_is_not_worse_than_others() {
    for (leaving, seed, truth) in [
        (Leaving::AfterRepeats, 1, Some("BG/NBD")),
        (Leaving::AfterAny, 2, Some("MBG/NBD")),
        (Leaving::AnyTime, 3, Some("Pareto/NBD")),
    ] {
        let choice = choose(&simulated(leaving, seed));
        let verdicts = told(&choice);
        assert!(choice.model_name().is_some(), "{verdicts:?}");
        for (model, _, reason) in &verdicts {
            assert!(
                Some(model.as_str()) != truth || reason != "worse",
                "{verdicts:?}"
            );
        }
        assert_eq!(verdicts.iter().filter(|(_, chosen, _)| *chosen).count(), 1);
        // Every entrant at every cut-off, and in the mean.
        assert_eq!(choice.choices.height(), verdicts.len() * 4);
        let ginis = choice.choices.column(model_choices::GINI.name).unwrap();
        let best = ginis.f64().unwrap().max().unwrap();
        assert!(best > 0.3 && best < 1.0, "{best}");
        let bins = &choice.calibration;
        let persons = bins.column(model_calibration::CUSTOMER_COUNT.name).unwrap();
        let counted = choice
            .choices
            .clone()
            .lazy()
            .filter(model_choices::POSITION.expr().gt(lit(0i64)));
        let counted = counted.collect().unwrap();
        let counted = counted.column(model_choices::CUSTOMER_COUNT.name).unwrap();
        assert_eq!(persons.i64().unwrap().sum(), counted.i64().unwrap().sum());
    }
}

/// The figures of `docs/methods/value.md`.
#[test]
fn a_forecast_of_nothing_has_the_least_absolute_error() {
    let choice = choose(&simulated(Leaving::AfterAny, 2));
    let of_second = model_choices::POSITION.expr().eq(lit(2i64));
    let of_truth = model_choices::MODEL.expr().eq(lit("MBG/NBD"));
    let row = choice
        .choices
        .clone()
        .lazy()
        .filter(of_second.and(of_truth));
    let row = row.collect().unwrap();
    let float = |column: crate::schema::Column| {
        let found = row.column(column.name).unwrap();
        found.f64().unwrap().get(0).unwrap()
    };
    let persons = row.column(model_choices::CUSTOMER_COUNT.name).unwrap();
    let persons = persons.i64().unwrap().get(0).unwrap() as f64;
    let nothing = float(model_choices::ACTUAL_COUNT) / persons;
    let truth = float(model_choices::MAE);
    assert!((nothing - 0.742).abs() < 5e-4, "{nothing}");
    assert!((truth - 0.786).abs() < 1e-3, "{truth}");
}

#[test]
fn the_same_again_is_used_where_every_model_is_worse() {
    let persons = settled();
    let choice = choose(&persons);
    assert_eq!(name(&choice), Some("same period"), "{:?}", told(&choice));
    assert_eq!(choice.model_name(), None);
    assert_eq!(choice.recent.len(), persons.len());
    assert!(
        choice
            .recent
            .iter()
            .all(|count| (4.0..=5.0).contains(count))
    );
    let purchases = purchases_of(&persons);
    let (values, models, totals) =
        lifetime::add(buyers_of(&purchases), &choice, how(&config(), 1.0)).unwrap();
    let expected = values.column(values::EXPECTED_PURCHASE_COUNT.name).unwrap();
    // 13 times four weeks in a year, from whole purchases of 135 days.
    let mean = expected.f64().unwrap().mean().unwrap();
    assert!((mean - 13.0).abs() < 1.0, "{mean}");
    assert_eq!(
        values.column(values::LTV_MINOR.name).unwrap().null_count(),
        0
    );
    // Who has no model has no law of what is to come.
    let low = values.column(values::PURCHASES_LOW.name).unwrap();
    assert_eq!(low.null_count(), persons.len());
    assert!(totals.is_none());
    let used = models
        .lazy()
        .filter(
            figures::MODEL
                .expr()
                .eq(lit("same period"))
                .and(figures::IS_USED.expr()),
        )
        .collect()
        .unwrap();
    assert_eq!(used.height(), 1);
    let weeks = tracking::weeks(&ledger_of(&purchases), &choice, &as_of()).unwrap();
    assert_eq!(weeks.height(), 0);
}

#[test]
fn what_comes_back_is_taken_off_the_values_to_come() {
    let mut persons = simulated(Leaving::AfterAny, 4);
    let choice = choose(&persons);
    assert!(choice.model_name().is_some());
    persons.truncate(300);
    let purchases = purchases_of(&persons);
    let add = |kept_share| {
        let buyers = buyers_of(&purchases);
        lifetime::add(buyers, &choice, how(&config(), kept_share)).unwrap()
    };
    let (all, _, _) = add(1.0);
    let (kept, told, _) = add(0.75);
    let ratios = |column: crate::schema::Column| -> Vec<(f64, f64)> {
        let cells = |frame: &DataFrame| {
            let found = frame.column(column.name).unwrap().cast(&DataType::Float64);
            let found = found.unwrap();
            let found = found.f64().unwrap().iter();
            found.map(Option::unwrap).collect::<Vec<f64>>()
        };
        cells(&all).into_iter().zip(cells(&kept)).collect()
    };
    for column in [
        values::LTV_MINOR,
        values::LTV_LOW_MINOR,
        values::LTV_HIGH_MINOR,
        values::LTV_36_HIGH_MINOR,
    ] {
        for (all, kept) in ratios(column) {
            assert!((kept - 0.75 * all).abs() <= 1.75, "{}", column.name);
        }
    }
    let sum: f64 = ratios(values::LTV_MINOR).iter().map(|(all, _)| all).sum();
    assert!(sum > 10_000.0, "{sum}");
    for (all, kept) in ratios(values::EXPECTED_SPEND_MINOR) {
        assert!(all > 0.0 && (kept - 0.75 * all).abs() < 1e-9 * all);
    }
    for (all, kept) in ratios(values::EXPECTED_PURCHASE_COUNT) {
        assert_eq!(all, kept);
    }
    let share = told.lazy().filter(
        figures::FIGURE
            .expr()
            .eq(lit("kept_sales_share"))
            .and(figures::VALUE.expr().eq(lit(0.75)))
            .and(figures::IS_USED.expr()),
    );
    assert_eq!(share.collect().unwrap().height(), 1);
}

#[test]
fn what_is_decided_now_holds_for_the_period_before() {
    let persons = simulated(Leaving::AfterAny, 4);
    let now = choose(&persons);
    let as_of = as_of().days_before(30).unwrap();
    let before: Vec<Vec<i32>> = persons
        .iter()
        .map(|days| {
            days.iter()
                .copied()
                .filter(|day| *day <= END - 30)
                .collect()
        })
        .collect();
    let purchases = purchases_of(&before);
    let buyers = buyers_at(&purchases, &as_of);
    let ledger = ledger_of(&purchases);
    let bought = bought(&purchases, &ledger);
    let earlier = now.at_earlier(&buyers, bought, &as_of).unwrap();
    assert_eq!(name(&earlier), name(&now));
    assert_ne!(earlier.forecaster, now.forecaster);
    assert_eq!((earlier.fits.len(), earlier.choices.height()), (1, 0));
}

#[test]
fn logs_that_say_little_have_a_simple_forecast_or_none() {
    let once: Vec<Vec<i32>> = (0..200).map(|place| vec![place]).collect();
    let one_day = vec![vec![100]; 50];
    for persons in [once, one_day] {
        let choice = choose(&persons);
        assert_eq!(
            (name(&choice), choice.reason),
            (None, "no_repeat_purchases")
        );
        assert!(told(&choice).iter().all(|(_, chosen, _)| !chosen));
        assert_eq!(choice.calibration.height(), 0);
    }
    let nobody = choose(&[]);
    assert_eq!((name(&nobody), nobody.reason), (None, "no_orders"));
    for persons in [vec![vec![10, 200, 400]], vec![vec![10, 200, 400]; 19]] {
        let choice = choose(&persons);
        assert_eq!(
            (name(&choice), choice.reason),
            (Some("mean rate"), "too_few_repeaters")
        );
        let purchases = purchases_of(&persons);
        let (values, _, _) =
            lifetime::add(buyers_of(&purchases), &choice, how(&config(), 1.0)).unwrap();
        let expected = values.column(values::EXPECTED_PURCHASE_COUNT.name).unwrap();
        let most = expected.f64().unwrap().max().unwrap();
        // Never more than the rate between first and last purchases.
        assert!((0.0..=365.25 * 2.0 / 390.0).contains(&most), "{most}");
    }
    let young: Vec<Vec<i32>> = (0..60)
        .map(|place| vec![480 + place % 20, 510, 530])
        .collect();
    let choice = choose(&young);
    assert_eq!(
        (name(&choice), choice.reason),
        (Some("mean rate"), "window_too_short")
    );
    assert!(
        choice
            .warnings
            .iter()
            .any(|warning| warning.figure == "window_short_for_horizon")
    );
}

#[test]
fn without_a_holdout_the_likelihood_decides_and_says_so() {
    let persons = simulated(Leaving::AfterRepeats, 5);
    let off = ModelsConfig {
        cutoffs: 0,
        ..config().models
    };
    let choice = choose_with(&persons, &off);
    assert_eq!(choice.reason, "holdout_off");
    let likelihood = |name: &str| fitted(&choice.fits, name).unwrap().log_likelihood;
    let used = choice.model_name().unwrap();
    for (other, fit) in &choice.fits {
        let may_win = fit.as_ref().is_ok_and(|fit| !fit.at_boundary);
        assert!(!may_win || likelihood(used) >= likelihood(other));
    }
    // All came in the last third: nobody is known at a cut-off.
    let late: Vec<Vec<i32>> = simulated(Leaving::AfterRepeats, 6)
        .into_iter()
        .filter(|days| days[0] < 60)
        .map(|days| {
            days.iter()
                .map(|day| day + 420)
                .filter(|day| *day <= END)
                .collect()
        })
        // More than are taken for odd.
        .chain([vec![0, 100], vec![0, 100]])
        .collect();
    let history = History::read(&purchases_of(&late), late.len(), &as_of()).unwrap();
    let trial = Trial::run(&history, None, &config().models);
    assert_eq!(trial.err(), Some("log_too_short"));
}

#[test]
fn an_order_of_half_a_century_ago_switches_no_holdout_off() {
    let mut persons = simulated(Leaving::AfterAny, 2);
    let trial = |persons: &[Vec<i32>]| {
        let purchases = purchases_of(persons);
        let history = History::read(&purchases, persons.len(), &as_of()).unwrap();
        Trial::run(&history, None, &config().models).unwrap()
    };
    let usual = trial(&persons);
    persons.push(vec![-20_000]);
    let odd = trial(&persons);
    assert_eq!(usual.cut_offs.len(), odd.cut_offs.len());
    // The log begins with the second person instead of the third.
    assert!((usual.holdout_days - odd.holdout_days).abs() <= 1);
}

#[test]
fn repeat_buyers_outside_the_sample_are_seen() {
    // Ids from `f` on are beyond the first fifty thousand of sixty.
    let once = (0..60_000).map(|place| (format!("{place:08x}"), vec![place % 500]));
    let again = (0..10).map(|place| (format!("ffffff{place:02x}"), vec![place, 300 + place]));
    let (ids, persons): (Vec<String>, Vec<Vec<i32>>) = once.chain(again).unzip();
    let mut purchases = purchases_of(&persons);
    let rows = ids.iter().zip(&persons);
    let ids: Vec<&str> = rows
        .flat_map(|(id, days)| days.iter().map(|_| id.as_str()))
        .collect();
    let ids = Column::new(purchases::PERSON_ID.small_name(), ids);
    purchases.with_column(ids).unwrap();
    let buyers = buyers_of(&purchases);
    let ledger = ledger_of(&purchases);
    let bought = bought(&purchases, &ledger);
    let choice = Choice::make(&buyers, bought, &config().models, &as_of()).unwrap();
    assert_eq!(
        (name(&choice), choice.reason),
        (Some("mean rate"), "too_few_repeaters")
    );
}

#[test]
fn cut_offs_leave_a_holdout_behind_and_its_length_before_them() {
    let config = config().models;
    let plan = Plan::of(1, 400, &config).unwrap();
    assert_eq!(plan.holdout_days, 100);
    assert_eq!(plan.cut_offs, [300, 250, 200]);
    let by_days = ModelsConfig {
        holdout_days: 180,
        ..config.clone()
    };
    let plan = Plan::of(1, 400, &by_days).unwrap();
    assert_eq!((plan.cut_offs, plan.holdout_days), (vec![220], 180));
    assert_eq!(Plan::of(1, 55, &config), Err("log_too_short"));
    assert_eq!(Plan::of(1, 300, &by_days), Err("log_too_short"));
}

#[test]
fn persons_are_summarised_as_for_the_values_and_nothing_later_is_read() {
    let mut persons = simulated(Leaving::AnyTime, 7);
    let purchases = purchases_of(&persons);
    let history = History::read(&purchases, persons.len(), &as_of()).unwrap();
    let summaries: Vec<PurchaseSummary> = history
        .persons()
        .filter_map(|days| summary_at(days, i64::from(END)))
        .collect();
    assert_eq!(
        summaries,
        lifetime::summaries(&buyers_of(&purchases)).unwrap()
    );
    for days in &mut persons {
        days.extend([END + 1, END + 90]);
    }
    persons.push(vec![END + 1]);
    let later = History::read(&purchases_of(&persons), persons.len(), &as_of()).unwrap();
    assert_eq!(later, history);
}

#[test]
fn of_very_many_persons_a_sample_by_hash_is_read() {
    let persons: Vec<Vec<i32>> = (0..256).map(|place| vec![place, 300 + place % 9]).collect();
    let mut purchases = purchases_of(&persons);
    let ids: Vec<String> = (0..256)
        .flat_map(|place| vec![format!("{place:02x}000000"); 2])
        .collect();
    let ids = Column::new(purchases::PERSON_ID.small_name(), ids);
    purchases.with_column(ids).unwrap();
    let history = History::read(&purchases, 2 * MOST_PERSONS, &as_of()).unwrap();
    assert_eq!(history.person_count(), 128);
}

#[test]
fn threads_change_nothing() {
    let persons = simulated(Leaving::AfterAny, 8);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| choose(&persons))
    };
    let (one, four) = (run(1), run(4));
    assert_eq!(one.forecaster, four.forecaster);
    assert!(one.choices.equals_missing(&four.choices));
    assert!(one.calibration.equals_missing(&four.calibration));
}
