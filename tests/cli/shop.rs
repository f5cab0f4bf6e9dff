//! The whole path on a shop: what is planted is found, and the same input gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::support::{Shop, UNCHANGED, run, text};

/// A shop that was run once; tests only read it.
static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let shop = Shop::sample(400);
    shop.ok(&["run"]);
    shop
});

fn different(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    names
        .into_iter()
        .filter(|name| left.get(*name) != right.get(*name))
        .cloned()
        .collect()
}

/// Runs a shop with lists for a channel on so many threads, and returns the files of its store and of its reports.
fn ran_on(threads: &str) -> [BTreeMap<String, Vec<u8>>; 2] {
    let shop = Shop::sample(150);
    let list = "\n[[audience.list]]\nname = 'all'\nchannel = 'email'\ncontrol = 0.1\n";
    shop.write("koe.toml", (shop.read("koe.toml") + list).as_bytes());
    // Each store makes its own key; with one key the journal and who is held out are the same, too.
    shop.write("store/key", "5a".repeat(32).as_bytes());
    shop.ok(&["run", "--threads", threads]);
    ["store", "out"].map(|folder| shop.files(folder))
}

#[test]
fn two_shops_one_thread_and_many_give_the_same_bytes() {
    let [store, out] = ran_on("1");
    let mut names = out.keys();
    assert!(names.any(|name| name.contains("/audiences/all-email")));
    // What runs side by side on two threads runs one after the other on one.
    for threads in ["2", "5"] {
        let [others, reports] = ran_on(threads);
        assert_eq!(different(&store, &others), Vec::<String>::new());
        assert_eq!(different(&out, &reports), Vec::<String>::new());
    }
}

#[test]
fn a_second_run_is_fresh_and_changes_nothing() {
    let shop = Shop::sample(80);
    shop.ok(&["run"]);
    let (store, out) = (shop.files("store"), shop.files("out"));
    let output = shop.koe(&["run"]);
    assert!(output.status.success());
    let told = text(&output.stderr);
    assert_eq!(
        told.lines().filter(|line| line.contains(UNCHANGED)).count(),
        5,
        "{told}"
    );
    assert_eq!(
        different(&store, &shop.files("store")),
        Vec::<String>::new()
    );
    assert_eq!(different(&out, &shop.files("out")), Vec::<String>::new());
    assert!(text(&shop.koe(&["run", "--quiet"]).stderr).is_empty());
}

#[test]
fn a_changed_setting_runs_again_what_depends_on_it() {
    let shop = Shop::sample(80);
    shop.ok(&["run"]);
    let output = shop.koe(&["run", "--set", "segment.margin=0.3"]);
    let told = text(&output.stderr);
    let fresh: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(UNCHANGED))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(fresh, ["import", "join", "score"], "{told}");
}

#[test]
fn a_stage_whose_tables_are_lost_runs_again() {
    let shop = Shop::sample(80);
    shop.ok(&["run"]);
    let tables = shop.files("store/derived");
    let cases: [(&str, &[&str]); 6] = [
        ("links", &["import", "score", "segment", "report"]),
        ("match_weights", &["import", "score", "segment", "report"]),
        ("post_scores", &["import", "join", "segment", "report"]),
        ("segments", &["import", "join", "score", "report"]),
        // Several stages add to it.
        ("left_out", &["import", "report"]),
        ("", &["import", "report"]),
    ];
    for (lost, fresh) in cases {
        std::fs::remove_dir_all(shop.file(&format!("store/derived/{lost}"))).expect("it was there");
        let told = shop.told(&["run"]);
        let found: Vec<&str> = told
            .lines()
            .filter(|line| line.contains(UNCHANGED))
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(found, fresh, "{lost}: {told}");
        let again = shop.files("store/derived");
        assert_eq!(different(&tables, &again), Vec::<String>::new(), "{lost}");
    }
}

#[test]
fn the_planted_flare_up_is_an_alert_and_fails_on_demand() {
    let alerts = SHOP.query("SELECT kind, state, started_at, negative_share FROM alerts ORDER BY started_at DESC LIMIT 1");
    assert_eq!(alerts[0]["kind"], "flare_up");
    assert_eq!(alerts[0]["state"], "cooling");
    assert!(
        alerts[0]["started_at"]
            .as_str()
            .expect("a time")
            .starts_with("2026-09-24T1"),
        "{alerts:?}"
    );
    assert_eq!(
        SHOP.koe(&["score", "--fail-on", "alert"]).status.code(),
        Some(4)
    );
}

#[test]
fn an_alert_decides_how_a_run_ends_where_a_file_was_refused() {
    let shop = Shop::sample(400);
    let till = "customer_id,date,amount\n1,never,1200\n2,never,800\n";
    shop.write("exports/till.csv", till.as_bytes());
    let output = shop.koe(&["run", "--quiet", "--fail-on", "alert"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("till.csv"), "{told}");
    // Without the flag the refused file decides.
    let output = shop.koe(&["run", "--quiet"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
}

#[test]
fn the_voice_is_told_of_each_product() {
    let rows = SHOP.query(
        "SELECT kind, name, post_count, share FROM voice_shares ORDER BY period_start DESC, kind, name",
    );
    assert_eq!(
        rows.len(),
        8,
        "the brand and three products, twice: {rows:?}"
    );
    assert_eq!(rows[0]["kind"], "brand");
    assert_eq!(rows[0]["share"].as_f64(), Some(1.0));
    let shares = rows[1..4].iter().filter_map(|row| row["share"].as_f64());
    let sum: f64 = shares.sum();
    assert!(0.0 < sum && sum < 0.5, "{rows:?}");
}

#[test]
fn planted_duplicates_are_one_person() {
    let truth = SHOP.read("truth/customers.csv");
    let mut reader = csv::Reader::from_reader(truth.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let column = |name: &str| {
        headings
            .iter()
            .position(|heading| heading == name)
            .expect("the column")
    };
    let (person, source, customer) = (column("person_id"), column("source"), column("customer_id"));
    let mut records: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a record");
        records
            .entry(record[person].into())
            .or_default()
            .push((record[source].into(), record[customer].into()));
    }
    let found: BTreeMap<(String, String), String> = SHOP
        .query("SELECT source, customer_id, person_id FROM persons")
        .into_iter()
        .map(|row| {
            let field = |name: &str| row[name].as_str().expect("a text").to_owned();
            ((field("source"), field("customer_id")), field("person_id"))
        })
        .collect();
    let (mut together, mut pairs, mut wrong) = (0, 0, 0);
    for records in records.values().filter(|records| records.len() > 1) {
        for right in &records[1..] {
            let (Some(left), Some(right)) = (found.get(&records[0]), found.get(right)) else {
                continue;
            };
            pairs += 1;
            together += usize::from(left == right);
        }
    }
    let truth_of: BTreeMap<&(String, String), &String> = records
        .iter()
        .flat_map(|(person, records)| records.iter().map(move |record| (record, person)))
        .collect();
    let mut people: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (record, person) in &found {
        if let Some(truth) = truth_of.get(record) {
            people.entry(person).or_default().insert(truth);
        }
    }
    wrong += people.values().filter(|truths| truths.len() > 1).count();
    assert!(pairs >= 5, "{pairs} planted pairs");
    assert!(
        together * 2 >= pairs,
        "{together} of {pairs} pairs found by exact keys"
    );
    assert_eq!(wrong, 0, "persons made of two people");
}

#[test]
fn order_totals_are_those_of_the_export_to_the_yen() {
    let by_order = "SELECT COUNT(*) AS n FROM orders WHERE status <> 'returned' \
                    AND goods_minor - discount_minor + shipping_minor <> total_minor + points_used_minor \
                    AND goods_minor - discount_minor + shipping_minor <> total_minor";
    assert_eq!(SHOP.number(by_order), 0.0);
    let lines = SHOP.number(
        "SELECT COUNT(*) AS n FROM (SELECT o.order_id, MIN(o.goods_minor) AS goods, SUM(l.amount_minor) AS lines \
         FROM orders o JOIN order_lines l ON o.source = l.source AND o.order_id = l.order_id \
         WHERE o.status = 'placed' GROUP BY o.source, o.order_id) AS sums WHERE goods <> lines",
    );
    assert_eq!(lines, 0.0, "orders whose lines do not sum to their goods");
}

#[test]
fn lines_have_categories_and_costs_where_the_shop_exports_them() {
    let count = |condition: &str| {
        SHOP.number(&format!(
            "SELECT COUNT(*) AS n FROM order_lines WHERE {condition}"
        ))
    };
    assert!(count("source = 'eccube' AND quantity < 0") > 0.0);
    assert_eq!(
        count("source = 'eccube' AND (category IS NULL OR cost_minor IS NULL)"),
        0.0
    );
    // What comes back costs less than nothing, and nothing is sold below its cost.
    assert_eq!(
        count(
            "source = 'eccube' AND (cost_minor * quantity <= 0 OR cost_minor * quantity >= amount_minor * quantity)"
        ),
        0.0
    );
    assert_eq!(
        count("source = 'shopify' AND (category IS NOT NULL OR cost_minor IS NOT NULL)"),
        0.0
    );
}

#[test]
fn every_query_in_the_report_runs() {
    let page = SHOP.read("out/latest/report.html");
    let commands: BTreeSet<String> = page
        .split("koe query ")
        .skip(1)
        .filter_map(|rest| rest.split("</code>").next())
        .map(|command| {
            command
                .replace("&quot;", "\"")
                .replace("&#x27;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
        })
        .map(|command| {
            command
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
        })
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        let sql = command.trim().trim_matches('"');
        let rows = SHOP.query(sql);
        assert!(!rows.is_empty(), "{sql} finds nothing");
    }
}

#[test]
fn the_report_names_nobody_and_the_desk_does() {
    let names: Vec<String> = SHOP
        .query("SELECT DISTINCT name FROM customers WHERE name IS NOT NULL")
        .into_iter()
        .map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect();
    assert!(names.len() > 100);
    let forwarded: Vec<String> = ["report.html", "report.md", "report.json", "summary.txt"]
        .map(|file| SHOP.read(&format!("out/latest/{file}")))
        .to_vec();
    for name in names.iter().filter(|name| name.chars().count() >= 4) {
        assert!(
            !forwarded.iter().any(|page| page.contains(name.as_str())),
            "{name} stands in the report"
        );
    }
    for secret in ["@example.", "090-0", "080-0", "070-0"] {
        assert!(
            !forwarded.iter().any(|page| page.contains(secret)),
            "{secret} stands in the report"
        );
    }
    let handles = SHOP.query("SELECT DISTINCT handle FROM account_scores WHERE handle IS NOT NULL");
    for handle in handles.iter().filter_map(|row| row["handle"].as_str()) {
        let written = [format!("@{handle}"), format!("\"{handle}\"")];
        assert!(
            !forwarded
                .iter()
                .any(|page| written.iter().any(|text| page.contains(text.as_str()))),
            "{handle} stands in the report"
        );
    }
    let desk = SHOP.read("out/latest/desk.html");
    assert!(
        names.iter().any(|name| desk.contains(name.as_str())),
        "the desk names somebody"
    );
}

#[test]
fn pictures_decode_and_show_something() {
    let pictures: Vec<_> = SHOP
        .files("out/2026-09-27/charts")
        .into_iter()
        .filter(|(name, _)| name.ends_with(".png"))
        .collect();
    assert!(pictures.len() >= 8, "{} pictures", pictures.len());
    for (name, bytes) in pictures {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .expect(&name);
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect(&name);
        let colours: BTreeSet<&[u8]> = pixels.chunks(3).collect();
        assert!(colours.len() > 20, "{name} shows {} colours", colours.len());
    }
}

#[test]
fn an_earlier_as_of_knows_nothing_later() {
    let shop = Shop::sample(80);
    shop.ok(&["run", "--as-of", "2026-06-30"]);
    let later = shop.number(
        "SELECT COUNT(*) AS n FROM purchases WHERE purchased_on > CAST('2026-06-30' AS DATE)",
    );
    assert_eq!(later, 0.0);
    assert!(shop.file("out/2026-06-30/report.html").exists());
    shop.ok(&["run"]);
    assert!(shop.file("out/2026-09-27/report.html").exists());
    assert!(
        shop.file("store/history/2026-06-30/segments.parquet")
            .exists()
    );
}

#[test]
fn reports_come_in_english_too() {
    let shop = Shop::sample(80);
    shop.ok(&["run", "--lang", "en"]);
    let page = shop.read("out/latest/report.html");
    assert!(page.contains("<html lang=\"en\""));
    let kana = page
        .chars()
        .filter(|letter| matches!(letter, 'ぁ'..='ん'))
        .count();
    assert!(
        kana < 800,
        "{kana} hiragana in an English report: only the shop's own words may be Japanese"
    );
}

#[test]
fn stages_print_their_main_table_on_demand() {
    let first = SHOP.ok(&["segment", "--format", "jsonl"]);
    let row: serde_json::Value =
        serde_json::from_str(first.lines().next().expect("a line")).expect("JSON");
    assert!(row["person_id"].is_string() && row["segment"].is_string());
    let csv = run(&["join", "-w", SHOP.path(), "--format", "csv"]);
    assert!(text(&csv.stdout).starts_with("source,customer_id,person_id,"));
}

#[test]
fn an_hour_within_a_day_counts_complete_days_only() {
    let shop = Shop::sample(400);
    shop.ok(&["run", "--as-of", "2026-09-20T18:00:00+09:00"]);
    assert!(shop.file("out/2026-09-20T1800/report.html").exists());
    let today =
        "SELECT COUNT(*) AS n FROM purchases WHERE purchased_on >= CAST('2026-09-20' AS DATE)";
    assert_eq!(shop.number(today), 0.0);
    assert!(shop.number("SELECT COUNT(ltv_minor) AS n FROM person_values") > 100.0);
}

#[test]
fn a_look_back_leaves_the_latest_report_in_its_place() {
    let shop = Shop::sample(80);
    shop.ok(&["run"]);
    shop.ok(&["run", "--as-of", "2026-06-30"]);
    assert!(
        shop.read("out/latest/report.json")
            .contains("\"as_of\": \"2026-09-27\"")
    );
    shop.ok(&["report"]);
    let later =
        "SELECT COUNT(*) AS n FROM purchases WHERE purchased_on > CAST('2026-06-30' AS DATE)";
    assert!(
        shop.number(later) > 0.0,
        "a report runs the stages before it again when they looked from another moment"
    );
}
