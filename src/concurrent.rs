//! Tasks that run side by side.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rayon::ThreadPoolBuilder;

/// Records of customers, posts and orders up to which what rests on them is found side by side: more are too much to hold at once.
pub(crate) const MOST_CUSTOMERS_AT_ONCE: u64 = 500_000;
pub(crate) const MOST_POSTS_AT_ONCE: u64 = 2_000_000;
pub(crate) const MOST_ORDERS_AT_ONCE: u64 = 2_000_000;

/// Runs two tasks side by side and returns what they make; one after the other where only one thread is allowed.
///
/// For long tasks, which wait for frames and files. With `rayon::join` they would share the workers of one pool: one that waits
/// for polars is lost to the loops of both, and one that takes up a long piece of the other task while it waits for a short
/// one of its own keeps its task waiting. Here the right task has threads and a pool of its own, and the system shares the
/// processors among all of them.
pub(crate) fn side_by_side<L: Send, R: Send>(
    left: impl FnOnce() -> L + Send,
    right: impl FnOnce() -> R + Send,
) -> (L, R) {
    if rayon::current_num_threads() == 1 {
        return (left(), right());
    }
    let pool = ThreadPoolBuilder::new().num_threads(rayon::current_num_threads());
    let Ok(pool) = pool.build() else {
        return (left(), right());
    };
    thread::scope(|scope| {
        let right = scope.spawn(|| pool.install(right));
        let left = left();
        let right = right.join().unwrap_or_else(|panic| resume_unwind(panic));
        (left, right)
    })
}

/// As [`side_by_side`] where what both hold at once `is_small`; else one after the other.
pub(crate) fn side_by_side_if<L: Send, R: Send>(
    is_small: bool,
    left: impl FnOnce() -> L + Send,
    right: impl FnOnce() -> R + Send,
) -> (L, R) {
    match is_small {
        true => side_by_side(left, right),
        false => (left(), right()),
    }
}

/// Runs a task with many short loops on a worker of the pool, where they begin at once; it must not wait for polars.
pub(crate) fn on_a_worker<T: Send>(task: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| task())
}

/// Does `work` on every one of `places`, those that stand first before others, on some threads; returns what came of each
/// with its place, in no order.
///
/// The threads are not those of the pool: they wait for each other, and the pool has to go on then.
pub(crate) fn map_on_threads<R: Send>(
    threads: usize,
    places: &[usize],
    work: impl Fn(usize) -> R + Sync,
) -> Vec<(usize, R)> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        while let Some(&place) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((place, work(place)));
        }
        done
    };
    thread::scope(|scope| {
        let others = threads.min(places.len()).saturating_sub(1);
        let others: Vec<_> = (0..others).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use rayon::prelude::*;

    use super::*;

    /// How long a task waits for the other until the test has failed.
    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn neither_waits_for_the_other_to_end() {
        // Each sends first and then waits for the other, which would never come one after the other.
        let ((to_right, from_left), (to_left, from_right)) = (channel(), channel());
        let pool = ThreadPoolBuilder::new().num_threads(2).build();
        let both = pool.unwrap().install(|| {
            side_by_side(
                move || {
                    to_right.send(1).unwrap();
                    from_right.recv_timeout(PATIENCE).unwrap()
                },
                move || {
                    to_left.send(2).unwrap();
                    from_left.recv_timeout(PATIENCE).unwrap()
                },
            )
        });
        assert_eq!(both, (2, 1));
    }

    #[test]
    fn one_thread_is_enough() {
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        let ran_on = || thread::current().id();
        let (left, right) = pool.unwrap().install(|| side_by_side(ran_on, ran_on));
        assert_eq!(left, right);
    }

    #[test]
    fn what_is_not_small_runs_one_after_the_other() {
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let ran_on = || thread::current().id();
        for is_small in [true, false] {
            let (left, right) = pool.install(|| side_by_side_if(is_small, ran_on, ran_on));
            assert_eq!(left != right, is_small);
        }
    }

    #[test]
    fn loops_of_either_do_not_wait_for_the_other() {
        // The left task keeps all workers of its pool busy until the right one has run a loop.
        let (done, is_done) = channel();
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let is_done = std::sync::Mutex::new(is_done);
        let (is_in_time, sum) = pool.install(|| {
            side_by_side(
                || rayon::broadcast(|_| is_done.lock().unwrap().recv_timeout(PATIENCE).is_ok()),
                move || {
                    let sum: u64 = (0..1_000_u64).into_par_iter().sum();
                    (0..2).for_each(|_| done.send(()).unwrap());
                    sum
                },
            )
        });
        assert_eq!(is_in_time, [true, true]);
        assert_eq!(sum, 499_500);
    }

    #[test]
    fn a_panic_of_either_is_told() {
        assert!(catch_unwind(|| side_by_side(|| 1, || panic!("right"))).is_err());
        assert!(catch_unwind(|| side_by_side(|| panic!("left"), || 1)).is_err());
    }

    #[test]
    fn a_task_on_a_worker_has_an_index_in_the_pool() {
        assert!(rayon::current_thread_index().is_none());
        assert!(on_a_worker(rayon::current_thread_index).is_some());
    }

    #[test]
    fn every_place_is_worked_on_once_at_any_number_of_threads() {
        let places: Vec<usize> = (0..100).rev().collect();
        for threads in [0, 1, 2, 7, 200] {
            let mut done = map_on_threads(threads, &places, |place| place * 2);
            done.sort_unstable();
            let expected: Vec<(usize, usize)> = (0..100).map(|place| (place, place * 2)).collect();
            assert_eq!(done, expected);
        }
        assert!(map_on_threads(3, &[], |place| place).is_empty());
    }

    #[test]
    fn one_thread_takes_the_first_place_first() {
        let taken = std::sync::Mutex::new(Vec::new());
        map_on_threads(1, &[2, 0, 1], |place| taken.lock().unwrap().push(place));
        assert_eq!(taken.into_inner().unwrap(), [2, 0, 1]);
    }
}
