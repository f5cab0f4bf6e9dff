//! What accounts did in the window, as programs are told by.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::directory::Directory;
use crate::hash::mixed_text;
use crate::score::authenticity::bots::{self, Activity, BotScore, FEWEST_POSTS};

/// Letters of a text at least: people say short ones again and again.
const SHORTEST_TEXT: usize = 15;

/// Scores the accounts with enough posts in the window, by number; the shop's own are left out.
///
/// All posts count, whatever they are about: a program is a program elsewhere, too.
pub(super) fn bot_scores(
    directory: &Directory<'_>,
    own: &[bool],
    as_of: i64,
) -> BTreeMap<usize, BotScore> {
    let mut counts = vec![0_usize; directory.account_count()];
    for (_, author, _) in directory.recent() {
        counts[author] += 1;
    }
    let busy: Vec<usize> = (0..counts.len())
        .filter(|&account| counts[account] >= FEWEST_POSTS)
        .collect();
    // Where the posts of each busy account begin, and from then on where the next one goes.
    let mut next: Vec<Option<usize>> = vec![None; counts.len()];
    let mut offsets = vec![0];
    let mut total = 0;
    for &account in &busy {
        next[account] = Some(total);
        total += counts[account];
        offsets.push(total);
    }
    let mut places = vec![0_usize; total];
    let mut posted_at = vec![0_i64; total];
    for (place, author, post) in directory.recent() {
        if let Some(next) = &mut next[author] {
            places[*next] = place;
            posted_at[*next] = post.at();
            *next += 1;
        }
    }
    let activities: Vec<Activity<'_>> = busy
        .par_iter()
        .enumerate()
        .map(|(rank, &account)| {
            let range = offsets[rank]..offsets[rank + 1];
            activity(
                directory,
                account,
                &places[range.clone()],
                &posted_at[range],
                own[account],
            )
        })
        .collect();
    busy.iter()
        .copied()
        .zip(bots::scores(&activities, as_of))
        .filter_map(|(account, score)| Some((account, score?)))
        .collect()
}

fn activity<'p>(
    directory: &Directory<'p>,
    account: usize,
    places: &[usize],
    posted_at: &'p [i64],
    is_official: bool,
) -> Activity<'p> {
    let posts = || {
        places
            .iter()
            .filter_map(move |&place| directory.voices.get(place))
    };
    let count = |counted: u64, is_so: bool| counted + u64::from(is_so);
    // A repost says what another said, and what is short is said alike by chance.
    let mut texts: Vec<u64> = posts().filter_map(|post| post.text()).collect();
    let other_count = places.len() - texts.len();
    texts.sort_unstable();
    texts.dedup();
    let profile = directory.profile(account);
    Activity {
        platform: directory.key(account).platform,
        is_official,
        posted_at,
        copy_count: posts().map(|post| post.is_copy()).fold(0, count),
        distinct_text_count: Some((texts.len() + other_count) as u64),
        url_count: posts().map(|post| post.has_url()).fold(0, count),
        created_at: profile.created_at,
        post_count: profile.post_count,
        follower_count: profile.follower_count,
        following_count: profile.following_count,
    }
}

/// Returns the hash of what a post says, links and mentions apart; `None` for what is short.
pub(in crate::score) fn text_hash(text: &str) -> Option<u64> {
    let (mut hash, mut letters) = (0, 0);
    for word in text.split_whitespace() {
        // To ask whether there is one is quicker than where it is, and hardly ever is there one.
        let link = Some("http").filter(|link| word.contains(link));
        let said = link
            .and_then(|link| word.find(link))
            .map_or(word, |at| &word[..at]);
        if said.is_empty() || said.starts_with(['@', '＠']) {
            continue;
        }
        letters += said.chars().count();
        hash = mixed_text(hash, said);
    }
    (letters >= SHORTEST_TEXT).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_mentions_make_no_other_text() {
        let text = "とりのこえの新しい豆が届きました";
        let hash = text_hash(text);
        assert!(hash.is_some());
        assert_eq!(hash, text_hash(&format!("@someone {text}")));
        assert_eq!(hash, text_hash(&format!("{text} https://example.com/1")));
        assert_eq!(hash, text_hash(&format!("{text}https://example.com/2")));
        assert_ne!(hash, text_hash("とりのこえの古い豆が届きませんでした"));
        assert_eq!(text_hash("おはよう"), None);
        assert_eq!(text_hash(""), None);
    }
}
