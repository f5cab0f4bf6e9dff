//! Customers that say nothing, or all the same.

use std::fmt::Write as _;

use super::{left_out, people, person, strangers};
use crate::support::{ENGLISH, Shop, run, says, text};

#[test]
fn empty_fields_everywhere_leave_everybody_alone() {
    let rows = (0..400).fold(String::new(), |rows, place| {
        rows + &format!("e{place:03},,,,,,,\n")
    });
    let shop = people(&[("web", &rows)]);
    shop.koe(&["import"]);
    shop.ok(&["join"]);
    let customers = shop.number("SELECT COUNT(*) AS n FROM customers");
    let found = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
    assert_eq!((customers, found), (400.0, 400.0));
}

#[test]
fn a_phone_that_everybody_has_ties_nobody_and_is_counted() {
    let with_phone = |rows: &str, phone: &str| -> String {
        rows.lines()
            .map(|row| {
                let mut cells: Vec<&str> = row.split(',').collect();
                cells[3] = phone;
                cells.join(",") + "\n"
            })
            .collect()
    };
    let shop = people(&[("web", &with_phone(&strangers(300), "000-0000-0000"))]);
    let real = people(&[("web", &with_phone(&strangers(300), "03-1234-5678"))]);
    for shop in [&shop, &real] {
        shop.ok(&["import"]);
        shop.ok(&["join"]);
        let found = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
        assert_eq!(found, 300.0);
    }
    assert_eq!(left_out(&real, "match_placeholder"), 300.0);
}

#[test]
fn a_blocked_value_ties_nobody() {
    let rows =
        "a1,Ada Abbott,ada@example.com,090-1111-2222,,,,\na2,Ada Abbott,,090-1111-2222,,,,\n";
    let shop = people(&[("web", &(strangers(200) + rows))]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    assert_eq!(person(&shop, "web", "a1"), person(&shop, "web", "a2"));
    shop.ok(&["join", "--set", "join.blocked=[\"090-1111-2222\"]"]);
    assert_ne!(person(&shop, "web", "a1"), person(&shop, "web", "a2"));
}

#[test]
fn thirty_thousand_of_one_name_are_accounted_for() {
    let rows = (0..30_000).fold(String::new(), |mut rows, place| {
        writeln!(rows, "n{place:05},佐藤 太郎,,,,,,").expect("memory");
        rows
    });
    let shop = people(&[("web", &rows)]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    assert_eq!(
        shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons"),
        30_000.0
    );
    assert!(left_out(&shop, "match_block_too_big") >= 30_000.0);
}

#[test]
fn a_handle_that_two_customers_declare_links_neither_and_unknown_subjects_do_no_harm() {
    let shop = people(&[("web", &strangers(50))]);
    shop.write(
        "exports/declared.csv",
        b"source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
          web,c00001,x,,100,one,signup,2026-01-10T00:00:00+09:00\n\
          web,c00002,x,,100,one,signup,2026-01-11T00:00:00+09:00\n\
          web,c00003,x,,300,three,signup,2026-01-11T00:00:00+09:00\n",
    );
    shop.write(
        "exports/consents.csv",
        b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
          web,c00001,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          web,c00002,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          web,c00003,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          web,nobody,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          elsewhere,c00004,link_social,granted,2026-01-10T00:00:00+09:00,,form\n",
    );
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let links = shop.query("SELECT account_id, person_id FROM links");
    assert!(links.len() <= 2, "{links:?}");
    let of = |account: &str| {
        links
            .iter()
            .filter(|row| row["account_id"] == account)
            .count()
    };
    assert_eq!(of("300"), 1);
    assert!(of("100") <= 1, "one account, one person: {links:?}");
    let journal = shop
        .files("store")
        .into_iter()
        .find(|(name, _)| name.ends_with("journal.jsonl"));
    let journal = text(&journal.expect("a journal").1);
    assert!(journal.contains("link_refused"), "{journal}");
}

#[test]
fn an_impossible_birth_date_loses_no_customer_and_is_still_compared() {
    let twice = "a1,Olivia Marsh,,,1980-02-31,5 Elm Street Northam,9000001,\na2,Olivia Marsh,,,1980-02-31,5 Elm Street Northam,9000001,\n";
    let shop = people(&[("web", &(strangers(200) + twice))]);
    shop.ok(&["import"]);
    let kept = shop.query("SELECT birth_date, extra FROM customers WHERE customer_id = 'a1'");
    assert!(kept[0]["birth_date"].is_null());
    assert!(
        kept[0]["extra"]
            .as_str()
            .expect("extra")
            .contains("\"birth_date\":\"1980-02-31\"")
    );
    shop.ok(&["join"]);
    assert_eq!(person(&shop, "web", "a1"), person(&shop, "web", "a2"));
}

#[test]
fn a_workspace_without_customers_has_no_persons() {
    let shop = Shop::empty();
    assert!(run(&["init", shop.path(), "--quiet"]).status.success());
    shop.ok(&["join"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM persons"), 0.0);
    says(
        &run(&[&["join", "-w", "/nowhere/at/all"], &ENGLISH[..]].concat()),
        1,
        &["error: no workspace at", "hint: `koe init"],
    );
}
