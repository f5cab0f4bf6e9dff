//! `koe status`: what the store holds and whether it is whole.

use koe::error::{Error, Result};
use koe::report::Lang;
use polars::df;

use super::held_back;
use crate::args::{Common, Format, Status};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

pub fn run(status: &Status, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let lang = ui.lang();
    if status.repair {
        let removed = waiting::patiently(common, ui, || workspace.store()?.begin()?.repair())?;
        for file in &removed {
            ui.detail(&match lang {
                Lang::Ja => format!("{file} を削除しました"),
                Lang::En => format!("removed {file}"),
            });
        }
        let count = removed.len();
        ui.say(&match lang {
            Lang::Ja => format!("使われていないファイルを {count} 個削除しました"),
            Lang::En => format!("{count} orphan files removed"),
        });
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
        let told = ui.word("基準時点:", "computed as of");
        ui.say(&format!("{told} {as_of}"));
    }
    held_back::tell(workspace.held_back()?.as_ref(), ui);
    for orphan in &found.orphans {
        let told = ui.word("使われていないファイル", "orphan");
        ui.detail(&format!("{told}: {orphan}"));
    }
    if !found.orphans.is_empty() {
        let count = found.orphans.len();
        ui.say(&match lang {
            Lang::Ja => format!(
                "中断した実行のファイルが {count} 個残っています。害はありません。`koe status --repair` で削除できます"
            ),
            Lang::En => format!(
                "{count} orphan files, left by an interrupted run and harmless; `koe status --repair` removes them"
            ),
        });
    }
    for fault in &found.faults {
        let what = match fault.is_present {
            true => ui.word("は変更されています", "was changed"),
            false => ui.word("がありません", "is missing"),
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
            ui.say(ui.word("保管庫に問題はありません", "the store is whole"));
            Ok(Exit::Done)
        }
    }
}
