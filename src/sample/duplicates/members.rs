//! The member export of a Japanese shop: EC-CUBE keeps every part in a field of its own, and most values in one form.

use rand::{Rng, RngExt};

use super::super::names;
use super::super::seed::pick;
use super::japanese::Card;
use super::kana::{Building, Numbers};
use super::list::{hyphenated, postal_code};
use super::population::Source;

const NUMBERS: [Numbers; 4] = [
    Numbers::Hyphens,
    Numbers::Hyphens,
    Numbers::Words,
    Numbers::Wide,
];
const BUILDINGS: [Building; 4] = [
    Building::Plain,
    Building::Plain,
    Building::Room,
    Building::Wide,
];

/// Returns the cells of an EC-CUBE member, in the order of the export's headings.
pub(super) fn cells(slot: u64, card: Card, rng: &mut impl Rng) -> Vec<String> {
    let (prefecture_id, prefecture) = card.address.map_or((String::new(), ""), |address| {
        (
            address.place.prefecture_id.to_string(),
            address.place.prefecture,
        )
    });
    let numbers = *pick(&NUMBERS, rng);
    let building = *pick(&BUILDINGS, rng);
    let is_half = rng.random_bool(0.04);
    let kana = |reading: &str| {
        if is_half {
            names::half_width(reading)
        } else {
            reading.to_owned()
        }
    };
    let (sex_id, sex) = match (rng.random_bool(0.6), card.female) {
        (false, _) => ("", ""),
        (true, true) => ("2", "女性"),
        (true, false) => ("1", "男性"),
    };
    let hyphen = if rng.random_bool(0.05) { "-" } else { "" };
    let registered = registered(rng);
    let text = |text: &str| text.to_owned();
    vec![
        Source::Web.customer_id(slot),
        card.family,
        card.given,
        kana(&card.family_kana),
        kana(&card.given_kana),
        String::new(),
        postal_code(&card.postal_code, hyphen),
        prefecture_id,
        text(prefecture),
        card.address
            .map(|address| address.town(false, rng))
            .unwrap_or_default(),
        card.address
            .map(|address| address.rest(numbers, building))
            .unwrap_or_default(),
        card.email,
        if rng.random_bool(0.1) {
            hyphenated(&card.phone)
        } else {
            card.phone
        },
        text(sex_id),
        text(sex),
        String::new(),
        String::new(),
        card.birth
            .map(|date| format!("{date} 00:00:00"))
            .unwrap_or_default(),
        String::new(),
        String::new(),
        text("0"),
        String::new(),
        text("2"),
        text("本会員"),
        registered.clone(),
        registered,
        text("0"),
    ]
}

/// Draws the instant of registration.
fn registered(rng: &mut impl Rng) -> String {
    format!(
        "20{:02}-{:02}-{:02} {:02}:{:02}:00",
        rng.random_range(18..=25),
        rng.random_range(1..=12),
        rng.random_range(1..=28),
        rng.random_range(6..=23),
        rng.random_range(0..=59),
    )
}
