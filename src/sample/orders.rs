//! What is in an order, what it costs, and what became of it.

use rand::{Rng, RngExt};

use super::calendar::{DAY, Moment};
use super::catalogue::{AUTUMN_GIFT, COUNT, PRODUCTS, Product, SUBSCRIPTION, Season, demand};
use super::people::{Record, Source};
use super::purchases::Reason;
use super::seed::{Domain, pick, stream, weighted};
use super::spool::Key;
use super::story::Story;

/// Goods worth this much, in yen, are delivered free.
const FREE_SHIPPING: i64 = 5_400;

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    New,
    InProgress,
    Sent,
    Cancelled,
    Returned,
}

/// One line of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub product: &'static Product,
    pub quantity: i64,
}

impl Line {
    /// Returns the line's amount in yen, tax included.
    pub(super) fn amount(&self) -> i64 {
        self.product.price * self.quantity
    }
}

/// An order; all money in yen, 8 % tax included.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub at: Moment,
    pub lines: Vec<Line>,
    pub goods: i64,
    pub discount: i64,
    pub shipping: i64,
    pub coupon: Option<&'static str>,
    pub status: Status,
    /// Ordered without logging in, though the customer is a member.
    pub logged_out: bool,
    /// Number of the payment method.
    pub payment: usize,
    /// Slot of the person a gift goes to.
    pub gift_to: Option<u64>,
    /// Moment of sending, cancelling or returning.
    pub settled_at: Moment,
}

impl Order {
    /// Returns goods less discount plus shipping.
    pub(super) fn total(&self) -> i64 {
        self.goods - self.discount + self.shipping
    }

    /// Returns the tax inside the total.
    pub(super) fn tax(&self) -> i64 {
        self.total() * 8 / 108
    }
}

/// Packs the reason of a purchase into a key's kind.
pub(super) fn reason_to_kind(reason: Reason) -> u8 {
    match reason {
        Reason::Own => 0,
        Reason::Subscription => 1,
        Reason::Mailing(number) => 2 + u8::try_from(number).unwrap_or(0),
    }
}

fn kind_to_reason(kind: u8) -> Reason {
    match kind {
        0 => Reason::Own,
        1 => Reason::Subscription,
        number => Reason::Mailing(usize::from(number - 2)),
    }
}

impl Story {
    /// Makes the order of a key; the key's value is the order value wished for, in yen.
    pub(super) fn order(&self, key: &Key, record: &Record) -> Order {
        let mut rng = stream(
            self.options.seed,
            Domain::Order,
            key.slot,
            key.ordinal.into(),
        );
        let reason = kind_to_reason(key.kind);
        let lines = self.lines(key, reason, &mut rng);
        let goods = lines.iter().map(Line::amount).sum();
        let (coupon, discount) = self.discount(key, reason, goods, &mut rng);
        let has_autumn_gift = lines
            .iter()
            .any(|l| l.product.id == PRODUCTS[AUTUMN_GIFT].id);
        let has_gift = lines.iter().any(|l| l.product.season == Season::Gift);
        let shipping = match record.person.address.place.prefecture_id {
            _ if reason == Reason::Subscription || goods - discount >= FREE_SHIPPING => 0,
            8..=15 | 19 | 20 | 22 => 600,
            1 | 47 => 1_300,
            _ => 800,
        };
        let status = self.status(key.at, has_autumn_gift, &mut rng);
        let gift = rng.random_bool(if has_gift { 0.6 } else { 0.02 });
        let receiver = rng.random_range(0..self.options.customers.max(1));
        Order {
            at: key.at,
            lines,
            goods,
            discount,
            shipping,
            coupon,
            status,
            logged_out: record.source == Source::Eccube
                && reason == Reason::Own
                && rng.random_bool(0.04),
            payment: weighted(&[0.58, 0.16, 0.14, 0.12], &mut rng),
            gift_to: gift.then_some(receiver),
            settled_at: (key.at + rng.random_range(8 * 3_600..2 * DAY))
                .min(self.calendar.end() - 1),
        }
    }

    /// Fills the basket until the wished value is about reached.
    fn lines(&self, key: &Key, reason: Reason, rng: &mut impl Rng) -> Vec<Line> {
        if reason == Reason::Subscription {
            return vec![Line {
                product: &PRODUCTS[SUBSCRIPTION],
                quantity: 1,
            }];
        }
        let day = key.at / DAY;
        let (_, month, _) = self.calendar.month_of(day);
        let on_sale = self
            .launch
            .is_some_and(|launch| (launch..launch + 11).contains(&day));
        let mut weights: [f64; COUNT] = PRODUCTS.map(|p| demand(&p, month));
        weights[AUTUMN_GIFT] *= if on_sale { 3.0 } else { 0.0 };
        if self.follows_advocate(day) {
            weights[self.praised_product(day)] *= 5.0;
        }
        let wish = f64::from(key.value) * 0.95;
        let mut lines: Vec<Line> = Vec::new();
        let mut sum = 0;
        while lines.len() < 6 && (lines.is_empty() || (sum as f64) < wish) {
            let index = weighted(&weights, rng);
            weights[index] = 0.0;
            let product = &PRODUCTS[index];
            let quantity = match rng.random_range(0..100) {
                0..=84 => 1,
                85..=95 => 2,
                _ => 3,
            };
            let line = Line { product, quantity };
            sum += line.amount();
            lines.push(line);
        }
        lines
    }

    /// Returns the index of the product the advocate praises around a day.
    pub(super) fn praised_product(&self, day: i64) -> usize {
        const PRAISED: [usize; 4] = [5, 2, 0, 4];
        let number = self
            .advocate
            .iter()
            .filter(|post| **post / DAY <= day)
            .count();
        PRAISED[number % PRAISED.len()]
    }

    fn discount(
        &self,
        key: &Key,
        reason: Reason,
        goods: i64,
        rng: &mut impl Rng,
    ) -> (Option<&'static str>, i64) {
        if let Reason::Mailing(number) = reason {
            let coupon = self.mailings.get(number).map(|m| m.coupon);
            return (coupon, goods / 10);
        }
        if reason == Reason::Subscription {
            return (None, 0);
        }
        let (_, month, date) = self.calendar.month_of(key.at / DAY);
        let season = match (month, date) {
            (7 | 8, _) => Some(("NATSU300", 300)),
            (11, 25..) | (12, 1..=20) => Some(("GIFT500", 500)),
            _ => None,
        };
        match season {
            Some((coupon, off)) if goods >= 3_000 && rng.random_bool(0.14) => (Some(coupon), off),
            _ if rng.random_bool(0.07) => (
                None,
                (*pick(&[50, 100, 100, 200, 300, 500], rng)).min(goods / 2),
            ),
            _ => (None, 0),
        }
    }

    /// Draws what became of an order; the flare-up brings returns and cancellations.
    fn status(&self, at: Moment, has_autumn_gift: bool, rng: &mut impl Rng) -> Status {
        let after = self.flare.is_some_and(|flare| at >= flare);
        let spoiled = self.flare.is_some() && has_autumn_gift && !after;
        let (cancelled, returned) = match () {
            () if after => (0.16, 0.0),
            () if spoiled => (0.05, 0.13),
            () => (0.018, 0.009),
        };
        let draw: f64 = rng.random();
        let left = self.calendar.end() - at;
        if draw < cancelled {
            Status::Cancelled
        } else if draw < cancelled + returned && left > 3 * DAY {
            Status::Returned
        } else if left < DAY {
            Status::New
        } else if left < 2 * DAY + DAY / 2 {
            Status::InProgress
        } else {
            Status::Sent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SampleOptions;
    use super::*;

    fn orders(count: u64) -> Vec<Order> {
        let story = Story::new(&SampleOptions::default());
        let mut orders = Vec::new();
        for slot in 0..count {
            let record = story.record(slot);
            for (ordinal, p) in story.timeline(slot).purchases.iter().enumerate() {
                let kind = reason_to_kind(p.reason);
                let key = Key {
                    at: p.at,
                    slot,
                    ordinal: ordinal as u32,
                    kind,
                    value: 4_000,
                };
                orders.push(story.order(&key, &record));
            }
        }
        orders
    }

    #[test]
    fn totals_add_up_and_discounts_never_exceed_the_goods() {
        for order in orders(400) {
            assert_eq!(
                order.goods,
                order.lines.iter().map(Line::amount).sum::<i64>()
            );
            assert_eq!(order.total(), order.goods - order.discount + order.shipping);
            assert!(order.discount >= 0 && order.discount < order.goods);
            assert!(!order.lines.is_empty());
        }
    }

    #[test]
    fn a_basket_names_a_product_once() {
        for order in orders(400) {
            let mut ids: Vec<u32> = order.lines.iter().map(|l| l.product.id).collect();
            ids.sort_unstable();
            let before = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), before);
        }
    }

    #[test]
    fn reasons_survive_their_packing() {
        for reason in [
            Reason::Own,
            Reason::Subscription,
            Reason::Mailing(0),
            Reason::Mailing(1),
        ] {
            assert_eq!(kind_to_reason(reason_to_kind(reason)), reason);
        }
    }
}
