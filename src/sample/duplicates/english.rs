//! An English-like population, and how its people are written a second time.

use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::super::seed::{Domain, hash, pick, stream};
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

const PROVIDERS: [&str; 7] = [
    "mail.example.com",
    "inbox.example.com",
    "mail.example.com",
    "post.example.org",
    "example.net",
    "web.example.net",
    "broadband.example.org",
];
/// First words of addresses that do not tell the name.
const FANCIES: [&str; 12] = [
    "bluefox",
    "sunnyday",
    "teapot",
    "oldoak",
    "rover",
    "skylark",
    "pebble",
    "kingfisher",
    "mintcake",
    "ramble",
    "starling",
    "puddle",
];

/// What is known of somebody; empty where it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub family: String,
    pub given: String,
    pub female: bool,
    pub birth: Option<Date>,
    pub street: String,
    pub town: String,
    pub postal_code: String,
    pub phone: String,
    pub email: String,
}

/// Somebody, and the household they belong to.
struct Person {
    card: Card,
    address: Address,
}

/// What the members of a household have in common.
struct Household {
    family: String,
    address: Address,
    phone: String,
    provider: &'static str,
    /// Sex and given name of the eldest.
    female: bool,
    given: String,
    /// The eldest's year of birth.
    year: i16,
}

impl Household {
    fn draw(population: &Population, first: u64) -> Self {
        let mut rng = stream(population.seed, Domain::Home, first, 0);
        let female = rng.random_bool(0.5);
        Self {
            family: words::family(&mut rng),
            address: Address::draw(&mut rng),
            phone: phone(&mut rng),
            provider: *pick(&PROVIDERS, &mut rng),
            female,
            given: words::given(female, &mut rng),
            year: rng.random_range(1938..=1976),
        }
    }
}

/// Draws a number in a range that is not allocated.
fn phone(rng: &mut impl Rng) -> String {
    format!("06{:09}", rng.random_range(0..1_000_000_000u32))
}

/// Draws a day of the year.
fn day_of(year: i16, rng: &mut impl Rng) -> Date {
    Date::new(year, rng.random_range(1..=12), 1)
        .map(|first| {
            let day = rng.random_range(1..=first.days_in_month());
            first.with().day(day).build().unwrap_or(first)
        })
        .unwrap_or(Date::constant(1980, 1, 1))
}

/// Makes an address of the name or of a fancy word; the number in it belongs to one person alone.
fn email(family: &str, given: &str, provider: &str, number: u64, rng: &mut impl Rng) -> String {
    let family: String = family.to_lowercase().replace(['-', '\''], "");
    let given = given.to_lowercase();
    let initial = given.get(..1).unwrap_or("x");
    let local = match rng.random_range(0..10) {
        0..3 => format!("{given}.{family}{number}"),
        3 => format!("{family}.{given}{number}"),
        4 => format!("{initial}{family}{number}"),
        5 => format!("{given}_{number}"),
        6 => format!("{given}{family}.{number}"),
        _ => format!("{}{number}", pick(&FANCIES, rng)),
    };
    format!("{local}@{provider}")
}

/// Draws somebody.
fn person(population: &Population, number: u64) -> Person {
    let home = population.home(number);
    let household = Household::draw(population, home.first);
    let mut rng = stream(population.seed, Domain::Member, number, 0);
    let is_partner = home.place == 1 && rng.random_bool(0.75);
    let (female, year) = match home.place {
        0 if home.members == 1 => (
            rng.random_bool(0.5),
            1935 + (rng.random_range(0..=40) + rng.random_range(0..=33)),
        ),
        0 => (household.female, household.year),
        _ if is_partner => (!household.female, household.year + rng.random_range(-3..=8)),
        _ => (
            rng.random_bool(0.5),
            (household.year + rng.random_range(20..=38)).min(2008),
        ),
    };
    let is_eldest = home.place == 0 && home.members > 1;
    let is_namesake = home.place > 0 && female == household.female && rng.random_bool(0.05);
    let given = if is_eldest || is_namesake {
        household.given.clone()
    } else {
        words::given(female, &mut rng)
    };
    let phone = if rng.random_bool(0.45) {
        household.phone.clone()
    } else {
        phone(&mut rng)
    };
    let provider = if home.members > 1 && rng.random_bool(0.6) {
        household.provider
    } else {
        *pick(&PROVIDERS, &mut rng)
    };
    // Some share the family's one address.
    let email = if home.members > 1 && rng.random_bool(0.06) {
        format!(
            "{}.family{}@{}",
            household.family.to_lowercase(),
            home.first,
            household.provider
        )
    } else {
        email(
            &household.family,
            &given,
            provider,
            population.mailbox(number, false),
            &mut rng,
        )
    };
    let address = household.address;
    let card = Card {
        family: household.family,
        given,
        female,
        birth: Some(day_of(year, &mut rng)),
        street: address.street(false),
        town: address.town(),
        postal_code: address.postal_code(),
        phone,
        email,
    };
    Person { card, address }
}

/// Returns what a slot of a source holds.
pub(super) fn card(population: &Population, source: Source, slot: u64, holder: Holder) -> Card {
    let Person { mut card, address } = person(population, holder.person);
    let mut rng = stream(population.seed, Domain::Writing, slot, source as u64);
    if !holder.is_first {
        let mut later = stream(population.seed, Domain::Later, holder.person, 0);
        let address = live_on(
            &mut card,
            address,
            population,
            holder.person,
            &mut later,
            &mut rng,
        );
        rename(&mut card, &mut rng);
        mistype(&mut card, address, &mut rng);
    }
    leave_out(
        &mut card,
        if holder.is_first { 0.15 } else { 1.0 },
        &mut rng,
    );
    card
}

/// Marries, moves and changes numbers; what comes later is the same in every later record.
fn live_on(
    card: &mut Card,
    address: Address,
    population: &Population,
    number: u64,
    later: &mut impl Rng,
    rng: &mut impl Rng,
) -> Address {
    let family = words::family(later);
    let moved = Address::draw(later);
    let phone = phone(later);
    let provider = *pick(&PROVIDERS, later);
    let email = email(
        &card.family,
        &card.given,
        provider,
        population.mailbox(number, true),
        later,
    );
    // Nearly all who change their names are women: three in a hundred of everybody.
    if rng.random_bool(if card.female { 0.057 } else { 0.003 }) {
        card.family = if rng.random_bool(0.15) {
            format!("{}-{family}", card.family)
        } else {
            family
        };
    }
    if rng.random_bool(0.06) {
        card.phone = phone;
    }
    if rng.random_bool(0.06) {
        card.email = email;
    }
    if rng.random_bool(0.08) {
        card.town = moved.town();
        card.postal_code = moved.postal_code();
        moved
    } else {
        address
    }
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
