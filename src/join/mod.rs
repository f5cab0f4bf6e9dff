//! Customer records to persons, accounts to persons who agreed to it.
//!
//! Which records are one person, [`linkage`] tells by probability, with weights that are fitted once and then kept, and
//! with reviewers' decisions obeyed for ever. An account is linked to a person when the customer declared it and consent
//! for `link_social` is in force, at the as-of instant and at the newest instant the store knows; without consent the
//! pair is not even compared.
//! For persons with consent who declared nothing, [`candidates`] weighs names, handles and the like for a human to review;
//! nothing links by it.

pub mod candidates;
pub mod consent;
pub mod explain;
pub mod linkage;
mod links;
mod matching;
mod model;
pub mod normalise;
mod persons;
mod records;
mod review;
mod rows;
mod suggest;

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{DataFrame, LazyFrame};

use crate::as_of::AsOf;
use crate::concurrent::side_by_side;
use crate::error::{Error, Result};

use linkage::{Clusters, Cut, Edge, Matched, Pairs, Placeholder, Scorer, Weights};

pub use links::{Followed, OpenClaim, Refusal, RefusalReason};
pub use matching::Matching;
pub use model::held_terms;
pub use persons::person_id;
pub use review::{Candidate, Review, Statement};

/// The tables that join reads.
pub struct Input {
    /// `accounts`
    pub accounts: LazyFrame,
    /// Every observation of `accounts`, for the handles they had.
    pub account_observations: LazyFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `orders`
    pub orders: LazyFrame,
    /// `declared_links`
    pub declared_links: LazyFrame,
    /// `consents`, also those after the as-of instant: a withdrawal counts from when it is known.
    pub consents: LazyFrame,
    /// Newest instant the store knows of anything, in microseconds since 1970-01-01 UTC.
    pub newest_known: i64,
}

/// How persons are made of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How records are linked.
    pub linkage: linkage::Settings,
    /// E-mail addresses, phones and identifiers that belong to nobody.
    pub blocked: Vec<String>,
}

/// The tables that join makes.
#[derive(Debug)]
pub struct Output {
    /// `persons`
    pub persons: DataFrame,
    /// Number of persons.
    pub person_count: u64,
    /// `match_weights`
    pub match_weights: DataFrame,
    /// `match_terms`
    pub match_terms: DataFrame,
    /// The weights used.
    pub weights: Weights,
    /// `links`
    pub links: DataFrame,
    /// `consent_counts`
    pub consent_counts: DataFrame,
    /// Declarations that were not followed, and why.
    pub refusals: Vec<Refusal>,
    /// Declarations that were followed.
    pub followed: Vec<Followed>,
    /// Where every person stands.
    pub standing: Arc<consent::Standing>,
    /// By source and customer, what of the person's declarations is to be erased.
    pub withdrawals: BTreeMap<(String, String), consent::Withdrawal>,
    /// What linkage did.
    pub linked: Linked,
    /// Pairs for a reviewer, the likeliest first.
    pub review: Vec<Review>,
}

/// What linkage did, in numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Linked {
    /// Pairs compared.
    pub compared: u64,
    /// Pairs over the threshold.
    pub over: u64,
    /// Pairs under the threshold that are worth a look.
    pub between: u64,
    /// Pairs by weight rounded down.
    pub histogram: BTreeMap<i32, u64>,
    /// Records that have a value, per field of the weights.
    pub filled: Vec<u64>,
    /// Persons by their number of records.
    pub sizes: BTreeMap<u64, u64>,
    /// Pairs over the threshold that stayed two persons, by reason.
    pub cuts: BTreeMap<&'static str, u64>,
    /// Values taken for placeholders.
    pub placeholders: Vec<Placeholder>,
    /// Records left out of blocks that stayed too big, by rule.
    pub left_out: Vec<(String, u64)>,
    /// Decisions about pairs of records that were followed.
    pub decisions: u64,
    /// Decisions that contradict others and were not followed.
    pub conflicts: u64,
    /// Decisions about records that are not in the store.
    pub unknown_decisions: u64,
    /// Expected share of the pairs put together that are one person.
    pub precision: f64,
    /// Expected share of the pairs of one person that were put together.
    pub recall: f64,
}

/// Makes persons of the records that were matched and links accounts to them.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn join(
    matching: &Matching,
    input: Input,
    settings: &Settings,
    as_of: &AsOf,
) -> Result<Output> {
    let read = |frame: LazyFrame| {
        frame
            .collect()
            .map_err(Error::frame("read the tables to join"))
    };
    let records = matching.records()?;
    let Matched {
        features,
        placeholders,
        pairs,
        clusters,
        ties,
        decided,
    } = &matching.matched;
    let weights = &matching.weights;
    let decisions = &matching.decisions;
    let Input {
        accounts,
        account_observations,
        posts,
        orders,
        declared_links,
        consents,
        newest_known,
    } = input;
    // Who the persons are and what they agreed to, and beside it what was seen of accounts.
    let (people, seen) = side_by_side(
        || {
            let failed = Error::frame("read the customers");
            let registered_on = matching.registered_on().map_err(failed)?;
            let statements = read(consents)?;
            let persons = persons::Persons::new(&records, registered_on, features, clusters, ties);
            let consents = consent::Consents::new(&statements, newest_known, as_of.time_zone())
                .map_err(Error::frame("read the consents"))?;
            let standing = consent::Standing::new(&consents, &persons, as_of);
            Ok::<_, Error>((persons, standing))
        },
        || {
            let declared = rows::declarations(&read(declared_links)?)
                .map_err(Error::frame("read the declared links"))?;
            let account_frame = read(accounts)?;
            let observations = read(account_observations)?;
            let scorer = Scorer::new(weights, features);
            let review = review::records(&records, &scorer, pairs, clusters, decided, settings);
            Ok::<_, Error>((declared, account_frame, observations, review))
        },
    );
    let (persons, standing) = people?;
    let (declared, account_frame, observations, mut review) = seen?;
    let of_accounts: Vec<_> = decisions
        .iter()
        .filter_map(rows::AccountDecision::of)
        .collect();
    let links::Linked {
        links,
        refusals,
        followed,
    } = {
        let accounts = rows::accounts(&account_frame).map_err(Error::frame("read the accounts"))?;
        let handles = rows::handles(&observations).map_err(Error::frame("read the handles"))?;
        let claims = links::Claims {
            declarations: &declared,
            decisions: &of_accounts,
            accounts: &accounts,
            handles: &handles,
        };
        links::link(&claims, &persons, &standing, as_of)
    };
    review.extend(review::claims(&refusals, &records));
    let suggested = suggest::Input {
        accounts: account_frame,
        handles: observations,
        posts,
        orders,
    };
    let open = refusals.iter().filter_map(|refusal| refusal.open.as_ref());
    let taken = links.iter().map(links::Link::account);
    let taken = taken.chain(open.map(|open| open.account.clone())).collect();
    let (suggested, persons_frame) = side_by_side(
        || suggest::accounts(suggested, &records, &persons, &standing, decisions, &taken),
        || persons.frame(&records, &standing),
    );
    review.extend(suggested.map_err(Error::frame("look for accounts of persons"))?);
    let build = Error::frame("write down persons and links");
    let (match_weights, match_terms) = model::frames(weights).map_err(&build)?;
    let linked = Linked {
        placeholders: placeholders.clone(),
        unknown_decisions: matching.unknown_decisions,
        filled: features.filled(),
        decisions: (decided.same.len() + decided.different.len() - clusters.conflicts.len()) as u64,
        ..linked(pairs, clusters, weights, settings)
    };
    let person_count = persons.count() as u64;
    Ok(Output {
        consent_counts: standing.counts(person_count).map_err(&build)?,
        person_count,
        persons: persons_frame.map_err(&build)?,
        links: links::frame(&links).map_err(&build)?,
        withdrawals: withdrawals(&records, &persons, &standing),
        standing: Arc::new(standing),
        refusals,
        followed,
        match_weights,
        match_terms,
        linked,
        review,
        weights: weights.clone(),
    })
}

/// Returns the weights that `match_weights` and `match_terms` hold; `None` when they are empty or of another version.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn weights(match_weights: &DataFrame, match_terms: &DataFrame) -> Result<Option<Weights>> {
    model::weights(match_weights, match_terms).map_err(Error::frame("read the weights"))
}

/// Returns the records of persons who took consent for linking back.
fn withdrawals(
    records: &records::Records<'_>,
    persons: &persons::Persons,
    standing: &consent::Standing,
) -> BTreeMap<(String, String), consent::Withdrawal> {
    // Millions of records need not be asked where nobody took anything back.
    let rows = match standing.has_withdrawals() {
        true => 0..records.len(),
        false => 0..0,
    };
    rows.filter_map(|row| {
        let withdrawal = standing.withdrawal(persons.of_record(row))?;
        let (source, customer_id) = records.key(row)?;
        let key = (source.to_owned(), customer_id.to_owned());
        Some((key, withdrawal))
    })
    .collect()
}

/// Sums up what linkage did.
fn linked(pairs: &Pairs, clusters: &Clusters, weights: &Weights, settings: &Settings) -> Linked {
    let mut records = vec![0_u64; clusters.root.len()];
    for root in &clusters.root {
        records[*root as usize] += 1;
    }
    let mut sizes = BTreeMap::new();
    for count in records.into_iter().filter(|count| *count > 0) {
        *sizes.entry(count).or_default() += 1;
    }
    let mut cuts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (_, cut) in &clusters.cuts {
        *cuts.entry(Cut::key(*cut)).or_default() += 1;
    }
    let threshold = linkage::weight_of(settings.linkage.threshold);
    let (mut found, mut right) = (0.0, 0.0);
    let is_over = |edge: &&Edge| edge.weight >= threshold;
    let over = pairs.edges.iter().filter(is_over).count() as u64;
    for edge in pairs.edges.iter().filter(is_over) {
        if clusters.root[edge.left as usize] == clusters.root[edge.right as usize] {
            found += 1.0;
            right += linkage::probability_of(edge.weight);
        }
    }
    let count = clusters.root.len() as f64;
    let expected = weights.match_share * count * (count - 1.0).max(0.0) / 2.0;
    Linked {
        compared: pairs.compared,
        over,
        between: pairs.edges.len() as u64 - over,
        histogram: pairs.histogram.clone(),
        sizes,
        cuts,
        left_out: (pairs.left_out.iter())
            .filter(|(_, records)| *records > 0)
            .cloned()
            .collect(),
        conflicts: clusters.conflicts.len() as u64,
        precision: if found > 0.0 { right / found } else { 1.0 },
        recall: if expected > right {
            right / expected
        } else {
            1.0
        },
        ..Linked::default()
    }
}
