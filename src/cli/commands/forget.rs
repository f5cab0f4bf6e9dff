//! `koe forget`: a person is erased.

use std::io::{self, BufRead, IsTerminal};

use koe::error::{Error, Result};
use koe::pipeline::{ForgetOutcome, TableCount};
use koe::report::Lang;
use polars::prelude::{DataFrame, df};

use crate::args::{Common, Forget, Format};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

/// Answers that mean yes.
const YES: [&str; 3] = ["y", "yes", "はい"];

pub fn run(args: &Forget, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let format = common.format.unwrap_or(Format::Table);
    let lang = output::lang_of(format, ui.lang());
    if args.dry_run || !args.yes {
        // Where nobody can answer, nobody is looked for either: in a large store that takes a while.
        if !args.dry_run && !can_answer() {
            return Err(not_confirmed(&args.person));
        }
        let planned = workspace.would_forget(&args.person)?;
        if args.dry_run {
            output::print(&frame(&planned.tables, lang)?, format)?;
            let told = ui.word(
                "削除するか、書き直すことになるもの",
                "would be removed or written anew",
            );
            tell(&planned, ui, told);
            return Ok(Exit::Done);
        }
        confirm(&planned, &args.person, ui)?;
    }
    let done = waiting::patiently(common, ui, || workspace.forget(&args.person))?;
    output::print(&frame(&done.tables, lang)?, format)?;
    let told = ui.word("削除したか、書き直したもの", "removed or written anew");
    tell(&done, ui, told);
    ui.say(ui.word(
        "消去しました。セグメントとレポートは `koe run` で作り直せます",
        "forgotten; `koe run` makes segments and reports anew",
    ));
    Ok(Exit::Done)
}

/// Whether somebody at a terminal can say yes; else the flag must.
fn can_answer() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn not_confirmed(person: &str) -> Error {
    Error::NotConfirmed {
        what: format!("`{person}` is to be erased for good"),
    }
}

/// Asks on the terminal.
fn confirm(planned: &ForgetOutcome, person: &str, ui: &Ui) -> Result<()> {
    let (count, accounts) = (planned.records.len(), planned.account_count);
    let records = planned.records.join(", ");
    ui.ask(&match ui.lang() {
        Lang::Ja => format!(
            "顧客の記録 {count} 件({records})、アカウント {accounts} 件を完全に消去します。よろしいですか? [y/N] "
        ),
        Lang::En => {
            format!("{count} records ({records}), {accounts} accounts: erase for good? [y/N] ")
        }
    });
    let mut answer = String::new();
    // Who closes the terminal does not say yes.
    let _ = io::stdin().lock().read_line(&mut answer);
    match YES.contains(&answer.trim().to_lowercase().as_str()) {
        true => Ok(()),
        false => Err(not_confirmed(person)),
    }
}

fn tell(outcome: &ForgetOutcome, ui: &Ui, what: &str) {
    if !outcome.outputs.is_empty() {
        ui.say(&format!("{what}:"));
        for file in &outcome.outputs {
            ui.say(&format!("  {file}"));
        }
    }
    if !outcome.still_held.is_empty() {
        ui.say(ui.word(
            "次の書き出しファイルには、まだこの方の情報があります(koe が書き換えることはありません):",
            "these exports of yours still hold the person; koe never changes them:",
        ));
        for file in &outcome.still_held {
            ui.say(&format!("  {file}"));
        }
    }
    if !outcome.unread.is_empty() {
        ui.say(ui.word(
            "次のファイルは中を確かめられませんでした。この方の情報が残っている可能性があります:",
            "these could not be looked into, and may hold the person:",
        ));
        for file in &outcome.unread {
            ui.say(&format!("  {file}"));
        }
    }
}

/// Returns a row per table, in a language.
fn frame(tables: &[TableCount], lang: Lang) -> Result<DataFrame> {
    let [table, erased, emptied, scrubbed] = match lang {
        Lang::Ja => ["表", "行の削除", "中身の消去", "一部の伏せ字"],
        Lang::En => ["table", "erased", "emptied", "scrubbed"],
    };
    let count = |of: fn(&TableCount) -> u64| tables.iter().map(of).collect::<Vec<_>>();
    df!(
        table => tables.iter().map(|one| one.table).collect::<Vec<_>>(),
        erased => count(|one| one.erased),
        emptied => count(|one| one.emptied),
        scrubbed => count(|one| one.scrubbed),
    )
    .map_err(Error::frame("list what is erased"))
}
