//! Calibration: in groups of like forecast, what was forecast (across) and what was bought (upwards).

use super::Sketch;
use super::axis::{self, Scale};
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::worth;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{CalibrationFigure, Figures};

const PLOT_HEIGHT: f64 = 520.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let groups: Vec<&CalibrationFigure> =
        figures.calibration.iter().filter(|g| is_known(g)).collect();
    let most = groups
        .iter()
        .map(|g| g.predicted_mean.max(g.actual_high))
        .fold(0.0, f64::max);
    if groups.is_empty() || most <= 0.0 {
        return None;
    }
    let met = groups.iter().filter(|g| g.is_met()).count();
    let model = figures.model_choices.iter().find(|choice| choice.is_chosen);
    let model = model.map_or("", |choice| s.name("model", &choice.model));
    let wording = worth::calibration(s, model, met, groups.len());
    let [actual, even] = worth::calibration_keys(s);
    let keys = [
        (Mark::Stroke, Ink::Main, actual),
        (Mark::Stroke, Ink::Axis, even),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let ticks = axis::ticks(0.0, most, 5, 0.0);
    let named = |v: f64| s.numbers.decimal(v, 2);
    let (area, scale) = canvas.value_axis(top, PLOT_HEIGHT, &ticks, named);
    let across = Scale::new(ticks.low, ticks.high, area.left, area.right);
    canvas.zero_line(&area, &scale);
    let even_line = vec![
        (area.left, scale.at(ticks.low)),
        (area.right, scale.at(ticks.high)),
    ];
    canvas.line(even_line, Ink::Axis, 3.0);
    for group in &groups {
        let x = across.at(group.predicted_mean);
        let ink = if group.is_met() { Ink::Main } else { Ink::Bad };
        let (low, high) = (scale.at(group.actual_low), scale.at(group.actual_high));
        canvas.upright(x, high, low, ink, 4.0);
        canvas.level(x - 10.0, x + 10.0, high, ink, 4.0);
        canvas.level(x - 10.0, x + 10.0, low, ink, 4.0);
        canvas.dot(x, scale.at(group.actual_mean), 11.0, ink);
    }
    let labels: Vec<(f64, String)> = ticks
        .values
        .iter()
        .map(|v| (across.at(*v), named(*v)))
        .collect();
    canvas.axis_labels(area.bottom + 40.0, &labels);
    canvas.end(area.bottom + 44.0);
    let rows = groups.iter().map(|g| row(g)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn is_known(group: &CalibrationFigure) -> bool {
    let values = [
        group.predicted_mean,
        group.actual_mean,
        group.actual_low,
        group.actual_high,
    ];
    values.iter().all(|value| value.is_finite())
}

fn row(group: &CalibrationFigure) -> Vec<String> {
    let decimal = |value: f64| format!("{value:.4}");
    vec![
        group.bin.to_string(),
        group.person_count.to_string(),
        decimal(group.predicted_mean),
        decimal(group.actual_mean),
        decimal(group.actual_low),
        decimal(group.actual_high),
    ]
}
