//! How English-like people are written a second time: with what became of them, in other forms, with slips and gaps.

use rand::{Rng, RngExt};

use super::super::seed::{Domain, hash, pick, stream};
use super::FIRST_MISSING;
use super::english::{self, Card, Later, Person};
use super::errors;
use super::population::{Holder, Population, Source};
use super::words::{self, Address};

/// Headings of both files.
pub(super) const HEADINGS: [&str; 10] = [
    "customer_id",
    "last_name",
    "first_name",
    "gender",
    "birth_date",
    "address",
    "city",
    "postal_code",
    "phone",
    "email",
];

/// Returns what a slot of a source holds.
pub(super) fn card(population: &Population, source: Source, slot: u64, holder: Holder) -> Card {
    let Person { mut card, address } = english::person(population, holder.person);
    let mut rng = stream(population.seed, Domain::Writing, slot, source as u64);
    if !holder.is_first {
        let address = match population.is_steady {
            true => address,
            false => {
                let later = Later::draw(population, holder.person, &card);
                let address = live_on(&mut card, address, later, &mut rng);
                rename(&mut card, &mut rng);
                address
            }
        };
        mistype(&mut card, address, &mut rng);
    }
    let share = if holder.is_first { FIRST_MISSING } else { 1.0 };
    leave_out(&mut card, share, &mut rng);
    card
}

/// Marries, moves and changes numbers.
fn live_on(card: &mut Card, address: Address, later: Later, rng: &mut impl Rng) -> Address {
    // Nearly all who change their names are women: three in a hundred of everybody.
    if rng.random_bool(if card.female { 0.057 } else { 0.003 }) {
        card.family = if rng.random_bool(0.15) {
            format!("{}-{}", card.family, later.family)
        } else {
            later.family
        };
    }
    if rng.random_bool(0.06) {
        card.phone = later.phone;
    }
    if rng.random_bool(0.06) {
        card.email = later.email;
    }
    if !rng.random_bool(0.08) {
        return address;
    }
    card.town = later.address.town();
    card.postal_code = later.address.postal_code();
    later.address
}

/// Writes a name in another of its forms.
fn rename(card: &mut Card, rng: &mut impl Rng) {
    let short = words::nicknames(&card.given);
    if !short.is_empty() && rng.random_bool(0.12) {
        card.given = (*pick(&short, rng)).to_owned();
    } else if rng.random_bool(0.03) {
        card.given.truncate(1);
    } else if rng.random_bool(0.01) {
        card.given.clear();
    }
    if rng.random_bool(0.03) && !card.given.is_empty() {
        std::mem::swap(&mut card.family, &mut card.given);
    }
    if rng.random_bool(0.04) {
        card.family = card.family.to_uppercase();
        card.given = card.given.to_uppercase();
    }
}

/// Types everything once more, with each field's own rate of errors.
fn mistype(card: &mut Card, address: Address, rng: &mut impl Rng) {
    card.street = address.street(rng.random_bool(0.35));
    for (text, chance) in [
        (&mut card.family, 0.09),
        (&mut card.given, 0.09),
        (&mut card.street, 0.08),
        (&mut card.town, 0.06),
    ] {
        let mut chance = chance;
        // One slip in eight is not alone.
        while rng.random_bool(chance) {
            *text = errors::latin(text, rng);
            chance = 0.125;
        }
    }
    if rng.random_bool(0.03) {
        card.street = errors::digits(&card.street, rng);
    }
    if rng.random_bool(0.03) {
        card.postal_code = errors::digits(&card.postal_code, rng);
    }
    if rng.random_bool(0.04) {
        card.phone = errors::digits(&card.phone, rng);
    }
    if rng.random_bool(0.04) {
        card.email = errors::email(&card.email, rng);
    }
    if rng.random_bool(0.05) {
        card.birth = card.birth.map(|date| errors::birth(date, rng));
    }
    if rng.random_bool(0.2) {
        card.postal_code.retain(|letter| letter != ' ');
    }
}

/// Leaves fields empty: at `share` 1 a third of phones and e-mails and a tenth of birth dates and addresses.
fn leave_out(card: &mut Card, share: f64, rng: &mut impl Rng) {
    if rng.random_bool(0.35 * share) {
        card.phone.clear();
    }
    if rng.random_bool(0.35 * share) {
        card.email.clear();
    }
    if rng.random_bool(0.1 * share) {
        card.birth = None;
    }
    if rng.random_bool(0.1 * share) {
        card.street.clear();
        card.town.clear();
        card.postal_code.clear();
    }
}

/// Returns the cells of a record in the order of [`HEADINGS`].
pub(super) fn cells(source: Source, slot: u64, card: Card, seed: u64) -> [String; HEADINGS.len()] {
    let habit = hash(seed, Domain::Writing, slot, 2 + source as u64);
    let gender = match (habit % 100, source) {
        (0..40, _) => "",
        (40, _) => "other",
        (_, Source::Web) if card.female => "female",
        (_, Source::Web) => "male",
        (_, Source::Shop) if card.female => "F",
        (_, Source::Shop) => "M",
    };
    let phone = match (card.phone.get(..5), card.phone.get(5..)) {
        (Some(area), Some(rest)) if source == Source::Web || (habit / 100).is_multiple_of(4) => {
            format!("{area} {rest}")
        }
        _ => card.phone,
    };
    let email = if source == Source::Shop && (habit / 400).is_multiple_of(25) {
        card.email.to_uppercase()
    } else {
        card.email
    };
    [
        source.customer_id(slot),
        card.family,
        card.given,
        gender.to_owned(),
        card.birth.map(|date| date.to_string()).unwrap_or_default(),
        card.street,
        card.town,
        card.postal_code,
        phone,
        email,
    ]
}
