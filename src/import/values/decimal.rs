//! Decimal numbers with grouping marks, read exactly.

/// A decimal number: `mantissa` x 10^-`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Digits as one integer, never negative.
    pub mantissa: i128,
    /// Digits behind the decimal mark.
    pub scale: u32,
}

/// Most digits a number may have.
const MOST_DIGITS: usize = 30;

/// Most digits the short way takes, so that an `i64` holds them with room for a currency's decimals.
const MOST_PLAIN_DIGITS: u32 = 14;

/// A decimal number with its sign, small enough to reckon with at once: `mantissa` x 10^-`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain {
    /// Digits as one integer.
    pub mantissa: i64,
    /// Digits behind the point.
    pub scale: u32,
}

/// Reads the commonest notations byte by byte: `1234`, `-1,234`, `+1234.50`. What it answers is what [`read`] would;
/// `None` leaves the text to it.
pub fn plain(text: &str) -> Option<Plain> {
    let (is_negative, mut rest) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (mut mantissa, mut digits, mut scale) = (0_i64, 0_u32, 0_u32);
    let mut run = |rest: &mut &[u8], digits: &mut u32| {
        let before = *digits;
        while let [digit @ b'0'..=b'9', after @ ..] = *rest
            && *digits < MOST_PLAIN_DIGITS
        {
            mantissa = mantissa * 10 + i64::from(digit - b'0');
            *digits += 1;
            *rest = after;
        }
        *digits - before
    };
    let first = run(&mut rest, &mut digits);
    if first == 0 {
        return None;
    }
    while let [b',', after @ ..] = rest {
        rest = after;
        if first > 3 || run(&mut rest, &mut digits) != 3 {
            return None;
        }
    }
    if let [b'.', after @ ..] = rest {
        rest = after;
        scale = run(&mut rest, &mut digits);
        if scale == 0 {
            return None;
        }
    }
    rest.is_empty().then_some(Plain {
        mantissa: if is_negative { -mantissa } else { mantissa },
        scale,
    })
}

/// Reads digits with grouping and decimal marks: `1,234`, `1234.0`, `1.234,50`, `1'234.50`, `1 234`.
///
/// With both `,` and `.` the last one is the decimal mark. A sole `,` before exactly three digits groups, a sole `.`
/// is the decimal mark. Returns `None` for anything else, signs and symbols included.
pub fn read(text: &str) -> Option<Decimal> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0
        || digits > MOST_DIGITS
        || !text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b",.' ".contains(&byte))
    {
        return None;
    }
    let mark = decimal_mark(text)?;
    let (whole, fraction) = match mark {
        Some(mark) => text.rsplit_once(mark)?,
        None => (text, ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit())
        || (mark.is_some() && fraction.is_empty() && whole.is_empty())
    {
        return None;
    }
    let mut mantissa: i128 = 0;
    for digit in ungrouped(whole)?.bytes().chain(fraction.bytes()) {
        mantissa = mantissa * 10 + i128::from(digit - b'0');
    }
    Some(Decimal {
        mantissa,
        scale: fraction.len() as u32,
    })
}

/// Returns the decimal mark, `Some(None)` when there is none, `None` when the marks make no number.
fn decimal_mark(text: &str) -> Option<Option<char>> {
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    Some(match (commas, points) {
        (0, 0) => None,
        (0, 1) => Some('.'),
        (0, _) => None,
        (1, 0) => {
            let (whole, rest) = text.split_once(',')?;
            if rest.len() == 3 && (1..=3).contains(&whole.len()) {
                None
            } else {
                Some(',')
            }
        }
        (_, 0) => None,
        _ => {
            let last = text.rfind([',', '.'])?;
            let mark = text[last..].chars().next()?;
            if text.matches(mark).count() > 1 {
                return None;
            }
            Some(mark)
        }
    })
}

/// Returns the digits of the whole part when its groups are well formed: three digits each but the first, one mark.
fn ungrouped(whole: &str) -> Option<String> {
    let Some(position) = whole.find([',', '.', '\'', ' ']) else {
        return Some(whole.to_owned());
    };
    let mark = whole[position..].chars().next()?;
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    if first.is_empty() || first.len() > 3 || !is_digits(first) {
        return None;
    }
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(i128, u32)> {
        read(text).map(|decimal| (decimal.mantissa, decimal.scale))
    }

    #[test]
    fn marks_are_told_apart() {
        for (text, expected) in [
            ("1234", Some((1234, 0))),
            ("1,234", Some((1234, 0))),
            ("12,345,678", Some((12_345_678, 0))),
            ("1234.0", Some((12340, 1))),
            ("1.234,50", Some((123_450, 2))),
            ("1,234.50", Some((123_450, 2))),
            ("1'234.50", Some((123_450, 2))),
            ("1 234", Some((1234, 0))),
            ("12,5", Some((125, 1))),
            (".5", Some((5, 1))),
            ("1.234.567", Some((1_234_567, 0))),
            ("1,23,456", None),
            ("1,234.5.6", None),
            ("12a", None),
            ("", None),
            (".", None),
            (",,,", None),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
