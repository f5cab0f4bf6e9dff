//! Refinement (`MergeNodesSubset`): communities are put together anew from their nodes, so that each part is connected.

use super::super::random::SplitMix;
use super::level::{Level, Tally};

/// Returns for each node the node whose refined community it belongs to; refined communities lie within `community`.
///
/// Only a node that is still alone joins, and only what is well connected to the rest of its community merges:
/// `w(C, S - C) >= gamma K_C (K_S - K_C) / 2m`.
pub(super) fn refine(
    level: &Level<'_>,
    community: &[u32],
    resolution: f64,
    random: &mut SplitMix,
) -> Vec<u32> {
    let count = level.node_count();
    let scale = resolution / level.total;
    let mut whole = vec![0.0_f64; count];
    for (&here, strength) in community.iter().zip(&level.strength) {
        whole[here as usize] += strength;
    }
    // Weight between a refined community and the rest of its community.
    let mut cut: Vec<f64> = (0..count)
        .map(|node| {
            let (targets, weights) = level.row(node);
            targets
                .iter()
                .zip(weights)
                .filter(|(target, _)| community[**target as usize] == community[node])
                .fold(0.0_f64, |sum, (_, weight)| sum + weight)
        })
        .collect();
    let mut refined: Vec<u32> = (0..count as u32).collect();
    let mut strength = level.strength.clone();
    let mut is_alone = vec![true; count];
    let mut tally = Tally::new(count);
    for node in random.order(count) {
        let node = node as usize;
        if !is_alone[node] {
            continue;
        }
        let here = community[node];
        let all = whole[here as usize];
        let moved = level.strength[node];
        let is_well_connected =
            |cut: f64, strength: f64| cut >= scale * strength * (all - strength);
        if !is_well_connected(cut[node], moved) {
            continue;
        }
        let (targets, weights) = level.row(node);
        for (&target, &weight) in targets.iter().zip(weights) {
            if community[target as usize] == here {
                tally.add(refined[target as usize], weight);
            }
        }
        let mut best = None;
        let mut best_gain = 0.0_f64;
        for &there in tally.touched() {
            let held = strength[there as usize];
            let gain = tally.get(there) - scale * moved * held;
            if gain > best_gain && is_well_connected(cut[there as usize], held) {
                best = Some((there, tally.get(there)));
                best_gain = gain;
            }
        }
        tally.clear();
        if let Some((there, weight)) = best {
            cut[there as usize] += cut[node] - 2.0 * weight;
            strength[there as usize] += moved;
            refined[node] = there;
            is_alone[node] = false;
            is_alone[there as usize] = false;
        }
    }
    refined
}
