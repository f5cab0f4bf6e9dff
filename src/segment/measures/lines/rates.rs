//! Amounts of lines in the workspace's currency.

use std::sync::Arc;

use polars::prelude::*;

use super::places::Places;
use crate::blocks::gathered;
use crate::config::MoneyConfig;
use crate::schema::orders;
use crate::segment::Input;
use crate::segment::measures::names::Names;
use crate::segment::purchases::factor;

/// An order without a currency.
const NONE: u32 = u32::MAX;

/// What becomes of the amounts of one currency.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rate {
    /// They are in the workspace's currency.
    Own,
    /// They are multiplied.
    Times(f64),
    /// There is no rate.
    Unknown,
}

impl Rate {
    fn of(currency: &str, money: &MoneyConfig) -> Self {
        match money.rates.get(currency) {
            Some(rate) => Self::Times(factor(money, currency, *rate)),
            None if currency == money.currency => Self::Own,
            None => Self::Unknown,
        }
    }

    /// Returns an amount in whole minor units of the workspace's currency, as those of orders are.
    fn converted(self, amount: i64) -> Option<i64> {
        match self {
            Self::Own => Some(amount),
            Self::Times(factor) => {
                let exchanged = (amount as f64 * factor).round_ties_even();
                (exchanged.abs() < i64::MAX as f64).then_some(exchanged as i64)
            }
            Self::Unknown => None,
        }
    }
}

/// The rates of all orders.
pub(super) struct Rates {
    /// Number of the currency of each order.
    of_orders: Vec<u32>,
    /// The rate of each currency.
    rates: Vec<Rate>,
}

impl Rates {
    /// Reads the currencies of orders; nothing where there are no rates, as every purchase is in the workspace's currency then.
    pub(super) fn read(
        input: &Input,
        places: &Arc<Places>,
        order_count: usize,
        money: &MoneyConfig,
    ) -> PolarsResult<Option<Self>> {
        if money.rates.is_empty() {
            return Ok(None);
        }
        let currencies = input.orders.clone().select([
            orders::SOURCE.expr(),
            orders::ORDER_ID.expr(),
            orders::CURRENCY.expr(),
        ]);
        let gatherer = Currencies {
            places: Arc::clone(places),
            names: Names::default(),
            of_orders: vec![NONE; order_count],
        };
        let found = gathered(currencies, gatherer, Currencies::take)?;
        let names = found.names.texts().iter();
        Ok(Some(Self {
            rates: names.map(|name| Rate::of(name, money)).collect(),
            of_orders: found.of_orders,
        }))
    }

    /// Returns an amount of an order in the workspace's currency; nothing in a currency without a rate.
    pub(super) fn converted(&self, place: usize, amount: i64) -> Option<i64> {
        let rate = self.rates.get(self.of_orders[place] as usize)?;
        rate.converted(amount)
    }
}

struct Currencies {
    places: Arc<Places>,
    names: Names,
    of_orders: Vec<u32>,
}

impl Currencies {
    fn take(&mut self, block: &DataFrame) -> PolarsResult<()> {
        let sources = block.column(orders::SOURCE.name)?.str()?;
        let order_ids = block.column(orders::ORDER_ID.name)?.str()?;
        let currencies = block.column(orders::CURRENCY.name)?.str()?;
        let keys = sources.iter().zip(order_ids.iter());
        for ((source, order_id), currency) in keys.zip(currencies.iter()) {
            let (Some(source), Some(order_id), Some(currency)) = (source, order_id, currency)
            else {
                continue;
            };
            if let Some(place) = self.places.find(source, order_id) {
                self.of_orders[place] = self.names.number(currency);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_number() {
        let rate = Rate::Times(0.5);
        let amounts = [1, 3, 5, -1, -3, 4, 0];
        let found = amounts.map(|amount| rate.converted(amount));
        assert_eq!(found, [0, 2, 2, 0, -2, 2, 0].map(Some));
        assert_eq!(Rate::Own.converted(7), Some(7));
        assert_eq!(Rate::Unknown.converted(7), None);
        assert_eq!(Rate::Times(1e9).converted(i64::MAX), None);
    }
}
