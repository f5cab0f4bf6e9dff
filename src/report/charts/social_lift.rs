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
/// Corrected p-value below which an effect is clear.
const LEVEL: f64 = 0.05;

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

/// Whether the interval lies to one side of nil and, of an effect under test, the p-value corrected for all of them agrees.
fn is_clear(effect: &EffectFigure) -> bool {
    let is_aside = effect.change_low > 0.0 || effect.change_high < 0.0;
    is_aside && effect.holm_p_value.is_none_or(|p| p < LEVEL)
}

fn interval(s: &Speaker<'_>, effect: &EffectFigure) -> Interval {
    let drawn = |value: f64| value.clamp(-1.0, MOST);
    Interval {
        name: s.heading("signal", &effect.signal),
        note: s.name("process", &effect.process).to_owned(),
        lower: drawn(effect.change_low),
        middle: drawn(effect.change),
        upper: drawn(effect.change_high),
        ink: if is_clear(effect) {
            Ink::Main
        } else {
            Ink::Axis
        },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::fixture;

    #[test]
    fn an_interval_off_nil_is_not_clear_where_many_are_looked_at() {
        let mut effects = fixture::shop().social_lift.unwrap().effects;
        assert!(is_clear(&effects[1]));
        effects[1].holm_p_value = Some(0.19);
        assert!(!is_clear(&effects[1]));
        // Whether somebody is linked is not under test.
        assert!(effects[0].holm_p_value.is_none() && is_clear(&effects[0]));
        assert!(!is_clear(&effects[3]));
    }
}
