//! Whether texts rise or fall one after the other: then none comes twice, and none need be looked up.

use std::cmp::Ordering;

/// Watches texts go by; shorter ones come before longer ones, so that plain numbers rise as they count up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rising {
    direction: Option<Ordering>,
    last: Option<String>,
    is_over: bool,
}

impl Rising {
    /// Whether all texts so far go in one direction, none of them twice.
    pub(crate) fn is_kept(&self) -> bool {
        !self.is_over
    }

    /// Takes the next texts; returns whether they go on in the direction of those before. A missing text does not.
    pub(crate) fn goes_on<'t>(&mut self, texts: impl Iterator<Item = Option<&'t str>>) -> bool {
        if self.is_over {
            return false;
        }
        let before = self.last.take();
        let mut last = before.as_deref();
        for text in texts {
            let (Some(text), direction) = (text, self.direction) else {
                self.is_over = true;
                return false;
            };
            if let Some(last) = last {
                let step = text.len().cmp(&last.len()).then_with(|| text.cmp(last));
                if step == Ordering::Equal || direction.is_some_and(|known| known != step) {
                    self.is_over = true;
                    return false;
                }
                self.direction = Some(step);
            }
            last = Some(text);
        }
        self.last = last.map(str::to_owned);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_rise_also_where_they_get_longer_and_across_blocks() {
        let mut rising = Rising::default();
        assert!(rising.goes_on(["8", "9", "10"].into_iter().map(Some)));
        assert!(rising.goes_on(std::iter::empty()));
        assert!(rising.goes_on(["11"].into_iter().map(Some)) && rising.is_kept());
        assert!(!rising.goes_on(["11"].into_iter().map(Some)) && !rising.is_kept());
        assert!(!rising.goes_on(["12"].into_iter().map(Some)));
        let mut falling = Rising::default();
        assert!(falling.goes_on(["b", "a"].into_iter().map(Some)));
        assert!(!falling.goes_on([None].into_iter()));
    }

    proptest! {
        #[test]
        fn what_rises_or_falls_has_no_text_twice(blocks in proptest::collection::vec(proptest::collection::vec("[ab]{0,2}", 0..4), 0..4)) {
            let mut rising = Rising::default();
            for block in &blocks {
                rising.goes_on(block.iter().map(|text| Some(text.as_str())));
            }
            let all: Vec<&String> = blocks.iter().flatten().collect();
            let different: HashSet<&String> = all.iter().copied().collect();
            prop_assert!(!rising.is_kept() || different.len() == all.len());
        }
    }
}
