//! How the 12-month values spread over the persons; the richer half in full colour.

use super::Sketch;
use super::axis;
use super::canvas::{Anchor, Canvas};
use super::font;
use super::frame::{LABEL, Mark};
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{Figures, HistogramBin};

const PLOT_HEIGHT: f64 = 440.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let lifetime = figures.lifetime.as_ref()?;
    let bins = &lifetime.histogram;
    let median = median_bin(bins)?;
    let wording = customers::lifetime(s, lifetime.total_minor, bins[median].upper_minor);
    let [below, above] = customers::lifetime_keys(s);
    let mut keys = vec![(Mark::Square, Ink::MainSoft, below)];
    if bins[median + 1..].iter().any(|b| b.person_count > 0) {
        keys.push((Mark::Square, Ink::Main, above));
    }
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let most = bins.iter().map(|b| b.person_count).max()? as f64;
    let ticks = axis::ticks(0.0, most, 4, 1.0);
    let (area, scale) = canvas.value_axis(top + 30.0, PLOT_HEIGHT, &ticks, |v| s.count(v));
    let width = (area.right - area.left) / bins.len() as f64;
    let is_roomy = bins
        .iter()
        .all(|b| font::width(&s.count(b.person_count as f64), LABEL) + 8.0 < width);
    for (i, bin) in bins.iter().enumerate() {
        let left = area.left + width * i as f64;
        let ink = if i <= median {
            Ink::MainSoft
        } else {
            Ink::Main
        };
        let y = scale.at(bin.person_count as f64);
        canvas.rect(left + 2.0, y, left + width - 2.0, area.bottom, ink);
        if is_roomy && bin.person_count > 0 {
            let text = s.count(bin.person_count as f64);
            canvas.text(
                left + width / 2.0,
                y - 12.0,
                LABEL,
                Ink::Text,
                Anchor::Middle,
                &text,
            );
        }
    }
    canvas.zero_line(&area, &scale);
    let mut edges: Vec<(f64, String)> = bins
        .iter()
        .enumerate()
        .map(|(i, bin)| {
            (
                area.left + width * i as f64,
                s.money(bin.lower_minor as f64),
            )
        })
        .collect();
    if let Some(last) = bins.last() {
        edges.push((area.right, s.money(last.upper_minor as f64)));
    }
    canvas.axis_labels(area.bottom + 40.0, &edges);
    canvas.end(area.bottom + 44.0);
    let rows = bins.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// The bin in which the middle person lies; none without persons.
fn median_bin(bins: &[HistogramBin]) -> Option<usize> {
    let total = bins
        .iter()
        .fold(0_u64, |sum, b| sum.saturating_add(b.person_count));
    if total == 0 {
        return None;
    }
    let mut sum = 0_u64;
    bins.iter().position(|b| {
        sum = sum.saturating_add(b.person_count);
        sum >= total.div_ceil(2)
    })
}

fn row(bin: &HistogramBin) -> Vec<String> {
    vec![
        bin.lower_minor.to_string(),
        bin.upper_minor.to_string(),
        bin.person_count.to_string(),
    ]
}
