//! Posts after orders: a Poisson likelihood ratio against the account's own rate.

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// How many times an owner posts about the shop in the window after an order, against other times.
const RATIO: f64 = 4.0;
/// Most and least bits: a sale makes everybody order and post at once, so time never decides by itself.
const MOST_BITS: f64 = 4.0;
const LEAST_BITS: f64 = -1.5;
/// Fewest posts and shortest span that say anything.
const FEWEST_POSTS: usize = 3;
const SHORTEST_SPAN: i64 = 14 * DAY;
/// Added to the posts at other times, so that the rate is never nil.
const SMOOTHING: f64 = 0.5;

/// How an account's posts lie to a person's orders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Following {
    /// Posts within the windows after the orders.
    pub after: u32,
    /// Posts expected there at the account's rate at other times.
    pub expected: f64,
    /// Bits for or against.
    pub weight: f64,
}

/// Compares posts, in microseconds since 1970-01-01 UTC and any order, with the windows after orders.
///
/// The span compared is that of these posts and orders alone, so that other accounts change nothing. `None` where there
/// is too little to compare: under three posts, under fourteen days, or windows over more than half of the span.
pub(super) fn following(windows: &[(i64, i64)], posts: &[i64]) -> Option<Following> {
    if posts.len() < FEWEST_POSTS {
        return None;
    }
    let first = (*posts.iter().min()?).min(windows.first()?.0);
    let last = (*posts.iter().max()?).max(windows.last()?.1);
    let span = last.saturating_sub(first);
    let covered: i64 = windows.iter().map(|(start, end)| end - start).sum();
    if span < SHORTEST_SPAN || covered == 0 || covered > span / 2 {
        return None;
    }
    let is_after = |post: &&i64| {
        let place = windows.partition_point(|(start, _)| start <= *post);
        place > 0 && **post <= windows[place - 1].1
    };
    let after = posts.iter().filter(is_after).count();
    let elsewhere = (posts.len() - after) as f64 + SMOOTHING;
    let expected = elsewhere * covered as f64 / (span - covered) as f64;
    let bits = after as f64 * RATIO.log2() - expected * (RATIO - 1.0) * std::f64::consts::LOG2_E;
    Some(Following {
        after: u32::try_from(after).unwrap_or(u32::MAX),
        expected,
        weight: bits.clamp(LEAST_BITS, MOST_BITS),
    })
}

/// Returns the windows after the orders, overlapping ones as one, in order.
pub(super) fn windows(orders: &[i64], window_hours: u32) -> Vec<(i64, i64)> {
    let window = i64::from(window_hours) * HOUR;
    let mut starts = orders.to_vec();
    starts.sort_unstable();
    let mut windows: Vec<(i64, i64)> = Vec::new();
    for start in starts {
        let end = start.saturating_add(window);
        match windows.last_mut() {
            Some((_, last)) if start <= *last => *last = end,
            _ => windows.push((start, end)),
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn following(orders: &[i64], posts: &[i64], window_hours: u32) -> Option<Following> {
        super::following(&windows(orders, window_hours), posts)
    }

    #[test]
    fn posts_after_orders_speak_for_and_others_against() {
        let orders: Vec<i64> = (0..6).map(|month| month * 30 * DAY).collect();
        let after: Vec<i64> = orders.iter().map(|order| order + 20 * HOUR).collect();
        let before: Vec<i64> = orders.iter().map(|order| order + 15 * DAY).collect();
        let for_it = following(&orders, &after, 72).expect("enough posts");
        assert_eq!(for_it.after, 6);
        assert!(for_it.expected < 0.1, "{for_it:?}");
        assert_eq!(for_it.weight, MOST_BITS);
        let against = following(&orders, &before, 72).expect("enough posts");
        assert_eq!(against.after, 0);
        assert!(against.weight < 0.0 && against.weight >= LEAST_BITS);
    }

    #[test]
    fn a_busy_account_needs_more_than_a_quiet_one() {
        let orders: Vec<i64> = (0..3).map(|month| month * 30 * DAY).collect();
        let hits: Vec<i64> = orders.iter().map(|order| order + HOUR).collect();
        let mut busy = hits.clone();
        busy.extend((4..60).map(|day| day * DAY + 7 * HOUR));
        let quiet = following(&orders, &hits, 72).expect("enough").weight;
        assert!(following(&orders, &busy, 72).expect("enough").weight < quiet);
    }

    #[test]
    fn too_little_says_nothing() {
        assert_eq!(following(&[], &[0, DAY, 30 * DAY], 72), None);
        assert_eq!(following(&[0], &[0, 30 * DAY], 72), None);
        assert_eq!(following(&[0], &[0, DAY, 2 * DAY], 72), None);
        assert_eq!(
            following(&[i64::MAX, i64::MIN], &[i64::MIN, 0, i64::MAX], 72).map(|f| f.after),
            Some(2)
        );
    }
}
