//! Whoever is forgotten: no byte of what names them stays or comes back, and no sum changes.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{Shop, text};

/// Shops that are tried; each runs every stage.
const CASES: u32 = 6;

const LAYOUT: &str = "[import.sources]\n\"people.csv\" = \"s\"\n\"orders.csv\" = \"s\"\n\
    [import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
    customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\nphone = \"phone\"\naddress = \"address\"\n\
    registered_on = \"registered_on\"\n";

/// One customer, by tokens that nobody else has.
#[derive(Debug, Clone)]
struct Person {
    token: String,
    number: u32,
    is_consenting: bool,
    is_declared_by_id: bool,
    orders: u32,
}

impl Person {
    fn id(&self) -> String {
        format!("ID-{}", self.token)
    }
    fn name(&self) -> String {
        format!("{}ta {}ko", self.token, self.token)
    }
    fn email(&self) -> String {
        format!("mail.{}@example.jp", self.token)
    }
    fn phone(&self) -> String {
        format!("090{:08}", self.number)
    }
    fn address(&self) -> String {
        format!("{} town 12-3", self.token)
    }
    fn handle(&self) -> String {
        format!("{}_9", self.token)
    }
    fn account(&self) -> String {
        format!("77{:08}3311", self.number)
    }
    fn words(&self) -> Vec<String> {
        // The token is in most of them: nothing with it may stay.
        vec![self.token.clone(), self.phone(), self.account()]
    }
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let person = (
        "[b-df-hj-np-tv-z]{9}",
        10_000_000..99_999_999_u32,
        any::<bool>(),
        any::<bool>(),
        0..4_u32,
    );
    let person = person.prop_map(
        |(token, number, is_consenting, is_declared_by_id, orders)| Person {
            token,
            number,
            is_consenting,
            is_declared_by_id,
            orders,
        },
    );
    prop::collection::vec(person, 3).prop_filter("people differ", |people| {
        people[0].token != people[1].token
            && people[0].token != people[2].token
            && people[0].number != people[1].number
            && people[0].number != people[2].number
    })
}

fn write(shop: &Shop, people: &[Person], likes: u32) {
    let mut customers = "customer_id,name,email,phone,address,registered_on\n".to_owned();
    let mut orders = "order_id,customer_id,date,amount\n".to_owned();
    let mut declared =
        "source,customer_id,platform,provider,account_id,handle,method,declared_at\n".to_owned();
    let mut consents =
        "source,customer_id,purpose,status,effective_at,expires_at,evidence\n".to_owned();
    let (mut users, mut posts) = (Vec::new(), Vec::new());
    for (place, person) in people.iter().enumerate() {
        let [id, name, email, phone, address, handle, account] = [
            person.id(),
            person.name(),
            person.email(),
            person.phone(),
            person.address(),
            person.handle(),
            person.account(),
        ];
        writeln!(
            customers,
            "{id},{name},{email},{phone},{address},2025-01-02"
        )
        .expect("memory");
        for order in 0..=person.orders {
            let amount = 100 * (order + 1);
            writeln!(
                orders,
                "o{place}-{order},{id},2026-01-0{},{amount}",
                order + 1
            )
            .expect("memory");
        }
        if person.is_consenting {
            writeln!(
                consents,
                "s,{id},link_social,granted,2026-01-02T00:00:00Z,,form"
            )
            .expect("memory");
        }
        let by_id = if person.is_declared_by_id {
            account.as_str()
        } else {
            ""
        };
        writeln!(
            declared,
            "s,{id},x,,{by_id},{handle},signup,2026-01-03T00:00:00Z"
        )
        .expect("memory");
        users.push(format!(
            r#"{{"id":"{account}","username":"{handle}","name":"n"}}"#
        ));
        let other = &people[(place + 1) % people.len()];
        posts.push(format!(
            r#"{{"id":"90{place}","text":"おいしい @{} {} tel {} {}","created_at":"2026-02-01T03:00:00.000Z","author_id":"{account}","public_metrics":{{"like_count":{likes},"reply_count":0,"retweet_count":0,"quote_count":0}}}}"#,
            other.handle(),
            other.email(),
            other.phone(),
            other.id(),
        ));
    }
    let page = format!(
        r#"{{"data":[{}],"includes":{{"users":[{}]}}}}"#,
        posts.join(","),
        users.join(",")
    );
    for (name, text) in [
        ("people.csv", customers),
        ("orders.csv", orders),
        ("declared.csv", declared),
        ("consents.csv", consents),
        ("posts.jsonl", page),
    ] {
        shop.write(&format!("exports/{name}"), text.as_bytes());
    }
}

fn sums(shop: &Shop) -> [f64; 3] {
    [
        "SELECT SUM(spend_minor) AS n FROM orders",
        "SELECT COUNT(*) AS n FROM orders",
        "SELECT COUNT(*) AS n FROM posts",
    ]
    .map(|sql| shop.number(sql))
}

#[test]
fn no_byte_of_the_forgotten_stays_or_comes_back() {
    let config = Config {
        cases: CASES,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new(config).run(&(people(), 0..4_usize), |(people, by)| {
        let shop = Shop::empty();
        shop.write("koe.toml", LAYOUT.as_bytes());
        write(&shop, &people, 1);
        shop.ok(&["run", "--as-of", "2026-03-01"]);
        let gone = &people[0];
        let named = [
            format!("s/{}", gone.id()),
            gone.email(),
            gone.phone(),
            gone.id(),
        ];
        let before = sums(&shop);
        let names = |shop: &Shop, when: &str| -> Result<(), TestCaseError> {
            for word in gone.words() {
                for folder in ["store", "out"] {
                    let found = shop.files_with(folder, &word);
                    prop_assert!(found.is_empty(), "{} {}: {:?}", word, when, found);
                }
            }
            Ok(())
        };
        prop_assert!(
            !shop.files_with("store", &gone.token).is_empty(),
            "the test can fail"
        );
        let output = shop.koe(&["forget", &named[by], "--yes", "--as-of", "2026-03-01"]);
        prop_assert!(output.status.success(), "{}", text(&output.stderr));
        names(&shop, "after forgetting")?;
        prop_assert_eq!(sums(&shop), before);
        shop.ok(&["import", "--as-of", "2026-03-01"]);
        names(&shop, "after the same export")?;
        write(&shop, &people, 5);
        shop.ok(&["import", "--as-of", "2026-03-02"]);
        names(&shop, "after a newer export")?;
        shop.ok(&["run", "--as-of", "2026-03-02"]);
        names(&shop, "after a run")?;
        prop_assert_eq!(sums(&shop), before);
        for other in &people[1..] {
            let sql = format!(
                "SELECT COUNT(*) AS n FROM customers WHERE customer_id = '{}' AND email = '{}'",
                other.id(),
                other.email()
            );
            prop_assert_eq!(shop.number(&sql), 1.0, "others stay as they were");
        }
        Ok(())
    });
    if let Err(failure) = checked {
        panic!("{failure}");
    }
}

/// Settings of two shops that number their customers alike.
const TWO_SHOPS: &str = "[import.sources]\n\"people.csv\" = \"s\"\n\"orders.csv\" = \"s\"\n\
    \"other.csv\" = \"t\"\n\"other_orders.csv\" = \"t\"\n\
    [import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
    customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\nphone = \"phone\"\naddress = \"address\"\n\
    registered_on = \"registered_on\"\n";
/// Pairs of shops that are tried.
const TWO_CASES: u32 = 5;
/// Account that takes the handle of whoever is forgotten.
const TAKER: &str = "550055005500";

/// What differs between two shops beside each other.
#[derive(Debug, Clone)]
struct Shops {
    /// First customer id; those that follow count on.
    first_id: u32,
    has_email: bool,
    has_phone: bool,
    is_joined: bool,
    /// Whether the one who is forgotten shares the number with the next.
    is_shared: bool,
}

/// Writes both shops; in the newer export the number and the handle of the first customer are somebody else's.
fn write_two(shop: &Shop, people: &[Person], shops: &Shops, is_newer: bool) {
    let mut customers =
        ["s", "t"].map(|_| "customer_id,name,email,phone,address,registered_on\n".to_owned());
    let mut orders = ["s", "t"].map(|_| "order_id,customer_id,date,amount\n".to_owned());
    let mut declared =
        "source,customer_id,platform,provider,account_id,handle,method,declared_at\n".to_owned();
    let mut consents =
        "source,customer_id,purpose,status,effective_at,expires_at,evidence\n".to_owned();
    let (mut users, mut posts) = (Vec::new(), Vec::new());
    for (place, person) in people.iter().enumerate() {
        let (which, source) = match place < 3 {
            true => (0, "s"),
            false => (1, "t"),
        };
        let id = shops.first_id + place as u32 % 3;
        let is_first = place == 0;
        let email = match is_first && !shops.has_email {
            true => String::new(),
            false => person.email(),
        };
        let phone = match place {
            0 if !shops.has_phone => String::new(),
            1 if shops.is_joined && shops.is_shared => people[0].phone(),
            2 if is_newer => people[0].phone(),
            _ => person.phone(),
        };
        let (name, address) = (person.name(), person.address());
        writeln!(
            customers[which],
            "{id},{name},{email},{phone},{address},2025-01-02"
        )
        .expect("memory");
        writeln!(
            orders[which],
            "o{source}{place},{id},2026-01-05,{}",
            100 + place
        )
        .expect("memory");
        writeln!(
            consents,
            "{source},{id},email,granted,2026-01-02T00:00:00Z,,form"
        )
        .expect("memory");
        let (account, handle) = (person.account(), person.handle());
        writeln!(
            declared,
            "{source},{id},x,,{account},{handle},signup,2026-01-03T00:00:00Z"
        )
        .expect("memory");
        if is_first && is_newer {
            users.push(format!(
                r#"{{"id":"{TAKER}","username":"{handle}","name":"n"}}"#
            ));
            posts.push(format!(
                r#"{{"id":"999","text":"はじめて","created_at":"2026-02-02T03:00:00.000Z","author_id":"{TAKER}"}}"#
            ));
        } else {
            users.push(format!(
                r#"{{"id":"{account}","username":"{handle}","name":"n"}}"#
            ));
        }
        posts.push(format!(
            r#"{{"id":"90{place}","text":"おいしい","created_at":"2026-02-01T03:00:00.000Z","author_id":"{account}"}}"#
        ));
    }
    let page = format!(
        r#"{{"data":[{}],"includes":{{"users":[{}]}}}}"#,
        posts.join(","),
        users.join(",")
    );
    let ([people_s, people_t], [orders_s, orders_t]) = (customers, orders);
    for (name, text) in [
        ("people.csv", people_s),
        ("other.csv", people_t),
        ("orders.csv", orders_s),
        ("other_orders.csv", orders_t),
        ("declared.csv", declared),
        ("consents.csv", consents),
        ("posts.jsonl", page),
    ] {
        shop.write(&format!("exports/{name}"), text.as_bytes());
    }
}

/// Returns what the store says of everybody but the customer of shop `s` and the account, and the taker of the handle.
fn others(shop: &Shop, id: u32, account: &str) -> Vec<Vec<serde_json::Value>> {
    let not_theirs = format!("NOT (source = 's' AND customer_id = '{id}')");
    let not_by = format!("account_id <> '{account}' AND account_id <> '{TAKER}'");
    [
        format!(
            "SELECT source, order_id, customer_id, spend_minor FROM orders WHERE customer_id IS NOT NULL AND {not_theirs} ORDER BY order_id"
        ),
        format!(
            "SELECT source, customer_id, purpose, status FROM consents WHERE {not_theirs} ORDER BY source, customer_id"
        ),
        format!("SELECT source, post_id, account_id, text FROM posts WHERE {not_by} ORDER BY post_id"),
        format!(
            "SELECT source, customer_id, account_id, handle FROM declared_links WHERE {not_theirs} ORDER BY source, customer_id"
        ),
        format!("SELECT source, account_id, handle FROM accounts WHERE {not_by} ORDER BY account_id"),
        format!(
            "SELECT source, customer_id, name, email FROM customers WHERE {not_theirs} ORDER BY source, customer_id"
        ),
    ]
    .iter()
    .map(|sql| shop.query(sql))
    .collect()
}

#[test]
fn what_others_have_stays_as_it_was() {
    let config = Config {
        cases: TWO_CASES,
        max_shrink_iters: 10,
        failure_persistence: None,
        ..Config::default()
    };
    let crowd = (people(), people()).prop_map(|(mut some, more)| {
        some.extend(more);
        some
    });
    let crowd = crowd.prop_filter("people differ", |people| {
        let tokens: std::collections::BTreeSet<&str> =
            people.iter().map(|one| one.token.as_str()).collect();
        let numbers: std::collections::BTreeSet<u32> =
            people.iter().map(|one| one.number).collect();
        tokens.len() == people.len() && numbers.len() == people.len()
    });
    let shops = (
        prop_oneof![Just(1_u32), Just(4_200), Just(10_020_001)],
        any::<[bool; 4]>(),
    );
    let shops = shops.prop_map(
        |(first_id, [has_email, has_phone, is_joined, is_shared])| Shops {
            first_id,
            has_email,
            has_phone,
            is_joined,
            is_shared,
        },
    );
    let checked = TestRunner::new(config).run(&(crowd, shops), |(people, shops)| {
        let shop = Shop::empty();
        shop.write("koe.toml", TWO_SHOPS.as_bytes());
        write_two(&shop, &people, &shops, false);
        shop.ok(&["import", "--as-of", "2026-03-01"]);
        if shops.is_joined {
            shop.ok(&["join", "--as-of", "2026-03-01"]);
        }
        let (id, account) = (shops.first_id, people[0].account());
        let before = others(&shop, id, &account);
        let named = format!("s/{id}");
        shop.ok(&["forget", &named, "--yes", "--as-of", "2026-03-01"]);
        prop_assert_eq!(others(&shop, id, &account), before.clone());
        shop.ok(&["import", "--as-of", "2026-03-01"]);
        prop_assert_eq!(others(&shop, id, &account), before.clone());
        write_two(&shop, &people, &shops, true);
        shop.ok(&["import", "--as-of", "2026-03-02"]);
        prop_assert_eq!(others(&shop, id, &account), before.clone());
        let sql = format!("SELECT COUNT(*) AS n FROM posts WHERE account_id = '{TAKER}'");
        prop_assert_eq!(shop.number(&sql), 1.0, "the handle is somebody else's");
        let sql = format!(
            "SELECT COUNT(*) AS n FROM customers WHERE source = 's' AND customer_id = '{id}'"
        );
        prop_assert_eq!(shop.number(&sql), 0.0);
        Ok(())
    });
    if let Err(failure) = checked {
        panic!("{failure}");
    }
}
