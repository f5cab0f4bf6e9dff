//! How much more often two words stand together than chance would have it.

/// Returns the normalised pointwise mutual information of two words, -1..1 (Bouma 2009, equation 4).
///
/// `together` of `total` texts hold both, `left` and `right` one of them each:
///
/// ```text
/// npmi = ln(p(x, y) / (p(x) p(y))) / -ln p(x, y)
/// ```
///
/// 1 when neither stands without the other, 0 when they meet by chance, -1 when they never meet. 0, too, where nothing can be
/// said: a word in no text, or no text at all.
pub fn npmi(together: f64, left: f64, right: f64, total: f64) -> f64 {
    let is_known = left > 0.0 && right > 0.0 && total > 0.0 && together >= 0.0;
    if !is_known {
        return 0.0;
    }
    if together == 0.0 {
        return -1.0;
    }
    if together >= total {
        return 1.0;
    }
    let information = libm::log(together * total / (left * right));
    (information / -libm::log(together / total)).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ends_and_the_middle_are_those_of_the_paper() {
        assert!((npmi(10.0, 10.0, 10.0, 100.0) - 1.0).abs() < 1e-15);
        assert!(npmi(6.0, 20.0, 30.0, 100.0).abs() < 1e-15);
        assert_eq!(npmi(0.0, 20.0, 30.0, 100.0), -1.0);
        // ln(0.1 / (0.2 * 0.2)) / -ln 0.1
        assert!((npmi(10.0, 20.0, 20.0, 100.0) - 0.397_940_008_672_037_6).abs() < 1e-12);
    }

    #[test]
    fn nothing_known_is_nil() {
        assert_eq!(npmi(0.0, 0.0, 5.0, 10.0), 0.0);
        assert_eq!(npmi(1.0, 1.0, 1.0, 0.0), 0.0);
        assert_eq!(npmi(f64::NAN, 1.0, 1.0, 10.0), 0.0);
    }

    proptest! {
        #[test]
        fn it_lies_between_minus_one_and_one(left in 1_u32..500, right in 1_u32..500, share in 0.0_f64..1.0, rest in 0_u32..1000) {
            let together = f64::floor(share * f64::from(left.min(right)));
            let total = f64::from(left + right + rest);
            let value = npmi(together, left.into(), right.into(), total);
            prop_assert!((-1.0..=1.0).contains(&value));
            prop_assert_eq!(value, npmi(together, right.into(), left.into(), total));
        }
    }
}
