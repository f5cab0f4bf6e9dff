//! Responses, sorted by whom they are to.

use rayon::prelude::*;

use super::{Edge, EdgeKind, LeftOut};
use crate::math::graph::WeightedEdge;

/// Responses received, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResponseCounts {
    /// Replies.
    pub replies: u32,
    /// Quotes.
    pub quotes: u32,
    /// Reposts in the store.
    pub reposts: u32,
    /// Mentions that come with no other response.
    pub mentions: u32,
    /// Distinct accounts that responded.
    pub responders: u32,
}

impl ResponseCounts {
    /// Counts the responses to one account, sorted by who responds.
    pub(super) fn of(received: &[Edge]) -> Self {
        let mut counts = Self::default();
        for edge in received {
            let count = match edge.kind {
                EdgeKind::Reply => &mut counts.replies,
                EdgeKind::Quote => &mut counts.quotes,
                EdgeKind::Repost => &mut counts.reposts,
                EdgeKind::Mention => &mut counts.mentions,
            };
            *count = count.saturating_add(1);
        }
        counts.responders = by_responder(received).count() as u32;
        counts
    }

    /// Returns the number of responses.
    pub fn total(&self) -> u64 {
        [self.replies, self.quotes, self.reposts, self.mentions]
            .into_iter()
            .map(u64::from)
            .sum()
    }
}

/// Returns the responses to one account cut by who responds.
pub(super) fn by_responder(received: &[Edge]) -> impl Iterator<Item = &[Edge]> {
    received.chunk_by(|left, right| left.from == right.from)
}

/// Responses between two different accounts of the store, by target, responder, instant and kind.
pub(super) struct Responses {
    edges: Vec<Edge>,
    /// Where the responses to an account begin; one entry more than accounts.
    offsets: Vec<usize>,
}

impl Responses {
    pub(super) fn new(account_count: u32, edges: &[Edge]) -> (Self, LeftOut) {
        let mut left_out = LeftOut::default();
        let mut kept: Vec<Edge> = Vec::with_capacity(edges.len());
        for edge in edges {
            if edge.from >= account_count || edge.to >= account_count {
                left_out.unknown_responses += 1;
            } else if edge.from == edge.to {
                left_out.self_responses += 1;
            } else {
                kept.push(*edge);
            }
        }
        // Equal keys are equal edges, so an unstable sort is still one order only.
        kept.par_sort_unstable_by_key(|edge| (edge.to, edge.from, edge.at, edge.kind));
        let before = kept.len();
        // A reply names whom it answers: the mention is the same response. Mentions sort last.
        kept.dedup_by(|later, earlier| {
            later.kind == EdgeKind::Mention
                && (later.to, later.from, later.at) == (earlier.to, earlier.from, earlier.at)
        });
        left_out.double_mentions = (before - kept.len()) as u64;
        let mut offsets = vec![0; account_count as usize + 1];
        for edge in &kept {
            offsets[edge.to as usize + 1] += 1;
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        let responses = Self {
            edges: kept,
            offsets,
        };
        (responses, left_out)
    }

    /// Returns the responses to an account, by responder and instant.
    pub(super) fn received(&self, account: usize) -> &[Edge] {
        &self.edges[self.offsets[account]..self.offsets[account + 1]]
    }

    /// Returns one edge for each pair, weighing the number of its responses. Whole numbers add up exactly in any order.
    pub(super) fn weighted(&self) -> Vec<WeightedEdge> {
        self.edges
            .chunk_by(|left, right| (left.to, left.from) == (right.to, right.from))
            .filter_map(|pair| {
                pair.first().map(|edge| WeightedEdge {
                    from: edge.from,
                    to: edge.to,
                    weight: pair.len() as f64,
                })
            })
            .collect()
    }
}
