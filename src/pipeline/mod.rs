//! The stages on a workspace, one after the other but for joining and scoring, which know nothing of each other, and for what
//! segment finds of orders alone ([`ahead`]): what `koe run` does.
//!
//! Each stage reads tables of the store, computes without knowing of files, and writes its tables in one transaction. A
//! stage whose inputs, settings and as-of instant are those of its last run is skipped.

mod ahead;
mod audience;
mod consent;
mod explain;
mod forget;
mod freshness;
mod import;
mod join;
mod left_out;
mod named;
mod orders;
mod report;
mod respelled;
mod reviews;
mod score;
mod segment;
mod template;
mod unreached;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use unicode_normalization::UnicodeNormalization;

use crate::as_of::AsOf;
use crate::concurrent::{MOST_CUSTOMERS_AT_ONCE, MOST_POSTS_AT_ONCE};
use crate::config::{Config, FILE_NAME, Override};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema::{customers, posts};
use crate::store::{Store, Turn};

pub use audience::{
    AudienceOutcome, AudienceRequest, AudienceSummary, LostLists, RemovalReason, RemovedList,
};
pub use consent::{ConsentLine, ConsentTerms, PersonConsents, Statement};
pub use explain::{
    AccountExplanation, AccountVerdict, AspectExplanation, HitExplanation, LinkExplanation,
    PostExplanation, PostKey, RuleExplanation, WordExplanation, WordLine, WordOptions, WordPartner,
    WordShift, WordWeek,
};
pub use forget::{ForgetOutcome, TableCount};
pub use import::{FileOutcome, FileState, ImportOptions};
pub use join::JoinOptions;
pub use orders::{Guess, OrderFiles};
pub use unreached::UnreachedRefusals;

/// A folder with settings, exports, store and reports, opened at an as-of instant.
pub struct Workspace {
    root: PathBuf,
    config: Config,
    as_of: AsOf,
    stood: join::Stood,
    ahead: ahead::Ahead,
}

/// What a stage did.
#[derive(Debug, Clone)]
pub struct StageOutcome {
    /// The stage: `import`, `join`, `score`, `segment`, `audience`, `report`.
    pub stage: &'static str,
    /// Whether it ran; else everything was up to date.
    pub has_run: bool,
    /// What it found, as name and count, e.g. `persons`, 731.
    pub counts: Vec<(&'static str, u64)>,
    /// What to open.
    pub open: Option<PathBuf>,
    /// Per file, for import.
    pub files: Vec<FileOutcome>,
    /// Exports of the user that still hold what was erased from the store.
    pub still_held: Vec<String>,
    /// What went wrong without stopping the run; the exit code must tell of it.
    pub fault: Option<std::sync::Arc<Error>>,
}

impl StageOutcome {
    fn ran(stage: &'static str, counts: Vec<(&'static str, u64)>) -> Self {
        Self {
            stage,
            has_run: true,
            counts,
            open: None,
            files: Vec::new(),
            still_held: Vec::new(),
            fault: None,
        }
    }

    fn fresh(stage: &'static str, counts: Vec<(&'static str, u64)>) -> Self {
        Self {
            has_run: false,
            ..Self::ran(stage, counts)
        }
    }
}

impl Workspace {
    /// Opens a workspace.
    ///
    /// `config_file` replaces `koe.toml`, `overrides` win over both; `now` is the current time, used when neither
    /// `as_of` nor the settings name a moment.
    ///
    /// # Errors
    /// [`Error::NoWorkspace`] when the folder has neither settings, exports nor store, and the errors of
    /// [`Config::load`].
    pub fn open(
        root: &Path,
        config_file: Option<&Path>,
        overrides: &[Override],
        as_of: Option<&str>,
        now: jiff::Timestamp,
    ) -> Result<Self> {
        if root.is_file() {
            return Err(Error::NoWorkspace {
                path: root.to_path_buf(),
            });
        }
        let default_file = root.join(FILE_NAME);
        let config = Config::load(
            config_file.unwrap_or(&default_file),
            config_file.is_some(),
            overrides,
        )?;
        let is_workspace = default_file.exists()
            || root.join(&config.workspace.exports).is_dir()
            || root.join(STORE).is_dir();
        if !is_workspace {
            return Err(Error::NoWorkspace {
                path: root.to_path_buf(),
            });
        }
        let time_zone = config.time_zone();
        let as_of = match as_of.or(pinned(&config)) {
            Some(value) => AsOf::parse(value, &time_zone)?,
            None => AsOf::hour_of(now, &time_zone)?,
        };
        Ok(Self {
            root: root.to_path_buf(),
            config,
            as_of,
            stood: join::Stood::default(),
            ahead: ahead::Ahead::default(),
        })
    }

    /// Returns its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns its settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the moment it is looked at from.
    pub fn as_of(&self) -> &AsOf {
        &self.as_of
    }

    /// Returns the folder of the exports.
    pub fn exports(&self) -> PathBuf {
        self.root.join(&self.config.workspace.exports)
    }

    /// Returns the folder of the reports of this as-of moment.
    pub fn out(&self) -> PathBuf {
        self.root.join(OUT).join(self.as_of.label())
    }

    /// Opens the store for reading.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn store(&self) -> Result<Store> {
        Store::open(&self.root.join(STORE))
    }

    /// Takes the turn to compute on this workspace; whoever runs stages holds it until the last is done.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process has it.
    pub fn turn(&self) -> Result<Turn> {
        Turn::take(&self.root.join(STORE))
    }

    /// Runs every stage that is out of date, in order, joining and scoring side by side; `each` hears of every stage when it is
    /// done, and how long it took.
    ///
    /// # Errors
    /// The first error of a stage. Files that could not be imported stop no other stage, they stand in the import's
    /// [`StageOutcome::fault`]; but no lists of audiences are made then, as a refusal may stand in one of them.
    pub fn run(
        &self,
        options: &ImportOptions,
        progress: &dyn Progress,
        each: &mut dyn FnMut(&StageOutcome, Duration),
    ) -> Result<Vec<StageOutcome>> {
        let mut outcomes = Vec::new();
        let mut tell = |(outcome, took): (StageOutcome, Duration)| {
            each(&outcome, took);
            outcomes.push(outcome);
        };
        tell(timed(|| self.import_all(options, progress))?);
        let (joined, scored) = self.join_and_score(progress)?;
        tell(joined?);
        tell(scored?);
        tell(timed(|| self.segment(progress))?);
        // A shop without audiences does not hear of them.
        if self.has_audiences()? {
            tell(timed(|| self.all_audiences(progress))?);
        }
        tell(timed(|| self.report(progress))?);
        Ok(outcomes)
    }

    fn import_all(&self, options: &ImportOptions, progress: &dyn Progress) -> Result<StageOutcome> {
        self.retried(|| self.import(&[], options, progress))
    }

    /// Joins and scores, side by side where what both hold at once is not too much.
    fn join_and_score(&self, progress: &dyn Progress) -> Result<(Timed, Timed)> {
        let store = self.store()?;
        let row_count = |table| store.manifest().row_count(table);
        let is_small = row_count(&customers::TABLE) <= MOST_CUSTOMERS_AT_ONCE
            && row_count(&posts::TABLE) <= MOST_POSTS_AT_ONCE;
        let score = || timed(|| self.score(progress));
        Ok(match is_small {
            true => self.join_beside(progress, score),
            false => {
                let joined = timed(|| self.join(&JoinOptions::default(), progress))?;
                (Ok(joined), score())
            }
        })
    }
}

/// What a stage did, and how long it took.
type Timed = Result<(StageOutcome, Duration)>;

fn timed(stage: impl FnOnce() -> Result<StageOutcome>) -> Timed {
    let started = Instant::now();
    let outcome = stage()?;
    Ok((outcome, started.elapsed()))
}

impl Workspace {
    /// Runs a stage again, from the state there is then, where another koe changed the store meanwhile.
    fn retried<T>(&self, mut stage: impl FnMut() -> Result<T>) -> Result<T> {
        for _ in 0..RETRIES {
            let before = self.store()?.manifest().generation;
            let outcome = stage();
            let is_outrun = match &outcome {
                Err(Error::ChangedMeanwhile { .. }) => true,
                // Files of the state before may be gone.
                Err(Error::Frame { .. } | Error::Query { .. }) => {
                    self.store()?.manifest().generation != before
                }
                _ => false,
            };
            if !is_outrun {
                return outcome;
            }
        }
        stage()
    }
}

/// Returns the moment that the settings name.
fn pinned(config: &Config) -> Option<&str> {
    Some(config.workspace.as_of.as_str()).filter(|value| !value.trim().is_empty())
}

/// Returns the keyword of the brand that stands in a text, an empty text where none does: what is left of an erased one.
fn brand_word(keywords: &[String], text: &str) -> String {
    let folded = |text: &str| -> String { text.nfkc().flat_map(char::to_lowercase).collect() };
    let text = folded(text);
    let found = keywords.iter().find(|word| text.contains(&folded(word)));
    found.cloned().unwrap_or_default()
}

/// Times that a stage runs again because the store changed meanwhile.
const RETRIES: u32 = 2;
/// Folder of the store in a workspace.
const STORE: &str = "store";
/// Folder of the reports in a workspace.
const OUT: &str = "out";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::audience::Channel;
    use crate::progress::Silent;
    use crate::schema::links;
    use crate::store::Entry;

    const EXPORTS: [(&str, &str); 3] = [
        ("log.csv", "customer_id,date,amount\n1,2026-01-05,1200\n"),
        (
            "declared.csv",
            "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
             transactions,1,x,,4711008115,hana_k,signup,2026-01-10T00:00:00+09:00\n",
        ),
        (
            "consents.csv",
            "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
             transactions,1,link_social,granted,2026-01-10T00:00:00+09:00,,form\n",
        ),
    ];

    /// Somebody else, who comes in so many times when a stage begins its work.
    struct Meddler<'a> {
        work: &'static str,
        times: AtomicU32,
        meddle: &'a (dyn Fn() + Sync),
    }

    impl Progress for Meddler<'_> {
        fn begin(&self, work: &str, _: Option<u64>) {
            let times = self.times.load(Ordering::SeqCst);
            if work == self.work && times > 0 {
                self.times.store(times - 1, Ordering::SeqCst);
                (self.meddle)();
            }
        }
        fn advance(&self, _: u64) {}
        fn end(&self) {}
        fn warn(&self, _: &str) {}
    }

    fn workspace(folder: &Path) -> Workspace {
        fs::create_dir_all(folder.join("exports")).expect("a folder");
        for (name, text) in EXPORTS {
            fs::write(folder.join("exports").join(name), text).expect("a file");
        }
        let now: jiff::Timestamp = "2026-03-01T03:00:00Z".parse().expect("an instant");
        let opened = Workspace::open(folder, None, &[], Some("2026-03-01"), now);
        let workspace = opened.expect("a workspace");
        let options = ImportOptions::default();
        workspace.import(&[], &options, &Silent).expect("an import");
        workspace
    }

    fn link_count(workspace: &Workspace) -> usize {
        let store = workspace.store().expect("a store");
        let links = store.scan(&links::TABLE).expect("a table");
        links.collect().expect("rows").height()
    }

    #[test]
    fn a_consent_withdrawn_while_a_report_is_made_is_obeyed() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        workspace.segment(&Silent).expect("segments");
        assert_eq!(link_count(&workspace), 1);
        let meddle = || {
            let purposes = ["link_social".to_owned()];
            let terms = ConsentTerms::default();
            workspace
                .state_consent("transactions/1", Statement::Revoked, &purposes, &terms)
                .expect("a statement");
        };
        let meddler = Meddler {
            work: "report",
            times: AtomicU32::new(1),
            meddle: &meddle,
        };
        workspace.report(&meddler).expect("a report");
        assert_eq!(meddler.times.load(Ordering::SeqCst), 0);
        assert_eq!(link_count(&workspace), 0);
    }

    #[test]
    fn a_file_refused_while_lists_are_made_holds_them_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        let meddle = || {
            let odd = folder.path().join("exports/odd.csv");
            fs::write(odd, "colour,shape\nred,round\n").expect("a file");
            let options = ImportOptions::default();
            let import = workspace.import(&[], &options, &Silent);
            assert!(import.expect("an import").fault.is_some());
        };
        let meddler = Meddler {
            work: "audience",
            times: AtomicU32::new(1),
            meddle: &meddle,
        };
        let request = AudienceRequest {
            name: Some("first".to_owned()),
            channel: Some(Channel::Push),
            ..AudienceRequest::default()
        };
        let made = workspace.audience(&request, &meddler);
        assert_eq!(meddler.times.load(Ordering::SeqCst), 0);
        assert!(matches!(made, Err(Error::ListsHeldBack { .. })));
        assert!(!workspace.out().join("audiences").exists());
    }

    #[test]
    fn a_stage_that_is_never_left_alone_gives_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        let meddle = || {
            let store = workspace.store().expect("a store");
            let mut transaction = store.begin().expect("nobody else writes");
            transaction.note(Entry::new("2026-03-01", "test"));
            transaction.commit().expect("a commit");
        };
        let meddler = Meddler {
            work: "report",
            times: AtomicU32::new(RETRIES + 2),
            meddle: &meddle,
        };
        let outcome = workspace.report(&meddler);
        assert!(matches!(outcome, Err(Error::ChangedMeanwhile { .. })));
        assert_eq!(meddler.times.load(Ordering::SeqCst), 1);
        workspace.report(&Silent).expect("a report");
    }

    #[test]
    fn nobody_else_writes_while_posts_are_scored() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        let meddle = || {
            let store = workspace.store().expect("a store");
            assert!(matches!(store.begin(), Err(Error::Locked { .. })));
        };
        let meddler = Meddler {
            work: "score",
            times: AtomicU32::new(1),
            meddle: &meddle,
        };
        workspace.score(&meddler).expect("scores");
        assert_eq!(meddler.times.load(Ordering::SeqCst), 0);
    }
}
