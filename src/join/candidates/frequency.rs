//! How frequent names, e-mail addresses and digits are among the accounts and persons at hand: the u of the weights.

use std::collections::HashMap;

use super::accounts::Profile;
use super::handle::Surprise;
use super::keys::What;
use super::name::Name;
use super::people::{Mail, Prepared, domain_of};
use super::places::Places;
use crate::hash::Unhashed;

/// Persons' worth of prior belief in the frequency of a part of a name, and that frequency: a family or given name of Japan
/// is borne by about one in a thousand, the commonest by one in seventy.
const PART_WEIGHT: f64 = 200.0;
const PART_SHARE: f64 = 1e-3;
/// The same for names that are not split, and for e-mail domains.
const WHOLE_SHARE: f64 = 1e-5;
const DOMAIN_SHARE: f64 = 1e-4;
/// Share of the accounts that show something made of a name.
const NAMED_ACCOUNTS: f64 = 0.5;
/// Share of an initial among names; of one year of birth among handles with four digits, and with two.
const INITIAL_SHARE: f64 = 0.1;
const YEAR_SHARE: f64 = 0.02;

/// Persons or accounts by a text they share.
type Counts<'p> = HashMap<&'p str, u32, Unhashed>;

/// All frequencies.
pub(super) struct Frequencies<'p> {
    people: f64,
    written: Counts<'p>,
    sounding: Counts<'p>,
    domains: Counts<'p>,
    locals: Counts<'p>,
    surprise: Surprise,
    /// Accounts by platform.
    pub accounts: Counts<'p>,
    /// Accounts by platform and display name in the common alphabet.
    displays: HashMap<(&'p str, &'p str), u32, Unhashed>,
    /// Accounts by platform and digits at the end of the handle.
    digits: HashMap<(&'p str, &'p str), u32, Unhashed>,
    pub places: Places,
}

impl<'p> Frequencies<'p> {
    pub fn new(people: &'p [Prepared<'_>], accounts: &'p [Profile<'_>]) -> Self {
        let (domains, locals) = shares(people);
        let (mut by_platform, mut displays, mut digits) =
            (Counts::default(), HashMap::default(), HashMap::default());
        for account in accounts {
            let platform = account.raw.platform;
            *by_platform.entry(platform).or_default() += 1;
            let display = account.display.folded.as_str();
            if !display.is_empty() {
                *displays.entry((platform, display)).or_default() += 1;
            }
            let mut ends: Vec<&str> = account
                .handles
                .iter()
                .map(|handle| handle.digits.as_str())
                .collect();
            ends.retain(|end| !end.is_empty());
            ends.sort_unstable();
            ends.dedup();
            for end in ends {
                *digits.entry((platform, end)).or_default() += 1;
            }
        }
        let handles = accounts
            .iter()
            .filter_map(|account| account.handles.first());
        let locals_of_people = people
            .iter()
            .flat_map(|person| person.mails.iter().flatten());
        let surprise = Surprise::learn(
            handles
                .map(|handle| handle.whole.as_str())
                .chain(locals_of_people.map(|mail| mail.local.whole.as_str())),
        );
        Self {
            people: people.len() as f64,
            written: parts(people, |name| &name.written),
            sounding: parts(people, |name| &name.readings),
            domains,
            locals,
            surprise,
            accounts: by_platform,
            displays,
            digits,
            places: Places::new(people, accounts),
        }
    }

    /// Returns how often another person would have what was found, between 0 and 1.
    pub fn chance(&self, what: What, name: Option<&Name>, mail: Option<&Mail>) -> f64 {
        let of_name = |is_written| name.map_or(0.0, |name| self.of_name(name, is_written));
        let of_part = || name.map_or(0.0, |name| self.of_part(name));
        let of_mail = |mail: &Mail, text: &str| {
            let typed = (-self.surprise.bits(text)).exp2();
            let shared = self.share(self.locals.get(mail.stem()).copied().unwrap_or(0), 0.0);
            typed.max(shared).max(NAMED_ACCOUNTS * of_name(false))
        };
        match what {
            What::NameEqual => NAMED_ACCOUNTS * of_name(true),
            What::ReadingEqual | What::NameInDisplay | What::NameInBio | What::HandleFullName => {
                NAMED_ACCOUNTS * of_name(false)
            }
            What::PartOfName => NAMED_ACCOUNTS * of_part(),
            What::HandleInitial => NAMED_ACCOUNTS * INITIAL_SHARE * of_part(),
            What::HandlePartAndYear => NAMED_ACCOUNTS * YEAR_SHARE * of_part(),
            What::MailEqual => mail.map_or(0.0, |mail| of_mail(mail, &mail.local.whole)),
            What::MailLetters | What::MailPart => {
                mail.map_or(0.0, |mail| of_mail(mail, mail.stem()))
            }
            What::UrlDomain => mail.map_or(0.0, |mail| {
                self.share(
                    self.domains.get(mail.domain.as_str()).copied().unwrap_or(0),
                    DOMAIN_SHARE,
                )
            }),
            What::BirthYear => YEAR_SHARE,
            What::EmailInBio | What::UrlProfile | What::UrlSame | What::Place | What::Time => 0.0,
        }
    }

    /// Returns how many other accounts of the platform show this display name alone.
    pub fn other_displays(&self, platform: &str, display: &str) -> u32 {
        let key = (platform, display);
        self.displays
            .get(&key)
            .copied()
            .unwrap_or(0)
            .saturating_sub(1)
    }

    /// Returns how many other accounts of the platform have a handle that ends in these digits.
    pub fn other_digits(&self, platform: &str, digits: &str) -> u32 {
        let key = (platform, digits);
        self.digits
            .get(&key)
            .copied()
            .unwrap_or(0)
            .saturating_sub(1)
    }

    // The person itself is left out; a prior keeps few persons from making every name look common.
    fn share(&self, count: u32, prior: f64) -> f64 {
        let seen = f64::from(count.saturating_sub(1)) + PART_WEIGHT * prior;
        (seen / ((self.people - 1.0).max(0.0) + PART_WEIGHT)).min(1.0)
    }

    /// Family and given names are taken as independent, which tells rare combinations of common names from common ones.
    fn of_name(&self, name: &Name, is_written: bool) -> f64 {
        let (parts, counts) = if is_written {
            (&name.written, &self.written)
        } else {
            (&name.readings, &self.sounding)
        };
        let prior = if parts.len() < 2 {
            WHOLE_SHARE
        } else {
            PART_SHARE
        };
        parts
            .iter()
            .map(|part| self.share(counts.get(part.as_str()).copied().unwrap_or(0), prior))
            .product()
    }

    fn of_part(&self, name: &Name) -> f64 {
        name.readings
            .iter()
            .map(|part| {
                self.share(
                    self.sounding.get(part.as_str()).copied().unwrap_or(0),
                    PART_SHARE,
                )
            })
            .fold(0.0, f64::max)
    }
}

/// Counts persons by each part of their names.
fn parts<'p>(people: &'p [Prepared<'_>], of: fn(&Name) -> &Vec<String>) -> Counts<'p> {
    let mut counts = Counts::default();
    for person in people {
        let mut own: Vec<&str> = person
            .names
            .iter()
            .flat_map(of)
            .map(String::as_str)
            .collect();
        own.sort_unstable();
        own.dedup();
        for part in own {
            *counts.entry(part).or_default() += 1;
        }
    }
    counts
}

/// Returns how many persons share each e-mail domain and each local part's letters.
fn shares<'p>(people: &'p [Prepared<'_>]) -> (Counts<'p>, Counts<'p>) {
    let (mut domains, mut locals) = (Counts::default(), Counts::default());
    for person in people {
        let mut own: Vec<&str> = person
            .mails
            .iter()
            .flatten()
            .map(|mail| domain_of(&mail.address))
            .collect();
        own.sort_unstable();
        own.dedup();
        for domain in own {
            *domains.entry(domain).or_default() += 1;
        }
        let mut own: Vec<&str> = person
            .mails
            .iter()
            .flatten()
            .map(|mail| mail.stem())
            .collect();
        own.sort_unstable();
        own.dedup();
        for stem in own {
            *locals.entry(stem).or_default() += 1;
        }
    }
    (domains, locals)
}
