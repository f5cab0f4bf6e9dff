//! koe's plain layout of assignments: `source,audience,campaign,customer_id,arm,stratum,assigned_at`.

use super::plain::{Cell, Plain, Rule};
use crate::schema::assignments::{
    ARM, ASSIGNED_AT, AUDIENCE, CAMPAIGN, CUSTOMER_ID, SOURCE, STRATUM, TABLE,
};

/// Assignments.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_assignments",
    title: ("koe 施策割付一覧 CSV", "koe assignments CSV"),
    table: &TABLE,
    telling: &["source", "customer_id", "campaign", "arm"],
    cells: &[
        Cell::new(SOURCE, Rule::Needed),
        Cell::new(AUDIENCE, Rule::Value),
        Cell::new(CAMPAIGN, Rule::Needed),
        Cell::new(CUSTOMER_ID, Rule::Needed),
        Cell::new(ARM, Rule::Word),
        Cell::new(STRATUM, Rule::Value),
        Cell::new(ASSIGNED_AT, Rule::ElseObserved),
    ],
    one_of: &[],
};
