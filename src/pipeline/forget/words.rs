//! What names a person in a text.

use std::collections::BTreeSet;
use std::ops::Range;

use regex::{Captures, Regex, RegexBuilder};

use super::told::squeezed;
use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::store::SubjectKey;

/// What stands in the place of what named a person.
pub(super) const GONE: &str = "…";
/// Letters below which an id is no name: it may be any word or number.
pub(super) const FEWEST_LETTERS: usize = 6;
/// Letters of a handle that is taken for a name wherever it stands, though it may be a word.
const LONG_HANDLE: usize = 10;
/// Letters of a hash that stands for a name in a key.
const KEY_LETTERS: usize = 16;
/// What people write between the digits of a number.
const BETWEEN_DIGITS: &str = r"[-－‐‑–−ー()（）\s]{0,2}";

/// Digits as wide as kanji, from nought on.
const WIDE_DIGITS: [char; 10] = ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'];

/// What stands behind a name of two letters that could be a word.
const HONORIFIC: &str = "(?:さん|様|氏|ちゃん|くん|君)";
/// What people write between family and given name.
const BETWEEN_NAMES: &str = r"[\s・_]";

/// The words that name one person.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Addresses and numbers: what stands beside them is looked at apart.
    contacts: BTreeSet<(std::cmp::Reverse<usize>, String)>,
    patterns: BTreeSet<(std::cmp::Reverse<usize>, String, bool)>,
    hashes: BTreeSet<(&'static str, String)>,
}

/// The words made ready to be looked for.
#[derive(Debug)]
pub(super) struct Finder {
    contacts: Option<Regex>,
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

    fn contact(&mut self, pattern: String) {
        let length = std::cmp::Reverse(pattern.len());
        self.contacts.insert((length, pattern));
    }

    pub(super) fn email(&mut self, written: &str) {
        let written = written.trim();
        if let Some(key) = email_key(written) {
            self.contact(regex::escape(written));
            // Behind a plus anything may stand: it is the same mailbox.
            if let Some((local, domain)) = key.rsplit_once('@') {
                let (local, domain) = (regex::escape(local), regex::escape(domain));
                self.contact(format!(r"{local}(?:\+[A-Za-z0-9._-]*)?@{domain}"));
            }
            self.hashes.insert(("email", key));
        }
    }

    pub(super) fn phone(&mut self, written: &str) {
        let Some(key) = phone_key(written) else {
            return;
        };
        self.contact(regex::escape(written.trim()));
        let digits: String = key.chars().filter(char::is_ascii_digit).collect();
        let apart = |digits: &str| {
            let digits: Vec<String> = digits.chars().map(in_both_widths).collect();
            digits.join(BETWEEN_DIGITS)
        };
        self.contact(apart(&digits));
        if let Some(rest) = digits.strip_prefix('0') {
            let rest = apart(rest);
            self.contact(format!(
                r"[+＋]?[8８][1１]{BETWEEN_DIGITS}[0０]?{BETWEEN_DIGITS}{rest}"
            ));
        }
        self.hashes.insert(("phone", key));
    }

    /// Takes a full name; a name of one part says too little.
    pub(super) fn name(&mut self, written: &str) {
        let parts: Vec<&str> = written.split_whitespace().collect();
        let letters: usize = parts.iter().map(|part| part.chars().count()).sum();
        let is_full = match written.is_ascii() {
            true => parts.len() > 1 && letters >= FEWEST_LETTERS,
            false => letters >= 3 || letters == 2 && parts.len() == 2,
        };
        if !is_full {
            return;
        }
        self.hashes.insert(("cell", squeezed(written)));
        if !written.is_ascii() {
            self.hashes.insert(("mention", squeezed(written)));
        }
        let parts: Vec<String> = match letters {
            // So short a name may be a word where its letters stand together.
            2 => parts
                .iter()
                .flat_map(|part| part.chars())
                .map(|letter| regex::escape(&letter.to_string()))
                .collect(),
            _ => parts.iter().map(|part| regex::escape(part)).collect(),
        };
        if letters > 2 {
            let joined = parts.join(&format!("{BETWEEN_NAMES}?"));
            self.add(bounded(written.trim(), &joined), false);
        } else {
            self.add(parts.join(BETWEEN_NAMES), false);
            self.add(format!("{}{HONORIFIC}", parts.concat()), false);
        }
    }

    /// Takes a street address; a town alone is many people's.
    pub(super) fn address(&mut self, written: &str) {
        let written = written.trim();
        let has_number = written.chars().any(char::is_numeric);
        if has_number && written.chars().count() >= FEWEST_LETTERS {
            self.literal(written, false);
            self.hashes.insert(("cell", squeezed(written)));
        }
    }

    /// Takes a handle: after an `@`, or in an address; alone only where it can hardly be a word.
    pub(super) fn handle(&mut self, handle: &str) {
        let handle = handle.trim_start_matches('@');
        if handle.is_empty() {
            return;
        }
        self.mention(handle);
        let letters = handle.chars().count();
        let is_odd = handle
            .chars()
            .any(|letter| letter == '_' || letter.is_ascii_digit());
        if letters >= LONG_HANDLE || letters >= FEWEST_LETTERS && is_odd {
            self.id(handle);
        }
    }

    fn mention(&mut self, handle: &str) {
        self.hashes.insert(("mention", handle.to_lowercase()));
        // A name is no part of an address, and stands behind a stroke as any word does.
        let before = if is_name(handle) { "[@＠]" } else { "[@＠/]" };
        let pattern = format!("{before}{}{}", regex::escape(handle), end(handle));
        self.add(pattern, true);
    }

    /// Takes an id of an account or a customer, where it can hardly be a word; a name that stands for an id is mentioned as
    /// handles are.
    pub(super) fn id(&mut self, id: &str) {
        if is_name(id) {
            self.mention(id);
        }
        if id.chars().count() >= FEWEST_LETTERS && !may_be_word(id) {
            // A number in a key may be the number of something else.
            let is_number = id.chars().all(|letter| letter.is_ascii_digit());
            self.literal(id, !is_number);
            self.hashes.insert(("word", id.to_lowercase()));
        }
    }

    /// Whether a text says the full name, or the street address, and nothing else.
    pub(super) fn is_cell(&self, text: &str) -> bool {
        let mut cells = cells_of(text).into_iter();
        cells.any(|cell| self.hashes.contains(&("cell", cell)))
    }

    /// Returns kinds and texts to be hashed, by which a later import tells them.
    pub(super) fn hashed(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.hashes
            .iter()
            .map(|(kind, text)| (*kind, text.as_str()))
    }

    pub(super) fn finder(&self, key: SubjectKey) -> Result<Finder> {
        let contacts = self.contacts.iter().map(|(_, pattern)| pattern.as_str());
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
            contacts: finder(contacts.collect())?,
            all: finder(all.collect())?,
            keys: finder(of_keys.map(|(_, pattern, _)| pattern.as_str()).collect())?,
            key,
        })
    }
}

impl Finder {
    /// Returns a text without the words; `None` when it has none.
    pub(super) fn without(&self, text: &str, is_key: bool) -> Option<String> {
        let without = self.without_contacts(text, is_key);
        let left = without.as_deref().unwrap_or(text);
        let found = if is_key { &self.keys } else { &self.all };
        let Some(found) = found.as_ref().filter(|found| found.is_match(left)) else {
            return without;
        };
        let put = |captures: &Captures<'_>| put(&captures[0], is_key, &self.key);
        Some(found.replace_all(left, put).into_owned())
    }

    /// Whether a text has one of the words.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.all.as_ref().is_some_and(|all| all.is_match(text))
            || self.contact_in(text, 0).is_some()
    }

    /// Returns the place of the first address or number from a place on that is no part of another.
    fn contact_in(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let contacts = self.contacts.as_ref()?;
        let mut from = from;
        while let Some(found) = contacts.find_at(text, from) {
            if is_apart(text, &found.range()) {
                return Some(found.range());
            }
            let first = text[found.start()..]
                .chars()
                .next()
                .map_or(1, char::len_utf8);
            from = found.start() + first;
        }
        None
    }

    fn without_contacts(&self, text: &str, is_key: bool) -> Option<String> {
        let mut left = String::new();
        let mut from = 0;
        while let Some(found) = self.contact_in(text, from) {
            left.push_str(&text[from..found.start]);
            left.push_str(&put(&text[found.clone()], is_key, &self.key));
            from = found.end;
        }
        left.push_str(&text[from..]);
        (from > 0).then_some(left)
    }
}

/// Whether an id of an account is a name, as where an export has no ids: those of platforms are of ASCII letters, digits and
/// marks.
pub(super) fn is_name(id: &str) -> bool {
    id.chars()
        .any(|letter| !letter.is_ascii() || letter.is_whitespace())
}

/// Returns what a text may be as a cell of a record: as it stands, behind the platform that some exports put before a name,
/// and without what people put around their names.
pub(super) fn cells_of(text: &str) -> [String; 3] {
    let behind = text.split_once(':').map_or(text, |(_, name)| name);
    let letters: String = text
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    [text, behind, letters.as_str()].map(squeezed)
}

/// Whether an id may be a word of any language, which others say without meaning anybody.
fn may_be_word(id: &str) -> bool {
    id.chars().count() < LONG_HANDLE && id.chars().all(char::is_alphabetic)
}

/// Whether a letter is a digit, as in ASCII or as wide as kanji.
pub(super) fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('０'..='９').contains(&letter)
}

/// Returns the pattern of a digit of ASCII in either width.
fn in_both_widths(digit: char) -> String {
    match digit.to_digit(10) {
        Some(value) => format!("[{digit}{}]", WIDE_DIGITS[value as usize]),
        None => regex::escape(&digit.to_string()),
    }
}

/// Whether what is found in a text ends where its letters and digits do.
pub(super) fn is_apart(text: &str, found: &Range<usize>) -> bool {
    let is_letter = |letter: Option<char>| {
        letter.is_some_and(|one| one.is_ascii_alphanumeric() || is_digit(one))
    };
    let word = &text[found.clone()];
    let goes_on_before =
        is_letter(word.chars().next()) && is_letter(text[..found.start].chars().next_back());
    let goes_on_behind =
        is_letter(word.chars().next_back()) && is_letter(text[found.end..].chars().next());
    !goes_on_before && !goes_on_behind
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
            "０９０－１２３４－５６７８",
            "hana.ko+shop@example.jp",
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
            "hana.ko@example.jpx",
            "090123456789",
            "０９０１２３４５６７８９",
            "0901234567",
            "2026-01-05",
        ] {
            assert_eq!(finder.without(text, false), None, "{text}");
        }
        let key = finder.without("U-C-100200-1", true).expect("a key");
        assert!(!key.contains("100200") && !key.contains(GONE));
    }

    #[test]
    fn numbers_stand_beside_dates_and_addresses_in_the_names_of_files() {
        let finder = finder(|words| {
            words.email("rin@example.jp");
            words.phone("090-1111-2222");
            words.name("林 凛");
        });
        for (text, left) in [
            ("people_rin@example.jp.csv", "people_….csv"),
            ("2026-01-05 090-1111-2222", "2026-01-05 …"),
            ("林 凛に渡した", "…に渡した"),
            ("林凛さんに渡した", "…に渡した"),
        ] {
            assert_eq!(finder.without(text, false).as_deref(), Some(left));
            assert!(finder.is_in(text));
        }
        assert_eq!(finder.without("林凛とした", false), None);
    }

    #[test]
    fn an_id_that_may_be_a_word_is_no_name() {
        let finder = finder(|words| {
            words.id("sakura");
            words.id("珈琲好き");
            words.id("Maho Torigoe");
        });
        for text in ["a cup of Sakura blend", "珈琲好きの集い"] {
            assert_eq!(finder.without(text, false), None, "{text}");
        }
        for (text, left) in [
            ("@珈琲好き ありがとう", "@… ありがとう"),
            ("Maho Torigoe said so", "… said so"),
        ] {
            assert_eq!(finder.without(text, false).as_deref(), Some(left));
        }
    }

    #[test]
    fn a_cell_is_the_name_whatever_stands_around_it() {
        let mut words = Words::default();
        words.name("鳥越 真帆");
        for text in ["鳥越真帆", "鳥越　真帆☕", "web:鳥越真帆", "【鳥越真帆】"]
        {
            assert!(words.is_cell(text), "{text}");
        }
        for text in ["鳥越", "鳥越真帆子", "小鳥越真帆", ""] {
            assert!(!words.is_cell(text), "{text}");
        }
    }
}
