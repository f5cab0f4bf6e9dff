//! How the weights of the pairs spread, with the threshold and what is worth a look.

use crate::report::charts::Sketch;
use crate::report::charts::axis::{self, Scale, Ticks};
use crate::report::charts::canvas::{Anchor, Canvas};
use crate::report::charts::frame::{LABEL, Mark, NOTE};
use crate::report::charts::labels::join;
use crate::report::charts::palette::Ink;
use crate::report::charts::speaker::Speaker;
use crate::report::join::{JoinFigures, WeightBin};

const PLOT_HEIGHT: f64 = 440.0;
/// Bars at most; beyond, neighbours are drawn as one.
const MOST_BARS: i32 = 90;
/// Pairs of the highest bar from which on heights are logarithms: strangers are many, and the few others must be seen.
const LOG_FROM: u64 = 100;

/// How bars become heights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heights {
    Counts,
    Logarithms,
}

impl Heights {
    /// Returns the height of a count; nothing is at zero, and one pair is a step above it.
    fn of(self, count: u64) -> f64 {
        match (self, count) {
            (_, 0) => 0.0,
            (Self::Counts, count) => count as f64,
            (Self::Logarithms, count) => 1.0 + (count as f64).log10(),
        }
    }

    fn ticks(self, most: u64) -> Ticks {
        match self {
            Self::Counts => axis::ticks(0.0, most as f64, 4, 1.0),
            Self::Logarithms => {
                let high = self.of(most).ceil();
                Ticks {
                    low: 0.0,
                    high,
                    values: (0..=high as u32).map(f64::from).collect(),
                }
            }
        }
    }

    /// Returns the count that a tick stands for.
    fn count(self, tick: f64) -> f64 {
        match self {
            Self::Counts => tick,
            Self::Logarithms => 10_f64.powf(tick - 1.0),
        }
    }
}

pub(super) fn sketch(figures: &JoinFigures, s: &Speaker<'_>) -> Option<Sketch> {
    let (bins, step) = merged(&figures.bins)?;
    let most = bins.iter().map(|bin| bin.pair_count).max()?;
    let heights = match most >= LOG_FROM {
        true => Heights::Logarithms,
        false => Heights::Counts,
    };
    let wording = join::scores(s, figures, heights == Heights::Logarithms);
    let [different, review, same] = join::score_keys(s, figures);
    let mut keys = vec![(Mark::Square, Ink::MainSoft, different.as_str())];
    if figures.review_weight < figures.threshold_weight {
        keys.push((Mark::Square, Ink::Second, review.as_str()));
    }
    keys.push((Mark::Square, Ink::Main, same.as_str()));
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let ticks = heights.ticks(most);
    let (area, scale) = canvas.value_axis(top + 44.0, PLOT_HEIGHT, &ticks, |tick| {
        s.count(heights.count(tick))
    });
    let low = f64::from(bins[0].weight).min(figures.review_weight.floor() - 1.0);
    let last = bins.last()?;
    let high = f64::from(last.weight + step).max(figures.threshold_weight.ceil() + 1.0);
    let across = Scale::new(low, high, area.left, area.right);
    for bin in &bins {
        let (from, to) = (f64::from(bin.weight), f64::from(bin.weight + step));
        let (left, right) = (across.at(from), across.at(to));
        let space = if right - left > 8.0 { 1.5 } else { 0.0 };
        let ink = match (from + to) / 2.0 {
            weight if weight >= figures.threshold_weight => Ink::Main,
            weight if weight >= figures.review_weight => Ink::Second,
            _ => Ink::MainSoft,
        };
        let y = scale.at(heights.of(bin.pair_count));
        canvas.rect(left + space, y, right - space, area.bottom, ink);
    }
    canvas.zero_line(&area, &scale);
    let line = across.at(figures.threshold_weight);
    canvas.upright(line, area.top - 8.0, area.bottom, Ink::Text, 3.0);
    let threshold = join::threshold(s, figures.threshold_prob);
    canvas.centred(line, area.top - 20.0, LABEL, Ink::Text, &threshold);
    let marks: Vec<(f64, String)> = axis::ticks(low, high, 9, 1.0)
        .values
        .into_iter()
        .filter(|tick| (low..=high).contains(tick))
        .map(|tick| (across.at(tick), s.numbers.signed(tick, 0)))
        .collect();
    canvas.axis_labels(area.bottom + 40.0, &marks);
    let [left, right] = join::score_ends(s);
    let baseline = area.bottom + 80.0;
    canvas.text(area.left, baseline, NOTE, Ink::Soft, Anchor::Start, left);
    canvas.text(area.right, baseline, NOTE, Ink::Soft, Anchor::End, right);
    canvas.end(baseline);
    let rows = bins.iter().map(|bin| row(bin, step)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// Puts neighbours together until the bars are few enough; returns the bars that are not empty and their width.
fn merged(bins: &[WeightBin]) -> Option<(Vec<WeightBin>, i32)> {
    let (first, last) = (bins.first()?.weight, bins.last()?.weight);
    let step = (last - first) / MOST_BARS + 1;
    let mut merged: Vec<WeightBin> = Vec::new();
    for bin in bins.iter().filter(|bin| bin.pair_count > 0) {
        let weight = bin.weight.div_euclid(step) * step;
        match merged.last_mut() {
            Some(last) if last.weight == weight => last.pair_count += bin.pair_count,
            _ => merged.push(WeightBin { weight, ..*bin }),
        }
    }
    (!merged.is_empty()).then_some((merged, step))
}

fn row(bin: &WeightBin, step: i32) -> Vec<String> {
    vec![
        bin.weight.to_string(),
        (bin.weight + step).to_string(),
        bin.pair_count.to_string(),
    ]
}
