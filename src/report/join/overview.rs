//! The first screen of the page of join: ten figures, what was found, what to do next.

use serde::Serialize;

use super::{Context, field_name, named};

/// One figure.
#[derive(Serialize)]
pub(super) struct Tile {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) note: String,
    pub(super) tone: &'static str,
}

/// Returns the figures, five a line.
pub(super) fn tiles(context: &Context<'_>) -> Vec<Tile> {
    let mut tiles = size_tiles(context);
    tiles.extend(quality_tiles(context));
    tiles
}

fn size_tiles(context: &Context<'_>) -> Vec<Tile> {
    let (figures, words) = (context.figures, context.words);
    let mean = figures.record_count as f64 / (figures.person_count as f64).max(1.0);
    let mean = context.numbers.decimal(mean, 2);
    let duplicates = figures.duplicate_count();
    let share = duplicates as f64 / (figures.record_count as f64).max(1.0);
    let review = match (figures.review_pair_count, figures.review_account_count) {
        (0, 0) => words.get("join_tile.review_none").to_owned(),
        (_, 0) => words.get("join_tile.review_file").to_owned(),
        (_, accounts) => context.counted("join_tile.review_note", accounts),
    };
    vec![
        Tile {
            name: words.get("join_tile.records"),
            value: context.counted("join_tile.record_count", figures.record_count),
            note: words.get("join_tile.records_note").to_owned(),
            tone: "flat",
        },
        Tile {
            name: words.get("join_tile.persons"),
            value: context.counted("join_tile.person_count", figures.person_count),
            note: match figures.person_count {
                0 => words.get("page.none").to_owned(),
                _ => words.fill("join_tile.persons_note", &[("mean", &mean)]),
            },
            tone: "flat",
        },
        Tile {
            name: words.get("join_tile.duplicates"),
            value: context.counted("join_tile.record_count", duplicates),
            note: match duplicates {
                0 => words.get("join_tile.duplicates_none").to_owned(),
                _ => words.fill(
                    "join_tile.duplicates_note",
                    &[("share", &context.share(share))],
                ),
            },
            tone: "flat",
        },
        Tile {
            name: words.get("join_tile.compared"),
            value: context.counted("join_tile.pair_count", figures.compared_count),
            note: context.counted("join_tile.compared_note", figures.over_count),
            tone: "flat",
        },
        Tile {
            name: words.get("join_tile.review"),
            value: context.counted("join_tile.pair_count", figures.review_pair_count),
            note: review,
            tone: "flat",
        },
    ]
}

fn quality_tiles(context: &Context<'_>) -> Vec<Tile> {
    let (figures, words) = (context.figures, context.words);
    let is_known = figures.over_count > 0;
    let estimate = |name: &'static str, share: f64, note: &'static str| Tile {
        name,
        value: match is_known {
            true => context.estimate(share),
            false => words.get("join_tile.unknown").to_owned(),
        },
        note: match is_known {
            true => note.to_owned(),
            false => words.get("join_tile.unknown_note").to_owned(),
        },
        tone: "flat",
    };
    let placeholders: u64 = figures
        .placeholders
        .iter()
        .map(|one| one.record_count)
        .sum();
    let left_out: u64 = figures.left_out.iter().map(|(_, _, count)| count).sum();
    vec![
        estimate(
            words.get("join_tile.precision"),
            figures.precision,
            words.get("join_tile.precision_note"),
        ),
        estimate(
            words.get("join_tile.recall"),
            figures.recall,
            words.get("join_tile.recall_note"),
        ),
        Tile {
            name: words.get("join_tile.placeholders"),
            value: context.counted("join_tile.record_count", placeholders),
            note: match placeholders {
                0 => words.get("join_tile.placeholders_none").to_owned(),
                _ => placeholder_fields(context),
            },
            tone: "flat",
        },
        Tile {
            name: words.get("join_tile.decisions"),
            value: context.counted("join_tile.record_count", figures.decision_count),
            note: match figures.conflict_count {
                0 => words.get("join_tile.decisions_none").to_owned(),
                count => context.counted("join_tile.decisions_note", count),
            },
            tone: match figures.conflict_count {
                0 => "flat",
                _ => "bad",
            },
        },
        Tile {
            name: words.get("join_tile.left_out"),
            value: context.counted("join_tile.record_count", left_out),
            note: match left_out {
                0 => words.get("join_tile.left_out_none").to_owned(),
                _ => words.get("join_tile.left_out_note").to_owned(),
            },
            tone: "flat",
        },
    ]
}

/// Returns the fields in which placeholders were found.
fn placeholder_fields(context: &Context<'_>) -> String {
    let fields = context.figures.placeholders.iter();
    let names: Vec<String> = fields
        .map(|one| named(&one.field, one.name.as_deref(), context.lang))
        .collect();
    context.list(&names)
}

/// Returns what linking found, in sentences.
pub(super) fn found(context: &Context<'_>) -> Vec<String> {
    let (figures, words) = (context.figures, context.words);
    let records = context.count(figures.record_count);
    let mut found = match (figures.record_count, figures.duplicate_count()) {
        (0, _) => return vec![words.get("join_found.no_records").to_owned()],
        (_, 0) => vec![words.fill("join_found.no_duplicates", &[("records", &records)])],
        (_, duplicates) => vec![words.fill(
            "join_found.duplicates",
            &[
                ("records", &records),
                ("persons", &context.count(figures.person_count)),
                ("count", &context.count(duplicates)),
            ],
        )],
    };
    if figures.over_count > 0 {
        let precision = context.estimate(figures.precision);
        let recall = context.estimate(figures.recall);
        found.push(words.fill("join_found.precision", &[("share", &precision)]));
        found.push(words.fill("join_found.recall", &[("share", &recall)]));
    }
    if let Some((field, level)) = figures.strongest_against() {
        let name = field_name(field, context.lang);
        let said = words.fill(&format!("match_said.{}", level.level), &[("field", &name)]);
        found.push(words.fill("join_found.against", &[("said", &said)]));
    }
    if figures.compared_count > 0 {
        let household = context.share(figures.household_share);
        found.push(words.fill("join_found.household", &[("share", &household)]));
    }
    let absent = figures.fields.iter().filter(|one| one.filled_count == 0);
    let absent: Vec<String> = absent.map(|one| field_name(one, context.lang)).collect();
    if !absent.is_empty() {
        let fields = context.list(&absent);
        found.push(words.fill("join_found.field_missing", &[("fields", &fields)]));
    }
    let cuts: u64 = figures.cuts.iter().map(|(_, count)| count).sum();
    if cuts > 0 {
        found.push(context.counted("join_found.cut", cuts));
    }
    found
}

/// Returns what the reader may do now, the most useful first.
pub(super) fn next(context: &Context<'_>) -> Vec<String> {
    let (figures, words) = (context.figures, context.words);
    let mut next = Vec::new();
    // Weights of far fewer records than there are now say less than these could.
    if figures.record_count >= 2 * figures.fitted_count.max(1) {
        let counts = [
            ("fitted", &*context.count(figures.fitted_count)),
            ("count", &*context.count(figures.record_count)),
        ];
        next.push(words.fill("join_next.refit", &counts));
    }
    let review = figures.review_pair_count + figures.review_account_count;
    if review > 0 {
        next.push(context.counted("join_next.review", review));
    }
    if figures.conflict_count > 0 {
        next.push(context.counted("join_next.conflicts", figures.conflict_count));
    }
    if figures.unknown_decision_count > 0 {
        next.push(context.counted("join_next.unknown", figures.unknown_decision_count));
    }
    if !figures.placeholders.is_empty() {
        let fields = placeholder_fields(context);
        next.push(words.fill("join_next.placeholders", &[("fields", &fields)]));
    }
    if !figures.left_out.is_empty() {
        next.push(words.get("join_next.left_out").to_owned());
    }
    if next.is_empty() {
        next.push(words.get("join_next.nothing").to_owned());
    }
    next
}
