//! Erasing a person: out of every table and its history, the journal and the reports, and for good.
//!
//! What the shop sold stays in its sums, and how much was said in its counts; whose it was is no longer told. The list of
//! the forgotten holds keyed hashes, so that the next full export does not bring the person back.

mod candidates;
mod claims;
pub(super) mod heard;
mod outputs;
mod posts;
pub(super) mod rows;
mod said;
mod subject;
pub(super) mod suppressed;
mod talks;
pub(super) mod told;
mod words;

use std::collections::BTreeSet;

use polars::prelude::*;
use serde_json::{Map, Value};

use super::Workspace;
use crate::error::{Error, Result};
use crate::join::held_terms;
use crate::schema::{self, customers, match_terms, match_weights};
use crate::store::{Entry, Rows, Store, SubjectKey, Transaction, remove_file};

use self::rows::{Whose, treat};
use self::subject::Subject;

/// Stages whose work is done anew without the person.
pub(super) const STAGES: [&str; 6] = [
    "join",
    "score",
    "score_reading",
    "segment",
    "audience",
    "report",
];

/// What is erased of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableCount {
    /// The table.
    pub table: &'static str,
    /// Rows that go.
    pub erased: u64,
    /// Rows that stay, for the sums, and no longer say whose they are.
    pub emptied: u64,
    /// Rows of others that named the person.
    pub scrubbed: u64,
}

/// What was erased, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgetOutcome {
    /// The customer records, as `source/customer_id`.
    pub records: Vec<String>,
    /// Accounts of the person.
    pub account_count: u64,
    /// Per table of which something is erased.
    pub tables: Vec<TableCount>,
    /// Files below `out/` that are removed or written anew without the person.
    pub outputs: Vec<String>,
    /// Exports of the user that still hold the person.
    pub still_held: Vec<String>,
    /// Exports that could not be looked into, wholly or in part.
    pub unread: Vec<String>,
}

impl Workspace {
    /// Tells what of a person would be erased, and writes nothing.
    ///
    /// # Errors
    /// [`Error::NoCustomer`] and [`Error::SeveralSubjects`] when it is not clear who is meant, and those of the store.
    pub fn would_forget(&self, named: &str) -> Result<ForgetOutcome> {
        let store = self.store()?;
        let key = store.key()?.unwrap_or_else(SubjectKey::passing);
        let subject = Subject::find(&store, self.named_or_stated(&store, named)?, &key)?;
        let terms = terms(&store, &subject)?;
        let outputs = self.clear_outputs(&subject, false)?;
        self.forget_outcome(&store, &subject, &terms, outputs)
    }

    /// Erases a person, in one transaction.
    ///
    /// # Errors
    /// As [`Workspace::would_forget`]; [`Error::Locked`] when another process writes.
    pub fn forget(&self, named: &str) -> Result<ForgetOutcome> {
        let mut transaction = self.store()?.begin()?;
        let store = transaction.store();
        let named = self.named_or_stated(&store, named)?;
        let key = transaction.key()?;
        let subject = Subject::find(&store, named, &key)?;
        let terms = terms(&store, &subject)?;
        let mut outcome = self.forget_outcome(&store, &subject, &terms, Vec::new())?;
        self.erase(&mut transaction, &subject, &terms)?;
        transaction.drop_stages(&STAGES)?;
        transaction.suppress(&subject.hashes(&key))?;
        transaction.rename_imports(&|file| subject.without(file, false));
        transaction.rewrite_journal(&|facts| rewritten(facts, &subject, &key))?;
        let tables: Map<String, Value> = outcome
            .tables
            .iter()
            .map(|one| {
                let count = one.erased + one.emptied + one.scrubbed;
                (one.table.to_owned(), count.into())
            })
            .collect();
        transaction.note(
            Entry::new(&self.as_of().label(), "forgotten")
                .with("subject", key.person(&subject.person_id))
                .with("rows", tables),
        );
        // First the outputs: a run killed here is repeated, one that had committed would not find the person again.
        outcome.outputs = self.clear_outputs(&subject, true)?;
        transaction.commit()?;
        // Erased is what no file holds: one that could not be removed is told.
        let store = self.store()?;
        for orphan in store.orphans()? {
            remove_file(&store.root().join(orphan))?;
        }
        Ok(outcome)
    }

    fn erase(
        &self,
        transaction: &mut Transaction,
        subject: &Subject,
        terms: &BTreeSet<(String, String)>,
    ) -> Result<()> {
        let keywords = &self.config().keywords();
        let failed = || Error::frame("erase a person");
        for table in schema::tables() {
            transaction.rewrite(table, &mut |frame| {
                let treated = treat(table, frame, subject, keywords);
                treated.map(|treated| treated.frame).map_err(failed())
            })?;
        }
        transaction.rewrite(&match_terms::TABLE, &mut |frame| {
            let without = || -> PolarsResult<Option<DataFrame>> {
                let is_kept = !held_rows(frame, terms)?;
                match is_kept.all() {
                    true => Ok(None),
                    false => frame.filter(&is_kept).map(Some),
                }
            };
            without().map_err(failed())
        })
    }

    fn forget_outcome(
        &self,
        store: &Store,
        subject: &Subject,
        terms: &BTreeSet<(String, String)>,
        outputs: Vec<String>,
    ) -> Result<ForgetOutcome> {
        let keywords = &self.config().keywords();
        let mut tables = Vec::new();
        for table in schema::tables() {
            let mut count = TableCount {
                table: table.name,
                erased: 0,
                emptied: 0,
                scrubbed: 0,
            };
            store.blocks(table, Rows::Live, &mut |frame| {
                let failed = Error::frame("look for a person");
                let treated = treat(table, frame, subject, keywords).map_err(&failed)?;
                count.erased += treated.gone();
                count.emptied += treated.emptied;
                count.scrubbed += treated.scrubbed;
                if table.name == match_terms::TABLE.name {
                    let held = held_rows(frame, terms).map_err(&failed)?;
                    count.erased += u64::from(held.sum().unwrap_or(0));
                }
                Ok(())
            })?;
            if count.erased + count.emptied + count.scrubbed > 0 {
                tables.push(count);
            }
        }
        let records = subject.records.iter();
        let exports = self.exports_with(subject);
        Ok(ForgetOutcome {
            records: records
                .map(|(source, customer_id)| format!("{source}/{customer_id}"))
                .collect(),
            account_count: subject.accounts.len() as u64,
            tables,
            outputs,
            still_held: exports.held,
            unread: exports.unread,
        })
    }
}

/// Returns the rows of `match_terms` whose value nobody else has.
fn terms(store: &Store, subject: &Subject) -> Result<BTreeSet<(String, String)>> {
    let read = Error::frame("read the customers");
    let all = |table| store.scan(table)?.collect().map_err(&read);
    let (weights, terms) = (all(&match_weights::TABLE)?, all(&match_terms::TABLE)?);
    if terms.height() == 0 {
        return Ok(BTreeSet::new());
    }
    let split = |everybody: &DataFrame| -> PolarsResult<[DataFrame; 2]> {
        let source = everybody.column(customers::SOURCE.name)?.str()?;
        let customer_id = everybody.column(customers::CUSTOMER_ID.name)?.str()?;
        let is_own: BooleanChunked = source
            .iter()
            .zip(customer_id.iter())
            .map(|(source, id)| {
                Some(subject.has_record(source.unwrap_or_default(), id.unwrap_or_default()))
            })
            .collect();
        Ok([everybody.filter(&is_own)?, everybody.filter(&!is_own)?])
    };
    let mut held = BTreeSet::new();
    store.blocks(&customers::TABLE, Rows::Live, &mut |block| {
        let [own, _] = split(block).map_err(&read)?;
        if own.height() > 0 {
            held.extend(held_terms(&own, &weights, &terms)?);
        }
        Ok(())
    })?;
    store.blocks(&customers::TABLE, Rows::Live, &mut |block| {
        let [_, others] = split(block).map_err(&read)?;
        if !held.is_empty() && others.height() > 0 {
            let others = held_terms(&others, &weights, &terms)?;
            held.retain(|term| !others.contains(term));
        }
        Ok(())
    })?;
    Ok(held)
}

fn held_rows(
    frame: &DataFrame,
    terms: &BTreeSet<(String, String)>,
) -> PolarsResult<BooleanChunked> {
    let term = frame.column(match_terms::TERM.name)?.str()?;
    let value = frame.column(match_terms::VALUE.name)?.str()?;
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    if terms.is_empty() {
        return Ok(BooleanChunked::full(
            PlSmallStr::EMPTY,
            false,
            frame.height(),
        ));
    }
    Ok(term
        .iter()
        .zip(value.iter())
        .map(|(term, value)| Some(terms.contains(&(owned(term), owned(value)))))
        .collect())
}

/// Returns what a line of the journal says without the person; `None` where it does not name them.
fn rewritten(facts: &Map<String, Value>, subject: &Subject, key: &SubjectKey) -> Option<Entry> {
    let text = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let (as_of, event) = (text("as_of"), text("event"));
    // Earlier versions named persons by their id.
    if subject.person_ids.contains(text("person_id")) {
        let entry = Entry::new(as_of, event).with("subject", key.person(text("person_id")));
        return Some(match text("reason") {
            "" => entry,
            reason => entry.with("reason", reason),
        });
    }
    let mut entry = Entry::new(as_of, event);
    let mut is_named = false;
    for (name, value) in facts {
        if ["as_of", "event"].contains(&name.as_str()) {
            continue;
        }
        let without = value.as_str().and_then(|text| subject.without(text, false));
        is_named |= without.is_some();
        entry = entry.with(name, without.map_or_else(|| value.clone(), Value::from));
    }
    is_named.then_some(entry)
}
