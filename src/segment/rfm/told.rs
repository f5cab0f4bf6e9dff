//! What is odd about a map, in the language of who reads it.

use super::lint::{Finding, RuleName};
use super::maps::Scores;
use crate::report::Lang;

impl Finding {
    /// Returns what is odd, as one sentence of a language; in English that of `Display`.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => japanese(self),
            Lang::En => self.to_string(),
        }
    }
}

fn japanese(finding: &Finding) -> String {
    match finding {
        Finding::Impossible {
            rule,
            key,
            range: (first, last),
            most,
        } => format!(
            "RFM セグメント {}: `{key}` が {first}-{last} ですが、スコアは 1 から {most} までです",
            named(rule)
        ),
        Finding::Empty { rule } => format!(
            "RFM セグメント {} に当てはまるスコアがありません",
            named(rule)
        ),
        Finding::Shadowed { rule, by } => {
            let by: Vec<String> = by.iter().map(named).collect();
            format!(
                "RFM セグメント {} は、先にある {} が優先されるため使われません",
                named(rule),
                by.join("、")
            )
        }
        Finding::Overlap {
            first,
            second,
            count,
            example,
        } => format!(
            "RFM セグメント {} と {} は、{count} 通りのスコアで重なります(例: {})。先のほうが優先されます",
            named(first),
            named(second),
            shown(example)
        ),
        Finding::Gap { count, of, example } => format!(
            "{of} 通りのスコアのうち {count} 通りが、どの RFM セグメントにも当てはまりません(例: {})。このお客様は `others` になります",
            shown(example)
        ),
    }
}

fn named(rule: &RuleName) -> String {
    format!("`{}`({} 番目)", rule.name, rule.position)
}

fn shown([recency, frequency, monetary]: &Scores) -> String {
    format!("R{recency} F{frequency} M{monetary}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_is_never_reached_is_told_in_both_languages() {
        let rule = |position: usize, name: &str| RuleName {
            position,
            name: name.to_owned(),
        };
        let finding = Finding::Shadowed {
            rule: rule(2, "b"),
            by: vec![rule(1, "a")],
        };
        assert_eq!(
            finding.text(Lang::Ja),
            "RFM セグメント `b`(2 番目) は、先にある `a`(1 番目) が優先されるため使われません"
        );
        assert_eq!(finding.text(Lang::En), finding.to_string());
    }

    #[test]
    fn scores_without_a_segment_are_counted() {
        let finding = Finding::Gap {
            count: 75,
            of: 125,
            example: [1, 1, 1],
        };
        let told = finding.text(Lang::Ja);
        assert!(
            told.starts_with("125 通りのスコアのうち 75 通り") && told.contains("R1 F1 M1"),
            "{told}"
        );
    }
}
