//! What a word is said of: aspects by noun, and the sign of adjectives that depend on it.

use super::degree::is_excess;
use super::{Clause, Draft, Scene};
use crate::text::lexicon::{Aspect, Said};
use crate::text::tokens::Pos;

/// How far before an adjective its subject may stand.
const SUBJECT_REACH: usize = 12;

/// Names the aspect of a hit whose word has none, by the nearest noun that does; one of the user's own goes before the word's.
pub(super) fn name_aspect(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    if draft.aspect.is_some() && !scene.lexicon.has_own_aspects() {
        return;
    }
    let from = clause
        .first
        .max(draft.first.saturating_sub(SUBJECT_REACH))
        .min(draft.first);
    let before = scene.tokens[from..draft.first].iter().rev();
    let behind = scene.tokens[draft.end.min(clause.end)..clause.end]
        .iter()
        .take(2);
    let named = before
        .chain(behind)
        .filter(|t| t.pos == Pos::Noun)
        .find_map(|t| scene.lexicon.aspect_of(t.surface));
    if draft.aspect.is_none() || matches!(named, Some(Aspect::Own(_))) {
        draft.aspect = named;
    }
}

/// Returns the hit of an adjective whose sign depends on its noun, or of any adjective said to be too much.
pub(super) fn adjective(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<Draft> {
    let token = &scene.tokens[at];
    let adjectival =
        token.pos == Pos::Adjective || (token.pos == Pos::Noun && token.detail == "形容動詞語幹");
    if !adjectival || token.base == "ない" || token.base == "無い" {
        return None;
    }
    let excess = scene.token(at + 1).is_some_and(is_excess);
    let said = said_of(scene, clause, at);
    let (polarity, aspect, rules) = match said {
        Some((said, true)) => (said.polarity, Some(said.aspect), vec!["aspect"]),
        // Of nothing in particular, too much is bad.
        Some((said, false)) => (said.polarity, Some(said.aspect), vec!["aspect_default"]),
        None if excess => (-1, None, vec!["excess_alone"]),
        None => return None,
    };
    Some(Draft {
        first: at,
        end: at + 1,
        polarity,
        weight: if said.is_some_and(|(_, named)| named) || excess {
            2.0
        } else {
            1.0
        },
        aspect,
        emotion: None,
        rules,
        mark: None,
        word: token.base.to_owned(),
    })
}

/// Returns what the adjective at `at` means here and whether a noun said so.
fn said_of(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<(Said, bool)> {
    let adjective = scene.tokens[at].base;
    if !scene.lexicon.depends_on_noun(adjective) {
        return None;
    }
    let from = clause.first.max(at.saturating_sub(SUBJECT_REACH)).min(at);
    let before = scene.tokens[from..at].iter().rev();
    let behind = scene.tokens[(at + 1).min(clause.end)..clause.end]
        .iter()
        .take(2)
        .filter(|t| t.pos == Pos::Noun);
    let named = before
        .chain(behind)
        .filter(|t| matches!(t.pos, Pos::Noun | Pos::Verb))
        .find_map(|t| {
            scene
                .lexicon
                .said_of(adjective, t.surface)
                .or_else(|| scene.lexicon.said_of(adjective, t.base))
        });
    match named {
        Some(said) => Some((said, true)),
        None => scene
            .lexicon
            .said_of(adjective, "*")
            .map(|said| (said, false)),
    }
}
