//! Clusters of posts that say the same.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use super::bytes::{read_cluster, write_cluster};
use super::fold::mixed;
use super::spread::{Authors, Spread};
use crate::hash::Unhashed;
use crate::score::packed::Records;
use crate::score::written::{In, Out};

/// Bytes that a cluster takes, about, beside the letters of its first post.
pub(super) const CLUSTER_BYTES: usize = 400;

/// What is known of a cluster of at least two posts.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Number of its first post.
    pub first: u64,
    /// Who wrote the first post.
    pub first_author: u64,
    /// Posts, the first among them.
    pub posts: u64,
    /// Different authors; estimated beyond 1,024.
    pub authors: u64,
    /// When the first post was written, in microseconds.
    pub first_at: i64,
    /// When the latest post was written, in microseconds.
    pub last_at: i64,
    /// Hours from the first post until half of all posts were written.
    pub half_after_hours: f64,
    /// Posts of the latest 24 hours over those of the 24 hours before; none if there were none then.
    pub growth: Option<f64>,
    /// First posts of the clusters that were found to be this one, in that order.
    pub absorbed: Vec<u64>,
}

/// A cluster while texts of it are remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Letters of the first post.
    pub codes: Box<[u8]>,
    /// Author of the first post.
    pub author: u64,
    pub last_at: i64,
    pub posts: u64,
    /// Texts that are remembered of it.
    pub texts: u64,
    pub authors: Authors,
    pub spread: Spread,
    pub absorbed: Vec<u64>,
}

impl Group {
    /// A group of one post, whose text is remembered.
    pub(super) fn new(author: u64, at: i64, codes: &[u8]) -> Group {
        let mut authors = Authors::default();
        authors.add(author);
        Group {
            codes: codes.into(),
            author,
            last_at: at,
            posts: 1,
            texts: 1,
            authors,
            spread: Spread::new(at),
            absorbed: Vec::new(),
        }
    }

    /// Counts one more post.
    pub(super) fn add(&mut self, author: u64, at: i64) {
        self.posts += 1;
        self.last_at = self.last_at.max(at);
        self.authors.add(author);
        self.spread.add(at, 1);
    }

    fn told(&self, first: u64, now: i64) -> Cluster {
        Cluster {
            first,
            first_author: self.author,
            posts: self.posts,
            authors: self.authors.count(),
            first_at: self.spread.first_at,
            last_at: self.last_at,
            half_after_hours: self.spread.half_after_hours(),
            growth: self.spread.growth(now),
            absorbed: self.absorbed.clone(),
        }
    }
}

/// The clusters by their first posts.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub groups: BTreeMap<u64, Group>,
    /// From the first post of an absorbed cluster, mixed, to that of the one it became part of.
    merged: HashMap<u64, u64, Unhashed>,
    /// Clusters that were forgotten and not yet taken.
    pub ended: Ended,
}

/// Clusters in their order, written down: they are many, and asked for at the end alone.
#[derive(Debug, Default)]
pub(super) struct Ended(Records);

impl Ended {
    /// Lets those that come lie in a file in a folder.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.0.lie_in(folder);
    }

    fn push(&mut self, cluster: &Cluster) {
        self.0.push_with(|bytes| {
            let written = write_cluster(&mut Out::new(bytes), cluster);
            written.expect("memory takes what is written");
        });
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes all of them; those that come afterwards are held in memory.
    pub(super) fn take(&mut self) -> Vec<Cluster> {
        let all = std::mem::take(&mut self.0);
        let read = |place| read_cluster(&mut In::new(&mut all.get(place)));
        (0..all.len()).filter_map(read).collect()
    }

    /// Writes all of them down.
    pub(super) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        self.0.write(out)
    }

    /// Reads what [`Ended::write`] wrote to where there is nothing; `None` for anything else.
    pub(super) fn fill(&mut self, input: &mut In<'_>) -> Option<()> {
        self.0.fill(input)
    }
}

impl Groups {
    /// Returns the first post of the cluster that began with `first`.
    pub(super) fn head(&self, first: u64) -> u64 {
        self.merged.get(&mixed(first)).copied().unwrap_or(first)
    }

    /// Takes back a group that was saved.
    pub(super) fn restore(&mut self, first: u64, group: Group) {
        for absorbed in &group.absorbed {
            self.merged.insert(mixed(*absorbed), first);
        }
        self.groups.insert(first, group);
    }

    /// Makes the cluster of `other` part of that of `first`; both are groups.
    pub(super) fn merge(&mut self, first: u64, other: u64) {
        let Some(part) = self.groups.remove(&other) else {
            return;
        };
        let Some(group) = self.groups.get_mut(&first) else {
            return;
        };
        group.posts += part.posts;
        group.texts += part.texts;
        group.last_at = group.last_at.max(part.last_at);
        group.authors.absorb(&part.authors);
        group.spread.absorb(&part.spread);
        for absorbed in std::iter::once(other).chain(part.absorbed) {
            self.merged.insert(mixed(absorbed), first);
            group.absorbed.push(absorbed);
        }
    }

    /// Forgets one text that was stored for the cluster of `first`, and the cluster with its last one.
    pub(super) fn release(&mut self, first: u64, now: i64) {
        let first = self.head(first);
        let Some(group) = self.groups.get_mut(&first) else {
            return;
        };
        group.texts = group.texts.saturating_sub(1);
        if group.texts > 0 {
            return;
        }
        self.ended.push(&group.told(first, now));
        if let Some(group) = self.groups.remove(&first) {
            for absorbed in group.absorbed {
                self.merged.remove(&mixed(absorbed));
            }
        }
    }

    /// Every cluster that is remembered, by its first post.
    pub(super) fn told(&self, now: i64) -> Vec<Cluster> {
        self.groups
            .iter()
            .map(|(first, group)| group.told(*first, now))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_clusters_are_one_until_their_last_text_is_forgotten() {
        let mut groups = Groups::default();
        for first in [1, 5, 9] {
            groups
                .groups
                .insert(first, Group::new(first, first as i64, b"text"));
        }
        groups.merge(5, 9);
        groups.merge(1, 5);
        assert_eq!([1, 5, 9, 7].map(|first| groups.head(first)), [1, 1, 1, 7]);
        let told = groups.told(9);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].posts, told[0].authors), (3, 3));
        assert_eq!((told[0].first_at, told[0].last_at), (1, 9));
        assert_eq!(told[0].absorbed, [5, 9]);
        groups.release(1, 20);
        groups.release(9, 20);
        assert_eq!(groups.ended.len(), 0);
        groups.release(5, 20);
        assert_eq!(groups.ended.len(), 1);
        assert!(groups.groups.is_empty() && groups.merged.is_empty());
        groups.release(5, 20);
        assert_eq!(groups.ended.len(), 1);
        let ended = groups.ended.take();
        assert_eq!((ended[0].posts, &ended[0].absorbed[..]), (3, &[5, 9][..]));
        assert_eq!(groups.ended.len(), 0);
    }
}
