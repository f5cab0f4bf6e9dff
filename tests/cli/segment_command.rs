//! `koe segment` for scripts, and on a file of orders without a workspace.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use polars::prelude::DataType;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Shop, koe, parquet, says, text};

const CDNOW: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/testdata/cdnow_sample_elog.csv"
);
const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n1,2026-02-07,900\n3,2026-02-08,400\n";
const UNKNOWN: &str = "受付No,受付日,お得意様コード,ご請求額,処理状況\n\
    1001,2026/01/05,K-1,\"3,300\",出荷済\n\
    1002,2026/01/06,K-2,1200,キャンセル\n\
    1003,2026/01/07,K-1,980,出荷済\n";

/// A folder with files, and one for what koe needs while it runs.
struct Desk {
    files: TempDir,
    scratch: TempDir,
}

impl Desk {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let desk = Self {
            files: tempfile::tempdir().expect("a folder"),
            scratch: tempfile::tempdir().expect("a folder"),
        };
        for (name, bytes) in files {
            fs::write(desk.path(name), bytes).expect("the file can be written");
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = koe();
        command
            .args(["segment", "--lang", "en", "--orders"])
            .args(args)
            .current_dir(self.files.path());
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, self.scratch.path());
        }
        command
    }

    /// Runs `koe segment --orders`, after which nothing may be left in the folder of temporary files.
    fn run(&self, args: &[&str]) -> Output {
        let output = self.command(args).output().expect("the binary starts");
        assert_eq!(self.left_behind(), 0, "{args:?}: {}", text(&output.stderr));
        output
    }

    fn left_behind(&self) -> usize {
        let entries = fs::read_dir(self.scratch.path()).expect("the folder is there");
        entries.count()
    }

    fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let told = text(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        text(&output.stdout)
    }

    fn rows(&self, args: &[&str]) -> Vec<Value> {
        let printed = self.ok(&[args, &["--format", "jsonl"][..]].concat());
        printed
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object"))
            .collect()
    }

    fn refused(&self, args: &[&str], words: &[&str]) {
        let output = self.run(args);
        says(&output, 1, words);
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

fn sum(rows: &[Value], column: &str) -> i64 {
    rows.iter().filter_map(|row| row[column].as_i64()).sum()
}

#[test]
fn cdnow_goes_from_its_file_to_the_published_figures() {
    let desk = Desk::with(&[]);
    let values = desk.rows(&[CDNOW, "--as-of", "1997-09-30"]);
    assert_eq!(values.len(), 2357);
    assert_eq!(sum(&values, "purchase_day_count") - 2357, 2457);
    let one_time = |row: &&Value| row["purchase_day_count"] == 1;
    assert_eq!(values.iter().filter(one_time).count(), 1411);
    // (x, t_x, T) = (26, 30.857 weeks, 31 weeks), the usual example of a heavy buyer.
    let heavy = values.iter().find(|row| row["customer_id"] == "15562");
    let heavy = heavy.expect("the customer is named");
    assert_eq!(heavy["source"], "cdnow");
    assert_eq!(heavy["purchase_day_count"], 27);
    assert_eq!(heavy["last_purchase_age_days"], 216);
    assert_eq!(heavy["customer_age_days"], 217);
    let models = desk.rows(&[CDNOW, "--as-of", "1997-09-30", "--table", "models"]);
    let figure = |model: &str, figure: &str| {
        let row = models
            .iter()
            .find(|row| row["model"] == model && row["figure"] == figure);
        row.and_then(|row| row["value"].as_f64()).expect("a figure")
    };
    // Fader, Hardie and Lee 2005, maximum likelihood on exact days / 7; gamma in cents.
    for (model, name, published) in [
        ("BG/NBD", "r", 0.24259452),
        ("BG/NBD", "alpha", 4.41360202),
        ("BG/NBD", "a", 0.79292202),
        ("BG/NBD", "b", 2.42590678),
        ("MBG/NBD", "r", 0.52484316),
        ("Gamma-Gamma", "p", 6.249572),
        ("Gamma-Gamma", "q", 3.744225),
        ("Gamma-Gamma", "gamma", 1544.3523),
    ] {
        let found = figure(model, name);
        assert!(
            (found / published - 1.0).abs() < 1e-4,
            "{model} {name}: {found}, published {published}"
        );
    }
    assert!((figure("BG/NBD", "log_likelihood") + 9582.429207).abs() < 1e-4);
}

#[test]
fn the_summary_says_who_they_are_and_what_it_rests_on() {
    let desk = Desk::with(&[]);
    let output = desk.run(&[CDNOW]);
    let told = text(&output.stderr);
    for word in [
        "as of 1998-07-01, the day after the last order",
        "amounts are taken for USD, not JPY",
        "2,357 customers, 6,919 orders, the last on 1998-06-30",
        "models: ",
        "NBD",
    ] {
        assert!(told.contains(word), "`{word}` is missing in:\n{told}");
    }
    let table = text(&output.stdout);
    assert!(table.contains("sales USD") && table.contains("12-month value USD"));
    let total = table.lines().find(|line| line.contains("total"));
    let total: Vec<&str> = total.expect("a row of all").split_whitespace().collect();
    assert_eq!(total[..4], ["total", "2357", "244092", "100.0"]);
    let champions = table.lines().find(|line| line.contains("champions"));
    assert!(champions.is_some(), "{table}");
}

#[test]
fn a_moment_that_is_given_is_looked_from() {
    let desk = Desk::with(&[("log.csv", LOG.as_bytes())]);
    let since = |args: &[&str]| desk.rows(args)[0]["days_since_last_purchase"].clone();
    let of_one = |args: &[&str]| {
        let rows = desk.rows(args);
        let one = rows.iter().find(|row| row["customer_id"] == "3");
        one.map(|row| row["days_since_last_purchase"].clone())
    };
    assert_eq!(of_one(&["log.csv"]), Some(Value::from(1)));
    assert_eq!(
        of_one(&["log.csv", "--as-of", "2026-02-18"]),
        Some(Value::from(10))
    );
    assert_eq!(of_one(&["log.csv", "--as-of", "2026-01-31"]), None);
    assert!(since(&["log.csv", "--as-of", "2026-01-31"]).as_i64() > Some(20));
    desk.refused(&["log.csv", "--as-of", "someday"], &["neither a date nor"]);
    desk.refused(
        &["log.csv", "--as-of", "2025-01-01"],
        &["none of the orders counts", "hint: orders after the as-of"],
    );
}

#[test]
fn a_file_nobody_knows_is_read_by_its_headings() {
    let desk = Desk::with(&[("受付.csv", UNKNOWN.as_bytes())]);
    let output = desk.run(&["受付.csv", "--format", "json", "-v"]);
    let told = text(&output.stderr);
    for word in [
        "受付.csv is unknown to koe; taken as orders with",
        "ordered_at = 受付日",
        "[import.layouts.",
        "left out: order_cancelled 1",
    ] {
        assert!(told.contains(word), "`{word}` is missing in:\n{told}");
    }
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a JSON array");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["customer_id"], "K-1");
    assert_eq!(rows[0]["order_count"], 2);
    assert_eq!(rows[0]["spend_minor"], 4280);
}

#[test]
fn amounts_with_cents_are_no_yen() {
    let log =
        "customer_id,date,amount\n1,2026-01-05,12.50\n1,2026-02-05,8.25\n2,2026-01-06,20.00\n";
    let desk = Desk::with(&[("log.csv", log.as_bytes())]);
    assert_eq!(sum(&desk.rows(&["log.csv"]), "spend_minor"), 4075);
    let in_dinars = desk.rows(&["log.csv", "--set", "money.currency=KWD"]);
    assert_eq!(sum(&in_dinars, "spend_minor"), 40_750);
}

#[test]
fn several_files_and_patterns_are_one_log() {
    let (first, second) = LOG.split_at(LOG.find("1,2026-02-07").expect("the third order"));
    let second = format!("customer_id,date,amount\n{second}");
    let desk = Desk::with(&[
        ("log.csv", LOG.as_bytes()),
        ("part1.csv", first.as_bytes()),
        ("part2.csv", second.as_bytes()),
    ]);
    let whole = desk.ok(&["log.csv", "--format", "csv"]);
    assert_eq!(whole.lines().count(), 4);
    assert_eq!(
        desk.ok(&["part1.csv", "part2.csv", "--format", "csv"]),
        whole
    );
    assert_eq!(desk.ok(&["part*.csv", "--format", "csv"]), whole);
}

#[test]
fn stdin_is_a_file_too() {
    let desk = Desk::with(&[]);
    let mut child = desk
        .command(&["-", "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(LOG.as_bytes()).expect("koe reads");
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success());
    assert_eq!(text(&output.stdout).lines().count(), 4);
    assert_eq!(desk.left_behind(), 0);
}

#[test]
fn wrong_files_say_what_they_are() {
    let noise: Vec<u8> = (0..4000u32)
        .map(|byte| (byte.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let someday: String = (0..50).map(|row| format!("{row},someday,1\n")).collect();
    let someday = format!("customer_id,date,amount\n{someday}");
    let cancelled: String = UNKNOWN.replace("出荷済", "キャンセル");
    let desk = Desk::with(&[
        (
            "members.csv",
            include_bytes!("../../testdata/formats/eccube_customers.csv"),
        ),
        ("empty.csv", b""),
        ("headings.csv", b"customer_id,date,amount\n"),
        ("odd.csv", b"colour,size\nred,4\nblue,5\n"),
        ("noise.bin", &noise),
        ("someday.csv", someday.as_bytes()),
        ("cancelled.csv", cancelled.as_bytes()),
        ("log.csv", LOG.as_bytes()),
    ]);
    fs::create_dir(desk.path("nothing")).expect("a folder");
    desk.refused(
        &["members.csv"],
        &["no orders in `members.csv (eccube_customers)`", "hint:"],
    );
    desk.refused(&["empty.csv"], &["empty.csv", "seems to be empty"]);
    desk.refused(
        &["headings.csv"],
        &["no orders in `headings.csv (transactions)`"],
    );
    desk.refused(&["odd.csv"], &["odd.csv", "`colour`", "hint:"]);
    desk.refused(&["noise.bin"], &["noise.bin", "hint:"]);
    desk.refused(&["none.csv"], &["cannot read `none.csv`", "check the path"]);
    desk.refused(&["none*.csv"], &["none*.csv"]);
    desk.refused(&["nothing"], &["no orders in `nothing`"]);
    desk.refused(
        &["someday.csv"],
        &[
            "too many rows cannot be read in `someday.csv (50 of 50 rows)`",
            "someday.csv line 2, `date` is `someday`",
        ],
    );
    desk.refused(
        &["cancelled.csv"],
        &["none of the orders counts", "order_cancelled 3"],
    );
    // Beside orders, a wrong file is told, and what cannot be read stops: half a log would give wrong numbers.
    let output = desk.run(&["log.csv", "members.csv", "--format", "csv"]);
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("no orders in members.csv (eccube_customers)"));
    assert_eq!(text(&output.stdout).lines().count(), 4);
    desk.refused(&["log.csv", "someday.csv"], &["someday.csv"]);
    desk.refused(&["odd.csv", "empty.csv"], &["odd.csv", "empty.csv"]);
    desk.refused(
        &["log.csv", "--layout", "transaction"],
        &["there is no layout", "did you mean `transactions`?"],
    );
}

#[test]
fn a_few_broken_rows_are_told_and_left_out() {
    let mut log = String::from("customer_id,date,amount\n7,someday,100\n");
    for row in 0..99 {
        log.push_str(&format!("{row},2026-01-05,1{row}\n"));
    }
    let desk = Desk::with(&[("log.csv", log.as_bytes())]);
    let output = desk.run(&["log.csv", "--format", "csv"]);
    let told = text(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("1 of 100 rows cannot be read and are left out: log.csv line 2"),
        "{told}"
    );
    assert_eq!(text(&output.stdout).lines().count(), 100);
}

#[test]
fn one_customer_is_a_shop() {
    let desk = Desk::with(&[("one.csv", b"customer_id,date,amount\n1,2026-01-05,1200\n")]);
    let rows = desk.rows(&["one.csv"]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["customer_id"], "1");
    assert_eq!(rows[0]["spend_minor"], 1200);
    let output = desk.run(&["one.csv"]);
    let told = text(&output.stderr);
    assert!(told.contains("1 customers, 1 orders"), "{told}");
    assert!(told.contains("models: none ("), "{told}");
    assert!(text(&output.stdout).contains("total"));
}

#[test]
fn customers_stay_apart_whatever_they_share() {
    let log = "注文番号,注文日,会員コード,お名前,メールアドレス,合計金額,状態\n\
        1,2026/01/05,A,山田 花子,hanako@example.jp,1200,出荷済\n\
        2,2026/01/06,B,山田 花子,hanako@example.jp,800,出荷済\n";
    let desk = Desk::with(&[("orders.csv", log.as_bytes())]);
    let rows = desk.rows(&["orders.csv"]);
    let mut ids: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["customer_id"].as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["A", "B"]);
}

#[test]
fn settings_are_respected() {
    let desk = Desk::with(&[
        ("log.csv", LOG.as_bytes()),
        ("mine.toml", b"[segment]\nmargin = 0.0\n"),
        ("slip.toml", b"[segment]\nmargn = 0.5\n"),
        ("koe.toml", b"[segment]\nmargn = 0.5\n"),
    ]);
    // A koe.toml that nobody names is not read.
    assert_eq!(desk.rows(&["log.csv"]).len(), 3);
    let values = desk.rows(&[CDNOW, "--config", "mine.toml"]);
    assert_eq!(sum(&values, "ltv_minor"), 0);
    assert!(sum(&desk.rows(&[CDNOW]), "ltv_minor") > 1_000_000);
    desk.refused(
        &["log.csv", "--config", "slip.toml"],
        &[
            "unknown setting `segment.margn`",
            "did you mean `segment.margin`?",
        ],
    );
}

#[test]
fn parquet_can_be_read_again() {
    let desk = Desk::with(&[("log.csv", LOG.as_bytes())]);
    desk.ok(&[CDNOW, "-o", "values.parquet"]);
    let frame = parquet(&desk.path("values.parquet"));
    let csv = desk.ok(&[CDNOW, "--format", "csv"]);
    let headings = csv.lines().next().expect("headings");
    let names: Vec<&str> = frame
        .get_column_names()
        .into_iter()
        .map(|name| name.as_str())
        .collect();
    assert_eq!(names.join(","), headings);
    assert_eq!(frame.height() + 1, csv.lines().count());
    let first = frame.column("first_purchased_on").expect("a column");
    assert_eq!(*first.dtype(), DataType::Date);
    let spend = frame.column("spend_minor").and_then(|spend| spend.i64());
    let spend: i64 = spend.expect("integers").iter().flatten().sum();
    assert_eq!(spend, 24_409_194);
    // Lists, and rows that are no persons'.
    for table in ["person_segments", "models"] {
        desk.ok(&["log.csv", "--table", table, "-o", "table.parquet"]);
        assert!(parquet(&desk.path("table.parquet")).height() > 0, "{table}");
    }
}

#[test]
fn the_same_orders_give_the_same_bytes() {
    let desk = Desk::with(&[]);
    for (file, threads) in [
        ("a.csv", "1"),
        ("b.csv", "4"),
        ("a.parquet", "1"),
        ("b.parquet", "4"),
    ] {
        desk.ok(&[CDNOW, "-o", file, "--threads", threads]);
    }
    let read = |name: &str| fs::read(desk.path(name)).expect("the file");
    assert!(read("a.csv") == read("b.csv"));
    assert!(read("a.parquet") == read("b.parquet"));
}

#[test]
fn a_file_lands_whole_in_the_format_its_ending_says() {
    let desk = Desk::with(&[("log.csv", LOG.as_bytes())]);
    let csv = desk.ok(&["log.csv", "--format", "csv"]);
    let read = |name: &str| fs::read_to_string(desk.path(name)).expect("the file");
    assert_eq!(desk.ok(&["log.csv", "-o", "out/values.csv"]), "");
    assert_eq!(read("out/values.csv"), csv);
    desk.ok(&["log.csv", "-o", "values.txt", "--format", "csv"]);
    assert_eq!(read("values.txt"), csv);
    desk.ok(&["log.csv", "-o", "values.jsonl"]);
    assert_eq!(read("values.jsonl").lines().count(), 3);
    desk.ok(&["log.csv", "-o", "values.json"]);
    let rows: Vec<Value> = serde_json::from_str(&read("values.json")).expect("a JSON array");
    assert_eq!(rows.len(), 3);
    assert_eq!(desk.ok(&["log.csv", "-o", "-", "--format", "csv"]), csv);
    fs::create_dir(desk.path("folder")).expect("a folder");
    desk.refused(
        &["log.csv", "-o", "folder"],
        &["cannot write `folder`", "name a file"],
    );
    let names: Vec<_> = fs::read_dir(desk.files.path())
        .expect("the folder")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| name.ends_with("unfinished"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_stays_one() {
    use std::os::unix::fs::FileTypeExt;
    let desk = Desk::with(&[("log.csv", LOG.as_bytes())]);
    let printed = desk.ok(&["log.csv", "-o", "/dev/stdout", "--format", "csv"]);
    assert_eq!(printed.lines().count(), 4);
    desk.ok(&["log.csv", "-o", "/dev/null"]);
    let kind = fs::metadata("/dev/null").expect("a device").file_type();
    assert!(kind.is_char_device());
}

#[test]
fn a_table_that_is_not_there_names_the_nearest() {
    let desk = Desk::with(&[("log.csv", LOG.as_bytes())]);
    desk.refused(
        &["log.csv", "--table", "person_valus"],
        &["no table `person_valus`", "did you mean `person_values`?"],
    );
    desk.refused(
        &["log.csv", "--table", "orders"],
        &[
            "`koe segment` does not make the table `orders`",
            "SELECT * FROM orders",
        ],
    );
}

#[test]
fn a_workspace_writes_any_table_of_the_stage() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    shop.ok(&["import"]);
    let as_of = ["--as-of", "2026-02-09"];
    let segment = |args: &[&str]| shop.ok(&[&["segment"][..], args, &as_of[..]].concat());
    assert_eq!(segment(&[]), "");
    let rows: Vec<Value> =
        serde_json::from_str(&segment(&["--format", "json"])).expect("a JSON array");
    assert_eq!(rows.len(), 3);
    assert!(
        rows[0]["value_group"].is_string(),
        "person_segments as ever"
    );
    let values = shop.file("values.parquet");
    let values = values.to_str().expect("UTF-8");
    assert_eq!(segment(&["--table", "person_values", "-o", values]), "");
    let frame = parquet(Path::new(values));
    assert_eq!(frame.height(), 3);
    assert!(frame.column("customer_id").is_err(), "as the store has it");
    assert!(segment(&["--table", "segments"]).contains("person_count"));
    let output = shop.koe(&["segment", "--table", "persns"]);
    assert_eq!(output.status.code(), Some(1));
    let output = koe()
        .args(["segment", "-w", shop.path(), "--orders", "log.csv"])
        .output()
        .expect("the binary starts");
    assert_eq!(output.status.code(), Some(2), "one or the other");
}

#[cfg(unix)]
#[test]
fn nothing_is_left_after_ctrl_c() {
    use std::time::{Duration, Instant};
    let shop = Shop::empty();
    let made = koe()
        .args(["sample", shop.path(), "--order-log", "400000", "--quiet"])
        .status()
        .expect("the binary starts");
    assert!(made.success());
    let log = shop.file("exports/order_log.csv");
    let desk = Desk::with(&[]);
    let child = desk
        .command(&[log.to_str().expect("UTF-8"), "-o", "values.csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let started = Instant::now();
    while desk.left_behind() == 0 && started.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(2));
    }
    // Well into the import.
    std::thread::sleep(Duration::from_millis(50));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(killed.success());
    let output = child.wait_with_output().expect("an end");
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(
        told.contains("interrupted: no result was written"),
        "{told}"
    );
    assert!(!told.contains("error:"), "{told}");
    assert_eq!(desk.left_behind(), 0);
    assert!(!desk.path("values.csv").exists());
}
