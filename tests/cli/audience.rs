//! Lists for channels: planned once, with consent, and gone with whoever is forgotten.

use std::io::Write;
use std::process::{Output, Stdio};

use crate::support::{Shop, UNCHANGED, koe, says, text};

const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n3,2026-01-07,900\n\
    4,2026-01-08,700\n";
const CONSENTS: &str = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
    transactions,1,push,granted,2026-01-10T00:00:00+09:00,,form\n\
    transactions,2,push,granted,2026-01-10T00:00:00+09:00,,form\n\
    transactions,3,push,denied,2026-01-10T00:00:00+09:00,,form\n";
const SETTINGS: &str = "[[audience.list]]\nname = 'first'\nchannel = 'push'\ncampaign = 'spring'\n\
    [[audience.list]]\nname = 'second'\nchannel = 'push'\ncampaign = 'summer'\n";
const FIRST: &str = "out/2026-03-01/audiences/first-push.csv";

fn shop() -> Shop {
    let shop = Shop::with(&[
        ("log.csv", LOG.as_bytes()),
        ("consents.csv", CONSENTS.as_bytes()),
    ]);
    shop.write("koe.toml", SETTINGS.as_bytes());
    shop
}

/// Makes the shop of those tests whose subject is not the language.
fn english() -> Shop {
    shop().in_english()
}

/// Returns the customers of a list.
fn listed(shop: &Shop, below: &str) -> Vec<String> {
    let mut rows: Vec<String> = shop
        .read(below)
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').next().map(str::to_owned))
        .collect();
    rows.sort();
    rows
}

fn ran(shop: &Shop, as_of: &str) -> String {
    shop.told(&["run", "--as-of", as_of])
}

/// Makes the first list by hand.
fn by_hand(shop: &Shop) -> Output {
    shop.koe(&["audience", "first", "--as-of", "2026-03-01"])
}

fn import(shop: &Shop, args: &[&str]) -> Output {
    shop.koe(&[&["import", "--as-of", "2026-03-01"], args].concat())
}

/// Imports what comes on stdin.
fn import_stdin(shop: &Shop, args: &[&str], bytes: &str) -> Output {
    let mut child = koe()
        .args(["import", "-", "--as-of", "2026-03-01", "-w", shop.path()])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(bytes.as_bytes()).expect("a pipe");
    drop(stdin);
    child.wait_with_output().expect("an end")
}

#[test]
fn no_list_is_made_while_a_refusal_may_stand_in_a_file_that_was_not_imported() {
    let shop = english();
    shop.write(
        "exports/consents_new.csv",
        "取引先,顧客,可否\n1,1,否\n".as_bytes(),
    );
    let output = shop.koe(&["run", "--as-of", "2026-03-01"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("consents_new.csv"), "{said}");
    assert!(said.contains("no list of an audience was made"), "{said}");
    assert!(!shop.file(FIRST).exists());
    assert_eq!(
        shop.number("SELECT COUNT(*) AS n FROM contacts WHERE state = 'planned'"),
        0.0
    );
    assert!(shop.file("out/latest/report.html").exists());
    std::fs::remove_file(shop.file("exports/consents_new.csv")).expect("a file");
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
}

#[test]
fn none_is_made_by_hand_either_until_the_exports_were_read() {
    let shop = english();
    let odd = "colour,shape\nred,round\n".as_bytes();
    shop.write("exports/consents_new.csv", odd);
    says(&import(&shop, &[]), 1, &["consents_new.csv"]);
    let held_back = [
        "no list of an audience was made",
        "`consents_new.csv`",
        "`koe import`",
    ];
    says(&by_hand(&shop), 1, &held_back);
    assert!(!shop.file(FIRST).exists());
    // What is not written is shown.
    let shown = shop.koe(&["audience", "first", "--as-of", "2026-03-01", "--dry-run"]);
    says(&shown, 0, &["2 listed"]);
    // Another file tells nothing of that one.
    let path = |below: &str| shop.file(below).to_string_lossy().into_owned();
    says(&import(&shop, &[&path("exports/log.csv")]), 0, &[]);
    says(&by_hand(&shop), 1, &held_back);
    let refusal = CONSENTS.replace("1,push,granted,2026-01-10", "1,push,denied,2026-02-10");
    shop.write("exports/consents_new.csv", refusal.as_bytes());
    says(&import(&shop, &[&path("exports/consents_new.csv")]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn what_lies_elsewhere_is_waited_for_until_it_is_read_itself() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let path = |below: &str| shop.file(below).to_string_lossy().into_owned();
    shop.write("a/list.csv", b"colour,shape\nred,round\n");
    shop.write("b/list.csv", LOG.as_bytes());
    says(&import(&shop, &[&path("a/list.csv")]), 1, &["list.csv"]);
    let told = ["not imported: elsewhere: `list.csv`", "--drop-unread"];
    says(&shop.koe(&["status"]), 0, &told);
    says(&by_hand(&shop), 1, &["elsewhere: `list.csv`", told[1]]);
    // Neither an import of all exports nor another file of that name reads it.
    says(&import(&shop, &[]), 0, &[]);
    says(&by_hand(&shop), 1, &["`list.csv`"]);
    says(&import(&shop, &[&path("b/list.csv")]), 0, &[]);
    says(&by_hand(&shop), 1, &["`list.csv`"]);
    let refusal = CONSENTS.replace("1,push,granted,2026-01-10", "1,push,denied,2026-02-10");
    shop.write("a/list.csv", refusal.as_bytes());
    says(&import(&shop, &[&path("b/../a/list.csv")]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn what_came_on_stdin_is_waited_for_until_the_same_bytes_are_read() {
    let torn = "customer_id,date,amount\n5,2026-01-09,500\n6,x,100\n";
    let shop = shop();
    ran(&shop, "2026-03-01");
    says(&import_stdin(&shop, &[], torn), 1, &["stdin"]);
    says(&by_hand(&shop), 1, &["`stdin`"]);
    says(&import_stdin(&shop, &[], LOG), 0, &[]);
    says(&by_hand(&shop), 1, &["`stdin`"]);
    let patient = ["--max-rejects", "0.9"];
    says(&import_stdin(&shop, &patient, torn), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
}

#[test]
fn what_is_gone_for_good_can_be_let_go_and_the_exports_cannot() {
    let odd = "colour,shape\nred,round\n";
    let shop = english();
    ran(&shop, "2026-03-01");
    says(&import_stdin(&shop, &[], odd), 1, &["stdin"]);
    shop.write("exports/odd.csv", odd.as_bytes());
    says(
        &import(&shop, &["--drop-unread"]),
        1,
        &["`stdin` was never read"],
    );
    let journal = shop.read("store/journal.jsonl");
    let dropped = journal
        .lines()
        .filter(|line| line.contains("unread_dropped"));
    let dropped: Vec<&str> = dropped.collect();
    assert_eq!(dropped.len(), 1);
    assert!(dropped[0].contains("stdin"), "{}", dropped[0]);
    let output = by_hand(&shop);
    says(&output, 1, &["`odd.csv`"]);
    assert!(!text(&output.stderr).contains("stdin"));
    std::fs::remove_file(shop.file("exports/odd.csv")).expect("a file");
    says(&import(&shop, &[]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
}

#[test]
fn a_page_or_picture_in_place_of_a_table_is_not_read() {
    let shop = english();
    let page = "exports/consents_new.csv";
    shop.write(page, b"<!DOCTYPE html><html>Please log in</html>");
    shop.write("exports/shop.jpg", b"\xff\xd8\xff\xe0 picture");
    shop.write("exports/page.html", b"<!DOCTYPE html><html></html>");
    let told = ["consents_new.csv` is a web page, not a table", "log"];
    says(&import(&shop, &[]), 1, &told);
    let output = by_hand(&shop);
    says(&output, 1, &["`consents_new.csv`"]);
    let said = text(&output.stderr);
    assert!(
        !said.contains("shop.jpg") && !said.contains("page.html"),
        "{said}"
    );
    std::fs::remove_file(shop.file(page)).expect("a file");
    says(&import(&shop, &[]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    // A name that says nothing is not that of a picture, and what could not be read is not read by becoming one.
    shop.write("exports/consents", b"colour,shape\nred,round\n");
    says(&import(&shop, &[]), 1, &["consents` has no layout"]);
    shop.write("exports/consents", b"\x89PNG\r\n\x1a\n");
    let told = ["consents` is a picture, not a table"];
    says(&import(&shop, &[]), 1, &told);
    says(&by_hand(&shop), 1, &["`consents`"]);
}

#[test]
fn decisions_of_reviewers_hold_no_lists_back() {
    let shop = english();
    ran(&shop, "2026-03-01");
    shop.write("more/odd.csv", b"colour,shape\nred,round\n");
    let odd = shop.file("more/odd.csv").to_string_lossy().into_owned();
    let moment = ["--as-of", "2026-03-01"];
    let decisions = shop.koe(&[&["join", "--decisions", odd.as_str()], &moment[..]].concat());
    assert_eq!(decisions.status.code(), Some(1));
    says(&by_hand(&shop), 0, &[]);
    // Of an export by that name, what is known stays.
    says(&import(&shop, &[&odd]), 1, &["odd.csv"]);
    let again = shop.koe(&[&["join", "--decisions", odd.as_str()], &moment[..]].concat());
    assert_eq!(again.status.code(), Some(1));
    says(&by_hand(&shop), 1, &["elsewhere: `odd.csv`"]);
}

/// Memory that is nobody's cannot be read, not even by root.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_machine_refuses_is_not_read() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let refused = shop.file("exports/consents_new.csv");
    std::os::unix::fs::symlink("/proc/self/mem", &refused).expect("a link");
    says(&import(&shop, &[]), 3, &["cannot read", "consents_new.csv"]);
    says(&by_hand(&shop), 1, &["`consents_new.csv`"]);
    std::fs::remove_file(&refused).expect("a file");
    let refusal = CONSENTS.replace("1,push,granted,2026-01-10", "1,push,denied,2026-02-10");
    shop.write("exports/consents_new.csv", refusal.as_bytes());
    says(&import(&shop, &[]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn lists_of_before_go_with_consent_while_none_is_made() {
    let shop = shop();
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
    shop.write("exports/odd.csv", b"colour,shape\nred,round\n");
    let refusal = CONSENTS.replace("1,push,granted,2026-01-10", "1,push,denied,2026-03-02");
    shop.write("exports/consents_new.csv", refusal.as_bytes());
    assert_eq!(
        shop.koe(&["import", "--as-of", "2026-03-03"]).status.code(),
        Some(1)
    );
    let output = shop.koe(&["audience", "--as-of", "2026-03-03"]);
    let removed = format!("`{FIRST}` を削除しました");
    says(&output, 1, &["`odd.csv`", &removed]);
    assert!(!shop.file(FIRST).exists());
}

#[test]
fn the_line_of_the_stage_says_that_no_list_was_made() {
    let shop = shop();
    shop.write("exports/odd.csv", b"colour,shape\nred,round\n");
    for (lang, told) in [
        ("ja", "配信リストは作成していません"),
        ("en", "no lists were made"),
    ] {
        let output = shop.koe(&["run", "--as-of", "2026-03-01", "--lang", lang]);
        let said = text(&output.stderr);
        let line = said.lines().find(|line| line.starts_with("audience"));
        let line = line.unwrap_or_else(|| panic!("no audience: {said}"));
        assert!(line.ends_with(told), "{line}");
        assert!(line.contains(" s  "), "{line}");
    }
}

#[test]
fn a_run_plans_once_and_changes_nothing_the_second_time() {
    let shop = shop();
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
    // The first has priority: nobody is contacted twice a day.
    let second = "out/2026-03-01/audiences/second-push.csv";
    assert_eq!(listed(&shop, second), Vec::<String>::new());
    let planned = "SELECT COUNT(*) AS n FROM contacts WHERE state = 'planned'";
    assert_eq!(shop.number(planned), 2.0);
    let bytes = shop.read(FIRST);
    let again = ran(&shop, "2026-03-01");
    for stage in ["join", "score", "segment", "audience", "report"] {
        let line = again.lines().find(|line| line.starts_with(stage));
        let line = line.unwrap_or_else(|| panic!("no {stage}: {again}"));
        assert!(line.contains(UNCHANGED), "{line}");
    }
    assert_eq!(shop.read(FIRST), bytes);
    let made = shop.ok(&["audience", "--as-of", "2026-03-01", "--format", "json"]);
    let made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
    assert_eq!(made[0]["selected"], 4);
    assert_eq!(made[0]["listed"], 2);
    assert_eq!(made[0]["consent_missing"], 1);
    assert_eq!(made[0]["consent_denied"], 1);
    assert_eq!(made[1]["cap_reached"], 2);
    assert_eq!(
        shop.number(planned),
        2.0,
        "the same moment takes its own place"
    );
    // A day later the campaign has reached them, and the other one may.
    ran(&shop, "2026-03-02");
    assert_eq!(
        listed(&shop, "out/2026-03-02/audiences/first-push.csv"),
        Vec::<String>::new()
    );
    assert_eq!(
        listed(&shop, "out/2026-03-02/audiences/second-push.csv"),
        ["1", "2"]
    );
    assert!(shop.file("out/latest/audiences/second-push.csv").exists());
}

#[test]
fn who_unsubscribes_is_in_no_list_from_then_on() {
    let shop = shop();
    ran(&shop, "2026-03-01");
    shop.write(
        "exports/delivery.csv",
        b"source,customer_id,channel,campaign,state,at\n\
          transactions,1,push,spring,sent,2026-03-02T10:00:00+09:00\n\
          transactions,1,push,spring,unsubscribed,2026-03-02T11:00:00+09:00\n",
    );
    ran(&shop, "2026-03-03");
    let second = "out/2026-03-03/audiences/second-push.csv";
    assert_eq!(listed(&shop, second), ["2"]);
    assert!(
        !shop.file(FIRST).exists(),
        "it holds who does not agree any more"
    );
    let shown = shop.ok(&[
        "consent",
        "show",
        "transactions/1",
        "--as-of",
        "2026-03-03",
        "--format",
        "json",
    ]);
    let shown: Vec<serde_json::Value> = serde_json::from_str(&shown).expect("JSON");
    let push = shown.iter().find(|line| line["purpose"] == "push");
    assert_eq!(push.expect("a purpose")["status"], "denied");
}

#[test]
fn the_forgotten_are_in_no_list_nor_plan() {
    let shop = shop();
    ran(&shop, "2026-03-01");
    shop.ok(&["forget", "transactions/1", "--yes", "--as-of", "2026-03-01"]);
    assert!(!shop.file(FIRST).exists());
    let planned = "SELECT COUNT(*) AS n FROM contacts WHERE state = 'planned'";
    assert_eq!(shop.number(planned), 1.0);
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn names_and_conditions_that_are_none_are_told() {
    let shop = shop();
    for (args, told) in [
        (vec!["audience", "frist"], "did you mean `first`?"),
        (
            vec!["audience", "first", "--where", "spent > 1"],
            "the condition of audience `first` cannot be run",
        ),
        (
            vec!["audience", "a/b", "--channel", "email"],
            "cannot be `a/b`",
        ),
    ] {
        let output = shop.koe(&args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(told), "{stderr}");
    }
    let output = shop.koe(&["audience", "first", "--control", "99%"]);
    assert_eq!(output.status.code(), Some(2));
    shop.ok(&[
        "audience",
        "new",
        "--channel",
        "push",
        "--dry-run",
        "--as-of",
        "2026-03-01",
    ]);
    assert!(!shop.file("out/2026-03-01/audiences").exists());
}

#[test]
fn a_list_does_not_keep_an_account_that_its_customer_took_back() {
    let user = "U0123456789abcdef0123456789abcdef";
    let consents = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
        transactions,1,line,granted,2026-01-10T09:30:00+09:00,,form\n\
        transactions,1,link_social,granted,2026-01-10T09:30:00+09:00,,form\n";
    let declared = format!(
        "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
         transactions,1,line,shop,{user},,login,2026-01-11T10:00:00+09:00\n"
    );
    let shop = Shop::with(&[
        ("log.csv", LOG.as_bytes()),
        ("consents.csv", consents.as_bytes()),
        ("declared.csv", declared.as_bytes()),
    ]);
    let settings = "[[audience.list]]\nname = 'first'\nchannel = 'line'\n";
    shop.write("koe.toml", settings.as_bytes());
    ran(&shop, "2026-03-01");
    assert!(!shop.files_with("out", user).is_empty());
    // Messages may still be sent, to an account that koe does not know any more.
    shop.write(
        "exports/withdrawn.csv",
        b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
          transactions,1,link_social,revoked,2026-03-02T10:00:00+09:00,,mail\n",
    );
    ran(&shop, "2026-03-03");
    for folder in ["store", "out"] {
        let found = shop.files_with(folder, user);
        assert_eq!(found, Vec::<String>::new());
    }
}
