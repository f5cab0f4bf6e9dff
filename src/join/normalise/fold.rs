//! The form every key starts from: widths, case, marks of Latin letters and variants folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use super::settled;
use super::variants;

/// Returns a text in NFKC and lower case, every hyphen as `-`, every blank as a space, variants of kanji and marks of
/// Latin letters folded, without what cannot be seen.
pub(in crate::join) fn folded(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    if text.is_ascii() {
        key.extend(text.chars().map(ascii));
        return key;
    }
    for letter in text.chars() {
        match plain(letter) {
            Some(letter) => key.push(letter),
            // Behind emoji they say how these are drawn.
            None if matches!(letter, '\u{fe0e}' | '\u{fe0f}') => {}
            None => return settled(text, any),
        }
    }
    key
}

/// Folds a character that stays one character whatever its neighbours; `None` for all others.
pub(super) fn plain(letter: char) -> Option<char> {
    Some(match letter {
        '\0'..='\x7f' => ascii(letter),
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}' | '々' | '〇' | '、' | '。' | '〒' => {
            letter
        }
        // Brackets of Japanese, signs and emoji.
        '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301c}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}' => letter,
        '\u{4e00}'..='\u{9fff}' => variants::folded(letter),
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => ascii(char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter)),
        _ if is_hyphen(letter) => '-',
        _ => return None,
    })
}

fn ascii(letter: char) -> char {
    match letter {
        '\0'..=' ' | '\x7f' => ' ',
        _ => letter.to_ascii_lowercase(),
    }
}

fn any(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.nfkc() {
        if letter.is_whitespace() {
            key.push(' ');
        } else if is_hyphen(letter) {
            key.push('-');
        } else if !is_unseen(letter) {
            for lower in letter.to_lowercase() {
                push_base(lower, &mut key);
            }
        }
    }
    key
}

fn is_hyphen(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{ff0d}'
    )
}

/// Whether a character is a control, has no width, only selects how another is drawn, or marks the letter before it.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0100}'..='\u{e01ef}')
}

/// Adds a letter without its marks; kanji as the character that stands for its variants.
fn push_base(letter: char, key: &mut String) {
    match letter {
        'ß' => key.push_str("ss"),
        'æ' => key.push_str("ae"),
        'œ' => key.push_str("oe"),
        'þ' => key.push_str("th"),
        'ø' => key.push('o'),
        'ð' | 'đ' => key.push('d'),
        'ł' => key.push('l'),
        'ħ' => key.push('h'),
        'ı' => key.push('i'),
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            let mut base = None;
            decompose_canonical(letter, |part| {
                base.get_or_insert(part);
            });
            key.push(
                base.filter(|base| base.is_ascii_alphabetic())
                    .unwrap_or(letter),
            );
        }
        _ => key.push(variants::folded(letter)),
    }
}

/// Whether a character is a kanji (or one of its marks of repetition).
pub(in crate::join) fn is_kanji(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々' | '〇')
}

/// Whether a character is a letter or a digit, those of Japanese without a look at the tables of Unicode.
pub(in crate::join) fn is_letter(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}')
        || letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode() {
        for letter in '\0'..='\u{2ffff}' {
            assert_eq!(is_letter(letter), letter.is_alphanumeric(), "{letter:?}");
        }
    }

    #[test]
    fn widths_case_marks_and_variants_are_folded() {
        for (text, key) in [
            ("Ｈanako", "hanako"),
            ("髙橋　﨑", "高橋 崎"),
            ("José Ångström", "jose angstrom"),
            ("ﾔﾏﾀﾞ", "ヤマダ"),
            ("葛\u{e0100}", "葛"),
            ("1−2‐3－4", "1-2-3-4"),
            ("ﾊﾟｼﾌｲｯｸ", "パシフイック"),
            ("【珈琲☕️】🍀", "【珈琲☕】🍀"),
            ("か\u{fe0f}\u{3099}", "が"),
        ] {
            assert_eq!(folded(text), key, "{text}");
        }
    }

    #[test]
    fn the_short_way_and_the_general_way_agree() {
        let ranges = [
            0x20..0x7f,
            0x3041..0x3097,
            0x30a1..0x30fd,
            0x4e00..0xa000,
            0xff01..0xff5f,
            0x3008..0x3012,
            0x3014..0x301d,
            0x2600..0x27c0,
            0x1f300..0x1f650,
            0x1f680..0x1f700,
            0x1f900..0x1fa00,
        ];
        for letter in ranges.into_iter().flatten().filter_map(char::from_u32) {
            let text = letter.to_string();
            assert_eq!(folded(&text), settled(&text, any), "{letter}");
            let drawn = format!("か{letter}\u{fe0f}は");
            assert_eq!(folded(&drawn), settled(&drawn, any), "{letter}");
        }
    }
}
