//! Small shops, from their orders to the tables.

mod left_out;

use std::path::Path;

use jiff::tz::TimeZone;
use polars::prelude::*;

use super::Measures;
use super::columns::{integers, optional_floats, optional_integers, optional_texts};
use crate::as_of::AsOf;
use crate::config::Config;
use crate::report::Lang;
use crate::schema::{
    Column as Owned, Table, abc_classes, account_scores, assignments, campaign_costs, campaigns,
    cohorts, conversations, customers, deciles, links, migrations, order_lines, orders,
    person_habits as habits, person_segments, person_values, persons, post_scores, posts,
    product_classes as products, shop_kpis as kpis, survival,
};
use crate::segment::{Input, Output, Settings, segment};

#[derive(Clone, Copy)]
struct Bought {
    id: &'static str,
    who: Option<&'static str>,
    on: &'static str,
    spend: i64,
    status: &'static str,
    currency: &'static str,
    channel: Option<&'static str>,
    store: Option<&'static str>,
    coupon: Option<&'static str>,
}

fn order(id: &'static str, who: &'static str, on: &'static str, spend: i64) -> Bought {
    Bought {
        id,
        who: Some(who),
        on,
        spend,
        status: "placed",
        currency: "JPY",
        channel: None,
        store: None,
        coupon: None,
    }
}

/// Order, product, category, pieces, amount, cost.
type Line = (
    &'static str,
    &'static str,
    Option<&'static str>,
    i64,
    i64,
    Option<i64>,
);

/// Name, first and last day, cost, coupons between commas.
type Campaign = (
    &'static str,
    &'static str,
    Option<&'static str>,
    i64,
    &'static str,
);

#[derive(Default)]
struct Shop {
    orders: Vec<Bought>,
    lines: Vec<Line>,
    campaigns: Vec<Campaign>,
    /// Campaign, customer, arm.
    assignments: Vec<(&'static str, &'static str, &'static str)>,
    /// When all of them were drawn, unless on the first day of 2026.
    assigned_on: Option<&'static str>,
    settings: &'static str,
}

fn day_number(day: &str) -> i32 {
    let day: jiff::civil::Date = day.parse().unwrap();
    day.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days()
}

/// Noon of a day in Tokyo.
fn noon(day: &str) -> i64 {
    (i64::from(day_number(day)) * 24 + 3) * 3_600_000_000
}

fn column<T, P>(column: Owned, values: Vec<T>) -> Column
where
    P: ?Sized,
    Series: NamedFrom<Vec<T>, P>,
{
    Column::new(column.small_name(), values)
        .cast(&column.kind.dtype())
        .unwrap()
}

fn empty(table: &Table) -> LazyFrame {
    DataFrame::empty_with_schema(&table.schema()).lazy()
}

impl Shop {
    fn of(orders: &[Bought]) -> Self {
        Self {
            orders: orders.to_vec(),
            ..Self::default()
        }
    }

    fn orders(&self) -> DataFrame {
        let all = &self.orders;
        DataFrame::new(
            all.len(),
            vec![
                column(orders::SOURCE, vec!["shop"; all.len()]),
                column(orders::ORDER_ID, all.iter().map(|one| one.id).collect()),
                column(orders::CUSTOMER_ID, all.iter().map(|one| one.who).collect()),
                column(
                    orders::ORDERED_AT,
                    all.iter().map(|one| noon(one.on)).collect(),
                ),
                column(orders::STATUS, all.iter().map(|one| one.status).collect()),
                column(
                    orders::SPEND_MINOR,
                    all.iter().map(|one| one.spend).collect(),
                ),
                column(
                    orders::TOTAL_MINOR,
                    all.iter().map(|one| one.spend).collect(),
                ),
                column(
                    orders::CURRENCY,
                    all.iter().map(|one| one.currency).collect(),
                ),
                column(orders::CHANNEL, all.iter().map(|one| one.channel).collect()),
                column(orders::STORE, all.iter().map(|one| one.store).collect()),
                column(orders::COUPON, all.iter().map(|one| one.coupon).collect()),
            ],
        )
        .unwrap()
    }

    fn order_lines(&self) -> DataFrame {
        let all = &self.lines;
        let names = || all.iter().map(|line| line.1).collect::<Vec<_>>();
        DataFrame::new(
            all.len(),
            vec![
                column(order_lines::SOURCE, vec!["shop"; all.len()]),
                column(
                    order_lines::ORDER_ID,
                    all.iter().map(|line| line.0).collect(),
                ),
                column(order_lines::PRODUCT_CODE, names()),
                column(order_lines::PRODUCT_NAME, names()),
                column(
                    order_lines::CATEGORY,
                    all.iter().map(|line| line.2).collect(),
                ),
                column(
                    order_lines::QUANTITY,
                    all.iter().map(|line| line.3).collect(),
                ),
                column(
                    order_lines::AMOUNT_MINOR,
                    all.iter().map(|line| line.4).collect(),
                ),
                column(
                    order_lines::COST_MINOR,
                    all.iter().map(|line| line.5).collect(),
                ),
            ],
        )
        .unwrap()
    }

    fn campaigns(&self) -> LazyFrame {
        if self.campaigns.is_empty() {
            return empty(&campaigns::TABLE);
        }
        let all = &self.campaigns;
        let coupons: Vec<Series> = all
            .iter()
            .map(|one| {
                let codes: Vec<&str> = one.4.split(',').collect();
                Series::new("".into(), codes)
            })
            .collect();
        DataFrame::new(
            all.len(),
            vec![
                column(campaigns::SOURCE, vec!["list"; all.len()]),
                column(campaigns::CAMPAIGN, all.iter().map(|one| one.0).collect()),
                column(campaigns::CHANNEL, vec!["email"; all.len()]),
                column(
                    campaigns::STARTED_ON,
                    all.iter().map(|one| day_number(one.1)).collect(),
                ),
                column(
                    campaigns::ENDED_ON,
                    all.iter().map(|one| one.2.map(day_number)).collect(),
                ),
                column(campaigns::COST_MINOR, all.iter().map(|one| one.3).collect()),
                column(campaigns::COUPONS, coupons),
            ],
        )
        .unwrap()
        .lazy()
    }

    fn assignments(&self) -> DataFrame {
        let all = &self.assignments;
        let drawn_on = self.assigned_on.unwrap_or("2026-01-01");
        let drawn = vec![noon(drawn_on); all.len()];
        DataFrame::new(
            all.len(),
            vec![
                column(assignments::SOURCE, vec!["shop"; all.len()]),
                column(assignments::CAMPAIGN, all.iter().map(|one| one.0).collect()),
                column(
                    assignments::CUSTOMER_ID,
                    all.iter().map(|one| one.1).collect(),
                ),
                column(assignments::ARM, all.iter().map(|one| one.2).collect()),
                column(assignments::ASSIGNED_AT, drawn),
            ],
        )
        .unwrap()
    }

    /// Everybody is the one customer record they have.
    fn persons(&self) -> DataFrame {
        let mut names: Vec<&str> = self.orders.iter().filter_map(|one| one.who).collect();
        names.sort_unstable();
        names.dedup();
        let count = names.len();
        DataFrame::new(
            count,
            vec![
                column(persons::SOURCE, vec!["shop"; count]),
                column(persons::CUSTOMER_ID, names.clone()),
                column(persons::PERSON_ID, names),
                column(persons::IS_ANALYSED, vec![true; count]),
            ],
        )
        .unwrap()
    }

    /// Looks at the shop from the end of 2026-06-30.
    fn segmented(&self) -> Output {
        let config = Config::parse(self.settings, Path::new("koe.toml"), &[]).unwrap();
        let reachable: Schema = [
            person_segments::PERSON_ID.field(),
            person_segments::REACHABLE_BY.field(),
        ]
        .into_iter()
        .collect();
        let input = Input {
            orders: self.orders().lazy(),
            order_lines: self.order_lines().lazy(),
            posts: empty(&posts::TABLE),
            assignments: self.assignments().lazy(),
            campaigns: self.campaigns(),
            customers: empty(&customers::TABLE),
            persons: self.persons().lazy(),
            links: empty(&links::TABLE),
            post_scores: empty(&post_scores::TABLE),
            account_scores: empty(&account_scores::TABLE),
            conversations: empty(&conversations::TABLE),
            reachable: DataFrame::empty_with_schema(&reachable).lazy(),
        };
        let settings = Settings {
            segment: &config.segment,
            money: &config.money,
            lang: Lang::Ja,
            min_group_size: config.privacy.min_group_size,
        };
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        let as_of = AsOf::parse("2026-06-30", &tokyo).unwrap();
        segment(input, settings, &as_of).unwrap()
    }

    fn measured(&self) -> Measures {
        self.segmented().measures
    }
}

/// Rows whose texts are these; `-` stands for nothing.
fn rows(frame: &DataFrame, texts: &[(Owned, &str)]) -> DataFrame {
    let condition = texts.iter().fold(lit(true), |all, (column, text)| {
        all.and(match *text {
            "-" => column.expr().is_null(),
            text => column.expr().eq(lit(text)),
        })
    });
    frame.clone().lazy().filter(condition).collect().unwrap()
}

fn whole(frame: &DataFrame, column: Owned) -> Vec<i64> {
    integers(frame, column.name).unwrap()
}

fn part(frame: &DataFrame, column: Owned) -> Vec<Option<f64>> {
    optional_floats(frame, column.name).unwrap()
}

fn text(frame: &DataFrame, column: Owned) -> Vec<String> {
    let found = optional_texts(frame, column.name).unwrap();
    found
        .into_iter()
        .map(|text| text.unwrap_or_else(|| "-".to_owned()))
        .collect()
}

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
