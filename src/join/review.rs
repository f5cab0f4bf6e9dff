//! Pairs that a person should look at, with the evidence in words.

use super::linkage::{
    Clusters, Cut, Decided, Edge, FIXED, Kind, Pairs, Scorer, Waterfall, compare, probability_of,
};
use super::records::Records;
use super::{Refusal, Settings};
use crate::report::Lang;

/// Pairs listed at most; the likeliest come first.
const MOST_PAIRS: usize = 10_000;

/// A pair for a reviewer.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Source, id and name of the customer record.
    pub record: [String; 3],
    /// What it may be the same person as.
    pub with: Candidate,
    /// Probability that the two are one person.
    pub probability: f64,
    /// What speaks for it and against it.
    pub evidence: Vec<Statement>,
    /// Why the two were not put together, where they are over the threshold.
    pub cut: Option<&'static str>,
}

/// What a record may be the same person as.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidate {
    /// Source, id and name of another record.
    Record([String; 3]),
    /// Platform, provider, id, handle and display name of an account.
    Account([String; 5]),
}

/// One agreement or difference.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// Of a field of two records: the field, the key of the level, and what it adds to the weight.
    Field(Kind, &'static str, f64),
    /// In words, Japanese and English.
    Words(String, String),
}

impl Statement {
    /// Returns the statement in words.
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Field(kind, level, _), _) => {
                let words = lang.words();
                let field = words.name("match_field", kind.key());
                words.fill(&format!("match_said.{level}"), &[("field", field)])
            }
            (Self::Words(ja, _), Lang::Ja) => ja.clone(),
            (Self::Words(_, en), Lang::En) => en.clone(),
        }
    }
}

/// Returns what the fields of a pair say, the weightiest first.
pub(super) fn statements(waterfall: &Waterfall) -> Vec<Statement> {
    let mut said: Vec<Statement> = waterfall
        .fields
        .iter()
        .filter(|(_, level, _, _)| *level > 0)
        .map(|(field, level, weight, frequency)| {
            let kind = FIXED.get(*field).copied().unwrap_or(Kind::Identifier);
            let key = kind.levels()[*level as usize - 1].key;
            Statement::Field(kind, key, weight + frequency)
        })
        .collect();
    let size = |statement: &Statement| match statement {
        Statement::Field(_, _, weight) => weight.abs(),
        Statement::Words(..) => 0.0,
    };
    said.sort_by(|left, right| size(right).total_cmp(&size(left)));
    said
}

/// Returns the claims that several persons make of one account: a reviewer says whose it is.
pub(super) fn claims(refusals: &[Refusal], records: &Records<'_>) -> Vec<Review> {
    let open = refusals.iter().filter_map(|refusal| refusal.open.as_ref());
    open.map(|claim| {
        let (source, customer_id) = &claim.record;
        let row = records.place(source, customer_id);
        let (platform, provider, account_id) = claim.account.clone();
        let handle = claim.handle.clone().unwrap_or_default();
        Review {
            record: match row {
                Some(row) => records.named(row),
                None => [source.clone(), customer_id.clone(), String::new()],
            },
            with: Candidate::Account([platform, provider, account_id, handle, String::new()]),
            probability: 0.5,
            evidence: vec![Statement::Words(
                "ほかの方も同じアカウントを申告しています".to_owned(),
                "another person declares the same account".to_owned(),
            )],
            cut: None,
        }
    })
    .collect()
}

/// Returns the pairs of records that a reviewer should decide: those cut although over the threshold, and those below it
/// that are likely enough. What was decided before is not asked again.
pub(super) fn records(
    records: &Records<'_>,
    scorer: &Scorer<'_>,
    pairs: &Pairs,
    clusters: &Clusters,
    decided: &Decided,
    settings: &Settings,
) -> Vec<Review> {
    let is_decided = |edge: &Edge| {
        let pair = (edge.left.min(edge.right), edge.left.max(edge.right));
        decided.different.contains(&pair) || decided.same.contains(&pair)
    };
    let threshold = super::linkage::weight_of(settings.linkage.threshold);
    let open = pairs.edges.iter().filter(|edge| {
        edge.weight < threshold
            && clusters.root[edge.left as usize] != clusters.root[edge.right as usize]
    });
    let cut = clusters
        .cuts
        .iter()
        .filter(|(_, cut)| *cut != Cut::Decision);
    let mut asked: Vec<(Edge, Option<&'static str>)> = open
        .map(|edge| (*edge, None))
        .chain(cut.map(|(edge, cut)| (*edge, Some(cut.key()))))
        .filter(|(edge, _)| !is_decided(edge))
        .collect();
    asked.sort_by(|(left, _), (right, _)| {
        let pair = |edge: &Edge| (edge.left, edge.right);
        let order = right.weight.total_cmp(&left.weight);
        order.then_with(|| pair(left).cmp(&pair(right)))
    });
    asked.truncate(MOST_PAIRS);
    asked
        .into_iter()
        .map(|(edge, cut)| {
            let (left, right) = (edge.left as usize, edge.right as usize);
            let pattern = compare(scorer.features(), left, right);
            Review {
                record: records.named(left),
                with: Candidate::Record(records.named(right)),
                probability: probability_of(edge.weight),
                evidence: statements(&scorer.waterfall(pattern, left, right)),
                cut,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_level_has_its_words() {
        for lang in [Lang::Ja, Lang::En] {
            let words = lang.words();
            for kind in FIXED.into_iter().chain([Kind::Identifier]) {
                let mut keys = vec![format!("match_field.{}", kind.key())];
                for level in kind.levels() {
                    keys.push(format!("match_said.{}", level.key));
                    keys.push(format!("match_level.{}", level.key));
                }
                for key in keys {
                    assert!(words.find(&key).is_some(), "{key} in {lang}");
                }
            }
        }
    }

    #[test]
    fn a_statement_names_field_and_level() {
        let said = |level| Statement::Field(Kind::Email, level, 1.0);
        assert_eq!(
            said("local").words(Lang::Ja),
            "メールアドレスの@より前が一致"
        );
        assert_eq!(said("different").words(Lang::En), "e-mail different");
    }
}
