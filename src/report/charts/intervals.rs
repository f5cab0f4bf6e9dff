//! Rows of values with their intervals around them, and a zero line.

use super::axis::{self, Scale};
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, NOTE};
use super::palette::Ink;

const ROW: f64 = 88.0;
const NAME_LIMIT: f64 = 440.0;
const VALUE_LIMIT: f64 = 330.0;

/// One row; its numbers are finite.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Interval {
    /// Name at the left, and a second line below it.
    pub(super) name: String,
    pub(super) note: String,
    /// Lower end, value, upper end.
    pub(super) lower: f64,
    pub(super) middle: f64,
    pub(super) upper: f64,
    pub(super) ink: Ink,
    /// What stands at the right, and a second line below it.
    pub(super) value: String,
    pub(super) detail: String,
}

impl Interval {
    /// Good when the whole interval lies above zero, bad below, neither across it.
    pub(super) fn sign(lower: f64, upper: f64) -> Ink {
        if lower > 0.0 {
            Ink::Good
        } else if upper < 0.0 {
            Ink::Bad
        } else {
            Ink::Axis
        }
    }
}

impl Canvas {
    /// Draws the rows from `top` on, with an axis below; returns their lower edge.
    ///
    /// No step of the axis is smaller than `min_step`.
    pub(super) fn intervals(
        &mut self,
        rows: &[Interval],
        top: f64,
        min_step: f64,
        tick_name: impl Fn(f64) -> String,
    ) -> f64 {
        let names = Canvas::gutter(rows.iter().map(|r| r.name.as_str()), LABEL, NAME_LIMIT);
        let notes = Canvas::gutter(rows.iter().map(|r| r.note.as_str()), NOTE, NAME_LIMIT);
        let values = Canvas::gutter(rows.iter().map(|r| r.value.as_str()), LABEL, VALUE_LIMIT);
        let details = Canvas::gutter(rows.iter().map(|r| r.detail.as_str()), NOTE, VALUE_LIMIT);
        let gutter = names.max(notes);
        let room = values.max(details);
        let (left, right) = (MARGIN + gutter + 56.0, WIDTH - MARGIN - room - 48.0);
        let low = rows.iter().map(|r| r.lower).fold(0.0, f64::min);
        let high = rows.iter().map(|r| r.upper).fold(0.0, f64::max);
        let ticks = axis::ticks(low, high, 4, min_step);
        let scale = Scale::new(ticks.low, ticks.high, left, right);
        let bottom = top + ROW * rows.len() as f64;
        for tick in &ticks.values {
            self.upright(scale.at(*tick), top, bottom, Ink::Grid, 2.0);
        }
        self.upright(scale.at(0.0), top, bottom, Ink::Axis, 3.0);
        for (i, row) in rows.iter().enumerate() {
            let middle = top + ROW * (i as f64 + 0.5);
            self.interval(row, &scale, middle);
        }
        let labels: Vec<(f64, String)> = ticks
            .values
            .iter()
            .map(|v| (scale.at(*v), tick_name(*v)))
            .collect();
        self.axis_labels(bottom + 36.0, &labels);
        bottom + 42.0
    }

    fn interval(&mut self, row: &Interval, scale: &Scale, middle: f64) {
        let (upper_line, lower_line) = (middle - 16.0, middle + 18.0);
        let name = font::shorten(&row.name, LABEL, NAME_LIMIT);
        let note = font::shorten(&row.note, NOTE, NAME_LIMIT);
        self.text_at(MARGIN, upper_line, LABEL, Ink::Text, Anchor::Start, &name);
        self.text_at(MARGIN, lower_line, NOTE, Ink::Soft, Anchor::Start, &note);
        let (x0, x1) = (scale.at(row.lower), scale.at(row.upper));
        self.level(x0, x1, middle, row.ink, 6.0);
        self.upright(x0, middle - 11.0, middle + 11.0, row.ink, 4.0);
        self.upright(x1, middle - 11.0, middle + 11.0, row.ink, 4.0);
        self.dot(scale.at(row.middle), middle, 13.0, row.ink);
        let value = font::shorten(&row.value, LABEL, VALUE_LIMIT);
        let detail = font::shorten(&row.detail, NOTE, VALUE_LIMIT);
        let x = WIDTH - MARGIN;
        self.text_at(x, upper_line, LABEL, Ink::Text, Anchor::End, &value);
        self.text_at(x, lower_line, NOTE, Ink::Soft, Anchor::End, &detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_interval_off_zero_is_good_or_bad() {
        assert_eq!(Interval::sign(0.1, 2.0), Ink::Good);
        assert_eq!(Interval::sign(-2.0, -0.1), Ink::Bad);
        assert_eq!(Interval::sign(-1.0, 1.0), Ink::Axis);
        assert_eq!(Interval::sign(0.0, 1.0), Ink::Axis);
    }
}
