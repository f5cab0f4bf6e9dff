//! Names and their readings.

use unicode_normalization::UnicodeNormalization;

use super::{settled, variants};

/// Returns a name without spaces, widths and variants folded, in lower case; `None` when nothing is left.
///
/// ```
/// use koe::join::normalise::name_key;
/// assert_eq!(name_key("髙橋　花子"), name_key("高橋花子"));
/// ```
pub fn name_key(name: &str) -> Option<String> {
    let is_kept =
        |letter: &char| letter.is_alphanumeric() && !variants::is_variation_selector(*letter);
    let key = settled(name, |name| {
        name.nfkc()
            .filter(is_kept)
            .map(variants::folded)
            .flat_map(char::to_lowercase)
            .collect()
    });
    (!key.is_empty()).then_some(key)
}

/// Returns a reading in katakana without spaces and long marks, small kana made large; `None` when nothing is left.
///
/// ```
/// use koe::join::normalise::reading_key;
/// assert_eq!(reading_key("ﾀｶﾊｼ ﾊﾅｺ"), reading_key("たかはしはなこ"));
/// ```
pub fn reading_key(reading: &str) -> Option<String> {
    let key = settled(reading, |reading| {
        reading
            .nfkc()
            .filter(|letter| letter.is_alphanumeric() && *letter != 'ー')
            .map(katakana)
            .map(large)
            .flat_map(char::to_lowercase)
            .collect()
    });
    (!key.is_empty()).then_some(key)
}

fn katakana(letter: char) -> char {
    match letter {
        'ぁ'..='ゖ' => char::from_u32(letter as u32 + 0x60).unwrap_or(letter),
        _ => letter,
    }
}

fn large(letter: char) -> char {
    const SMALL: &str = "ァィゥェォッャュョヮ";
    const LARGE: &str = "アイウエオツヤユヨワ";
    let place = SMALL.chars().position(|small| small == letter);
    place
        .and_then(|place| LARGE.chars().nth(place))
        .unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variants_share_a_key_and_different_names_do_not() {
        for (left, right) in [
            ("渡邊 健", "渡辺健"),
            ("斎藤", "齋藤"),
            ("濵田", "浜田"),
            ("㈱とりのこえ", "(株)とりのこえ"),
        ] {
            assert_eq!(name_key(left), name_key(right), "{left} {right}");
        }
        assert_ne!(name_key("高橋"), name_key("高梨"));
        assert_eq!(reading_key("キョウコ"), reading_key("きようこ"));
        assert_eq!(name_key("　"), None);
        // Two characters that compose once what stands between them is gone.
        let composed = name_key("\u{113c2}\u{fffc}\u{113c2}").expect("letters");
        assert_eq!(name_key(&composed), Some(composed));
    }

    proptest! {
        #[test]
        fn keys_are_their_own_keys(name in "\\PC{0,20}") {
            if let Some(key) = name_key(&name) {
                let again = name_key(&key);
                prop_assert_eq!(again.as_ref(), Some(&key));
            }
            if let Some(key) = reading_key(&name) {
                let again = reading_key(&key);
                prop_assert_eq!(again.as_ref(), Some(&key));
            }
        }
    }
}
