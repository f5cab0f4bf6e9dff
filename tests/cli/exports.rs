//! Exports as people have them: many layouts in one folder, in archives and workbooks, with other files between them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use crate::support::{Shop, text};

/// Returns the fixtures of `testdata/formats` by name.
fn fixtures() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats");
    let files = fs::read_dir(folder).expect("the folder").flatten();
    files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_none_or(|end| end != "expected"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), fs::read(&path).expect("a fixture"))
        })
        .collect()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a new entry");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// Imports, and returns file, layout, state and the four counts of each line.
fn imported(shop: &Shop, args: &[&str]) -> Vec<(String, String, String, [u64; 4])> {
    let output = shop.koe(&[&["import", "--format", "jsonl", "--max-rejects", "1"], args].concat());
    let rows = text(&output.stdout);
    let of =
        |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|row| {
            let counts = ["read", "stored", "known", "rejected"]
                .map(|name| row[name].as_u64().unwrap_or_default());
            (
                of(&row, "file"),
                of(&row, "layout"),
                of(&row, "state"),
                counts,
            )
        })
        .collect()
}

#[test]
fn a_folder_of_every_layout_is_imported_by_one_command_without_a_flag() {
    let shop = Shop::empty();
    for (name, bytes) in fixtures() {
        shop.write(&format!("exports/{name}"), &bytes);
    }
    let found = imported(&shop, &[]);
    let layouts: std::collections::BTreeSet<&str> = found
        .iter()
        .map(|(_, layout, ..)| layout.as_str())
        .collect();
    assert!(layouts.len() >= 45, "{layouts:?}");
    for (file, layout, state, [read, stored, known, rejected]) in &found {
        assert_eq!(state, "stored", "{file} {layout}");
        assert_eq!(*read, stored + known + rejected, "{file}");
        assert!(*read > 0 && stored + rejected > 0, "{file} {layout}");
    }
    let again = imported(&shop, &[]);
    assert!(
        again
            .iter()
            .all(|(_, _, state, [_, stored, ..])| state == "known" && *stored == 0)
    );
}

#[test]
fn what_was_imported_from_a_folder_is_known_when_it_comes_in_an_archive() {
    let fixtures = fixtures();
    let entries: Vec<(&str, &[u8])> = fixtures
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let shop = Shop::empty();
    for (name, bytes) in &entries {
        shop.write(&format!("exports/{name}"), bytes);
    }
    imported(&shop, &[]);
    let archive = shop.file("more.zip");
    fs::write(&archive, zipped(&entries)).expect("a file");
    let found = imported(&shop, &[archive.to_str().expect("a path")]);
    assert_eq!(found.len(), entries.len());
    for (file, _, state, _) in found {
        assert!(file.starts_with("more.zip/"), "{file}");
        assert_eq!(state, "known", "{file}");
    }
}

#[test]
fn compressed_files_workbooks_and_patterns_are_read() {
    const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(LOG.as_bytes()).expect("memory");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    for (column, heading) in ["顧客ID", "注文日", "金額"].iter().enumerate() {
        sheet.write(0, column as u16, *heading).expect("a cell");
    }
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 2, 3).expect("a day");
    sheet.write(1, 0, 3).expect("a cell");
    sheet.write_with_format(1, 1, &date, &day).expect("a cell");
    sheet.write(1, 2, 500).expect("a cell");
    let notes = workbook.add_worksheet();
    notes.write(0, 0, "メモ").expect("a cell");
    let shop = Shop::with(&[
        ("a/log.csv.gz", &gz.finish().expect("memory")),
        ("b/orders.xlsx", &workbook.save_to_buffer().expect("memory")),
    ]);
    let pattern = format!("{}/exports/*/*", shop.path());
    let found = imported(&shop, &[&pattern]);
    let states: Vec<(&str, &str)> = found
        .iter()
        .map(|(file, _, state, _)| (file.as_str(), state.as_str()))
        .collect();
    assert_eq!(
        states,
        [
            ("a/log.csv.gz", "stored"),
            ("b/orders.xlsx/Sheet1", "stored"),
            (
                "b/orders.xlsx/Sheet2",
                "passed over: a text or sheet beside exports"
            ),
        ]
    );
    let rows = shop.query("SELECT customer_id, ordered_at FROM orders WHERE spend_minor = 500");
    assert_eq!(rows[0]["customer_id"], "3");
    assert_eq!(rows[0]["ordered_at"], "2026-02-02T15:00:00Z");
}

#[test]
fn an_archive_of_x_is_read_as_it_was_downloaded() {
    let fixtures = fixtures();
    let file = |name: &str| fixtures[name].as_slice();
    let archive = zipped(&[
        ("Your archive.html", b"<!DOCTYPE html><html></html>"),
        ("assets/js/main.1.js", b"!function(){var a=1,b=2}();"),
        ("data/README.txt", b"What each file holds.\n"),
        ("data/account.js", file("x_archive_account.js")),
        ("data/deleted-tweets.js", file("x_archive_deletions.js")),
        ("data/manifest.js", b"window.__THAR_CONFIG = {\"a\": 1}"),
        (
            "data/like.js",
            b"window.YTD.like.part0 = [ {\"like\":{\"tweetId\":\"1\"}} ]",
        ),
        ("data/tweets.js", file("x_archive_posts.js")),
        ("data/tweets_media/1.jpg", b"\xff\xd8\xff\xe0 picture"),
    ]);
    let shop = Shop::with(&[("twitter.zip", &archive)]);
    let output = shop.koe(&["import"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let stored: Vec<String> = imported(&shop, &[])
        .into_iter()
        .filter(|(.., state, _)| state == "known")
        .map(|(file, ..)| file)
        .collect();
    assert_eq!(
        stored,
        [
            "twitter.zip/data/account.js",
            "twitter.zip/data/deleted-tweets.js",
            "twitter.zip/data/tweets.js"
        ]
    );
}

#[test]
fn pictures_are_passed_over_and_what_might_be_an_export_is_told() {
    let shop = Shop::with(&[
        ("log.csv", b"customer_id,date,amount\n1,2026-01-05,1200\n"),
        ("README.txt", "説明です。\n".as_bytes()),
        ("shop.png", b"\x89PNG\r\n\x1a\n"),
    ])
    .in_english();
    assert!(shop.koe(&["import"]).status.success());
    shop.write(
        "exports/inner.zip",
        &zipped(&[("a.zip", &zipped(&[("b.csv", b"x,y\n1,2\n")]))]),
    );
    shop.write(
        "exports/cut.zip",
        &zipped(&[("b.csv", b"x,y\n1,2\n")])[..40],
    );
    shop.write("exports/odd.csv", b"colour,shape\nred,round\n");
    let output = shop.koe(&["import"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    for words in [
        "cut.zip` cannot be opened",
        "inner.zip/a.zip` is an archive that koe does not take apart",
        "odd.csv` has no layout that koe knows",
        "koe init WORKSPACE --from",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn folders_and_settings_say_whose_exports_are() {
    let log = |customer: u32| format!("customer_id,date,amount\n{customer},2026-01-05,1200\n");
    let shop = Shop::with(&[
        ("source=honten/log.csv", log(1).as_bytes()),
        ("ekimae/log.csv", log(2).as_bytes()),
        ("log.csv", log(3).as_bytes()),
    ]);
    shop.write("koe.toml", b"[import.sources]\n\"ekimae\" = \"station\"\n");
    shop.ok(&["import"]);
    let rows = shop.query("SELECT source, customer_id FROM orders ORDER BY customer_id");
    let sources: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["source"].as_str())
        .collect();
    assert_eq!(sources, ["honten", "station", "transactions"]);
}

#[test]
fn of_exports_that_overlap_the_later_one_wins_also_within_one_run() {
    let customers = |name: &str| {
        format!(
            "source,customer_id,purpose,status,effective_at,evidence\ns,1,email,granted,2026-01-01T00:00:00Z,{name}\n"
        )
    };
    for run in 0..5 {
        let (old, new) = (format!("old {run}"), format!("new {run}"));
        let shop = Shop::with(&[
            ("consents.csv", customers(&old).as_bytes()),
            ("consents (1).csv", customers("between").as_bytes()),
            ("consents (2).csv", customers(&new).as_bytes()),
        ]);
        shop.ok(&["import"]);
        let rows = shop.query("SELECT evidence FROM consents");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["evidence"], new.as_str());
    }
}

#[test]
fn rejected_rows_can_be_mended_and_imported_alone() {
    let mut log = String::from("order_id,customer_id,date,amount\n");
    (1..=200).for_each(|row| log.push_str(&format!("{row},C{row},2026-01-05,{row}00\n")));
    log.push_str("201,C201,2026-01-32,500\n202,C202,2026-02-01,five\n");
    let shop = Shop::with(&[("source=web/log.csv", log.as_bytes())]);
    let label = ["--as-of", "2026-03-01"];
    shop.ok(&[&["import"], &label[..]].concat());
    let mend = "out/2026-03-01/rejects/source=web/log.csv";
    let rows = shop.read(mend);
    assert_eq!(
        rows,
        "\u{feff}order_id,customer_id,date,amount\n201,C201,2026-01-32,500\n202,C202,2026-02-01,five\n"
    );
    let mended = rows
        .replace("2026-01-32", "2026-01-31")
        .replace("five", "500");
    shop.write(mend, mended.as_bytes());
    let file = shop.file(mend);
    let path = file.to_str().expect("a path");
    shop.ok(&[&["import", path], &label[..]].concat());
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 202.0);
    let sources = shop.query("SELECT DISTINCT source FROM orders");
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(!shop.file("out/2026-03-01/rejects.csv").exists());
}

#[test]
fn ids_that_a_spreadsheet_rounded_are_rejected_not_merged() {
    let log =
        "customer_id,date,amount,order_id\nA,2026-01-05,100,1.79E+18\nB,2026-01-05,200,1.79E+18\n";
    let shop = Shop::with(&[("log.csv", log.as_bytes())]);
    assert_eq!(shop.koe(&["import"]).status.code(), Some(1));
    let rejects = shop.files("out");
    let list = rejects
        .iter()
        .find(|(name, _)| name.ends_with("rejects.csv"))
        .expect("a list");
    assert_eq!(text(list.1).matches("1.79E+18").count(), 4);
}

#[test]
fn an_export_that_knows_less_of_a_post_takes_nothing_away() {
    let first = "id,author,date,text,likes\n1,hana,2026-01-01 10:00,おいしい,1\n2,jiro,2026-01-02 10:00,また行く,2\n";
    let second = "id,date,text,likes\n1,2026-01-01 10:00,おいしい,9\n";
    let shop = Shop::with(&[("a.csv", first.as_bytes())]);
    shop.ok(&["import", "--as-of", "2026-02-01"]);
    shop.write("exports/b.csv", second.as_bytes());
    shop.ok(&["import", "--as-of", "2026-02-02"]);
    let rows = shop
        .query("SELECT post_id, account_id, like_count, source_file FROM posts ORDER BY post_id");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["account_id"], "hana");
    assert_eq!(rows[0]["like_count"], 9);
    assert_eq!(rows[0]["source_file"], "b.csv");
    assert_eq!(rows[1]["like_count"], 2);
}
