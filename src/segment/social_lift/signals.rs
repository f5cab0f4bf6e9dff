//! What linked persons said before a cut.

use polars::prelude::*;

use crate::account_links::{linked_accounts, with_accounts};
use crate::as_of::AsOf;
use crate::config::SegmentConfig;
use crate::schema::{Column as Owned, conversations, links, persons, post_scores, posts};
use crate::segment::heard::{self, instant, records};
use crate::segment::{Input, exact_mean};

/// Columns of the frame of signals.
pub(super) const POSTS: &str = "__posts";
pub(super) const SENTIMENT: &str = "__sentiment";
pub(super) const SENTIMENT_TREND: &str = "__sentiment_trend";
pub(super) const OPEN_COMPLAINTS: &str = "__open_complaints";
pub(super) const ADVOCACY: &str = "__advocacy";
pub(super) const INFLUENCE: &str = "__influence";
pub(super) const JOURNEY_STAGE: &str = "__journey_stage";

/// Returns a row for each person linked by the cut, with the signals of the `segment.voice_window_days` before it.
///
/// Nothing that came after the cut is read: neither a post, nor an answer to a post or a complaint, nor a declaration of an
/// account. Followers, PageRank and the like are known as of today only, so that they are no signals.
pub(super) fn measure(
    input: &Input,
    config: &SegmentConfig,
    cut: &AsOf,
) -> PolarsResult<LazyFrame> {
    let moment = Moment::of(config, cut);
    // Both are few, and asked for several times.
    let linked = linked(input, &moment).collect()?.lazy();
    let heard = opinions(input, &linked, &moment)?.collect()?.lazy();
    let people = linked
        .clone()
        .select([persons::PERSON_ID.expr()])
        .unique(None, UniqueKeepStrategy::Any);
    let by_person = |right: LazyFrame, left: LazyFrame| {
        left.left_join(right, persons::PERSON_ID.expr(), persons::PERSON_ID.expr())
    };
    let people = by_person(said(&heard, &moment), people);
    let people = by_person(influence(input, heard, &moment)?, people);
    let people = by_person(open_complaints(input, &linked, &moment)?, people);
    let count = |name: &str| col(name).fill_null(lit(0i64));
    Ok(people.with_columns([count(POSTS), count(OPEN_COMPLAINTS), count(INFLUENCE)]))
}

/// The instants that matter, in microseconds.
struct Moment {
    cut: i64,
    half: i64,
    start: i64,
}

impl Moment {
    fn of(config: &SegmentConfig, cut: &AsOf) -> Self {
        let window = i64::from(config.voice_window_days) * 86_400_000_000;
        let cut = cut.instant().as_microsecond();
        Self {
            cut,
            half: cut - window / 2,
            start: cut - window,
        }
    }
}

/// Returns the accounts that were declared before the cut, of persons who may be analysed.
fn linked(input: &Input, moment: &Moment) -> LazyFrame {
    linked_accounts(heard::linked(&heard::known_before(input, moment.cut)))
}

/// Adds whose each post is: the linked account's, or by the customer the export itself names, where that one is linked.
fn of_linked(
    input: &Input,
    linked: &LazyFrame,
    rows: LazyFrame,
    columns: &[Owned],
) -> PolarsResult<LazyFrame> {
    let selected: Vec<Expr> = std::iter::once(persons::PERSON_ID.expr())
        .chain(columns.iter().map(Owned::expr))
        .collect();
    let by_account =
        with_accounts(rows.clone(), linked.clone(), JoinType::Inner).select(selected.clone());
    let by_customer = rows
        .join(
            records(input),
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .semi_join(
            linked.clone().select([links::PERSON_ID.expr()]),
            persons::PERSON_ID.expr(),
            links::PERSON_ID.expr(),
        )
        .select(selected);
    // A post of two persons counts for both; of one person it counts once.
    let keys = [
        persons::PERSON_ID.name,
        post_scores::SOURCE.name,
        post_scores::POST_ID.name,
    ];
    Ok(concat([by_account, by_customer], UnionArgs::default())?
        .unique(Some(by_name(keys, true, false)), UniqueKeepStrategy::Any))
}

/// Returns the opinions of the window.
fn opinions(input: &Input, linked: &LazyFrame, moment: &Moment) -> PolarsResult<LazyFrame> {
    let posted_at = post_scores::POSTED_AT.expr();
    let is_in_window = posted_at
        .clone()
        .gt_eq(instant(moment.start))
        .and(posted_at.lt(instant(moment.cut)));
    let opinions = input
        .post_scores
        .clone()
        .filter(post_scores::IS_OPINION.expr().and(is_in_window));
    of_linked(
        input,
        linked,
        opinions,
        &[
            post_scores::SOURCE,
            post_scores::POST_ID,
            post_scores::PLATFORM,
            post_scores::ACCOUNT_ID,
            post_scores::POSTED_AT,
            post_scores::SENTIMENT,
            post_scores::JOURNEY,
        ],
    )
}

/// Returns how much, in what mood and at which stage of the journey each person spoke.
fn said(heard: &LazyFrame, moment: &Moment) -> LazyFrame {
    let is_newer = || post_scores::POSTED_AT.expr().gt_eq(instant(moment.half));
    let is_at = |stage: &'static str| {
        post_scores::JOURNEY
            .expr()
            .list()
            .contains(lit(stage), false)
            .fill_null(lit(false))
    };
    let stage = when(is_at("satisfied").or(is_at("recommend")))
        .then(lit(4i64))
        .when(is_at("buy"))
        .then(lit(3i64))
        .when(is_at("evaluate"))
        .then(lit(2i64))
        .when(is_at("discover"))
        .then(lit(1i64))
        .otherwise(lit(NULL).cast(DataType::Int64));
    let count = |of: Expr| of.sum().cast(DataType::Float64);
    heard
        .clone()
        .with_columns([
            is_at("recommend").alias("__recommends"),
            stage.alias("__stage"),
        ])
        .group_by([persons::PERSON_ID.expr()])
        .agg([
            len().cast(DataType::Int64).alias(POSTS),
            exact_mean(post_scores::SENTIMENT.expr()).alias(SENTIMENT),
            exact_mean(post_scores::SENTIMENT.expr().filter(is_newer())).alias("__newer"),
            exact_mean(post_scores::SENTIMENT.expr().filter(is_newer().not())).alias("__older"),
            (count(col("__recommends")) / len().cast(DataType::Float64)).alias(ADVOCACY),
            col("__stage")
                .max()
                .cast(DataType::Float64)
                .alias(JOURNEY_STAGE),
        ])
        .select([
            persons::PERSON_ID.expr(),
            col(POSTS),
            col(SENTIMENT),
            (col("__newer") - col("__older")).alias(SENTIMENT_TREND),
            col(ADVOCACY),
            col(JOURNEY_STAGE),
        ])
}

/// Returns how many replies, quotes and reposts of others the opinions of each person got before the cut.
fn influence(input: &Input, heard: LazyFrame, moment: &Moment) -> PolarsResult<LazyFrame> {
    let authored = heard
        .group_by([
            persons::PERSON_ID.expr(),
            post_scores::PLATFORM.expr(),
            post_scores::POST_ID.expr(),
        ])
        .agg([post_scores::ACCOUNT_ID.expr().min().alias("__author")]);
    let answers = |target: Owned| {
        input
            .posts
            .clone()
            .filter(
                posts::POSTED_AT
                    .expr()
                    .lt(instant(moment.cut))
                    .and(posts::IS_OUTBOUND.expr().fill_null(lit(false)).not())
                    .and(target.expr().is_not_null()),
            )
            .select([
                posts::PLATFORM.expr(),
                target.expr().alias("__target"),
                posts::SOURCE.expr().alias("__source"),
                posts::POST_ID.expr().alias("__post"),
                posts::ACCOUNT_ID.expr().alias("__by"),
            ])
    };
    let all = concat(
        [
            answers(posts::REPLY_TO_POST_ID),
            answers(posts::REPOSTED_POST_ID),
        ],
        UnionArgs::default(),
    )?;
    Ok(all
        .join(
            authored,
            [posts::PLATFORM.expr(), col("__target")],
            [post_scores::PLATFORM.expr(), post_scores::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .filter(col("__by").neq(col("__author")))
        .select([persons::PERSON_ID.expr(), col("__source"), col("__post")])
        .unique(None, UniqueKeepStrategy::Any)
        .group_by([persons::PERSON_ID.expr()])
        .agg([len().cast(DataType::Int64).alias(INFLUENCE)]))
}

/// Returns how many complaints of each person had no answer yet at the cut.
fn open_complaints(input: &Input, linked: &LazyFrame, moment: &Moment) -> PolarsResult<LazyFrame> {
    let is_later = |column: Owned| column.expr().gt_eq(instant(moment.cut));
    // What was answered at an unknown time counts as answered.
    let was_closed_later = is_later(conversations::RESOLVED_AT)
        .or(conversations::WAITING_SINCE_AT.expr().is_not_null())
        .fill_null(lit(false));
    let is_open = is_later(conversations::FIRST_RESPONSE_AT)
        .fill_null(lit(false))
        .or(conversations::FIRST_RESPONSE_AT
            .expr()
            .is_null()
            .and(was_closed_later));
    let is_complaint = conversations::NEEDS_ANSWER
        .expr()
        .and(conversations::UTTERANCE.expr().eq(lit("complaint")))
        .and(conversations::ASKED_AT.expr().lt(instant(moment.cut)))
        .fill_null(lit(false));
    let open = input
        .conversations
        .clone()
        .filter(is_complaint.and(is_open))
        .select([
            conversations::SOURCE.expr(),
            conversations::ROOT_POST_ID
                .expr()
                .alias(post_scores::POST_ID.name),
            conversations::PLATFORM.expr(),
            conversations::PROVIDER.expr(),
            conversations::ACCOUNT_ID.expr(),
        ]);
    let columns = [post_scores::SOURCE, post_scores::POST_ID];
    Ok(of_linked(input, linked, open, &columns)?
        .group_by([persons::PERSON_ID.expr()])
        .agg([len().cast(DataType::Int64).alias(OPEN_COMPLAINTS)]))
}
