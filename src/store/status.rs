//! Whether the store is whole.

use std::path::Path;

use super::files::hash_file;
use super::manifest::Manifest;
use super::orphans::orphans;
use crate::error::Result;
use crate::schema::{self, Table};

/// What the store holds and what is wrong with it.
#[derive(Debug)]
pub struct Status {
    /// Every table that has rows or could have.
    pub tables: Vec<TableStatus>,
    /// Live files that are missing or changed.
    pub faults: Vec<FileFault>,
    /// Files nothing refers to: left by an interrupted run, harmless. Those that a koe at work holds open are none.
    pub orphans: Vec<String>,
}

/// A table and its rows.
#[derive(Debug)]
pub struct TableStatus {
    /// The table.
    pub table: &'static Table,
    /// Rows now live.
    pub row_count: u64,
    /// Observations kept, for an imported table.
    pub observation_count: u64,
    /// Batches they came in.
    pub batch_count: u64,
}

/// A live file that is not as the manifest says.
#[derive(Debug, PartialEq, Eq)]
pub struct FileFault {
    /// Path below the store.
    pub path: String,
    /// Whether it is there with other bytes, or not there.
    pub is_present: bool,
}

impl Status {
    pub(super) fn of(root: &Path, manifest: &Manifest) -> Result<Self> {
        let tables = schema::tables()
            .map(|table| {
                let raw = manifest
                    .raw
                    .get(table.name)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                TableStatus {
                    table,
                    row_count: manifest.row_count(table),
                    observation_count: raw.iter().map(|file| file.live.row_count).sum(),
                    batch_count: raw.len() as u64,
                }
            })
            .collect();
        let mut faults = Vec::new();
        let mut files: Vec<_> = manifest.files().collect();
        files.sort_by_key(|file| &file.path);
        files.dedup_by_key(|file| &file.path);
        for file in files {
            match hash_file(&root.join(&file.path)) {
                Ok(hash) if hash == file.hash => {}
                Ok(_) => faults.push(FileFault {
                    path: file.path.clone(),
                    is_present: true,
                }),
                Err(_) => faults.push(FileFault {
                    path: file.path.clone(),
                    is_present: false,
                }),
            }
        }
        Ok(Self {
            tables,
            faults,
            orphans: orphans(root, manifest)?,
        })
    }

    /// Whether every live file is as it was written.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}
