//! Names of persons and their readings.

use super::fold::{folded, is_kanji};
use super::{MOST_ROUNDS, honorifics, kana, romaji};

/// A person's name in match keys. Fields are empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Name {
    /// The family name, or the whole where the parts cannot be told apart.
    pub family: String,
    /// The given name.
    pub given: String,
    /// The reading of the family name (or of the whole) in Latin letters.
    pub family_reading: String,
    /// The reading of the given name in Latin letters.
    pub given_reading: String,
}

/// Returns the keys of a name as written and as read.
///
/// The first part is the family name. Forms of address and what stands in brackets are dropped. A name that is itself
/// written in kana or Latin letters gives its reading where no other is known.
///
/// ```
/// use koe::join::normalise::name;
/// let key = name(Some("髙橋　花子 様"), Some("ﾀｶﾊｼ ﾊﾅｺ"));
/// assert_eq!((&*key.family, &*key.given), ("高橋", "花子"));
/// assert_eq!((&*key.family_reading, &*key.given_reading), ("takahasi", "hanako"));
/// assert_eq!(name(Some("Ohno, Shinji"), None).given_reading, name(None, Some("おおの しんじ")).given_reading);
/// ```
pub fn name(written: Option<&str>, reading: Option<&str>) -> Name {
    let written = Parts::of(written.unwrap_or_default());
    let reading = Parts::of(reading.unwrap_or_default()).read();
    let own = (own_reading(&written.family), own_reading(&written.given));
    let (family_reading, given_reading) = readings(reading, own, !written.given.is_empty());
    Name {
        family: written.family,
        given: written.given,
        family_reading,
        given_reading,
    }
}

/// Returns a name without spaces, widths and variants folded, in lower case; `None` when nothing is left.
///
/// ```
/// use koe::join::normalise::name_key;
/// assert_eq!(name_key("髙橋　花子"), name_key("高橋花子"));
/// ```
pub fn name_key(name: &str) -> Option<String> {
    whole(name, |name| Parts::of(name).joined(""))
}

/// Returns a reading in Latin letters without spaces; `None` when nothing is left.
///
/// ```
/// use koe::join::normalise::reading_key;
/// assert_eq!(reading_key("ﾀｶﾊｼ ﾊﾅｺ"), reading_key("たかはしはなこ"));
/// ```
pub fn reading_key(reading: &str) -> Option<String> {
    whole(reading, |reading| {
        romaji::reading(&Parts::of(reading).joined(""))
    })
}

fn whole(text: &str, key: impl Fn(&str) -> String) -> Option<String> {
    let key = super::settled(text, key);
    (!key.is_empty()).then_some(key)
}

/// The reading a part of a name gives by itself, if it is all kana or all Latin letters.
pub(super) fn own_reading(part: &str) -> String {
    let is_read = part
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || kana::is_kana(letter));
    if is_read {
        romaji::reading(part)
    } else {
        String::new()
    }
}

/// The readings of both parts; a reading in one piece is cut where a part gives its own.
fn readings(reading: Parts, own: (String, String), has_given: bool) -> (String, String) {
    let whole = reading.family;
    if whole.is_empty() {
        return own;
    }
    if !reading.given.is_empty() || !has_given {
        return (whole, reading.given);
    }
    let (own_family, own_given) = own;
    if !own_given.is_empty()
        && let Some(rest) = whole.strip_suffix(&*own_given)
    {
        let family = if rest.is_empty() { &own_family } else { rest };
        return (family.to_owned(), own_given);
    }
    if !own_family.is_empty()
        && let Some(rest) = whole.strip_prefix(&*own_family)
    {
        let given = if rest.is_empty() { &own_given } else { rest };
        return (own_family.clone(), given.to_owned());
    }
    (whole, String::new())
}

/// A name cut at its spaces.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    family: String,
    given: String,
}

impl Parts {
    fn of(text: &str) -> Self {
        let text = folded(text);
        let mut found = Self::cut(&text);
        for _ in 0..MOST_ROUNDS {
            let again = found.joined(" ");
            if again == text {
                break;
            }
            let next = Self::cut(&folded(&again));
            if next == found {
                break;
            }
            found = next;
        }
        found
    }

    fn joined(&self, between: &str) -> String {
        match (&*self.family, &*self.given) {
            (family, "") => family.to_owned(),
            (family, given) => [family, between, given].concat(),
        }
    }

    /// Reads both parts; one without sound is left out.
    fn read(self) -> Self {
        let family = romaji::reading(&self.family);
        let given = romaji::reading(&self.given);
        if family.is_empty() {
            return Self {
                family: given,
                given: String::new(),
            };
        }
        Self { family, given }
    }

    fn cut(text: &str) -> Self {
        let mut parts = pieces(text, true);
        if parts.is_empty() {
            parts = pieces(text, false);
        }
        drop_titles(&mut parts);
        let is_spaced_out = parts.len() > 2
            && parts.iter().all(|part| {
                let mut letters = part.chars();
                letters.next().is_some_and(is_kanji) && letters.next().is_none()
            });
        let at = if is_spaced_out { parts.len() } else { 1 };
        let mut family = parts
            .iter()
            .take(at)
            .map(String::as_str)
            .collect::<String>();
        let mut given = parts
            .iter()
            .skip(at)
            .map(String::as_str)
            .collect::<String>();
        let (last, is_part) = match given.is_empty() {
            true => (&mut family, false),
            false => (&mut given, true),
        };
        let left = honorifics::bare(last, is_part).len();
        last.truncate(left);
        Self {
            family: in_katakana(family),
            given: in_katakana(given),
        }
    }
}

fn in_katakana(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    text.chars().map(kana::katakana).collect()
}

fn drop_titles(parts: &mut Vec<String>) {
    let mut place = 0;
    while place < parts.len() && parts.len() > 1 {
        if honorifics::is_title(&parts[place], place == 0) {
            parts.remove(place);
        } else {
            place += 1;
        }
    }
}

/// Cuts a folded name at spaces, points and commas; what stands in brackets is left out if `drops_brackets`.
fn pieces(text: &str, drops_brackets: bool) -> Vec<String> {
    let mut parts: Vec<String> = Vec::with_capacity(2);
    let mut part = String::new();
    let mut depth = 0_usize;
    for (place, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' | '<' | '「' | '『' | '【' | '〔' | '〈' | '《' => depth += 1,
            ')' | ']' | '}' | '>' | '」' | '』' | '】' | '〕' | '〉' | '》' => {
                depth = depth.saturating_sub(1);
            }
            _ if drops_brackets && depth > 0 => continue,
            '々' | '〻' => {
                if let Some(before) = part.chars().next_back().filter(|&before| is_kanji(before)) {
                    part.push(before);
                }
                continue;
            }
            'ヽ' | 'ゝ' | 'ヾ' | 'ゞ' => {
                push_repeated(letter, &mut part);
                continue;
            }
            '-' if part.chars().next_back().is_some_and(kana::is_kana) => {
                part.push('ー');
                continue;
            }
            '-' if is_suffix(&text[place + 1..]) => break,
            '-' | '\'' | '’' | '‘' | '`' | 'ʼ' => continue,
            ' ' | '、' | '・' | ',' | '.' | '/' | '_' | '=' | ';' | ':' | '|' | '·' | '•' => {}
            // One form of the の in 井ノ上, 井之上, 井の上, and of the が in 一ヶ瀬.
            '之' => {
                part.push('ノ');
                continue;
            }
            'ヶ' => {
                part.push('ケ');
                continue;
            }
            _ if letter.is_alphanumeric() => {
                part.push(letter);
                continue;
            }
            _ => continue,
        }
        if !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// Whether what follows a hyphen is a form of address (Tanaka-san).
fn is_suffix(rest: &str) -> bool {
    ["san", "sama"].iter().any(|suffix| {
        rest.strip_prefix(suffix)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// Adds what ゝ or ゞ repeats.
fn push_repeated(mark: char, part: &mut String) {
    let Some(before) = part
        .chars()
        .next_back()
        .filter(|&before| kana::is_kana(before))
    else {
        return;
    };
    let voiced = match mark {
        'ヾ' | 'ゞ' => kana::voiced(before),
        _ => before,
    };
    part.push(voiced);
}
