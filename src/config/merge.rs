//! Laying one set of settings over another.

use toml::{Table, Value};

use super::audience::{SHARE, in_per_cent};
use super::report::known_target;
use super::{Config, DEFAULTS, Override};
use crate::error::{Error, Result, nearest};

/// Tables whose keys the user chooses.
const FREE: &[&str] = &[
    "money.rates",
    "import.sources",
    "import.ignored",
    "import.layouts",
    "score.aspects",
    "report.assignees",
    TARGETS,
];

/// Shares that may be written in per cent, too.
const SHARES: &[&str] = &["audience.control"];

/// Goals: free, but for names of numbers only.
const TARGETS: &str = "targets";

/// Sections that may stand several times (`[[brand]]`), each with the keys of the section of the defaults.
const REPEATED: &[&str] = &["brand"];

/// Lists of tables, with the keys an element may have.
const LISTS: &[(&str, &[&str])] = &[
    (
        "segment.rule",
        &["name", "name_en", "when", "action", "action_en", "urgency"],
    ),
    (
        "audience.list",
        &[
            "name",
            "channel",
            "where",
            "campaign",
            "control",
            "limit",
            "after",
            "urgency",
            "encoding",
            "open_complaints",
        ],
    ),
    (
        "segment.rfm.segment",
        &["name", "name_en", "r", "f", "m", "fm"],
    ),
];

/// Lays `user` over `base`; every key of `user` must be in `base`.
pub(super) fn table(base: &mut Table, user: Table, origin: &str) -> Result<()> {
    let known = leaves(base);
    lay(base, user, "", origin, &known)
}

/// Sets one key.
pub(super) fn one(base: &mut Table, override_: &Override) -> Result<()> {
    let known = Config::keys();
    let value = format!("value = {}", override_.value)
        .parse::<Table>()
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(override_.value.clone()));
    let mut parts: Vec<&str> = override_.key.split('.').collect();
    let last = parts.pop().unwrap_or_default();
    let mut nested = Table::from_iter([(last.to_owned(), value)]);
    for part in parts.into_iter().rev() {
        nested = Table::from_iter([(part.to_owned(), Value::Table(nested))]);
    }
    lay(base, nested, "", &override_.origin, &known)
}

/// Makes lists of the sections that may stand several times and stand once.
pub(super) fn list_sections(merged: &mut Table) {
    for name in REPEATED {
        if let Some(value) = merged.get_mut(*name)
            && value.is_table()
        {
            let section = std::mem::replace(value, Value::Array(Vec::new()));
            *value = Value::Array(vec![section]);
        }
    }
}

/// Turns serde's refusal into an error that names the setting.
pub(super) fn bad_value(error: toml::de::Error) -> Error {
    let text = error.to_string();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let told = lines.next().unwrap_or_default().trim().to_owned();
    let key = lines
        .find_map(|line| {
            line.trim()
                .strip_prefix("in `")
                .and_then(|rest| rest.strip_suffix('`'))
        })
        .unwrap_or("koe.toml")
        .to_owned();
    // serde says: unknown variant `jp`, expected `ja` or `en`
    match told
        .strip_prefix("unknown variant `")
        .and_then(|rest| rest.split_once("`, expected "))
    {
        Some((value, expected)) => Error::BadSetting {
            key,
            value: value.to_owned(),
            expected: expected.to_owned(),
        },
        None => Error::BadSetting {
            key,
            value: "what is written there".into(),
            expected: told,
        },
    }
}

fn lay(base: &mut Table, user: Table, path: &str, origin: &str, known: &[String]) -> Result<()> {
    for (key, value) in user {
        let full = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        if let Some((_, keys)) = LISTS.iter().find(|(list, _)| *list == full) {
            check_list(&full, &value, keys, origin)?;
            base.insert(key, value);
            continue;
        }
        if FREE.contains(&path) {
            if path == TARGETS {
                known_target(&key, origin)?;
            }
            base.insert(key, value);
            continue;
        }
        let is_repeated = REPEATED.contains(&full.as_str());
        let value = match value {
            Value::Array(elements) if is_repeated => {
                let sections = sections(elements, &full, origin, known)?;
                base.insert(key, Value::Array(sections));
                continue;
            }
            other => other,
        };
        let Some(found) = base.get_mut(&key) else {
            let here = base.keys().map(String::as_str);
            return Err(unknown(path, &key, here, origin, known));
        };
        match (found, value) {
            (Value::Table(below), Value::Table(user)) => lay(below, user, &full, origin, known)?,
            // Of several, what comes from outside the file is said of the first.
            (Value::Array(several), Value::Table(user)) if is_repeated => {
                if let Some(Value::Table(first)) = several.first_mut() {
                    lay(first, user, &full, origin, known)?;
                }
            }
            (Value::Table(_), value) => {
                return Err(Error::BadSetting {
                    key: full,
                    value: value.to_string(),
                    expected: "a section".into(),
                });
            }
            (found, value) => *found = fitted(found, value, &full)?,
        }
    }
    Ok(())
}

/// Returns sections, each laid over the one of the defaults.
fn sections(
    elements: Vec<Value>,
    path: &str,
    origin: &str,
    known: &[String],
) -> Result<Vec<Value>> {
    let defaults: Table = DEFAULTS
        .parse()
        .expect("the built-in defaults are valid TOML");
    let default = defaults.get(path).and_then(Value::as_table);
    elements
        .into_iter()
        .map(|element| match element {
            Value::Table(user) => {
                let mut section = default.cloned().unwrap_or_default();
                lay(&mut section, user, path, origin, known)?;
                Ok(Value::Table(section))
            }
            other => Err(Error::BadSetting {
                key: path.to_owned(),
                value: other.to_string(),
                expected: "a section".into(),
            }),
        })
        .collect()
}

/// Returns `value` if it has the type of the default (a whole number serves as a decimal one, of a share also a text in per cent).
fn fitted(default: &Value, value: Value, key: &str) -> Result<Value> {
    let is_share = SHARES.contains(&key);
    if let (true, Some(share)) = (is_share, value.as_str().and_then(in_per_cent)) {
        return Ok(Value::Float(share));
    }
    match (default, value) {
        (Value::Float(_), Value::Integer(whole)) => Ok(Value::Float(whole as f64)),
        (Value::String(_), Value::Datetime(date)) => Ok(Value::String(date.to_string())),
        (Value::String(_), Value::Integer(whole)) => Ok(Value::String(whole.to_string())),
        (default, value) if default.same_type(&value) => Ok(value),
        (default, value) => Err(Error::BadSetting {
            key: key.to_owned(),
            value: value.to_string(),
            expected: match default {
                Value::String(_) => "a text in quotation marks".into(),
                Value::Integer(_) => "a whole number".into(),
                Value::Float(_) if is_share => SHARE.into(),
                Value::Float(_) => "a number".into(),
                Value::Array(_) => "a list in square brackets".into(),
                other => format!("a {}", other.type_str()),
            },
        }),
    }
}

fn check_list(path: &str, value: &Value, keys: &[&str], origin: &str) -> Result<()> {
    let elements = value.as_array().map(Vec::as_slice).unwrap_or_default();
    for element in elements.iter().filter_map(Value::as_table) {
        for key in element.keys() {
            if !keys.contains(&key.as_str()) {
                return Err(unknown(path, key, keys.iter().copied(), origin, &[]));
            }
        }
    }
    Ok(())
}

/// Refuses a key of a section that has others `here`: the nearest of these may be meant, else the one key of that name elsewhere.
fn unknown<'a>(
    path: &str,
    key: &str,
    here: impl Iterator<Item = &'a str>,
    origin: &str,
    known: &[String],
) -> Error {
    let full = |key: &str| match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    let elsewhere = || {
        let is_it = |full: &&String| full.rsplit('.').next() == Some(key);
        let mut found = known.iter().filter(is_it);
        found.next().filter(|_| found.next().is_none()).cloned()
    };
    let near = nearest(key, here).map(|near| full(&near));
    Error::UnknownSetting {
        nearest: near.or_else(elsewhere),
        key: full(key),
        origin: origin.to_owned(),
    }
}

/// Returns the dotted keys of every setting that is no section.
pub(super) fn leaves(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(below) => found.extend(
                leaves(below)
                    .into_iter()
                    .map(|leaf| format!("{key}.{leaf}")),
            ),
            _ => found.push(key.clone()),
        }
    }
    found
}
