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
