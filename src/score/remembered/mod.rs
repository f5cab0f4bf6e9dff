//! What one run leaves to the next: all that was kept of the settled posts, so that only those behind them are heard.
//!
//! It serves as long as the settled posts say the same in every column that is read, which the hashes of their files tell
//! without reading them where no other file holds one, brands, owners, window and zone are the
//! same, and the run looks from no earlier moment. Else everything is found anew, with the same tables.
//!
//! It holds who wrote what and when, and the folded letters of the posts of the window: whoever erases a post removes it, too.

mod told;

use std::io::{self, Write};

use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, LazyFrame, PolarsResult};

use super::blocks::Blocks;
use super::posts::{REASONS, Scored, count_left_out, frame};
use super::voices::Voices;
use super::written::{In, Out};
use super::{Before, Hearing, Sink, accounts, brand, copied, voice_shares};
use crate::config::BrandConfig;
use crate::error::{Error, Result};
use crate::hash::{fast_hash, mixed};
use crate::schema::post_scores;

pub(super) use told::hash_of;

/// Begins what every run leaves. Another version of koe may hear otherwise, and finds everything anew.
const BEGINNING: &[u8] =
    concat!("koe score memory 10, ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// What is kept of the posts heard so far.
pub(super) struct Kept<'a> {
    pub brands: brand::Finder,
    pub copies: copied::Finder,
    pub record: Record<'a>,
    settings: Settings,
    /// Hashes of what the files of posts hold.
    contents: &'a [u64],
    /// Sum of the hashes of the posts that the last run kept.
    hash: u64,
}

/// What is kept of the posts that are written down.
pub(super) struct Record<'a> {
    names: &'a [&'a str],
    pub voices: Voices,
    pub shares: voice_shares::Counter<'a>,
    /// Posts left out, by the places of [`REASONS`].
    pub counts: [u64; REASONS.len()],
}

impl Record<'_> {
    /// Takes the posts that were heard next.
    pub(super) fn write(&mut self, scored: &[Scored], sink: &mut dyn Sink) -> Result<()> {
        if scored.is_empty() {
            return Ok(());
        }
        self.voices.extend(scored);
        self.shares.extend(scored);
        count_left_out(scored, &mut self.counts);
        let frame = frame(scored, self.names, &self.voices)
            .map_err(Error::frame("write down the scores"))?;
        sink.take(&post_scores::TABLE, frame)
    }
}

/// What else than the posts decides what is kept of them.
#[derive(Debug, Clone, Copy)]
struct Settings {
    /// Hash of brands, owners of accounts, window and zone.
    hash: u64,
    window_days: u32,
    /// Instants before which texts were not kept, and nothing counted for shares of voice.
    recent_from: i64,
    shared_from: i64,
}

impl Settings {
    /// Whether what was kept by these settings holds all that others ask for.
    fn serve(&self, others: &Self) -> bool {
        self.hash == others.hash
            && self.window_days == others.window_days
            && self.recent_from <= others.recent_from
            && self.shared_from <= others.shared_from
    }
}

/// Which posts something was kept of.
#[derive(Debug, Clone)]
struct Head {
    count: usize,
    /// Instant of the last of them, in microseconds since 1970-01-01 UTC: they are the posts said until then.
    until: i64,
    /// Sum of the hashes of what they say, see [`hash_of`].
    hash: u64,
    settings: Settings,
    /// Hashes of what the files held that they come from; empty where nothing told.
    contents: Vec<u64>,
}

impl Head {
    fn read(input: &mut In<'_>) -> Option<Self> {
        let mut beginning = [0; BEGINNING.len()];
        input.bytes(&mut beginning)?;
        (beginning == BEGINNING).then_some(())?;
        Some(Self {
            count: usize::try_from(input.count()?).ok()?,
            until: input.time()?,
            hash: input.number()?,
            settings: Settings {
                hash: input.number()?,
                window_days: u32::try_from(input.number()?).ok()?,
                recent_from: input.time()?,
                shared_from: input.time()?,
            },
            contents: input.u64s()?,
        })
    }

    fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.bytes(BEGINNING)?;
        out.number(self.count as u64)?;
        out.number(self.until.cast_unsigned())?;
        out.number(self.hash)?;
        out.number(self.settings.hash)?;
        out.number(u64::from(self.settings.window_days))?;
        out.number(self.settings.recent_from.cast_unsigned())?;
        out.number(self.settings.shared_from.cast_unsigned())?;
        out.u64s(self.contents.iter().copied())
    }

    /// Returns the places of the files that hold other posts than these did; `None` where a file is not there any more, or
    /// nothing tells.
    fn others(&self, contents: &[u64]) -> Option<Vec<usize>> {
        let is_there = |held: &u64| {
            let count = |of: &[u64]| of.iter().filter(|other| *other == held).count();
            count(&self.contents) == count(contents)
        };
        let are_there = self.contents.iter().all(is_there);
        let is_other = |place: &usize| !self.contents.contains(&contents[*place]);
        (are_there && !self.contents.is_empty())
            .then(|| (0..contents.len()).filter(is_other).collect())
    }
}

impl<'a> Kept<'a> {
    /// Returns what is kept of no post.
    ///
    /// # Errors
    /// [`Error::Frame`] when the accounts lack a column, [`Error::BadDate`] when the calendar begins within the periods.
    pub(super) fn new(hearing: &Hearing<'a>) -> Result<Self> {
        let Hearing {
            settings,
            names,
            observed,
            contents,
            as_of,
        } = *hearing;
        let mut brands = owned(settings.brands, observed)?;
        let shares = voice_shares::Counter::new(settings.brands, names, as_of)?;
        let window_days = settings.score.window_days;
        let until = as_of.instant().as_microsecond();
        let owners = brands.hash_of_owners();
        let mut copies = copied::Finder::new(window_days);
        let mut voices = Voices::new(as_of.time_zone());
        if let Some(folder) = settings.scratch {
            brands.lie_in(folder);
            copies.lie_in(folder);
            voices.lie_in(folder);
        }
        Ok(Self {
            settings: Settings {
                hash: hash_of_settings(settings.brands, as_of.time_zone(), owners),
                window_days,
                recent_from: accounts::recent_from(until, window_days),
                shared_from: shares.from(),
            },
            brands,
            copies,
            record: Record {
                names,
                voices,
                shares,
                counts: [0; REASONS.len()],
            },
            contents,
            hash: 0,
        })
    }

    /// Returns the sum of the hashes of the posts that the last run kept, see [`hash_of`].
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// Writes down what is kept, for a run with the same posts up to the last of these, whose hashes add up to this.
    pub(super) fn write(&self, hash: u64, to: &mut dyn Write) -> io::Result<()> {
        let voices = &self.record.voices;
        let last = voices.len().checked_sub(1);
        let last = last.and_then(|last| voices.get(last));
        let head = Head {
            count: voices.len(),
            until: last.map_or(i64::MIN, |last| last.at()),
            hash,
            settings: self.settings,
            contents: self.contents.to_vec(),
        };
        let mut out = Out::new(to);
        head.write(&mut out)?;
        self.brands.write(&mut out)?;
        self.copies.write(&mut out)?;
        out.u64s(self.record.counts.into_iter())?;
        voices.write(&mut out)?;
        self.record.shares.write(&mut out)?;
        out.seal()
    }

    /// Takes up what was written down behind a head; `None` for anything else, after which nothing of it is to be used.
    fn read(&mut self, head: &Head, input: &mut In<'_>) -> Option<()> {
        let record = &mut self.record;
        self.hash = head.hash;
        self.brands.read(input)?;
        self.copies.read(input)?;
        record.counts = input.u64s()?.try_into().ok()?;
        record.voices.read(input)?;
        record.voices.forget_texts(self.settings.recent_from);
        record.shares.read(&record.voices, input)?;
        let is_whole = input.is_whole();
        let counts = [self.copies.len(), record.voices.len()];
        (is_whole && counts == [head.count; 2]).then_some(())
    }
}

/// Returns the finder of brands, which asks whose the accounts are where there are several.
///
/// # Errors
/// [`Error::Frame`] when the accounts lack a column.
fn owned(brands: &[BrandConfig], observed: &LazyFrame) -> Result<brand::Finder> {
    let observed = match brands {
        [] | [_] => Ok(DataFrame::empty()),
        _ => {
            let columns = brand::COLUMNS.map(|column| column.expr());
            observed.clone().select(columns).collect()
        }
    };
    observed
        .and_then(|observed| brand::Finder::new(brands, &observed))
        .map_err(Error::frame("read the accounts"))
}

/// Returns the hash of what decides by itself how a post is taken; words and rules are known to be the same.
fn hash_of_settings(brands: &[BrandConfig], zone: &TimeZone, owners: u64) -> u64 {
    let brands = serde_json::to_string(brands).expect("settings hold only strings and lists");
    let zone = match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => format!("{zone:?}"),
    };
    mixed(fast_hash([&*brands, &*zone]), owners)
}

/// Returns what the last run kept, if it serves this one.
///
/// # Errors
/// [`Error::Frame`] when the posts cannot be read, and those of [`Kept::new`].
pub(super) fn recalled<'a>(
    before: Before<'_>,
    posts: &[LazyFrame],
    blocks: &Blocks,
    hearing: &Hearing<'a>,
) -> Result<Option<Kept<'a>>> {
    let mut kept = Kept::new(hearing)?;
    let mut input = In::new(before.from);
    let head = Head::read(&mut input).filter(|head| {
        head.settings.serve(&kept.settings)
            && head.count as u64 == before.rows
            && blocks.has_end(head.count)
    });
    let Some(head) = head else {
        return Ok(None);
    };
    // Before much is read, which is held from then on.
    let is_same = are_the_same(&head, posts, hearing.contents);
    if !is_same.map_err(Error::frame("read the posts"))? {
        return Ok(None);
    }
    let is_read = kept.read(&head, &mut input);
    Ok(is_read.map(|()| kept))
}

/// Whether the posts until the last of those of a head are these.
fn are_the_same(head: &Head, posts: &[LazyFrame], contents: &[u64]) -> PolarsResult<bool> {
    if let Some(others) = head.others(contents) {
        let others: Vec<LazyFrame> = others.iter().map(|place| posts[*place].clone()).collect();
        if !told::is_any_until(&others, head.until)? {
            return Ok(true);
        }
    }
    Ok(told::hashed(posts, head.until)? == (head.count, head.hash))
}
