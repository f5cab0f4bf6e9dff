//! Where persons stand on the way from hearing of the shop to leaving it, by their orders alone.
//!
//! | stage | who |
//! |---|---|
//! | `discovered` | known to the shop, nothing bought |
//! | `first` | one purchase day |
//! | `second` | two or more, not yet a habit |
//! | `habitual` | `segment.journey.habitual_days` or more |
//! | `lapsed` | any of the three before who is overdue or probably gone |
//!
//! Overdue is who has been away for more than `lapsed_cycles` times the visit cycle (the median of the own gaps; for fewer
//! than three purchase days that of the shop, the median of all own cycles), and for more than `lapsed_least_days`. Probably
//! gone is who has an `alive_prob` below `lapsed_alive_prob`. Either is enough: the cycle knows nothing of how regular a
//! person is, the BG/NBD model nothing of who bought once only.

use polars::prelude::*;

use crate::config::JourneyConfig;
use crate::schema::{person_segments, person_values};

const CYCLE: &str = "__cycle";
const AWAY: &str = "__away";
const IS_OVERDUE: &str = "__is_overdue";
const IS_GONE: &str = "__is_gone";

/// Adds stage, last day before a person is overdue and reason of a lapse to a frame of persons with their values.
pub(super) fn add(people: LazyFrame, config: &JourneyConfig) -> LazyFrame {
    let days = || person_values::PURCHASE_DAY_COUNT.expr();
    let least = lit(f64::from(config.lapsed_least_days));
    let by_cycle = (col(CYCLE) * lit(config.lapsed_cycles)).ceil();
    let away = when(by_cycle.clone().gt(least.clone()))
        .then(by_cycle)
        .otherwise(least);
    let has_bought = || person_values::ORDER_COUNT.expr().is_not_null();
    let last = person_values::LAST_PURCHASED_ON
        .expr()
        .cast(DataType::Int32);
    let is_overdue = person_values::DAYS_SINCE_LAST_PURCHASE
        .expr()
        .cast(DataType::Float64)
        .gt(col(AWAY));
    let is_gone = person_values::ALIVE_PROB
        .expr()
        .lt(lit(config.lapsed_alive_prob));
    let no = || lit(false);
    let is_lapsed = || col(IS_OVERDUE).or(col(IS_GONE));
    let stage = when(has_bought().not())
        .then(lit("discovered"))
        .when(is_lapsed())
        .then(lit("lapsed"))
        .when(days().gt_eq(lit(i64::from(config.habitual_days))))
        .then(lit("habitual"))
        .when(days().gt_eq(lit(2i64)))
        .then(lit("second"))
        .otherwise(lit("first"));
    let own_cycle = person_values::VISIT_CYCLE_DAYS.expr().is_not_null();
    let reason = when(col(IS_OVERDUE).and(own_cycle))
        .then(lit("visit_cycle"))
        .when(col(IS_OVERDUE))
        .then(lit("shop_cycle"))
        .when(col(IS_GONE))
        .then(lit("alive_prob"))
        .otherwise(lit(NULL).cast(DataType::String));
    people
        .with_column(
            coalesce(&[
                person_values::VISIT_CYCLE_DAYS.expr(),
                person_values::VISIT_CYCLE_DAYS.expr().median(),
            ])
            .alias(CYCLE),
        )
        .with_column(away.alias(AWAY))
        .with_columns([
            is_overdue.fill_null(no()).alias(IS_OVERDUE),
            is_gone.fill_null(no()).alias(IS_GONE),
        ])
        .with_columns([
            stage.alias(person_segments::ORDER_STAGE.name),
            when(has_bought())
                .then((last + col(AWAY).cast(DataType::Int32)).cast(DataType::Date))
                .otherwise(lit(NULL).cast(DataType::Date))
                .alias(person_segments::LAPSES_ON.name),
            reason.alias(person_segments::LAPSE_REASON.name),
        ])
        .drop(Selector::ByName {
            names: [CYCLE, AWAY, IS_OVERDUE, IS_GONE]
                .map(PlSmallStr::from_static)
                .into(),
            strict: true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{config, texts};

    /// Purchase days, days since the last, own cycle, probability of being a customer still.
    type Buyer = (Option<i64>, Option<i64>, Option<f64>, Option<f64>);

    fn staged(buyers: &[Buyer]) -> DataFrame {
        let days: Vec<Option<i64>> = buyers.iter().map(|buyer| buyer.0).collect();
        let since: Vec<Option<i64>> = buyers.iter().map(|buyer| buyer.1).collect();
        let last: Vec<Option<i32>> = since
            .iter()
            .map(|since| since.map(|since| 20_000 - since as i32))
            .collect();
        let frame = df!(
            person_values::ORDER_COUNT.name => days.clone(),
            person_values::PURCHASE_DAY_COUNT.name => days,
            person_values::DAYS_SINCE_LAST_PURCHASE.name => since,
            person_values::VISIT_CYCLE_DAYS.name =>
                buyers.iter().map(|buyer| buyer.2).collect::<Vec<_>>(),
            person_values::ALIVE_PROB.name =>
                buyers.iter().map(|buyer| buyer.3).collect::<Vec<_>>(),
            person_values::LAST_PURCHASED_ON.name => last,
        )
        .unwrap();
        let frame = frame
            .lazy()
            .with_column(person_values::LAST_PURCHASED_ON.expr().cast(DataType::Date));
        add(frame, &config("").segment.journey).collect().unwrap()
    }

    #[test]
    fn each_stage_stands_at_its_threshold() {
        let found = staged(&[
            (None, None, None, None),
            (Some(1), Some(90), None, Some(1.0)),
            (Some(1), Some(91), None, Some(1.0)),
            (Some(2), Some(0), None, Some(0.9)),
            (Some(3), Some(90), Some(30.0), Some(0.9)),
            (Some(3), Some(91), Some(30.0), Some(0.9)),
            // A short cycle lapses no sooner than after sixty days.
            (Some(40), Some(60), Some(2.0), Some(0.3)),
            (Some(40), Some(61), Some(2.0), Some(0.29)),
            (Some(40), Some(9), Some(60.0), Some(0.29)),
        ]);
        assert_eq!(
            texts(&found, person_segments::ORDER_STAGE),
            [
                "discovered",
                "first",
                "lapsed",
                "second",
                "habitual",
                "lapsed",
                "habitual",
                "lapsed",
                "lapsed"
            ]
        );
        assert_eq!(
            texts(&found, person_segments::LAPSE_REASON),
            [
                "",
                "",
                "shop_cycle",
                "",
                "",
                "visit_cycle",
                "",
                "visit_cycle",
                "alive_prob"
            ]
        );
        let lapses = found
            .column(person_segments::LAPSES_ON.name)
            .unwrap()
            .cast(&DataType::Int32)
            .unwrap();
        let lapses: Vec<Option<i32>> = lapses.i32().unwrap().iter().collect();
        assert_eq!(lapses[0], None);
        assert_eq!(lapses[1], Some(20_000));
        assert_eq!(lapses[5], Some(19_999));
        assert_eq!(lapses[6], Some(20_000));
    }

    #[test]
    fn a_shop_without_cycles_and_without_a_model_lapses_by_days() {
        let found = staged(&[
            (Some(1), Some(60), None, None),
            (Some(2), Some(61), None, None),
        ]);
        assert_eq!(
            texts(&found, person_segments::ORDER_STAGE),
            ["first", "lapsed"]
        );
        assert_eq!(staged(&[]).height(), 0);
    }
}
