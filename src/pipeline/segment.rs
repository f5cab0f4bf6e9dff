//! The stage `segment` on a workspace.

use polars::prelude::IntoLazy;

use super::consent::unsubscribed_hash;
use super::freshness::{self, Inputs};
use super::join::newest_observation;
use super::left_out as exclusions;
use super::{JoinOptions, StageOutcome, Workspace};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema::*;
use crate::segment::{self, Input, Settings};
use crate::store::{Entry, Store};

pub(super) const STAGE: &str = "segment";

impl Workspace {
    /// Computes values, voices and segments, after `join` and `score` where they are out of date.
    ///
    /// # Errors
    /// Those of [`segment::segment`] and of the store.
    pub fn segment(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        self.retried(|| self.segment_once(progress))
    }

    fn segment_once(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        // Links of another moment, or from before a withdrawal, must not speak; what is fresh costs nothing.
        self.join(&JoinOptions::default(), progress)?;
        self.score(progress)?;
        let store = self.store()?;
        let config = self.config();
        let made = [
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
        let inputs = self.segment_inputs(&store)?;
        if freshness::is_fresh(store.manifest(), STAGE, &inputs, &made) {
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
        for (table, frame) in made.into_iter().zip(frames) {
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

impl Workspace {
    /// Returns the hash of what the stage runs on.
    pub(super) fn segment_inputs(&self, store: &Store) -> Result<String> {
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
        let config = self.config();
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(&config.segment)
            .with(&config.money)
            .with(&config.workspace.lang)
            .with(&newest_observation(store)?)
            .with(&unsubscribed_hash(store)?);
        Ok(inputs.hash())
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
