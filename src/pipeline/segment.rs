//! The stage `segment` on a workspace.

use polars::prelude::IntoLazy;

use super::freshness::{self, Inputs};
use super::join::newest_observation;
use super::left_out as exclusions;
use super::{JoinOptions, StageOutcome, Workspace};
use crate::error::{Error, Result, nearest};
use crate::progress::Progress;
use crate::schema::*;
use crate::segment::{self, Input, Settings};
use crate::store::Entry;

const STAGE: &str = "segment";

/// The tables of the stage, in the order of the frames that are written.
static MADE: &[&Table] = &[
    &purchases::TABLE,
    &person_values::TABLE,
    &models::TABLE,
    &tracking_weeks::TABLE,
    &person_voices::TABLE,
    &person_segments::TABLE,
    &segments::TABLE,
    &cohorts::TABLE,
    &campaign_results::TABLE,
];

impl Workspace {
    /// Computes values, voices and segments, after `join` and `score` where they are out of date.
    ///
    /// # Errors
    /// Those of [`segment::segment`] and of the store.
    pub fn segment(&self, progress: &dyn Progress) -> Result<StageOutcome> {
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
        let config = self.config();
        let read = [
            &orders::TABLE,
            &posts::TABLE,
            &assignments::TABLE,
            &campaigns::TABLE,
            &consents::TABLE,
            &persons::TABLE,
            &links::TABLE,
            &post_scores::TABLE,
            &account_scores::TABLE,
        ];
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(&config.segment)
            .with(&config.money)
            .with(&config.workspace.lang)
            .with(&newest_observation(&store)?)
            .hash();
        if freshness::is_fresh(store.manifest(), STAGE, &inputs, MADE) {
            return Ok(StageOutcome::fresh(STAGE, counts(store.manifest())));
        }
        let records = store
            .scan(&persons::TABLE)?
            .collect()
            .map_err(Error::frame("read the persons"))?;
        let input = Input {
            orders: store.scan(&orders::TABLE)?,
            posts: store.scan(&posts::TABLE)?,
            assignments: store.scan(&assignments::TABLE)?,
            campaigns: store.scan(&campaigns::TABLE)?,
            links: store.scan(&links::TABLE)?,
            post_scores: store.scan(&post_scores::TABLE)?,
            account_scores: store.scan(&account_scores::TABLE)?,
            reachable: self.reachable(&store, &records)?.lazy(),
            persons: records.lazy(),
        };
        let settings = Settings {
            segment: &config.segment,
            money: &config.money,
            lang: config.workspace.lang,
        };
        let output = segment::segment(input, settings, self.as_of())?;
        let day = self.as_of().last_day().to_string();
        let mut transaction = store.begin()?;
        let frames = [
            output.purchases,
            output.person_values,
            output.models,
            output.tracking_weeks,
            output.person_voices,
            output.person_segments,
            output.segments,
            output.cohorts,
            output.campaign_results,
        ];
        for (table, frame) in MADE.iter().copied().zip(frames) {
            transaction.put_derived(table, frame, &day)?;
        }
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
