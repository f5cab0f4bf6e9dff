//! Two koe on one workspace: the second waits, or gives up.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use koe::error::{Error, Result};
use koe::pipeline::Workspace;
use koe::progress::Progress;
use koe::report::Lang;
use koe::store::Turn;

use super::args::Common;
use super::ui::{Ui, sanitised};

/// Time between two tries.
const STEP: Duration = Duration::from_millis(100);

/// Waits for the turn to compute, as long as the flags allow.
///
/// # Errors
/// [`Error::Locked`] when another koe has it still.
pub fn turn(workspace: &Workspace, common: &Common, ui: &Ui) -> Result<Turn> {
    patiently(common, ui, || workspace.turn())
}

/// Does what writes to the store, again while another koe holds the lock, as long as the flags allow. Whoever finds the lock
/// held has written nothing.
///
/// # Errors
/// [`Error::Locked`] when it is held still, and those of `work`.
pub fn patiently<T>(common: &Common, ui: &Ui, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let mut is_told = false;
    loop {
        let outcome = work();
        let Err(Error::Locked { path, holder }) = &outcome else {
            return outcome;
        };
        let left = common.patience().saturating_sub(started.elapsed());
        if left.is_zero() {
            return outcome;
        }
        if !is_told {
            ui.end();
            ui.say(&sanitised(&waited_for(*holder, path, ui.lang())));
            is_told = true;
        }
        thread::sleep(left.min(STEP));
    }
}

/// Returns what is told of the koe that is waited for.
fn waited_for(holder: Option<u32>, path: &Path, lang: Lang) -> String {
    let path = path.display();
    match (holder, lang) {
        (Some(process), Lang::Ja) => {
            format!("`{path}` を使用中の koe(プロセス {process})が終わるのを待っています")
        }
        (None, Lang::Ja) => format!("`{path}` を使用中の別の koe が終わるのを待っています"),
        (Some(process), Lang::En) => {
            format!("waiting for process {process}, which is at work on `{path}`")
        }
        (None, Lang::En) => {
            format!("waiting for another koe, which is at work on `{path}`")
        }
    }
}
