//! Names and places of an English-like country: common ones from lists, rare ones put together.

use std::sync::LazyLock;

use rand::{Rng, RngExt};

use super::super::seed::{Domain, hash};

/// Streets of a town.
const STREETS_PER_TOWN: usize = 80;
const TOWNS: usize = 1_500;
/// Letters that end a postal code; those that look like others are left out.
const INWARD: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";
/// Streets whose postal codes differ in the digit only.
const STREETS_PER_LETTERS: usize = 10;

fn words(text: &'static str) -> Vec<&'static str> {
    text.split_whitespace().collect()
}

macro_rules! list {
    ($file:literal) => {
        LazyLock::new(|| words(include_str!(concat!("../data/english/", $file, ".txt"))))
    };
}

type List = LazyLock<Vec<&'static str>>;

static FAMILY: List = list!("family");
static FEMALE: List = list!("female");
static MALE: List = list!("male");
static STEMS: List = list!("stems");
static FAMILY_ENDS: List = list!("family_ends");
static TOWN_ENDS: List = list!("town_ends");
static STREETS: List = list!("streets");
static STREET_TYPES: List = list!("street_types");
static NICKNAMES: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    include_str!("../data/english/nicknames.txt")
        .lines()
        .map(words)
        .collect()
});

/// Draws a rank below `count` by the law of Zipf and Mandelbrot: the larger `shift`, the less do the first ones stand out.
fn rank(count: usize, shift: f64, rng: &mut impl Rng) -> usize {
    let depth = (count as f64 + shift) / shift;
    let rank = shift * depth.powf(rng.random::<f64>()) - shift;
    (rank as usize).min(count - 1)
}

/// Draws a family name out of thousands.
pub(super) fn family(rng: &mut impl Rng) -> String {
    let made = STEMS.len() * FAMILY_ENDS.len();
    let rank = rank(FAMILY.len() + made, 20.0, rng);
    match rank.checked_sub(FAMILY.len()) {
        None => FAMILY[rank].to_owned(),
        Some(rest) => compound(rest, &FAMILY_ENDS),
    }
}

/// Puts a name of a stem and an end together; near numbers give unlike names.
fn compound(number: usize, ends: &[&str]) -> String {
    let spread = number * 1_009 % (STEMS.len() * ends.len());
    format!(
        "{}{}",
        STEMS[spread / ends.len()],
        ends[spread % ends.len()]
    )
}

/// Draws a given name.
pub(super) fn given(female: bool, rng: &mut impl Rng) -> String {
    let names = if female { &*FEMALE } else { &*MALE };
    names[rank(names.len(), 12.0, rng)].to_owned()
}

/// Returns the short forms of a given name, and the names one may be short for.
pub(super) fn nicknames(given: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for group in &*NICKNAMES {
        match group.iter().position(|name| *name == given) {
            Some(0) => found.extend(&group[1..]),
            Some(_) => found.push(group[0]),
            None => {}
        }
    }
    found
}

/// Where a household lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    town: usize,
    street: usize,
    number: u32,
    flat: Option<u32>,
}

impl Address {
    /// Draws an address; large towns come first.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        Self {
            town: rank(TOWNS, 60.0, rng),
            street: rng.random_range(0..STREETS_PER_TOWN),
            number: rng.random_range(1..=140),
            flat: rng.random_bool(0.18).then(|| rng.random_range(1..=24)),
        }
    }

    /// Returns the town.
    pub(super) fn town(&self) -> String {
        compound(self.town, &TOWN_ENDS)
    }

    /// Returns number and street, with the street's type as it is or abbreviated.
    pub(super) fn street(&self, is_short: bool) -> String {
        let word = hash(0, Domain::Home, self.town as u64, self.street as u64) as usize;
        let name = STREETS[word % STREETS.len()];
        let kind = word / STREETS.len() % (STREET_TYPES.len() / 2);
        let kind = STREET_TYPES[2 * kind + usize::from(is_short)];
        match self.flat {
            Some(flat) if is_short => format!("{flat}/{} {name} {kind}", self.number),
            Some(flat) => format!("Flat {flat}, {} {name} {kind}", self.number),
            None => format!("{} {name} {kind}", self.number),
        }
    }

    /// Returns the postal code: one of its own for every street.
    pub(super) fn postal_code(&self) -> String {
        let (area, district) = (self.town / 20, self.town % 20 + 1);
        let letters = self.street / STREETS_PER_LETTERS + self.town * 7;
        format!(
            "{}{}{district} {}{}{}",
            char::from(INWARD[area / INWARD.len()]),
            char::from(INWARD[area % INWARD.len()]),
            self.street % STREETS_PER_LETTERS,
            char::from(INWARD[letters / INWARD.len() % INWARD.len()]),
            char::from(INWARD[letters % INWARD.len()]),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::super::seed::stream;
    use super::*;

    #[test]
    fn few_families_are_common_and_thousands_rare() {
        let mut rng = stream(1, Domain::Member, 0, 0);
        let mut counts = BTreeMap::new();
        for _ in 0..100_000 {
            *counts.entry(family(&mut rng)).or_insert(0) += 1;
        }
        assert!(
            (600..1_200).contains(&counts["Smith"]),
            "{}",
            counts["Smith"]
        );
        assert!(counts.len() > 4_000, "{}", counts.len());
    }

    #[test]
    fn every_street_of_a_town_has_its_own_postal_code() {
        let mut codes = BTreeSet::new();
        for town in 0..TOWNS {
            for street in 0..STREETS_PER_TOWN {
                let address = Address {
                    town,
                    street,
                    number: 1,
                    flat: None,
                };
                assert!(codes.insert(address.postal_code()), "{town} {street}");
            }
        }
    }

    #[test]
    fn short_forms_lead_both_ways() {
        assert!(nicknames("Robert").contains(&"Bob"));
        assert_eq!(nicknames("Bob"), ["Robert"]);
        assert!(nicknames("Zara").is_empty());
        assert!(STREET_TYPES.len().is_multiple_of(2));
    }
}
