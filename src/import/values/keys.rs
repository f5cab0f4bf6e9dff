//! Keys made of what people write: e-mail addresses, telephone numbers, hashes of rows.

use std::collections::HashMap;

use super::widths::narrow;

/// Returns the e-mail address that tells a guest apart: half-width, lower case; `None` when it is no address.
pub fn email_key(text: &str) -> Option<String> {
    let address: String = narrow(text).to_lowercase();
    let (local, domain) = address.split_once('@')?;
    let is_whole = !local.is_empty()
        && !domain.is_empty()
        && !domain.contains('@')
        && !address.contains(char::is_whitespace);
    is_whole.then_some(address)
}

/// Returns the telephone number that tells a guest apart: digits, Japanese numbers in their domestic form, others
/// with `+`; `None` when it has fewer than nine or more than fifteen digits.
pub fn phone_key(text: &str) -> Option<String> {
    let text = narrow(text).trim_start_matches('\'').replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !(9..=15).contains(&digits.len()) {
        return None;
    }
    if !text.starts_with('+') {
        return Some(digits);
    }
    Some(match digits.strip_prefix("81") {
        Some(domestic) => format!("0{}", domestic.trim_start_matches('0')),
        None => format!("+{digits}"),
    })
}

/// Returns 16 hexadecimal digits that tell `parts` apart from any other parts, the same on every machine.
pub fn stable_hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Tells rows apart that are equal in all that their ids are made of.
#[derive(Debug, Default)]
pub struct Repeats {
    seen: HashMap<String, u64>,
}

impl Repeats {
    /// Returns the hash for its first row, the hash with a number behind it for those that follow.
    pub fn id(&mut self, hash: String) -> String {
        let count = self.seen.entry(hash.clone()).or_default();
        *count += 1;
        if *count == 1 {
            hash
        } else {
            format!("{hash}-{count}")
        }
    }
}

/// Returns whether a spreadsheet has rounded a number, so that many ids look the same.
pub fn is_rounded(id: &str) -> bool {
    // Asked of millions of ids, nearly none of which has a plus.
    let Some(plus) = memchr::memchr(b'+', id.as_bytes()) else {
        return false;
    };
    let (number, power) = (&id[..plus], &id[plus + 1..]);
    let number = number.strip_suffix(['e', 'E']);
    number.is_some_and(|number| number.parse::<f64>().is_ok())
        && power.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rounded_ids_are_told() {
        assert!(is_rounded("1.79E+18") && is_rounded("2e+10"));
        assert!(!is_rounded("1790000000000000001") && !is_rounded("abce+f"));
    }

    #[test]
    fn the_same_number_has_one_key_however_it_is_written() {
        for text in [
            "090-1234-5678",
            "０９０−１２３４−５６７８",
            "+81 90 1234 5678",
            "+81(0)90-1234-5678",
            "'09012345678",
        ] {
            assert_eq!(phone_key(text).as_deref(), Some("09012345678"), "{text}");
        }
        assert_eq!(
            phone_key("+1 212 555 0100").as_deref(),
            Some("+12125550100")
        );
        assert_eq!(phone_key("内線12"), None);
    }

    #[test]
    fn addresses_lose_case_and_width_only() {
        assert_eq!(
            email_key(" Hanako＠Example.com ").as_deref(),
            Some("hanako@example.com")
        );
        assert_eq!(email_key("not an address"), None);
        assert_eq!(email_key("@example.com"), None);
    }

    #[test]
    fn hashes_tell_parts_apart() {
        assert_eq!(stable_hash(&["a", "b"]), stable_hash(&["a", "b"]));
        assert_ne!(stable_hash(&["a", "b"]), stable_hash(&["ab", ""]));
        assert_eq!(stable_hash(&["x"]).len(), 16);
    }

    #[test]
    fn equal_rows_are_numbered() {
        let mut repeats = Repeats::default();
        let ids = ["a", "b", "a", "a"].map(|hash| repeats.id(hash.to_owned()));
        assert_eq!(ids, ["a", "b", "a-2", "a-3"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = email_key(&text);
            let _ = phone_key(&text);
        }
    }
}
