//! What a word is said of: aspects by noun, and the sign of adjectives that depend on it.

use super::cue_words::Cue;
use super::degree::is_excess;
use super::{Clause, Draft, Scene, UNASSERTED};
use crate::text::lexicon::{Aspect, Said};
use crate::text::tokens::{Pos, Token, word_key};

/// How far before an adjective its subject may stand.
const SUBJECT_REACH: usize = 12;
/// What stands for nothing in particular where adjectives are listed.
const ANYTHING: &str = "*";

/// Names the aspect of a hit whose word has none, by the nearest noun that does; one of the user's own goes before the word's.
pub(super) fn name_aspect(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    if draft.aspect.is_some() && !scene.lexicon.has_own_aspects() {
        return;
    }
    let from = clause
        .first
        .max(draft.first.saturating_sub(SUBJECT_REACH))
        .min(draft.first);
    let before = scene.tokens[from..draft.first].iter().rev();
    let behind = scene.tokens[draft.end.min(clause.end)..clause.end]
        .iter()
        .take(2);
    let named = before
        .chain(behind)
        .filter(|t| t.pos == Pos::Noun)
        .find_map(|t| scene.lexicon.aspect_of(t.surface_key));
    if draft.aspect.is_none() || matches!(named, Some(Aspect::Own(_))) {
        draft.aspect = named;
    }
}

/// Returns the hit of a verb said to be easy or hard: 持ちやすい, 押しづらい; with a mishap it is the other way round
/// (壊れやすい, 割れにくい).
pub(super) fn ease(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<Draft> {
    let token = &scene.tokens[at];
    if !is_ease(token) || at <= clause.first {
        return None;
    }
    let verb = &scene.tokens[at - 1];
    let doable = verb.pos == Pos::Verb
        || (verb.pos == Pos::Noun && matches!(verb.detail, "サ変接続" | "接尾"));
    if !doable || verb.end != token.start {
        return None;
    }
    let praises = (token.base == "やすい") != scene.is(Cue::Spoils, at - 1);
    let signed = if praises { 1.5 } else { -1.5 };
    let mut draft = Draft::implied(scene, at - 1..at + 1, signed, "ease");
    draft.word = token.base.to_owned();
    Some(draft)
}

fn is_ease(token: &Token<'_>) -> bool {
    token.pos == Pos::Adjective
        && (token.base == "づらい"
            || (token.detail == "非自立"
                && matches!(
                    token.base,
                    "やすい" | "にくい" | "がたい" | "難い" | "辛い" | "ずらい"
                )))
}

/// Returns the hit of an adjective whose sign depends on its noun, or of any adjective said to be too much.
pub(super) fn adjective(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<Draft> {
    let token = &scene.tokens[at];
    let adjectival =
        token.pos == Pos::Adjective || (token.pos == Pos::Noun && token.detail == "形容動詞語幹");
    if !adjectival || is_ease(token) || matches!(token.base, "ない" | "無い") {
        return None;
    }
    let excess = scene.token(at + 1).is_some_and(is_excess);
    let said = said_of(scene, clause, at);
    let (polarity, aspect, rule) = match said {
        Some((said, true)) => (said.polarity, Some(said.aspect), "aspect"),
        // Of nothing in particular, too much is bad.
        Some((said, false)) => (said.polarity, Some(said.aspect), "aspect_default"),
        None if excess => (-1, None, "excess_alone"),
        None => return None,
    };
    let named = said.is_some_and(|(_, named)| named);
    if said.is_some() && (is_size(scene, clause, at, named) || is_late_find(scene, clause, at)) {
        return None;
    }
    let mut draft = Draft {
        first: at,
        end: at + 1,
        polarity,
        weight: if named || excess { 2.0 } else { 1.0 },
        aspect,
        emotion: None,
        rules: vec![rule],
        mark: None,
        word: token.base.to_owned(),
    };
    let ordered = scene
        .token(at + 1)
        .is_some_and(|t| t.pos == Pos::Verb && t.form.starts_with("命令"));
    if is_early(token) && token.form == "連用テ接続" && ordered {
        draft.apply("wanted", UNASSERTED);
    }
    if is_measured(scene, clause, at) {
        draft.apply("measured", UNASSERTED);
    }
    Some(draft)
}

fn is_early(token: &Token<'_>) -> bool {
    matches!(token.base, "早い" | "はやい" | "速い")
}

/// 高さは三段階 names a measure; 値段の高さが judges.
fn is_size(scene: &Scene<'_>, clause: &Clause, at: usize, named: bool) -> bool {
    let token = &scene.tokens[at];
    let nominal = scene
        .token(at + 1)
        .is_some_and(|t| t.surface == "さ" && t.detail == "接尾" && t.start == token.end);
    let judges = named
        && at > clause.first + 1
        && scene.surface(at - 1) == "の"
        && matches!(scene.surface(at + 2), "が" | "に" | "だけ" | "で");
    nominal && scene.is(Cue::Measure, at) && !judges
}

/// もっと早く知りたかった tells of the day, not of speed.
fn is_late_find(scene: &Scene<'_>, clause: &Clause, at: usize) -> bool {
    is_early(&scene.tokens[at])
        && at > clause.first
        && matches!(scene.surface(at - 1), "もっと" | "もう少し")
        && scene.slice(at + 1, clause.end).iter().any(|t| {
            matches!(
                t.base,
                "知る" | "買う" | "来る" | "出会う" | "始める" | "使う"
            )
        })
}

/// 前のより三センチ大きい, 本店より支店の方が近い: a difference told, none judged.
fn is_measured(scene: &Scene<'_>, clause: &Clause, at: usize) -> bool {
    let before = scene.slice(clause.first, at);
    if !before.iter().any(|t| t.surface == "より") {
        return false;
    }
    let counted = before.last().is_some_and(|t| {
        t.detail == "接尾" || matches!(t.surface, "ほど" | "くらい" | "ぐらい" | "個" | "本")
    }) && before.iter().rev().take(4).any(|t| t.detail == "数");
    let expected = before
        .iter()
        .any(|t| matches!(t.base, "予定" | "思う" | "予想" | "想像" | "想定"));
    let sided = before.iter().any(|t| matches!(t.surface, "方" | "ほう"));
    let spatial = matches!(
        scene.base(at),
        "近い"
            | "遠い"
            | "大きい"
            | "小さい"
            | "長い"
            | "短い"
            | "多い"
            | "少ない"
            | "重い"
            | "早い"
            | "遅い"
    );
    (counted && !expected) || (sided && spatial)
}

/// Returns what the adjective at `at` means here and whether a noun said so.
fn said_of(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<(Said, bool)> {
    let adjective = scene.tokens[at].base_key;
    if !scene.lexicon.depends_on_noun(adjective) {
        return None;
    }
    let from = clause.first.max(at.saturating_sub(SUBJECT_REACH)).min(at);
    let before = scene.tokens[from..at].iter().rev();
    let behind = scene.tokens[(at + 1).min(clause.end)..clause.end]
        .iter()
        .take(2)
        .filter(|t| t.pos == Pos::Noun);
    let named = before
        .chain(behind)
        .filter(|t| matches!(t.pos, Pos::Noun | Pos::Verb))
        .find_map(|t| {
            scene
                .lexicon
                .said_of(adjective, t.surface_key)
                .or_else(|| scene.lexicon.said_of(adjective, t.base_key))
        });
    match named {
        Some(said) => Some((said, true)),
        None => scene
            .lexicon
            .said_of(adjective, word_key(ANYTHING))
            .map(|said| (said, false)),
    }
}
