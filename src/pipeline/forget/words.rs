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
const FEWEST_LETTERS: usize = 6;
/// Letters of a handle that is taken for a name wherever it stands, though it may be a word.
const LONG_HANDLE: usize = 10;
/// Letters of a hash that stands for a name in a key.
const KEY_LETTERS: usize = 16;
/// What people write between the digits of a number.
const BETWEEN_DIGITS: &str = r"[-‐‑–−ー()（）\s]{0,2}";

/// What stands behind a name of two letters that could be a word.
const HONORIFIC: &str = "(?:さん|様|氏|ちゃん|くん|君)";
/// What people write between family and given name.
const BETWEEN_NAMES: &str = r"[\s・_]";
/// Most groups of digits of one number.
const MOST_GROUPS: usize = 6;
/// Fewest digits of a number.
pub(super) const FEWEST_DIGITS: usize = 9;
/// Most letters of a name in the name of a file.
const MOST_LETTERS: usize = 32;

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
            self.contact(regex::escape(&key));
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
            let digits: Vec<String> = digits.chars().map(String::from).collect();
            digits.join(BETWEEN_DIGITS)
        };
        self.contact(apart(&digits));
        if let Some(rest) = digits.strip_prefix('0') {
            let rest = apart(rest);
            self.contact(format!(r"\+?81{BETWEEN_DIGITS}0?{BETWEEN_DIGITS}{rest}"));
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

/// Whether what is found in a text ends where its letters and digits do.
fn is_apart(text: &str, found: &Range<usize>) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(|one| one.is_ascii_alphanumeric());
    let word = &text[found.clone()];
    let goes_on_before =
        is_letter(word.chars().next()) && is_letter(text[..found.start].chars().next_back());
    let goes_on_behind =
        is_letter(word.chars().next_back()) && is_letter(text[found.end..].chars().next());
    !goes_on_before && !goes_on_behind
}

/// Returns an id without addresses, or without the number it is, of which `is_known` knows the kind and the normalised
/// text; the ids of one stay the same.
pub(super) fn id_without(
    id: &str,
    key: &SubjectKey,
    is_known: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    if id.len() < FEWEST_LETTERS {
        return None;
    }
    if id.contains('@') {
        let email = email_key(id)?;
        return known_end(&email, is_known).map(|known| put(&known, true, key));
    }
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    let is_number = id
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-() ".contains(&byte));
    if digits < FEWEST_DIGITS || !is_number {
        return None;
    }
    let phone = phone_key(id).filter(|phone| is_known("phone", phone))?;
    Some(put(&phone, true, key))
}

/// Returns the address that is known within what looks like one: `people_rin@example.jp.csv` has `rin@example.jp`.
fn known_end(email: &str, is_known: &dyn Fn(&str, &str) -> bool) -> Option<String> {
    let (local, domain) = email.split_once('@')?;
    let is_between = |letter: char| !letter.is_ascii_alphanumeric();
    let starts = std::iter::once(0).chain(
        local
            .match_indices(is_between)
            .map(|(at, between)| at + between.len()),
    );
    let ends: Vec<usize> = std::iter::once(domain.len())
        .chain(domain.rmatch_indices('.').map(|(at, _)| at))
        .collect();
    for start in starts {
        for end in &ends {
            let part = format!("{}@{}", &local[start..], &domain[..*end]);
            if email_key(&part).is_some_and(|email| is_known("email", &email)) {
                return Some(part);
            }
        }
    }
    None
}

/// Returns a row of digits without the numbers that are known: a date may stand before one.
fn digits_without(
    run: &str,
    is_key: bool,
    key: &SubjectKey,
    is_known: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, letter) in run.char_indices() {
        let is_digit = letter.is_ascii_digit();
        match groups.last_mut() {
            Some(last) if is_digit && last.end == at => last.end += 1,
            _ if is_digit => groups.push(at..at + 1),
            _ => {}
        }
    }
    let mut left = String::new();
    let (mut from, mut first) = (0, 0);
    while first < groups.len() {
        let most = groups.len().min(first + MOST_GROUPS);
        let is_number = |last: &usize| {
            let digits: usize = groups[first..=*last]
                .iter()
                .map(|group| group.end - group.start)
                .sum();
            let number = &run[groups[first].start..groups[*last].end];
            let with_plus = groups[first].start > 0
                && run[..groups[first].start].ends_with('+')
                && phone_key(&format!("+{number}")).is_some_and(|key| is_known("phone", &key));
            digits >= FEWEST_DIGITS
                && (with_plus || phone_key(number).is_some_and(|key| is_known("phone", &key)))
        };
        match (first..most).rev().find(is_number) {
            Some(last) => {
                let (start, end) = (groups[first].start, groups[last].end);
                let start = start - usize::from(run[from..start].ends_with('+'));
                left.push_str(&run[from..start]);
                left.push_str(&put(&run[start..end], is_key, key));
                (from, first) = (end, last + 1);
            }
            None => first += 1,
        }
    }
    left.push_str(&run[from..]);
    (from > 0).then_some(left)
}

/// Returns the name of a file without the cells in it that are known; `None` where there are none.
pub(super) fn file_without(
    name: &str,
    key: &SubjectKey,
    is_known: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    let letters: Vec<(usize, char)> = name
        .char_indices()
        .filter(|(_, letter)| !letter.is_whitespace() && !['_', '・', '/'].contains(letter))
        .collect();
    let mut left = String::new();
    let (mut from, mut first) = (0, 0);
    while first < letters.len() {
        let most = letters.len().min(first + MOST_LETTERS);
        let place = |last: usize| letters[first].0..letters[last].0 + letters[last].1.len_utf8();
        let is_name = |last: &usize| {
            let place = place(*last);
            let text: String = letters[first..=*last]
                .iter()
                .map(|(_, letter)| *letter)
                .collect();
            is_apart(name, &place) && is_known("cell", &squeezed(&text))
        };
        match (first + 1..most).rev().find(is_name) {
            Some(last) => {
                let place = place(last);
                left.push_str(&name[from..place.start]);
                left.push_str(&put(&name[place.clone()], false, key));
                (from, first) = (place.end, last + 1);
            }
            None => first += 1,
        }
    }
    left.push_str(&name[from..]);
    (from > 0).then_some(left)
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
                r"/?[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\+?[0-9][-0-9()（）‐‑–−ー \u{3000}]{7,}[0-9]|[@＠/][A-Za-z0-9_][A-Za-z0-9_.-]*|[A-Za-z0-9_][A-Za-z0-9_-]{4,}[A-Za-z0-9_]",
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
                parts_without(word, is_key, key, is_known)
                    .or_else(|| self.inner_without(word, is_key, key, is_known))
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

/// Returns a candidate without the address or number that is only a part of it.
fn parts_without(
    word: &str,
    is_key: bool,
    key: &SubjectKey,
    is_known: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    if word.starts_with(['@', '＠']) {
        return None;
    }
    if word.contains('@') {
        let known = known_end(word.trim_start_matches('/'), is_known)?;
        return Some(word.replacen(&known, &put(&known, is_key, key), 1));
    }
    let begins = word.starts_with(|letter: char| letter == '+' || letter.is_ascii_digit());
    let run = begins.then(|| digits_without(word, is_key, key, is_known));
    run.flatten()
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
            "hana.ko@example.jpx",
            "090123456789",
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
    fn ids_lose_addresses_and_numbers_and_nothing_else() {
        let key = SubjectKey::passing();
        let known = [("email", "rin@example.jp"), ("phone", "09011112222")];
        let is_known = |kind: &str, text: &str| known.contains(&(kind, text));
        let without = |id: &str| id_without(id, &key, &is_known);
        assert_eq!(without("rin@example.jp"), without("RIN@example.jp"));
        assert!(without("090-1111-2222").is_some());
        for id in ["100200", "R-09011112222", "ken@example.jp"] {
            assert_eq!(without(id), None, "{id}");
        }
    }

    #[test]
    fn a_file_loses_the_name_that_is_known() {
        let key = SubjectKey::passing();
        let is_known = |_: &str, text: &str| text == "鳥越真帆";
        let without = |name: &str| file_without(name, &key, &is_known);
        for (name, left) in [
            ("line/鳥越 真帆とのトーク.txt", "line/…とのトーク.txt"),
            ("people_鳥越真帆.csv", "people_….csv"),
        ] {
            assert_eq!(without(name).as_deref(), Some(left));
        }
        assert_eq!(without("people.csv"), None);
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
            ("2026-01-05 090-1234-5678, 2026", "2026-01-05 …, 2026"),
            // What stands behind a number without a mark may be its extension.
            ("2026-01-05 090-1234-5678 2026", "2026-01-05 …"),
            ("a_hana@example.jp.csv", "a_….csv"),
            ("mail/hana@example.jp", "mail/…"),
        ] {
            assert_eq!(without(text).as_deref(), Some(left), "{text}");
        }
        for text in ["hana", "2026-01-05 12:00", "token_78", "09012345679"] {
            assert_eq!(without(text), None, "{text}");
        }
    }
}
