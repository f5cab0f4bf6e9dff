//! koe's plain layout of holidays, closing days and events: `day,name`, with `source` where there are several lists.
//!
//! The headings are so common that a file with any other beside them is not taken for one.

use std::io::BufRead;

use super::plain::{Cell, Plain, Rule};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::{Head, fold};
use crate::import::layout::Layout;
use crate::import::sink::Sink;
use crate::schema::holidays::{DAY, NAME, SOURCE, TABLE};

/// Holidays.
pub(super) struct KoeHolidays;

static PLAIN: Plain = Plain {
    name: "koe_holidays",
    title: ("koe 祝日・催事 CSV", "koe holidays CSV"),
    table: &TABLE,
    telling: &["day", "name"],
    cells: &[
        Cell::new(SOURCE, Rule::Source("koe")),
        Cell::new(DAY, Rule::Needed),
        Cell::new(NAME, Rule::Value),
    ],
    one_of: &[],
};

impl Layout for KoeHolidays {
    fn name(&self) -> &'static str {
        PLAIN.name
    }

    fn title(&self) -> (&'static str, &'static str) {
        PLAIN.title
    }

    fn recognises(&self, head: &Head) -> bool {
        let is_own = |heading: &String| {
            let heading = fold(heading);
            heading.is_empty() || PLAIN.cells.iter().any(|cell| cell.heading == heading)
        };
        PLAIN.recognises(head) && head.headings(0).iter().all(is_own)
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        PLAIN.read(input, context, sink)
    }
}
