//! What is said, who says it, and when it is more than usual.
//!
//! Score reads posts and accounts only: no link, no order. What needs a person together with a post belongs to `segment`.

mod accounts;
mod alerts;
mod brand;
pub mod copies;
mod hours;
mod posts;

use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, LazyFrame, lit};

use crate::as_of::AsOf;
use crate::config::{BrandConfig, ScoreConfig};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema;
use crate::text::Analyser;

/// The tables that score reads.
pub struct Input {
    /// `posts`
    pub posts: LazyFrame,
    /// `accounts`
    pub accounts: LazyFrame,
}

/// Settings of score.
pub struct Settings<'a> {
    /// Whose voice is heard.
    pub brand: &'a BrandConfig,
    /// Baseline and alerts.
    pub score: &'a ScoreConfig,
    /// Words and rules.
    pub analyser: &'a Analyser,
}

/// The tables that score makes.
#[derive(Debug)]
pub struct Output {
    /// `post_scores`
    pub post_scores: DataFrame,
    /// `account_scores`
    pub account_scores: DataFrame,
    /// `hour_counts`
    pub hour_counts: DataFrame,
    /// `alerts`
    pub alerts: DataFrame,
    /// Posts that count as no opinion, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

/// Scores posts, accounts and hours as known at the as-of instant.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn score(
    input: Input,
    settings: &Settings<'_>,
    as_of: &AsOf,
    progress: &dyn Progress,
) -> Result<Output> {
    let posts = input
        .posts
        .filter(schema::posts::POSTED_AT.expr().lt(instant(as_of)))
        .collect()
        .map_err(Error::frame("read the posts"))?;
    let accounts = input
        .accounts
        .collect()
        .map_err(Error::frame("read the accounts"))?;
    let rows = posts::rows(&posts).map_err(Error::frame("read the posts"))?;
    let about = brand::about(&rows, settings.brand);
    progress.begin("score", Some(rows.len() as u64));
    let scored = posts::score(
        rows,
        &about,
        &brand::Mask::new(settings.brand),
        settings.analyser,
        progress,
    );
    progress.end();
    let name = brand_name(settings.brand);
    let build = Error::frame("write down the scores");
    let time_zone: &TimeZone = as_of.time_zone();
    let hours = hours::count(&scored, settings.score, as_of, time_zone);
    let alerts = alerts::find(&scored, &hours, &settings.score.alert, as_of, name);
    Ok(Output {
        left_out: posts::left_out(&scored),
        post_scores: posts::frame(&scored, name).map_err(&build)?,
        account_scores: accounts::frame(&scored, &accounts).map_err(&build)?,
        hour_counts: hours::frame(&hours, name).map_err(&build)?,
        alerts: alerts::frame(&alerts, name).map_err(&build)?,
    })
}

/// Returns the as-of instant as a value of a query.
pub(crate) fn instant(as_of: &AsOf) -> polars::prelude::Expr {
    lit(as_of.instant().as_microsecond()).cast(schema::ColumnKind::Instant.dtype())
}

fn brand_name(brand: &BrandConfig) -> &str {
    if brand.name.is_empty() {
        "brand"
    } else {
        &brand.name
    }
}
