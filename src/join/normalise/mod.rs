//! Match keys: what two spellings of the same value have in common.
//!
//! Keys are for comparing only; the stored values stay as they were written. Every function is idempotent and returns
//! `None` where nothing is left to compare.

mod email;
mod name;
mod phone;
mod postal;
mod variants;

pub use email::email_key;
pub use name::{name_key, reading_key};
pub use phone::phone_key;
pub use postal::postal_key;

/// Rounds after which folding has come to rest for any text.
const MOST_ROUNDS: usize = 16;

/// Folds a text until it no longer changes: what stands between two characters may keep them from composing, and once it
/// is dropped they do.
fn settled(text: &str, fold: impl Fn(&str) -> String) -> String {
    let mut key = fold(text);
    for _ in 0..MOST_ROUNDS {
        let next = fold(&key);
        if next == key {
            break;
        }
        key = next;
    }
    key
}
