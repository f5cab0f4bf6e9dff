//! Tables on classes, the portfolio, months, cohorts' spend, intervals and how the forecasts did.

use super::{Cell, Context, Table};

impl Context<'_> {
    pub(super) fn abc(&self) -> Table {
        let rows = self.figures.abc.iter().map(|class| {
            vec![
                self.named("abc_subject", &class.subject),
                Cell::Text(class.abc_class.clone()),
                class.item_count.map_or(Cell::Hidden, Cell::Count),
                class.item_share.map_or(Cell::Hidden, Cell::Share),
                class.sales_minor.map_or(Cell::Hidden, Cell::Money),
                class.sales_share.map_or(Cell::Hidden, Cell::Share),
            ]
        });
        self.table(
            "abc",
            &[
                "subject",
                "class",
                "count",
                "count_share",
                "sales",
                "sales_share",
            ],
            rows.collect(),
        )
    }

    pub(super) fn cpm(&self) -> Table {
        let rows = self.figures.cpm.iter().map(|group| {
            let ltv = match group.person_count {
                None => Cell::Hidden,
                Some(_) => Cell::of(group.ltv_minor, Cell::Money),
            };
            vec![
                self.named("cpm_group", &group.cpm_group),
                self.named("cpm_state", &group.cpm_state),
                group.person_count.map_or(Cell::Hidden, Cell::Count),
                group.spend_minor.map_or(Cell::Hidden, Cell::Money),
                ltv,
            ]
        });
        self.table(
            "cpm",
            &["group", "state", "persons", "spend", "ltv"],
            rows.collect(),
        )
    }

    pub(super) fn months(&self) -> Table {
        let rows = self.figures.months.iter().map(|month| {
            vec![
                Cell::Text(month.month.clone()),
                Cell::Money(month.sales_minor),
                month.order_count.map_or(Cell::Hidden, Cell::Count),
                month.order_count.map_or(Cell::Hidden, |_| {
                    Cell::of(month.mean_order_minor, Cell::MoneyMean)
                }),
                month.buyer_count.map_or(Cell::Hidden, Cell::Count),
                Cell::of(month.repeat_rate, Cell::Share),
                Cell::of(month.f2_rate, Cell::Share),
                Cell::of(month.churn_rate, Cell::Share),
            ]
        });
        self.table(
            "months",
            &[
                "month",
                "sales",
                "orders",
                "mean_order",
                "buyers",
                "repeat_rate",
                "f2_rate",
                "churn_rate",
            ],
            rows.collect(),
        )
    }

    /// Only what may be told: a cohort has a row where its spend so far is known.
    pub(super) fn revenue(&self) -> Table {
        let rows = self.figures.cohorts.iter().filter_map(|cell| {
            let sum = cell.cumulative_minor?;
            let persons = cell.person_count.max(1) as f64;
            Some(vec![
                Cell::Text(cell.cohort.clone()),
                Cell::Count(u64::from(cell.age_months)),
                Cell::Count(cell.person_count),
                Cell::Money(sum),
                Cell::MoneyMean(sum as f64 / persons),
            ])
        });
        self.table(
            "revenue",
            &["cohort", "age", "cohort_persons", "spend", "per_head"],
            rows.collect(),
        )
    }

    pub(super) fn intervals(&self) -> Table {
        let rows = self.figures.segments.iter().filter_map(|segment| {
            Some(vec![
                Cell::Text(segment.name.clone()),
                Cell::Count(segment.person_count),
                Cell::Money(segment.ltv_minor?),
                Cell::Money(segment.ltv_low_minor?),
                Cell::Money(segment.ltv_high_minor?),
                Cell::of(segment.value_at_stake_minor, Cell::Money),
            ])
        });
        self.table(
            "intervals",
            &["segment", "persons", "ltv", "lower", "upper", "at_stake"],
            rows.collect(),
        )
    }

    pub(super) fn choices(&self) -> Table {
        let real =
            |value: Option<f64>, digits: usize| Cell::of(value, |value| Cell::Real(value, digits));
        let rows = self.figures.model_choices.iter().map(|choice| {
            vec![
                self.named("model", &choice.model),
                self.named("choice_reason", &choice.reason),
                Cell::of(choice.holdout_days, Cell::Count),
                real(choice.predicted_count, 0),
                real(choice.actual_count, 0),
                real(choice.mae, 3),
                real(choice.bias, 3),
                real(choice.rmse, 3),
                real(choice.gini, 2),
                real(choice.top_decile_lift, 1),
            ]
        });
        self.table(
            "choices",
            &[
                "model",
                "verdict",
                "holdout_days",
                "predicted",
                "actual",
                "mae",
                "bias",
                "rmse",
                "ranking",
                "top_tenth",
            ],
            rows.collect(),
        )
    }

    pub(super) fn calibration(&self) -> Table {
        let rows = self.figures.calibration.iter().map(|group| {
            vec![
                Cell::Count(u64::from(group.bin)),
                Cell::Count(group.person_count),
                Cell::Real(group.predicted_mean, 3),
                Cell::Real(group.actual_mean, 3),
                Cell::Real(group.actual_low, 3),
                Cell::Real(group.actual_high, 3),
            ]
        });
        self.table(
            "calibration",
            &[
                "bin",
                "persons",
                "predicted",
                "actual",
                "limit_low",
                "limit_high",
            ],
            rows.collect(),
        )
    }
}
