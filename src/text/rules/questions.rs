//! Questions: what is asked is not said, unless the question reproaches, marvels or only seeks assent.

use super::cue_words::{self, Cue};
use super::negation::is_negation;
use super::{Draft, Scene, Sentence, UNASSERTED};
use crate::text::tokens::{Pos, Token};

/// Words that ask why.
const WHY: &[&str] = &["なんで", "何で", "なぜ", "何故", "どうして"];

/// Takes the assertion from the hits of a question's last clause.
pub(super) fn ask(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    let end = sentence.end();
    let Some(last) = sentence
        .clauses
        .iter()
        .rev()
        .find(|c| scene.slice(c.first, c.end).iter().any(is_word))
    else {
        return;
    };
    let marvels = scene
        .slice(end.saturating_sub(2).max(sentence.first()), end)
        .iter()
        .any(|t| t.surface.contains('!'));
    let words: Vec<&Token<'_>> = scene
        .slice(sentence.first(), end)
        .iter()
        .filter(|t| is_word(t))
        .take(3)
        .collect();
    // 天才か？
    let exclaims = words.len() <= 2 && words.last().is_some_and(|t| t.surface == "か");
    for draft in drafts.iter_mut().filter(|d| d.first >= last.first) {
        let tail = scene.text(draft.end, end);
        let nominal = scene.token(draft.first).is_some_and(|t| t.pos == Pos::Noun);
        if let Some(weight) = assent(tail) {
            draft.apply("tag", weight);
        } else if draft.polarity > 0 && is_too_good(tail) {
            draft.rules.push("too_good");
        } else if draft.polarity > 0 && marvels {
            draft.apply("surprise", 0.6);
        } else if exclaims && nominal {
            draft.rules.push("tag");
        } else if !stands(draft) {
            draft.apply("question", UNASSERTED);
        }
    }
}

fn is_word(token: &Token<'_>) -> bool {
    token.pos != Pos::Symbol && !token.surface.starts_with(['!', '?'])
}

/// Hits that a question does not weaken: insults, and what happened.
fn stands(draft: &Draft) -> bool {
    cue_words::has(Cue::Insult, &draft.word)
        || ["favour", "thwarted", "waited"]
            .iter()
            .any(|rule| draft.has(rule))
}

/// じゃないですか, んじゃない？: seeks assent; returns the weight left.
fn assent(tail: &str) -> Option<f64> {
    let strip = |text: &str, words: &[&str]| -> usize {
        words
            .iter()
            .find(|word| text.starts_with(**word))
            .map_or(0, |word| word.len())
    };
    let tail = &tail[strip(tail, &["だ", "です", "な", "た"])..];
    let explained = strip(tail, &["ん", "の"]);
    let tail = &tail[explained..];
    let copula = strip(tail, &["じゃ", "では"]);
    let denied = copula > 0 && strip(&tail[copula..], &["ない", "ねえ"]) > 0;
    denied.then_some(if explained > 0 { 0.8 } else { 1.0 })
}

/// こんなに美味しくていいの？, 無料で読んでいいんですか.
fn is_too_good(tail: &str) -> bool {
    [
        "ていいの",
        "ていいん",
        "ていいです",
        "てもいいの",
        "てもいいん",
        "てもいいです",
    ]
    .iter()
    .any(|phrase| tail.starts_with(phrase))
}

/// なんでこんなに遅いんですか: a question that blames.
pub(super) fn is_reproach(scene: &Scene<'_>, sentence: &Sentence) -> bool {
    let (first, end) = (sentence.first(), sentence.end());
    let asks_why = (first..end).any(|at| {
        let next = scene.token(at + 1).filter(|_| at + 1 < end);
        let surface = scene.surface(at);
        WHY.contains(&surface)
            || matches!(surface, "いつまで" | "いい加減" | "どういう")
            || (surface == "いつ" && next.is_some_and(|n| n.surface == "まで"))
            || (matches!(surface, "何" | "なん")
                && next.is_some_and(|n| n.surface == "で" && n.detail != "助動詞"))
            || (surface == "どう" && next.is_some_and(|n| matches!(n.base, "なる" | "いう")))
    });
    asks_why || scene.text(first, end).contains("いい加減に") || is_rhetorical(scene, first, end)
}

/// 誰がこんなの買うの, 何回同じことを言わせるんですか, どうしたらこんな味になるんだ.
fn is_rhetorical(scene: &Scene<'_>, first: usize, end: usize) -> bool {
    let mut who = false;
    let mut such = false;
    let mut often = false;
    let mut made = false;
    let mut how = false;
    for at in first..end {
        let surface = scene.surface(at);
        who |= surface == "誰";
        such |= surface == "こんな";
        often |= surface == "何"
            && matches!(scene.surface(at + 1), "回" | "度")
            && scene.surface(at + 2) != "でも";
        made |= often && matches!(scene.base(at), "せる" | "させる" | "同じ");
        how |= surface == "どう"
            && matches!(scene.base(at + 1), "する" | "やる")
            && scene
                .slice(at + 1, at + 6)
                .iter()
                .any(|t| matches!(t.surface, "こんな" | "こう"));
    }
    (who && such) || made || how
}

/// Adds the blame of a reproach that no opinion word carries: なぜ連絡がないのでしょうか, いつまで待たせるの.
pub(super) fn add_sneer(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut Vec<Draft>) {
    let (first, end) = (sentence.first(), sentence.end());
    let asks = sentence.is_question
        || scene
            .slice(end.saturating_sub(2).max(first), end)
            .iter()
            .any(|t| matches!(t.surface, "だ" | "の"));
    if !asks || drafts.iter().any(|d| d.weight >= 0.5) {
        return;
    }
    let tokens = scene.slice(first, end);
    let why = tokens.iter().any(|t| WHY.contains(&t.surface));
    let denied = tokens.iter().any(is_negation);
    let endless = (first..end).any(|at| {
        scene.surface(at) == "いつまで"
            || (scene.surface(at) == "いつ" && scene.surface(at + 1) == "まで")
    }) && tokens
        .iter()
        .any(|t| matches!(t.base, "待つ" | "待たす" | "せる" | "続く" | "かかる"));
    if (why && denied) || endless || is_rhetorical(scene, first, end) {
        drafts.push(Draft::implied(scene, first..end, -1.0, "sneer"));
    }
}
