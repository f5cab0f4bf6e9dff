//! Orders written as one row per line: rows that belong together are taken together or not at all.

use std::collections::HashSet;

use crate::error::Result;
use crate::hash::Unhashed;

use super::context::Context;
use super::records::RawRecord;
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::table::{Cells, Field, Headings, Line, Table};

/// The rows of one order, in the order of the file, none of them flawed.
pub struct Group {
    /// The order's number.
    pub id: String,
    /// Its rows, one at least.
    pub records: Vec<RawRecord<'static>>,
}

/// Hands the orders of a table to `take`, which answers with a reject when a row of the order cannot be read; then all
/// rows of the order are rejected, the others for its sake.
///
/// # Errors
/// [`Error::Io`](crate::error::Error::Io), or whatever the sink or `take` give.
pub fn for_each_order<'a>(
    table: &mut Table<'_>,
    id: Field,
    context: &Context,
    sink: &mut Sink<'a>,
    mut take: impl FnMut(&Headings, &Group, &mut Sink<'a>) -> Result<Option<Reject>>,
) -> Result<()> {
    let mut seen: HashSet<u64, Unhashed> = HashSet::default();
    let mut open: Option<Rows> = None;
    loop {
        let line = table.next_line(context)?;
        let key = line.as_ref().map(|line| {
            let cell = Cells::new(&table.headings, &line.record, context).text(Some(id));
            cell.unwrap_or_default().trim_matches('"')
        });
        let continues =
            matches!((&open, key), (Some(open), Some(key)) if open.id == key && !key.is_empty());
        let key = match continues {
            // It has the number that is known.
            true => Some(String::new()),
            false => key.map(str::to_owned),
        };
        if !continues && let Some(rows) = open.take() {
            let headings = &table.headings;
            let mut faults = rows.faults(id, &mut seen, |record| {
                Cells::new(headings, record, context)
            });
            let group = Group {
                id: rows.id,
                records: rows.lines.into_iter().map(|line| line.record).collect(),
            };
            if faults.is_empty() {
                faults.extend(take(headings, &group, sink)?);
            }
            if !faults.is_empty() {
                reject_all(&group, faults, headings, context, sink)?;
            }
        }
        let (Some(line), Some(key)) = (line, key) else {
            return Ok(());
        };
        sink.read_rows(1);
        match &mut open {
            Some(rows) => rows.lines.push(line),
            None => {
                open = Some(Rows {
                    id: key,
                    lines: vec![line],
                })
            }
        }
    }
}

/// Rejects all rows of a group: those at fault for their own reason, the others for their sake.
///
/// The faults stand in the order of the rows.
pub(super) fn reject_all(
    group: &Group,
    faults: Vec<Reject>,
    headings: &Headings,
    context: &Context,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut faults = faults.into_iter().peekable();
    for record in &group.records {
        let own = faults.next_if(|fault| fault.line == record.line);
        let cells = Cells::new(headings, record, context);
        let reject = own.unwrap_or_else(|| cells.reject(None, Reason::OrderRejected));
        sink.reject_cells(&cells, reject)?;
    }
    Ok(())
}

/// Rows of one order, as they are.
struct Rows {
    id: String,
    lines: Vec<Line>,
}

impl Rows {
    /// Returns what is wrong with them as rows: flaws, no number, a number that came before.
    fn faults<'a>(
        &'a self,
        id: Field,
        seen: &mut HashSet<u64, Unhashed>,
        cells: impl Fn(&'a RawRecord<'static>) -> Cells<'a>,
    ) -> Vec<Reject> {
        let is_new = self.id.is_empty() || seen.insert(fingerprint(&self.id));
        let flawed = self
            .lines
            .iter()
            .filter_map(|line| Some(cells(&line.record).reject(None, line.flaw.clone()?)));
        let flawed: Vec<Reject> = flawed.collect();
        let reason = match (self.id.is_empty(), is_new) {
            (true, _) => Reason::Missing,
            (false, false) => Reason::OrderScattered,
            (false, true) => return flawed,
        };
        if !flawed.is_empty() {
            return flawed;
        }
        self.lines
            .iter()
            .map(|line| cells(&line.record).reject(Some(id), reason.clone()))
            .collect()
    }
}

fn fingerprint(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
