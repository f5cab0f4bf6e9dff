//! Consent fails closed.

use std::collections::BTreeSet;

use crate::support::{Shop, says};

const CUSTOMERS: &str =
    "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n3,2026-01-07,800\n";
const DECLARED: &str = "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
    transactions,1,x,,,one,signup,2026-01-10T00:00:00+09:00\n\
    transactions,2,x,,,two,signup,2026-01-10T00:00:00+09:00\n\
    transactions,3,x,,,three,signup,2026-01-10T00:00:00+09:00\n";

fn posts() -> String {
    let users: Vec<String> = ["one", "two", "three"]
        .iter()
        .enumerate()
        .map(|(place, name)| {
            format!(
                r#"{{"id":"{}","username":"{name}","name":"{name}"}}"#,
                100 + place
            )
        })
        .collect();
    let data: Vec<String> = (0..3)
        .map(|place| {
            format!(
                r#"{{"id":"{}","text":"とてもおいしい","created_at":"2026-02-01T03:00:00.000Z","author_id":"{}"}}"#,
                900 + place,
                100 + place
            )
        })
        .collect();
    format!(
        r#"{{"data":[{}],"includes":{{"users":[{}]}}}}"#,
        data.join(","),
        users.join(",")
    )
}

fn shop(consents: &str) -> Shop {
    let consents =
        format!("source,customer_id,purpose,status,effective_at,expires_at,evidence\n{consents}");
    Shop::with(&[
        ("log.csv", CUSTOMERS.as_bytes()),
        ("declared.csv", DECLARED.as_bytes()),
        ("posts.jsonl", posts().as_bytes()),
        ("consents.csv", consents.as_bytes()),
    ])
}

fn linked(shop: &Shop, as_of: &str) -> BTreeSet<String> {
    shop.ok(&["run", "--as-of", as_of]);
    shop.query("SELECT handle FROM links")
        .iter()
        .map(|row| row["handle"].as_str().expect("a handle").into())
        .collect()
}

#[test]
fn without_a_grant_nobody_is_linked() {
    assert_eq!(linked(&shop(""), "2026-03-01"), BTreeSet::new());
}

#[test]
fn only_grants_in_force_link() {
    let shop = shop(
        "transactions,1,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
         transactions,2,link_social,granted,2026-01-10T00:00:00+09:00,2026-02-01T00:00:00+09:00,form\n\
         transactions,3,link_social,denied,2026-01-10T00:00:00+09:00,,form\n",
    );
    assert_eq!(
        linked(&shop, "2026-03-01"),
        BTreeSet::from(["one".to_owned()])
    );
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM person_voices"), 1.0);
}

#[test]
fn statements_about_customers_nobody_knows_are_counted() {
    let unknown = |customer: u32| {
        format!("transactions,x{customer},email,denied,2026-01-10T00:00:00+09:00,,form\n")
    };
    let unknown: String = (0..6).map(unknown).collect();
    let shop = shop(&format!(
        "transactions,1,email,granted,2026-01-10T00:00:00+09:00,,form\n{unknown}"
    ));
    let count =
        "SELECT left_out_count AS n FROM left_out WHERE reason = 'consent_unknown_customer'";
    for (lang, told) in [
        ("ja", "会員データにない顧客IDの同意・拒否"),
        (
            "en",
            "consents and refusals for customer ids not in the customer data",
        ),
    ] {
        shop.ok(&["run", "--as-of", "2026-03-01", "--lang", lang]);
        assert_eq!(shop.number(count), 6.0);
        assert!(shop.read("out/latest/report.html").contains(told));
    }
    let later = "customer_id,date,amount\nx0,2026-01-08,900\n";
    shop.write("exports/later.csv", later.as_bytes());
    shop.ok(&["run", "--as-of", "2026-03-01"]);
    assert_eq!(shop.number(count), 5.0);
}

#[test]
fn a_withdrawal_reaches_into_the_past_and_clears_what_was_derived() {
    let shop = shop("transactions,1,link_social,granted,2026-01-10T00:00:00+09:00,,form\n");
    assert_eq!(linked(&shop, "2026-03-01").len(), 1);
    shop.write(
        "exports/withdrawn.csv",
        b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
          transactions,1,link_social,revoked,2026-05-01T00:00:00+09:00,,mail\n",
    );
    assert_eq!(linked(&shop, "2026-03-01"), BTreeSet::new());
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM person_voices"), 0.0);
    for folder in ["store/derived", "store/history"] {
        let bytes: Vec<u8> = shop.files(folder).into_values().flatten().collect();
        assert!(!bytes.is_empty());
        assert!(
            !bytes.windows(12).any(|found| found == b"declared.csv"),
            "{folder} holds evidence of the link"
        );
    }
}

#[test]
fn no_linked_person_of_the_sample_lacks_consent() {
    let shop = Shop::sample(300);
    shop.ok(&["run"]);
    assert!(shop.number("SELECT COUNT(*) AS n FROM links") > 5.0);
    let without = "SELECT COUNT(*) AS n FROM links l WHERE l.person_id NOT IN (\
        SELECT p.person_id FROM persons p JOIN consents c ON p.source = c.source AND p.customer_id = c.customer_id \
        WHERE c.purpose = 'link_social' AND c.status = 'granted')";
    assert_eq!(shop.number(without), 0.0);
    let refused = "SELECT COUNT(*) AS n FROM links l WHERE l.person_id IN (\
        SELECT p.person_id FROM persons p JOIN consents c ON p.source = c.source AND p.customer_id = c.customer_id \
        WHERE c.purpose = 'analyse' AND c.status <> 'granted')";
    assert_eq!(shop.number(refused), 0.0);
    let denied = "SELECT COUNT(*) AS n FROM person_segments s JOIN persons p ON s.person_id = p.person_id \
        WHERE NOT p.is_analysed";
    assert_eq!(shop.number(denied), 0.0);
}

#[test]
fn a_report_after_a_withdrawal_names_nobody_by_an_old_link() {
    let shop = shop("transactions,1,link_social,granted,2026-01-10T00:00:00+09:00,,form\n");
    assert_eq!(linked(&shop, "2026-03-01").len(), 1);
    shop.write(
        "exports/withdrawn.csv",
        b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
          transactions,1,link_social,revoked,2026-02-20T00:00:00+09:00,,mail\n",
    );
    shop.ok(&["import", "--as-of", "2026-03-01"]);
    shop.ok(&["report", "--as-of", "2026-03-01"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM links"), 0.0);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM person_voices"), 0.0);
}

#[test]
fn an_undated_grant_exported_again_does_not_outlive_its_withdrawal() {
    let shop = shop("transactions,1,link_social,granted,,,form\n");
    assert_eq!(linked(&shop, "2026-03-01").len(), 1);
    shop.write(
        "exports/consents.csv",
        b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
          transactions,1,link_social,granted,,,form\n\
          transactions,1,link_social,revoked,2026-03-15T00:00:00+09:00,,mail\n",
    );
    assert_eq!(linked(&shop, "2026-04-01"), BTreeSet::new());
}

#[test]
fn a_grant_of_tomorrow_does_not_count_today() {
    let shop = shop("transactions,1,link_social,granted,2026-03-02T00:00:00+09:00,,form\n");
    assert_eq!(linked(&shop, "2026-03-01"), BTreeSet::new());
    assert_eq!(linked(&shop, "2026-03-02").len(), 1);
}

const GRANTED: &str = "transactions,1,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
    transactions,2,link_social,granted,2026-01-10T00:00:00+09:00,,form\n";
/// Doubtful accounts of both customers, with answers.
const LIST: &str = "kind,source,customer_id,name,other_source,other_customer_id,other_name,platform,\
    provider,account_id,probability,evidence,decision,reviewer\n\
    account,transactions,1,n,,,,x,,100,0.9,same name,same,me\n\
    account,transactions,2,n,,,,x,,101,0.9,same name,same,me\n\
    person,transactions,1,n,transactions,2,n,,,,0.9,same name,different,me\n";
const WITHDRAWN: &str = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
    transactions,1,link_social,revoked,2026-03-12T00:00:00+09:00,,mail\n";

#[test]
fn a_withdrawal_reaches_lists_where_the_page_of_join_cannot_be_written() {
    let shop = shop(GRANTED);
    assert_eq!(linked(&shop, "2026-03-10").len(), 2);
    shop.write("out/2026-03-10/review-edited.csv", LIST.as_bytes());
    shop.write("out/2026-03-15/join.html/in the way", b"");
    shop.write("exports/withdrawn.csv", WITHDRAWN.as_bytes());
    shop.ok(&["import", "--as-of", "2026-03-15"]);
    for threads in ["1", "2"] {
        let join = ["join", "--as-of", "2026-03-15", "--threads", threads];
        says(&shop.koe(&join), 1, &["join.html"]);
        let left = shop.read("out/2026-03-10/review-edited.csv");
        assert!(!left.contains("account,transactions,1,"), "{left}");
        assert!(left.contains("account,transactions,2,"), "{left}");
        shop.write("out/2026-03-10/review-edited.csv", LIST.as_bytes());
    }
}

#[test]
fn a_withdrawal_reaches_lists_and_desks_of_other_moments() {
    let shop = shop(GRANTED);
    assert_eq!(linked(&shop, "2026-03-10").len(), 2);
    assert!(shop.file("out/2026-03-10/desk.html").exists());
    shop.write("out/2026-04-01/desk.html", b"one");
    for folder in ["2026-03-10", "2026-04-01"] {
        shop.write(&format!("out/{folder}/review-edited.csv"), LIST.as_bytes());
    }
    shop.write("exports/withdrawn.csv", WITHDRAWN.as_bytes());
    shop.ok(&["import", "--as-of", "2026-03-15"]);
    shop.ok(&["join", "--as-of", "2026-03-15"]);
    for folder in ["2026-03-10", "2026-04-01"] {
        assert!(
            !shop.file(&format!("out/{folder}/desk.html")).exists(),
            "{folder}"
        );
        let left = shop.read(&format!("out/{folder}/review-edited.csv"));
        assert!(!left.contains("account,transactions,1,"), "{left}");
        assert!(left.contains("account,transactions,2,"), "{left}");
        assert!(left.contains("person,transactions,1,"), "{left}");
    }
    shop.write("out/2026-04-01/desk.csv", b"one");
    shop.ok(&["report", "--as-of", "2026-03-15"]);
    assert!(!shop.file("out/2026-04-01/desk.csv").exists());
    assert!(shop.file("out/2026-03-15/desk.csv").exists());
}
