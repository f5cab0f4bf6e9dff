//! Pairs of numbers as one number, which sorts and hashes faster than two.

use rayon::prelude::*;

/// Pairs that may wait until they are sorted for the first time.
const FEWEST: usize = 1 << 20;

/// Returns two numbers as one that sorts by the left, then by the right.
pub(super) fn packed(left: u32, right: u32) -> u64 {
    (u64::from(left) << 32) | u64::from(right)
}

/// Returns the numbers that were [`packed`].
pub(super) fn unpacked(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

/// Pairs, each counted once however often it comes.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    pairs: Vec<u64>,
    /// How many of them are known to be distinct.
    distinct: usize,
}

impl Distinct {
    pub(super) fn insert(&mut self, left: u32, right: u32) {
        self.pairs.push(packed(left, right));
        // Twice as many as there are is the most that is ever held.
        if self.pairs.len() >= FEWEST.max(self.distinct * 2) {
            self.tidy();
        }
    }

    /// Returns how many there are of each left number below `most`.
    pub(super) fn counts(mut self, most: usize) -> Vec<i64> {
        self.tidy();
        let mut counts = vec![0; most];
        for pair in self.pairs {
            let (left, _) = unpacked(pair);
            counts[left as usize] += 1;
        }
        counts
    }

    fn tidy(&mut self) {
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
        self.distinct = self.pairs.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_sort_by_left_then_right_and_come_apart_again() {
        let all = [(0, 0), (0, u32::MAX), (1, 0), (7, 3), (u32::MAX, u32::MAX)];
        let mut before = None;
        for (left, right) in all {
            let pair = packed(left, right);
            assert!(before < Some(pair));
            assert_eq!(unpacked(pair), (left, right));
            before = Some(pair);
        }
    }

    #[test]
    fn each_pair_counts_once_also_beyond_what_may_wait() {
        let mut pairs = Distinct::default();
        for round in 0..4 {
            for right in 0..FEWEST as u32 / 2 {
                pairs.insert(1, right);
                if right == 5 && round == 2 {
                    pairs.insert(2, right);
                }
            }
        }
        assert!(pairs.pairs.len() < 2 * FEWEST);
        let counts = pairs.counts(4);
        assert_eq!(counts, [0, FEWEST as i64 / 2, 1, 0]);
    }
}
