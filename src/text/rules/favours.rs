//! Favours done and refused: 送ってくれた praises, 対応してもらえない blames.

use super::modality::{is_condition, is_hearsay};
use super::negation::{asks_favour, is_negation, negation_end};
use super::{Clause, Draft, Scene, target};
use crate::text::tokens::Pos;

/// What a favour done and a favour refused weigh.
const DONE: f64 = 0.7;
const REFUSED: f64 = 1.0;
/// How far a favour's verb group is read.
const REACH: usize = 7;

/// Adds the first favour of a clause, unless an opinion word says as much.
pub(super) fn add(scene: &Scene<'_>, clause: &Clause, before: usize, drafts: &mut Vec<Draft>) {
    let found =
        (clause.first..clause.end).find_map(|at| favour_at(scene, clause, &drafts[before..], at));
    if let Some(mut draft) = found {
        target::name_aspect(scene, clause, &mut draft);
        drafts.push(draft);
    }
}

fn favour_at(scene: &Scene<'_>, clause: &Clause, said: &[Draft], at: usize) -> Option<Draft> {
    if at <= clause.first
        || !matches!(scene.surface(at - 1), "て" | "で")
        || scene.tokens[at - 1].detail != "接続助詞"
    {
        return None;
    }
    let token = &scene.tokens[at];
    // くださり is two words to IPADIC.
    let honours = token.surface == "くだ" && scene.surface(at + 1) == "さり";
    let gives = honours || matches!(token.base, "くれる" | "くださる" | "下さる");
    let takes = matches!(token.base, "もらえる" | "いただける" | "頂ける");
    let spoken = matches!(token.pos, Pos::Verb | Pos::Noun) && !token.form.starts_with("命令");
    let ends = scene.token(at + 1).is_none_or(|next| {
        let gap = scene.normalised.text.get(token.end..next.start);
        gap.is_some_and(|gap| gap.contains('\n'))
            || next.pos == Pos::Symbol && !matches!(next.surface, "、" | ",")
            || next.surface.starts_with(['よ', 'や', '!', '?', 'w'])
    });
    // 静かにしてくれ orders, 教えてくれ、助かった thanks.
    let orders = token.surface == "くれ" && ends;
    if !(gives || takes) || !spoken || orders || token.form == "仮定形" {
        return None;
    }
    let end = clause.end.min(at + REACH);
    let behind = scene.slice(at + 1, end);
    let denied = behind.iter().position(is_negation);
    if denied.is_some_and(|index| asks_favour(scene, at + 1 + index)) {
        return None;
    }
    let open = behind
        .iter()
        .take(4)
        .any(|t| matches!(t.base, "たい" | "と" | "か" | "かも" | "かな"));
    if open || is_condition(behind) || is_hearsay(behind) {
        return None;
    }
    let span = clause.first.max(at.saturating_sub(2))..at + 1;
    if negation_end(scene, at + 1, end).is_some() {
        let blamed = said.iter().any(|d| d.polarity < 0 && d.weight >= 1.0);
        return (!blamed).then(|| Draft::implied(scene, span, -REFUSED, "favour"));
    }
    // 注文を間違えてくれる does none.
    let harmed = said
        .iter()
        .any(|d| d.polarity < 0 && d.is_strong() && d.end + 3 >= at);
    let praised = said.iter().any(|d| d.polarity > 0 && d.weight >= 1.0);
    let marvelled = behind.iter().any(|t| t.surface == "なんて");
    (gives && !harmed && !praised && !marvelled)
        .then(|| Draft::implied(scene, span, DONE, "favour"))
}
