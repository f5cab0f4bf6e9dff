//! Small shops, from their orders to the tables.

mod goods;
mod left_out;
mod sales;
mod ways_in;
mod whole_shop;

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
