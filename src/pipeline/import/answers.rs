//! Refusals without a date that an export tells again.
//!
//! What a row says that is stored is not stored again. An export of how customers stand today (Shopify's, a list of members)
//! gives no dates: refused, then granted, then refused again, the last row says what the first one said, and is news all
//! the same. Who agreed meanwhile must not be taken to agree still. What was granted by hand is no such grant: by it somebody
//! said more than the export, and knew it.

use std::collections::HashMap;
use std::sync::OnceLock;

use polars::prelude::*;

use crate::error::{Error, Result};
use crate::hash::{Unhashed, fast_hash};
use crate::schema::{Column as Owned, consents};
use crate::store::Transaction;

/// By hash of record and purpose, an instant in microseconds since 1970-01-01 UTC.
pub(super) type Times = HashMap<u64, i64, Unhashed>;

/// By hash of record and purpose.
pub(super) type Refusals = HashMap<u64, Refusal, Unhashed>;

/// The newest refusal without a date that the store knows of a record and a purpose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    /// In microseconds since 1970-01-01 UTC.
    observed_at: i64,
    /// Whether an export granted behind it.
    is_outweighed: bool,
}

/// The columns by which an answer is told.
const ANSWER: [Owned; 7] = [
    consents::SOURCE,
    consents::CUSTOMER_ID,
    consents::PURPOSE,
    consents::STATUS,
    consents::EFFECTIVE_AT,
    consents::SOURCE_FILE,
    consents::OBSERVED_AT,
];

/// What is known of answers besides the file that is read.
#[derive(Clone, Copy)]
pub(super) struct Answers<'a> {
    /// What the store knows; looked up when it is first asked for.
    pub stored: &'a OnceLock<Refusals>,
    /// From when the files of this run grant: whether a refusal in another of them is newer, nobody knows.
    pub granted: &'a Times,
}

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// From when it grants what was not stored.
    granted: Times,
    /// Where it refuses, without a date, in the words that are stored, and when those were observed.
    left_out: Times,
}

/// One row of `consents`.
struct Answer {
    /// Hash of record and purpose.
    about: u64,
    is_grant: bool,
    /// From when it holds, where it says so, in microseconds since 1970-01-01 UTC.
    effective_at: Option<i64>,
    observed_at: i64,
    is_by_hand: bool,
}

impl Answer {
    fn is_undated_refusal(&self) -> bool {
        !self.is_grant && self.effective_at.is_none()
    }

    /// Returns from when a grant counts: one without a date from just before it was observed.
    fn granted_from(&self) -> i64 {
        let undated = self.observed_at.saturating_sub(1);
        self.effective_at.unwrap_or(undated)
    }
}

/// Keeps the newest grant.
fn add(granted: &mut Times, about: u64, from: i64) {
    let newest = granted.entry(about).or_insert(from);
    *newest = from.max(*newest);
}

/// Whether a grant outweighs a refusal without a date.
fn outweighs(granted: &Times, about: u64, refused_at: i64) -> bool {
    granted.get(&about).is_some_and(|from| *from >= refused_at)
}

/// Returns what several files grant.
pub(super) fn granted<'h>(heard: impl Iterator<Item = &'h Heard>) -> Times {
    let mut granted = Times::default();
    for (about, from) in heard.flat_map(|heard| &heard.granted) {
        add(&mut granted, *about, *from);
    }
    granted
}

impl Heard {
    /// Takes rows of `consents`, and tells of those that are news that they are not stored.
    ///
    /// # Errors
    /// When the frame lacks a column, or the store cannot be read.
    pub(super) fn take(
        &mut self,
        frame: &DataFrame,
        is_known: &mut [bool],
        answers: Answers<'_>,
        transaction: &Transaction,
    ) -> Result<()> {
        let said = read(frame).map_err(Error::frame("look for what was said"))?;
        for (answer, is_known) in said.iter().zip(is_known) {
            if answer.is_grant && !*is_known {
                add(&mut self.granted, answer.about, answer.granted_from());
            }
            if !*is_known || !answer.is_undated_refusal() {
                continue;
            }
            let refusals = stored(answers.stored, transaction)?;
            let Some(refusal) = refusals.get(&answer.about) else {
                continue;
            };
            *is_known = !refusal.is_outweighed
                && !outweighs(answers.granted, answer.about, refusal.observed_at);
            if *is_known {
                self.left_out.insert(answer.about, refusal.observed_at);
            }
        }
        Ok(())
    }

    /// Whether a refusal that was left out may have followed one of some grants.
    pub(super) fn may_refuse(&self, granted: &Times) -> bool {
        let mut left_out = self.left_out.iter();
        left_out.any(|(about, refused_at)| outweighs(granted, *about, *refused_at))
    }
}

/// Returns what the store knows of refusals without a date.
fn stored<'a>(cell: &'a OnceLock<Refusals>, transaction: &Transaction) -> Result<&'a Refusals> {
    if let Some(found) = cell.get() {
        return Ok(found);
    }
    let (mut granted, mut refused) = (Times::default(), Times::default());
    if let Some(rows) = transaction.current(&consents::TABLE)? {
        let failed = Error::frame("read the consents");
        let columns = ANSWER.map(|column| column.expr());
        let frame = rows.select(columns).collect().map_err(&failed)?;
        for answer in read(&frame).map_err(&failed)? {
            if answer.is_undated_refusal() {
                add(&mut refused, answer.about, answer.observed_at);
            } else if answer.is_grant && !answer.is_by_hand {
                add(&mut granted, answer.about, answer.granted_from());
            }
        }
    }
    let refusals = refused.into_iter().map(|(about, observed_at)| {
        let is_outweighed = outweighs(&granted, about, observed_at);
        let refusal = Refusal {
            observed_at,
            is_outweighed,
        };
        (about, refusal)
    });
    let refusals: Refusals = refusals.collect();
    Ok(cell.get_or_init(|| refusals))
}

/// Returns consents as observed at an instant at the latest, in microseconds since 1970-01-01 UTC.
///
/// # Errors
/// When the frame lacks the column.
pub(super) fn observed_by(mut frame: DataFrame, latest: i64) -> PolarsResult<DataFrame> {
    let column = consents::OBSERVED_AT;
    let observed_at = frame.column(column.name)?.datetime()?;
    let dated = observed_at.phys.iter();
    let dated: Int64Chunked = dated.map(|at| at.map(|at| at.min(latest))).collect();
    let dated = dated.with_name(column.small_name()).into_column();
    frame.with_column(dated.cast(&column.kind.dtype())?)?;
    Ok(frame)
}

fn read(frame: &DataFrame) -> PolarsResult<Vec<Answer>> {
    let text = |column: Owned| frame.column(column.name)?.str();
    let (source, customer_id) = (text(consents::SOURCE)?, text(consents::CUSTOMER_ID)?);
    let (purpose, status) = (text(consents::PURPOSE)?, text(consents::STATUS)?);
    let file = text(consents::SOURCE_FILE)?;
    let effective_at = frame.column(consents::EFFECTIVE_AT.name)?.datetime()?;
    let observed_at = frame.column(consents::OBSERVED_AT.name)?.datetime()?;
    let answers = (0..frame.height()).map(|row| Answer {
        about: fast_hash(
            [source, customer_id, purpose].map(|texts| texts.get(row).unwrap_or_default()),
        ),
        is_grant: status.get(row) == Some("granted"),
        effective_at: effective_at.phys.get(row),
        observed_at: observed_at.phys.get(row).unwrap_or(i64::MIN),
        is_by_hand: file.get(row) == Some(consents::BY_HAND),
    });
    Ok(answers.collect())
}
