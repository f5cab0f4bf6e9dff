//! The stage on small frames, for tests.

use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use polars::prelude::*;

use super::{Input, Memory, Output, Settings, WriteDown, blocks, score_in_blocks};
use crate::as_of::AsOf;
use crate::config::Config;
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
    pub conversations: DataFrame,
    /// What is left to the next run.
    pub memory: Option<Vec<u8>>,
}

/// What a run before left.
#[derive(Debug, Default)]
pub(super) struct Before<'b> {
    pub post_scores: Option<DataFrame>,
    pub memory: Option<&'b [u8]>,
}

/// Runs the stage, for the keyword とりのこえ.
pub(super) fn scored(
    posts: DataFrame,
    accounts: DataFrame,
    holidays: DataFrame,
    as_of: &str,
) -> Output {
    scored_whole([posts, accounts, holidays], None, blocks::MOST, as_of).output
}

/// As [`scored`], with what was known before, in blocks of about so many posts.
pub(super) fn scored_whole(
    read: [DataFrame; 3],
    known: Option<DataFrame>,
    block: usize,
    as_of: &str,
) -> Whole {
    let before = Before {
        post_scores: known,
        memory: None,
    };
    scored_again(read, before, block, as_of)
}

/// As [`scored_whole`], with all that a run before left.
pub(super) fn scored_again(
    [posts, accounts, holidays]: [DataFrame; 3],
    mut before: Before<'_>,
    block: usize,
    as_of: &str,
) -> Whole {
    let config = Config::parse(CONFIG, Path::new("koe.toml"), &[]).unwrap();
    let analyser = Analyser::new().unwrap().assuming(Language::Japanese);
    let as_of = AsOf::parse(as_of, &config.time_zone()).unwrap();
    let input = Input {
        posts: posts.lazy(),
        accounts: accounts.lazy(),
        search_counts: no_rows(&crate::schema::search_counts::TABLE).lazy(),
        known: before.post_scores.map(IntoLazy::lazy),
        holidays: holidays.lazy(),
    };
    let settings = Settings {
        brands: &config.brand,
        score: &config.score,
        analyser: &analyser,
    };
    let mut post_scores = no_rows(&schema::post_scores::TABLE);
    let mut conversations = no_rows(&schema::conversations::TABLE);
    let mut sink = |table: &'static Table, rows: DataFrame| {
        let whole = match table.name == schema::post_scores::TABLE.name {
            true => &mut post_scores,
            false => &mut conversations,
        };
        whole.vstack_mut(&rows).unwrap();
        Ok(())
    };
    let mut left = None;
    let mut keep = |write: WriteDown<'_>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        left = Some(bytes);
    };
    let memory = Memory {
        before: (before.memory.as_mut()).map(|bytes| bytes as &mut (dyn Read + Send)),
        keep: &mut keep,
    };
    let output = score_in_blocks(input, &settings, &as_of, memory, &mut sink, &Silent, block);
    Whole {
        output: output.unwrap(),
        post_scores,
        conversations,
        memory: left,
    }
}
