//! What names a person in a text.

use std::collections::BTreeSet;

use regex::{Captures, Regex, RegexBuilder};

use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::store::SubjectKey;

/// What stands in the place of what named a person.
pub(super) const GONE: &str = "…";
/// Letters below which an id is no name: it may be any word or number.
const FEWEST_LETTERS: usize = 6;
/// Letters of a handle that is taken for a name wherever it stands, though it may be a word.
const LONG_HANDLE: usize = 10;
/// Letters of a hash that stands for a name in a key.
const KEY_LETTERS: usize = 16;
/// What people write between the digits of a number.
const BETWEEN_DIGITS: &str = r"[-‐‑–−ー()（）\s]{0,2}";

/// The words that name one person.
#[derive(Debug, Default)]
pub(super) struct Words {
    patterns: BTreeSet<(std::cmp::Reverse<usize>, String, bool)>,
    hashes: BTreeSet<(&'static str, String)>,
}

/// The words made ready to be looked for.
#[derive(Debug)]
pub(super) struct Finder {
    all: Option<Regex>,
    keys: Option<Regex>,
    key: SubjectKey,
}

impl Words {
    fn add(&mut self, pattern: String, is_of_keys: bool) {
        let length = std::cmp::Reverse(pattern.len());
        self.patterns.insert((length, pattern, is_of_keys));
    }

    fn literal(&mut self, text: &str, is_of_keys: bool) {
        self.add(bounded(text, &regex::escape(text)), is_of_keys);
    }

    pub(super) fn email(&mut self, written: &str) {
        let written = written.trim();
        if let Some(key) = email_key(written) {
            self.literal(written, true);
            self.literal(&key, true);
            self.hashes.insert(("email", key));
        }
    }

    pub(super) fn phone(&mut self, written: &str) {
        let Some(key) = phone_key(written) else {
            return;
        };
        self.literal(written.trim(), true);
        let digits: String = key.chars().filter(char::is_ascii_digit).collect();
        let apart = |digits: &str| {
            let digits: Vec<String> = digits.chars().map(String::from).collect();
            digits.join(BETWEEN_DIGITS)
        };
        self.add(bounded(&digits, &apart(&digits)), true);
        if let Some(rest) = digits.strip_prefix('0') {
            let rest = apart(rest);
            let abroad = format!(r"\+?81{BETWEEN_DIGITS}0?{BETWEEN_DIGITS}{rest}(?-u:\b)");
            self.add(abroad, true);
        }
        self.hashes.insert(("phone", key));
    }

    /// Takes a full name; a name of one part says too little.
    pub(super) fn name(&mut self, written: &str) {
        let parts: Vec<&str> = written.split_whitespace().collect();
        let letters: usize = parts.iter().map(|part| part.chars().count()).sum();
        let is_full = match written.is_ascii() {
            true => parts.len() > 1 && letters >= FEWEST_LETTERS,
            false => letters >= 3,
        };
        if is_full {
            let parts: Vec<String> = parts.iter().map(|part| regex::escape(part)).collect();
            let joined = parts.join(r"[\s\u{3000}]?");
            self.add(bounded(written.trim(), &joined), false);
        }
    }

    /// Takes a street address; a town alone is many people's.
    pub(super) fn address(&mut self, written: &str) {
        let written = written.trim();
        let has_number = written.chars().any(char::is_numeric);
        if has_number && written.chars().count() >= FEWEST_LETTERS {
            self.literal(written, false);
        }
    }

    /// Takes a handle: after an `@`, or in an address; alone only where it can hardly be a word.
    pub(super) fn handle(&mut self, handle: &str) {
        let handle = handle.trim_start_matches('@');
        if handle.is_empty() {
            return;
        }
        self.hashes.insert(("mention", handle.to_lowercase()));
        self.add(
            format!("[@＠/]{}{}", regex::escape(handle), end(handle)),
            true,
        );
        let letters = handle.chars().count();
        let is_odd = handle
            .chars()
            .any(|letter| letter == '_' || letter.is_ascii_digit());
        if letters >= LONG_HANDLE || letters >= FEWEST_LETTERS && is_odd {
            self.id(handle);
        }
    }

    /// Takes an id of an account or a customer.
    pub(super) fn id(&mut self, id: &str) {
        if id.chars().count() >= FEWEST_LETTERS {
            // A number in a key may be the number of something else.
            let is_number = id.chars().all(|letter| letter.is_ascii_digit());
            self.literal(id, !is_number);
            self.hashes.insert(("word", id.to_lowercase()));
        }
    }

    /// Returns kinds and texts to be hashed, by which a later import tells them.
    pub(super) fn hashed(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.hashes
            .iter()
            .map(|(kind, text)| (*kind, text.as_str()))
    }

    pub(super) fn finder(&self, key: SubjectKey) -> Result<Finder> {
        let finder = |patterns: Vec<&str>| {
            if patterns.is_empty() {
                return Ok(None);
            }
            RegexBuilder::new(&patterns.join("|"))
                .case_insensitive(true)
                .size_limit(1 << 28)
                .build()
                .map(Some)
                .map_err(|error| Error::Text {
                    detail: error.to_string(),
                })
        };
        let all = self.patterns.iter().map(|(_, pattern, _)| pattern.as_str());
        let of_keys = self.patterns.iter().filter(|(.., is_of_keys)| *is_of_keys);
        Ok(Finder {
            all: finder(all.collect())?,
            keys: finder(of_keys.map(|(_, pattern, _)| pattern.as_str()).collect())?,
            key,
        })
    }
}

impl Finder {
    /// Returns a text without the words; `None` when it has none.
    pub(super) fn without(&self, text: &str, is_key: bool) -> Option<String> {
        let found = if is_key { &self.keys } else { &self.all };
        let found = found.as_ref().filter(|found| found.is_match(text))?;
        let put = |captures: &Captures<'_>| put(&captures[0], is_key, &self.key);
        Some(found.replace_all(text, put).into_owned())
    }
}

/// Returns what stands in the place of a word: in a key something that tells rows apart.
pub(super) fn put(word: &str, is_key: bool, key: &SubjectKey) -> String {
    let before: String = word
        .chars()
        .take_while(|letter| ['@', '＠', '/'].contains(letter))
        .collect();
    match is_key {
        true => {
            let hash = key.hash("key", &[&word[before.len()..].to_lowercase()]);
            format!("{before}{}", &hash[..KEY_LETTERS])
        }
        false => format!("{before}{GONE}"),
    }
}

/// Returns the pattern that finds a text as a whole word, where it begins and ends like one.
fn bounded(text: &str, pattern: &str) -> String {
    let begin = match text.chars().next().is_some_and(is_of_word) {
        true => r"(?-u:\b)",
        false => "",
    };
    format!("{begin}{pattern}{}", end(text))
}

fn end(text: &str) -> &'static str {
    match text.chars().next_back().is_some_and(is_of_word) {
        true => r"(?-u:\b)",
        false => "",
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// What looks like an address, a number, a handle or an id in a text.
pub(super) struct Candidates {
    all: Regex,
    inner: Regex,
}

impl Candidates {
    pub(super) fn new() -> Result<Self> {
        let regex = |pattern: &str| {
            Regex::new(pattern).map_err(|error| Error::Text {
                detail: error.to_string(),
            })
        };
        Ok(Self {
            all: regex(
                r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\+?[0-9][-0-9()（）‐‑–−ー \u{3000}]{7,20}[0-9]|[@＠/][A-Za-z0-9_][A-Za-z0-9_.-]*|[A-Za-z0-9_][A-Za-z0-9_-]{4,}[A-Za-z0-9_]",
            )?,
            inner: regex(r"[@＠/]?[A-Za-z0-9_]+")?,
        })
    }

    /// Returns a text without the words of which `is_known` knows the kind and the normalised text.
    pub(super) fn without(
        &self,
        text: &str,
        is_key: bool,
        key: &SubjectKey,
        is_known: &dyn Fn(&str, &str) -> bool,
    ) -> Option<String> {
        let mut is_any = false;
        let mut left = String::new();
        let mut from = 0;
        for found in self.all.find_iter(text) {
            let word = found.as_str();
            let without = if is_named(word, is_key, is_known) {
                Some(put(word, is_key, key))
            } else {
                self.inner_without(word, is_key, key, is_known)
            };
            if let Some(without) = without {
                is_any = true;
                left.push_str(&text[from..found.start()]);
                left.push_str(&without);
                from = found.end();
            }
        }
        left.push_str(&text[from..]);
        is_any.then_some(left)
    }

    fn inner_without(
        &self,
        text: &str,
        is_key: bool,
        key: &SubjectKey,
        is_known: &dyn Fn(&str, &str) -> bool,
    ) -> Option<String> {
        let is_found = |word: &str| word != text && is_named(word, is_key, is_known);
        let words = self.inner.find_iter(text);
        if !words.map(|word| word.as_str()).any(is_found) {
            return None;
        }
        let put_in = |captures: &Captures<'_>| match is_found(&captures[0]) {
            true => put(&captures[0], is_key, key),
            false => captures[0].to_owned(),
        };
        Some(self.inner.replace_all(text, put_in).into_owned())
    }
}

fn is_named(word: &str, is_key: bool, is_known: &dyn Fn(&str, &str) -> bool) -> bool {
    if let Some(handle) = word.strip_prefix(['@', '＠', '/']) {
        // A sentence may end behind a handle.
        let bare = handle.trim_end_matches(['.', '-']);
        return is_known("mention", &handle.to_lowercase())
            || is_known("mention", &bare.to_lowercase());
    }
    if word.contains('@') {
        return email_key(word).is_some_and(|email| is_known("email", &email));
    }
    let is_number = word.chars().all(|letter| letter.is_ascii_digit());
    phone_key(word).is_some_and(|phone| is_known("phone", &phone))
        || word.len() >= FEWEST_LETTERS
            && !(is_key && is_number)
            && is_known("word", &word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finder(add: impl Fn(&mut Words)) -> Finder {
        let folder = tempfile::tempdir().expect("a folder");
        let store = crate::store::Store::open(folder.path()).expect("an empty store");
        let key = store.begin().and_then(|transaction| transaction.key());
        let mut words = Words::default();
        add(&mut words);
        words.finder(key.expect("a key")).expect("patterns")
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let finder = finder(|words| {
            words.email("Hana.Ko@Example.jp");
            words.phone("090-1234-5678");
            words.name("高橋 花子");
            words.handle("hana");
            words.id("C-100200");
        });
        for text in [
            "hana.ko@example.jp",
            "09012345678",
            "+81 90-1234-5678",
            "090 (1234) 5678",
            "高橋花子",
            "高橋\u{3000}花子",
            "@hana",
            "https://x.com/Hana",
            "c-100200",
        ] {
            let left = finder.without(&format!("これは{text}です"), false);
            let left = left.unwrap_or_else(|| panic!("{text}"));
            assert!(left.contains(GONE) && !left.contains(text), "{left}");
        }
        for text in [
            "hana",
            "@hanako",
            "C-1002001",
            "高橋",
            "0901234567",
            "2026-01-05",
        ] {
            assert_eq!(finder.without(text, false), None, "{text}");
        }
        let key = finder.without("U-C-100200-1", true).expect("a key");
        assert!(!key.contains("100200") && !key.contains(GONE));
    }

    #[test]
    fn candidates_are_found_by_what_they_say() {
        let candidates = Candidates::new().expect("patterns");
        let folder = tempfile::tempdir().expect("a folder");
        let store = crate::store::Store::open(folder.path()).expect("an empty store");
        let key = store
            .begin()
            .and_then(|transaction| transaction.key())
            .expect("a key");
        let known = [
            ("email", "hana@example.jp"),
            ("phone", "09012345678"),
            ("mention", "hana"),
            ("word", "token_77"),
        ];
        let is_known = |kind: &str, text: &str| known.contains(&(kind, text));
        let without = |text: &str| candidates.without(text, false, &key, &is_known);
        for (text, left) in [
            ("HANA@example.jp へ", "… へ"),
            ("電話 090-1234-5678 まで", "電話 … まで"),
            ("@Hana. おいしい", "@… おいしい"),
            ("x.com/hana/status/1", "x.com/…/status/1"),
            ("id:token_77,", "id:…,"),
        ] {
            assert_eq!(without(text).as_deref(), Some(left), "{text}");
        }
        for text in ["hana", "2026-01-05 12:00", "token_78", "09012345679"] {
            assert_eq!(without(text), None, "{text}");
        }
    }
}
