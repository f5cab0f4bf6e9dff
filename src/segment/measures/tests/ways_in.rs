//! By which channel, store and campaign customers came.

use super::*;

#[test]
fn favourite_channel_and_store_are_those_of_most_orders() {
    let sold = |id, on, spend, channel, store| Bought {
        channel: Some(channel),
        store: Some(store),
        ..order(id, "a", on, spend)
    };
    let found = Shop::of(&[
        sold("1", "2026-01-01", 100, "web", "north"),
        sold("2", "2026-01-02", 100, "web", "south"),
        sold("3", "2026-01-03", 900, "till", "south"),
        sold("4", "2026-01-04", 900, "till", "north"),
        sold("5", "2026-01-05", 50, "web", "east"),
    ])
    .measured();
    assert_eq!(
        text(&found.person_habits, habits::FAVOURITE_CHANNEL),
        ["web"]
    );
    // North and south are equal in orders and money; north was visited last.
    assert_eq!(
        text(&found.person_habits, habits::FAVOURITE_STORE),
        ["north"]
    );
}

#[test]
fn an_order_counts_for_one_campaign_by_coupon_before_treatment() {
    let with = |coupon, bought: Bought| Bought {
        coupon: Some(coupon),
        ..bought
    };
    let mut shop = Shop::of(&[
        order("1", "a", "2026-03-05", 500),
        with(" spring ", order("2", "b", "2026-03-06", 300)),
        // Held out, and without a coupon.
        order("3", "b", "2026-03-07", 1),
        Bought {
            who: None,
            ..with("SPRING", order("4", "", "2026-04-28", 200))
        },
        // The spring is over.
        with("SPRING", order("5", "c", "2026-06-02", 40)),
        with("summer", order("6", "a", "2026-06-03", 60)),
    ]);
    shop.campaigns = vec![
        ("spring", "2026-03-01", Some("2026-03-31"), 900, "SPRING"),
        ("summer", "2026-06-01", None, 100, "SUMMER,SUN"),
        ("autumn", "2026-09-01", None, 100, ""),
    ];
    shop.assignments = vec![
        ("spring", "a", "treated"),
        ("spring", "b", "control"),
        ("summer", "a", "treated"),
        ("summer", "c", "treated"),
    ];
    let found = shop.measured().campaign_costs;
    assert_eq!(text(&found, campaign_costs::CAMPAIGN), ["spring", "summer"]);
    assert_eq!(whole(&found, campaign_costs::ORDER_COUNT), [3, 2]);
    assert_eq!(whole(&found, campaign_costs::COUPON_ORDER_COUNT), [2, 1]);
    assert_eq!(whole(&found, campaign_costs::NEW_BUYER_COUNT), [2, 1]);
    assert_eq!(whole(&found, campaign_costs::SALES_MINOR), [1000, 100]);
    assert_eq!(
        part(&found, campaign_costs::CPO_MINOR),
        [Some(300.0), Some(50.0)]
    );
    assert_eq!(
        part(&found, campaign_costs::COST_PER_NEW_BUYER_MINOR),
        [Some(450.0), Some(100.0)]
    );
}

#[test]
fn cohorts_and_waiting_go_by_the_channel_of_the_first_purchase() {
    let at = |channel, bought: Bought| Bought {
        channel: Some(channel),
        ..bought
    };
    let mut shop = Shop::of(&[
        at("web", order("a1", "a", "2026-01-05", 100)),
        at("till", order("a2", "a", "2026-03-01", 50)),
        at("web", order("b1", "b", "2026-01-20", 200)),
        at("till", order("c1", "c", "2026-02-20", 300)),
        Bought {
            status: "returned",
            ..order("b1/return", "b", "2026-02-02", -200)
        },
    ]);
    shop.settings = "[segment.cohorts]\nchannels = 1\nweeks = 0\n";
    let found = shop.measured();
    let channels = text(&found.cohorts, cohorts::CHANNEL);
    assert!(!channels.contains(&"till".to_owned()));
    let of = |channel| {
        let conditions = [(cohorts::UNIT, "month"), (cohorts::CHANNEL, channel)];
        rows(&found.cohorts, &conditions)
    };
    // January at six ages, February at five.
    let all = of("-");
    assert_eq!(
        whole(&all, cohorts::PERSON_COUNT),
        [2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1]
    );
    assert_eq!(
        whole(&all, cohorts::ACTIVE_COUNT),
        [2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]
    );
    assert_eq!(
        whole(&all, cohorts::CUMULATIVE_SPEND_MINOR),
        [300, 100, 150, 150, 150, 150, 300, 300, 300, 300, 300]
    );
    assert_eq!(whole(&of("web"), cohorts::PERSON_COUNT), [2; 6]);
    assert_eq!(whole(&of("other"), cohorts::PERSON_COUNT), [1; 5]);

    let waiting = rows(&found.survival, &[(survival::CHANNEL, "-")]);
    assert_eq!(whole(&waiting, survival::AGE_DAYS), [0, 55]);
    assert_eq!(whole(&waiting, survival::AT_RISK_COUNT), [3, 3]);
    assert_eq!(whole(&waiting, survival::CENSORED_COUNT), [0, 2]);
    assert_eq!(
        part(&waiting, survival::WAITING_PROB),
        [Some(1.0), Some(2.0 / 3.0)]
    );
    let other = rows(&found.survival, &[(survival::CHANNEL, "other")]);
    assert_eq!(whole(&other, survival::CENSORED_COUNT), [1]);
}
