//! Persons by value group (downwards) and voice group (across), coloured by their value to come.

use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::frame::LABEL;
use super::heat::Cell;
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, MatrixCell};

const VALUES: [&str; 3] = ["high", "middle", "low"];
const VOICES: [&str; 4] = ["positive", "neutral", "negative", "silent"];
const ROW: f64 = 128.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let cells = &figures.value_voice;
    if !cells.iter().any(|c| c.person_count.is_some_and(|n| n > 0)) {
        return None;
    }
    let find = |value: &str, voice: &str| {
        cells
            .iter()
            .find(|c| c.value_group == value && c.voice_group == voice)
    };
    let at_risk = find("high", "negative");
    let fans = find("high", "positive");
    let wording = customers::value_voice(s, at_risk, fans);
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let row_names = VALUES.map(|v| customers::value_name(s, v));
    let left = MARGIN + Canvas::gutter(row_names.into_iter(), LABEL, 300.0) + 28.0;
    let width = (WIDTH - MARGIN - left) / VOICES.len() as f64;
    let most = cells
        .iter()
        .filter_map(|c| c.ltv_minor)
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    for (column, voice) in VOICES.iter().enumerate() {
        let x = left + width * (column as f64 + 0.5);
        let name = customers::voice_name(s, voice);
        canvas.text(x, top + 24.0, LABEL, Ink::Soft, Anchor::Middle, name);
    }
    let first_row = top + 44.0;
    for (row, value) in VALUES.iter().enumerate() {
        let y = first_row + ROW * row as f64;
        canvas.text_at(
            MARGIN,
            y + ROW / 2.0,
            LABEL,
            Ink::Text,
            Anchor::Start,
            row_names[row],
        );
        for (column, voice) in VOICES.iter().enumerate() {
            let place = Cell {
                left: left + width * column as f64,
                top: y,
                width,
                height: ROW,
            };
            let found = find(value, voice);
            let (ink, lines) = contents(s, found, most);
            canvas.heat_cell(place, ink, &lines);
            if *value == "high"
                && *voice == "negative"
                && at_risk.is_some_and(|c| c.person_count.is_some_and(|n| n > 0))
            {
                outline(&mut canvas, place);
            }
        }
    }
    canvas.end(first_row + ROW * VALUES.len() as f64);
    let rows = cells.iter().map(|c| row(c, s)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn contents(s: &Speaker<'_>, found: Option<&MatrixCell>, most: f64) -> (Ink, Vec<String>) {
    match found.map(|c| (c.person_count, c.ltv_minor)) {
        Some((Some(count), ltv)) if count > 0 => {
            let ink = Ink::heat((ltv.unwrap_or(0).max(0) as f64 / most).sqrt());
            let value = ltv.map_or_else(String::new, |v| s.money(v as f64));
            (ink, vec![s.persons(count), value])
        }
        Some((None, _)) => (Ink::Heat(0), vec![customers::hidden(s)]),
        _ => (Ink::Heat(0), vec!["–".to_owned()]),
    }
}

/// Frames the cell the headline speaks of.
fn outline(canvas: &mut Canvas, place: Cell) {
    let (left, top) = (place.left + 3.0, place.top + 3.0);
    let (right, bottom) = (
        place.left + place.width - 3.0,
        place.top + place.height - 3.0,
    );
    canvas.rect(left, top, right, top + 5.0, Ink::Bad);
    canvas.rect(left, bottom - 5.0, right, bottom, Ink::Bad);
    canvas.rect(left, top, left + 5.0, bottom, Ink::Bad);
    canvas.rect(right - 5.0, top, right, bottom, Ink::Bad);
}

fn row(found: &MatrixCell, s: &Speaker<'_>) -> Vec<String> {
    vec![
        customers::value_name(s, &found.value_group).to_owned(),
        customers::voice_name(s, &found.voice_group).to_owned(),
        cell(found.person_count),
        cell(found.ltv_minor),
    ]
}
