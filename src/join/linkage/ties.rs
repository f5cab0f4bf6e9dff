//! What ties each record to its person.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::compare::compare;
use super::field::{FIRST_IDENTIFIER, FIXED, Kind};
use super::weights::Scorer;
use super::{Clusters, Edge, Pairs, Settings, weight_of};

/// What a record's strongest pair within its person says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The field that says most.
    pub field: Kind,
    /// The weight of the pair.
    pub weight: f64,
}

impl Tie {
    /// Stands for no tie among [`Tie::number`]s.
    pub(super) const NONE: u8 = u8::MAX;

    /// Returns the number that the field of a tie is remembered by.
    pub(super) fn number(tie: &Option<Self>) -> u8 {
        let place = |tie: &Self| FIXED.iter().position(|kind| *kind == tie.field);
        tie.as_ref().map_or(Self::NONE, |tie| {
            place(tie).unwrap_or(FIRST_IDENTIFIER) as u8
        })
    }
}

/// Returns the tie of every record that has a pair over the threshold within its person.
pub fn all_ties(
    scorer: &Scorer<'_>,
    pairs: &Pairs,
    clusters: &Clusters,
    settings: &Settings,
) -> Vec<Option<Tie>> {
    ties(scorer, pairs, clusters, weight_of(settings.threshold), &[])
}

/// Returns the tie of every record that has a pair of `threshold` or more within its person.
///
/// `known` are numbers of fields that are still true, [`Tie::NONE`] where the field has to be found out.
pub(super) fn ties(
    scorer: &Scorer<'_>,
    pairs: &Pairs,
    clusters: &Clusters,
    threshold: f64,
    known: &[u8],
) -> Vec<Option<Tie>> {
    let features = scorer.features();
    let is_within = |edge: &&Edge| {
        edge.weight >= threshold
            && clusters.root[edge.left as usize] == clusters.root[edge.right as usize]
    };
    let mut strongest: Vec<Option<(f64, u32)>> = vec![None; clusters.root.len()];
    for edge in pairs.edges.iter().filter(is_within) {
        for (record, other) in [(edge.left, edge.right), (edge.right, edge.left)] {
            let best = &mut strongest[record as usize];
            let key = |record: u32| Reverse(features.keys[record as usize]);
            if best.is_none_or(|(weight, known)| (edge.weight, key(other)) > (weight, key(known))) {
                *best = Some((edge.weight, other));
            }
        }
    }
    let field = |record: usize, other: u32| match known.get(record) {
        Some(&number) if number != Tie::NONE => FIXED
            .get(number as usize)
            .copied()
            .unwrap_or(Kind::Identifier),
        _ => {
            let (left, right) = (record.min(other as usize), record.max(other as usize));
            scorer.strongest_field(compare(features, left, right), left, right)
        }
    };
    (strongest.par_iter().enumerate())
        .map(|(record, strongest)| {
            let (weight, other) = (*strongest)?;
            Some(Tie {
                field: field(record, other),
                weight,
            })
        })
        .collect()
}
