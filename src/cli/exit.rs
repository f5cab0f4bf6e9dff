//! How koe ends.

use std::io;
use std::process::ExitCode;

use koe::error::{Error, ErrorKind};

use crate::scratch;

/// Exit codes; `koe --help` lists them for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything is done.
    Done = 0,
    /// The user's data or settings must change.
    Input = 1,
    /// The machine refused: disk, permission.
    Machine = 3,
    /// An alert is on, under `--fail-on alert`.
    Alert = 4,
    /// koe is wrong.
    Bug = 70,
    /// Another koe is at work; later the same command will do.
    Busy = 75,
    /// Interrupted by Ctrl-C or a termination signal.
    Interrupted = 130,
}

impl Exit {
    /// Returns how koe ends after an error.
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Input => Self::Input,
            ErrorKind::Machine => Self::Machine,
            ErrorKind::Busy => Self::Busy,
            ErrorKind::Bug => Self::Bug,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Whether an error only says that nobody reads the output any more.
pub fn is_broken_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Makes a panic a plain message and exit code 70.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        if koe::import::containers::is_guarded() {
            return;
        }
        scratch::wait_while_clearing();
        scratch::clear();
        eprintln!("error: koe stopped because of a bug: {panic}");
        eprintln!(
            "hint: the store is as it was before; please report this message and the command"
        );
        std::process::exit(Exit::Bug as i32);
    }));
}

/// Makes Ctrl-C one clear message and exit code 130. Nothing has to be undone: what was not committed is not live; it is
/// removed, as is what was never to stay.
pub fn install_interrupt_handler() {
    // Without a handler Ctrl-C ends koe all the same, only without the message.
    let _ = ctrlc::set_handler(|| {
        let told = match scratch::clear() {
            true => "no result was written; nothing is left behind",
            false => {
                "finished stages are kept and nothing is half done; run the same command to go on"
            }
        };
        // Behind the folders: who fails because a file went away waits for the end from then on.
        koe::store::abandon_changes();
        eprintln!("\ninterrupted: {told}");
        std::process::exit(Exit::Interrupted as i32);
    });
}
