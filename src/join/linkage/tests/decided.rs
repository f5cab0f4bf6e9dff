//! Who is with whom: reviewers' words, contradictions, limits.

use std::collections::BTreeMap;

use super::*;

/// A crowd, and after it the records in question.
fn with_crowd(cards: &[Card]) -> (Vec<Card>, usize) {
    let mut all = crowd(300);
    let first = all.len();
    all.extend_from_slice(cards);
    (all, first)
}

fn linked(cards: &[Card], decided: &Decided, settings: &Settings) -> Clusters {
    let fitted = Fitted::of(cards, settings);
    let pairs = fitted.pairs(settings);
    fitted.clusters(&pairs, decided, settings)
}

fn taro() -> Card {
    Card {
        email: "taro@example.jp".into(),
        phone: "090-1111-2222".into(),
        birth: "1980-01-01".into(),
        gender: "male".into(),
        address: "鎌倉市十日市4-20-3".into(),
        postal_code: "248-8671".into(),
        ..Card::new("a", "山田 太郎")
    }
}

#[test]
fn reviewers_are_obeyed_in_both_directions() {
    let stranger = Card {
        email: "anna@example.org".into(),
        birth: "1955-05-05".into(),
        ..Card::new("z", "Okonkwo Anna")
    };
    let (cards, at) = with_crowd(&[taro(), again(&taro(), "b"), stranger]);
    let [a, b, z] = [0, 1, 2].map(|place| (at + place) as u32);
    let settings = Settings::default();
    let free = linked(&cards, &Decided::default(), &settings);
    assert_eq!(free.root[b as usize], a, "the two are one without a word");
    assert_eq!(free.root[z as usize], z);
    let decided = Decided {
        same: vec![(a, z)],
        different: vec![(b, a)],
    };
    let told = linked(&cards, &decided, &settings);
    assert_eq!(told.root[z as usize], a);
    assert_eq!(told.root[b as usize], b);
    assert!(told.conflicts.is_empty());
    assert!(
        told.cuts
            .iter()
            .any(|(edge, cut)| (edge.left, edge.right, *cut) == (a, b, Cut::Decision))
    );
}

#[test]
fn words_that_contradict_each_other_are_reported_and_the_parting_one_holds() {
    let people = ["Uno Ann", "Due Bea", "Tre Cid"].map(|name| Card::new(name, name));
    let (cards, at) = with_crowd(&people);
    let [a, b, c] = [0, 1, 2].map(|place| (at + place) as u32);
    let decided = Decided {
        same: vec![(a, b), (b, c)],
        different: vec![(a, c)],
    };
    let clusters = linked(&cards, &decided, &Settings::default());
    assert_eq!(clusters.conflicts, [(b, c)]);
    assert_eq!(
        (clusters.root[b as usize], clusters.root[c as usize]),
        (a, c)
    );
}

#[test]
fn two_birth_dates_and_two_names_stay_apart_whatever_ties_them() {
    let middle = Card {
        birth: String::new(),
        gender: String::new(),
        ..again(&taro(), "b")
    };
    let brother = Card {
        name: "山田 次郎".into(),
        birth: "1992-05-17".into(),
        ..again(&taro(), "c")
    };
    let (cards, at) = with_crowd(&[taro(), middle, brother]);
    let clusters = linked(&cards, &Decided::default(), &Settings::default());
    assert_eq!(clusters.root[at + 1] as usize, at);
    assert_eq!(clusters.root[at + 2] as usize, at + 2);
    // Handed a pair over the threshold all the same, clustering says why it does not follow it.
    let settings = Settings::default();
    let fitted = Fitted::of(&cards, &settings);
    let pairs = Pairs {
        edges: [(at, at + 1, 30.0), (at + 1, at + 2, 25.0)]
            .map(|(left, right, weight)| Edge {
                left: left as u32,
                right: right as u32,
                weight,
            })
            .into(),
        ..Pairs::default()
    };
    let clusters = fitted.clusters(&pairs, &Decided::default(), &settings);
    let cuts: Vec<(u32, Cut)> = clusters
        .cuts
        .iter()
        .map(|(edge, cut)| (edge.right, *cut))
        .collect();
    assert_eq!(cuts, [((at + 2) as u32, Cut::Contradiction)]);
}

#[test]
fn a_chain_of_weak_links_breaks_where_its_ends_differ() {
    let ends = |id: &str, name: &str, email: &str, phone: &str| Card {
        email: email.into(),
        phone: phone.into(),
        ..Card::new(id, name)
    };
    let (cards, at) = with_crowd(&[
        ends("a", "Marsh Olivia", "olivia@example.com", "090-1000-0001"),
        ends("b", "Marsh O", "olivia@example.com", "090-2000-0002"),
        ends("c", "Novak Piotr", "piotr@example.com", "090-2000-0002"),
    ]);
    let settings = Settings::default();
    let fitted = Fitted::of(&cards, &settings);
    let edge = |left: usize, right: usize, weight: f64| Edge {
        left: (at + left) as u32,
        right: (at + right) as u32,
        weight,
    };
    let pairs = Pairs {
        edges: vec![edge(0, 1, 6.0), edge(1, 2, 1.0)],
        ..Pairs::default()
    };
    let clusters = fitted.clusters(&pairs, &Decided::default(), &settings);
    assert_eq!(clusters.root[at + 1] as usize, at);
    assert_eq!(clusters.root[at + 2] as usize, at + 2);
    assert_eq!(clusters.cuts, [(edge(1, 2, 1.0), Cut::Chain)]);
}

#[test]
fn no_person_has_more_than_the_limits_allow() {
    let many: Vec<Card> = (0..12)
        .map(|place| Card {
            email: format!("taro{}@example.jp", char::from(b'a' + place)),
            ..again(&taro(), &format!("{place:02}"))
        })
        .collect();
    let (cards, at) = with_crowd(&many);
    for (records, emails, most) in [(50, 3, 3), (5, 50, 5), (50, 50, 12)] {
        let settings = Settings {
            limits: Limits {
                records,
                emails,
                ..Settings::default().limits
            },
            ..Settings::default()
        };
        let clusters = linked(&cards, &Decided::default(), &settings);
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        for root in &clusters.root[at..] {
            *sizes.entry(*root).or_default() += 1;
        }
        assert_eq!(sizes.values().max(), Some(&most), "{sizes:?}");
        let is_cut = clusters.cuts.iter().any(|(_, cut)| *cut == Cut::Limit);
        assert_eq!(is_cut, most < 12);
    }
}
