//! How long customers wait for a first answer: conversations answered and waiting, by business time.

use super::Sketch;
use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::people;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{Figures, WaitFigure};

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let conversations = &figures.conversations;
    let waits = &conversations.waits;
    if !waits
        .iter()
        .any(|w| w.answered_count > 0 || w.waiting_count > 0)
    {
        return None;
    }
    let wording = people::waits(s, conversations);
    let [answered, waiting] = people::waits_keys(s);
    let keys = [
        (Mark::Square, Ink::Main, answered),
        (Mark::Square, Ink::Bad, waiting),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = waits.iter().map(|w| bar(s, w)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = waits.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, wait: &WaitFigure) -> Bar {
    Bar {
        name: people::wait_name(s, wait),
        note: String::new(),
        parts: vec![
            (wait.answered_count as f64, Ink::Main),
            (wait.waiting_count as f64, Ink::Bad),
        ],
        mark: None,
        value: s.posts(wait.answered_count.saturating_add(wait.waiting_count)),
        detail: people::still_waiting(s, wait.waiting_count),
    }
}

fn row(wait: &WaitFigure) -> Vec<String> {
    vec![
        wait.from_minutes.to_string(),
        wait.to_minutes
            .map_or_else(String::new, |to| to.to_string()),
        wait.answered_count.to_string(),
        wait.waiting_count.to_string(),
    ]
}
