//! Rows of the store's tables that are one person's.

use std::collections::BTreeSet;

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::error::{Error, Result};
use crate::report::karte::{Datum, Moment};
use crate::schema::{Column as Owned, ColumnKind, Table};
use crate::store::Store;

/// Source and id, of a record or of a post.
pub(super) type Key = (String, String);

/// Whose rows are read, and up to when.
pub(super) struct Scope<'a> {
    pub store: &'a Store,
    pub as_of: &'a AsOf,
    pub person_id: &'a str,
    pub records: &'a BTreeSet<Key>,
}

impl Scope<'_> {
    /// Returns the as-of instant, in microseconds since 1970-01-01 UTC.
    pub(super) fn until(&self) -> i64 {
        self.as_of.instant().as_microsecond()
    }

    /// Returns whether something happened before the as-of instant.
    pub(super) fn is_before(&self, column: Owned) -> Expr {
        let until = lit(self.until()).cast(ColumnKind::Instant.dtype());
        column.expr().lt(until)
    }

    /// Returns columns of the rows of a table that are of the person's records.
    pub(super) fn of_records(
        &self,
        table: &'static Table,
        key: [Owned; 2],
        columns: &[Owned],
    ) -> Result<DataFrame> {
        self.of_keys(table, key, columns, self.records, None)
    }

    /// Returns columns of the rows of a table whose source and id are among some and for which a condition holds.
    pub(super) fn of_keys(
        &self,
        table: &'static Table,
        key: [Owned; 2],
        columns: &[Owned],
        keys: &BTreeSet<Key>,
        holds: Option<Expr>,
    ) -> Result<DataFrame> {
        let ids = keys.iter().map(|(_, id)| id.as_str());
        let mut rows = self
            .store
            .scan(table)?
            .filter(key[1].is_among(ids.collect()));
        if let Some(holds) = holds {
            rows = rows.filter(holds);
        }
        let mut wanted = key.to_vec();
        for column in columns {
            if !key.contains(column) {
                wanted.push(*column);
            }
        }
        let wanted: Vec<Expr> = wanted.iter().map(Owned::expr).collect();
        let found = || -> PolarsResult<DataFrame> {
            let found = rows.select(wanted).collect()?;
            let is_theirs: BooleanChunked = each(&found)
                .map(|row| Ok(Some(keys.contains(&row.key(key)?))))
                .collect::<PolarsResult<Vec<Option<bool>>>>()?
                .into_iter()
                .collect();
            found.filter(&is_theirs)
        };
        found().map_err(Error::frame("read the rows of a person"))
    }

    /// Returns the rows of a computed table that are the person's.
    pub(super) fn of_person(&self, table: &'static Table, person: Owned) -> Result<DataFrame> {
        self.store
            .scan(table)?
            .filter(person.expr().eq(lit(self.person_id.to_owned())))
            .collect()
            .map_err(Error::frame("read the rows of a person"))
    }

    /// Returns a local moment of an instant, given in microseconds since 1970-01-01 UTC, and the instant in words.
    pub(super) fn moment(&self, micros: i64) -> (String, Moment) {
        let at = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
        let local = at.to_zoned(self.as_of.time_zone().clone());
        let moment = Moment {
            day: local.date().to_string(),
            time: Some(local.strftime("%H:%M").to_string()),
        };
        (at.to_string(), moment)
    }

    /// Returns the local day of an instant.
    pub(super) fn day(&self, micros: i64) -> String {
        self.moment(micros).1.day
    }
}

/// Returns the rows of a frame.
pub(super) fn each(frame: &DataFrame) -> impl Iterator<Item = Row<'_>> {
    (0..frame.height()).map(move |place| Row { frame, place })
}

/// A row of a frame.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    frame: &'a DataFrame,
    place: usize,
}

impl Row<'_> {
    pub(super) fn text(&self, column: Owned) -> PolarsResult<Option<String>> {
        let texts = self.frame.column(column.name)?.str()?;
        Ok(texts.get(self.place).map(str::to_owned))
    }

    /// Returns a text, an empty one for an empty cell.
    pub(super) fn word(&self, column: Owned) -> PolarsResult<String> {
        self.text(column).map(Option::unwrap_or_default)
    }

    /// Returns the two texts that a row is told by.
    pub(super) fn key(&self, key: [Owned; 2]) -> PolarsResult<Key> {
        Ok((self.word(key[0])?, self.word(key[1])?))
    }

    pub(super) fn integer(&self, column: Owned) -> PolarsResult<Option<i64>> {
        Ok(self.frame.column(column.name)?.i64()?.get(self.place))
    }

    pub(super) fn float(&self, column: Owned) -> PolarsResult<Option<f64>> {
        Ok(self.frame.column(column.name)?.f64()?.get(self.place))
    }

    pub(super) fn flag(&self, column: Owned) -> PolarsResult<Option<bool>> {
        Ok(self.frame.column(column.name)?.bool()?.get(self.place))
    }

    /// Returns an instant, in microseconds since 1970-01-01 UTC.
    pub(super) fn instant(&self, column: Owned) -> PolarsResult<Option<i64>> {
        let instants = self.frame.column(column.name)?.datetime()?;
        Ok(instants.phys.get(self.place))
    }

    /// Returns a day as `YYYY-MM-DD`.
    pub(super) fn day(&self, column: Owned) -> PolarsResult<Option<String>> {
        let days = self.frame.column(column.name)?.cast(&DataType::Int32)?;
        Ok(days.i32()?.get(self.place).map(day_name))
    }

    pub(super) fn texts(&self, column: Owned) -> PolarsResult<Vec<String>> {
        let lists = self.frame.column(column.name)?.list()?;
        match lists.get_as_series(self.place) {
            Some(list) => Ok(list.str()?.iter().flatten().map(str::to_owned).collect()),
            None => Ok(Vec::new()),
        }
    }

    /// Returns a value of any type, `None` where the cell is empty; a list becomes one text.
    pub(super) fn datum(&self, column: Owned) -> PolarsResult<Option<Datum>> {
        Ok(match column.kind {
            ColumnKind::Text => self.text(column)?.map(Datum::Text),
            ColumnKind::Integer => self
                .integer(column)?
                .map(|number| Datum::Number(number as f64)),
            ColumnKind::Float => self.float(column)?.map(Datum::Number),
            ColumnKind::Flag => self.flag(column)?.map(Datum::Flag),
            ColumnKind::Date => self.day(column)?.map(Datum::Text),
            ColumnKind::Instant => self.instant(column)?.map(|micros| {
                let at = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
                Datum::Text(at.to_string())
            }),
            ColumnKind::Texts => {
                let texts = self.texts(column)?;
                (!texts.is_empty()).then(|| Datum::Text(texts.join(", ")))
            }
        })
    }
}

/// Returns the day of a number of days since 1970-01-01.
pub(super) fn day_name(number: i32) -> String {
    use jiff::ToSpan;
    jiff::civil::date(1970, 1, 1)
        .saturating_add(i64::from(number).days())
        .to_string()
}
