//! Covariates to columns a model can take: standardised, without what tells nothing.

use crate::math::MathError;

/// Customers that must differ from the commonest value, at least; the effect on fewer cannot be told from chance.
const FEWEST_VARIED: usize = 5;
/// Share of a column's variance that is not in the columns before it, at least (a variance inflation factor of 100).
const LEAST_OF_ITS_OWN: f64 = 0.01;

/// What is known of each customer beside the purchases.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    /// Name.
    pub name: String,
    /// One value per customer; `None` where it is not known.
    pub values: Vec<Option<f64>>,
}

/// A covariate that enters the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Mean of the known values.
    pub mean: f64,
    /// Standard deviation of the known values.
    pub deviation: f64,
}

/// Why a covariate stays out of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReason {
    /// All but a handful of the known values are the same.
    Constant,
    /// The covariates before it say the same.
    Collinear,
}

/// A covariate that stays out of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: DropReason,
}

/// Standardised covariates of customers.
///
/// Each column has mean 0 and standard deviation 1 over the customers it is known of; who it is not known of has 0, the mean,
/// and is best given a class of their own by a covariate that says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    kept: Vec<Kept>,
    dropped: Vec<Dropped>,
    /// The first of the columns kept that are classes.
    class_count: usize,
    customer_count: usize,
    /// Customer by customer.
    cells: Vec<f64>,
    /// Whether anything but the classes is known of a customer.
    is_known: Vec<bool>,
}

impl Design {
    /// Returns the design of covariates: `classes`, which every model gets, then `signals`, which are put to the test.
    ///
    /// A column that does not vary, or of which the columns before it tell 99 % of the variance, is dropped and named.
    ///
    /// # Errors
    /// [`MathError::LengthMismatch`] when a column has another length than there are customers, [`MathError::OutOfDomain`] for a
    /// value that is not finite.
    pub fn new(
        customer_count: usize,
        classes: &[Covariate],
        signals: &[Covariate],
    ) -> Result<Self, MathError> {
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        let mut class_count = 0;
        let mut columns: Vec<Vec<f64>> = Vec::new();
        // The columns kept, without what is in those before them, of length 1.
        let mut directions: Vec<Vec<f64>> = Vec::new();
        let mut is_known = vec![false; customer_count];
        for (place, covariate) in classes.iter().chain(signals).enumerate() {
            let found = standardised(covariate, customer_count)?;
            let mut drop = |reason| {
                dropped.push(Dropped {
                    name: covariate.name.clone(),
                    reason,
                });
            };
            let Some((column, mean, deviation)) = found else {
                drop(DropReason::Constant);
                continue;
            };
            let Some(direction) = beside(&column, &directions) else {
                drop(DropReason::Collinear);
                continue;
            };
            if place < classes.len() {
                class_count += 1;
            } else {
                for (known, value) in is_known.iter_mut().zip(&covariate.values) {
                    *known |= value.is_some();
                }
            }
            kept.push(Kept {
                name: covariate.name.clone(),
                mean,
                deviation,
            });
            columns.push(column);
            directions.push(direction);
        }
        let mut cells = Vec::with_capacity(customer_count * columns.len());
        for customer in 0..customer_count {
            cells.extend(columns.iter().map(|column| column[customer]));
        }
        Ok(Self {
            kept,
            dropped,
            class_count,
            customer_count,
            cells,
            is_known,
        })
    }

    /// Returns the covariates in the model, classes first, in the order of the effects.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// Returns the covariates that stayed out.
    pub fn dropped(&self) -> &[Dropped] {
        &self.dropped
    }

    /// Returns how many of the columns kept are classes.
    pub fn class_count(&self) -> usize {
        self.class_count
    }

    /// Returns how many of the columns kept are put to the test.
    pub fn signal_count(&self) -> usize {
        self.kept.len() - self.class_count
    }

    /// Returns the number of customers.
    pub fn customer_count(&self) -> usize {
        self.customer_count
    }

    /// Returns the columns of one customer; a model without the last of them ignores those.
    pub fn row(&self, customer: usize) -> &[f64] {
        let width = self.kept.len();
        &self.cells[customer * width..(customer + 1) * width]
    }

    /// Returns the customers of whom some signal is known.
    pub(super) fn known(&self) -> Vec<usize> {
        (0..self.customer_count)
            .filter(|customer| self.is_known[*customer])
            .collect()
    }
}

/// Returns the standardised column with mean and deviation, or `None` when it does not vary.
fn standardised(
    covariate: &Covariate,
    customer_count: usize,
) -> Result<Option<(Vec<f64>, f64, f64)>, MathError> {
    let values = &covariate.values;
    if values.len() != customer_count {
        return Err(MathError::LengthMismatch {
            left: customer_count,
            right: values.len(),
        });
    }
    let mut known: Vec<f64> = values.iter().copied().flatten().collect();
    if let Some(value) = known.iter().find(|value| !value.is_finite()) {
        return Err(MathError::OutOfDomain {
            name: "covariate",
            value: *value,
        });
    }
    known.sort_unstable_by(f64::total_cmp);
    let commonest = known
        .chunk_by(|left, right| left == right)
        .map(<[f64]>::len)
        .max()
        .unwrap_or(0);
    if known.len() - commonest < FEWEST_VARIED {
        return Ok(None);
    }
    let count = known.len() as f64;
    let mean = known.iter().map(|value| value / count).sum::<f64>();
    let largest = known
        .iter()
        .map(|value| (value - mean).abs())
        .fold(0.0, f64::max);
    // In units of the largest, so that no square is too large.
    let square: f64 = known
        .iter()
        .map(|value| ((value - mean) / largest).powi(2))
        .sum();
    let deviation = largest * (square / count).sqrt();
    let varies = deviation.is_finite() && deviation > 1e-12 * mean.abs();
    if !varies {
        return Ok(None);
    }
    let column = values
        .iter()
        .map(|value| value.map_or(0.0, |value| (value - mean) / deviation))
        .collect();
    Ok(Some((column, mean, deviation)))
}

/// Returns what of a column is not in the directions, as a direction; `None` where that is next to nothing.
fn beside(column: &[f64], directions: &[Vec<f64>]) -> Option<Vec<f64>> {
    let whole = dot(column, column);
    let left = without(column.to_vec(), directions);
    let rest = dot(&left, &left);
    let has_own = rest > LEAST_OF_ITS_OWN * whole;
    has_own.then(|| scaled(left, 1.0 / rest.sqrt()))
}

/// Takes directions out of a column, twice, as once leaves rounding behind.
pub(super) fn without(mut column: Vec<f64>, directions: &[Vec<f64>]) -> Vec<f64> {
    for _ in 0..2 {
        for direction in directions {
            let share = dot(&column, direction);
            for (cell, part) in column.iter_mut().zip(direction) {
                *cell -= share * part;
            }
        }
    }
    column
}

pub(super) fn scaled(mut column: Vec<f64>, factor: f64) -> Vec<f64> {
    for cell in &mut column {
        *cell *= factor;
    }
    column
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covariate(name: &str, values: Vec<Option<f64>>) -> Covariate {
        Covariate {
            name: name.into(),
            values,
        }
    }

    #[test]
    fn columns_are_standardised_over_whom_they_are_known_of() {
        let class = (0..20).map(|i| Some(f64::from(i % 2))).collect();
        let signal = (0..20)
            .map(|i| (i % 2 == 1).then(|| 100.0 + f64::from(i)))
            .collect();
        let design = Design::new(
            20,
            &[covariate("class", class)],
            &[covariate("signal", signal)],
        )
        .unwrap();
        assert_eq!((design.class_count(), design.signal_count()), (1, 1));
        let known: Vec<f64> = design.known().iter().map(|i| design.row(*i)[1]).collect();
        assert_eq!(known.len(), 10);
        assert!(known.iter().sum::<f64>().abs() < 1e-12);
        assert!((dot(&known, &known) - 10.0).abs() < 1e-12);
        assert_eq!(design.row(0), [-1.0, 0.0]);
        let kept = &design.kept()[1];
        assert!((kept.mean - 110.0).abs() < 1e-12);
        assert!((kept.deviation - 33.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn columns_that_tell_nothing_are_dropped_and_named() {
        let line: Vec<Option<f64>> = (0..40).map(|i| Some(f64::from(i))).collect();
        let twice = line.iter().map(|v| v.map(|v| 3.0 - 2.0 * v)).collect();
        let other = (0..40).map(|i| Some(f64::from(i * i % 7))).collect();
        let rare = (0..40).map(|i| Some(f64::from(u8::from(i < 4)))).collect();
        let signals = [
            covariate("flat", vec![Some(7.0); 40]),
            covariate("line", line),
            covariate("twice", twice),
            covariate("rare", rare),
            covariate("unknown", vec![None; 40]),
            covariate("other", other),
        ];
        let design = Design::new(40, &[], &signals).unwrap();
        let names: Vec<&str> = design.kept().iter().map(|kept| &*kept.name).collect();
        assert_eq!(names, ["line", "other"]);
        let dropped: Vec<(&str, DropReason)> = design
            .dropped()
            .iter()
            .map(|dropped| (&*dropped.name, dropped.reason))
            .collect();
        assert_eq!(
            dropped,
            [
                ("flat", DropReason::Constant),
                ("twice", DropReason::Collinear),
                ("rare", DropReason::Constant),
                ("unknown", DropReason::Constant),
            ]
        );
    }

    #[test]
    fn columns_that_cannot_be_are_refused() {
        let short = covariate("short", vec![Some(1.0)]);
        assert!(matches!(
            Design::new(2, &[], &[short]),
            Err(MathError::LengthMismatch { left: 2, right: 1 })
        ));
        let bad = covariate("bad", vec![Some(1.0), Some(f64::NAN)]);
        assert!(matches!(
            Design::new(2, &[], &[bad]),
            Err(MathError::OutOfDomain { .. })
        ));
        let none = Design::new(0, &[], &[covariate("none", vec![])]).unwrap();
        assert!(none.kept().is_empty() && none.known().is_empty());
    }
}
