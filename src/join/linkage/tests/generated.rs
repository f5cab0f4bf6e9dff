//! People of the generator, whose truth is known.

use std::collections::HashMap;
use std::path::Path;

use super::*;
use crate::sample::{PeopleOptions, write_people};

/// Records of two systems, and the person of each.
struct People {
    cards: Vec<Card>,
    persons: Vec<String>,
}

type Row = HashMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let bytes = std::fs::read(path).expect("the file was written");
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => encoding_rs::SHIFT_JIS
            .decode(error.as_bytes())
            .0
            .into_owned(),
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("whole rows"))
        .collect()
}

fn card(source: &str, row: &Row) -> Card {
    let first = |names: &[&str]| {
        let filled = names
            .iter()
            .filter_map(|name| row.get(*name))
            .find(|cell| !cell.is_empty());
        filled.cloned().unwrap_or_default()
    };
    let joined = |names: &[&str]| {
        let cells: Vec<&str> = names
            .iter()
            .filter_map(|name| row.get(*name))
            .map(String::as_str)
            .collect();
        cells.join(" ").trim().to_owned()
    };
    Card {
        source: source.into(),
        id: first(&["customer_id", "会員ID", "顧客番号"]),
        name: joined(&[
            "last_name",
            "first_name",
            "お名前(姓)",
            "お名前(名)",
            "氏名",
        ]),
        reading: joined(&["お名前(セイ)", "お名前(メイ)", "フリガナ"]),
        email: first(&["email", "メールアドレス", "メール"]),
        phone: first(&["phone", "TEL", "電話番号"]),
        postal_code: first(&["postal_code", "郵便番号"]),
        prefecture: first(&["都道府県(名称)"]),
        address: joined(&["address", "city", "住所1", "住所2", "住所"]),
        birth: first(&["birth_date", "誕生日", "生年月日"]),
        gender: match &*first(&["gender", "性別(名称)", "性別"]).to_lowercase() {
            "f" | "female" | "女性" | "女" => "female".into(),
            "m" | "male" | "男性" | "男" => "male".into(),
            _ => String::new(),
        },
        number: String::new(),
    }
}

impl People {
    fn write(records: u64, seed: u64, japanese: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = PeopleOptions {
            records,
            seed,
            japanese,
            steady: false,
        };
        write_people(folder.path(), &options, &mut |_, _| {}).expect("a sample");
        let truth: HashMap<(String, String), String> =
            rows(&folder.path().join("truth/people.csv"))
                .into_iter()
                .map(|row| {
                    (
                        (row["source"].clone(), row["customer_id"].clone()),
                        row["person"].clone(),
                    )
                })
                .collect();
        let mut cards: Vec<Card> = ["shop", "web"]
            .into_iter()
            .flat_map(|source| {
                let path = folder.path().join(format!("exports/{source}.csv"));
                rows(&path)
                    .iter()
                    .map(|row| card(source, row))
                    .collect::<Vec<_>>()
            })
            .collect();
        cards.sort_by(|left, right| (&left.source, &left.id).cmp(&(&right.source, &right.id)));
        let persons = cards
            .iter()
            .map(|card| truth[&(card.source.clone(), card.id.clone())].clone())
            .collect();
        Self { cards, persons }
    }

    /// Returns precision and recall of the pairs put together.
    fn score(&self, roots: &[u32]) -> (f64, f64) {
        fn pairs<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> f64 {
            let mut sizes: HashMap<K, f64> = HashMap::new();
            keys.for_each(|key| *sizes.entry(key).or_default() += 1.0);
            sizes
                .into_values()
                .map(|size| size * (size - 1.0) / 2.0)
                .sum()
        }
        let found = pairs(roots.iter());
        let right = pairs(roots.iter().zip(&self.persons));
        (right / found, right / pairs(self.persons.iter()))
    }
}

fn f1((precision, recall): (f64, f64)) -> f64 {
    2.0 * precision * recall / (precision + recall)
}

#[test]
fn records_of_one_person_come_together_and_households_stay_apart() {
    for (japanese, seed) in [(false, 11), (false, 12), (true, 11), (true, 12)] {
        let people = People::write(1_500, seed, japanese);
        let score = people.score(&roots(&people.cards));
        assert!(
            f1(score) > 0.98,
            "japanese {japanese}, seed {seed}: {score:?}"
        );
        // A third of the people share name, address and telephone with others.
        assert!(
            score.0 > 0.985,
            "japanese {japanese}, seed {seed}: {score:?}"
        );
    }
}

#[test]
fn the_order_of_the_records_changes_nobody() {
    for japanese in [false, true] {
        let people = People::write(300, 5, japanese);
        let sorted = roots(&people.cards);
        let mut order: Vec<usize> = (0..people.cards.len()).collect();
        order.sort_by_key(|place| (*place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let turned: Vec<Card> = order
            .iter()
            .map(|place| people.cards[*place].clone())
            .collect();
        let found = roots(&turned);
        let mut person_of: HashMap<u32, u32> = HashMap::new();
        for (place, root) in order.iter().zip(&found) {
            let person = *person_of.entry(*root).or_insert(sorted[*place]);
            assert_eq!(person, sorted[*place], "{:?}", people.cards[*place]);
        }
        let persons: std::collections::HashSet<&u32> = sorted.iter().collect();
        assert_eq!(person_of.len(), persons.len());
    }
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let people = People::write(600, 9, true);
    let settings = Settings::default();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| {
            let fitted = Fitted::of(&people.cards, &settings);
            let pairs = fitted.pairs(&settings);
            let clusters = fitted.clusters(&pairs, &Decided::default(), &settings);
            (
                fitted.weights,
                pairs.edges,
                pairs.histogram,
                pairs.compared,
                clusters.root,
                clusters.cuts,
            )
        })
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn no_pair_is_compared_twice() {
    let people = People::write(500, 3, false);
    let settings = Settings {
        review: 1e-12,
        ..Settings::default()
    };
    let fitted = Fitted::of(&people.cards, &settings);
    let pairs = fitted.pairs(&settings);
    let mut seen = std::collections::HashSet::new();
    assert!(
        pairs
            .edges
            .iter()
            .all(|edge| edge.left < edge.right && seen.insert((edge.left, edge.right)))
    );
    assert_eq!(pairs.histogram.values().sum::<u64>(), pairs.compared);
}
