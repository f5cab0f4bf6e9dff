//! What was in the orders.

use super::*;

#[test]
fn lines_tell_pieces_margin_categories_and_products() {
    let mut shop = Shop::of(&[
        order("1", "a", "2026-01-10", 1000),
        order("2", "a", "2026-02-01", 500),
        Bought {
            status: "returned",
            ..order("1/return", "a", "2026-02-10", -450)
        },
        Bought {
            status: "cancelled",
            ..order("3", "a", "2026-02-11", 9000)
        },
        order("without lines", "b", "2026-02-12", 100),
    ]);
    shop.lines = vec![
        ("1", "bean", Some("coffee"), 2, 900, Some(300)),
        ("1", "cup", Some("ware"), 1, 300, Some(100)),
        ("2", "bean", Some("coffee"), 1, 500, None),
        ("1/return", "bean", Some("coffee"), -1, -450, Some(-150)),
        ("3", "bean", Some("coffee"), 100, 9000, Some(3000)),
    ];
    let found = shop.measured();
    let person = &found.person_habits;
    assert_eq!(part(person, habits::UNITS_PER_ORDER), [Some(2.0), None]);
    assert_eq!(whole(person, habits::CATEGORY_COUNT), [2, 0]);
    assert_eq!(text(person, habits::FAVOURITE_CATEGORY), ["coffee", "-"]);
    // Of the order with all costs and the return of it: 1000 - 450 less 400 - 150; what the discount took is not earned.
    let margin = optional_integers(person, habits::MARGIN_MINOR.name).unwrap();
    assert_eq!(margin, [Some(300), None]);
    assert_eq!(whole(person, habits::COSTED_SPEND_MINOR), [550, 0]);
    let all = rows(&found.shop_kpis, &[(kpis::PERIOD_KIND, "all")]);
    assert_eq!(whole(&all, kpis::MARGIN_MINOR), [300]);
    assert_eq!(part(&all, kpis::UNITS_PER_ORDER), [Some(2.0)]);
    let sold = &found.product_classes;
    assert_eq!(text(sold, products::PRODUCT), ["bean", "cup"]);
    assert_eq!(whole(sold, products::QUANTITY), [2, 1]);
    assert_eq!(whole(sold, products::SALES_MINOR), [950, 300]);
    assert_eq!(whole(sold, products::LINE_COUNT), [2, 1]);
    assert_eq!(whole(sold, products::BUYER_COUNT), [1, 1]);
    assert_eq!(whole(sold, products::MARGIN_MINOR), [300, 200]);
    assert_eq!(part(sold, products::SALES_SHARE), [Some(0.76), Some(0.24)]);
    assert_eq!(text(sold, products::ABC_CLASS), ["A", "A"]);
}

#[test]
fn lines_of_another_currency_are_converted_as_their_orders_are() {
    let mut shop = Shop::of(&[
        Bought {
            currency: "USD",
            ..order("1", "a", "2026-06-10", 1000)
        },
        Bought {
            currency: "EUR",
            ..order("2", "a", "2026-06-11", 1000)
        },
    ]);
    shop.lines = vec![
        ("1", "bean", None, 1, 1000, Some(400)),
        ("2", "bean", None, 1, 1000, Some(400)),
    ];
    shop.settings = "[money.rates]\nUSD = 150.0\n";
    let found = shop.measured();
    assert_eq!(whole(&found.product_classes, products::SALES_MINOR), [1500]);
    assert_eq!(whole(&found.product_classes, products::MARGIN_MINOR), [900]);
    assert_eq!(whole(&found.person_habits, habits::MARGIN_MINOR), [900]);
}
