//! Groups of points that lie together: k-means, and how far apart the groups are.
//!
//! The iterations of Lloyd from k-means++ starts (Arthur and Vassilvitskii 2007) are the crate smartcore's: one thread, no
//! BLAS, seeded, so that the same points give the same bits on every machine.

use rayon::prelude::*;
use smartcore::cluster::kmeans::{KMeans, KMeansParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::MathError;

/// Rounds of one start at most.
const MOST_ROUNDS: usize = 100;
/// Largest coordinate. Beyond it the iterations could not tell neighbouring numbers apart.
const LARGEST: f64 = 1e4;

type Fitted = KMeans<f64, u32, DenseMatrix<f64>, Vec<u32>>;

/// Points of the same dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    width: usize,
    values: Vec<f64>,
}

impl Points {
    /// Takes coordinates point by point, `width` of each.
    ///
    /// # Errors
    /// [`MathError::OutOfDomain`] for no dimension, a last point that is cut short, or a coordinate that is no number or beyond
    /// 10,000 in size.
    pub fn new(width: usize, values: Vec<f64>) -> Result<Self, MathError> {
        if width == 0 || !values.len().is_multiple_of(width) {
            return Err(MathError::OutOfDomain {
                name: "width",
                value: width as f64,
            });
        }
        let is_beyond = |value: &&f64| value.is_nan() || value.abs() > LARGEST;
        if let Some(value) = values.iter().find(is_beyond) {
            return Err(MathError::OutOfDomain {
                name: "coordinate",
                value: *value,
            });
        }
        // There is one zero only, so that equal points have equal bits.
        let values = values.into_iter().map(|value| value + 0.0).collect();
        Ok(Self { width, values })
    }

    /// Returns how many points there are.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the points in their order.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    fn row(&self, place: usize) -> &[f64] {
        &self.values[place * self.width..(place + 1) * self.width]
    }

    fn distinct_count(&self) -> usize {
        let compare = |left: &[f64], right: &[f64]| {
            left.iter()
                .zip(right)
                .map(|(left, right)| left.total_cmp(right))
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        let mut rows: Vec<&[f64]> = self.rows().collect();
        rows.sort_unstable_by(|left, right| compare(left, right));
        rows.dedup_by(|left, right| compare(left, right).is_eq());
        rows.len()
    }
}

/// Points parted into groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// Mean of each group.
    pub centers: Vec<Vec<f64>>,
    /// Group of each point, from 0.
    pub labels: Vec<usize>,
    /// Sum of the squared distances of the points to the means of their groups.
    pub inertia: f64,
}

/// Parts points into `count` groups with the least sum of squared distances to their means that was found from any of the
/// starts; of equal ones the first counts. `None` with fewer than two groups or fewer distinct points than groups.
///
/// Linear in points, groups and starts but for the tree that holds the points.
pub fn k_means(points: &Points, count: usize, seeds: &[u64]) -> Option<Clusters> {
    if count < 2 || points.distinct_count() < count {
        return None;
    }
    let matrix = DenseMatrix::new(points.len(), points.width, points.values.clone(), false).ok()?;
    let mut best: Option<Clusters> = None;
    for seed in seeds {
        let parameters = KMeansParameters {
            k: count,
            max_iter: MOST_ROUNDS,
            seed: Some(*seed),
        };
        let labels = Fitted::fit(&matrix, parameters).and_then(|fitted| fitted.predict(&matrix));
        let Some(found) = labels
            .ok()
            .and_then(|labels| Clusters::of(points, count, &labels))
        else {
            continue;
        };
        if best
            .as_ref()
            .is_none_or(|best| found.inertia < best.inertia)
        {
            best = Some(found);
        }
    }
    best
}

impl Clusters {
    /// Measures groups; `None` when one of them is empty.
    fn of(points: &Points, count: usize, labels: &[u32]) -> Option<Self> {
        let labels: Vec<usize> = labels.iter().map(|label| *label as usize).collect();
        let mut sizes = vec![0.0_f64; count];
        let mut centers = vec![vec![0.0_f64; points.width]; count];
        for (row, label) in points.rows().zip(&labels) {
            *sizes.get_mut(*label)? += 1.0;
            for (sum, value) in centers.get_mut(*label)?.iter_mut().zip(row) {
                *sum += value;
            }
        }
        if sizes.contains(&0.0) {
            return None;
        }
        for (center, size) in centers.iter_mut().zip(&sizes) {
            for sum in center {
                *sum /= size;
            }
        }
        let inertia = points
            .rows()
            .zip(&labels)
            .map(|(row, label)| squared_distance(row, &centers[*label]))
            .sum();
        Some(Self {
            centers,
            labels,
            inertia,
        })
    }
}

/// Returns the number of the nearest center; of equally near ones the first.
pub fn nearest(centers: &[Vec<f64>], point: &[f64]) -> usize {
    let mut nearest = (0, f64::INFINITY);
    for (place, center) in centers.iter().enumerate() {
        let distance = squared_distance(point, center);
        if distance < nearest.1 {
            nearest = (place, distance);
        }
    }
    nearest.0
}

/// Returns the mean silhouette, -1..1 (Rousseeuw 1987): 0 for fewer than two groups or no point.
///
/// With `a` the mean distance of a point to the others of its group and `b` the least mean distance to another group, its
/// silhouette is `(b - a) / max(a, b)`, and 0 for the only point of a group. Quadratic in the points.
pub fn silhouette(points: &Points, labels: &[usize]) -> f64 {
    let count = labels.iter().max().map_or(0, |largest| largest + 1);
    let mut sizes = vec![0_usize; count];
    for label in labels {
        sizes[*label] += 1;
    }
    if sizes.iter().filter(|size| **size > 0).count() < 2 {
        return 0.0;
    }
    let size = points.len().min(labels.len());
    let of_point = |place: usize| {
        let own = labels[place];
        if sizes[own] < 2 {
            return 0.0;
        }
        let mut sums = vec![0.0_f64; count];
        for (other, label) in labels.iter().enumerate().take(size) {
            sums[*label] += squared_distance(points.row(place), points.row(other)).sqrt();
        }
        let within = sums[own] / (sizes[own] - 1) as f64;
        let beyond = (0..count)
            .filter(|label| *label != own && sizes[*label] > 0)
            .map(|label| sums[label] / sizes[label] as f64)
            .fold(f64::INFINITY, f64::min);
        let larger = within.max(beyond);
        if larger > 0.0 {
            (beyond - within) / larger
        } else {
            0.0
        }
    };
    let silhouettes: Vec<f64> = (0..size).into_par_iter().map(of_point).collect();
    silhouettes.iter().sum::<f64>() / size as f64
}

fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| (left - right) * (left - right))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEEDS: [u64; 3] = [1, 2, 3];

    fn points(width: usize, values: &[f64]) -> Points {
        Points::new(width, values.to_vec()).unwrap()
    }

    #[test]
    fn groups_that_lie_apart_are_found() {
        let mut values = Vec::new();
        for place in 0..90 {
            let (x, y) = [(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)][place % 3];
            let step = (place / 3) as f64 / 30.0;
            values.extend([x + step, y - step]);
        }
        let points = points(2, &values);
        let found = k_means(&points, 3, &SEEDS).unwrap();
        for place in 0..90 {
            assert_eq!(found.labels[place], found.labels[place % 3]);
        }
        let mut kinds = found.labels[..3].to_vec();
        kinds.sort_unstable();
        assert_eq!(kinds, [0, 1, 2]);
        assert_eq!(nearest(&found.centers, &[7.0, 1.0]), found.labels[1]);
        let two = k_means(&points, 2, &SEEDS).unwrap();
        assert!(silhouette(&points, &found.labels) > silhouette(&points, &two.labels));
        assert!(two.inertia > found.inertia);
        assert_eq!(k_means(&points, 3, &SEEDS).unwrap(), found);
    }

    #[test]
    fn the_silhouette_is_that_of_the_paper() {
        // By hand: (10.5 - 1) / 10.5 for the outer points, (9.5 - 1) / 9.5 for the inner ones.
        let points = points(1, &[0.0, 1.0, 10.0, 11.0]);
        let expected = (9.5 / 10.5 + 8.5 / 9.5) / 2.0;
        assert!((silhouette(&points, &[0, 0, 1, 1]) - expected).abs() < 1e-15);
        assert!(silhouette(&points, &[0, 1, 0, 1]) < 0.0);
        assert_eq!(silhouette(&points, &[0, 0, 0, 0]), 0.0);
        // The only point of a group counts nothing.
        let alone = silhouette(&points, &[0, 0, 0, 1]);
        assert!(alone < 1.0 && alone > -1.0);
    }

    #[test]
    fn fewer_distinct_points_than_groups_are_no_groups() {
        let points = points(1, &[1.0, 1.0, 1.0, 0.0, -0.0]);
        assert_eq!(k_means(&points, 3, &SEEDS), None);
        assert_eq!(k_means(&points, 1, &SEEDS), None);
        let two = k_means(&points, 2, &SEEDS).unwrap();
        assert_eq!(two.inertia, 0.0);
        assert_eq!(two.labels[0], two.labels[2]);
        assert_ne!(two.labels[0], two.labels[3]);
    }

    #[test]
    fn what_is_no_number_is_no_point() {
        assert!(Points::new(1, vec![f64::NAN]).is_err());
        assert!(Points::new(1, vec![f64::INFINITY]).is_err());
        assert!(Points::new(1, vec![1e5]).is_err());
        assert!(Points::new(2, vec![0.0; 3]).is_err());
        assert!(Points::new(0, Vec::new()).is_err());
        assert!(Points::new(3, Vec::new()).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn groups_are_whole_and_bounded(
            values in prop::collection::vec(-50_i32..50, 6..60),
            count in 2_usize..5,
        ) {
            let values: Vec<f64> = values.iter().map(|value| f64::from(*value) / 4.0).collect();
            let points = Points::new(1, values).unwrap();
            if let Some(found) = k_means(&points, count, &SEEDS) {
                for label in 0..count {
                    prop_assert!(found.labels.contains(&label));
                }
                prop_assert!(found.inertia.is_finite() && found.inertia >= 0.0);
                prop_assert!((-1.0..=1.0).contains(&silhouette(&points, &found.labels)));
            }
        }
    }
}
