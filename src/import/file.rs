//! One export: which layout, which batch, which rows.

use std::io::Read;
use std::path::Path;

use super::containers::{Nature, Part, is_named_as_other, is_of_a_download};
use super::context::{Context, Owner};
use super::decode::TextReader;
use super::formats;
use super::head::Head;
use super::layout::{Layout, Layouts, VERSION};
use super::refusals;
use super::sink::{Counts, Sink, TakeReject, TakeRows};
use crate::error::{Error, Result};

/// Most bytes read of the file that names an archive's owner.
const OWNER_BYTES: u64 = 1 << 20;

/// An export whose layout is known.
pub struct Recognised<'l> {
    part: Part,
    layout: &'l dyn Layout,
    tells_refusals: bool,
    lists_customers: bool,
}

/// Looks at the head of an export.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, and those of [`Layouts::recognise`].
pub fn recognise<'l>(
    part: &Part,
    layouts: &'l Layouts,
    forced: Option<&str>,
) -> Result<Recognised<'l>> {
    let head = head(part)?;
    let layout = layouts.recognise(&shown(part), &head, forced)?;
    let ignored = layouts.ignored(layout);
    let mut headings = head.headings(layout.preamble(&head)).iter();
    let is_heard =
        |heading: &String| layout.hears(heading) && !refusals::is_among(heading, ignored);
    Ok(Recognised {
        part: part.clone(),
        layout,
        tells_refusals: layout.tells_refusals() || headings.any(is_heard),
        lists_customers: layout.lists_customers(&head),
    })
}

/// Whether one of the first rows of a table has such a cell.
fn has_cell(head: &Head, is_such: impl Fn(&str) -> bool) -> bool {
    match head {
        Head::Table { rows, .. } => rows.iter().flatten().any(|cell| is_such(cell)),
        Head::Json { .. } | Head::Xml { .. } | Head::Text { .. } => false,
    }
}

/// Whether the name of a file, below the exports and of an archive with that of its entry, tells that those in it refuse
/// something.
pub fn is_named_after_refusals(name: &str) -> bool {
    refusals::is_named_so(name)
}

/// What a file that no layout fits may be, if it need not be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// No export: what it is, in Japanese and in English.
    Other((&'static str, &'static str)),
    /// A text without columns, or another sheet of a workbook: no export where it stands beside one.
    Beside,
}

/// Files of a download that koe has no use for.
const OF_A_DOWNLOAD: (&str, &str) = (
    "ダウンロードに含まれる他のデータ",
    "other data of a download",
);
/// Explanations for people.
const NOTE: (&str, &str) = ("説明の文書", "a text for people");
/// How names of explanations begin.
const NOTES: &[&str] = &[
    "readme",
    "read me",
    "license",
    "お読み",
    "読んで",
    "はじめに",
    "注意事項",
];
/// Ends of names of what belongs to pages.
const OF_PAGES: &[&str] = &[".js", ".css", ".html", ".htm", ".map"];

/// Returns why a file that no layout fits may be passed over: `None` when somebody must look at it.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Packed`] for an archive within an archive, [`Error::NotATable`] for a picture or
/// page whose name does not say so.
pub fn passed_over(part: &Part, name: &str) -> Result<Option<Passed>> {
    match part.nature()? {
        Some(Nature::Other(what)) if !is_named_as_other(name) => {
            return Err(Error::NotATable {
                path: shown(part),
                what,
            });
        }
        Some(Nature::Other(what)) => return Ok(Some(Passed::Other(what))),
        Some(Nature::Packed) => return Err(Error::Packed { path: shown(part) }),
        None => {}
    }
    let head = head(part)?;
    let lower = name.to_lowercase();
    let last = lower.rsplit('/').next().unwrap_or(&lower);
    let is_of_download = head.assigned().is_some()
        || is_of_a_download(name)
        || OF_PAGES.iter().any(|end| last.ends_with(end))
        || formats::is_of_search_console(&head);
    Ok(if is_of_download {
        Some(Passed::Other(OF_A_DOWNLOAD))
    } else if NOTES.iter().any(|begin| last.starts_with(begin)) {
        Some(Passed::Other(NOTE))
    } else if tells_of_refusals(last, &head) {
        None
    } else if part.is_sheet() || matches!(head, Head::Text { .. }) {
        Some(Passed::Beside)
    } else {
        None
    })
}

/// Whether name or first lines of a file are those of one that tells who refuses something.
fn tells_of_refusals(name: &str, head: &Head) -> bool {
    refusals::is_named_so(name)
        || refusals::is_of_answers(name)
        || match head {
            Head::Text { lines } => lines.iter().any(|line| refusals::is_of_answers(line)),
            table => has_cell(table, refusals::is_of_answers),
        }
}

/// Returns the head of an export.
///
/// # Errors
/// [`Error::Io`] when it cannot be read.
pub fn head(part: &Part) -> Result<Head> {
    Ok(Head::of(&sample(part)?))
}

/// Returns the text an export begins with.
///
/// # Errors
/// [`Error::Io`] when it cannot be read.
pub fn sample(part: &Part) -> Result<String> {
    let mut reader = open(part)?;
    let sample = reader
        .peek()
        .map_err(|error| Error::io("read", part.file(), error))?;
    Ok(sample.to_owned())
}

impl Recognised<'_> {
    /// Returns the layout's name.
    pub fn layout(&self) -> &'static str {
        self.layout.name()
    }

    /// Returns whether customers may refuse something in it.
    pub fn tells_refusals(&self) -> bool {
        self.tells_refusals
    }

    /// Sees to it that it does not list as customers, without a word on what they agree to, those of whom its `name` tells that
    /// they refuse.
    ///
    /// # Errors
    /// [`Error::ListOfRefusals`].
    pub fn check_name(&self, name: &str) -> Result<()> {
        match self.lists_customers && is_named_after_refusals(name) {
            false => Ok(()),
            true => Err(Error::ListOfRefusals {
                path: shown(&self.part),
                layout: self.layout.name().to_owned(),
            }),
        }
    }

    /// Returns how it begins.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read.
    pub fn head(&self) -> Result<Head> {
        head(&self.part)
    }

    /// Returns whose account it is, where a file beside it says so.
    pub fn owner(&self) -> Option<Owner> {
        let beside = self.part.beside(self.layout.owner_file()?)?;
        let mut text = String::new();
        open(&beside)
            .ok()?
            .take(OWNER_BYTES)
            .read_to_string(&mut text)
            .ok()?;
        formats::x_archive_owner(&text)
    }

    /// Returns the id of the batch: the same bytes, read in the same way, are the same batch.
    pub fn batch_id(&self, file_hash: &str, context: &Context) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("koe batch id 1");
        let version = VERSION.to_string();
        let time_zone = context.time_zone.iana_name().unwrap_or_default();
        let source = context.source.as_deref().unwrap_or_default();
        let fingerprint = self.layout.fingerprint().unwrap_or_default();
        let owner = context.owner.as_ref().map_or("", |owner| &owner.account_id);
        let named = [
            file_hash,
            self.layout.name(),
            &version,
            time_zone,
            &context.currency,
            source,
            &fingerprint,
            owner,
        ];
        let ignored = context.ignored.iter().map(String::as_str);
        let ignored_count = context.ignored.len().to_string();
        for part in named
            .into_iter()
            .chain([ignored_count.as_str()])
            .chain(ignored)
            .chain(context.official.iter().map(String::as_str))
        {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Reads the whole export; rows and rejected records go to the callbacks.
    ///
    /// # Errors
    /// What the reader or a callback gives; rejected records are no error.
    pub fn read<'a>(
        &self,
        context: &'a Context,
        take_rows: TakeRows<'a>,
        take_reject: TakeReject<'a>,
    ) -> Result<Counts> {
        let mut reader = open(&self.part)?;
        let sink = Sink::new(context, take_rows, take_reject);
        let mut sink = sink.of_refusals(self.layout.tells_refusals());
        self.layout.read(&mut reader, context, &mut sink)?;
        sink.finish()
    }
}

fn open(part: &Part) -> Result<TextReader<Box<dyn Read>>> {
    let input = part.open()?;
    TextReader::new(input).map_err(|error| Error::io("read", part.file(), error))
}

/// Returns the path to name in messages.
fn shown(part: &Part) -> std::path::PathBuf {
    part.inner().map_or_else(
        || part.file().to_path_buf(),
        |inner| Path::new(part.file()).join(inner),
    )
}
