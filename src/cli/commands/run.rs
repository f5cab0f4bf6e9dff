//! `koe run`: everything that is out of date, in order.

use std::time::Instant;

use koe::error::Result;

use super::{import, stage};
use crate::args::{Common, Run};
use crate::exit::Exit;
use crate::settings;
use crate::ui::Ui;

pub fn run(run: &Run, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace =
        settings::workspace(common, run.dir.as_deref(), &import::overrides(&run.reading))?;
    let mut started = Instant::now();
    let outcomes = workspace.run(&import::options(&run.reading), ui, &mut |outcome| {
        stage::tell(outcome, started.elapsed().as_secs_f64(), ui);
        for file in &outcome.files {
            let forgotten = match file.forgotten_count {
                0 => String::new(),
                count => format!(", {count} forgotten"),
            };
            ui.detail(&format!(
                "         {}: {} read, {} stored, {} known, {} rejected{forgotten}",
                file.file,
                file.read_count,
                file.stored_count,
                file.known_count,
                file.rejected_count
            ));
        }
        started = Instant::now();
    })?;
    let exit = outcomes
        .iter()
        .map(|outcome| import::fault(outcome, ui))
        .find(|exit| *exit != Exit::Done);
    match exit {
        Some(exit) => Ok(exit),
        None => stage::alert_exit(&workspace, run.fail_on),
    }
}
