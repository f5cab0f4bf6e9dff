//! What the pieces of an order line cost the shop.
//!
//! An export gives the cost of one piece, or of all pieces of the line; the latter counts where both stand. Unlike prices,
//! costs may be finer than the currency's smallest unit, as averages of purchases are: the cost of one piece is taken to
//! five decimals more, and only that of the line is rounded.

use super::rejects::{Reason, Reject};
use super::table::{Cells, Field};
use super::values::{ValueError, money};

/// Decimals that the cost of one piece may have beyond those of its currency.
const DECIMALS: u32 = 5;
/// Parts of a smallest unit in which the cost of one piece is kept.
const PARTS: i128 = 100_000;

/// The columns that tell what a line cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct CostFields {
    /// Cost of all pieces.
    pub all: Option<Field>,
    /// Cost of one piece.
    pub one: Option<Field>,
}

impl CostFields {
    /// Returns whether there is such a column.
    pub fn is_there(&self) -> bool {
        self.all.is_some() || self.one.is_some()
    }

    /// Reads what `quantity` pieces cost, in minor units of `currency`; `None` where neither column tells.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn read(
        &self,
        cells: &Cells<'_>,
        currency: &str,
        quantity: Option<i64>,
    ) -> Result<Option<i64>, Reject> {
        if let Some(cost) = cells.read(self.all, |text| of_line(text, currency))? {
            return Ok(Some(cost));
        }
        let one = cells.read(self.one, |text| of_one(text, currency))?;
        let (Some(one), Some(quantity)) = (one, quantity) else {
            return Ok(None);
        };
        times(one, quantity)
            .map(Some)
            .ok_or_else(|| cells.reject(self.one, Reason::Overflow))
    }
}

/// Reads the cost of a line in minor units; `None` for an empty cell.
///
/// # Errors
/// [`ValueError`] for what is no amount of this currency.
pub fn of_line(text: &str, currency: &str) -> Result<Option<i64>, ValueError> {
    money::rounded_units(text, currency, money::exponent(currency))
}

/// Reads the cost of one piece in 100,000ths of a minor unit; `None` for an empty cell.
///
/// # Errors
/// [`ValueError`] for what is no amount of this currency.
pub fn of_one(text: &str, currency: &str) -> Result<Option<i64>, ValueError> {
    money::rounded_units(text, currency, money::exponent(currency) + DECIMALS)
}

/// Returns what so many pieces cost in minor units, a half away from zero; `None` beyond all prices.
pub fn times(one: i64, quantity: i64) -> Option<i64> {
    let parts = i128::from(one) * i128::from(quantity);
    let half = PARTS / 2 * parts.signum();
    let cost = i64::try_from((parts + half) / PARTS).ok()?;
    money::bounded(cost)
}

/// Returns a cost below zero where the pieces come back, whatever sign the export writes before it.
pub fn signed(cost: i64, quantity: Option<i64>, amount: Option<i64>) -> i64 {
    let is_back = [quantity, amount]
        .into_iter()
        .flatten()
        .any(|number| number < 0);
    if is_back {
        -cost.saturating_abs()
    } else {
        cost
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces_of_broken_units_are_rounded_once() {
        for (text, currency, quantity, expected) in [
            ("412.5", "JPY", 1, 413),
            ("412.5", "JPY", 2, 825),
            ("412.5", "JPY", -1, -413),
            ("0.33333", "JPY", 3, 1),
            ("0.00001", "JPY", 49_999, 0),
            ("¥560", "JPY", 4, 2240),
            ("1.255", "USD", 3, 377),
            ("571.4285714285714", "JPY", 7, 4000),
        ] {
            let one = of_one(text, currency).unwrap().unwrap();
            assert_eq!(times(one, quantity), Some(expected), "{text} x {quantity}");
        }
        assert_eq!(of_line("1,101.5", "JPY"), Ok(Some(1102)));
        assert_eq!(of_one("", "JPY"), Ok(None));
        assert_eq!(of_one("$5", "JPY"), Err(ValueError::OtherCurrency));
        assert_eq!(times(i64::MAX, i64::MAX), None);
    }

    #[test]
    fn what_comes_back_costs_less_than_nothing() {
        assert_eq!(signed(500, Some(1), Some(900)), 500);
        assert_eq!(signed(500, Some(-1), Some(-900)), -500);
        assert_eq!(signed(-500, Some(-1), None), -500);
        assert_eq!(signed(500, None, Some(-900)), -500);
        assert_eq!(signed(500, None, None), 500);
    }

    proptest! {
        #[test]
        fn whole_costs_are_multiplied_exactly(
            cost in 0_i64..1_000_000,
            quantity in -1_000_i64..1_000,
        ) {
            let one = of_one(&cost.to_string(), "JPY").unwrap().unwrap();
            prop_assert_eq!(times(one, quantity), Some(cost * quantity));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}", quantity in any::<i64>()) {
            let _ = of_line(&text, "JPY");
            if let Ok(Some(one)) = of_one(&text, "JPY") {
                let _ = times(one, quantity);
            }
        }
    }
}
