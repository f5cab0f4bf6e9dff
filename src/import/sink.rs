//! Where readers put rows: columns per table, handed on in blocks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use polars::prelude::DataFrame;

use crate::error::{Error, Result};
use crate::schema::{Column, RAW, Table, TableKind};

use super::columns::{self, Columns, Value, Whole};
use super::context::Context;
use super::refusals::Refusals;
use super::rejects::Reject;
use super::table::{Cells, Field};

/// Rows of one table that are handed on together.
pub const BLOCK_ROWS: usize = 100_000;

/// Takes blocks of rows.
pub type TakeRows<'a> = &'a mut dyn FnMut(&'static Table, DataFrame) -> Result<()>;
/// Takes rejected rows.
pub type TakeReject<'a> = &'a mut dyn FnMut(Reject) -> Result<()>;

/// Cells, and whether nobody refuses anything by what stands in one.
type Harmless = (Vec<Field>, fn(&str) -> bool);

/// How many records a file had, how many of them were rejected, and in how many customers refuse where nobody asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records read: CSV rows without headings, preamble and blank rows, or JSON records.
    pub read: u64,
    /// Of them rejected.
    pub rejected: u64,
    /// Of the rejected those in which a customer may refuse something.
    pub may_refuse: u64,
    /// By heading that nobody asked for, the records in which a customer refuses something under it.
    pub heard: BTreeMap<String, u64>,
}

/// Collects the rows of one file.
///
/// Every row gets its provenance (file, line, batch, instant) from the [`Context`]. Rows are handed on as data frames
/// with exactly the schema of their table, each [`BLOCK_ROWS`] rows and at [`finish`](Self::finish).
pub struct Sink<'a> {
    context: &'a Context,
    observed_at: Timestamp,
    /// By the places of their tables in [`RAW`].
    tables: Vec<Option<Columns>>,
    take_rows: TakeRows<'a>,
    take_reject: TakeReject<'a>,
    counts: Counts,
    /// Whether customers refuse in files like this one.
    tells_refusals: bool,
    /// Columns that nobody asked for and that may refuse something.
    unasked: Option<Refusals>,
    /// Where a record says that nobody refuses anything in it.
    harmless: Option<Harmless>,
}

impl<'a> Sink<'a> {
    /// Makes a sink for one file.
    pub fn new(context: &'a Context, take_rows: TakeRows<'a>, take_reject: TakeReject<'a>) -> Self {
        let observed_at = context.observed_at;
        Self {
            context,
            observed_at,
            tables: RAW.iter().map(|_| None).collect(),
            take_rows,
            take_reject,
            counts: Counts::default(),
            tells_refusals: false,
            unasked: None,
            harmless: None,
        }
    }

    /// Takes every rejected record for one in which a customer may refuse something, unless it is known to be none.
    pub fn of_refusals(self, tells_refusals: bool) -> Self {
        Self {
            tells_refusals,
            ..self
        }
    }

    /// Takes the export's own stamp as the instant of observation for all rows that follow.
    pub fn observed_at(&mut self, stamp: Timestamp) {
        self.observed_at = stamp;
    }

    /// Returns the instant of observation of the rows that follow.
    pub fn stamp(&self) -> Timestamp {
        self.observed_at
    }

    /// Starts a row of a raw table that comes from `line`, from 1.
    pub fn row(&mut self, table: &'static Table, line: u64) -> Row<'_, 'a> {
        let position = RAW
            .iter()
            .position(|raw| std::ptr::eq(*raw, table))
            .expect("readers fill raw tables");
        self.tables[position].get_or_insert_with(|| Columns::new(table));
        Row {
            sink: self,
            position,
            line,
            table,
        }
    }

    /// Hands on rows of a raw table that a reader has made by whole columns; `lines` says where each stands.
    ///
    /// # Errors
    /// Whatever the taker gives.
    pub(super) fn block(
        &mut self,
        table: &'static Table,
        lines: Vec<i64>,
        mut block: Vec<(Column, Whole)>,
    ) -> Result<()> {
        let height = lines.len();
        if height == 0 {
            return Ok(());
        }
        let mut pending = self.tables.iter_mut().flatten();
        if let Some(before) =
            pending.find(|columns| std::ptr::eq(columns.table(), table) && columns.height() > 0)
        {
            hand_on(before, self.take_rows)?;
        }
        let provenance = [
            Whole::Text(self.context.source_file.clone()),
            Whole::Integers(lines),
            Whole::Text(self.context.batch_id.clone()),
            Whole::Instant(self.observed_at.as_microsecond()),
        ];
        let first = table.columns.len() - provenance.len();
        block.extend(table.columns[first..].iter().copied().zip(provenance));
        let frame = columns::frame(table, height, block)
            .map_err(Error::frame("make a table of imported rows"))?;
        (self.take_rows)(table, frame)
    }

    /// Counts records read.
    pub fn read_rows(&mut self, count: u64) {
        self.counts.read += count;
    }

    /// Hands a rejected record on and counts it.
    ///
    /// # Errors
    /// Whatever the taker gives.
    pub fn reject(&mut self, reject: Reject) -> Result<()> {
        let may_refuse = self.tells_refusals || self.unasked.is_some();
        self.counts.may_refuse += u64::from(may_refuse);
        self.reject_harmless(reject)
    }

    /// Takes every rejected record from here on for one in which a customer may refuse something in these columns, too.
    pub(super) fn expect_refusals(&mut self, unasked: Refusals) {
        self.unasked = Some(unasked);
    }

    /// Counts a record in which a customer refuses something under a heading that nobody asked for.
    pub(super) fn hear(&mut self, heading: &str) {
        match self.counts.heard.get_mut(heading) {
            Some(count) => *count += 1,
            None => {
                self.counts.heard.insert(heading.to_owned(), 1);
            }
        }
    }

    /// Says by which cells nobody refuses anything in a record; one without a word there refuses nothing either.
    pub(super) fn harmless_by(&mut self, fields: Vec<Field>, is_harmless: fn(&str) -> bool) {
        match fields.is_empty() {
            true => self.tells_refusals = false,
            false => self.harmless = Some((fields, is_harmless)),
        }
    }

    /// Hands a rejected record on, whose cells may say that nobody refuses anything in it.
    ///
    /// # Errors
    /// Whatever the taker gives.
    pub(super) fn reject_cells(&mut self, cells: &Cells<'_>, reject: Reject) -> Result<()> {
        let is_flawed = reject.reason.is_of_the_row();
        let are_harmless = |(fields, is_harmless): &Harmless| {
            let mut fields = fields.iter();
            fields.all(|field| cells.text(Some(*field)).is_none_or(*is_harmless))
        };
        let is_silent = |unasked: &Refusals| unasked.are_silent(cells, is_flawed);
        let is_own_harmless = !self.tells_refusals
            || (!is_flawed && self.harmless.as_ref().is_some_and(are_harmless));
        match is_own_harmless && self.unasked.as_ref().is_none_or(is_silent) {
            true => self.reject_harmless(reject),
            false => self.reject(reject),
        }
    }

    /// Hands a rejected record on in which nobody refuses anything, and counts it.
    ///
    /// # Errors
    /// Whatever the taker gives.
    pub fn reject_harmless(&mut self, reject: Reject) -> Result<()> {
        self.counts.rejected += 1;
        (self.take_reject)(reject)
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> Counts {
        self.counts.clone()
    }

    /// Hands the last rows on, tables in the order of [`RAW`], and returns the counts.
    ///
    /// # Errors
    /// Whatever the taker gives.
    pub fn finish(mut self) -> Result<Counts> {
        for mut columns in std::mem::take(&mut self.tables).into_iter().flatten() {
            if columns.height() > 0 {
                hand_on(&mut columns, self.take_rows)?;
            }
        }
        Ok(self.counts)
    }
}

fn hand_on(columns: &mut Columns, take_rows: TakeRows<'_>) -> Result<()> {
    let frame = columns
        .take()
        .map_err(Error::frame("make a table of imported rows"))?;
    take_rows(columns.table(), frame)
}

/// A row being filled; [`finish`](Self::finish) ends it.
///
/// Each column is set at most once; cells nobody sets, or sets to `None`, are null.
#[must_use = "a row counts when it is finished"]
pub struct Row<'s, 'a> {
    sink: &'s mut Sink<'a>,
    position: usize,
    line: u64,
    table: &'static Table,
}

impl Row<'_, '_> {
    fn set(self, column: Column, value: Option<Value<'_>>) -> Self {
        if let (Some(value), Some(columns)) = (value, &mut self.sink.tables[self.position]) {
            columns.set(column, value);
        }
        self
    }

    /// Sets a text; an empty one is null.
    pub fn text(self, column: Column, value: Option<&str>) -> Self {
        self.set(
            column,
            value.filter(|text| !text.is_empty()).map(Value::Text),
        )
    }

    /// Sets an integer.
    pub fn integer(self, column: Column, value: Option<i64>) -> Self {
        self.set(column, value.map(Value::Integer))
    }

    /// Sets a float.
    pub fn float(self, column: Column, value: Option<f64>) -> Self {
        self.set(column, value.map(Value::Float))
    }

    /// Sets a flag.
    pub fn flag(self, column: Column, value: Option<bool>) -> Self {
        self.set(column, value.map(Value::Flag))
    }

    /// Sets a calendar day.
    pub fn date(self, column: Column, value: Option<Date>) -> Self {
        self.set(column, value.map(Value::Date))
    }

    /// Sets an instant, kept to the microsecond.
    pub fn instant(self, column: Column, value: Option<Timestamp>) -> Self {
        self.set(
            column,
            value.map(|instant| Value::Instant(instant.as_microsecond())),
        )
    }

    /// Sets a list of texts; an empty list stays a list.
    pub fn texts(self, column: Column, values: &[String]) -> Self {
        self.set(column, Some(Value::Texts(values.to_vec())))
    }

    /// Ends the row.
    ///
    /// # Errors
    /// Whatever the taker of a full block gives.
    pub fn finish(self) -> Result<()> {
        let (context, observed_at, table) = (self.sink.context, self.sink.observed_at, self.table);
        let line = i64::try_from(self.line).unwrap_or(i64::MAX);
        debug_assert_eq!(table.kind, TableKind::Raw);
        let Some(columns) = &mut self.sink.tables[self.position] else {
            return Ok(());
        };
        // The provenance stands behind the table's own columns, in this order.
        let provenance = [
            Value::Text(&context.source_file),
            Value::Integer(line),
            Value::Text(&context.batch_id),
            Value::Instant(observed_at.as_microsecond()),
        ];
        let first = table.columns.len() - provenance.len();
        for (column, value) in table.columns[first..].iter().zip(provenance) {
            columns.set(*column, value);
        }
        columns.end_row();
        if columns.height() >= BLOCK_ROWS {
            hand_on(columns, self.sink.take_rows)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::schema::orders;

    #[test]
    fn frames_have_the_schema_of_their_table_and_come_in_blocks() {
        let context = Context {
            source_file: "a.csv".to_owned(),
            batch_id: "b".to_owned(),
            observed_at: Timestamp::UNIX_EPOCH,
            time_zone: TimeZone::UTC,
            currency: "JPY".to_owned(),
            source: None,
            official: Vec::new(),
            ignored: Vec::new(),
            owner: None,
        };
        let mut heights = Vec::new();
        let mut rejects = |_| Ok(());
        let mut take = |table: &'static Table, frame: DataFrame| {
            assert_eq!(frame.schema().as_ref(), &table.schema());
            heights.push(frame.height());
            Ok(())
        };
        let mut sink = Sink::new(&context, &mut take, &mut rejects);
        for line in 0..BLOCK_ROWS as u64 + 1 {
            sink.row(&orders::TABLE, line)
                .text(orders::ORDER_ID, Some("1"))
                .integer(orders::TOTAL_MINOR, None)
                .finish()
                .expect("taken");
        }
        sink.finish().expect("taken");
        assert_eq!(heights, [BLOCK_ROWS, 1]);
    }
}
