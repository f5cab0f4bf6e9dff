use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::presence::Words;
use super::rules::{Class, RuleSet};
use super::scene::Match;
use super::settle::without_overlap;
use super::*;
use crate::text::language::Language;
use crate::text::names::Named;
use crate::text::pace::assert_in_proportion;
use crate::text::sentiment::{Known, Label, judge};
use crate::text::tokens::Tokenizer;
use crate::text::{Analyser, Analysis};

const KIND_CASES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/testdata/voice/kinds.tsv"
));
const EMOTION_CASES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/testdata/voice/emotions.tsv"
));
const JOURNEY_CASES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/testdata/voice/journey.tsv"
));

fn analyser() -> &'static Analyser {
    static ANALYSER: OnceLock<Analyser> = OnceLock::new();
    ANALYSER.get_or_init(|| Analyser::new().unwrap().assuming(Language::Japanese))
}

/// Returns the rules a text meets, by class and pattern, whatever their weight.
fn met(rules: &RuleSet, analyser: &Analyser, text: &str, english: bool) -> BTreeSet<String> {
    let normalised = analyser.normalise(text);
    let lower = normalised.text.to_ascii_lowercase();
    let tokenizer = Tokenizer::new().unwrap();
    let found = analyser.analyse(text);
    let (tokens, spans) = if english {
        english_tokens(&lower)
    } else {
        let tokens = tokenizer.tokens(&normalised.text).unwrap();
        let known = Known {
            lexicon: analyser.lexicon(),
            learned: analyser.learned,
            named: &Named::default(),
        };
        let opinion = judge(text, &normalised, &tokens, &known);
        let spans = opinion.sentences.iter().map(|s| Span::of(s, &tokens));
        let spans = spans.collect();
        (tokens, spans)
    };
    let scene = Scene {
        language: if english {
            Language::English
        } else {
            Language::Japanese
        },
        original: text,
        normalised: &normalised,
        tokens: &tokens,
        clause_starts: Vec::new(),
        spans,
        hits: &found.hits,
        label: Label::of(found.score),
    };
    let places = scene.places();
    let mut matches = BTreeMap::new();
    for span in &scene.spans {
        let words = Words::of(&tokens[span.first..span.end]);
        for at in span.first..span.end {
            scene.match_at(rules, &places, span, words, at, &mut matches);
        }
    }
    matches
        .into_iter()
        .flat_map(|(class, found)| {
            found
                .into_iter()
                .map(move |m| format!("{class:?} {}", m.rule))
        })
        .collect()
}

#[test]
fn every_rule_meets_its_example() {
    let analyser = analyser();
    let rules = Rules::new(&Tokenizer::new().unwrap()).unwrap();
    let mut misses = Vec::new();
    for (set, english) in [(&rules.japanese, false), (&rules.english, true)] {
        for rule in &set.rules {
            let wanted = format!("{:?} {}", rule.class, rule.text);
            if !met(set, analyser, rule.example, english).contains(&wanted) {
                misses.push(format!("{wanted}: {}", rule.example));
            }
        }
    }
    assert!(
        misses.is_empty(),
        "{} rules:\n{}",
        misses.len(),
        misses.join("\n")
    );
}

#[test]
fn there_are_rules_enough_for_every_class() {
    let rules = Rules::new(&Tokenizer::new().unwrap()).unwrap();
    let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
    for rule in rules.japanese.rules.iter().filter(|r| r.weight > 0.0) {
        *counts.entry(rule.class).or_default() += 1;
    }
    let of = |keep: &dyn Fn(&Class) -> bool| -> usize {
        counts
            .iter()
            .filter(|(class, _)| keep(class))
            .map(|(_, count)| count)
            .sum()
    };
    assert!(of(&|c| matches!(c, Class::Kind(_))) >= 150);
    assert!(of(&|c| matches!(c, Class::Emotion(_))) >= 150);
    assert!(of(&|c| matches!(c, Class::Stage(_))) >= 200);
    let missing: Vec<&str> = Emotion::ALL
        .iter()
        .filter(|emotion| !counts.contains_key(&Class::Emotion(**emotion)))
        .map(|emotion| emotion.name())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Returns share of texts with exactly the labels wanted, mean F1 over the classes, and the texts judged otherwise.
fn judged(
    cases: &str,
    found: impl Fn(&Analysis) -> BTreeSet<&'static str>,
) -> (f64, f64, Vec<String>) {
    let mut counts: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    let mut misses = Vec::new();
    let mut total = 0.0;
    for line in cases
        .lines()
        .filter(|l| !l.starts_with("# ") && !l.is_empty())
    {
        let (text, labels) = line.split_once('\t').unwrap();
        let wanted: BTreeSet<&str> = labels.split(',').filter(|label| *label != "-").collect();
        let analysis = analyser().analyse(text);
        let got: BTreeSet<&str> = found(&analysis);
        total += 1.0;
        for label in &wanted {
            let right = got.contains(label);
            counts.entry(*label).or_default()[if right { 0 } else { 2 }] += 1.0;
        }
        for label in got.difference(&wanted) {
            counts.entry(*label).or_default()[1] += 1.0;
        }
        if got != wanted {
            misses.push(format!("{text}: wanted {wanted:?}, found {got:?}"));
        }
    }
    let scores: Vec<f64> = counts
        .values()
        .map(|[right, wrong, missed]| 2.0 * right / (2.0 * right + wrong + missed))
        .collect();
    let exact = 1.0 - misses.len() as f64 / total;
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    (exact, mean, misses)
}

fn assert_judged(cases: &str, found: impl Fn(&Analysis) -> BTreeSet<&'static str>) {
    assert!(cases.lines().count() > 60);
    let (exact, mean, misses) = judged(cases, found);
    assert!(
        exact >= 0.85 && mean >= 0.90,
        "exact {exact:.3}, mean F1 {mean:.3}\n{}",
        misses.join("\n")
    );
}

#[test]
fn kinds_are_told_as_labelled() {
    assert_judged(KIND_CASES, |a| {
        a.kinds.iter().map(|(kind, _)| kind.name()).collect()
    });
}

#[test]
fn emotions_are_told_as_labelled() {
    assert_judged(EMOTION_CASES, |a| {
        a.emotions.iter().map(|(e, _)| e.name()).collect()
    });
}

#[test]
fn stages_are_told_as_labelled() {
    assert_judged(JOURNEY_CASES, |a| {
        a.journey.iter().map(|(stage, _)| stage.name()).collect()
    });
}

#[test]
fn evidence_quotes_the_words_that_decided() {
    let text = "届いたら ｺﾜれてた！もう二度と買わない😡 返金してほしい";
    let found = analyser().analyse(text);
    let all: Vec<&Evidence> = found
        .kinds
        .iter()
        .flat_map(|(_, evidence)| evidence)
        .chain(found.emotions.iter().flat_map(|(_, evidence)| evidence))
        .chain(found.journey.iter().flat_map(|(_, evidence)| evidence))
        .collect();
    assert!(
        all.iter()
            .all(|e| text.get(e.start..e.end) == Some(&*e.surface))
    );
    let request = found.kinds.iter().find(|(kind, _)| *kind == Kind::Request);
    let words: Vec<&str> = request
        .unwrap()
        .1
        .iter()
        .map(|e| e.surface.as_str())
        .collect();
    assert!(words.iter().any(|word| word.contains("返金")), "{words:?}");
    assert!(found.kinds.iter().any(|(kind, _)| *kind == found.kind));
}

#[test]
fn a_negative_rule_takes_away_what_begins_within_it() {
    let at = |first: usize, end: usize, weight: f64| Match {
        first,
        end,
        weight,
        is_opinion: false,
        rule: "",
    };
    let ranges = |matches: Vec<Match>| -> Vec<(usize, usize)> {
        without_overlap(matches)
            .iter()
            .map(|m| (m.first, m.end))
            .collect()
    };
    assert!(ranges(vec![at(2, 4, 1.0), at(1, 3, -1.0)]).is_empty());
    assert_eq!(ranges(vec![at(2, 4, 1.0), at(3, 5, -1.0)]), [(2, 4)]);
    assert_eq!(ranges(vec![at(1, 2, 0.5), at(1, 4, 0.5)]), [(1, 4)]);
    assert_eq!(ranges(vec![at(1, 4, 0.5), at(2, 3, 1.0)]), [(2, 3)]);
    assert_eq!(ranges(vec![at(1, 2, 0.5), at(3, 4, 0.5)]), [(1, 2), (3, 4)]);
}

#[test]
fn a_malformed_row_names_file_and_line() {
    let tokenizer = Tokenizer::new().unwrap();
    let mut rules = Rules {
        japanese: RuleSet::default(),
        english: RuleSet::default(),
    };
    for (text, message) in [
        (
            "# head\nja\tpraise\t<店\t1\t店\n",
            "`<店` in `own.tsv`, line 2: expected a word in `<店`",
        ),
        (
            "ja\tpraise\t店\t2\t店\n",
            "`2` in `own.tsv`, line 1: expected a weight of -1 to 1",
        ),
        (
            "ja\tjoy\t店\t1\t店\n",
            "`joy` in `own.tsv`, line 1: expected a class of this file",
        ),
        (
            "fr\tpraise\t店\t1\t店\n",
            "`fr` in `own.tsv`, line 1: expected ja or en",
        ),
        (
            "ja\tpraise\t店\t1\n",
            "`4 columns` in `own.tsv`, line 1: expected 5 columns",
        ),
    ] {
        let kind = |name: &str| Kind::from_name(name).map(Class::Kind);
        let error = rules.read("own.tsv", text, &tokenizer, kind).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn long_texts_without_stops_take_time_in_proportion() {
    for sample in [
        "てほしい",
        "買った",
        "買ったら買わない",
        "ない",
        "お願い",
        "また",
    ] {
        assert_in_proportion(sample, 50_000, |size| {
            let found = analyser().analyse(&sample.repeat(size / sample.len()));
            assert!(!found.kinds.is_empty());
        });
    }
}
