//! Every layout: whatever the bytes, each record is read once, and is stored or rejected, not both.

use std::collections::HashSet;

use super::Class;
use super::seeds::exports;
use crate::import::formats::tests::{Outcome, import};

pub(super) const CLASS: Class = Class {
    name: "layouts",
    seeds: exports,
    check,
};

fn check(layout: &str, bytes: &[u8]) {
    let (first, second) = (import(bytes, Some(layout)), import(bytes, Some(layout)));
    // What is recognised is another matter than what a forced layout makes of it.
    let _ = import(bytes, None);
    match (first, second) {
        (Ok(first), Ok(second)) => {
            accounted(&first);
            same(&first, &second);
        }
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        _ => panic!("read once and not again"),
    }
}

/// Panics unless the counts of an outcome add up.
pub(super) fn accounted(outcome: &Outcome) {
    let counts = &outcome.counts;
    assert_eq!(
        counts.rejected,
        outcome.rejects.len() as u64,
        "rejects handed over"
    );
    assert!(counts.rejected <= counts.read, "more rejected than read");
    for (table, frame) in &outcome.frames {
        assert_eq!(frame.schema().as_ref(), &table.schema(), "schema");
        let lines = frame.column("source_row").expect("rows know their line");
        let lines = lines.i64().expect("lines are numbers");
        assert!(
            lines.iter().all(|line| line.is_some_and(|line| line > 0)),
            "lines begin at 1"
        );
    }
    assert!(
        outcome.rejects.iter().all(|reject| reject.line > 0),
        "lines begin at 1"
    );
    let in_order = outcome
        .rejects
        .windows(2)
        .all(|pair| pair[0].line <= pair[1].line);
    assert!(in_order, "rejects follow the file");
    if !is_table(outcome) {
        return;
    }
    // A line of a table is one record, or part of one.
    let rejected: HashSet<i64> = outcome
        .rejects
        .iter()
        .map(|reject| reject.line as i64)
        .collect();
    assert_eq!(
        rejected.len(),
        outcome.rejects.len(),
        "a row is rejected once"
    );
    let mut stored = HashSet::new();
    for (_, frame) in &outcome.frames {
        let lines = frame.column("source_row").expect("rows know their line");
        stored.extend(lines.i64().expect("lines are numbers").iter().flatten());
    }
    assert!(stored.is_disjoint(&rejected), "stored and rejected");
    assert!(
        stored.len() as u64 + counts.rejected <= counts.read,
        "more rows than were read"
    );
}

/// Returns whether each record begins a line of its own.
fn is_table(outcome: &Outcome) -> bool {
    exports_of_tables().contains(outcome.layout)
}

fn exports_of_tables() -> &'static HashSet<String> {
    static TABLES: std::sync::LazyLock<HashSet<String>> = std::sync::LazyLock::new(|| {
        let files = super::seeds::files("formats").into_iter();
        files
            .filter_map(|(name, _)| Some(name.strip_suffix(".csv")?.to_owned()))
            .collect()
    });
    &TABLES
}

/// Panics unless two outcomes are the same to the last cell.
pub(super) fn same(first: &Outcome, second: &Outcome) {
    assert_eq!(first.counts, second.counts);
    assert_eq!(first.rejects, second.rejects);
    assert_eq!(first.frames.len(), second.frames.len());
    for ((table, one), (other_table, other)) in first.frames.iter().zip(&second.frames) {
        assert_eq!(table.name, other_table.name);
        assert!(one.equals_missing(other), "{} differs", table.name);
    }
}
