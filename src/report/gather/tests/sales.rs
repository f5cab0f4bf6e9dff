//! What was bought, by whom and for how much.

use super::*;
use crate::report::periods::day_number;

#[test]
fn a_stage_of_few_persons_is_held_back_with_the_next_larger() {
    let found = figures(&shop(), &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    let stages: Vec<(&str, Option<u64>)> = found
        .order_stages
        .iter()
        .map(|one| (one.stage.as_str(), one.person_count))
        .collect();
    assert_eq!(
        stages,
        [
            ("discovered", Some(0)),
            ("first", None),
            ("second", Some(0)),
            ("habitual", Some(4)),
            ("lapsed", None),
        ]
    );
    assert!(
        found
            .order_stages
            .iter()
            .all(|one| one.previous_person_count.is_none())
    );
}

/// Purchases of two weeks: seven buyers first came long ago, and in the last week so many bought for the first time.
fn sales(new_count: usize, repeat_count: usize) -> Input {
    let day = |text: &str| -> i32 {
        let day: jiff::civil::Date = text.parse().unwrap();
        (day - jiff::civil::date(1970, 1, 1)).get_days()
    };
    let (long_ago, last) = (day("2026-07-01"), day("2026-09-25"));
    let mut persons: Vec<String> = Vec::new();
    let (mut days, mut firsts, mut spends) = (Vec::new(), Vec::new(), Vec::new());
    let mut add = |person: String, day: i32, is_first: bool, spend: i64| {
        persons.push(person);
        days.push(day);
        firsts.push(is_first);
        spends.push(spend);
    };
    for person in 0..7 {
        add(format!("old{person}"), long_ago, true, 100);
    }
    for person in 0..repeat_count {
        add(format!("old{person}"), last, false, 1_000);
    }
    for person in 0..new_count {
        add(format!("new{person}"), last, true, 70_000);
    }
    let count = persons.len();
    Input {
        purchases: filled(
            &purchases::TABLE,
            df!(
                "person_id" => persons,
                "purchased_on" => days,
                "is_first" => firsts,
                "is_return" => vec![false; count],
                "spend_minor" => spends,
            )
            .unwrap(),
        ),
        ..nothing()
    }
}

#[test]
fn what_few_new_buyers_spent_is_told_neither_by_week_nor_by_number() {
    let settings = "[privacy]\nmin_group_size = 3\n";
    let of = |new_count, repeat_count| {
        let input = sales(new_count, repeat_count);
        figures(&input, &config(settings), &as_of(), DataFigures::default()).unwrap()
    };
    let found = of(1, 5);
    let week = found.sales_weeks.last().unwrap();
    assert_eq!((week.total_minor, week.order_count), (75_000, Some(6)));
    assert_eq!((week.new_minor, week.repeat_minor), (None, None));
    assert_eq!(kpi(&found, KpiKind::Sales), (Some(75_000.0), false));
    assert_eq!(kpi(&found, KpiKind::Buyers), (Some(6.0), false));
    assert_eq!(kpi(&found, KpiKind::NewBuyers), (None, true));
    assert_eq!(kpi(&found, KpiKind::RepeatRate), (None, true));
    // What one spent stands nowhere.
    let text = crate::report::json(&found).unwrap();
    assert!(!text.contains("70000"), "{text}");
    let found = of(4, 5);
    let week = found.sales_weeks.last().unwrap();
    assert_eq!(
        (week.new_minor, week.repeat_minor),
        (Some(280_000), Some(5_000))
    );
    assert_eq!(kpi(&found, KpiKind::NewBuyers), (Some(4.0), false));
}

#[test]
fn who_bought_first_in_a_compared_period_of_long_ago_is_known() {
    let settings = "[privacy]\nmin_group_size = 3\n[report]\ncompare = \"2026-07-01\"\n";
    let found = figures(
        &sales(4, 5),
        &config(settings),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    let previous = |kind: KpiKind| {
        let mut kpis = found.kpis.iter();
        kpis.find(|kpi| kpi.kind == kind).unwrap().previous
    };
    assert_eq!(previous(KpiKind::Sales), Some(700.0));
    assert_eq!(previous(KpiKind::NewBuyers), Some(7.0));
}

#[test]
fn a_period_of_one_buyer_has_no_mean_order() {
    let settings = "[privacy]\nmin_group_size = 3\n";
    let found = figures(
        &sales(1, 0),
        &config(settings),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    assert_eq!(kpi(&found, KpiKind::Buyers), (None, true));
    assert_eq!(kpi(&found, KpiKind::AverageOrder), (None, true));
    let week = found.sales_weeks.last().unwrap();
    assert_eq!((week.order_count, week.new_minor), (None, None));
    let fiscal = found.fiscal_year.unwrap().current;
    assert_eq!((fiscal.order_count, fiscal.buyer_count), (Some(8), Some(8)));
}

/// A shop that sells to seven persons a day until a day of September.
fn sold_until(last: &str) -> Figures {
    sold_by(&[("ec", last)])
}

/// A shop whose systems each sell to seven persons a day until a day of September.
fn sold_by(systems: &[(&str, &str)]) -> Figures {
    sold_with(SETTINGS, systems)
}

fn sold_with(settings: &str, systems: &[(&str, &str)]) -> Figures {
    let mut sources: Vec<&str> = Vec::new();
    let mut days: Vec<i32> = Vec::new();
    for (source, last) in systems {
        let end: jiff::civil::Date = last.parse().unwrap();
        let last = (end - jiff::civil::date(1970, 1, 1)).get_days();
        days.extend((last - 60..=last).flat_map(|day| [day; 7]));
        sources.resize(days.len(), *source);
    }
    let count = days.len();
    let persons: Vec<String> = (0..count).map(|row| format!("p{}", row % 7)).collect();
    let ids: Vec<String> = (0..count).map(|row| row.to_string()).collect();
    let noon = |day: &i32| i64::from(*day) * DAY + DAY / 8;
    let input = Input {
        orders: filled(
            &orders::TABLE,
            df!(
                "source" => &sources,
                "order_id" => &ids,
                "ordered_at" => days.iter().map(noon).collect::<Vec<_>>(),
            )
            .unwrap(),
        ),
        purchases: filled(
            &purchases::TABLE,
            df!(
                "source" => sources,
                "person_id" => persons,
                "purchased_on" => days,
                "is_first" => (0..count).map(|row| row < 7).collect::<Vec<_>>(),
                "is_return" => vec![false; count],
                "spend_minor" => vec![1_000i64; count],
            )
            .unwrap(),
        ),
        ..nothing()
    };
    let data = DataFigures {
        unread: vec![UnreadFigure {
            place: FilePlace::Exports,
            file_count: 2,
        }],
        ..DataFigures::default()
    };
    let settings = format!("{settings}[targets]\nsales = 1000\n");
    figures(&input, &config(&settings), &as_of(), data).unwrap()
}

#[test]
fn the_day_of_the_last_order_is_told_of_enough_buyers_only() {
    let of = |smallest: u32, systems: &[(&str, &str)]| {
        let settings = SETTINGS.replace("= 3", &format!("= {smallest}"));
        let found = sold_with(&settings, systems);
        let gap = found.order_gap.as_ref().unwrap();
        let fiscal = found.fiscal_year.as_ref().unwrap();
        (gap.newest.clone(), gap.is_of_week, fiscal.to.clone())
    };
    // Seven persons bought on the last day.
    let told =
        |newest: &str, is_of_week: bool, to: &str| (newest.to_owned(), is_of_week, to.to_owned());
    let one = [("ec", "2026-09-19")];
    assert_eq!(of(7, &one), told("2026-09-19", false, "2026-09-19"));
    assert_eq!(of(8, &one), told("2026-09-14", true, "2026-09-13"));
    let two = [("ec", "2026-09-27"), ("store", "2026-09-19")];
    assert_eq!(of(8, &two), told("2026-09-14", true, "2026-09-27"));
}

#[test]
fn a_period_without_its_orders_tells_no_sales_in_any_form() {
    let found = sold_until("2026-09-20");
    let gap = found.order_gap.as_ref().unwrap();
    assert_eq!(
        (gap.newest.as_str(), gap.kind),
        ("2026-09-20", OrderGapKind::Missing)
    );
    assert_eq!(kpi(&found, KpiKind::Sales), (None, false));
    assert_eq!(kpi(&found, KpiKind::Buyers), (None, false));
    let sales = &found.kpis[0];
    assert_eq!((sales.previous, sales.is_met), (Some(49_000.0), None));
    assert!(found.sales_change.is_none());
    // The last week told is whole.
    assert_eq!(found.sales_weeks.last().unwrap().total_minor, 49_000);
    // Both years are told up to the newest order.
    assert_eq!(found.fiscal_year.as_ref().unwrap().to, "2026-09-20");
    let texts = [
        crate::report::summary(&found, crate::report::Lang::En, &[]),
        crate::report::markdown(&found, crate::report::Lang::En, &[]),
    ];
    for text in texts {
        assert!(text.contains("could not be read: 2."), "{text}");
        assert!(
            !text.contains("−100.0%") && !text.contains("down 100.0%"),
            "{text}"
        );
    }
}

#[test]
fn a_period_whose_orders_end_early_is_not_compared() {
    let found = sold_until("2026-09-23");
    let gap = found.order_gap.as_ref().unwrap();
    assert_eq!(
        (gap.newest.as_str(), gap.kind),
        ("2026-09-23", OrderGapKind::Early)
    );
    let sales = &found.kpis[0];
    assert_eq!((sales.value, sales.is_met), (Some(21_000.0), None));
    assert!(sales.is_incomplete && sales.history.last() == Some(&None));
    assert_eq!(found.sales_weeks.last().unwrap().total_minor, 49_000);
    let whole = sold_until("2026-09-27");
    assert_eq!(whole.order_gap, None);
    assert_eq!(whole.kpis[0].is_met, Some(true));
    assert!(whole.sales_change.is_some());
}

#[test]
fn one_silent_shop_system_is_told_and_silences_nothing() {
    let systems = [("ec", "2026-09-27"), ("store", "2026-09-18")];
    let found = sold_by(&systems);
    let gap = found.order_gap.as_ref().unwrap();
    assert_eq!(gap.source.as_deref(), Some("store"));
    assert_eq!(gap.newest, "2026-09-18");
    let sales = &found.kpis[0];
    assert!(!sales.is_incomplete && sales.is_met == Some(true));
    assert!(found.sales_change.is_some());
    assert_eq!(found.fiscal_year.as_ref().unwrap().to, "2026-09-27");
    let last = found.sales_weeks.last().unwrap();
    assert_eq!(last.week, "2026-09-21");
    assert_eq!(last.total_minor, 49_000);
    let summary = crate::report::summary(&found, crate::report::Lang::Ja, &[]).replace('\n', "");
    assert!(summary.contains("「store」の注文は"), "{summary}");
    assert!(!summary.contains("未確定"), "{summary}");
}

#[test]
fn of_several_shop_systems_the_first_that_ended_bounds_what_is_known() {
    let systems = [("ec", "2026-09-20"), ("store", "2026-09-11")];
    let found = sold_by(&systems);
    let gap = found.order_gap.as_ref().unwrap();
    assert_eq!(
        (gap.newest.as_str(), gap.kind),
        ("2026-09-20", OrderGapKind::Missing)
    );
    assert_eq!(gap.earlier_sources, ["store"]);
    assert_eq!(found.fiscal_year.as_ref().unwrap().to, "2026-09-06");
    assert_eq!(found.sales_weeks.last().unwrap().week, "2026-08-31");
    let text = crate::report::markdown(&found, crate::report::Lang::En, &[]);
    assert!(
        text.contains("Orders of “store” end still earlier. Files"),
        "{text}"
    );
}

#[test]
fn a_campaign_of_few_orders_does_not_follow_from_the_cost_per_order() {
    let day = |text: &str| -> i32 {
        let day: jiff::civil::Date = text.parse().unwrap();
        (day - jiff::civil::date(1970, 1, 1)).get_days()
    };
    let of = |orders: [i64; 3]| {
        let input = Input {
            campaign_costs: filled(
                &campaign_costs::TABLE,
                df!(
                    "campaign" => ["a", "b", "c"],
                    "channel" => ["email"; 3],
                    "started_on" => [day("2026-09-01"), day("2026-08-01"), day("2026-07-01")],
                    "cost_minor" => [3_000i64, 1_000, 800],
                    "order_count" => orders,
                    "sales_minor" => [9_000i64, 9_000, 9_000],
                )
                .unwrap(),
            ),
            ..nothing()
        };
        figures(&input, &config(SETTINGS), &as_of(), DataFigures::default()).unwrap()
    };
    let found = of([2, 10, 8]);
    assert_eq!(found.campaign_costs[0].order_count, None);
    // 4,800 over 20 orders would tell the two of the first campaign.
    assert_eq!(kpi(&found, KpiKind::CostPerOrder), (Some(100.0), false));
    assert_eq!(
        kpi(&of([30, 10, 8]), KpiKind::CostPerOrder),
        (Some(100.0), false)
    );
    assert_eq!(kpi(&of([1, 1, 2]), KpiKind::CostPerOrder), (None, true));
}

#[test]
fn sales_of_a_month_are_net_of_returns() {
    let month = df!(
        "period_kind" => ["month"],
        "first_day" => [20_666_i32],
        "is_complete" => [true],
        "sales_minor" => [90_000_i64],
        "returned_minor" => [12_000_i64],
        "order_count" => [20_i64],
        "mean_order_minor" => [4_500.0],
        "buyer_count" => [18_i64],
    )
    .unwrap();
    let input = Input {
        shop_kpis: filled(&shop_kpis::TABLE, month),
        ..nothing()
    };
    let months = crate::report::gather::worth::months(&input, 5).unwrap();
    assert_eq!(months[0].month, "2026-08");
    assert_eq!(months[0].sales_minor, 78_000);
    assert_eq!(months[0].mean_order_minor, Some(4_500.0));
}

#[test]
fn a_part_of_a_year_is_no_year_to_be_compared_with() {
    let is_compared = |oldest: &str| {
        let days: Vec<i32> = [oldest, "2025-09-20", "2026-09-25"]
            .iter()
            .map(|text| day_number(text.parse().unwrap()))
            .collect();
        let bought = df!(
            "person_id" => vec!["a", "b", "c"],
            "purchased_on" => days,
            "is_first" => vec![true; 3],
            "is_return" => vec![false; 3],
            "spend_minor" => vec![100_i64; 3],
        );
        let input = Input {
            purchases: filled(&purchases::TABLE, bought.unwrap()),
            ..nothing()
        };
        let settings = "[report]\nfiscal_year_start = 4\n";
        let found = figures(&input, &config(settings), &as_of(), DataFigures::default()).unwrap();
        found.fiscal_year.unwrap().previous.is_some()
    };
    assert!(is_compared("2024-12-01"));
    assert!(is_compared("2025-04-06"));
    assert!(!is_compared("2025-06-29"));
}
