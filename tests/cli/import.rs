//! Importing: nothing lost, nothing doubled.

use std::fs;

use crate::support::{Shop, koe, text};

const LOG: &str =
    "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n1,2026-02-05,1500\n";

fn counts(shop: &Shop, args: &[&str]) -> Vec<(String, [u64; 4])> {
    let mut all = vec!["import", "--format", "jsonl"];
    all.extend(args);
    let output = shop.koe(&all);
    text(&output.stdout)
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let count = |name: &str| row[name].as_u64().expect("a count");
            let state = row["state"].as_str().expect("a state").to_owned();
            (
                state,
                [
                    count("read"),
                    count("stored"),
                    count("known"),
                    count("rejected"),
                ],
            )
        })
        .collect()
}

#[test]
fn rows_read_are_rows_stored_known_and_rejected() {
    let shop = Shop::sample(120);
    for (state, [read, stored, known, rejected]) in counts(&shop, &[]) {
        assert_eq!(read, stored + known + rejected, "{state}");
    }
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    assert_eq!(counts(&shop, &[]), [("stored".into(), [3, 3, 0, 0])]);
    let before = shop.files("store");
    assert_eq!(counts(&shop, &[]), [("known".into(), [3, 0, 3, 0])]);
    assert_eq!(before, shop.files("store"));
}

#[test]
fn an_export_that_overlaps_an_older_one_adds_only_what_is_new() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    counts(&shop, &[]);
    shop.write(
        "exports/newer.csv",
        format!("{LOG}3,2026-03-01,500\n").as_bytes(),
    );
    let found = counts(&shop, &[]);
    assert_eq!(found[1].1, [4, 1, 3, 0], "{found:?}");
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 4.0);
    assert_eq!(
        shop.number("SELECT SUM(spend_minor) AS n FROM orders"),
        4000.0
    );
}

#[test]
fn the_newest_observation_of_a_key_wins() {
    let headings = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n";
    let old = format!("{headings}s,1,email,granted,2026-01-01T00:00:00+09:00,,form\n");
    let new = format!(
        "{headings}s,1,email,granted,2026-01-01T00:00:00+09:00,2027-01-01T00:00:00+09:00,form\n"
    );
    let shop = Shop::with(&[("old.csv", old.as_bytes())]);
    shop.ok(&["import", "--as-of", "2026-02-01"]);
    shop.write("exports/new.csv", new.as_bytes());
    shop.ok(&["import", "--as-of", "2026-03-01"]);
    let rows = shop.query("SELECT expires_at, source_file FROM consents");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["source_file"], "new.csv");
    assert_eq!(rows[0]["expires_at"], "2026-12-31T15:00:00Z");
}

#[test]
fn standard_input_is_a_file() {
    use std::io::Write;
    let shop = Shop::with(&[]);
    fs::create_dir_all(shop.file("exports")).expect("a folder");
    let mut child = koe()
        .args(["import", "-", "-w", shop.path(), "--quiet"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(LOG.as_bytes())
        .expect("a pipe");
    assert!(child.wait().expect("an end").success());
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 3.0);
}

#[test]
fn too_many_rejects_leave_out_that_file_alone() {
    let broken = "customer_id,date,amount\n7,2026-01-09,1200\n2,never,800\n3,2026-02-30,1\n";
    let shop = Shop::with(&[
        ("broken.csv", broken.as_bytes()),
        ("log.csv", LOG.as_bytes()),
    ])
    .in_english();
    let output = shop.koe(&["import"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("too many rows rejected in `broken.csv (2 of 3 rows)`"),
        "{told}"
    );
    assert!(told.contains("--max-rejects"), "{told}");
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 3.0);
    let folder = shop.files("out");
    let rejects = folder
        .iter()
        .find(|(name, _)| name.ends_with("rejects.csv"))
        .expect("a list of rejects");
    assert!(text(rejects.1).contains("never"));
    let output = shop.koe(&["import", "--max-rejects", "0.9"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 4.0);
}

#[test]
fn a_changed_mapping_keeps_every_row() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    shop.ok(&["import"]);
    let again = ["import", "--set", "workspace.time_zone=UTC"];
    shop.ok(&again);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 3.0);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM customers"), 2.0);
    shop.ok(&again);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM customers"), 2.0);
}

#[test]
fn two_files_of_the_same_bytes_are_one_batch() {
    let shop = Shop::with(&[("log (1).csv", LOG.as_bytes()), ("log.csv", LOG.as_bytes())]);
    assert_eq!(
        counts(&shop, &[]),
        [
            ("stored".into(), [3, 3, 0, 0]),
            ("known".into(), [3, 0, 3, 0])
        ]
    );
    let status = shop.koe(&["status", "--lang", "en"]);
    assert!(
        text(&status.stderr).contains("the store is whole"),
        "{}",
        text(&status.stderr)
    );
}

#[test]
fn an_order_exported_again_keeps_its_unchanged_lines_and_loses_removed_ones() {
    let headings = "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,\
        Lineitem quantity,Lineitem name,Lineitem price\n";
    let order = |subtotal: u32, lines: &[(u32, &str, u32)]| {
        let mut rows = String::from(headings);
        for (place, (quantity, name, price)) in lines.iter().enumerate() {
            let head = if place == 0 {
                format!("paid,JPY,{subtotal},0,0,{subtotal},0")
            } else {
                ",,,,,,".to_owned()
            };
            rows.push_str(&format!(
                "#1,a@example.com,{head},2026-08-21 12:08:33 +0900,{quantity},{name},{price}\n"
            ));
        }
        rows
    };
    let first = order(600, &[(1, "bean", 100), (1, "cup", 200), (1, "bag", 300)]);
    let shop = Shop::with(&[("orders.csv", first.as_bytes())]);
    shop.ok(&["import", "--as-of", "2026-09-01"]);
    let lines = || {
        let sql = "SELECT product_name, quantity FROM order_lines ORDER BY line_number";
        let told = |row: &serde_json::Value| format!("{} {}", row["product_name"], row["quantity"]);
        shop.query(sql).iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(lines(), ["\"bean\" 1", "\"cup\" 1", "\"bag\" 1"]);
    let changed = order(500, &[(1, "bean", 100), (2, "cup", 200)]);
    shop.write("exports/orders.csv", changed.as_bytes());
    shop.ok(&["import", "--as-of", "2026-09-02"]);
    assert_eq!(lines(), ["\"bean\" 1", "\"cup\" 2"]);
    assert_eq!(
        shop.number("SELECT SUM(goods_minor) AS n FROM orders"),
        500.0
    );
}
