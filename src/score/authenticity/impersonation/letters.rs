//! What a letter looks like: its skeleton (UTS #39, section 4) and the pairs that the skeleton keeps apart.
//!
//! Every letter is read in three ways. `folded` is the letter itself, without width, case and accents. `strong` puts
//! together what is hardly told apart on a screen; `loose` also what is near (dakuten, small kana, hiragana and katakana,
//! シ and ツ). Where a letter looks like two (`m` like `rn`, `w` like `vv`, `d` like `cl`), the two are what it is read as.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::decompose_compatible;
use unicode_security::skeleton;

/// Pairs that the skeleton of UTS #39 keeps apart.
const TABLE: &str = include_str!("letters.tsv");

/// Letters whose loose reading is kept ready: Latin, Greek, Cyrillic; kana; kanji; full and half width.
const READY: [Range<u32>; 4] = [
    0x0000..0x0600,
    0x3000..0x3100,
    0x4e00..0xa000,
    0xff00..0xfff0,
];

static LETTERS: LazyLock<Letters> = LazyLock::new(Letters::new);

/// One letter in its three readings; all are empty for what is no letter or digit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Letter {
    pub loose: Vec<char>,
    pub strong: String,
    pub folded: Vec<char>,
    pub is_digit: bool,
}

/// The loose reading of a letter, without a list where one or two letters are all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Loose {
    None,
    One(char),
    Two(char, char),
    Many(Vec<char>),
}

impl Loose {
    /// Calls `each` with the letters in their order.
    pub fn each(&self, mut each: impl FnMut(char)) {
        match self {
            Self::None => {}
            Self::One(letter) => each(*letter),
            Self::Two(first, second) => {
                each(*first);
                each(*second);
            }
            Self::Many(letters) => letters.iter().copied().for_each(each),
        }
    }
}

impl From<Vec<char>> for Loose {
    fn from(letters: Vec<char>) -> Self {
        match letters[..] {
            [] => Self::None,
            [letter] => Self::One(letter),
            [first, second] => Self::Two(first, second),
            _ => Self::Many(letters),
        }
    }
}

/// Letters that are taken for each other, each leading to the one that stands for them.
#[derive(Debug, Default)]
struct Classes(HashMap<char, char>);

impl Classes {
    fn find(&self, letter: char) -> char {
        let mut found = letter;
        while let Some(next) = self.0.get(&found) {
            found = *next;
        }
        found
    }

    fn join(&mut self, first: char, second: char) {
        let (first, second) = (self.find(first), self.find(second));
        if first != second {
            self.0.insert(second, first);
        }
    }
}

struct Letters {
    strong: Classes,
    loose: Classes,
    /// One list for each range of `READY`.
    ready: Vec<Vec<Loose>>,
}

impl Letters {
    fn new() -> Self {
        let mut strong = Classes::default();
        let mut loose = Classes::default();
        for (strength, first, second) in pairs() {
            if strength == "strong" {
                strong.join(first, second);
            }
            loose.join(large(first), large(second));
        }
        let mut letters = Self {
            strong,
            loose,
            ready: Vec::new(),
        };
        let ready: Vec<Vec<Loose>> = READY
            .iter()
            .map(|range| {
                range
                    .clone()
                    .map(|code| {
                        char::from_u32(code).map_or(Loose::None, |letter| {
                            Loose::from(letters.letter(letter).loose)
                        })
                    })
                    .collect()
            })
            .collect();
        letters.ready = ready;
        letters
    }

    fn letter(&self, letter: char) -> Letter {
        let mut read = Letter::default();
        if matches!(letter, '™' | '℠') {
            return read;
        }
        decompose_compatible(letter, |part| {
            if matches!(part, '\u{3099}' | '\u{309a}') {
                // Within kana the mark belongs to the letter, yet is easily overlooked.
                read.strong.push(part);
                read.folded.push(part);
            } else if !is_mark(part) {
                for lower in part.to_lowercase() {
                    if is_mark(lower) || !lower.is_alphanumeric() {
                        continue;
                    }
                    read.folded.push(lower);
                    read.is_digit = lower.is_ascii_digit();
                    looks(large(lower), &self.loose, |letter| read.loose.push(letter));
                    looks(lower, &self.strong, |letter| read.strong.push(letter));
                }
            }
        });
        if read.loose.is_empty() {
            return Letter::default();
        }
        read
    }
}

fn pairs() -> impl Iterator<Item = (&'static str, char, char)> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, only(cells.next()?)?, cells.next()?))
        })
        .flat_map(|(strength, first, others)| {
            others
                .split(' ')
                .filter_map(only)
                .map(move |other| (strength, first, other))
        })
}

fn only(text: &str) -> Option<char> {
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// Calls `each` with what a lower-case letter looks like.
fn looks(letter: char, classes: &Classes, mut each: impl FnMut(char)) {
    let mut buffer = [0; 4];
    let text: &str = classes.find(letter).encode_utf8(&mut buffer);
    for prototype in skeleton(text) {
        // The prototypes of dakuten and handakuten are a half-width mark and a ring.
        if prototype == '\u{ff9e}' || is_mark(prototype) {
            continue;
        }
        let lower = prototype.to_lowercase().next().unwrap_or(prototype);
        let found = classes.find(lower);
        let two = match found {
            'm' => ['r', 'n'],
            'w' => ['v', 'v'],
            'd' => ['c', 'l'],
            _ => {
                each(found);
                continue;
            }
        };
        two.into_iter().for_each(|part| each(classes.find(part)));
    }
}

/// Returns katakana for hiragana and the large letter for a small one.
fn large(letter: char) -> char {
    let katakana = match letter {
        '\u{3041}'..='\u{3096}' => char::from_u32(letter as u32 + 0x60).unwrap_or(letter),
        _ => letter,
    };
    match katakana {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        other => other,
    }
}

/// Whether a character only marks the letter before it.
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' | '\u{fe20}'..='\u{fe2f}')
}

/// Returns a letter in its three readings.
pub(super) fn letter(letter: char) -> Letter {
    LETTERS.letter(letter)
}

/// Calls `each` with the loose reading of a letter; returns whether there is one.
pub(super) fn loose(letter: char, mut each: impl FnMut(char)) -> bool {
    let code = letter as u32;
    for (range, ready) in READY.iter().zip(&LETTERS.ready) {
        if range.contains(&code) {
            let read = &ready[(code - range.start) as usize];
            read.each(each);
            return *read != Loose::None;
        }
    }
    let read = LETTERS.letter(letter).loose;
    read.iter().for_each(|letter| each(*letter));
    !read.is_empty()
}

/// Returns the letter that a symbol stands for between two ASCII letters (`@` for `a`).
pub(super) fn symbol(letter: char) -> Option<char> {
    let found = LETTERS.strong.find(letter);
    (found != letter && !letter.is_alphanumeric()).then_some(found)
}

/// Whether a character is kana, the long-vowel mark among it, in any width.
pub(super) fn is_kana(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}' | '\u{ff66}'..='\u{ff9f}')
}

/// Whether a character is a dash or a wave, which between kana passes for the long-vowel mark.
pub(super) fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '~' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{301c}'
                | '\u{ff0d}'
                | '\u{ff5e}'
    )
}

/// Whether a character takes no place: controls, default-ignorable code points (UAX #44), marks of direction.
pub(super) fn is_invisible(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' | ' '..='~' => false,
        _ => {
            letter.is_control()
                || matches!(letter,
                    '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                    | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                    | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
                    | '\u{e0000}'..='\u{e0fff}')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, String) {
        let letters: Vec<Letter> = text.chars().map(letter).collect();
        (
            letters.iter().flat_map(|letter| &letter.loose).collect(),
            letters.iter().map(|letter| &*letter.strong).collect(),
            letters.iter().flat_map(|letter| &letter.folded).collect(),
        )
    }

    #[test]
    fn every_line_of_the_table_has_a_strength_and_single_letters() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(matches!(cells[0], "strong" | "weak"), "{line}");
            assert!(only(cells[1]).is_some(), "{line}");
            assert!(
                cells[2].split(' ').all(|cell| only(cell).is_some()),
                "{line}"
            );
        }
    }

    #[test]
    fn the_skeleton_and_the_table_put_together_what_looks_alike() {
        for (left, right) in [
            ("torinokoe", "t0r1n0k0e"),
            ("modern", "rnoclern"),
            ("wave", "vvave"),
            ("bank", "ваnk"),
            ("トリノコエ", "卜り丿コ工"),
            ("ﾄﾘﾉｺｴ", "トリノコエ"),
            ("ｔｏｒｉ", "ᴛᴏʀɪ"),
            ("千鳥", "チ烏"),
            ("高崎", "髙﨑"),
        ] {
            assert_eq!(read(left).1, read(right).1, "{left} {right}");
            assert_eq!(read(left).0, read(right).0, "{left} {right}");
        }
    }

    #[test]
    fn what_is_only_near_is_told_apart_by_the_strong_reading() {
        for (left, right) in [
            ("シール", "ツール"),
            ("パン", "バン"),
            ("キャット", "キヤツト"),
            ("とりのこえ", "トリノコエ"),
            ("大和", "太和"),
        ] {
            assert_eq!(read(left).0, read(right).0, "{left} {right}");
            assert_ne!(read(left).1, read(right).1, "{left} {right}");
        }
    }

    #[test]
    fn width_case_and_accents_are_no_difference() {
        assert_eq!(read("ＣＡＦÉ").2, "cafe");
        assert_eq!(read("ｶ").2, read("カ").2);
    }

    #[test]
    fn emoji_and_marks_are_no_letters() {
        for other in ['🐦', '★', '。', '_', '™', '\u{301}', '\u{3099}'] {
            assert_eq!(letter(other), Letter::default(), "{other}");
            assert!(!loose(other, |_| {}), "{other}");
        }
    }

    #[test]
    fn the_ready_reading_is_the_reading() {
        for letter in (0..0x1_1000_u32).step_by(7).filter_map(char::from_u32) {
            let mut found = Vec::new();
            loose(letter, |part| found.push(part));
            assert_eq!(found, super::letter(letter).loose, "{letter:?}");
        }
    }
}
