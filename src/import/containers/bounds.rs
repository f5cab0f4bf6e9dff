//! Workbooks that would never be read to their end, or take all memory there is: the library that reads them believes
//! what they say of their size, writes out whatever is repeated, and waits for end tags for ever.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::compound;
use super::workbook::is_too_sparse;
use crate::import::xml::{Scanner, Tag, is_whole};

/// Digits that say how many blanks stand in a cell of an `.ods`, at most.
const MOST_DIGITS: usize = 5;
/// Texts a workbook may say it has, whatever its size.
const FREE_TEXTS: usize = 1_000_000;

/// Returns whether a workbook can be read in a time and a space that its size warrants.
pub(super) fn is_bounded(bytes: &[u8]) -> bool {
    if bytes.starts_with(&compound::MAGIC) {
        return compound::is_bounded(bytes).unwrap_or(false);
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        // Then the library cannot open it, either.
        return true;
    };
    (0..archive.len()).all(|number| {
        let Ok(mut entry) = archive.by_index(number) else {
            return true;
        };
        let name = String::from_utf8_lossy(entry.name_raw()).to_ascii_lowercase();
        let check = match name.rsplit(['/', '\\']).next() {
            Some("content.xml") => ends,
            Some("sharedstrings.xml") => has_its_texts,
            _ => return true,
        };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).is_err() || check(&bytes)
    })
}

/// Returns whether all elements of an `.ods` end, and nothing is repeated beyond reason.
fn ends(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    if !is_whole(text) {
        return false;
    }
    let (mut scanner, mut sheet) = (Scanner::new(text), Sheet::default());
    while let Some(tag) = scanner.next_tag() {
        match tag.name {
            "text:s" if !is_short(tag) => return false,
            "table:table" => sheet = Sheet::default(),
            "table:table-row" => sheet.row(repeats(tag, "table:number-rows-repeated")),
            "table:table-cell" | "table:covered-table-cell" => {
                sheet.cell(repeats(tag, "table:number-columns-repeated"), tag);
                if is_too_sparse(sheet.rows.saturating_mul(sheet.width), sheet.written) {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

fn is_short(blanks: Tag<'_>) -> bool {
    let attributes = blanks.attributes();
    let digits = attributes.bytes().filter(u8::is_ascii_digit).count();
    digits <= MOST_DIGITS && !attributes.contains('&')
}

/// Returns how often a row or a cell is repeated; very often, when that cannot be read.
fn repeats(tag: Tag<'_>, attribute: &str) -> u64 {
    let count = tag.attribute(attribute);
    count.map_or(1, |count| count.parse().unwrap_or(u64::MAX))
}

/// How far a sheet of an `.ods` reaches once what is repeated is written out.
#[derive(Default)]
struct Sheet {
    rows: u64,
    width: u64,
    /// Cells that hold something, before they are repeated.
    written: u64,
    /// Rows above the one being read that hold nothing so far, and this one.
    empty_rows: u64,
    column: u64,
}

impl Sheet {
    fn row(&mut self, repeats: u64) {
        self.empty_rows = self.empty_rows.saturating_add(repeats);
        self.column = 0;
    }

    fn cell(&mut self, repeats: u64, tag: Tag<'_>) {
        self.column = self.column.saturating_add(repeats);
        let is_bare = tag.is_empty
            && !["office:", "formula"]
                .iter()
                .any(|part| tag.attributes().contains(part));
        if !is_bare {
            self.rows = self
                .rows
                .saturating_add(std::mem::take(&mut self.empty_rows));
            self.width = self.width.max(self.column);
            self.written += 1;
        }
    }
}

/// Returns whether the texts of an `.xlsx` may be as many as it says.
fn has_its_texts(texts: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    // In UTF-16 as well.
    let texts: Vec<u8> = texts.iter().copied().filter(|byte| *byte != 0).collect();
    memchr::memmem::find_iter(&texts, COUNT).all(|place| {
        let digits: String = texts[place + COUNT.len()..]
            .iter()
            .skip_while(|byte| b"=\"' \t\r\n".contains(byte))
            .take_while(|byte| byte.is_ascii_digit())
            .map(|digit| char::from(*digit))
            .collect();
        digits.is_empty()
            || digits
                .parse()
                .is_ok_and(|count: usize| count <= texts.len().max(FREE_TEXTS))
    })
}
