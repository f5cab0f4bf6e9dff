//! What a pair weighs.

use proptest::prelude::*;

use super::super::field::{address, birth, email, name, phone};
use super::*;
use crate::join::model;

fn card() -> impl Strategy<Value = Card> {
    let names = prop::sample::select(vec![
        "",
        "渡辺 花子",
        "渡邉花子",
        "渡邊　花子",
        "花子 渡辺",
        "渡辺",
        "花子",
        "わたなべ",
        "山田 太郎",
        "山田太朗",
        "Smith John",
        "John Smith",
        "J Smith",
        "Smyth John",
        "Smith",
        "Johnson Smith",
        "O'Neil Ann",
        "山",
    ]);
    let readings = prop::sample::select(vec![
        "",
        "ワタナベ ハナコ",
        "わたなべはなこ",
        "ﾜﾀﾅﾍﾞ ﾊﾅｺ",
        "ヤマダ タロウ",
        "watanabe hanako",
        "ハナコ",
        "ヤマダ",
    ]);
    let emails = prop::sample::select(vec![
        "",
        "hanako@example.com",
        "Hanako+shop@example.com",
        "hanako@example.jp",
        "hanakp@example.com",
        "j.smith@gmail.com",
        "jsmith@gmail.com",
        "x@example.com",
    ]);
    let phones = prop::sample::select(vec![
        "",
        "090-1234-5678",
        "０９０１２３４５６７８",
        "+81 90 1234 5679",
        "03-1234-5678",
        "12",
    ]);
    let addresses = prop::sample::select(vec![
        "",
        "神奈川県鎌倉市十日市4丁目20番地3 サンコート 908号室",
        "鎌倉市十日市4-20-3-908",
        "鎌倉市十日市",
        "130 Cedar Drive Garwick",
        "Flat 12, 130 Cedar Drive, Garwick",
        "131 Cedar Drive",
        "Garwick",
    ]);
    let postal = prop::sample::select(vec![
        "", "248-8671", "2488671", "248-8672", "AZ2 5SN", "az25sn",
    ]);
    let births = prop::sample::select(vec![
        "",
        "1979-10-21",
        "1979/12/10",
        "1979-10-12",
        "1979-10-20",
        "S54.10.21",
        "1980-02-31",
        "2001-01-01",
    ]);
    let genders = prop::sample::select(vec!["", "female", "male", "other"]);
    let numbers = prop::sample::select(vec!["", "6988048", "6988049", "7364009"]);
    let prefectures = prop::sample::select(vec!["", "神奈川県", "東京都", "wa"]);
    (
        (names, readings, emails, phones, addresses),
        (postal, births, genders, numbers, prefectures),
    )
        .prop_map(
            |(
                (name, reading, email, phone, address),
                (postal, birth, gender, number, prefecture),
            )| Card {
                source: "shop".into(),
                name: name.into(),
                reading: reading.into(),
                email: email.into(),
                phone: phone.into(),
                address: address.into(),
                postal_code: postal.into(),
                prefecture: prefecture.into(),
                birth: birth.into(),
                gender: gender.into(),
                number: number.into(),
                ..Card::default()
            },
        )
}

fn cards() -> impl Strategy<Value = Vec<Card>> {
    prop::collection::vec(card(), 2..12).prop_map(|mut cards| {
        for (place, card) in cards.iter_mut().enumerate() {
            card.id = format!("{place:03}");
        }
        cards
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_pair_weighs_the_same_from_either_side_and_its_parts_sum_up(cards in cards()) {
        let settings = Settings::default();
        let fitted = Fitted::of(&cards, &settings);
        let scorer = fitted.scorer();
        for left in 0..cards.len() {
            for right in 0..left {
                let pattern = compare(&fitted.features, left, right);
                prop_assert_eq!(pattern, compare(&fitted.features, right, left), "{:?} {:?}", &cards[left], &cards[right]);
                let weight = scorer.weight(pattern, left, right);
                prop_assert!(weight.is_finite());
                prop_assert!((weight - scorer.weight(pattern, right, left)).abs() < 1e-9, "{:?} {:?}", &cards[left], &cards[right]);
                let parts = scorer.waterfall(pattern, left, right);
                let sum: f64 = parts.fields.iter().map(|(_, _, level, frequency)| level + frequency).sum();
                prop_assert!((parts.prior + sum + parts.household - weight).abs() < 1e-9);
                prop_assert!((parts.weight - weight).abs() < 1e-9);
                let probability = probability_of(weight);
                prop_assert!((0.0..=1.0).contains(&probability));
            }
        }
    }

    #[test]
    fn weights_are_whole_and_read_back_as_they_were_written(cards in cards()) {
        let fitted = Fitted::of(&cards, &Settings::default());
        prop_assert!(fitted.weights.is_whole());
        let (numbers, terms) = model::frames(&fitted.weights).expect("tables");
        let read = model::weights(&numbers, &terms).expect("tables").expect("whole");
        prop_assert_eq!(&read, &fitted.weights);
        let json = serde_json::to_string(&fitted.weights).expect("JSON");
        let read: Weights = serde_json::from_str(&json).expect("weights");
        prop_assert_eq!(&read, &fitted.weights);
    }
}

fn levels(weights: &Weights, field: usize) -> Vec<f64> {
    let levels = weights.fields[field].levels.iter();
    levels.map(|level| (level.m / level.u).log2()).collect()
}

#[test]
fn better_agreement_weighs_more_after_fitting() {
    let mut cards = crowd(400);
    for place in 0..150 {
        let mut card = again(&cards[place], &format!("w{place}"));
        match place % 5 {
            0 => card.phone.replace_range(10..11, "0"),
            1 => card.birth = String::new(),
            2 => card.name.insert(2, 'x'),
            3 => card.email = String::new(),
            _ => {}
        }
        cards.push(card);
    }
    let weights = Fitted::of(&cards, &Settings::default()).weights;
    for (field, order) in [
        (0, &[name::EXACT, name::SLIP, name::DIFFERENT][..]),
        (1, &[name::EXACT, name::SLIP, name::DIFFERENT]),
        (2, &[birth::EXACT, birth::ONE_EDIT, birth::DIFFERENT]),
        (4, &[email::EXACT, email::CLOSE, email::DIFFERENT]),
        (5, &[phone::EXACT, phone::ONE_EDIT, phone::DIFFERENT]),
        (6, &[address::FULL, address::PLACE, address::DIFFERENT]),
    ] {
        let weight = levels(&weights, field);
        let ordered: Vec<f64> = order
            .iter()
            .map(|level| weight[*level as usize - 1])
            .collect();
        // Shares are rounded.
        let is_falling = ordered.windows(2).all(|pair| pair[0] >= pair[1] - 1e-6);
        assert!(is_falling, "{}: {ordered:?}", weights.fields[field].field);
        assert!(
            ordered[0] > 0.0 && *ordered.last().expect("levels") < 0.0,
            "{ordered:?}"
        );
    }
}

#[test]
fn a_rare_name_says_more_than_a_common_one() {
    let mut cards = crowd(300);
    for card in &mut cards[..200] {
        let given = card.name.split(' ').nth(1).expect("two names").to_owned();
        card.name = format!("Common {given}");
    }
    let rare = Card {
        name: "Quillfeather Ada".into(),
        ..Card::new("r1", "")
    };
    let common = Card {
        name: "Common Ada".into(),
        ..Card::new("c1", "")
    };
    cards.extend([
        rare.clone(),
        again(&rare, "r2"),
        common.clone(),
        again(&common, "c2"),
    ]);
    let fitted = Fitted::of(&cards, &Settings::default());
    let weight = |left: usize, right: usize| {
        let pattern = compare(&fitted.features, left, right);
        fitted.scorer().weight(pattern, left, right)
    };
    let (of_rare, of_common) = (weight(300, 301), weight(302, 303));
    assert!(of_rare > of_common + 2.0, "{of_rare} {of_common}");
}

#[test]
fn values_that_are_missing_say_nothing() {
    let mut cards = crowd(200);
    let bare = Card::new("b1", "");
    cards.extend([bare.clone(), again(&bare, "b2")]);
    let fitted = Fitted::of(&cards, &Settings::default());
    let pattern = compare(&fitted.features, 200, 201);
    let parts = fitted.scorer().waterfall(pattern, 200, 201);
    assert!(
        parts
            .fields
            .iter()
            .all(|(_, level, weight, frequency)| (*level, *weight, *frequency) == (0, 0.0, 0.0))
    );
    assert!(parts.weight <= parts.prior && parts.prior < 0.0);
}

/// Many of one name, a slip of it and another name that looks like it, and who goes by a nickname.
fn named() -> Vec<Card> {
    let mut cards = crowd(900);
    for (place, card) in cards.iter_mut().enumerate() {
        let family = card.name.split(' ').next().expect("two names").to_owned();
        let given = match place % 3 {
            0 => "Joan",
            1 => "Jean",
            _ => "Thomas",
        };
        card.name = format!("{family} {given}");
    }
    for place in 0..60 {
        let mut card = again(&cards[place * 3 + 2], &format!("t{place}"));
        card.name = card.name.replace("Thomas", "Tom");
        cards.push(card);
        cards.push(again(&cards[place * 3], &format!("j{place}")));
    }
    cards
}

#[test]
fn nicknames_are_learnt_from_sure_pairs_and_other_names_are_not() {
    let fitted = Fitted::of(&named(), &Settings::default());
    assert_eq!(
        fitted.weights.aliases,
        [["thomas", "tom"].map(str::to_owned)]
    );
    let alias = levels(&fitted.weights, 1)[usize::from(name::ALIAS) - 1];
    assert!(alias > 0.0, "{alias}");
}

#[test]
fn a_slip_of_the_pen_is_told_from_another_name() {
    let mut cards = named();
    let at = cards.len();
    for given in ["Joan", "Jaon", "Jean"] {
        cards.push(Card {
            name: format!("Quill {given}"),
            ..Card::new(given, "")
        });
    }
    let fitted = Fitted::of(&cards, &Settings::default());
    let given =
        |left: usize, right: usize| compare(&fitted.features, at + left, at + right).level(1);
    assert_eq!((given(0, 1), given(0, 2)), (name::SLIP, name::CLOSE));
}

#[test]
fn names_the_other_way_round_say_what_the_names_say() {
    let mut cards = named();
    let at = cards.len();
    let person = |id: &str, name: &str| Card {
        name: name.into(),
        birth: "1970-01-02".into(),
        ..Card::new(id, "")
    };
    for (place, name) in ["Quill Thomas", "Quill Thomas", "Thomas Quill", "Tom Quill"]
        .iter()
        .enumerate()
    {
        cards.push(person(&format!("q{place}"), name));
    }
    let fitted = Fitted::of(&cards, &Settings::default());
    let weight = |left: usize, right: usize| {
        let pattern = compare(&fitted.features, at + left, at + right);
        (
            pattern.level(1),
            fitted.scorer().weight(pattern, at + left, at + right),
        )
    };
    let (straight, swapped) = (weight(0, 1), weight(0, 2));
    assert_eq!((straight.0, swapped.0), (name::EXACT, name::SWAPPED));
    assert!(
        (straight.1 - swapped.1).abs() < 1e-6,
        "{straight:?} {swapped:?}"
    );
    // A nickname the other way round is still the name.
    assert_eq!(weight(0, 3).0, name::SWAPPED);
}
