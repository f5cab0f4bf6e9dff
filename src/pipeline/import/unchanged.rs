//! Files that are as they were when they were hashed: exports mostly stay where they are, and gigabytes of posts and orders need not
//! be read every hour to see that nothing changed.
//!
//! `store/memory/import` holds for each file a hash of how the system describes it (device, number, size, when its bytes and when
//! anything of it last changed), and the hash of its bytes; names and paths stand nowhere in it. A file that is described in
//! another way is hashed again: whoever writes into a file moves the time of its last change, which programs cannot set back where
//! the file system keeps one. Where the system tells none, every file is hashed every time, and so is one that changed shortly
//! before. As some file systems keep no such time (FAT), files in which somebody may refuse something are not asked for here.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::{self, Read, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::error::{Error, Result};
use crate::import::containers::Part;

/// First line of what is written down.
const TITLE: &[u8] = b"koe files 1\n";
/// Bytes of a hash.
const HASH: usize = blake3::OUT_LEN;
/// Age of the last change from which on another one would be told by its time: clocks of servers differ, some file systems count in
/// steps of two seconds, and pages that are written through memory are told only once they were written back.
const SETTLED: Duration = Duration::from_secs(300);

/// A hash.
type Hash = [u8; HASH];

/// Hashes of files by hashes of how they are described.
#[derive(Debug, Default)]
pub(super) struct Unchanged {
    known: HashMap<Hash, Hash>,
    /// Those of the files that were asked for, but for files that changed shortly before.
    seen: Mutex<HashMap<Hash, Hash>>,
}

impl Unchanged {
    /// Reads what was written down; whatever is not whole is nothing.
    pub(super) fn read(from: Option<impl Read>) -> Self {
        let mut bytes = Vec::new();
        let is_read = from.is_some_and(|mut from| from.read_to_end(&mut bytes).is_ok());
        Self {
            known: is_read
                .then(|| parsed(&bytes))
                .flatten()
                .unwrap_or_default(),
            seen: Mutex::default(),
        }
    }

    /// Returns the hash of the bytes of a part, which are read unless its file is as it was.
    ///
    /// # Errors
    /// Those of [`Part::hash`].
    pub(super) fn hash_of(&self, part: &Part) -> Result<String> {
        self.hash_at(part, SystemTime::now())
    }

    fn hash_at(&self, part: &Part, now: SystemTime) -> Result<String> {
        // What is taken out of a file is read to see what it is.
        if part.inner().is_some() {
            return part.hash();
        }
        let described = || {
            let metadata = part.file().metadata();
            metadata.map_err(|error| Error::io("read", part.file(), error))
        };
        let before = settled(&described()?, now);
        if let Some(before) = before
            && let Some(hash) = self.known.get(&before)
        {
            self.see(before, *hash);
            return Ok(blake3::Hash::from_bytes(*hash).to_hex().to_string());
        }
        let hash = part.hash()?;
        if let (Some(before), Ok(bytes)) = (before, blake3::Hash::from_hex(&hash))
            && settled(&described()?, now) == Some(before)
        {
            self.see(before, *bytes.as_bytes());
        }
        Ok(hash)
    }

    fn see(&self, described: Hash, hash: Hash) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(described, hash);
    }

    /// Whether other files were asked for than were written down.
    pub(super) fn has_changed(&self) -> bool {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) != self.known
    }

    /// Writes down the files that were asked for.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows: Vec<(&Hash, &Hash)> = seen.iter().collect();
        rows.sort_unstable();
        let mut bytes = TITLE.to_vec();
        for (described, hash) in rows {
            bytes.extend(described);
            bytes.extend(hash);
        }
        let whole = blake3::hash(&bytes);
        to.write_all(&bytes)?;
        to.write_all(whole.as_bytes())
    }
}

/// Returns the rows of what was written down; `None` where it is damaged.
fn parsed(bytes: &[u8]) -> Option<HashMap<Hash, Hash>> {
    let (bytes, whole) = bytes.split_last_chunk::<HASH>()?;
    if blake3::hash(bytes).as_bytes() != whole {
        return None;
    }
    let (rows, rest) = bytes.strip_prefix(TITLE)?.as_chunks::<HASH>();
    let (pairs, odd) = rows.as_chunks::<2>();
    let is_whole = rest.is_empty() && odd.is_empty();
    is_whole.then(|| {
        pairs
            .iter()
            .map(|[described, hash]| (*described, *hash))
            .collect()
    })
}

/// Returns the hash of how a file is described; `None` where it changed so shortly before that a further change might not be told.
#[cfg(unix)]
fn settled(metadata: &Metadata, now: SystemTime) -> Option<Hash> {
    use std::os::unix::fs::MetadataExt;

    let since = |seconds: i64, nanos: i64| {
        let seconds = Duration::from_secs(u64::try_from(seconds).ok()?);
        SystemTime::UNIX_EPOCH.checked_add(seconds + Duration::from_nanos(nanos as u64))
    };
    let times = [
        (metadata.mtime(), metadata.mtime_nsec()),
        (metadata.ctime(), metadata.ctime_nsec()),
    ];
    for (seconds, nanos) in times {
        // A time to come is no older than any.
        let age = now.duration_since(since(seconds, nanos)?).ok()?;
        if age < SETTLED {
            return None;
        }
    }
    let mut hasher = blake3::Hasher::new();
    for number in [metadata.dev(), metadata.ino(), metadata.size()] {
        hasher.update(&number.to_le_bytes());
    }
    for (seconds, nanos) in times {
        hasher.update(&seconds.to_le_bytes());
        hasher.update(&nanos.to_le_bytes());
    }
    Some(*hasher.finalize().as_bytes())
}

#[cfg(not(unix))]
fn settled(_: &Metadata, _: SystemTime) -> Option<Hash> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};

    use tempfile::TempDir;

    use super::*;
    use crate::import::containers::{Contents, contents};

    fn part(path: &Path) -> Part {
        match contents(path).expect("a file") {
            Contents::Parts(mut parts) => parts.remove(0),
            Contents::Other(what) => panic!("{what:?}"),
        }
    }

    /// A file, in a folder that goes with the test.
    fn file(text: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("orders.csv");
        fs::write(&path, text).expect("a file");
        (folder, path)
    }

    fn later() -> SystemTime {
        SystemTime::now() + SETTLED
    }

    fn written(files: &Unchanged) -> Vec<u8> {
        let mut bytes = Vec::new();
        files.write(&mut bytes).expect("memory");
        bytes
    }

    #[test]
    fn a_file_is_read_again_once_it_changed() {
        let (_folder, path) = file("id,total\n1,100\n");
        let first = Unchanged::default();
        let hash = first.hash_at(&part(&path), later()).expect("a hash");
        assert_eq!(hash, part(&path).hash().expect("a hash"));
        assert!(first.has_changed());
        // What is known is told without a look at the bytes: here, another hash.
        let mut known = Unchanged::read(Some(written(&first).as_slice()));
        assert_eq!(known.known.len(), 1);
        known.known.values_mut().for_each(|hash| *hash = [7; HASH]);
        let told = known.hash_at(&part(&path), later()).expect("a hash");
        assert_eq!(told, "07".repeat(HASH));
        assert!(!known.has_changed());
        // The same size and the same time of writing.
        let described = path.metadata().expect("a file");
        let changed = |file: &Metadata| (file.ctime(), file.ctime_nsec());
        // Times may stand still for some milliseconds.
        while path
            .metadata()
            .is_ok_and(|file| changed(&file) == changed(&described))
        {
            fs::write(&path, "id,total\n1,900\n").expect("a file");
            let file = fs::File::options().write(true).open(&path);
            let modified = described.modified().expect("a time");
            file.and_then(|file| file.set_modified(modified))
                .expect("the time is set back");
        }
        let told = known.hash_at(&part(&path), later()).expect("a hash");
        assert_eq!(told, part(&path).hash().expect("a hash"));
        assert_ne!(told, hash);
    }

    #[test]
    fn what_changed_just_now_is_not_remembered() {
        let (_folder, path) = file("id\n1\n");
        let files = Unchanged::default();
        let hash = files.hash_of(&part(&path)).expect("a hash");
        assert_eq!(hash, part(&path).hash().expect("a hash"));
        assert!(!files.has_changed());
        // A clock that was wrong, and is right again.
        let before = SystemTime::now() - Duration::from_secs(60);
        files.hash_at(&part(&path), before).expect("a hash");
        assert!(!files.has_changed());
    }

    #[test]
    fn what_is_damaged_is_nothing_and_a_file_that_is_gone_an_error() {
        let (_folder, path) = file("id\n1\n");
        let files = Unchanged::default();
        files.hash_at(&part(&path), later()).expect("a hash");
        let bytes = written(&files);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert!(Unchanged::read(Some(damaged.as_slice())).known.is_empty());
            assert!(Unchanged::read(Some(&bytes[..place])).known.is_empty());
        }
        assert!(Unchanged::read(None::<&[u8]>).known.is_empty());
        let part = part(&path);
        fs::remove_file(&path).expect("it goes");
        files.hash_at(&part, later()).expect_err("it is gone");
    }
}
