//! Groups of buyers who are alike in value and voice, found by k-means on request.
//!
//! Features are the logarithms of the habits (purchase days, spend, days since the last purchase and since the first, recent
//! opinions, followers) and the recent mood, each less its mean and over its standard deviation. Centres are found on at most
//! `segment.clusters.sample` buyers, those whose ids have the smallest hashes, and every buyer belongs to the nearest centre.
//! The number of clusters is that with the highest mean silhouette on 2,000 of them; the table `cluster_choices` shows all that
//! were tried. Whoever has bought nothing is in no cluster, and neither is anybody where fewer than 50 persons have.

mod features;
mod tables;
#[cfg(test)]
mod tests;

use polars::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use self::features::{FEATURES, Features};
use self::tables::Group;
use super::Settings;
use crate::config::ClusterMethod;
use crate::math::clustering::{Clusters, Points, k_means, nearest, silhouette};
use crate::schema::person_segments;

/// Buyers below which there are no clusters.
const LEAST_BUYERS: usize = 50;
/// Starts of k-means.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];
/// Buyers that silhouettes are measured on, at most; they cost the square of them.
const MOST_COMPARED: usize = 2_000;
/// Mean silhouette up to which there is no substantial structure (Kaufman and Rousseeuw 1990).
const NO_STRUCTURE: f64 = 0.25;

/// Clusters of persons.
pub(super) struct Found {
    /// Cluster of each person, in the order given.
    pub of_person: Column,
    /// `clusters`
    pub clusters: DataFrame,
    /// `cluster_choices`
    pub choices: DataFrame,
}

/// One number of clusters that was tried.
struct Choice {
    count: usize,
    found: Clusters,
    silhouette: f64,
    reason: Option<&'static str>,
}

/// Finds the clusters of persons with their values and voices.
pub(super) fn find(people: &DataFrame, settings: Settings<'_>) -> PolarsResult<Found> {
    let config = &settings.segment.clusters;
    let features = match config.method {
        ClusterMethod::None => None,
        ClusterMethod::Kmeans => {
            Features::read(people)?.filter(|features| features.buyers.len() >= LEAST_BUYERS)
        }
    };
    let Some(features) = features else {
        return nothing(people.height());
    };
    let sample = sample(people, &features.buyers, config.sample as usize)?;
    let Some(scaled) = features.scaled(&sample) else {
        return nothing(people.height());
    };
    let mut choices = tried(&scaled, config.count as usize, config.most as usize);
    let Some(chosen) = choose(&mut choices, config.count as usize) else {
        return nothing(people.height());
    };
    let labels = scaled.labels(&choices[chosen].found.centers);
    let groups = Group::all(people, &features.buyers, &labels, choices[chosen].count)?;
    let mut numbers = vec![None; people.height()];
    for (row, label) in features.buyers.iter().zip(&labels) {
        numbers[*row] = groups
            .iter()
            .position(|group| group.label == *label)
            .map(|place| place as i64 + 1);
    }
    let means = scaled.means(&labels, choices[chosen].count);
    Ok(Found {
        of_person: Column::new(person_segments::CLUSTER.small_name(), numbers),
        clusters: tables::clusters(&groups, &means, &scaled.kept, settings.lang)?,
        choices: tables::choices(&choices)?,
    })
}

fn nothing(person_count: usize) -> PolarsResult<Found> {
    Ok(Found {
        of_person: Column::new(
            person_segments::CLUSTER.small_name(),
            vec![None::<i64>; person_count],
        ),
        clusters: tables::clusters(&[], &[], &[], crate::report::Lang::En)?,
        choices: tables::choices(&[])?,
    })
}

/// Returns places among the buyers, those with the smallest hashes of their ids first.
fn sample(people: &DataFrame, buyers: &[usize], most: usize) -> PolarsResult<Vec<usize>> {
    let ids = people.column(person_segments::PERSON_ID.name)?.str()?;
    let mut hashed: Vec<(u64, usize)> = buyers
        .iter()
        .enumerate()
        .map(|(place, row)| (xxh3_64(ids.get(*row).unwrap_or_default().as_bytes()), place))
        .collect();
    hashed.sort_unstable();
    hashed.truncate(most);
    Ok(hashed.into_iter().map(|(_, place)| place).collect())
}

/// Returns all numbers of clusters that could be tried, in order.
fn tried(scaled: &Scaled, wanted: usize, most: usize) -> Vec<Choice> {
    (2..=most.max(wanted))
        .filter(|count| *count <= most || *count == wanted)
        .filter_map(|count| {
            let found = k_means(&scaled.sample, count, &SEEDS)?;
            let labels: Vec<usize> = found.labels.iter().copied().take(MOST_COMPARED).collect();
            let silhouette = silhouette(&scaled.compared, &labels);
            Some(Choice {
                count,
                found,
                silhouette,
                reason: None,
            })
        })
        .collect()
}

/// Marks the number of clusters that is taken and returns its place: the one wanted, else the one with the highest silhouette, of
/// equal ones the smallest.
fn choose(choices: &mut [Choice], wanted: usize) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (place, choice) in choices.iter().enumerate() {
        let is_better = best.is_none_or(|best: usize| choice.silhouette > choices[best].silhouette);
        if is_better {
            best = Some(place);
        }
    }
    let by_user = choices.iter().position(|choice| choice.count == wanted);
    let chosen = by_user.or(best)?;
    let choice = choices.get_mut(chosen)?;
    choice.reason = Some(match (by_user, choice.silhouette) {
        (Some(_), _) => "set_by_user",
        (None, silhouette) if silhouette <= NO_STRUCTURE => "no_substantial_structure",
        (None, _) => "highest_silhouette",
    });
    Some(chosen)
}

/// Features in standard deviations from their means.
struct Scaled {
    /// Places in [`FEATURES`] of those that differ between buyers.
    kept: Vec<usize>,
    /// All buyers, one column per feature kept.
    columns: Vec<Vec<f64>>,
    /// The buyers that centres are found on.
    sample: Points,
    /// The first of them, on which silhouettes are measured.
    compared: Points,
}

impl Scaled {
    fn row(&self, buyer: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[buyer]).collect()
    }

    fn labels(&self, centers: &[Vec<f64>]) -> Vec<usize> {
        let count = self.columns.first().map_or(0, Vec::len);
        (0..count)
            .map(|buyer| nearest(centers, &self.row(buyer)))
            .collect()
    }

    /// Returns the mean of each feature in each cluster.
    fn means(&self, labels: &[usize], count: usize) -> Vec<Vec<f64>> {
        let mut sizes = vec![0.0_f64; count];
        for label in labels {
            sizes[*label] += 1.0;
        }
        let mut means = vec![vec![0.0_f64; self.columns.len()]; count];
        for (feature, column) in self.columns.iter().enumerate() {
            for (value, label) in column.iter().zip(labels) {
                means[*label][feature] += value;
            }
        }
        for (means, size) in means.iter_mut().zip(sizes) {
            for mean in means {
                *mean /= size.max(1.0);
            }
        }
        means
    }
}
