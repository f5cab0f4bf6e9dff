//! Cumulative repeat purchases, bought and expected, with the weeks the model had not seen.

use super::Sketch;
use super::axis;
use super::canvas::{Anchor, Canvas};
use super::frame::{Area, LABEL, Mark, NOTE};
use super::labels::customers;
use super::palette::Ink;
use super::speaker::Speaker;
use super::timeline;
use crate::report::figures::{Figures, TrackingWeek};

const PLOT_HEIGHT: f64 = 460.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let lifetime = figures.lifetime.as_ref()?;
    let weeks = &lifetime.tracking;
    let most = weeks
        .iter()
        .flat_map(|w| [w.actual_count, w.expected_count])
        .filter(|v| v.is_finite())
        .fold(0.0, f64::max);
    if weeks.len() < 2 || most <= 0.0 {
        return None;
    }
    let holdout = lifetime
        .holdout_from
        .as_deref()
        .and_then(|from| weeks.iter().position(|w| w.week.as_str() >= from));
    let wording = customers::tracking(s, &lifetime.model, holdout.map(|first| gap(weeks, first)));
    let [actual, expected] = customers::tracking_keys(s);
    let keys = [
        (Mark::Stroke, Ink::Main, actual),
        (Mark::Stroke, Ink::Second, expected),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let ticks = axis::ticks(0.0, most, 4, 1.0);
    let shade_at = canvas.shapes.len();
    let (mut area, scale) = canvas.value_axis(top, PLOT_HEIGHT, &ticks, |v| s.count(v));
    let full = area;
    // The last values stand right of the lines.
    let last = &weeks[weeks.len() - 1];
    let ends = [last.actual_count, last.expected_count].map(|v| s.count(v));
    area.right -= Canvas::gutter(ends.iter().map(String::as_str), LABEL, 240.0) + 24.0;
    let x = |i: usize| {
        let (left, right) = axis::slot(i, weeks.len(), area.left, area.right, f64::INFINITY);
        (left + right) / 2.0
    };
    if let Some(first) = holdout {
        let notes = customers::tracking_holdout(s, gap(weeks, first));
        shade(&mut canvas, &notes, &area, x(first), shade_at);
    }
    let line = |value: fn(&TrackingWeek) -> f64| -> Vec<(f64, f64)> {
        weeks
            .iter()
            .enumerate()
            .map(|(i, w)| (x(i), scale.at(value(w))))
            .collect()
    };
    canvas.line(line(|w| w.expected_count), Ink::Second, 5.0);
    canvas.line(line(|w| w.actual_count), Ink::Main, 5.0);
    canvas.zero_line(&full, &scale);
    let (mut ya, mut ye) = (scale.at(last.actual_count), scale.at(last.expected_count));
    canvas.dot(x(weeks.len() - 1), ye, 9.0, Ink::Second);
    canvas.dot(x(weeks.len() - 1), ya, 9.0, Ink::Main);
    let apart = LABEL * 1.25;
    if (ya - ye).abs() < apart {
        let middle = (ya + ye) / 2.0;
        let sign = if ya <= ye { -1.0 } else { 1.0 };
        ya = middle + sign * apart / 2.0;
        ye = middle - sign * apart / 2.0;
    }
    let left = x(weeks.len() - 1) + 20.0;
    canvas.text_at(left, ya, LABEL, Ink::Main, Anchor::Start, &ends[0]);
    canvas.text_at(left, ye, LABEL, Ink::Soft, Anchor::Start, &ends[1]);
    let days: Vec<&str> = weeks.iter().map(|w| w.week.as_str()).collect();
    canvas.axis_labels(area.bottom + 40.0, &timeline::labels(s, &days, &area));
    canvas.end(area.bottom + 44.0);
    let rows = weeks.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// Bought and expected purchases of the weeks from `first` on.
fn gap(weeks: &[TrackingWeek], first: usize) -> (f64, f64) {
    let (start_actual, start_expected) = first.checked_sub(1).map_or((0.0, 0.0), |i| {
        (weeks[i].actual_count, weeks[i].expected_count)
    });
    let last = &weeks[weeks.len() - 1];
    (
        last.actual_count - start_actual,
        last.expected_count - start_expected,
    )
}

/// Shades the weeks the model had not seen, below the grid lines, and writes notes into them.
fn shade(canvas: &mut Canvas, notes: &[String], area: &Area, left: f64, index: usize) {
    let drawn = canvas.shapes.len();
    canvas.rect(left, area.top, area.right, area.bottom, Ink::Shade);
    if canvas.shapes.len() > drawn
        && let Some(shape) = canvas.shapes.pop()
    {
        canvas.shapes.insert(index, shape);
    }
    canvas.upright(left, area.top, area.bottom, Ink::Axis, 2.0);
    let widest = Canvas::gutter(notes.iter().map(String::as_str), NOTE, f64::INFINITY);
    let (x, anchor) = if left + 16.0 + widest < area.right {
        (left + 16.0, Anchor::Start)
    } else {
        (left - 16.0, Anchor::End)
    };
    // Both lines grow, so the lower right corner is free.
    for (line, text) in notes.iter().rev().enumerate() {
        let y = area.bottom - 18.0 - NOTE * 1.4 * line as f64;
        canvas.text(x, y, NOTE, Ink::Soft, anchor, text);
    }
}

fn row(week: &TrackingWeek) -> Vec<String> {
    vec![
        week.week.clone(),
        format!("{}", week.actual_count),
        format!("{:.2}", week.expected_count),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::canvas::Shape;
    use crate::report::charts::fixture;
    use crate::report::words::Lang;

    #[test]
    fn the_totals_behind_the_error_are_in_the_sentence_and_in_the_picture() {
        let figures = fixture::shop();
        let lifetime = figures.lifetime.as_ref().unwrap();
        let from = lifetime.holdout_from.as_deref().unwrap();
        let weeks = &lifetime.tracking;
        let first = weeks.iter().position(|w| w.week.as_str() >= from).unwrap();
        let speaker = Speaker::new(&figures, Lang::En);
        let (actual, expected) = gap(weeks, first);
        let (actual, expected) = (speaker.count(actual), speaker.count(expected));
        let sketch = sketch(&figures, &speaker).unwrap();
        let title = sketch.wording.title;
        assert!(
            title.contains(&actual) && title.contains(&expected),
            "{title}"
        );
        let note = format!("In these alone: {actual} actual, {expected} forecast");
        let is_note = |shape: &Shape| matches!(shape, Shape::Text { text, .. } if *text == note);
        assert!(sketch.canvas.shapes.iter().any(is_note), "{note}");
    }
}
