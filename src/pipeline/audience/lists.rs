//! Lists of other moments: none is kept that is old, or names somebody whose consent is not in force any more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use polars::prelude::*;

use super::{FOLDER, PLANNED, SUMMARY, planned};
use crate::audience::Channel;
use crate::audience::channels::SUFFIXES;
use crate::error::{Error, Result};
use crate::join::consent::{LINK_SOCIAL, Standing};
use crate::pipeline::{OUT, Workspace};
use crate::report::Lang;
use crate::schema::{Column as Owned, assignments, contacts, persons};
use crate::store::{Store, remove_file};

/// A list on the disk.
struct Found {
    path: PathBuf,
    /// Name of the folder of its moment.
    label: String,
    name: String,
}

/// A list that was removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemovedList {
    /// Path below the workspace.
    pub path: String,
    /// Why it was not kept.
    pub reason: RemovalReason,
}

/// Why a list was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemovalReason {
    /// It is older than `audience.keep_days`, or an earlier one for an advertising platform.
    Old,
    /// Consent of somebody in it is not in force any more.
    Consent,
    /// It holds nobody, or nothing is known any more of whom it holds.
    Unknown,
}

impl RemovedList {
    /// Returns what is told of it.
    pub fn told(&self, lang: Lang) -> String {
        let path = &self.path;
        let (ja, en) = match self.reason {
            RemovalReason::Old => ("古くなったため", "it is old"),
            RemovalReason::Consent => (
                "同意が有効でなくなった方を含むため",
                "somebody in it does not agree any more",
            ),
            RemovalReason::Unknown => (
                "宛先がないか、宛先の記録が残っていないため",
                "it holds nobody, or nothing is known any more of whom it holds",
            ),
        };
        match lang {
            Lang::Ja => format!("{ja}、以前のリスト `{path}` を削除しました"),
            Lang::En => format!("removed the earlier list `{path}`: {en}"),
        }
    }
}

/// What became of lists that must not be kept.
#[derive(Debug, Default)]
pub struct LostLists {
    /// Those that were removed.
    pub removed: Vec<RemovedList>,
    /// [`Error::ListsLeft`] where some could not be, else why the desk could not.
    pub left: Option<Error>,
}

/// Lists that the machine does not let go, and folders that it does not let look into.
#[derive(Default)]
struct Left {
    paths: Vec<String>,
    /// Why the first is left.
    cause: Option<io::Error>,
}

impl Left {
    /// Notes one by its path below the workspace; what the system did not refuse is returned.
    fn add(&mut self, below: String, error: Error) -> Result<()> {
        match error {
            Error::Io { source, .. } => {
                self.paths.push(below);
                self.cause.get_or_insert(source);
                Ok(())
            }
            other => Err(other),
        }
    }

    fn error(self) -> Option<Error> {
        let lists = self.paths;
        self.cause.map(|source| Error::ListsLeft { lists, source })
    }
}

/// Lists on their way out.
#[derive(Default)]
struct Lost {
    removed: Vec<RemovedList>,
    left: Left,
}

impl Lost {
    fn remove(&mut self, file: &Path, below: String, reason: RemovalReason) -> Result<()> {
        match remove_file(file) {
            Ok(()) => self.removed.push(RemovedList {
                path: below,
                reason,
            }),
            Err(error) => self.left.add(below, error)?,
        }
        Ok(())
    }

    fn lists(mut self) -> LostLists {
        self.removed.sort();
        LostLists {
            removed: self.removed,
            left: self.left.error(),
        }
    }
}

/// What is known of a list.
struct Origin {
    batch_id: String,
    channel: Channel,
}

impl Workspace {
    /// Removes lists, other than those just written, that must not be kept; one that cannot be removed keeps none of the others.
    pub(super) fn remove_lists(
        &self,
        store: &Store,
        people: &DataFrame,
        standing: &Standing,
        written: &[(String, String)],
    ) -> Result<LostLists> {
        let written: BTreeSet<&str> = written.iter().map(|(path, _)| path.as_str()).collect();
        let origins = origins(store);
        let own = self.as_of().label();
        let mut doubtful: Vec<(Found, &Origin)> = Vec::new();
        let mut lost = Lost::default();
        for list in found(&self.root().join(OUT), &mut lost.left)? {
            let below = format!("{OUT}/{}/{FOLDER}/{}", list.label, list.name);
            if written.contains(below.as_str()) || list.name == SUMMARY {
                continue;
            }
            let origin = origins.get(&(list.label.clone(), list.name.clone()));
            // A list for an advertising platform is whole each time: an earlier one is of no use.
            let is_replaced = |origin: &Origin| origin.channel.is_ads() && list.label != own;
            let reason = match origin {
                _ if self.is_old(&list.label) => RemovalReason::Old,
                None => RemovalReason::Unknown,
                Some(origin) if is_replaced(origin) => RemovalReason::Old,
                Some(origin) => {
                    doubtful.push((list, origin));
                    continue;
                }
            };
            lost.remove(&list.path, below, reason)?;
        }
        if doubtful.is_empty() {
            return Ok(lost.lists());
        }
        let batches: BTreeSet<&str> = doubtful
            .iter()
            .map(|(_, origin)| origin.batch_id.as_str())
            .collect();
        let listed = listed(store, people, &batches).map_err(Error::frame("look into lists"))?;
        let nobody = Vec::new();
        for (list, origin) in &doubtful {
            let purpose = origin.channel.purpose();
            // Who agreed after the moment looked from may be in a list of a later one.
            let is_later = list.label > own;
            let has_lost = |person: &str, purpose: &str| match is_later {
                true => standing.is_refused(person, purpose),
                false => standing.grant(person, purpose).is_none(),
            };
            // Whose account it is such a list tells, and that goes with the consent to links.
            let has_lost_account = |person: &str| match origin.channel {
                Channel::SocialDm => has_lost(person, LINK_SOCIAL),
                Channel::Line => standing.withdrawal(person).is_some(),
                _ => false,
            };
            let has_lost_any =
                |person: &String| has_lost(person, purpose) || has_lost_account(person);
            let persons = listed.get(&origin.batch_id).unwrap_or(&nobody);
            let reason = if persons.iter().flatten().any(has_lost_any) {
                RemovalReason::Consent
            } else if persons.iter().any(Option::is_none) {
                RemovalReason::Unknown
            } else {
                continue;
            };
            let below = format!("{OUT}/{}/{FOLDER}/{}", list.label, list.name);
            lost.remove(&list.path, below, reason)?;
        }
        Ok(lost.lists())
    }

    /// Whether a moment lies more than `audience.keep_days` back.
    fn is_old(&self, label: &str) -> bool {
        let day: Option<Date> = label.get(..10).and_then(|day| day.parse().ok());
        let keep = i64::from(self.config().audience.keep_days);
        let age = |day: Date| {
            let since = self.as_of().last_day().since(day);
            since.map_or(0, |span| i64::from(span.get_days()))
        };
        day.is_none_or(|day| age(day) > keep)
    }
}

/// Returns the lists of all moments, in order.
fn found(out: &Path, left: &mut Left) -> Result<Vec<Found>> {
    let mut looked = |folder: &Path, below: String| match entries(folder) {
        Ok(paths) => Ok(paths),
        Err(error) => left.add(below, error).map(|()| Vec::new()),
    };
    let mut lists = Vec::new();
    for moment in looked(out, OUT.to_owned())? {
        if moment.is_symlink() {
            continue;
        }
        let label = name(&moment);
        let below = format!("{OUT}/{label}/{FOLDER}");
        for path in looked(&moment.join(FOLDER), below)? {
            // What cannot be looked at may be one.
            if fs::symlink_metadata(&path).map_or(true, |found| !found.is_dir()) {
                lists.push(Found {
                    name: name(&path),
                    label: label.clone(),
                    path,
                });
            }
        }
    }
    Ok(lists)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Returns what is in a folder, in order; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(Error::io("read", folder, error)),
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()
        .map_err(|error| Error::io("read", folder, error))?;
    paths.sort();
    Ok(paths)
}

/// Returns what is known of lists, by moment and file name.
fn origins(store: &Store) -> BTreeMap<(String, String), Origin> {
    let mut origins = BTreeMap::new();
    for import in &store.manifest().imports {
        let Some((label, stem)) = planned::place(&import.file) else {
            continue;
        };
        let channel = stem.rsplit_once('-').map(|(_, channel)| channel);
        let Some(channel) = channel.and_then(Channel::of_key) else {
            continue;
        };
        for suffix in SUFFIXES {
            let origin = Origin {
                batch_id: import.batch_id.clone(),
                channel,
            };
            origins.insert((label.to_owned(), format!("{stem}{suffix}.csv")), origin);
        }
    }
    origins
}

/// Returns the persons in the lists of batches; `None` for a record that is no person's any more.
fn listed(
    store: &Store,
    people: &DataFrame,
    batches: &BTreeSet<&str>,
) -> PolarsResult<BTreeMap<String, Vec<Option<String>>>> {
    let text = |column: Owned| people.column(column.name)?.str();
    let (source, customer_id) = (text(persons::SOURCE)?, text(persons::CUSTOMER_ID)?);
    let person = text(persons::PERSON_ID)?;
    let mut person_of: HashMap<(&str, &str), &str> = HashMap::with_capacity(people.height());
    for row in 0..people.height() {
        let key = (
            source.get(row).unwrap_or_default(),
            customer_id.get(row).unwrap_or_default(),
        );
        person_of.insert(key, person.get(row).unwrap_or_default());
    }
    let planned = contacts::SOURCE_FILE.expr().eq(lit(PLANNED));
    let scanned = |table| {
        store
            .observations(table)
            .map_err(|error| PolarsError::ComputeError(error.to_string().into()))
    };
    let contacted = scanned(&contacts::TABLE)?.filter(planned.clone());
    let treated = assignments::ARM.expr().eq(lit("treated"));
    let drawn = scanned(&assignments::TABLE)?.filter(planned.and(treated));
    let mut listed: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    for rows in [contacted, drawn] {
        let rows = rows
            .select([
                contacts::BATCH_ID.expr(),
                contacts::SOURCE.expr(),
                contacts::CUSTOMER_ID.expr(),
            ])
            .collect()?;
        let text = |column: Owned| rows.column(column.name)?.str();
        let batch = text(contacts::BATCH_ID)?;
        let (source, customer_id) = (text(contacts::SOURCE)?, text(contacts::CUSTOMER_ID)?);
        for row in 0..rows.height() {
            let Some(batch) = batch.get(row).filter(|batch| batches.contains(batch)) else {
                continue;
            };
            let key = (
                source.get(row).unwrap_or_default(),
                customer_id.get(row).unwrap_or_default(),
            );
            let person = person_of.get(&key).map(|person| (*person).to_owned());
            listed.entry(batch.to_owned()).or_default().push(person);
        }
    }
    Ok(listed)
}
