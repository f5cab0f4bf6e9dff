//! Content words for key phrases and topics.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::normalise::{is_kanji, is_word_char};
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
        let is_stem = is_noun_stem(tokens, at);
        at += 1;
        if is_stem {
            words.push(Word {
                base: token.surface.to_owned(),
                pos: Pos::Noun,
            });
            continue;
        }
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
    let first = &tokens[at];
    let begins = (is_plain_noun(first) && first.detail != "接尾") || is_noun_stem(tokens, at);
    // A word of the user's own stays a word of its own.
    if !begins || first.is_user {
        return at + 1;
    }
    let mut end = at + 1;
    while end < tokens.len() && end - at < MAX_COMPOUND {
        let (last, next) = (&tokens[end - 1], &tokens[end]);
        let is_part = is_plain_noun(next) || is_noun_stem(tokens, end);
        if !is_part || next.is_user || next.start != last.end || is_stop(next.surface_key) {
            break;
        }
        end += 1;
    }
    end
}

/// Returns the nouns that a compound noun is made of, stems of verbs beside each other as one; nothing when a word of another
/// kind is among the tokens.
pub(super) fn noun_parts(tokens: &[Token<'_>]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut was_stem = false;
    for (at, token) in tokens.iter().enumerate() {
        let is_stem = is_noun_stem(tokens, at);
        if !is_stem && !is_plain_noun(token) {
            return Vec::new();
        }
        match parts.last_mut() {
            Some(last) if was_stem && is_stem => last.push_str(token.surface),
            _ => parts.push(token.surface.to_owned()),
        }
        was_stem = is_stem;
    }
    parts
}

/// Whether what the dictionary takes for a verb is a part of a compound noun: 焙 and 煎 in 自家焙煎, 煮 in 煮込料理.
///
/// IPADIC has a bare stem (体言接続特殊２) of each verb in 〜る, and reads a noun of kanji that it does not know as two of them. A
/// verb whose stem is one of its forms (連用形 of 煮る) stands in a noun where a noun in kanji follows at once: 煮た has none.
pub(super) fn is_noun_stem(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    let is_in_kanji = |token: &Token<'_>| token.surface.chars().all(is_kanji);
    if token.pos != Pos::Verb || token.detail != "自立" || !is_in_kanji(token) {
        return false;
    }
    let before = at.checked_sub(1).and_then(|place| tokens.get(place));
    let follows = before.is_some_and(|other| other.end == token.start && is_in_kanji(other));
    let behind = tokens
        .get(at + 1)
        .filter(|other| other.start == token.end && is_in_kanji(other));
    match token.form {
        "連用形" => behind.is_some_and(|other| {
            is_plain_noun(other) && !other.is_user && !is_stop(other.surface_key)
        }),
        form => form.starts_with("体言接続特殊") && (follows || behind.is_some()),
    }
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
    let single = chars.next().is_some_and(|c| !is_kanji(c)) && chars.next().is_none();
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

    fn words_of(text: &str) -> Vec<Word> {
        let tokenizer = Tokenizer::new().unwrap();
        let tokens = tokenizer.tokens(text).unwrap();
        content_words(&tokens)
    }

    #[test]
    fn a_noun_of_kanji_is_not_taken_for_verbs() {
        for (text, noun) in [
            ("焙煎の日", "焙煎"),
            ("自家焙煎の豆", "自家焙煎"),
            ("珈琲焙煎所へ", "珈琲焙煎所"),
            ("煮込料理", "煮込料理"),
        ] {
            let words = words_of(text);
            let is_there = |word: &Word| word.base == noun && word.pos == Pos::Noun;
            assert!(words.iter().any(is_there), "{text}: {words:?}");
            assert!(words.iter().all(|word| word.pos != Pos::Verb), "{words:?}");
        }
    }

    #[test]
    fn a_verb_stays_a_verb_where_it_stands_alone() {
        for (text, verb) in [
            ("昨日煮た", "煮る"),
            ("豆を煎る", "煎る"),
            ("お客様が困る", "困る"),
        ] {
            let words = words_of(text);
            let is_there = |word: &Word| word.base == verb && word.pos == Pos::Verb;
            assert!(words.iter().any(is_there), "{text}: {words:?}");
        }
    }

    #[test]
    fn stems_beside_each_other_are_one_part_of_a_compound() {
        let tokenizer = Tokenizer::new().unwrap();
        let parts = |text: &str| noun_parts(&tokenizer.tokens(text).unwrap());
        assert_eq!(parts("自家焙煎珈琲"), ["自家", "焙煎", "珈琲"]);
        assert_eq!(parts("焙煎"), ["焙煎"]);
        assert!(parts("豆を煎る").is_empty());
    }
}
