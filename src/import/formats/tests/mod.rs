//! Every layout against its fixture in `testdata/formats`, against broken rows and against noise.

mod broken;
mod commerce;
mod feeds;
mod fixtures;
mod graph;
mod listening;
mod meta;
mod noise;
mod tables;
mod talks;
mod x;

use std::io::Cursor;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude::{AnyValue, DataFrame, DataType};

use crate::error::Result;
use crate::import::context::Context;
use crate::import::decode::TextReader;
use crate::import::head::Head;
use crate::import::layout::{Layout, Layouts};
use crate::import::rejects::Reject;
use crate::import::sink::{Counts, Sink};
use crate::schema::Table;

/// What a file gives.
pub(in crate::import) struct Outcome {
    pub(in crate::import) layout: &'static str,
    pub(in crate::import) frames: Vec<(&'static Table, DataFrame)>,
    pub(in crate::import) rejects: Vec<Reject>,
    pub(in crate::import) counts: Counts,
}

pub(in crate::import) fn context() -> Context {
    Context {
        source_file: "shop/file".to_owned(),
        batch_id: "batch".to_owned(),
        observed_at: "2024-08-01T00:00:00Z"
            .parse()
            .expect("the instant is well formed"),
        time_zone: TimeZone::get("Asia/Tokyo").expect("the time zones are bundled"),
        currency: "JPY".to_owned(),
        source: None,
        official: vec!["@Torinokoe_Coffee".to_owned()],
        ignored: Vec::new(),
        owner: None,
    }
}

/// Reads a file the way import does: decode, look, recognise (unless told), read.
pub(in crate::import) fn import(bytes: &[u8], forced: Option<&str>) -> Result<Outcome> {
    import_with(&context(), bytes, forced)
}

/// Reads a file of which something is known.
fn import_with(context: &Context, bytes: &[u8], forced: Option<&str>) -> Result<Outcome> {
    let mut reader = TextReader::new(Cursor::new(bytes)).expect("memory can be read");
    let head = Head::of(reader.peek().expect("memory can be read"));
    let layouts = Layouts::default();
    let layout = layouts.recognise(Path::new("shop/file"), &head, forced)?;
    read_as(context, bytes, layout)
}

/// Reads a file by a layout, whatever its head is.
pub(in crate::import) fn import_as(bytes: &[u8], layout: &dyn Layout) -> Result<Outcome> {
    read_as(&context(), bytes, layout)
}

fn read_as(context: &Context, bytes: &[u8], layout: &dyn Layout) -> Result<Outcome> {
    let mut reader = TextReader::new(Cursor::new(bytes)).expect("memory can be read");
    reader.peek().expect("memory can be read");
    let (mut frames, mut rejects) = (Vec::new(), Vec::new());
    let mut take_rows = |table, frame| {
        frames.push((table, frame));
        Ok(())
    };
    let mut take_reject = |reject| {
        rejects.push(reject);
        Ok(())
    };
    let mut sink = Sink::new(context, &mut take_rows, &mut take_reject);
    layout.read(&mut reader, context, &mut sink)?;
    let counts = sink.finish()?;
    Ok(Outcome {
        layout: layout.name(),
        frames,
        rejects,
        counts,
    })
}

impl Outcome {
    /// Returns one line per row: table, line of the file, then every cell that is not null but file and batch.
    pub(in crate::import) fn rendered(&self) -> String {
        let mut lines = String::new();
        for (table, frame) in &self.frames {
            assert_eq!(frame.schema().as_ref(), &table.schema(), "{}", table.name);
            for row in 0..frame.height() {
                let mut cells = Vec::new();
                for column in frame.columns() {
                    let value = column.get(row).expect("the row is within the frame");
                    let name = column.name().as_str();
                    if matches!(value, AnyValue::Null)
                        || ["source_file", "source_row", "batch_id"].contains(&name)
                    {
                        continue;
                    }
                    cells.push(format!("{name}={}", shown(&value, column.dtype())));
                }
                let line = frame
                    .column("source_row")
                    .and_then(|column| column.get(row))
                    .expect("rows know their line");
                lines.push_str(&format!("{} {line}: {}\n", table.name, cells.join(" | ")));
            }
        }
        lines
    }
}

fn shown(value: &AnyValue<'_>, dtype: &DataType) -> String {
    match (value, dtype) {
        (AnyValue::Datetime(microseconds, ..), _)
        | (AnyValue::DatetimeOwned(microseconds, ..), _) => {
            Timestamp::from_microsecond(*microseconds)
                .expect("instants are within range")
                .to_string()
        }
        (AnyValue::String(_) | AnyValue::StringOwned(_), _) => value
            .get_str()
            .map(|text| text.replace('\n', "⏎"))
            .unwrap_or_default(),
        (AnyValue::List(series), _) => {
            let texts: Vec<String> = series
                .str()
                .expect("lists are of texts")
                .iter()
                .flatten()
                .map(str::to_owned)
                .collect();
            format!("[{}]", texts.join(","))
        }
        (value, _) => value.to_string(),
    }
}
