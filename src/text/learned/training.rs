//! How `weights.tsv` is learned from the labelled sentences: the weights that make their labels most likely, under a
//! penalty.
//!
//! `UPDATE_WEIGHTS=1 cargo test --release --lib learned` writes them anew.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use super::{BIAS, Learned, WEIGHTS, Weights, features, scale, softmax};
use crate::text::lexicon::rows;
use crate::text::names::Named;
use crate::text::{Label, MarkTable, Tokenizer, normalise};

/// The folder of the labelled texts, and the suite that the rules are made for: text, label, and what they show.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/text/learned/sentences");
const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/voice/sentences.tsv");
const LABELS: [Label; 3] = [Label::Positive, Label::Negative, Label::Neutral];
/// Variance of the weights of the Gaussian prior, for features scaled by [`Feature::rarity`].
const VARIANCE: f64 = 3.0;
/// Texts in which a feature has to be found.
const FEWEST_TEXTS: usize = 2;
/// Steps that are far from needed.
const MOST_STEPS: u64 = 2_000;
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/text/learned/weights.tsv");

/// A labelled text: the place of its label in [`LABELS`], the numbers of its features.
struct Example {
    label: usize,
    features: Vec<usize>,
}

/// What is known of a feature before anything is learned.
struct Feature {
    name: String,
    /// `ln ((1 + texts) / (1 + texts with it)) + 1`: what stands everywhere says little.
    rarity: f64,
}

/// The labelled texts as numbers.
struct Sample {
    examples: Vec<Example>,
    features: Vec<Feature>,
    /// What a text of each label counts, so that every label counts alike.
    share: [f64; 3],
}

impl Sample {
    fn read() -> Sample {
        let marks = MarkTable::embedded().unwrap();
        let tokenizer = Tokenizer::new().unwrap();
        let mut texts: Vec<(usize, Vec<u64>)> = Vec::new();
        let mut met: BTreeMap<u64, (String, usize)> = BTreeMap::new();
        for path in files() {
            let text = fs::read_to_string(&path).unwrap();
            for row in rows::read(&path.to_string_lossy(), &text) {
                let row = row.unwrap();
                let label = Label::from_name(row.cells[1]);
                let label = LABELS.iter().position(|one| Some(*one) == label);
                let label = label.unwrap_or_else(|| panic!("{:?}", row.error(1, "a label")));
                let normalised = normalise::normalise(row.cells[0], marks);
                let tokens = tokenizer.tokens(&normalised.text).unwrap();
                let found = features::of(&tokens, &Named::default());
                for feature in &found {
                    let name = || (features::name(&tokens, feature), 0);
                    met.entry(feature.key).or_insert_with(name).1 += 1;
                }
                texts.push((label, found.iter().map(|feature| feature.key).collect()));
            }
        }
        let count = texts.len() as f64;
        let mut numbers = HashMap::new();
        let mut features = Vec::new();
        for (key, (name, texts_with)) in met {
            if texts_with >= FEWEST_TEXTS {
                numbers.insert(key, features.len());
                features.push(Feature {
                    name,
                    rarity: ((1.0 + count) / (1.0 + texts_with as f64)).ln() + 1.0,
                });
            }
        }
        let share = [0, 1, 2].map(|label| {
            let with = texts.iter().filter(|(one, _)| *one == label).count();
            count / 3.0 / with as f64
        });
        let examples = texts.into_iter().map(|(label, keys)| Example {
            label,
            features: keys
                .iter()
                .filter_map(|key| numbers.get(key).copied())
                .collect(),
        });
        Sample {
            examples: examples.collect(),
            features,
            share,
        }
    }

    fn count(&self) -> f64 {
        self.examples.len() as f64
    }

    /// Returns what one of an example's features adds to the z of a class per weight.
    fn value(&self, example: &Example, feature: usize) -> f64 {
        self.features[feature].rarity * scale(example.features.len())
    }

    /// Returns the z of each class: the weights of a feature stand side by side, the biases last.
    fn z(&self, example: &Example, weights: &[f64]) -> [f64; 3] {
        let biases = 3 * self.features.len();
        [0, 1, 2].map(|class| {
            let of = |feature: &usize| weights[3 * feature + class] * self.value(example, *feature);
            weights[biases + class] + example.features.iter().map(of).sum::<f64>()
        })
    }
}

/// The penalty and what the labels are unlikely.
impl CostFunction for Sample {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Vec<f64>) -> Result<f64, Error> {
        let biases = 3 * self.features.len();
        let penalty: f64 = weights[..biases].iter().map(|weight| weight * weight).sum();
        let surprise = self.examples.iter().map(|example| {
            let z = self.z(example, weights);
            let most = z.into_iter().fold(f64::MIN, f64::max);
            let all = most + z.map(|z| (z - most).exp()).iter().sum::<f64>().ln();
            self.share[example.label] * (all - z[example.label])
        });
        Ok((penalty / 2.0 / VARIANCE + surprise.sum::<f64>()) / self.count())
    }
}

impl Gradient for Sample {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, weights: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let biases = 3 * self.features.len();
        let penalty = |weight: &f64| weight / VARIANCE / self.count();
        let mut gradient: Vec<f64> = weights.iter().map(penalty).collect();
        gradient[biases..].fill(0.0);
        for example in &self.examples {
            let chances = softmax(self.z(example, weights));
            for (class, chance) in chances.into_iter().enumerate() {
                let is_label = f64::from(u8::from(class == example.label));
                let slope = self.share[example.label] * (chance - is_label) / self.count();
                gradient[biases + class] += slope;
                for feature in &example.features {
                    gradient[3 * feature + class] += slope * self.value(example, *feature);
                }
            }
        }
        Ok(gradient)
    }
}

/// Returns the files of labelled texts, in the order of their names.
fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let tables = paths.filter(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    let mut files: Vec<PathBuf> = tables.chain([SUITE.into()]).collect();
    files.sort();
    files
}

/// Returns the table of the weights learned from the sentences, those of neutral taken away.
fn learned() -> String {
    let sample = Sample::read();
    let start = vec![0.0; 3 * (sample.features.len() + 1)];
    let names: Vec<(String, f64)> = sample
        .features
        .iter()
        .map(|feature| (feature.name.clone(), feature.rarity))
        .chain([(BIAS.to_owned(), 1.0)])
        .collect();
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10)
        .with_tolerance_grad(1e-7)
        .unwrap();
    let solved = Executor::new(sample, solver)
        .configure(|state| state.param(start).max_iters(MOST_STEPS))
        .run()
        .unwrap();
    assert!(
        solved.state().get_iter() < MOST_STEPS,
        "not the most likely"
    );
    let weights = solved.state().get_best_param().unwrap();
    let mut rows: Vec<(String, f64, f64)> = names
        .into_iter()
        .zip(weights.chunks_exact(3))
        .map(|((name, rarity), of)| {
            let [positive, negative, neutral] = [of[0], of[1], of[2]];
            (
                name,
                rarity * (positive - neutral),
                rarity * (negative - neutral),
            )
        })
        .collect();
    rows.sort_by(|a, b| (a.0 != BIAS, &a.0).cmp(&(b.0 != BIAS, &b.0)));
    let mut table = String::new();
    for (name, positive, negative) in rows {
        writeln!(table, "{name}\t{positive:.1}\t{negative:.1}").unwrap();
    }
    table
}

#[test]
fn the_weights_are_those_the_sentences_teach() {
    let table = learned();
    if std::env::var_os("UPDATE_WEIGHTS").is_some() {
        let head = WEIGHTS.lines().take_while(|line| line.starts_with("# "));
        let lines: Vec<&str> = head.chain(table.lines()).collect();
        fs::write(PATH, lines.join("\n") + "\n").unwrap();
        return;
    }
    let kept = Learned::read(WEIGHTS).unwrap();
    let learned = Learned::read(&table).unwrap();
    // Weights are rounded.
    let far = |a: f32, b: f32| (a - b).abs() > 0.15;
    let differ =
        |a: &Weights, b: &Weights| far(a.positive, b.positive) || far(a.negative, b.negative);
    let is_kept = |(key, weights): &(&u64, &Weights)| {
        let kept = kept.weights.get(key);
        kept.is_some_and(|kept| !differ(kept, weights))
    };
    let same = learned.weights.iter().filter(is_kept).count();
    assert!(!differ(&kept.bias, &learned.bias));
    assert_eq!(
        (same, kept.weights.len()),
        (learned.weights.len(), learned.weights.len()),
        "run with UPDATE_WEIGHTS=1"
    );
}
