//! Communities, and what they talk about.

use std::cmp::Reverse;

use super::AccountMeasures;
use super::voices::Voices;
use crate::math::graph::Graph;
use crate::math::log_odds::log_odds_z;

const NONE: u32 = u32::MAX;
/// Words told of a community.
const WORDS: usize = 5;
/// Members told of a community.
const SAMPLE: usize = 5;
/// z-score that a word of a community has at least.
const LEAST_Z: f64 = 1.96;
/// Members that use a word of a community at least: one member's hobby is not the community's.
const LEAST_AUTHORS: u32 = 2;
/// Prior counts of all words together, spread in proportion to their counts in all posts.
const PRIOR: f64 = 500.0;

/// Accounts that respond to each other more than to others.
#[derive(Debug, Clone, PartialEq)]
pub struct Community {
    /// Members.
    pub size: u32,
    /// Opinions of the members about the brand.
    pub opinion_count: u64,
    /// Share of them that are negative.
    pub negative_share: Option<f64>,
    /// Up to five words that set its opinions apart from all others, the most telling first.
    pub words: Vec<String>,
    /// Up to five members, those of the highest PageRank first.
    pub members: Vec<u32>,
}

/// The communities of two or more, the largest first, then by their first member.
pub(super) struct Found {
    community: Vec<u32>,
    members: Vec<u32>,
    /// Where the members of a community begin; one entry more than communities.
    offsets: Vec<usize>,
}

impl Found {
    /// Orders the parts of a partition numbered by first member.
    pub(super) fn new(partition: &[u32], count: usize) -> Self {
        let mut sizes = vec![0_usize; count];
        for &part in partition {
            sizes[part as usize] += 1;
        }
        let mut order: Vec<usize> = (0..count).filter(|&part| sizes[part] >= 2).collect();
        order.sort_by_key(|&part| (Reverse(sizes[part]), part));
        let mut number = vec![NONE; count];
        let mut offsets = vec![0];
        let mut total = 0;
        for (place, &part) in order.iter().enumerate() {
            number[part] = place as u32;
            total += sizes[part];
            offsets.push(total);
        }
        let community: Vec<u32> = partition
            .iter()
            .map(|&part| number[part as usize])
            .collect();
        let mut next = offsets.clone();
        let mut members = vec![NONE; total];
        for (account, &here) in community.iter().enumerate() {
            if here != NONE {
                members[next[here as usize]] = account as u32;
                next[here as usize] += 1;
            }
        }
        Self {
            community,
            members,
            offsets,
        }
    }

    /// Returns the place of the community of an account.
    pub(super) fn community(&self, account: usize) -> Option<u32> {
        Some(self.community[account]).filter(|&here| here != NONE)
    }

    /// Returns for each account how many communities its neighbours belong to.
    pub(super) fn neighbour_communities(&self, undirected: &Graph) -> Vec<u32> {
        let mut last_seen = vec![NONE; self.offsets.len() - 1];
        (0..undirected.node_count())
            .map(|account| {
                let mut count = 0;
                for &neighbour in undirected.row(account).0 {
                    let there = self.community[neighbour as usize];
                    if there != NONE && last_seen[there as usize] != account as u32 {
                        last_seen[there as usize] = account as u32;
                        count += 1;
                    }
                }
                count
            })
            .collect()
    }

    /// Returns what there is to say of each community.
    pub(super) fn described(
        &self,
        voices: &Voices<'_>,
        measures: &[AccountMeasures],
        vocabulary: &[&str],
    ) -> Vec<Community> {
        let mut counts = WordCounts::new(vocabulary.len(), voices, measures.len());
        self.offsets
            .windows(2)
            .map(|row| {
                let members = &self.members[row[0]..row[1]];
                let sum = |of: fn(&AccountMeasures) -> u32| -> u64 {
                    members
                        .iter()
                        .map(|&member| u64::from(of(&measures[member as usize])))
                        .sum()
                };
                let opinion_count = sum(|account| account.opinion_count);
                let negative_count = sum(|account| account.negative_count);
                Community {
                    size: members.len() as u32,
                    opinion_count,
                    negative_share: (opinion_count > 0)
                        .then(|| negative_count as f64 / opinion_count as f64),
                    words: counts.telling(members, voices, vocabulary),
                    members: foremost(members, measures),
                }
            })
            .collect()
    }
}

/// Returns the members of the highest PageRank, then of the lowest number.
fn foremost(members: &[u32], measures: &[AccountMeasures]) -> Vec<u32> {
    let mut sorted = members.to_vec();
    sorted.sort_by(|&left, &right| {
        let rank = |member: u32| measures[member as usize].page_rank;
        rank(right).total_cmp(&rank(left)).then(left.cmp(&right))
    });
    sorted.truncate(SAMPLE);
    sorted
}

/// Opinions in which a word occurs: in all, and in the community at hand.
struct WordCounts {
    all: Vec<f64>,
    all_sum: f64,
    here: Vec<f64>,
    authors: Vec<u32>,
    last_author: Vec<u32>,
    /// Words with a count here.
    touched: Vec<u32>,
    last_post: Vec<u64>,
    /// Posts looked at so far: a word counts once for each.
    post: u64,
}

impl WordCounts {
    fn new(vocabulary: usize, voices: &Voices<'_>, account_count: usize) -> Self {
        let mut counts = Self {
            all: vec![0.0; vocabulary],
            all_sum: 0.0,
            here: vec![0.0; vocabulary],
            authors: vec![0; vocabulary],
            last_author: vec![NONE; vocabulary],
            touched: Vec::new(),
            last_post: vec![0; vocabulary],
            post: 0,
        };
        for account in 0..account_count {
            counts.each_word(voices, account, |counts, word| {
                counts.all[word] += 1.0;
                counts.all_sum += 1.0;
            });
        }
        counts
    }

    /// Meets every word of every opinion of an account, each once per opinion.
    fn each_word(
        &mut self,
        voices: &Voices<'_>,
        account: usize,
        mut meet: impl FnMut(&mut Self, usize),
    ) {
        for post in voices.posts(account).iter().filter(|post| post.is_opinion) {
            self.post += 1;
            for word in post.words.iter() {
                let word = word as usize;
                if word < self.last_post.len() && self.last_post[word] != self.post {
                    self.last_post[word] = self.post;
                    meet(self, word);
                }
            }
        }
    }

    /// Returns the words that tell the members' opinions from all others.
    fn telling(
        &mut self,
        members: &[u32],
        voices: &Voices<'_>,
        vocabulary: &[&str],
    ) -> Vec<String> {
        for &member in members {
            self.each_word(voices, member as usize, |counts, word| {
                if counts.here[word] == 0.0 {
                    counts.touched.push(word as u32);
                }
                counts.here[word] += 1.0;
                if counts.last_author[word] != member {
                    counts.last_author[word] = member;
                    counts.authors[word] += 1;
                }
            });
        }
        let z = self.z_scores();
        let mut found: Vec<(f64, &str)> = self
            .touched
            .iter()
            .zip(z)
            .filter(|(word, z)| *z >= LEAST_Z && self.authors[**word as usize] >= LEAST_AUTHORS)
            .map(|(word, z)| (z, vocabulary[*word as usize]))
            .collect();
        found.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        found.truncate(WORDS);
        for &word in &self.touched {
            let word = word as usize;
            self.here[word] = 0.0;
            self.authors[word] = 0;
            self.last_author[word] = NONE;
        }
        self.touched.clear();
        found.into_iter().map(|(_, word)| word.to_owned()).collect()
    }

    /// Returns the z-scores of the words touched; one more element stands for all words that do not occur here.
    fn z_scores(&self) -> Vec<f64> {
        let scale = PRIOR.min(self.all_sum) / self.all_sum.max(1.0);
        let count = self.touched.len() + 1;
        let (mut here, mut rest) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut prior = Vec::with_capacity(count);
        let mut elsewhere = self.all_sum;
        for &word in &self.touched {
            let (count, all) = (self.here[word as usize], self.all[word as usize]);
            here.push(count);
            rest.push(all - count);
            prior.push(all * scale);
            elsewhere -= all;
        }
        here.push(0.0);
        rest.push(elsewhere);
        prior.push(elsewhere * scale);
        log_odds_z(&here, &rest, &prior)
    }
}
