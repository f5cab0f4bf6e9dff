//! Spend by tenths of the persons, with the share that the best tenths make together.

use super::Sketch;
use super::axis;
use super::canvas::{Anchor, Canvas};
use super::frame::{LABEL, Mark};
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{DecileFigure, Figures};

const PLOT_HEIGHT: f64 = 460.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let deciles = &figures.deciles;
    let total: f64 = deciles.iter().map(|d| d.spend_minor as f64).sum();
    if deciles.is_empty() || total <= 0.0 {
        return None;
    }
    let top_two = deciles
        .iter()
        .filter(|d| d.decile <= 2)
        .map(|d| d.cumulative_share)
        .fold(0.0, f64::max);
    let wording = customers::deciles(s, top_two, figures.spend_gini);
    let [bars, line] = customers::deciles_keys(s);
    let keys = [
        (Mark::Square, Ink::Main, bars),
        (Mark::Stroke, Ink::Second, line),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let low = deciles
        .iter()
        .map(|d| d.spend_minor as f64 / total)
        .fold(0.0, f64::min);
    let high = deciles
        .iter()
        .map(|d| d.cumulative_share.max(d.spend_minor as f64 / total))
        .fold(1.0, f64::max);
    let ticks = axis::ticks(low, high, 4, 0.0);
    let (area, scale) = canvas.value_axis(top + 28.0, PLOT_HEIGHT, &ticks, |v| s.share(v));
    let mut points = Vec::new();
    for (i, decile) in deciles.iter().enumerate() {
        let (left, right) = axis::slot(i, deciles.len(), area.left, area.right, 110.0);
        let middle = (left + right) / 2.0;
        let share = decile.spend_minor as f64 / total;
        let ink = if decile.decile <= 2 {
            Ink::Main
        } else {
            Ink::MainSoft
        };
        canvas.rect(left, scale.at(0.0), right, scale.at(share), ink);
        points.push((middle, scale.at(decile.cumulative_share)));
        canvas.text(
            middle,
            area.bottom + 40.0,
            LABEL,
            Ink::Soft,
            Anchor::Middle,
            &customers::decile_name(s, decile.decile),
        );
    }
    canvas.zero_line(&area, &scale);
    canvas.line(points.clone(), Ink::Second, 5.0);
    for (i, (decile, (x, y))) in deciles.iter().zip(&points).enumerate() {
        canvas.dot(*x, *y, 8.0, Ink::Second);
        let share = decile.spend_minor as f64 / total;
        let bar_top = scale.at(share.max(0.0));
        // The first point lies on its own bar, so it needs no second number.
        if i > 0 && i % 2 == 1 {
            let text = s.share(decile.cumulative_share);
            canvas.text(*x, y - 20.0, LABEL, Ink::Text, Anchor::Middle, &text);
        }
        let is_free = i == 0 || bar_top - 14.0 - LABEL > y + 12.0;
        if is_free {
            let lift = if i == 0 { 22.0 } else { 12.0 };
            let text = s.share(share);
            canvas.text(*x, bar_top - lift, LABEL, Ink::Text, Anchor::Middle, &text);
        }
    }
    canvas.end(area.bottom + 44.0);
    let rows = deciles.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn row(decile: &DecileFigure) -> Vec<String> {
    vec![
        decile.decile.to_string(),
        decile.person_count.to_string(),
        decile.spend_minor.to_string(),
        format!("{:.4}", decile.cumulative_share),
    ]
}
