//! Square, item sales CSV (Items Detail): one row per item of a payment or of a refund.
//!
//! Made in the Square dashboard's reports on item sales (Export > Items Detail CSV); 21 to 35 columns by vintage.
//!
//! - Rows of one `Transaction ID` that stand together are one order. Rows of `Event Type` Refund are `<Transaction
//!   ID>/return`, a second refund of it `/return-2` and so on by time, with negative amounts on the day of the refund.
//! - `Net Sales` is `Gross Sales` less `Discounts`, both without tax: goods = gross sales + tax, total = net sales + tax.
//! - `Date` is year first, or month first as Square writes it for American and Japanese shops (`01/02/24`); for other
//!   places day and month cannot be told apart. `Time Zone` names are known for the usual places; the workspace's zone
//!   stands for the others.
//! - The currency is that of the amounts' sign where the workspace's currency has another one.
//! - `Category` is the category of the item; the export has no costs.
//! - The customer is `Customer ID`, often empty: then the order is nobody's.

use std::collections::{BTreeMap, HashSet};
use std::io::BufRead;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::shop::found;
use crate::error::Result;
use crate::import::context::Context;
use crate::import::groups::Group;
use crate::import::guests::{Guest, Guests, joined};
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{Order, OrderLine, PLACED, RETURNED};
use crate::import::rejects::{Reason, Reject};
use crate::import::runs::for_each_run;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};
use crate::import::values::dates::{DateOrder, instant_in};
use crate::import::values::{ValueError, money, numbers};

const SOURCE: &str = "square";

/// Square's items.
pub(super) struct SquareItems;

impl Layout for SquareItems {
    fn name(&self) -> &'static str {
        "square_items"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Square 商品売上 CSV", "Square items CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(
            0,
            &[
                "Date",
                "Time",
                "Item",
                "Qty",
                "Gross Sales",
                "Net Sales",
                "Transaction ID",
            ],
        )
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let zones = Zones::new(context);
        let mut guests = Guests::default();
        let mut seen: HashSet<String> = HashSet::new();
        let mut refunds: BTreeMap<String, BTreeMap<(Timestamp, u64), Order>> = BTreeMap::new();
        for_each_run(
            &mut table,
            context,
            sink,
            |cells| fields.key(cells),
            |headings, group, sink| {
                let first = Cells::new(headings, &group.records[0], context);
                let order = match fields.order(headings, group, context, &zones) {
                    Ok(order) => order,
                    Err(reject) => return Ok(Some(reject)),
                };
                if let Err(reject) = order.check(&first) {
                    return Ok(Some(reject));
                }
                if fields.is_refund(&first) {
                    let place = (order.ordered_at, first.line());
                    let of_order = refunds.entry(order.order_id.clone()).or_default();
                    of_order.insert(place, order);
                    return Ok(None);
                }
                if !seen.insert(order.order_id.clone()) {
                    return Ok(Some(first.reject(Some(fields.id), Reason::OrderScattered)));
                }
                fields.add_guest(&mut guests, &first, &order);
                order.put(first.line(), sink)?;
                Ok(None)
            },
        )?;
        for of_order in refunds.into_values() {
            for (number, ((_, line), mut order)) in (1..).zip(of_order) {
                order.order_id.push_str("/return");
                if number > 1 {
                    order.order_id.push_str(&format!("-{number}"));
                }
                order.put(line, sink)?;
            }
        }
        guests.put(context.source_or(SOURCE), context, sink)
    }
}

struct Fields {
    id: Field,
    date: Field,
    time: Option<Field>,
    zone: Option<Field>,
    event: Option<Field>,
    item: Field,
    variation: Option<Field>,
    sku: Option<Field>,
    category: Option<Field>,
    quantity: Option<Field>,
    gross: Field,
    discount: Option<Field>,
    tax: Option<Field>,
    customer: Option<Field>,
    customer_name: Option<Field>,
    store: Option<Field>,
    channel: Option<Field>,
    payment: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["Transaction ID"], context)?,
            date: headings.need(&["Date"], context)?,
            time: headings.find(&["Time"]),
            zone: headings.find(&["Time Zone"]),
            event: headings.find(&["Event Type"]),
            item: headings.need(&["Item"], context)?,
            variation: headings.find(&["Price Point Name"]),
            sku: headings.find(&["SKU"]),
            category: headings.find(&["Category"]),
            quantity: headings.find(&["Qty"]),
            gross: headings.need(&["Gross Sales"], context)?,
            discount: headings.find(&["Discounts"]),
            tax: headings.find(&["Tax"]),
            customer: headings.find(&["Customer ID"]),
            customer_name: headings.find(&["Customer Name"]),
            store: headings.find(&["Location"]),
            channel: headings.find(&["Channel"]),
            payment: None,
            rest: Vec::new(),
        };
        // Net sales follow from the rest; the payment is read besides, and kept.
        found(headings, &["Net Sales"]);
        fields.rest = headings.rest();
        fields.payment = headings.find(&["Payment ID"]);
        Ok(fields)
    }

    fn is_refund(&self, cells: &Cells<'_>) -> bool {
        let event = cells.text(self.event).unwrap_or_default();
        event.eq_ignore_ascii_case("refund") || event == "払い戻し"
    }

    /// Returns what rows of one order share; refunds of it may have been made at several times.
    fn key(&self, cells: &Cells<'_>) -> Option<String> {
        let id = cells.unquoted(Some(self.id))?;
        if !self.is_refund(cells) {
            return Some(id.to_owned());
        }
        let when = [Some(self.date), self.time, self.payment]
            .map(|field| cells.text(field).unwrap_or_default());
        Some(format!("{id}\0{}", when.join("\0")))
    }

    fn order(
        &self,
        headings: &Headings,
        group: &Group,
        context: &Context,
        zones: &Zones,
    ) -> Result<Order, Reject> {
        let cells = Cells::new(headings, &group.records[0], context);
        let id = cells
            .unquoted(Some(self.id))
            .ok_or_else(|| cells.reject(Some(self.id), Reason::Missing))?;
        let ordered_at = self.instant(&cells, zones)?;
        let is_refund = self.is_refund(&cells);
        let currency = self.currency(&cells, context);
        let mut order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: id.to_owned(),
            customer_id: cells.unquoted(self.customer).map(str::to_owned),
            ordered_at,
            discount: Some(0),
            tax: self.tax.map(|_| 0),
            currency,
            channel: Some(cells.text(self.channel).unwrap_or("store").to_owned()),
            store: cells.text(self.store).map(str::to_owned),
            extra: extra(headings, &self.rest, &group.records),
            ..Order::default()
        };
        for record in &group.records {
            self.add_line(
                &Cells::new(headings, record, context),
                is_refund,
                &mut order,
            )?;
        }
        let total = order.spend();
        order.total = Some(total);
        order.status = if is_refund || total < 0 {
            RETURNED
        } else {
            PLACED
        };
        Ok(order)
    }

    fn add_line(
        &self,
        cells: &Cells<'_>,
        is_refund: bool,
        order: &mut Order,
    ) -> Result<(), Reject> {
        let needed = cells
            .money(Some(self.gross), &order.currency)?
            .ok_or_else(|| cells.reject(Some(self.gross), Reason::Missing))?;
        // Some exports write what was given back without a sign.
        let sign = if is_refund && needed > 0 { -1 } else { 1 };
        let gross = needed * sign;
        let discount = cells
            .money(self.discount, &order.currency)?
            .unwrap_or(0)
            .saturating_abs();
        let discount = if gross < 0 { -discount } else { discount };
        let tax = cells.money(self.tax, &order.currency)?.unwrap_or(0);
        let tax = if gross < 0 {
            -tax.saturating_abs()
        } else {
            tax
        };
        let quantity = self.pieces(cells)?;
        let quantity = if gross < 0 {
            quantity.map(|pieces| -pieces.saturating_abs())
        } else {
            quantity
        };
        let name = [cells.text(Some(self.item)), cells.text(self.variation)];
        order.lines.push(OrderLine {
            source_row: cells.line(),
            product_code: cells.unquoted(self.sku).map(str::to_owned),
            product_name: joined(&name, " "),
            category: cells.text(self.category).map(str::to_owned),
            unit_price: quantity
                .filter(|pieces| *pieces != 0 && gross.checked_rem(*pieces) == Some(0))
                .map(|pieces| gross / pieces),
            quantity,
            amount: Some(gross),
            cost: None,
        });
        let sum = |amounts: [i64; 3]| {
            amounts
                .iter()
                .try_fold(0_i64, |sum, amount| sum.checked_add(*amount))
                .ok_or_else(|| cells.reject(Some(self.gross), Reason::Overflow))
        };
        order.goods = sum([order.goods, gross, tax])?;
        order.discount = Some(sum([order.discount.unwrap_or(0), discount, 0])?);
        if let Some(taxes) = order.tax {
            order.tax = Some(sum([taxes, tax, 0])?);
        }
        Ok(())
    }

    /// Reads the quantity; what is sold by weight or length has no pieces.
    fn pieces(&self, cells: &Cells<'_>) -> Result<Option<i64>, Reject> {
        cells.read(self.quantity, |text| match numbers::integer(text) {
            Err(ValueError::NotWhole) => Ok(None),
            read => read,
        })
    }

    fn instant(&self, cells: &Cells<'_>, zones: &Zones) -> Result<Timestamp, Reject> {
        let day = cells.needed(self.date)?;
        let at = match cells.text(self.time) {
            Some(time) => format!("{day} {time}"),
            None => day.to_owned(),
        };
        let (zone, order) = zones.of(cells.text(self.zone));
        instant_in(&at, zone, order)
            .map_err(|error| cells.reject(Some(self.date), error.into()))?
            .ok_or_else(|| cells.reject(Some(self.date), Reason::Missing))
    }

    /// Returns the workspace's currency unless the amount's sign is another one's.
    fn currency(&self, cells: &Cells<'_>, context: &Context) -> String {
        let text = cells.text(Some(self.gross)).unwrap_or_default();
        let is_other =
            |currency: &str| money::minor_units(text, currency) == Err(ValueError::OtherCurrency);
        [context.currency.as_str(), "USD", "JPY", "GBP", "EUR"]
            .into_iter()
            .find(|currency| !is_other(currency))
            .unwrap_or(&context.currency)
            .to_owned()
    }

    fn add_guest(&self, guests: &mut Guests, cells: &Cells<'_>, order: &Order) {
        if let Some(id) = &order.customer_id {
            guests.add(
                id,
                Guest {
                    line: cells.line(),
                    ordered_at: order.ordered_at,
                    name: cells.text(self.customer_name).map(str::to_owned),
                    ..Guest::default()
                },
            );
        }
    }
}

/// The names Square gives to time zones, and the zones.
const ZONES: &[(&str, &str)] = &[
    ("Eastern Time (US & Canada)", "America/New_York"),
    ("Central Time (US & Canada)", "America/Chicago"),
    ("Mountain Time (US & Canada)", "America/Denver"),
    ("Pacific Time (US & Canada)", "America/Los_Angeles"),
    ("Atlantic Time (Canada)", "America/Halifax"),
    ("Newfoundland", "America/St_Johns"),
    ("Saskatchewan", "America/Regina"),
    ("Indiana (East)", "America/Indiana/Indianapolis"),
    ("Arizona", "America/Phoenix"),
    ("Alaska", "America/Anchorage"),
    ("Hawaii", "Pacific/Honolulu"),
    ("Puerto Rico", "America/Puerto_Rico"),
    ("Tokyo", "Asia/Tokyo"),
    ("Osaka", "Asia/Tokyo"),
    ("Sapporo", "Asia/Tokyo"),
    ("東京", "Asia/Tokyo"),
    ("大阪", "Asia/Tokyo"),
    ("札幌", "Asia/Tokyo"),
    ("London", "Europe/London"),
    ("Edinburgh", "Europe/London"),
    ("Dublin", "Europe/Dublin"),
    ("Paris", "Europe/Paris"),
    ("Madrid", "Europe/Madrid"),
    ("Sydney", "Australia/Sydney"),
    ("Melbourne", "Australia/Melbourne"),
    ("Brisbane", "Australia/Brisbane"),
    ("Adelaide", "Australia/Adelaide"),
    ("Darwin", "Australia/Darwin"),
    ("Perth", "Australia/Perth"),
    ("Hobart", "Australia/Hobart"),
];

/// Zones by the names found so far.
struct Zones {
    own: TimeZone,
    named: Vec<(&'static str, TimeZone, DateOrder)>,
}

impl Zones {
    fn new(context: &Context) -> Self {
        let named = ZONES.iter().filter_map(|(name, zone)| {
            let order = if zone.starts_with("Europe/") || zone.starts_with("Australia/") {
                DateOrder::YearFirst
            } else {
                DateOrder::MonthFirst
            };
            Some((*name, TimeZone::get(zone).ok()?, order))
        });
        Self {
            own: context.time_zone.clone(),
            named: named.collect(),
        }
    }

    /// Returns the zone of a name (or the first of several names, `大阪、札幌、東京`) and the order of its dates.
    fn of(&self, name: Option<&str>) -> (&TimeZone, DateOrder) {
        let name = name.unwrap_or_default();
        let first = name.split(['、', ',']).next().unwrap_or_default().trim();
        let known = self
            .named
            .iter()
            .find(|(known, ..)| *known == name || *known == first);
        known.map_or((&self.own, DateOrder::MonthFirst), |(_, zone, order)| {
            (zone, *order)
        })
    }
}
