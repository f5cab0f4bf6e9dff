//! What came too early to count.

use super::*;

#[test]
fn what_went_back_before_the_first_purchase_is_in_nobodys_spend() {
    let back = |id, on, spend| Bought {
        status: "returned",
        ..order(id, "a", on, spend)
    };
    let mut shop = Shop::of(&[
        // Of the same month, then of the same week, then of the same day as the first purchase.
        back("old/return", "2026-03-01", -50),
        back("older/return", "2026-03-02", -70),
        order("1", "a", "2026-03-04", 100),
        back("1/return", "2026-03-04", -30),
    ]);
    shop.settings = "[segment.cohorts]\nweeks = 30\n[segment.abc]\nwindow_days = 0\n";
    let output = shop.segmented();
    let found = &output.measures;
    for unit in ["month", "week"] {
        let conditions = [(cohorts::UNIT, unit), (cohorts::CHANNEL, "-")];
        let cells = rows(&found.cohorts, &conditions);
        assert_eq!(whole(&cells, cohorts::SPEND_MINOR)[0], 70, "{unit}");
    }
    let habits_spend = whole(&found.person_habits, habits::ABC_SPEND_MINOR);
    assert_eq!(habits_spend, [70]);
    let values = &output.person_values;
    assert_eq!(whole(values, person_values::SPEND_MINOR), [70]);
    assert_eq!(whole(values, person_values::RETURN_COUNT), [1]);
    let all = rows(&found.shop_kpis, &[(kpis::PERIOD_KIND, "all")]);
    assert_eq!(whole(&all, kpis::RETURNED_MINOR), [150]);
}

#[test]
fn what_was_bought_before_the_draw_is_not_the_campaigns() {
    let mut shop = Shop::of(&[
        order("before", "a", "2026-03-09", 500),
        order("that day", "a", "2026-03-10", 300),
        order("after", "a", "2026-03-12", 100),
        // A coupon tells by itself.
        Bought {
            coupon: Some("SPRING"),
            ..order("by coupon", "a", "2026-03-08", 40)
        },
    ]);
    shop.campaigns = vec![("spring", "2026-03-01", None, 900, "SPRING")];
    shop.assignments = vec![("spring", "a", "treated")];
    shop.assigned_on = Some("2026-03-10");
    let found = shop.measured().campaign_costs;
    assert_eq!(whole(&found, campaign_costs::ORDER_COUNT), [3]);
    assert_eq!(whole(&found, campaign_costs::COUPON_ORDER_COUNT), [1]);
    assert_eq!(whole(&found, campaign_costs::SALES_MINOR), [440]);
}
