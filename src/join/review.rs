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
            (Self::Field(kind, level, _), Lang::Ja) => {
                format!("{}{}", field_ja(*kind), level_ja(level))
            }
            (Self::Field(kind, level, _), Lang::En) => {
                format!("{} {}", field_en(*kind), level_en(level))
            }
            (Self::Words(ja, _), Lang::Ja) => ja.clone(),
            (Self::Words(_, en), Lang::En) => en.clone(),
        }
    }
}

fn field_ja(kind: Kind) -> &'static str {
    match kind {
        Kind::Family => "姓",
        Kind::Given => "名",
        Kind::Birth => "生年月日",
        Kind::Gender => "性別",
        Kind::Email => "メールアドレス",
        Kind::Phone => "電話番号",
        Kind::Address => "住所",
        Kind::Identifier => "番号",
    }
}

fn level_ja(level: &str) -> &'static str {
    match level {
        "exact" | "same" | "full" => "が一致",
        "variant" => "は異体字・表記違いで一致",
        "reading" => "の読みが一致",
        "swapped" => "は入れ替えると一致",
        "prefix" => "の一方が他方の略記",
        "close" | "one_edit" => "が一字違い程度",
        "near" => "がやや近い",
        "two_parts" => "は年月日のうち二つが一致",
        "loose" => "が実質同じ",
        "local" => "の＠より前が一致",
        "nearly" => "がほぼ一致",
        "numbers" => "の番地が一致",
        "place" => "の町名または郵便番号が一致",
        "prefecture" => "は都道府県だけ一致",
        _ => "が違う",
    }
}

fn field_en(kind: Kind) -> &'static str {
    match kind {
        Kind::Family => "family name",
        Kind::Given => "given name",
        Kind::Birth => "date of birth",
        Kind::Gender => "gender",
        Kind::Email => "e-mail",
        Kind::Phone => "phone",
        Kind::Address => "address",
        Kind::Identifier => "number",
    }
}

fn level_en(level: &str) -> &'static str {
    match level {
        "exact" | "same" | "full" => "the same",
        "variant" => "the same but for variant letters",
        "reading" => "read the same",
        "swapped" => "the same with its parts swapped",
        "prefix" => "an abbreviation of the other",
        "close" | "one_edit" => "a slip apart",
        "near" => "near",
        "two_parts" => "the same in two of year, month and day",
        "loose" => "the same mailbox",
        "local" => "the same before the @",
        "nearly" => "nearly the same",
        "numbers" => "with the same numbers",
        "place" => "in the same town or postal code",
        "prefecture" => "in the same prefecture only",
        _ => "different",
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
