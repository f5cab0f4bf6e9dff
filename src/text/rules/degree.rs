//! Degree: adverbs, すぎる, drawn-out words and exclamation.

use super::{Clause, Draft, Scene};
use crate::text::tokens::{Pos, Token};

/// How far before a word its adverb may stand.
const ADVERB_REACH: usize = 3;

/// Adverbs and what they multiply a weight by.
const ADVERBS: &[(&str, f64)] = &[
    ("とても", 1.5),
    ("めっちゃ", 1.5),
    ("めちゃ", 1.5),
    ("めちゃくちゃ", 1.6),
    ("めちゃめちゃ", 1.6),
    ("むっちゃ", 1.5),
    ("すごく", 1.5),
    ("凄く", 1.5),
    ("すっごく", 1.6),
    ("ものすごい", 1.6),
    ("非常", 1.5),
    ("大変", 1.4),
    ("かなり", 1.4),
    ("超", 1.6),
    ("超絶", 1.7),
    ("本当に", 1.4),
    ("ほんとに", 1.4),
    ("ほんと", 1.3),
    ("本当", 1.3),
    ("マジ", 1.4),
    ("マジで", 1.4),
    ("まじで", 1.4),
    ("まじ", 1.4),
    ("ガチ", 1.4),
    ("ガチで", 1.4),
    ("クッソ", 1.5),
    ("クソ", 1.5),
    ("くそ", 1.5),
    ("鬼", 1.5),
    ("激", 1.5),
    ("極めて", 1.6),
    ("きわめて", 1.6),
    ("最も", 1.4),
    ("一番", 1.4),
    ("いちばん", 1.4),
    ("相当", 1.4),
    ("随分", 1.3),
    ("ずいぶん", 1.3),
    ("だいぶ", 1.2),
    ("大分", 1.2),
    ("やたら", 1.3),
    ("やたらと", 1.3),
    ("あまりに", 1.5),
    ("あまりにも", 1.5),
    ("とことん", 1.4),
    ("圧倒的", 1.5),
    ("断然", 1.4),
    ("何より", 1.3),
    ("絶対", 1.2),
    ("もう", 1.1),
    ("本気で", 1.4),
    ("心から", 1.4),
    ("さらに", 1.2),
    ("結構", 1.1),
    ("けっこう", 1.1),
    ("なかなか", 1.1),
    ("わりと", 0.8),
    ("割と", 0.8),
    ("まあまあ", 0.6),
    ("まあ", 0.7),
    ("少し", 0.7),
    ("すこし", 0.7),
    ("ちょっと", 0.7),
    ("ちょい", 0.7),
    ("やや", 0.7),
    ("若干", 0.7),
    ("多少", 0.7),
    ("微妙に", 0.7),
    ("なんとなく", 0.6),
    ("それなり", 0.6),
    ("そこそこ", 0.6),
    ("一応", 0.6),
    ("いちおう", 0.6),
    ("ほぼ", 0.9),
    ("たまに", 0.6),
];

/// Adjectives すぎる may praise although excess blames.
const WELCOME_EXCESS: &[&str] = &["安い", "早い", "速い", "広い"];

/// Applies adverbs, excess and emphasis to a hit.
pub(super) fn apply(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft) {
    let from = clause.first.max(draft.first.saturating_sub(ADVERB_REACH));
    let mut factor = 1.0;
    for token in &scene.tokens[from.min(draft.first)..draft.first] {
        let known = ADVERBS.iter().find(|(word, _)| {
            *word == token.surface || (*word == token.base && token.pos != Pos::Adjective)
        });
        let adverbial = token.pos == Pos::Adjective
            && matches!(token.base, "すごい" | "凄い" | "ものすごい" | "恐ろしい")
            && token.surface.ends_with(['く', 'い']);
        if let Some((_, by)) = known {
            factor *= by;
        } else if adverbial {
            factor *= 1.5;
        }
    }
    if factor != 1.0 {
        draft.apply("degree", f64::min(factor, 2.5));
    }
    let behind = scene.token(draft.end);
    if behind.is_some_and(is_excess) {
        let excused = draft.polarity > 0
            && draft.aspect.is_some()
            && scene.lexicon.depends_on_noun(&draft.word);
        if excused && !WELCOME_EXCESS.contains(&draft.word.as_str()) {
            draft.flip("excess", 2.0);
        } else {
            draft.apply("excess", 1.3);
        }
    }
    if let (Some(first), Some(last)) = (
        scene.token(draft.first),
        scene.token(draft.end.saturating_sub(1)),
    ) {
        let emphatic = scene
            .token(draft.end)
            .is_some_and(|t| t.surface.contains('!'))
            || scene
                .token(draft.end + 1)
                .is_some_and(|t| t.surface.contains('!'));
        if scene.normalised.is_stretched(first.start, last.end) {
            draft.apply("stretched", 1.25);
        } else if emphatic {
            draft.apply("exclamation", 1.15);
        }
    }
}

/// Whether a token is すぎる or すぎ.
pub(super) fn is_excess(token: &Token<'_>) -> bool {
    matches!(token.base, "すぎる" | "過ぎる") || matches!(token.surface, "すぎ" | "過ぎ")
}
