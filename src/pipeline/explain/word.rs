//! How a word is said: what `koe explain word` tells.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use polars::prelude::*;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::word_tables::{WordPartner, WordShift, partners, shifts};
use crate::error::{Error, Result};
use crate::hash::{Unhashed, fast_hash};
use crate::pipeline::Workspace;
use crate::schema::{Column as Owned, post_scores, posts};
use crate::score::topics::kwic;
use crate::store::{Rows, Store};
use crate::text::Label;

/// Places looked at in one post.
const MOST_PLACES: usize = 100;

/// What is shown of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordOptions {
    /// Places, the newest.
    pub limit: usize,
    /// Columns of context on each side; a kanji takes two.
    pub width: usize,
}

/// How a word is said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordExplanation {
    /// The word as asked for.
    pub word: String,
    /// Opinions that hold it, up to the as-of instant.
    pub post_count: u64,
    /// Of them positive.
    pub positive_count: u64,
    /// Of them negative.
    pub negative_count: u64,
    /// How it shifted, by brand; empty when it did not.
    pub shifts: Vec<WordShift>,
    /// Words that go with it, the closest first.
    pub partners: Vec<WordPartner>,
    /// Opinions by week, weeks without one left out.
    pub weeks: Vec<WordWeek>,
    /// Where it stands, the newest first.
    pub lines: Vec<WordLine>,
}

/// Opinions of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordWeek {
    /// Its Monday, local.
    pub week_start: String,
    /// Opinions that hold the word.
    pub post_count: u64,
    /// Of them positive.
    pub positive_count: u64,
    /// Of them negative.
    pub negative_count: u64,
}

/// A place of the word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordLine {
    /// When it was said, UTC.
    pub posted_at: String,
    /// Local day it was said on.
    pub day: String,
    /// Source of the post.
    pub source: String,
    /// The post.
    pub post_id: String,
    /// Its sentiment: positive, neutral or negative; none where it is not scored.
    pub label: Option<String>,
    /// What stands before the word.
    pub left: String,
    /// The word as written.
    pub word: String,
    /// What stands behind it.
    pub right: String,
}

/// What is looked for.
struct Query {
    /// Folded, to be found anywhere.
    folded: String,
    /// Dictionary form, to be found in its forms.
    base: String,
}

/// An opinion that holds the word.
struct Found {
    posted_at: i64,
    source: String,
    post_id: String,
    label: Option<String>,
}

/// What is counted of the opinions that hold the word.
struct Count<'a> {
    query: &'a Query,
    /// Posts that hold its letters, by the hash of source and id.
    written: &'a HashSet<u64, Unhashed>,
    until: i64,
    time_zone: &'a TimeZone,
    limit: usize,
    /// All, positive, negative.
    total: [u64; 3],
    weeks: BTreeMap<Date, [u64; 3]>,
    newest: Vec<Found>,
}

/// Columns that counting reads.
const COUNTED: [Owned; 6] = [
    post_scores::SOURCE,
    post_scores::POST_ID,
    post_scores::POSTED_AT,
    post_scores::IS_OPINION,
    post_scores::LABEL,
    post_scores::WORDS,
];

impl Count<'_> {
    fn take(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        let source = frame.column(post_scores::SOURCE.name)?.str()?;
        let post_id = frame.column(post_scores::POST_ID.name)?.str()?;
        let posted_at = frame.column(post_scores::POSTED_AT.name)?.datetime()?;
        let is_opinion = frame.column(post_scores::IS_OPINION.name)?.bool()?;
        let label = frame.column(post_scores::LABEL.name)?.str()?;
        let words = frame.column(post_scores::WORDS.name)?.list()?;
        for row in 0..frame.height() {
            let at = posted_at.phys.get(row).unwrap_or_default();
            if is_opinion.get(row) != Some(true) || at >= self.until {
                continue;
            }
            let key = [source, post_id].map(|column| column.get(row).unwrap_or_default());
            let mut is_said = self.written.contains(&fast_hash(key));
            if !is_said && let Some(words) = words.get_as_series(row) {
                let mut words = words.str()?.iter().flatten();
                is_said = words.any(|word| word == self.query.base);
            }
            if is_said {
                self.add(at, key, label.get(row));
            }
        }
        Ok(())
    }

    fn add(&mut self, posted_at: i64, key: [&str; 2], label: Option<&str>) {
        let counts = [
            1,
            u64::from(label == Some(Label::Positive.name())),
            u64::from(label == Some(Label::Negative.name())),
        ];
        let week = week_of(posted_at, self.time_zone);
        let week = week.map(|week| self.weeks.entry(week).or_default());
        for sums in [Some(&mut self.total), week].into_iter().flatten() {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        self.newest.push(Found {
            posted_at,
            source: key[0].to_owned(),
            post_id: key[1].to_owned(),
            label: label.map(str::to_owned),
        });
        if self.newest.len() >= self.limit.saturating_mul(2).saturating_add(1_000) {
            self.keep_newest();
        }
    }

    fn keep_newest(&mut self) {
        self.newest.sort_by(|left, right| {
            let newer = right.posted_at.cmp(&left.posted_at);
            newer.then_with(|| (&left.source, &left.post_id).cmp(&(&right.source, &right.post_id)))
        });
        self.newest.truncate(self.limit);
    }
}

impl Workspace {
    /// Tells how a word is said in opinions about the brand: where it stands, how often by week and mood, how it shifted
    /// and which words go with it.
    ///
    /// Found are its letters whatever their width and case, and of a dictionary form every form. A word that nobody said is no
    /// error.
    ///
    /// # Errors
    /// [`Error::NoSubject`] for an empty word, and those of the store.
    pub fn explain_word(&self, word: &str, options: &WordOptions) -> Result<WordExplanation> {
        let store = self.store()?;
        let query = Query {
            folded: kwic::folded(word.trim()),
            base: word.trim().nfkc().collect(),
        };
        if query.folded.is_empty() {
            return Err(Error::NoSubject {
                subject: word.to_owned(),
            });
        }
        let mut told = WordExplanation {
            word: word.trim().to_owned(),
            post_count: 0,
            positive_count: 0,
            negative_count: 0,
            shifts: shifts(&store, &query.folded)?,
            partners: partners(&store, &query.folded)?,
            weeks: Vec::new(),
            lines: Vec::new(),
        };
        let written = written(&store, &query)?;
        let mut count = Count {
            query: &query,
            written: &written,
            until: self.as_of().instant().as_microsecond(),
            time_zone: self.as_of().time_zone(),
            limit: options.limit,
            total: [0; 3],
            weeks: BTreeMap::new(),
            newest: Vec::new(),
        };
        let read = Error::frame("read the scores of posts");
        store.column_blocks(&post_scores::TABLE, &COUNTED, Rows::Live, &mut |frame| {
            count.take(frame).map_err(&read)
        })?;
        count.keep_newest();
        [told.post_count, told.positive_count, told.negative_count] = count.total;
        let weeks = count.weeks.into_iter();
        told.weeks = weeks
            .map(
                |(week, [post_count, positive_count, negative_count])| WordWeek {
                    week_start: week.to_string(),
                    post_count,
                    positive_count,
                    negative_count,
                },
            )
            .collect();
        told.lines = self.lines(&store, &query, &count.newest, options)?;
        Ok(told)
    }

    /// Returns the places of the word in posts.
    fn lines(
        &self,
        store: &Store,
        query: &Query,
        found: &[Found],
        options: &WordOptions,
    ) -> Result<Vec<WordLine>> {
        let analyser = self.words()?.analyser()?;
        let wanted: HashSet<u64, Unhashed> = found
            .iter()
            .map(|post| fast_hash([&*post.source, &*post.post_id]))
            .collect();
        let mut texts: BTreeMap<u64, String> = BTreeMap::new();
        each_text(store, &mut |key, text| {
            let hash = fast_hash(key);
            if wanted.contains(&hash) {
                texts.insert(hash, text.to_owned());
            }
        })?;
        let mut lines = Vec::new();
        for post in found {
            let Some(text) = texts.get(&fast_hash([&*post.source, &*post.post_id])) else {
                continue;
            };
            let mut places = kwic::places(text, &query.folded, MOST_PLACES);
            places.extend(analyser.places(text, &query.base));
            places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
            let mut end = 0;
            for place in places {
                if place.start < end || place.is_empty() {
                    continue;
                }
                if lines.len() >= options.limit {
                    return Ok(lines);
                }
                end = place.end;
                let line = kwic::line(0, text, place, options.width);
                lines.push(self.shown(post, line));
            }
        }
        Ok(lines)
    }

    fn shown(&self, post: &Found, line: kwic::Line) -> WordLine {
        let at = Timestamp::from_microsecond(post.posted_at).unwrap_or_default();
        WordLine {
            posted_at: at.to_string(),
            day: at
                .to_zoned(self.as_of().time_zone().clone())
                .date()
                .to_string(),
            source: post.source.clone(),
            post_id: post.post_id.clone(),
            label: post.label.clone(),
            left: line.left,
            word: line.word,
            right: line.right,
        }
    }
}

/// Returns which posts hold the letters of the word, by the hash of source and id.
fn written(store: &Store, query: &Query) -> Result<HashSet<u64, Unhashed>> {
    let mut found = HashSet::with_hasher(Unhashed);
    each_text(store, &mut |key, text| {
        if kwic::holds(text, &query.folded) {
            found.insert(fast_hash(key));
        }
    })?;
    Ok(found)
}

/// Hands source and id, and the text of every post to `take`.
fn each_text(store: &Store, take: &mut dyn FnMut([&str; 2], &str)) -> Result<()> {
    let columns = [posts::SOURCE, posts::POST_ID, posts::TEXT];
    let read = Error::frame("read the posts");
    store.column_blocks(&posts::TABLE, &columns, Rows::Live, &mut |frame| {
        let text = |column: Owned| {
            let column = frame.column(column.name).and_then(|column| column.str());
            column.map_err(&read)
        };
        let (source, post_id, body) = (
            text(posts::SOURCE)?,
            text(posts::POST_ID)?,
            text(posts::TEXT)?,
        );
        for row in 0..frame.height() {
            let [source, post_id, body] =
                [source, post_id, body].map(|column| column.get(row).unwrap_or_default());
            take([source, post_id], body);
        }
        Ok(())
    })
}

/// Returns the Monday of the local week of an instant.
fn week_of(at: i64, time_zone: &TimeZone) -> Option<Date> {
    let instant = Timestamp::from_microsecond(at).ok()?;
    let day = instant.to_zoned(time_zone.clone()).date();
    let behind = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(behind.days()).ok()
}
