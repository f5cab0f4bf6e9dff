//! The stage `join` on a workspace.

mod decided;
mod page;
mod review;
mod standing;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use polars::prelude::*;

use super::audience::PLANNED;
use super::consent::{statements, unsubscribed_hash};
use super::freshness::{self, Inputs};
use super::import::DECISIONS;
use super::{ImportOptions, StageOutcome, Workspace, left_out};
use crate::concurrent::{MOST_CUSTOMERS_AT_ONCE, side_by_side, side_by_side_if};
use crate::error::{Error, Result};
use crate::join::linkage::Weights;
use crate::join::{self, Input, Matching, Output, Refusal};
use crate::progress::Progress;
use crate::schema::{
    self, Table, accounts, assignments, consent_counts, consents, contacts, customers, decisions,
    declared_links, links, match_terms, match_weights, orders, persons, posts,
};
use crate::store::{Manifest, Prepared, StageRecord, Store, Transaction, write_atomically};

pub(super) use self::standing::Stood;

/// Records that weights must have been fitted to, to be kept for the next run.
const FEWEST_FITTED: u64 = 100;

const STAGE: &str = "join";

/// What `koe join` is asked for beyond joining.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JoinOptions {
    /// Whether the weights are fitted anew.
    pub is_refit: bool,
    /// File with weights to use from now on.
    pub weights: Option<PathBuf>,
    /// File to write the weights to.
    pub save_weights: Option<PathBuf>,
    /// Files with reviewers' decisions to import first.
    pub decisions: Vec<PathBuf>,
    /// Whether `join.html` is written, the page that tells what join did.
    pub is_report: bool,
}

/// What became of looking for persons and links.
enum Computed {
    /// All is as it was.
    Fresh(StageOutcome),
    /// Found, and not written down yet.
    Joined(Box<Joined>),
}

/// What was found, and in what.
struct Joined {
    output: Output,
    store: Store,
    newest_known: i64,
    given: Option<Weights>,
    inputs: String,
    prepared: Option<Prepared>,
}

/// Whether all that join reads is the same in two states of a store.
fn has_the_same_input(one: &Store, other: &Store) -> bool {
    let (one, other) = (one.manifest(), other.manifest());
    let frozen = [&match_weights::TABLE, &match_terms::TABLE];
    let mut read = schema::RAW.iter().copied().chain(frozen);
    one.raw == other.raw && read.all(|table| one.live(table) == other.live(table))
}

impl Workspace {
    /// Makes persons of customer records and links consenting accounts to them.
    ///
    /// The weights by which records are compared are fitted the first time and then stay in the store until they are
    /// fitted anew, so that a person is the same person next week.
    ///
    /// # Errors
    /// Those of [`join::join`] and of the store; [`Error::BadWeights`] for a file that holds none.
    pub fn join(&self, options: &JoinOptions, progress: &dyn Progress) -> Result<StageOutcome> {
        if !options.decisions.is_empty() {
            let reading = ImportOptions {
                layout: Some(DECISIONS.to_owned()),
                ..ImportOptions::default()
            };
            let outcome = self.import(&options.decisions, &reading, progress)?;
            if let Some(fault) = outcome.fault {
                return Ok(StageOutcome {
                    fault: Some(fault),
                    ..StageOutcome::ran(STAGE, Vec::new())
                });
            }
        }
        self.retried(|| self.join_once(options))
    }

    fn join_once(&self, options: &JoinOptions) -> Result<StageOutcome> {
        match self.computed(options)? {
            Computed::Fresh(outcome) => Ok(outcome),
            Computed::Joined(joined) => {
                let store = joined.store.clone();
                let (outcome, _) = self.write_down(*joined, store, options)?;
                Ok(outcome)
            }
        }
    }

    /// Runs `beside`, a stage that reads and writes nothing of what join does, while persons and links are found, which are
    /// written down behind it; meanwhile their orders are valued for segment. The same as one after the other, in less time.
    ///
    /// # Errors
    /// Those of [`Workspace::join`]; those of `beside` are its own.
    pub(super) fn join_beside<T: Send>(
        &self,
        progress: &dyn Progress,
        beside: impl FnOnce() -> Result<T> + Send,
    ) -> (Result<(StageOutcome, Duration)>, Result<T>) {
        let options = JoinOptions::default();
        let started = Instant::now();
        let (hand_over, computed) = channel();
        let (ahead, done) = side_by_side(
            move || {
                let computed = self.computed(&options);
                let found = match &computed {
                    Ok(Computed::Joined(joined)) => {
                        Some((joined.store.clone(), joined.output.persons.clone()))
                    }
                    _ => None,
                };
                // Nobody takes it where the other task panicked, which is told below.
                let _ = hand_over.send((computed, started.elapsed()));
                let (store, persons) = found?;
                self.look_ahead(&store, &persons)
            },
            move || {
                // Whatever becomes of it: who took consent back is not named any longer.
                let beside = catch_unwind(AssertUnwindSafe(beside));
                let joined = computed
                    .recv()
                    .ok()
                    .map(|(computed, computing)| -> Result<_> {
                        let writing = Instant::now();
                        let (outcome, inputs) = self.written(computed, progress)?;
                        Ok((outcome, inputs, computing + writing.elapsed()))
                    });
                (joined, beside)
            },
        );
        let (joined, beside) = done;
        let beside = beside.unwrap_or_else(|panic| resume_unwind(panic));
        // Both tasks are done: what was computed was handed over.
        let joined = joined.expect("a task that panicked is told of before");
        let joined = joined.map(|(outcome, inputs, took)| {
            if let (Some(inputs), Some(bought)) = (inputs, ahead) {
                self.keep_ahead(inputs, bought);
            }
            (outcome, took)
        });
        (joined, beside)
    }

    /// Writes down what was found while another stage ran, and returns what look-ahead of it has to rest on; what came in
    /// between is joined from the state there is now.
    fn written(
        &self,
        computed: Result<Computed>,
        progress: &dyn Progress,
    ) -> Result<(StageOutcome, Option<String>)> {
        let options = JoinOptions::default();
        let written = computed.and_then(|computed| match computed {
            Computed::Fresh(outcome) => Ok((outcome, None)),
            Computed::Joined(joined) => {
                let store = self.store()?;
                match has_the_same_input(&store, &joined.store) {
                    true => self.write_down(*joined, store, &options),
                    false => Err(Error::ChangedMeanwhile {
                        path: store.root().to_path_buf(),
                    }),
                }
            }
        });
        match written {
            Err(Error::ChangedMeanwhile { .. } | Error::Frame { .. } | Error::Query { .. }) => {
                Ok((self.join(&options, progress)?, None))
            }
            written => written,
        }
    }

    /// Finds persons and links, where something changed, and writes nothing but what is remembered.
    fn computed(&self, options: &JoinOptions) -> Result<Computed> {
        let store = self.store()?;
        let made = [
            &persons::TABLE,
            &links::TABLE,
            &consent_counts::TABLE,
            &match_weights::TABLE,
            &match_terms::TABLE,
        ];
        let newest_known = newest_observation(&store)?;
        let settings = self.config().join.settings();
        let given = self.given_weights(options)?;
        let inputs = self.join_inputs(&store, &newest_known, &given)?;
        let is_fresh = freshness::is_fresh(&store, STAGE, &inputs, &made)
            && left_out::is_there(&store)
            && freshness::are_outputs_there(store.manifest(), STAGE, self.root());
        if is_fresh && !options.is_refit && !options.is_report {
            if let Some(path) = &options.save_weights {
                let weights = frozen(&store)?.unwrap_or_default();
                save_weights(path, &weights)?;
            }
            let outcome = StageOutcome::fresh(STAGE, counts(store.manifest(), None));
            return Ok(Computed::Fresh(outcome));
        }
        let is_kept = given.is_none() && !options.is_refit;
        let weights = match given.clone() {
            Some(weights) => Some(weights),
            None if options.is_refit => None,
            // Weights of a handful of records are hardly more than the usual values.
            None => frozen(&store)?.filter(|weights| weights.records >= FEWEST_FITTED),
        };
        let mut memory = is_kept.then(|| store.memory(STAGE)).flatten();
        let memory = memory
            .as_mut()
            .map(|memory| memory as &mut (dyn std::io::Read + Send));
        let (customers, decisions) = (
            store.scan(&customers::TABLE)?,
            store.scan(&decisions::TABLE)?,
        );
        let is_small = store.manifest().row_count(&customers::TABLE) <= MOST_CUSTOMERS_AT_ONCE;
        let (matching, consents) = side_by_side_if(
            is_small,
            || Matching::new(customers, decisions, weights, memory, &settings),
            || statements(&store),
        );
        let matching = matching?;
        let input = Input {
            accounts: store.scan(&accounts::TABLE)?,
            account_observations: store.observations(&accounts::TABLE)?.select([
                accounts::PLATFORM.expr(),
                accounts::PROVIDER.expr(),
                accounts::ACCOUNT_ID.expr(),
                accounts::HANDLE.expr(),
                accounts::OBSERVED_AT.expr(),
            ]),
            posts: store.scan(&posts::TABLE)?,
            orders: store.scan(&orders::TABLE)?,
            declared_links: store.scan(&declared_links::TABLE)?,
            consents: consents?,
            newest_known,
        };
        // What is remembered is written on the side.
        let (output, prepared) = side_by_side(
            || join::join(&matching, input, &settings, self.as_of()),
            || {
                let is_worth_it = matching.weights().records >= FEWEST_FITTED;
                let write = |to: &mut dyn std::io::Write| matching.remember(to);
                is_worth_it
                    .then(|| store.prepare_memory(STAGE, write))
                    .flatten()
            },
        );
        Ok(Computed::Joined(Box::new(Joined {
            output: output?,
            store,
            newest_known,
            given,
            inputs,
            prepared,
        })))
    }

    /// Writes down what was found, into a store with the same input, and returns what look-ahead of it has to rest on.
    fn write_down(
        &self,
        joined: Joined,
        store: Store,
        options: &JoinOptions,
    ) -> Result<(StageOutcome, Option<String>)> {
        let Joined {
            output,
            newest_known,
            given,
            inputs,
            prepared,
            ..
        } = joined;
        // From here on nobody else writes: no file holds what was erased while it was computed.
        let mut transaction = store.begin()?;
        if let Some(path) = &options.save_weights {
            save_weights(path, &output.weights)?;
        }
        let person_count = output.person_count;
        let review = review::write(&output.review, self)?;
        let to_review = output.review.len() as u64;
        let page = page::path(self);
        let (persons, standing) = (output.persons.clone(), Arc::clone(&output.standing));
        let is_small = store.manifest().row_count(&customers::TABLE) <= MOST_CUSTOMERS_AT_ONCE;
        // Whatever becomes of the rest: who took consent back is not listed any longer.
        let (cleared, inputs) = side_by_side_if(
            is_small,
            || self.clear_reviews(&store, &persons, newest_known, &review.0),
            || -> Result<String> {
                // A page that was asked for once is kept true.
                if options.is_report || page.exists() {
                    page::write(&output, self)?;
                }
                let erased = decided::erase(&mut transaction, &output.withdrawals)?;
                if !erased.is_empty() {
                    // What names the person by the link is made anew by the next report.
                    self.remove_desks(None)?;
                }
                decided::note(&mut transaction, &output, &erased, &self.as_of().label())?;
                // What was erased now is not there the next time: this is what the stage has run on.
                let inputs = match erased.is_empty() {
                    true => inputs,
                    false => {
                        let left = transaction.store();
                        self.join_inputs(&left, &newest_observation(&left)?, &given)?
                    }
                };
                self.put(&mut transaction, &store, output)?;
                Ok(inputs)
            },
        );
        cleared?;
        let inputs = inputs?;
        self.keep_standing(&transaction.store(), newest_known, standing);
        let ahead = self.inputs_of_ahead(&transaction.store()).ok();
        transaction.remember(STAGE, prepared);
        let open = match options.is_report {
            true => Some(page),
            false => (to_review > 0).then(|| self.root().join(&review.0)),
        };
        let record = StageRecord {
            inputs,
            outputs: vec![review],
        };
        transaction.put_stage(STAGE, record);
        let mut counts = counts(transaction.manifest(), Some(person_count));
        counts.push(("to review", to_review));
        transaction.commit()?;
        let outcome = StageOutcome {
            open,
            ..StageOutcome::ran(STAGE, counts)
        };
        Ok((outcome, ahead))
    }

    /// Returns the hash of what the stage runs on.
    fn join_inputs(
        &self,
        store: &Store,
        newest_known: &i64,
        given: &Option<Weights>,
    ) -> Result<String> {
        let read = [
            &accounts::TABLE,
            &consents::TABLE,
            &customers::TABLE,
            &decisions::TABLE,
            &declared_links::TABLE,
        ];
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(newest_known)
            .with(&unsubscribed_hash(store)?)
            .with(&self.config().join)
            .with(&self.config().workspace.lang)
            .with(given);
        Ok(inputs.hash())
    }

    /// Returns the weights that a flag or the settings name a file of.
    fn given_weights(&self, options: &JoinOptions) -> Result<Option<Weights>> {
        let named = &self.config().join.weights;
        let path = match &options.weights {
            Some(path) => path.clone(),
            None if named.is_empty() => return Ok(None),
            None => self.root().join(named),
        };
        let bytes = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        let bad = |detail: String| Error::BadWeights {
            path: path.clone(),
            detail,
        };
        let weights: Weights =
            serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
        match weights.is_whole() {
            true => Ok(Some(weights)),
            false => Err(bad("a field or level is missing or no probability".into())),
        }
    }

    /// Writes down what join made.
    fn put(&self, transaction: &mut Transaction, store: &Store, output: Output) -> Result<()> {
        let day = self.as_of().last_day().to_string();
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        // What is erased is not counted as left out: the next run would not know of it.
        let is_erased = |refusal: &&Refusal| {
            let withdrawal = output.withdrawals.get(&refusal.record);
            withdrawal.is_some_and(|withdrawal| refusal.declared_at <= withdrawal.until)
        };
        for refusal in output.refusals.iter().filter(|one| !is_erased(one)) {
            *reasons.entry(refusal.reason.key()).or_default() += 1;
        }
        let placeholders = output.linked.placeholders.iter();
        for (reason, count) in [
            (
                "match_placeholder",
                placeholders.map(|placeholder| placeholder.records).sum(),
            ),
            (
                "match_block_too_big",
                output.linked.left_out.iter().map(|(_, count)| *count).sum(),
            ),
            ("match_decision_conflict", output.linked.conflicts),
            ("match_decision_unknown", output.linked.unknown_decisions),
            ("consent_unknown_customer", output.standing.unknown_count()),
        ] {
            reasons.insert(reason, count);
        }
        let reasons: Vec<(&str, u64)> = reasons.into_iter().collect();
        transaction.put_derived(&persons::TABLE, output.persons, &day)?;
        transaction.put_derived(&match_weights::TABLE, output.match_weights, &day)?;
        transaction.put_derived(&match_terms::TABLE, output.match_terms, &day)?;
        transaction.put_derived(&links::TABLE, output.links, &day)?;
        transaction.put_derived(&consent_counts::TABLE, output.consent_counts, &day)?;
        left_out::put(transaction, store, STAGE, &reasons, &day)
    }
}

/// Returns the newest instant of observation of all imported tables, in microseconds since 1970-01-01 UTC. What koe itself
/// planned was observed nowhere.
pub(super) fn newest_observation(store: &Store) -> Result<i64> {
    let mut newest = i64::MIN;
    for table in schema::RAW {
        let observed = match [contacts::TABLE.name, assignments::TABLE.name].contains(&table.name) {
            true => newest_imported(store, table)?,
            false => store.newest(table, customers::OBSERVED_AT)?,
        };
        newest = newest.max(observed.unwrap_or(i64::MIN));
    }
    Ok(newest)
}

/// Returns the newest instant of observation of a table in which koe plans, of what it did not plan.
fn newest_imported(store: &Store, table: &'static Table) -> Result<Option<i64>> {
    let is_planned = contacts::SOURCE_FILE.expr().eq(lit(PLANNED));
    store
        .scan(table)?
        .filter(is_planned.fill_null(lit(false)).not())
        .select([customers::OBSERVED_AT.expr().max().cast(DataType::Int64)])
        .collect()
        .and_then(|frame| Ok(frame.column(customers::OBSERVED_AT.name)?.i64()?.get(0)))
        .map_err(Error::frame("find the newest observation"))
}

/// Returns the weights that stay in the store.
pub(super) fn frozen(store: &Store) -> Result<Option<Weights>> {
    let tables = [&match_weights::TABLE, &match_terms::TABLE];
    if !tables.iter().all(|table| store.has_files(table)) {
        return Ok(None);
    }
    let read = |table| {
        store
            .scan(table)?
            .collect()
            .map_err(Error::frame("read the weights"))
    };
    join::weights(&read(&match_weights::TABLE)?, &read(&match_terms::TABLE)?)
}

fn save_weights(path: &Path, weights: &Weights) -> Result<()> {
    let mut bytes =
        serde_json::to_vec_pretty(weights).expect("weights hold only texts and numbers");
    bytes.push(b'\n');
    write_atomically(path, &bytes)
}

fn counts(manifest: &Manifest, person_count: Option<u64>) -> Vec<(&'static str, u64)> {
    let mut counts = vec![(
        "customers",
        freshness::row_count(manifest, &customers::TABLE),
    )];
    counts.extend(person_count.map(|count| ("persons", count)));
    counts.push(("links", freshness::row_count(manifest, &links::TABLE)));
    counts
}
