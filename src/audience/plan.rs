//! One audience after the other: who is meant, who is left out and why, who is held out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::address::{self, Address};
use super::control::{Arm, Drawn, Earlier, draw};
use super::habits::{self, Habit};
use super::past::{Assigned, Past, Touch};
use super::people::{self, Candidate};
use super::records::{self, Account, Complaints, Record};
use super::refused;
use super::timing::{age, day_number, local_day, send_at, week_of};
use super::{Channel, Consent, Input, Member, Plan, Reason, Rights};
use crate::as_of::AsOf;
use crate::config::{AudienceConfig, AudienceSpec};
use crate::error::{Error, Result};

/// Plans audiences, one after the other.
pub struct Planner<'a> {
    input: Input,
    config: &'a AudienceConfig,
    as_of: &'a AsOf,
    rights: Rights<'a>,
    people: polars::prelude::DataFrame,
    complaints: Complaints,
    past: Past,
    /// Contacts that count toward the caps, planned ones of the audiences before included.
    touches: HashMap<String, Vec<Touch>>,
    /// Persons that campaigns have planned to contact in this run.
    planned: HashSet<(String, String)>,
    /// How campaigns have drawn persons in this run.
    drawn: BTreeMap<(String, String), (Arm, String)>,
    /// Local day of the as-of instant, in days since 1970-01-01.
    today: i32,
}

/// A candidate who may be contacted.
struct Eligible<'a> {
    candidate: Candidate,
    record: &'a Record,
    address: Address,
    send_at: i64,
    best_hour: u32,
}

/// What is asked about the persons of one audience.
struct Facts<'a> {
    records: &'a HashMap<String, Vec<Record>>,
    accounts: &'a HashMap<String, Vec<Account>>,
    habits: &'a HashMap<String, Habit>,
    bounced: &'a HashSet<(String, String)>,
    /// Addresses at which somebody refused the channel.
    refused: &'a HashSet<String>,
    reached: &'a HashSet<String>,
    assigned: &'a BTreeMap<String, Assigned>,
}

impl<'a> Planner<'a> {
    /// Reads what all audiences need. What was planned in `own_batches` is planned anew.
    ///
    /// # Errors
    /// [`Error::Frame`] when a table lacks its columns.
    pub fn new(
        input: Input,
        config: &'a AudienceConfig,
        as_of: &'a AsOf,
        rights: Rights<'a>,
        own_batches: &[String],
    ) -> Result<Self> {
        let people = people::people(&input).map_err(Error::frame("read the persons"))?;
        let complaints =
            records::complaints(&input).map_err(Error::frame("read the open complaints"))?;
        let past = Past::new(&input, own_batches, as_of);
        let touches = past
            .touches(as_of)
            .map_err(Error::frame("read the contacts"))?;
        let local = as_of.instant().to_zoned(as_of.time_zone().clone());
        Ok(Self {
            input,
            config,
            as_of,
            rights,
            people,
            complaints,
            past,
            touches,
            planned: HashSet::new(),
            drawn: BTreeMap::new(),
            today: day_number(local.date()),
        })
    }

    /// Plans an audience, behind those planned before.
    ///
    /// # Errors
    /// [`Error::Audience`] when its condition cannot be run, [`Error::Frame`] when a table lacks its columns.
    pub fn plan(&mut self, spec: &AudienceSpec) -> Result<Plan> {
        let failed = Error::frame("plan an audience");
        let grace = i32::try_from(self.config.scenario_days).unwrap_or(i32::MAX);
        let meant = people::candidates(&self.people, &self.input, spec, self.today, grace)?;
        let selected = meant.len() as u64;
        let mut excluded: BTreeMap<Reason, u64> = BTreeMap::new();
        let mut consenting: Vec<Candidate> = Vec::new();
        for candidate in meant {
            match self.refusal(&candidate.person_id, spec.channel, self.now()) {
                Some(reason) => *excluded.entry(reason).or_default() += 1,
                None => consenting.push(candidate),
            }
        }
        let campaign = self.campaign(spec);
        let ids =
            habits::ids(consenting.iter().map(|one| one.person_id.as_str())).map_err(&failed)?;
        let records = records::records(&self.input, &ids).map_err(&failed)?;
        let accounts = match spec.channel {
            Channel::Line | Channel::SocialDm => {
                records::accounts(&self.input, &ids, self.now(), &self.complaints)
                    .map_err(&failed)?
            }
            _ => HashMap::new(),
        };
        let habits = habits::habits(&self.input, &self.past, &ids, self.as_of).map_err(&failed)?;
        let bounced = self
            .past
            .bounced(spec.channel, self.config.bounce_days)
            .map_err(&failed)?;
        let refused = self.refused(spec.channel).map_err(&failed)?;
        let reached = match spec.channel.is_ads() {
            true => HashSet::new(),
            false => self.past.reached(&campaign).map_err(&failed)?,
        };
        let assigned = self.assigned(&campaign).map_err(&failed)?;
        let facts = Facts {
            records: &records,
            accounts: &accounts,
            habits: &habits,
            bounced: &bounced,
            refused: &refused,
            reached: &reached,
            assigned: &assigned,
        };
        let mut eligible: Vec<Eligible<'_>> = Vec::new();
        for candidate in consenting {
            match self.eligible(candidate, spec, &campaign, &facts) {
                Ok(found) => eligible.push(found),
                Err(reason) => *excluded.entry(reason).or_default() += 1,
            }
        }
        eligible.sort_by(|left, right| {
            let worth = |one: &Candidate| (Reverse(one.ltv), Reverse(one.spend));
            worth(&left.candidate)
                .cmp(&worth(&right.candidate))
                .then_with(|| left.candidate.person_id.cmp(&right.candidate.person_id))
        });
        let mut taken: HashSet<String> = HashSet::new();
        eligible.retain(|one| {
            let is_first = one.address.key.is_empty() || taken.insert(one.address.key.clone());
            if !is_first {
                *excluded.entry(Reason::SameAddress).or_default() += 1;
            }
            is_first
        });
        let most = spec.limit.map_or(usize::MAX, |limit| {
            usize::try_from(limit).unwrap_or(usize::MAX)
        });
        if eligible.len() > most {
            let over = (eligible.len() - most) as u64;
            *excluded.entry(Reason::OverLimit).or_default() += over;
            eligible.truncate(most);
        }
        let control_share = spec.control.unwrap_or(self.config.control);
        let arms = self.arms(&eligible, &campaign, &assigned, control_share);
        let (mut listed, mut control) = (Vec::new(), Vec::new());
        for (one, arm) in eligible.into_iter().zip(arms) {
            let stratum = assigned.get(&one.candidate.person_id).map_or_else(
                || one.candidate.segment.clone(),
                |before| before.stratum.clone(),
            );
            let key = (campaign.clone(), one.candidate.person_id.clone());
            self.drawn.insert(key.clone(), (arm, stratum.clone()));
            let member = self.member(one, stratum, spec.channel, &facts);
            match arm {
                Arm::Treated => {
                    if !spec.channel.is_ads() {
                        let day = local_day(member.send_at, self.as_of.time_zone());
                        let touch = Touch {
                            channel: Some(spec.channel),
                            day,
                        };
                        let touches = self.touches.entry(member.person_id.clone()).or_default();
                        touches.push(touch);
                        self.planned.insert(key);
                    }
                    listed.push(member);
                }
                Arm::Control => control.push(member),
            }
        }
        self.add_tastes(&mut listed, spec.channel)?;
        Ok(Plan {
            name: spec.name.clone(),
            channel: spec.channel,
            campaign,
            control_share,
            selected,
            listed,
            control,
            excluded,
        })
    }

    fn now(&self) -> i64 {
        self.as_of.instant().as_microsecond()
    }

    /// Returns why consent for a channel is not in force, at the as-of instant and still at `at`.
    fn refusal(&self, person_id: &str, channel: Channel, at: i64) -> Option<Reason> {
        match (self.rights.consent)(person_id, channel.purpose()) {
            Consent::Granted(None) => None,
            Consent::Granted(Some(until)) => (until <= at).then_some(Reason::ConsentExpired),
            Consent::Missing => Some(Reason::ConsentMissing),
            Consent::Denied => Some(Reason::ConsentDenied),
            Consent::Expired => Some(Reason::ConsentExpired),
        }
    }

    /// Returns the addresses at which somebody refused a channel.
    fn refused(&self, channel: Channel) -> polars::prelude::PolarsResult<HashSet<String>> {
        let is_refused =
            |person: &str| (self.rights.consent)(person, channel.purpose()) == Consent::Denied;
        refused::addresses(&self.input, channel, &is_refused)
    }

    /// Returns the campaign of an audience: its own, else its name and the week, of a scenario the name alone.
    fn campaign(&self, spec: &AudienceSpec) -> String {
        let day = self
            .as_of
            .instant()
            .to_zoned(self.as_of.time_zone().clone())
            .date();
        let iso = day.iso_week_date();
        let week = format!("{:04}-W{:02}", iso.year(), iso.week());
        match (spec.campaign.trim(), &spec.after) {
            ("", Some(_)) => spec.name.clone(),
            ("", None) => format!("{}-{week}", spec.name),
            (named, _) => named
                .replace("{week}", &week)
                .replace("{date}", &day.to_string()),
        }
    }

    /// Returns how persons were drawn in a campaign: before, and by the audiences before this one.
    fn assigned(
        &self,
        campaign: &str,
    ) -> polars::prelude::PolarsResult<BTreeMap<String, Assigned>> {
        let mut assigned = self.past.assigned(campaign)?;
        for ((of, person), (arm, stratum)) in &self.drawn {
            if of == campaign {
                let now = Assigned {
                    arm: *arm,
                    stratum: stratum.clone(),
                    is_own: false,
                };
                assigned.insert(person.clone(), now);
            }
        }
        Ok(assigned)
    }

    /// Asks everything about one candidate with consent, in the order of [`Reason`].
    fn eligible<'f>(
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
                let is_at_once = candidate.urgency == super::Urgency::Now;
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

    fn arms(
        &self,
        eligible: &[Eligible<'_>],
        campaign: &str,
        assigned: &BTreeMap<String, Assigned>,
        share: f64,
    ) -> Vec<Arm> {
        let persons: Vec<Drawn<'_>> = eligible
            .iter()
            .map(|one| {
                let before = assigned.get(&one.candidate.person_id);
                Drawn {
                    person_id: &one.candidate.person_id,
                    stratum: before.map_or(&*one.candidate.segment, |before| &*before.stratum),
                    before: before.map(|before| before.arm),
                }
            })
            .collect();
        let now: HashSet<&str> = persons.iter().map(|one| one.person_id).collect();
        let mut earlier: BTreeMap<String, Earlier> = BTreeMap::new();
        for (person, before) in assigned {
            // Of its own list, who is not drawn any more is not in it any more.
            if !before.is_own && !now.contains(person.as_str()) {
                let of = earlier.entry(before.stratum.clone()).or_default();
                of.persons += 1;
                of.control += u64::from(before.arm == Arm::Control);
            }
        }
        let hash = |person: &str| (self.rights.hash)(campaign, person);
        draw(&persons, &earlier, share, &hash)
    }

    fn member(
        &self,
        one: Eligible<'_>,
        stratum: String,
        channel: Channel,
        facts: &Facts<'_>,
    ) -> Member {
        let Eligible {
            candidate,
            record,
            address,
            send_at,
            best_hour,
        } = one;
        let person = candidate.person_id.as_str();
        let responded = facts.habits.get(person).map(Habit::channels);
        let best_channel = responded
            .unwrap_or_default()
            .into_iter()
            .find(|known| self.refusal(person, *known, send_at).is_none())
            .unwrap_or(channel);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        // An advertising platform finds a person by whatever any record says.
        let others: &[Record] = match channel.is_ads() {
            true => facts.records.get(person).map_or(&[][..], Vec::as_slice),
            false => &[],
        };
        let records = || std::iter::once(record).chain(others);
        let email = records().find_map(|one| address::email(one.email.as_deref()?));
        let phone = records().find_map(|one| address::e164(one.phone.as_deref()?));
        Member {
            source: record.source.clone(),
            customer_id: record.customer_id.clone(),
            address,
            name: text(&record.name),
            name_kana: text(&record.name_kana),
            email,
            phone,
            postal_code: text(&record.postal_code),
            prefecture: text(&record.prefecture),
            street: text(&record.address),
            stratum,
            urgency: candidate.urgency,
            send_at,
            best_hour,
            best_channel,
            last_purchased_on: candidate.last_purchased_on,
            favourite_category: String::new(),
            favourite_channel: String::new(),
            last_product: String::new(),
            person_id: candidate.person_id,
        }
    }

    /// Adds what those listed buy, where the channel's file says it.
    fn add_tastes(&self, listed: &mut [Member], channel: Channel) -> Result<()> {
        if channel.is_ads() || listed.is_empty() {
            return Ok(());
        }
        let failed = Error::frame("read what persons buy");
        let ids = habits::ids(listed.iter().map(|one| one.person_id.as_str())).map_err(&failed)?;
        let mut tastes = habits::tastes(&self.input, &ids, self.as_of).map_err(&failed)?;
        for member in listed {
            if let Some(taste) = tastes.remove(&member.person_id) {
                member.favourite_category = taste.category;
                member.favourite_channel = taste.channel;
                member.last_product = taste.product;
            }
        }
        Ok(())
    }
}
