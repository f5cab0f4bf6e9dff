//! `[audience]` and `[[audience.list]]`: who may be contacted how often, when, and for what.

use std::collections::BTreeSet;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::check::bad;
use crate::audience::{Channel, Encoding, QuietHours, Scenario, Urgency, is_name};
use crate::error::Result;

/// Largest share that may be held out: what is left must be worth the work.
const MOST_HELD_OUT: f64 = 0.9;
/// How a share may be written.
pub(super) const SHARE: &str = "a share such as 0.1 or \"10%\"";
/// Largest cap; more contacts than that a week are none.
const MOST_CONTACTS: u32 = 1000;

/// Lists for channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceConfig {
    /// Share of each audience that is held out to compare with, where the audience says none, 0..0.9.
    pub control: f64,
    /// Encoding of files that people open.
    pub encoding: Encoding,
    /// Hours of the day in which nobody is contacted, e.g. `21:00-08:00`; empty for none.
    pub quiet_hours: String,
    /// Hour at which those are contacted of whom no better one is known.
    pub hour: u32,
    /// Age from which on a person is contacted; 0 asks nobody's age.
    pub min_age: u32,
    /// Whether persons whose age is not known are contacted.
    pub unknown_age: bool,
    /// Days for which a bounced address is not tried again.
    pub bounce_days: u32,
    /// Days after its day for which a scenario still reaches a person.
    pub scenario_days: u32,
    /// Days after which lists of earlier moments are removed.
    pub keep_days: u32,
    /// `[[audience.list]]`, in the order of their priority.
    pub list: Vec<AudienceSpec>,
    /// `[audience.caps]`
    pub caps: CapsConfig,
}

/// Contacts of one person at most; weeks begin on Monday.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapsConfig {
    /// On one day, by all channels.
    pub day: u32,
    /// In one week, by all channels.
    pub week: u32,
    /// E-mails a week.
    pub email: u32,
    /// LINE messages a week.
    pub line: u32,
    /// Short messages a week.
    pub sms: u32,
    /// Push messages a week.
    pub push: u32,
    /// Letters a week.
    pub postal: u32,
    /// Direct messages a week.
    pub social_dm: u32,
    /// Calls a week.
    pub voice: u32,
}

impl CapsConfig {
    /// Returns the contacts by a channel a week at most; advertising platforms contact nobody by name.
    pub fn of(&self, channel: Channel) -> u32 {
        match channel {
            Channel::Email => self.email,
            Channel::Line => self.line,
            Channel::Sms => self.sms,
            Channel::Push => self.push,
            Channel::Postal => self.postal,
            Channel::SocialDm => self.social_dm,
            Channel::Voice => self.voice,
            Channel::Meta | Channel::X | Channel::Google => u32::MAX,
        }
    }
}

/// One audience.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceSpec {
    /// Name; with the channel, the name of its files.
    pub name: String,
    /// By what channel.
    pub channel: Channel,
    /// SQL condition over a person's columns; empty for everybody.
    #[serde(default, rename = "where")]
    pub condition: String,
    /// Campaign, in which a person is contacted once; `{week}` and `{date}` stand for those of the run. Empty for the name
    /// and the week, for a scenario the name alone.
    #[serde(default)]
    pub campaign: String,
    /// Share held out, as `0.1` or `"10%"`.
    #[serde(
        default,
        deserialize_with = "share",
        skip_serializing_if = "Option::is_none"
    )]
    pub control: Option<f64>,
    /// Persons drawn at most, those held out included, the most valuable first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Scenario, e.g. `first_purchase + 14d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How pressing it is; by the person's segment where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Encoding of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Whether persons with an open complaint are contacted, too: for messages that sell nothing.
    #[serde(default)]
    pub open_complaints: bool,
}

impl AudienceConfig {
    /// Returns the quiet hours.
    pub fn quiet(&self) -> QuietHours {
        QuietHours::parse(&self.quiet_hours)
            .expect("the hours were checked when the settings were read")
    }

    pub(super) fn check(&self) -> Result<()> {
        check_control("audience.control", self.control)?;
        if QuietHours::parse(&self.quiet_hours).is_none() {
            return bad(
                "audience.quiet_hours",
                &self.quiet_hours,
                "hours such as `21:00-08:00`, or nothing",
            );
        }
        for (key, value, least, most) in [
            ("audience.hour", self.hour, 0, 23),
            ("audience.min_age", self.min_age, 0, 120),
            ("audience.bounce_days", self.bounce_days, 0, 3660),
            ("audience.scenario_days", self.scenario_days, 1, 366),
            ("audience.keep_days", self.keep_days, 0, 3660),
            ("audience.caps.day", self.caps.day, 0, MOST_CONTACTS),
            ("audience.caps.week", self.caps.week, 0, MOST_CONTACTS),
            ("audience.caps.email", self.caps.email, 0, MOST_CONTACTS),
            ("audience.caps.line", self.caps.line, 0, MOST_CONTACTS),
            ("audience.caps.sms", self.caps.sms, 0, MOST_CONTACTS),
            ("audience.caps.push", self.caps.push, 0, MOST_CONTACTS),
            ("audience.caps.postal", self.caps.postal, 0, MOST_CONTACTS),
            (
                "audience.caps.social_dm",
                self.caps.social_dm,
                0,
                MOST_CONTACTS,
            ),
            ("audience.caps.voice", self.caps.voice, 0, MOST_CONTACTS),
        ] {
            if !(least..=most).contains(&value) {
                let expected = format!("a whole number from {least} to {most}");
                return bad(key, value, &expected);
            }
        }
        let mut names = BTreeSet::new();
        for spec in &self.list {
            spec.check()?;
            // File systems of some machines do not tell capital letters.
            if !names.insert((spec.name.to_lowercase(), spec.channel)) {
                return bad(
                    "audience.list.name",
                    &spec.name,
                    "a name that no other audience of the channel has",
                );
            }
        }
        Ok(())
    }
}

impl AudienceSpec {
    /// Returns an audience of everybody whom a channel may reach.
    pub fn new(name: &str, channel: Channel) -> Self {
        Self {
            name: name.to_owned(),
            channel,
            condition: String::new(),
            campaign: String::new(),
            control: None,
            limit: None,
            after: None,
            urgency: None,
            encoding: None,
            open_complaints: false,
        }
    }

    /// Checks what can be checked without the tables.
    ///
    /// # Errors
    /// [`Error::BadSetting`](crate::error::Error::BadSetting) for the first value that cannot be.
    pub fn check(&self) -> Result<()> {
        if !is_name(&self.name) {
            return bad(
                "audience.list.name",
                &self.name,
                "a name that a file can have, of 1 to 100 letters",
            );
        }
        if self.campaign.chars().count() > 200 || self.campaign.chars().any(char::is_control) {
            return bad(
                "audience.list.campaign",
                &self.campaign,
                "a name of 200 letters at most",
            );
        }
        if let Some(control) = self.control {
            check_control("audience.list.control", control)?;
        }
        if self.limit == Some(0) {
            return bad("audience.list.limit", 0, "a whole number above 0");
        }
        if let Some(after) = &self.after
            && Scenario::parse(after).is_none()
        {
            return bad(
                "audience.list.after",
                after,
                "first_purchase, last_purchase or registration and days or weeks, such as `first_purchase + 14d`",
            );
        }
        Ok(())
    }
}

/// Reads a share as a number or, as on the command line, in per cent.
fn share<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(f64),
        Text(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Number(share) => Ok(Some(share)),
        Written::Text(text) => in_per_cent(&text)
            .map(Some)
            .ok_or_else(|| D::Error::custom(SHARE)),
    }
}

/// Returns the share that a text says in per cent, as `10%` does.
pub(super) fn in_per_cent(text: &str) -> Option<f64> {
    let percent = text.trim().strip_suffix('%')?;
    let share = percent.trim().parse::<f64>().ok()? / 100.0;
    share.is_finite().then_some(share)
}

fn check_control(key: &str, share: f64) -> Result<()> {
    match (0.0..=MOST_HELD_OUT).contains(&share) {
        true => Ok(()),
        false => bad(key, share, "a share between 0 and 0.9"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::parse;
    use crate::error::Error;

    #[test]
    fn lists_keep_their_order_and_can_be_read_back() {
        let text = "[audience]\nhour = 11\n[audience.caps]\nemail = 1\n\
             [[audience.list]]\nname = '優良×離反予兆'\nchannel = 'line'\nwhere = 'alive_prob < 0.5'\ncontrol = 0.1\n\
             [[audience.list]]\nname = 'welcome'\nchannel = 'email'\nafter = 'first_purchase + 14d'\nurgency = 'today'\n";
        let config = parse(text).unwrap();
        let names: Vec<&str> = config.audience.list.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["優良×離反予兆", "welcome"]);
        assert_eq!(config.audience.caps.of(Channel::Email), 1);
        assert_eq!(parse(&config.to_toml()).unwrap(), config);
        let shares = "[[audience.list]]\nname = 'a'\nchannel = 'email'\ncontrol = '12.5 %'\n";
        assert_eq!(parse(shares).unwrap().audience.list[0].control, Some(0.125));
        let default = parse("[audience]\ncontrol = '10%'\n").unwrap();
        assert_eq!(default.audience.control, 0.1);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for text in [
            "[audience]\ncontrol = 0.95\n",
            "[audience]\ncontrol = '95%'\n",
            "[audience]\ncontrol = 'ten'\n",
            "[audience]\ncontrol = 'inf%'\n",
            "[audience]\nhour = 24\n",
            "[audience]\nquiet_hours = '9-18'\n",
            "[audience]\nencoding = 'latin1'\n",
            "[audience.caps]\nemail = 1001\n",
            "[[audience.list]]\nname = ''\nchannel = 'email'\n",
            "[[audience.list]]\nname = '../a'\nchannel = 'email'\n",
            "[[audience.list]]\nname = 'a'\nchannel = 'fax'\n",
            "[[audience.list]]\nname = 'a'\nchannel = 'email'\nlimit = 0\n",
            "[[audience.list]]\nname = 'a'\nchannel = 'email'\ncontrol = 'ten'\n",
            "[[audience.list]]\nname = 'a'\nchannel = 'email'\ncontrol = '95%'\n",
            "[[audience.list]]\nname = 'a'\nchannel = 'email'\nafter = 'birthday'\n",
            "[[audience.list]]\nname = 'a'\nchannel = 'email'\n[[audience.list]]\nname = 'A'\nchannel = 'email'\n",
        ] {
            assert!(
                matches!(parse(text), Err(Error::BadSetting { .. })),
                "{text}"
            );
        }
        assert!(matches!(
            parse("[[audience.list]]\nname = 'a'\nchanel = 'email'\n"),
            Err(Error::UnknownSetting { .. })
        ));
    }
}
