//! What exports come in: plain files, compressed ones, archives, workbooks, Parquet.
//!
//! Whatever it is, it is taken apart into [`Part`]s that read as text: an archive gives its entries, a workbook its
//! visible sheets as CSV, a Parquet file its rows as CSV. What is told by its first bytes, not by its name.

mod archive;
mod bounds;
mod compound;
mod guard;
mod nature;
mod parquet;
mod workbook;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

pub use guard::is_guarded;
pub use nature::{is_named_as_other, is_of_a_download};

/// Bytes looked at to tell what a file is.
const HEAD: usize = 1024;

/// One readable text: a whole file, an entry of an archive or a sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    file: PathBuf,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Whole,
    Entry { number: usize, name: String },
    Sheet(String),
    Parquet,
}

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Contents {
    /// Texts that may be exports.
    Parts(Vec<Part>),
    /// Nothing that could be an export: a picture, a document, a web page. What it is, in Japanese and in English.
    Other((&'static str, &'static str)),
}

/// What the first bytes of a part say it is, where that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Nothing that could be an export: what it is, in Japanese and in English.
    Other((&'static str, &'static str)),
    /// An archive of a kind that is not taken apart, or one within another.
    Packed,
}

/// Looks into a file.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Unopened`] for a damaged or locked archive or workbook.
pub fn contents(file: &Path) -> Result<Contents> {
    let failed = |error| Error::io("read", file, error);
    let mut head = Vec::new();
    let read = File::open(file).and_then(|opened| opened.take(HEAD as u64).read_to_end(&mut head));
    read.map_err(failed)?;
    let whole = |place| {
        Contents::Parts(vec![Part {
            file: file.to_path_buf(),
            place,
        }])
    };
    if head.starts_with(b"PAR1") {
        return Ok(whole(Place::Parquet));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return archive::contents(file);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return workbook::parts(file).map(Contents::Parts);
    }
    match nature::other(&head) {
        Some(other) => Ok(Contents::Other(other)),
        None => Ok(whole(Place::Whole)),
    }
}

/// Returns the file that a path leads to, and the name of the part where it leads into one, as messages have it:
/// `orders.xlsx/Sheet1`, `more.zip/data/log.csv`.
pub fn split(path: &Path) -> (&Path, Option<String>) {
    if path.exists() {
        return (path, None);
    }
    let file = path.ancestors().skip(1).find(|file| file.is_file());
    let inner = file.and_then(|file| Some((file, path.strip_prefix(file).ok()?)));
    match inner {
        Some((file, inner)) => {
            let names: Vec<String> = inner
                .iter()
                .map(|name| name.to_string_lossy().into_owned())
                .collect();
            (file, Some(names.join("/")))
        }
        None => (path, None),
    }
}

impl Part {
    /// Returns the file it lies in.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns its name within the file, `None` for the whole file.
    pub fn inner(&self) -> Option<&str> {
        match &self.place {
            Place::Whole | Place::Parquet => None,
            Place::Entry { name, .. } | Place::Sheet(name) => Some(name),
        }
    }

    /// Returns whether it is a sheet of a workbook.
    pub fn is_sheet(&self) -> bool {
        matches!(self.place, Place::Sheet(_))
    }

    /// Opens it as text of any encoding; what is compressed is decompressed.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Malformed`].
    pub fn open(&self) -> Result<Box<dyn Read>> {
        let failed = |error| Error::io("read", &self.file, error);
        let stored: Box<dyn Read> = match &self.place {
            Place::Whole => Box::new(File::open(&self.file).map_err(failed)?),
            Place::Entry { number, .. } => archive::open(&self.file, *number)?,
            Place::Sheet(name) => return workbook::open(&self.file, name),
            Place::Parquet => return parquet::open(&self.file),
        };
        let input = decompressed(stored).map_err(|error| failed(of_data(error)))?;
        Ok(Box::new(Untrusted(input)))
    }

    /// Returns what it is by its first bytes, `None` for a text.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Malformed`].
    pub fn nature(&self) -> Result<Option<Nature>> {
        let mut head = Vec::new();
        let read = self.open()?.take(HEAD as u64).read_to_end(&mut head);
        read.map_err(|error| Error::io("read", &self.file, error))?;
        Ok(if nature::is_packed(&head) {
            Some(Nature::Packed)
        } else {
            nature::other(&head).map(Nature::Other)
        })
    }

    /// Returns the hash of its bytes; of an entry or a sheet, of what it says.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Malformed`].
    pub fn hash(&self) -> Result<String> {
        let failed = |error| Error::io("read", &self.file, error);
        let mut input: Box<dyn Read> = match &self.place {
            Place::Whole | Place::Parquet => Box::new(File::open(&self.file).map_err(failed)?),
            Place::Entry { .. } | Place::Sheet(_) => self.open()?,
        };
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 1 << 18];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => return Ok(hasher.finalize().to_hex().to_string()),
                Ok(count) => hasher.update(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
        }
    }

    /// Returns the part of that file name which lies in the same folder or in the same folder of the archive, if any.
    pub fn beside(&self, name: &str) -> Option<Self> {
        match &self.place {
            Place::Entry { name: own, .. } => {
                let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
                let wanted = match folder {
                    "" => name.to_owned(),
                    folder => format!("{folder}/{name}"),
                };
                let Ok(Contents::Parts(parts)) = archive::contents(&self.file) else {
                    return None;
                };
                parts.into_iter().find(|part| part.inner() == Some(&wanted))
            }
            _ => {
                let file = self.file.with_file_name(name);
                file.is_file().then_some(Self {
                    file,
                    place: Place::Whole,
                })
            }
        }
    }
}

/// What is decompressed: that it is damaged is the data's fault, not the machine's.
struct Untrusted(Box<dyn Read>);

impl Read for Untrusted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(of_data)
    }
}

/// Returns the error as one of the data, unless the system gave it.
fn of_data(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(_) => error,
        None => io::Error::new(io::ErrorKind::InvalidData, error),
    }
}

/// Takes off gzip and Zstandard, also one within the other, as the first bytes tell.
fn decompressed(mut input: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    for _ in 0..2 {
        let mut buffered = BufReader::with_capacity(1 << 18, input);
        let head = buffered.fill_buf()?;
        input = if head.starts_with(&[0x1f, 0x8b]) {
            Box::new(flate2::bufread::MultiGzDecoder::new(buffered))
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Box::new(zstd::Decoder::with_buffer(buffered)?)
        } else {
            return Ok(Box::new(buffered));
        };
    }
    Ok(input)
}

/// Writes rows of cells as CSV.
fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        // Memory takes every record.
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests;
