//! Plain logs of purchases: a customer, a day, an amount; each row one order.

use std::collections::HashMap;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::guests::{Guest, Guests};
use crate::import::order::{Order, OrderLine, PLACED, RETURNED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Table};
use crate::import::values::keys::stable_hash;

/// Where a log keeps what.
pub(super) struct Log<'a> {
    /// Source of the rows.
    pub source: &'a str,
    /// Currency where no column names one.
    pub currency: &'a str,
    /// Who bought.
    pub customer: Field,
    /// When.
    pub date: Field,
    /// For how much, tax included.
    pub amount: Field,
    /// Pieces, where known.
    pub quantity: Option<Field>,
    /// Currency, where named.
    pub currency_field: Option<Field>,
    /// Columns to keep.
    pub rest: Vec<Field>,
}

impl Log<'_> {
    /// Reads every row of the table.
    ///
    /// An order's id is the hash of its row and of how many equal rows stand before it, so that a log that has grown at
    /// its end, or was sorted anew, gives the same orders the same ids. Rows without a customer are orders of nobody.
    /// Negative amounts are returns.
    pub(super) fn read(
        &self,
        table: &mut Table<'_>,
        context: &Context,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let mut guests = Guests::default();
        let mut repeats: HashMap<String, u64> = HashMap::new();
        while let Some(line) = table.next_line(context)? {
            sink.read_rows(1);
            let cells = Cells::new(&table.headings, &line.record, context);
            let read = match line.flaw.clone() {
                Some(flaw) => Err(cells.reject(None, flaw)),
                None => self.order(&cells),
            };
            let mut order = match read {
                Ok(order) => order,
                Err(reject) => {
                    sink.reject(reject)?;
                    continue;
                }
            };
            let parts: Vec<&str> = line.record.cells.iter().map(|cell| cell.trim()).collect();
            let content = stable_hash(&parts);
            let repeat = repeats
                .entry(content.clone())
                .and_modify(|count| *count += 1)
                .or_insert(1);
            order.order_id = if *repeat == 1 {
                content
            } else {
                format!("{content}-{repeat}")
            };
            if let Some(id) = &order.customer_id {
                guests.add(
                    id,
                    Guest {
                        line: cells.line(),
                        ordered_at: order.ordered_at,
                        ..Guest::default()
                    },
                );
            }
            order.put(cells.line(), sink)?;
        }
        guests.put(self.source, context, sink)
    }

    fn order(&self, cells: &Cells<'_>) -> Result<Order, Reject> {
        let currency = cells
            .text(self.currency_field)
            .unwrap_or(self.currency)
            .to_uppercase();
        let missing = |field| cells.reject(Some(field), Reason::Missing);
        let amount = cells
            .money(Some(self.amount), &currency)?
            .ok_or_else(|| missing(self.amount))?;
        let quantity = cells.integer(self.quantity)?;
        let lines = match quantity {
            Some(_) => vec![OrderLine {
                source_row: cells.line(),
                quantity,
                amount: Some(amount),
                ..OrderLine::default()
            }],
            None => Vec::new(),
        };
        Ok(Order {
            source: self.source.to_owned(),
            customer_id: cells.unquoted(Some(self.customer)).map(str::to_owned),
            ordered_at: cells.needed_instant(self.date)?,
            status: if amount < 0 { RETURNED } else { PLACED },
            goods: amount,
            total: Some(amount),
            currency,
            extra: cells.extra(&self.rest),
            lines,
            ..Order::default()
        })
    }
}
