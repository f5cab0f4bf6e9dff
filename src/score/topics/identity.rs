//! Which topic of a run is which of an earlier one.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Topic;

/// Cosine of two topics' words from which on they are the same topic.
const SAME: f64 = 0.5;

/// A topic of an earlier run.
#[derive(Debug, Clone, PartialEq)]
pub struct Previous {
    /// Its number.
    pub topic: u32,
    /// Its words and their weights.
    pub words: Vec<(String, f64)>,
}

/// Returns the number of each topic: that of the nearest topic of the earlier run, the nearest pair first, where the cosine of
/// their words is at least one half; else a number that none had.
pub(super) fn numbers<'t>(
    topics: impl Iterator<Item = &'t Topic>,
    previous: &[Previous],
) -> Vec<u32> {
    let vectors: Vec<BTreeMap<&str, f64>> = topics
        .map(|topic| {
            let words = topic.words.iter();
            words.map(|word| (&*word.word, word.weight)).collect()
        })
        .collect();
    let mut pairs: Vec<(f64, usize, u32)> = Vec::new();
    for before in previous {
        let words: BTreeMap<&str, f64> = before
            .words
            .iter()
            .map(|(word, weight)| (&**word, *weight))
            .collect();
        for (place, vector) in vectors.iter().enumerate() {
            let cosine = cosine(vector, &words);
            if cosine >= SAME {
                pairs.push((cosine, place, before.topic));
            }
        }
    }
    pairs.sort_by(|left, right| {
        let nearer = right.0.total_cmp(&left.0);
        nearer.then_with(|| (left.1, left.2).cmp(&(right.1, right.2)))
    });
    let mut numbers: Vec<Option<u32>> = vec![None; vectors.len()];
    let mut taken = BTreeSet::new();
    for (_, place, topic) in pairs {
        if numbers[place].is_none() && taken.insert(topic) {
            numbers[place] = Some(topic);
        }
    }
    let mut last = previous.iter().map(|topic| topic.topic).max().unwrap_or(0);
    numbers
        .into_iter()
        .map(|number| {
            number.unwrap_or_else(|| {
                last = last.saturating_add(1);
                last
            })
        })
        .collect()
}

fn cosine(left: &BTreeMap<&str, f64>, right: &BTreeMap<&str, f64>) -> f64 {
    let length = |words: &BTreeMap<&str, f64>| {
        let squares: f64 = words.values().map(|weight| weight * weight).sum();
        squares.sqrt()
    };
    let shared: f64 = left
        .iter()
        .filter_map(|(word, weight)| right.get(word).map(|other| weight * other))
        .sum();
    let lengths = length(left) * length(right);
    if lengths > 0.0 { shared / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::model::TopicWord;
    use super::*;

    fn topic(words: &[(&str, f64)]) -> Topic {
        let word = |&(word, weight): &(&str, f64)| TopicWord {
            word: word.to_owned(),
            weight,
            relevance: 0.0,
        };
        Topic {
            topic: 0,
            label: String::new(),
            words: words.iter().map(word).collect(),
            post_count: 0,
            positive_count: 0,
            negative_count: 0,
            scored_count: 0,
            coherence: 0.0,
        }
    }

    #[test]
    fn the_nearest_keeps_the_number_and_a_new_topic_gets_a_new_one() {
        let previous = [(7, "解約"), (3, "香り")].map(|(topic, word)| Previous {
            topic,
            words: vec![(word.to_owned(), 0.5), ("店".to_owned(), 0.1)],
        });
        let topics = [
            topic(&[("駐車場", 0.4)]),
            topic(&[("解約", 0.2), ("電話", 0.15)]),
            topic(&[("解約", 0.4), ("店", 0.1)]),
            topic(&[("香り", 0.3), ("豆", 0.2)]),
        ];
        assert_eq!(numbers(topics.iter(), &previous), [8, 9, 7, 3]);
        assert_eq!(numbers(topics.iter(), &[]), [1, 2, 3, 4]);
        let empty = [Previous {
            topic: u32::MAX,
            words: Vec::new(),
        }];
        assert_eq!(numbers(topics[..1].iter(), &empty), [u32::MAX]);
    }
}
