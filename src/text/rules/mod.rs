//! The rules that bend a lexicon hit: negation, wishes, concession, degree, modality, comparison, sarcasm.
//!
//! Clause by clause, [`hits`] finds the opinion words and each is read against what stands around it: [`degree`],
//! [`negation`] and [`reach`] (what a verb says of it), [`modality`] and [`passing`] (what is not asserted), [`wishes`],
//! [`favours`], [`implied`] and [`pairs`] (stances without an opinion word). Then the hits of a sentence are read against each other: [`relations`],
//! [`sarcasm`], [`comparison`], [`contrast`], [`questions`], [`failure`]. At last [`ratings`] weighs what the writer gives in stars or
//! marks against all hits of the text.

use super::{Draft, Scene, is_content};
use crate::text::tokens::{Pos, Token};

pub(crate) mod clauses;
mod comparison;
mod contrast;
pub(crate) mod cue_words;
mod degree;
mod failure;
mod favours;
mod hits;
mod implied;
mod modality;
mod negation;
pub(crate) mod openings;
mod pairs;
mod passing;
mod questions;
pub(crate) mod ratings;
mod reach;
mod relations;
pub(crate) mod sarcasm;
mod target;
mod wishes;

use clauses::{Clause, Sentence};

/// The weight left to what is only supposed, reported or asked.
const UNASSERTED: f64 = 0.08;

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

/// Adds the hits of one sentence, in order of place, all rules but the marks' sarcasm applied.
pub(crate) fn judge_sentence(
    scene: &Scene<'_>,
    sentence: &Sentence,
    drafts: &mut Vec<Draft>,
    cues: &mut Cues,
) {
    let mut said = Vec::new();
    let owned = negation::owned_up(scene, sentence);
    for clause in &sentence.clauses {
        let before = said.len();
        hits::find(scene, clause, &mut said);
        for draft in &mut said[before..] {
            target::name_aspect(scene, clause, draft);
            degree::apply(scene, clause, draft);
            negation::apply(scene, clause, draft, owned);
            modality::apply(scene, sentence, clause, draft);
        }
        wishes::add(scene, sentence, clause, before, &mut said, cues);
        favours::add(scene, clause, before, &mut said);
        implied::add(scene, sentence, clause, before, &mut said);
        for draft in &mut said[before..] {
            passing::inform(scene, clause, draft);
        }
        said[before..].sort_by_key(|draft| draft.first);
    }
    relations::apply(scene, sentence, &mut said);
    passing::introduce(scene, sentence, &mut said);
    passing::intend(scene, sentence, &mut said);
    sarcasm::mock(scene, sentence, &mut said);
    comparison::apply(scene, sentence, &mut said);
    contrast::apply(scene, sentence, &mut said);
    let opening = scene.base(sentence.first());
    if !said.is_empty() && clauses::conjunction_joint(opening) == Some(clauses::Joint::But) {
        let previous = scene.previous_start(sentence.first());
        contrast::concede_before(drafts, previous);
    }
    let tokens = scene.slice(sentence.first(), sentence.end());
    let reproaches = sentence.is_question && questions::is_reproach(scene, sentence);
    if sentence.is_question && !reproaches {
        questions::ask(scene, sentence, &mut said);
    }
    questions::add_sneer(scene, sentence, &mut said);
    if !sentence.is_question && !said.iter().any(|draft| draft.weight >= 0.3) {
        failure::add(scene, sentence, &mut said);
    }
    cues.asks |= sentence.is_question;
    cues.reproaches |= reproaches;
    cues.reports |= tokens
        .iter()
        .any(|t| t.pos == Pos::Auxiliary && t.base == "た");
    said.sort_by_key(|draft| draft.first);
    drafts.append(&mut said);
}

/// Names the aspect of a hit that stands alone, by its own noun or those of its clause.
pub(crate) fn name_aspect(scene: &Scene<'_>, draft: &mut Draft) {
    let own = scene.tokens[draft.first..draft.end].iter();
    let named = |token: &Token<'_>| scene.lexicon.aspect_of(token.surface_key);
    draft.aspect = own.filter(|t| t.pos == Pos::Noun).find_map(named);
    if draft.aspect.is_some() {
        return;
    }
    let mut clauses = scene
        .sentences
        .iter()
        .flat_map(|sentence| &sentence.clauses);
    let holds = |clause: &&Clause| clause.first <= draft.first && draft.first < clause.end;
    if let Some(clause) = clauses.find(holds) {
        target::name_aspect(scene, clause, draft);
    }
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
fn content_before(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<usize> {
    (clause.first..at.min(scene.tokens.len()))
        .rev()
        .find(|i| is_content(&scene.tokens[*i]))
}

/// Whether any of the hits is a strong opinion.
fn any_strong(drafts: &[Draft]) -> bool {
    drafts.iter().any(Draft::is_strong)
}

#[cfg(test)]
mod tests;
