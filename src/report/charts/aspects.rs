//! Complaints to the left and praise to the right, by what is spoken of.

use super::Sketch;
use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, Mark};
use super::labels::voice;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{AspectFigure, Figures};

/// Aspects drawn, those most spoken of; the table holds them all.
const LIMIT: usize = 12;
const ROW: f64 = 62.0;
const BAR: f64 = 38.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let mut aspects: Vec<&AspectFigure> = figures.voice.aspects.iter().collect();
    aspects.retain(|a| a.positive_count > 0 || a.negative_count > 0);
    aspects.sort_by_key(|a| std::cmp::Reverse(a.negative_count.saturating_add(a.positive_count)));
    aspects.truncate(LIMIT);
    // The first of equals, hence the reversed search for the largest.
    let worst = *aspects.iter().rev().max_by_key(|a| a.negative_count)?;
    let best = *aspects.iter().rev().max_by_key(|a| a.positive_count)?;
    aspects.sort_by_key(|a| std::cmp::Reverse(a.negative_count));
    let wording = voice::aspects(s, worst, best);
    let [complaints, praise] = voice::aspects_keys(s);
    let keys = [
        (Mark::Square, Ink::Bad, complaints),
        (Mark::Square, Ink::Good, praise),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bottom = draw(&mut canvas, s, &aspects, top);
    canvas.end(bottom);
    let rows = figures.voice.aspects.iter().map(|a| row(a, s)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn draw(canvas: &mut Canvas, s: &Speaker<'_>, aspects: &[&AspectFigure], top: f64) -> f64 {
    let names: Vec<String> = aspects
        .iter()
        .map(|a| voice::aspect(s, &a.aspect))
        .collect();
    let gutter = Canvas::gutter(names.iter().map(String::as_str), LABEL, 360.0);
    let counts = aspects
        .iter()
        .flat_map(|a| [a.positive_count, a.negative_count]);
    let room = counts
        .map(|n| font::width(&s.count(n as f64), LABEL))
        .fold(0.0, f64::max)
        + 32.0;
    let (left, right) = (MARGIN + gutter + 24.0, WIDTH - MARGIN);
    let most_left = aspects
        .iter()
        .map(|a| a.negative_count.max(a.previous_negative_count))
        .max()
        .unwrap_or(0) as f64;
    let most_right = aspects.iter().map(|a| a.positive_count).max().unwrap_or(0) as f64;
    let scale = Scale::new(-most_left, most_right, left + room, right - room);
    let zero = scale.at(0.0);
    for (i, (aspect, name)) in aspects.iter().zip(&names).enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let (y0, y1) = (middle - BAR / 2.0, middle + BAR / 2.0);
        let name = font::shorten(name, LABEL, 360.0);
        canvas.text_at(MARGIN, middle, LABEL, Ink::Text, Anchor::Start, &name);
        let end_left = scale.at(-(aspect.negative_count as f64));
        let end_right = scale.at(aspect.positive_count as f64);
        canvas.rect(end_left, y0, zero, y1, Ink::Bad);
        canvas.rect(zero, y0, end_right, y1, Ink::Good);
        let before = scale.at(-(aspect.previous_negative_count as f64));
        if aspect.previous_negative_count > 0 {
            canvas.upright(before, y0 - 6.0, y1 + 6.0, Ink::Text, 4.0);
        }
        if aspect.negative_count > 0 {
            let text = s.count(aspect.negative_count as f64);
            // The mark of the period before does not cross the number.
            let mut x = end_left - 12.0;
            if before < x + 10.0 && before > x - font::width(&text, LABEL) - 18.0 {
                x = before - 14.0;
            }
            canvas.text_at(x, middle, LABEL, Ink::Text, Anchor::End, &text);
        }
        if aspect.positive_count > 0 {
            let text = s.count(aspect.positive_count as f64);
            canvas.text_at(
                end_right + 12.0,
                middle,
                LABEL,
                Ink::Text,
                Anchor::Start,
                &text,
            );
        }
    }
    let bottom = top + ROW * aspects.len() as f64;
    canvas.upright(zero, top, bottom, Ink::Axis, 2.0);
    bottom
}

fn row(aspect: &AspectFigure, s: &Speaker<'_>) -> Vec<String> {
    vec![
        voice::aspect(s, &aspect.aspect),
        aspect.positive_count.to_string(),
        aspect.negative_count.to_string(),
        aspect.previous_negative_count.to_string(),
    ]
}
