//! koe's plain layout of contacts: `source,customer_id,channel,campaign,state,at`.

use super::plain::{Cell, Plain, Rule};
use crate::schema::contacts::{CAMPAIGN, CHANNEL, CUSTOMER_ID, HAPPENED_AT, SOURCE, STATE, TABLE};

/// Contacts.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_contacts",
    title: ("koe 配信・接触履歴 CSV", "koe contacts CSV"),
    table: &TABLE,
    telling: &["source", "customer_id", "channel", "state", "at"],
    cells: &[
        Cell::new(SOURCE, Rule::Needed),
        Cell::new(CUSTOMER_ID, Rule::Needed),
        Cell::new(CHANNEL, Rule::Word),
        Cell::new(CAMPAIGN, Rule::Value),
        Cell::new(STATE, Rule::Word),
        Cell::new(HAPPENED_AT, Rule::Needed),
    ],
    one_of: &[],
};
