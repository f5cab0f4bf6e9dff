//! Orders that are odd, and the plan of plain expressions that reading them must agree with.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::schema::{ColumnKind, persons};

/// One order of a test: source, number, customer, hour since 2026-01-01 in UTC, status, spend, currency.
#[derive(Debug, Clone)]
pub(in crate::segment) struct Order {
    pub(in crate::segment) source: &'static str,
    pub(in crate::segment) number: u32,
    pub(in crate::segment) customer: Option<u8>,
    pub(in crate::segment) hour: i64,
    pub(in crate::segment) status: &'static str,
    pub(in crate::segment) spend: Option<i64>,
    pub(in crate::segment) currency: &'static str,
}

impl Order {
    /// Returns an order of customer `customer` of the shop `web`, in yen.
    pub(in crate::segment) fn placed(number: u32, customer: u8, hour: i64, spend: i64) -> Self {
        Self {
            source: "web",
            number,
            customer: Some(customer),
            hour,
            status: "placed",
            spend: Some(spend),
            currency: "JPY",
        }
    }

    pub(in crate::segment) fn with_status(self, status: &'static str) -> Self {
        Self { status, ..self }
    }
}

/// 2026-01-01T00:00:00Z.
const BEGIN_MICROS: i64 = 1_767_225_600_000_000;
const HOUR_MICROS: i64 = 3_600_000_000;

/// Returns the tables with which orders are read. Customers 0 to 9 of `web` and `till` are persons: the two records of an
/// even number are one person, customer 9 denied `analyse`.
pub(in crate::segment) fn input(orders_: &[Order]) -> Input {
    let instants: Vec<i64> = orders_
        .iter()
        .map(|order| BEGIN_MICROS + order.hour * HOUR_MICROS)
        .collect();
    let customers: Vec<Option<String>> = orders_
        .iter()
        .map(|order| order.customer.map(|customer| format!("C{customer:05}")))
        .collect();
    let numbers: Vec<String> = orders_
        .iter()
        .map(|order| order.number.to_string())
        .collect();
    let instants = Column::new(orders::ORDERED_AT.small_name(), instants)
        .cast(&ColumnKind::Instant.dtype())
        .unwrap();
    let text = |column: crate::schema::Column, value: fn(&Order) -> Option<&str>| {
        let values: Vec<Option<&str>> = orders_.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let orders_frame = DataFrame::new(
        orders_.len(),
        vec![
            text(orders::SOURCE, |order| Some(order.source)),
            Column::new(orders::ORDER_ID.small_name(), numbers),
            Column::new(orders::CUSTOMER_ID.small_name(), customers),
            instants,
            text(orders::STATUS, |order| Some(order.status)),
            Column::new(
                orders::SPEND_MINOR.small_name(),
                orders_.iter().map(|order| order.spend).collect::<Vec<_>>(),
            ),
            Column::new(
                orders::TOTAL_MINOR.small_name(),
                // Some exports have no total; shipping may make up for a discount above the goods.
                (orders_.iter())
                    .map(|order| {
                        order
                            .spend
                            .filter(|_| order.number % 4 > 0)
                            .map(|spend| spend + 50)
                    })
                    .collect::<Vec<_>>(),
            ),
            text(orders::CURRENCY, |order| Some(order.currency)),
            text(orders::CHANNEL, |order| Some(order.source)),
            text(orders::STORE, |order| {
                order.number.is_multiple_of(2).then_some("north")
            }),
            text(orders::COUPON, |order| {
                order.number.is_multiple_of(3).then_some("HARU")
            }),
        ],
    )
    .unwrap();
    let records: Vec<(&str, u8)> = ["web", "till"]
        .into_iter()
        .flat_map(|source| (0..10).map(move |customer| (source, customer)))
        .collect();
    let person = |(source, customer): &(&str, u8)| match customer % 2 {
        0 => format!("person{}", 9 - customer),
        _ => format!("{source}{customer}"),
    };
    let persons_frame = df!(
        persons::SOURCE.name => records.iter().map(|record| record.0).collect::<Vec<_>>(),
        persons::CUSTOMER_ID.name =>
            records.iter().map(|record| format!("C{:05}", record.1)).collect::<Vec<_>>(),
        persons::PERSON_ID.name => records.iter().map(person).collect::<Vec<_>>(),
        persons::IS_ANALYSED.name => records.iter().map(|record| record.1 != 9).collect::<Vec<_>>(),
    )
    .unwrap();
    let none = DataFrame::empty().lazy();
    Input {
        orders: orders_frame.lazy(),
        order_lines: none.clone(),
        posts: none.clone(),
        assignments: none.clone(),
        campaigns: none.clone(),
        customers: none.clone(),
        persons: persons_frame.lazy(),
        links: none.clone(),
        post_scores: none.clone(),
        account_scores: none.clone(),
        conversations: none.clone(),
        reachable: none,
    }
}

/// Returns yen, with dollars at 150.
pub(in crate::segment) fn yen() -> MoneyConfig {
    MoneyConfig {
        currency: "JPY".to_owned(),
        rates: BTreeMap::from([("USD".to_owned(), 150.0)]),
    }
}

/// Returns the end of a day in Tokyo.
pub(in crate::segment) fn end_of(day: &str) -> AsOf {
    AsOf::parse(day, &TimeZone::get("Asia/Tokyo").unwrap()).unwrap()
}

/// Returns random orders of January 2026.
pub(in crate::segment) fn any_orders() -> impl Strategy<Value = Vec<Order>> {
    let order = (
        prop_oneof![Just("web"), Just("till"), Just("fair")],
        proptest::option::weighted(0.9, 0_u8..12),
        0_i64..31 * 24,
        prop_oneof![6 => Just("placed"), 1 => Just("cancelled"), 2 => Just("returned")],
        proptest::option::weighted(0.95, -50_i64..500),
        prop_oneof![6 => Just("JPY"), 1 => Just("USD"), 1 => Just("EUR")],
    );
    proptest::collection::vec(order, 0..120).prop_map(|orders| {
        let orders = orders.into_iter().zip(0..);
        orders
            .map(
                |((source, customer, hour, status, spend, currency), number)| Order {
                    source,
                    number,
                    customer,
                    hour,
                    status,
                    spend,
                    currency,
                },
            )
            .collect()
    })
}

/// The table `purchases` by joins and group-bys: the definition that the quick way is measured by.
fn plan(input: &Input, money: &MoneyConfig, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let day = orders::ORDERED_AT
        .expr()
        .dt()
        .convert_time_zone(as_of.polars_zone())
        .dt()
        .date();
    let is_complete = day
        .clone()
        .cast(DataType::Int32)
        .lt_eq(lit(as_of.day_number()));
    let people = input
        .persons
        .clone()
        .filter(persons::IS_ANALYSED.expr())
        .select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            persons::PERSON_ID.expr(),
        ]);
    let counted = input
        .orders
        .clone()
        .filter(orders::ORDERED_AT.expr().lt(instant).and(is_complete))
        .filter(orders::STATUS.expr().eq(lit("cancelled")).not())
        .join(
            people,
            [orders::SOURCE.expr(), orders::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .select([
            orders::SOURCE.expr(),
            orders::ORDER_ID.expr(),
            persons::PERSON_ID.expr(),
            day.alias(purchases::PURCHASED_ON.name),
            spend(money).alias(purchases::SPEND_MINOR.name),
            orders::STATUS
                .expr()
                .eq(lit("returned"))
                .or(when(orders::TOTAL_MINOR.expr().is_null())
                    .then(spend(money))
                    .otherwise(orders::TOTAL_MINOR.expr())
                    .lt(lit(0i64)))
                .alias(purchases::IS_RETURN.name),
            orders::CHANNEL.expr(),
            orders::STORE.expr(),
            orders::COUPON.expr(),
        ])
        .filter(purchases::SPEND_MINOR.expr().is_not_null());
    let first_day = counted
        .clone()
        .filter(
            purchases::IS_RETURN
                .expr()
                .not()
                .and(purchases::PERSON_ID.expr().is_not_null()),
        )
        .group_by([purchases::PERSON_ID.expr()])
        .agg([purchases::PURCHASED_ON.expr().min().alias("__first")]);
    let is_first = purchases::PURCHASED_ON
        .expr()
        .eq(col("__first"))
        .and(purchases::IS_RETURN.expr().not());
    counted
        .left_join(
            first_day,
            purchases::PERSON_ID.expr(),
            purchases::PERSON_ID.expr(),
        )
        .with_column(
            is_first
                .fill_null(lit(false))
                .alias(purchases::IS_FIRST.name),
        )
        .select(
            purchases::TABLE
                .columns
                .iter()
                .map(|column| column.expr())
                .collect::<Vec<_>>(),
        )
        .sort(
            [
                purchases::PURCHASED_ON.name,
                purchases::SOURCE.name,
                purchases::ORDER_ID.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()
}

/// Returns person, day of January, spend and whether it is the first, per row of `purchases`.
fn rows(table: &DataFrame) -> Vec<(Option<String>, i32, i64, bool)> {
    let days = table.column(purchases::PURCHASED_ON.name).unwrap();
    let days = days.cast(&DataType::Int32).unwrap();
    let cells = table
        .column(purchases::PERSON_ID.name)
        .unwrap()
        .str()
        .unwrap()
        .iter()
        .zip(days.i32().unwrap().iter());
    let spends = table.column(purchases::SPEND_MINOR.name).unwrap();
    let first = table.column(purchases::IS_FIRST.name).unwrap();
    cells
        .zip(
            spends
                .i64()
                .unwrap()
                .iter()
                .zip(first.bool().unwrap().iter()),
        )
        .map(|((person, day), (spend, is_first))| {
            (
                person.map(str::to_owned),
                day.unwrap() - 20_453,
                spend.unwrap(),
                is_first.unwrap(),
            )
        })
        .collect()
}

#[test]
fn odd_orders_count_as_they_are_defined() {
    let orders = [
        // 2026-01-02 in Tokyo from 15 o'clock UTC of the 1st on.
        Order::placed(1, 0, 14, 100),
        Order::placed(2, 0, 15, 0),
        Order::placed(3, 0, 15, -40),
        Order::placed(4, 0, 16, 900).with_status("cancelled"),
        Order::placed(5, 0, 60, -100).with_status("returned"),
        // A return of somebody who never bought.
        Order::placed(6, 1, 16, -5).with_status("returned"),
        // The same person at the till.
        Order {
            source: "till",
            ..Order::placed(7, 0, 90, 30)
        },
        // One who denied `analyse`, a customer nobody knows, and none at all.
        Order::placed(8, 9, 16, 7),
        Order::placed(9, 11, 16, 8),
        Order {
            customer: None,
            ..Order::placed(10, 0, 16, 9)
        },
        // Two dollars and one cent at 150, and a currency without a rate.
        Order {
            currency: "USD",
            ..Order::placed(11, 2, 16, 201)
        },
        Order {
            currency: "EUR",
            ..Order::placed(12, 2, 16, 201)
        },
        // The first hour of a day that is not over.
        Order::placed(13, 2, 9 * 24 + 15, 1),
    ];
    let found = purchases(&input(&orders), &yen(), &end_of("2026-01-10")).unwrap();
    let person = |name: &str| Some(name.to_owned());
    let mut rows = rows(&found.table);
    rows.sort();
    let mut expected = vec![
        (person("person9"), 1, 100, true),
        (person("person9"), 2, 0, false),
        (person("person9"), 2, -40, false),
        (person("person9"), 3, -100, false),
        (person("web1"), 2, -5, false),
        (person("person9"), 5, 30, false),
        (None, 2, 7, false),
        (None, 2, 8, false),
        (None, 2, 9, false),
        (person("person7"), 2, 302, true),
    ];
    expected.sort();
    assert_eq!(rows, expected);
    assert_eq!(
        found.left_out,
        LeftOut {
            cancelled: 1,
            other_currency: 1,
            without_person: 3
        }
    );
    let ids: Vec<&str> = found.ledger.ids.str().unwrap().iter().flatten().collect();
    assert!(ids.is_sorted());
    assert_eq!(found.ledger.entries.len(), 7);
}

#[test]
fn rows_come_by_day_source_and_order_however_they_lie() {
    let rows = df!(
        purchases::SOURCE.name => ["web", "web", "till", "web", "till"],
        purchases::ORDER_ID.name => ["2", "10", "9", "1", "9"],
        purchases::PURCHASED_ON.name => [5, -3, 5, 5, 4],
    );
    let places = by_day(&rows.unwrap()).unwrap();
    let places: Vec<IdxSize> = places.iter().flatten().collect();
    assert_eq!(places, [1, 4, 2, 3, 0]);
}

#[test]
fn without_orders_or_persons_there_is_an_empty_table_of_the_schema() {
    let mut none = input(&[]);
    let found = purchases(&none, &yen(), &end_of("2026-01-10")).unwrap();
    assert_eq!(**found.table.schema(), purchases::TABLE.schema());
    assert_eq!(found.table.height(), 0);
    let orders = [Order::placed(1, 0, 14, 100)];
    none.persons = DataFrame::empty_with_schema(&persons::TABLE.schema()).lazy();
    none.orders = input(&orders).orders;
    let found = purchases(&none, &yen(), &end_of("2026-01-10")).unwrap();
    assert_eq!(rows(&found.table), [(None, 1, 100, false)]);
    assert_eq!(found.left_out.without_person, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn reading_agrees_with_the_plan_of_plain_expressions(
        orders in any_orders(),
        day in prop_oneof![Just("2026-01-31"), Just("2026-01-12"), Just("2026-01-20T18:30")],
    ) {
        let (input, money, as_of) = (input(&orders), yen(), end_of(day));
        let found = purchases(&input, &money, &as_of).unwrap();
        let expected = plan(&input, &money, &as_of).unwrap();
        prop_assert_eq!(rows(&found.table), rows(&expected));
        prop_assert!(found.table.equals_missing(&expected));
        let nobodys = expected.column(purchases::PERSON_ID.name).unwrap().null_count();
        prop_assert_eq!(found.left_out.without_person, nobodys as u64);
        let ids = found.ledger.ids.str().unwrap();
        let numbered = found.persons.iter();
        let numbered: Vec<Option<&str>> = numbered
            .map(|person| person.and_then(|person| ids.get(person as usize)))
            .collect();
        let told = found.table.column(purchases::PERSON_ID.name).unwrap();
        let told: Vec<Option<&str>> = told.str().unwrap().iter().collect();
        prop_assert_eq!(numbered, told);
        let quick = ledger(&input, &money, &as_of).unwrap();
        prop_assert_eq!(quick.entries.len() + nobodys, expected.height());
        let sum = |ledger: &Ledger| ledger.entries.iter().map(|entry| entry.spend()).sum::<i64>();
        prop_assert_eq!(sum(&quick), sum(&found.ledger));
    }
}
