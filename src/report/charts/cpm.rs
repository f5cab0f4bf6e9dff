//! The customer portfolio: five groups by how long and how much they bought, those who still come and those who lapsed.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::{customers, worth};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{CpmFigure, Figures};

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let groups = &figures.cpm;
    if !groups.iter().any(|g| g.person_count.is_some_and(|n| n > 0)) {
        return None;
    }
    let find = |group: &str, state: &str| {
        let mut found = groups.iter();
        found.find(|g| g.cpm_group == group && g.cpm_state == state)
    };
    let wording = worth::cpm(s, find("prime", "active"), find("prime", "lapsed"));
    let [active, lapsed] = worth::cpm_keys(s);
    let keys = [
        (Mark::Square, Ink::Main, active),
        (Mark::Square, Ink::Neutral, lapsed),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let mut names: Vec<&str> = groups.iter().map(|g| g.cpm_group.as_str()).collect();
    names.dedup();
    let bars: Vec<Bar> = names
        .iter()
        .map(|name| bar(s, name, [find(name, "active"), find(name, "lapsed")]))
        .collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = groups.iter().map(|g| row(s, g)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, group: &str, states: [Option<&CpmFigure>; 2]) -> Bar {
    let persons = |state: Option<&CpmFigure>| state.and_then(|g| g.person_count);
    let written = |state: Option<&CpmFigure>| match (state, persons(state)) {
        (Some(_), None) => customers::hidden(s),
        (_, count) => s.persons(count.unwrap_or(0)),
    };
    let length = |state: Option<&CpmFigure>| persons(state).unwrap_or(0) as f64;
    let spend = states
        .into_iter()
        .flatten()
        .filter_map(|g| g.spend_minor)
        .reduce(i64::saturating_add);
    Bar {
        name: s.heading("cpm_group", group),
        note: worth::cpm_note(s, group),
        parts: vec![
            (length(states[0]), Ink::Main),
            (length(states[1]), Ink::Neutral),
        ],
        mark: None,
        value: format!("{} / {}", written(states[0]), written(states[1])),
        detail: spend.map_or_else(String::new, |v| s.money(v as f64)),
    }
}

fn row(s: &Speaker<'_>, group: &CpmFigure) -> Vec<String> {
    vec![
        s.heading("cpm_group", &group.cpm_group),
        s.heading("cpm_state", &group.cpm_state),
        cell(group.person_count),
        cell(group.spend_minor),
        cell(group.ltv_minor),
    ]
}
