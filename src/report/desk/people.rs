//! Whom to contact: persons whose segment is pressing, with the reasons that their own numbers give.

use polars::prelude::*;

use super::{CUSTOMER, DAY, Input, lies_between, names, of_values};
use crate::account_links::{linked_accounts, with_accounts};
use crate::as_of::AsOf;
use crate::config::RuleUrgency;
use crate::report::gather::columns::{
    dates_or_empty, floats, integers, lists, optional_integers, texts,
};
use crate::schema::{
    complaint_priorities, customers, links, person_segments, person_values, person_voices, persons,
    post_scores, posts, segments,
};

/// Persons listed at most.
const MOST_PERSONS: u32 = 300;
const IS_NOW: &str = "__now";
const NOW_COUNT: &str = "__now_count";
const ALL_COUNT: &str = "__all_count";
const OPEN: &str = "__open";
const NEGATIVE: &str = "__negative";

/// One person to contact.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DeskRow {
    pub is_now: bool,
    pub name: String,
    pub customer: String,
    pub segment: String,
    pub action: String,
    pub reasons: Vec<Reason>,
    pub channels: Vec<String>,
    pub last_purchased_on: String,
    pub ltv_minor: Option<i64>,
    pub sentiment: Option<f64>,
    pub quote: String,
}

/// How many persons press, those that are not listed included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pressing {
    /// To be contacted today.
    pub now: u64,
    /// To be contacted this week.
    pub week: u64,
}

/// Why a person is to be contacted, beside the segment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reason {
    /// A complaint waits for an answer.
    OpenComplaint,
    /// So many of the recent opinions are negative.
    Negative { count: i64, posts: i64 },
    /// Long since the last purchase, by `visit_cycle`, `shop_cycle` or `alive_prob`.
    Lapsed {
        by: String,
        days: i64,
        cycle: Option<f64>,
    },
    /// 12-month value, in minor units, that may be lost.
    Stake(i64),
}

/// What the numbers of a person say.
#[derive(Debug, Clone, Default)]
struct Numbers {
    open_complaints: i64,
    negative: i64,
    posts: i64,
    lapse_reason: String,
    days: Option<i64>,
    cycle: Option<f64>,
    stake: Option<i64>,
}

impl Numbers {
    fn reasons(self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if self.open_complaints > 0 {
            reasons.push(Reason::OpenComplaint);
        }
        if self.negative > 0 {
            reasons.push(Reason::Negative {
                count: self.negative,
                posts: self.posts.max(self.negative),
            });
        }
        if let Some(days) = self.days.filter(|_| !self.lapse_reason.is_empty()) {
            reasons.push(Reason::Lapsed {
                by: self.lapse_reason,
                days,
                cycle: self.cycle,
            });
        }
        if let Some(stake) = self.stake.filter(|stake| *stake > 0) {
            reasons.push(Reason::Stake(stake));
        }
        reasons
    }
}

/// Returns the persons whose segment is pressing, each with the segment, what to do and [`IS_NOW`].
fn pressing(input: &Input) -> LazyFrame {
    let is_of = |urgency: RuleUrgency| segments::URGENCY.expr().eq(lit(urgency.key()));
    let pressing = input
        .segments
        .clone()
        .filter(is_of(RuleUrgency::Now).or(is_of(RuleUrgency::Week)))
        .select([
            segments::SEGMENT.expr(),
            segments::ACTION.expr(),
            segments::POSITION.expr(),
            is_of(RuleUrgency::Now).alias(IS_NOW),
        ]);
    let is_analysed = persons::IS_ANALYSED.expr().fill_null(lit(true));
    let analysed = input.persons.clone().filter(is_analysed);
    input
        .person_segments
        .clone()
        .select([
            person_segments::PERSON_ID.expr(),
            person_segments::SEGMENT.expr(),
            person_segments::REACHABLE_BY.expr(),
            person_segments::LAPSE_REASON.expr(),
            person_segments::VALUE_AT_STAKE_MINOR.expr(),
        ])
        .inner_join(
            pressing,
            person_segments::SEGMENT.expr(),
            segments::SEGMENT.expr(),
        )
        // Who does not want to be analysed is in no segment; should one of another day say so, nobody is told of.
        .join(
            analysed.select([persons::PERSON_ID.expr()]),
            [person_segments::PERSON_ID.expr()],
            [persons::PERSON_ID.expr()],
            JoinArgs::new(JoinType::Semi),
        )
}

fn counted(pressing: LazyFrame) -> PolarsResult<Pressing> {
    let frame = pressing
        .select([col(IS_NOW).sum().alias(NOW_COUNT), len().alias(ALL_COUNT)])
        .collect()?;
    let count = |name: &str| -> PolarsResult<u64> {
        let counts = integers(&frame, name)?;
        Ok(counts.first().map_or(0, |count| count.unsigned_abs()))
    };
    let now = count(NOW_COUNT)?;
    Ok(Pressing {
        now,
        week: count(ALL_COUNT)?.saturating_sub(now),
    })
}

/// Returns the persons whose segment is pressing, [`MOST_PERSONS`] at most, and how many there are in all; quotes are at most `days`
/// days old.
pub(super) fn rows(
    input: &Input,
    days: i64,
    as_of: &AsOf,
) -> PolarsResult<(Vec<DeskRow>, Pressing)> {
    let person = || person_segments::PERSON_ID.expr();
    let ltv = input.person_values.clone().select([
        person_values::PERSON_ID.expr(),
        person_values::LTV_MINOR.expr(),
    ]);
    let order = [
        IS_NOW,
        segments::POSITION.name,
        person_values::LTV_MINOR.name,
        person_segments::PERSON_ID.name,
    ];
    let directions = SortMultipleOptions::default()
        .with_order_descending_multi([true, false, true, false])
        .with_nulls_last(true);
    let pressing = pressing(input);
    let chosen = pressing
        .clone()
        .left_join(ltv, person(), person_values::PERSON_ID.expr())
        .sort(order, directions.clone())
        .limit(MOST_PERSONS)
        .collect()?;
    let of_chosen = |rows: &LazyFrame, column| {
        of_values(rows, column, &chosen, person_segments::PERSON_ID.name)
    };
    let values = of_chosen(&input.person_values, person_values::PERSON_ID)?.select([
        person_values::PERSON_ID.expr(),
        person_values::LAST_PURCHASED_ON.expr(),
        person_values::DAYS_SINCE_LAST_PURCHASE.expr(),
        person_values::VISIT_CYCLE_DAYS.expr(),
    ]);
    let voices = of_chosen(&input.person_voices, person_voices::PERSON_ID)?.select([
        person_voices::PERSON_ID.expr(),
        person_voices::RECENT_SENTIMENT_MEAN.expr(),
        person_voices::RECENT_NEGATIVE_COUNT.expr(),
        person_voices::RECENT_POST_COUNT.expr(),
    ]);
    let open = of_chosen(&input.complaint_priorities, complaint_priorities::PERSON_ID)?
        .group_by([complaint_priorities::PERSON_ID.expr()])
        .agg([len().alias(OPEN)]);
    let linked = linked_accounts(of_chosen(&input.links, links::PERSON_ID)?).collect()?;
    let quotes = quotes(input, linked, days, as_of)?;
    let named = names(input, &chosen, person_segments::PERSON_ID.name)?;
    let frame = chosen
        .lazy()
        .inner_join(named, person(), persons::PERSON_ID.expr())
        .left_join(values, person(), person_values::PERSON_ID.expr())
        .left_join(voices, person(), person_voices::PERSON_ID.expr())
        .left_join(open, person(), complaint_priorities::PERSON_ID.expr())
        .left_join(quotes, person(), links::PERSON_ID.expr())
        .sort(order, directions)
        .collect()?;
    let text = |column: crate::schema::Column| texts(&frame, column.name);
    let (name, customer) = (text(customers::NAME)?, texts(&frame, CUSTOMER)?);
    let (segment, action) = (text(person_segments::SEGMENT)?, text(segments::ACTION)?);
    let channels = lists(&frame, person_segments::REACHABLE_BY.name)?;
    let last = dates_or_empty(&frame, person_values::LAST_PURCHASED_ON.name)?;
    let ltv = optional_integers(&frame, person_values::LTV_MINOR.name)?;
    let sentiment = floats(&frame, person_voices::RECENT_SENTIMENT_MEAN.name)?;
    let quote = text(posts::TEXT)?;
    let is_now = frame.column(IS_NOW)?.bool()?;
    let open = integers(&frame, OPEN)?;
    let negative = integers(&frame, person_voices::RECENT_NEGATIVE_COUNT.name)?;
    let said = integers(&frame, person_voices::RECENT_POST_COUNT.name)?;
    let lapse_reason = text(person_segments::LAPSE_REASON)?;
    let since = optional_integers(&frame, person_values::DAYS_SINCE_LAST_PURCHASE.name)?;
    let cycle = floats(&frame, person_values::VISIT_CYCLE_DAYS.name)?;
    let stake = optional_integers(&frame, person_segments::VALUE_AT_STAKE_MINOR.name)?;
    let rows = (0..frame.height())
        .map(|row| {
            let numbers = Numbers {
                open_complaints: open[row],
                negative: negative[row],
                posts: said[row],
                lapse_reason: lapse_reason[row].clone(),
                days: since[row],
                cycle: cycle[row].filter(|cycle| cycle.is_finite()),
                stake: stake[row],
            };
            DeskRow {
                is_now: is_now.get(row).unwrap_or(false),
                name: name[row].clone(),
                customer: customer[row].clone(),
                segment: segment[row].clone(),
                action: action[row].clone(),
                reasons: numbers.reasons(),
                channels: channels[row].clone(),
                last_purchased_on: last[row].clone(),
                ltv_minor: ltv[row],
                sentiment: sentiment[row],
                quote: quote[row].clone(),
            }
        })
        .collect();
    Ok((rows, counted(pressing)?))
}

/// Returns the newest opinion of each of the linked persons within so many days: a negative one where there is any.
fn quotes(input: &Input, linked: DataFrame, days: i64, as_of: &AsOf) -> PolarsResult<LazyFrame> {
    let now = as_of.instant().as_microsecond();
    let since = now - days * DAY;
    let is_told =
        (post_scores::IS_OPINION.expr()).and(lies_between(post_scores::POSTED_AT, since, now));
    let told = of_values(
        &input.post_scores,
        post_scores::ACCOUNT_ID,
        &linked,
        links::ACCOUNT_ID.name,
    )?
    .filter(is_told);
    let said = with_accounts(told, linked.lazy(), JoinType::Inner)
        .select([
            links::PERSON_ID.expr(),
            post_scores::SOURCE.expr(),
            post_scores::POST_ID.expr(),
            post_scores::POSTED_AT.expr(),
            post_scores::LABEL
                .expr()
                .eq(lit("negative"))
                .fill_null(lit(false))
                .alias(NEGATIVE),
        ])
        .collect()?;
    let texts = of_values(
        &input.posts,
        posts::POST_ID,
        &said,
        post_scores::POST_ID.name,
    )?
    .filter(lies_between(posts::POSTED_AT, since, now))
    .select([
        posts::SOURCE.expr(),
        posts::POST_ID.expr(),
        posts::TEXT.expr(),
    ]);
    let quotes = said
        .lazy()
        .join(
            texts,
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .sort(
            [
                NEGATIVE,
                post_scores::POSTED_AT.name,
                post_scores::POST_ID.name,
                post_scores::SOURCE.name,
            ],
            SortMultipleOptions::default().with_order_descending_multi([true, true, false, false]),
        )
        .group_by_stable([links::PERSON_ID.expr()])
        .agg([posts::TEXT.expr().first()]);
    Ok(quotes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_follow_from_the_numbers_and_a_calm_customer_has_none() {
        assert!(Numbers::default().reasons().is_empty());
        let numbers = Numbers {
            open_complaints: 1,
            negative: 2,
            posts: 3,
            lapse_reason: "visit_cycle".to_owned(),
            days: Some(81),
            cycle: Some(30.0),
            stake: Some(48_000),
        };
        assert_eq!(
            numbers.reasons(),
            [
                Reason::OpenComplaint,
                Reason::Negative { count: 2, posts: 3 },
                Reason::Lapsed {
                    by: "visit_cycle".to_owned(),
                    days: 81,
                    cycle: Some(30.0)
                },
                Reason::Stake(48_000),
            ]
        );
        // Long since the last purchase is no reason for whom that is usual.
        let usual = Numbers {
            days: Some(300),
            stake: Some(0),
            ..Numbers::default()
        };
        assert!(usual.reasons().is_empty());
    }
}
