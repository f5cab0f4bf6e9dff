//! Persons of customer records, through the binary: how good they are, that they stay, that reviewers are obeyed, and
//! what becomes of data that say nothing or too much.

mod awkward;
mod decisions;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;

use crate::support::{Shop, says};

const HEADINGS: &str =
    "customer_id,name,email,phone,birth_date,address,postal_code,registered_on\n";
const LAYOUT: &str = "[import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
    customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\nphone = \"phone\"\nbirth_date = \"birth_date\"\n\
    address = \"address\"\npostal_code = \"postal_code\"\nregistered_on = \"registered_on\"\n";

/// Makes a workspace of customers, one file per source.
fn people(files: &[(&str, &str)]) -> Shop {
    let shop = Shop::empty();
    let mut settings = "[workspace]\nlang = \"en\"\n[import.sources]\n".to_owned();
    for (source, rows) in files {
        writeln!(settings, "\"{source}.csv\" = \"{source}\"").expect("memory");
        shop.write(
            &format!("exports/{source}.csv"),
            format!("{HEADINGS}{rows}").as_bytes(),
        );
    }
    shop.write("koe.toml", (settings + LAYOUT).as_bytes());
    shop
}

/// Customers that are nobody twice.
fn strangers(count: usize) -> String {
    const GIVEN: [&str; 7] = ["Ada", "Ben", "Clara", "David", "Edith", "Frank", "Grace"];
    const FAMILY: [&str; 11] = [
        "Abbott", "Barlow", "Chandler", "Dawson", "Emery", "Fletcher", "Garner", "Hollis",
        "Ingram", "Jarvis", "Keller",
    ];
    (0..count).fold(String::new(), |mut rows, place| {
        let (given, family) = (GIVEN[place % 7], FAMILY[place / 7 % 11]);
        writeln!(
            rows,
            "c{place:05},{given} {family},{}{place}@example.com,090{:08},{}-{:02}-{:02},{} Mill Lane Oldtown,{:07},2024-02-03",
            given.to_lowercase(),
            place * 7919 % 99_999_989,
            1940 + place % 61,
            1 + place % 12,
            1 + place % 28,
            1 + place % 197,
            1_000_000 + place * 31
        )
        .expect("memory");
        rows
    })
}

/// Returns the person of every record.
fn persons(shop: &Shop) -> BTreeMap<(String, String), String> {
    let rows = shop.query("SELECT source, customer_id, person_id FROM persons");
    let cell = |row: &serde_json::Value, name: &str| row[name].as_str().expect("a text").to_owned();
    rows.iter()
        .map(|row| {
            (
                (cell(row, "source"), cell(row, "customer_id")),
                cell(row, "person_id"),
            )
        })
        .collect()
}

fn person(shop: &Shop, source: &str, customer_id: &str) -> String {
    persons(shop)[&(source.to_owned(), customer_id.to_owned())].clone()
}

fn left_out(shop: &Shop, reason: &str) -> f64 {
    let sql = format!(
        "SELECT COALESCE(SUM(left_out_count), 0) AS n FROM left_out WHERE reason = '{reason}'"
    );
    shop.number(&sql)
}

/// Returns the newest review file below `out/`.
fn review_file(shop: &Shop) -> String {
    let files = shop.files("out");
    let name = files
        .keys()
        .filter(|name| name.ends_with("/review.csv"))
        .max();
    format!("out/{}", name.expect("a review file"))
}

/// Returns the rows of a review file.
fn reviews(shop: &Shop) -> Vec<HashMap<String, String>> {
    let text = shop.read(&review_file(shop));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("whole rows"))
        .collect()
}

/// Returns precision and recall of the pairs of records that are one person.
fn score(shop: &Shop) -> (f64, f64) {
    let mut reader = csv::Reader::from_path(shop.file("truth/people.csv")).expect("the truth");
    let truth: HashMap<(String, String), String> = reader
        .deserialize()
        .map(|row| row.expect("whole rows"))
        .map(|[source, id, person]: [String; 3]| ((source, id), person))
        .collect();
    let persons = persons(shop);
    assert_eq!(persons.len(), truth.len());
    fn pairs<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> f64 {
        let mut sizes: HashMap<K, f64> = HashMap::new();
        keys.for_each(|key| *sizes.entry(key).or_default() += 1.0);
        sizes
            .into_values()
            .map(|size| size * (size - 1.0) / 2.0)
            .sum()
    }
    let right = pairs(persons.iter().map(|(key, person)| (person, &truth[key])));
    (
        right / pairs(persons.values()),
        right / pairs(truth.values()),
    )
}

#[test]
fn generated_people_are_told_apart_and_brought_together() {
    for japanese in [false, true] {
        let shop = Shop::people(300, japanese);
        shop.ok(&["join"]);
        let (precision, recall) = score(&shop);
        let f1 = 2.0 * precision * recall / (precision + recall);
        assert!(
            f1 > 0.97,
            "japanese {japanese}: precision {precision}, recall {recall}"
        );
        let sizes = "SELECT MAX(record_count) AS n FROM persons";
        assert!(shop.number(sizes) >= 2.0);
        let strange =
            "SELECT COUNT(*) AS n FROM persons WHERE match_prob < 0.5 OR match_prob > 1.0";
        assert_eq!(shop.number(strange), 0.0);
    }
}

#[test]
fn the_example_shop_has_fewer_persons_than_customers() {
    let shop = Shop::sample(300);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let customers = shop.number("SELECT COUNT(*) AS n FROM customers");
    let found = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM persons"), customers);
    assert!(
        found < customers && found > 0.8 * customers,
        "{found} of {customers}"
    );
}

#[test]
fn the_same_bytes_come_out_at_any_number_of_threads() {
    let shop = Shop::people(300, true);
    let derived = |threads: &str| {
        shop.ok(&["join", "--refit", "--threads", threads]);
        let tables = ["persons", "match_weights", "match_terms"].map(|table| {
            shop.ok(&[
                "query",
                &format!("SELECT * FROM {table}"),
                "--format",
                "csv",
            ])
        });
        (tables, shop.read(&review_file(&shop)))
    };
    assert_eq!(derived("1"), derived("2"));
}

#[test]
fn weights_and_persons_stay_until_they_are_fitted_anew() {
    let shop = people(&[("web", &strangers(300))]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let weights = || shop.ok(&["query", "SELECT * FROM match_weights", "--format", "csv"]);
    let (fitted, before) = (weights(), persons(&shop));
    // Half of them register again elsewhere, so that duplicates are no longer rare.
    let more: String = strangers(150)
        .lines()
        .map(|row| format!("s{}\n", row.replace("2024-02-03", "2025-06-07")))
        .collect();
    shop.write("exports/store.csv", format!("{HEADINGS}{more}").as_bytes());
    let settings = shop.read("koe.toml").replace(
        "[import.sources]",
        "[import.sources]\n\"store.csv\" = \"store\"",
    );
    shop.write("koe.toml", settings.as_bytes());
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    assert_eq!(weights(), fitted);
    let after = persons(&shop);
    assert_eq!(after.len(), 450);
    let is_kept = before
        .iter()
        .all(|(record, person)| after[record] == *person);
    assert!(is_kept, "a person is who it was when records are added");
    let found: std::collections::BTreeSet<&String> = after.values().collect();
    assert_eq!(found.len(), 300);
    shop.ok(&["join", "--refit"]);
    assert_ne!(weights(), fitted);
}

#[test]
fn weights_go_to_a_file_and_come_back() {
    let (shop, other) = (Shop::people(200, false), people(&[("web", &strangers(60))]));
    let path = shop.file("weights.json");
    let path = path.to_str().expect("UTF-8");
    shop.ok(&["join", "--save-weights", path]);
    other.ok(&["import"]);
    let weights =
        |shop: &Shop| shop.ok(&["query", "SELECT * FROM match_weights", "--format", "csv"]);
    other.ok(&["join"]);
    assert_ne!(weights(&other), weights(&shop));
    other.ok(&["join", "--weights", path]);
    assert_eq!(weights(&other), weights(&shop));
    // They are frozen from then on, and a second saving writes the same.
    let again = other.file("again.json");
    other.ok(&["join", "--save-weights", again.to_str().expect("UTF-8")]);
    assert_eq!(
        fs::read(path).expect("a file"),
        fs::read(&again).expect("a file")
    );
    assert_eq!(weights(&other), weights(&shop));
}

#[test]
fn a_file_that_holds_no_weights_is_refused_and_nothing_changes() {
    let shop = people(&[("web", &strangers(20))]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let before = persons(&shop);
    shop.write("other.json", b"{\"records\": 3}");
    shop.write("names.csv", HEADINGS.as_bytes());
    for (file, words) in [
        (
            "other.json",
            ["holds no weights", "hint: `koe join --save-weights FILE`"],
        ),
        ("names.csv", ["holds no weights", "hint:"]),
        ("missing.json", ["cannot read", "check the path"]),
        ("exports", ["cannot read", "name a file"]),
    ] {
        let path = shop.file(file);
        says(
            &shop.koe(&["join", "--weights", path.to_str().expect("UTF-8")]),
            1,
            &words,
        );
    }
    let weights = shop.file("w.json");
    let weights = weights.to_str().expect("UTF-8");
    shop.ok(&["join", "--save-weights", weights]);
    let cut = shop.read("w.json").replacen("\"u\": ", "\"u\": -", 1);
    shop.write("w.json", cut.as_bytes());
    says(
        &shop.koe(&["join", "--weights", weights]),
        1,
        &["no probability"],
    );
    assert_eq!(persons(&shop), before);
    says(
        &shop.koe(&["join", "--weights", weights, "--refit"]),
        2,
        &["--refit"],
    );
}
