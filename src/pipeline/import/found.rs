//! Which files are imported, what they are called, and whose they are.

use std::fs;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::config;
use crate::error::{Error, Result};
use crate::import::containers::{self, Contents};
use crate::pipeline::{OUT, STORE};
use crate::store::{FilePlace, Store};

/// Names of folders that say whose the exports in them are: `source=honten`.
const SOURCE_FOLDER: &str = "source=";
/// Names of folders that say which layout the exports in them have: `layout=transactions`.
const LAYOUT_FOLDER: &str = "layout=";
/// Folder of the exports in a workspace, unless its settings name another.
const EXPORTS: &str = "exports";
/// Folder of a run that holds rejected rows to mend, below the folder of reports.
const TO_MEND: &str = "rejects";
/// Letters by which a pattern is told from a path.
const OF_A_PATTERN: [char; 3] = ['*', '?', '['];
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// A file to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) struct Found {
    pub path: PathBuf,
    /// Path below the exports folder or the folder named, else the file's name; `/` between folders.
    pub name: String,
    pub place: FilePlace,
    /// Whether it was named itself, not found in a folder or by a pattern.
    pub is_named: bool,
}

impl Found {
    /// Looks into it. A pipe or device that was not named is not opened: it may let koe wait forever.
    ///
    /// # Errors
    /// [`Error::NotAFile`] for what was found and is no regular file, and those of [`containers::contents`].
    pub(in crate::pipeline) fn contents(&self) -> Result<Contents> {
        let is_other = || fs::metadata(&self.path).is_ok_and(|kind| !kind.is_file());
        if !self.is_named && is_other() {
            return Err(Error::NotAFile {
                path: self.path.clone(),
            });
        }
        containers::contents(&self.path)
    }
}

/// Returns the files that paths and patterns name, and all files of the folders they name.
///
/// # Errors
/// [`Error::Io`] for a path that leads nowhere or cannot be read, [`Error::IsOfWorkspace`] for a workspace, its store or its reports.
pub(in crate::pipeline) fn named(paths: &[PathBuf], exports: &Path) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for path in paths {
        of_no_workspace(path, exports)?;
        let is_pattern = path.to_string_lossy().contains(OF_A_PATTERN);
        if !path.exists() && is_pattern {
            for path in matching(path)? {
                of_no_workspace(&path, exports)?;
                let matched = below(&path, exports)?.into_iter();
                found.extend(matched.map(|found| Found {
                    is_named: false,
                    ..found
                }));
            }
        } else {
            found.extend(below(path, exports)?);
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|found| seen.insert(found.path.clone()));
    Ok(found)
}

/// Refuses a workspace, its store and the folders of its reports, which hold much that looks like exports; rows to mend are some.
fn of_no_workspace(path: &Path, exports: &Path) -> Result<()> {
    // What leads nowhere is told of where it is read.
    let Ok(whole) = fs::canonicalize(path) else {
        return Ok(());
    };
    if fs::canonicalize(exports).is_ok_and(|exports| whole.starts_with(exports)) {
        return Ok(());
    }
    let is_own = |workspace: &&Path| {
        let below = whole.strip_prefix(workspace).unwrap_or(&whole);
        is_workspace(workspace)
            && match below.components().next() {
                None => true,
                Some(first) if first.as_os_str() == STORE => true,
                // A list with answers lies there, too.
                Some(first) if first.as_os_str() == OUT => {
                    whole.is_dir() && to_mend(&whole.join("file")).is_none()
                }
                Some(_) => false,
            }
    };
    match whole.ancestors().find(is_own) {
        None => Ok(()),
        Some(workspace) => Err(Error::IsOfWorkspace {
            path: path.to_path_buf(),
            workspace: if workspace == whole { path } else { workspace }.to_path_buf(),
        }),
    }
}

/// Whether a folder is a workspace: it has a store, or settings and a folder for exports.
fn is_workspace(folder: &Path) -> bool {
    let is_made = || folder.join(config::FILE_NAME).is_file() && folder.join(EXPORTS).is_dir();
    Store::is_at(&folder.join(STORE)) || is_made()
}

/// Returns all files of the exports folder; none where it is not there.
///
/// # Errors
/// [`Error::Io`] when it cannot be read.
pub(super) fn exported(exports: &Path) -> Result<Vec<Found>> {
    if exports.exists() {
        below(exports, exports)
    } else {
        Ok(Vec::new())
    }
}

/// Returns a file or folder that cannot be looked into, by what it is noted.
pub(super) fn unlooked(path: &Path, exports: &Path) -> Found {
    Found {
        name: name_of(path, &[exports]),
        place: place_of(path, exports),
        path: path.to_path_buf(),
        is_named: false,
    }
}

/// Returns the paths a pattern matches; none is an error, as a path that leads nowhere is.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>> {
    let refused =
        |kind, detail: String| Error::io("read", pattern, std::io::Error::new(kind, detail));
    let paths = glob::glob_with(&pattern.to_string_lossy(), MATCHING)
        .map_err(|error| refused(std::io::ErrorKind::InvalidData, error.msg.to_owned()))?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| {
            let path = error.path().to_path_buf();
            Error::io("read", &path, error.into())
        })?;
        found.push(path);
    }
    if found.is_empty() {
        let detail = "no file has such a name".to_owned();
        return Err(refused(std::io::ErrorKind::NotFound, detail));
    }
    Ok(found)
}

/// Returns a file, or all files below a folder in the order of their paths, without what systems leave behind.
fn below(path: &Path, exports: &Path) -> Result<Vec<Found>> {
    let kind = fs::metadata(path).map_err(|error| Error::io("read", path, error))?;
    let mut paths = Vec::new();
    let base = if kind.is_dir() {
        gather(path, &mut paths)?;
        paths.sort_by_cached_key(|path| by_download(path));
        path
    } else {
        paths.push(path.to_path_buf());
        path.parent().unwrap_or(path)
    };
    let found = paths.into_iter().map(|path| Found {
        name: name_of(&path, &[to_mend(&path).unwrap_or(exports), exports, base]),
        place: place_of(&path, exports),
        path,
        is_named: !kind.is_dir(),
    });
    Ok(found.collect())
}

/// Returns where a file lies, however its path and that of the exports folder are written.
fn place_of(path: &Path, exports: &Path) -> FilePlace {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let is_export = |exports: PathBuf| whole(path).is_some_and(|path| path.starts_with(exports));
    if path.starts_with(exports) || whole(exports).is_some_and(is_export) {
        FilePlace::Exports
    } else if to_mend(path).is_some() || whole(path).is_some_and(|path| to_mend(&path).is_some()) {
        FilePlace::Rejects
    } else {
        FilePlace::Elsewhere
    }
}

fn gather(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error| Error::io("read", folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_left_behind = name.starts_with('.')
            || name.starts_with("~$")
            || ["Thumbs.db", "desktop.ini"].contains(&&*name);
        if is_left_behind {
            continue;
        }
        if entry.path().is_dir() {
            if is_workspace(&entry.path()) {
                return Err(Error::IsOfWorkspace {
                    path: entry.path(),
                    workspace: entry.path(),
                });
            }
            gather(&entry.path(), paths)?;
        } else {
            paths.push(entry.path());
        }
    }
    Ok(())
}

/// Returns what files are sorted by: a browser calls the second download `orders (1).csv`, and it comes after the first.
fn by_download(path: &Path) -> (PathBuf, String, u32) {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, end) = name.split_once('.').unwrap_or((&name, ""));
    let numbered = stem
        .strip_suffix(')')
        .and_then(|stem| stem.rsplit_once(" ("));
    match numbered.and_then(|(stem, number)| Some((stem, number.parse().ok()?))) {
        Some((stem, number)) => (folder, format!("{stem}.{end}"), number),
        None => (folder, name.into_owned(), 0),
    }
}

/// Returns the folder of mended rows that a path lies in: they go by the name of the file they came from.
fn to_mend(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| {
        let of_run = folder.parent().and_then(Path::parent);
        folder.file_name().is_some_and(|name| name == TO_MEND)
            && of_run
                .and_then(Path::file_name)
                .is_some_and(|name| name == OUT)
    })
}

/// Returns the as-of label of the run that listed the rows of a file as rejected, where it lies among such.
pub(super) fn mended_from(path: &Path) -> Option<String> {
    let whole = fs::canonicalize(path).ok();
    let label = |path: &Path| {
        let label = to_mend(path)?.parent()?.file_name()?;
        Some(label.to_string_lossy().into_owned())
    };
    label(path).or_else(|| label(&whole?))
}

/// Returns the layout that a folder `layout=NAME` gives the files in it.
pub(in crate::pipeline) fn layout_of(name: &str) -> Option<&str> {
    of_folder(name, LAYOUT_FOLDER)
}

fn of_folder<'n>(name: &'n str, begin: &str) -> Option<&'n str> {
    let (folders, _) = name.rsplit_once('/')?;
    folders
        .rsplit('/')
        .find_map(|folder| folder.strip_prefix(begin))
        .filter(|said| !said.is_empty())
}

/// Returns the path below the first of the folders it lies in.
fn name_of(path: &Path, folders: &[&Path]) -> String {
    let below = folders
        .iter()
        .find_map(|folder| path.strip_prefix(folder).ok())
        .filter(|below| !below.as_os_str().is_empty())
        .unwrap_or_else(|| path.file_name().map_or(path, Path::new));
    below.to_string_lossy().replace('\\', "/")
}

/// One setting of `[import.sources]`: files of such a name belong to this source.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pattern: Pattern,
    source: String,
}

impl Source {
    /// Makes them of the settings; the longest pattern comes first, as it is the one that says most.
    ///
    /// # Errors
    /// [`Error::BadSetting`] for a pattern that is none.
    pub(super) fn all(settings: &std::collections::BTreeMap<String, String>) -> Result<Vec<Self>> {
        let mut sources = Vec::with_capacity(settings.len());
        for (pattern, source) in settings {
            let bad = |error: glob::PatternError| Error::BadSetting {
                key: "import.sources".to_owned(),
                value: pattern.clone(),
                expected: format!("a path below the exports folder, `*` for any name ({error})"),
            };
            sources.push(Self {
                pattern: Pattern::new(pattern).map_err(bad)?,
                source: source.clone(),
            });
        }
        let length = |source: &Self| source.pattern.as_str().len();
        sources.sort_by_key(|source| std::cmp::Reverse(length(source)));
        Ok(sources)
    }

    /// Returns the source of a file, unless its layout or mapping decides: the one of the flag, of the settings, or of a
    /// folder `source=NAME` it lies in.
    pub(super) fn of(name: &str, flag: Option<&str>, sources: &[Self]) -> Option<String> {
        let set = || {
            sources
                .iter()
                .find(|source| source.is_of(name))
                .map(|source| source.source.as_str())
        };
        flag.or_else(set)
            .or_else(|| of_folder(name, SOURCE_FOLDER))
            .map(str::to_owned)
    }

    /// Whether a file is meant: by its own path, or by that of a folder or archive it lies in.
    fn is_of(&self, name: &str) -> bool {
        let ends = name.match_indices('/').map(|(end, _)| end);
        ends.chain([name.len()])
            .any(|end| self.pattern.matches_with(&name[..end], MATCHING))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_flag_then_the_settings_then_the_folder_name_the_source() {
        let settings = BTreeMap::from([
            ("honten".to_owned(), "main".to_owned()),
            ("*/web-*.csv".to_owned(), "web".to_owned()),
        ]);
        let sources = Source::all(&settings).expect("the patterns are right");
        let of = |name: &str, flag| Source::of(name, flag, &sources);
        assert_eq!(of("honten/2024/a.csv", None).as_deref(), Some("main"));
        assert_eq!(of("honten/web-1.csv", None).as_deref(), Some("web"));
        assert_eq!(of("honten/a.csv", Some("x")).as_deref(), Some("x"));
        assert_eq!(of("source=b/2024/a.csv", None).as_deref(), Some("b"));
        assert_eq!(of("source=b.csv", None), None);
        assert_eq!(of("honten.csv", None), None);
        let wrong = BTreeMap::from([("a[".to_owned(), "b".to_owned())]);
        assert!(matches!(Source::all(&wrong), Err(Error::BadSetting { .. })));
    }

    #[test]
    fn later_downloads_come_later() {
        let mut names =
            ["a/o (10).csv", "a/o.csv", "a/o (2).csv", "a/b (x).csv"].map(PathBuf::from);
        names.sort_by_cached_key(|path| by_download(path));
        let sorted = names.map(|name| name.to_string_lossy().into_owned());
        assert_eq!(
            sorted,
            ["a/b (x).csv", "a/o.csv", "a/o (2).csv", "a/o (10).csv"]
        );
    }

    #[test]
    fn a_file_of_the_exports_is_one_however_its_path_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let rejects = root.join("out/2026-09-27/rejects");
        for folder in [root.join("in"), rejects] {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("1.csv"), "x").expect("a file");
        }
        fs::write(root.join("1.csv"), "x").expect("a file");
        let place = |path: &str| place_of(&root.join(path), &root.join("in"));
        assert_eq!(place("in/1.csv"), FilePlace::Exports);
        assert_eq!(place("out/../in/1.csv"), FilePlace::Exports);
        assert_eq!(place("out/2026-09-27/rejects/1.csv"), FilePlace::Rejects);
        assert_eq!(place("1.csv"), FilePlace::Elsewhere);
    }

    fn with_files(root: &Path, folders: &[&str], files: &[&str]) {
        for below in folders {
            fs::create_dir_all(root.join(below)).expect("a folder");
            fs::write(root.join(below).join("1.csv"), "x").expect("a file");
        }
        for below in files {
            fs::write(root.join(below), "").expect("a file");
        }
    }

    #[test]
    fn a_workspace_its_store_and_its_reports_are_no_exports() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let folders = [
            "shop/exports",
            "shop/store/raw",
            "shop/out/2026-09-27/rejects",
            "shop/out/2026-09-27/audiences",
            "out/store",
        ];
        with_files(root, &folders, &["shop/koe.toml", "out/koe.toml"]);
        let exports = root.join("mine/exports");
        let found = |path: &str| named(&[root.join(path)], &exports);
        let is_refused = |path: &str| matches!(found(path), Err(Error::IsOfWorkspace { .. }));
        let refused = [
            "",
            "shop",
            "shop/*",
            "shop/exports/..",
            "shop/store",
            "shop/store/raw",
            "shop/store/*",
            "shop/store/raw/1.csv",
            "shop/out",
            "shop/out/2026-09-27",
            "shop/out/2026-09-27/audiences",
        ];
        for path in refused {
            assert!(is_refused(path), "{path}");
        }
        let rejects = "shop/out/2026-09-27/rejects";
        let list = "shop/out/2026-09-27/audiences/1.csv";
        for path in [
            "shop/exports",
            "shop/exports/*",
            rejects,
            list,
            "out",
            "out/store",
        ] {
            let found = found(path).expect("files");
            assert!(
                found.iter().any(|one| one.path.ends_with("1.csv")),
                "{path}"
            );
        }
    }

    #[test]
    fn a_workspace_without_settings_is_told_by_its_store_and_exports_are_never_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        with_files(
            root,
            &["shop/store", "shop/in"],
            &["shop/store/manifest.json"],
        );
        let named = |path: &str, exports: &str| named(&[root.join(path)], &root.join(exports));
        // Others call a file so, too.
        assert!(named("shop", "in").is_ok());
        with_files(root, &[], &["shop/store/journal.jsonl"]);
        for path in ["shop", "shop/store"] {
            let refused = named(path, "in");
            assert!(
                matches!(refused, Err(Error::IsOfWorkspace { .. })),
                "{path}"
            );
        }
        assert!(named("shop/in", "in").is_ok() && named("shop", "shop").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_opened_where_it_is_named_and_not_where_it_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("in")).expect("a folder");
        let link = |target: &Path, name: &str| {
            std::os::unix::fs::symlink(target, root.join(name)).expect("a link");
        };
        fs::write(root.join("log.csv"), "x").expect("a file");
        link(Path::new("/dev/null"), "in/device.csv");
        link(&root.join("log.csv"), "in/log.csv");
        let contents = |path: &str| -> Vec<Result<Contents>> {
            let found = named(&[root.join(path)], &root.join("exports")).expect("files");
            found.iter().map(Found::contents).collect()
        };
        for found in ["in", "in/*.csv"] {
            let looked = contents(found);
            assert!(
                matches!(
                    looked.as_slice(),
                    [Err(Error::NotAFile { path }), Ok(Contents::Parts(_))] if path.ends_with("in/device.csv")
                ),
                "{looked:?}"
            );
        }
        assert!(matches!(contents("in/device.csv").as_slice(), [Ok(_)]));
    }

    #[test]
    fn patterns_and_folders_lead_to_files_and_a_path_to_nowhere_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("in/a")).expect("a folder");
        for name in [
            "in/a/1.csv",
            "in/2.csv",
            "in/.hidden",
            "in/~$2.xlsx",
            "in/3.txt",
        ] {
            fs::write(root.join(name), "x").expect("a file");
        }
        let names = |path: &str| -> Result<Vec<String>> {
            let found = named(&[root.join(path)], &root.join("exports"))?;
            Ok(found.into_iter().map(|found| found.name).collect())
        };
        assert_eq!(
            names("in").ok(),
            Some(vec!["2.csv".into(), "3.txt".into(), "a/1.csv".into()])
        );
        assert_eq!(names("in/*.csv").ok(), Some(vec!["2.csv".into()]));
        assert_eq!(
            names("in/**/*.csv").ok(),
            Some(vec!["2.csv".into(), "1.csv".into()])
        );
        assert!(names("in/*.json").is_err());
        assert!(names("out").is_err());
        let mended = root.join("out/2026-09-27/rejects/source=b/x.csv");
        assert_eq!(
            name_of(&mended, &[to_mend(&mended).unwrap_or(root), root]),
            "source=b/x.csv"
        );
        assert_eq!(to_mend(&root.join("in/2.csv")), None);
        assert!(exported(&root.join("none")).is_ok_and(|found| found.is_empty()));
    }
}
