//! Bare failure: a sentence without an opinion that tells that something does not work (画面が映らない, 誰も来ない).

use super::cue_words::Cue;
use super::negation::negation_end;
use super::{Draft, Scene, Sentence};
use crate::text::tokens::Pos;

/// What a bare failure weighs.
const FAILURE: f64 = 0.6;

/// Adds a weak blame to a sentence that judges nothing but tells that something does not work: 画面が映らない.
pub(super) fn add(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut Vec<Draft>) {
    let (first, end) = (sentence.first(), sentence.end());
    let exists = |at: usize| scene.base(at) == "ある" && negation_end(scene, at + 1, end).is_some();
    let excused = |at: usize| {
        scene.is(Cue::Excuses, at)
            || (scene.surface(at) == "か" && scene.tokens[at].pos == Pos::Particle)
    };
    if (first..end).any(|at| excused(at) || exists(at)) {
        return;
    }
    let mut stressed = false;
    for at in first..end {
        stressed |= is_emphatic(scene, first, at);
        let token = &scene.tokens[at];
        if token.pos != Pos::Verb || token.detail != "自立" {
            continue;
        }
        let Some(stop) = negation_end(scene, at + 1, end) else {
            continue;
        };
        if scene.is(Cue::Rapt, at) {
            return;
        }
        let potential = matches!(scene.base(at + 1), "られる" | "れる")
            || matches!(token.base, "できる" | "出来る");
        let lacking = stressed
            && matches!(
                token.base,
                "来る"
                    | "くる"
                    | "入る"
                    | "する"
                    | "感じる"
                    | "いる"
                    | "もらえる"
                    | "言う"
                    | "持つ"
                    | "くれる"
                    | "書く"
            );
        let unsaid = scene.is(Cue::Unsaid, at) || scene.is(Cue::Untried, at);
        if potential || lacking || !unsaid {
            drafts.push(Draft::implied(scene, at..stop, -FAILURE, "failure"));
            return;
        }
    }
}

/// 全然, 何も; 一枚も.
fn is_emphatic(scene: &Scene<'_>, first: usize, at: usize) -> bool {
    let counted = at > first
        && scene.surface(at) == "も"
        && matches!(
            scene.surface(at - 1),
            "一つ"
                | "ひとつ"
                | "枚"
                | "本"
                | "個"
                | "人"
                | "度"
                | "回"
                | "誰"
                | "何"
                | "微塵"
                | "どこ"
        );
    counted || scene.is(Cue::Emphatic, at)
}
