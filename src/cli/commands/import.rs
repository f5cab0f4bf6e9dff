//! `koe import`: exports into the store.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use koe::config::Override;
use koe::error::{Error, Result, STDIN};
use koe::pipeline::{FileOutcome, FileState, ImportOptions, StageOutcome};
use polars::prelude::{Column, DataFrame, df};

use super::held_back;
use crate::args::{Common, Format, Import, Reading};
use crate::exit::Exit;
use crate::scratch::Scratch;
use crate::ui::Ui;
use crate::{output, settings, waiting};

pub fn run(import: &Import, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &overrides(&import.reading))?;
    let is_of_deletions = !import.deleted.is_empty();
    let named = match is_of_deletions {
        true => &import.deleted,
        false => &import.files,
    };
    let (files, stdin) = with_stdin(named)?;
    let options = ImportOptions {
        is_of_deletions,
        stdin: stdin.as_ref().map(|folder| stdin_in(folder.path())),
        is_unread_dropped: import.drop_unread,
        ..options(&import.reading)
    };
    let _turn = waiting::turn(&workspace, common, ui)?;
    let outcome = waiting::patiently(common, ui, || workspace.import(&files, &options, ui))?;
    match common.format {
        Some(format) => output::print(&frame(&outcome.files)?, format)?,
        None => tell(&outcome, ui)?,
    }
    let exit = fault(&outcome, ui);
    held_back::tell(workspace.waits_for_files()?.as_ref(), ui);
    Ok(exit)
}

/// Prints the account of an import, a line per file.
pub fn tell(outcome: &StageOutcome, ui: &Ui) -> Result<()> {
    let mut table = Vec::new();
    output::write(&frame(&outcome.files)?, Format::Table, &mut table)
        .map_err(|error| Error::io("write to", Path::new("memory"), error))?;
    ui.say(String::from_utf8_lossy(&table).trim_end());
    if let Some(rejects) = &outcome.open {
        let told = ui.word("読み取れなかった行", "rejected rows");
        ui.say(&format!("{told}: {}", rejects.display()));
    }
    if !outcome.still_held.is_empty() {
        ui.say(ui.word(
            "削除された投稿の内容を消去しました。次の書き出しファイルにはまだ残っています:",
            "erased what deleted posts said; these exports of yours still hold it:",
        ));
        for file in &outcome.still_held {
            ui.say(&format!("  {file}"));
        }
    }
    Ok(())
}

/// Prints what went wrong without stopping the import, and returns how koe ends.
pub fn fault(outcome: &StageOutcome, ui: &Ui) -> Exit {
    let Some(fault) = &outcome.fault else {
        return Exit::Done;
    };
    match &**fault {
        Error::FilesLeftOut { failed } => failed.iter().for_each(|(_, error)| ui.error(error)),
        fault => ui.error(fault),
    }
    Exit::of(fault)
}

/// Returns how the flags ask files to be read.
pub fn options(reading: &Reading) -> ImportOptions {
    ImportOptions {
        layout: reading.layout.clone(),
        source: reading.source.clone(),
        ..ImportOptions::default()
    }
}

/// Returns the settings that the flags override.
pub fn overrides(reading: &Reading) -> Vec<Override> {
    let max_rejects = reading.max_rejects.map(|share| Override {
        key: "import.max_rejects".into(),
        value: format!("{share:?}"),
        origin: "`--max-rejects`".into(),
    });
    max_rejects.into_iter().collect()
}

/// Replaces `-` by a file that holds what came on stdin; the folder lives as long as the file is needed.
fn with_stdin(files: &[PathBuf]) -> Result<(Vec<PathBuf>, Option<Scratch>)> {
    if !files.iter().any(|file| is_stdin(file)) {
        return Ok((files.to_vec(), None));
    }
    let folder = Scratch::new()?;
    let files = with_stdin_in(folder.path(), files)?;
    Ok((files, Some(folder)))
}

/// Replaces `-` by a file in `folder` that holds what came on stdin.
pub fn with_stdin_in(folder: &Path, files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let path = stdin_in(folder);
    if files.iter().any(|file| is_stdin(file)) {
        File::create(&path)
            .and_then(|mut file| io::copy(&mut io::stdin().lock(), &mut file))
            .map_err(|error| Error::io("read", Path::new(STDIN), error))?;
    }
    let files = files.iter().map(|file| match is_stdin(file) {
        true => path.clone(),
        false => file.clone(),
    });
    Ok(files.collect())
}

/// Returns the file in `folder` that holds what came on stdin, where something did.
pub fn stdin_in(folder: &Path) -> PathBuf {
    folder.join(STDIN)
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn frame(files: &[FileOutcome]) -> Result<DataFrame> {
    let state = |file: &FileOutcome| match file.state {
        FileState::Stored => "stored".to_owned(),
        FileState::Known => "known".to_owned(),
        FileState::TooManyRejects => "too many rejects".to_owned(),
        FileState::Failed => "failed".to_owned(),
        FileState::PassedOver(1, (_, what)) => format!("passed over: {what}"),
        FileState::PassedOver(count, (_, what)) => format!("passed over {count}: {what}"),
    };
    let count = |count: fn(&FileOutcome) -> u64| files.iter().map(count).collect::<Vec<u64>>();
    let mut frame = df!(
        "file" => files.iter().map(|file| file.file.as_str()).collect::<Vec<_>>(),
        "layout" => files.iter().map(|file| file.layout.as_deref().unwrap_or("-")).collect::<Vec<_>>(),
        "state" => files.iter().map(state).collect::<Vec<_>>(),
        "read" => count(|file| file.read_count),
        "stored" => count(|file| file.stored_count),
        "known" => count(|file| file.known_count),
        "rejected" => count(|file| file.rejected_count),
    )
    .map_err(Error::frame("list the imported files"))?;
    let forgotten = count(|file| file.forgotten_count);
    if forgotten.iter().any(|count| *count > 0) {
        frame
            .with_column(Column::new("forgotten".into(), forgotten))
            .map_err(Error::frame("list the imported files"))?;
    }
    Ok(frame)
}
