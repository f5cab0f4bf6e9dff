//! What linkage found, written down for the next run.
//!
//! Bytes in one piece: a line that names the version, the model's hash, then lists of numbers with their lengths, and a
//! hash of all of it. What cannot be read back whole counts as forgotten.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use xxhash_rust::xxh3::Xxh3Default;

use super::block::rules;
use super::cluster::{Clusters, Cut, Decided, Edge};
use super::dictionary::Dictionary;
use super::features::{COLUMNS, Features, Row};
use super::ties::Tie;
use super::weights::BlockCaps;
use super::{Matched, Pairs, Placeholder};

/// Begins every file; changes with what is written.
const BEGINNING: &[u8] = b"koe join memory 2\n";
/// Numbers written at once.
const AT_ONCE: usize = 1 << 16;

/// What linkage found of the records of the last run.
#[derive(Debug)]
pub struct Memory {
    /// The match keys, before any was taken for missing.
    pub(super) features: Features,
    /// Hash of what each record says.
    pub(super) contents: Vec<u64>,
    pub(super) pairs: Pairs,
    pub(super) clusters: Clusters,
    /// Numbers of the fields that tie each record to its person.
    pub(super) ties: Vec<u8>,
    /// What reviewers had said.
    pub(super) decided: Decided,
    pub(super) placeholders: Vec<Placeholder>,
}

impl Memory {
    /// Writes what linkage found of records, under the model that `model` is the hash of; `contents` are the hashes of what
    /// they say.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn write(
        matched: &Matched,
        contents: &[u64],
        model: u64,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = Out {
            to,
            hash: Xxh3Default::new(),
            piece: Vec::new(),
        };
        out.bytes(BEGINNING)?;
        out.u64s([model].into_iter())?;
        let Matched {
            features,
            placeholders,
            pairs,
            clusters,
            ties,
            decided,
        } = matched;
        out.features(features)?;
        out.u64s(contents.iter().copied())?;
        out.pairs(pairs)?;
        out.u32s(clusters.root.iter().copied())?;
        out.numbers(ties.iter().map(Tie::number), |field| [field])?;
        out.edges(clusters.cuts.iter().map(|(edge, _)| edge))?;
        out.u32s(clusters.cuts.iter().map(|(_, cut)| *cut as u32))?;
        for list in [&clusters.conflicts, &decided.same, &decided.different] {
            out.u32s(list.iter().map(|pair| pair.0))?;
            out.u32s(list.iter().map(|pair| pair.1))?;
        }
        out.texts(placeholders.iter().map(|it| it.field.as_str()))?;
        out.u64s(placeholders.iter().map(|it| it.hash))?;
        out.u64s(placeholders.iter().map(|it| it.records))?;
        let hash = out.hash.digest();
        out.to.write_all(&hash.to_le_bytes())
    }

    /// Reads what [`Memory::write`] wrote under the same model, `None` for anything else.
    pub fn read(from: &mut dyn Read, model: u64) -> Option<Self> {
        let mut input = In {
            from,
            hash: Xxh3Default::new(),
        };
        let mut beginning = [0; BEGINNING.len()];
        input.exactly(&mut beginning)?;
        if beginning != BEGINNING || input.u64s()? != [model] {
            return None;
        }
        let features = input.features()?;
        let contents = input.u64s()?;
        let pairs = input.pairs(features.identifiers.len())?;
        let root = input.u32s()?;
        let ties = input.numbers(|[field]: [u8; 1]| field)?;
        let cut_edges = input.edges()?;
        let kinds = input.u32s()?;
        let cuts: Option<Vec<(Edge, Cut)>> = cut_edges
            .into_iter()
            .zip(&kinds)
            .map(|(edge, kind)| Some((edge, Cut::ALL.get(*kind as usize).copied()?)))
            .collect();
        let mut list = || -> Option<Vec<(u32, u32)>> {
            Some(input.u32s()?.into_iter().zip(input.u32s()?).collect())
        };
        let (conflicts, same, different) = (list()?, list()?, list()?);
        let placeholders = (input.texts()?.into_iter())
            .zip(input.u64s()?.into_iter().zip(input.u64s()?))
            .map(|(field, (hash, records))| Placeholder {
                field,
                hash,
                records,
            })
            .collect();
        let found = input.hash.digest();
        let mut written = [0; 8];
        input.from.read_exact(&mut written).ok()?;
        let is_whole = found == u64::from_le_bytes(written)
            && contents.len() == features.len()
            && root.len() == features.len()
            && ties.len() == features.len();
        is_whole.then_some(Self {
            features,
            contents,
            pairs,
            clusters: Clusters {
                root,
                cuts: cuts?,
                conflicts,
            },
            ties,
            decided: Decided { same, different },
            placeholders,
        })
    }
}

/// Writes lists and hashes them on the way.
struct Out<'a> {
    to: &'a mut dyn Write,
    hash: Xxh3Default,
    piece: Vec<u8>,
}

impl Out<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.to.write_all(bytes)
    }

    fn length(&mut self, length: usize) -> io::Result<()> {
        self.bytes(&(length as u64).to_le_bytes())
    }

    fn numbers<const N: usize, T>(
        &mut self,
        mut numbers: impl ExactSizeIterator<Item = T>,
        bytes: impl Fn(T) -> [u8; N],
    ) -> io::Result<()> {
        self.length(numbers.len())?;
        let mut piece = std::mem::take(&mut self.piece);
        while numbers.len() > 0 {
            piece.clear();
            for number in numbers.by_ref().take(AT_ONCE) {
                piece.extend_from_slice(&bytes(number));
            }
            self.bytes(&piece)?;
        }
        self.piece = piece;
        Ok(())
    }

    fn u32s(&mut self, numbers: impl ExactSizeIterator<Item = u32>) -> io::Result<()> {
        self.numbers(numbers, u32::to_le_bytes)
    }

    fn u64s(&mut self, numbers: impl ExactSizeIterator<Item = u64>) -> io::Result<()> {
        self.numbers(numbers, u64::to_le_bytes)
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.length(text.len())?;
        self.bytes(text.as_bytes())
    }

    fn texts<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str>) -> io::Result<()> {
        self.length(texts.len())?;
        texts.into_iter().try_for_each(|text| self.text(text))
    }

    fn edges<'e>(
        &mut self,
        edges: impl ExactSizeIterator<Item = &'e Edge> + Clone,
    ) -> io::Result<()> {
        self.u32s(edges.clone().map(|edge| edge.left))?;
        self.u32s(edges.clone().map(|edge| edge.right))?;
        self.u64s(edges.map(|edge| edge.weight.to_bits()))
    }

    /// Writes the match keys column by column, columns without values as empty ones.
    fn features(&mut self, features: &Features) -> io::Result<()> {
        self.u64s(features.keys.iter().copied())?;
        self.length(features.identifiers.len())?;
        let row = |(record, row): (usize, &Row)| match features.cleared.get(&(record as u32)) {
            Some(before) => before.numbers(),
            None => row.numbers(),
        };
        let rows = || features.rows.iter().enumerate();
        for column in 0..COLUMNS {
            let values = rows().map(row).map(|numbers| numbers[column]);
            match values.clone().any(|number| number != 0) {
                true => self.u32s(values)?,
                false => self.length(0)?,
            }
        }
        for dictionary in features.all_dictionaries() {
            let (text, ends) = dictionary.parts();
            self.text(text)?;
            self.u32s(ends.iter().copied())?;
        }
        Ok(())
    }

    fn pairs(&mut self, pairs: &Pairs) -> io::Result<()> {
        self.edges(pairs.edges.iter())?;
        let counts = [pairs.compared, pairs.caps.records, pairs.caps.most];
        self.u64s(counts.into_iter())?;
        self.u32s(pairs.caps.caps.iter().copied())?;
        let bins: Vec<(i32, u64)> = pairs
            .histogram
            .iter()
            .map(|(bin, count)| (*bin, *count))
            .collect();
        self.u32s(bins.iter().map(|(bin, _)| bin.cast_unsigned()))?;
        self.u64s(bins.iter().map(|(_, count)| *count))?;
        self.u64s(pairs.left_out.iter().map(|(_, records)| *records))
    }
}

/// Reads what [`Out`] wrote.
struct In<'a> {
    from: &'a mut dyn Read,
    hash: Xxh3Default,
}

impl In<'_> {
    fn exactly(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.from.read_exact(bytes).ok()?;
        self.hash.update(bytes);
        Some(())
    }

    fn length(&mut self) -> Option<usize> {
        let mut length = [0; 8];
        self.exactly(&mut length)?;
        usize::try_from(u64::from_le_bytes(length)).ok()
    }

    /// Reads so many bytes, piece by piece: a length that was damaged asks for no more memory than there are bytes.
    fn bytes(&mut self, length: usize, mut take: impl FnMut(&[u8])) -> Option<()> {
        let mut piece = vec![0; length.min(AT_ONCE * 8)];
        let mut left = length;
        while left > 0 {
            let piece = &mut piece[..left.min(AT_ONCE * 8)];
            self.exactly(piece)?;
            take(piece);
            left -= piece.len();
        }
        Some(())
    }

    fn numbers<const N: usize, T>(&mut self, number: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let length = self.length()?;
        let mut numbers = Vec::new();
        self.bytes(length.checked_mul(N)?, |piece| {
            let (whole, _) = piece.as_chunks::<N>();
            numbers.extend(whole.iter().map(|bytes| number(*bytes)));
        })?;
        Some(numbers)
    }

    fn u32s(&mut self) -> Option<Vec<u32>> {
        self.numbers(u32::from_le_bytes)
    }

    fn u64s(&mut self) -> Option<Vec<u64>> {
        self.numbers(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        let mut text = Vec::new();
        self.bytes(length, |piece| text.extend_from_slice(piece))?;
        String::from_utf8(text).ok()
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        let count = self.length()?;
        (0..count).map(|_| self.text()).collect()
    }

    fn edges(&mut self) -> Option<Vec<Edge>> {
        let (left, right) = (self.u32s()?, self.u32s()?);
        let weights = self.u64s()?;
        let edges = left.into_iter().zip(right).zip(weights);
        Some(
            edges
                .map(|((left, right), weight)| Edge {
                    left,
                    right,
                    weight: f64::from_bits(weight),
                })
                .collect(),
        )
    }

    fn features(&mut self) -> Option<Features> {
        let keys = self.u64s()?;
        let identifiers = self.length()?;
        let mut features = Features::new(identifiers.min(super::MOST_IDENTIFIERS));
        let mut columns: Vec<Vec<u32>> = Vec::with_capacity(COLUMNS);
        for _ in 0..COLUMNS {
            let column = self.u32s()?;
            if !column.is_empty() && column.len() != keys.len() {
                return None;
            }
            columns.push(column);
        }
        features.rows = (0..keys.len())
            .map(|record| {
                Row::of(std::array::from_fn(|column| {
                    columns[column].get(record).copied().unwrap_or_default()
                }))
            })
            .collect();
        features.keys = keys;
        for dictionary in features.dictionaries() {
            let text = self.text()?;
            *dictionary = Dictionary::from_parts(text, self.u32s()?)?;
        }
        features.cleared = BTreeMap::new();
        Some(features)
    }

    fn pairs(&mut self, identifiers: usize) -> Option<Pairs> {
        let edges = self.edges()?;
        let [compared, records, most] = self.u64s()?.try_into().ok()?;
        let caps = self.u32s()?;
        let bins = self.u32s()?.into_iter().map(u32::cast_signed);
        let histogram = bins.zip(self.u64s()?).collect();
        let names = rules(identifiers).into_iter().map(|rule| rule.name);
        Some(Pairs {
            edges,
            compared,
            histogram,
            left_out: names.zip(self.u64s()?).collect(),
            caps: BlockCaps {
                records,
                most,
                caps,
            },
        })
    }
}
