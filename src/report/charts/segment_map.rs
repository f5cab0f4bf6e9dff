//! Segments as areas by what they will probably spend, coloured by how pressing a contact is.

use super::Sketch;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{Mark, NOTE};
use super::heat::Cell;
use super::labels::{customers, worth};
use super::palette::Ink;
use super::segments::{ink_of, row};
use super::speaker::Speaker;
use super::treemap::squarify;
use crate::report::figures::{Figures, SegmentFigure, Urgency};

const HEIGHT: f64 = 640.0;
/// Height of a line below the map.
const NOTE_LINE: f64 = 32.0;
/// Segments with an area of their own, the most valuable.
const LIMIT: usize = 14;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let has_ltv = figures.segments.iter().any(|g| g.ltv_minor.is_some());
    let value = |g: &SegmentFigure| match has_ltv {
        true => g.ltv_minor.unwrap_or(0),
        false => g.spend_minor,
    };
    let mut segments: Vec<&SegmentFigure> =
        figures.segments.iter().filter(|g| value(g) > 0).collect();
    if segments.is_empty() {
        return None;
    }
    segments.sort_by_key(|g| std::cmp::Reverse(value(g)));
    let total: f64 = segments.iter().map(|g| value(g) as f64).sum();
    let half = fewest_of_half(&segments, |g| value(g) as f64, total);
    let wording = worth::segment_map(s, half, segments.len(), has_ltv);
    let urgencies = [Urgency::Now, Urgency::Week, Urgency::Regular, Urgency::None];
    let keys: Vec<_> = urgencies
        .into_iter()
        .filter(|u| segments.iter().any(|g| g.urgency == *u))
        .map(|u| (Mark::Square, ink_of(u), customers::urgency(s, u)))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let (own, rest) = segments.split_at(segments.len().min(LIMIT));
    let mut values: Vec<f64> = own.iter().map(|g| value(g) as f64).collect();
    let rest_value: f64 = rest.iter().map(|g| value(g) as f64).sum();
    if rest_value > 0.0 {
        values.push(rest_value);
    }
    let whole = Cell {
        left: MARGIN,
        top,
        width: WIDTH - 2.0 * MARGIN,
        height: HEIGHT,
    };
    let mut notes = Vec::new();
    for (i, cell) in squarify(&values, whole).into_iter().enumerate() {
        let amount = format!("{} ({})", s.money(values[i]), s.share(values[i] / total));
        let (lines, colours) = match own.get(i) {
            Some(g) => (
                vec![g.name.clone(), amount, customers::segment_persons(s, g)],
                inks(g.urgency),
            ),
            None => (
                vec![worth::segments_rest(s, rest.len()), amount],
                (Ink::Heat(0), Ink::OnLow),
            ),
        };
        if !canvas.tile(cell, colours, &lines) {
            let number = notes.len() + 1;
            canvas.tile_number(cell, colours.1, number);
            notes.push(format!("{number}  {}", lines.join(s.pick("、", ", "))));
        }
    }
    let bottom = canvas.notes(&notes, top + HEIGHT);
    canvas.end(bottom);
    let rows = segments.iter().map(|g| row(g, s)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

impl Canvas {
    /// Writes what has no room in the map below it, a line each; returns where they end.
    fn notes(&mut self, notes: &[String], top: f64) -> f64 {
        for (i, note) in notes.iter().enumerate() {
            let baseline = top + 34.0 + NOTE_LINE * i as f64;
            let note = font::shorten(note, NOTE, WIDTH - 2.0 * MARGIN);
            self.text(MARGIN, baseline, NOTE, Ink::Soft, Anchor::Start, &note);
        }
        match notes.len() {
            0 => top,
            count => top + 8.0 + NOTE_LINE * count as f64,
        }
    }
}

/// Fewest segments, the most valuable first, that make half of all, with their persons.
fn fewest_of_half(
    segments: &[&SegmentFigure],
    value: impl Fn(&SegmentFigure) -> f64,
    total: f64,
) -> (usize, u64) {
    let (mut sum, mut persons) = (0.0, 0u64);
    for (i, segment) in segments.iter().enumerate() {
        sum += value(segment);
        persons = persons.saturating_add(segment.person_count);
        if sum * 2.0 >= total {
            return (i + 1, persons);
        }
    }
    (segments.len(), persons)
}

/// The colour of an urgency and that of text on it.
fn inks(urgency: Urgency) -> (Ink, Ink) {
    let on = match urgency {
        Urgency::Now | Urgency::Regular => Ink::OnHigh,
        Urgency::Week => Ink::OnSecond,
        Urgency::None => Ink::OnLow,
    };
    (ink_of(urgency), on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::canvas::Shape;
    use crate::report::charts::fixture;

    #[test]
    fn a_segment_without_room_for_its_name_is_named_below_the_map() {
        let mut figures = fixture::shop();
        for (segment, value) in figures.segments.iter_mut().zip([1, 2]) {
            segment.ltv_minor = Some(value);
        }
        let told = |figures: &Figures| -> String {
            let speaker = Speaker::new(figures, crate::report::words::Lang::Ja);
            let canvas = sketch(figures, &speaker).unwrap().canvas;
            let texts = canvas.shapes.into_iter().filter_map(|shape| match shape {
                Shape::Text { text, .. } => Some(text),
                _ => None,
            });
            texts.collect()
        };
        let text = told(&figures);
        for segment in figures.segments.iter().filter(|g| g.ltv_minor.is_some()) {
            assert!(text.contains(&segment.name), "{}: {text}", segment.name);
        }
        // The more valuable of the two comes first.
        let [first, second] = [&figures.segments[1].name, &figures.segments[0].name];
        let at = |name: &str, amount: &str| text.find(&format!("  {name}、{amount}"));
        let places = [at(first, "2円"), at(second, "1円")];
        assert!(places[0].is_some() && places[0] < places[1], "{text}");
    }

    #[test]
    fn half_is_made_by_the_most_valuable_segments() {
        let figures = fixture::shop();
        let mut segments: Vec<&SegmentFigure> = figures.segments.iter().collect();
        segments.sort_by_key(|g| std::cmp::Reverse(g.ltv_minor));
        let value = |g: &SegmentFigure| g.ltv_minor.unwrap_or(0) as f64;
        let total = segments.iter().map(|g| value(g)).sum();
        // 6,840,000 and 4,120,000 of 17,474,000.
        assert_eq!(fewest_of_half(&segments, value, total), (2, 287));
        assert_eq!(fewest_of_half(&[], value, 0.0), (0, 0));
    }
}
