//! A mapped layout as a layout like any other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::tz::TimeZone;

use super::cells::Binding;
use super::{Fills, Mapping};
use crate::error::{Error, Result};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::refusals;
use crate::import::sink::Sink;
use crate::import::table::Table;
use crate::import::values::keys::stable_hash;

/// A layout made of a section `[import.layouts.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped {
    name: &'static str,
    mapping: Mapping,
    zone: Option<TimeZone>,
    /// Whether orders make customers of those who have an id of their own.
    makes_customers: bool,
}

/// Records among which the headings are looked for.
const MOST_PREAMBLE: usize = 10;
/// Most words kept for good.
const MOST_WORDS: usize = 10_000;
static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// Returns the same text for as long as the program runs: names of layouts and platforms are few and live that long.
///
/// `None` when far more words came than there can be platforms.
pub(super) fn kept(text: &str) -> Option<&'static str> {
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(word) = words.get(text) {
        return Some(word);
    }
    if words.len() >= MOST_WORDS {
        return None;
    }
    let word: &'static str = Box::leak(text.to_owned().into_boxed_str());
    words.insert(word);
    Some(word)
}

impl Mapped {
    /// Makes the layouts of all sections.
    ///
    /// # Errors
    /// Those of [`Mapping::check`].
    pub fn all(sections: &BTreeMap<String, Mapping>) -> Result<Vec<Self>> {
        let mut layouts = Vec::with_capacity(sections.len());
        for (name, mapping) in sections {
            let mut layout = Self::new(name, mapping.clone())?;
            let is_filled_elsewhere = sections
                .values()
                .any(|other| other.table == Fills::Customers && other.source() == mapping.source());
            layout.makes_customers = mapping.customers.unwrap_or(!is_filled_elsewhere);
            layouts.push(layout);
        }
        Ok(layouts)
    }

    /// Makes a layout of one section.
    ///
    /// # Errors
    /// Those of [`Mapping::check`].
    pub fn new(name: &str, mapping: Mapping) -> Result<Self> {
        mapping.check(name)?;
        let zone = mapping
            .time_zone
            .as_deref()
            .and_then(|name| TimeZone::get(name).ok());
        Ok(Self {
            name: kept(name).unwrap_or("mapped"),
            zone,
            makes_customers: mapping.customers.unwrap_or(true),
            mapping,
        })
    }

    /// Returns the section.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }
}

impl Mapping {
    /// Returns the source of the rows unless the command line names another.
    pub(super) fn source(&self) -> &str {
        self.source
            .as_deref()
            .or_else(|| self.fixed.get("platform").map(String::as_str))
            .unwrap_or_else(|| self.table.own_source())
    }
}

impl Layout for Mapped {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "koe.toml の [import.layouts]",
            "[import.layouts] of koe.toml",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        head.heading_row(&self.mapping.telling()).is_some()
    }

    fn missing(&self, head: &Head) -> Option<Vec<String>> {
        let telling = self.mapping.telling();
        let row = (0..MOST_PREAMBLE).max_by_key(|row| {
            let has = telling
                .iter()
                .filter(|name| head.has_headings(*row, &[name]));
            (has.count(), Reverse(*row))
        })?;
        let is_missing = |name: &&&str| !head.has_headings(row, &[name]);
        let missing: Vec<String> = telling
            .iter()
            .filter(is_missing)
            .map(|name| (*name).to_owned())
            .collect();
        (missing.len() * 2 < telling.len()).then_some(missing)
    }

    fn fingerprint(&self) -> Option<String> {
        let section = toml::to_string(&self.mapping).unwrap_or_default();
        let parts = [self.name, &section, &self.makes_customers.to_string()];
        Some(stable_hash(&parts))
    }

    fn tells_refusals(&self) -> bool {
        let table = self.mapping.table;
        !self.mapping.consents.is_empty() || matches!(table, Fills::Consents | Fills::Contacts)
    }

    fn is_of_customers(&self) -> bool {
        self.mapping.table.is_of_customers()
    }

    fn hears(&self, heading: &str) -> bool {
        match self.mapping.table {
            Fills::Orders => refusals::may_refuse_contact(heading),
            table => table.is_of_customers() && refusals::may_refuse(heading),
        }
    }

    fn preamble(&self, head: &Head) -> usize {
        head.heading_row(&self.mapping.telling()).unwrap_or(0)
    }

    fn ignored(&self) -> &[String] {
        &self.mapping.ignored
    }

    fn lists_customers(&self, _head: &Head) -> bool {
        self.mapping.lists_customers()
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let failed = |error| Error::io("read", Path::new(&context.source_file), error);
        let sample = String::from_utf8_lossy(input.fill_buf().map_err(failed)?).into_owned();
        let preamble = self.preamble(&Head::of(&sample));
        let (mut table, _) = Table::open(input, preamble, context)?;
        table.skip_totals();
        let binding = Binding::of(
            &self.mapping,
            self.zone.as_ref(),
            &mut table.headings,
            context,
        )?;
        let source = context.source_or(self.mapping.source());
        match self.mapping.table {
            Fills::Orders => super::orders::read(
                &binding,
                source,
                self.makes_customers,
                &mut table,
                context,
                sink,
            ),
            Fills::Posts => super::posts::read(&binding, source, &mut table, context, sink),
            _ => super::rows::read(&binding, source, &mut table, context, sink),
        }
    }
}
