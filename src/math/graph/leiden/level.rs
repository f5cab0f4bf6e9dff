//! The graph of one level, whose nodes are communities of the level below.

use std::borrow::Cow;

use super::super::{Graph, cumulate};
use super::NONE;

/// A level. Loops are not kept: their weight is in the strength of the node and goes with it wherever it moves.
pub(super) struct Level<'a> {
    rows: Cow<'a, Graph>,
    /// Weight that ends in each node, loops and all.
    pub strength: Vec<f64>,
    /// Sum of the strengths, `2m`.
    pub total: f64,
}

impl<'a> Level<'a> {
    /// Returns the level of the nodes themselves.
    pub(super) fn bottom(graph: &'a Graph) -> Self {
        let strength = graph.strengths();
        let total = strength.iter().sum();
        Self {
            rows: Cow::Borrowed(graph),
            strength,
            total,
        }
    }

    pub(super) fn node_count(&self) -> usize {
        self.rows.node_count()
    }

    pub(super) fn row(&self, node: usize) -> (&[u32], &[f64]) {
        self.rows.row(node)
    }

    /// Returns the level whose nodes are the refined communities, in order of their first node, and the node above of each
    /// node here.
    pub(super) fn aggregated(&self, refined: &[u32]) -> (Level<'a>, Vec<u32>) {
        let (group, count) = super::numbered(refined);
        let (offsets, members) = members(&group, count);
        let mut rows = Graph {
            offsets: vec![0],
            targets: Vec::new(),
            weights: Vec::new(),
        };
        let mut strength = vec![0.0_f64; count];
        let mut tally = Tally::new(count);
        for (here, strength) in strength.iter_mut().enumerate() {
            for &member in &members[offsets[here]..offsets[here + 1]] {
                let member = member as usize;
                *strength += self.strength[member];
                let (targets, weights) = self.row(member);
                for (&target, &weight) in targets.iter().zip(weights) {
                    let there = group[target as usize];
                    if there as usize != here {
                        tally.add(there, weight);
                    }
                }
            }
            for &there in tally.touched() {
                rows.targets.push(there);
                rows.weights.push(tally.get(there));
            }
            rows.offsets.push(rows.targets.len());
            tally.clear();
        }
        let above = Level {
            rows: Cow::Owned(rows),
            strength,
            total: self.total,
        };
        (above, group)
    }
}

/// Returns the nodes by group: where each group begins, and the nodes.
fn members(group: &[u32], count: usize) -> (Vec<usize>, Vec<u32>) {
    let mut offsets = vec![0; count + 1];
    for &group in group {
        offsets[group as usize + 1] += 1;
    }
    cumulate(&mut offsets);
    let mut next = offsets.clone();
    let mut members = vec![NONE; group.len()];
    for (node, &group) in group.iter().enumerate() {
        members[next[group as usize]] = node as u32;
        next[group as usize] += 1;
    }
    (offsets, members)
}

/// Sums of weights by community, cleared by what was touched.
pub(super) struct Tally {
    sums: Vec<f64>,
    touched: Vec<u32>,
}

impl Tally {
    pub(super) fn new(count: usize) -> Self {
        Self {
            sums: vec![0.0_f64; count],
            touched: Vec::new(),
        }
    }

    /// Adds a weight, which is above zero.
    pub(super) fn add(&mut self, community: u32, weight: f64) {
        let sum = &mut self.sums[community as usize];
        if *sum == 0.0 {
            self.touched.push(community);
        }
        *sum += weight;
    }

    pub(super) fn get(&self, community: u32) -> f64 {
        self.sums[community as usize]
    }

    /// Returns the communities with a weight, in the order in which they were met.
    pub(super) fn touched(&self) -> &[u32] {
        &self.touched
    }

    pub(super) fn clear(&mut self) {
        for &community in &self.touched {
            self.sums[community as usize] = 0.0;
        }
        self.touched.clear();
    }
}
