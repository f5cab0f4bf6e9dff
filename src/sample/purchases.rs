//! When a customer buys: gamma rates, beta dropout, gamma-gamma spend, subscriptions and mailings.
//!
//! The behaviour is that of the BG/NBD model (Fader, Hardie and Lee 2005) with the chance of leaving
//! also after the first purchase, in an operational time that runs faster on days of strong demand.

use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution, Exp, Gamma};

use super::calendar::{DAY, HOUR, Moment};
use super::people::Source;
use super::seed::{Domain, fraction, hash, stream, weighted};
use super::story::{MAILING_DAYS, Story};

/// Shape and mean (per week) of the gamma distribution of purchase rates.
const RATE: (f64, f64) = (0.85, 0.064);
/// Parameters of the beta distribution of the chance of leaving after a purchase.
const LEAVING: (f64, f64) = (1.0, 3.4);
/// Share of customers with the monthly delivery.
const SUBSCRIBERS: f64 = 0.07;
/// Shape of one customer's order values.
const SPEND_SHAPE: f64 = 6.0;
/// Shape and mean (yen) of the customers' typical order values.
const SPEND: (f64, f64) = (4.0, 4_050.0);

/// Why an order was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Of the customer's own accord.
    Own,
    /// The monthly delivery.
    Subscription,
    /// A mailing, by its number in the story.
    Mailing(usize),
}

/// One purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Purchase {
    pub at: Moment,
    pub reason: Reason,
}

/// The arm of a mailing a customer was drawn into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arm {
    Treated,
    Control,
}

/// A customer record's whole history and the truth behind it.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    /// Purchases per ordinary week while active.
    pub rate: f64,
    /// Chance of leaving after a purchase.
    pub leaving: f64,
    /// Typical order value in yen.
    pub spend: f64,
    pub subscriber: bool,
    /// Day on which the customer gave up the shop, if it lies in the window.
    pub dropped: Option<i64>,
    /// Purchases, oldest first; never empty.
    pub purchases: Vec<Purchase>,
}

impl Story {
    /// Draws the history of a slot.
    pub(super) fn timeline(&self, slot: u64) -> Timeline {
        let mut rng = stream(self.options.seed, Domain::Timeline, slot, 0);
        let source = self.source(slot);
        let named = self.advocate_slot() == Some(slot);
        let subscriber = source != Source::Guest && (rng.random_bool(SUBSCRIBERS) || named);
        let mut timeline = Timeline {
            rate: gamma(RATE.0, RATE.1 / RATE.0, &mut rng),
            leaving: Beta::new(LEAVING.0, LEAVING.1).map_or(0.25, |b| b.sample(&mut rng)),
            spend: SPEND.1 * (SPEND.0 - 1.0) / gamma(SPEND.0, 1.0, &mut rng).max(0.4),
            subscriber,
            dropped: None,
            purchases: Vec::new(),
        };
        if source == Source::Guest {
            timeline.rate *= 0.3;
            timeline.leaving = 0.8;
        }
        if subscriber {
            timeline.rate *= 0.5;
            timeline.leaving = if named { 0.0 } else { 0.045 };
        }
        let first = if named {
            3
        } else {
            self.arrival_day(rng.random())
        };
        let at = self.moment_of_order(first, &mut rng);
        timeline.purchases.push(Purchase {
            at,
            reason: Reason::Own,
        });
        if subscriber {
            self.subscribe(&mut timeline, first, &mut rng);
        }
        self.repeat(&mut timeline, first, &mut rng);
        self.answer_mailings(slot, &mut timeline, &mut rng);
        timeline.purchases.sort_unstable_by_key(|p| p.at);
        timeline.purchases.dedup_by_key(|p| p.at);
        timeline
    }

    /// Adds the monthly deliveries; a subscriber leaves after a delivery, never between.
    fn subscribe(&self, timeline: &mut Timeline, first: i64, rng: &mut impl Rng) {
        let mut day = first + 28;
        while day <= self.calendar.last_day() {
            let at = day * DAY + 6 * HOUR + rng.random_range(0..1_800);
            timeline.purchases.push(Purchase {
                at,
                reason: Reason::Subscription,
            });
            if rng.random_bool(timeline.leaving) {
                timeline.dropped = self.leave(day, rng);
                return;
            }
            day += 28;
        }
    }

    /// Adds repeat purchases until the customer leaves or the window ends.
    fn repeat(&self, timeline: &mut Timeline, first: i64, rng: &mut impl Rng) {
        let Ok(gap) = Exp::new((timeline.rate / 7.0).max(1e-9)) else {
            return;
        };
        let end = timeline.dropped.unwrap_or(i64::MAX);
        let mut level = self.demand_until(first + 1);
        let mut last = first;
        loop {
            if !timeline.subscriber && rng.random_bool(timeline.leaving.clamp(0.0, 1.0)) {
                timeline.dropped = self.leave(last, rng);
                return;
            }
            level += gap.sample(rng);
            let Some(day) = self.day_of_demand(level).filter(|day| *day < end) else {
                return;
            };
            let at = self.moment_of_order(day, rng);
            timeline.purchases.push(Purchase {
                at,
                reason: Reason::Own,
            });
            last = day;
        }
    }

    /// Returns the day a customer gives up after the purchase of a day.
    fn leave(&self, last: i64, rng: &mut impl Rng) -> Option<i64> {
        let day = last + rng.random_range(12..=24);
        (day <= self.calendar.last_day()).then_some(day)
    }

    /// Adds the orders that treated customers place because of a mailing.
    fn answer_mailings(&self, slot: u64, timeline: &mut Timeline, rng: &mut impl Rng) {
        for (number, mailing) in self.mailings.iter().enumerate() {
            let (chance, day, second) = (
                rng.random::<f64>(),
                mailing.day + weighted(&ANSWER_DAYS, rng) as i64,
                rng.random_range(0..5 * HOUR),
            );
            if self.arm(slot, number, timeline) != Some(Arm::Treated) {
                continue;
            }
            let gone = timeline
                .dropped
                .is_some_and(|dropped| dropped <= mailing.day);
            let lift = if gone {
                mailing.lift * 0.2
            } else {
                mailing.lift
            };
            if chance < lift && day <= self.calendar.last_day() {
                let at = day * DAY + 18 * HOUR + second;
                timeline.purchases.push(Purchase {
                    at,
                    reason: Reason::Mailing(number),
                });
            }
        }
    }

    /// Returns the arm of a slot in a mailing; `None` for those who may not be mailed or came too late.
    pub(super) fn arm(&self, slot: u64, number: usize, timeline: &Timeline) -> Option<Arm> {
        let mailing = self.mailings.get(number)?;
        let known = timeline
            .purchases
            .first()
            .is_some_and(|p| p.at / DAY < mailing.day - 7);
        if !known || !self.accepts_email(slot) || self.source(slot) == Source::Guest {
            return None;
        }
        let share = fraction(hash(
            self.options.seed,
            Domain::Assignment,
            slot,
            number as u64,
        ));
        Some(if share < 0.2 {
            Arm::Control
        } else {
            Arm::Treated
        })
    }

    /// Tells whether a customer agreed to be written to by e-mail.
    pub(super) fn accepts_email(&self, slot: u64) -> bool {
        fraction(hash(self.options.seed, Domain::Consent, slot, 0)) < 0.66
    }

    /// Draws the time of day of an order: lunch, and the evening most of all.
    fn moment_of_order(&self, day: i64, rng: &mut impl Rng) -> Moment {
        const HOURS: [f64; 24] = [
            2.2, 1.0, 0.5, 0.3, 0.3, 0.6, 1.4, 2.6, 3.6, 4.2, 4.6, 4.6, 6.4, 5.0, 4.0, 4.0, 4.2,
            4.4, 4.8, 6.0, 7.6, 8.8, 8.0, 5.0,
        ];
        let hour = weighted(&HOURS, rng) as Moment;
        day * DAY + hour * HOUR + rng.random_range(0..HOUR)
    }
}

/// How the answers to a mailing spread over the days after it.
const ANSWER_DAYS: [f64; MAILING_DAYS as usize] = [
    6.0, 5.0, 3.0, 2.0, 2.0, 1.5, 1.5, 1.0, 1.0, 0.8, 0.8, 0.6, 0.6, 0.6,
];

impl Timeline {
    /// Draws the value of one order, in yen (the second gamma of the gamma-gamma model).
    pub(super) fn order_value(&self, rng: &mut impl Rng) -> f64 {
        gamma(SPEND_SHAPE, self.spend / SPEND_SHAPE, rng)
    }

    /// Returns a word for the kind of customer.
    pub(super) fn idea(&self, last_day: i64) -> &'static str {
        let count = self.purchases.len();
        let gone = self.dropped.is_some();
        let newest = self.purchases.last().map_or(0, |p| p.at / DAY);
        match () {
            () if self.subscriber && !gone => "subscriber",
            () if self.subscriber => "former_subscriber",
            () if count >= 6 && !gone => "regular",
            () if count >= 6 => "lost_regular",
            () if count == 1 && gone => "one_time",
            () if count == 1 && last_day - newest < 60 => "new",
            () if gone => "lapsed",
            () => "occasional",
        }
    }
}

fn gamma(shape: f64, scale: f64, rng: &mut impl Rng) -> f64 {
    Gamma::new(shape, scale).map_or(shape * scale, |g| g.sample(rng))
}

#[cfg(test)]
mod tests {
    use super::super::SampleOptions;
    use super::*;

    #[test]
    fn histories_are_ordered_and_stay_in_the_window() {
        let story = Story::new(&SampleOptions::default());
        for slot in 0..800 {
            let timeline = story.timeline(slot);
            assert!(!timeline.purchases.is_empty());
            assert!(timeline.purchases.windows(2).all(|w| w[0].at < w[1].at));
            assert!(
                timeline
                    .purchases
                    .iter()
                    .all(|p| (0..story.calendar.end()).contains(&p.at))
            );
        }
    }

    #[test]
    fn nobody_buys_of_their_own_accord_after_leaving() {
        let story = Story::new(&SampleOptions::default());
        for slot in 0..3_000 {
            let timeline = story.timeline(slot);
            if let Some(dropped) = timeline.dropped {
                let own = timeline
                    .purchases
                    .iter()
                    .filter(|p| p.reason == Reason::Own);
                assert!(own.clone().all(|p| p.at / DAY <= dropped), "slot {slot}");
            }
        }
    }

    #[test]
    fn treated_customers_answer_a_mailing_and_controls_do_not() {
        let story = Story::new(&SampleOptions {
            customers: 20_000,
            ..SampleOptions::default()
        });
        let mut seen = [0; 2];
        let mut answered = [0; 2];
        for slot in 0..20_000 {
            let timeline = story.timeline(slot);
            let Some(arm) = story.arm(slot, 1, &timeline) else {
                continue;
            };
            seen[arm as usize] += 1;
            answered[arm as usize] += usize::from(
                timeline
                    .purchases
                    .iter()
                    .any(|p| p.reason == Reason::Mailing(1)),
            );
        }
        let share = f64::from(seen[1]) / f64::from(seen[0] + seen[1]);
        assert!((0.18..0.22).contains(&share), "{share}");
        assert!(answered[0] > 100);
        assert_eq!(answered[1], 0);
    }

    #[test]
    fn rates_differ_between_customers() {
        let story = Story::new(&SampleOptions::default());
        let mut rates: Vec<f64> = (0..800).map(|s| story.timeline(s).rate).collect();
        rates.sort_by(f64::total_cmp);
        assert!(
            rates[720] > 8.0 * rates[200],
            "{} {}",
            rates[720],
            rates[200]
        );
    }
}
