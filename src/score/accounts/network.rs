//! What the graph of accounts is measured on: the posts of the window about the brand, and who they respond to.

use std::ops::Range;

use rayon::prelude::*;

use super::directory::Directory;
use crate::score::graph::{
    Account, Edge, EdgeKind, Input, Measures, Post, Settings, UNKNOWN, measure, repost_origins,
    stored_reposts,
};
use crate::score::hours::Words;
use crate::text::Label;

/// The graph measured, and which account each of its nodes is.
pub(super) struct Network {
    pub measures: Measures,
    /// Accounts by node.
    pub accounts: Vec<usize>,
    /// Nodes by account; [`UNKNOWN`] for accounts that are not in the graph.
    nodes: Vec<u32>,
}

impl Network {
    /// Returns the node of an account.
    pub(super) fn node(&self, account: usize) -> Option<usize> {
        let node = *self.nodes.get(account)?;
        (node != UNKNOWN).then_some(node as usize)
    }
}

/// Measures the graph of the accounts that have a row, and of those that they respond to.
///
/// `described` says of an account what the graph is to know of it.
pub(super) fn measured(
    directory: &Directory<'_>,
    has_row: &[bool],
    own: &[bool],
    described: impl Fn(usize) -> Account + Sync,
) -> Network {
    let origins = Origins::new(directory);
    let mut edges = responses(directory, &origins);
    let mut is_node = has_row.to_vec();
    for account in edges.iter().flat_map(|edge| [edge.from, edge.to]) {
        if let Some(is_node) = is_node.get_mut(account as usize) {
            *is_node = true;
        }
    }
    let accounts: Vec<usize> = (0..is_node.len())
        .filter(|&account| is_node[account])
        .collect();
    let mut nodes = vec![UNKNOWN; is_node.len()];
    for (node, &account) in accounts.iter().enumerate() {
        nodes[account] = numbered(node);
    }
    let node = |account: u32| nodes.get(account as usize).copied().unwrap_or(UNKNOWN);
    for edge in &mut edges {
        (edge.from, edge.to) = (node(edge.from), node(edge.to));
    }
    let posts = spoken(directory, own, &origins, node);
    let vocabulary = directory.voices.vocabulary();
    let described: Vec<Account> = accounts
        .par_iter()
        .map(|&account| described(account))
        .collect();
    let input = Input {
        accounts: &described,
        edges: &edges,
        posts: &posts,
        vocabulary: &vocabulary,
        observed: observed(directory),
    };
    let measures = measure(&input, &Settings::default());
    Network {
        measures,
        accounts,
        nodes,
    }
}

/// Which post each repost repeats in the end, and how often posts are repeated.
struct Origins {
    /// Places of reposts and of what they repeat, in order; all else is about none of them.
    places: Vec<u32>,
    /// By the order of `places`: a place among them.
    origins: Vec<Option<u32>>,
    stored: Vec<i64>,
}

impl Origins {
    fn new(directory: &Directory<'_>) -> Self {
        let mut repeated: Vec<(u32, u32)> = Vec::new();
        for post in directory.voices.iter().filter(|post| post.is_repost()) {
            let id = (post.further().reposted).filter(|_| !directory.is_double(post.place));
            // A repost of nothing in the store is no post of its own either.
            let origin = id.and_then(|id| directory.place(post.platform(), id));
            repeated.push((numbered(post.place), origin.map_or(UNKNOWN, numbered)));
        }
        let mut places: Vec<u32> = repeated
            .iter()
            .flat_map(|(post, origin)| [*post, *origin])
            .filter(|place| *place != UNKNOWN)
            .collect();
        places.sort_unstable();
        places.dedup();
        let rank = |place: u32| places.binary_search(&place).ok();
        let mut reposted: Vec<Option<u32>> = vec![None; places.len()];
        for (post, origin) in &repeated {
            if let Some(post) = rank(*post) {
                reposted[post] = Some(rank(*origin).map_or(UNKNOWN, numbered));
            }
        }
        let origins = repost_origins(&reposted);
        let stored = stored_reposts(&origins);
        Self {
            places,
            origins,
            stored,
        }
    }

    /// Returns the place of the post that a repost repeats in the end.
    fn of(&self, repost: usize) -> Option<usize> {
        let rank = self.rank(repost)?;
        let origin = (*self.origins.get(rank)?)?;
        self.places
            .get(origin as usize)
            .map(|place| *place as usize)
    }

    /// Returns how often a post is repeated in the store.
    fn stored(&self, post: usize) -> i64 {
        let stored = self.rank(post).and_then(|rank| self.stored.get(rank));
        stored.copied().unwrap_or(0)
    }

    fn rank(&self, place: usize) -> Option<usize> {
        self.places.binary_search(&numbered(place)).ok()
    }
}

/// Returns who responds to whom, by the numbers of the directory.
fn responses(directory: &Directory<'_>, origins: &Origins) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (place, author, post) in directory.recent().filter(|(_, _, post)| post.is_about()) {
        let further = post.further();
        let mut respond = |to: Option<usize>, kind: EdgeKind| {
            edges.push(Edge {
                from: numbered(author),
                to: to.map_or(UNKNOWN, numbered),
                at: post.at(),
                kind,
            });
        };
        let writer = |id: u64| {
            let place = directory.place(post.platform(), id)?;
            directory.author(place)
        };
        if post.is_repost() {
            let writer = origins
                .of(place)
                .and_then(|origin| directory.author(origin));
            respond(writer, EdgeKind::Repost);
            continue;
        }
        if let Some(id) = further.reply_to {
            respond(writer(id), EdgeKind::Reply);
        }
        if let Some(id) = further.reposted {
            respond(writer(id), EdgeKind::Quote);
        }
        for name in post.mentions(&further) {
            let named = directory.named(post.platform(), post.provider(), name);
            respond(named, EdgeKind::Mention);
        }
    }
    edges
}

/// Returns the posts about the brand, with the words of those that are opinions.
fn spoken<'a>(
    directory: &Directory<'a>,
    own: &[bool],
    origins: &Origins,
    node: impl Fn(u32) -> u32,
) -> Vec<Post<'a>> {
    directory
        .recent()
        .filter(|(_, _, post)| post.is_about() && !post.is_repost())
        .map(|(place, author, post)| Post {
            author: node(numbered(author)),
            at: post.at(),
            is_opinion: post.is_opinion() && !own[author],
            sentiment: post.sentiment(),
            is_negative: post.label() == Some(Label::Negative),
            repost_count: {
                let counted = post.further().repost_count.unwrap_or(0);
                counted.max(origins.stored(place))
            },
            words: match post.is_opinion() {
                true => post.words(),
                false => Words::default(),
            },
        })
        .collect()
}

/// Returns the part of the window of which there are posts: no time before the first or after the last can be compared with.
fn observed(directory: &Directory<'_>) -> Range<i64> {
    let window = &directory.window;
    let instants = || {
        let all = directory.voices.iter().map(|post| post.at());
        all.filter(move |at| window.contains(at))
    };
    let start = instants().min().unwrap_or(window.start);
    let end = instants()
        .max()
        .map_or(window.start, |last| last.saturating_add(1));
    start..end
}

fn numbered(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(UNKNOWN)
}
