//! Comparison with what is not here and now: 前の方が, 自分で作った方が, 昔は.

use super::clauses::Joint;
use super::cue_words::Cue;
use super::{Draft, Scene, Sentence};

/// How far before a hit the other side of a comparison may stand.
const REACH: usize = 32;
/// How far before 方 the other side is named.
const SIDE_REACH: usize = 6;
/// The weight left to blame of what was.
const PAST_BLAME: f64 = 0.4;

/// Turns praise of what is no more or elsewhere into blame of what is; old blame weighs less.
pub(super) fn apply(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    let mut clauses = sentence.clauses.iter().peekable();
    let mut from = sentence.first();
    for draft in drafts.iter_mut() {
        // What stands before けど or ので is another matter.
        while let Some(clause) = clauses.next_if(|c| c.end <= draft.first) {
            if matches!(clause.joint, Joint::But | Joint::Despite | Joint::Because) {
                from = clause.end;
            }
        }
        let near = from.max(draft.first.saturating_sub(REACH)).min(draft.first);
        let past = scene
            .slice(draft.end, draft.end + 4)
            .iter()
            .any(|t| t.base == "た");
        let once = past && is_once(scene, near, draft.first);
        if draft.polarity > 0 && prefers_other(scene, near, draft.first) {
            draft.flip("comparison", 1.5);
        } else if draft.polarity > 0 && draft.weight >= 0.5 && once {
            draft.flip("once", 1.0);
        } else if draft.polarity < 0 && once {
            draft.apply("once", PAST_BLAME);
        }
    }
}

/// 前の方が, スーパーの方が: the other side is better. 写真より実物の方が compares otherwise.
fn prefers_other(scene: &Scene<'_>, from: usize, end: usize) -> bool {
    let Some(side) = (from..end)
        .rev()
        .find(|at| matches!(scene.surface(*at), "方" | "ほう"))
    else {
        return false;
    };
    let near = from.max(side.saturating_sub(SIDE_REACH));
    matches!(scene.surface(side + 1), "が" | "は" | "も")
        && side + 1 < end
        && scene.any(Cue::Other, near, side)
        && !(near..side).any(|at| scene.surface(at) == "より")
}

/// 昔は, 最初は.
fn is_once(scene: &Scene<'_>, from: usize, end: usize) -> bool {
    (from..end.saturating_sub(1)).any(|at| scene.is(Cue::Once, at) && scene.surface(at + 1) == "は")
}
