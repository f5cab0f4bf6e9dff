//! Workbooks: `.xlsx`, `.xlsb`, `.xls`, `.ods`; each visible sheet is a table.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{
    Cell, Data, DataRef, Range, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs,
};

use super::bounds::is_bounded;
use super::guard::guarded;
use super::{Part, Place, csv};
use crate::error::{Error, Result};

/// Numbers from here on have lost digits in a workbook.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Cells a sheet may span, filled or not, without a question.
const FREE_CELLS: u64 = 10_000_000;
/// Of more cells, one in so many must be filled.
const MOST_EMPTY: u64 = 100;

/// Returns the visible sheets that hold something.
pub(super) fn parts(file: &Path) -> Result<Vec<Part>> {
    guarded(file, || sheets(file))
}

fn sheets(file: &Path) -> Result<Vec<Part>> {
    let mut workbook = workbook(file)?;
    let sheets = workbook.sheets_metadata().to_vec();
    let mut parts = Vec::new();
    for sheet in sheets {
        if sheet.visible != SheetVisible::Visible || sheet.typ != SheetType::WorkSheet {
            continue;
        }
        if !range(&mut workbook, file, &sheet.name)?.is_empty() {
            parts.push(Part {
                file: file.to_path_buf(),
                place: Place::Sheet(sheet.name),
            });
        }
    }
    Ok(parts)
}

/// Opens a sheet as CSV, without the empty rows above it.
pub(super) fn open(file: &Path, sheet: &str) -> Result<Box<dyn Read>> {
    let text = guarded(file, || {
        let range = range(&mut workbook(file)?, file, sheet)?;
        Ok(csv(range.rows().map(|row| row.iter().map(text).collect())))
    })?;
    Ok(Box::new(Cursor::new(text)))
}

fn workbook(file: &Path) -> Result<Sheets<Cursor<Vec<u8>>>> {
    let bytes = std::fs::read(file).map_err(|error| Error::io("read", file, error))?;
    if !is_bounded(&bytes) {
        return Err(unopened(
            file,
            &calamine::Error::Msg("its sheets are damaged"),
        ));
    }
    open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| unopened(file, &error))
}

fn range(workbook: &mut Sheets<Cursor<Vec<u8>>>, file: &Path, sheet: &str) -> Result<Range<Data>> {
    let failed = |error| unopened(file, &error);
    let cells = match workbook {
        Sheets::Xlsx(workbook) => {
            let reader = workbook.worksheet_cells_reader(sheet);
            let mut reader = reader.map_err(|error| failed(error.into()))?;
            filled(|| Ok(reader.next_cell()?)).map_err(failed)?
        }
        Sheets::Xlsb(workbook) => {
            let reader = workbook.worksheet_cells_reader(sheet);
            let mut reader = reader.map_err(|error| failed(error.into()))?;
            filled(|| Ok(reader.next_cell()?)).map_err(failed)?
        }
        // The one limits itself, the other has no reader that hands on cell by cell.
        Sheets::Xls(_) | Sheets::Ods(_) => return workbook.worksheet_range(sheet).map_err(failed),
    };
    if is_too_sparse(spanned(&cells), cells.len() as u64) {
        let error = calamine::Error::Msg("its cells lie too far apart");
        return Err(unopened(file, &error));
    }
    Ok(Range::from_sparse(cells))
}

/// Returns the cells that hold something.
fn filled<'w>(
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'w>>>, calamine::Error>,
) -> Result<Vec<Cell<Data>>, calamine::Error> {
    let mut cells = Vec::new();
    while let Some(cell) = next()? {
        if !matches!(cell.get_value(), DataRef::Empty) {
            let value = Data::from(cell.get_value().clone());
            cells.push(Cell::new(cell.get_position(), value));
        }
    }
    Ok(cells)
}

/// Returns whether a range of so many cells would be empty for its most part, and large.
pub(super) fn is_too_sparse(spanned: u64, filled: u64) -> bool {
    spanned > FREE_CELLS && spanned / MOST_EMPTY > filled
}

/// Returns how many cells lie between the outermost ones: a range holds them all, be they empty.
fn spanned(cells: &[Cell<Data>]) -> u64 {
    let span = |place: fn(&Cell<Data>) -> u32| {
        let places = || cells.iter().map(place);
        let (first, last) = (places().min(), places().max());
        u64::from(last.unwrap_or(0)) - u64::from(first.unwrap_or(0)) + 1
    };
    span(|cell| cell.get_position().0) * span(|cell| cell.get_position().1)
}

fn unopened(file: &Path, error: &calamine::Error) -> Error {
    Error::Unopened {
        path: file.to_path_buf(),
        detail: error.to_string(),
    }
}

/// Returns what a cell says, days and times as ISO 8601 has them.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        // An id of nineteen digits is no longer what it was: this way nobody takes it for one.
        Data::Float(number) if number.abs() >= EXACT => format!("{number:E}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let second = u32::from(second) + u32::from(milli >= 500);
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!(
                    "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02}",
                    second.min(59)
                ),
            }
        }
        Data::DateTime(duration) => duration.as_f64().to_string(),
    }
}
