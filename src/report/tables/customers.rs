//! Tables on sales, what customers are worth, segments and campaigns.

use super::{Cell, Context, Table};
use crate::report::figures::Urgency;
use crate::report::findings::sales_change_parts;

impl Context<'_> {
    /// Causes that did nothing have no row, as they have no bar: a group told with others would else stand there with nothing.
    pub(super) fn change(&self) -> Table {
        let rows = self.figures.sales_change.iter().flat_map(|change| {
            let parts = sales_change_parts(change).into_iter();
            let total = vec![
                self.named("column", "change"),
                Cell::Money(change.total_minor),
            ];
            parts
                .filter(|(_, part)| *part != 0)
                .map(|(key, part)| vec![self.named("cause", key), Cell::Money(part)])
                .chain([total])
        });
        self.table("change", &["part", "amount"], rows.collect())
    }

    pub(super) fn weeks(&self) -> Table {
        let rows = self.figures.sales_weeks.iter().map(|week| {
            vec![
                Cell::Day(week.week.clone()),
                week.order_count.map_or(Cell::Hidden, Cell::Count),
                week.new_minor.map_or(Cell::Hidden, Cell::Money),
                week.repeat_minor.map_or(Cell::Hidden, Cell::Money),
                Cell::Money(week.total_minor),
            ]
        });
        self.table(
            "weeks",
            &["week", "orders", "new_spend", "repeat_spend", "total_spend"],
            rows.collect(),
        )
    }

    pub(super) fn rfm(&self) -> Table {
        let rows = self.figures.rfm_cells.iter().map(|cell| {
            vec![
                Cell::Count(u64::from(cell.recency_score)),
                Cell::Count(u64::from(cell.frequency_score)),
                cell.person_count.map_or(Cell::Hidden, Cell::Count),
                cell.spend_minor.map_or(Cell::Hidden, Cell::Money),
            ]
        });
        self.table(
            "rfm",
            &["recency", "frequency", "persons", "spend"],
            rows.collect(),
        )
    }

    pub(super) fn deciles(&self) -> Table {
        let rows = self.figures.deciles.iter().map(|decile| {
            vec![
                Cell::Count(u64::from(decile.decile)),
                Cell::Count(decile.person_count),
                Cell::Money(decile.spend_minor),
                Cell::Share(decile.cumulative_share),
            ]
        });
        self.table(
            "deciles",
            &["decile", "persons", "spend", "cumulative"],
            rows.collect(),
        )
    }

    pub(super) fn cohorts(&self) -> Table {
        let rows = self.figures.cohorts.iter().map(|cell| {
            vec![
                Cell::Text(cell.cohort.clone()),
                Cell::Count(u64::from(cell.age_months)),
                Cell::Count(cell.person_count),
                cell.active_count.map_or(Cell::Hidden, Cell::Count),
                cell.retention.map_or(Cell::Hidden, Cell::Share),
            ]
        });
        self.table(
            "cohorts",
            &["cohort", "age", "cohort_persons", "active", "retention"],
            rows.collect(),
        )
    }

    pub(super) fn lifetime(&self) -> Table {
        let bins = self
            .figures
            .lifetime
            .iter()
            .flat_map(|lifetime| &lifetime.histogram);
        let rows = bins.map(|bin| {
            vec![
                Cell::Money(bin.lower_minor),
                Cell::Money(bin.upper_minor),
                Cell::Count(bin.person_count),
            ]
        });
        self.table("lifetime", &["from", "to", "persons"], rows.collect())
    }

    pub(super) fn parameters(&self) -> Table {
        let all = self
            .figures
            .lifetime
            .iter()
            .flat_map(|l| l.parameters.iter().chain(&l.spend_parameters));
        let rows = all.map(|parameter| {
            vec![
                Cell::Text(parameter.name.clone()),
                Cell::Real(parameter.value, 4),
                Cell::of(parameter.standard_error, |error| Cell::Real(error, 4)),
            ]
        });
        self.table(
            "parameters",
            &["parameter", "value", "standard_error"],
            rows.collect(),
        )
    }

    pub(super) fn tracking(&self) -> Table {
        let weeks = self
            .figures
            .lifetime
            .iter()
            .flat_map(|lifetime| &lifetime.tracking);
        let rows = weeks.map(|week| {
            vec![
                Cell::Day(week.week.clone()),
                Cell::Real(week.actual_count, 0),
                Cell::Real(week.expected_count, 1),
            ]
        });
        self.table("tracking", &["week", "actual", "predicted"], rows.collect())
    }

    pub(super) fn segments(&self) -> Table {
        let columns = [
            "segment",
            "urgency",
            "action",
            "persons",
            "previous_persons",
            "reachable",
            "spend",
            "ltv",
            "sentiment",
        ];
        let rows = self.figures.segments.iter().map(|segment| {
            vec![
                Cell::Text(segment.name.clone()),
                self.named("urgency", urgency_key(segment.urgency)),
                Cell::Text(segment.action.clone()),
                Cell::Count(segment.person_count),
                Cell::of(segment.previous_person_count, Cell::Count),
                Cell::counted(segment.reachable_count),
                Cell::Money(segment.spend_minor),
                Cell::of(segment.ltv_minor, Cell::Money),
                Cell::of(segment.sentiment_mean, Cell::Score),
            ]
        });
        self.table("segments", &columns, rows.collect())
    }

    pub(super) fn matrix(&self) -> Table {
        let rows = self.figures.value_voice.iter().map(|cell| {
            let ltv = match (cell.person_count, cell.ltv_minor) {
                (None, _) => Cell::Hidden,
                (_, ltv) => Cell::of(ltv, Cell::Money),
            };
            vec![
                self.named("value_group", &cell.value_group),
                self.named("voice_group", &cell.voice_group),
                cell.person_count.map_or(Cell::Hidden, Cell::Count),
                ltv,
            ]
        });
        self.table(
            "matrix",
            &["value_group", "voice_group", "persons", "ltv"],
            rows.collect(),
        )
    }

    pub(super) fn campaigns(&self) -> Table {
        let columns = [
            "campaign",
            "channel",
            "start",
            "measured_to",
            "treated",
            "control",
            "treated_mean",
            "control_mean",
            "lift",
            "lower",
            "upper",
            "treated_repeat",
            "control_repeat",
            "repeat_lift",
            "repeat_lower",
            "repeat_upper",
            "cost",
            "cpo",
            "cpo_lower",
            "cpo_upper",
            "return_on_spend",
            "return_lower",
            "return_upper",
        ];
        let ratio = |value: Option<f64>| Cell::of(value, |value| Cell::Real(value, 2));
        let rows = self.figures.campaigns.iter().map(|campaign| {
            vec![
                Cell::Text(campaign.campaign.clone()),
                self.named("purpose", &campaign.channel),
                Cell::Day(campaign.started_on.clone()),
                Cell::Day(campaign.measured_to.clone()),
                Cell::Count(campaign.treated_count),
                Cell::Count(campaign.control_count),
                Cell::MoneyMean(campaign.treated_mean_minor),
                Cell::MoneyMean(campaign.control_mean_minor),
                Cell::MoneyMean(campaign.lift_minor),
                Cell::MoneyMean(campaign.lift_lower_minor),
                Cell::MoneyMean(campaign.lift_upper_minor),
                Cell::Share(campaign.treated_repeat_rate),
                Cell::Share(campaign.control_repeat_rate),
                Cell::Points(campaign.repeat_lift),
                Cell::Points(campaign.repeat_lift_lower),
                Cell::Points(campaign.repeat_lift_upper),
                Cell::of(campaign.cost_minor, Cell::Money),
                Cell::of(campaign.cpo_minor, Cell::MoneyMean),
                Cell::of(campaign.cpo_lower_minor, Cell::MoneyMean),
                Cell::of(campaign.cpo_upper_minor, Cell::MoneyMean),
                ratio(campaign.return_on_spend),
                ratio(campaign.return_on_spend_lower),
                ratio(campaign.return_on_spend_upper),
            ]
        });
        self.table("campaigns", &columns, rows.collect())
    }
}

/// Key of an urgency in the words.
fn urgency_key(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Now => "now",
        Urgency::Week => "week",
        Urgency::Regular => "regular",
        Urgency::None => "none",
    }
}
