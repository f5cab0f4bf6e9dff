//! Who said something, so that no report shows the words of one, or of fewer than the smallest group.
//!
//! Where an account is linked, its author is the person, so that one person with several accounts counts once. Posts without an
//! account are those of one author per platform: nobody knows how many they are.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::columns::{integers, texts};
use super::{Input, Window};
use crate::account_links::{account_key, linked_accounts, with_accounts};
use crate::schema::{account_scores, links, post_scores};

/// Column of who wrote a post.
pub(super) const AUTHOR: &str = "__author";
/// Column of the group that a post is counted in.
const GROUP: &str = "__group";
const COUNT: &str = "__count";
const WANTED: &str = "__wanted";

/// How many authors said a word, by the number of a group and the word.
pub(super) type WordAuthors = BTreeMap<(i64, String), i64>;

/// Returns the least authors that what is shown must have; one person's words are never shown, whatever the settings say.
pub(super) fn fewest(smallest: u32) -> i64 {
    i64::from(smallest.max(2))
}

/// Adds who wrote each post, as [`AUTHOR`], to posts that have the platform, provider and account of `post_scores`.
pub(super) fn with_authors(said: LazyFrame, input: &Input) -> LazyFrame {
    let said = said.with_columns([
        concat_str(account_key(), "\n", true).alias(AUTHOR),
        post_scores::PROVIDER.expr().fill_null(lit("")),
    ]);
    with_accounts(said, linked_accounts(input.links.clone()), JoinType::Left)
        .with_column(coalesce(&[links::PERSON_ID.expr(), col(AUTHOR)]).alias(AUTHOR))
}

/// Returns posts with [`AUTHOR`] as a row for each of their words.
pub(super) fn by_word(said: LazyFrame) -> LazyFrame {
    said.explode(
        by_name([post_scores::WORDS.name], true, false),
        ExplodeOptions {
            empty_as_null: true,
            keep_nulls: true,
        },
    )
}

/// Returns only the rows of [`by_word`] that hold one of some words.
pub(super) fn with_one_of(said: LazyFrame, words: &BTreeSet<&str>) -> PolarsResult<LazyFrame> {
    let words: Vec<&str> = words.iter().copied().collect();
    let wanted = df!(WANTED => words)?;
    Ok(said.semi_join(wanted.lazy(), post_scores::WORDS.expr(), col(WANTED)))
}

/// Returns how many authors said each of some words, of posts that have [`AUTHOR`].
pub(super) fn of_words(
    said: LazyFrame,
    words: &BTreeSet<&str>,
) -> PolarsResult<BTreeMap<String, i64>> {
    if words.is_empty() {
        return Ok(BTreeMap::new());
    }
    let said = by_word(said.select([col(AUTHOR), post_scores::WORDS.expr()]));
    let frame = with_one_of(said, words)?
        .group_by([post_scores::WORDS.expr()])
        .agg([col(AUTHOR).n_unique().cast(DataType::Int64).alias(COUNT)])
        .collect()?;
    let word = texts(&frame, post_scores::WORDS.name)?;
    Ok(word.into_iter().zip(integers(&frame, COUNT)?).collect())
}

/// Returns how many authors said each of some words, of posts that have [`AUTHOR`], by the group whose number is in a column.
pub(super) fn of_words_by(
    said: LazyFrame,
    group: Expr,
    words: &BTreeSet<&str>,
) -> PolarsResult<WordAuthors> {
    if words.is_empty() {
        return Ok(WordAuthors::new());
    }
    let said = by_word(said.select([
        group.cast(DataType::Int64).alias(GROUP),
        col(AUTHOR),
        post_scores::WORDS.expr(),
    ]));
    let frame = with_one_of(said, words)?
        .group_by([col(GROUP), post_scores::WORDS.expr()])
        .agg([col(AUTHOR).n_unique().cast(DataType::Int64).alias(COUNT)])
        .collect()?;
    let (group, count) = (integers(&frame, GROUP)?, integers(&frame, COUNT)?);
    let word = texts(&frame, post_scores::WORDS.name)?;
    Ok(group.into_iter().zip(word).zip(count).collect())
}

/// Returns how many authors of each community said each of some words about a brand in the window.
pub(super) fn of_communities(
    input: &Input,
    window: &Window,
    words: &BTreeSet<&str>,
) -> PolarsResult<WordAuthors> {
    if words.is_empty() {
        return Ok(WordAuthors::new());
    }
    let members = input
        .account_scores
        .clone()
        .filter(account_scores::COMMUNITY.expr().is_not_null())
        .select([
            account_scores::PLATFORM.expr(),
            account_scores::PROVIDER.expr().fill_null(lit("")),
            account_scores::ACCOUNT_ID.expr(),
            account_scores::COMMUNITY.expr(),
        ]);
    let is_heard = post_scores::IS_OPINION
        .expr()
        .and(window.holds(post_scores::POSTED_AT.expr()));
    let said = input.post_scores.clone().filter(is_heard).select([
        post_scores::PLATFORM.expr(),
        post_scores::PROVIDER.expr(),
        post_scores::ACCOUNT_ID.expr(),
        post_scores::WORDS.expr(),
    ]);
    let said = with_accounts(with_authors(said, input), members, JoinType::Inner);
    of_words_by(said, account_scores::COMMUNITY.expr(), words)
}

/// Returns the words of a group, in their order, that enough authors said.
pub(super) fn enough(
    words: Vec<String>,
    group: i64,
    authors: &WordAuthors,
    smallest: u32,
) -> Vec<String> {
    words
        .into_iter()
        .filter(|word| {
            let count = authors.get(&(group, word.clone())).copied();
            count.unwrap_or(0) >= fewest(smallest)
        })
        .collect()
}
