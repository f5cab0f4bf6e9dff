//! What was found of the older posts, written down for the next run.
//!
//! It holds the folded letters of the posts of the window: whoever erases a post removes it, too.

use std::io::{self, Read, Write};

use super::Compact;
use crate::score::copies::{Copies, Settings};
use crate::score::written::{In, Out};

/// Begins every file. Another version of koe may fold texts otherwise, and finds everything anew.
const BEGINNING: &[u8] =
    concat!("koe score memory 2, ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// What a run found of the first of its posts.
#[derive(Debug)]
pub(in crate::score) struct Remembered {
    /// Instant of the last of them, in microseconds since 1970-01-01 UTC: they are the posts said until then.
    pub(super) until: i64,
    /// Hash of what they are, see [`super::recognised::compared`].
    pub(super) hash: u64,
    pub(super) verdicts: Vec<Compact>,
    pub(super) copies: Copies,
}

impl Remembered {
    /// Returns what is found of no post.
    pub(super) fn nothing(settings: Settings) -> Self {
        Self {
            until: i64::MIN,
            hash: 0,
            verdicts: Vec::new(),
            copies: Copies::new(settings),
        }
    }

    /// Reads what [`Found::write`] wrote under the same settings, `None` for anything else.
    pub(super) fn read(from: &mut dyn Read, settings: Settings) -> Option<Self> {
        let mut input = In::new(from);
        let mut beginning = [0; BEGINNING.len()];
        input.bytes(&mut beginning)?;
        if beginning != BEGINNING {
            return None;
        }
        let (until, hash, verdicts) = (input.time()?, input.number()?, input.u64s()?);
        let copies = Copies::read(&mut input, settings)?;
        input.is_whole().then_some(Self {
            until,
            hash,
            verdicts: verdicts.into_iter().map(Compact::of_number).collect(),
            copies,
        })
    }
}

/// What was found of the first posts, to be written down.
pub(super) struct Found<'f> {
    pub until: i64,
    pub hash: u64,
    pub verdicts: &'f [Compact],
    pub copies: &'f Copies,
}

impl Found<'_> {
    /// Writes it down.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let mut out = Out::new(to);
        out.bytes(BEGINNING)?;
        out.number(self.until.cast_unsigned())?;
        out.number(self.hash)?;
        out.u64s(self.verdicts.iter().map(|verdict| verdict.number()))?;
        self.copies.write(&mut out)?;
        out.seal()
    }
}
