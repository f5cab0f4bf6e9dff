//! Words and the terms of several words that stand in them.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::{Corpus, Vocabulary};
use crate::math::c_value::{MAX_TERM_WORDS, c_values};

/// Fewest posts that a term nested in longer words must stand in.
const FEWEST_POSTS: f64 = 3.0;

/// Splits a compound noun into its nouns; gives nothing for a word that is none. See `Analyser::parts`.
pub type Split<'s> = &'s (dyn Fn(&str) -> Vec<String> + Sync);

/// Every word of a vocabulary, and every term nested in one.
#[derive(Debug)]
pub(super) struct Terms {
    /// Text of each term; the words of the vocabulary come first, under their numbers.
    pub texts: Vec<String>,
    /// C-value of the terms of several words.
    pub c_values: BTreeMap<u32, f64>,
    /// Terms that stand within a word, itself left out.
    within: Vec<Vec<u32>>,
}

impl Terms {
    /// Finds the terms of the words that stand in a corpus.
    ///
    /// A noun within a compound counts as a word where it stands on its own elsewhere, a sequence of nouns within one where its
    /// C-value is above 0: where it stands on its own or in several compounds.
    pub(super) fn of(vocabulary: &Vocabulary, corpus: &Corpus, split: Split<'_>) -> Self {
        let counts = corpus.post_counts(vocabulary);
        let parts: Vec<Vec<String>> = (0..vocabulary.len())
            .into_par_iter()
            .map(|word| match (counts[word], u32::try_from(word)) {
                (1.., Ok(id)) => {
                    let mut parts = split(vocabulary.word(id));
                    parts.truncate(MAX_TERM_WORDS);
                    parts
                }
                _ => Vec::new(),
            })
            .collect();
        let mut nouns = Vocabulary::default();
        let runs: Vec<(Vec<u32>, f64)> = parts
            .iter()
            .zip(&counts)
            .map(|(parts, count)| {
                let run = parts.iter().map(|part| nouns.intern(part)).collect();
                (run, f64::from(*count))
            })
            .collect();
        let mut terms = Self {
            texts: (0_u32..)
                .take(vocabulary.len())
                .map(|word| vocabulary.word(word).to_owned())
                .collect(),
            c_values: BTreeMap::new(),
            within: vec![Vec::new(); vocabulary.len()],
        };
        let mut ids: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut nested: HashMap<String, u32> = HashMap::new();
        for term in c_values(&runs) {
            let text: String = term.words.iter().map(|part| nouns.word(*part)).collect();
            let whole = vocabulary.get(&text);
            if term.c_value <= 0.0 || (whole.is_none() && term.count < FEWEST_POSTS) {
                continue;
            }
            let known = whole.or_else(|| nested.get(&text).copied());
            let id = known.unwrap_or_else(|| {
                let id = u32::try_from(terms.texts.len()).unwrap_or(u32::MAX);
                terms.texts.push(text.clone());
                nested.insert(text, id);
                id
            });
            terms.c_values.insert(id, term.c_value);
            ids.insert(term.words, id);
        }
        for (word, (run, _)) in runs.iter().enumerate() {
            if run.len() < 2 {
                continue;
            }
            let mut within: Vec<u32> = (2..=run.len())
                .flat_map(|size| run.windows(size))
                .filter_map(|piece| ids.get(piece).copied())
                .collect();
            let alone = run
                .iter()
                .filter_map(|part| vocabulary.get(nouns.word(*part)));
            within.extend(alone.filter(|id| counts[*id as usize] > 0));
            within.retain(|id| *id as usize != word);
            within.sort_unstable();
            within.dedup();
            terms.within[word] = within;
        }
        terms
    }

    /// Puts the terms that stand in words into `into`, each once.
    pub(super) fn of_words(&self, words: &[u32], into: &mut Vec<u32>) {
        into.clear();
        for word in words {
            if let Some(within) = self.within.get(*word as usize) {
                into.push(*word);
                into.extend_from_slice(within);
            }
        }
        into.sort_unstable();
        into.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Posts;
    use super::*;

    #[test]
    fn a_nested_term_counts_where_it_stands_in_several_compounds() {
        let posts = Posts::of(&[
            ("定期便/解約", 1),
            ("定期便/解約/方法", 1),
            ("定期便/解約/電話", 1),
            ("解約", 1),
            ("深煎り/珈琲/豆", 1),
            ("深煎り/珈琲/豆", 1),
            ("深煎り/珈琲/豆", 1),
        ]);
        let terms = Terms::of(&posts.vocabulary, &posts.corpus, &|word: &str| {
            posts.split(word)
        });
        let mut found = Vec::new();
        terms.of_words(posts.corpus.words(1), &mut found);
        let mut texts: Vec<&str> = found.iter().map(|id| &*terms.texts[*id as usize]).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["定期便解約", "定期便解約方法", "解約"]);
        // 珈琲豆 stands in one longer word only, and its nouns nowhere on their own.
        terms.of_words(posts.corpus.words(4), &mut found);
        assert_eq!(found, [posts.vocabulary.get("深煎り珈琲豆").unwrap()]);
    }
}
