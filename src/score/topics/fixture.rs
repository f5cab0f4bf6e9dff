//! Posts for tests: written out, or drawn from planted topics.

use std::collections::HashMap;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Corpus, Vocabulary};
use crate::text::Label;

/// Words of each planted topic, and words that stand in all of them.
const TOPIC_WORDS: usize = 40;
const COMMON_WORDS: usize = 30;
/// Share of a planted post's words that tell nothing.
const COMMON_SHARE: f64 = 0.2;

/// A corpus and how its compounds split.
pub(super) struct Posts {
    pub(super) vocabulary: Vocabulary,
    pub(super) corpus: Corpus,
    parts: HashMap<String, Vec<String>>,
}

impl Posts {
    /// Returns posts of words between spaces and the instants they were said at; `定期便/解約` is a compound of two nouns. A post
    /// that ends in ` !` is negative, others are positive.
    pub(super) fn of(posts: &[(&str, i64)]) -> Self {
        let mut made = Self {
            vocabulary: Vocabulary::default(),
            corpus: Corpus::default(),
            parts: HashMap::new(),
        };
        for (text, at) in posts {
            let said = text.trim_end_matches(" !");
            let label = match said.len() == text.len() {
                true => Label::Positive,
                false => Label::Negative,
            };
            let mut words = Vec::new();
            for word in said.split_whitespace() {
                let parts: Vec<String> = word.split('/').map(str::to_owned).collect();
                let whole = parts.concat();
                words.push(made.vocabulary.intern(&whole));
                if parts.len() > 1 {
                    made.parts.insert(whole, parts);
                }
            }
            made.corpus.push(*at, Some(label), words);
        }
        made
    }

    pub(super) fn split(&self, word: &str) -> Vec<String> {
        self.parts.get(word).cloned().unwrap_or_default()
    }
}

/// Returns short posts about `topics` planted topics and the topic of each.
pub(super) fn planted(
    posts: usize,
    topics: usize,
    seed: u64,
) -> (Vocabulary, Corpus, Vec<Option<u32>>) {
    let (words, truth) = drawn(posts, topics, seed);
    let (vocabulary, corpus) = corpus(&words);
    (vocabulary, corpus, truth)
}

/// Returns the same posts with their words dealt out anew: as long, as frequent, and about nothing.
pub(super) fn shuffled(posts: usize, topics: usize, seed: u64) -> (Vocabulary, Corpus) {
    let (words, _) = drawn(posts, topics, seed);
    let mut all: Vec<String> = words.concat();
    all.shuffle(&mut ChaCha8Rng::seed_from_u64(seed + 1));
    let mut rest = all.into_iter();
    let dealt: Vec<Vec<String>> = words
        .iter()
        .map(|post| rest.by_ref().take(post.len()).collect())
        .collect();
    corpus(&dealt)
}

fn drawn(posts: usize, topics: usize, seed: u64) -> (Vec<Vec<String>>, Vec<Option<u32>>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..posts)
        .map(|_| {
            let topic = rng.random_range(0..topics);
            let length = rng.random_range(3..=9);
            let words: Vec<String> = (0..length)
                .map(|_| match rng.random::<f64>() < COMMON_SHARE {
                    true => format!("c{}", rank(COMMON_WORDS, &mut rng)),
                    false => format!("t{topic}w{}", rank(TOPIC_WORDS, &mut rng)),
                })
                .collect();
            (words, u32::try_from(topic).ok())
        })
        .unzip()
}

/// Draws a rank, the first ones more often, as words do.
fn rank(words: usize, rng: &mut ChaCha8Rng) -> usize {
    let total: f64 = (1..=words).map(|rank| 1.0 / rank as f64).sum();
    let mut rest = rng.random::<f64>() * total;
    for rank in 1..=words {
        rest -= 1.0 / rank as f64;
        if rest < 0.0 {
            return rank;
        }
    }
    words
}

fn corpus(posts: &[Vec<String>]) -> (Vocabulary, Corpus) {
    let mut vocabulary = Vocabulary::default();
    let mut corpus = Corpus::default();
    for words in posts {
        let words: Vec<u32> = words.iter().map(|word| vocabulary.intern(word)).collect();
        corpus.push(0, None, words);
    }
    (vocabulary, corpus)
}

/// Normalised mutual information of two groupings, 0..1, over the geometric mean of the entropies.
pub(super) fn mutual_information(left: &[Option<u32>], right: &[Option<u32>]) -> f64 {
    let total = left.len() as f64;
    let mut both: HashMap<(Option<u32>, Option<u32>), f64> = HashMap::new();
    let mut of_left: HashMap<Option<u32>, f64> = HashMap::new();
    let mut of_right: HashMap<Option<u32>, f64> = HashMap::new();
    for (left, right) in left.iter().zip(right) {
        *both.entry((*left, *right)).or_default() += 1.0;
        *of_left.entry(*left).or_default() += 1.0;
        *of_right.entry(*right).or_default() += 1.0;
    }
    let entropy = |counts: &HashMap<Option<u32>, f64>| -> f64 {
        counts
            .values()
            .map(|count| -count / total * (count / total).ln())
            .sum()
    };
    let shared: f64 = both
        .iter()
        .map(|((left, right), count)| {
            count / total * (count * total / (of_left[left] * of_right[right])).ln()
        })
        .sum();
    shared / (entropy(&of_left) * entropy(&of_right)).sqrt()
}
