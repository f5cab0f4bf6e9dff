//! Why two records are one person, or are not: the weight part by part, and the verdict.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, LazyFrame};
use serde::Serialize;

use super::linkage::{
    Clusters, Cut, Decided, FIXED, Kind, Scorer, Starts, Waterfall, Weights, blocking, compare,
    objection, probability_of, weight_of,
};
use super::matching::{Linkage, decided};
use super::records::{self, Records};
use super::{Settings, rows};
use crate::error::{Error, Result};
use crate::schema::persons;

/// Where a customer record is found: its source and its id there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordKey {
    /// Shop system.
    pub source: String,
    /// Id.
    pub customer_id: String,
}

/// Why two records are one person, or are not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The steps from the prior to the weight; their weights sum to it.
    pub steps: Vec<Step>,
    /// Log2 of the odds that the two are one person.
    pub match_weight: f64,
    /// The same as a probability.
    pub match_prob: f64,
    /// Weight from which on two records are one person.
    pub threshold_weight: f64,
    /// Rules by which the two are compared.
    pub blocks: Vec<String>,
    /// Whether they are one person, and why.
    pub verdict: Verdict,
}

/// One step of the waterfall.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// `prior`, the key of a field, or `household`.
    pub step: String,
    /// Level of agreement; empty where there is none.
    pub level: &'static str,
    /// What the left record says, as written.
    pub left: String,
    /// What the right record says.
    pub right: String,
    /// What the level adds to the weight.
    pub level_weight: f64,
    /// What the frequency of the value adds.
    pub frequency_weight: f64,
    /// Their sum.
    pub weight: f64,
}

/// Whether two records are one person, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One person: the pair is over the threshold.
    Linked,
    /// One person, tied by other records of theirs.
    LinkedByOthers,
    /// One person: a reviewer said so.
    LinkedByDecision,
    /// Two persons: nothing ties them, they share no block and were not compared.
    NoSharedBlock,
    /// Two persons: the weight is under the threshold.
    UnderThreshold,
    /// Two persons: a reviewer said so.
    Decision,
    /// Two persons: records of theirs contradict.
    Contradiction,
    /// Two persons: their records together speak against it.
    Chain,
    /// Two persons: together they would pass a limit.
    Limit,
}

/// The tables that an explanation reads.
pub struct Input {
    /// `customers`
    pub customers: LazyFrame,
    /// `persons`
    pub persons: LazyFrame,
    /// `decisions`
    pub decisions: LazyFrame,
    /// The weights that join used.
    pub weights: Option<Weights>,
}

/// Explains why two records are one person, or are not.
///
/// # Errors
/// [`Error::NoSubject`] when a record is not in the store, [`Error::Frame`] when a table lacks its columns.
pub fn explain(input: Input, keys: [&RecordKey; 2], settings: &Settings) -> Result<Explanation> {
    let failed = Error::frame("read the customers");
    let columns: Vec<_> = records::COLUMNS
        .iter()
        .map(|column| column.expr())
        .collect();
    let mut frame = input.customers.select(columns).collect().map_err(&failed)?;
    frame.rechunk_mut();
    let records = Records::new(&frame).map_err(&failed)?;
    let place = |key: &RecordKey| {
        records
            .place(&key.source, &key.customer_id)
            .ok_or_else(|| Error::NoSubject {
                subject: format!("{}:{}", key.source, key.customer_id),
            })
    };
    let (left, right) = (place(keys[0])?, place(keys[1])?);
    let persons = input.persons.collect().map_err(&failed)?;
    let root = roots(&records, &persons).map_err(&failed)?;
    let decisions = input.decisions.collect().map_err(&failed)?;
    let decisions = rows::decisions(&decisions).map_err(&failed)?;
    let linkage = Linkage::of(&records, input.weights, settings);
    let (decided, _) = decided(&decisions, &linkage.features.keys);
    let scorer = Scorer::new(&linkage.weights, &linkage.features);
    let pattern = compare(&linkage.features, left, right);
    let waterfall = scorer.waterfall(pattern, left, right);
    let blocks = shared_rules(&linkage, settings, left, right);
    let clusters = Clusters {
        root,
        cuts: Vec::new(),
        conflicts: Vec::new(),
    };
    let threshold = weight_of(settings.linkage.threshold);
    let pair = (left.min(right) as u32, left.max(right) as u32);
    let verdict = if clusters.root[left] == clusters.root[right] {
        match () {
            () if decided.same.contains(&pair) => Verdict::LinkedByDecision,
            () if waterfall.weight >= threshold && !blocks.is_empty() => Verdict::Linked,
            () => Verdict::LinkedByOthers,
        }
    } else {
        verdict_of_two(&scorer, &clusters, &decided, settings, pair, &blocks)
    };
    Ok(Explanation {
        steps: steps(&waterfall, &records, &linkage.weights, [left, right]),
        match_weight: waterfall.weight,
        match_prob: probability_of(waterfall.weight),
        threshold_weight: threshold,
        blocks,
        verdict,
    })
}

/// Returns why two records are two persons.
fn verdict_of_two(
    scorer: &Scorer<'_>,
    clusters: &Clusters,
    decided: &Decided,
    settings: &Settings,
    pair: (u32, u32),
    blocks: &[String],
) -> Verdict {
    if decided.different.contains(&pair) {
        return Verdict::Decision;
    }
    let (left, right) = (pair.0 as usize, pair.1 as usize);
    let pattern = compare(scorer.features(), left, right);
    if scorer.weight(pattern, left, right) < weight_of(settings.linkage.threshold) {
        return Verdict::UnderThreshold;
    }
    if blocks.is_empty() {
        return Verdict::NoSharedBlock;
    }
    let of = |record: u32| -> Vec<u32> {
        let root = clusters.root[record as usize];
        let all = clusters.root.iter().enumerate();
        all.filter(|(_, found)| **found == root)
            .map(|(place, _)| place as u32)
            .collect()
    };
    match objection(scorer, decided, &settings.linkage, &of(pair.0), &of(pair.1)) {
        Some(Cut::Contradiction) => Verdict::Contradiction,
        Some(Cut::Limit) => Verdict::Limit,
        Some(Cut::Decision) => Verdict::Decision,
        Some(Cut::Chain) | None => Verdict::Chain,
    }
}

fn shared_rules(linkage: &Linkage, settings: &Settings, left: usize, right: usize) -> Vec<String> {
    let features = &linkage.features;
    let starts = Starts::of(features);
    let mut blocking = blocking(features, &linkage.weights, &settings.linkage);
    while blocking
        .next(features, &starts, settings.linkage.block_cap)
        .is_some()
    {}
    let shared = blocking.shared(left, right);
    shared.map(|rule| rule.name.clone()).collect()
}

/// Returns the first record of every record's person.
fn roots(records: &Records<'_>, persons: &DataFrame) -> polars::prelude::PolarsResult<Vec<u32>> {
    let source = persons.column(persons::SOURCE.name)?.str()?;
    let customer_id = persons.column(persons::CUSTOMER_ID.name)?.str()?;
    let person_id = persons.column(persons::PERSON_ID.name)?.str()?;
    let mut first: BTreeMap<&str, u32> = BTreeMap::new();
    let mut roots: Vec<u32> = (0..records.len() as u32).collect();
    // The table has the order of the records; where it has not, a record is looked for.
    for row in 0..persons.height() {
        let key = (
            source.get(row).unwrap_or_default(),
            customer_id.get(row).unwrap_or_default(),
        );
        let place = match records.key(row) == Some(key) {
            true => Some(row),
            false => records.place(key.0, key.1),
        };
        if let (Some(place), Some(person)) = (place, person_id.get(row)) {
            roots[place] = *first.entry(person).or_insert(place as u32);
        }
    }
    Ok(roots)
}

fn steps(
    waterfall: &Waterfall,
    records: &Records<'_>,
    weights: &Weights,
    [left, right]: [usize; 2],
) -> Vec<Step> {
    let bare = |step: &str, weight: f64| Step {
        step: step.to_owned(),
        level: "",
        left: String::new(),
        right: String::new(),
        level_weight: weight,
        frequency_weight: 0.0,
        weight,
    };
    let mut steps = vec![bare("prior", waterfall.prior)];
    for (field, level, weight, frequency) in &waterfall.fields {
        let kind = FIXED.get(*field).copied().unwrap_or(Kind::Identifier);
        let identifier = field
            .checked_sub(FIXED.len())
            .and_then(|place| weights.identifiers.get(place));
        steps.push(Step {
            step: weights.fields[*field].field.clone(),
            level: match level {
                0 => "missing",
                level => kind.levels()[*level as usize - 1].key,
            },
            left: records.said(left, kind, identifier),
            right: records.said(right, kind, identifier),
            level_weight: *weight,
            frequency_weight: *frequency,
            weight: weight + frequency,
        });
    }
    steps.push(bare("household", waterfall.household));
    steps
}
