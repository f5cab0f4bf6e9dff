//! What a verb does to a hit that is its noun, its manner or its attribute.
//!
//! 不満が消えた and 笑顔が消えた turn, 違和感が消えない stays; 期待に応えてくれない, うまく動かない and 嫌な匂いがしない are
//! negated through a verb of their own.

use super::cue_words::Cue;
use super::modality::is_condition;
use super::negation::{is_negation, is_rhetorical, negation_end};
use super::{Clause, Draft, Scene};
use crate::text::tokens::Pos;

/// How far behind a hit its verb group may end.
const REACH: usize = 12;
/// How many words may stand between a particle and its verb.
const MAX_BETWEEN: usize = 4;
/// The weight of what is over.
const ENDED: f64 = 1.5;

/// Applies what a verb says of the hit, where no negation directly behind it does.
pub(super) fn apply(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    let end = clause.end.min(draft.end + REACH).min(scene.tokens.len());
    let Some(last) = scene.token(draft.end.saturating_sub(1)) else {
        return;
    };
    let next = scene.surface(draft.end);
    let stem = last.pos == Pos::Adjective && next == "さ";
    let manner = last.detail == "形容動詞語幹" && next == "に";
    if (stem || last.pos == Pos::Noun) && !manner {
        let particle = draft.end + usize::from(stem);
        let governed = particle < end
            && scene.tokens[particle].pos == Pos::Particle
            && matches!(
                scene.surface(particle),
                "が" | "は" | "も" | "を" | "に" | "の" | "って" | "から"
            );
        if governed {
            said_of_noun(scene, clause, draft, particle, end);
            return;
        }
    }
    let adverbial = (last.pos == Pos::Adjective && last.form == "連用テ接続")
        || last.pos == Pos::Adverb
        || (last.pos == Pos::Noun && manner);
    if adverbial && fails(scene, clause, draft.end, end) {
        draft.flip("negation", 1.0);
        return;
    }
    let adnominal = (last.form == "基本形" && matches!(last.pos, Pos::Adjective | Pos::Verb))
        || next == "な"
        || (matches!(last.surface, "な" | "の")
            && matches!(last.pos, Pos::Auxiliary | Pos::Particle));
    if adnominal && is_denied(scene, clause, draft, end) {
        draft.flip("negation", 1.0);
    }
}

/// The noun of a verb: 不安が消えた, 欠点が一つも見当たらない, 期待には応えてくれなかった.
fn said_of_noun(
    scene: &Scene<'_>,
    clause: &Clause,
    draft: &mut Draft,
    particle: usize,
    end: usize,
) {
    let topical = scene.surface(particle) == "に"
        && matches!(scene.surface(particle + 1), "は" | "も")
        && particle + 1 < end;
    let from = particle + if topical { 2 } else { 1 };
    let mut at = from;
    while at < end && at < from + MAX_BETWEEN && stands_between(scene, at) {
        at += 1;
    }
    let Some(verb) = scene.token(at).filter(|_| at < end) else {
        return;
    };
    let ends = scene.is(Cue::Ends, at);
    let loses = scene.is(Cue::Loses, at);
    let behind = if verb.pos == Pos::Noun && verb.detail == "サ変接続" {
        let done = at + 1 < end && scene.base(at + 1) == "する";
        if !done && !ends && !loses {
            return;
        }
        at + 2
    } else if verb.pos == Pos::Verb && verb.detail == "自立" {
        at + 1
    } else {
        return;
    };
    let negated = negation_end(scene, behind, end).is_some();
    let supposed = is_condition(scene.slice(behind, end));
    let turned = if draft.polarity < 0 && ends {
        Some("ended")
    } else if draft.polarity > 0 && loses {
        Some("lost")
    } else {
        None
    };
    if let Some(rule) = turned {
        if negated {
            draft.rules.push("stays");
        } else if !supposed {
            draft.flip(rule, ENDED);
        }
    } else if negated && (ends || scene.is(Cue::Stays, at) || scene.is(Cue::Rapt, at)) {
        draft.rules.push("stays");
    } else if negated
        && !matches!(verb.base, "ある" | "いる" | "する" | "なる")
        && !is_opinion(scene, clause, at)
    {
        draft.flip("negation", 1.0);
    }
}

/// Amounts and adverbs between a noun and its verb.
fn stands_between(scene: &Scene<'_>, at: usize) -> bool {
    let token = &scene.tokens[at];
    token.pos == Pos::Adverb
        || matches!(token.detail, "数" | "副詞可能" | "助数詞")
        || matches!(
            token.surface,
            "も" | "に" | "と" | "一" | "つ" | "一つ" | "ひとつ" | "一切" | "何"
        )
        || (token.pos == Pos::Adjective && token.form == "連用テ接続")
        || (token.detail == "形容動詞語幹" && scene.surface(at + 1) == "に")
}

/// うまく動かない, きれいに写らない: done that way, it fails.
fn fails(scene: &Scene<'_>, clause: &Clause, from: usize, end: usize) -> bool {
    let mut at = from;
    at += usize::from(scene.surface(at) == "に");
    at += usize::from(matches!(scene.surface(at), "は" | "も"));
    let noun = scene.token(at).is_some_and(|t| t.detail == "サ変接続");
    at += usize::from(noun && scene.base(at + 1) == "する");
    let Some(verb) = scene.token(at).filter(|_| at < end) else {
        return false;
    };
    verb.pos == Pos::Verb
        && verb.detail == "自立"
        && verb.base != "なる"
        && !scene.is(Cue::Rapt, at)
        && negation_end(scene, at + 1, end).is_some()
        && !is_opinion(scene, clause, at)
}

/// The attribute of a noun: 嫌な匂いがしない, 良い対応ではない, 良いところがない.
fn is_denied(scene: &Scene<'_>, clause: &Clause, draft: &Draft, end: usize) -> bool {
    let first = draft.end + usize::from(scene.surface(draft.end) == "な");
    let mut at = first;
    while at < end && at < first + 3 && is_head(scene, at) {
        at += 1;
    }
    if at == first || is_superlative(scene, clause, draft) {
        return false;
    }
    let topic = match scene.surface(at) {
        "じゃ" | "では" => Some(at + 1),
        "で" if scene.surface(at + 1) == "は" => Some(at + 2),
        _ => None,
    };
    if let Some(mut denied) = topic.filter(|topic| *topic < end) {
        denied += usize::from(scene.base(denied) == "ある");
        denied += usize::from(scene.base(denied) == "ます");
        return denied < end
            && scene.token(denied).is_some_and(is_negation)
            && !is_rhetorical(scene, first, denied);
    }
    let notion = matches!(scene.surface(at - 1), "こと" | "ところ" | "点");
    while at < end
        && (matches!(
            scene.surface(at),
            "が" | "を" | "は" | "も" | "ひとつ" | "一つ" | "など"
        ) || scene.token(at).is_some_and(|t| t.pos == Pos::Adverb))
    {
        at += 1;
    }
    let Some(verb) = scene.token(at).filter(|_| at < end) else {
        return false;
    };
    if verb.pos == Pos::Verb && scene.is(Cue::Felt, at) {
        let perceived = matches!(
            verb.base,
            "する" | "感じる" | "受ける" | "見当たる" | "見つかる" | "思い出せる" | "思い浮かぶ"
        );
        return (draft.polarity < 0 || perceived) && negation_end(scene, at + 1, end).is_some();
    }
    // 美味しい店がない says nothing of a shop that is there.
    verb.pos == Pos::Adjective && is_negation(verb) && (draft.polarity < 0 || notion)
}

fn is_head(scene: &Scene<'_>, at: usize) -> bool {
    scene.token(at).is_some_and(|t| {
        t.pos == Pos::Noun
            && (!matches!(t.detail, "非自立" | "形容動詞語幹")
                || matches!(t.surface, "こと" | "ところ" | "点"))
    })
}

/// こんなに, これほど, より before a hit: a negation behind it says that nothing is more so.
pub(super) fn is_superlative(scene: &Scene<'_>, clause: &Clause, draft: &Draft) -> bool {
    let from = clause.first.max(draft.first.saturating_sub(4));
    scene.slice(from, draft.first).iter().any(|t| {
        matches!(
            t.surface,
            "こんな"
                | "こんなに"
                | "あんな"
                | "あんなに"
                | "これほど"
                | "ここまで"
                | "これ以上"
                | "以上"
                | "より"
                | "ほど"
                | "他"
                | "ほか"
        )
    })
}

/// Whether an opinion word begins at `at`, which then decides by itself.
fn is_opinion(scene: &Scene<'_>, clause: &Clause, at: usize) -> bool {
    let limit = scene.tokens.len().min(clause.end + 2);
    scene.lexicon.find(scene.tokens, at, limit).is_some()
}
