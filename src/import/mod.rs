//! Any export people really have, to rows of the raw tables.
//!
//! A file is decoded ([`decode`]), its head looked at ([`head`]) and its layout recognised by the set of its headings
//! ([`layout`]); the layout's reader ([`formats`]) turns each record into rows ([`sink`]) or rejects it with a reason
//! ([`rejects`]). [`mod@file`] ties these together for one file; storing what comes out is the pipeline's business.

mod account;
mod chunks;
mod columns;
pub mod containers;
pub mod context;
mod cost;
pub mod decode;
mod deletion;
pub mod file;
pub mod formats;
#[cfg(test)]
mod fuzz;
mod groups;
mod guests;
pub mod head;
mod json;
pub mod layout;
pub mod mapping;
mod order;
mod post;
mod records;
mod refusals;
pub mod rejects;
mod runs;
pub mod sink;
mod table;
mod totals;
pub mod values;
mod vocabulary;
mod xml;
