//! Changes in the making, and their end where koe ends on the spot.

use std::fs;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::files::{UNFINISHED, files_below};
use super::manifest::Manifest;
use super::orphans::orphans;

/// Folders of stores that this process changes, and what is live in them meanwhile.
static OPEN: Mutex<Vec<(PathBuf, Arc<Manifest>)>> = Mutex::new(Vec::new());

/// Times files are looked for, as threads that do not know yet may still write some.
const LOOKS: u32 = 10;
/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Notes that a change begins; what is live stays so until it is committed.
pub(super) fn begun(root: &Path, live: &Arc<Manifest>) {
    open().push((root.to_path_buf(), Arc::clone(live)));
}

/// Notes that a change ends or becomes live: none of its files is removed from here on.
pub(super) fn ended(root: &Path) {
    open().retain(|(path, _)| path != root);
}

/// Removes what the changes in the making have written, for who ends the process right after: none of them becomes live any
/// more, and no other begins.
pub fn abandon_changes() {
    let open = open();
    for _ in 0..LOOKS {
        let removed: usize = open.iter().map(|(root, live)| remove(root, live)).sum();
        if removed == 0 {
            break;
        }
        thread::sleep(PAUSE);
    }
    // Never given back: who would commit waits for it until the process is gone.
    mem::forget(open);
}

/// Removes the files that are not live, and returns how many. Where nothing was committed yet the manifest may be lost, and
/// what is whole may be put back with it.
fn remove(root: &Path, live: &Manifest) -> usize {
    let mut files = files_below(root).unwrap_or_default();
    files.retain(|path| path.ends_with(&format!(".{UNFINISHED}")));
    if live.generation > 0 {
        files.extend(orphans(root, live).unwrap_or_default());
    }
    let removed = files.iter().map(|path| fs::remove_file(root.join(path)));
    removed.filter(Result::is_ok).count()
}

fn open() -> MutexGuard<'static, Vec<(PathBuf, Arc<Manifest>)>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, Store};
    use super::*;

    fn write(root: &Path, below: &str) {
        let path = root.join(below);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, b"x").expect("a file");
    }

    #[test]
    fn what_is_live_or_whole_and_perhaps_live_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let left = "raw/orders/left.parquet";
        let half = [
            "derived/alerts/new.parquet.unfinished",
            "memory/score.1.unfinished",
        ];
        let there = |path: &str| root.join(path).exists();
        write(root, left);
        half.iter().for_each(|path| write(root, path));
        assert_eq!(remove(root, &Manifest::default()), 2);
        assert!(there(left) && !half.iter().any(|path| there(path)));

        let mut transaction = Store::open(root)
            .and_then(|store| store.begin())
            .expect("nobody else writes");
        transaction.note(Entry::new("2026-01-01", "test"));
        transaction.commit().expect("a first state");
        write(root, left);
        write(root, "memory/score");
        half.iter().for_each(|path| write(root, path));
        let store = Store::open(root).expect("the store");
        assert_eq!(remove(root, store.manifest()), 3);
        assert!(!there(left) && there("memory/score") && there("journal.jsonl"));
        assert!(store.status().expect("a status").is_whole());
    }

    #[test]
    fn a_change_is_open_until_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let is_open = || open().iter().any(|(root, _)| root == folder.path());
        let begin = || Store::open(folder.path()).and_then(|store| store.begin());
        let transaction = begin().expect("nobody else writes");
        assert!(is_open());
        drop(transaction);
        assert!(!is_open());
        let mut transaction = begin().expect("nobody else writes");
        transaction.note(Entry::new("2026-01-01", "test"));
        assert!(is_open());
        transaction.commit().expect("a state");
        assert!(!is_open());
    }
}
