//! Shopify, customers CSV: one row per customer.
//!
//! Made in the admin under 顧客管理 > エクスポート. Older exports have no `Customer ID` and addresses without `Default Address`.
//!
//! - `Customer ID` has an apostrophe before it, as have postal codes and telephone numbers. Without one the e-mail address
//!   in lower case is the id, else the telephone number, as in the orders.
//! - `Accepts Email Marketing` and `Accepts SMS Marketing` are statements on `email` and `sms`: `yes` granted, `no`
//!   denied, empty none. They have no date and hold from when the export was made.
//! - Names in Latin letters are joined given name first, all others family name first.
//! - Spending, number of orders, notes, tags and metafields stay in `extra`.

use std::io::BufRead;

use super::shop::{found, parts};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::guests::joined;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::refusals::{About, Refusals, Refused, Whose};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::ValueError;
use crate::import::values::keys::{email_key, phone_key};
use crate::schema::{consents, customers};

const SOURCE: &str = "shopify";
/// Headings of what customers agree to, by e-mail and by SMS.
const ACCEPTS: [&[&str]; 2] = [
    &["Accepts Email Marketing", "Accepts Marketing"],
    &["Accepts SMS Marketing"],
];

/// Shopify's customers.
pub(super) struct ShopifyCustomers;

impl Layout for ShopifyCustomers {
    fn name(&self) -> &'static str {
        "shopify_customers"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Shopify 顧客 CSV", "Shopify customers CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(
            0,
            &[
                "First Name",
                "Last Name",
                "Email",
                "Total Spent",
                "Total Orders",
            ],
        )
    }

    fn tells_refusals(&self) -> bool {
        true
    }

    fn is_of_customers(&self) -> bool {
        true
    }

    fn lists_customers(&self, head: &Head) -> bool {
        let mut accepts = ACCEPTS.iter().copied().flatten();
        !accepts.any(|heading| head.has_headings(0, &[*heading]))
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        for heading in ACCEPTS.iter().copied().flatten() {
            table.headings.sole(heading, context)?;
        }
        let answers = fields.accepts.iter();
        let answers = answers.filter_map(|accepts| accepts.field).collect();
        sink.harmless_by(answers, |answer| {
            matches!(status(answer), Ok(Some("granted")))
        });
        let refusals = Refusals::of(&table.headings, &context.ignored, sink);
        table.each(context, sink, |cells, sink| {
            let customer = fields.customer(cells)?;
            let refused = refusals.of_row(cells, false)?;
            fields.put(&customer, &refused, cells, context, sink)?;
            let whose = Whose {
                source: context.source_or(SOURCE),
                customer_id: &customer.id,
                about: About::Customer,
                line: cells.line(),
            };
            Ok(refused.put(whose, sink)?)
        })
    }
}

struct Fields {
    id: Option<Field>,
    names: [Option<Field>; 2],
    email: Field,
    accepts: [Accepts; 2],
    phones: Vec<Field>,
    postal_code: Option<Field>,
    province: Option<Field>,
    address: Vec<Field>,
    rest: Vec<Field>,
}

/// A column that says whether somebody may be written to.
struct Accepts {
    field: Option<Field>,
    purpose: &'static str,
    evidence: &'static str,
}

/// What must be readable of a row.
struct Customer {
    id: String,
    /// What each of the two columns says.
    statements: [Option<&'static str>; 2],
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.find(&["Customer ID"]),
            names: ["First Name", "Last Name"].map(|name| headings.find(&[name])),
            email: headings.need(&["Email"], context)?,
            accepts: [
                Accepts {
                    field: headings.find(ACCEPTS[0]),
                    purpose: "email",
                    evidence: "Shopify Accepts Email Marketing",
                },
                Accepts {
                    field: headings.find(ACCEPTS[1]),
                    purpose: "sms",
                    evidence: "Shopify Accepts SMS Marketing",
                },
            ],
            phones: found(headings, &["Phone"]),
            postal_code: headings.find(&["Default Address Zip", "Zip"]),
            province: headings.find(&[
                "Default Address Province",
                "Province",
                "Default Address Province Code",
                "Province Code",
            ]),
            address: [
                ["Default Address City", "City"],
                ["Default Address Address1", "Address1"],
                ["Default Address Address2", "Address2"],
            ]
            .iter()
            .filter_map(|names| headings.find(names))
            .collect(),
            rest: Vec::new(),
        };
        // Read besides, and kept.
        fields.rest = headings.rest();
        fields
            .phones
            .extend(found(headings, &["Default Address Phone"]));
        Ok(fields)
    }

    fn phone<'a>(&self, cells: &Cells<'a>) -> Option<&'a str> {
        self.phones
            .iter()
            .find_map(|field| cells.unquoted(Some(*field)))
    }

    fn customer(&self, cells: &Cells<'_>) -> Result<Customer, Reject> {
        let id = cells
            .unquoted(self.id)
            .map(str::to_owned)
            .or_else(|| cells.text(Some(self.email)).and_then(email_key))
            .or_else(|| self.phone(cells).and_then(phone_key))
            .ok_or_else(|| cells.reject(self.id.or(Some(self.email)), Reason::Missing))?;
        let mut statements = [None, None];
        for (statement, accepts) in statements.iter_mut().zip(&self.accepts) {
            *statement = cells.read(accepts.field, status)?;
        }
        Ok(Customer { id, statements })
    }

    fn put(
        &self,
        customer: &Customer,
        refused: &Refused<'_>,
        cells: &Cells<'_>,
        context: &Context,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let source = context.source_or(SOURCE);
        sink.row(&customers::TABLE, cells.line())
            .text(customers::SOURCE, Some(source))
            .text(customers::CUSTOMER_ID, Some(&customer.id))
            .text(customers::NAME, self.name(cells).as_deref())
            .text(customers::EMAIL, cells.text(Some(self.email)))
            .text(customers::PHONE, self.phone(cells))
            .text(customers::POSTAL_CODE, cells.unquoted(self.postal_code))
            .text(customers::PREFECTURE, cells.text(self.province))
            .text(
                customers::ADDRESS,
                parts(cells, &self.address, " ").as_deref(),
            )
            .text(customers::EXTRA, cells.extra(&self.rest).as_deref())
            .finish()?;
        for (statement, accepts) in customer.statements.iter().zip(&self.accepts) {
            let Some(status) = statement else {
                continue;
            };
            if *status == "granted" && refused.refuses(accepts.purpose, About::Customer) {
                continue;
            }
            sink.row(&consents::TABLE, cells.line())
                .text(consents::SOURCE, Some(source))
                .text(consents::CUSTOMER_ID, Some(&customer.id))
                .text(consents::PURPOSE, Some(accepts.purpose))
                .text(consents::STATUS, Some(status))
                .text(consents::EVIDENCE, Some(accepts.evidence))
                .finish()?;
        }
        Ok(())
    }

    fn name(&self, cells: &Cells<'_>) -> Option<String> {
        let [given, family] = self.names.map(|field| cells.text(field));
        let is_latin = |name: Option<&str>| {
            name.is_none_or(|name| !name.chars().any(|letter| letter >= '\u{2e80}'))
        };
        if is_latin(given) && is_latin(family) {
            joined(&[given, family], " ")
        } else {
            joined(&[family, given], " ")
        }
    }
}

fn status(word: &str) -> Result<Option<&'static str>, ValueError> {
    match word.to_lowercase().as_str() {
        "yes" | "true" => Ok(Some("granted")),
        "no" | "false" => Ok(Some("denied")),
        _ => Err(ValueError::UnknownWord),
    }
}
