//! The desk as a page and as lists for spreadsheets.

use minijinja::{Environment, Value, context};
use rayon::prelude::*;
use serde::Serialize;

use super::Desk;
use super::complaints::Complaint;
use super::people::{DeskRow, Reason};
use super::voices::Voice;
use crate::money;
use crate::report::font::font_face;
use crate::report::html::{PageError, template_value};
use crate::report::words::{Lang, Numbers, Words};
use crate::spreadsheet::unarmed;

/// Complaints shown on the page; the list holds them all.
const MOST_COMPLAINTS: usize = 100;
/// Mean sentiment from which on a voice is called positive, and below whose negative negative.
const MOOD: f64 = 0.15;
/// Rows of a list written at once.
const ROWS_AT_ONCE: usize = 4096;
/// Stands in the page until the characters it uses are known.
const FONT_SLOT: &str = "/*koe-font-face*/";
const TEMPLATE: &str = include_str!("desk.html");

/// Writes for one reader.
#[derive(Clone, Copy)]
struct Writer<'a> {
    words: &'static Words,
    numbers: Numbers<'a>,
}

#[derive(Serialize)]
struct Person {
    name: String,
    customer: String,
    segment: String,
    action: String,
    reasons: Vec<String>,
    channels: String,
    last_purchased_on: String,
    ltv: String,
    mood: &'static str,
    quote: String,
}

#[derive(Serialize)]
struct Waiting {
    position: String,
    name: String,
    note: String,
    platform: String,
    post: String,
    segment: String,
    ltv: String,
    reasons: Vec<String>,
    assignee: String,
    is_assigned: bool,
    due: String,
    is_past: bool,
    waiting_since: String,
    waited: String,
    quote: String,
}

#[derive(Serialize)]
struct Quote {
    name: String,
    note: String,
    platform: String,
    at: String,
    mood: &'static str,
    quote: String,
}

impl<'a> Writer<'a> {
    fn new(desk: &'a Desk, lang: Lang) -> Self {
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

    fn person(&self, row: &DeskRow) -> Person {
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

    fn waiting(&self, one: &Complaint) -> Waiting {
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

    fn quote(&self, voice: &Voice) -> Quote {
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
    fn persons(&self, count: u64, listed: usize) -> String {
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

/// Returns `desk.html`.
///
/// # Errors
/// When the template cannot be filled or the font cannot be cut.
pub fn html(desk: &Desk, lang: Lang) -> Result<String, PageError> {
    let words = lang.words();
    let writer = Writer::new(desk, lang);
    let mut environment = Environment::new();
    environment.add_filter("word", move |key: &str| words.get(key).to_owned());
    environment.add_filter("mood", move |key: &str| {
        words.name("voice_group", key).to_owned()
    });
    environment.add_template("desk.html", TEMPLATE)?;
    let of = |is_now: bool| -> Vec<Person> {
        let rows = desk.rows.iter().filter(|row| row.is_now == is_now);
        rows.map(|row| writer.person(row)).collect()
    };
    let (now, week) = (of(true), of(false));
    let week_absent = match desk.pressing.week {
        0 => "desk.nobody_week",
        _ => "desk.week_unlisted",
    };
    let shown: Vec<Waiting> = desk
        .complaints
        .iter()
        .take(MOST_COMPLAINTS)
        .map(|one| writer.waiting(one))
        .collect();
    let more = desk.waiting_count.saturating_sub(shown.len());
    let more = match more {
        0 => String::new(),
        more => {
            let count = writer.numbers.count(more as u64);
            let listed = writer.numbers.count(desk.complaints.len() as u64);
            let key = match desk.complaints.len() < desk.waiting_count {
                true => "desk.complaints_beyond",
                false => "desk.complaints_more",
            };
            words.fill(key, &[("count", &count), ("listed", &listed)])
        }
    };
    let target = writer.numbers.minutes(f64::from(desk.target_minutes));
    let quotes: Vec<Quote> = desk
        .voices
        .iter()
        .map(|voice| writer.quote(voice))
        .collect();
    let page = environment.get_template("desk.html")?.render(context! {
        lang => lang.tag(),
        brand => desk.brand.clone(),
        as_of => desk.as_of.clone(),
        now => plain(&now),
        now_count => writer.persons(desk.pressing.now, now.len()),
        week => plain(&week),
        week_count => writer.persons(desk.pressing.week, week.len()),
        week_absent => words.get(week_absent),
        complaints => plain(&shown),
        complaint_count => writer.numbers.count(desk.waiting_count as u64),
        complaints_lead => words.fill("desk.complaints_lead", &[("target", &target)]),
        complaints_more => more,
        voices => plain(&quotes),
    })?;
    let face = font_face(&page)?;
    Ok(page.replacen(FONT_SLOT, &face, 1))
}

fn plain(rows: &impl Serialize) -> Value {
    template_value(serde_json::to_value(rows).expect("rows hold only texts and flags"))
}

/// Returns `desk.csv`, the persons to contact, in UTF-8 with a byte-order mark so that spreadsheets open it; cells that would be
/// formulas are quoted.
pub fn csv(desk: &Desk, lang: Lang) -> Vec<u8> {
    let words = lang.words();
    let writer = Writer::new(desk, lang);
    let headings = [
        "urgency", "name", "customer", "segment", "action", "reason", "channels", "last", "ltv",
        "quote",
    ];
    let row = |row: &DeskRow| {
        let person = writer.person(row);
        let urgency = if row.is_now { "desk.now" } else { "desk.week" };
        vec![
            words.get(urgency).to_owned(),
            person.name,
            person.customer,
            person.segment,
            person.action,
            person.reasons.join(" / "),
            person.channels,
            person.last_purchased_on,
            row.ltv_minor.map(|ltv| ltv.to_string()).unwrap_or_default(),
            person.quote,
        ]
    };
    list(words, &headings, &desk.rows, row)
}

/// Returns `desk.complaints.csv`, the complaints that wait, written as `desk.csv` is.
pub fn complaints_csv(desk: &Desk, lang: Lang) -> Vec<u8> {
    let words = lang.words();
    let writer = Writer::new(desk, lang);
    let headings = [
        "position",
        "name",
        "customer",
        "platform",
        "post",
        "assignee",
        "deadline",
        "past",
        "waiting_since",
        "waited",
        "segment",
        "ltv",
        "reason",
        "quote",
    ];
    let row = |one: &Complaint| {
        let told = writer.waiting(one);
        let past = if one.is_past {
            words.get("desk.past")
        } else {
            ""
        };
        vec![
            told.position,
            told.name,
            told.note,
            told.platform,
            told.post,
            told.assignee,
            told.due,
            past.to_owned(),
            told.waiting_since,
            told.waited,
            told.segment,
            one.ltv_minor.map(|ltv| ltv.to_string()).unwrap_or_default(),
            told.reasons.join(" / "),
            told.quote,
        ]
    };
    list(words, &headings, &desk.complaints, row)
}

/// Returns a list with its headings; the rows are written in parts, beside each other.
fn list<R: Sync>(
    words: &Words,
    headings: &[&str],
    rows: &[R],
    cells: impl Fn(&R) -> Vec<String> + Sync,
) -> Vec<u8> {
    let headings: Vec<String> = headings
        .iter()
        .map(|key| words.get(&format!("desk.{key}")).to_owned())
        .collect();
    let mut list = "\u{feff}".as_bytes().to_vec();
    list.extend(records(std::iter::once(headings)));
    let parts: Vec<Vec<u8>> = rows
        .par_chunks(ROWS_AT_ONCE)
        .map(|rows| records(rows.iter().map(&cells)))
        .collect();
    for part in parts {
        list.extend(part);
    }
    list
}

/// Returns rows of a list as they stand in the file.
fn records(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| unarmed(cell).into_owned()))
            .expect("memory does not fail to be written");
    }
    writer
        .into_inner()
        .expect("memory does not fail to be flushed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_that_of_one_writer() {
        let rows: Vec<usize> = (0..2 * ROWS_AT_ONCE + 7).collect();
        let cells = |row: &usize| vec![row.to_string(), "=1+1, \"a\"\nb".to_owned(), String::new()];
        let words = Lang::En.words();
        let found = list(words, &["name", "segment", "quote"], &rows, cells);
        let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
        let headings = ["desk.name", "desk.segment", "desk.quote"].map(|key| words.get(key));
        writer.write_record(headings).unwrap();
        for row in &rows {
            let cells = cells(row);
            writer
                .write_record(cells.iter().map(|cell| unarmed(cell).into_owned()))
                .unwrap();
        }
        assert!(found == writer.into_inner().unwrap());
        let none: [usize; 0] = [];
        let empty = list(words, &["name"], &none, cells);
        assert_eq!(String::from_utf8(empty).unwrap().lines().count(), 1);
    }
}
