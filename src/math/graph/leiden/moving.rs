//! Fast local moving (`MoveNodesFast`).

use std::collections::VecDeque;

use super::super::random::SplitMix;
use super::level::{Level, Tally};

/// Gain below which a node stays, in parts of its own strength: rounding must not send it to and fro.
const LEAST_GAIN: f64 = 1e-10;

/// Moves nodes to the neighbouring community, or to an empty one, until none gains; `community` has numbers below the node
/// count.
///
/// Every move raises the modularity by no less than a fixed part, so the queue runs dry.
pub(super) fn move_nodes(
    level: &Level<'_>,
    community: &mut [u32],
    resolution: f64,
    random: &mut SplitMix,
) {
    let count = level.node_count();
    let mut strength = vec![0.0_f64; count];
    let mut size = vec![0_u32; count];
    for (&here, node_strength) in community.iter().zip(&level.strength) {
        strength[here as usize] += node_strength;
        size[here as usize] += 1;
    }
    let mut empty: Vec<u32> = (0..count as u32)
        .rev()
        .filter(|&here| size[here as usize] == 0)
        .collect();
    let mut queue = VecDeque::from(random.order(count));
    let mut is_queued = vec![true; count];
    let mut tally = Tally::new(count);
    while let Some(node) = queue.pop_front() {
        let node = node as usize;
        is_queued[node] = false;
        let (targets, weights) = level.row(node);
        for (&target, &weight) in targets.iter().zip(weights) {
            tally.add(community[target as usize], weight);
        }
        let own = community[node];
        let moved = level.strength[node];
        strength[own as usize] -= moved;
        let scale = resolution * moved / level.total;
        let gain = |there: u32| tally.get(there) - scale * strength[there as usize];
        let least = LEAST_GAIN * moved;
        let (mut best, mut best_gain) = (own, gain(own));
        for &there in tally.touched() {
            let gain = gain(there);
            if gain > best_gain + least {
                (best, best_gain) = (there, gain);
            }
        }
        if best_gain < -least
            && let Some(&alone) = empty.last()
        {
            best = alone;
        }
        tally.clear();
        strength[best as usize] += moved;
        if best == own {
            continue;
        }
        if size[best as usize] == 0 {
            empty.pop();
        }
        size[best as usize] += 1;
        size[own as usize] -= 1;
        if size[own as usize] == 0 {
            empty.push(own);
        }
        community[node] = best;
        for &target in targets {
            if community[target as usize] != best && !is_queued[target as usize] {
                is_queued[target as usize] = true;
                queue.push_back(target);
            }
        }
    }
}
