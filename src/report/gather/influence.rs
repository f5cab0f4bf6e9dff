//! Who responds to whom among the foremost accounts of the largest communities.
//!
//! Responses are counted as for the communities themselves: replies, quotes, reposts and mentions of posts about a brand in the
//! last `score.window_days`. What leaves this module names nobody: an account is its community and a size in four steps, in an
//! order that no id decides, save for handles of official and media accounts where `privacy.show_handles` allows them.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::authors::{WordAuthors, enough};
use super::columns::{floats, integers, lists, texts};
use super::people::large_communities;
use super::{Input, Window};
use crate::account_links::with_accounts;
use crate::report::figures::{AccountNetwork, NetworkAccount, NetworkCommunity};
use crate::schema::{account_scores, communities, post_scores, posts};

/// Communities drawn.
const COMMUNITIES: u32 = 6;
/// Accounts drawn of all communities, and of one.
const ACCOUNTS: usize = 120;
const MOST_OF_ONE: usize = 40;
/// Handles told of a community.
const HANDLES: usize = 3;
/// Roles whose handles may be told: they speak in public for a shop or a paper, not for themselves.
const PUBLIC_ROLES: [&str; 2] = ["official", "media"];
/// Shares of the highest PageRank from which on a dot is of size 2, 3 and 4.
const SIZES: [f64; 3] = [0.05, 0.2, 0.5];

const NODE: &str = "__node";
const FROM: &str = "__from";
const TO: &str = "__to";
const TARGET: &str = "__target";

/// An account of a community that is shown.
struct Member {
    community: i64,
    page_rank: f64,
    role: String,
    handle: String,
}

/// Returns the network; empty without communities of at least `smallest` accounts. `authors` are those of the words of communities.
pub(super) fn network(
    input: &Input,
    window: &Window,
    authors: &WordAuthors,
    smallest: u32,
    show_handles: bool,
) -> PolarsResult<AccountNetwork> {
    let mut told = told_communities(input, authors, smallest)?;
    if told.is_empty() {
        return Ok(AccountNetwork::default());
    }
    let numbers: Vec<i64> = told.iter().map(|one| one.community as i64).collect();
    let frame = members(input, &numbers)?;
    let community = integers(&frame, account_scores::COMMUNITY.name)?;
    let page_rank = floats(&frame, account_scores::PAGE_RANK.name)?;
    let role = texts(&frame, account_scores::ROLE.name)?;
    let handle = texts(&frame, account_scores::HANDLE.name)?;
    let accounts: Vec<Member> = (0..frame.height())
        .map(|row| Member {
            community: community[row],
            page_rank: page_rank[row]
                .filter(|rank| rank.is_finite())
                .unwrap_or(0.0),
            role: role[row].clone(),
            handle: handle[row].clone(),
        })
        .collect();
    let pairs = pairs(input, window, frame)?;
    describe(&mut told, &accounts, &pairs, show_handles);
    let (accounts, links) = drawn(&accounts, &pairs, told.len(), show_handles);
    Ok(AccountNetwork {
        communities: told,
        accounts,
        links,
    })
}

fn told_communities(
    input: &Input,
    authors: &WordAuthors,
    smallest: u32,
) -> PolarsResult<Vec<NetworkCommunity>> {
    let frame = large_communities(input, smallest, COMMUNITIES)?;
    let community = integers(&frame, communities::COMMUNITY.name)?;
    let platform = texts(&frame, communities::PLATFORM.name)?;
    let accounts = integers(&frame, communities::ACCOUNT_COUNT.name)?;
    let words = lists(&frame, communities::WORDS.name)?;
    Ok(words
        .into_iter()
        .enumerate()
        .map(|(row, words)| NetworkCommunity {
            community: community[row].unsigned_abs(),
            platform: platform[row].clone(),
            account_count: accounts[row].unsigned_abs(),
            words: enough(words, community[row], authors, smallest),
            page_rank_share: 0.0,
            inner_link_count: 0,
            outer_link_count: 0,
            handles: Vec::new(),
        })
        .collect())
}

/// Returns the accounts of some communities with their numbers as `__node`, by community, the highest PageRank first.
fn members(input: &Input, communities: &[i64]) -> PolarsResult<DataFrame> {
    let wanted = df!("__community" => communities)?;
    let order = SortMultipleOptions::default()
        .with_order_descending_multi([false, true, false, false, false])
        .with_nulls_last(true);
    input
        .account_scores
        .clone()
        .semi_join(
            wanted.lazy(),
            account_scores::COMMUNITY.expr(),
            col("__community"),
        )
        .select([
            account_scores::PLATFORM.expr(),
            account_scores::PROVIDER.expr().fill_null(lit("")),
            account_scores::ACCOUNT_ID.expr(),
            account_scores::HANDLE.expr(),
            account_scores::ROLE.expr(),
            account_scores::COMMUNITY.expr(),
            account_scores::PAGE_RANK.expr(),
        ])
        .sort(
            [
                account_scores::COMMUNITY.name,
                account_scores::PAGE_RANK.name,
                account_scores::PLATFORM.name,
                account_scores::PROVIDER.name,
                account_scores::ACCOUNT_ID.name,
            ],
            order,
        )
        .with_row_index(NODE, None)
        .collect()
}

/// Returns which two accounts responded to each other, each pair once, the lower number first.
fn pairs(
    input: &Input,
    window: &Window,
    members: DataFrame,
) -> PolarsResult<BTreeSet<(usize, usize)>> {
    let members = members.lazy();
    let nodes = members.clone().select([
        account_scores::PLATFORM.expr(),
        account_scores::PROVIDER.expr(),
        account_scores::ACCOUNT_ID.expr(),
        col(NODE),
    ]);
    let responders = responders(input, window, nodes.clone()).collect()?;
    let targets = targets(input, nodes, &responders)?.lazy();
    let responders = responders.lazy();
    let response = |target: Expr| {
        responders
            .clone()
            .select([posts::PLATFORM.expr(), target.alias(TARGET), col(FROM)])
            .filter(col(TARGET).is_not_null())
    };
    let met = |responses: LazyFrame, targets: LazyFrame| {
        responses
            .join(
                targets,
                [posts::PLATFORM.expr(), col(TARGET)],
                [posts::PLATFORM.expr(), col(TARGET)],
                JoinArgs::new(JoinType::Inner),
            )
            .select([col(FROM), col(TO)])
    };
    let bare = |name: Expr| name.str().to_lowercase().str().strip_prefix(lit("@"));
    let handles = members
        .filter(account_scores::HANDLE.expr().is_not_null())
        .select([
            account_scores::PLATFORM.expr(),
            bare(account_scores::HANDLE.expr()).alias(TARGET),
            col(NODE).alias(TO),
        ]);
    let mentions = response(posts::MENTIONS.expr())
        .explode(
            by_name([TARGET], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .filter(col(TARGET).is_not_null())
        .with_column(bare(col(TARGET)));
    let all = concat(
        [
            met(response(posts::REPLY_TO_POST_ID.expr()), targets.clone()),
            met(response(posts::REPOSTED_POST_ID.expr()), targets),
            met(mentions, handles),
        ],
        UnionArgs::default(),
    )?
    .filter(col(TO).neq(col(FROM)))
    .unique(None, UniqueKeepStrategy::Any)
    .collect()?;
    let (from, to) = (integers(&all, FROM)?, integers(&all, TO)?);
    let number = |node: i64| usize::try_from(node).unwrap_or_default();
    Ok(from
        .into_iter()
        .zip(to)
        .map(|(from, to)| (number(from.min(to)), number(from.max(to))))
        .collect())
}

/// Returns the posts of some accounts about a brand in the window, with the number of the account as `__from`.
fn responders(input: &Input, window: &Window, nodes: LazyFrame) -> LazyFrame {
    let is_about = post_scores::BRAND
        .expr()
        .fill_null(lit(""))
        .neq(lit(""))
        .and(window.holds(post_scores::POSTED_AT.expr()));
    let about = input
        .post_scores
        .clone()
        .filter(is_about)
        .select([post_scores::SOURCE.expr(), post_scores::POST_ID.expr()]);
    // A post is scored at its own instant, so that older ones need not be read.
    let said = input
        .posts
        .clone()
        .filter(window.holds(posts::POSTED_AT.expr()))
        .select([
            posts::SOURCE.expr(),
            posts::PLATFORM.expr(),
            posts::PROVIDER.expr().fill_null(lit("")),
            posts::ACCOUNT_ID.expr(),
            posts::POST_ID.expr(),
            posts::REPLY_TO_POST_ID.expr(),
            posts::REPOSTED_POST_ID.expr(),
            posts::MENTIONS.expr(),
        ]);
    with_accounts(said, nodes, JoinType::Inner)
        .join(
            about,
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            JoinArgs::new(JoinType::Semi),
        )
        .select([
            posts::PLATFORM.expr(),
            posts::REPLY_TO_POST_ID.expr(),
            posts::REPOSTED_POST_ID.expr(),
            posts::MENTIONS.expr(),
            col(NODE).alias(FROM),
        ])
}

/// Returns which of the posts that were answered or passed on are of some accounts, as `__target` with the number of the account
/// as `__to`; the post may be of any age.
fn targets(input: &Input, nodes: LazyFrame, responders: &DataFrame) -> PolarsResult<DataFrame> {
    let of = |column: crate::schema::Column| -> PolarsResult<Series> {
        let column = responders.column(column.name)?.as_materialized_series();
        Ok(column.drop_nulls())
    };
    let mut wanted = of(posts::REPLY_TO_POST_ID)?;
    wanted.append(&of(posts::REPOSTED_POST_ID)?)?;
    let said = input
        .posts
        .clone()
        .filter(posts::POST_ID.is_among(wanted.unique()?))
        .select([
            posts::PLATFORM.expr(),
            posts::PROVIDER.expr().fill_null(lit("")),
            posts::ACCOUNT_ID.expr(),
            posts::POST_ID.expr(),
        ]);
    with_accounts(said, nodes, JoinType::Inner)
        .select([
            posts::PLATFORM.expr(),
            posts::POST_ID.expr().alias(TARGET),
            col(NODE).alias(TO),
        ])
        .collect()
}

/// Fills in how much influence each community has, how it is knit, and whose handles may be told.
fn describe(
    told: &mut [NetworkCommunity],
    accounts: &[Member],
    pairs: &BTreeSet<(usize, usize)>,
    show_handles: bool,
) {
    let place: BTreeMap<i64, usize> = told
        .iter()
        .enumerate()
        .map(|(place, one)| (one.community as i64, place))
        .collect();
    let of = |account: usize| {
        let account = accounts.get(account)?;
        place.get(&account.community).copied()
    };
    for account in accounts {
        let Some(place) = place.get(&account.community) else {
            continue;
        };
        let one = &mut told[*place];
        one.page_rank_share += account.page_rank;
        if let Some(handle) = shown_handle(account, show_handles)
            && one.handles.len() < HANDLES
        {
            one.handles.push(handle);
        }
    }
    for (left, right) in pairs {
        match (of(*left), of(*right)) {
            (Some(left), Some(right)) if left == right => told[left].inner_link_count += 1,
            (Some(left), Some(right)) => {
                told[left].outer_link_count += 1;
                told[right].outer_link_count += 1;
            }
            _ => {}
        }
    }
}

fn shown_handle(account: &Member, show_handles: bool) -> Option<String> {
    let is_public = PUBLIC_ROLES.contains(&account.role.as_str());
    (show_handles && is_public && !account.handle.is_empty()).then(|| account.handle.clone())
}

/// Returns the foremost accounts of each community that respond to one another, and their links by places among them.
fn drawn(
    accounts: &[Member],
    pairs: &BTreeSet<(usize, usize)>,
    community_count: usize,
    show_handles: bool,
) -> (Vec<NetworkAccount>, Vec<(usize, usize)>) {
    let most = (ACCOUNTS / community_count.max(1)).min(MOST_OF_ONE);
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    let foremost: BTreeSet<usize> = accounts
        .iter()
        .enumerate()
        .filter(|(_, account)| {
            let count = counts.entry(account.community).or_default();
            *count += 1;
            *count <= most
        })
        .map(|(number, _)| number)
        .collect();
    let links: Vec<&(usize, usize)> = pairs
        .iter()
        .filter(|(left, right)| foremost.contains(left) && foremost.contains(right))
        .collect();
    // Who responds to none of the others says nothing about the network.
    let tied: BTreeSet<usize> = links
        .iter()
        .flat_map(|(left, right)| [*left, *right])
        .collect();
    let place: BTreeMap<usize, usize> = tied.iter().copied().zip(0..).collect();
    let highest = tied
        .iter()
        .map(|number| accounts[*number].page_rank)
        .fold(0.0, f64::max);
    let told = tied
        .iter()
        .map(|number| {
            let account = &accounts[*number];
            let share = if highest > 0.0 {
                account.page_rank / highest
            } else {
                0.0
            };
            let steps = SIZES.iter().filter(|least| share >= **least).count();
            NetworkAccount {
                community: account.community.unsigned_abs(),
                size: 1 + steps as u32,
                is_official: account.role == "official",
                handle: shown_handle(account, show_handles),
            }
        })
        .collect();
    let links = links
        .into_iter()
        .filter_map(|(left, right)| Some((*place.get(left)?, *place.get(right)?)))
        .collect();
    (told, links)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(community: i64, page_rank: f64, role: &str) -> Member {
        Member {
            community,
            page_rank,
            role: role.to_owned(),
            handle: format!("{role}{community}"),
        }
    }

    fn community(community: u64) -> NetworkCommunity {
        NetworkCommunity {
            community,
            platform: "x".to_owned(),
            account_count: 9,
            words: Vec::new(),
            page_rank_share: 0.0,
            inner_link_count: 0,
            outer_link_count: 0,
            handles: Vec::new(),
        }
    }

    #[test]
    fn who_responds_to_none_of_the_foremost_is_not_drawn_and_nobody_is_named() {
        let accounts = [
            member(1, 0.4, "official"),
            member(1, 0.1, "peer"),
            member(1, 0.01, "detractor"),
            member(2, 0.2, "media"),
        ];
        let pairs = BTreeSet::from([(0, 1), (0, 3)]);
        let (told, links) = drawn(&accounts, &pairs, 2, false);
        let sizes: Vec<u32> = told.iter().map(|one| one.size).collect();
        assert_eq!(sizes, [4, 3, 4]);
        assert_eq!(links, [(0, 1), (0, 2)]);
        assert!(told.iter().all(|one| one.handle.is_none()));
        let (told, _) = drawn(&accounts, &pairs, 2, true);
        let handles: Vec<Option<&str>> = told.iter().map(|one| one.handle.as_deref()).collect();
        assert_eq!(handles, [Some("official1"), None, Some("media2")]);
    }

    #[test]
    fn links_are_counted_within_and_between_communities() {
        let accounts = [
            member(1, 0.4, "peer"),
            member(1, 0.1, "peer"),
            member(2, 0.2, "media"),
        ];
        let mut told = [community(1), community(2)];
        let pairs = BTreeSet::from([(0, 1), (0, 2), (1, 2)]);
        describe(&mut told, &accounts, &pairs, true);
        assert_eq!((told[0].inner_link_count, told[0].outer_link_count), (1, 2));
        assert_eq!((told[1].inner_link_count, told[1].outer_link_count), (0, 2));
        assert!((told[0].page_rank_share - 0.5).abs() < 1e-12);
        assert!(told[0].handles.is_empty());
        assert_eq!(told[1].handles, ["media2"]);
    }

    #[test]
    fn a_crowded_community_is_cut() {
        let accounts: Vec<Member> = (0..300).map(|_| member(1, 0.001, "peer")).collect();
        let pairs: BTreeSet<(usize, usize)> = (1..300).map(|other| (0, other)).collect();
        let (told, links) = drawn(&accounts, &pairs, 1, false);
        assert_eq!((told.len(), links.len()), (MOST_OF_ONE, MOST_OF_ONE - 1));
    }
}
