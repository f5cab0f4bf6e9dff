//! People who are customers of two systems, written differently in each: something to measure record linkage on.
//!
//! [`write_people()`] fills `exports/` with two files of customers and `truth/people.csv` with who each record is. Three
//! fifths of the people of one file are in the other as well, three in a hundred records are a second one within their
//! own file, and a third of the people live with others of the same family name, address and often telephone, who are
//! not to be taken for one another. The first writing is nearly free of errors; every later one has slips, short forms,
//! moves, marriages, new numbers and missing fields, each with a chance of its own.
//!
//! ```text
//! population ── who is in which file, who lives with whom
//!   ├─ words, english ─── errors ─── typing ────────┬─ exports, truth
//!   └─ kana, japanese ─── errors ─── members, list ─┘
//! ```

mod english;
mod errors;
mod japanese;
mod kana;
mod list;
mod members;
mod population;
mod typing;
mod words;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use super::eccube::{CUSTOMER_HEADINGS, Sheet};
use super::seed::{Domain, stream};
use population::{Holder, Population, Source};

/// Rows between two reports of progress.
const TICK: u64 = 1 << 12;
/// Gaps of a first writing, as a share of those of a later one.
const FIRST_MISSING: f64 = 0.15;

/// What people to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleOptions {
    /// Records in each of the two files.
    pub records: u64,
    /// The seed; another one gives other people and errors.
    pub seed: u64,
    /// Whether they are Japanese: members of an EC-CUBE shop and a hand-kept list.
    pub japanese: bool,
    /// Whether they stay who they are: nobody moves, marries, changes a number, or goes by another form of the name. What
    /// is left are errors of typing and gaps.
    pub steady: bool,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleSummary {
    /// Records in both files together.
    pub records: u64,
    /// Persons with a record in each file.
    pub shared: u64,
    /// Size of all files in bytes.
    pub bytes: u64,
}

/// Returns the text of `koe.toml` for the two files.
pub fn people_settings(options: &PeopleOptions) -> &'static str {
    if options.japanese {
        include_str!("../data/japanese/koe.toml")
    } else {
        include_str!("../data/english/koe.toml")
    }
}

/// Writes `exports/web.csv`, `exports/shop.csv` and `truth/people.csv` into `dir`; files of these names are replaced.
///
/// # Errors
/// Whatever the file system refuses.
pub fn write_people(
    dir: &Path,
    options: &PeopleOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> io::Result<PeopleSummary> {
    let exports = dir.join("exports");
    let truth = dir.join("truth");
    fs::create_dir_all(&exports)?;
    fs::create_dir_all(&truth)?;
    let mut population = Population::new(options.records, options.seed);
    population.is_steady = options.steady;
    let truth = truth.join("people.csv");
    let mut persons = table(&truth, &["source", "customer_id", "person"])?;
    let mut summary = PeopleSummary {
        records: 2 * options.records,
        shared: population.shared,
        bytes: 0,
    };
    for source in Source::ALL {
        let path = exports.join(format!("{}.csv", source.name()));
        let mut file = Output::create(&path, source, options.japanese)?;
        for slot in 0..options.records {
            let holder = population.holder(source, slot);
            file.write(&row(&population, source, slot, holder, options.japanese))?;
            persons.write_record([
                source.name(),
                &source.customer_id(slot),
                &format!("P{:07}", holder.person),
            ])?;
            let done = source as u64 * options.records + slot + 1;
            if done.is_multiple_of(TICK) || done == summary.records {
                progress(done, summary.records);
            }
        }
        file.finish()?;
        summary.bytes += size(&path)?;
    }
    persons.flush()?;
    summary.bytes += size(&truth)?;
    Ok(summary)
}

/// Returns the cells of a record.
fn row(
    population: &Population,
    source: Source,
    slot: u64,
    holder: Holder,
    is_japanese: bool,
) -> Vec<String> {
    if !is_japanese {
        let card = typing::card(population, source, slot, holder);
        return typing::cells(source, slot, card, population.seed).into();
    }
    let card = japanese::card(population, source, slot, holder);
    let mut rng = stream(population.seed, Domain::Writing, slot, 2 + source as u64);
    match source {
        Source::Web => members::cells(slot, card, &mut rng),
        Source::Shop => list::cells(slot, card, &mut rng),
    }
}

type Csv = csv::Writer<BufWriter<File>>;

/// A file of customers.
enum Output {
    /// In UTF-8.
    List(Box<Csv>),
    /// In CP932.
    Members(Box<Sheet>),
}

impl Output {
    fn create(path: &Path, source: Source, is_japanese: bool) -> io::Result<Self> {
        Ok(match (is_japanese, source) {
            (false, _) => Self::List(Box::new(table(path, &typing::HEADINGS)?)),
            (true, Source::Shop) => Self::List(Box::new(table(path, &list::HEADINGS)?)),
            (true, Source::Web) => {
                Self::Members(Box::new(Sheet::create(path, &CUSTOMER_HEADINGS)?))
            }
        })
    }

    fn write(&mut self, cells: &[String]) -> io::Result<()> {
        match self {
            Self::List(csv) => Ok(csv.write_record(cells)?),
            Self::Members(sheet) => sheet.row(cells),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::List(mut csv) => csv.flush(),
            Self::Members(sheet) => sheet.finish(),
        }
    }
}

/// Creates a CSV file with its headings.
fn table(path: &Path, headings: &[&str]) -> io::Result<Csv> {
    let file = BufWriter::with_capacity(1 << 17, File::create(path)?);
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(headings)?;
    Ok(csv)
}

fn size(path: &Path) -> io::Result<u64> {
    Ok(fs::metadata(path)?.len())
}
