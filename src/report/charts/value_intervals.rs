//! What the persons of each segment will probably spend, with the interval around it.

use super::canvas::Canvas;
use super::intervals::Interval;
use super::labels::{customers, worth};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, SegmentFigure};

/// Segments drawn, the most valuable; the table holds them all.
const LIMIT: usize = 12;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let mut segments: Vec<(&SegmentFigure, [i64; 3])> = figures
        .segments
        .iter()
        .filter_map(|g| Some((g, [g.ltv_low_minor?, g.ltv_minor?, g.ltv_high_minor?])))
        .collect();
    segments.sort_by_key(|(_, bounds)| std::cmp::Reverse(bounds[1]));
    let (first, bounds) = *segments.first().filter(|(_, bounds)| bounds[2] > 0)?;
    let wording = worth::value_intervals(s, first, bounds.map(|v| v as f64));
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let shown: Vec<Interval> = segments
        .iter()
        .take(LIMIT)
        .map(|(segment, bounds)| interval(s, segment, bounds.map(|v| v as f64)))
        .collect();
    let bottom = canvas.intervals(&shown, top, 1.0, |v| s.money(v));
    canvas.end(bottom);
    let rows = segments.iter().map(|(segment, _)| row(segment)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn interval(
    s: &Speaker<'_>,
    segment: &SegmentFigure,
    [lower, middle, upper]: [f64; 3],
) -> Interval {
    Interval {
        name: segment.name.clone(),
        note: customers::segment_persons(s, segment),
        lower,
        middle,
        upper,
        ink: Ink::Main,
        value: s.money(middle),
        detail: worth::between(s, &s.money(lower), &s.money(upper)),
    }
}

fn row(segment: &SegmentFigure) -> Vec<String> {
    vec![
        segment.name.clone(),
        segment.person_count.to_string(),
        cell(segment.ltv_minor),
        cell(segment.ltv_low_minor),
        cell(segment.ltv_high_minor),
    ]
}
