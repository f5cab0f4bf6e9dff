//! Whatever customers said and took back: a link only with consent in force, and nothing left of one that was taken back.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::Shop;

/// Shops that are tried; each runs every stage, three times.
const CASES: u32 = 10;
/// Days after 2026-01-01, at noon, from which is looked.
const AS_OF: i64 = 40;
/// That noon, in half days.
const NOON: i64 = AS_OF * 2 + 1;
/// What was said in the first export, in the second one, and by hand.
const STEPS: usize = 3;

#[derive(Debug, Clone)]
struct Said {
    is_about_links: bool,
    is_grant: bool,
    day: i64,
    expires: Option<i64>,
    /// Whether only the second export tells of it.
    is_late: bool,
}

/// A statement as it counts: from when and until when, in half days.
#[derive(Debug, Clone, Copy)]
struct Stated {
    is_about_links: bool,
    is_grant: bool,
    at: i64,
    ends: Option<i64>,
}

#[derive(Debug, Clone)]
struct Customer {
    said: Vec<Said>,
    /// What is said about links on one noon, one word after the other: whether it is granted.
    by_hand: Vec<bool>,
    declared: Option<i64>,
    is_seen: bool,
}

fn said() -> impl Strategy<Value = Said> {
    (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.65),
        0..70_i64,
        prop::option::weighted(0.3, 1..90_i64),
        any::<bool>(),
    )
        .prop_map(|(is_about_links, is_grant, day, expires, is_late)| Said {
            is_about_links,
            is_grant,
            day,
            expires: expires.filter(|_| is_grant),
            is_late,
        })
}

fn customers() -> impl Strategy<Value = Vec<Customer>> {
    let customer = (
        prop::collection::vec(said(), 0..4),
        prop_oneof![
            2 => Just(Vec::<bool>::new()),
            1 => prop::collection::vec(any::<bool>(), 1..4),
        ],
        prop::option::weighted(0.9, 0..60_i64),
        any::<bool>(),
    );
    let customer = customer.prop_map(|(mut said, by_hand, declared, is_seen)| {
        // The same word on the same day twice is one statement.
        let mut known = BTreeSet::new();
        said.retain(|said: &Said| known.insert((said.is_about_links, said.is_grant, said.day)));
        Customer {
            said,
            by_hand,
            declared,
            is_seen,
        }
    });
    prop::collection::vec(customer, 5)
}

impl Customer {
    /// Returns what was said up to a step.
    fn stated(&self, step: usize) -> Vec<Stated> {
        let exported = self.said.iter().filter(|said| step > 1 || !said.is_late);
        let exported = exported.map(|said| Stated {
            is_about_links: said.is_about_links,
            is_grant: said.is_grant,
            at: said.day * 2,
            ends: said.expires.map(|day| day * 2),
        });
        let by_hand = self.by_hand.last().filter(|_| step > 2);
        let by_hand = by_hand.map(|is_grant| Stated {
            is_about_links: true,
            is_grant: *is_grant,
            at: NOON,
            ends: None,
        });
        exported.chain(by_hand).collect()
    }

    /// Returns the newest statement about a purpose before an instant; ties are denials.
    fn newest(&self, step: usize, is_about_links: bool, before: i64) -> Option<Stated> {
        let stated = self.stated(step).into_iter();
        let known = stated.filter(|one| one.is_about_links == is_about_links && one.at <= before);
        known.max_by_key(|one| (one.at, !one.is_grant))
    }

    fn is_in_force(&self, now: i64) -> bool {
        [NOON, now].into_iter().all(|instant| {
            let ends = |one: &Stated| one.ends.is_some_and(|end| end <= instant);
            let links = self.newest(STEPS, true, instant);
            let analyse = self.newest(STEPS, false, instant);
            links.is_some_and(|one| one.is_grant && !ends(&one))
                && analyse.is_none_or(|one| one.is_grant && !ends(&one))
        })
    }

    /// Whether the declaration is still there after all steps, each with the newest instant known then.
    fn is_declared(&self, newest: &[i64; STEPS]) -> bool {
        let Some(declared) = self.declared else {
            return false;
        };
        (1..).zip(newest).all(|(step, now)| {
            let refused = |instant: i64| {
                let newest = self.newest(step, true, instant);
                newest.filter(|one| !one.is_grant)
            };
            let before = refused(NOON).is_some_and(|one| declared * 2 <= one.at);
            !before && refused(*now).is_none()
        })
    }

    fn is_linked(&self, newest: &[i64; STEPS]) -> bool {
        self.is_in_force(newest[STEPS - 1])
            && self.is_declared(newest)
            && self.declared.is_some_and(|day| day <= AS_OF)
    }
}

/// Returns the newest instant known after a step: the import itself, or what was said for later.
fn newest_known(customers: &[Customer], step: usize) -> i64 {
    let stated = customers.iter().flat_map(|one| one.stated(step));
    stated.map(|one| one.at).max().unwrap_or(0).max(NOON)
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

/// Returns an export of what was said early, or late.
fn consents(customers: &[Customer], is_late: bool) -> String {
    let mut consents =
        "source,customer_id,purpose,status,effective_at,expires_at,evidence\n".to_owned();
    for (place, customer) in customers.iter().enumerate() {
        let said = customer.said.iter();
        for said in said.filter(|said| said.is_late == is_late) {
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
    }
    consents
}

fn shop(customers: &[Customer]) -> Shop {
    let mut log = "customer_id,date,amount\n".to_owned();
    let mut declared =
        "source,customer_id,platform,provider,account_id,handle,method,declared_at\n".to_owned();
    let (mut users, mut posts) = (Vec::new(), Vec::new());
    for (place, customer) in customers.iter().enumerate() {
        writeln!(log, "cust{place},2026-01-0{},1000", place + 1).expect("memory");
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
        ("consents.csv", consents(customers, false).as_bytes()),
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
        let noon = instant(AS_OF).replace("T00", "T12");
        let at = instant(AS_OF).replace("T00", "T13");
        shop.ok(&["run", "--as-of", &noon]);
        let late = consents(&customers, true);
        shop.write("exports/late.csv", late.as_bytes());
        shop.ok(&["run", "--as-of", &noon]);
        for (place, customer) in customers.iter().enumerate() {
            let name = format!("transactions/cust{place}");
            for is_grant in &customer.by_hand {
                let word = if *is_grant { "grant" } else { "revoke" };
                shop.ok(&["consent", word, &name, "link_social", "--as-of", &noon]);
            }
        }
        shop.ok(&["run", "--as-of", &at]);
        let newest = [1, 2, 3].map(|step| newest_known(&customers, step));
        let linked: BTreeSet<String> = shop
            .query("SELECT handle FROM links")
            .iter()
            .map(|row| row["handle"].as_str().unwrap_or_default().to_owned())
            .collect();
        let expected: BTreeSet<String> = customers
            .iter()
            .enumerate()
            .filter(|(_, customer)| customer.is_linked(&newest))
            .map(|(place, _)| handle(place))
            .collect();
        prop_assert_eq!(linked, expected);
        let voices =
            "SELECT p.customer_id FROM person_voices v JOIN persons p ON v.person_id = p.person_id";
        for row in shop.query(voices) {
            let id = row["customer_id"].as_str().unwrap_or_default();
            let place: usize = id.trim_start_matches("cust").parse().expect("a place");
            prop_assert!(customers[place].is_linked(&newest), "{} is heard", id);
        }
        for (place, customer) in customers.iter().enumerate() {
            for word in [handle(place), account(place)] {
                let journal = shop.read("store/journal.jsonl");
                prop_assert!(!journal.contains(&word), "{}", journal);
                if !customer.is_declared(&newest) {
                    let folder = "store/raw/declared_links";
                    let found = shop.files_with(folder, &word);
                    prop_assert!(found.is_empty(), "{} is kept: {:?}", word, found);
                }
                // What an account says in public is known without a link.
                if customer.is_seen {
                    continue;
                }
                if !customer.is_linked(&newest) {
                    for folder in ["store/derived", "store/history", "out"] {
                        let found = shop.files_with(folder, &word);
                        prop_assert!(found.is_empty(), "{} in {}: {:?}", word, folder, found);
                    }
                }
                if !customer.is_declared(&newest) {
                    let found = shop.files_with("store", &word);
                    prop_assert!(found.is_empty(), "{} is kept: {:?}", word, found);
                }
            }
            let sql = format!(
                "SELECT COUNT(*) AS n FROM declared_links WHERE customer_id = 'cust{place}'"
            );
            let expected = if customer.is_declared(&newest) {
                1.0
            } else {
                0.0
            };
            prop_assert_eq!(shop.number(&sql), expected, "declared by {}", place);
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
