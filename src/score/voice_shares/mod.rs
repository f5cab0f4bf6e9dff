//! How much of the voice is whose: each brand beside its competitors, each product within its brand.
//!
//! What counts is an opinion as everywhere: nothing the shop said, no repost, of copies the first. A post about a brand
//! counts for the brand; if it has a product's name, for the product, too; and any post that has a competitor's name
//! counts for the competitor, whatever else it is about. A post with several names counts for each, with the mood of the
//! whole post. How often people searched for the names stands beside it.
//!
//! While posts are read only what the packed [`Voices`] do not tell of them is noted: what they name and complain of. So the
//! notes of one run serve the next, whose periods end later.

mod frame;
mod notes;
mod period;
mod searches;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use polars::prelude::DataFrame;

use self::notes::Notes;
use self::period::{PERIODS, Period};
use self::searches::Searched;
use super::brand::folded;
use super::named::Names;
use super::posts::Scored;
use super::voices::{Voice, Voices};
use super::written::{In, Out};
use crate::as_of::AsOf;
use crate::config::BrandConfig;
use crate::error::{Error, Result};
use crate::hash::fast_hash;
use crate::text::Label;

/// Aspects listed of each.
const ASPECTS: usize = 3;

/// Notes what is named, a block of posts after the other, and counts it.
pub(super) struct Counter<'a> {
    periods: [Period; PERIODS],
    subjects: Vec<Subject<'a>>,
    notes: Notes,
}

impl<'a> Counter<'a> {
    /// Returns a counter that has heard nothing; `names` are those of the brands.
    ///
    /// # Errors
    /// [`Error::BadDate`] when the calendar begins within the periods.
    pub(super) fn new(brands: &'a [BrandConfig], names: &[&'a str], as_of: &AsOf) -> Result<Self> {
        let subjects = brands.iter().zip(names);
        Ok(Self {
            periods: period::periods(as_of)?,
            subjects: subjects
                .map(|(brand, name)| Subject::of(brand, name))
                .collect(),
            notes: Notes::default(),
        })
    }

    /// Returns the instant before which nothing counts: no later run asks for more.
    pub(super) fn from(&self) -> i64 {
        let starts = self.periods.iter().map(|period| period.from);
        starts.min().unwrap_or(i64::MIN)
    }

    /// Notes what the posts that come next name.
    pub(super) fn extend(&mut self, scored: &[Scored]) {
        let from = self.from();
        for post in scored {
            // What was read is about a brand or names a competitor, and is no repost.
            let counts = post.said.is_some()
                && !post.row.is_outbound
                && !post.copy.is_copy
                && !post.facts.wording.is_blank
                && post.row.posted_at >= from;
            match counts {
                true => self.notes.push(&named(post, &self.subjects)),
                false => self.notes.pass(),
            }
        }
    }

    /// Writes down what was noted.
    pub(super) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        self.notes.write(out)
    }

    /// Takes up what a counter of the same brands noted of these posts, as far as it still counts; `None` for anything else.
    pub(super) fn read(&mut self, voices: &Voices, input: &mut In<'_>) -> Option<()> {
        self.notes = Notes::read(voices.first_from(self.from()), input)?;
        (self.notes.len() == voices.len()).then_some(())
    }

    /// Returns the table `voice_shares` of the posts, which are those that were noted, beside the imported search counts.
    ///
    /// # Errors
    /// [`Error::Frame`] when the search counts lack a column.
    pub(super) fn table(&self, voices: &Voices, search_counts: &DataFrame) -> Result<DataFrame> {
        let searched = searches::counted(search_counts, &self.subjects, &self.periods)
            .map_err(Error::frame("read the search counts"))?;
        let shares = self.shares(voices, &searched);
        frame::frame(&shares).map_err(Error::frame("write down the shares of voice"))
    }

    /// Counts the posts: by period, the boards of all brands.
    fn boards(&self, voices: &Voices) -> Vec<Vec<Board>> {
        let board_of_all = || self.subjects.iter().map(Board::of).collect::<Vec<Board>>();
        let mut boards: Vec<Vec<Board>> = self.periods.iter().map(|_| board_of_all()).collect();
        let first = voices.first_from(self.from());
        let mut named = self.notes.from(first);
        for post in voices.within(first..voices.len()) {
            let named = named.of(post.place);
            let counts = post.is_read()
                && !post.is_outbound()
                && !post.is_copy()
                && !post.wording().is_blank;
            let period = (self.periods.iter()).position(|period| period.has(post.at()));
            let boards = period.and_then(|period| boards.get_mut(period));
            if let (true, Some(boards)) = (counts, boards) {
                add(post, named, &self.subjects, boards);
            }
        }
        boards
    }

    /// Returns the rows of all brands and both periods, by the order of the table's key.
    fn shares(&self, voices: &Voices, searched: &[Vec<[Searched; PERIODS]>]) -> Vec<Share<'a>> {
        let mut shares = Vec::new();
        let periods = self.periods.iter().zip(self.boards(voices));
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
    fn add(&mut self, post: Voice<'_>, negative_aspects: &[String]) {
        self.post_count += 1;
        self.positive_count += i64::from(post.label() == Some(Label::Positive));
        self.negative_count += i64::from(post.label() == Some(Label::Negative));
        if !post.account_id().is_empty() {
            self.authors
                .push(fast_hash([post.platform(), post.account_id()]));
            if self.authors.len() > self.most_authors.max(FEW_AUTHORS) {
                self.author_count();
                self.most_authors = self.authors.len() * 2;
            }
        }
        if let Some(sentiment) = post.sentiment() {
            self.scored_count += 1;
            self.sentiment_sum += sentiment;
        }
        for aspect in negative_aspects {
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

/// What a post names and complains of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Named {
    /// By the number of its subject, the place in `Subject::listed` of each product of the post's brand and each competitor.
    names: Vec<(u32, u32)>,
    negative_aspects: Vec<String>,
}

/// Returns what a post names and complains of.
fn named(post: &Scored, subjects: &[Subject<'_>]) -> Named {
    let text = folded(&post.row.text);
    let mut names = Vec::new();
    for (number, subject) in (0_u32..).zip(subjects) {
        let is_own = post.brand == Some(number);
        let products = is_own.then(|| subject.products_in(&text));
        let places = (products.into_iter().flatten()).chain(subject.competitors_in(&text));
        names.extend(places.filter_map(|place| Some((number, u32::try_from(place).ok()?))));
    }
    let said = post.said.as_ref();
    Named {
        names,
        negative_aspects: said.map_or_else(Vec::new, |said| said.negative_aspects.clone()),
    }
}

/// Counts a post, for each brand.
fn add(post: Voice<'_>, named: &Named, subjects: &[Subject<'_>], boards: &mut [Board]) {
    for ((number, subject), board) in (0_u32..).zip(subjects).zip(boards) {
        let is_own = post.brand() == Some(number);
        let names = (named.names.iter()).filter(|(of, _)| *of == number);
        let places = names.map(|(_, place)| *place as usize);
        let is_beside = places.clone().any(|place| place > subject.product_count);
        board.voice_count += i64::from(is_own || is_beside);
        for place in is_own.then_some(0).into_iter().chain(places) {
            if let Some(tally) = board.tallies.get_mut(place) {
                tally.add(post, &named.negative_aspects);
            }
        }
    }
}
