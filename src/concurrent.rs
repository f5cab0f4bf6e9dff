//! Tasks that run side by side.

use std::panic::resume_unwind;
use std::thread;

/// Runs two tasks side by side and returns what they make; one after the other where only one thread is allowed.
///
/// Each has a thread of its own that is none of the pool's: a task that waits for frames or files holds no worker, and loops
/// of both are shared among all workers. With `rayon::join` a loop that polars begins on one of its threads waits until a
/// worker is free, while that worker waits for polars.
pub(crate) fn side_by_side<L: Send, R: Send>(
    left: impl FnOnce() -> L + Send,
    right: impl FnOnce() -> R + Send,
) -> (L, R) {
    if rayon::current_num_threads() == 1 {
        return (left(), right());
    }
    thread::scope(|scope| {
        let right = scope.spawn(right);
        let left = left();
        let right = right.join().unwrap_or_else(|panic| resume_unwind(panic));
        (left, right)
    })
}

/// Runs a task with many short loops on a worker of the pool, where they begin at once; it must not wait for polars.
pub(crate) fn on_a_worker<T: Send>(task: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| task())
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn neither_waits_for_the_other_to_end() {
        // Each sends first and then waits for the other, which would never come one after the other.
        let ((to_right, from_left), (to_left, from_right)) = (channel(), channel());
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
        let both = pool.unwrap().install(|| {
            side_by_side(
                move || {
                    to_right.send(1).unwrap();
                    from_right.recv().unwrap()
                },
                move || {
                    to_left.send(2).unwrap();
                    from_left.recv().unwrap()
                },
            )
        });
        assert_eq!(both, (2, 1));
    }

    #[test]
    fn one_thread_is_enough() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let ran_on = || thread::current().id();
        let (left, right) = pool.unwrap().install(|| side_by_side(ran_on, ran_on));
        assert_eq!(left, right);
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
}
