//! Who began it and who spreads it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cause, During};
use crate::text::Label;

/// First posts and spreaders named per alert.
const FIRST_POSTS: usize = 3;
const MOST_SPREADERS: usize = 5;

/// Somebody whose posts spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spreader {
    /// The account.
    pub author: u64,
    /// Replies, quotes and reposts by others that it got during the alert.
    pub spread_count: i64,
    /// Posts and reposts of its own during the alert.
    pub post_count: i64,
    /// Its followers; 0 where it posted nothing during the alert.
    pub reach: i64,
}

/// Returns the places of the earliest negative posts in words of their own that have one of the telling words, each by
/// another author; where no word tells, or none has one, the earliest negative posts. Of a rumour, hearsay counts as they do:
/// it begins in neutral words.
pub(super) fn first_posts(during: &During<'_>, words: &[u32], cause: Option<Cause>) -> Vec<usize> {
    let pick = |must_have_word: bool| {
        let (mut authors, mut clusters) = (BTreeSet::new(), BTreeSet::new());
        let mut found = Vec::new();
        for (place, post) in during.heard() {
            let is_one = (post.label == Some(Label::Negative)
                || (cause == Some(Cause::Rumour) && post.is_hearsay))
                && !post.is_copy
                && (!must_have_word || post.words.iter().any(|word| words.contains(&word)));
            if !is_one || !authors.insert(post.author) {
                continue;
            }
            if post
                .copy_cluster
                .is_some_and(|cluster| !clusters.insert(cluster))
            {
                continue;
            }
            found.push(place);
            if found.len() == FIRST_POSTS {
                break;
            }
        }
        found
    };
    let with_word = pick(true);
    if with_word.is_empty() {
        pick(false)
    } else {
        with_word
    }
}

/// Returns the accounts whose posts were answered, quoted and repeated most by others, then those with most followers.
pub(super) fn spreaders(during: &During<'_>) -> Vec<Spreader> {
    let mut accounts: BTreeMap<u64, Spreader> = BTreeMap::new();
    for post in during.all() {
        let own = account(&mut accounts, post.author);
        own.post_count += 1;
        own.reach = own.reach.max(post.reach);
        if let Some(answered) = post.answered.filter(|answered| *answered != post.author) {
            account(&mut accounts, answered).spread_count += 1;
        }
    }
    let mut ranked: Vec<Spreader> = accounts
        .into_values()
        .filter(|spreader| spreader.spread_count > 0 || spreader.reach > 0)
        .collect();
    ranked.sort_by_key(|spreader| {
        (
            std::cmp::Reverse((spreader.spread_count, spreader.reach)),
            spreader.author,
        )
    });
    ranked.truncate(MOST_SPREADERS);
    ranked
}

fn account(accounts: &mut BTreeMap<u64, Spreader>, author: u64) -> &mut Spreader {
    accounts.entry(author).or_insert(Spreader {
        author,
        spread_count: 0,
        post_count: 0,
        reach: 0,
    })
}
