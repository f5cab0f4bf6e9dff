//! What persons say: opinions of their linked accounts, and what they said to the shop as customers.

use polars::prelude::*;

use super::{Input, exact_mean};
use crate::as_of::AsOf;
use crate::config::SegmentConfig;
use crate::schema::{
    ColumnKind, account_scores, links, person_voices, persons, post_scores, posts,
};

/// Returns the table `person_voices`.
///
/// A public post counts for a person only through `links`, which holds nobody without consent; what the export itself
/// ties to a customer counts unless the person denied `analyse`.
pub(super) fn voices(
    input: &Input,
    config: &SegmentConfig,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let micros = as_of.instant().as_microsecond();
    let instant = |micros: i64| lit(micros).cast(ColumnKind::Instant.dtype());
    let window = i64::from(config.voice_window_days) * 86_400_000_000;
    let account = || {
        [
            post_scores::PLATFORM.expr(),
            post_scores::PROVIDER.expr(),
            post_scores::ACCOUNT_ID.expr(),
        ]
    };
    let opinions = input.post_scores.clone().filter(
        post_scores::IS_OPINION
            .expr()
            .and(post_scores::POSTED_AT.expr().lt(instant(micros))),
    );
    let columns = [
        person_voices::PERSON_ID.expr(),
        post_scores::SOURCE.expr(),
        post_scores::POST_ID.expr(),
        post_scores::PLATFORM.expr(),
        post_scores::PROVIDER.expr(),
        post_scores::ACCOUNT_ID.expr(),
        post_scores::POSTED_AT.expr(),
        post_scores::SENTIMENT.expr(),
        post_scores::LABEL.expr(),
        post_scores::UTTERANCE.expr(),
    ];
    let linked = opinions
        .clone()
        .join(
            input.links.clone().select([
                links::PERSON_ID.expr(),
                links::PLATFORM.expr(),
                links::PROVIDER.expr(),
                links::ACCOUNT_ID.expr(),
            ]),
            account(),
            [
                links::PLATFORM.expr(),
                links::PROVIDER.expr(),
                links::ACCOUNT_ID.expr(),
            ],
            JoinArgs::new(JoinType::Inner),
        )
        .select(columns.clone());
    let own = opinions
        .join(
            input
                .posts
                .clone()
                .filter(posts::CUSTOMER_ID.expr().is_not_null())
                .select([
                    posts::SOURCE.expr(),
                    posts::POST_ID.expr(),
                    posts::CUSTOMER_ID.expr(),
                ]),
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .join(
            input
                .persons
                .clone()
                .filter(persons::IS_ANALYSED.expr())
                .select([
                    persons::SOURCE.expr(),
                    persons::CUSTOMER_ID.expr(),
                    persons::PERSON_ID.expr(),
                ]),
            [post_scores::SOURCE.expr(), posts::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .select(columns);
    let heard = concat([linked, own], UnionArgs::default())?
        .unique(
            Some(by_name(
                [post_scores::SOURCE.name, post_scores::POST_ID.name],
                true,
                false,
            )),
            UniqueKeepStrategy::Any,
        )
        .left_join_followers(&input.account_scores)
        .sort(
            [
                person_voices::PERSON_ID.name,
                post_scores::POSTED_AT.name,
                post_scores::POST_ID.name,
            ],
            SortMultipleOptions::default(),
        );
    let is_recent = || {
        post_scores::POSTED_AT
            .expr()
            .gt_eq(instant(micros - window))
    };
    let count = |of: Expr| of.sum().cast(DataType::Int64);
    let has = |column: crate::schema::Column, value: &'static str| {
        column.expr().eq(lit(value)).fill_null(lit(false))
    };
    heard
        .group_by_stable([person_voices::PERSON_ID.expr()])
        .agg([
            as_struct(account().to_vec())
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

trait Followers {
    fn left_join_followers(self, account_scores: &LazyFrame) -> LazyFrame;
}

impl Followers for LazyFrame {
    fn left_join_followers(self, account_scores: &LazyFrame) -> LazyFrame {
        let key = || {
            [
                account_scores::PLATFORM.expr(),
                account_scores::PROVIDER.expr(),
                account_scores::ACCOUNT_ID.expr(),
            ]
        };
        let followers = account_scores.clone().select([
            account_scores::PLATFORM.expr(),
            account_scores::PROVIDER.expr(),
            account_scores::ACCOUNT_ID.expr(),
            account_scores::FOLLOWER_COUNT.expr(),
        ]);
        self.join(followers, key(), key(), JoinArgs::new(JoinType::Left))
    }
}
