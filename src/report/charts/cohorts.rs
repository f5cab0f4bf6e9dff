//! Who comes back: months of first purchase downwards, months since then across.

use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::frame::LABEL;
use super::heat::Cell;
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{CohortCell, Figures, newest_cohorts, next_month};

/// Months since the first purchase shown.
const AGE_LIMIT: u32 = 12;
const ROW: f64 = 54.0;
/// Widest cell: a young shop's few cells do not become banners.
const CELL_LIMIT: f64 = 150.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let shown = newest_cohorts(&figures.cohorts, 1);
    // The month of the first purchase itself is always complete and says nothing.
    let later = || {
        shown
            .iter()
            .flat_map(|(_, cells)| cells)
            .filter(|c| (1..=AGE_LIMIT).contains(&c.age_months))
    };
    let most = later().filter_map(|c| c.retention).reduce(f64::max)?;
    let last_age = later().map(|c| c.age_months).max()?;
    let next_month = next_month(&figures.cohorts).map(|(mean, _)| mean);
    let first_months = || later().filter(|c| c.age_months == 1 && c.retention.is_some());
    let best = first_months()
        .max_by(|a, b| {
            let share = |c: &CohortCell| c.retention.unwrap_or(0.0);
            share(a).total_cmp(&share(b))
        })
        // Of one there is no best.
        .filter(|_| first_months().count() > 1);
    let best = best.map(|c| (c.cohort.as_str(), c.retention));
    let wording = customers::cohorts(s, next_month, best);
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let grid = Grid {
        ages: (1, last_age),
        most,
        value: &|c| c.retention,
        written: &|share| s.share(share),
    };
    let bottom = grid.draw(&mut canvas, s, &shown, top);
    canvas.end(bottom);
    let rows = figures.cohorts.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// What a heat map of cohorts shows.
pub(super) struct Grid<'a> {
    /// First and last age, in months.
    pub(super) ages: (u32, u32),
    /// Largest value, with the strongest colour.
    pub(super) most: f64,
    /// Value of a cell.
    pub(super) value: &'a dyn Fn(&CohortCell) -> Option<f64>,
    /// How a value is written.
    pub(super) written: &'a dyn Fn(f64) -> String,
}

impl Grid<'_> {
    /// Draws the cohorts from `top` on; returns their lower edge.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        s: &Speaker<'_>,
        shown: &[(&str, Vec<&CohortCell>)],
        top: f64,
    ) -> f64 {
        let (first_age, last_age) = self.ages;
        let column = |age: u32| f64::from(age - first_age);
        let names: Vec<String> = shown.iter().map(|(month, _)| s.month(month)).collect();
        let sizes: Vec<String> = shown
            .iter()
            .map(|(_, cells)| {
                customers::cohort_count(s, cells.iter().map(|c| c.person_count).max().unwrap_or(0))
            })
            .collect();
        let heading = customers::cohort_size(s);
        let name_width = Canvas::gutter(names.iter().map(String::as_str), LABEL, 260.0);
        let size_width = Canvas::gutter(
            sizes.iter().map(String::as_str).chain([heading]),
            LABEL,
            260.0,
        );
        let size_right = MARGIN + name_width + 32.0 + size_width;
        let left = size_right + 28.0;
        let width = ((WIDTH - MARGIN - left) / (column(last_age) + 1.0)).min(CELL_LIMIT);
        let first_row = top + 44.0;
        canvas.text(
            size_right,
            top + 24.0,
            LABEL,
            Ink::Soft,
            Anchor::End,
            heading,
        );
        for age in first_age..=last_age {
            let x = left + width * (column(age) + 0.5);
            let name = customers::age(s, age);
            canvas.text(x, top + 24.0, LABEL, Ink::Soft, Anchor::Middle, &name);
        }
        for (i, (_, cells)) in shown.iter().enumerate() {
            let y = first_row + ROW * i as f64;
            let middle = y + ROW / 2.0;
            canvas.text_at(MARGIN, middle, LABEL, Ink::Text, Anchor::Start, &names[i]);
            canvas.text_at(size_right, middle, LABEL, Ink::Soft, Anchor::End, &sizes[i]);
            for found in cells
                .iter()
                .filter(|c| (first_age..=last_age).contains(&c.age_months))
            {
                let place = Cell {
                    left: left + width * column(found.age_months),
                    top: y,
                    width,
                    height: ROW,
                };
                let (ink, text) = match (self.value)(found) {
                    Some(value) if self.most > 0.0 => {
                        (Ink::heat(value / self.most), (self.written)(value))
                    }
                    Some(value) => (Ink::Heat(0), (self.written)(value)),
                    None => (Ink::Heat(0), "–".to_owned()),
                };
                canvas.heat_cell(place, ink, &[text]);
            }
        }
        first_row + ROW * shown.len() as f64
    }
}

fn row(found: &CohortCell) -> Vec<String> {
    vec![
        found.cohort.clone(),
        found.age_months.to_string(),
        found.person_count.to_string(),
        cell(found.active_count),
        found
            .retention
            .map_or_else(String::new, |r| format!("{r:.4}")),
    ]
}
