//! What happened: records, links, orders, campaigns and messages.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::rows::{Key, Scope, each};
use super::who::Link;
use crate::error::{Error, Result};
use crate::report::karte::{Event, Karte, Moment, What};
use crate::schema::{assignments, contacts, order_lines, orders};

/// Products of one order that are named.
const MOST_PRODUCTS: usize = 20;

/// Returns everything but what was said, in no order.
pub(super) fn events(scope: &Scope<'_>, karte: &Karte, links: &[Link]) -> Result<Vec<Event>> {
    let mut events = registered(scope, karte);
    for link in links {
        if let Some(declared_at) = link.declared_at {
            let what = What::Linked {
                platform: link.account.0.clone(),
                account: link.name(),
                method: link.method.clone(),
            };
            events.push(event(scope, declared_at, what));
        }
    }
    events.extend(bought(scope)?);
    events.extend(contacted(scope)?);
    events.extend(assigned(scope)?);
    Ok(events)
}

/// Sorts events, the newest first, in an order that nothing else changes.
pub(super) fn sort(events: &mut Vec<Event>) {
    let mut keyed: Vec<((String, u8, String), Event)> = std::mem::take(events)
        .into_iter()
        .map(|event| (rank(&event), event))
        .collect();
    keyed.sort_by(|(left, _), (right, _)| right.cmp(left));
    events.extend(keyed.into_iter().map(|(_, event)| event));
}

/// Returns what an event is sorted by: its instant, its place among events of one instant, and its id.
fn rank(event: &Event) -> (String, u8, String) {
    let (place, id) = match &event.what {
        What::Registered {
            source,
            customer_id,
        } => (0, format!("{source}/{customer_id}")),
        What::Linked {
            platform, account, ..
        } => (1, format!("{platform}/{account}")),
        What::Order {
            source, order_id, ..
        } => (2, format!("{source}/{order_id}")),
        What::Assigned { campaign, arm, .. } => (3, format!("{campaign}/{arm}")),
        What::Contact {
            channel,
            campaign,
            state,
        } => (4, format!("{campaign}/{channel}/{state}")),
        What::Said {
            source, post_id, ..
        } => (5, format!("{source}/{post_id}")),
        What::Answered {
            source, post_id, ..
        } => (6, format!("{source}/{post_id}")),
    };
    (instant_key(&event.at), place, id)
}

/// Returns an instant as a text that sorts as it does: of the same length whatever its fraction.
fn instant_key(at: &str) -> String {
    let instant: jiff::Timestamp = at.parse().unwrap_or_default();
    // Before 1970 as well: the calendar begins less than 2^63 microseconds before.
    let micros = i128::from(instant.as_microsecond()) + (1i128 << 63);
    format!("{micros:020}")
}

fn event(scope: &Scope<'_>, micros: i64, what: What) -> Event {
    let (at, when) = scope.moment(micros);
    Event { at, when, what }
}

fn registered(scope: &Scope<'_>, karte: &Karte) -> Vec<Event> {
    let zone = scope.as_of.time_zone();
    let found = karte.records.iter().filter_map(|record| {
        let day: jiff::civil::Date = record.registered_on.as_deref()?.parse().ok()?;
        let start = day.to_zoned(zone.clone()).ok()?.timestamp();
        (start < scope.as_of.instant()).then(|| Event {
            at: start.to_string(),
            when: Moment {
                day: day.to_string(),
                time: None,
            },
            what: What::Registered {
                source: record.source.clone(),
                customer_id: record.customer_id.clone(),
            },
        })
    });
    found.collect()
}

/// Returns orders and returns with their products.
fn bought(scope: &Scope<'_>) -> Result<Vec<Event>> {
    let is_before = scope.is_before(orders::ORDERED_AT);
    let rows = scope.of_keys(
        &orders::TABLE,
        [orders::SOURCE, orders::CUSTOMER_ID],
        &[
            orders::ORDER_ID,
            orders::ORDERED_AT,
            orders::STATUS,
            orders::SPEND_MINOR,
            orders::CURRENCY,
            orders::CHANNEL,
            orders::STORE,
            orders::COUPON,
        ],
        scope.records,
        Some(is_before),
    )?;
    let read = Error::frame("read the orders of a person");
    let keys: PolarsResult<BTreeSet<Key>> = each(&rows)
        .map(|row| row.key([orders::SOURCE, orders::ORDER_ID]))
        .collect();
    let mut products = products(scope, &keys.map_err(&read)?)?;
    let mut found = || -> PolarsResult<Vec<Event>> {
        let mut events = Vec::new();
        for row in each(&rows) {
            let Some(ordered_at) = row.instant(orders::ORDERED_AT)? else {
                continue;
            };
            let key = row.key([orders::SOURCE, orders::ORDER_ID])?;
            let what = What::Order {
                products: products.remove(&key).unwrap_or_default(),
                source: key.0,
                order_id: key.1,
                status: row.word(orders::STATUS)?,
                spend_minor: row.integer(orders::SPEND_MINOR)?,
                currency: row.text(orders::CURRENCY)?,
                channel: row.text(orders::CHANNEL)?,
                store: row.text(orders::STORE)?,
                coupon: row.text(orders::COUPON)?,
            };
            events.push(event(scope, ordered_at, what));
        }
        Ok(events)
    };
    found().map_err(&read)
}

/// Returns the products of orders in their order, with their pieces where there are several.
fn products(scope: &Scope<'_>, orders: &BTreeSet<Key>) -> Result<BTreeMap<Key, Vec<String>>> {
    let mut products: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    if orders.is_empty() {
        return Ok(products);
    }
    let key = [order_lines::SOURCE, order_lines::ORDER_ID];
    let columns = [
        order_lines::LINE_NUMBER,
        order_lines::PRODUCT_CODE,
        order_lines::PRODUCT_NAME,
        order_lines::QUANTITY,
    ];
    let rows = scope.of_keys(&order_lines::TABLE, key, &columns, orders, None)?;
    let mut read = || -> PolarsResult<()> {
        let mut lines = Vec::new();
        for row in each(&rows) {
            let name = match row.text(order_lines::PRODUCT_NAME)? {
                Some(name) => Some(name),
                None => row.text(order_lines::PRODUCT_CODE)?,
            };
            let number = row.integer(order_lines::LINE_NUMBER)?;
            let quantity = row.integer(order_lines::QUANTITY)?;
            if let Some(name) = name {
                lines.push((row.key(key)?, number, name, quantity));
            }
        }
        lines.sort();
        for (order, _, name, quantity) in lines {
            let named = products.entry(order).or_default();
            if named.len() == MOST_PRODUCTS {
                named.push("…".to_owned());
            } else if named.len() < MOST_PRODUCTS {
                named.push(match quantity {
                    None | Some(1) => name,
                    Some(quantity) => format!("{name} ×{quantity}"),
                });
            }
        }
        Ok(())
    };
    read().map_err(Error::frame("read the products of a person"))?;
    Ok(products)
}

/// Returns the steps of messages; a plan is told until it was carried out.
fn contacted(scope: &Scope<'_>) -> Result<Vec<Event>> {
    let rows = scope.of_records(
        &contacts::TABLE,
        [contacts::SOURCE, contacts::CUSTOMER_ID],
        &[
            contacts::CHANNEL,
            contacts::CAMPAIGN,
            contacts::STATE,
            contacts::HAPPENED_AT,
            contacts::OBSERVED_AT,
        ],
    )?;
    let until = scope.until();
    let found = || -> PolarsResult<Vec<Event>> {
        let mut done = BTreeSet::new();
        let mut steps = Vec::new();
        for row in each(&rows) {
            let message = (row.word(contacts::CHANNEL)?, row.word(contacts::CAMPAIGN)?);
            let state = row.word(contacts::STATE)?;
            let at = row.instant(contacts::HAPPENED_AT)?;
            let observed_at = row.instant(contacts::OBSERVED_AT)?;
            let Some(at) = at else { continue };
            let is_known = match state.as_str() {
                // Plans are of the time to come.
                PLANNED => observed_at.is_none_or(|observed| observed <= until),
                _ => at < until,
            };
            if !is_known {
                continue;
            }
            if state != PLANNED {
                done.insert(message.clone());
            }
            steps.push((message, state, at));
        }
        let steps = steps
            .into_iter()
            .filter(|(message, state, _)| state != PLANNED || !done.contains(message));
        Ok(steps
            .map(|((channel, campaign), state, at)| {
                let what = What::Contact {
                    channel,
                    campaign,
                    state,
                };
                event(scope, at, what)
            })
            .collect())
    };
    found().map_err(Error::frame("read the messages to a person"))
}

/// State of a message that is still to be sent.
const PLANNED: &str = "planned";

/// Returns the campaigns that the person was drawn for.
fn assigned(scope: &Scope<'_>) -> Result<Vec<Event>> {
    let rows = scope.of_records(
        &assignments::TABLE,
        [assignments::SOURCE, assignments::CUSTOMER_ID],
        &[
            assignments::AUDIENCE,
            assignments::CAMPAIGN,
            assignments::ARM,
            assignments::ASSIGNED_AT,
            assignments::OBSERVED_AT,
        ],
    )?;
    let until = scope.until();
    let found = || -> PolarsResult<Vec<Event>> {
        let mut events = Vec::new();
        for row in each(&rows) {
            let at = match row.instant(assignments::ASSIGNED_AT)? {
                Some(at) => Some(at),
                None => row.instant(assignments::OBSERVED_AT)?,
            };
            // koe itself draws at the as-of instant.
            let Some(at) = at.filter(|at| *at <= until) else {
                continue;
            };
            let what = What::Assigned {
                audience: row.text(assignments::AUDIENCE)?,
                campaign: row.word(assignments::CAMPAIGN)?,
                arm: row.word(assignments::ARM)?,
            };
            events.push(event(scope, at, what));
        }
        Ok(events)
    };
    found().map_err(Error::frame("read the campaigns of a person"))
}
