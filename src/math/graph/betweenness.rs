//! Betweenness: how many shortest ways lead through a node (Freeman 1977), by Brandes' algorithm (2001).

use rayon::prelude::*;

use super::Graph;
use super::random::SplitMix;

/// Sources searched at least, however large the graph.
const LEAST_PIVOTS: usize = 64;
/// Parts the sources are cut into, whatever the thread count: the sums of the parts are added in their order.
const PARTS: usize = 16;
const UNSEEN: u32 = u32::MAX;
/// Counts of ways above this are scaled down by its inverse; only ratios between neighbouring layers matter.
const MANY_WAYS: f64 = 1e150;

/// Betweenness by node.
#[derive(Debug, Clone, PartialEq)]
pub struct Betweenness {
    /// Share of the pairs of other connected nodes between which it lies, 0..1 (an estimate may pass 1); `None` for a node
    /// with fewer than two neighbours, through which nothing leads.
    pub values: Vec<Option<f64>>,
    /// Nodes from which ways were searched.
    pub pivot_count: usize,
    /// Whether these are all nodes with a neighbour, so that the values are exact.
    pub is_exact: bool,
}

/// Returns the betweenness of an undirected graph, weights aside: `sum of sigma_st(v) / sigma_st` over the pairs `s`, `t`, as
/// a share of the `(n - 1)(n - 2) / 2` pairs of the `n` nodes that have a neighbour.
///
/// `work` bounds the edges and nodes visited, about; beyond it, ways are searched from pivots drawn by `seed` and the sums
/// scaled by `n` over their number (Brandes and Pich 2007, random pivots: unbiased). At least 64 pivots are searched.
pub fn betweenness(graph: &Graph, work: usize, seed: u64) -> Betweenness {
    let count = graph.node_count();
    let mut sources: Vec<u32> = (0..count as u32)
        .filter(|&node| graph.degree(node as usize) > 0)
        .collect();
    let connected = sources.len();
    let affordable = (work / (connected + graph.edge_count()).max(1)).max(LEAST_PIVOTS);
    if affordable < connected {
        SplitMix::new(seed).shuffle(&mut sources);
        sources.truncate(affordable);
        sources.sort_unstable();
    }
    let pivot_count = sources.len();
    let parts: Vec<Vec<f64>> = sources
        .par_chunks(pivot_count.div_ceil(PARTS).max(1))
        .map(|part| {
            let mut search = Search::new(count);
            for &source in part {
                search.add_dependencies(graph, source);
            }
            search.sums
        })
        .collect();
    let mut sums = vec![0.0_f64; count];
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += value;
        }
    }
    let nodes = connected as f64;
    // Every pair was met from both its ends.
    let scale = nodes / pivot_count.max(1) as f64 / ((nodes - 1.0) * (nodes - 2.0));
    let values = sums
        .iter()
        .enumerate()
        .map(|(node, sum)| (graph.degree(node) >= 2).then_some(sum * scale))
        .collect();
    Betweenness {
        values,
        pivot_count,
        is_exact: pivot_count == connected,
    }
}

/// Breadth-first search with the ways counted, and what was added up so far.
struct Search {
    sums: Vec<f64>,
    distance: Vec<u32>,
    /// Shortest ways from the source, times the factor of the layer.
    ways: Vec<f64>,
    dependency: Vec<f64>,
    /// Nodes met, nearest first.
    order: Vec<u32>,
    /// Factor of each layer.
    factors: Vec<f64>,
}

impl Search {
    fn new(count: usize) -> Self {
        Self {
            sums: vec![0.0_f64; count],
            distance: vec![UNSEEN; count],
            ways: vec![0.0_f64; count],
            dependency: vec![0.0_f64; count],
            order: Vec::new(),
            factors: Vec::new(),
        }
    }

    fn add_dependencies(&mut self, graph: &Graph, source: u32) {
        self.count_ways(graph, source);
        for at in (1..self.order.len()).rev() {
            let node = self.order[at] as usize;
            let depth = self.distance[node];
            let dependency = self.dependency[node];
            self.sums[node] += dependency;
            let ways = self.ways[node] / self.factors[depth as usize];
            if ways > 0.0 {
                let share = (1.0 + dependency) / ways;
                for &before in graph.row(node).0 {
                    let before = before as usize;
                    if self.distance[before] + 1 == depth {
                        self.dependency[before] += self.ways[before] * share;
                    }
                }
            }
        }
        for &node in &self.order {
            let node = node as usize;
            self.distance[node] = UNSEEN;
            self.ways[node] = 0.0;
            self.dependency[node] = 0.0;
        }
    }

    fn count_ways(&mut self, graph: &Graph, source: u32) {
        self.order.clear();
        self.factors.clear();
        self.order.push(source);
        self.factors.push(1.0);
        self.distance[source as usize] = 0;
        self.ways[source as usize] = 1.0;
        let mut start = 0;
        while start < self.order.len() {
            let end = self.order.len();
            let depth = self.factors.len() as u32;
            let mut most = 0.0_f64;
            for at in start..end {
                let node = self.order[at] as usize;
                let ways = self.ways[node];
                for &next in graph.row(node).0 {
                    let here = next as usize;
                    if self.distance[here] == UNSEEN {
                        self.distance[here] = depth;
                        self.order.push(next);
                    }
                    if self.distance[here] == depth {
                        self.ways[here] += ways;
                        most = most.max(self.ways[here]);
                    }
                }
            }
            if most > MANY_WAYS {
                for at in end..self.order.len() {
                    self.ways[self.order[at] as usize] /= MANY_WAYS;
                }
                self.factors.push(1.0 / MANY_WAYS);
            } else {
                self.factors.push(1.0);
            }
            start = end;
        }
    }
}
