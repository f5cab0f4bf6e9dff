//! E-mail addresses.

use unicode_normalization::UnicodeNormalization;

use super::settled;

/// Returns an address in lower case, widths folded, without its plus tag; `None` when it is no address.
///
/// ```
/// use koe::join::normalise::email_key;
/// assert_eq!(email_key(" Ｈanako+shop@Example.JP ").as_deref(), Some("hanako@example.jp"));
/// assert_eq!(email_key("no address"), None);
/// ```
pub fn email_key(address: &str) -> Option<String> {
    let folded = settled(address, |address| {
        address
            .nfkc()
            .filter(|letter| !letter.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect()
    });
    let (local, domain) = folded.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or_default();
    let is_whole = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.');
    is_whole.then(|| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_addresses_have_no_key() {
        for address in ["", "@", "a@", "@b.jp", "a@b", "a@.jp", "+x@b.jp"] {
            assert_eq!(email_key(address), None, "{address}");
        }
    }
}
