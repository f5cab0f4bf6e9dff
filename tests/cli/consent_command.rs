//! `koe consent`: shown, given and taken back, one command each.

use crate::support::{Shop, says, text};

const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n22,2026-01-06,800\n";
const DECLARED: &str = "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
    transactions,1,x,,4711008115,hana_k,signup,2026-01-10T00:00:00+09:00\n";
const AS_OF: [&str; 2] = ["--as-of", "2026-03-01"];
const AN_HOUR_LATER: &str = "2026-03-02T01:00:00+09:00";

fn shop() -> Shop {
    let shop = Shop::with(&[
        ("log.csv", LOG.as_bytes()),
        ("declared.csv", DECLARED.as_bytes()),
    ]);
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    shop
}

fn consent(shop: &Shop, args: &[&str]) -> std::process::Output {
    shop.koe(&[&["consent"], args, &AS_OF[..]].concat())
}

fn status(shop: &Shop, purpose: &str) -> serde_json::Value {
    status_at(shop, purpose, AS_OF[1])
}

fn status_at(shop: &Shop, purpose: &str, as_of: &str) -> serde_json::Value {
    let output = shop.koe(&[
        "consent", "show", "1", "--format", "jsonl", "--as-of", as_of,
    ]);
    let lines = text(&output.stdout);
    lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .find(|line| line["purpose"] == purpose)
        .expect("every purpose is shown")
}

fn links(shop: &Shop) -> f64 {
    shop.ok(&[&["join"], &AS_OF[..]].concat());
    shop.number("SELECT COUNT(*) AS n FROM links")
}

#[test]
fn a_grant_links_and_taking_it_back_is_one_command_too() {
    let shop = shop();
    assert_eq!(status(&shop, "link_social")["status"], "missing");
    assert_eq!(links(&shop), 0.0);
    let given = consent(
        &shop,
        &[
            "grant",
            "transactions/1",
            "link_social",
            "email",
            "--evidence",
            "form 7",
        ],
    );
    assert!(given.status.success(), "{}", text(&given.stderr));
    assert!(text(&given.stderr).contains("koe run"));
    assert_eq!(status(&shop, "link_social")["status"], "granted");
    assert_eq!(status(&shop, "email")["status"], "granted");
    assert_eq!(status(&shop, "email")["evidence"], "koe consent:1");
    assert_eq!(links(&shop), 1.0);
    let taken = consent(&shop, &["revoke", "1", "link_social"]);
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    assert_eq!(status(&shop, "link_social")["status"], "revoked");
    assert_eq!(status(&shop, "email")["status"], "granted");
    assert_eq!(links(&shop), 0.0);
    // What was declared under the consent is gone with it.
    assert_eq!(shop.files_with("store", "hana_k"), Vec::<String>::new());
    assert_eq!(shop.files_with("store", "4711008115"), Vec::<String>::new());
    let journal = shop.read("store/journal.jsonl");
    for event in ["link_granted", "declaration_erased", "\"consent\""] {
        assert!(journal.contains(event), "{event}: {journal}");
    }
    assert!(!journal.contains("person_id"), "{journal}");
}

#[test]
fn the_same_statement_again_changes_nothing() {
    let shop = shop();
    consent(&shop, &["deny", "22", "analyse"]);
    let before = shop.files("store");
    let again = consent(&shop, &["deny", "22", "analyse"]);
    assert!(again.status.success());
    assert!(before == shop.files("store"), "nothing is written twice");
}

#[test]
fn an_end_and_a_beginning_are_kept() {
    let shop = shop();
    let given = consent(
        &shop,
        &[
            "grant",
            "1",
            "sms",
            "--expires",
            "2026-02-01",
            "--at",
            "2026-01-01T00:00:00Z",
        ],
    );
    assert!(given.status.success(), "{}", text(&given.stderr));
    let line = status(&shop, "sms");
    assert_eq!(line["status"], "expired");
    assert_eq!(line["since"], "2026-01-01T00:00:00Z");
    assert_eq!(line["expires"], "2026-01-31T15:00:00Z");
    let wrong = consent(&shop, &["grant", "1", "sms", "--expires", "soon"]);
    assert_eq!(wrong.status.code(), Some(1));
}

#[test]
fn consent_that_would_be_over_as_it_begins_is_refused() {
    let shop = shop();
    let grant = ["grant", "1", "sms", "--expires"];
    for (lang, told) in [
        ("ja", "`2026-03-02T00:00:00+09:00` に始まる同意の期限を"),
        (
            "en",
            "consent that begins `2026-03-02T00:00:00+09:00` cannot end",
        ),
    ] {
        for end in ["2026-02-01", "2026-03-02"] {
            let given = consent(&shop, &[&grant, &[end, "--lang", lang][..]].concat());
            says(&given, 1, &[told, end, "`--expires`"]);
        }
    }
    let at = [&grant, &["2026-01-01", "--at", "2026-01-02"][..]].concat();
    says(&consent(&shop, &at), 1, &["`2026-01-02T00:00:00+09:00`"]);
    assert_eq!(status(&shop, "sms")["status"], "missing");
    says(
        &consent(&shop, &[&grant, &["2026-03-03"][..]].concat()),
        0,
        &[],
    );
    assert_eq!(status(&shop, "sms")["status"], "granted");
}

#[test]
fn a_new_grant_outweighs_a_refusal_of_the_same_hour_from_its_own_moment_on() {
    let shop = shop();
    consent(&shop, &["revoke", "1", "line"]);
    consent(&shop, &["grant", "1", "line"]);
    assert_eq!(status(&shop, "line")["status"], "revoked");
    let later = shop.koe(&[
        "consent",
        "show",
        "1",
        "--format",
        "csv",
        "--as-of",
        "2026-03-02",
    ]);
    assert!(text(&later.stdout).contains("line,granted"));
}

#[test]
fn wrong_purposes_and_people_are_told_with_what_is_near() {
    let shop = shop().in_english();
    let wrong = consent(&shop, &["grant", "1", "link_socail"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("did you mean `link_social`?"));
    let nobody = consent(&shop, &["show", "nobody"]);
    assert_eq!(nobody.status.code(), Some(1));
    let told = text(&nobody.stderr);
    assert!(told.contains("`nobody` is no customer"), "{told}");
    assert!(!told.contains("POST_ID"), "{told}");
    let close = ["show", "transaction/22"];
    says(
        &consent(&shop, &close),
        1,
        &["did you mean `transactions/22`?"],
    );
    assert_eq!(consent(&shop, &["grant", "1"]).status.code(), Some(2));
}

#[test]
fn the_last_word_of_an_hour_counts_however_often_it_changed() {
    let shop = shop();
    for word in ["revoke", "grant", "revoke", "grant", "revoke"] {
        let output = consent(&shop, &[word, "1", "line"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert_eq!(status(&shop, "line")["status"], "revoked");
    let later = status_at(&shop, "line", AN_HOUR_LATER);
    assert_eq!(later["status"], "revoked");
    consent(&shop, &["grant", "1", "line"]);
    let later = status_at(&shop, "line", AN_HOUR_LATER);
    assert_eq!(later["status"], "granted");
}

#[test]
fn a_grant_exported_for_later_in_the_hour_does_not_outweigh_a_refusal() {
    for is_known_before in [true, false] {
        let shop = shop();
        let export = || {
            shop.write(
                "exports/later.csv",
                b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
                  transactions,1,line,granted,2026-03-02T00:35:00+09:00,,form\n",
            );
            shop.ok(&[&["import"], &AS_OF[..]].concat());
        };
        if is_known_before {
            export();
        }
        consent(&shop, &["revoke", "1", "line"]);
        if !is_known_before {
            export();
        }
        assert_eq!(status(&shop, "line")["status"], "revoked");
        let later = status_at(&shop, "line", AN_HOUR_LATER);
        assert_eq!(later["status"], "revoked", "{is_known_before}");
        shop.ok(&["consent", "grant", "1", "line", "--as-of", AN_HOUR_LATER]);
        let later = status_at(&shop, "line", AN_HOUR_LATER);
        assert_eq!(later["status"], "granted", "{is_known_before}");
    }
}

#[test]
fn who_shares_a_telephone_is_refused_for_and_never_granted_for() {
    let shop = Shop::with(&[(
        "people.csv",
        "customer_id,name,email,phone,address,registered_on\n\
         1,鳥越 真帆,maho@example.jp,03-1234-5678,,2025-01-02\n\
         2,鳥越 健,ken@example.jp,03-1234-5678,,2025-01-03\n"
            .as_bytes(),
    )]);
    let layout = "[import.sources]\n\"people.csv\" = \"people\"\n\
        [import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
        customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\nphone = \"phone\"\n\
        address = \"address\"\nregistered_on = \"registered_on\"\n";
    shop.write("koe.toml", layout.as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    let count = |purpose: &str| {
        let sql = format!("SELECT COUNT(*) AS n FROM consents WHERE purpose = '{purpose}'");
        shop.number(&sql)
    };
    let refused = consent(&shop, &["grant", "03-1234-5678", "email"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    for word in ["people/1", "people/2", "koe join"] {
        assert!(told.contains(word), "{told}");
    }
    let given = consent(&shop, &["grant", "people/1", "email"]);
    assert!(given.status.success(), "{}", text(&given.stderr));
    assert_eq!(count("email"), 1.0);
    for (named, purpose) in [("03-1234-5678", "sms"), ("people/1", "ads")] {
        let taken = consent(&shop, &["deny", named, purpose]);
        assert!(taken.status.success(), "{}", text(&taken.stderr));
        assert_eq!(count(purpose), 2.0, "{named}");
    }
    // Join says that they are two, and the telephone is both's all the same.
    shop.ok(&[&["join"], &AS_OF[..]].concat());
    let people = "SELECT COUNT(DISTINCT person_id) AS n FROM persons";
    assert_eq!(shop.number(people), 2.0);
    says(&consent(&shop, &["grant", "03-1234-5678", "email"]), 1, &[]);
    let told = ["2 人", "全員", "`people/1`", "`people/2`"];
    let taken = consent(&shop, &["revoke", "03-1234-5678", "email"]);
    says(&taken, 0, &told);
    assert!(text(&taken.stdout).contains("people/2"));
    assert_eq!(count("email"), 3.0);
    for person in ["people/1", "people/2"] {
        let show = ["show", person, "--format", "csv"];
        let shown = text(&consent(&shop, &show).stdout);
        assert!(shown.contains("\nemail,revoked,"), "{shown}");
    }
    // A record names its own person alone then.
    let one = consent(&shop, &["deny", "people/1", "line"]);
    says(&one, 0, &[]);
    assert!(!text(&one.stderr).contains("people/2"));
    assert_eq!(count("line"), 1.0);
    let journal = shop.read("store/journal.jsonl");
    let noted = journal.lines().filter(|line| {
        line.contains("\"consent\"") && line.contains("\"email\"") && line.contains("revoked")
    });
    assert_eq!(noted.count(), 2, "{journal}");
}

#[test]
fn an_address_is_its_owners_wherever_it_is_the_id_and_a_bare_id_is_not() {
    let log = |amount: &str| {
        format!(
            "customer_id,date,amount\nkana@example.jp,2026-01-05,{amount}\n7,2026-01-06,{amount}\n"
        )
    };
    let shop = Shop::with(&[
        ("log.csv", log("1200").as_bytes()),
        ("source=web/log.csv", log("1300").as_bytes()),
    ])
    .in_english();
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    let both = ["`transactions/kana@example.jp`", "`web/kana@example.jp`"];
    says(&consent(&shop, &["show", "kana@example.jp"]), 1, &both);
    says(
        &consent(&shop, &["grant", "Kana@Example.jp", "email"]),
        1,
        &both,
    );
    says(
        &consent(&shop, &["deny", "Kana@Example.jp", "email"]),
        0,
        &both,
    );
    let denied = "SELECT COUNT(*) AS n FROM consents WHERE status = 'denied'";
    assert_eq!(shop.number(denied), 2.0);
    says(&consent(&shop, &["deny", "7", "email"]), 1, &["`web/7`"]);
    assert_eq!(shop.number(denied), 2.0);
}

#[test]
fn a_refusal_reaches_whom_it_names_in_another_spelling_and_a_grant_does_not() {
    let shop = shop();
    let answers = format!(
        "{SAID}transactions,1,email,granted,2026-01-10,,form\n\
         Transactions,1.0,email,revoked,2026-01-20,,form\n\
         TRANSACTIONS,01,sms,granted,2026-01-10,,form\n\
         transactions,001,push,denied,2026-01-10,,form\n\
         transactions,1,push,granted,2026-01-20,,form\n\
         transactions,11,line,denied,2026-01-10,,form\n"
    );
    shop.write("exports/answers.csv", answers.as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    let standing = ["email", "sms", "push", "line"].map(|purpose| {
        let output = shop.ok(&[
            &["consent", "show", "transactions/1", "--format", "jsonl"],
            &AS_OF[..],
        ]
        .concat());
        let of_purpose = |line: &&str| line.contains(&format!("\"{purpose}\""));
        let line = output.lines().find(of_purpose).expect("a line").to_owned();
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        line["status"].as_str().expect("a word").to_owned()
    });
    // Who agrees anew agrees.
    assert_eq!(standing, ["revoked", "missing", "granted", "missing"]);
}

#[test]
fn a_statement_about_nobody_known_makes_an_id_ambiguous_but_for_refusals() {
    let shop = shop().in_english();
    let answers = format!(
        "{SAID}square,1,email,granted,2026-01-10,,form\n\
         square,9,email,granted,2026-01-10,,form\nweb,9,email,granted,2026-01-10,,form\n"
    );
    shop.write("exports/answers.csv", answers.as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    let sources = |purpose: &str| {
        let by_hand = "source_file = 'koe consent'";
        let rows = shop.query(&format!(
            "SELECT source FROM consents WHERE purpose = '{purpose}' AND {by_hand} ORDER BY source"
        ));
        let sources = rows.iter().filter_map(|row| row["source"].as_str());
        sources.map(str::to_owned).collect::<Vec<_>>()
    };
    // What somebody of that id agreed to elsewhere is not the customer's.
    let both = ["`square/1`", "`transactions/1`"];
    says(&consent(&shop, &["show", "1"]), 1, &both);
    says(&consent(&shop, &["grant", "1", "sms"]), 1, &both);
    for (args, told) in [
        (["grant", "transactions/1", "sms"], vec!["transactions"]),
        // A refusal may be meant for the one or the other.
        (["deny", "1", "push"], vec!["square", "transactions"]),
        (["deny", "square/1", "line"], vec!["square"]),
        (["revoke", "web/9", "voice"], vec!["web"]),
    ] {
        says(&consent(&shop, &args), 0, &[]);
        assert_eq!(sources(args[2]), told, "{args:?}");
    }
    for word in ["grant", "deny"] {
        let several = ["`square/9`", "`web/9`"];
        says(&consent(&shop, &[word, "9", "sms"]), 1, &several);
    }
    // Who is forgotten leaves nothing under any source.
    let forget = shop.koe(&["forget", "1", "--dry-run"]);
    says(&forget, 1, &["`square/1`", "`transactions/1`"]);
    // Of the same bytes, the one would take the place of the other.
    let other = LOG.replace("1200", "1300");
    shop.write("exports/source=web/log.csv", other.as_bytes());
    shop.ok(&[&["import"], &AS_OF[..]].concat());
    for word in ["grant", "deny"] {
        let output = consent(&shop, &[word, "1", "ads"]);
        says(&output, 1, &["`transactions/1`", "`web/1`"]);
    }
    assert_eq!(sources("ads"), Vec::<String>::new());
}

const SAID: &str = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n";

/// Imports files of statements, and returns how the first customer stands with e-mail then.
fn told(shop: &Shop, as_of: &str, files: &[(&str, &str)]) -> serde_json::Value {
    for (name, rows) in files {
        shop.write(
            &format!("exports/{name}"),
            format!("{SAID}{rows}").as_bytes(),
        );
    }
    shop.ok(&["import", "--as-of", as_of]);
    status_at(shop, "email", as_of)["status"].clone()
}

#[test]
fn a_refusal_without_a_date_counts_again_behind_a_grant() {
    let shop = shop();
    for (status, as_of) in [
        ("denied", "2026-03-02"),
        ("granted", "2026-03-03"),
        ("denied", "2026-03-04"),
        ("denied", "2026-03-05"),
    ] {
        // How customers stand today, with something new each time.
        let rows =
            format!("transactions,1,email,{status},,,shop\ntransactions,22,sms,denied,,,{as_of}\n");
        let found = told(&shop, as_of, &[("answers.csv", rows.as_str())]);
        assert_eq!(found, status, "{as_of}");
    }
}

#[test]
fn a_refusal_without_a_date_counts_beside_a_grant_of_the_same_run() {
    let shop = shop();
    let denied = "transactions,1,email,denied,,,shop\n";
    let granted = "transactions,1,email,granted,2026-03-03T10:00:00+09:00,,order\n";
    let found = told(&shop, "2026-03-02", &[("answers.csv", denied)]);
    assert_eq!(found, "denied");
    let newer = format!("{denied}transactions,22,sms,denied,,,shop\n");
    let files = [("answers.csv", newer.as_str()), ("orders.csv", granted)];
    assert_eq!(told(&shop, "2026-03-05", &files), "denied");
    // A grant of a later day holds, and the refusal that is told no more is not news.
    let later = "transactions,1,email,granted,2026-03-07T10:00:00+09:00,,form\n";
    assert_eq!(
        told(&shop, "2026-03-08", &[("later.csv", later)]),
        "granted"
    );
}

#[test]
fn a_grant_without_a_date_in_other_words_does_not_outlive_a_refusal() {
    let shop = shop();
    let granted = |form: &str| format!("transactions,1,email,granted,,,{form}\n");
    let found = told(
        &shop,
        "2026-03-02",
        &[("answers.csv", granted("form").as_str())],
    );
    assert_eq!(found, "granted");
    let revoked = "transactions,1,email,revoked,2026-03-03T12:00:00+09:00,,mail\n";
    let files = [("withdrawn.csv", revoked)];
    assert_eq!(told(&shop, "2026-03-04", &files), "revoked");
    let found = told(
        &shop,
        "2026-03-05",
        &[("answers.csv", granted("form 2").as_str())],
    );
    assert_eq!(found, "revoked");
}

#[test]
fn a_grant_of_the_day_behind_a_refusal_without_a_date_holds() {
    let shop = shop();
    let denied = "transactions,1,email,denied,,,shop\n";
    let found = told(&shop, "2026-03-02", &[("answers.csv", denied)]);
    assert_eq!(found, "denied");
    let granted = "transactions,1,email,granted,2026-03-03,,shop\n";
    let found = told(&shop, "2026-03-03", &[("answers.csv", granted)]);
    assert_eq!(found, "granted");
}

#[test]
fn an_old_grant_of_an_export_does_not_renew_a_refusal_that_was_answered_by_hand() {
    let shop = shop();
    let denied = "transactions,1,email,denied,,,shop\n";
    let found = told(&shop, "2026-03-02", &[("answers.csv", denied)]);
    assert_eq!(found, "denied");
    shop.ok(&["consent", "grant", "1", "email", "--as-of", "2026-03-03"]);
    let newer = format!("{denied}transactions,22,sms,denied,,,shop\n");
    let granted = "transactions,1,email,granted,2026-02-01T10:00:00+09:00,,order\n";
    let files = [("answers.csv", newer.as_str()), ("orders.csv", granted)];
    assert_eq!(told(&shop, "2026-03-05", &files), "granted");
}

#[test]
fn consents_that_other_settings_read_again_are_as_old_as_they_were() {
    let shop = shop();
    let answers = "transactions,1,email,granted,,,form\ntransactions,1,sms,denied,,,form\n";
    let changed = "transactions,1,email,revoked,2026-03-03T12:00:00+09:00,,mail\n\
        transactions,1,sms,granted,2026-03-03T12:00:00+09:00,,mail\n";
    let status = |as_of: &str| {
        ["email", "sms"].map(|purpose| status_at(&shop, purpose, as_of)["status"].clone())
    };
    told(&shop, "2026-03-02", &[("answers.csv", answers)]);
    assert_eq!(status("2026-03-02"), ["granted", "denied"]);
    told(&shop, "2026-03-04", &[("changed.csv", changed)]);
    assert_eq!(status("2026-03-04"), ["revoked", "granted"]);
    let stored = "SELECT COUNT(*) AS n FROM consents";
    assert_eq!(shop.number(stored), 4.0);
    let batches = shop.files("store/raw/consents");
    shop.write(
        "koe.toml",
        "[brand]\nname = \"とりのこえ\"\nkeywords = [\"とりのこえ\"]\nofficial = [\"torinokoe\"]\n"
            .as_bytes(),
    );
    told(&shop, "2026-03-06", &[]);
    assert_ne!(
        batches.keys().collect::<Vec<_>>(),
        shop.files("store/raw/consents").keys().collect::<Vec<_>>(),
        "the files are read again"
    );
    assert_eq!(shop.number(stored), 4.0);
    assert_eq!(status("2026-03-06"), ["revoked", "granted"]);
}
