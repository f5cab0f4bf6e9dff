//! Telephone numbers.

use super::fold::folded;

/// Returns the digits of a number as dialled within Japan, or with its country code elsewhere; `None` when there are fewer
/// than nine or more than fifteen.
///
/// Of several numbers in a cell the first counts, extensions are dropped. A zero that a spreadsheet dropped is put back
/// where no other number is so long: mobile numbers of ten digits, other Japanese numbers of nine.
///
/// ```
/// use koe::join::normalise::phone_key;
/// assert_eq!(phone_key("+81(0)90-1234-5678").as_deref(), Some("09012345678"));
/// assert_eq!(phone_key("０９０−１２３４−５６７８").as_deref(), Some("09012345678"));
/// assert_eq!(phone_key("+1 650 253 0000").as_deref(), Some("+16502530000"));
/// assert_eq!(phone_key("03-1234-5678 (内線 12)").as_deref(), Some("0312345678"));
/// ```
pub fn phone_key(number: &str) -> Option<String> {
    let is_short = |text: &str| text.len() > 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (is_international, digits) = if is_short(number) {
        (false, number.to_owned())
    } else {
        dialled(&folded(number))
    };
    if !(9..=15).contains(&digits.len()) {
        return None;
    }
    if is_international {
        return abroad(&digits);
    }
    domestic(digits)
}

/// Returns the digits of the first number in a cell, and whether a `+` stands before them.
fn dialled(text: &str) -> (bool, String) {
    let mut digits = String::with_capacity(text.len());
    let mut is_international = false;
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' if digits.is_empty() => is_international = true,
            _ if digits.is_empty() => {}
            '(' if is_international && letters.as_str().starts_with("0)") => {
                letters.next();
            }
            '内' | 'e' | 'x' | '#' | '/' | ',' | ';' | '、' => break,
            _ if !is_international && is_complete(&digits) => break,
            _ => {}
        }
    }
    (is_international, digits)
}

/// Whether a number as dialled in Japan has all its digits.
fn is_complete(digits: &str) -> bool {
    let is_long = matches!(digits.get(..3), Some("050" | "060" | "070" | "080" | "090"));
    digits.starts_with('0')
        && !digits.starts_with("00")
        && digits.len() >= if is_long { 11 } else { 10 }
}

/// A number that starts with its country code.
fn abroad(digits: &str) -> Option<String> {
    let Some(rest) = digits.strip_prefix("81") else {
        return Some(format!("+{digits}"));
    };
    let rest = rest.trim_start_matches('0');
    (rest.len() >= 8).then(|| format!("0{rest}"))
}

fn domestic(digits: String) -> Option<String> {
    let bytes = digits.as_bytes();
    let is_mobile = |start: &[u8]| matches!(start, [b'7' | b'8' | b'9', b'0', ..]);
    match bytes {
        [b'0', b'0', b'1'..=b'9', ..] if bytes.len() >= 12 => abroad(&digits[2..]),
        [b'8', b'1', b'0', ..] if bytes.len() >= 12 => abroad(&digits),
        [b'8', b'1', b'1'..=b'9', ..] if bytes.len() == 11 => abroad(&digits),
        [b'8', b'1', rest @ ..] if bytes.len() == 12 && is_mobile(rest) => abroad(&digits),
        [b'1'..=b'9', ..] if bytes.len() == 9 => Some(format!("0{digits}")),
        _ if bytes.len() == 10 && is_mobile(bytes) => Some(format!("0{digits}")),
        _ => Some(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_without_a_number_have_no_key() {
        for cell in [
            "",
            "なし",
            "110",
            "12-34",
            "+81 000 000 000",
            "1234567890123456",
        ] {
            assert_eq!(phone_key(cell), None, "{cell}");
        }
    }
}
