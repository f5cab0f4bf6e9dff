//! Data on stdout: tables for people, CSV and JSON for programs.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::OnceLock;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use koe::error::{Error, Result};
use koe::report::Lang;
use koe::store::write_atomically_with;
use polars::prelude::{
    AnyValue, CompatLevel, DataFrame, DataType, KeyValueMetadata, ParquetWriter, SchemaExt,
};
use polars_parquet::write::schema_to_metadata_key;
use serde::{Serialize, Serializer as _};
use serde_json::{Map, Value};

use super::args::Format;
use super::ui::sanitised;

/// Rows of a table for people.
const SHOWN_ROWS: usize = 100;

/// The language in which tables say that they are cut.
static LANG: OnceLock<Lang> = OnceLock::new();

/// Sets the language of what stands below tables, once for the run.
pub fn speak(lang: Lang) {
    // Whoever sets it a second time is not heard.
    let _ = LANG.set(lang);
}

/// Returns the language of headings: people read those of their shop, programs the same in every shop.
pub fn lang_of(format: Format, lang: Lang) -> Lang {
    match format {
        Format::Table => lang,
        _ => Lang::En,
    }
}

/// Writes a frame to the file that is named, whole or not at all, else to stdout; `-` names stdout.
///
/// Without a format it is the one the file's ending says, CSV where it says none, and a table on stdout.
///
/// # Errors
/// [`Error::Io`] when the file or stdout cannot be written, [`Error::NotForTerminal`] as of [`check`].
pub fn put(frame: &DataFrame, path: Option<&Path>, format: Option<Format>) -> Result<()> {
    match path.filter(|path| path.as_os_str() != "-") {
        None => print(frame, format.unwrap_or(Format::Table)),
        Some(path) => save(frame, format.unwrap_or_else(|| format_of(path)), path),
    }
}

/// Refuses what [`put`] would refuse at the end, before anything is computed for it.
///
/// # Errors
/// [`Error::NotForTerminal`] for Parquet that would go to a terminal, [`Error::Io`] for a folder in place of a file.
pub fn check(path: Option<&Path>, format: Option<Format>) -> Result<()> {
    match path.filter(|path| path.as_os_str() != "-") {
        None => check_terminal(format, io::stdout().is_terminal()),
        Some(path) if path.is_dir() => {
            let is_folder = io::Error::from(io::ErrorKind::IsADirectory);
            Err(Error::io("write", path, is_folder))
        }
        Some(_) => Ok(()),
    }
}

fn check_terminal(format: Option<Format>, is_terminal: bool) -> Result<()> {
    match format {
        Some(Format::Parquet) if is_terminal => Err(Error::NotForTerminal),
        _ => Ok(()),
    }
}

/// Returns the format that the ending of a file's name says.
fn format_of(path: &Path) -> Format {
    let ending = path.extension().and_then(OsStr::to_str);
    match ending.unwrap_or_default().to_ascii_lowercase().as_str() {
        "json" => Format::Json,
        "jsonl" | "ndjson" => Format::Jsonl,
        "parquet" | "pq" => Format::Parquet,
        _ => Format::Csv,
    }
}

fn save(frame: &DataFrame, format: Format, path: &Path) -> Result<()> {
    fill(path, |writer| write(frame, format, writer))
}

/// Lets `write` fill a file, whole or not at all.
fn fill(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let is_device = fs::metadata(path).is_ok_and(|kind| !kind.is_file() && !kind.is_dir());
    if !is_device {
        return write_atomically_with(path, write);
    }
    // A pipe or a device is written to: a file must not take its place.
    let written = File::options().write(true).open(path).and_then(|file| {
        let mut writer = BufWriter::new(file);
        write(&mut writer)?;
        writer.flush()
    });
    written.map_err(|error| Error::io("write", path, error))
}

/// Writes plain text to a file, whole or not at all; `-` names stdout.
///
/// # Errors
/// [`Error::Io`] when the file or stdout cannot be written.
pub fn put_text(text: &str, path: &Path) -> Result<()> {
    match path.as_os_str() == "-" {
        true => print_text(text),
        false => fill(path, |writer| writer.write_all(text.as_bytes())),
    }
}

/// Writes a frame to stdout.
///
/// # Errors
/// [`Error::Io`] when stdout is closed or full, [`Error::NotForTerminal`] for Parquet on a terminal.
pub fn print(frame: &DataFrame, format: Format) -> Result<()> {
    let stdout = io::stdout().lock();
    check_terminal(Some(format), stdout.is_terminal())?;
    let mut writer = BufWriter::new(stdout);
    write(frame, format, &mut writer)
        .and_then(|()| writer.flush())
        .map_err(|error| Error::io("write to", Path::new("stdout"), error))
}

/// Writes plain text to stdout.
///
/// # Errors
/// [`Error::Io`] when stdout is closed or full.
pub fn print_text(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Error::io("write to", Path::new("stdout"), error))
}

/// Whether a format can hold more than rows.
pub fn is_json(format: Format) -> bool {
    matches!(format, Format::Json | Format::Jsonl)
}

/// Writes one JSON object to stdout, on one line as [`Format::Jsonl`].
///
/// # Errors
/// [`Error::Io`] when stdout is closed or full.
pub fn print_json(told: &impl Serialize, format: Format) -> Result<()> {
    let text = match format {
        Format::Jsonl => serde_json::to_string(told),
        _ => serde_json::to_string_pretty(told),
    };
    let text = text.expect("what is told holds only texts and numbers");
    print_text(&format!("{text}\n"))
}

/// Writes a frame in a format.
///
/// # Errors
/// What the writer gives.
pub fn write(frame: &DataFrame, format: Format, writer: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => write_table(frame, writer),
        Format::Csv => write_csv(frame, writer),
        Format::Json => {
            let mut array = serde_json::Serializer::pretty(&mut *writer);
            array.collect_seq((0..frame.height()).map(|row| record(frame, row)))?;
            writeln!(writer)
        }
        Format::Jsonl => (0..frame.height()).try_for_each(|row| {
            serde_json::to_writer(&mut *writer, &record(frame, row))?;
            writeln!(writer)
        }),
        Format::Parquet => write_parquet(frame, writer),
    }
}

fn write_parquet(frame: &DataFrame, writer: &mut dyn Write) -> io::Result<()> {
    let mut frame = frame.clone();
    // In one piece: the bytes must not tell how many threads made the rows.
    frame.rechunk_mut();
    // Into memory, as the format makes it small: what the system refuses would come wrapped out of its writer.
    let mut bytes = Vec::new();
    // Texts by the type that every reader knows: pandas fails on lists of the newest.
    let known = frame.schema().to_arrow(CompatLevel::oldest());
    let told = KeyValueMetadata::Static(vec![schema_to_metadata_key(&known)]);
    ParquetWriter::new(&mut bytes)
        .with_key_value_metadata(Some(told))
        .finish(&mut frame)
        .map_err(io::Error::other)?;
    writer.write_all(&bytes)
}

fn write_table(frame: &DataFrame, writer: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(
        frame
            .get_column_names()
            .into_iter()
            .map(|name| name.to_string()),
    );
    for (place, column) in frame.columns().iter().enumerate() {
        if column.dtype().is_primitive_numeric()
            && let Some(column) = table.column_mut(place)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in 0..frame.height().min(SHOWN_ROWS) {
        table.add_row(frame.columns().iter().map(|column| {
            sanitised(&plain(
                &value(column.get(row).unwrap_or(AnyValue::Null), column.dtype()),
                " ",
            ))
        }));
    }
    writeln!(writer, "{table}")?;
    if frame.height() > SHOWN_ROWS {
        let lang = LANG.get().copied().unwrap_or(Lang::En);
        writeln!(writer, "{}", cut_told(frame.height(), lang))?;
    }
    Ok(())
}

/// Returns what stands below a table of more rows than are shown.
fn cut_told(rows: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!(
            "全 {rows} 行のうち {SHOWN_ROWS} 行を表示しています。`--format` に csv、json、jsonl、parquet のいずれかを指定すると、すべて出力します"
        ),
        Lang::En => {
            format!("{SHOWN_ROWS} of {rows} rows; --format csv, json, jsonl or parquet gives all")
        }
    }
}

fn write_csv(frame: &DataFrame, writer: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    let names = frame
        .get_column_names()
        .into_iter()
        .map(|name| name.as_str());
    csv.write_record(names).map_err(io_error)?;
    for row in 0..frame.height() {
        let cells = frame.columns().iter().map(|column| {
            plain(
                &value(column.get(row).unwrap_or(AnyValue::Null), column.dtype()),
                "|",
            )
        });
        csv.write_record(cells).map_err(io_error)?;
    }
    csv.flush()
}

/// Returns what the system refused, so that a closed pipe can be told from a full disk.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn record(frame: &DataFrame, row: usize) -> Map<String, Value> {
    let cell = |column: &polars::prelude::Column| {
        (
            column.name().to_string(),
            value(column.get(row).unwrap_or(AnyValue::Null), column.dtype()),
        )
    };
    frame.columns().iter().map(cell).collect()
}

fn plain(value: &Value, between: &str) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values
            .iter()
            .map(|value| plain(value, between))
            .collect::<Vec<_>>()
            .join(between),
        other => other.to_string(),
    }
}

fn value(cell: AnyValue<'_>, dtype: &DataType) -> Value {
    match cell {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(flag) => flag.into(),
        AnyValue::String(text) => text.into(),
        AnyValue::StringOwned(text) => text.as_str().into(),
        AnyValue::Float32(number) => f64::from(number).into(),
        AnyValue::Float64(number) => number.into(),
        AnyValue::List(series) => Value::Array(
            series
                .iter()
                .map(|cell| value(cell.into_static(), series.dtype()))
                .collect(),
        ),
        AnyValue::Date(days) => date(days).into(),
        AnyValue::Datetime(..) | AnyValue::DatetimeOwned(..) => instant(&cell).into(),
        other => match other.extract::<i64>() {
            Some(number) if dtype.is_integer() => number.into(),
            _ => other.to_string().into(),
        },
    }
}

fn date(days: i32) -> String {
    use jiff::ToSpan;
    jiff::civil::date(1970, 1, 1)
        .saturating_add(i64::from(days).days())
        .to_string()
}

fn instant(cell: &AnyValue<'_>) -> String {
    let micros = cell.extract::<i64>().unwrap_or_default();
    jiff::Timestamp::from_microsecond(micros)
        .map(|instant| instant.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    fn written(format: Format) -> String {
        let frame = df!("name" => [Some("a,\"b\""), None], "count" => [1i64, 2]).expect("a frame");
        let mut bytes = Vec::new();
        write(&frame, format, &mut bytes).expect("memory does not fill up");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn csv_quotes_and_leaves_empty_cells_empty() {
        assert_eq!(written(Format::Csv), "name,count\n\"a,\"\"b\"\"\",1\n,2\n");
    }

    #[test]
    fn json_is_one_array_also_of_nothing() {
        let frame = df!("name" => ["a"], "count" => [1i64]).expect("a frame");
        let json = |frame: &DataFrame| {
            let mut bytes = Vec::new();
            write(frame, Format::Json, &mut bytes).expect("memory does not fill up");
            String::from_utf8(bytes).expect("UTF-8")
        };
        let one = "[\n  {\n    \"name\": \"a\",\n    \"count\": 1\n  }\n]\n";
        assert_eq!(json(&frame), one);
        assert_eq!(json(&frame.head(Some(0))), "[]\n");
    }

    #[test]
    fn parquet_goes_to_files_and_programs_only() {
        assert!(matches!(
            check_terminal(Some(Format::Parquet), true),
            Err(Error::NotForTerminal)
        ));
        assert!(check_terminal(Some(Format::Parquet), false).is_ok());
        assert!(check_terminal(Some(Format::Csv), true).is_ok());
        assert!(check_terminal(None, true).is_ok());
    }

    #[test]
    fn parquet_tells_of_texts_by_the_type_that_every_reader_knows() {
        use polars::prelude::{NamedFrom, ParquetReader, SerReader, Series};
        let lists = Series::new("words".into(), ["香り", "苦味"]);
        let frame = df!("name" => ["a"], "words" => [lists]).expect("a frame");
        let mut bytes = Vec::new();
        write(&frame, Format::Parquet, &mut bytes).expect("memory does not fill up");
        let told = |level| {
            let told = schema_to_metadata_key(&frame.schema().to_arrow(level));
            let value = told.value.expect("a schema");
            bytes
                .windows(value.len())
                .any(|found| found == value.as_bytes())
        };
        assert!(told(CompatLevel::oldest()));
        assert!(!told(CompatLevel::newest()));
        let read = ParquetReader::new(io::Cursor::new(bytes)).finish();
        assert!(read.expect("a frame").equals_missing(&frame));
    }

    #[test]
    fn the_ending_of_a_file_says_its_format() {
        let of = |name: &str| format_of(Path::new(name));
        assert_eq!(of("values.parquet"), Format::Parquet);
        assert_eq!(of("a.b/values.JSON"), Format::Json);
        assert_eq!(of("values.ndjson"), Format::Jsonl);
        assert_eq!(
            [of("values.csv"), of("values"), of("v.txt")],
            [Format::Csv; 3]
        );
    }

    #[test]
    fn json_lines_keep_the_order_of_columns() {
        assert_eq!(
            written(Format::Jsonl),
            "{\"name\":\"a,\\\"b\\\"\",\"count\":1}\n{\"name\":null,\"count\":2}\n"
        );
    }
}
