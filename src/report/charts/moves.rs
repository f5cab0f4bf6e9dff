//! Who moved: segments before downwards, segments now across, coloured by the share of the row.

use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, NOTE};
use super::heat::Cell;
use super::labels::{customers, ways};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, MoveFigure};
use std::collections::BTreeMap;

/// Segments drawn, those with most persons; the table holds them all.
const LIMIT: usize = 10;
const ROW: f64 = 64.0;
const NAME_LIMIT: f64 = 430.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let with = compared_with(&figures.moves)?;
    let moves: Vec<&MoveFigure> = figures
        .moves
        .iter()
        .filter(|m| m.compared_with == with)
        .collect();
    let told = largest_move(&moves);
    let wording = ways::moves(s, told, with);
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let (names, left_out) = segments(&moves);
    let mut bottom = draw(&mut canvas, s, &moves, &names, top);
    if left_out > 0 {
        let rest = ways::moves_rest(s, left_out);
        canvas.text(MARGIN, bottom + 34.0, NOTE, Ink::Soft, Anchor::Start, &rest);
        bottom += 40.0;
    }
    canvas.end(bottom);
    let rows = figures.moves.iter().map(|m| row(s, m)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// What to compare with: the earliest moment from which a move is shown, a period before a year.
fn compared_with(moves: &[MoveFigure]) -> Option<&'static str> {
    let has_moved = |m: &&MoveFigure| m.from_segment != m.to_segment;
    let shown = |with: &'static str| {
        let mut found = moves.iter().filter(has_moved);
        found.any(|m| m.compared_with == with && m.person_count.is_some_and(|n| n > 0))
    };
    ["period", "year"].into_iter().find(|with| shown(with))
}

/// The largest move that is shown, newcomers left aside.
fn largest_move<'a>(moves: &[&'a MoveFigure]) -> Option<&'a MoveFigure> {
    let is_move = |m: &&&MoveFigure| {
        m.from_segment != m.to_segment && m.from_segment != "none" && m.to_segment != "none"
    };
    let shown = moves.iter().filter(is_move).rev();
    let largest = shown.max_by_key(|m| m.person_count)?;
    largest.person_count.map(|_| *largest)
}

/// The segments drawn, in the order of their persons, and how many more there are.
fn segments<'a>(moves: &[&'a MoveFigure]) -> (Vec<&'a str>, usize) {
    let mut persons: BTreeMap<&str, u64> = BTreeMap::new();
    for one in moves {
        for name in [one.from_segment.as_str(), one.to_segment.as_str()] {
            let sum = persons.entry(name).or_default();
            *sum = sum.saturating_add(one.person_count.unwrap_or(0));
        }
    }
    let mut names: Vec<(&str, u64)> = persons.into_iter().collect();
    names.sort_by_key(|(name, persons)| (*name == "none", std::cmp::Reverse(*persons)));
    let left_out = names.len().saturating_sub(LIMIT);
    let names = names.into_iter().take(LIMIT).map(|(name, _)| name);
    (names.collect(), left_out)
}

fn draw(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    moves: &[&MoveFigure],
    names: &[&str],
    top: f64,
) -> f64 {
    let written: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(i, name)| ways::segment_name(s, i + 1, name))
        .collect();
    let gutter = Canvas::gutter(written.iter().map(String::as_str), LABEL, NAME_LIMIT);
    let left = MARGIN + gutter + 28.0;
    let width = (WIDTH - MARGIN - left) / names.len().max(1) as f64;
    let first_row = top + 44.0;
    let find = |from: &str, to: &str| {
        let mut found = moves.iter();
        found.find(|m| m.from_segment == from && m.to_segment == to)
    };
    for (column, _) in names.iter().enumerate() {
        let x = left + width * (column as f64 + 0.5);
        let number = (column + 1).to_string();
        canvas.text(x, top + 24.0, LABEL, Ink::Soft, Anchor::Middle, &number);
    }
    for (i, from) in names.iter().enumerate() {
        let y = first_row + ROW * i as f64;
        let name = font::shorten(&written[i], LABEL, NAME_LIMIT);
        canvas.text_at(
            MARGIN,
            y + ROW / 2.0,
            LABEL,
            Ink::Text,
            Anchor::Start,
            &name,
        );
        let counts = names
            .iter()
            .map(|to| find(from, to).and_then(|m| m.person_count));
        let sum: f64 = counts.flatten().map(|count| count as f64).sum();
        for (column, to) in names.iter().enumerate() {
            let place = Cell {
                left: left + width * column as f64,
                top: y,
                width,
                height: ROW,
            };
            let (ink, text) = match find(from, to).map(|m| m.person_count) {
                Some(Some(count)) => {
                    let share = count as f64 / sum.max(1.0);
                    (Ink::heat(share), s.count(count as f64))
                }
                Some(None) => (Ink::Heat(0), customers::hidden(s)),
                None => (Ink::Heat(0), "–".to_owned()),
            };
            canvas.heat_cell(place, ink, &[text]);
        }
    }
    first_row + ROW * names.len() as f64
}

fn row(s: &Speaker<'_>, one: &MoveFigure) -> Vec<String> {
    vec![
        s.compared_with(&one.compared_with),
        s.name("move_segment", &one.from_segment).to_owned(),
        s.name("move_segment", &one.to_segment).to_owned(),
        cell(one.person_count),
        cell(one.previous_ltv_minor),
        cell(one.ltv_minor),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::fixture;

    #[test]
    fn the_largest_move_is_no_stay_and_no_newcomer() {
        let figures = fixture::shop();
        let moves: Vec<&MoveFigure> = figures.moves.iter().collect();
        let told = largest_move(&moves).unwrap();
        assert_eq!(
            (told.from_segment.as_str(), told.to_segment.as_str()),
            ("静かな上得意", "遠のきつつある常連")
        );
        assert!(largest_move(&[]).is_none());
    }

    #[test]
    fn a_year_is_shown_where_no_move_of_the_period_may_be() {
        let mut moves = fixture::shop().moves;
        for one in &mut moves {
            one.person_count = None;
        }
        assert_eq!(compared_with(&moves), None);
        moves[1].compared_with = "year".to_owned();
        moves[1].person_count = Some(7);
        assert_eq!(compared_with(&moves), Some("year"));
    }
}
