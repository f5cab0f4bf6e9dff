//! Opinion words of a clause: the longest lexicon entry at each place, else an adjective judged by its noun.

use super::cue_words::idle_end;
use super::{Clause, Draft, Scene, target};
use crate::text::lexicon::Entry;
use crate::text::tokens::Pos;

/// Adds the hits of a clause.
pub(super) fn find(scene: &Scene<'_>, clause: &Clause, drafts: &mut Vec<Draft>) {
    let mut at = clause.first;
    while at < clause.end {
        // An expression may reach over a clause's end (話にならない); a word of its own may not begin there.
        let limit = scene.tokens.len().min(clause.end + 2);
        let found = scene.lexicon.find(scene.tokens, at, limit);
        let idle = idle_end(scene, at);
        if idle > at && found.is_none_or(|found| found.end <= idle) {
            at = idle;
            continue;
        }
        if let Some(found) = found {
            let entry = scene.lexicon.entry(found.entry);
            if may_begin(scene, at, found.end) && !is_request(scene, found.end, entry) {
                drafts.push(Draft {
                    first: at,
                    end: found.end,
                    polarity: entry.polarity,
                    weight: f64::from(entry.strength),
                    aspect: entry.aspect,
                    emotion: entry.emotion,
                    rules: vec!["lexicon"],
                    mark: None,
                    word: entry.word.clone(),
                });
                at = found.end;
                continue;
            }
        }
        if let Some(draft) = target::ease(scene, clause, at) {
            // 開けやすい judges as a whole.
            while drafts.last().is_some_and(|d| d.end > draft.first) {
                drafts.pop();
            }
            drafts.push(draft);
        } else if let Some(draft) = target::adjective(scene, clause, at) {
            drafts.push(draft);
        }
        at += 1;
    }
}

/// 教えてください praises nothing, whatever the lexicon says.
fn is_request(scene: &Scene<'_>, end: usize, entry: &Entry) -> bool {
    entry.polarity > 0
        && end
            .checked_sub(1)
            .and_then(|last| scene.token(last))
            .is_some_and(|t| matches!(t.base, "くださる" | "下さる") && t.form.starts_with("命令"))
}

/// Words that say something else here: 無駄なく is no waste, 神 of 神社 no praise, いい in いいえ no judgement.
fn may_begin(scene: &Scene<'_>, at: usize, end: usize) -> bool {
    let token = &scene.tokens[at];
    let next = scene.token(end);
    let previous = at.checked_sub(1).and_then(|p| scene.token(p));
    let touches_previous = previous.is_some_and(|p| p.end == token.start);
    // 二時間かかる tells how long, 時間かかる complains.
    if token.surface == "時間" && touches_previous && previous.is_some_and(|p| p.detail == "数")
    {
        return false;
    }
    if scene.text(at, end) == "十分" {
        // 二十分 is a time; read as two words, so is 十分 unless it judges.
        let counted = touches_previous && previous.is_some_and(|p| p.detail == "数");
        let judges = matches!(
            scene.surface(end),
            "な" | "に" | "です" | "だ" | "満足" | "すぎ"
        );
        return !counted && (end == at + 1 || judges);
    }
    if end == at + 1 && token.pos == Pos::Noun {
        let touches_next = next.is_some_and(|n| n.start == token.end);
        let joined = touches_next
            && next.is_some_and(|n| {
                n.pos == Pos::Noun && matches!(n.detail, "一般" | "固有名詞" | "接尾")
            });
        let short = token.surface.chars().count() == 1;
        let suffix_of = touches_previous && previous.is_some_and(|p| p.pos == Pos::Noun);
        if short && (suffix_of || joined) {
            return false;
        }
        // イヤ of イヤホン is no word.
        let is_piece = token.surface.chars().count() <= 2
            && token.surface.chars().all(is_katakana)
            && ((touches_next
                && next.is_some_and(|n| n.surface.chars().next().is_some_and(is_katakana)))
                || (touches_previous
                    && previous
                        .is_some_and(|p| p.surface.chars().next_back().is_some_and(is_katakana))));
        let ignored = touches_next
            && next.is_some_and(|n| matches!(n.surface, "気温" | "裁判所" | "限" | "時間"));
        return !ignored && !is_piece;
    }
    if token.pos != Pos::Adjective || !matches!(token.base, "いい" | "よい" | "良い") {
        return true;
    }
    // てもいい, なくていい permit; 軽くていい praises.
    let permits = end == at + 1
        && at > 1
        && previous.is_some_and(|p| matches!(p.surface, "て" | "で") && p.detail == "接続助詞")
        && scene.tokens[at - 2].pos != Pos::Adjective;
    let even = token.base == "いい" && previous.is_some_and(|p| p.surface == "も");
    !permits && !even
}

fn is_katakana(c: char) -> bool {
    crate::text::normalise::is_katakana(c) || c == '・'
}
