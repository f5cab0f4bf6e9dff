//! A card in the words of a language.

mod person;
mod said;
mod timeline;
mod worth;

use serde::Serialize;

use super::facts::{Karte, Moment};
use crate::money;
use crate::report::words::{Lang, Numbers, Words};

/// Letters of a text that are shown.
const SHOWN_LETTERS: usize = 600;

/// A card, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// BCP 47 tag of the language.
    pub lang: &'static str,
    /// What it is.
    pub title: &'static str,
    /// The person's name, else a record's id.
    pub name: String,
    /// Its reading, empty where it is not known.
    pub kana: String,
    /// Shop, moment and person id.
    pub lead: String,
    /// That it holds personal data.
    pub notice: &'static str,
    /// Everything but the timeline.
    pub sections: Vec<SheetSection>,
    /// Heading of the timeline.
    pub timeline: &'static str,
    /// What is to know of the timeline.
    pub timeline_notes: Vec<String>,
    /// The timeline by year, the newest first.
    pub years: Vec<SheetYear>,
}

/// A part of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetSection {
    /// Name to link to.
    pub anchor: &'static str,
    /// Heading.
    pub heading: &'static str,
    /// Facts, a line each.
    pub facts: Vec<SheetFact>,
    /// What is to know of it.
    pub notes: Vec<String>,
    /// Tables with at least one row.
    pub tables: Vec<SheetTable>,
    /// Posts.
    pub posts: Vec<SheetPost>,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetFact {
    /// What it is called.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetTable {
    /// What it holds.
    pub caption: &'static str,
    /// Headings of its columns, no two the same.
    pub headings: Vec<&'static str>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetPost {
    /// When and where.
    pub place: String,
    /// Its score in words.
    pub score: String,
    /// positive, neutral, negative or silent.
    pub tone: &'static str,
    /// What it says.
    pub text: String,
    /// The words that decided, empty where none did.
    pub words: String,
    /// What is praised and blamed, empty where nothing is.
    pub aspects: String,
}

/// A year of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetYear {
    /// The year.
    pub year: String,
    /// Its events, the newest first.
    pub events: Vec<SheetEvent>,
}

/// An event of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetEvent {
    /// Local day, `YYYY-MM-DD`.
    pub day: String,
    /// Hour and minute, empty for what is known by the day.
    pub time: String,
    /// What sort of event it is.
    pub label: String,
    /// order, said, answer, contact or other.
    pub group: &'static str,
    /// positive, neutral, negative or silent.
    pub tone: &'static str,
    /// What happened.
    pub text: String,
    /// More of it.
    pub detail: String,
}

/// What a card is written with.
#[derive(Clone, Copy)]
struct Context<'a> {
    karte: &'a Karte,
    words: &'static Words,
    numbers: Numbers<'a>,
}

/// Returns a card in the words of a language.
#[must_use]
pub fn sheet(karte: &Karte, lang: Lang) -> Sheet {
    let context = Context {
        karte,
        words: lang.words(),
        numbers: numbers(lang, &karte.currency),
    };
    let words = context.words;
    let named = karte.records.iter().find(|record| record.name.is_some());
    let first = karte.records.first();
    let id = first.map(|record| format!("{}/{}", record.source, record.customer_id));
    let mut sections = vec![context.person()];
    if karte.is_analysed {
        sections.extend([context.value(), context.segment(), context.voice()]);
    }
    let (years, timeline_notes) = context.timeline();
    Sheet {
        lang: lang.tag(),
        title: words.get("karte.title"),
        name: named
            .and_then(|record| record.name.clone())
            .or(id)
            .unwrap_or_else(|| karte.person_id.clone()),
        kana: named
            .and_then(|record| record.name_kana.clone())
            .unwrap_or_default(),
        lead: words.fill(
            "karte.lead",
            &[
                ("brand", &karte.brand),
                ("date", &context.numbers.full_day(&karte.as_of)),
                ("person", &karte.person_id),
            ],
        ),
        notice: words.get("karte.notice"),
        sections,
        timeline: words.get("karte.timeline"),
        timeline_notes,
        years,
    }
}

/// Returns a text of so many letters at most, without control characters; what was cut is marked.
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(most)
        .map(|letter| match letter.is_control() && letter != '\n' {
            true => ' ',
            false => letter,
        })
        .collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

fn numbers(lang: Lang, currency: &str) -> Numbers<'_> {
    Numbers {
        lang,
        currency,
        exponent: money::exponent(currency).unsigned_abs(),
    }
}

/// Returns how a label is shown.
fn tone(label: Option<&str>) -> &'static str {
    match label {
        Some("positive") => "positive",
        Some("negative") => "negative",
        Some("neutral") => "neutral",
        _ => "silent",
    }
}

impl Context<'_> {
    fn fact(&self, key: &str, value: impl Into<String>) -> Option<SheetFact> {
        let value = value.into();
        (!value.is_empty()).then(|| SheetFact {
            name: self.words.name("karte_fact", key).to_owned(),
            value,
        })
    }

    fn list(&self, parts: impl IntoIterator<Item = String>) -> String {
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(self.words.get("karte.comma"))
    }

    fn count(&self, count: i64) -> String {
        self.numbers.decimal(count as f64, 0)
    }

    fn day(&self, day: Option<&String>) -> String {
        day.map(|day| self.numbers.full_day(day))
            .unwrap_or_default()
    }

    fn when(&self, moment: &Moment) -> String {
        let day = self.numbers.full_day(&moment.day);
        match &moment.time {
            Some(time) => format!("{day} {time}"),
            None => day,
        }
    }

    /// Returns a score in words.
    fn score(&self, sentiment: Option<f64>, label: Option<&str>) -> String {
        match (sentiment, label) {
            (Some(sentiment), Some(label)) => format!(
                "{} {}",
                self.numbers.signed(sentiment, 2),
                self.words.name("voice_group", label)
            ),
            _ => String::new(),
        }
    }
}
