//! What is damaged: real files and values.

use super::testdata;
use crate::import::layout::layouts;

/// One input to be damaged.
pub(super) struct Seed {
    /// How it is to be read, as its class knows.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Seed {
    pub(super) fn of(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.into(),
        }
    }
}

/// Returns the files of a folder of `testdata`, by name.
pub(super) fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(testdata(folder)).expect("the folder is there");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().expect("files have names");
            let bytes = std::fs::read(&path).expect("the file can be read");
            (name.to_string_lossy().into_owned(), bytes)
        })
        .collect();
    files.sort();
    files
}

/// Returns the fixtures of a folder, each under its name without extension.
pub(super) fn fixtures(folder: &str) -> Vec<Seed> {
    let is_export = |name: &str| !name.ends_with(".expected") && !name.ends_with(".toml");
    let files = files(folder).into_iter();
    files
        .filter(|(name, _)| is_export(name))
        .map(|(name, bytes)| Seed::of(name.split('.').next().unwrap_or_default(), bytes))
        .collect()
}

/// Returns the fixtures of koe's own layouts, each under the name of its layout.
pub(super) fn exports() -> Vec<Seed> {
    let mut seeds = fixtures("formats");
    for seed in &mut seeds {
        let is_of =
            |layout: &str| seed.name == layout || seed.name.starts_with(&format!("{layout}_"));
        let names = layouts().iter().map(|layout| layout.name());
        let layout = names
            .filter(|name| is_of(name))
            .max_by_key(|name| name.len());
        seed.name = layout.expect("fixtures are named by layouts").to_owned();
    }
    seeds
}
