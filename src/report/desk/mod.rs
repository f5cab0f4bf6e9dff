//! The desk: whom to contact, by name. For the people who act; never part of the report that is forwarded.

use minijinja::{Environment, Value, context};
use polars::prelude::*;
use serde::Serialize;

use super::font::font_face;
use super::gather::columns::{dates_or_empty, floats, lists, optional_integers, texts};
use super::html::PageError;
use super::words::{Lang, Numbers};
use crate::as_of::AsOf;
use crate::config::{Config, RuleUrgency};
use crate::error::{Error, Result};
use crate::money;
use crate::schema::{
    customers, links, person_segments, person_values, person_voices, persons, post_scores, posts,
    segments,
};

/// Persons listed at most.
const MOST_PERSONS: u32 = 300;
/// Stands in the page until the characters it uses are known.
const FONT_SLOT: &str = "/*koe-font-face*/";
const TEMPLATE: &str = include_str!("desk.html");

/// The tables that the desk comes from.
pub struct Input {
    /// `customers`
    pub customers: LazyFrame,
    /// `persons`
    pub persons: LazyFrame,
    /// `person_segments`
    pub person_segments: LazyFrame,
    /// `person_values`
    pub person_values: LazyFrame,
    /// `person_voices`
    pub person_voices: LazyFrame,
    /// `segments`
    pub segments: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `post_scores`
    pub post_scores: LazyFrame,
}

/// Persons to contact, the most pressing first.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    brand: String,
    as_of: String,
    currency: String,
    rows: Vec<DeskRow>,
}

/// One person to contact.
#[derive(Debug, Clone, PartialEq)]
struct DeskRow {
    is_now: bool,
    name: String,
    customer: String,
    segment: String,
    action: String,
    channels: Vec<String>,
    last_purchased_on: String,
    ltv_minor: Option<i64>,
    sentiment: Option<f64>,
    quote: String,
}

/// Collects the persons whose segment is pressing.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn gather(input: &Input, config: &Config, as_of: &AsOf) -> Result<Desk> {
    let rows = rows(input, i64::from(config.segment.voice_window_days), as_of)
        .map_err(Error::frame("gather the desk list"))?;
    Ok(Desk {
        brand: config.own_brand().name.clone(),
        as_of: as_of.last_day().to_string(),
        currency: config.money.currency.clone(),
        rows,
    })
}

fn rows(input: &Input, days: i64, as_of: &AsOf) -> PolarsResult<Vec<DeskRow>> {
    let person = || person_segments::PERSON_ID.expr();
    let pressing = input
        .segments
        .clone()
        .filter(
            segments::URGENCY
                .expr()
                .eq(lit(RuleUrgency::Now.key()))
                .or(segments::URGENCY.expr().eq(lit(RuleUrgency::Week.key()))),
        )
        .select([
            segments::SEGMENT.expr(),
            segments::ACTION.expr(),
            segments::POSITION.expr(),
            segments::URGENCY
                .expr()
                .eq(lit(RuleUrgency::Now.key()))
                .alias("__now"),
        ]);
    // A person goes by the name on the record registered first.
    let names = input
        .persons
        .clone()
        .join(
            input.customers.clone().select([
                customers::SOURCE.expr(),
                customers::CUSTOMER_ID.expr(),
                customers::NAME.expr(),
                customers::REGISTERED_ON.expr(),
            ]),
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            [customers::SOURCE.expr(), customers::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .sort(
            [
                customers::REGISTERED_ON.name,
                persons::SOURCE.name,
                persons::CUSTOMER_ID.name,
            ],
            SortMultipleOptions::default().with_nulls_last(true),
        )
        .group_by_stable([persons::PERSON_ID.expr()])
        .agg([
            customers::NAME.expr().drop_nulls().first(),
            concat_str(
                [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
                ":",
                true,
            )
            .first()
            .alias("__customer"),
        ]);
    let values = input.person_values.clone().select([
        person_values::PERSON_ID.expr(),
        person_values::LAST_PURCHASED_ON.expr(),
        person_values::LTV_MINOR.expr(),
        person_values::SPEND_MINOR.expr(),
    ]);
    let voices = input.person_voices.clone().select([
        person_voices::PERSON_ID.expr(),
        person_voices::RECENT_SENTIMENT_MEAN.expr(),
    ]);
    let frame = input
        .person_segments
        .clone()
        .inner_join(
            pressing,
            person_segments::SEGMENT.expr(),
            segments::SEGMENT.expr(),
        )
        .left_join(names, person(), persons::PERSON_ID.expr())
        .left_join(values, person(), person_values::PERSON_ID.expr())
        .left_join(voices, person(), person_voices::PERSON_ID.expr())
        .left_join(
            quotes(input, days, as_of),
            person(),
            links::PERSON_ID.expr(),
        )
        .sort(
            [
                "__now",
                segments::POSITION.name,
                person_values::LTV_MINOR.name,
                person_segments::PERSON_ID.name,
            ],
            SortMultipleOptions::default()
                .with_order_descending_multi([true, false, true, false])
                .with_nulls_last(true),
        )
        .limit(MOST_PERSONS)
        .collect()?;
    let (name, customer) = (
        texts(&frame, customers::NAME.name)?,
        texts(&frame, "__customer")?,
    );
    let (segment, action) = (
        texts(&frame, person_segments::SEGMENT.name)?,
        texts(&frame, segments::ACTION.name)?,
    );
    let channels = lists(&frame, person_segments::REACHABLE_BY.name)?;
    let last = dates_or_empty(&frame, person_values::LAST_PURCHASED_ON.name)?;
    let ltv = optional_integers(&frame, person_values::LTV_MINOR.name)?;
    let sentiment = floats(&frame, person_voices::RECENT_SENTIMENT_MEAN.name)?;
    let quote = texts(&frame, posts::TEXT.name)?;
    let is_now = frame.column("__now")?.bool()?;
    Ok((0..frame.height())
        .map(|row| DeskRow {
            is_now: is_now.get(row).unwrap_or(false),
            name: name[row].clone(),
            customer: customer[row].clone(),
            segment: segment[row].clone(),
            action: action[row].clone(),
            channels: channels[row].clone(),
            last_purchased_on: last[row].clone(),
            ltv_minor: ltv[row],
            sentiment: sentiment[row],
            quote: quote[row].clone(),
        })
        .collect())
}

/// Returns the newest opinion of each linked person within so many days: a negative one where there is any.
fn quotes(input: &Input, days: i64, as_of: &AsOf) -> LazyFrame {
    let since = as_of.instant().as_microsecond() - days * 86_400_000_000;
    let account = || {
        [
            links::PLATFORM.expr(),
            links::PROVIDER.expr(),
            links::ACCOUNT_ID.expr(),
        ]
    };
    input
        .post_scores
        .clone()
        .filter(
            post_scores::IS_OPINION.expr().and(
                post_scores::POSTED_AT
                    .expr()
                    .gt_eq(lit(since).cast(crate::schema::ColumnKind::Instant.dtype())),
            ),
        )
        .join(
            input.links.clone().select([
                links::PERSON_ID.expr(),
                links::PLATFORM.expr(),
                links::PROVIDER.expr(),
                links::ACCOUNT_ID.expr(),
            ]),
            [
                post_scores::PLATFORM.expr(),
                post_scores::PROVIDER.expr(),
                post_scores::ACCOUNT_ID.expr(),
            ],
            account(),
            JoinArgs::new(JoinType::Inner),
        )
        .join(
            input.posts.clone().select([
                posts::SOURCE.expr(),
                posts::POST_ID.expr(),
                posts::TEXT.expr(),
            ]),
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .with_column(
            post_scores::LABEL
                .expr()
                .eq(lit("negative"))
                .fill_null(lit(false))
                .alias("__negative"),
        )
        .sort(
            [
                "__negative",
                post_scores::POSTED_AT.name,
                post_scores::POST_ID.name,
            ],
            SortMultipleOptions::default().with_order_descending_multi([true, true, false]),
        )
        .group_by_stable([links::PERSON_ID.expr()])
        .agg([posts::TEXT.expr().first()])
}

#[derive(Serialize)]
struct Shown {
    is_now: bool,
    name: String,
    customer: String,
    segment: String,
    action: String,
    channels: String,
    last_purchased_on: String,
    ltv: String,
    mood: &'static str,
    quote: String,
}

fn shown(row: &DeskRow, currency: &str, lang: Lang) -> Shown {
    let words = lang.words();
    let numbers = Numbers {
        lang,
        currency,
        exponent: money::exponent(currency).unsigned_abs(),
    };
    let channels: Vec<&str> = row
        .channels
        .iter()
        .map(|channel| words.name("purpose", channel))
        .collect();
    Shown {
        is_now: row.is_now,
        name: row.name.clone(),
        customer: row.customer.clone(),
        segment: row.segment.clone(),
        action: row.action.clone(),
        channels: if channels.is_empty() {
            words.get("desk.unreachable").to_owned()
        } else {
            channels.join(words.get("desk.comma"))
        },
        last_purchased_on: row.last_purchased_on.clone(),
        ltv: row
            .ltv_minor
            .map(|ltv| numbers.money(ltv))
            .unwrap_or_default(),
        mood: match row.sentiment {
            Some(mean) if mean >= 0.15 => "positive",
            Some(mean) if mean <= -0.15 => "negative",
            Some(_) => "neutral",
            None => "silent",
        },
        quote: row.quote.clone(),
    }
}

/// Returns `desk.html`.
///
/// # Errors
/// When the template cannot be filled or the font cannot be cut.
pub fn html(desk: &Desk, lang: Lang) -> std::result::Result<String, PageError> {
    let words = lang.words();
    let mut environment = Environment::new();
    environment.add_filter("word", move |key: &str| words.get(key).to_owned());
    environment.add_filter("mood", move |key: &str| {
        words.name("voice_group", key).to_owned()
    });
    environment.add_template("desk.html", TEMPLATE)?;
    let rows: Vec<Shown> = desk
        .rows
        .iter()
        .map(|row| shown(row, &desk.currency, lang))
        .collect();
    let now: Vec<&Shown> = rows.iter().filter(|row| row.is_now).collect();
    let week: Vec<&Shown> = rows.iter().filter(|row| !row.is_now).collect();
    let page = environment.get_template("desk.html")?.render(context! {
        lang => lang.tag(),
        brand => desk.brand.clone(),
        as_of => desk.as_of.clone(),
        now => template_value(&now),
        week => template_value(&week),
    })?;
    let face = font_face(&page)?;
    Ok(page.replacen(FONT_SLOT, &face, 1))
}

fn template_value(rows: &[&Shown]) -> Value {
    super::html::template_value(serde_json::to_value(rows).expect("rows hold only texts and flags"))
}

/// Returns `desk.csv`, in UTF-8 with a byte-order mark so that spreadsheets open it; cells that would be formulas are quoted.
pub fn csv(desk: &Desk, lang: Lang) -> Vec<u8> {
    let words = lang.words();
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let headings = [
        "urgency", "name", "customer", "segment", "action", "channels", "last", "ltv", "quote",
    ];
    let mut records = vec![headings.map(|key| words.get(&format!("desk.{key}")).to_owned())];
    records.extend(desk.rows.iter().map(|row| {
        let shown = shown(row, &desk.currency, lang);
        let urgency = if row.is_now { "desk.now" } else { "desk.week" };
        [
            words.get(urgency).to_owned(),
            shown.name,
            shown.customer,
            shown.segment,
            shown.action,
            shown.channels,
            shown.last_purchased_on,
            row.ltv_minor.map(|ltv| ltv.to_string()).unwrap_or_default(),
            shown.quote,
        ]
    }));
    for record in records {
        writer
            .write_record(record.map(|cell| unarmed(&cell)))
            .expect("memory does not fail to be written");
    }
    writer
        .into_inner()
        .expect("memory does not fail to be flushed")
}

/// Returns a cell that no spreadsheet takes for a formula.
fn unarmed(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
