//! What happened, year by year.

use super::super::facts::{Event, What};
use super::{Context, SHOWN_LETTERS, SheetEvent, SheetYear, numbers, shortened, tone};

/// What is shown of an event.
#[derive(Default)]
struct Shown {
    label: String,
    group: &'static str,
    tone: &'static str,
    text: String,
    details: Vec<String>,
}

impl Context<'_> {
    /// Returns the years, and what is to know of them.
    pub(super) fn timeline(&self) -> (Vec<SheetYear>, Vec<String>) {
        let karte = self.karte;
        let mut years: Vec<SheetYear> = Vec::new();
        for event in &karte.events {
            let year = event.when.day.split('-').next().unwrap_or_default();
            let shown = self.event(event);
            match years.last_mut() {
                Some(last) if last.year == year => last.events.push(shown),
                _ => years.push(SheetYear {
                    year: year.to_owned(),
                    events: vec![shown],
                }),
            }
        }
        let mut notes = Vec::new();
        if karte.is_analysed && karte.events.is_empty() {
            notes.push(self.words.get("karte.no_events").to_owned());
        }
        if karte.older_event_count > 0 {
            let count = self.numbers.count(karte.older_event_count);
            notes.push(self.words.fill("karte.older", &[("count", &count)]));
        }
        (years, notes)
    }

    fn event(&self, event: &Event) -> SheetEvent {
        let shown = self.shown(&event.what);
        SheetEvent {
            day: event.when.day.clone(),
            time: event.when.time.clone().unwrap_or_default(),
            label: shown.label,
            group: shown.group,
            tone: shown.tone,
            text: shortened(&shown.text, SHOWN_LETTERS),
            detail: self.list(shown.details),
        }
    }

    fn shown(&self, what: &What) -> Shown {
        let words = self.words;
        let quiet = Shown {
            group: "other",
            tone: "silent",
            ..Shown::default()
        };
        match what {
            What::Registered {
                source,
                customer_id,
            } => Shown {
                label: words.get("karte_event.registered").to_owned(),
                text: format!("{source}/{customer_id}"),
                ..quiet
            },
            What::Linked {
                platform,
                account,
                method,
            } => {
                let method = method.as_deref().unwrap_or_default();
                Shown {
                    label: words.get("karte_event.linked").to_owned(),
                    text: format!("{} {account}", words.name("platform", platform)),
                    details: vec![words.name("karte_method", method).to_owned()],
                    ..quiet
                }
            }
            What::Order { .. } => self.order(what, quiet),
            What::Said {
                platform,
                post_kind,
                text,
                sentiment,
                label,
                ..
            } => Shown {
                label: words.name("karte_kind", post_kind).to_owned(),
                group: "said",
                tone: tone(label.as_deref()),
                text: text.clone(),
                details: vec![
                    words.name("platform", platform).to_owned(),
                    self.score(*sentiment, label.as_deref()),
                ],
            },
            What::Answered {
                platform,
                text,
                minutes,
                answered_by,
                ..
            } => Shown {
                label: words.get("karte_event.answered").to_owned(),
                group: "answer",
                text: text.clone(),
                details: vec![
                    words.name("platform", platform).to_owned(),
                    answered_by.clone().unwrap_or_default(),
                    minutes
                        .map(|minutes| {
                            let time = self.numbers.minutes(minutes);
                            words.fill("karte.answered_in", &[("time", &time)])
                        })
                        .unwrap_or_default(),
                ],
                ..quiet
            },
            What::Assigned {
                audience,
                campaign,
                arm,
            } => Shown {
                label: words.name("karte_arm", arm).to_owned(),
                group: "contact",
                text: campaign.clone(),
                details: vec![audience.clone().unwrap_or_default()],
                ..quiet
            },
            What::Contact {
                channel,
                campaign,
                state,
            } => Shown {
                label: words.name("karte_state", state).to_owned(),
                group: "contact",
                text: campaign.clone(),
                details: vec![words.name("purpose", channel).to_owned()],
                ..quiet
            },
        }
    }

    fn order(&self, what: &What, quiet: Shown) -> Shown {
        let What::Order {
            source,
            order_id,
            status,
            spend_minor,
            currency,
            channel,
            store,
            coupon,
            products,
        } = what
        else {
            return quiet;
        };
        let words = self.words;
        let currency = currency.as_deref().unwrap_or(&self.karte.currency);
        let money = numbers(self.numbers.lang, currency);
        let coupon = coupon.as_ref().map(|coupon| {
            let slots = [("coupon", coupon.as_str())];
            words.fill("karte.coupon", &slots)
        });
        Shown {
            label: words.name("karte_order", status).to_owned(),
            group: "order",
            text: self.list(products.iter().cloned()),
            details: vec![
                spend_minor
                    .map(|spend| money.money(spend))
                    .unwrap_or_default(),
                channel.clone().unwrap_or_default(),
                store.clone().unwrap_or_default(),
                coupon.unwrap_or_default(),
                format!("{source} {order_id}"),
            ],
            ..quiet
        }
    }
}
