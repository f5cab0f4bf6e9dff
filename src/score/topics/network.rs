//! Which words go together: the network of common words by NPMI.

use super::pairs::Pairs;
use super::{Corpus, Vocabulary};
use crate::math::npmi::npmi;

/// What of the network is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Words, the commonest.
    pub words: usize,
    /// Fewest posts that two words must share.
    pub fewest_posts: u32,
    /// Words of a post that are looked at, the commonest.
    pub post_words: usize,
    /// Edges, the closest.
    pub edges: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            words: 150,
            fewest_posts: 3,
            post_words: 50,
            edges: 1_000,
        }
    }
}

/// Two words that stand together more often than chance would have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The word that comes first by its text.
    pub word: String,
    /// The other.
    pub other_word: String,
    /// Posts that hold both.
    pub post_count: u64,
    /// NPMI over the posts, above 0 and up to 1.
    pub npmi: f64,
}

/// Returns the edges, the closest first; equal ones by posts, then by their words.
pub fn network(vocabulary: &Vocabulary, corpus: &Corpus, limits: Limits) -> Vec<Edge> {
    let common = corpus.common(vocabulary, limits.fewest_posts, u32::MAX, limits.words);
    let pairs = Pairs::count(corpus, &common, limits.post_words);
    let posts = corpus.len() as f64;
    let mut edges = Vec::new();
    for left in 0..pairs.size() {
        for right in left + 1..pairs.size() {
            let together = pairs.together(left, right);
            if together < limits.fewest_posts.max(1) {
                continue;
            }
            let [of_left, of_right] = [left, right].map(|word| f64::from(common.counts[word]));
            let npmi = npmi(together.into(), of_left, of_right, posts);
            if npmi <= 0.0 {
                continue;
            }
            let mut words =
                [left, right].map(|word| vocabulary.word(common.words[word]).to_owned());
            words.sort_unstable();
            let [word, other_word] = words;
            edges.push(Edge {
                word,
                other_word,
                post_count: together.into(),
                npmi,
            });
        }
    }
    edges.sort_by(|left, right| {
        let strength = right.npmi.total_cmp(&left.npmi);
        strength
            .then(right.post_count.cmp(&left.post_count))
            .then_with(|| left.word.cmp(&right.word))
            .then_with(|| left.other_word.cmp(&right.other_word))
    });
    edges.truncate(limits.edges);
    edges
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Posts;
    use super::*;

    #[test]
    fn words_that_go_together_are_tied_and_others_are_not() {
        let mut posts = Vec::new();
        for _ in 0..10 {
            posts.extend([("解約 電話", 0), ("香り 豆 店", 0), ("電話 店", 0)]);
        }
        posts.push(("解約 豆", 0));
        posts.push(("解約 豆", 0));
        let posts = Posts::of(&posts);
        let edges = network(&posts.vocabulary, &posts.corpus, Limits::default());
        let names: Vec<(&str, &str)> = edges
            .iter()
            .map(|edge| (&*edge.word, &*edge.other_word))
            .collect();
        assert_eq!(names[0], ("豆", "香り"));
        assert!(names.contains(&("解約", "電話")));
        assert!(!names.contains(&("店", "電話")), "met by chance: {names:?}");
        assert!(!names.contains(&("解約", "豆")), "two posts: {names:?}");
        assert!(edges.iter().all(|edge| edge.npmi > 0.0 && edge.npmi <= 1.0));
    }

    #[test]
    fn nothing_and_one_endless_post_are_no_trouble() {
        let nothing = Posts::of(&[]);
        assert!(network(&nothing.vocabulary, &nothing.corpus, Limits::default()).is_empty());
        let text: String = (0..10_000).map(|word| format!("w{word} ")).collect();
        let one = Posts::of(&[(text.as_str(), 0)]);
        let limits = Limits {
            fewest_posts: 1,
            ..Limits::default()
        };
        // In one post every word stands with every other, always.
        let edges = network(&one.vocabulary, &one.corpus, limits);
        assert_eq!(edges.len(), limits.edges);
        assert!(edges.iter().all(|edge| edge.npmi == 1.0));
    }
}
