//! Praise that means blame: （棒）, （皮肉）, laughter or a wry face behind praise in a complaint; 間違えてくれるなんて、
//! すばらしい; ご丁寧に傷まで付けて; 「最速配送」とは一体.

use super::super::{Draft, MarkKind, Scene, token_at};
use super::clauses::Joint;
use super::{Sentence, UNASSERTED};

/// Turns the praise before a sign of sarcasm, within its sentence.
pub(crate) fn apply(scene: &Scene<'_>, drafts: &mut [Draft]) {
    let blame: f64 = drafts
        .iter()
        .filter(|d| d.polarity < 0 && d.mark.is_none())
        .map(|d| d.weight)
        .sum();
    let words = drafts
        .iter()
        .position(|d| d.mark.is_some())
        .unwrap_or(drafts.len());
    for mark in &scene.normalised.marks {
        let sure = mark.kind == MarkKind::Sarcasm;
        let wry =
            mark.kind == MarkKind::Laugh || (mark.kind == MarkKind::Emoji && mark.polarity < 0);
        let counts = sure || (wry && blame >= 1.0);
        if !counts {
            continue;
        }
        let at = token_at(scene.tokens, mark);
        // The mark may stand behind the full stop: it belongs to the last sentence begun before it.
        let sentence = scene.sentences.partition_point(|s| s.first() < at);
        let Some(sentence) = sentence.checked_sub(1).and_then(|i| scene.sentences.get(i)) else {
            continue;
        };
        // Word hits come first, in order of place.
        let from = drafts[..words].partition_point(|d| d.first < sentence.first());
        let until = drafts[..words].partition_point(|d| d.first < at);
        let said = &mut drafts[from.min(until)..until];
        let blamed = said.iter().any(|d| d.polarity < 0);
        for draft in said {
            let near = at.saturating_sub(draft.end) <= 4;
            let praise = draft.polarity > 0 && !draft.rules.contains(&"sarcasm");
            if praise && (sure || (near && !blamed)) {
                let weight = draft.weight.max(1.0);
                draft.flip("sarcasm", weight);
            }
        }
    }
}

/// Turns praise that marvels at blame, and adds the blame of a slogan asked after.
pub(super) fn mock(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut Vec<Draft>) {
    if let Some(from) = marvel(scene, sentence, drafts) {
        turn(drafts, from);
    }
    let text = scene.text(sentence.first(), sentence.end());
    let blamed = drafts.iter().any(blames);
    if text.starts_with("はいはい") || (text.contains("ご丁寧に") && blamed) {
        turn(drafts, sentence.first());
    }
    let blamed = drafts.iter().any(blames);
    if let Some(at) = slogan(scene, sentence).filter(|_| !blamed) {
        for draft in drafts.iter_mut().filter(|d| d.polarity > 0) {
            draft.apply("sarcasm", UNASSERTED);
        }
        drafts.push(Draft::implied(scene, at..at + 1, -1.0, "sarcasm"));
    }
}

/// Turns all praise from token `from` on.
fn turn(drafts: &mut [Draft], from: usize) {
    for draft in drafts
        .iter_mut()
        .filter(|d| d.first >= from && d.polarity > 0)
    {
        let weight = draft.weight.max(1.0);
        draft.flip("sarcasm", weight);
    }
}

fn blames(draft: &Draft) -> bool {
    draft.polarity < 0 && draft.is_strong()
}

/// Returns the token from which praise marvels at blame: 壊れるとは、ある意味すごい; 三週間、なんて迅速な対応でしょう.
fn marvel(scene: &Scene<'_>, sentence: &Sentence, drafts: &[Draft]) -> Option<usize> {
    let (first, end) = (sentence.first(), sentence.end());
    // The first blame of the sentence, and how far blame reaches.
    let blame = drafts.iter().find(|d| blames(d))?.end;
    let mut conceded = false;
    let mut begins = vec![first];
    for clause in &sentence.clauses {
        conceded |= matches!(clause.joint, Joint::But | Joint::Despite);
        begins.push(clause.end);
    }
    for at in blame.max(first + 1)..end {
        let surface = scene.surface(at);
        let topic = surface == "と" && scene.surface(at + 1) == "は";
        let stop = if topic { at + 2 } else { at + 1 };
        if topic || matches!(surface, "なんて" | "とは") {
            let near = drafts
                .iter()
                .any(|d| blames(d) && d.end <= at && at - d.end <= 4);
            let pauses = matches!(scene.surface(stop), "、" | "ある");
            if near && pauses && scene.surface(at - 1) != "だ" {
                return Some(stop);
            }
        }
        let exclaims = surface == "なんて"
            && !conceded
            && begins.binary_search(&at).is_ok()
            && scene
                .slice(at + 3, end)
                .iter()
                .any(|t| matches!(t.base, "です" | "だ" | "だろう"));
        if exclaims {
            return Some(stop);
        }
    }
    None
}

/// Returns the と of 「最速配送」とは一体… or 予約の意味とは.
fn slogan(scene: &Scene<'_>, sentence: &Sentence) -> Option<usize> {
    let end = sentence.end();
    (sentence.first() + 1..end).find(|at| {
        let stop = match (scene.surface(*at), scene.surface(at + 1)) {
            ("とは", _) => at + 1,
            ("と", "は") => at + 2,
            _ => return false,
        };
        let named = matches!(scene.surface(at - 1), "」" | "意味");
        let asked = stop >= end
            || scene.surface(stop) == "一体"
            || scene.surface(stop).starts_with(['。', '…', '.', '!', '?']);
        named && asked
    })
}
