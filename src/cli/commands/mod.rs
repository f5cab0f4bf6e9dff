//! A file per subcommand.

mod audience;
mod config;
mod consent;
mod explain;
mod forget;
mod held_back;
mod import;
mod init;
mod query;
mod run;
mod sample;
mod segment;
mod shell;
mod stage;
mod status;

use koe::error::Result;

use super::args::{Args, Command};
use super::exit::Exit;
use super::ui::Ui;

/// Runs the subcommand.
///
/// # Errors
/// Whatever stops it.
pub fn run(args: &Args, ui: &Ui) -> Result<Exit> {
    let common = &args.common;
    match &args.command {
        Command::Init(init) => init::run(init, common, ui),
        Command::Import(import) => import::run(import, common, ui),
        Command::Explain(args) => explain::run(args, common, ui),
        Command::Join(args) => stage::join(args, common, ui),
        Command::Score(score) => stage::score(score, common, ui),
        Command::Segment(args) => segment::run(args, common, ui),
        Command::Report(args) => stage::report(args, common, ui),
        Command::Audience(args) => audience::run(args, common, ui),
        Command::Run(run) => run::run(run, common, ui),
        Command::Consent(args) => consent::run(args, common, ui),
        Command::Forget(args) => forget::run(args, common, ui),
        Command::Query(query) => query::run(query, common),
        Command::Status(status) => status::run(status, common, ui),
        Command::Config(config) => config::run(config, common),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man => shell::man(),
        Command::Sample(sample) => sample::run(sample, common, ui),
        Command::SchemaDoc => shell::schema(),
    }
}
