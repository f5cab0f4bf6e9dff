//! Writing files so that they are whole or not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::concurrent::map_on_threads;
use crate::error::{Error, Result};

/// Ending of files that are still being written.
pub(super) const UNFINISHED: &str = "unfinished";

/// Writes `bytes` to `path` by a temporary file beside it, fsync and rename; folders are made as needed.
///
/// # Errors
/// [`Error::Io`]; `path` is then as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    write_atomically_with(path, |writer| writer.write_all(bytes))
}

/// Lets `write` fill `path`, as [`write_atomically`] does with bytes at hand: what is long need not be held.
///
/// # Errors
/// [`Error::Io`], that of `write` included; `path` is then as it was.
pub fn write_atomically_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    make_parent(path)?;
    let unfinished = unfinished(path);
    let written = File::create(&unfinished)
        .and_then(|file| {
            let mut buffered = io::BufWriter::new(file);
            write(&mut buffered)?;
            buffered.flush()?;
            buffered.get_ref().sync_all()
        })
        .and_then(|()| fs::rename(&unfinished, path))
        .and_then(|()| sync_folder(path));
    written.map_err(|error| {
        let _ = fs::remove_file(&unfinished);
        Error::io("write", path, error)
    })
}

/// Whether a path below a folder is of a file that a koe at work holds open without a name of its own, and that goes with it:
/// NFS calls a removed file `.nfs` and a number as long as it is open, and under Windows every file has a name, which is then
/// one of `tempfile`. Elsewhere such a name is that of a file left by a koe that was killed.
pub(super) fn is_held(relative: &str) -> bool {
    let (folder, name) = relative.rsplit_once('/').unwrap_or(("", relative));
    let is_number =
        |rest: &str| !rest.is_empty() && rest.bytes().all(|one| one.is_ascii_hexdigit());
    let is_of_nfs = name.strip_prefix(".nfs").is_some_and(is_number);
    let is_temporary = folder.is_empty() && name.starts_with(".tmp");
    is_of_nfs || cfg!(windows) && is_temporary
}

/// Returns the name under which `path` is written before it is whole.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(UNFINISHED);
    PathBuf::from(name)
}

/// Makes the folder of `path`.
pub(super) fn make_parent(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, error))
}

/// Makes a rename in the folder of `path` survive a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        // A bare name lies in the current folder.
        #[cfg(unix)]
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        #[cfg(unix)]
        Some(folder) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Files that are brought to the disk at once, however many threads may compute: each waits for the disk, and what several wait
/// for is mostly done for all of them.
const SYNCED_AT_ONCE: usize = 8;

/// Brings files that were closed before to the disk, and makes their names survive a power cut.
///
/// # Errors
/// [`Error::Io`] when the system cannot.
pub(super) fn sync_files(paths: &[PathBuf]) -> Result<()> {
    on_each(paths, &|path: &PathBuf| {
        let file = File::options().write(true).open(path);
        file.and_then(|file| file.sync_all())
            .map_err(|error| Error::io("write", path, error))
    })?;
    sync_folders(paths)
}

/// Makes the names of files survive a power cut.
fn sync_folders(paths: &[PathBuf]) -> Result<()> {
    // One file of each folder stands for it.
    let folders: BTreeMap<Option<&Path>, &PathBuf> =
        paths.iter().map(|path| (path.parent(), path)).collect();
    let folders: Vec<&PathBuf> = folders.into_values().collect();
    on_each(&folders, &|path: &&PathBuf| {
        sync_folder(path).map_err(|error| Error::io("write", path, error))
    })?;
    // The folders may be new, too. Those above belong to others, who need not let us.
    let above: BTreeSet<&Path> = folders
        .iter()
        .flat_map(|path| path.ancestors().skip(1).take(2))
        .collect();
    for folder in above {
        let _ = sync_folder(folder);
    }
    Ok(())
}

/// Does something on each that has to wait for the disk.
fn on_each<T: Sync>(each: &[T], work: &(dyn Fn(&T) -> Result<()> + Sync)) -> Result<()> {
    let places: Vec<usize> = (0..each.len()).collect();
    let done = map_on_threads(SYNCED_AT_ONCE, &places, |place| work(&each[place]));
    done.into_iter().try_for_each(|(_, done)| done)
}

/// Writes files as [`write_atomically`] does, all of them at once.
///
/// # Errors
/// [`Error::Io`]; each file is then as it was, or whole.
pub fn write_all_atomically(files: &[(PathBuf, &[u8])]) -> Result<()> {
    let written = on_each(files, &|(path, bytes): &(PathBuf, &[u8])| {
        make_parent(path)?;
        File::create(unfinished(path))
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .map_err(|error| Error::io("write", path, error))
    });
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let named = written.and_then(|()| {
        paths.iter().try_for_each(|path| {
            fs::rename(unfinished(path), path).map_err(|error| Error::io("write", path, error))
        })?;
        sync_folders(&paths)
    });
    if named.is_err() {
        for path in &paths {
            let _ = fs::remove_file(unfinished(path));
        }
    }
    named
}

/// Removes a file; that there is none is no error.
///
/// # Errors
/// [`Error::Io`] when it is still there.
pub(crate) fn remove_file(path: &Path) -> Result<()> {
    let gone = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    match fs::remove_file(path) {
        Err(error) if !gone.contains(&error.kind()) => Err(Error::io("remove", path, error)),
        _ => Ok(()),
    }
}

/// Returns the hash of a file's bytes, as it stands in the manifest.
pub(crate) fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 17];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            count => hasher.update(&buffer[..count]),
        };
    }
}

/// A file that is hashed while it is written; its clones are the same file.
#[derive(Clone)]
pub(super) struct HashedFile(Arc<Mutex<Hashed>>);

struct Hashed {
    file: io::BufWriter<File>,
    length: u64,
    hasher: blake3::Hasher,
    /// What the system refused, before others wrap it.
    refusal: Option<io::Error>,
}

impl HashedFile {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = io::BufWriter::with_capacity(1 << 18, File::create(path)?);
        Ok(Self(Arc::new(Mutex::new(Hashed {
            file,
            length: 0,
            hasher: blake3::Hasher::new(),
            refusal: None,
        }))))
    }

    /// Hands the bytes to the system and returns their hash; [`sync_files`] has to bring them to the disk.
    pub(super) fn close(&self) -> io::Result<String> {
        let mut inner = self.lock();
        inner.file.flush()?;
        Ok(inner.hasher.finalize().to_hex().to_string())
    }

    /// Returns the bytes written so far.
    pub(super) fn length(&self) -> u64 {
        self.lock().length
    }

    /// Returns what the system refused, if it did.
    pub(super) fn refusal(&self) -> Option<io::Error> {
        self.lock().refusal.take()
    }

    fn lock(&self) -> MutexGuard<'_, Hashed> {
        self.0.lock().expect("no writer panicked before")
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = self.lock();
        let count = inner.file.write(bytes).inspect_err(|error| {
            inner.refusal = Some(io::Error::from(error.kind()));
        })?;
        inner.length += count as u64;
        inner.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut inner = self.lock();
        inner.file.flush().inspect_err(|error| {
            inner.refusal = Some(io::Error::from(error.kind()));
        })
    }
}

/// Returns the paths of all files below `folder`, relative to it, `/` between folders, in order.
pub(super) fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        let path = folder.join(&relative);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io("read", &path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| Error::io("read", &path, error))?;
            let below = relative.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(below);
            } else {
                found.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}
