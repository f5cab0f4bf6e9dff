//! Names as accounts show them: display names, handles, words of a profile.
//!
//! Letters fold as those of a [`name`](super::name()) do, so that both meet. But nothing is cut and nothing dropped save what
//! is no letter: no form of address, no brackets, for anything may be part of what an account calls itself.

use std::borrow::Cow;

use super::fold::{folded, plain};
use super::pieces::push_letter;
use super::{kana, romaji, settled, variants};

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
    let key = letters(text);
    if key.chars().all(is_own_key) {
        return key;
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
        return romaji::settled(ascii_letters(text)).0;
    }
    let (key, is_settled) = sound(text);
    if is_settled && is_own_sound(&key) {
        return key;
    }
    settled(text, |text| sound(text).0)
}

/// A key by [`sound_key`], to be joined with others.
#[derive(Debug)]
pub(in crate::join) struct Sound {
    key: String,
    /// See [`is_own_sound`].
    is_own: bool,
}

impl Sound {
    pub(in crate::join) fn of(text: &str) -> Self {
        let key = sound_key(text);
        Self {
            is_own: is_own_sound(&key),
            key,
        }
    }
}

/// Keys by [`sound_key`] side by side, in room that is used again and again.
#[derive(Debug, Default)]
pub(in crate::join) struct Joined {
    text: String,
    is_own: bool,
    /// Whether the keys stay as they are side by side.
    is_apart: bool,
    key: Vec<u8>,
    room: Vec<u8>,
}

impl Joined {
    /// Begins with one key.
    pub(in crate::join) fn begin(&mut self, sound: &Sound) {
        self.text.clear();
        self.text.push_str(&sound.key);
        (self.is_own, self.is_apart) = (sound.is_own, true);
    }

    /// Adds a key behind the others.
    pub(in crate::join) fn push(&mut self, sound: &Sound) {
        self.is_apart &= romaji::stay_apart(&self.text, &sound.key);
        self.is_own &= sound.is_own;
        self.text.push_str(&sound.key);
    }

    /// Returns the length of all in bytes.
    pub(in crate::join) fn len(&self) -> usize {
        self.text.len()
    }

    /// Returns what [`sound_key`] gives for all in one text.
    pub(in crate::join) fn sound_key(&mut self) -> Cow<'_, str> {
        if !self.is_own {
            return Cow::Owned(sound_key(&self.text));
        }
        if self.is_apart {
            return Cow::Borrowed(&self.text);
        }
        self.key.clear();
        self.key.extend_from_slice(self.text.as_bytes());
        if !romaji::settle(&mut self.key, &mut self.room) {
            return Cow::Owned(sound_key(&self.text));
        }
        let key = std::str::from_utf8(&self.key);
        Cow::Borrowed(key.expect("only ASCII letters are changed"))
    }
}

fn ascii_letters(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    key.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
    key
}

fn letters(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.chars() {
        let Some(letter) = plain(letter) else {
            return letters_of(&folded(text));
        };
        push_letter(kana::katakana(letter), &mut key);
    }
    key
}

fn letters_of(folded: &str) -> String {
    let mut key = String::with_capacity(folded.len());
    for letter in folded.chars() {
        push_letter(kana::katakana(letter), &mut key);
    }
    key
}

/// Returns how a text sounds, folded once, and whether its letters are spelled as they are.
fn sound(text: &str) -> (String, bool) {
    let letters = letters(text);
    // Kana begin with this byte.
    if !letters.as_bytes().contains(&0xe3) {
        return romaji::settled(letters);
    }
    let mut latin = String::with_capacity(letters.len());
    kana::push_latin(&letters, &mut latin);
    romaji::settled(latin)
}

/// Whether a character of a key is folded to itself whatever its neighbours.
fn is_own_key(letter: char) -> bool {
    match letter {
        'a'..='z' | '0'..='9' | 'ァ'..='ヵ' | 'ヷ'..='ヺ' | 'ー' => true,
        '之' => false,
        '\u{4e00}'..='\u{9fff}' => variants::folded(letter) == letter,
        _ => false,
    }
}

/// Whether a text has the letters of a key of sounds only, each folded to itself.
fn is_own_sound(text: &str) -> bool {
    let mut letters = text.chars();
    letters.all(|letter| is_own_key(letter) && !kana::is_kana(letter))
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
        fn the_short_way_and_the_general_way_agree(text in "[a-zァ-ヶ鳥々野之ヽー゛ōéｶﾞ髙0-9' -]{0,16}|\\PC{0,24}|.{0,16}") {
            let all = |text: &str| letters_of(&folded(text));
            prop_assert_eq!(letters_key(&text), settled(&text, all));
            let sounds = settled(&text, |text| romaji::reading(&all(text)));
            prop_assert_eq!(sound_key(&text), sounds);
        }

        #[test]
        fn joined_keys_sound_as_their_text(parts in proptest::collection::vec("[a-z]{0,4}|[ァ-ヶー鳥々之]{0,3}|[0-9]{1,2}|\\PC{0,4}", 1..4)) {
            let mut joined = Joined::default();
            let mut text = String::new();
            for (place, part) in parts.iter().enumerate() {
                let sound = Sound::of(part);
                text.push_str(&sound.key);
                match place {
                    0 => joined.begin(&sound),
                    _ => joined.push(&sound),
                }
                prop_assert_eq!(joined.len(), text.len());
                prop_assert_eq!(joined.sound_key(), sound_key(&text));
            }
        }

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
