//! Rows that stand together and share a key made of several cells: taken together or not at all.
//!
//! Like [`groups`](super::groups), for exports in which an order's number alone does not tell its rows apart.

use crate::error::Result;

use super::context::Context;
use super::groups::{Group, reject_all};
use super::rejects::Reject;
use super::sink::Sink;
use super::table::{Cells, Headings, Line, Table};

/// Hands each run of rows with the same key to `take`, which answers with a reject when one of them cannot be read; then
/// all rows of the run are rejected, the others for its sake. A row without a key is a run of its own.
///
/// # Errors
/// [`Error::Io`](crate::error::Error::Io), or whatever the sink or `take` give.
pub fn for_each_run<'a>(
    table: &mut Table<'_>,
    context: &Context,
    sink: &mut Sink<'a>,
    key: impl Fn(&Cells<'_>) -> Option<String>,
    mut take: impl FnMut(&Headings, &Group, &mut Sink<'a>) -> Result<Option<Reject>>,
) -> Result<()> {
    let mut open: Option<(String, Vec<Line>)> = None;
    loop {
        let line = table.next_line(context)?;
        let next = line
            .as_ref()
            .and_then(|line| key(&Cells::new(&table.headings, &line.record, context)));
        let continues =
            matches!((&open, &next), (Some((id, _)), Some(next)) if id == next && !id.is_empty());
        if !continues && let Some((id, lines)) = open.take() {
            end(&table.headings, id, lines, context, sink, &mut take)?;
        }
        let Some(line) = line else {
            return Ok(());
        };
        sink.read_rows(1);
        match &mut open {
            Some((_, lines)) => lines.push(line),
            None => open = Some((next.unwrap_or_default(), vec![line])),
        }
    }
}

fn end<'a>(
    headings: &Headings,
    id: String,
    lines: Vec<Line>,
    context: &Context,
    sink: &mut Sink<'a>,
    take: &mut impl FnMut(&Headings, &Group, &mut Sink<'a>) -> Result<Option<Reject>>,
) -> Result<()> {
    let flawed = lines.iter().filter_map(|line| {
        let cells = Cells::new(headings, &line.record, context);
        Some(cells.reject(None, line.flaw.clone()?))
    });
    let mut faults: Vec<Reject> = flawed.collect();
    let group = Group {
        id,
        records: lines.into_iter().map(|line| line.record).collect(),
    };
    if faults.is_empty() {
        faults.extend(take(headings, &group, sink)?);
    }
    if faults.is_empty() {
        return Ok(());
    }
    reject_all(&group, faults, headings, context, sink)
}
