//! Content words for key phrases and topics.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::normalise::is_word_char;
use super::tokens::{Pos, Token, WordKey, word_key};
use crate::hash::Unhashed;

/// The longest compound joined, in tokens.
const MAX_COMPOUND: usize = 6;

/// Words too common to tell anything.
const STOP: &[&str] = &[
    "する",
    "なる",
    "ある",
    "いる",
    "できる",
    "出来る",
    "思う",
    "言う",
    "いう",
    "行く",
    "来る",
    "くる",
    "見る",
    "やる",
    "くれる",
    "もらう",
    "いただく",
    "下さる",
    "くださる",
    "れる",
    "られる",
    "せる",
    "てる",
    "しまう",
    "みる",
    "おく",
    "ない",
    "無い",
    "いい",
    "良い",
    "よい",
    "こと",
    "もの",
    "ため",
    "よう",
    "そう",
    "これ",
    "それ",
    "あれ",
    "ここ",
    "そこ",
    "どこ",
    "の",
    "ん",
    "さん",
    "ちゃん",
    "くん",
    "的",
    "件",
    "人",
    "感じ",
    "みんな",
    "自分",
    "方",
    "ほう",
    "時",
    "とき",
    "中",
    "今",
    "今日",
    "私",
    "自分",
    "人",
    "何",
    "誰",
    "みたい",
    "感じ",
    "たち",
    "ところ",
    "それぞれ",
    "まま",
    "わけ",
    "はず",
    "つもり",
    "さ",
    "お",
    "ご",
    "すぎる",
    "ほしい",
    "たい",
];

fn is_stop(word: WordKey) -> bool {
    static KEYS: OnceLock<HashSet<WordKey, Unhashed>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| STOP.iter().map(|word| word_key(word)).collect());
    keys.contains(&word)
}

fn is_letter(c: char) -> bool {
    is_word_char(c) && !matches!(c, '、'..='〄' | '・') || c.is_alphabetic()
}

/// A content word: its dictionary form and class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// The dictionary form; neighbouring nouns are joined.
    pub base: String,
    /// Noun, verb or adjective.
    pub pos: Pos,
}

/// Returns the content words of a text in order, repetitions kept.
pub(super) fn content_words(tokens: &[Token<'_>]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = compound_end(tokens, at);
        if end > at + 1 {
            let base: String = tokens[at..end].iter().map(|t| t.surface).collect();
            words.push(Word {
                base,
                pos: Pos::Noun,
            });
            at = end;
            continue;
        }
        let token = &tokens[at];
        at += 1;
        let kept = match token.pos {
            Pos::Noun => is_plain_noun(token) && token.detail != "接尾",
            Pos::Verb | Pos::Adjective => token.detail == "自立",
            _ => false,
        };
        if kept && tells_something(token) {
            words.push(Word {
                base: token.base.to_owned(),
                pos: token.pos,
            });
        }
    }
    words
}

/// Returns the token after the compound noun at `at`; `at + 1` when there is none.
fn compound_end(tokens: &[Token<'_>], at: usize) -> usize {
    // A word of the user's own stays a word of its own.
    if !is_plain_noun(&tokens[at]) || tokens[at].detail == "接尾" || tokens[at].is_user {
        return at + 1;
    }
    let mut end = at + 1;
    while end < tokens.len() && end - at < MAX_COMPOUND {
        let (last, next) = (&tokens[end - 1], &tokens[end]);
        if !is_plain_noun(next)
            || next.is_user
            || next.start != last.end
            || is_stop(next.surface_key)
        {
            break;
        }
        end += 1;
    }
    end
}

pub(super) fn is_plain_noun(token: &Token<'_>) -> bool {
    token.pos == Pos::Noun
        && matches!(
            token.detail,
            "一般" | "固有名詞" | "サ変接続" | "形容動詞語幹" | "接尾" | "ナイ形容詞語幹"
        )
        && token.surface.chars().any(is_letter)
}

fn tells_something(token: &Token<'_>) -> bool {
    let mut chars = token.base.chars();
    let single =
        chars.next().is_some_and(|c| !super::normalise::is_kanji(c)) && chars.next().is_none();
    !single && token.base.chars().any(is_letter) && !is_stop(token.base_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::Tokenizer;

    #[test]
    fn compounds_are_joined_and_common_words_left_out() {
        let tokenizer = Tokenizer::new().unwrap();
        let tokens = tokenizer
            .tokens("新宿店で抹茶ラテを飲んだことがある。とても美味しい。3つ")
            .unwrap();
        let words: Vec<String> = content_words(&tokens).into_iter().map(|w| w.base).collect();
        assert!(words.contains(&"抹茶ラテ".to_owned()), "{words:?}");
        assert!(words.contains(&"飲む".to_owned()) && words.contains(&"美味しい".to_owned()));
        assert!(
            !words.iter().any(|w| w == "こと" || w == "ある" || w == "3"),
            "{words:?}"
        );
    }
}
