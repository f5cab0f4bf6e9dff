//! The tables `account_scores` and `communities`.

use polars::prelude::*;

use super::directory::{Key, Profile};
use super::official::Impersonated;
use super::tally::Tally;
use crate::schema::{Column as Owned, ColumnKind, account_scores, communities};
use crate::score::authenticity::bots::BotScore;
use crate::score::graph::{AccountMeasures, Community, Influence, ResponseCounts, Role};

/// All that is told of one account.
pub(super) struct AccountRow<'a> {
    pub key: Key<'a>,
    pub profile: Profile<'a>,
    pub tally: &'a Tally,
    pub measures: &'a AccountMeasures,
    pub role: Role,
    pub role_reasons: Vec<&'static str>,
    pub bot: Option<&'a BotScore>,
    pub impersonated: Option<&'a Impersonated<'a>>,
}

/// A community, and which accounts its members of the highest PageRank are.
pub(super) struct CommunityRow<'a> {
    pub community: &'a Community,
    pub platform: &'a str,
    pub handles: Vec<&'a str>,
}

/// Returns the number of a community in tables by its place.
fn community_number(place: usize) -> i64 {
    i64::try_from(place).map_or(i64::MAX, |place| place.saturating_add(1))
}

/// Returns the table `account_scores`, in the order of the rows given.
pub(super) fn account_scores_frame(rows: &[AccountRow<'_>]) -> PolarsResult<DataFrame> {
    let columns = Columns { rows };
    let count = |of: fn(&ResponseCounts) -> u32| {
        move |row: &AccountRow<'_>| Some(i64::from(of(&row.measures.responses)))
    };
    let influence = |of: fn(&Influence) -> f64| {
        move |row: &AccountRow<'_>| {
            row.measures
                .influence
                .as_ref()
                .map(|found| rounded(of(found)))
        }
    };
    let last_posted_at = columns.whole(account_scores::LAST_POSTED_AT, |row| {
        row.tally.last_posted_at
    });
    DataFrame::new(
        rows.len(),
        vec![
            columns.text(account_scores::PLATFORM, |row| Some(row.key.platform)),
            columns.text(account_scores::PROVIDER, |row| Some(row.key.provider)),
            columns.text(account_scores::ACCOUNT_ID, |row| Some(row.key.account_id)),
            columns.text(account_scores::HANDLE, |row| row.profile.handle),
            columns.whole(account_scores::FOLLOWER_COUNT, |row| {
                row.profile.follower_count
            }),
            columns.whole(account_scores::POST_COUNT, |row| Some(row.tally.post_count)),
            columns.float(account_scores::SENTIMENT_MEAN, |row| {
                row.tally.sentiment_mean()
            }),
            columns.whole(account_scores::NEGATIVE_COUNT, |row| {
                Some(row.tally.negative_count)
            }),
            columns.whole(account_scores::RESPONSE_COUNT, |row| {
                Some(row.tally.response_count)
            }),
            columns.text(account_scores::ROLE, |row| Some(row.role.name())),
            last_posted_at.cast(&ColumnKind::Instant.dtype())?,
            columns.float(account_scores::PAGE_RANK, |row| {
                Some(significant(row.measures.page_rank))
            }),
            columns.float(account_scores::BETWEENNESS, |row| {
                row.measures.betweenness.map(significant)
            }),
            columns.whole(account_scores::COMMUNITY, |row| {
                let place = row.measures.community?;
                Some(community_number(place as usize))
            }),
            columns.whole(account_scores::REPOST_H_INDEX, |row| {
                Some(i64::from(row.measures.repost_h_index))
            }),
            columns.whole(account_scores::REACH, |row| Some(row.measures.reach)),
            columns.whole(account_scores::REPLY_COUNT, count(|found| found.replies)),
            columns.whole(account_scores::QUOTE_COUNT, count(|found| found.quotes)),
            columns.whole(account_scores::REPOST_COUNT, count(|found| found.reposts)),
            columns.whole(account_scores::MENTION_COUNT, count(|found| found.mentions)),
            columns.float(
                account_scores::INFLUENCE,
                influence(|found| found.excess_per_exposure),
            ),
            columns.float(account_scores::INFLUENCE_LOW, influence(|found| found.low)),
            columns.float(
                account_scores::INFLUENCE_HIGH,
                influence(|found| found.high),
            ),
            columns.float(
                account_scores::INFLUENCE_P,
                influence(|found| found.p_value),
            ),
            columns.whole(account_scores::EXPOSURE_COUNT, |row| {
                let influence = row.measures.influence.as_ref()?;
                Some(i64::from(influence.exposure_count))
            }),
            columns.texts(account_scores::ROLE_REASONS, |row| row.role_reasons.clone()),
            columns.float(account_scores::BOT_SCORE, |row| {
                row.bot.map(|bot| rounded(bot.score))
            }),
            columns.texts(account_scores::BOT_REASONS, |row| {
                let reasons = row.bot.iter().flat_map(|bot| &bot.reasons);
                reasons.map(|reason| reason.key()).collect()
            }),
            columns.text(account_scores::IMPERSONATES, |row| {
                row.impersonated.map(|found| found.official)
            }),
            columns.float(account_scores::IMPERSONATION_SCORE, |row| {
                row.impersonated.map(|found| rounded(found.score))
            }),
            columns.texts(account_scores::IMPERSONATION_REASONS, |row| {
                (row.impersonated).map_or_else(Vec::new, |found| found.reasons.clone())
            }),
        ],
    )
}

/// Makes columns of rows.
struct Columns<'r, 'a> {
    rows: &'r [AccountRow<'a>],
}

impl<'r, 'a> Columns<'r, 'a> {
    fn text(&self, column: Owned, value: impl Fn(&'r AccountRow<'a>) -> Option<&'a str>) -> Column {
        let values: StringChunked = self.rows.iter().map(value).collect();
        values.with_name(column.small_name()).into_column()
    }

    fn whole(&self, column: Owned, value: impl Fn(&'r AccountRow<'a>) -> Option<i64>) -> Column {
        let values: Vec<Option<i64>> = self.rows.iter().map(value).collect();
        Column::new(column.small_name(), values)
    }

    fn float(&self, column: Owned, value: impl Fn(&'r AccountRow<'a>) -> Option<f64>) -> Column {
        let values: Vec<Option<f64>> = self.rows.iter().map(value).collect();
        Column::new(column.small_name(), values)
    }

    fn texts(
        &self,
        column: Owned,
        value: impl Fn(&'r AccountRow<'a>) -> Vec<&'static str>,
    ) -> Column {
        list(column, self.rows.len(), self.rows.iter().map(value))
    }
}

/// Returns the table `communities`, in the order of the rows given.
pub(super) fn communities_frame(rows: &[CommunityRow<'_>]) -> PolarsResult<DataFrame> {
    let whole = |column: Owned, values: Vec<i64>| Column::new(column.small_name(), values);
    let platforms: StringChunked = rows.iter().map(|row| Some(row.platform)).collect();
    let negative_shares: Vec<Option<f64>> = rows
        .iter()
        .map(|row| row.community.negative_share.map(rounded))
        .collect();
    let words = rows.iter().map(|row| {
        let words = row.community.words.iter();
        words.map(String::as_str).collect::<Vec<_>>()
    });
    DataFrame::new(
        rows.len(),
        vec![
            whole(
                communities::COMMUNITY,
                (0..rows.len()).map(community_number).collect(),
            ),
            platforms
                .with_name(communities::PLATFORM.small_name())
                .into_column(),
            whole(
                communities::ACCOUNT_COUNT,
                rows.iter()
                    .map(|row| i64::from(row.community.size))
                    .collect(),
            ),
            whole(
                communities::POST_COUNT,
                rows.iter()
                    .map(|row| i64::try_from(row.community.opinion_count).unwrap_or(i64::MAX))
                    .collect(),
            ),
            Column::new(communities::NEGATIVE_SHARE.small_name(), negative_shares),
            list(communities::WORDS, rows.len(), words),
            list(
                communities::CENTRAL_HANDLES,
                rows.len(),
                rows.iter().map(|row| row.handles.clone()),
            ),
        ],
    )
}

/// Returns a list column of texts.
fn list<'t>(column: Owned, row_count: usize, values: impl Iterator<Item = Vec<&'t str>>) -> Column {
    let mut builder = ListStringChunkedBuilder::new(column.small_name(), row_count, row_count);
    for value in values {
        builder.append_values_iter(value.into_iter());
    }
    builder.finish().into_column()
}

/// Returns a value on a grid of a millionth, so that the last bit never differs between machines.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Returns a value with six significant digits: shares of many accounts are small.
fn significant(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits_are_kept_however_small_a_value_is() {
        assert_eq!(significant(1.234_567_89e-9), 1.234_57e-9);
        assert_eq!(significant(0.0), 0.0);
        assert_eq!(significant(1.0), 1.0);
        assert_eq!(significant(0.1 + 0.2), 0.3);
    }
}
