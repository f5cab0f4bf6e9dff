//! What is said, who says it, and when it is more than usual.
//!
//! Score reads posts and accounts only: no link, no order. What needs a person together with a post belongs to `segment`.
//!
//! ```text
//! blocks of posts --> brand               what each is about
//!                 --> copied, posts, said who repeats whom and, beside it, what each says --> post_scores, voice_shares
//!                       '--> voices       all posts, packed --> topics, accounts, hours, alerts, conversations
//! ```
//!
//! Posts are read once, oldest first, and never held as they were written: memory grows by the seventy bytes or so that
//! [`voices`] and [`copied`] keep of each. What `post_scores` says of a post is what was known when it was said.

mod accounts;
mod authenticity;
mod blocks;
mod brand;
mod conversations;
mod copied;
pub mod copies;
#[cfg(test)]
mod fixture;
pub mod flare_ups;
pub mod graph;
mod heard;
mod hearsay;
pub mod hours;
mod mask;
mod named;
mod packed;
mod posts;
mod said;
#[cfg(test)]
mod tests;
pub mod topics;
mod voice_shares;
mod voices;
pub mod word_bursts;
mod written;

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, LazyFrame, PolarsError, PolarsResult};

use crate::as_of::AsOf;
use crate::config::{BrandConfig, ScoreConfig};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema::{self, Table, post_scores};
use crate::text::Analyser;
use blocks::Blocks;
use hours::Posts;
use voices::{Places, Voices};

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

/// Takes rows of `post_scores` and `conversations`, which are too long to be held; each table in the order of its rows.
pub type Sink<'s> = &'s mut (dyn FnMut(&'static Table, DataFrame) -> Result<()> + Send);

/// What one run leaves to the next: what it found of the older posts, so that only newer ones are compared with others. With it
/// and without it the tables are the same.
pub struct Memory<'m> {
    /// What the last run left; of other posts, settings or another version it is passed over.
    pub before: Option<&'m mut (dyn io::Read + Send)>,
    /// Lets this run write down what it leaves, once at most.
    pub keep: &'m mut (dyn FnMut(WriteDown<'_>) + Send),
}

/// Writes down what is left to the next run.
pub type WriteDown<'w> = &'w dyn Fn(&mut dyn io::Write) -> io::Result<()>;

/// The tables that score makes, but for those that go into the [`Sink`].
#[derive(Debug)]
pub struct Output {
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
    /// `keyphrases`, `cooccurrences`, `topics`, `topic_words` and `post_topics`
    pub topics: topics::Tables,
    /// `communities`
    pub communities: DataFrame,
}

/// Scores posts, accounts and hours as known at the as-of instant; rows of long tables go to `sink`.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns, and those of `sink`.
pub fn score(
    input: Input,
    settings: &Settings<'_>,
    as_of: &AsOf,
    memory: Memory<'_>,
    sink: Sink<'_>,
    progress: &dyn Progress,
) -> Result<Output> {
    score_in_blocks(input, settings, as_of, memory, sink, progress, blocks::MOST)
}

/// As [`score`], with posts in blocks of about so many.
fn score_in_blocks(
    input: Input,
    settings: &Settings<'_>,
    as_of: &AsOf,
    memory: Memory<'_>,
    sink: Sink<'_>,
    progress: &dyn Progress,
    block: usize,
) -> Result<Output> {
    let until = as_of.instant().as_microsecond();
    let build = Error::frame("write down the scores");
    let accounts = input
        .accounts
        .collect()
        .map_err(Error::frame("read the accounts"))?;
    let searched = searched(input.search_counts)?;
    let holidays = (input.holidays.collect()).map_err(Error::frame("read the holidays"))?;
    let blocks = Blocks::new(input.posts, until, block).map_err(Error::frame("read the posts"))?;
    let names = brand_names(settings.brands);
    let mut heard = hear(
        &blocks,
        input.known,
        &Hearing {
            settings,
            names: &names,
            accounts: &accounts,
            as_of,
        },
        memory,
        sink,
        progress,
    )?;
    let scope = topics::opinions::Scope {
        brands: &names,
        score: settings.score,
        until,
    };
    let parts = |word: &str| settings.analyser.parts(word);
    let topics = topics::opinions::find(&heard.voices, &scope, &parts).map_err(&build)?;
    heard.voices.assign(&topics.assigned);
    let of_accounts = accounts::AccountSettings {
        brands: settings.brands,
        window_days: settings.score.window_days,
        until,
    };
    let places = Places::new(&heard.voices);
    let found =
        accounts::measure(&heard.voices, &places, &accounts, &of_accounts).map_err(&build)?;
    let marks = Marks {
        topics: &topics.labels,
        impersonators: &found.impersonators,
    };
    let made =
        hourly(&heard.voices, &places, &accounts, &marks, settings, as_of).map_err(&build)?;
    drop(places);
    let copies = copied::frame(&heard.voices, &heard.clusters).map_err(&build)?;
    // Nobody asks for words and copies any more.
    heard.voices.forget_words();
    heard.clusters = Vec::new();
    let official = settings.brands.iter().flat_map(|brand| &brand.official);
    let official: Vec<String> = official.cloned().collect();
    let sources = conversations::Sources {
        accounts: &accounts,
        holidays: &holidays,
        official: &official,
        score: settings.score,
    };
    let mut refused = None;
    let talks = conversations::find(&heard.voices, &sources, as_of, &mut |rows| {
        let taken = sink(&schema::conversations::TABLE, rows);
        taken.map_err(|error| {
            refused = Some(error);
            PolarsError::ComputeError("conversations were not taken".into())
        })
    });
    if let Some(refused) = refused {
        return Err(refused);
    }
    let mut left_out = heard.left_out;
    left_out.extend(talks.map_err(&build)?);
    left_out.extend(topics.left_out);
    left_out.extend(found.left_out);
    Ok(Output {
        left_out,
        account_scores: found.account_scores,
        copies,
        hour_counts: made.hour_counts,
        alerts: made.alerts,
        word_bursts: made.word_bursts,
        topics: topics.tables,
        communities: found.communities,
        voice_shares: heard.shares.table(&searched)?,
    })
}

/// What posts are heard with.
struct Hearing<'a> {
    settings: &'a Settings<'a>,
    names: &'a [&'a str],
    accounts: &'a DataFrame,
    as_of: &'a AsOf,
}

/// What was heard of all posts.
struct Heard<'a> {
    voices: Voices,
    clusters: Vec<copies::Cluster>,
    shares: voice_shares::Counter<'a>,
    left_out: Vec<(&'static str, u64)>,
}

/// Reads the posts, oldest first: nothing that is said of one depends on later ones.
fn hear<'a>(
    blocks: &Blocks,
    known: Option<LazyFrame>,
    hearing: &Hearing<'a>,
    mut memory: Memory<'_>,
    sink: Sink<'_>,
    progress: &dyn Progress,
) -> Result<Heard<'a>> {
    let Hearing {
        settings,
        names,
        accounts,
        as_of,
    } = *hearing;
    let until = as_of.instant().as_microsecond();
    let read = Error::frame("read the posts");
    let days = settings.score.window_days;
    let before = copied::recognised(blocks, days, &mut memory).map_err(&read)?;
    let mut copies = copied::Finder::new(days, blocks.settled_count(), before);
    let mut brands =
        brand::Finder::new(settings.brands, accounts).map_err(Error::frame("read the accounts"))?;
    let mut record = Record {
        names,
        voices: Voices::new(blocks.post_count(), as_of.time_zone()),
        shares: voice_shares::Counter::new(settings.brands, names, as_of)?,
        counts: BTreeMap::new(),
        sink,
    };
    let (mask, keywords) = (
        Mask::new(settings.brands),
        heard::Keywords::of(settings.brands),
    );
    progress.begin("score", Some(blocks.post_count() as u64));
    let mut scored = Vec::new();
    for block in 0..blocks.len() {
        let known = match &known {
            Some(known) => last_said(blocks.within(block, known.clone(), post_scores::POSTED_AT))
                .map_err(Error::frame("read the last scores"))?,
            None => said::Known::default(),
        };
        let reader = posts::Reader {
            mask: &mask,
            analyser: settings.analyser,
            known: &known,
            keywords: &keywords,
            recent_from: accounts::recent_from(until, settings.score.window_days),
        };
        blocks.each(block, &mut |rows| {
            let looked = brands.extend(&rows);
            // While posts are heard, those before them are written down and copies among them are found, one after the other.
            let before = std::mem::take(&mut scored);
            let (written, (copied, heard)) = rayon::join(
                || record.write(&before),
                || {
                    rayon::join(
                        || copies.extend(&rows, &mut memory),
                        || posts::hear(&rows, &looked, &reader, progress),
                    )
                },
            );
            scored = posts::together(rows, &looked, &copied, heard);
            written
        })?;
    }
    record.write(&scored)?;
    progress.end();
    let copied = copies.finish();
    record.voices.gather(copied.gathered);
    let mut left_out: Vec<(&'static str, u64)> = record.counts.into_iter().collect();
    left_out.extend(copied.left_out);
    left_out.push(("post_after_as_of", blocks.later_count() as u64));
    Ok(Heard {
        voices: record.voices,
        clusters: copied.clusters,
        shares: record.shares,
        left_out,
    })
}

/// What is kept of the posts heard so far.
struct Record<'a, 's> {
    names: &'a [&'a str],
    voices: Voices,
    shares: voice_shares::Counter<'a>,
    counts: BTreeMap<&'static str, u64>,
    sink: Sink<'s>,
}

impl Record<'_, '_> {
    /// Takes the posts that were heard next.
    fn write(&mut self, scored: &[posts::Scored]) -> Result<()> {
        if scored.is_empty() {
            return Ok(());
        }
        self.voices.extend(scored);
        self.shares.extend(scored);
        posts::count_left_out(scored, &mut self.counts);
        let frame = posts::frame(scored, self.names, &self.voices)
            .map_err(Error::frame("write down the scores"))?;
        (self.sink)(&post_scores::TABLE, frame)
    }
}

/// Reads what posts said in the last run.
fn last_said(rows: LazyFrame) -> PolarsResult<said::Known> {
    let rows = rows.select(said::COLUMNS.map(|column| column.expr()));
    rows.collect().and_then(said::Known::of)
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
    voices: &Voices,
    places: &Places<'_>,
    accounts: &DataFrame,
    marks: &Marks<'_>,
    settings: &Settings<'_>,
    as_of: &AsOf,
) -> PolarsResult<Hourly> {
    let topics: Vec<&str> = marks.topics.iter().map(String::as_str).collect();
    let heard = heard::Heard::new(voices, places, accounts, topics.len(), marks.impersonators)?;
    let vocabulary = voices.vocabulary();
    let keywords = settings.brands.iter().flat_map(|brand| &brand.keywords);
    let keywords: Vec<&str> = keywords.map(String::as_str).collect();
    let brands = brand_names(settings.brands);
    let names = hours::Names {
        brands: &brands,
        keywords: &keywords,
        topics: &topics,
        words: &vocabulary,
        author: &|author| heard.author(author),
        post: &|place| heard.post(place),
    };
    let until = as_of.instant().as_microsecond();
    let holidays = match settings.score.business_hours.holidays && heard.post_count() > 0 {
        true => holidays_between(heard.at(0), until, as_of.time_zone()),
        false => Vec::new(),
    };
    let counts = hours::count(
        (0..heard.post_count()).filter_map(|place| heard.get(place)),
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
        &heard,
        &counts,
        &flare_ups::AlertSettings {
            alert: &settings.score.alert,
            baseline_days: settings.score.baseline_days,
            until,
            names,
        },
    );
    let bursts = word_bursts::find(&heard, &word_bursts::WordBurstSettings::until(until));
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
