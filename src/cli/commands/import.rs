//! `koe import`: exports into the store.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use koe::config::Override;
use koe::error::{Error, Result, STDIN, file_in};
use koe::pipeline::{FileOutcome, FileState, ImportOptions, StageOutcome};
use koe::report::Lang;
use polars::prelude::{Column, DataFrame};

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
        Some(Format::Table) => {
            output::print(&frame(&outcome.files, ui.lang())?, Format::Table)?;
        }
        // Programs read the same words in every shop.
        Some(format) => output::print(&frame(&outcome.files, Lang::En)?, format)?,
        None => tell(&outcome, ui)?,
    }
    let exit = fault(&outcome, ui);
    held_back::tell(workspace.waits_for_files()?.as_ref(), ui);
    Ok(exit)
}

/// Files of before up to which each has its line.
const MOST_KNOWN: usize = 12;

/// Prints the account of an import, a line per file; many in which nothing is new are counted.
pub fn tell(outcome: &StageOutcome, ui: &Ui) -> Result<()> {
    let (listed, known_count) = listed(&outcome.files);
    if !listed.is_empty() || known_count == 0 {
        let mut table = Vec::new();
        output::write(&frame(&listed, ui.lang())?, Format::Table, &mut table)
            .map_err(|error| Error::io("write to", Path::new("memory"), error))?;
        ui.say(String::from_utf8_lossy(&table).trim_end());
    }
    if known_count > 0 {
        ui.say(&match ui.lang() {
            Lang::Ja => format!("取り込み済みのファイル: {known_count} 件（変更はありません）"),
            Lang::En => format!("files imported before, unchanged: {known_count}"),
        });
    }
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

/// Returns the files that have a line, and how many others are as they were.
fn listed(files: &[FileOutcome]) -> (Vec<FileOutcome>, usize) {
    let is_as_it_was = |file: &&FileOutcome| {
        file.state == FileState::Known && file.rejected_count == 0 && file.forgotten_count == 0
    };
    let known_count = files.iter().filter(is_as_it_was).count();
    if known_count <= MOST_KNOWN {
        return (files.to_vec(), 0);
    }
    let others = files.iter().filter(|file| !is_as_it_was(file));
    (others.cloned().collect(), known_count)
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

/// Returns a row per file, in a language.
fn frame(files: &[FileOutcome], lang: Lang) -> Result<DataFrame> {
    let word = |ja: &'static str, en: &'static str| match lang {
        Lang::Ja => ja,
        Lang::En => en,
    };
    let text = |heading: &str, of: &dyn Fn(&FileOutcome) -> String| {
        let cells: Vec<String> = files.iter().map(of).collect();
        Column::new(heading.into(), cells)
    };
    let count = |heading: &str, of: fn(&FileOutcome) -> u64| {
        let counts: Vec<u64> = files.iter().map(of).collect();
        Column::new(heading.into(), counts)
    };
    let mut columns = vec![
        text(word("ファイル", "file"), &|file| {
            file_in(&file.file, lang).to_owned()
        }),
        text(word("形式", "layout"), &|file| {
            file.layout.clone().unwrap_or_else(|| "-".to_owned())
        }),
        text(word("状態", "state"), &|file| state(file.state, lang)),
        count(word("読んだ行", "read"), |file| file.read_count),
        count(word("保存", "stored"), |file| file.stored_count),
        count(word("保存済み", "known"), |file| file.known_count),
        count(word("読めない", "rejected"), |file| file.rejected_count),
    ];
    if files.iter().any(|file| file.forgotten_count > 0) {
        let heading = word("消去を希望された方", "forgotten");
        columns.push(count(heading, |file| file.forgotten_count));
    }
    DataFrame::new(files.len(), columns).map_err(Error::frame("list the imported files"))
}

/// Returns what became of a file, in a language.
fn state(state: FileState, lang: Lang) -> String {
    match (state, lang) {
        (FileState::Stored, Lang::Ja) => "保存しました".to_owned(),
        (FileState::Stored, Lang::En) => "stored".to_owned(),
        (FileState::Known, Lang::Ja) => "取り込み済み".to_owned(),
        (FileState::Known, Lang::En) => "known".to_owned(),
        (FileState::TooManyRejects, Lang::Ja) => "読めない行が多すぎます".to_owned(),
        (FileState::TooManyRejects, Lang::En) => "too many rejects".to_owned(),
        (FileState::Failed, Lang::Ja) => "取り込めません".to_owned(),
        (FileState::Failed, Lang::En) => "failed".to_owned(),
        (FileState::PassedOver(1, (what, _)), Lang::Ja) => format!("対象外: {what}"),
        (FileState::PassedOver(1, (_, what)), Lang::En) => format!("passed over: {what}"),
        (FileState::PassedOver(count, (what, _)), Lang::Ja) => {
            format!("対象外 {count} 件: {what}")
        }
        (FileState::PassedOver(count, (_, what)), Lang::En) => {
            format!("passed over {count}: {what}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(state: FileState) -> FileOutcome {
        FileOutcome {
            file: STDIN.to_owned(),
            layout: None,
            state,
            read_count: 3,
            stored_count: 1,
            known_count: 1,
            rejected_count: 0,
            forgotten_count: 1,
        }
    }

    #[test]
    fn many_files_in_which_nothing_is_new_are_counted() {
        let known = |rejected_count, forgotten_count| FileOutcome {
            rejected_count,
            forgotten_count,
            ..outcome(FileState::Known)
        };
        let few = vec![known(0, 0); MOST_KNOWN];
        assert_eq!(listed(&few).0.len(), MOST_KNOWN);
        assert_eq!(listed(&few).1, 0);
        let mut many = vec![known(0, 0); MOST_KNOWN + 1];
        many.extend([known(2, 0), known(0, 1), outcome(FileState::Stored)]);
        let (listed, known_count) = listed(&many);
        assert_eq!((listed.len(), known_count), (3, MOST_KNOWN + 1));
    }

    fn written(lang: Lang, format: Format) -> String {
        let what = ("画像", "a picture");
        let states = [
            FileState::Stored,
            FileState::Known,
            FileState::TooManyRejects,
            FileState::Failed,
            FileState::PassedOver(1, what),
            FileState::PassedOver(2, what),
        ];
        let files = states.map(outcome);
        let mut bytes = Vec::new();
        output::write(&frame(&files, lang).expect("a frame"), format, &mut bytes)
            .expect("memory does not fill up");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn a_japanese_shop_reads_its_table_in_japanese() {
        let told = written(Lang::Ja, Format::Table);
        for word in [
            "保存しました",
            "取り込み済み",
            "読めない行が多すぎます",
            "取り込めません",
            "対象外: 画像",
            "対象外 2 件: 画像",
            "標準入力",
        ] {
            assert!(told.contains(word), "{told}");
        }
        let is_english = |letter: char| letter.is_ascii_alphabetic();
        assert!(!told.contains(is_english), "{told}");
    }

    #[test]
    fn states_for_programs_have_their_names() {
        let told = written(Lang::En, Format::Csv);
        let states: Vec<&str> = told
            .lines()
            .filter_map(|line| line.split(',').nth(2))
            .collect();
        assert_eq!(
            states,
            [
                "state",
                "stored",
                "known",
                "too many rejects",
                "failed",
                "passed over: a picture",
                "passed over 2: a picture"
            ]
        );
        assert!(told.starts_with("file,layout,state,read,stored,known,rejected,forgotten\n"));
    }
}
