//! What is weighed: every word by its dictionary form, and every two that stand side by side.
//!
//! Of signs only stops and question marks count. Who is angry, glad or has something to sell uses exclamation marks, dots and
//! brackets alike, and how often is a habit.

use crate::hash::mixed;
use crate::text::names::Named;
use crate::text::tokens::{Token, WordKey, word_key};

/// What every number is taken for.
const NUMBER: &str = "0";
/// IPADIC's subcategory of numbers.
const NUMBERS: &str = "数";

/// A word or two neighbours: tokens `first..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Feature {
    pub(super) key: u64,
    pub(super) first: usize,
    pub(super) end: usize,
}

/// Returns the features of a text without its names, each once, where it stands first.
pub(super) fn of(tokens: &[Token<'_>], named: &Named) -> Vec<Feature> {
    let weighed = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| is_weighed(token) && !named.has(token));
    let keys: Vec<(usize, WordKey)> = weighed.map(|(at, token)| (at, word(token))).collect();
    let words = keys.iter().map(|(at, key)| Feature {
        key: *key,
        first: *at,
        end: at + 1,
    });
    let pairs = keys.windows(2).map(|pair| Feature {
        key: mixed(pair[0].1, pair[1].1),
        first: pair[0].0,
        end: pair[1].0 + 1,
    });
    let mut features: Vec<Feature> = words.chain(pairs).collect();
    features.sort_unstable_by_key(|feature| (feature.key, feature.first));
    features.dedup_by_key(|feature| feature.key);
    features
}

/// Returns the key of a feature as [`name`] writes it.
pub(super) fn key(name: &str) -> u64 {
    match name.split_once(' ') {
        Some((first, second)) => mixed(word_key(first), word_key(second)),
        None => word_key(name),
    }
}

/// Whether a token has a letter or digit.
pub(super) fn is_word(token: &Token<'_>) -> bool {
    token.surface.contains(char::is_alphanumeric)
}

fn is_weighed(token: &Token<'_>) -> bool {
    is_word(token) || matches!(token.surface, "?" | "。" | "、")
}

fn word(token: &Token<'_>) -> WordKey {
    match token.detail {
        NUMBERS => word_key(NUMBER),
        _ => token.base_key,
    }
}

/// Returns what a feature of a text is called: its words, a space between them.
#[cfg(test)]
pub(super) fn name(tokens: &[Token<'_>], feature: &Feature) -> String {
    let words: Vec<&str> = tokens[feature.first..feature.end]
        .iter()
        .filter(|token| is_weighed(token))
        .map(|token| match token.detail {
            NUMBERS => NUMBER,
            _ => token.base,
        })
        .collect();
    words.join(" ")
}
