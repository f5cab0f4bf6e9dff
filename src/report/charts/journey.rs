//! The journey by what is said: opinions of each stage, from hearing of the shop to recommending it, and complaints.

use super::Sketch;
use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::network;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{Figures, JourneyFigure};

/// Stage that is bad news.
const COMPLAIN: &str = "complain";

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let stages = &figures.voice.journey;
    let of = |key: &str| stages.iter().find(|one| one.stage == key);
    let most = stages
        .iter()
        .rev()
        .max_by_key(|one| one.post_count)
        .filter(|one| one.post_count > 0)?;
    let wording = network::journey(s, most, of("recommend"), of(COMPLAIN));
    let before = network::period_before(s);
    let keys = [(Mark::Stroke, Ink::Text, before.as_str())];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = stages.iter().map(|one| bar(s, one)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = stages
        .iter()
        .map(|one| {
            vec![
                s.heading("journey", &one.stage),
                one.post_count.to_string(),
                one.previous_post_count.to_string(),
            ]
        })
        .collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, one: &JourneyFigure) -> Bar {
    let ink = match one.stage.as_str() {
        COMPLAIN => Ink::Bad,
        "satisfied" | "recommend" => Ink::Good,
        _ => Ink::Main,
    };
    Bar {
        name: s.heading("journey", &one.stage),
        note: String::new(),
        parts: vec![(one.post_count as f64, ink)],
        mark: Some(one.previous_post_count as f64),
        value: s.posts(one.post_count),
        detail: network::posts_before(s, &s.posts(one.previous_post_count)),
    }
}
