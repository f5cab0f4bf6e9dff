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
    let of_nobody = "SELECT COUNT(*) AS n FROM post_scores WHERE account_id IS NULL";
    assert_eq!(shop.number(of_nobody), 1.0);
    let heard = "words IS NOT NULL OR deciding_words IS NOT NULL OR speech_words IS NOT NULL OR content IS NOT NULL";
    assert_eq!(shop.number(&format!("{of_nobody} AND ({heard})")), 0.0);
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
    let status = shop.koe(&["status", "--lang", "en"]);
    assert!(text(&status.stderr).contains("the store is whole"));
    let journal = shop.read("store/journal.jsonl");
    assert!(journal.contains("\"forgotten\""), "{journal}");
}

#[test]
fn an_id_too_short_to_be_looked_for_goes_from_every_table() {
    let said = "とりのこえの深煎りの豆を毎朝ゆっくり挽いて飲むのがこのごろの一番の楽しみです";
    let post = |id: u32, author: &str, hour: u32| {
        format!(
            r#"{{"id":"{id}","text":"{said}","created_at":"2026-09-20T0{hour}:00:00.000Z","author_id":"{author}"}}"#
        )
    };
    let posts = format!(
        r#"{{"data":[{},{}],"includes":{{"users":[{{"id":"7701","username":"mht","name":"m"}},{{"id":"880077002","username":"other_one","name":"o"}}]}}}}"#,
        post(911, "7701", 3),
        post(912, "880077002", 4),
    );
    let declared = DECLARED
        .replace("880077001", "7701")
        .replace("maho_t99", "mht");
    let shop = Shop::with(&[
        ("people.csv", PEOPLE.as_bytes()),
        ("declared.csv", declared.as_bytes()),
        ("consents.csv", CONSENTS.as_bytes()),
        ("posts.jsonl", posts.as_bytes()),
    ]);
    let sources = "[import.sources]\n\"people.csv\" = \"people\"\n";
    shop.write("koe.toml", format!("{sources}{LAYOUT}").as_bytes());
    shop.ok(&[&["run"], &AS_OF[..]].concat());
    let first = "SELECT COUNT(*) AS n FROM copies WHERE account_id = '7701'";
    assert_eq!(shop.number(first), 1.0, "the test can fail");
    assert!(
        forget(&shop, &["people/C-770001", "--yes"])
            .status
            .success()
    );
    let is_held = |shop: &Shop| {
        let files = shop.files("store");
        let tables = files.keys().filter(|name| name.ends_with(".parquet"));
        tables
            .filter(|name| {
                let cells = shop.cells(&format!("store/{name}"));
                cells.lines().any(|cell| cell == "7701")
            })
            .cloned()
            .collect::<Vec<String>>()
    };
    assert_eq!(is_held(&shop), Vec::<String>::new());
    shop.ok(&[&["run"], &AS_OF[..]].concat());
    assert_eq!(is_held(&shop), Vec::<String>::new());
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM posts"), 2.0);
}

#[test]
fn a_file_that_could_not_be_imported_loses_the_name_of_the_forgotten() {
    let shop = shop();
    let odd = "colour,shape\nred,round\n";
    shop.write("exports/people_鳥越真帆.csv", odd.as_bytes());
    let import = [&["import"], &AS_OF[..]].concat();
    assert_eq!(shop.koe(&import).status.code(), Some(1));
    let manifest = || shop.read("store/manifest.json");
    assert!(manifest().contains("people_鳥越真帆.csv"));
    let output = forget(&shop, &["people/C-770001", "--yes"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!manifest().contains("鳥越真帆"));
    assert_eq!(shop.koe(&import).status.code(), Some(1));
    assert!(manifest().contains("\"unread\""));
    assert!(!manifest().contains("鳥越真帆"));
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
    let output = forget(&shop, &["someone@example.jp", "--yes", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is no customer in the store"));
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
    let shop = shop().in_english();
    let output = forget(&shop, &["someone@example.jp"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("--yes") && !told.contains("not in the store"),
        "{told}"
    );
}

/// Settings of two shops of the same system.
const TWO_SHOPS: &str = "[import.sources]\n\"people.csv\" = \"people\"\n\"orders.csv\" = \"people\"\n\
    \"other.csv\" = \"other\"\n\"other_orders.csv\" = \"other\"\n";

fn forgotten_shop(people: &str) -> Shop {
    let shop = Shop::with(&[("people.csv", people.as_bytes())]);
    shop.write("koe.toml", format!("{TWO_SHOPS}{LAYOUT}").as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    shop.ok(&["forget", "people/C-770001", "--yes"]);
    shop
}

#[test]
fn a_known_customer_who_gets_the_number_or_the_address_stays() {
    let shop = forgotten_shop(PEOPLE);
    for cell in [
        "ken@example.jp,090-7777-1234",
        "maho.torigoe@example.jp,080-1111-2222",
    ] {
        let newer = PEOPLE.replace("ken@example.jp,080-1111-2222", cell);
        shop.write("exports/people.csv", newer.as_bytes());
        shop.ok(&["import", "--as-of", "2026-10-01"]);
        let left = shop.query("SELECT customer_id, name FROM customers");
        assert_eq!(left.len(), 1, "{cell}");
        assert_eq!(left[0]["customer_id"], "C-770002");
        for word in ["090-7777-1234", "maho.torigoe@example.jp"] {
            assert_eq!(shop.files_with("store", word), Vec::<String>::new());
        }
    }
}

#[test]
fn a_new_customer_with_the_number_and_another_address_or_name_stays() {
    let shop = forgotten_shop(PEOPLE);
    let more = "C-770005,田中 次郎,jiro@example.jp,090-7777-1234,,2026-09-01\n\
        C-770006,佐藤 三郎,,090-7777-1234,,2026-09-01\n\
        C-770007,,,090-7777-1234,,2026-09-01\n";
    shop.write("exports/people.csv", format!("{PEOPLE}{more}").as_bytes());
    shop.ok(&["import", "--as-of", "2026-10-01"]);
    let left = shop.query("SELECT customer_id, phone FROM customers ORDER BY customer_id");
    let ids: Vec<&str> = left
        .iter()
        .filter_map(|row| row["customer_id"].as_str())
        .collect();
    assert_eq!(ids, ["C-770002", "C-770005", "C-770006"]);
    assert!(left[1]["phone"].is_null() && left[2]["phone"].is_null());
}

#[test]
fn a_person_without_contact_does_not_come_back_from_another_source() {
    let bare = "customer_id,name,email,phone,address,registered_on\n\
        C-770001,鳥越 真帆,,,みどり町 12-3-456,2025-01-02\n\
        C-770002,小林 健,,,あお町 9-8-765,2025-01-03\n";
    let shop = forgotten_shop(bare);
    let other = "customer_id,name,email,phone,address,registered_on\n\
        7,鳥越　真帆,,,みどり町12-3-456,2025-01-02\n\
        8,鳥越 真帆,,,しろ町 1-1-1,2025-01-02\n";
    shop.write("exports/other.csv", other.as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    let left = shop.query("SELECT customer_id FROM customers WHERE source = 'other'");
    assert_eq!(left.len(), 1, "a namesake stays");
    assert_eq!(left[0]["customer_id"], "8");
}

#[test]
fn another_shop_keeps_the_orders_of_the_same_id() {
    let people = PEOPLE.replace("C-770001", "77000001");
    let shop = Shop::with(&[
        ("people.csv", people.as_bytes()),
        (
            "orders.csv",
            ORDERS.replace("C-770001", "77000001").as_bytes(),
        ),
        (
            "other.csv",
            "customer_id,name,email,phone,address,registered_on\n\
            77000001,乙川 丙,otsu@example.jp,080-3333-4444,,2025-01-02\n"
                .as_bytes(),
        ),
        (
            "other_orders.csv",
            "order_id,customer_id,date,amount\n9,77000001,2026-01-05,700\n".as_bytes(),
        ),
    ]);
    shop.write("koe.toml", format!("{TWO_SHOPS}{LAYOUT}").as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    shop.ok(&["forget", "people/77000001", "--yes"]);
    let check = || {
        let sql =
            "SELECT COUNT(*) AS n FROM orders WHERE source = 'other' AND customer_id = '77000001'";
        assert_eq!(shop.number(sql), 1.0);
    };
    check();
    // A guest of a new source who is somebody else keeps the id, too.
    let newer = "order_id,customer_id,date,amount\n9,77000001,2026-01-05,701\n";
    shop.write("exports/other_orders.csv", newer.as_bytes());
    shop.ok(&["import", "--as-of", "2026-10-01"]);
    check();
    let sql = "SELECT COUNT(*) AS n FROM orders WHERE customer_id = '…'";
    assert_eq!(shop.number(sql), 0.0);
}

#[test]
fn a_handle_that_another_took_does_not_erase_the_other() {
    let shop = shop();
    assert!(forget(&shop, &["C-770001", "--yes"]).status.success());
    let posts = r#"{"data":[{"id":"990","text":"とりのこえ、はじめて飲んだ","created_at":"2026-09-28T03:00:00.000Z","author_id":"99009900"}],"includes":{"users":[{"id":"99009900","username":"maho_t99","name":"新しい人"}]}}"#;
    shop.write("exports/newer_posts.jsonl", posts.as_bytes());
    shop.ok(&["import", "--as-of", "2026-10-01"]);
    let found = shop.query("SELECT handle FROM accounts WHERE account_id = '99009900'");
    assert_eq!(found.len(), 1);
    assert!(found[0]["handle"].is_null(), "{found:?}");
    let sql = "SELECT COUNT(*) AS n FROM posts WHERE post_id = '990' AND account_id = '99009900'";
    assert_eq!(shop.number(sql), 1.0);
}

#[test]
fn a_file_named_after_the_person_comes_back_without_the_name() {
    let shop = shop();
    assert!(forget(&shop, &["C-770001", "--yes"]).status.success());
    let name = "exports/people 鳥越真帆 maho.torigoe@example.jp.csv";
    let newer = format!("{PEOPLE}C-770011,乙川 丙,otsu@example.jp,,,2026-09-01\n");
    shop.write(name, newer.as_bytes());
    shop.ok(&["import", "--as-of", "2026-10-01"]);
    assert!(!shop.files_with("store", "C-770011").is_empty());
    for word in ["鳥越真帆", "maho.torigoe@example.jp"] {
        assert_eq!(shop.files_with("store", word), Vec::<String>::new());
        assert_eq!(shop.files_with("out", word), Vec::<String>::new());
    }
}

#[test]
fn rejected_rows_do_not_list_the_person() {
    let shop = forgotten_shop(PEOPLE);
    let broken = "C-770001,鳥越 真帆,,,,2025-13-45\n,鳥越真帆,,,,2025-13-45\n";
    let mut many = format!("{PEOPLE}{broken}");
    for id in 0..200 {
        many.push_str(&format!("D-{id},甲乙 丙{id},,,,2025-01-01\n"));
    }
    shop.write("exports/people.csv", many.as_bytes());
    shop.koe(&["import", "--as-of", "2026-10-01"]);
    let listed = shop.files("out");
    assert!(listed.keys().any(|name| name.ends_with("rejects.csv")));
    for word in ["鳥越 真帆", "鳥越真帆", "C-770001"] {
        assert_eq!(shop.files_with("out", word), Vec::<String>::new());
    }
}

#[test]
fn an_export_that_cannot_be_unpacked_does_not_stop_the_erasure() {
    let shop = shop();
    // An archive whose one entry is damaged: stored, with a checksum that is not its own.
    let mut zip: Vec<u8> = Vec::new();
    let entry = |signature: u32, is_central: bool| {
        let mut head: Vec<u8> = signature.to_le_bytes().to_vec();
        if is_central {
            head.extend(20_u16.to_le_bytes());
        }
        head.extend(20_u16.to_le_bytes());
        head.extend([0; 8]);
        head.extend(1_u32.to_le_bytes());
        head.extend(4_u32.to_le_bytes());
        head.extend(4_u32.to_le_bytes());
        head.extend(1_u16.to_le_bytes());
        head.extend([0; 2]);
        if is_central {
            head.extend([0; 14]);
        }
        head.push(b'a');
        head
    };
    zip.extend(entry(0x0403_4b50, false));
    zip.extend(b"text");
    let (central, start) = (entry(0x0201_4b50, true), zip.len());
    zip.extend(&central);
    zip.extend(0x0605_4b50_u32.to_le_bytes());
    zip.extend([0; 4]);
    zip.extend([1, 0, 1, 0]);
    zip.extend(u32::try_from(central.len()).expect("small").to_le_bytes());
    zip.extend(u32::try_from(start).expect("small").to_le_bytes());
    zip.extend([0; 2]);
    shop.write("exports/broken.zip", &zip);
    let output = forget(&shop, &["C-770001", "--yes", "--lang", "en"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told = text(&output.stderr);
    assert!(told.contains("could not be looked into"), "{told}");
    assert_forgotten(&shop);
}
