//! Who writes on X: the shop, its customers, onlookers, and those who mean it ill.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, LogNormal};

use super::addresses::Address;
use super::calendar::{DAY, Moment};
use super::names::{self, Name};
use super::seed::{Domain, fraction, hash, pick, stream};
use super::story::Story;
use super::voice::{self, Persona};

/// The shop's own handle.
pub(super) const OFFICIAL_HANDLE: &str = "torinokoe_coffee";
/// The shop's own display name.
pub(super) const OFFICIAL_NAME: &str = "珈琲焙煎所 とりのこえ";
/// The accounts that pose as the shop: handle and display name. 卜 and ニ, エ are look-alikes.
const IMPERSONATORS: [(&str, &str); 2] = [
    ("torinokoe_cofee", "珈琲焙煎所 とりのこえ【公式】"),
    ("torinokoe_coffe", "珈琲焙煎所 とリのこエ【公式】"),
];

/// An account on X.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Author {
    Official,
    /// The person whose first record is this slot.
    Customer(u64),
    /// Somebody who now and then talks about the shop.
    Bystander(u64),
    /// Somebody who joins the flare-up.
    Crowd(u64),
    /// Somebody who saw the broadcast.
    Viewer(u64),
    /// A member of the copy-and-paste campaign.
    Copier(u64),
    Impersonator(u64),
}

/// The public profile of an account.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub id: String,
    pub handle: String,
    pub name: String,
    pub bio: String,
    pub location: String,
    pub created_at: Moment,
    pub followers: u64,
    pub following: u64,
    pub tweets: u64,
    pub verified: bool,
}

impl Author {
    /// Returns a number no other account has.
    pub(super) fn code(self) -> u64 {
        let (kind, index) = match self {
            Author::Official => (0, 0),
            Author::Customer(index) => (1, index),
            Author::Bystander(index) => (2, index),
            Author::Crowd(index) => (3, index),
            Author::Viewer(index) => (4, index),
            Author::Copier(index) => (5, index),
            Author::Impersonator(index) => (6, index),
        };
        index * 8 + kind
    }

    /// Returns the platform's own id: 18 digits, different for every account.
    pub(super) fn id(self, seed: u64) -> u64 {
        // an odd factor not divisible by five permutes the numbers below 10^12
        let spread = u128::from(self.code()) * 636_413_622_387 + 271_828_182_845;
        let low = (spread % 1_000_000_000_000) as u64;
        let high = 700_000 + hash(seed, Domain::Account, self.code(), 0) % 299_999;
        high * 1_000_000_000_000 + low
    }
}

impl Story {
    /// Returns the numbers of bystanders, of the flare-up's crowd, of viewers and of copiers.
    pub(super) fn crowd_sizes(&self) -> [u64; 4] {
        let least = u64::from(self.options.customers > 0);
        [300, 190, 72, 40].map(|n| self.scaled(n).max(least))
    }

    /// Calls `visit` with every account of the sample that is no customer's.
    pub(super) fn for_each_stranger(
        &self,
        mut visit: impl FnMut(Author) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let [bystanders, crowd, viewers, copiers] = self.crowd_sizes();
        visit(Author::Official)?;
        (0..bystanders).try_for_each(|i| visit(Author::Bystander(i)))?;
        (0..crowd).try_for_each(|i| visit(Author::Crowd(i)))?;
        if self.television.is_some() {
            (0..viewers).try_for_each(|i| visit(Author::Viewer(i)))?;
        }
        if self.copies.is_some() {
            (0..copiers).try_for_each(|i| visit(Author::Copier(i)))?;
        }
        if self.impersonator.is_some() {
            (0..IMPERSONATORS.len() as u64).try_for_each(|i| visit(Author::Impersonator(i)))?;
        }
        Ok(())
    }

    /// Returns the word for the kind of account in the truth table.
    pub(super) fn account_kind(&self, author: Author) -> &'static str {
        match author {
            Author::Official => "official",
            Author::Customer(slot) if self.advocate_slot() == Some(slot) => "advocate",
            Author::Customer(slot) if self.detractor_slot() == Some(slot) => "detractor",
            Author::Customer(_) => "customer",
            Author::Copier(_) => "bot",
            Author::Impersonator(_) => "impersonator",
            Author::Bystander(_) | Author::Crowd(_) | Author::Viewer(_) => "bystander",
        }
    }

    /// Returns how readily an account writes, `0..1`; few write much.
    pub(super) fn activity(&self, author: Author) -> f64 {
        let u = fraction(hash(self.options.seed, Domain::Account, author.code(), 1));
        (u * u * u).max(0.03)
    }

    /// Draws how somebody writes.
    pub(super) fn persona(&self, author: Author) -> Persona {
        Persona::draw(&mut stream(
            self.options.seed,
            Domain::Account,
            author.code(),
            2,
        ))
    }

    /// Returns family and given name and home of the person behind an account.
    fn bearer(&self, author: Author) -> (Name, Name, &'static str) {
        if let Author::Customer(slot) = author {
            let person = self.person(slot);
            return (person.family, person.given, person.address.place.area);
        }
        let mut rng = stream(self.options.seed, Domain::Account, author.code(), 3);
        let female = rng.random_bool(0.55);
        let (family, given) = names::draw(female, &mut rng);
        (family, given, Address::draw(&mut rng).place.area)
    }

    /// Returns the handle of an account.
    pub(super) fn handle(&self, author: Author) -> String {
        let fixed = match author {
            Author::Official => Some(OFFICIAL_HANDLE),
            Author::Impersonator(index) => Some(IMPERSONATORS[index as usize % 2].0),
            Author::Customer(slot) if self.advocate_slot() == Some(slot) => Some("kamakura_mame"),
            Author::Customer(slot) if self.detractor_slot() == Some(slot) => Some("mise_arukiya"),
            _ => None,
        };
        if let Some(fixed) = fixed {
            return fixed.to_owned();
        }
        let (family, given, _) = self.bearer(author);
        let mut rng = stream(self.options.seed, Domain::Account, author.code(), 4);
        let drawn = voice::handle(
            &names::romaji(given.kana),
            &names::romaji(family.kana),
            &mut rng,
        );
        unique_handle(&drawn, author.code())
    }

    /// Returns the number of an account's followers.
    pub(super) fn followers(&self, author: Author) -> u64 {
        match author {
            Author::Official => 3_264,
            Author::Impersonator(index) => 118 - 67 * (index % 2),
            Author::Customer(slot) if self.advocate_slot() == Some(slot) => 12_483,
            Author::Customer(slot) if self.detractor_slot() == Some(slot) => 941,
            Author::Copier(_) => hash(self.options.seed, Domain::Account, author.code(), 5) % 31,
            _ => {
                let mut rng = stream(self.options.seed, Domain::Account, author.code(), 5);
                let draw: f64 = LogNormal::new(5.2, 1.1).map_or(180.0, |d| d.sample(&mut rng));
                draw.min(9_000.0) as u64
            }
        }
    }

    /// Draws the whole profile of an account.
    pub(super) fn profile(&self, author: Author) -> Profile {
        let mut rng = stream(self.options.seed, Domain::Account, author.code(), 6);
        let persona = self.persona(author);
        let (_, given, area) = self.bearer(author);
        let followers = self.followers(author);
        let kana = names::hiragana(given.kana);
        let (name, bio, location) = match author {
            Author::Official => (
                OFFICIAL_NAME.to_owned(),
                "鎌倉の小さな自家焙煎店です。毎週火・金に焙煎。オンラインショップもあります。\
                 お問い合わせは店のメールへどうぞ。"
                    .to_owned(),
                "神奈川県鎌倉市".to_owned(),
            ),
            Author::Impersonator(index) => (
                IMPERSONATORS[index as usize % 2].1.to_owned(),
                "鎌倉の小さな自家焙煎店です。プレゼント企画はDMで受付中".to_owned(),
                "神奈川県鎌倉市".to_owned(),
            ),
            Author::Customer(slot) if self.advocate_slot() == Some(slot) => (
                "鎌倉豆帖".to_owned(),
                "コーヒーの記録。鎌倉と湘南の喫茶、自家焙煎の豆を毎日一杯ずつ".to_owned(),
                "鎌倉".to_owned(),
            ),
            _ => (
                voice::display_name(&persona, &names::romaji(given.kana), &kana, &mut rng),
                if rng.random_bool(0.86) {
                    voice::bio(&persona, &mut rng)
                } else {
                    String::new()
                },
                if rng.random_bool(0.45) {
                    area.to_owned()
                } else {
                    String::new()
                },
            ),
        };
        Profile {
            id: author.id(self.options.seed).to_string(),
            handle: self.handle(author),
            name,
            bio,
            location,
            created_at: self.created_at(author, &mut rng),
            followers,
            following: match author {
                Author::Copier(_) => rng.random_range(200..900),
                _ => 20 + followers / 3 + rng.random_range(0..350),
            },
            tweets: match author {
                Author::Copier(_) | Author::Impersonator(_) => rng.random_range(3..60),
                _ => 40 + (rng.random::<f64>().powi(3) * 24_000.0) as u64,
            },
            verified: false,
        }
    }

    /// Draws when an account was opened; copiers and impersonators opened theirs shortly before.
    fn created_at(&self, author: Author, rng: &mut impl Rng) -> Moment {
        let second = rng.random_range(0..DAY);
        match author {
            Author::Official => -2_100 * DAY + 10 * 3_600,
            Author::Copier(_) => self.copies.unwrap_or(0) - rng.random_range(4..30) * DAY - second,
            Author::Impersonator(_) => {
                self.impersonator.unwrap_or(0) - rng.random_range(1..4) * DAY - second
            }
            _ => -rng.random_range(30..4_700) * DAY + second,
        }
    }

    /// Draws an account that talks about the shop on an ordinary day, active ones more often.
    pub(super) fn ordinary_author(&self, rng: &mut impl Rng) -> Author {
        let customers = self.options.customers.max(1);
        let bystanders = self.crowd_sizes()[0].max(1);
        for _ in 0..200 {
            let author = if rng.random_bool(0.72) {
                let slot = rng.random_range(0..customers);
                if !self.has_account(slot) {
                    continue;
                }
                Author::Customer(slot)
            } else {
                Author::Bystander(rng.random_range(0..bystanders))
            };
            if rng.random::<f64>() < self.activity(author) {
                return author;
            }
        }
        Author::Bystander(rng.random_range(0..bystanders))
    }

    /// Draws one who looks on: for reposts and small talk.
    pub(super) fn onlooker(&self, rng: &mut impl Rng) -> Author {
        let [bystanders, crowd, ..] = self.crowd_sizes();
        *pick(
            &[
                Author::Bystander(rng.random_range(0..bystanders.max(1))),
                Author::Bystander(rng.random_range(0..bystanders.max(1))),
                Author::Crowd(rng.random_range(0..crowd.max(1))),
            ],
            rng,
        )
    }
}

/// Makes a handle of at most 15 characters whose last digits are the account's number.
fn unique_handle(drawn: &str, code: u64) -> String {
    let digits = code.to_string();
    let room = 15usize.saturating_sub(digits.len());
    let clean: String = drawn
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(room)
        .collect();
    let stem = clean.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = if stem.is_empty() { "x" } else { stem };
    format!("{stem}{digits}")
}

#[cfg(test)]
mod tests {
    use super::super::SampleOptions;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_handles_are_unique() {
        let story = Story::new(&SampleOptions::default());
        let mut ids = BTreeSet::new();
        let mut handles = BTreeSet::new();
        let mut check = |author: Author| {
            assert!(ids.insert(author.id(1)));
            let handle = story.handle(author);
            assert!(handle.len() <= 16, "{handle}");
            assert!(handles.insert(handle.to_lowercase()), "{handle}");
        };
        for slot in 0..800 {
            check(Author::Customer(slot));
        }
        story
            .for_each_stranger(|author| {
                check(author);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn handles_end_in_the_account_number() {
        assert_eq!(unique_handle("yuki_tanaka_1985", 12), "yuki_tanaka_12");
        assert_eq!(unique_handle("1985", 7), "x7");
    }

    #[test]
    fn impersonators_are_one_letter_away_and_young() {
        let story = Story::new(&SampleOptions::default());
        let profile = story.profile(Author::Impersonator(0));
        assert_ne!(profile.handle, OFFICIAL_HANDLE);
        assert!(profile.name.starts_with(OFFICIAL_NAME));
        assert!(profile.created_at > story.calendar.end() - 60 * DAY);
    }

    #[test]
    fn advocate_has_many_followers() {
        let story = Story::new(&SampleOptions::default());
        let slot = story.advocate_slot().unwrap();
        assert!(story.profile(Author::Customer(slot)).followers > 12_000);
    }
}
