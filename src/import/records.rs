//! Records of a CSV or TSV file, one at a time or by blocks of lines, with their lines.
//!
//! The splitting is our own for one reason: a quote that is never closed must cost its own line and not the rest of
//! the file. A record whose quote is still open after [`MOST_LINES`] lines, or at the end of the file, is given up:
//! its first line is reported as broken and reading goes on with the second. The same goes for a record of several
//! lines in which a closing quote stands before anything but a delimiter or the end of a line: the quote that seems to
//! close there opened a later cell.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// Most lines a record may span.
const MOST_LINES: usize = 500;
/// Most bytes a line may have; what is longer is cut and reported.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Most cells that room is made for before they are seen.
const MOST_CELLS: usize = 1_024;
/// Bytes kept of a line that is too long.
const KEPT_BYTES: usize = 1024;

/// What is wrong with a record as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A quote is opened and never closed.
    OpenQuote,
    /// The line is longer than any real one.
    TooLong,
}

/// One record, its text borrowed where it lies in memory with others.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RawRecord<'t> {
    /// First line of the record, from 1.
    pub line: u64,
    /// The record as it stands in the file, without its last line end.
    pub raw: Cow<'t, str>,
    /// What is wrong with it, if anything.
    pub flaw: Option<Flaw>,
    /// Start and end of each cell: in `unquoted` when there were quotes to take off, else in `raw`.
    spans: Vec<(u32, u32)>,
    unquoted: Option<String>,
}

impl<'t> RawRecord<'t> {
    /// Returns the cell at a place, unquoted.
    pub fn cell(&self, place: usize) -> Option<&str> {
        let (start, end) = *self.spans.get(place)?;
        self.text().get(start as usize..end as usize)
    }

    /// Returns the cells, unquoted.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        let text = self.text();
        self.spans
            .iter()
            .map(|(start, end)| &text[*start as usize..*end as usize])
    }

    /// Returns how many cells it has.
    pub fn cell_count(&self) -> usize {
        self.spans.len()
    }

    /// Returns whether the record has nothing but blanks.
    pub fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.trim().is_empty())
    }

    /// Becomes the record of one line that has no quotes, without allocating when it has been a record before.
    pub fn set_plain(&mut self, line: u64, text: &'t str, delimiter: u8) {
        self.line = line;
        self.flaw = None;
        self.unquoted = None;
        self.raw = Cow::Borrowed(text);
        self.span_plain(delimiter);
    }

    fn text(&self) -> &str {
        self.unquoted.as_deref().unwrap_or(&self.raw)
    }

    fn span_plain(&mut self, delimiter: u8) {
        self.spans.clear();
        let mut start = 0;
        for place in memchr::memchr_iter(delimiter, self.raw.as_bytes()) {
            self.spans.push((start, place as u32));
            start = place as u32 + 1;
        }
        self.spans.push((start, self.raw.len() as u32));
    }

    /// Makes a record without quotes; `cells` says about how many cells it has.
    fn plain(line: u64, raw: String, delimiter: u8, cells: usize) -> Self {
        let mut record = Self {
            line,
            raw: raw.into(),
            spans: Vec::with_capacity(cells),
            ..Self::default()
        };
        record.span_plain(delimiter);
        record
    }

    /// Takes the quotes off a record; those of a record that is not balanced stay.
    fn quoted(line: u64, raw: String, delimiter: u8, cells: usize) -> Self {
        if memchr::memchr(b'"', raw.as_bytes()).is_none() {
            return Self::plain(line, raw, delimiter, cells);
        }
        let mut unquoted = String::with_capacity(raw.len());
        let mut spans = Vec::with_capacity(cells);
        let (mut is_quoted, mut at_start, mut start) = (false, true, 0);
        let bytes = raw.as_bytes();
        let mut place = 0;
        while place < bytes.len() {
            if is_quoted {
                let end =
                    memchr::memchr(b'"', &bytes[place..]).map_or(raw.len(), |end| place + end);
                unquoted.push_str(&raw[place..end]);
                place = end + 1;
                if bytes.get(place) == Some(&b'"') {
                    unquoted.push('"');
                    place += 1;
                } else {
                    is_quoted = false;
                }
            } else if bytes[place] == delimiter {
                spans.push((start, unquoted.len() as u32));
                start = unquoted.len() as u32;
                at_start = true;
                place += 1;
                continue;
            } else if at_start && bytes[place] == b'"' {
                is_quoted = true;
                place += 1;
            } else {
                let end =
                    memchr::memchr(delimiter, &bytes[place..]).map_or(raw.len(), |end| place + end);
                unquoted.push_str(&raw[place..end]);
                place = end;
            }
            at_start = false;
        }
        spans.push((start, unquoted.len() as u32));
        Self {
            line,
            raw: raw.into(),
            flaw: None,
            spans,
            unquoted: Some(unquoted),
        }
    }

    /// Makes a record of cells, for tests.
    #[cfg(test)]
    pub fn of(line: u64, cells: &[&str]) -> Self {
        Self::plain(line, cells.join("\u{1}"), 1, cells.len())
    }
}

/// Reads records from text.
pub struct Records<'a> {
    input: &'a mut dyn BufRead,
    delimiter: u8,
    next_line: u64,
    /// Cells of the last record: the next has about as many.
    cells: usize,
    /// Lines read ahead for a quote that never closed.
    waiting: VecDeque<(String, bool)>,
    /// Last line up to which a quote that was opened before is known to stay open.
    open_until: u64,
    /// Text read and not yet taken, from `start`.
    buffer: Vec<u8>,
    start: usize,
    is_ended: bool,
}

impl<'a> Records<'a> {
    /// Starts at the first line of `input`.
    pub fn new(input: &'a mut dyn BufRead, delimiter: char) -> Self {
        Self {
            input,
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            next_line: 1,
            cells: 0,
            waiting: VecDeque::new(),
            open_until: 0,
            buffer: Vec::new(),
            start: 0,
            is_ended: false,
        }
    }

    /// Returns what stands between the cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Returns the line of the next record.
    pub fn line(&self) -> u64 {
        self.next_line
    }

    /// Returns the next record, `None` at the end.
    ///
    /// # Errors
    /// Whatever reading gives.
    pub fn next_record(&mut self) -> io::Result<Option<RawRecord<'static>>> {
        let record = self.read_record()?;
        if let Some(record) = &record {
            self.cells = record.cell_count().min(MOST_CELLS);
        }
        Ok(record)
    }

    fn read_record(&mut self) -> io::Result<Option<RawRecord<'static>>> {
        let Some((first, is_cut)) = self.next_line()? else {
            return Ok(None);
        };
        let line = self.next_line;
        if is_cut {
            self.next_line += 1;
            return Ok(Some(RawRecord {
                flaw: Some(Flaw::TooLong),
                ..RawRecord::plain(line, first, self.delimiter, self.cells)
            }));
        }
        if memchr::memchr(b'"', first.as_bytes()).is_none() {
            self.next_line += 1;
            return Ok(Some(RawRecord::plain(
                line,
                first,
                self.delimiter,
                self.cells,
            )));
        }
        let mut scan = Scan::default();
        scan.line(first.as_bytes(), self.delimiter);
        // Lines that are waiting and belong to the record, as far as can be told.
        let mut ahead = 0;
        if scan.is_quoted && !scan.is_odd {
            // What was open behind this line in an earlier search, too, need not be searched again.
            ahead = self.open_until.saturating_sub(line) as usize;
        }
        let lengths = self.waiting.iter().take(ahead).map(|(text, _)| text.len());
        let mut size = first.len() + lengths.sum::<usize>();
        while scan.is_quoted
            && (ahead == 0 || !scan.is_odd)
            && ahead < MOST_LINES
            && size < MOST_BYTES
        {
            if ahead == self.waiting.len() {
                let Some(next) = self.read_line()? else { break };
                self.waiting.push_back(next);
            }
            let next = &self.waiting[ahead].0;
            size += next.len();
            scan.line(next.as_bytes(), self.delimiter);
            ahead += 1;
            if scan.is_quoted && !scan.is_odd {
                self.open_until = line + ahead as u64;
            }
        }
        if scan.is_quoted || (scan.is_odd && ahead > 0) {
            self.next_line += 1;
            return Ok(Some(RawRecord {
                flaw: Some(Flaw::OpenQuote),
                ..RawRecord::plain(line, first, self.delimiter, self.cells)
            }));
        }
        self.next_line += 1 + ahead as u64;
        let mut raw = first;
        for (next, _) in self.waiting.drain(..ahead) {
            raw.push('\n');
            raw.push_str(&next);
        }
        Ok(Some(RawRecord::quoted(
            line,
            raw,
            self.delimiter,
            self.cells,
        )))
    }

    /// Returns whole lines that lie ahead and have no quotes, about `most` bytes of them, and whether nothing follows;
    /// `None` when the next record has to be read by [`next_record`](Self::next_record), or nothing is left.
    ///
    /// What the caller takes of them, from the first on, it takes by [`take_lines`](Self::take_lines).
    ///
    /// # Errors
    /// Whatever reading gives.
    pub fn plain_lines(&mut self, most: usize) -> io::Result<Option<(&str, bool)>> {
        if !self.waiting.is_empty() {
            return Ok(None);
        }
        while self.buffer.len() - self.start < most && !self.is_ended {
            self.fill()?;
        }
        let all = &self.buffer[self.start..];
        let within = &all[..all.len().min(most)];
        let quote = memchr::memchr(b'"', within);
        let ahead = &within[..quote.unwrap_or(within.len())];
        let is_last = ahead.len() == all.len() && self.is_ended;
        let end = if is_last {
            ahead.len()
        } else {
            memchr::memrchr(b'\n', ahead).map_or(0, |place| place + 1)
        };
        if end == 0 {
            return Ok(None);
        }
        let lines = &self.buffer[self.start..self.start + end];
        Ok(std::str::from_utf8(lines)
            .ok()
            .map(|lines| (lines, is_last)))
    }

    /// Takes the first `length` bytes of what [`plain_lines`](Self::plain_lines) gave.
    pub fn take_lines(&mut self, length: usize) -> String {
        let end = self.start + length;
        let lines = if self.start == 0 && length > self.buffer.len() / 2 {
            let rest = self.buffer.split_off(length);
            std::mem::replace(&mut self.buffer, rest)
        } else {
            let lines = self.buffer[self.start..end].to_vec();
            self.start = end;
            lines
        };
        self.next_line += memchr::memchr_iter(b'\n', &lines).count() as u64;
        String::from_utf8(lines).expect("the lines were looked at as text")
    }

    fn forget_taken(&mut self) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.forget_taken();
        let piece = self.input.fill_buf()?;
        let length = piece.len();
        self.buffer.extend_from_slice(piece);
        self.input.consume(length);
        self.is_ended = length == 0;
        Ok(())
    }

    /// Returns the next line without its end, and whether it was cut for its length.
    fn next_line(&mut self) -> io::Result<Option<(String, bool)>> {
        match self.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.read_line(),
        }
    }

    /// Returns the next line that was not read ahead.
    fn read_line(&mut self) -> io::Result<Option<(String, bool)>> {
        let mut searched = 0;
        loop {
            let ahead = &self.buffer[self.start..];
            if let Some(place) = memchr::memchr(b'\n', &ahead[searched..]) {
                let end = searched + place;
                let line = text(&ahead[..end]);
                self.start += end + 1;
                return Ok(Some((line, false)));
            }
            searched = ahead.len();
            if self.is_ended && searched == 0 {
                return Ok(None);
            }
            if self.is_ended {
                let line = text(ahead);
                self.start = self.buffer.len();
                return Ok(Some((line, false)));
            }
            if searched >= MOST_BYTES {
                let line = text(&ahead[..KEPT_BYTES]);
                self.skip_line()?;
                return Ok(Some((line, true)));
            }
            self.fill()?;
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            match memchr::memchr(b'\n', &self.buffer[self.start..]) {
                Some(place) => {
                    self.start += place + 1;
                    return Ok(());
                }
                None if self.is_ended => {
                    self.start = self.buffer.len();
                    return Ok(());
                }
                None => {
                    self.start = self.buffer.len();
                    self.fill()?;
                }
            }
        }
    }
}

/// Returns the text of a line without the `\r` before its end.
fn text(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(line).into_owned(),
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
    fn line(&mut self, line: &[u8], delimiter: u8) {
        let mut at_start = !self.is_quoted;
        let mut place = 0;
        while place < line.len() {
            if self.is_quoted {
                let Some(quote) = memchr::memchr(b'"', &line[place..]) else {
                    return;
                };
                place += quote + 1;
                if line.get(place) == Some(&b'"') {
                    place += 1;
                } else {
                    self.is_quoted = false;
                    self.is_odd |= line.get(place).is_some_and(|next| *next != delimiter);
                }
                continue;
            }
            if at_start && line[place] == b'"' {
                self.is_quoted = true;
                at_start = false;
                place += 1;
                continue;
            }
            at_start = line[place] == delimiter;
            place += 1;
        }
    }
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
        rows.push(record.cells().map(str::to_owned).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<RawRecord<'static>> {
        let mut bytes = text.as_bytes();
        let mut records = Records::new(&mut bytes, ',');
        std::iter::from_fn(|| records.next_record().expect("memory can be read")).collect()
    }

    fn cells(text: &str) -> Vec<(u64, Vec<String>)> {
        all(text)
            .into_iter()
            .map(|record| (record.line, record.cells().map(str::to_owned).collect()))
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
        assert_eq!((records[1].line, &*records[1].raw), (2, "\"broken,1"));
        assert!(records[2].cells().eq(["c", "d"]));
        assert!(records[3].line == 4 && records[3].cells().eq(["e", "f"]));
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

    #[test]
    fn lines_without_quotes_come_by_blocks_and_the_others_one_by_one() {
        let mut bytes = "a,b\n1,2\n\"x\ny\",3\n4,5\n6,7".as_bytes();
        let mut records = Records::new(&mut bytes, ',');
        let taken = |records: &mut Records<'_>| {
            let (lines, is_last) = records.plain_lines(100).ok()??;
            let length = lines.len();
            Some((records.take_lines(length), is_last))
        };
        assert_eq!(taken(&mut records), Some(("a,b\n1,2\n".to_owned(), false)));
        assert_eq!((records.line(), taken(&mut records)), (3, None));
        let record = records.next_record().ok().flatten().expect("a record");
        assert!(record.line == 3 && record.cells().eq(["x\ny", "3"]));
        assert_eq!(records.line(), 5);
        assert_eq!(taken(&mut records), Some(("4,5\n6,7".to_owned(), true)));
        assert_eq!(taken(&mut records), None);
        assert_eq!(records.next_record().ok().flatten(), None);
    }

    proptest! {
        #[test]
        fn every_line_is_within_exactly_one_record(text in "[ab,\"\n]{0,60}") {
            let lines: Vec<&str> = text.lines().collect();
            let back: Vec<String> = all(&text).into_iter().map(|record| record.raw.into_owned()).collect();
            prop_assert_eq!(back.join("\n"), lines.join("\n"));
        }
    }
}
