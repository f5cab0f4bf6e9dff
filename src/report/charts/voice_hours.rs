//! Posts by hour against what is usual at that hour of the week, with the hours under alert.

use super::Sketch;
use super::axis::{self, Scale};
use super::canvas::{Anchor, Canvas};
use super::font;
use super::frame::{Area, Mark, NOTE};
use super::labels::voice;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{Figures, VoiceHour};

/// Hours shown at most: a fortnight.
const HOUR_LIMIT: usize = 336;
const PLOT_HEIGHT: f64 = 420.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let all = &figures.voice.hours;
    let hours = &all[all.len().saturating_sub(HOUR_LIMIT)..];
    let most = hours
        .iter()
        .map(|h| h.post_count)
        .max()
        .filter(|n| *n > 0)?;
    let peak = busiest(hours, |h| h.is_alert);
    let wording = voice::hours(s, peak.map(|i| &hours[i]), hours.len());
    let [posts, alert, negative, usual] = voice::hours_keys(s);
    let mut keys = vec![(Mark::Square, Ink::MainSoft, posts)];
    if peak.is_some() {
        keys.push((Mark::Square, Ink::Second, alert));
    }
    keys.push((Mark::Square, Ink::Bad, negative));
    keys.push((Mark::Stroke, Ink::Text, usual));
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let usual_most = hours
        .iter()
        .map(|h| h.expected_count)
        .filter(|v| v.is_finite())
        .fold(most as f64, f64::max);
    let ticks = axis::ticks(0.0, usual_most, 4, 1.0);
    let (area, scale) = canvas.value_axis(top + 36.0, PLOT_HEIGHT, &ticks, |v| s.count(v));
    for (i, hour) in hours.iter().enumerate() {
        let (left, right) = axis::slot(i, hours.len(), area.left, area.right, 60.0);
        let ink = if hour.is_alert {
            Ink::Second
        } else {
            Ink::MainSoft
        };
        let all = hour.post_count as f64;
        let negative = hour.negative_count.min(hour.post_count) as f64;
        canvas.rect(left, scale.at(negative), right, scale.at(all), ink);
        canvas.rect(left, scale.at(0.0), right, scale.at(negative), Ink::Bad);
    }
    canvas.zero_line(&area, &scale);
    canvas.line(usual_line(hours, &area, &scale), Ink::Text, 2.0);
    if let Some(index) = peak.or_else(|| busiest(hours, |_| true)) {
        note(&mut canvas, s, hours, index, &area, &scale);
    }
    canvas.axis_labels(area.bottom + 40.0, &midnights(s, hours, &area));
    canvas.end(area.bottom + 44.0);
    let rows = hours.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// The hour with most posts among some, the earliest of equals.
fn busiest(hours: &[VoiceHour], is_meant: impl Fn(&VoiceHour) -> bool) -> Option<usize> {
    hours
        .iter()
        .enumerate()
        .filter(|(_, h)| is_meant(h) && h.post_count > 0)
        .max_by_key(|(i, h)| (h.post_count, std::cmp::Reverse(*i)))
        .map(|(i, _)| i)
}

/// What is usual, as steps over the hours.
fn usual_line(hours: &[VoiceHour], area: &Area, scale: &Scale) -> Vec<(f64, f64)> {
    let width = (area.right - area.left) / hours.len() as f64;
    hours
        .iter()
        .enumerate()
        .flat_map(|(i, hour)| {
            let y = scale.at(hour.expected_count);
            let left = area.left + width * i as f64;
            [(left, y), (left + width, y)]
        })
        .collect()
}

/// Names the peak beside its bar, on the side with more room.
fn note(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    hours: &[VoiceHour],
    index: usize,
    area: &Area,
    scale: &Scale,
) {
    let (left, right) = axis::slot(index, hours.len(), area.left, area.right, 60.0);
    let text = voice::peak_hour(s, &hours[index]);
    let half = font::width(&text, NOTE) / 2.0;
    let x = ((left + right) / 2.0)
        .min(area.right - half)
        .max(area.left + half);
    let y = scale.at(hours[index].post_count as f64) - 12.0;
    canvas.text(x, y, NOTE, Ink::Text, Anchor::Middle, &text);
}

/// Labels of the days at their midnights; of the first hour when no midnight is shown.
fn midnights(s: &Speaker<'_>, hours: &[VoiceHour], area: &Area) -> Vec<(f64, String)> {
    let width = (area.right - area.left) / hours.len() as f64;
    let is_midnight = |h: &VoiceHour| h.hour.get(10..13) == Some("T00");
    let days: Vec<(f64, String)> = hours
        .iter()
        .enumerate()
        .filter(|(_, h)| is_midnight(h))
        .map(|(i, h)| {
            let day = h.hour.get(..10).unwrap_or(&h.hour);
            (area.left + width * i as f64, s.day(day))
        })
        .collect();
    if !days.is_empty() {
        return days;
    }
    let first = hours.first().map(|h| (area.left, s.hour(&h.hour)));
    first.into_iter().collect()
}

fn row(hour: &VoiceHour) -> Vec<String> {
    vec![
        hour.hour.clone(),
        hour.post_count.to_string(),
        hour.negative_count.to_string(),
        format!("{:.2}", hour.expected_count),
        u8::from(hour.is_alert).to_string(),
    ]
}
