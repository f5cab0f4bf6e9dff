//! What every agreement is worth: a bar per field and level, right for one person, left for two.

use crate::report::charts::Sketch;
use crate::report::charts::axis::{self, Scale};
use crate::report::charts::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use crate::report::charts::font;
use crate::report::charts::frame::{LABEL, Mark, NOTE};
use crate::report::charts::labels::join;
use crate::report::charts::palette::Ink;
use crate::report::charts::speaker::Speaker;
use crate::report::join::{FieldFigure, JoinFigures, field_name};

const ROW: f64 = 36.0;
const BAR: f64 = 22.0;
/// Space between two fields.
const GAP: f64 = 20.0;
/// Widest name of a field, and of a level.
const NAME_LIMIT: f64 = 240.0;
const LEVEL_LIMIT: f64 = 460.0;

pub(super) fn sketch(figures: &JoinFigures, s: &Speaker<'_>) -> Option<Sketch> {
    let (strongest, weight) = figures.strongest()?;
    let fields: Vec<&FieldFigure> = figures.compared_fields().collect();
    let wording = join::weights(s, &field_name(strongest, s.lang), weight);
    let [same, different, household] = join::weight_keys(s);
    let keys = [
        (Mark::Square, Ink::Main, same),
        (Mark::Square, Ink::Second, different),
        (Mark::Stroke, Ink::Good, household),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bottom = draw(&mut canvas, s, &fields, top);
    canvas.end(bottom);
    let rows = fields.iter().flat_map(|field| rows(field, s)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn draw(canvas: &mut Canvas, s: &Speaker<'_>, fields: &[&FieldFigure], top: f64) -> f64 {
    let names: Vec<String> = fields
        .iter()
        .map(|field| font::shorten(&field_name(field, s.lang), LABEL, NAME_LIMIT))
        .collect();
    let levels = || fields.iter().flat_map(|field| &field.levels);
    let level_names = levels().map(|level| s.name("match_level", &level.level));
    let name_room = Canvas::gutter(names.iter().map(String::as_str), LABEL, NAME_LIMIT);
    let level_left = MARGIN + name_room + 32.0;
    let left = level_left + Canvas::gutter(level_names, NOTE, LEVEL_LIMIT) + 28.0;
    let values: Vec<String> = levels()
        .map(|level| s.numbers.signed(level.weight(), 1))
        .collect();
    let right = WIDTH - MARGIN - Canvas::gutter(values.iter().map(String::as_str), NOTE, 160.0);
    let all = || levels().flat_map(|level| [Some(level.weight()), level.household_weight()]);
    let low = all().flatten().fold(0.0, f64::min);
    let high = all().flatten().fold(0.0, f64::max);
    let ticks = axis::ticks(low, high, 7, 1.0);
    let scale = Scale::new(ticks.low, ticks.high, left, right - 28.0);
    let count: usize = fields.iter().map(|field| field.levels.len()).sum();
    let plot = top + LABEL + 14.0;
    let bottom = plot + ROW * count as f64 + GAP * fields.len().saturating_sub(1) as f64;
    for tick in &ticks.values {
        let x = scale.at(*tick);
        canvas.upright(x, plot, bottom, Ink::Grid, 2.0);
    }
    let labels: Vec<(f64, String)> = ticks
        .values
        .iter()
        .map(|tick| (scale.at(*tick), s.numbers.signed(*tick, 0)))
        .collect();
    canvas.axis_labels(top + LABEL * 0.7, &labels);
    let mut y = plot;
    let mut values = values.iter();
    for (field, name) in fields.iter().zip(&names) {
        canvas.text_at(MARGIN, y + ROW / 2.0, LABEL, Ink::Text, Anchor::Start, name);
        for (level, value) in field.levels.iter().zip(values.by_ref()) {
            let middle = y + ROW / 2.0;
            let text = font::shorten(s.name("match_level", &level.level), NOTE, LEVEL_LIMIT);
            canvas.text_at(level_left, middle, NOTE, Ink::Soft, Anchor::Start, &text);
            let weight = level.weight();
            let ink = if weight < 0.0 { Ink::Second } else { Ink::Main };
            let (zero, end) = (scale.at(0.0), scale.at(weight));
            canvas.rect(zero, middle - BAR / 2.0, end, middle + BAR / 2.0, ink);
            if let Some(household) = level.household_weight() {
                let x = scale.at(household);
                canvas.upright(x, middle - BAR * 0.7, middle + BAR * 0.7, Ink::Good, 5.0);
            }
            canvas.text_at(WIDTH - MARGIN, middle, NOTE, Ink::Text, Anchor::End, value);
            y += ROW;
        }
        y += GAP;
    }
    canvas.upright(scale.at(0.0), plot, bottom, Ink::Axis, 2.0);
    bottom
}

fn rows(field: &FieldFigure, s: &Speaker<'_>) -> Vec<Vec<String>> {
    let name = field_name(field, s.lang);
    let row = |level: &crate::report::join::LevelFigure| {
        vec![
            name.clone(),
            s.name("match_level", &level.level).to_owned(),
            format!("{:.2}", level.weight()),
            format!("{:.6}", level.m_prob),
            format!("{:.6}", level.u_prob),
            level
                .household_prob
                .map_or_else(String::new, |prob| format!("{prob:.6}")),
        ]
    };
    field.levels.iter().map(row).collect()
}
