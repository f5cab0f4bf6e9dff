//! What is known of a file before its first row.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The file being read and how its values are to be understood.
#[derive(Debug, Clone)]
pub struct Context {
    /// Path below the exports folder.
    pub source_file: String,
    /// Batch the rows belong to.
    pub batch_id: String,
    /// When the export was made, unless the file itself says so.
    pub observed_at: Timestamp,
    /// Time zone of local times.
    pub time_zone: TimeZone,
    /// Currency of amounts that name none, ISO 4217.
    pub currency: String,
    /// Source to use in place of the layout's own, to keep two shops of one system apart.
    pub source: Option<String>,
    /// Handles (without `@`) or ids of the shop's own accounts.
    pub official: Vec<String>,
    /// Headings under which nobody refuses anything, though they may look so; those of mapped layouts stand in their sections.
    pub ignored: Vec<String>,
    /// Account the whole export belongs to, where a file beside it says so (`account.js` of an X archive).
    pub owner: Option<Owner>,
}

/// The account whose archive is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// The platform's own id.
    pub account_id: String,
    /// Handle, without `@`.
    pub handle: Option<String>,
    /// Name shown.
    pub display_name: Option<String>,
}

impl Context {
    /// Returns the source of the rows: the one asked for, else the layout's own.
    pub fn source_or<'a>(&'a self, own: &'a str) -> &'a str {
        self.source.as_deref().unwrap_or(own)
    }

    /// Returns whether an id, handle or name is one of the shop's own accounts; `@` and case do not matter.
    pub fn is_official(&self, name: &str) -> bool {
        fn bare(name: &str) -> &str {
            name.trim().trim_start_matches(['@', '＠'])
        }
        let name = bare(name);
        let is_same = |official: &str| match name.is_ascii() && official.is_ascii() {
            true => name.eq_ignore_ascii_case(official),
            false => name.to_lowercase() == official.to_lowercase(),
        };
        !name.is_empty() && self.official.iter().any(|official| is_same(bare(official)))
    }
}
