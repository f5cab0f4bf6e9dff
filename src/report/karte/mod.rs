//! 個客カルテ: one person on one page, over all records, channels and years.
//!
//! [`Karte`] holds what is known, in no language; [`sheet`] says it in one, for terminal and page alike; [`html`] is the page. It
//! names a person and quotes posts: like the desk it is for the people who act, never part of the report that is forwarded.

mod facts;
mod rule;
mod sheet;
#[cfg(test)]
mod tests;

use super::html::{PageError, render};
use super::words::Lang;

pub use facts::{
    AccountFact, AspectFact, ConsentFact, Datum, Event, Karte, Moment, PostFact, RecordFact,
    RuleValue, SegmentFact, ValueFact, VoiceFact, What,
};
pub use rule::columns as rule_columns;
pub use sheet::{
    Sheet, SheetEvent, SheetFact, SheetPost, SheetSection, SheetTable, SheetYear, sheet, shortened,
};

/// Returns the card as one HTML document that asks nothing of the network.
///
/// # Errors
///
/// [`PageError::Template`] or [`PageError::Font`] when the embedded template or font is unusable.
pub fn html(karte: &Karte, lang: Lang) -> Result<String, PageError> {
    render("karte.html", lang, &sheet(karte, lang))
}
