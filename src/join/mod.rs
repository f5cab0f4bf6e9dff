//! Customer records to persons, accounts to persons who agreed to it.
//!
//! Records are one person when exact match keys say so ([`persons`]). An account is linked to a person when the customer
//! declared it and consent for `link_social` is in force, at the as-of instant and at the newest instant the store knows
//! ([`links`]); without consent the pair is not even compared. For persons with consent who declared nothing, [`candidates`]
//! weighs names, handles and the like for a human to review; nothing links by it.

pub mod candidates;
pub mod consent;
mod links;
pub mod normalise;
mod persons;
mod rows;

use polars::prelude::{DataFrame, LazyFrame};

use crate::as_of::AsOf;
use crate::error::{Error, Result};

pub use links::{Refusal, RefusalReason};

/// The tables that join reads.
pub struct Input {
    /// `customers`
    pub customers: LazyFrame,
    /// `accounts`
    pub accounts: LazyFrame,
    /// `declared_links`
    pub declared_links: LazyFrame,
    /// `consents`, also those after the as-of instant: a withdrawal counts from when it is known.
    pub consents: LazyFrame,
    /// Newest instant the store knows of anything, in microseconds since 1970-01-01 UTC.
    pub newest_known: i64,
}

/// The tables that join makes.
#[derive(Debug)]
pub struct Output {
    /// `persons`
    pub persons: DataFrame,
    /// `links`
    pub links: DataFrame,
    /// Declarations that were not followed, and why.
    pub refusals: Vec<Refusal>,
}

/// Makes persons of customer records and links accounts to them.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn join(input: Input, as_of: &AsOf) -> Result<Output> {
    let read = |frame: LazyFrame| {
        frame
            .collect()
            .map_err(Error::frame("read the tables to join"))
    };
    let customers =
        rows::customers(&read(input.customers)?).map_err(Error::frame("read the customers"))?;
    let consents = consent::Consents::new(&read(input.consents)?, input.newest_known)
        .map_err(Error::frame("read the consents"))?;
    let persons = persons::group(&customers);
    let standing = consent::Standing::new(&consents, &persons, as_of);
    let declared = rows::declarations(&read(input.declared_links)?)
        .map_err(Error::frame("read the declared links"))?;
    let accounts =
        rows::accounts(&read(input.accounts)?).map_err(Error::frame("read the accounts"))?;
    let (links, refusals) = links::link(&declared, &accounts, &persons, &standing, as_of);
    let build = Error::frame("write down persons and links");
    Ok(Output {
        persons: persons.frame(&standing).map_err(&build)?,
        links: links::frame(&links).map_err(&build)?,
        refusals,
    })
}
