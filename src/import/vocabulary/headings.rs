//! Headings taken apart into the words of `headings.tsv`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::rows;
use crate::import::values::widths::narrow;

const TABLE: &str = include_str!("headings.tsv");
/// Most words of a phrase.
const MOST_WORDS: usize = 3;
/// Least letters of a word that stands in one with others: `emailoptout`.
const LEAST_LETTERS: usize = 3;
/// Most letters of what is taken apart.
const MOST_LETTERS: usize = 40;
/// What may stand behind such words: `optoutdate`.
const ENDS: &[&str] = &["at", "date", "flag", "flg"];
/// What may stand before them: `nomail`.
const BEGIN: &str = "no";
/// What stands between parts of a heading that each name something of their own.
const BREAKS: &str = "・、,/|&+;";

/// What a word of a heading says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Kind {
    /// Somebody refuses something, whatever else the heading says.
    Stops,
    /// The same; alone it is of all that can be refused.
    OptOut,
    /// A customer leaves for good, and refuses all that can be.
    Leaves,
    /// What somebody agreed to is taken back, analysing and linking too.
    Withdraws,
    /// Somebody refuses what is named beside it.
    Unwanted,
    /// Somebody refuses what is named right behind it.
    Before,
    /// Customers are written to or called, by whatever channel.
    Contact,
    /// By one that koe has none for.
    Elsewhere,
    /// Customers agree to something.
    Consent,
    /// Marketing, by whatever channel.
    Marketing,
    /// Advertising: by the channels named beside it, by all where none is.
    Advertising,
    /// A purpose or channel.
    Purpose(&'static str),
    /// Accounts are linked.
    Links,
    /// What is done with data.
    Data,
    /// More than is named.
    All,
    /// Something else is named behind it.
    And,
    /// Customers agree where yes stands below.
    Agrees,
    /// A note that the cells are yes or no.
    Flags,
    /// Nothing.
    Plain,
    /// It is asked why, or how.
    Why,
    /// Until when.
    Until,
    /// How it stands with somebody.
    States,
    /// Customers, in lists of them.
    Listed,
    /// Of a file: those in it refuse.
    Names,
    /// Of a file: it tells who agrees to something or refuses it.
    Answers,
    /// Something is stopped that is no contact.
    Other,
    /// Nothing, though other words stand in it.
    Aside,
}

/// A part of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Part {
    /// A known word.
    Word(&'static [Kind]),
    /// Anything else.
    Unknown,
    /// What stands between names: `・`, and.
    Break,
}

impl Kind {
    fn of(name: &'static str) -> Self {
        match name {
            "stops" => Self::Stops,
            "optout" => Self::OptOut,
            "leaves" => Self::Leaves,
            "withdraws" => Self::Withdraws,
            "unwanted" => Self::Unwanted,
            "before" => Self::Before,
            "contact" => Self::Contact,
            "elsewhere" => Self::Elsewhere,
            "consent" => Self::Consent,
            "marketing" => Self::Marketing,
            "advertising" => Self::Advertising,
            "links" => Self::Links,
            "data" => Self::Data,
            "all" => Self::All,
            "and" => Self::And,
            "agrees" => Self::Agrees,
            "flags" => Self::Flags,
            "plain" => Self::Plain,
            "why" => Self::Why,
            "until" => Self::Until,
            "states" => Self::States,
            "listed" => Self::Listed,
            "names" => Self::Names,
            "answers" => Self::Answers,
            "other" => Self::Other,
            "aside" => Self::Aside,
            purpose => Self::Purpose(purpose),
        }
    }

    /// Whether the word may be a part of a longer one in Latin letters.
    fn is_telling(self) -> bool {
        !matches!(
            self,
            Self::All
                | Self::And
                | Self::Before
                | Self::Flags
                | Self::Plain
                | Self::States
                | Self::Listed
                | Self::Other
                | Self::Aside
        )
    }
}

impl Part {
    /// Returns what it says; nothing for anything but a known word.
    pub(in crate::import) fn kinds(&self) -> &'static [Kind] {
        match self {
            Self::Word(kinds) => kinds,
            Self::Unknown | Self::Break => &[],
        }
    }

    /// Whether it says so.
    pub(in crate::import) fn is(&self, kind: Kind) -> bool {
        self.kinds().contains(&kind)
    }
}

/// Whether a part of a heading says so.
pub(in crate::import) fn has(parts: &[Part], kind: Kind) -> bool {
    parts.iter().any(|part| part.is(kind))
}

/// Purposes in the order in which a heading or word is taken for them.
const PURPOSES: [&str; 9] = [
    "line",
    "sms",
    "push",
    "email",
    "postal",
    "voice",
    "ads",
    "analyse",
    "link_social",
];

/// Returns the purpose (or channel) a heading or word speaks of.
pub(in crate::import) fn purpose(text: &str) -> Option<&'static str> {
    let parts = parts(text);
    let mut purposes = PURPOSES.into_iter();
    purposes
        .find(|purpose| has(&parts, Kind::Purpose(purpose)))
        .or_else(|| has(&parts, Kind::Marketing).then_some("email"))
}

/// Takes a heading apart, or the name of a file, or a cell.
pub(in crate::import) fn parts(text: &str) -> Vec<Part> {
    let words: &'static Words = &WORDS;
    let letters = letters(text);
    let mut parts: Vec<Part> = Vec::new();
    let mut place = 0;
    while let Some(letter) = letters.get(place) {
        place += match letter {
            Letters::Between(letter) => {
                if BREAKS.contains(*letter) {
                    parts.push(Part::Break);
                }
                1
            }
            Letters::Latin(_) => words.latin(&letters[place..], &mut parts),
            Letters::One(_) => words.japanese(&letters[place..], &mut parts),
        };
        if let Some(part @ Part::Word(_)) = parts.last().copied()
            && part.is(Kind::And)
        {
            parts.pop();
            let is_behind_a_word = matches!(parts.last(), Some(Part::Word(_)));
            parts.push(match is_behind_a_word {
                true => Part::Break,
                false => Part::Unknown,
            });
        }
    }
    parts
}

/// Letters that belong together.
#[derive(Debug, PartialEq, Eq)]
enum Letters {
    /// A word in Latin letters, in lower case.
    Latin(String),
    /// Another letter.
    One(char),
    /// What is no letter.
    Between(char),
}

/// Returns the words in Latin letters and the other letters of a text.
fn letters(text: &str) -> Vec<Letters> {
    let letters: Vec<char> = narrow(text).chars().collect();
    let mut found: Vec<Letters> = Vec::with_capacity(letters.len());
    for (place, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphabetic() {
            found.push(match letter.is_alphabetic() {
                true => Letters::One(letter),
                false => Letters::Between(letter),
            });
            continue;
        }
        let before = place.checked_sub(1).map(|before| letters[before]);
        let begins =
            before.is_none_or(|before| begins_word(before, letter, letters.get(place + 1)));
        let small = letter.to_ascii_lowercase();
        match found.last_mut() {
            Some(Letters::Latin(word)) if !begins => word.push(small),
            _ => found.push(Letters::Latin(small.to_string())),
        }
    }
    found
}

/// Whether a Latin letter begins a word of `camelCase`, or behind what is none.
fn begins_word(before: char, letter: char, next: Option<&char>) -> bool {
    let is_small = |letter: &char| letter.is_ascii_lowercase();
    let is_inside = before.is_ascii_alphabetic()
        && (letter.is_ascii_lowercase() || !(is_small(&before) || next.is_some_and(is_small)));
    !is_inside
}

/// The table, by how its words are looked for; the longer ones first.
struct Words {
    /// Words in Latin letters, and phrases with single blanks.
    latin: BTreeMap<String, Vec<Kind>>,
    /// Beginnings of words in Latin letters.
    begins: Vec<(String, Vec<Kind>)>,
    /// Parts of words in Latin letters.
    within: Vec<(String, Vec<Kind>)>,
    /// All other words.
    japanese: Vec<(Vec<char>, Vec<Kind>)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(Words::read);

impl Words {
    fn read() -> Self {
        let mut table: BTreeMap<String, Vec<Kind>> = BTreeMap::new();
        for (name, word) in rows(TABLE) {
            table.entry(word).or_default().push(Kind::of(name));
        }
        let mut words = Self {
            latin: BTreeMap::new(),
            begins: Vec::new(),
            within: Vec::new(),
            japanese: Vec::new(),
        };
        for (word, kinds) in table {
            if !word.is_ascii() {
                words.japanese.push((word.chars().collect(), kinds));
            } else if let Some(begin) = word.strip_suffix('*') {
                if let Some(part) = begin.strip_prefix('*') {
                    words.within.push((part.to_owned(), kinds.clone()));
                    words.begins.push((part.to_owned(), kinds));
                } else {
                    words.begins.push((begin.to_owned(), kinds));
                }
            } else {
                words.latin.insert(word, kinds);
            }
        }
        words
            .begins
            .sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        words
            .japanese
            .sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        words
    }

    /// Reads the longest phrase at the beginning, else the word; returns how many letters and words it takes.
    fn latin(&'static self, letters: &[Letters], parts: &mut Vec<Part>) -> usize {
        let mut phrase = String::new();
        let mut found: Option<(&'static [Kind], usize)> = None;
        let mut count = 0;
        for (place, letter) in letters.iter().enumerate() {
            match letter {
                Letters::Latin(word) if count < MOST_WORDS => {
                    count += 1;
                    if !phrase.is_empty() {
                        phrase.push(' ');
                    }
                    phrase.push_str(word);
                    if let Some(kinds) = self.latin.get(&phrase) {
                        found = Some((kinds.as_slice(), place + 1));
                    }
                }
                Letters::Between(_) => {}
                Letters::Latin(_) | Letters::One(_) => break,
            }
        }
        if let Some((kinds, used)) = found {
            parts.push(Part::Word(kinds));
            return used;
        }
        if let Some(Letters::Latin(word)) = letters.first() {
            self.word(word, parts);
        }
        1
    }

    /// Reads a word in Latin letters that stands in the table neither whole nor in a phrase.
    fn word(&'static self, word: &str, parts: &mut Vec<Part>) {
        let pieces = self.pieces(word, true).unwrap_or_default();
        let within = self.within.iter();
        let within = within.filter(|(part, kinds)| {
            word.contains(part.as_str()) && !pieces.contains(&kinds.as_slice())
        });
        let within: Vec<&'static [Kind]> = within.map(|(_, kinds)| kinds.as_slice()).collect();
        if pieces.is_empty() {
            parts.push(Part::Unknown);
        }
        parts.extend(pieces.into_iter().chain(within).map(Part::Word));
    }

    /// Takes a word apart into words of the table that follow one another, if it is nothing else: `donotemail`.
    fn pieces(&'static self, rest: &str, is_begin: bool) -> Option<Vec<&'static [Kind]>> {
        if rest.is_empty() {
            return Some(Vec::new());
        }
        if rest.len() > MOST_LETTERS {
            return None;
        }
        let whole = (1..=rest.len()).rev().find_map(|end| {
            let (piece, left) = rest.split_at(end);
            let kinds = self.latin.get(piece)?;
            let is_piece = match left.is_empty() {
                true if ENDS.contains(&piece) => true,
                false if is_begin && piece == BEGIN => true,
                _ => piece.len() >= LEAST_LETTERS && kinds.iter().any(|kind| kind.is_telling()),
            };
            let others = is_piece.then(|| self.pieces(left, false))??;
            Some(std::iter::once(kinds.as_slice()).chain(others).collect())
        });
        whole.or_else(|| self.begun(rest))
    }

    /// Reads a word of which the table has the beginning, and what follows it where that is known.
    fn begun(&'static self, rest: &str) -> Option<Vec<&'static [Kind]>> {
        let mut begins = self.begins.iter();
        let (begin, kinds) = begins.find(|(begin, _)| rest.starts_with(begin.as_str()))?;
        let left = &rest[begin.len()..];
        let others = self.pieces(left, false).unwrap_or_default();
        Some(std::iter::once(kinds.as_slice()).chain(others).collect())
    }

    /// Reads the longest word at the beginning, whatever stands between its letters; returns how many letters it takes.
    fn japanese(&'static self, letters: &[Letters], parts: &mut Vec<Part>) -> usize {
        let mut words = self.japanese.iter();
        let found = words.find_map(|(word, kinds)| Some((kinds, reach(letters, word)?)));
        let Some((kinds, used)) = found else {
            // What is not known is one part however long it is.
            if parts.last() != Some(&Part::Unknown) {
                parts.push(Part::Unknown);
            }
            return 1;
        };
        parts.push(Part::Word(kinds));
        used
    }
}

/// Returns how many letters a word takes at the beginning, with what stands between them.
fn reach(letters: &[Letters], word: &[char]) -> Option<usize> {
    let mut left = word;
    for (place, letter) in letters.iter().enumerate() {
        match (letter, left) {
            (Letters::One(letter), [first, others @ ..]) if letter == first => left = others,
            (Letters::Between(_), _) => {}
            _ => return None,
        }
        if left.is_empty() {
            return Some(place + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::consents;

    fn is(text: &str, kind: Kind) -> bool {
        has(&parts(text), kind)
    }

    #[test]
    fn every_word_is_listed_once_under_what_it_says_and_purposes_are_those_there_are() {
        let mut seen: Vec<(&str, String)> = rows(TABLE).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        let purposes: Vec<&str> = consents::PURPOSE.unit.split(", ").collect();
        for (name, word) in seen {
            if let Kind::Purpose(purpose) = Kind::of(name) {
                assert!(purposes.contains(&purpose), "{purpose}");
            }
            assert!(!word.is_empty(), "{name}");
        }
    }

    #[test]
    fn words_are_found_whole_whatever_their_case_and_separators() {
        for heading in [
            "opt out",
            "opt-out",
            "opt.out",
            "Opt_Out",
            "optOut",
            "OPT OUT",
            "optout",
            "ＯＰＴ ＯＵＴ",
            "オプトアウト",
            "オプト・アウト",
            "ｵﾌﾟﾄｱｳﾄ",
            "emailoptout",
            "smsOptOut",
            "dmoptout",
            "optoutdate",
        ] {
            assert!(is(heading, Kind::OptOut), "{heading}");
        }
        for heading in [
            "ng",
            "NG",
            "メールNGフラグ",
            "NG_メール",
            "電話ＮＧ日",
            "emailNG",
        ] {
            assert!(is(heading, Kind::Unwanted), "{heading}");
        }
        for heading in [
            "long",
            "ranking",
            "song",
            "strong",
            "NGO会員",
            "offer",
            "stopname",
            "オフィス",
        ] {
            assert!(!is(heading, Kind::Unwanted), "{heading}");
        }
        assert!(is("donotemail", Kind::Stops) && is("donotemail", Kind::Purpose("email")));
        assert!(is("consentwithdrawn", Kind::Withdraws) && is("consentwithdrawn", Kind::Consent));
        assert!(is("contactedoptout", Kind::OptOut));
        let long = "mailsms".repeat(1_000);
        assert_eq!(parts(&long), [Part::Unknown]);
    }

    #[test]
    fn purposes_are_told_by_whole_words() {
        for (text, expected) in [
            ("LINE配信", Some("line")),
            ("email_opt_in", Some("email")),
            ("E-Mail", Some("email")),
            ("Accepts Marketing", Some("email")),
            ("SMS Marketing", Some("sms")),
            ("DM送付", Some("postal")),
            ("ショートメール", Some("sms")),
            ("購買履歴の分析利用", Some("analyse")),
            ("SNS連携", Some("link_social")),
            ("広告", Some("ads")),
            ("TEL", Some("voice")),
            ("オンライン会員", None),
            ("Address Line 1", None),
            ("郵便番号", None),
            ("leads", None),
            ("callback", None),
            ("automatically", None),
            ("timeline", None),
            ("admin", None),
            ("address", None),
        ] {
            assert_eq!(purpose(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_named_one_after_the_other_comes_apart() {
        let breaks = |text: &str| {
            let parts = parts(text);
            parts.iter().filter(|part| **part == Part::Break).count()
        };
        assert_eq!(breaks("電話・メール停止"), 1);
        assert_eq!(breaks("email_and_text_opt_out"), 1);
        assert_eq!(breaks("メールと電話"), 1);
        assert_eq!(breaks("まとめメール"), 0);
        assert_eq!(breaks("オプト・アウト"), 0);
    }
}
