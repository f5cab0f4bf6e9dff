//! What every chart has: a headline, a legend line, grid lines and axis labels.

use super::axis::{Scale, Ticks};
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::labels::Wording;
use super::palette::Ink;

/// Size of the headline.
pub(super) const TITLE: f64 = 40.0;
/// Size of axis labels and values.
pub(super) const LABEL: f64 = 26.0;
/// Size of notes and second lines.
pub(super) const NOTE: f64 = 22.0;

/// How a legend entry is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A square of colour, for bars.
    Square,
    /// A stroke, for lines.
    Stroke,
    /// Dashes, for marks of comparison.
    Dashes,
}

/// One legend entry.
pub(super) type Key<'a> = (Mark, Ink, &'a str);

/// The rectangle values are drawn in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Canvas {
    /// Begins a chart: headline, what is drawn, legend. Returns the sheet and where the drawing may begin.
    pub(super) fn begin(wording: &Wording, keys: &[Key<'_>]) -> (Canvas, f64) {
        let mut canvas = Canvas::new();
        let mut y = MARGIN;
        for line in font::wrap(&wording.title, TITLE, WIDTH - 2.0 * MARGIN, 3) {
            canvas.text(
                MARGIN,
                y + TITLE * 0.88,
                TITLE,
                Ink::Text,
                Anchor::Start,
                &line,
            );
            y += TITLE * 1.36;
        }
        y += 4.0;
        for line in font::wrap(&wording.subtitle, LABEL, WIDTH - 2.0 * MARGIN, 2) {
            canvas.text(
                MARGIN,
                y + LABEL * 0.88,
                LABEL,
                Ink::Soft,
                Anchor::Start,
                &line,
            );
            y += LABEL * 1.4;
        }
        if !keys.is_empty() {
            y = canvas.legend(y + 22.0, keys);
        }
        (canvas, y + 36.0)
    }

    /// Writes the legend line, on as many lines as it needs; returns its lower edge.
    fn legend(&mut self, top: f64, keys: &[Key<'_>]) -> f64 {
        let (mut x, mut y) = (MARGIN, top + LABEL / 2.0);
        for (mark, ink, text) in keys {
            let text = font::shorten(text, LABEL, WIDTH - 2.0 * MARGIN - 40.0);
            let needed = 36.0 + font::width(&text, LABEL) + 40.0;
            if x > MARGIN && x + needed - 40.0 > WIDTH - MARGIN {
                x = MARGIN;
                y += LABEL * 1.5;
            }
            match mark {
                Mark::Square => self.rect(x, y - 11.0, x + 22.0, y + 11.0, *ink),
                Mark::Stroke => self.level(x - 2.0, x + 26.0, y, *ink, 5.0),
                Mark::Dashes => self.dashes(x - 2.0, x + 26.0, y, *ink),
            }
            self.text_at(x + 36.0, y, LABEL, Ink::Soft, Anchor::Start, &text);
            x += needed;
        }
        y + LABEL / 2.0
    }

    /// Draws level grid lines with their labels left of the area; returns the area right of the labels and its scale.
    pub(super) fn value_axis(
        &mut self,
        top: f64,
        height: f64,
        ticks: &Ticks,
        name: impl Fn(f64) -> String,
    ) -> (Area, Scale) {
        let named = |v: &f64| if *v == 0.0 { "0".to_owned() } else { name(*v) };
        let names: Vec<String> = ticks.values.iter().map(named).collect();
        let widest = names
            .iter()
            .map(|n| font::width(n, LABEL))
            .fold(0.0, f64::max);
        let area = Area {
            left: MARGIN + widest + 24.0,
            top,
            right: WIDTH - MARGIN,
            bottom: top + height,
        };
        let scale = Scale::new(ticks.low, ticks.high, area.bottom, area.top);
        for (value, name) in ticks.values.iter().zip(&names) {
            let y = scale.at(*value);
            self.level(area.left, area.right, y, Ink::Grid, 2.0);
            self.text_at(area.left - 20.0, y, LABEL, Ink::Soft, Anchor::End, name);
        }
        (area, scale)
    }

    /// Draws the zero line over the bars.
    pub(super) fn zero_line(&mut self, area: &Area, scale: &Scale) {
        self.level(area.left, area.right, scale.at(0.0), Ink::Axis, 2.0);
    }

    /// Writes a label centred at `x`, moved so far that it stays on the sheet.
    pub(super) fn centred(&mut self, x: f64, baseline: f64, size: f64, ink: Ink, text: &str) {
        let half = font::width(text, size) / 2.0;
        let x = x.min(WIDTH - MARGIN / 2.0 - half).max(MARGIN / 2.0 + half);
        self.text(x, baseline, size, ink, Anchor::Middle, text);
    }

    /// Writes labels below an axis: all that fit, counted from the last, which always stands.
    ///
    /// Labels are thinned evenly (every second, third, ...), never turned.
    pub(super) fn axis_labels(&mut self, baseline: f64, labels: &[(f64, String)]) {
        let gap = 26.0;
        let place = |x: f64, text: &str| {
            let half = font::width(text, LABEL) / 2.0;
            let x = x.min(WIDTH - MARGIN / 2.0 - half).max(MARGIN / 2.0 + half);
            (x - half, x + half)
        };
        let fits = |step: usize| {
            let mut next_left = f64::INFINITY;
            labels.iter().rev().step_by(step).all(|(x, text)| {
                let (left, right) = place(*x, text);
                let is_free = right + gap <= next_left;
                next_left = left;
                is_free
            })
        };
        let step = (1..=labels.len().max(1))
            .find(|step| fits(*step))
            .unwrap_or(1);
        for (x, text) in labels.iter().rev().step_by(step) {
            self.centred(*x, baseline, LABEL, Ink::Soft, text);
        }
    }

    /// Width of the widest text, no more than `limit`.
    pub(super) fn gutter<'a>(texts: impl Iterator<Item = &'a str>, size: f64, limit: f64) -> f64 {
        texts
            .map(|text| font::width(text, size))
            .fold(0.0, f64::max)
            .min(limit)
    }

    /// Ends the sheet below the lowest thing drawn.
    pub(super) fn end(&mut self, bottom: f64) {
        self.height = bottom + MARGIN;
    }
}
