//! An English-like population: who its people are, and who they become.

use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::super::seed::{Domain, pick, stream};
use super::population::{Population, day_of};
use super::words::{self, Address};

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
pub(super) struct Person {
    pub card: Card,
    pub address: Address,
}

/// What changes in a life; the same in every record that is written after it.
pub(super) struct Later {
    /// The family name after a marriage.
    pub family: String,
    pub address: Address,
    pub phone: String,
    pub email: String,
}

impl Later {
    /// Draws what becomes of somebody.
    pub(super) fn draw(population: &Population, number: u64, card: &Card) -> Self {
        let mut rng = stream(population.seed, Domain::Later, number, 0);
        let family = words::family(&mut rng);
        let address = Address::draw(&mut rng);
        let phone = phone(&mut rng);
        let provider = *pick(&PROVIDERS, &mut rng);
        let number = population.mailbox(number, true);
        Self {
            family,
            address,
            phone,
            email: email(&card.family, &card.given, provider, number, &mut rng),
        }
    }
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
pub(super) fn person(population: &Population, number: u64) -> Person {
    let home = population.home(number);
    let household = Household::draw(population, home.first);
    let mut rng = stream(population.seed, Domain::Member, number, 0);
    let (female, year) = home.sex_and_year(household.female, household.year, &mut rng);
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
