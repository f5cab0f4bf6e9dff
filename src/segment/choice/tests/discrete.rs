//! Shops whose purchases are bound to months.

use super::*;
use crate::math::purchases::BgBb;
use crate::math::purchases::simulate::simulate;

/// Draws buyers of monthly boxes, which leave on the 13th, 14th or 15th.
///
/// First ones in the months from January 1970 to December, the last in June 1971: between 6 and 17 opportunities of each.
fn boxes(seed: u64) -> Vec<Vec<i32>> {
    let truth = BgBb::new(1.2, 0.75, 0.66, 6.0).unwrap();
    let opportunities: Vec<f64> = (0..600).map(|place| f64::from(6 + place % 12)).collect();
    let logs = simulate(&truth, &opportunities, seed);
    let newest = Period::Month.of(i64::from(END));
    logs.iter()
        .zip(&opportunities)
        .enumerate()
        .map(|(person, (log, count))| {
            let first = newest - *count as i64;
            let bought = log.purchase_ages.iter().map(|age| *age as i64);
            std::iter::once(0)
                .chain(bought)
                .map(|passed| {
                    let day = Period::Month.first_day(first + passed) + 12;
                    (day + (person as i64 + passed * passed) % 3) as i32
                })
                .collect()
        })
        .collect()
}

fn figure(choice: &Choice, name: &str) -> Option<f64> {
    let mut found = choice.warnings.iter();
    found
        .find(|row| row.model == discreteness::BG_BB && row.figure == name)
        .and_then(|row| row.value)
}

fn has_bg_bb(choice: &Choice) -> bool {
    told(choice)
        .iter()
        .any(|(model, _, _)| model == discreteness::BG_BB)
}

#[test]
fn a_shop_of_monthly_boxes_is_forecast_by_opportunities() {
    let persons = boxes(5);
    let choice = choose(&persons);
    let verdicts = told(&choice);
    assert_eq!(name(&choice), Some("BG/BB"), "{verdicts:?}");
    assert_eq!(choice.period(), Some(Period::Month));
    // Every entrant at every cut-off, and in the mean.
    assert_eq!(verdicts.len(), 6);
    assert_eq!(choice.choices.height(), verdicts.len() * 4);
    assert_eq!(figure(&choice, "month_twice_share"), Some(0.0));
    let fit = fitted(&choice.fits, "BG/BB").unwrap();
    let other = fitted(&choice.fits, "BG/NBD").unwrap();
    assert!(fit.evidence() > other.evidence() + 100.0);

    let purchases = purchases_of(&persons);
    let (values, models, totals) =
        lifetime::add(buyers_of(&purchases), &choice, how(&config(), 1.0)).unwrap();
    assert!(totals.is_some());
    for column in [
        values::ALIVE_PROB,
        values::EXPECTED_PURCHASE_COUNT,
        values::PURCHASES_HIGH,
        values::LTV_36_HIGH_MINOR,
        values::DISCOUNTED_PURCHASE_COUNT,
    ] {
        let found = values.column(column.name).unwrap();
        assert_eq!(found.null_count(), 0, "{}", column.name);
    }
    let float = |column: crate::schema::Column| -> Vec<Option<f64>> {
        let found = values.column(column.name).unwrap().cast(&DataType::Float64);
        found.unwrap().f64().unwrap().iter().collect()
    };
    let expected = float(values::EXPECTED_PURCHASE_COUNT);
    let high = float(values::PURCHASES_HIGH);
    let alive = float(values::ALIVE_PROB);
    let next = float(values::NEXT_PURCHASE_DAYS);
    for (person, days) in persons.iter().enumerate() {
        // Twelve opportunities in twelve months.
        assert!(expected[person].unwrap() <= 12.0 && high[person].unwrap() <= 12.0);
        if days.last().is_some_and(|last| *last > END - 15) {
            // The box of the month that still runs.
            assert_eq!(alive[person], Some(1.0));
        }
        if let Some(next) = next[person] {
            assert!(next > 0.0, "{next}");
        }
    }
    // Who never missed a box is expected to take the next.
    let mut faithful =
        (0..persons.len()).filter(|person| persons[*person].len() == 7 + person % 12);
    let faithful = faithful.next().expect("a customer of all boxes");
    assert!(next[faithful].unwrap() < 31.0);
    let used = models.lazy().filter(
        figures::MODEL
            .expr()
            .eq(lit("BG/BB"))
            .and(figures::IS_USED.expr()),
    );
    // Four parameters, two log-likelihoods, the gradient.
    assert_eq!(used.collect().unwrap().height(), 7);
}

/// Wherever in a month the log ends, 90 days hold three boxes: what is forecast of them must not depend on it.
#[test]
fn the_day_on_which_the_log_ends_does_not_bias_the_forecast() {
    let persons: Vec<Vec<i32>> = (11..15).flat_map(boxes).collect();
    let mut history = History::default();
    for days in &persons {
        let days: Vec<i64> = days.iter().copied().map(i64::from).collect();
        history.push(&days);
    }
    let month = Period::Month.of(400);
    for offset in [0, 4, 8, 17, 22, 26] {
        let last_day = Period::Month.first_day(month) + offset;
        let seen = Opportunities::of_history(Period::Month, &history, last_day);
        let both = Seen {
            days: &[],
            opportunities: Some(&seen),
        };
        let mut fits = models::fit(both, Some(discreteness::BG_BB), &[]).into_iter();
        let model = fits.find_map(|(_, fit)| fit.ok()).unwrap().model;
        // Three months to the day, each of which holds one box or none of a person.
        let forecast: f64 = model
            .expected(3.0 * Period::Month.days(), both)
            .iter()
            .sum();
        let until = Period::Month.first_day(month + 3) + offset;
        let known = persons.iter().filter(|days| i64::from(days[0]) <= last_day);
        let to_come = known.flatten().filter(|day| {
            let day = i64::from(**day);
            day > last_day && day <= until
        });
        let ratio = forecast / to_come.count() as f64;
        assert!((ratio - 1.0).abs() < 0.06, "{offset}: {ratio}");
    }
}

#[test]
fn the_weeks_are_tracked_by_the_calendar() {
    let persons = boxes(6);
    let choice = choose(&persons);
    assert_eq!(name(&choice), Some("BG/BB"), "{:?}", told(&choice));
    let ledger = ledger_of(&purchases_of(&persons));
    let weeks = tracking::weeks(&ledger, &choice, &as_of()).unwrap();
    let last = |column: crate::schema::Column| {
        let found = weeks.column(column.name).unwrap().f64().unwrap();
        found.last().unwrap()
    };
    let actual = last(crate::schema::tracking_weeks::ACTUAL_COUNT);
    let expected = last(crate::schema::tracking_weeks::EXPECTED_COUNT);
    assert!(
        (expected / actual - 1.0).abs() < 0.15,
        "{expected} {actual}"
    );
}

#[test]
fn an_earlier_moment_is_seen_by_the_same_opportunities() {
    let persons = boxes(5);
    let now = choose(&persons);
    let as_of = as_of().days_before(30).unwrap();
    let before: Vec<Vec<i32>> = persons
        .iter()
        .map(|days| {
            let known = days.iter().copied();
            known.filter(|day| *day <= END - 30).collect()
        })
        .collect();
    let purchases = purchases_of(&before);
    let buyers = buyers_at(&purchases, &as_of);
    // The ledger knows the days after it, too.
    let whole = purchases_of(&persons);
    let ledger = ledger_of(&whole);
    let earlier = now.at_earlier(&buyers, &ledger, &as_of).unwrap();
    assert_eq!(name(&earlier), Some("BG/BB"));
    assert_eq!(earlier.period(), Some(Period::Month));
    assert_eq!(earlier.by_opportunity.len(), buyers.height());
    assert_ne!(earlier.forecaster, now.forecaster);
}

#[test]
fn a_shop_of_purchases_at_any_time_has_no_opportunities() {
    for (leaving, seed) in [(Leaving::AfterRepeats, 1), (Leaving::AnyTime, 3)] {
        let persons = simulated(leaving, seed);
        let choice = choose(&persons);
        assert!(!has_bg_bb(&choice), "{:?}", told(&choice));
        let mut reasons = choice.warnings.iter().map(|row| row.figure);
        assert!(reasons.any(|reason| reason == "not_discrete"));
        assert!(figure(&choice, "month_twice_share").unwrap() > 0.1);
        assert!(figure(&choice, "week_twice_of_chance").unwrap() > 0.5);
    }
}

#[test]
fn the_setting_decides_before_the_log() {
    let set = |opportunity| ModelsConfig {
        opportunity,
        ..config().models
    };
    let off = choose_with(&boxes(5), &set(Opportunity::Off));
    assert!(!has_bg_bb(&off) && off.period().is_none());
    assert!(
        off.warnings
            .iter()
            .any(|row| row.figure == "opportunity_off")
    );
    let forced = choose_with(
        &simulated(Leaving::AfterRepeats, 1),
        &set(Opportunity::Month),
    );
    assert!(has_bg_bb(&forced));
    assert!(figure(&forced, "bought_twice_in_period").unwrap() > 0.1);
}

/// Hostile logs: no panic, no value that is not a number.
#[test]
fn odd_logs_by_opportunities_give_numbers_or_none() {
    let month = ModelsConfig {
        opportunity: Opportunity::Month,
        ..config().models
    };
    let mut odd = boxes(7);
    odd.push(vec![-700_000, 3, 500]);
    odd.push(vec![END]);
    odd.push((0..=END).collect());
    let once: Vec<Vec<i32>> = (0..200).map(|place| vec![place]).collect();
    let always: Vec<Vec<i32>> = vec![(0..18).map(|month| month * 30 + 5).collect(); 60];
    for persons in [odd, once, always, vec![vec![END]], Vec::new()] {
        let choice = choose_with(&persons, &month);
        let purchases = purchases_of(&persons);
        let buyers = buyers_of(&purchases);
        let (values, _, _) = lifetime::add(buyers, &choice, how(&config(), 1.0)).unwrap();
        for column in [
            values::ALIVE_PROB,
            values::EXPECTED_PURCHASE_COUNT,
            values::NEXT_PURCHASE_DAYS,
            values::DISCOUNTED_PURCHASE_COUNT,
        ] {
            let found = values.column(column.name).unwrap().f64().unwrap();
            let mut known = found.iter().flatten();
            assert!(known.all(f64::is_finite), "{}", column.name);
        }
    }
}

#[test]
fn threads_change_nothing_by_opportunities() {
    let persons = boxes(8);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| choose(&persons))
    };
    let (one, four) = (run(1), run(4));
    assert_eq!(one.forecaster, four.forecaster);
    assert_eq!(one.by_opportunity, four.by_opportunity);
    assert!(one.choices.equals_missing(&four.choices));
}
