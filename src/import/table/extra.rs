//! What no column stands for, as JSON.

use serde_json::{Map, Value};

use super::{Field, Headings};
use crate::import::records::RawRecord;
use crate::import::values::widths;

/// Returns the filled cells of several rows as one JSON object: a text where all rows agree, else a list by row.
pub fn extra<'a>(
    headings: &Headings,
    fields: &[Field],
    records: impl IntoIterator<Item = &'a RawRecord<'a>> + Clone,
) -> Option<String> {
    let is_in_order = fields.windows(2).all(|pair| pair[0] < pair[1]);
    let is_within = fields.iter().all(|field| *field < headings.keys.len());
    if is_in_order && is_within {
        return written(headings, fields, records);
    }
    let object = object(headings, fields, records);
    (!object.is_empty()).then(|| Value::Object(object).to_string())
}

/// Writes what [`object`] returns where no key comes twice, without making it.
fn written<'a>(
    headings: &Headings,
    fields: &[Field],
    records: impl IntoIterator<Item = &'a RawRecord<'a>> + Clone,
) -> Option<String> {
    let mut json = String::new();
    for &field in fields {
        let values = || {
            let cells = records.clone().into_iter();
            cells.map(move |record| {
                let cell = record.cell(field).and_then(widths::cell);
                cell.unwrap_or_default()
            })
        };
        let first = values().next().unwrap_or_default();
        if first.is_empty() && values().all(str::is_empty) {
            continue;
        }
        if json.is_empty() {
            // About as long as the row and the keys.
            let row = records.clone().into_iter().next();
            let keys = headings.keys.iter().map(String::len).sum::<usize>();
            json.reserve(row.map_or(0, |row| row.raw.len()) + keys);
        }
        json.push(match json.is_empty() {
            true => '{',
            false => ',',
        });
        json.push_str(&headings.keys[field]);
        // Order-level cells may stand on the first row only.
        if !first.is_empty() && values().all(|value| value == first || value.is_empty()) {
            put_text(&mut json, first);
            continue;
        }
        for (place, value) in values().enumerate() {
            json.push(match place {
                0 => '[',
                _ => ',',
            });
            put_text(&mut json, value);
        }
        json.push(']');
    }
    if json.is_empty() {
        return None;
    }
    json.push('}');
    Some(json)
}

/// Writes a text as JSON does.
fn put_text(json: &mut String, text: &str) {
    let is_special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    json.push('"');
    // Looks at all of it without a branch: in almost no text anything has to be escaped.
    let is_any = text.bytes().fold(false, |any, byte| any | is_special(byte));
    if !is_any {
        json.push_str(text);
        json.push('"');
        return;
    }
    let mut rest = text;
    while let Some(place) = rest.bytes().position(is_special) {
        json.push_str(&rest[..place]);
        match rest.as_bytes()[place] {
            b'"' => json.push_str("\\\""),
            b'\\' => json.push_str("\\\\"),
            b'\n' => json.push_str("\\n"),
            b'\r' => json.push_str("\\r"),
            b'\t' => json.push_str("\\t"),
            0x08 => json.push_str("\\b"),
            0x0c => json.push_str("\\f"),
            byte => json.push_str(&format!("\\u{byte:04x}")),
        }
        rest = &rest[place + 1..];
    }
    json.push_str(rest);
    json.push('"');
}

/// Returns the filled cells of several rows as [`extra`] writes them; of two columns of one name the later counts.
pub(super) fn object<'a>(
    headings: &Headings,
    fields: &[Field],
    records: impl IntoIterator<Item = &'a RawRecord<'a>> + Clone,
) -> Map<String, Value> {
    let mut object = Map::new();
    for &field in fields {
        let cell = |record: &'a RawRecord<'a>| {
            record
                .cell(field)
                .and_then(widths::cell)
                .unwrap_or_default()
        };
        let mut values: Vec<&str> = records.clone().into_iter().map(cell).collect();
        if values.iter().all(|value| value.is_empty()) {
            continue;
        }
        let first = values[0];
        // Order-level cells may stand on the first row only.
        if values[1..]
            .iter()
            .all(|value| *value == first || value.is_empty())
            && !first.is_empty()
        {
            values.truncate(1);
        }
        let value = match values.as_slice() {
            [value] => Value::from(*value),
            values => Value::from(
                values
                    .iter()
                    .map(|value| Value::from(*value))
                    .collect::<Vec<_>>(),
            ),
        };
        object.insert(headings.name(field).to_owned(), value);
    }
    object
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_nobody_named_are_kept_as_json_lists_where_rows_differ() {
        let headings = Headings::new(["a", "b"].map(str::to_owned).to_vec());
        let row = |cells: [&str; 2]| RawRecord::of(2, &cells);
        let rows = [row(["1", "x"]), row(["1", "y"])];
        assert_eq!(
            extra(&headings, &[0, 1], &rows).as_deref(),
            Some(r#"{"a":"1","b":["x","y"]}"#)
        );
        assert_eq!(extra(&headings, &[0], &[row(["", "z"])]), None);
    }

    #[test]
    fn headings_of_one_name_are_one_key() {
        let headings = Headings::new(["a", "a", "a (2)"].map(str::to_owned).to_vec());
        let rows = [RawRecord::of(2, &["1", "2", "3"])];
        assert_eq!(
            extra(&headings, &[0, 1, 2], &rows).as_deref(),
            Some(r#"{"a":"1","a (2)":"3"}"#)
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_object(
            cells in prop::collection::vec(["[ax\"\\\\\u{2}\u{8}\u{c}\u{1f}\u{7f}]{0,2}", "[ax]{0,1}", "[あ\n\r\t ]{0,3}"], 1..4),
        ) {
            let headings = Headings::new(["a\"", "b", "税"].map(str::to_owned).to_vec());
            let rows: Vec<RawRecord<'_>> = cells
                .iter()
                .map(|cells| RawRecord::of(2, &cells.each_ref().map(String::as_str)))
                .collect();
            for fields in [&[0, 1, 2][..], &[1], &[0, 2], &[]] {
                let object = object(&headings, fields, &rows);
                let expected = (!object.is_empty()).then(|| Value::Object(object).to_string());
                prop_assert_eq!(written(&headings, fields, &rows), expected);
            }
        }
    }
}
