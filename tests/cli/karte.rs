//! `koe explain customer`: one person on one page, and nobody who did not agree.

use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{Shop, text};

/// A shop whose segments were made; tests only read it.
static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let shop = Shop::sample(150);
    shop.ok(&["import"]);
    shop.ok(&["segment"]);
    shop
});

fn card(shop: &Shop, named: &str) -> Value {
    let told = shop.ok(&["explain", "customer", named, "--format", "json"]);
    serde_json::from_str(&told).expect("JSON")
}

fn list<'a>(card: &'a Value, key: &str) -> &'a [Value] {
    card[key].as_array().map_or(&[], Vec::as_slice)
}

fn kinds<'a>(card: &'a Value, kind: &str) -> Vec<&'a Value> {
    let events = list(card, "events").iter();
    events.filter(|event| event["kind"] == kind).collect()
}

/// A person with a linked account that spoke.
fn speaker(shop: &Shop) -> String {
    let rows = shop.query(
        "SELECT person_id FROM person_voices WHERE account_count > 0 ORDER BY post_count DESC, person_id LIMIT 1",
    );
    rows[0]["person_id"].as_str().expect("a text").to_owned()
}

/// Source and customer id of a record of a person.
fn record(shop: &Shop, person: &str) -> (String, String) {
    let rows = shop.query(&format!(
        "SELECT source, customer_id FROM persons WHERE person_id = '{person}' ORDER BY source, customer_id LIMIT 1"
    ));
    let field = |name: &str| rows[0][name].as_str().expect("a text").to_owned();
    (field("source"), field("customer_id"))
}

#[test]
fn records_of_several_systems_are_one_person_however_named() {
    let rows = SHOP.query(
        "SELECT person_id, COUNT(DISTINCT source) AS n FROM persons GROUP BY person_id ORDER BY n DESC, person_id LIMIT 1",
    );
    assert!(rows[0]["n"].as_u64() > Some(1), "the test can fail");
    let person = rows[0]["person_id"].as_str().expect("a text");
    let told = card(&SHOP, person);
    let records = list(&told, "records");
    assert!(records.len() > 1);
    for record in records {
        let (source, id) = (record["source"].as_str(), record["customer_id"].as_str());
        let (source, id) = (source.expect("a text"), id.expect("a text"));
        for named in [format!("{source}:{id}"), format!("{source}/{id}")] {
            assert_eq!(card(&SHOP, &named), told, "{named}");
        }
    }
    let orders = SHOP.number(&format!(
        "SELECT COUNT(*) AS n FROM orders INNER JOIN persons USING (source, customer_id) WHERE person_id = '{person}'"
    ));
    let told_orders = kinds(&told, "order");
    assert_eq!(told_orders.len() as f64, orders);
    let days: Vec<&str> = list(&told, "events")
        .iter()
        .filter_map(|event| event["when"]["day"].as_str())
        .collect();
    assert!(days.is_sorted_by(|newer, older| newer >= older), "{days:?}");
    assert_eq!(list(&told, "consents").len(), 10);
}

#[test]
fn value_segment_and_voice_are_those_of_the_tables() {
    let person = speaker(&SHOP);
    let told = card(&SHOP, &person);
    let row = &SHOP.query(&format!(
        "SELECT * FROM person_segments WHERE person_id = '{person}'"
    ))[0];
    let segment = &told["segment"];
    assert_eq!(segment["segment"], row["segment"]);
    assert_eq!(segment["reachable_by"], row["reachable_by"]);
    assert!(segment["position"].as_u64() > Some(0), "{segment:#}");
    let voices = &SHOP.query(&format!(
        "SELECT * FROM person_voices WHERE person_id = '{person}'"
    ))[0];
    let voice = &told["voice"];
    assert_eq!(voice["post_count"], voices["post_count"]);
    assert_eq!(voice["recent_post_count"], voices["recent_post_count"]);
    let mean = |value: &Value| value.as_f64().unwrap_or_default();
    let difference = mean(&voice["sentiment_mean"]) - mean(&voices["sentiment_mean"]);
    assert!(difference.abs() < 1e-9);
    let posts = list(voice, "posts");
    assert_eq!(
        posts.len() as u64,
        voice["post_count"].as_u64().unwrap_or(0).min(50)
    );
    assert!(!kinds(&told, "said").is_empty());
    let values = SHOP.query(&format!(
        "SELECT * FROM person_values WHERE person_id = '{person}'"
    ));
    if let Some(values) = values.first() {
        for column in [
            "spend_minor",
            "decile",
            "ltv_minor",
            "ltv_low_minor",
            "alive_prob",
        ] {
            assert_eq!(told["value"][column], values[column], "{column}");
        }
    }
}

#[test]
fn the_terminal_tells_it_in_words_and_csv_is_the_timeline() {
    let person = speaker(&SHOP);
    let told = SHOP.ok(&["explain", "customer", &person, "--limit", "3"]);
    for part in [
        "個客カルテ",
        "■ お客様",
        "■ 価値",
        "■ セグメントとその理由",
        "■ 声",
        "■ これまでの歩み",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(
        told.contains("番目(全") && told.contains("同意の状況"),
        "{told}"
    );
    assert!(
        !told.contains("karte") && !told.contains('\u{1b}'),
        "{told}"
    );
    let english = SHOP.ok(&["explain", "customer", &person, "--lang", "en"]);
    assert!(
        english.contains("Customer card") && english.contains("■ Value"),
        "{english}"
    );
    let csv = SHOP.ok(&["explain", "customer", &person, "--format", "csv"]);
    assert!(csv.starts_with(
        "at,day,kind,source,id,platform,channel,campaign,state,amount_minor,currency,sentiment,text\n"
    ));
}

#[test]
fn no_spreadsheet_takes_a_text_of_the_timeline_for_a_formula() {
    let log = "customer_id,date,amount,product\n1,2026-01-05,1200,=1+1\n1,2026-02-05,800,@SUM(1)\n";
    let shop = Shop::with(&[("log.csv", log.as_bytes())]);
    shop.ok(&["run", "--as-of", "2026-03-01"]);
    let told = |format: &str| {
        let explain = [
            "explain",
            "customer",
            "1",
            "--as-of",
            "2026-03-01",
            "--format",
        ];
        shop.ok(&[&explain[..], &[format]].concat())
    };
    let csv = told("csv");
    assert!(csv.contains(",'=1+1") && csv.contains(",'@SUM(1)"), "{csv}");
    // For programs it is what it is.
    let json = told("jsonl");
    assert!(json.contains("=1+1") && !json.contains("'=1+1"), "{json}");
}

#[test]
fn the_page_is_one_file_that_asks_nothing_of_the_network() {
    let person = speaker(&SHOP);
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("card.html");
    let path = page.to_str().expect("UTF-8");
    let output = SHOP.koe(&["explain", "customer", &person, "-o", path]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("card.html"));
    let written = std::fs::read_to_string(&page).expect("a page");
    assert!(written.starts_with("<!doctype html>"));
    assert!(!written.contains("<script") && !written.contains("src=\""));
    assert!(written.contains("@media print") && written.contains("prefers-color-scheme: dark"));
    assert_eq!(
        SHOP.ok(&["explain", "customer", &person, "--html", "-"]),
        written
    );
    let output = SHOP.koe(&["explain", "customer", &person, "--html", SHOP.path()]);
    assert_eq!(output.status.code(), Some(1), "a folder is no file");
}

#[test]
fn who_is_not_in_the_store_is_told_with_the_nearest_and_an_id_of_several_with_all() {
    let (source, id) = record(&SHOP, &speaker(&SHOP));
    let named = format!("{source}:{id}x");
    let output = SHOP.koe(&["explain", "customer", &named, "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains("is no customer in the store"), "{told}");
    assert!(
        told.contains("did you mean") || id.chars().count() < 3,
        "{told}"
    );
    let output = SHOP.koe(&["explain", "customer", "nobody@nowhere.example"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");

    let shop = Shop::with(&[
        (
            "source=one/log.csv",
            "customer_id,date,amount\n7,2026-01-05,1200\n".as_bytes(),
        ),
        (
            "source=two/log.csv",
            "customer_id,date,amount\n7,2026-01-06,900\n".as_bytes(),
        ),
    ]);
    shop.ok(&["import", "--as-of", "2026-03-01"]);
    shop.ok(&["join", "--as-of", "2026-03-01"]);
    let moment = ["--as-of", "2026-03-01", "--lang", "en"];
    let output = shop.koe(&[&["explain", "customer", "7"], &moment[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("`one/7`") && told.contains("`two/7`"),
        "{told}"
    );
    assert!(told.contains("hint:"), "{told}");
}

#[test]
fn a_consent_taken_back_hides_posts_at_once_and_the_forgotten_are_gone() {
    let shop = Shop::sample(120);
    shop.ok(&["import"]);
    shop.ok(&["segment"]);
    let person = speaker(&shop);
    let (source, id) = record(&shop, &person);
    let named = format!("{source}/{id}");
    let before = card(&shop, &named);
    let accounts = list(&before, "accounts");
    assert!(!accounts.is_empty() && before["voice"]["post_count"].as_u64() > Some(0));
    let said = kinds(&before, "said")[0]["text"]
        .as_str()
        .expect("a text")
        .to_owned();

    shop.ok(&["consent", "revoke", &named, "link_social"]);
    let after = card(&shop, &named);
    assert_eq!(list(&after, "accounts").len(), 0);
    assert_eq!(after["segment"], Value::Null);
    assert_eq!(after["is_outdated"], true);
    let told = shop.ok(&["explain", "customer", &named]);
    assert!(
        !after.to_string().contains(&said) && !told.contains(&said),
        "{told}"
    );
    for account in accounts {
        let id = account["account_id"].as_str().expect("a text");
        assert!(!after.to_string().contains(id), "{id}");
    }

    let output = shop.koe(&["forget", &named, "--yes"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for gone in [&named, &person] {
        let output = shop.koe(&["explain", "customer", gone, "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1), "{gone}");
        assert_eq!(text(&output.stdout), "");
        let told = text(&output.stderr);
        assert!(told.contains("is no customer in the store"), "{told}");
        assert!(!told.contains(&format!("did you mean `{named}`")), "{told}");
    }
}

#[test]
fn markup_and_control_characters_of_a_name_do_no_harm() {
    let shop = Shop::with(&[
        (
            "people.csv",
            "customer_id,name,email,registered_on\nC-1,\"<script>alert(1)</script> \u{1b}[31m=cmd|x 😀\",a@example.jp,2025-01-02\n".as_bytes(),
        ),
    ]);
    let layout = "[import.sources]\n\"people.csv\" = \"people\"\n[import.layouts.people]\ntable = \"customers\"\n\
        [import.layouts.people.columns]\ncustomer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\n\
        registered_on = \"registered_on\"\n";
    shop.write("koe.toml", layout.as_bytes());
    let at = ["--as-of", "2026-03-01"];
    shop.ok(&[&["import"], &at[..]].concat());
    let told = shop.ok(&[&["explain", "customer", "people:C-1"], &at[..]].concat());
    assert!(
        told.contains("people/C-1") && !told.contains('\u{1b}'),
        "{told}"
    );
    let page = shop.ok(&[&["explain", "customer", "C-1", "--html", "-"], &at[..]].concat());
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script"),
        "{page}"
    );
}
