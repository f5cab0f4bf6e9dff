//! Whatever customers said and took back: a link only with consent in force, and nothing left of one that was taken back.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::Shop;

/// Shops that are tried; each runs every stage.
const CASES: u32 = 10;
/// Days after 2026-01-01, at noon, from which is looked.
const AS_OF: i64 = 40;

#[derive(Debug, Clone)]
struct Said {
    is_about_links: bool,
    is_grant: bool,
    day: i64,
    expires: Option<i64>,
}

#[derive(Debug, Clone)]
struct Customer {
    said: Vec<Said>,
    declared: Option<i64>,
    is_seen: bool,
}

fn said() -> impl Strategy<Value = Said> {
    (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.65),
        0..70_i64,
        prop::option::weighted(0.3, 1..90_i64),
    )
        .prop_map(|(is_about_links, is_grant, day, expires)| Said {
            is_about_links,
            is_grant,
            day,
            expires: expires.filter(|_| is_grant),
        })
}

fn customers() -> impl Strategy<Value = Vec<Customer>> {
    let customer = (
        prop::collection::vec(said(), 0..4),
        prop::option::weighted(0.9, 0..60_i64),
        any::<bool>(),
    );
    let customer = customer.prop_map(|(said, declared, is_seen)| Customer {
        said,
        declared,
        is_seen,
    });
    prop::collection::vec(customer, 5)
}

impl Customer {
    /// Returns the newest statement about a purpose before an instant, in half days; ties are denials.
    fn newest(&self, is_about_links: bool, before: i64) -> Option<&Said> {
        let said = self.said.iter();
        let known =
            said.filter(|said| said.is_about_links == is_about_links && said.day * 2 <= before);
        known.max_by_key(|said| (said.day, !said.is_grant))
    }

    fn is_in_force(&self, now: i64) -> bool {
        [AS_OF * 2 + 1, now].into_iter().all(|instant| {
            let ends = |said: &Said| said.expires.is_some_and(|day| day * 2 <= instant);
            let links = self.newest(true, instant);
            let analyse = self.newest(false, instant);
            links.is_some_and(|said| said.is_grant && !ends(said))
                && analyse.is_none_or(|said| said.is_grant && !ends(said))
        })
    }

    fn is_linked(&self, now: i64) -> bool {
        self.is_in_force(now) && self.declared.is_some_and(|day| day <= AS_OF)
    }

    /// Whether the last word on links is a refusal.
    fn is_revoked(&self, now: i64) -> bool {
        self.newest(true, now).is_some_and(|said| !said.is_grant)
    }
}

fn handle(place: usize) -> String {
    format!("hndl_q{place}zk7w")
}

fn account(place: usize) -> String {
    format!("55501{place}7788990066")
}

fn instant(day: i64) -> String {
    let day = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(day));
    format!("{day}T00:00:00Z")
}

fn shop(customers: &[Customer]) -> Shop {
    let mut log = "customer_id,date,amount\n".to_owned();
    let mut consents =
        "source,customer_id,purpose,status,effective_at,expires_at,evidence\n".to_owned();
    let mut declared =
        "source,customer_id,platform,provider,account_id,handle,method,declared_at\n".to_owned();
    let (mut users, mut posts) = (Vec::new(), Vec::new());
    for (place, customer) in customers.iter().enumerate() {
        writeln!(log, "cust{place},2026-01-0{},1000", place + 1).expect("memory");
        for said in &customer.said {
            let purpose = if said.is_about_links {
                "link_social"
            } else {
                "analyse"
            };
            let status = if said.is_grant { "granted" } else { "revoked" };
            let expires = said.expires.map(instant).unwrap_or_default();
            let day = instant(said.day);
            writeln!(
                consents,
                "transactions,cust{place},{purpose},{status},{day},{expires},form"
            )
            .expect("memory");
        }
        let (id, handle) = (account(place), handle(place));
        if let Some(day) = customer.declared {
            let day = instant(day);
            writeln!(
                declared,
                "transactions,cust{place},x,,{id},{handle},signup,{day}"
            )
            .expect("memory");
        }
        if customer.is_seen {
            users.push(format!(
                r#"{{"id":"{id}","username":"{handle}","name":"n"}}"#
            ));
            posts.push(format!(
                r#"{{"id":"8{place}","text":"とてもおいしい","created_at":"2026-02-01T03:00:00.000Z","author_id":"{id}"}}"#
            ));
        }
    }
    let shop = Shop::with(&[
        ("log.csv", log.as_bytes()),
        ("consents.csv", consents.as_bytes()),
        ("declared.csv", declared.as_bytes()),
    ]);
    if !posts.is_empty() {
        let page = format!(
            r#"{{"data":[{}],"includes":{{"users":[{}]}}}}"#,
            posts.join(","),
            users.join(",")
        );
        shop.write("exports/posts.jsonl", page.as_bytes());
    }
    shop
}

#[test]
fn nobody_is_linked_without_consent_and_nothing_stays_of_what_was_taken_back() {
    let config = Config {
        cases: CASES,
        max_shrink_iters: 30,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new(config).run(&customers(), |customers| {
        let shop = shop(&customers);
        let at = instant(AS_OF).replace("T00", "T12");
        shop.ok(&["run", "--as-of", &at]);
        // The newest instant known: the import itself, or what was said for later.
        let days = customers.iter().flat_map(|one| &one.said);
        let last = days.map(|said| said.day * 2).max().unwrap_or(0);
        let now = last.max(AS_OF * 2 + 1);
        let linked: BTreeSet<String> = shop
            .query("SELECT handle FROM links")
            .iter()
            .map(|row| row["handle"].as_str().unwrap_or_default().to_owned())
            .collect();
        let expected: BTreeSet<String> = customers
            .iter()
            .enumerate()
            .filter(|(_, customer)| customer.is_linked(now))
            .map(|(place, _)| handle(place))
            .collect();
        prop_assert_eq!(linked, expected);
        let voices =
            "SELECT p.customer_id FROM person_voices v JOIN persons p ON v.person_id = p.person_id";
        for row in shop.query(voices) {
            let id = row["customer_id"].as_str().unwrap_or_default();
            let place: usize = id.trim_start_matches("cust").parse().expect("a place");
            prop_assert!(customers[place].is_linked(now), "{} is heard", id);
        }
        for (place, customer) in customers.iter().enumerate() {
            for word in [handle(place), account(place)] {
                let journal = shop.read("store/journal.jsonl");
                prop_assert!(!journal.contains(&word), "{}", journal);
                // What an account says in public is known without a link.
                if customer.is_seen {
                    continue;
                }
                if !customer.is_linked(now) {
                    for folder in ["store/derived", "store/history", "out"] {
                        let found = shop.files_with(folder, &word);
                        prop_assert!(found.is_empty(), "{} in {}: {:?}", word, folder, found);
                    }
                }
                if customer.is_revoked(now) {
                    let found = shop.files_with("store", &word);
                    prop_assert!(found.is_empty(), "{} is kept: {:?}", word, found);
                }
            }
        }
        let lines = shop.read("store/journal.jsonl");
        shop.ok(&["join", "--refit", "--as-of", &at]);
        let again = shop.read("store/journal.jsonl");
        prop_assert_eq!(lines, again, "what was decided is written down once");
        Ok(())
    });
    if let Err(failure) = checked {
        panic!("{failure}");
    }
}
