//! `join.html`: what the stage did, for people.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::join::linkage::{FIXED, Kind, Placeholder, Weights, levels_of, weight_of};
use crate::join::{Candidate, Output};
use crate::pipeline::Workspace;
use crate::report::charts::join_charts;
use crate::report::join::{
    FieldFigure, JoinFigures, LevelFigure, PlaceholderFigure, SizeFigure, WeightBin, html,
};
use crate::store::write_atomically;

/// Name of the file in the folder of a run.
const NAME: &str = "join.html";
/// How fields and rules that are identifiers begin; their place follows.
const IDENTIFIER: &str = "identifier";

/// Returns where the page of this moment is.
pub(super) fn path(workspace: &Workspace) -> PathBuf {
    workspace.out().join(NAME)
}

/// Writes the page.
pub(super) fn write(output: &Output, workspace: &Workspace) -> Result<()> {
    let figures = figures(output, workspace);
    let lang = workspace.config().workspace.lang;
    let charts = join_charts(&figures, lang);
    let text = html(&figures, &charts, lang).map_err(|error| Error::Render {
        what: NAME.to_owned(),
        detail: error.to_string(),
    })?;
    write_atomically(&path(workspace), text.as_bytes())
}

fn figures(output: &Output, workspace: &Workspace) -> JoinFigures {
    let (linked, weights, config) = (&output.linked, &output.weights, workspace.config());
    let settings = config.join.settings().linkage;
    let review = settings.review.min(settings.threshold);
    let sizes = linked.sizes.iter().map(|(records, persons)| SizeFigure {
        record_count: *records,
        person_count: *persons,
    });
    let sizes: Vec<SizeFigure> = sizes.collect();
    let is_pair = |candidate: &Candidate| matches!(candidate, Candidate::Record(_));
    let pairs = output
        .review
        .iter()
        .filter(|one| is_pair(&one.with))
        .count() as u64;
    let cuts = linked.cuts.iter();
    let left_out = linked.left_out.iter().map(|(rule, count)| {
        let (kind, name) = named(rule, weights);
        (kind, name, *count)
    });
    let bins = linked.histogram.iter().map(|(weight, count)| WeightBin {
        weight: *weight,
        pair_count: *count,
    });
    JoinFigures {
        brand: config.own_brand().name.clone(),
        as_of: workspace.as_of().last_day().to_string(),
        time_zone: config.workspace.time_zone.clone(),
        koe_version: env!("CARGO_PKG_VERSION").to_owned(),
        record_count: sizes
            .iter()
            .map(|size| size.record_count * size.person_count)
            .sum(),
        person_count: output.person_count,
        compared_count: linked.compared,
        over_count: linked.over,
        between_count: linked.between,
        precision: linked.precision,
        recall: linked.recall,
        threshold_prob: settings.threshold,
        threshold_weight: weight_of(settings.threshold),
        review_prob: review,
        review_weight: weight_of(review),
        fitted_count: weights.records,
        match_share: weights.match_share,
        household_share: weights.household_share,
        fields: fields(weights, &linked.filled),
        bins: bins.collect(),
        sizes,
        placeholders: placeholders(&linked.placeholders, weights),
        cuts: cuts
            .map(|(reason, count)| ((*reason).to_owned(), *count))
            .collect(),
        left_out: left_out.collect(),
        decision_count: linked.decisions,
        conflict_count: linked.conflicts,
        unknown_decision_count: linked.unknown_decisions,
        review_pair_count: pairs,
        review_account_count: output.review.len() as u64 - pairs,
    }
}

fn fields(weights: &Weights, filled: &[u64]) -> Vec<FieldFigure> {
    let kinds = FIXED.into_iter().chain(std::iter::repeat(Kind::Identifier));
    let names = FIXED.iter().map(|_| None);
    let names = names.chain(weights.identifiers.iter().cloned().map(Some));
    let levels = weights.fields.iter().zip(levels_of(&weights.fields));
    levels
        .zip(kinds.zip(names))
        .zip(filled)
        .map(|(((field, levels), (kind, name)), filled)| {
            let levels = levels.iter().zip(&field.levels);
            FieldFigure {
                field: kind.key().to_owned(),
                name,
                filled_count: *filled,
                levels: levels
                    .map(|(level, numbers)| LevelFigure {
                        level: level.key.to_owned(),
                        m_prob: numbers.m,
                        u_prob: numbers.u,
                        household_prob: kind.is_of_household().then_some(numbers.h),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Counts the placeholders per field; the values themselves stay where they are.
fn placeholders(found: &[Placeholder], weights: &Weights) -> Vec<PlaceholderFigure> {
    let mut fields: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for one in found {
        let (values, records) = fields.entry(&one.field).or_default();
        *values += 1;
        *records += one.records;
    }
    fields
        .into_iter()
        .map(|(key, (value_count, record_count))| {
            let (field, name) = named(key, weights);
            PlaceholderFigure {
                field,
                name,
                value_count,
                record_count,
            }
        })
        .collect()
}

/// Returns the key of a field or rule without the place of an identifier, and the user's name of the identifier.
fn named(key: &str, weights: &Weights) -> (String, Option<String>) {
    let place = key
        .strip_prefix(IDENTIFIER)
        .and_then(|place| place.trim().parse::<usize>().ok());
    match place {
        Some(place) => {
            let name = weights.identifiers.get(place.saturating_sub(1));
            (IDENTIFIER.to_owned(), name.cloned())
        }
        None => (key.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> Weights {
        Weights {
            identifiers: vec!["会員証".to_owned(), "loyalty".to_owned()],
            ..Weights::default()
        }
    }

    #[test]
    fn identifiers_go_by_the_names_of_the_user() {
        let name = |name: &str| (IDENTIFIER.to_owned(), Some(name.to_owned()));
        assert_eq!(named("identifier 2", &weights()), name("loyalty"));
        assert_eq!(named("names", &weights()), ("names".to_owned(), None));
        assert_eq!(
            named("identifier 9", &weights()),
            (IDENTIFIER.to_owned(), None)
        );
    }

    #[test]
    fn placeholders_are_counted_per_field() {
        let one = |field: &str, hash, records| Placeholder {
            field: field.to_owned(),
            hash,
            records,
        };
        let found = [
            one("email", 1, 40),
            one("phone", 2, 12),
            one("phone", 3, 15),
        ];
        let counted: Vec<(String, u64, u64)> = placeholders(&found, &weights())
            .into_iter()
            .map(|one| (one.field, one.value_count, one.record_count))
            .collect();
        assert_eq!(
            counted,
            [("email".to_owned(), 1, 40), ("phone".to_owned(), 2, 27)]
        );
    }
}
