//! What was found of the older posts, written down for the next run.
//!
//! It holds the folded letters of the posts of the window: whoever erases a post removes it, too.

use std::io::{self, Read, Write};

use super::Compact;
use crate::score::copies::{Copies, Settings};
use crate::score::written::{In, Out};

/// Begins every file. Another version of koe may fold texts otherwise, and finds everything anew.
const BEGINNING: &[u8] =
    concat!("koe score memory 1, ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// What a run found of the first of its posts.
#[derive(Debug)]
pub(in crate::score) struct Remembered {
    /// How many they are.
    pub(super) count: usize,
    /// Hash of what they are, in their order.
    pub(super) hash: u64,
    pub(super) verdicts: Vec<Compact>,
    pub(super) copies: Copies,
}

impl Remembered {
    /// Reads what [`write`] wrote under the same settings, `None` for anything else.
    pub(super) fn read(from: &mut dyn Read, settings: Settings) -> Option<Self> {
        let mut input = In::new(from);
        let mut beginning = [0; BEGINNING.len()];
        input.bytes(&mut beginning)?;
        if beginning != BEGINNING {
            return None;
        }
        let (hash, verdicts) = (input.number()?, input.u64s()?);
        let copies = Copies::read(&mut input, settings)?;
        input.is_whole().then_some(Self {
            count: verdicts.len(),
            hash,
            verdicts: verdicts.into_iter().map(Compact::of_number).collect(),
            copies,
        })
    }
}

/// Writes down what was found of posts with this hash.
pub(super) fn write(
    to: &mut dyn Write,
    hash: u64,
    verdicts: &[Compact],
    copies: &Copies,
) -> io::Result<()> {
    let mut out = Out::new(to);
    out.bytes(BEGINNING)?;
    out.number(hash)?;
    out.u64s(verdicts.iter().map(|verdict| verdict.number()))?;
    copies.write(&mut out)?;
    out.seal()
}
