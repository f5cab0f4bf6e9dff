//! The journey by orders: persons who are known, bought once, twice, by habit, or have lapsed.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::{customers, network};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, OrderStageFigure};

/// Stage that is bad news.
const LAPSED: &str = "lapsed";

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let stages = &figures.order_stages;
    let known = |key: &str| {
        let stage = stages.iter().find(|one| one.stage == key)?;
        Some((stage.person_count?, stage.previous_person_count))
    };
    stages.iter().find(|one| one.person_count.is_some())?;
    let wording = network::order_stages(s, known("habitual"), known(LAPSED));
    let before = network::moment_before(s);
    let keys = [(Mark::Stroke, Ink::Text, before.as_str())];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = stages.iter().map(|one| bar(s, one)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = stages
        .iter()
        .map(|one| {
            vec![
                s.heading("order_stage", &one.stage),
                cell(one.person_count),
                cell(one.previous_person_count),
            ]
        })
        .collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, one: &OrderStageFigure) -> Bar {
    let name = s.heading("order_stage", &one.stage);
    let Some(count) = one.person_count else {
        return Bar {
            name,
            value: customers::hidden(s),
            ..Bar::default()
        };
    };
    let ink = if one.stage == LAPSED {
        Ink::Bad
    } else {
        Ink::Main
    };
    Bar {
        name,
        note: String::new(),
        parts: vec![(count as f64, ink)],
        mark: one.previous_person_count.map(|before| before as f64),
        value: s.persons(count),
        detail: one
            .previous_person_count
            .map(|before| network::persons_before(s, &s.persons(before)))
            .unwrap_or_default(),
    }
}
