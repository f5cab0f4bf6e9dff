//! The layouts koe reads, and which of them a file has.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use crate::error::{Error, Result, nearest};

use super::context::Context;
use super::formats;
use super::head::Head;
use super::refusals;
use super::sink::Sink;

/// Version of the readers; part of every batch id, so that rows are read again when a reader changed.
pub const VERSION: u32 = 5;

/// One export format.
pub trait Layout: Sync {
    /// Returns the name used on the command line.
    fn name(&self) -> &'static str;

    /// Returns what it is, in Japanese and in English.
    fn title(&self) -> (&'static str, &'static str);

    /// Returns whether a file that begins like this has the layout.
    fn recognises(&self, head: &Head) -> bool;

    /// Returns whether the layout is only meant for files that no other layout recognises.
    fn is_fallback(&self) -> bool {
        false
    }

    /// Returns what tells this way of reading from an earlier one of the same name, where settings decide it.
    fn fingerprint(&self) -> Option<String> {
        None
    }

    /// Returns the name of a file that may lie beside a file of this layout and says whose account it is.
    fn owner_file(&self) -> Option<&'static str> {
        None
    }

    /// Returns the headings that are not there, of a file that has most of those the layout tells it by.
    fn missing(&self, _head: &Head) -> Option<Vec<String>> {
        None
    }

    /// Returns whether customers may refuse something in its rows: one that cannot be read may then be a refusal.
    fn tells_refusals(&self) -> bool {
        false
    }

    /// Returns whether its rows are about customers: what they refuse is heard in columns that nobody asked for, too.
    fn is_of_customers(&self) -> bool {
        false
    }

    /// Returns whether it is heard what customers refuse under such a heading, where nobody asked for it.
    fn hears(&self, heading: &str) -> bool {
        self.is_of_customers() && refusals::may_refuse(heading)
    }

    /// Returns how many records stand above the headings of a file that begins like this.
    fn preamble(&self, _head: &Head) -> usize {
        0
    }

    /// Returns headings of its section under which nobody refuses anything, though they look so.
    fn ignored(&self) -> &[String] {
        &[]
    }

    /// Returns whether a file that begins like this lists customers without a word on what they agree to: nobody would hear that
    /// they refuse, where it lists those who do.
    fn lists_customers(&self, _head: &Head) -> bool {
        false
    }

    /// Reads a whole file, already decoded, into the sink. Rows that cannot be read are rejected, not errors.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::MissingColumn`], [`Error::Malformed`], or whatever the sink gives.
    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()>;
}

/// Returns every layout, by name.
pub fn layouts() -> &'static [&'static dyn Layout] {
    formats::ALL
}

/// The layouts of a workspace: koe's own and those of its settings.
#[derive(Default)]
pub struct Layouts {
    mapped: Vec<Box<dyn Layout>>,
    ignored: BTreeMap<String, Vec<String>>,
}

impl Layouts {
    /// Adds layouts to koe's own; a file they recognise is theirs, whatever else it may be.
    pub fn with(mapped: Vec<Box<dyn Layout>>) -> Self {
        Self {
            mapped,
            ignored: BTreeMap::new(),
        }
    }

    /// Takes headings of koe's own layouts, by their names, for such under which nobody refuses anything.
    #[must_use]
    pub fn ignoring(self, ignored: BTreeMap<String, Vec<String>>) -> Self {
        Self { ignored, ..self }
    }

    /// Returns the headings of a layout under which nobody refuses anything, though they look so.
    pub fn ignored<'l>(&'l self, layout: &'l dyn Layout) -> &'l [String] {
        let own = self.ignored.get(layout.name());
        own.map_or_else(|| layout.ignored(), Vec::as_slice)
    }

    fn all(&self) -> impl Iterator<Item = &dyn Layout> {
        let mapped = self.mapped.iter().map(|layout| &**layout);
        mapped.chain(layouts().iter().map(|layout| *layout as &dyn Layout))
    }

    /// Returns the layout of a file: the one named by `forced`, else the one that recognises its head.
    ///
    /// # Errors
    /// [`Error::NoSuchLayout`], [`Error::UnknownLayout`], [`Error::AmbiguousLayout`], [`Error::RowsAbove`].
    pub fn recognise(&self, path: &Path, head: &Head, forced: Option<&str>) -> Result<&dyn Layout> {
        if let Some(name) = forced {
            let found = self.all().find(|layout| layout.name() == name);
            return found.ok_or_else(|| Error::NoSuchLayout {
                name: name.to_owned(),
                nearest: nearest(name, self.all().map(Layout::name)),
            });
        }
        type Rank<'r> = &'r dyn Fn(&dyn Layout) -> bool;
        let ranks: [Rank<'_>; 3] = [
            &|layout| {
                self.mapped
                    .iter()
                    .any(|mapped| mapped.name() == layout.name())
            },
            &|layout| !layout.is_fallback(),
            &|_| true,
        ];
        for rank in ranks {
            let fitting: Vec<&dyn Layout> = self
                .all()
                .filter(|layout| rank(*layout) && layout.recognises(head))
                .collect();
            match fitting.as_slice() {
                [] => {}
                [layout] => return Ok(*layout),
                several => {
                    return Err(Error::AmbiguousLayout {
                        path: path.to_path_buf(),
                        layouts: several
                            .iter()
                            .map(|layout| layout.name().to_owned())
                            .collect(),
                    });
                }
            }
        }
        if let Some((row_count, layout)) = below_rows(head) {
            return Err(Error::RowsAbove {
                path: path.to_path_buf(),
                layout,
                row_count,
            });
        }
        let nearest = self.mapped.iter().filter_map(|layout| {
            let missing = layout.missing(head)?;
            Some((layout.name().to_owned(), missing))
        });
        Err(Error::UnknownLayout {
            path: path.to_path_buf(),
            found: head.found(),
            nearest: nearest.min_by_key(|(_, missing)| missing.len()),
        })
    }
}

/// Returns how many rows stand above the headings of one of koe's layouts, and its name: a title, or when it was printed.
fn below_rows(head: &Head) -> Option<(usize, &'static str)> {
    let Head::Table { delimiter, rows } = head else {
        return None;
    };
    (1..rows.len()).find_map(|above| {
        let below = Head::Table {
            delimiter: *delimiter,
            rows: rows[above..].to_vec(),
        };
        let fitting = |is_fallback: bool| {
            let mut layouts = layouts().iter();
            layouts.find(|layout| layout.is_fallback() == is_fallback && layout.recognises(&below))
        };
        let layout = fitting(false).or_else(|| fitting(true))?;
        Some((above, layout.name()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(text: &str, forced: Option<&str>) -> Result<&'static str> {
        Layouts::default()
            .recognise(Path::new("x.csv"), &Head::of(text), forced)
            .map(|layout| layout.name())
    }

    #[test]
    fn layouts_are_found_by_the_set_of_headings() {
        assert_eq!(
            recognised("sales,cds,date,sampleid,masterid\n1,1,19970101,1,1\n", None).ok(),
            Some("cdnow")
        );
        assert_eq!(
            recognised("金額,顧客ID,購入日\n100,1,2024/1/1\n", None).ok(),
            Some("transactions")
        );
    }

    #[test]
    fn a_file_nobody_knows_is_an_error_with_what_was_found() {
        let Err(Error::UnknownLayout { found, .. }) = recognised("a,b\n1,2\n", None) else {
            panic!("unknown")
        };
        assert_eq!(found, ["a", "b"]);
        let Err(Error::NoSuchLayout { nearest, .. }) = recognised("a,b\n", Some("eccube_order"))
        else {
            panic!("none")
        };
        assert_eq!(nearest.as_deref(), Some("eccube_orders"));
    }

    #[test]
    fn rows_above_the_headings_are_told_with_the_layout_below_them() {
        let consents = "source,customer_id,purpose,status\nshop,1,email,denied\n";
        for (above, row_count) in [
            ("同意の一覧\n", 1),
            ("同意の一覧,,,\n\n出力日,2026/07/01,,\n", 3),
        ] {
            let error = recognised(&format!("{above}{consents}"), None).expect_err("rows above");
            let Error::RowsAbove {
                layout,
                row_count: found,
                ..
            } = &error
            else {
                panic!("{error}")
            };
            assert_eq!((*layout, *found), ("koe_consents", row_count));
            assert!(error.hint().is_some_and(|hint| hint.contains("out: ")));
        }
        // Who skips them does.
        let log = recognised("売上\n\n顧客ID,購入日,金額\n1,2024/1/1,100\n", None);
        assert_eq!(log.ok(), Some("transactions"));
        let unknown = recognised("題,,\na,b,c\n1,2,3\n", None);
        assert!(matches!(unknown, Err(Error::UnknownLayout { .. })));
    }

    #[test]
    fn names_are_sorted_and_unlike() {
        let names: Vec<&str> = layouts().iter().map(|layout| layout.name()).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }
}
