//! Google Search Console, performance CSV: `Queries.csv` (`クエリ.csv`) or `Dates.csv` (`日付.csv`) of the downloaded ZIP.
//!
//! - Queries: a row per query for the whole period of the export, so `day` stays empty. Queries few people typed are
//!   left out by Google: their sum is less than that of the days.
//! - Dates: a row per day for all queries together, so `query` stays empty.
//! - `CTR` is clicks by impressions and not kept.

use std::io::BufRead;

use jiff::civil::Date;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::numbers;
use crate::schema::search_counts;

const SOURCE: &str = "search_console";
const QUERY: &[&str] = &["上位のクエリ", "Top queries", "クエリ", "Query"];
const DAY: &[&str] = &["日付", "Date"];
const CLICKS: &[&str] = &["クリック数", "Clicks"];
const IMPRESSIONS: &[&str] = &["表示回数", "Impressions"];
const POSITION: &[&str] = &["掲載順位", "Position"];

/// First headings of the other tables of the ZIP.
const BESIDE: &[&str] = &[
    "上位のページ",
    "ページ",
    "Top pages",
    "Page",
    "国",
    "Country",
    "デバイス",
    "Device",
    "検索での見え方",
    "Search Appearance",
];
/// Headings of the table that lists how the others were filtered.
const FILTER: [&[&str]; 2] = [&["フィルタ", "フィルター", "Filter"], &["値", "Value"]];

/// Returns whether a table is one of those that come with a performance export and say nothing of queries or days.
pub fn is_beside(head: &Head) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| head.has_headings(0, &[name]));
    let counts = [CLICKS, IMPRESSIONS, POSITION];
    let is_filter = head.headings(0).len() == FILTER.len() && FILTER.iter().all(|names| has(names));
    is_filter || (has(BESIDE) && counts.iter().all(|names| has(names)))
}

/// Search Console's performance tables.
pub(super) struct SearchConsole;

impl Layout for SearchConsole {
    fn name(&self) -> &'static str {
        "search_console"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Google Search Console 検索パフォーマンス CSV",
            "Google Search Console performance CSV",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let has = |names: &[&str]| names.iter().any(|name| head.has_headings(0, &[name]));
        (has(QUERY) || has(DAY))
            && has(CLICKS)
            && has(IMPRESSIONS)
            && has(POSITION)
            && head.has_headings(0, &["CTR"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        table.each(context, sink, |cells, sink| {
            let row = fields.row(cells)?;
            Ok(row.put(cells.line(), context.source_or(SOURCE), sink)?)
        })
    }
}

struct Fields {
    query: Option<Field>,
    day: Option<Field>,
    clicks: Option<Field>,
    impressions: Option<Field>,
    position: Option<Field>,
}

struct Row<'a> {
    query: Option<&'a str>,
    day: Option<Date>,
    clicks: Option<i64>,
    impressions: Option<i64>,
    position: Option<f64>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let day = headings.find(DAY);
        let query = headings.find(QUERY);
        if day.is_none() && query.is_none() {
            headings.need(QUERY, context)?;
        }
        Ok(Self {
            query,
            day,
            clicks: headings.find(CLICKS),
            impressions: headings.find(IMPRESSIONS),
            position: headings.find(POSITION),
        })
    }

    fn row<'a>(&self, cells: &Cells<'a>) -> Result<Row<'a>, Reject> {
        let query = self.query.map(|field| cells.needed(field)).transpose()?;
        if let (None, Some(day)) = (query, self.day) {
            cells.needed(day)?;
        }
        Ok(Row {
            query,
            day: cells.date(self.day)?,
            clicks: cells.integer(self.clicks)?,
            impressions: cells.integer(self.impressions)?,
            position: cells.read(self.position, numbers::float)?,
        })
    }
}

impl Row<'_> {
    fn put(&self, line: u64, source: &str, sink: &mut Sink<'_>) -> Result<()> {
        sink.row(&search_counts::TABLE, line)
            .text(search_counts::SOURCE, Some(source))
            .text(search_counts::QUERY, self.query)
            .date(search_counts::DAY, self.day)
            .integer(search_counts::CLICK_COUNT, self.clicks)
            .integer(search_counts::IMPRESSION_COUNT, self.impressions)
            .float(search_counts::POSITION, self.position)
            .finish()
    }
}
