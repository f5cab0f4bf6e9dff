//! PageRank (Brin and Page 1998).

use rayon::prelude::*;

use super::Graph;

/// Rounds after which the iteration stops; 0.85^142 is already below 1e-10.
const MAX_ITERATIONS: u32 = 1000;
/// Nodes a thread takes at least.
const LEAST_SHARE: usize = 4096;

/// The stationary distribution of the random reader.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRank {
    /// Share of the reader's time by node; the sum is 1.
    pub ranks: Vec<f64>,
    /// Rounds needed.
    pub iterations: u32,
    /// Whether the last round changed less than the tolerance.
    pub is_converged: bool,
}

/// Returns the weighted PageRank: `r = (1 - d) / n + d (P' r + D r / n)`.
///
/// `P_uv` is the weight of the edge from `u` to `v` over all weight that leaves `u`; the nodes `D` that nothing leaves give
/// their rank to all alike. Iterates until the ranks change by less than `tolerance` in sum; the damping `d` is brought into
/// `[0, 1)`. Each node adds up its sources in their order, so the thread count changes no bit.
pub fn page_rank(graph: &Graph, damping: f64, tolerance: f64) -> PageRank {
    let count = graph.node_count();
    if count == 0 {
        return PageRank {
            ranks: Vec::new(),
            iterations: 0,
            is_converged: true,
        };
    }
    let damping = if damping.is_finite() {
        damping.clamp(0.0, 0.999_999)
    } else {
        0.85
    };
    let nodes = count as f64;
    let incoming = graph.transposed();
    let strengths = graph.strengths();
    let mut ranks = vec![1.0 / nodes; count];
    let mut shares = vec![0.0_f64; count];
    for iteration in 1..=MAX_ITERATIONS {
        let mut dangling = 0.0_f64;
        for ((share, rank), strength) in shares.iter_mut().zip(&ranks).zip(&strengths) {
            if *strength > 0.0 {
                *share = rank / strength;
            } else {
                *share = 0.0;
                dangling += rank;
            }
        }
        let base = (1.0 - damping + damping * dangling) / nodes;
        let next: Vec<f64> = (0..count)
            .into_par_iter()
            .with_min_len(LEAST_SHARE)
            .map(|node| {
                let (sources, weights) = incoming.row(node);
                let received = sources
                    .iter()
                    .zip(weights)
                    .fold(0.0_f64, |sum, (&source, weight)| {
                        sum + shares[source as usize] * weight
                    });
                base + damping * received
            })
            .collect();
        let change: f64 = next
            .iter()
            .zip(&ranks)
            .map(|(new, old)| (new - old).abs())
            .sum();
        ranks = next;
        if change < tolerance {
            return PageRank {
                ranks,
                iterations: iteration,
                is_converged: true,
            };
        }
    }
    PageRank {
        ranks,
        iterations: MAX_ITERATIONS,
        is_converged: false,
    }
}
