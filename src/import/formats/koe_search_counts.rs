//! koe's plain layout of search counts: `source,query,day,clicks,impressions`, with `position` where it is known.
//!
//! A row without `query` counts all queries together, one without `day` the whole period of the export.

use super::plain::{Cell, Plain, Rule};
use crate::schema::search_counts::{
    CLICK_COUNT, DAY, IMPRESSION_COUNT, POSITION, QUERY, SOURCE, TABLE,
};

/// Search counts.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_search_counts",
    title: ("koe 検索数 CSV", "koe search counts CSV"),
    table: &TABLE,
    telling: &["source", "query", "day", "clicks", "impressions"],
    cells: &[
        Cell::new(SOURCE, Rule::Needed),
        Cell::new(QUERY, Rule::Value),
        Cell::new(DAY, Rule::Value),
        Cell {
            column: CLICK_COUNT,
            heading: "clicks",
            rule: Rule::Value,
        },
        Cell {
            column: IMPRESSION_COUNT,
            heading: "impressions",
            rule: Rule::Value,
        },
        Cell::new(POSITION, Rule::Value),
    ],
    one_of: &["query", "day"],
};
