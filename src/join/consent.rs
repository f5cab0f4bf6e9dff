//! Consent, failing closed.
//!
//! A statement is about one record and one purpose. At an instant, a record's newest statement counts; of statements with
//! the same date the refusing one; one without a date tells what held before it was observed. A refusal written down by
//! hand is known to the hour, one with a day for a date to the day: an exported grant of that hour or day may be older, and
//! counts as such. A person's strictest record counts: a grant is in force when at least one record grants and none
//! refuses, expired grants refusing. Consent must be in force at the as-of instant and at the newest instant the store
//! knows, so that looking back at March does not revive what was withdrawn in May.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude::*;
use rayon::prelude::*;

use super::candidates::LinkConsent;
use super::persons::Persons;
use super::rows::texts;
use crate::as_of::AsOf;
use crate::hash::fast_hash;
use crate::schema::{consent_counts, consents};

/// Purpose of linking accounts.
pub const LINK_SOCIAL: &str = "link_social";
/// Purpose of analysing first-party data; it needs no grant, but a denial counts.
pub const ANALYSE: &str = "analyse";
/// All purposes, in the order of the table `consent_counts`.
pub const PURPOSES: [&str; 10] = [
    LINK_SOCIAL,
    ANALYSE,
    "email",
    "sms",
    "line",
    "push",
    "postal",
    "social_dm",
    "voice",
    "ads",
];
/// Purposes that are channels.
pub const CHANNELS: [&str; 7] = [
    "email",
    "line",
    "sms",
    "push",
    "postal",
    "social_dm",
    "voice",
];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement<'a> {
    source: &'a str,
    customer_id: &'a str,
    purpose: &'a str,
    status: &'a str,
    is_grant: bool,
    /// Whether it has no date: it tells what held before it was observed.
    is_undated: bool,
    effective_at: i64,
    expires_at: Option<i64>,
    /// Name of the file it comes from, and its row there.
    file: &'a str,
    row: i64,
}

impl Statement<'_> {
    /// Returns file and row as they are told.
    fn evidence(&self) -> String {
        format!("{}:{}", self.file, self.row)
    }

    /// Orders by date. Of statements of one date the refusing one counts, save one without a date: what begins as that was
    /// observed is newer.
    fn order(&self) -> (i64, u8) {
        let weight = match (self.is_grant, self.is_undated) {
            (false, true) => 0,
            (true, _) => 1,
            (false, false) => 2,
        };
        (self.effective_at, weight)
    }

    /// Dates an exported grant back to a refusal that may have followed it.
    fn yield_to(&mut self, spans: &Spans<'_>) {
        let about = (self.source, self.customer_id, self.purpose);
        let refused = spans.get(&about).into_iter().flatten();
        let at = self.effective_at;
        let may_follow = refused.filter(|(from, until)| *from < at && at < *until);
        if let Some((from, _)) = may_follow.min() {
            self.effective_at = *from;
        }
    }
}

/// Microseconds for which a refusal written down by hand may have been made: its hour.
pub const HOUR: i64 = 3_600_000_000;

/// By source, customer and purpose: from when and until when refusals may have been made, of which only the hour or the day
/// is known.
type Spans<'a> = HashMap<(&'a str, &'a str, &'a str), Vec<(i64, i64)>>;

/// Microseconds that divide the beginning of every local day: clocks differ by quarters of an hour.
const QUARTER_HOUR: i64 = 900_000_000;

/// Returns when the local day ends that begins at an instant; `None` where none does, as of what was said at a time of day.
fn end_of_day(at: i64, zone: &TimeZone) -> Option<i64> {
    if at.rem_euclid(QUARTER_HOUR) != 0 {
        return None;
    }
    let local = Timestamp::from_microsecond(at).ok()?.to_zoned(zone.clone());
    let begins = local.start_of_day().is_ok_and(|start| start == local);
    let next = local.date().tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    begins.then(|| next.timestamp().as_microsecond())
}

/// All statements of the store, oldest first; they are read where the table has them.
#[derive(Debug, Default)]
pub struct Consents<'a> {
    statements: Vec<Statement<'a>>,
    newest_known: i64,
}

impl<'a> Consents<'a> {
    /// Reads the table `consents`; `newest_known` is the newest instant the store knows of anything, in microseconds
    /// since 1970-01-01 UTC, `zone` that of days.
    ///
    /// # Errors
    /// When the frame lacks its columns.
    pub fn new(frame: &'a DataFrame, newest_known: i64, zone: &TimeZone) -> PolarsResult<Self> {
        let source = texts(frame, &consents::SOURCE)?;
        let customer_id = texts(frame, &consents::CUSTOMER_ID)?;
        let purpose = texts(frame, &consents::PURPOSE)?;
        let status = texts(frame, &consents::STATUS)?;
        let effective_at = frame.column(consents::EFFECTIVE_AT.name)?.datetime()?;
        let expires_at = frame.column(consents::EXPIRES_AT.name)?.datetime()?;
        let observed_at = frame.column(consents::OBSERVED_AT.name)?.datetime()?;
        let source_file = texts(frame, &consents::SOURCE_FILE)?;
        let source_row = frame.column(consents::SOURCE_ROW.name)?.i64()?;
        let mut newest_known = newest_known;
        let mut by_hand: Vec<bool> = Vec::with_capacity(frame.height());
        let mut spans = Spans::new();
        let mut statements: Vec<Statement<'a>> = (0..frame.height())
            .map(|row| {
                let observed = observed_at.phys.get(row).unwrap_or(i64::MIN);
                let is_grant = status.get(row) == Some("granted");
                // Undated statements count from when they were first observed: a grant from just before, as nothing at or
                // after the as-of instant counts.
                let undated = if is_grant {
                    observed.saturating_sub(1)
                } else {
                    observed
                };
                let dated = effective_at.phys.get(row);
                let effective_at = dated.unwrap_or(undated);
                newest_known = newest_known.max(observed).max(effective_at);
                let [source, customer_id, purpose] =
                    [source, customer_id, purpose].map(|texts| texts.get(row).unwrap_or_default());
                let is_by_hand = source_file.get(row) == Some(consents::BY_HAND);
                by_hand.push(is_by_hand);
                // What is dated back by hand was dated by somebody who knew, though maybe the day alone.
                let until = match is_by_hand && effective_at >= observed {
                    _ if is_grant => None,
                    true => Some(observed.saturating_add(HOUR)),
                    false => dated.and_then(|at| end_of_day(at, zone)),
                };
                if let Some(until) = until {
                    let about = (source, customer_id, purpose);
                    let of_record = spans.entry(about).or_default();
                    of_record.push((effective_at, until));
                }
                Statement {
                    source,
                    customer_id,
                    purpose,
                    status: status.get(row).unwrap_or_default(),
                    is_grant,
                    is_undated: dated.is_none(),
                    effective_at,
                    expires_at: expires_at.phys.get(row),
                    file: source_file.get(row).unwrap_or_default(),
                    row: source_row.get(row).unwrap_or_default(),
                }
            })
            .collect();
        if !spans.is_empty() {
            for (statement, is_by_hand) in statements.iter_mut().zip(by_hand) {
                if statement.is_grant && !is_by_hand {
                    statement.yield_to(&spans);
                }
            }
        }
        statements.par_sort_by(|left, right| {
            let by_date = left.order().cmp(&right.order());
            by_date.then_with(|| (left.file, left.row).cmp(&(right.file, right.row)))
        });
        Ok(Self {
            statements,
            newest_known,
        })
    }

    /// Returns source and customer of each statement.
    pub fn records(&self) -> impl Iterator<Item = (&str, &str)> {
        let statements = self.statements.iter();
        statements.map(|statement| (statement.source, statement.customer_id))
    }
}

/// Returns the newest of the statements that deny or revoke.
fn newest_refusal<'s>(statements: &[&'s Statement<'s>]) -> Option<&'s Statement<'s>> {
    statements
        .iter()
        .copied()
        .filter(|statement| !statement.is_grant)
        .max_by_key(|statement| statement.effective_at)
}

/// Whether a statement counts at an instant. What happens at the as-of instant itself is not known yet, save a refusal.
fn counts_at(statement: &Statement<'_>, instant: i64, as_of: i64) -> bool {
    let is_in_time = !statement.is_grant || instant > as_of;
    statement.effective_at < instant || statement.effective_at == instant && is_in_time
}

/// A grant in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Since when, in microseconds since 1970-01-01 UTC.
    pub since: i64,
    /// Until when, where it ends; in microseconds since 1970-01-01 UTC.
    pub until: Option<i64>,
    /// File and row of the statement.
    pub evidence: String,
}

/// A statement because of which nothing is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Denied, revoked, or expired where a grant ran out.
    pub status: String,
    /// From when the statement holds, in microseconds since 1970-01-01 UTC.
    pub since: i64,
    /// When it ran out, where it did.
    pub until: Option<i64>,
    /// File and row of the statement.
    pub evidence: String,
}

impl Denial {
    fn of(statement: &Statement<'_>) -> Self {
        Self {
            status: match statement.is_grant {
                true => EXPIRED.to_owned(),
                false => statement.status.to_owned(),
            },
            since: statement.effective_at,
            until: statement.expires_at.filter(|_| statement.is_grant),
            evidence: statement.evidence(),
        }
    }
}

/// What a grant is called that ran out.
const EXPIRED: &str = "expired";

/// Declarations of a person who took consent for linking back: they are erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The person.
    pub person_id: String,
    /// Declarations up to this instant are meant, in microseconds since 1970-01-01 UTC.
    pub until: i64,
    /// File and row of the statement.
    pub evidence: String,
}

/// A statement, and the person it is about.
#[derive(Clone, Copy)]
struct Said<'s> {
    /// Hash of person and purpose: sorting by it brings together what is about the same, at less cost than by the texts.
    about: u64,
    person: &'s str,
    statement: &'s Statement<'s>,
    /// Place among all statements, oldest first.
    place: usize,
}

impl Said<'_> {
    fn is_about_the_same(&self, other: &Self) -> bool {
        self.about == other.about
            && self.person == other.person
            && self.statement.purpose == other.statement.purpose
    }

    fn is_of_the_same_record(&self, other: &Self) -> bool {
        self.statement.source == other.statement.source
            && self.statement.customer_id == other.statement.customer_id
    }

    /// Orders by person and purpose, in any order, and of one by record, oldest first.
    fn order(&self, other: &Self) -> Ordering {
        let (own, others) = (self.statement, other.statement);
        self.about
            .cmp(&other.about)
            .then_with(|| self.person.cmp(other.person))
            .then_with(|| own.purpose.cmp(others.purpose))
            .then_with(|| own.source.cmp(others.source))
            .then_with(|| own.customer_id.cmp(others.customer_id))
            .then_with(|| self.place.cmp(&other.place))
    }
}

/// Returns the newest statement of each record at an instant, by source and customer, of what is about one person and
/// purpose.
fn newest_of_records<'s>(said: &[Said<'s>], instant: i64, as_of: i64) -> Vec<&'s Statement<'s>> {
    said.chunk_by(Said::is_of_the_same_record)
        .filter_map(|of_record| {
            let mut newest_first = of_record.iter().rev().map(|said| said.statement);
            newest_first.find(|statement| counts_at(statement, instant, as_of))
        })
        .collect()
}

/// Where one person stands with one purpose.
struct Stand<'s> {
    person: &'s str,
    purpose: &'s str,
    grant: Option<Grant>,
    denial: Option<Denial>,
    withdrawal: Option<Withdrawal>,
}

impl<'s> Stand<'s> {
    /// Returns where a person stands by what was said of one purpose, sorted; `None` where nothing was. `then` is the as-of
    /// instant, `now` the newest one known.
    fn of(said: &[Said<'s>], then: i64, now: i64) -> Option<Self> {
        let first = said.first()?;
        let mut stand = Self {
            person: first.person,
            purpose: first.statement.purpose,
            grant: None,
            denial: None,
            withdrawal: None,
        };
        for instant in [then, now] {
            stand.look(
                &newest_of_records(said, instant, then),
                instant,
                (then, now),
            );
        }
        // What is refused at either instant is not granted.
        if stand.denial.is_some() {
            stand.grant = None;
        }
        Some(stand)
    }

    /// Looks at the newest statement of each record at an instant.
    fn look(&mut self, records: &[&Statement<'_>], instant: i64, (then, now): (i64, i64)) {
        let is_in_force = |statement: &Statement<'_>| {
            statement.is_grant
                && statement
                    .expires_at
                    .is_none_or(|expires_at| expires_at > instant)
        };
        if self.purpose == LINK_SOCIAL
            && let Some(refusing) = newest_refusal(records)
        {
            // What was declared anew after a new grant stays, whenever one looks back.
            let until = match instant == now {
                true => i64::MAX,
                false => refusing.effective_at,
            };
            self.withdrawal = Some(Withdrawal {
                person_id: self.person.to_owned(),
                until,
                evidence: refusing.evidence(),
            });
        }
        let refusing = records.iter().find(|statement| !is_in_force(statement));
        if let Some(refusing) = refusing {
            self.denial = Some(Denial::of(refusing));
        } else if instant == then
            && let Some(oldest) = records
                .iter()
                .min_by_key(|statement| statement.effective_at)
        {
            self.grant = Some(Grant {
                since: oldest.effective_at,
                until: records
                    .iter()
                    .filter_map(|statement| statement.expires_at)
                    .min(),
                evidence: oldest.evidence(),
            });
        }
    }
}

/// Where each person stands at an as-of instant.
#[derive(Debug, Default)]
pub struct Standing {
    purposes: Vec<OfPurpose>,
    /// By person, of those who took consent for linking back.
    withdrawals: BTreeMap<String, Withdrawal>,
    unknown_count: u64,
    unknown_refusals: UnknownRefusals,
}

/// Refusals about customers who are no person's record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownRefusals {
    /// How many there are.
    pub count: u64,
    /// File and row of the first.
    pub first: Option<String>,
}

/// Where persons stand with one purpose.
#[derive(Debug, Default)]
struct OfPurpose {
    purpose: String,
    grants: ByPerson<Grant>,
    refusals: ByPerson<Denial>,
}

/// Persons in order, each with what is said of the person: hundreds of thousands, put there once and then looked up.
type ByPerson<T> = Vec<(String, T)>;

fn find<'a, T>(people: &'a ByPerson<T>, person_id: &str) -> Option<&'a T> {
    let found = people.binary_search_by(|(person, _)| person.as_str().cmp(person_id));
    Some(&people[found.ok()?].1)
}

impl Standing {
    pub(super) fn new(consents: &Consents<'_>, persons: &Persons, as_of: &AsOf) -> Self {
        Self::from_records(
            consents,
            |source, customer_id| persons.of(source, customer_id),
            as_of,
        )
    }

    /// Returns where persons stand, given the person of each record.
    pub fn from_records<'a>(
        consents: &Consents<'_>,
        person_of: impl Fn(&str, &str) -> Option<&'a str> + Sync,
        as_of: &AsOf,
    ) -> Self {
        let then = as_of.instant().as_microsecond();
        let now = consents.newest_known.max(then);
        let statements = consents.statements.par_iter().enumerate();
        let mut said: Vec<Said<'_>> = statements
            .filter_map(|(place, statement)| {
                let person = person_of(statement.source, statement.customer_id)?;
                Some(Said {
                    about: fast_hash([person, statement.purpose]),
                    person,
                    statement,
                    place,
                })
            })
            .collect();
        let unknown_count = (consents.statements.len() - said.len()) as u64;
        let mut unknown_refusals = UnknownRefusals::default();
        if unknown_count > 0 {
            for statement in consents.statements.iter().filter(|said| !said.is_grant) {
                if person_of(statement.source, statement.customer_id).is_none() {
                    unknown_refusals.count += 1;
                    let first = &mut unknown_refusals.first;
                    first.get_or_insert_with(|| statement.evidence());
                }
            }
        }
        said.par_sort_unstable_by(Said::order);
        let mut stands: Vec<Stand<'_>> = said
            .par_chunk_by(Said::is_about_the_same)
            .filter_map(|of_one| Stand::of(of_one, then, now))
            .collect();
        stands.par_sort_unstable_by_key(|stand| (stand.purpose, stand.person));
        let mut standing = Self {
            unknown_count,
            unknown_refusals,
            ..Self::default()
        };
        for stand in stands {
            standing.add(stand);
        }
        standing
    }

    /// Takes where a person stands with a purpose; they come in the order of purposes and persons.
    fn add(&mut self, stand: Stand<'_>) {
        let person = || stand.person.to_owned();
        if let Some(withdrawal) = stand.withdrawal {
            self.withdrawals.insert(person(), withdrawal);
        }
        let is_known = (self.purposes.last()).is_some_and(|known| known.purpose == stand.purpose);
        if !is_known {
            self.purposes.push(OfPurpose {
                purpose: stand.purpose.to_owned(),
                ..OfPurpose::default()
            });
        }
        let Some(of_purpose) = self.purposes.last_mut() else {
            return;
        };
        of_purpose
            .refusals
            .extend(stand.denial.map(|denial| (person(), denial)));
        of_purpose
            .grants
            .extend(stand.grant.map(|grant| (person(), grant)));
    }

    fn of(&self, purpose: &str) -> Option<&OfPurpose> {
        self.purposes.iter().find(|known| known.purpose == purpose)
    }

    /// Returns the grant in force of a person for a purpose.
    pub fn grant(&self, person_id: &str, purpose: &str) -> Option<&Grant> {
        find(&self.of(purpose)?.grants, person_id)
    }

    /// Returns the table `consent_counts` of so many persons.
    pub(super) fn counts(&self, persons: u64) -> PolarsResult<DataFrame> {
        let granted = PURPOSES.map(|purpose| self.granted(purpose).count() as i64);
        let denied = PURPOSES.map(|purpose| self.refused(purpose).count() as i64);
        let missing: Vec<i64> = granted
            .iter()
            .zip(&denied)
            .map(|(granted, denied)| persons as i64 - granted - denied)
            .collect();
        DataFrame::new(
            PURPOSES.len(),
            vec![
                Column::new(consent_counts::PURPOSE.small_name(), PURPOSES.to_vec()),
                Column::new(consent_counts::GRANTED_COUNT.small_name(), granted.to_vec()),
                Column::new(consent_counts::DENIED_COUNT.small_name(), denied.to_vec()),
                Column::new(consent_counts::MISSING_COUNT.small_name(), missing),
            ],
        )
    }

    /// Returns the persons with a grant in force for a purpose.
    pub fn granted(&self, purpose: &str) -> impl Iterator<Item = &str> + use<'_> {
        let granted = self.of(purpose).into_iter();
        let granted = granted.flat_map(|of_purpose| &of_purpose.grants);
        granted.map(|(person, _)| person.as_str())
    }

    /// Whether a person refused a purpose, or let the grant expire.
    pub fn is_refused(&self, person_id: &str, purpose: &str) -> bool {
        self.refusal(person_id, purpose).is_some()
    }

    /// Returns the statement because of which a person's consent for a purpose is not in force.
    pub fn refusal(&self, person_id: &str, purpose: &str) -> Option<&Denial> {
        find(&self.of(purpose)?.refusals, person_id)
    }

    /// Returns who refused a purpose, and by which statement.
    pub fn refused<'a>(&'a self, purpose: &'a str) -> impl Iterator<Item = (&'a str, &'a Denial)> {
        let refused = self.of(purpose).into_iter();
        let refused = refused.flat_map(|of_purpose| &of_purpose.refusals);
        refused.map(|(person, denial)| (person.as_str(), denial))
    }

    /// Returns what a person took back of the consent for linking.
    pub fn withdrawal(&self, person_id: &str) -> Option<&Withdrawal> {
        self.withdrawals.get(person_id)
    }

    /// Returns how many statements are about customers who are no person's record: they count for nobody.
    pub fn unknown_count(&self) -> u64 {
        self.unknown_count
    }

    /// Returns the refusals that count for nobody, as no customer is known by the id they name.
    pub fn unknown_refusals(&self) -> &UnknownRefusals {
        &self.unknown_refusals
    }

    /// Whether anybody took consent for linking back.
    pub fn has_withdrawals(&self) -> bool {
        !self.withdrawals.is_empty()
    }

    /// Whether anybody refused anything.
    pub fn has_refusals(&self) -> bool {
        self.purposes.iter().any(|known| !known.refusals.is_empty())
    }

    /// Whether a person denied being analysed.
    pub fn is_analysis_denied(&self, person_id: &str) -> bool {
        self.is_refused(person_id, ANALYSE)
    }
}

impl LinkConsent for Standing {
    fn may_link(&self, person_id: &str) -> bool {
        !self.is_analysis_denied(person_id) && self.grant(person_id, LINK_SOCIAL).is_some()
    }
}

#[cfg(test)]
mod tests;
