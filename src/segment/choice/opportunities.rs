//! Buyers as BG/BB sees them: by opportunities used and not used.
//!
//! The first purchase opens a history; each period after its own is an opportunity. What is fitted are the periods that are
//! over: of the one that still runs only who has bought in it is known, and to count these alone would look like more
//! buyers. What is forecast goes on from what is known: a running period counts once it is used; who has not used it may do so
//! until most would have, and from then on it is over for everybody.

use super::calendar::Period;
use super::history::{History, known};
use crate::math::purchases::{BgBb, Distinct, PurchaseModel, PurchaseSummary};
use crate::math::special::ln_gamma;
use crate::segment::lifetime::DAYS_PER_WEEK;
use crate::segment::purchases::Ledger;

/// Opportunities of one buyer at most, 96 years of weeks; what was bought before them counts as the first purchase.
pub(super) const MOST: i64 = 5_000;

/// Buyers by opportunities, in their order.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::segment) struct Opportunities {
    pub(super) period: Period,
    /// Last day that is known.
    last_day: i64,
    /// Over the periods that have ended, and what each did in the running one.
    ended: Vec<PurchaseSummary>,
    running: Vec<Running>,
    /// Opportunities used in the ended periods, and those of them used by the day of the period that the last day is.
    uses: usize,
    uses_by_now: usize,
    placing: Placing,
}

/// What a buyer did in the period that still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    /// Came for the first time: it is no opportunity.
    First,
    /// Nothing yet.
    Unused,
    Used,
}

/// What of the purchase days the model leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Placing {
    /// Periods with a purchase, those of the first purchases among them.
    used: f64,
    /// Purchase days in them beyond one each.
    further: f64,
    /// Purchase days beyond the first of each buyer.
    repeats: f64,
    /// Logarithm of the number of ways in which the days could lie in their periods.
    ln_ways: f64,
}

impl Placing {
    /// Adds a period of so many days, of which `taken` have a purchase.
    fn add(&mut self, days: i64, taken: usize) {
        self.ln_ways += ln_choose(days, taken);
    }
}

impl Opportunities {
    pub(super) fn new(period: Period, last_day: i64) -> Self {
        Self {
            period,
            last_day,
            ended: Vec::new(),
            running: Vec::new(),
            uses: 0,
            uses_by_now: 0,
            placing: Placing::default(),
        }
    }

    /// Reads the persons known by a day.
    pub(super) fn of_history(period: Period, history: &History, last_day: i64) -> Self {
        let mut found = Self::new(period, last_day);
        for days in history.persons() {
            found.push(known(days, last_day));
        }
        found
    }

    /// Reads everybody who had bought by a day, in the order of their ids.
    pub(in crate::segment) fn of_ledger(period: Period, ledger: &Ledger, last_day: i64) -> Self {
        let mut found = Self::new(period, last_day);
        ledger.each_buyer(last_day, |_, days| found.push(days));
        found
    }

    /// Adds a buyer by the purchase days (ascending, each once) up to the last day; nobody without one.
    fn push(&mut self, days: &[i64]) {
        let Some(&first_day) = days.first() else {
            return;
        };
        let period = self.period;
        let running = self.running_period();
        let first = period.of(first_day).max(running - 1 - MOST);
        let opportunities = (running - 1 - first).max(0);
        let (mut used, mut last_used) = (0_i64, 0_i64);
        let mut now = if first == running {
            Running::First
        } else {
            Running::Unused
        };
        for days in days.chunk_by(|one, next| period.of(*one) == period.of(*next)) {
            let number = period.of(days[0]);
            let is_first = number <= first;
            self.placing.used += 1.0;
            self.placing.further += (days.len() - 1) as f64;
            if is_first {
                let end = period.last_day(number).min(self.last_day);
                self.placing.add(end - days[0], days.len() - 1);
            } else if number == running {
                now = Running::Used;
                self.placing.add(self.days_over(), days.len());
            } else {
                used += 1;
                last_used = number - first;
                self.uses += 1;
                let is_by_now = days[0] - period.first_day(number) < self.days_over();
                self.uses_by_now += usize::from(is_by_now);
                self.placing.add(period.length(number), days.len());
            }
        }
        self.placing.repeats += (days.len() - 1) as f64;
        self.running.push(now);
        self.ended.push(PurchaseSummary {
            repeat_count: used as f64,
            last_purchase_age: last_used as f64,
            customer_age: opportunities as f64,
            weight: 1.0,
        });
    }

    /// Returns the number of the period that is not over.
    fn running_period(&self) -> i64 {
        self.period.of(self.last_day + 1)
    }

    /// Returns how many days of it are.
    fn days_over(&self) -> i64 {
        self.last_day + 1 - self.period.first_day(self.running_period())
    }

    /// Whether who has not bought in the running period is no longer expected to: more than half of what was bought at earlier
    /// opportunities was by this day of the period, or, where nothing was, more than half of its days are over.
    fn is_all_but_over(&self) -> bool {
        match self.uses {
            0 => 2 * self.days_over() > self.period.length(self.running_period()),
            uses => 2 * self.uses_by_now > uses,
        }
    }

    /// Returns how many buyers there are.
    pub(super) fn len(&self) -> usize {
        self.ended.len()
    }

    /// Returns what is fitted.
    pub(super) fn ended(&self) -> &[PurchaseSummary] {
        &self.ended
    }

    /// Returns what forecasts go on from.
    pub(super) fn now(&self) -> Vec<PurchaseSummary> {
        let is_all_but_over = self.is_all_but_over();
        let buyers = self.ended.iter().zip(&self.running);
        buyers
            .map(|(ended, running)| match running {
                Running::Unused if is_all_but_over => PurchaseSummary {
                    customer_age: ended.customer_age + 1.0,
                    ..*ended
                },
                Running::First | Running::Unused => *ended,
                Running::Used => PurchaseSummary {
                    repeat_count: ended.repeat_count + 1.0,
                    last_purchase_age: ended.customer_age + 1.0,
                    customer_age: ended.customer_age + 1.0,
                    ..*ended
                },
            })
            .collect()
    }

    /// Returns what the log-likelihood of the ended periods lacks of that of the purchase days themselves, as a density in
    /// weeks, so that it can be compared with those of the other models.
    ///
    /// - *Running period.* Bought in it by now: `f q`, not yet: `1 - f q`, with `f` the part that is over and `q` the
    ///   probability of a purchase at the next opportunity.
    /// - *Further days.* A period with a purchase has one more purchase day with a probability that is the same for all (and
    ///   the one parameter more), then another, and so on.
    /// - *Which days.* Any days of a period are as likely as any others.
    pub(super) fn ln_rest(&self, model: &BgBb) -> f64 {
        let Placing {
            used,
            further,
            repeats,
            ln_ways,
        } = self.placing;
        let more = further / (used + further);
        let ln_further = match further > 0.0 {
            true => used * (-more).ln_1p() + further * more.ln(),
            false => 0.0,
        };
        self.ln_running(model) + ln_further - ln_ways + repeats * DAYS_PER_WEEK.ln()
    }

    fn ln_running(&self, model: &BgBb) -> f64 {
        let running = self.running_period();
        let over = self.days_over() as f64 / self.period.length(running) as f64;
        let distinct = Distinct::new(&self.ended);
        let logs = distinct.per_row(|customer| {
            let bought = over * model.expected_purchases(1.0, customer);
            let bought = bought.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON);
            [(-bought).ln_1p(), bought.ln()]
        });
        distinct
            .spread(&logs)
            .iter()
            .zip(&self.running)
            .map(|([unused, used], running)| match running {
                Running::First => 0.0,
                Running::Unused => *unused,
                Running::Used => *used,
            })
            .sum()
    }
}

/// Returns the logarithm of the number of ways to take some of so many days.
fn ln_choose(days: i64, taken: usize) -> f64 {
    let days = days as f64;
    match taken {
        0 => 0.0,
        1 => days.ln(),
        _ => {
            let taken = taken as f64;
            let ways = ln_gamma(days + 1.0) - ln_gamma(taken + 1.0) - ln_gamma(days - taken + 1.0);
            ways.max(0.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::Column;

    use super::*;
    use crate::segment::purchases::Entry;

    /// Friday the 15th of May 1970.
    const TODAY: i64 = 134;

    fn of(period: Period, persons: &[&[i64]]) -> Opportunities {
        let mut found = Opportunities::new(period, TODAY);
        for days in persons {
            found.push(known(days, TODAY));
        }
        found
    }

    fn told(customers: &[PurchaseSummary]) -> Vec<(f64, f64, f64)> {
        let one =
            |row: &PurchaseSummary| (row.repeat_count, row.last_purchase_age, row.customer_age);
        customers.iter().map(one).collect()
    }

    #[test]
    fn periods_after_the_first_are_opportunities() {
        let found = of(
            Period::Month,
            &[
                // January; twice in February, April, May.
                &[4, 35, 40, 100, 125],
                // January alone.
                &[10, 20],
                // May, and later.
                &[130, 131, 135],
                // April, of which May is the first opportunity.
                &[100],
                // June.
                &[160],
            ],
        );
        assert_eq!(
            told(found.ended()),
            [
                (2.0, 3.0, 3.0),
                (0.0, 0.0, 3.0),
                (0.0, 0.0, 0.0),
                (0.0, 0.0, 0.0)
            ]
        );
        assert_eq!(
            told(&found.now()),
            [
                (3.0, 4.0, 4.0),
                // Both boxes came in the first half of their months.
                (0.0, 0.0, 4.0),
                (0.0, 0.0, 0.0),
                (0.0, 0.0, 1.0)
            ]
        );
        assert_eq!(found.len(), 4);
        let Placing {
            used,
            further,
            repeats,
            ln_ways,
        } = found.placing;
        assert_eq!((used, further, repeats), (7.0, 3.0, 6.0));
        // February has 28 days, April 30, 15 of May are over; 20 of January and 4 of May follow first days.
        let ways: f64 = (28.0 * 27.0 / 2.0) * 30.0 * 15.0 * 20.0 * 4.0;
        assert!((ln_ways - ways.ln()).abs() < 1e-10);
        let weekly = of(Period::Week, &[&[TODAY - 14, TODAY - 7, TODAY]]);
        assert_eq!(told(weekly.ended()), [(1.0, 1.0, 1.0)]);
        assert_eq!(told(&weekly.now()), [(2.0, 2.0, 2.0)]);
    }

    /// Fifteen days of a month of 31 are over.
    #[test]
    fn a_running_period_is_all_but_over_once_most_have_usually_bought() {
        let now = |persons: &[&[i64]]| told(&of(Period::Month, persons).now());
        // February begins with day 31, March with 59: used by the 15th, a day later, one of two by then.
        assert_eq!(now(&[&[4, 45]]), [(1.0, 1.0, 4.0)]);
        assert_eq!(now(&[&[4, 46]]), [(1.0, 1.0, 3.0)]);
        assert_eq!(now(&[&[4, 45, 59 + 15]]), [(2.0, 2.0, 3.0)]);
        // What was bought again later in a month, or first, tells nothing of when opportunities are used.
        assert_eq!(now(&[&[25, 45, 50, 55]]), [(1.0, 1.0, 4.0)]);
        assert_eq!(now(&[&[25]]), [(0.0, 0.0, 3.0)]);
        // More than half of its days, where no opportunity was used: 15 of 31 are not, 5 of 7 are.
        let week = Opportunities::new(Period::Week, TODAY);
        assert_eq!((week.days_over(), week.is_all_but_over()), (5, true));
    }

    #[test]
    fn the_ledger_tells_the_same_as_the_history() {
        let persons: [&[i64]; 3] = [&[4, 35, 100, 125], &[10, 20], &[160]];
        let mut history = History::default();
        let mut entries = vec![Entry::new(1, 30, true, -5)];
        for (person, days) in persons.iter().enumerate() {
            history.push(days);
            for day in days.iter() {
                for _ in 0..2 {
                    entries.push(Entry::new(person as u32, *day as i32, false, 5));
                }
            }
        }
        let ledger = Ledger::new(Column::new("id".into(), ["a", "b", "c"]), entries);
        let found = Opportunities::of_ledger(Period::Month, &ledger, TODAY);
        assert_eq!(
            found,
            Opportunities::of_history(Period::Month, &history, TODAY)
        );
        assert_eq!(found.len(), 2);
    }

    /// Twenty buyers of one opportunity each, of which half were used, and nothing else: the whole likelihood by hand.
    #[test]
    fn what_the_model_leaves_open_is_told_as_for_the_purchase_days() {
        let mut found = Opportunities::new(Period::Week, 10);
        for person in 0..20 {
            // Sunday the 4th; any day of the week from the 5th to the 11th.
            let second = 4 + person % 7;
            let count = if person % 2 == 0 { 2 } else { 1 };
            found.push(&[3, second][..count]);
        }
        let model = BgBb::new(1e4, 1e4, 1e-5, 1e5).unwrap();
        let fitted: f64 = found
            .ended()
            .iter()
            .map(|row| model.log_likelihood(row))
            .sum();
        assert_eq!(found.days_over(), 0);
        let whole = fitted + found.ln_rest(&model);
        // Each bought with one half, on one of seven days, which are a week each as a density.
        assert!((whole - 20.0 * 0.5_f64.ln()).abs() < 1e-2, "{whole}");
    }

    #[test]
    fn an_order_of_two_thousand_years_ago_is_the_first_of_the_opportunities() {
        let found = of(Period::Week, &[&[-700_000, -699_000, 0, 7]]);
        assert_eq!(told(found.ended()), [(2.0, 4_983.0, 5_000.0)]);
        let model = BgBb::new(1.0, 1.0, 0.5, 3.0).unwrap();
        assert!(found.ln_rest(&model).is_finite());
        assert!(of(Period::Month, &[]).ln_rest(&model).abs() < 1e-300);
    }
}
