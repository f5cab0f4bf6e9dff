//! Where persons stand, for every stage that asks.

use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::*;
use rayon::prelude::*;

use super::newest_observation;
use crate::error::{Error, Result};
use crate::hash::fast_hash;
use crate::join::consent::{CHANNELS, Consents, Standing};
use crate::pipeline::Workspace;
use crate::pipeline::consent::statements;
use crate::pipeline::freshness::Inputs;
use crate::schema::{Column as Owned, consents, contacts, customers, person_segments, persons};
use crate::store::Store;

/// Persons and what they said, up to which they are kept until the next stage asks: about a hundred megabytes.
const MOST_KEPT: usize = 2_000_000;

/// Where persons stood when a stage last asked, and the hash of all that it rests on.
#[derive(Default)]
pub(in crate::pipeline) struct Stood(Mutex<Option<(String, Arc<Standing>)>>);

impl Stood {
    /// Returns where persons stand, where it rests on just this.
    fn on(&self, inputs: &str) -> Option<Arc<Standing>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, standing) = last.as_ref()?;
        (known == inputs).then(|| Arc::clone(standing))
    }

    fn keep(&self, inputs: String, standing: Arc<Standing>) {
        let is_small = standing.kept_count() <= MOST_KEPT;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = is_small.then_some((inputs, standing));
    }
}

impl Workspace {
    /// Returns where every person stands, for the stages that need channels; `persons` is the table of the store.
    ///
    /// What one stage found is what the next asks, as long as all that it rests on has the same hashes: whatever is said,
    /// unsubscribed from, imported or erased in between is heard.
    pub(in crate::pipeline) fn standing(
        &self,
        store: &Store,
        persons: &DataFrame,
    ) -> Result<Arc<Standing>> {
        let newest_known = newest_observation(store)?;
        let inputs = self.standing_inputs(store, newest_known);
        if let Some(standing) = self.stood.on(&inputs) {
            return Ok(standing);
        }
        let standing = Arc::new(self.found_standing(store, persons, newest_known)?);
        self.stood.keep(inputs, Arc::clone(&standing));
        Ok(standing)
    }

    /// Keeps what join found for the stages behind it; it must rest on the tables of this very store.
    pub(super) fn keep_standing(&self, store: &Store, newest_known: i64, standing: Arc<Standing>) {
        let inputs = self.standing_inputs(store, newest_known);
        self.stood.keep(inputs, standing);
    }

    /// Returns the hash of all that it rests on where persons stand: the moment, what was said and unsubscribed from, who is
    /// known by which name, and whose record that is.
    fn standing_inputs(&self, store: &Store, newest_known: i64) -> String {
        let manifest = store.manifest();
        let read = [
            &consents::TABLE,
            &contacts::TABLE,
            &customers::TABLE,
            &persons::TABLE,
        ];
        // Undated grants count from when they were first observed.
        let observed = manifest.raw.get(consents::TABLE.name);
        let observed: Vec<&str> = observed
            .into_iter()
            .flatten()
            .map(|file| file.live.hash.as_str())
            .collect();
        Inputs::new(self, manifest, &read)
            .with(&observed)
            .with(&newest_known)
            .hash()
    }

    /// Finds out where every person stands.
    ///
    /// Nothing is copied of the records: millions of them are looked up where they stand, and not at all where nobody said
    /// anything.
    fn found_standing(
        &self,
        store: &Store,
        persons: &DataFrame,
        newest_known: i64,
    ) -> Result<Standing> {
        let read = Error::frame("read the consents");
        let frame = statements(store)?.collect().map_err(&read)?;
        let zone = self.as_of().time_zone();
        let statements = Consents::new(&frame, newest_known, zone).map_err(&read)?;
        if frame.height() == 0 {
            return Ok(Standing::from_records(
                &statements,
                |_, _| None,
                self.as_of(),
            ));
        }
        let text = |column: Owned| {
            persons
                .column(column.name)
                .and_then(|found| found.str())
                .map_err(&read)
        };
        let (source, customer_id, person) = (
            text(persons::SOURCE)?,
            text(persons::CUSTOMER_ID)?,
            text(persons::PERSON_ID)?,
        );
        let mut places: Vec<(u64, u32)> = (0..persons.height())
            .into_par_iter()
            .map(|row| {
                let key = [source, customer_id].map(|texts| texts.get(row).unwrap_or_default());
                (fast_hash(key), row as u32)
            })
            .collect();
        places.par_sort_unstable();
        Ok(Standing::from_records(
            &statements,
            |of_source, of_customer| {
                let key = fast_hash([of_source, of_customer]);
                let first = places.partition_point(|(known, _)| *known < key);
                let alike = places[first..]
                    .iter()
                    .take_while(|(known, _)| *known == key);
                let mut rows = alike.map(|(_, row)| *row as usize);
                let row = rows.find(|row| {
                    source.get(*row).unwrap_or_default() == of_source
                        && customer_id.get(*row).unwrap_or_default() == of_customer
                })?;
                Some(person.get(row).unwrap_or_default())
            },
            self.as_of(),
        ))
    }

    /// Returns persons and the channels they may be written to by, those without any left out.
    pub(in crate::pipeline) fn reachable(
        &self,
        store: &Store,
        persons: &DataFrame,
    ) -> Result<DataFrame> {
        let standing = self.standing(store, persons)?;
        let granted = standing.granted_of(&CHANNELS);
        let ids: Vec<&str> = granted.iter().map(|(person, _)| *person).collect();
        let count = granted.iter().map(|(_, bits)| bits.count_ones() as usize);
        let mut lists = ListStringChunkedBuilder::new(
            person_segments::REACHABLE_BY.small_name(),
            ids.len(),
            count.sum(),
        );
        for (_, bits) in &granted {
            let places = (0..CHANNELS.len()).filter(|place| (bits >> place) & 1 == 1);
            let channels: Vec<&str> = places.map(|place| CHANNELS[place]).collect();
            lists.append_values_iter(channels.into_iter());
        }
        DataFrame::new(
            ids.len(),
            vec![
                Column::new(person_segments::PERSON_ID.small_name(), ids),
                lists.finish().into_column(),
            ],
        )
        .map_err(Error::frame("list the channels of persons"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::pipeline::{ConsentTerms, ImportOptions, JoinOptions, Statement};
    use crate::progress::Silent;
    use crate::schema::declared_links;

    const EXPORTS: [(&str, &str); 2] = [
        ("log.csv", "customer_id,date,amount\n1,2026-01-05,1200\n"),
        (
            "consents.csv",
            "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
             transactions,1,email,granted,2026-01-10T00:00:00+09:00,,form\n\
             transactions,1,link_social,revoked,2026-01-11T00:00:00+09:00,,form\n\
             transactions,7,sms,denied,2026-01-10T00:00:00+09:00,,form\n",
        ),
    ];

    fn opened(folder: &Path) -> Workspace {
        let now: jiff::Timestamp = "2026-03-01T03:00:00Z".parse().expect("an instant");
        let opened = Workspace::open(folder, None, &[], Some("2026-03-01"), now);
        opened.expect("a workspace")
    }

    fn put(workspace: &Workspace, exports: &[(&str, &str)]) {
        fs::create_dir_all(workspace.exports()).expect("a folder");
        for (name, text) in exports {
            fs::write(workspace.exports().join(name), text).expect("a file");
        }
        let options = ImportOptions::default();
        let import = workspace.import(&[], &options, &Silent);
        assert!(import.expect("an import").fault.is_none());
    }

    fn joined(folder: &Path) -> Workspace {
        fs::create_dir_all(folder.join("exports")).expect("a folder");
        let workspace = opened(folder);
        put(&workspace, &EXPORTS);
        join(&workspace);
        workspace
    }

    fn join(workspace: &Workspace) {
        let joined = workspace.join(&JoinOptions::default(), &Silent);
        assert!(joined.expect("persons").has_run);
    }

    fn standing(workspace: &Workspace) -> Arc<Standing> {
        let store = workspace.store().expect("a store");
        let persons = store.scan(&persons::TABLE).expect("a table");
        let persons = persons.collect().expect("rows");
        let standing = workspace.standing(&store, &persons);
        standing.expect("where they stand")
    }

    fn person(customer_id: &str) -> String {
        crate::join::person_id("transactions", customer_id)
    }

    #[test]
    fn what_join_found_is_what_the_next_stages_ask_and_what_the_tables_say() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = joined(folder.path());
        assert!(workspace.stood.0.lock().expect("it is whole").is_some());
        let kept = standing(&workspace);
        assert!(Arc::ptr_eq(&kept, &standing(&workspace)));
        let found = standing(&opened(folder.path()));
        assert!(!Arc::ptr_eq(&kept, &found));
        assert_eq!(kept, found);
        assert!(kept.grant(&person("1"), "email").is_some());
        assert_eq!(kept.granted_of(&["sms", "email"]), [(&*person("1"), 2)]);
        assert_eq!(kept.unknown_count(), 1);
    }

    #[test]
    fn what_join_found_stands_where_it_erased_declarations_too() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("exports")).expect("a folder");
        let workspace = opened(folder.path());
        // Of an account whose consent was taken back a day later.
        let declared = "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
            transactions,1,x,,4711008115,hana_k,signup,2026-01-10T00:00:00+09:00\n";
        put(
            &workspace,
            &[EXPORTS[0], EXPORTS[1], ("declared.csv", declared)],
        );
        join(&workspace);
        let store = workspace.store().expect("a store");
        let declared = store.scan(&declared_links::TABLE).expect("a table");
        assert_eq!(declared.collect().expect("rows").height(), 0);
        assert!(workspace.stood.0.lock().expect("it is whole").is_some());
        assert_eq!(standing(&workspace), standing(&opened(folder.path())));
        assert!(
            standing(&workspace)
                .grant(&person("1"), "link_social")
                .is_none()
        );
    }

    #[test]
    fn what_is_denied_between_two_stages_is_heard() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = joined(folder.path());
        let before = standing(&workspace);
        assert!(!before.is_refused(&person("1"), "email"));
        let (purposes, terms) = (["email".to_owned()], ConsentTerms::default());
        workspace
            .state_consent("transactions/1", Statement::Revoked, &purposes, &terms)
            .expect("a statement");
        let after = standing(&workspace);
        assert!(after.grant(&person("1"), "email").is_none());
        assert!(after.is_refused(&person("1"), "email"));
    }

    #[test]
    fn who_unsubscribes_between_two_stages_is_heard() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = joined(folder.path());
        assert!(standing(&workspace).grant(&person("1"), "email").is_some());
        let contacts = "source,customer_id,channel,campaign,state,at\n\
            transactions,1,email,spring,unsubscribed,2026-02-01T00:00:00+09:00\n";
        put(&workspace, &[("contacts.csv", contacts)]);
        let after = standing(&workspace);
        assert!(after.grant(&person("1"), "email").is_none());
        assert!(after.is_refused(&person("1"), "email"));
    }

    #[test]
    fn a_refusal_of_somebody_unknown_is_heard_once_it_is_known_whose_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = joined(folder.path());
        assert!(!standing(&workspace).is_refused(&person("7"), "sms"));
        let log = "customer_id,date,amount\n7,2026-02-05,900\n";
        put(&workspace, &[("more.csv", log)]);
        join(&workspace);
        let after = standing(&workspace);
        assert!(after.is_refused(&person("7"), "sms"));
        assert_eq!(after.unknown_count(), 0);
    }
}
