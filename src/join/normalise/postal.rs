//! Postal codes.

use super::fold::folded;

/// Returns the letters and digits of a postal code in upper case; `None` when fewer than four are left.
///
/// Six digits are a Japanese code whose zero a spreadsheet dropped. Codes of six digits elsewhere still meet only their
/// own kind, for all of them get the zero.
///
/// ```
/// use koe::join::normalise::postal_key;
/// assert_eq!(postal_key("〒１６０－００２３").as_deref(), Some("1600023"));
/// assert_eq!(postal_key("600001"), postal_key("060-0001"));
/// ```
pub fn postal_key(code: &str) -> Option<String> {
    let folded = folded(code);
    let text = folded.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let key: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    if key.len() == 6 && key.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("0{key}"));
    }
    (key.len() >= 4).then_some(key)
}
