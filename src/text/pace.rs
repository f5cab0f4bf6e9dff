//! How the time of work grows with its size, for tests: by ratios, as no machine is like another.

use std::time::{Duration, Instant};

/// Times that work is done, of which the shortest counts: others may be at work beside it.
const TRIES: usize = 2;
/// How much longer four times the size may take; work that looks at all pairs takes sixteen times as long.
const MOST: u32 = 10;

/// Asserts that work on four times the size does not take much more than four times as long.
pub(super) fn assert_in_proportion(name: &str, size: usize, work: impl Fn(usize)) {
    let shortest = |size: usize| -> Duration {
        let times = (0..TRIES).map(|_| {
            let start = Instant::now();
            work(size);
            start.elapsed()
        });
        times.min().unwrap_or_default()
    };
    let (once, four_times) = (shortest(size), shortest(4 * size));
    assert!(
        four_times < once * MOST,
        "{name:?}: {size} took {once:?}, four times as much {four_times:?}"
    );
}
