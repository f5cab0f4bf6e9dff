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
