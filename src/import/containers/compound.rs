//! Old workbooks (`.xls`), looked through before they are read: chains of sectors that never end, and sheets that claim
//! to be larger than any sheet can be.
//!
//! What is not as it should be is no workbook: `None`. See MS-CFB and MS-XLS.

use super::workbook::is_too_sparse;

/// How compound files begin.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Sectors from here on are none.
const LAST: u32 = 0xffff_fffa;
const END: u32 = 0xffff_fffe;
/// Streams below this size lie in small sectors.
const SMALL: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// Cells of the largest sheet there can be.
const MOST_CELLS: u64 = 65_536 * 256;

/// Returns whether an `.xls` can be read in a space that its size warrants.
pub(super) fn is_bounded(bytes: &[u8]) -> Option<bool> {
    let stream = workbook(bytes)?;
    let mut sheets = Vec::new();
    for (kind, data) in records(&stream, 0) {
        match kind {
            // Locked with a password: nobody reads it.
            0x2f if data.iter().take(2).any(|byte| *byte != 0) => return Some(true),
            0x85 => sheets.push(long(data, 0)? as usize),
            0x0a => break,
            _ => {}
        }
    }
    let (mut spanned, mut filled) = (0_u64, 0);
    for sheet in sheets {
        let (area, count) = sheet_size(&stream, sheet)?;
        spanned += area;
        filled += count;
    }
    Some(!is_too_sparse(spanned, filled))
}

/// Returns how many cells lie between the outermost ones of a sheet, and how many of them there are.
fn sheet_size(stream: &[u8], start: usize) -> Option<(u64, u64)> {
    let (mut first, mut last, mut count) = ((u16::MAX, u16::MAX), (0, 0), 0);
    for (kind, data) in records(stream, start) {
        match kind {
            // How large the sheet says it is.
            0x200 => {
                let (rows, columns) = match data.len() {
                    10 => (u32::from(short(data, 2)?), short(data, 6)?),
                    _ => (long(data, 4)?, short(data, 10)?),
                };
                if u64::from(rows) * u64::from(columns) > MOST_CELLS {
                    return None;
                }
            }
            // Cells, several in a row at last.
            0x06 | 0xd6 | 0xfd | 0x203 | 0x204 | 0x205 | 0x27e | 0xbd => {
                let (row, column) = (short(data, 0)?, short(data, 2)?);
                let end = match kind {
                    0xbd => short(data, data.len().checked_sub(2)?)?,
                    _ => column,
                };
                if end > 0xff || column > end {
                    return None;
                }
                first = (first.0.min(row), first.1.min(column));
                last = (last.0.max(row), last.1.max(end));
                count += u64::from(end - column) + 1;
            }
            _ => {}
        }
    }
    if count == 0 {
        return Some((0, 0));
    }
    let side = |first: u16, last: u16| u64::from(last - first) + 1;
    Some((side(first.0, last.0) * side(first.1, last.1), count))
}

/// Returns the records from a place on: their kinds and what they hold.
///
/// Those of charts within a sheet are among them; they only make it seem fuller.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(start..).unwrap_or_default();
    let mut depth = 0_usize;
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let (kind, length) = (short(rest, 0)?, short(rest, 2)?);
        let end = 4 + usize::from(length);
        let data = rest.get(4..end)?;
        rest = &rest[end..];
        match kind {
            0x809 => depth += 1,
            0x0a => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_over = kind == 0x0a && depth == 0;
        Some((kind, data))
    })
}

/// Returns the stream that holds the sheets.
fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = match short(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let sector = |id: u32| {
        let start = (id as usize + 1).checked_mul(size)?;
        let end = (start + size).min(bytes.len());
        bytes.get(start..end)
    };
    let mut places: Vec<u32> = words(bytes.get(76..512)?);
    let mut next = long(bytes, 68)?;
    let most = bytes.len() / size + 1;
    for _ in 0..=most {
        if next >= LAST {
            break;
        }
        places.extend(words(sector(next)?));
        next = places.pop()?;
    }
    let mut chains = Vec::new();
    for place in places.into_iter().filter(|place| *place < LAST) {
        chains.extend(words(sector(place)?));
    }
    let chain = |start: u32, length: usize| chained(start, length, &chains, sector);
    let directory = chain(long(bytes, 48)?, usize::MAX)?;
    let entry = |entry: &[u8]| -> Option<(String, u32, usize)> {
        let name: Vec<u16> = entry[..64]
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let name = String::from_utf16_lossy(&name);
        let high = if size == SMALL { long(entry, 124)? } else { 0 };
        let length = u64::from(high) << 32 | u64::from(long(entry, 120)?);
        let name = name
            .split('\0')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        Some((name, long(entry, 116)?, usize::try_from(length).ok()?))
    };
    let entries: Vec<_> = directory.chunks_exact(128).filter_map(entry).collect();
    let (_, root, root_length) = entries.first()?;
    let (small, small_chains) = match long(bytes, 64)? {
        0 => (Vec::new(), Vec::new()),
        count => {
            let chains = chain(long(bytes, 60)?, count as usize * size)?;
            (chain(*root, *root_length)?, words(&chains))
        }
    };
    let named = |wanted: &str| entries.iter().find(|(name, ..)| name == wanted);
    let (_, start, length) = named("workbook").or_else(|| named("book"))?;
    if *length < SMALL {
        let sector = |id: u32| {
            let start = id as usize * SMALL_SECTOR;
            small.get(start..(start + SMALL_SECTOR).min(small.len()))
        };
        return chained(*start, *length, &small_chains, sector);
    }
    chain(*start, *length)
}

/// Returns what a chain of sectors holds; `None` for one that never ends.
fn chained<'b>(
    start: u32,
    length: usize,
    chains: &[u32],
    sector: impl Fn(u32) -> Option<&'b [u8]>,
) -> Option<Vec<u8>> {
    let (mut held, mut id) = (Vec::new(), start);
    for _ in 0..=chains.len() {
        if id == END || held.len() >= length {
            held.truncate(length);
            return Some(held);
        }
        held.extend_from_slice(sector(id)?);
        id = *chains.get(id as usize)?;
    }
    None
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let words = bytes.chunks_exact(4);
    words
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

fn short(bytes: &[u8], place: usize) -> Option<u16> {
    let found = bytes.get(place..place + 2)?;
    Some(u16::from_le_bytes([found[0], found[1]]))
}

fn long(bytes: &[u8], place: usize) -> Option<u32> {
    words(bytes.get(place..place + 4)?).first().copied()
}
