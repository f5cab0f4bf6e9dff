//! The long tables of score on their way into the store, and what it remembers of them.
//!
//! `store/memory/score` begins with a line that says by which words and rules posts were read, and which files of `post_scores` hold
//! the rows of the settled ones; what score itself wrote down follows. As long as these files are live and the words the same,
//! the next run takes them over.

use std::io::Read;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::schema::{Table, account_scores, conversations, copies, post_scores, post_topics};
use crate::score::{Sink, WriteDown};
use crate::store::{DerivedWriter, LiveFile, Prepared, Store, Transaction};

/// Bytes of the first line at most: a file takes some seventy, and ten million posts lie in some hundred files.
const LONGEST_LINE: usize = 1 << 20;

/// Long tables beside `post_scores`, each in one file.
const OTHERS: [&Table; 4] = [
    &account_scores::TABLE,
    &copies::TABLE,
    &post_topics::TABLE,
    &conversations::TABLE,
];

/// The first line of what is remembered.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// Hash of words and rules.
    reading: String,
    /// Hashes of the files with the rows of the settled posts.
    files: Vec<String>,
}

/// Takes the first line off what is remembered, and returns those live files that it is about; `None` when they or the words
/// are others.
pub(super) fn settled<'l>(
    from: &mut dyn Read,
    reading: &str,
    live: &'l [LiveFile],
) -> Option<&'l [LiveFile]> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while byte != *b"\n" {
        (bytes.len() < LONGEST_LINE).then_some(())?;
        from.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let line: Line = serde_json::from_slice(&bytes).ok()?;
    let files = live.get(..line.files.len())?;
    let hashes = files.iter().map(|file| &file.hash);
    (line.reading == reading && hashes.eq(&line.files)).then_some(files)
}

/// What is remembered for the next run.
enum Left {
    /// Nothing: no post is settled.
    Nothing,
    /// What the last run left.
    AsItWas,
    /// What this run wrote down; `None` where that failed.
    Written(Option<Prepared>),
}

/// Takes the rows of `post_scores` and of [`OTHERS`].
pub(super) struct Rows<'r> {
    store: &'r Store,
    reading: &'r str,
    /// Files of the last run that hold the settled rows.
    settled: &'r [LiveFile],
    heard: DerivedWriter,
    others: Vec<DerivedWriter>,
    left: Left,
}

impl<'r> Rows<'r> {
    /// Opens the tables; `settled` are the files that may be taken over.
    pub(super) fn new(
        store: &'r Store,
        transaction: &Transaction,
        reading: &'r str,
        settled: &'r [LiveFile],
    ) -> Result<Self> {
        let others = OTHERS.iter().map(|table| transaction.derived_writer(table));
        Ok(Self {
            store,
            reading,
            settled,
            heard: transaction.derived_writer(&post_scores::TABLE)?,
            others: others.collect::<Result<_>>()?,
            left: Left::Nothing,
        })
    }

    /// Puts the tables into the store, and what is remembered of `stage` in its place.
    pub(super) fn put(self, transaction: &mut Transaction, stage: &str, day: &str) -> Result<()> {
        transaction.put_written(self.heard, day)?;
        for written in self.others {
            transaction.put_written(written, day)?;
        }
        match self.left {
            Left::Nothing => transaction.remember(stage, None),
            Left::AsItWas => {}
            Left::Written(prepared) => transaction.remember(stage, prepared),
        }
        Ok(())
    }
}

impl Sink for Rows<'_> {
    fn take(&mut self, table: &'static Table, rows: DataFrame) -> Result<()> {
        let other = OTHERS.iter().position(|known| known.name == table.name);
        match other {
            Some(place) => self.others[place].write(&rows),
            None => self.heard.write(&rows),
        }
    }

    fn keep(&mut self) -> Result<()> {
        self.heard.take_over(self.settled);
        self.left = Left::AsItWas;
        Ok(())
    }

    fn settle(&mut self, memory: Option<WriteDown<'_>>) -> Result<()> {
        self.heard.end_file()?;
        let Some(write) = memory else {
            return Ok(());
        };
        let files = self.heard.files().iter();
        let line = Line {
            reading: self.reading.to_owned(),
            files: files.map(|file| file.hash.clone()).collect(),
        };
        let mut line = serde_json::to_vec(&line).expect("a line holds only letters");
        line.push(b'\n');
        let prepared = self.store.prepare_memory(super::STAGE, |to| {
            to.write_all(&line)?;
            write(to)
        });
        self.left = Left::Written(prepared);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(hash: &str) -> LiveFile {
        LiveFile {
            path: format!("derived/post_scores/{hash}.parquet"),
            row_count: 3,
            hash: hash.to_owned(),
        }
    }

    #[test]
    fn files_are_taken_over_as_long_as_they_and_the_words_are_the_same() {
        let live = [file("a"), file("b"), file("c")];
        let line = br#"{"reading":"words","files":["a","b"]}"#;
        let bytes = [&line[..], b"\nand more"].concat();
        let mut from = &bytes[..];
        let found = settled(&mut from, "words", &live).unwrap();
        assert_eq!(found, &live[..2]);
        assert_eq!(from, b"and more");
        let is_settled = |bytes: &[u8], reading: &str, live: &[LiveFile]| {
            settled(&mut &*bytes, reading, live).is_some()
        };
        assert!(is_settled(&bytes, "words", &live[..2]));
        assert!(!is_settled(&bytes, "other words", &live));
        assert!(!is_settled(&bytes, "words", &live[..1]));
        assert!(!is_settled(&bytes, "words", &[file("a"), file("d")]));
        assert!(!is_settled(line, "words", &live));
        assert!(!is_settled(b"koe score memory\n", "words", &live));
        assert!(!is_settled(&b"x".repeat(LONGEST_LINE + 9), "words", &live));
    }
}
