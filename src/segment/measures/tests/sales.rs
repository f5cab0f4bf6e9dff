//! What was sold, in what period, and to whom.

use super::*;

#[test]
fn cancelled_returned_negative_and_free_orders_count_as_they_are_defined() {
    let shop = Shop::of(&[
        order("1", "a", "2026-01-10", 1000),
        Bought {
            status: "cancelled",
            ..order("2", "a", "2026-01-11", 9000)
        },
        order("3", "a", "2026-02-10", 1000),
        Bought {
            status: "returned",
            ..order("3/return", "a", "2026-02-20", -400)
        },
        order("credit", "a", "2026-03-01", -300),
        order("gift", "a", "2026-03-10", 0),
        // A return of what was bought before the log begins opens no history.
        Bought {
            status: "returned",
            ..order("old/return", "b", "2026-01-05", -50)
        },
    ]);
    let found = shop.measured();
    let all = rows(&found.shop_kpis, &[(kpis::PERIOD_KIND, "all")]);
    assert_eq!(whole(&all, kpis::SALES_MINOR), [2000]);
    assert_eq!(whole(&all, kpis::RETURNED_MINOR), [750]);
    assert_eq!(whole(&all, kpis::ORDER_COUNT), [3]);
    assert_eq!(whole(&all, kpis::RETURN_COUNT), [3]);
    assert_eq!(part(&all, kpis::MEAN_ORDER_MINOR), [Some(2000.0 / 3.0)]);
    assert_eq!(part(&all, kpis::MEDIAN_ORDER_MINOR), [Some(1000.0)]);
    assert_eq!(whole(&all, kpis::BUYER_COUNT), [1]);
    let person = &found.person_habits;
    assert_eq!(text(person, habits::PERSON_ID), ["a"]);
    assert_eq!(whole(person, habits::SALES_MINOR), [2000]);
    assert_eq!(whole(person, habits::LARGEST_ORDER_MINOR), [1000]);
    assert_eq!(whole(person, habits::ABC_SPEND_MINOR), [1300]);
    // Visits are 31 and 28 days apart, the free order is the last of them.
    assert_eq!(part(person, habits::VISIT_CYCLE_DAYS), [Some(29.5)]);
    assert_eq!(part(person, habits::OVERDUE_CYCLES), [Some(112.0 / 29.5)]);
    assert_eq!(text(person, habits::VISIT_STATE), ["gone"]);
    assert_eq!(
        whole(person, habits::NEXT_DUE_ON),
        [i64::from(day_number("2026-04-09"))]
    );
    assert_eq!(text(person, habits::CPM_GROUP), ["fledgling"]);
    assert_eq!(text(person, habits::CPM_STATE), ["active"]);
}

#[test]
fn one_giant_order_moves_the_mean_and_not_the_median() {
    let mut orders: Vec<Bought> = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
        .into_iter()
        .map(|who| order(who, who, "2026-05-01", 1000))
        .collect();
    orders.push(order("giant", "z", "2026-05-02", 10_000_000));
    let found = Shop::of(&orders).measured();
    let all = rows(&found.shop_kpis, &[(kpis::PERIOD_KIND, "all")]);
    assert_eq!(part(&all, kpis::MEAN_ORDER_MINOR), [Some(1_000_900.0)]);
    assert_eq!(part(&all, kpis::MEDIAN_ORDER_MINOR), [Some(1000.0)]);
    let classes = rows(&found.abc_classes, &[(abc_classes::SUBJECT, "person")]);
    assert_eq!(whole(&classes, abc_classes::ITEM_COUNT), [1, 0, 9]);
    // Nine equal persons share the second tenth, which leaves eight tenths empty.
    assert_eq!(
        whole(&found.deciles, deciles::PERSON_COUNT),
        [1, 9, 0, 0, 0, 0, 0, 0, 0, 0]
    );
}

#[test]
fn months_tell_who_is_new_who_comes_back_and_who_does_not() {
    let mut shop = Shop::of(&[
        order("a1", "a", "2026-01-05", 100),
        order("a2", "a", "2026-01-20", 200),
        order("b1", "b", "2026-01-08", 300),
        order("c1", "c", "2026-02-03", 400),
        Bought {
            who: None,
            ..order("nobody", "", "2026-02-10", 700)
        },
        order("a3", "a", "2026-03-01", 500),
        order("c2", "c", "2026-05-25", 600),
    ]);
    shop.settings = "[segment.kpis]\nchurn_days = 30\n";
    let found = shop.measured().shop_kpis;
    let months = rows(&found, &[(kpis::PERIOD_KIND, "month")]);
    assert_eq!(
        whole(&months, kpis::SALES_MINOR),
        [600, 1100, 500, 0, 600, 0]
    );
    assert_eq!(whole(&months, kpis::BUYER_COUNT), [2, 1, 1, 0, 1, 0]);
    assert_eq!(whole(&months, kpis::NEW_BUYER_COUNT), [2, 1, 0, 0, 0, 0]);
    assert_eq!(whole(&months, kpis::REPEAT_BUYER_COUNT), [1, 0, 1, 0, 1, 0]);
    assert_eq!(whole(&months, kpis::F2_BASE_COUNT), [2, 1, 0, 0, 0, 0]);
    // c came back after 111 days.
    assert_eq!(whole(&months, kpis::F2_COUNT), [1, 0, 0, 0, 0, 0]);
    assert_eq!(
        part(&months, kpis::F2_RATE)[..3],
        [Some(0.5), Some(0.0), None]
    );
    assert_eq!(
        part(&months, kpis::REPEAT_SALES_SHARE)[..4],
        [Some(200.0 / 600.0), Some(0.0), Some(1.0), None]
    );
    assert_eq!(whole(&months, kpis::ACTIVE_COUNT), [0, 2, 1, 1, 0, 1]);
    assert_eq!(whole(&months, kpis::CHURNED_COUNT), [0, 2, 1, 1, 0, 1]);
    assert_eq!(part(&months, kpis::CHURN_RATE)[..2], [None, Some(1.0)]);
    let all = rows(&found, &[(kpis::PERIOD_KIND, "all")]);
    assert_eq!(whole(&all, kpis::BUYER_COUNT), [3]);
    assert_eq!(whole(&all, kpis::REPEAT_BUYER_COUNT), [2]);
    assert_eq!(whole(&all, kpis::CHURNED_COUNT), [3]);
    assert_eq!(whole(&all, kpis::ACTIVE_COUNT), [3]);
    let weeks = rows(&found, &[(kpis::PERIOD_KIND, "week")]);
    // From Monday, 2026-01-05, to the week that as-of lies in the middle of.
    assert_eq!(weeks.height(), 26);
    let complete = weeks.column(kpis::IS_COMPLETE.name).unwrap();
    assert_eq!(complete.bool().unwrap().sum(), Some(25));
}

#[test]
fn a_first_purchase_too_young_for_f2_is_not_in_its_base() {
    let found = Shop::of(&[
        order("a1", "a", "2026-04-01", 100),
        order("a2", "a", "2026-06-30", 100),
        order("b1", "b", "2026-04-02", 100),
        order("b2", "b", "2026-04-03", 100),
    ])
    .measured();
    let all = rows(&found.shop_kpis, &[(kpis::PERIOD_KIND, "all")]);
    // a is 90 days old and came back on the last of them; b is 89 days old.
    assert_eq!(whole(&all, kpis::F2_BASE_COUNT), [1]);
    assert_eq!(whole(&all, kpis::F2_COUNT), [1]);
}

#[test]
fn the_same_week_of_last_year_is_compared_where_there_was_one() {
    let compared = |first: &'static str| {
        let found = Shop::of(&[order("1", "a", first, 100)]).measured();
        let years = rows(&found.migrations, &[(migrations::COMPARED_WITH, "year")]);
        years.height() > 0
    };
    assert!(compared("2025-07-01"));
    assert!(!compared("2025-07-02"));
}
