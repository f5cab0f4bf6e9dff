//! The forgotten, by hash, as an import tells them: nothing about them is stored again.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::candidates::{Candidates, file_without, id_without};
use super::rows::Whose;
use super::subject::each_text;
use super::told::{Hashed, Told, contradicts, squeezed, whole};
use super::words::{GONE, cells_of, put};
use crate::error::Result;
use crate::hash::{Unhashed, mixed_text};
use crate::join::normalise::{email_key, phone_key};
use crate::schema::{Table, customers, orders};
use crate::store::{Rows, Store, SubjectKey};

/// What stands between the cells of a row.
const DELIMITERS: [char; 6] = [',', ';', '\t', '|', '\n', '\r'];

/// The list of the forgotten, with the key its hashes were made by.
pub(in crate::pipeline) struct Suppressed {
    key: SubjectKey,
    hashes: BTreeSet<String>,
    /// Records that the store has: whoever they are, they are none of the forgotten.
    in_store: HashSet<u64, Unhashed>,
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
                in_store: in_store(store)?,
                met: Mutex::default(),
                candidates: Candidates::new()?,
            })),
            _ => Ok(None),
        }
    }

    /// Whether a row that is rejected says anything of theirs: an id, a name or an address in a cell, or a word.
    pub(in crate::pipeline) fn is_in_row(&self, row: &str) -> bool {
        let is_theirs = |cell: &str| {
            let cell = squeezed(cell.trim().trim_matches('"'));
            !cell.is_empty() && (self.has("cell", &cell) || self.has("id", &cell))
        };
        let is_json = row.starts_with(['{', '[']);
        let is_between = |letter: char| {
            DELIMITERS.contains(&letter) || is_json && ['{', '}', '[', ']', ':'].contains(&letter)
        };
        row.split(is_between).any(is_theirs)
            || self.names(row)
            || self.without_values(row).is_some()
    }

    /// Returns the name of a file without theirs; `None` where it names none of them.
    pub(in crate::pipeline) fn file_without(&self, name: &str) -> Option<String> {
        let is_known = |kind: &str, text: &str| self.has(kind, text);
        let mut is_any = false;
        let parts: Vec<String> = name
            .split('/')
            .map(|part| {
                let named = file_without(part, &self.key, &is_known);
                let left = named.as_deref().unwrap_or(part);
                let without = self.without(left, false).or_else(|| named.clone());
                is_any |= without.is_some();
                without.unwrap_or_else(|| part.to_owned())
            })
            .collect();
        is_any.then(|| parts.join("/"))
    }

    fn has(&self, kind: &str, text: &str) -> bool {
        self.hashes.contains(&self.key.hash(kind, &[text]))
    }

    fn has_hashed(&self, (kind, parts): &Hashed) -> bool {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        self.hashes.contains(&self.key.hash(kind, &parts))
    }

    fn is_in_store(&self, source: &str, customer_id: &str) -> bool {
        self.in_store.contains(&record_hash(source, customer_id))
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

fn record_hash(source: &str, customer_id: &str) -> u64 {
    mixed_text(mixed_text(0, source), customer_id)
}

/// Returns the hashes of the records that the store has, with or without orders.
fn in_store(store: &Store) -> Result<HashSet<u64, Unhashed>> {
    let mut records = HashSet::default();
    for (table, columns) in [
        (
            &customers::TABLE,
            [customers::SOURCE, customers::CUSTOMER_ID],
        ),
        (&orders::TABLE, [orders::SOURCE, orders::CUSTOMER_ID]),
    ] {
        each_text(store, table, Rows::Live, &columns, &mut |cells| {
            if !cells[1].is_empty() {
                records.insert(record_hash(cells[0], cells[1]));
            }
        })?;
    }
    Ok(records)
}

/// Puts [`GONE`] in the place of texts; returns whether there were any.
fn values_without(value: &mut Value, is_theirs: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) if is_theirs(text) => {
            GONE.clone_into(text);
            true
        }
        Value::Array(values) => values
            .iter_mut()
            .map(|value| values_without(value, is_theirs))
            .fold(false, |any, one| any | one),
        Value::Object(values) => values
            .values_mut()
            .map(|value| values_without(value, is_theirs))
            .fold(false, |any, one| any | one),
        _ => false,
    }
}

impl Whose for Suppressed {
    fn has_record(&self, source: &str, customer_id: &str) -> bool {
        self.knows("record", &[source, customer_id])
            || !self.is_in_store(source, customer_id) && self.without_contact(customer_id).is_some()
    }

    fn has_account(&self, platform: &str, provider: &str, account_id: &str) -> bool {
        self.knows("account", &[platform, provider, account_id])
            || self.has_handle(platform, account_id)
    }

    fn has_account_id(&self, account_id: &str) -> bool {
        if account_id.is_empty() {
            return false;
        }
        let handle = account_id.trim_start_matches('@').to_lowercase();
        if self.has("id", &squeezed(account_id)) || self.has("mention", &handle) {
            return true;
        }
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.iter().any(|(kind, parts)| {
            *kind == "account" && parts.last().is_some_and(|id| id == account_id)
        })
    }

    fn has_handle(&self, platform: &str, handle: &str) -> bool {
        let handle = handle.trim_start_matches('@').to_lowercase();
        !handle.is_empty() && self.knows("handle", &[platform, &handle])
    }

    fn has_person(&self, _: &str) -> bool {
        false
    }

    /// A record that the store has is never taken for one of theirs: numbers and addresses go from hand to hand.
    fn is_told_by(&self, told: &Told<'_>) -> bool {
        if self.is_in_store(told.source, told.customer_id) {
            return false;
        }
        let is_known = |one: &Hashed| self.has_hashed(one);
        let details = told.details();
        let is_named = told.names().any(|name| {
            let mut details = details.iter();
            details.any(|(kind, text)| is_known(&whole(name, (*kind, text.as_str()))))
        });
        if is_named {
            return true;
        }
        let has_email = details.iter().any(|(kind, _)| *kind == "email");
        let mut contacts = details.iter().filter(|(kind, text)| {
            (*kind == "email" || *kind == "phone" && !has_email) && self.has(kind, text)
        });
        contacts.any(|(kind, text)| {
            !told
                .names()
                .any(|name| contradicts(name, (*kind, text.as_str()), &is_known))
        })
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

    fn has_said(&self, platform: &str, post_id: &str) -> bool {
        !post_id.is_empty() && self.knows("said", &[platform, post_id])
    }

    fn has_talk(&self, source: &str, conversation_id: &str) -> bool {
        self.knows("talk", &[source, conversation_id])
    }

    /// Imported are posts, and no words of them.
    fn is_named_in(&self, _: &str, _: &str) -> bool {
        false
    }

    /// Of a record or an account that turned out to be theirs, posts may have been counted before.
    fn is_heard(&self) -> bool {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        !met.is_empty()
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
        let is_known = |kind: &str, word: &str| self.has(kind, word);
        self.candidates.without(text, is_key, &self.key, &is_known)
    }

    fn without_contact(&self, id: &str) -> Option<String> {
        let is_known = |kind: &str, text: &str| self.has(kind, text);
        id_without(id, &self.key, &is_known)
    }

    fn without_name(&self, text: &str, is_key: bool) -> Option<String> {
        let mut cells = cells_of(text).into_iter();
        let is_name = cells.any(|cell| !cell.is_empty() && self.has("cell", &cell));
        is_name.then(|| put(text, is_key, &self.key))
    }

    fn without_values(&self, json: &str) -> Option<String> {
        let mut value: Value = serde_json::from_str(json).ok()?;
        let is_theirs = |text: &str| self.has("cell", &squeezed(text));
        values_without(&mut value, &is_theirs).then(|| value.to_string())
    }
}
