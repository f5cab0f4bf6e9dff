//! Figures of the whole shop: sales, buyers, who comes back and who does not, period by period.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::columns::{integers, made, optional_floats, ratio};
use super::facts::{DAY, Facts, IS_SECOND, NEXT, PERSON, PREVIOUS, is_sale};
use super::lines::{COST, Lines, UNITS};
use super::periods::PeriodKind;
use crate::config::KpisConfig;
use crate::schema::{purchases, shop_kpis as kpis};

const KINDS: [PeriodKind; 4] = [
    PeriodKind::Week,
    PeriodKind::Month,
    PeriodKind::Year,
    PeriodKind::All,
];
const PERIOD: &str = "__period";

/// What is counted of one period.
#[derive(Debug, Clone, Default)]
struct Counts {
    sales: i64,
    returned: i64,
    orders: i64,
    returns: i64,
    median: Option<f64>,
    named_sales: i64,
    repeat_sales: i64,
    buyers: i64,
    new_buyers: i64,
    repeat_buyers: i64,
    f2_base: i64,
    f2: i64,
    /// Persons who became active.
    begun: i64,
    /// Persons who ceased to be active.
    lapsed: i64,
    /// Of them, those who became so in an earlier period.
    churned: i64,
    units: i64,
    lined_orders: i64,
    costed_orders: i64,
    costed_spend: i64,
    cost: i64,
}

/// A column of a frame and the count it goes to.
type Field = (&'static str, fn(&mut Counts) -> &mut i64);
type Periods = BTreeMap<i64, Counts>;

/// Returns the table `shop_kpis`.
pub(super) fn kpis(facts: &Facts, lines: &Lines, config: &KpisConfig) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    let first_day = facts.orders.column(DAY)?.i32()?.min();
    if let Some(first_day) = first_day {
        for kind in KINDS {
            let mut periods = Periods::new();
            count_orders(&mut periods, facts, kind)?;
            count_visits(&mut periods, facts, kind, config)?;
            count_runs(&mut periods, facts, kind, config)?;
            count_lines(&mut periods, lines, kind)?;
            rows.extend(told(&periods, kind, first_day, facts.last_day));
        }
    }
    frame(&rows)
}

/// Adds the columns of a frame with a row per period to the counts.
fn fill(periods: &mut Periods, frame: &DataFrame, fields: &[Field]) -> PolarsResult<()> {
    let numbers = integers(frame, PERIOD)?;
    for (name, field) in fields {
        let values = integers(frame, name)?;
        for (number, value) in numbers.iter().zip(values) {
            *field(periods.entry(*number).or_default()) = value;
        }
    }
    Ok(())
}

fn count_orders(periods: &mut Periods, facts: &Facts, kind: PeriodKind) -> PolarsResult<()> {
    let spend = || purchases::SPEND_MINOR.expr();
    let of = |condition: Expr| when(condition).then(spend()).otherwise(lit(0i64));
    let is_named = || is_sale().and(col(PERSON).is_not_null());
    let found = facts
        .orders
        .clone()
        .lazy()
        .select([
            kind.number(col(DAY)).alias(PERIOD),
            is_sale().alias("orders"),
            is_sale().not().alias("returns"),
            of(is_sale()).alias("sales"),
            of(is_sale().not()).alias("returned"),
            of(is_named()).alias("named_sales"),
            of(is_named().and(purchases::IS_FIRST.expr().not())).alias("repeat_sales"),
            when(is_sale())
                .then(spend())
                .otherwise(lit(NULL).cast(DataType::Int64))
                .alias("median"),
        ])
        .group_by([col(PERIOD)])
        .agg([
            col("orders").sum(),
            col("returns").sum(),
            col("sales").sum(),
            col("returned").sum() * lit(-1i64),
            col("named_sales").sum(),
            col("repeat_sales").sum(),
            col("median").median(),
        ])
        .collect()?;
    let fields: [Field; 6] = [
        ("orders", |counts| &mut counts.orders),
        ("returns", |counts| &mut counts.returns),
        ("sales", |counts| &mut counts.sales),
        ("returned", |counts| &mut counts.returned),
        ("named_sales", |counts| &mut counts.named_sales),
        ("repeat_sales", |counts| &mut counts.repeat_sales),
    ];
    fill(periods, &found, &fields)?;
    let numbers = integers(&found, PERIOD)?;
    let medians = optional_floats(&found, "median")?;
    for (number, median) in numbers.iter().zip(medians) {
        periods.entry(*number).or_default().median = median;
    }
    Ok(())
}

/// Counts persons; a visit is a person's first of the period when the one before lies in another period.
fn count_visits(
    periods: &mut Periods,
    facts: &Facts,
    kind: PeriodKind,
    config: &KpisConfig,
) -> PolarsResult<()> {
    let is_new = || col(PREVIOUS).is_null();
    let is_within = kind.number(col(PREVIOUS)).eq(kind.number(col(DAY)));
    // A repeat buyer comes back in the period, or comes for the first and the second time in it.
    let repeats = when(is_within.clone())
        .then(col(IS_SECOND))
        .otherwise(is_new().not());
    let days = lit(i64::from(config.f2_days));
    let day = |column: &str| col(column).cast(DataType::Int64);
    let is_base = is_new().and((day(DAY) + days.clone()).lt_eq(lit(i64::from(facts.last_day))));
    let is_f2 = is_base
        .clone()
        .and((day(NEXT) - day(DAY)).lt_eq(days).fill_null(lit(false)));
    let found = facts
        .visits
        .clone()
        .lazy()
        .select([
            kind.number(col(DAY)).alias(PERIOD),
            is_within.fill_null(lit(false)).not().alias("buyers"),
            is_new().alias("new_buyers"),
            repeats.alias("repeat_buyers"),
            is_base.alias("f2_base"),
            is_f2.alias("f2"),
        ])
        .group_by([col(PERIOD)])
        .agg([
            col("buyers").sum(),
            col("new_buyers").sum(),
            col("repeat_buyers").sum(),
            col("f2_base").sum(),
            col("f2").sum(),
        ])
        .collect()?;
    let fields: [Field; 5] = [
        ("buyers", |counts| &mut counts.buyers),
        ("new_buyers", |counts| &mut counts.new_buyers),
        ("repeat_buyers", |counts| &mut counts.repeat_buyers),
        ("f2_base", |counts| &mut counts.f2_base),
        ("f2", |counts| &mut counts.f2),
    ];
    fill(periods, &found, &fields)
}

/// Counts who became active and who ceased to be.
///
/// A person is active from a visit until `churn_days` after it. Visits with no longer gap make one run; it ends on the first
/// day that is not active any more, if that day has come.
fn count_runs(
    periods: &mut Periods,
    facts: &Facts,
    kind: PeriodKind,
    config: &KpisConfig,
) -> PolarsResult<()> {
    const BEGUN: &str = "__begun";
    const LAPSED: &str = "__lapsed";
    let gap = lit(i64::from(config.churn_days));
    let day = |column: &str| col(column).cast(DataType::Int64);
    let begins = col(PREVIOUS)
        .is_null()
        .or((day(DAY) - day(PREVIOUS)).gt(gap.clone()));
    let ends = col(NEXT)
        .is_null()
        .or((day(NEXT) - day(DAY)).gt(gap.clone()));
    let lapsed = day(DAY) + gap + lit(1i64);
    let runs = facts
        .visits
        .clone()
        .lazy()
        .select([
            when(begins)
                .then(day(DAY))
                .otherwise(lit(NULL).cast(DataType::Int64))
                .alias(BEGUN),
            when(ends)
                .then(lapsed)
                .otherwise(lit(NULL).cast(DataType::Int64))
                .alias(LAPSED),
            col(NEXT),
        ])
        // Visits are sorted by person and day, and each person's first begins a run.
        .with_columns([
            col(BEGUN).is_not_null().alias("__begins"),
            col(BEGUN).fill_null_with_strategy(FillNullStrategy::Forward(None)),
        ])
        .collect()?;
    let begun = runs
        .clone()
        .lazy()
        .filter(col("__begins"))
        .group_by([kind.number(col(BEGUN)).alias(PERIOD)])
        .agg([len().alias("begun")])
        .collect()?;
    let fields: [Field; 1] = [("begun", |counts| &mut counts.begun)];
    fill(periods, &begun, &fields)?;
    // Of all time, who bought and is gone has churned; of a period, who was active before it.
    let has_churned = match kind {
        PeriodKind::All => col(NEXT).is_null(),
        _ => kind.number(col(BEGUN)).lt(kind.number(col(LAPSED))),
    };
    let lapsed = runs
        .lazy()
        .filter(col(LAPSED).lt_eq(lit(i64::from(facts.last_day))))
        .select([
            kind.number(col(LAPSED)).alias(PERIOD),
            has_churned.alias("churned"),
        ])
        .group_by([col(PERIOD)])
        .agg([len().alias("lapsed"), col("churned").sum()])
        .collect()?;
    let fields: [Field; 2] = [
        ("lapsed", |counts| &mut counts.lapsed),
        ("churned", |counts| &mut counts.churned),
    ];
    fill(periods, &lapsed, &fields)
}

fn count_lines(periods: &mut Periods, lines: &Lines, kind: PeriodKind) -> PolarsResult<()> {
    let is_costed = || col(COST).is_not_null();
    let found = lines
        .orders
        .clone()
        .lazy()
        .select([
            kind.number(col(DAY)).alias(PERIOD),
            is_sale().alias("lined_orders"),
            when(is_sale())
                .then(col(UNITS))
                .otherwise(lit(0i64))
                .alias("units"),
            is_costed().alias("costed_orders"),
            when(is_costed())
                .then(purchases::SPEND_MINOR.expr())
                .otherwise(lit(0i64))
                .alias("costed_spend"),
            col(COST).alias("cost"),
        ])
        .group_by([col(PERIOD)])
        .agg([
            col("lined_orders").sum(),
            col("units").sum(),
            col("costed_orders").sum(),
            col("costed_spend").sum(),
            col("cost").sum(),
        ])
        .collect()?;
    let fields: [Field; 5] = [
        ("lined_orders", |counts| &mut counts.lined_orders),
        ("units", |counts| &mut counts.units),
        ("costed_orders", |counts| &mut counts.costed_orders),
        ("costed_spend", |counts| &mut counts.costed_spend),
        ("cost", |counts| &mut counts.cost),
    ];
    fill(periods, &found, &fields)
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
fn told(periods: &Periods, kind: PeriodKind, first_day: i32, as_of: i32) -> Vec<Row> {
    let last = kind.number_of(as_of);
    let first = kind
        .number_of(first_day)
        .max(last.saturating_sub(kind.most() - 1));
    let mut active: i64 = periods
        .range(..first)
        .map(|(_, counts)| counts.begun - counts.lapsed)
        .sum();
    let row = |number: i64| {
        let counts = periods.get(&number).cloned().unwrap_or_default();
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
    (first..=last).map(row).collect()
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
