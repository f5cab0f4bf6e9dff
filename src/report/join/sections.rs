//! The sections of the page of join: evidence, scores, sizes, exceptions, method.

use super::{Context, field_name, named};
use crate::report::charts::Chart;
use crate::report::html::{Block, CellView, SectionView, TableView};

/// Texts of up to so many letters stay on one line in a table.
const SHORT_TEXT: usize = 24;
/// Uncertain pairs per pair over the threshold up to which the two kinds count as clearly apart.
const CLEAR_SHARE: f64 = 0.05;
/// Queries that give the numbers again.
const WEIGHTS_QUERY: &str = "SELECT field, level, m_prob, u_prob, household_prob, match_weight FROM match_weights ORDER BY position";
const SIZES_QUERY: &str = "SELECT records, COUNT(*) AS persons FROM (SELECT person_id, COUNT(*) AS records FROM persons GROUP BY person_id) GROUP BY records ORDER BY records";
const EXCEPTIONS_QUERY: &str = "SELECT reason, left_out_count FROM left_out WHERE stage = 'join'";
/// Terms of the last section.
const METHOD: [&str; 9] = [
    "fitted",
    "weight",
    "frequency",
    "household",
    "threshold",
    "precision",
    "compared",
    "placeholder",
    "cut",
];

/// Returns the sections in their order.
pub(super) fn sections(context: &Context<'_>, charts: &[Chart]) -> Vec<SectionView> {
    let no_sizes = match context.figures.record_count {
        0 => "join_missing.sizes_empty",
        _ => "join_missing.sizes",
    };
    let weights = SectionView {
        blocks: picture(context, charts, "join_weights", "join_missing.weights"),
        definitions: definitions(context, &["weight", "frequency", "household"]),
        sources: &["match_weights", "match_terms"],
        query: query(WEIGHTS_QUERY),
        ..section(context, "weights", weights_heading(context))
    };
    let scores = SectionView {
        blocks: picture(context, charts, "join_scores", "join_missing.scores"),
        definitions: definitions(context, &["threshold", "precision", "compared"]),
        sources: &["customers", "match_weights"],
        query: "koe explain link A B".to_owned(),
        ..section(context, "scores", scores_heading(context))
    };
    let sizes = SectionView {
        blocks: picture(context, charts, "join_sizes", no_sizes),
        sources: &["customers", "persons"],
        query: query(SIZES_QUERY),
        ..section(context, "sizes", sizes_heading(context))
    };
    let method = SectionView {
        definitions: definitions(context, &METHOD),
        sources: &["match_weights", "match_terms", "persons"],
        query: query(WEIGHTS_QUERY),
        ..section(
            context,
            "method",
            context.words.get("join_heading.method").to_owned(),
        )
    };
    vec![weights, scores, sizes, exceptions(context), method]
}

/// Returns a chart, or the sentence that stands for it.
fn picture(context: &Context<'_>, charts: &[Chart], id: &str, missing: &'static str) -> Vec<Block> {
    let chart = charts.iter().find(|chart| chart.id == id);
    vec![chart.map_or_else(|| absent(context, missing), figure)]
}

fn absent(context: &Context<'_>, missing: &'static str) -> Block {
    Block::Missing {
        text: context.words.get(missing).to_owned(),
    }
}

fn exceptions(context: &Context<'_>) -> SectionView {
    let blocks = exception_tables(context);
    let (heading, blocks) = match blocks.len() {
        0 => (
            context.words.get("join_heading.exceptions_none").to_owned(),
            vec![absent(context, "join_missing.exceptions")],
        ),
        count => (
            context.counted("join_heading.exceptions", count as u64),
            blocks,
        ),
    };
    SectionView {
        blocks,
        definitions: definitions(context, &["placeholder", "cut"]),
        sources: &["left_out", "decisions"],
        query: query(EXCEPTIONS_QUERY),
        ..section(context, "exceptions", heading)
    }
}

fn section(context: &Context<'_>, key: &'static str, heading: String) -> SectionView {
    SectionView {
        anchor: key,
        name: context.words.name("join_nav", key),
        heading,
        text: context.words.name("join_text", key),
        findings: Vec::new(),
        blocks: Vec::new(),
        definitions: Vec::new(),
        sources: &[],
        query: String::new(),
    }
}

fn query(sql: &str) -> String {
    format!("koe query \"{sql}\"")
}

fn weights_heading(context: &Context<'_>) -> String {
    match context.figures.strongest() {
        Some((field, _)) => {
            let name = field_name(field, context.lang);
            context
                .words
                .fill("join_heading.weights", &[("field", &name)])
        }
        None => context.words.get("join_heading.weights_none").to_owned(),
    }
}

fn scores_heading(context: &Context<'_>) -> String {
    let (figures, words) = (context.figures, context.words);
    let (over, between) = (figures.over_count, figures.between_count);
    match (figures.compared_count, over) {
        (0, _) => words.get("join_heading.scores_none").to_owned(),
        (_, 0) => words.get("join_heading.scores_nobody").to_owned(),
        _ if between as f64 <= CLEAR_SHARE * over as f64 => {
            words.get("join_heading.scores_clear").to_owned()
        }
        _ => {
            let share = context.share(between as f64 / over as f64);
            let count = context.count(between);
            words.fill(
                "join_heading.scores_open",
                &[("share", &share), ("count", &count)],
            )
        }
    }
}

fn sizes_heading(context: &Context<'_>) -> String {
    match context.figures.duplicated_person_count() {
        0 => context.words.get("join_heading.sizes_none").to_owned(),
        count => context.counted("join_heading.sizes", count),
    }
}

fn figure(chart: &Chart) -> Block {
    let table = &chart.table;
    let is_number = |place: usize| {
        let mut cells = table.rows.iter().filter_map(|row| row.get(place));
        cells.all(|cell| cell.is_empty() || cell.parse::<f64>().is_ok())
    };
    let numbers: Vec<bool> = (0..table.headings.len()).map(is_number).collect();
    let headings = table.headings.iter().cloned().zip(numbers.iter().copied());
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().zip(&numbers);
        cells
            .map(|(text, is_number)| cell(text.clone(), is_number.then(|| text.parse().ok())))
            .collect()
    });
    Block::Figure {
        id: chart.id,
        caption: chart.description.clone(),
        svg: chart.svg.clone(),
        table: TableView {
            headings: headings.collect(),
            rows: rows.collect(),
        },
    }
}

/// Returns a cell; `number` is there for a column of numbers, and holds the cell's own.
fn cell(text: String, number: Option<Option<f64>>) -> CellView {
    CellView {
        is_short: text.chars().count() <= SHORT_TEXT,
        is_number: number.is_some(),
        sort: number.flatten(),
        text,
    }
}

/// A table of exceptions: its key, the keys of its headings, and its rows.
type Exceptions = (&'static str, &'static [&'static str], Vec<Vec<CellView>>);

/// Returns the tables of what was treated otherwise; none of them is empty.
fn exception_tables(context: &Context<'_>) -> Vec<Block> {
    let (figures, words) = (context.figures, context.words);
    let number = |count: u64| cell(context.count(count), Some(Some(count as f64)));
    let placeholders = figures.placeholders.iter().map(|one| {
        vec![
            cell(named(&one.field, one.name.as_deref(), context.lang), None),
            number(one.value_count),
            number(one.record_count),
        ]
    });
    let cuts = figures.cuts.iter().map(|(reason, count)| {
        let reason = words.name("match_cut", reason).to_owned();
        vec![cell(reason, None), number(*count)]
    });
    let left_out = figures.left_out.iter().map(|(rule, name, count)| {
        let rule = match name {
            Some(name) => name.clone(),
            None => words.name("match_rule", rule).to_owned(),
        };
        vec![cell(rule, None), number(*count)]
    });
    let tables: [Exceptions; 3] = [
        (
            "placeholders",
            &["field", "values", "records"],
            placeholders.collect(),
        ),
        ("cuts", &["reason", "pairs"], cuts.collect()),
        ("left_out", &["rule", "records"], left_out.collect()),
    ];
    tables
        .into_iter()
        .filter(|(_, _, rows)| !rows.is_empty())
        .map(|(key, headings, rows)| Block::Table {
            name: words.name("join_table", key),
            table: TableView {
                headings: headings
                    .iter()
                    .enumerate()
                    .map(|(place, key)| (words.name("join_table", key).to_owned(), place > 0))
                    .collect(),
                rows,
            },
        })
        .collect()
}

/// Returns terms and what they mean.
fn definitions(context: &Context<'_>, keys: &[&str]) -> Vec<(String, String)> {
    let figures = context.figures;
    let values = [
        ("threshold", &*context.numbers.share(figures.threshold_prob)),
        ("review", &*context.numbers.share(figures.review_prob)),
        ("fitted", &*context.count(figures.fitted_count)),
        ("share", &*context.share(figures.match_share)),
    ];
    let split = |key: &&str| {
        let text = context.words.fill(&format!("join_define.{key}"), &values);
        let (term, meaning) = text.split_once('|')?;
        Some((term.to_owned(), meaning.to_owned()))
    };
    keys.iter().filter_map(split).collect()
}
