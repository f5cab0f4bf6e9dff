//! JSON documents and JSON lines, record by record.

use std::borrow::Cow;
use std::io::BufRead;
use std::path::Path;

use jiff::Timestamp;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};

use super::context::Context;
use super::head::{assignment, is_json};
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::values::dates;

mod tree;

pub use tree::Json;

/// Most characters of a broken line that a reject shows.
const SHOWN: usize = 2_000;

/// Hands every top-level record to `take`, with its line (JSON lines) or its number (a document), from 1.
///
/// The elements of a top-level array are records of their own. In a file of JSON lines a broken line is rejected and
/// the others are read; a document that is broken is read up to there, and the rest rejected as one. What the scripts
/// of an X archive assign (`window.YTD.tweets.part0 = [...]`) is a document.
///
/// # Errors
/// [`Error::Io`], or whatever the sink or `take` give.
pub fn for_each_record<'a>(
    input: &mut dyn BufRead,
    context: &Context,
    sink: &mut Sink<'a>,
    mut take: impl FnMut(u64, Value, &mut Sink<'a>) -> Result<()>,
) -> Result<()> {
    for_each_text(
        input,
        context,
        sink,
        &mut |line, text, is_all, sink| match first_of::<Value>(text, is_all) {
            Some((record, length)) => take(line, record, sink).map(|()| Some(length)),
            None => Ok(None),
        },
    )
}

/// Does what [`for_each_record`] does with records that borrow their texts.
///
/// # Errors
/// [`Error::Io`], or whatever the sink or `take` give.
pub fn for_each_tree<'a>(
    input: &mut dyn BufRead,
    context: &Context,
    sink: &mut Sink<'a>,
    mut take: impl FnMut(u64, &Json<'_>, &mut Sink<'a>) -> Result<()>,
) -> Result<()> {
    for_each_text(
        input,
        context,
        sink,
        &mut |line, text, is_all, sink| match first_of::<Json<'_>>(text, is_all) {
            Some((record, length)) => take(line, &record, sink).map(|()| Some(length)),
            None => Ok(None),
        },
    )
}

/// Reads the value that a text begins with, and returns how long it is; `None` where there is none, or, if that is to be
/// `all`, something follows it.
fn first_of<'t, T: Deserialize<'t>>(text: &'t str, is_all: bool) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    let length = values.byte_offset();
    let rest = text.get(length..).unwrap_or_default();
    let is_blank = rest
        .bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    (is_blank || !is_all).then_some((value, length))
}

/// Takes the record that a text begins with, which is all of the text where the flag says so; answers how long it is, or
/// with nothing where there is none.
type Take<'t, 'a> = &'t mut dyn FnMut(u64, &str, bool, &mut Sink<'a>) -> Result<Option<usize>>;

fn for_each_text<'a>(
    input: &mut dyn BufRead,
    context: &Context,
    sink: &mut Sink<'a>,
    take: Take<'_, 'a>,
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
    if let Some((_, document)) = assignment(&first) {
        first = document.to_owned();
    }
    if is_json(&first) {
        one_line(line, &first, sink, take)?;
        let mut next = String::new();
        while input.read_line(&mut next).map_err(failed)? > 0 {
            line += 1;
            one_line(line, &next, sink, take)?;
            next.clear();
        }
        return Ok(());
    }
    let is_array = first.trim() == "[";
    input.read_to_string(&mut first).map_err(failed)?;
    // JSON lines whose first line is broken: the next one is whole.
    if !is_array
        && first
            .lines()
            .filter(|text| !text.trim().is_empty())
            .nth(1)
            .is_some_and(|text| text.starts_with('{') && is_json(text))
    {
        for (offset, text) in (0..).zip(first.lines()) {
            one_line(line + offset, text, sink, take)?;
        }
        return Ok(());
    }
    document(&first, sink, take)
}

fn one_line<'a>(line: u64, text: &str, sink: &mut Sink<'a>, take: Take<'_, 'a>) -> Result<()> {
    if text.trim().is_empty() {
        return Ok(());
    }
    if text.trim_start().starts_with('[') && is_json(text) {
        return each_value(text, |record| take(line, record, false, sink)).map(|_| ());
    }
    match take(line, text, true, sink)? {
        Some(_) => Ok(()),
        None => {
            sink.read_rows(1);
            sink.reject(broken(line, text))
        }
    }
}

fn document<'a>(text: &str, sink: &mut Sink<'a>, take: Take<'_, 'a>) -> Result<()> {
    let mut number = 0;
    let stopped = each_value(text, |record| {
        let taken = take(number + 1, record, false, sink)?;
        number += u64::from(taken.is_some());
        Ok(taken)
    })?;
    match stopped {
        None => Ok(()),
        Some(place) => {
            sink.read_rows(1);
            sink.reject(broken(number + 1, text.get(place..).unwrap_or_default()))
        }
    }
}

/// Has one value after another taken, the elements of a top-level array in place of the array; returns the place where
/// the text is no JSON any more, if there is one.
///
/// `take` gets all that follows, and answers how long the value is that it took. Only one value is held at a time: the
/// array may be the whole of a large file.
fn each_value(
    text: &str,
    mut take: impl FnMut(&str) -> Result<Option<usize>>,
) -> Result<Option<usize>> {
    let mut place = 0;
    let (mut is_inside, mut needs_comma) = (false, false);
    loop {
        let rest = text.get(place..).unwrap_or_default().trim_start();
        place = text.len() - rest.len();
        match rest.bytes().next() {
            None => return Ok(is_inside.then_some(place)),
            Some(b'[') if !is_inside => (is_inside, needs_comma) = (true, false),
            Some(b']') if is_inside => is_inside = false,
            Some(b',') if needs_comma && is_inside => needs_comma = false,
            _ if needs_comma && is_inside => return Ok(Some(place)),
            _ => {
                let Some(length) = take(rest)? else {
                    return Ok(Some(place));
                };
                place += length;
                needs_comma = true;
                continue;
            }
        }
        place += 1;
    }
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
    text_ref(record, path).map(Cow::into_owned)
}

/// Returns what [`text`] does, borrowed from the record where it can be.
pub fn text_ref<'a>(record: &'a Value, path: &str) -> Option<Cow<'a, str>> {
    match at(record, path)? {
        Value::String(text) if !text.trim().is_empty() => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
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
    written(
        fields
            .iter()
            .map(|(key, value)| (key.as_str(), value))
            .filter(|(_, value)| !value.is_null()),
        |value| {
            let inner = value.as_object()?;
            Some(
                inner
                    .iter()
                    .map(|(key, value)| (key.as_str(), value))
                    .collect(),
            )
        },
        known,
    )
}

/// Returns the fields that are not among `known` (dotted for one level down), as a JSON object; `within` gives the fields
/// of a value that is an object.
fn written<'v, V: Serialize + 'v>(
    fields: impl Iterator<Item = (&'v str, &'v V)>,
    within: impl Fn(&'v V) -> Option<Vec<(&'v str, &'v V)>>,
    known: &[&str],
) -> Option<String> {
    let mut rest: Vec<(&str, Rest<'_, V>)> = Vec::new();
    for (key, value) in fields {
        if known.contains(&key) {
            continue;
        }
        let is_below = |path: &&str| {
            path.strip_prefix(key)
                .is_some_and(|below| below.starts_with('.'))
        };
        let inner = match known.iter().any(is_below) {
            true => within(value),
            false => None,
        };
        let Some(mut inner) = inner else {
            rest.push((key, Rest::Whole(value)));
            continue;
        };
        inner.retain(|(inner, _)| {
            !known.iter().filter(|path| is_below(path)).any(|path| {
                path.get(key.len() + 1..)
                    .is_some_and(|below| below == *inner)
            })
        });
        if !inner.is_empty() {
            rest.push((key, Rest::Fields(inner)));
        }
    }
    if rest.is_empty() {
        return None;
    }
    serde_json::to_string(&Object(&rest)).ok()
}

/// A field that nobody knows, or what is left of one.
enum Rest<'a, V> {
    Whole(&'a V),
    Fields(Vec<(&'a str, &'a V)>),
}

impl<V: Serialize> Serialize for Rest<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(value) => value.serialize(serializer),
            Self::Fields(fields) => Object(fields).serialize(serializer),
        }
    }
}

/// Pairs of keys and values, written as an object in their order.
struct Object<'a, T>(&'a [(&'a str, T)]);

impl<T: Serialize> Serialize for Object<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> (Vec<String>, Option<usize>) {
        let mut values = Vec::new();
        let stopped = each_value(text, |rest| {
            let Some((value, length)) = first_of::<Value>(rest, false) else {
                return Ok(None);
            };
            values.push(value.to_string());
            Ok(Some(length))
        });
        (values, stopped.expect("nothing fails here"))
    }

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn values_are_handed_on_one_by_one_up_to_what_is_broken() {
        assert_eq!(
            values("{\"a\":1} [2, 3]\n[]4"),
            (list(&["{\"a\":1}", "2", "3", "4"]), None)
        );
        assert_eq!(values("[1, {\"a\":"), (list(&["1"]), Some(4)));
        assert_eq!(values("[1 2]"), (list(&["1"]), Some(3)));
        assert_eq!(values("[1"), (list(&["1"]), Some(2)));
        assert_eq!(values("[[1],2] x"), (list(&["[1]", "2"]), Some(8)));
    }

    #[test]
    fn extra_is_what_is_not_known_at_either_depth() {
        let record = serde_json::json!({"a": 1, "b": {"c": 2, "d": 3}, "e": {"f": 4}, "n": null, "bc": {"c": 5}});
        assert_eq!(
            extra(&record, &["a", "b.c", "e.f"]).as_deref(),
            Some(r#"{"b":{"d":3},"bc":{"c":5}}"#)
        );
        assert_eq!(extra(&record, &["a", "b", "bc", "e"]), None);
    }

    proptest! {
        #[test]
        fn what_is_json_is_read_to_its_end(numbers in proptest::collection::vec(any::<i32>(), 0..8)) {
            let text = serde_json::to_string(&numbers).expect("numbers are JSON");
            let (found, stopped) = values(&text);
            prop_assert_eq!(found, numbers.iter().map(i32::to_string).collect::<Vec<_>>());
            prop_assert_eq!(stopped, None);
        }

        #[test]
        fn records_that_borrow_are_those_that_do_not(
            lines in proptest::collection::vec("[\\[{\"a:1,}\\] ]{0,12}|[{]\"a\": ?[\\[]?1[\\]]?[}]", 0..6),
            end in "\n|\r\n|\n\n",
        ) {
            let text = lines.join(&end);
            let context = crate::import::formats::tests::context();
            let (mut found, mut borrowed) = (Vec::new(), Vec::new());
            let mut counts = Vec::new();
            for is_borrowed in [false, true] {
                let (mut rows, mut rejects) = (|_, _| Ok(()), |_| Ok(()));
                let mut sink = Sink::new(&context, &mut rows, &mut rejects);
                let mut bytes = text.as_bytes();
                let read = match is_borrowed {
                    false => for_each_record(&mut bytes, &context, &mut sink, |line, record, _| {
                        found.push((line, record));
                        Ok(())
                    }),
                    true => for_each_tree(&mut bytes, &context, &mut sink, |line, record, _| {
                        borrowed.push((line, record.to_value()));
                        Ok(())
                    }),
                };
                read.expect("memory can be read");
                counts.push(sink.counts());
            }
            prop_assert_eq!(found, borrowed);
            prop_assert_eq!(&counts[0], &counts[1]);
        }

        #[test]
        fn nothing_near_json_makes_it_panic(text in "[\\[{\"aé:1,}\\] \u{3000}]{0,40}") {
            let _ = values(&text);
        }
    }
}
