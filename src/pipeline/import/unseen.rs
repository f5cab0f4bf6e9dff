//! Files of the exports that no import has read yet: a refusal may stand in one.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::found::{self, Found, Source};
use super::reading::{self, Look, Looked, Plan, Reader};
use super::unchanged::Unchanged;
use super::unread::is_of;
use super::{ImportOptions, STAGE, left_aside};
use crate::concurrent::map_on_threads;
use crate::error::{Error, Result};
use crate::import::containers::is_named_as_other;
use crate::pipeline::Workspace;
use crate::store::{ImportedFile, Manifest};

impl Workspace {
    /// Returns the files of the exports that an import of all of them would read for the first time.
    ///
    /// # Errors
    /// [`Error::Io`] when one cannot be read, and those of the settings.
    pub(in crate::pipeline) fn unseen(&self) -> Result<Vec<String>> {
        let store = self.store()?;
        let files = found::exported(&self.exports())?;
        let layouts = self.layouts()?;
        let options = ImportOptions::default();
        let reader = Reader {
            workspace: self,
            suppressed: None,
            options: &options,
            layouts: &layouts,
            sources: Source::all(&self.config().import.sources)?,
            answered: OnceLock::new(),
            unchanged: Unchanged::read(store.memory(STAGE)),
        };
        let manifest = store.manifest();
        let seen = Seen::of(manifest);
        let places: Vec<usize> = (0..files.len()).collect();
        let is_unseen = |place: usize| reader.is_unseen(&files[place], &seen, manifest);
        let mut looked = map_on_threads(reading::at_once(), &places, is_unseen);
        looked.sort_unstable_by_key(|(place, _)| *place);
        let unseen = looked.into_iter().filter(|(_, is_unseen)| *is_unseen);
        let names = unseen.map(|(place, _)| files[place].name.clone());
        Ok(names.collect())
    }
}

/// What was imported, by the hash of the bytes.
struct Seen<'a>(HashMap<&'a str, Vec<&'a ImportedFile>>);

impl<'a> Seen<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        let mut seen: HashMap<&str, Vec<&ImportedFile>> = HashMap::new();
        for import in &manifest.imports {
            seen.entry(&import.file_hash).or_default().push(import);
        }
        Self(seen)
    }

    /// Whether a part was read: where customers may refuse in it, just as it would be read now, or as somebody asked for.
    fn has(&self, plan: &Plan<'_>) -> bool {
        let imports = self.0.get(plan.file_hash.as_str()).into_iter().flatten();
        let mut read = imports.filter(|import| {
            let is_same = import.batch_id == plan.context.batch_id;
            is_same || import.is_forced || !plan.recognised.tells_refusals()
        });
        read.next().is_some()
    }
}

impl Reader<'_> {
    /// Whether a file was neither read nor noted as one that cannot be.
    fn is_unseen(&self, found: &Found, seen: &Seen<'_>, manifest: &Manifest) -> bool {
        let mut unread = manifest.unread.iter();
        if unread.any(|unread| is_of(unread, found.place, &found.name, None)) {
            return false;
        }
        match self.look(found) {
            Ok(Look::Parts(parts)) => is_any_unseen(&parts, seen),
            Ok(Look::Other(_)) => !is_named_as_other(&found.name),
            // An import would tell what is wrong with it.
            Err(_) => true,
        }
    }
}

fn is_any_unseen(parts: &[Looked<'_>], seen: &Seen<'_>) -> bool {
    let is_unknown = |looked: &Looked<'_>| matches!(looked.plan, Err(Error::UnknownLayout { .. }));
    let is_any_recognised = !parts.iter().all(is_unknown);
    let is_unseen = |looked: &Looked<'_>| match &looked.plan {
        Ok(plan) => !seen.has(plan),
        Err(Error::UnknownLayout { .. }) => {
            let aside = left_aside(&looked.part, &looked.name, is_any_recognised);
            !matches!(aside, Ok(Some(_)))
        }
        Err(_) => true,
    };
    parts.iter().any(is_unseen)
}
