//! How much of the voice is whose, with the share before marked across the bar.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::heard;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, ShareFigure};

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let shares = &figures.voice.shares;
    // A brand without a competitor has all of the voice.
    let has_rivals = shares.iter().any(|one| one.kind == "competitor");
    let shown: Vec<&ShareFigure> = shares
        .iter()
        .filter(|one| one.share.is_some() && (has_rivals || one.kind != "brand"))
        .collect();
    let first = *shown.first()?;
    let told = shown.iter().find(|one| one.kind == "brand").copied();
    let wording = heard::shares(s, told.unwrap_or(first));
    let keys: Vec<_> = ["brand", "competitor", "product"]
        .into_iter()
        .filter(|kind| shown.iter().any(|one| one.kind == *kind))
        .map(|kind| (Mark::Square, ink_of(kind), s.name("share_kind", kind)))
        .chain([(Mark::Stroke, Ink::Text, heard::shares_before(s))])
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = shown.iter().map(|one| bar(s, one)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = shares.iter().map(|one| row(s, one)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn ink_of(kind: &str) -> Ink {
    match kind {
        "brand" => Ink::Main,
        "competitor" => Ink::Neutral,
        _ => Ink::MainSoft,
    }
}

fn bar(s: &Speaker<'_>, one: &ShareFigure) -> Bar {
    let change = one
        .share
        .zip(one.previous_share)
        .map(|(now, before)| now - before);
    Bar {
        name: one.name.clone(),
        note: s.posts(one.post_count),
        parts: vec![(one.share.unwrap_or(0.0), ink_of(&one.kind))],
        mark: one.previous_share,
        value: one.share.map_or_else(String::new, |v| s.share(v)),
        detail: change.map_or_else(String::new, |v| s.numbers.signed_points(v)),
    }
}

fn row(s: &Speaker<'_>, one: &ShareFigure) -> Vec<String> {
    let share = |value: Option<f64>| cell(value.map(|v| format!("{v:.4}")));
    vec![
        s.name("share_kind", &one.kind).to_owned(),
        one.name.clone(),
        one.post_count.to_string(),
        cell(one.previous_post_count),
        share(one.share),
        share(one.previous_share),
        one.positive_count.to_string(),
        one.negative_count.to_string(),
        cell(one.search_count),
    ]
}
