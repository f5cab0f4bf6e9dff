//! Forecasts of persons and sums of segments.

use super::*;
use crate::math::lifetime_value::lifetime_value;
use crate::math::purchases::MbgNbd;
use crate::schema::{segment_members, segments};

fn terms_of(margin: f64, yearly: f64) -> LifetimeTerms {
    LifetimeTerms {
        horizon_months: 12,
        margin,
        monthly_discount_rate: (1.0 + yearly).powf(1.0 / 12.0) - 1.0,
        days_per_unit: DAYS_PER_WEEK,
        days_per_month: DAYS_PER_MONTH,
    }
}

fn model() -> MbgNbd {
    MbgNbd::new(0.525, 6.183, 0.891, 1.614).unwrap()
}

/// Returns forty buyers, some of one purchase, with mean spends of one, two, ... hundred yen.
fn buyers() -> (Vec<PurchaseSummary>, Vec<Option<f64>>) {
    let summary = |place: u32| {
        let count = f64::from(place % 5);
        let last = if count > 0.0 { 5.0 + count } else { 0.0 };
        PurchaseSummary::new(count, last, 20.0 + f64::from(place % 7)).unwrap()
    };
    let mean = |place: u32| (!place.is_multiple_of(5)).then(|| 100.0 * f64::from(1 + place % 9));
    ((0..40).map(summary).collect(), (0..40).map(mean).collect())
}

#[test]
fn values_are_those_of_the_model_and_lie_between_wide_bounds() {
    let (summaries, means) = buyers();
    let found = |terms: &LifetimeTerms| {
        let spending = Spending::of(&summaries, &means);
        let spends: Vec<f64> = spending
            .persons
            .iter()
            .map(|spend| spend.expected)
            .collect();
        let found = Forecast::compute(&model(), None, &summaries, spending, terms).unwrap();
        (found, spends)
    };
    let terms = terms_of(0.4, 0.1);
    let (discounted, spends) = found(&terms);
    for (person, summary) in summaries.iter().enumerate() {
        let value = lifetime_value(&model(), summary, spends[person], &terms).unwrap();
        assert_eq!(discounted.horizons[0].ltv[person], value.round() as i64);
    }
    let (plain, _) = found(&terms_of(0.4, 0.0));
    let [year, _, three] = &plain.horizons;
    for person in 0..summaries.len() {
        assert!(year.ltv_low[person] >= 0);
        assert!(year.ltv_low[person] <= year.ltv_high[person]);
        assert!(year.ltv_high[person] <= three.ltv_high[person]);
        assert!(year.purchases_low[person] <= year.purchases_high[person]);
        assert!(year.purchases_high[person] <= three.purchases_high[person]);
        assert!(year.expected_count[person] < three.expected_count[person]);
    }
}

#[test]
fn without_gamma_gamma_the_mean_spend_stands_in() {
    let (summaries, means) = buyers();
    let none: Vec<Option<f64>> = means.iter().map(|_| None).collect();
    let nobody = Spending::of(&summaries, &none);
    assert_eq!(nobody.fallback, Some("too_few_repeaters"));
    assert_eq!(nobody.observed(), None);
    assert!(nobody.persons.iter().all(|spend| spend.expected == 0.0));
    let terms = terms_of(1.0, 0.0);
    let found = Forecast::compute(&model(), None, &summaries, nobody, &terms).unwrap();
    assert!(found.horizons[0].ltv_high.iter().all(|high| *high == 0));
    assert!(
        found.horizons[0]
            .purchases_high
            .iter()
            .any(|high| *high > 0)
    );

    let two: Vec<Option<f64>> = (0..40)
        .map(|place| match place {
            1 => Some(300.0),
            2 => Some(600.0),
            _ => None,
        })
        .collect();
    let few = Spending::of(&summaries, &two);
    assert_eq!(few.fallback, Some("too_few_repeaters"));
    // One purchase of 300 and two of 600.
    assert!(
        few.persons
            .iter()
            .all(|spend| (spend.expected - 500.0).abs() < 1e-9)
    );
    let found = Forecast::compute(&model(), None, &summaries, few, &terms).unwrap();
    assert!(found.horizons[0].ltv_high.iter().any(|high| *high > 0));
}

#[test]
fn where_spend_goes_with_frequency_each_keeps_the_own_mean() {
    let (summaries, _) = buyers();
    let means: Vec<Option<f64>> = summaries
        .iter()
        .map(|summary| {
            let count = summary.repeat_count;
            (count > 0.0).then_some(100.0 * count)
        })
        .collect();
    let spending = Spending::of(&summaries, &means);
    assert_eq!(spending.fallback, Some("spend_depends_on_frequency"));
    // Eight buyers of each count from 1 to 4.
    for (spend, mean) in spending.persons.iter().zip(&means) {
        assert!((spend.expected - mean.unwrap_or(250.0)).abs() < 1e-9);
    }
    let terms = terms_of(1.0, 0.0);
    let found = Forecast::compute(&model(), None, &summaries, spending, &terms).unwrap();
    let year = &found.horizons[0];
    for person in 0..summaries.len() {
        assert!(year.ltv_low[person] <= year.ltv_high[person]);
    }
}

#[test]
fn expectations_without_a_law_fill_their_columns_alone() {
    let mut persons = df!(values::PERSON_ID.name => ["a", "b"]).unwrap();
    Forecast::add_expected(vec![1.5, 0.0], &[249.6, 0.0], &mut persons).unwrap();
    let people = df!(
        segment_members::PERSON_ID.name => ["a", "a", "b"],
        segment_members::SEGMENT.name => ["good", "other", "good"],
    )
    .unwrap();
    let rows = df!(segments::SEGMENT.name => ["good", "other", "empty"]).unwrap();
    let worths = SegmentWorths::of(&people, &persons, None).unwrap();
    let rows = worths.add_to(rows).unwrap();
    let cells = |column: crate::schema::Column| -> Vec<Option<i64>> {
        let found = rows.column(column.name).unwrap().i64().unwrap();
        found.iter().collect()
    };
    assert_eq!(cells(segments::LTV_MINOR), [Some(250), Some(250), None]);
    assert_eq!(cells(segments::LTV_LOW_MINOR), [None::<i64>; 3]);
    assert_eq!(cells(segments::LTV_24_MINOR), [None::<i64>; 3]);
}

#[test]
fn terms_outside_their_domain_give_no_forecast() {
    let (summaries, means) = buyers();
    let spending = Spending::of(&summaries, &means);
    let wide = terms_of(1.5, 0.1);
    assert!(Forecast::compute(&model(), None, &summaries, spending, &wide).is_err());
}

#[test]
fn segments_sum_their_members_and_know_less_when_the_fit_does() {
    let (summaries, means) = buyers();
    let ids: Vec<String> = (0..40).map(|place| format!("p{place:02}")).collect();
    let frames = |log_covariance: Option<Square>| {
        let spending = Spending::of(&summaries, &means);
        let terms = terms_of(1.0, 0.1);
        let found =
            Forecast::compute(&model(), log_covariance, &summaries, spending, &terms).unwrap();
        let mut values = df!(values::PERSON_ID.name => &ids).unwrap();
        Forecast::add(Some(&found), &mut values).unwrap();
        let mut persons = ids.clone();
        persons.push("x".to_owned());
        let segment = |place: usize| match place {
            0..=37 => Some("good"),
            38 => None,
            39 => Some("other"),
            _ => Some("empty"),
        };
        let people = df!(
            segment_members::PERSON_ID.name => &persons,
            segment_members::SEGMENT.name => (0..41).map(segment).collect::<Vec<_>>(),
        )
        .unwrap();
        let rows = df!(segments::SEGMENT.name => ["good", "other", "empty"]).unwrap();
        let worths = SegmentWorths::of(&people, &values, Some(&found.totals)).unwrap();
        let rows = worths.add_to(rows).unwrap();
        (values, rows)
    };
    let cells = |frame: &DataFrame, name: &str| -> Vec<Option<i64>> {
        frame.column(name).unwrap().i64().unwrap().iter().collect()
    };
    let (values, plain) = frames(None);
    let persons = cells(&values, values::LTV_24_MINOR.name);
    let sums = cells(&plain, segments::LTV_24_MINOR.name);
    let good: i64 = persons[..38].iter().flatten().sum();
    assert_eq!(sums, [Some(good), persons[39], None]);
    assert_eq!(cells(&plain, segments::LTV_LOW_MINOR.name)[2], None);
    let (_, unsure) = frames(Some(Square::identity(4).scaled(0.2)));
    let at =
        |frame: &DataFrame, column: crate::schema::Column| cells(frame, column.name)[0].unwrap();
    assert!(at(&unsure, segments::LTV_HIGH_MINOR) > at(&plain, segments::LTV_HIGH_MINOR));
    assert!(at(&unsure, segments::LTV_LOW_MINOR) <= at(&plain, segments::LTV_LOW_MINOR));
    assert!(at(&plain, segments::LTV_LOW_MINOR) <= at(&plain, segments::LTV_MINOR));
}
