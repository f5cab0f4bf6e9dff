//! Refusals that nobody asked for: a column that no layout reads, under whose heading customers refuse something.
//!
//! What would lie unheard in `extra` is taken for what it says. A customer whose cell says yes, names a day or tells that
//! something was stopped denies what the heading names, every channel where it names none. The statement has no date: it
//! holds from when it was observed, and whoever agreed before does not agree any more. A cell that says no refuses nothing,
//! and grants nothing either. Where a cell can be read both ways the row is rejected, so that lists wait for it.
//!
//! Who knows that a heading tells no refusals names it in the settings, in `ignored`.

#[cfg(test)]
mod tests;
mod words;

pub(super) use words::{Said, is_named_so, is_of_refusals, may_refuse, said, tells};

use super::head::fold;
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::table::{Cells, Field, Headings};
use crate::error::Result;
use crate::schema::consents;

/// The columns of a file that nobody asked for and that may refuse something.
#[derive(Default)]
pub(super) struct Refusals {
    columns: Vec<Unasked>,
}

struct Unasked {
    field: Field,
    heading: String,
    /// Purposes that the heading names.
    named: Vec<&'static str>,
}

/// By which columns one row refuses something.
pub(super) struct Refused<'r> {
    by: Vec<&'r Unasked>,
}

/// Whom a row is about.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    /// Source of the customer.
    pub source: &'w str,
    /// The customer.
    pub customer_id: &'w str,
    /// The purpose or channel that the row itself is about, where it is about one.
    pub purpose: Option<&'w str>,
    /// Line of the file.
    pub line: u64,
}

impl Refusals {
    /// Looks for them among the headings that nobody asked for so far; a file that has some may refuse in rejected rows, too.
    pub(super) fn of(headings: &Headings, ignored: &[String], sink: &mut Sink<'_>) -> Self {
        let ignored: Vec<String> = ignored.iter().map(|heading| fold(heading)).collect();
        let rest = headings.rest().into_iter();
        let columns: Vec<Unasked> = rest
            .map(|field| (field, headings.name(field)))
            .filter(|(_, heading)| may_refuse(heading) && !ignored.contains(&fold(heading)))
            .map(|(field, heading)| Unasked {
                field,
                heading: heading.to_owned(),
                named: words::named(heading),
            })
            .collect();
        if !columns.is_empty() {
            sink.expect_refusals();
        }
        Self { columns }
    }

    /// Returns what a row refuses.
    ///
    /// # Errors
    /// A reject of the row where it is not clear.
    pub(super) fn of_row(&self, cells: &Cells<'_>) -> Result<Refused<'_>, Reject> {
        let mut by = Vec::new();
        for column in &self.columns {
            match column.said(cells) {
                Said::Nothing => {}
                Said::Refusal => by.push(column),
                Said::Unclear => {
                    return Err(cells.reject(Some(column.field), Reason::UnclearRefusal));
                }
            }
        }
        Ok(Refused { by })
    }

    /// Whether a row that cannot be read refuses nothing in these columns.
    pub(super) fn are_silent(&self, cells: &Cells<'_>, is_flawed: bool) -> bool {
        let mut columns = self.columns.iter();
        self.columns.is_empty()
            || (!is_flawed && columns.all(|column| column.said(cells) == Said::Nothing))
    }
}

impl Unasked {
    fn said(&self, cells: &Cells<'_>) -> Said {
        let cell = cells.text(Some(self.field));
        cell.map_or(Said::Nothing, |cell| said(&self.heading, cell))
    }

    /// Returns what is denied under the heading in a row about a purpose.
    fn denied<'p>(&self, purpose: Option<&'p str>) -> Vec<&'p str> {
        let mut denied: Vec<&'p str> = self.named.clone();
        if denied.is_empty() {
            for channel in words::every_channel() {
                denied.push(channel);
            }
            denied.extend(purpose);
        }
        denied
    }
}

impl Refused<'_> {
    /// Whether nothing is refused.
    pub(super) fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    /// Puts the statements into the sink, one per purpose.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub(super) fn put(&self, whose: Whose<'_>, sink: &mut Sink<'_>) -> Result<()> {
        let mut told: Vec<&str> = Vec::new();
        for column in &self.by {
            sink.hear(&column.heading);
            for purpose in column.denied(whose.purpose) {
                if told.contains(&purpose) {
                    continue;
                }
                told.push(purpose);
                sink.row(&consents::TABLE, whose.line)
                    .text(consents::SOURCE, Some(whose.source))
                    .text(consents::CUSTOMER_ID, Some(whose.customer_id))
                    .text(consents::PURPOSE, Some(purpose))
                    .text(consents::STATUS, Some("denied"))
                    .text(consents::EVIDENCE, Some(&column.heading))
                    .finish()?;
            }
        }
        Ok(())
    }
}
