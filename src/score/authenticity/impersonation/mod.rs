//! Accounts that pass for an official one.
//!
//! A handle and a display name are compared with those of every official account, with the brand's names and, for less,
//! its keywords. What is compared is what is seen: confusable letters have one reading (`letters`), separators, emoji and
//! invisible characters have none (`key`). Each likeness has a strength by its kind and by how much the name tells
//! (`strength`); strengths are put together as independent evidence, `1 - (1 - handle) (1 - name)`, and the profile adds to
//! or takes from it. Fans, staff, branches and customers name the brand as well: they are told by the words beside it
//! (`words`), and by whether anything else is left of the name.

mod compare;
mod key;
mod letters;
mod profile;
mod reason;
mod strength;
mod targets;
#[cfg(test)]
mod tests;
mod words;

use rayon::prelude::*;

use self::compare::{Grade, Relation, Source, Target};
use self::key::{Key, Sketch};
use self::profile::Says;
pub(crate) use self::reason::Reason;
use self::targets::bare;

/// Least score of an impersonator.
pub(crate) const LEAST_SCORE: f64 = 0.5;
/// Least evidence by handle and name for the profile to count.
const LEAST_EVIDENCE: f64 = 0.3;
/// Most that an account may have which says that it is not official.
const MOST_OF_FANS: f64 = 0.45;
/// Candidates that one thread takes at a time.
const CHUNK: usize = 4096;
/// A day in microseconds.
const DAY: i64 = 86_400_000_000;
const YOUNG: i64 = 90 * DAY;
const OLD: i64 = 3 * 365 * DAY;

/// An account of the brand's own. A field that is not known is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Official<'a> {
    /// Empty: it is taken to be official on every platform.
    pub platform: &'a str,
    pub account_id: &'a str,
    /// With or without `@`.
    pub handle: &'a str,
    pub display_name: &'a str,
}

/// An account that may pass for an official one. A text that is not known is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Candidate<'a> {
    pub platform: &'a str,
    pub account_id: &'a str,
    /// With or without `@`.
    pub handle: &'a str,
    pub display_name: &'a str,
    pub bio: &'a str,
    /// Link in the profile.
    pub url: &'a str,
    /// In microseconds since 1970-01-01 UTC.
    pub created_at: Option<i64>,
    pub is_verified: bool,
    pub follower_count: Option<i64>,
    pub post_count: Option<i64>,
}

/// An account that passes for an official one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Impersonation {
    /// Place of the official account in the list given.
    pub official: usize,
    /// Strength of the evidence, 0..1; not a probability.
    pub score: f64,
    /// In the order of [`Reason`], none twice.
    pub reasons: Vec<Reason>,
}

/// What is found among many candidates.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    /// Place of the candidate in the list given, and what it passes for; in the order of the list.
    pub impersonators: Vec<(usize, Impersonation)>,
    /// Accounts of which a handle, name or profile was too long to be read to its end.
    pub shortened_count: u64,
}

/// The official accounts and names, ready to compare.
#[derive(Debug, Clone)]
pub(crate) struct Officials<'a> {
    accounts: Vec<Official<'a>>,
    handles: Vec<Target>,
    names: Vec<Target>,
}

impl<'a> Officials<'a> {
    /// Makes official accounts ready, with the names that the brand alone has and keywords that others may use as well.
    ///
    /// Without an account nothing is ever found. An empty or single-letter handle or name is left out.
    pub(crate) fn new(accounts: &[Official<'a>], names: &[&str], keywords: &[&str]) -> Self {
        let (handles, names) = targets::of(accounts, names, keywords);
        Self {
            accounts: accounts.to_vec(),
            handles,
            names,
        }
    }

    /// Judges one account as known at the as-of instant (microseconds since 1970-01-01 UTC).
    ///
    /// `None` for official and verified accounts, and for all whose score is below [`LEAST_SCORE`].
    #[cfg(test)]
    pub(crate) fn judge(&self, candidate: &Candidate<'_>, as_of: i64) -> Option<Impersonation> {
        self.examine(candidate, as_of).0
    }

    /// Judges many accounts, on all threads; the answer does not depend on how many there are.
    pub(crate) fn impersonators(&self, candidates: &[Candidate<'_>], as_of: i64) -> Found {
        let parts: Vec<Found> = candidates
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(chunk, candidates)| {
                let mut found = Found::default();
                for (place, candidate) in candidates.iter().enumerate() {
                    let (impersonation, is_shortened) = self.examine(candidate, as_of);
                    found.shortened_count += u64::from(is_shortened);
                    if let Some(impersonation) = impersonation {
                        found
                            .impersonators
                            .push((chunk * CHUNK + place, impersonation));
                    }
                }
                found
            })
            .collect();
        let mut all = Found::default();
        for part in parts {
            all.impersonators.extend(part.impersonators);
            all.shortened_count += part.shortened_count;
        }
        all
    }

    fn examine(&self, candidate: &Candidate<'_>, as_of: i64) -> (Option<Impersonation>, bool) {
        let handle = bare(candidate.handle);
        let (handle_sketch, is_handle_shortened) = Sketch::of(handle);
        let (name_sketch, is_name_shortened) = Sketch::of(candidate.display_name);
        let is_shortened =
            is_handle_shortened || is_name_shortened || profile::is_shortened(candidate.bio);
        let may_relate = |targets: &[Target], sketch: &Sketch| {
            targets.iter().any(|target| target.may_relate(sketch))
        };
        let is_worth_it = !candidate.is_verified
            && (may_relate(&self.handles, &handle_sketch) || may_relate(&self.names, &name_sketch))
            && !self.is_official(candidate, handle);
        if !is_worth_it {
            return (None, is_shortened);
        }
        let handle = Likeness::new(handle, &self.handles, strength::of_handle);
        let name = Likeness::new(candidate.display_name, &self.names, strength::of_name);
        let impersonation = self.weigh(candidate, &handle, &name, as_of);
        (impersonation, is_shortened)
    }

    /// Whether an account is one of the brand's own, by its id or its handle.
    fn is_official(&self, candidate: &Candidate<'_>, handle: &str) -> bool {
        self.accounts.iter().any(|account| {
            let own = bare(account.handle);
            let is_same = (!own.is_empty() && own.to_lowercase() == handle.to_lowercase())
                || (!account.account_id.is_empty() && account.account_id == candidate.account_id);
            is_same && (account.platform.is_empty() || account.platform == candidate.platform)
        })
    }

    fn weigh(
        &self,
        candidate: &Candidate<'_>,
        handle: &Likeness<'_>,
        name: &Likeness<'_>,
        as_of: i64,
    ) -> Option<Impersonation> {
        let mut of_handle = handle.strength;
        let shows_another_name =
            !name.is_related && !name.key.loose.is_empty() && name.key.raw != handle.key.raw;
        if let Some((relation, _)) = handle.best
            && shows_another_name
        {
            of_handle *= strength::under_another_name(relation);
        }
        let mut score = either(of_handle, name.strength);
        if score < LEAST_EVIDENCE {
            return None;
        }
        let mut reasons = Vec::new();
        if let Some(relation) = handle.telling() {
            reasons.extend(reason::of_handle(relation));
        }
        if let Some(relation) = name.telling() {
            reasons.extend(reason::of_name(relation));
        }
        if [handle, name]
            .iter()
            .any(|likeness| likeness.key.has_invisible && likeness.telling().is_some())
        {
            reasons.push(Reason::InvisibleCharacters);
            score = either(score, 0.5);
        }
        let says = profile::says(candidate.bio);
        if says == Says::Official {
            reasons.push(Reason::ClaimsOfficial);
            score = either(score, 0.3);
        }
        if is_contact_link(candidate.url) {
            reasons.push(Reason::ContactLink);
            score = either(score, 0.15);
        }
        let age = candidate
            .created_at
            .and_then(|created_at| as_of.checked_sub(created_at))
            .filter(|age| *age >= 0);
        if age.is_some_and(|age| age < YOUNG) {
            reasons.push(Reason::YoungAccount);
            score = either(score, 0.2);
        }
        let is_disguised = [handle, name].iter().any(|likeness| {
            matches!(
                likeness.best,
                Some((
                    Relation::Alike | Relation::Claim(Grade::Alike) | Relation::Plain(Grade::Alike),
                    _
                ))
            )
        });
        let at_least = |count: Option<i64>, least: i64| count.is_some_and(|count| count >= least);
        let is_established = age.is_some_and(|age| age > OLD)
            && at_least(candidate.follower_count, 1000)
            && at_least(candidate.post_count, 1000);
        if is_established && !is_disguised {
            score *= 0.6;
        }
        let is_fan = handle.is_fan || name.is_fan || says == Says::NotOfficial;
        if is_fan && says != Says::Official {
            score = (score * 0.5).min(MOST_OF_FANS);
        }
        if score < LEAST_SCORE {
            return None;
        }
        let target = stronger(handle, name)?;
        let official = target
            .officials
            .iter()
            .copied()
            .find(|place| self.accounts[*place].platform == candidate.platform)
            .or_else(|| target.officials.first().copied())?;
        let platform = self.accounts[official].platform;
        if !platform.is_empty() && !candidate.platform.is_empty() && platform != candidate.platform
        {
            reasons.push(Reason::OtherPlatform);
        }
        reasons.sort();
        reasons.dedup();
        Some(Impersonation {
            official,
            score,
            reasons,
        })
    }
}

/// Puts two independent strengths together.
fn either(left: f64, right: f64) -> f64 {
    1.0 - (1.0 - left) * (1.0 - right)
}

/// The closest that a text comes to any target.
struct Likeness<'t> {
    key: Key,
    best: Option<(Relation, &'t Target)>,
    strength: f64,
    /// Whether the text has to do with a target at all.
    is_related: bool,
    /// Whether words beside a name tell that it is not the official one.
    is_fan: bool,
}

impl<'t> Likeness<'t> {
    fn new(text: &str, targets: &'t [Target], strength: fn(Relation, &Target) -> f64) -> Self {
        let mut likeness = Self {
            key: Key::new(text),
            best: None,
            strength: 0.0,
            is_related: false,
            is_fan: false,
        };
        for target in targets {
            if !target.may_relate(&likeness.key.sketch) {
                continue;
            }
            let Some(relation) = target.relation(&likeness.key) else {
                continue;
            };
            likeness.is_related = true;
            likeness.is_fan |=
                relation == Relation::Fan && target.source == Source::Account && !target.is_generic;
            let found = strength(relation, target);
            if likeness.best.is_none() || found > likeness.strength {
                likeness.best = Some((relation, target));
                likeness.strength = found;
            }
        }
        likeness
    }

    /// Returns the best relation if it says anything.
    fn telling(&self) -> Option<Relation> {
        self.best
            .filter(|_| self.strength > 0.0)
            .map(|(relation, _)| relation)
    }
}

/// Returns the target that more is known of.
fn stronger<'t>(handle: &Likeness<'t>, name: &Likeness<'t>) -> Option<&'t Target> {
    let (first, second) = if handle.strength >= name.strength {
        (handle, name)
    } else {
        (name, handle)
    };
    first.best.or(second.best).map(|(_, target)| target)
}

/// Whether a link leads into a private chat or hides where it leads.
fn is_contact_link(url: &str) -> bool {
    const HOSTS: [&str; 8] = [
        "line.me",
        "t.me",
        "wa.me",
        "bit.ly",
        "tinyurl.com",
        "is.gd",
        "cutt.ly",
        "discord.gg",
    ];
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest
        .split(['/', '?', '#'])
        .next()
        .unwrap_or(rest)
        .trim_start_matches("www.");
    HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known))
}
