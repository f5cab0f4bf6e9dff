//! Who buys: recency and frequency, segments, deciles, cohorts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Counted;

/// Months of first purchase that the map of cohorts shows, the newest.
const COHORT_LIMIT: usize = 13;

/// Persons who share a recency and a frequency score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RfmCell {
    /// 1 (long ago) to 5 (just now).
    pub recency_score: u32,
    /// 1 (once) to 5 (often).
    pub frequency_score: u32,
    /// Persons; absent when held back: fewer than the smallest group shown, or such a cell could be told by subtraction.
    pub person_count: Option<u64>,
    /// Their spend so far; absent with the count.
    pub spend_minor: Option<i64>,
}

/// One value x voice segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentFigure {
    /// Name, as in the settings, in the language of the report.
    pub name: String,
    /// What to do with it, as in the settings.
    pub action: String,
    /// How pressing it is to get in touch.
    pub urgency: Urgency,
    /// Persons.
    pub person_count: u64,
    /// Persons at [`Period::previous_as_of`](super::Period::previous_as_of); absent when there was none.
    pub previous_person_count: Option<u64>,
    /// Spend so far.
    pub spend_minor: i64,
    /// Expected 12-month value of its persons.
    pub ltv_minor: Option<i64>,
    /// Lower end of its 90 % interval.
    pub ltv_low_minor: Option<i64>,
    /// Upper end of its 90 % interval.
    pub ltv_high_minor: Option<i64>,
    /// Expected 12-month loss because persons may be gone already.
    pub value_at_stake_minor: Option<i64>,
    /// Mean sentiment of those who speak, -1..1; absent when fewer than the smallest group shown speak.
    pub sentiment_mean: Option<f64>,
    /// Persons of the segment who may be written to by at least one channel.
    pub reachable_count: Counted,
}

/// A segment with fewer persons than may be shown, or held back so that such a one cannot be told by subtraction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SmallSegment {
    /// Name, as in the settings.
    pub name: String,
    /// What to do with it.
    pub action: String,
    /// How pressing it is.
    pub urgency: Urgency,
}

/// How pressing a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Today.
    Now,
    /// Within the week.
    Week,
    /// With the next regular mailing.
    Regular,
    /// Leave them in peace.
    None,
}

/// One tenth of the persons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecileFigure {
    /// 1 (the best) to 10.
    pub decile: u32,
    /// Persons.
    pub person_count: u64,
    /// Their spend.
    pub spend_minor: i64,
    /// Share of all spend of this and the better deciles.
    pub cumulative_share: f64,
}

/// Buyers of one first month, some months later.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CohortCell {
    /// Month of first purchase, `YYYY-MM`.
    pub cohort: String,
    /// Whole months since then, 0 for the month itself.
    pub age_months: u32,
    /// Persons of the cohort.
    pub person_count: u64,
    /// Of them, those who bought in that month; absent when the cohort is too small to show.
    pub active_count: Option<u64>,
    /// `active_count / person_count`.
    pub retention: Option<f64>,
    /// Spend of the cohort from the first purchase to the end of that month, returns taken off; absent where the month would
    /// tell what too few persons spent.
    pub cumulative_minor: Option<i64>,
}

/// Persons of one value group and one voice group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixCell {
    /// Value group's key: `high`, `middle`, `low`.
    pub value_group: String,
    /// Voice group's key: `positive`, `neutral`, `negative`, `silent`.
    pub voice_group: String,
    /// Persons; absent when held back, as in [`RfmCell`].
    pub person_count: Option<u64>,
    /// Their expected 12-month value; absent with the count.
    pub ltv_minor: Option<i64>,
}

/// Cohorts in the order of time, each with its cells.
pub(in crate::report) type Cohorts<'a> = Vec<(&'a str, Vec<&'a CohortCell>)>;

/// Returns the newest months of first purchase that have a cell of an age of `least_age` months or more, as many as are drawn.
pub(in crate::report) fn newest_cohorts(cells: &[CohortCell], least_age: u32) -> Cohorts<'_> {
    let mut cohorts: BTreeMap<&str, Vec<&CohortCell>> = BTreeMap::new();
    for found in cells {
        cohorts.entry(&found.cohort).or_default().push(found);
    }
    cohorts.retain(|_, cells| cells.iter().any(|c| c.age_months >= least_age));
    let skipped = cohorts.len().saturating_sub(COHORT_LIMIT);
    cohorts.into_iter().skip(skipped).collect()
}

/// Returns the share of all persons who bought again in the month after their first, over the cohorts that are drawn, and how many of
/// these there are.
pub(in crate::report) fn next_month(cells: &[CohortCell]) -> Option<(f64, usize)> {
    let cohorts = newest_cohorts(cells, 1);
    let known = cohorts
        .iter()
        .flat_map(|(_, cells)| cells)
        .filter(|c| c.age_months == 1)
        .filter_map(|c| c.active_count.map(|active| (active, c.person_count)));
    let (active, persons, count) = known.fold((0u64, 0u64, 0), |sum, (active, persons)| {
        let (active, persons) = (sum.0.saturating_add(active), sum.1.saturating_add(persons));
        (active, persons, sum.2 + 1)
    });
    (persons > 0).then(|| (active as f64 / persons as f64, count))
}
