//! Words that end a conversation: thanks, "understood", a sticker.

use crate::score::brand::folded;

/// Longest text, in characters, that can be nothing but a closing.
const LONGEST: usize = 80;
/// Letters that may remain when closings and courtesies are taken away: a particle, a sigh.
const MOST_REMAINING: usize = 3;

/// What closes, letters only, longer ones before those they contain.
const CLOSINGS: &[&str] = &[
    "ありがとうございました",
    "ありがとうございます",
    "有難うございました",
    "有難うございます",
    "有り難うございます",
    "ありがとう",
    "有難う",
    "感謝しております",
    "感謝いたします",
    "感謝します",
    "感謝です",
    "感謝",
    "承知いたしました",
    "承知しました",
    "承知です",
    "了解いたしました",
    "了解しました",
    "了解です",
    "了解",
    "かしこまりました",
    "わかりました",
    "分かりました",
    "解決いたしました",
    "解決しました",
    "助かりました",
    "助かります",
    "届きました",
    "受け取りました",
    "大丈夫です",
    "大丈夫でした",
    "問題ありません",
    "よろしくお願いいたします",
    "よろしくお願い致します",
    "よろしくお願いします",
    "宜しくお願いいたします",
    "宜しくお願い致します",
    "宜しくお願いします",
    "スタンプ",
    "sticker",
    "thankyou",
    "thanks",
    "thx",
    "gotit",
    "okay",
    "ok",
];

/// Courtesies that say nothing of their own beside a closing.
const COURTESIES: &[&str] = &[
    "ご丁寧に",
    "丁寧な",
    "迅速な",
    "早速の",
    "早速",
    "素早い",
    "早々の",
    "お忙しいところ",
    "お忙しい中",
    "お手数をおかけしました",
    "お手数おかけしました",
    "ご対応いただき",
    "ご対応",
    "対応",
    "ご返信いただき",
    "ご返信",
    "返信",
    "お返事",
    "ご返答",
    "ご連絡いただき",
    "ご連絡",
    "ご案内",
    "ご回答",
    "ご確認",
    "教えていただき",
    "教えてくださり",
    "いただき",
    "本当に",
    "どうも",
    "とても",
    "大変",
    "すごく",
    "それでは",
    "では",
    "はい",
    "いえいえ",
    "今後とも",
    "引き続き",
    "楽しみにしています",
    "楽しみにしております",
    "楽しみです",
    "verymuch",
    "somuch",
    "alot",
    "great",
    "perfect",
    "foryour",
    "thequick",
    "quick",
    "help",
    "reply",
    "answer",
];

/// What conversations ask of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::score) struct Wording {
    /// There is nothing but space.
    pub is_blank: bool,
    /// It says nothing that needs an answer.
    pub is_closing: bool,
}

impl Wording {
    /// Reads a text.
    pub(in crate::score) fn of(text: &str) -> Self {
        Self {
            is_blank: text.trim().is_empty(),
            is_closing: is_closing(text),
        }
    }

    /// Reads a text that answers nothing, so that it can close nothing either.
    pub(in crate::score) fn of_first(text: &str) -> Self {
        let is_blank = text.trim().is_empty();
        Self {
            is_blank,
            is_closing: is_blank,
        }
    }
}

impl Default for Wording {
    /// What is told of an empty text.
    fn default() -> Self {
        Self::of_first("")
    }
}

/// Tells whether a text says nothing that needs an answer: it is empty, has no letter at all (only emoji), or is thanks or
/// an acknowledgement with no more than courtesies beside it.
fn is_closing(text: &str) -> bool {
    let text = text.trim();
    if text.chars().nth(LONGEST).is_some() || text.contains(['?', '？']) {
        return false;
    }
    let mut rest = folded(text);
    rest.retain(char::is_alphanumeric);
    if rest.is_empty() {
        return true;
    }
    let mut is_closed = false;
    for word in CLOSINGS {
        if rest.contains(word) {
            is_closed = true;
            rest = rest.replace(word, "");
        }
    }
    if !is_closed {
        return false;
    }
    for word in COURTESIES {
        if rest.contains(word) {
            rest = rest.replace(word, "");
        }
    }
    // 「大丈夫ですか」 asks.
    !rest.ends_with('か') && rest.chars().count() <= MOST_REMAINING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_and_stickers_close() {
        for text in [
            "",
            " 　",
            "[スタンプ]",
            "👍✨",
            "ありがとうございます！",
            "早速のご返信ありがとうございました😊 よろしくお願いいたします。",
            "了解です",
            "はい、承知しました。",
            "ｔｈａｎｋ ｙｏｕ so much!",
            "OK",
        ] {
            assert!(is_closing(text), "{text}");
        }
    }

    #[test]
    fn what_says_more_does_not_close() {
        for text in [
            "ありがとうございます。注文番号は1234です",
            "了解です。いつ届きますか？",
            "はい",
            "お願いします",
            "[写真]",
            "届いていません",
            "大丈夫ですか",
            "Okinawa store please",
            "了解しましたが、まだ壊れたままです",
        ] {
            assert!(!is_closing(text), "{text}");
        }
    }

    #[test]
    fn a_long_text_is_refused_at_once() {
        assert!(!is_closing(&"ありがとう".repeat(200_000)));
    }
}
