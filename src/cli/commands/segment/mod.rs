//! `koe segment`: values and segments of a workspace, or of files of orders alone, as tables for scripts and people.

mod orders;
mod summary;

use std::path::Path;
use std::time::Instant;

use koe::error::{Error, Result};
use koe::pipeline::Workspace;
use koe::report::Lang;
use koe::schema::{Table, person_segments};

use super::stage;
use crate::args::{Common, Segment};
use crate::exit::Exit;
use crate::ui::{Ui, sanitised};
use crate::{output, settings, waiting};

pub fn run(args: &Segment, common: &Common, ui: &Ui) -> Result<Exit> {
    // What is asked for in vain must not be told after minutes of work.
    let table = args.table.as_deref().map(Workspace::segment_table);
    let table = table.transpose()?;
    output::check(args.output.as_deref(), common.format)?;
    if !args.orders.is_empty() {
        return orders::run(args, table, common, ui);
    }
    let workspace = settings::workspace(common, None, &[])?;
    let _turn = waiting::turn(&workspace, common, ui)?;
    let started = Instant::now();
    let outcome = waiting::patiently(common, ui, || workspace.segment(ui))?;
    let lang = workspace.config().workspace.lang;
    stage::tell(&outcome, started.elapsed().as_secs_f64(), lang, ui);
    if !is_table_wanted(args, common) {
        return Ok(Exit::Done);
    }
    let table = table.unwrap_or(&person_segments::TABLE);
    let frame = workspace
        .store()?
        .scan(table)?
        .collect()
        .map_err(Error::frame("read a table of the store"))?;
    output::put(&frame, args.output.as_deref(), common.format)?;
    tell_written(args.output.as_deref(), table, frame.height(), ui);
    Ok(Exit::Done)
}

/// Whether the flags ask for the rows of a table, and not only that it be computed.
fn is_table_wanted(args: &Segment, common: &Common) -> bool {
    args.table.is_some() || args.output.is_some() || common.format.is_some()
}

fn tell_written(path: Option<&Path>, table: &Table, rows: usize, ui: &Ui) {
    if let Some(path) = path.filter(|path| path.as_os_str() != "-") {
        let (path, rows) = (path.display(), stage::grouped(rows as u64));
        let table = table.name;
        ui.say(&sanitised(&match ui.lang() {
            Lang::Ja => format!("{path} に書き込みました: {table} {rows} 行"),
            Lang::En => format!("wrote {path}: {rows} rows of {table}"),
        }));
    }
}
