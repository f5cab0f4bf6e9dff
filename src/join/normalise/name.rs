//! Names of persons and their readings.

use super::fold::{folded, is_kanji};
use super::pieces::Pieces;
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
    let mut name = Name {
        family: written.family,
        given: written.given,
        family_reading: reading.family,
        given_reading: reading.given,
    };
    name.share_reading();
    name
}

impl Name {
    /// Fills readings that the parts give themselves, and cuts a reading in one piece where a part gives its own.
    pub(super) fn share_reading(&mut self) {
        let whole = &self.family_reading;
        let has_both = !self.given_reading.is_empty();
        if has_both || (!whole.is_empty() && self.given.is_empty()) {
            return;
        }
        let own_family = own_reading(&self.family);
        let own_given = own_reading(&self.given);
        if whole.is_empty() {
            (self.family_reading, self.given_reading) = (own_family, own_given);
        } else if !own_given.is_empty()
            && let Some(rest) = whole.strip_suffix(&*own_given)
        {
            let rest = romaji::reading(rest);
            let is_family = !rest.is_empty() && !honorifics::is_title(&rest, true);
            let family = if is_family { rest } else { own_family };
            (self.family_reading, self.given_reading) = (family, own_given);
        } else if !own_family.is_empty()
            && let Some(rest) = whole.strip_prefix(&*own_family)
        {
            let rest = romaji::reading(rest);
            let is_given = !rest.is_empty() && !honorifics::is_title(&rest, false);
            let given = if is_given { rest } else { own_given };
            (self.family_reading, self.given_reading) = (own_family, given);
        }
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
fn own_reading(part: &str) -> String {
    let is_read = part
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || kana::is_kana(letter));
    if is_read {
        romaji::reading(part)
    } else {
        String::new()
    }
}

/// A name cut at its spaces.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    family: String,
    given: String,
}

impl Parts {
    fn of(text: &str) -> Self {
        let (mut found, mut is_settled) = Self::cut(&folded(text));
        for _ in 0..MOST_ROUNDS {
            if is_settled {
                break;
            }
            let (next, is_next_settled) = Self::cut(&folded(&found.joined(" ")));
            is_settled = is_next_settled || next == found;
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

    /// Reads both parts, until what is read is read the same way.
    fn read(self) -> Self {
        let mut found = self.read_once();
        for _ in 0..MOST_ROUNDS {
            if found.is_plain_reading() {
                break;
            }
            let next = Self::of(&found.joined(" ")).read_once();
            if next == found {
                break;
            }
            found = next;
        }
        found
    }

    /// Reads both parts; one without sound is left out.
    fn read_once(self) -> Self {
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

    fn is_plain_reading(&self) -> bool {
        let is_plain = |part: &str, is_first: bool| {
            part.bytes().all(|letter| letter.is_ascii_lowercase())
                && !honorifics::is_title(part, is_first)
        };
        is_plain(&self.family, true) && is_plain(&self.given, false)
    }

    /// Cuts a folded name, and answers whether the parts are sure to come apart the same way.
    fn cut(text: &str) -> (Self, bool) {
        let mut pieces = Pieces::of(text, true);
        if pieces.parts.is_empty() && !text.is_empty() {
            pieces = Pieces::of(text, false);
        }
        let Pieces {
            mut parts,
            is_plain,
        } = pieces;
        let is_whole = parts.len() <= 2;
        let is_whole = !drop_titles(&mut parts) && is_whole;
        let is_spaced_out = parts.len() > 2
            && parts.iter().all(|part| {
                let mut letters = part.chars();
                letters.next().is_some_and(is_kanji) && letters.next().is_none()
            });
        let mut parts = parts.into_iter();
        let mut family = parts.next().unwrap_or_default();
        let mut given = parts.next().unwrap_or_default();
        parts.for_each(|part| given.push_str(&part));
        if is_spaced_out {
            family.push_str(&std::mem::take(&mut given));
        }
        let (last, is_part) = match given.is_empty() {
            true => (&mut family, false),
            false => (&mut given, true),
        };
        let left = honorifics::bare(last, is_part).len();
        let is_bare = left == last.len();
        last.truncate(left);
        let parts = Self {
            family: in_katakana(family),
            given: in_katakana(given),
        };
        (parts, is_plain && is_whole && is_bare)
    }
}

fn in_katakana(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    text.chars().map(kana::katakana).collect()
}

/// Leaves titles out where another part remains; answers whether there were any.
fn drop_titles(parts: &mut Vec<String>) -> bool {
    let count = parts.len();
    let mut place = 0;
    while place < parts.len() && parts.len() > 1 {
        if honorifics::is_title(&parts[place], place == 0) {
            parts.remove(place);
        } else {
            place += 1;
        }
    }
    parts.len() < count
}
