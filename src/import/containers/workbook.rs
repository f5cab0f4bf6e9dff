//! Workbooks: `.xlsx`, `.xlsb`, `.xls`, `.ods`; each visible sheet is a table.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, Range, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs};

use super::{Part, Place, csv};
use crate::error::{Error, Result};

/// Numbers from here on have lost digits in a workbook.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns the visible sheets that hold something.
pub(super) fn parts(file: &Path) -> Result<Vec<Part>> {
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
    let range = range(&mut workbook(file)?, file, sheet)?;
    let rows = range.rows().map(|row| row.iter().map(text).collect());
    Ok(Box::new(Cursor::new(csv(rows))))
}

fn workbook(file: &Path) -> Result<Sheets<Cursor<Vec<u8>>>> {
    let bytes = std::fs::read(file).map_err(|error| Error::io("read", file, error))?;
    open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| unopened(file, &error))
}

fn range(workbook: &mut Sheets<Cursor<Vec<u8>>>, file: &Path, sheet: &str) -> Result<Range<Data>> {
    workbook
        .worksheet_range(sheet)
        .map_err(|error| unopened(file, &error))
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
