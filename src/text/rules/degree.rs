//! Degree: adverbs (`degree.tsv`), すぎる, drawn-out words and exclamation.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::cue_words::Cue;
use super::negation::is_negation;
use super::{Clause, Draft, Scene};
use crate::hash::Unhashed;
use crate::text::tokens::{Pos, Token, WordKey, word_key};

const ADVERBS: &str = include_str!("degree.tsv");

/// How far before a word its adverb may stand.
const ADVERB_REACH: usize = 3;
/// The most that adverbs together multiply a weight by.
const MAX_DEGREE: f64 = 2.5;

/// Adjectives すぎる may praise although excess blames.
const WELCOME_EXCESS: &[&str] = &["安い", "早い", "速い", "広い"];

/// The factor of each adverb.
type Factors = HashMap<WordKey, f64, Unhashed>;

fn adverbs() -> &'static Factors {
    static ADVERB_TABLE: OnceLock<Factors> = OnceLock::new();
    ADVERB_TABLE.get_or_init(|| {
        ADVERBS
            .lines()
            .filter(|line| !line.starts_with("# "))
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(word, factor)| Some((word_key(word), factor.parse().ok()?)))
            .collect()
    })
}

fn factor_of(token: &Token<'_>) -> f64 {
    let known = adverbs().get(&token.surface_key).or_else(|| {
        adverbs()
            .get(&token.base_key)
            .filter(|_| token.pos != Pos::Adjective)
    });
    if let Some(factor) = known {
        return *factor;
    }
    let adverbial = token.pos == Pos::Adjective
        && matches!(token.base, "すごい" | "凄い" | "ものすごい" | "恐ろしい")
        && token.surface.ends_with(['く', 'い']);
    if adverbial { 1.5 } else { 1.0 }
}

/// Applies adverbs, excess and emphasis to a hit.
pub(super) fn apply(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    let from = clause.first.max(draft.first.saturating_sub(ADVERB_REACH));
    let factor: f64 = scene
        .slice(from.min(draft.first), draft.first)
        .iter()
        .map(factor_of)
        .product();
    if factor != 1.0 {
        draft.apply("degree", factor.min(MAX_DEGREE));
    }
    if scene.token(draft.end).is_some_and(is_excess) {
        exceed(scene, clause, draft);
    }
    if let (Some(first), Some(last)) = (
        scene.token(draft.first),
        scene.token(draft.end.saturating_sub(1)),
    ) {
        let emphatic =
            scene.surface(draft.end).contains('!') || scene.surface(draft.end + 1).contains('!');
        if scene.normalised.is_stretched(first.start, last.end) {
            draft.apply("stretched", 1.25);
        } else if emphatic {
            draft.apply("exclamation", 1.15);
        }
    }
}

/// Applies すぎる behind a hit: a strong feeling is stronger, a working or a quality too much of it.
fn exceed(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    let last = draft.end.saturating_sub(1);
    let is_verb = scene
        .token(last)
        .is_some_and(|t| t.pos == Pos::Verb && t.detail == "自立");
    let moves = scene.is(Cue::Moving, last);
    if draft.polarity < 0 && moves {
        // 泣きすぎた
        draft.flip("excess", 2.0);
        return;
    }
    if draft.polarity > 0 && is_verb && !moves && draft.rules.first() == Some(&"lexicon") {
        // 冷房が効きすぎる
        draft.flip("excess", 1.5);
        return;
    }
    let measured = draft.polarity > 0
        && draft.aspect.is_some()
        && scene.lexicon.depends_on_noun(word_key(&draft.word));
    let welcome = WELCOME_EXCESS.contains(&draft.word.as_str());
    // 速すぎてついていけない
    let fails = draft.word != "安い" && scene.slice(draft.end, clause.end).iter().any(is_negation);
    if measured && !welcome {
        draft.flip("excess", 2.0);
    } else if draft.polarity > 0 && welcome && fails {
        draft.flip("excess", 1.5);
    } else {
        draft.apply("excess", 1.3);
    }
}

/// Whether a token is すぎる or すぎ.
pub(super) fn is_excess(token: &Token<'_>) -> bool {
    matches!(token.base, "すぎる" | "過ぎる") || matches!(token.surface, "すぎ" | "過ぎ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_adverb_has_a_factor() {
        let rows = ADVERBS.lines().filter(|line| !line.starts_with("# "));
        assert_eq!(rows.count(), adverbs().len());
        assert!(adverbs().values().all(|f| (0.3..=2.0).contains(f)));
        assert_eq!(adverbs().get(&word_key("とても")), Some(&1.5));
    }
}
