//! Which words stand together: the strongest part of the network of words, as far as enough persons said it.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::authors::{AUTHOR, by_word, fewest, with_authors, with_one_of};
use super::columns::{floats, integers, texts};
use super::voice::{mean_sentiment, opinions};
use super::{Input, Window};
use crate::report::figures::{NetworkWord, WordLink, WordNetwork};
use crate::schema::{cooccurrences, post_scores};

/// Words shown.
const WORDS: usize = 40;
/// Pairs shown.
const LINKS: usize = 70;
/// Pairs looked at, the strongest.
const CANDIDATES: usize = 300;

const POST: &str = "__post";
const OTHER: &str = "__other";
const COUNT: &str = "__count";

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
    let wanted: BTreeSet<&str> = candidates
        .iter()
        .flat_map(|link| [link.word.as_str(), link.other_word.as_str()])
        .collect();
    let said = opinions(input)
        .filter(
            post_scores::BRAND
                .expr()
                .eq(lit(brand.to_owned()))
                .and(window.holds(post_scores::POSTED_AT.expr())),
        )
        .select([
            post_scores::PLATFORM.expr(),
            post_scores::PROVIDER.expr(),
            post_scores::ACCOUNT_ID.expr(),
            post_scores::SENTIMENT.expr(),
            post_scores::WORDS.expr(),
        ])
        .with_row_index(POST, None);
    // What is not asked for is left out before there is a row for each word.
    let said = with_authors(said, input).select([
        col(POST),
        col(AUTHOR),
        post_scores::SENTIMENT.expr(),
        post_scores::WORDS.expr(),
    ]);
    let said = with_one_of(by_word(said), &wanted)?.collect()?;
    let authors = pair_authors(&said, &candidates)?;
    let is_told = |link: &WordLink| {
        let key = (link.word.clone(), link.other_word.clone());
        authors
            .get(&key)
            .is_some_and(|count| *count >= fewest(smallest))
    };
    let links = strongest(candidates.into_iter().filter(is_told));
    let names: BTreeSet<&str> = links
        .iter()
        .flat_map(|link| [link.word.as_str(), link.other_word.as_str()])
        .collect();
    let mut words = counted(&said)?;
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

/// Returns how many authors said both words of each pair.
fn pair_authors(
    said: &DataFrame,
    candidates: &[WordLink],
) -> PolarsResult<BTreeMap<(String, String), i64>> {
    let (word, other): (Vec<&str>, Vec<&str>) = candidates
        .iter()
        .map(|link| (link.word.as_str(), link.other_word.as_str()))
        .unzip();
    let pairs = df!("__left" => word, "__right" => other)?;
    let said = said.clone().lazy();
    let words = || post_scores::WORDS.expr();
    let others = said
        .clone()
        .select([col(POST), words().alias(OTHER)])
        .inner_join(pairs.lazy(), col(OTHER), col("__right"));
    let frame = said
        .select([col(POST), col(AUTHOR), words()])
        .join(
            others,
            [col(POST), words()],
            [col(POST), col("__left")],
            JoinArgs::new(JoinType::Inner),
        )
        .group_by([words(), col(OTHER)])
        .agg([col(AUTHOR).n_unique().cast(DataType::Int64).alias(COUNT)])
        .collect()?;
    let word = texts(&frame, post_scores::WORDS.name)?;
    let other = texts(&frame, OTHER)?;
    let count = integers(&frame, COUNT)?;
    Ok(word.into_iter().zip(other).zip(count).collect())
}

/// Returns the words with their posts and mood, those in most posts first.
fn counted(said: &DataFrame) -> PolarsResult<Vec<NetworkWord>> {
    let frame = said
        .clone()
        .lazy()
        .group_by([post_scores::WORDS.expr()])
        .agg([
            len().cast(DataType::Int64).alias(COUNT),
            mean_sentiment().alias(post_scores::SENTIMENT.name),
        ])
        .sort(
            [COUNT, post_scores::WORDS.name],
            SortMultipleOptions::default().with_order_descending_multi([true, false]),
        )
        .collect()?;
    let word = texts(&frame, post_scores::WORDS.name)?;
    let count = integers(&frame, COUNT)?;
    let sentiment = floats(&frame, post_scores::SENTIMENT.name)?;
    Ok(word
        .into_iter()
        .enumerate()
        .map(|(row, word)| NetworkWord {
            word,
            post_count: count[row].unsigned_abs(),
            sentiment_mean: sentiment[row].filter(|mean| mean.is_finite()),
        })
        .collect())
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
        let said = df!(
            POST => [0u32, 0, 1, 1, 2, 2],
            AUTHOR => ["a", "a", "a", "a", "b", "b"],
            post_scores::WORDS.name => ["豆", "香り", "豆", "香り", "豆", "店"],
        )
        .unwrap();
        let candidates = [link("豆", "香り", 2, 0.5), link("店", "豆", 1, 0.4)];
        let authors = pair_authors(&said, &candidates).unwrap();
        let of = |word: &str, other: &str| authors[&(word.to_owned(), other.to_owned())];
        assert_eq!((of("豆", "香り"), of("店", "豆")), (1, 1));
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
