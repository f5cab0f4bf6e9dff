//! Posts whose author took them back: what they said is erased, that they were said stays.
//!
//! Of a deleted post, and of the reposts that repeat it, text, mentions, hashtags, links and other fields are emptied in
//! every file of the store: observations, newest rows, computed tables and their history. Pages that quote posts are
//! removed and written anew by the next report. Words counted over all posts go, and the next run counts anew. Where a
//! keyword of the brand stood in the text, that word alone stays, so that the post goes on to count for the brand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use polars::prelude::*;

use super::rejected;
use super::{Run, STAGE};
use crate::error::{Error, Result};
use crate::pipeline::forget::heard::{
    OF_POST, WORDS_OF_POST, has_counted_words, without_counted_words,
};
use crate::pipeline::forget::rows::emptied;
use crate::pipeline::freshness::{self, Inputs};
use crate::pipeline::{OUT, Workspace, brand_word};
use crate::schema::{self, Column, deletions, post_scores, posts};
use crate::store::Entry;

/// What stays in `extra` of an erased post.
const ERASED: &str = r#"{"deleted":true}"#;

/// Stage that counts words anew.
const SCORE: &str = "score";

/// Name under which the notices are noted for which all that is stored was searched: with the same ones, what comes in
/// new is searched alone.
const SEARCHED: &str = "erase";

/// Columns of what a text names.
const NAMED: [Column; 3] = [posts::MENTIONS, posts::HASHTAGS, posts::URLS];

/// What was erased.
#[derive(Debug, Default)]
pub(super) struct Erased {
    /// Posts, each once however often it was observed.
    pub post_count: u64,
    /// Exports that still hold them: they are the user's own.
    pub files: Vec<String>,
    ids: BTreeSet<String>,
}

/// The posts to erase: source to ids.
struct Deleted {
    ids: BTreeMap<String, BTreeSet<String>>,
    keywords: Vec<String>,
}

impl Deleted {
    fn has(&self, source: &str, post_id: &str) -> bool {
        [source, deletions::ANY_SOURCE].iter().any(|source| {
            self.ids
                .get(*source)
                .is_some_and(|ids| ids.contains(post_id))
        })
    }

    /// Returns which rows speak of a deleted post, or repeat one.
    fn rows(&self, frame: &DataFrame) -> PolarsResult<BooleanChunked> {
        let text = |column: Column| frame.column(column.name)?.str();
        let (source, id) = (text(posts::SOURCE)?, text(posts::POST_ID)?);
        let repeated = match frame.schema().contains(posts::REPOSTED_POST_ID.name) {
            true => Some((text(posts::KIND)?, text(posts::REPOSTED_POST_ID)?)),
            false => None,
        };
        Ok((0..frame.height())
            .map(|row| {
                let source = source.get(row).unwrap_or_default();
                let has = |id: Option<&str>| id.is_some_and(|id| self.has(source, id));
                let repeats = repeated
                    .as_ref()
                    .is_some_and(|(kind, of)| kind.get(row) == Some("repost") && has(of.get(row)));
                Some(has(id.get(row)) || repeats)
            })
            .collect())
    }

    /// Returns which rows say more than an erased post does.
    fn is_said(&self, frame: &DataFrame) -> PolarsResult<BooleanChunked> {
        let (texts, extras) = (
            frame.column(posts::TEXT.name)?.str()?,
            frame.column(posts::EXTRA.name)?.str()?,
        );
        let mut is_said: BooleanChunked = texts
            .iter()
            .zip(extras.iter())
            .map(|(text, extra)| {
                let text = text.unwrap_or_default();
                Some(extra != Some(ERASED) || text != self.keyword(text))
            })
            .collect();
        for column in NAMED {
            is_said = is_said | frame.column(column.name)?.is_not_null();
        }
        Ok(is_said)
    }

    /// Empties what deleted posts of a frame said; `None` when there is nothing to empty.
    fn erase(&self, frame: &DataFrame, erased: &mut Erased) -> PolarsResult<Option<DataFrame>> {
        let is_said = self.is_said(frame)?;
        let rows = self.rows(frame)? & is_said;
        if !rows.any() {
            return Ok(None);
        }
        let (ids, files) = (
            frame.column(posts::POST_ID.name)?.str()?,
            frame.column(posts::SOURCE_FILE.name)?.str()?,
        );
        for row in rows
            .iter()
            .enumerate()
            .filter_map(|(row, is)| (is == Some(true)).then_some(row))
        {
            erased.ids.extend(ids.get(row).map(str::to_owned));
            if let Some(file) = files.get(row)
                && !erased.files.iter().any(|known| known == file)
            {
                erased.files.push(file.to_owned());
            }
        }
        let texts = frame.column(posts::TEXT.name)?.str()?;
        let texts: StringChunked = texts
            .iter()
            .zip(rows.iter())
            .map(|(text, is_erased)| match is_erased {
                Some(true) => Some(self.keyword(text.unwrap_or_default())),
                _ => text.map(str::to_owned),
            })
            .collect();
        let mut frame = emptied(frame, &rows, &NAMED)?;
        frame.with_column(texts.with_name(posts::TEXT.small_name()).into_column())?;
        let extra = frame
            .column(posts::EXTRA.name)?
            .str()?
            .set(&rows, Some(ERASED))?;
        frame.with_column(extra.into_column())?;
        Ok(Some(frame))
    }

    /// Returns which rows of `post_scores` hold words of a deleted post, those of a keyword of the brand left out.
    fn is_heard(&self, frame: &DataFrame) -> PolarsResult<BooleanChunked> {
        let rows = self.rows(frame)?;
        let mut is_heard = vec![false; frame.height()];
        for column in WORDS_OF_POST {
            let lists = frame.column(column.name)?.as_materialized_series();
            for (row, list) in lists.list()?.amortized_iter().enumerate() {
                if rows.get(row) == Some(true)
                    && let Some(list) = list
                {
                    let mut words = list.as_ref().str()?.iter().flatten();
                    is_heard[row] |= words.any(|word| !self.is_of_keyword(word));
                }
            }
        }
        Ok(is_heard.into_iter().map(Some).collect())
    }

    /// Whether a word is a part of a keyword of the brand, which may stay.
    fn is_of_keyword(&self, word: &str) -> bool {
        let word = [word.to_owned()];
        let mut keywords = self.keywords.iter();
        keywords.any(|keyword| !brand_word(&word, keyword).is_empty())
    }

    /// Empties what was heard of deleted posts; `None` when there is nothing to empty.
    ///
    /// `ids` are the posts that were erased just now, reposts of them included; `is_counted` is set where words of
    /// theirs may have been counted.
    fn unhear(
        &self,
        frame: &DataFrame,
        ids: &BTreeSet<String>,
        is_counted: &mut bool,
    ) -> PolarsResult<Option<DataFrame>> {
        let is_heard = self.is_heard(frame)?;
        *is_counted |= is_heard.any();
        let posts = frame.column(post_scores::POST_ID.name)?.str()?;
        let is_new: BooleanChunked = posts
            .iter()
            .map(|post| Some(post.is_some_and(|post| ids.contains(post))))
            .collect();
        let is_hashed = frame.column(post_scores::CONTENT.name)?.is_not_null();
        let rows = is_heard | (is_new & is_hashed);
        rows.any()
            .then(|| emptied(frame, &rows, &OF_POST))
            .transpose()
    }

    /// Returns the keyword of the brand that stands in a text, an empty text where none does.
    fn keyword(&self, text: &str) -> String {
        brand_word(&self.keywords, text)
    }
}

impl Run<'_> {
    /// Erases what deleted posts say from every table.
    pub(super) fn erase_deleted(&mut self) -> Result<Erased> {
        let mut erased = Erased::default();
        let Some(deleted) = self.deleted()? else {
            return Ok(erased);
        };
        let failed = || Error::frame("erase deleted posts");
        let manifest = self.transaction.manifest();
        let notices = manifest.live(&deletions::TABLE).iter();
        let notices: Vec<&str> = notices.map(|file| file.hash.as_str()).collect();
        let inputs = Inputs::of_settings()
            .with(&deleted.keywords)
            .with(&notices)
            .hash();
        let last = manifest.stages.get(SEARCHED);
        let is_searched = last.is_some_and(|record| record.inputs == inputs);
        let mut erase = |frame: &DataFrame| deleted.erase(frame, &mut erased).map_err(failed());
        if is_searched {
            self.transaction.rewrite_new(&posts::TABLE, &mut erase)?;
        } else {
            self.transaction.rewrite(&posts::TABLE, &mut erase)?;
            self.transaction
                .put_stage(SEARCHED, freshness::record(inputs));
        }
        if is_searched && erased.ids.is_empty() {
            return Ok(erased);
        }
        let mut is_counted = false;
        self.transaction
            .rewrite(&post_scores::TABLE, &mut |frame| {
                deleted
                    .unhear(frame, &erased.ids, &mut is_counted)
                    .map_err(failed())
            })?;
        if is_counted {
            let tables = schema::DERIVED.iter().copied();
            for table in tables.filter(|table| has_counted_words(table)) {
                self.transaction.rewrite(table, &mut |frame| {
                    without_counted_words(table, frame).map_err(failed())
                })?;
            }
            self.transaction.drop_stages(&[SCORE])?;
        } else if !erased.ids.is_empty() {
            // It holds the letters of posts without a word that was counted, too.
            self.transaction.erase_memory(SCORE)?;
        }
        erased.post_count = erased.ids.len() as u64;
        erased.files.sort();
        if erased.post_count > 0 {
            let label = self.reader.workspace.as_of().label();
            let entry = Entry::new(&label, "erase").with("posts", erased.post_count);
            self.transaction.note(entry.with("stage", STAGE));
        }
        Ok(erased)
    }

    fn deleted(&self) -> Result<Option<Deleted>> {
        let Some(notices) = self.transaction.current(&deletions::TABLE)? else {
            return Ok(None);
        };
        let read = || -> PolarsResult<BTreeMap<String, BTreeSet<String>>> {
            let notices = notices
                .select([deletions::SOURCE.expr(), deletions::POST_ID.expr()])
                .collect()?;
            let source = notices.column(deletions::SOURCE.name)?.str()?;
            let id = notices.column(deletions::POST_ID.name)?.str()?;
            let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (source, id) in source.iter().zip(id.iter()) {
                let source = source.unwrap_or(deletions::ANY_SOURCE).to_owned();
                ids.entry(source).or_default().extend(id.map(str::to_owned));
            }
            Ok(ids)
        };
        let ids = read().map_err(Error::frame("read the notices of deleted posts"))?;
        let keywords = self.reader.workspace.config().keywords();
        Ok(Some(Deleted { ids, keywords }))
    }
}

impl Workspace {
    /// Removes the pages that quote posts and the rejected rows that hold erased ones, of every run.
    pub(super) fn remove_quotes(&self, erased: &Erased) -> Result<()> {
        if erased.ids.is_empty() {
            return Ok(());
        }
        let lang = self.config().workspace.lang.tag();
        let is_erased = |row: &str| {
            row.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '-')
                .any(|word| erased.ids.contains(word))
        };
        let out = self.root().join(OUT);
        let folders = match fs::read_dir(&out) {
            Ok(folders) => folders,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::io("read", &out, error)),
        };
        for folder in folders.flatten().map(|entry| entry.path()) {
            if folder.is_dir() && !folder.is_symlink() {
                Self::remove_desk(&folder)?;
                rejected::forget(&folder, lang, &is_erased)?;
            }
        }
        Ok(())
    }
}
