//! What can go wrong, as facts; the sentences a person reads are made from them, in English and in Japanese.

mod hint;
mod japanese;
mod names;
mod told;

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use names::{STDIN, argument, file_in, nearest};
use names::{listed, shortened};

use crate::store::{FilePlace, UnreadFile};

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Who has to act on an error; the command line turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The user's data or settings must change.
    Input,
    /// The machine refused: disk, permission.
    Machine,
    /// Another koe is at work; the same command will do later.
    Busy,
    /// koe is wrong.
    Bug,
}

/// Everything that stops koe.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`, ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The folder holds no workspace.
    #[error("no workspace at `{}`", path.display())]
    NoWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// The exports folder holds nothing to import, and nothing was imported before.
    #[error("nothing to import in `{}`", path.display())]
    NothingToImport {
        /// The exports folder.
        path: PathBuf,
    },
    /// A folder named as one of exports is a workspace, its store or its reports.
    #[error("`{}` belongs to a workspace of koe and is no folder of exports", path.display())]
    IsOfWorkspace {
        /// The folder.
        path: PathBuf,
        /// The workspace.
        workspace: PathBuf,
    },
    /// A file that `koe init` would write is there already.
    #[error("`{}` is there already", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// Another koe writes to the store.
    #[error("the store at `{}` is in use{}", path.display(), holder.map(|pid| format!(" by process {pid}")).unwrap_or_default())]
    Locked {
        /// The store.
        path: PathBuf,
        /// Process that holds it, where it can be told.
        holder: Option<u32>,
    },
    /// Another koe wrote to the store while this one computed from what stood in it before.
    #[error("the store at `{}` was changed meanwhile by another koe", path.display())]
    ChangedMeanwhile {
        /// The store.
        path: PathBuf,
    },
    /// The store is not whole.
    #[error("the store's `{}` is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The store was written by a newer koe.
    #[error("the store has version {found}, this koe knows {known}")]
    StoreVersion {
        /// Version of the store.
        found: u32,
        /// Newest version this koe reads.
        known: u32,
    },
    /// A customer record, person or account that a command names is not in the store.
    #[error("`{subject}` is not in the store")]
    NoSubject {
        /// As it was named.
        subject: String,
    },
    /// A customer that a command names is in no record.
    #[error("`{subject}` is no customer in the store")]
    NoCustomer {
        /// As it was named.
        subject: String,
        /// Records that may be meant, as `source/customer_id`, the nearest first.
        nearest: Vec<String>,
    },
    /// What a command names is true of several persons.
    #[error("`{subject}` is {}", listed(&shortened(found)))]
    SeveralSubjects {
        /// As it was named.
        subject: String,
        /// The records, as `source/customer_id`.
        found: Vec<String>,
        /// Whether they may still be one person, as no join has seen all of them.
        is_open: bool,
    },
    /// A purpose that consent cannot be given for.
    #[error("there is no purpose `{purpose}`")]
    NoPurpose {
        /// The name given.
        purpose: String,
        /// The nearest name there is.
        nearest: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// Consent was to end before it begins.
    #[error("consent that begins `{begins}` cannot end `{expires}`")]
    EndsBefore {
        /// The end, as it was given.
        expires: String,
        /// When it begins, in local time.
        begins: String,
    },
    /// Something that cannot be undone was asked for, and nobody said yes.
    #[error("nobody confirmed that {what}")]
    NotConfirmed {
        /// What would have been done.
        what: String,
    },
    /// A file holds no weights of matching.
    #[error("`{}` holds no weights: {detail}", path.display())]
    BadWeights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// No layout fits a file.
    #[error("`{}` has no layout that koe knows", path.display())]
    UnknownLayout {
        /// The file.
        path: PathBuf,
        /// Its headings or top-level fields.
        found: Vec<String>,
        /// The layout of the settings that nearly fits, and the headings it misses.
        nearest: Option<(String, Vec<String>)>,
    },
    /// An archive or workbook holds nothing by the name that a path leads to.
    #[error("there is no `{part}` in `{}`", path.display())]
    NoSuchPart {
        /// The file.
        path: PathBuf,
        /// What was named.
        part: String,
        /// Names of what it holds that can be read; empty where it is no archive and no workbook.
        found: Vec<String>,
    },
    /// Rows stand above the headings of a layout that is read from its headings on.
    #[error("`{}` has {} above the headings of `{layout}`", path.display(), rows_told(*row_count))]
    RowsAbove {
        /// The file.
        path: PathBuf,
        /// The layout.
        layout: &'static str,
        /// How many.
        row_count: usize,
    },
    /// No layout fits a file, and none can be proposed for it.
    #[error("`{}` is no table of customers, orders, posts, consents, contacts or campaigns that koe can make out", path.display())]
    NothingToMap {
        /// The file.
        path: PathBuf,
        /// Its headings or first lines.
        found: Vec<String>,
    },
    /// A list of customers whose name tells that they refuse something: read as it is, nobody would hear it.
    #[error("`{}` lists customers as `{layout}`, and its name tells that they refuse something", path.display())]
    ListOfRefusals {
        /// The file.
        path: PathBuf,
        /// The layout it would be read as.
        layout: String,
    },
    /// Answers of customers of which nobody knows the shop: under a wrong source a refusal would reach nobody.
    #[error("nobody can tell whose customers answered in `{}`: there are {}", path.display(), listed(sources))]
    WhoseAnswers {
        /// The file.
        path: PathBuf,
        /// Sources of the customers there are.
        sources: Vec<String>,
    },
    /// Several layouts fit a file.
    #[error("`{}` could be any of {}", path.display(), listed(layouts))]
    AmbiguousLayout {
        /// The file.
        path: PathBuf,
        /// The layouts.
        layouts: Vec<String>,
    },
    /// A layout was named that does not exist.
    #[error("there is no layout `{name}`")]
    NoSuchLayout {
        /// The name given.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// A file lacks a column its layout needs.
    #[error("column `{column}` not found in `{}`", path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The heading looked for.
        column: String,
        /// The headings found.
        found: Vec<String>,
    },
    /// A file cannot be read as what it seems to be.
    #[error("`{}` cannot be read{}: {detail}", path.display(), line.map(|line| format!(" at line {line}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1, where it is known.
        line: Option<u64>,
        /// What is wrong.
        detail: String,
    },
    /// A picture, page or the like whose name does not say so.
    #[error("`{}` is a {}, not a table", path.display(), what.1)]
    NotATable {
        /// The file, or its place within an archive.
        path: PathBuf,
        /// What it is, in Japanese and in English, there as a noun that `a` fits before.
        what: (&'static str, &'static str),
    },
    /// A pipe, socket or device among the files of a folder.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// Where it lies.
        path: PathBuf,
    },
    /// An archive, workbook or the like where only texts are read.
    #[error("`{}` is an archive that koe does not take apart", path.display())]
    Packed {
        /// The file, or its place within an archive.
        path: PathBuf,
    },
    /// An archive or workbook that is broken or locked.
    #[error("`{}` cannot be opened: {detail}", path.display())]
    Unopened {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// An export was given where a list of deleted posts belongs.
    #[error("`{}` is no list of deleted posts but an export ({layout})", path.display())]
    NoListOfDeletions {
        /// The file.
        path: PathBuf,
        /// Its layout.
        layout: String,
    },
    /// Files that were to be orders hold none.
    #[error("no orders in {}", listed(files))]
    NoOrders {
        /// The files, each with what it holds where that is known: `members.csv (shopify_customers)`.
        files: Vec<String>,
    },
    /// Orders of which none counts as the purchase of a customer.
    #[error("none of the orders counts as the purchase of a customer")]
    NoPurchases {
        /// Reasons, and how many orders each left out; those of the table `left_out`.
        left_out: Vec<(String, u64)>,
    },
    /// Files of orders, of which too many rows cannot be read.
    #[error("too many rows cannot be read in {}", listed(files))]
    UnreadableOrders {
        /// The files, with rejected and read rows.
        files: Vec<String>,
        /// Some of the rows, with what is wrong.
        examples: Vec<String>,
    },
    /// Files of which too many rows were rejected; the others were imported.
    #[error("too many rows rejected in {}", listed(files))]
    TooManyRejects {
        /// The files, with rejected and read rows.
        files: Vec<String>,
        /// Where the rejected rows are listed.
        rejects: PathBuf,
    },
    /// Some files could not be imported; the others were.
    #[error("not imported: {}", listed(&failed.iter().map(|(file, _)| file.clone()).collect::<Vec<_>>()))]
    FilesLeftOut {
        /// File and what was wrong with it.
        failed: Vec<(String, Box<Error>)>,
    },
    /// Files could not be imported, so that no lists of audiences were made.
    #[error(
        "no lists of audiences are made: a refusal may stand in what was not imported: {}",
        unread(files, rows)
    )]
    ListsHeldBack {
        /// The files.
        files: Vec<UnreadFile>,
        /// Imported files with rejected rows that may refuse something, and how many.
        rows: Vec<(String, u64)>,
    },
    /// Files of the exports were not imported yet, so that no lists of audiences were made.
    #[error(
        "no lists of audiences are made: a refusal may stand in what was not imported yet: {}",
        listed(&shortened(files))
    )]
    ListsBeforeImport {
        /// The files, below the exports folder.
        files: Vec<String>,
    },
    /// Lists that must not be kept, as somebody in them may not agree any more, are still there.
    #[error("lists that must not be kept cannot be removed: {}", listed(&shortened(lists)))]
    ListsLeft {
        /// The lists, and folders of lists that cannot be looked into, below the workspace.
        lists: Vec<String>,
        /// The system's answer for the first.
        source: io::Error,
    },
    /// The settings file cannot be read as TOML.
    #[error("`{}` is not valid TOML{}: {detail}", path.display(), line.map(|line| format!(" at line {line}")).unwrap_or_default())]
    ConfigSyntax {
        /// The settings file.
        path: PathBuf,
        /// Line, from 1, where it is known.
        line: Option<u64>,
        /// The parser's words.
        detail: String,
    },
    /// The settings file is not written in UTF-8.
    #[error("`{}` is not UTF-8", path.display())]
    ConfigEncoding {
        /// The settings file.
        path: PathBuf,
    },
    /// A setting that does not exist.
    #[error("unknown setting `{key}` in {origin}")]
    UnknownSetting {
        /// The setting, with its section.
        key: String,
        /// File, environment variable or flag it stands in.
        origin: String,
        /// The nearest setting there is.
        nearest: Option<String>,
    },
    /// A setting with a value that cannot be.
    #[error("setting `{key}` cannot be `{value}`")]
    BadSetting {
        /// The setting, with its section.
        key: String,
        /// The value given.
        value: String,
        /// What it must be.
        expected: String,
    },
    /// A table that does not exist or holds nothing yet.
    #[error("no table `{table}`")]
    NoTable {
        /// The name given.
        table: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// A table that the stage asked for it does not make.
    #[error("`koe {stage}` does not make the table `{table}`")]
    OtherTable {
        /// The table.
        table: String,
        /// The stage.
        stage: &'static str,
    },
    /// Bytes for programs were to be written to a terminal.
    #[error("Parquet cannot be shown on a terminal")]
    NotForTerminal,
    /// A query that cannot be run.
    #[error("the query cannot be run: {detail}")]
    Query {
        /// The engine's words.
        detail: String,
    },
    /// A segment rule that cannot be run.
    #[error("the rule of segment `{segment}` cannot be run: {detail}")]
    Rule {
        /// The segment.
        segment: String,
        /// The engine's words.
        detail: String,
        /// Columns a rule may use.
        columns: Vec<String>,
    },
    /// An audience was named that the settings do not have, and no channel to make it for.
    #[error("there is no audience `{name}`")]
    NoAudience {
        /// The name given.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// No audience is in the settings, and none was named.
    #[error("the settings have no audience")]
    NoAudiences,
    /// The condition of an audience cannot be run.
    #[error("the condition of audience `{audience}` cannot be run: {detail}")]
    Audience {
        /// The audience.
        audience: String,
        /// The engine's words.
        detail: String,
        /// Columns a condition may use.
        columns: Vec<String>,
    },
    /// Tables could not be computed.
    #[error("cannot {action}")]
    Frame {
        /// What was being done, as a verb phrase.
        action: &'static str,
        /// The engine's answer.
        source: polars::prelude::PolarsError,
    },
    /// The dictionary or a lexicon could not be loaded.
    #[error("the text analysis could not be set up: {detail}")]
    Text {
        /// What went wrong.
        detail: String,
    },
    /// A page or picture could not be made.
    #[error("cannot make {what}: {detail}")]
    Render {
        /// The page or picture.
        what: String,
        /// What went wrong.
        detail: String,
    },
    /// A file of a shop's own template that cannot be used.
    #[error("{} cannot be used: {detail}", place(path, line))]
    Template {
        /// The file.
        path: PathBuf,
        /// The line, where one is known.
        line: Option<usize>,
        /// What is wrong with it.
        detail: String,
    },
    /// A date or instant that cannot be read.
    #[error("`{value}` is neither a date nor an instant")]
    BadDate {
        /// The value given.
        value: String,
    },
}

impl Error {
    /// Returns an [`Error::Io`] of `action` on `path`.
    pub fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_path_buf(),
            source,
        }
    }

    /// Returns an [`Error::Frame`] of `action`, to be given to `map_err`.
    pub fn frame(action: &'static str) -> impl Fn(polars::prelude::PolarsError) -> Self {
        move |source| Self::Frame { action, source }
    }

    /// Names what came on stdin so, in place of the file that holds it.
    pub(crate) fn name_stdin(&mut self, file: &Path) {
        match self {
            Self::FilesLeftOut { failed } => {
                let errors = failed.iter_mut().map(|(_, error)| error);
                errors.for_each(|error| error.name_stdin(file));
            }
            Self::Io { path, .. }
            | Self::UnknownLayout { path, .. }
            | Self::NothingToMap { path, .. }
            | Self::WhoseAnswers { path, .. }
            | Self::ListOfRefusals { path, .. }
            | Self::RowsAbove { path, .. }
            | Self::AmbiguousLayout { path, .. }
            | Self::MissingColumn { path, .. }
            | Self::Malformed { path, .. }
            | Self::NotATable { path, .. }
            | Self::NotAFile { path }
            | Self::Packed { path }
            | Self::Unopened { path, .. }
            | Self::NoListOfDeletions { path, .. } => {
                if let Ok(inner) = path.strip_prefix(file) {
                    let mut named = PathBuf::from(STDIN);
                    // Of an archive, its entry; joined to nothing, a path would end in a slash.
                    named.extend(inner);
                    *path = named;
                }
            }
            _ => {}
        }
    }

    /// Returns who has to act.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::InvalidData
                | io::ErrorKind::IsADirectory => ErrorKind::Input,
                _ => ErrorKind::Machine,
            },
            Self::Frame {
                source: polars::prelude::PolarsError::IO { .. },
                ..
            }
            | Self::ListsLeft { .. } => ErrorKind::Machine,
            Self::Locked { .. } | Self::ChangedMeanwhile { .. } => ErrorKind::Busy,
            Self::Frame { .. } | Self::Text { .. } | Self::Render { .. } => ErrorKind::Bug,
            _ => ErrorKind::Input,
        }
    }
}

fn rows_told(count: usize) -> String {
    match count {
        1 => "a row".to_owned(),
        _ => format!("{count} rows"),
    }
}

/// Returns a file, with the line where one is known.
fn place(path: &Path, line: &Option<usize>) -> String {
    match line {
        Some(line) => format!("line {line} of `{}`", path.display()),
        None => format!("`{}`", path.display()),
    }
}

/// Returns the names of files that were not imported, those of each place together.
fn by_place(files: &[UnreadFile]) -> String {
    let places = [FilePlace::Exports, FilePlace::Rejects, FilePlace::Elsewhere];
    let of_place = |place: FilePlace| {
        let files = files.iter().filter(|file| file.place == place);
        let names: Vec<String> = files.map(|file| file.file.clone()).collect();
        (!names.is_empty()).then(|| format!("{}{}", place.told(), listed(&shortened(&names))))
    };
    let told: Vec<String> = places.into_iter().filter_map(of_place).collect();
    told.join("; ")
}

/// Returns the names of files that were not imported, and of those of which some rows were not.
fn unread(files: &[UnreadFile], rows: &[(String, u64)]) -> String {
    let of_rows = rows.iter().map(|(file, count)| match count {
        1 => format!("1 row of `{file}`"),
        _ => format!("{count} rows of `{file}`"),
    });
    let whole = (!files.is_empty()).then(|| by_place(files));
    let told: Vec<String> = whole.into_iter().chain(of_rows).collect();
    told.join("; ")
}

/// Returns what the query engine says is wrong and what it takes to be meant, on one line, without its plan and without the
/// columns there are.
pub(crate) fn engine_says(error: &polars::prelude::PolarsError) -> String {
    const COLUMNS: &str = "; valid columns";
    let text = error.to_string();
    let mut lines = text.lines();
    let wrong = lines.next().unwrap_or_default();
    let wrong = wrong.split_once(COLUMNS).map_or(wrong, |(wrong, _)| wrong);
    let wrong = wrong.trim_end_matches(':');
    match lines.find(|line| line.starts_with("Did you mean")) {
        Some(meant) => format!("{wrong}. {meant}"),
        None => wrong.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_says_what_is_wrong_and_no_more() {
        use polars::prelude::*;

        let frame = df!("value_group" => ["high"]).unwrap();
        let wrong = frame
            .lazy()
            .filter(col("value_grp").eq(lit("high")))
            .collect();
        let said = engine_says(&wrong.unwrap_err());
        assert!(
            said.contains("value_grp") && said.contains("Did you mean \"value_group\""),
            "{said}"
        );
        assert!(
            !said.contains("plan") && !said.contains("valid columns") && !said.contains('\n'),
            "{said}"
        );
    }

    #[test]
    fn what_holds_lists_back_is_told_with_its_place_and_what_to_do_there() {
        let held_back = |places: &[(&str, FilePlace)]| {
            let files = places.iter().map(|(file, place)| UnreadFile {
                file: (*file).to_owned(),
                place: *place,
                identity: None,
            });
            let error = Error::ListsHeldBack {
                files: files.collect(),
                rows: Vec::new(),
            };
            (error.to_string(), error.hint().unwrap())
        };
        let (said, hint) = held_back(&[("a.csv", FilePlace::Exports)]);
        assert!(said.ends_with("not imported: `a.csv`"), "{said}");
        assert!(hint.contains("out of the exports") && !hint.contains("elsewhere"));
        let (said, hint) = held_back(&[("stdin", FilePlace::Elsewhere)]);
        assert!(said.ends_with("not imported: elsewhere: `stdin`"), "{said}");
        assert!(hint.contains("--drop-unread") && !hint.contains("out of the exports"));
        let (said, hint) = held_back(&[
            ("b.csv", FilePlace::Elsewhere),
            ("a.csv", FilePlace::Exports),
        ]);
        assert!(said.ends_with("`a.csv`; elsewhere: `b.csv`"), "{said}");
        assert!(hint.contains("--drop-unread") && hint.contains("out of the exports"));
    }

    #[test]
    fn what_came_on_stdin_is_named_so_wherever_the_file_lies_that_holds_it() {
        let file = Path::new("/tmp/koe-1/stdin");
        let unknown = |path: &str| Error::UnknownLayout {
            path: PathBuf::from(path),
            found: vec!["colour".to_owned()],
            nearest: None,
        };
        let told = |mut error: Error| {
            error.name_stdin(file);
            error.to_string()
        };
        let end = "has no layout that koe knows";
        assert_eq!(told(unknown("/tmp/koe-1/stdin")), format!("`stdin` {end}"));
        let other = "/tmp/koe-1/stdin2";
        assert_eq!(told(unknown(other)), format!("`{other}` {end}"));
        let entry = told(unknown("/tmp/koe-1/stdin/a.csv"));
        assert!(
            entry.starts_with("`stdin") && entry.ends_with("a.csv` has no layout that koe knows")
        );
        let mut several = Error::FilesLeftOut {
            failed: vec![(STDIN.to_owned(), Box::new(unknown("/tmp/koe-1/stdin")))],
        };
        several.name_stdin(file);
        let Error::FilesLeftOut { failed } = several else {
            panic!("other files")
        };
        assert_eq!(failed[0].1.to_string(), format!("`stdin` {end}"));
        let hint = failed[0].1.hint().expect("a hint");
        assert!(
            hint.contains("--from FILE") && !hint.contains("--from stdin"),
            "{hint}"
        );
    }

    #[test]
    fn a_full_disk_is_the_machines_fault_and_says_what_to_do() {
        let error = Error::io(
            "write",
            Path::new("store/x"),
            io::Error::from(io::ErrorKind::StorageFull),
        );
        assert_eq!(error.kind(), ErrorKind::Machine);
        assert!(error.hint().expect("a hint").contains("disk is full"));
    }
}
