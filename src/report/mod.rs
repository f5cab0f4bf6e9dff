//! From tables to what people read: figures, charts, pages.
//!
//! [`gather`] computes [`figures::Figures`] from the tables; everything else is a pure function of the figures and a
//! language: [`charts`], [`html`], [`markdown`], [`workbook`], [`json`], [`summary`]. [`desk`] is apart: it holds names, for the
//! people who act, and is never part of the report that is forwarded; so is [`karte`], the card of one person. [`join`] is the
//! page of the stage of that name.

mod against;
pub mod charts;
pub mod desk;
pub mod figures;
pub mod findings;
#[cfg(test)]
mod fixture;
mod flare_ups;
mod font;
pub mod gather;
pub mod html;
pub mod join;
mod json;
pub mod karte;
mod markdown;
pub mod own;
pub mod periods;
mod summary;
mod tables;
mod telling;
pub mod words;
mod workbook;

pub use html::{Page, PageError};
pub use json::json;
pub use markdown::markdown;
pub use summary::summary;
pub use words::Lang;
pub use workbook::workbook;
