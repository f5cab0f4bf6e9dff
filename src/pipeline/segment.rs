//! The stage `segment` on a workspace.

use polars::prelude::{DataFrame, IntoLazy};

use super::consent::unsubscribed_hash;
use super::freshness::{self, Inputs};
use super::join::newest_observation;
use super::left_out as exclusions;
use super::{JoinOptions, StageOutcome, Workspace};
use crate::concurrent::{MOST_CUSTOMERS_AT_ONCE, MOST_POSTS_AT_ONCE, side_by_side_if};
use crate::config::{Config, SegmentConfig};
use crate::error::{Error, Result, nearest};
use crate::progress::Progress;
use crate::report::Lang;
use crate::schema::*;
use crate::segment::{self, Bought, Input, Settings};
use crate::store::{Entry, Store};

pub(super) const STAGE: &str = "segment";
/// Findings about the RFM segments that are told one by one.
const MOST_WARNINGS: usize = 20;

/// The tables of the stage, in the order of the frames that are written.
static MADE: &[&Table] = &[
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
];

impl Workspace {
    /// Computes values, voices and segments, after `join` and `score` where they are out of date, and warns of what is odd
    /// about the RFM segments of the settings.
    ///
    /// # Errors
    /// Those of [`segment::segment`] and of the store.
    pub fn segment(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        let config = self.config();
        let findings = segment::rfm_findings(&config.segment.rfm, config.workspace.lang);
        for finding in findings.iter().take(MOST_WARNINGS) {
            progress.warn(&finding.text(config.workspace.lang));
        }
        if let Some(more @ 1..) = findings.len().checked_sub(MOST_WARNINGS) {
            progress.warn(&match config.workspace.lang {
                Lang::Ja => format!("RFM セグメントについて、ほかに {more} 件あります"),
                Lang::En => format!("{more} more findings about the RFM segments"),
            });
        }
        self.segmented(progress)
    }

    /// Computes what [`Workspace::segment`] does, for a later stage, which need not warn again.
    pub(super) fn segmented(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        self.retried(|| self.segment_once(progress))
    }

    /// Returns the table of that name, for people who type it, if this stage makes it.
    ///
    /// # Errors
    /// [`Error::NoTable`] with the nearest of the stage's tables, [`Error::OtherTable`] for one of another stage.
    pub fn segment_table(name: &str) -> Result<&'static Table> {
        if let Some(table) = MADE.iter().copied().find(|table| table.name == name) {
            return Ok(table);
        }
        Err(match table(name) {
            Some(table) => Error::OtherTable {
                table: table.name.to_owned(),
                stage: STAGE,
            },
            None => Error::NoTable {
                table: name.to_owned(),
                nearest: nearest(name, MADE.iter().map(|made| made.name)),
            },
        })
    }

    fn segment_once(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        // Links of another moment, or from before a withdrawal, must not speak; what is fresh costs nothing.
        self.join(&JoinOptions::default(), progress)?;
        self.score(progress)?;
        let store = self.store()?;
        let ahead = self.take_ahead(&store)?;
        let config = self.config();
        let inputs = self.segment_inputs(&store)?;
        let is_fresh = freshness::is_fresh(&store, STAGE, &inputs, MADE);
        if is_fresh && exclusions::is_there(&store) {
            return Ok(StageOutcome::fresh(STAGE, counts(store.manifest())));
        }
        let records = store
            .scan(&persons::TABLE)?
            .collect()
            .map_err(Error::frame("read the persons"))?;
        let input = input(&store, &records)?;
        let segment_config = config.segment_at(self.as_of())?;
        let settings = settings(config, &segment_config);
        // Orders and posts are read while it is found out who may be written to.
        let row_count = |table| store.manifest().row_count(table);
        let is_small = row_count(&customers::TABLE) <= MOST_CUSTOMERS_AT_ONCE;
        let (read, reachable) = side_by_side_if(
            is_small,
            || {
                let bought = match ahead {
                    Some(bought) => bought,
                    None => Bought::read(&input, settings, self.as_of())?,
                };
                let input = match row_count(&posts::TABLE) <= MOST_POSTS_AT_ONCE {
                    true => input.narrowed(&segment_config, self.as_of())?,
                    false => input,
                };
                Ok((input, bought))
            },
            || self.reachable(&store, &records),
        );
        let (mut input, bought) = read?;
        input.reachable = reachable?.lazy();
        drop(records);
        let output = segment::segment_of(input, bought, settings, self.as_of())?;
        let day = self.as_of().last_day().to_string();
        let mut transaction = store.begin()?;
        let frames = [
            output.purchases,
            output.person_values,
            output.models,
            output.model_choices,
            output.model_calibration,
            output.tracking_weeks,
            output.social_lift,
            output.person_voices,
            output.person_segments,
            output.segment_members,
            output.segments,
            output.segment_voices,
            output.srm_roles,
            output.exposures,
            output.complaint_priorities,
            output.clusters,
            output.cluster_choices,
            output.measures.cohorts,
            output.campaign_results,
            output.measures.person_habits,
            output.measures.deciles,
            output.measures.abc_classes,
            output.measures.product_classes,
            output.measures.cpm_groups,
            output.measures.shop_kpis,
            output.measures.campaign_costs,
            output.measures.survival,
            output.measures.migrations,
            output.measures.moved_persons,
        ];
        let made = MADE.iter().copied().zip(frames).collect();
        transaction.put_all_derived(made, &day)?;
        let reasons = [
            ("order_cancelled", output.left_out.cancelled),
            ("other_currency", output.left_out.other_currency),
            ("order_without_customer", output.left_out.without_person),
        ];
        exclusions::put(&mut transaction, &store, STAGE, &reasons, &day)?;
        transaction.put_stage(STAGE, freshness::record(inputs));
        let counts = counts(transaction.manifest());
        transaction.note(
            Entry::new(&self.as_of().label(), STAGE)
                .with("persons", counts[0].1)
                .with("orders_cancelled", output.left_out.cancelled)
                .with("orders_in_other_currency", output.left_out.other_currency)
                .with("orders_without_person", output.left_out.without_person),
        );
        transaction.commit()?;
        Ok(StageOutcome::ran(STAGE, counts))
    }
}

impl Workspace {
    /// Returns the hash of what the stage runs on.
    pub(super) fn segment_inputs(&self, store: &Store) -> Result<String> {
        let read = [
            &orders::TABLE,
            &order_lines::TABLE,
            &posts::TABLE,
            &assignments::TABLE,
            &campaigns::TABLE,
            &consents::TABLE,
            &customers::TABLE,
            &persons::TABLE,
            &links::TABLE,
            &post_scores::TABLE,
            &account_scores::TABLE,
            &conversations::TABLE,
        ];
        let config = self.config();
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(&config.segment_at(self.as_of())?)
            .with(&config.money)
            .with(&config.privacy)
            .with(&config.workspace.lang)
            .with(&newest_observation(store)?)
            .with(&unsubscribed_hash(store)?);
        Ok(inputs.hash())
    }
}

/// Returns the tables that the stage reads, with these persons, nobody of whom may be written to.
pub(super) fn input(store: &Store, persons: &DataFrame) -> Result<Input> {
    Ok(Input {
        orders: store.scan(&orders::TABLE)?,
        order_lines: store.scan(&order_lines::TABLE)?,
        posts: store.scan(&posts::TABLE)?,
        assignments: store.scan(&assignments::TABLE)?,
        campaigns: store.scan(&campaigns::TABLE)?,
        customers: store.scan(&customers::TABLE)?,
        links: store.scan(&links::TABLE)?,
        post_scores: store.scan(&post_scores::TABLE)?,
        account_scores: store.scan(&account_scores::TABLE)?,
        conversations: store.scan(&conversations::TABLE)?,
        reachable: DataFrame::empty().lazy(),
        persons: persons.clone().lazy(),
    })
}

/// Returns the settings of the stage.
pub(super) fn settings<'a>(config: &'a Config, segment: &'a SegmentConfig) -> Settings<'a> {
    Settings {
        segment,
        money: &config.money,
        lang: config.workspace.lang,
        min_group_size: config.privacy.min_group_size,
    }
}

fn counts(manifest: &crate::store::Manifest) -> Vec<(&'static str, u64)> {
    vec![
        (
            "persons",
            freshness::row_count(manifest, &person_segments::TABLE),
        ),
        (
            "buyers",
            freshness::row_count(manifest, &person_values::TABLE),
        ),
    ]
}
