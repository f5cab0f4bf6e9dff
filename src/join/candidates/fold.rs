//! Kana and romaji in one alphabet, kanji as they are.
//!
//! What is folded is compared and never shown. Two spellings of one sound meet (`shi` and `si`, `ohno` and `ono`, きょ and きよ);
//! so do a few different sounds (`yuki` and `yuuki`), which the frequencies of the folded forms account for.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::join::normalise::name_key;

/// Latin letters of the katakana from ァ (U+30A1) to ヶ (U+30F6), small kana as large ones, ッ silent.
const KANA: [&str; 86] = [
    "a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke",
    "ge", "ko", "go", "sa", "za", "si", "zi", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "ti",
    "zi", "", "tu", "zu", "te", "de", "to", "do", "na", "ni", "nu", "ne", "no", "ha", "ba", "pa",
    "hi", "bi", "pi", "hu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma", "mi", "mu", "me",
    "mo", "ya", "ya", "yu", "yu", "yo", "yo", "ra", "ri", "ru", "re", "ro", "wa", "wa", "i", "e",
    "o", "n", "bu", "ka", "ke",
];

/// Rounds after which the spelling rules have come to rest for any text.
const MOST_ROUNDS: usize = 8;

/// Folds texts, remembering the characters it has met.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Character to the one that stands for it; `None` when it is dropped.
    letters: HashMap<char, Option<char>>,
}

impl Folder {
    /// Returns the letters and digits of a text in lower case, widths and variants folded, 々 written out, kana as katakana.
    pub fn plain(&mut self, text: &str) -> String {
        if text.is_ascii() {
            return text
                .bytes()
                .filter(u8::is_ascii_alphanumeric)
                .map(|byte| char::from(byte.to_ascii_lowercase()))
                .collect();
        }
        let mut plain = String::with_capacity(text.len());
        let mut last = None;
        for letter in text.nfkc() {
            let letter = if letter == '々' {
                last
            } else {
                self.letter(letter)
            };
            if let Some(letter) = letter {
                plain.push(letter);
                last = Some(letter);
            }
        }
        plain
    }

    /// Returns a text in the common alphabet.
    pub fn folded(&mut self, text: &str) -> String {
        let plain = self.plain(text);
        let mut latin = String::with_capacity(plain.len());
        for letter in plain.chars() {
            match kana(letter) {
                Some(sound) => latin.push_str(sound),
                None => latin.push(letter),
            }
        }
        spelled(&latin)
    }

    fn letter(&mut self, letter: char) -> Option<char> {
        match letter {
            'a'..='z' | '0'..='9' => Some(letter),
            'A'..='Z' => Some(letter.to_ascii_lowercase()),
            'ぁ'..='ゖ' => char::from_u32(u32::from(letter) + 0x60),
            'ァ'..='ヶ' | 'ー' => Some(letter),
            _ if letter.is_ascii() => None,
            _ => *self.letters.entry(letter).or_insert_with(|| {
                let bare = letter.nfd().next().unwrap_or(letter);
                let bare = if bare.is_ascii_alphabetic() {
                    bare
                } else {
                    letter
                };
                name_key(bare.encode_utf8(&mut [0; 4]))?.chars().next()
            }),
        }
    }
}

/// Whether a character is a kanji.
pub(super) fn is_kanji(letter: char) -> bool {
    matches!(letter, '々' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

fn kana(letter: char) -> Option<&'static str> {
    match letter {
        'ァ'..='ヶ' => KANA.get((u32::from(letter) - 0x30a1) as usize).copied(),
        'ー' => Some(""),
        _ => None,
    }
}

/// Folds the spellings of romaji (Hepburn, Kunrei, Nihon; long vowels; doubled consonants) in a text in lower case.
pub(super) fn spelled(text: &str) -> String {
    let mut spelled: Vec<char> = text.chars().collect();
    let mut next = Vec::with_capacity(spelled.len());
    for _ in 0..MOST_ROUNDS {
        consonants(&spelled, &mut next);
        shorten(&mut next);
        if next == spelled {
            break;
        }
        std::mem::swap(&mut spelled, &mut next);
    }
    spelled.into_iter().collect()
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'i' | 'u' | 'e' | 'o')
}

fn is_consonant(letter: char) -> bool {
    letter.is_ascii_lowercase() && !is_vowel(letter)
}

/// One spelling per consonant: sy for sh, ty for ch, zy for j, tu for tsu, hu for fu, ky for kiy, n for m before b, m, p.
fn consonants(text: &[char], folded: &mut Vec<char>) {
    folded.clear();
    let mut place = 0;
    let at = |place: usize| text.get(place).copied().unwrap_or(' ');
    while place < text.len() {
        let (used, letters): (usize, &[char]) = match (at(place), at(place + 1), at(place + 2)) {
            ('s', 'h', 'i') => (3, &['s', 'i']),
            ('s', 'h', next) if is_vowel(next) => (2, &['s', 'y']),
            ('t', 'c', 'h') => (1, &[]),
            ('c', 'h', 'i') => (3, &['t', 'i']),
            ('c', 'h', next) if is_vowel(next) => (2, &['t', 'y']),
            ('t', 's', 'u') => (3, &['t', 'u']),
            ('d', 'z', 'u') => (3, &['z', 'u']),
            ('j', 'i', _) => (2, &['z', 'i']),
            ('j', 'y', next) if is_vowel(next) => (2, &['z', 'y']),
            ('j', next, _) if is_vowel(next) => (1, &['z', 'y']),
            ('f', 'u', _) => (2, &['h', 'u']),
            ('w', 'o', _) => (2, &['o']),
            ('m', 'b' | 'm' | 'p', _) => (1, &['n']),
            ('o', 'h', next) if !is_vowel(next) && next != 'y' => (2, &['o']),
            ('i', 'y', next)
                if is_vowel(next) && folded.last().copied().is_some_and(is_consonant) =>
            {
                (2, &['y'])
            }
            _ => (1, &text[place..=place]),
        };
        folded.extend_from_slice(letters);
        place += used;
    }
}

/// Drops the second of doubled consonants (save n) and the second half of the long vowels o and u.
fn shorten(text: &mut Vec<char>) {
    text.dedup_by(|letter, last| {
        *last == *letter && (is_consonant(*letter) && *letter != 'n' || matches!(letter, 'o' | 'u'))
            || (*last, *letter) == ('o', 'u')
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        Folder::default().folded(text)
    }

    #[test]
    fn spellings_of_one_sound_meet() {
        for (kana, romaji) in [
            ("オオノ", "ohno"),
            ("おの", "Ōno"),
            ("シンイチ", "sinichi"),
            ("ジュンヤ", "Junya"),
            ("キョウコ", "Kyoko"),
            ("きようこ", "kyouko"),
            ("ﾂﾁﾔ ﾁﾖ", "tsuchiya chiyo"),
            ("ハットリ", "hattori"),
            ("ナンバ", "Namba"),
            ("フジワラ", "huziwara"),
            ("ユウコ", "yuko"),
            ("しょうへい", "Shohei"),
            ("マッチャ", "matcha"),
        ] {
            assert_eq!(folded(kana), folded(romaji), "{kana} {romaji}");
        }
        assert_ne!(folded("サトウ"), folded("サイトウ"));
        assert_ne!(folded("コンノ"), folded("コウノ"));
    }

    #[test]
    fn kanji_keep_their_places() {
        assert_eq!(folded("とりの花子"), "torino花子");
        assert_eq!(folded("髙橋"), folded("高橋"));
        assert_eq!(folded("佐々木"), folded("佐佐木"));
        assert_eq!(folded("＿★"), "");
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in "[a-zァ-ヶ鳥々野ōé0-9 ]{0,16}|\\PC{0,12}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
