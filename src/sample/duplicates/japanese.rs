//! A Japanese population: what two shop systems know of its people, before either writes it in its own way.

use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::super::names::{self, Name};
use super::super::seed::{Domain, pick, stream};
use super::FIRST_MISSING;
use super::errors;
use super::kana::{Address, homophone, misheard, old_forms};
use super::population::{Holder, Population, Source, day_of};

const PROVIDERS: [&str; 7] = [
    "mail.example.jp",
    "mail.example.com",
    "mail.example.jp",
    "keitai.example.jp",
    "example.net",
    "post.example.com",
    "hikari.example.jp",
];

/// What is known of somebody; empty where it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub family: String,
    pub given: String,
    /// Readings in katakana.
    pub family_kana: String,
    pub given_kana: String,
    pub female: bool,
    pub birth: Option<Date>,
    pub address: Option<Address>,
    /// Seven digits.
    pub postal_code: String,
    /// Ten or eleven digits.
    pub phone: String,
    pub email: String,
}

/// What the members of a household have in common.
struct Household {
    family: Name,
    address: Address,
    phone: String,
    provider: &'static str,
    female: bool,
    /// The eldest's year of birth.
    year: i16,
}

impl Household {
    fn draw(population: &Population, first: u64) -> Self {
        let mut rng = stream(population.seed, Domain::Home, first, 0);
        Self {
            family: names::draw_family(&mut rng),
            address: Address::draw(&mut rng),
            // No number begins so after the area code.
            phone: format!(
                "0{}0{:07}",
                rng.random_range(3..=6),
                rng.random_range(0..10_000_000)
            ),
            provider: *pick(&PROVIDERS, &mut rng),
            female: rng.random_bool(0.5),
            year: rng.random_range(1938..=1976),
        }
    }
}

/// Draws a mobile number in a range never allocated.
fn mobile(rng: &mut impl Rng) -> String {
    let prefix = *pick(&["090", "080", "070"], rng);
    format!("{prefix}0{:07}", rng.random_range(0..10_000_000u32))
}

/// Makes an address of the name or of a nickname; the number in it belongs to one person alone.
fn email(family: Name, given: Name, provider: &str, number: u64, rng: &mut impl Rng) -> String {
    let (family, given) = (names::romaji(family.kana), names::romaji(given.kana));
    let initial = given.get(..1).unwrap_or("x");
    let local = match rng.random_range(0..10) {
        0..3 => format!("{given}.{family}{number}"),
        3 => format!("{family}-{given}{number}"),
        4 => format!("{initial}.{family}{number}"),
        5 => format!("{given}_{number}"),
        6 => format!("{family}{number}"),
        _ => {
            let fancies = [
                "neko", "hoshi", "sora", "kotori", "umi", "momiji", "yuki", "inu",
            ];
            format!("{}{number}", pick(&fancies, rng))
        }
    };
    format!("{local}@{provider}")
}

/// Draws somebody.
fn person(population: &Population, number: u64) -> (Card, Name, Name) {
    let home = population.home(number);
    let household = Household::draw(population, home.first);
    let mut rng = stream(population.seed, Domain::Member, number, 0);
    let (female, year) = home.sex_and_year(household.female, household.year, &mut rng);
    let family = household.family;
    let given = names::draw_given(family, female, &mut rng);
    let birth = day_of(year, &mut rng);
    let phone = if rng.random_bool(if home.members > 1 { 0.4 } else { 0.15 }) {
        household.phone
    } else {
        mobile(&mut rng)
    };
    let provider = if home.members > 1 && rng.random_bool(0.6) {
        household.provider
    } else {
        *pick(&PROVIDERS, &mut rng)
    };
    let card = Card {
        family: family.written.to_owned(),
        given: given.written.to_owned(),
        family_kana: family.kana.to_owned(),
        given_kana: given.kana.to_owned(),
        female,
        birth: Some(birth),
        address: Some(household.address),
        postal_code: household.address.postal_code(),
        phone,
        email: email(
            family,
            given,
            provider,
            population.mailbox(number, false),
            &mut rng,
        ),
    };
    (card, family, given)
}

/// Returns what a source knows of the holder of a slot.
pub(super) fn card(population: &Population, source: Source, slot: u64, holder: Holder) -> Card {
    let (mut card, family, given) = person(population, holder.person);
    let mut rng = stream(population.seed, Domain::Writing, slot, source as u64);
    if !holder.is_first {
        let mut later = stream(population.seed, Domain::Later, holder.person, 0);
        let provider = *pick(&PROVIDERS, &mut later);
        let number = population.mailbox(holder.person, true);
        let address = email(family, given, provider, number, &mut later);
        if !population.is_steady {
            live_on(&mut card, address, &mut later, &mut rng);
        }
        convert(&mut card, source, &mut rng);
        mistype(&mut card, &mut rng);
    }
    let share = if holder.is_first { FIRST_MISSING } else { 1.0 };
    leave_out(&mut card, share, &mut rng);
    card
}

/// Marries, moves and changes numbers; what comes later is the same in every later record.
fn live_on(card: &mut Card, email: String, later: &mut impl Rng, rng: &mut impl Rng) {
    let family = names::draw_family(later);
    let moved = Address::draw(later);
    let phone = mobile(later);
    // Nearly all who change their names are women: three in a hundred of everybody.
    if rng.random_bool(if card.female { 0.057 } else { 0.003 }) {
        card.family = family.written.to_owned();
        card.family_kana = family.kana.to_owned();
    }
    if rng.random_bool(0.08) {
        card.postal_code = moved.postal_code();
        card.address = Some(moved);
    }
    if rng.random_bool(0.06) {
        card.phone = phone;
    }
    if rng.random_bool(0.06) {
        card.email = email;
    }
}

/// Writes a name with other characters for the same sounds.
fn convert(card: &mut Card, source: Source, rng: &mut impl Rng) {
    // The member export is in CP932, which has no characters beyond the first plane and few rare ones.
    let is_known: fn(char) -> bool = match source {
        Source::Web => is_in_cp932,
        Source::Shop => |_| true,
    };
    for (name, chance) in [(&mut card.family, 0.5), (&mut card.given, 0.25)] {
        if rng.random_bool(chance) {
            *name = old_forms(name, is_known, rng);
        }
    }
    for (name, chance) in [(&mut card.family, 0.08), (&mut card.given, 0.12)] {
        if rng.random_bool(chance)
            && let Some(other) = homophone(name, rng)
        {
            *name = other.to_owned();
        }
    }
    // Some write the given name as it sounds.
    if rng.random_bool(0.04) {
        card.given = names::hiragana(&card.given_kana);
    }
}

fn is_in_cp932(letter: char) -> bool {
    let (_, _, is_lost) = SHIFT_JIS.encode(letter.encode_utf8(&mut [0; 4]));
    !is_lost
}

/// Types everything once more, with each field's own rate of errors.
fn mistype(card: &mut Card, rng: &mut impl Rng) {
    for reading in [&mut card.family_kana, &mut card.given_kana] {
        if rng.random_bool(0.06) {
            *reading = misheard(reading, rng);
        }
    }
    if rng.random_bool(0.01) {
        card.given.clear();
        card.given_kana.clear();
    }
    if rng.random_bool(0.03) && !card.given.is_empty() {
        std::mem::swap(&mut card.family, &mut card.given);
        std::mem::swap(&mut card.family_kana, &mut card.given_kana);
    }
    if rng.random_bool(0.05) {
        card.birth = card.birth.map(|date| errors::birth(date, rng));
    }
    if rng.random_bool(0.05)
        && let Some(address) = &mut card.address
    {
        let number = pick(&[0, 1, 2], rng);
        address.numbers[*number] = rng.random_range(1..=38);
    }
    for (text, chance) in [(&mut card.postal_code, 0.03), (&mut card.phone, 0.04)] {
        if rng.random_bool(chance) {
            *text = errors::digits(text, rng);
        }
    }
    if rng.random_bool(0.04) {
        card.email = errors::email(&card.email, rng);
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
        card.address = None;
        card.postal_code.clear();
    }
    if rng.random_bool(0.25 * share) {
        card.family_kana.clear();
        card.given_kana.clear();
    }
}
