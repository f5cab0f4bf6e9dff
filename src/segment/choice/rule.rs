//! Who forecasts: the rule by which measures and likelihoods become a choice.

use super::trial::CONFIDENCE;
use crate::math::holdout::paired_difference;
use crate::math::intervals::Difference;

/// What is known of a model or a naive forecast.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entrant {
    pub(super) name: &'static str,
    pub(super) standing: Standing,
    /// Squared errors on the holdout, a value per person; `None` without a holdout, or when it failed at a cut-off.
    pub(super) losses: Option<Vec<f64>>,
}

/// How a forecast stands on the whole log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Standing {
    /// A model that was fitted.
    Fitted {
        /// Log-likelihood less the number of parameters.
        evidence: f64,
        at_boundary: bool,
    },
    /// A model that did not converge.
    Failed,
    /// A model that was not fitted, as the log says too little.
    Untried,
    /// A forecast without a model.
    Naive,
}

/// What was decided of one entrant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub(super) name: &'static str,
    pub(super) is_chosen: bool,
    /// Key of the reason.
    pub(super) reason: &'static str,
    /// Mean squared error less that of the least.
    pub(super) difference: Option<Difference>,
}

impl Entrant {
    fn evidence(&self) -> Option<f64> {
        match self.standing {
            Standing::Fitted { evidence, .. } => Some(evidence),
            _ => None,
        }
    }

    /// Returns the losses of what may be chosen: a model must hold on the whole log, too.
    fn counted(&self) -> Option<&[f64]> {
        match self.standing {
            Standing::Failed | Standing::Untried => None,
            _ => self.losses.as_deref(),
        }
    }
}

/// Decides on the holdout.
///
/// 1. The least mean squared error is the mark.
/// 2. As good is who is not worse than the mark by more than chance: the interval of the paired difference reaches 0.
/// 3. Of the models that are as good the one with the most evidence on the whole log is used.
/// 4. When no model is as good, a naive forecast is used: the first, which is the simpler, of those that are.
///
/// Evidence rests on all purchases, errors on those of the holdout alone; so errors decide where they can, evidence where they
/// cannot. `None` when nothing was measured.
pub(super) fn by_holdout(entrants: &[Entrant]) -> Option<Vec<Verdict>> {
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len().max(1) as f64;
    let mut mark: Option<(usize, &[f64])> = None;
    for (place, entrant) in entrants.iter().enumerate() {
        if let Some(losses) = entrant.counted()
            && mark.is_none_or(|(_, least)| mean(losses) < mean(least))
        {
            mark = Some((place, losses));
        }
    }
    let (least_place, least) = mark?;
    let differences: Vec<Option<Difference>> = entrants
        .iter()
        .map(|entrant| {
            let compare = |losses| paired_difference(losses, least, CONFIDENCE);
            entrant.counted().map(compare).and_then(Result::ok)
        })
        .collect();
    let is_as_good = |place: usize| {
        place == least_place
            || differences[place].is_some_and(|difference| difference.interval.low <= 0.0)
    };
    let as_good: Vec<usize> = (0..entrants.len())
        .filter(|place| is_as_good(*place))
        .collect();
    let likeliest = first_most(
        as_good
            .iter()
            .filter_map(|place| Some((*place, entrants[*place].evidence()?))),
    );
    let naive = as_good
        .iter()
        .copied()
        .find(|place| entrants[*place].standing == Standing::Naive);
    let chosen = likeliest.or(naive).unwrap_or(least_place);
    let has_model = entrants
        .iter()
        .any(|entrant| entrant.evidence().is_some() && entrant.losses.is_some());
    let naive_reason = if has_model {
        "models_worse"
    } else {
        "not_converged"
    };
    let reason = |place: usize| {
        let entrant = &entrants[place];
        match entrant.counted() {
            None => "not_converged",
            Some(_) if place == chosen && likeliest.is_none() => naive_reason,
            Some(_) if place == chosen && place == least_place => "least_error",
            Some(_) if place == chosen => "as_good_and_likelier",
            Some(_) if is_as_good(place) => "as_good",
            Some(_) => "worse",
        }
    };
    Some(verdicts(entrants, Some(chosen), &reason, &differences))
}

/// Decides without a holdout, for the reason given: the likeliest model whose parameters the log pins down. `None` when there is
/// none.
pub(super) fn by_likelihood(entrants: &[Entrant], why: &'static str) -> Option<Vec<Verdict>> {
    let sound = entrants
        .iter()
        .enumerate()
        .filter_map(|(place, entrant)| match entrant.standing {
            Standing::Fitted {
                evidence,
                at_boundary: false,
            } => Some((place, evidence)),
            _ => None,
        });
    let chosen = first_most(sound)?;
    let reason = |place: usize| match entrants[place].standing {
        _ if place == chosen => why,
        Standing::Fitted {
            at_boundary: true, ..
        } => "boundary_solution",
        Standing::Fitted { .. } => "less_likely",
        Standing::Failed => "not_converged",
        Standing::Untried | Standing::Naive => "not_tested",
    };
    Some(verdicts(entrants, Some(chosen), &reason, &[]))
}

/// Uses what is named, or nothing, for the reason given.
pub(super) fn by_default(
    entrants: &[Entrant],
    name: Option<&str>,
    why: &'static str,
) -> Vec<Verdict> {
    let chosen = entrants
        .iter()
        .position(|entrant| Some(entrant.name) == name);
    let reason = |place: usize| match entrants[place].standing {
        _ if chosen.is_none() || chosen == Some(place) => why,
        Standing::Failed => "not_converged",
        Standing::Fitted {
            at_boundary: true, ..
        } => "boundary_solution",
        Standing::Fitted { .. } | Standing::Untried => why,
        Standing::Naive => "not_tested",
    };
    verdicts(entrants, chosen, &reason, &[])
}

/// Returns the reason why no model holds on the whole log.
pub(super) fn obstacle(entrants: &[Entrant]) -> &'static str {
    let has_fit = entrants.iter().any(|entrant| entrant.evidence().is_some());
    if has_fit {
        "boundary_solution"
    } else {
        "not_converged"
    }
}

/// Returns the place of the largest value, of equal ones the first.
fn first_most(values: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    let mut most: Option<(usize, f64)> = None;
    for (place, value) in values {
        if most.is_none_or(|(_, held)| value > held) {
            most = Some((place, value));
        }
    }
    most.map(|(place, _)| place)
}

fn verdicts(
    entrants: &[Entrant],
    chosen: Option<usize>,
    reason: &dyn Fn(usize) -> &'static str,
    differences: &[Option<Difference>],
) -> Vec<Verdict> {
    let verdict = |(place, entrant): (usize, &Entrant)| Verdict {
        name: entrant.name,
        is_chosen: chosen == Some(place),
        reason: reason(place),
        difference: differences.get(place).copied().flatten(),
    };
    entrants.iter().enumerate().map(verdict).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entrant(name: &'static str, standing: Standing, losses: Option<&[f64]>) -> Entrant {
        Entrant {
            name,
            standing,
            losses: losses.map(<[f64]>::to_vec),
        }
    }

    fn fitted(evidence: f64) -> Standing {
        Standing::Fitted {
            evidence,
            at_boundary: false,
        }
    }

    fn told(verdicts: &[Verdict]) -> Vec<(&'static str, bool, &'static str)> {
        let one = |verdict: &Verdict| (verdict.name, verdict.is_chosen, verdict.reason);
        verdicts.iter().map(one).collect()
    }

    const LOW: [f64; 6] = [1.0, 1.1, 0.9, 1.0, 1.2, 0.8];
    const LIKE: [f64; 6] = [1.1, 0.9, 1.0, 1.2, 1.0, 0.9];
    const HIGH: [f64; 6] = [3.0, 3.1, 2.9, 3.0, 3.2, 2.9];

    #[test]
    fn within_chance_the_likelier_model_is_used() {
        let found = by_holdout(&[
            entrant("a", fitted(-10.0), Some(&LIKE)),
            entrant("b", fitted(-12.0), Some(&LOW)),
            entrant("c", fitted(-1.0), Some(&HIGH)),
            entrant("n", Standing::Naive, Some(&LIKE)),
        ]);
        let found = found.expect("losses");
        let expected = [
            ("a", true, "as_good_and_likelier"),
            ("b", false, "as_good"),
            ("c", false, "worse"),
            ("n", false, "as_good"),
        ];
        assert_eq!(told(&found), expected);
        let difference = found[2].difference.expect("compared");
        assert!(difference.interval.low > 0.0 && difference.p_value < 0.001);
    }

    #[test]
    fn a_naive_forecast_is_used_only_when_every_model_is_worse() {
        let models = |losses: &[f64]| {
            by_holdout(&[
                entrant("a", fitted(-10.0), Some(losses)),
                entrant("f", Standing::Failed, Some(&LOW)),
                entrant("rate", Standing::Naive, Some(&LIKE)),
                entrant("same", Standing::Naive, Some(&LOW)),
            ])
            .expect("losses")
        };
        let expected = [
            ("a", false, "worse"),
            ("f", false, "not_converged"),
            ("rate", true, "models_worse"),
            ("same", false, "as_good"),
        ];
        assert_eq!(told(&models(&HIGH)), expected);
        assert_eq!(told(&models(&LIKE))[0], ("a", true, "as_good_and_likelier"));
    }

    #[test]
    fn without_a_holdout_the_likelihood_decides_among_sound_models() {
        let edge = Standing::Fitted {
            evidence: -1.0,
            at_boundary: true,
        };
        let entrants = [
            entrant("a", fitted(-10.0), None),
            entrant("b", fitted(-9.0), None),
            entrant("e", edge, None),
            entrant("n", Standing::Naive, None),
        ];
        assert_eq!(by_holdout(&entrants), None);
        let found = by_likelihood(&entrants, "log_too_short").expect("a sound model");
        let expected = [
            ("a", false, "less_likely"),
            ("b", true, "log_too_short"),
            ("e", false, "boundary_solution"),
            ("n", false, "not_tested"),
        ];
        assert_eq!(told(&found), expected);
        assert_eq!(by_likelihood(&entrants[2..], "log_too_short"), None);
        assert_eq!(obstacle(&entrants[2..]), "boundary_solution");
        assert_eq!(obstacle(&entrants[3..]), "not_converged");
        let found = by_default(&entrants, Some("n"), "too_few_repeaters");
        assert_eq!(told(&found)[3], ("n", true, "too_few_repeaters"));
        let nobody = by_default(&entrants, None, "no_orders");
        assert!(nobody.iter().all(|verdict| !verdict.is_chosen));
    }
}
