//! What holds for every chart of join, over usual and odd figures.

use super::*;
use crate::report::charts::canvas::WIDTH;
use crate::report::charts::tests::text_boxes;
use crate::report::join::tests::{empty, shop};
use crate::report::join::{SizeFigure, WeightBin};

const LANGS: [Lang; 2] = [Lang::Ja, Lang::En];

fn oddities() -> Vec<(&'static str, JoinFigures)> {
    let mut odd = vec![("shop", shop())];
    let mut add = |name, change: fn(&mut JoinFigures)| {
        let mut figures = shop();
        change(&mut figures);
        odd.push((name, figures));
    };
    add("thirty records", |f| {
        f.bins = [(-12, 3), (-9, 1), (14, 2)]
            .map(|(weight, pair_count)| WeightBin { weight, pair_count })
            .to_vec();
        f.sizes.truncate(2);
    });
    add("two million records", |f| {
        f.bins = (-70..60)
            .map(|weight| WeightBin {
                weight,
                pair_count: 1 + 9_000_000 / (1 + (weight + 40_i32).unsigned_abs().pow(2)) as u64,
            })
            .collect();
        f.sizes = (1..=50)
            .map(|count| SizeFigure {
                record_count: count,
                person_count: 2_000_000 / count.pow(3) + 1,
            })
            .collect();
        f.compared_count = 59_500_000;
    });
    add("a high threshold", |f| {
        (f.threshold_prob, f.threshold_weight) = (0.999, 9.96);
        (f.review_prob, f.review_weight) = (0.999, 9.96);
    });
    add("long names", |f| {
        for field in &mut f.fields {
            field.name = Some("とても長い名前をつけてしまった会員番号<&\"'>".repeat(2));
        }
    });
    add("one field", |f| f.fields.truncate(1));
    add("one bin", |f| f.bins.truncate(1));
    odd
}

fn each_sketch(mut look: impl FnMut(&str, &Sketch)) {
    for (name, figures) in oddities() {
        for lang in LANGS {
            for (id, sketch) in SKETCHERS {
                let sketch = sketch(&figures, &Speaker::plain(lang)).expect("there is data");
                look(&format!("{name}, {lang:?}, {id}"), &sketch);
            }
        }
    }
}

#[test]
fn texts_stay_on_the_sheet_and_apart() {
    each_sketch(|name, sketch| {
        let boxes = text_boxes(&sketch.canvas);
        for (i, ((left, top, right, bottom), text)) in boxes.iter().enumerate() {
            assert!(
                *left >= 20.0 && *right <= WIDTH - 20.0,
                "{name}: `{text}` {left}..{right}"
            );
            assert!(
                *top >= 20.0 && *bottom <= sketch.canvas.height - 20.0,
                "{name}: `{text}`"
            );
            for (other, second) in &boxes[i + 1..] {
                let is_apart =
                    *right <= other.0 || other.2 <= *left || *bottom <= other.1 || other.3 <= *top;
                assert!(is_apart, "{name}: `{text}` and `{second}`");
            }
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

#[test]
fn merged_bars_keep_every_pair() {
    let (_, figures) = oddities().swap_remove(2);
    let pairs: u64 = figures.bins.iter().map(|bin| bin.pair_count).sum();
    let sketch = scores::sketch(&figures, &Speaker::plain(Lang::En)).unwrap();
    let drawn: u64 = sketch
        .rows
        .iter()
        .map(|row| row[2].parse::<u64>().unwrap())
        .sum();
    assert_eq!(drawn, pairs);
    assert!(sketch.rows.len() <= 91);
}

#[test]
fn every_colour_follows_the_theme() {
    for chart in join_charts(&shop(), Lang::Ja) {
        let colours = chart.svg.matches("=\"#").count();
        let classes =
            chart.svg.matches(" class=\"f-").count() + chart.svg.matches(" class=\"s-").count();
        assert_eq!(colours, classes, "{}", chart.id);
    }
}

#[test]
fn without_data_there_is_no_chart() {
    assert!(join_charts(&empty(), Lang::Ja).is_empty());
}
