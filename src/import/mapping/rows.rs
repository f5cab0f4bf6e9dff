//! Mapped files of which each row is a row of one table.

use jiff::Timestamp;

use super::Fills;
use super::cells::{Answered, Binding, Row, Value};
use super::words;
use crate::error::Result;
use crate::import::context::Context;
use crate::import::refusals::{About, Refusals, Refused, Whose, may_refuse};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::Table;
use crate::import::values::ValueError;
use crate::schema::{Column, accounts, assignments, consents, contacts, customers, declared_links};

pub(super) fn read(
    binding: &Binding<'_>,
    source: &str,
    table: &mut Table<'_>,
    context: &Context,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let refusals = match binding.mapping.table.is_of_customers() {
        true => binding.refusals(&table.headings, may_refuse, sink),
        false => Refusals::default(),
    };
    while let Some(line) = table.next_line(context)? {
        sink.read_rows(1);
        let row = binding.row(&table.headings, &line.record, context);
        let is_flawed = line.flaw.is_some();
        let values = row
            .sound(line.flaw.clone())
            .and_then(|()| values(&row, source, context, sink.stamp()))
            .and_then(|read| Ok((refused(&refusals, &read, &row)?, read)));
        match values {
            Ok((refused, read)) => {
                put(&read, &refused, &row, binding, source, sink)?;
                if let Some(customer_id) = read.text(consents::CUSTOMER_ID) {
                    let whose = Whose {
                        source,
                        customer_id,
                        about: read.about(binding.mapping.table),
                        line: row.cells.line(),
                    };
                    refused.put(whose, sink)?;
                }
            }
            Err(reject)
                if row.is_harmless(is_flawed) && refusals.are_silent(&row.cells, is_flawed) =>
            {
                sink.reject_harmless(reject)?;
            }
            Err(reject) => sink.reject(reject)?,
        }
    }
    Ok(())
}

/// Returns what a row refuses where nobody asked; who does must have an id.
fn refused<'r>(refusals: &'r Refusals, read: &Read, row: &Row<'_>) -> Result<Refused<'r>, Reject> {
    let refused = refusals.of_row(&row.cells, read.refuses(row.binding.mapping.table))?;
    match refused.is_empty() || read.text(consents::CUSTOMER_ID).is_some() {
        true => Ok(refused),
        false => Err(row.reject("customer_id", Reason::Missing)),
    }
}

struct Read {
    values: Vec<(Column, Value)>,
    consents: Vec<(String, &'static str)>,
    /// From when and until when the answers hold, and where they can be found.
    stated: Stated,
    /// A day of birth that no calendar has, as it was written.
    birth: Option<String>,
}

impl Read {
    /// Returns the text of a column, by its name.
    fn text(&self, wanted: Column) -> Option<&str> {
        self.values.iter().find_map(|(column, value)| match value {
            Value::Text(text) if column.name == wanted.name => Some(text.as_str()),
            _ => None,
        })
    }

    /// Returns what the row itself is about: the purpose of a statement, the channel of a message, a link.
    fn about(&self, table: Fills) -> About<'_> {
        let purpose = match table {
            Fills::DeclaredLinks => return About::Link,
            Fills::Consents => self.text(consents::PURPOSE),
            Fills::Contacts => self.text(contacts::CHANNEL),
            _ => None,
        };
        purpose.map_or(About::Customer, About::Purpose)
    }

    /// Whether the statement that the row is grants what is refused in a column that nobody asked for.
    fn is_refused(&self, refused: &Refused<'_>) -> bool {
        let is_granted = self.text(consents::STATUS) == Some("granted");
        let purpose = self.text(consents::PURPOSE);
        is_granted
            && purpose.is_some_and(|purpose| refused.refuses(purpose, About::Purpose(purpose)))
    }

    /// Whether the row refuses something by its own word.
    fn refuses(&self, table: Fills) -> bool {
        let mut answers = self.consents.iter();
        if let Some((_, first)) = answers.next() {
            return *first != "granted" && answers.all(|(_, status)| *status != "granted");
        }
        let word = match table {
            Fills::Consents => self.text(consents::STATUS),
            Fills::Contacts => self.text(contacts::STATE),
            _ => None,
        };
        word.is_some_and(words::is_refusal)
    }
}

#[derive(Default)]
struct Stated {
    effective_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    evidence: Option<String>,
}

impl Stated {
    fn of(row: &Row<'_>) -> Result<Self, Reject> {
        Ok(Self {
            effective_at: row.instant("effective_at")?,
            expires_at: row.instant("expires_at")?,
            evidence: row.text("evidence").map(|text| text.into_owned()),
        })
    }
}

fn values(
    row: &Row<'_>,
    source: &str,
    context: &Context,
    stamp: Timestamp,
) -> Result<Read, Reject> {
    let mut values: Vec<(Column, Value)> = Vec::new();
    let mut birth = None;
    for target in row.binding.targets() {
        let value = match row.value(target) {
            // People mistype them, and a customer is worth more than a birthday.
            Err(reject)
                if target.column == Some(customers::BIRTH_DATE)
                    && reject.reason == Reason::Value(ValueError::NotADate) =>
            {
                birth = row.text(target.name).map(|text| text.into_owned());
                continue;
            }
            value => value?,
        };
        if let (Some(column), Some(value)) = (target.column, value) {
            values.push((column, value));
        }
    }
    complete(&mut values, row, source, context, stamp);
    for one_of in row.binding.mapping.needed() {
        let is_filled = |name: &&str| {
            row.binding
                .targets()
                .iter()
                .filter(|target| target.name == *name)
                .any(|target| {
                    values
                        .iter()
                        .any(|(column, _)| target.column == Some(*column))
                })
        };
        if !one_of.iter().any(is_filled) {
            let mapped = one_of.iter().find(|name| row.binding.has(name));
            return Err(row.reject(mapped.unwrap_or(&one_of[0]), Reason::Missing));
        }
    }
    let consents = row
        .binding
        .consents
        .iter()
        .filter_map(|answered| {
            let answer = row.cells.text(Some(answered.field))?;
            match row.binding.consent(answered, answer) {
                Some(None) => None,
                Some(Some(status)) => Some(Ok((answered.purpose.to_owned(), status))),
                None => {
                    let reason = Reason::NotAmong(consents::STATUS.unit);
                    Some(Err(row.cells.reject(Some(answered.field), reason)))
                }
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let stated = if consents.is_empty() {
        Stated::default()
    } else {
        Stated::of(row)?
    };
    Ok(Read {
        values,
        consents,
        stated,
        birth,
    })
}

impl Row<'_> {
    /// Whether nobody refuses anything in a row that cannot be read: its answers are no refusals, and it does not say that
    /// something ends.
    fn is_harmless(&self, is_flawed: bool) -> bool {
        let is_no_refusal = |name: &str, set: &'static str| {
            let word = self.word(name, set);
            word.is_ok_and(|word| word.is_some_and(|word| !words::is_refusal(word)))
        };
        let agrees = |answered: &Answered<'_>, answer: &str| {
            let said = self.binding.consent(answered, answer);
            said.is_some_and(|said| said.is_none_or(|status| status == "granted"))
        };
        let mapping = self.binding.mapping;
        let is_word_harmless = match mapping.table {
            Fills::Consents if mapping.consents.is_empty() => {
                is_no_refusal("status", consents::STATUS.unit)
            }
            Fills::Contacts => is_no_refusal("state", contacts::STATE.unit),
            _ => true,
        };
        let mut answers = self.binding.consents.iter();
        !is_flawed
            && is_word_harmless
            && answers.all(|answered| {
                let answer = self.cells.text(Some(answered.field));
                answer.is_none_or(|answer| agrees(answered, answer))
            })
            && matches!(self.instant("expires_at"), Ok(None))
    }
}

/// Adds what follows from the other columns.
fn complete(
    values: &mut Vec<(Column, Value)>,
    row: &Row<'_>,
    source: &str,
    context: &Context,
    stamp: Timestamp,
) {
    let has = |values: &[(Column, Value)], wanted: Column| {
        values.iter().any(|(column, _)| *column == wanted)
    };
    let text = |value: &str| Value::Text(value.to_owned());
    match row.binding.mapping.table {
        Fills::Customers if !has(values, customers::CUSTOMER_ID) => {
            values.extend(
                row.customer_id()
                    .map(|id| (customers::CUSTOMER_ID, Value::Text(id))),
            );
        }
        Fills::Accounts => {
            if !has(values, accounts::PLATFORM) {
                values.push((accounts::PLATFORM, text(source)));
            }
            if !has(values, accounts::ACCOUNT_ID)
                && let Some(handle) = row.handle("handle")
            {
                values.push((accounts::ACCOUNT_ID, Value::Text(handle)));
            }
            if !has(values, accounts::IS_OFFICIAL) {
                let is_official = ["account_id", "handle", "display_name"].iter().any(|name| {
                    row.text(name)
                        .is_some_and(|name| context.is_official(&name))
                });
                values.push((accounts::IS_OFFICIAL, Value::Flag(is_official)));
            }
        }
        Fills::DeclaredLinks if !has(values, declared_links::DECLARED_AT) => {
            values.push((declared_links::DECLARED_AT, Value::Instant(stamp)));
        }
        Fills::Assignments if !has(values, assignments::ASSIGNED_AT) => {
            values.push((assignments::ASSIGNED_AT, Value::Instant(stamp)));
        }
        _ => {}
    }
}

/// Puts what a row says, without what it grants of what it refuses in a column that nobody asked for.
fn put(
    read: &Read,
    refused: &Refused<'_>,
    row: &Row<'_>,
    binding: &Binding<'_>,
    source: &str,
    sink: &mut Sink<'_>,
) -> Result<()> {
    if binding.mapping.table == Fills::Consents && !binding.mapping.consents.is_empty() {
        return put_consents(read, refused, row, binding, source, sink);
    }
    if binding.mapping.table == Fills::Consents && read.is_refused(refused) {
        return Ok(());
    }
    let table = binding.mapping.table.table();
    let mut into = sink.row(table, row.cells.line());
    if let Some(column) = table.column("source") {
        into = into.text(*column, Some(source));
    }
    if let Some(column) = table.column("extra") {
        into = into.text(*column, row.extra(read.birth.as_deref()).as_deref());
    }
    for (column, value) in &read.values {
        into = match value {
            Value::Text(text) => into.text(*column, Some(text)),
            Value::Texts(texts) => into.texts(*column, texts),
            Value::Integer(value) => into.integer(*column, Some(*value)),
            Value::Float(value) => into.float(*column, Some(*value)),
            Value::Flag(value) => into.flag(*column, Some(*value)),
            Value::Day(day) => into.date(*column, Some(*day)),
            Value::Instant(instant) => into.instant(*column, Some(*instant)),
        };
    }
    into.finish()?;
    put_consents(read, refused, row, binding, source, sink)
}

/// Puts what the columns of purposes say.
fn put_consents(
    read: &Read,
    refused: &Refused<'_>,
    row: &Row<'_>,
    binding: &Binding<'_>,
    source: &str,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let customer_id = read.text(consents::CUSTOMER_ID);
    for (purpose, status) in &read.consents {
        if *status == "granted" && refused.refuses(purpose, About::Customer) {
            continue;
        }
        let heading = binding.mapping.consents[purpose].as_str();
        sink.row(&consents::TABLE, row.cells.line())
            .text(consents::SOURCE, Some(source))
            .text(consents::CUSTOMER_ID, customer_id)
            .text(consents::PURPOSE, Some(purpose))
            .text(consents::STATUS, Some(status))
            .instant(consents::EFFECTIVE_AT, read.stated.effective_at)
            .instant(consents::EXPIRES_AT, read.stated.expires_at)
            .text(
                consents::EVIDENCE,
                Some(read.stated.evidence.as_deref().unwrap_or(heading)),
            )
            .finish()?;
    }
    Ok(())
}
