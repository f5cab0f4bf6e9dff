//! `koe forget`: a person is erased.

use std::io::{self, BufRead, IsTerminal};

use koe::error::{Error, Result};
use koe::pipeline::{ForgetOutcome, TableCount};
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
    if args.dry_run || !args.yes {
        // Where nobody can answer, nobody is looked for either: in a large store that takes a while.
        if !args.dry_run && !can_answer() {
            return Err(not_confirmed(&args.person));
        }
        let planned = workspace.would_forget(&args.person)?;
        if args.dry_run {
            output::print(&frame(&planned.tables)?, format)?;
            tell(&planned, ui, "would be removed or written anew");
            return Ok(Exit::Done);
        }
        confirm(&planned, &args.person, ui)?;
    }
    let done = waiting::patiently(common, ui, || workspace.forget(&args.person))?;
    output::print(&frame(&done.tables)?, format)?;
    tell(&done, ui, "removed or written anew");
    ui.say("forgotten; `koe run` makes segments and reports anew");
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
    ui.ask(&format!(
        "{} records ({}), {} accounts: erase for good? [y/N] ",
        planned.records.len(),
        planned.records.join(", "),
        planned.account_count
    ));
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
        ui.say("these exports of yours still hold the person; koe never changes them:");
        for file in &outcome.still_held {
            ui.say(&format!("  {file}"));
        }
    }
    if !outcome.unread.is_empty() {
        ui.say("these could not be looked into, and may hold the person:");
        for file in &outcome.unread {
            ui.say(&format!("  {file}"));
        }
    }
}

fn frame(tables: &[TableCount]) -> Result<DataFrame> {
    let count = |of: fn(&TableCount) -> u64| tables.iter().map(of).collect::<Vec<_>>();
    df!(
        "table" => tables.iter().map(|one| one.table).collect::<Vec<_>>(),
        "erased" => count(|one| one.erased),
        "emptied" => count(|one| one.emptied),
        "scrubbed" => count(|one| one.scrubbed),
    )
    .map_err(Error::frame("list what is erased"))
}
