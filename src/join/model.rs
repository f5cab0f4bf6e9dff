//! The fitted weights as tables, so that they can be read by anybody and stay as they are.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::linkage::{
    FieldWeights, LevelWeights, SplitFamily, Term, TermCounts, Terms, Weights, levels_of, rules,
};
use super::records::Records;
use crate::error::Error;
use crate::schema::{match_terms, match_weights};

/// Field of the shares of all pairs.
const PAIRS: &str = "pairs";
/// Levels of [`PAIRS`].
const SHARES: [&str; 2] = ["match", "household"];
/// Field of the sums of the values' squared shares.
const SHARED_VALUES: &str = "shared_values";
/// Terms that are no columns.
const RECORDS: &str = "records";
const ALIAS: &str = "alias";
const BLOCK_CAP: &str = "block_cap";
/// Values of [`BLOCK_CAP`] that are no rules.
const CAPPED_RECORDS: &str = "records";
const MOST: &str = "most";
const IDENTIFIER: &str = "identifier";
const SPLIT_FAMILY: &str = "split_family";

/// Rows of `match_weights`: field, level, m, u, h.
type WeightRow = (String, String, f64, Option<f64>, Option<f64>);

/// Returns the tables `match_weights` and `match_terms`.
pub(super) fn frames(weights: &Weights) -> PolarsResult<(DataFrame, DataFrame)> {
    let share = |field: &str, level: &str, share: f64| -> WeightRow {
        (field.to_owned(), level.to_owned(), share, None, None)
    };
    let mut rows: Vec<WeightRow> = vec![
        share(PAIRS, SHARES[0], weights.match_share),
        share(PAIRS, SHARES[1], weights.household_share),
    ];
    for (field, levels) in weights.fields.iter().zip(levels_of(&weights.fields)) {
        for (level, numbers) in levels.iter().zip(&field.levels) {
            let LevelWeights { m, u, h } = *numbers;
            rows.push((
                field.field.clone(),
                level.key.to_owned(),
                m,
                Some(u),
                Some(h),
            ));
        }
    }
    for counts in &weights.terms.0 {
        rows.push(share(SHARED_VALUES, counts.column.key(), counts.shared));
    }
    Ok((weight_frame(rows)?, term_frame(weights)?))
}

fn weight_frame(rows: Vec<WeightRow>) -> PolarsResult<DataFrame> {
    let text = |column: crate::schema::Column, value: fn(&WeightRow) -> &str| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let float = |column: crate::schema::Column, value: fn(&WeightRow) -> Option<f64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let positions: Vec<i64> = (1..=rows.len() as i64).collect();
    DataFrame::new(
        rows.len(),
        vec![
            text(match_weights::FIELD, |row| &row.0),
            text(match_weights::LEVEL, |row| &row.1),
            Column::new(match_weights::POSITION.small_name(), positions),
            float(match_weights::M_PROB, |row| Some(row.2)),
            float(match_weights::U_PROB, |row| row.3),
            float(match_weights::HOUSEHOLD_PROB, |row| row.4),
            float(match_weights::MATCH_WEIGHT, |row| {
                row.3.map(|u| (row.2 / u).log2())
            }),
        ],
    )
}

fn term_frame(weights: &Weights) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(&str, String, i64)> = vec![(RECORDS, String::new(), weights.records as i64)];
    for counts in &weights.terms.0 {
        let key = counts.column.key();
        rows.push((key, String::new(), counts.filled as i64));
        let values = counts.counts.iter();
        rows.extend(values.map(|(hash, count)| (key, format!("{hash:016x}"), i64::from(*count))));
    }
    let named = |(place, name): (usize, &String)| (IDENTIFIER, name.clone(), place as i64);
    rows.extend(weights.identifiers.iter().enumerate().map(named));
    let caps = &weights.caps;
    if !caps.caps.is_empty() {
        rows.push((BLOCK_CAP, CAPPED_RECORDS.to_owned(), caps.records as i64));
        rows.push((BLOCK_CAP, MOST.to_owned(), caps.most as i64));
    }
    for (rule, cap) in rules(weights.identifiers.len()).iter().zip(&caps.caps) {
        rows.push((BLOCK_CAP, format!("rule {}", rule.name), i64::from(*cap)));
    }
    for names in &weights.aliases {
        rows.push((ALIAS, names.join("="), 0));
    }
    for family in &weights.families {
        let value = format!("{} {}", family.family, family.reading);
        rows.push((SPLIT_FAMILY, value, i64::from(family.count)));
    }
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                match_terms::TERM.small_name(),
                rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            ),
            Column::new(
                match_terms::VALUE.small_name(),
                rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(),
            ),
            Column::new(
                match_terms::RECORD_COUNT.small_name(),
                rows.iter().map(|row| row.2).collect::<Vec<_>>(),
            ),
        ],
    )
}

/// Returns the rows of `match_terms` that records have a value of, as term and value.
///
/// # Errors
/// [`Error::Frame`] when the frame lacks columns of `customers`.
pub fn held_terms(
    customers: &DataFrame,
    match_weights: &DataFrame,
    match_terms: &DataFrame,
) -> Result<BTreeSet<(String, String)>, Error> {
    let held = || -> PolarsResult<BTreeSet<(String, String)>> {
        let Some(weights) = weights(match_weights, match_terms)? else {
            return Ok(BTreeSet::new());
        };
        let mut frame = customers.clone();
        frame.rechunk_mut();
        let records = Records::new(&frame)?;
        let mut features = records.features(&weights.identifiers);
        features.split_names(&weights.families);
        features.seal();
        let mut held = BTreeSet::new();
        for (term, hashes) in Terms::values(&features) {
            let key = term.key();
            held.extend(
                hashes
                    .into_iter()
                    .map(|hash| (key.to_owned(), format!("{hash:016x}"))),
            );
            if term == Term::Family {
                let texts = Terms::texts(&features, term);
                let of = weights.families.iter();
                held.extend(
                    of.filter(|family| texts.contains(family.family.as_str()))
                        .map(|family| {
                            let value = format!("{} {}", family.family, family.reading);
                            (SPLIT_FAMILY.to_owned(), value)
                        }),
                );
            }
        }
        Ok(held)
    };
    held().map_err(Error::frame("read the values that were counted"))
}

/// Returns the weights that [`frames`] wrote; `None` when the tables hold none, or those of another version of koe.
pub(super) fn weights(numbers: &DataFrame, terms: &DataFrame) -> PolarsResult<Option<Weights>> {
    let mut found = Weights::default();
    let text = |frame: &DataFrame, column: crate::schema::Column| {
        Ok::<_, PolarsError>(frame.column(column.name)?.str()?.clone())
    };
    let float = |column: crate::schema::Column| {
        Ok::<_, PolarsError>(numbers.column(column.name)?.f64()?.clone())
    };
    let (field, level) = (
        text(numbers, match_weights::FIELD)?,
        text(numbers, match_weights::LEVEL)?,
    );
    let (m, u, h) = (
        float(match_weights::M_PROB)?,
        float(match_weights::U_PROB)?,
        float(match_weights::HOUSEHOLD_PROB)?,
    );
    let mut shared = Vec::new();
    for row in 0..numbers.height() {
        let m = m.get(row).unwrap_or_default();
        let level = level.get(row).unwrap_or_default();
        match field.get(row).unwrap_or_default() {
            PAIRS if level == SHARES[0] => found.match_share = m,
            PAIRS => found.household_share = m,
            SHARED_VALUES => shared.push((level.to_owned(), m)),
            name => {
                if found.fields.last().is_none_or(|last| last.field != name) {
                    found.fields.push(FieldWeights {
                        field: name.to_owned(),
                        levels: Vec::new(),
                    });
                }
                let levels = found.fields.last_mut().map(|last| &mut last.levels);
                levels.into_iter().for_each(|levels| {
                    levels.push(LevelWeights {
                        m,
                        u: u.get(row).unwrap_or(1.0),
                        h: h.get(row).unwrap_or(1.0),
                    });
                });
            }
        }
    }
    read_terms(terms, &shared, &mut found)?;
    Ok(found.is_whole().then_some(found))
}

fn read_terms(
    terms: &DataFrame,
    shared: &[(String, f64)],
    found: &mut Weights,
) -> PolarsResult<()> {
    let term = terms.column(match_terms::TERM.name)?.str()?;
    let value = terms.column(match_terms::VALUE.name)?.str()?;
    let count = terms.column(match_terms::RECORD_COUNT.name)?.i64()?;
    for row in 0..terms.height() {
        let (term, value) = (
            term.get(row).unwrap_or_default(),
            value.get(row).unwrap_or_default(),
        );
        let count = count.get(row).unwrap_or_default().unsigned_abs();
        match term {
            RECORDS => found.records = count,
            BLOCK_CAP if value == CAPPED_RECORDS => found.caps.records = count,
            BLOCK_CAP if value == MOST => found.caps.most = count,
            BLOCK_CAP => found.caps.caps.push(count as u32),
            ALIAS => {
                if let Some((one, other)) = value.split_once('=') {
                    found.aliases.push([one.to_owned(), other.to_owned()]);
                }
            }
            IDENTIFIER => found.identifiers.push(value.to_owned()),
            SPLIT_FAMILY => {
                let (family, reading) = value.split_once(' ').unwrap_or((value, ""));
                found.families.push(SplitFamily {
                    family: family.to_owned(),
                    reading: reading.to_owned(),
                    count: count as u32,
                });
            }
            key => {
                let Some(column) = Term::ALL.into_iter().find(|column| column.key() == key) else {
                    continue;
                };
                if value.is_empty() {
                    let shared = shared.iter().find(|(name, _)| name == key);
                    found.terms.0.push(TermCounts {
                        column,
                        filled: count,
                        shared: shared.map_or(0.0, |(_, share)| *share),
                        counts: Vec::new(),
                    });
                } else if let (Some(counts), Ok(hash)) =
                    (found.terms.0.last_mut(), u64::from_str_radix(value, 16))
                {
                    counts.counts.push((hash, count as u32));
                }
            }
        }
    }
    Ok(())
}
