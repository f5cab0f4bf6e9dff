//! Which posts hang together, and which answers which.

use std::collections::HashMap;

use super::Said;
use crate::hash::{Unhashed, fast_hash};

/// Platforms that give out the ids of their posts themselves: the same id is the same post, whoever exported it. Elsewhere
/// (help desks, chats) every source counts by itself.
const GLOBAL_IDS: &[&str] = &[
    "x",
    "instagram",
    "facebook",
    "youtube",
    "tiktok",
    "threads",
    "bluesky",
    "google",
];

/// The threads of a set of posts. Posts are meant by their places in it.
#[derive(Debug, Default)]
pub(super) struct Threads {
    /// Posts, thread after thread, in each oldest first; at the same instant customers before the shop.
    members: Vec<usize>,
    /// Where each thread ends in `members`.
    ends: Vec<usize>,
    /// For each post, the post it answers, where that is known.
    pub(super) answers: Vec<Option<usize>>,
    /// For each post, whether the shop said it, according to any source that has it.
    pub(super) is_shop: Vec<bool>,
    /// Posts left out because another source has them too.
    pub(super) repeated: u64,
}

impl Threads {
    /// Returns the number of threads.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the posts of a thread.
    pub(super) fn members(&self, thread: usize) -> &[usize] {
        let start = match thread.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.members[start..self.ends[thread]]
    }
}

/// Groups posts, given oldest first, into threads, in the order of their first posts.
///
/// Two posts are in one thread when they share a conversation id, when one answers the other (the shop's quote of a post is
/// an answer), or when both answer the same post, seen or not. Chats and calls without a conversation id are in the thread
/// of their channel. Reposts are in none: nobody talks by them.
pub(super) fn threads(posts: &[Said<'_>]) -> Threads {
    let mut forest = Forest::default();
    let mut found = Threads {
        answers: vec![None; posts.len()],
        is_shop: posts.iter().map(|post| post.is_shop).collect(),
        ..Threads::default()
    };
    let mut own: Vec<Option<u32>> = vec![None; posts.len()];
    let mut answered: Vec<Option<u32>> = vec![None; posts.len()];
    for (index, post) in posts.iter().enumerate() {
        if post.kind == "repost" {
            continue;
        }
        let node = match post.post_id {
            "" => forest.fresh(),
            id => forest.node(post, id),
        };
        let first = match forest.first[node as usize] {
            Some(first) => {
                found.repeated += 1;
                found.is_shop[first] |= post.is_shop;
                first
            }
            None => {
                forest.first[node as usize] = Some(index);
                own[index] = Some(node);
                index
            }
        };
        match post.conversation.filter(|id| !id.is_empty()) {
            Some(id) => {
                let conversation = forest.node(post, id);
                forest.join(node, conversation);
            }
            None if is_of_channel(post) => {
                let channel = forest.channel(post);
                forest.join(node, channel);
            }
            None => {}
        }
        if let Some(id) = answer_of(post) {
            let other = forest.node(post, id);
            forest.join(node, other);
            answered[first] = answered[first].or(Some(other));
        }
    }
    for (index, other) in answered.into_iter().enumerate() {
        found.answers[index] = other
            .and_then(|other| forest.first[other as usize])
            .filter(|target| *target != index);
    }
    found.lay_out(posts, &own, &mut forest);
    found
}

impl Threads {
    fn lay_out(&mut self, posts: &[Said<'_>], own: &[Option<u32>], forest: &mut Forest) {
        let mut thread_of_root: Vec<Option<usize>> = vec![None; forest.parent.len()];
        let mut thread_of: Vec<Option<usize>> = Vec::with_capacity(own.len());
        let mut counts: Vec<usize> = Vec::new();
        for node in own {
            thread_of.push(node.map(|node| {
                let thread = *thread_of_root[forest.root(node) as usize].get_or_insert_with(|| {
                    counts.push(0);
                    counts.len() - 1
                });
                counts[thread] += 1;
                thread
            }));
        }
        let mut next: Vec<usize> = Vec::with_capacity(counts.len());
        let mut sum = 0;
        for count in counts {
            next.push(sum);
            sum += count;
            self.ends.push(sum);
        }
        self.members = vec![0; sum];
        for (index, thread) in thread_of.into_iter().enumerate() {
            if let Some(thread) = thread {
                self.members[next[thread]] = index;
                next[thread] += 1;
            }
        }
        let mut start = 0;
        for end in &self.ends {
            self.members[start..*end]
                .sort_by_key(|index| (posts[*index].at, self.is_shop[*index], *index));
            start = *end;
        }
    }
}

/// Returns the id of the post that a post answers.
fn answer_of<'a>(post: &Said<'a>) -> Option<&'a str> {
    let quoted = post
        .reposted
        .filter(|_| post.is_shop && post.kind == "quote");
    post.reply_to
        .filter(|id| !id.is_empty())
        .or(quoted)
        .filter(|id| !id.is_empty() && *id != post.post_id)
}

/// Tells whether a post without a conversation id belongs to what its channel and author said shortly before.
pub(super) fn is_of_channel(post: &Said<'_>) -> bool {
    matches!(post.kind, "chat" | "call" | "email" | "ticket")
        && post.conversation.is_none_or(str::is_empty)
}

/// A union-find over the ids of posts and conversations; the ids are hashes, of which two of ten million fall together
/// with a probability of 3 in a million.
#[derive(Default)]
struct Forest {
    numbers: HashMap<u64, u32, Unhashed>,
    parent: Vec<u32>,
    /// First post with that id as its own.
    first: Vec<Option<usize>>,
}

impl Forest {
    fn node(&mut self, post: &Said<'_>, id: &str) -> u32 {
        let hash = if GLOBAL_IDS.contains(&post.platform) {
            fast_hash(["post", post.platform, id])
        } else {
            fast_hash(["post", post.platform, post.source, post.provider, id])
        };
        self.number(hash)
    }

    fn channel(&mut self, post: &Said<'_>) -> u32 {
        self.number(fast_hash([
            "channel",
            post.platform,
            post.source,
            post.provider,
        ]))
    }

    fn number(&mut self, hash: u64) -> u32 {
        if let Some(number) = self.numbers.get(&hash) {
            return *number;
        }
        let number = self.fresh();
        self.numbers.insert(hash, number);
        number
    }

    fn fresh(&mut self) -> u32 {
        let number =
            u32::try_from(self.parent.len()).expect("memory holds fewer than 2^32 posts with ids");
        self.parent.push(number);
        self.first.push(None);
        number
    }

    /// Finds the root of a node and halves the path to it, so that no chain of answers, however long or closed to a ring,
    /// is walked twice.
    fn root(&mut self, mut node: u32) -> u32 {
        loop {
            let parent = self.parent[node as usize];
            if parent == node {
                return node;
            }
            let above = self.parent[parent as usize];
            self.parent[node as usize] = above;
            node = above;
        }
    }

    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        // The older root stays: no order of the posts matters to the outcome, and path halving keeps paths short.
        let (above, below) = (left.min(right), left.max(right));
        self.parent[below as usize] = above;
    }
}
