//! Who agreed to what: one bar of persons per purpose, full where all counts are told.

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, Mark};
use super::labels::outreach;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{ConsentFigure, Counted, Figures};

const ROW: f64 = 66.0;
const BAR: f64 = 44.0;
/// Purposes nobody is contacted by.
const NO_CHANNEL: [&str; 2] = ["analyse", "link_social"];

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let mut consents: Vec<&ConsentFigure> = figures
        .data
        .consents
        .iter()
        .filter(|c| total(c) > 0.0)
        .collect();
    // Without a single answer there is nothing to show.
    if !consents.iter().any(|c| {
        [c.granted_count, c.denied_count]
            .iter()
            .any(|c| *c != Counted::Told(0))
    }) {
        return None;
    }
    consents.sort_by_key(|c| std::cmp::Reverse(c.granted_count.told()));
    let best = consents
        .iter()
        .find(|c| !NO_CHANNEL.contains(&c.purpose.as_str()))
        .or(consents.first())?;
    let wording = outreach::consents(s, best);
    let [granted, denied, missing] = outreach::consents_keys(s);
    let keys = [
        (Mark::Square, Ink::Main, granted),
        (Mark::Square, Ink::Second, denied),
        (Mark::Square, Ink::Neutral, missing),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let names: Vec<String> = consents
        .iter()
        .map(|c| outreach::purpose(s, &c.purpose))
        .collect();
    let left = MARGIN + Canvas::gutter(names.iter().map(String::as_str), LABEL, 400.0) + 28.0;
    for (i, (consent, name)) in consents.iter().zip(&names).enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let name = font::shorten(name, LABEL, 400.0);
        canvas.text_at(MARGIN, middle, LABEL, Ink::Text, Anchor::Start, &name);
        bar(&mut canvas, s, consent, left, middle);
    }
    canvas.end(top + ROW * consents.len() as f64);
    let rows = consents.iter().map(|c| row(c, s)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn total(consent: &ConsentFigure) -> f64 {
    let told = [
        consent.granted_count,
        consent.denied_count,
        consent.missing_count,
    ];
    let told: f64 = told
        .iter()
        .filter_map(|count| count.told())
        .map(|count| count as f64)
        .sum();
    told.max(consent.person_count as f64)
}

fn bar(canvas: &mut Canvas, s: &Speaker<'_>, consent: &ConsentFigure, left: f64, middle: f64) {
    let total = total(consent);
    let scale = Scale::new(0.0, total, left, WIDTH - MARGIN);
    let mut base = 0.0;
    for (i, (count, ink, on)) in [
        (consent.granted_count, Ink::Main, Ink::OnHigh),
        (consent.denied_count, Ink::Second, Ink::OnSecond),
        (consent.missing_count, Ink::Neutral, Ink::OnLow),
    ]
    .into_iter()
    .enumerate()
    {
        // What is held back leaves the rest of the bar empty.
        let Some(count) = count.told() else { continue };
        let (x0, x1) = (scale.at(base), scale.at(base + count as f64));
        base += count as f64;
        canvas.rect(x0, middle - BAR / 2.0, x1, middle + BAR / 2.0, ink);
        let mut text = s.persons(count);
        if i == 0 {
            text = format!("{text} ({})", s.share(count as f64 / total));
        }
        if font::width(&text, LABEL) + 28.0 > x1 - x0 {
            text = s.count(count as f64);
        }
        if count > 0 && font::width(&text, LABEL) + 20.0 <= x1 - x0 {
            canvas.text_at(x0 + 14.0, middle, LABEL, on, Anchor::Start, &text);
        }
    }
}

fn row(consent: &ConsentFigure, s: &Speaker<'_>) -> Vec<String> {
    vec![
        outreach::purpose(s, &consent.purpose),
        cell(consent.granted_count.told()),
        cell(consent.denied_count.told()),
        cell(consent.missing_count.told()),
    ]
}
