//! How the time of work grows with its size, for tests: by ratios, as no machine is like another.

use std::time::{Duration, Instant};

/// Times that work is done at least and at most, of which the shortest counts: others may be at work beside it.
const TRIES: [usize; 2] = [2, 8];
/// How much longer four times the size may take; work that looks at all pairs takes sixteen times as long.
const MOST: u32 = 10;

/// Asserts that work on four times the size does not take much more than four times as long.
pub(super) fn assert_in_proportion(name: &str, size: usize, work: impl Fn(usize)) {
    let time = |size: usize| {
        let start = Instant::now();
        work(size);
        start.elapsed()
    };
    let [least, most] = TRIES;
    let (mut once, mut four_times) = (Duration::MAX, Duration::MAX);
    for tries in 1..=most {
        once = once.min(time(size));
        four_times = four_times.min(time(4 * size));
        if tries >= least && four_times < once * MOST {
            return;
        }
    }
    panic!("{name:?}: {size} took {once:?}, four times as much {four_times:?}");
}
