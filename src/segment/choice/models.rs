//! The purchase models koe knows, in one list.

use rayon::prelude::*;

use crate::math::MathError;
use crate::math::matrix::Square;
use crate::math::purchases::{
    BgNbd, Fit, MbgNbd, ParetoNbd, PurchaseModel, PurchaseSummary, grouped,
};

/// Fits one kind of model.
type FitFn = fn(&[PurchaseSummary]) -> Result<Fitted, MathError>;

/// A kind of model that can be fitted.
struct Candidate {
    name: &'static str,
    fit: FitFn,
}

/// What a model of that name came to.
pub(in crate::segment) type NamedFit = (&'static str, Result<Fitted, MathError>);

/// Declares the models: type (and variant), name and parameters, a line each.
macro_rules! purchase_models {
    ($($model:ident $name:literal [$($parameter:ident),+];)+) => {
        /// A purchase model with its parameters, time in weeks.
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[expect(clippy::enum_variant_names, reason = "the names of the models")]
        pub(in crate::segment) enum Model {
            $($model($model)),+
        }

        impl Model {
            /// Returns the name that stands in tables.
            pub(in crate::segment) fn name(&self) -> &'static str {
                match self {
                    $(Self::$model(_) => $name),+
                }
            }

            /// Returns the parameters with their names.
            pub(in crate::segment) fn parameters(&self) -> Vec<(&'static str, f64)> {
                match self {
                    $(Self::$model(model) => vec![$((stringify!($parameter), model.$parameter)),+]),+
                }
            }

            /// Returns the expected repeat purchases of somebody `weeks` weeks after the first.
            pub(in crate::segment) fn expected_new(&self, weeks: f64) -> f64 {
                match self {
                    $(Self::$model(model) => model.expected_purchases_new(weeks)),+
                }
            }

            /// Returns the expected purchases of every customer within `weeks` weeks, in order.
            pub(super) fn expected(&self, weeks: f64, customers: &[PurchaseSummary]) -> Vec<f64> {
                match self {
                    $(Self::$model(model) => model.expected_purchases_batch(weeks, customers)),+
                }
            }
        }

        /// The models in the order they are listed; of two equally good the earlier is used.
        const CANDIDATES: &[Candidate] = &[
            $(Candidate {
                name: $name,
                fit: |customers: &[PurchaseSummary]| {
                    Fitted::of(<$model as PurchaseModel>::fit(customers), Model::$model)
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
    pub(in crate::segment) log_likelihood: f64,
    /// In the order of the parameters; `None` at a boundary.
    pub(in crate::segment) standard_errors: Option<Vec<f64>>,
    /// Of the logarithms of the parameters; `None` at a boundary.
    pub(in crate::segment) log_covariance: Option<Square>,
    pub(in crate::segment) gradient_norm: f64,
    pub(in crate::segment) at_boundary: bool,
}

impl Fitted {
    fn of<M>(fit: Result<Fit<M>, MathError>, wrap: fn(M) -> Model) -> Result<Self, MathError> {
        let fit = fit?;
        Ok(Self {
            model: wrap(fit.params),
            log_likelihood: fit.log_likelihood,
            standard_errors: fit.standard_errors,
            log_covariance: fit.log_covariance,
            gradient_norm: fit.gradient_norm,
            at_boundary: fit.at_boundary,
        })
    }

    /// Returns log-likelihood less parameters: Akaike's criterion, turned so that more is better.
    pub(super) fn evidence(&self) -> f64 {
        self.log_likelihood - self.model.parameters().len() as f64
    }
}

/// Returns the names of all models in their order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CANDIDATES.iter().map(|candidate| candidate.name)
}

/// Fits every model, or those of one name only, to the same customers; in the order of [`names`].
pub(in crate::segment) fn fit(customers: &[PurchaseSummary], only: Option<&str>) -> Vec<NamedFit> {
    let wanted: Vec<&Candidate> = CANDIDATES
        .iter()
        .filter(|candidate| only.is_none_or(|name| name == candidate.name))
        .collect();
    let rows = match grouped(customers) {
        Ok(rows) => rows,
        Err(error) => {
            let refused = |candidate: &&Candidate| (candidate.name, Err(error.clone()));
            return wanted.iter().map(refused).collect();
        }
    };
    wanted
        .par_iter()
        .map(|candidate| (candidate.name, (candidate.fit)(&rows)))
        .collect()
}
