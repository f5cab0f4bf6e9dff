//! What is said, who says it, and when it is more than usual.
//!
//! Score reads posts and accounts only: no link, no order. What needs a person together with a post belongs to `segment`.

mod accounts;
mod authenticity;
mod brand;
mod conversations;
mod copied;
pub mod copies;
#[cfg(test)]
mod fixture;
pub mod flare_ups;
pub mod graph;
mod heard;
pub mod hours;
mod mask;
mod named;
mod posts;
mod said;
pub mod topics;
mod voice_shares;
pub mod word_bursts;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, LazyFrame, PolarsResult, lit};

use crate::as_of::AsOf;
use crate::config::{BrandConfig, ScoreConfig};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema;
use crate::text::Analyser;

pub(crate) use mask::Mask;

/// The tables that score reads.
pub struct Input {
    /// `posts`
    pub posts: LazyFrame,
    /// `accounts`
    pub accounts: LazyFrame,
    /// `search_counts`
    pub search_counts: LazyFrame,
    /// `post_scores` of a run with the same words and rules, where there was one: what says the same still is not read again.
    pub known: Option<LazyFrame>,
    /// `holidays`
    pub holidays: LazyFrame,
}

/// Settings of score.
pub struct Settings<'a> {
    /// Whose voice is heard; the first is the shop's own.
    pub brands: &'a [BrandConfig],
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
    /// `copies`
    pub copies: DataFrame,
    /// `hour_counts`
    pub hour_counts: DataFrame,
    /// `alerts`
    pub alerts: DataFrame,
    /// `word_bursts`
    pub word_bursts: DataFrame,
    /// `voice_shares`
    pub voice_shares: DataFrame,
    /// What was left out, by reason: posts that count as no opinion, what is in no conversation or topic, responses to nobody
    /// known.
    pub left_out: Vec<(&'static str, u64)>,
    /// `conversations`
    pub conversations: DataFrame,
    /// `keyphrases`, `cooccurrences`, `topics`, `topic_words` and `post_topics`
    pub topics: topics::Tables,
    /// `communities`
    pub communities: DataFrame,
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
        .select(posts::COLUMNS.map(|column| column.expr()))
        .collect()
        .map_err(Error::frame("read the posts"))?;
    let accounts = input
        .accounts
        .collect()
        .map_err(Error::frame("read the accounts"))?;
    let rows = posts::rows(&posts).map_err(Error::frame("read the posts"))?;
    let about = brand::about(&rows, settings.brands, &accounts)
        .map_err(Error::frame("read the accounts"))?;
    drop(posts);
    let known = match input.known {
        Some(known) => (known.collect())
            .and_then(said::Known::of)
            .map_err(Error::frame("read the last scores"))?,
        None => said::Known::default(),
    };
    progress.begin("score", Some(rows.len() as u64));
    let reader = posts::Reader {
        mask: &Mask::new(settings.brands),
        analyser: settings.analyser,
        known: &known,
    };
    let copied = copied::find(&rows, settings.score.window_days);
    let mut scored = posts::score(rows, &about, &copied.posts, &reader, progress);
    progress.end();
    let names = brand_names(settings.brands);
    let searched = searched(input.search_counts)?;
    let build = Error::frame("write down the scores");
    let scope = topics::opinions::Scope {
        brands: &names,
        score: settings.score,
        until: as_of.instant().as_microsecond(),
    };
    let parts = |word: &str| settings.analyser.parts(word);
    let topics = topics::opinions::find(&scored, &scope, &parts).map_err(&build)?;
    topics.assign(&mut scored);
    let holidays = (input.holidays.collect()).map_err(Error::frame("read the holidays"))?;
    let official = settings.brands.iter().flat_map(|brand| &brand.official);
    let official: Vec<String> = official.cloned().collect();
    let sources = conversations::Sources {
        accounts: &accounts,
        holidays: &holidays,
        official: &official,
        score: settings.score,
    };
    let talks = conversations::find(&scored, &sources, as_of).map_err(&build)?;
    let of_accounts = accounts::AccountSettings {
        brands: settings.brands,
        window_days: settings.score.window_days,
        until: as_of.instant().as_microsecond(),
    };
    let found = accounts::measure(&scored, &accounts, &of_accounts).map_err(&build)?;
    let marks = Marks {
        topics: &topics.labels,
        impersonators: &found.impersonators,
    };
    let made = hourly(&scored, &accounts, &marks, settings, as_of).map_err(&build)?;
    let mut left_out = posts::left_out(&scored);
    left_out.extend(copied.left_out);
    left_out.extend(talks.left_out);
    left_out.extend(topics.left_out);
    left_out.extend(found.left_out);
    Ok(Output {
        left_out,
        post_scores: posts::frame(&scored, &names).map_err(&build)?,
        account_scores: found.account_scores,
        copies: copied::frame(&scored, &copied.clusters).map_err(&build)?,
        hour_counts: made.hour_counts,
        alerts: made.alerts,
        word_bursts: made.word_bursts,
        conversations: talks.frame,
        topics: topics.tables,
        communities: found.communities,
        voice_shares: voice_shares::table(&scored, &searched, settings.brands, &names, as_of)?,
    })
}

/// The tables that rest on hours.
struct Hourly {
    hour_counts: DataFrame,
    alerts: DataFrame,
    word_bursts: DataFrame,
}

/// What was found of posts before their hours are counted.
struct Marks<'a> {
    topics: &'a [String],
    impersonators: &'a accounts::Impersonators,
}

fn hourly(
    scored: &[posts::Scored],
    accounts: &DataFrame,
    marks: &Marks<'_>,
    settings: &Settings<'_>,
    as_of: &AsOf,
) -> PolarsResult<Hourly> {
    let heard = heard::Heard::new(scored, accounts, settings.brands, marks.impersonators)?;
    let posts = heard.posts();
    let vocabulary = heard.vocabulary();
    let keywords = settings.brands.iter().flat_map(|brand| &brand.keywords);
    let keywords: Vec<&str> = keywords.map(String::as_str).collect();
    let brands = brand_names(settings.brands);
    let topics: Vec<&str> = marks.topics.iter().map(String::as_str).collect();
    let names = hours::Names {
        brands: &brands,
        keywords: &keywords,
        topics: &topics,
        words: vocabulary,
        author: &|author| heard.author(author),
        post: &|place| heard.post(place),
    };
    let until = as_of.instant().as_microsecond();
    let holidays = match (settings.score.business_hours.holidays, posts.first()) {
        (true, Some(first)) => holidays_between(first.at, until, as_of.time_zone()),
        _ => Vec::new(),
    };
    let counts = hours::count(
        posts.iter().copied(),
        hours::HourSettings {
            baseline_days: settings.score.baseline_days,
            until,
        },
        &hours::Calendar {
            time_zone: as_of.time_zone(),
            holidays: &holidays,
        },
    );
    let alerts = flare_ups::find(
        &posts,
        &counts,
        &flare_ups::AlertSettings {
            alert: &settings.score.alert,
            baseline_days: settings.score.baseline_days,
            until,
            names,
        },
    );
    let bursts = word_bursts::find(&posts, &word_bursts::WordBurstSettings::until(until));
    Ok(Hourly {
        hour_counts: hours::frame(&counts, &names)?,
        alerts: flare_ups::frame(&alerts, &names)?,
        word_bursts: word_bursts::frame(&bursts.bursts, &names)?,
    })
}

/// Returns Japan's holidays of the years of two instants and of those between them, oldest first.
fn holidays_between(from: i64, until: i64, time_zone: &TimeZone) -> Vec<Date> {
    let year = |micros: i64| {
        let instant = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
        time_zone.to_datetime(instant).year()
    };
    let years = year(from)..=year(until);
    years.flat_map(conversations::holidays::of_year).collect()
}

/// Returns the as-of instant as a value of a query.
pub(crate) fn instant(as_of: &AsOf) -> polars::prelude::Expr {
    lit(as_of.instant().as_microsecond()).cast(schema::ColumnKind::Instant.dtype())
}

/// Returns the search counts that tell query and day.
fn searched(search_counts: LazyFrame) -> Result<DataFrame> {
    let [query, day] = [schema::search_counts::QUERY, schema::search_counts::DAY];
    search_counts
        .filter(query.expr().is_not_null().and(day.expr().is_not_null()))
        .collect()
        .map_err(Error::frame("read the search counts"))
}

/// Returns what the brands are called in tables.
fn brand_names(brands: &[BrandConfig]) -> Vec<&str> {
    brands
        .iter()
        .map(|brand| match brand.name.as_str() {
            "" => "brand",
            name => name,
        })
        .collect()
}
