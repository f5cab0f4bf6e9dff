//! Whether what was matched is asserted: negation, supposition and wishes behind it.

use crate::text::tokens::{Pos, Token};

/// How far behind a match its negation may stand.
const REACH: usize = 8;
/// How far before a match its negation may stand in English.
const REACH_ENGLISH: usize = 3;

/// How a match is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Asserted,
    Negated,
    /// Wished for, intended, conditional or hearsay.
    Supposed,
}

/// Reads the tokens `end..limit` behind a match in Japanese.
pub(super) fn behind(tokens: &[Token<'_>], end: usize, limit: usize) -> Standing {
    let limit = limit.min(tokens.len());
    let mut negations = 0;
    for at in end..limit.min(end.saturating_add(REACH)) {
        let token = &tokens[at];
        if is_negation(token) {
            if is_rhetorical(tokens, at, limit) {
                break;
            }
            negations += 1;
        } else if is_supposition(token) {
            return Standing::Supposed;
        } else if !is_transparent(token) {
            break;
        }
    }
    if negations % 2 == 1 {
        Standing::Negated
    } else {
        Standing::Asserted
    }
}

/// Reads the tokens before a match in English, from the sentence's `first` on.
pub(super) fn before(tokens: &[Token<'_>], first: usize, at: usize) -> Standing {
    let from = at.saturating_sub(REACH_ENGLISH).max(first);
    let words = tokens.get(from..at).unwrap_or_default();
    let negated = words.iter().any(|token| {
        matches!(
            token.surface,
            "not" | "no" | "never" | "without" | "cannot" | "hardly"
        ) || token.surface.ends_with("n't")
            || token.surface.ends_with("n’t")
    });
    let supposed = words
        .iter()
        .any(|token| matches!(token.surface, "if" | "would" | "hope" | "wish" | "might"));
    match (negated, supposed) {
        (true, _) => Standing::Negated,
        (false, true) => Standing::Supposed,
        (false, false) => Standing::Asserted,
    }
}

fn is_negation(token: &Token<'_>) -> bool {
    match token.pos {
        Pos::Auxiliary => {
            matches!(token.base, "ない" | "ん" | "ぬ" | "ず" | "まい") && token.surface != "な"
        }
        Pos::Adjective => matches!(token.base, "ない" | "無い"),
        _ => false,
    }
}

/// じゃない?, じゃないか: asks for consent, denies nothing.
fn is_rhetorical(tokens: &[Token<'_>], at: usize, limit: usize) -> bool {
    let next = |step: usize| {
        tokens
            .get(at + step)
            .filter(|_| at + step < limit)
            .map_or("", |token| token.surface)
    };
    let copula = at > 0 && matches!(tokens[at - 1].surface, "じゃ" | "では");
    copula && (matches!(next(1), "か" | "?") || (next(1) == "です" && next(2) == "か"))
}

/// たら, たい, よう, らしい, てほしい: not told as a fact.
fn is_supposition(token: &Token<'_>) -> bool {
    let conditional = (token.surface == "ば" && token.pos == Pos::Particle)
        || (token.form == "仮定形" && matches!(token.base, "た" | "だ"))
        || token.form.starts_with("仮定縮約")
        || matches!(token.surface, "たら" | "なら");
    let wished = matches!(token.base, "ほしい" | "欲しい" | "くださる" | "下さる")
        || matches!(token.surface, "ください" | "下さい");
    let meant =
        token.pos == Pos::Auxiliary && matches!(token.base, "たい" | "う" | "よう" | "らしい");
    conditional || wished || meant || (token.pos == Pos::Noun && token.surface == "そう")
}

/// Words negation reaches through.
fn is_transparent(token: &Token<'_>) -> bool {
    match token.pos {
        Pos::Particle => matches!(
            token.surface,
            "は" | "も"
                | "が"
                | "に"
                | "で"
                | "と"
                | "て"
                | "じゃ"
                | "では"
                | "って"
                | "とか"
                | "なんて"
                | "という"
                | "ほど"
                | "を"
                | "の"
                | "とは"
                | "には"
                | "でも"
                | "まで"
        ),
        Pos::Auxiliary => {
            matches!(token.base, "だ" | "です" | "ます" | "た") || token.surface == "な"
        }
        Pos::Verb => {
            matches!(
                token.base,
                "する"
                    | "なる"
                    | "ある"
                    | "いる"
                    | "できる"
                    | "出来る"
                    | "思う"
                    | "言う"
                    | "いう"
                    | "れる"
                    | "られる"
                    | "てる"
                    | "せる"
            ) || matches!(token.detail, "非自立" | "接尾")
        }
        Pos::Noun => matches!(
            token.base,
            "こと" | "事" | "わけ" | "訳" | "の" | "ん" | "はず" | "つもり" | "よう" | "感じ"
        ),
        Pos::Adverb => matches!(
            token.base,
            "あまり" | "全然" | "そんなに" | "まったく" | "全く" | "それほど" | "まだ"
        ),
        _ => false,
    }
}
