//! Pairs to persons: the strongest evidence first, and no person against the evidence.
//!
//! Every record begins alone. Pairs over the threshold are taken from the strongest to the weakest, and the persons they
//! tie become one when the pairs between all their records together speak for it, no pair contradicts, no reviewer
//! forbade it and no limit is passed. A chain of weak links, each plausible alone, is so cut where its ends differ.

use std::collections::{HashMap, HashSet};

use super::compare::compare;
use super::features::{Features, Row};
use super::field::{Pattern, birth, gender, name};
use super::weights::Scorer;
use super::{Limits, Settings, weight_of};

/// A pair of records and its weight, log2 of the odds that they are one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The record that comes first.
    pub left: u32,
    /// The other.
    pub right: u32,
    /// The weight.
    pub weight: f64,
}

/// What reviewers said of pairs of records, the newest word of each.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// Pairs that are one person.
    pub same: Vec<(u32, u32)>,
    /// Pairs that are not.
    pub different: Vec<(u32, u32)>,
}

/// Why two persons that a pair over the threshold ties stayed two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cut {
    /// A pair between them contradicts: two birth dates and two names.
    Contradiction,
    /// The pairs between them together speak against it.
    Chain,
    /// More e-mail addresses, phones or records than one person has.
    Limit,
    /// A reviewer said they are two.
    Decision,
}

impl Cut {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 4] = [
        Self::Contradiction,
        Self::Chain,
        Self::Limit,
        Self::Decision,
    ];

    /// Returns the key in tables and messages.
    pub fn key(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Chain => "chain",
            Self::Limit => "limit",
            Self::Decision => "decision",
        }
    }
}

/// Persons as sets of records.
#[derive(Debug)]
pub struct Clusters {
    /// Per record, the lowest record of its person.
    pub root: Vec<u32>,
    /// Pairs over the threshold whose records stayed apart, and why.
    pub cuts: Vec<(Edge, Cut)>,
    /// Reviewers' pairs that could not be made one person, as others of their words forbid it.
    pub conflicts: Vec<(u32, u32)>,
}

impl Clusters {
    /// Puts what is listed in an order of its own, whatever it was found by.
    pub(super) fn sort(&mut self) {
        self.cuts
            .sort_by_key(|(edge, cut)| (edge.left, edge.right, *cut));
        self.conflicts.sort_unstable();
    }
}

/// A weight beyond this says no more: one pair shall not outvote all others.
const MOST_SAID: f64 = 20.0;
/// Pairs between two persons that are looked at; records beyond are too many for one person anyway.
const MOST_PAIRS: usize = 4_096;

/// Makes persons of pairs over the threshold; `edges` may come in any order.
pub fn cluster(
    features: &Features,
    scorer: &Scorer<'_>,
    mut edges: Vec<Edge>,
    decided: &Decided,
    settings: &Settings,
) -> Clusters {
    let key = |record: u32| features.keys[record as usize];
    let order = |edge: &Edge| {
        let (left, right) = (key(edge.left), key(edge.right));
        (left.min(right), left.max(right))
    };
    edges.sort_unstable_by(|left, right| {
        right
            .weight
            .total_cmp(&left.weight)
            .then_with(|| order(left).cmp(&order(right)))
    });
    let mut state = State::new(features, scorer, decided, settings);
    let mut conflicts = Vec::new();
    for &(left, right) in &decided.same {
        let (left_root, right_root) = (state.root(left), state.root(right));
        if left_root == right_root {
            continue;
        }
        match state.is_forbidden(left_root, right_root) {
            true => conflicts.push((left, right)),
            false => state.unite(left_root, right_root),
        }
    }
    let mut cuts = Vec::new();
    for edge in edges {
        let (left, right) = (state.root(edge.left), state.root(edge.right));
        if left == right {
            continue;
        }
        match state.objection(left, right) {
            Some(cut) => cuts.push((edge, cut)),
            None => state.unite(left, right),
        }
    }
    let root = (0..features.len() as u32)
        .map(|record| state.root(record))
        .collect();
    cuts.retain(|(edge, _)| state.root(edge.left) != state.root(edge.right));
    let mut clusters = Clusters {
        root,
        cuts,
        conflicts,
    };
    clusters.sort();
    clusters
}

/// Returns why two persons, each with its records, stay two although a pair of theirs is over the threshold.
pub fn objection(
    scorer: &Scorer<'_>,
    decided: &Decided,
    settings: &Settings,
    left: &[u32],
    right: &[u32],
) -> Option<Cut> {
    let mut state = State::new(scorer.features(), scorer, decided, settings);
    for records in [left, right] {
        for record in records {
            let (one, other) = (state.root(records[0]), state.root(*record));
            if one != other {
                state.unite(one, other);
            }
        }
    }
    let (left, right) = (state.root(left[0]), state.root(right[0]));
    state.objection(left, right)
}

/// Whether two records cannot be one person whatever else agrees.
pub fn contradicts(pattern: Pattern) -> bool {
    let [given, birth_date, stated] = [1, 2, 3].map(|field| pattern.level(field));
    let births = birth_date == birth::DIFFERENT;
    births && (given == name::DIFFERENT || stated == gender::DIFFERENT)
        || stated == gender::DIFFERENT && given == name::DIFFERENT && birth_date != birth::EXACT
}

struct State<'a> {
    features: &'a Features,
    scorer: &'a Scorer<'a>,
    limits: &'a Limits,
    /// What the pairs between two persons must say together at least.
    least: f64,
    parents: Vec<u32>,
    /// Records of persons of more than one.
    members: HashMap<u32, Vec<u32>>,
    forbidden: HashSet<(u32, u32)>,
    /// Records that stand in a forbidden pair.
    guarded: HashSet<u32>,
}

impl<'a> State<'a> {
    fn new(
        features: &'a Features,
        scorer: &'a Scorer<'a>,
        decided: &Decided,
        settings: &'a Settings,
    ) -> Self {
        let forbidden: HashSet<(u32, u32)> = decided
            .different
            .iter()
            .map(|&(left, right)| (left.min(right), left.max(right)))
            .collect();
        Self {
            features,
            scorer,
            limits: &settings.limits,
            least: weight_of(settings.threshold).min(0.0),
            parents: (0..features.len() as u32).collect(),
            members: HashMap::new(),
            guarded: forbidden
                .iter()
                .flat_map(|&(left, right)| [left, right])
                .collect(),
            forbidden,
        }
    }

    fn root(&mut self, record: u32) -> u32 {
        let mut root = record;
        while self.parents[root as usize] != root {
            root = self.parents[root as usize];
        }
        let mut next = record;
        while self.parents[next as usize] != root {
            next = std::mem::replace(&mut self.parents[next as usize], root);
        }
        root
    }

    fn unite(&mut self, left: u32, right: u32) {
        let (low, high) = (left.min(right), left.max(right));
        self.parents[high as usize] = low;
        let moved = self.members.remove(&high).unwrap_or_else(|| vec![high]);
        let members = self.members.entry(low).or_insert_with(|| vec![low]);
        members.extend(moved);
    }

    fn of(&self, root: &u32) -> Vec<u32> {
        self.members
            .get(root)
            .cloned()
            .unwrap_or_else(|| vec![*root])
    }

    fn is_forbidden(&self, left: u32, right: u32) -> bool {
        let (left, right) = (self.of(&left), self.of(&right));
        let guarded = |record: &&u32| self.guarded.contains(record);
        left.iter().filter(guarded).any(|left| {
            let is_pair = |right: &u32| {
                let pair = ((*left).min(*right), (*left).max(*right));
                self.forbidden.contains(&pair)
            };
            right.iter().any(is_pair)
        })
    }

    fn objection(&self, left_root: u32, right_root: u32) -> Option<Cut> {
        if !self.guarded.is_empty() && self.is_forbidden(left_root, right_root) {
            return Some(Cut::Decision);
        }
        let (left, right) = (self.of(&left_root), self.of(&right_root));
        if self.is_over_a_limit(&left, &right) {
            return Some(Cut::Limit);
        }
        let mut said = 0.0;
        let pairs = left
            .iter()
            .flat_map(|left| right.iter().map(move |right| (left, right)));
        for (left, right) in pairs.take(MOST_PAIRS) {
            let (left, right) = (*left as usize, *right as usize);
            let pattern = compare(self.features, left, right);
            let weight = self.scorer.weight(pattern, left, right);
            if weight < 0.0 && contradicts(pattern) {
                return Some(Cut::Contradiction);
            }
            said += weight.clamp(-MOST_SAID, MOST_SAID);
        }
        (said < self.least).then_some(Cut::Chain)
    }

    fn is_over_a_limit(&self, left: &[u32], right: &[u32]) -> bool {
        let records = left.len() + right.len();
        if records > self.limits.records {
            return true;
        }
        let distinct = |number: fn(&Row) -> u32| {
            let all = left.iter().chain(right);
            let rows = all.map(|record| &self.features.rows[*record as usize]);
            let mut found: Vec<u32> = rows.map(number).collect();
            found.retain(|number| *number != 0);
            found.sort_unstable();
            found.dedup();
            found.len()
        };
        records > self.limits.emails.min(self.limits.phones)
            && (distinct(|row| row.email_loose) > self.limits.emails
                || distinct(|row| row.phone) > self.limits.phones)
    }
}
