//! What is heard, as the numbers that hours, alerts and word bursts count with.

use std::collections::HashMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::accounts::Impersonators;
use super::brand::folded;
use super::hours::{Post, PostKind, Posts};
use super::packed::Numbers;
use super::voices::{Places, Voice, Voices};
use crate::config::BrandConfig;
use crate::hash::{Unhashed, fast_hash};
use crate::schema::accounts;

/// Posts and reposts about the brands by others, each put together when it is asked for.
pub(super) struct Heard<'v> {
    voices: &'v Voices,
    places: &'v Places<'v>,
    /// Places of those that are heard.
    heard: Vec<u32>,
    /// Numbers of the topics, each a list of one.
    topics: Vec<u32>,
    /// By the numbers of the voices' accounts.
    accounts: Vec<Account>,
    /// An account of each author; the same account of several providers is one author.
    authors: Vec<u32>,
    impersonators: &'v Impersonators,
}

/// What is known of an account.
#[derive(Debug, Clone, Copy)]
struct Account {
    /// Number as an author.
    author: u32,
    reach: i64,
    is_impersonator: bool,
}

/// Authors that write about no brand.
const NO_AUTHOR: u32 = u32::MAX;

impl<'v> Heard<'v> {
    /// Takes up what is heard, in the order of the posts.
    ///
    /// # Errors
    /// Those of polars, when the accounts lack a column.
    pub(super) fn new(
        voices: &'v Voices,
        places: &'v Places<'v>,
        observed: &DataFrame,
        topic_count: usize,
        impersonators: &'v Impersonators,
    ) -> PolarsResult<Self> {
        let followers = followers(observed)?;
        let silent = Account {
            author: NO_AUTHOR,
            reach: 0,
            is_impersonator: false,
        };
        let mut heard = Self {
            voices,
            places,
            heard: Vec::new(),
            topics: (0_u32..).take(topic_count).collect(),
            accounts: vec![silent; voices.account_count()],
            authors: Vec::new(),
            impersonators,
        };
        let mut numbers = Numbers::default();
        for post in voices.iter().filter(|post| post.is_about()) {
            if let Some(account) = heard.accounts.get_mut(post.account() as usize)
                && account.author == NO_AUTHOR
            {
                let (platform, _, account_id) = voices.account(post.account());
                let key = fast_hash([platform, account_id]);
                *account = Account {
                    author: numbers.number(key),
                    reach: followers.get(&key).copied().unwrap_or(0),
                    is_impersonator: impersonators.has_account(platform, account_id),
                };
                if account.author as usize == heard.authors.len() {
                    heard.authors.push(post.account());
                }
            }
            if !post.is_outbound() {
                let place = u32::try_from(post.place).unwrap_or(u32::MAX);
                heard.heard.push(place);
            }
        }
        Ok(heard)
    }

    /// Returns the author of the post that a post repeats, quotes or answers, where that is about a brand.
    fn answered(&self, post: Voice<'v>, ids: [Option<u64>; 2]) -> Option<Account> {
        let about = |id: u64| {
            let place = self.places.get(post.platform(), id)?;
            self.voices.get(place).filter(|post| post.is_about())
        };
        let answered = ids.into_iter().flatten().find_map(about)?;
        self.accounts.get(answered.account() as usize).copied()
    }

    fn voice(&self, place: usize) -> Option<Voice<'v>> {
        self.voices.get(*self.heard.get(place)? as usize)
    }

    /// Returns the id of an account.
    pub(super) fn author(&self, author: u64) -> String {
        usize::try_from(author)
            .ok()
            .and_then(|place| self.authors.get(place))
            .map(|account| self.voices.account(*account).2.to_owned())
            .unwrap_or_default()
    }

    /// Returns the id of a post by its place.
    pub(super) fn post(&self, place: usize) -> String {
        self.voice(place)
            .map(|post| post.id().to_string())
            .unwrap_or_default()
    }
}

impl Posts for Heard<'_> {
    fn post_count(&self) -> usize {
        self.heard.len()
    }

    fn at(&self, place: usize) -> i64 {
        self.voice(place).map_or(i64::MAX, Voice::at)
    }

    fn release(&self) {
        self.voices.release();
    }

    fn get(&self, place: usize) -> Option<Post<'_>> {
        let mut told = self.in_passing(place)?;
        let post = self.voice(place)?;
        let account = self.accounts.get(post.account() as usize)?;
        let further = post.further();
        let answered = self.answered(post, [further.reposted, further.reply_to]);
        told.answered = answered.map(|answered| u64::from(answered.author));
        // By an account that passes for an official one, or to one, or about one.
        told.by_impersonator = account.is_impersonator
            || answered.is_some_and(|answered| answered.is_impersonator)
            || post
                .mentions(&further)
                .any(|name| self.impersonators.has_handle(post.platform(), name));
        Some(told)
    }

    fn in_passing(&self, place: usize) -> Option<Post<'_>> {
        let post = self.voice(place)?;
        let account = self.accounts.get(post.account() as usize)?;
        let topic = post.topic().map(|topic| topic as usize);
        Some(Post {
            at: post.at(),
            author: u64::from(account.author),
            brand: post.brand()?,
            keywords: post.keywords(&post.further()),
            topics: topic
                .and_then(|topic| self.topics.get(topic..=topic))
                .unwrap_or_default(),
            label: post.label(),
            kind: PostKind::of(post.kind()),
            is_copy: post.is_copy(),
            copy_cluster: post.cluster(),
            reach: account.reach,
            words: post.words(),
            answered: None,
            is_hearsay: post.is_hearsay(),
            by_impersonator: false,
        })
    }
}

/// The keywords of each brand, folded; their numbers go on from brand to brand.
#[derive(Debug, Default)]
pub(super) struct Keywords {
    of_brands: Vec<Vec<(String, u32)>>,
}

impl Keywords {
    /// Takes the keywords of the brands.
    pub(super) fn of(brands: &[BrandConfig]) -> Self {
        let mut numbers = 0_u32..;
        let of_brand = |brand: &BrandConfig| {
            // The words come first: the other way round, a number would be lost at the end of each brand.
            let words = brand.keywords.iter().map(|word| folded(word));
            words.zip(numbers.by_ref()).collect()
        };
        Self {
            of_brands: brands.iter().map(of_brand).collect(),
        }
    }

    /// Returns the numbers of the keywords of a brand that a folded text has.
    pub(super) fn found(&self, brand: u32, text: &str) -> Vec<u32> {
        let words = self.of_brands.get(brand as usize).into_iter().flatten();
        words
            .filter(|(keyword, _)| text.contains(keyword.as_str()))
            .map(|(_, number)| *number)
            .collect()
    }
}

/// Returns the most followers seen, by the hash of platform and account.
fn followers(observed: &DataFrame) -> PolarsResult<HashMap<u64, i64, Unhashed>> {
    let platform = observed.column(accounts::PLATFORM.name)?.str()?;
    let account_id = observed.column(accounts::ACCOUNT_ID.name)?.str()?;
    let counts = observed.column(accounts::FOLLOWER_COUNT.name)?.i64()?;
    let mut followers = HashMap::default();
    for row in 0..observed.height() {
        let (Some(platform), Some(account)) = (platform.get(row), account_id.get(row)) else {
            continue;
        };
        let key = fast_hash([platform, account]);
        let most: &mut i64 = followers.entry(key).or_default();
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
        let keywords = Keywords::of(&[brand(&["a", "b"]), brand(&[]), brand(&["c"])]);
        let found = |brand| keywords.found(brand, "a b c");
        assert_eq!(
            [found(0), found(1), found(2)],
            [vec![0, 1], vec![], vec![2]]
        );
        assert!(found(3).is_empty());
    }
}
