//! Refusals without a date that an export tells again.
//!
//! What a row says that is stored is not stored again. An export of how customers stand today (Shopify's, a list of members)
//! gives no dates: refused, then granted, then refused again, the last row says what the first one said, and is news all
//! the same. Who agreed meanwhile must not be taken to agree still.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use polars::prelude::*;

use crate::error::{Error, Result};
use crate::hash::{Unhashed, fast_hash};
use crate::schema::{Column as Owned, consents};
use crate::store::Transaction;

/// Hashes of record and purpose.
pub(super) type Keys = HashSet<u64, Unhashed>;

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
    /// Where the store knows a grant behind a refusal without a date; looked up when it is first asked for.
    pub stored: &'a OnceLock<Keys>,
    /// What the files of this run grant: which of them is the newer one, nobody knows.
    pub granted: &'a Keys,
}

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What it grants that was not stored.
    pub granted: Keys,
    /// Where it refuses, without a date, in the words that are stored.
    pub left_out: Keys,
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
                self.granted.insert(answer.about);
            }
            if answer.is_undated_refusal() && *is_known {
                let is_news = answers.granted.contains(&answer.about)
                    || stored(answers.stored, transaction)?.contains(&answer.about);
                match is_news {
                    true => *is_known = false,
                    false => {
                        self.left_out.insert(answer.about);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Returns where the store knows a grant behind the newest refusal without a date. What was granted by hand is none: by it
/// somebody said more than the export, and knew it.
fn stored<'a>(cell: &'a OnceLock<Keys>, transaction: &Transaction) -> Result<&'a Keys> {
    if let Some(found) = cell.get() {
        return Ok(found);
    }
    let mut newest: HashMap<u64, (Option<i64>, Option<i64>), Unhashed> = HashMap::default();
    if let Some(rows) = transaction.current(&consents::TABLE)? {
        let failed = Error::frame("read the consents");
        let columns = ANSWER.map(|column| column.expr());
        let frame = rows.select(columns).collect().map_err(&failed)?;
        for answer in read(&frame).map_err(&failed)? {
            let (grant, refusal) = newest.entry(answer.about).or_default();
            if answer.is_undated_refusal() {
                *refusal = (*refusal).max(Some(answer.observed_at));
            } else if answer.is_grant && !answer.is_by_hand {
                *grant = (*grant).max(answer.effective_at.or(Some(answer.observed_at)));
            }
        }
    }
    let behind: Keys = newest
        .into_iter()
        .filter(|(_, (grant, refusal))| refusal.is_some() && grant > refusal)
        .map(|(about, _)| about)
        .collect();
    Ok(cell.get_or_init(|| behind))
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
