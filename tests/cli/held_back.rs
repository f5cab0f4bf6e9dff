//! Lists are held back while a refusal may stand in what was not read.

use std::process::Output;

use crate::audience::{CONSENTS, FIRST, LOG, by_hand, english, import, listed, ran, shop};
use crate::support::{Shop, piped, says, text};

/// Imports what comes on stdin.
fn import_stdin(shop: &Shop, args: &[&str], bytes: &str) -> Output {
    let import = ["import", "-", "--as-of", "2026-03-01", "-w", shop.path()];
    piped(&[&import, args].concat(), bytes.as_bytes())
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
    assert!(said.contains("no lists of audiences are made"), "{said}");
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
        "no lists of audiences are made",
        "`consents_new.csv`",
        "`koe import`",
    ];
    says(&by_hand(&shop), 1, &held_back);
    assert!(!shop.file(FIRST).exists());
    // What is not written is shown, with why it would not be.
    let dry_run = ["audience", "first", "--as-of", "2026-03-01", "--dry-run"];
    let shown = shop.koe(&dry_run);
    says(&shown, 0, &["2 listed"]);
    says(&shown, 0, &held_back);
    // Another file tells nothing of that one.
    let path = |below: &str| shop.file(below).to_string_lossy().into_owned();
    says(&import(&shop, &[&path("exports/log.csv")]), 0, &[]);
    says(&by_hand(&shop), 1, &held_back);
    let refusal = CONSENTS.replace("1,push,granted,2026-01-10", "1,push,denied,2026-02-10");
    shop.write("exports/consents_new.csv", refusal.as_bytes());
    says(&import(&shop, &[&path("exports/consents_new.csv")]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
    let shown = text(&shop.koe(&dry_run).stderr);
    assert!(!shown.contains("no lists"), "{shown}");
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
    let shop = english();
    ran(&shop, "2026-03-01");
    says(&import_stdin(&shop, &[], torn), 1, &["標準入力"]);
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
    says(&import_stdin(&shop, &[], odd), 1, &["標準入力"]);
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
        ("ja", "配信リストは作成しませんでした"),
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
fn a_rejected_row_that_may_refuse_holds_lists_back_until_it_is_mended() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let patient = ["--max-rejects", "0.9"];
    let row = "transactions,1,push,denied,2026-02-10T00:00:00+09:00,,form\n";
    // A grant that cannot be read leaves in force what was said before.
    let grant = row
        .replace("denied", "granted")
        .replace("2026-02-10", "2026-02-40");
    shop.write("exports/new.csv", format!("{CONSENTS}{grant}").as_bytes());
    says(&import(&shop, &patient), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    let told = ["1 row of `new.csv`", "rejects"];
    for torn in [
        row.replace("denied", "refusd"),
        row.replace("2026-02-10", "2026-02-40"),
        row.replace("push", "pusch"),
        row.replace("transactions,1,", "transactions,,"),
        row.replace(",,form", ""),
        grant
            .replace("02-40", "02-10")
            .replace(",,form", ",2026-13-01,form"),
    ] {
        shop.write("exports/new.csv", format!("{CONSENTS}{torn}").as_bytes());
        says(&import(&shop, &patient), 0, &told);
        says(&by_hand(&shop), 1, &told);
        // Imported once more it is known, and not better known.
        says(&import(&shop, &patient), 0, &told);
        says(&shop.koe(&["status"]), 0, &told);
        says(&by_hand(&shop), 1, &told);
    }
    shop.write("exports/new.csv", format!("{CONSENTS}{row}").as_bytes());
    says(&import(&shop, &patient), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn a_torn_order_of_shopify_holds_lists_back_unless_it_agrees() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let order = |accepts: &str| {
        format!(
            "Name,Email,Accepts Marketing,Financial Status,Subtotal,Total,Created at,Lineitem name\n\
             #1,a@example.com,{accepts},paid,?,10,2026-02-01 09:00:00 +0900,A\n\
             #2,b@example.com,yes,paid,10,10,2026-02-01 09:00:00 +0900,A\n"
        )
    };
    let patient = ["--max-rejects", "0.9"];
    shop.write("exports/orders.csv", order("yes").as_bytes());
    says(&import(&shop, &patient), 0, &["rejected rows"]);
    says(&by_hand(&shop), 0, &[]);
    shop.write("exports/orders.csv", order("no").as_bytes());
    says(&import(&shop, &patient), 0, &["1 row of `orders.csv`"]);
    says(&by_hand(&shop), 1, &["1 row of `orders.csv`"]);
}

#[test]
fn headings_that_are_doubled_or_misspelt_and_rows_within_a_cell_hide_no_refusal() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let refusal = "transactions,1,push,revoked,2026-02-10,,form\n";
    let head = CONSENTS.lines().next().expect("headings");
    for (text, told) in [
        (
            format!("{head},status\ntransactions,1,push,granted,2026-02-10,,form,revoked\n"),
            "several of its columns are called `status`",
        ),
        (
            format!("{}\n{refusal}", head.replace("effective_at", "effective")),
            "`effective_at`",
        ),
    ] {
        shop.write("exports/new.csv", text.as_bytes());
        says(&import(&shop, &[]), 1, &["new.csv", told]);
        says(&by_hand(&shop), 1, &["`new.csv`"]);
    }
    let stray = format!(
        "{head}\ntransactions,2,postal,granted,2026-02-10,,\"call\n{refusal}\
         transactions,2,sms,granted,2026-02-10,,call\"\n"
    );
    shop.write("exports/new.csv", stray.as_bytes());
    says(
        &import(&shop, &["--max-rejects", "1"]),
        0,
        &["1 row of `new.csv`"],
    );
    says(&by_hand(&shop), 1, &["1 row of `new.csv`"]);
}

#[test]
fn rejected_rows_can_be_mended_by_themselves_or_let_go() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let patient = ["--max-rejects", "0.9"];
    let torn = "transactions,1,push,refusd,2026-02-10T00:00:00+09:00,,form\n\
                transactions,2,push,refusd,2026-02-10T00:00:00+09:00,,form\n";
    shop.write("exports/new.csv", format!("{CONSENTS}{torn}").as_bytes());
    says(&import(&shop, &patient), 0, &["2 rows of `new.csv`"]);
    let below = "out/2026-03-01/rejects/new.csv";
    let mended = shop.read(below).replacen("refusd", "denied", 1);
    shop.write(below, mended.as_bytes());
    let path = shop.file(below).to_string_lossy().into_owned();
    let one = ["1 row of `new.csv`"];
    says(&import(&shop, &[&path, "--max-rejects", "0.9"]), 0, &one);
    says(&by_hand(&shop), 1, &one);
    // What was mended before and is imported again tells nothing new.
    let left = shop.read(below);
    shop.write(below, mended.as_bytes());
    says(&import(&shop, &[&path, "--max-rejects", "0.9"]), 0, &one);
    shop.write(below, left.replacen("refusd", "granted", 1).as_bytes());
    says(&import(&shop, &[&path]), 0, &[]);
    says(&import(&shop, &patient), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
    let torn = format!("{CONSENTS}{}", torn.replace("refusd", "refused?"));
    shop.write("exports/new.csv", torn.as_bytes());
    says(&import(&shop, &patient), 0, &["2 rows of `new.csv`"]);
    let dropped = ["2 rows of `new.csv` were never read"];
    says(&import(&shop, &["--drop-unread"]), 0, &dropped);
    says(&import(&shop, &patient), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    let journal = shop.read("store/journal.jsonl");
    let is_dropped = |line: &&str| line.contains("unread_dropped") && line.contains("new.csv");
    assert_eq!(journal.lines().filter(is_dropped).count(), 1);
}

#[test]
fn a_row_is_waited_for_though_its_file_is_overwritten_by_another_or_gone() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let patient = ["--max-rejects", "0.9"];
    let head = CONSENTS.lines().next().expect("headings");
    let row = |customer: u8, status: &str| {
        format!("{head}\ntransactions,{customer},push,{status},2026-02-10T00:00:00+09:00,,form\n")
    };
    let told = ["1 row of `daily.csv`"];
    let torn = format!("{}transactions,1,push,refusd,,,form\n", row(4, "granted"));
    shop.write("exports/daily.csv", torn.as_bytes());
    says(&import(&shop, &patient), 0, &told);
    let next = format!("{}transactions,2,push,granted,,,form\n", row(3, "denied"));
    shop.write("exports/daily.csv", next.as_bytes());
    says(&import(&shop, &patient), 0, &told);
    says(&by_hand(&shop), 1, &told);
    // Of a mended row by another name or with fewer of them nobody knows that it is that one.
    shop.write(
        "out/2026-03-01/rejects/other.csv",
        row(1, "denied").as_bytes(),
    );
    let other = shop.file("out/2026-03-01/rejects/other.csv");
    says(&import(&shop, &[&other.to_string_lossy()]), 0, &told);
    std::fs::remove_file(shop.file("exports/daily.csv")).expect("a file");
    says(&import(&shop, &patient), 0, &told);
    says(&by_hand(&shop), 1, &told);
    let dropped = ["a row of `daily.csv` was never read"];
    says(&import(&shop, &["--drop-unread"]), 0, &dropped);
    says(&by_hand(&shop), 0, &[]);
}

#[test]
fn a_row_mended_later_does_not_outweigh_what_was_said_since() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.write(
        "koe.toml",
        "[import.layouts.club]\ntable = 'customers'\nsource = 'transactions'\n\
         [import.layouts.club.columns]\ncustomer_id = '会員番号'\nregistered_on = '登録日'\n\
         [import.layouts.club.consents]\npush = '通知'\n\
         [[audience.list]]\nname = 'first'\nchannel = 'push'\ncampaign = 'spring'\n"
            .as_bytes(),
    );
    let head = "会員番号,登録日,通知\n";
    let patient = ["--max-rejects", "0.9"];
    let at = |day: &str, args: &[&str]| {
        let moment = ["import", "--as-of", day];
        shop.koe(&[&moment, args].concat())
    };
    shop.write(
        "exports/club.csv",
        format!("{head}1,2026-02-40,はい\n2,2026-01-02,はい\n").as_bytes(),
    );
    says(&at("2026-02-10", &patient), 0, &[]);
    shop.write(
        "exports/club2.csv",
        format!("{head}1,2026-01-02,いいえ\n").as_bytes(),
    );
    says(&at("2026-02-20", &patient), 0, &[]);
    let below = "out/2026-02-10/rejects/club.csv";
    let mended = shop.read(below).replace("2026-02-40", "2026-01-04");
    shop.write(below, mended.as_bytes());
    let path = shop.file(below).to_string_lossy().into_owned();
    says(&at("2026-03-01", &[&path]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn none_is_made_by_hand_while_the_exports_hold_what_no_import_read() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let refusal = CONSENTS.replace("1,push,granted,2026-01-10", "1,push,denied,2026-02-10");
    shop.write("exports/line/new.csv", refusal.as_bytes());
    shop.write("exports/readme.txt", b"how to use it\n");
    let told = ["`line/new.csv`", "not imported yet"];
    let output = by_hand(&shop);
    says(&output, 1, &told);
    assert!(!text(&output.stderr).contains("readme"));
    says(&shop.koe(&["status"]), 0, &told);
    let shown = ["audience", "first", "--as-of", "2026-03-01", "--dry-run"];
    says(&shop.koe(&shown), 0, &told);
    // By another name and in another way it is read all the same.
    shop.write("elsewhere.csv", refusal.as_bytes());
    let elsewhere = shop.file("elsewhere.csv").to_string_lossy().into_owned();
    says(
        &import(&shop, &[&elsewhere, "--source", "transactions"]),
        0,
        &[],
    );
    says(&by_hand(&shop), 0, &[]);
    assert_eq!(listed(&shop, FIRST), ["2"]);
    assert!(!text(&shop.koe(&["status"]).stderr).contains("not imported"));
}

#[test]
fn a_folder_that_is_suddenly_empty_reads_nothing() {
    let shop = english();
    ran(&shop, "2026-03-01");
    shop.write("exports/line/odd.csv", b"colour,shape\nred,round\n");
    says(&import(&shop, &[]), 1, &["odd.csv"]);
    std::fs::rename(shop.file("exports/line"), shop.file("line")).expect("a folder");
    std::fs::create_dir(shop.file("exports/line")).expect("a folder");
    says(&import(&shop, &[]), 0, &["odd.csv"]);
    says(&by_hand(&shop), 1, &["`line/odd.csv`"]);
    std::fs::rename(shop.file("exports"), shop.file("share")).expect("a folder");
    std::fs::create_dir(shop.file("exports")).expect("a folder");
    says(&import(&shop, &[]), 0, &["odd.csv"]);
    says(&by_hand(&shop), 1, &["`line/odd.csv`"]);
    std::fs::remove_dir(shop.file("exports")).expect("a folder");
    says(&import(&shop, &[]), 0, &["odd.csv"]);
    says(&by_hand(&shop), 1, &["`line/odd.csv`"]);
    // Somebody moved it away and left others.
    std::fs::rename(shop.file("share"), shop.file("exports")).expect("a folder");
    std::fs::remove_dir(shop.file("exports/line")).expect("a folder");
    says(&import(&shop, &[]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
}

#[test]
fn lists_of_deleted_posts_hold_no_lists_back() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let page = "<!DOCTYPE html><html>Please log in</html>".as_bytes();
    shop.write("more/page.csv", page);
    shop.write("more/ids.txt", b"this is no id\n");
    let path = |below: &str| shop.file(below).to_string_lossy().into_owned();
    let deleted = |below: &str| import(&shop, &["--deleted", &path(below)]);
    says(&deleted("more/page.csv"), 1, &["page.csv` is a web page"]);
    says(&deleted("more/ids.txt"), 1, &["too many rows rejected"]);
    #[cfg(target_os = "linux")]
    {
        std::os::unix::fs::symlink("/proc/self/mem", shop.file("more/mem")).expect("a link");
        says(&deleted("more/mem"), 3, &["cannot read"]);
    }
    says(&by_hand(&shop), 0, &[]);
    // Of an export by that name, what is known stays.
    says(&import(&shop, &[&path("more/page.csv")]), 1, &["page.csv"]);
    says(&deleted("more/page.csv"), 1, &["page.csv"]);
    says(&by_hand(&shop), 1, &["elsewhere: `page.csv`"]);
    // An export given by mistake is one that was not read.
    says(&import(&shop, &["--drop-unread"]), 0, &[]);
    says(&by_hand(&shop), 0, &[]);
    shop.write("more/new.csv", CONSENTS.as_bytes());
    says(&deleted("more/new.csv"), 1, &["new.csv"]);
    says(&by_hand(&shop), 1, &["elsewhere: `new.csv`"]);
}
