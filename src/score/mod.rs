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
//! Posts are read once, oldest first, and never held as they were written: of the seventy bytes or so that [`voices`] and
//! [`copied`] keep of each, most lie in files. What `post_scores` says of a post is what was known when it was said, so that what was
//! kept of the settled posts is [`remembered`], and an update hears only those behind them.

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
mod in_time;
mod mask;
mod named;
mod packed;
mod posts;
mod remembered;
mod said;
#[cfg(test)]
mod tests;
pub mod topics;
mod voice_shares;
mod voices;
pub mod word_bursts;
mod written;

use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, LazyFrame, PolarsError, PolarsResult};

use crate::allocator::give_back;
use crate::as_of::AsOf;
use crate::concurrent::side_by_side;
use crate::config::{BrandConfig, ScoreConfig};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema::{self, Table, post_scores};
use crate::text::Analyser;
use blocks::{Blocks, Sizes};
use hours::Posts;
use remembered::Kept;
use voices::{Places, Voices};

pub(crate) use mask::Mask;

/// The tables that score reads.
pub struct Input {
    /// `posts`, which may lie in several files
    pub posts: Vec<LazyFrame>,
    /// What these files hold, as hashes that are equal only for equal rows; empty where nothing tells.
    pub post_contents: Vec<u64>,
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
    /// Folder for files without a name, in which lies what is kept of many posts; without one it is held in memory.
    pub scratch: Option<&'a Path>,
}

/// Takes rows of tables that are too long to be held.
pub trait Sink: Send {
    /// Takes rows of `post_scores`, `account_scores`, `copies`, `post_topics` or `conversations`, each table in the order of its
    /// rows.
    ///
    /// # Errors
    /// Whatever it gives ends the run.
    fn take(&mut self, table: &'static Table, rows: DataFrame) -> Result<()>;

    /// Says, before there are rows, that those of the settled posts are as the last run has written them, see [`Before`]: the
    /// rows that come follow them.
    ///
    /// # Errors
    /// As [`Sink::take`].
    fn keep(&mut self) -> Result<()>;

    /// Says between rows of `post_scores` that the posts of those so far are settled: a later run writes the same, as long as they
    /// are the same. With `memory` they are all that are settled; it writes down what to hand to the next run.
    ///
    /// # Errors
    /// As [`Sink::take`].
    fn settle(&mut self, memory: Option<WriteDown<'_>>) -> Result<()>;
}

/// Writes down what is left to the next run.
pub type WriteDown<'w> = &'w dyn Fn(&mut dyn io::Write) -> io::Result<()>;

/// What the last run left, which had the same words and rules: what it kept of the settled posts, so that only those behind them
/// are heard. With it and without it the tables are the same. Of other posts, settings or another version it is passed over.
pub struct Before<'m> {
    /// What it wrote down.
    pub from: &'m mut (dyn io::Read + Send),
    /// Rows of `post_scores` that are there still, as it wrote them.
    pub rows: u64,
}

/// The tables that score makes, but for those that go into the [`Sink`].
#[derive(Debug)]
pub struct Output {
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
    /// `keyphrases`, `cooccurrences`, `topics` and `topic_words`
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
    before: Option<Before<'_>>,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
) -> Result<Output> {
    let sizes = Sizes::of_blocks(blocks::MOST);
    score_in_blocks(input, settings, as_of, before, sink, progress, sizes)
}

/// As [`score`], with posts in blocks and files of about so many.
fn score_in_blocks(
    input: Input,
    settings: &Settings<'_>,
    as_of: &AsOf,
    before: Option<Before<'_>>,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
    sizes: Sizes,
) -> Result<Output> {
    let until = as_of.instant().as_microsecond();
    let build = Error::frame("write down the scores");
    let columns = accounts::COLUMNS.map(|column| column.expr());
    let observed = input.accounts.select(columns);
    let searched = searched(input.search_counts)?;
    let holidays = (input.holidays.collect()).map_err(Error::frame("read the holidays"))?;
    let blocks = Blocks::new(&input.posts, until, sizes).map_err(Error::frame("read the posts"))?;
    let names = brand_names(settings.brands);
    let hearing = Hearing {
        settings,
        names: &names,
        observed: &observed,
        contents: &input.post_contents,
        as_of,
    };
    let kept = match before {
        Some(before) => remembered::recalled(before, &input.posts, &blocks, &hearing)?,
        None => None,
    };
    let mut heard = hear(blocks, kept, input.known, &hearing, sink, progress)?;
    give_back();
    // Behind the posts, so that they are not held while these are heard.
    let accounts = observed.clone().collect();
    let accounts = accounts.map_err(Error::frame("read the accounts"))?;
    let copies = copied::frame(&heard.voices, &heard.clusters).map_err(&build)?;
    sink.take(&schema::copies::TABLE, copies)?;
    heard.clusters = Vec::new();
    heard.voices.release();
    let is_side_by_side = heard.voices.len() <= blocks::MANY;
    let scope = topics::opinions::Scope {
        brands: &names,
        score: settings.score,
        until,
    };
    let of_accounts = accounts::AccountSettings {
        brands: settings.brands,
        window_days: settings.score.window_days,
        until,
    };
    let voices = &heard.voices;
    let find_topics = || {
        let parts = |word: &str| settings.analyser.parts(word);
        topics::opinions::find(voices, &scope, &parts).map_err(&build)
    };
    let measure_accounts = |sink: &mut dyn Sink| {
        let places = Places::new(voices);
        let found = handing(sink, &schema::account_scores::TABLE, |take| {
            accounts::measure(voices, &places, &accounts, &of_accounts, take)
        });
        (places, found)
    };
    let (topics, (places, found)) = match is_side_by_side {
        true => {
            let (topics, measured) = side_by_side(find_topics, || measure_accounts(&mut *sink));
            (handed_over(topics?, &mut *sink)?, measured)
        }
        false => {
            let topics = handed_over(find_topics()?, &mut *sink)?;
            (topics, measure_accounts(&mut *sink))
        }
    };
    let found = found?;
    give_back();
    voices.assign(&topics.assigned);
    let marks = Marks {
        topics: &topics.labels,
        impersonators: &found.impersonators,
    };
    let official = settings.brands.iter().flat_map(|brand| &brand.official);
    let official: Vec<String> = official.cloned().collect();
    let sources = conversations::Sources {
        accounts: &accounts,
        holidays: &holidays,
        official: &official,
        score: settings.score,
    };
    let (made, talks) = match is_side_by_side {
        true => {
            let (made, talks) = side_by_side(
                || hourly(voices, &places, &accounts, &marks, settings, as_of),
                || talks(voices, &sources, as_of, &mut *sink),
            );
            (made, Some(talks?))
        }
        false => {
            let made = hourly(voices, &places, &accounts, &marks, settings, as_of);
            (made, None)
        }
    };
    let made = made.map_err(&build)?;
    drop(places);
    let of_talks = match talks {
        Some(of_talks) => of_talks,
        None => {
            heard.voices.forget_marks();
            give_back();
            self::talks(&heard.voices, &sources, as_of, &mut *sink)?
        }
    };
    let mut left_out = heard.left_out;
    left_out.extend(of_talks);
    left_out.extend(topics.left_out);
    left_out.extend(found.left_out);
    Ok(Output {
        left_out,
        hour_counts: made.hour_counts,
        alerts: made.alerts,
        word_bursts: made.word_bursts,
        topics: topics.tables,
        communities: found.communities,
        voice_shares: heard.shares.table(&heard.voices, &searched)?,
    })
}

/// Hands the topics of posts to `sink`, and returns what else was found.
fn handed_over(
    (found, post_topics): (topics::opinions::Found, DataFrame),
    sink: &mut dyn Sink,
) -> Result<topics::opinions::Found> {
    sink.take(&schema::post_topics::TABLE, post_topics)?;
    Ok(found)
}

/// Finds the conversations, hands their rows to `sink`, and returns what is in none, by reason.
fn talks(
    voices: &Voices,
    sources: &conversations::Sources<'_>,
    as_of: &AsOf,
    sink: &mut dyn Sink,
) -> Result<Vec<(&'static str, u64)>> {
    handing(sink, &schema::conversations::TABLE, |take| {
        conversations::find(voices, sources, as_of, take)
    })
}

/// Takes rows of a table.
type Take<'t> = &'t mut (dyn FnMut(DataFrame) -> PolarsResult<()> + Send);

/// Lets `make` hand rows of a table to `sink`, and returns what else it makes.
fn handing<T>(
    sink: &mut dyn Sink,
    table: &'static Table,
    make: impl FnOnce(Take<'_>) -> PolarsResult<T>,
) -> Result<T> {
    let mut refused = None;
    let made = make(&mut |rows| {
        sink.take(table, rows).map_err(|error| {
            refused = Some(error);
            PolarsError::ComputeError("rows were not taken".into())
        })
    });
    match refused {
        Some(refused) => Err(refused),
        None => made.map_err(Error::frame("write down the scores")),
    }
}

/// What posts are heard with.
struct Hearing<'a> {
    settings: &'a Settings<'a>,
    names: &'a [&'a str],
    /// The table `accounts`.
    observed: &'a LazyFrame,
    /// Hashes of what the files of posts hold, in their order.
    contents: &'a [u64],
    as_of: &'a AsOf,
}

/// What was heard of all posts.
struct Heard<'a> {
    voices: Voices,
    clusters: Vec<copies::Cluster>,
    shares: voice_shares::Counter<'a>,
    left_out: Vec<(&'static str, u64)>,
}

/// Reads the posts behind those of which the last run kept all, oldest first: nothing that is said of one depends on later ones.
fn hear<'a>(
    mut blocks: Blocks,
    kept: Option<Kept<'a>>,
    known: Option<LazyFrame>,
    hearing: &Hearing<'a>,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
) -> Result<Heard<'a>> {
    let settings = hearing.settings;
    let settled = blocks.settled_count();
    let mut kept = match kept {
        Some(kept) => {
            blocks.skip(kept.record.voices.len());
            sink.keep()?;
            kept
        }
        None => Kept::new(hearing)?,
    };
    let (mask, keywords) = (
        Mask::new(settings.brands),
        heard::Keywords::of(settings.brands),
    );
    let until = hearing.as_of.instant().as_microsecond();
    let recent_from = accounts::recent_from(until, settings.score.window_days);
    // Posts taken, and the hash of those that are settled.
    let mut count = kept.record.voices.len();
    let mut hash = kept.hash();
    progress.begin("score", Some((blocks.post_count() - count) as u64));
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
            recent_from,
        };
        blocks.each(block, &mut |rows, is_end| {
            let looked = kept.brands.extend(&rows);
            if count < settled {
                hash = hash.wrapping_add(remembered::hash_of(&rows));
            }
            count += rows.len();
            // While posts are heard, those before them are written down and copies among them are found, one after the other.
            let before = std::mem::take(&mut scored);
            let (written, (copied, heard)) = rayon::join(
                || kept.record.write(&before, &mut *sink),
                || {
                    rayon::join(
                        || kept.copies.extend(&rows),
                        || posts::hear(&rows, &looked, &reader, progress),
                    )
                },
            );
            written?;
            scored = posts::together(rows, &looked, &copied, heard);
            if is_end {
                kept.record.write(&scored, &mut *sink)?;
                scored.clear();
                let write_down = |to: &mut dyn io::Write| kept.write(hash, to);
                let is_last = count == settled;
                sink.settle(is_last.then_some(&write_down as WriteDown<'_>))?;
            }
            Ok(())
        })?;
        kept.brands.release();
        kept.record.voices.release();
        give_back();
    }
    kept.record.write(&scored, sink)?;
    progress.end();
    let copied = kept.copies.finish();
    let mut record = kept.record;
    record.voices.gather(copied.gathered);
    let counts = posts::REASONS.into_iter().zip(record.counts);
    let mut left_out: Vec<(&'static str, u64)> = counts.filter(|(_, count)| *count > 0).collect();
    left_out.extend(copied.left_out);
    left_out.push(("post_after_as_of", blocks.later_count() as u64));
    Ok(Heard {
        voices: record.voices,
        clusters: copied.clusters,
        shares: record.shares,
        left_out,
    })
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
        heard.within(0..heard.post_count()),
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
