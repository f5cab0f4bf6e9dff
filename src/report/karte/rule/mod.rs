//! The condition of a segment's rule in words.
//!
//! Read is what rules are mostly written in: comparisons of columns with values, `IS NULL`, `IN`, `BETWEEN`, `AND`, `OR`, `NOT` and
//! brackets. Anything else is shown as it is written.

mod read;

use self::read::{Clause, Token, read, tokens};
use super::facts::Datum;
use crate::report::words::{Numbers, Words};

/// Returns the names in a condition that are columns, in their order, each once.
#[must_use]
pub fn columns(condition: &str, is_column: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for token in tokens(condition).unwrap_or_default() {
        if let Token::Name(name) = token
            && is_column(&name)
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

/// Returns a condition in words; `None` where it holds more than is read.
#[must_use]
pub fn said(condition: &str, words: &Words, numbers: &Numbers<'_>) -> Option<String> {
    let clause = read(&tokens(condition)?)?;
    Some(Speaker { words, numbers }.clause(&clause, false))
}

/// Returns a column as people call it.
pub(super) fn column_name<'a>(column: &'a str, words: &'a Words) -> &'a str {
    words.name("karte_column", column)
}

/// Returns a value of a column as people write it.
pub(super) fn value_text(
    column: &str,
    value: &Datum,
    words: &Words,
    numbers: &Numbers<'_>,
) -> String {
    match value {
        Datum::Flag(true) => words.get("karte_rule.yes").to_owned(),
        Datum::Flag(false) => words.get("karte_rule.no").to_owned(),
        Datum::Text(text) => {
            let group = match column {
                "account_role" => "karte_role",
                other => other,
            };
            words.name(group, text).to_owned()
        }
        Datum::Number(number) => number_text(column, *number, words, numbers),
    }
}

fn number_text(column: &str, number: f64, words: &Words, numbers: &Numbers<'_>) -> String {
    let is_of = |endings: &[&str]| endings.iter().any(|ending| column.ends_with(ending));
    let plain = || match number.fract() == 0.0 {
        true => numbers.decimal(number, 0),
        false => numbers.decimal(number, 2),
    };
    if is_of(&["_minor"]) {
        numbers.money(number as i64)
    } else if is_of(&["_prob"]) {
        numbers.share(number)
    } else if column.contains("sentiment") {
        numbers.signed(number, 2)
    } else if is_of(&["_days"]) || column.starts_with("days_") {
        words.fill("karte.days", &[("count", &plain())])
    } else {
        plain()
    }
}

struct Speaker<'a> {
    words: &'a Words,
    numbers: &'a Numbers<'a>,
}

impl Speaker<'_> {
    fn clause(&self, clause: &Clause, is_within: bool) -> String {
        match clause {
            Clause::All(parts) => self.joined(parts, "karte_rule.and", is_within),
            Clause::Any(parts) => self.joined(parts, "karte_rule.or", is_within),
            Clause::Not(inner) => {
                let inner = self.clause(inner, false);
                self.words.fill("karte_rule.not", &[("clause", &inner)])
            }
            Clause::Always => self.words.get("karte_rule.always").to_owned(),
            Clause::Never => self.words.get("karte_rule.never").to_owned(),
            Clause::Compared {
                column,
                operator,
                value,
            } => self.filled(operator, column, &[("value", value)]),
            Clause::Empty { column, is_empty } => {
                let key = match is_empty {
                    true => "empty",
                    false => "known",
                };
                self.filled(key, column, &[])
            }
            Clause::OneOf {
                column,
                values,
                is_one,
            } => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| value_text(column, value, self.words, self.numbers))
                    .collect();
                let key = match is_one {
                    true => "karte_rule.one_of",
                    false => "karte_rule.none_of",
                };
                let values = values.join(self.words.get("karte_rule.comma"));
                let column = column_name(column, self.words);
                self.words
                    .fill(key, &[("column", column), ("values", &values)])
            }
            Clause::Between { column, low, high } => {
                self.filled("between", column, &[("low", low), ("high", high)])
            }
        }
    }

    fn joined(&self, parts: &[Clause], between: &str, is_within: bool) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.clause(part, true)).collect();
        let text = parts.join(self.words.get(between));
        match is_within {
            true => format!("({text})"),
            false => text,
        }
    }

    fn filled(&self, key: &str, column: &str, values: &[(&str, &Datum)]) -> String {
        let texts: Vec<(&str, String)> = values
            .iter()
            .map(|(name, value)| (*name, value_text(column, value, self.words, self.numbers)))
            .collect();
        let mut slots = vec![("column", column_name(column, self.words))];
        slots.extend(texts.iter().map(|(name, text)| (*name, text.as_str())));
        self.words.fill(&format!("karte_rule.{key}"), &slots)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::report::Lang;

    fn told(condition: &str, lang: Lang) -> Option<String> {
        let numbers = Numbers {
            lang,
            currency: "JPY",
            exponent: 0,
        };
        said(condition, lang.words(), &numbers)
    }

    #[test]
    fn a_rule_is_told_in_words() {
        let rule = "(alive_prob < 0.5 OR order_stage = 'lapsed') AND voice_group = 'negative'";
        assert_eq!(
            told(rule, Lang::Ja).as_deref(),
            Some(
                "(継続の確率が50.0%未満、または購入の段階が「離れかけ」)、かつ声の区分が「否定的」"
            )
        );
        assert_eq!(
            told(rule, Lang::En).as_deref(),
            Some(
                "(probability of still being a customer below 50.0%, or stage of purchase is \"lapsed\"), and voice group is \"negative\""
            )
        );
        let reach = "order_count IS NULL AND follower_count >= 1000";
        assert_eq!(
            told(reach, Lang::Ja).as_deref(),
            Some("注文数がない、かつフォロワー数が1,000以上")
        );
    }

    #[test]
    fn every_rule_of_the_defaults_is_told_in_both_languages() {
        let config = Config::parse("", Path::new("koe.toml"), &[]).unwrap();
        assert!(config.segment.rule.len() > 10);
        for rule in &config.segment.rule {
            for lang in [Lang::Ja, Lang::En] {
                let text = told(&rule.when, lang);
                let text = text.unwrap_or_else(|| panic!("{}", rule.when));
                assert!(!text.contains("karte") && !text.contains('{'), "{text}");
                // A column without a name of its own would stand there as it is.
                assert!(!text.contains('_'), "{text}");
            }
        }
    }

    #[test]
    fn lists_spans_and_negations_are_read() {
        let text = told(
            "NOT (decile IN (1, 2) AND spend_minor BETWEEN 1000 AND 20000)",
            Lang::Ja,
        );
        assert_eq!(
            text.as_deref(),
            Some(
                "「デシルが「1、2」のどれか、かつこれまでの購入額が1,000円以上20,000円以下」ではない"
            )
        );
        assert!(told("rfm_segment NOT IN ('it''s')", Lang::En).is_some());
    }

    #[test]
    fn what_is_more_than_words_stays_sql() {
        for condition in [
            "",
            "LOWER(segment) = 'a'",
            "a = b",
            "a = 'open",
            "a > 1 AND",
            "a NOT 3",
            "a + 1 > 2",
            "(a > 1",
            "a > 1)",
            "\u{0}",
            "1-",
        ] {
            assert_eq!(told(condition, Lang::Ja), None, "{condition}");
        }
        assert_eq!(told(&"(".repeat(100_000), Lang::Ja), None);
        assert_eq!(told(&"NOT ".repeat(100_000), Lang::Ja), None);
    }

    #[test]
    fn columns_are_named_once_in_their_order() {
        let known = ["alive_prob", "decile"];
        let named = columns(
            "decile = 1 OR alive_prob > 0.5 OR decile = 2 OR other",
            |name| known.contains(&name),
        );
        assert_eq!(named, ["decile", "alive_prob"]);
    }
}
