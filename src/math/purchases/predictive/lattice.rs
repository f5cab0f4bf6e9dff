//! Counts that stand for those around them, so that tables stay small.

use std::sync::LazyLock;

use super::beta_geometric::LEFT_OUT;
use super::counts::Counts;

/// Largest count of the lattice; more purchases than that are told as that many.
const LARGEST: f64 = 1e7;
/// From here on steps are a fixed share of the count.
const EVEN_SHARE: f64 = 1e5;

/// All counts up to 64, then steps of a quarter of a Poisson standard deviation; from 100,000 on of an eightieth.
pub(super) static LATTICE: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let mut nodes = vec![0.0];
    let mut node: f64 = 0.0;
    while node < LARGEST {
        let share = if node < EVEN_SHARE { 0.0 } else { node / 80.0 };
        node += (node.sqrt() / 4.0).max(share).floor().max(1.0);
        nodes.push(node);
    }
    nodes
});

/// Returns the masses of a law on the first nodes of the lattice; a count between two nodes is split so that the mean
/// stays.
pub(super) fn spread(counts: &Counts) -> Vec<f64> {
    let nodes = &*LATTICE;
    let last = nodes.len() - 1;
    let mut masses = Vec::new();
    let mut place = 0;
    for (value, mass) in counts.values().iter().zip(counts.masses()) {
        while place < last && nodes[place + 1] <= *value {
            place += 1;
        }
        let upper = if place < last {
            (value - nodes[place]) / (nodes[place + 1] - nodes[place])
        } else {
            0.0
        };
        let needed = if upper > 0.0 { place + 2 } else { place + 1 };
        if masses.len() < needed {
            masses.resize(needed, 0.0);
        }
        masses[place] += mass * (1.0 - upper);
        if upper > 0.0 {
            masses[place + 1] += mass * upper;
        }
    }
    masses
}

/// Returns the law on the lattice whose tail `P(N >= n)` is given for whole `n >= 1`.
pub(super) fn counts_by_tail(tail: impl Fn(f64) -> f64) -> Counts {
    let nodes = &*LATTICE;
    let (mut values, mut masses) = (Vec::new(), Vec::new());
    let mut above = 1.0;
    for (place, node) in nodes.iter().enumerate() {
        // What lies nearer to this node than to the next; a count in the middle is halved.
        let beyond = match nodes.get(place + 1) {
            Some(next) => {
                let middle = 0.5 * (node + next);
                let found = 0.5 * (tail(middle.floor() + 1.0) + tail(middle.ceil()));
                if found.is_nan() {
                    0.0
                } else {
                    found.clamp(0.0, above)
                }
            }
            None => 0.0,
        };
        values.push(*node);
        masses.push(above - beyond);
        above = beyond;
        if above <= LEFT_OUT {
            break;
        }
    }
    Counts::new(values, masses)
}
