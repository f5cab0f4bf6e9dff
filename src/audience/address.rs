//! Addresses as channels want them, and the keys by which two of them are the same.

use unicode_normalization::UnicodeNormalization;

use super::Channel;
use super::records::{Account, Record};
use crate::join::normalise::{address, email_key, phone_key, postal_key};

/// Where a person is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The address itself: e-mail address, number in E.164, user id, customer id, handle; of a letter the postal code.
    pub value: String,
    /// Platform of an account.
    pub platform: String,
    /// What two persons at one address have in common; empty where that does not matter.
    pub(super) key: String,
}

impl Address {
    fn of(value: String, key: String) -> Self {
        Self {
            value,
            platform: String::new(),
            key,
        }
    }
}

/// Returns where a record, or the accounts its customer declared, can be reached by a channel.
pub(super) fn find(channel: Channel, record: &Record, accounts: &[Account]) -> Option<Address> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match channel {
        Channel::Email => {
            let value = email(&text(&record.email))?;
            let key = email_key(&value)?;
            Some(Address::of(value, key))
        }
        Channel::Sms => {
            let value = e164(&text(&record.phone)).filter(|number| is_mobile(number))?;
            Some(Address::of(value.clone(), value))
        }
        Channel::Voice => {
            let value = e164(&text(&record.phone))?;
            Some(Address::of(value.clone(), value))
        }
        Channel::Push => Some(Address::of(record.customer_id.clone(), String::new())),
        Channel::Postal => {
            let code = postal_key(&text(&record.postal_code))?;
            let found = address(record.prefecture.as_deref(), record.address.as_deref());
            let street = found.joined();
            if street.is_empty() || text(&record.name).trim().is_empty() {
                return None;
            }
            let key = format!("{code} {} {street}", found.prefecture);
            Some(Address::of(shown_code(&code), key))
        }
        Channel::Line => {
            let is_usable = |account: &&Account| {
                account.platform == "line"
                    && account.is_declared
                    && is_line_user(&account.account_id)
                    && !account.is_complaining
            };
            let account = accounts.iter().find(is_usable)?;
            let key = format!("{} {}", account.provider, account.account_id);
            Some(Address::of(account.account_id.clone(), key))
        }
        Channel::SocialDm => {
            let is_usable = |account: &&Account| {
                account.platform != "line" && account.is_linked && !account.is_complaining
            };
            let account = accounts.iter().find(is_usable)?;
            let value = match account.handle.is_empty() {
                true => account.account_id.clone(),
                false => account.handle.clone(),
            };
            let key = format!("{} {}", account.platform, account.account_id);
            Some(Address {
                value,
                platform: account.platform.clone(),
                key,
            })
        }
        Channel::Meta | Channel::X | Channel::Google => {
            let email = email(&text(&record.email));
            let value = email.or_else(|| e164(&text(&record.phone)))?;
            Some(Address::of(value, String::new()))
        }
    }
}

/// Returns an e-mail address to send to: widths folded, the domain in lower case, the mailbox as written; `None` for what is
/// none.
pub(super) fn email(text: &str) -> Option<String> {
    email_key(text)?;
    let folded: String = text.nfkc().collect();
    let inner = match (folded.rfind('<'), folded.rfind('>')) {
        (Some(from), Some(to)) if from < to => &folded[from + 1..to],
        _ => folded.as_str(),
    };
    let inner = inner.trim();
    let inner = match inner.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &inner[7..],
        _ => inner,
    };
    let (mailbox, domain) = inner.rsplit_once('@')?;
    let is_bad = |letter: char| {
        letter.is_whitespace() || letter.is_control() || ",;:\"()[]\\<>@".contains(letter)
    };
    let is_whole =
        !mailbox.is_empty() && domain.contains('.') && !inner.starts_with(['=', '+', '-']);
    (is_whole && !mailbox.contains(is_bad) && !domain.contains(is_bad))
        .then(|| format!("{mailbox}@{}", domain.to_lowercase()))
}

/// Returns a telephone number in E.164, `+819012345678`; `None` for what is none.
pub(super) fn e164(text: &str) -> Option<String> {
    let key = phone_key(text)?;
    match key.strip_prefix('+') {
        Some(abroad) => {
            let is_number = (8..=15).contains(&abroad.len()) && !abroad.starts_with('0');
            is_number.then_some(key)
        }
        None => {
            let national = key.strip_prefix('0')?;
            let is_number = (9..=10).contains(&national.len()) && !national.starts_with('0');
            is_number.then(|| format!("+81{national}"))
        }
    }
}

/// Whether a number takes short messages; outside of Japan numbers do not tell.
fn is_mobile(number: &str) -> bool {
    match number.strip_prefix("+81") {
        Some(national) => {
            national.len() == 10
                && ["60", "70", "80", "90"]
                    .iter()
                    .any(|start| national.starts_with(start))
        }
        None => true,
    }
}

/// Whether an id is one of LINE's for users: a `U` and 32 hexadecimal digits.
fn is_line_user(id: &str) -> bool {
    id.strip_prefix('U').is_some_and(|digits| {
        digits.len() == 32
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// Returns a Japanese postal code with its hyphen, any other as it is.
fn shown_code(code: &str) -> String {
    match code.len() == 7 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("{}-{}", &code[..3], &code[3..]),
        false => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_sent_to_as_it_was_written() {
        for (written, sent) in [
            ("Hana.Ko+shop@Example.JP", "Hana.Ko+shop@example.jp"),
            (" 鳥越 <hanako@example.jp> ", "hanako@example.jp"),
            ("mailto:a@b.jp", "a@b.jp"),
            ("ｈａｎａ＠ｅｘａｍｐｌｅ．ｊｐ", "hana@example.jp"),
        ] {
            assert_eq!(email(written).as_deref(), Some(sent), "{written}");
        }
        for written in [
            "",
            "a@b",
            "a b@c.jp",
            "a@b.jp,c@d.jp",
            "=cmd|x@b.jp",
            "a\n@b.jp",
            "@b.jp",
        ] {
            assert_eq!(email(written), None, "{written}");
        }
    }

    #[test]
    fn numbers_are_e164() {
        for (written, sent) in [
            ("090-1234-5678", "+819012345678"),
            ("０３（１２３４）５６７８", "+81312345678"),
            ("+81 (0)90 1234 5678", "+819012345678"),
            ("9012345678", "+819012345678"),
            ("+1 650 253 0000", "+16502530000"),
        ] {
            assert_eq!(e164(written).as_deref(), Some(sent), "{written}");
        }
        for written in ["", "110", "0000000000", "なし"] {
            assert_eq!(e164(written), None, "{written}");
        }
        assert!(is_mobile("+819012345678") && !is_mobile("+81312345678"));
    }

    #[test]
    fn only_ids_of_users_are_line_addresses() {
        assert!(is_line_user(&format!("U{}", "0a".repeat(16))));
        for id in ["", "U12", "C0123456789abcdef0123456789abcdef", "hanako"] {
            assert!(!is_line_user(id), "{id}");
        }
    }
}
