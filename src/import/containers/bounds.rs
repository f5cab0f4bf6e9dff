//! Workbooks that would never be read to their end, or take all memory there is: the library that reads them believes
//! what they say of their size, and waits for end tags for ever.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::compound;
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

/// Returns whether all elements of an `.ods` end and no cell has blanks without number.
fn ends(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    let is_long = |tag: Tag<'_>| {
        let attributes = tag.attributes();
        let digits = attributes.bytes().filter(u8::is_ascii_digit).count();
        tag.name == "text:s" && (digits > MOST_DIGITS || attributes.contains('&'))
    };
    let mut tags = Scanner::new(text);
    is_whole(text) && !std::iter::from_fn(|| tags.next_tag()).any(is_long)
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
