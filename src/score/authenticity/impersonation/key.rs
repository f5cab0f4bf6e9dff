//! A handle or a name, read letter by letter.

use unicode_normalization::UnicodeNormalization;

use super::letters::{self, Letter};

/// Characters of a text that are looked at, and letters of it that are compared.
pub(super) const MOST_CHARS: usize = 1024;
pub(super) const MOST_LETTERS: usize = 128;

/// Which letters and which neighbouring letters a loose reading has, as far as a few bits tell.
///
/// Both sets are hashed, so that two texts may seem closer than they are, never farther.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sketch {
    pub letters: u64,
    pub pairs: u128,
    /// Letters of the loose reading.
    pub length: usize,
    last: Option<char>,
}

impl Sketch {
    /// Reads a text; the flag tells that there was more than is looked at.
    pub fn of(text: &str) -> (Self, bool) {
        let mut sketch = Self::default();
        let is_shortened = walk(text, |unit| {
            letters::loose(unit.read, |letter| sketch.push(letter));
        });
        (sketch, is_shortened)
    }

    fn push(&mut self, letter: char) {
        let hash = |code: u32| code.wrapping_mul(0x9e37_79b1);
        let code = letter as u32;
        self.letters |= 1 << (hash(code) >> 26);
        if let Some(last) = self.last {
            let pair = (last as u32).wrapping_mul(31).wrapping_add(code);
            self.pairs |= 1 << (hash(pair) >> 25);
        }
        self.last = Some(letter);
        self.length += 1;
    }
}

/// One letter of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// The letter as written.
    pub shown: char,
    /// The letter it is read as.
    pub read: char,
    /// Whether something that is no letter, or nothing, goes before.
    pub is_first: bool,
}

/// A text that can be compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Key {
    pub units: Vec<Unit>,
    /// The visible text in lower case.
    pub raw: String,
    pub loose: Vec<char>,
    pub strong: String,
    pub folded: Vec<char>,
    /// For each loose letter: whether a digit was written, and the unit it belongs to.
    pub digits: Vec<bool>,
    pub unit_of: Vec<usize>,
    /// For each unit, and for the end: the folded letters before it.
    pub folded_at: Vec<usize>,
    /// How much the text tells: 1 for a Latin letter or digit, 1.5 for kana, 2 for kanji.
    pub weight: f64,
    /// Whether something invisible stands beside a letter that needs none of it.
    pub has_invisible: bool,
    pub sketch: Sketch,
}

impl Key {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        // Marks written apart, as half-width kana have them, join their letters; no loose reading has them.
        let joined: String;
        let text = if text.contains(['\u{3099}', '\u{309a}', '\u{ff9e}', '\u{ff9f}']) {
            joined = text.chars().take(MOST_CHARS).nfkc().collect();
            joined.as_str()
        } else {
            text
        };
        let mut units = Vec::new();
        walk(text, |unit| units.push(unit));
        let mut key = Self::of(units);
        key.raw = text
            .chars()
            .take(MOST_CHARS)
            .filter(|letter| !letters::is_invisible(*letter))
            .flat_map(char::to_lowercase)
            .collect();
        key.has_invisible = has_invisible(text);
        key
    }

    fn of(units: Vec<Unit>) -> Self {
        let mut key = Self::default();
        for (place, unit) in units.iter().enumerate() {
            let read = letters::letter(unit.read);
            key.folded_at.push(key.folded.len());
            key.weight += weight(unit.shown, &read);
            for letter in &read.loose {
                key.loose.push(*letter);
                key.digits.push(read.is_digit);
                key.unit_of.push(place);
                key.sketch.push(*letter);
            }
            key.strong.push_str(&read.strong);
            if unit.shown == unit.read {
                key.folded.extend(read.folded);
            } else {
                key.folded.push(unit.shown);
            }
            key.raw.extend(unit.shown.to_lowercase());
        }
        key.folded_at.push(key.folded.len());
        key.units = units;
        key
    }

    /// Returns a part of the text, from one loose letter to before another.
    pub fn part(&self, from: usize, to: usize) -> Self {
        let (first, end) = self.units_of(from, to);
        Self::of(self.units[first..end].to_vec())
    }

    /// Returns the folded letters of a part.
    pub fn folded_part(&self, from: usize, to: usize) -> &[char] {
        let (first, end) = self.units_of(from, to);
        &self.folded[self.folded_at[first]..self.folded_at[end]]
    }

    fn units_of(&self, from: usize, to: usize) -> (usize, usize) {
        let unit = |letter: usize| {
            self.unit_of
                .get(letter)
                .copied()
                .unwrap_or(self.units.len())
        };
        let first = unit(from);
        (first, unit(to).max(first))
    }

    /// Whether a loose letter is the first after something that is no letter.
    pub fn is_first(&self, letter: usize) -> bool {
        self.unit_of
            .get(letter)
            .is_some_and(|unit| self.units[*unit].is_first)
    }

    /// Returns the loose readings of the words, sorted.
    pub fn words(&self) -> Vec<Vec<char>> {
        let mut words: Vec<Vec<char>> = Vec::new();
        for (place, letter) in self.loose.iter().enumerate() {
            let is_start = self.is_first(place)
                && (place == 0 || self.unit_of[place] != self.unit_of[place - 1]);
            match words.last_mut() {
                Some(word) if !is_start => word.push(*letter),
                _ => words.push(vec![*letter]),
            }
        }
        words.sort();
        words
    }
}

fn weight(shown: char, read: &Letter) -> f64 {
    match (shown, read.folded.first().copied()) {
        ('\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}', _) => 2.0,
        (_, Some('\0'..='\u{52f}')) => 1.0,
        _ => 1.5,
    }
}

/// Calls `each` with the letters of a text; returns whether there was more than is looked at.
fn walk(text: &str, mut each: impl FnMut(Unit)) -> bool {
    let mut visible = text
        .chars()
        .take(MOST_CHARS)
        .filter(|letter| !letters::is_invisible(*letter))
        .peekable();
    let mut before = ' ';
    let mut is_first = true;
    let mut count = 0;
    while let Some(shown) = visible.next() {
        let after = visible.peek().copied();
        if let Some(read) = reading(before, shown, after) {
            if count == MOST_LETTERS {
                return true;
            }
            each(Unit {
                shown,
                read,
                is_first,
            });
            is_first = false;
            count += 1;
        } else {
            is_first = true;
        }
        before = shown;
    }
    // No character takes more than four bytes, nor less than one.
    text.len() > MOST_CHARS && text.chars().nth(MOST_CHARS).is_some()
}

/// Returns the letter that a character is read as; `None` where it only parts letters.
fn reading(before: char, shown: char, after: Option<char>) -> Option<char> {
    if letters::is_dash(shown) {
        let goes_on = after.is_none_or(|after| letters::is_kana(after) || letters::is_dash(after));
        return (letters::is_kana(before) && goes_on).then_some('ー');
    }
    if letters::loose(shown, |_| {}) {
        return Some(shown);
    }
    let stands_between =
        before.is_ascii_alphanumeric() && after.is_some_and(|after| after.is_ascii_alphanumeric());
    letters::symbol(shown).filter(|_| stands_between)
}

/// Whether something invisible stands beside a letter of a script that is written without it.
///
/// Emoji, Arabic and Indic scripts need joiners and marks of direction, kanji may have variation selectors.
fn has_invisible(text: &str) -> bool {
    let mut before = None;
    let mut letters = text.chars().take(MOST_CHARS).peekable();
    while let Some(letter) = letters.next() {
        if letters::is_invisible(letter) {
            let is_found = match letter {
                '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                    before.is_some_and(|before: char| before.is_ascii_alphabetic())
                }
                _ => {
                    before.is_some_and(is_plain_script)
                        || letters.peek().copied().is_some_and(is_plain_script)
                }
            };
            if is_found {
                return true;
            }
        }
        before = Some(letter);
    }
    false
}

fn is_plain_script(letter: char) -> bool {
    letter.is_alphanumeric()
        && matches!(letter, '\0'..='\u{52f}' | '\u{3040}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loose(text: &str) -> String {
        Key::new(text).loose.iter().collect()
    }

    #[test]
    fn a_dash_between_kana_is_the_long_vowel_mark() {
        assert_eq!(loose("コ-ヒ―"), loose("コーヒー"));
        assert_eq!(loose("トリノコエ-公式"), loose("トリノコエ公式"));
        assert_eq!(loose("a-b"), loose("ab"));
    }

    #[test]
    fn marks_written_apart_join_their_letters() {
        for text in ["ﾊﾞｰｶﾞｰ", "ハ\u{3099}ーカ\u{3099}ー"] {
            let (apart, joined) = (Key::new(text), Key::new("バーガー"));
            assert_eq!(apart.folded, joined.folded, "{text}");
            assert_eq!(apart.sketch, Sketch::of(text).0, "{text}");
        }
    }

    #[test]
    fn a_symbol_between_latin_letters_is_a_letter() {
        assert_eq!(loose("c@fe"), loose("cafe"));
        assert_eq!(loose("cafe@"), loose("cafe"));
        assert_eq!(loose("田中@鳥"), loose("田中鳥"));
        assert_ne!(Key::new("c@fe").folded, Key::new("cafe").folded);
    }

    #[test]
    fn invisible_characters_are_dropped_and_told_of() {
        for text in [
            "tori\u{200b}no",
            "tori\u{202e}no",
            "ト\u{2060}リ",
            "\u{ad}tori",
        ] {
            assert!(Key::new(text).has_invisible, "{text:?}");
        }
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "☀\u{fe0f}さくら",
            "葛\u{e0100}飾",
            "سلام\u{200f}",
        ] {
            assert!(!Key::new(text).has_invisible, "{text:?}");
        }
        assert_eq!(loose("tori\u{200b}no"), loose("torino"));
    }

    #[test]
    fn parts_keep_to_whole_letters() {
        let key = Key::new("made_shop");
        let end = key.loose.len();
        assert_eq!(key.part(0, end - 4), Key::of(Key::new("made").units));
        assert_eq!(key.part(1, 0).loose, Vec::<char>::new());
        assert_eq!(key.folded_part(end - 4, end), ['s', 'h', 'o', 'p']);
        assert_eq!(key.words().len(), 2);
    }

    #[test]
    fn long_texts_are_cut_and_told_of() {
        let long = "あ".repeat(350_000);
        assert_eq!(Key::new(&long).units.len(), MOST_LETTERS);
        assert!(Sketch::of(&long).1);
        assert!(Sketch::of(&" ".repeat(1_000_000)).1);
        assert!(!Sketch::of("とりのこえ").1);
    }

    #[test]
    fn the_sketch_of_a_text_is_that_of_its_key() {
        for text in ["torinokoe", "トリノコエ🐦", "ﾄﾘ-ﾉ", "", "Ｍ＆Ｗ", "نص"] {
            assert_eq!(Sketch::of(text).0, Key::new(text).sketch, "{text}");
        }
    }

    #[test]
    fn kanji_tell_more_than_kana_and_kana_more_than_letters() {
        for (text, weight) in [
            ("koe", 3.0),
            ("ＫＯＥ", 3.0),
            ("こえ", 3.0),
            ("鳥の声", 5.5),
        ] {
            assert_eq!(Key::new(text).weight, weight, "{text}");
        }
    }
}
