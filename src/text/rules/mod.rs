//! The rules that bend a lexicon hit: negation, wishes, concession, degree, modality, comparison, sarcasm.

use super::{Draft, Scene, is_content};
use crate::text::tokens::{Pos, Token};

pub(crate) mod clauses;
mod contrast;
mod degree;
mod modality;
mod negation;
pub(crate) mod sarcasm;
mod target;

use clauses::{Clause, Sentence};

/// What a text does besides judging; for its kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cues {
    /// It asks.
    pub(crate) asks: bool,
    /// It wishes or asks for something to be done.
    pub(crate) requests: bool,
    /// It asks angrily (なんで, いつまで).
    pub(crate) reproaches: bool,
    /// It tells what somebody did.
    pub(crate) reports: bool,
}

/// Adds the hits of one sentence, all rules but sarcasm applied.
pub(crate) fn judge_sentence(
    scene: &Scene<'_>,
    sentence: &Sentence,
    drafts: &mut Vec<Draft>,
    cues: &mut Cues,
) {
    let start = drafts.len();
    for clause in &sentence.clauses {
        let before = drafts.len();
        find_hits(scene, clause, drafts);
        for draft in &mut drafts[before..] {
            target::name_aspect(scene, clause, draft);
            degree::apply(scene, clause, draft);
            negation::apply(scene, clause, draft);
            modality::apply(scene, sentence, clause, draft);
        }
        modality::add_wishes(scene, sentence, clause, before, drafts, cues);
    }
    contrast::apply(scene, sentence, &mut drafts[start..]);
    let opening = scene.token(sentence.first());
    if drafts.len() > start
        && opening.is_some_and(|t| clauses::conjunction_joint(t.base) == Some(clauses::Joint::But))
    {
        let previous = scene.previous_start(sentence.first());
        contrast::concede_before(&mut drafts[..start], previous);
    }
    let tokens = &scene.tokens[sentence.first()..sentence.end()];
    let reproaches = sentence.is_question && modality::is_reproach(tokens);
    if sentence.is_question && !reproaches {
        modality::ask(scene, sentence, &mut drafts[start..]);
    }
    cues.asks |= sentence.is_question;
    cues.reproaches |= reproaches;
    cues.reports |= tokens
        .iter()
        .any(|t| t.pos == Pos::Auxiliary && t.base == "た");
}

fn find_hits(scene: &Scene<'_>, clause: &Clause, drafts: &mut Vec<Draft>) {
    let mut at = clause.first;
    while at < clause.end {
        // An expression may reach over a clause's end (話にならない); a word of its own may not begin there.
        if let Some(found) = scene
            .lexicon
            .find(scene.tokens, at, sentence_end(scene, clause))
            && may_begin(scene, at, found.end)
        {
            let entry = scene.lexicon.entry(found.entry);
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
        if let Some(draft) = target::adjective(scene, clause, at) {
            drafts.push(draft);
        }
        at += 1;
    }
}

fn sentence_end(scene: &Scene<'_>, clause: &Clause) -> usize {
    scene.tokens.len().min(clause.end + 2)
}

/// Words that say something else here: 無駄なく is no waste, 神 of 神社 no praise, いい in いいえ no judgement.
fn may_begin(scene: &Scene<'_>, at: usize, end: usize) -> bool {
    let token = &scene.tokens[at];
    let next = scene.token(end);
    if end == at + 1 && token.pos == Pos::Noun {
        let joined = next.is_some_and(|n| {
            n.pos == Pos::Noun
                && n.start == token.end
                && matches!(n.detail, "一般" | "固有名詞" | "接尾")
        });
        let short = token.surface.chars().count() == 1;
        let suffix_of = at > 0
            && scene.tokens[at - 1].pos == Pos::Noun
            && scene.tokens[at - 1].end == token.start;
        if short && (suffix_of || joined) {
            return false;
        }
        let ignored = next.is_some_and(|n| {
            matches!(n.surface, "気温" | "裁判所" | "限" | "時間") && n.start == token.end
        });
        return !ignored;
    }
    // 非自立 よい/いい: てもいい, ばいい are handled as wishes and permissions.
    !(token.pos == Pos::Adjective
        && token.base == "いい"
        && at > 0
        && scene.tokens[at - 1].surface == "も")
}

/// Gives words that take any sign (ヤバい) the sign of the rest; alone they stay undecided.
pub(crate) fn settle_ambiguous(drafts: &mut [Draft]) {
    let sum: f64 = drafts
        .iter()
        .map(|d| f64::from(d.polarity) * d.weight)
        .sum();
    for draft in drafts.iter_mut().filter(|d| d.polarity == 0) {
        if sum.abs() > 0.2 {
            draft.polarity = if sum > 0.0 { 1 } else { -1 };
            draft.rules.push("ambiguous");
        }
    }
}

/// Returns the tokens after `from` in the clause.
fn after<'s>(scene: &'s Scene<'_>, clause: &Clause, from: usize) -> &'s [Token<'s>] {
    &scene.tokens[from.min(scene.tokens.len())..clause.end.max(from).min(scene.tokens.len())]
}

/// Returns the content word nearest before `at` within the clause.
fn content_before<'s>(scene: &'s Scene<'_>, clause: &Clause, at: usize) -> Option<&'s Token<'s>> {
    scene.tokens[clause.first.min(at)..at]
        .iter()
        .rev()
        .find(|t| is_content(t))
}
