//! koe's own plain layouts: a CSV whose headings are the columns of one table.

use std::io::BufRead;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::mapping::words;
use crate::import::refusals::{About, Refusals, Refused, Whose};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Line, Table};
use crate::import::values::numbers;
use crate::schema::{self, Column, ColumnKind, consents, contacts, declared_links};

/// How one column of a plain layout is read.
pub(super) struct Cell {
    /// Column it fills.
    pub column: Column,
    /// Heading; the column's name unless users know it by another.
    pub heading: &'static str,
    /// What it holds.
    pub rule: Rule,
}

/// What a cell of a plain layout holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The source of the row; the one asked for, else this one, where the cell is empty or missing.
    Source(&'static str),
    /// Whatever the type of the column says.
    Value,
    /// The same, and it must be filled.
    Needed,
    /// One of the words that the column's set lists; must be filled.
    Word,
    /// The same, but a row without it is no record: nobody decided yet.
    Decided,
    /// A handle, kept without `@`.
    Handle,
    /// An amount in the workspace's currency.
    Money,
    /// An instant that is the instant of observation where the cell is empty.
    ElseObserved,
}

/// A plain layout.
pub(super) struct Plain {
    /// Name on the command line.
    pub name: &'static str,
    /// Title in Japanese and in English.
    pub title: (&'static str, &'static str),
    /// Table it fills.
    pub table: &'static schema::Table,
    /// Headings that tell it from all others.
    pub telling: &'static [&'static str],
    /// Its columns.
    pub cells: &'static [Cell],
    /// Headings of which one at least must be filled; empty for no such need.
    pub one_of: &'static [&'static str],
}

impl Cell {
    pub(super) const fn new(column: Column, rule: Rule) -> Self {
        Self {
            column,
            heading: column.name,
            rule,
        }
    }
}

/// One value read.
enum Read {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Date(jiff::civil::Date),
    Instant(jiff::Timestamp),
    Texts(Vec<String>),
}

impl Layout for Plain {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> (&'static str, &'static str) {
        self.title
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, self.telling)
    }

    fn tells_refusals(&self) -> bool {
        self.word_of_refusal().is_some()
    }

    fn is_of_customers(&self) -> bool {
        let mut cells = self.cells.iter();
        cells.any(|cell| cell.column.name == consents::CUSTOMER_ID.name)
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let mut fields = Vec::with_capacity(self.cells.len());
        for cell in self.cells {
            fields.push(match cell.rule {
                Rule::Needed | Rule::Word | Rule::Decided => {
                    Some(table.headings.need(&[cell.heading], context)?)
                }
                _ => table.headings.find(&[cell.heading]),
            });
        }
        if self.tells_refusals() {
            for (cell, field) in self.cells.iter().zip(&fields) {
                match field {
                    Some(_) => table.headings.sole(cell.heading, context)?,
                    None => table.headings.not_misspelt(cell.heading, context)?,
                }
            }
        }
        let refusals = match self.is_of_customers() {
            true => Refusals::of(&table.headings, &context.ignored, sink),
            false => Refusals::default(),
        };
        let decided = self.cells.iter().zip(&fields);
        let decided: Vec<Option<Field>> = decided
            .filter(|(cell, _)| cell.rule == Rule::Decided)
            .map(|(_, field)| *field)
            .collect();
        while let Some(line) = table.next_line(context)? {
            let cells = Cells::new(&table.headings, &line.record, context);
            let is_open = |field: &Option<Field>| cells.text(*field).is_none();
            if line.flaw.is_none() && decided.iter().any(is_open) {
                continue;
            }
            sink.read_rows(1);
            let read = match line.flaw.clone() {
                Some(flaw) => Err(cells.reject(None, flaw)),
                None => self
                    .values(&cells, &fields, context, sink)
                    .and_then(|values| Ok((refusals.of_row(&cells, false)?, values))),
            };
            match read {
                Ok((refused, values)) => {
                    let line = cells.line();
                    let whose = self.whose(&values, line);
                    if let Some(whose) = whose {
                        refused.put(whose, sink)?;
                    }
                    let is_refused =
                        whose.is_some_and(|whose| grants_refused(&values, whose, &refused));
                    if !is_refused {
                        self.put(line, values, sink)?;
                    }
                }
                Err(reject)
                    if self.is_harmless(&line, &cells, &fields)
                        && refusals.are_silent(&cells, line.flaw.is_some()) =>
                {
                    sink.reject_harmless(reject)?;
                }
                Err(reject) => sink.reject(reject)?,
            }
        }
        Ok(())
    }
}

impl Plain {
    /// Returns whom a row is about, by what is read of it.
    fn whose<'v>(&self, values: &'v [(Column, Read)], line: u64) -> Option<Whose<'v>> {
        let purpose = text_of(values, consents::PURPOSE.name);
        let purpose = purpose.or_else(|| text_of(values, contacts::CHANNEL.name));
        Some(Whose {
            source: text_of(values, consents::SOURCE.name)?,
            customer_id: text_of(values, consents::CUSTOMER_ID.name)?,
            about: match purpose {
                _ if self.table.name == declared_links::TABLE.name => About::Link,
                Some(purpose) => About::Purpose(purpose),
                None => About::Customer,
            },
            line,
        })
    }

    /// Returns the column in whose words customers refuse, and the words they agree or are written to by.
    fn word_of_refusal(&self) -> Option<Column> {
        let columns = [consents::STATUS, contacts::STATE];
        let mut cells = self.cells.iter().map(|cell| cell.column);
        cells.find(|column| columns.contains(column))
    }

    /// Whether nobody refuses anything in a row that cannot be read: its word is no refusal, and it does not say that something
    /// ends.
    fn is_harmless(&self, line: &Line, cells: &Cells<'_>, fields: &[Option<Field>]) -> bool {
        let Some(word) = self.word_of_refusal() else {
            return true;
        };
        let field = |column: Column| {
            let place = self.cells.iter().position(|cell| cell.column == column)?;
            fields[place]
        };
        let ends = field(consents::EXPIRES_AT);
        let is_word = |text: &str| word.unit.split(", ").any(|known| known == text);
        let is_no_refusal = cells.text(field(word)).is_some_and(|text| {
            let text = text.to_lowercase();
            is_word(&text) && !words::is_refusal(&text)
        });
        line.flaw.is_none() && is_no_refusal && matches!(cells.instant(ends), Ok(None))
    }

    fn values(
        &self,
        cells: &Cells<'_>,
        fields: &[Option<Field>],
        context: &Context,
        sink: &Sink<'_>,
    ) -> Result<Vec<(Column, Read)>, Reject> {
        let mut values = Vec::with_capacity(fields.len());
        for (cell, field) in self.cells.iter().zip(fields) {
            if let Some(value) = cell.read(cells, *field, context, sink)? {
                values.push((cell.column, value));
            }
        }
        let is_filled = |heading: &str| {
            let places = self
                .cells
                .iter()
                .zip(fields)
                .filter(|(cell, _)| cell.heading == heading);
            places
                .into_iter()
                .any(|(_, field)| cells.text(*field).is_some())
        };
        if !self.one_of.is_empty() && !self.one_of.iter().any(|heading| is_filled(heading)) {
            let first = self
                .cells
                .iter()
                .zip(fields)
                .find(|(cell, _)| cell.heading == self.one_of[0]);
            return Err(cells.reject(first.and_then(|(_, field)| *field), Reason::Missing));
        }
        Ok(values)
    }

    fn put(&self, line: u64, values: Vec<(Column, Read)>, sink: &mut Sink<'_>) -> Result<()> {
        let mut row = sink.row(self.table, line);
        for (column, value) in values {
            row = match value {
                Read::Text(text) => row.text(column, Some(&text)),
                Read::Integer(value) => row.integer(column, Some(value)),
                Read::Float(value) => row.float(column, Some(value)),
                Read::Flag(value) => row.flag(column, Some(value)),
                Read::Date(day) => row.date(column, Some(day)),
                Read::Instant(instant) => row.instant(column, Some(instant)),
                Read::Texts(texts) => row.texts(column, &texts),
            };
        }
        row.finish()
    }
}

impl Cell {
    fn read(
        &self,
        cells: &Cells<'_>,
        field: Option<Field>,
        context: &Context,
        sink: &Sink<'_>,
    ) -> Result<Option<Read>, Reject> {
        match self.rule {
            Rule::Source(own) => {
                let source = cells.text(field).unwrap_or_else(|| context.source_or(own));
                Ok(Some(Read::Text(source.to_owned())))
            }
            Rule::Value => self.value(cells, field),
            Rule::Needed => self
                .value(cells, field)?
                .map(Some)
                .ok_or_else(|| cells.reject(field, Reason::Missing)),
            Rule::Word | Rule::Decided => {
                let text = cells
                    .text(field)
                    .ok_or_else(|| cells.reject(field, Reason::Missing))?;
                let word = match self.rule {
                    Rule::Decided => decision(text.to_lowercase()),
                    _ => text.to_lowercase(),
                };
                let is_known = self.column.unit.split(", ").any(|known| known == word);
                if is_known {
                    return Ok(Some(Read::Text(word)));
                }
                refusal(self.column, text)
                    .map(|refusal| Some(Read::Text(refusal.to_owned())))
                    .ok_or_else(|| cells.reject(field, Reason::NotAmong(self.column.unit)))
            }
            Rule::Handle => {
                let handle = cells
                    .text(field)
                    .map(|handle| handle.trim_start_matches(['@', '＠']));
                Ok(handle.map(|handle| Read::Text(handle.to_owned())))
            }
            Rule::Money => Ok(cells.money(field, &context.currency)?.map(Read::Integer)),
            Rule::ElseObserved => Ok(Some(Read::Instant(
                cells.instant(field)?.unwrap_or_else(|| sink.stamp()),
            ))),
        }
    }

    /// Reads a cell by the type of its column.
    fn value(&self, cells: &Cells<'_>, field: Option<Field>) -> Result<Option<Read>, Reject> {
        Ok(match self.column.kind {
            ColumnKind::Text => cells.text(field).map(|text| Read::Text(text.to_owned())),
            ColumnKind::Integer => cells.integer(field)?.map(Read::Integer),
            ColumnKind::Float => cells.read(field, numbers::float)?.map(Read::Float),
            ColumnKind::Flag => match cells.text(field) {
                None => None,
                Some(text) => {
                    Some(Read::Flag(flag(text).ok_or_else(|| {
                        cells.reject(field, Reason::NotAmong("true, false"))
                    })?))
                }
            },
            ColumnKind::Date => cells.date(field)?.map(Read::Date),
            ColumnKind::Instant => cells.instant(field)?.map(Read::Instant),
            ColumnKind::Texts => Some(Read::Texts(list(cells.text(field).unwrap_or_default()))),
        })
    }
}

/// Returns a text that was read of a row.
fn text_of<'v>(values: &'v [(Column, Read)], name: &str) -> Option<&'v str> {
    values.iter().find_map(|(column, value)| match value {
        Read::Text(text) if column.name == name => Some(text.as_str()),
        _ => None,
    })
}

/// Whether a row grants what it refuses in a column that nobody asked for.
fn grants_refused(values: &[(Column, Read)], whose: Whose<'_>, refused: &Refused<'_>) -> bool {
    let is_granted = text_of(values, consents::STATUS.name) == Some("granted");
    let purpose = text_of(values, consents::PURPOSE.name);
    is_granted && purpose.is_some_and(|purpose| refused.refuses(purpose, whose.about))
}

/// Returns koe's word for a refusal in other words: one that is not understood would leave an earlier grant in force.
fn refusal(column: Column, text: &str) -> Option<&'static str> {
    words::of_set(column.name, column.unit, text).filter(|word| words::is_refusal(word))
}

/// Returns koe's word for a reviewer's, who may write it in Japanese.
fn decision(word: String) -> String {
    match word.as_str() {
        "同じ" | "同一" | "同一人物" | "本人" | "○" | "〇" | "◯" => {
            "same".to_owned()
        }
        "別" | "別人" | "違う" | "×" | "✕" => "different".to_owned(),
        _ => word,
    }
}

fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// Splits `#a, #b` into its parts, without `#`.
pub(in crate::import) fn list(text: &str) -> Vec<String> {
    text.split([',', ';', '、', '，', '|', ' ', '\u{3000}', '\n'])
        .map(|part| part.trim().trim_start_matches(['#', '＃']))
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
