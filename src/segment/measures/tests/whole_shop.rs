//! What holds of any shop.

use super::*;

/// Orders of a few hundred persons, drawn by a fixed sequence.
fn drawn() -> Shop {
    const DAYS: [&str; 6] = [
        "2025-03-31",
        "2025-12-31",
        "2026-01-01",
        "2026-02-28",
        "2026-05-31",
        "2026-06-30",
    ];
    const CHANNELS: [Option<&str>; 3] = [Some("web"), Some("till"), None];
    let mut state = 7u64;
    let mut draw = |most: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % most
    };
    let mut shop = Shop::default();
    for number in 0..600 {
        let id: &'static str = Box::leak(format!("o{number}").into_boxed_str());
        let who: &'static str = Box::leak(format!("p{}", draw(150)).into_boxed_str());
        let spend = draw(50) as i64 * 100 - 300;
        let mut bought = order(id, who, DAYS[draw(6) as usize], spend);
        bought.channel = CHANNELS[draw(3) as usize];
        if draw(10) == 0 {
            bought.who = None;
        }
        shop.orders.push(bought);
        let category = ["coffee", "tea", "ware"][draw(3) as usize];
        let cost = (draw(2) == 0).then_some(spend / 2);
        shop.lines
            .push((id, category, Some(category), 1, spend, cost));
    }
    shop
}

fn tables(found: &Measures) -> [&DataFrame; 11] {
    [
        &found.cohorts,
        &found.person_habits,
        &found.deciles,
        &found.abc_classes,
        &found.product_classes,
        &found.cpm_groups,
        &found.shop_kpis,
        &found.campaign_costs,
        &found.survival,
        &found.migrations,
        &found.moved_persons,
    ]
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let mut shop = drawn();
    let found = shop.measured();
    shop.orders.reverse();
    shop.lines.reverse();
    let again = shop.measured();
    for (left, right) in tables(&found).into_iter().zip(tables(&again)) {
        assert!(left.equals_missing(right), "{left:?} {right:?}");
    }
}

#[test]
fn parts_add_up_to_the_whole() {
    let found = drawn().measured();
    let of = |kind| rows(&found.shop_kpis, &[(kpis::PERIOD_KIND, kind)]);
    let sum = |frame: &DataFrame, column| whole(frame, column).iter().sum::<i64>();
    for column in [
        kpis::SALES_MINOR,
        kpis::RETURNED_MINOR,
        kpis::ORDER_COUNT,
        kpis::NEW_BUYER_COUNT,
        kpis::F2_BASE_COUNT,
        kpis::F2_COUNT,
        kpis::REPEAT_SALES_MINOR,
        kpis::MARGIN_MINOR,
    ] {
        for kind in ["week", "month", "year"] {
            assert_eq!(sum(&of(kind), column), sum(&of("all"), column), "{kind}");
        }
    }
    let persons = found.person_habits.height() as i64;
    assert_eq!(sum(&found.deciles, deciles::PERSON_COUNT), persons);
    assert_eq!(whole(&of("all"), kpis::BUYER_COUNT), [persons]);
    for channel in ["-", "web", "till", "unknown"] {
        let conditions = [(cohorts::UNIT, "month"), (cohorts::CHANNEL, channel)];
        let cells = rows(&found.cohorts, &conditions);
        let ages = whole(&cells, cohorts::AGE_PERIODS);
        let active = whole(&cells, cohorts::ACTIVE_COUNT);
        let counts = whole(&cells, cohorts::PERSON_COUNT);
        for row in 0..cells.height() {
            assert!(active[row] <= counts[row]);
            assert!(ages[row] > 0 || active[row] == counts[row]);
        }
        let newcomers: i64 = (0..cells.height())
            .filter(|row| ages[*row] == 0)
            .map(|row| counts[row])
            .sum();
        let waiting = rows(&found.survival, &[(survival::CHANNEL, channel)]);
        assert_eq!(whole(&waiting, survival::AT_RISK_COUNT)[0], newcomers);
    }
}

#[test]
fn a_shop_without_orders_has_empty_tables() {
    let found = Shop::default().measured();
    assert_eq!(found.shop_kpis.height(), 0);
    assert_eq!(found.cohorts.height(), 0);
    assert_eq!(found.person_habits.height(), 0);
    assert_eq!(found.abc_classes.height(), 6);
    assert_eq!(found.cpm_groups.height(), 10);
}

#[test]
fn tables_have_the_columns_of_the_schema() {
    use crate::schema::{cpm_groups, moved_persons};

    let schemas: [&Table; 11] = [
        &cohorts::TABLE,
        &habits::TABLE,
        &deciles::TABLE,
        &abc_classes::TABLE,
        &products::TABLE,
        &cpm_groups::TABLE,
        &kpis::TABLE,
        &campaign_costs::TABLE,
        &survival::TABLE,
        &migrations::TABLE,
        &moved_persons::TABLE,
    ];
    for shop in [drawn(), Shop::default()] {
        let found = shop.measured();
        for (frame, table) in tables(&found).into_iter().zip(schemas) {
            assert_eq!(**frame.schema(), table.schema(), "{}", table.name);
        }
    }
}
