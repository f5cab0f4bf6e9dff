//! How often people searched for the names.

use polars::prelude::{DataFrame, PolarsResult};

use super::super::brand::folded;
use super::Subject;
use super::period::{PERIODS, Period};
use crate::schema::search_counts;

/// Counts of the queries with one of the names in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Searched {
    /// Times the shop stood in the results; `None` where nobody counted.
    pub impressions: Option<i64>,
    /// Clicks from the results; `None` where nobody counted.
    pub clicks: Option<i64>,
}

/// Returns the counts of each brand's names, by the places of `Subject::listed`, and of each period.
///
/// Only queries that are counted by the day can be told to a period. A name that nobody searched for has none where others
/// were counted in the period.
///
/// # Errors
/// Those of polars, when the table lacks a column.
pub(super) fn counted(
    frame: &DataFrame,
    subjects: &[Subject<'_>],
    periods: &[Period; PERIODS],
) -> PolarsResult<Vec<Vec<[Searched; PERIODS]>>> {
    let query = frame.column(search_counts::QUERY.name)?.str()?;
    let day = frame.column(search_counts::DAY.name)?.date()?;
    let impressions = frame.column(search_counts::IMPRESSION_COUNT.name)?.i64()?;
    let clicks = frame.column(search_counts::CLICK_COUNT.name)?.i64()?;
    let mut counted: Vec<Vec<[Searched; PERIODS]>> = subjects
        .iter()
        .map(|subject| vec![<[Searched; PERIODS]>::default(); subject.listed.len()])
        .collect();
    let mut all = [Searched::default(); PERIODS];
    for row in 0..frame.height() {
        let (Some(query), Some(day)) = (query.get(row), day.phys.get(row)) else {
            continue;
        };
        let Some(period) = periods.iter().position(|period| period.has_day(day)) else {
            continue;
        };
        let found = Searched {
            impressions: impressions.get(row),
            clicks: clicks.get(row),
        };
        all[period].add(&found);
        let query = folded(query);
        for (subject, counted) in subjects.iter().zip(&mut counted) {
            for place in subject.searched_by(&query) {
                if let Some(counts) = counted.get_mut(place) {
                    counts[period].add(&found);
                }
            }
        }
    }
    for counts in counted.iter_mut().flatten() {
        for (searched, all) in counts.iter_mut().zip(&all) {
            searched.fill(all);
        }
    }
    Ok(counted)
}

impl Searched {
    fn add(&mut self, found: &Self) {
        let add = |sum: &mut Option<i64>, count: Option<i64>| {
            if let Some(count) = count {
                *sum = Some(sum.unwrap_or(0).saturating_add(count));
            }
        };
        add(&mut self.impressions, found.impressions);
        add(&mut self.clicks, found.clicks);
    }

    /// Says none where others were counted.
    fn fill(&mut self, all: &Self) {
        self.impressions = self.impressions.or(all.impressions.map(|_| 0));
        self.clicks = self.clicks.or(all.clicks.map(|_| 0));
    }
}

impl Subject<'_> {
    /// Returns the places in `listed` that a folded query is for. The brand's words are told as in posts, wherever they
    /// stand.
    fn searched_by(&self, query: &str) -> Vec<usize> {
        let has = |words: &[String]| words.iter().any(|word| query.contains(word.as_str()));
        let is_own = has(&self.keywords) && !has(&self.exclusions);
        let own = is_own.then_some(0).into_iter();
        own.chain(self.products_in(query))
            .chain(self.competitors_in(query))
            .collect()
    }
}
