//! Why sales changed: a waterfall from nothing over the causes to the change.

use super::Sketch;
use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, Mark};
use super::labels::sales;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::Figures;

const ROW: f64 = 68.0;
const BAR: f64 = 40.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let change = figures.sales_change.as_ref()?;
    let amounts = [
        change.new_minor,
        change.back_minor,
        change.lost_minor,
        change.frequency_minor,
        change.order_value_minor,
        change.merged_minor,
        change.returns_minor,
        change.unnamed_minor,
    ];
    // Causes that did nothing are left out, of the table as well: a group told with others would else stand there with nothing.
    let parts: Vec<(&str, i64)> = sales::change_parts(s)
        .into_iter()
        .zip(amounts)
        .filter(|(_, amount)| *amount != 0)
        .collect();
    let sign = change.total_minor.signum();
    let cause = parts
        .iter()
        .max_by_key(|(_, v)| {
            if sign == 0 {
                v.saturating_abs()
            } else {
                v.saturating_mul(sign)
            }
        })
        .copied()?;
    let wording = sales::change(s, change, cause);
    let [rise, fall, total] = sales::change_keys(s);
    let keys = [
        (Mark::Square, Ink::Good, rise),
        (Mark::Square, Ink::Bad, fall),
        (Mark::Square, Ink::Main, total),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let mut bars: Vec<(&str, f64, f64, Ink)> = Vec::new();
    let mut sum = 0.0;
    for (name, amount) in &parts {
        let amount = *amount as f64;
        let ink = if amount < 0.0 { Ink::Bad } else { Ink::Good };
        bars.push((name, sum, sum + amount, ink));
        sum += amount;
    }
    let all = change.total_minor as f64;
    bars.push((sales::change_total(s), 0.0, all, Ink::Main));
    let bottom = draw(&mut canvas, s, &bars, top);
    canvas.end(bottom);
    let rows = parts
        .iter()
        .copied()
        .chain([(sales::change_total(s), change.total_minor)])
        .map(|(name, amount)| vec![name.to_owned(), amount.to_string()])
        .collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn draw(canvas: &mut Canvas, s: &Speaker<'_>, bars: &[(&str, f64, f64, Ink)], top: f64) -> f64 {
    let gutter = Canvas::gutter(bars.iter().map(|b| b.0), LABEL, 520.0);
    let values: Vec<String> = bars
        .iter()
        .map(|(_, from, to, _)| s.signed_money(to - from))
        .collect();
    let room = Canvas::gutter(values.iter().map(String::as_str), LABEL, 300.0) + 24.0;
    let (left, right) = (MARGIN + gutter + 32.0, WIDTH - MARGIN);
    let low = bars.iter().map(|b| b.1.min(b.2)).fold(0.0, f64::min);
    let high = bars.iter().map(|b| b.1.max(b.2)).fold(0.0, f64::max);
    // Values stand outside the bars, so both ends keep room for one.
    let scale = Scale::new(low, high, left + room, right - room);
    let bottom = top + ROW * bars.len() as f64;
    for (i, ((name, from, to, ink), value)) in bars.iter().zip(&values).enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let is_total = i + 1 == bars.len();
        if is_total {
            canvas.level(MARGIN, right, middle - ROW / 2.0, Ink::Axis, 2.0);
        }
        let ink_name = if is_total { Ink::Text } else { Ink::Soft };
        let name = font::shorten(name, LABEL, 520.0);
        canvas.text_at(MARGIN, middle, LABEL, ink_name, Anchor::Start, &name);
        let (x0, x1) = (scale.at(*from), scale.at(*to));
        canvas.rect(x0, middle - BAR / 2.0, x1, middle + BAR / 2.0, *ink);
        if i + 2 < bars.len() {
            canvas.upright(
                x1,
                middle + BAR / 2.0,
                middle + ROW - BAR / 2.0,
                Ink::Axis,
                2.0,
            );
        }
        if to < from {
            canvas.text_at(
                x0.min(x1) - 14.0,
                middle,
                LABEL,
                Ink::Text,
                Anchor::End,
                value,
            );
        } else {
            canvas.text_at(
                x0.max(x1) + 14.0,
                middle,
                LABEL,
                Ink::Text,
                Anchor::Start,
                value,
            );
        }
    }
    canvas.upright(scale.at(0.0), top, bottom, Ink::Axis, 2.0);
    bottom
}
