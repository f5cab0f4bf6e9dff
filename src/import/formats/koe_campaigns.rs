//! koe's plain layout of campaigns:
//! `campaign,channel,started_on,ended_on,cost,audience,hashtags,coupons`, with `source` where there are several lists.
//!
//! `cost` is an amount of the workspace's currency. Several hashtags or coupons stand between commas or blanks.

use super::plain::{Cell, Plain, Rule};
use crate::schema::campaigns::{
    AUDIENCE, CAMPAIGN, CHANNEL, COST_MINOR, COUPONS, ENDED_ON, HASHTAGS, SOURCE, STARTED_ON, TABLE,
};

/// Campaigns.
pub(super) static LAYOUT: Plain = Plain {
    name: "koe_campaigns",
    title: ("koe 施策一覧 CSV", "koe campaigns CSV"),
    table: &TABLE,
    telling: &["campaign", "channel", "started_on", "ended_on"],
    cells: &[
        Cell::new(SOURCE, Rule::Source("koe")),
        Cell::new(CAMPAIGN, Rule::Needed),
        Cell::new(CHANNEL, Rule::Value),
        Cell::new(STARTED_ON, Rule::Value),
        Cell::new(ENDED_ON, Rule::Value),
        Cell {
            column: COST_MINOR,
            heading: "cost",
            rule: Rule::Money,
        },
        Cell::new(AUDIENCE, Rule::Value),
        Cell::new(HASHTAGS, Rule::Value),
        Cell::new(COUPONS, Rule::Value),
    ],
    one_of: &[],
};
