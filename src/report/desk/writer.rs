//! Persons, complaints and voices of the desk in the words of its readers.

use serde::Serialize;

use super::Desk;
use super::complaints::Complaint;
use super::people::{DeskRow, Reason};
use super::voices::Voice;
use crate::error::file_in;
use crate::money;
use crate::report::words::{Lang, Numbers, Words};
use crate::store::UnreadFile;

/// Mean sentiment from which on a voice is called positive, and below whose negative negative.
const MOOD: f64 = 0.15;
/// Files named that could not be read.
const MOST_FILES: usize = 3;

/// Writes for one reader.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    words: &'static Words,
    pub numbers: Numbers<'a>,
}

#[derive(Serialize)]
pub(super) struct Person {
    pub name: String,
    pub customer: String,
    pub segment: String,
    pub action: String,
    pub reasons: Vec<String>,
    pub channels: String,
    pub last_purchased_on: String,
    pub ltv: String,
    pub mood: &'static str,
    pub quote: String,
}

#[derive(Serialize)]
pub(super) struct Waiting {
    pub position: String,
    pub name: String,
    pub note: String,
    pub platform: String,
    pub post: String,
    pub segment: String,
    pub ltv: String,
    pub reasons: Vec<String>,
    pub assignee: String,
    pub is_assigned: bool,
    pub due: String,
    pub is_past: bool,
    pub waiting_since: String,
    pub waited: String,
    pub quote: String,
}

#[derive(Serialize)]
pub(super) struct Quote {
    pub name: String,
    pub note: String,
    pub platform: String,
    pub at: String,
    pub mood: &'static str,
    pub quote: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(desk: &'a Desk, lang: Lang) -> Self {
        Self {
            words: lang.words(),
            numbers: Numbers {
                lang,
                currency: &desk.currency,
                exponent: money::exponent(&desk.currency).unsigned_abs(),
            },
        }
    }

    fn comma(&self) -> &'static str {
        self.words.get("desk.comma")
    }

    /// Names the files that could not be read, of many the first; nothing without such.
    pub(super) fn unread(&self, files: &[UnreadFile]) -> Option<String> {
        let lang = self.numbers.lang;
        let named = files.iter().take(MOST_FILES).map(|file| {
            let name = file_in(&file.file, lang);
            format!("{}{name}", file.place.told_in(lang))
        });
        let named: Vec<String> = named.collect();
        let mut told = lang.quoted(named.iter().map(String::as_str));
        let more = files.len().saturating_sub(MOST_FILES);
        if more > 0 {
            let more = self.numbers.count(more as u64);
            let values = [("files", told.as_str()), ("count", more.as_str())];
            told = self.words.fill("desk.unread_more", &values);
        }
        (!files.is_empty()).then(|| self.words.fill("desk.unread", &[("files", &told)]))
    }

    fn money(&self, amount: Option<i64>) -> String {
        amount
            .map(|minor| self.numbers.money(minor))
            .unwrap_or_default()
    }

    fn reason(&self, reason: &Reason) -> String {
        let count = |count: i64| self.numbers.count(count.unsigned_abs());
        match reason {
            Reason::OpenComplaint => self.words.get("desk.why_complaint").to_owned(),
            Reason::Negative { count: bad, posts } => self.words.fill(
                "desk.why_negative",
                &[("count", &count(*bad)), ("posts", &count(*posts))],
            ),
            Reason::Lapsed { by, days, cycle } => {
                let cycle = cycle.map(|cycle| self.numbers.decimal(cycle, 0));
                let key = match (by.as_str(), &cycle) {
                    ("visit_cycle", Some(_)) => "desk.why_visit_cycle",
                    ("alive_prob", _) => "desk.why_alive_prob",
                    _ => "desk.why_shop_cycle",
                };
                let cycle = cycle.unwrap_or_default();
                self.words
                    .fill(key, &[("days", &count(*days)), ("cycle", &cycle)])
            }
            Reason::Stake(minor) => {
                let value = self.numbers.money(*minor);
                self.words.fill("desk.why_stake", &[("value", &value)])
            }
        }
    }

    pub(super) fn person(&self, row: &DeskRow) -> Person {
        let channels: Vec<&str> = row
            .channels
            .iter()
            .map(|channel| self.words.name("purpose", channel))
            .collect();
        Person {
            name: row.name.clone(),
            customer: row.customer.clone(),
            segment: row.segment.clone(),
            action: row.action.clone(),
            reasons: row.reasons.iter().map(|one| self.reason(one)).collect(),
            channels: if channels.is_empty() {
                self.words.get("desk.unreachable").to_owned()
            } else {
                channels.join(self.comma())
            },
            last_purchased_on: row.last_purchased_on.clone(),
            ltv: self.money(row.ltv_minor),
            mood: row.sentiment.map_or("silent", mood),
            quote: row.quote.clone(),
        }
    }

    pub(super) fn waiting(&self, one: &Complaint) -> Waiting {
        let waited = one.waited_minutes.map(|m| self.numbers.minutes(m));
        let reasons = one.reasons.iter();
        let reasons = reasons.map(|key| self.words.name("complaint_reason", key).to_owned());
        let assignee = match one.assignee.as_str() {
            "" => self.words.get("desk.assignee_none"),
            name => name,
        };
        Waiting {
            position: one.position.to_string(),
            name: self.who(&one.who.name),
            note: one.who.customer.clone(),
            platform: self.words.name("platform", &one.platform).to_owned(),
            post: one.post.clone(),
            segment: one.segment.clone(),
            ltv: self.money(one.ltv_minor),
            reasons: reasons.collect(),
            assignee: assignee.to_owned(),
            is_assigned: !one.assignee.is_empty(),
            due: one.due.clone(),
            is_past: one.is_past,
            waiting_since: one.waiting_since.clone(),
            waited: waited.unwrap_or_default(),
            quote: one.quote.clone(),
        }
    }

    pub(super) fn quote(&self, voice: &Voice) -> Quote {
        Quote {
            name: self.who(&voice.who.name),
            note: voice.who.customer.clone(),
            platform: self.words.name("platform", &voice.platform).to_owned(),
            at: voice.at.clone(),
            mood: mood(voice.sentiment),
            quote: voice.quote.clone(),
        }
    }

    /// Returns how many persons there are, and how many of them are listed where only some are.
    pub(super) fn persons(&self, count: u64, listed: usize) -> String {
        let listed = listed as u64;
        if listed == 0 || listed >= count {
            return self.numbers.count(count.max(listed));
        }
        let (count, listed) = (self.numbers.count(count), self.numbers.count(listed));
        let values = [("count", count.as_str()), ("listed", listed.as_str())];
        self.words.fill("desk.listed", &values)
    }

    fn who(&self, name: &str) -> String {
        match name {
            "" => self.words.get("desk.unknown").to_owned(),
            name => name.to_owned(),
        }
    }
}

fn mood(sentiment: f64) -> &'static str {
    match sentiment {
        mean if mean >= MOOD => "positive",
        mean if mean <= -MOOD => "negative",
        _ => "neutral",
    }
}
