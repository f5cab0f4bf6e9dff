//! JSON documents and JSON lines, record by record.

use std::io::BufRead;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

use super::context::Context;
use super::head::is_json;
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::values::dates;

/// Most characters of a broken line that a reject shows.
const SHOWN: usize = 2_000;

/// Hands every top-level record to `take`, with its line (JSON lines) or its number (a document), from 1.
///
/// The elements of a top-level array are records of their own. In a file of JSON lines a broken line is rejected and
/// the others are read; a document that is broken is read up to there, and the rest rejected as one.
///
/// # Errors
/// [`Error::Io`], or whatever the sink or `take` give.
pub fn for_each_record<'a>(
    input: &mut dyn BufRead,
    context: &Context,
    sink: &mut Sink<'a>,
    mut take: impl FnMut(u64, Value, &mut Sink<'a>) -> Result<()>,
) -> Result<()> {
    let failed = |error| Error::io("read", Path::new(&context.source_file), error);
    let mut first = String::new();
    let mut line = 0;
    while first.trim().is_empty() {
        first.clear();
        line += 1;
        if input.read_line(&mut first).map_err(failed)? == 0 {
            return Ok(());
        }
    }
    if is_json(&first) {
        one_line(line, &first, sink, &mut take)?;
        let mut next = String::new();
        while input.read_line(&mut next).map_err(failed)? > 0 {
            line += 1;
            one_line(line, &next, sink, &mut take)?;
            next.clear();
        }
        return Ok(());
    }
    input.read_to_string(&mut first).map_err(failed)?;
    // JSON lines whose first line is broken: the next one is whole.
    if first
        .lines()
        .filter(|text| !text.trim().is_empty())
        .nth(1)
        .is_some_and(|text| text.starts_with('{') && is_json(text))
    {
        for (offset, text) in (0..).zip(first.lines()) {
            one_line(line + offset, text, sink, &mut take)?;
        }
        return Ok(());
    }
    document(&first, sink, &mut take)
}

type Take<'t, 'a> = &'t mut dyn FnMut(u64, Value, &mut Sink<'a>) -> Result<()>;

fn one_line<'a>(line: u64, text: &str, sink: &mut Sink<'a>, take: Take<'_, 'a>) -> Result<()> {
    if text.trim().is_empty() {
        return Ok(());
    }
    match serde_json::from_str(text) {
        Ok(Value::Array(records)) => records
            .into_iter()
            .try_for_each(|record| take(line, record, sink)),
        Ok(record) => take(line, record, sink),
        Err(_) => {
            sink.read_rows(1);
            sink.reject(broken(line, text))
        }
    }
}

fn document<'a>(text: &str, sink: &mut Sink<'a>, take: Take<'_, 'a>) -> Result<()> {
    let mut number = 0;
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    while let Some(value) = values.next() {
        let records = match value {
            Ok(Value::Array(records)) => records,
            Ok(record) => vec![record],
            Err(_) => {
                sink.read_rows(1);
                let rest = text.get(values.byte_offset()..).unwrap_or_default();
                return sink.reject(broken(number + 1, rest));
            }
        };
        for record in records {
            number += 1;
            take(number, record, sink)?;
        }
    }
    Ok(())
}

fn broken(line: u64, text: &str) -> Reject {
    reject(line, "", "", Reason::NotJson, text.trim_end())
}

/// Makes a reject of a JSON record.
pub fn reject(line: u64, column: &str, value: &str, reason: Reason, row: &str) -> Reject {
    let row: String = row.chars().take(SHOWN).collect();
    Reject {
        line,
        column: column.to_owned(),
        value: value.to_owned(),
        reason,
        row,
    }
}

/// Makes a reject of a JSON record for the sake of what stands below a dotted path, or of the record as a whole.
pub fn rejected(line: u64, record: &Value, path: &str, reason: Reason) -> Reject {
    let value = at(record, path).map(|value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    });
    let value = value.unwrap_or_default();
    reject(line, path, &value, reason, &record.to_string())
}

/// Returns the elements of the list under the first of `keys` that holds one, else the record itself.
pub fn elements<'r>(record: &'r Value, keys: &[&str]) -> &'r [Value] {
    keys.iter()
        .find_map(|key| record.get(key)?.as_array())
        .map_or(std::slice::from_ref(record), Vec::as_slice)
}

/// Returns an instant below a dotted path, also from an epoch count; `None` where there is none or it is zero.
///
/// # Errors
/// A reason to reject the record.
pub fn instant(record: &Value, path: &str, context: &Context) -> Result<Option<Timestamp>, Reason> {
    match text(record, path) {
        None => Ok(None),
        Some(zero) if zero == "0" => Ok(None),
        Some(found) => Ok(dates::instant(&found, &context.time_zone)?),
    }
}

/// Returns the value below a dotted path.
pub fn at<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(record, |value, key| value.get(key))
}

/// Returns the text below a dotted path; numbers as they are written, `None` for an empty text.
pub fn text(record: &Value, path: &str) -> Option<String> {
    match at(record, path)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the whole number below a dotted path, also from a text of digits.
pub fn integer(record: &Value, path: &str) -> Option<i64> {
    match at(record, path)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Returns the flag below a dotted path.
pub fn flag(record: &Value, path: &str) -> Option<bool> {
    at(record, path)?.as_bool()
}

/// Returns the texts found under `key` in each element of the array below a dotted path.
pub fn texts(record: &Value, path: &str, keys: &[&str]) -> Vec<String> {
    let Some(Value::Array(elements)) = at(record, path) else {
        return Vec::new();
    };
    elements
        .iter()
        .filter_map(|element| keys.iter().find_map(|key| text(element, key)))
        .collect()
}

/// Returns the fields of an object that are not among `known` (dotted for one level down), as a JSON object.
pub fn extra(record: &Value, known: &[&str]) -> Option<String> {
    let Value::Object(fields) = record else {
        return None;
    };
    let mut rest = Map::new();
    for (key, value) in fields {
        if known.contains(&key.as_str()) || value.is_null() {
            continue;
        }
        let below: Vec<&str> = known
            .iter()
            .filter_map(|path| path.strip_prefix(key)?.strip_prefix('.'))
            .collect();
        match value {
            Value::Object(inner) if !below.is_empty() => {
                let inner: Map<String, Value> = inner
                    .iter()
                    .filter(|(key, _)| !below.contains(&key.as_str()))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                if !inner.is_empty() {
                    rest.insert(key.clone(), Value::Object(inner));
                }
            }
            _ => {
                rest.insert(key.clone(), value.clone());
            }
        }
    }
    (!rest.is_empty()).then(|| Value::Object(rest).to_string())
}
