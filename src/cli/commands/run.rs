//! `koe run`: everything that is out of date, in order.

use std::time::Instant;

use koe::error::Result;
use koe::pipeline::StageOutcome;

use super::{import, stage};
use crate::args::{Common, Run};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{settings, waiting};

pub fn run(run: &Run, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace =
        settings::workspace(common, run.dir.as_deref(), &import::overrides(&run.reading))?;
    let _turn = waiting::turn(&workspace, common, ui)?;
    let options = import::options(&run.reading);
    let mut started = Instant::now();
    let mut each = |outcome: &StageOutcome| {
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
    };
    let outcomes = waiting::patiently(common, ui, || workspace.run(&options, ui, &mut each))?;
    let exit = outcomes
        .iter()
        .map(|outcome| import::fault(outcome, ui))
        .find(|exit| *exit != Exit::Done);
    match exit {
        Some(exit) => Ok(exit),
        None => stage::alert_exit(&workspace, run.fail_on),
    }
}
