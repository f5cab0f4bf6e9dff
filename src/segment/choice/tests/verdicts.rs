//! Who is chosen, and by what.

use super::*;
use crate::schema::model_calibration;

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
    let ledger = ledger_of(&purchases_of(&late));
    let history = History::read(&ledger, late.len(), &as_of()).unwrap();
    let trial = Trial::run(&history, None, &config().models, &[]);
    assert_eq!(trial.err(), Some("log_too_short"));
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
