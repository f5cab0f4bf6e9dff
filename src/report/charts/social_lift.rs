//! What each signal of linked persons does to how often they buy and to whether they leave.

use super::canvas::Canvas;
use super::frame::Mark;
use super::intervals::Interval;
use super::labels::ways;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{EffectFigure, Figures};

/// Largest change drawn: an interval that reaches further ends at the edge.
const MOST: f64 = 5.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let lift = figures.social_lift.as_ref()?;
    let effects: Vec<&EffectFigure> = lift.effects.iter().filter(|e| is_known(e)).collect();
    if effects.is_empty() {
        return None;
    }
    let wording = ways::social_lift(s, lift);
    let shown: Vec<Interval> = effects.iter().map(|e| interval(s, e)).collect();
    let keys: Vec<_> = [Ink::Main, Ink::Axis]
        .into_iter()
        .zip(ways::social_lift_keys(s))
        .filter(|(ink, _)| shown.iter().any(|row| row.ink == *ink))
        .map(|(ink, text)| (Mark::Stroke, ink, text))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bottom = canvas.intervals(&shown, top, 0.0, |v| s.numbers.signed_share(v));
    canvas.end(bottom);
    let rows = effects.iter().map(|e| row(s, e)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn is_known(effect: &EffectFigure) -> bool {
    let values = [effect.change, effect.change_low, effect.change_high];
    values.iter().all(|value| value.is_finite())
}

fn interval(s: &Speaker<'_>, effect: &EffectFigure) -> Interval {
    let is_sure = effect.change_low > 0.0 || effect.change_high < 0.0;
    let drawn = |value: f64| value.clamp(-1.0, MOST);
    Interval {
        name: s.heading("signal", &effect.signal),
        note: s.name("process", &effect.process).to_owned(),
        lower: drawn(effect.change_low),
        middle: drawn(effect.change),
        upper: drawn(effect.change_high),
        ink: if is_sure { Ink::Main } else { Ink::Axis },
        value: s.numbers.signed_share(effect.change),
        detail: ways::effect_detail(s, effect),
    }
}

fn row(s: &Speaker<'_>, effect: &EffectFigure) -> Vec<String> {
    let decimal = |value: f64| format!("{value:.4}");
    vec![
        s.heading("signal", &effect.signal),
        s.name("process", &effect.process).to_owned(),
        decimal(effect.change),
        decimal(effect.change_low),
        decimal(effect.change_high),
        cell(effect.holm_p_value.map(decimal)),
    ]
}
