//! The page over a small shop, and over nothing.

use super::*;
use crate::report::charts::join_charts;

fn level(level: &str, m_prob: f64, u_prob: f64, household: f64) -> LevelFigure {
    LevelFigure {
        level: level.to_owned(),
        m_prob,
        u_prob,
        household_prob: (household > 0.0).then_some(household),
    }
}

fn field(field: &str, filled_count: u64, levels: &[LevelFigure]) -> FieldFigure {
    FieldFigure {
        field: field.to_owned(),
        name: None,
        filled_count,
        levels: levels.to_vec(),
    }
}

fn fields() -> Vec<FieldFigure> {
    vec![
        field(
            "family_name",
            4_000,
            &[
                level("exact", 0.64, 0.0056, 0.75),
                level("reading", 0.01, 0.0001, 0.006),
                level("different", 0.03, 0.98, 0.03),
            ],
        ),
        field(
            "phone",
            2_900,
            &[
                level("exact", 0.91, 0.000015, 0.12),
                level("one_edit", 0.024, 0.0000023, 0.003),
                level("different", 0.06, 0.99998, 0.88),
            ],
        ),
        field(
            "gender",
            3_100,
            &[
                level("same", 0.9999, 0.5, 0.0),
                level("different", 0.0001, 0.5, 0.0),
            ],
        ),
        field(
            "email",
            0,
            &[
                level("exact", 0.9, 0.0000001, 0.001),
                level("different", 0.1, 0.99, 0.99),
            ],
        ),
        FieldFigure {
            name: Some("会員証番号".to_owned()),
            ..field(
                "identifier",
                800,
                &[
                    level("exact", 0.9, 0.0001, 0.0),
                    level("different", 0.05, 0.99, 0.0),
                ],
            )
        },
    ]
}

/// A shop of 4,000 records.
pub(in crate::report) fn shop() -> JoinFigures {
    let bins = [
        (-30, 20),
        (-21, 9_000),
        (-12, 700),
        (-3, 14),
        (2, 30),
        (17, 1_400),
    ];
    let sizes = [(1, 1_480), (2, 1_110), (3, 80), (4, 15)];
    JoinFigures {
        brand: "こもれび商店".to_owned(),
        as_of: "2026-09-27".to_owned(),
        time_zone: "Asia/Tokyo".to_owned(),
        koe_version: "0.0.0".to_owned(),
        record_count: 4_000,
        person_count: 2_685,
        compared_count: 11_164,
        over_count: 1_430,
        between_count: 14,
        precision: 0.99812,
        recall: 0.98614,
        threshold_prob: 0.5,
        threshold_weight: 0.0,
        review_prob: 0.05,
        review_weight: -4.248,
        fitted_count: 4_000,
        match_share: 0.00017,
        household_share: 0.00018,
        fields: fields(),
        bins: bins
            .map(|(weight, pair_count)| WeightBin { weight, pair_count })
            .to_vec(),
        sizes: sizes
            .map(|(record_count, person_count)| SizeFigure {
                record_count,
                person_count,
            })
            .to_vec(),
        placeholders: vec![PlaceholderFigure {
            field: "phone".to_owned(),
            name: None,
            value_count: 2,
            record_count: 27,
        }],
        cuts: vec![("contradiction".to_owned(), 6)],
        left_out: vec![
            ("birth".to_owned(), None, 310),
            ("identifier".to_owned(), Some("会員証番号".to_owned()), 4),
        ],
        decision_count: 12,
        conflict_count: 1,
        unknown_decision_count: 2,
        review_pair_count: 20,
        review_account_count: 3,
    }
}

/// A shop without customers.
pub(in crate::report) fn empty() -> JoinFigures {
    JoinFigures {
        record_count: 0,
        person_count: 0,
        compared_count: 0,
        over_count: 0,
        between_count: 0,
        precision: 1.0,
        recall: 1.0,
        fitted_count: 0,
        fields: fields()
            .into_iter()
            .map(|field| FieldFigure {
                filled_count: 0,
                ..field
            })
            .collect(),
        bins: Vec::new(),
        sizes: Vec::new(),
        placeholders: Vec::new(),
        cuts: Vec::new(),
        left_out: Vec::new(),
        decision_count: 0,
        conflict_count: 0,
        unknown_decision_count: 0,
        review_pair_count: 0,
        review_account_count: 0,
        ..shop()
    }
}

fn page(figures: &JoinFigures, lang: Lang) -> String {
    html(figures, &join_charts(figures, lang), lang).unwrap()
}

/// Returns what a reader reads, a line per element: no style, script or picture.
fn read(figures: &JoinFigures, lang: Lang) -> String {
    let page = page(figures, lang);
    let mut body = page.split_once("<body>").unwrap().1.to_owned();
    for (open, close) in [("<svg", "</svg>"), ("<script", "</script>")] {
        while let Some(start) = body.find(open) {
            let end = start + body[start..].find(close).unwrap() + close.len();
            body.replace_range(start..end, "");
        }
    }
    let mut text = String::new();
    let mut rest = body.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, next) = after.split_once('>').unwrap();
        let is_inline = tag.trim_start_matches('/').starts_with("code");
        text.push_str(if is_inline { "`" } else { "\n" });
        rest = next;
    }
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

#[test]
fn a_shop_is_told_in_japanese() {
    insta::assert_snapshot!(read(&shop(), Lang::Ja));
}

#[test]
fn a_shop_is_told_in_english() {
    insta::assert_snapshot!(read(&shop(), Lang::En));
}

#[test]
fn a_shop_without_customers_is_told_without_pictures() {
    insta::assert_snapshot!(read(&empty(), Lang::Ja));
    assert!(!page(&empty(), Lang::Ja).contains("<figure"));
}

#[test]
fn fields_without_values_are_not_praised() {
    let figures = shop();
    let (field, _) = figures.strongest().unwrap();
    assert_eq!(field.field, "phone", "nobody has an e-mail address");
}

#[test]
fn the_page_loads_nothing_and_escapes_names() {
    let mut figures = shop();
    figures.brand = "<script>alert('x')</script>".to_owned();
    figures.fields[4].name = Some("<img src=x>".to_owned());
    figures.left_out[1].1 = Some("<img src=x>".to_owned());
    for lang in [Lang::Ja, Lang::En] {
        let text = page(&figures, lang);
        assert!(text.starts_with("<!doctype html>"));
        assert!(!text.contains("<script>alert") && !text.contains("<img"));
        assert!(text.contains("&lt;script&gt;alert"));
        let outside = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http://") && !outside.contains("https://"));
        assert!(!text.contains("{{") && !text.contains("{%"));
        assert!(!text.contains("/*koe-font-face*/"));
    }
}

#[test]
fn every_key_has_its_words() {
    for lang in [Lang::Ja, Lang::En] {
        for figures in [shop(), empty()] {
            let text = read(&figures, lang);
            let settings = ["join.threshold", "join.review", "join.html"];
            let is_key = |word: &&str| {
                let group = word.split_once('.').map_or("", |(group, _)| group);
                group.starts_with("join") || group.starts_with("match_")
            };
            let words = text.split([' ', '`', '(', '、', '\n']);
            let mut keys = words.filter(is_key).filter(|word| !settings.contains(word));
            assert_eq!(keys.next(), None, "{lang}");
            assert!(!text.contains("{count}") && !text.contains("{share}"));
        }
    }
}

#[test]
fn weights_of_far_fewer_records_are_to_be_fitted_anew() {
    let mut figures = shop();
    let advice = |figures: &JoinFigures| page(figures, Lang::En).contains("fits them anew");
    assert!(!advice(&figures));
    figures.fitted_count = 2_000;
    assert!(advice(&figures));
}
