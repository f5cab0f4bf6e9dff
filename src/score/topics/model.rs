//! Topics of short posts: non-negative factors of which words stand together.
//!
//! A post of sixty characters has too few words for a model of its own, so the model is of word pairs over all posts, as in BTM
//! (Yan et al. 2013) and SeaNMF (Shi et al. 2018): the positive PMI of the common words is factored (Levy and Goldberg 2014
//! on PMI, [`crate::math::nmf`] on the factors), which takes the same time for a thousand posts and for a million. Each post
//! then gets the topic that its words speak for.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::corpus::Common;
use super::pairs::{Pairs, associations};
use super::{Corpus, Vocabulary};
use crate::math::nmf::{Leading, RANK_LIMIT, SparseMatrix, factors, leading};
use crate::math::npmi::npmi;
use crate::text::Label;

/// Numbers of topics that are tried.
const FEWEST_TOPICS: usize = 4;
const MOST_TOPICS: usize = 20;
/// Most topics that can be asked for.
pub const TOPIC_LIMIT: usize = 50;
const _: () = assert!(TOPIC_LIMIT <= RANK_LIMIT);
/// Words of the model at most, and the fewest posts of one.
const MODEL_WORDS: usize = 2_000;
const FEWEST_POSTS: u32 = 3;
/// Words of a post that are looked at, the commonest.
const POST_WORDS: usize = 50;
/// Fewest posts of a model.
const FEWEST_MODEL_POSTS: usize = 30;
/// Words by which coherence is measured.
const COHERENCE_WORDS: usize = 10;
/// Topics whose words stand together hardly more than by chance are none.
const LEAST_COHERENCE: f64 = 0.02;
/// Words told of a topic, and words in its label.
const TOPIC_WORDS: usize = 30;
const LABEL_WORDS: usize = 3;
/// Weight of a word's probability against its lift (Sievert and Shirley 2014 found 0.6).
const RELEVANCE: f64 = 0.6;
/// Share of a post's words that come from no topic.
const BACKGROUND: f64 = 0.01;
/// Probability of its topic that a post needs: twice that of any other.
const CLEAR: f64 = 2.0 / 3.0;

/// A word of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicWord {
    /// The word.
    pub word: String,
    /// Its probability in the topic, 0..1.
    pub weight: f64,
    /// Its relevance to the topic: 0.6 ln p(w|t) + 0.4 ln (p(w|t) / p(w)).
    pub relevance: f64,
}

/// A topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Its number, from 1, the largest topic first.
    pub topic: u32,
    /// Its three most relevant words, and its number where an earlier topic has the same.
    pub label: String,
    /// Its words, the most relevant first.
    pub words: Vec<TopicWord>,
    /// Posts about it.
    pub post_count: u64,
    /// Of them positive.
    pub positive_count: u64,
    /// Of them negative.
    pub negative_count: u64,
    /// Of them scored.
    pub scored_count: u64,
    /// Mean NPMI of its ten commonest words, -1..1.
    pub coherence: f64,
}

/// The topic of a post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assignment {
    /// Number of the topic.
    pub topic: u32,
    /// Its probability, two thirds to 1.
    pub weight: f64,
}

/// Topics, and the topic of each post.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// The topics, by their numbers.
    pub topics: Vec<Topic>,
    /// Per post of the corpus; none for a post that is about no topic, or not clearly about one.
    pub assignments: Vec<Option<Assignment>>,
    /// Mean coherence of all topics found, those left out included.
    pub coherence: f64,
    /// Topics left out, as their words stand together hardly more than by chance.
    pub incoherent_topics: u64,
}

/// A factoring into so many topics; matrices of a row per word and a column per topic.
struct Fit {
    rank: usize,
    /// p(word | topic)
    probability: Vec<f64>,
    coherence: Vec<f64>,
    /// Mean coherence times the share of different words among the top ones (Dieng et al. 2020), of the topics that are told.
    quality: f64,
}

/// Returns the topics of a corpus.
///
/// `count` is how many; 0 tries 4 to 20 and takes the number whose topics are best by coherence times diversity, the
/// smaller one of two as good. Numbers go by size and rest on these posts alone, so that looking back at a past moment gives the
/// topics of then, whatever was run in between; over the runs a topic is known by its words. Fewer than 30 posts, or words that
/// hardly repeat, have no topics.
pub fn topics(vocabulary: &Vocabulary, corpus: &Corpus, count: usize) -> Model {
    let mut model = Model {
        assignments: vec![None; corpus.len()],
        ..Model::default()
    };
    // A word in more than half of the posts tells none of them from the others.
    let most = u32::try_from(corpus.len() / 2).unwrap_or(u32::MAX);
    let common = corpus.common(vocabulary, FEWEST_POSTS, most, MODEL_WORDS);
    if corpus.len() < FEWEST_MODEL_POSTS || common.words.len() < 2 * FEWEST_TOPICS {
        return model;
    }
    let pairs = Pairs::count(corpus, &common, POST_WORDS);
    let matrix = associations(&pairs, &common, corpus.len());
    let most_topics = match count {
        0 => MOST_TOPICS,
        count => count.min(TOPIC_LIMIT),
    }
    .min(common.words.len() / 2);
    let leading = leading(&matrix, most_topics);
    let tried = match count {
        0 => FEWEST_TOPICS..=most_topics,
        _ => most_topics..=most_topics,
    };
    let measure = |rank: usize| fit(&matrix, &leading, rank, &pairs, &common, corpus.len());
    let fits: Vec<Fit> = tried.into_par_iter().map(measure).collect();
    let best = fits.into_iter().reduce(|best, next| {
        let is_better = next.quality.total_cmp(&best.quality).is_gt();
        if is_better { next } else { best }
    });
    let Some(fit) = best.filter(|fit| fit.rank > 0) else {
        return model;
    };
    model.coherence = fit.coherence.iter().sum::<f64>() / fit.rank as f64;
    let is_kept: Vec<bool> = fit.coherence.iter().map(|one| is_told(*one)).collect();
    let found = assign(corpus, &common, &fit);
    let mut topics: Vec<(usize, Topic)> = is_kept
        .iter()
        .enumerate()
        .filter(|(_, is_kept)| **is_kept)
        .map(|(place, _)| (place, described(vocabulary, &common, &fit, place)))
        .filter(|(_, topic)| !topic.words.is_empty())
        .collect();
    model.incoherent_topics = (fit.rank - topics.len()) as u64;
    for (place, topic) in &mut topics {
        let own = (0..corpus.len()).filter(|post| found[*post].is_some_and(|(at, _)| at == *place));
        for label in own.map(|post| corpus.label(post)) {
            topic.post_count += 1;
            topic.scored_count += u64::from(label.is_some());
            topic.positive_count += u64::from(label == Some(Label::Positive));
            topic.negative_count += u64::from(label == Some(Label::Negative));
        }
    }
    topics.sort_by(|(_, left), (_, right)| {
        let size = right.post_count.cmp(&left.post_count);
        size.then_with(|| left.label.cmp(&right.label))
    });
    let mut number_of: Vec<Option<u32>> = vec![None; fit.rank];
    let mut labels = BTreeSet::new();
    for ((place, topic), number) in topics.iter_mut().zip(1_u32..) {
        topic.topic = number;
        if !labels.insert(topic.label.clone()) {
            topic.label = format!("{} ({number})", topic.label);
        }
        number_of[*place] = Some(number);
    }
    model.assignments = found
        .into_iter()
        .map(|found| {
            let (place, weight) = found?;
            number_of[place].map(|topic| Assignment { topic, weight })
        })
        .collect();
    model.topics = topics.into_iter().map(|(_, topic)| topic).collect();
    model
}

fn fit(
    matrix: &SparseMatrix,
    leading: &Leading,
    rank: usize,
    pairs: &Pairs,
    common: &Common,
    posts: usize,
) -> Fit {
    let mut probability = factors(matrix, leading, rank);
    let rank = rank.min(leading.values.len());
    if rank == 0 {
        return Fit {
            rank,
            probability,
            coherence: Vec::new(),
            quality: f64::NEG_INFINITY,
        };
    }
    // p(topic | word) times p(word), then over p(topic).
    let mut totals = vec![0.0; rank];
    for (row, count) in probability.chunks_exact_mut(rank).zip(&common.counts) {
        let sum: f64 = row.iter().sum();
        // Words of which the factors know nothing.
        let scale = match sum > 1e-9 {
            true => f64::from(*count) / sum,
            false => 0.0,
        };
        for (cell, total) in row.iter_mut().zip(&mut totals) {
            *cell *= scale;
            *total += *cell;
        }
    }
    for row in probability.chunks_exact_mut(rank) {
        for (cell, total) in row.iter_mut().zip(&totals) {
            *cell = if *total > 0.0 { *cell / total } else { 0.0 };
        }
    }
    let tops: Vec<Vec<usize>> = (0..rank)
        .map(|topic| {
            let mut words: Vec<usize> = (0..common.words.len()).collect();
            let weight = |word: usize| probability[word * rank + topic];
            words.sort_by(|left, right| {
                let heavier = weight(*right).total_cmp(&weight(*left));
                heavier.then(left.cmp(right))
            });
            words.truncate(COHERENCE_WORDS);
            words
        })
        .collect();
    let coherence: Vec<f64> = tops
        .iter()
        .map(|words| coherence(words, pairs, common, posts))
        .collect();
    // Those left out say nothing: they count as nought, and their words are none.
    let told = || (tops.iter().zip(&coherence)).filter(|(_, coherence)| is_told(**coherence));
    let mut different: Vec<usize> = told()
        .flat_map(|(words, _)| words.iter().copied())
        .collect();
    let shown = different.len().max(1) as f64;
    different.sort_unstable();
    different.dedup();
    let mean = told().map(|(_, coherence)| coherence).sum::<f64>() / rank as f64;
    Fit {
        rank,
        probability,
        coherence,
        quality: mean * different.len() as f64 / shown,
    }
}

/// Whether the words of a topic go together often enough to be told as one.
fn is_told(coherence: f64) -> bool {
    coherence >= LEAST_COHERENCE
}

/// Returns the mean NPMI of all pairs of some words.
fn coherence(words: &[usize], pairs: &Pairs, common: &Common, posts: usize) -> f64 {
    let mut sum = 0.0;
    let mut count = 0.0;
    for (place, left) in words.iter().enumerate() {
        for right in &words[place + 1..] {
            let [of_left, of_right] = [left, right].map(|word| f64::from(common.counts[*word]));
            let together = f64::from(pairs.together(*left, *right));
            sum += npmi(together, of_left, of_right, posts as f64);
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Returns the topic and its probability of each post whose words speak clearly for one.
///
/// p(t | post) is the product of p(w | t) over its words, a hundredth of each mixed with p(w), no topic preferred.
fn assign(corpus: &Corpus, common: &Common, fit: &Fit) -> Vec<Option<(usize, f64)>> {
    let all: f64 = common.counts.iter().map(|count| f64::from(*count)).sum();
    let mut logs = Vec::with_capacity(fit.probability.len());
    let mut is_known = Vec::with_capacity(common.counts.len());
    for (row, count) in fit.probability.chunks_exact(fit.rank).zip(&common.counts) {
        let background = BACKGROUND * f64::from(*count) / all;
        logs.extend(
            row.iter()
                .map(|cell| libm::log((1.0 - BACKGROUND) * cell + background)),
        );
        is_known.push(row.iter().any(|cell| *cell > 0.0));
    }
    (0..corpus.len())
        .into_par_iter()
        .map_init(
            || (Vec::<u32>::new(), Vec::<f64>::new()),
            |(ranks, sums), post| {
                common.ranks_of(corpus.words(post), POST_WORDS, ranks);
                if !ranks.iter().any(|rank| is_known[*rank as usize]) {
                    return None;
                }
                sums.clear();
                sums.resize(fit.rank, 0.0);
                for rank in ranks.iter() {
                    let from = *rank as usize * fit.rank;
                    for (sum, log) in sums.iter_mut().zip(&logs[from..from + fit.rank]) {
                        *sum += log;
                    }
                }
                let (best, most) = sums
                    .iter()
                    .copied()
                    .enumerate()
                    .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
                let total: f64 = sums.iter().map(|sum| libm::exp(sum - most)).sum();
                let weight = 1.0 / total;
                (weight >= CLEAR).then_some((best, weight))
            },
        )
        .collect()
}

/// Returns a topic by its words, not yet counted or numbered.
fn described(vocabulary: &Vocabulary, common: &Common, fit: &Fit, place: usize) -> Topic {
    let all: f64 = common.counts.iter().map(|count| f64::from(*count)).sum();
    let weights = fit.probability.iter().skip(place).step_by(fit.rank);
    let mut words: Vec<TopicWord> = common
        .words
        .iter()
        .zip(&common.counts)
        .zip(weights)
        .filter(|(_, weight)| **weight > 0.0)
        .map(|((word, count), weight)| {
            let lift = weight * all / f64::from(*count);
            TopicWord {
                word: vocabulary.word(*word).to_owned(),
                weight: *weight,
                relevance: RELEVANCE * libm::log(*weight) + (1.0 - RELEVANCE) * libm::log(lift),
            }
        })
        .collect();
    words.sort_by(|left, right| {
        let order = right.relevance.total_cmp(&left.relevance);
        order.then_with(|| left.word.cmp(&right.word))
    });
    words.truncate(TOPIC_WORDS);
    let mut label: Vec<&str> = Vec::new();
    for word in &words {
        let says_it = |said: &&str| said.contains(&word.word) || word.word.contains(*said);
        if label.len() < LABEL_WORDS && !label.iter().any(says_it) {
            label.push(&word.word);
        }
    }
    Topic {
        topic: 0,
        label: label.join("・"),
        post_count: 0,
        positive_count: 0,
        negative_count: 0,
        scored_count: 0,
        coherence: fit.coherence[place],
        words,
    }
}

#[cfg(test)]
mod tests;
