//! Shopify, orders CSV: one row per line of an order, the order's own cells on its first row only.
//!
//! - `Subtotal` has discounts taken off already: goods = `Subtotal` + `Discount Amount`. Where the total shows that taxes
//!   come on top of it, they are added to the goods, since spend includes tax.
//! - `Refunded Amount` becomes `<Name>/return`: the whole order back when all was refunded, else goods first and shipping
//!   with what is left. The export has no day of refund: `Fulfilled at` stands for it, else `Created at`.
//! - Cancelled and voided orders never count, nor do test orders, paid through the `Bogus` gateway; their refunds are left
//!   out. Paying with a gift card changes nothing: the order is worth what it costs.
//! - The export has neither categories nor costs; `Vendor` is who makes the goods, not what they are.
//! - The customer is the e-mail address in lower case, else the telephone number. `Accepts Marketing` is what the
//!   customer's newest order says: `yes` becomes a consent for e-mail from the first `yes` in a row, which ends with the
//!   next `no`.

use std::collections::BTreeMap;
use std::io::BufRead;

use jiff::Timestamp;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::groups::{Group, for_each_order};
use crate::import::guests::{Guest, Guests, joined};
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, OrderLine, PLACED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};
use crate::import::values::keys::{email_key, phone_key};
use crate::schema::consents;

const SOURCE: &str = "shopify";

/// Shopify's orders.
pub(super) struct ShopifyOrders;

impl Layout for ShopifyOrders {
    fn name(&self) -> &'static str {
        "shopify_orders"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Shopify 注文 CSV", "Shopify orders CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(
            0,
            &[
                "Name",
                "Email",
                "Financial Status",
                "Subtotal",
                "Created at",
                "Lineitem name",
            ],
        )
    }

    /// A customer's newest order says whether they agree.
    fn tells_refusals(&self) -> bool {
        true
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        sink.harmless_by(fields.accepts.into_iter().collect(), |accepts| {
            accepts_marketing(accepts) == Some(true)
        });
        let source = context.source_or(SOURCE);
        let mut guests = Guests::default();
        let mut answers: BTreeMap<String, BTreeMap<(Timestamp, u64), Answer>> = BTreeMap::new();
        for_each_order(
            &mut table,
            fields.name,
            context,
            sink,
            |headings, group, sink| {
                let first = Cells::new(headings, &group.records[0], context);
                let (order, refund) = match fields.order(headings, group, context) {
                    Ok(read) => read,
                    Err(reject) => return Ok(Some(reject)),
                };
                if let Err(reject) = order.check(&first) {
                    return Ok(Some(reject));
                }
                if let Some(id) = &order.customer_id {
                    guests.add(id, fields.guest(&first, order.ordered_at));
                    if let Some(accepts) = fields.accepts(&first) {
                        let answer = Answer {
                            accepts,
                            order_id: order.order_id.clone(),
                        };
                        answers
                            .entry(id.clone())
                            .or_default()
                            .insert((order.ordered_at, first.line()), answer);
                    }
                }
                order.put(first.line(), sink)?;
                if let Some(refund) = refund {
                    refund.put(first.line(), sink)?;
                }
                Ok(None)
            },
        )?;
        guests.put(source, context, sink)?;
        for (customer_id, answers) in &answers {
            put_consent(source, customer_id, answers, sink)?;
        }
        Ok(())
    }
}

fn accepts_marketing(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

/// What an order says of marketing.
struct Answer {
    accepts: bool,
    order_id: String,
}

/// Puts the newest consent that orders tell: from the first `yes` in a row until the `no` behind it, where there is one.
fn put_consent(
    source: &str,
    customer_id: &str,
    answers: &BTreeMap<(Timestamp, u64), Answer>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut newest_first = answers.iter().rev().peekable();
    let mut until = None;
    while let Some(((at, _), _)) = newest_first.next_if(|(_, answer)| !answer.accepts) {
        until = Some(*at);
    }
    let Some(((since, line), answer)) =
        newest_first.take_while(|(_, answer)| answer.accepts).last()
    else {
        return Ok(());
    };
    sink.row(&consents::TABLE, *line)
        .text(consents::SOURCE, Some(source))
        .text(consents::CUSTOMER_ID, Some(customer_id))
        .text(consents::PURPOSE, Some("email"))
        .text(consents::STATUS, Some("granted"))
        .instant(consents::EFFECTIVE_AT, Some(*since))
        .instant(consents::EXPIRES_AT, until)
        .text(
            consents::EVIDENCE,
            Some(&format!("Shopify {} Accepts Marketing", answer.order_id)),
        )
        .finish()
}

struct Fields {
    name: Field,
    email: Option<Field>,
    phones: [Option<Field>; 3],
    financial: Option<Field>,
    accepts: Option<Field>,
    currency: Option<Field>,
    subtotal: Field,
    shipping: Option<Field>,
    taxes: Option<Field>,
    total: Option<Field>,
    code: Option<Field>,
    discount: Option<Field>,
    created: Field,
    cancelled: Option<Field>,
    refunded: Option<Field>,
    channel: Option<Field>,
    store: Option<Field>,
    line: [Option<Field>; 4],
    names: [Option<Field>; 2],
    zips: [Option<Field>; 2],
    provinces: [Option<Field>; 4],
    address: [[Option<Field>; 3]; 2],
    fulfilled: Option<Field>,
    gateway: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            name: headings.need(&["Name"], context)?,
            email: headings.find(&["Email"]),
            phones: ["Phone", "Billing Phone", "Shipping Phone"].map(|name| headings.find(&[name])),
            financial: headings.find(&["Financial Status"]),
            accepts: headings.find(&["Accepts Marketing"]),
            currency: headings.find(&["Currency"]),
            subtotal: headings.need(&["Subtotal"], context)?,
            shipping: headings.find(&["Shipping"]),
            taxes: headings.find(&["Taxes"]),
            total: headings.find(&["Total"]),
            code: headings.find(&["Discount Code"]),
            discount: headings.find(&["Discount Amount"]),
            created: headings.need(&["Created at"], context)?,
            cancelled: headings.find(&["Cancelled at", "Canceled at"]),
            refunded: headings.find(&["Refunded Amount"]),
            channel: headings.find(&["Source"]),
            store: headings.find(&["Location"]),
            line: [
                "Lineitem sku",
                "Lineitem name",
                "Lineitem price",
                "Lineitem quantity",
            ]
            .map(|name| headings.find(&[name])),
            names: ["Billing Name", "Shipping Name"].map(|name| headings.find(&[name])),
            zips: ["Billing Zip", "Shipping Zip"].map(|name| headings.find(&[name])),
            provinces: [
                "Billing Province Name",
                "Billing Province",
                "Shipping Province Name",
                "Shipping Province",
            ]
            .map(|name| headings.find(&[name])),
            address: [
                ["Billing City", "Billing Address1", "Billing Address2"]
                    .map(|name| headings.find(&[name])),
                ["Shipping City", "Shipping Address1", "Shipping Address2"]
                    .map(|name| headings.find(&[name])),
            ],
            fulfilled: None,
            gateway: None,
            rest: Vec::new(),
        };
        // Read besides, and kept with the other columns.
        fields.rest = headings.rest();
        fields.fulfilled = headings.find(&["Fulfilled at"]);
        fields.gateway = headings.find(&["Payment Method"]);
        Ok(fields)
    }

    fn order(
        &self,
        headings: &Headings,
        group: &Group,
        context: &Context,
    ) -> Result<(Order, Option<Order>), Reject> {
        let cells = Cells::new(headings, &group.records[0], context);
        let currency = cells
            .text(self.currency)
            .unwrap_or(&context.currency)
            .to_uppercase();
        let money = |field| cells.money(field, &currency);
        let needed =
            |field| money(Some(field))?.ok_or_else(|| cells.reject(Some(field), Reason::Missing));
        let ordered_at = cells.needed_instant(self.created)?;
        let subtotal = needed(self.subtotal)?;
        let discount = money(self.discount)?.unwrap_or(0).saturating_abs();
        let (shipping, taxes, total) = (
            money(self.shipping)?,
            money(self.taxes)?,
            money(self.total)?,
        );
        let before_tax = subtotal.saturating_add(shipping.unwrap_or(0));
        let tax_on_top = taxes
            .filter(|taxes| *taxes != 0 && total == Some(before_tax.saturating_add(*taxes)))
            .unwrap_or(0);
        let is_cancelled = cells.instant(self.cancelled)?.is_some()
            || cells.text(self.financial) == Some("voided")
            || cells
                .text(self.gateway)
                .is_some_and(|gateway| gateway.to_lowercase().contains("bogus"));
        let mut lines = Vec::with_capacity(group.records.len());
        for record in &group.records {
            lines.push(self.line(&Cells::new(headings, record, context), &currency)?);
        }
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.customer_id(&cells),
            ordered_at,
            status: if is_cancelled { CANCELLED } else { PLACED },
            goods: subtotal.saturating_add(discount).saturating_add(tax_on_top),
            discount: Some(discount),
            shipping,
            tax: taxes,
            points_used: None,
            total,
            channel: cells.text(self.channel).map(str::to_owned),
            store: cells.text(self.store).map(str::to_owned),
            coupon: cells.text(self.code).map(str::to_owned),
            extra: extra(headings, &self.rest, &group.records),
            lines,
            currency: currency.clone(),
        };
        let refunded = money(self.refunded)?.unwrap_or(0).saturating_abs();
        let refund = if refunded == 0 || is_cancelled {
            None
        } else {
            Some(refund(
                &order,
                refunded,
                cells.instant(self.fulfilled)?.unwrap_or(ordered_at),
            ))
        };
        Ok((order, refund))
    }

    fn line(&self, cells: &Cells<'_>, currency: &str) -> Result<OrderLine, Reject> {
        let [code, name, price, quantity] = self.line;
        let unit_price = cells.money(price, currency)?;
        let quantity = cells.integer(quantity)?;
        let amount = OrderLine::price_of_all(unit_price, quantity)
            .map_err(|reason| cells.reject(price, reason))?;
        Ok(OrderLine {
            source_row: cells.line(),
            product_code: cells.text(code).map(str::to_owned),
            product_name: cells.text(name).map(str::to_owned),
            unit_price,
            quantity,
            amount,
            ..OrderLine::default()
        })
    }

    fn customer_id(&self, cells: &Cells<'_>) -> Option<String> {
        let email = cells.text(self.email).and_then(email_key);
        email.or_else(|| {
            self.phones
                .iter()
                .find_map(|field| cells.text(*field).and_then(phone_key))
        })
    }

    fn accepts(&self, cells: &Cells<'_>) -> Option<bool> {
        accepts_marketing(cells.text(self.accepts)?)
    }

    fn guest(&self, cells: &Cells<'_>, ordered_at: Timestamp) -> Guest {
        let first = |fields: &[Option<Field>]| {
            fields
                .iter()
                .find_map(|field| cells.unquoted(*field))
                .map(str::to_owned)
        };
        let address = self
            .address
            .iter()
            .find_map(|side| joined(&side.map(|field| cells.unquoted(field)), " "));
        Guest {
            line: cells.line(),
            ordered_at,
            name: first(&self.names),
            name_kana: None,
            email: cells.text(self.email).map(str::to_owned),
            phone: first(&self.phones),
            postal_code: first(&self.zips),
            prefecture: first(&self.provinces),
            address,
        }
    }
}

/// Returns the order that takes the refunded part back.
fn refund(order: &Order, refunded: i64, at: Timestamp) -> Order {
    let whole = order.returned(at);
    if order.total.is_some_and(|total| refunded >= total) {
        return whole;
    }
    let goods = refunded.min(order.spend().max(0));
    Order {
        goods: -goods,
        discount: Some(0),
        shipping: Some(-(refunded - goods)),
        tax: None,
        total: Some(-refunded),
        lines: Vec::new(),
        ..whole
    }
}
