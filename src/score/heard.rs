//! What is heard, as the numbers that hours, alerts and word bursts count with.

use std::collections::HashMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::accounts::Impersonators;
use super::brand::folded;
use super::hours::{Post, PostKind};
use super::posts::Scored;
use crate::config::BrandConfig;
use crate::schema::accounts;

/// Posts and reposts about the brands by others, with the numbers of what they hold.
pub(super) struct Heard<'s> {
    rows: Vec<Row<'s>>,
    /// Numbers of words and keywords of all rows, one row behind the other.
    words: Vec<u32>,
    keywords: Vec<u32>,
    vocabulary: Vec<&'s str>,
    authors: Vec<(&'s str, &'s str)>,
    impersonators: &'s Impersonators,
}

struct Row<'s> {
    scored: &'s Scored,
    brand: u32,
    author: u64,
    answered: Option<u64>,
    reach: i64,
    /// Ends of its numbers in `words` and `keywords`.
    words_end: usize,
    keywords_end: usize,
}

impl<'s> Heard<'s> {
    /// Takes up what is heard, in the order of the posts.
    ///
    /// # Errors
    /// Those of polars, when the accounts lack a column.
    pub(super) fn new(
        scored: &'s [Scored],
        observed: &DataFrame,
        brands: &[BrandConfig],
        impersonators: &'s Impersonators,
    ) -> PolarsResult<Self> {
        let followers = followers(observed)?;
        let keywords = keywords(brands);
        let mut heard = Self {
            rows: Vec::new(),
            words: Vec::new(),
            keywords: Vec::new(),
            vocabulary: Vec::new(),
            authors: Vec::new(),
            impersonators,
        };
        let mut numbers: HashMap<&'s str, u32> = HashMap::new();
        let mut accounts: HashMap<(&'s str, &'s str), u64> = HashMap::new();
        let mut writers: HashMap<(&'s str, &'s str), u64> = HashMap::new();
        let about = |post: &'s Scored| post.brand.map(|brand| (post, brand));
        for (post, brand) in scored.iter().filter_map(about) {
            let key = (&*post.row.platform, &*post.row.account_id);
            let author = *accounts.entry(key).or_insert_with(|| {
                heard.authors.push(key);
                heard.authors.len() as u64 - 1
            });
            writers.insert((&post.row.platform, &post.row.post_id), author);
            if post.row.is_outbound {
                continue;
            }
            for word in post.said.iter().flat_map(|said| &said.words) {
                let next = heard.vocabulary.len() as u32;
                let number = *numbers.entry(word).or_insert_with(|| {
                    heard.vocabulary.push(word);
                    next
                });
                heard.words.push(number);
            }
            let text = folded(&post.row.text);
            heard.keywords.extend(
                keywords
                    .get(brand as usize)
                    .into_iter()
                    .flatten()
                    .filter(|(keyword, _)| text.contains(keyword.as_str()))
                    .map(|(_, number)| *number),
            );
            heard.rows.push(Row {
                scored: post,
                brand,
                author,
                answered: None,
                reach: followers.get(&key).copied().unwrap_or(0),
                words_end: heard.words.len(),
                keywords_end: heard.keywords.len(),
            });
        }
        for row in &mut heard.rows {
            let post = &row.scored.row;
            row.answered = [&post.reposted, &post.reply_to]
                .into_iter()
                .flatten()
                .find_map(|id| writers.get(&(&*post.platform, &**id)).copied());
        }
        Ok(heard)
    }

    /// Returns the posts.
    pub(super) fn posts(&self) -> Vec<Post<'_>> {
        let (mut words_start, mut keywords_start) = (0, 0);
        self.rows
            .iter()
            .map(|row| {
                let words = &self.words[words_start..row.words_end];
                let keywords = &self.keywords[keywords_start..row.keywords_end];
                (words_start, keywords_start) = (row.words_end, row.keywords_end);
                Post {
                    at: row.scored.row.posted_at,
                    author: row.author,
                    brand: row.brand,
                    keywords,
                    topics: row.scored.topic.as_slice(),
                    label: row.scored.label(),
                    kind: PostKind::of(&row.scored.row.kind),
                    is_copy: row.scored.copy.is_copy,
                    copy_cluster: row.scored.copy.cluster,
                    reach: row.reach,
                    words,
                    answered: row.answered,
                    is_hearsay: row.scored.said.as_ref().is_some_and(|said| said.is_hearsay),
                    by_impersonator: self.is_by_impersonator(row),
                }
            })
            .collect()
    }

    /// Whether a post is by an account that passes for an official one, or answers, quotes, repeats or names one.
    fn is_by_impersonator(&self, row: &Row<'_>) -> bool {
        let post = &row.scored.row;
        let is_impersonator =
            |author: u64| {
                let place = usize::try_from(author).ok();
                place.and_then(|place| self.authors.get(place)).is_some_and(
                    |(platform, account)| self.impersonators.has_account(platform, account),
                )
            };
        is_impersonator(row.author)
            || row.answered.is_some_and(is_impersonator)
            || (post.mentions.iter())
                .any(|name| self.impersonators.has_handle(&post.platform, name))
    }

    /// Returns the words by their numbers.
    pub(super) fn vocabulary(&self) -> &[&'s str] {
        &self.vocabulary
    }

    /// Returns the id of an account.
    pub(super) fn author(&self, author: u64) -> String {
        usize::try_from(author)
            .ok()
            .and_then(|place| self.authors.get(place))
            .map(|(_, account)| (*account).to_owned())
            .unwrap_or_default()
    }

    /// Returns the id of a post by its place.
    pub(super) fn post(&self, place: usize) -> String {
        self.rows
            .get(place)
            .map(|row| row.scored.row.post_id.clone())
            .unwrap_or_default()
    }
}

/// Returns the keywords of each brand, folded; the numbers go on from brand to brand.
fn keywords(brands: &[BrandConfig]) -> Vec<Vec<(String, u32)>> {
    let mut numbers = 0_u32..;
    brands
        .iter()
        .map(|brand| {
            // The words come first: the other way round, a number would be lost at the end of each brand.
            let words = brand.keywords.iter().map(|word| folded(word));
            words.zip(numbers.by_ref()).collect()
        })
        .collect()
}

/// Returns the most followers seen by platform and account.
fn followers(observed: &DataFrame) -> PolarsResult<HashMap<(&str, &str), i64>> {
    let platform = observed.column(accounts::PLATFORM.name)?.str()?;
    let account_id = observed.column(accounts::ACCOUNT_ID.name)?.str()?;
    let counts = observed.column(accounts::FOLLOWER_COUNT.name)?.i64()?;
    let mut followers = HashMap::new();
    for row in 0..observed.height() {
        let (Some(platform), Some(account)) = (platform.get(row), account_id.get(row)) else {
            continue;
        };
        let most: &mut i64 = followers.entry((platform, account)).or_default();
        *most = (*most).max(counts.get(row).unwrap_or(0));
    }
    Ok(followers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_numbered_on_from_brand_to_brand() {
        let brand = |words: &[&str]| BrandConfig {
            keywords: words.iter().map(|word| (*word).to_owned()).collect(),
            ..BrandConfig::default()
        };
        let numbers: Vec<Vec<u32>> = keywords(&[brand(&["a", "b"]), brand(&[]), brand(&["c"])])
            .iter()
            .map(|words| words.iter().map(|(_, number)| *number).collect())
            .collect();
        assert_eq!(numbers, [vec![0, 1], vec![], vec![2]]);
    }
}
