//! E-mail addresses.

use super::fold::folded;

/// An address in match keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email {
    /// Lower case, widths folded, without the plus tag.
    pub key: String,
    /// The mailbox behind it where the provider is known to ignore points (Gmail); else the key.
    pub loose: String,
}

/// Returns the keys of an address; `None` when it is no address.
///
/// ```
/// use koe::join::normalise::email;
/// let keys = email("Hana.Ko+shop@GoogleMail.com").unwrap();
/// assert_eq!(keys.key, "hana.ko@googlemail.com");
/// assert_eq!(keys.loose, "hanako@gmail.com");
/// ```
pub fn email(address: &str) -> Option<Email> {
    let key = email_key(address)?;
    let (local, domain) = key.rsplit_once('@')?;
    let loose = match domain {
        "gmail.com" | "googlemail.com" => {
            let local: String = local.chars().filter(|&letter| letter != '.').collect();
            if local.is_empty() {
                key.clone()
            } else {
                format!("{local}@gmail.com")
            }
        }
        _ => key.clone(),
    };
    Some(Email { key, loose })
}

/// Returns an address in lower case, widths folded, without its plus tag; `None` when it is no address.
///
/// ```
/// use koe::join::normalise::email_key;
/// assert_eq!(email_key(" Ｈanako+shop@Example.JP ").as_deref(), Some("hanako@example.jp"));
/// assert_eq!(email_key("no address"), None);
/// ```
pub fn email_key(address: &str) -> Option<String> {
    let mut folded = folded(address);
    folded.retain(|letter| letter != ' ');
    let inner = match (folded.rfind('<'), folded.rfind('>')) {
        (Some(from), Some(to)) if from < to => &folded[from + 1..to],
        _ => &folded,
    };
    let inner = inner.trim_start_matches("mailto:");
    let (local, domain) = inner.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or_default();
    let is_whole = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.');
    is_whole.then(|| [local, "@", domain].concat())
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
