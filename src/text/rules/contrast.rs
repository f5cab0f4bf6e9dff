//! Concession and comparison: けど, のに, 前の方が, 昔は.

use super::super::Sentence;
use super::clauses::Joint;
use super::{Draft, Scene};
use crate::text::tokens::Token;

/// Weight left to what is conceded, and given to what follows.
const CONCEDED: f64 = 0.4;
const INSISTED: f64 = 1.2;

/// Applies concession between clauses and comparison within them.
pub(super) fn apply(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    compare(scene, sentence, drafts);
    for (index, clause) in sentence.clauses.iter().enumerate() {
        let concedes = matches!(clause.joint, Joint::But | Joint::Despite);
        if !concedes {
            continue;
        }
        let followed = drafts
            .iter()
            .any(|d| d.first >= clause.end && d.weight >= 0.5);
        if followed {
            for draft in drafts.iter_mut() {
                if draft.first < clause.end {
                    draft.apply("conceded", CONCEDED);
                } else {
                    draft.apply("insisted", INSISTED);
                }
            }
        } else if clause.joint == Joint::Despite {
            regret(sentence, index, drafts);
        }
    }
}

/// でも at the head of a sentence: what the sentence before said (from token `previous`) weighs less.
pub(super) fn concede_before(drafts: &mut [Draft], previous: usize) {
    for draft in drafts.iter_mut().rev().take_while(|d| d.first >= previous) {
        if !draft.rules.contains(&"conceded") {
            draft.apply("conceded", CONCEDED);
        }
    }
}

/// 楽しみにしていたのに: praise that was not to be.
fn regret(sentence: &Sentence, index: usize, drafts: &mut [Draft]) {
    let clause = sentence.clauses[index];
    for draft in drafts
        .iter_mut()
        .filter(|d| d.first >= clause.first && d.first < clause.end)
    {
        if draft.polarity > 0 && draft.weight >= 0.5 {
            draft.flip("regret", 1.0);
        }
    }
}

/// 前の方が美味しかった, 昔はよかった: praise of what is no more blames what is.
fn compare(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    for draft in drafts.iter_mut() {
        let from = sentence.first().min(draft.first);
        let before = &scene.tokens[from..draft.first];
        if draft.polarity > 0 && prefers_other(before) {
            draft.flip("comparison", 1.5);
        } else if draft.polarity > 0 && draft.weight >= 0.5 && once(before) {
            draft.flip("once", 1.0);
        }
    }
}

/// Words for what is not here and now.
fn is_other(token: &Token<'_>) -> bool {
    matches!(
        token.surface,
        "前" | "以前"
            | "昔"
            | "かつて"
            | "旧"
            | "他"
            | "ほか"
            | "別"
            | "あっち"
            | "向こう"
            | "先代"
            | "初代"
            | "他店"
            | "他社"
            | "従来"
            | "リニューアル前"
            | "改装前"
            | "去年"
            | "昨年"
            | "前回"
    )
}

fn prefers_other(before: &[Token<'_>]) -> bool {
    let Some(side) = before
        .iter()
        .rposition(|t| matches!(t.surface, "方" | "ほう"))
    else {
        return false;
    };
    let marked = before
        .get(side + 1)
        .is_some_and(|t| matches!(t.surface, "が" | "は" | "も"));
    marked && before[side.saturating_sub(6)..side].iter().any(is_other)
}

fn once(before: &[Token<'_>]) -> bool {
    before.windows(2).any(|pair| {
        matches!(
            pair[0].surface,
            "前" | "以前" | "昔" | "最初" | "かつて" | "初め" | "はじめ" | "当初"
        ) && pair[1].surface == "は"
    })
}
