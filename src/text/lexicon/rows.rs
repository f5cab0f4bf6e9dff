//! Tab-separated data files: rows with their place, so that every error names file and line.

use super::{Aspect, Emotion};
use crate::text::TextError;

/// One row of a data file.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    file: &'a str,
    line: usize,
    /// The cells, trimmed.
    pub(crate) cells: Vec<&'a str>,
}

/// Yields the rows of `text`, comments (`#`) and empty lines left out; a row with an empty cell is an error.
pub(crate) fn read<'a>(
    file: &'a str,
    text: &'a str,
) -> impl Iterator<Item = Result<Row<'a>, TextError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A comment is "# " with a space: emoticons and tags may begin with the sign itself.
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("# "));
    lines.map(move |(index, line)| {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let row = Row {
            file,
            line: index + 1,
            cells,
        };
        match row.cells.iter().position(|cell| cell.is_empty()) {
            Some(cell) => Err(row.error(cell, "a value")),
            None => Ok(row),
        }
    })
}

impl<'a> Row<'a> {
    /// Returns the row if it has `count` cells.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] naming the line.
    pub(crate) fn expect_cells(self, count: usize) -> Result<Row<'a>, TextError> {
        if self.cells.len() == count {
            return Ok(self);
        }
        Err(TextError::Data {
            file: self.file.to_owned(),
            line: self.line,
            found: format!("{} columns", self.cells.len()),
            expected: format!("{count} columns"),
        })
    }

    /// Returns the error for cell `cell`.
    pub(crate) fn error(&self, cell: usize, expected: &str) -> TextError {
        TextError::Data {
            file: self.file.to_owned(),
            line: self.line,
            found: self.cells.get(cell).copied().unwrap_or_default().to_owned(),
            expected: expected.to_owned(),
        }
    }

    /// Returns the line number, from 1.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// Returns the polarity in cell `cell`.
    pub(crate) fn polarity(&self, cell: usize) -> Result<i8, TextError> {
        match self.cells[cell] {
            "+1" | "1" => Ok(1),
            "0" => Ok(0),
            "-1" => Ok(-1),
            _ => Err(self.error(cell, "+1, 0 or -1")),
        }
    }

    /// Returns the strength in cell `cell`.
    pub(crate) fn strength(&self, cell: usize) -> Result<u8, TextError> {
        match self.cells[cell] {
            "1" => Ok(1),
            "2" => Ok(2),
            "3" => Ok(3),
            _ => Err(self.error(cell, "1, 2 or 3")),
        }
    }

    /// Returns the aspect in cell `cell`, none for `-`.
    pub(crate) fn aspect(&self, cell: usize) -> Result<Option<Aspect>, TextError> {
        match self.cells[cell] {
            "-" => Ok(None),
            name => Aspect::from_name(name)
                .map(Some)
                .ok_or_else(|| self.error(cell, "an aspect or -")),
        }
    }

    /// Returns the emotion in cell `cell`, none for `-`.
    pub(crate) fn emotion(&self, cell: usize) -> Result<Option<Emotion>, TextError> {
        match self.cells[cell] {
            "-" => Ok(None),
            name => Emotion::from_name(name)
                .map(Some)
                .ok_or_else(|| self.error(cell, "an emotion or -")),
        }
    }
}
