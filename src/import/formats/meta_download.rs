//! What the readers of Meta's downloads share: every word in them is the account owner's own.
//!
//! Their texts are UTF-8 taken for Latin-1 and are repaired first. Nothing in them has an id: a hash of what tells it apart
//! stands for one.

use std::io::BufRead;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::import::account::Account;
use crate::import::context::Context;
use crate::import::json::{self, for_each_record, text};
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;
use crate::import::values::keys::{Repeats, stable_hash};
use crate::import::values::mojibake::repaired_json;

/// A download being read.
pub(super) struct Download<'c> {
    /// Platform, which is the source unless another is asked for.
    pub platform: &'static str,
    /// The file.
    pub context: &'c Context,
    repeats: Repeats,
}

impl<'c> Download<'c> {
    pub(super) fn new(platform: &'static str, context: &'c Context) -> Self {
        Self {
            platform,
            context,
            repeats: Repeats::default(),
        }
    }

    /// Hands each element of the file to `take`, repaired, with the key of the list it is in: those of the lists that
    /// `is_list` knows by their keys, else the top-level records.
    pub(super) fn read(
        &mut self,
        input: &mut dyn BufRead,
        sink: &mut Sink<'_>,
        is_list: impl Fn(&str) -> bool,
        take: impl Fn(&mut Self, &Value, Option<&str>) -> Result<Post, (&'static str, Reason)>,
    ) -> Result<()> {
        let mut names: Vec<(u64, String)> = Vec::new();
        let context = self.context;
        for_each_record(input, context, sink, |line, record, sink| {
            let record = repaired_json(record);
            for (list, elements) in lists(&record, &is_list) {
                for element in elements {
                    sink.read_rows(1);
                    let post = if element.is_object() {
                        take(self, element, list)
                    } else {
                        Err(("", Reason::NotJson))
                    };
                    match post {
                        Ok(post) => {
                            if let Some(name) = &post.account_id
                                && !names.iter().any(|(_, known)| known == name)
                            {
                                names.push((line, name.clone()));
                            }
                            post.put(line, sink)?;
                        }
                        Err((path, reason)) => {
                            sink.reject(json::rejected(line, element, path, reason))?
                        }
                    }
                }
            }
            Ok(())
        })?;
        names
            .iter()
            .try_for_each(|(line, name)| self.account(name).put(*line, sink))
    }

    /// Makes a post of the owner; `parts` tell it apart from others of the same instant.
    pub(super) fn post(
        &mut self,
        kind: &'static str,
        posted_at: Timestamp,
        parts: &[&str],
        author: Option<String>,
    ) -> Post {
        let instant = posted_at.to_string();
        let mut whole = vec![self.platform, kind, &instant];
        whole.extend(parts);
        let owner = self.context.owner.as_ref();
        Post {
            source: self.context.source_or(self.platform).to_owned(),
            platform: self.platform,
            post_id: self.repeats.id(stable_hash(&whole)),
            account_id: owner.map(|owner| owner.account_id.clone()).or(author),
            posted_at,
            kind,
            is_outbound: true,
            ..Post::default()
        }
    }

    fn account(&self, account_id: &str) -> Account {
        let owner = self.context.owner.as_ref();
        Account {
            source: self.context.source_or(self.platform).to_owned(),
            platform: self.platform,
            account_id: account_id.to_owned(),
            handle: owner.and_then(|owner| owner.handle.clone()),
            display_name: match owner {
                Some(owner) => owner.display_name.clone(),
                None => Some(account_id.to_owned()),
            },
            is_official: true,
            ..Account::default()
        }
    }
}

/// Returns the lists of a record with their keys, else the record itself.
fn lists<'r>(
    record: &'r Value,
    is_list: &impl Fn(&str) -> bool,
) -> Vec<(Option<&'r str>, &'r [Value])> {
    let found: Vec<(Option<&str>, &[Value])> = record
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| is_list(key))
        .filter_map(|(key, value)| Some((Some(key.as_str()), value.as_array()?.as_slice())))
        .collect();
    if found.is_empty() {
        vec![(None, std::slice::from_ref(record))]
    } else {
        found
    }
}

/// Returns the first instant below the dotted paths; epoch seconds, as Meta writes them.
pub(super) fn needed_instant(
    element: &Value,
    paths: &[&'static str],
    context: &Context,
) -> Result<Timestamp, (&'static str, Reason)> {
    for path in paths {
        match json::instant(element, path, context) {
            Ok(Some(instant)) => return Ok(instant),
            Ok(None) => {}
            Err(reason) => return Err((path, reason)),
        }
    }
    Err((paths.first().copied().unwrap_or_default(), Reason::Missing))
}

/// What attachments hold: files, links, descriptions.
#[derive(Default)]
pub(super) struct Attached {
    /// Paths of files in the download.
    pub files: Vec<Value>,
    /// Links to elsewhere.
    pub links: Vec<String>,
    /// The first description of a file.
    pub description: Option<String>,
}

impl Attached {
    /// Looks at `attachments[].data[]`.
    pub(super) fn of(element: &Value) -> Self {
        let mut found = Self::default();
        let list = |value: &'_ Value, key: &str| -> Vec<Value> {
            value
                .get(key)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        for part in list(element, "attachments")
            .iter()
            .flat_map(|attachment| list(attachment, "data"))
        {
            found
                .files
                .extend(text(&part, "media.uri").map(Value::from));
            found.links.extend(text(&part, "external_context.url"));
            let description = text(&part, "media.description");
            found.description = found.description.or(description);
        }
        found
    }
}

/// Returns the unknown fields of an element and what else is to be kept, as a JSON object.
pub(super) fn extra(
    element: &Value,
    known: &[&str],
    more: impl IntoIterator<Item = (&'static str, Value)>,
) -> Option<String> {
    let mut object = Map::new();
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    };
    for (key, value) in element.as_object().into_iter().flatten() {
        if !known.contains(&key.as_str()) && !is_empty(value) {
            object.insert(key.clone(), value.clone());
        }
    }
    for (key, value) in more {
        if !is_empty(&value) {
            object.insert(key.to_owned(), value);
        }
    }
    (!object.is_empty()).then(|| Value::Object(object).to_string())
}
