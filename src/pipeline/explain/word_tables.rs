//! What the tables of score say of a word.

use polars::prelude::*;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::schema::{Column as Owned, cooccurrences, keyphrases};
use crate::score::topics::kwic;
use crate::store::Store;

/// Partners told at most, the closest.
const MOST_PARTNERS: usize = 20;

/// A row of `keyphrases`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordShift {
    /// Brand.
    pub brand: String,
    /// Opinions of the period.
    pub post_count: i64,
    /// Opinions of the period before.
    pub previous_count: i64,
    /// Log-odds against the period before.
    pub z_previous: Option<f64>,
    /// Log-odds against all time before the period.
    pub z_rest: Option<f64>,
}

/// A row of `cooccurrences`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordPartner {
    /// Brand.
    pub brand: String,
    /// The other word.
    pub word: String,
    /// Opinions that hold both.
    pub post_count: i64,
    /// How close they are, 0..1.
    pub npmi: f64,
}

/// Returns how a word, folded, shifted.
pub(super) fn shifts(store: &Store, word: &str) -> Result<Vec<WordShift>> {
    let frame = store
        .scan(&keyphrases::TABLE)?
        .collect()
        .map_err(Error::frame("read the key phrases"))?;
    let found = || -> PolarsResult<Vec<WordShift>> {
        let (brand, phrase) = (
            frame.column(keyphrases::BRAND.name)?.str()?,
            frame.column(keyphrases::PHRASE.name)?.str()?,
        );
        let (now, previous) = (
            frame.column(keyphrases::POST_COUNT.name)?.i64()?,
            frame.column(keyphrases::PREVIOUS_COUNT.name)?.i64()?,
        );
        let (z_previous, z_rest) = (
            frame.column(keyphrases::Z_PREVIOUS.name)?.f64()?,
            frame.column(keyphrases::Z_REST.name)?.f64()?,
        );
        let is_it = |row: &usize| {
            let phrase = phrase.get(*row).unwrap_or_default();
            kwic::folded(phrase) == word
        };
        let shift = |row: usize| WordShift {
            brand: brand.get(row).unwrap_or_default().to_owned(),
            post_count: now.get(row).unwrap_or_default(),
            previous_count: previous.get(row).unwrap_or_default(),
            z_previous: z_previous.get(row),
            z_rest: z_rest.get(row),
        };
        Ok((0..frame.height()).filter(is_it).map(shift).collect())
    };
    found().map_err(Error::frame("read the key phrases"))
}

/// Returns the words that go with one, folded.
pub(super) fn partners(store: &Store, word: &str) -> Result<Vec<WordPartner>> {
    let frame = store
        .scan(&cooccurrences::TABLE)?
        .collect()
        .map_err(Error::frame("read the network of words"))?;
    let found = || -> PolarsResult<Vec<WordPartner>> {
        let text = |column: &Owned| frame.column(column.name)?.str();
        let (brand, left, right) = (
            text(&cooccurrences::BRAND)?,
            text(&cooccurrences::WORD)?,
            text(&cooccurrences::OTHER_WORD)?,
        );
        let (count, npmi) = (
            frame.column(cooccurrences::POST_COUNT.name)?.i64()?,
            frame.column(cooccurrences::NPMI.name)?.f64()?,
        );
        let mut found = Vec::new();
        for row in 0..frame.height() {
            let [left, right] = [left, right].map(|column| column.get(row).unwrap_or_default());
            let partner = match () {
                () if kwic::folded(left) == word => right,
                () if kwic::folded(right) == word => left,
                () => continue,
            };
            found.push(WordPartner {
                brand: brand.get(row).unwrap_or_default().to_owned(),
                word: partner.to_owned(),
                post_count: count.get(row).unwrap_or_default(),
                npmi: npmi.get(row).unwrap_or_default(),
            });
        }
        Ok(found)
    };
    let mut found = found().map_err(Error::frame("read the network of words"))?;
    found.sort_by(|left, right| {
        let closer = right.npmi.total_cmp(&left.npmi);
        closer.then_with(|| (&left.brand, &left.word).cmp(&(&right.brand, &right.word)))
    });
    found.truncate(MOST_PARTNERS);
    Ok(found)
}
