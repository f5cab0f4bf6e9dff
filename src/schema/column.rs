//! What a column and a table are.

use polars::prelude::{
    DataType, Expr, Field, PlSmallStr, Schema, Series, TimeUnit, TimeZone, col, lit,
};

/// A column koe owns: its name, type, unit and meaning in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in every file and query.
    pub name: &'static str,
    /// Position in its table, from 0.
    pub index: usize,
    /// Type of its values.
    pub kind: ColumnKind,
    /// Unit or value set, empty when the type says all.
    pub unit: &'static str,
    /// What a value means.
    pub meaning: &'static str,
}

/// Type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// UTF-8 text.
    Text,
    /// 64-bit integer.
    Integer,
    /// 64-bit float.
    Float,
    /// True or false.
    Flag,
    /// Calendar day.
    Date,
    /// Instant, stored in UTC with microseconds.
    Instant,
    /// List of texts.
    Texts,
}

impl ColumnKind {
    /// Returns the type polars stores it as.
    pub fn dtype(self) -> DataType {
        match self {
            Self::Text => DataType::String,
            Self::Integer => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Flag => DataType::Boolean,
            Self::Date => DataType::Date,
            Self::Instant => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
            Self::Texts => DataType::List(Box::new(DataType::String)),
        }
    }

    /// Returns the name used in `docs/schema.md`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Flag => "flag",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Texts => "texts",
        }
    }
}

impl Column {
    /// Returns the expression that reads this column.
    pub fn expr(&self) -> Expr {
        col(self.name)
    }

    /// Returns whether a row has one of some values; empty where the cell is.
    pub(crate) fn is_among(&self, values: Series) -> Expr {
        self.expr().is_in(lit(values).implode(false), false)
    }

    /// Returns the name in polars' small-string form.
    pub fn small_name(&self) -> PlSmallStr {
        PlSmallStr::from_static(self.name)
    }

    /// Returns the polars field of this column.
    pub fn field(&self) -> Field {
        Field::new(self.small_name(), self.kind.dtype())
    }
}

/// Whether a table holds what was imported or what was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Imported, append-only, newest observation per key in `store/current`.
    Raw,
    /// Computed, replaced whole.
    Derived,
}

/// A table koe owns.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Name in the store and in queries.
    pub name: &'static str,
    /// Imported or computed.
    pub kind: TableKind,
    /// Columns in their order.
    pub columns: &'static [Column],
    /// Columns that tell its rows apart.
    pub key: &'static [Column],
    /// Columns whose newest observation replaces all rows that share them; the key, unless an export speaks of a
    /// whole (an order's lines) at once.
    pub unit: &'static [Column],
    /// Instant or day at which a row happened, when it has one; rows after the as-of instant are not read.
    pub happened: Option<Column>,
    /// What one row is.
    pub meaning: &'static str,
}

impl Table {
    /// Returns the polars schema of the table.
    pub fn schema(&self) -> Schema {
        self.columns.iter().map(Column::field).collect()
    }

    /// Returns the column of that name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Declares a table: one constant per column and `TABLE` for the whole.
///
/// `raw` tables get the five columns of provenance behind their own.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        raw $name:literal, key [$($key:ident),+], unit [$($unit:ident),+], happened $happened:expr;
        $($column:ident: $kind:ident $title:literal, $unit_text:literal, $meaning:literal;)+
    ) => {
        $crate::schema::column::table! {
            @columns $(#[doc = $doc])+ Raw $name, key [$($key),+], unit [$($unit),+], happened $happened;
            $($column: $kind $title, $unit_text, $meaning;)+
            SOURCE_FILE: Text "source_file", "path below the exports folder", "File the row came from.";
            SOURCE_ROW: Integer "source_row", "line or record, from 1", "Place of the row in its file.";
            BATCH_ID: Text "batch_id", "hash", "Import batch the row belongs to.";
            OBSERVED_AT: Instant "observed_at", "UTC", "When the export was made: its own stamp, else the as-of instant.";
        }
    };
    (
        $(#[doc = $doc:literal])+
        derived $name:literal, key [$($key:ident),+];
        $($column:ident: $kind:ident $title:literal, $unit_text:literal, $meaning:literal;)+
    ) => {
        $crate::schema::column::table! {
            @columns $(#[doc = $doc])+ Derived $name, key [$($key),+], unit [$($key),+], happened None;
            $($column: $kind $title, $unit_text, $meaning;)+
        }
    };
    (
        @columns $(#[doc = $doc:literal])+
        $table_kind:ident $name:literal, key [$($key:ident),+], unit [$($unit:ident),+], happened $happened:expr;
        $($column:ident: $kind:ident $title:literal, $unit_text:literal, $meaning:literal;)+
    ) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Position { $($column),+ }
        $(
            #[doc = $meaning]
            pub const $column: $crate::schema::Column = $crate::schema::Column {
                name: $title,
                index: Position::$column as usize,
                kind: $crate::schema::ColumnKind::$kind,
                unit: $unit_text,
                meaning: $meaning,
            };
        )+
        $(#[doc = $doc])+
        pub static TABLE: $crate::schema::Table = $crate::schema::Table {
            name: $name,
            kind: $crate::schema::TableKind::$table_kind,
            columns: &[$($column),+],
            key: &[$($key),+],
            unit: &[$($unit),+],
            happened: $happened,
            meaning: concat!($($doc),+),
        };
    };
}
pub(crate) use table;

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy, df};

    use crate::schema::posts;

    #[test]
    fn a_row_is_among_the_values_where_it_has_one_of_them() {
        let rows = df!(posts::KIND.name => [Some("chat"), Some("review"), None]).unwrap();
        let values = ["review", "call"].into_iter().collect();
        let found = rows
            .lazy()
            .select([posts::KIND.is_among(values)])
            .collect()
            .unwrap();
        let found = found.column(posts::KIND.name).unwrap().bool().unwrap();
        let found: Vec<Option<bool>> = found.iter().collect();
        assert_eq!(found, [Some(false), Some(true), None]);
    }
}
