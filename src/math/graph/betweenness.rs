//! Betweenness: how many shortest ways lead through a node (Freeman 1977), by Brandes' algorithm (2001).
//!
//! Nothing leads through a node with one neighbour, and all ways to it lead through that: such leaves are not searched but counted
//! where they hang, which is exact (Sariyüce et al. 2013, degree-1 folding) and spares half of a network of responses or more.

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
    /// Nodes whose ways were searched, leaves by what they hang on.
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
    let core = Core::of(graph);
    let mut sources: Vec<u32> = (0..graph.node_count() as u32)
        .filter(|&node| graph.degree(node as usize) > 0)
        .collect();
    let connected = sources.len();
    let affordable = (work / (core.nodes.len() + core.targets.len()).max(1)).max(LEAST_PIVOTS);
    // Each node of the core is searched from once, whatever hangs on it.
    if affordable < core.nodes.len() {
        SplitMix::new(seed).shuffle(&mut sources);
        sources.truncate(affordable);
    }
    let pivot_count = sources.len();
    let searched = core.sources(&sources);
    let parts: Vec<Vec<f64>> = searched
        .par_chunks(searched.len().div_ceil(PARTS).max(1))
        .map(|part| {
            let mut search = Search::new(core.nodes.len());
            for source in part {
                search.add_dependencies(&core, source);
            }
            search.sums
        })
        .collect();
    let mut sums = vec![0.0_f64; core.nodes.len()];
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += value;
        }
    }
    let nodes = connected as f64;
    // Every pair was met from both its ends.
    let scale = nodes / pivot_count.max(1) as f64 / ((nodes - 1.0) * (nodes - 2.0));
    let mut values = vec![None; graph.node_count()];
    for (node, sum) in core.nodes.iter().zip(sums) {
        values[*node as usize] = Some(sum * scale);
    }
    Betweenness {
        values,
        pivot_count,
        is_exact: pivot_count == connected,
    }
}

/// The nodes with two neighbours or more, numbered so that neighbours lie close together, and the leaves that hang on them.
struct Core {
    /// Nodes of the graph by their number here.
    nodes: Vec<u32>,
    /// The number of each node of the graph, of a leaf that of the node it hangs on; [`UNSEEN`] where that is a leaf, too.
    numbers: Vec<u32>,
    offsets: Vec<usize>,
    targets: Vec<u32>,
    /// Leaves that hang on each.
    leaves: Vec<u32>,
}

impl Core {
    fn of(graph: &Graph) -> Self {
        let is_core = |node: u32| graph.degree(node as usize) >= 2;
        let mut numbers = vec![UNSEEN; graph.node_count()];
        let mut nodes: Vec<u32> = Vec::new();
        for first in 0..graph.node_count() as u32 {
            if !is_core(first) || numbers[first as usize] != UNSEEN {
                continue;
            }
            // Breadth first, so that what is searched together lies together.
            let mut at = nodes.len();
            numbers[first as usize] = at as u32;
            nodes.push(first);
            while let Some(&node) = nodes.get(at) {
                for &next in graph.row(node as usize).0 {
                    if is_core(next) && numbers[next as usize] == UNSEEN {
                        numbers[next as usize] = nodes.len() as u32;
                        nodes.push(next);
                    }
                }
                at += 1;
            }
        }
        let mut core = Self {
            offsets: vec![0],
            targets: Vec::new(),
            leaves: Vec::with_capacity(nodes.len()),
            numbers,
            nodes,
        };
        for &node in &core.nodes {
            let (neighbours, _) = graph.row(node as usize);
            let inner = neighbours.iter().filter(|&&next| is_core(next));
            core.targets
                .extend(inner.map(|&next| core.numbers[next as usize]));
            let before = core.offsets[core.offsets.len() - 1];
            let leaves = neighbours.len() - (core.targets.len() - before);
            core.leaves.push(leaves as u32);
            core.offsets.push(core.targets.len());
        }
        for node in 0..graph.node_count() {
            if let [neighbour] = graph.row(node).0 {
                core.numbers[node] = core.numbers[*neighbour as usize];
            }
        }
        core
    }

    /// Returns from where to search for the ways of some nodes of the graph, each place once.
    fn sources(&self, drawn: &[u32]) -> Vec<Source> {
        let mut places: Vec<(u32, u32)> = drawn
            .iter()
            .map(|&node| (self.numbers[node as usize], node))
            .filter(|(number, _)| *number != UNSEEN)
            .collect();
        places.sort_unstable();
        places
            .chunk_by(|(left, _), (right, _)| left == right)
            .map(|drawn| {
                let number = drawn[0].0;
                let itself = self.nodes[number as usize];
                Source {
                    number,
                    count: drawn.len() as f64,
                    leaf_count: drawn.iter().filter(|(_, node)| *node != itself).count() as f64,
                }
            })
            .collect()
    }

    fn row(&self, number: u32) -> &[u32] {
        &self.targets[self.offsets[number as usize]..self.offsets[number as usize + 1]]
    }
}

/// A node of the core that ways are searched from.
struct Source {
    number: u32,
    /// How many of the nodes drawn are it or its leaves, and how many of these leaves.
    count: f64,
    leaf_count: f64,
}

/// What a search knows of a node, in one place: neighbours may lie far apart in memory.
#[derive(Clone, Copy)]
struct Met {
    distance: u32,
    /// Shortest ways from the source, times the factor of the layer.
    ways: f64,
    dependency: f64,
}

const NOT_MET: Met = Met {
    distance: UNSEEN,
    ways: 0.0,
    dependency: 0.0,
};

/// Breadth-first search with the ways counted, and what was added up so far.
struct Search {
    sums: Vec<f64>,
    met: Vec<Met>,
    /// Nodes met, nearest first.
    order: Vec<u32>,
    /// Factor of each layer.
    factors: Vec<f64>,
}

impl Search {
    fn new(count: usize) -> Self {
        Self {
            sums: vec![0.0_f64; count],
            met: vec![NOT_MET; count],
            order: Vec::new(),
            factors: Vec::new(),
        }
    }

    fn add_dependencies(&mut self, core: &Core, source: &Source) {
        self.count_ways(core, source.number);
        let mut reached = 0.0;
        for at in (0..self.order.len()).rev() {
            let node = self.order[at];
            let leaves = f64::from(core.leaves[node as usize]);
            reached += 1.0 + leaves;
            if at == 0 {
                break;
            }
            let Met {
                distance,
                ways,
                dependency,
            } = self.met[node as usize];
            let dependency = dependency + leaves;
            self.sums[node as usize] += source.count * dependency;
            let ways = ways / self.factors[distance as usize];
            if ways > 0.0 {
                let share = (1.0 + dependency) / ways;
                for &before in core.row(node) {
                    let before = &mut self.met[before as usize];
                    if before.distance + 1 == distance {
                        before.dependency += before.ways * share;
                    }
                }
            }
        }
        // All ways of a leaf lead through what it hangs on, to all but these two.
        self.sums[source.number as usize] += source.leaf_count * (reached - 2.0);
        for &node in &self.order {
            self.met[node as usize] = NOT_MET;
        }
    }

    fn count_ways(&mut self, core: &Core, source: u32) {
        self.order.clear();
        self.factors.clear();
        self.order.push(source);
        self.factors.push(1.0);
        self.met[source as usize] = Met {
            distance: 0,
            ways: 1.0,
            dependency: 0.0,
        };
        let mut start = 0;
        while start < self.order.len() {
            let end = self.order.len();
            let depth = self.factors.len() as u32;
            let mut most = 0.0_f64;
            for at in start..end {
                let node = self.order[at];
                let ways = self.met[node as usize].ways;
                for &next in core.row(node) {
                    let here = &mut self.met[next as usize];
                    if here.distance == UNSEEN {
                        here.distance = depth;
                        self.order.push(next);
                    }
                    if here.distance == depth {
                        here.ways += ways;
                        most = most.max(here.ways);
                    }
                }
            }
            if most > MANY_WAYS {
                for at in end..self.order.len() {
                    self.met[self.order[at] as usize].ways /= MANY_WAYS;
                }
                self.factors.push(1.0 / MANY_WAYS);
            } else {
                self.factors.push(1.0);
            }
            start = end;
        }
    }
}
