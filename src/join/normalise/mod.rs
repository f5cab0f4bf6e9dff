//! Match keys: what two spellings of the same value have in common.
//!
//! Keys are for comparing only; the stored values stay as they were written. Every function is idempotent: a key is its
//! own key, and the parts of a key put together again come apart the same way.

mod address;
mod birth;
mod email;
mod families;
mod fold;
mod honorifics;
mod kana;
mod name;
mod phone;
mod pieces;
mod postal;
mod romaji;
mod shown;
#[cfg(test)]
mod table;
mod variants;

pub use address::{Address, address};
pub(super) use address::{PREFECTURES, without_suffix};
pub use birth::birth_digits;
pub use email::{Email, email, email_key};
pub use families::Families;
pub(super) use fold::{folded, is_kanji, is_letter};
pub use name::{Name, name, name_key, reading_key};
pub use phone::phone_key;
pub use postal::postal_key;
pub(super) use shown::{Joined, Sound};
pub use shown::{letters_key, sound_key};

/// Rounds after which folding has come to rest for any text.
const MOST_ROUNDS: usize = 16;

/// Folds a text until it no longer changes: what stands between two characters may keep them from composing, and once it
/// is dropped they do.
fn settled(text: &str, fold: impl Fn(&str) -> String) -> String {
    let mut key = fold(text);
    if key == text {
        return key;
    }
    for _ in 0..MOST_ROUNDS {
        let next = fold(&key);
        if next == key {
            break;
        }
        key = next;
    }
    key
}
