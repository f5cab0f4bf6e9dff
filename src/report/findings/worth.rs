//! Findings on classes, the portfolio, second purchases, cohorts' spend and how the forecasts did.

use std::cmp::Ordering;

use super::{Section, Severity, Teller};
use crate::report::figures::{AbcFigure, CpmFigure, MonthFigure};

/// Share of the groups of like forecast that must meet what was bought for the forecast to be told as good.
const WELL_CALIBRATED: f64 = 0.8;
/// A change of the F2 conversion or of the churn rate below this is not told.
const QUIET_POINTS: f64 = 0.01;

/// A rate of a month.
type Rate = fn(&MonthFigure) -> Option<f64>;

impl Teller<'_> {
    pub(super) fn tell_worth(&mut self) {
        self.tell_classes();
        self.tell_portfolio();
        // Where orders are missing, whoever bought since seems to have lapsed.
        if self.figures.missing_orders().is_none() {
            self.tell_lapses();
        }
        self.tell_months();
    }

    fn tell_classes(&mut self) {
        for (subject, key) in [("person", "abc_persons"), ("product", "abc_products")] {
            let is_best = |class: &&AbcFigure| class.subject == subject && class.abc_class == "A";
            let Some(best) = self.figures.abc.iter().find(is_best) else {
                continue;
            };
            let (Some(count), Some(heads), Some(sales)) =
                (best.item_count, best.item_share, best.sales_share)
            else {
                continue;
            };
            if count == 0 {
                continue;
            }
            let count = self.numbers.count(count);
            let (heads, sales) = (self.numbers.share(heads), self.numbers.share(sales));
            let values = [
                ("count", count.as_str()),
                ("heads", &heads),
                ("sales", &sales),
            ];
            self.say(Section::Value, Severity::Neutral, key, &values);
        }
    }

    /// Tells of the best customers who lapsed.
    fn tell_portfolio(&mut self) {
        let is_lost = |group: &&CpmFigure| {
            group.cpm_group == "prime"
                && group.cpm_state == "lapsed"
                && group.person_count.is_some_and(|count| count > 0)
        };
        let Some(lost) = self.figures.cpm.iter().find(is_lost) else {
            return;
        };
        let count = self.numbers.count(lost.person_count.unwrap_or(0));
        let spend = self
            .numbers
            .money_short(lost.spend_minor.unwrap_or(0) as f64);
        let values = [("count", count.as_str()), ("value", spend.as_str())];
        self.say(Section::Value, Severity::Watch, "cpm_lapsed", &values);
    }

    /// Tells of persons who lapsed by the rhythm of their purchases, more or fewer than before.
    fn tell_lapses(&mut self) {
        let mut stages = self.figures.order_stages.iter();
        let lapsed = stages.find(|one| one.stage == "lapsed");
        let counts = lapsed.and_then(|one| Some((one.person_count?, one.previous_person_count?)));
        let Some((now, before)) = counts else {
            return;
        };
        let (key, severity) = match now.cmp(&before) {
            Ordering::Greater => ("lapsed_up", Severity::Watch),
            Ordering::Less => ("lapsed_down", Severity::Good),
            Ordering::Equal => return,
        };
        let change = self.numbers.count(now.abs_diff(before));
        let count = self.numbers.count(now);
        let values = [("count", count.as_str()), ("change", change.as_str())];
        self.say_change(Section::Value, severity, key, &values);
    }

    fn tell_months(&mut self) {
        let rates: [(Rate, [&'static str; 3], bool); 2] = [
            (|month| month.f2_rate, ["f2", "f2_up", "f2_down"], true),
            (
                |month| month.churn_rate,
                ["month_churn", "month_churn_up", "month_churn_down"],
                false,
            ),
        ];
        for (rate, [same, up, down], is_rise_good) in rates {
            let known: Vec<(&MonthFigure, f64)> = self
                .figures
                .months
                .iter()
                .filter_map(|month| Some((month, rate(month)?)))
                .collect();
            let Some((month, value)) = known.last() else {
                continue;
            };
            let before = known.len().checked_sub(2).map(|place| known[place].1);
            let rise = before.map_or(0.0, |before| value - before);
            let (key, severity) = match rise {
                rise if rise >= QUIET_POINTS => (up, super::rise_severity(true, is_rise_good)),
                rise if rise <= -QUIET_POINTS => (down, super::rise_severity(false, is_rise_good)),
                _ => (same, Severity::Neutral),
            };
            let name = self.numbers.month(&month.month);
            let (value, change) = (self.numbers.share(*value), self.numbers.points(rise));
            let values = [
                ("month", name.as_str()),
                ("value", value.as_str()),
                ("change", change.as_str()),
            ];
            self.say(Section::Value, severity, key, &values);
        }
    }

    /// Tells by which forecast values are made, and whether it met what was bought.
    pub(super) fn tell_forecasts(&mut self) {
        let figures = self.figures;
        let chosen = figures.model_choices.iter().find(|choice| choice.is_chosen);
        if let Some(chosen) = chosen {
            let model = self.words.name("model", &chosen.model);
            let reason = self.words.name("choice_reason", &chosen.reason);
            let values = [("model", model), ("reason", reason)];
            self.say(
                Section::Lifetime,
                Severity::Neutral,
                "model_chosen",
                &values,
            );
        }
        let count = figures.calibration.len();
        // Where orders are missing, a forecast seems to have been too high.
        if count > 0 && figures.missing_orders().is_none() {
            let met = figures.calibration.iter().filter(|g| g.is_met()).count();
            let (key, severity) = match met as f64 >= WELL_CALIBRATED * count as f64 {
                true => ("calibrated", Severity::Good),
                false => ("not_calibrated", Severity::Watch),
            };
            let (met, count) = (
                self.numbers.count(met as u64),
                self.numbers.count(count as u64),
            );
            let values = [("met", met.as_str()), ("count", count.as_str())];
            self.say(Section::Lifetime, severity, key, &values);
        }
        let at_stake = figures.segments.iter().rev();
        let most = at_stake.max_by_key(|segment| segment.value_at_stake_minor);
        let told = most.and_then(|segment| Some((segment, segment.value_at_stake_minor?)));
        if let Some((segment, stake)) = told.filter(|(_, stake)| *stake > 0) {
            let count = self.numbers.count(segment.person_count);
            let value = self.numbers.money_short(stake as f64);
            let values = [
                ("segment", segment.name.as_str()),
                ("count", &count),
                ("value", &value),
            ];
            self.say(Section::Lifetime, Severity::Watch, "at_stake", &values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::figures;
    use super::super::{Finding, findings};
    use super::*;
    use crate::report::words::Lang;

    fn told(change: impl Fn(&mut crate::report::figures::Figures)) -> Vec<Finding> {
        let mut figures = figures();
        change(&mut figures);
        findings(&figures, Lang::Ja)
    }

    fn text(found: &[Finding], key: &str) -> Option<String> {
        let mut found = found.iter();
        found.find(|one| one.key == key).map(|one| one.text.clone())
    }

    #[test]
    fn the_best_class_is_told_of_persons_and_of_products() {
        let found = told(|_| {});
        assert_eq!(
            text(&found, "abc_persons").as_deref(),
            Some("売上の79.7%は、Aランクのお客様352人(全体の20.9%)によるものです。")
        );
        assert!(text(&found, "abc_products").is_some());
    }

    #[test]
    fn a_class_that_is_held_back_is_not_told() {
        let found = told(|figures| {
            figures.abc[0].item_count = None;
            figures.cpm[9].person_count = None;
        });
        assert_eq!(text(&found, "abc_persons"), None);
        assert_eq!(text(&found, "cpm_lapsed"), None);
    }

    #[test]
    fn a_rise_of_churn_is_a_warning_and_one_of_second_purchases_good_news() {
        let found = told(|figures| {
            let count = figures.months.len();
            figures.months[count - 2].churn_rate = Some(0.04);
            figures.months[count - 1].churn_rate = Some(0.09);
            for (month, rate) in figures.months.iter_mut().zip([0.1, 0.2]) {
                month.f2_rate = Some(rate);
            }
            figures
                .months
                .iter_mut()
                .skip(2)
                .for_each(|month| month.f2_rate = None);
        });
        let severity = |key: &str| {
            let mut found = found.iter();
            found.find(|one| one.key == key).map(|one| one.severity)
        };
        assert_eq!(severity("month_churn_up"), Some(Severity::Watch));
        assert_eq!(severity("f2_up"), Some(Severity::Good));
    }

    #[test]
    fn a_forecast_that_misses_most_groups_is_told_so() {
        let found = told(|figures| {
            for group in &mut figures.calibration {
                group.predicted_mean = group.actual_high + 1.0;
            }
        });
        assert!(text(&found, "not_calibrated").is_some());
        assert_eq!(text(&found, "calibrated"), None);
    }

    #[test]
    fn the_segment_with_most_at_stake_is_told() {
        let found = told(|_| {});
        assert_eq!(
            text(&found, "at_stake").as_deref(),
            Some(
                "「静かな上得意」の203人が離れずにいてくだされば、12か月の見込みはあと76.0万円増えます。"
            )
        );
    }
}
