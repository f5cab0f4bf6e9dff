//! Figures of the whole shop: sales, buyers, who comes back and who does not, period by period.

mod counts;
mod median;

use polars::prelude::*;

use self::counts::{Counts, Periods};
use super::columns::{made, ratio};
use super::facts::Facts;
use super::lines::Lines;
use super::periods::PeriodKind;
use crate::config::KpisConfig;
use crate::schema::shop_kpis as kpis;

const KINDS: [PeriodKind; 4] = [
    PeriodKind::Week,
    PeriodKind::Month,
    PeriodKind::Year,
    PeriodKind::All,
];

/// Returns the table `shop_kpis`.
pub(super) fn kpis(
    facts: &Facts<'_>,
    lines: &Lines,
    config: &KpisConfig,
) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    if let Some(first_day) = facts.first_day() {
        for kind in KINDS {
            let mut periods = Periods::of(kind, first_day, facts.last_day);
            periods.count_orders(facts);
            periods.count_visits(facts, config);
            periods.count_runs(facts, config);
            periods.count_lines(facts, lines);
            rows.extend(told(periods, kind, first_day, facts.last_day));
        }
    }
    frame(&rows)
}

/// One row of the table.
struct Row {
    kind: PeriodKind,
    first_day: i32,
    last_day: i32,
    is_complete: bool,
    /// Persons active when the period began.
    active: i64,
    counts: Counts,
}

impl Row {
    /// Returns a figure of orders all of whose lines have a cost.
    fn costed(&self, value: i64) -> Option<i64> {
        (self.counts.costed_orders > 0).then_some(value)
    }
}

/// Returns the newest periods from the first order to as-of, those without an order included.
fn told(periods: Periods, kind: PeriodKind, first_day: i32, as_of: i32) -> Vec<Row> {
    let mut active = periods.before().begun - periods.before().lapsed;
    let row = |(number, counts): (i64, Counts)| {
        let begins = kind.first_day(number).unwrap_or(first_day);
        let ends = kind.first_day(number + 1).map(|next| next - 1);
        let before = match kind {
            PeriodKind::All => counts.buyers,
            _ => active,
        };
        active += counts.begun - counts.lapsed;
        Row {
            kind,
            first_day: begins,
            last_day: ends.map_or(as_of, |end| end.min(as_of)),
            is_complete: ends.is_some_and(|end| end <= as_of),
            active: before,
            counts,
        }
    };
    periods.into_counts().map(row).collect()
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let whole = |column: crate::schema::Column, value: fn(&Counts) -> i64| {
        made(column, rows, |row| value(&row.counts))
    };
    let part = |column: crate::schema::Column, value: fn(&Counts) -> (i64, i64)| {
        made(column, rows, |row| {
            let (part, of) = value(&row.counts);
            ratio(part, of)
        })
    };
    DataFrame::new(
        rows.len(),
        vec![
            made(kpis::PERIOD_KIND, rows, |row| row.kind.key())?,
            made(kpis::FIRST_DAY, rows, |row| row.first_day)?,
            made(kpis::LAST_DAY, rows, |row| row.last_day)?,
            made(kpis::IS_COMPLETE, rows, |row| row.is_complete)?,
            whole(kpis::SALES_MINOR, |counts| counts.sales)?,
            whole(kpis::RETURNED_MINOR, |counts| counts.returned)?,
            whole(kpis::ORDER_COUNT, |counts| counts.orders)?,
            whole(kpis::RETURN_COUNT, |counts| counts.returns)?,
            part(kpis::MEAN_ORDER_MINOR, |counts| {
                (counts.sales, counts.orders)
            })?,
            made(kpis::MEDIAN_ORDER_MINOR, rows, |row| row.counts.median)?,
            part(kpis::UNITS_PER_ORDER, |counts| {
                (counts.units, counts.lined_orders)
            })?,
            whole(kpis::BUYER_COUNT, |counts| counts.buyers)?,
            whole(kpis::NEW_BUYER_COUNT, |counts| counts.new_buyers)?,
            whole(kpis::REPEAT_BUYER_COUNT, |counts| counts.repeat_buyers)?,
            part(kpis::REPEAT_RATE, |counts| {
                (counts.repeat_buyers, counts.buyers)
            })?,
            whole(kpis::REPEAT_SALES_MINOR, |counts| counts.repeat_sales)?,
            part(kpis::REPEAT_SALES_SHARE, |counts| {
                (counts.repeat_sales, counts.named_sales)
            })?,
            whole(kpis::F2_BASE_COUNT, |counts| counts.f2_base)?,
            whole(kpis::F2_COUNT, |counts| counts.f2)?,
            part(kpis::F2_RATE, |counts| (counts.f2, counts.f2_base))?,
            made(kpis::ACTIVE_COUNT, rows, |row| row.active)?,
            whole(kpis::CHURNED_COUNT, |counts| counts.churned)?,
            made(kpis::CHURN_RATE, rows, |row| {
                ratio(row.counts.churned, row.active)
            })?,
            made(kpis::COSTED_SPEND_MINOR, rows, |row| {
                row.costed(row.counts.costed_spend)
            })?,
            made(kpis::MARGIN_MINOR, rows, |row| {
                row.costed(row.counts.costed_spend.saturating_sub(row.counts.cost))
            })?,
        ],
    )
}
