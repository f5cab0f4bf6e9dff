//! The CDNOW purchase log: `masterid,sampleid,date,cds,sales`, dollars and cents.
//!
//! The usual test data of customer-value models (Fader & Hardie). `masterid` is the customer; `date` is `19970101`.

use std::io::BufRead;

use super::purchases::Log;
use crate::error::Result;
use crate::import::context::Context;
use crate::import::cost::CostFields;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::sink::Sink;
use crate::import::table::Table;

/// The CDNOW log.
pub(super) struct Cdnow;

impl Layout for Cdnow {
    fn name(&self) -> &'static str {
        "cdnow"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("CDNOW 購買履歴", "CDNOW purchase log")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["masterid", "sampleid", "date", "cds", "sales"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let headings = &mut table.headings;
        let mut log = Log {
            source: context.source_or("cdnow"),
            currency: "USD",
            order: None,
            customer: headings.need(&["masterid"], context)?,
            date: headings.need(&["date"], context)?,
            amount: headings.need(&["sales"], context)?,
            quantity: headings.find(&["cds"]),
            product: None,
            category: None,
            cost: CostFields::default(),
            channel: None,
            store: None,
            currency_field: None,
            rest: Vec::new(),
        };
        log.rest = headings.rest();
        log.read(&mut table, context, sink)
    }
}
