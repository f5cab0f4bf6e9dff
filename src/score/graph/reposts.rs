//! Whose words a repost repeats, through reposts of reposts.

/// Returns for each post the post it repeats in the end: `None` for a post that repeats none, and where the way leads to
/// nothing or round in a circle.
///
/// `reposted[i]` is the place of the post that post `i` repeats, if it is a repost. Quotes have words of their own and repeat
/// none. Linear in the posts.
pub fn repost_origins(reposted: &[Option<u32>]) -> Vec<Option<u32>> {
    const OPEN: u8 = 0;
    const ON_THE_WAY: u8 = 1;
    const DONE: u8 = 2;
    let mut state = vec![OPEN; reposted.len()];
    let mut origins: Vec<Option<u32>> = vec![None; reposted.len()];
    let mut way = Vec::new();
    for start in 0..reposted.len() {
        let mut post = start;
        way.clear();
        // The origin of all posts on the way.
        let origin = loop {
            match state.get(post) {
                Some(&OPEN) => {}
                Some(&DONE) if reposted[post].is_some() => break origins[post],
                Some(&DONE) => break Some(post as u32),
                // A circle, or a post that is not there.
                _ => break None,
            }
            let Some(next) = reposted[post] else {
                state[post] = DONE;
                break Some(post as u32);
            };
            state[post] = ON_THE_WAY;
            way.push(post);
            post = next as usize;
        };
        for &passed in &way {
            state[passed] = DONE;
            origins[passed] = origin;
        }
    }
    origins
}

/// Returns how often each post is repeated in the store, given [`repost_origins`].
pub fn stored_reposts(origins: &[Option<u32>]) -> Vec<i64> {
    let mut counts = vec![0; origins.len()];
    for origin in origins.iter().flatten() {
        if let Some(count) = counts.get_mut(*origin as usize) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repost_of_a_repost_repeats_the_first() {
        let reposted = [None, Some(0), Some(1), Some(2), None];
        let origins = repost_origins(&reposted);
        assert_eq!(origins, [None, Some(0), Some(0), Some(0), None]);
        assert_eq!(stored_reposts(&origins), [3, 0, 0, 0, 0]);
    }

    #[test]
    fn circles_and_ways_to_nothing_have_no_origin() {
        // 0 and 1 repeat each other, 2 enters the circle, 3 itself, 4 a post that is not there, 5 what 4 repeats.
        let reposted = [Some(1), Some(0), Some(1), Some(3), Some(99), Some(4)];
        assert_eq!(repost_origins(&reposted), [None; 6]);
        assert_eq!(stored_reposts(&[None, Some(9)]), [0, 0]);
    }

    #[test]
    fn a_chain_of_a_million_is_no_recursion() {
        let reposted: Vec<Option<u32>> = (0..1_000_000_u32).map(|at| at.checked_sub(1)).collect();
        let counts = stored_reposts(&repost_origins(&reposted));
        assert_eq!(counts[0], 999_999);
    }
}
