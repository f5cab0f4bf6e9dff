//! Customers known from their orders only.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::error::Result;
use crate::schema::customers;

use super::context::Context;
use super::sink::Sink;

/// What an order says of its customer.
#[derive(Debug, Clone, Default)]
pub struct Guest {
    /// Row of the order.
    pub line: u64,
    /// When it was placed.
    pub ordered_at: Timestamp,
    /// Name.
    pub name: Option<String>,
    /// Its reading.
    pub name_kana: Option<String>,
    /// E-mail address as written.
    pub email: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// Postal code as written.
    pub postal_code: Option<String>,
    /// Prefecture or region.
    pub prefecture: Option<String>,
    /// Address without it.
    pub address: Option<String>,
}

/// The customers of a file, one record each: as their newest order writes them, registered with their first.
#[derive(Debug, Default)]
pub struct Guests {
    by_id: BTreeMap<String, (Timestamp, Guest)>,
}

impl Guests {
    /// Takes what one order says.
    pub fn add(&mut self, customer_id: &str, guest: Guest) {
        match self.by_id.get_mut(customer_id) {
            None => {
                self.by_id
                    .insert(customer_id.to_owned(), (guest.ordered_at, guest));
            }
            Some((first, newest)) => {
                *first = guest.ordered_at.min(*first);
                if guest.ordered_at >= newest.ordered_at {
                    *newest = guest;
                }
            }
        }
    }

    /// Puts a row per customer into the sink.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub fn put(&self, source: &str, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        for (customer_id, (first, guest)) in &self.by_id {
            sink.row(&customers::TABLE, guest.line)
                .text(customers::SOURCE, Some(source))
                .text(customers::CUSTOMER_ID, Some(customer_id))
                .text(customers::NAME, guest.name.as_deref())
                .text(customers::NAME_KANA, guest.name_kana.as_deref())
                .text(customers::EMAIL, guest.email.as_deref())
                .text(customers::PHONE, guest.phone.as_deref())
                .text(customers::POSTAL_CODE, guest.postal_code.as_deref())
                .text(customers::PREFECTURE, guest.prefecture.as_deref())
                .text(customers::ADDRESS, guest.address.as_deref())
                .date(
                    customers::REGISTERED_ON,
                    Some(context.time_zone.to_datetime(*first).date()),
                )
                .finish()?;
        }
        Ok(())
    }
}

/// Joins the parts that are there.
pub fn joined(parts: &[Option<&str>], between: &str) -> Option<String> {
    let parts: Vec<&str> = parts.iter().flatten().copied().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}
