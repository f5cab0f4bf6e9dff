//! Posts as sets of words.

use std::collections::HashMap;

use crate::text::Label;

/// Different words of a post that are kept; a post of more is cut and counted.
pub const MAX_POST_WORDS: usize = 1_000;

/// Words and the numbers that stand for them.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    ids: HashMap<String, u32>,
    words: Vec<String>,
}

impl Vocabulary {
    /// Returns the number of a word, a new one for a new word.
    ///
    /// Words beyond the four thousand millionth share the last number.
    pub fn intern(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.ids.insert(word.to_owned(), id);
        self.words.push(word.to_owned());
        id
    }

    /// Returns the number of a word that is known.
    pub fn get(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied()
    }

    /// Returns the word of a number, an empty one for a number that stands for none.
    pub fn word(&self, id: u32) -> &str {
        self.words.get(id as usize).map_or("", String::as_str)
    }

    /// Returns how many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// The opinions about one brand, each the set of its words.
#[derive(Debug, Clone)]
pub struct Corpus {
    posted_at: Vec<i64>,
    labels: Vec<Option<Label>>,
    offsets: Vec<usize>,
    words: Vec<u32>,
    cut_posts: u64,
}

impl Default for Corpus {
    fn default() -> Self {
        Self {
            posted_at: Vec::new(),
            labels: Vec::new(),
            offsets: vec![0],
            words: Vec::new(),
            cut_posts: 0,
        }
    }
}

impl Corpus {
    /// Adds a post: when it was said (microseconds, UTC), its sentiment where scored, its words, repetitions allowed.
    ///
    /// Of more than [`MAX_POST_WORDS`] different words those known longest are kept.
    pub fn push(
        &mut self,
        posted_at: i64,
        label: Option<Label>,
        words: impl IntoIterator<Item = u32>,
    ) {
        let mut set: Vec<u32> = words.into_iter().collect();
        set.sort_unstable();
        set.dedup();
        if set.len() > MAX_POST_WORDS {
            set.truncate(MAX_POST_WORDS);
            self.cut_posts += 1;
        }
        self.words.extend(set);
        self.offsets.push(self.words.len());
        self.posted_at.push(posted_at);
        self.labels.push(label);
    }

    /// Returns how many posts there are.
    pub fn len(&self) -> usize {
        self.posted_at.len()
    }

    /// Whether there is no post.
    pub fn is_empty(&self) -> bool {
        self.posted_at.is_empty()
    }

    /// Returns the words of a post, each once, by their numbers.
    pub fn words(&self, post: usize) -> &[u32] {
        &self.words[self.offsets[post]..self.offsets[post + 1]]
    }

    /// Returns when a post was said, in microseconds, UTC.
    pub fn posted_at(&self, post: usize) -> i64 {
        self.posted_at[post]
    }

    /// Returns the sentiment of a post; none where it was not scored.
    pub fn label(&self, post: usize) -> Option<Label> {
        self.labels[post]
    }

    /// Returns how many posts had more words than are kept.
    pub fn cut_posts(&self) -> u64 {
        self.cut_posts
    }

    /// Returns in how many posts each word of a vocabulary stands.
    pub(super) fn post_counts(&self, vocabulary: &Vocabulary) -> Vec<u32> {
        let mut counts = vec![0_u32; vocabulary.len()];
        for word in &self.words {
            if let Some(count) = counts.get_mut(*word as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// Returns the words in at least `fewest` and at most `most` posts, the commonest first, `limit` at most.
    pub(super) fn common(
        &self,
        vocabulary: &Vocabulary,
        fewest: u32,
        most: u32,
        limit: usize,
    ) -> Common {
        let counts = self.post_counts(vocabulary);
        let mut words: Vec<u32> = (0_u32..)
            .zip(&counts)
            .filter(|(_, count)| (fewest.max(1)..=most).contains(*count))
            .map(|(word, _)| word)
            .collect();
        words.sort_by(|left, right| {
            counts[*right as usize]
                .cmp(&counts[*left as usize])
                .then_with(|| vocabulary.word(*left).cmp(vocabulary.word(*right)))
        });
        words.truncate(limit);
        let mut ranks = vec![u32::MAX; vocabulary.len()];
        for (rank, word) in (0_u32..).zip(&words) {
            ranks[*word as usize] = rank;
        }
        Common {
            counts: words.iter().map(|word| counts[*word as usize]).collect(),
            words,
            ranks,
        }
    }
}

/// The commonest words, by rank.
#[derive(Debug, Clone)]
pub(super) struct Common {
    /// The word of each rank.
    pub words: Vec<u32>,
    /// In how many posts it stands.
    pub counts: Vec<u32>,
    ranks: Vec<u32>,
}

impl Common {
    /// Puts the ranks of the words among `words` into `into`, in order, the `limit` commonest at most.
    pub(super) fn ranks_of(&self, words: &[u32], limit: usize, into: &mut Vec<u32>) {
        into.clear();
        let ranks = words.iter().filter_map(|word| {
            let rank = self.ranks.get(*word as usize).copied();
            rank.filter(|rank| *rank != u32::MAX)
        });
        into.extend(ranks);
        into.sort_unstable();
        into.truncate(limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_a_set_of_words_and_a_long_one_is_cut_and_counted() {
        let mut vocabulary = Vocabulary::default();
        let mut corpus = Corpus::default();
        let words: Vec<u32> = ["b", "a", "b"]
            .iter()
            .map(|word| vocabulary.intern(word))
            .collect();
        corpus.push(1, Some(Label::Negative), words);
        let many: Vec<u32> = (0..10_000)
            .map(|word| vocabulary.intern(&format!("w{word}")))
            .collect();
        corpus.push(2, None, many);
        corpus.push(3, None, []);
        assert_eq!(corpus.words(0), [0, 1]);
        assert_eq!(corpus.words(1).len(), MAX_POST_WORDS);
        assert!(corpus.words(2).is_empty());
        assert_eq!((corpus.len(), corpus.cut_posts()), (3, 1));
        assert_eq!(vocabulary.word(0), "b");
        assert_eq!(vocabulary.word(u32::MAX), "");
    }

    #[test]
    fn the_commonest_words_are_ranked_by_count_then_text() {
        let mut vocabulary = Vocabulary::default();
        let mut corpus = Corpus::default();
        for post in ["c b", "b a", "b c x"] {
            let words: Vec<u32> = post.split(' ').map(|w| vocabulary.intern(w)).collect();
            corpus.push(0, None, words);
        }
        let common = corpus.common(&vocabulary, 1, 2, 2);
        let words: Vec<&str> = common.words.iter().map(|w| vocabulary.word(*w)).collect();
        assert_eq!(words, ["c", "a"]);
        let mut ranks = Vec::new();
        common.ranks_of(corpus.words(1), 9, &mut ranks);
        assert_eq!(ranks, [1]);
    }
}
