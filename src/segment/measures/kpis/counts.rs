//! What is counted of each period, in plain passes over orders and visits.

use super::median::median;
use crate::config::KpisConfig;
use crate::segment::measures::facts::{Facts, owner};
use crate::segment::measures::lines::Lines;
use crate::segment::measures::periods::{Numbered, PeriodKind};

/// What is counted of one period.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) sales: i64,
    pub(super) returned: i64,
    pub(super) orders: i64,
    pub(super) returns: i64,
    pub(super) median: Option<f64>,
    pub(super) named_sales: i64,
    pub(super) repeat_sales: i64,
    pub(super) buyers: i64,
    pub(super) new_buyers: i64,
    pub(super) repeat_buyers: i64,
    pub(super) f2_base: i64,
    pub(super) f2: i64,
    /// Persons who became active.
    pub(super) begun: i64,
    /// Persons who ceased to be active.
    pub(super) lapsed: i64,
    /// Of them, those who became so in an earlier period.
    pub(super) churned: i64,
    pub(super) units: i64,
    pub(super) lined_orders: i64,
    pub(super) costed_orders: i64,
    pub(super) costed_spend: i64,
    pub(super) cost: i64,
}

/// The newest periods of one kind until as-of; what lies before them is counted together.
pub(super) struct Periods {
    kind: PeriodKind,
    numbers: Numbered,
    /// Number of the first period that stands alone.
    first: i64,
    /// What lies before it, then each period.
    counts: Vec<Counts>,
}

impl Periods {
    pub(super) fn of(kind: PeriodKind, first_day: i32, as_of: i32) -> Self {
        let last = kind.number_of(as_of);
        let first = kind
            .number_of(first_day)
            .max(last.saturating_sub(kind.most() - 1));
        let alone = usize::try_from(last - first + 1).unwrap_or_default();
        Self {
            kind,
            numbers: Numbered::of(kind, first_day, as_of),
            first,
            counts: vec![Counts::default(); alone + 1],
        }
    }

    /// Returns what lies before the periods.
    pub(super) fn before(&self) -> &Counts {
        &self.counts[0]
    }

    /// Returns the periods with their numbers, one after the other.
    pub(super) fn into_counts(self) -> impl Iterator<Item = (i64, Counts)> {
        (self.first..).zip(self.counts.into_iter().skip(1))
    }

    /// Returns the counts of the period of a day, which is not after as-of.
    fn at(&mut self, day: i32) -> &mut Counts {
        let place = self.numbers.number_of(day) - self.first + 1;
        &mut self.counts[usize::try_from(place).unwrap_or_default()]
    }

    pub(super) fn count_orders(&mut self, facts: &Facts<'_>) {
        let first_day = facts.first_day().unwrap_or(facts.last_day);
        let numbers = Numbered::of(self.kind, first_day, facts.last_day);
        let number = |day: i32| numbers.number_of(day);
        let mut spends = Vec::new();
        let periods = facts
            .orders
            .chunk_by(|one, next| number(one.day()) == number(next.day()));
        for orders in periods {
            let counts = self.at(orders[0].day());
            spends.clear();
            for order in orders {
                let spend = order.spend();
                if order.is_return() {
                    counts.returns += 1;
                    counts.returned = counts.returned.wrapping_sub(spend);
                    continue;
                }
                spends.push(spend);
                counts.orders += 1;
                counts.sales = counts.sales.wrapping_add(spend);
                if owner(*order).is_some() {
                    counts.named_sales = counts.named_sales.wrapping_add(spend);
                    if !facts.is_first(*order) {
                        counts.repeat_sales = counts.repeat_sales.wrapping_add(spend);
                    }
                }
            }
            counts.median = median(&mut spends);
        }
    }

    /// Counts persons; a visit is a person's first of the period when the one before lies in another period.
    pub(super) fn count_visits(&mut self, facts: &Facts<'_>, config: &KpisConfig) {
        let days = i64::from(config.f2_days);
        let last_day = i64::from(facts.last_day);
        for visit in facts.visits.iter() {
            let day = i64::from(visit.day);
            let number = self.numbers.number_of(visit.day);
            let before = visit.previous.map(|day| self.numbers.number_of(day));
            let is_within = before == Some(number);
            // A repeat buyer comes back in the period, or comes for the first and the second time in it.
            let repeats = match is_within {
                true => visit.is_second,
                false => before.is_some(),
            };
            let is_new = before.is_none();
            let is_base = is_new && day + days <= last_day;
            let is_back = visit.next.is_some_and(|next| i64::from(next) - day <= days);
            let counts = self.at(visit.day);
            counts.buyers += i64::from(!is_within);
            counts.new_buyers += i64::from(is_new);
            counts.repeat_buyers += i64::from(repeats);
            counts.f2_base += i64::from(is_base);
            counts.f2 += i64::from(is_base && is_back);
        }
    }

    /// Counts who became active and who ceased to be.
    ///
    /// A person is active from a visit until `churn_days` after it. Visits with no longer gap make one run; it ends on the
    /// first day that is not active any more, if that day has come.
    pub(super) fn count_runs(&mut self, facts: &Facts<'_>, config: &KpisConfig) {
        let gap = i64::from(config.churn_days);
        let is_apart = |one: i32, next: i32| i64::from(next) - i64::from(one) > gap;
        // Each person's first visit begins a run.
        let mut begun = i32::MIN;
        for visit in facts.visits.iter() {
            let day = visit.day;
            if visit
                .previous
                .is_none_or(|previous| is_apart(previous, day))
            {
                begun = day;
                self.at(day).begun += 1;
            }
            let lapsed = i64::from(day) + gap + 1;
            let ends = visit.next.is_none_or(|next| is_apart(day, next));
            if !ends || lapsed > i64::from(facts.last_day) {
                continue;
            }
            // Not after as-of, and so a day as any.
            let lapsed = lapsed as i32;
            // Of all time, who bought and is gone has churned; of a period, who was active before it.
            let has_churned = match self.kind {
                PeriodKind::All => visit.next.is_none(),
                _ => self.numbers.number_of(begun) < self.numbers.number_of(lapsed),
            };
            let counts = self.at(lapsed);
            counts.lapsed += 1;
            counts.churned += i64::from(has_churned);
        }
    }

    pub(super) fn count_lines(&mut self, facts: &Facts<'_>, lines: &Lines) {
        for (order, sums) in facts.orders.iter().zip(&lines.orders) {
            if !sums.has_lines {
                continue;
            }
            let counts = self.at(order.day());
            if !order.is_return() {
                counts.lined_orders += 1;
                counts.units = counts.units.wrapping_add(sums.units);
            }
            if let Some(cost) = sums.cost() {
                counts.costed_orders += 1;
                counts.costed_spend = counts.costed_spend.wrapping_add(order.spend());
                counts.cost = counts.cost.wrapping_add(cost);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_before_the_newest_periods_are_counted_together() {
        // 2026-06-30, from a till that dated an order 1000 years too early.
        let as_of = 20_634;
        let early = as_of - 365_243;
        for kind in [PeriodKind::Week, PeriodKind::Month, PeriodKind::Year] {
            let mut periods = Periods::of(kind, early, as_of);
            periods.at(early).orders += 1;
            periods.at(early + 400).orders += 1;
            periods.at(as_of).orders += 3;
            assert_eq!(periods.before().orders, 2);
            let counted: Vec<(i64, i64)> = periods
                .into_counts()
                .map(|(number, counts)| (number, counts.orders))
                .collect();
            assert_eq!(counted.len() as i64, kind.most());
            assert_eq!(counted.last(), Some(&(kind.number_of(as_of), 3)));
        }
        let mut all = Periods::of(PeriodKind::All, early, as_of);
        all.at(early).orders += 1;
        assert_eq!(all.into_counts().map(|row| row.1.orders).sum::<i64>(), 1);
    }
}
