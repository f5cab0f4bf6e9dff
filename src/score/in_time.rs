//! Things that stand in the order of time, each read from where it lies when it is asked for.

use std::ops::Range;

/// Things that are read before the memory that this took is let go of.
pub(super) const STRETCH: usize = 65_536;

/// Returns the place of the first of `count` things that is of an instant or after it; `at` tells when the one at a place is.
#[inline]
pub(super) fn first_from(count: usize, instant: i64, at: impl Fn(usize) -> i64) -> usize {
    let (mut first, mut end) = (0, count);
    while first < end {
        let middle = usize::midpoint(first, end);
        match at(middle) < instant {
            true => first = middle + 1,
            false => end = middle,
        }
    }
    first
}

/// Returns the things at these places, and lets go in passing of the memory that reading them took.
#[inline]
pub(super) fn within<T>(
    places: Range<usize>,
    get: impl Fn(usize) -> Option<T>,
    release: impl Fn(),
) -> impl Iterator<Item = T> {
    places.filter_map(move |place| {
        if place.is_multiple_of(STRETCH) {
            release();
        }
        get(place)
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_first_from_an_instant_is_found_among_equal_ones() {
        let instants = [1, 3, 3, 3, 7];
        let first = |instant| first_from(instants.len(), instant, |place| instants[place]);
        assert_eq!([0, 1, 2, 3, 4, 7, 8].map(first), [0, 0, 1, 1, 4, 4, 5]);
        assert_eq!(first_from(0, 1, |_| unreachable!("there is none")), 0);
    }

    #[test]
    fn memory_is_let_go_of_after_each_stretch_and_what_is_not_there_is_passed_over() {
        let released = Cell::new(0);
        let get = |place: usize| place.is_multiple_of(2).then_some(place);
        let places = STRETCH - 2..2 * STRETCH + 1;
        let found = within(places, get, || released.set(released.get() + 1));
        assert_eq!(found.count(), STRETCH / 2 + 2);
        assert_eq!(released.get(), 2);
    }
}
