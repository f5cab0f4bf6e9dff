//! What the graph of accounts is measured on: the posts of the window about the brand, and who they respond to.

use std::ops::Range;

use rayon::prelude::*;

use super::directory::Directory;
use crate::score::graph::{
    Account, Edge, EdgeKind, Input, Measures, Post, Settings, UNKNOWN, Vocabulary, measure,
    repost_origins, stored_reposts,
};
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
    let origins = origins(directory);
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
    let spoken = Spoken::new(directory);
    let stored = stored_reposts(&origins);
    let posts = spoken.posts(directory, own, &stored, node);
    let described: Vec<Account> = accounts
        .par_iter()
        .map(|&account| described(account))
        .collect();
    let input = Input {
        accounts: &described,
        edges: &edges,
        posts: &posts,
        vocabulary: spoken.vocabulary.words(),
        observed: observed(directory),
    };
    let measures = measure(&input, &Settings::default());
    Network {
        measures,
        accounts,
        nodes,
    }
}

/// Returns the post that each repost repeats in the end.
fn origins(directory: &Directory<'_>) -> Vec<Option<u32>> {
    let reposted: Vec<Option<u32>> = directory
        .scored
        .iter()
        .enumerate()
        .map(|(place, post)| {
            let row = &post.row;
            if !row.is_repost() {
                return None;
            }
            let id = row
                .reposted
                .as_deref()
                .filter(|_| !directory.is_double(place));
            // A repost of nothing in the store is no post of its own either.
            Some(
                id.and_then(|id| directory.place(&row.platform, id))
                    .map_or(UNKNOWN, numbered),
            )
        })
        .collect();
    repost_origins(&reposted)
}

/// Returns who responds to whom, by the numbers of the directory.
fn responses(directory: &Directory<'_>, origins: &[Option<u32>]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (place, author, post) in directory.recent().filter(|(_, _, post)| post.is_about()) {
        let row = &post.row;
        let mut respond = |to: Option<usize>, kind: EdgeKind| {
            edges.push(Edge {
                from: numbered(author),
                to: to.map_or(UNKNOWN, numbered),
                at: row.posted_at,
                kind,
            });
        };
        let writer = |id: &str| {
            let place = directory.place(&row.platform, id)?;
            directory.author(place)
        };
        if row.is_repost() {
            let origin = origins.get(place).copied().flatten();
            let writer = origin.and_then(|origin| directory.author(origin as usize));
            respond(writer, EdgeKind::Repost);
            continue;
        }
        if let Some(id) = &row.reply_to {
            respond(writer(id), EdgeKind::Reply);
        }
        if let Some(id) = &row.reposted {
            respond(writer(id), EdgeKind::Quote);
        }
        for name in &row.mentions {
            let named = directory.named(&row.platform, &row.provider, name);
            respond(named, EdgeKind::Mention);
        }
    }
    edges
}

/// The posts about the brand with the numbers of their words.
struct Spoken<'a> {
    vocabulary: Vocabulary<'a>,
    /// Numbers of the words of opinions, one post behind the other.
    words: Vec<u32>,
    /// Place and author of each post, and the end of its words.
    posts: Vec<(usize, usize, usize)>,
}

impl<'a> Spoken<'a> {
    fn new(directory: &Directory<'a>) -> Self {
        let mut spoken = Self {
            vocabulary: Vocabulary::new(),
            words: Vec::new(),
            posts: Vec::new(),
        };
        for (place, author, post) in directory.recent() {
            if !post.is_about() || post.row.is_repost() {
                continue;
            }
            if let Some(said) = post.said.as_ref().filter(|_| post.is_opinion) {
                for word in &said.words {
                    let number = spoken.vocabulary.number(word);
                    spoken.words.push(number);
                }
            }
            spoken.posts.push((place, author, spoken.words.len()));
        }
        spoken
    }

    fn posts(
        &self,
        directory: &Directory<'_>,
        own: &[bool],
        stored: &[i64],
        node: impl Fn(u32) -> u32,
    ) -> Vec<Post<'_>> {
        let mut start = 0;
        self.posts
            .iter()
            .map(|&(place, author, end)| {
                let post = &directory.scored[place];
                let words = &self.words[start..end];
                start = end;
                Post {
                    author: node(numbered(author)),
                    at: post.row.posted_at,
                    is_opinion: post.is_opinion && !own[author],
                    sentiment: post.said.as_ref().and_then(|said| said.sentiment),
                    is_negative: post.label() == Some(Label::Negative),
                    repost_count: post.row.repost_count.unwrap_or(0),
                    stored_repost_count: stored.get(place).copied().unwrap_or(0),
                    words,
                }
            })
            .collect()
    }
}

/// Returns the part of the window of which there are posts: no time before the first or after the last can be compared with.
fn observed(directory: &Directory<'_>) -> Range<i64> {
    let window = &directory.window;
    let instants = || {
        let all = directory.scored.iter().map(|post| post.row.posted_at);
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
