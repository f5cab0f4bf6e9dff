//! The language of a post, by its script alone.

use super::normalise::{is_hiragana, is_kanji, is_katakana};

/// A language as far as a script tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Kana, with or without kanji.
    Japanese,
    /// Latin letters: English or another language written with them.
    Latin,
    /// Han characters with signs of Chinese.
    Chinese,
    /// Hangul.
    Korean,
    /// Another script.
    Other,
}

impl Language {
    /// Returns the code for tables: `ja`, `latin`, `zh`, `ko`, `other`.
    pub fn code(self) -> &'static str {
        match self {
            Language::Japanese => "ja",
            Language::Latin => "latin",
            Language::Chinese => "zh",
            Language::Korean => "ko",
            Language::Other => "other",
        }
    }
}

/// Characters simplified in China only, and words Chinese cannot do without.
const CHINESE: &str = "这们吗么呢吧说对没还给从让买卖东车马鸟鱼龙门问间书见观长张样个为会时过经现发业产动们谢请谁边进远运钱错难题热爱乐点种价质务实际应该听读写学习欢您你很都哪啊呀哦嗎們這麼個說對沒還給從讓買賣東車馬長張為會時過經現發業產動謝請誰邊進遠運錢錯難題熱愛";
/// Traditional forms above that Japanese writes too.
const SHARED: &str = "東車馬門問間書見長張業産動進遠運難題熱愛経買時会為学習点種実写価現発過給誰請説謝個対熟鳥魚質務際該馳従";
/// Kanji made or simplified in Japan only.
const JAPANESE: &str = "円込働峠畑辻栃匂枠榊応対価気発売読駅図広総楽薬悪黒団囲売変検権県済歯収焼浄乗条荘塩拝挙残桜渋歩渉毎浜満沢択訳釈駆験険剣児実写辺続縄繊絵経継斉斎鉄銭雑霊頼髪鶏齢";

/// Returns the language of `text` (normalised), none when its script does not tell.
///
/// Kanji without kana are Japanese or Chinese only when a character of one of them alone occurs; few letters
/// among many of another script do not count.
pub fn detect(text: &str) -> Option<Language> {
    let (mut kana, mut kanji, mut latin, mut hangul, mut other) =
        (0usize, 0usize, 0usize, 0usize, 0usize);
    let (mut chinese, mut japanese) = (0usize, 0usize);
    for c in text.chars() {
        if is_hiragana(c) || is_katakana(c) && c != 'ー' {
            kana += 1;
        } else if is_kanji(c) {
            kanji += 1;
            chinese +=
                usize::from(CHINESE.contains(c) && !SHARED.contains(c) && !JAPANESE.contains(c));
            japanese += usize::from(JAPANESE.contains(c));
        } else if c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}') {
            latin += 1;
        } else if matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}')
        {
            hangul += 1;
        } else if c.is_alphabetic() {
            other += 1;
        }
    }
    let han = kana + kanji;
    // A Latin letter says less than a kana: one word of five letters is one word.
    let weighed_latin = latin / 4;
    let most = han.max(weighed_latin).max(hangul).max(other);
    if han + latin + hangul + other == 0 {
        None
    } else if han > 0 && han == most {
        han_language(kana, kanji, chinese, japanese)
    } else if hangul > 0 && hangul == most {
        Some(Language::Korean)
    } else if other == most && other > 0 {
        Some(Language::Other)
    } else if latin >= 4 {
        Some(Language::Latin)
    } else {
        None
    }
}

fn han_language(kana: usize, kanji: usize, chinese: usize, japanese: usize) -> Option<Language> {
    if kana * 10 >= kanji || (kana > 0 && chinese == 0) {
        Some(Language::Japanese)
    } else if chinese > japanese {
        Some(Language::Chinese)
    } else if japanese > 0 {
        Some(Language::Japanese)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_tells_the_language() {
        for (text, language) in [
            ("このお店は最高です", Some(Language::Japanese)),
            ("iPhoneのアプリ最高", Some(Language::Japanese)),
            ("対応最悪", Some(Language::Japanese)),
            ("This shop is great", Some(Language::Latin)),
            ("这家店很好吃", Some(Language::Chinese)),
            ("정말 맛있어요", Some(Language::Korean)),
            ("Очень вкусно", Some(Language::Other)),
            ("最高", None),
            ("12345!!", None),
            ("ok", None),
            ("", None),
        ] {
            assert_eq!(detect(text), language, "{text}");
        }
    }
}
