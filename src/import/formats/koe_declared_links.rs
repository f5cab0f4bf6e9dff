//! koe's plain layout of declared links:
//! `source,customer_id,platform,provider,account_id,handle,method,declared_at`.
//!
//! Either `account_id` or `handle` must be filled.

use super::plain::{Cell, Plain, Rule};
use crate::schema::declared_links::{
    ACCOUNT_ID, CUSTOMER_ID, DECLARED_AT, HANDLE, METHOD, PLATFORM, PROVIDER, SOURCE, TABLE,
};

/// Declared links.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_declared_links",
    title: ("koe アカウント申告一覧 CSV", "koe declared links CSV"),
    table: &TABLE,
    telling: &["source", "customer_id", "platform", "method"],
    cells: &[
        Cell::new(SOURCE, Rule::Needed),
        Cell::new(CUSTOMER_ID, Rule::Needed),
        Cell::new(PLATFORM, Rule::Needed),
        Cell::new(PROVIDER, Rule::Value),
        Cell::new(ACCOUNT_ID, Rule::Value),
        Cell::new(HANDLE, Rule::Handle),
        Cell::new(METHOD, Rule::Word),
        Cell::new(DECLARED_AT, Rule::ElseObserved),
    ],
    one_of: &["account_id", "handle"],
};
