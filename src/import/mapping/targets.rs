//! What a mapped layout may fill: tables and the columns a heading can stand for.

use serde::{Deserialize, Serialize};

use super::Mapping;
use crate::schema::{
    self, Column, ColumnKind, accounts, assignments, campaigns, consents, contacts, customers,
    declared_links, holidays, order_lines, orders, posts, search_counts,
};

/// What the rows of a mapped file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fills {
    /// Customers.
    Customers,
    /// Orders or lines of orders.
    Orders,
    /// Posts, reviews, messages, tickets.
    Posts,
    /// Accounts.
    Accounts,
    /// Statements about purposes.
    Consents,
    /// What was sent and what became of it.
    Contacts,
    /// Campaigns.
    Campaigns,
    /// Accounts declared by customers.
    DeclaredLinks,
    /// Treated and held out.
    Assignments,
    /// Searches per query and day.
    SearchCounts,
    /// Holidays, closing days, events.
    Holidays,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    /// A name made of digits or letters; the apostrophe some exports put before it is none of it.
    Id,
    /// A handle, kept without `@`.
    Handle,
    /// One of the words a column lists.
    Word(&'static str),
    Texts,
    Integer,
    Float,
    Flag,
    Day,
    Instant,
    Money,
}

/// A column a heading can stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub name: &'static str,
    pub holds: Holds,
    /// Column of the table, where it is put there as it is.
    pub column: Option<Column>,
}

/// Cost of one piece of a line, which no column of a table stands for.
const UNIT_COST: Target = Target {
    name: "unit_cost",
    holds: Holds::Money,
    column: None,
};

/// Columns of an order that no column of a table stands for.
const ORDER_ONLY: &[Target] = &[
    Target {
        name: "refunded",
        holds: Holds::Money,
        column: None,
    },
    Target {
        name: "returned_at",
        holds: Holds::Instant,
        column: None,
    },
    Target {
        name: "cancelled_at",
        holds: Holds::Instant,
        column: None,
    },
];

/// Columns of customers an order's rows may have.
const OF_CUSTOMER: &[Column] = &[
    customers::NAME,
    customers::NAME_KANA,
    customers::EMAIL,
    customers::PHONE,
    customers::POSTAL_CODE,
    customers::PREFECTURE,
    customers::ADDRESS,
];

/// Columns of the consents a customer's row may have.
const OF_CONSENT: &[Column] = &[
    consents::EFFECTIVE_AT,
    consents::EXPIRES_AT,
    consents::EVIDENCE,
];

/// Columns of a line.
pub(super) const OF_LINE: &[Column] = &[
    order_lines::PRODUCT_CODE,
    order_lines::PRODUCT_NAME,
    order_lines::CATEGORY,
    order_lines::UNIT_PRICE_MINOR,
    order_lines::QUANTITY,
    order_lines::AMOUNT_MINOR,
    order_lines::COST_MINOR,
];

/// Columns of accounts a post's rows may have.
pub(super) const OF_ACCOUNT: &[Column] = &[
    accounts::HANDLE,
    accounts::DISPLAY_NAME,
    accounts::BIO,
    accounts::LOCATION,
    accounts::FOLLOWER_COUNT,
    accounts::FOLLOWING_COUNT,
    accounts::POST_COUNT,
    accounts::CREATED_AT,
    accounts::IS_VERIFIED,
];

/// Columns koe works out itself.
const OWN: &[&str] = &["source", "extra", "spend_minor"];

/// Columns of which one at least must be mapped (or fixed), per table.
type Needed = &'static [&'static [&'static str]];

impl Mapping {
    /// Returns the columns of which one at least must be there.
    pub(super) fn needed(&self) -> Needed {
        // Purposes and answers stand in columns of their own.
        if self.table == Fills::Consents && !self.consents.is_empty() {
            &[&["customer_id"]]
        } else {
            self.table.needed()
        }
    }
}

impl Fills {
    /// Every table that can be filled.
    pub const ALL: &'static [Self] = &[
        Self::Customers,
        Self::Orders,
        Self::Posts,
        Self::Accounts,
        Self::Consents,
        Self::Contacts,
        Self::Campaigns,
        Self::DeclaredLinks,
        Self::Assignments,
        Self::SearchCounts,
        Self::Holidays,
    ];

    /// Returns the table whose rows these are, lines and accounts apart.
    pub fn table(self) -> &'static schema::Table {
        match self {
            Self::Customers => &customers::TABLE,
            Self::Orders => &orders::TABLE,
            Self::Posts => &posts::TABLE,
            Self::Accounts => &accounts::TABLE,
            Self::Consents => &consents::TABLE,
            Self::Contacts => &contacts::TABLE,
            Self::Campaigns => &campaigns::TABLE,
            Self::DeclaredLinks => &declared_links::TABLE,
            Self::Assignments => &assignments::TABLE,
            Self::SearchCounts => &search_counts::TABLE,
            Self::Holidays => &holidays::TABLE,
        }
    }

    /// Returns whether the rows are about customers, and no orders or posts of theirs: a column that nobody mapped may tell what
    /// they refuse.
    pub(super) fn is_of_customers(self) -> bool {
        matches!(
            self,
            Self::Customers
                | Self::Consents
                | Self::Contacts
                | Self::DeclaredLinks
                | Self::Assignments
        )
    }

    /// Returns the names of the columns a heading can stand for.
    pub fn names(self) -> Vec<&'static str> {
        self.targets().iter().map(|target| target.name).collect()
    }

    pub(super) fn targets(self) -> Vec<Target> {
        let table = self.table();
        let own = &table.columns[..table.columns.len() - 4];
        let mut targets: Vec<Target> = own
            .iter()
            .filter(|column| !OWN.contains(&column.name))
            .map(|column| target(*column))
            .collect();
        let of_others = |columns: &'static [Column]| {
            columns.iter().map(|column| Target {
                column: None,
                ..target(*column)
            })
        };
        match self {
            Self::Orders => {
                targets.extend(of_others(OF_LINE));
                targets.push(UNIT_COST);
                targets.extend(of_others(OF_CUSTOMER));
                targets.extend(ORDER_ONLY);
            }
            Self::Posts => targets.extend(of_others(OF_ACCOUNT)),
            Self::Customers => targets.extend(of_others(OF_CONSENT)),
            _ => {}
        }
        targets
    }

    fn needed(self) -> Needed {
        match self {
            Self::Customers => &[&["customer_id", "email", "phone"]],
            Self::Orders => &[&["ordered_at"], &["total", "goods", "amount", "unit_price"]],
            Self::Posts => &[&["posted_at"], &["text", "rating"]],
            Self::Accounts => &[&["account_id", "handle"]],
            Self::Consents => &[&["customer_id"], &["purpose"], &["status"]],
            Self::Contacts => &[&["customer_id"], &["channel"], &["state"], &["at"]],
            Self::Campaigns => &[&["campaign"]],
            Self::DeclaredLinks => &[
                &["customer_id"],
                &["platform"],
                &["account_id", "handle"],
                &["method"],
            ],
            Self::Assignments => &[&["customer_id"], &["campaign"], &["arm"]],
            Self::SearchCounts => &[&["query", "day"]],
            Self::Holidays => &[&["day"]],
        }
    }

    /// Returns the source of rows where neither the section nor the command line names one.
    pub(super) fn own_source(self) -> &'static str {
        match self {
            Self::Customers
            | Self::Orders
            | Self::Consents
            | Self::Contacts
            | Self::DeclaredLinks
            | Self::Assignments => "shop",
            Self::Campaigns | Self::Holidays => "koe",
            Self::Posts | Self::Accounts => "web",
            Self::SearchCounts => "search",
        }
    }
}

fn target(column: Column) -> Target {
    let holds = match (column.name, column.kind) {
        (name, _) if name.ends_with("_minor") => Holds::Money,
        ("customer_id" | "order_id" | "post_id" | "account_id" | "product_code", _) => Holds::Id,
        ("reply_to_post_id" | "reposted_post_id" | "conversation_id", _) => Holds::Id,
        ("handle", _) => Holds::Handle,
        ("gender" | "purpose" | "status" | "state" | "method" | "arm" | "kind", _) => {
            Holds::Word(column.unit)
        }
        (_, ColumnKind::Text) => Holds::Text,
        (_, ColumnKind::Texts) => Holds::Texts,
        (_, ColumnKind::Integer) => Holds::Integer,
        (_, ColumnKind::Float) => Holds::Float,
        (_, ColumnKind::Flag) => Holds::Flag,
        (_, ColumnKind::Date) => Holds::Day,
        (_, ColumnKind::Instant) => Holds::Instant,
    };
    // A contact's channel is one of a set, an order's or a campaign's is not.
    let holds = match column {
        contacts::CHANNEL => Holds::Word(column.unit),
        _ => holds,
    };
    Target {
        name: column.name.strip_suffix("_minor").unwrap_or(column.name),
        holds,
        column: Some(column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unlike_and_every_needed_one_is_among_them() {
        for fills in Fills::ALL {
            let names = fills.names();
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{names:?}");
            for needed in fills.needed().iter().copied().flatten() {
                assert!(names.contains(needed), "{needed}");
            }
        }
    }
}
