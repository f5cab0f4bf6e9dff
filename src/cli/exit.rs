//! How koe ends.

use std::io;
use std::process::ExitCode;

use koe::error::{Error, ErrorKind};
use koe::report::Lang;

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
pub fn install_panic_hook(lang: Lang) {
    std::panic::set_hook(Box::new(move |panic| {
        if koe::import::containers::is_guarded() {
            return;
        }
        scratch::wait_while_clearing();
        scratch::clear();
        match lang {
            Lang::Ja => eprintln!(
                "エラー: 不具合のため koe が止まりました: {panic}\nヒント: 保管庫は実行前のままです。お手数ですが、実行したコマンドとこのメッセージを添えてご報告ください"
            ),
            Lang::En => eprintln!(
                "error: koe stopped because of a bug: {panic}\nhint: the store is as it was before; please report this message and the command"
            ),
        }
        std::process::exit(Exit::Bug as i32);
    }));
}

/// Makes Ctrl-C one clear message and exit code 130. Nothing has to be undone: what was not committed is not live; it is
/// removed, as is what was never to stay.
pub fn install_interrupt_handler(lang: Lang) {
    // Without a handler Ctrl-C ends koe all the same, only without the message.
    let _ = ctrlc::set_handler(move || {
        let told = match (scratch::clear(), lang) {
            (true, Lang::Ja) => {
                "中断しました。結果は書き込んでいません。途中のファイルも残っていません"
            }
            (true, Lang::En) => "interrupted: no result was written; nothing is left behind",
            (false, Lang::Ja) => {
                "中断しました。終わった処理は残り、途中のものはありません。同じコマンドで続きから実行できます"
            }
            (false, Lang::En) => {
                "interrupted: finished stages are kept and nothing is half done; run the same command to go on"
            }
        };
        // Behind the folders: who fails because a file went away waits for the end from then on.
        koe::store::abandon_changes();
        eprintln!("\n{told}");
        // Meanwhile others may have written into a folder once more; between this and the end they have no time to.
        scratch::clear();
        std::process::exit(Exit::Interrupted as i32);
    });
}
