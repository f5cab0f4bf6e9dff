//! Records of a CSV or TSV file, one at a time, with their lines.
//!
//! The splitting is our own for one reason: a quote that is never closed must cost its own line and not the rest of
//! the file. A record whose quote is still open after [`MOST_LINES`] lines, or at the end of the file, is given up:
//! its first line is reported as broken and reading goes on with the second. The same goes for a record of several
//! lines in which a closing quote stands before anything but a delimiter or the end of a line: the quote that seems to
//! close there opened a later cell.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Most lines a record may span.
const MOST_LINES: usize = 500;
/// Most bytes a line may have; what is longer is cut and reported.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// What is wrong with a record as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A quote is opened and never closed.
    OpenQuote,
    /// The line is longer than any real one.
    TooLong,
}

/// One record.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// First line of the record, from 1.
    pub line: u64,
    /// The cells, unquoted.
    pub cells: Vec<String>,
    /// The record as it stands in the file, without its last line end.
    pub raw: String,
    /// What is wrong with it, if anything.
    pub flaw: Option<Flaw>,
}

impl RawRecord {
    /// Returns whether the record has nothing but blanks.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Reads records from text.
pub struct Records<'a> {
    input: &'a mut dyn BufRead,
    delimiter: char,
    next_line: u64,
    /// Lines read ahead for a quote that never closed.
    waiting: VecDeque<(String, bool)>,
}

impl<'a> Records<'a> {
    /// Starts at the first line of `input`.
    pub fn new(input: &'a mut dyn BufRead, delimiter: char) -> Self {
        Self {
            input,
            delimiter,
            next_line: 1,
            waiting: VecDeque::new(),
        }
    }

    /// Returns the next record, `None` at the end.
    ///
    /// # Errors
    /// Whatever reading gives.
    pub fn next_record(&mut self) -> io::Result<Option<RawRecord>> {
        let Some((first, is_cut)) = self.next_line()? else {
            return Ok(None);
        };
        let line = self.next_line;
        if is_cut {
            self.next_line += 1;
            let cells = split(&first, self.delimiter).unwrap_or_default();
            return Ok(Some(RawRecord {
                line,
                cells,
                raw: first,
                flaw: Some(Flaw::TooLong),
            }));
        }
        let mut scan = Scan::default();
        scan.line(&first, self.delimiter);
        let mut ahead: Vec<(String, bool)> = Vec::new();
        let mut size = first.len() as u64;
        while scan.is_quoted
            && (ahead.is_empty() || !scan.is_odd)
            && ahead.len() < MOST_LINES
            && size < MOST_BYTES
        {
            let Some(next) = self.next_line()? else { break };
            size += next.0.len() as u64;
            scan.line(&next.0, self.delimiter);
            ahead.push(next);
        }
        if scan.is_quoted || (scan.is_odd && !ahead.is_empty()) {
            for next in ahead.into_iter().rev() {
                self.waiting.push_front(next);
            }
            self.next_line += 1;
            let cells = first.split(self.delimiter).map(str::to_owned).collect();
            return Ok(Some(RawRecord {
                line,
                cells,
                raw: first,
                flaw: Some(Flaw::OpenQuote),
            }));
        }
        self.next_line += 1 + ahead.len() as u64;
        let mut raw = first;
        for (next, _) in ahead {
            raw.push('\n');
            raw.push_str(&next);
        }
        let cells = split(&raw, self.delimiter).unwrap_or_default();
        Ok(Some(RawRecord {
            line,
            cells,
            raw,
            flaw: None,
        }))
    }

    /// Returns the next line without its end, and whether it was cut for its length.
    fn next_line(&mut self) -> io::Result<Option<(String, bool)>> {
        if let Some(line) = self.waiting.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        if (&mut *self.input)
            .take(MOST_BYTES)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(None);
        }
        let is_cut = bytes.last() != Some(&b'\n') && bytes.len() as u64 == MOST_BYTES;
        if is_cut {
            skip_line(self.input)?;
            bytes.truncate(1024);
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Ok(Some((String::from_utf8_lossy(&bytes).into_owned(), is_cut)))
    }
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Ok(());
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let count = end.map_or(available.len(), |end| end + 1);
        input.consume(count);
        if end.is_some() {
            return Ok(());
        }
    }
}

/// Whether a quote is open behind the lines seen so far.
#[derive(Default)]
struct Scan {
    is_quoted: bool,
    /// Whether a closing quote stood before anything but a delimiter or the end of its line.
    is_odd: bool,
}

impl Scan {
    fn line(&mut self, line: &str, delimiter: char) {
        let mut at_start = !self.is_quoted;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            if self.is_quoted {
                if letter == '"' && letters.next_if_eq(&'"').is_none() {
                    self.is_quoted = false;
                    self.is_odd |= letters.peek().is_some_and(|next| *next != delimiter);
                }
                continue;
            }
            if at_start && letter == '"' {
                self.is_quoted = true;
            }
            at_start = letter == delimiter;
        }
    }
}

/// Splits a record whose quotes are balanced into its cells; `None` when they are not.
fn split(record: &str, delimiter: char) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let (mut is_quoted, mut at_start) = (false, true);
    let mut letters = record.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_quoted {
            if letter != '"' {
                cell.push(letter);
            } else if letters.next_if_eq(&'"').is_some() {
                cell.push('"');
            } else {
                is_quoted = false;
            }
        } else if letter == delimiter {
            cells.push(std::mem::take(&mut cell));
            at_start = true;
            continue;
        } else if at_start && letter == '"' {
            is_quoted = true;
        } else {
            cell.push(letter);
        }
        at_start = false;
    }
    cells.push(cell);
    (!is_quoted).then_some(cells)
}

/// Returns the delimiter that splits the first records into the most cells, `None` for text of single cells.
pub fn sniff_delimiter(sample: &str) -> Option<char> {
    let mut best: Option<(usize, char)> = None;
    for delimiter in [',', '\t', ';', '|'] {
        let rows = first_rows(sample, delimiter, 10);
        let cells: usize = rows.iter().map(|row| row.len().saturating_sub(1)).sum();
        if cells > 0 && best.is_none_or(|(most, _)| cells > most) {
            best = Some((cells, delimiter));
        }
    }
    best.map(|(_, delimiter)| delimiter)
}

/// Returns the cells of the first `count` records of a sample.
pub fn first_rows(sample: &str, delimiter: char, count: usize) -> Vec<Vec<String>> {
    let mut bytes = sample.as_bytes();
    let mut records = Records::new(&mut bytes, delimiter);
    let mut rows = Vec::new();
    while let (true, Ok(Some(record))) = (rows.len() < count, records.next_record()) {
        rows.push(record.cells);
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<RawRecord> {
        let mut bytes = text.as_bytes();
        let mut records = Records::new(&mut bytes, ',');
        std::iter::from_fn(|| records.next_record().expect("memory can be read")).collect()
    }

    fn cells(text: &str) -> Vec<(u64, Vec<String>)> {
        all(text)
            .into_iter()
            .map(|record| (record.line, record.cells))
            .collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quoted_cells_may_hold_delimiters_quotes_and_lines() {
        let text = "a,b\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",z\nend,\n";
        assert_eq!(
            cells(text),
            [
                row(1, &["a", "b"]),
                row(2, &["x,1", "say \"hi\""]),
                row(3, &["two\nlines", "z"]),
                row(5, &["end", ""])
            ]
        );
    }

    #[test]
    fn an_open_quote_costs_only_its_own_line() {
        let records = all("a,b\n\"broken,1\nc,d\n\"e\",f\n");
        assert_eq!(records[1].flaw, Some(Flaw::OpenQuote));
        assert_eq!(
            (records[1].line, records[1].raw.as_str()),
            (2, "\"broken,1")
        );
        assert_eq!(records[2].cells, ["c", "d"]);
        assert_eq!(
            (records[3].line, records[3].cells.as_slice()),
            (4, ["e".to_owned(), "f".to_owned()].as_slice())
        );
    }

    #[test]
    fn a_quote_within_a_cell_is_a_letter() {
        assert_eq!(cells("5\" disk,a\n"), [row(1, &["5\" disk", "a"])]);
    }

    #[test]
    fn delimiters_are_told_apart() {
        assert_eq!(sniff_delimiter("a,b\n1,2\n"), Some(','));
        assert_eq!(sniff_delimiter("a\tb, c\td\n1\t2\t3\n"), Some('\t'));
        assert_eq!(sniff_delimiter("a;b;c\n1,5;2;3\n"), Some(';'));
        assert_eq!(sniff_delimiter("plain text\n"), None);
    }

    proptest! {
        #[test]
        fn every_line_is_within_exactly_one_record(text in "[ab,\"\n]{0,60}") {
            let lines: Vec<&str> = text.lines().collect();
            let back: Vec<String> = all(&text).into_iter().map(|record| record.raw).collect();
            prop_assert_eq!(back.join("\n"), lines.join("\n"));
        }
    }
}
