//! `koe status`: what the store holds and whether it is whole.

use koe::error::{Error, Result};
use polars::df;

use super::held_back;
use crate::args::{Common, Format, Status};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

pub fn run(status: &Status, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    if status.repair {
        let removed = waiting::patiently(common, ui, || workspace.store()?.begin()?.repair())?;
        for file in &removed {
            ui.detail(&format!("removed {file}"));
        }
        ui.say(&format!("{} orphan files removed", removed.len()));
    }
    let store = workspace.store()?;
    let found = store.status()?;
    let tables = &found.tables;
    let frame = df!(
        "table" => tables.iter().map(|one| one.table.name).collect::<Vec<_>>(),
        "rows" => tables.iter().map(|one| one.row_count).collect::<Vec<_>>(),
        "observations" => tables.iter().map(|one| one.observation_count).collect::<Vec<_>>(),
        "batches" => tables.iter().map(|one| one.batch_count).collect::<Vec<_>>(),
    )
    .map_err(Error::frame("list the tables"))?;
    output::print(&frame, common.format.unwrap_or(Format::Table))?;
    if let Some(as_of) = &store.manifest().as_of {
        ui.say(&format!("computed as of {as_of}"));
    }
    held_back::tell(workspace.held_back()?.as_ref(), ui);
    for orphan in &found.orphans {
        ui.detail(&format!("orphan: {orphan}"));
    }
    if !found.orphans.is_empty() {
        ui.say(&format!(
            "{} orphan files, left by an interrupted run and harmless; `koe status --repair` removes them",
            found.orphans.len()
        ));
    }
    for fault in &found.faults {
        let what = if fault.is_present {
            "was changed"
        } else {
            "is missing"
        };
        ui.say(&format!("{} {what}", fault.path));
    }
    match found.faults.first() {
        Some(fault) => Err(Error::Damaged {
            path: store.root().join(&fault.path),
            detail: format!(
                "{} of the live files are missing or changed",
                found.faults.len()
            ),
        }),
        None => {
            ui.say("the store is whole");
            Ok(Exit::Done)
        }
    }
}
