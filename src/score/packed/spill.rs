//! Bytes that are appended and read in place. With a folder for it, all but the last of them lie in a file there, without a name
//! where the system can: it goes with its owner, however that ends.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapOptions};

use crate::score::written::Out;

/// Bytes with which a piece is whole; few in tests, so that there are several pieces.
pub(super) const PIECE: usize = if cfg!(test) { 1 << 10 } else { 3 << 20 };

/// Where something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    piece: u32,
    from: u32,
}

/// Bytes in pieces, the whole ones on the disk where there is a folder.
#[derive(Debug, Default)]
pub(super) struct Spill {
    folder: Option<PathBuf>,
    file: Option<File>,
    /// Bytes in the file.
    length: u64,
    whole: Vec<Piece>,
    open: Vec<u8>,
}

#[derive(Debug)]
enum Piece {
    Held(Box<[u8]>),
    Mapped(Mmap),
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Held(bytes) => &bytes[..],
            Self::Mapped(bytes) => &bytes[..],
        }
    }

    /// Lets go of the memory that reading took.
    #[cfg(unix)]
    fn release(&self) {
        if let Self::Mapped(bytes) = self {
            // SAFETY: of a shared mapping of a file, as this is, only the memory goes: whoever reads on finds the same bytes, as
            // the file is never changed. When the system declines, nothing is lost but memory.
            let _ = unsafe { bytes.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    #[cfg(not(unix))]
    fn release(&self) {}
}

impl Spill {
    /// Lets the pieces that become whole from now on lie in a folder.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.folder = Some(folder.to_path_buf());
    }

    /// Appends what `write` appends, in one piece, and returns where it begins.
    pub(super) fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> At {
        let at = At {
            piece: self.whole.len() as u32,
            from: self.open.len() as u32,
        };
        write(&mut self.open);
        if self.open.len() >= PIECE {
            self.end_piece();
        }
        at
    }

    fn end_piece(&mut self) {
        let piece = match self.mapped() {
            Some(mapped) => Piece::Mapped(mapped),
            None => Piece::Held(self.open.as_slice().into()),
        };
        self.whole.push(piece);
        self.open.clear();
    }

    /// Appends the open piece to the file; `None` without a folder, and when the disk takes no more, which is tried once.
    fn mapped(&mut self) -> Option<Mmap> {
        let folder = self.folder.as_deref()?;
        let mapped = appended(&mut self.file, folder, self.length, &self.open).ok();
        match &mapped {
            Some(_) => self.length += self.open.len() as u64,
            None => self.folder = None,
        }
        mapped
    }

    /// Returns the bytes of a piece, the open one behind the whole ones; none where there is no such piece.
    pub(super) fn piece(&self, place: usize) -> &[u8] {
        match self.whole.get(place) {
            Some(piece) => piece.bytes(),
            None if place == self.whole.len() => &self.open[..],
            None => &[],
        }
    }

    /// Returns what stands between a place and the end of its piece.
    pub(super) fn from(&self, at: At) -> &[u8] {
        let piece = self.piece(at.piece as usize);
        piece.get(at.from as usize..).unwrap_or_default()
    }

    /// Lets go of the memory that reading took; what is asked for again comes from the file again.
    pub(super) fn release(&self) {
        self.whole.iter().for_each(Piece::release);
    }

    /// Writes down all of it.
    pub(super) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        for piece in &self.whole {
            out.bytes(piece.bytes())?;
            piece.release();
        }
        out.bytes(&self.open)
    }
}

/// Appends bytes to a file, which is made in the folder when there is none, and returns them as they lie in it.
fn appended(file: &mut Option<File>, folder: &Path, length: u64, bytes: &[u8]) -> io::Result<Mmap> {
    let open = match file.take() {
        Some(open) => open,
        None => tempfile::tempfile_in(folder)?,
    };
    let open = file.insert(open);
    if let Err(error) = open.write_all(bytes) {
        // A disk that is full is wanted for what follows: half a piece is of no use.
        let _ = open.set_len(length);
        return Err(error);
    }
    let mut options = MmapOptions::new();
    options.offset(length).len(bytes.len());
    // SAFETY: nobody else can open the file, as it has no name, or no other process may where the system wants one; and here
    // bytes are only ever appended to it.
    unsafe { options.map(&*open) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of each of the things that are appended.
    const SIZE: usize = 300;

    fn filled(folder: Option<&Path>) -> (Spill, Vec<At>) {
        let mut spill = Spill::default();
        if let Some(folder) = folder {
            spill.lie_in(folder);
        }
        let mut all = Vec::new();
        for n in 0..50_u8 {
            all.push(spill.push_with(|bytes| bytes.resize(bytes.len() + SIZE, n)));
        }
        (spill, all)
    }

    fn written(spill: &Spill) -> Vec<u8> {
        let mut bytes = Vec::new();
        spill.write(&mut Out::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn what_was_appended_is_read_wherever_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let held = filled(None);
        let mapped = filled(Some(folder.path()));
        let refused = filled(Some(&folder.path().join("missing")));
        let is_mapped = |piece: &Piece| matches!(piece, Piece::Mapped(_));
        assert!(mapped.0.whole.len() > 3 && mapped.0.whole.iter().all(is_mapped));
        for (spill, _) in [&held, &refused] {
            assert_eq!(spill.whole.len(), mapped.0.whole.len());
            assert!(!spill.whole.iter().any(is_mapped));
        }
        for (spill, all) in [&held, &mapped, &refused] {
            assert_eq!(written(spill), written(&held.0));
            for (n, at) in (0_u8..).zip(all) {
                assert_eq!(spill.from(*at)[..SIZE], [n; SIZE]);
                spill.release();
            }
            assert!(spill.piece(spill.whole.len() + 1).is_empty());
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_of_it_can_be_seen_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let spill = filled(Some(folder.path()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(spill);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
