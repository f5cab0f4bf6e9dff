//! The Lorenz curve: which share of the sales the least spending share of the customers makes.

use super::Sketch;
use super::axis::{self, Scale};
use super::canvas::{Anchor, Canvas};
use super::frame::{LABEL, Mark};
use super::labels::worth;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{DecileFigure, Figures};

const PLOT_HEIGHT: f64 = 520.0;
/// Shares of the customers whose share of the sales is written beside the curve.
const WRITTEN: [f64; 2] = [0.5, 0.9];

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let points = curve(&figures.deciles)?;
    let at = |share: f64| interpolated(&points, share);
    let wording = worth::lorenz(s, at(0.5), figures.spend_gini);
    let [actual, even] = worth::lorenz_keys(s);
    let keys = [
        (Mark::Stroke, Ink::Main, actual),
        (Mark::Stroke, Ink::Axis, even),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let low = points.iter().map(|p| p.1).fold(0.0, f64::min);
    let high = points.iter().map(|p| p.1).fold(1.0, f64::max);
    let ticks = axis::ticks(low, high, 4, 0.0);
    let (area, scale) = canvas.value_axis(top, PLOT_HEIGHT, &ticks, |v| s.share(v));
    let across = Scale::new(0.0, 1.0, area.left, area.right);
    canvas.zero_line(&area, &scale);
    let even_line = vec![
        (across.at(0.0), scale.at(0.0)),
        (across.at(1.0), scale.at(1.0)),
    ];
    canvas.line(even_line, Ink::Axis, 3.0);
    let place = |p: &(f64, f64)| (across.at(p.0), scale.at(p.1));
    canvas.line(points.iter().map(place).collect(), Ink::Main, 5.0);
    for point in &points {
        let (x, y) = place(point);
        canvas.dot(x, y, 7.0, Ink::Main);
    }
    for share in WRITTEN {
        let (x, y) = place(&(share, at(share)));
        let text = worth::lorenz_point(s, share, at(share));
        // Left of the curve and above it there is nothing but the line of evenness.
        let y = (y - 30.0).max(area.top + 16.0);
        canvas.text_at(x - 14.0, y, LABEL, Ink::Text, Anchor::End, &text);
    }
    let labels: Vec<(f64, String)> = (0..=5)
        .map(|i| f64::from(i) / 5.0)
        .map(|share| (across.at(share), s.share(share)))
        .collect();
    canvas.axis_labels(area.bottom + 40.0, &labels);
    canvas.end(area.bottom + 44.0);
    let rows = points
        .iter()
        .map(|p| vec![format!("{:.4}", p.0), format!("{:.4}", p.1)])
        .collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// Shares of the customers and of the sales so far, the least spending tenth first; none of fewer than two tenths or without sales.
fn curve(deciles: &[DecileFigure]) -> Option<Vec<(f64, f64)>> {
    let persons: f64 = deciles.iter().map(|d| d.person_count as f64).sum();
    let spend: f64 = deciles.iter().map(|d| d.spend_minor as f64).sum();
    if deciles.len() < 2 || persons <= 0.0 || spend <= 0.0 {
        return None;
    }
    let mut worst_first: Vec<&DecileFigure> = deciles.iter().collect();
    worst_first.sort_by_key(|d| std::cmp::Reverse(d.decile));
    let mut points = vec![(0.0, 0.0)];
    let mut sum = (0.0, 0.0);
    for decile in worst_first {
        sum.0 += decile.person_count as f64;
        sum.1 += decile.spend_minor as f64;
        points.push((sum.0 / persons, sum.1 / spend));
    }
    Some(points)
}

/// Share of the sales at a share of the customers, straight between two points.
fn interpolated(points: &[(f64, f64)], share: f64) -> f64 {
    let pair = points.windows(2).find(|pair| pair[1].0 >= share);
    let Some([from, to]) = pair else {
        return points.last().map_or(0.0, |p| p.1);
    };
    let width = to.0 - from.0;
    if width <= 0.0 {
        return to.1;
    }
    from.1 + (to.1 - from.1) * (share - from.0) / width
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decile(decile: u32, person_count: u64, spend_minor: i64) -> DecileFigure {
        DecileFigure {
            decile,
            person_count,
            spend_minor,
            cumulative_share: 0.0,
        }
    }

    #[test]
    fn the_curve_rises_from_the_least_to_the_most_spending() {
        let points = curve(&[decile(1, 10, 700), decile(2, 10, 300)]).unwrap();
        assert_eq!(points, [(0.0, 0.0), (0.5, 0.3), (1.0, 1.0)]);
        assert_eq!(interpolated(&points, 0.5), 0.3);
        assert!((interpolated(&points, 0.75) - 0.65).abs() < 1e-12);
        assert_eq!(interpolated(&points, 2.0), 1.0);
    }

    #[test]
    fn without_sales_there_is_no_curve() {
        assert!(curve(&[decile(1, 10, 0), decile(2, 10, 0)]).is_none());
        assert!(curve(&[decile(1, 10, 100)]).is_none());
    }
}
