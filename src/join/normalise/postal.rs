//! Postal codes.

use unicode_normalization::UnicodeNormalization;

/// Returns the letters and digits of a postal code in upper case; `None` when fewer than four are left.
///
/// ```
/// use koe::join::normalise::postal_key;
/// assert_eq!(postal_key("〒１６０－００２３").as_deref(), Some("1600023"));
/// ```
pub fn postal_key(code: &str) -> Option<String> {
    let key: String = code
        .nfkc()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    (key.len() >= 4).then_some(key)
}
