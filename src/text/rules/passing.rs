//! Hits mentioned in passing: of an occasion, a person, a doubt, a problem dealt with, an offer, an intention.

use super::clauses::Joint;
use super::cue_words::{self, Cue};
use super::{Clause, Draft, Scene, Sentence, UNASSERTED, after};
use crate::text::tokens::{Pos, Token};

/// Returns what makes a hit one in passing, none where it is meant.
pub(super) fn mention(scene: &Scene<'_>, clause: &Clause, draft: &Draft) -> Option<&'static str> {
    let mut head = draft.end;
    while head < clause.end && scene.token(head).is_some_and(is_link) {
        head += 1;
    }
    if is_doubted(scene, clause, draft, head) {
        return Some("doubt");
    }
    let bad = draft.polarity < 0;
    if bad && is_occasion(scene, clause, draft, head) {
        return Some("occasion");
    }
    if draft.polarity > 0 && is_belief(scene, head) {
        return Some("belief");
    }
    if is_of_person(scene, clause, draft, head) {
        return Some("person");
    }
    let linked = scene.slice(draft.end, head);
    let noun = head < clause.end && scene.token(head).is_some_and(|t| t.pos == Pos::Noun);
    let worried = scene.is(Cue::Worry, draft.end.saturating_sub(1))
        || cue_words::has(Cue::Worry, &draft.word);
    if bad && noun && worried && linked.iter().any(|t| t.base == "た") {
        return Some("worry");
    }
    let nominal = scene
        .token(draft.end.saturating_sub(1))
        .is_some_and(|t| t.pos == Pos::Noun);
    if bad && nominal && !draft.has("negation") {
        return problem(scene, clause, draft);
    }
    None
}

/// What may stand between a hit and its noun: な, た, ている, そう.
fn is_link(token: &Token<'_>) -> bool {
    matches!(token.base, "だ" | "た" | "です" | "の" | "ん")
        || matches!(token.surface, "な" | "そう")
        || (token.pos == Pos::Verb && token.detail == "非自立")
        || (matches!(token.surface, "て" | "で") && token.detail == "接続助詞")
}

/// 好きかどうか, 失敗したかと思った.
fn is_doubted(scene: &Scene<'_>, clause: &Clause, draft: &Draft, head: usize) -> bool {
    let whether = |at: usize| scene.surface(at) == "か" && scene.surface(at + 1) == "どう";
    let feared =
        draft.polarity < 0 && scene.surface(head) == "か" && scene.surface(head + 1) == "と";
    feared || whether(head) || (draft.end..clause.end.min(draft.end + 8)).any(whether)
}

/// 帰れると思っていた: what was believed did not come.
fn is_belief(scene: &Scene<'_>, head: usize) -> bool {
    scene.surface(head) == "と"
        && scene.base(head + 1) == "思う"
        && scene
            .slice(head + 2, head + 4)
            .iter()
            .any(|t| matches!(t.base, "いる" | "てる"))
        && scene
            .slice(head + 3, head + 5)
            .iter()
            .any(|t| t.base == "た")
}

/// 疲れたときに, 寒い日でも, 荒れた肌に.
fn is_occasion(scene: &Scene<'_>, clause: &Clause, draft: &Draft, head: usize) -> bool {
    if head >= clause.end || head == 0 {
        return false;
    }
    let next = scene.surface(head + 1);
    let time = matches!(
        scene.surface(head),
        "とき" | "時" | "際" | "場合" | "日" | "夜" | "朝" | "頃" | "ころ" | "時期" | "折"
    ) && matches!(next, "に" | "は" | "でも" | "も" | "の" | "には" | "、");
    let body = matches!(
        scene.surface(head),
        "体" | "身体" | "からだ" | "心" | "肌" | "髪" | "目" | "足" | "胃" | "頭" | "脳"
    ) && matches!(next, "に" | "を" | "も" | "が")
        && scene
            .slice(draft.first, head)
            .iter()
            .any(|t| t.base == "た")
        && matches!(scene.surface(head - 1), "た" | "だ" | "ない" | "い");
    time || body
}

/// 機械が苦手な父でも, 心配性の母も; 好きな人には.
fn is_of_person(scene: &Scene<'_>, clause: &Clause, draft: &Draft, head: usize) -> bool {
    let next = scene.surface(head + 1);
    let known = head < clause.end
        && scene.token(head).is_some_and(|t| t.pos == Pos::Noun)
        && scene.is(Cue::Kin, head);
    if draft.polarity > 0 {
        // しっとり系が好きな人には
        return (draft.end..clause.end.min(draft.end + 7)).any(|at| {
            let next = scene.surface(at + 1);
            matches!(scene.surface(at), "人" | "方")
                && (matches!(next, "なら" | "向け" | "には")
                    || (next == "に" && scene.surface(at + 2) == "は"))
        });
    }
    if draft.polarity == 0 {
        return false;
    }
    // 感じの悪い人に当たった blames whom it was.
    let family = !is_anyone(scene, head);
    let grown = family && !matches!(scene.base(head), "子" | "子供" | "子ども" | "こども");
    let even = matches!(next, "でも" | "まで" | "も" | "さえ")
        || (next == "で" && scene.surface(head + 2) == "も")
        || (family && matches!(next, "に" | "の" | "を"))
        || (grown && next == "が");
    let nature = scene.surface(draft.end) == "性"
        && scene.surface(draft.end + 1) == "の"
        && draft.end + 2 < clause.end
        && scene.is(Cue::Kin, draft.end + 2);
    (known && even) || nature
}

fn is_anyone(scene: &Scene<'_>, at: usize) -> bool {
    matches!(scene.surface(at), "人" | "方" | "ひと" | "者")
}

/// 急な故障にも, 不具合を報告したら, 水漏れの修理に.
fn problem(scene: &Scene<'_>, clause: &Clause, draft: &Draft) -> Option<&'static str> {
    let particle = scene.surface(draft.end);
    let even = matches!(particle, "にも" | "でも")
        || (matches!(particle, "に" | "で") && scene.surface(draft.end + 1) == "も");
    if even {
        return Some("even");
    }
    let at = draft.end + usize::from(matches!(particle, "の" | "を" | "と" | "に" | "も"));
    let dealt_with = at < clause.end && scene.is(Cue::Remedy, at) && scene.base(at) != draft.word;
    dealt_with.then_some("reported")
}

/// カードが使えます, 推しのグッズ: tells what is on offer; stressed or past, it praises.
pub(super) fn inform(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    if !cue_words::has(Cue::Inform, &draft.word) || (draft.polarity < 0 && draft.word != "手数料")
    {
        return;
    }
    let stressed = [
        "appearance",
        "degree",
        "exclamation",
        "stretched",
        "excess",
        "negation",
        "wish",
    ]
    .iter()
    .any(|rule| draft.has(rule));
    let past = after(scene, clause, draft.end)
        .iter()
        .take(4)
        .any(|t| t.base == "た");
    if !stressed && (draft.word == "推し" || !past) {
        draft.apply("inform", UNASSERTED);
    }
}

/// 予約した者ですけど、五分遅れます: who introduces himself does not complain of himself.
pub(super) fn introduce(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    let introduced = sentence.clauses.iter().find(|clause| {
        clause.joint == Joint::But
            && (clause.first..clause.end)
                .any(|at| scene.surface(at) == "者" && scene.base(at + 1) == "です")
    });
    let Some(clause) = introduced else { return };
    for draft in drafts.iter_mut().filter(|d| d.first >= clause.end) {
        draft.apply("errand", UNASSERTED);
    }
}

/// 不味かったら返金します, 美味しければまた行く: what follows from a condition is not done yet.
pub(super) fn intend(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    let Some(first) = drafts.iter().find(|d| d.has("condition")).map(|d| d.first) else {
        return;
    };
    for draft in drafts.iter_mut() {
        let last = draft.end.saturating_sub(1);
        let verbal = scene
            .token(last)
            .is_some_and(|t| t.pos == Pos::Verb || t.detail == "サ変接続");
        if draft.first <= first || !verbal || draft.has("condition") || draft.has("wish") {
            continue;
        }
        let behind = scene.slice(draft.end, sentence.end());
        let past = behind.iter().take(6).any(|t| t.base == "た");
        if !past && is_intended(scene, last, behind) {
            draft.apply("condition", UNASSERTED);
        }
    }
}

fn is_intended(scene: &Scene<'_>, last: usize, behind: &[Token<'_>]) -> bool {
    let form = scene.token(last).map_or("", |t| t.form);
    let polite = behind.iter().take(3).any(|t| {
        matches!(t.surface, "う" | "よう" | "つもり" | "予定")
            || (t.base == "ます" && t.form == "基本形")
    });
    let plain = scene.is(Cue::Come, last)
        && form == "基本形"
        && behind.first().is_none_or(|t| {
            t.pos == Pos::Symbol || matches!(t.surface, "けど" | "が" | "し" | "ね" | "よ" | "かな")
        });
    polite || plain || form.starts_with("未然ウ")
}
