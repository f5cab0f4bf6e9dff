//! How much of the voice is whose: each brand beside its competitors, each product within its brand.
//!
//! What counts is an opinion as everywhere: nothing the shop said, no repost, of copies the first. A post about a brand
//! counts for the brand; if it has a product's name, for the product, too; and any post that has a competitor's name
//! counts for the competitor, whatever else it is about. A post with several names counts for each, with the mood of the
//! whole post. How often people searched for the names stands beside it.

mod frame;
mod period;
mod searches;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use self::period::{PERIODS, Period};
use self::searches::Searched;
use super::brand::folded;
use super::named::Names;
use super::posts::Scored;
use crate::as_of::AsOf;
use crate::config::BrandConfig;
use crate::error::{Error, Result};
use crate::hash::fast_hash;
use crate::text::Label;

/// Aspects listed of each.
const ASPECTS: usize = 3;

/// Counts voices, a block of posts after the other.
pub(super) struct Counter<'a> {
    periods: [Period; PERIODS],
    subjects: Vec<Subject<'a>>,
    /// By period, the boards of all brands.
    boards: Vec<Vec<Board>>,
}

impl<'a> Counter<'a> {
    /// Returns a counter that has heard nothing; `names` are those of the brands.
    ///
    /// # Errors
    /// [`Error::BadDate`] when the calendar begins within the periods.
    pub(super) fn new(brands: &'a [BrandConfig], names: &[&'a str], as_of: &AsOf) -> Result<Self> {
        let periods = period::periods(as_of)?;
        let subjects: Vec<Subject<'a>> = brands
            .iter()
            .zip(names)
            .map(|(brand, name)| Subject::of(brand, name))
            .collect();
        let boards = || subjects.iter().map(Board::of).collect();
        Ok(Self {
            boards: periods.iter().map(|_| boards()).collect(),
            periods,
            subjects,
        })
    }

    /// Counts the posts that come next.
    pub(super) fn extend(&mut self, scored: &[Scored]) {
        let counts = |post: &&Scored| {
            // What was read is about a brand or names a competitor, and is no repost.
            post.said.is_some()
                && !post.row.is_outbound
                && !post.copy.is_copy
                && !post.facts.wording.is_blank
        };
        for post in scored.iter().filter(counts) {
            let at = post.row.posted_at;
            let Some(period) = self.periods.iter().position(|period| period.has(at)) else {
                continue;
            };
            if let Some(boards) = self.boards.get_mut(period) {
                add(post, &self.subjects, boards);
            }
        }
    }

    /// Returns the table `voice_shares`, beside the imported search counts.
    ///
    /// # Errors
    /// [`Error::Frame`] when the search counts lack a column.
    pub(super) fn table(self, search_counts: &DataFrame) -> Result<DataFrame> {
        let searched = searches::counted(search_counts, &self.subjects, &self.periods)
            .map_err(Error::frame("read the search counts"))?;
        let shares = self.shares(&searched);
        frame::frame(&shares).map_err(Error::frame("write down the shares of voice"))
    }

    /// Returns the rows of all brands and both periods, by the order of the table's key.
    fn shares(self, searched: &[Vec<[Searched; PERIODS]>]) -> Vec<Share<'a>> {
        let mut shares = Vec::new();
        let periods = self.periods.iter().zip(self.boards);
        for (place, (period, boards)) in periods.enumerate() {
            for ((subject, board), searched) in self.subjects.iter().zip(boards).zip(searched) {
                let brand_count = board.tallies.first().map_or(0, |brand| brand.post_count);
                let rows = subject.listed.iter().zip(board.tallies).zip(searched);
                for ((&(kind, name), mut tally), searched) in rows {
                    let whole = match kind {
                        Kind::Product => brand_count,
                        Kind::Brand | Kind::Competitor => board.voice_count,
                    };
                    let part = |sum: f64, count: i64| (count > 0).then(|| sum / count as f64);
                    shares.push(Share {
                        brand: subject.name,
                        kind,
                        name,
                        period: *period,
                        post_count: tally.post_count,
                        author_count: tally.author_count(),
                        positive_count: tally.positive_count,
                        negative_count: tally.negative_count,
                        sentiment_mean: part(tally.sentiment_sum, tally.scored_count),
                        share: part(tally.post_count as f64, whole),
                        negative_aspects: tally.most_complained_of(),
                        searched: searched[place],
                    });
                }
            }
        }
        shares.sort_by(|left, right| {
            let key = |share: &Share<'a>| {
                (
                    share.brand,
                    share.kind.name(),
                    share.name,
                    share.period.first,
                )
            };
            key(left).cmp(&key(right))
        });
        shares
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Brand,
    Product,
    Competitor,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Product => "product",
            Self::Competitor => "competitor",
        }
    }
}

/// A brand with all that is counted for it: itself first, then its products, then its competitors.
struct Subject<'a> {
    name: &'a str,
    listed: Vec<(Kind, &'a str)>,
    products: Names,
    competitors: Names,
    /// What the brand itself is searched for by, folded, and what such a query must not have.
    keywords: Vec<String>,
    exclusions: Vec<String>,
    product_count: usize,
}

impl<'a> Subject<'a> {
    fn of(brand: &'a BrandConfig, name: &'a str) -> Self {
        let titles = |kind: Kind, entries: &'a [String]| {
            entries
                .iter()
                .map(move |entry| (kind, BrandConfig::title(entry)))
        };
        let fold = |words: &[String]| -> Vec<String> {
            let words = words.iter().map(|word| folded(word));
            words.filter(|word| !word.is_empty()).collect()
        };
        let mut keywords = fold(&brand.keywords);
        keywords.extend(fold(std::slice::from_ref(&brand.name)));
        Self {
            name,
            listed: std::iter::once((Kind::Brand, name))
                .chain(titles(Kind::Product, &brand.products))
                .chain(titles(Kind::Competitor, &brand.competitors))
                .collect(),
            products: Names::of(&brand.products),
            competitors: Names::of(&brand.competitors),
            keywords,
            exclusions: fold(&brand.exclusions),
            product_count: brand.products.len(),
        }
    }

    /// Returns the places in `listed` of the products that a folded text names.
    fn products_in(&self, text: &str) -> impl Iterator<Item = usize> {
        self.products.found(text).into_iter().map(|place| place + 1)
    }

    /// Returns the places in `listed` of the competitors that a folded text names.
    fn competitors_in(&self, text: &str) -> Vec<usize> {
        let first = 1 + self.product_count;
        let found = self.competitors.found(text).into_iter();
        found.map(|place| place + first).collect()
    }
}

/// What was said of one name in one period.
#[derive(Debug, Default)]
struct Tally {
    post_count: i64,
    positive_count: i64,
    negative_count: i64,
    scored_count: i64,
    sentiment_sum: f64,
    /// Hashes of platform and account; each at least once.
    authors: Vec<u64>,
    /// Hashes from which on they are looked through for those that are there twice.
    most_authors: usize,
    aspects: BTreeMap<String, i64>,
}

/// Authors of a name that are kept before they are first looked through.
const FEW_AUTHORS: usize = 1_024;

impl Tally {
    fn add(&mut self, post: &Scored) {
        self.post_count += 1;
        self.positive_count += i64::from(post.label() == Some(Label::Positive));
        self.negative_count += i64::from(post.label() == Some(Label::Negative));
        if !post.row.account_id.is_empty() {
            self.authors
                .push(fast_hash([&*post.row.platform, &*post.row.account_id]));
            if self.authors.len() > self.most_authors.max(FEW_AUTHORS) {
                self.author_count();
                self.most_authors = self.authors.len() * 2;
            }
        }
        let Some(said) = &post.said else {
            return;
        };
        if let Some(sentiment) = said.sentiment {
            self.scored_count += 1;
            self.sentiment_sum += sentiment;
        }
        for aspect in &said.negative_aspects {
            match self.aspects.get_mut(aspect) {
                Some(count) => *count += 1,
                None => {
                    self.aspects.insert(aspect.clone(), 1);
                }
            }
        }
    }

    fn author_count(&mut self) -> i64 {
        self.authors.sort_unstable();
        self.authors.dedup();
        self.authors.len() as i64
    }

    /// Returns the aspects complained of in most posts, the first of the alphabet where as many.
    fn most_complained_of(&self) -> Vec<String> {
        let mut aspects: Vec<(&str, i64)> = self
            .aspects
            .iter()
            .map(|(aspect, count)| (aspect.as_str(), *count))
            .collect();
        aspects.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let most = aspects.iter().take(ASPECTS);
        most.map(|(aspect, _)| (*aspect).to_owned()).collect()
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
struct Share<'a> {
    brand: &'a str,
    kind: Kind,
    name: &'a str,
    period: Period,
    post_count: i64,
    author_count: i64,
    positive_count: i64,
    negative_count: i64,
    sentiment_mean: Option<f64>,
    share: Option<f64>,
    negative_aspects: Vec<String>,
    searched: Searched,
}

/// What was said about one brand and beside it in one period.
#[derive(Debug, Default)]
struct Board {
    /// By the places of `Subject::listed`.
    tallies: Vec<Tally>,
    /// Posts about the brand or naming a competitor, each once.
    voice_count: i64,
}

impl Board {
    fn of(subject: &Subject<'_>) -> Self {
        Self {
            tallies: subject.listed.iter().map(|_| Tally::default()).collect(),
            voice_count: 0,
        }
    }
}

/// Counts a post, for each brand.
fn add(post: &Scored, subjects: &[Subject<'_>], boards: &mut [Board]) {
    let text = folded(&post.row.text);
    for ((number, subject), board) in (0_u32..).zip(subjects).zip(boards) {
        let is_own = post.brand == Some(number);
        let competitors = subject.competitors_in(&text);
        board.voice_count += i64::from(is_own || !competitors.is_empty());
        let own = is_own
            .then(|| std::iter::once(0).chain(subject.products_in(&text)))
            .into_iter()
            .flatten();
        for place in own.chain(competitors) {
            if let Some(tally) = board.tallies.get_mut(place) {
                tally.add(post);
            }
        }
    }
}
