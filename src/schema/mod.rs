//! Every column koe owns, a file per table.
//!
//! No other module names a column by a string: it says `orders::ORDERED_AT.expr()`. `docs/schema.md` is generated from
//! here by [`markdown`].

mod column;
mod markdown;

pub mod abc_classes;
pub mod account_scores;
pub mod accounts;
pub mod alerts;
pub mod assignments;
pub mod campaign_costs;
pub mod campaign_results;
pub mod campaigns;
pub mod cluster_choices;
pub mod clusters;
pub mod cohorts;
pub mod communities;
pub mod complaint_priorities;
pub mod consent_counts;
pub mod consents;
pub mod contacts;
pub mod conversations;
pub mod cooccurrences;
pub mod copies;
pub mod cpm_groups;
pub mod customers;
pub mod deciles;
pub mod decisions;
pub mod declared_links;
pub mod deletions;
pub mod exposures;
pub mod holidays;
pub mod hour_counts;
pub mod keyphrases;
pub mod left_out;
pub mod links;
pub mod match_terms;
pub mod match_weights;
pub mod migrations;
pub mod model_calibration;
pub mod model_choices;
pub mod models;
pub mod moved_persons;
pub mod order_lines;
pub mod orders;
pub mod person_habits;
pub mod person_segments;
pub mod person_values;
pub mod person_voices;
pub mod persons;
pub mod post_scores;
pub mod post_topics;
pub mod posts;
pub mod product_classes;
pub mod purchases;
pub mod search_counts;
pub mod segment_members;
pub mod segment_voices;
pub mod segments;
pub mod shop_kpis;
pub mod social_lift;
pub mod srm_roles;
pub mod survival;
pub mod topic_words;
pub mod topics;
pub mod tracking_weeks;
pub mod voice_shares;
pub mod word_bursts;

pub use column::{Column, ColumnKind, Table, TableKind};
pub use markdown::markdown;

/// The imported tables.
pub static RAW: &[&Table] = &[
    &customers::TABLE,
    &orders::TABLE,
    &order_lines::TABLE,
    &posts::TABLE,
    &deletions::TABLE,
    &accounts::TABLE,
    &declared_links::TABLE,
    &decisions::TABLE,
    &consents::TABLE,
    &contacts::TABLE,
    &campaigns::TABLE,
    &assignments::TABLE,
    &search_counts::TABLE,
    &holidays::TABLE,
];

/// The computed tables, in the order they are computed.
pub static DERIVED: &[&Table] = &[
    &persons::TABLE,
    &match_weights::TABLE,
    &match_terms::TABLE,
    &links::TABLE,
    &consent_counts::TABLE,
    &post_scores::TABLE,
    &account_scores::TABLE,
    &communities::TABLE,
    &hour_counts::TABLE,
    &alerts::TABLE,
    &copies::TABLE,
    &conversations::TABLE,
    &word_bursts::TABLE,
    &voice_shares::TABLE,
    &keyphrases::TABLE,
    &cooccurrences::TABLE,
    &topics::TABLE,
    &topic_words::TABLE,
    &post_topics::TABLE,
    &purchases::TABLE,
    &person_values::TABLE,
    &models::TABLE,
    &model_choices::TABLE,
    &model_calibration::TABLE,
    &tracking_weeks::TABLE,
    &social_lift::TABLE,
    &person_voices::TABLE,
    &person_segments::TABLE,
    &segment_members::TABLE,
    &segments::TABLE,
    &segment_voices::TABLE,
    &srm_roles::TABLE,
    &exposures::TABLE,
    &complaint_priorities::TABLE,
    &clusters::TABLE,
    &cluster_choices::TABLE,
    &cohorts::TABLE,
    &campaign_results::TABLE,
    &person_habits::TABLE,
    &deciles::TABLE,
    &abc_classes::TABLE,
    &product_classes::TABLE,
    &cpm_groups::TABLE,
    &shop_kpis::TABLE,
    &campaign_costs::TABLE,
    &survival::TABLE,
    &migrations::TABLE,
    &moved_persons::TABLE,
    &left_out::TABLE,
];

/// Returns every table, the imported ones first.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    RAW.iter().chain(DERIVED).copied()
}

/// Returns the table of that name.
pub fn table(name: &str) -> Option<&'static Table> {
    tables().find(|table| table.name == name)
}
