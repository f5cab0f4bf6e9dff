//! Fitting finds what was planted.

use super::*;

/// Fields whose patterns are simulated; the others are missing.
const SHOWN: [usize; 5] = [0, 1, 2, 5, 6];

fn kinds() -> Vec<Kind> {
    FIXED.to_vec()
}

/// A model whose numbers are unlike the usual ones.
fn planted() -> Weights {
    let kinds = kinds();
    let mut weights = Weights {
        match_share: 0.3,
        household_share: 0.2,
        fields: kinds.iter().enumerate().map(usual).collect(),
        ..Weights::default()
    };
    for (field, numbers) in weights.fields.iter_mut().enumerate() {
        let count = numbers.levels.len() as f64;
        let of_household = FIXED[field].is_of_household();
        let is_given = FIXED[field] == Kind::Given;
        for (place, level) in numbers.levels.iter_mut().enumerate() {
            let place = place as f64;
            // Falling for matches, rising for strangers, in the middle for households; all sum to one.
            level.m = 2.0 * (count - place) / (count * (count + 1.0));
            level.u = 2.0 * (place + 1.0) / (count * (count + 1.0));
            // Of given names a household says as little as it usually does.
            match (of_household, is_given) {
                (_, true) => {}
                (true, _) => level.h = 1.0 / count,
                (false, _) => level.h = level.u,
            }
        }
    }
    weights
}

/// Returns how often each pattern of the shown fields comes among `pairs` pairs.
fn patterns(weights: &Weights, shares: [f64; 3], pairs: f64) -> Counts {
    let mut all = vec![Pattern::default()];
    for field in SHOWN {
        let levels = weights.fields[field].levels.len() as u8;
        all = all
            .into_iter()
            .flat_map(|pattern| (1..=levels).map(move |level| pattern.with(field, level)))
            .collect();
    }
    all.into_iter()
        .map(|pattern| {
            let likelihoods = likelihoods(weights, pattern, |_| true);
            let share: f64 = (0..3).map(|class| shares[class] * likelihoods[class]).sum();
            (pattern, share * pairs)
        })
        .collect()
}

fn distance(left: &[f64], right: &[f64]) -> f64 {
    let each = left
        .iter()
        .zip(right)
        .map(|(left, right)| (left - right).abs());
    each.fold(0.0, f64::max)
}

#[test]
fn expectation_maximisation_finds_the_planted_m_and_household_shares() {
    let planted = planted();
    let counts = patterns(&planted, [0.3, 0.5, 0.2], 1_000_000.0);
    let email = rules(0).into_iter().next().expect("a rule");
    assert!(email.shows_households());
    let sample = Sample {
        rule: email,
        first: counts.clone(),
        patterns: counts,
    };
    // The strangers are known from random pairs; all else starts from the usual.
    let mut weights = planted.clone();
    for (place, kind) in kinds().iter().enumerate() {
        let usual = usual((place, kind));
        for (level, usual) in weights.fields[place].levels.iter_mut().zip(usual.levels) {
            level.m = usual.m;
            if kind.is_of_household() {
                level.h = usual.h;
            }
        }
    }
    let [matches, households] = of_rule(&weights, &usual_pairs(&kinds()), &sample);
    let shares = |expected: &Expected, field: usize| -> Vec<f64> {
        let sum: f64 = expected[field].iter().sum();
        expected[field].iter().map(|count| count / sum).collect()
    };
    for field in SHOWN {
        let levels = &planted.fields[field].levels;
        let m: Vec<f64> = levels.iter().map(|level| level.m).collect();
        let found = shares(&matches, field);
        assert!(
            distance(&found, &m) < 0.02,
            "field {field}: {found:?}, planted {m:?}"
        );
    }
    for field in [0, 5, 6] {
        let levels = &planted.fields[field].levels;
        let h: Vec<f64> = levels.iter().map(|level| level.h).collect();
        let found = shares(&households, field);
        assert!(
            distance(&found, &h) < 0.05,
            "field {field}: {found:?}, planted {h:?}"
        );
    }
    let sum: f64 = matches[1].iter().sum();
    assert!(
        (sum / 1_000_000.0 - 0.3).abs() < 0.02,
        "{sum} matches of 300,000"
    );
}

#[test]
fn random_pairs_give_the_strangers_less_the_matches_among_them() {
    let planted = planted();
    let counts = patterns(&planted, [0.3, 0.7, 0.0], 1_000_000.0);
    let mut weights = planted.clone();
    for level in weights
        .fields
        .iter_mut()
        .flat_map(|field| &mut field.levels)
    {
        level.u = 0.5;
    }
    fit_strangers(&mut weights, &kinds(), &counts, &Features::new(0));
    for field in SHOWN {
        let of = |weights: &Weights| -> Vec<f64> {
            let levels = weights.fields[field].levels.iter();
            levels.map(|level| level.u).collect()
        };
        let (found, u) = (of(&weights), of(&planted));
        assert!(
            distance(&found, &u) < 0.01,
            "field {field}: {found:?}, planted {u:?}"
        );
    }
}

#[test]
fn shares_of_the_classes_are_found_from_the_candidates() {
    let planted = planted();
    let counts = patterns(&planted, [0.1, 0.7, 0.2], 1_000_000.0);
    let mut weights = Weights {
        match_share: 0.01,
        household_share: 0.01,
        ..planted
    };
    for _ in 0..20 {
        fit_shares(&mut weights, &counts, 1_000_000.0);
    }
    assert!(
        (weights.match_share - 0.1).abs() < 0.01,
        "{}",
        weights.match_share
    );
    assert!(
        (weights.household_share - 0.2).abs() < 0.02,
        "{}",
        weights.household_share
    );
}

#[test]
fn pairs_are_numbered_row_by_row() {
    let first: Vec<(u64, u64)> = (0..6).map(pair_of).collect();
    assert_eq!(first, [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]);
    for number in [499_999, 1 << 40] {
        let (row, column) = pair_of(number);
        assert!(column < row && row * (row - 1) / 2 + column == number);
    }
}
