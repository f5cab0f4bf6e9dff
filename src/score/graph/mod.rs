//! The graph of accounts: who answers, names, quotes and repeats whom, and what that makes of each account.
//!
//! An edge runs from the account that responds to the one responded to. From the edges come PageRank, betweenness and
//! communities ([`crate::math::graph`]), from posts and edges reach, repost h-index and measured influence, and from all
//! of it a role.
//! Everything here is pure and, but for sorting, linear; accounts are dense numbers, not names.
//!
//! ```text
//! edges --responses--> by target --+--> counts, reach, h-index        (reach)
//!                                  +--> excess posts after exposure   (influence)
//!                                  +--> weighted graphs ------------> PageRank, betweenness, communities
//! posts ------------------------------> words of the communities      (communities)
//!                                                                 \-> role, with reasons (roles)
//! ```

mod communities;
mod influence;
mod profile;
mod reach;
mod reposts;
mod responses;
mod roles;
#[cfg(test)]
mod tests;
mod voices;
mod words;

use std::ops::Range;

pub use communities::Community;
pub use influence::Influence;
pub use profile::{Claims, ProfileRules};
pub use reposts::{repost_origins, stored_reposts};
pub use responses::ResponseCounts;
pub use roles::{AccountFacts, Marks, Role, Thresholds, role};
pub use words::Vocabulary;

use rayon::prelude::*;

use super::hours::Words;
use crate::math::graph::{Betweenness, Graph, betweenness, leiden, page_rank};
use responses::Responses;
use voices::Voices;

/// Stands for an account that is not in the store.
pub const UNKNOWN: u32 = u32::MAX;
/// Share of the reader's time spent following responses.
const DAMPING: f64 = 0.85;
/// Change of all ranks together at which PageRank is done.
const TOLERANCE: f64 = 1e-10;

/// An account; its number is its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Followers last observed; a number below zero counts as unknown.
    pub follower_count: Option<i64>,
    /// The shop's own account.
    pub is_official: bool,
    /// Says of itself that it works for the shop ([`ProfileRules`]).
    pub is_staff: bool,
    /// Says of itself that it is a medium ([`ProfileRules`]).
    pub is_media: bool,
    /// Behaves like a program.
    pub is_bot: bool,
}

/// How an account responds to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// Answers a post of it.
    Reply,
    /// Quotes a post of it.
    Quote,
    /// Repeats a post of it.
    Repost,
    /// Names it.
    Mention,
}

/// A response of one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The account that responds.
    pub from: u32,
    /// The account responded to; [`UNKNOWN`] where the store does not hold it.
    pub to: u32,
    /// When, in microseconds since 1970-01-01 UTC: the instant of the post that responds.
    pub at: i64,
    /// How.
    pub kind: EdgeKind,
}

/// A post about the brand. Reposts are edges and no posts: they repeat somebody else's words and counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Post<'a> {
    /// The author.
    pub author: u32,
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// Whether it is an opinion: the author's own words, no copy, not said by the shop.
    pub is_opinion: bool,
    /// Sentiment -1..1 where it was scored.
    pub sentiment: Option<f64>,
    /// Whether its label is negative.
    pub is_negative: bool,
    /// Its reposts: as the platform counted them, or those in the store ([`stored_reposts`]), whichever are more.
    pub repost_count: i64,
    /// Content words, numbered by a [`Vocabulary`].
    pub words: Words<'a>,
}

/// What is known of the accounts.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// Accounts.
    pub accounts: &'a [Account],
    /// Responses, in any order.
    pub edges: &'a [Edge],
    /// Posts about the brand, in any order.
    pub posts: &'a [Post<'a>],
    /// The words by number.
    pub vocabulary: &'a [&'a str],
    /// From when until when posts were looked at, in microseconds since 1970-01-01 UTC.
    pub observed: Range<i64>,
}

/// Settings of the graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What makes a role.
    pub thresholds: Thresholds,
    /// Exposures before an influence is measured.
    pub least_exposures: u32,
    /// Distinct accounts that must have been exposed.
    pub least_responders: u32,
    /// Confidence of the interval of the influence, in `(0, 1)`.
    pub confidence: f64,
    /// Edges and nodes that the search for betweenness may visit before it goes over to pivots.
    pub betweenness_work: usize,
    /// Seed of communities and pivots.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            thresholds: Thresholds::default(),
            least_exposures: 20,
            least_responders: 5,
            confidence: 0.95,
            betweenness_work: 150_000_000,
            seed: 1,
        }
    }
}

/// What the graph says of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountMeasures {
    /// PageRank; the sum over all accounts is 1.
    pub page_rank: f64,
    /// Betweenness 0..1; `None` for an account with fewer than two neighbours.
    pub betweenness: Option<f64>,
    /// Place of its community in [`Measures::communities`]; `None` for an account without neighbours.
    pub community: Option<u32>,
    /// Communities among its neighbours.
    pub neighbour_communities: u32,
    /// Largest `h` for which `h` of its posts have `h` reposts or more.
    pub repost_h_index: u32,
    /// Followers of the account and of those that reposted or quoted it, each counted once.
    pub reach: i64,
    /// How many of these have no known number of followers.
    pub reach_unknown_count: u32,
    /// Responses received.
    pub responses: ResponseCounts,
    /// Opinions about the brand.
    pub opinion_count: u32,
    /// Of them negative.
    pub negative_count: u32,
    /// Mean sentiment of those scored.
    pub sentiment_mean: Option<f64>,
    /// What others post after exposure; `None` below the least numbers of exposures and responders.
    pub influence: Option<Box<Influence>>,
    /// Its role: the first that holds.
    pub role: Role,
    /// What else the role was judged by.
    pub marks: Marks,
}

impl AccountMeasures {
    /// Returns what the role is judged by.
    pub fn facts(&self) -> AccountFacts {
        AccountFacts {
            marks: self.marks,
            opinion_count: self.opinion_count,
            negative_count: self.negative_count,
            sentiment_mean: self.sentiment_mean,
            response_count: self.responses.total(),
            neighbour_communities: self.neighbour_communities,
        }
    }
}

/// What was not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Responses to oneself.
    pub self_responses: u64,
    /// Responses to or by accounts that are not in the store.
    pub unknown_responses: u64,
    /// Mentions that come with another response to the same account at the same instant.
    pub double_mentions: u64,
    /// Posts of accounts that are not in the store.
    pub unknown_posts: u64,
}

/// The graph measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// One per account, in their order.
    pub accounts: Vec<AccountMeasures>,
    /// Communities of two or more, the largest first.
    pub communities: Vec<Community>,
    /// Modularity of the communities.
    pub modularity: f64,
    /// Accounts from which shortest ways were searched, and whether these are all connected ones.
    pub betweenness_pivots: (usize, bool),
    /// What was not counted.
    pub left_out: LeftOut,
}

/// Measures the graph of accounts.
///
/// At most `u32::MAX` accounts have a number; those past it are not measured.
pub fn measure(input: &Input<'_>, settings: &Settings) -> Measures {
    let accounts = &input.accounts[..input.accounts.len().min(UNKNOWN as usize)];
    let count = accounts.len() as u32;
    let (responses, mut left_out) = Responses::new(count, input.edges);
    let (voices, unknown_posts) = Voices::new(count, input.posts);
    left_out.unknown_posts = unknown_posts;
    let weighted = responses.weighted();
    let directed = Graph::directed(count, &weighted);
    let undirected = Graph::undirected(count, &weighted);
    let ((ranks, between), partition) = rayon::join(
        || {
            let ranks = page_rank(&directed, DAMPING, TOLERANCE).ranks;
            let between = betweenness(&undirected, settings.betweenness_work, settings.seed);
            (ranks, between)
        },
        || leiden(&undirected, 1.0, settings.seed),
    );
    let found = communities::Found::new(&partition.community, partition.count);
    let neighbour_communities = found.neighbour_communities(&undirected);
    let Betweenness {
        values,
        pivot_count,
        is_exact,
    } = between;
    let mut measures: Vec<AccountMeasures> = (0..accounts.len())
        .into_par_iter()
        .map(|here| {
            let received = responses.received(here);
            let reach = reach::reach(accounts, here, received);
            let voice = voices.tally(here);
            AccountMeasures {
                page_rank: ranks[here],
                betweenness: values[here],
                community: found.community(here),
                neighbour_communities: neighbour_communities[here],
                repost_h_index: reach::h_index(voices.repost_counts(here)),
                reach: reach.count,
                reach_unknown_count: reach.unknown_count,
                responses: ResponseCounts::of(received),
                opinion_count: voice.opinion_count,
                negative_count: voice.negative_count,
                sentiment_mean: voice.sentiment_mean,
                influence: influence::measure(
                    accounts,
                    received,
                    &voices,
                    &input.observed,
                    settings,
                )
                .map(Box::new),
                role: Role::Peer,
                marks: Marks::default(),
            }
        })
        .collect();
    roles::assign(accounts, &mut measures, &settings.thresholds);
    let communities = found.described(&voices, &measures, input.vocabulary);
    Measures {
        accounts: measures,
        communities,
        modularity: partition.modularity,
        betweenness_pivots: (pivot_count, is_exact),
        left_out,
    }
}
