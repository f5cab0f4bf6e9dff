//! Where a log of purchases begins.

/// Of as many persons one, rounded up, may have come before the log begins.
const ONE_OF: usize = 1_000;
/// Persons below whom every one counts.
const FEW: usize = 20;

/// Returns the day on which a log begins, of the days of everybody's first purchase in any order: the first by which more than
/// one person of a thousand had come. `None` without persons; of fewer than twenty the earliest day.
///
/// One order that a till dated 1970 would else make any log half a century long, and a cut-off by a share of its length would
/// lie before all other purchases.
pub(in crate::segment) fn log_start<D: Ord + Copy>(first_days: &mut [D]) -> Option<D> {
    if first_days.is_empty() {
        return None;
    }
    let odd = match first_days.len() {
        0..FEW => 0,
        count => count.div_ceil(ONE_OF),
    };
    let (_, day, _) = first_days.select_nth_unstable(odd);
    Some(*day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_thousand_may_lie_before_the_beginning() {
        assert_eq!(log_start::<i32>(&mut []), None);
        assert_eq!(log_start(&mut [7]), Some(7));
        // Of a few nobody is odd.
        let few: Vec<i32> = (0..19).rev().collect();
        assert_eq!(log_start(&mut few.clone()), Some(0));
        let mut days = vec![100; 998];
        days.extend([-9_000, 90]);
        assert_eq!(log_start(&mut days.clone()), Some(90));
        // Two of 1,001.
        days.push(80);
        assert_eq!(log_start(&mut days.clone()), Some(90));
        days.extend(vec![100; 1_000]);
        assert_eq!(log_start(&mut days), Some(100));
    }
}
