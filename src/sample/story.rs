//! The planted story: what happens to the shop, on which day, and how strongly people buy because of it.

use jiff::civil::Date;

use super::SampleOptions;
use super::calendar::{Calendar, DAY, HOUR, Moment};

/// Days before the last one on which each event falls.
mod days_before {
    pub(super) const FLARE: i64 = 3;
    pub(super) const LAUNCH: i64 = 13;
    pub(super) const AUTUMN_MAIL: i64 = 26;
    pub(super) const IMPERSONATOR: i64 = 38;
    pub(super) const COPY_PASTE: i64 = 81;
    pub(super) const SPRING_MAIL: i64 = 186;
    pub(super) const TELEVISION: i64 = 197;
    pub(super) const ADVOCATE_FIRST: i64 = 47;
    pub(super) const ADVOCATE_STEP: i64 = 61;
}

/// A mailing with a control group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mailing {
    /// `autumn-mail-2026`
    pub name: String,
    pub audience: &'static str,
    pub coupon: &'static str,
    /// Day index of the sending.
    pub day: i64,
    /// Probability that a treated, still active customer orders because of it.
    pub lift: f64,
}

/// Days a mailing keeps working.
pub(super) const MAILING_DAYS: i64 = 14;

/// Everything planted once per brand, as offsets into the window; what lies before it does not happen.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub options: SampleOptions,
    pub calendar: Calendar,
    /// Start of the flare-up (炎上).
    pub flare: Option<Moment>,
    /// First day of the autumn gift's sale.
    pub launch: Option<i64>,
    /// Broadcast that brings friendly posts.
    pub television: Option<Moment>,
    /// Start of the copy-and-paste campaign.
    pub copies: Option<Moment>,
    /// First post of the impersonators.
    pub impersonator: Option<Moment>,
    /// Posts of the advocate that others follow, oldest first.
    pub advocate: Vec<Moment>,
    /// Mailings with control groups, oldest first.
    pub mailings: Vec<Mailing>,
    /// Demand of each day relative to an ordinary one.
    factors: Vec<f64>,
    /// Demand summed up to each day's start, in ordinary days.
    cumulated: Vec<f64>,
    /// The same for first purchases.
    arrivals: Vec<f64>,
}

impl Story {
    /// Lays the story into the window of the options.
    pub(super) fn new(options: &SampleOptions) -> Self {
        let calendar = Calendar::new(options.as_of, options.months);
        let last = calendar.last_day();
        let day = |before: i64| (last >= before).then_some(last - before);
        let at = |before: i64, second: Moment| day(before).map(|d| d * DAY + second);
        let mailing = |before, stem: &str, audience, coupon, lift| {
            day(before).map(|day| {
                let name = format!("{stem}-{}", calendar.date(day).year());
                Mailing {
                    name,
                    audience,
                    coupon,
                    day,
                    lift,
                }
            })
        };
        let mailings = [
            mailing(
                days_before::SPRING_MAIL,
                "spring-mail",
                "haru-okaeri",
                "HARU10",
                0.10,
            ),
            mailing(
                days_before::AUTUMN_MAIL,
                "autumn-mail",
                "aki-annai",
                "AKI10",
                0.16,
            ),
        ];
        let advocate: Vec<Moment> = (0..)
            .map(|n| last - days_before::ADVOCATE_FIRST - n * days_before::ADVOCATE_STEP)
            .take_while(|day| *day >= 0)
            .map(|day| day * DAY + 8 * HOUR + 17 * 60 + 40 + day % 7 * 131)
            .collect();
        let mut story = Self {
            options: options.clone(),
            flare: at(days_before::FLARE, 19 * HOUR + 40 * 60),
            launch: day(days_before::LAUNCH),
            television: at(days_before::TELEVISION, 18 * HOUR + 24 * 60),
            copies: at(days_before::COPY_PASTE, 10 * HOUR + 3 * 60),
            impersonator: at(days_before::IMPERSONATOR, 21 * HOUR),
            advocate: advocate.into_iter().rev().collect(),
            mailings: mailings.into_iter().flatten().collect(),
            factors: Vec::new(),
            cumulated: Vec::new(),
            arrivals: Vec::new(),
            calendar,
        };
        story.factors = (0..=last).map(|day| story.factor(day)).collect();
        story.cumulated = cumulate(story.factors.iter().copied());
        story.arrivals = cumulate(
            story
                .factors
                .iter()
                .enumerate()
                .map(|(day, f)| f * (1.0 + 3.0 * opening(day))),
        );
        story
    }

    /// Returns how many of something there are, given how many there are for 800 customers.
    pub(super) fn scaled(&self, at_800: u64) -> u64 {
        ((u128::from(at_800) * u128::from(self.options.customers) + 400) / 800) as u64
    }

    /// Returns the size of the sample relative to 800 customers.
    pub(super) fn scale(&self) -> f64 {
        self.options.customers as f64 / 800.0
    }

    /// Returns the demand of a day relative to an ordinary one.
    fn factor(&self, day: i64) -> f64 {
        const MONTHS: [f64; 12] = [
            0.85, 0.92, 0.97, 0.95, 1.1, 1.0, 1.1, 0.95, 0.95, 1.02, 1.1, 1.5,
        ];
        const WEEKDAYS: [f64; 7] = [0.95, 0.9, 0.94, 0.95, 1.0, 1.1, 1.16];
        const BROADCAST: [f64; 6] = [1.3, 2.3, 1.7, 1.4, 1.2, 1.1];
        let (_, month, date) = self.calendar.month_of(day);
        let mut factor =
            MONTHS[(month as usize).clamp(1, 12) - 1] * WEEKDAYS[self.calendar.weekday(day)];
        factor *= match (month, date) {
            (5, 1..=10) | (7, 1..=12) => 1.45,
            (12, 5..=22) => 1.35,
            (1, 1..=3) => 0.6,
            (_, 25..=27) => 1.08,
            _ => 1.0,
        };
        if self
            .advocate
            .iter()
            .any(|post| (1..=3).contains(&(day - post / DAY)))
        {
            factor *= 2.0;
        }
        if let Some(since) = self.television.map(|t| day - t / DAY) {
            factor *= usize::try_from(since)
                .ok()
                .and_then(|d| BROADCAST.get(d))
                .unwrap_or(&1.0);
        }
        if let Some(since) = self.launch.map(|launch| day - launch) {
            factor *= match since {
                0..=6 => 2.0,
                7..=9 => 1.15,
                10 => 0.85,
                11.. => 0.4,
                _ => 1.0,
            };
        }
        factor
    }

    /// Returns the demand summed up to a day's start, in ordinary days.
    pub(super) fn demand_until(&self, day: i64) -> f64 {
        let index = usize::try_from(day)
            .unwrap_or(0)
            .min(self.cumulated.len() - 1);
        self.cumulated[index]
    }

    /// Returns the day at which the summed demand passes a level; `None` past the window.
    pub(super) fn day_of_demand(&self, level: f64) -> Option<i64> {
        let index = self.cumulated.partition_point(|c| *c <= level);
        (index < self.cumulated.len()).then(|| index as i64 - 1)
    }

    /// Returns the day of a first purchase for a uniform number in `0..1`.
    pub(super) fn arrival_day(&self, uniform: f64) -> i64 {
        let level = uniform * self.arrivals.last().copied().unwrap_or(0.0);
        let index = self.arrivals.partition_point(|c| *c <= level) as i64 - 1;
        index.clamp(0, self.calendar.last_day())
    }

    /// Tells whether a day is one of those on which people follow the advocate.
    pub(super) fn follows_advocate(&self, day: i64) -> bool {
        self.advocate
            .iter()
            .any(|post| (1..=3).contains(&(day - post / DAY)))
    }

    /// Returns the slot of the advocate's own customer record.
    pub(super) fn advocate_slot(&self) -> Option<u64> {
        (self.options.customers >= 10).then_some(self.options.customers / 10)
    }

    /// Returns the slot of the loudest detractor's customer record.
    pub(super) fn detractor_slot(&self) -> Option<u64> {
        (self.options.customers >= 10).then_some(self.options.customers / 7 + 1)
    }

    /// Returns the date of the last day.
    pub(super) fn as_of(&self) -> Date {
        self.calendar.date(self.calendar.last_day())
    }
}

/// The rush of the first weeks, when the shop's regulars move to the new online shop.
fn opening(day: usize) -> f64 {
    (1.0 - day as f64 / 60.0).max(0.0)
}

fn cumulate(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for value in values {
        sum += value;
        sums.push(sum);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_story_falls_on_its_dates() {
        let story = Story::new(&SampleOptions::default());
        let stamp = |m: Option<Moment>| m.map(|m| story.calendar.stamp(m)).unwrap_or_default();
        assert_eq!(stamp(story.flare), "2026-09-24 19:40:00");
        assert!(stamp(story.television).starts_with("2026-03-14"));
        assert!(stamp(story.copies).starts_with("2026-07-08"));
        assert_eq!(
            story.calendar.date(story.mailings[1].day).to_string(),
            "2026-09-01"
        );
        assert_eq!(story.mailings[1].name, "autumn-mail-2026");
        assert_eq!(story.mailings[0].name, "spring-mail-2026");
        assert!(story.advocate.len() >= 10);
    }

    #[test]
    fn short_window_drops_what_lies_before_it() {
        let story = Story::new(&SampleOptions {
            months: 1,
            ..SampleOptions::default()
        });
        assert_eq!(story.television, None);
        assert!(story.flare.is_some());
        assert_eq!(story.mailings.len(), 1);
    }

    #[test]
    fn last_week_sells_less_than_the_week_before() {
        let story = Story::new(&SampleOptions::default());
        let end = story.calendar.days() as i64;
        let week = |from: i64| story.demand_until(from + 7) - story.demand_until(from);
        assert!(week(end - 7) < 0.7 * week(end - 14));
    }

    #[test]
    fn demand_and_its_inverse_agree() {
        let story = Story::new(&SampleOptions::default());
        for day in [0, 1, 100, 500, story.calendar.last_day()] {
            assert_eq!(
                story.day_of_demand(story.demand_until(day) + 1e-9),
                Some(day)
            );
        }
        assert_eq!(story.day_of_demand(1e12), None);
    }
}
