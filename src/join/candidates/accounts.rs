//! Accounts, ready to compare.

use super::Account;
use super::handle::Handle;
use super::profile::Text;

/// An account, ready to compare.
#[derive(Debug)]
pub(super) struct Profile<'a> {
    pub raw: &'a Account<'a>,
    pub display: Text,
    /// The present handle first.
    pub handles: Vec<Handle>,
}

impl<'a> Profile<'a> {
    pub fn new(raw: &'a Account<'a>) -> Self {
        Self {
            raw,
            display: Text::new(raw.display_name.unwrap_or_default()),
            handles: raw.handles().map(Handle::new).collect(),
        }
    }
}
