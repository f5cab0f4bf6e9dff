//! Whether a candidate may be contacted, and where and when, or why not.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::address::{self, Address};
use super::super::control::Arm;
use super::super::habits::Habit;
use super::super::past::{Assigned, Touch};
use super::super::people::Candidate;
use super::super::records::{Account, Record};
use super::super::refused;
use super::super::timing::{age, local_day, send_at, week_of};
use super::super::{Channel, Consent, Reason, Urgency};
use super::Planner;
use crate::config::AudienceSpec;

/// A candidate who may be contacted.
pub(super) struct Eligible<'a> {
    pub candidate: Candidate,
    pub record: &'a Record,
    pub address: Address,
    pub send_at: i64,
    pub best_hour: u32,
}

/// What is asked about the persons of one audience.
pub(super) struct Facts<'a> {
    pub records: &'a HashMap<String, Vec<Record>>,
    pub accounts: &'a HashMap<String, Vec<Account>>,
    pub habits: &'a HashMap<String, Habit>,
    pub bounced: &'a HashSet<(String, String)>,
    /// Addresses at which somebody refused the channel.
    pub refused: &'a HashSet<String>,
    pub reached: &'a HashSet<String>,
    pub assigned: &'a BTreeMap<String, Assigned>,
}

impl Planner<'_> {
    /// Asks everything about one candidate with consent, in the order of [`Reason`].
    pub(super) fn eligible<'f>(
        &self,
        candidate: Candidate,
        spec: &AudienceSpec,
        campaign: &str,
        facts: &Facts<'f>,
    ) -> std::result::Result<Eligible<'f>, Reason> {
        let person = candidate.person_id.as_str();
        let no_records: &[Record] = &[];
        let records = facts.records.get(person).map_or(no_records, Vec::as_slice);
        // Who has another address is written to there; an advertising platform finds a person by any of them.
        let is_refused = |one: &Record| {
            let is_any = !facts.refused.is_empty();
            let keys = is_any.then(|| refused::keys(spec.channel, one));
            keys.into_iter()
                .flatten()
                .any(|key| facts.refused.contains(&key))
        };
        let is_any_refused = records.iter().any(is_refused);
        let is_elsewhere =
            |one: &Record| !is_refused(one) && address::find(spec.channel, one, &[]).is_some();
        if is_any_refused && (spec.channel.is_ads() || !records.iter().any(is_elsewhere)) {
            return Err(Reason::ConsentDenied);
        }
        let is_suppressed =
            |one: &Record| (self.rights.is_suppressed)(&one.source, &one.customer_id);
        if records.iter().any(is_suppressed) {
            return Err(Reason::Forgotten);
        }
        if self.config.min_age > 0 {
            // Of several dates of birth the latest counts.
            match records.iter().filter_map(|one| one.born).max() {
                Some(born) if age(born, self.today) < self.config.min_age as i32 => {
                    return Err(Reason::Minor);
                }
                None if !self.config.unknown_age => return Err(Reason::AgeUnknown),
                _ => {}
            }
        }
        if !spec.open_complaints && self.complaints.persons.contains(person) {
            return Err(Reason::OpenComplaint);
        }
        let no_accounts: &[Account] = &[];
        let accounts = facts
            .accounts
            .get(person)
            .map_or(no_accounts, Vec::as_slice);
        let found: Vec<(&'f Record, Address)> = facts
            .records
            .get(person)
            .into_iter()
            .flatten()
            .filter(|one| !(is_any_refused && is_refused(one)))
            .filter_map(|one| Some((one, address::find(spec.channel, one, accounts)?)))
            .collect();
        if found.is_empty() {
            return Err(Reason::NoAddress);
        }
        let has_bounced = |one: &Record| {
            facts
                .bounced
                .contains(&(one.source.clone(), one.customer_id.clone()))
        };
        let Some((record, address)) = found.into_iter().find(|(one, _)| !has_bounced(one)) else {
            return Err(Reason::Bounced);
        };
        if !spec.channel.is_ads() {
            let key = (campaign.to_owned(), candidate.person_id.clone());
            let before = facts.assigned.get(person).filter(|before| !before.is_own);
            match before.map(|before| before.arm) {
                _ if facts.reached.contains(person) || self.planned.contains(&key) => {
                    return Err(Reason::AlreadyContacted);
                }
                Some(Arm::Treated) => return Err(Reason::AlreadyContacted),
                Some(Arm::Control) => return Err(Reason::HeldOut),
                None => {}
            }
        }
        let best_hour = facts
            .habits
            .get(person)
            .and_then(Habit::hour)
            .unwrap_or(self.config.hour);
        let send_at = match spec.channel.is_timed() {
            true => {
                let is_at_once = candidate.urgency == Urgency::Now;
                send_at(self.as_of, best_hour, is_at_once, self.config.quiet())
            }
            false => self.now(),
        };
        if let Some(reason) = self.refusal(person, spec.channel, send_at) {
            return Err(reason);
        }
        if !spec.channel.is_ads() && self.is_capped(person, spec.channel, send_at) {
            return Err(Reason::CapReached);
        }
        Ok(Eligible {
            candidate,
            record,
            address,
            send_at,
            best_hour,
        })
    }

    /// Returns why consent for a channel is not in force, at the as-of instant and still at `at`.
    pub(super) fn refusal(&self, person_id: &str, channel: Channel, at: i64) -> Option<Reason> {
        match (self.rights.consent)(person_id, channel.purpose()) {
            Consent::Granted(None) => None,
            Consent::Granted(Some(until)) => (until <= at).then_some(Reason::ConsentExpired),
            Consent::Missing => Some(Reason::ConsentMissing),
            Consent::Denied => Some(Reason::ConsentDenied),
            Consent::Expired => Some(Reason::ConsentExpired),
        }
    }

    /// Whether one more contact would be over a cap of its day or week.
    fn is_capped(&self, person: &str, channel: Channel, at: i64) -> bool {
        let day = local_day(at, self.as_of.time_zone());
        let touches = self.touches.get(person).map_or(&[][..], Vec::as_slice);
        let count = |holds: &dyn Fn(&Touch) -> bool| {
            touches.iter().filter(|touch| holds(touch)).count() as u64
        };
        let caps = &self.config.caps;
        let of_day = count(&|touch| touch.day == day);
        let of_week = count(&|touch| week_of(touch.day) == week_of(day));
        let of_channel =
            count(&|touch| touch.channel == Some(channel) && week_of(touch.day) == week_of(day));
        of_day >= u64::from(caps.day)
            || of_week >= u64::from(caps.week)
            || of_channel >= u64::from(caps.of(channel))
    }
}
