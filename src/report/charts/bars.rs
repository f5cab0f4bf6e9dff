//! Rows of level bars: a name with a note, a bar of one or more parts, and its value with a second line.

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, NOTE};
use super::palette::Ink;

const ROW: f64 = 84.0;
const BAR: f64 = 40.0;
const NAME_LIMIT: f64 = 430.0;
const VALUE_LIMIT: f64 = 440.0;
/// Shortest bar of something.
const LEAST: f64 = 3.0;

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bar {
    /// Name at the left.
    pub(super) name: String,
    /// Second line below the name; may be empty.
    pub(super) note: String,
    /// Lengths of the parts, one after the other from zero on; negative and unknown ones have none.
    pub(super) parts: Vec<(f64, Ink)>,
    /// A length to compare with, marked across the bar.
    pub(super) mark: Option<f64>,
    /// What stands right of the bar.
    pub(super) value: String,
    /// Second line below it; may be empty.
    pub(super) detail: String,
}

impl Bar {
    fn length(&self) -> f64 {
        self.parts.iter().map(|part| known(part.0)).sum()
    }
}

fn known(length: f64) -> f64 {
    if length.is_finite() {
        length.max(0.0)
    } else {
        0.0
    }
}

impl Canvas {
    /// Draws the rows from `top` on, all on one scale; returns their lower edge.
    pub(super) fn bars(&mut self, bars: &[Bar], top: f64) -> f64 {
        let names = Canvas::gutter(bars.iter().map(|b| b.name.as_str()), LABEL, NAME_LIMIT);
        let notes = Canvas::gutter(bars.iter().map(|b| b.note.as_str()), NOTE, NAME_LIMIT);
        let values = Canvas::gutter(bars.iter().map(|b| b.value.as_str()), LABEL, VALUE_LIMIT);
        let details = Canvas::gutter(bars.iter().map(|b| b.detail.as_str()), NOTE, VALUE_LIMIT);
        let left = MARGIN + names.max(notes) + 28.0;
        let right = WIDTH - MARGIN - values.max(details) - 22.0;
        let high = bars
            .iter()
            .map(|b| b.length().max(b.mark.map_or(0.0, known)))
            .fold(0.0, f64::max);
        let scale = Scale::new(0.0, high, left, right);
        for (i, bar) in bars.iter().enumerate() {
            let middle = top + ROW * (i as f64 + 0.5);
            self.lines(
                MARGIN,
                middle,
                NAME_LIMIT,
                (bar.name.as_str(), bar.note.as_str()),
            );
            let mut end = self.parts(bar, &scale, left, middle);
            if let Some(mark) = bar.mark {
                let x = scale.at(known(mark));
                self.upright(
                    x,
                    middle - BAR / 2.0 - 6.0,
                    middle + BAR / 2.0 + 6.0,
                    Ink::Text,
                    4.0,
                );
                end = end.max(x + 2.0);
            }
            self.lines(
                end + 18.0,
                middle,
                VALUE_LIMIT,
                (bar.value.as_str(), bar.detail.as_str()),
            );
        }
        let bottom = top + ROW * bars.len() as f64;
        self.upright(left, top, bottom, Ink::Axis, 2.0);
        bottom
    }

    /// Draws the parts of a bar; returns where it ends.
    fn parts(&mut self, bar: &Bar, scale: &Scale, left: f64, middle: f64) -> f64 {
        let (y0, y1) = (middle - BAR / 2.0, middle + BAR / 2.0);
        let mut sum = 0.0;
        for (length, ink) in &bar.parts {
            let from = scale.at(sum);
            sum += known(*length);
            self.rect(from, y0, scale.at(sum), y1, *ink);
        }
        let end = scale.at(sum);
        if end >= left + LEAST || sum <= 0.0 {
            return end;
        }
        let ink = bar.parts.iter().find(|part| known(part.0) > 0.0);
        self.rect(left, y0, left + LEAST, y1, ink.map_or(Ink::Main, |p| p.1));
        left + LEAST
    }

    /// Writes a line, and a small one below it where there is one, around a middle height.
    fn lines(&mut self, x: f64, middle: f64, limit: f64, (first, second): (&str, &str)) {
        let first = font::shorten(first, LABEL, limit);
        if second.is_empty() {
            self.text_at(x, middle, LABEL, Ink::Text, Anchor::Start, &first);
            return;
        }
        let second = font::shorten(second, NOTE, limit);
        self.text_at(x, middle - 16.0, LABEL, Ink::Text, Anchor::Start, &first);
        self.text_at(x, middle + 18.0, NOTE, Ink::Soft, Anchor::Start, &second);
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Shape;
    use super::*;

    fn bar(parts: &[f64], mark: Option<f64>) -> Bar {
        Bar {
            name: "名前".to_owned(),
            parts: parts.iter().map(|length| (*length, Ink::Main)).collect(),
            mark,
            value: "1".to_owned(),
            ..Bar::default()
        }
    }

    fn ends(bars: &[Bar]) -> Vec<f64> {
        let mut canvas = Canvas::new();
        canvas.bars(bars, 100.0);
        let right = |shape: &Shape| match shape {
            Shape::Rect { right, ink, .. } if *ink == Ink::Main => Some(*right),
            _ => None,
        };
        canvas.shapes.iter().filter_map(right).collect()
    }

    #[test]
    fn the_longest_bar_fills_the_room_and_the_others_are_in_proportion() {
        let ends = ends(&[bar(&[10.0, 10.0], None), bar(&[10.0], None)]);
        assert_eq!(ends.len(), 3);
        assert!((ends[0] - ends[2]).abs() < 1e-9);
        assert!(ends[1] > ends[0]);
    }

    #[test]
    fn what_is_no_length_is_not_drawn() {
        assert!(ends(&[bar(&[f64::NAN, -3.0], Some(f64::INFINITY))]).is_empty());
        // A very small part is seen still.
        assert_eq!(ends(&[bar(&[1e-9], None), bar(&[1e9], None)]).len(), 2);
    }
}
