//! The purchase models koe knows, in one list.

use rayon::prelude::*;

use super::calendar::Period;
use super::discreteness::BG_BB;
use super::opportunities::Opportunities;
use crate::math::MathError;
use crate::math::matrix::Square;
use crate::math::purchases::{
    BgBb, BgNbd, Fit, MbgNbd, ParetoNbd, PurchaseModel, PurchaseSummary, grouped,
};
use crate::segment::lifetime::DAYS_PER_WEEK;

/// Fits one kind of model, from one of this kind that is near where there is one.
type FitFn = fn(&[PurchaseSummary], Option<&Model>) -> Result<Fitted, MathError>;

/// A kind of model that can be fitted.
struct Candidate {
    name: &'static str,
    fit: FitFn,
}

/// What a model of that name came to.
pub(in crate::segment) type NamedFit = (&'static str, Result<Fitted, MathError>);

/// Buyers as the models see them, in one order.
#[derive(Debug, Clone, Copy)]
pub(in crate::segment) struct Seen<'a> {
    /// By purchase days, time in weeks.
    pub(in crate::segment) days: &'a [PurchaseSummary],
    /// By opportunities; `None` where BG/BB is no candidate.
    pub(in crate::segment) opportunities: Option<&'a Opportunities>,
}

/// Declares the models of purchases at any time: type (and variant), name and parameters, a line each. BG/BB, which counts in
/// opportunities, is written beside them.
macro_rules! purchase_models {
    ($($model:ident $name:literal [$($parameter:ident),+];)+) => {
        /// A purchase model with its parameters, time in weeks or opportunities.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub(in crate::segment) enum Model {
            $($model($model),)+
            /// With the length of an opportunity.
            BgBb(BgBb, Period),
        }

        impl Model {
            /// Returns the name that stands in tables.
            pub(in crate::segment) fn name(&self) -> &'static str {
                match self {
                    $(Self::$model(_) => $name,)+
                    Self::BgBb(..) => BG_BB,
                }
            }

            /// Returns the parameters with their names.
            pub(in crate::segment) fn parameters(&self) -> Vec<(&'static str, f64)> {
                match self {
                    $(Self::$model(model) => vec![$((stringify!($parameter), model.$parameter)),+],)+
                    Self::BgBb(model, _) => vec![
                        ("alpha", model.alpha),
                        ("beta", model.beta),
                        ("gamma", model.gamma),
                        ("delta", model.delta),
                    ],
                }
            }

            /// Returns the time from one day to the end of another as the model counts it, in weeks or opportunities; days since
            /// 1970-01-01.
            pub(in crate::segment) fn elapsed(&self, first_day: i64, day: i64) -> f64 {
                match self {
                    $(Self::$model(_))|+ => (day - first_day) as f64 / DAYS_PER_WEEK,
                    Self::BgBb(_, period) => period.elapsed(first_day, day),
                }
            }

            /// Returns the repeat purchases expected of somebody new within a time of [`Model::elapsed`].
            pub(in crate::segment) fn expected_new(&self, elapsed: f64) -> f64 {
                match self {
                    $(Self::$model(model) => model.expected_purchases_new(elapsed),)+
                    Self::BgBb(model, _) => model.expected_purchases_new(elapsed),
                }
            }

            /// Returns the expected purchases of every buyer within so many days, in order.
            pub(super) fn expected(&self, days: f64, seen: Seen<'_>) -> Vec<f64> {
                let weeks = days / DAYS_PER_WEEK;
                match self {
                    $(Self::$model(model) => model.expected_purchases_batch(weeks, seen.days),)+
                    Self::BgBb(model, period) => {
                        let now = seen.opportunities.map(Opportunities::now);
                        model.expected_purchases_batch(
                            days / period.days(),
                            &now.unwrap_or_default(),
                        )
                    }
                }
            }
        }

        /// The models in the order they are listed; of two equally good the earlier is used. BG/BB follows them.
        const CANDIDATES: &[Candidate] = &[
            $(Candidate {
                name: $name,
                fit: |customers: &[PurchaseSummary], near: Option<&Model>| {
                    let near = match near {
                        Some(Model::$model(near)) => Some(near),
                        _ => None,
                    };
                    let fit = <$model as PurchaseModel>::fit_near(customers, near);
                    Fitted::of(fit, Model::$model)
                },
            }),+
        ];
    };
}

purchase_models! {
    BgNbd "BG/NBD" [r, alpha, a, b];
    MbgNbd "MBG/NBD" [r, alpha, a, b];
    ParetoNbd "Pareto/NBD" [r, alpha, s, beta];
}

/// A fitted model and how far to trust it, whatever its kind.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::segment) struct Fitted {
    pub(in crate::segment) model: Model,
    /// Of what the model is fitted to.
    pub(in crate::segment) log_likelihood: f64,
    /// Of the purchase days, as a density in weeks, by which the models are compared.
    pub(in crate::segment) log_likelihood_of_days: f64,
    /// Parameters fitted, told or not.
    parameter_count: usize,
    /// In the order of the parameters; `None` at a boundary.
    pub(in crate::segment) standard_errors: Option<Vec<f64>>,
    /// Of the logarithms of the parameters; `None` at a boundary.
    pub(in crate::segment) log_covariance: Option<Square>,
    pub(in crate::segment) gradient_norm: f64,
    pub(in crate::segment) at_boundary: bool,
}

impl Fitted {
    fn of<M: PurchaseModel>(
        fit: Result<Fit<M>, MathError>,
        wrap: impl FnOnce(M) -> Model,
    ) -> Result<Self, MathError> {
        let fit = fit?;
        Ok(Self {
            model: wrap(fit.params),
            log_likelihood: fit.log_likelihood,
            log_likelihood_of_days: fit.log_likelihood,
            parameter_count: M::PARAMETER_NAMES.len(),
            standard_errors: fit.standard_errors,
            log_covariance: fit.log_covariance,
            gradient_norm: fit.gradient_norm,
            at_boundary: fit.at_boundary,
        })
    }

    /// Returns the fit of BG/BB, whose chance of a further purchase day in a period is a parameter, too.
    fn of_opportunities(
        opportunities: &Opportunities,
        near: Option<&Model>,
    ) -> Result<Self, MathError> {
        let period = opportunities.period;
        let near = match near {
            Some(Model::BgBb(near, of)) if *of == period => Some(near),
            _ => None,
        };
        let fit = BgBb::fit_near(opportunities.ended(), near)?;
        let rest = opportunities.ln_rest(&fit.params);
        let fitted = Self::of(Ok(fit), |model| Model::BgBb(model, period))?;
        Ok(Self {
            log_likelihood_of_days: fitted.log_likelihood + rest,
            parameter_count: fitted.parameter_count + 1,
            ..fitted
        })
    }

    /// Returns log-likelihood less parameters: Akaike's criterion, turned so that more is better.
    pub(super) fn evidence(&self) -> f64 {
        self.log_likelihood_of_days - self.parameter_count as f64
    }
}

/// Returns the names of all models in their order, BG/BB where it is a candidate.
pub(super) fn names(has_opportunities: bool) -> impl Iterator<Item = &'static str> {
    let of_days = CANDIDATES.iter().map(|candidate| candidate.name);
    of_days.chain(has_opportunities.then_some(BG_BB))
}

/// Fits every model, or those of one name only, to the same customers; in the order of [`names`]. `near` are fits to other
/// days of them.
pub(in crate::segment) fn fit(
    seen: Seen<'_>,
    only: Option<&str>,
    near: &[NamedFit],
) -> Vec<NamedFit> {
    let (mut fits, of_opportunities) = rayon::join(
        || fit_to_days(seen.days, only, near),
        || {
            let opportunities = seen.opportunities?;
            let is_wanted = only.is_none_or(|name| name == BG_BB);
            let fit = || Fitted::of_opportunities(opportunities, model(near, BG_BB));
            is_wanted.then(|| (BG_BB, fit()))
        },
    );
    fits.extend(of_opportunities);
    fits
}

/// Returns the model of a name among fits.
fn model<'f>(fits: &'f [NamedFit], name: &str) -> Option<&'f Model> {
    let (_, fit) = fits.iter().find(|(known, _)| *known == name)?;
    Some(&fit.as_ref().ok()?.model)
}

fn fit_to_days(
    customers: &[PurchaseSummary],
    only: Option<&str>,
    near: &[NamedFit],
) -> Vec<NamedFit> {
    let wanted: Vec<&Candidate> = CANDIDATES
        .iter()
        .filter(|candidate| only.is_none_or(|name| name == candidate.name))
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let rows = match grouped(customers) {
        Ok(rows) => rows,
        Err(error) => {
            let refused = |candidate: &&Candidate| (candidate.name, Err(error.clone()));
            return wanted.iter().map(refused).collect();
        }
    };
    wanted
        .par_iter()
        .map(|candidate| {
            let near = model(near, candidate.name);
            (candidate.name, (candidate.fit)(&rows, near))
        })
        .collect()
}
