//! What two hits side by side do to each other, and what the whole sentence says of them.

use super::cue_words::{self, Cue};
use super::negation::negation_end;
use super::{Clause, Draft, Scene, Sentence, UNASSERTED};
use crate::text::tokens::Pos;

/// How many tokens may stand between two hits that touch each other.
const MAX_BETWEEN: usize = 8;
/// The weight left to a noun whose predicate decides (高評価は信じられない).
const SUBJECT: f64 = 0.3;
/// The weight left where both sides are told (良い章もあれば悪い章もある).
const MIXED: f64 = 0.2;

/// Applies the relations between the hits of a sentence, given in order of place.
pub(super) fn apply(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    for index in 1..drafts.len() {
        let (before, behind) = drafts.split_at_mut(index);
        if let (Some(first), Some(second)) = (before.last_mut(), behind.first_mut()) {
            relate(scene, first, second);
        }
    }
    if let Some(last) = drafts.last_mut() {
        fail(scene, sentence, last);
    }
    if !drafts.is_empty() && is_mixed(scene, sentence) {
        for draft in drafts.iter_mut() {
            draft.apply("mixed", MIXED);
        }
    }
    // いい意味で裏切られた
    let is_blame = |draft: &Draft| draft.polarity < 0 && draft.is_strong();
    if !drafts.iter().any(is_blame) {
        return;
    }
    let text = scene.text(sentence.first(), sentence.end());
    let favourable = [
        "いい意味で",
        "良い意味で",
        "いい方に",
        "良い方に",
        "良い方向に",
    ]
    .iter()
    .any(|sense| text.contains(sense));
    if favourable {
        for draft in drafts.iter_mut().filter(|draft| is_blame(draft)) {
            draft.flip("good_sense", 1.5);
        }
    }
}

fn relate(scene: &Scene<'_>, first: &mut Draft, second: &mut Draft) {
    let reach = if second.has("favour") {
        MAX_BETWEEN + 4
    } else {
        MAX_BETWEEN
    };
    let near = first.end <= second.first && second.first - first.end <= reach;
    if !near || first.polarity == 0 || second.polarity == 0 {
        return;
    }
    if absorb(scene, first, second) || qualify(scene, first, second) {
        return;
    }
    let follows = scene
        .token(first.end.saturating_sub(1))
        .is_some_and(|t| t.pos == Pos::Adjective)
        && scene.surface(first.end) == "て"
        && second.first - first.end <= 6;
    let open = first.rules.first().is_some_and(|r| r.starts_with("aspect"));
    if open && follows && first.polarity != second.polarity && !second.has("wish") {
        // 軽くて使いやすい, 重くて疲れる: the sign of a measure is what comes of it.
        first.polarity = second.polarity;
        first.rules.push("consequence");
        return;
    }
    let overwhelmed = first.polarity > 0
        && (first.has("excess") || first.word.contains("すぎ"))
        && second.polarity < 0
        && cue_words::has(Cue::Rapture, &second.word);
    if overwhelmed {
        let weight = second.weight.max(1.0);
        second.flip("rapture", weight);
    }
}

/// The second hit is part of what the first says: 不安が消えた, 苦情が来ない, つまらないことこの上ない.
fn absorb(scene: &Scene<'_>, first: &mut Draft, second: &mut Draft) -> bool {
    let between = scene.slice(first.end, second.first);
    let turned = ["ended", "lost", "stays"]
        .iter()
        .any(|rule| first.has(rule));
    let over = scene.is(Cue::Ends, second.first) || scene.is(Cue::Loses, second.first);
    if turned && over && between.len() <= 5 {
        second.apply("absorbed", UNASSERTED);
        return true;
    }
    let last = first.end.saturating_sub(1);
    let nominal = scene.token(last).is_some_and(|t| t.pos == Pos::Noun);
    let absent = nominal
        && first.polarity < 0
        && second.polarity < 0
        && second.rules.as_slice() == ["lexicon"]
        && (second.word.ends_with("ない") || second.word.ends_with("なし"))
        && scene
            .token(second.first)
            .is_some_and(|t| t.pos == Pos::Verb)
        && matches!(scene.surface(first.end), "が" | "は" | "も")
        && between.len() <= 4
        && !between
            .iter()
            .any(|t| matches!(t.pos, Pos::Verb | Pos::Adjective));
    if absent {
        if !scene.is(Cue::Ends, second.first) && !scene.is(Cue::Stays, second.first) {
            first.flip("negation", 1.0);
        }
        second.apply("absorbed", UNASSERTED);
        return true;
    }
    if second.word == "とんでもない" && scene.text(first.end, second.first).ends_with("なんて")
    {
        second.apply("absorbed", UNASSERTED);
        return true;
    }
    if second.word == "この上ない" && scene.text(first.end, second.first) == "こと" {
        second.apply("absorbed", UNASSERTED);
        first.apply("degree", 1.5);
        return true;
    }
    let hard = first.polarity < 0
        && second.has("favour")
        && scene
            .token(last)
            .is_some_and(|t| t.pos == Pos::Adjective && t.form == "基本形")
        && between.first().is_some_and(|t| t.pos == Pos::Noun)
        && between.iter().any(|t| matches!(t.surface, "を" | "も"));
    if hard {
        // 重い荷物を運んでくれた
        first.apply("extent", UNASSERTED);
    }
    hard
}

/// The first hit only qualifies a second of the other sign: 泣けるほどまずい, 見事に壊れた, 高評価は信じられない.
fn qualify(scene: &Scene<'_>, first: &mut Draft, second: &mut Draft) -> bool {
    if first.polarity == second.polarity || first.weight < 0.3 || second.weight < 0.3 {
        return false;
    }
    let Some(last) = scene.token(first.end.saturating_sub(1)) else {
        return false;
    };
    let between = scene.text(first.end, second.first);
    let verb = scene
        .token(second.first)
        .is_some_and(|t| t.pos == Pos::Verb);
    let degree = |at: usize| matches!(scene.surface(at), "くらい" | "ぐらい" | "ほど");
    let simile = (matches!(scene.surface(first.end), "みたい" | "よう")
        && scene.surface(first.end + 1) == "に")
        || between.starts_with("のように");
    let extent = degree(first.end)
        || simile
        || (matches!(scene.surface(first.end), "な" | "だ" | "た" | "なる" | "に")
            && degree(first.end + 1));
    let adverbial = last.form == "連用テ接続" || last.form == "基本形";
    let fierce = first.polarity < 0
        && between.is_empty()
        && last.pos == Pos::Adjective
        && adverbial
        && !verb
        && cue_words::has(Cue::Fierce, &first.word);
    let convinced = between.starts_with("のも")
        && (second.word.starts_with("納得") || second.word.starts_with('頷'));
    if (extent && second.first > first.end) || fierce || convinced {
        first.apply("extent", UNASSERTED);
        return true;
    }
    let stock = matches!(first.word.as_str(), "さすが" | "見事" | "綺麗" | "きれい");
    let manner = first.polarity > 0
        && ((between == "に" && (stock || (verb && last.detail == "形容動詞語幹")))
            || (between.is_empty() && verb && last.form == "連用テ接続"));
    if manner {
        first.apply("manner", UNASSERTED);
        return true;
    }
    let subject = last.pos == Pos::Noun && matches!(between, "が" | "は" | "も" | "を" | "に");
    if subject {
        first.apply("subject", SUBJECT);
    }
    subject
}

/// 小さくて聞こえない: a measure that praises elsewhere, behind which something fails.
fn fail(scene: &Scene<'_>, sentence: &Sentence, draft: &mut Draft) {
    let open = draft.rules.first().is_some_and(|r| r.starts_with("aspect"));
    let leads = scene
        .token(draft.end.saturating_sub(1))
        .is_some_and(|t| t.pos == Pos::Adjective)
        && scene.surface(draft.end) == "て";
    let clause = sentence
        .clauses
        .iter()
        .find(|c| c.first <= draft.first && draft.first < c.end);
    let (true, Some(Clause { end, .. })) = (open && leads && draft.polarity > 0, clause) else {
        return;
    };
    let fails = (draft.end + 1..*end).any(|at| {
        scene
            .token(at)
            .is_some_and(|t| t.pos == Pos::Verb && t.detail == "自立")
            && !scene.is(Cue::Rapt, at)
            && negation_end(scene, at + 1, *end).is_some()
    });
    if fails {
        draft.flip("consequence", 1.5);
    }
}

/// 良い章もあれば悪い章もあった.
fn is_mixed(scene: &Scene<'_>, sentence: &Sentence) -> bool {
    let also = |at: usize| scene.surface(at) == "も" && scene.base(at + 1) == "ある";
    let end = sentence.end();
    (sentence.first()..end)
        .position(|at| also(at) && scene.surface(at + 2) == "ば")
        .is_some_and(|offset| (sentence.first() + offset + 3..end).any(also))
}
