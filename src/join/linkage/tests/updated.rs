//! What comes of records that came, changed and went is what comes of comparing all of them anew.

use std::io::Read;

use proptest::prelude::*;

use super::*;

/// Hash of a model, for memories of tests.
const MODEL: u64 = 7;

fn hash(card: &Card) -> u64 {
    crate::hash::fast_hash([&*format!("{card:?}")])
}

/// Links all records under the weights given.
fn all(
    cards: &[Card],
    weights: &Weights,
    decided: &[(usize, usize, bool)],
    settings: &Settings,
) -> Matched {
    let (mut features, _) = features_under(cards, weights);
    let placeholders = features.without_placeholders(&settings.limits);
    let scorer = Scorer::new(weights, &features);
    let pairs = pairs(&features, &scorer, settings);
    let decided = words(decided, &features.keys);
    let clusters = cluster(&features, &scorer, &pairs, &decided, settings);
    let ties = all_ties(&scorer, &pairs, &clusters, settings);
    drop(scorer);
    Matched {
        features,
        placeholders,
        pairs,
        clusters,
        ties,
        decided,
    }
}

fn features_under(cards: &[Card], weights: &Weights) -> (Features, Vec<SplitFamily>) {
    let mut features = Features::new(weights.identifiers.len());
    features.extend(&cards.iter().map(Card::written).collect::<Vec<_>>());
    features.split_names(&weights.families);
    features.seal();
    features.know_frequencies(&weights.terms);
    features.know_aliases(&weights.aliases);
    (features, weights.families.clone())
}

/// Returns decisions about records, each named by the number in its id.
fn words(decided: &[(usize, usize, bool)], keys: &[u64]) -> Decided {
    let place = |number: usize| {
        let key = crate::hash::fast_hash(["shop", &number.to_string()]);
        keys.iter().position(|known| *known == key)
    };
    let mut words = Decided::default();
    for &(left, right, is_same) in decided {
        if let (Some(left), Some(right)) = (place(left), place(right)) {
            let list = match is_same {
                true => &mut words.same,
                false => &mut words.different,
            };
            list.push((left.min(right) as u32, left.max(right) as u32));
        }
    }
    words
}

fn remembered(matched: &Matched, cards: &[Card]) -> Memory {
    let contents: Vec<u64> = cards.iter().map(hash).collect();
    let mut bytes = Vec::new();
    Memory::write(matched, &contents, MODEL, &mut bytes).expect("memory can be written");
    Memory::read(&mut &*bytes, MODEL).expect("what was written is read")
}

fn updated(
    memory: Memory,
    cards: &[Card],
    weights: &Weights,
    decided: &[(usize, usize, bool)],
    settings: &Settings,
) -> Option<Matched> {
    let keys: Vec<u64> = (cards.iter())
        .map(|card| crate::hash::fast_hash([&*card.source, &*card.id]))
        .collect();
    let contents: Vec<u64> = cards.iter().map(hash).collect();
    let now = Now {
        keys: &keys,
        contents: &contents,
        written: &|rows, take| {
            let written = rows.iter().map(|row| cards[*row as usize].written());
            take(&written.collect::<Vec<_>>());
        },
        blocked: &[],
    };
    memory.update(&now, &|keys| words(decided, keys), weights, settings)
}

/// Says all that linkage found, in terms that do not depend on how texts are numbered.
fn said(matched: &Matched) -> Vec<String> {
    let Matched {
        features,
        placeholders,
        pairs,
        clusters,
        ties,
        decided,
    } = matched;
    let texts: Vec<[&str; 4]> = (features.rows.iter())
        .map(|row| {
            [
                features.names.get(row.family),
                features.emails.get(row.email_loose),
                features.phones.get(row.phone),
                features.towns.get(row.town),
            ]
        })
        .collect();
    vec![
        format!("{texts:?}"),
        format!("{placeholders:?}"),
        format!("{ties:?}"),
        format!("{:?}", pairs.edges),
        format!("{} {:?}", pairs.compared, pairs.histogram),
        format!("{:?} {:?}", pairs.left_out, pairs.caps),
        format!("{:?}", clusters.root),
        format!("{:?} {:?}", clusters.cuts, clusters.conflicts),
        format!("{decided:?}"),
    ]
}

const FAMILIES: [&str; 4] = ["佐藤", "鈴木", "高橋", "Smith"];
const GIVENS: [&str; 5] = ["花子", "太郎", "次郎", "美咲", "Anna"];

/// A record out of so few values that many meet, and blocks are too big.
fn card(id: usize) -> impl Strategy<Value = Card> {
    (
        0..4_usize,
        0..5_usize,
        0..6_u32,
        0..5_u32,
        0..4_u32,
        0..4_u32,
        proptest::bool::ANY,
    )
        .prop_map(
            move |(family, given, birth, email, phone, address, is_unsplit)| {
                let space = if is_unsplit && family < 3 { "" } else { " " };
                Card {
                    email: if email > 0 {
                        format!("mail{email}@example.jp")
                    } else {
                        String::new()
                    },
                    phone: if phone > 0 {
                        format!("090-1111-000{phone}")
                    } else {
                        String::new()
                    },
                    birth: if birth > 0 {
                        format!("198{birth}-01-02")
                    } else {
                        String::new()
                    },
                    address: if address > 0 {
                        format!("鎌倉市十日市{address}-2-3")
                    } else {
                        String::new()
                    },
                    ..Card::new(
                        &id.to_string(),
                        &format!("{}{space}{}", FAMILIES[family], GIVENS[given]),
                    )
                }
            },
        )
}

fn cards(count: usize) -> impl Strategy<Value = Vec<Card>> {
    (0..count).map(card).collect::<Vec<_>>()
}

type Words = Vec<(usize, usize, bool)>;

fn words_of(count: usize) -> impl Strategy<Value = Words> {
    proptest::collection::vec((0..count, 0..count, proptest::bool::ANY), 0..4).prop_map(|words| {
        words
            .into_iter()
            .filter(|(left, right, _)| left != right)
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn an_update_finds_what_comparing_all_records_finds(
        before in cards(60),
        changes in proptest::collection::vec((0..60_usize, card(0)), 0..4),
        gone in proptest::collection::vec(0..60_usize, 0..4),
        more in cards(6),
        is_shuffled in proptest::bool::ANY,
        words_before in words_of(60),
        words_now in words_of(66),
        cap in 2..12_usize,
        sharing in 1..5_usize,
    ) {
        let mut settings = Settings { block_cap: cap, ..Settings::default() };
        settings.limits.sharing = sharing;
        let mut weights = Fitted::of(&before, &settings).weights;
        weights.caps = all(&before, &weights, &[], &settings).pairs.caps;
        let matched = all(&before, &weights, &words_before, &settings);
        let mut now = before.clone();
        for (place, card) in changes {
            now[place] = Card { id: place.to_string(), ..card };
        }
        now.extend(more.into_iter().enumerate().map(|(number, card)| Card {
            id: (60 + number).to_string(),
            ..card
        }));
        now.retain(|card| !gone.iter().any(|gone| gone.to_string() == card.id));
        if is_shuffled {
            now.sort_by_key(hash);
        }
        let anew = all(&now, &weights, &words_now, &settings);
        if let Some(updated) = updated(remembered(&matched, &before), &now, &weights, &words_now, &settings) {
            for (updated, anew) in said(&updated).into_iter().zip(said(&anew)) {
                prop_assert_eq!(updated, anew);
            }
        }
    }
}

#[test]
fn one_more_record_is_an_update_and_finds_its_person() {
    let before = crowd(200);
    let settings = Settings::default();
    let mut weights = Fitted::of(&before, &settings).weights;
    weights.caps = all(&before, &weights, &[], &settings).pairs.caps;
    let mut now = before.clone();
    now.push(again(&before[5], "again"));
    let memory = remembered(&all(&before, &weights, &[], &settings), &before);
    let updated = updated(memory, &now, &weights, &[], &settings).expect("only one record is new");
    assert_eq!(updated.clusters.root[200], 5);
    assert_eq!(said(&updated), said(&all(&now, &weights, &[], &settings)));
}

#[test]
fn damaged_memories_and_those_of_other_models_are_forgotten() {
    let cards = crowd(20);
    let settings = Settings::default();
    let weights = Fitted::of(&cards, &settings).weights;
    let mut bytes = Vec::new();
    let matched = all(&cards, &weights, &[], &settings);
    Memory::write(&matched, &[1; 20], MODEL, &mut bytes).expect("memory can be written");
    let read = |bytes: &[u8], model| Memory::read(&mut bytes.take(u64::MAX), model).is_some();
    assert!(read(&bytes, MODEL) && !read(&bytes, MODEL + 1));
    for place in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x41;
        assert!(!read(&damaged, MODEL), "byte {place}");
        assert!(!read(&bytes[..place], MODEL), "cut at {place}");
    }
}
