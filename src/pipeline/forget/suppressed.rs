//! The forgotten, by hash, as an import tells them: nothing about them is stored again.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::rows::Whose;
use super::words::Candidates;
use crate::error::Result;
use crate::join::normalise::{email_key, phone_key};
use crate::schema::{Table, customers};
use crate::store::{Store, SubjectKey};

/// The list of the forgotten, with the key its hashes were made by.
pub(in crate::pipeline) struct Suppressed {
    key: SubjectKey,
    hashes: BTreeSet<String>,
    /// Records and accounts that turned out to be theirs, as kind and parts; two files may be read at once.
    met: Mutex<BTreeSet<(&'static str, Vec<String>)>>,
    candidates: Candidates,
}

impl Suppressed {
    /// Reads the list; `None` where nobody was forgotten.
    pub(in crate::pipeline) fn of(store: &Store) -> Result<Option<Self>> {
        let hashes = store.suppressed()?;
        match store.key()? {
            Some(key) if !hashes.is_empty() => Ok(Some(Self {
                key,
                hashes,
                met: Mutex::default(),
                candidates: Candidates::new()?,
            })),
            _ => Ok(None),
        }
    }

    fn knows(&self, kind: &'static str, parts: &[&str]) -> bool {
        if self.hashes.contains(&self.key.hash(kind, parts)) {
            return true;
        }
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        !met.is_empty() && met.contains(&(kind, parts.iter().map(ToString::to_string).collect()))
    }

    /// Returns the hashes of the records and accounts that turned out to be theirs.
    pub(in crate::pipeline) fn found(&self) -> BTreeSet<String> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = |(kind, parts): &(&'static str, Vec<String>)| {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            self.key.hash(kind, &parts)
        };
        met.iter().map(hash).collect()
    }
}

impl Whose for Suppressed {
    fn has_record(&self, source: &str, customer_id: &str) -> bool {
        self.knows("record", &[source, customer_id])
    }

    fn has_account(&self, platform: &str, provider: &str, account_id: &str) -> bool {
        self.knows("account", &[platform, provider, account_id])
            || self.has_handle(platform, account_id)
    }

    fn has_handle(&self, platform: &str, handle: &str) -> bool {
        let handle = handle.trim_start_matches('@').to_lowercase();
        !handle.is_empty() && self.knows("handle", &[platform, &handle])
    }

    fn has_person(&self, _: &str) -> bool {
        false
    }

    fn has_contact(&self, email: Option<&str>, phone: Option<&str>) -> bool {
        email
            .and_then(email_key)
            .is_some_and(|email| self.knows("email", &[&email]))
            || phone
                .and_then(phone_key)
                .is_some_and(|phone| self.knows("phone", &[&phone]))
    }

    fn has_post(&self, source: &str, post_id: &str) -> bool {
        !post_id.is_empty() && self.knows("post", &[source, post_id])
    }

    /// Imported are posts, and no words of them.
    fn is_named_in(&self, _: &str, _: &str) -> bool {
        false
    }

    fn met(&self, table: &Table, ids: [&str; 3]) {
        let (kind, parts) = match table.name == customers::TABLE.name {
            true => ("record", &ids[..2]),
            false => ("account", &ids[..]),
        };
        let parts = parts.iter().map(ToString::to_string).collect();
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.insert((kind, parts));
    }

    fn without(&self, text: &str, is_key: bool) -> Option<String> {
        let is_known = |kind: &str, word: &str| self.hashes.contains(&self.key.hash(kind, &[word]));
        self.candidates.without(text, is_key, &self.key, &is_known)
    }
}
