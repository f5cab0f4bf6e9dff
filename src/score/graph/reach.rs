//! How far an account is heard.

use super::responses::by_responder;
use super::{Account, Edge, EdgeKind};

/// Followers of an account and of those that carried its posts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    pub count: i64,
    pub unknown_count: u32,
}

/// Returns the followers of an account plus those of the distinct accounts that reposted or quoted it.
///
/// An upper bound on the people: followers in common are not known. The sum stops at the largest integer.
pub(super) fn reach(accounts: &[Account], here: usize, received: &[Edge]) -> Reach {
    let carriers = by_responder(received).filter_map(|responses| {
        responses
            .iter()
            .find(|edge| matches!(edge.kind, EdgeKind::Quote | EdgeKind::Repost))
            .map(|edge| edge.from as usize)
    });
    let mut reach = Reach {
        count: 0,
        unknown_count: 0,
    };
    for account in std::iter::once(here).chain(carriers) {
        match accounts[account].follower_count {
            Some(followers) if followers >= 0 => {
                reach.count = reach.count.saturating_add(followers);
            }
            _ => reach.unknown_count += 1,
        }
    }
    reach
}

/// Returns the largest `h` for which `h` of the counts are `h` or more (Hirsch 2005, of reposts).
pub(super) fn h_index(counts: impl Iterator<Item = i64>) -> u32 {
    let mut counts: Vec<i64> = counts.filter(|count| *count > 0).collect();
    counts.sort_unstable_by(|left, right| right.cmp(left));
    counts
        .iter()
        .zip(1_u32..)
        .take_while(|(count, rank)| **count >= i64::from(*rank))
        .count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followers(count: Option<i64>) -> Account {
        Account {
            follower_count: count,
            ..Account::default()
        }
    }

    fn edge(from: u32, kind: EdgeKind) -> Edge {
        Edge {
            from,
            to: 0,
            at: 0,
            kind,
        }
    }

    #[test]
    fn a_carrier_counts_once_and_an_answer_carries_nothing() {
        let accounts = [
            followers(Some(100)),
            followers(Some(20)),
            followers(Some(3000)),
            followers(None),
        ];
        let received = [
            edge(1, EdgeKind::Quote),
            edge(1, EdgeKind::Repost),
            edge(2, EdgeKind::Reply),
            edge(3, EdgeKind::Repost),
        ];
        assert_eq!(
            reach(&accounts, 0, &received),
            Reach {
                count: 120,
                unknown_count: 1
            }
        );
    }

    #[test]
    fn followers_beyond_counting_stop_at_the_largest_number() {
        let accounts = [followers(Some(i64::MAX)), followers(Some(10_000_000))];
        let reached = reach(&accounts, 0, &[edge(1, EdgeKind::Repost)]);
        assert_eq!(reached.count, i64::MAX);
        assert_eq!(reach(&[followers(Some(-5))], 0, &[]).unknown_count, 1);
    }

    #[test]
    fn the_h_index_is_hirschs() {
        // 10, 8, 5, 4, 3: four with at least four.
        assert_eq!(h_index([3, 10, 4, 8, 5].into_iter()), 4);
        assert_eq!(h_index([25, 8, 5, 3, 3].into_iter()), 3);
        assert_eq!(h_index([0, -1, 0].into_iter()), 0);
        assert_eq!(h_index(std::iter::empty()), 0);
        assert_eq!(h_index([10_000_000].into_iter()), 1);
    }
}
