//! Segments by what they will probably spend, coloured by how pressing a contact is.

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::frame::{LABEL, Mark, NOTE};
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell, font};
use crate::report::figures::{Figures, SegmentFigure, Urgency};

const ROW: f64 = 78.0;
const BAR: f64 = 40.0;
/// Segments drawn; the table holds them all.
const LIMIT: usize = 14;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let mut segments: Vec<&SegmentFigure> = figures
        .segments
        .iter()
        .filter(|g| g.person_count > 0)
        .collect();
    if segments.is_empty() {
        return None;
    }
    let has_ltv = segments.iter().any(|g| g.ltv_minor.is_some());
    let value = |g: &SegmentFigure| {
        if has_ltv {
            g.ltv_minor.unwrap_or(0)
        } else {
            g.spend_minor
        }
    };
    // A stable sort: equal values keep the order of the settings.
    segments.sort_by_key(|g| std::cmp::Reverse(value(g)));
    let total: f64 = segments.iter().map(|g| value(g).max(0) as f64).sum();
    let wording = customers::segments(s, segments[0], value(segments[0]), total, has_ltv);
    let urgencies = [Urgency::Now, Urgency::Week, Urgency::Regular, Urgency::None];
    let keys: Vec<_> = urgencies
        .into_iter()
        .filter(|u| segments.iter().any(|g| g.urgency == *u))
        .map(|u| (Mark::Square, ink_of(u), customers::urgency(s, u)))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<(&SegmentFigure, f64)> = segments
        .iter()
        .take(LIMIT)
        .map(|g| (*g, value(g) as f64))
        .collect();
    let mut bottom = draw(&mut canvas, s, &bars, total, top);
    if segments.len() > LIMIT {
        let rest = customers::segments_rest(s, segments.len() - LIMIT);
        canvas.text(MARGIN, bottom + 28.0, NOTE, Ink::Soft, Anchor::Start, &rest);
        bottom += 32.0;
    }
    canvas.end(bottom);
    let rows = segments.iter().map(|g| row(g, s)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

pub(super) fn ink_of(urgency: Urgency) -> Ink {
    match urgency {
        Urgency::Now => Ink::Bad,
        Urgency::Week => Ink::Second,
        Urgency::Regular => Ink::Main,
        Urgency::None => Ink::Neutral,
    }
}

fn draw(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    bars: &[(&SegmentFigure, f64)],
    total: f64,
    top: f64,
) -> f64 {
    let gutter = Canvas::gutter(bars.iter().map(|b| b.0.name.as_str()), LABEL, 430.0);
    let left = MARGIN + gutter + 28.0;
    let texts: Vec<(String, String)> = bars
        .iter()
        .map(|(g, value)| {
            let share = if total > 0.0 && *value > 0.0 {
                format!(" ({})", s.share(value / total))
            } else {
                String::new()
            };
            (
                format!("{}{share}", s.money(*value)),
                customers::segment_persons(s, g),
            )
        })
        .collect();
    let room = texts
        .iter()
        .map(|(a, b)| font::width(a, LABEL).max(font::width(b, NOTE)))
        .fold(0.0, f64::max);
    let high = bars.iter().map(|b| b.1).fold(0.0, f64::max);
    let scale = Scale::new(0.0, high, left, WIDTH - MARGIN - room - 20.0);
    for (i, ((segment, value), (amount, persons))) in bars.iter().zip(&texts).enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let name = font::shorten(&segment.name, LABEL, 430.0);
        canvas.text_at(MARGIN, middle, LABEL, Ink::Text, Anchor::Start, &name);
        let end = scale.at(*value).max(left + 3.0);
        canvas.rect(
            left,
            middle - BAR / 2.0,
            end,
            middle + BAR / 2.0,
            ink_of(segment.urgency),
        );
        let x = end + 18.0;
        canvas.text_at(x, middle - 16.0, LABEL, Ink::Text, Anchor::Start, amount);
        canvas.text_at(x, middle + 17.0, NOTE, Ink::Soft, Anchor::Start, persons);
    }
    let bottom = top + ROW * bars.len() as f64;
    canvas.upright(left, top, bottom, Ink::Axis, 2.0);
    bottom
}

pub(super) fn row(segment: &SegmentFigure, s: &Speaker<'_>) -> Vec<String> {
    vec![
        segment.name.clone(),
        customers::urgency(s, segment.urgency).to_owned(),
        segment.person_count.to_string(),
        cell(segment.previous_person_count),
        cell(segment.ltv_minor),
        segment.spend_minor.to_string(),
        cell(segment.reachable_count.told()),
    ]
}
