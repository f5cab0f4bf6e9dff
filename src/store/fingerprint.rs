//! Hashes of rows: whether a row is there already, and whether rows share a key.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use polars::prelude::*;

use super::prints::Prints;
use crate::hash::{Unhashed, mixed, mixed_text};
use crate::rising::Rising;
use crate::schema::{Column as SchemaColumn, Table, customers};

/// Columns that say where a row came from, not what it says.
pub(super) const PROVENANCE: [&str; 4] = [
    customers::SOURCE_FILE.name,
    customers::SOURCE_ROW.name,
    customers::BATCH_ID.name,
    customers::OBSERVED_AT.name,
];
/// What stands for no value.
const NOTHING: u64 = 0x6b6f_6500;

/// Returns the hash of each row's values in `columns`.
pub(super) fn fingerprints(frame: &DataFrame, columns: &[SchemaColumn]) -> PolarsResult<Vec<u64>> {
    let mut hashes = vec![0; frame.height()];
    for column in columns {
        let column = frame.column(column.name)?;
        match column.as_scalar_column() {
            Some(scalar) => add_scalar(&mut hashes, &scalar.as_single_value_series())?,
            None => add(&mut hashes, column.as_materialized_series())?,
        }
    }
    Ok(hashes)
}

/// Adds a value that all rows have, as [`add`] does with as many of them.
fn add_scalar(hashes: &mut [u64], value: &Series) -> PolarsResult<()> {
    if hashes.is_empty() || value.is_empty() {
        return Ok(());
    }
    let number = if value.null_count() > 0 {
        None
    } else {
        match value.dtype() {
            DataType::String => {
                let text = value.str()?.get(0).unwrap_or_default();
                for hash in hashes {
                    *hash = mixed_text(*hash, text);
                }
                return Ok(());
            }
            DataType::List(_) => {
                for hash in hashes {
                    add(std::slice::from_mut(hash), value)?;
                }
                return Ok(());
            }
            DataType::Float64 => value.f64()?.get(0).map(f64::to_bits),
            DataType::Boolean => value.bool()?.get(0).map(u64::from),
            _ => as_integers(value)?.i64()?.get(0).map(i64::cast_unsigned),
        }
    };
    for hash in hashes {
        *hash = mixed(*hash, number.unwrap_or(NOTHING));
    }
    Ok(())
}

/// Returns integers, days and instants as integers.
fn as_integers(series: &Series) -> PolarsResult<Series> {
    series.to_physical_repr().cast(&DataType::Int64)
}

/// Returns the hash of what each row says, wherever it came from.
pub(super) fn contents(frame: &DataFrame, table: &Table) -> PolarsResult<Vec<u64>> {
    fingerprints(frame, &told(table))
}

/// Returns the columns of a table whose values are hashed: what its rows say, their keys and units.
pub(super) fn hashed(table: &Table) -> impl Iterator<Item = SchemaColumn> {
    let of_row = |column: &SchemaColumn| {
        !PROVENANCE.contains(&column.name)
            || table.key.contains(column)
            || table.unit.contains(column)
    };
    table.columns.iter().copied().filter(of_row)
}

fn told(table: &Table) -> Vec<SchemaColumn> {
    let told = table.columns.iter().copied();
    told.filter(|column| !PROVENANCE.contains(&column.name))
        .collect()
}

fn add(hashes: &mut [u64], series: &Series) -> PolarsResult<()> {
    let each = |hashes: &mut [u64], value: &mut dyn Iterator<Item = Option<u64>>| {
        for (hash, value) in hashes.iter_mut().zip(value) {
            *hash = mixed(*hash, value.unwrap_or(NOTHING));
        }
    };
    match series.dtype() {
        DataType::String => {
            for (hash, text) in hashes.iter_mut().zip(series.str()?.iter()) {
                *hash = match text {
                    Some(text) => mixed_text(*hash, text),
                    None => mixed(*hash, NOTHING),
                };
            }
        }
        DataType::List(_) => {
            for (hash, texts) in hashes.iter_mut().zip(series.list()?.amortized_iter()) {
                let Some(texts) = texts else {
                    *hash = mixed(*hash, NOTHING);
                    continue;
                };
                let texts = texts.as_ref();
                *hash = mixed(*hash, texts.len() as u64);
                for text in texts.str()?.iter().flatten() {
                    *hash = mixed_text(*hash, text);
                }
            }
        }
        DataType::Float64 => each(
            hashes,
            &mut series.f64()?.iter().map(|value| value.map(f64::to_bits)),
        ),
        DataType::Boolean => each(
            hashes,
            &mut series.bool()?.iter().map(|value| value.map(u64::from)),
        ),
        _ => {
            let numbers = as_integers(series)?;
            each(
                hashes,
                &mut numbers
                    .i64()?
                    .iter()
                    .map(|value| value.map(i64::cast_unsigned)),
            );
        }
    }
    Ok(())
}

/// Times that all rows are looked through before they are put in a table of hashes, which takes about as long.
const MOST_SCANS: u32 = 16;

/// What the store knows of the newest rows of a table.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Rows>);

/// Hashes of the keys of rows and of what they say; of a key that comes twice the later row counts.
#[derive(Debug, Default)]
struct Rows {
    /// As they lie beside the files.
    lists: Vec<Prints>,
    /// How often these were looked through.
    scans: u32,
    /// All of them, once that was often enough.
    by_key: Option<HashMap<u64, u64, Unhashed>>,
}

impl Rows {
    /// Returns what is said under some keys.
    fn said(&mut self, keys: &[u64]) -> Vec<Option<u64>> {
        if self.scans < MOST_SCANS {
            self.scans += 1;
            return said_in(&self.lists, keys);
        }
        let lists = &mut self.lists;
        let by_key = self.by_key.get_or_insert_with(|| {
            let mut by_key = HashMap::default();
            for prints in std::mem::take(lists) {
                by_key.reserve(prints.keys.len());
                by_key.extend(prints.keys.into_iter().zip(prints.contents));
            }
            by_key
        });
        keys.iter().map(|key| by_key.get(key).copied()).collect()
    }
}

/// Returns what rows say under some keys, by looking through all of them.
fn said_in(lists: &[Prints], keys: &[u64]) -> Vec<Option<u64>> {
    let mut said: HashMap<u64, Option<u64>, Unhashed> =
        keys.iter().map(|key| (*key, None)).collect();
    for prints in lists {
        for (key, content) in prints.keys.iter().zip(&prints.contents) {
            if let Some(found) = said.get_mut(key) {
                *found = Some(*content);
            }
        }
    }
    keys.iter()
        .map(|key| said.get(key).copied().flatten())
        .collect()
}

impl Known {
    /// Takes rows of the table, before any is asked for.
    pub(super) fn add(&mut self, prints: Prints) {
        let rows = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        rows.lists.push(Prints {
            units: Vec::new(),
            ..prints
        });
    }

    /// Returns, row by row, whether the row says what the newest row of its key says.
    ///
    /// # Errors
    /// When the frame has not the columns of the table.
    pub(crate) fn knows(&self, frame: &DataFrame, table: &Table) -> PolarsResult<Vec<bool>> {
        let keys = fingerprints(frame, table.key)?;
        let contents = contents(frame, table)?;
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let said = rows.said(&keys);
        drop(rows);
        let both = said.into_iter().zip(contents);
        Ok(both.map(|(said, content)| said == Some(content)).collect())
    }
}

/// The keys of the rows of one new file.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// By blocks: a list of millions that grows is copied each time.
    keys: Vec<Vec<u64>>,
    /// Hashes of the units where they are not the keys; neighbours once.
    units: Vec<Vec<u64>>,
    /// Whether the last column of the key rises or falls from row to row, so that no key comes twice.
    order: Rising,
}

impl Keys {
    /// Takes rows and their hashes.
    pub(super) fn add(
        &mut self,
        frame: &DataFrame,
        prints: Prints,
        table: &Table,
    ) -> PolarsResult<()> {
        if let (true, Some(last)) = (self.order.is_kept(), table.key.last()) {
            match frame.column(last.name)?.str() {
                Ok(texts) => self.order.goes_on(texts.iter()),
                // Of other columns it is not known: their keys are sorted in the end.
                Err(_) => self.order.goes_on(std::iter::once(None)),
            };
        }
        self.keys.push(prints.keys);
        if table.unit != table.key {
            let mut units = prints.units;
            units.dedup();
            units.shrink_to_fit();
            self.units.push(units);
        }
        Ok(())
    }
}

/// Returns the blocks as one list, and frees each as it goes.
fn joined(blocks: Vec<Vec<u64>>) -> Vec<u64> {
    let mut all = Vec::with_capacity(blocks.iter().map(Vec::len).sum());
    for block in blocks {
        all.extend(block);
    }
    all
}

/// Whether it is one file, and known at sight to have no key twice.
pub(super) fn is_plain(files: &[Keys]) -> bool {
    matches!(files, [file] if file.order.is_kept())
}

/// Returns the units of new files, sorted, each once, and whether they are apart: no unit in two of the files, and no key
/// twice in a file.
pub(super) fn units(files: Vec<Keys>, table: &Table) -> (Vec<u64>, bool) {
    let mut are_apart = true;
    let mut of_files = Vec::with_capacity(files.len());
    for Keys { keys, units, order } in files {
        let mut keys = joined(keys);
        if !order.is_kept() {
            keys.sort_unstable();
            are_apart &= keys.windows(2).all(|pair| pair[0] != pair[1]);
        }
        of_files.push(match table.unit == table.key {
            true => keys,
            false => {
                drop(keys);
                let mut own = joined(units);
                own.sort_unstable();
                own.dedup();
                own
            }
        });
    }
    let mut all = joined(of_files);
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    are_apart &= all.len() == count;
    (all, are_apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_and_many_are_known_by_the_last_of_their_key() {
        let prints = |rows: &[(u64, u64)]| Prints {
            keys: rows.iter().map(|(key, _)| *key).collect(),
            contents: rows.iter().map(|(_, content)| *content).collect(),
            units: vec![7; rows.len()],
        };
        let mut known = Known::default();
        known.add(prints(&[(1, 10), (2, 20), (1, 11)]));
        known.add(prints(&[(3, 30), (2, 21)]));
        let mut rows = known.0.lock().unwrap();
        for time in 0..2 * MOST_SCANS {
            let said = rows.said(&[2, 9, 1, 1, 3]);
            assert_eq!(
                said,
                [Some(21), None, Some(11), Some(11), Some(30)],
                "{time}"
            );
        }
        assert!(rows.by_key.is_some() && rows.lists.is_empty());
    }

    #[test]
    fn what_all_rows_say_is_hashed_as_if_each_said_it() {
        let list = Series::new("".into(), ["a", "b"]);
        let values: [(AnyValue<'static>, DataType); 8] = [
            (AnyValue::StringOwned("鳥".into()), DataType::String),
            (AnyValue::Int64(-3), DataType::Int64),
            (AnyValue::Float64(0.5), DataType::Float64),
            (AnyValue::Boolean(true), DataType::Boolean),
            (AnyValue::Date(20_000), DataType::Date),
            (
                AnyValue::List(list),
                DataType::List(Box::new(DataType::String)),
            ),
            (AnyValue::Null, DataType::String),
            (AnyValue::Null, DataType::Int64),
        ];
        for (value, dtype) in values {
            let repeated = Column::new_scalar("x".into(), Scalar::new(dtype.clone(), value), 3);
            let scalar = repeated.as_scalar_column().unwrap();
            let mut of_scalar = [1, 2, 3];
            add_scalar(&mut of_scalar, &scalar.as_single_value_series()).unwrap();
            let mut of_rows = [1, 2, 3];
            add(&mut of_rows, repeated.as_materialized_series()).unwrap();
            assert_eq!(of_scalar, of_rows, "{dtype}");
            assert_ne!(of_rows[0], of_rows[1]);
        }
    }
}
