//! What the opinions are about: key phrases, words that stand together, topics; alerts as JSON.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::Shop;

/// A shop whose posts were scored; tests only read it.
static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let shop = Shop::sample(800);
    shop.ok(&["import"]);
    shop.ok(&["score"]);
    shop
});

const TABLES: [&str; 7] = [
    "keyphrases",
    "cooccurrences",
    "topics",
    "topic_words",
    "post_topics",
    "hour_counts",
    "conversations",
];

/// Returns every row of the tables, as lines of JSON.
fn rows(shop: &Shop) -> Vec<String> {
    TABLES
        .map(|table| {
            let sql = format!("SELECT * FROM {table}");
            shop.ok(&["query", &sql, "--format", "jsonl"])
        })
        .to_vec()
}

fn texts(sql: &str, column: &str) -> BTreeSet<String> {
    SHOP.query(sql)
        .iter()
        .filter_map(|row| row[column].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn opinions_have_topics_and_phrases_that_rose() {
    for table in &TABLES[..5] {
        let found = SHOP.number(&format!("SELECT COUNT(*) AS n FROM {table}"));
        assert!(found > 0.0, "{table} is empty");
    }
    let counted = SHOP.number("SELECT SUM(post_count) AS n FROM topics");
    let assigned = SHOP.number("SELECT COUNT(*) AS n FROM post_topics");
    assert_eq!(counted, assigned);
    let strangers = SHOP.number(
        "SELECT COUNT(*) AS n FROM post_topics t JOIN post_scores s \
         ON t.source = s.source AND t.post_id = s.post_id WHERE NOT s.is_opinion",
    );
    assert_eq!(strangers, 0.0);
    // The flare-up of the last week.
    let rose = SHOP.number("SELECT COUNT(*) AS n FROM keyphrases WHERE score > 0");
    assert!(rose > 0.0);
}

#[test]
fn hours_are_counted_by_topic() {
    let labels = texts("SELECT topic_label FROM topics", "topic_label");
    let of_hours = texts(
        "SELECT DISTINCT topic FROM hour_counts WHERE topic <> ''",
        "topic",
    );
    assert!(!of_hours.is_empty() && of_hours.is_subset(&labels));
    let counted = SHOP.number("SELECT SUM(post_count) AS n FROM hour_counts WHERE topic <> ''");
    let assigned = SHOP.number("SELECT COUNT(*) AS n FROM post_topics");
    assert_eq!(counted, assigned);
}

#[test]
fn a_replay_is_the_same_whatever_was_run_before() {
    let past = ["score", "--as-of", "2026-09-20T18:00:00+09:00"];
    let shop = Shop::sample(150);
    shop.ok(&["import"]);
    shop.ok(&past);
    let first = rows(&shop);
    shop.ok(&["score"]);
    let later = rows(&shop);
    shop.ok(&past);
    assert!(
        first == rows(&shop),
        "another run of the same moment differs"
    );
    assert!(first != later, "a week later nothing was said");
}

#[test]
fn alerts_are_printed_as_json() {
    let alerts: Value =
        serde_json::from_str(&SHOP.ok(&["score", "--format", "json"])).expect("JSON");
    let alerts = alerts.as_array().expect("a list");
    assert!(!alerts.is_empty());
    let lines = SHOP.ok(&["score", "--format", "jsonl"]);
    assert_eq!(lines.lines().count(), alerts.len());
    for (line, alert) in lines.lines().zip(alerts) {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line, *alert);
        assert!(alert["alert_id"].is_string() && alert["state"].is_string());
        assert!(alert["words"].is_array() && alert["spreaders"].is_array());
    }
}
