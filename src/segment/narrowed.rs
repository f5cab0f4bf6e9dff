//! What posts tell of persons, taken out of the large tables for all that asks for it.
//!
//! Most posts are of nobody who is linked, and a dozen measures ask for those who are. So the rows that any of them could use
//! are kept in memory; each measure finds in them what it finds in the whole tables.

use polars::prelude::*;

use super::heard::{analysed, instant, is_recorded, linked};
use super::{Input, voice};
use crate::as_of::AsOf;
use crate::config::SegmentConfig;
use crate::error::{Error, Result};
use crate::schema::{Column as Owned, account_scores, links, persons, post_scores, posts};

/// What is asked of opinions, whenever they were said; of one without an instant nothing is asked.
const OF_OPINIONS: [Owned; 11] = [
    post_scores::SOURCE,
    post_scores::POST_ID,
    post_scores::PLATFORM,
    post_scores::PROVIDER,
    post_scores::ACCOUNT_ID,
    post_scores::POSTED_AT,
    post_scores::IS_OPINION,
    post_scores::SENTIMENT,
    post_scores::LABEL,
    post_scores::UTTERANCE,
    post_scores::JOURNEY,
];
/// What is asked of those within `segment.voice_window_days` alone.
const OF_RECENT: [Owned; 3] = [
    post_scores::POSITIVE_ASPECTS,
    post_scores::NEGATIVE_ASPECTS,
    post_scores::WORDS,
];
const OF_POSTS: [Owned; 12] = [
    posts::SOURCE,
    posts::POST_ID,
    posts::PLATFORM,
    posts::PROVIDER,
    posts::ACCOUNT_ID,
    posts::CUSTOMER_ID,
    posts::KIND,
    posts::POSTED_AT,
    posts::IS_OUTBOUND,
    posts::REPLY_TO_POST_ID,
    posts::REPOSTED_POST_ID,
    posts::MENTIONS,
];

const OF_ACCOUNTS: [Owned; 5] = [
    account_scores::PLATFORM,
    account_scores::PROVIDER,
    account_scores::ACCOUNT_ID,
    account_scores::ROLE,
    account_scores::FOLLOWER_COUNT,
];

impl Input {
    /// Returns the same tables in which `posts`, `post_scores` and `account_scores` hold nothing but rows and columns that may
    /// tell something of a person; [`super::segment`] finds the same in them.
    ///
    /// Kept are posts and opinions of linked accounts, what customers said to the shop, and what answers or repeats one of these
    /// opinions. What is kept is held in memory, a few hundred bytes a post.
    ///
    /// # Errors
    /// [`Error::Frame`] when a table lacks its columns.
    pub(crate) fn narrowed(self, config: &SegmentConfig, as_of: &AsOf) -> Result<Self> {
        narrowed(self, config, as_of).map_err(Error::frame("read what persons say"))
    }
}

fn narrowed(input: Input, config: &SegmentConfig, as_of: &AsOf) -> PolarsResult<Input> {
    let linked = linked(&input)
        .select([links::ACCOUNT_ID.expr()])
        .collect()?;
    let linked = distinct(&linked, links::ACCOUNT_ID)?;
    let recorded = recorded(&input)?;
    let of_records = distinct(&recorded, posts::POST_ID)?;
    let accounts = match of_records.is_empty() {
        true => linked.clone(),
        false => {
            let mut accounts = linked.clone();
            accounts.append(&distinct(&recorded, posts::ACCOUNT_ID)?)?;
            accounts
        }
    };
    // A set that is empty need not be looked through.
    let or_recorded = |is_linked: Expr, column: Owned| match of_records.is_empty() {
        true => is_linked,
        false => is_linked.or(column.is_among(of_records.clone())),
    };
    let is_told = or_recorded(
        post_scores::ACCOUNT_ID.is_among(linked.clone()),
        post_scores::POST_ID,
    );
    let opinions = input
        .post_scores
        .filter(post_scores::IS_OPINION.expr().and(is_told));
    let since = instant(voice::recent_from(config, as_of));
    let is_recent = || post_scores::POSTED_AT.expr().gt_eq(since.clone());
    let all = || OF_OPINIONS.iter().map(Owned::expr);
    let recent = all().chain(OF_RECENT.iter().map(Owned::expr));
    let nothing = |column: &Owned| {
        lit(NULL)
            .cast(column.kind.dtype())
            .alias(column.small_name())
    };
    let older = all().chain(OF_RECENT.iter().map(nothing));
    let opinions = concat(
        [
            opinions
                .clone()
                .filter(is_recent().not())
                .select(older.collect::<Vec<Expr>>()),
            opinions
                .filter(is_recent())
                .select(recent.collect::<Vec<Expr>>()),
        ],
        UnionArgs::default(),
    )?;
    let opinions = opinions.collect()?;
    let is_of_person = || or_recorded(posts::ACCOUNT_ID.is_among(linked.clone()), posts::POST_ID);
    let targets = [posts::REPLY_TO_POST_ID, posts::REPOSTED_POST_ID];
    let is_response = |is_one: &dyn Fn(Owned) -> Expr| {
        targets
            .map(is_one)
            .into_iter()
            .fold(is_of_person(), Expr::or)
    };
    let posts = input
        .posts
        .filter(is_response(&|target| target.expr().is_not_null()))
        .select(OF_POSTS.each_ref().map(Owned::expr))
        .collect()?;
    // Of many ids a set is made once, not for each file.
    let told = distinct(&opinions, post_scores::POST_ID)?;
    let posts = posts
        .lazy()
        .filter(is_response(&|target| target.is_among(told.clone())));
    let account_scores = input
        .account_scores
        .filter(account_scores::ACCOUNT_ID.is_among(accounts))
        .select(OF_ACCOUNTS.each_ref().map(Owned::expr));
    Ok(Input {
        links: input.links.collect()?.lazy(),
        post_scores: opinions.lazy(),
        posts: posts.collect()?.lazy(),
        account_scores: account_scores.collect()?.lazy(),
        ..input
    })
}

/// Returns post and account of what customers whom the shop's own system names said to it.
fn recorded(input: &Input) -> PolarsResult<DataFrame> {
    input
        .posts
        .clone()
        .filter(is_recorded())
        .join(
            analysed(input),
            [posts::SOURCE.expr(), posts::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Semi),
        )
        .select([posts::POST_ID.expr(), posts::ACCOUNT_ID.expr()])
        .collect()
}

/// Returns the texts of a column, each once.
fn distinct(frame: &DataFrame, column: Owned) -> PolarsResult<Series> {
    let texts = frame.column(column.name)?.as_materialized_series();
    texts.drop_nulls().unique()
}
