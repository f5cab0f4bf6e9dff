//! Weighted graphs in compressed sparse rows, and what is measured on them.
//!
//! The measures are written here and not taken from a crate, for reasons that their sources show. rustworkx-core 0.18 has
//! no PageRank; its betweenness adds up under a lock in the order in which threads finish, so that the last digits change
//! from run to run, and knows no pivots. leiden-rs 0.8 clears arrays as long as the graph once for every community while it
//! refines (quadratic: 200,000 accounts in 20,000 communities), and lets a node leave a refined community that others have
//! joined through it, which undoes the very promise of Leiden that communities are connected.
//!
//! Every function is linear or nearly so, gives the same bits at any thread count, and takes a seed where chance enters.

mod betweenness;
mod leiden;
mod page_rank;
pub(in crate::math) mod random;
#[cfg(test)]
mod tests;

pub use betweenness::{Betweenness, betweenness};
pub use leiden::{Communities, leiden};
pub use page_rank::{PageRank, page_rank};

/// An edge of a graph to be built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedEdge {
    /// Source.
    pub from: u32,
    /// Target.
    pub to: u32,
    /// Weight, above zero.
    pub weight: f64,
}

/// A graph in compressed sparse rows: the edges of a node lie side by side.
///
/// An undirected graph holds each edge in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// Where the row of a node begins; one entry more than nodes.
    offsets: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f64>,
}

impl Graph {
    /// Returns the directed graph of the edges, rows by target, parallel edges added up in their order.
    ///
    /// Loops, edges of nodes that do not exist and weights that are not finite or not above zero are left out.
    pub fn directed(node_count: u32, edges: &[WeightedEdge]) -> Self {
        let edges: Vec<WeightedEdge> = valid(node_count, edges).collect();
        Self::sorted(node_count, &edges)
    }

    /// Returns the undirected graph of the edges; otherwise as [`Graph::directed`].
    pub fn undirected(node_count: u32, edges: &[WeightedEdge]) -> Self {
        let edges: Vec<WeightedEdge> = valid(node_count, edges)
            .flat_map(|edge| {
                let back = WeightedEdge {
                    from: edge.to,
                    to: edge.from,
                    weight: edge.weight,
                };
                [edge, back]
            })
            .collect();
        Self::sorted(node_count, &edges)
    }

    fn sorted(node_count: u32, edges: &[WeightedEdge]) -> Self {
        // Turning a graph round visits its rows in order, so that twice sorts every row by target: a radix sort.
        Self::in_order(node_count as usize, edges)
            .transposed()
            .transposed()
            .merged()
    }

    /// Returns the graph whose rows hold the edges in the order given.
    fn in_order(node_count: usize, edges: &[WeightedEdge]) -> Self {
        let mut offsets = vec![0; node_count + 1];
        for edge in edges {
            offsets[edge.from as usize + 1] += 1;
        }
        cumulate(&mut offsets);
        let mut next = offsets.clone();
        let mut targets = vec![0; edges.len()];
        let mut weights = vec![0.0; edges.len()];
        for edge in edges {
            let slot = next[edge.from as usize];
            next[edge.from as usize] += 1;
            targets[slot] = edge.to;
            weights[slot] = edge.weight;
        }
        Self {
            offsets,
            targets,
            weights,
        }
    }

    /// Returns the graph with every edge turned round; its rows are sorted.
    pub fn transposed(&self) -> Self {
        let mut offsets = vec![0; self.offsets.len()];
        for &target in &self.targets {
            offsets[target as usize + 1] += 1;
        }
        cumulate(&mut offsets);
        let mut next = offsets.clone();
        let mut targets = vec![0; self.targets.len()];
        let mut weights = vec![0.0; self.targets.len()];
        for node in 0..self.node_count() {
            let (to, with) = self.row(node);
            for (&target, &weight) in to.iter().zip(with) {
                let slot = next[target as usize];
                next[target as usize] += 1;
                targets[slot] = node as u32;
                weights[slot] = weight;
            }
        }
        Self {
            offsets,
            targets,
            weights,
        }
    }

    /// Adds up the parallel edges of a graph with sorted rows.
    fn merged(&self) -> Self {
        let mut merged = Self {
            offsets: vec![0],
            targets: Vec::with_capacity(self.targets.len()),
            weights: Vec::with_capacity(self.targets.len()),
        };
        for node in 0..self.node_count() {
            let start = merged.targets.len();
            let (targets, weights) = self.row(node);
            for (&target, &weight) in targets.iter().zip(weights) {
                let is_parallel =
                    merged.targets.len() > start && merged.targets.last() == Some(&target);
                if is_parallel && let Some(sum) = merged.weights.last_mut() {
                    *sum += weight;
                } else {
                    merged.targets.push(target);
                    merged.weights.push(weight);
                }
            }
            merged.offsets.push(merged.targets.len());
        }
        merged
    }

    /// Returns the number of nodes.
    pub fn node_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Returns the number of edges; each edge of an undirected graph counts twice.
    pub fn edge_count(&self) -> usize {
        self.targets.len()
    }

    /// Returns targets and weights of the edges that leave a node.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn row(&self, node: usize) -> (&[u32], &[f64]) {
        let row = self.offsets[node]..self.offsets[node + 1];
        (&self.targets[row.clone()], &self.weights[row])
    }

    /// Returns how many edges leave a node.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn degree(&self, node: usize) -> usize {
        self.offsets[node + 1] - self.offsets[node]
    }

    /// Returns the weight that leaves each node.
    pub fn strengths(&self) -> Vec<f64> {
        (0..self.node_count())
            .map(|node| {
                self.row(node)
                    .1
                    .iter()
                    .fold(0.0_f64, |sum, weight| sum + weight)
            })
            .collect()
    }
}

fn valid(node_count: u32, edges: &[WeightedEdge]) -> impl Iterator<Item = WeightedEdge> {
    edges.iter().copied().filter(move |edge| {
        edge.from != edge.to
            && edge.from < node_count
            && edge.to < node_count
            && edge.weight.is_finite()
            && edge.weight > 0.0
    })
}

/// Turns counts, each one place late, into the places where the rows begin.
fn cumulate(counts: &mut [usize]) {
    let mut total = 0;
    for count in counts {
        total += *count;
        *count = total;
    }
}
