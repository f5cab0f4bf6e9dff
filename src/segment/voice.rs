//! What persons say: opinions of their linked accounts, and what they said to the shop as customers.

use polars::prelude::*;

use super::heard::{DAY, instant, opinions};
use super::{Input, exact_mean};
use crate::account_links::{account_key, with_accounts};
use crate::as_of::AsOf;
use crate::config::SegmentConfig;
use crate::schema::{account_scores, person_voices, post_scores};

/// Returns the table `person_voices`.
pub(super) fn voices(
    input: &Input,
    config: &SegmentConfig,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let since = recent_from(config, as_of);
    let columns = [
        post_scores::PLATFORM,
        post_scores::PROVIDER,
        post_scores::ACCOUNT_ID,
        post_scores::POSTED_AT,
        post_scores::SENTIMENT,
        post_scores::LABEL,
        post_scores::UTTERANCE,
    ];
    let heard = opinions(input, as_of, &columns)?
        .left_join_followers(&input.account_scores)
        .sort(
            [
                person_voices::PERSON_ID.name,
                post_scores::POSTED_AT.name,
                post_scores::POST_ID.name,
            ],
            SortMultipleOptions::default(),
        );
    let is_recent = || post_scores::POSTED_AT.expr().gt_eq(instant(since));
    let count = |of: Expr| of.sum().cast(DataType::Int64);
    let has = |column: crate::schema::Column, value: &'static str| {
        column.expr().eq(lit(value)).fill_null(lit(false))
    };
    heard
        .group_by_stable([person_voices::PERSON_ID.expr()])
        .agg([
            as_struct(account_key().to_vec())
                .n_unique()
                .cast(DataType::Int64)
                .alias(person_voices::ACCOUNT_COUNT.name),
            len()
                .cast(DataType::Int64)
                .alias(person_voices::POST_COUNT.name),
            count(is_recent()).alias(person_voices::RECENT_POST_COUNT.name),
            exact_mean(post_scores::SENTIMENT.expr().filter(is_recent()))
                .alias(person_voices::RECENT_SENTIMENT_MEAN.name),
            count(is_recent().and(has(post_scores::LABEL, "negative")))
                .alias(person_voices::RECENT_NEGATIVE_COUNT.name),
            count(is_recent().and(has(post_scores::UTTERANCE, "complaint")))
                .alias(person_voices::RECENT_COMPLAINT_COUNT.name),
            exact_mean(post_scores::SENTIMENT.expr()).alias(person_voices::SENTIMENT_MEAN.name),
            account_scores::FOLLOWER_COUNT
                .expr()
                .max()
                .alias(person_voices::FOLLOWER_COUNT.name),
            post_scores::POSTED_AT
                .expr()
                .max()
                .alias(person_voices::LAST_POSTED_AT.name),
        ])
        .collect()
}

/// Returns the instant from which on opinions are recent, in microseconds since 1970-01-01 UTC.
pub(super) fn recent_from(config: &SegmentConfig, as_of: &AsOf) -> i64 {
    as_of.instant().as_microsecond() - i64::from(config.voice_window_days) * DAY
}

trait Followers {
    fn left_join_followers(self, account_scores: &LazyFrame) -> LazyFrame;
}

impl Followers for LazyFrame {
    fn left_join_followers(self, account_scores: &LazyFrame) -> LazyFrame {
        let followers = account_scores.clone().select([
            account_scores::PLATFORM.expr(),
            account_scores::PROVIDER.expr(),
            account_scores::ACCOUNT_ID.expr(),
            account_scores::FOLLOWER_COUNT.expr(),
        ]);
        with_accounts(self, followers, JoinType::Left)
    }
}
