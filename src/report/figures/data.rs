//! What the numbers rest on.

use serde::Serialize;

use super::Counted;
use crate::store::FilePlace;

/// What the numbers rest on.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct DataFigures {
    /// Tables of the store.
    pub tables: Vec<TableFigure>,
    /// Imported files, by layout: names of files may be those of customers, as of LINE talks.
    pub files: Vec<FileFigure>,
    /// Files that could not be read, by place, as names may be those of customers; what is in them is missing.
    pub unread: Vec<UnreadFigure>,
    /// Consent by purpose.
    pub consents: Vec<ConsentFigure>,
    /// Customer records and the persons they are.
    pub customer_count: u64,
    /// Persons after joining.
    pub person_count: u64,
    /// Accounts declared as a customer's.
    pub declared_account_count: Counted,
    /// Of them linked.
    pub linked_account_count: Counted,
    /// What was left out, by reason key, e.g. `link_without_consent`, `order_cancelled`, `order_without_customer`,
    /// `analyse_denied`, `post_is_outbound`, `other_currency`.
    pub excluded: Vec<ExcludedFigure>,
}

/// A table of the store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableFigure {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub row_count: Counted,
    /// Newest event in it, `YYYY-MM-DD`.
    pub newest: Option<String>,
}

/// The imported files of one layout.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FileFigure {
    /// Layout they were read as.
    pub layout: String,
    /// How many they are.
    pub file_count: u64,
    /// Rows stored.
    pub stored_count: u64,
    /// Rows rejected.
    pub rejected_count: u64,
}

/// The files of one place that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadFigure {
    /// Where they lie.
    pub place: FilePlace,
    /// How many they are.
    pub file_count: u64,
}

/// Consent of one purpose at as-of, in persons; the three counts add up to `person_count`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConsentFigure {
    /// Purpose's key, e.g. `email`.
    pub purpose: String,
    /// All persons.
    pub person_count: u64,
    /// Consent in force.
    pub granted_count: Counted,
    /// Denied, revoked or expired.
    pub denied_count: Counted,
    /// Never asked.
    pub missing_count: Counted,
}

/// What was left out for one reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExcludedFigure {
    /// Reason's key.
    pub reason: String,
    /// Rows, persons or accounts, as the reason says; posts and conversations are always counted out.
    pub count: Counted,
}
