use proptest::prelude::*;

use super::super::WeightedEdge;
use super::super::tests::{edge, karate};
use super::*;

/// Returns whether every community is connected.
fn are_connected(graph: &Graph, community: &[u32]) -> bool {
    numbered(&connected_parts(graph, community)).1 == numbered(community).1
}

#[test]
fn the_karate_club_has_its_four_communities_from_every_seed() {
    // 0.4198 is the proven optimum of modularity (Brandes et al. 2008, table 1).
    for seed in 0..8 {
        let found = leiden(&karate(), 1.0, seed);
        assert!((found.modularity - 0.419_79).abs() < 1e-5, "{found:?}");
        assert_eq!(found.count, 4);
        assert!(found.is_converged);
    }
}

#[test]
fn modularity_is_that_of_the_definition() {
    // Two triangles joined by an edge: 2 (6/14 - (7/14)^2).
    let edges = [
        edge(0, 1, 1.0),
        edge(1, 2, 1.0),
        edge(0, 2, 1.0),
        edge(3, 4, 1.0),
        edge(4, 5, 1.0),
        edge(3, 5, 1.0),
        edge(2, 3, 1.0),
    ];
    let graph = Graph::undirected(6, &edges);
    let expected = 2.0 * (6.0 / 14.0 - 0.25);
    assert!((modularity(&graph, &[0, 0, 0, 1, 1, 1], 1.0) - expected).abs() < 1e-15);
    let found = leiden(&graph, 1.0, 0);
    assert_eq!(found.community, [0, 0, 0, 1, 1, 1]);
    assert!((found.modularity - expected).abs() < 1e-15);
}

#[test]
fn a_ring_of_cliques_falls_into_its_cliques() {
    let mut edges = Vec::new();
    for clique in 0..20_u32 {
        for left in 0..6 {
            for right in 0..left {
                edges.push(edge(clique * 6 + left, clique * 6 + right, 1.0));
            }
        }
        edges.push(edge(clique * 6, (clique * 6 + 7) % 120, 1.0));
    }
    let graph = Graph::undirected(120, &edges);
    let found = leiden(&graph, 1.0, 11);
    let expected: Vec<u32> = (0..120).map(|node| node / 6).collect();
    // At resolution 1 the optimum may join neighbouring cliques; at 2 it is the cliques themselves.
    assert!(found.modularity >= modularity(&graph, &expected, 1.0) - 1e-12);
    assert_eq!(leiden(&graph, 2.0, 11).community, expected);
}

#[test]
fn a_star_of_a_hundred_thousand_is_one_community() {
    let edges: Vec<WeightedEdge> = (1..100_001).map(|leaf| edge(0, leaf, 1.0)).collect();
    let found = leiden(&Graph::undirected(100_001, &edges), 1.0, 1);
    assert_eq!(found.count, 1);
}

#[test]
fn many_small_components_are_many_communities() {
    let edges: Vec<WeightedEdge> = (0..30_000)
        .map(|pair| edge(2 * pair, 2 * pair + 1, 1.0))
        .collect();
    let found = leiden(&Graph::undirected(60_001, &edges), 1.0, 1);
    assert_eq!(found.count, 30_001);
    assert_eq!(found.community[59_999], 29_999);
}

#[test]
fn nobody_and_nothing_between_them() {
    assert_eq!(leiden(&Graph::undirected(0, &[]), 1.0, 1).count, 0);
    let alone = leiden(&Graph::undirected(3, &[]), 1.0, 1);
    assert_eq!(alone.community, [0, 1, 2]);
    assert_eq!(alone.modularity, 0.0);
}

proptest! {
    #[test]
    fn communities_are_connected_and_no_worse_than_none(
        edges in prop::collection::vec((0_u32..25, 0_u32..25, 1_u32..5), 1..70),
        seed in any::<u64>(),
    ) {
        let edges: Vec<WeightedEdge> = edges
            .into_iter()
            .map(|(a, b, weight)| edge(a, b, f64::from(weight)))
            .collect();
        let graph = Graph::undirected(25, &edges);
        let found = leiden(&graph, 1.0, seed);
        prop_assert!(are_connected(&graph, &found.community));
        let alone: Vec<u32> = (0..25).collect();
        prop_assert!(found.modularity >= modularity(&graph, &alone, 1.0) - 1e-12);
        prop_assert_eq!(&found, &leiden(&graph, 1.0, seed));
    }
}
