use proptest::prelude::*;

use super::*;

/// Zachary's karate club (1977), nodes from 1: each with its neighbours of lower number.
const KARATE: &[(u32, &[u32])] = &[
    (2, &[1]),
    (3, &[1, 2]),
    (4, &[1, 2, 3]),
    (5, &[1]),
    (6, &[1]),
    (7, &[1, 5, 6]),
    (8, &[1, 2, 3, 4]),
    (9, &[1, 3]),
    (10, &[3]),
    (11, &[1, 5, 6]),
    (12, &[1]),
    (13, &[1, 4]),
    (14, &[1, 2, 3, 4]),
    (17, &[6, 7]),
    (18, &[1, 2]),
    (20, &[1, 2]),
    (22, &[1, 2]),
    (26, &[24, 25]),
    (28, &[3, 24, 25]),
    (29, &[3]),
    (30, &[24, 27]),
    (31, &[2, 9]),
    (32, &[1, 25, 26, 29]),
    (33, &[3, 9, 15, 16, 19, 21, 23, 24, 30, 31, 32]),
    (
        34,
        &[
            9, 10, 14, 15, 16, 19, 20, 21, 23, 24, 27, 28, 29, 30, 31, 32, 33,
        ],
    ),
];

pub(super) fn karate() -> Graph {
    let edges: Vec<WeightedEdge> = KARATE
        .iter()
        .flat_map(|(node, others)| {
            others
                .iter()
                .map(move |other| edge(node - 1, other - 1, 1.0))
        })
        .collect();
    assert_eq!(edges.len(), 78);
    Graph::undirected(34, &edges)
}

pub(super) fn edge(from: u32, to: u32, weight: f64) -> WeightedEdge {
    WeightedEdge { from, to, weight }
}

#[test]
fn a_graph_adds_up_parallel_edges_and_leaves_out_what_is_none() {
    let graph = Graph::directed(
        3,
        &[
            edge(0, 2, 1.0),
            edge(0, 1, 2.0),
            edge(0, 2, 0.5),
            edge(1, 1, 9.0),
            edge(7, 0, 1.0),
            edge(0, 3, 1.0),
            edge(2, 0, f64::NAN),
            edge(2, 0, 0.0),
        ],
    );
    assert_eq!(graph.node_count(), 3);
    assert_eq!(graph.edge_count(), 2);
    assert_eq!(graph.row(0), (&[1, 2][..], &[2.0, 1.5][..]));
    assert_eq!((graph.degree(1), graph.degree(2)), (0, 0));
    assert_eq!(
        graph.transposed().row(2),
        (&[0][..], &[1.5][..]),
        "turned round"
    );
    assert_eq!(graph.strengths(), [3.5, 0.0, 0.0]);
}

#[test]
fn page_rank_is_the_solution_of_its_linear_system() {
    // Solved directly: (I - 0.85 P') r = 0.15 / n.
    let ranks = page_rank(&karate(), 0.85, 1e-12);
    assert!(ranks.is_converged);
    for (node, expected) in [
        (0, 0.096_997_285_388_294_76),
        (33, 0.100_919_182_332_625_76),
        (11, 0.009_564_745_492_135_512),
    ] {
        assert!((ranks.ranks[node] - expected).abs() < 1e-10, "{node}");
    }
}

#[test]
fn a_node_that_nothing_leaves_gives_its_rank_to_all() {
    let graph = Graph::directed(4, &[edge(0, 1, 2.0), edge(0, 2, 1.0), edge(1, 2, 1.0)]);
    let ranks = page_rank(&graph, 0.85, 1e-12).ranks;
    let expected = [
        0.161_768_670_800_754_85,
        0.253_437_584_254_515_9,
        0.423_025_074_143_973_9,
        0.161_768_670_800_754_85,
    ];
    for (rank, expected) in ranks.iter().zip(expected) {
        assert!((rank - expected).abs() < 1e-10, "{ranks:?}");
    }
}

#[test]
fn page_rank_of_nobody_is_empty() {
    assert!(
        page_rank(&Graph::directed(0, &[]), 0.85, 1e-10)
            .ranks
            .is_empty()
    );
    let alone = page_rank(&Graph::directed(3, &[]), 0.85, 1e-10).ranks;
    assert!(alone.iter().all(|rank| (rank - 1.0 / 3.0).abs() < 1e-12));
    // A damping outside its domain and a tolerance never met still end.
    let odd = page_rank(&karate(), 7.0, 0.0);
    assert!((odd.ranks.iter().sum::<f64>() - 1.0).abs() < 1e-6);
}

#[test]
fn betweenness_of_the_karate_club_is_freemans() {
    let found = betweenness(&karate(), usize::MAX, 0);
    assert!(found.is_exact);
    for (node, expected) in [
        (0, 0.437_635_281_385_281_46),
        (33, 0.304_074_975_949_975_9),
        (32, 0.145_247_113_997_113_99),
    ] {
        let value = found.values[node].expect("has two neighbours");
        assert!((value - expected).abs() < 1e-12, "{node}: {value}");
    }
    assert_eq!(found.values[11], None, "one neighbour only");
}

#[test]
fn pivots_estimate_what_all_sources_give() {
    // A ring of 40 cliques of 10: the gates between them lie on all ways round.
    let mut edges = Vec::new();
    for clique in 0..40_u32 {
        let first = clique * 10;
        for left in 0..10 {
            for right in 0..left {
                edges.push(edge(first + left, first + right, 1.0));
            }
        }
        edges.push(edge(first, (first + 15) % 400, 1.0));
    }
    let graph = Graph::undirected(400, &edges);
    let exact = betweenness(&graph, usize::MAX, 0);
    let estimate = betweenness(&graph, 1, 5);
    assert!(!estimate.is_exact);
    assert_eq!(estimate.pivot_count, 64);
    for node in [0, 5] {
        let (exact, estimate) = (exact.values[node].unwrap(), estimate.values[node].unwrap());
        assert!((estimate / exact - 1.0).abs() < 0.25, "{exact} {estimate}");
    }
    assert_eq!(estimate, betweenness(&graph, 1, 5), "the same by seed");
}

#[test]
fn pivots_on_leaves_estimate_what_all_sources_give() {
    // A ring of 90 nodes, on each of which 0 to 4 leaves hang.
    let mut edges = Vec::new();
    let mut count = 90;
    for node in 0..90_u32 {
        edges.push(edge(node, (node + 1) % 90, 1.0));
        for _ in 0..node % 5 {
            edges.push(edge(node, count, 1.0));
            count += 1;
        }
    }
    let graph = Graph::undirected(count, &edges);
    let exact = betweenness(&graph, usize::MAX, 0);
    let draws: Vec<Betweenness> = (0..40).map(|seed| betweenness(&graph, 1, seed)).collect();
    for node in [0, 3, 44] {
        let mean = draws
            .iter()
            .map(|draw| draw.values[node].unwrap())
            .sum::<f64>()
            / 40.0;
        let exact = exact.values[node].unwrap();
        assert!((mean / exact - 1.0).abs() < 0.05, "{node}: {mean} {exact}");
    }
    assert!(
        draws
            .iter()
            .all(|draw| !draw.is_exact && draw.pivot_count == 64)
    );
}

#[test]
fn more_ways_than_a_float_counts_are_still_shared_evenly() {
    // 1,200 layers of two nodes, all joined to the next layer: 2^1200 shortest ways end to end.
    let mut edges = Vec::new();
    for layer in 0..1199_u32 {
        for from in [2 * layer, 2 * layer + 1] {
            edges.push(edge(from, 2 * layer + 2, 1.0));
            edges.push(edge(from, 2 * layer + 3, 1.0));
        }
    }
    let found = betweenness(&Graph::undirected(2400, &edges), 1, 0);
    let middle = found.values[1200].unwrap();
    assert!((middle - found.values[1201].unwrap()).abs() < 0.01);
    // Half of the ways between left and right of the layer, from every source alike.
    assert!(middle > 0.24 && middle < 0.26, "{middle}");
}

/// Betweenness by its definition: of each pair the share of its shortest ways that lead over a node.
fn by_definition(graph: &Graph) -> Vec<Option<f64>> {
    let count = graph.node_count();
    let searched: Vec<(Vec<usize>, Vec<f64>)> = (0..count)
        .map(|source| {
            let (mut distance, mut ways) = (vec![usize::MAX; count], vec![0.0; count]);
            (distance[source], ways[source]) = (0, 1.0);
            for depth in 0..count {
                for node in (0..count)
                    .filter(|&node| distance[node] == depth)
                    .collect::<Vec<_>>()
                {
                    for next in graph.row(node).0.iter().map(|&next| next as usize) {
                        distance[next] = distance[next].min(depth + 1);
                        if distance[next] == depth + 1 {
                            ways[next] += ways[node];
                        }
                    }
                }
            }
            (distance, ways)
        })
        .collect();
    let connected = (0..count).filter(|&node| graph.degree(node) > 0).count() as f64;
    let pairs = (connected - 1.0) * (connected - 2.0) / 2.0;
    (0..count)
        .map(|node| {
            let mut sum = 0.0;
            for from in (0..count).filter(|&from| from != node) {
                for to in (0..from).filter(|&to| to != node) {
                    let ((to_node, before), (_, behind)) = (&searched[from], &searched[to]);
                    let is_met = to_node[to] != usize::MAX && to_node[node] != usize::MAX;
                    if is_met && to_node[node] + searched[to].0[node] == to_node[to] {
                        sum += before[node] * behind[node] / before[to];
                    }
                }
            }
            (graph.degree(node) >= 2).then_some(sum / pairs)
        })
        .collect()
}

#[test]
fn leaves_are_counted_where_they_hang() {
    // A path of three with leaves at one end, a pair that nothing else is tied to, and a star of leaves.
    let edges = [
        (0, 1),
        (1, 2),
        (2, 3),
        (2, 4),
        (2, 5),
        (6, 7),
        (8, 9),
        (8, 10),
        (8, 11),
    ];
    let edges = edges.map(|(from, to)| edge(from, to, 1.0));
    let graph = Graph::undirected(12, &edges);
    let found = betweenness(&graph, usize::MAX, 0);
    assert!(found.is_exact);
    assert_eq!(found.pivot_count, 12);
    // Of 55 pairs without the node: 4, 9 and 3.
    let (values, expected) = (&found.values, [(1, 4.0), (2, 9.0), (8, 3.0)]);
    for (node, pairs) in expected {
        assert!(
            (values[node].unwrap() - pairs / 55.0).abs() < 1e-12,
            "{values:?}"
        );
    }
    assert_eq!(values.iter().flatten().count(), 3);
}

proptest! {
    #[test]
    fn betweenness_is_what_its_definition_says(edges in prop::collection::vec((0_u32..14, 0_u32..14), 0..30)) {
        let edges: Vec<WeightedEdge> = edges.into_iter().map(|(a, b)| edge(a, b, 1.0)).collect();
        let graph = Graph::undirected(14, &edges);
        let found = betweenness(&graph, usize::MAX, 0);
        for (found, expected) in found.values.iter().zip(by_definition(&graph)) {
            prop_assert_eq!(found.is_some(), expected.is_some());
            let (found, expected) = (found.unwrap_or_default(), expected.unwrap_or_default());
            prop_assert!((found - expected).abs() < 1e-9, "{} {}", found, expected);
        }
    }

    #[test]
    fn ranks_are_a_distribution(edges in prop::collection::vec((0_u32..12, 0_u32..12, 0.1_f64..5.0), 0..40)) {
        let edges: Vec<WeightedEdge> = edges.into_iter().map(|(a, b, w)| edge(a, b, w)).collect();
        let ranks = page_rank(&Graph::directed(12, &edges), 0.85, 1e-10);
        prop_assert!(ranks.is_converged);
        prop_assert!((ranks.ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(ranks.ranks.iter().all(|rank| *rank >= 0.15 / 12.0 - 1e-12));
    }

    #[test]
    fn betweenness_is_a_share(edges in prop::collection::vec((0_u32..12, 0_u32..12), 0..40)) {
        let edges: Vec<WeightedEdge> = edges.into_iter().map(|(a, b)| edge(a, b, 1.0)).collect();
        let found = betweenness(&Graph::undirected(12, &edges), usize::MAX, 0);
        prop_assert!(found.values.iter().flatten().all(|value| (0.0..=1.0 + 1e-12).contains(value)));
    }
}
