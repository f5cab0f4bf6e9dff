//! `koe forget`: nothing of a person stays, the sums do, and no export brings them back.

use crate::support::{Shop, text};

const AS_OF: [&str; 2] = ["--as-of", "2026-09-27"];
const LAYOUT: &str = "[brand]\nname = \"とりのこえ\"\nkeywords = [\"とりのこえ\"]\n\
    [import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
    customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\nphone = \"phone\"\naddress = \"address\"\n\
    registered_on = \"registered_on\"\n";
const PEOPLE: &str = "customer_id,name,email,phone,address,registered_on\n\
    C-770001,鳥越 真帆,maho.torigoe@example.jp,090-7777-1234,みどり町 12-3-456,2025-01-02\n\
    C-770002,小林 健,ken@example.jp,080-1111-2222,あお町 9-8-765,2025-01-03\n";
const ORDERS: &str = "order_id,customer_id,date,amount\n1,C-770001,2026-01-05,1200\n2,C-770002,2026-01-06,800\n3,C-770001,2026-02-05,500\n";
const DECLARED: &str = "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
    people,C-770001,x,,880077001,maho_t99,signup,2026-01-10T00:00:00+09:00\n";
const CONSENTS: &str = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
    people,C-770001,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
    people,C-770001,email,granted,2026-01-10T00:00:00+09:00,,form\n\
    people,C-770002,email,granted,2026-01-10T00:00:00+09:00,,form\n";
const POSTS: &str = r#"{"data":[
{"id":"901","text":"とりのこえの豆がおいしい、みどり町より","created_at":"2026-09-20T03:00:00.000Z","author_id":"880077001","public_metrics":{"like_count":3,"reply_count":0,"retweet_count":1,"quote_count":0}},
{"id":"902","text":"@maho_t99 とりのこえ、いいですよね。maho.torigoe@example.jp に送りました","created_at":"2026-09-21T03:00:00.000Z","author_id":"880077002"},
{"id":"903","text":"とりのこえ、鳥越真帆さんにも勧めた","created_at":"2026-09-22T03:00:00.000Z","author_id":"880077002"}],
"includes":{"users":[{"id":"880077001","username":"maho_t99","name":"まほ"},{"id":"880077002","username":"other_one","name":"べつ"}]}}"#;

/// What names the person, in the forms the exports have.
const WORDS: [&str; 9] = [
    "鳥越 真帆",
    "鳥越真帆",
    "maho.torigoe@example.jp",
    "090-7777-1234",
    "みどり町 12-3-456",
    "C-770001",
    "880077001",
    "maho_t99",
    "みどり町より",
];

fn shop() -> Shop {
    let posts = POSTS.replace('\n', "");
    let shop = Shop::with(&[
        ("people.csv", PEOPLE.as_bytes()),
        ("orders.csv", ORDERS.as_bytes()),
        ("declared.csv", DECLARED.as_bytes()),
        ("consents.csv", CONSENTS.as_bytes()),
        ("posts.jsonl", posts.as_bytes()),
    ]);
    let sources = "[import.sources]\n\"people.csv\" = \"people\"\n\"orders.csv\" = \"people\"\n";
    shop.write("koe.toml", format!("{sources}{LAYOUT}").as_bytes());
    shop.ok(&[&["run"], &AS_OF[..]].concat());
    shop
}

fn forget(shop: &Shop, args: &[&str]) -> std::process::Output {
    shop.koe(&[&["forget"], args, &AS_OF[..]].concat())
}

fn assert_forgotten(shop: &Shop) {
    for word in WORDS {
        for folder in ["store", "out"] {
            assert_eq!(
                shop.files_with(folder, word),
                Vec::<String>::new(),
                "{word}"
            );
        }
    }
}

fn spend(shop: &Shop) -> f64 {
    shop.number("SELECT SUM(spend_minor) AS n FROM orders")
}

#[test]
fn nothing_of_a_person_stays_and_the_sums_do() {
    let shop = shop();
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM links"), 1.0);
    let before = (
        spend(&shop),
        shop.number("SELECT COUNT(*) AS n FROM posts"),
        shop.number("SELECT COUNT(*) AS n FROM post_scores WHERE brand IS NOT NULL"),
    );
    let output = forget(&shop, &["people/C-770001", "--yes"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told = text(&output.stderr);
    for file in ["people.csv", "orders.csv", "declared.csv", "posts.jsonl"] {
        assert!(told.contains(file), "{file} still holds the person: {told}");
    }
    assert_forgotten(&shop);
    shop.ok(&[&["run"], &AS_OF[..]].concat());
    assert_forgotten(&shop);
    let after = (
        spend(&shop),
        shop.number("SELECT COUNT(*) AS n FROM posts"),
        shop.number("SELECT COUNT(*) AS n FROM post_scores WHERE brand IS NOT NULL"),
    );
    assert_eq!(before, after);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM customers"), 1.0);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM consents"), 1.0);
    assert!(text(&shop.koe(&["status"]).stderr).contains("the store is whole"));
    let journal = shop.read("store/journal.jsonl");
    assert!(journal.contains("\"forgotten\""), "{journal}");
}

#[test]
fn neither_the_same_export_nor_a_newer_one_brings_a_person_back() {
    let shop = shop();
    let before = spend(&shop);
    assert!(
        forget(&shop, &["maho.torigoe@example.jp", "--yes"])
            .status
            .success()
    );
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    assert_forgotten(&shop);
    // The newer one has another row, and the person under another id as well.
    let more = "C-770003,新井 由美,yumi@example.jp,,,2026-09-01\n\
        C-770009,とりごえ,maho.torigoe@example.jp,,,2026-09-02\n";
    shop.write("exports/people.csv", format!("{PEOPLE}{more}").as_bytes());
    shop.write(
        "exports/orders.csv",
        format!("{ORDERS}4,C-770009,2026-09-03,100\n").as_bytes(),
    );
    let posts = POSTS
        .replace('\n', "")
        .replace("\"like_count\":3", "\"like_count\":8");
    // Names alone are not known by hash; see the guide.
    let posts = posts.replace("鳥越真帆さん", "友だち");
    shop.write("exports/posts.jsonl", posts.as_bytes());
    let output = shop.koe(&["import", "--format", "jsonl", "--as-of", "2026-09-28"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for line in text(&output.stdout).lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let count = |name: &str| row[name].as_u64().unwrap_or_default();
        assert_eq!(
            count("read"),
            count("stored") + count("known") + count("rejected") + count("forgotten"),
            "{row}"
        );
        if row["file"] == "people.csv" {
            assert_eq!(count("forgotten"), 2, "{row}");
        }
    }
    assert_forgotten(&shop);
    assert_eq!(shop.files_with("store", "C-770009"), Vec::<String>::new());
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM customers"), 2.0);
    assert_eq!(spend(&shop), before + 100.0);
    assert_eq!(
        shop.number("SELECT MAX(like_count) AS n FROM posts WHERE post_id = '901'"),
        8.0
    );
}

#[test]
fn a_look_beforehand_writes_nothing_and_nobody_is_erased_unasked() {
    let shop = shop();
    let (store, out) = (shop.files("store"), shop.files("out"));
    let output = forget(&shop, &["C-770001", "--dry-run", "--format", "jsonl"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("\"customers\"") && shown.contains("\"orders\""),
        "{shown}"
    );
    let output = forget(&shop, &["C-770001"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("--yes"),
        "{}",
        text(&output.stderr)
    );
    assert!(store == shop.files("store") && out == shop.files("out"));
}

#[test]
fn a_person_is_found_by_whatever_names_them() {
    for named in [
        "C-770001",
        "people:C-770001",
        "MAHO.torigoe@example.jp",
        "09077771234",
        "x/maho_t99",
        "x:@Maho_T99",
    ] {
        let shop = shop();
        let output = forget(&shop, &[named, "--yes"]);
        assert!(output.status.success(), "{named}: {}", text(&output.stderr));
        assert_eq!(
            shop.number("SELECT COUNT(*) AS n FROM customers"),
            1.0,
            "{named}"
        );
    }
    let shop = shop();
    let output = forget(&shop, &["someone@example.jp", "--yes"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is not in the store"));
}

#[test]
fn what_another_customer_shares_is_not_taken_from_them() {
    let shop = Shop::with(&[("people.csv", b"")]);
    let shared = "customer_id,name,email,phone,address,registered_on\n\
        1,鳥越 真帆,maho@example.jp,03-1234-5678,みどり町 12-3-456,2025-01-02\n\
        2,鳥越 健,ken@example.jp,03-1234-5678,みどり町 12-3-456,2025-01-03\n";
    shop.write("exports/people.csv", shared.as_bytes());
    let settings = format!("[import.sources]\n\"people.csv\" = \"people\"\n{LAYOUT}");
    shop.write("koe.toml", settings.as_bytes());
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    shop.ok(&["forget", "people/1", "--yes"]);
    let left = shop.query("SELECT customer_id, phone, address FROM customers");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["phone"], "03-1234-5678");
    assert_eq!(left[0]["address"], "みどり町 12-3-456");
    shop.write(
        "exports/people.csv",
        format!("{shared}3,乙 丙,,,,2025-01-04\n").as_bytes(),
    );
    shop.ok(&["import"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM customers"), 2.0);
}

#[test]
fn an_old_journal_loses_the_persons_id() {
    let shop = shop();
    let person = shop.query("SELECT person_id FROM persons WHERE customer_id = 'C-770001'");
    let person = person[0]["person_id"].as_str().expect("an id").to_owned();
    let line = format!(
        "{{\"as_of\":\"2026-01-01\",\"event\":\"link_refused\",\"person_id\":\"{person}\",\"platform\":\"x\",\"reason\":\"link_without_consent\",\"evidence\":\"declared.csv:2\"}}\n"
    );
    let mut journal = shop.read("store/journal.jsonl");
    journal.push_str(&line);
    shop.write("store/journal.jsonl", journal.as_bytes());
    let manifest = shop.read("store/manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    manifest["journal_bytes"] = journal.len().into();
    shop.write("store/manifest.json", manifest.to_string().as_bytes());
    assert!(forget(&shop, &["C-770001", "--yes"]).status.success());
    let journal = shop.read("store/journal.jsonl");
    assert!(!journal.contains(&person), "{journal}");
    assert!(journal.contains("link_without_consent"), "{journal}");
}

#[test]
fn a_lost_key_stops_the_import_before_anybody_comes_back() {
    let shop = shop();
    assert!(forget(&shop, &["C-770001", "--yes"]).status.success());
    std::fs::remove_file(shop.file("store/key")).expect("the key");
    let output = shop.koe(&["import"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("key"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn who_shares_a_telephone_is_not_forgotten_with_the_other() {
    let shop = Shop::with(&[(
        "people.csv",
        "customer_id,name,email,phone,address,registered_on\n\
         1,鳥越 真帆,maho@example.jp,03-1234-5678,,2025-01-02\n\
         2,鳥越 健,ken@example.jp,03-1234-5678,,2025-01-03\n"
            .as_bytes(),
    )]);
    let settings = format!("[import.sources]\n\"people.csv\" = \"people\"\n{LAYOUT}");
    shop.write("koe.toml", settings.as_bytes());
    shop.ok(&["import"]);
    let refused = forget(&shop, &["03-1234-5678", "--yes"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(
        told.contains("people/2") && told.contains("koe join"),
        "{told}"
    );
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM customers"), 2.0);
    assert!(forget(&shop, &["people/1", "--yes"]).status.success());
    let left = shop.query("SELECT customer_id FROM customers");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["customer_id"], "2");
}

#[test]
fn where_nobody_can_answer_nobody_is_looked_for() {
    let shop = shop();
    let output = forget(&shop, &["someone@example.jp"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("--yes") && !told.contains("not in the store"),
        "{told}"
    );
}
