//! What is read of a log, and where it is cut.

use super::*;
use crate::segment::choice::history::{MOST_PERSONS, summary_at};
use crate::segment::choice::trial::Plan;

#[test]
fn an_order_of_half_a_century_ago_switches_no_holdout_off() {
    let mut persons = simulated(Leaving::AfterAny, 2);
    let trial = |persons: &[Vec<i32>]| {
        let ledger = ledger_of(&purchases_of(persons));
        let history = History::read(&ledger, persons.len(), &as_of()).unwrap();
        Trial::run(&history, None, &config().models, &[]).unwrap()
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
    let choice = Choice::make(&buyers, &ledger, &config().models, &as_of()).unwrap();
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
    let history = History::read(&ledger_of(&purchases), persons.len(), &as_of()).unwrap();
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
    let later = ledger_of(&purchases_of(&persons));
    let later = History::read(&later, persons.len(), &as_of()).unwrap();
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
    let history = History::read(&ledger_of(&purchases), 2 * MOST_PERSONS, &as_of()).unwrap();
    assert_eq!(history.person_count(), 128);
}
