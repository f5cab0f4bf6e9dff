//! Tables as Parquet, with what is known of their columns put to use.
//!
//! The writer of polars finds out row by row that a column says one thing, and tries a dictionary on numbers that hardly
//! repeat.

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use polars::prelude::{
    Column, CompatLevel, DataFrame, DataType, PolarsError, PolarsResult, SchemaExt, Series,
};
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::encoding::uleb128;
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::parquet::page::{DataPage, DataPageHeader};
use polars_parquet::parquet::statistics::Statistics;
use polars_parquet::read::read_metadata;
use polars_parquet::write::fallible_streaming_iterator::convert;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, Compressor, DynIter, DynStreamingIterator, Encoding,
    FileWriter, KeyValue, Page, ParquetType, StatisticsOptions, Version, WriteOptions,
    array_to_columns, get_dtype_encoding, schema_to_metadata_key,
};
use rayon::prelude::*;

use super::files::HashedFile;
use crate::schema::Table;

const OPTIONS: WriteOptions = WriteOptions {
    statistics: StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: None,
    },
    version: Version::V1,
    compression: CompressionOptions::Snappy,
    data_page_size: None,
};

/// Returns the greatest of a column of whole numbers or instants as the statistics of a file tell it, `i64::MIN` where there is
/// no value at all; `None` where they do not tell.
pub(super) fn greatest(path: &Path, column: &str) -> PolarsResult<Option<i64>> {
    let metadata = read_metadata(&mut BufReader::new(File::open(path)?))?;
    let mut greatest = i64::MIN;
    for group in &metadata.row_groups {
        let mut chunks = group.columns_under_root_iter(column).into_iter().flatten();
        let told = chunks
            .next()
            .and_then(|chunk| chunk.statistics(&metadata.footer_buf));
        let Some(Statistics::Int64(told)) = told.transpose()? else {
            return Ok(None);
        };
        let is_empty = told.null_count == Some(group.num_rows() as i64);
        match told.max_value {
            Some(found) => greatest = greatest.max(found),
            None if is_empty => {}
            None => return Ok(None),
        }
    }
    Ok(Some(greatest))
}

/// The pages of one leaf of a column, to be compressed.
type Leaf = DynIter<'static, PolarsResult<Page>>;
/// The pages of one leaf of a column.
type Pages = Vec<CompressedPage>;

/// A Parquet file being written.
pub(super) struct ParquetFile {
    writer: FileWriter<HashedFile>,
    /// What other programs are told of the types.
    told: Vec<KeyValue>,
}

impl ParquetFile {
    pub(super) fn create(file: HashedFile, table: &Table) -> PolarsResult<Self> {
        let schema = table.schema().to_arrow(CompatLevel::newest());
        let writer = FileWriter::try_new(file, schema, OPTIONS)?;
        // Texts by the type that every reader knows: pandas fails on lists of the newest.
        let known = table.schema().to_arrow(CompatLevel::oldest());
        let told = vec![schema_to_metadata_key(&known)];
        Ok(Self { writer, told })
    }

    /// Writes rows that have the schema of the table, and lie in memory in one piece, as a row group.
    pub(super) fn write(&mut self, rows: &DataFrame) -> PolarsResult<()> {
        let types = self.writer.parquet_schema().fields();
        let columns: Vec<Vec<Pages>> = (rows.columns(), types)
            .into_par_iter()
            .map(|(column, type_)| pages(column, type_))
            .collect::<PolarsResult<_>>()?;
        let columns = columns.iter().flatten().map(|pages| {
            let pages = pages.iter().map(PolarsResult::Ok);
            Ok(DynStreamingIterator::new(convert(pages)))
        });
        self.writer
            .write(rows.height() as u64, DynIter::new(columns))
    }

    /// Writes what stands at the end of the file.
    pub(super) fn finish(&mut self) -> PolarsResult<()> {
        let told = std::mem::take(&mut self.told);
        self.writer.end(Some(told)).map(|_| ())
    }
}

/// Encodes and compresses a column.
fn pages(column: &Column, type_: &ParquetType) -> PolarsResult<Vec<Pages>> {
    let (leaves, compression) = match repeated(column, type_)? {
        Some(pages) => {
            let pages = DynIter::new(pages.into_iter().map(Ok));
            (vec![pages], CompressionOptions::Uncompressed)
        }
        None => encoded(column.as_materialized_series(), type_)?,
    };
    let compressed = |leaf: Leaf| {
        let pages = leaf.map(|page| page.map_err(as_parquet));
        Compressor::new(pages, compression, Vec::new())
            .map(|page| page.map_err(PolarsError::from))
            .collect()
    };
    leaves.into_iter().map(compressed).collect()
}

/// Encodes a column, and says how its pages are to be compressed.
fn encoded(series: &Series, type_: &ParquetType) -> PolarsResult<(Vec<Leaf>, CompressionOptions)> {
    let array = series.to_arrow(0, CompatLevel::newest());
    let (encodings, compression) = match series.dtype() {
        // Instants and places in a file rise or fall from row to row, amounts are small: their differences are short, and
        // nothing is left in them to compress.
        DataType::Int64 | DataType::Datetime(..) if series.null_count() == 0 => (
            vec![Encoding::DeltaBinaryPacked],
            CompressionOptions::Uncompressed,
        ),
        DataType::String if differs_by_row(series) => (vec![Encoding::Plain], OPTIONS.compression),
        _ => (get_dtype_encoding(array.dtype()), OPTIONS.compression),
    };
    let leaves = array_to_columns(array, type_.clone(), OPTIONS, &encodings)?;
    Ok((leaves, compression))
}

/// Values looked at to tell whether a column repeats itself.
const LOOKED_AT: usize = 256;

/// Whether hardly a text comes twice among some that lie apart, so that a dictionary would hold them all.
fn differs_by_row(series: &Series) -> bool {
    let Ok(texts) = series.str() else {
        return false;
    };
    let every = (texts.len() / LOOKED_AT).max(1);
    let seen: Vec<&str> = (0..texts.len())
        .step_by(every)
        .filter_map(|row| texts.get(row))
        .collect();
    let different: HashSet<&str> = seen.iter().copied().collect();
    seen.len() >= LOOKED_AT && different.len() * 10 >= seen.len() * 9
}

/// Returns the dictionary and the one page of a column that says the same in every row; `None` for any other, and where
/// the type has no dictionary.
fn repeated(column: &Column, type_: &ParquetType) -> PolarsResult<Option<[Page; 2]>> {
    let Some(scalar) = column.as_scalar_column() else {
        return Ok(None);
    };
    let one = scalar
        .as_single_value_series()
        .to_arrow(0, CompatLevel::newest());
    let encodings = get_dtype_encoding(one.dtype());
    let mut leaves = array_to_columns(one, type_.clone(), OPTIONS, &encodings)?;
    let pages: Vec<Page> = leaves.swap_remove(0).collect::<PolarsResult<_>>()?;
    let Ok([dictionary @ Page::Dict(_), Page::Data(one)]) = <[Page; 2]>::try_from(pages) else {
        return Ok(None);
    };
    let DataPageHeader::V1(mut header) = one.header().clone() else {
        return Ok(None);
    };
    let is_null = scalar.is_full_null();
    header.num_values = column.len() as i32;
    if let (Some(statistics), true) = (&mut header.statistics, is_null) {
        statistics.null_count = Some(column.len() as i64);
    }
    let all = Page::Data(DataPage::new(
        DataPageHeader::V1(header),
        CowBuffer::Owned(every_row(column.len(), is_null)),
        one.descriptor,
        column.len(),
    ));
    Ok(Some([dictionary, all]))
}

/// Returns the bytes of a page whose rows are all null, or all the first text of the dictionary: whether they are there
/// (behind the length of that in bytes), the bits of a place in the dictionary (none), the places; each as one run.
fn every_row(rows: usize, is_null: bool) -> Vec<u8> {
    let mut run = [0; 10];
    let length = uleb128::encode((rows as u64) << 1, &mut run);
    let run = &run[..length];
    let mut bytes = (length as u32 + 1).to_le_bytes().to_vec();
    bytes.extend_from_slice(run);
    bytes.extend([u8::from(!is_null), 0]);
    if !is_null {
        bytes.extend_from_slice(run);
    }
    bytes
}

fn as_parquet(error: PolarsError) -> ParquetError {
    ParquetError::FeatureNotSupported(error.to_string())
}

#[cfg(test)]
mod tests {
    use polars::prelude::{AnyValue, NamedFrom, Scalar};

    use super::*;
    use crate::schema::{Column as SchemaColumn, ColumnKind, tables};
    use crate::store::scan_file;

    fn value(kind: ColumnKind, row: i64) -> AnyValue<'static> {
        let text = format!("text {row}");
        match kind {
            ColumnKind::Text => AnyValue::StringOwned(text.into()),
            ColumnKind::Integer | ColumnKind::Instant => {
                AnyValue::Int64([i64::MIN, i64::MAX, row][row.min(2) as usize])
            }
            ColumnKind::Float => AnyValue::Float64(row as f64 / 7.0),
            ColumnKind::Flag => AnyValue::Boolean(row % 3 == 0),
            ColumnKind::Date => AnyValue::Int32(row as i32 * 40),
            ColumnKind::Texts => AnyValue::List(Series::new("".into(), [text])),
        }
    }

    fn series(column: &SchemaColumn, values: impl Iterator<Item = AnyValue<'static>>) -> Series {
        let values: Vec<AnyValue<'_>> = values.collect();
        Series::from_any_values(column.small_name(), &values, true)
            .and_then(|series| series.cast(&column.kind.dtype()))
            .expect("values are of the kind")
    }

    /// Makes a column in one of four ways: all rows differ, some are null, all say the same, all are null.
    fn column(column: &SchemaColumn, way: usize, rows: usize) -> Column {
        let (name, dtype) = (column.small_name(), column.kind.dtype());
        let each = (0..rows as i64).map(|row| value(column.kind, row));
        match way % 4 {
            0 => series(column, each).into(),
            1 => {
                let some = each.enumerate().map(|(row, value)| match row % 5 {
                    4 => AnyValue::Null,
                    _ => value,
                });
                series(column, some).into()
            }
            2 => {
                let one = series(column, std::iter::once(value(column.kind, 9)));
                let one = one.get(0).expect("there is one").into_static();
                Column::new_scalar(name, Scalar::new(dtype, one), rows)
            }
            _ => Column::full_null(name, rows, &dtype),
        }
    }

    #[test]
    fn every_kind_of_column_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("rows.parquet");
        for (table, shift) in tables().flat_map(|table| (0..4).map(move |shift| (table, shift))) {
            let file = HashedFile::create(&path).expect("a file can be made");
            let mut written = ParquetFile::create(file.clone(), table).expect("a file is begun");
            let mut all = DataFrame::empty_with_schema(&table.schema());
            for (group, rows) in [300, 1].into_iter().enumerate() {
                let ways = table.columns.iter().enumerate();
                let columns = ways.map(|(place, it)| column(it, place + shift + group, rows));
                let frame = DataFrame::new(rows, columns.collect()).expect("columns are as long");
                written.write(&frame).expect("rows are written");
                all.vstack_mut(&frame).expect("the columns are the same");
            }
            written.finish().expect("the file is ended");
            file.close().expect("the file is closed");
            let read = scan_file(&path).map(|rows| rows.collect().expect("is read"));
            assert!(
                read.expect("is opened").equals_missing(&all),
                "{}",
                table.name
            );
            let instants = |it: &&SchemaColumn| it.kind == ColumnKind::Instant;
            for it in table.columns.iter().filter(instants) {
                let values = all.column(it.name).expect("a column").datetime();
                let values = values.expect("instants").phys.iter();
                let newest = values.flatten().max().unwrap_or(i64::MIN);
                let told = greatest(&path, it.name).expect("is read");
                assert_eq!(told, Some(newest), "{}.{}", table.name, it.name);
            }
        }
    }
}
