//! `koe explain word` and `koe explain post`: what was heard, and why.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{Shop, text};

/// A shop whose posts were scored; tests only read it.
static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let shop = Shop::sample(80);
    shop.ok(&["import"]);
    shop.ok(&["score"]);
    shop
});

fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&SHOP.ok(&args)).expect("JSON")
}

/// Source and id of the newest opinion that blames.
fn blame() -> (String, String) {
    let rows = SHOP.query(
        "SELECT source, post_id FROM post_scores WHERE is_opinion AND label = 'negative' \
         ORDER BY posted_at DESC, source, post_id LIMIT 1",
    );
    let field = |name: &str| rows[0][name].as_str().expect("a text").to_owned();
    (field("source"), field("post_id"))
}

#[test]
fn a_post_is_told_by_its_words_and_rules() {
    let (source, post_id) = blame();
    let key = format!("{source}/{post_id}");
    let told = json(&["explain", "post", &key]);
    assert_eq!(told["label"], "negative");
    assert_eq!(told["post_id"], post_id.as_str());
    assert_eq!(told["is_opinion"], true);
    let hits = told["hits"].as_array().expect("hits");
    assert!(hits.iter().any(|hit| hit["polarity"] == -1), "{told:#}");
    let said = told["text"].as_str().expect("a text");
    let marked = told["marked"].as_str().expect("a text");
    for hit in hits {
        let word = hit["word"].as_str().expect("a word");
        assert!(said.contains(word), "{word} of {said}");
        let rules = hit["rules"].as_array().expect("rules");
        assert!(!rules.is_empty() && rules.iter().all(|rule| rule["meaning"] != ""));
    }
    assert!(marked.len() > said.len() && marked.contains('【'));
    let table = SHOP.ok(&["explain", "post", &key]);
    assert!(
        table.contains(&key) && table.contains("(negative)"),
        "{table}"
    );
    let csv = SHOP.ok(&["explain", "post", &key, "--format", "csv"]);
    assert!(csv.starts_with("word,polarity,strength,aspect,emotion,rules\n"));
}

#[test]
fn a_word_is_told_where_it_stands_and_how_often() {
    let (source, post_id) = blame();
    let told = json(&["explain", "post", &format!("{source}/{post_id}")]);
    let word = told["hits"][0]["word"].as_str().expect("a word").to_owned();
    let told = json(&["explain", "word", &word, "--limit", "1000000"]);
    let lines = told["lines"].as_array().expect("lines");
    assert!(
        lines
            .iter()
            .any(|line| line["source"] == source.as_str() && line["post_id"] == post_id.as_str()),
        "{told:#}"
    );
    let posts: BTreeSet<(&str, &str)> = lines
        .iter()
        .filter_map(|line| Some((line["source"].as_str()?, line["post_id"].as_str()?)))
        .collect();
    let count = told["post_count"].as_u64().expect("a number");
    assert!(posts.len() as u64 <= count && count > 0);
    let weeks: u64 = told["weeks"]
        .as_array()
        .expect("weeks")
        .iter()
        .filter_map(|week| week["post_count"].as_u64())
        .sum();
    assert_eq!(weeks, count);
    let days: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["day"].as_str())
        .collect();
    assert!(days.is_sorted_by(|newer, older| newer >= older), "{days:?}");
    let few = json(&["explain", "word", &word, "--limit", "1"]);
    assert_eq!(few["lines"].as_array().map(Vec::len), Some(1));
    assert_eq!(few["post_count"], told["post_count"]);
    let csv = SHOP.ok(&["explain", "word", &word, "--format", "csv"]);
    assert!(csv.starts_with("posted_at,source,post_id,label,left,word,right\n"));
    let table = SHOP.ok(&["explain", "word", &word]);
    assert!(table.contains(&word), "{table}");
}

#[test]
fn what_nobody_said_is_counted_nil_and_an_unknown_post_is_an_error() {
    let told = json(&["explain", "word", "ぬるぽがっ"]);
    assert_eq!(told["post_count"], 0);
    assert_eq!(told["lines"], Value::Array(Vec::new()));
    for subject in ["x/no-such-post", ""] {
        let output = SHOP.koe(&["explain", "post", subject, "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1), "{subject}");
        assert!(text(&output.stderr).contains("is not in the store"));
    }
    let output = SHOP.koe(&["explain", "word", " "]);
    assert_eq!(output.status.code(), Some(1));
}
