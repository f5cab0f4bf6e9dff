//! One account after the other: how much it says, and in what mood.

use std::collections::{BTreeMap, HashMap};

use polars::prelude::*;

use super::posts::Scored;
use crate::schema::{Column as Owned, ColumnKind, account_scores, accounts};
use crate::text::Label;

#[derive(Debug, Default)]
struct Tally {
    post_count: i64,
    scored_count: i64,
    sentiment_sum: f64,
    negative_count: i64,
    response_count: i64,
    last_posted_at: i64,
    is_official: bool,
}

impl Tally {
    fn mean(&self) -> Option<f64> {
        (self.scored_count > 0).then(|| self.sentiment_sum / self.scored_count as f64)
    }

    fn role(&self) -> &'static str {
        match self.mean() {
            _ if self.is_official => "official",
            Some(mean) if mean >= 0.2 && self.post_count >= 3 => "advocate",
            Some(mean) if mean <= -0.2 && self.negative_count >= 2 => "detractor",
            _ => "peer",
        }
    }
}

/// Returns the table `account_scores`: every account with an opinion about the brand, and the shop's own.
pub(super) fn frame(scored: &[Scored], observed: &DataFrame) -> PolarsResult<DataFrame> {
    type Key<'a> = (&'a str, &'a str, &'a str);
    let mut tallies: BTreeMap<Key<'_>, Tally> = BTreeMap::new();
    let mut authors: HashMap<(&str, &str), Key<'_>> = HashMap::new();
    for post in scored
        .iter()
        .filter(|post| post.is_about() && !post.row.account_id.is_empty())
    {
        let key = (
            &*post.row.platform,
            &*post.row.provider,
            &*post.row.account_id,
        );
        if post.row.kind != "repost" {
            authors.insert((&post.row.platform, &post.row.post_id), key);
        }
        if !post.is_opinion && !post.row.is_outbound {
            continue;
        }
        let tally = tallies.entry(key).or_default();
        tally.post_count += 1;
        tally.is_official |= post.row.is_outbound;
        tally.last_posted_at = tally.last_posted_at.max(post.row.posted_at);
        tally.negative_count += i64::from(post.label() == Some(Label::Negative));
        if let Some(sentiment) = post.said.as_ref().and_then(|said| said.sentiment) {
            tally.scored_count += 1;
            tally.sentiment_sum += sentiment;
        }
    }
    for post in scored {
        let row = &post.row;
        for answered in [&row.reply_to, &row.reposted].into_iter().flatten() {
            let Some(key) = authors.get(&(&*row.platform, &**answered)) else {
                continue;
            };
            if key.2 != row.account_id
                && let Some(tally) = tallies.get_mut(key)
            {
                tally.response_count += 1;
            }
        }
    }
    let profiles = profiles(observed)?;
    let profile = |key: &Key<'_>| profiles.get(key).copied();
    let text = |column: Owned, value: &dyn Fn(&Key<'_>) -> Option<String>| {
        Column::new(
            column.small_name(),
            tallies.keys().map(value).collect::<Vec<_>>(),
        )
    };
    let whole = |column: Owned, value: fn(&Tally) -> i64| {
        Column::new(
            column.small_name(),
            tallies.values().map(value).collect::<Vec<_>>(),
        )
    };
    DataFrame::new(
        tallies.len(),
        vec![
            text(account_scores::PLATFORM, &|key| Some(key.0.to_owned())),
            text(account_scores::PROVIDER, &|key| Some(key.1.to_owned())),
            text(account_scores::ACCOUNT_ID, &|key| Some(key.2.to_owned())),
            text(account_scores::HANDLE, &|key| {
                profile(key).and_then(|(handle, _)| handle.map(str::to_owned))
            }),
            Column::new(
                account_scores::FOLLOWER_COUNT.small_name(),
                tallies
                    .keys()
                    .map(|key| profile(key).and_then(|(_, followers)| followers))
                    .collect::<Vec<_>>(),
            ),
            whole(account_scores::POST_COUNT, |tally| tally.post_count),
            Column::new(
                account_scores::SENTIMENT_MEAN.small_name(),
                tallies.values().map(Tally::mean).collect::<Vec<_>>(),
            ),
            whole(account_scores::NEGATIVE_COUNT, |tally| tally.negative_count),
            whole(account_scores::RESPONSE_COUNT, |tally| tally.response_count),
            Column::new(
                account_scores::ROLE.small_name(),
                tallies.values().map(Tally::role).collect::<Vec<_>>(),
            ),
            whole(account_scores::LAST_POSTED_AT, |tally| tally.last_posted_at)
                .cast(&ColumnKind::Instant.dtype())?,
        ],
    )
}

type Profiles<'a> = HashMap<(&'a str, &'a str, &'a str), (Option<&'a str>, Option<i64>)>;

/// Returns handle and followers by platform, provider and account.
fn profiles(observed: &DataFrame) -> PolarsResult<Profiles<'_>> {
    let text = |column: &Owned| observed.column(column.name)?.str();
    let (platform, provider) = (text(&accounts::PLATFORM)?, text(&accounts::PROVIDER)?);
    let (account_id, handle) = (text(&accounts::ACCOUNT_ID)?, text(&accounts::HANDLE)?);
    let followers = observed.column(accounts::FOLLOWER_COUNT.name)?.i64()?;
    Ok((0..observed.height())
        .map(|row| {
            let key = (
                platform.get(row).unwrap_or_default(),
                provider.get(row).unwrap_or_default(),
                account_id.get(row).unwrap_or_default(),
            );
            (key, (handle.get(row), followers.get(row)))
        })
        .collect())
}
