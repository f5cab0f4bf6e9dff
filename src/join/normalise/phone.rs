//! Telephone numbers.

use unicode_normalization::UnicodeNormalization;

/// Returns the digits of a number as dialled within Japan, or with its country code elsewhere; `None` when there are fewer
/// than nine or more than fifteen.
///
/// ```
/// use koe::join::normalise::phone_key;
/// assert_eq!(phone_key("+81(0)90-1234-5678").as_deref(), Some("09012345678"));
/// assert_eq!(phone_key("０９０−１２３４−５６７８").as_deref(), Some("09012345678"));
/// assert_eq!(phone_key("+1 650 253 0000").as_deref(), Some("+16502530000"));
/// ```
pub fn phone_key(number: &str) -> Option<String> {
    let folded: String = number.nfkc().collect();
    let is_international = folded.trim_start().starts_with('+');
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    if !(9..=15).contains(&digits.len()) {
        return None;
    }
    if is_international {
        let Some(rest) = digits.strip_prefix("81") else {
            return Some(format!("+{digits}"));
        };
        return Some(format!("0{}", rest.trim_start_matches('0')));
    }
    // Spreadsheets drop the leading zero of a mobile number.
    let is_cut_mobile = digits.len() == 10
        && ["70", "80", "90"]
            .iter()
            .any(|start| digits.starts_with(start));
    Some(if is_cut_mobile {
        format!("0{digits}")
    } else {
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_their_own_keys() {
        for number in [
            "090-0123-4567",
            "+81 90 0123 4567",
            "9001234567",
            "+1 650 253 0000",
            "0467-00-0000",
        ] {
            let key = phone_key(number).expect("a number");
            assert_eq!(phone_key(&key).as_ref(), Some(&key), "{number}");
        }
        assert_eq!(phone_key("なし"), None);
        assert_eq!(phone_key("110"), None);
    }
}
