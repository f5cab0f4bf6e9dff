//! The rows of one file on their way to the store.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use polars::prelude::*;

use super::answers::{self, Answers, Heard};
use crate::error::{Error, Result};
use crate::import::sink::TakeRows;
use crate::pipeline::forget::rows::treat;
use crate::pipeline::forget::suppressed::Suppressed;
use crate::schema::{Table, consents, customers};
use crate::store::{Known, NewFile, RawWriter, Transaction};

/// Blocks of rows of a file that were read and wait to be stored.
const BLOCKS_WAITING: usize = 2;

/// The rows of one file on their way to the store.
pub(super) struct Rows<'a> {
    transaction: &'a Transaction,
    batch_id: &'a str,
    writers: BTreeMap<&'static str, RawWriter>,
    /// What the store has already, by table; `None` where it has nothing.
    known: BTreeMap<&'static str, Option<Arc<Known>>>,
    is_anything_known: bool,
    /// Batches of the same bytes that this one replaces.
    replaced: Vec<&'a str>,
    /// When those were observed, in microseconds since 1970-01-01 UTC; looked up when it is first asked for.
    first_observed: Option<Option<i64>>,
    /// Counted only where the store knew rows.
    tally: Tally,
    forgotten: Option<Forgotten<'a>>,
    answers: Answers<'a>,
    heard: Heard,
}

/// What became of the rows of a file.
pub(super) struct Finished {
    pub files: Vec<NewFile>,
    /// How many of the accepted records are in them.
    pub stored: u64,
    /// How many were about the forgotten; the others were there already.
    pub forgotten: u64,
    /// What it says of consents.
    pub heard: Heard,
}

/// What keeps the forgotten out.
struct Forgotten<'a> {
    suppressed: &'a Suppressed,
    keywords: &'a [String],
    /// Places of the records of which a row was dropped.
    gone: Vec<i64>,
    /// Places of those of which a row stayed.
    kept: Vec<i64>,
    /// Rows made and rows dropped, by table.
    rows: BTreeMap<&'static str, (u64, u64)>,
}

impl Forgotten<'_> {
    /// Returns the rows without those about the forgotten.
    fn filtered(&mut self, table: &'static Table, frame: DataFrame) -> PolarsResult<DataFrame> {
        let treated = treat(table, &frame, self.suppressed, self.keywords)?;
        let places = frame.column(customers::SOURCE_ROW.name)?.i64()?;
        for (place, is_kept) in places.iter().zip(treated.is_kept.iter()) {
            let into = match is_kept {
                Some(false) => &mut self.gone,
                _ => &mut self.kept,
            };
            into.extend(place);
        }
        self.gone.dedup();
        self.kept.dedup();
        let rows = self.rows.entry(table.name).or_default();
        rows.0 += frame.height() as u64;
        rows.1 += treated.gone();
        Ok(treated.frame.unwrap_or(frame))
    }

    /// Returns how many of the accepted records were dropped.
    fn records(self, accepted: u64) -> u64 {
        let kept: BTreeSet<i64> = self.kept.into_iter().collect();
        let gone: BTreeSet<i64> = self.gone.into_iter().collect();
        if gone.is_empty() {
            return 0;
        }
        if gone.union(&kept).count() as u64 >= accepted {
            return (gone.difference(&kept).count() as u64).min(accepted);
        }
        // Many records stand on one line: the table with most rows has one for each.
        let most = self.rows.into_values().max_by_key(|(rows, _)| *rows);
        most.map_or(0, |(_, gone)| gone).min(accepted)
    }
}

/// What of the file was there already.
#[derive(Default)]
struct Tally {
    /// Places of the records that made rows.
    places: Vec<i64>,
    /// Places of those of which something is stored.
    stored: Vec<i64>,
    /// Rows made and rows known, by table.
    rows: BTreeMap<&'static str, (u64, u64)>,
}

impl Tally {
    fn add(&mut self, table: &Table, frame: &DataFrame, new: &DataFrame) -> PolarsResult<()> {
        let places = |frame: &DataFrame, into: &mut Vec<i64>| -> PolarsResult<()> {
            let places = frame.column(customers::SOURCE_ROW.name)?.i64()?;
            into.extend(places.iter().flatten());
            into.dedup();
            Ok(())
        };
        places(frame, &mut self.places)?;
        places(new, &mut self.stored)?;
        let rows = self.rows.entry(table.name).or_default();
        rows.0 += frame.height() as u64;
        rows.1 += (frame.height() - new.height()) as u64;
        Ok(())
    }

    /// Returns how many of the records that were accepted are stored.
    fn stored_records(mut self, accepted: u64) -> u64 {
        let distinct = |places: &mut Vec<i64>| {
            places.sort_unstable();
            places.dedup();
            places.len() as u64
        };
        if distinct(&mut self.places) >= accepted {
            return distinct(&mut self.stored).min(accepted);
        }
        // Many records stand on one line, as in pages of JSON: the table with most rows has one for each.
        let most = self.rows.into_values().max_by_key(|(rows, _)| *rows);
        accepted - most.map_or(0, |(_, known)| known).min(accepted)
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        transaction: &'a Transaction,
        batch_id: &'a str,
        replaced: Vec<&'a str>,
        suppressed: Option<&'a Suppressed>,
        keywords: &'a [String],
        answers: Answers<'a>,
    ) -> Self {
        Self {
            answers,
            heard: Heard::default(),
            forgotten: suppressed.map(|suppressed| Forgotten {
                suppressed,
                keywords,
                gone: Vec::new(),
                kept: Vec::new(),
                rows: BTreeMap::new(),
            }),
            transaction,
            batch_id,
            writers: BTreeMap::new(),
            known: BTreeMap::new(),
            tally: Tally::default(),
            is_anything_known: replaced.is_empty() && !transaction.manifest().current.is_empty(),
            replaced,
            first_observed: None,
        }
    }

    /// Runs a reader, stores what it hands on while it reads further, and returns what it returned.
    ///
    /// # Errors
    /// Those of the reader and of storing.
    pub(super) fn taken_from<T>(
        mut self,
        read: impl FnOnce(TakeRows<'_>) -> Result<T>,
    ) -> Result<(T, Self)> {
        thread::scope(|scope| {
            let (send, receive) = sync_channel::<(&'static Table, DataFrame)>(BLOCKS_WAITING);
            let storing = scope.spawn(move || {
                for (table, frame) in receive {
                    self.take(table, frame)?;
                }
                Ok(self)
            });
            let mut is_stopped = false;
            let outcome = read(&mut |table, frame| {
                send.send((table, frame)).map_err(|_| {
                    is_stopped = true;
                    Error::io("store", Path::new(table.name), ErrorKind::BrokenPipe.into())
                })
            });
            drop(send);
            let stored = match storing.join() {
                Ok(stored) => stored,
                Err(panic) => resume_unwind(panic),
            };
            match (outcome, stored) {
                // The reader stopped because nobody took its rows: why is what storing says.
                (Err(_), Err(why)) if is_stopped => Err(why),
                (outcome, stored) => Ok((outcome?, stored?)),
            }
        })
    }

    fn take(&mut self, table: &'static Table, frame: DataFrame) -> Result<()> {
        let frame = match &mut self.forgotten {
            Some(forgotten) => forgotten
                .filtered(table, frame)
                .map_err(Error::frame("leave out the forgotten"))?,
            None => frame,
        };
        let is_read_again = !self.replaced.is_empty() && table.name == consents::TABLE.name;
        let frame = match is_read_again {
            true => self.as_first_observed(frame)?,
            false => frame,
        };
        let new = if self.is_anything_known {
            let new = self.without_known(table, &frame)?;
            let tallied = self.tally.add(table, &frame, &new);
            tallied.map_err(Error::frame("count the stored rows"))?;
            // Where an export speaks of a whole (an order with its lines), the whole is stored, known or not: its newest
            // observation replaces all of it.
            if table.unit == table.key { new } else { frame }
        } else {
            frame
        };
        if new.height() == 0 {
            return Ok(());
        }
        if !self.writers.contains_key(table.name) {
            let writer = self.transaction.raw_writer(table, self.batch_id)?;
            self.writers.insert(table.name, writer);
        }
        match self.writers.get_mut(table.name) {
            Some(writer) => writer.write(&new),
            None => Ok(()),
        }
    }

    /// Dates consents of a batch that replaces another back to that one, and hears them: the same bytes, read in another way,
    /// are no newer statement.
    fn as_first_observed(&mut self, frame: DataFrame) -> Result<DataFrame> {
        let first = match self.first_observed {
            Some(first) => first,
            None => self.transaction.first_observed(&self.replaced)?,
        };
        self.first_observed = Some(first);
        let frame = match first {
            Some(first) => {
                answers::observed_by(frame, first).map_err(Error::frame("date consents back"))?
            }
            None => frame,
        };
        let mut is_known = vec![false; frame.height()];
        self.heard
            .take(&frame, &mut is_known, self.answers, self.transaction)?;
        Ok(frame)
    }

    /// Leaves out rows that say, word for word, what the store's newest row of their key says.
    fn without_known(&mut self, table: &'static Table, frame: &DataFrame) -> Result<DataFrame> {
        if !self.known.contains_key(table.name) {
            self.known
                .insert(table.name, self.transaction.known(table)?);
        }
        let Some(Some(known)) = self.known.get(table.name) else {
            return Ok(frame.clone());
        };
        let failed = Error::frame("compare rows with those of the store");
        let mut is_known = known.knows(frame, table).map_err(&failed)?;
        if table.name == consents::TABLE.name {
            let heard = &mut self.heard;
            heard.take(frame, &mut is_known, self.answers, self.transaction)?;
        }
        let is_new: BooleanChunked = is_known.into_iter().map(|known| Some(!known)).collect();
        frame.filter(&is_new).map_err(failed)
    }

    /// Returns the files, and how many of the accepted records are in them.
    ///
    /// # Errors
    /// When a file cannot be closed.
    pub(super) fn finish(self, accepted: u64) -> Result<Finished> {
        let forgotten = self.forgotten;
        let forgotten = forgotten.map_or(0, |forgotten| forgotten.records(accepted));
        let accepted = accepted - forgotten;
        let files = self.writers.into_values().map(RawWriter::finish);
        let stored = match self.is_anything_known {
            true => self.tally.stored_records(accepted),
            false => accepted,
        };
        Ok(Finished {
            files: files.collect::<Result<_>>()?,
            stored,
            forgotten,
            heard: self.heard,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_by_place_and_where_many_share_one_by_rows() {
        let tally = |places: &[i64], stored: &[i64], rows: &[(u64, u64)]| Tally {
            places: places.to_vec(),
            stored: stored.to_vec(),
            rows: ["accounts", "posts"]
                .into_iter()
                .zip(rows.iter().copied())
                .collect(),
        };
        let by_place = tally(&[2, 3, 2, 4], &[3, 3], &[(3, 2), (4, 3)]);
        assert_eq!(by_place.stored_records(3), 1);
        let by_row = tally(&[1, 1], &[1], &[(2, 1), (6, 4)]);
        assert_eq!(by_row.stored_records(6), 2);
        assert_eq!(tally(&[1], &[1], &[(2, 0), (6, 0)]).stored_records(5), 5);
        assert_eq!(tally(&[1], &[], &[(2, 2), (6, 6)]).stored_records(5), 0);
    }
}
