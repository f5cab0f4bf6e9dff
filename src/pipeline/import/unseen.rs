//! Files of the exports that no import has read yet: a refusal may stand in one.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::found::{self, Found, Source};
use super::reading::{self, Look, Looked, Reader, map_on_threads};
use super::unread::is_of;
use super::{ImportOptions, left_aside};
use crate::error::{Error, ErrorKind, Result};
use crate::import::containers::is_named_as_other;
use crate::pipeline::Workspace;
use crate::store::Manifest;

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
        };
        let manifest = store.manifest();
        let seen = manifest
            .imports
            .iter()
            .map(|import| import.file_hash.as_str());
        let seen: HashSet<&str> = seen.collect();
        let places: Vec<usize> = (0..files.len()).collect();
        let is_unseen = |place: usize| reader.is_unseen(&files[place], &seen, manifest);
        let mut looked = map_on_threads(reading::at_once(), &places, is_unseen);
        looked.sort_unstable_by_key(|(place, _)| *place);
        let mut unseen = Vec::new();
        for (place, is_unseen) in looked {
            if is_unseen? {
                unseen.push(files[place].name.clone());
            }
        }
        Ok(unseen)
    }
}

impl Reader<'_> {
    /// Whether a file was neither read nor noted as one that cannot be.
    fn is_unseen(&self, found: &Found, seen: &HashSet<&str>, manifest: &Manifest) -> Result<bool> {
        let mut unread = manifest.unread.iter();
        if unread.any(|unread| is_of(unread, found.place, &found.name, None)) {
            return Ok(false);
        }
        match self.look(found) {
            Ok(Look::Parts(parts)) => Ok(is_any_unseen(&parts, seen)),
            Ok(Look::Other(_)) => Ok(!is_named_as_other(&found.name)),
            Err(error) if error.kind() == ErrorKind::Input => Ok(true),
            Err(error) => Err(error),
        }
    }
}

fn is_any_unseen(parts: &[Looked<'_>], seen: &HashSet<&str>) -> bool {
    let is_unknown = |looked: &&Looked<'_>| matches!(looked.plan, Err(Error::UnknownLayout { .. }));
    let is_any_recognised = !parts.iter().all(|looked| is_unknown(&looked));
    let is_unseen = |looked: &Looked<'_>| match &looked.plan {
        Ok(plan) => !seen.contains(plan.file_hash.as_str()),
        Err(Error::UnknownLayout { .. }) => {
            let aside = left_aside(&looked.part, &looked.name, is_any_recognised);
            !matches!(aside, Ok(Some(_)))
        }
        Err(_) => true,
    };
    parts.iter().any(is_unseen)
}
