//! Persons by recency (across) and frequency (upwards).

use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::frame::{LABEL, NOTE};
use super::heat::Cell;
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell, font};
use crate::report::figures::{Figures, RfmCell};

const SCORES: u32 = 5;
const CELL_HEIGHT: f64 = 112.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let cells = &figures.rfm_cells;
    let most = cells.iter().filter_map(|c| c.person_count).max()?;
    if most == 0 {
        return None;
    }
    let wording = customers::rfm(s, &slipping(cells), &best(cells));
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let names = customers::frequency_names(s);
    let gutter = Canvas::gutter(names.iter().map(String::as_str), LABEL, 320.0) + 28.0;
    let left = MARGIN + gutter;
    let width = (WIDTH - MARGIN - left) / f64::from(SCORES);
    for frequency in 1..=SCORES {
        let y = top + CELL_HEIGHT * f64::from(SCORES - frequency);
        let name = &names[frequency as usize - 1];
        let middle = y + CELL_HEIGHT / 2.0;
        canvas.text_at(left - 20.0, middle, LABEL, Ink::Soft, Anchor::End, name);
        for recency in 1..=SCORES {
            let place = Cell {
                left: left + width * f64::from(recency - 1),
                top: y,
                width,
                height: CELL_HEIGHT,
            };
            let found = cells
                .iter()
                .find(|c| c.recency_score == recency && c.frequency_score == frequency);
            draw(&mut canvas, s, place, found, most);
            let tag = customers::rfm_zone(s, recency, frequency);
            let ink = ink_of(found, most).on_heat();
            let limit = width - 36.0;
            let tag = font::shorten(tag, NOTE, limit);
            canvas.text(place.left + 16.0, y + 31.0, NOTE, ink, Anchor::Start, &tag);
        }
    }
    let bottom = top + CELL_HEIGHT * f64::from(SCORES);
    for (i, name) in customers::recency_names(s).iter().enumerate() {
        let x = left + width * (i as f64 + 0.5);
        canvas.text(x, bottom + 40.0, LABEL, Ink::Soft, Anchor::Middle, name);
    }
    canvas.end(bottom + 44.0);
    let rows = cells.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn ink_of(found: Option<&RfmCell>, most: u64) -> Ink {
    let count = found.and_then(|c| c.person_count).unwrap_or(0);
    // The root keeps small groups apart when one cell holds most persons.
    Ink::heat((count as f64 / most as f64).sqrt())
}

fn draw(canvas: &mut Canvas, s: &Speaker<'_>, place: Cell, found: Option<&RfmCell>, most: u64) {
    let lines = match found {
        Some(RfmCell {
            person_count: Some(count),
            spend_minor,
            ..
        }) if *count > 0 => {
            let spend = spend_minor.map_or_else(String::new, |v| s.money(v as f64));
            vec![s.persons(*count), spend]
        }
        Some(RfmCell {
            person_count: None, ..
        }) => vec![customers::hidden(s)],
        _ => vec!["–".to_owned()],
    };
    // Room for the name of the corner above.
    let shift = 14.0;
    canvas.heat_cell(place, ink_of(found, most), &[]);
    let (x, middle) = place.middle();
    let ink = ink_of(found, most).on_heat();
    let ink = if found.is_some_and(|c| c.person_count.is_some()) {
        ink
    } else {
        Ink::Soft
    };
    let offset = if lines.len() > 1 && !lines[1].is_empty() {
        15.0
    } else {
        0.0
    };
    let first = font::shorten(&lines[0], LABEL, place.width - 20.0);
    canvas.text_at(
        x,
        middle - offset + shift,
        LABEL,
        ink,
        Anchor::Middle,
        &first,
    );
    if let Some(second) = lines.get(1).filter(|l| !l.is_empty()) {
        let second = font::shorten(second, NOTE, place.width - 20.0);
        canvas.text_at(x, middle + 18.0 + shift, NOTE, ink, Anchor::Middle, &second);
    }
}

/// Persons who used to buy often and have not come for long, and their spend.
fn slipping(cells: &[RfmCell]) -> (u64, i64) {
    sum(cells, |c| c.recency_score <= 2 && c.frequency_score >= 4)
}

/// Persons who buy often and came just now.
fn best(cells: &[RfmCell]) -> (u64, i64) {
    sum(cells, |c| c.recency_score >= 4 && c.frequency_score >= 4)
}

fn sum(cells: &[RfmCell], is_in: impl Fn(&RfmCell) -> bool) -> (u64, i64) {
    cells.iter().filter(|c| is_in(c)).fold((0, 0), |sum, c| {
        (
            sum.0.saturating_add(c.person_count.unwrap_or(0)),
            sum.1.saturating_add(c.spend_minor.unwrap_or(0)),
        )
    })
}

fn row(found: &RfmCell) -> Vec<String> {
    vec![
        found.recency_score.to_string(),
        found.frequency_score.to_string(),
        cell(found.person_count),
        cell(found.spend_minor),
    ]
}
