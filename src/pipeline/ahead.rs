//! Orders that are read, valued and counted while posts are still scored, for segment, which needs both.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use polars::prelude::DataFrame;

use super::Workspace;
use super::freshness::Inputs;
use super::segment::{input, settings};
use crate::concurrent::{MOST_CUSTOMERS_AT_ONCE, MOST_ORDERS_AT_ONCE};
use crate::error::Result;
use crate::schema::{customers, order_lines, orders, persons};
use crate::segment::Bought;
use crate::store::Store;

/// What was bought and what follows from that alone, and the hash of all that it rests on.
#[derive(Default)]
pub(super) struct Ahead(Mutex<Option<(String, Bought)>>);

impl Ahead {
    fn replace(&self, kept: Option<(String, Bought)>) -> Option<(String, Bought)> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut last, kept)
    }
}

impl Workspace {
    /// Reads, values and counts what persons bought who are not written down yet.
    ///
    /// Nothing where it would take much memory, or where it fails, however: segment asks again, and tells why, and what join
    /// found is written down.
    pub(super) fn look_ahead(&self, store: &Store, persons: &DataFrame) -> Option<Bought> {
        let look = AssertUnwindSafe(|| self.bought_ahead(store, persons));
        catch_unwind(look).ok().flatten()
    }

    fn bought_ahead(&self, store: &Store, persons: &DataFrame) -> Option<Bought> {
        let row_count = |table| store.manifest().row_count(table);
        let is_small = row_count(&customers::TABLE) <= MOST_CUSTOMERS_AT_ONCE
            && row_count(&orders::TABLE) <= MOST_ORDERS_AT_ONCE;
        if !is_small {
            return None;
        }
        let input = input(store, persons).ok()?;
        let config = self.config().segment_at(self.as_of()).ok()?;
        let settings = settings(self.config(), &config);
        let bought = Bought::read(&input, settings, self.as_of()).ok()?;
        bought.looked_ahead(&input, settings, self.as_of()).ok()
    }

    /// Keeps what was found ahead, which rests on inputs of this hash ([`Workspace::inputs_of_ahead`]).
    pub(super) fn keep_ahead(&self, inputs: String, bought: Bought) {
        self.ahead.replace(Some((inputs, bought)));
    }

    /// Returns what was found ahead, where it rests on just this store, and keeps it no longer.
    pub(super) fn take_ahead(&self, store: &Store) -> Result<Option<Bought>> {
        let Some((known, bought)) = self.ahead.replace(None) else {
            return Ok(None);
        };
        let inputs = self.inputs_of_ahead(store)?;
        Ok((known == inputs).then_some(bought))
    }

    /// Returns the hash of all that look-ahead rests on: orders, their lines, customers, persons and settings.
    pub(super) fn inputs_of_ahead(&self, store: &Store) -> Result<String> {
        let read = [
            &orders::TABLE,
            &order_lines::TABLE,
            &customers::TABLE,
            &persons::TABLE,
        ];
        let config = self.config();
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(&config.segment_at(self.as_of())?)
            .with(&config.money)
            .with(&config.privacy)
            .with(&config.workspace.lang);
        Ok(inputs.hash())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::pipeline::ImportOptions;
    use crate::progress::Silent;
    use crate::schema::person_values;

    fn opened(folder: &Path) -> Workspace {
        fs::create_dir_all(folder.join("exports")).expect("a folder");
        let now: jiff::Timestamp = "2026-03-01T03:00:00Z".parse().expect("an instant");
        let opened = Workspace::open(folder, None, &[], Some("2026-03-01"), now);
        opened.expect("a workspace")
    }

    fn put_text(workspace: &Workspace, name: &str, text: &str) {
        fs::write(workspace.exports().join(name), text).expect("a file");
    }

    fn put(workspace: &Workspace, name: &str, customers: u32) {
        let rows = (0..customers * 5).map(|row| {
            let (customer, day) = (row % customers, 1 + row % 28);
            format!("{customer},2026-0{}-{day:02},{}\n", 1 + row % 2, 900 + row)
        });
        let log: String = rows.collect();
        let log = format!("customer_id,date,amount\n{log}");
        put_text(workspace, name, &log);
    }

    fn import(workspace: &Workspace) {
        let options = ImportOptions::default();
        let import = workspace.import(&[], &options, &Silent);
        assert!(import.expect("an import").fault.is_none());
    }

    #[test]
    fn what_is_found_ahead_is_what_segment_finds() {
        let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let [beside, alone] = folders.each_ref().map(|folder| opened(folder.path()));
        let consents = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
            transactions,3,analyse,denied,2026-01-10T00:00:00+09:00,,form\n\
            transactions,5,email,granted,2026-01-10T00:00:00+09:00,,form\n";
        for workspace in [&beside, &alone] {
            put(workspace, "log.csv", 40);
            put_text(workspace, "consents.csv", consents);
        }
        let run = beside.run(&ImportOptions::default(), &Silent, &mut |_, _| ());
        run.expect("a run");
        import(&alone);
        alone.segment(&Silent).expect("segments");
        let derived = |workspace: &Workspace| {
            let store = workspace.store().expect("a store");
            store.manifest().derived.clone()
        };
        let found = derived(&beside);
        assert_eq!(found, derived(&alone));
        // Who denies it is analysed nowhere.
        let buyers: u64 = found[person_values::TABLE.name]
            .iter()
            .map(|file| file.row_count)
            .sum();
        assert_eq!(buyers, 39);
    }

    #[test]
    fn what_is_found_ahead_is_used_once_and_only_where_it_rests_on_the_same_orders() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = opened(folder.path());
        put(&workspace, "log.csv", 40);
        let join = || {
            import(&workspace);
            let (joined, beside) = workspace.join_beside(&Silent, || Ok(()));
            beside.expect("nothing goes wrong");
            assert!(joined.expect("persons").0.has_run);
        };
        let taken = || {
            let store = workspace.store().expect("a store");
            workspace.take_ahead(&store).expect("settings").is_some()
        };
        join();
        assert!(taken());
        assert!(!taken());
        put(&workspace, "more.csv", 50);
        join();
        put(&workspace, "newest.csv", 60);
        import(&workspace);
        assert!(!taken());
    }
}
