//! `store/key`: by it the journal and the list of the forgotten name subjects that nobody else can name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::files::{make_parent, sync_folder, unfinished};
use crate::error::{Error, Result};

pub(super) const FILE_NAME: &str = "key";
/// Letters of a hash.
const HASH_LETTERS: usize = 32;

/// The store's own secret; it never leaves the store, and without it a hash names nobody.
#[derive(Clone)]
pub struct SubjectKey([u8; 32]);

impl std::fmt::Debug for SubjectKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SubjectKey")
    }
}

impl SubjectKey {
    /// Reads the key of the store at `root`, `None` where none was made yet.
    pub(super) fn read(root: &Path) -> Result<Option<Self>> {
        let path = root.join(FILE_NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", &path, error)),
        };
        let hash = blake3::Hash::from_hex(text.trim()).map_err(|_| Error::Damaged {
            path,
            detail: "it must hold 64 hexadecimal digits".into(),
        })?;
        Ok(Some(Self(*hash.as_bytes())))
    }

    /// Returns a key that is not written down: for hashes that are looked at and thrown away.
    pub fn passing() -> Self {
        Self(rand::random())
    }

    /// Makes a key and writes it down; only who holds the lock may.
    pub(super) fn make(root: &Path) -> Result<Self> {
        let key = Self::passing();
        let path = root.join(FILE_NAME);
        make_parent(&path)?;
        let text = format!("{}\n", blake3::Hash::from_bytes(key.0).to_hex());
        let unfinished = unfinished(&path);
        write_private(&unfinished, text.as_bytes())
            .and_then(|()| fs::rename(&unfinished, &path))
            .and_then(|()| sync_folder(&path))
            .map_err(|error| Error::io("write", &path, error))?;
        Ok(key)
    }

    /// Returns the hash of a subject: what kind of name it is, and its parts.
    pub fn hash(&self, kind: &str, parts: &[&str]) -> String {
        let mut bytes = Vec::new();
        for part in std::iter::once(&kind).chain(parts) {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend(part.as_bytes());
        }
        blake3::keyed_hash(&self.0, &bytes).to_hex()[..HASH_LETTERS].to_owned()
    }

    /// Returns the hash of a person, as it stands in the journal.
    pub fn person(&self, person_id: &str) -> String {
        self.hash("person", &[person_id])
    }

    /// Returns the hash of a customer record.
    pub fn record(&self, source: &str, customer_id: &str) -> String {
        self.hash("record", &[source, customer_id])
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(SubjectKey::read(folder.path()).expect("readable").is_none());
        let made = SubjectKey::make(folder.path()).expect("made");
        let read = SubjectKey::read(folder.path()).expect("readable");
        let read = read.expect("it is there");
        assert_eq!(made.person("p"), read.person("p"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let found = fs::metadata(folder.path().join(FILE_NAME)).expect("a file");
            assert_eq!(found.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn parts_kinds_and_keys_are_told_apart() {
        let (key, other) = (SubjectKey([1; 32]), SubjectKey([2; 32]));
        assert_eq!(key.hash("a", &["b"]).len(), HASH_LETTERS);
        assert_ne!(key.hash("a", &["bc", "d"]), key.hash("a", &["b", "cd"]));
        assert_ne!(key.hash("a", &["b"]), key.hash("ab", &[]));
        assert_ne!(key.hash("a", &["b", ""]), key.hash("a", &["b"]));
        assert_ne!(key.hash("a", &["b"]), other.hash("a", &["b"]));
    }

    #[test]
    fn a_broken_key_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE_NAME), "secret").expect("a file");
        let read = SubjectKey::read(folder.path());
        assert!(matches!(read, Err(Error::Damaged { .. })));
    }
}
