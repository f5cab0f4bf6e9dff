//! Praise that means blame: （棒）, （皮肉）, laughter or a wry face behind praise in a complaint.

use super::super::{Draft, MarkKind, Scene, token_at};

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
