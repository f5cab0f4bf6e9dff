//! Fitting the model to the records, with nothing known of who is who.
//!
//! - **u** comes from random pairs, and for equal values from their frequencies, less the matches among them.
//! - **m** comes from expectation maximisation within the blocks of each rule; a rule teaches nothing of the fields it
//!   blocks on, and other rules do. A usual value counts as [`PRIOR_PAIRS`] pairs, so that a small shop has sound weights.
//! - **Shares of the classes** are those at which the candidates' expected matches are as many as the share says.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::aliases;
use super::block::{Blocking, Rule, Starts, rules};
use super::compare::compare;
use super::features::{Features, Row, SplitFamily};
use super::field::{FIRST_IDENTIFIER, FIXED, Kind, Level, Pattern, name};
use super::splitmix;
use super::weights::{BlockCaps, FieldWeights, LevelWeights, Terms, Weights};

/// Random pairs compared at most.
const RANDOM_PAIRS: u64 = 500_000;
/// Pairs of strangers that the usual values count for.
const USUAL_PAIRS: f64 = 1_000.0;
/// Pairs of one person that the usual values count for.
const PRIOR_PAIRS: f64 = 20.0;
/// Pairs of one rule that the model is fitted on, about.
const PAIRS_OF_RULE: u64 = 150_000;
/// Rounds of fitting m, u and the shares of the classes in turn.
const ROUNDS: usize = 3;
/// Steps of expectation maximisation at most.
const STEPS: usize = 60;
/// Change of the share of matches at which it has come to rest.
const REST: f64 = 1e-7;

/// Share of a household's pairs at levels that are not usual there.
const SELDOM: f64 = 1e-3;

/// Numbers of pairs by pattern.
type Counts = BTreeMap<Pattern, f64>;

/// Pairs of one rule.
struct Sample {
    rule: Rule,
    /// Of all pairs looked at.
    patterns: Counts,
    /// Of those that no earlier rule has, scaled to all pairs of the rule.
    first: Counts,
}

/// Fits the model.
///
/// Once the model is sound, given names that stand for each other are learnt by it, and it is fitted again with them.
pub fn fit(
    features: &mut Features,
    identifiers: &[String],
    families: Vec<SplitFamily>,
    cap: usize,
) -> Weights {
    let starts = Starts::of(features);
    features.know_frequencies(&Terms::count(features));
    let mut weights = fit_once(features, &starts, identifiers, families, cap);
    let aliases = aliases::learn(features, &starts, &weights, cap);
    if !aliases.is_empty() {
        features.know_aliases(&aliases);
        weights = fit_once(features, &starts, identifiers, weights.families, cap);
        weights.aliases = aliases;
    }
    weights
}

fn fit_once(
    features: &Features,
    starts: &Starts,
    identifiers: &[String],
    families: Vec<SplitFamily>,
    cap: usize,
) -> Weights {
    let random = random_pairs(features);
    let samples = samples(features, starts, identifiers.len(), cap);
    let terms = Terms::count(features);
    let records = features.len() as f64;
    let pairs = (records * (records - 1.0) / 2.0).max(1.0);
    let mut candidates = Counts::new();
    for sample in &samples {
        for (pattern, count) in &sample.first {
            *candidates.entry(*pattern).or_default() += count;
        }
    }
    let kinds: Vec<Kind> = FIXED
        .into_iter()
        .chain(identifiers.iter().map(|_| Kind::Identifier))
        .collect();
    let mut weights = Weights {
        records: features.len() as u64,
        match_share: (0.5 / records.max(1.0)).min(0.1),
        household_share: (0.1 / records.max(1.0)).min(0.1),
        fields: kinds.iter().enumerate().map(usual).collect(),
        identifiers: identifiers.to_vec(),
        terms,
        families,
        aliases: Vec::new(),
        caps: BlockCaps::default(),
    };
    for _ in 0..ROUNDS {
        fit_strangers(&mut weights, &kinds, &random, features);
        swapped_as_exact(&mut weights, &kinds);
        fit_matches(&mut weights, &kinds, &samples);
        fit_shares(&mut weights, &candidates, pairs);
    }
    swapped_as_exact(&mut weights, &kinds);
    in_order(&mut weights, &kinds);
    round(&mut weights);
    weights
}

/// Lets names the other way round say what the names say: that somebody filled in a form so happens to strangers as often as
/// to one person, and of few random pairs it cannot be told how seldom two strangers' names agree crosswise.
fn swapped_as_exact(weights: &mut Weights, kinds: &[Kind]) {
    for (numbers, kind) in weights.fields.iter_mut().zip(kinds) {
        if !matches!(kind, Kind::Family | Kind::Given) {
            continue;
        }
        let exact = numbers.levels[usize::from(name::EXACT) - 1];
        let swapped = &mut numbers.levels[usize::from(name::SWAPPED) - 1];
        swapped.u = swapped.m * exact.u / exact.m;
        swapped.h = swapped.m * exact.h / exact.m;
    }
}

/// Lets no lesser agreement of a name, number or address say more than the exact one: on few records it cannot be told how
/// seldom strangers share it, while all their pairs tell how seldom they nearly do.
fn in_order(weights: &mut Weights, kinds: &[Kind]) {
    for (numbers, kind) in weights.fields.iter_mut().zip(kinds) {
        if matches!(kind, Kind::Birth | Kind::Gender | Kind::Address) {
            continue;
        }
        let best = numbers.levels[0];
        for level in &mut numbers.levels[1..] {
            level.u = level.u.max(level.m * best.u / best.m);
            if !kind.is_of_household() {
                level.h = level.u;
            }
        }
    }
}

/// Rounds to ten significant digits, more than the records carry: so many are read back from JSON as they were written.
fn round(weights: &mut Weights) {
    let round = |number: &mut f64| {
        if let Ok(rounded) = format!("{number:.9e}").parse() {
            *number = rounded;
        }
    };
    round(&mut weights.match_share);
    round(&mut weights.household_share);
    for level in weights
        .fields
        .iter_mut()
        .flat_map(|field| &mut field.levels)
    {
        for share in [&mut level.m, &mut level.u, &mut level.h] {
            round(share);
        }
    }
    weights
        .terms
        .0
        .iter_mut()
        .for_each(|counts| round(&mut counts.shared));
}

fn usual((place, kind): (usize, &Kind)) -> FieldWeights {
    let levels = kind.levels().iter().map(|level| LevelWeights {
        m: level.usual_m,
        u: level.usual_u,
        h: match kind.is_of_household() {
            true => level.household.max(SELDOM),
            false => level.usual_u,
        },
    });
    FieldWeights {
        field: match place.checked_sub(FIRST_IDENTIFIER) {
            None | Some(0) => kind.key().to_owned(),
            Some(place) => format!("{} {}", kind.key(), place + 1),
        },
        levels: levels.collect(),
    }
}

/// Compares pairs drawn with a fixed seed, or all pairs where they are few.
fn random_pairs(features: &Features) -> Counts {
    let records = features.len() as u64;
    let all = records * records.saturating_sub(1) / 2;
    let pattern = |pair: u64| {
        let (left, right) = if all <= RANDOM_PAIRS {
            pair_of(pair)
        } else {
            let draw = |salt: u64| splitmix(pair * 2 + salt) % records;
            (draw(0), draw(1))
        };
        (left != right).then(|| compare(features, left as usize, right as usize))
    };
    (0..all.min(RANDOM_PAIRS))
        .into_par_iter()
        .filter_map(pattern)
        .fold(Counts::new, |mut counts, pattern| {
            *counts.entry(pattern).or_default() += 1.0;
            counts
        })
        .reduce(Counts::new, added)
}

/// Returns the pair of a number: (1, 0), (2, 0), (2, 1), (3, 0), ...
fn pair_of(number: u64) -> (u64, u64) {
    let mut row = (((8.0 * number as f64 + 1.0).sqrt() + 1.0) / 2.0) as u64;
    while row * (row - 1) / 2 > number {
        row -= 1;
    }
    while row * (row + 1) / 2 <= number {
        row += 1;
    }
    (row, number - row * (row - 1) / 2)
}

fn added(mut left: Counts, right: Counts) -> Counts {
    for (pattern, count) in right {
        *left.entry(pattern).or_default() += count;
    }
    left
}

/// Compares the pairs of some blocks of every rule.
fn samples(features: &Features, starts: &Starts, identifiers: usize, cap: usize) -> Vec<Sample> {
    let mut blocking = Blocking::new(rules(identifiers));
    let mut samples = Vec::new();
    while let Some(blocks) = blocking.next(features, starts, cap) {
        let every = blocks.pairs().div_ceil(PAIRS_OF_RULE).max(1);
        let rule = blocking.rules()[samples.len()].clone();
        let shares = blocks.shares(10_000);
        let count = |mut counts: (Counts, Counts), range: &std::ops::Range<usize>| {
            for block in range.clone() {
                if !splitmix(block as u64).is_multiple_of(every) {
                    continue;
                }
                let block = blocks.get(block);
                for (place, left) in block.iter().enumerate() {
                    for right in &block[place + 1..] {
                        let (left, right) = (*left as usize, *right as usize);
                        let pattern = compare(features, left, right);
                        *counts.0.entry(pattern).or_default() += 1.0;
                        if blocking.is_first(left, right) {
                            *counts.1.entry(pattern).or_default() += every as f64;
                        }
                    }
                }
            }
            counts
        };
        let empty = || (Counts::new(), Counts::new());
        let (patterns, first) = shares
            .par_iter()
            .fold(empty, count)
            .reduce(empty, |a, b| (added(a.0, b.0), added(a.1, b.1)));
        samples.push(Sample {
            rule,
            patterns,
            first,
        });
    }
    samples
}

/// Fits u: what random pairs show, less the matches among them.
fn fit_strangers(weights: &mut Weights, kinds: &[Kind], random: &Counts, features: &Features) {
    let records = features.len() as f64;
    for (field, kind) in kinds.iter().enumerate() {
        let mut counts = vec![0.0; kind.levels().len()];
        for (pattern, count) in random {
            if let Some(level) = (pattern.level(field) as usize).checked_sub(1) {
                counts[level] += count;
            }
        }
        let pairs: f64 = counts.iter().sum();
        let floor = 0.5 / (pairs + USUAL_PAIRS);
        let matches = weights.match_share;
        let old = &weights.fields[field].levels;
        let mut shares: Vec<f64> = counts
            .iter()
            .zip(kind.levels())
            .zip(old)
            .map(|((count, usual), old)| {
                let strangers = (count - pairs * matches * old.m).max(0.0);
                ((strangers + USUAL_PAIRS * usual.usual_u) / (pairs + USUAL_PAIRS)).max(floor)
            })
            .collect();
        if let Some(shared) = shared_values(features, field, *kind) {
            let strangers = (shared - matches * old[0].m).max(0.0);
            let weight = records / (records + USUAL_PAIRS);
            let usual = kind.levels()[0].usual_u;
            let share = strangers * weight + usual * (1.0 - weight);
            // Even a number of one's own is now and then shared, by a couple or by mistake.
            shares[0] = share.max(0.05 / records.max(1.0)).min(0.9);
        }
        let sum: f64 = shares.iter().sum();
        for (level, share) in shares.iter().enumerate() {
            let level = &mut weights.fields[field].levels[level];
            level.u = share / sum;
        }
        if !kind.is_of_household() {
            // Living together says nothing of the field.
            for level in &mut weights.fields[field].levels {
                level.h = level.u;
            }
        }
    }
}

/// Returns how likely two records share a value of a field, by the values' frequencies.
fn shared_values(features: &Features, field: usize, kind: Kind) -> Option<f64> {
    let value = |row: &Row| match kind {
        Kind::Family => row.family,
        Kind::Given => row.given,
        Kind::Birth => row.birth,
        Kind::Email => row.email,
        Kind::Phone => row.phone,
        Kind::Identifier => row.identifiers[field - FIRST_IDENTIFIER],
        Kind::Gender | Kind::Address => 0,
    };
    let mut sorted: Vec<u32> = features.rows.iter().map(value).collect();
    sorted.retain(|value| *value != 0);
    sorted.par_sort_unstable();
    let filled = sorted.len() as f64;
    let same: f64 = sorted
        .chunk_by(|left, right| left == right)
        .map(|same| same.len() as f64 * (same.len() as f64 - 1.0))
        .sum();
    (filled > 1.0).then(|| same / (filled * (filled - 1.0)))
}

/// The three classes' likelihoods of a pattern, of the fields a rule teaches.
fn likelihoods(weights: &Weights, pattern: Pattern, teaches: impl Fn(usize) -> bool) -> [f64; 3] {
    let mut likelihoods = [1.0; 3];
    for (field, numbers) in weights.fields.iter().enumerate() {
        let level = pattern.level(field) as usize;
        if level == 0 || !teaches(field) {
            continue;
        }
        let LevelWeights { m, u, h } = numbers.levels[level - 1];
        for (likelihood, share) in likelihoods.iter_mut().zip([m, u, h]) {
            *likelihood *= share;
        }
    }
    likelihoods
}

/// Expected pairs of a class by field and level.
type Expected = Vec<Vec<f64>>;

/// What the usual values say, as expected pairs.
fn usual_pairs(kinds: &[Kind]) -> [Expected; 2] {
    let of = |share: fn(&Level) -> f64| {
        let field = |kind: &Kind| {
            let levels = kind.levels().iter();
            levels.map(|level| share(level) * PRIOR_PAIRS).collect()
        };
        kinds.iter().map(field).collect()
    };
    [
        of(|level| level.usual_m),
        of(|level| level.household.max(SELDOM)),
    ]
}

/// Fits m and h by expectation maximisation within the blocks of every rule, and puts together what the rules teach.
fn fit_matches(weights: &mut Weights, kinds: &[Kind], samples: &[Sample]) {
    let usual = usual_pairs(kinds);
    let mut taught = usual.clone();
    for sample in samples {
        let expected = of_rule(weights, &usual, sample);
        // Elsewhere strangers of one family name would pass for households.
        let classes = if sample.rule.shows_households() { 2 } else { 1 };
        for (sum, expected) in taught.iter_mut().zip(expected).take(classes) {
            for (sum, expected) in sum.iter_mut().flatten().zip(expected.iter().flatten()) {
                *sum += expected;
            }
        }
    }
    learn(weights, &taught, true, |_| true);
}

/// Sets m and h of the fields that were taught to the expected pairs' shares.
fn learn(
    weights: &mut Weights,
    taught: &[Expected; 2],
    has_households: bool,
    is_taught: impl Fn(usize) -> bool,
) {
    let [matches, households] = taught;
    for (field, numbers) in weights.fields.iter_mut().enumerate() {
        if !is_taught(field) {
            continue;
        }
        let is_of_household = FIXED.get(field).is_some_and(|kind| kind.is_of_household());
        let (matched, housed): (f64, f64) =
            (matches[field].iter().sum(), households[field].iter().sum());
        for (place, level) in numbers.levels.iter_mut().enumerate() {
            level.m = matches[field][place] / matched;
            if is_of_household && has_households {
                level.h = households[field][place] / housed;
            }
        }
    }
}

/// Returns the expected matches and household pairs of a rule by field and level.
fn of_rule(weights: &Weights, usual: &[Expected; 2], sample: &Sample) -> [Expected; 2] {
    let mut local = Weights {
        terms: Terms::default(),
        ..weights.clone()
    };
    let empty: Expected = usual[0]
        .iter()
        .map(|levels| vec![0.0; levels.len()])
        .collect();
    let teaches = |field: usize| sample.rule.teaches(field);
    let mut shares = [0.2, 0.6, 0.2];
    let mut expected = [empty.clone(), empty.clone()];
    let pairs: f64 = sample.patterns.values().sum();
    for _ in 0..STEPS {
        expected = [empty.clone(), empty.clone()];
        let mut sums = [0.0; 3];
        for (pattern, count) in &sample.patterns {
            let likelihoods = likelihoods(&local, *pattern, teaches);
            let joint: [f64; 3] = std::array::from_fn(|class| shares[class] * likelihoods[class]);
            let total: f64 = joint.iter().sum();
            if total <= 0.0 {
                continue;
            }
            let posterior = joint.map(|part| part / total * count);
            for (sum, part) in sums.iter_mut().zip(posterior) {
                *sum += part;
            }
            for field in (0..empty.len()).filter(|field| teaches(*field)) {
                if let Some(level) = (pattern.level(field) as usize).checked_sub(1) {
                    expected[0][field][level] += posterior[0];
                    expected[1][field][level] += posterior[2];
                }
            }
        }
        let before = shares[0];
        shares = sums.map(|sum| (sum / pairs.max(1.0)).max(1e-9));
        let mut taught = usual.clone();
        for (sum, expected) in taught.iter_mut().zip(&expected) {
            for (sum, expected) in sum.iter_mut().flatten().zip(expected.iter().flatten()) {
                *sum += expected;
            }
        }
        let has_households = sample.rule.shows_households();
        learn(&mut local, &taught, has_households, teaches);
        if (shares[0] - before).abs() < REST {
            break;
        }
    }
    expected
}

/// Fits the shares of the classes to all candidates.
fn fit_shares(weights: &mut Weights, candidates: &Counts, pairs: f64) {
    let likelihoods: Vec<([f64; 3], f64)> = candidates
        .iter()
        .map(|(pattern, count)| (likelihoods(weights, *pattern, |_| true), *count))
        .collect();
    for _ in 0..STEPS {
        let (matches, households) = (weights.match_share, weights.household_share);
        let shares = [matches, 1.0 - matches - households, households];
        let mut sums = [0.0; 3];
        for (likelihoods, count) in &likelihoods {
            let joint: [f64; 3] = std::array::from_fn(|class| shares[class] * likelihoods[class]);
            let total: f64 = joint.iter().sum();
            if total > 0.0 {
                for (sum, part) in sums.iter_mut().zip(joint) {
                    *sum += part / total * count;
                }
            }
        }
        // Half a match and half a household keep the shares from nil where there is none.
        weights.match_share = ((sums[0] + 0.5) / pairs).min(0.5);
        weights.household_share = ((sums[2] + 0.5) / pairs).min(0.4);
        if (weights.match_share - matches).abs() < REST * matches {
            break;
        }
    }
}

#[cfg(test)]
mod tests;
