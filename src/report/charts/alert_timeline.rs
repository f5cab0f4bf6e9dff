//! When each alert began, was at its highest and ended, the newest first.

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::frame::{LABEL, Mark, NOTE};
use super::labels::heard;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell, font};
use crate::report::figures::{AlertFigure, Figures};

/// Alerts drawn, the newest; the table holds them all.
const LIMIT: usize = 8;
const ROW: f64 = 88.0;
const BAR: f64 = 34.0;
const NAME_LIMIT: f64 = 420.0;
const VALUE_LIMIT: f64 = 420.0;
const DAY_HOURS: i64 = 24;
/// Least hours drawn, so that a short alert is no banner.
const LEAST_HOURS: i64 = 48;

/// An alert with its hours, counted from 1970-01-01.
struct Span<'a> {
    alert: &'a AlertFigure,
    start: i64,
    peak: i64,
    end: i64,
}

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let spans: Vec<Span<'_>> = figures
        .alerts
        .iter()
        .take(LIMIT)
        .filter_map(|alert| {
            Some(Span {
                alert,
                start: hour_number(&alert.started_at)?,
                peak: hour_number(&alert.peak_at)?,
                // The last hour is in it.
                end: hour_number(&alert.ended_at)?.saturating_add(1),
            })
        })
        .collect();
    let first = spans.iter().map(|span| span.start).min()?;
    let last = spans.iter().map(|span| span.end).max()?;
    let worst = spans
        .iter()
        .rev()
        .max_by_key(|span| span.alert.post_count)?;
    let wording = heard::alert_timeline(s, worst.alert, figures.alerts.len());
    let [flare_up, volume] = heard::alert_keys(s);
    let keys: Vec<_> = [(Ink::Bad, flare_up), (Ink::Main, volume)]
        .into_iter()
        .filter(|(ink, _)| spans.iter().any(|span| ink_of(span.alert) == *ink))
        .map(|(ink, text)| (Mark::Square, ink, text))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let last = last.max(first.saturating_add(LEAST_HOURS));
    let bottom = draw(&mut canvas, s, &spans, (first, last), top);
    canvas.end(bottom);
    let rows = figures.alerts.iter().map(|alert| row(s, alert)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn draw(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    spans: &[Span<'_>],
    (first, last): (i64, i64),
    top: f64,
) -> f64 {
    let texts: Vec<[String; 4]> = spans
        .iter()
        .map(|span| heard::alert_texts(s, span.alert))
        .collect();
    let widest = |place: usize, size: f64, limit: f64| {
        Canvas::gutter(texts.iter().map(|t| t[place].as_str()), size, limit)
    };
    let gutter = widest(0, LABEL, NAME_LIMIT).max(widest(1, NOTE, NAME_LIMIT));
    let room = widest(2, LABEL, VALUE_LIMIT).max(widest(3, NOTE, VALUE_LIMIT));
    let (left, right) = (MARGIN + gutter + 40.0, WIDTH - MARGIN - room - 32.0);
    let scale = Scale::new(first as f64, last as f64, left, right);
    let bottom = top + ROW * spans.len() as f64;
    let mut labels: Vec<(f64, String)> = Vec::new();
    // Every midnight, or as many of them as there is room for marks.
    let days = (last - first) / DAY_HOURS + 1;
    let step = DAY_HOURS * (days / 40 + 1);
    let mut midnight = (first + DAY_HOURS - 1).div_euclid(DAY_HOURS) * DAY_HOURS;
    while midnight <= last {
        let x = scale.at(midnight as f64);
        canvas.upright(x, top, bottom, Ink::Grid, 2.0);
        labels.push((x, s.day(&day_name(midnight.div_euclid(DAY_HOURS)))));
        midnight += step;
    }
    for (i, (span, [name, note, value, detail])) in spans.iter().zip(&texts).enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let (upper, lower) = (middle - 16.0, middle + 18.0);
        let name = font::shorten(name, LABEL, NAME_LIMIT);
        let note = font::shorten(note, NOTE, NAME_LIMIT);
        canvas.text_at(MARGIN, upper, LABEL, Ink::Text, Anchor::Start, &name);
        canvas.text_at(MARGIN, lower, NOTE, Ink::Soft, Anchor::Start, &note);
        let (x0, x1) = (scale.at(span.start as f64), scale.at(span.end as f64));
        let ink = ink_of(span.alert);
        canvas.rect(
            x0,
            middle - BAR / 2.0,
            x1.max(x0 + 4.0),
            middle + BAR / 2.0,
            ink,
        );
        let peak = scale.at(span.peak as f64 + 0.5);
        canvas.upright(
            peak,
            middle - BAR / 2.0 - 8.0,
            middle + BAR / 2.0 + 8.0,
            Ink::Text,
            4.0,
        );
        let value = font::shorten(value, LABEL, VALUE_LIMIT);
        let detail = font::shorten(detail, NOTE, VALUE_LIMIT);
        let x = WIDTH - MARGIN;
        canvas.text_at(x, upper, LABEL, Ink::Text, Anchor::End, &value);
        canvas.text_at(x, lower, NOTE, Ink::Soft, Anchor::End, &detail);
    }
    canvas.axis_labels(bottom + 36.0, &labels);
    bottom + 42.0
}

fn ink_of(alert: &AlertFigure) -> Ink {
    match alert.kind.as_str() {
        "flare_up" => Ink::Bad,
        _ => Ink::Main,
    }
}

/// The hours from 1970-01-01 to a local hour `YYYY-MM-DDTHH:00`.
fn hour_number(hour: &str) -> Option<i64> {
    let (date, time) = hour.split_once('T')?;
    let date: jiff::civil::Date = date.parse().ok()?;
    let clock: i64 = time.get(..2)?.parse().ok()?;
    let days = date
        .duration_since(jiff::civil::date(1970, 1, 1))
        .as_hours()
        / DAY_HOURS;
    (0..DAY_HOURS)
        .contains(&clock)
        .then(|| days * DAY_HOURS + clock)
}

/// The day of a number of days since 1970-01-01, `YYYY-MM-DD`.
fn day_name(days: i64) -> String {
    let span = jiff::Span::new().try_days(days).unwrap_or_default();
    jiff::civil::date(1970, 1, 1)
        .saturating_add(span)
        .to_string()
}

fn row(s: &Speaker<'_>, alert: &AlertFigure) -> Vec<String> {
    vec![
        s.name("alert_kind", &alert.kind).to_owned(),
        s.name("alert_state", &alert.state).to_owned(),
        s.name("alert_cause", &alert.cause).to_owned(),
        alert.started_at.clone(),
        cell(alert.flared_at.clone()),
        alert.peak_at.clone(),
        alert.ended_at.clone(),
        alert.post_count.to_string(),
        cell(alert.author_count.told()),
        cell(alert.reach),
        heard::spreaders(s, alert),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_from_the_epoch_and_back() {
        assert_eq!(hour_number("1970-01-02T03:00"), Some(27));
        assert_eq!(hour_number("1969-12-31T23:00"), Some(-1));
        let number = hour_number("2026-09-24T19:00").unwrap();
        assert_eq!(day_name(number.div_euclid(24)), "2026-09-24");
        for odd in [
            "",
            "soon",
            "2026-09-24",
            "2026-09-24T99:00",
            "2026-13-01T00:00",
        ] {
            assert_eq!(hour_number(odd), None, "{odd}");
        }
    }
}
