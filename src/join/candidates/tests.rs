//! Each kind of evidence, the words for it, and what holds whatever the data.

mod counting;
mod handles;
mod properties;
mod synthetic;
mod words;

use super::*;

const DAY: i64 = 86_400_000_000;

/// Grants everybody; the tests of consent itself use their own.
struct Granted;

impl LinkConsent for Granted {
    fn may_link(&self, _: &str) -> bool {
        true
    }
}

fn consenting(person: Person<'_>) -> Consenting<'_> {
    Consenting::new(person, &Granted).unwrap()
}

fn hanako() -> Person<'static> {
    Person {
        person_id: "p1",
        names: vec![("鳥野 花子", Some("トリノ ハナコ"))],
        emails: vec!["kotori.pan@torino.example.jp"],
        prefectures: vec!["神奈川県"],
        towns: vec!["鎌倉市雪ノ下1-2-3"],
        birth_years: vec![1985],
        urls: vec!["https://twitter.com/kotorinopan"],
        order_times: &[],
    }
}

fn account(account_id: &'static str) -> Account<'static> {
    Account {
        platform: "x",
        account_id,
        ..Account::default()
    }
}

/// Accounts that have nothing to do with anybody, so that the prior is not one of a handful.
fn crowd() -> Vec<Account<'static>> {
    let names = [
        "もふもふ",
        "コーヒー党",
        "sunny",
        "夜更かし猫",
        "週末ランナー",
    ];
    let handles = [
        "mofu2_x",
        "coffee_q9",
        "sunnyweek",
        "nightcat_v",
        "runrun_w",
    ];
    let places = ["東京", "東京都", "大阪", "Tokyo", "福岡"];
    let ids: Vec<&str> = vec!["c0", "c1", "c2", "c3", "c4"];
    (0..5)
        .map(|place| Account {
            handle: Some(handles[place]),
            display_name: Some(names[place]),
            location: Some(places[place]),
            ..account(ids[place])
        })
        .collect()
}

/// Evidence of the one pair, with the account among the crowd and no threshold.
fn evidence_of(person: Person<'static>, account: Account<'static>) -> Vec<Evidence> {
    let mut accounts = crowd();
    accounts.push(account);
    let settings = Settings {
        min_prob: 0.0,
        ..Settings::default()
    };
    let people = [consenting(person)];
    let found = candidates(&people, &accounts, &settings);
    found
        .into_iter()
        .find(|candidate| candidate.account == accounts.len() - 1)
        .map(|candidate| candidate.evidence)
        .unwrap_or_default()
}

fn kinds(person: Person<'static>, account: Account<'static>) -> Vec<Kind> {
    evidence_of(person, account)
        .into_iter()
        .map(|evidence| evidence.kind)
        .collect()
}

#[test]
fn names_are_seen_in_kanji_kana_romaji_and_mixed() {
    for (display, is_equal) in [
        ("鳥野 花子", true),
        ("花子　鳥野🌸", true),
        ("とりの花子", false),
        ("鳥野はなこ", false),
        ("ﾄﾘﾉ ﾊﾅｺ", false),
        ("Hanako Torino", false),
        ("TORINO-HANAKO", false),
    ] {
        let shown = Account {
            display_name: Some(display),
            ..account("a")
        };
        let kinds = kinds(hanako(), shown);
        let is_as_expected = match &kinds[..] {
            [Kind::NameEqual { .. }] => is_equal,
            [Kind::ReadingEqual { .. }] => !is_equal,
            _ => false,
        };
        assert!(is_as_expected, "{display}: {kinds:?}");
    }
    for display in ["鳥野梨子", "とりのはな", "鳥野", "Torino"] {
        let shown = Account {
            display_name: Some(display),
            ..account("a")
        };
        assert_eq!(kinds(hanako(), shown), [], "{display}");
    }
}

#[test]
fn names_are_found_within_display_names_and_profiles() {
    let shown = Account {
        display_name: Some("鳥野花子＠イベント10/3"),
        ..account("a")
    };
    assert!(matches!(
        &kinds(hanako(), shown)[..],
        [Kind::NameInDisplay { .. }]
    ));
    let shown = Account {
        bio: Some("鎌倉のパン好き。鳥野花子です"),
        ..account("a")
    };
    assert!(matches!(
        &kinds(hanako(), shown)[..],
        [Kind::NameInBio { .. }]
    ));
}

#[test]
fn a_part_of_the_name_supports_but_brings_no_pair_together() {
    let shown = Account {
        display_name: Some("はなこ"),
        ..account("a")
    };
    assert_eq!(kinds(hanako(), shown.clone()), []);
    let shown = Account {
        handle: Some("kotori_pan"),
        ..shown
    };
    assert!(matches!(
        &kinds(hanako(), shown)[..],
        [Kind::PartOfName { .. }, Kind::HandleFromEmail { .. }]
    ));
}

#[test]
fn addresses_and_links_are_compared() {
    let shown = Account {
        bio: Some("連絡は kotori.pan@torino.example.jp へ"),
        ..account("a")
    };
    assert!(matches!(
        &kinds(hanako(), shown)[..],
        [Kind::EmailInBio { .. }]
    ));
    let how = |shown| match &kinds(hanako(), shown)[..] {
        [Kind::Url { how, .. }] => Some(*how),
        _ => None,
    };
    let shown = Account {
        url: Some("https://www.torino.example.jp/blog"),
        ..account("a")
    };
    assert_eq!(how(shown), Some(UrlMatch::EmailDomain));
    let shown = Account {
        handle: Some("KotorinoPan"),
        ..account("a")
    };
    assert_eq!(how(shown), Some(UrlMatch::Profile));
    let shown = Account {
        url: Some("http://twitter.com/kotorinopan/"),
        ..account("a")
    };
    assert_eq!(how(shown), Some(UrlMatch::Same));
    let shown = Account {
        url: Some("https://torino.example.com"),
        ..account("a")
    };
    assert_eq!(how(shown), None);
}

#[test]
fn places_weigh_by_how_rare_they_are() {
    let weight = |prefecture, location| {
        let person = Person {
            prefectures: vec![prefecture],
            towns: vec![],
            ..hanako()
        };
        let shown = Account {
            display_name: Some("鳥野花子"),
            location: Some(location),
            ..account("a")
        };
        let evidence = evidence_of(person, shown);
        let place = evidence
            .iter()
            .find(|evidence| matches!(evidence.kind, Kind::Place { .. }));
        place.map(Evidence::weight)
    };
    let tokyo = weight("東京都", "Tokyo").unwrap();
    let tottori = weight("鳥取県", "鳥取").unwrap();
    assert!(tottori > tokyo && tokyo > 0.0, "{tottori} {tokyo}");
    assert!(weight("鳥取県", "大阪").unwrap() < 0.0);
    assert_eq!(weight("鳥取県", "夢の中"), None);
}

#[test]
fn the_municipality_says_more_than_the_prefecture() {
    let place = |location| {
        let shown = Account {
            display_name: Some("鳥野花子"),
            location: Some(location),
            ..account("a")
        };
        let evidence = evidence_of(hanako(), shown);
        let Some(Kind::Place { how, .. }) = evidence.last().map(|evidence| evidence.kind.clone())
        else {
            panic!("a place");
        };
        (how, evidence[1].weight())
    };
    let (city, prefecture, elsewhere) = (place("鎌倉"), place("神奈川"), place("Osaka"));
    assert_eq!(
        [city.0, prefecture.0, elsewhere.0],
        [
            PlaceMatch::City,
            PlaceMatch::Prefecture,
            PlaceMatch::Elsewhere
        ]
    );
    assert!(city.1 > prefecture.1 && prefecture.1 > 0.0 && elsewhere.1 < 0.0);
}

#[test]
fn posts_after_orders_support() {
    const ORDERS: [i64; 4] = [0, 30 * DAY, 60 * DAY, 90 * DAY];
    const AFTER: [i64; 4] = [DAY, 31 * DAY, 61 * DAY, 91 * DAY];
    let person = Person {
        order_times: &ORDERS,
        ..hanako()
    };
    let shown = Account {
        display_name: Some("鳥野花子"),
        post_times: &AFTER,
        ..account("a")
    };
    let kinds = kinds(person.clone(), shown);
    assert!(
        matches!(
            &kinds[..],
            [
                Kind::NameEqual { .. },
                Kind::Time {
                    posts_after_orders: 4,
                    ..
                }
            ]
        ),
        "{kinds:?}"
    );
    let alone = Account {
        post_times: &AFTER,
        ..account("a")
    };
    assert_eq!(super::tests::kinds(person, alone), []);
}
