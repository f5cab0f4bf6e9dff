//! Random substreams: every object of the sample is a pure function of the seed and its own index.
//!
//! Nothing is drawn from one long stream, so a customer, an order or an account can be made again at
//! any moment without keeping it, and the size of the sample does not change what a seed means.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a substream is used for; two domains never share numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    Slot = 1,
    Person,
    Record,
    Timeline,
    Order,
    Account,
    Hour,
    Reaction,
    Review,
    Chat,
    Consent,
    Contact,
    Assignment,
    Declared,
    PlannedPost,
    OrderLog,
    Shuffle,
    Home,
    Member,
    Later,
    Writing,
    Street,
    Voice,
}

/// Mixes one word into a hash (the finaliser of SplitMix64).
fn mix(state: u64, word: u64) -> u64 {
    let mut z = state ^ word.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Returns the hash of a seed, a domain and two indices.
pub(super) fn hash(seed: u64, domain: Domain, index: u64, part: u64) -> u64 {
    mix(mix(mix(mix(0x006B_6F65, seed), domain as u64), index), part)
}

/// Returns a uniform number in `0..1` made of a hash.
pub(super) fn fraction(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1u64 << 53) as f64
}

/// Returns the substream of a seed, a domain and two indices.
pub(super) fn stream(seed: u64, domain: Domain, index: u64, part: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(hash(seed, domain, index, part))
}

/// Picks one item; the slice must not be empty.
pub(super) fn pick<'a, T>(items: &'a [T], rng: &mut (impl Rng + ?Sized)) -> &'a T {
    &items[rng.random_range(0..items.len())]
}

/// Returns the index of a weight drawn in proportion; 0 if every weight is nil.
pub(super) fn weighted(weights: &[f64], rng: &mut impl Rng) -> usize {
    let total: f64 = weights.iter().sum();
    let mut rest = rng.random::<f64>() * total;
    for (index, weight) in weights.iter().enumerate() {
        if rest < *weight {
            return index;
        }
        rest -= weight;
    }
    weights.iter().rposition(|w| *w > 0.0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substreams_differ_by_seed_domain_and_index() {
        let first = hash(1, Domain::Slot, 0, 0);
        assert_ne!(first, hash(2, Domain::Slot, 0, 0));
        assert_ne!(first, hash(1, Domain::Person, 0, 0));
        assert_ne!(first, hash(1, Domain::Slot, 1, 0));
        assert_ne!(first, hash(1, Domain::Slot, 0, 1));
        assert_eq!(first, hash(1, Domain::Slot, 0, 0));
    }

    #[test]
    fn weighted_never_draws_a_nil_weight() {
        let mut rng = stream(7, Domain::Order, 0, 0);
        for _ in 0..1000 {
            assert_eq!(weighted(&[0.0, 2.0, 0.0], &mut rng), 1);
        }
        assert_eq!(weighted(&[0.0, 0.0], &mut rng), 0);
    }

    #[test]
    fn fractions_stay_below_one() {
        assert!(fraction(u64::MAX) < 1.0);
        assert_eq!(fraction(0), 0.0);
    }
}
