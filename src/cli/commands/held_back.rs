//! Why lists of audiences are held back.

use koe::error::Error;

use crate::ui::Ui;

/// Tells why no lists are made, and what to do about it.
pub fn tell(held_back: Option<&Error>, ui: &Ui) {
    let Some(held_back) = held_back else { return };
    ui.say(&held_back.text(ui.lang()));
    if let Some(hint) = held_back.hint_in(ui.lang()) {
        ui.say(&format!("{} {hint}", ui.word("ヒント:", "hint:")));
    }
}
