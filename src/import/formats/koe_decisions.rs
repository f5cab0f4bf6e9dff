//! koe's plain layout of reviewers' decisions, which `koe join` writes as `review.csv` with the column `decision` empty:
//! `source,customer_id,other_source,other_customer_id,platform,provider,account_id,decision,decided_at,reviewer`.
//!
//! Lines without a decision are not read yet: they are no records.

use super::plain::{Cell, Plain, Rule};
use crate::schema::decisions::{
    ACCOUNT_ID, CUSTOMER_ID, DECIDED_AT, DECISION, OTHER_CUSTOMER_ID, OTHER_SOURCE, PLATFORM,
    PROVIDER, REVIEWER, SOURCE, TABLE,
};

/// Decisions.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_decisions",
    title: ("koe 名寄せ判定 CSV", "koe decisions CSV"),
    table: &TABLE,
    telling: &["source", "customer_id", "other_customer_id", "decision"],
    cells: &[
        Cell::new(SOURCE, Rule::Needed),
        Cell::new(CUSTOMER_ID, Rule::Needed),
        Cell::new(OTHER_SOURCE, Rule::Value),
        Cell::new(OTHER_CUSTOMER_ID, Rule::Value),
        Cell::new(PLATFORM, Rule::Value),
        Cell::new(PROVIDER, Rule::Value),
        Cell::new(ACCOUNT_ID, Rule::Value),
        Cell::new(DECISION, Rule::Decided),
        Cell::new(DECIDED_AT, Rule::ElseObserved),
        Cell::new(REVIEWER, Rule::Value),
    ],
    one_of: &["other_customer_id", "account_id"],
};
