//! `koe join --report`: the page that tells what was linked.

use crate::support::{Shop, UNCHANGED};

const AS_OF: [&str; 2] = ["--as-of", "2026-09-27"];
const PAGE: &str = "out/2026-09-27/join.html";

/// Makes a workspace of invented people with duplicates, imported.
fn people() -> Shop {
    Shop::people(300, true)
}

fn join(shop: &Shop, flags: &[&str]) -> String {
    shop.told(&[&["join"], &AS_OF[..], flags].concat())
}

#[test]
fn the_page_is_written_when_asked_for_also_when_nothing_is_new() {
    let shop = people();
    join(&shop, &[]);
    assert!(!shop.file(PAGE).exists(), "nobody asked for the page");
    let said = join(&shop, &["--report"]);
    assert!(said.contains("join.html"), "{said}");
    let page = shop.read(PAGE);
    std::fs::remove_file(shop.file(PAGE)).expect("the page is there");
    assert!(join(&shop, &[]).contains(UNCHANGED));
    assert!(!shop.file(PAGE).exists());
    join(&shop, &["--report"]);
    assert_eq!(shop.read(PAGE), page);
    assert!(
        join(&shop, &[]).contains(UNCHANGED),
        "the page changes nothing"
    );
}

#[test]
fn the_page_tells_counts_and_charts() {
    let shop = people();
    join(&shop, &["--report"]);
    let page = shop.read(PAGE);
    let persons = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
    assert!(persons < 600.0, "there are duplicates");
    for part in [
        "<html lang=\"ja\">",
        "id=\"chart-join_weights\"",
        "id=\"chart-join_scores\"",
        "id=\"chart-join_sizes\"",
        "600件",
        &format!("{persons}人"),
    ] {
        assert!(page.contains(part), "{part}");
    }
    join(&shop, &["--report", "--lang", "en"]);
    assert!(shop.read(PAGE).contains("<html lang=\"en\">"));
}

#[test]
fn the_page_holds_nothing_of_a_person() {
    let shop = people();
    join(&shop, &["--report"]);
    let page = shop.read(PAGE);
    let customers = shop.query("SELECT customer_id, name, email, phone, address FROM customers");
    let mut count = 0;
    for customer in &customers {
        let values = customer.as_object().expect("an object");
        for value in values.values().filter_map(|value| value.as_str()) {
            // Shorter ones are a town or a family name alone, and may be a word of the page.
            if value.chars().count() >= 5 {
                count += 1;
                assert!(!page.contains(value), "{value}");
            }
        }
    }
    assert!(count > 600, "{count} values looked for");
}

#[test]
fn a_page_that_is_there_is_kept_true() {
    let shop = people();
    join(&shop, &["--report"]);
    let page = shop.read(PAGE);
    join(&shop, &["--set", "join.threshold=0.999"]);
    let kept = shop.read(PAGE);
    assert_ne!(kept, page);
    assert!(kept.contains("99.9%"));
}

#[test]
fn the_queries_of_the_page_can_be_run() {
    let shop = people();
    join(&shop, &["--report"]);
    let page = shop.read(PAGE);
    let queries: Vec<String> = page
        .split("koe query &quot;")
        .skip(1)
        .filter_map(|rest| rest.split_once("&quot;"))
        .map(|(sql, _)| sql.replace("&#x27;", "'"))
        .collect();
    assert_eq!(queries.len(), 4, "{queries:?}");
    for sql in queries {
        let rows = shop.query(&sql);
        // Of these people nobody is left out.
        assert!(!rows.is_empty() || sql.contains("left_out"), "{sql}");
    }
}
