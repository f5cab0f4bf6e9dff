//! Why lists of audiences are held back.

use koe::error::Error;
use koe::store::FilePlace;
use serde::Serialize;

use crate::ui::Ui;

/// A file that a refusal may stand in; `docs/guide/cron.md` documents the fields.
#[derive(Serialize)]
pub struct Cause<'a> {
    file: &'a str,
    place: Option<FilePlace>,
    reason: Reason,
    row_count: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Reason {
    Refused,
    RejectedRows,
    NotImportedYet,
}

/// Returns each file that lists wait for.
pub fn causes(held_back: Option<&Error>) -> Vec<Cause<'_>> {
    match held_back {
        Some(Error::ListsHeldBack { files, rows }) => {
            let files = files.iter().map(|unread| Cause {
                file: &unread.file,
                place: Some(unread.place),
                reason: Reason::Refused,
                row_count: None,
            });
            let rows = rows.iter().map(|(file, count)| Cause {
                file,
                place: None,
                reason: Reason::RejectedRows,
                row_count: Some(*count),
            });
            files.chain(rows).collect()
        }
        Some(Error::ListsBeforeImport { files }) => {
            let files = files.iter().map(|file| Cause {
                file,
                place: Some(FilePlace::Exports),
                reason: Reason::NotImportedYet,
                row_count: None,
            });
            files.collect()
        }
        _ => Vec::new(),
    }
}

/// Tells why no lists are made, and what to do about it.
pub fn tell(held_back: Option<&Error>, ui: &Ui) {
    let Some(held_back) = held_back else { return };
    ui.say(&held_back.text(ui.lang()));
    if let Some(hint) = held_back.hint_in(ui.lang()) {
        ui.say(&format!("{} {hint}", ui.word("ヒント:", "hint:")));
    }
}
