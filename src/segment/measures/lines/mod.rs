//! What order lines tell of orders, persons and products, in one pass over them.

mod places;
mod products;
mod rates;

use std::borrow::Cow;
use std::sync::Arc;

use polars::prelude::*;

use self::places::Places;
pub(super) use self::products::Product;
use self::products::Products;
use self::rates::Rates;
use super::abc::window_start;
use super::columns::is_any;
use super::facts::{Facts, owner};
use super::favourites::Choices;
use crate::blocks::gathered;
use crate::schema::{Column as Owned, order_lines as lines};
use crate::segment::purchases::Entry;
use crate::segment::{Input, Settings};

/// Sums of the lines of orders that count.
#[derive(Default)]
pub(in crate::segment) struct Lines {
    /// What the lines of each order make, in the order of the orders; empty where there are no lines at all.
    pub(super) orders: Vec<OfOrder>,
    /// The categories of lines, returns left out.
    pub(super) categories: Choices,
    /// Every product sold in the window, by source and name.
    pub(super) products: Vec<Product>,
}

/// What the lines of one order make.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OfOrder {
    /// Pieces.
    pub(super) units: i64,
    cost: i64,
    pub(super) has_lines: bool,
    lacks_cost: bool,
}

impl OfOrder {
    /// Returns the cost of the order; nothing unless every line has one.
    pub(super) fn cost(&self) -> Option<i64> {
        (self.has_lines && !self.lacks_cost).then_some(self.cost)
    }

    fn add(&mut self, sold: &Sold) {
        self.has_lines = true;
        self.units = self.units.wrapping_add(sold.units);
        match sold.costed {
            Some((_, cost)) => self.cost = self.cost.wrapping_add(cost),
            None => self.lacks_cost = true,
        }
    }
}

/// Reads the lines once, block by block, so that no frame as long as they are is ever held.
pub(super) fn lines(
    input: &Input,
    facts: &Facts<'_>,
    settings: Settings<'_>,
) -> PolarsResult<Lines> {
    if facts.orders.is_empty() || !is_any(&input.order_lines)? {
        return Ok(Lines::default());
    }
    let places = Arc::new(Places::of(facts.purchases)?);
    let count = facts.orders.len();
    let gatherer = Gatherer {
        rates: Rates::read(input, &places, count, settings.money)?,
        places,
        orders: Arc::clone(&facts.orders),
        window_start: window_start(facts.last_day, &settings.segment.abc),
        of_orders: vec![OfOrder::default(); count],
        categories: Choices::default(),
        products: Products::default(),
    };
    let read = input.order_lines.clone().select([
        lines::SOURCE.expr(),
        lines::ORDER_ID.expr(),
        lines::PRODUCT_CODE.expr(),
        lines::PRODUCT_NAME.expr(),
        lines::CATEGORY.expr(),
        lines::QUANTITY.expr(),
        lines::AMOUNT_MINOR.expr(),
        lines::COST_MINOR.expr(),
    ]);
    let found = gathered(read, gatherer, Gatherer::take)?;
    Ok(Lines {
        orders: found.of_orders,
        categories: found.categories,
        products: found.products.into_sorted(),
    })
}

/// A line as it stands in the table.
struct Line<'a> {
    source: &'a str,
    order_id: &'a str,
    product_code: Option<&'a str>,
    product_name: Option<&'a str>,
    category: Option<&'a str>,
    quantity: Option<i64>,
    amount: Option<i64>,
    cost: Option<i64>,
}

/// What is counted of a line, its amounts in the workspace's currency.
struct Sold {
    /// Pieces; without a quantity one, which came back in a return.
    units: i64,
    /// The amount; nil where there is none.
    amount: i64,
    /// Amount and cost, where the line has both.
    costed: Option<(i64, i64)>,
}

/// Lines added up while they are read.
struct Gatherer {
    places: Arc<Places>,
    rates: Option<Rates>,
    orders: Arc<Vec<Entry>>,
    /// The day before the window of products.
    window_start: Option<i32>,
    of_orders: Vec<OfOrder>,
    categories: Choices,
    products: Products,
}

impl Gatherer {
    fn take(&mut self, block: &DataFrame) -> PolarsResult<()> {
        let cells = Cells::of(block)?;
        // Lines of one order mostly follow each other.
        let mut before: Option<(&str, &str, Option<usize>)> = None;
        for row in 0..block.height() {
            let Some(line) = cells.line(row) else {
                continue;
            };
            let place = match before {
                Some((source, order_id, place))
                    if order_id == line.order_id && source == line.source =>
                {
                    place
                }
                _ => self.places.find(line.source, line.order_id),
            };
            before = Some((line.source, line.order_id, place));
            if let Some(place) = place {
                self.add(place, &line);
            }
        }
        Ok(())
    }

    fn add(&mut self, place: usize, line: &Line<'_>) {
        let order = self.orders[place];
        let sold = self.sold(place, line);
        self.of_orders[place].add(&sold);
        if let (Some(person), Some(category), false) =
            (owner(order), line.category, order.is_return())
        {
            self.categories
                .add(person, category, sold.amount, order.day());
        }
        if self.window_start.is_none_or(|start| order.day() > start) {
            self.products.add(line, order, &sold);
        }
    }

    fn sold(&self, place: usize, line: &Line<'_>) -> Sold {
        let converted = |amount: i64| match &self.rates {
            Some(rates) => rates.converted(place, amount),
            None => Some(amount),
        };
        let amount = line.amount.and_then(converted);
        let one = match self.orders[place].is_return() {
            true => -1,
            false => 1,
        };
        Sold {
            units: line.quantity.unwrap_or(one),
            amount: amount.unwrap_or_default(),
            costed: amount.zip(line.cost.and_then(converted)),
        }
    }
}

/// The columns of a block of lines.
struct Cells<'a> {
    sources: Cow<'a, StringChunked>,
    order_ids: Cow<'a, StringChunked>,
    product_codes: Cow<'a, StringChunked>,
    product_names: Cow<'a, StringChunked>,
    categories: Cow<'a, StringChunked>,
    quantities: Cow<'a, Int64Chunked>,
    amounts: Cow<'a, Int64Chunked>,
    costs: Cow<'a, Int64Chunked>,
}

impl<'a> Cells<'a> {
    fn of(block: &'a DataFrame) -> PolarsResult<Self> {
        let text = |column: Owned| -> PolarsResult<Cow<'a, StringChunked>> {
            Ok(block.column(column.name)?.str()?.rechunk())
        };
        let whole = |column: Owned| -> PolarsResult<Cow<'a, Int64Chunked>> {
            Ok(block.column(column.name)?.i64()?.rechunk())
        };
        Ok(Self {
            sources: text(lines::SOURCE)?,
            order_ids: text(lines::ORDER_ID)?,
            product_codes: text(lines::PRODUCT_CODE)?,
            product_names: text(lines::PRODUCT_NAME)?,
            categories: text(lines::CATEGORY)?,
            quantities: whole(lines::QUANTITY)?,
            amounts: whole(lines::AMOUNT_MINOR)?,
            costs: whole(lines::COST_MINOR)?,
        })
    }

    /// Returns a line; nothing where it names no order.
    fn line(&self, row: usize) -> Option<Line<'_>> {
        Some(Line {
            source: self.sources.get(row)?,
            order_id: self.order_ids.get(row)?,
            product_code: self.product_codes.get(row),
            product_name: self.product_names.get(row),
            category: self.categories.get(row),
            quantity: self.quantities.get(row),
            amount: self.amounts.get(row),
            cost: self.costs.get(row),
        })
    }
}
