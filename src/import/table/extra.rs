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
    let mut json: Vec<u8> = Vec::new();
    let put = |json: &mut Vec<u8>, text: &str| {
        serde_json::to_writer(json, text).expect("memory takes every text");
    };
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
        json.push(match json.is_empty() {
            true => b'{',
            false => b',',
        });
        json.extend_from_slice(headings.keys[field].as_bytes());
        // Order-level cells may stand on the first row only.
        if !first.is_empty() && values().all(|value| value == first || value.is_empty()) {
            put(&mut json, first);
            continue;
        }
        for (place, value) in values().enumerate() {
            json.push(match place {
                0 => b'[',
                _ => b',',
            });
            put(&mut json, value);
        }
        json.push(b']');
    }
    if json.is_empty() {
        return None;
    }
    json.push(b'}');
    String::from_utf8(json).ok()
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
            cells in prop::collection::vec(["[ax\"\\\\\u{2}]{0,2}", "[ax]{0,1}", "[あ\n ]{0,2}"], 1..4),
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
