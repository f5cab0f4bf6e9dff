//! The stage `report` on a workspace, and queries.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::*;
use polars::sql::SQLContext;
use rayon::prelude::*;

use super::freshness::{self, Inputs};
use super::template::Template;
use super::{OUT, StageOutcome, Workspace};
use crate::concurrent::side_by_side;
use crate::config::Output;
use crate::error::{Error, Result, engine_says};
use crate::progress::Progress;
use crate::report::figures::{DataFigures, FIGURES_VERSION, Figures, FileFigure, UnreadFigure};
use crate::report::{
    Lang, Page, PageError, charts, desk, gather, html, json, markdown, summary, workbook,
};
use crate::schema::{self, *};
use crate::spreadsheet::unarmed_cell;
use crate::store::{
    FilePlace, ImportedFile, StageRecord, Store, UnreadFile, remove_file, write_all_atomically,
};

const STAGE: &str = "report";
/// Pixels of a picture per unit of its drawing.
const PICTURE_SCALE: u32 = 1;
/// Words a query may begin with.
const READING: [&str; 4] = ["SELECT", "WITH", "SHOW", "EXPLAIN"];
/// Files that name persons.
const DESK_FILES: [&str; 3] = ["desk.html", "desk.csv", "desk.complaints.csv"];
/// Name of the folder that always holds the newest report.
const LATEST: &str = "latest";

/// A file of a report: its name below the folder of the run, and what it holds.
type NamedFile = (String, Vec<u8>);

impl Workspace {
    /// Writes the report of the as-of moment to `out/<as-of>/`, after the stages before it where they are out of date.
    ///
    /// # Errors
    /// [`Error::Template`] when the shop's own template has an error, [`Error::Render`] when a page cannot be made, and those of the store and of the folder.
    pub fn report(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        self.retried(|| self.report_once(progress))
    }

    fn report_once(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        // What is wrong with it is told before the work begins.
        let template = self.template()?;
        self.segmented(progress)?;
        let store = self.store()?;
        let tables: Vec<&'static Table> = schema::tables().collect();
        let config = self.config();
        let inputs = Inputs::new(self, store.manifest(), &tables)
            .with(&config.workspace)
            .with(&config.brand)
            .with(&config.money)
            .with(&config.privacy)
            .with(&config.score.window_days)
            .with(&config.score.conversation.response_target_minutes)
            .with(&config.segment)
            .with(&config.report)
            .with(&config.targets)
            .with(&template.as_ref().map(|template| &template.hash))
            .with(&store.manifest().imports)
            .with(&store.manifest().unread)
            .with(&FIGURES_VERSION)
            .hash();
        let open = self.out().join("report.html");
        let open = config
            .report
            .outputs
            .contains(&Output::Html)
            .then_some(open);
        let kept = freshness::kept_files(store.manifest(), STAGE, &inputs, self.root());
        if let Some(files) = kept {
            return Ok(StageOutcome {
                open,
                ..StageOutcome::fresh(STAGE, vec![("files", files)])
            });
        }
        let files = self.pages(&store, template.as_ref(), progress)?;
        // From here on nobody else writes: no page holds what was erased while it was made.
        let mut transaction = store.begin()?;
        let mut outputs = Vec::new();
        write_new(&self.out(), &files)?;
        let hash = |(_, bytes): &NamedFile| blake3::hash(bytes).to_hex().to_string();
        let hashes: Vec<String> = files.par_iter().map(hash).collect();
        for ((name, _), hash) in files.into_iter().zip(hashes) {
            let below = format!("{OUT}/{}/{name}", self.as_of().label());
            outputs.push((below, hash));
        }
        self.remove_desks(Some(self.out().as_path()))?;
        self.point_latest()?;
        let counts = vec![("files", outputs.len() as u64)];
        transaction.put_stage(STAGE, StageRecord { inputs, outputs });
        transaction.commit()?;
        Ok(StageOutcome {
            open,
            ..StageOutcome::ran(STAGE, counts)
        })
    }

    /// Runs an SQL query over the tables.
    ///
    /// # Errors
    /// [`Error::Query`] when it cannot be run.
    pub fn query(&self, sql: &str) -> Result<DataFrame> {
        self.retried(|| self.query_once(sql))
    }

    fn query_once(&self, sql: &str) -> Result<DataFrame> {
        let first = sql
            .split(|letter: char| !letter.is_ascii_alphabetic())
            .find(|word| !word.is_empty());
        if !first.is_some_and(|word| READING.iter().any(|known| word.eq_ignore_ascii_case(known))) {
            let detail = "a query only reads: it begins with SELECT or WITH".to_owned();
            return Err(Error::Query { detail });
        }
        let store = self.store()?;
        let mut context = SQLContext::new();
        for table in schema::tables() {
            context.register(table.name, store.scan(table)?);
        }
        let bad = |error: PolarsError| Error::Query {
            detail: engine_says(&error),
        };
        context.execute(sql).map_err(bad)?.collect().map_err(bad)
    }

    /// Makes every file of the report, in the order of their names.
    fn pages(
        &self,
        store: &Store,
        template: Option<&Template>,
        progress: &dyn Progress,
    ) -> Result<Vec<NamedFile>> {
        // The desk is of other tables than the pages that are forwarded.
        let (told, desk) = side_by_side(
            || self.told_pages(store, template, progress),
            || self.desk_pages(store),
        );
        let mut files = told?;
        files.extend(desk?);
        progress.advance(1);
        progress.end();
        files.sort();
        Ok(files)
    }

    fn wants(&self, output: Output) -> bool {
        self.config().report.outputs.contains(&output)
    }

    /// Makes what names persons, for those who act.
    fn desk_pages(&self, store: &Store) -> Result<Vec<NamedFile>> {
        let config = self.config();
        let lang = config.workspace.lang;
        let mut files = Vec::new();
        if self.wants(Output::Desk) {
            let desk = desk::gather(&desk_input(store)?, config, self.as_of())?;
            let page = desk::html(&desk, lang).map_err(failed("desk.html"))?;
            files.push(("desk.html".to_owned(), page.into_bytes()));
            files.push(("desk.csv".to_owned(), desk::csv(&desk, lang)));
            files.push((
                "desk.complaints.csv".to_owned(),
                desk::complaints_csv(&desk, lang),
            ));
        }
        Ok(files)
    }

    /// Gathers the figures and makes what tells them.
    fn told_pages(
        &self,
        store: &Store,
        template: Option<&Template>,
        progress: &dyn Progress,
    ) -> Result<Vec<NamedFile>> {
        let config = self.config();
        let lang = config.workspace.lang;
        let data = self.data_figures(store)?;
        let figures = gather::figures(&gather_input(store)?, config, self.as_of(), data)?;
        let charts = charts::charts(&figures, lang);
        progress.begin(STAGE, Some(charts.len() as u64 + 6));
        let (pages, pictures) = rayon::join(
            || self.figure_pages(&figures, &charts, template, progress),
            || self.pictures(&figures, &charts, progress),
        );
        let mut files = pages?;
        files.extend(pictures?);
        Ok(files)
    }

    /// Makes pages and workbook.
    fn figure_pages(
        &self,
        figures: &Figures,
        charts: &[charts::Chart],
        template: Option<&Template>,
        progress: &dyn Progress,
    ) -> Result<Vec<NamedFile>> {
        let config = self.config();
        let lang = config.workspace.lang;
        let mut files = Vec::new();
        if self.wants(Output::Html) {
            let page = Page {
                figures,
                charts,
                lang,
                sections: &config.report.sections,
                own: template.map(|template| &template.own),
            };
            let text = html::html(&page).map_err(|error| match (error, template) {
                (PageError::Own(error), Some(template)) => template.error(error),
                (error, _) => failed("report.html")(error),
            })?;
            files.push(("report.html".to_owned(), text.into_bytes()));
        }
        progress.advance(1);
        if self.wants(Output::Xlsx) {
            let bytes = workbook(figures, lang).map_err(failed("report.xlsx"))?;
            files.push(("report.xlsx".to_owned(), bytes));
        }
        progress.advance(1);
        if self.wants(Output::Markdown) {
            let text = markdown(figures, lang, &config.report.sections);
            files.push(("report.md".to_owned(), text.into_bytes()));
        }
        progress.advance(1);
        if self.wants(Output::Json) {
            let text = json(figures).map_err(failed("report.json"))?;
            files.push(("report.json".to_owned(), text.into_bytes()));
        }
        progress.advance(1);
        if self.wants(Output::Summary) {
            let text = summary(figures, lang, &self.files_to_open());
            files.push(("summary.txt".to_owned(), text.into_bytes()));
        }
        progress.advance(1);
        Ok(files)
    }

    /// Draws every chart.
    fn pictures(
        &self,
        figures: &Figures,
        charts: &[charts::Chart],
        progress: &dyn Progress,
    ) -> Result<Vec<NamedFile>> {
        if !self.wants(Output::Charts) {
            return Ok(Vec::new());
        }
        let lang = self.config().workspace.lang;
        // Handed out one by one, so that no thread is left with several in the end.
        let drawn: Vec<[NamedFile; 3]> = charts
            .par_iter()
            .with_max_len(1)
            .map(|chart| {
                let drawn = chart_files(figures, lang, chart);
                progress.advance(1);
                drawn
            })
            .collect::<Result<_>>()?;
        Ok(drawn.into_iter().flatten().collect())
    }

    /// Returns the files that people open, as paths in the workspace.
    fn files_to_open(&self) -> Vec<String> {
        let outputs = &self.config().report.outputs;
        let label = self.as_of().label();
        [
            (Output::Html, "report.html"),
            (Output::Desk, "desk.html"),
            (Output::Xlsx, "report.xlsx"),
            (Output::Markdown, "report.md"),
        ]
        .iter()
        .filter(|(output, _)| outputs.contains(output))
        .map(|(_, name)| format!("{OUT}/{label}/{name}"))
        .collect()
    }

    /// Removes the desk lists of all moments but one, earlier or later: names and quotes do not pile up, and a withdrawn
    /// consent leaves none.
    pub(super) fn remove_desks(&self, but: Option<&Path>) -> Result<()> {
        let out = self.root().join(OUT);
        let folders = match fs::read_dir(&out) {
            Ok(folders) => folders,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::io("read", &out, error)),
        };
        for folder in folders.flatten().map(|entry| entry.path()) {
            if but != Some(folder.as_path()) && !folder.is_symlink() {
                Self::remove_desk(&folder)?;
            }
        }
        Ok(())
    }

    /// Removes the files of a run that name persons and quote posts.
    pub(super) fn remove_desk(folder: &Path) -> Result<()> {
        for file in DESK_FILES.map(|name| folder.join(name)) {
            remove_file(&file)?;
        }
        Ok(())
    }

    /// Makes `out/latest` show this report, unless there is one of a later moment.
    pub(super) fn point_latest(&self) -> Result<()> {
        let out = self.root().join(OUT);
        let folders = fs::read_dir(&out).map_err(|error| Error::io("read", &out, error))?;
        let own = self.out();
        let is_later = |folder: &Path| {
            folder > own.as_path() && !folder.is_symlink() && folder.join("report.html").exists()
        };
        if folders
            .flatten()
            .any(|entry| entry.file_name() != LATEST && is_later(&entry.path()))
        {
            return Ok(());
        }
        let latest = self.root().join(OUT).join(LATEST);
        let failed = |error| Error::io("write", &latest, error);
        #[cfg(unix)]
        {
            let next = self.root().join(OUT).join(format!("{LATEST}.next"));
            let _ = fs::remove_file(&next);
            std::os::unix::fs::symlink(self.as_of().label(), &next).map_err(failed)?;
            fs::rename(&next, &latest).map_err(failed)
        }
        #[cfg(not(unix))]
        {
            copy_folder(&self.out(), &latest).map_err(failed)
        }
    }

    fn data_figures(&self, store: &Store) -> Result<DataFigures> {
        let happened = schema::RAW
            .iter()
            .filter_map(|table| table.happened.map(|column| (*table, column)))
            .map(|(table, column)| {
                Ok((
                    table.name,
                    store.scan(table)?.select([column.expr().alias("happened")]),
                ))
            })
            .collect::<Result<Vec<_>>>()?;
        let manifest = store.manifest();
        let input = gather::DataInput {
            persons: store.scan(&persons::TABLE)?,
            links: store.scan(&links::TABLE)?,
            declared_links: store.scan(&declared_links::TABLE)?,
            consent_counts: store.scan(&consent_counts::TABLE)?,
            left_out: store.scan(&left_out::TABLE)?,
            happened,
            // With a row per person, how many of all are in such a table would tell how few are not.
            tables: schema::tables()
                .filter(|table| {
                    let mut key = table.key.iter();
                    !key.any(|column| column.name == persons::PERSON_ID.name)
                })
                .map(|table| (table.name, manifest.row_count(table)))
                .collect(),
            unread: unread_by_place(&manifest.unread),
            files: files_by_layout(&manifest.imports),
        };
        gather::data(input, self.as_of(), self.config().privacy.min_group_size)
    }
}

/// Counts files that could not be read by place.
fn unread_by_place<'a>(files: impl IntoIterator<Item = &'a UnreadFile>) -> Vec<UnreadFigure> {
    let mut counts: BTreeMap<FilePlace, u64> = BTreeMap::new();
    for file in files {
        *counts.entry(file.place).or_default() += 1;
    }
    let counted = counts.into_iter();
    counted
        .map(|(place, file_count)| UnreadFigure { place, file_count })
        .collect()
}

/// Counts imported files by layout, in the order of their names.
fn files_by_layout(imports: &[ImportedFile]) -> Vec<FileFigure> {
    let mut files: BTreeMap<&str, FileFigure> = BTreeMap::new();
    for import in imports {
        let of_layout = files.entry(&import.layout).or_default();
        of_layout.file_count += 1;
        of_layout.stored_count += import.stored_count;
        of_layout.rejected_count += import.rejected_count;
    }
    let named = files.into_iter().map(|(layout, files)| FileFigure {
        layout: layout.to_owned(),
        ..files
    });
    named.collect()
}

fn gather_input(store: &Store) -> Result<gather::Input> {
    Ok(gather::Input {
        purchases: store.scan(&purchases::TABLE)?,
        person_values: store.scan(&person_values::TABLE)?,
        person_segments: store.scan(&person_segments::TABLE)?,
        segments: store.scan(&segments::TABLE)?,
        cohorts: store.scan(&cohorts::TABLE)?,
        models: store.scan(&models::TABLE)?,
        tracking_weeks: store.scan(&tracking_weeks::TABLE)?,
        campaign_results: store.scan(&campaign_results::TABLE)?,
        post_scores: store.scan(&post_scores::TABLE)?,
        hour_counts: store.scan(&hour_counts::TABLE)?,
        alerts: store.scan(&alerts::TABLE)?,
        abc_classes: store.scan(&abc_classes::TABLE)?,
        account_scores: store.scan(&account_scores::TABLE)?,
        campaign_costs: store.scan(&campaign_costs::TABLE)?,
        communities: store.scan(&communities::TABLE)?,
        complaint_priorities: store.scan(&complaint_priorities::TABLE)?,
        conversations: store.scan(&conversations::TABLE)?,
        cooccurrences: store.scan(&cooccurrences::TABLE)?,
        cpm_groups: store.scan(&cpm_groups::TABLE)?,
        links: store.scan(&links::TABLE)?,
        migrations: store.scan(&migrations::TABLE)?,
        model_calibration: store.scan(&model_calibration::TABLE)?,
        model_choices: store.scan(&model_choices::TABLE)?,
        orders: store.scan(&orders::TABLE)?,
        post_topics: store.scan(&post_topics::TABLE)?,
        posts: store.scan(&posts::TABLE)?,
        shop_kpis: store.scan(&shop_kpis::TABLE)?,
        social_lift: store.scan(&social_lift::TABLE)?,
        topics: store.scan(&topics::TABLE)?,
        voice_shares: store.scan(&voice_shares::TABLE)?,
    })
}

fn desk_input(store: &Store) -> Result<desk::Input> {
    Ok(desk::Input {
        account_scores: store.scan(&account_scores::TABLE)?,
        alerts: store.scan(&alerts::TABLE)?,
        complaint_priorities: store.scan(&complaint_priorities::TABLE)?,
        conversations: store.scan(&conversations::TABLE)?,
        customers: store.scan(&customers::TABLE)?,
        persons: store.scan(&persons::TABLE)?,
        person_segments: store.scan(&person_segments::TABLE)?,
        person_values: store.scan(&person_values::TABLE)?,
        person_voices: store.scan(&person_voices::TABLE)?,
        segments: store.scan(&segments::TABLE)?,
        links: store.scan(&links::TABLE)?,
        orders: store.scan(&orders::TABLE)?,
        posts: store.scan(&posts::TABLE)?,
        post_scores: store.scan(&post_scores::TABLE)?,
        unread: store.manifest().unread.iter().cloned().collect(),
    })
}

/// Returns what an error in making a file is told as.
fn failed<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> Error {
    move |error| Error::Render {
        what: what.to_owned(),
        detail: error.to_string(),
    }
}

/// Writes files below a folder, unless they hold these very bytes: most charts of an update are those of before.
fn write_new(folder: &Path, files: &[NamedFile]) -> Result<()> {
    let new: Vec<(PathBuf, &[u8])> = files
        .par_iter()
        .map(|(name, bytes)| (folder.join(name), bytes.as_slice()))
        .filter(|(path, bytes)| !holds(path, bytes))
        .collect();
    write_all_atomically(&new)
}

/// Whether a file holds these very bytes.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    // Long files are compared only where they may be the same.
    let is_as_long =
        fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    is_as_long && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Returns a chart as drawing, picture and numbers.
fn chart_files(figures: &Figures, lang: Lang, chart: &charts::Chart) -> Result<[NamedFile; 3]> {
    let png =
        charts::chart_png(figures, lang, chart.id, PICTURE_SCALE).map_err(failed(chart.id))?;
    let csv = chart_csv(chart).map_err(failed(chart.id))?;
    let name = |kind: &str| format!("charts/{}.{kind}", chart.id);
    Ok([
        (name("svg"), chart.svg.clone().into_bytes()),
        (name("png"), png),
        (name("csv"), csv),
    ])
}

/// Returns the numbers of a chart as CSV that spreadsheets open.
fn chart_csv(chart: &charts::Chart) -> std::result::Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let headings = chart.table.headings.iter();
    writer.write_record(headings.map(|cell| unarmed_cell(cell).into_owned()))?;
    for row in &chart.table.rows {
        writer.write_record(row.iter().map(|cell| unarmed_cell(cell).into_owned()))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

#[cfg(not(unix))]
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target: PathBuf = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_only_where_its_bytes_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("charts").join("a.svg");
        let write = |a: &str, b: &str| {
            let files = [("charts/a.svg", a), ("b.txt", b)];
            let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
            write_new(folder.path(), &files).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), a);
            assert_eq!(fs::read_to_string(folder.path().join("b.txt")).unwrap(), b);
        };
        write("one", "b");
        // A read-only file is replaced by another, never written to.
        let mut rights = fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(&path, rights).unwrap();
        let is_first = || fs::metadata(&path).unwrap().permissions().readonly();
        write("one", "c");
        assert!(is_first());
        #[cfg(unix)]
        {
            write("two", "c");
            assert!(!is_first());
        }
    }

    #[test]
    fn no_file_is_left_half_written_where_one_cannot_be() {
        let folder = tempfile::tempdir().unwrap();
        // A folder stands in the place of a file.
        fs::create_dir_all(folder.path().join("b.txt/c")).unwrap();
        let files = ["a.txt", "b.txt"].map(|name| (name.to_owned(), b"one".to_vec()));
        assert!(write_new(folder.path(), &files).is_err());
        let left = fs::read_dir(folder.path()).unwrap().flatten();
        let left = left.map(|entry| entry.file_name().into_string().unwrap());
        let mut left: Vec<String> = left.collect();
        left.sort();
        assert_eq!(left, ["a.txt", "b.txt"]);
    }
}
