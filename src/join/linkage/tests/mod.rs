//! Linkage on small sets of records: what must hold whatever the data are, and what must come out of some.

mod awkward;
mod decided;
mod generated;
mod updated;
mod weighing;

use super::*;

/// A record to link; fields that are empty are missing.
#[derive(Debug, Clone, Default, PartialEq)]
struct Card {
    source: String,
    id: String,
    name: String,
    reading: String,
    email: String,
    phone: String,
    postal_code: String,
    prefecture: String,
    address: String,
    /// As written; what is no date is compared digit by digit.
    birth: String,
    gender: String,
    number: String,
}

impl Card {
    fn new(id: &str, name: &str) -> Self {
        Self {
            source: "shop".into(),
            id: id.into(),
            name: name.into(),
            ..Self::default()
        }
    }

    fn written(&self) -> Written<'_> {
        fn some(text: &str) -> Option<&str> {
            (!text.is_empty()).then_some(text)
        }
        let birth = crate::import::values::dates::date(&self.birth, &jiff::tz::TimeZone::UTC);
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = birth.ok().flatten().map(|day| (day - epoch).get_days());
        Written {
            source: &self.source,
            customer_id: &self.id,
            name: some(&self.name),
            reading: some(&self.reading),
            email: some(&self.email),
            phone: some(&self.phone),
            postal_code: some(&self.postal_code),
            prefecture: some(&self.prefecture),
            address: some(&self.address),
            birth_date: days,
            birth_text: some(&self.birth).filter(|_| days.is_none()),
            gender: some(&self.gender),
            identifiers: [some(&self.number), None, None, None],
        }
    }
}

/// Records made ready, and the model fitted to them.
struct Fitted {
    features: Features,
    weights: Weights,
    placeholders: Vec<Placeholder>,
}

fn features(cards: &[Card]) -> (Features, Vec<SplitFamily>) {
    let identifiers = usize::from(cards.iter().any(|card| !card.number.is_empty()));
    let mut features = Features::new(identifiers);
    let written: Vec<Written<'_>> = cards.iter().map(Card::written).collect();
    features.extend(&written);
    let families = features.families();
    features.split_names(&families);
    features.seal();
    (features, families)
}

impl Fitted {
    fn of(cards: &[Card], settings: &Settings) -> Self {
        let (mut features, families) = features(cards);
        let placeholders = features.without_placeholders(&settings.limits);
        let names: Vec<String> = features
            .identifiers
            .iter()
            .map(|_| "number".to_owned())
            .collect();
        let weights = fit(&mut features, &names, families, settings);
        Self {
            features,
            weights,
            placeholders,
        }
    }

    fn scorer(&self) -> Scorer<'_> {
        Scorer::new(&self.weights, &self.features)
    }

    fn pairs(&self, settings: &Settings) -> Pairs {
        pairs(&self.features, &self.scorer(), settings)
    }

    fn clusters(&self, pairs: &Pairs, decided: &Decided, settings: &Settings) -> Clusters {
        cluster(&self.features, &self.scorer(), pairs, decided, settings)
    }
}

/// Links records by the defaults and returns the first record of each one's person.
fn roots(cards: &[Card]) -> Vec<u32> {
    let settings = Settings::default();
    let fitted = Fitted::of(cards, &settings);
    let pairs = fitted.pairs(&settings);
    fitted.clusters(&pairs, &Decided::default(), &settings).root
}

/// A number of people of one writing each, all different, to fit a model on.
fn crowd(count: u32) -> Vec<Card> {
    const FAMILIES: [&str; 8] = [
        "Baker", "Cole", "Dunn", "Ellis", "Frost", "Grant", "Hobbs", "Irwin",
    ];
    const TOWNS: [&str; 6] = ["Amber", "Birch", "Cliff", "Dove", "Elder", "Fern"];
    const GIVEN: [&str; 9] = [
        "Ada", "Ben", "Clara", "David", "Edith", "Frank", "Grace", "Henry", "Iris",
    ];
    (0..count)
        .map(|place| {
            let draw = |salt: u64, below: u64| {
                let number = crate::hash::fast_hash([&*place.to_string(), &*salt.to_string()]);
                number % below
            };
            let of = |values: &[&str], salt: u64| {
                values[draw(salt, values.len() as u64) as usize].to_owned()
            };
            Card {
                source: "crowd".into(),
                id: format!("{place:06}"),
                name: format!("{} {}", of(&FAMILIES, 1), of(&GIVEN, 2)),
                email: format!("someone{}@example.com", draw(3, 1_000_000_007)),
                phone: format!("090{:08}", draw(4, 100_000_000)),
                postal_code: format!("{:07}", 1_000_000 + draw(5, 8_000_000)),
                address: format!("{} Mill Lane {}town", 1 + draw(6, 190), of(&TOWNS, 7)),
                birth: format!(
                    "{}-{:02}-{:02}",
                    1940 + draw(8, 60),
                    1 + draw(9, 12),
                    1 + draw(10, 28)
                ),
                gender: of(&["female", "male"], 11),
                ..Card::default()
            }
        })
        .collect()
}

/// The same person once more: another source, nothing else.
fn again(card: &Card, id: &str) -> Card {
    Card {
        source: "web".into(),
        id: id.into(),
        ..card.clone()
    }
}
