//! The stage `join` on a workspace.

use polars::prelude::*;

use super::freshness::{self, Inputs};
use super::left_out;
use super::{StageOutcome, Workspace};
use crate::error::{Error, Result};
use crate::join::consent::{CHANNELS, Consents, Standing};
use crate::join::{self, Input};
use crate::schema::{
    self, accounts, consent_counts, consents, customers, declared_links, links, person_segments,
    persons,
};
use crate::store::{Entry, Store};

const STAGE: &str = "join";

impl Workspace {
    /// Makes persons of customer records and links consenting accounts to them.
    ///
    /// # Errors
    /// Those of [`join::join`] and of the store.
    pub fn join(&self) -> Result<StageOutcome> {
        let store = self.store()?;
        let read = [
            &accounts::TABLE,
            &consents::TABLE,
            &customers::TABLE,
            &declared_links::TABLE,
        ];
        let made = [&persons::TABLE, &links::TABLE, &consent_counts::TABLE];
        let newest_known = newest_observation(&store)?;
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(&newest_known)
            .hash();
        if freshness::is_fresh(store.manifest(), STAGE, &inputs, &made) {
            return Ok(StageOutcome::fresh(STAGE, counts(store.manifest())));
        }
        let output = join::join(
            Input {
                customers: store.scan(&customers::TABLE)?,
                accounts: store.scan(&accounts::TABLE)?,
                declared_links: store.scan(&declared_links::TABLE)?,
                consents: store.scan(&consents::TABLE)?,
                newest_known,
            },
            self.as_of(),
        )?;
        let consent_counts = self.consent_counts(&store, &output.persons)?;
        let label = self.as_of().label();
        let day = self.as_of().last_day().to_string();
        let mut reasons: Vec<(&str, u64)> = Vec::new();
        for refusal in &output.refusals {
            match reasons
                .iter_mut()
                .find(|(reason, _)| *reason == refusal.reason.key())
            {
                Some((_, count)) => *count += 1,
                None => reasons.push((refusal.reason.key(), 1)),
            }
        }
        let mut transaction = store.begin()?;
        for refusal in &output.refusals {
            transaction.note(
                Entry::new(&label, "link_refused")
                    .with("person_id", refusal.person_id.clone())
                    .with("platform", refusal.platform.clone())
                    .with("reason", refusal.reason.key())
                    .with("evidence", refusal.evidence.clone()),
            );
        }
        transaction.put_derived(&persons::TABLE, output.persons, &day)?;
        transaction.put_derived(&links::TABLE, output.links, &day)?;
        transaction.put_derived(&consent_counts::TABLE, consent_counts, &day)?;
        left_out::put(&mut transaction, &store, STAGE, &reasons, &day)?;
        transaction.put_stage(STAGE, freshness::record(inputs));
        let counts = counts(transaction.manifest());
        transaction.commit()?;
        Ok(StageOutcome::ran(STAGE, counts))
    }

    /// Returns where every person stands, for the stages that need channels.
    pub(super) fn standing(
        &self,
        store: &Store,
        persons: &DataFrame,
    ) -> Result<(Standing, Vec<String>)> {
        let read = Error::frame("read the consents");
        let frame = store.scan(&consents::TABLE)?.collect().map_err(&read)?;
        let statements = Consents::new(&frame, newest_observation(store)?).map_err(&read)?;
        let text = |column: crate::schema::Column| -> Result<Vec<String>> {
            let found = persons
                .column(column.name)
                .and_then(|found| found.str())
                .map_err(&read)?;
            Ok(found
                .iter()
                .map(|value| value.unwrap_or_default().to_owned())
                .collect())
        };
        let (source, customer_id, person) = (
            text(persons::SOURCE)?,
            text(persons::CUSTOMER_ID)?,
            text(persons::PERSON_ID)?,
        );
        let by_record: std::collections::HashMap<(&str, &str), &str> = (0..person.len())
            .map(|row| ((&*source[row], &*customer_id[row]), &*person[row]))
            .collect();
        let standing = Standing::from_records(
            &statements,
            |source, customer_id| by_record.get(&(source, customer_id)).copied(),
            self.as_of(),
        );
        let mut people = person;
        people.sort();
        people.dedup();
        Ok((standing, people))
    }

    /// Returns persons and the channels they may be written to by, those without any left out.
    pub(super) fn reachable(&self, store: &Store, persons: &DataFrame) -> Result<DataFrame> {
        let (standing, people) = self.standing(store, persons)?;
        let reachable: Vec<(&str, Vec<&str>)> = people
            .iter()
            .map(|person| {
                let channels = CHANNELS
                    .into_iter()
                    .filter(|channel| standing.grant(person, channel).is_some());
                (person.as_str(), channels.collect::<Vec<_>>())
            })
            .filter(|(_, channels)| !channels.is_empty())
            .collect();
        let mut lists = ListStringChunkedBuilder::new(
            person_segments::REACHABLE_BY.small_name(),
            reachable.len(),
            reachable.len(),
        );
        for (_, channels) in &reachable {
            lists.append_values_iter(channels.iter().copied());
        }
        let ids: Vec<&str> = reachable.iter().map(|(person, _)| *person).collect();
        DataFrame::new(
            reachable.len(),
            vec![
                Column::new(person_segments::PERSON_ID.small_name(), ids),
                lists.finish().into_column(),
            ],
        )
        .map_err(Error::frame("list the channels of persons"))
    }

    fn consent_counts(&self, store: &Store, persons: &DataFrame) -> Result<DataFrame> {
        const PURPOSES: [&str; 10] = [
            "link_social",
            "analyse",
            "email",
            "sms",
            "line",
            "push",
            "postal",
            "social_dm",
            "voice",
            "ads",
        ];
        let (standing, people) = self.standing(store, persons)?;
        let count = |purpose: &str, of: &dyn Fn(&str, &str) -> bool| {
            people.iter().filter(|person| of(person, purpose)).count() as i64
        };
        let granted: Vec<i64> = PURPOSES
            .iter()
            .map(|purpose| {
                count(purpose, &|person, purpose| {
                    standing.grant(person, purpose).is_some()
                })
            })
            .collect();
        let denied: Vec<i64> = PURPOSES
            .iter()
            .map(|purpose| {
                count(purpose, &|person, purpose| {
                    standing.is_refused(person, purpose)
                })
            })
            .collect();
        let missing: Vec<i64> = granted
            .iter()
            .zip(&denied)
            .map(|(granted, denied)| people.len() as i64 - granted - denied)
            .collect();
        DataFrame::new(
            PURPOSES.len(),
            vec![
                Column::new(consent_counts::PURPOSE.small_name(), PURPOSES.to_vec()),
                Column::new(consent_counts::GRANTED_COUNT.small_name(), granted),
                Column::new(consent_counts::DENIED_COUNT.small_name(), denied),
                Column::new(consent_counts::MISSING_COUNT.small_name(), missing),
            ],
        )
        .map_err(Error::frame("count the consents"))
    }
}

/// Returns the newest instant of observation of all imported tables, in microseconds since 1970-01-01 UTC.
pub(super) fn newest_observation(store: &Store) -> Result<i64> {
    let mut newest = i64::MIN;
    for table in schema::RAW {
        let observed = store
            .scan(table)?
            .select([customers::OBSERVED_AT.expr().max().cast(DataType::Int64)])
            .collect()
            .and_then(|frame| Ok(frame.column(customers::OBSERVED_AT.name)?.i64()?.get(0)))
            .map_err(Error::frame("find the newest observation"))?;
        newest = newest.max(observed.unwrap_or(i64::MIN));
    }
    Ok(newest)
}

fn counts(manifest: &crate::store::Manifest) -> Vec<(&'static str, u64)> {
    vec![
        (
            "customers",
            freshness::row_count(manifest, &customers::TABLE),
        ),
        ("links", freshness::row_count(manifest, &links::TABLE)),
    ]
}
