//! No bytes make any layout panic, and records are accounted for whatever happens to a file.

use proptest::prelude::*;

use super::fixtures::FIXTURES;
use super::import;
use crate::import::layout::layouts;

fn accounted(bytes: &[u8], layout: &str) {
    if let Ok(outcome) = import(bytes, Some(layout)) {
        assert_eq!(outcome.counts.rejected, outcome.rejects.len() as u64);
        assert!(
            outcome.counts.rejected <= outcome.counts.read,
            "{layout}: {:?}",
            outcome.counts
        );
        assert!(
            outcome
                .rejects
                .windows(2)
                .all(|pair| pair[0].line <= pair[1].line),
            "rejects follow the file"
        );
        let _ = outcome.rendered();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_survived_by_every_layout(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for layout in layouts() {
            accounted(&bytes, layout.name());
        }
    }

    #[test]
    fn damaged_fixtures_are_survived(
        which in 0..FIXTURES.len(),
        cut in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        noise in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'0'), any::<u8>()], 0..6),
    ) {
        let (layout, bytes, _) = FIXTURES[which];
        let mut damaged = bytes[..=cut.index(bytes.len())].to_vec();
        let place = place.index(damaged.len());
        damaged.splice(place..place, noise);
        accounted(&damaged, layout);
    }
}
