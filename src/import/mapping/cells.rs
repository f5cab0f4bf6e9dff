//! The cells of a mapped file by koe's columns.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::day_order::{DayOrder, year_first};
use super::targets::{Holds, Target};
use super::{Fills, Mapping, words};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::formats::plain::list;
use crate::import::head::fold;
use crate::import::records::RawRecord;
use crate::import::refusals::{self, Question, Refusals, Said, Sought};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings};
use crate::import::values::keys::{email_key, phone_key};
use crate::import::values::{ValueError, dates, money, numbers};
use crate::schema::{consents, customers};

/// A column that answers a purpose.
pub(super) struct Answered<'m> {
    pub purpose: &'m str,
    pub field: Field,
    /// What is asked under its heading, where yes refuses.
    refusing: Option<Question>,
}

/// Columns of which it is known that nobody refuses anything there, or what.
const KNOWN: &[&str] = &[
    "customer_id",
    "name",
    "name_kana",
    "email",
    "phone",
    "account_id",
    "handle",
    "purpose",
    "status",
    "channel",
    "state",
    "expires_at",
];
/// Columns that date what a row says.
const DATES: &[&str] = &["effective_at", "at"];

/// A mapping laid over the headings of one file.
pub(super) struct Binding<'m> {
    pub mapping: &'m Mapping,
    targets: Vec<Target>,
    places: BTreeMap<&'m str, Vec<Field>>,
    /// The columns that answer purposes.
    pub consents: Vec<Answered<'m>>,
    /// What is asked where statements have their status, if yes refuses there.
    refusing: Option<Question>,
    /// Columns nobody mapped.
    pub rest: Vec<Field>,
    words: HashMap<(&'m str, String), &'m str>,
    pub zone: TimeZone,
    currency: &'m str,
    order: Option<DayOrder>,
}

impl<'m> Binding<'m> {
    pub(super) fn of(
        mapping: &'m Mapping,
        zone: Option<&TimeZone>,
        headings: &mut Headings,
        context: &'m Context,
    ) -> Result<Self> {
        let mut places: BTreeMap<&str, Vec<Field>> = BTreeMap::new();
        for (column, names) in &mapping.columns {
            let found: Vec<Field> = names
                .all()
                .iter()
                .filter_map(|name| headings.find(&[name]))
                .collect();
            if !found.is_empty() {
                places.insert(column, found);
            }
        }
        for one_of in mapping.needed() {
            let is_there =
                |name: &&str| places.contains_key(*name) || mapping.fixed.contains_key(*name);
            if !one_of.iter().any(is_there) {
                let names = one_of.iter().filter_map(|name| mapping.columns.get(*name));
                let first = names.flat_map(|names| names.all()).next();
                headings.need(&[first.map_or(one_of[0], String::as_str)], context)?;
            }
        }
        let mut consents = Vec::with_capacity(mapping.consents.len());
        for (purpose, heading) in &mapping.consents {
            // Without it refusals would go unread.
            headings.sole(heading, context)?;
            let is_of_refusals = refusals::is_of_refusals(heading);
            consents.push(Answered {
                purpose,
                field: headings.need(&[heading], context)?,
                refusing: is_of_refusals.then(|| Question::of(heading)),
            });
        }
        let words = mapping
            .words
            .iter()
            .flat_map(|(column, words)| {
                words
                    .iter()
                    .map(move |(word, meant)| ((column.as_str(), fold(word)), meant.as_str()))
            })
            .collect();
        Ok(Self {
            mapping,
            targets: mapping.table.targets(),
            places,
            consents,
            refusing: refusing_status(mapping),
            rest: headings.rest(),
            words,
            zone: zone.unwrap_or(&context.time_zone).clone(),
            currency: mapping.currency.as_deref().unwrap_or(&context.currency),
            order: mapping.date_order,
        })
    }

    /// Returns whether a heading of the file stands for the column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Returns the first heading that stands for the column.
    pub(super) fn field(&self, name: &str) -> Option<Field> {
        self.places.get(name)?.first().copied()
    }

    pub(super) fn targets(&self) -> &[Target] {
        &self.targets
    }

    fn meant(&self, name: &str, text: &str) -> Option<&'m str> {
        if self.words.is_empty() {
            return None;
        }
        // The key borrows the column from the mapping.
        let (column, _) = self.mapping.words.get_key_value(name)?;
        self.words.get(&(column.as_str(), fold(text))).copied()
    }

    /// Looks for refusals that nobody asked for, in the columns of which nothing else is known.
    pub(super) fn refusals(
        &self,
        headings: &Headings,
        may_refuse: fn(&str) -> bool,
        sink: &mut Sink<'_>,
    ) -> Refusals {
        let of = |is_such: &dyn Fn(&str) -> bool| -> Vec<Field> {
            let places = self.places.iter().filter(|(name, _)| is_such(name));
            places.flat_map(|(_, fields)| fields).copied().collect()
        };
        let is_answered = |field: &Field| self.consents.iter().any(|one| one.field == *field);
        let mut fields = of(&|name| !KNOWN.contains(&name));
        fields.retain(|field| !is_answered(field));
        fields.extend(&self.rest);
        fields.sort_unstable();
        fields.dedup();
        let dates = of(&|name| DATES.contains(&name));
        let sought = Sought {
            fields,
            dates: &dates,
            ignored: &self.mapping.ignored,
            may_refuse,
        };
        Refusals::among(headings, sought, sink)
    }

    /// Returns koe's word for an answer about a purpose, where the section has one.
    fn meant_consent(&self, answer: &str) -> Option<&'m str> {
        self.meant("consents", answer)
    }

    /// Returns what an answer says of a purpose, `Some(None)` where it says nothing and `None` where it is not understood.
    ///
    /// Under a heading of refusals yes refuses, and no agrees only where the section says so.
    pub(super) fn consent(
        &self,
        answered: &Answered<'_>,
        answer: &str,
    ) -> Option<Option<&'static str>> {
        let set = consents::STATUS.unit;
        let meant = self.meant_consent(answer);
        let meant = meant.map(|meant| words::of_set("status", set, meant));
        let own = words::consent(answer);
        let Some(question) = answered.refusing else {
            return meant.unwrap_or(own).map(Some);
        };
        match (meant, own) {
            (Some(_), Some("granted")) => Some(Some("denied")),
            (_, Some("revoked")) => Some(Some("revoked")),
            // What a section says of the answers of other columns tells nothing of this one.
            (Some(meant), Some(own)) if meant != Some(own) => Some(meant),
            (Some(meant), None) => meant.map(Some),
            _ => match question.said(answer) {
                Said::Refusal => Some(Some("denied")),
                Said::Nothing => Some(None),
                Said::Unclear => None,
            },
        }
    }

    pub(super) fn row<'r>(
        &'r self,
        headings: &'r Headings,
        record: &'r RawRecord<'r>,
        context: &'r Context,
    ) -> Row<'r> {
        Row {
            binding: self,
            cells: Cells::new(headings, record, context),
        }
    }
}

/// Columns by which rows are told apart or brought together.
const IDS: &[&str] = &[
    "order_id",
    "customer_id",
    "post_id",
    "account_id",
    "reply_to_post_id",
    "reposted_post_id",
    "conversation_id",
];

/// Returns what is asked where statements have their status: yes refuses under a heading of refusals.
fn refusing_status(mapping: &Mapping) -> Option<Question> {
    let status = mapping.columns.get("status")?;
    let mut headings = status.all().iter();
    let heading = headings.find(|heading| refusals::is_of_refusals(heading))?;
    (mapping.table == Fills::Consents).then(|| Question::of(heading))
}

/// One row of a mapped file.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub binding: &'r Binding<'r>,
    pub cells: Cells<'r>,
}

/// Returns a time of day, `93005` and `0930` with the colons they lack.
pub(super) fn clock(text: &str) -> Cow<'_, str> {
    let is_bare = (3..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_bare {
        return Cow::Borrowed(text);
    }
    let full = format!("{text:0>width$}", width = text.len().next_multiple_of(2));
    let pairs: Vec<&str> = (0..full.len())
        .step_by(2)
        .map(|at| &full[at..at + 2])
        .collect();
    Cow::Owned(pairs.join(":"))
}

/// Returns a day, `20240105` with the dashes it lacks where a time follows.
fn dashed(day: &str) -> Cow<'_, str> {
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        Cow::Owned(format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]))
    } else {
        Cow::Borrowed(day)
    }
}

/// What a cell holds, read.
pub(super) enum Value {
    Text(String),
    Texts(Vec<String>),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Day(Date),
    Instant(Timestamp),
}

impl<'r> Row<'r> {
    fn fields(&self, name: &str) -> &'r [Field] {
        self.binding
            .places
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn fixed(&self, name: &str) -> Option<&'r str> {
        self.binding.mapping.fixed.get(name).map(String::as_str)
    }

    /// Returns why nothing of the row can be trusted: its cells, or an id that a spreadsheet has rounded.
    pub(super) fn sound(&self, flaw: Option<Reason>) -> Result<(), Reject> {
        if let Some(flaw) = flaw {
            return Err(self.cells.reject(None, flaw));
        }
        let mut fields = IDS.iter().flat_map(|name| self.fields(name));
        fields.try_for_each(|field| self.cells.id(Some(*field)).map(|_| ()))
    }

    /// Makes a reject for the sake of a column.
    pub(super) fn reject(&self, name: &str, reason: Reason) -> Reject {
        self.cells.reject(self.binding.field(name), reason)
    }

    /// Returns the cells of a column as one text, in koe's word where the section has one.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'r, str>> {
        let between = if name == "text" { "\n" } else { " " };
        self.joined(name, between)
            .map(|text| match self.binding.meant(name, &text) {
                Some(meant) => Cow::Borrowed(meant),
                None => text,
            })
            .or_else(|| self.fixed(name).map(Cow::Borrowed))
    }

    fn joined(&self, name: &str, between: &str) -> Option<Cow<'r, str>> {
        let mut parts = self
            .fields(name)
            .iter()
            .filter_map(|field| self.cells.text(Some(*field)));
        let first = parts.next()?;
        let mut text = Cow::Borrowed(first);
        for part in parts {
            let text = text.to_mut();
            text.push_str(between);
            text.push_str(part);
        }
        Some(text)
    }

    /// Returns the cells of a day and a time of day as one text.
    fn moment_text(&self, name: &str) -> Option<Cow<'r, str>> {
        let [day, times @ ..] = self.fields(name) else {
            return None;
        };
        let text = |field: &Field| self.cells.text(Some(*field));
        let Some(day) = text(day) else {
            return times.iter().find_map(text).map(Cow::Borrowed);
        };
        let times: Vec<Cow<'_, str>> = times.iter().filter_map(text).map(clock).collect();
        Some(if times.is_empty() {
            Cow::Borrowed(day)
        } else {
            Cow::Owned(format!("{} {}", dashed(day), times.join(" ")))
        })
    }

    /// Returns whether a cell of the column is filled.
    pub(super) fn is_filled(&self, name: &str) -> bool {
        self.fields(name)
            .iter()
            .any(|field| self.cells.text(Some(*field)).is_some())
    }

    /// Returns a name made of digits or letters.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let id = text.trim_start_matches('\'');
        let id = match name {
            // Guests go by their address in this form.
            "customer_id" if id.contains('@') => email_key(id).unwrap_or_else(|| id.to_owned()),
            _ => id.to_owned(),
        };
        (!id.is_empty()).then_some(id)
    }

    /// Returns the customer: the id, else the e-mail address, else the telephone number.
    pub(super) fn customer_id(&self) -> Option<String> {
        self.id("customer_id")
            .or_else(|| self.text("email").as_deref().and_then(email_key))
            .or_else(|| self.text("phone").as_deref().and_then(phone_key))
    }

    /// Reads an instant.
    pub(super) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Reject> {
        self.moment(name, |text| dates::instant(text, &self.binding.zone))
    }

    /// Reads a calendar day.
    pub(super) fn day(&self, name: &str) -> Result<Option<Date>, Reject> {
        self.moment(name, |text| dates::date(text, &self.binding.zone))
    }

    // merge: DayOrder (`reader` takes the order as well, `year_first` goes)
    fn moment<T>(
        &self,
        name: &str,
        reader: impl Fn(&str) -> Result<Option<T>, ValueError>,
    ) -> Result<Option<T>, Reject> {
        let Some(text) = self.moment_text(name) else {
            return match self.fixed(name) {
                None => Ok(None),
                Some(text) => {
                    reader(text).map_err(|error| self.cells.reject(None, Reason::Value(error)))
                }
            };
        };
        let order = self.binding.order;
        let read = |text: &str| reader(&year_first(text, order));
        read(&text).or_else(|error| {
            let fields = self.fields(name);
            let [day, time, ..] = fields else {
                return Err(self.reject(name, Reason::Value(error)));
            };
            let first = self.cells.text(Some(*day)).unwrap_or_default();
            let own = year_first(first, order);
            // Spreadsheets write a day as `2024/1/5 0:00`.
            let bare = own.split_whitespace().next().unwrap_or_default();
            let time_of = clock(self.cells.text(Some(*time)).unwrap_or_default());
            if let (true, Ok(value)) =
                (bare.len() < own.len(), reader(&format!("{bare} {time_of}")))
            {
                return Ok(value);
            }
            let at_fault = if reader(&own).is_ok() { time } else { day };
            Err(self.cells.reject(Some(*at_fault), Reason::Value(error)))
        })
    }

    /// Reads an amount in minor units of `currency`; of several cells the sum.
    pub(super) fn money(&self, name: &str, currency: &str) -> Result<Option<i64>, Reject> {
        self.sum(name, |text| money::minor_units(text, currency))
    }

    /// Reads an amount in whatever units `reader` gives it; of several cells the sum.
    pub(super) fn sum(
        &self,
        name: &str,
        reader: impl Fn(&str) -> Result<Option<i64>, ValueError>,
    ) -> Result<Option<i64>, Reject> {
        let mut sum = None;
        for field in self.fields(name) {
            if let Some(amount) = self.cells.read(Some(*field), &reader)? {
                let before = sum.unwrap_or(0_i64);
                sum = Some(
                    before
                        .checked_add(amount)
                        .ok_or_else(|| self.cells.reject(Some(*field), Reason::Overflow))?,
                );
            }
        }
        match (sum, self.fixed(name)) {
            (None, Some(fixed)) => {
                reader(fixed).map_err(|error| self.cells.reject(None, Reason::Value(error)))
            }
            _ => Ok(sum),
        }
    }

    /// Returns the currency of the row's amounts.
    pub(super) fn currency(&self) -> String {
        self.text("currency").map_or_else(
            || self.binding.currency.to_owned(),
            |text| text.to_uppercase(),
        )
    }

    /// Reads a whole number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Reject> {
        self.number(name, numbers::integer)
    }

    /// Reads a number, or stars.
    pub(super) fn float(&self, name: &str) -> Result<Option<f64>, Reject> {
        self.number(name, words::stars)
    }

    fn number<T>(
        &self,
        name: &str,
        reader: impl Fn(&str) -> Result<Option<T>, ValueError>,
    ) -> Result<Option<T>, Reject> {
        match self.text(name) {
            None => Ok(None),
            Some(text) => reader(&text).map_err(|error| self.reject(name, Reason::Value(error))),
        }
    }

    /// Reads a yes or no.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Reject> {
        match self.text(name) {
            None => Ok(None),
            Some(text) => words::flag(&text)
                .map(Some)
                .ok_or_else(|| self.reject(name, Reason::NotAmong("true, false"))),
        }
    }

    /// Returns the word of a column's set; an order's status and a gender are taken as `None` where they say nothing.
    pub(super) fn word(
        &self,
        name: &str,
        set: &'static str,
    ) -> Result<Option<&'static str>, Reject> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let is_plain = || set.split(", ").any(|known| known == text);
        let refusing = self.binding.refusing;
        if let Some(question) = refusing.filter(|_| name == "status" && !is_plain()) {
            return match question.said(&text) {
                Said::Refusal => Ok(Some("denied")),
                Said::Nothing | Said::Unclear => Err(self.reject(name, Reason::NotAmong(set))),
            };
        }
        match words::of_set(name, set, &text) {
            Some(word) => Ok(Some(word)),
            None if name == "gender" => Ok(None),
            None => Err(self.reject(name, Reason::NotAmong(set))),
        }
    }

    /// Returns the handle without `@`.
    pub(super) fn handle(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let bare = text.trim_start_matches(['@', '＠']);
        (!bare.is_empty()).then(|| bare.to_owned())
    }

    /// Returns the parts of a list; `None` where no heading stands for the column.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let is_known = self.binding.has(name) || self.fixed(name).is_some();
        is_known.then(|| list(&self.text(name).unwrap_or_default()))
    }

    /// Reads a column by what it holds.
    pub(super) fn value(&self, target: &Target) -> Result<Option<Value>, Reject> {
        let name = target.name;
        Ok(match target.holds {
            Holds::Text => self.text(name).map(|text| Value::Text(text.into_owned())),
            Holds::Id => self.id(name).map(Value::Text),
            Holds::Handle => self.handle(name).map(Value::Text),
            Holds::Word(set) => self
                .word(name, set)?
                .map(|word| Value::Text(word.to_owned())),
            Holds::Texts => {
                let text = self.text(name).unwrap_or_default();
                Some(Value::Texts(list(&text)))
            }
            Holds::Integer => self.integer(name)?.map(Value::Integer),
            Holds::Float => self.float(name)?.map(Value::Float),
            Holds::Flag => self.flag(name)?.map(Value::Flag),
            Holds::Day => self.day(name)?.map(Value::Day),
            Holds::Instant => self.instant(name)?.map(Value::Instant),
            Holds::Money => self.money(name, &self.currency())?.map(Value::Integer),
        })
    }

    /// Returns the columns nobody mapped as a JSON object, and a day of birth that could not be read.
    pub(super) fn extra(&self, birth: Option<&str>) -> Option<String> {
        let key = customers::BIRTH_DATE.name;
        self.cells.extra_with(&self.binding.rest, key, birth)
    }
}
