//! The language of a post: by its script, and within a script by function words and a detector.
//!
//! Kana are Japanese. Kanji alone are Japanese or Chinese by characters that only one of them writes. Among the languages
//! of one script, only a clear answer counts: a short 「OK」 stays undecided rather than guessed.

use super::TextError;
use super::normalise::{is_hiragana, is_kanji, is_katakana};

mod tongue;

use tongue::FunctionWords;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Japanese, analysed in full.
    Japanese,
    /// English, scored by a lexicon of its own.
    English,
    /// Chinese, in simplified or traditional characters.
    Chinese,
    /// Korean.
    Korean,
    /// Another language by its ISO 639-1 code; of ISO 639-3 where 639-1 has none.
    Other(&'static str),
}

impl Language {
    /// Returns the code for tables: ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Language::Japanese => "ja",
            Language::English => "en",
            Language::Chinese => "zh",
            Language::Korean => "ko",
            Language::Other(code) => code,
        }
    }
}

/// Characters simplified in China only, and words Chinese cannot do without.
const CHINESE: &str = "这们吗么呢吧说对没还给从让买卖东车马鸟鱼龙门问间书见观长张样个为会时过经现发业产动们谢请谁边进远运钱错难题热爱乐点种价质务实际应该听读写学习欢您你很都哪啊呀哦嗎們這麼個說對沒還給從讓買賣東車馬長張為會時過經現發業產動謝請誰邊進遠運錢錯難題熱愛";
/// Traditional forms above that Japanese writes too.
const SHARED: &str = "東車馬門問間書見長張業産動進遠運難題熱愛経買時会為学習点種写実价現発過給誰請説謝個対熟鳥魚質務際該馳従";
/// Kanji made or simplified in Japan only.
const JAPANESE: &str = "円込働峠畑辻栃匂枠榊応対価気発売読駅図広総楽薬悪黒団囲売変検権県済歯収焼浄乗条荘塩拝挙残桜渋歩渉毎浜満沢択訳釈駆験険剣児実写辺続縄繊絵経継斉斎鉄銭雑霊頼髪鶏齢";

/// What the characters of a text are, by number.
#[derive(Debug, Clone, Copy, Default)]
struct Scripts {
    kana: usize,
    kanji: usize,
    latin: usize,
    hangul: usize,
    other: usize,
}

impl Scripts {
    fn of(text: &str) -> Scripts {
        let mut found = Scripts::default();
        for c in text.chars() {
            if is_hiragana(c) || is_katakana(c) && c != 'ー' {
                found.kana += 1;
            } else if is_kanji(c) {
                found.kanji += 1;
            } else if is_latin(c) {
                found.latin += 1;
            } else if matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}')
            {
                found.hangul += 1;
            } else if c.is_alphabetic() {
                found.other += 1;
            }
        }
        found
    }

    /// Returns the language of a text of kana and kanji: few kana among many kanji may stand in a Chinese text.
    fn han_language(&self, text: &str) -> Option<Language> {
        if self.kana * 10 >= self.kanji {
            return Some(Language::Japanese);
        }
        let kanji = || text.chars().filter(|c| is_kanji(*c));
        let japanese = kanji().filter(|c| JAPANESE.contains(*c)).count();
        let chinese = kanji()
            .filter(|c| CHINESE.contains(*c) && !SHARED.contains(*c) && !JAPANESE.contains(*c))
            .count();
        if self.kana > 0 && chinese == 0 {
            Some(Language::Japanese)
        } else if chinese > japanese {
            Some(Language::Chinese)
        } else if japanese > 0 {
            Some(Language::Japanese)
        } else {
            None
        }
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c.is_alphabetic()
}

/// Tells languages apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detector {
    words: &'static FunctionWords,
}

impl Detector {
    /// Returns the detector, reading its table on first use.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] when the embedded table is malformed.
    pub(super) fn new() -> Result<Detector, TextError> {
        Ok(Detector {
            words: FunctionWords::embedded()?,
        })
    }

    /// Returns the language of `text` (normalised), none when it is not clear; few letters among many of another script do
    /// not count.
    pub(super) fn detect(&self, text: &str) -> Option<Language> {
        let scripts = Scripts::of(text);
        let han = scripts.kana + scripts.kanji;
        // A Latin letter says less than a kana: one word of five letters is one word.
        let weighed_latin = scripts.latin / 4;
        let most = han
            .max(weighed_latin)
            .max(scripts.hangul)
            .max(scripts.other);
        if han > 0 && han == most {
            scripts.han_language(text)
        } else if scripts.hangul > 0 && scripts.hangul == most {
            Some(Language::Korean)
        } else if scripts.other > 0 && scripts.other == most {
            tongue::of_other_script(text)
        } else {
            self.words.tell(text)
        }
    }
}

/// Whether a text of no clear language may be Japanese: it has kanji.
pub(super) fn may_be_japanese(text: &str) -> bool {
    text.chars().any(is_kanji)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn detect(text: &str) -> Option<Language> {
        Detector::new().unwrap().detect(text)
    }

    #[test]
    fn the_script_tells_the_language() {
        for (text, language) in [
            ("このお店は最高です", Some(Language::Japanese)),
            ("iPhoneのアプリ最高", Some(Language::Japanese)),
            ("対応最悪", Some(Language::Japanese)),
            ("这家店很好吃", Some(Language::Chinese)),
            ("這家店很好吃，服務也很親切", Some(Language::Chinese)),
            ("정말 맛있어요", Some(Language::Korean)),
            ("อร่อยมากครับ", Some(Language::Other("th"))),
            ("Πολύ νόστιμο φαγητό", Some(Language::Other("el"))),
            ("最高", None),
            ("12345!!", None),
            ("", None),
        ] {
            assert_eq!(detect(text), language, "{text}");
        }
    }

    #[test]
    fn function_words_tell_the_languages_of_one_script() {
        for (text, code) in [
            ("This shop is great", "en"),
            ("I love this place, best ramen in town", "en"),
            ("The staff was so kind to us", "en"),
            ("it broke after two days", "en"),
            ("Thanks!", "en"),
            ("La comida es muy buena y el servicio también", "es"),
            ("C'est très bien, merci pour la livraison", "fr"),
            ("Das Essen war sehr gut und die Bedienung nett", "de"),
            ("Il cibo è ottimo e il negozio molto bello", "it"),
            ("A comida é muito boa e o serviço também", "pt"),
            ("Barang bagus banget, terima kasih", "id"),
            ("Món này rất ngon và đẹp", "vi"),
        ] {
            assert_eq!(detect(text).map(Language::code), Some(code), "{text}");
        }
    }

    #[test]
    fn what_is_not_clear_is_not_guessed() {
        for text in [
            "ok",
            "OK",
            "GJ",
            "no",
            "lol",
            "iPhone 15 Pro Max",
            "Starbucks Reserve Roastery Tokyo",
            "kono omise wa oishii desu",
            "ABC-123 XL",
            "да",
        ] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in prop_oneof![any::<String>(), "[a-zà-ÿа-яا-ي' ]{0,200}"]) {
            let found = detect(&text);
            prop_assert!(found.is_none_or(|language| matches!(language.code().len(), 2 | 3)));
        }
    }
}
