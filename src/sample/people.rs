//! Persons, their customer records in two shop systems, and who is a duplicate of whom.
//!
//! A *slot* is one customer record; slot numbers run from 0 to the number of customers. Most slots are
//! a person's only record, one in twenty is a second record of a person with a smaller slot.

use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::addresses::{Address, Style};
use super::names::{self, Name};
use super::seed::{Domain, fraction, hash, pick, stream};
use super::story::Story;

/// Share of slots that are second records.
const DUPLICATE_SHARE: f64 = 0.05;
/// Share of people with an account on X that talks about the shop.
const ACCOUNT_SHARE: f64 = 0.20;

/// The shop system a record belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A member of the EC-CUBE shop.
    Eccube,
    /// Somebody who orders there without becoming a member.
    Guest,
    /// A customer of the Shopify shop, known by e-mail.
    Shopify,
}

impl Source {
    /// Returns the name of the source in koe's tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Source::Eccube | Source::Guest => "eccube",
            Source::Shopify => "shopify",
        }
    }
}

/// How a second record differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duplicate {
    /// Another e-mail and another writing of the name, the same phone.
    Respelt,
    /// The name before or after marriage, the same phone and birth date.
    Married,
    /// Typed on an old terminal: half-width kana, hyphens elsewhere.
    Typed,
    /// The same e-mail, name in letters.
    Letters,
}

impl Duplicate {
    /// Returns the word for the truth table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Duplicate::Respelt => "respelt",
            Duplicate::Married => "married_name",
            Duplicate::Typed => "typed_differently",
            Duplicate::Letters => "romaji",
        }
    }
}

/// What does not change from record to record.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// The slot of the person's first record.
    pub index: u64,
    pub female: bool,
    pub family: Name,
    pub given: Name,
    pub birth: Date,
    pub address: Address,
    /// Eleven digits, in a range never allocated.
    pub phone: String,
    /// Number in EC-CUBE's list of occupations.
    pub job: usize,
}

/// One customer record as the shop system holds it.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub slot: u64,
    pub source: Source,
    pub duplicate: Option<Duplicate>,
    pub person: Person,
    pub family: String,
    pub given: String,
    pub family_kana: String,
    pub given_kana: String,
    pub email: String,
    pub phone: String,
    pub postal_code: String,
    pub second_line: String,
    /// Whether the member gave a birth date.
    pub shows_birth: bool,
}

/// EC-CUBE's list of occupations, from 1.
pub(super) const JOBS: [&str; 18] = [
    "公務員",
    "コンサルタント",
    "コンピューター関連技術職",
    "コンピューター関連以外の技術職",
    "金融関係",
    "医師",
    "弁護士",
    "総務・人事・事務",
    "営業・販売",
    "研究・開発",
    "広報・宣伝",
    "企画・マーケティング",
    "デザイン関係",
    "会社経営・役員",
    "出版・マスコミ関係",
    "学生・フリーター",
    "主婦",
    "その他",
];

impl Story {
    fn is_duplicate(&self, slot: u64) -> bool {
        slot > 0
            && !self.is_named(slot)
            && fraction(hash(self.options.seed, Domain::Slot, slot, 0)) < DUPLICATE_SHARE
    }

    /// Tells whether a slot belongs to the advocate or the detractor.
    fn is_named(&self, slot: u64) -> bool {
        self.advocate_slot() == Some(slot) || self.detractor_slot() == Some(slot)
    }

    /// Returns the slot of the first record of the person behind a slot.
    pub(super) fn person_slot(&self, slot: u64) -> u64 {
        if !self.is_duplicate(slot) {
            return slot;
        }
        let mut first = hash(self.options.seed, Domain::Slot, slot, 1) % slot;
        while self.is_duplicate(first) {
            first -= 1;
        }
        first
    }

    /// Returns the shop system of a slot.
    pub(super) fn source(&self, slot: u64) -> Source {
        let share = fraction(hash(self.options.seed, Domain::Slot, slot, 2));
        match share {
            _ if self.is_named(slot) => Source::Eccube,
            s if s < 0.05 => Source::Guest,
            s if s < 0.29 => Source::Shopify,
            _ => Source::Eccube,
        }
    }

    /// Tells whether the person whose first record is `slot` writes on X about the shop.
    pub(super) fn has_account(&self, slot: u64) -> bool {
        self.is_named(slot)
            || !self.is_duplicate(slot)
                && fraction(hash(self.options.seed, Domain::Slot, slot, 3)) < ACCOUNT_SHARE
    }

    /// Draws the person whose first record is `slot`.
    pub(super) fn person(&self, slot: u64) -> Person {
        let mut rng = stream(self.options.seed, Domain::Person, slot, 0);
        let female = rng.random_bool(0.58);
        let (family, given) = names::draw(female, &mut rng);
        let year = self.as_of().year().clamp(200, 9_000) - 19 - age_over_19(&mut rng);
        let birth = Date::new(year, rng.random_range(1..=12), rng.random_range(1..=28))
            .unwrap_or(Date::constant(1980, 1, 1));
        let address = Address::draw(&mut rng);
        let prefix = *pick(&["090", "080", "070"], &mut rng);
        let phone = format!("{prefix}0{:07}", rng.random_range(0..10_000_000u32));
        let mut job = rng.random_range(1..=JOBS.len());
        if job == 17 && !female || matches!(job, 6 | 7) {
            job = 8;
        }
        Person {
            index: slot,
            female,
            family,
            given,
            birth,
            address,
            phone,
            job,
        }
    }

    /// Draws the customer record of a slot.
    pub(super) fn record(&self, slot: u64) -> Record {
        let first = self.person_slot(slot);
        let person = self.person(first);
        let mut rng = stream(self.options.seed, Domain::Record, slot, 0);
        let source = self.source(slot);
        let email = self.email(&person, slot);
        let hyphen = source == Source::Shopify || rng.random_bool(0.04);
        let style = if rng.random_bool(0.12) {
            Style::Words
        } else {
            Style::Hyphens
        };
        let mut record = Record {
            slot,
            source,
            duplicate: None,
            family: person.family.written.to_owned(),
            given: person.given.written.to_owned(),
            family_kana: person.family.kana.to_owned(),
            given_kana: person.given.kana.to_owned(),
            email,
            phone: if hyphen {
                hyphenate(&person.phone)
            } else {
                person.phone.clone()
            },
            postal_code: person.address.postal_code(hyphen),
            second_line: person.address.second_line(style),
            shows_birth: rng.random_bool(0.62),
            person,
        };
        if first != slot {
            self.respell(&mut record, &mut rng);
        }
        record
    }

    /// Turns a record into a second one of the same person.
    fn respell(&self, record: &mut Record, rng: &mut impl Rng) {
        let person = &record.person;
        let kind = match rng.random_range(0..10) {
            0..=3 => Duplicate::Respelt,
            4 | 5 if person.female => Duplicate::Married,
            4..=7 => Duplicate::Typed,
            _ if record.source == Source::Shopify => Duplicate::Letters,
            _ => Duplicate::Respelt,
        };
        match kind {
            Duplicate::Respelt => {
                if let Some(variant) = names::variant(person.family.written, rng) {
                    record.family = variant;
                }
                record.phone = hyphenate(&person.phone);
                record.second_line = person.address.second_line(Style::Words);
            }
            Duplicate::Married => {
                let family = names::draw_family(rng);
                record.family = family.written.to_owned();
                record.family_kana = family.kana.to_owned();
                record.shows_birth = true;
            }
            Duplicate::Typed => {
                record.family_kana = names::half_width(person.family.kana);
                record.given_kana = names::half_width(person.given.kana);
                record.phone = hyphenate(&person.phone);
                record.postal_code = person.address.postal_code(true);
                record.second_line = person.address.second_line(Style::FullWidth);
            }
            Duplicate::Letters => {
                record.family = capital(&names::romaji(person.family.kana));
                record.given = capital(&names::romaji(person.given.kana));
                if self.source(person.index) == Source::Eccube {
                    record.email = self.email(person, person.index);
                }
            }
        }
        record.duplicate = Some(kind);
    }

    /// Returns the e-mail of a person's record; the slot in it keeps it unlike every other.
    fn email(&self, person: &Person, slot: u64) -> String {
        let word = hash(self.options.seed, Domain::Record, slot, 1);
        let family = names::romaji(person.family.kana);
        let given = names::romaji(person.given.kana);
        let domain =
            ["example.com", "example.jp", "example.net", "example.org"][(word % 4) as usize];
        match word / 4 % 4 {
            0 => format!("{given}.{family}{slot}@{domain}"),
            1 => format!("{family}-{given}.{slot}@{domain}"),
            2 => format!("{given}_{slot}@{domain}"),
            _ => format!("{}{family}{slot}@{domain}", &given[..1.min(given.len())]),
        }
    }
}

impl Record {
    /// Returns the id of the record in its source; empty for a guest.
    pub(super) fn customer_id(&self) -> String {
        match self.source {
            Source::Eccube => (self.slot + 1).to_string(),
            Source::Guest => String::new(),
            Source::Shopify => self.email.clone(),
        }
    }
}

/// Draws years of age beyond 19: few students, a broad middle, a long tail.
fn age_over_19(rng: &mut impl Rng) -> i16 {
    rng.random_range(0..=24) + rng.random_range(0..=26) + rng.random_range(0..=12)
}

/// Writes eleven digits with hyphens.
pub(super) fn hyphenate(phone: &str) -> String {
    match (phone.get(..3), phone.get(3..7), phone.get(7..)) {
        (Some(a), Some(b), Some(c)) => format!("{a}-{b}-{c}"),
        _ => phone.to_owned(),
    }
}

/// Writes the first letter as a capital.
pub(super) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::super::SampleOptions;
    use super::*;
    use std::collections::BTreeSet;

    fn story() -> Story {
        Story::new(&SampleOptions::default())
    }

    #[test]
    fn duplicates_share_their_person_and_come_later() {
        let story = story();
        let duplicates: Vec<Record> = (0..4_000)
            .map(|s| story.record(s))
            .filter(|r| r.duplicate.is_some())
            .collect();
        assert!(
            (150..260).contains(&duplicates.len()),
            "{}",
            duplicates.len()
        );
        for record in duplicates {
            assert!(record.person.index < record.slot);
            assert_eq!(story.person_slot(record.person.index), record.person.index);
            let digits: String = record.phone.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, record.person.phone);
        }
    }

    #[test]
    fn member_emails_are_unique_and_reserved() {
        let story = story();
        let mut seen = BTreeSet::new();
        for slot in 0..5_000 {
            let record = story.record(slot);
            let domain = record
                .email
                .split_once('@')
                .map(|(_, d)| d.to_owned())
                .unwrap_or_default();
            assert!(
                ["example.com", "example.net", "example.org", "example.jp"].contains(&&*domain)
            );
            assert!(seen.insert((record.source.name(), record.email)));
        }
    }

    #[test]
    fn phones_lie_in_ranges_never_allocated() {
        let story = story();
        for slot in 0..2_000 {
            let phone = story.person(slot).phone;
            assert_eq!(phone.len(), 11);
            assert!(["0900", "0800", "0700"].contains(&&phone[..4]));
        }
    }

    #[test]
    fn hyphens_go_after_three_and_seven_digits() {
        assert_eq!(hyphenate("09001234567"), "090-0123-4567");
        assert_eq!(hyphenate("090"), "090");
        assert_eq!(capital("sato"), "Sato");
    }
}
