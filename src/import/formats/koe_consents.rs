//! koe's plain layout of consents: `source,customer_id,purpose,status,effective_at,expires_at,evidence`.
//!
//! A statement without `effective_at` holds from when it was observed. A day in `expires_at` ends consent as that day
//! begins.

use super::plain::{Cell, Plain, Rule};
use crate::schema::consents::{
    CUSTOMER_ID, EFFECTIVE_AT, EVIDENCE, EXPIRES_AT, PURPOSE, SOURCE, STATUS, TABLE,
};

/// Consents.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_consents",
    title: ("koe 同意一覧 CSV", "koe consents CSV"),
    table: &TABLE,
    telling: &["source", "customer_id", "purpose", "status"],
    cells: &[
        Cell::new(SOURCE, Rule::Needed),
        Cell::new(CUSTOMER_ID, Rule::Needed),
        Cell::new(PURPOSE, Rule::Word),
        Cell::new(STATUS, Rule::Word),
        Cell::new(EFFECTIVE_AT, Rule::Value),
        Cell::new(EXPIRES_AT, Rule::Value),
        Cell::new(EVIDENCE, Rule::Value),
    ],
    one_of: &[],
};
