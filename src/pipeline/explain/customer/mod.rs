//! 個客カルテ: one person over all records, channels and years, as `koe explain customer` tells.
//!
//! Consent fails closed: what accounts say is told only while `link_social` is in force at the as-of instant and now, whatever the
//! tables still hold from the last run, and nothing that may rest on what they said before a refusal; of who denied `analyse`
//! nothing but name and consents is told.

mod answers;
mod posts;
mod rows;
mod suggested;
mod timeline;
mod who;
mod worth;

#[cfg(test)]
mod tests;

use polars::prelude::PolarsResult;

pub(in crate::pipeline) use self::suggested::nearest as nearest_customers;

use self::posts::Posts;
use self::rows::{Scope, each};
use crate::error::{Error, Result};
use crate::join::consent::{ANALYSE, LINK_SOCIAL};
use crate::pipeline::consent::ConsentLine;
use crate::pipeline::{Workspace, freshness, segment};
use crate::report::karte::{ConsentFact, Karte, VoiceFact};
use crate::schema::{person_voices, persons};

/// Opinions told at most, the newest.
const MOST_POSTS: usize = 50;
/// Events told at most, the newest.
const MOST_EVENTS: usize = 5_000;

impl Workspace {
    /// Tells everything that the shop may know of one person: who it is and what was agreed to, value, segment and why, voice,
    /// and what happened on every channel.
    ///
    /// The person is named by `SOURCE:CUSTOMER_ID`, a customer id, a person's id, an address, a number or `PLATFORM/HANDLE`.
    ///
    /// # Errors
    /// [`Error::NoCustomer`] with the nearest ids when nobody is meant, [`Error::SeveralSubjects`] when several may be, and those
    /// of the store.
    pub fn explain_customer(&self, named: &str) -> Result<Karte> {
        let store = self.store()?;
        let found = self.named(&store, named)?;
        let consents = self.consent_of(&store, &found)?;
        let scope = Scope {
            store: &store,
            as_of: self.as_of(),
            person_id: &found.person_id,
            records: &found.records,
        };
        let is_analysed = !is_refused(&consents, ANALYSE) && is_analysed(&scope)?;
        let is_linked = is_analysed && is_granted(&consents, LINK_SOCIAL);
        let config = self.config();
        let mut karte = Karte {
            brand: config.own_brand().name.clone(),
            as_of: self.as_of().last_day().to_string(),
            currency: config.money.currency.clone(),
            person_id: found.person_id.clone(),
            records: who::records(&scope)?,
            consents: consents.iter().map(|line| consent(&scope, line)).collect(),
            is_analysed,
            accounts: Vec::new(),
            unlinked_count: 0,
            value: None,
            segment: None,
            is_outdated: false,
            voice: VoiceFact::default(),
            events: Vec::new(),
            older_event_count: 0,
        };
        if !is_analysed {
            who::keep_names(&mut karte.records);
            return Ok(karte);
        }
        let links = who::links(&scope)?;
        // What was computed from links that are not in force any more tells of what they said.
        let was_stated = status(&consents, LINK_SOCIAL) != "missing";
        karte.is_outdated =
            !is_linked && (!links.is_empty() || (was_stated && self.is_voice_of_before(&scope)?));
        let links = match is_linked {
            true => links,
            false => Vec::new(),
        };
        karte.unlinked_count = who::unlinked_count(&scope, &links)?;
        karte.accounts = who::accounts(&scope, &links)?;
        karte.value = worth::value(&scope)?;
        if !karte.is_outdated {
            karte.segment = worth::segment(&scope, config)?;
        }
        if let Some(segment) = &mut karte.segment {
            // What was refused since the segments were computed is refused.
            segment
                .reachable_by
                .retain(|channel| is_granted(&consents, channel));
        }
        let posts = Posts::read(&scope, &links)?;
        karte.voice = posts.voice(&scope, config.segment.voice_window_days, MOST_POSTS);
        let mut events = timeline::events(&scope, &karte, &links)?;
        events.extend(posts.events(&scope)?);
        timeline::sort(&mut events);
        karte.older_event_count = events.len().saturating_sub(MOST_EVENTS) as u64;
        events.truncate(MOST_EVENTS);
        karte.events = events;
        Ok(karte)
    }

    /// Whether what was counted of the person's voice may be of before the last join, which took the links away but not what rests
    /// on them.
    fn is_voice_of_before(&self, scope: &Scope<'_>) -> Result<bool> {
        let counted = scope.of_person(&person_voices::TABLE, person_voices::PERSON_ID)?;
        if counted.height() == 0 {
            return Ok(false);
        }
        let inputs = self.segment_inputs(scope.store)?;
        Ok(!freshness::is_fresh(
            scope.store,
            segment::STAGE,
            &inputs,
            &[],
        ))
    }
}

fn status<'a>(consents: &'a [ConsentLine], purpose: &str) -> &'a str {
    let line = consents.iter().find(|line| line.purpose == purpose);
    line.map_or("missing", |line| line.status.as_str())
}

fn is_granted(consents: &[ConsentLine], purpose: &str) -> bool {
    status(consents, purpose) == "granted"
}

/// Whether a purpose that needs no grant was refused.
fn is_refused(consents: &[ConsentLine], purpose: &str) -> bool {
    !matches!(status(consents, purpose), "granted" | "missing")
}

/// Whether the last join knew of no refusal either.
fn is_analysed(scope: &Scope<'_>) -> Result<bool> {
    let rows = scope.of_person(&persons::TABLE, persons::PERSON_ID)?;
    let is_analysed = || -> PolarsResult<bool> {
        for row in each(&rows) {
            if row.flag(persons::IS_ANALYSED)? == Some(false) {
                return Ok(false);
            }
        }
        Ok(true)
    };
    is_analysed().map_err(Error::frame("read the persons"))
}

fn consent(scope: &Scope<'_>, line: &ConsentLine) -> ConsentFact {
    let day = |at: &Option<String>| {
        let at: jiff::Timestamp = at.as_deref()?.parse().ok()?;
        Some(scope.day(at.as_microsecond()))
    };
    ConsentFact {
        purpose: line.purpose.to_owned(),
        status: line.status.clone(),
        since: line.since.clone(),
        since_day: day(&line.since),
        expires: line.expires.clone(),
        expires_day: day(&line.expires),
        evidence: line.evidence.clone(),
    }
}
