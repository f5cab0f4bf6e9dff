use super::*;
use crate::report::findings::fixture::figures;
use std::io::Read as _;

/// The parts of an xlsx file, by name, read with the smallest zip reader that does.
fn parts(bytes: &[u8]) -> std::collections::BTreeMap<String, String> {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let end = (0..bytes.len() - 3)
        .rev()
        .find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))
        .unwrap();
    let mut at = u32_at(end + 16);
    let mut parts = std::collections::BTreeMap::new();
    for _ in 0..u16_at(end + 10) {
        let (method, packed) = (u16_at(at + 10), u32_at(at + 20));
        let (name, extra, comment) = (u16_at(at + 28), u16_at(at + 30), u16_at(at + 32));
        let local = u32_at(at + 42);
        let start = local + 30 + u16_at(local + 26) + u16_at(local + 28);
        let data = &bytes[start..start + packed];
        let mut text = String::new();
        match method {
            0 => text.push_str(&String::from_utf8_lossy(data)),
            8 => {
                flate2::read::DeflateDecoder::new(data)
                    .read_to_string(&mut text)
                    .unwrap();
            }
            other => panic!("compression {other}"),
        }
        parts.insert(
            String::from_utf8_lossy(&bytes[at + 46..at + 46 + name]).into_owned(),
            text,
        );
        at += 46 + name + extra + comment;
    }
    parts
}

#[test]
fn texts_that_look_like_formulas_are_texts() {
    let mut figures = figures();
    let names = ["=1+1", "+81-3", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0"];
    for (segment, name) in figures.segments.iter_mut().zip(names) {
        segment.name = name.to_owned();
    }
    figures.brand = "=HYPERLINK(\"x\")".to_owned();
    let parts = parts(&workbook(&figures, Lang::Ja).unwrap());
    let sheets = parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    for (name, sheet) in sheets {
        assert!(
            !sheet.contains("<f>") && !sheet.contains("<f "),
            "{name} has a formula"
        );
        assert!(!sheet.contains("<hyperlink"), "{name} has a link");
    }
    let strings = &parts["xl/sharedStrings.xml"];
    assert!(strings.contains("<t>=1+1</t>") && strings.contains("<t>@SUM(A1)</t>"));
    assert!(parts["xl/styles.xml"].contains("quotePrefix=\"1\""));
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    assert_eq!(
        workbook(&figures(), Lang::Ja).unwrap(),
        workbook(&figures(), Lang::Ja).unwrap()
    );
}

#[test]
fn the_creation_date_is_the_day_of_the_report() {
    let figures = figures();
    let parts = parts(&workbook(&figures, Lang::En).unwrap());
    assert!(parts["docProps/core.xml"].contains(&format!("{}T00:00:00Z", figures.as_of)));
}

#[test]
fn an_unreadable_day_does_not_bring_in_the_clock() {
    let mut figures = figures();
    figures.as_of = "someday".to_owned();
    let parts = parts(&workbook(&figures, Lang::En).unwrap());
    assert!(parts["docProps/core.xml"].contains("2000-01-01T00:00:00Z"));
}

#[test]
fn sheets_have_frozen_headings_and_filters() {
    let parts = parts(&workbook(&figures(), Lang::En).unwrap());
    let sheets: Vec<_> = parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"))
        .collect();
    assert!(sheets.len() > 15, "{} sheets", sheets.len());
    for (name, sheet) in sheets {
        assert!(sheet.contains("state=\"frozen\""), "{name}");
        assert!(sheet.contains("<autoFilter"), "{name}");
    }
    assert!(parts.keys().any(|name| name.starts_with("xl/charts/chart")));
}

#[test]
fn a_workbook_without_data_can_be_written() {
    let bytes = workbook(&crate::report::findings::fixture::empty(), Lang::Ja).unwrap();
    assert!(parts(&bytes).contains_key("xl/worksheets/sheet1.xml"));
}

#[test]
fn moments_are_read_or_left_as_texts() {
    assert!(moment("2026-09-21").is_some());
    assert!(moment("2026-09-21T14:00").is_some());
    assert!(moment("2026-09-21T99:00").is_none());
    assert!(moment("soon").is_none());
}
