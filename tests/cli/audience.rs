//! Lists for channels: planned once, with consent, and gone with whoever is forgotten.

use std::process::Output;

use crate::support::{Shop, UNCHANGED, text};

pub const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n3,2026-01-07,900\n\
    4,2026-01-08,700\n";
pub const CONSENTS: &str = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
    transactions,1,push,granted,2026-01-10T00:00:00+09:00,,form\n\
    transactions,2,push,granted,2026-01-10T00:00:00+09:00,,form\n\
    transactions,3,push,denied,2026-01-10T00:00:00+09:00,,form\n";
const SETTINGS: &str = "[[audience.list]]\nname = 'first'\nchannel = 'push'\ncampaign = 'spring'\n\
    [[audience.list]]\nname = 'second'\nchannel = 'push'\ncampaign = 'summer'\n";
pub const FIRST: &str = "out/2026-03-01/audiences/first-push.csv";

pub fn shop() -> Shop {
    let shop = Shop::with(&[
        ("log.csv", LOG.as_bytes()),
        ("consents.csv", CONSENTS.as_bytes()),
    ]);
    shop.write("koe.toml", SETTINGS.as_bytes());
    shop
}

/// Makes the shop of those tests whose subject is not the language.
pub fn english() -> Shop {
    shop().in_english()
}

/// Returns the customers of a list.
pub fn listed(shop: &Shop, below: &str) -> Vec<String> {
    let mut rows: Vec<String> = shop
        .read(below)
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').next().map(str::to_owned))
        .collect();
    rows.sort();
    rows
}

pub fn ran(shop: &Shop, as_of: &str) -> String {
    shop.told(&["run", "--as-of", as_of])
}

/// Makes the first list by hand.
pub fn by_hand(shop: &Shop) -> Output {
    shop.koe(&["audience", "first", "--as-of", "2026-03-01"])
}

pub fn import(shop: &Shop, args: &[&str]) -> Output {
    shop.koe(&[&["import", "--as-of", "2026-03-01"], args].concat())
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
fn a_list_goes_as_soon_as_somebody_in_it_revokes_by_hand() {
    let shop = english();
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
    let revoke = ["consent", "revoke", "1", "push", "--as-of", "2026-03-02"];
    let output = shop.koe(&revoke);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let told = format!("removed the earlier list `{FIRST}`: somebody in it does not agree");
    assert!(said.contains(&told), "{said}");
    assert!(!shop.file(FIRST).exists());
}

#[test]
fn a_refusal_of_nobody_who_is_known_is_told() {
    let shop = english();
    let refusal = CONSENTS.replace("transactions,3,", "transaction,3,");
    shop.write("exports/consents.csv", refusal.as_bytes());
    let said = ran(&shop, "2026-03-01");
    let told = "refusals that name nobody who is known: 1 (the first is `consents.csv:4`)";
    assert!(said.contains(told), "{said}");
}

#[test]
fn yes_under_a_heading_of_refusals_refuses() {
    let shop = english();
    let mapped = "[import.layouts.stop]\ntable = 'consents'\nsource = 'transactions'\n\
        [import.layouts.stop.columns]\ncustomer_id = '会員番号'\neffective_at = '更新日'\n\
        [import.layouts.stop.consents]\npush = '通知停止'\n\
        [import.layouts.stop.words.consents]\n'はい' = 'granted'\n";
    shop.write("koe.toml", format!("{SETTINGS}{mapped}").as_bytes());
    let stop =
        "会員番号,通知停止,更新日\n1,はい,2026-02-10\n2,いいえ,2026-02-10\n4,いいえ,2026-02-10\n";
    shop.write("exports/stop.csv", stop.as_bytes());
    ran(&shop, "2026-03-01");
    // Who does not refuse has not agreed by that.
    assert_eq!(listed(&shop, FIRST), ["2"]);
    // A file without the column says nothing of those who refuse.
    shop.write(
        "exports/stop.csv",
        "会員番号,更新日\n1,2026-02-10\n".as_bytes(),
    );
    assert_eq!(
        shop.koe(&["import", "--as-of", "2026-03-01"]).status.code(),
        Some(1)
    );
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
    let shop = english();
    shop.told(&["import"]);
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

/// Files of the kernel cannot be removed, not even by root, and a link to itself leads nowhere.
#[cfg(target_os = "linux")]
#[test]
fn a_list_that_cannot_be_removed_is_told_and_keeps_no_other() {
    use std::os::unix::fs::symlink;

    use crate::support::says;

    let shop = english();
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
    let links = [
        ("out/2026-02-20", "/proc/sys/kernel/random"),
        ("out/2026-02-21", "audiences"),
    ];
    for (moment, target) in links {
        std::fs::create_dir(shop.file(moment)).expect("a folder");
        symlink(target, shop.file(moment).join("audiences")).expect("a link");
    }
    let desk = shop.file("out/2026-03-01/desk.html");
    assert!(desk.exists());
    let deny = ["consent", "deny", "1", "push", "--as-of", "2026-03-01"];
    let output = shop.koe(&deny);
    let told = [
        "removed the earlier list `out/2026-03-01/audiences/first-push.csv`",
        "the desk, which says whom to contact and how and is not kept until then",
        "error: lists that must not be kept cannot be removed: ",
        "`out/2026-02-20/audiences/boot_id`",
        "`out/2026-02-21/audiences`",
        "hint: somebody in them may not agree any more: do not send them",
    ];
    says(&output, 3, &told);
    assert!(text(&output.stdout).contains("denied"));
    assert!(!shop.file(FIRST).exists() && !desk.exists());
    for (moment, _) in links {
        std::fs::remove_file(shop.file(moment).join("audiences")).expect("a link");
    }
    says(&shop.koe(&deny), 0, &[]);
}
