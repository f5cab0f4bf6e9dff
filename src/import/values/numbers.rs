//! Counts, quantities and ratings.

use super::widths::narrow;
use super::{ValueError, decimal};

/// Reads a whole number: `12`, `1,234`, `１２`, `12.0`, `-3`, `△3`. Returns `None` for an empty cell.
///
/// # Errors
/// [`ValueError::NotANumber`], [`ValueError::NotWhole`], [`ValueError::OutOfRange`].
pub fn integer(text: &str) -> Result<Option<i64>, ValueError> {
    match plain_integer(text) {
        Some(whole) => Ok(Some(whole)),
        None => any_integer(text),
    }
}

/// Reads digits alone, without allocating; what it answers is what the general way would.
fn plain_integer(text: &str) -> Option<i64> {
    let decimal::Plain { mantissa, scale } = decimal::plain(text)?;
    let divisor = 10_i64.checked_pow(scale)?;
    (mantissa % divisor == 0).then_some(mantissa / divisor)
}

fn any_integer(text: &str) -> Result<Option<i64>, ValueError> {
    let text = narrow(text);
    if text.is_empty() {
        return Ok(None);
    }
    let (is_negative, digits) = signed(&text);
    let decimal = decimal::read(digits).ok_or(ValueError::NotANumber)?;
    let divisor = 10_i128
        .checked_pow(decimal.scale)
        .ok_or(ValueError::OutOfRange)?;
    if decimal.mantissa % divisor != 0 {
        return Err(ValueError::NotWhole);
    }
    let whole = i64::try_from(decimal.mantissa / divisor).map_err(|_| ValueError::OutOfRange)?;
    Ok(Some(if is_negative { -whole } else { whole }))
}

/// Reads a number: `4.5`, `1,234.5`, `４．５`, `1e3`. Returns `None` for an empty cell; never infinite.
///
/// # Errors
/// [`ValueError::NotANumber`], [`ValueError::OutOfRange`].
pub fn float(text: &str) -> Result<Option<f64>, ValueError> {
    let text = narrow(text);
    if text.is_empty() {
        return Ok(None);
    }
    let (is_negative, digits) = signed(&text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == ',') {
        return Err(ValueError::NotANumber);
    }
    let number: f64 = match decimal::read(digits) {
        Some(decimal) => format!("{}e-{}", decimal.mantissa, decimal.scale).parse(),
        None => digits.parse(),
    }
    .map_err(|_| ValueError::NotANumber)?;
    if !number.is_finite() {
        return Err(ValueError::OutOfRange);
    }
    Ok(Some(if is_negative { -number } else { number }))
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '△', '▲']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_met_in_the_wild_are_read() {
        for (text, expected) in [
            ("12", 12),
            ("1,234", 1234),
            ("１２", 12),
            ("12.0", 12),
            ("-3", -3),
            ("△3", -3),
            ("+4", 4),
            (" 5 ", 5),
        ] {
            assert_eq!(integer(text), Ok(Some(expected)), "{text}");
        }
        for (text, expected) in [
            ("4.5", 4.5),
            ("４．５", 4.5),
            ("1,234.5", 1234.5),
            ("-0.25", -0.25),
            ("1e3", 1000.0),
        ] {
            assert_eq!(float(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(integer(""), Ok(None));
        assert_eq!(float("　"), Ok(None));
    }

    #[test]
    fn broken_numbers_say_what_is_wrong() {
        assert_eq!(integer("三"), Err(ValueError::NotANumber));
        assert_eq!(integer("1.5"), Err(ValueError::NotWhole));
        assert_eq!(integer("1.23457E+18"), Err(ValueError::NotANumber));
        assert_eq!(integer("9999999999999999999"), Err(ValueError::OutOfRange));
        assert_eq!(float("inf"), Err(ValueError::NotANumber));
        assert_eq!(float("1e999"), Err(ValueError::OutOfRange));
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_general_way_agree(
            text in "[-+]?[0-9]{1,20}([.][0-9]{0,8})?|[-+]?[0-9]{0,4}(,[0-9]{2,4}){0,4}([.,][0-9]{0,4})?|[-+0-9,. ]{0,12}",
        ) {
            if let Some(whole) = plain_integer(&text) {
                prop_assert_eq!(any_integer(&text), Ok(Some(whole)));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = integer(&text);
            let _ = float(&text);
        }
    }
}
