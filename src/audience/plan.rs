//! One audience after the other: who is meant, who is left out and why, who is held out.

mod eligible;
mod members;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use self::eligible::{Eligible, Facts};
use super::control::{Arm, Drawn, Earlier, draw};
use super::habits;
use super::past::{Assigned, Past, Touch};
use super::people::{self, Candidate};
use super::records::{self, Complaints};
use super::refused;
use super::timing::{day_number, local_day};
use super::{Channel, Consent, Input, Plan, Reason, Rights};
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
}
