//! One account after the other: how much it says and in what mood, whom it reaches, and whether it is who it seems.
//!
//! ```text
//! posts, accounts --> directory --+--> tally       what was said in all, however long ago
//!                                 +--> official    the shop's own accounts, and those that pass for them
//!                                 +--> activity    programs
//!                                 '--> network     the graph of the window --> tables
//! ```
//!
//! Counts and mean sentiment rest on all posts; the graph, its influence and programs on those of the last
//! `score.window_days` days before the as-of instant.

mod activity;
mod directory;
mod network;
mod official;
mod tables;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsResult};

pub(super) use self::activity::text_hash;
use self::directory::Directory;
use self::network::Network;
pub(super) use self::official::Impersonators;
use self::tables::{AccountRow, CommunityRow};
use self::tally::Tally;
use super::Take;
use super::authenticity::bots::BotScore;
use super::graph::{self, AccountFacts, AccountMeasures, ProfileRules, Role, Thresholds};
use super::voices::{Places, Voices};
use crate::config::BrandConfig;
use crate::schema::{Column as Owned, accounts as observed};

const DAY: i64 = 86_400_000_000;
/// Rows handed on at once.
const ROWS: usize = 65_536;

/// Columns of accounts that score reads.
pub(super) const COLUMNS: [Owned; 15] = [
    observed::SOURCE,
    observed::PLATFORM,
    observed::PROVIDER,
    observed::ACCOUNT_ID,
    observed::HANDLE,
    observed::DISPLAY_NAME,
    observed::BIO,
    observed::URL,
    observed::FOLLOWER_COUNT,
    observed::FOLLOWING_COUNT,
    observed::POST_COUNT,
    observed::CREATED_AT,
    observed::IS_VERIFIED,
    observed::IS_OFFICIAL,
    observed::OBSERVED_AT,
];

/// Settings of the accounts.
#[derive(Debug, Clone, Copy)]
pub(super) struct AccountSettings<'a> {
    pub brands: &'a [BrandConfig],
    /// Days that the graph and the search for programs look back.
    pub window_days: u32,
    /// The as-of instant, in microseconds since 1970-01-01 UTC.
    pub until: i64,
}

/// Returns the instant from which on posts lie in the window.
pub(super) fn recent_from(until: i64, window_days: u32) -> i64 {
    until.saturating_sub(i64::from(window_days) * DAY)
}

/// What is found out about accounts, beside the rows of `account_scores`.
#[derive(Debug)]
pub(super) struct Accounts {
    /// `communities`
    pub communities: DataFrame,
    pub impersonators: Impersonators,
    /// What was not counted, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

/// Measures every account that has posted about the brand, is the shop's own, or passes for one that is, and hands the rows of
/// `account_scores` to `take`, some ten thousand at a time.
///
/// # Errors
/// Those of polars, when the accounts lack a column, and those of `take`.
pub(super) fn measure(
    voices: &Voices,
    places: &Places<'_>,
    observed: &DataFrame,
    settings: &AccountSettings<'_>,
    take: Take<'_>,
) -> PolarsResult<Accounts> {
    let until = settings.until;
    let from = recent_from(until, settings.window_days);
    let directory = Directory::new(voices, places, observed, from..until)?;
    let tallies = tally::tallies(&directory);
    let own = official::own_accounts(&directory, &tallies, settings.brands);
    let found = official::impersonators(&directory, &own, settings.brands, until);
    let bots = activity::bot_scores(&directory, &own, until);
    voices.release();
    let has_row: Vec<bool> = tallies
        .iter()
        .enumerate()
        .map(|(account, tally)| {
            tally.has_spoken || own[account] || found.by_account.contains_key(&account)
        })
        .collect();
    let rules = ProfileRules::new(&official::names(&directory, &own, settings.brands));
    let network = network::measured(&directory, &has_row, &own, |account| {
        described(&directory, &rules, own[account], &bots, account)
    });
    voices.release();
    let mut sorted: Vec<usize> = (0..has_row.len())
        .filter(|&account| has_row[account])
        .collect();
    sorted.sort_unstable_by_key(|&account| directory.key(account));
    let row = |&account: &usize| {
        let measures = network.measures.accounts.get(network.node(account)?)?;
        let (role, role_reasons) = role(measures, &tallies[account], own[account]);
        Some(AccountRow {
            key: directory.key(account),
            profile: directory.profile(account),
            tally: &tallies[account],
            measures,
            role,
            role_reasons,
            bot: bots.get(&account),
            impersonated: found.by_account.get(&account),
        })
    };
    for accounts in sorted.chunks(ROWS) {
        let rows: Vec<AccountRow<'_>> = accounts.iter().filter_map(row).collect();
        take(tables::account_scores_frame(&rows)?)?;
    }
    Ok(Accounts {
        communities: tables::communities_frame(&communities(&directory, &network))?,
        impersonators: Impersonators::new(&directory, &found),
        left_out: vec![
            (
                "response_to_unknown",
                network.measures.left_out.unknown_responses,
            ),
            ("profile_cut", found.shortened_count),
        ],
    })
}

/// Returns what the graph is to know of an account.
fn described(
    directory: &Directory<'_>,
    rules: &ProfileRules,
    is_official: bool,
    bots: &BTreeMap<usize, BotScore>,
    account: usize,
) -> graph::Account {
    let profile = directory.profile(account);
    let claims = rules.claims(
        profile.handle.unwrap_or_default(),
        profile.display_name.unwrap_or_default(),
        profile.bio.unwrap_or_default(),
    );
    graph::Account {
        follower_count: profile.follower_count,
        is_official,
        is_staff: claims.is_staff,
        is_media: claims.is_media,
        is_bot: bots.get(&account).is_some_and(BotScore::is_bot),
    }
}

/// Returns the role of an account, by what the graph found and by all of its opinions, those before the window among them.
fn role(measures: &AccountMeasures, tally: &Tally, is_official: bool) -> (Role, Vec<&'static str>) {
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let facts = match is_official {
        true => measures.facts(),
        false => AccountFacts {
            opinion_count: count(tally.post_count),
            negative_count: count(tally.negative_count),
            sentiment_mean: tally.sentiment_mean(),
            ..measures.facts()
        },
    };
    graph::role(&facts, &Thresholds::default())
}

/// Returns the communities with the handles of their foremost members, as far as these are known.
fn communities<'n>(directory: &Directory<'n>, network: &'n Network) -> Vec<CommunityRow<'n>> {
    network
        .measures
        .communities
        .iter()
        .map(|community| {
            let members = || {
                let members = community.members.iter();
                members.filter_map(move |&node| network.accounts.get(node as usize).copied())
            };
            CommunityRow {
                community,
                // Nobody responds across platforms.
                platform: members()
                    .next()
                    .map_or("", |account| directory.key(account).platform),
                handles: members()
                    .filter_map(|account| directory.profile(account).handle)
                    .collect(),
            }
        })
        .collect()
}
