//! What a person's records say of them, and others do not.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::FEWEST_DIGITS;
use super::told::{Told, squeezed};
use crate::join::normalise::{email_key, phone_key};

/// What the person's records say that may name somebody, by match key.
#[derive(Default)]
pub(super) struct Said {
    pub(super) emails: BTreeMap<String, BTreeSet<String>>,
    pub(super) phones: BTreeMap<String, BTreeSet<String>>,
    pub(super) names: BTreeMap<String, BTreeSet<String>>,
    pub(super) addresses: BTreeMap<String, BTreeSet<String>>,
}

impl Said {
    pub(super) fn add(&mut self, told: &Told<'_>) {
        let put = |into: &mut BTreeMap<String, BTreeSet<String>>, key: String, text: &str| {
            if !key.is_empty() {
                into.entry(key).or_default().insert(text.to_owned());
            }
        };
        if let Some(key) = email_key(told.email) {
            put(&mut self.emails, key, told.email);
        }
        if let Some(key) = phone_key(told.phone) {
            put(&mut self.phones, key, told.phone);
        }
        for name in told.names() {
            put(&mut self.names, squeezed(name), name);
        }
        put(&mut self.addresses, squeezed(told.address), told.address);
    }

    /// Takes away what somebody else says, too: it names nobody alone.
    pub(super) fn without(&mut self, other: &Told<'_>) {
        // Guests are known by an address or a number.
        for text in [other.email, other.customer_id] {
            if !self.emails.is_empty()
                && text.contains(['@', '＠'])
                && let Some(key) = email_key(text)
            {
                self.emails.remove(&key);
            }
        }
        for text in [other.phone, other.customer_id] {
            if !self.phones.is_empty()
                && text.len() >= FEWEST_DIGITS
                && let Some(key) = phone_key(text)
            {
                self.phones.remove(&key);
            }
        }
        for name in [other.name, other.name_kana] {
            if !self.names.is_empty() && !name.is_empty() {
                self.names.remove(&squeezed(name));
            }
        }
        if !self.addresses.is_empty() && !other.address.is_empty() {
            self.addresses.remove(&squeezed(other.address));
        }
    }
}
