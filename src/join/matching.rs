//! Which customer records are one person: linkage, brought the records of the store.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use polars::prelude::{DataFrame, DateChunked, LazyFrame, PolarsError, PolarsResult};

use super::linkage::{
    self, BlockCaps, Decided, Features, Matched, Memory, Now, Placeholder, Scorer, Weights,
};
use super::records::{self, Records};
use super::rows::{self, Decision, Subject};
use super::{Settings, normalise};
use crate::concurrent::side_by_side;
use crate::error::{Error, Result};
use crate::schema::customers;

/// Customer records, and which of them are one person.
pub struct Matching {
    customers: DataFrame,
    contents: Vec<u64>,
    /// What linkage found.
    pub(super) matched: Matched,
    /// The weights used.
    pub(super) weights: Weights,
    /// What reviewers said, of records and of accounts.
    pub(super) decisions: Vec<Decision>,
    /// Decisions about records that are not in the store.
    pub(super) unknown_decisions: u64,
    model: u64,
    /// Whether only records that are not as they were in the last run were compared.
    pub is_update: bool,
}

impl Matching {
    /// Matches customer records, with `weights` or ones fitted to them.
    ///
    /// `memory` is what [`Matching::remember`] wrote: under the same weights and settings, only records that are not as they
    /// were are compared, which gives the same.
    ///
    /// # Errors
    /// [`Error::Frame`] when a table lacks its columns.
    pub fn new(
        customers: LazyFrame,
        decisions: LazyFrame,
        weights: Option<Weights>,
        memory: Option<&mut (dyn Read + Send)>,
        settings: &Settings,
    ) -> Result<Self> {
        let failed = Error::frame("read the customers");
        let mut columns: Vec<_> = records::COLUMNS
            .iter()
            .map(|column| column.expr())
            .collect();
        columns.push(customers::REGISTERED_ON.expr());
        let remembered = memory.zip(weights.as_ref());
        let (frame, memory) = side_by_side(
            || {
                let mut frame = customers.select(columns).collect()?;
                frame.rechunk_mut_par();
                Ok::<_, PolarsError>(frame)
            },
            || {
                let (memory, weights) = remembered?;
                Memory::read(memory, model(weights, settings))
            },
        );
        let frame = frame.map_err(&failed)?;
        let decisions = decisions
            .collect()
            .map_err(Error::frame("read the decisions"))?;
        let decisions = rows::decisions(&decisions).map_err(Error::frame("read the decisions"))?;
        let records = Records::new(&frame).map_err(&failed)?;
        let contents = records.contents();
        let blocked = blocked(&settings.blocked);
        let remembered = memory.zip(weights.as_ref()).and_then(|(memory, weights)| {
            let now = Now {
                keys: &records.keys(),
                contents: &contents,
                written: &|rows, take| records.each_written(rows, &weights.identifiers, take),
                blocked: &blocked,
            };
            let decided = |keys: &[u64]| decided(&decisions, keys).0;
            memory.update(&now, &decided, weights, &settings.linkage)
        });
        let is_update = remembered.is_some();
        let (matched, weights) = match (remembered, weights) {
            (Some(matched), Some(weights)) => (matched, weights),
            (_, weights) => match_all(&records, weights, &decisions, settings),
        };
        let (_, unknown_decisions) = decided(&decisions, &matched.features.keys);
        Ok(Self {
            model: model(&weights, settings),
            customers: frame,
            contents,
            matched,
            weights,
            decisions,
            unknown_decisions,
            is_update,
        })
    }

    /// Writes what was found down for the next run.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn remember(&self, to: &mut dyn Write) -> io::Result<()> {
        Memory::write(&self.matched, &self.contents, self.model, to)
    }

    /// Returns the weights used.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    pub(super) fn records(&self) -> Result<Records<'_>> {
        Records::new(&self.customers).map_err(Error::frame("read the customers"))
    }

    pub(super) fn registered_on(&self) -> PolarsResult<&DateChunked> {
        self.customers.column(customers::REGISTERED_ON.name)?.date()
    }
}

/// Returns the hash of all that decides what a pair of records weighs and what becomes of it.
fn model(weights: &Weights, settings: &Settings) -> u64 {
    let version = env!("CARGO_PKG_VERSION");
    let settings = format!("{version} {settings:?} {:?}", weights.caps);
    let weights = serde_json::to_string(weights).expect("weights hold only texts and numbers");
    crate::hash::fast_hash([&*settings, &*weights])
}

/// Compares all records.
fn match_all(
    records: &Records<'_>,
    weights: Option<Weights>,
    decisions: &[Decision],
    settings: &Settings,
) -> (Matched, Weights) {
    let Linkage {
        features,
        weights,
        placeholders,
    } = Linkage::of(records, weights, settings);
    let scorer = Scorer::new(&weights, &features);
    let pairs = linkage::pairs(&features, &scorer, &settings.linkage);
    let (decided, _) = decided(decisions, &features.keys);
    let clusters = linkage::cluster(&features, &scorer, &pairs, &decided, &settings.linkage);
    let ties = linkage::all_ties(&scorer, &pairs, &clusters, &settings.linkage);
    drop(scorer);
    let weights = Weights {
        caps: BlockCaps::clone(&pairs.caps),
        ..weights
    };
    let matched = Matched {
        features,
        placeholders,
        pairs,
        clusters,
        ties,
        decided,
    };
    (matched, weights)
}

/// Records made ready to be linked.
pub(super) struct Linkage {
    pub features: Features,
    pub weights: Weights,
    placeholders: Vec<Placeholder>,
}

impl Linkage {
    /// Reads the match keys, and fits the weights where there are none.
    pub(super) fn of(records: &Records<'_>, weights: Option<Weights>, settings: &Settings) -> Self {
        let identifiers = match &weights {
            Some(weights) => weights.identifiers.clone(),
            None => records.identifiers(),
        };
        let mut features = records.features(&identifiers);
        let families = match &weights {
            Some(weights) => weights.families.clone(),
            None => features.families(),
        };
        features.split_names(&families);
        features.seal();
        features.without(&blocked(&settings.blocked));
        let placeholders = features.without_placeholders(&settings.linkage.limits);
        let weights = match weights {
            Some(weights) => {
                features.know_frequencies(&weights.terms);
                features.know_aliases(&weights.aliases);
                weights
            }
            None => linkage::fit(&mut features, &identifiers, families, &settings.linkage),
        };
        Self {
            features,
            weights,
            placeholders,
        }
    }
}

/// Returns the match keys of values that belong to nobody.
fn blocked(values: &[String]) -> Vec<String> {
    values
        .iter()
        .flat_map(|value| {
            [
                normalise::email_key(value),
                normalise::phone_key(value),
                Some(value.to_lowercase()),
            ]
        })
        .flatten()
        .collect()
}

/// Returns what reviewers said of pairs of records, the newest word of each pair, and how many spoke of records that are
/// not there.
///
/// Words given after as-of count, too: who somebody is does not depend on when it was found out, and an answer is
/// obeyed by the very run that takes it.
pub(super) fn decided(decisions: &[Decision], keys: &[u64]) -> (Decided, u64) {
    let places: std::collections::HashMap<u64, u32> = match decisions.is_empty() {
        true => Default::default(),
        false => keys
            .iter()
            .enumerate()
            .map(|(place, key)| (*key, place as u32))
            .collect(),
    };
    let place = |(source, customer_id): &(String, String)| {
        places
            .get(&crate::hash::fast_hash([&**source, &**customer_id]))
            .copied()
    };
    let mut newest: BTreeMap<(u32, u32), &Decision> = BTreeMap::new();
    let mut unknown = 0;
    for decision in decisions {
        let Subject::Record(source, customer_id) = &decision.with else {
            continue;
        };
        let other = place(&(source.clone(), customer_id.clone()));
        let (Some(left), Some(right)) = (place(&decision.record), other) else {
            unknown += 1;
            continue;
        };
        let order = |decision: &Decision| {
            // At one instant, the word that keeps two apart holds.
            (
                decision.decided_at,
                !decision.is_same,
                decision.source_file.clone(),
                decision.source_row,
            )
        };
        let known = newest
            .entry((left.min(right), left.max(right)))
            .or_insert(decision);
        if order(decision) > order(known) {
            *known = decision;
        }
    }
    let mut words: Vec<((u32, u32), &Decision)> = newest.into_iter().collect();
    words.sort_by_key(|((left, right), decision)| (decision.decided_at, *left, *right));
    let of = |is_same: bool| {
        words
            .iter()
            .filter(|((left, right), decision)| decision.is_same == is_same && left != right)
            .map(|(pair, _)| *pair)
            .collect()
    };
    (
        Decided {
            same: of(true),
            different: of(false),
        },
        unknown,
    )
}
