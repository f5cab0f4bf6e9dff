//! What looks like the name of somebody, where only hashes tell whose it is.

use std::ops::Range;

use regex::{Captures, Regex};

use super::told::squeezed;
use super::words::{FEWEST_LETTERS, is_apart, is_digit, put};
use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::store::SubjectKey;

/// Most groups of digits of one number.
const MOST_GROUPS: usize = 6;
/// Fewest digits of a number.
pub(super) const FEWEST_DIGITS: usize = 9;
/// Most letters of a name in the name of a file.
const MOST_LETTERS: usize = 32;

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
                r"/?[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[+＋]?[0-9０-９][-－0-9０-９()（）‐‑–−ー \u{3000}]{7,}[0-9０-９]|[@＠/][A-Za-z0-9_][A-Za-z0-9_.-]*|[@＠][^\x00-\x7F\s＠][^\s@＠]{0,29}|[A-Za-z0-9_][A-Za-z0-9_-]{4,}[A-Za-z0-9_]",
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
        return mention_without(word, is_key, key, is_known);
    }
    if word.contains('@') {
        let known = known_end(word.trim_start_matches('/'), is_known)?;
        return Some(word.replacen(&known, &put(&known, is_key, key), 1));
    }
    let begins = word.starts_with(|letter: char| ['+', '＋'].contains(&letter) || is_digit(letter));
    let run = begins.then(|| digits_without(word, is_key, key, is_known));
    run.flatten()
}

/// Returns a mention of a name without the name, where words follow it without a space.
fn mention_without(
    word: &str,
    is_key: bool,
    key: &SubjectKey,
    is_known: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    let mut letters = word.char_indices();
    let (_, mark) = letters.next()?;
    let (_, first) = letters.next()?;
    // A handle ends where its letters do.
    if first.is_ascii() {
        return None;
    }
    let ends: Vec<usize> = letters.map(|(at, _)| at).collect();
    let known = ends.into_iter().rev().find(|end| {
        let handle = &word[mark.len_utf8()..*end];
        is_apart(word, &(0..*end)) && is_known("mention", &handle.to_lowercase())
    })?;
    let (name, rest) = word.split_at(known);
    Some(format!("{}{rest}", put(name, is_key, key)))
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
        let end = at + letter.len_utf8();
        match groups.last_mut() {
            Some(last) if is_digit(letter) && last.end == at => last.end = end,
            _ if is_digit(letter) => groups.push(at..end),
            _ => {}
        }
    }
    let mut left = String::new();
    let (mut from, mut first) = (0, 0);
    while first < groups.len() {
        let most = groups.len().min(first + MOST_GROUPS);
        let is_number = |last: &usize| {
            let number = &run[groups[first].start..groups[*last].end];
            let digits = number.chars().filter(|letter| is_digit(*letter)).count();
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

#[cfg(test)]
mod tests {
    use super::*;

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
            ("mention", "まほ"),
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
            ("電話 ０９０－１２３４－５６７８ まで", "電話 … まで"),
            ("@まほ ありがとう", "@… ありがとう"),
            ("＠まほさん、どうぞ", "＠…さん、どうぞ"),
        ] {
            assert_eq!(without(text).as_deref(), Some(left), "{text}");
        }
        for text in [
            "hana",
            "2026-01-05 12:00",
            "token_78",
            "09012345679",
            "０９０１２３４５６７９",
            "まほさん",
            "@みほ",
        ] {
            assert_eq!(without(text), None, "{text}");
        }
    }
}
