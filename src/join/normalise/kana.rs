//! Kana as Latin letters.

/// Returns a hiragana as its katakana, any other character as it is.
pub(super) fn katakana(letter: char) -> char {
    match letter {
        'ぁ'..='ゖ' => char::from_u32(letter as u32 + 0x60).unwrap_or(letter),
        _ => letter,
    }
}

/// Whether a character is a kana or its long mark.
pub(super) fn is_kana(letter: char) -> bool {
    matches!(letter, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

/// Returns a kana with its voiced mark, or as it is where it takes none.
pub(super) fn voiced(letter: char) -> char {
    const PLAIN: &str = "カキクケコサシスセソタチツテトハヒフヘホ";
    if PLAIN.contains(katakana(letter)) {
        char::from_u32(letter as u32 + 1).unwrap_or(letter)
    } else {
        letter
    }
}

/// Katakana from ァ on, small ones as large ones: forms and bank transfers write ハツトリ and キヨウコ.
#[rustfmt::skip]
const SOUNDS: [&str; 90] = [
    "a", "a", "i", "i", "u", "u", "e", "e", "o", "o",
    "ka", "ga", "ki", "gi", "ku", "gu", "ke", "ge", "ko", "go",
    "sa", "za", "si", "zi", "su", "zu", "se", "ze", "so", "zo",
    "ta", "da", "ti", "zi", "tu", "tu", "zu", "te", "de", "to", "do",
    "na", "ni", "nu", "ne", "no",
    "ha", "ba", "pa", "hi", "bi", "pi", "hu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po",
    "ma", "mi", "mu", "me", "mo",
    "ya", "ya", "yu", "yu", "yo", "yo",
    "ra", "ri", "ru", "re", "ro",
    "wa", "wa", "i", "e", "o", "n", "bu", "ka", "ke", "ba", "bi", "be", "bo",
];

/// Adds a text in Latin letters: kana as they sound, long marks dropped, other letters as they are.
pub(super) fn push_latin(text: &str, latin: &mut String) {
    if text.is_ascii() {
        latin.push_str(text);
        return;
    }
    let mut letters = text.chars().map(katakana).peekable();
    while let Some(letter) = letters.next() {
        match letter {
            'ー' => {}
            // ヴァ is written バ as often.
            'ヴ' if matches!(letters.peek(), Some('ァ' | 'ィ' | 'ェ' | 'ォ')) => {
                latin.push('b')
            }
            'ァ'..='ヺ' => latin.push_str(SOUNDS[letter as usize - 'ァ' as usize]),
            _ => latin.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kana_has_its_sound() {
        for (text, sounds) in [
            ("アイウエオ", "aiueo"),
            ("ヂヅッツ", "zizututu"),
            ("やゆよ", "yayuyo"),
            ("わをん", "waon"),
            ("ヴァヴヴィ", "babubi"),
            ("パピプペポ", "papipupepo"),
            ("ラーメン", "ramen"),
            ("ヵヶヺ", "kakebo"),
        ] {
            let mut latin = String::new();
            push_latin(text, &mut latin);
            assert_eq!(latin, sounds, "{text}");
        }
    }
}
