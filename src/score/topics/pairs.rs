//! How often two words stand in one post, and how much more often than by chance.

use rayon::prelude::*;

use super::Corpus;
use super::corpus::Common;
use crate::math::nmf::SparseMatrix;

/// What a word of a post has to give to the others beside it; divides without rest by up to twelve of them.
const WORD_WEIGHT: u64 = 55_440;
/// Neighbours of a word that its profile holds, the most telling.
const NEIGHBOURS: usize = 100;
/// Fewest posts that two words must share.
const FEWEST_SHARED: u32 = 2;

/// Counts of pairs of common words, by their ranks.
#[derive(Debug)]
pub(super) struct Pairs {
    size: usize,
    together: Vec<u32>,
    weights: Vec<u64>,
}

impl Pairs {
    /// Counts the pairs in every post, of the `most_words` commonest words of each.
    pub(super) fn count(corpus: &Corpus, common: &Common, most_words: usize) -> Self {
        let size = common.words.len();
        let mut pairs = Self {
            size,
            together: vec![0; size * size],
            weights: vec![0; size * size],
        };
        let mut ranks = Vec::new();
        for post in 0..corpus.len() {
            common.ranks_of(corpus.words(post), most_words, &mut ranks);
            if ranks.len() < 2 {
                continue;
            }
            let weight = WORD_WEIGHT / (ranks.len() as u64 - 1);
            for (place, left) in ranks.iter().enumerate() {
                let row = *left as usize * size;
                for right in &ranks[place + 1..] {
                    let cell = row + *right as usize;
                    pairs.together[cell] = pairs.together[cell].saturating_add(1);
                    pairs.weights[cell] = pairs.weights[cell].saturating_add(weight);
                }
            }
        }
        pairs
    }

    /// Returns the number of words.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Returns in how many posts two words stand.
    pub(super) fn together(&self, left: usize, right: usize) -> u32 {
        self.together[left.min(right) * self.size + left.max(right)]
    }

    /// Returns how often two words stand together where each word of a post gives its neighbours the same in all, so that a long
    /// post weighs by its words and not by their pairs.
    pub(super) fn weight(&self, left: usize, right: usize) -> u64 {
        self.weights[left.min(right) * self.size + left.max(right)]
    }
}

/// Returns the positive PMI of the words, of each word with its most telling neighbours.
///
/// Those are the words whose posts together exceed what chance expects by the most standard deviations, (n - e) / sqrt(e):
/// PMI itself would choose the rarest.
pub(super) fn associations(pairs: &Pairs, common: &Common, posts: usize) -> SparseMatrix {
    let size = pairs.size();
    let sums: Vec<f64> = (0..size)
        .map(|left| {
            let others = (0..size).filter(|right| *right != left);
            others.map(|right| pairs.weight(left, right)).sum::<u64>() as f64
        })
        .collect();
    let all: f64 = sums.iter().sum();
    let cells: Vec<Vec<(usize, f64)>> = (0..size)
        .into_par_iter()
        .map(|left| {
            let mut row: Vec<(usize, f64, f64)> = Vec::new();
            for right in (0..size).filter(|right| *right != left) {
                let together = pairs.together(left, right);
                if together < FEWEST_SHARED {
                    continue;
                }
                let weight = pairs.weight(left, right) as f64;
                let information = libm::log(weight * all / (sums[left] * sums[right]));
                if information <= 0.0 {
                    continue;
                }
                let [of_left, of_right] = [left, right].map(|word| f64::from(common.counts[word]));
                let expected = of_left * of_right / posts as f64;
                let excess = (f64::from(together) - expected) / expected.sqrt();
                row.push((right, information, excess));
            }
            row.sort_by(|left, right| right.2.total_cmp(&left.2).then(left.0.cmp(&right.0)));
            row.truncate(NEIGHBOURS);
            row.into_iter()
                .map(|(right, information, _)| (right, information))
                .collect()
        })
        .collect();
    // A neighbour of either is one of both.
    let mut rows = cells.clone();
    for (left, row) in cells.iter().enumerate() {
        for (right, information) in row {
            rows[*right].push((left, *information));
        }
    }
    for row in &mut rows {
        row.sort_by_key(|(column, _)| *column);
        row.dedup_by_key(|(column, _)| *column);
    }
    SparseMatrix::from_rows(&rows)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Posts;
    use super::*;

    #[test]
    fn pairs_count_posts_and_long_posts_weigh_by_their_words() {
        let posts = Posts::of(&[("a b", 0), ("a b c", 0), ("a a", 0), ("d", 0)]);
        let common = posts.corpus.common(&posts.vocabulary, 1, u32::MAX, 10);
        let pairs = Pairs::count(&posts.corpus, &common, 50);
        // By rank: a, b, c, d.
        assert_eq!(pairs.size(), 4);
        assert_eq!((pairs.together(0, 1), pairs.together(1, 0)), (2, 2));
        assert_eq!(pairs.weight(0, 1), WORD_WEIGHT + WORD_WEIGHT / 2);
        assert_eq!((pairs.together(0, 2), pairs.together(0, 3)), (1, 0));
    }
}
