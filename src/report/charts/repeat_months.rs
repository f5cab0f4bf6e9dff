//! Month by month: how many new buyers come a second time, and how many customers leave.

use super::axis;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::worth;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, MonthFigure};

const PLOT_HEIGHT: f64 = 420.0;

/// A rate of a month.
type Rate = fn(&MonthFigure) -> Option<f64>;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let months = &figures.months;
    let rates: [Rate; 2] = [|m| m.f2_rate, |m| m.churn_rate];
    let known = |rate: Rate| {
        let mut found = months.iter().rev().filter_map(move |m| Some((m, rate(m)?)));
        found.next()
    };
    let newest = rates.map(known);
    if months.len() < 2 || newest.iter().all(Option::is_none) {
        return None;
    }
    let most = months
        .iter()
        .flat_map(|m| rates.map(|rate| rate(m)))
        .flatten()
        .filter(|v| v.is_finite())
        .fold(0.01, f64::max);
    let wording = worth::repeat_months(s, newest);
    let [f2, churn] = worth::repeat_months_keys(s);
    let keys = [
        (Mark::Stroke, Ink::Main, f2),
        (Mark::Stroke, Ink::Second, churn),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let ticks = axis::ticks(0.0, most, 4, 0.0);
    let (area, scale) = canvas.value_axis(top, PLOT_HEIGHT, &ticks, |v| s.share(v));
    canvas.zero_line(&area, &scale);
    let x = |i: usize| {
        let (left, right) = axis::slot(i, months.len(), area.left, area.right, f64::INFINITY);
        (left + right) / 2.0
    };
    for (rate, ink) in rates.into_iter().zip([Ink::Main, Ink::Second]) {
        // A month that is not known breaks the line.
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (i, month) in months.iter().enumerate() {
            match rate(month).filter(|v| v.is_finite()) {
                Some(value) => {
                    let point = (x(i), scale.at(value));
                    canvas.dot(point.0, point.1, 6.0, ink);
                    points.push(point);
                }
                None => canvas.line(std::mem::take(&mut points), ink, 5.0),
            }
        }
        canvas.line(points, ink, 5.0);
    }
    let labels: Vec<(f64, String)> = months
        .iter()
        .enumerate()
        .map(|(i, month)| (x(i), s.month(&month.month)))
        .collect();
    canvas.axis_labels(area.bottom + 40.0, &labels);
    canvas.end(area.bottom + 44.0);
    let rows = months.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn row(month: &MonthFigure) -> Vec<String> {
    let share = |value: Option<f64>| cell(value.map(|v| format!("{v:.4}")));
    vec![
        month.month.clone(),
        month.sales_minor.to_string(),
        cell(month.order_count),
        cell(month.mean_order_minor.map(|v| format!("{v:.2}"))),
        cell(month.buyer_count),
        share(month.repeat_rate),
        share(month.f2_rate),
        share(month.churn_rate),
    ]
}
