//! `koe explain link`: why two subjects are one person.

use koe::error::Result;
use koe::join::explain::{Explanation, Verdict};
use koe::pipeline::{AccountExplanation, AccountVerdict, LinkExplanation};
use koe::report::Lang;
use polars::prelude::{Column, DataFrame};

use crate::args::Format;
use crate::output;

/// Prints an explanation as tables.
pub fn print(explained: &LinkExplanation, format: Format, lang: Lang) -> Result<()> {
    match explained {
        LinkExplanation::Records(explanation) => {
            output::print(&waterfall(explanation, format), format)?;
            if format == Format::Table {
                output::print_text(&verdict(explanation, lang))?;
            }
        }
        LinkExplanation::Account(explanation) => {
            output::print(&account(explanation), format)?;
            if format == Format::Table {
                output::print_text(&account_verdict(explanation.verdict, lang))?;
            }
        }
    }
    Ok(())
}

/// Returns the steps with the running sum, for people to two places.
fn waterfall(explanation: &Explanation, format: Format) -> DataFrame {
    let shown = |value: f64| match format {
        Format::Table => (value * 100.0).round() / 100.0,
        _ => value,
    };
    let steps = &explanation.steps;
    let mut sum = 0.0;
    let sums: Vec<f64> = steps
        .iter()
        .map(|step| {
            sum += step.weight;
            shown(sum)
        })
        .collect();
    let text = |name: &str, of: fn(&koe::join::explain::Step) -> &str| {
        Column::new(name.into(), steps.iter().map(of).collect::<Vec<_>>())
    };
    let float = |name: &str, of: fn(&koe::join::explain::Step) -> f64| {
        let values = steps.iter().map(|step| shown(of(step)));
        Column::new(name.into(), values.collect::<Vec<_>>())
    };
    DataFrame::new(
        steps.len(),
        vec![
            text("step", |step| &step.step),
            text("level", |step| step.level),
            text("left", |step| &step.left),
            text("right", |step| &step.right),
            float("level_weight", |step| step.level_weight),
            float("frequency_weight", |step| step.frequency_weight),
            float("weight", |step| step.weight),
            Column::new("match_weight".into(), sums),
        ],
    )
    .expect("columns of one length")
}

fn verdict(explanation: &Explanation, lang: Lang) -> String {
    let said = match (explanation.verdict, lang) {
        (Verdict::Linked, Lang::Ja) => "同じ人です。この二件の証拠だけで、しきい値を超えています。",
        (Verdict::Linked, Lang::En) => "One person: the pair alone is over the threshold.",
        (Verdict::LinkedByOthers, Lang::Ja) => "同じ人です。ほかの記録を通してつながっています。",
        (Verdict::LinkedByOthers, Lang::En) => "One person, tied by other records of theirs.",
        (Verdict::LinkedByDecision, Lang::Ja) => "同じ人です。担当者がそう判定しました。",
        (Verdict::LinkedByDecision, Lang::En) => "One person: a reviewer said so.",
        (Verdict::NoSharedBlock, Lang::Ja) => {
            "別の人のままです。共通の手がかりがなく、比較されていません。"
        }
        (Verdict::NoSharedBlock, Lang::En) => {
            "Two persons: they share no block, so they were not compared."
        }
        (Verdict::UnderThreshold, Lang::Ja) => "別の人です。証拠がしきい値に届きません。",
        (Verdict::UnderThreshold, Lang::En) => "Two persons: the weight is under the threshold.",
        (Verdict::Decision, Lang::Ja) => "別の人です。担当者がそう判定しました。",
        (Verdict::Decision, Lang::En) => "Two persons: a reviewer said so.",
        (Verdict::Contradiction, Lang::Ja) => {
            "別の人のままです。二人の記録のなかに矛盾する組があります。"
        }
        (Verdict::Contradiction, Lang::En) => "Two persons: records of theirs contradict.",
        (Verdict::Chain, Lang::Ja) => {
            "別の人のままです。二人の記録全体をみると、同じ人とはいえません。"
        }
        (Verdict::Chain, Lang::En) => "Two persons: their records together speak against it.",
        (Verdict::Limit, Lang::Ja) => {
            "別の人のままです。一人あたりの上限（join.limits）を超えるためです。"
        }
        (Verdict::Limit, Lang::En) => {
            "Two persons: together they would pass a limit (join.limits)."
        }
    };
    let blocks = match explanation.blocks.is_empty() {
        true => "-".to_owned(),
        false => explanation.blocks.join(", "),
    };
    match lang {
        Lang::Ja => format!(
            "重み {:.2}（確率 {:.4}、しきい値 {:.2}）\n共通の手がかり: {blocks}\n{said}\n",
            explanation.match_weight, explanation.match_prob, explanation.threshold_weight,
        ),
        Lang::En => format!(
            "weight {:.2} (probability {:.4}, threshold {:.2})\nshared blocks: {blocks}\n{said}\n",
            explanation.match_weight, explanation.match_prob, explanation.threshold_weight,
        ),
    }
}

fn account(explanation: &AccountExplanation) -> DataFrame {
    let shown = |value: &Option<String>| value.clone().unwrap_or_default();
    let row = [
        ("person_id", explanation.person_id.clone()),
        ("platform", explanation.platform.clone()),
        ("account_id", shown(&explanation.account_id)),
        ("handle", shown(&explanation.handle)),
        ("consented_at", shown(&explanation.consented_at)),
        ("consent_evidence", shown(&explanation.consent_evidence)),
        ("declared_in", explanation.declared_in.join(", ")),
    ];
    let columns = row
        .into_iter()
        .map(|(name, value)| Column::new(name.into(), [value]))
        .collect();
    DataFrame::new(1, columns).expect("columns of one length")
}

fn account_verdict(verdict: AccountVerdict, lang: Lang) -> String {
    let said = match (verdict, lang) {
        (AccountVerdict::Linked, Lang::Ja) => {
            "つないでいます。ご本人の申告と、有効な同意があります。"
        }
        (AccountVerdict::Linked, Lang::En) => "Linked: declared, and consent is in force.",
        (AccountVerdict::NoConsent, Lang::Ja) => {
            "つないでいません。link_social の有効な同意がないため、比較もしていません。"
        }
        (AccountVerdict::NoConsent, Lang::En) => {
            "Not linked: consent for link_social is not in force, so the two are not even compared."
        }
        (AccountVerdict::AnalysisDenied, Lang::Ja) => {
            "つないでいません。ご本人が分析を断っています。"
        }
        (AccountVerdict::AnalysisDenied, Lang::En) => {
            "Not linked: the person denied being analysed."
        }
        (AccountVerdict::NotDeclared, Lang::Ja) => "つないでいません。ご本人の申告がありません。",
        (AccountVerdict::NotDeclared, Lang::En) => {
            "Not linked: nobody declared the account as this person's."
        }
        (AccountVerdict::UnknownAccount, Lang::Ja) => {
            "つないでいません。そのアカウントの投稿がまだ見つかっていません。"
        }
        (AccountVerdict::UnknownAccount, Lang::En) => {
            "Not linked: no account of that name was seen."
        }
        (AccountVerdict::SeveralPersons, Lang::Ja) => {
            "つないでいません。別の方も同じアカウントを申告しています。"
        }
        (AccountVerdict::SeveralPersons, Lang::En) => {
            "Not linked: another person declared it, too."
        }
    };
    format!("{said}\n")
}
