//! Consent, failing closed.
//!
//! A statement is about one record and one purpose. At an instant, a record's newest statement counts; of statements with
//! the same date the refusing one; one without a date tells what held before it was observed, and as a grant may be from
//! before every refusal that was not known when it was first told. A refusal written down by
//! hand is known to the hour, one with a day for a date to the day: an exported grant of that hour or day may be older, and
//! counts as such. A person's strictest record counts: a grant is in force when at least one record grants and none
//! refuses, expired grants refusing. Consent must be in force at the as-of instant and at the newest instant the store
//! knows, so that looking back at March does not revive what was withdrawn in May.

mod numbered;
mod standing;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude::*;
use rayon::prelude::*;

use super::candidates::LinkConsent;
use super::persons::Persons;
use super::rows::texts;
use crate::as_of::AsOf;
use crate::beginning::beginning;
use crate::schema::consents;

pub use self::standing::{Standing, UnknownRefusals};

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

/// File and row of a statement; a text of where it stands, once it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence<'a> {
    file: &'a str,
    row: i64,
}

impl fmt::Display for Evidence<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.file, self.row)
    }
}

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
    /// When it was first told.
    observed_at: i64,
    expires_at: Option<i64>,
    /// Name of the file it comes from, and its row there.
    file: &'a str,
    row: i64,
}

impl<'a> Statement<'a> {
    fn evidence(&self) -> Evidence<'a> {
        Evidence {
            file: self.file,
            row: self.row,
        }
    }

    /// Returns source, customer and purpose.
    fn about(&self) -> (&'a str, &'a str, &'a str) {
        (self.source, self.customer_id, self.purpose)
    }

    fn is_by_hand(&self) -> bool {
        self.file == consents::BY_HAND
    }

    fn is_of_the_same_record(&self, other: &Self) -> bool {
        self.customer_id == other.customer_id && self.source == other.source
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

    /// Orders by date, and of one date by file and row.
    fn by_date(&self, other: &Self) -> Ordering {
        let by_date = self.order().cmp(&other.order());
        by_date.then_with(|| (self.file, self.row).cmp(&(other.file, other.row)))
    }

    /// Orders what one person said: by purpose and record, and of a record oldest first.
    fn by_purpose(&self, other: &Self) -> Ordering {
        let by_purpose = self.purpose.cmp(other.purpose);
        by_purpose
            .then_with(|| self.source.cmp(other.source))
            .then_with(|| self.customer_id.cmp(other.customer_id))
            .then_with(|| self.by_date(other))
    }

    /// Returns when a refusal may have been made; `None` of grants, and of refusals that are known by nothing but when they were
    /// told.
    fn span(&self, zone: &TimeZone) -> Option<Span> {
        // What is dated back by hand was dated by somebody who knew, though maybe the day alone.
        let until = match self.is_by_hand() && self.effective_at >= self.observed_at {
            _ if self.is_grant => return None,
            true => self.observed_at.saturating_add(HOUR),
            false if self.is_undated => return None,
            false => end_of_day(self.effective_at, zone).unwrap_or(self.effective_at),
        };
        Some(Span {
            from: self.effective_at,
            until,
            observed_at: self.observed_at,
        })
    }

    /// Dates an exported grant back to a refusal that may have followed it.
    fn yield_to(&mut self, spans: &Spans<'_>) {
        let refused = spans.get(&self.about()).into_iter().flatten();
        let at = self.effective_at;
        let may_follow = refused.filter(|span| {
            // When it was given nobody knows; told behind a refusal that was known, it is taken for a new one.
            let is_of_any_time = self.is_undated && span.observed_at >= self.observed_at;
            span.from < at && (at < span.until || is_of_any_time)
        });
        if let Some(from) = may_follow.map(|span| span.from).min() {
            self.effective_at = from;
        }
    }
}

/// When a refusal may have been made.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: i64,
    /// Later than `from` where only the hour or the day is known.
    until: i64,
    /// When it was first told.
    observed_at: i64,
}

/// Microseconds for which a refusal written down by hand may have been made: its hour.
pub const HOUR: i64 = 3_600_000_000;

/// By source, customer and purpose, when refusals may have been made.
type Spans<'a> = HashMap<(&'a str, &'a str, &'a str), Vec<Span>>;

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

/// All statements of the store; they are read where the table has them, and stand in its order.
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
        let observed = |row: usize| observed_at.phys.get(row).unwrap_or(i64::MIN);
        let text = |texts: &'a StringChunked, row: usize| texts.get(row).unwrap_or_default();
        let read = |row: usize| {
            let is_grant = status.get(row) == Some("granted");
            // Undated statements count from when they were first observed: a grant from just before, as nothing at or
            // after the as-of instant counts.
            let undated = observed(row).saturating_sub(i64::from(is_grant));
            let dated = effective_at.phys.get(row);
            Statement {
                source: text(source, row),
                customer_id: text(customer_id, row),
                purpose: text(purpose, row),
                status: text(status, row),
                is_grant,
                is_undated: dated.is_none(),
                effective_at: dated.unwrap_or(undated),
                observed_at: observed(row),
                expires_at: expires_at.phys.get(row),
                file: text(source_file, row),
                row: source_row.get(row).unwrap_or_default(),
            }
        };
        let rows = (0..frame.height()).into_par_iter();
        let mut statements: Vec<Statement<'a>> = rows.map(read).collect();
        let known = statements.par_iter();
        let known = known.map(|statement| statement.observed_at.max(statement.effective_at));
        let newest_known = known.max().unwrap_or(i64::MIN).max(newest_known);
        let refused: Vec<_> = statements
            .par_iter()
            .filter_map(|statement| Some((statement.about(), statement.span(zone)?)))
            .collect();
        let mut spans = Spans::new();
        for (about, span) in refused {
            spans.entry(about).or_default().push(span);
        }
        if !spans.is_empty() {
            let exported =
                |statement: &&mut Statement<'a>| statement.is_grant && !statement.is_by_hand();
            let grants = statements.par_iter_mut().filter(exported);
            grants.for_each(|statement| statement.yield_to(&spans));
        }
        Ok(Self {
            statements,
            newest_known,
        })
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    /// Since when, in microseconds since 1970-01-01 UTC.
    pub since: i64,
    /// Until when, where it ends; in microseconds since 1970-01-01 UTC.
    pub until: Option<i64>,
    /// File and row of the statement.
    pub evidence: Evidence<'a>,
}

/// A statement because of which nothing is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denial<'a> {
    /// Denied, revoked, or expired where a grant ran out.
    pub status: &'a str,
    /// From when the statement holds, in microseconds since 1970-01-01 UTC.
    pub since: i64,
    /// When it ran out, where it did.
    pub until: Option<i64>,
    /// File and row of the statement.
    pub evidence: Evidence<'a>,
}

impl<'a> Denial<'a> {
    fn of(statement: &Statement<'a>) -> Self {
        Self {
            status: match statement.is_grant {
                true => EXPIRED,
                false => statement.status,
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

/// Statements of one record that stand one behind the other, and whose the record is.
#[derive(Clone, Copy)]
struct Run<'s> {
    /// That of the person's id.
    beginning: u128,
    person: &'s str,
    statements: &'s [Statement<'s>],
}

impl Run<'_> {
    fn is_of_the_same_person(&self, other: &Self) -> bool {
        self.beginning == other.beginning && self.person == other.person
    }

    fn by_person(&self, other: &Self) -> Ordering {
        let by_beginning = self.beginning.cmp(&other.beginning);
        by_beginning.then_with(|| self.person.cmp(other.person))
    }
}

/// Returns the newest statement of each record at an instant, by source and customer, of what is about one person and
/// purpose.
fn newest_of_records<'s>(
    said: &[&'s Statement<'s>],
    instant: i64,
    as_of: i64,
) -> Vec<&'s Statement<'s>> {
    said.chunk_by(|one, next| one.is_of_the_same_record(next))
        .filter_map(|of_record| {
            let mut newest_first = of_record.iter().rev().copied();
            newest_first.find(|statement| counts_at(statement, instant, as_of))
        })
        .collect()
}

/// Where a person stands with one purpose.
struct Stand<'s> {
    purpose: &'s str,
    grant: Option<Grant<'s>>,
    denial: Option<Denial<'s>>,
    /// Until when declarations are taken back, and by which statement.
    withdrawal: Option<(i64, Evidence<'s>)>,
}

impl<'s> Stand<'s> {
    /// Returns where a person stands by all that the records said, purpose by purpose. `then` is the as-of instant, `now` the
    /// newest one known.
    fn all(records: &[Run<'s>], (then, now): (i64, i64)) -> Vec<Self> {
        let mut said: Vec<&'s Statement<'s>> =
            records.iter().flat_map(|run| run.statements).collect();
        // Statements that are the same in everything stay as the table has them.
        said.sort_by(|one, other| one.by_purpose(other));
        said.chunk_by(|one, next| one.purpose == next.purpose)
            .map(|of_purpose| Self::of(of_purpose, (then, now)))
            .collect()
    }

    /// Returns where a person stands by what was said of one purpose, sorted.
    fn of(said: &[&'s Statement<'s>], (then, now): (i64, i64)) -> Self {
        let mut stand = Self {
            purpose: said[0].purpose,
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
        stand
    }

    /// Looks at the newest statement of each record at an instant.
    fn look(&mut self, records: &[&'s Statement<'s>], instant: i64, (then, now): (i64, i64)) {
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
            self.withdrawal = Some((until, refusing.evidence()));
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

impl Standing {
    pub(super) fn new(consents: &Consents<'_>, persons: &Persons, as_of: &AsOf) -> Self {
        Self::from_records(
            consents,
            |source, customer_id| persons.of(source, customer_id),
            as_of,
        )
    }

    /// Returns where persons stand, given the person of each record.
    ///
    /// Records are looked up once, their statements brought together by the beginnings of the persons' ids, and each person is
    /// looked at alone; what is kept are numbers.
    pub fn from_records<'a>(
        consents: &Consents<'_>,
        person_of: impl Fn(&str, &str) -> Option<&'a str> + Sync,
        as_of: &AsOf,
    ) -> Self {
        let then = as_of.instant().as_microsecond();
        let now = consents.newest_known.max(then);
        let records: Vec<(Option<&str>, &[Statement<'_>])> = consents
            .statements
            .par_chunk_by(Statement::is_of_the_same_record)
            .map(|said| (person_of(said[0].source, said[0].customer_id), said))
            .collect();
        let mut standing = Self::of_nobody(&unknown(&records));
        let mut runs: Vec<Run<'_>> = records
            .into_par_iter()
            .filter_map(|(person, statements)| {
                let person = person?;
                Some(Run {
                    beginning: beginning(person),
                    person,
                    statements,
                })
            })
            .collect();
        runs.par_sort_by(Run::by_person);
        let people: Vec<(&str, Vec<Stand<'_>>)> = runs
            .par_chunk_by(Run::is_of_the_same_person)
            .map(|records| (records[0].person, Stand::all(records, (then, now))))
            .collect();
        for (person, stands) in people {
            standing.add(person, stands);
        }
        standing
    }
}

/// Returns the statements about records that are no person's.
fn unknown<'s>(records: &[(Option<&str>, &'s [Statement<'s>])]) -> Vec<&'s Statement<'s>> {
    let of_nobody = records.iter().filter(|(person, _)| person.is_none());
    of_nobody.flat_map(|(_, said)| *said).collect()
}

impl LinkConsent for Standing {
    fn may_link(&self, person_id: &str) -> bool {
        !self.is_analysis_denied(person_id) && self.grant(person_id, LINK_SOCIAL).is_some()
    }
}
