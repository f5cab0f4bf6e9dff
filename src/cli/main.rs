//! The command `koe`: arguments in, library calls, words and exit codes out.

mod args;
mod commands;
mod exit;
mod output;
mod scratch;
mod settings;
mod ui;
mod waiting;

use std::process::ExitCode;

use polars::error::PolarsWarning;

use args::Args;
use exit::Exit;
use ui::Ui;

/// Passes over what the engine has to say to programmers, such as that the way a query casts is going away: who asks for
/// nothing but errors must not be told.
fn pass_over(_: &str, _: PolarsWarning) {}

fn main() -> ExitCode {
    let args = Args::typed();
    let lang = settings::lang(&args);
    let ui = Ui::new(&args.common, lang);
    output::speak(lang);
    exit::install_panic_hook(lang);
    exit::install_interrupt_handler(lang);
    settings::use_threads(args.common.threads);
    polars::error::set_warning_function(pass_over);
    let end = commands::run(&args, &ui);
    scratch::wait_while_clearing();
    match end {
        Ok(exit) => exit.into(),
        Err(error) if exit::is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            ui.error(&error);
            Exit::of(&error).into()
        }
    }
}
