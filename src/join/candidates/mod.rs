//! Candidate links between persons who agreed to be linked and public accounts, for a human to review.
//!
//! Nothing links by what is here. An account is linked when its owner declared it; for persons who granted `link_social`
//! and declared nothing, name, handle, profile, place, link and times are weighed as evidence and put before a reviewer, in
//! words. The method is that of Fellegi and Sunter: each piece of evidence weighs log2(m/u), where m is fixed and documented
//! ([`Evidence::weight`]) and u comes from how frequent the same name, handle or place is in the data at hand. What it
//! assumes and where it ends is told in `docs/methods/candidates.md`.
//!
//! **Consent comes first.** Only a [`Consenting`] person is ever compared, and one is made only by asking who keeps the
//! consents. Health, belief, politics, sexuality, ethnicity and gender are neither read nor guessed.

mod accounts;
mod clues;
mod evidence;
mod frequency;
mod handle;
mod keys;
mod meetings;
mod name;
mod people;
mod place;
mod place_names;
mod places;
mod profile;
mod score;
mod sentences;
#[cfg(test)]
mod tests;
mod time;
mod weights;
mod words;

pub use evidence::{Evidence, FromEmail, FromName, Kind, PlaceMatch, UrlMatch};

use rayon::prelude::*;

use accounts::Profile;
use frequency::Frequencies;
use people::Prepared;
use score::{Scored, Scorer};

/// What is known of a person; lists may be empty and hold what any record of the person says.
#[derive(Debug, Clone, Default)]
pub struct Person<'a> {
    /// Person's id.
    pub person_id: &'a str,
    /// Names as written, family name first and a space between, with their readings.
    pub names: Vec<(&'a str, Option<&'a str>)>,
    /// E-mail addresses as written.
    pub emails: Vec<&'a str>,
    /// Prefectures, in Japanese, Latin letters or as `JP-14`.
    pub prefectures: Vec<&'a str>,
    /// Addresses from the municipality on.
    pub towns: Vec<&'a str>,
    /// Years of birth.
    pub birth_years: Vec<i32>,
    /// Addresses on the web that the person gave.
    pub urls: Vec<&'a str>,
    /// Instants of the orders, in microseconds since 1970-01-01 UTC, in any order.
    pub order_times: &'a [i64],
}

/// Who keeps the consents.
pub trait LinkConsent {
    /// Whether consent for `link_social` is in force for a person, and analysis is not denied.
    fn may_link(&self, person_id: &str) -> bool;
}

/// A person with consent for `link_social` in force; the only kind that is compared.
#[derive(Debug, Clone)]
pub struct Consenting<'a>(Person<'a>);

impl<'a> Consenting<'a> {
    /// Returns the person when `consents` has the consent in force, `None` otherwise.
    pub fn new(person: Person<'a>, consents: &impl LinkConsent) -> Option<Self> {
        consents.may_link(person.person_id).then_some(Self(person))
    }

    /// Returns what is known of the person.
    pub fn person(&self) -> &Person<'a> {
        &self.0
    }
}

/// What is public of an account. One account is given once; the shop's own and those already linked are not given.
#[derive(Debug, Clone, Default)]
pub struct Account<'a> {
    /// Platform: `x`, `line`, `instagram`, ...
    pub platform: &'a str,
    /// Provider the id is valid in; empty elsewhere.
    pub provider: &'a str,
    /// The platform's own id.
    pub account_id: &'a str,
    /// Handle, with or without `@`.
    pub handle: Option<&'a str>,
    /// Handles it had before.
    pub former_handles: Vec<&'a str>,
    /// Name shown.
    pub display_name: Option<&'a str>,
    /// What the account says of itself.
    pub bio: Option<&'a str>,
    /// Link in the profile.
    pub url: Option<&'a str>,
    /// Place in the profile.
    pub location: Option<&'a str>,
    /// Instants of its posts about the shop, in microseconds since 1970-01-01 UTC, in any order.
    pub post_times: &'a [i64],
}

impl<'a> Account<'a> {
    /// Returns the handles, the present one first.
    fn handles(&self) -> impl Iterator<Item = &'a str> {
        self.handle
            .into_iter()
            .chain(self.former_handles.iter().copied())
    }

    fn id(&self) -> (&'a str, &'a str, &'a str) {
        (self.platform, self.provider, self.account_id)
    }
}

/// What bounds the search.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Share of the persons who have one of the accounts, per platform, above 0 and below 1: the prior is this over the
    /// number of the platform's accounts.
    pub share: f64,
    /// Lowest probability of a candidate.
    pub min_prob: f64,
    /// Most candidates of an account.
    pub max_per_account: usize,
    /// Most persons who share a key that is followed; what more share points to nobody.
    pub max_people_per_key: usize,
    /// Most pairs that one key may make.
    pub max_pairs_per_key: usize,
    /// Hours after an order in which posts count as following it.
    pub window_hours: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            share: 0.3,
            min_prob: 0.05,
            max_per_account: 3,
            max_people_per_key: 100,
            max_pairs_per_key: 20_000,
            window_hours: 72,
        }
    }
}

/// A person and an account that may belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Place of the person in the list given.
    pub person: usize,
    /// Place of the account in the list given.
    pub account: usize,
    /// Log2 odds of the pair by itself: the prior and what the evidence counts.
    pub weight: f64,
    /// Probability that the account is the person's, given that it is no two persons'.
    pub prob: f64,
    /// What speaks for and against, names first.
    pub evidence: Vec<Evidence>,
}

/// Returns the candidates for review, most probable first, then by the ids of person and account.
///
/// Every piece of evidence and its weight depends on the data, not on the order it is given in. The work grows with the
/// number of persons, accounts and shared keys, never with their product.
///
/// ```
/// use koe::join::candidates::{Account, Consenting, LinkConsent, Person, Settings, candidates};
/// use koe::report::Lang;
///
/// struct Granted;
/// impl LinkConsent for Granted {
///     fn may_link(&self, person_id: &str) -> bool {
///         person_id == "p1"
///     }
/// }
///
/// let hanako = Person { person_id: "p1", names: vec![("鳥野 花子", Some("トリノ ハナコ"))], ..Person::default() };
/// let taro = Person { person_id: "p2", ..hanako.clone() };
/// assert!(Consenting::new(taro, &Granted).is_none());
/// let people: Vec<_> = Consenting::new(hanako, &Granted).into_iter().collect();
/// let accounts = [Account { platform: "x", account_id: "1", display_name: Some("とりの花子"), ..Account::default() }];
/// let found = candidates(&people, &accounts, &Settings::default());
/// assert_eq!(
///     found[0].evidence[0].sentence(Lang::Ja),
///     "表示名「とりの花子」の読みが顧客名「鳥野 花子」と一致しています"
/// );
/// ```
pub fn candidates(
    people: &[Consenting<'_>],
    accounts: &[Account<'_>],
    settings: &Settings,
) -> Vec<Candidate> {
    let prepared: Vec<Prepared<'_>> = people
        .par_iter()
        .map(|person| Prepared::new(person.person()))
        .collect();
    let profiles: Vec<Profile<'_>> = accounts.par_iter().map(Profile::new).collect();
    let (frequencies, meetings) = rayon::join(
        || Frequencies::new(&prepared, &profiles),
        || meetings::meetings(&prepared, &profiles, settings),
    );
    let scorer = Scorer {
        people: &prepared,
        accounts: &profiles,
        frequencies: &frequencies,
        settings,
    };
    let mut scored = scorer.score(&meetings);
    let ranks = ranks(&prepared);
    scored.par_sort_unstable_by_key(|scored| (scored.account, ranks[scored.person as usize]));
    let mut found: Vec<Candidate> = scored
        .chunk_by(|left, right| left.account == right.account)
        .flat_map(|rivals| best(rivals, &prepared, accounts, settings))
        .collect();
    found.sort_by(|left, right| {
        let ids = |candidate: &Candidate| {
            (
                prepared[candidate.person].raw.person_id,
                accounts[candidate.account].id(),
            )
        };
        right
            .prob
            .total_cmp(&left.prob)
            .then_with(|| ids(left).cmp(&ids(right)))
    });
    found
}

/// Returns the place of each person in the order of their ids, of persons with one id in that of the list.
fn ranks(people: &[Prepared<'_>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..people.len() as u32).collect();
    order.sort_by_key(|person| people[*person as usize].raw.person_id);
    let mut ranks = vec![0; people.len()];
    for (rank, person) in (0..).zip(order) {
        ranks[person as usize] = rank;
    }
    ranks
}

/// Returns the candidates among those who may own one account, which one person at most does.
fn best(
    rivals: &[Scored],
    people: &[Prepared<'_>],
    accounts: &[Account<'_>],
    settings: &Settings,
) -> Vec<Candidate> {
    let odds = |scored: &Scored| scored.weight.exp2();
    let all: f64 = 1.0 + rivals.iter().map(odds).sum::<f64>();
    let mut kept: Vec<(f64, &Scored)> = rivals
        .iter()
        .map(|scored| (odds(scored) / all, scored))
        .filter(|(prob, _)| *prob >= settings.min_prob)
        .collect();
    // Sorted by id before, so that ties fall to the lower id.
    kept.sort_by(|left, right| right.0.total_cmp(&left.0));
    kept.truncate(settings.max_per_account);
    kept.into_iter()
        .map(|(prob, scored)| {
            let (person, account) = (scored.person as usize, scored.account as usize);
            let words = |clue| {
                words::evidence(
                    clue,
                    &people[person],
                    &accounts[account],
                    settings.window_hours,
                )
            };
            Candidate {
                person,
                account,
                weight: scored.weight,
                prob,
                evidence: scored.clues.iter().map(words).collect(),
            }
        })
        .collect()
}
