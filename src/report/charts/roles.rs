//! Who speaks: opinions by the role of the accounts, with those that are negative.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::{customers, people};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, RoleFigure};

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let roles = &figures.people.roles;
    let shown = || roles.iter().filter(|r| r.post_count.is_some_and(|n| n > 0));
    let heard = shown().rev().max_by_key(|r| r.response_count)?;
    let wording = people::roles(s, heard);
    let [negative, other] = people::roles_keys(s);
    let keys = [
        (Mark::Square, Ink::Bad, negative),
        (Mark::Square, Ink::Main, other),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = roles.iter().map(|r| bar(s, r)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = roles.iter().map(|r| row(s, r)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, role: &RoleFigure) -> Bar {
    let name = s.heading("role", &role.role);
    let (Some(accounts), Some(posts)) = (role.account_count, role.post_count) else {
        return Bar {
            name,
            value: customers::hidden(s),
            ..Bar::default()
        };
    };
    let negative = role.negative_count.unwrap_or(0).min(posts);
    Bar {
        name,
        note: people::accounts(s, accounts),
        parts: vec![
            (negative as f64, Ink::Bad),
            ((posts - negative) as f64, Ink::Main),
        ],
        mark: None,
        value: s.posts(posts),
        detail: people::responses(s, role.response_count.unwrap_or(0)),
    }
}

fn row(s: &Speaker<'_>, role: &RoleFigure) -> Vec<String> {
    vec![
        s.heading("role", &role.role),
        cell(role.account_count),
        cell(role.post_count),
        cell(role.negative_count),
        cell(role.response_count),
    ]
}
