//! Forecasts without a model: what they are measured against, and what is left where no model holds.

use super::history::{History, known, summary_at};
use crate::math::purchases::PurchaseSummary;
use crate::segment::lifetime::DAYS_PER_WEEK;

/// Name of the forecast by the mean repeat rate.
pub(super) const MEAN_RATE: &str = "mean rate";
/// Name of the forecast of as many purchases as in the period before.
pub(super) const SAME_PERIOD: &str = "same period";

/// A forecast without a model, time in weeks.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::segment) struct Simple {
    habits: Habits,
    /// Length of the period that repeats itself; `None` for the mean rate.
    period_weeks: Option<f64>,
}

impl Simple {
    /// Whoever is still there buys at the shop's mean rate.
    pub(super) fn mean_rate(habits: Habits) -> Self {
        Self {
            habits,
            period_weeks: None,
        }
    }

    /// Everybody buys as often as in the last `period_days` days.
    pub(super) fn same_period(habits: Habits, period_days: i64) -> Self {
        Self {
            habits,
            period_weeks: Some(period_days as f64 / DAYS_PER_WEEK),
        }
    }

    /// Returns the name that stands in tables.
    pub(in crate::segment) fn name(&self) -> &'static str {
        match self.period_weeks {
            None => MEAN_RATE,
            Some(_) => SAME_PERIOD,
        }
    }

    /// Returns the expected purchases within `weeks` weeks; `recent` are the purchases of each customer in the last period, which
    /// the mean rate does without.
    pub(in crate::segment) fn expected(
        &self,
        weeks: f64,
        customers: &[PurchaseSummary],
        recent: &[f64],
    ) -> Vec<f64> {
        match self.period_weeks {
            None => customers
                .iter()
                .map(|customer| self.habits.alive_prob(customer) * self.habits.rate * weeks)
                .collect(),
            Some(period) => recent.iter().map(|count| count * weeks / period).collect(),
        }
    }

    /// Returns for every customer the share of those quiet for as long who came back.
    pub(in crate::segment) fn alive_probs(&self, customers: &[PurchaseSummary]) -> Vec<f64> {
        customers
            .iter()
            .map(|customer| self.habits.alive_prob(customer))
            .collect()
    }
}

/// How often persons come, and after how long a silence they still do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Habits {
    /// Purchases per week of a person who is still there.
    rate: f64,
    /// Share of silences longer than the place's number of days (Kaplan and Meier 1958).
    silence: Vec<f64>,
}

impl Habits {
    /// Reads the habits off the days up to a cut-off; `None` when nobody came back.
    ///
    /// *Still there.* Between two purchase days lies a silence that ended; behind the last one that goes on. `S(d)`, the share of
    /// silences longer than `d` days, falls to a floor `S(end)`: those that never ended. Of persons quiet for `d` days
    /// `1 - S(end) / S(d)` came back.
    ///
    /// *Rate.* The mean repeat rate of the log, `sum x / sum T`, shared among those still there; at most the rate at which persons
    /// bought between their first and last purchase, `sum x / sum t_x`.
    pub(super) fn at(history: &History, cut_off: i64) -> Option<Self> {
        let mut ended: Vec<u64> = Vec::new();
        let mut open: Vec<u64> = Vec::new();
        let mut customers = Vec::new();
        for days in history.persons() {
            let Some(customer) = summary_at(days, cut_off) else {
                continue;
            };
            customers.push(customer);
            let days = known(days, cut_off);
            for pair in days.windows(2) {
                count(&mut ended, pair[1] - pair[0]);
            }
            if let Some(last) = days.last() {
                count(&mut open, cut_off - last);
            }
        }
        let sum = |of: fn(&PurchaseSummary) -> f64| customers.iter().map(of).sum::<f64>();
        let repeats = sum(|customer| customer.repeat_count);
        let (active, observed) = (
            sum(|customer| customer.last_purchase_age),
            sum(|customer| customer.customer_age),
        );
        // A repeat purchase lies at least a day behind the first, so that both are above nil.
        if repeats == 0.0 || active <= 0.0 || observed <= 0.0 {
            return None;
        }
        let mut habits = Self {
            rate: repeats / active,
            silence: silence(&ended, &open),
        };
        let alive: f64 = customers.iter().map(|c| habits.alive_prob(c)).sum();
        let alive_share = alive / customers.len() as f64;
        if alive_share > 0.0 {
            habits.rate = habits.rate.min(repeats / observed / alive_share);
        }
        Some(habits)
    }

    fn alive_prob(&self, customer: &PurchaseSummary) -> f64 {
        let quiet = (customer.customer_age - customer.last_purchase_age) * DAYS_PER_WEEK;
        let floor = self.silence.last().copied().unwrap_or(1.0);
        let place = (quiet.round().max(0.0) as usize).min(self.silence.len().saturating_sub(1));
        let longer = self.silence.get(place).copied().unwrap_or(1.0);
        if longer > 0.0 {
            (1.0 - floor / longer).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

fn count(counts: &mut Vec<u64>, days: i64) {
    let place = days.max(0) as usize;
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    counts[place] += 1;
}

/// Returns the share of silences longer than each number of days, up to the longest that ended.
fn silence(ended: &[u64], open: &[u64]) -> Vec<f64> {
    let mut at_risk: u64 = ended.iter().chain(open).sum();
    let mut longer = 1.0;
    let mut shares = Vec::with_capacity(ended.len());
    for (days, &events) in ended.iter().enumerate() {
        if at_risk > 0 {
            longer *= 1.0 - events as f64 / at_risk as f64;
        }
        shares.push(longer);
        at_risk -= events + open.get(days).copied().unwrap_or(0);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(persons: &[&[i64]]) -> History {
        let mut history = History::default();
        for days in persons {
            history.push(days);
        }
        history
    }

    /// Kaplan and Meier by hand: silences 2, 3, 3 ended; 1, 4, 6 go on.
    #[test]
    fn the_share_of_long_silences_is_kaplan_and_meiers() {
        let (mut ended, mut open) = (Vec::new(), Vec::new());
        for (length, still_open) in [(2, 1), (3, 4), (3, 6)] {
            count(&mut ended, length);
            count(&mut open, still_open);
        }
        // At 2 days 1 of 5, at 3 days 2 of 4.
        let shares = silence(&ended, &open);
        assert_eq!(shares.len(), 4);
        assert_eq!(shares[..2], [1.0, 1.0]);
        assert!((shares[2] - 0.8).abs() < 1e-15);
        assert!((shares[3] - 0.4).abs() < 1e-15);
    }

    #[test]
    fn the_longer_the_silence_the_less_likely_a_return() {
        let log = history(&[&[0, 7, 14, 21, 28], &[0, 14], &[0], &[27], &[0, 7]]);
        let habits = Habits::at(&log, 28).expect("repeaters");
        let quiet = |days: f64| {
            let age = days / DAYS_PER_WEEK;
            habits.alive_prob(&PurchaseSummary::new(0.0, 0.0, age).unwrap())
        };
        assert!(quiet(0.0) > quiet(10.0) && quiet(10.0) > quiet(14.0));
        assert_eq!(quiet(14.0), 0.0);
        assert_eq!(quiet(9_999.0), 0.0);
        // Six repeats in 4 + 2 + 1 weeks between first and last purchases: nobody buys more often.
        assert!(habits.rate <= 6.0 / 7.0 + 1e-15);
    }

    #[test]
    fn the_total_is_the_mean_repeat_rate_of_the_log_or_less() {
        let log = history(&[&[0, 10, 20], &[0, 15], &[5], &[1, 18], &[0]]);
        let habits = Habits::at(&log, 21).expect("repeaters");
        let customers: Vec<PurchaseSummary> = log
            .persons()
            .filter_map(|days| summary_at(days, 21))
            .collect();
        let simple = Simple::mean_rate(habits);
        let sum: f64 = simple.expected(3.0, &customers, &[]).iter().sum();
        let observed: f64 = customers.iter().map(|c| c.customer_age).sum();
        let most = 4.0 / observed * 3.0 * customers.len() as f64;
        assert!(sum > 0.0 && sum <= most * (1.0 + 1e-12), "{sum} {most}");
        let same = Simple::same_period(Habits::at(&log, 21).expect("repeaters"), 14);
        assert_eq!(same.expected(6.0, &customers[..2], &[2.0, 0.0]), [6.0, 0.0]);
        assert_eq!((simple.name(), same.name()), (MEAN_RATE, SAME_PERIOD));
    }

    #[test]
    fn nobody_who_came_back_leaves_no_habit() {
        assert_eq!(Habits::at(&history(&[&[0], &[3]]), 30), None);
        assert_eq!(Habits::at(&history(&[]), 30), None);
        assert_eq!(Habits::at(&history(&[&[0, 9]]), 5), None);
    }
}
