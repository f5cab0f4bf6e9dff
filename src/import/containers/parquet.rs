//! Parquet files, read as CSV.

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::csv;
use crate::error::{Error, Result};

/// Rows read at once.
const BLOCK_ROWS: i64 = 100_000;

/// Opens a Parquet file as CSV: headings, then its rows. Columns of nested values other than lists are left out.
pub(super) fn open(file: &Path) -> Result<Box<dyn Read>> {
    let path = PlRefPath::new(file.to_string_lossy().as_ref());
    let scanned = LazyFrame::scan_parquet(path, ScanArgsParquet::default())
        .and_then(|mut frame| Ok((frame.collect_schema()?, frame)));
    let (schema, frame) = scanned.map_err(|error| Error::Malformed {
        path: file.to_path_buf(),
        line: None,
        detail: error.to_string(),
    })?;
    let columns: Vec<Expr> = schema
        .iter()
        .filter_map(|(name, dtype)| text_of(name, dtype))
        .collect();
    let headings: Vec<String> = schema
        .iter()
        .filter(|(name, dtype)| text_of(name, dtype).is_some())
        .map(|(name, _)| name.to_string())
        .collect();
    Ok(Box::new(Text {
        file: file.to_path_buf(),
        rows: frame.select(columns),
        from: 0,
        ready: Cursor::new(csv([headings])),
    }))
}

/// Returns the expression that reads a column as text, `None` for what has no text.
fn text_of(name: &PlSmallStr, dtype: &DataType) -> Option<Expr> {
    let column = col(name.clone());
    Some(match dtype {
        DataType::Datetime(_, Some(_)) => column
            .dt()
            .convert_time_zone(polars::prelude::TimeZone::UTC)
            .dt()
            .to_string("%Y-%m-%dT%H:%M:%S%.6fZ"),
        DataType::Datetime(_, None) => column.dt().to_string("%Y-%m-%d %H:%M:%S%.6f"),
        DataType::List(inner) if !inner.is_nested() => column
            .cast(DataType::List(Box::new(DataType::String)))
            .list()
            .join(lit(" "), true),
        dtype if dtype.is_nested() || matches!(dtype, DataType::Binary | DataType::Null) => {
            return None;
        }
        _ => column.cast(DataType::String),
    })
}

/// The rows as text, made as they are read.
struct Text {
    file: PathBuf,
    rows: LazyFrame,
    from: i64,
    ready: Cursor<Vec<u8>>,
}

impl Text {
    fn more(&mut self) -> PolarsResult<Vec<u8>> {
        let rows = self
            .rows
            .clone()
            .slice(self.from, BLOCK_ROWS as IdxSize)
            .collect()?;
        self.from += BLOCK_ROWS;
        let columns = rows
            .columns()
            .iter()
            .map(|column| column.str())
            .collect::<PolarsResult<Vec<_>>>()?;
        let cell = |column: &&StringChunked, row| column.get(row).unwrap_or_default().to_owned();
        Ok(csv((0..rows.height()).map(|row| {
            columns.iter().map(|column| cell(column, row)).collect()
        })))
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.ready.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        let more = self.more().map_err(|error| {
            let detail = format!("`{}`: {error}", self.file.display());
            io::Error::new(io::ErrorKind::InvalidData, detail)
        })?;
        self.ready = Cursor::new(more);
        self.ready.read(buffer)
    }
}
