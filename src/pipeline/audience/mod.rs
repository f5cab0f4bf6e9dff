//! The stage `audience` on a workspace: lists for channels, with what they plan written down.
//!
//! A list is planned once per campaign and person. What is planned stands in `contacts`, and who was held out in
//! `assignments`, as a batch of its own: made again at the same moment, a list takes the place of itself; at a later one,
//! it has the persons who came since.

mod lists;
mod planned;
mod summary;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use self::lists::{LostLists, RemovalReason, RemovedList};
use self::planned::Batch;
pub use self::summary::AudienceSummary;
use super::freshness::Inputs;
use super::{OUT, StageOutcome, Workspace, freshness, segment};
use crate::audience::channels::{self, File, Style};
use crate::audience::{Channel, Consent, Encoding, Input, Plan, Planner, Rights};
use crate::config::AudienceSpec;
use crate::error::{Error, Result, nearest};
use crate::join::consent::Standing;
use crate::progress::Progress;
use crate::report::Lang;
use crate::schema::*;
use crate::store::{
    Entry, Manifest, StageRecord, Store, SubjectKey, UnreadFile, remove_file, write_atomically,
};

/// `source_file` of what this stage plans, and how the names of its batches begin.
pub(super) const PLANNED: &str = "koe audience";
/// Folder of the lists, below that of the moment.
pub(super) const FOLDER: &str = "audiences";
const STAGE: &str = "audience";
/// File that says how many were listed and left out, and names nobody.
const SUMMARY: &str = "summary.csv";

/// What `koe audience` is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AudienceRequest {
    /// The audience, all of the settings when none is named.
    pub name: Option<String>,
    /// By what channel, in place of that of the settings.
    pub channel: Option<Channel>,
    /// SQL condition, in place of that of the settings.
    pub condition: Option<String>,
    /// Share held out, in place of that of the settings.
    pub control: Option<f64>,
    /// Persons at most, in place of that of the settings.
    pub limit: Option<u64>,
    /// Encoding, in place of that of the settings.
    pub encoding: Option<Encoding>,
    /// Whether nothing is written.
    pub is_dry_run: bool,
}

/// What became of audiences.
#[derive(Debug, Clone, PartialEq)]
pub struct AudienceOutcome {
    /// Each audience, in the order of their priority.
    pub audiences: Vec<AudienceSummary>,
    /// Lists of other moments that were removed.
    pub removed: Vec<RemovedList>,
}

/// A planned audience with its files.
struct Made {
    spec: AudienceSpec,
    plan: Plan,
    files: Vec<File>,
}

impl Made {
    /// Returns the name of a file, below the folder of the lists.
    fn name(&self, file: &File) -> String {
        format!("{}{}.csv", stem(&self.spec), file.suffix)
    }
}

/// Returns how the names of an audience's files begin.
fn stem(spec: &AudienceSpec) -> String {
    format!("{}-{}", spec.name, spec.channel.key())
}

impl Workspace {
    /// Makes the lists that are asked for, after the stages before them where they are out of date; none while a file was not
    /// imported, as a refusal may stand in it.
    ///
    /// # Errors
    /// [`Error::NoAudience`] and [`Error::NoAudiences`] when there is nothing to make, [`Error::ListsHeldBack`] while a file
    /// could not be imported and [`Error::ListsBeforeImport`] while one of the exports was not yet, unless nothing is to be
    /// written, [`Error::Audience`] for a condition that cannot be run, and those of the store and of the folder.
    pub fn audience(
        &self,
        request: &AudienceRequest,
        progress: &dyn Progress,
    ) -> Result<AudienceOutcome> {
        let specs = self.specs(request)?;
        if !request.is_dry_run {
            self.segmented(progress)?;
            if let Some(held_back) = self.held_back()? {
                self.retried(|| self.tidy_told(progress))?;
                return Err(held_back);
            }
        }
        self.made(&specs, request, progress)
    }

    /// Returns why no lists are to be made, where a refusal may stand in a file or a row that could not be imported.
    ///
    /// # Errors
    /// Those of the store.
    pub fn waits_for_files(&self) -> Result<Option<Error>> {
        Ok(waits_for_files(&self.store()?))
    }

    /// Returns why no lists are to be made, where a refusal may stand in a file that could not be imported, or in one of the
    /// exports that was not yet.
    ///
    /// # Errors
    /// Those of the store, of the settings and of reading the exports.
    pub fn held_back(&self) -> Result<Option<Error>> {
        if let Some(held_back) = self.waits_for_files()? {
            return Ok(Some(held_back));
        }
        let files = self.unseen()?;
        Ok((!files.is_empty()).then_some(Error::ListsBeforeImport { files }))
    }

    fn made(
        &self,
        specs: &[AudienceSpec],
        request: &AudienceRequest,
        progress: &dyn Progress,
    ) -> Result<AudienceOutcome> {
        let is_all = request.name.is_none();
        self.retried(|| self.audience_once(specs, is_all, request.is_dry_run, progress))
    }

    /// Makes all lists of the settings, unless they are up to date or a file was not imported.
    pub(super) fn all_audiences(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        self.segmented(progress)?;
        let store = self.store()?;
        if self.config().audience.list.is_empty() {
            return self.retried(|| self.tidied(progress));
        }
        if let Some(held_back) = waits_for_files(&store) {
            return self.no_audiences(held_back, progress);
        }
        let inputs = self.audience_inputs(&store)?;
        let kept = freshness::kept_files(store.manifest(), STAGE, &inputs, self.root());
        if let Some(files) = kept {
            return Ok(StageOutcome::fresh(STAGE, vec![("files", files)]));
        }
        let request = AudienceRequest::default();
        // All exports were looked at just now.
        let made = match self.made(&self.specs(&request)?, &request, progress) {
            // Noted since the store was opened.
            Err(held_back @ Error::ListsHeldBack { .. }) => {
                return self.no_audiences(held_back, progress);
            }
            made => made?,
        };
        self.tell_removed(&made.removed, progress);
        let sum = |of: fn(&AudienceSummary) -> u64| -> u64 { made.audiences.iter().map(of).sum() };
        let counts = vec![
            ("audiences", made.audiences.len() as u64),
            ("listed", sum(|one| one.listed)),
            ("held out", sum(|one| one.control)),
            (
                "left out",
                sum(|one| one.excluded.iter().map(|(_, count)| *count).sum()),
            ),
        ];
        Ok(StageOutcome {
            open: Some(self.lists()),
            ..StageOutcome::ran(STAGE, counts)
        })
    }

    /// Makes no lists and looks after the earlier ones.
    fn no_audiences(&self, held_back: Error, progress: &dyn Progress) -> Result<StageOutcome> {
        let tidied = self.retried(|| self.tidied(progress))?;
        let removed = tidied.counts.into_iter().filter(|(_, count)| *count > 0);
        let counts = [("audiences", 0)].into_iter().chain(removed).collect();
        Ok(StageOutcome {
            fault: Some(Arc::new(held_back)),
            ..StageOutcome::ran(STAGE, counts)
        })
    }

    /// Whether there is anything to do for `koe run`: audiences to make, or lists of earlier ones to look after.
    pub(super) fn has_audiences(&self) -> Result<bool> {
        if !self.config().audience.list.is_empty() {
            return Ok(true);
        }
        let store = self.store()?;
        let mut imports = store.manifest().imports.iter();
        Ok(imports.any(|import| planned::place(&import.file).is_some()))
    }

    /// Removes the lists that must not be kept, where no new ones are made.
    fn tidied(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        let removed = self.tidy_told(progress)?;
        let counts = vec![("removed", removed.len() as u64)];
        Ok(match removed.is_empty() {
            true => StageOutcome::fresh(STAGE, counts),
            false => StageOutcome::ran(STAGE, counts),
        })
    }

    /// Removes the lists that must not be kept.
    fn tidy(&self) -> Result<LostLists> {
        let store = self.store()?;
        let people = self.records(&store)?;
        let standing = self.standing(&store, &people)?;
        // Nobody else makes lists meanwhile.
        let transaction = store.begin()?;
        let lost = self.remove_lists(&store, &people, &standing, &[])?;
        transaction.commit()?;
        Ok(lost)
    }

    /// Removes the lists that must not be kept, those with somebody who does not agree any more among them, and the desk, which
    /// says whom to contact and how. What cannot be removed is told in what is returned, and keeps none of the others.
    ///
    /// # Errors
    /// Those of the store.
    pub fn remove_lost_lists(&self) -> Result<LostLists> {
        let desk = self.remove_desks(None);
        let store = self.store()?;
        let mut lost = match store.manifest().derived.contains_key(persons::TABLE.name) {
            true => self.retried(|| self.tidy())?,
            false => LostLists::default(),
        };
        if let Err(error) = desk {
            lost.left.get_or_insert(error);
        }
        Ok(lost)
    }

    /// Warns of refusals that count for nobody: an id may be misspelt, or of another shop.
    fn tell_unknown(&self, standing: &Standing, progress: &dyn Progress) {
        let unknown = standing.unknown_refusals();
        let (count, Some(first)) = (unknown.count, &unknown.first) else {
            return;
        };
        progress.warn(&match self.config().workspace.lang {
            Lang::Ja => format!(
                "拒否や配信停止のうち {count} 件は、顧客データにない ID のものです(最初は `{first}`)。ID と source が正しいかお確かめください"
            ),
            Lang::En => format!(
                "refusals that name nobody who is known: {count} (the first is `{first}`); are their ids and sources right?"
            ),
        });
    }

    /// Removes the lists that must not be kept, tells of them, and returns them.
    fn tidy_told(&self, progress: &dyn Progress) -> Result<Vec<RemovedList>> {
        let LostLists { removed, left } = self.tidy()?;
        self.tell_removed(&removed, progress);
        left.map_or(Ok(removed), Err)
    }

    fn tell_removed(&self, removed: &[RemovedList], progress: &dyn Progress) {
        for list in removed {
            progress.warn(&list.told(self.config().workspace.lang));
        }
    }

    fn records(&self, store: &Store) -> Result<polars::prelude::DataFrame> {
        let records = store.scan(&persons::TABLE)?.collect();
        records.map_err(Error::frame("read the persons"))
    }

    /// Returns the folder of the lists of this moment.
    fn lists(&self) -> PathBuf {
        self.out().join(FOLDER)
    }

    /// Returns the audiences that are asked for, as they are asked for.
    fn specs(&self, request: &AudienceRequest) -> Result<Vec<AudienceSpec>> {
        let known = &self.config().audience.list;
        let mut specs: Vec<AudienceSpec> = match &request.name {
            None if known.is_empty() => return Err(Error::NoAudiences),
            None => known.clone(),
            Some(name) => {
                let named: Vec<&AudienceSpec> =
                    known.iter().filter(|one| one.name == *name).collect();
                let is_channel = |one: &&&AudienceSpec| {
                    request.channel.is_none_or(|channel| one.channel == channel)
                };
                let of_channel: Vec<AudienceSpec> = named
                    .iter()
                    .filter(is_channel)
                    .map(|one| (*one).clone())
                    .collect();
                match (of_channel.is_empty(), named.first(), request.channel) {
                    (false, _, _) => of_channel,
                    (true, Some(first), Some(channel)) => vec![AudienceSpec {
                        channel,
                        ..(*first).clone()
                    }],
                    (true, None, Some(channel)) => vec![AudienceSpec::new(name, channel)],
                    (true, _, None) => {
                        let names = known.iter().map(|one| one.name.as_str());
                        return Err(Error::NoAudience {
                            name: name.clone(),
                            nearest: nearest(name, names),
                        });
                    }
                }
            }
        };
        for spec in &mut specs {
            if let Some(condition) = &request.condition {
                spec.condition = condition.clone();
            }
            spec.control = request.control.or(spec.control);
            spec.limit = request.limit.or(spec.limit);
            spec.encoding = request.encoding.or(spec.encoding);
            spec.check()?;
        }
        Ok(specs)
    }

    fn audience_once(
        &self,
        specs: &[AudienceSpec],
        is_all: bool,
        is_dry_run: bool,
        progress: &dyn Progress,
    ) -> Result<AudienceOutcome> {
        self.segmented(progress)?;
        let store = self.store()?;
        if !is_dry_run && let Some(held_back) = waits_for_files(&store) {
            self.tidy_told(progress)?;
            return Err(held_back);
        }
        let key = self.draw_key(is_dry_run)?;
        let people = self.records(&store)?;
        let standing = self.standing(&store, &people)?;
        self.tell_unknown(&standing, progress);
        let made = self.planned(specs, &store, &standing, &key, progress)?;
        let summaries = |removed: Vec<RemovedList>| AudienceOutcome {
            audiences: made.iter().map(|one| self.summary(one)).collect(),
            removed,
        };
        if is_dry_run {
            return Ok(summaries(Vec::new()));
        }
        let segment_inputs = self.segment_inputs(&store)?;
        // From here on nobody else writes: no list holds who was forgotten while it was made.
        let mut transaction = store.begin()?;
        let mut outputs: Vec<(String, String)> = Vec::new();
        let lists = self.lists();
        let mut write = |name: &str, bytes: &[u8]| -> Result<()> {
            write_atomically(&lists.join(name), bytes)?;
            let below = format!("{OUT}/{}/{FOLDER}/{name}", self.as_of().label());
            outputs.push((below, blake3::hash(bytes).to_hex().to_string()));
            Ok(())
        };
        for one in &made {
            for file in &one.files {
                write(&one.name(file), &file.bytes)?;
            }
        }
        let outcome = summaries(Vec::new());
        if is_all {
            write(SUMMARY, &summary::csv(&outcome.audiences))?;
        }
        let batches: Vec<Batch> = made
            .iter()
            .map(|one| Batch::new(one, self.as_of()))
            .collect();
        planned::put(&mut transaction, &batches)?;
        for one in &made {
            transaction.note(
                Entry::new(&self.as_of().label(), STAGE)
                    .with("audience", one.plan.name.as_str())
                    .with("channel", one.plan.channel.key())
                    .with("campaign", one.plan.campaign.as_str())
                    .with("selected", one.plan.selected)
                    .with("listed", one.plan.listed.len() as u64)
                    .with("held_out", one.plan.control.len() as u64),
            );
        }
        let after = transaction.store();
        let LostLists { removed, left } =
            self.remove_lists(&after, &people, &standing, &outputs)?;
        if let Some(left) = left {
            // Nothing was planned: no list is there that counts toward no cap.
            for (below, _) in &outputs {
                remove_file(&self.root().join(below))?;
            }
            self.tell_removed(&removed, progress);
            return Err(left);
        }
        // What was planned lies at or behind the as-of instant, where segment does not look.
        let stages = &store.manifest().stages;
        if stages
            .get(segment::STAGE)
            .is_some_and(|record| record.inputs == segment_inputs)
        {
            let record = freshness::record(self.segment_inputs(&after)?);
            transaction.put_stage(segment::STAGE, record);
        }
        let inputs = match is_all {
            true => self.audience_inputs(&after)?,
            // All of them together are not made.
            false => String::new(),
        };
        transaction.put_stage(STAGE, StageRecord { inputs, outputs });
        transaction.commit()?;
        self.point_latest()?;
        Ok(AudienceOutcome { removed, ..outcome })
    }

    /// Returns the key by which persons are drawn, and makes it at first need.
    fn draw_key(&self, is_dry_run: bool) -> Result<SubjectKey> {
        let store = self.store()?;
        match store.key()? {
            Some(key) => Ok(key),
            None if is_dry_run => Ok(SubjectKey::passing()),
            None => store.begin()?.key(),
        }
    }

    /// Plans the audiences in their order.
    fn planned(
        &self,
        specs: &[AudienceSpec],
        store: &Store,
        standing: &Standing,
        key: &SubjectKey,
        progress: &dyn Progress,
    ) -> Result<Vec<Made>> {
        let config = self.config();
        let suppressed = store.suppressed()?;
        let consent = |person: &str, purpose: &str| match (
            standing.grant(person, purpose),
            standing.refusal(person, purpose),
        ) {
            (_, Some(denial)) if denial.status == "expired" => Consent::Expired,
            (_, Some(_)) => Consent::Denied,
            (Some(grant), None) => Consent::Granted(grant.until),
            (None, None) => Consent::Missing,
        };
        let is_suppressed = |source: &str, customer_id: &str| {
            !suppressed.is_empty() && suppressed.contains(&key.record(source, customer_id))
        };
        let hash = |campaign: &str, person: &str| key.hash("control", &[campaign, person]);
        let rights = Rights {
            consent: &consent,
            is_suppressed: &is_suppressed,
            hash: &hash,
        };
        let own: Vec<String> = specs
            .iter()
            .flat_map(|spec| planned::of_moment(store.manifest(), spec, self.as_of()))
            .collect();
        let input = input(store)?;
        let mut planner = Planner::new(input, &config.audience, self.as_of(), rights, &own)?;
        progress.begin(STAGE, Some(specs.len() as u64));
        let mut made = Vec::new();
        for spec in specs {
            let plan = planner.plan(spec)?;
            let style = Style {
                lang: config.workspace.lang,
                zone: self.as_of().time_zone(),
                encoding: spec.encoding.unwrap_or(config.audience.encoding),
            };
            let files = channels::files(&plan, style);
            made.push(Made {
                spec: spec.clone(),
                plan,
                files,
            });
            progress.advance(1);
        }
        progress.end();
        Ok(made)
    }

    fn summary(&self, made: &Made) -> AudienceSummary {
        let mut replaced: BTreeMap<char, u64> = BTreeMap::new();
        for file in &made.files {
            for (letter, count) in &file.replaced {
                *replaced.entry(*letter).or_default() += count;
            }
        }
        AudienceSummary {
            name: made.plan.name.clone(),
            channel: made.plan.channel,
            campaign: made.plan.campaign.clone(),
            selected: made.plan.selected,
            listed: made.plan.listed.len() as u64,
            control: made.plan.control.len() as u64,
            excluded: made
                .plan
                .excluded
                .iter()
                .map(|(reason, count)| (*reason, *count))
                .collect(),
            replaced: replaced.into_iter().collect(),
            files: made
                .files
                .iter()
                .map(|file| self.lists().join(made.name(file)))
                .collect(),
        }
    }

    /// Returns the hash of what the stage runs on.
    fn audience_inputs(&self, store: &Store) -> Result<String> {
        let manifest: &Manifest = store.manifest();
        let config = self.config();
        let read = [
            &customers::TABLE,
            &orders::TABLE,
            &order_lines::TABLE,
            &posts::TABLE,
            &declared_links::TABLE,
            &consents::TABLE,
            &contacts::TABLE,
            &assignments::TABLE,
            &persons::TABLE,
            &links::TABLE,
            &conversations::TABLE,
            &person_values::TABLE,
            &person_habits::TABLE,
            &person_voices::TABLE,
            &person_segments::TABLE,
            &segments::TABLE,
        ];
        let inputs = Inputs::new(self, manifest, &read)
            .with(&config.audience)
            .with(&config.workspace)
            .with(&super::join::newest_observation(store)?);
        Ok(inputs.hash())
    }
}

/// Returns why no lists are to be made, where a refusal may stand in a file or a row that could not be imported.
fn waits_for_files(store: &Store) -> Option<Error> {
    let manifest = store.manifest();
    let files: Vec<UnreadFile> = manifest.unread.iter().cloned().collect();
    let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
    for (import, count) in manifest.unread_rows() {
        *rows.entry(&import.file).or_default() += count;
    }
    let rows: Vec<(String, u64)> = rows
        .into_iter()
        .map(|(file, count)| (file.to_owned(), count))
        .collect();
    let is_any = !files.is_empty() || !rows.is_empty();
    is_any.then_some(Error::ListsHeldBack { files, rows })
}

fn input(store: &Store) -> Result<Input> {
    Ok(Input {
        persons: store.scan(&persons::TABLE)?,
        person_values: store.scan(&person_values::TABLE)?,
        person_habits: store.scan(&person_habits::TABLE)?,
        person_voices: store.scan(&person_voices::TABLE)?,
        person_segments: store.scan(&person_segments::TABLE)?,
        segments: store.scan(&segments::TABLE)?,
        customers: store.scan(&customers::TABLE)?,
        orders: store.scan(&orders::TABLE)?,
        order_lines: store.scan(&order_lines::TABLE)?,
        posts: store.scan(&posts::TABLE)?,
        links: store.scan(&links::TABLE)?,
        declared_links: store.scan(&declared_links::TABLE)?,
        conversations: store.scan(&conversations::TABLE)?,
        contacts: store.scan(&contacts::TABLE)?,
        assignments: store.scan(&assignments::TABLE)?,
    })
}
