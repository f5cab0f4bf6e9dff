//! ZIP archives.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::nature::DOCUMENT;
use super::{Contents, Part, Place, workbook};
use crate::error::{Error, Result};
use crate::import::decode::TextEncoding;

/// Returns the entries of an archive that may be exports, in the order of their names; workbooks are archives, too.
pub(super) fn contents(file: &Path) -> Result<Contents> {
    let mut archive = archive(file)?;
    let mut found = Vec::new();
    for number in 0..archive.len() {
        let entry = archive
            .by_index_raw(number)
            .map_err(|error| damaged(file, &error))?;
        if entry.encrypted() {
            return Err(unopened(file, "it is locked with a password".to_owned()));
        }
        let name = name_of(entry.name_raw());
        if entry.is_file() && !is_left_behind(&name) {
            found.push((name, number));
        }
    }
    found.sort();
    let has = |wanted: &str| found.iter().any(|(name, _)| name == wanted);
    if has("xl/workbook.xml") || has("xl/workbook.bin") || (has("mimetype") && has("content.xml")) {
        return workbook::parts(file).map(Contents::Parts);
    }
    if has("[Content_Types].xml") {
        return Ok(Contents::Other(DOCUMENT));
    }
    let parts = found.into_iter().map(|(name, number)| Part {
        file: file.to_path_buf(),
        place: Place::Entry { number, name },
    });
    Ok(Contents::Parts(parts.collect()))
}

/// Opens an entry; its check sum is compared at its end.
pub(super) fn open(file: &Path, number: usize) -> Result<Box<dyn Read>> {
    let mut archive = archive(file)?;
    let entry = archive
        .by_index_raw(number)
        .map_err(|error| damaged(file, &error))?;
    if entry.encrypted() {
        return Err(unopened(file, "it is locked with a password".to_owned()));
    }
    let start = entry
        .data_start()
        .ok_or_else(|| unopened(file, "an entry has no beginning".to_owned()))?;
    let (length, method, crc) = (entry.compressed_size(), entry.compression(), entry.crc32());
    drop(entry);
    let mut opened = File::open(file).map_err(|error| Error::io("read", file, error))?;
    opened
        .seek(SeekFrom::Start(start))
        .map_err(|error| Error::io("read", file, error))?;
    let stored = opened.take(length);
    let input: Box<dyn Read> = match method {
        CompressionMethod::Stored => Box::new(stored),
        CompressionMethod::Deflated => Box::new(DeflateDecoder::new(stored)),
        other => return Err(unopened(file, format!("it is compressed by {other}"))),
    };
    Ok(Box::new(Checked {
        input,
        crc: Crc::new(),
        wanted: crc,
    }))
}

fn archive(file: &Path) -> Result<ZipArchive<File>> {
    let opened = File::open(file).map_err(|error| Error::io("read", file, error))?;
    ZipArchive::new(opened).map_err(|error| damaged(file, &error))
}

/// Returns a name whose bytes are in any Japanese encoding; archives made on Windows do not say which.
fn name_of(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => TextEncoding::of(raw, true).decode(raw),
    };
    name.replace('\\', "/")
}

fn is_left_behind(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/")
        || last.starts_with('.')
        || last == "Thumbs.db"
        || last == "desktop.ini"
}

fn damaged(file: &Path, error: &zip::result::ZipError) -> Error {
    unopened(file, format!("it is damaged or cut off ({error})"))
}

fn unopened(file: &Path, detail: String) -> Error {
    Error::Unopened {
        path: file.to_path_buf(),
        detail,
    }
}

/// An entry whose bytes are summed on their way.
struct Checked {
    input: Box<dyn Read>,
    crc: Crc,
    wanted: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.crc.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.crc.sum() != self.wanted {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the archive is damaged",
            ));
        }
        Ok(count)
    }
}
