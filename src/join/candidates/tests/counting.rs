//! How evidence is counted, and who is compared at all.

use super::*;

#[test]
fn a_common_name_weighs_less_than_a_rare_one() {
    let namesakes: Vec<String> = (0..30).map(|place| format!("n{place}")).collect();
    let mut accounts = crowd();
    for id in &namesakes {
        accounts.push(Account {
            platform: "x",
            account_id: id,
            display_name: Some("佐藤花子"),
            ..Account::default()
        });
    }
    accounts.push(Account {
        display_name: Some("鳥野花子"),
        ..account("a")
    });
    let sato = Person {
        person_id: "p2",
        names: vec![("佐藤 花子", None)],
        ..Person::default()
    };
    let people = [consenting(hanako()), consenting(sato)];
    let settings = Settings {
        min_prob: 0.0,
        ..Settings::default()
    };
    let found = candidates(&people, &accounts, &settings);
    let weight = |person| {
        let of_person = found
            .iter()
            .find(|candidate| candidate.person == person)
            .unwrap();
        (
            of_person.evidence[0].weight(),
            of_person.evidence[0].others,
            of_person.prob,
        )
    };
    let (rare, common) = (weight(0), weight(1));
    assert!(rare.0 > common.0 + 5.0, "{rare:?} {common:?}");
    assert_eq!((rare.1, common.1), (0, 29));
    assert!(rare.2 > 0.5 && common.2 < 0.05, "{rare:?} {common:?}");
}

#[test]
fn two_persons_of_one_name_share_an_account() {
    let people = [
        consenting(hanako()),
        consenting(Person {
            person_id: "p2",
            ..hanako()
        }),
    ];
    let accounts = [Account {
        display_name: Some("鳥野花子"),
        ..account("a")
    }];
    let found = candidates(&people, &accounts, &Settings::default());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].prob, found[1].prob);
    assert!(found[0].prob + found[1].prob <= 1.0);
    assert_eq!(found[0].person, 0);
}

#[test]
fn one_fact_is_not_counted_twice() {
    let both = Account {
        display_name: Some("鳥野花子"),
        handle: Some("torino_hanako"),
        ..account("a")
    };
    let evidence = evidence_of(hanako(), both);
    let [name, handle] = &evidence[..] else {
        panic!("two pieces: {evidence:?}")
    };
    assert_eq!(name.counted(), name.weight());
    assert!(handle.counted() <= 1.5 && handle.counted() < handle.weight());
}

#[test]
fn a_key_that_too_many_share_is_not_followed() {
    let ids = properties::ids(6, 'p');
    let people: Vec<_> = ids
        .iter()
        .map(|id| {
            consenting(Person {
                person_id: id,
                ..hanako()
            })
        })
        .collect();
    let accounts = [Account {
        display_name: Some("鳥野花子"),
        ..account("a")
    }];
    let found = |max_people_per_key, max_pairs_per_key| {
        let settings = Settings {
            max_people_per_key,
            max_pairs_per_key,
            max_per_account: 9,
            ..Settings::default()
        };
        candidates(&people, &accounts, &settings).len()
    };
    assert_eq!(found(6, 6), 6);
    assert_eq!(found(5, 6), 0);
    assert_eq!(found(6, 5), 0);
}

#[test]
fn accounts_of_other_platforms_are_no_rivals() {
    let x = Account {
        display_name: Some("鳥野花子"),
        ..account("a")
    };
    let line = Account {
        platform: "line",
        ..x.clone()
    };
    let found = candidates(&[consenting(hanako())], &[x, line], &Settings::default());
    assert_eq!(found.len(), 2);
    assert!(
        found
            .iter()
            .all(|candidate| candidate.evidence[0].others == 0)
    );
    assert_eq!(found[0].account, 1, "ties fall to the platform's name");
}

#[test]
fn without_consent_nobody_is_compared() {
    struct Nobody;
    impl LinkConsent for Nobody {
        fn may_link(&self, _: &str) -> bool {
            false
        }
    }
    assert!(Consenting::new(hanako(), &Nobody).is_none());
}
