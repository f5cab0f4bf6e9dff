//! Two koe on one workspace: the second waits, or gives up.

use std::thread;
use std::time::{Duration, Instant};

use koe::error::{Error, Result};
use koe::pipeline::Workspace;
use koe::progress::Progress;
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
            let who = holder.map_or_else(
                || "another koe, which".to_owned(),
                |process| format!("process {process}, which"),
            );
            let told = format!("waiting for {who} is at work on `{}`", path.display());
            ui.end();
            ui.say(&sanitised(&told));
            is_told = true;
        }
        thread::sleep(left.min(STEP));
    }
}
