//! What the advertising platforms have in common: normalised values and their SHA-256, in lower-case hexadecimal digits.

use sha2::{Digest, Sha256};

use super::super::Member;
use crate::join::normalise::postal_key;

/// Returns the SHA-256 of a text, without salt; of an empty one nothing.
pub(super) fn sha256(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if text.is_empty() {
        return String::new();
    }
    let hash = Sha256::digest(text.as_bytes());
    let mut digits = String::with_capacity(64);
    for byte in hash {
        digits.push(char::from(DIGITS[usize::from(byte >> 4)]));
        digits.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    digits
}

/// Returns an e-mail address without blanks, in lower case: what Meta, X and Google agree on.
pub(super) fn email(member: &Member) -> String {
    member
        .email
        .as_deref()
        .unwrap_or_default()
        .split_whitespace()
        .collect::<String>()
        .to_lowercase()
}

/// Returns family and given name, in lower case without blanks around; empty where the name is not in two parts.
pub(super) fn names(member: &Member) -> (String, String) {
    match member.name.trim().split_once(char::is_whitespace) {
        Some((family, given)) => (family.trim().to_lowercase(), given.trim().to_lowercase()),
        None => (String::new(), String::new()),
    }
}

/// Returns a Japanese postal code, its digits alone; other codes do not tell their country, and are of no use without it.
pub(super) fn place(member: &Member) -> Option<String> {
    let code = postal_key(&member.postal_code)?;
    let is_japanese = code.len() == 7 && code.bytes().all(|byte| byte.is_ascii_digit());
    is_japanese.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_that_the_platforms_publish() {
        for (text, hash) in [
            // Meta, Customer File Custom Audiences, "Hashing".
            (
                "mary@example.com",
                "f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79",
            ),
            (
                "15559876543",
                "1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e",
            ),
            // Meta, Conversions API, customer information parameters.
            (
                "john_smith@gmail.com",
                "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
            ),
            (
                "16505551212",
                "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
            ),
            // X, Custom Audiences user data, "Data hashing".
            (
                "adsapi",
                "49e0be2aeccfb51a8dee4c945c8a70a9ac500cf6f5cb08112575f74db9b1470d",
            ),
            // Google, user data formatter of the client libraries.
            (
                "alexz@example.com",
                "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a",
            ),
            (
                "+18005550100",
                "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30",
            ),
        ] {
            assert_eq!(sha256(text), hash, "{text}");
        }
        assert_eq!(sha256(""), "", "an empty cell is not hashed");
    }
}
