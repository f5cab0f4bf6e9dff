//! A shop in a temporary folder, and the binary.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use polars::prelude::{AnyValue, DataFrame, LazyFrame, PlRefPath, ScanArgsParquet};
use tempfile::TempDir;

/// What a stage of a Japanese shop says when there is nothing to do.
pub const UNCHANGED: &str = "  最新  ";

/// What has the binary speak English, for tests whose subject is not the language.
pub const ENGLISH: [&str; 2] = ["--lang", "en"];

/// Returns the binary, ready for arguments.
pub fn koe() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KOE_")) {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1");
    command
}

/// Runs the binary.
pub fn run(args: &[&str]) -> Output {
    koe().args(args).output().expect("the binary starts")
}

/// Returns stdout of a run that must succeed.
pub fn stdout(args: &[&str]) -> String {
    let output = run(args);
    assert!(
        output.status.success(),
        "{args:?}: {}",
        text(&output.stderr)
    );
    text(&output.stdout)
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Checks how a run ended, and that stderr has all of these words.
pub fn says(output: &Output, code: i32, words: &[&str]) {
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    for word in words {
        assert!(told.contains(word), "`{word}` is missing in:\n{told}");
    }
}

/// Runs koe with bytes on stdin.
pub fn piped(args: &[&str], bytes: &[u8]) -> Output {
    let mut child = koe()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(bytes).expect("a pipe");
    drop(stdin);
    child.wait_with_output().expect("an end")
}

/// Reads a table file.
pub fn parquet(path: &Path) -> DataFrame {
    let name = path.to_string_lossy();
    LazyFrame::scan_parquet(PlRefPath::new(name.as_ref()), ScanArgsParquet::default())
        .and_then(LazyFrame::collect)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A generated shop.
pub struct Shop {
    folder: TempDir,
    is_english: bool,
}

impl Shop {
    /// Writes a sample of so many customers.
    pub fn sample(customers: u32) -> Self {
        let shop = Self::empty();
        let output = run(&[
            "sample",
            shop.path(),
            "--customers",
            &customers.to_string(),
            "--quiet",
        ]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        shop
    }

    /// Writes a sample of so many people in each of two systems, and imports it.
    pub fn people(count: u32, japanese: bool) -> Self {
        let shop = Self::empty();
        let count = count.to_string();
        let mut args = vec!["sample", shop.path(), "--quiet", "--people", count.as_str()];
        if japanese {
            args.push("--japanese");
        }
        stdout(&args);
        shop.ok(&["import", "--quiet"]);
        shop
    }

    /// Makes a folder with nothing in it.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            is_english: false,
        }
    }

    /// Has every subcommand run on it speak English, for tests whose subject is not the language.
    pub fn in_english(mut self) -> Self {
        self.is_english = true;
        self
    }

    /// Makes a workspace with these exports.
    pub fn with(files: &[(&str, &[u8])]) -> Self {
        let shop = Self::empty();
        for (name, bytes) in files {
            shop.write(&format!("exports/{name}"), bytes);
        }
        shop
    }

    pub fn path(&self) -> &str {
        self.folder.path().to_str().expect("a path in UTF-8")
    }

    pub fn file(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub fn read(&self, below: &str) -> String {
        fs::read_to_string(self.file(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
    }

    pub fn write(&self, below: &str, bytes: &[u8]) {
        let path = self.file(below);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }

    /// Runs a subcommand on it.
    pub fn koe(&self, args: &[&str]) -> Output {
        koe()
            .args(args)
            .args(["-w", self.path()])
            .args(self.is_english.then_some(ENGLISH).into_iter().flatten())
            .output()
            .expect("the binary starts")
    }

    /// Runs a subcommand that must succeed, and returns its stdout.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.koe(args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// Runs a subcommand that must succeed, and returns what it says on stderr.
    pub fn told(&self, args: &[&str]) -> String {
        let output = self.koe(args);
        let told = text(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        told
    }

    /// Returns the rows of a query, each a JSON object.
    pub fn query(&self, sql: &str) -> Vec<serde_json::Value> {
        self.ok(&["query", sql, "--format", "jsonl"])
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object"))
            .collect()
    }

    /// Returns the one number of a query.
    pub fn number(&self, sql: &str) -> f64 {
        let rows = self.query(sql);
        let row = rows.first().and_then(|row| row.as_object()).expect("a row");
        row.values()
            .next()
            .and_then(serde_json::Value::as_f64)
            .expect("a number")
    }

    /// Returns what a table file holds as text, a cell a line: Parquet is compressed, so its bytes tell little.
    pub fn cells(&self, below: &str) -> String {
        let frame = parquet(&self.file(below));
        let mut text = String::new();
        for column in frame.columns() {
            for row in 0..frame.height() {
                match column.get(row).expect("a cell") {
                    AnyValue::String(cell) => text.push_str(cell),
                    AnyValue::List(cells) => {
                        for cell in cells.str().into_iter().flat_map(|cells| cells.iter()) {
                            text.push_str(cell.unwrap_or_default());
                            text.push('\n');
                        }
                    }
                    _ => {}
                }
                text.push('\n');
            }
        }
        text
    }

    /// Returns the files below a folder that hold a word, in their bytes, in the cells of a table or in the sheets of a workbook.
    pub fn files_with(&self, below: &str, word: &str) -> Vec<String> {
        let is_in = |name: &str, bytes: &[u8]| {
            let is_raw = bytes
                .windows(word.len())
                .any(|found| found == word.as_bytes());
            let is_in_table = || self.cells(&format!("{below}/{name}")).contains(word);
            is_raw
                || name.ends_with(".parquet") && is_in_table()
                || name.ends_with(".xlsx") && sheets(bytes).contains(word)
        };
        let files = self.files(below).into_iter();
        files
            .filter(|(name, bytes)| is_in(name, bytes))
            .map(|(name, _)| name)
            .collect()
    }

    /// Returns every file below a folder with its bytes.
    pub fn files(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.file(below), &self.file(below), &mut files);
        files
    }
}

/// Whether a file says who is at work; its bytes are those of the process.
fn is_lock(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == "lock" || name == "turn")
}

/// Returns what the files within a workbook say.
fn sheets(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut text = String::new();
    for entry in 0..archive.len() {
        let mut entry = archive.by_index(entry).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, files);
        } else if path.is_file() && !is_lock(&path) {
            let name = path
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            files.insert(name, fs::read(&path).expect("a readable file"));
        }
    }
}
