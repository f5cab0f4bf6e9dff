//! `koe run`: everything that is out of date, in order.

use std::time::Duration;

use koe::error::Result;
use koe::pipeline::{FileOutcome, StageOutcome};
use koe::report::Lang;

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
    let lang = workspace.config().workspace.lang;
    let mut each = |outcome: &StageOutcome, took: Duration| {
        stage::tell(outcome, took.as_secs_f64(), lang, ui);
        for file in &outcome.files {
            ui.detail(&detail(file, lang));
        }
    };
    let outcomes = waiting::patiently(common, ui, || workspace.run(&options, ui, &mut each))?;
    // Each is told, also those that do not decide how koe ends.
    let faults: Vec<Exit> = outcomes
        .iter()
        .map(|outcome| import::fault(outcome, ui))
        .collect();
    let fault = faults.into_iter().find(|exit| *exit != Exit::Done);
    // Who asks for alerts hears of one whatever else is wrong: a refused file would hide it for as long as it lies there.
    match stage::alert_exit(&workspace, run.fail_on)? {
        Exit::Alert => Ok(Exit::Alert),
        _ => Ok(fault.unwrap_or(Exit::Done)),
    }
}

/// Returns what is told of a file under `--verbose`.
fn detail(file: &FileOutcome, lang: Lang) -> String {
    let [read, stored, known, rejected, forgotten] = [
        file.read_count,
        file.stored_count,
        file.known_count,
        file.rejected_count,
        file.forgotten_count,
    ]
    .map(stage::grouped);
    let name = &file.file;
    let (told, erased) = match lang {
        Lang::Ja => (
            format!(
                "{name}: 読んだ {read} 行、保存 {stored} 行、保存済み {known} 行、読めない {rejected} 行"
            ),
            format!("、消去を希望された方 {forgotten} 行"),
        ),
        Lang::En => (
            format!("{name}: {read} read, {stored} stored, {known} known, {rejected} rejected"),
            format!(", {forgotten} forgotten"),
        ),
    };
    match file.forgotten_count {
        0 => format!("         {told}"),
        _ => format!("         {told}{erased}"),
    }
}
