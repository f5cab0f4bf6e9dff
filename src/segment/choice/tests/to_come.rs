//! What a choice makes of the values to come, and at an earlier day.

use super::*;

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
    let earlier = now.at_earlier(&buyers, &ledger, &as_of).unwrap();
    assert_eq!(name(&earlier), name(&now));
    assert_ne!(earlier.forecaster, now.forecaster);
    assert_eq!((earlier.fits.len(), earlier.choices.height()), (1, 0));
}
