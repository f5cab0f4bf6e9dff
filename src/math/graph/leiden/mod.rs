//! Leiden communities (Traag, Waltman and van Eck 2019, algorithm A.2) by modularity.

mod level;
mod moving;
mod refinement;
#[cfg(test)]
mod tests;

use level::Level;

use super::Graph;
use super::random::SplitMix;

/// Passes over the whole graph, each beginning with what the last one found.
const PASSES: usize = 2;
/// Levels of one pass; a level at which nothing merges ends it long before.
const MAX_LEVELS: usize = 200;
const NONE: u32 = u32::MAX;

/// A partition of the nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// Community of each node, numbered from 0 by their first node; a node without an edge is its own.
    pub community: Vec<u32>,
    /// How many there are.
    pub count: usize,
    /// Modularity of the partition.
    pub modularity: f64,
    /// Whether the last level merged nothing more.
    pub is_converged: bool,
}

/// Returns communities of an undirected graph that are connected, and that no node gains by leaving.
///
/// A node moves to the community for which `w(v, C) - gamma k_v K_C / 2m` is greatest, `k` and `K` being weights that end in
/// the node and the community. Refinement merges greedily, as the authors' own program does by default, not at random in
/// proportion to the gain: that asks for no transcendental function, whose last bit differs between machines. `seed` sets the
/// order in which nodes are looked at; `resolution` is gamma, 1 for plain modularity. Time is about linear in the edges; the
/// graph may have any size that its 32-bit node numbers allow.
pub fn leiden(graph: &Graph, resolution: f64, seed: u64) -> Communities {
    let count = graph.node_count();
    let mut community: Vec<u32> = (0..count as u32).collect();
    let mut is_converged = true;
    if graph.edge_count() > 0 && resolution.is_finite() && resolution >= 0.0 {
        let mut random = SplitMix::new(seed);
        for _ in 0..PASSES {
            (community, is_converged) = pass(graph, community, resolution, &mut random);
        }
    }
    let (community, count) = numbered(&connected_parts(graph, &community));
    let modularity = modularity(graph, &community, resolution);
    Communities {
        community,
        count,
        modularity,
        is_converged,
    }
}

/// Returns `sum of w(C, C) / 2m - gamma (K_C / 2m)^2` over the communities `C`; zero for a graph without edges.
///
/// The numbers of the communities lie below the number of nodes or little above.
pub(super) fn modularity(graph: &Graph, community: &[u32], resolution: f64) -> f64 {
    let (community, count) = numbered(community);
    let mut inside = vec![0.0_f64; count];
    let mut strength = vec![0.0_f64; count];
    let mut total = 0.0_f64;
    for (node, &here) in community.iter().enumerate().take(graph.node_count()) {
        let (targets, weights) = graph.row(node);
        for (&target, &weight) in targets.iter().zip(weights) {
            strength[here as usize] += weight;
            total += weight;
            if community.get(target as usize) == Some(&here) {
                inside[here as usize] += weight;
            }
        }
    }
    if total <= 0.0 {
        return 0.0;
    }
    inside
        .iter()
        .zip(&strength)
        .fold(0.0_f64, |sum, (inside, strength)| {
            let share = strength / total;
            sum + inside / total - resolution * share * share
        })
}

/// Moves, refines and aggregates until nothing merges.
fn pass(
    graph: &Graph,
    start: Vec<u32>,
    resolution: f64,
    random: &mut SplitMix,
) -> (Vec<u32>, bool) {
    let mut level = Level::bottom(graph);
    let mut node_of: Vec<u32> = (0..graph.node_count() as u32).collect();
    let mut community = start;
    let mut is_converged = false;
    for _ in 0..MAX_LEVELS {
        moving::move_nodes(&level, &mut community, resolution, random);
        let refined = refinement::refine(&level, &community, resolution, random);
        let (above, group) = level.aggregated(&refined);
        if above.node_count() == level.node_count() {
            is_converged = true;
            break;
        }
        let mut community_above = vec![0; above.node_count()];
        for (&group, &community) in group.iter().zip(&community) {
            community_above[group as usize] = community;
        }
        for node in &mut node_of {
            *node = group[*node as usize];
        }
        community = numbered(&community_above).0;
        level = above;
    }
    let community: Vec<u32> = node_of
        .iter()
        .map(|&node| community[node as usize])
        .collect();
    (numbered(&community).0, is_converged)
}

/// Returns the communities numbered from 0 in order of their first node, and their number.
fn numbered(community: &[u32]) -> (Vec<u32>, usize) {
    let highest = community.iter().max().map_or(0, |&most| most as usize + 1);
    let mut number = vec![NONE; highest];
    let mut count = 0;
    let numbered = community
        .iter()
        .map(|&old| {
            let number = &mut number[old as usize];
            if *number == NONE {
                *number = count;
                count += 1;
            }
            *number
        })
        .collect();
    (numbered, count as usize)
}

/// Returns the connected parts of the communities: what Leiden promises, also where the levels ran out.
fn connected_parts(graph: &Graph, community: &[u32]) -> Vec<u32> {
    let mut part = vec![NONE; community.len()];
    let mut count = 0;
    let mut waiting = Vec::new();
    for start in 0..community.len() {
        if part[start] != NONE {
            continue;
        }
        part[start] = count;
        waiting.push(start);
        while let Some(node) = waiting.pop() {
            for &target in graph.row(node).0 {
                let target = target as usize;
                if part[target] == NONE && community[target] == community[node] {
                    part[target] = count;
                    waiting.push(target);
                }
            }
        }
        count += 1;
    }
    part
}
