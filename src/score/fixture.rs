//! The stage on small frames, for tests.

use std::path::Path;

use jiff::Timestamp;
use polars::prelude::*;

use super::{Before as Left, Input, Output, Settings, Sink, Sizes, WriteDown, score_in_blocks};
use crate::as_of::AsOf;
use crate::config::Config;
use crate::error::Result;
use crate::progress::Silent;
use crate::schema::{self, Column as Owned, ColumnKind, Table, posts};
use crate::text::{Analyser, Language};

const CONFIG: &str = "[brand]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\n";

/// A row of `posts`; the source is the platform.
#[derive(Debug, Clone, Copy)]
pub(super) struct Post<'a> {
    pub platform: &'a str,
    pub post_id: &'a str,
    pub account_id: &'a str,
    /// RFC 3339.
    pub at: &'a str,
    pub text: &'a str,
    pub kind: &'a str,
    pub reply_to: Option<&'a str>,
    pub conversation: Option<&'a str>,
    pub is_outbound: bool,
    pub extra: Option<&'a str>,
}

impl Post<'_> {
    /// A post on X that says nothing.
    pub(super) const EMPTY: Self = Self {
        platform: "x",
        post_id: "",
        account_id: "",
        at: "2026-01-01T00:00:00Z",
        text: "",
        kind: "post",
        reply_to: None,
        conversation: None,
        is_outbound: false,
        extra: None,
    };
}

/// Returns the table `posts` with these rows.
pub(super) fn posted(rows: &[Post<'_>]) -> DataFrame {
    type Value<'a> = fn(&Post<'a>) -> Option<&'a str>;
    fn text<'a>(column: Owned, rows: &[Post<'a>], value: Value<'a>) -> Column {
        let values: Vec<Option<&str>> = rows.iter().map(value).collect();
        Column::new(column.small_name(), values)
    }
    let at = |post: &Post<'_>| post.at.parse::<Timestamp>().unwrap().as_microsecond();
    let posted_at: Vec<i64> = rows.iter().map(at).collect();
    let is_outbound: Vec<bool> = rows.iter().map(|post| post.is_outbound).collect();
    let columns = [
        text(posts::SOURCE, rows, |post| Some(post.platform)),
        text(posts::PLATFORM, rows, |post| Some(post.platform)),
        text(posts::PROVIDER, rows, |_| Some("")),
        text(posts::POST_ID, rows, |post| Some(post.post_id)),
        text(posts::ACCOUNT_ID, rows, |post| Some(post.account_id)),
        text(posts::TEXT, rows, |post| Some(post.text)),
        text(posts::KIND, rows, |post| Some(post.kind)),
        text(posts::REPLY_TO_POST_ID, rows, |post| post.reply_to),
        text(posts::CONVERSATION_ID, rows, |post| post.conversation),
        text(posts::EXTRA, rows, |post| post.extra),
        Column::new(posts::POSTED_AT.small_name(), posted_at)
            .cast(&ColumnKind::Instant.dtype())
            .unwrap(),
        Column::new(posts::IS_OUTBOUND.small_name(), is_outbound),
    ];
    let mut frame = DataFrame::full_null(&posts::TABLE.schema(), rows.len());
    for column in columns {
        frame.with_column(column).unwrap();
    }
    frame
}

/// Returns a table without rows.
pub(super) fn no_rows(table: &Table) -> DataFrame {
    DataFrame::empty_with_schema(&table.schema())
}

/// All tables of a run.
pub(super) struct Whole {
    pub output: Output,
    pub post_scores: DataFrame,
    pub account_scores: DataFrame,
    pub copies: DataFrame,
    pub post_topics: DataFrame,
    pub conversations: DataFrame,
    /// What is left to the next run.
    pub memory: Option<Vec<u8>>,
    /// Rows of the files of settled posts, and of those taken over.
    pub files: Vec<usize>,
    pub kept: usize,
}

/// What a run before left.
#[derive(Debug, Default)]
pub(super) struct Before<'b> {
    pub post_scores: Option<DataFrame>,
    pub memory: Option<&'b [u8]>,
    /// Rows of the settled posts.
    pub settled: usize,
    /// Rows of each file of posts now, and the hash of what it holds; empty for one file of which nothing is told.
    pub contents: Vec<(usize, u64)>,
}

impl<'b> Before<'b> {
    /// Returns all that a run left.
    pub(super) fn of(whole: &'b Whole) -> Self {
        Self {
            post_scores: Some(whole.post_scores.clone()),
            memory: whole.memory.as_deref(),
            settled: whole.files.iter().sum(),
            contents: Vec::new(),
        }
    }
}

/// Cuts posts into files.
fn posts_of_files(posts: DataFrame, files: &[(usize, u64)]) -> Vec<LazyFrame> {
    if files.is_empty() {
        return vec![posts.lazy()];
    }
    let mut first = 0;
    let cut = files.iter().map(|(rows, _)| {
        let file = posts.slice(first as i64, *rows);
        first += rows;
        file.lazy()
    });
    let cut = cut.collect();
    assert_eq!(first, posts.height());
    cut
}

/// Takes the rows of long tables.
struct Taken {
    post_scores: DataFrame,
    account_scores: DataFrame,
    copies: DataFrame,
    post_topics: DataFrame,
    conversations: DataFrame,
    /// Rows that the last run wrote of settled posts.
    settled: DataFrame,
    memory: Option<Vec<u8>>,
    files: Vec<usize>,
    kept: usize,
}

impl Sink for Taken {
    fn take(&mut self, table: &'static Table, rows: DataFrame) -> Result<()> {
        let whole = match table.name {
            name if name == schema::post_scores::TABLE.name => &mut self.post_scores,
            name if name == schema::account_scores::TABLE.name => &mut self.account_scores,
            name if name == schema::copies::TABLE.name => &mut self.copies,
            name if name == schema::post_topics::TABLE.name => &mut self.post_topics,
            _ => &mut self.conversations,
        };
        whole.vstack_mut(&rows).unwrap();
        Ok(())
    }

    fn keep(&mut self) -> Result<()> {
        assert_eq!(self.post_scores.height(), 0, "they come first");
        self.kept = self.settled.height();
        self.files.push(self.kept);
        self.post_scores.vstack_mut(&self.settled).unwrap();
        Ok(())
    }

    fn settle(&mut self, memory: Option<WriteDown<'_>>) -> Result<()> {
        assert!(self.memory.is_none(), "nothing is settled behind it");
        let before: usize = self.files.iter().sum();
        self.files.push(self.post_scores.height() - before);
        self.memory = memory.map(|write| {
            let mut bytes = Vec::new();
            write(&mut bytes).unwrap();
            bytes
        });
        Ok(())
    }
}

/// Runs the stage, for the keyword とりのこえ, with what was known before, in blocks of about so many posts.
pub(super) fn scored_whole(
    read: [DataFrame; 3],
    known: Option<DataFrame>,
    block: usize,
    as_of: &str,
) -> Whole {
    let before = Before {
        post_scores: known,
        ..Before::default()
    };
    scored_again(read, before, block, as_of)
}

/// As [`scored_whole`], with all that a run before left.
pub(super) fn scored_again(
    read: [DataFrame; 3],
    before: Before<'_>,
    block: usize,
    as_of: &str,
) -> Whole {
    scored_by(CONFIG, read, before, block, as_of)
}

/// As [`scored_again`], by other settings.
pub(super) fn scored_by(
    config: &str,
    [posts, accounts, holidays]: [DataFrame; 3],
    before: Before<'_>,
    block: usize,
    as_of: &str,
) -> Whole {
    let config = Config::parse(config, Path::new("koe.toml"), &[]).unwrap();
    let analyser = Analyser::new().unwrap().assuming(Language::Japanese);
    let as_of = AsOf::parse(as_of, &config.time_zone()).unwrap();
    let settled = match &before.post_scores {
        Some(rows) => rows.head(Some(before.settled)),
        None => no_rows(&schema::post_scores::TABLE),
    };
    let input = Input {
        posts: posts_of_files(posts, &before.contents),
        post_contents: before.contents.iter().map(|file| file.1).collect(),
        accounts: accounts.lazy(),
        search_counts: no_rows(&crate::schema::search_counts::TABLE).lazy(),
        known: before.post_scores.map(IntoLazy::lazy),
        holidays: holidays.lazy(),
    };
    let folder = std::env::temp_dir();
    let settings = Settings {
        brands: &config.brand,
        score: &config.score,
        analyser: &analyser,
        scratch: Some(folder.as_path()),
    };
    let mut taken = Taken {
        post_scores: no_rows(&schema::post_scores::TABLE),
        account_scores: no_rows(&schema::account_scores::TABLE),
        copies: no_rows(&schema::copies::TABLE),
        post_topics: no_rows(&schema::post_topics::TABLE),
        conversations: no_rows(&schema::conversations::TABLE),
        settled,
        memory: None,
        files: Vec::new(),
        kept: 0,
    };
    let mut bytes = before.memory.unwrap_or_default();
    let left = before.memory.is_some().then_some(Left {
        from: &mut bytes,
        rows: before.settled as u64,
    });
    let sizes = Sizes::of_blocks(block);
    let output = score_in_blocks(input, &settings, &as_of, left, &mut taken, &Silent, sizes);
    Whole {
        output: output.unwrap(),
        post_scores: taken.post_scores,
        account_scores: taken.account_scores,
        copies: taken.copies,
        post_topics: taken.post_topics,
        conversations: taken.conversations,
        memory: taken.memory,
        files: taken.files,
        kept: taken.kept,
    }
}
