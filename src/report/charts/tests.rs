//! What holds for every chart, over a full report and over odd ones.

mod oddities;

use super::canvas::{Anchor, Canvas, Shape, WIDTH};
use super::*;
use oddities::oddities;

const LANGS: [Lang; 2] = [Lang::Ja, Lang::En];

fn each_sketch(mut look: impl FnMut(&str, &Sketch)) {
    for (name, figures) in oddities() {
        for lang in LANGS {
            let speaker = Speaker::new(&figures, lang);
            for (id, sketch) in CHART_IDS.iter().zip(SKETCHERS) {
                if let Some(sketch) = sketch(&figures, &speaker) {
                    look(&format!("{name}, {lang:?}, {id}"), &sketch);
                }
            }
        }
    }
}

/// Left, top, right and bottom of the texts of a canvas.
pub(super) fn text_boxes(canvas: &Canvas) -> Vec<((f64, f64, f64, f64), String)> {
    let boxed = |shape: &Shape| match shape {
        Shape::Text {
            x,
            baseline,
            size,
            anchor,
            text,
            ..
        } => {
            let width = font::width(text, *size);
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            let (top, bottom) = (baseline - 0.8 * size, baseline + 0.1 * size);
            Some(((left, top, left + width, bottom), text.clone()))
        }
        _ => None,
    };
    canvas.shapes.iter().filter_map(boxed).collect()
}

#[test]
fn a_full_report_has_every_chart() {
    for lang in LANGS {
        let ids: Vec<&str> = charts(&fixture::shop(), lang)
            .iter()
            .map(|c| c.id)
            .collect();
        assert_eq!(ids, CHART_IDS);
    }
}

#[test]
fn empty_figures_give_no_charts() {
    for lang in LANGS {
        assert!(charts(&fixture::empty(), lang).is_empty());
    }
    let error = chart_png(&fixture::empty(), Lang::Ja, "deciles", 1).unwrap_err();
    assert_eq!(
        error,
        ChartError::NoData {
            id: "deciles".to_owned()
        }
    );
    let error = chart_png(&fixture::empty(), Lang::Ja, "pie", 1).unwrap_err();
    assert_eq!(
        error,
        ChartError::Unknown {
            id: "pie".to_owned()
        }
    );
}

#[test]
fn unknown_counts_everywhere_give_no_heat_map() {
    let mut figures = fixture::shop();
    for cell in &mut figures.rfm_cells {
        (cell.person_count, cell.spend_minor) = (None, None);
    }
    for cell in &mut figures.value_voice {
        (cell.person_count, cell.ltv_minor) = (None, None);
    }
    for cell in &mut figures.cohorts {
        (cell.active_count, cell.retention) = (None, None);
    }
    let charts = charts(&figures, Lang::Ja);
    for id in ["rfm_map", "value_voice", "cohorts"] {
        assert!(charts.iter().all(|c| c.id != id), "{id}");
    }
}

#[test]
fn what_is_withheld_against_subtraction_is_not_said_to_be_small() {
    let mut figures = fixture::shop();
    let prime = figures.cpm.iter_mut();
    for group in prime.filter(|group| group.cpm_group == "prime") {
        (group.person_count, group.spend_minor) = (None, None);
    }
    for stage in &mut figures.order_stages {
        if matches!(stage.stage.as_str(), "habitual" | "lapsed") {
            stage.person_count = None;
        }
    }
    for (lang, reason) in [
        (Lang::Ja, "引き算でも分からない"),
        (Lang::En, "by subtraction"),
    ] {
        let charts = charts(&figures, lang);
        for id in ["cpm", "order_stages"] {
            let chart = charts.iter().find(|chart| chart.id == id).unwrap();
            assert!(chart.svg.contains(reason), "{id}: {}", chart.svg);
        }
    }
}

#[test]
fn no_text_leaves_the_sheet() {
    each_sketch(|name, sketch| {
        for ((left, top, right, bottom), text) in text_boxes(&sketch.canvas) {
            assert!(
                left >= 20.0 && right <= WIDTH - 20.0,
                "{name}: `{text}` {left}..{right}"
            );
            assert!(
                top >= 20.0 && bottom <= sketch.canvas.height - 20.0,
                "{name}: `{text}`"
            );
        }
    });
}

#[test]
fn no_two_texts_overlap() {
    each_sketch(|name, sketch| {
        let boxes = text_boxes(&sketch.canvas);
        for (i, (a, first)) in boxes.iter().enumerate() {
            for (b, second) in &boxes[i + 1..] {
                let is_apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1;
                assert!(is_apart, "{name}: `{first}` and `{second}`");
            }
        }
    });
}

#[test]
fn every_shape_is_a_number_on_the_sheet() {
    each_sketch(|name, sketch| {
        let height = sketch.canvas.height;
        let is_on = |x: f64, y: f64| (0.0..=WIDTH).contains(&x) && (0.0..=height).contains(&y);
        for shape in &sketch.canvas.shapes {
            let is_fine = match shape {
                Shape::Rect {
                    left,
                    top,
                    right,
                    bottom,
                    ..
                } => is_on(*left, *top) && is_on(*right, *bottom),
                Shape::Line { points, .. } => points.iter().all(|p| is_on(p.0, p.1)),
                Shape::Dot { x, y, .. } => is_on(*x, *y),
                Shape::Text { x, baseline, .. } => is_on(*x, *baseline),
            };
            assert!(is_fine, "{name}: {shape:?}");
        }
    });
}

#[test]
fn tables_are_rectangles() {
    each_sketch(|name, sketch| {
        assert!(!sketch.rows.is_empty(), "{name}");
        for row in &sketch.rows {
            assert_eq!(row.len(), sketch.wording.headings.len(), "{name}");
        }
    });
}

/// Reads an SVG as far as well-formedness goes: tags close in order, attributes are quoted, no stray `<` or `&`.
fn assert_well_formed(name: &str, svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "{name}: stray > in {text}");
        let end = start + rest[start..].find('>').expect("tags end");
        let tag = &rest[start + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{name}: {tag}");
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or(tag));
        }
        rest = &rest[end + 1..];
    }
    assert!(
        open.is_empty() && rest.trim().is_empty(),
        "{name}: {open:?}"
    );
    for part in svg.split('&').skip(1) {
        let entity = part.split(';').next().unwrap_or("");
        assert!(
            ["amp", "lt", "gt", "quot", "apos", "#39"].contains(&entity),
            "{name}: &{entity}"
        );
    }
}

#[test]
fn svgs_are_well_formed_named_and_free_of_odd_numbers() {
    for (name, figures) in oddities() {
        for lang in LANGS {
            for chart in charts(&figures, lang) {
                let name = format!("{name}, {lang:?}, {}", chart.id);
                assert_well_formed(&name, &chart.svg);
                assert!(
                    chart.svg.starts_with("<svg xmlns=")
                        && chart.svg.contains("viewBox=\"0 0 1600 ")
                );
                assert!(
                    chart.svg.contains("role=\"img\" aria-label=\"")
                        && chart.svg.contains("<title>")
                );
                let mut words = chart.svg.split(|c: char| !c.is_alphanumeric());
                let odd = words.find(|word| matches!(*word, "NaN" | "inf" | "undefined"));
                assert_eq!(odd, None, "{name}");
                assert!(!chart.title.is_empty() && chart.description.len() > chart.title.len());
            }
        }
    }
}

#[test]
fn every_colour_of_an_svg_follows_the_theme() {
    for chart in charts(&fixture::shop(), Lang::Ja) {
        let colours = chart.svg.matches("=\"#").count();
        let classes =
            chart.svg.matches(" class=\"f-").count() + chart.svg.matches(" class=\"s-").count();
        assert_eq!(colours, classes, "{}", chart.id);
    }
}

#[test]
fn pngs_decode_and_are_not_blank() {
    let figures = fixture::shop();
    for id in CHART_IDS {
        let bytes = chart_png(&figures, Lang::Ja, id, 1).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.width, 1600);
        assert_eq!(&pixels[..3], [255, 255, 255], "{id}");
        let dark = pixels
            .chunks(3)
            .filter(|p| p.iter().all(|c| *c < 120))
            .count();
        assert!(dark > 1_000, "{id}: {dark}");
    }
    let bytes = chart_png(&figures, Lang::En, "deciles", 2).unwrap();
    let reader = ::png::Decoder::new(std::io::Cursor::new(&bytes))
        .read_info()
        .unwrap();
    assert_eq!(reader.info().width, 3200);
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    let figures = fixture::shop();
    assert_eq!(charts(&figures, Lang::Ja), charts(&figures, Lang::Ja));
    let png = || chart_png(&figures, Lang::Ja, "cohorts", 1);
    assert_eq!(png(), png());
}
