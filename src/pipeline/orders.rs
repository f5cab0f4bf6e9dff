//! Files of orders alone, without a workspace: what `koe segment --orders` looks at.
//!
//! The files are imported into a folder that nobody keeps. What a workspace would be told by its settings is taken from the
//! orders where nobody told it: the layout of a table that koe does not know, the currency, the moment to look from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::*;

use super::import::found::{self, Found};
use super::join::Stood;
use super::{FileOutcome, FileState, ImportOptions, StageOutcome, Workspace, pinned};
use crate::as_of::AsOf;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::import::containers::{Contents, Part};
use crate::import::file;
use crate::import::layout::{Layout, Layouts};
use crate::import::mapping::{Fills, Mapped, propose};
use crate::money;
use crate::progress::Progress;
use crate::schema::{ColumnKind, Table, left_out, orders, person_values, persons};
use crate::store::Store;

/// Rejected rows that are shown.
const MOST_EXAMPLES: usize = 3;
/// Letters of their cells that are shown.
const MOST_LETTERS: usize = 40;
/// Name of the stage whose reasons are told.
const SEGMENT: &str = "segment";
/// Status of orders that are no sales.
const CANCELLED: &str = "cancelled";

/// Files of orders in a folder that does not stay.
pub struct OrderFiles {
    workspace: Workspace,
    imported: StageOutcome,
    guesses: Vec<Guess>,
    rejects: Vec<String>,
    without_orders: Vec<String>,
    last_ordered_on: Date,
}

/// What was taken from the orders because nobody told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// How a table is read that koe does not know.
    Layout {
        /// The file, or its place within an archive or workbook.
        file: String,
        /// koe's columns and the headings that hold them.
        columns: Vec<(String, String)>,
        /// The section of the settings, to be kept and corrected.
        section: String,
    },
    /// The currency of the amounts.
    Currency {
        /// ISO 4217.
        currency: String,
        /// That of the settings, which does not fit.
        instead_of: String,
    },
    /// The day that is looked from the end of: the one after the last order.
    AsOf {
        /// The day.
        day: Date,
    },
}

impl OrderFiles {
    /// Imports `files` into `folder`, each customer id a person of its own, and opens it at a moment: `as_of`, else that of
    /// the settings, else the end of the day after the last order that is not cancelled.
    ///
    /// Contact details of customers are not compared, and the user's own lexicons are not read, as no text is.
    ///
    /// # Errors
    /// [`Error::NoOrders`] where no file holds orders, [`Error::UnreadableOrders`] where too many of their rows are rejected,
    /// [`Error::FilesLeftOut`] where several files cannot be read and its one error where one cannot; those of import.
    pub fn import(
        folder: &Path,
        files: &[PathBuf],
        config: Config,
        options: &ImportOptions,
        as_of: Option<&str>,
        now: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let read = Self::read(folder, files, config, options, as_of, now, progress);
        read.map_err(|mut error| {
            if let Some(stdin) = &options.stdin {
                error.name_stdin(stdin);
            }
            error
        })
    }

    fn read(
        folder: &Path,
        files: &[PathBuf],
        config: Config,
        options: &ImportOptions,
        as_of: Option<&str>,
        now: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let mut config = alone(config);
        let time_zone = config.time_zone();
        let given = as_of
            .or(pinned(&config))
            .map(|value| AsOf::parse(value, &time_zone))
            .transpose()?;
        let named = found::named(files, &folder.join(&config.workspace.exports))?;
        if named.is_empty() {
            let files = files.iter().map(|file| file.display().to_string());
            return Err(Error::NoOrders {
                files: files.collect(),
            });
        }
        let mut guesses = Vec::new();
        if options.layout.is_none() {
            learn(&named, &mut config, &mut guesses)?;
        }
        let mut workspace = Workspace {
            root: folder.to_path_buf(),
            config,
            as_of: match &given {
                Some(given) => given.clone(),
                None => AsOf::hour_of(now, &time_zone)?,
            },
            stood: Stood::default(),
            ahead: super::ahead::Ahead::default(),
        };
        let mut imported = workspace.import(files, options, progress)?;
        let rejects = match &imported.open {
            Some(list) => examples(list)?,
            None => Vec::new(),
        };
        if let Some(fault) = imported.fault.take().and_then(Arc::into_inner) {
            return Err(refused(fault, rejects));
        }
        let store = workspace.store()?;
        let without_orders = without_orders(&store, &imported.files)?;
        let found = Placed::of(&store, now)?;
        let Some(last) = found.last else {
            return Err(Error::NoOrders {
                files: imported.files.iter().map(described).collect(),
            });
        };
        if let Some(currency) = found.other_currency(&workspace.config) {
            guesses.push(Guess::Currency {
                instead_of: std::mem::replace(
                    &mut workspace.config.money.currency,
                    currency.clone(),
                ),
                currency,
            });
        }
        let last_ordered_on = local_day(last, &time_zone)?;
        if given.is_none() {
            let bad = |_| Error::BadDate {
                value: last_ordered_on.to_string(),
            };
            let day = last_ordered_on.tomorrow().map_err(bad)?;
            workspace.as_of = AsOf::end_of(day, &time_zone)?;
            guesses.push(Guess::AsOf { day });
        }
        Ok(Self {
            workspace,
            imported,
            guesses,
            rejects,
            without_orders,
            last_ordered_on,
        })
    }

    /// Returns the folder, opened at the moment.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Returns what became of the files.
    pub fn imported(&self) -> &StageOutcome {
        &self.imported
    }

    /// Returns what was taken from the orders because nobody told it.
    pub fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    /// Returns some of the rejected rows, with what is wrong.
    pub fn rejects(&self) -> &[String] {
        &self.rejects
    }

    /// Returns the files that were read and hold no orders, with what they are.
    pub fn without_orders(&self) -> &[String] {
        &self.without_orders
    }

    /// Returns the local day of the last order that is not cancelled.
    pub fn last_ordered_on(&self) -> Date {
        self.last_ordered_on
    }

    /// Returns what `segment` left out: reasons and orders.
    ///
    /// # Errors
    /// Those of the store.
    pub fn left_out(&self) -> Result<Vec<(String, u64)>> {
        let frame = self
            .workspace
            .store()?
            .scan(&left_out::TABLE)?
            .filter(left_out::STAGE.expr().eq(lit(SEGMENT)))
            .collect()
            .map_err(Error::frame("read what was left out"))?;
        let read = || -> PolarsResult<Vec<(String, u64)>> {
            let reasons = frame.column(left_out::REASON.name)?.str()?;
            let counts = frame.column(left_out::LEFT_OUT_COUNT.name)?.i64()?;
            let pairs = reasons.iter().zip(counts.iter());
            let pairs = pairs.filter_map(|(reason, count)| {
                Some((reason?.to_owned(), u64::try_from(count?).ok()?))
            });
            Ok(pairs.filter(|(_, count)| *count > 0).collect())
        };
        read().map_err(Error::frame("read what was left out"))
    }

    /// Returns the values of the persons who bought, by person.
    ///
    /// # Errors
    /// [`Error::NoPurchases`] where there is none, and those of the store.
    pub fn values(&self) -> Result<DataFrame> {
        let values = self.rows(&person_values::TABLE)?;
        if values.height() == 0 {
            return Err(Error::NoPurchases {
                left_out: self.left_out()?,
            });
        }
        Ok(values)
    }

    /// Returns the rows of a table in their order, with source and customer id before those of a person: without a
    /// workspace nobody could look up whom the hash of a person means.
    ///
    /// # Errors
    /// Those of the store.
    pub fn rows(&self, table: &'static Table) -> Result<DataFrame> {
        let store = self.workspace.store()?;
        let rows = store.scan(table)?;
        let of_table = |name: &str| table.column(name).is_some();
        let named: Vec<_> = [persons::SOURCE, persons::CUSTOMER_ID]
            .into_iter()
            .filter(|column| !of_table(column.name))
            .collect();
        let person = persons::PERSON_ID;
        if !of_table(person.name) || named.is_empty() {
            return rows
                .collect()
                .map_err(Error::frame("read a table of the store"));
        }
        let ids = named.iter().map(|column| column.expr());
        let ids: Vec<Expr> = ids.chain([person.expr()]).collect();
        let known = store.scan(&persons::TABLE)?.select(ids);
        let columns: Vec<Expr> = named
            .iter()
            .chain(table.columns)
            .map(|column| column.expr())
            .collect();
        let joined = JoinArgs {
            maintain_order: MaintainOrderJoin::Left,
            ..JoinArgs::new(JoinType::Left)
        };
        rows.join(known, [person.expr()], [person.expr()], joined)
            .select(columns)
            .collect()
            .map_err(Error::frame("name the customers of a table"))
    }
}

/// Returns the settings without what belongs to a workspace: no records are put together, no files lie beside.
fn alone(mut config: Config) -> Config {
    config.join.limits.records = 1;
    config.join.weights.clear();
    config.text.lexicon.clear();
    config.text.user_dictionary.clear();
    config
}

/// Adds a layout to the settings for every table of orders that koe does not know, and sets the currency where the amounts
/// have decimals and that of the settings has none.
///
/// # Errors
/// What is wrong with files that hold no orders koe could make out; what cannot be opened at all, import tells.
fn learn(files: &[Found], config: &mut Config, guesses: &mut Vec<Guess>) -> Result<()> {
    let mut failed = Vec::new();
    for found in files {
        if found::layout_of(&found.name).is_some() {
            continue;
        }
        let Ok(Contents::Parts(parts)) = found.contents() else {
            continue;
        };
        let mut unknown = Vec::new();
        for part in &parts {
            match file::recognise(part, &layouts(config)?, None) {
                Err(Error::UnknownLayout { found, .. }) => unknown.push((part, found)),
                Ok(_) | Err(_) => guess_currency(part, config, guesses),
            }
        }
        // Beside what is known, what is not known is a text for people or a sheet with sums.
        if unknown.len() < parts.len() {
            continue;
        }
        for (part, headings) in unknown {
            match learn_part(part, &found.name, config, guesses)? {
                Learnt::Orders => {}
                // In an archive there may be anything.
                _ if part.inner().is_some() => {}
                Learnt::Other(table) => {
                    let files = vec![format!("{} ({table})", found.name)];
                    failed.push((found.name.clone(), Box::new(Error::NoOrders { files })));
                }
                Learnt::Nothing => {
                    let path = part.file().to_path_buf();
                    let nothing = Error::NothingToMap {
                        path,
                        found: headings,
                    };
                    failed.push((found.name.clone(), Box::new(nothing)));
                }
            }
        }
    }
    match failed.len() {
        0 => Ok(()),
        1 => Err(*failed.remove(0).1),
        _ => Err(Error::FilesLeftOut { failed }),
    }
}

/// What the headings and values of an unknown table say it is.
enum Learnt {
    Orders,
    Other(&'static str),
    Nothing,
}

fn learn_part(
    part: &Part,
    file: &str,
    config: &mut Config,
    guesses: &mut Vec<Guess>,
) -> Result<Learnt> {
    // A table of the same headings before it may have told how to read this one.
    if file::recognise(part, &layouts(config)?, None).is_ok() {
        return Ok(Learnt::Orders);
    }
    let Some(proposal) = file::sample(part).ok().and_then(|sample| propose(&sample)) else {
        return Ok(Learnt::Nothing);
    };
    if proposal.mapping.table != Fills::Orders {
        return Ok(Learnt::Other(proposal.mapping.table.table().name));
    }
    let stem = part.inner().map_or(part.file(), Path::new).file_stem();
    let base = proposal.name(&stem.unwrap_or_default().to_string_lossy());
    let name = (1..)
        .map(|number| match number {
            1 => base.clone(),
            number => format!("{base}_{number}"),
        })
        .find(|name| !config.import.layouts.contains_key(name))
        .unwrap_or(base);
    let columns = proposal.mapping.columns.iter();
    guesses.push(Guess::Layout {
        file: match part.inner() {
            Some(inner) => format!("{file}/{inner}"),
            None => file.to_owned(),
        },
        columns: columns
            .map(|(column, names)| (column.clone(), names.all().join(" + ")))
            .collect(),
        section: proposal.render(&name, config.workspace.lang.tag()),
    });
    config.import.layouts.insert(name, proposal.mapping);
    guess_currency(part, config, guesses);
    Ok(Learnt::Orders)
}

/// Takes the currency that amounts with decimals suggest, where that of the settings has no decimals and no rate is set.
fn guess_currency(part: &Part, config: &mut Config, guesses: &mut Vec<Guess>) {
    if money::exponent(&config.money.currency) > 0 {
        return;
    }
    let proposal = file::sample(part).ok().and_then(|sample| propose(&sample));
    let Some(mapping) = proposal.map(|proposal| proposal.mapping) else {
        return;
    };
    let Some(currency) = mapping.currency.filter(|_| mapping.table == Fills::Orders) else {
        return;
    };
    if money::exponent(&currency) > 0 && !config.money.rates.contains_key(&currency) {
        guesses.push(Guess::Currency {
            instead_of: std::mem::replace(&mut config.money.currency, currency.clone()),
            currency,
        });
    }
}

fn layouts(config: &Config) -> Result<Layouts> {
    let mapped = Mapped::all(&config.import.layouts)?;
    let mapped = mapped
        .into_iter()
        .map(|layout| Box::new(layout) as Box<dyn Layout>);
    Ok(Layouts::with(mapped.collect()))
}

/// Returns the first rows of a list of rejected ones, as place, value and reason.
fn examples(list: &Path) -> Result<Vec<String>> {
    let bytes = fs::read(list).map_err(|error| Error::io("read", list, error))?;
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let records = csv::Reader::from_reader(bytes).into_records();
    Ok(records
        .filter_map(|record| record.ok())
        .take(MOST_EXAMPLES)
        .map(|record| {
            let cell = |place: usize| record.get(place).unwrap_or_default();
            let place = match cell(2) {
                "" => String::new(),
                column => {
                    let value: String = cell(3).chars().take(MOST_LETTERS).collect();
                    format!(", `{column}` is `{value}`")
                }
            };
            format!("{} line {}{place}: {}", cell(0), cell(1), cell(4))
        })
        .collect())
}

/// Returns the error of an import that has to be complete; where its list lies, nobody can look.
fn refused(fault: Error, examples: Vec<String>) -> Error {
    match fault {
        Error::TooManyRejects { files, .. } => Error::UnreadableOrders { files, examples },
        Error::FilesLeftOut { mut failed } if failed.len() == 1 => *failed.remove(0).1,
        Error::FilesLeftOut { failed } => Error::FilesLeftOut {
            failed: failed
                .into_iter()
                .map(|(file, error)| (file, Box::new(refused(*error, examples.clone()))))
                .collect(),
        },
        other => other,
    }
}

/// Returns a file with what it was read as, for a message.
fn described(file: &FileOutcome) -> String {
    match (&file.state, &file.layout) {
        (FileState::PassedOver(_, (_, what)), _) => format!("{} ({what})", file.file),
        (_, Some(layout)) => format!("{} ({layout})", file.file),
        _ => file.file.clone(),
    }
}

/// Returns the files whose rows are stored, of which none is an order.
fn without_orders(store: &Store, files: &[FileOutcome]) -> Result<Vec<String>> {
    let read = store
        .observations(&orders::TABLE)?
        .select([orders::SOURCE_FILE.expr().unique()])
        .collect()
        .map_err(Error::frame("list the files of the orders"))?;
    let names = read
        .column(orders::SOURCE_FILE.name)
        .and_then(|column| column.str())
        .map_err(Error::frame("list the files of the orders"))?;
    let with: BTreeSet<&str> = names.iter().flatten().collect();
    Ok(files
        .iter()
        .filter(|file| file.stored_count > 0 && !with.contains(file.file.as_str()))
        .map(described)
        .collect())
}

/// The orders that are not cancelled; all of them where all are.
struct Placed {
    /// Instant of the last, in microseconds since 1970-01-01 UTC; `None` without orders.
    last: Option<i64>,
    /// Orders by currency.
    currencies: BTreeMap<String, u64>,
}

impl Placed {
    /// Looks at the orders placed before `now`; one dated in the future is a slip, and no measure of when the log ends.
    fn of(store: &Store, now: Timestamp) -> Result<Self> {
        let now = lit(now.as_microsecond()).cast(ColumnKind::Instant.dtype());
        let placed =
            (orders::STATUS.expr().neq(lit(CANCELLED))).and(orders::ORDERED_AT.expr().lt_eq(now));
        let found = Self::among(store.scan(&orders::TABLE)?.filter(placed))?;
        match found.last {
            Some(_) => Ok(found),
            None => Self::among(store.scan(&orders::TABLE)?),
        }
    }

    fn among(rows: LazyFrame) -> Result<Self> {
        let count = "__orders";
        let frame = rows
            .group_by([orders::CURRENCY.expr()])
            .agg([
                orders::ORDERED_AT.expr().max().cast(DataType::Int64),
                len().cast(DataType::Int64).alias(count),
            ])
            .collect()
            .map_err(Error::frame("look at the orders"))?;
        let read = || -> PolarsResult<Self> {
            let names = frame.column(orders::CURRENCY.name)?.str()?;
            let counts = frame.column(count)?.i64()?;
            let currencies = names
                .iter()
                .zip(counts.iter())
                .filter_map(|(name, count)| Some((name?.to_owned(), u64::try_from(count?).ok()?)));
            Ok(Self {
                last: frame
                    .column(orders::ORDERED_AT.name)?
                    .i64()?
                    .iter()
                    .flatten()
                    .max(),
                currencies: currencies.collect(),
            })
        };
        read().map_err(Error::frame("look at the orders"))
    }

    /// Returns the currency of most orders, where not one order is in a currency that the settings could count.
    fn other_currency(&self, config: &Config) -> Option<String> {
        let counts = |currency: &String| {
            *currency == config.money.currency || config.money.rates.contains_key(currency)
        };
        if self.currencies.keys().any(counts) {
            return None;
        }
        let most = self
            .currencies
            .iter()
            .max_by(|left, right| left.1.cmp(right.1).then_with(|| right.0.cmp(left.0)));
        most.map(|(currency, _)| currency.clone())
    }
}

fn local_day(micros: i64, time_zone: &TimeZone) -> Result<Date> {
    let instant = Timestamp::from_microsecond(micros).map_err(|_| Error::BadDate {
        value: micros.to_string(),
    })?;
    Ok(instant.to_zoned(time_zone.clone()).date())
}
