//! Data that say little, or the same of everybody.

use std::collections::BTreeSet;

use super::*;

#[test]
fn nothing_and_one_record_are_no_trouble() {
    assert!(roots(&[]).is_empty());
    assert_eq!(roots(&[Card::new("a", "山田 太郎")]), [0]);
    let settings = Settings::default();
    assert!(Fitted::of(&[], &settings).weights.is_whole());
}

#[test]
fn records_without_a_value_stay_alone() {
    let cards: Vec<Card> = (0..500)
        .map(|place| Card::new(&place.to_string(), ""))
        .collect();
    let all: Vec<u32> = (0..500).collect();
    assert_eq!(roots(&cards), all);
}

#[test]
fn a_value_that_everybody_has_belongs_to_nobody() {
    let mut cards = crowd(400);
    let twins: Vec<Card> = cards[..100]
        .iter()
        .map(|card| again(card, &format!("w{}", card.id)))
        .collect();
    cards.extend(twins);
    let before = roots(&cards);
    for card in &mut cards {
        card.phone = "000-0000-0000".into();
    }
    for card in &mut cards[100..160] {
        card.email = "test@example.com".into();
    }
    let settings = Settings::default();
    let fitted = Fitted::of(&cards, &settings);
    let found: Vec<(&str, u64)> = fitted
        .placeholders
        .iter()
        .map(|found| (found.field.as_str(), found.records))
        .collect();
    assert!(fitted.features.rows.iter().all(|row| row.phone == 0));
    assert!(found.contains(&("email", 60)), "{found:?}");
    let pairs = fitted.pairs(&settings);
    let clusters = fitted.clusters(&pairs, &Decided::default(), &settings);
    assert_eq!(clusters.root, before);
}

#[test]
fn an_address_of_a_family_is_no_placeholder() {
    let mut cards = crowd(200);
    for card in &mut cards[..5] {
        card.email = "smiths@example.com".into();
    }
    let fitted = Fitted::of(&cards, &Settings::default());
    assert!(fitted.placeholders.is_empty(), "{:?}", fitted.placeholders);
}

#[test]
fn blocked_values_are_taken_for_missing() {
    let cards = [("a", "Marsh Olivia"), ("b", "Novak Piotr")].map(|(id, name)| Card {
        email: "office@example.com".into(),
        phone: "090-1234-5678".into(),
        ..Card::new(id, name)
    });
    let (mut features, _) = features(&cards);
    features.without(&["office@example.com".to_owned()]);
    assert!(features.rows.iter().all(|row| row.email == 0));
    assert!(features.rows.iter().all(|row| row.email_loose == 0));
    assert!(features.rows.iter().all(|row| row.phone != 0));
}

#[test]
fn a_surname_that_all_share_blows_nothing_up() {
    let count = 20_000;
    for (name, is_blocked) in [("佐藤", false), ("佐藤 太郎", true)] {
        let cards: Vec<Card> = (0..count)
            .map(|place| Card::new(&format!("{place:06}"), name))
            .collect();
        let settings = Settings::default();
        let fitted = Fitted::of(&cards, &settings);
        let pairs = fitted.pairs(&settings);
        assert!(pairs.compared <= 20 * count, "{}", pairs.compared);
        // Who shares no more than that cannot be told apart, and is not put together either.
        let clusters = fitted.clusters(&pairs, &Decided::default(), &settings);
        let persons: BTreeSet<u32> = clusters.root.iter().copied().collect();
        assert_eq!(persons.len() as u64, count);
        let left_out = pairs.left_out.iter().find(|(rule, _)| rule == "names");
        assert_eq!(
            left_out.map(|(_, records)| *records),
            Some(if is_blocked { count } else { 0 })
        );
    }
}

#[test]
fn blocks_that_are_too_big_are_cut_by_what_else_there_is() {
    // One name for all, and a birth date each pair shares.
    let cards: Vec<Card> = (0..4_000_u32)
        .map(|place| Card {
            birth: format!(
                "{}-{:02}-{:02}",
                1900 + place / 2 / 28 % 100,
                1 + place / 2 / 2800 % 12,
                1 + place / 2 % 28
            ),
            ..Card::new(&format!("{place:06}"), "佐藤 太郎")
        })
        .collect();
    let settings = Settings::default();
    let fitted = Fitted::of(&cards, &settings);
    let pairs = fitted.pairs(&settings);
    assert!(pairs.compared < 400_000, "{}", pairs.compared);
    let tied: BTreeSet<(u32, u32)> = pairs
        .edges
        .iter()
        .map(|edge| (edge.left, edge.right))
        .collect();
    assert!((0..2_000).all(|pair| tied.contains(&(2 * pair, 2 * pair + 1))));
}
