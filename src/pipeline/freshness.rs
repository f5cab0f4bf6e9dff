//! Whether a stage has to run again.

use std::path::Path;

use serde::Serialize;

use super::Workspace;
use crate::schema::Table;
use crate::store::{Manifest, StageRecord, Store, hash_file};

/// Collects what a stage depends on.
pub(super) struct Inputs(blake3::Hasher);

impl Inputs {
    /// Starts with the version of koe alone, for what rests on settings and not on what the store holds.
    pub(super) fn of_settings() -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        Self(hasher)
    }

    /// Starts with the version of koe, the as-of instant and the stage's tables.
    pub(super) fn new(
        workspace: &Workspace,
        manifest: &Manifest,
        tables: &[&'static Table],
    ) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        let as_of = workspace.as_of();
        hasher.update(as_of.instant().to_string().as_bytes());
        hasher.update(as_of.time_zone().iana_name().unwrap_or_default().as_bytes());
        for table in tables {
            hasher.update(table.name.as_bytes());
            for file in manifest.live(table) {
                hasher.update(file.hash.as_bytes());
            }
        }
        Self(hasher)
    }

    /// Adds settings.
    pub(super) fn with(mut self, settings: &impl Serialize) -> Self {
        let text =
            serde_json::to_string(settings).expect("settings hold only strings, numbers and lists");
        self.0.update(text.as_bytes());
        self
    }

    /// Returns the hash of everything.
    pub(super) fn hash(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

/// Whether the stage last ran on these inputs and its tables are still there, with all of their files.
pub(super) fn is_fresh(
    store: &Store,
    stage: &str,
    inputs: &str,
    tables: &[&'static Table],
) -> bool {
    let manifest = store.manifest();
    manifest
        .stages
        .get(stage)
        .is_some_and(|record| record.inputs == inputs)
        && tables
            .iter()
            .all(|table| manifest.derived.contains_key(table.name) && store.has_files(table))
}

/// Returns how many files a stage wrote outside the store, where it last ran on these inputs and each file is as it was written.
pub(super) fn kept_files(
    manifest: &Manifest,
    stage: &str,
    inputs: &str,
    root: &Path,
) -> Option<u64> {
    let record = manifest.stages.get(stage)?;
    let are_kept = record.inputs == inputs
        && record
            .outputs
            .iter()
            .all(|(path, hash)| hash_file(&root.join(path)).is_ok_and(|found| found == *hash));
    are_kept.then_some(record.outputs.len() as u64)
}

/// Whether the files that a stage wrote outside the store are there; what is in them is the user's to change.
pub(super) fn are_outputs_there(manifest: &Manifest, stage: &str, root: &Path) -> bool {
    let outputs = manifest.stages.get(stage).map(|record| &record.outputs);
    outputs.is_some_and(|outputs| outputs.iter().all(|(path, _)| root.join(path).exists()))
}

/// Returns the record of a stage without files outside the store.
pub(super) fn record(inputs: String) -> StageRecord {
    StageRecord {
        inputs,
        outputs: Vec::new(),
    }
}

/// Returns the rows of a live table.
pub(super) fn row_count(manifest: &Manifest, table: &Table) -> u64 {
    manifest.row_count(table)
}
