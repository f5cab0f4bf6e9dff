//! Which groups are held back, so that no small one can be read off or told by subtraction: the one place that knows
//! `privacy.min_group_size`. Who said a word is counted in [`super::authors`].
//!
//! The whole is taken as known: sums of all groups stand elsewhere in the report. A single group that is held back would follow from
//! the whole and the others, so at least two are held back, and together they hold as many persons as the smallest group
//! that may be shown. This is complementary cell suppression (Willenborg and de Waal 2001, chapter 4) by the greedy rule: the
//! smallest group left goes next.

use crate::report::figures::Counted;

/// Returns whether so many persons may be told of: nobody, or as many as the smallest group.
pub(super) fn is_group(count: u64, smallest: u64) -> bool {
    count == 0 || count >= smallest
}

/// Returns whether a part of a whole that is known may be told: it is a group, and so are the others.
pub(super) fn is_split(part: u64, whole: u64, smallest: u64) -> bool {
    is_group(part, smallest) && is_group(whole.saturating_sub(part), smallest)
}

/// Returns a count as far as it may be told, where the whole that it is a part of is not known.
pub(super) fn counted(count: u64, smallest: u64) -> Counted {
    match is_group(count, smallest) {
        true => Counted::Told(count),
        false => Counted::Few,
    }
}

/// Returns a part of a known whole as far as it may be told, where the other part is told nowhere else.
pub(super) fn counted_part(part: u64, whole: u64, smallest: u64) -> Counted {
    match counted(part, smallest) {
        Counted::Told(_) if !is_split(part, whole, smallest) => Counted::Withheld,
        counted => counted,
    }
}

/// Returns the parts of a known whole as far as they may be told, by the rule of [`held_back`].
///
/// That a part is of few says more than that it is held back: with 9 in two parts, one of them of fewer than 5 and the other not, it
/// is 4 at most; with 6, it is 1. It is said only where each small part can still be anything from 1 to `smallest` - 1.
pub(super) fn counted_parts(counts: &[u64], smallest: u64) -> Vec<Counted> {
    let held = held_back(counts, smallest);
    let (mut few, mut large, mut persons) = (0u64, 0u64, 0u64);
    for (count, _) in counts.iter().zip(&held).filter(|(_, held)| **held) {
        persons = persons.saturating_add(*count);
        match is_group(*count, smallest) {
            true => large += 1,
            false => few += 1,
        }
    }
    let needed = large
        .saturating_mul(smallest)
        .saturating_add(few.saturating_mul(smallest.saturating_sub(1)));
    let is_few_told = large > 0 && persons >= needed;
    counts
        .iter()
        .zip(held)
        .map(|(count, is_held)| match is_held {
            false => Counted::Told(*count),
            true if is_few_told && !is_group(*count, smallest) => Counted::Few,
            true => Counted::Withheld,
        })
        .collect()
}

/// Returns which parts of a whole are held back: those of fewer than `smallest` persons, and as many of the next larger ones as it
/// takes that the difference from the whole tells of no small group. Empty parts tell nothing and stay.
pub(super) fn held_back(counts: &[u64], smallest: u64) -> Vec<bool> {
    let mut held = too_small(counts, smallest);
    complete(counts, &mut held, smallest);
    held
}

/// Returns which cells of a table whose rows and columns are wholes are held back; every row has as many cells as the first.
///
/// The rule of [`held_back`] holds for each row and each column. Cells are only ever added, so it ends.
pub(super) fn held_back_in_table(rows: &[Vec<u64>], smallest: u64) -> Vec<Vec<bool>> {
    let mut held: Vec<Vec<bool>> = rows.iter().map(|row| too_small(row, smallest)).collect();
    let width = rows.first().map_or(0, Vec::len);
    loop {
        let mut has_changed = false;
        for (row, held) in rows.iter().zip(&mut held) {
            has_changed |= complete(row, held, smallest);
        }
        for place in 0..width {
            let counts: Vec<u64> = rows.iter().map(|row| row[place]).collect();
            let mut column: Vec<bool> = held.iter().map(|row| row[place]).collect();
            if complete(&counts, &mut column, smallest) {
                has_changed = true;
                for (row, is_held) in held.iter_mut().zip(column) {
                    row[place] = is_held;
                }
            }
        }
        if !has_changed {
            return held;
        }
    }
}

fn too_small(counts: &[u64], smallest: u64) -> Vec<bool> {
    counts
        .iter()
        .map(|count| (1..smallest).contains(count))
        .collect()
}

/// Holds back more parts until those held back are safe together; says whether any was added.
fn complete(counts: &[u64], held: &mut [bool], smallest: u64) -> bool {
    let mut has_changed = false;
    loop {
        let of_held = || counts.iter().zip(held.iter()).filter(|(_, held)| **held);
        let places = of_held().count();
        let persons = of_held().fold(0u64, |sum, (count, _)| sum.saturating_add(*count));
        if places == 0 || (places > 1 && persons >= smallest) {
            return has_changed;
        }
        // The first of equals, so that the choice is always the same.
        let next = (0..counts.len())
            .filter(|place| !held[*place] && counts[*place] > 0)
            .min_by_key(|place| counts[*place]);
        match next {
            Some(place) => held[place] = true,
            None => return has_changed,
        }
        has_changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_small_group_takes_the_next_larger_with_it() {
        assert_eq!(
            held_back(&[40, 3, 9, 0, 12], 5),
            [false, true, true, false, false]
        );
    }

    #[test]
    fn two_small_groups_that_are_few_together_take_a_third() {
        assert_eq!(held_back(&[40, 2, 1, 9], 5), [false, true, true, true]);
        assert_eq!(held_back(&[40, 3, 3, 9], 5), [false, true, true, false]);
    }

    #[test]
    fn nothing_is_held_back_where_every_group_is_large_or_empty() {
        assert_eq!(held_back(&[5, 0, 700], 5), [false, false, false]);
        assert_eq!(held_back(&[1, 2, 3], 1), [false, false, false]);
        assert_eq!(held_back(&[], 5), Vec::<bool>::new());
        assert_eq!(held_back(&[3], 5), [true]);
    }

    #[test]
    fn a_small_cell_of_a_table_is_safe_in_its_row_and_its_column() {
        let rows = vec![vec![50, 2, 30], vec![20, 60, 9], vec![8, 70, 90]];
        let held = held_back_in_table(&rows, 5);
        assert!(held[0][1] && held[0][2]);
        for place in 0..3 {
            let in_row = held[place].iter().filter(|held| **held).count();
            let in_column = held.iter().filter(|row| row[place]).count();
            assert!(in_row != 1 && in_column != 1, "{held:?}");
        }
    }

    #[test]
    fn a_small_count_is_few_and_what_would_tell_it_is_withheld() {
        assert_eq!(counted(0, 5), Counted::Told(0));
        assert_eq!(counted(4, 5), Counted::Few);
        assert_eq!(counted(5, 5), Counted::Told(5));
        assert_eq!(counted_part(3, 40, 5), Counted::Few);
        assert_eq!(counted_part(37, 40, 5), Counted::Withheld);
        assert_eq!(counted_part(40, 40, 5), Counted::Told(40));
        assert_eq!(counted_part(2, 3, 5), Counted::Few);
        use Counted::{Few, Told, Withheld};
        assert_eq!(counted_parts(&[260, 2, 40], 5), [Told(260), Few, Withheld]);
        // 6 in all: of fewer than five beside five or more it could only be one.
        assert_eq!(
            counted_parts(&[260, 1, 5], 5),
            [Told(260), Withheld, Withheld]
        );
        // 8 in all: two of fewer than five could only be four each.
        assert_eq!(
            counted_parts(&[260, 4, 4], 5),
            [Told(260), Withheld, Withheld]
        );
        assert_eq!(counted_parts(&[3, 1, 0], 5), [Withheld, Withheld, Told(0)]);
        assert_eq!(counted_parts(&[3], 5), [Withheld]);
        assert_eq!(counted_parts(&[7, 0, 9], 5), [Told(7), Told(0), Told(9)]);
    }

    proptest! {
        #[test]
        fn a_part_that_is_few_can_be_any_small_count(
            counts in proptest::collection::vec(0u64..25, 1..5),
            smallest in 2u64..8,
        ) {
            let told = counted_parts(&counts, smallest);
            let of = |wanted: Counted| {
                let held = counts.iter().zip(&told);
                held.filter(move |(_, told)| **told == wanted).map(|(count, _)| *count)
            };
            let (few, withheld) = (of(Counted::Few).count() as u64, of(Counted::Withheld).count() as u64);
            let persons = of(Counted::Few).chain(of(Counted::Withheld)).sum::<u64>();
            for (count, told) in counts.iter().zip(&told) {
                prop_assert!(told.told().is_none_or(|told| told == *count && is_group(told, smallest)));
            }
            if few > 0 {
                // What is withheld beside it is large, so the rest of the whole bounds a small part from above only.
                prop_assert!(withheld > 0);
                prop_assert!(of(Counted::Withheld).all(|count| count >= smallest));
                let others = (few - 1) + withheld * smallest;
                prop_assert!(persons - others >= smallest - 1);
            }
        }

        #[test]
        fn what_is_held_back_cannot_be_told_from_the_whole(
            rows in proptest::collection::vec(proptest::collection::vec(0u64..30, 4), 1..6),
            smallest in 1u64..12,
        ) {
            let held = held_back_in_table(&rows, smallest);
            let safe = |counts: &[u64], held: &[bool]| {
                let hidden: Vec<u64> = counts
                    .iter()
                    .zip(held)
                    .filter(|(_, held)| **held)
                    .map(|(count, _)| *count)
                    .collect();
                let shown = counts.iter().zip(held).any(|(count, held)| !held && *count > 0);
                hidden.is_empty() || !shown || (hidden.len() > 1 && hidden.iter().sum::<u64>() >= smallest)
            };
            for (row, held) in rows.iter().zip(&held) {
                prop_assert!(safe(row, held));
                for (count, held) in row.iter().zip(held) {
                    prop_assert!(*held || *count == 0 || *count >= smallest);
                }
            }
            for place in 0..4 {
                let counts: Vec<u64> = rows.iter().map(|row| row[place]).collect();
                let column: Vec<bool> = held.iter().map(|row| row[place]).collect();
                prop_assert!(safe(&counts, &column));
            }
        }
    }
}
