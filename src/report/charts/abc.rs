//! Classes of customers and products: their share of the sales, and marked across it their share of heads.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::{customers, worth};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{AbcFigure, Figures};

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let classes = &figures.abc;
    let best = |subject: &str| {
        classes
            .iter()
            .find(|c| c.subject == subject && c.abc_class == "A" && c.sales_share.is_some())
    };
    let told = best("person").or(best("product"))?;
    let wording = worth::abc(s, told);
    let [sales, heads] = worth::abc_keys(s);
    let keys = [
        (Mark::Square, Ink::Main, sales),
        (Mark::Stroke, Ink::Text, heads),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = classes.iter().map(|c| bar(s, c)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = classes.iter().map(|c| row(s, c)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, class: &AbcFigure) -> Bar {
    let name = worth::abc_name(s, class);
    let Some(count) = class.item_count else {
        return Bar {
            name,
            value: customers::hidden(s),
            ..Bar::default()
        };
    };
    let ink = match class.abc_class.as_str() {
        "A" => Ink::Main,
        _ => Ink::MainSoft,
    };
    Bar {
        name,
        note: worth::abc_note(s, class, count),
        parts: vec![(class.sales_share.unwrap_or(0.0), ink)],
        mark: class.item_share,
        value: class.sales_share.map_or_else(String::new, |v| s.share(v)),
        detail: class
            .sales_minor
            .map_or_else(String::new, |v| s.money(v as f64)),
    }
}

fn row(s: &Speaker<'_>, class: &AbcFigure) -> Vec<String> {
    vec![
        s.name("abc_subject", &class.subject).to_owned(),
        class.abc_class.clone(),
        cell(class.item_count),
        cell(class.item_share.map(|v| format!("{v:.4}"))),
        cell(class.sales_minor),
        cell(class.sales_share.map(|v| format!("{v:.4}"))),
    ]
}
