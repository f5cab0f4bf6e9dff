//! Which words stand together: the strongest part of the network of words, as far as enough persons said it.

use std::collections::{BTreeSet, HashMap, HashSet};

use polars::prelude::*;

use super::authors::{AUTHOR, fewest, with_authors};
use super::columns::{floats, integers, texts};
use super::voice::opinions;
use super::{Input, Window};
use crate::hash::{Unhashed, fast_hash};
use crate::report::figures::{NetworkWord, WordLink, WordNetwork};
use crate::schema::{cooccurrences, post_scores};

/// Words shown.
const WORDS: usize = 40;
/// Pairs shown.
const LINKS: usize = 70;
/// Pairs looked at, the strongest.
const CANDIDATES: usize = 300;
/// Parts of the window that are read one after the other, so that little is held at once.
const PARTS: i64 = 6;

/// Returns the words and pairs of a brand that at least `smallest` authors said.
pub(super) fn words(
    input: &Input,
    window: &Window,
    brand: &str,
    smallest: u32,
) -> PolarsResult<WordNetwork> {
    let candidates = candidates(input, brand)?;
    if candidates.is_empty() {
        return Ok(WordNetwork::default());
    }
    let mut tally = Tally::new(&candidates);
    for part in window.parts(PARTS) {
        let said = opinions(input)
            .filter(
                post_scores::BRAND
                    .expr()
                    .eq(lit(brand.to_owned()))
                    .and(part.holds(post_scores::POSTED_AT.expr())),
            )
            .select([
                post_scores::PLATFORM.expr(),
                post_scores::PROVIDER.expr(),
                post_scores::ACCOUNT_ID.expr(),
                post_scores::SENTIMENT.expr(),
                post_scores::WORDS.expr(),
            ]);
        let said = with_authors(said, input).select([
            col(AUTHOR),
            post_scores::SENTIMENT.expr(),
            post_scores::WORDS.expr(),
        ]);
        tally.add(&said.collect()?)?;
    }
    let told = (candidates.iter().zip(tally.author_counts()))
        .filter(|(_, authors)| *authors >= fewest(smallest))
        .map(|(link, _)| link.clone());
    let links = strongest(told);
    let names: BTreeSet<&str> = links
        .iter()
        .flat_map(|link| [link.word.as_str(), link.other_word.as_str()])
        .collect();
    let mut words = tally.counted();
    words.retain(|word| names.contains(word.word.as_str()));
    Ok(WordNetwork { words, links })
}

/// Returns the pairs of a brand, those said often for how close they are first.
fn candidates(input: &Input, brand: &str) -> PolarsResult<Vec<WordLink>> {
    let frame = input
        .cooccurrences
        .clone()
        .filter(cooccurrences::BRAND.expr().eq(lit(brand.to_owned())))
        .collect()?;
    let word = texts(&frame, cooccurrences::WORD.name)?;
    let other = texts(&frame, cooccurrences::OTHER_WORD.name)?;
    let posts = integers(&frame, cooccurrences::POST_COUNT.name)?;
    let npmi = floats(&frame, cooccurrences::NPMI.name)?;
    let mut links: Vec<WordLink> = (0..frame.height())
        .filter_map(|row| {
            let npmi = npmi[row].filter(|npmi| npmi.is_finite() && *npmi > 0.0)?;
            Some(WordLink {
                word: word[row].clone(),
                other_word: other[row].clone(),
                post_count: posts[row].unsigned_abs(),
                npmi,
            })
        })
        .collect();
    links.sort_by(|left, right| {
        strength(right)
            .total_cmp(&strength(left))
            .then_with(|| left.word.cmp(&right.word))
            .then_with(|| left.other_word.cmp(&right.other_word))
    });
    links.truncate(CANDIDATES);
    Ok(links)
}

/// Closeness alone would show the rarest words, counts alone the commonest.
fn strength(link: &WordLink) -> f64 {
    link.npmi * (link.post_count as f64).sqrt()
}

/// What was said with the words of some pairs.
struct Tally<'c> {
    numbers: HashMap<&'c str, u32>,
    words: Vec<Word<'c>>,
    /// Places of the pairs by the numbers of both words.
    pairs: HashMap<[u32; 2], usize>,
    /// Hashes of the authors that said both words, by pair.
    authors: Vec<HashSet<u64, Unhashed>>,
}

/// A word with its posts.
struct Word<'c> {
    word: &'c str,
    posts: u64,
    scored: u64,
    /// Sum of the sentiments in millionths, on which scores lie, so that it is the same in any order.
    sentiment: i64,
}

impl<'c> Tally<'c> {
    fn new(candidates: &'c [WordLink]) -> Self {
        let mut tally = Self {
            numbers: HashMap::new(),
            words: Vec::new(),
            pairs: HashMap::new(),
            authors: vec![HashSet::default(); candidates.len()],
        };
        for (place, link) in candidates.iter().enumerate() {
            let pair = [&link.word, &link.other_word].map(|word| tally.number(word));
            tally.pairs.insert(pair, place);
        }
        tally
    }

    fn number(&mut self, word: &'c str) -> u32 {
        let next = self.words.len() as u32;
        let number = *self.numbers.entry(word).or_insert(next);
        if number == next {
            self.words.push(Word {
                word,
                posts: 0,
                scored: 0,
                sentiment: 0,
            });
        }
        number
    }

    /// Counts posts with author, sentiment and words.
    fn add(&mut self, said: &DataFrame) -> PolarsResult<()> {
        let author = said.column(AUTHOR)?.str()?;
        let sentiment = floats(said, post_scores::SENTIMENT.name)?;
        let words = said.column(post_scores::WORDS.name)?.list()?;
        let mut of_post: Vec<u32> = Vec::new();
        for (row, sentiment) in sentiment.into_iter().enumerate() {
            let Some(words) = words.get_as_series(row) else {
                continue;
            };
            let known = words.str()?.iter().flatten();
            of_post.clear();
            of_post.extend(known.filter_map(|word| self.numbers.get(word)));
            for number in &of_post {
                let word = &mut self.words[*number as usize];
                word.posts += 1;
                if let Some(sentiment) = sentiment.filter(|sentiment| sentiment.is_finite()) {
                    word.scored += 1;
                    word.sentiment += (sentiment * 1e6).round_ties_even() as i64;
                }
            }
            let author = fast_hash([author.get(row).unwrap_or_default()]);
            for word in &of_post {
                for other in &of_post {
                    if let Some(place) = self.pairs.get(&[*word, *other]) {
                        self.authors[*place].insert(author);
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns how many authors said both words, by pair.
    fn author_counts(&self) -> Vec<i64> {
        self.authors
            .iter()
            .map(|authors| authors.len() as i64)
            .collect()
    }

    /// Returns the words that were said with their posts and mood, those in most posts first.
    fn counted(&self) -> Vec<NetworkWord> {
        let said = self.words.iter().filter(|word| word.posts > 0);
        let mut words: Vec<NetworkWord> = said
            .map(|word| NetworkWord {
                word: word.word.to_owned(),
                post_count: word.posts,
                sentiment_mean: (word.scored > 0)
                    .then(|| word.sentiment as f64 / 1e6 / word.scored as f64),
            })
            .collect();
        words.sort_by(|left, right| {
            let more = right.post_count.cmp(&left.post_count);
            more.then_with(|| left.word.cmp(&right.word))
        });
        words
    }
}

/// Returns the strongest pairs, of as many words as are shown, the closest first.
fn strongest(links: impl Iterator<Item = WordLink>) -> Vec<WordLink> {
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut kept: Vec<WordLink> = Vec::new();
    for link in links {
        let new = [&link.word, &link.other_word]
            .into_iter()
            .filter(|word| !words.contains(*word))
            .count();
        if kept.len() < LINKS && words.len() + new <= WORDS {
            words.insert(link.word.clone());
            words.insert(link.other_word.clone());
            kept.push(link);
        }
    }
    kept.sort_by(|left, right| right.npmi.total_cmp(&left.npmi));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(word: &str, other: &str, post_count: u64, npmi: f64) -> WordLink {
        WordLink {
            word: word.to_owned(),
            other_word: other.to_owned(),
            post_count,
            npmi,
        }
    }

    #[test]
    fn a_pair_that_few_authors_said_is_counted_as_such() {
        let mut words = ListStringChunkedBuilder::new(post_scores::WORDS.small_name(), 4, 8);
        for of_post in [["豆", "香り"], ["香り", "豆"], ["豆", "店"], ["豆", "茶"]] {
            words.append_values_iter(of_post.into_iter());
        }
        let author = Column::new(AUTHOR.into(), ["a", "a", "b", "c"]);
        let sentiment = [Some(0.5), Some(-0.25), None, Some(1.0)];
        let sentiment = Column::new(post_scores::SENTIMENT.small_name(), sentiment);
        let said =
            DataFrame::new(4, vec![author, sentiment, words.finish().into_column()]).unwrap();
        let candidates = [
            link("豆", "香り", 2, 0.5),
            link("店", "豆", 1, 0.4),
            link("店", "香り", 1, 0.4),
        ];
        let mut tally = Tally::new(&candidates);
        for part in [said.slice(0, 1), said.slice(1, 3)] {
            tally.add(&part).unwrap();
        }
        assert_eq!(tally.author_counts(), [1, 1, 0]);
        let counted: Vec<_> = (tally.counted().into_iter())
            .map(|word| (word.word, word.post_count, word.sentiment_mean))
            .collect();
        let expected = [("豆", 4, 1.25 / 3.0), ("香り", 2, 0.125)];
        for ((word, posts, mean), (found, of_found, found_mean)) in expected.iter().zip(&counted) {
            assert_eq!((*word, *posts), (found.as_str(), *of_found));
            assert!((found_mean.unwrap() - mean).abs() < 1e-12);
        }
        assert_eq!(counted[2], ("店".to_owned(), 1, None));
    }

    #[test]
    fn no_more_words_than_are_shown_and_the_closest_first() {
        let all: Vec<WordLink> = (0..200)
            .map(|number| {
                let npmi = 0.1 + f64::from(number % 7) / 10.0;
                link(&format!("a{number:03}"), &format!("b{number:03}"), 5, npmi)
            })
            .collect();
        let kept = strongest(all.into_iter());
        assert_eq!(kept.len(), WORDS / 2);
        assert!(kept.windows(2).all(|pair| pair[0].npmi >= pair[1].npmi));
        assert!(strongest(std::iter::empty()).is_empty());
    }
}
