//! How a cluster spreads: when its posts were written and by how many.

use super::fold::mixed;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;
/// Microseconds that the first bins cover.
const MINUTE: u64 = 60_000_000;
/// Bins of a cluster; when time outgrows them, each covers twice as much.
const BINS: u64 = 256;
/// Authors that are told apart; beyond, their number is estimated.
const AUTHORS: usize = 1_024;

/// How many posts were written when, to a part in 128 of the time since the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spread {
    /// When the first post was written, in microseconds.
    pub first_at: i64,
    /// Microseconds that one bin covers.
    pub width: u64,
    /// Bins that hold posts, ascending, with their number.
    pub bins: Vec<(u32, u32)>,
}

impl Spread {
    pub(super) fn new(first_at: i64) -> Spread {
        Spread {
            first_at,
            width: MINUTE,
            bins: vec![(0, 1)],
        }
    }

    /// Counts posts; those from before the first count as written with it.
    pub(super) fn add(&mut self, at: i64, posts: u32) {
        let age = u64::try_from(at.saturating_sub(self.first_at)).unwrap_or(0);
        while age / self.width >= BINS {
            self.widen();
        }
        // Less than BINS.
        let bin = (age / self.width) as u32;
        match self.bins.binary_search_by_key(&bin, |bin| bin.0) {
            Ok(place) => self.bins[place].1 = self.bins[place].1.saturating_add(posts),
            Err(place) => self.bins.insert(place, (bin, posts)),
        }
    }

    /// Adds the posts of another cluster.
    pub(super) fn absorb(&mut self, other: &Spread) {
        for (bin, posts) in &other.bins {
            self.add(other.start(*bin), *posts);
        }
    }

    fn widen(&mut self) {
        self.width = self.width.saturating_mul(2);
        let mut wide: Vec<(u32, u32)> = Vec::with_capacity(self.bins.len());
        for (bin, posts) in &self.bins {
            match wide.last_mut() {
                Some(last) if last.0 == bin / 2 => last.1 = last.1.saturating_add(*posts),
                _ => wide.push((bin / 2, *posts)),
            }
        }
        self.bins = wide;
    }

    fn start(&self, bin: u32) -> i64 {
        let age = u64::from(bin).saturating_mul(self.width);
        self.first_at
            .saturating_add(i64::try_from(age).unwrap_or(i64::MAX))
    }

    /// Returns the hours until half of the posts were written, as if those of a bin came evenly.
    pub(super) fn half_after_hours(&self) -> f64 {
        let posts: u64 = self.bins.iter().map(|bin| u64::from(bin.1)).sum();
        let half = posts as f64 / 2.0;
        let mut before = 0.0;
        for (bin, posts) in &self.bins {
            let posts = f64::from(*posts);
            if before + posts >= half {
                let bins = f64::from(*bin) + (half - before) / posts.max(1.0);
                return bins * self.width as f64 / HOUR as f64;
            }
            before += posts;
        }
        0.0
    }

    /// Returns the posts of the 24 hours up to `now` over those of the 24 hours before; none if there were none then.
    pub(super) fn growth(&self, now: i64) -> Option<f64> {
        let within = |from: i64, to: i64| -> u64 {
            self.bins
                .iter()
                .filter(|(bin, _)| (from..to).contains(&self.start(*bin)))
                .map(|(_, posts)| u64::from(*posts))
                .sum()
        };
        let [two_days, day, end] =
            [48, 24, 0].map(|hours| now.saturating_sub(hours * HOUR).saturating_add(1));
        match within(two_days, day) {
            0 => None,
            before => Some(within(day, end) as f64 / before as f64),
        }
    }
}

/// How many different authors there were: all of them up to 1,024, then the 1,024 smallest hashes of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Authors {
    /// The smallest hashes, ascending.
    pub smallest: Vec<u64>,
    /// Whether there were more.
    pub has_more: bool,
}

impl Authors {
    pub(super) fn add(&mut self, author: u64) {
        self.add_hash(mixed(author));
    }

    fn add_hash(&mut self, hash: u64) {
        let Err(place) = self.smallest.binary_search(&hash) else {
            return;
        };
        if place < AUTHORS {
            self.smallest.insert(place, hash);
        }
        self.has_more |= place >= AUTHORS || self.smallest.len() > AUTHORS;
        self.smallest.truncate(AUTHORS);
    }

    pub(super) fn absorb(&mut self, other: &Authors) {
        for hash in &other.smallest {
            self.add_hash(*hash);
        }
        self.has_more |= other.has_more;
    }

    /// Returns the number of authors; beyond 1,024 estimated, within 3 % in two cases of three.
    ///
    /// The k smallest of n evenly spread hashes reach up to k / n of their range (Bar-Yossef et al. 2002).
    pub(super) fn count(&self) -> u64 {
        let known = self.smallest.len() as u64;
        match self.smallest.last() {
            Some(largest) if self.has_more => {
                let reach = (*largest as f64 + 1.0) / (u64::MAX as f64 + 1.0);
                known.max(((known - 1) as f64 / reach).round() as u64)
            }
            _ => known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_posts_come_until_the_median() {
        let mut spread = Spread::new(5 * HOUR);
        for hour in 1..=100 {
            spread.add((5 + hour) * HOUR, 1);
        }
        assert!((spread.half_after_hours() - 50.0).abs() < 1.0);
        // Twice as many long after: half of all is now at the hundredth.
        spread.add(5 * HOUR + 1_000 * HOUR, 101);
        assert!((spread.half_after_hours() - 100.0).abs() < 8.0);
        assert!(spread.bins.len() <= BINS as usize);
    }

    #[test]
    fn growth_is_the_last_day_over_the_day_before() {
        let mut spread = Spread::new(0);
        for hour in 1..48 {
            spread.add(hour * HOUR, if hour <= 24 { 1 } else { 3 });
        }
        let growth = spread.growth(48 * HOUR).unwrap();
        assert!((growth - 69.0 / 24.0).abs() < 0.3, "{growth}");
        assert_eq!(spread.growth(200 * HOUR), None);
        assert_eq!(spread.growth(i64::MAX), None);
        assert_eq!(spread.growth(i64::MIN), None);
    }

    #[test]
    fn any_time_has_a_bin() {
        for first in [i64::MIN, -1, 0, i64::MAX] {
            let mut spread = Spread::new(first);
            for at in [0, i64::MAX, i64::MIN, first] {
                spread.add(at, u32::MAX);
            }
            assert!(spread.half_after_hours().is_finite());
            assert!(spread.bins.len() <= 4);
        }
    }

    #[test]
    fn absorbing_counts_every_post_once() {
        let (mut spread, mut other) = (Spread::new(0), Spread::new(HOUR));
        for hour in 0..500 {
            spread.add(hour * HOUR, 1);
            other.add(hour * HOUR * 2, 2);
        }
        spread.absorb(&other);
        let posts: u32 = spread.bins.iter().map(|bin| bin.1).sum();
        assert_eq!(posts, 1 + 500 + 1 + 1_000);
        assert!(spread.bins.is_sorted_by(|left, right| left.0 < right.0));
    }

    #[test]
    fn authors_are_counted_and_then_estimated() {
        let (mut authors, mut half) = (Authors::default(), Authors::default());
        for author in 0..1_000 {
            authors.add(author);
            authors.add(author / 2);
        }
        assert_eq!((authors.count(), authors.has_more), (1_000, false));
        for author in 0..100_000 {
            authors.add(author);
            half.add(author + 50_000);
        }
        assert!(authors.has_more);
        assert!(authors.count().abs_diff(100_000) < 10_000);
        authors.absorb(&half);
        assert!(authors.count().abs_diff(150_000) < 15_000);
    }
}
