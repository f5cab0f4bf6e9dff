//! Small shops for tests of this stage.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude::*;

use super::{Input, Settings};
use crate::as_of::AsOf;
use crate::config::Config;
use crate::report::Lang;
use crate::schema::{
    Column as Owned, ColumnKind, Table, account_scores, assignments, campaigns, conversations,
    customers, links, order_lines, orders, person_segments, person_values, person_voices, persons,
    post_scores, posts,
};

/// Source of all customers and orders.
pub(super) const SHOP: &str = "shop";
/// Platform of all accounts; ids and handles are the same.
const PLATFORM: &str = "x";

/// The end of a day in Tokyo.
pub(super) fn until(day: &str) -> AsOf {
    AsOf::parse(day, &TimeZone::get("Asia/Tokyo").unwrap()).unwrap()
}

pub(super) fn config(text: &str) -> Config {
    Config::parse(text, Path::new("koe.toml"), &[]).unwrap()
}

pub(super) fn settings(config: &Config) -> Settings<'_> {
    Settings {
        segment: &config.segment,
        money: &config.money,
        lang: Lang::Ja,
        min_group_size: config.privacy.min_group_size,
    }
}

/// A reply, repost, quote or mention, or what it answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Post<'a> {
    pub id: &'a str,
    pub account: &'a str,
    pub at: &'a str,
    pub reply_to: Option<&'a str>,
    pub reposted: Option<&'a str>,
    pub mentions: &'a [&'a str],
}

/// An opinion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opinion<'a> {
    id: &'a str,
    account: &'a str,
    day: &'a str,
    praised: &'a [&'a str],
    criticised: &'a [&'a str],
    words: &'a [&'a str],
}

impl<'a> Opinion<'a> {
    pub(super) const fn new(
        id: &'a str,
        account: &'a str,
        day: &'a str,
        praised: &'a [&'a str],
        criticised: &'a [&'a str],
        words: &'a [&'a str],
    ) -> Self {
        Self {
            id,
            account,
            day,
            praised,
            criticised,
            words,
        }
    }
}

/// A conversation in which a complaint waits, or does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Complaint<'a> {
    pub id: &'a str,
    pub account: &'a str,
    pub severity: f64,
    pub reach: i64,
    pub is_open: bool,
}

impl<'a> Complaint<'a> {
    /// One that waits, since the first of January 2026.
    pub(super) const fn open(id: &'a str, account: &'a str, severity: f64, reach: i64) -> Self {
        Self {
            id,
            account,
            severity,
            reach,
            is_open: true,
        }
    }
}

/// The tables that the stage reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shop<'a> {
    /// Customer, person and whether the person may be analysed.
    pub persons: &'a [(&'a str, &'a str, bool)],
    /// Person and account.
    pub links: &'a [(&'a str, &'a str)],
    /// Account and role.
    pub roles: &'a [(&'a str, &'a str)],
    pub posts: &'a [Post<'a>],
    pub opinions: &'a [Opinion<'a>],
    pub complaints: &'a [Complaint<'a>],
    /// Order, customer, instant and spend in yen.
    pub orders: &'a [(&'a str, &'a str, &'a str, i64)],
}

impl Shop<'_> {
    pub(super) const EMPTY: Self = Self {
        persons: &[],
        links: &[],
        roles: &[],
        posts: &[],
        opinions: &[],
        complaints: &[],
        orders: &[],
    };

    pub(super) fn input(&self) -> Input {
        let empty = |table: &Table| DataFrame::full_null(&table.schema(), 0).lazy();
        Input {
            orders: self.orders().lazy(),
            order_lines: empty(&order_lines::TABLE),
            posts: self.posts().lazy(),
            assignments: empty(&assignments::TABLE),
            campaigns: empty(&campaigns::TABLE),
            customers: empty(&customers::TABLE),
            persons: self.persons().lazy(),
            links: self.links().lazy(),
            post_scores: self.post_scores().lazy(),
            account_scores: self.account_scores().lazy(),
            conversations: self.conversations().lazy(),
            reachable: df!(person_segments::PERSON_ID.name => Vec::<&str>::new())
                .unwrap()
                .lazy()
                .with_column(
                    lit(NULL)
                        .cast(ColumnKind::Texts.dtype())
                        .alias(person_segments::REACHABLE_BY.name),
                ),
        }
    }

    fn persons(&self) -> DataFrame {
        let all = self.persons;
        rows(
            &persons::TABLE,
            all.len(),
            vec![
                same(persons::SOURCE, SHOP, all.len()),
                text(persons::CUSTOMER_ID, all.iter().map(|row| row.0)),
                text(persons::PERSON_ID, all.iter().map(|row| row.1)),
                Column::new(
                    persons::IS_ANALYSED.small_name(),
                    all.iter().map(|row| row.2).collect::<Vec<bool>>(),
                ),
            ],
        )
    }

    fn links(&self) -> DataFrame {
        let all = self.links;
        rows(
            &links::TABLE,
            all.len(),
            vec![
                text(links::PERSON_ID, all.iter().map(|row| row.0)),
                same(links::PLATFORM, PLATFORM, all.len()),
                same(links::PROVIDER, "", all.len()),
                text(links::ACCOUNT_ID, all.iter().map(|row| row.1)),
                text(links::HANDLE, all.iter().map(|row| row.1)),
            ],
        )
    }

    fn account_scores(&self) -> DataFrame {
        let all = self.roles;
        rows(
            &account_scores::TABLE,
            all.len(),
            vec![
                same(account_scores::PLATFORM, PLATFORM, all.len()),
                same(account_scores::PROVIDER, "", all.len()),
                text(account_scores::ACCOUNT_ID, all.iter().map(|row| row.0)),
                text(account_scores::ROLE, all.iter().map(|row| row.1)),
            ],
        )
    }

    fn posts(&self) -> DataFrame {
        let all = self.posts;
        let mentions: Vec<&[&str]> = all.iter().map(|post| post.mentions).collect();
        let reply_to: Vec<Option<&str>> = all.iter().map(|post| post.reply_to).collect();
        let reposted: Vec<Option<&str>> = all.iter().map(|post| post.reposted).collect();
        rows(
            &posts::TABLE,
            all.len(),
            vec![
                same(posts::SOURCE, PLATFORM, all.len()),
                same(posts::PLATFORM, PLATFORM, all.len()),
                text(posts::POST_ID, all.iter().map(|post| post.id)),
                text(posts::ACCOUNT_ID, all.iter().map(|post| post.account)),
                instants(posts::POSTED_AT, all.iter().map(|post| micros(post.at))),
                Column::new(posts::REPLY_TO_POST_ID.small_name(), reply_to),
                Column::new(posts::REPOSTED_POST_ID.small_name(), reposted),
                list(posts::MENTIONS, &mentions),
            ],
        )
    }

    fn post_scores(&self) -> DataFrame {
        let all = self.opinions;
        let praised: Vec<&[&str]> = all.iter().map(|opinion| opinion.praised).collect();
        let criticised: Vec<&[&str]> = all.iter().map(|opinion| opinion.criticised).collect();
        let words: Vec<&[&str]> = all.iter().map(|opinion| opinion.words).collect();
        rows(
            &post_scores::TABLE,
            all.len(),
            vec![
                same(post_scores::SOURCE, PLATFORM, all.len()),
                same(post_scores::PLATFORM, PLATFORM, all.len()),
                same(post_scores::PROVIDER, "", all.len()),
                text(post_scores::POST_ID, all.iter().map(|opinion| opinion.id)),
                text(
                    post_scores::ACCOUNT_ID,
                    all.iter().map(|opinion| opinion.account),
                ),
                instants(
                    post_scores::POSTED_AT,
                    all.iter()
                        .map(|opinion| micros(&format!("{}T12:00:00Z", opinion.day))),
                ),
                Column::new(post_scores::IS_OPINION.small_name(), vec![true; all.len()]),
                list(post_scores::POSITIVE_ASPECTS, &praised),
                list(post_scores::NEGATIVE_ASPECTS, &criticised),
                list(post_scores::WORDS, &words),
            ],
        )
    }

    fn conversations(&self) -> DataFrame {
        let all = self.complaints;
        let since = micros("2026-01-01T00:00:00Z");
        let severity: Vec<f64> = all.iter().map(|talk| talk.severity).collect();
        let reach: Vec<i64> = all.iter().map(|talk| talk.reach).collect();
        let priority: Vec<f64> = all
            .iter()
            .map(|talk| talk.severity * (10.0 + talk.reach as f64).log10())
            .collect();
        let is_open: Vec<bool> = all.iter().map(|talk| talk.is_open).collect();
        rows(
            &conversations::TABLE,
            all.len(),
            vec![
                text(
                    conversations::CONVERSATION_ID,
                    all.iter().map(|talk| talk.id),
                ),
                same(conversations::SOURCE, PLATFORM, all.len()),
                same(conversations::PLATFORM, PLATFORM, all.len()),
                same(conversations::PROVIDER, "", all.len()),
                text(
                    conversations::ACCOUNT_ID,
                    all.iter().map(|talk| talk.account),
                ),
                text(conversations::ROOT_POST_ID, all.iter().map(|talk| talk.id)),
                same(conversations::STATE, "unanswered", all.len()),
                Column::new(conversations::IS_OPEN_COMPLAINT.small_name(), is_open),
                Column::new(conversations::SEVERITY.small_name(), severity),
                Column::new(conversations::REACH.small_name(), reach),
                Column::new(conversations::PRIORITY.small_name(), priority),
                instants(conversations::WAITING_SINCE_AT, all.iter().map(|_| since)),
                instants(conversations::DUE_AT, all.iter().map(|_| since + 1)),
            ],
        )
    }

    fn orders(&self) -> DataFrame {
        let all = self.orders;
        let spend: Vec<i64> = all.iter().map(|order| order.3).collect();
        rows(
            &orders::TABLE,
            all.len(),
            vec![
                same(orders::SOURCE, SHOP, all.len()),
                text(orders::ORDER_ID, all.iter().map(|order| order.0)),
                text(orders::CUSTOMER_ID, all.iter().map(|order| order.1)),
                instants(orders::ORDERED_AT, all.iter().map(|order| micros(order.2))),
                same(orders::STATUS, "placed", all.len()),
                same(orders::CURRENCY, "JPY", all.len()),
                Column::new(orders::SPEND_MINOR.small_name(), spend),
            ],
        )
    }
}

/// One person of whom nothing is known, with every column that rules may use.
pub(super) fn nobody() -> DataFrame {
    let mut frame = DataFrame::full_null(&person_values::TABLE.schema(), 1);
    let person = Column::new(person_values::PERSON_ID.small_name(), ["nobody"]);
    frame.with_column(person).unwrap();
    let voices = person_voices::TABLE.columns.iter().skip(1).copied();
    let further = [
        person_segments::ORDER_STAGE,
        person_segments::SRM_ROLE,
        person_segments::ACCOUNT_ROLE,
        person_segments::VALUE_AT_STAKE_MINOR,
    ];
    for column in voices.chain(further) {
        let nothing = Series::full_null(column.small_name(), 1, &column.kind.dtype());
        frame.with_column(nothing.into_column()).unwrap();
    }
    frame
}

/// Makes rows of a table of which only some columns are filled.
pub(super) fn rows(table: &Table, count: usize, columns: Vec<Column>) -> DataFrame {
    let mut frame = DataFrame::full_null(&table.schema(), count);
    for column in columns {
        frame.with_column(column).unwrap();
    }
    frame
}

pub(super) fn text<'a>(column: Owned, values: impl Iterator<Item = &'a str>) -> Column {
    Column::new(column.small_name(), values.collect::<Vec<&str>>())
}

pub(super) fn same(column: Owned, value: &str, count: usize) -> Column {
    Column::new(column.small_name(), vec![value; count])
}

pub(super) fn instants(column: Owned, values: impl Iterator<Item = i64>) -> Column {
    Column::new(column.small_name(), values.collect::<Vec<i64>>())
        .cast(&ColumnKind::Instant.dtype())
        .unwrap()
}

pub(super) fn micros(at: &str) -> i64 {
    at.parse::<Timestamp>().unwrap().as_microsecond()
}

/// Makes a column of lists.
pub(super) fn list(column: Owned, values: &[&[&str]]) -> Column {
    let mut lists = ListStringChunkedBuilder::new(column.small_name(), values.len(), values.len());
    for value in values {
        lists.append_values_iter(value.iter().copied());
    }
    lists.finish().into_column()
}

/// Returns the texts of a column, empty where there is none.
pub(super) fn texts(frame: &DataFrame, column: Owned) -> Vec<&str> {
    let found = frame.column(column.name).unwrap().str().unwrap();
    found.iter().map(Option::unwrap_or_default).collect()
}

/// Returns the whole numbers of a column, 0 where there is none.
pub(super) fn integers(frame: &DataFrame, column: Owned) -> Vec<i64> {
    let found = frame.column(column.name).unwrap().i64().unwrap();
    found.iter().map(Option::unwrap_or_default).collect()
}

pub(super) fn floats(frame: &DataFrame, column: Owned) -> Vec<Option<f64>> {
    let found = frame.column(column.name).unwrap().f64().unwrap();
    found.iter().collect()
}

pub(super) fn flags(frame: &DataFrame, column: Owned) -> Vec<bool> {
    let found = frame.column(column.name).unwrap().bool().unwrap();
    found.iter().map(Option::unwrap_or_default).collect()
}

/// Returns the lists of a column, empty where there is none.
pub(super) fn lists(frame: &DataFrame, column: Owned) -> Vec<Vec<String>> {
    let found = frame.column(column.name).unwrap().list().unwrap();
    (0..found.len())
        .map(|row| {
            let list = found.get_as_series(row);
            let list = list.as_ref().map(|list| list.str().unwrap());
            let words = list.into_iter().flat_map(|list| list.iter().flatten());
            words.map(str::to_owned).collect()
        })
        .collect()
}
