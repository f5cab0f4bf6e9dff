//! One file: which layout, which batch, which rows.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::decode::TextReader;
use super::head::Head;
use super::layout::{self, Layout, VERSION};
use super::sink::{Counts, Sink, TakeReject, TakeRows};
use crate::error::{Error, Result};

/// A file whose layout is known.
pub struct Recognised {
    path: PathBuf,
    layout: &'static dyn Layout,
}

/// Looks at the head of a file.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, and those of [`layout::recognise`].
pub fn recognise(path: &Path, forced: Option<&str>) -> Result<Recognised> {
    let mut reader = open(path)?;
    let sample = reader
        .peek()
        .map_err(|error| Error::io("read", path, error))?;
    let layout = layout::recognise(path, &Head::of(sample), forced)?;
    Ok(Recognised {
        path: path.to_path_buf(),
        layout,
    })
}

impl Recognised {
    /// Returns the layout's name.
    pub fn layout(&self) -> &'static str {
        self.layout.name()
    }

    /// Returns the id of the batch: the same bytes, read in the same way, are the same batch.
    pub fn batch_id(&self, file_hash: &str, context: &Context) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("koe batch id 1");
        let version = VERSION.to_string();
        let time_zone = context.time_zone.iana_name().unwrap_or_default();
        let source = context.source.as_deref().unwrap_or_default();
        let named = [
            file_hash,
            self.layout.name(),
            &version,
            time_zone,
            &context.currency,
            source,
        ];
        for part in named
            .into_iter()
            .chain(context.official.iter().map(String::as_str))
        {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Reads the whole file; rows and rejected records go to the callbacks.
    ///
    /// # Errors
    /// What the reader or a callback gives; rejected records are no error.
    pub fn read<'a>(
        &self,
        context: &'a Context,
        take_rows: TakeRows<'a>,
        take_reject: TakeReject<'a>,
    ) -> Result<Counts> {
        let mut reader = open(&self.path)?;
        let mut sink = Sink::new(context, take_rows, take_reject);
        self.layout.read(&mut reader, context, &mut sink)?;
        sink.finish()
    }
}

fn open(path: &Path) -> Result<TextReader<File>> {
    File::open(path)
        .and_then(TextReader::new)
        .map_err(|error| Error::io("read", path, error))
}
