//! Refusals that nobody asked for: a column that no layout reads, under whose heading customers refuse something.
//!
//! What would lie unheard in `extra` is taken for what it says. A customer whose cell says yes, names a day or tells that
//! something was stopped denies what the heading names, every channel where it names none. The statement has no date: it
//! holds from when it was observed, and whoever agreed before does not agree any more; what the row itself grants of the same is
//! left out, whatever its date. A cell that says no refuses nothing, and grants nothing either. Where a cell can be read both
//! ways the row is rejected, so that lists wait for it.
//!
//! Who knows that a heading tells no refusals names it in the settings, in `ignored`.

#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

pub(super) use words::{
    Question, Said, is_named_so, is_of_agreement, is_of_answers, is_of_refusals, may_refuse,
    may_refuse_contact,
};

use super::head::fold;
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::table::{Cells, Field, Headings};
use crate::error::Result;
use crate::schema::consents;

use self::words::{Meant, every_channel};

/// Returns the purposes that a heading of refusals names; none where it names none, or all.
pub(super) fn named(heading: &str) -> Vec<&'static str> {
    Meant::of(heading).named
}

/// Whether headings are the same.
pub(super) fn is_among(heading: &str, ignored: &[String]) -> bool {
    let folded = fold(heading);
    ignored.iter().any(|ignored| fold(ignored) == folded)
}

/// The columns of a file that nobody asked for and that may refuse something.
#[derive(Clone, Default)]
pub(super) struct Refusals {
    columns: Arc<[Unasked]>,
}

struct Unasked {
    field: Field,
    heading: String,
    question: Question,
    meant: Meant,
    /// Whether it is the date of what the row itself says.
    is_date: bool,
}

/// Where to look for them.
pub(super) struct Sought<'s> {
    /// Columns of which nobody knows that they are something else.
    pub fields: Vec<Field>,
    /// Those among them that date what a row says: where it refuses, they are the date of that.
    pub dates: &'s [Field],
    /// Headings under which nobody refuses anything.
    pub ignored: &'s [String],
    /// Whether customers may refuse something under a heading.
    pub may_refuse: fn(&str) -> bool,
}

/// By which columns one row refuses something.
#[derive(Default)]
pub(super) struct Refused<'r> {
    by: Vec<&'r Unasked>,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About<'w> {
    /// A customer.
    Customer,
    /// What a customer says of one purpose or channel.
    Purpose(&'w str),
    /// An account that a customer has declared.
    Link,
}

/// Whom a row is about.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    /// Source of the customer.
    pub source: &'w str,
    /// The customer.
    pub customer_id: &'w str,
    /// What the row itself is about.
    pub about: About<'w>,
    /// Line of the file.
    pub line: u64,
}

impl Refusals {
    /// Looks for them among the headings that nobody asked for so far; a file that has some may refuse in rejected rows, too.
    pub(super) fn of(headings: &Headings, ignored: &[String], sink: &mut Sink<'_>) -> Self {
        let sought = Sought {
            fields: headings.rest(),
            dates: &[],
            ignored,
            may_refuse,
        };
        Self::among(headings, sought, sink)
    }

    /// Looks for them among headings that are told.
    pub(super) fn among(headings: &Headings, sought: Sought<'_>, sink: &mut Sink<'_>) -> Self {
        let fields = sought.fields.into_iter();
        let columns: Arc<[Unasked]> = fields
            .map(|field| (field, headings.name(field)))
            .filter(|(_, heading)| {
                (sought.may_refuse)(heading) && !is_among(heading, sought.ignored)
            })
            .map(|(field, heading)| Unasked {
                field,
                heading: heading.to_owned(),
                question: Question::of(heading),
                meant: Meant::of(heading),
                is_date: sought.dates.contains(&field),
            })
            .collect();
        let refusals = Self { columns };
        if !refusals.columns.is_empty() {
            sink.expect_refusals(refusals.clone());
        }
        refusals
    }

    /// Returns what a row refuses that does not, or does, refuse something by its own words.
    ///
    /// # Errors
    /// A reject of the row where it is not clear.
    pub(super) fn of_row(
        &self,
        cells: &Cells<'_>,
        is_refusing: bool,
    ) -> Result<Refused<'_>, Reject> {
        let mut refused = Refused::default();
        self.add(cells, is_refusing, &mut refused)?;
        Ok(refused)
    }

    /// Returns what the rows of one order refuse.
    ///
    /// # Errors
    /// A reject of the first of them where it is not clear.
    pub(super) fn of_rows<'c>(
        &self,
        rows: impl Iterator<Item = Cells<'c>>,
    ) -> Result<Refused<'_>, Reject> {
        let mut refused = Refused::default();
        for cells in rows {
            self.add(&cells, false, &mut refused)?;
        }
        Ok(refused)
    }

    fn add<'r>(
        &'r self,
        cells: &Cells<'_>,
        is_refusing: bool,
        refused: &mut Refused<'r>,
    ) -> Result<(), Reject> {
        let columns = self.columns.iter();
        for column in columns.filter(|column| !(column.is_date && is_refusing)) {
            match column.said(cells) {
                Said::Nothing => {}
                Said::Refusal if refused.has(column) => {}
                Said::Refusal => refused.by.push(column),
                Said::Unclear => {
                    return Err(cells.reject(Some(column.field), Reason::UnclearRefusal));
                }
            }
        }
        Ok(())
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
        cell.map_or(Said::Nothing, |cell| self.question.said(cell))
    }

    /// Returns what is denied under the heading in a row.
    fn denied<'p>(&self, about: About<'p>) -> Vec<&'p str> {
        let meant = &self.meant;
        if !meant.named.is_empty() {
            return meant.named.clone();
        }
        if about == About::Link && !meant.is_of_contact && !meant.is_leaving {
            return vec![LINK_SOCIAL];
        }
        let mut denied: Vec<&'p str> = every_channel().collect();
        denied.extend(match about {
            About::Customer => None,
            About::Purpose(purpose) => Some(purpose),
            About::Link => Some(LINK_SOCIAL),
        });
        if meant.is_of_all {
            denied.extend([ANALYSE, LINK_SOCIAL]);
        }
        denied
    }
}

/// The purpose of linking accounts.
const LINK_SOCIAL: &str = "link_social";
/// The purpose of analysing.
const ANALYSE: &str = "analyse";

impl Refused<'_> {
    fn has(&self, column: &Unasked) -> bool {
        self.by.iter().any(|by| by.field == column.field)
    }

    /// Whether nothing is refused.
    pub(super) fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    /// Whether a purpose is refused in a row: what else the row says of it grants nothing.
    pub(super) fn refuses(&self, purpose: &str, about: About<'_>) -> bool {
        let mut by = self.by.iter();
        by.any(|column| column.denied(about).contains(&purpose))
    }

    /// Puts the statements into the sink, one per purpose.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub(super) fn put(&self, whose: Whose<'_>, sink: &mut Sink<'_>) -> Result<()> {
        let mut told: Vec<&str> = Vec::new();
        for column in &self.by {
            sink.hear(&column.heading);
            for purpose in column.denied(whose.about) {
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
