//! Records by chunks, so that several cores can read them at once.

use std::io;

use super::records::{RawRecord, Records};
use super::table::Field;
use super::values::widths;

/// Bytes of lines in a chunk.
const CHUNK_BYTES: usize = 2 * 1024 * 1024;
/// Records in a chunk, where they have quotes.
const CHUNK_RECORDS: usize = 20_000;
/// Lines without quotes that are worth a chunk of their own, in bytes.
const LEAST_BYTES: usize = 16 * 1024;

/// Some records of a file that stand together.
pub struct Chunk {
    content: Content,
    delimiter: u8,
}

enum Content {
    /// Lines without quotes, from a line on.
    Lines { first: u64, text: String },
    /// Records.
    Records(Vec<RawRecord<'static>>),
}

impl Chunk {
    /// Hands every record, blank ones too, to `take` with its place, from the record at the place `from` on, until
    /// `take` answers with `false`.
    pub fn each(&self, from: Place, mut take: impl FnMut(Place, &RawRecord<'_>) -> bool) {
        match &self.content {
            Content::Records(records) => {
                for (offset, record) in records.iter().enumerate().skip(from.offset) {
                    let place = Place {
                        offset,
                        line: record.line,
                    };
                    if !take(place, record) {
                        return;
                    }
                }
            }
            Content::Lines { first, text } => {
                let mut record = RawRecord::default();
                let mut place = from;
                place.line = place.line.max(*first);
                while place.offset < text.len() {
                    let rest = &text[place.offset..];
                    let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
                    let line = &rest[..length];
                    record.set_plain(
                        place.line,
                        line.strip_suffix('\r').unwrap_or(line),
                        self.delimiter,
                    );
                    if !take(place, &record) {
                        return;
                    }
                    place.offset += length + 1;
                    place.line += 1;
                }
            }
        }
    }
}

/// Where a record lies in its chunk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    offset: usize,
    line: u64,
}

/// Cuts records into chunks; records that stand together under one value of the field `together` are not parted.
pub struct Chunks<'r, 'a> {
    records: &'r mut Records<'a>,
    together: Option<Field>,
    /// Records read that belong to the next chunk.
    held: Vec<RawRecord<'static>>,
}

impl<'r, 'a> Chunks<'r, 'a> {
    /// Starts at the next record.
    pub fn new(records: &'r mut Records<'a>, together: Option<Field>) -> Self {
        Self {
            records,
            together,
            held: Vec::new(),
        }
    }

    /// Returns the next chunk, `None` at the end.
    ///
    /// # Errors
    /// Whatever reading gives.
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        let delimiter = self.records.delimiter();
        if self.held.is_empty() {
            let first = self.records.line();
            if let Some((lines, is_last)) = self.records.plain_lines(CHUNK_BYTES)? {
                let end = match self.together {
                    Some(field) if !is_last => last_start(lines, field, delimiter),
                    _ => lines.len(),
                };
                if is_last || end >= LEAST_BYTES {
                    let text = self.records.take_lines(end);
                    let content = Content::Lines { first, text };
                    return Ok(Some(Chunk { content, delimiter }));
                }
            }
        }
        let mut records = std::mem::take(&mut self.held);
        let mut is_ended = false;
        while records.len() < CHUNK_RECORDS {
            match self.records.next_record()? {
                Some(record) => records.push(record),
                None => {
                    is_ended = true;
                    break;
                }
            }
        }
        if let (Some(field), false) = (self.together, is_ended) {
            let value = |record: &RawRecord<'_>| {
                record.cell(field).and_then(widths::cell).map(str::to_owned)
            };
            let last = records.last().and_then(value);
            let start = records
                .iter()
                .rposition(|record| value(record) != last)
                .map_or(0, |place| place + 1);
            // One order longer than a chunk stays whole up to here: the rest of it is an order that came back.
            if start > 0 {
                self.held = records.split_off(start);
            }
        }
        let content = Content::Records(records);
        let is_empty = matches!(&content, Content::Records(records) if records.is_empty());
        Ok((!is_empty).then_some(Chunk { content, delimiter }))
    }
}

/// Returns where the last lines that share their cell begin; the end when all of them share it.
fn last_start(lines: &str, field: Field, delimiter: u8) -> usize {
    let cell = |line: &str| {
        let mut cells = line.split(char::from(delimiter));
        cells.nth(field).and_then(widths::cell).map(str::to_owned)
    };
    let mut start = lines.len();
    let mut last: Option<Option<String>> = None;
    while start > 0 {
        let before = lines[..start - 1].rfind('\n').map_or(0, |place| place + 1);
        let value = cell(&lines[before..start - 1]);
        match &last {
            None => last = Some(value),
            Some(last) if *last != value => return start,
            Some(_) => {}
        }
        start = before;
    }
    lines.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chunks(text: &str, together: Option<Field>) -> Vec<Vec<(u64, String)>> {
        let mut bytes = text.as_bytes();
        let mut records = Records::new(&mut bytes, ',');
        let mut chunks = Chunks::new(&mut records, together);
        let mut found = Vec::new();
        while let Some(chunk) = chunks.next_chunk().expect("memory can be read") {
            let mut rows = Vec::new();
            chunk.each(Place::default(), |_, record| {
                rows.push((record.line, record.raw.to_string()));
                true
            });
            found.push(rows);
        }
        found
    }

    #[test]
    fn chunks_part_a_long_file_but_not_its_orders() {
        let row = |number: usize| format!("{},{number},{}\n", number / 7, "x".repeat(60));
        let text: String = (0..120_000).map(row).collect();
        let found = chunks(&text, Some(0));
        assert!(found.len() > 3, "{}", found.len());
        let order = |row: &(u64, String)| row.1.split(',').next().map(str::to_owned);
        for pair in found.windows(2) {
            assert_ne!(
                pair[0].last().and_then(order),
                pair[1].first().and_then(order)
            );
        }
        let lines: Vec<u64> = found.iter().flatten().map(|(line, _)| *line).collect();
        assert!(lines.iter().copied().eq(1..=120_000));
    }

    #[test]
    fn quotes_on_the_way_change_nothing() {
        let row = |number: usize| match number % 5_000 {
            0 => format!("{},\"a\nb\"\n", number / 3),
            _ => format!("{},{}\n", number / 3, "y".repeat(40)),
        };
        let text: String = (0..60_000).map(row).collect();
        let found = chunks(&text, Some(0));
        let back: Vec<&str> = found
            .iter()
            .flatten()
            .map(|(_, raw)| raw.as_str())
            .collect();
        assert!(back.join("\n") + "\n" == text);
    }

    proptest! {
        #[test]
        fn records_are_those_read_one_by_one(text in "[ab,\"\n]{0,60}", together in proptest::option::of(0_usize..2)) {
            let mut bytes = text.as_bytes();
            let mut records = Records::new(&mut bytes, ',');
            let mut one_by_one = Vec::new();
            while let Some(record) = records.next_record().expect("memory can be read") {
                one_by_one.push((record.line, record.raw.into_owned()));
            }
            prop_assert_eq!(chunks(&text, together).concat(), one_by_one);
        }
    }
}
