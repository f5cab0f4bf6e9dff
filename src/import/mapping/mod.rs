//! Layouts without code: a section of `koe.toml` says which heading of a CSV file is which column.
//!
//! ```toml
//! [import.layouts.my_shop]
//! table = "orders"                 # what the rows are; see [`Fills`]
//! source = "my_shop"               # optional: keeps two shops apart
//! headings = ["伝票番号", "会員"]    # optional: tells the file from others; else all headings below
//! ignored = ["利用停止日"]          # optional: headings that look like refusals of customers and are none
//! date_order = "dmy"               # for dates whose year stands last: "dmy" or "mdy"; "ymd" for `24/1/5`
//! currency = "JPY"                 # optional: else the workspace's
//! time_zone = "Asia/Tokyo"         # optional: else the workspace's
//!
//! [import.layouts.my_shop.columns] # koe's column = heading, or several headings
//! order_id = "伝票番号"
//! customer_id = "会員"
//! ordered_at = ["日付", "時刻"]
//! total = "合計"
//! shipping = ["送料", "代引手数料"]
//! status = "状態"
//!
//! [import.layouts.my_shop.fixed]   # what every row has, where the cell is empty or the file has no such column
//! channel = "store"
//!
//! [import.layouts.my_shop.words.status] # words of the file = koe's words
//! "取消済" = "cancelled"
//! ```
//!
//! The cells of several headings are joined by a blank (a post's text by a line end), amounts are summed. Columns nobody
//! mapped are kept in `extra`, where the table has it. A preamble above the headings is skipped, and so are rows of totals
//! (`合計`) among or below the others.
//!
//! - Orders: rows that share an order id and stand together are one order, each row a line of it when a column of lines
//!   (`product_code`, `product_name`, `category`, `unit_price`, `quantity`, `amount`, `cost`, `unit_cost`) is mapped. An
//!   order's goods are `goods`, else `total` less shipping plus discount, else the sum of its lines. Without an order id
//!   each row is an order. A line costs the shop `cost`, else `unit_cost` times its quantity. Columns of customers may be
//!   mapped as well (`name`, `email`, ...): they make the customers; see [`Mapping::customers`].
//! - Customers without an id go by their e-mail address, else their telephone number, in orders too.
//! - Customers: `[import.layouts.NAME.consents]` says which heading answers which purpose, e.g. `email = "メルマガ"`;
//!   `effective_at`, `expires_at` and `evidence` may be mapped beside it.
//! - Customers, consents, contacts, declared links, assignments: what a customer refuses in a column that nobody mapped
//!   (`配信停止日`, `email_opt_out`) is heard all the same, unless its heading stands in `ignored`; in orders what is said of
//!   contact (`メルマガ拒否`).
//! - Posts: the columns of accounts `handle`, `display_name`, ... may be mapped and make the accounts. A post without an
//!   id gets the hash of its author, instant and text. A row that has neither words nor stars, as an answer left
//!   blank, is passed over.

mod cells;
mod check;
mod day_order;
mod orders;
mod posts;
mod propose;
mod read;
mod rows;
mod targets;
#[cfg(test)]
mod tests;
pub(in crate::import) mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use day_order::DayOrder;
pub use propose::{Proposal, propose};
pub use read::Mapped;
pub use targets::Fills;

/// One section `[import.layouts.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the rows are.
    pub table: Fills,
    /// Source of the rows; `shop` for what a shop system knows, else the platform or the layout's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Headings that tell the file from others; all mapped ones where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// Headings under which nobody refuses anything, though they look so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
    /// Order of day, month and year where the year does not stand first with four digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DayOrder>,
    /// Currency of amounts that name none, ISO 4217; the workspace's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Time zone of local times, an IANA name; the workspace's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Whether prices and goods are without tax, which is added from `tax`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tax_added: bool,
    /// Whether orders make customers of everybody they name. Where absent: unless another mapped layout of the same
    /// source fills the customers; then only those without an id of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers: Option<bool>,
    /// koe's columns and the headings that hold them.
    pub columns: BTreeMap<String, Names>,
    /// What every row has in a column, where its cell is empty or there is none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
    /// Of customers: purposes and the headings whose cells grant or deny them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<String, String>,
    /// Per column, words of the file and koe's words for them; of `consents` for all purposes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

/// One heading, or several whose cells belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// One heading.
    One(String),
    /// Several headings, in the order in which their cells are joined.
    Several(Vec<String>),
}

impl Names {
    /// Returns the headings.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

impl Mapping {
    /// Returns every heading that the columns and consents name.
    fn mapped(&self) -> impl Iterator<Item = &str> {
        self.columns
            .values()
            .flat_map(|names| names.all().iter())
            .chain(self.consents.values())
            .map(String::as_str)
    }

    /// Returns whether it lists customers without a word on what they agree to.
    fn lists_customers(&self) -> bool {
        self.table == Fills::Customers && self.consents.is_empty()
    }

    /// Returns the headings that tell the file from others.
    fn telling(&self) -> Vec<&str> {
        if self.headings.is_empty() {
            self.mapped().collect()
        } else {
            self.headings.iter().map(String::as_str).collect()
        }
    }
}
