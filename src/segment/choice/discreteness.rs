//! Whether purchases are bound to opportunities: does hardly anybody buy twice within a month, or a week?
//!
//! Who buys seldom hardly ever buys twice within a week anyway. So what happened is compared with what chance would do:
//! of a buyer's purchase days after the first any days up to the last known one are taken for as likely as any others, and
//! the pairs of purchase days within one period that this gives are counted against those there are.

use super::calendar::Period;
use super::history::History;
use super::opportunities::MOST;
use super::warnings::Warning;
use crate::config::Opportunity;

/// Name of the model of opportunities.
pub(super) const BG_BB: &str = "BG/BB";
/// Share of the periods with a purchase that may have a second one.
const MOST_TWICE: f64 = 0.05;
/// Pairs of purchase days within one period, for each that chance would make, that there may be.
const MOST_OF_CHANCE: f64 = 0.2;
/// Pairs that chance has to make for their absence to tell something.
const FEWEST_BY_CHANCE: f64 = 10.0;

/// How often buyers bought on more than one day of a period; those of a single purchase day are left out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Repeats {
    /// Periods of buyers with a purchase, and of these with more than one purchase day.
    used: u64,
    twice: u64,
    /// Pairs of purchase days of one buyer in one period.
    pairs: f64,
    /// Pairs that chance would make.
    by_chance: f64,
}

impl Repeats {
    fn of(period: Period, history: &History) -> Self {
        let newest = period.of(history.last_day);
        let over = |number: i64| {
            let end = period.last_day(number).min(history.last_day);
            (end - period.first_day(number) + 1) as f64
        };
        // Ordered pairs of days within the newest periods, by their number.
        let mut pairs_of_days = vec![0.0];
        let mut found = Self::default();
        for days in history.persons() {
            let (Some(&first_day), Some(&last_day)) = (days.first(), days.last()) else {
                continue;
            };
            let first = period.of(first_day);
            let after = newest - first;
            if last_day == first_day || after > MOST {
                continue;
            }
            while (pairs_of_days.len() as i64) <= after {
                let so_far = pairs_of_days.last().copied().unwrap_or_default();
                let length = over(newest - (pairs_of_days.len() as i64 - 1));
                pairs_of_days.push(so_far + length * (length - 1.0));
            }
            found.add(days, period);
            let further = (days.len() - 1) as f64;
            let possible = (history.last_day - first_day) as f64;
            let rest = over(first) - (first_day - period.first_day(first) + 1) as f64;
            let together = rest * (rest - 1.0) + pairs_of_days[after as usize];
            found.by_chance += further * rest / possible;
            if further > 1.0 {
                let pairs = 0.5 * further * (further - 1.0);
                found.by_chance += pairs * together / (possible * (possible - 1.0));
            }
        }
        found
    }

    /// Adds the periods of a buyer.
    fn add(&mut self, days: &[i64], period: Period) {
        for days in days.chunk_by(|one, next| period.of(*one) == period.of(*next)) {
            let count = days.len() as f64;
            self.used += 1;
            self.twice += u64::from(days.len() > 1);
            self.pairs += 0.5 * count * (count - 1.0);
        }
    }

    fn twice_share(&self) -> Option<f64> {
        (self.used > 0).then(|| self.twice as f64 / self.used as f64)
    }

    fn of_chance(&self) -> Option<f64> {
        (self.by_chance > 0.0).then(|| self.pairs / self.by_chance)
    }

    fn tells(&self) -> bool {
        self.by_chance >= FEWEST_BY_CHANCE
    }

    fn is_rare(&self) -> bool {
        self.twice_share().is_some_and(|share| share <= MOST_TWICE)
    }

    fn is_discrete(&self) -> bool {
        let is_below = self
            .of_chance()
            .is_some_and(|found| found <= MOST_OF_CHANCE);
        self.tells() && self.is_rare() && is_below
    }
}

/// Returns the period of the opportunities, where there is one, and what the table `models` says of it.
///
/// Left to koe it is the longest in which hardly anybody buys twice.
pub(super) fn judge(setting: Opportunity, history: &History) -> (Option<Period>, Vec<Warning>) {
    let mut told = Vec::new();
    let mut tell = |figure, value| {
        told.push(Warning {
            model: BG_BB,
            figure,
            value,
        });
    };
    let periods: &[Period] = match setting {
        Opportunity::Off => &[],
        Opportunity::Auto => &[Period::Month, Period::Week],
        Opportunity::Week => &[Period::Week],
        Opportunity::Month => &[Period::Month],
    };
    let is_set = matches!(setting, Opportunity::Week | Opportunity::Month);
    let mut tells = false;
    let mut chosen = None;
    for period in periods {
        let found = Repeats::of(*period, history);
        let [share, of_chance] = match period {
            Period::Week => ["week_twice_share", "week_twice_of_chance"],
            Period::Month => ["month_twice_share", "month_twice_of_chance"],
        };
        tell(share, found.twice_share());
        tell(of_chance, found.of_chance());
        tells |= found.tells();
        if is_set && found.used > 0 && !found.is_rare() {
            tell("bought_twice_in_period", found.twice_share());
        }
        if is_set || found.is_discrete() {
            tell("opportunity_days", Some(period.days()));
            chosen = Some(*period);
            break;
        }
    }
    if chosen.is_none() {
        let reason = match (setting, tells) {
            (Opportunity::Off, _) => "opportunity_off",
            (_, true) => "not_discrete",
            (_, false) => "too_few_pairs",
        };
        tell(reason, None);
    }
    (chosen, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(persons: &[Vec<i64>], last_day: i64) -> History {
        let mut history = History {
            last_day,
            ..History::default()
        };
        for days in persons {
            history.push(days);
        }
        history
    }

    fn keys(told: &[Warning]) -> Vec<&'static str> {
        told.iter().map(|row| row.figure).collect()
    }

    /// Buyers on the tenth of most months of 1970, each on another as to what is left out.
    fn monthly() -> Vec<Vec<i64>> {
        (0..40_i64)
            .map(|person| {
                let months = Period::Month.of(0)..=Period::Month.of(364);
                let bought = months.filter(|month| (month + person) % 4 != 0);
                bought
                    .map(|month| Period::Month.first_day(month) + 9)
                    .collect()
            })
            .collect()
    }

    /// Chance by hand: three purchase days, the first on a Sunday, the others any two of fourteen days in two weeks.
    #[test]
    fn pairs_by_chance_are_those_of_days_drawn_at_random() {
        let found = Repeats::of(Period::Week, &history(&[vec![3, 5, 12]], 17));
        assert_eq!((found.used, found.twice, found.pairs), (3, 0, 0.0));
        // Two pairs of a week of seven days, of 14 x 13 / 2.
        assert!((found.by_chance - 2.0 * 21.0 / 91.0).abs() < 1e-12);
        // From Thursday on three days are left of the first week; the last one has four days yet.
        let found = Repeats::of(Period::Week, &history(&[vec![0, 1], vec![0]], 7));
        assert_eq!((found.used, found.twice, found.pairs), (1, 1, 1.0));
        assert!((found.by_chance - 3.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn purchases_once_a_month_are_bound_to_months() {
        let (period, told) = judge(Opportunity::Auto, &history(&monthly(), 364));
        assert_eq!(period, Some(Period::Month));
        let figures = [
            "month_twice_share",
            "month_twice_of_chance",
            "opportunity_days",
        ];
        assert_eq!(keys(&told), figures);
        assert_eq!((told[0].value, told[1].value), (Some(0.0), Some(0.0)));
        // On the same days of the month, and now and then once more.
        let mut weekly = monthly();
        for days in &mut weekly {
            let more: Vec<i64> = days.iter().map(|day| day + 8).collect();
            days.extend(more);
            days.sort_unstable();
        }
        let (period, _) = judge(Opportunity::Auto, &history(&weekly, 364));
        assert_eq!(period, Some(Period::Week));
    }

    #[test]
    fn purchases_at_any_time_are_not() {
        // Steps of the golden ratio: 25 days of a year, as even and as odd as any draw.
        let persons: Vec<Vec<i64>> = (0..60_i64)
            .map(|person| {
                let mut days: Vec<i64> = (0..25_i64)
                    .map(|place| (place * place * 61 + person * 97 + place * 13) % 360)
                    .collect();
                days.sort_unstable();
                days.dedup();
                days
            })
            .collect();
        let (period, told) = judge(Opportunity::Auto, &history(&persons, 364));
        assert_eq!(period, None);
        assert_eq!(keys(&told).last(), Some(&"not_discrete"));
        let (period, told) = judge(Opportunity::Week, &history(&persons, 364));
        assert_eq!(period, Some(Period::Week));
        assert!(keys(&told).contains(&"bought_twice_in_period"));
        let (period, told) = judge(Opportunity::Off, &history(&monthly(), 364));
        assert_eq!((period, keys(&told)), (None, vec!["opportunity_off"]));
    }

    #[test]
    fn few_purchases_tell_nothing() {
        let seldom: Vec<Vec<i64>> = (0..30).map(|person| vec![person, 200 + person]).collect();
        let (period, told) = judge(Opportunity::Auto, &history(&seldom, 364));
        assert_eq!(period, None);
        assert_eq!(keys(&told).last(), Some(&"too_few_pairs"));
        let (period, told) = judge(Opportunity::Month, &history(&[], 364));
        assert_eq!(period, Some(Period::Month));
        assert_eq!(told[0].value, None);
        // Of the year 30, and one more.
        let odd = history(&[vec![-708_000, 360], vec![1, 3]], 364);
        assert!(Repeats::of(Period::Week, &odd).by_chance < 1.0);
    }
}
