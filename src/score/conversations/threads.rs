//! Which posts hang together, and which answers which.

use super::super::in_time::STRETCH;
use super::super::packed::{Numbers, id_hash};
use super::{Posts, Said};
use crate::concurrent::MOST_POSTS_AT_ONCE;
use crate::hash::{fast_hash, mixed};

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

/// Stands for no post, no thread and no node.
const NONE: u32 = u32::MAX;
/// Stands for the node of a post that hangs together with no other.
const ALONE: u32 = u32::MAX - 1;

/// The threads of a set of posts. Posts are meant by their places in it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Threads {
    /// Posts, thread after thread, in each oldest first; at the same instant customers before the shop.
    members: Vec<u32>,
    /// Where each thread ends in `members`.
    ends: Vec<u32>,
    /// For each post, the post it answers; [`NONE`] where that is not known.
    answers: Vec<u32>,
    /// Posts that hang together with no other.
    pub(super) alone: Vec<u32>,
    /// For each post, whether the shop said it, according to any source that has it.
    pub(super) is_shop: Vec<bool>,
    /// Posts left out because another source has them too.
    pub(super) repeated: u64,
}

impl Threads {
    /// Returns the number of threads of which more can be told than of a post alone.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the posts of a thread.
    pub(super) fn members(&self, thread: usize) -> &[u32] {
        let start = match thread.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.members[start as usize..self.ends[thread] as usize]
    }

    /// Returns the post that a post answers.
    pub(super) fn answer(&self, place: usize) -> Option<usize> {
        let target = *self.answers.get(place)?;
        (target != NONE).then_some(target as usize)
    }
}

/// Groups posts, given oldest first, into threads, in the order of their first posts.
///
/// Two posts are in one thread when they share a conversation id, when one answers the other (the shop's quote of a post is
/// an answer), or when both answer the same post, seen or not. Chats and calls without a conversation id are in the thread
/// of their channel. Reposts are in none: nobody talks by them.
pub(super) fn threads<'a, P: Posts<'a> + ?Sized>(posts: &P) -> Threads {
    threads_keeping(posts, posts.count() as u64 <= MOST_POSTS_AT_ONCE)
}

/// As [`threads`]; where it `keeps_links`, those found in the first pass over the posts are kept for the second, else they are found
/// again.
pub(super) fn threads_keeping<'a, P: Posts<'a> + ?Sized>(posts: &P, keeps_links: bool) -> Threads {
    let count = posts.count();
    let linked = Linked::of(posts, keeps_links);
    let mut forest = Forest::default();
    let mut found = Threads {
        is_shop: Vec::with_capacity(count),
        // Nodes for now.
        answers: vec![NONE; count],
        ..Threads::default()
    };
    let mut own = vec![NONE; count];
    for (place, own) in own.iter_mut().enumerate() {
        if place.is_multiple_of(STRETCH) {
            posts.release();
        }
        let links = linked.links(posts, place);
        found.is_shop.push(links.is_shop);
        if links.is_repost {
            continue;
        }
        if !links.is_any() && !linked.has(links.own) {
            *own = ALONE;
            found.alone.push(numbered(place));
            continue;
        }
        let node = forest.node(links.own);
        let first = match forest.first[node as usize] {
            NONE => {
                forest.first[node as usize] = numbered(place);
                *own = node;
                place
            }
            first => {
                found.repeated += 1;
                found.is_shop[first as usize] |= links.is_shop;
                first as usize
            }
        };
        if let Some(together) = links.together {
            let other = forest.node(together);
            forest.join(node, other);
        }
        if let Some(answered) = links.answered {
            let other = forest.node(answered);
            forest.join(node, other);
            if found.answers[first] == NONE {
                found.answers[first] = other;
            }
        }
    }
    drop(linked);
    for (place, answer) in (0_u32..).zip(&mut found.answers) {
        let target = forest.first.get(*answer as usize).copied();
        *answer = target.filter(|target| *target != place).unwrap_or(NONE);
    }
    found.lay_out(posts, own, &mut forest);
    found
}

impl Threads {
    /// Puts the posts that have a node into their threads.
    fn lay_out<'a, P: Posts<'a> + ?Sized>(
        &mut self,
        posts: &P,
        mut thread_of: Vec<u32>,
        forest: &mut Forest,
    ) {
        let mut thread_of_root = vec![NONE; forest.parent.len()];
        for node in &mut thread_of {
            if *node >= ALONE {
                continue;
            }
            let thread = &mut thread_of_root[forest.root(*node) as usize];
            if *thread == NONE {
                *thread = numbered(self.ends.len());
                self.ends.push(0);
            }
            self.ends[*thread as usize] += 1;
            *node = *thread;
        }
        let mut next: Vec<u32> = Vec::with_capacity(self.ends.len());
        let mut sum = 0;
        for end in &mut self.ends {
            next.push(sum);
            sum += *end;
            *end = sum;
        }
        self.members = vec![0; sum as usize];
        for (place, thread) in (0_u32..).zip(thread_of) {
            if let Some(next) = next.get_mut(thread as usize) {
                self.members[*next as usize] = place;
                *next += 1;
            }
        }
        let mut start = 0;
        for (thread, end) in self.ends.iter().enumerate() {
            if thread.is_multiple_of(STRETCH) {
                posts.release();
            }
            let end = *end as usize;
            if end - start > 1 {
                let key = |place: &u32| {
                    let place = *place as usize;
                    (posts.said(place).at, self.is_shop[place], place)
                };
                self.members[start..end].sort_by_cached_key(key);
            }
            start = end;
        }
    }
}

/// What a post hangs together with, by hashes of ids within their system.
#[derive(Debug, Clone, Copy)]
struct Links {
    own: u64,
    /// Its conversation, else its channel.
    together: Option<u64>,
    answered: Option<u64>,
    is_shop: bool,
    is_repost: bool,
}

impl Links {
    fn of(post: &Said<'_>, place: usize) -> Self {
        let scope = match GLOBAL_IDS.contains(&post.platform) {
            true => fast_hash(["post", post.platform]),
            false => fast_hash(["post", post.platform, post.source, post.provider]),
        };
        let own = match post.post_id.is_empty() {
            // A node of its own, whatever others have no id either.
            true => mixed(fast_hash(["place"]), place as u64),
            false => mixed(scope, post.post_id.hash()),
        };
        let together = match post.conversation.filter(|id| *id != id_hash("")) {
            Some(id) => Some(mixed(scope, id)),
            None => is_of_channel(post).then(|| {
                let channel = [post.platform, post.source, post.provider];
                fast_hash(std::iter::once("channel").chain(channel))
            }),
        };
        Self {
            own,
            together: together.filter(|together| *together != own),
            answered: answer_of(post).map(|id| mixed(scope, id)),
            is_shop: post.is_shop,
            is_repost: post.kind == "repost",
        }
    }

    fn is_any(&self) -> bool {
        self.together.is_some() || self.answered.is_some()
    }
}

/// Which ids may be met more than once: two sets of bits, so that most posts, which nobody answers, need no node.
struct Linked {
    bits: Vec<u64>,
    /// The links of each post, where they are kept.
    kept: Vec<Links>,
}

impl Linked {
    fn of<'a, P: Posts<'a> + ?Sized>(posts: &P, keeps_links: bool) -> Self {
        let words = (posts.count() / 8 + 1).next_power_of_two();
        let mut seen = vec![0_u64; words];
        let mut linked = Self {
            bits: vec![0; words],
            kept: Vec::with_capacity(if keeps_links { posts.count() } else { 0 }),
        };
        for place in 0..posts.count() {
            if place.is_multiple_of(STRETCH) {
                posts.release();
            }
            let links = Links::of(&posts.said(place), place);
            if keeps_links {
                linked.kept.push(links);
            }
            if links.is_repost {
                continue;
            }
            let (word, bit) = linked.bit(links.own);
            if seen[word] & bit != 0 {
                linked.bits[word] |= bit;
            }
            seen[word] |= bit;
            for other in [links.together, links.answered].into_iter().flatten() {
                let (word, bit) = linked.bit(other);
                linked.bits[word] |= bit;
            }
        }
        linked
    }

    fn links<'a, P: Posts<'a> + ?Sized>(&self, posts: &P, place: usize) -> Links {
        let kept = self.kept.get(place).copied();
        kept.unwrap_or_else(|| Links::of(&posts.said(place), place))
    }

    fn bit(&self, key: u64) -> (usize, u64) {
        let word = (key >> 6) as usize & (self.bits.len() - 1);
        (word, 1 << (key & 63))
    }

    fn has(&self, key: u64) -> bool {
        let (word, bit) = self.bit(key);
        self.bits[word] & bit != 0
    }
}

/// Returns the hash of the id of the post that a post answers.
fn answer_of(post: &Said<'_>) -> Option<u64> {
    let is_told = |id: &u64| *id != id_hash("");
    let quoted = post
        .reposted
        .filter(|_| post.is_shop && post.kind == "quote");
    post.reply_to
        .filter(is_told)
        .or(quoted)
        .filter(|id| is_told(id) && *id != post.post_id.hash())
}

/// Tells whether a post without a conversation id belongs to what its channel and author said shortly before.
pub(super) fn is_of_channel(post: &Said<'_>) -> bool {
    matches!(post.kind, "chat" | "call" | "email" | "ticket")
        && post.conversation.is_none_or(|id| id == id_hash(""))
}

fn numbered(place: usize) -> u32 {
    u32::try_from(place).expect("memory holds fewer than 2^32 posts")
}

/// A union-find over the ids of posts and conversations; the ids are hashes, of which two of ten million fall together
/// with a probability of 3 in a million.
#[derive(Default)]
struct Forest {
    numbers: Numbers,
    parent: Vec<u32>,
    /// First post with that id as its own; [`NONE`] where there is none.
    first: Vec<u32>,
}

impl Forest {
    fn node(&mut self, key: u64) -> u32 {
        let number = self.numbers.number(key);
        if number as usize == self.parent.len() {
            self.parent.push(number);
            self.first.push(NONE);
        }
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
