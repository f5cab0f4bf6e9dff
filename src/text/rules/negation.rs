//! Negation and its reach: ない, ません, ず, わけではない, なくはない, しかない.

use super::{Clause, Draft, Scene, after};
use crate::text::tokens::{Pos, Token};

/// How far behind a word its negation may stand.
const REACH: usize = 10;

/// What the words after a hit do to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Not negated.
    Plain,
    /// Negated once.
    Negated,
    /// わけではない: not quite.
    Weakened,
    /// Negated twice.
    Double,
    /// しかない: nothing but.
    Only,
}

/// Applies the negation behind a hit, if any.
pub(super) fn apply(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    if draft.end <= draft.first {
        return;
    }
    // An adnominal hit ends its own reach at the noun: 美味しい店がない.
    let end = clause.end.min(draft.end + REACH);
    let limited = Clause { end, ..*clause };
    let outcome = read(after(scene, &limited, draft.end));
    match outcome {
        Outcome::Plain => {}
        Outcome::Only => draft.apply("only", 1.5),
        Outcome::Double => draft.apply("double_negation", 0.5),
        Outcome::Weakened if draft.polarity > 0 => draft.flip("negation", 1.0),
        Outcome::Weakened => draft.flip("negation", 0.3),
        Outcome::Negated if draft.polarity > 0 => {
            // 最高ではない blames less than 美味しくない.
            let weight = if draft.weight >= 3.0 {
                1.0
            } else {
                draft.weight.max(1.0)
            };
            draft.flip("negation", weight);
        }
        Outcome::Negated => draft.flip("negation", 1.0),
    }
}

fn read(tokens: &[Token<'_>]) -> Outcome {
    let mut count = 0;
    let mut weakened = false;
    let mut only = false;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if is_negation(token) {
            if only {
                return Outcome::Only;
            }
            if is_rhetorical(tokens, at) {
                break;
            }
            count += 1;
        } else if token.surface == "しか" {
            only = true;
        } else if matches!(token.base, "わけ" | "訳" | "はず") {
            // わけではない is not quite, わけがない not at all.
            weakened = true;
            if tokens.get(at + 1).is_some_and(|t| t.surface == "が") {
                weakened = false;
                at += 1;
            }
        } else if matches!(token.surface, "も" | "でも") && parallel(tokens, at) {
            at += 1;
        } else if !is_transparent(token, at == 0) {
            break;
        }
        at += 1;
    }
    match (count, weakened) {
        (0, _) => Outcome::Plain,
        (1, true) => Outcome::Weakened,
        (1, false) => Outcome::Negated,
        _ => Outcome::Double,
    }
}

/// Whether a token negates what stands before it.
pub(super) fn is_negation(token: &Token<'_>) -> bool {
    match token.pos {
        Pos::Auxiliary => {
            matches!(token.base, "ない" | "ん" | "ぬ" | "ず" | "まい") && token.surface != "な"
        }
        Pos::Adjective => matches!(token.base, "ない" | "無い"),
        _ => false,
    }
}

/// 美味しいじゃないか, じゃないですか, んじゃない?: not a denial.
fn is_rhetorical(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1).map_or("", |t| t.surface);
    let second = tokens.get(at + 2).map_or("", |t| t.surface);
    let copula = at > 0 && matches!(tokens[at - 1].surface, "じゃ" | "では" | "は");
    let explained = tokens[..at]
        .iter()
        .any(|t| matches!(t.surface, "ん" | "の") && t.detail == "非自立");
    (copula && (next == "か" || (next == "です" && second == "か")))
        || (explained && copula && !matches!(next, "です" | "けど" | "が" | "た"))
}

/// くも…くもない: whether the も at `at` is the first of two over one negation.
fn parallel(tokens: &[Token<'_>], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|t| matches!(t.pos, Pos::Adjective | Pos::Noun) && !is_negation(t))
        && tokens
            .iter()
            .skip(at + 2)
            .take(3)
            .any(|t| matches!(t.surface, "も" | "でも"))
}

/// Words negation reaches through.
fn is_transparent(token: &Token<'_>, first: bool) -> bool {
    match token.pos {
        Pos::Particle => {
            matches!(
                token.surface,
                "は" | "も"
                    | "に"
                    | "で"
                    | "と"
                    | "て"
                    | "じゃ"
                    | "とは"
                    | "なんて"
                    | "って"
                    | "では"
                    | "には"
                    | "という"
                    | "ほど"
                    | "でも"
                    | "まで"
                    | "とまで"
                    | "とも"
            ) || (matches!(token.surface, "が" | "を") && first)
                || (token.surface == "の" && !first)
        }
        Pos::Auxiliary => {
            matches!(token.base, "だ" | "です" | "ます" | "た" | "だった") || token.surface == "な"
        }
        Pos::Verb => {
            matches!(
                token.base,
                "なる"
                    | "する"
                    | "ある"
                    | "いる"
                    | "思う"
                    | "思える"
                    | "言う"
                    | "言える"
                    | "いう"
                    | "いえる"
                    | "感じる"
                    | "感じられる"
                    | "できる"
                    | "出来る"
                    | "れる"
                    | "られる"
                    | "てる"
                    | "もらえる"
                    | "もらう"
                    | "くれる"
                    | "いただける"
                    | "見える"
                    | "せる"
            ) || token.detail == "接尾"
        }
        Pos::Noun => {
            matches!(
                token.base,
                "さ" | "こと"
                    | "事"
                    | "もの"
                    | "ほう"
                    | "方"
                    | "ん"
                    | "の"
                    | "そう"
                    | "感じ"
                    | "程"
            ) && token.detail != "一般"
        }
        Pos::Adverb => matches!(
            token.base,
            "あまり" | "全然" | "そんなに" | "まったく" | "全く" | "それほど" | "ちっとも"
        ),
        _ => false,
    }
}
