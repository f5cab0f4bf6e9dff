//! What the buyers of a month have spent so far, per head: months of first purchase downwards, months since then across.

use super::canvas::Canvas;
use super::cohorts::Grid;
use super::labels::worth;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{CohortCell, Figures, newest_cohorts};

/// Months since the first purchase shown: so many that amounts have room.
const AGE_LIMIT: u32 = 8;
/// Months after which the headline looks at the spend, where a cohort is that old.
const TOLD_AGE: u32 = 6;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let cohorts = newest_cohorts(&figures.cohorts, 0);
    let known = || {
        cohorts
            .iter()
            .flat_map(|(_, cells)| cells.iter().copied())
            .filter(|c| c.age_months <= AGE_LIMIT && per_head(c).is_some())
    };
    let last_age = known().map(|c| c.age_months).max()?;
    let most = known().filter_map(per_head).fold(0.0, f64::max);
    let ages = known().map(|c| c.age_months);
    let told_age = ages
        .filter(|age| *age <= TOLD_AGE)
        .max()
        .unwrap_or(last_age);
    let wording = worth::cohort_revenue(s, told_age, mean_at(known(), told_age)?);
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let grid = Grid {
        ages: (0, last_age),
        most,
        value: &per_head,
        written: &|value| s.money(value),
    };
    let bottom = grid.draw(&mut canvas, s, &cohorts, top);
    canvas.end(bottom);
    let rows = figures.cohorts.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn per_head(cell: &CohortCell) -> Option<f64> {
    let sum = cell.cumulative_minor? as f64;
    (cell.person_count > 0).then(|| sum / cell.person_count as f64)
}

/// Spend per head of all cohorts that are known at an age.
fn mean_at<'a>(cells: impl Iterator<Item = &'a CohortCell>, age: u32) -> Option<f64> {
    let (sum, persons) = cells
        .filter(|c| c.age_months == age)
        .filter_map(|c| Some((c.cumulative_minor?, c.person_count)))
        .fold((0.0, 0.0), |all, (sum, persons)| {
            (all.0 + sum as f64, all.1 + persons as f64)
        });
    (persons > 0.0).then(|| sum / persons)
}

fn row(found: &CohortCell) -> Vec<String> {
    vec![
        found.cohort.clone(),
        found.age_months.to_string(),
        found.person_count.to_string(),
        cell(found.cumulative_minor),
        cell(per_head(found).map(|v| format!("{v:.2}"))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(age_months: u32, person_count: u64, cumulative_minor: Option<i64>) -> CohortCell {
        CohortCell {
            cohort: "2026-01".to_owned(),
            age_months,
            person_count,
            active_count: None,
            retention: None,
            cumulative_minor,
        }
    }

    #[test]
    fn the_mean_is_over_persons_and_leaves_out_what_is_withheld() {
        let cells = [
            cell(3, 10, Some(1_000)),
            cell(3, 30, Some(6_000)),
            cell(3, 500, None),
            cell(2, 10, Some(9_999)),
        ];
        assert_eq!(mean_at(cells.iter(), 3), Some(175.0));
        assert_eq!(mean_at(cells.iter(), 9), None);
    }
}
