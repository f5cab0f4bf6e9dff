//! Wishes and requests: てほしい, もう少し…, 早く直して, ないでほしい, また行きたい.
//!
//! A wish for what is not there blames mildly, a wish that what is there may last praises, a plain request says nothing.

use super::cue_words::Cue;
use super::negation::{self, is_negation};
use super::openings::{self, Opening};
use super::{Clause, Cues, Draft, Scene, Sentence, UNASSERTED, content_before, target};
use crate::text::tokens::{Pos, Token};

/// How far before たい an adverb may say again.
const AGAIN_REACH: usize = 8;

/// Adds the wishes of a clause that no opinion word carries, and takes back what is only wished for.
pub(super) fn add(
    scene: &Scene<'_>,
    sentence: &Sentence,
    clause: &Clause,
    before: usize,
    drafts: &mut Vec<Draft>,
    cues: &mut Cues,
) {
    for draft in drafts[before..].iter_mut().filter(|d| d.has("wish")) {
        if is_hope(scene, sentence, clause, draft) {
            draft.weight = UNASSERTED;
            draft.rules.push("hope");
        }
    }
    if let Some(last) = drafts[before..].iter().rposition(|d| d.has("wish")) {
        cues.requests = true;
        for draft in &mut drafts[before..before + last] {
            draft.apply("condition", UNASSERTED);
        }
    }
    add_one(scene, sentence, clause, before, drafts, cues);
    let blamed = drafts[before..]
        .iter()
        .rposition(|d| d.has("wish") && d.polarity < 0 && !d.has("hope"));
    if let Some(blamed) = blamed {
        let wished = drafts[before + blamed].first;
        for draft in &mut drafts[before..] {
            if draft.polarity > 0 && draft.first < wished && !draft.has("condition") {
                draft.apply("condition", UNASSERTED);
            }
        }
    }
}

/// Adds the first wish of a clause.
fn add_one(
    scene: &Scene<'_>,
    sentence: &Sentence,
    clause: &Clause,
    before: usize,
    drafts: &mut Vec<Draft>,
    cues: &mut Cues,
) {
    let already = drafts[before..].iter().any(|d| d.has("wish"));
    for at in clause.first..clause.end {
        if !openings::may(Opening::Wish, &scene.tokens[at]) {
            continue;
        }
        let Some(weight) = wish_at(scene, clause, sentence, at) else {
            continue;
        };
        cues.requests |= weight <= 0.0 || scene.base(at) != "たい";
        if already && weight > 0.0 {
            // もっと早く買えばよかった: the regret is about the day, not the thing.
            for draft in drafts[before..].iter_mut().filter(|d| d.has("wish")) {
                draft.flip("late_find", 1.5);
            }
        }
        if weight == 0.0 || already {
            return;
        }
        let blamed = drafts[before..]
            .iter()
            .any(|d| f64::from(d.polarity) * weight > 0.0 && d.weight >= 1.0);
        if !blamed {
            let mut draft = Draft::implied(scene, at..at + 1, weight, "wish");
            target::name_aspect(scene, clause, &mut draft);
            if scene.base(at) == "たい" {
                negation::apply(scene, clause, &mut draft, None);
            }
            drafts.push(draft);
        }
        return;
    }
}

/// 明日晴れるといいな: a wish that blames nobody.
fn is_hope(scene: &Scene<'_>, sentence: &Sentence, clause: &Clause, draft: &Draft) -> bool {
    let welcome = matches!(
        scene.base(draft.first),
        "いい" | "よい" | "良い" | "嬉しい" | "うれしい" | "最高"
    );
    let near = clause.first.max(draft.first.saturating_sub(6));
    welcome
        && (scene.any(Cue::When, sentence.first(), draft.first)
            || scene.any(Cue::Hope, near, draft.first))
}

/// Whether [`wish_at`] may find something at this word, whatever stands around it.
pub(super) fn may_begin(token: &Token<'_>) -> bool {
    let wishes = matches!(
        token.base,
        "欲しい"
            | "ほしい"
            | "いただく"
            | "頂く"
            | "もらう"
            | "貰う"
            | "もう少し"
            | "もうちょっと"
            | "もっと"
            | "もう"
            | "くださる"
            | "下さる"
            | "ください"
            | "下さい"
            | "願う"
            | "希望"
            | "お願い"
            | "くれる"
            | "たい"
    );
    wishes || begs(token) || orders(token)
}

/// て at the end of what is asked for.
fn begs(token: &Token<'_>) -> bool {
    token.detail == "接続助詞" && matches!(token.surface, "て" | "で")
}

/// An imperative, polite requests aside.
fn orders(token: &Token<'_>) -> bool {
    token.form.starts_with("命令") && !matches!(token.base, "くださる" | "下さる" | "なさる")
}

/// Returns the signed weight of the wish at token `at`: negative blames, positive longs for, 0 only asks.
pub(super) fn wish_at(
    scene: &Scene<'_>,
    clause: &Clause,
    sentence: &Sentence,
    at: usize,
) -> Option<f64> {
    let token = &scene.tokens[at];
    let previous = at
        .checked_sub(1)
        .filter(|_| at > clause.first)
        .map(|p| &scene.tokens[p]);
    let told = previous.is_some_and(|p| matches!(p.surface, "て" | "で") && p.pos == Pos::Particle);
    let next = scene.base(at + 1);
    match token.base {
        "欲しい" | "ほしい" if told => Some(wanted(scene, clause, at)),
        "いただく" | "頂く" | "もらう" | "貰う" if told && next == "たい" => {
            Some(wanted(scene, clause, at))
        }
        "欲しい" | "ほしい" => Some(desired(scene, clause, at)),
        "もう少し" | "もうちょっと" | "もっと" => longing(scene, clause, sentence, at),
        "もう" if matches!(scene.surface(at + 1), "少し" | "ちょっと" | "すこし") => {
            longing(scene, clause, sentence, at + 1)
        }
        "くださる" | "下さる" | "ください" | "下さい" if told => {
            asked(scene, clause, at)
        }
        "願う" | "希望" | "お願い" if matches!(token.pos, Pos::Verb | Pos::Noun) => {
            Some(0.0)
        }
        "くれる" if told && scene.token(at + 1).is_some_and(|t| t.form == "仮定形") => {
            Some(-0.5)
        }
        "たい" if token.pos == Pos::Auxiliary && token.form == "基本形" => {
            wants_again(scene, clause, at)
        }
        _ => demand(scene, clause, sentence, at),
    }
}

/// てほしい and ていただきたい.
fn wanted(scene: &Scene<'_>, clause: &Clause, at: usize) -> f64 {
    if let Some(kept) = forbidden(scene, clause, at) {
        return kept;
    }
    // いつまでも is three words to IPADIC.
    let lasts = scene.any(Cue::Lasting, clause.first, at)
        || scene.text(clause.first, at).contains("いつまでも");
    if lasts {
        return 1.0;
    }
    let sneers = scene.any(Cue::Sneer, clause.first, at);
    let comes = content_before(scene, clause, at).is_some_and(|c| scene.is(Cue::Come, c));
    match (sneers, comes) {
        (false, true) => 1.0,
        (false, false) if scene.any(Cue::Errand, clause.first, at) => 0.0,
        _ => -1.0,
    }
}

/// Returns what ないで before a wish at `at` says: なくならないで praises, 値上げしないで blames.
fn forbidden(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<f64> {
    let denied = at >= clause.first + 2
        && scene.surface(at - 1) == "で"
        && is_negation(&scene.tokens[at - 2]);
    let from = clause.first.max(at.saturating_sub(4));
    denied.then(|| {
        if scene.any(Cue::Cherish, from, at - 1) {
            1.0
        } else {
            -1.0
        }
    })
}

/// てください: a plain request says nothing, one for what should go without saying blames.
fn asked(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<f64> {
    let token = &scene.tokens[at];
    let orders = token.form.starts_with("命令") || matches!(token.surface, "ください" | "下さい");
    if !orders || scene.token(at + 1).is_some_and(is_negation) {
        return None;
    }
    if let Some(kept) = forbidden(scene, clause, at) {
        return Some(kept);
    }
    let sneers =
        (clause.first..at).any(|i| scene.is(Cue::Sneer, i) && scene.surface(i) != "しっかり");
    let from = clause.first.max(at.saturating_sub(3));
    let repairs =
        (from..at).any(|i| scene.is(Cue::Demand, i) && !matches!(scene.base(i), "説明" | "仕事"));
    Some(if sneers || repairs { -1.0 } else { 0.0 })
}

/// 欲しい of a thing: this one is longed for, one that lacks is missed.
fn desired(scene: &Scene<'_>, clause: &Clause, at: usize) -> f64 {
    let before = scene.slice(clause.first, at);
    let mine = before.iter().any(|t| {
        matches!(
            t.surface,
            "この" | "これ" | "その" | "あの" | "絶対" | "全部" | "新作" | "私" | "めっちゃ"
        )
    });
    let lacking = before
        .last()
        .is_some_and(|p| matches!(p.surface, "が" | "も" | "は" | "くらい" | "ぐらい"))
        || before.iter().any(|t| {
            matches!(
                t.surface,
                "もう少し" | "もうちょっと" | "もっと" | "少し" | "ちょっと"
            )
        });
    if lacking && !mine { -1.0 } else { 1.0 }
}

/// もっと食べたい longs, もっと早く知りたかった regrets a late find, もう少し量が… wants more.
fn longing(scene: &Scene<'_>, clause: &Clause, sentence: &Sentence, at: usize) -> Option<f64> {
    let behind = scene.slice(at + 1, clause.end);
    let found = behind.iter().any(|t| {
        matches!(
            t.base,
            "買う" | "知る" | "来る" | "出会う" | "始める" | "行く" | "使う"
        )
    });
    let early = behind
        .first()
        .is_some_and(|t| matches!(t.base, "早い" | "はやい"));
    let wanting = behind
        .iter()
        .any(|t| t.base == "たい" && t.pos == Pos::Auxiliary);
    if (found && early) || wanting {
        return Some(1.0);
    }
    let wants = scene.slice(at + 1, sentence.end()).iter().any(|t| {
        matches!(
            t.base,
            "ば" | "と"
                | "欲しい"
                | "ほしい"
                | "お願い"
                | "願う"
                | "ください"
                | "くださる"
                | "頑張る"
                | "工夫"
                | "改善"
                | "べき"
                | "かな"
        ) || t.form == "仮定形"
            || t.surface == "ても"
    });
    wants.then_some(-1.0)
}

/// もう一度読みたい, 孫にも使わせたい: wanting it again or for others praises.
fn wants_again(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<f64> {
    let verb = at.checked_sub(1).filter(|v| *v >= clause.first)?;
    let told_of = matches!(
        scene.surface(at + 1),
        "人" | "方" | "と" | "か" | "なら" | "時" | "とき" | "場合" | "け" | "ところ"
    );
    if scene.tokens[verb].pos != Pos::Verb || told_of {
        return None;
    }
    let lets = scene.tokens[verb].detail == "接尾" && matches!(scene.base(verb), "せる" | "させる");
    let from = clause.first.max(at.saturating_sub(AGAIN_REACH));
    let again = (from..at).any(|i| {
        scene.is(Cue::Again, i)
            || (scene.surface(i) == "もう" && scene.token(i + 1).is_some_and(|t| t.detail == "数"))
    });
    (lets || again).then_some(1.0)
}

/// 早く直して！, 昔の味に戻して, 仕事しろ: an order at the end of the sentence, where something is wrong.
fn demand(scene: &Scene<'_>, clause: &Clause, sentence: &Sentence, at: usize) -> Option<f64> {
    let token = &scene.tokens[at];
    let (begs, orders) = (begs(token), orders(token));
    let verb = if begs { at.checked_sub(1)? } else { at };
    if !(begs || orders)
        || verb < clause.first
        || scene.tokens[verb].pos != Pos::Verb
        || !scene.slice(at + 1, sentence.end()).iter().all(is_tail)
    {
        return None;
    }
    let noun = scene.base(verb) == "する" && verb > clause.first && scene.is(Cue::Demand, verb - 1);
    let sneers = begs
        && scene.slice(clause.first, at).iter().any(|t| {
            matches!(
                t.surface,
                "早く" | "はやく" | "ちゃんと" | "きちんと" | "さっさと" | "いい加減"
            )
        });
    (noun || sneers || scene.is(Cue::Demand, verb)).then_some(-1.0)
}

/// Signs and particles that end a sentence.
fn is_tail(token: &Token<'_>) -> bool {
    token.pos == Pos::Symbol
        || token.surface.starts_with(['!', '?', '。', '…', '.'])
        || matches!(token.surface, "よ" | "ね" | "な" | "ー")
}
