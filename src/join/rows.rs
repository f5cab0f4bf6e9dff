//! The columns that join compares, as plain rows.

use polars::prelude::*;

use crate::schema::{Column, accounts, decisions, declared_links};

/// A declared link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    pub source: String,
    pub customer_id: String,
    pub platform: String,
    pub provider: String,
    pub account_id: Option<String>,
    pub handle: Option<String>,
    pub method: Option<String>,
    /// Microseconds since 1970-01-01 UTC.
    pub declared_at: i64,
    pub source_file: String,
    pub source_row: i64,
}

/// What a reviewer decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    /// Source and id of the customer record.
    pub record: (String, String),
    /// What it was compared with.
    pub with: Subject,
    /// Whether the two are one person.
    pub is_same: bool,
    /// Microseconds since 1970-01-01 UTC.
    pub decided_at: i64,
    pub source_file: String,
    pub source_row: i64,
}

/// What a customer record is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// Source and id of another record.
    Record(String, String),
    /// Platform, provider and id of an account.
    Account(String, String, String),
}

/// What a reviewer decided of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountDecision {
    /// Source and id of the customer record.
    pub record: (String, String),
    /// Platform, provider and id of the account.
    pub account: (String, String, String),
    pub is_same: bool,
    /// Microseconds since 1970-01-01 UTC.
    pub decided_at: i64,
    pub source_file: String,
    pub source_row: i64,
}

impl AccountDecision {
    /// Returns the decision of one that is about an account.
    pub(super) fn of(decision: &Decision) -> Option<Self> {
        let Subject::Account(platform, provider, account_id) = &decision.with else {
            return None;
        };
        Some(Self {
            record: decision.record.clone(),
            account: (platform.clone(), provider.clone(), account_id.clone()),
            is_same: decision.is_same,
            decided_at: decision.decided_at,
            source_file: decision.source_file.clone(),
            source_row: decision.source_row,
        })
    }

    /// Returns the declaration that a confirmation stands for.
    pub(super) fn as_declaration(&self) -> Declaration {
        let (platform, provider, account_id) = self.account.clone();
        Declaration {
            source: self.record.0.clone(),
            customer_id: self.record.1.clone(),
            platform,
            provider,
            account_id: Some(account_id),
            handle: None,
            method: Some("review".to_owned()),
            declared_at: self.decided_at,
            source_file: self.source_file.clone(),
            source_row: self.source_row,
        }
    }
}

/// One observation of an account's handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeenHandle<'a> {
    pub account: Account<'a>,
    /// Microseconds since 1970-01-01 UTC.
    pub observed_at: i64,
}

/// Platform, provider and id of an account, where the table has them.
pub(super) type AccountKey<'a> = (&'a str, &'a str, &'a str);

/// An account as observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account<'a> {
    pub key: AccountKey<'a>,
    pub handle: Option<&'a str>,
}

pub(super) fn declarations(frame: &DataFrame) -> PolarsResult<Vec<Declaration>> {
    let source = texts(frame, &declared_links::SOURCE)?;
    let customer_id = texts(frame, &declared_links::CUSTOMER_ID)?;
    let platform = texts(frame, &declared_links::PLATFORM)?;
    let provider = texts(frame, &declared_links::PROVIDER)?;
    let account_id = texts(frame, &declared_links::ACCOUNT_ID)?;
    let handle = texts(frame, &declared_links::HANDLE)?;
    let method = texts(frame, &declared_links::METHOD)?;
    let declared_at = frame.column(declared_links::DECLARED_AT.name)?.datetime()?;
    let observed_at = frame.column(declared_links::OBSERVED_AT.name)?.datetime()?;
    let source_file = texts(frame, &declared_links::SOURCE_FILE)?;
    let source_row = frame.column(declared_links::SOURCE_ROW.name)?.i64()?;
    Ok((0..frame.height())
        .map(|row| Declaration {
            source: owned(source, row).unwrap_or_default(),
            customer_id: owned(customer_id, row).unwrap_or_default(),
            platform: owned(platform, row).unwrap_or_default(),
            provider: owned(provider, row).unwrap_or_default(),
            account_id: owned(account_id, row),
            handle: owned(handle, row),
            method: owned(method, row),
            declared_at: declared_at
                .phys
                .get(row)
                .or(observed_at.phys.get(row))
                .unwrap_or(i64::MAX),
            source_file: owned(source_file, row).unwrap_or_default(),
            source_row: source_row.get(row).unwrap_or_default(),
        })
        .collect())
}

pub(super) fn accounts(frame: &DataFrame) -> PolarsResult<Vec<Account<'_>>> {
    let handle = texts(frame, &accounts::HANDLE)?;
    Ok(account_keys(frame)?
        .zip(handle.iter())
        .map(|(key, handle)| Account {
            key,
            handle: said(handle),
        })
        .collect())
}

/// Reads every observation of accounts.
pub(super) fn handles(frame: &DataFrame) -> PolarsResult<Vec<SeenHandle<'_>>> {
    let observed_at = frame.column(accounts::OBSERVED_AT.name)?.datetime()?;
    let seen = accounts(frame)?.into_iter().zip(observed_at.phys.iter());
    Ok(seen
        .map(|(account, observed_at)| SeenHandle {
            account,
            observed_at: observed_at.unwrap_or(i64::MIN),
        })
        .collect())
}

/// Returns the account that each row of a table is of.
pub(super) fn account_keys(
    frame: &DataFrame,
) -> PolarsResult<impl Iterator<Item = AccountKey<'_>>> {
    let platform = texts(frame, &accounts::PLATFORM)?;
    let provider = texts(frame, &accounts::PROVIDER)?;
    let account_id = texts(frame, &accounts::ACCOUNT_ID)?;
    let keys = platform.iter().zip(provider.iter()).zip(account_id.iter());
    Ok(keys.map(|((platform, provider), account_id)| {
        (
            platform.unwrap_or_default(),
            provider.unwrap_or_default(),
            account_id.unwrap_or_default(),
        )
    }))
}

/// Returns what a cell says; an empty one says nothing.
pub(super) fn said(cell: Option<&str>) -> Option<&str> {
    cell.filter(|text| !text.is_empty())
}

pub(super) fn decisions(frame: &DataFrame) -> PolarsResult<Vec<Decision>> {
    let column = |column: Column| texts(frame, &column);
    let (source, customer_id) = (column(decisions::SOURCE)?, column(decisions::CUSTOMER_ID)?);
    let (other_source, other_customer_id) = (
        column(decisions::OTHER_SOURCE)?,
        column(decisions::OTHER_CUSTOMER_ID)?,
    );
    let (platform, provider) = (column(decisions::PLATFORM)?, column(decisions::PROVIDER)?);
    let account_id = column(decisions::ACCOUNT_ID)?;
    let decision = column(decisions::DECISION)?;
    let source_file = column(decisions::SOURCE_FILE)?;
    let decided_at = frame.column(decisions::DECIDED_AT.name)?.datetime()?;
    let source_row = frame.column(decisions::SOURCE_ROW.name)?.i64()?;
    Ok((0..frame.height())
        .map(|row| Decision {
            record: (
                owned(source, row).unwrap_or_default(),
                owned(customer_id, row).unwrap_or_default(),
            ),
            with: match (owned(other_customer_id, row), owned(account_id, row)) {
                (Some(other), _) => {
                    Subject::Record(owned(other_source, row).unwrap_or_default(), other)
                }
                (None, account_id) => Subject::Account(
                    owned(platform, row).unwrap_or_default(),
                    owned(provider, row).unwrap_or_default(),
                    account_id.unwrap_or_default(),
                ),
            },
            is_same: decision.get(row) == Some("same"),
            decided_at: decided_at.phys.get(row).unwrap_or(i64::MIN),
            source_file: owned(source_file, row).unwrap_or_default(),
            source_row: source_row.get(row).unwrap_or_default(),
        })
        .collect())
}

pub(super) fn texts<'a>(frame: &'a DataFrame, column: &Column) -> PolarsResult<&'a StringChunked> {
    frame.column(column.name)?.str()
}

pub(super) fn owned(column: &StringChunked, row: usize) -> Option<String> {
    column
        .get(row)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
