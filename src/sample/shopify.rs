//! The orders export of Shopify: UTF-8, one row per line, order-level cells only on the first.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use super::calendar::Moment;
use super::orders::{Order, Status};
use super::people::Record;
use super::seed::{Domain, hash};
use super::story::Story;

/// Headings of the export.
pub(super) const HEADINGS: [&str; 79] = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem compare at price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem taxable",
    "Lineitem fulfillment status",
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country",
    "Shipping Phone",
    "Notes",
    "Note Attributes",
    "Cancelled at",
    "Payment Method",
    "Payment Reference",
    "Refunded Amount",
    "Vendor",
    "Outstanding Balance",
    "Employee",
    "Location",
    "Device ID",
    "Id",
    "Tags",
    "Risk Level",
    "Source",
    "Lineitem discount",
    "Tax 1 Name",
    "Tax 1 Value",
    "Tax 2 Name",
    "Tax 2 Value",
    "Tax 3 Name",
    "Tax 3 Value",
    "Tax 4 Name",
    "Tax 4 Value",
    "Tax 5 Name",
    "Tax 5 Value",
    "Phone",
    "Receipt Number",
    "Duties",
    "Billing Province Name",
    "Shipping Province Name",
    "Payment ID",
    "Payment Terms Name",
    "Next Payment Due At",
    "Payment References",
];

/// The vendor Shopify prints on each line.
const VENDOR: &str = "珈琲焙煎所 とりのこえ";

/// Writes `shopify_orders.csv`.
pub(super) struct Orders {
    csv: csv::Writer<BufWriter<File>>,
    orders: u64,
    lines: u64,
}

impl Orders {
    /// Creates the file.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        let file = File::create(folder.join("shopify_orders.csv"))?;
        let mut csv = csv::Writer::from_writer(BufWriter::with_capacity(1 << 17, file));
        csv.write_record(HEADINGS)?;
        Ok(Self {
            csv,
            orders: 0,
            lines: 0,
        })
    }

    /// Writes an order.
    pub(super) fn write(
        &mut self,
        story: &Story,
        record: &Record,
        order: &Order,
    ) -> io::Result<()> {
        self.orders += 1;
        let id = 5_600_000_000_000 + self.orders * 32_768;
        let name = format!("#{}", 1_000 + self.orders);
        // a few customers type capitals; the address is the same
        let email = match hash(story.options.seed, Domain::Record, record.slot, 3) % 25 {
            0 => super::people::capital(&record.email),
            _ => record.email.clone(),
        };
        let created = stamp(story, order.at);
        for (number, line) in order.lines.iter().enumerate() {
            self.lines += 1;
            let mut row: [String; HEADINGS.len()] = std::array::from_fn(|_| String::new());
            let mut put = |heading: &str, value: String| {
                if let Some(index) = HEADINGS.iter().position(|h| *h == heading) {
                    row[index] = value;
                }
            };
            put("Name", name.clone());
            put("Email", email.clone());
            put("Created at", created.clone());
            put("Lineitem quantity", line.quantity.to_string());
            put("Lineitem name", line.product.name.to_owned());
            put("Lineitem price", line.product.price.to_string());
            put("Lineitem sku", line.product.code.to_owned());
            put("Lineitem requires shipping", "true".to_owned());
            put("Lineitem taxable", "true".to_owned());
            put(
                "Lineitem fulfillment status",
                fulfilment(order.status).to_owned(),
            );
            put("Lineitem discount", "0".to_owned());
            put("Vendor", VENDOR.to_owned());
            if number == 0 {
                order_cells(story, record, order, id, &mut put);
            }
            self.csv.write_record(&row)?;
        }
        Ok(())
    }

    /// Writes what is still buffered; returns orders and lines.
    pub(super) fn finish(mut self) -> io::Result<(u64, u64)> {
        self.csv.flush()?;
        Ok((self.orders, self.lines))
    }
}

/// Fills the cells that stand on the first row of an order only.
fn order_cells(
    story: &Story,
    record: &Record,
    order: &Order,
    id: u64,
    put: &mut impl FnMut(&str, String),
) {
    let at = |moment: Moment| stamp(story, moment);
    let sent = matches!(order.status, Status::Sent | Status::Returned);
    let cancelled = order.status == Status::Cancelled;
    let returned = order.status == Status::Returned;
    // a returned order is refunded whole or, every third time, for its first line
    let part = order.lines.len() > 1 && order.at % 3 == 0;
    let refunded = match order.status {
        Status::Returned if part => order.lines[0].amount().min(order.total()),
        Status::Returned | Status::Cancelled => order.total(),
        _ => 0,
    };
    let paid = match () {
        () if cancelled || returned && !part => "refunded",
        () if returned => "partially_refunded",
        () => "paid",
    };
    put("Financial Status", paid.to_owned());
    put("Paid at", at(order.at + 4));
    put("Fulfillment Status", fulfilment(order.status).to_owned());
    put(
        "Fulfilled at",
        if sent {
            at(order.settled_at)
        } else {
            String::new()
        },
    );
    let accepts = if story.accepts_email(record.slot) {
        "yes"
    } else {
        "no"
    };
    put("Accepts Marketing", accepts.to_owned());
    put("Currency", "JPY".to_owned());
    put("Subtotal", (order.goods - order.discount).to_string());
    put("Shipping", order.shipping.to_string());
    put("Taxes", order.tax().to_string());
    put("Total", order.total().to_string());
    put("Discount Code", order.coupon.unwrap_or_default().to_owned());
    put("Discount Amount", order.discount.to_string());
    put("Shipping Method", "通常配送".to_owned());
    let address = &record.person.address;
    let name = if record.family.is_ascii() {
        format!("{} {}", record.given, record.family)
    } else {
        format!("{} {}", record.family, record.given)
    };
    for side in ["Billing", "Shipping"] {
        put(&format!("{side} Name"), name.clone());
        let street = format!("{}{}", address.place.town, record.second_line);
        put(&format!("{side} Street"), street.clone());
        put(&format!("{side} Address1"), street);
        put(&format!("{side} City"), address.place.city.to_owned());
        put(
            &format!("{side} Zip"),
            format!("'{}", address.postal_code(true)),
        );
        put(
            &format!("{side} Province"),
            format!("JP-{:02}", address.place.prefecture_id),
        );
        put(&format!("{side} Country"), "JP".to_owned());
        put(&format!("{side} Phone"), record.phone.clone());
        put(
            &format!("{side} Province Name"),
            address.place.prefecture.to_owned(),
        );
    }
    put(
        "Cancelled at",
        if cancelled {
            at(order.settled_at)
        } else {
            String::new()
        },
    );
    put("Payment Method", "Shopify Payments".to_owned());
    put("Payment Reference", format!("c{id}.1"));
    put("Refunded Amount", refunded.to_string());
    put("Outstanding Balance", "0".to_owned());
    put("Id", id.to_string());
    put("Risk Level", "Low".to_owned());
    put("Source", "web".to_owned());
    put("Tax 1 Name", "JP CT 8%".to_owned());
    put("Tax 1 Value", order.tax().to_string());
    put("Phone", record.phone.clone());
}

fn fulfilment(status: Status) -> &'static str {
    match status {
        Status::Sent | Status::Returned => "fulfilled",
        Status::New | Status::InProgress | Status::Cancelled => "unfulfilled",
    }
}

/// Spells a moment `2026-08-21 12:08:33 +0900`.
fn stamp(story: &Story, moment: Moment) -> String {
    format!("{} +0900", story.calendar.stamp(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_unique() {
        let mut sorted = HEADINGS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), HEADINGS.len());
    }
}
