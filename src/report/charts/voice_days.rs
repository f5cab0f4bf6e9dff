//! Posts by day: complaints at the bottom, where their change is easiest to see.

use super::Sketch;
use super::axis;
use super::canvas::{Anchor, Canvas};
use super::font;
use super::frame::{Area, Mark, NOTE};
use super::labels::voice;
use super::palette::Ink;
use super::speaker::Speaker;
use super::timeline;
use crate::report::figures::{Figures, VoiceDay};
use std::ops::Range;

/// Days shown at most.
const DAY_LIMIT: usize = 90;
const PLOT_HEIGHT: f64 = 420.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let all = &figures.voice.days;
    let days = &all[all.len().saturating_sub(DAY_LIMIT)..];
    let most = days.iter().map(count).max().filter(|most| *most > 0)?;
    let reported = reported(days, &figures.period.from, &figures.period.to);
    let wording = voice::days(s, &finding(days, &reported), days.len());
    let [negative, neutral, positive] = voice::days_keys(s);
    let keys = [
        (Mark::Square, Ink::Bad, negative),
        (Mark::Square, Ink::Neutral, neutral),
        (Mark::Square, Ink::Good, positive),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let ticks = axis::ticks(0.0, most as f64, 4, 1.0);
    let (area, scale) = canvas.value_axis(top + 76.0, PLOT_HEIGHT, &ticks, |v| s.count(v));
    let slot = |i: usize| axis::slot(i, days.len(), area.left, area.right, 110.0);
    for (i, day) in days.iter().enumerate() {
        let (left, right) = slot(i);
        let mut base = 0.0;
        for (value, ink) in [
            (day.negative_count, Ink::Bad),
            (day.neutral_count, Ink::Neutral),
            (day.positive_count, Ink::Good),
        ] {
            let end = base + value as f64;
            canvas.rect(left, scale.at(base), right, scale.at(end), ink);
            base = end;
        }
    }
    canvas.zero_line(&area, &scale);
    let span = (slot(reported.start).0, slot(reported.end - 1).1);
    bracket(&mut canvas, s, &area, span);
    let peak = days.iter().position(|d| count(d) == most)?;
    let middle = (slot(peak).0 + slot(peak).1) / 2.0;
    let text = voice::peak_day(s, &days[peak].date, most);
    let half = font::width(&text, NOTE) / 2.0;
    let x = middle.min(area.right - half).max(area.left + half);
    let y = scale.at(most as f64) - 12.0;
    canvas.text(x, y, NOTE, Ink::Text, Anchor::Middle, &text);
    let dates: Vec<&str> = days.iter().map(|d| d.date.as_str()).collect();
    canvas.axis_labels(area.bottom + 40.0, &timeline::labels(s, &dates, &area));
    canvas.end(area.bottom + 44.0);
    let rows = days.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn count(day: &VoiceDay) -> u64 {
    day.positive_count
        .saturating_add(day.neutral_count)
        .saturating_add(day.negative_count)
}

/// Days that lie in the period, the last one when none does.
fn reported(days: &[VoiceDay], from: &str, to: &str) -> Range<usize> {
    let inside = |d: &VoiceDay| d.date.as_str() >= from && d.date.as_str() <= to;
    let first = days.iter().position(inside);
    let last = days.iter().rposition(inside);
    match (first, last) {
        (Some(first), Some(last)) => first..last + 1,
        _ => days.len() - 1..days.len(),
    }
}

fn finding(days: &[VoiceDay], reported: &Range<usize>) -> voice::DaysFinding {
    let sum = |days: &[VoiceDay]| {
        days.iter().fold((0_u64, 0_u64), |sum, d| {
            (
                sum.0.saturating_add(count(d)),
                sum.1.saturating_add(d.negative_count),
            )
        })
    };
    voice::DaysFinding {
        now: sum(&days[reported.clone()]),
        before: reported
            .start
            .checked_sub(reported.len())
            .map(|first| sum(&days[first..reported.start])),
        day_count: reported.len(),
    }
}

/// Marks the reported days above the bars.
fn bracket(canvas: &mut Canvas, s: &Speaker<'_>, area: &Area, (left, right): (f64, f64)) {
    let y = area.top - 44.0;
    canvas.level(left, right, y, Ink::Axis, 3.0);
    canvas.upright(left + 1.5, y, y + 12.0, Ink::Axis, 3.0);
    canvas.upright(right - 1.5, y, y + 12.0, Ink::Axis, 3.0);
    let text = voice::days_period(s);
    let half = font::width(text, NOTE) / 2.0;
    let x = ((left + right) / 2.0)
        .min(area.right - half)
        .max(area.left + half);
    canvas.text(x, y - 12.0, NOTE, Ink::Soft, Anchor::Middle, text);
}

fn row(day: &VoiceDay) -> Vec<String> {
    vec![
        day.date.clone(),
        day.positive_count.to_string(),
        day.neutral_count.to_string(),
        day.negative_count.to_string(),
    ]
}
