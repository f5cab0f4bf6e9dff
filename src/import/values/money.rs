//! Amounts of money as integers of the currency's smallest unit.

use super::widths::narrow;
use super::{ValueError, decimal};

/// Marks an amount may carry and the currencies they may stand for; none for any.
const MARKS: &[(&str, &[&str])] = &[
    ("JPY", &["JPY"]),
    ("USD", &["USD"]),
    ("EUR", &["EUR"]),
    ("GBP", &["GBP"]),
    ("KRW", &["KRW"]),
    ("CNY", &["CNY"]),
    ("円", &["JPY"]),
    ("元", &["CNY", "TWD"]),
    ("¥", &["JPY", "CNY"]),
    ("\\", &["JPY"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("₩", &["KRW"]),
];

/// Currencies whose amounts `$` does not stand before.
const NOT_DOLLARS: &[&str] = &["JPY", "EUR", "GBP", "KRW", "CNY"];

/// Largest amount, in minor units, either way: what is larger is a code in the wrong column, and thousands of such amounts
/// would have a sum beyond 64 bits.
pub const MOST_MINOR: i64 = 1_000_000_000_000_000;

/// Returns an amount in minor units that is not beyond [`MOST_MINOR`].
pub fn bounded(amount: i64) -> Option<i64> {
    (amount.unsigned_abs() <= MOST_MINOR.unsigned_abs()).then_some(amount)
}

/// Returns the number of decimals of a currency (ISO 4217): 0 for yen, 2 for dollars.
pub fn exponent(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "PYG" | "UGX" | "XAF" | "XOF" | "XPF" | "RWF"
        | "KMF" | "GNF" | "DJF" | "BIF" | "VUV" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Reads an amount in minor units of `currency`: `¥1,234`, `1,234円`, `△1,234`, `(1,234)`, `$8.00`, `1.234,50`.
///
/// `\1,234` is how CP932 shows the yen sign. Returns `None` for an empty cell.
///
/// # Errors
/// [`ValueError::NotMoney`], [`ValueError::OtherCurrency`], [`ValueError::TooFine`] for fractions of the smallest unit
/// (never rounded), [`ValueError::OutOfRange`] beyond [`MOST_MINOR`].
pub fn minor_units(text: &str, currency: &str) -> Result<Option<i64>, ValueError> {
    units(text, currency, exponent(currency))
}

/// Reads an amount with `decimals` decimals, for prices finer than the currency's smallest unit.
///
/// # Errors
/// As [`minor_units`].
pub fn units(text: &str, currency: &str, decimals: u32) -> Result<Option<i64>, ValueError> {
    let amount = match plain_units(text, decimals) {
        Some(amount) => Some(amount),
        None => any_units(text, currency, decimals)?,
    };
    amount
        .map(|amount| in_range(amount, currency, decimals))
        .transpose()
}

/// Returns an amount with `decimals` decimals that is not beyond [`MOST_MINOR`].
fn in_range(amount: i64, currency: &str, decimals: u32) -> Result<i64, ValueError> {
    // Nearly every amount is told by this alone.
    if bounded(amount).is_some() && decimals >= exponent(currency) {
        return Ok(amount);
    }
    let scaled = |amount: i64, decimals: u32| {
        let factor = 10_i128.checked_pow(decimals)?;
        i128::from(amount).checked_mul(factor)
    };
    let least = scaled(amount, exponent(currency)).ok_or(ValueError::OutOfRange)?;
    match scaled(MOST_MINOR, decimals) {
        Some(most) if least.abs() > most => Err(ValueError::OutOfRange),
        _ => Ok(amount),
    }
}

/// Reads an amount with `decimals` decimals and rounds what is finer, a half away from zero: costs are averages, and
/// nobody was ever paid one.
///
/// # Errors
/// As [`minor_units`], never [`ValueError::TooFine`].
pub fn rounded_units(text: &str, currency: &str, decimals: u32) -> Result<Option<i64>, ValueError> {
    match units(text, currency, decimals) {
        Err(ValueError::TooFine) => rounded(text, currency, decimals).map(Some),
        read => read,
    }
}

/// Rounds an amount that has more than the wanted decimals.
fn rounded(text: &str, currency: &str, wanted: u32) -> Result<i64, ValueError> {
    let text = narrow(text);
    let (is_negative, digits) = without_marks(&text, currency)?;
    let decimal = decimal::read(digits).ok_or(ValueError::NotMoney)?;
    let divisor = 10_i128
        .checked_pow(decimal.scale.saturating_sub(wanted))
        .ok_or(ValueError::OutOfRange)?;
    let amount = i64::try_from((decimal.mantissa + divisor / 2) / divisor)
        .map_err(|_| ValueError::OutOfRange)?;
    let amount = in_range(amount, currency, wanted)?;
    Ok(if is_negative { -amount } else { amount })
}

/// Reads digits alone, without allocating; what it answers is what the general way would.
fn plain_units(text: &str, wanted: u32) -> Option<i64> {
    let decimal::Plain { mantissa, scale } = decimal::plain(text)?;
    if scale <= wanted {
        return mantissa.checked_mul(10_i64.pow(wanted - scale));
    }
    let divisor = 10_i64.checked_pow(scale - wanted)?;
    (mantissa % divisor == 0).then_some(mantissa / divisor)
}

fn any_units(text: &str, currency: &str, wanted: u32) -> Result<Option<i64>, ValueError> {
    let text = narrow(text);
    if text.is_empty() {
        return Ok(None);
    }
    let (is_negative, digits) = without_marks(&text, currency)?;
    let decimal = decimal::read(digits).ok_or(ValueError::NotMoney)?;
    let amount = if decimal.scale <= wanted {
        decimal
            .mantissa
            .checked_mul(10_i128.pow(wanted - decimal.scale))
            .ok_or(ValueError::OutOfRange)?
    } else {
        let divisor = 10_i128
            .checked_pow(decimal.scale - wanted)
            .ok_or(ValueError::TooFine)?;
        if decimal.mantissa % divisor != 0 {
            return Err(ValueError::TooFine);
        }
        decimal.mantissa / divisor
    };
    let amount = i64::try_from(amount).map_err(|_| ValueError::OutOfRange)?;
    Ok(Some(if is_negative { -amount } else { amount }))
}

/// Takes signs and currency marks off both ends; returns whether the amount is negative and what is left.
fn without_marks<'a>(text: &'a str, currency: &str) -> Result<(bool, &'a str), ValueError> {
    let (mut is_negative, mut signs, mut marks) = (false, 0, 0);
    let mut rest = text;
    loop {
        rest = rest.trim();
        if let Some(inner) = rest
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
        {
            (rest, is_negative, signs) = (inner, true, signs + 1);
        } else if let Some(inner) = rest.strip_prefix(['-', '△', '▲']) {
            (rest, is_negative, signs) = (inner, true, signs + 1);
        } else if let Some(inner) = rest.strip_prefix('+') {
            (rest, signs) = (inner, signs + 1);
        } else if let Some(inner) = rest.strip_suffix('-') {
            (rest, is_negative, signs) = (inner, true, signs + 1);
        } else if let Some(inner) = without_mark(rest, currency)? {
            (rest, marks) = (inner, marks + 1);
        } else {
            break;
        }
        if signs > 1 || marks > 2 {
            return Err(ValueError::NotMoney);
        }
    }
    Ok((is_negative, rest))
}

fn without_mark<'a>(text: &'a str, currency: &str) -> Result<Option<&'a str>, ValueError> {
    if let Some(rest) = text.strip_prefix("US$").or_else(|| text.strip_prefix('$')) {
        return if NOT_DOLLARS.contains(&currency) {
            Err(ValueError::OtherCurrency)
        } else {
            Ok(Some(rest))
        };
    }
    for (mark, currencies) in MARKS {
        if let Some(rest) = text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)) {
            return if currencies.contains(&currency) {
                Ok(Some(rest))
            } else {
                Err(ValueError::OtherCurrency)
            };
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_met_in_the_wild_are_read() {
        for (text, currency, expected) in [
            ("¥1,234", "JPY", 1234),
            ("￥１，２３４", "JPY", 1234),
            ("\\1,234", "JPY", 1234),
            ("1,234円", "JPY", 1234),
            ("△1,234", "JPY", -1234),
            ("▲1,234", "JPY", -1234),
            ("(1,234)", "JPY", -1234),
            ("¥(1,234)", "JPY", -1234),
            ("-1234", "JPY", -1234),
            ("−１２３４", "JPY", -1234),
            ("¥-1,234", "JPY", -1234),
            ("1.234,50", "EUR", 123_450),
            ("$8.00", "USD", 800),
            ("-$8.00", "USD", -800),
            ("1234.0", "JPY", 1234),
            ("1234", "USD", 123_400),
            ("29.33", "USD", 2933),
            ("JPY 500", "JPY", 500),
            ("0", "JPY", 0),
        ] {
            assert_eq!(minor_units(text, currency), Ok(Some(expected)), "{text}");
        }
        assert_eq!(minor_units(" 　", "JPY"), Ok(None));
    }

    #[test]
    fn broken_amounts_say_what_is_wrong() {
        for (text, currency, expected) in [
            ("無料", "JPY", ValueError::NotMoney),
            ("--5", "JPY", ValueError::NotMoney),
            ("1,23,4", "JPY", ValueError::NotMoney),
            ("¥", "JPY", ValueError::NotMoney),
            ("1234.5", "JPY", ValueError::TooFine),
            ("1.005", "USD", ValueError::TooFine),
            ("$8.00", "JPY", ValueError::OtherCurrency),
            ("1,234円", "USD", ValueError::OtherCurrency),
            ("99999999999999999999", "JPY", ValueError::OutOfRange),
        ] {
            assert_eq!(minor_units(text, currency), Err(expected), "{text}");
        }
    }

    #[test]
    fn amounts_beyond_all_prices_are_refused() {
        let most = "1000000000000000";
        assert_eq!(minor_units(most, "JPY"), Ok(Some(MOST_MINOR)));
        assert_eq!(
            minor_units(&format!("-¥{most}"), "JPY"),
            Ok(Some(-MOST_MINOR))
        );
        for (text, currency) in [
            ("1000000000000001", "JPY"),
            ("△1,000,000,000,000,001", "JPY"),
            // Digits alone, with the cents that are not written.
            ("10000000000001", "USD"),
            ("9223372036854775807", "JPY"),
        ] {
            assert_eq!(
                minor_units(text, currency),
                Err(ValueError::OutOfRange),
                "{text}"
            );
        }
        // As many whole yen with five decimals more.
        assert_eq!(
            units("90000000000000", "JPY", 5),
            Ok(Some(9_000_000_000_000_000_000))
        );
        assert_eq!(
            rounded_units("1000000000000000.4", "JPY", 0),
            Ok(Some(MOST_MINOR))
        );
        assert_eq!(
            rounded_units("1000000000000000.5", "JPY", 0),
            Err(ValueError::OutOfRange)
        );
        assert_eq!((bounded(MOST_MINOR + 1), bounded(i64::MIN)), (None, None));
        assert_eq!(bounded(-MOST_MINOR), Some(-MOST_MINOR));
    }

    #[test]
    fn what_is_too_fine_is_rounded_where_it_may_be() {
        for (text, currency, decimals, expected) in [
            ("412.4", "JPY", 0, 412),
            ("412.5", "JPY", 0, 413),
            ("-412.5", "JPY", 0, -413),
            ("(¥412.49)", "JPY", 0, -412),
            ("571.428571428571", "JPY", 5, 57_142_857),
            ("1,101.5円", "JPY", 0, 1102),
            ("$1.005", "USD", 2, 101),
            ("1234", "JPY", 0, 1234),
        ] {
            assert_eq!(
                rounded_units(text, currency, decimals),
                Ok(Some(expected)),
                "{text}"
            );
        }
        assert_eq!(rounded_units(" ", "JPY", 0), Ok(None));
        assert_eq!(rounded_units("不明", "JPY", 0), Err(ValueError::NotMoney));
    }

    #[test]
    fn digits_alone_are_read_the_short_way() {
        for (text, currency, expected) in [
            ("1234", "JPY", Some(1234)),
            ("-1,234", "JPY", Some(-1234)),
            ("1234.50", "USD", Some(123_450)),
            ("1234.00", "JPY", Some(1234)),
            ("1234.5", "JPY", None),
            ("¥1,234", "JPY", None),
            ("123456789012345", "JPY", None),
        ] {
            assert_eq!(plain_units(text, exponent(currency)), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}", currency in "(JPY|USD|KWD|[A-Z]{0,3})") {
            let _ = minor_units(&text, &currency);
            let _ = rounded_units(&text, &currency, 5);
        }

        #[test]
        fn the_short_way_and_the_general_way_agree(
            text in "[-+]?[0-9]{1,20}([.][0-9]{0,8})?|[-+]?[0-9]{0,4}(,[0-9]{2,4}){0,4}([.,][0-9]{0,4})?|[-+0-9,. ¥]{0,12}",
            currency in "JPY|USD|KWD",
        ) {
            let wanted = exponent(&currency);
            if let Some(amount) = plain_units(&text, wanted) {
                prop_assert_eq!(any_units(&text, &currency, wanted), Ok(Some(amount)));
            }
        }

        #[test]
        fn what_is_written_is_read_back(amount in -999_999_999_i64..999_999_999) {
            prop_assert_eq!(minor_units(&amount.to_string(), "JPY"), Ok(Some(amount)));
            prop_assert_eq!(minor_units(&format!("{amount}.00"), "USD"), Ok(Some(amount * 100)));
        }
    }
}
