//! `koe status`: what the store holds and whether it is whole.

use koe::error::{Error, Result, file_in};
use koe::pipeline::UnreachedRefusals;
use koe::report::Lang;
use koe::store;
use polars::df;
use polars::prelude::DataFrame;
use serde::Serialize;

use super::held_back::{self, Cause};
use crate::args::{Common, Format, Status};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

/// Files that are named whose refusals reach nobody.
const MOST_NAMED: usize = 8;

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
    let as_of = store.manifest().as_of.as_deref();
    let format = common.format.unwrap_or(Format::Table);
    // Of a store that is damaged nobody can tell.
    let unreached = || {
        let unreached = found.is_whole().then(|| workspace.unreached_refusals());
        unreached.transpose()
    };
    let (held_back, unreached) = match output::is_json(format) {
        true => {
            let (held_back, unreached) = (workspace.held_back()?, unreached()?);
            let told = Told::of(&found, as_of, held_back.as_ref(), unreached.as_deref());
            output::print_json(&told, format)?;
            (held_back, unreached)
        }
        false => {
            let lang = output::lang_of(format, lang);
            output::print(&tables(&found, lang)?, format)?;
            (workspace.held_back()?, unreached()?)
        }
    };
    if let Some(as_of) = as_of {
        let told = ui.word("基準時点:", "computed as of");
        ui.say(&format!("{told} {as_of}"));
    }
    held_back::tell(held_back.as_ref(), ui);
    if let Some(told) = unreached_told(unreached.as_deref().unwrap_or_default(), lang) {
        ui.say(&told);
    }
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

/// Returns what is told of refusals that reach nobody, where there are any.
fn unreached_told(unreached: &[UnreachedRefusals], lang: Lang) -> Option<String> {
    if unreached.is_empty() {
        return None;
    }
    let count: u64 = unreached.iter().map(|one| one.row_count).sum();
    let named = unreached.iter().take(MOST_NAMED).map(|one| {
        let (file, source) = (file_in(&one.file, lang), &one.source);
        match lang {
            Lang::Ja => format!("`{file}`(source は `{source}`) {} 件", one.row_count),
            Lang::En => format!("{} in `{file}` of source `{source}`", one.row_count),
        }
    });
    let mut named: Vec<String> = named.collect();
    match (unreached.len().saturating_sub(MOST_NAMED), lang) {
        (0, _) => {}
        (more, Lang::Ja) => named.push(format!("ほか {more} か所")),
        (more, Lang::En) => named.push(format!("{more} more places")),
    }
    Some(match lang {
        Lang::Ja => format!(
            "拒否や配信停止のうち {count} 件は、顧客データにない ID のもので、どなたにも反映されていません: {}。ID と source が正しいかお確かめください",
            named.join("、")
        ),
        Lang::En => format!(
            "refusals that reach nobody, as nobody is known whom they name: {count} ({}); are their ids and sources right?",
            named.join(", ")
        ),
    })
}

/// Returns a row per table, in a language.
fn tables(found: &store::Status, lang: Lang) -> Result<DataFrame> {
    let tables = &found.tables;
    let [table, rows, observations, batches] = match lang {
        Lang::Ja => ["表", "行数", "取り込んだ行", "取り込み回数"],
        Lang::En => ["table", "rows", "observations", "batches"],
    };
    df!(
        table => tables.iter().map(|one| one.table.name).collect::<Vec<_>>(),
        rows => tables.iter().map(|one| one.row_count).collect::<Vec<_>>(),
        observations => tables.iter().map(|one| one.observation_count).collect::<Vec<_>>(),
        batches => tables.iter().map(|one| one.batch_count).collect::<Vec<_>>(),
    )
    .map_err(Error::frame("list the tables"))
}

/// All of it as one JSON object; `docs/guide/cron.md` documents the fields.
#[derive(Serialize)]
struct Told<'a> {
    as_of: Option<&'a str>,
    is_held_back: bool,
    held_back_by: Vec<Cause<'a>>,
    unreached_refusals: Option<Vec<ToldRefusals<'a>>>,
    orphans: &'a [String],
    faults: Vec<ToldFault<'a>>,
    tables: Vec<ToldTable>,
}

#[derive(Serialize)]
struct ToldRefusals<'a> {
    file: &'a str,
    source: &'a str,
    row_count: u64,
}

#[derive(Serialize)]
struct ToldFault<'a> {
    file: &'a str,
    is_present: bool,
}

#[derive(Serialize)]
struct ToldTable {
    table: &'static str,
    rows: u64,
    observations: u64,
    batches: u64,
}

impl<'a> Told<'a> {
    fn of(
        found: &'a store::Status,
        as_of: Option<&'a str>,
        held_back: Option<&'a Error>,
        unreached: Option<&'a [UnreachedRefusals]>,
    ) -> Self {
        let refusals = |unreached: &'a [UnreachedRefusals]| -> Vec<ToldRefusals<'a>> {
            let refusals = unreached.iter().map(|one| ToldRefusals {
                file: &one.file,
                source: &one.source,
                row_count: one.row_count,
            });
            refusals.collect()
        };
        let faults = found.faults.iter().map(|fault| ToldFault {
            file: &fault.path,
            is_present: fault.is_present,
        });
        let tables = found.tables.iter().map(|one| ToldTable {
            table: one.table.name,
            rows: one.row_count,
            observations: one.observation_count,
            batches: one.batch_count,
        });
        Self {
            as_of,
            is_held_back: held_back.is_some(),
            held_back_by: held_back::causes(held_back),
            unreached_refusals: unreached.map(refusals),
            orphans: &found.orphans,
            faults: faults.collect(),
            tables: tables.collect(),
        }
    }
}
