//! Tables on moves between segments, what voices tell of purchases, and what campaigns cost.

use super::{Cell, Context, Table};

impl Context<'_> {
    pub(super) fn moves(&self) -> Table {
        let against = self.against();
        let rows = self.figures.moves.iter().map(|one| {
            let value = |value: Option<i64>| match one.person_count {
                None => Cell::Hidden,
                Some(_) => Cell::of(value, Cell::Money),
            };
            vec![
                match one.compared_with.as_str() {
                    "period" if against.is_named => Cell::Text(against.state.clone()),
                    with => self.named("compared_with", with),
                },
                self.named("move_segment", &one.from_segment),
                self.named("move_segment", &one.to_segment),
                one.person_count.map_or(Cell::Hidden, Cell::Count),
                value(one.previous_ltv_minor),
                value(one.ltv_minor),
            ]
        });
        self.table(
            "moves",
            &[
                "compared_with",
                "from_segment",
                "to_segment",
                "persons",
                "previous_ltv",
                "ltv",
            ],
            rows.collect(),
        )
    }

    pub(super) fn effects(&self) -> Table {
        let lift = self.figures.social_lift.iter();
        let rows = lift.flat_map(|lift| &lift.effects).map(|effect| {
            vec![
                self.named("signal", &effect.signal),
                self.named("process", &effect.process),
                Cell::Growth(effect.change),
                Cell::Growth(effect.change_low),
                Cell::Growth(effect.change_high),
                Cell::of(effect.holm_p_value, |value| Cell::Real(value, 3)),
            ]
        });
        self.table(
            "effects",
            &[
                "signal",
                "process",
                "effect_change",
                "limit_low",
                "limit_high",
                "p_value",
            ],
            rows.collect(),
        )
    }

    pub(super) fn costs(&self) -> Table {
        let rows = self.figures.campaign_costs.iter().map(|cost| {
            vec![
                Cell::Text(cost.campaign.clone()),
                self.named("purpose", &cost.channel),
                Cell::of(cost.started_on.clone(), Cell::Day),
                Cell::of(cost.cost_minor, Cell::Money),
                cost.order_count.map_or(Cell::Hidden, Cell::Count),
                cost.sales_minor.map_or(Cell::Hidden, Cell::Money),
                Cell::of(cost.cpo_minor, Cell::MoneyMean),
                Cell::of(cost.sales_per_cost, |value| Cell::Real(value, 2)),
            ]
        });
        self.table(
            "costs",
            &[
                "campaign",
                "channel",
                "start",
                "cost",
                "orders",
                "sales",
                "cost_per_order",
                "sales_per_cost",
            ],
            rows.collect(),
        )
    }
}
