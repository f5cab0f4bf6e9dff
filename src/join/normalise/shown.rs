//! Names as accounts show them: display names, handles, words of a profile.
//!
//! Letters fold as those of a [`name`](super::name()) do, so that both meet. But nothing is cut and nothing dropped save what
//! is no letter: no form of address, no brackets, for anything may be part of what an account calls itself.

use super::fold::folded;
use super::pieces::push_letter;
use super::{kana, romaji, settled};

/// Returns the letters and digits of a text in lower case, widths, marks and variants folded, kana as katakana; empty when
/// there are none.
///
/// ```
/// use koe::join::normalise::letters_key;
/// assert_eq!(letters_key("＠Kotori_Pan★"), "kotoripan");
/// assert_eq!(letters_key("髙橋　はな"), letters_key("高橋ハナ"));
/// ```
pub fn letters_key(text: &str) -> String {
    if text.is_ascii() {
        return ascii_letters(text);
    }
    settled(text, letters)
}

/// Returns the letters and digits of a text as they sound: kana and romaji in one alphabet, kanji as they are.
///
/// Two spellings of one sound meet (`shi` and `si`, `ohno` and `ono`, きょ and きよ); so do a few different sounds (`yuki`
/// and `yuuki`, `konno` and `kouno`).
///
/// ```
/// use koe::join::normalise::sound_key;
/// assert_eq!(sound_key("とりの花子"), "torino花子");
/// assert_eq!(sound_key("ｵｵﾉ ｼﾝｼﾞ"), sound_key("Ohno Shinji"));
/// ```
pub fn sound_key(text: &str) -> String {
    if text.is_ascii() {
        return romaji::reading(&ascii_letters(text));
    }
    settled(text, |text| romaji::reading(&letters(text)))
}

fn ascii_letters(text: &str) -> String {
    text.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

fn letters(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in folded(text).chars() {
        push_letter(kana::katakana(letter), &mut key);
    }
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::name;
    use super::*;

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
            assert_eq!(sound_key(kana), sound_key(romaji), "{kana} {romaji}");
        }
        assert_ne!(sound_key("サトウ"), sound_key("サイトウ"));
        assert_ne!(sound_key("サカイ"), sound_key("サカキ"));
        // Different sounds that meet: `nn` stands for ん before a vowel too (`shinnichi`), and long vowels are dropped.
        assert_eq!(sound_key("コンノ"), sound_key("コウノ"));
    }

    #[test]
    fn kanji_keep_their_places() {
        assert_eq!(sound_key("とりの花子"), "torino花子");
        assert_eq!(sound_key("髙橋"), "高橋");
        assert_eq!(sound_key("佐々木"), sound_key("佐佐木"));
        assert_eq!(sound_key("＿★"), "");
    }

    #[test]
    fn nothing_but_signs_is_dropped() {
        assert_eq!(letters_key("鳥野(花子)さん"), "鳥野花子サン");
        assert_eq!(letters_key("mr_t.85"), "mrt85");
    }

    #[test]
    fn names_shown_meet_names_of_records() {
        for (shown, written, reading) in [
            ("井之上ゆき", "井ノ上 ゆき", None),
            ("一ヶ瀬・菜々", "一ケ瀬 菜菜", None),
            ("渡邊★花子", "渡辺 花子", Some("ワタナベ ハナコ")),
            ("José Ångström", "Jose Angstrom", None),
        ] {
            let of_record = name(Some(written), reading);
            let joined = [of_record.family, of_record.given].concat();
            assert_eq!(letters_key(shown), joined, "{shown}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_at_rest(text in "[a-zァ-ヶ鳥々野之ヽー゛ōé0-9' -]{0,16}|\\PC{0,24}|.{0,16}") {
            let letters = letters_key(&text);
            prop_assert_eq!(letters_key(&letters), letters);
            let sounds = sound_key(&text);
            prop_assert_eq!(sound_key(&sounds), sounds);
        }

        #[test]
        fn the_sound_of_the_letters_is_that_of_the_text(text in "[a-zぁ-ゖァ-ヶ鳥野ōé0-9_. ]{0,16}") {
            prop_assert_eq!(sound_key(&letters_key(&text)), sound_key(&text));
        }
    }
}
